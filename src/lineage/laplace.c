/* The discrete Laplace mixture of Y-STR haplotypes.
 *
 * P(h) = Σ_j τ_j Π_k f(|h_k − y_jk|; p_jk),  f(d; p) = (1 − p)/(1 + p)·p^d,
 * ln p_jk = ω_j + λ_k (Andersen, Eriksen & Morling 2013: "The discrete Laplace
 * exponential family and estimation of Y-STR haplotype frequencies", J Theor Biol
 * 329:39; mixture and EM in sections 3 and 4).
 *
 * EM. E: v_ij = P(cluster j | haplotype i). M: τ_j = Σ v_ij/n; the ω and λ maximise
 *   Σ_jk S_jk·ln p_jk + W_j·ln((1 − p_jk)/(1 + p_jk)),
 *   S_jk = Σ_i v_ij·|h_ik − y_jk|,  W_j = Σ_i v_ij.
 * ln p is the natural parameter of f, so this is concave in ω and λ: Newton's steps,
 * halved where they overshoot. λ of the first marker is 0, the constant being in ω.
 *
 * CENTRES. Starts: medoids of the table in L1 distance, each haplotype weighted by how
 * often it was seen (no chance in it). After EM each centre moves to the
 * weighted median of its cluster, marker by marker, and EM begins again until none
 * moves. The number of clusters has the least BIC; it grows until that rose three
 * times. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "homeward/lineage.h"

enum { MOST_ROUNDS = 60, MOST_NEWTON = 60 };

/* A marker that never varies in a cluster: p would be 0. */
#define LEAST_LN_RATIO (-30.0)

typedef struct storage {
  hw_laplace model; /* first, so that the model is the storage */
  hw_arena arena;
} storage;

typedef struct fit {
  const hw_y_table *table;
  hw_arena *arena;
  int32_t n_clusters, n_markers;
  double total; /* haplotypes, by their counts */
  double *share;
  int32_t *centre;
  double *omega, *lambda;
  double *member;   /* haplotypes × clusters */
  double *distance; /* clusters × markers: S */
  double *weight;   /* clusters: W */
  double ln_likelihood;
  int32_t n_steps;
} fit;

static double count_of(const hw_y_table *table, int32_t i) {
  return table->counts == NULL ? 1 : table->counts[i];
}

static double ln_ratio(const fit *self, int32_t j, int32_t k) {
  const double value = self->omega[j] + self->lambda[k];
  return value < LEAST_LN_RATIO ? LEAST_LN_RATIO : value > -1e-9 ? -1e-9 : value;
}

/* --- E: which cluster --- */

static double expect(fit *self) {
  const hw_y_table *table = self->table;
  const int32_t n_k = self->n_markers, n_j = self->n_clusters;
  double ln_base[HW_LAPLACE_MAX_CLUSTERS], total = 0;
  for (int32_t j = 0; j < n_j; j++) {
    ln_base[j] = hw_ln(self->share[j]);
    for (int32_t k = 0; k < n_k; k++) {
      const double p = hw_exp(ln_ratio(self, j, k));
      ln_base[j] += hw_ln((1 - p) / (1 + p));
    }
  }
  for (int32_t i = 0; i < table->n_haplotypes; i++) {
    double ln[HW_LAPLACE_MAX_CLUSTERS], most = -HUGE_VAL, sum = 0;
    const int32_t *h = table->alleles + (size_t)i * (size_t)n_k;
    for (int32_t j = 0; j < n_j; j++) {
      ln[j] = ln_base[j];
      for (int32_t k = 0; k < n_k; k++)
        ln[j] += abs(h[k] - self->centre[j * n_k + k]) * ln_ratio(self, j, k);
      if (ln[j] > most) most = ln[j];
    }
    for (int32_t j = 0; j < n_j; j++) sum += ln[j] = hw_exp(ln[j] - most);
    for (int32_t j = 0; j < n_j; j++)
      self->member[(size_t)i * (size_t)n_j + (size_t)j] = ln[j] / sum;
    total += count_of(table, i) * (most + hw_ln(sum));
  }
  return total;
}

/* --- M: shares, ω and λ --- */

