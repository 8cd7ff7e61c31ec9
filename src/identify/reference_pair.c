/* The screen: every pair of typed persons alone.
 *
 * The stated pedigree says with which probabilities a pair shares 0, 1 or 2
 * alleles by descent (Cotterman's k; Thompson 1975, Ann. Hum. Genet. 39:173):
 * with φ the kinship coefficient and f, m the parents,
 *
 *   k2 = φ(fa,fb)·φ(ma,mb) + φ(fa,mb)·φ(ma,fb),   k1 = 4φ(a,b) − 2·k2,
 *
 * exact without inbreeding, near enough for a screen with it. At one marker the
 * likelihood relative to unrelated persons is k0 + k1·r1 + k2·r2, where r1 and r2
 * are ratios for one and two shared alleles; with theta all alleles come from
 * one urn (Balding & Nichols 1994), so that the common ancestry of a village is
 * not taken for kinship. The product over markers is compared between the stated
 * relation and five others.
 *
 * Mutation enters as a floor: with a small probability the shared allele is a
 * fresh one, which makes r at least that probability. It is a screen: whoever it
 * points at is computed properly.
 *
 * Siblings with one typed parent are also compared given that parent, which tells
 * full from half siblings much better than the pair alone; and what all pairs of
 * one person say together is heard, for and against.
 *
 * A ratio that the truth exceeds by 10^s happens in one of 10^s true families at
 * most (Markov's inequality), which bounds what the screen costs. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/identify_int.h"
#include "identify/reference_int.h"

/* Individuals up to which the kinship coefficients are tabulated. */
enum { MOST_RELEVANT = 400 };

static const double relation_kappa[HWP_PAIR_COUNT][3] = {
    [HWP_PAIR_UNRELATED] = {1, 0, 0},         [HWP_PAIR_HALF_SIBS] = {0.5, 0.5, 0},
    [HWP_PAIR_FULL_SIBS] = {0.25, 0.5, 0.25}, [HWP_PAIR_PARENT] = {0, 1, 0},
    [HWP_PAIR_IDENTICAL] = {0, 0, 1},
};

/* ---- kinship coefficients ------------------------------------------------- */

/* Relevant individuals in an order with parents first, and φ of each two. */
typedef struct kinship {
  int32_t n;
  int32_t *order;  /* individuals */
  int32_t *number; /* per individual, −1 */
  double *phi;     /* n × n */
} kinship;

/* Appends an individual after its ancestors; the stack replaces recursion. */
static void append_line(const hwp_check *check, kinship *k, int32_t individual, int32_t *stack) {
  const hwp_family *f = &check->individuals;
  int32_t depth = 0;
  stack[depth++] = individual;
  while (depth > 0) {
    const int32_t i = stack[depth - 1], father = f->father[i], mother = f->mother[i];
    if (k->number[i] >= 0) {
      depth--;
    } else if (father >= 0 && k->number[father] < 0) {
      stack[depth++] = father;
    } else if (mother >= 0 && k->number[mother] < 0) {
      stack[depth++] = mother;
    } else {
      k->number[i] = k->n;
      k->order[k->n++] = i;
      depth--;
    }
  }
}

static double phi_of(const kinship *k, int32_t a, int32_t b) {
  return a < 0 || b < 0 ? 0.0 : k->phi[(size_t)k->number[a] * (size_t)k->n + (size_t)k->number[b]];
}

static void fill_phi(const hwp_check *check, kinship *k) {
  const hwp_family *f = &check->individuals;
  const size_t n = (size_t)k->n;
  for (size_t i = 0; i < n; i++) {
    const int32_t father = f->father[k->order[i]], mother = f->mother[k->order[i]];
    for (size_t j = 0; j < i; j++) {
      const int32_t other = k->order[j];
      const double phi = 0.5 * (phi_of(k, father, other) + phi_of(k, mother, other));
      k->phi[i * n + j] = k->phi[j * n + i] = phi;
    }
    k->phi[i * n + i] = 0.5 + 0.5 * phi_of(k, father, mother);
  }
}

