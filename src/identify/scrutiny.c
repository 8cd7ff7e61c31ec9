/* One pairing under scrutiny: the order of the work, and what the report rests on.
 *
 * The stated ratio is computed first, exactly as `identify` computes it. Everything
 * else is compared with it, so a family whose stated ratio is too complex is an
 * error, while any other number that is too complex is left out and told.
 *
 * Sexes. Where the recorded sexes differ the pairing is excluded, and the report says
 * so; the profile's own ratio is still examined, since a wrong sex in a record is one
 * way in which identifications are missed.
 *
 * What it does not do: linked markers (tables are made marker by marker), lineage
 * markers, and rivals of other families, which are the joint engine's matter. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/scrutiny_int.h"

/* Room for reasons and notes. */
enum { MOST_TEXTS = 256 };

/* ---- texts ---------------------------------------------------------------- */

char *hwp_scrutiny_text(hw_scrutiny *self, const char *format, ...) {
  char buffer[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  return hw_arena_strdup(&self->arena, buffer);
}

static hw_status add_text(const char **list, int32_t *n, char *text, hw_err *err) {
  if (text == NULL) return HW_NO_MEMORY(err, "a report");
  if (*n < MOST_TEXTS) list[(*n)++] = text;
  return HW_OK;
}

hw_status hwp_scrutiny_note(hw_scrutiny *self, char *text, hw_err *err) {
  return add_text(self->notes, &self->n_notes, text, err);
}

hw_status hwp_scrutiny_reason(hw_scrutiny *self, char *text, hw_err *err) {
  return add_text(self->reasons, &self->n_reasons, text, err);
}

double hwp_scrutiny_less(double a, double b) {
  if (a == b) return isfinite(a) ? 0 : (double)NAN;
  return a - b;
}

const char *hwp_scrutiny_id(const hw_scrutiny *self, int32_t person) {
  return self->family->pedigree.persons[person].id;
}

/* ---- preparation ---------------------------------------------------------- */

static hw_status set_options(hw_scrutiny *self, const hw_scrutiny_options *options, hw_err *err) {
  hw_scrutiny_options *o = &self->options;
  if (options != NULL) *o = *options;
  if (o->threshold == 0) o->threshold = HW_IDENTIFY_THRESHOLD;
  if (o->margin == 0) o->margin = HW_SCRUTINY_MARGIN;
  if (o->level == 0) o->level = HW_SCRUTINY_LEVEL;
  if (o->degree == 0) o->degree = HW_SCRUTINY_DEGREE;
  if (o->n_draws == 0)
    o->n_draws = self->problem->theta > 0 ? HW_SCRUTINY_DRAWS_THETA : HW_SCRUTINY_DRAWS;
  self->with_theta = self->without_theta = o->likelihood;
  if (!(o->likelihood.max_work > 0)) self->without_theta.max_work = HW_SCRUTINY_MAX_WORK;
  self->with_theta.max_work = self->without_theta.max_work / 100;
  if (!isfinite(o->threshold) || !(o->margin >= 0 && o->margin < HUGE_VAL))
    return hw_err_set(err, HW_E_VALUE, "threshold %g, margin %g: they must be finite numbers",
                      o->threshold, o->margin);
  if (!(o->level > 0 && o->level < 1))
    return hw_err_set(err, HW_E_VALUE, "the level is %g, it must lie between 0 and 1", o->level);
  if (!(o->theta_clan >= 0 && o->theta_clan < 1))
    return hw_err_set(err, HW_E_VALUE, "the clan's theta is %g, it must be at least 0 and below 1",
                      o->theta_clan);
  if (o->degree < 1 || o->degree > HW_SCRUTINY_MOST_DEGREE)
    return hw_err_set(err, HW_E_VALUE, "cousins of degree %d: it must be 1 to %d", (int)o->degree,
                      HW_SCRUTINY_MOST_DEGREE);
  return HW_OK;
}

static hw_status choose_pair(hw_scrutiny *self, int32_t family, int32_t missing, int32_t remains,
                             hw_err *err) {
  const hw_case *problem = self->problem;
  if (family < 0 || family >= problem->n_families || remains < 0 || remains >= problem->n_remains ||
      missing < 0 || missing >= problem->families[family].n_missing)
    return hw_err_set(err, HW_E_REFERENCE,
                      "family %d, missing person %d, remains %d: the case has no such pairing",
                      (int)family, (int)missing, (int)remains);
  if (problem->n_linkages > 0)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "linked markers are not supported here: the scrutiny is made marker by "
                      "marker");
  self->family = &problem->families[family];
  self->missing = self->family->missing[missing];
  self->remains = &problem->remains[remains];
  for (int32_t k = 0; k < self->family->n_profiles; k++)
    if (self->family->profile_person[k] == self->missing)
      return hw_err_set(err, HW_E_SHAPE, "family '%s': the missing person '%s' is typed",
                        self->family->name, hwp_scrutiny_id(self, self->missing));
  return HW_OK;
}

