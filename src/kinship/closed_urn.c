/* Closed forms with theta: parents who are founders, and their children; one of these
 * persons is missing, all other children are typed, the parents may be.
 *
 * Founder alleles come from one Pólya urn (Balding & Nichols 1994; urn.h): known ones
 * are drawn first and leave an urn with p' and θ' = θ/(1 + mθ) for m known alleles. Four
 * or two founder slots stay unknown, and every sum over the urn's counts is written out:
 *
 *   P(i, j)       = p_i ((1 − θ) p_j + θ [i = j])
 *   P(k | i, j)   = ((1 − θ) p_k + θ ([k = i] + [k = j])) / (1 + θ)      and so on.
 *
 * W(i, j) = Π T_a(i, j) is the product of what the father i/j gives to the typed children
 * in one phase (closed.h), V(k, l) that of the mother; both are symmetric, and with
 * ω_i = Σ_j p_j W(i, j), υ_k likewise of V:
 *
 *   D(i, j)  the father's own genotype, with the data:
 *            P(i, j) W(i, j) · [(1 − θ) Σ_k p_k ((1 − θ) υ_k + θ V_kk) + 2θ(1 − θ)(υ_i + υ_j)
 *                               + 2θ² (V_ii + V_jj + V_ij)] / ((1 + θ)(1 + 2θ))
 *   X(z, w)  one slot of the father and one of the mother, with the data:
 *            P(z, w) · [A B + θ((1 − θ) Σ_j p_j W_zj V_jw + θ (W_zz V_wz + W_zw V_ww))]
 *                               / ((1 + θ)(1 + 2θ)),
 *            A = (1 − θ) ω_z + θ (W_zz + W_zw),  B = (1 − θ) υ_w + θ (V_wz + V_ww),
 *
 * summed over the phases. A missing child has Σ_zw M_zx X(z, w) M_wy, a missing parent D.
 * An unrelated person is two more draws: they depend on the first two moments of the
 * counts, E c_s and E c_s c_t, which D and X give. Cost: n³ a phase, where elimination
 * would go through all partitions of the slots. */
#include <string.h>

#include "kinship/closed_int.h"

enum { NOT_PARTIAL = -1 };

/* A parent. */
typedef struct parent {
  bool is_known;
  hw_allele i, j;    /* known */
  hw_allele carried; /* unknown, of whom a partial genotype shows this; or NOT_PARTIAL */
} parent;

typedef struct nuclear {
  hwp_evaluation *at;
  const hwp_closed_couple *couple;
  parent parents[2];  /* by HW_FROM_… */
  double *own[2];     /* D, n rows of n8; NULL where the parent is known */
  double *cross;      /* X, rows by the father's slot; NULL unless both are unknown */
  double p_known;     /* probability of the known founders */
  double theta, rest; /* θ', 1 − θ' */
  double p[HWP_CLOSED_ALLELES];
  double total; /* P(data) */
} nuclear;

/* ---- the urn --------------------------------------------------------------- */

/* Draws what is known and sets p' and θ'. */
static void draw_known(nuclear *self, double theta) {
  const hwp_closed_marker *marker = self->at->marker;
  int32_t count[HWP_CLOSED_ALLELES] = {0}, m = 0;
  self->p_known = 1.0;
  for (int from = 0; from < 2; from++) {
    const parent *who = &self->parents[from];
    if (!who->is_known) continue;
    const hw_allele drawn[2] = {who->i, who->j};
    if (who->i != who->j) self->p_known *= 2.0;
    for (int k = 0; k < 2; k++) {
      const double mass = 1.0 + (m - 1) * theta;
      self->p_known *= m == 0
                           ? marker->p[drawn[k]]
                           : ((1.0 - theta) * marker->p[drawn[k]] + theta * count[drawn[k]]) / mass;
      count[drawn[k]]++;
      m++;
    }
  }
  const double mass = (1.0 - theta) + m * theta;
  memset(self->p, 0, sizeof self->p);
  for (int32_t x = 0; x < self->at->n; x++)
    self->p[x] = m == 0 ? marker->p[x] : ((1.0 - theta) * marker->p[x] + theta * count[x]) / mass;
  self->theta = theta / (mass + theta);
  self->rest = mass / (mass + theta);
}