/* *n_relevant stays 0 where there are too many for a table. */
static hw_status make_kinship(hwp_check *check, kinship *k, hw_err *err) {
  const size_t n = (size_t)check->individuals.n;
  int32_t n_relevant = 0;
  memset(k, 0, sizeof *k);
  for (size_t i = 0; i < n; i++) n_relevant += check->is_relevant[i];
  if (n_relevant > MOST_RELEVANT) return HW_OK;
  const size_t cells = (size_t)n_relevant * (size_t)n_relevant;
  int32_t *stack = hw_arena_alloc_array(check->arena, n + 1, sizeof *stack);
  k->order = hw_arena_alloc_array(check->arena, n + 1, sizeof *k->order);
  k->number = hw_arena_alloc_array(check->arena, n + 1, sizeof *k->number);
  k->phi = hw_arena_alloc_array(check->arena, cells + 1, sizeof *k->phi);
  if (stack == NULL || k->order == NULL || k->number == NULL || k->phi == NULL)
    return HW_NO_MEMORY(err, "kinship coefficients");
  memset(k->number, 0xff, n * sizeof *k->number);
  for (int32_t t = 0; t < check->n_typed; t++)
    append_line(check, k, check->typed[t].individual, stack);
  HW_BUG_IF(k->n != n_relevant, err);
  fill_phi(check, k);
  return HW_OK;
}

static void set_kappa(const hwp_check *check, const kinship *k, hwp_pair *pair) {
  const hwp_family *f = &check->individuals;
  const int32_t a = check->typed[pair->a].individual, b = check->typed[pair->b].individual;
  const double k2 = phi_of(k, f->father[a], f->father[b]) * phi_of(k, f->mother[a], f->mother[b]) +
                    phi_of(k, f->father[a], f->mother[b]) * phi_of(k, f->mother[a], f->father[b]);
  double k1 = 4 * phi_of(k, a, b) - 2 * k2;
  if (k1 < 0) k1 = 0;
  if (k1 > 1 - k2) k1 = 1 - k2; /* inbred */
  pair->kappa[2] = k2;
  pair->kappa[1] = k1;
  pair->kappa[0] = 1 - k1 - k2;
}

/* ---- one marker ----------------------------------------------------------- */

/* P(next allele is x) after n draws of which `count` were x. */
static double draw(const hw_marker *marker, double theta, hw_allele x, int32_t count, int32_t n) {
  return (count * theta + (1 - theta) * marker->frequencies[x]) / (1 + (n - 1) * theta);
}

bool hwp_share_ratios(const hw_marker *marker, double theta, const hw_allele *g, const hw_allele *h,
                      hwp_share *out) {
  const hw_allele c = h[0], d = h[1];
  const int32_t s_c = (g[0] == c) + (g[1] == c), s_d = (g[0] == d) + (g[1] == d);
  const double one_c = draw(marker, theta, c, s_c, 2), one_d = draw(marker, theta, d, s_d, 2);
  out->unrelated = c == d ? one_c * draw(marker, theta, c, s_c + 1, 3)
                          : 2 * one_c * draw(marker, theta, d, s_d, 3);
  if (!(out->unrelated > 0)) return false;
  const double shared = c == d ? 0.5 * s_c * one_c : 0.5 * (s_c * one_d + s_d * one_c);
  const bool is_same = (g[0] == c && g[1] == d) || (g[0] == d && g[1] == c);
  out->r1 = shared / out->unrelated;
  out->r2 = is_same ? 1 / out->unrelated : 0;
  return true;
}

/* A product that cannot leave the range of a double. */
typedef struct product {
  double mantissa;
  int32_t exponent;
} product;

static void multiply(product *self, double factor) {
  self->mantissa *= factor;
  if (self->mantissa > 1e100 || self->mantissa < 1e-100) {
    int shift = 0;
    self->mantissa = frexp(self->mantissa, &shift);
    self->exponent += shift;
  }
}

static double log10_of(const product *self) {
  return 0.43429448190325182765 * hw_ln_scaled(self->mantissa, self->exponent);
}

/* A mutation makes the shared allele a fresh one; a silent allele hides it. */
static double floor_of(const hw_reference *self, int32_t m) {
  double floor = self->rate[m][HW_FROM_MOTHER] + self->rate[m][HW_FROM_FATHER];
  if (self->markers[m].silent != HW_ALLELE_NONE)
    floor += self->markers[m].frequencies[self->markers[m].silent];
  return floor < 0.5 ? floor : 0.5;
}

