/* The stated ratio under other assumptions, through the same engine.
 *
 * TABLE. Markers take the frequencies of another table, found under any of their
 * spellings, alleles by name. The case's alleles keep their numbers (profiles refer to
 * them); alleles that only the table has come behind. An allele that the table lacks
 * gets 5/2N of the table's sample, or its smallest frequency where 2N is not known; a
 * silent allele keeps its frequency; the rest is rescaled to one. A custom mutation
 * matrix cannot grow, so there the table's further alleles are left out.
 *
 * RATE. With the factor s a mutation matrix M becomes I + s·(M − I): every
 * off-diagonal entry is multiplied by s, whatever the model. A row that would need a
 * negative diagonal cannot follow.
 *
 * MODEL. The markers get another model with the rates they have (a custom matrix: the
 * mean rate Σ p_i (1 − m_ii); none: 0.002). A stepwise model uses 0.1 as range and
 * 10^−6 between microvariant classes.
 *
 * MINIMUM. No allele is rarer than k/2N; rescaled.
 *
 * DRAW. Frequencies are drawn from their posterior given the table's counts, Dirichlet
 * with 2N·p_i + 1/n (the prior that weighs one observation in all; Curran, Buckleton,
 * Triggs & Weir 2002), by normalised gamma variates (Marsaglia & Tsang 2000).
 *
 * DROPOUT d. Sets are read with another d. Whole genotypes are read as sets of what
 * was seen: a/a may then be a/b with b not seen. Partial genotypes stay.
 *
 * A marker that cannot follow a setting stays as stated, and is counted. */
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/scrutiny_int.h"

static const double DEFAULT_RATE = 0.002, STEPWISE_RANGE = 0.1, STEPWISE_RATE2 = 1e-6;

/* One marker being rebuilt; memory from the scratch arena. */
typedef struct changer {
  hw_scrutiny *scrutiny;
  const hwp_setting *setting;
  hw_random draw;
  hw_err *err;
} changer;

hwp_setting hwp_setting_stated(const hw_scrutiny *self) {
  return (hwp_setting){
      .table = -1, .theta = self->problem->theta, .rate_factor = 1, .model = -1, .dropout = -1};
}

static void *take(changer *self, size_t n, size_t size) {
  void *memory = hw_arena_alloc_array(&self->scrutiny->scratch, n, size);
  if (memory == NULL) (void)HW_NO_MEMORY(self->err, "a marker");
  return memory;
}

static hw_allele find_allele(int32_t n, const char *const *names, const char *name) {
  for (int32_t a = 0; a < n; a++)
    if (strcmp(names[a], name) == 0) return a;
  return HW_ALLELE_NONE;
}

/* Rescales all but the silent allele, so that the sum is one. */
static bool rescale(const hw_marker *marker, double *p) {
  const double silent = marker->silent == HW_ALLELE_NONE ? 0 : p[marker->silent];
  double sum = 0;
  for (int32_t a = 0; a < marker->n_alleles; a++) sum += a == marker->silent ? 0 : p[a];
  if (!(sum > 0)) return false;
  for (int32_t a = 0; a < marker->n_alleles; a++)
    if (a != marker->silent) p[a] *= (1 - silent) / sum;
  return true;
}

/* ---- frequencies ------------------------------------------------------------ */

static double least_of(const hw_frequency_marker *from) {
  double least = 1;
  if (from->two_n > 0) return 5.0 / from->two_n < 0.5 ? 5.0 / from->two_n : 0.5;
  for (int32_t a = 0; a < from->n_alleles; a++)
    if (from->frequencies[a] > 0 && from->frequencies[a] < least) least = from->frequencies[a];
  return least;
}

