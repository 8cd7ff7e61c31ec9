/* What may be seen of an unrelated person at one marker, and with which LR.
 *
 * The probabilities are those of the missing person's own table: its distribution of the
 * unrelated person's true genotype (p_x p_y, or with theta one more founder of
 * the family's urn), passed through the model of the observation:
 *
 *   genotype   as it is. A silent allele is not seen: a/silent shows as a/a, and
 *              of silent/silent, which would not have been typed, the others
 *              take the share.
 *   partial    one of the two alleles was seen, either with the same probability;
 *              a/a shows a. (The LR of a/? is that of "a is among the alleles",
 *              so that its mean need not be one.)
 *   single     one allele, male at an X marker
 *   set        all sets of at most two alleles, and of three where drop-in can
 *              make them. What is left, larger sets, has P ≈ (drop-in)²/2; it is
 *              given the distribution of the largest sets that were written down,
 *              which average over fewer genotypes and so have the longer tail.
 *              Above MOST_TRIPLE alleles triples are left as well.
 *   typing error e   (1 − e) times the above, e times a random person's.
 *
 * For a set S let k be the copies of allele z and f_z(k) = P(z seen, or not, as in
 * S). Alleles outside S have f(k) = f(0) d^k with d the dropout, silent ones
 * f = 1. So the sum of P(S | genotype) over all genotypes needs only those inside
 * S, and for each allele of S the sum over all its genotypes: constant work for a
 * set. An allele that cannot drop in (f(0) = 0) must be carried; nothing is
 * divided by f(0) of an allele of S. */
#include "kinship/outcomes.h"

#include <string.h>

/* Markers with more alleles have their triples left to the pairs. */
enum { MOST_TRIPLE = 64, MOST_SEEN = 3 };
/* Smallest P(an allele does not drop in) that is divided by. */
static const double LEAST_ABSENT = 1e-12;

hwp_form hwp_form_of(const hw_observation *obs) {
  switch (obs->kind) {
    case HW_OBS_GENOTYPE:
      return obs->b == HW_ALLELE_NONE ? HWP_FORM_PARTIAL : HWP_FORM_GENOTYPE;
    case HW_OBS_SINGLE:
      return HWP_FORM_SINGLE;
    case HW_OBS_SET:
      return HWP_FORM_SET;
    case HW_OBS_MISSING:
      break;
  }
  return HWP_FORM_MISSING;
}

static bool has_triples(int32_t n_alleles, const hwp_noise *noise) {
  return noise->drop_in > 0 && n_alleles <= MOST_TRIPLE;
}

size_t hwp_outcomes_room(int32_t n_alleles, hwp_form form, const hwp_noise *noise) {
  const size_t n = (size_t)n_alleles, pairs = n * (n + 1) / 2;
  if (form == HWP_FORM_GENOTYPE) return pairs;
  if (form != HWP_FORM_SET) return n;
  return 1 + pairs + (has_triples(n_alleles, noise) ? n * n * n / 6 : 0);
}

static int32_t code_of(hw_allele a, hw_allele b) {
  return a < b ? b * (b + 1) / 2 + a : a * (a + 1) / 2 + b;
}

/* Where outcomes are written. */
typedef struct writer {
  double *unrelated, *related;
  int32_t n;
  double sum; /* of `unrelated` */
} writer;

/* An outcome that is seen with probability `seen` and has the ratio related/unrelated. */
static void put(writer *w, double seen, double related, double unrelated) {
  if (!(seen > 0.0) || !(unrelated > 0.0)) return; /* impossible unless related: never met here */
  w->unrelated[w->n] = seen;
  w->related[w->n] = seen == unrelated ? related : seen * (related / unrelated);
  w->sum += seen;
  w->n++;
}

/* Gives the outcomes from number `first` on, `mass` together, so much more that all sum to one. */
static void give_rest(writer *w, int32_t first, double mass) {
  if (!(mass > 0.0) || !(w->sum < 1.0)) return;
  const double factor = (mass + (1.0 - w->sum)) / mass;
  for (int32_t i = first; i < w->n; i++) {
    w->unrelated[i] *= factor;
    w->related[i] *= factor;
  }
}

/* --- genotypes ------------------------------------------------------------ */

static double blend(double error, double clean, double random) {
  return error > 0.0 ? (1.0 - error) * clean + error * random : clean;
}

static double silent_frequency(const hw_marker *marker) {
  return marker->silent == HW_ALLELE_NONE ? 0.0 : marker->frequencies[marker->silent];
}