static void compare(const hwp_check *check, hwp_pair *pair) {
  const hw_reference *self = check->self;
  const hwp_typed *a = &check->typed[pair->a], *b = &check->typed[pair->b];
  product products[HWP_PAIR_COUNT + 1];
  for (int r = 0; r <= HWP_PAIR_COUNT; r++) products[r] = (product){1, 0};
  for (int32_t m = 0; m < self->n_markers; m++) {
    const hw_allele *g = &a->alleles[2 * m], *h = &b->alleles[2 * m];
    hwp_share share;
    if (g[0] == HW_ALLELE_NONE || h[0] == HW_ALLELE_NONE) continue;
    if (!hwp_share_ratios(&self->markers[m], self->theta, g, h, &share)) continue;
    const double floor = floor_of(self, m), error = self->settings.typing_error;
    const double r1 = (1 - floor) * share.r1 + floor, r2 = (1 - error) * share.r2 + error;
    for (int r = 1; r < HWP_PAIR_COUNT; r++)
      multiply(&products[r],
               relation_kappa[r][0] + relation_kappa[r][1] * r1 + relation_kappa[r][2] * r2);
    multiply(&products[HWP_PAIR_COUNT], pair->kappa[0] + pair->kappa[1] * r1 + pair->kappa[2] * r2);
  }
  pair->best = HWP_PAIR_UNRELATED;
  for (int r = 0; r < HWP_PAIR_COUNT; r++) {
    pair->log10_lr[r] = log10_of(&products[r]);
    if (pair->log10_lr[r] > pair->log10_lr[pair->best]) pair->best = (hwp_pair_relation)r;
  }
  pair->log10_lr_stated = log10_of(&products[HWP_PAIR_COUNT]);
}

/* ---- siblings with a typed parent ----------------------------------------- */

/* P(two children | parent) relative to children of two other parents, if the other parent is one:
 * Σ over what the parent passed to each, with x and y the alleles left over,
 *   ½ + ½ · Σ [x = y] p_x / Σ p_x p_y. */
static double sib_ratio(const hw_marker *marker, const hw_allele *parent, const hw_allele *g,
                        const hw_allele *h, double floor) {
  const double *p = marker->frequencies;
  double same = 0, any = 0;
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++) {
      if (g[i] != parent[0] && g[i] != parent[1]) continue;
      if (h[j] != parent[0] && h[j] != parent[1]) continue;
      const hw_allele x = g[1 - i], y = h[1 - j];
      any += p[x] * p[y];
      if (x == y) same += p[x];
    }
  if (!(any > 0)) return 1; /* a contradiction, or no frequency */
  return 0.5 + 0.5 * ((1 - floor) * same / any + floor);
}

/* The typed parent that two share while the other parent of neither is typed; −1. */
static int32_t shared_typed_parent(const hwp_check *check, const hwp_pair *pair) {
  const hwp_family *f = &check->individuals;
  const int32_t a = check->typed[pair->a].individual, b = check->typed[pair->b].individual;
  if (f->father[a] < 0 || f->father[b] < 0) return -1;
  const int32_t father[2] = {check->typed_number[f->father[a]], check->typed_number[f->father[b]]};
  const int32_t mother[2] = {check->typed_number[f->mother[a]], check->typed_number[f->mother[b]]};
  if (f->mother[a] == f->mother[b] && mother[0] >= 0 && father[0] < 0 && father[1] < 0)
    return mother[0];
  if (f->father[a] == f->father[b] && father[0] >= 0 && mother[0] < 0 && mother[1] < 0)
    return father[0];
  return -1;
}

/* What speaks for half siblings who are stated to be full ones, or for the converse. */
static double by_typed_parent(const hwp_check *check, const hwp_pair *pair) {
  const hw_reference *self = check->self;
  const int32_t parent = shared_typed_parent(check, pair);
  product full = {1, 0};
  if (parent < 0) return 0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    const hw_allele *g = &check->typed[pair->a].alleles[2 * m];
    const hw_allele *h = &check->typed[pair->b].alleles[2 * m];
    const hw_allele *p = &check->typed[parent].alleles[2 * m];
    if (g[0] == HW_ALLELE_NONE || h[0] == HW_ALLELE_NONE || p[0] == HW_ALLELE_NONE) continue;
    multiply(&full, sib_ratio(&self->markers[m], p, g, h, floor_of(self, m)));
  }
  const double log10_full = log10_of(&full);
  const hwp_family *f = &check->individuals;
  const int32_t a = check->typed[pair->a].individual, b = check->typed[pair->b].individual;
  const bool is_full = f->father[a] == f->father[b] && f->mother[a] == f->mother[b];
  return is_full ? -log10_full : log10_full;
}

/* ---- the family ----------------------------------------------------------- */

