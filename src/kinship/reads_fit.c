/* The model of a sample's reads by maximum likelihood.
 *
 * The likelihood of the reads over a marker sums its genotypes out:
 *
 *   L_m(θ) = Σ_g P(g) Π_r P(b_r | g, θ),   P(g) Hardy–Weinberg,   ln L(θ) = Σ_m ln L_m(θ)
 *
 * and its slope follows from the genotypes' posterior: ∂ ln L_m = Σ_g P(g | reads) Σ_r ∂ ln P(b_r | g).
 * P(b | g) is linear in every number of the model but λ, so slopes cost little more than values.
 *
 * Climbing: steps solve (I + μ diag I) step = slope with I = Σ_m s_m s_mᵀ, the sum over markers of the
 * outer product of their slopes s_m, which estimates the Fisher information (Berndt, Hall, Hall &
 * Hausman 1974); μ is Levenberg's, less after each step that gained and more after one that did not.
 * Numbers stay in a box; those at its edge that would leave it rest. Two beginnings, with little and
 * much contamination, because the likelihood can have a second hill; the higher one counts. Nothing
 * is random, and every sum runs over the markers in the panel's order.
 *
 * Standard errors are the square roots of the diagonal of I⁻¹. For a number that lies at its edge it
 * is that of I⁻¹ with the others at their edges too, a scale and not a symmetric interval.
 *
 * What the reads do not tell: if a number's standard error exceeds its limit, and half its distance
 * from the neutral value, the worst one goes back to that value and the rest is fitted again, until
 * all that remain are determined. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "kinship/reads_int.h"

enum { N = HW_READS_PARAMETERS, MOST_STEPS = 300 };

/* Gain of a step, in nats, below which the hill is climbed. */
#define ENOUGH 1e-9
#define MOST_DAMPING 1e9

static const double least[N] = {0, 0.01, 0, 0, -0.45, 0};
static const double most[N] = {0.85, 1, 0.15, 0.9, 0.45, 0.5};
static const double neutral[N] = {0, 0.3, 0, 0, 0, 0};
static const double begin[N] = {0.05, 0.3, 0.005, 0.02, 0, 0.001};
static const double limit[N] = {0.15, 0.3, 0.05, 0.1, 0.1, 0.05};

/* The second beginning. */
#define MUCH_CONTAMINATION 0.25

typedef struct problem {
  const hw_panel *panel;
  int32_t population, source;
  const hw_pileup *pileup;
  hw_reads_model fixed; /* library, and the numbers that are not fitted */
  bool is_free[N];
} problem;

typedef struct hill {
  double at[N];
  double ln; /* likelihood */
  double slope[N];
  double information[N][N];
  hwp_reads_tables tables;
} hill;

/* One marker's sums. */
typedef struct site {
  int32_t n_alleles;
  uint8_t allele[HWP_READS_BASES];
  const double *p;
  double q[HWP_READS_BASES];
  hwp_reads_product likelihood[HWP_READS_GENOTYPES];
  double slope[HWP_READS_GENOTYPES][N]; /* of its logarithm */
} site;

/* --- value and slope --- */

static hw_reads_model model_of(const problem *self, const double *at) {
  hw_reads_model model = self->fixed;
  for (int32_t k = 0; k < N; k++)
    if (self->is_free[k]) *hwp_reads_number(&model, k) = at[k];
  return model;
}

/* ∂ shown / ∂ (δ, λ, δ∞) where the molecule's base is @p base. */
static void shown_slope(const hwp_reads_seen *seen, double damage, uint8_t base, double out[3]) {
  const bool is_c = base == 1, is_g = base == 2;
  const hwp_reads_rate *rate = is_c ? &seen->c_to_t : &seen->g_to_a;
  out[0] = out[1] = out[2] = 0;
  if (!(is_c || is_g) || !rate->is_there) return;
  const double change = is_c ? seen->error[3] - seen->error[1] : seen->error[0] - seen->error[2];
  out[0] = change * rate->reach;
  out[1] = change * damage * rate->reach_slope;
  out[2] = change;
}

