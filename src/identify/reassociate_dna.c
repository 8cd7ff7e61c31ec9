/* DNA: the profiles of a group of specimens, jointly.
 *
 * At one marker, with g the genotypes and w_i(g) = P(what was seen in specimen i | g),
 *
 *     R = Σ_g P(g) Π_i w_i(g) / Π_i Σ_g P(g) w_i(g)
 *
 * which takes partial profiles, dropout, drop-in and typing errors as they come
 * (hw_observation_table), and needs no pedigree: a person is one person. Several
 * profiles of one specimen multiply into its w. Specimens not typed at a marker say
 * nothing there.
 *
 * Theta. Two persons of one subpopulation share alleles more often than P(g)² says. For
 * two specimens R is exact: all alleles of a hypothesis come from one Pólya urn (Balding
 * & Nichols 1994), P_θ(g) above, P_θ(g, h) below. For k > 2 the ratio of theta 0 is
 * corrected by the pairs':
 *
 *     R_θ(G) = R_0(G) × Π_{i<j} [R_θ(i,j) / R_0(i,j)]^(2/k)
 *
 * k − 1 times the mean correction of a pair, as many as there are independent links. It
 * is exact for k = 2, for theta 0, and for whether a specimen with the full genotype
 * belongs to others with the same; it needs no order of specimens.
 *
 * Distinct w are kept once per marker, scaled to largest value 1 (R does not see the
 * scale), with their pair ratios in a matrix that is filled when first asked for, so
 * that thousands of specimens are screened by additions of looked-up numbers.
 *
 * Not used: X markers (their w depends on the sex, which is a factor of its own here),
 * and specimens whose own profiles exclude each other, or speak for two persons. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/reassociate_int.h"

/* What was seen at a marker, as it matters. */
typedef struct seen {
  double *weight;   /* per genotype b(b+1)/2 + a, largest 1 */
  int32_t *nonzero; /* genotypes with weight > 0 */
  int32_t n_nonzero;
  double single;    /* Σ P(g) w(g) */
  double urn;       /* K of the sum over two genotypes (next_person) */
  double *urn_once; /* L, per allele */
  uint64_t hash;
} seen;

typedef struct marker {
  bool is_used;
  int32_t n_alleles, n_genotypes;
  double *prior, *prior_theta; /* P(g), P_θ(g) */
  hw_allele *low, *high;       /* alleles of each genotype */
  const double *frequencies;
  int32_t n_seen, capacity;
  seen *seen;
  double *pair, *pair_theta; /* n_seen², NaN = not computed; NULL = too many */
  int32_t matrix;            /* side of the matrices */
} marker;

struct hwp_dna {
  int32_t n_specimens, n_markers;
  double theta;
  marker *markers;
  int32_t *code; /* specimens × markers, −1 = nothing seen */
  hw_arena *arena;
};

/* --- the marker --- */

static hw_status prepare(const hw_marker *from, double theta, hw_arena *arena, marker *out,
                         hw_err *err) {
  *out = (marker){.is_used = !hw_marker_is_x(from), .n_alleles = from->n_alleles};
  if (!out->is_used) return HW_OK;
  const int32_t n = from->n_alleles;
  out->n_genotypes = n * (n + 1) / 2;
  out->frequencies = from->frequencies;
  out->prior = hw_arena_alloc_array(arena, (size_t)out->n_genotypes, sizeof *out->prior);
  out->prior_theta = hw_arena_alloc_array(arena, (size_t)out->n_genotypes, sizeof *out->prior);
  out->low = hw_arena_alloc_array(arena, (size_t)out->n_genotypes, sizeof *out->low);
  out->high = hw_arena_alloc_array(arena, (size_t)out->n_genotypes, sizeof *out->high);
  if (out->prior == NULL || out->prior_theta == NULL || out->low == NULL || out->high == NULL)
    return HW_NO_MEMORY(err, "genotypes");
  for (int32_t b = 0, code = 0; b < n; b++)
    for (int32_t a = 0; a <= b; a++, code++) {
      const double p = from->frequencies[a], q = from->frequencies[b];
      out->low[code] = a;
      out->high[code] = b;
      out->prior[code] = a == b ? p * p : 2 * p * q;
      out->prior_theta[code] = a == b ? p * (theta + (1 - theta) * p) : 2 * (1 - theta) * p * q;
    }
  return HW_OK;
}