/* Frequencies of another table. *is_kept: the table lacks the marker, or it has too many alleles. */
static hw_status take_table(changer *self, hw_marker *marker, bool *is_kept) {
  const hw_frequency_table *table = self->scrutiny->options.tables[self->setting->table].table;
  const int32_t index = hw_frequency_table_find(table, marker->name);
  *is_kept = index == HW_MARKER_NONE;
  if (*is_kept) return HW_OK;
  const hw_frequency_marker *from = &table->markers[index];
  const bool can_grow = marker->mutation.model != HW_MUTATION_CUSTOM;
  int32_t n = marker->n_alleles;
  const size_t most = (size_t)n + (size_t)from->n_alleles;
  const char **names = take(self, most, sizeof *names);
  double *p = take(self, most, sizeof *p);
  if (names == NULL || p == NULL) return HW_E_NO_MEMORY;
  for (int32_t a = 0; a < n; a++) {
    names[a] = marker->allele_names[a];
    const hw_allele there = find_allele(from->n_alleles, from->allele_names, names[a]);
    p[a] = there != HW_ALLELE_NONE && from->frequencies[there] > 0 ? from->frequencies[there]
                                                                   : least_of(from);
    if (a == marker->silent) p[a] = marker->frequencies[a];
  }
  for (int32_t a = 0; can_grow && a < from->n_alleles; a++) {
    if (find_allele(marker->n_alleles, marker->allele_names, from->allele_names[a]) !=
        HW_ALLELE_NONE)
      continue;
    names[n] = from->allele_names[a];
    p[n++] = from->frequencies[a];
  }
  *is_kept = n > HW_MAX_ALLELES;
  if (*is_kept) return HW_OK;
  hw_marker changed = *marker;
  changed.n_alleles = n;
  changed.allele_names = names;
  changed.frequencies = p;
  *is_kept = !rescale(&changed, p);
  if (!*is_kept) *marker = changed;
  return HW_OK;
}

static int32_t two_n_of(const changer *self, int32_t m) {
  const hw_scrutiny_options *o = &self->scrutiny->options;
  if (self->setting->table >= 0) {
    const hw_frequency_table *table = o->tables[self->setting->table].table;
    const int32_t index = hw_frequency_table_find(table, self->scrutiny->problem->markers[m].name);
    if (index != HW_MARKER_NONE) return table->markers[index].two_n;
  }
  return o->two_n != NULL ? o->two_n[m] : 0;
}

static hw_status raise(changer *self, int32_t m, hw_marker *marker, bool *is_kept) {
  const int32_t two_n = two_n_of(self, m);
  const size_t n = (size_t)marker->n_alleles;
  *is_kept = two_n <= 0;
  if (*is_kept) return HW_OK;
  double *p = take(self, n, sizeof *p);
  if (p == NULL) return HW_E_NO_MEMORY;
  const double floor_p = (double)self->setting->floor / two_n;
  for (int32_t a = 0; a < marker->n_alleles; a++) {
    p[a] = marker->frequencies[a];
    if (a != marker->silent && p[a] < floor_p) p[a] = floor_p;
  }
  *is_kept = floor_p > 0.5 || !rescale(marker, p);
  if (!*is_kept) marker->frequencies = p;
  return HW_OK;
}

/* ---- draws --------------------------------------------------------------------- */

/* Standard normal by the polar method (Marsaglia & Bray 1964). */
static double draw_normal(hw_random *stream) {
  for (;;) {
    const double u = 2 * hw_random_double(stream) - 1, v = 2 * hw_random_double(stream) - 1;
    const double s = u * u + v * v;
    if (s > 0 && s < 1) return u * sqrt(-2 * hw_ln(s) / s);
  }
}

/* Gamma with shape `a` (Marsaglia & Tsang 2000; a < 1 by their section 6). */
static double draw_gamma(hw_random *stream, double a) {
  double boost = 1;
  if (a < 1) {
    double u = hw_random_double(stream);
    while (!(u > 0)) u = hw_random_double(stream);
    boost = hw_pow10(hw_log10(u) / a);
    a += 1;
  }
  const double d = a - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    const double x = draw_normal(stream), t = 1 + c * x;
    if (!(t > 0)) continue;
    const double v = t * t * t, u = hw_random_double(stream);
    if (u > 0 && hw_ln(u) < 0.5 * x * x + d - d * v + d * hw_ln(v)) return boost * d * v;
  }
}