static void put_genotypes(const hw_marker *marker, const hw_marker_table *table, double error,
                          writer *w) {
  const double *p = marker->frequencies;
  const hw_allele silent = marker->silent;
  for (hw_allele b = 0; b < table->n_alleles; b++)
    for (hw_allele a = 0; a <= b; a++) {
      if (a == silent || b == silent) continue;
      const int32_t code = code_of(a, b);
      double related = table->related[code], unrelated = table->unrelated[code];
      double random = a == b ? p[a] * (p[a] + 2.0 * silent_frequency(marker)) : 2.0 * p[a] * p[b];
      if (a == b && silent != HW_ALLELE_NONE) {
        related += table->related[code_of(a, silent)];
        unrelated += table->unrelated[code_of(a, silent)];
      }
      unrelated = blend(error, unrelated, random);
      put(w, unrelated, blend(error, related, random), unrelated);
    }
  give_rest(w, 0, w->sum);
}

static void put_singles(const hw_marker *marker, const hw_marker_table *table, double error,
                        writer *w) {
  for (hw_allele a = 0; a < table->n_alleles; a++) {
    if (a == marker->silent) continue;
    const double random = marker->frequencies[a];
    const double unrelated = blend(error, table->unrelated[a], random);
    put(w, unrelated, blend(error, table->related[a], random), unrelated);
  }
  give_rest(w, 0, w->sum);
}

static void put_partials(const hw_marker *marker, const hw_marker_table *table, double error,
                         writer *w) {
  for (hw_allele a = 0; a < table->n_alleles; a++) {
    if (a == marker->silent) continue;
    const double p = marker->frequencies[a];
    double related = 0.0, unrelated = 0.0, seen = 0.0;
    for (hw_allele b = 0; b < table->n_alleles; b++) {
      const int32_t code = code_of(a, b);
      related += table->related[code];
      unrelated += table->unrelated[code];
      seen += (a == b || b == marker->silent ? 1.0 : 0.5) * table->unrelated[code];
    }
    put(w, blend(error, seen, p * (1.0 + silent_frequency(marker))),
        blend(error, related, p * (2.0 - p)), blend(error, unrelated, p * (2.0 - p)));
  }
  give_rest(w, 0, w->sum);
}

/* --- sets ----------------------------------------------------------------- */

/* One distribution of genotypes, summed by allele; silent ones apart. */
typedef struct side {
  const double *p; /* of genotypes; NULL where the person carries one allele */
  double both;     /* Σ without a silent allele */
  double one;      /* Σ with exactly one */
  double none;     /* silent/silent */
  double *twice;   /* by allele a: a/a */
  double *once;    /* a/b, b neither a nor silent */
  double *alone;   /* a/silent */
} side;

static void sum_side(side *self, const hw_marker *marker, const hw_marker_table *table,
                     const double *p, double *room) {
  const int32_t n = table->n_alleles;
  *self = (side){.p = table->single ? NULL : p,
                 .twice = room,
                 .once = room + n,
                 .alone = room + 2 * (ptrdiff_t)n};
  memset(room, 0, 3 * (size_t)n * sizeof *room);
  for (hw_allele b = 0; b < n; b++)
    for (hw_allele a = table->single ? b : 0; a <= b; a++) {
      const double q = p[table->single ? b : code_of(a, b)];
      const bool is_seen_a = a != marker->silent, is_seen_b = b != marker->silent;
      if (!is_seen_a && !is_seen_b) {
        self->none += q;
      } else if (table->single || !is_seen_a || !is_seen_b) { /* one allele is like a/silent */
        self->alone[is_seen_b ? b : a] += q;
        self->one += q;
      } else if (a == b) {
        self->twice[a] += q;
        self->both += q;
      } else {
        self->once[a] += q;
        self->once[b] += q;
        self->both += q;
      }
    }
}

/* A set, and P(its alleles are seen as they are | which of them are carried). */
typedef struct seen_set {
  int32_t n;
  hw_allele z[MOST_SEEN];
  double f[MOST_SEEN][3]; /* [i][copies] */
  double dropout;
  double outside; /* Π of P(not dropped in) over the other alleles */
} seen_set;

/* Π f over the alleles of the set, with k copies of the i-th and l of the j-th, none of others. */
static double carried(const seen_set *s, int32_t i, int k, int32_t j, int l) {
  double product = s->outside;
  for (int32_t h = 0; h < s->n; h++) product *= s->f[h][h == i ? k : h == j ? l : 0];
  return product;
}

/* P(set | the genotypes of a side). */
static double set_probability(const seen_set *s, const side *from) {
  const double d = s->dropout;
  double touched = 0.0, alone = 0.0, sum = 0.0;
  for (int32_t i = 0; i < s->n; i++) {
    const hw_allele a = s->z[i];
    double inside = 0.0; /* genotypes of a and another allele of the set */
    for (int32_t j = 0; from->p != NULL && j < s->n; j++) {
      if (j == i) continue;
      const double q = from->p[code_of(a, s->z[j])];
      inside += q;
      if (j < i) {
        touched -= q;
        sum += q * carried(s, i, 1, j, 1);
      }
    }
    touched += from->twice[a] + from->once[a];
    alone += from->alone[a];
    sum += from->twice[a] * carried(s, i, 2, -1, 0);
    sum += (d * (from->once[a] - inside) + from->alone[a]) * carried(s, i, 1, -1, 0);
  }
  const double elsewhere = d * d * (from->both - touched) + d * (from->one - alone) + from->none;
  sum += elsewhere * carried(s, -1, 0, -1, 0);
  return sum > 0.0 ? sum : 0.0; /* differences may leave −1e−17 */
}