static void add_read(const hw_reads_model *model, const hwp_reads_seen *seen, site *at) {
  const double own = 1 - model->contamination, there = 1 - model->drop_in;
  double foreign = 0, slopes[HWP_READS_BASES][3];
  for (int32_t i = 0; i < at->n_alleles; i++) {
    foreign += at->q[i] * seen->error[at->allele[i]];
    shown_slope(seen, model->damage, at->allele[i], slopes[i]);
  }
  for (int32_t j = 0, g = 0; j < at->n_alleles; j++)
    for (int32_t i = 0; i <= j; i++, g++) {
      const double w = hwp_reads_weight(model, i, j);
      const double first = seen->shown[at->allele[i]], second = seen->shown[at->allele[j]];
      const double molecule = w * first + (1 - w) * second;
      const double from_somewhere = own * molecule + model->contamination * foreign;
      const double p = there * from_somewhere + 0.25 * model->drop_in;
      const double inverse = 1 / p, of_own = there * own * inverse;
      double *slope = at->slope[g];
      hwp_reads_multiply(&at->likelihood[g], p);
      for (int32_t k = 0; k < 3; k++)
        slope[HW_READS_DAMAGE + k] += of_own * (w * slopes[i][k] + (1 - w) * slopes[j][k]);
      slope[HW_READS_CONTAMINATION] += there * (foreign - molecule) * inverse;
      if (i == 0 && j > 0) slope[HW_READS_BIAS] += of_own * (first - second);
      slope[HW_READS_DROP_IN] += (0.25 - from_somewhere) * inverse;
    }
}

/* Whether a marker takes part: on an autosome, single bases, with frequencies, with reads. */
static bool begin_site(const problem *self, int32_t m, site *at) {
  const hw_panel_marker *marker = &self->panel->markers[m];
  if (marker->chromosome == HW_PANEL_X || !hwp_reads_alleles(marker, at->allele)) return false;
  if (self->pileup->first[m] == self->pileup->first[m + 1]) return false;
  at->p = self->panel->populations[self->population].frequencies + self->panel->first_allele[m];
  at->n_alleles = marker->n_alleles;
  for (int32_t i = 0; i < at->n_alleles; i++)
    if (isnan(at->p[i])) return false;
  hwp_reads_source(self->panel, self->source, m, at->q);
  return true;
}

static void add_site(const problem *self, int32_t m, site *at, hill *out) {
  const int32_t n = at->n_alleles, n_genotypes = n * (n + 1) / 2;
  const hw_pileup *pileup = self->pileup;
  for (int32_t j = 0, g = 0; j < n; j++)
    for (int32_t i = 0; i <= j; i++, g++)
      at->likelihood[g] = (hwp_reads_product){(i == j ? 1 : 2) * at->p[i] * at->p[j], 0};
  memset(at->slope, 0, sizeof at->slope);
  for (int32_t r = pileup->first[m]; r < pileup->first[m + 1]; r++) {
    hwp_reads_seen seen;
    if (pileup->bases[r].base >= HW_READS_NO_BASE) continue;
    hwp_reads_see(&out->tables, &pileup->bases[r], &seen);
    add_read(&out->tables.model, &seen, at);
  }
  double likelihoods[HWP_READS_GENOTYPES], sum = 0, slope[N] = {0};
  const int32_t n_steps = hwp_reads_align(at->likelihood, n_genotypes, likelihoods);
  for (int32_t g = 0; g < n_genotypes; g++) sum += likelihoods[g];
  for (int32_t g = 0; g < n_genotypes; g++)
    for (int32_t k = 0; k < N; k++) slope[k] += likelihoods[g] / sum * at->slope[g][k];
  out->ln += hw_ln_scaled(sum, -HWP_READS_STEP * n_steps);
  for (int32_t k = 0; k < N; k++) {
    out->slope[k] += slope[k];
    for (int32_t l = 0; l <= k; l++) out->information[k][l] += slope[k] * slope[l];
  }
}

