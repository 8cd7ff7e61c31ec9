/* What could have been seen at one marker, had the laboratory seen as well, or as
 * badly, as it did: the same markers, whole where they are whole, partial where they
 * are partial, with the same dropout, drop-in and typing error.
 *
 * The true genotype comes from the family's table: its distribution for the missing
 * person, or for an unrelated one. Then
 *
 *   genotype   as it is; a silent allele is not seen (a/silent shows as a/a), and of
 *              silent/silent, which would not have been typed, the others take the
 *              share
 *   partial    one of the two alleles was seen, either with the same probability.
 *              The ratio of a/? is that of "a is among the alleles", so that the mean
 *              ratio of an unrelated person need not be one here
 *   single     one allele: a man at an X marker
 *   set        all sets of at most two alleles, and of three where drop-in can make
 *              them; what is left (P ≈ drop-in²/2) is shared out in proportion
 *   typing error e   (1 − e) times the above, e times a random person's
 *
 * MISMATCHES. Alongside goes the probability that what is seen would be impossible
 * without mutation: it belongs to a true match, and tells how many such markers a true
 * match of this family shows. */
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/scrutiny_int.h"

/* Markers with more alleles have their sets of three left to the smaller ones. */
enum { MOST_TRIPLE = 32 };

typedef struct lister {
  const hw_marker *marker;
  const hw_marker_table *table, *rigid;
  const hw_profile *profile;
  double *seen; /* P(outcome | genotype), as hw_observation_table has it */
  double sum_truth, sum_unrelated;
  int32_t n, capacity;
  hwp_outcome *outcomes;
  double p_mismatch;
} lister;

static int32_t code_of(int32_t x, int32_t y) {
  return x < y ? y * (y + 1) / 2 + x : x * (x + 1) / 2 + y;
}

/* Σ over genotypes of P(seen | genotype) · distribution. */
static double weigh(const lister *self, const double *distribution) {
  const int32_t n = self->table->n_alleles;
  double sum = 0;
  if (self->table->single) {
    for (int32_t y = 0; y < n; y++) sum += self->seen[y] * distribution[y];
    return sum;
  }
  for (int32_t y = 0; y < n; y++)
    for (int32_t x = 0; x <= y; x++)
      sum += self->seen[(size_t)x * (size_t)n + (size_t)y] * distribution[code_of(x, y)];
  return sum;
}

static double log10_ratio(double truth, double unrelated) {
  if (truth == unrelated) return 0;
  if (truth == 0) return IMPOSSIBLE;
  return unrelated == 0 ? HUGE_VAL : hw_log10(truth / unrelated);
}

static void put(lister *self, double log10_lr, double truth, double unrelated, bool is_mismatch) {
  if (!(truth > 0) && !(unrelated > 0)) return;
  self->outcomes[self->n++] = (hwp_outcome){log10_lr, truth, unrelated};
  self->sum_truth += truth;
  self->sum_unrelated += unrelated;
  if (is_mismatch) self->p_mismatch += truth;
}

/* An outcome that is an observation of its own right. */
static void put_observation(lister *self, const hw_observation *obs) {
  hw_observation_table(self->marker, obs, self->profile, self->table->single, self->seen);
  const double truth = weigh(self, self->table->related);
  const double unrelated = weigh(self, self->table->unrelated);
  const bool is_mismatch = self->rigid != NULL && weigh(self, self->rigid->related) == 0 &&
                           weigh(self, self->rigid->unrelated) > 0;
  put(self, log10_ratio(truth, unrelated), truth, unrelated, is_mismatch);
}