/* The sex that the remains show: recorded, or by their alleles at X markers. */
static hw_sex shown_sex(const hw_scrutiny *self) {
  if (self->remains->sex != HW_UNKNOWN_SEX) return self->remains->sex;
  for (int32_t m = 0; m < self->problem->n_markers; m++) {
    const hw_observation_kind kind = self->remains->profile.observations[m].kind;
    if (kind == HW_OBS_SINGLE) return HW_MALE;
    if (kind == HW_OBS_GENOTYPE && hw_marker_is_x(&self->problem->markers[m])) return HW_FEMALE;
  }
  return HW_UNKNOWN_SEX;
}

static hw_status make_markers(hw_scrutiny *self, hw_err *err) {
  const size_t n = (size_t)self->problem->n_markers;
  hw_marker *rigid = hw_arena_alloc_array(&self->arena, n + 1, sizeof *rigid);
  self->per_marker = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->per_marker);
  self->notes = hw_arena_alloc_array(&self->arena, MOST_TEXTS, sizeof *self->notes);
  self->reasons = hw_arena_alloc_array(&self->arena, MOST_TEXTS, sizeof *self->reasons);
  if (rigid == NULL || self->per_marker == NULL || self->notes == NULL || self->reasons == NULL)
    return HW_NO_MEMORY(err, "the markers");
  for (size_t m = 0; m < n; m++) {
    rigid[m] = self->problem->markers[m];
    rigid[m].mutation = (hw_mutation){.model = HW_MUTATION_NONE};
    rigid[m].matrix[HW_FROM_MOTHER] = rigid[m].matrix[HW_FROM_FATHER] = NULL;
    self->has_x = self->has_x || hw_marker_is_x(&rigid[m]);
  }
  self->rigid = rigid;
  self->shown_sex = shown_sex(self);
  return HW_OK;
}

/* ---- the work ------------------------------------------------------------- */

static hw_status compute_stated(hw_scrutiny *self, hw_err *err) {
  const hw_case *problem = self->problem;
  const hwp_relation relation = hwp_scrutiny_stated(self);
  const hw_problem stated = {.pedigree = &relation.pedigree,
                             .n_profiles = relation.n_profiles,
                             .profiles = relation.profiles,
                             .profile_person = relation.profile_person,
                             .n_markers = problem->n_markers,
                             .markers = problem->markers,
                             .theta = problem->theta};
  hw_status status = HW_OK;
  if (problem->theta > 0)
    status = hw_table_compiler_new(problem->n_markers, problem->markers, problem->theta,
                                   &self->with_theta, 0, &self->compiler, err);
  if (status == HW_OK)
    status = hw_table_compile(&stated, self->missing, &self->options.likelihood, &self->table, err);
  if (status != HW_OK) {
    hw_err_while(err, "compiling family '%s' for '%s'", self->family->name,
                 hwp_scrutiny_id(self, self->missing));
    return status;
  }
  self->report.log10_lr =
      hw_table_log10_lr(self->table, problem->markers, &self->remains->profile, self->per_marker);
  for (int32_t m = 0; m < problem->n_markers; m++)
    self->ln_family += self->table->markers[m].ln_family;
  const hw_sex sex = self->family->pedigree.persons[self->missing].sex;
  self->report.per_marker = self->per_marker;
  self->report.is_sex_excluded =
      sex != HW_UNKNOWN_SEX && self->shown_sex != HW_UNKNOWN_SEX && sex != self->shown_sex;
  return HW_OK;
}

static hw_status work(hw_scrutiny *self, hw_err *err) {
  HW_TRY(make_markers(self, err));
  HW_TRY(compute_stated(self, err));
  HW_TRY(hwp_scrutiny_rivals(self, err));
  hw_arena_reset(&self->scratch);
  HW_TRY(hwp_scrutiny_expect(self, err));
  hw_arena_reset(&self->scratch);
  HW_TRY(hwp_scrutiny_references(self, err));
  hw_arena_reset(&self->scratch);
  HW_TRY(hwp_scrutiny_band(self, err));
  HW_TRY(hwp_scrutiny_judge(self, err));
  self->report.n_notes = self->n_notes;
  self->report.notes = self->notes;
  self->report.n_reasons = self->n_reasons;
  self->report.reasons = self->reasons;
  self->report.stands = self->n_reasons == 0;
  return HW_OK;
}

hw_status hw_scrutiny_new(const hw_case *problem, int32_t family, int32_t missing, int32_t remains,
                          const hw_scrutiny_options *options, hw_scrutiny **out, hw_err *err) {
  *out = NULL;
  hw_scrutiny *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a scrutiny");
  self->problem = problem;
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&self->scratch, 0);
  hw_status status = choose_pair(self, family, missing, remains, err);
  if (status == HW_OK) status = set_options(self, options, err);
  if (status == HW_OK) status = work(self, err);
  if (status != HW_OK) {
    hw_scrutiny_delete(self);
    return status;
  }
  hw_arena_clear(&self->scratch);
  *out = self;
  return HW_OK;
}

void hw_scrutiny_delete(hw_scrutiny *self) {
  if (self == NULL) return;
  hw_table_delete(self->table);
  hw_table_compiler_delete(self->compiler);
  hw_arena_clear(&self->arena);
  hw_arena_clear(&self->scratch);
  free(self);
}

const hw_scrutiny_report *hw_scrutiny_get_report(const hw_scrutiny *self) {
  return &self->report;
}