/* ln likelihood, slope and information at out->at. */
static void look(const problem *self, hill *out) {
  const hw_reads_model model = model_of(self, out->at);
  site at;
  out->ln = 0;
  memset(out->slope, 0, sizeof out->slope);
  memset(out->information, 0, sizeof out->information);
  hwp_reads_tables_init(&out->tables, &model);
  for (int32_t m = 0; m < self->panel->n_markers; m++)
    if (begin_site(self, m, &at)) add_site(self, m, &at, out);
  for (int32_t k = 0; k < N; k++)
    for (int32_t l = 0; l < k; l++) out->information[l][k] = out->information[k][l];
}

/* --- linear algebra of at most six numbers --- */

/* Solves a x = b for the chosen rows, a symmetric and positive, by Cholesky's factors; the others of x
 * are 0. @return false where a is not positive definite to working precision */
static bool solve(double a[N][N], const bool *is_chosen, const double *b, double *x) {
  double factor[N][N], y[N];
  int32_t row[N], n = 0;
  for (int32_t k = 0; k < N; k++) {
    x[k] = 0;
    if (is_chosen[k]) row[n++] = k;
  }
  for (int32_t i = 0; i < n; i++) {
    y[i] = b[row[i]];
    for (int32_t j = 0; j <= i; j++) {
      double sum = a[row[i]][row[j]];
      for (int32_t k = 0; k < j; k++) sum -= factor[i][k] * factor[j][k];
      if (i == j && !(sum > 1e-12 * a[row[i]][row[i]])) return false;
      factor[i][j] = i == j ? sqrt(sum) : sum / factor[j][j];
    }
    for (int32_t k = 0; k < i; k++) y[i] -= factor[i][k] * y[k];
    y[i] /= factor[i][i];
  }
  for (int32_t i = n - 1; i >= 0; i--) {
    for (int32_t k = i + 1; k < n; k++) y[i] -= factor[k][i] * x[row[k]];
    x[row[i]] = y[i] / factor[i][i];
  }
  return true;
}

/* Standard errors of the chosen; infinite where they are not determined at all. */
static void errors_of(hill *self, const bool *is_chosen, double *out) {
  for (int32_t k = 0; k < N; k++) {
    double unit[N] = {0}, column[N];
    if (!is_chosen[k]) continue;
    unit[k] = 1;
    const bool is_solved = solve(self->information, is_chosen, unit, column);
    out[k] = is_solved ? sqrt(column[k]) : (double)INFINITY;
  }
}

/* --- climbing --- */

/* The range of a number where the others stand; fixed numbers may lie outside of the usual box. */
static double most_of(const problem *self, const double *at, int32_t k) {
  const hw_reads_model model = model_of(self, at);
  double top = most[k];
  if (k == HW_READS_DAMAGE && top > 1 - model.damage_inside) top = 1 - model.damage_inside;
  if (k == HW_READS_DAMAGE_INSIDE && top > 1 - model.damage) top = 1 - model.damage;
  return top;
}

static bool is_at_edge(const problem *self, const hill *at, int32_t k) {
  return at->at[k] <= least[k] || at->at[k] >= most_of(self, at->at, k);
}

/* Numbers that can move uphill. */
static bool choose(const problem *self, const hill *at, bool *is_chosen) {
  bool is_any = false;
  for (int32_t k = 0; k < N; k++) {
    const bool is_low = at->at[k] <= least[k], is_high = at->at[k] >= most_of(self, at->at, k);
    is_chosen[k] = self->is_free[k] && at->information[k][k] > 0 &&
                   !(is_low && at->slope[k] <= 0) && !(is_high && at->slope[k] >= 0);
    is_any = is_any || is_chosen[k];
  }
  return is_any;
}

