/* The sensitivity band: how far the ratio moves when one assumption does.
 *
 * One factor at a time goes through its points with all others as stated; the factor
 * with the largest drop below the stated ratio is the driver. Then every factor stands
 * at its least favourable point at once (the draws excepted, which are no assumption
 * but the uncertainty of a table), which is where a combination of bad luck would lead;
 * it need not be the smallest of all combinations.
 *
 *   frequency table    every table given
 *   theta              0, 0.01, 0.03
 *   mutation rate      a tenth, a third, three, ten times
 *   mutation model     equal, proportional, stepwise, one-step
 *   minimum frequency  1/2N, 5/2N, 10/2N
 *   sampling           posterior of the frequencies given the table's counts
 *   dropout            0.01, 0.05, 0.1, 0.2, 0.4 per allele
 *   stated relation    each father or mother who is not, unless the profiles refute it
 *                      by the margin or more
 *
 * A point that the engine refuses as too complex, or a model that does not exist for a
 * marker's alleles, is listed with the reason; it is not in the range. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/scrutiny_int.h"

typedef struct bander {
  hw_scrutiny *scrutiny;
  hw_band_factor *factor;
  hw_band_point *points; /* of the factor */
  hwp_setting *settings; /* likewise */
  int32_t capacity;
  hwp_setting least[HW_BAND_KIND_COUNT];
  bool has_least[HW_BAND_KIND_COUNT];
  hw_err *err;
} bander;

const char *hw_band_name(hw_band_kind kind) {
  static const char *const names[HW_BAND_KIND_COUNT] = {
      "frequency-table",   "theta",    "mutation-rate", "mutation-model",
      "minimum-frequency", "sampling", "dropout",       "stated-relation"};
  return kind >= 0 && kind < HW_BAND_KIND_COUNT ? names[kind] : "unknown";
}

/* ---- points --------------------------------------------------------------------- */

static hw_status grow(bander *self) {
  hw_band_factor *factor = self->factor;
  if (factor->n_points < self->capacity) return HW_OK;
  const size_t n = (size_t)factor->n_points;
  const size_t capacity = n > 0 ? 2 * n : 8;
  hw_arena *arena = &self->scrutiny->arena;
  hw_band_point *points = hw_arena_alloc_array(arena, capacity, sizeof *points);
  hwp_setting *settings = hw_arena_alloc_array(arena, capacity, sizeof *settings);
  if (points == NULL || settings == NULL) return HW_NO_MEMORY(self->err, "the band");
  if (n > 0) memcpy(points, self->points, n * sizeof *points);
  if (n > 0) memcpy(settings, self->settings, n * sizeof *settings);
  self->points = points;
  self->settings = settings;
  factor->points = points;
  self->capacity = (int32_t)capacity;
  return HW_OK;
}

/* The range takes in a point. */
static void widen(hw_band_factor *factor, int32_t i, double log10_lr) {
  if (factor->least < 0 || log10_lr < factor->log10_least) {
    factor->least = i;
    factor->log10_least = log10_lr;
  }
  if (factor->most < 0 || log10_lr > factor->log10_most) {
    factor->most = i;
    factor->log10_most = log10_lr;
  }
}

static hw_status append(bander *self, hw_band_point point, const hwp_setting *setting) {
  if (point.text == NULL) return HW_NO_MEMORY(self->err, "the band");
  HW_TRY(grow(self));
  const int32_t i = self->factor->n_points++;
  self->points[i] = point;
  self->settings[i] = *setting;
  if (point.is_computed) widen(self->factor, i, point.log10_lr);
  return HW_OK;
}

/* A point that is computed. */
static hw_status add_point(bander *self, char *text, const hwp_setting *setting) {
  hw_scrutiny *s = self->scrutiny;
  hw_band_point point = {.text = text, .log10_lr = (double)NAN};
  int32_t n_kept = 0;
  const hw_status status = hwp_setting_evaluate(s, setting, &point.log10_lr, &n_kept, self->err);
  if (status != HW_OK && !hwp_scrutiny_can_go_on(status)) return status;
  point.is_computed = status == HW_OK && n_kept < s->problem->n_markers;
  if (status != HW_OK)
    point.note = hwp_scrutiny_text(s, "%s", self->err->message);
  else if (!point.is_computed)
    point.note = "no marker can follow";
  else if (n_kept > 0)
    point.note = hwp_scrutiny_text(s, "%d of %d markers stay as stated", (int)n_kept,
                                   (int)s->problem->n_markers);
  if (status != HW_OK) *self->err = (hw_err)HW_ERR_INIT;
  if (!point.is_computed) {
    point.log10_lr = (double)NAN;
    s->report.band.n_left_out++;
  }
  return append(self, point, setting);
}