/* --- what was seen --- */

/* Multiplies P(observation | genotype) into weight. @return false if nothing was seen */
static bool multiply(const hw_marker *from, const hw_profile *profile, int32_t m, double *table,
                     double *weight) {
  const hw_observation *obs = &profile->observations[m];
  if (obs->kind == HW_OBS_MISSING || obs->kind == HW_OBS_SINGLE) return false;
  hw_observation_table(from, obs, profile, false, table);
  const int32_t n = from->n_alleles;
  for (int32_t b = 0, code = 0; b < n; b++)
    for (int32_t a = 0; a <= b; a++, code++) weight[code] *= table[a * n + b];
  return true;
}

static uint64_t hash_of(const double *weight, int32_t n) {
  uint64_t hash = 1469598103934665603u;
  for (int32_t g = 0; g < n; g++) {
    uint64_t bits;
    memcpy(&bits, &weight[g], sizeof bits);
    hash = (hash ^ bits) * 1099511628211u;
    hash ^= hash >> 29;
  }
  return hash;
}

/* What another person of the subpopulation may show, prepared for any first person g = (x, x').
 * With A = (1 − θ) p, c the copies of an allele in g, and h = (y, y') the second person's,
 *
 *     P_θ(h | g) = m (A_y + θ c_y)(A_y' + θ (c_y' + [y = y'])) / ((1 + θ)(1 + 2θ)),  m = 1 or 2
 *     Σ_h w(h) P_θ(h | g) = (K + θ (L_x + L_x') + θ² Q) / ((1 + θ)(1 + 2θ))
 *
 * K has no copy, L one, and Q two: Q needs the weights of h within g alone. */
static hw_status fill_urn(hwp_dna *self, const marker *m, seen *made, hw_err *err) {
  const double theta = self->theta, *p = m->frequencies;
  made->urn_once = hw_arena_alloc_array(self->arena, (size_t)m->n_alleles, sizeof *made->urn_once);
  if (made->urn_once == NULL) return HW_NO_MEMORY(err, "the profiles");
  for (int32_t i = 0; i < made->n_nonzero; i++) {
    const int32_t h = made->nonzero[i];
    const hw_allele y = m->low[h], z = m->high[h];
    const double weight = made->weight[h] * (y == z ? 1 : 2);
    const double first = (1 - theta) * p[y], second = (1 - theta) * p[z] + (y == z ? theta : 0);
    made->urn += weight * first * second;
    made->urn_once[y] += weight * second;
    made->urn_once[z] += weight * first;
  }
  return HW_OK;
}

static hw_status add_seen(hwp_dna *self, marker *m, const double *weight, int32_t *code,
                          hw_err *err) {
  const uint64_t hash = hash_of(weight, m->n_genotypes);
  const size_t size = (size_t)m->n_genotypes * sizeof *weight;
  for (int32_t i = 0; i < m->n_seen; i++)
    if (m->seen[i].hash == hash && memcmp(m->seen[i].weight, weight, size) == 0) {
      *code = i;
      return HW_OK;
    }
  if (m->n_seen == m->capacity) {
    const int32_t capacity = m->capacity > 0 ? 2 * m->capacity : 16;
    seen *larger = hw_arena_alloc_array(self->arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "the profiles");
    if (m->n_seen > 0) memcpy(larger, m->seen, (size_t)m->n_seen * sizeof *larger);
    m->seen = larger;
    m->capacity = capacity;
  }
  seen *made = &m->seen[m->n_seen];
  *made = (seen){.hash = hash, .weight = hw_arena_copy(self->arena, weight, size)};
  for (int32_t g = 0; g < m->n_genotypes; g++) made->n_nonzero += weight[g] > 0;
  made->nonzero =
      hw_arena_alloc_array(self->arena, (size_t)made->n_nonzero + 1, sizeof *made->nonzero);
  if (made->weight == NULL || made->nonzero == NULL) return HW_NO_MEMORY(err, "the profiles");
  for (int32_t g = 0, n = 0; g < m->n_genotypes; g++) {
    if (!(weight[g] > 0)) continue;
    made->nonzero[n++] = g;
    made->single += m->prior[g] * weight[g];
  }
  if (self->theta > 0) HW_TRY(fill_urn(self, m, made, err));
  *code = m->n_seen++;
  return HW_OK;
}