static void step_from(const problem *self, hill *at, const bool *is_chosen, double damping,
                      double *to) {
  double damped[N][N], step[N];
  memcpy(damped, at->information, sizeof damped);
  for (int32_t k = 0; k < N; k++) damped[k][k] *= 1 + damping;
  memcpy(to, at->at, sizeof at->at);
  if (!solve(damped, is_chosen, at->slope, step)) return; /* no step: more damping follows */
  for (int32_t k = 0; k < N; k++) {
    if (!is_chosen[k]) continue;
    const double top = most_of(self, to, k), value = to[k] + step[k];
    to[k] = value < least[k] ? least[k] : value > top ? top : value;
  }
}

static void climb(const problem *self, hill *at) {
  double damping = 1e-3;
  look(self, at);
  for (int32_t i = 0; i < MOST_STEPS && damping < MOST_DAMPING; i++) {
    bool is_chosen[N];
    hill next;
    if (!choose(self, at, is_chosen)) return;
    step_from(self, at, is_chosen, damping, next.at);
    look(self, &next);
    if (!(next.ln > at->ln)) {
      damping *= 8;
      continue;
    }
    const double gain = next.ln - at->ln;
    *at = next;
    damping /= 8;
    if (gain < ENOUGH) return;
  }
}

static void climb_twice(const problem *self, hill *out) {
  hill other;
  memcpy(out->at, begin, sizeof begin);
  climb(self, out);
  if (!self->is_free[HW_READS_CONTAMINATION]) return;
  memcpy(other.at, begin, sizeof begin);
  other.at[HW_READS_CONTAMINATION] = MUCH_CONTAMINATION;
  climb(self, &other);
  if (other.ln > out->ln) *out = other;
}

/* --- what is determined --- */

static void standard_errors(const problem *self, hill *at, double *se) {
  bool is_inside[N];
  double inside[N] = {0};
  for (int32_t k = 0; k < N; k++) {
    se[k] = (double)NAN;
    is_inside[k] = self->is_free[k] && !is_at_edge(self, at, k);
  }
  errors_of(at, self->is_free, se);
  errors_of(at, is_inside, inside);
  for (int32_t k = 0; k < N; k++)
    if (is_inside[k]) se[k] = inside[k];
}

/* How badly a number is determined; above 1 it is not. One that lies clearly off its neutral value is
 * told by the reads even if not sharply: to put it back would be worse. */
static double doubt(const hill *at, int32_t k, double se) {
  const double by_limit = se / limit[k], off = fabs(at->at[k] - neutral[k]);
  if (k == HW_READS_DECAY || !(off > 0)) return by_limit;
  return fmin(by_limit, 2 * se / off);
}

/* The number that is least determined, or −1. One without any information comes first; all that
 * remain may be told apart once it is gone. */
static int32_t worst_of(const problem *self, const hill *at, const double *se) {
  int32_t worst = -1;
  double worst_doubt = 1;
  for (int32_t k = 0; k < N; k++) {
    if (!self->is_free[k]) continue;
    if (!(at->information[k][k] > 0)) return k;
    if (!(doubt(at, k, se[k]) <= worst_doubt)) {
      worst = k;
      worst_doubt = doubt(at, k, se[k]);
    }
  }
  return worst;
}

static uint32_t fit(problem *self, hill *at, double *se) {
  uint32_t undetermined = 0;
  for (;;) {
    climb_twice(self, at);
    standard_errors(self, at, se);
    const int32_t worst = worst_of(self, at, se);
    if (worst < 0) return undetermined;
    undetermined |= 1u << worst;
    self->is_free[worst] = false;
    *hwp_reads_number(&self->fixed, worst) = neutral[worst];
  }
}

/* --- coverage --- */