/* Begins a factor with the stated point. */
static hw_status begin(bander *self, hw_band_kind kind, char *stated) {
  const hwp_setting setting = hwp_setting_stated(self->scrutiny);
  self->factor = &self->scrutiny->report.band.factors[kind];
  *self->factor = (hw_band_factor){.kind = kind, .least = -1, .most = -1};
  self->points = NULL;
  self->settings = NULL;
  self->capacity = 0;
  return append(self,
                (hw_band_point){.text = stated,
                                .is_computed = true,
                                .is_stated = true,
                                .log10_lr = self->scrutiny->report.log10_lr},
                &setting);
}

static void end(bander *self) {
  hw_band_factor *factor = self->factor;
  const double drop = hwp_scrutiny_less(self->scrutiny->report.log10_lr, factor->log10_least);
  factor->log10_drop = drop > 0 ? drop : 0;
  self->least[factor->kind] = self->settings[factor->least];
  self->has_least[factor->kind] = factor->log10_drop > 0;
}

/* ---- factors ----------------------------------------------------------------------- */

static hw_status vary_table(bander *self) {
  hw_scrutiny *s = self->scrutiny;
  HW_TRY(begin(self, HW_BAND_TABLE, hwp_scrutiny_text(s, "the case's")));
  for (int32_t i = 0; i < s->options.n_tables; i++) {
    hwp_setting setting = hwp_setting_stated(s);
    setting.table = i;
    HW_TRY(add_point(self, hwp_scrutiny_text(s, "%s", s->options.tables[i].name), &setting));
  }
  if (s->options.n_tables == 0) self->factor->note = "no other table was given";
  end(self);
  return HW_OK;
}

static hw_status vary_theta(bander *self) {
  static const double thetas[] = {0, 0.01, 0.03};
  hw_scrutiny *s = self->scrutiny;
  HW_TRY(begin(self, HW_BAND_THETA, hwp_scrutiny_text(s, "%g", s->problem->theta)));
  for (size_t i = 0; i < sizeof thetas / sizeof *thetas; i++) {
    hwp_setting setting = hwp_setting_stated(s);
    if (thetas[i] == s->problem->theta) continue;
    setting.theta = thetas[i];
    HW_TRY(add_point(self, hwp_scrutiny_text(s, "%g", thetas[i]), &setting));
  }
  end(self);
  return HW_OK;
}

static bool has_mutation(const hw_scrutiny *self) {
  for (int32_t m = 0; m < self->problem->n_markers; m++) {
    const hw_marker *marker = &self->problem->markers[m];
    if (marker->matrix[0] != NULL || marker->matrix[1] != NULL) return true;
  }
  return false;
}

static hw_status vary_rate(bander *self) {
  static const double factors[] = {0.1, 0.3, 3, 10};
  hw_scrutiny *s = self->scrutiny;
  HW_TRY(begin(self, HW_BAND_RATE, hwp_scrutiny_text(s, "x 1")));
  for (size_t i = 0; i < sizeof factors / sizeof *factors && has_mutation(s); i++) {
    hwp_setting setting = hwp_setting_stated(s);
    setting.rate_factor = factors[i];
    HW_TRY(add_point(self, hwp_scrutiny_text(s, "x %g", factors[i]), &setting));
  }
  if (!has_mutation(s)) self->factor->note = "no marker has a mutation model";
  end(self);
  return HW_OK;
}

/* True if every marker has the model already. */
static bool is_model(const hw_scrutiny *self, hw_mutation_model model) {
  for (int32_t m = 0; m < self->problem->n_markers; m++) {
    const hw_mutation *mutation = &self->problem->markers[m].mutation;
    if (mutation->model != model || mutation->transform != HW_TRANSFORM_NONE) return false;
  }
  return true;
}