static hw_status draw_frequencies(changer *self, int32_t m, hw_marker *marker, bool *is_kept) {
  const int32_t two_n = two_n_of(self, m);
  const size_t n = (size_t)marker->n_alleles;
  *is_kept = two_n <= 0;
  if (*is_kept) return HW_OK;
  hw_random stream = hw_random_split(&self->draw, (uint64_t)m);
  double *p = take(self, n, sizeof *p), sum = 0;
  if (p == NULL) return HW_E_NO_MEMORY;
  for (size_t a = 0; a < n; a++) {
    p[a] = draw_gamma(&stream, marker->frequencies[a] * two_n + 1.0 / (double)n);
    sum += p[a];
  }
  *is_kept = !(sum > 0);
  for (size_t a = 0; a < n && !*is_kept; a++) p[a] /= sum;
  if (!*is_kept) marker->frequencies = p;
  return HW_OK;
}

/* ---- mutation ------------------------------------------------------------------- */

/* Mean rate of a matrix under the frequencies. */
static double mean_rate(const hw_marker *marker, int from) {
  const size_t n = (size_t)marker->n_alleles;
  const double *matrix = marker->matrix[from];
  double rate = 0;
  for (size_t i = 0; matrix != NULL && i < n; i++)
    rate += marker->frequencies[i] * (1 - matrix[i * n + i]);
  return rate > 0 ? rate : 0;
}

static void change_model(const changer *self, hw_marker *marker) {
  const hw_mutation old = marker->mutation;
  hw_mutation *mutation = &marker->mutation;
  *mutation = (hw_mutation){.model = (hw_mutation_model)self->setting->model};
  for (int from = 0; from < 2; from++) {
    double rate = old.rate[from];
    if (old.model == HW_MUTATION_CUSTOM) rate = mean_rate(marker, from);
    if (old.model == HW_MUTATION_NONE) rate = DEFAULT_RATE;
    mutation->rate[from] = rate;
    mutation->range[from] = old.model == HW_MUTATION_STEPWISE ? old.range[from] : STEPWISE_RANGE;
    mutation->rate2[from] = old.model == HW_MUTATION_STEPWISE ? old.rate2[from] : STEPWISE_RATE2;
  }
}

/* I + s (M − I). @return false if an entry would be negative */
static bool scale_rate(double *matrix, size_t n, double factor) {
  for (size_t i = 0; i < n; i++) {
    double off = 0;
    for (size_t j = 0; j < n; j++) {
      if (i == j) continue;
      matrix[i * n + j] *= factor;
      off += matrix[i * n + j];
    }
    if (off > 1) return false;
    matrix[i * n + i] = 1 - off;
  }
  return true;
}

/* Computes the matrices of a marker whose frequencies or model have changed. */
static hw_status fill_matrices(changer *self, hw_marker *marker, bool *is_kept) {
  const size_t n = (size_t)marker->n_alleles;
  hw_err refused = HW_ERR_INIT;
  marker->matrix[0] = marker->matrix[1] = NULL;
  /* A check value of the stated matrix has no meaning for another. */
  if (marker->mutation.model != HW_MUTATION_CUSTOM)
    marker->mutation.custom[0] = marker->mutation.custom[1] = NULL;
  for (int from = 0; from < 2; from++) {
    if (hw_mutation_is_identity(marker, from)) continue;
    double *matrix = take(self, n * n, sizeof *matrix);
    if (matrix == NULL) return HW_E_NO_MEMORY;
    const hw_status status = hw_mutation_matrix(marker, from, matrix, &refused);
    if (status == HW_E_NO_MEMORY) return HW_NO_MEMORY(self->err, "a mutation matrix");
    *is_kept = status != HW_OK || (self->setting->rate_factor != 1 &&
                                   !scale_rate(matrix, n, self->setting->rate_factor));
    if (*is_kept) return HW_OK;
    marker->matrix[from] = matrix;
  }
  return HW_OK;
}

static hw_status change_marker(changer *self, int32_t m, hw_marker *marker, bool *is_kept) {
  const hwp_setting *setting = self->setting;
  *is_kept = false;
  if (setting->table >= 0) HW_TRY(take_table(self, marker, is_kept));
  if (!*is_kept && setting->floor > 0) HW_TRY(raise(self, m, marker, is_kept));
  if (!*is_kept && setting->draw != NULL) HW_TRY(draw_frequencies(self, m, marker, is_kept));
  if (*is_kept) return HW_OK;
  if (setting->model >= 0) change_model(self, marker);
  return fill_matrices(self, marker, is_kept);
}