static void measure(const hw_panel *panel, const hw_pileup *pileup, hw_reads_fit *out) {
  int64_t n_bases[2] = {0, 0}, n_sites[2] = {0, 0};
  for (int32_t m = 0; m < panel->n_markers; m++) {
    uint8_t allele[HWP_READS_BASES];
    int64_t n = 0;
    if (!hwp_reads_alleles(&panel->markers[m], allele)) continue;
    for (int32_t r = pileup->first[m]; r < pileup->first[m + 1]; r++)
      n += pileup->bases[r].base < HW_READS_NO_BASE;
    const bool is_x = panel->markers[m].chromosome == HW_PANEL_X;
    n_sites[is_x]++;
    n_bases[is_x] += n;
    out->n_sites += n > 0;
  }
  const int64_t all = n_sites[0] + n_sites[1];
  out->coverage = all > 0 ? (double)(n_bases[0] + n_bases[1]) / (double)all : 0;
  out->on_autosomes = n_sites[0] > 0 ? (double)n_bases[0] / (double)n_sites[0] : (double)NAN;
  out->on_x = n_sites[1] > 0 ? (double)n_bases[1] / (double)n_sites[1] : (double)NAN;
  if (n_bases[0] == 0 || n_bases[1] == 0) return;
  /* Poisson counts: the ratio's relative error. */
  const double ratio = out->on_x / out->on_autosomes;
  const double margin = 2 * ratio * sqrt(1 / (double)n_bases[0] + 1 / (double)n_bases[1]);
  if (ratio + margin < 0.75) out->sex = HW_MALE;
  if (ratio - margin > 0.75) out->sex = HW_FEMALE;
}

hw_status hw_reads_fit_model(const hw_panel *panel, int32_t population, int32_t source,
                             const hw_pileup *pileup, const hw_reads_model *start,
                             hw_reads_fit *out, hw_err *err) {
  hill at;
  double se[N];
  problem self = {panel, population, source, pileup, *start, {false}};
  memset(out, 0, sizeof *out);
  HW_TRY(hwp_reads_check(panel, source, pileup, start, true, err));
  if (population < 0 || population >= panel->n_populations)
    return hw_err_set(err, HW_E_VALUE, "population %d of the person: the panel has %d",
                      (int)population, (int)panel->n_populations);
  for (int32_t k = 0; k < N; k++) self.is_free[k] = hwp_reads_is_fitted(start, k);
  if (start->library == HW_LIBRARY_TREATED && self.is_free[HW_READS_DECAY]) {
    self.is_free[HW_READS_DECAY] = false; /* has no effect there */
    self.fixed.decay = 1;
  }
  out->undetermined = fit(&self, &at, se);
  out->model = model_of(&self, at.at);
  out->ln_likelihood = at.ln;
  out->se_damage = se[HW_READS_DAMAGE];
  out->se_decay = se[HW_READS_DECAY];
  out->se_damage_inside = se[HW_READS_DAMAGE_INSIDE];
  out->se_contamination = se[HW_READS_CONTAMINATION];
  out->se_bias = se[HW_READS_BIAS];
  out->se_drop_in = se[HW_READS_DROP_IN];
  measure(panel, pileup, out);
  return HW_OK;
}

/* --- grid --- */

/* Five values around one, the value itself among them; those outside of the range are left out.
 * @return how many */
static int32_t around(double value, double se, double step, double top, double *out) {
  int32_t n = 0;
  const double width = isnan(se) ? step : se;
  for (int32_t i = -2; i <= 2; i++) {
    double x = value + i * width;
    x = x < 0 ? 0 : x > top ? top : x;
    if (n == 0 || x > out[n - 1]) out[n++] = x;
  }
  return n;
}

int32_t hw_reads_grid(const hw_reads_fit *fit, hw_reads_model *models) {
  double contamination[5], damage[5];
  int32_t n = 1;
  const hw_reads_model *best = &fit->model;
  const int32_t n_contamination =
      around(best->contamination, fit->se_contamination, 0.05, 1, contamination);
  const int32_t n_damage =
      around(best->damage, fit->se_damage, 0.1, 1 - best->damage_inside, damage);
  models[0] = *best;
  for (int32_t i = 0; i < n_contamination; i++)
    for (int32_t j = 0; j < n_damage; j++) {
      if (contamination[i] == best->contamination && damage[j] == best->damage) continue;
      models[n] = *best;
      models[n].contamination = contamination[i];
      models[n++].damage = damage[j];
    }
  return n;
}