static hw_status vary_model(bander *self) {
  static const struct {
    hw_mutation_model model;
    const char *name;
  } models[] = {{HW_MUTATION_EQUAL, "equal"},
                {HW_MUTATION_PROPORTIONAL, "proportional"},
                {HW_MUTATION_STEPWISE, "stepwise"},
                {HW_MUTATION_ONESTEP, "one step"}};
  hw_scrutiny *s = self->scrutiny;
  const char *stated = is_model(s, HW_MUTATION_NONE) ? "none" : "the case's";
  for (size_t i = 0; i < sizeof models / sizeof *models; i++)
    if (is_model(s, models[i].model)) stated = models[i].name;
  HW_TRY(begin(self, HW_BAND_MODEL, hwp_scrutiny_text(s, "%s", stated)));
  for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
    hwp_setting setting = hwp_setting_stated(s);
    if (is_model(s, models[i].model)) continue;
    setting.model = (int32_t)models[i].model;
    HW_TRY(add_point(self, hwp_scrutiny_text(s, "%s", models[i].name), &setting));
  }
  end(self);
  return HW_OK;
}

static bool has_two_n(const hw_scrutiny *self) {
  for (int32_t m = 0; self->options.two_n != NULL && m < self->problem->n_markers; m++)
    if (self->options.two_n[m] > 0) return true;
  return false;
}

static hw_status vary_minimum(bander *self) {
  static const int32_t floors[] = {1, 5, 10};
  hw_scrutiny *s = self->scrutiny;
  HW_TRY(begin(self, HW_BAND_MINIMUM, hwp_scrutiny_text(s, "the case's")));
  for (size_t i = 0; i < sizeof floors / sizeof *floors && has_two_n(s); i++) {
    hwp_setting setting = hwp_setting_stated(s);
    setting.floor = floors[i];
    HW_TRY(add_point(self, hwp_scrutiny_text(s, "%d/2N", (int)floors[i]), &setting));
  }
  if (!has_two_n(s)) self->factor->note = "the number of alleles sampled (2N) is not known";
  end(self);
  return HW_OK;
}

static int compare_numbers(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return a < b ? -1 : a > b;
}

/* The points of the posterior: a draw's rank is the nearest to the share. */
static hw_status add_draws(bander *self, double *draws, int32_t n) {
  static const double shares[3] = {0.025, 0.5, 0.975};
  hw_scrutiny *s = self->scrutiny;
  const hwp_setting stated = hwp_setting_stated(s);
  qsort(draws, (size_t)n, sizeof *draws, compare_numbers);
  for (int i = 0; i < 3; i++) {
    const int32_t rank = (int32_t)(shares[i] * (n - 1) + 0.5);
    char *text = hwp_scrutiny_text(s, "%g %% of %d draws", 100 * shares[i], (int)n);
    HW_TRY(append(self, (hw_band_point){.text = text, .is_computed = true, .log10_lr = draws[rank]},
                  &stated));
  }
  return HW_OK;
}

static hw_status vary_sampling(bander *self) {
  hw_scrutiny *s = self->scrutiny;
  const int32_t n = s->options.n_draws;
  HW_TRY(begin(self, HW_BAND_SAMPLING, hwp_scrutiny_text(s, "the case's")));
  if (n <= 0) self->factor->note = "no draws were asked for";
  if (!has_two_n(s)) self->factor->note = "the number of alleles sampled (2N) is not known";
  if (self->factor->note == NULL) {
    double *draws = hw_arena_alloc_array(&s->arena, (size_t)n, sizeof *draws);
    hw_random root;
    hw_random_init(&root, s->options.seed);
    if (draws == NULL) return HW_NO_MEMORY(self->err, "draws of the frequencies");
    hw_status status = HW_OK;
    for (int32_t i = 0; i < n && status == HW_OK; i++) {
      const hw_random stream = hw_random_split(&root, (uint64_t)i);
      hwp_setting setting = hwp_setting_stated(s);
      setting.draw = &stream;
      status = hwp_setting_evaluate(s, &setting, &draws[i], NULL, self->err);
    }
    if (status == HW_OK) {
      HW_TRY(add_draws(self, draws, n));
    } else if (hwp_scrutiny_can_go_on(status)) {
      self->factor->note = hwp_scrutiny_text(s, "%s", self->err->message);
      *self->err = (hw_err)HW_ERR_INIT;
      s->report.band.n_left_out++;
    } else {
      return status;
    }
  }
  end(self);
  return HW_OK;
}