/* P(i, j) of two draws. */
static double draw_pair(const nuclear *self, int32_t i, int32_t j) {
  return self->p[i] * (self->rest * self->p[j] + (i == j ? self->theta : 0.0));
}

/* ---- tables of one parent -------------------------------------------------- */

/* W: the product of the factors, 0 where the genotype does not show what was seen. */
static double *product_table(nuclear *self, const parent *who, int32_t n_factors,
                             const double *const *factors) {
  const int32_t n = self->at->n, n8 = self->at->n8;
  double *table = hwp_closed_rows(self->at, n);
  for (int32_t i = 0; table != NULL && i < n; i++) {
    double *row = table + (int64_t)i * n8;
    for (int32_t j = 0; j < n; j++)
      row[j] = who->carried == NOT_PARTIAL || i == who->carried || j == who->carried ? 1.0 : 0.0;
    hwp_multiply_row(self->at, n_factors, factors, i, row);
  }
  return table;
}

/* ω_i = Σ_j p_j W(i, j) */
static void averages(const nuclear *self, const double *table, double *out) {
  self->at->task->rows->scaled(self->at->n8, out, self->at->n, self->p, 1, table, self->at->n8);
}

/* D of a parent with table w, beside another with table v and averages of it. */
static void add_own(const nuclear *self, double weight, const double *w, const double *v,
                    const double *average, double *out) {
  const int32_t n = self->at->n, n8 = self->at->n8;
  const double t = self->theta, rest = self->rest;
  double constant = 0.0;
  weight /= (1.0 + t) * (1.0 + 2.0 * t);
  for (int32_t k = 0; k < n; k++)
    constant += self->p[k] * (rest * average[k] + t * v[(int64_t)k * n8 + k]);
  constant *= rest;
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) {
      const int64_t at = (int64_t)i * n8 + j;
      const double twice = v[(int64_t)i * n8 + i] + v[(int64_t)j * n8 + j] + v[at];
      const double others =
          constant + 2.0 * t * rest * (average[i] + average[j]) + 2.0 * t * t * twice;
      out[at] += weight * draw_pair(self, i, j) * w[at] * others;
    }
}

/* X: w and v of father and mother. */
static void add_cross(nuclear *self, double weight, const double *w, const double *of_w,
                      const double *v, const double *of_v) {
  const int32_t n = self->at->n, n8 = self->at->n8;
  const double t = self->theta, rest = self->rest;
  double row[HWP_CLOSED_ALLELES], joined[HWP_CLOSED_ALLELES];
  weight /= (1.0 + t) * (1.0 + 2.0 * t);
  for (int32_t z = 0; z < n; z++) {
    const double *w_z = w + (int64_t)z * n8;
    for (int32_t j = 0; j < n8; j++) row[j] = self->p[j] * w_z[j];
    self->at->task->rows->scaled(n8, joined, n, row, 1, v, n8);
    for (int32_t x = 0; x < n; x++) {
      const double v_xz = v[(int64_t)x * n8 + z], v_xx = v[(int64_t)x * n8 + x];
      const double a = rest * of_w[z] + t * (w_z[z] + w_z[x]);
      const double b = rest * of_v[x] + t * (v_xz + v_xx);
      const double tied = rest * joined[x] + t * (w_z[z] * v_xz + w_z[x] * v_xx);
      self->cross[(int64_t)z * n8 + x] += weight * draw_pair(self, z, x) * (a * b + t * tied);
    }
  }
}

/* ---- who is unknown -------------------------------------------------------- */

static void both_unknown(nuclear *self, int16_t missing) {
  hwp_phases list;
  double of_w[HWP_CLOSED_ALLELES], of_v[HWP_CLOSED_ALLELES];
  hwp_list_phases(self->at, self->couple, missing, &list);
  self->cross = hwp_closed_rows(self->at, self->at->n);
  for (int32_t r = 0; r < list.n && !self->at->too_many && !self->at->no_memory; r++) {
    const double *factors[2][HWP_MOST_SET];
    const double *tables[2];
    for (int from = 0; from < 2; from++) {
      const int32_t n = hwp_set_factors(self->at, from, &list.list[r].given[from], factors[from]);
      tables[from] = product_table(self, &self->parents[from], n, factors[from]);
    }
    const double *w = tables[HW_FROM_FATHER], *v = tables[HW_FROM_MOTHER];
    if (w == NULL || v == NULL || self->cross == NULL) return;
    averages(self, w, of_w);
    averages(self, v, of_v);
    const double weight = list.list[r].weight;
    add_own(self, weight, w, v, of_v, self->own[HW_FROM_FATHER]);
    add_own(self, weight, v, w, of_w, self->own[HW_FROM_MOTHER]);
    add_cross(self, weight, w, of_w, v, of_v);
  }
}