/* Scales to largest value 1. @return false if all are 0 */
static bool normalise(double *weight, int32_t n) {
  double most = 0;
  for (int32_t g = 0; g < n; g++)
    if (weight[g] > most) most = weight[g];
  if (!(most > 0)) return false;
  for (int32_t g = 0; g < n; g++) weight[g] /= most;
  return true;
}

/* P(profiles of one specimen at a marker | population), for each and for all, as a ratio. */
static double own_ratio(const marker *m, const hw_marker *from, int32_t number,
                        const hw_specimen *specimen, const hw_remains *remains, double *table,
                        double *weight) {
  double joint = 1, apart = 1;
  int32_t n_typed = 0;
  for (int32_t g = 0; g < m->n_genotypes; g++) weight[g] = 1;
  double *alone = table + (size_t)m->n_alleles * (size_t)m->n_alleles;
  for (int32_t i = 0; i < specimen->n_profiles; i++) {
    const hw_profile *profile = &remains[specimen->profiles[i]].profile;
    for (int32_t g = 0; g < m->n_genotypes; g++) alone[g] = 1;
    if (!multiply(from, profile, number, table, alone)) continue;
    double single = 0;
    for (int32_t g = 0; g < m->n_genotypes; g++) {
      single += m->prior[g] * alone[g];
      weight[g] *= alone[g];
    }
    apart *= single;
    n_typed++;
  }
  if (n_typed == 0) return -1;
  joint = 0;
  for (int32_t g = 0; g < m->n_genotypes; g++) joint += m->prior[g] * weight[g];
  return apart > 0 ? joint / apart : n_typed > 1 ? 0 : 1;
}

static hw_status add_specimen(hwp_dna *self, const hw_reassociate_problem *problem, int32_t s,
                              double *table, double *weight, bool *conflict, hw_err *err) {
  const hw_specimen *specimen = &problem->specimens[s];
  int32_t *code = self->code + (size_t)s * (size_t)self->n_markers;
  double ln = 0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    marker *at = &self->markers[m];
    code[m] = -1;
    if (!at->is_used) continue;
    const double ratio =
        own_ratio(at, &problem->markers[m], m, specimen, problem->remains, table, weight);
    if (ratio < 0) continue;
    if (specimen->n_profiles > 1) ln += hw_ln(ratio);
    if (normalise(weight, at->n_genotypes)) {
      HW_TRY(add_seen(self, at, weight, &code[m], err));
      if (!(at->seen[code[m]].single > 0)) code[m] = -1; /* nobody can have it: says nothing */
    }
  }
  /* Its samples are of two persons rather than of one: none of them counts. */
  conflict[s] = specimen->n_profiles > 1 && ln < 0;
  if (conflict[s])
    for (int32_t m = 0; m < self->n_markers; m++) code[m] = -1;
  return HW_OK;
}

static hw_status make_matrices(hwp_dna *self, hw_err *err) {
  enum { MOST_SIDE = 700 };
  for (int32_t m = 0; m < self->n_markers; m++) {
    marker *at = &self->markers[m];
    if (!at->is_used || at->n_seen == 0 || at->n_seen > MOST_SIDE) continue;
    const size_t cells = (size_t)at->n_seen * (size_t)at->n_seen;
    at->matrix = at->n_seen;
    at->pair = hw_arena_alloc_array(self->arena, cells, sizeof *at->pair);
    if (self->theta > 0)
      at->pair_theta = hw_arena_alloc_array(self->arena, cells, sizeof *at->pair);
    if (at->pair == NULL || (self->theta > 0 && at->pair_theta == NULL))
      return HW_NO_MEMORY(err, "the ratios of pairs");
    for (size_t i = 0; i < cells; i++) at->pair[i] = NAN;
    for (size_t i = 0; self->theta > 0 && i < cells; i++) at->pair_theta[i] = NAN;
  }
  return HW_OK;
}