static void gather(fit *self) {
  const hw_y_table *table = self->table;
  const int32_t n_k = self->n_markers, n_j = self->n_clusters;
  memset(self->distance, 0, (size_t)(n_j * n_k) * sizeof *self->distance);
  memset(self->weight, 0, (size_t)n_j * sizeof *self->weight);
  for (int32_t i = 0; i < table->n_haplotypes; i++)
    for (int32_t j = 0; j < n_j; j++) {
      const double v = count_of(table, i) * self->member[(size_t)i * (size_t)n_j + (size_t)j];
      const int32_t *h = table->alleles + (size_t)i * (size_t)n_k;
      self->weight[j] += v;
      for (int32_t k = 0; k < n_k; k++)
        self->distance[j * n_k + k] += v * abs(h[k] - self->centre[j * n_k + k]);
    }
  for (int32_t j = 0; j < n_j; j++) self->share[j] = self->weight[j] / self->total;
}

static double objective(const fit *self) {
  double sum = 0;
  for (int32_t j = 0; j < self->n_clusters; j++)
    for (int32_t k = 0; k < self->n_markers; k++) {
      const double ln_p = ln_ratio(self, j, k), p = hw_exp(ln_p);
      sum += self->distance[j * self->n_markers + k] * ln_p +
             self->weight[j] * hw_ln((1 - p) / (1 + p));
    }
  return sum;
}