static hw_status vary_dropout(bander *self) {
  static const double dropouts[] = {0.01, 0.05, 0.1, 0.2, 0.4};
  hw_scrutiny *s = self->scrutiny;
  const hw_profile *profile = &s->remains->profile;
  HW_TRY(begin(self, HW_BAND_DROPOUT,
               profile->has_dropout ? hwp_scrutiny_text(s, "%g", profile->dropout)
                                    : hwp_scrutiny_text(s, "none")));
  for (size_t i = 0; i < sizeof dropouts / sizeof *dropouts; i++) {
    hwp_setting setting = hwp_setting_stated(s);
    if (!hwp_setting_has_dropout(s) || (profile->has_dropout && dropouts[i] == profile->dropout))
      continue;
    setting.dropout = dropouts[i];
    HW_TRY(add_point(self, hwp_scrutiny_text(s, "%g", dropouts[i]), &setting));
  }
  if (!hwp_setting_has_dropout(s))
    self->factor->note = "no marker shows a single allele that dropout could explain";
  end(self);
  return HW_OK;
}

static hw_status vary_relation(bander *self) {
  hw_scrutiny *s = self->scrutiny;
  const hw_scrutiny_references *references = &s->report.references;
  HW_TRY(begin(self, HW_BAND_RELATION, hwp_scrutiny_text(s, "as stated")));
  for (int32_t i = 0; i < references->n_changes; i++) {
    const hw_relabel *change = &references->changes[i];
    if (change->kind != HW_RELABEL_FATHER && change->kind != HW_RELABEL_MOTHER) continue;
    if (!change->is_computed || !(change->log10_support > -s->options.margin)) continue;
    hwp_setting setting = hwp_setting_stated(s);
    setting.change = change;
    HW_TRY(append(self,
                  (hw_band_point){.text = hwp_scrutiny_text(s, "%s", change->text),
                                  .is_computed = true,
                                  .log10_lr = change->log10_lr},
                  &setting));
  }
  if (self->factor->n_points == 1)
    self->factor->note = "the profiles refute, or do not depend on, every change of a parent";
  end(self);
  return HW_OK;
}

/* ---- together ------------------------------------------------------------------------- */

static void find_driver(hw_scrutiny_band *band) {
  band->driver = -1;
  for (int k = 0; k < HW_BAND_KIND_COUNT; k++)
    if (band->factors[k].log10_drop > 0 &&
        (band->driver < 0 || band->factors[k].log10_drop > band->factors[band->driver].log10_drop))
      band->driver = k;
}

static hw_status combine(bander *self) {
  hw_scrutiny *s = self->scrutiny;
  hw_scrutiny_band *band = &s->report.band;
  hwp_setting all = hwp_setting_stated(s);
  const hwp_setting *least = self->least;
  if (self->has_least[HW_BAND_TABLE]) all.table = least[HW_BAND_TABLE].table;
  if (self->has_least[HW_BAND_THETA]) all.theta = least[HW_BAND_THETA].theta;
  if (self->has_least[HW_BAND_RATE]) all.rate_factor = least[HW_BAND_RATE].rate_factor;
  if (self->has_least[HW_BAND_MODEL]) all.model = least[HW_BAND_MODEL].model;
  if (self->has_least[HW_BAND_MINIMUM]) all.floor = least[HW_BAND_MINIMUM].floor;
  if (self->has_least[HW_BAND_DROPOUT]) all.dropout = least[HW_BAND_DROPOUT].dropout;
  if (self->has_least[HW_BAND_RELATION]) all.change = least[HW_BAND_RELATION].change;
  const hw_status status = hwp_setting_evaluate(s, &all, &band->log10_combined, NULL, self->err);
  band->is_combined = status == HW_OK;
  if (status == HW_OK) return HW_OK;
  if (!hwp_scrutiny_can_go_on(status)) return status;
  band->log10_combined = (double)NAN;
  band->combined_note = hwp_scrutiny_text(s, "%s", self->err->message);
  *self->err = (hw_err)HW_ERR_INIT;
  return HW_OK;
}

hw_status hwp_scrutiny_band(hw_scrutiny *self, hw_err *err) {
  hw_err own = HW_ERR_INIT; /* so that remarks have a text */
  bander band = {.scrutiny = self, .err = &own};
  hw_status status = vary_table(&band);
  if (status == HW_OK) status = vary_theta(&band);
  if (status == HW_OK) status = vary_rate(&band);
  if (status == HW_OK) status = vary_model(&band);
  if (status == HW_OK) status = vary_minimum(&band);
  if (status == HW_OK) status = vary_sampling(&band);
  if (status == HW_OK) status = vary_dropout(&band);
  if (status == HW_OK) status = vary_relation(&band);
  find_driver(&self->report.band);
  if (status == HW_OK) status = combine(&band);
  if (status != HW_OK && err != NULL) *err = own;
  return status;
}