/* Known parent: `from`. */
static void one_known(nuclear *self, int from, int16_t missing) {
  const parent *known = &self->parents[from], *other = &self->parents[1 - from];
  const double *factors[HWP_CLOSED_KIDS];
  const int32_t n8 = self->at->n8;
  const int32_t n_factors =
      hwp_child_factors(self->at, self->couple, missing, from, known->i, known->j, factors);
  if (self->at->no_memory) return;
  if (other->is_known) {
    self->total = self->p_known;
    for (int32_t k = 0; k < n_factors; k++)
      self->total *= factors[k][other->i] + factors[k][other->j];
    return;
  }
  const double *w = product_table(self, other, n_factors, factors);
  double *own = self->own[1 - from];
  if (w == NULL || own == NULL) return;
  for (int32_t i = 0; i < self->at->n; i++)
    for (int32_t j = 0; j < self->at->n; j++) {
      const int64_t at = (int64_t)i * n8 + j;
      own[at] = self->p_known * draw_pair(self, i, j) * w[at];
    }
}

/* ---- results --------------------------------------------------------------- */

/* What a parent gives to a missing child, where the other parent is known. */
static void gift(const nuclear *self, int from, double *out) {
  const int32_t n = self->at->n, n8 = self->at->n8;
  const parent *who = &self->parents[from];
  const double *rows = self->at->marker->row[from];
  double slot[HWP_CLOSED_ALLELES] = {0.0};
  const double *own = self->own[from];
  if (own == NULL) { /* known */
    slot[who->i] += 0.5;
    slot[who->j] += 0.5;
  }
  for (int32_t z = 0; z < n && own != NULL; z++)
    for (int32_t j = 0; j < n; j++) slot[z] += own[(int64_t)z * n8 + j];
  self->at->task->rows->scaled(n8, out, n, slot, 1, rows, n8);
}

static void missing_child(nuclear *self, double *joint) {
  const int32_t n = self->at->n, n8 = self->at->n8;
  const hw_rows *rows = self->at->task->rows;
  const double *by_father = self->at->marker->row[HW_FROM_FATHER],
               *by_mother = self->at->marker->row[HW_FROM_MOTHER];
  double given[HWP_CLOSED_ALLELES], u[HWP_CLOSED_ALLELES], v[HWP_CLOSED_ALLELES];
  double *all = hwp_closed_rows(self->at, n);
  if (all == NULL) return;
  const bool is_product = self->cross == NULL;
  const double scale = self->own[0] == NULL && self->own[1] == NULL ? self->total : 1.0;
  if (is_product) {
    gift(self, HW_FROM_FATHER, u);
    gift(self, HW_FROM_MOTHER, v);
  }
  for (int32_t x = 0; x < n; x++) {
    double *row = all + (int64_t)x * n8;
    for (int32_t y = 0; y < n && is_product; y++) row[y] = scale * u[x] * v[y];
    if (is_product) continue;
    rows->scaled(n8, given, n, by_father + x, n8, self->cross, n8);
    rows->scaled(n8, row, n, given, 1, by_mother, n8);
  }
  for (int32_t b = 0; b < n; b++)
    for (int32_t a = 0; a <= b; a++) {
      const double one = all[(int64_t)a * n8 + b], other = all[(int64_t)b * n8 + a];
      joint[(int64_t)b * (b + 1) / 2 + a] = a == b ? one : one + other;
    }
}

static void missing_parent(const nuclear *self, int from, double *joint) {
  for (int32_t b = 0; b < self->at->n; b++)
    for (int32_t a = 0; a <= b; a++)
      joint[(int64_t)b * (b + 1) / 2 + a] =
          (a == b ? 1.0 : 2.0) * self->own[from][(int64_t)a * self->at->n8 + b];
}