static void list_genotypes(lister *self) {
  for (int32_t b = 0; b < self->table->n_alleles; b++)
    for (int32_t a = 0; a <= b; a++) {
      if (a == self->marker->silent || b == self->marker->silent) continue;
      const hw_observation obs = {.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
      put_observation(self, &obs);
    }
}

static void list_singles(lister *self) {
  for (int32_t a = 0; a < self->table->n_alleles; a++) {
    const hw_observation obs = {.kind = HW_OBS_SINGLE, .a = a, .b = HW_ALLELE_NONE};
    if (a != self->marker->silent) put_observation(self, &obs);
  }
}

/* P(allele a is the one that shows): half of each heterozygote, all where the other is silent. */
static double shows(const lister *self, const double *distribution, int32_t a) {
  double sum = 0;
  for (int32_t b = 0; b < self->table->n_alleles; b++)
    sum += (a == b || b == self->marker->silent ? 1 : 0.5) * distribution[code_of(a, b)];
  return sum;
}

static void list_partial(lister *self) {
  const double error = self->profile->typing_error;
  for (int32_t a = 0; a < self->table->n_alleles; a++) {
    if (a == self->marker->silent) continue;
    const hw_observation obs = {.kind = HW_OBS_GENOTYPE, .a = a, .b = HW_ALLELE_NONE};
    const double random = self->marker->frequencies[a];
    const double truth = (1 - error) * shows(self, self->table->related, a) + error * random;
    const double unrelated = (1 - error) * shows(self, self->table->unrelated, a) + error * random;
    const double log10_lr =
        hw_marker_table_log10_lr(self->table, self->marker, &obs, self->profile);
    const bool is_mismatch =
        self->rigid != NULL && error == 0 && shows(self, self->rigid->related, a) == 0;
    put(self, log10_lr, truth, unrelated, is_mismatch);
  }
}

static void put_set(lister *self, int32_t n_seen, const hw_allele *seen) {
  for (int32_t i = 0; i < n_seen; i++)
    if (seen[i] == self->marker->silent) return;
  const hw_observation obs = {.kind = HW_OBS_SET, .n_seen = n_seen, .seen = seen};
  put_observation(self, &obs);
}

static bool has_triples(const hw_profile *profile, int32_t n) {
  return profile->drop_in > 0 && n <= MOST_TRIPLE;
}

static void list_sets(lister *self) {
  const int32_t n = self->table->n_alleles;
  const bool is_triple = has_triples(self->profile, n);
  put_set(self, 0, NULL);
  for (hw_allele a = 0; a < n; a++) {
    put_set(self, 1, &a);
    for (hw_allele b = a + 1; b < n; b++) {
      const hw_allele pair[2] = {a, b};
      put_set(self, 2, pair);
      for (hw_allele c = b + 1; is_triple && c < n; c++) {
        const hw_allele three[3] = {a, b, c};
        put_set(self, 3, three);
      }
    }
  }
}

static size_t room(const hw_observation *obs, const hw_profile *profile, size_t n) {
  const size_t pairs = n * (n + 1) / 2;
  if (obs->kind != HW_OBS_SET) return pairs + 1;
  return 1 + pairs + (has_triples(profile, (int32_t)n) ? n * n * n / 6 : 0);
}

/* Both weights to the sum one. */
static void normalise(lister *self) {
  for (int32_t i = 0; i < self->n; i++) {
    if (self->sum_truth > 0) self->outcomes[i].truth /= self->sum_truth;
    if (self->sum_unrelated > 0) self->outcomes[i].unrelated /= self->sum_unrelated;
  }
  if (self->sum_truth > 0) self->p_mismatch /= self->sum_truth;
}

hw_status hwp_outcomes_list(const hw_marker *marker, const hw_marker_table *table,
                            const hw_marker_table *rigid, const hw_observation *obs,
                            const hw_profile *profile, hw_arena *arena, hwp_outcomes *out,
                            hw_err *err) {
  const size_t n = (size_t)table->n_alleles;
  lister self = {.marker = marker, .table = table, .rigid = rigid, .profile = profile};
  *out = (hwp_outcomes){0};
  if (obs->kind == HW_OBS_MISSING) return HW_OK;
  self.seen = hw_arena_alloc_array(arena, n * n, sizeof *self.seen);
  self.outcomes = hw_arena_alloc_array(arena, room(obs, profile, n), sizeof *self.outcomes);
  if (self.seen == NULL || self.outcomes == NULL) return HW_NO_MEMORY(err, "outcomes");
  if (obs->kind == HW_OBS_SET)
    list_sets(&self);
  else if (table->single)
    list_singles(&self);
  else if (obs->b == HW_ALLELE_NONE)
    list_partial(&self);
  else
    list_genotypes(&self);
  normalise(&self);
  *out = (hwp_outcomes){self.n, self.outcomes, self.p_mismatch};
  return HW_OK;
}
