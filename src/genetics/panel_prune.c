/* Pruning by linkage disequilibrium: of two markers that go together, one.
 *
 * The linked likelihood takes the founders' alleles at neighbouring markers for independent. Where
 * they are not, what one stretch of a chromosome says is counted several times, and unrelated persons
 * who share a common haplotype look related.
 *
 * r² of two markers is the squared correlation of the persons' allele counts, which estimates that of
 * haplotypes under random mating and needs no phase (Rogers & Huff 2009, Genetics 182: 839–844,
 * eq. 6). Of a marker of more than two alleles every allele is counted, and the largest r² decides.
 *
 * Of uncertain genotypes the mean count d = E[g | data] is taken. Means vary less than counts:
 * var d = ρ var g, with ρ = var d / (var d + mean var[g | data]) (law of total variance), so that
 * corr(d, d')² = ρ ρ' r² (attenuation; Spearman 1904). r² is therefore divided by ρ ρ'; a marker with ρ
 * below LEAST_KNOWN says nothing about r² and is let stand.
 *
 * Markers are taken in the order of the map. One that goes together with a kept marker of at least its
 * own heterozygosity is dropped; else it is kept, and drops those kept ones. */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/check.h"
#include "genetics/snp_int.h"

enum { LEAST_SHARED = 4, MOST_GENOTYPES = HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2 };
static const double LEAST_KNOWN = 0.05;

/* The counts of one marker among the profiles. */
typedef struct column {
  int32_t n_counts; /* 1 of two alleles, else one for each */
  double heterozygosity;
  double known[HW_PANEL_MAX_ALLELES]; /* ρ */
  double *counts;                     /* n_counts × n_profiles; NaN = nothing is known */
} column;

typedef struct pruner {
  const hw_panel *panel;
  int32_t n;
  const hw_snp_profile *profiles;
  const hw_snp_pruning *pruning;
  hwp_snp_scale scale;
  column *columns; /* per marker; counts of those that are kept and near */
  int32_t *near;   /* kept markers of the window, ascending */
  int32_t n_near;
} pruner;

/* --- counts --- */

/* Mean and variance of the copies of one allele. */
static void count_allele(const double *weights, double sum, int32_t k, int32_t allele, double *mean,
                         double *variance) {
  double first = 0, second = 0;
  int32_t g = 0;
  for (int32_t b = 0; b < k; b++)
    for (int32_t a = 0; a <= b; a++, g++) {
      const int32_t copies = (a == allele) + (b == allele);
      first += copies * weights[g] / sum;
      second += copies * copies * weights[g] / sum;
    }
  *mean = first;
  *variance = second - first * first;
}

/* ρ of a row of counts. */
static double find_known(const double *counts, int32_t n, double open) {
  double sum = 0, squares = 0;
  int32_t n_known = 0;
  for (int32_t i = 0; i < n; i++) {
    if (isnan(counts[i])) continue;
    sum += counts[i];
    n_known++;
  }
  if (n_known < 2) return 0;
  for (int32_t i = 0; i < n; i++)
    if (!isnan(counts[i])) squares += (counts[i] - sum / n_known) * (counts[i] - sum / n_known);
  return squares > 0 ? squares / (squares + (open > 0 ? open : 0)) : 0;
}

static void find_frequencies(const pruner *self, int32_t m, double *p) {
  const hw_panel *panel = self->panel;
  if (self->pruning->population != HW_PANEL_NONE) {
    const double *of = panel->populations[self->pruning->population].frequencies;
    for (int32_t a = 0; a < panel->markers[m].n_alleles; a++) p[a] = of[panel->first_allele[m] + a];
    if (!isnan(p[0])) return;
  }
  (void)hwp_snp_estimate(&self->scale, panel, m, self->n, self->profiles, 0.5, p);
}

static void fill_column(const pruner *self, int32_t m, column *out) {
  const hw_panel *panel = self->panel;
  const int32_t k = panel->markers[m].n_alleles;
  double p[HW_PANEL_MAX_ALLELES] = {0}, weights[MOST_GENOTYPES] = {0};
  double open[HW_PANEL_MAX_ALLELES] = {0};
  find_frequencies(self, m, p);
  out->heterozygosity = 1;
  for (int32_t a = 0; a < k; a++) out->heterozygosity -= p[a] * p[a];
  if (isnan(out->heterozygosity)) out->heterozygosity = -1;
  for (int32_t i = 0; i < self->n; i++) {
    const uint8_t *bytes = self->profiles[i].bytes + panel->first_genotype[m];
    double sum = 0;
    if (hwp_snp_is_known(bytes, k))
      sum = hwp_snp_weigh(&self->scale, bytes, k, p,
                          hwp_snp_is_haploid(panel, m, &self->profiles[i]), weights);
    for (int32_t c = 0; c < out->n_counts; c++) {
      double mean = (double)NAN, variance = 0;
      if (sum > 0) count_allele(weights, sum, k, c, &mean, &variance);
      out->counts[c * self->n + i] = mean;
      open[c] += variance;
    }
  }
  for (int32_t c = 0; c < out->n_counts; c++)
    out->known[c] = find_known(out->counts + c * self->n, self->n, open[c]);
}

/* --- r² --- */