/* ---- observations ------------------------------------------------------------------ */

bool hwp_setting_has_dropout(const hw_scrutiny *self) {
  const hw_profile *profile = &self->remains->profile;
  for (int32_t m = 0; m < profile->n_markers; m++) {
    const hw_observation *obs = &profile->observations[m];
    if (obs->kind == HW_OBS_SET || (obs->kind == HW_OBS_GENOTYPE && obs->a == obs->b)) return true;
  }
  return false;
}

/* The remains as read with another dropout. */
static hw_status change_profile(changer *self, hw_profile *profile) {
  const size_t n = (size_t)profile->n_markers;
  hw_observation *observations = take(self, n, sizeof *observations);
  hw_allele *alleles = take(self, 2 * n, sizeof *alleles);
  if (observations == NULL || alleles == NULL) return HW_E_NO_MEMORY;
  for (size_t m = 0; m < n; m++) {
    hw_observation *obs = &observations[m];
    *obs = profile->observations[m];
    if (obs->kind != HW_OBS_GENOTYPE || obs->b == HW_ALLELE_NONE) continue;
    hw_allele *seen = alleles + 2 * m;
    seen[0] = obs->a < obs->b ? obs->a : obs->b;
    seen[1] = obs->a < obs->b ? obs->b : obs->a;
    *obs = (hw_observation){.kind = HW_OBS_SET, .n_seen = seen[0] == seen[1] ? 1 : 2, .seen = seen};
  }
  profile->observations = observations;
  profile->has_dropout = true;
  profile->dropout = self->setting->dropout;
  return HW_OK;
}

/* ---- the ratio ----------------------------------------------------------------------- */

static bool changes_markers(const hwp_setting *setting) {
  return setting->table >= 0 || setting->rate_factor != 1 || setting->model >= 0 ||
         setting->floor > 0 || setting->draw != NULL;
}

static hw_status change_markers(changer *self, const hw_marker **out, int32_t *n_kept) {
  const hw_case *problem = self->scrutiny->problem;
  *out = problem->markers;
  *n_kept = 0;
  if (!changes_markers(self->setting)) return HW_OK;
  hw_marker *markers = take(self, (size_t)problem->n_markers + 1, sizeof *markers);
  if (markers == NULL) return HW_E_NO_MEMORY;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    bool is_kept = false;
    markers[m] = problem->markers[m];
    HW_TRY(change_marker(self, m, &markers[m], &is_kept));
    if (is_kept) markers[m] = problem->markers[m];
    *n_kept += is_kept;
  }
  *out = markers;
  return HW_OK;
}

static hw_status evaluate(changer *self, double *log10_lr, int32_t *n_kept) {
  hw_scrutiny *s = self->scrutiny;
  hwp_relation relation = hwp_scrutiny_stated(s);
  const hw_marker *markers = NULL;
  hw_profile profile = s->remains->profile;
  hwp_compiled compiled;
  HW_TRY(change_markers(self, &markers, n_kept));
  if (self->setting->change != NULL)
    HW_TRY(hwp_relabel_build(s, self->setting->change, &s->scratch, &relation, self->err));
  if (self->setting->dropout >= 0) HW_TRY(change_profile(self, &profile));
  HW_TRY(hwp_scrutiny_compile(s, &relation, markers, self->setting->theta, s->missing, &compiled,
                              self->err));
  *log10_lr = hw_table_log10_lr(compiled.table, markers, &profile, NULL);
  hwp_compiled_clear(&compiled);
  return HW_OK;
}

hw_status hwp_setting_evaluate(hw_scrutiny *self, const hwp_setting *setting, double *log10_lr,
                               int32_t *n_kept, hw_err *err) {
  int32_t kept = 0;
  changer change = {.scrutiny = self, .setting = setting, .err = err};
  if (setting->draw != NULL) change.draw = *setting->draw;
  hw_arena_reset(&self->scratch);
  const hw_status status = evaluate(&change, log10_lr, &kept);
  if (n_kept != NULL) *n_kept = kept;
  return status;
}