hw_status hwp_dna_new(const hw_reassociate_problem *problem, hw_arena *arena, bool *conflict,
                      hwp_dna **out, hw_err *err) {
  hwp_dna *self = hw_arena_alloc(arena, sizeof *self);
  *out = NULL;
  if (self == NULL) return HW_NO_MEMORY(err, "the profiles");
  *self = (hwp_dna){.n_specimens = problem->n_specimens,
                    .n_markers = problem->n_markers,
                    .theta = problem->theta,
                    .arena = arena};
  size_t cells = 0;
  if (!hw_mul_size((size_t)problem->n_specimens, (size_t)problem->n_markers + 1, &cells))
    return HW_NO_MEMORY(err, "the profiles");
  self->markers = hw_arena_alloc_array(arena, (size_t)self->n_markers + 1, sizeof *self->markers);
  self->code = hw_arena_alloc_array(arena, cells, sizeof *self->code);
  if (self->markers == NULL || self->code == NULL) return HW_NO_MEMORY(err, "the profiles");
  size_t most = 1;
  for (int32_t m = 0; m < self->n_markers; m++) {
    HW_TRY(prepare(&problem->markers[m], problem->theta, arena, &self->markers[m], err));
    const size_t n = (size_t)problem->markers[m].n_alleles;
    if (n > most) most = n;
  }
  double *scratch = calloc(3 * most * most + most, sizeof *scratch);
  if (scratch == NULL) return HW_NO_MEMORY(err, "the profiles");
  hw_status status = HW_OK;
  for (int32_t s = 0; s < self->n_specimens && status == HW_OK; s++)
    status = add_specimen(self, problem, s, scratch, scratch + 2 * most * most, conflict, err);
  free(scratch);
  if (status == HW_OK) status = make_matrices(self, err);
  if (status == HW_OK) *out = self;
  return status;
}

/* --- pairs --- */

static double joint_of(const double *prior, const seen *a, const seen *b) {
  const seen *few = a->n_nonzero <= b->n_nonzero ? a : b, *many = few == a ? b : a;
  double sum = 0;
  for (int32_t i = 0; i < few->n_nonzero; i++) {
    const int32_t g = few->nonzero[i];
    sum += prior[g] * few->weight[g] * many->weight[g];
  }
  return sum;
}

/* Σ_h P_θ(h | g) w(h), see fill_urn. */
static double next_person(const marker *m, double theta, int32_t g, const seen *other) {
  const hw_allele x = m->low[g], z = m->high[g];
  const double *w = other->weight;
  const int32_t same_x = x * (x + 1) / 2 + x, same_z = z * (z + 1) / 2 + z;
  const double twice = x == z ? 4 * w[g] : 2 * w[g] + w[same_x] + w[same_z];
  return (other->urn + theta * (other->urn_once[x] + other->urn_once[z]) + theta * theta * twice) /
         ((1 + theta) * (1 + 2 * theta));
}

static double compute_pair(const hwp_dna *self, const marker *m, const seen *a, const seen *b,
                           bool with_theta) {
  if (!with_theta) return hw_ln(joint_of(m->prior, a, b) / (a->single * b->single));
  double apart = 0;
  for (int32_t i = 0; i < a->n_nonzero; i++) {
    const int32_t g = a->nonzero[i];
    apart += m->prior_theta[g] * a->weight[g] * next_person(m, self->theta, g, b);
  }
  return hw_ln(joint_of(m->prior_theta, a, b) / apart);
}

static double pair_at(const hwp_dna *self, const marker *m, int32_t a, int32_t b, bool with_theta) {
  if (a > b) {
    const int32_t swap = a;
    a = b;
    b = swap;
  }
  double *matrix = with_theta ? m->pair_theta : m->pair;
  if (matrix == NULL) return compute_pair(self, m, &m->seen[a], &m->seen[b], with_theta);
  double *cell = &matrix[(size_t)a * (size_t)m->matrix + (size_t)b];
  if (isnan(*cell)) *cell = compute_pair(self, m, &m->seen[a], &m->seen[b], with_theta);
  return *cell;
}