static double correlate(const double *x, const double *y, int32_t n) {
  double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
  int32_t shared = 0;
  for (int32_t i = 0; i < n; i++) {
    if (isnan(x[i]) || isnan(y[i])) continue;
    sx += x[i];
    sy += y[i];
    shared++;
  }
  if (shared < LEAST_SHARED) return 0;
  for (int32_t i = 0; i < n; i++) {
    if (isnan(x[i]) || isnan(y[i])) continue;
    const double dx = x[i] - sx / shared, dy = y[i] - sy / shared;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 0;
}

static bool go_together(const pruner *self, const column *a, const column *b) {
  for (int32_t i = 0; i < a->n_counts; i++)
    for (int32_t j = 0; j < b->n_counts; j++) {
      if (a->known[i] < LEAST_KNOWN || b->known[j] < LEAST_KNOWN) continue;
      const double r2 = correlate(a->counts + i * self->n, b->counts + j * self->n, self->n) /
                        (a->known[i] * b->known[j]);
      if (r2 > self->pruning->max_r2) return true;
    }
  return false;
}

/* --- walking along the map --- */

static void forget(pruner *self, int32_t marker) {
  free(self->columns[marker].counts);
  self->columns[marker].counts = NULL;
}

static void leave_window(pruner *self, int32_t m) {
  const hw_panel *panel = self->panel;
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_near; i++) {
    const int32_t other = self->near[i];
    if (panel->markers[other].chromosome == panel->markers[m].chromosome &&
        hwp_panel_place_cm(panel, m) - hwp_panel_place_cm(panel, other) <= self->pruning->window_cm)
      self->near[n++] = other;
    else
      forget(self, other);
  }
  self->n_near = n;
}

/* Decides about a marker. @param is_kept  [in, out] of all markers so far */
static hw_status step(pruner *self, int32_t m, bool *is_kept, hw_err *err) {
  column *mine = &self->columns[m];
  const int32_t k = self->panel->markers[m].n_alleles;
  bool is_better = true;
  leave_window(self, m);
  mine->n_counts = k == 2 ? 1 : k;
  mine->counts = calloc((size_t)mine->n_counts * (size_t)self->n, sizeof *mine->counts);
  if (!mine->counts) return HW_NO_MEMORY(err, "allele counts");
  fill_column(self, m, mine);
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_near && is_better; i++) {
    const column *other = &self->columns[self->near[i]];
    is_kept[self->near[i]] = !go_together(self, mine, other);
    if (!is_kept[self->near[i]] && other->heterozygosity >= mine->heterozygosity) is_better = false;
  }
  is_kept[m] = is_better;
  for (int32_t i = 0; i < self->n_near; i++) {
    if (!is_better) is_kept[self->near[i]] = true;
    if (is_kept[self->near[i]])
      self->near[n++] = self->near[i];
    else
      forget(self, self->near[i]);
  }
  self->n_near = n;
  if (is_better)
    self->near[self->n_near++] = m;
  else
    forget(self, m);
  return HW_OK;
}

static hw_status check_asked(const hw_panel *panel, int32_t n_profiles,
                             const hw_snp_pruning *pruning, hw_err *err) {
  if (n_profiles < LEAST_SHARED)
    return hw_err_set(err, HW_E_SHAPE, "%d profiles; r² needs at least %d", (int)n_profiles,
                      LEAST_SHARED);
  if (!(pruning->max_r2 >= 0 && pruning->max_r2 <= 1))
    return hw_err_set(err, HW_E_VALUE, "the limit of r² is %g; expected 0 to 1", pruning->max_r2);
  if (!(pruning->window_cm > 0))
    return hw_err_set(err, HW_E_VALUE, "the window is %g cM; expected more than 0",
                      pruning->window_cm);
  if (pruning->population != HW_PANEL_NONE &&
      (pruning->population < 0 || pruning->population >= panel->n_populations))
    return hw_err_set(err, HW_E_VALUE, "the panel has no population %d", (int)pruning->population);
  return hwp_panel_check_places(panel, err);
}

hw_status hw_panel_prune(const hw_panel *panel, int32_t n_profiles, const hw_snp_profile *profiles,
                         const hw_snp_pruning *pruning, int32_t *chosen, int32_t *n_chosen,
                         hw_err *err) {
  hw_status status = HW_OK;
  hw_arena work;
  *n_chosen = 0;
  HW_TRY(check_asked(panel, n_profiles, pruning, err));
  pruner self = {.panel = panel, .n = n_profiles, .profiles = profiles, .pruning = pruning};
  const size_t n = (size_t)panel->n_markers;
  hw_arena_init(&work, 0);
  hwp_snp_scale_init(&self.scale);
  self.columns = hw_arena_alloc_array(&work, n, sizeof *self.columns);
  self.near = hw_arena_alloc_array(&work, n, sizeof *self.near);
  bool *is_kept = hw_arena_alloc_array(&work, n, sizeof *is_kept);
  if (!self.columns || !self.near || !is_kept) status = HW_NO_MEMORY(err, "the panel");
  for (int32_t m = 0; status == HW_OK && m < panel->n_markers; m++)
    status = step(&self, m, is_kept, err);
  for (int32_t m = 0; self.columns && m < panel->n_markers; m++) free(self.columns[m].counts);
  for (int32_t m = 0; status == HW_OK && m < panel->n_markers; m++)
    if (is_kept[m]) chosen[(*n_chosen)++] = m;
  hw_arena_clear(&work);
  return status;
}