static bool is_stated(const hwp_pair *pair, hwp_pair_relation relation) {
  const double *k = relation_kappa[relation];
  return fabs(pair->kappa[0] - k[0]) < 1e-9 && fabs(pair->kappa[1] - k[1]) < 1e-9;
}

/* What the pairs of each person say together, in log10: that she is of no kin to anybody, and to
 * her stated full siblings no kin, or half of it only. */
typedef struct voices {
  double *unrelated, *no_sib, *half_sib;
} voices;

/* Largest log10 LR by which a person's full siblings may deny what one of them suggests. */
static const double SIBS_AGAINST = 1;

static hw_status gather(const hwp_check *check, voices *v, hw_err *err) {
  const size_t n = (size_t)check->n_typed + 1;
  double *sums = hw_arena_alloc_array(check->arena, 3 * n, sizeof *sums);
  if (sums == NULL) return HW_NO_MEMORY(err, "a screen");
  *v = (voices){sums, sums + n, sums + 2 * n};
  for (int32_t p = 0; p < check->n_pairs; p++) {
    const hwp_pair *pair = &check->pairs[p];
    const double none = -pair->log10_lr_stated;
    const double half = pair->log10_lr[HWP_PAIR_HALF_SIBS] - pair->log10_lr_stated;
    v->unrelated[pair->a] += none;
    v->unrelated[pair->b] += none;
    if (!is_stated(pair, HWP_PAIR_FULL_SIBS)) continue;
    v->no_sib[pair->a] += none;
    v->no_sib[pair->b] += none;
    v->half_sib[pair->a] += half;
    v->half_sib[pair->b] += half;
  }
  return HW_OK;
}

/* Two of several full siblings look less related than they are stated: chance, if all the others
 * agree that both belong to them. */
static bool is_denied_by_sibs(const voices *v, const hwp_pair *pair) {
  const double most[4] = {v->no_sib[pair->a], v->no_sib[pair->b], v->half_sib[pair->a],
                          v->half_sib[pair->b]};
  if (!is_stated(pair, HWP_PAIR_FULL_SIBS) || pair->best > HWP_PAIR_HALF_SIBS) return false;
  for (int i = 0; i < 4; i++)
    if (most[i] >= -SIBS_AGAINST) return false;
  return true;
}

/* A value of the screen that concerns one or two persons. */
static void suspect(hwp_check *check, double log10_lr, int32_t a, int32_t b, double *worst) {
  if (log10_lr > *worst) *worst = log10_lr;
  if (log10_lr >= check->self->settings.screen_log10)
    check->typed[a].is_suspect = check->typed[b].is_suspect = true;
}

static hw_status judge(hwp_check *check, double *worst, hw_err *err) {
  voices v;
  HW_TRY(gather(check, &v, err));
  for (int32_t p = 0; p < check->n_pairs; p++) {
    const hwp_pair *pair = &check->pairs[p];
    suspect(check, by_typed_parent(check, pair), pair->a, pair->b, worst);
    if (!is_denied_by_sibs(&v, pair))
      suspect(check, pair->log10_lr[pair->best] - pair->log10_lr_stated, pair->a, pair->b, worst);
  }
  for (int32_t t = 0; t < check->n_typed; t++) {
    suspect(check, v.unrelated[t], t, t, worst);
    suspect(check, v.half_sib[t], t, t, worst);
  }
  return HW_OK;
}

hw_status hwp_pairs_screen(hwp_check *check, double *worst, hw_err *err) {
  kinship k;
  *worst = 0;
  check->n_pairs = 0;
  HW_TRY(make_kinship(check, &k, err));
  if (k.n == 0) {
    *worst = check->n_typed > 1 ? HUGE_VAL : 0; /* too many to say */
    return HW_OK;
  }
  const size_t n = (size_t)check->n_typed;
  check->pairs = hw_arena_alloc_array(check->arena, n * (n - 1) / 2 + 1, sizeof *check->pairs);
  if (check->pairs == NULL) return HW_NO_MEMORY(err, "the pairs of a family");
  for (int32_t a = 0; a < check->n_typed; a++)
    for (int32_t b = a + 1; b < check->n_typed; b++) {
      hwp_pair *pair = &check->pairs[check->n_pairs++];
      *pair = (hwp_pair){.a = a, .b = b};
      set_kappa(check, &k, pair);
      compare(check, pair);
    }
  return judge(check, worst, err);
}