static const int32_t *codes_of(const hwp_dna *self, int32_t specimen) {
  return self->code + (size_t)specimen * (size_t)self->n_markers;
}

double hwp_dna_pair(const hwp_dna *self, int32_t a, int32_t b) {
  /* Far below anything that theta could lift: not worth the sums over two genotypes. */
  static const double HOPELESS = -60;
  const int32_t *x = codes_of(self, a), *y = codes_of(self, b);
  double ln = 0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    if (x[m] < 0 || y[m] < 0) continue;
    ln += pair_at(self, &self->markers[m], x[m], y[m], false);
    if (ln == -HUGE_VAL) return ln;
  }
  if (!(self->theta > 0) || ln < HOPELESS) return ln;
  ln = 0;
  for (int32_t m = 0; m < self->n_markers; m++)
    if (x[m] >= 0 && y[m] >= 0) ln += pair_at(self, &self->markers[m], x[m], y[m], true);
  return ln;
}

int32_t hwp_dna_common(const hwp_dna *self, int32_t a, int32_t b, int32_t *n_differ) {
  const int32_t *x = codes_of(self, a), *y = codes_of(self, b);
  int32_t n = 0;
  *n_differ = 0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    if (x[m] < 0 || y[m] < 0) continue;
    n++;
    *n_differ += pair_at(self, &self->markers[m], x[m], y[m], false) < 0 &&
                 x[m] != y[m]; /* less likely of one person than of two */
  }
  return n;
}

bool hwp_dna_is_typed(const hwp_dna *self, int32_t specimen) {
  const int32_t *x = codes_of(self, specimen);
  for (int32_t m = 0; m < self->n_markers; m++)
    if (x[m] >= 0) return true;
  return false;
}

/* --- groups --- */

/* Σ_g P(g) Π w_i(g) of the specimens typed at a marker, as a logarithm over the singles. */
static double group_at(const hwp_dna *self, int32_t number, const int32_t *members, int32_t n) {
  const marker *m = &self->markers[number];
  const seen *few = NULL;
  int32_t n_typed = 0;
  double ln_single = 0, correction = 0;
  for (int32_t i = 0; i < n; i++) {
    const int32_t code = codes_of(self, members[i])[number];
    if (code < 0) continue;
    const seen *at = &m->seen[code];
    if (few == NULL || at->n_nonzero < few->n_nonzero) few = at;
    ln_single += hw_ln(at->single);
    n_typed++;
  }
  if (n_typed < 2) return 0;
  double joint = 0;
  for (int32_t i = 0; i < few->n_nonzero; i++) {
    const int32_t g = few->nonzero[i];
    double product = m->prior[g];
    for (int32_t j = 0; j < n && product > 0; j++) {
      const int32_t code = codes_of(self, members[j])[number];
      if (code >= 0) product *= m->seen[code].weight[g];
    }
    joint += product;
  }
  if (!(joint > 0)) return -HUGE_VAL;
  if (self->theta > 0)
    for (int32_t i = 0; i < n; i++)
      for (int32_t j = i + 1; j < n; j++) {
        const int32_t a = codes_of(self, members[i])[number];
        const int32_t b = codes_of(self, members[j])[number];
        if (a >= 0 && b >= 0)
          correction += pair_at(self, m, a, b, true) - pair_at(self, m, a, b, false);
      }
  return hw_ln(joint) - ln_single + 2 * correction / n_typed;
}

double hwp_dna_group(const hwp_dna *self, const int32_t *members, int32_t n) {
  double ln = 0;
  if (n < 2) return 0;
  if (n == 2) return hwp_dna_pair(self, members[0], members[1]);
  for (int32_t m = 0; m < self->n_markers && ln > -HUGE_VAL; m++)
    if (self->markers[m].is_used) ln += group_at(self, m, members, n);
  return ln;
}