/* What all sets of a marker share. */
typedef struct set_model {
  const hw_marker *marker;
  const hwp_noise *noise;
  side related, unrelated;
  double absent; /* Π over all alleles of P(not dropped in) */
  writer *w;
} set_model;

static double not_in(const set_model *self, hw_allele z) {
  const double q = 1.0 - self->noise->drop_in * self->marker->frequencies[z];
  return q > LEAST_ABSENT ? q : LEAST_ABSENT;
}

/* Adds an allele to a set. */
static seen_set with(const set_model *self, const seen_set *set, hw_allele z) {
  seen_set s = *set;
  double kept = 1.0;
  s.z[s.n] = z;
  for (int copies = 0; copies < 3; copies++, kept *= self->noise->dropout)
    s.f[s.n][copies] = (1.0 - kept) + self->noise->drop_in * self->marker->frequencies[z] * kept;
  s.outside /= not_in(self, z);
  s.n++;
  return s;
}

static void put_set(const set_model *self, const seen_set *set) {
  const double unrelated = set_probability(set, &self->unrelated);
  put(self->w, unrelated, set_probability(set, &self->related), unrelated);
}

/* All sets that have `more` alleles more than this one, above its largest. */
static void put_larger(const set_model *self, const seen_set *set, int32_t more) {
  if (more == 0) {
    put_set(self, set);
    return;
  }
  for (hw_allele z = set->n == 0 ? 0 : set->z[set->n - 1] + 1; z < self->marker->n_alleles; z++) {
    if (z == self->marker->silent) continue;
    const seen_set larger = with(self, set, z);
    put_larger(self, &larger, more - 1); /* at most three deep */
  }
}

static void put_sets(const hw_marker *marker, const hw_marker_table *table, const hwp_noise *noise,
                     double *room, writer *w) {
  set_model self = {.marker = marker, .noise = noise, .absent = 1.0, .w = w};
  sum_side(&self.related, marker, table, table->related, room);
  sum_side(&self.unrelated, marker, table, table->unrelated,
           room + 3 * (ptrdiff_t)table->n_alleles);
  for (hw_allele z = 0; z < marker->n_alleles; z++)
    if (z != marker->silent) self.absent *= not_in(&self, z);
  const seen_set empty = {.dropout = noise->dropout, .outside = self.absent};
  const int32_t most = has_triples(marker->n_alleles, noise) ? 3 : 2;
  int32_t first = 0;
  double before = 0.0;
  for (int32_t size = 0; size <= most; size++) {
    const int32_t n = w->n;
    const double sum = w->sum;
    put_larger(&self, &empty, size);
    if (w->n == n) continue; /* impossible, or not so many alleles */
    first = n;
    before = sum;
  }
  if (noise->drop_in > 0) give_rest(w, first, w->sum - before);
}

/* --- all ------------------------------------------------------------------ */

static bool is_as_it_stands(const hw_marker *marker, const hwp_noise *noise) {
  return marker->silent == HW_ALLELE_NONE && !(noise->typing_error > 0.0);
}

void hwp_outcomes_fill(const hw_marker *marker, const hw_marker_table *table, hwp_form form,
                       const hwp_noise *noise, double *room, double *allele_room,
                       hwp_outcomes *out) {
  *out = (hwp_outcomes){0};
  const bool is_single = form == HWP_FORM_SINGLE;
  if (form == HWP_FORM_MISSING || (form != HWP_FORM_SET && is_single != table->single)) return;
  if ((form == HWP_FORM_GENOTYPE || is_single) && is_as_it_stands(marker, noise)) {
    *out = (hwp_outcomes){table->n_genotypes, table->unrelated, table->related};
    return;
  }
  writer w = {.unrelated = room,
              .related = room + hwp_outcomes_room(table->n_alleles, form, noise)};
  if (is_single) put_singles(marker, table, noise->typing_error, &w);
  if (form == HWP_FORM_GENOTYPE) put_genotypes(marker, table, noise->typing_error, &w);
  if (form == HWP_FORM_PARTIAL) put_partials(marker, table, noise->typing_error, &w);
  if (form == HWP_FORM_SET) put_sets(marker, table, noise, allele_room, &w);
  *out = (hwp_outcomes){w.n, w.unrelated, w.related};
}
