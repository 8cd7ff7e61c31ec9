/* The power of one family, on demand.
 *
 * The same study as that of the command line over a case of one family (docs/power.md), with one
 * thread: a page must not take the machine from the others. Pairs take most of the time and are
 * computed only if asked for. */
#include "app/power_family.h"

#include <string.h>

#include "base/check.h"

static bool is_refused(const hw_record *person) {
  const char *consent = hw_record_text(person, HW_FIELD_PERSON_CONSENT);
  return strcmp(consent, "withdrawn") == 0 || strcmp(consent, "none") == 0;
}

static bool is_missing(const hw_family *family, int32_t person) {
  for (int32_t i = 0; i < family->n_missing; i++)
    if (family->missing[i] == person) return true;
  return false;
}

static bool is_typed(const hw_family *family, int32_t person) {
  for (int32_t i = 0; i < family->n_profiles; i++)
    if (family->profile_person[i] == person) return true;
  return false;
}

/* Who may be sampled; counts them. */
static hw_status find_available(hw_app *app, hw_family_power *self, bool **out, hw_err *err) {
  const hw_family *family = &self->stored.problem.families[0];
  const int32_t n = family->pedigree.n_persons;
  bool *flags = hw_arena_alloc_array(&self->arena, (size_t)n + 1, sizeof *flags);
  if (flags == NULL) return HW_NO_MEMORY(err, "who may be sampled");
  for (int32_t i = 0; i < n; i++) {
    const int64_t id = self->stored.family_person[0][i];
    hw_record person;
    flags[i] = true;
    if (id != 0) {
      HW_TRY(hw_store_get(app->store, HW_KIND_PERSON, id, &self->arena, &person, err));
      flags[i] = !is_refused(&person);
    }
    if (is_missing(family, i)) continue;
    self->n_without_consent += !flags[i];
    self->n_candidates += flags[i] && !is_typed(family, i);
  }
  *out = flags;
  return HW_OK;
}

static hw_status make(hw_app *app, const hw_family_power_options *options, hw_family_power *out,
                      hw_err *err) {
  const hw_stored_case_options what = {
      .family = options->family, .without_remains = true, .all_families = true, .by_code = true};
  bool *flags = NULL;
  HW_TRY(hw_stored_case_load(app, &what, &out->stored, err));
  if (out->stored.problem.n_families != 1)
    return hw_err_set(err, HW_E_SHAPE, "family '%s' has no pedigree", options->family);
  HW_TRY(find_available(app, out, &flags, err));
  const bool **available = hw_arena_alloc_array(&out->arena, 1, sizeof *available);
  if (available == NULL) return HW_NO_MEMORY(err, "who may be sampled");
  available[0] = flags;
  const int32_t most = out->stored.problem.theta > 0.0 ? 0 : HW_FAMILY_POWER_MOST;
  out->is_only_now = out->n_candidates > most && !options->with_pairs;
  const hw_power_options how = {.likelihood = {.max_work = HW_FAMILY_POWER_WORK},
                                .threshold = options->threshold,
                                .is_only_now = out->is_only_now,
                                .with_pairs = options->with_pairs,
                                .available = available,
                                .seed = 1,
                                .n_threads = 1};
  HW_TRY(hw_power_new(&out->stored.problem, &how, &out->study, err));
  return hw_power_run(out->study, options->stop, options->context, err);
}

hw_status hw_family_power_make(hw_app *app, const hw_family_power_options *options,
                               hw_family_power *out, hw_err *err) {
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  return make(app, options, out, err);
}

void hw_family_power_clear(hw_family_power *self) {
  if (self == NULL) return;
  hw_power_delete(self->study);
  hw_stored_case_clear(&self->stored);
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}