/* E c_s of the unknown slots, and the total. */
static int32_t first_moment(nuclear *self, double *count) {
  const int32_t n = self->at->n, n8 = self->at->n8;
  int32_t n_slots = 0;
  memset(count, 0, sizeof *count * (size_t)n);
  for (int from = 0; from < 2; from++) {
    if (self->own[from] == NULL) continue;
    double total = 0.0;
    for (int32_t s = 0; s < n; s++) {
      double sum = 0.0;
      for (int32_t j = 0; j < n; j++) sum += self->own[from][(int64_t)s * n8 + j];
      count[s] += 2.0 * sum;
      total += sum;
    }
    self->total = total;
    n_slots += 2;
  }
  return n_slots;
}

/* E c_s c_t without the slots paired with themselves. */
static double second_moment(const nuclear *self, int32_t s, int32_t t) {
  const int64_t at = (int64_t)s * self->at->n8 + t, back = (int64_t)t * self->at->n8 + s;
  double sum = 0.0;
  for (int from = 0; from < 2; from++)
    if (self->own[from] != NULL) sum += 2.0 * self->own[from][at];
  return self->cross == NULL ? sum : sum + 4.0 * (self->cross[at] + self->cross[back]);
}

static void stranger(nuclear *self, double *joint) {
  double count[HWP_CLOSED_ALLELES];
  const int32_t n_slots = first_moment(self, count);
  const double t = self->theta, rest = self->rest, *p = self->p;
  const double scale = 1.0 / ((1.0 + (n_slots - 1) * t) * (1.0 + n_slots * t));
  for (int32_t b = 0; b < self->at->n; b++)
    for (int32_t a = 0; a <= b; a++) {
      double sum = rest * rest * p[a] * p[b] * self->total +
                   rest * t * (p[a] * count[b] + p[b] * count[a]) +
                   t * t * second_moment(self, a, b);
      if (a == b) sum += t * t * count[a] + t * (rest * p[a] * self->total + t * count[a]);
      joint[(int64_t)b * (b + 1) / 2 + a] = (a == b ? 1.0 : 2.0) * scale * sum;
    }
}

static parent parent_of(const hwp_evaluation *at, int16_t person) {
  const hw_observation *obs = hwp_seen_of(at, person);
  if (obs == NULL) return (parent){.carried = NOT_PARTIAL};
  if (obs->b == HW_ALLELE_NONE) return (parent){.carried = obs->a};
  return (parent){.is_known = true, .i = obs->a, .j = obs->b};
}

hw_status hwp_closed_urn_run(const hwp_closed_task *task, double theta, double *related,
                             double *unrelated, bool *is_done) {
  const hwp_closed *tree = task->closed;
  hwp_evaluation at = {.task = task,
                       .tree = tree,
                       .marker = task->marker,
                       .n = task->marker->n,
                       .n8 = task->marker->n8};
  nuclear self = {.at = &at, .couple = &tree->couples[0]};
  *is_done = tree->n_couples == 1 && tree->up[self.couple->father] < 0 &&
             tree->up[self.couple->mother] < 0;
  if (!*is_done) return HW_OK;
  self.parents[HW_FROM_FATHER] = parent_of(&at, self.couple->father);
  self.parents[HW_FROM_MOTHER] = parent_of(&at, self.couple->mother);
  for (int from = 0; from < 2; from++)
    if (!self.parents[from].is_known) self.own[from] = hwp_closed_rows(&at, at.n);
  if (at.no_memory) return HW_E_NO_MEMORY;
  draw_known(&self, theta);
  const int16_t left_out = tree->up[0] >= 0 ? 0 : -1;
  if (self.parents[HW_FROM_MOTHER].is_known || self.parents[HW_FROM_FATHER].is_known)
    one_known(&self, self.parents[HW_FROM_MOTHER].is_known ? HW_FROM_MOTHER : HW_FROM_FATHER,
              left_out);
  else
    both_unknown(&self, left_out);
  *is_done = !at.too_many;
  if (at.too_many || at.no_memory) return at.no_memory ? HW_E_NO_MEMORY : HW_OK;
  if (left_out == 0)
    missing_child(&self, related);
  else
    missing_parent(&self, self.couple->father == 0 ? HW_FROM_FATHER : HW_FROM_MOTHER, related);
  stranger(&self, unrelated);
  return at.no_memory ? HW_E_NO_MEMORY : HW_OK;
}