/* Solves a·x = b for a symmetric positive definite matrix (Cholesky); b becomes x. */
static bool solve(int32_t n, double *a, double *b) {
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j <= i; j++) {
      double sum = a[i * n + j];
      for (int32_t k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      if (i == j && !(sum > 0)) return false;
      a[i * n + j] = i == j ? sqrt(sum) : sum / a[j * n + j];
    }
  for (int32_t i = 0; i < n; i++) {
    for (int32_t k = 0; k < i; k++) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (int32_t i = n - 1; i >= 0; i--) {
    for (int32_t k = i + 1; k < n; k++) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return true;
}

/* Gradient and negative Hessian of the objective. Mean and variance of |d| are 2p/(1−p²) and
 * 2p(1+p²)/(1−p²)². A ridge keeps clusters that never vary from running to −∞. */
static void derivatives(const fit *self, double *gradient, double *hessian) {
  const int32_t n_k = self->n_markers, n_j = self->n_clusters, n = n_j + n_k - 1;
  memset(gradient, 0, (size_t)n * sizeof *gradient);
  memset(hessian, 0, (size_t)(n * n) * sizeof *hessian);
  for (int32_t j = 0; j < n_j; j++)
    for (int32_t k = 0; k < n_k; k++) {
      const double p = hw_exp(ln_ratio(self, j, k)), q = 1 - p * p;
      const double g = self->distance[j * n_k + k] - self->weight[j] * 2 * p / q;
      const double h = self->weight[j] * 2 * p * (1 + p * p) / (q * q);
      const int32_t at = n_j + k - 1;
      gradient[j] += g;
      hessian[j * n + j] += h;
      if (k == 0) continue;
      gradient[at] += g;
      hessian[at * n + at] += h;
      hessian[at * n + j] += h;
      hessian[j * n + at] += h;
    }
  for (int32_t i = 0; i < n; i++) hessian[i * n + i] += 1e-9;
}

static void move(fit *self, const double *step, double by) {
  for (int32_t j = 0; j < self->n_clusters; j++) self->omega[j] += by * step[j];
  for (int32_t k = 1; k < self->n_markers; k++)
    self->lambda[k] += by * step[self->n_clusters + k - 1];
}

static bool maximise(fit *self, double *gradient, double *hessian) {
  const int32_t n = self->n_clusters + self->n_markers - 1;
  double before = objective(self);
  for (int step = 0; step < MOST_NEWTON; step++) {
    derivatives(self, gradient, hessian);
    if (!solve(n, hessian, gradient)) return false;
    double by = 1, largest = 0;
    for (int32_t i = 0; i < n; i++) largest = fmax(largest, fabs(gradient[i]));
    if (largest > 4) by = 4 / largest;
    move(self, gradient, by);
    double after = objective(self);
    for (int half = 0; half < 40 && !(after >= before); half++) {
      move(self, gradient, -by / 2);
      by /= 2;
      after = objective(self);
    }
    const bool is_done = after - before <= 1e-12 * fabs(after) + 1e-13;
    before = after;
    if (is_done) break;
  }
  return true;
}

/* --- centres --- */

/* Median of one marker in a cluster, haplotypes weighted by their membership. */
static int32_t median(const fit *self, int32_t j, int32_t k) {
  const hw_y_table *table = self->table;
  int32_t least = INT32_MAX, most = 0;
  double total = 0, sum = 0;
  for (int32_t i = 0; i < table->n_haplotypes; i++) {
    const int32_t a = table->alleles[(size_t)i * (size_t)self->n_markers + (size_t)k];
    if (a < least) least = a;
    if (a > most) most = a;
  }
  for (int32_t i = 0; i < table->n_haplotypes; i++)
    total += count_of(table, i) * self->member[(size_t)i * (size_t)self->n_clusters + (size_t)j];
  for (int32_t a = least; a < most; a++) {
    for (int32_t i = 0; i < table->n_haplotypes; i++)
      if (table->alleles[(size_t)i * (size_t)self->n_markers + (size_t)k] == a)
        sum += count_of(table, i) * self->member[(size_t)i * (size_t)self->n_clusters + (size_t)j];
    if (sum >= 0.5 * total) return a;
  }
  return most;
}

static bool move_centres(fit *self) {
  bool is_moved = false;
  for (int32_t j = 0; j < self->n_clusters; j++)
    for (int32_t k = 0; k < self->n_markers; k++) {
      const int32_t a = median(self, j, k);
      is_moved |= a != self->centre[j * self->n_markers + k];
      self->centre[j * self->n_markers + k] = a;
    }
  return is_moved;
}

static int32_t distance_to(const fit *self, int32_t i, int32_t j) {
  const int32_t n_k = self->n_markers;
  int32_t sum = 0;
  for (int32_t k = 0; k < n_k; k++)
    sum +=
        abs(self->table->alleles[(size_t)i * (size_t)n_k + (size_t)k] - self->centre[j * n_k + k]);
  return sum;
}

/* --- starting centres: partitioning around medoids --- */

static int32_t between(const hw_y_table *table, int32_t i, int32_t c) {
  const int32_t *a = table->alleles + (size_t)i * (size_t)table->n_markers;
  const int32_t *b = table->alleles + (size_t)c * (size_t)table->n_markers;
  int32_t sum = 0;
  for (int32_t k = 0; k < table->n_markers; k++) sum += abs(a[k] - b[k]);
  return sum;
}

/* Sum of all distances to the nearest of n medoids and a further one. */
static double cost_with(const fit *self, const int32_t *nearest, int32_t further) {
  double sum = 0;
  for (int32_t i = 0; i < self->table->n_haplotypes; i++) {
    const int32_t d = nearest[i] == 0 ? 0 : between(self->table, i, further);
    sum += count_of(self->table, i) * (d < nearest[i] ? d : nearest[i]);
  }
  return sum;
}

static void find_nearest(const fit *self, const int32_t *medoids, int32_t n, int32_t without,
                         int32_t *nearest) {
  for (int32_t i = 0; i < self->table->n_haplotypes; i++) {
    nearest[i] = INT32_MAX;
    for (int32_t j = 0; j < n; j++) {
      const int32_t d = j == without ? INT32_MAX : between(self->table, i, medoids[j]);
      if (d < nearest[i]) nearest[i] = d;
    }
  }
}

/* The haplotype that makes the best medoid beside those that `nearest` stands for. */
static int32_t best_medoid(const fit *self, const int32_t *nearest, double *cost) {
  int32_t best = 0;
  *cost = HUGE_VAL;
  for (int32_t c = 0; c < self->table->n_haplotypes; c++) {
    const double sum = cost_with(self, nearest, c);
    if (sum >= *cost) continue;
    *cost = sum;
    best = c;
  }
  return best;
}

/* Builds medoids one by one, then exchanges the one whose exchange helps most until none does
 * (Kaufman & Rousseeuw 1990, ch. 2). */
static void start(fit *self, int32_t *nearest, int32_t *medoids) {
  const int32_t n_k = self->n_markers, n_j = self->n_clusters;
  double cost = HUGE_VAL;
  for (int32_t j = 0; j < n_j; j++) {
    find_nearest(self, medoids, j, -1, nearest);
    medoids[j] = best_medoid(self, nearest, &cost);
  }
  for (int round = 0; round < MOST_ROUNDS; round++) {
    double least = cost;
    int32_t out = -1, in = -1;
    for (int32_t j = 0; j < n_j; j++) {
      double exchanged;
      find_nearest(self, medoids, n_j, j, nearest);
      const int32_t other = best_medoid(self, nearest, &exchanged);
      if (exchanged >= least) continue;
      least = exchanged;
      out = j;
      in = other;
    }
    if (out < 0) break;
    medoids[out] = in;
    cost = least;
  }
  for (int32_t j = 0; j < n_j; j++)
    memcpy(self->centre + j * n_k, self->table->alleles + (size_t)medoids[j] * (size_t)n_k,
           (size_t)n_k * sizeof *self->centre);
}

/* Every haplotype belongs to its nearest centres at first. */
static void assign_nearest(fit *self) {
  for (int32_t i = 0; i < self->table->n_haplotypes; i++) {
    double *member = self->member + (size_t)i * (size_t)self->n_clusters, sum = 0;
    for (int32_t j = 0; j < self->n_clusters; j++)
      sum += member[j] = hw_exp(-distance_to(self, i, j));
    for (int32_t j = 0; j < self->n_clusters; j++) member[j] /= sum;
  }
  for (int32_t j = 0; j < self->n_clusters; j++) self->omega[j] = -1;
  for (int32_t k = 0; k < self->n_markers; k++) self->lambda[k] = 0;
}

/* --- one number of clusters --- */

static hw_status run_em(fit *self, int32_t most_steps, double *gradient, double *hessian,
                        hw_err *err) {
  double before = -HUGE_VAL;
  assign_nearest(self);
  for (self->n_steps = 1; self->n_steps <= most_steps; self->n_steps++) {
    gather(self);
    if (!maximise(self, gradient, hessian))
      return hw_err_set(err, HW_E_VALUE,
                        "the discrete Laplace mixture of %d clusters cannot be fitted: fewer "
                        "clusters are needed",
                        (int)self->n_clusters);
    self->ln_likelihood = expect(self);
    if (self->ln_likelihood - before <= 1e-10 * fabs(self->ln_likelihood)) break;
    before = self->ln_likelihood;
  }
  return HW_OK;
}

static hw_status fit_clusters(fit *self, int32_t most_steps, hw_err *err) {
  const size_t n_j = (size_t)self->n_clusters, n_k = (size_t)self->n_markers, n = n_j + n_k;
  const size_t n_i = (size_t)self->table->n_haplotypes;
  self->share = hw_arena_alloc_array(self->arena, n_j, sizeof *self->share);
  self->centre = hw_arena_alloc_array(self->arena, n_j * n_k, sizeof *self->centre);
  self->omega = hw_arena_alloc_array(self->arena, n_j, sizeof *self->omega);
  self->lambda = hw_arena_alloc_array(self->arena, n_k, sizeof *self->lambda);
  self->member = hw_arena_alloc_array(self->arena, n_i * n_j, sizeof *self->member);
  self->distance = hw_arena_alloc_array(self->arena, n_j * n_k, sizeof *self->distance);
  self->weight = hw_arena_alloc_array(self->arena, n_j, sizeof *self->weight);
  double *gradient = hw_arena_alloc_array(self->arena, n, sizeof *gradient);
  double *hessian = hw_arena_alloc_array(self->arena, n * n, sizeof *hessian);
  int32_t *nearest = hw_arena_alloc_array(self->arena, n_i, sizeof *nearest);
  int32_t *medoids = hw_arena_alloc_array(self->arena, n_j, sizeof *medoids);
  if (!self->share || !self->centre || !self->omega || !self->lambda || !self->member ||
      !self->distance || !self->weight || !gradient || !hessian || !nearest || !medoids)
    return HW_NO_MEMORY(err, "a mixture of haplotypes");
  start(self, nearest, medoids);
  for (int round = 0; round < MOST_ROUNDS; round++) {
    HW_TRY(run_em(self, most_steps, gradient, hessian, err));
    if (!move_centres(self)) break;
  }
  return HW_OK;
}

/* --- the number of clusters --- */

static int32_t count_parameters(const fit *self) {
  return self->n_clusters * self->n_markers + (self->n_clusters + self->n_markers - 1) +
         (self->n_clusters - 1);
}

static double bic_of(const fit *self) {
  return -2 * self->ln_likelihood + count_parameters(self) * hw_ln(self->total);
}

/* Makes a fit the model. */
static hw_status keep(const fit *self, storage *out, hw_err *err) {
  const size_t n_j = (size_t)self->n_clusters, n_k = (size_t)self->n_markers;
  hw_arena_reset(&out->arena);
  double *ratio = hw_arena_alloc_array(&out->arena, n_j * n_k, sizeof *ratio);
  const double *share = hw_arena_copy(&out->arena, self->share, n_j * sizeof *share);
  const int32_t *centre = hw_arena_copy(&out->arena, self->centre, n_j * n_k * sizeof *centre);
  if (ratio == NULL || share == NULL || centre == NULL)
    return HW_NO_MEMORY(err, "a mixture of haplotypes");
  for (int32_t j = 0; j < self->n_clusters; j++)
    for (int32_t k = 0; k < self->n_markers; k++)
      ratio[j * self->n_markers + k] = hw_exp(ln_ratio(self, j, k));
  out->model = (hw_laplace){.n_markers = self->n_markers,
                            .n_clusters = self->n_clusters,
                            .share = share,
                            .centre = centre,
                            .ratio = ratio,
                            .ln_likelihood = self->ln_likelihood,
                            .bic = bic_of(self),
                            .n_parameters = count_parameters(self),
                            .n_steps = self->n_steps,
                            .storage = out};
  return HW_OK;
}

static hw_status fit_all(const hw_y_table *table, const hw_laplace_options *options, storage *out,
                         hw_arena *scratch, hw_err *err) {
  const int32_t least = options->least_clusters > 0 ? options->least_clusters : 1;
  int32_t most = options->most_clusters > 0 ? options->most_clusters : HW_LAPLACE_MAX_CLUSTERS;
  const int32_t most_steps = options->most_steps > 0 ? options->most_steps : 1000;
  if (most > table->n_haplotypes) most = table->n_haplotypes;
  int n_worse = 0;
  for (int32_t n = least; n <= most || n == least; n++) {
    fit self = {.table = table, .arena = scratch, .n_clusters = n, .n_markers = table->n_markers};
    hw_arena_reset(scratch);
    for (int32_t i = 0; i < table->n_haplotypes; i++) self.total += count_of(table, i);
    HW_TRY(fit_clusters(&self, most_steps, err));
    if (out->model.storage != NULL && !(bic_of(&self) < out->model.bic)) {
      if (++n_worse == 3 && options->most_clusters <= 0) break;
      continue;
    }
    n_worse = 0;
    HW_TRY(keep(&self, out, err));
  }
  return HW_OK;
}

static hw_status check(const hw_y_table *table, const hw_laplace_options *options, hw_err *err) {
  if (table->n_haplotypes < 1) return hw_err_set(err, HW_E_SHAPE, "no haplotypes");
  if (table->n_markers < 1 || table->n_markers > HW_LAPLACE_MAX_MARKERS)
    return hw_err_set(err, HW_E_SHAPE, "haplotypes of %d markers, expected 1 to %d",
                      (int)table->n_markers, HW_LAPLACE_MAX_MARKERS);
  if (options->least_clusters > HW_LAPLACE_MAX_CLUSTERS ||
      options->most_clusters > HW_LAPLACE_MAX_CLUSTERS)
    return hw_err_set(err, HW_E_VALUE, "more than %d clusters", HW_LAPLACE_MAX_CLUSTERS);
  for (int32_t i = 0; i < table->n_haplotypes; i++) {
    if (table->counts != NULL && table->counts[i] < 1)
      return hw_err_set(err, HW_E_VALUE, "haplotype %d was seen %d times, expected 1 or more",
                        (int)i + 1, (int)table->counts[i]);
    for (int32_t k = 0; k < table->n_markers; k++) {
      const int32_t a = table->alleles[(size_t)i * (size_t)table->n_markers + (size_t)k];
      if (a < 0 || a > 1000)
        return hw_err_set(err, HW_E_VALUE,
                          "haplotype %d, marker %d: %d repeats, expected 0 to 1000", (int)i + 1,
                          (int)k + 1, (int)a);
    }
  }
  return HW_OK;
}

hw_status hw_laplace_fit(const hw_y_table *table, const hw_laplace_options *options,
                         hw_laplace **out, hw_err *err) {
  static const hw_laplace_options defaults = {0};
  *out = NULL;
  if (options == NULL) options = &defaults;
  HW_TRY(check(table, options, err));
  storage *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a mixture of haplotypes");
  hw_arena scratch;
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&scratch, 0);
  const hw_status status = fit_all(table, options, self, &scratch, err);
  hw_arena_clear(&scratch);
  if (status != HW_OK) {
    self->model.storage = self;
    hw_laplace_delete(&self->model);
    return status;
  }
  *out = &self->model;
  return HW_OK;
}

void hw_laplace_delete(hw_laplace *self) {
  if (self == NULL) return;
  storage *all = self->storage;
  hw_arena_clear(&all->arena);
  free(all);
}

double hw_laplace_probability(const hw_laplace *self, const int32_t *alleles) {
  double sum = 0;
  for (int32_t j = 0; j < self->n_clusters; j++) {
    double product = self->share[j];
    for (int32_t k = 0; k < self->n_markers; k++) {
      const double p = self->ratio[j * self->n_markers + k];
      product *=
          (1 - p) / (1 + p) * hw_power(p, abs(alleles[k] - self->centre[j * self->n_markers + k]));
    }
    sum += product;
  }
  return sum;
}
