/* Whole cases into the database: settings, remains, and the JSON importer.
 *
 * Tables stand in import_case_table.c, families in import_case_family.c. Where a
 * record cannot be put, its id is 0 and what would refer to it is left away; the
 * mistake is collected, and the file is refused in the end. */
#include "app/import_case.h"

#include <stdio.h>
#include <string.h>

#include "app/access.h"
#include "app/observations.h"
#include "base/check.h"

/* --- beginning and end --- */

hw_status hw_case_import_begin(hw_case_import *self, hw_import *import, const char *investigation,
                               hw_err *err) {
  *self = (hw_case_import){.import = import};
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&self->keep, 0);
  if (strlen(investigation) > HW_CODE_MAX) {
    hw_err mistake = HW_ERR_INIT;
    (void)hw_err_set(&mistake, HW_E_VALUE,
                     "the name of the case has %zu bytes, more than the %d of a code: say "
                     "--investigation",
                     strlen(investigation), HW_CODE_MAX);
    HW_TRY(hw_import_mistake(import, &mistake, err));
    return hw_errors_status(&import->report->errors, err);
  }
  snprintf(import->investigation, sizeof import->investigation, "%s", investigation);
  return HW_OK;
}

void hw_case_import_end(hw_case_import *self) {
  hw_arena_clear(&self->arena);
  hw_arena_clear(&self->keep);
}

const char *hw_case_investigation(const hw_import *import, const char *own) {
  return import->options->investigation != NULL ? import->options->investigation : own;
}

char *hw_case_stem(const hw_import *import, hw_arena *arena) {
  const char *name = import->options->name != NULL ? import->options->name : import->path;
  const char *slash = strrchr(name, '/');
  if (slash != NULL) name = slash + 1;
  const char *dot = strrchr(name, '.');
  size_t n = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
  if (strcmp(name, "-") == 0) return hw_arena_strdup(arena, "case");
  return hw_arena_strndup(arena, name, n);
}

/* --- settings --- */

/* Fills what the stored investigation does not say; true if there was anything. */
static bool fill_in(hw_record *stored, const hw_record *wanted) {
  bool has_change = false;
  for (int f = 0; f < stored->kind->n_fields; f++)
    if (hw_record_is_null(stored, f) && !hw_record_is_null(wanted, f)) {
      stored->values[f] = wanted->values[f];
      has_change = true;
    }
  return has_change;
}

/* An investigation that is there: silent fields are filled, others must agree. */
static hw_status put_over(hw_case_import *self, hw_record *wanted, hw_err *err) {
  hw_import *import = self->import;
  hw_record stored;
  HW_TRY(hw_store_get(import->app->store, HW_KIND_INVESTIGATION, import->investigation_id,
                      &self->arena, &stored, err));
  hw_record_set_null(wanted, HW_FIELD_INVESTIGATION_DESCRIPTION);
  if (fill_in(&stored, wanted)) {
    HW_TRY(hw_access_require(import->app, HW_KIND_INVESTIGATION, stored.id, err));
    HW_TRY(hw_store_replace(import->app->store, &stored, err));
    import->report->counts[HW_KIND_INVESTIGATION].changed++;
  }
  return hw_import_put(import, wanted, 0, err);
}

static hw_status put_investigation(hw_case_import *self, const hw_case_settings *settings,
                                   hw_err *err) {
  hw_import *import = self->import;
  hw_record record;
  hw_record_init(&record, HW_KIND_INVESTIGATION);
  hw_record_set_text(&record, HW_FIELD_INVESTIGATION_CODE, import->investigation);
  HW_TRY(hw_store_find(import->app->store, &record, &import->investigation_id, err));
  if (self->table != 0) hw_record_set_int(&record, HW_FIELD_INVESTIGATION_TABLE, self->table);
  hw_record_set_real(&record, HW_FIELD_INVESTIGATION_THETA, settings->theta);
  hw_record_set_text(&record, HW_FIELD_INVESTIGATION_REFERENCE, settings->reference);
  if (settings->description[0] != '\0')
    hw_record_set_text(&record, HW_FIELD_INVESTIGATION_DESCRIPTION, settings->description);
  if (import->investigation_id != 0) return put_over(self, &record, err);
  HW_TRY(hw_import_put(import, &record, 0, err));
  import->investigation_id = record.id;
  return HW_OK;
}

static hw_status put_linked(hw_case_import *self, const hw_linkage *linkage, int32_t group,
                            int32_t rank, hw_err *err) {
  int64_t marker = self->marker[linkage->markers[rank]];
  if (marker == 0) return HW_OK;
  hw_record record;
  hw_record_init(&record, HW_KIND_LINKAGE);
  hw_record_set_int(&record, HW_FIELD_LINKAGE_INVESTIGATION, self->import->investigation_id);
  hw_record_set_int(&record, HW_FIELD_LINKAGE_GROUP, group + 1);
  hw_record_set_int(&record, HW_FIELD_LINKAGE_RANK, rank + 1);
  hw_record_set_int(&record, HW_FIELD_LINKAGE_MARKER, marker);
  if (rank + 1 < linkage->n_markers)
    hw_record_set_real(&record, HW_FIELD_LINKAGE_RECOMBINATION, linkage->recombination[rank]);
  return hw_import_put(self->import, &record, 0, err);
}

hw_status hw_case_import_settings(hw_case_import *self, const hw_case_settings *settings,
                                  hw_err *err) {
  HW_TRY(put_investigation(self, settings, err));
  if (self->import->investigation_id == 0) return HW_OK;
  hw_import_note(self->import, "investigation '%s'", self->import->investigation);
  for (int32_t g = 0; g < settings->n_linkages; g++)
    for (int32_t i = 0; i < settings->linkages[g].n_markers; i++)
      HW_TRY(put_linked(self, &settings->linkages[g], g, i, err));
  return HW_OK;
}

/* --- observations --- */

static hw_status put_set(const hw_marker *marker, const hw_observation *observation, hw_str *out,
                         hw_err *err) {
  const char *alleles[HW_SEEN_MAX];
  if (observation->n_seen > HW_SEEN_MAX)
    return hw_err_set(err, HW_E_VALUE, "marker '%s': %d alleles seen, at most %d can be stored",
                      marker->name, (int)observation->n_seen, HW_SEEN_MAX);
  for (int32_t i = 0; i < observation->n_seen; i++)
    alleles[i] = marker->allele_names[observation->seen[i]];
  return hw_observation_put(out, HW_SEEN_SET, observation->n_seen, alleles, err);
}

static hw_status put_observation(const hw_marker *marker, const hw_observation *observation,
                                 hw_str *out, hw_err *err) {
  const char *alleles[2] = {NULL, NULL};
  if (observation->kind == HW_OBS_MISSING) return HW_OK;
  if (observation->kind == HW_OBS_SET) return put_set(marker, observation, out, err);
  alleles[0] = marker->allele_names[observation->a];
  if (observation->kind == HW_OBS_SINGLE)
    return hw_observation_put(out, HW_SEEN_SINGLE, 1, alleles, err);
  if (observation->b == HW_ALLELE_NONE)
    return hw_observation_put(out, HW_SEEN_PARTIAL, 1, alleles, err);
  alleles[1] = marker->allele_names[observation->b];
  return hw_observation_put(out, HW_SEEN_GENOTYPE, 2, alleles, err);
}

hw_status hw_case_observations(const hw_marker *markers, const hw_profile *profile, hw_str *out,
                               hw_err *err) {
  for (int32_t m = 0; m < profile->n_markers; m++) {
    if (m > 0) hw_str_append(out, ";");
    hw_status status = put_observation(&markers[m], &profile->observations[m], out, err);
    if (status != HW_OK) {
      hw_err_while(err, "storing the profile of '%s'", profile->id);
      return status;
    }
  }
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a profile");
}

/* --- remains --- */

static const char *sex_word(hw_sex sex) {
  return sex == HW_MALE ? "male" : sex == HW_FEMALE ? "female" : "unknown";
}

static hw_status put_remains(hw_case_import *self, const hw_remains *remains, const char *code,
                             const char *observations, hw_err *err) {
  hw_import *import = self->import;
  hw_record record;
  hw_record_init(&record, HW_KIND_SAMPLE);
  hw_record_set_text(&record, HW_FIELD_SAMPLE_CODE, code);
  hw_record_set_int(&record, HW_FIELD_SAMPLE_INVESTIGATION, import->investigation_id);
  hw_record_set_text(&record, HW_FIELD_SAMPLE_SEX, sex_word(remains->sex));
  hw_record_set_text(&record, HW_FIELD_SAMPLE_LABEL, remains->id);
  HW_TRY(hw_import_put(import, &record, 0, err));
  int64_t sample = record.id;
  if (sample == 0 || self->panel == 0) return HW_OK;
  hw_record_init(&record, HW_KIND_PROFILE);
  hw_record_set_text(&record, HW_FIELD_PROFILE_CODE, code);
  hw_record_set_int(&record, HW_FIELD_PROFILE_SAMPLE, sample);
  hw_record_set_int(&record, HW_FIELD_PROFILE_PANEL, self->panel);
  hw_record_set_text(&record, HW_FIELD_PROFILE_OBSERVATIONS, observations);
  hw_record_set_text(&record, HW_FIELD_PROFILE_USE, "single");
  hw_record_set_text(&record, HW_FIELD_PROFILE_LABEL, remains->id);
  if (remains->profile.has_dropout) {
    hw_record_set_real(&record, HW_FIELD_PROFILE_DROPOUT, remains->profile.dropout);
    hw_record_set_real(&record, HW_FIELD_PROFILE_DROP_IN, remains->profile.drop_in);
  }
  return hw_import_put(import, &record, 0, err);
}

hw_status hw_case_import_remains(hw_case_import *self, const hw_remains *remains, hw_err *err) {
  hw_str code = HW_STR_INIT, text = HW_STR_INIT;
  hw_err mistake = HW_ERR_INIT;
  if (self->import->investigation_id == 0) return HW_OK;
  hw_app_code(self->import->investigation, remains->id, &code);
  hw_status status = hw_case_observations(self->markers, &remains->profile, &text, &mistake);
  if (status == HW_OK && hw_str_status(&code) != HW_OK) status = HW_NO_MEMORY(&mistake, "a code");
  status = status == HW_OK ? put_remains(self, remains, hw_str_text(&code), hw_str_text(&text), err)
                           : hw_import_mistake(self->import, &mistake, err);
  hw_str_clear(&code);
  hw_str_clear(&text);
  self->import->report->n_rows++;
  return status;
}

/* --- a whole case --- */

hw_status hw_case_import_hypotheses(hw_case_import *self, const hw_case *problem, bool is_alone,
                                    hw_err *err) {
  size_t n = (size_t)problem->n_hypotheses;
  hw_case_pedigree *pedigrees = hw_arena_alloc_array(&self->keep, n, sizeof *pedigrees);
  if (pedigrees == NULL) return HW_NO_MEMORY(err, "the hypotheses");
  for (int32_t h = 0; h < problem->n_hypotheses; h++) {
    const hw_hypothesis *hypothesis = &problem->hypotheses[h];
    pedigrees[h] = (hw_case_pedigree){.name = hypothesis->name,
                                      .pedigree = &hypothesis->pedigree,
                                      .profile_person = hypothesis->profile_person};
  }
  /* Alone in an investigation of its own, the family bears the investigation's name. */
  const char *investigation = self->import->investigation;
  bool is_main = strcmp(investigation, "main") == 0;
  hw_case_family family = {.name = is_main || is_alone ? problem->id : "kinship",
                           .code = is_main    ? problem->id
                                   : is_alone ? investigation
                                              : NULL,
                           .scope = is_alone && !is_main ? "" : NULL,
                           .role = "other",
                           .n_pedigrees = problem->n_hypotheses,
                           .pedigrees = pedigrees,
                           .n_profiles = problem->n_profiles,
                           .profiles = problem->profiles};
  return hw_case_import_family(self, &family, err);
}

static hw_status import_family(hw_case_import *self, const hw_family *family, hw_err *err) {
  hw_case_pedigree pedigree = {.name = "stated",
                               .is_stated = true,
                               .pedigree = &family->pedigree,
                               .profile_person = family->profile_person};
  const char **missing =
      hw_arena_alloc_array(&self->keep, (size_t)family->n_missing, sizeof *missing);
  if (missing == NULL) return HW_NO_MEMORY(err, "the families");
  for (int32_t k = 0; k < family->n_missing; k++)
    missing[k] = family->pedigree.persons[family->missing[k]].id;
  hw_case_family made = {.name = family->name,
                         .role = "relative",
                         .n_pedigrees = 1,
                         .pedigrees = &pedigree,
                         .n_missing = family->n_missing,
                         .missing = missing,
                         .n_profiles = family->n_profiles,
                         .profiles = family->profiles};
  return hw_case_import_family(self, &made, err);
}

hw_status hw_case_import_all(hw_case_import *self, const hw_case *problem,
                             const hw_case_table *table, hw_err *err) {
  bool is_comparison = problem->n_hypotheses > 0;
  hw_case_settings settings = {
      .theta = problem->theta,
      .description = problem->description,
      .reference = is_comparison ? problem->hypotheses[problem->reference].name : NULL,
      .n_linkages = problem->n_linkages,
      .linkages = problem->linkages};
  HW_TRY(hw_case_import_table(self, table, err));
  HW_TRY(hw_case_import_settings(self, &settings, err));
  if (is_comparison) HW_TRY(hw_case_import_hypotheses(self, problem, true, err));
  for (int32_t f = 0; f < problem->n_families; f++)
    HW_TRY(import_family(self, &problem->families[f], err));
  for (int32_t r = 0; r < problem->n_remains; r++)
    HW_TRY(hw_case_import_remains(self, &problem->remains[r], err));
  return HW_OK;
}

/* --- homeward-case JSON --- */

/* The first thing in the file is an object, and the format's name comes early. */
static bool is_case(const char *bytes, size_t n) {
  static const char word[] = "homeward-case";
  size_t i = 0;
  if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) i = 3;
  while (i < n && strchr(" \t\r\n", bytes[i]) != NULL && bytes[i] != '\0') i++;
  if (i == n || bytes[i] != '{') return false;
  for (; i + sizeof word - 1 <= n; i++)
    if (bytes[i] == word[0] && memcmp(bytes + i, word, sizeof word - 1) == 0) return true;
  return false;
}

static hw_status import_one(hw_import *import, const hw_case *problem, hw_err *err) {
  hw_case_import self;
  hw_case_table table = {.source = problem->description[0] != '\0' ? problem->description : NULL,
                         .n_markers = problem->n_markers,
                         .markers = problem->markers,
                         .has_frequencies = true};
  hw_status status =
      hw_case_import_begin(&self, import, hw_case_investigation(import, problem->id), err);
  if (status == HW_OK) status = hw_case_import_all(&self, problem, &table, err);
  hw_case_import_end(&self);
  return status;
}

static hw_status run(hw_import *import, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  hw_case_list *list = NULL;
  hw_status status = hw_case_list_read(import->path, &list, &mistake);
  if (status == HW_OK && list->n_cases > 1 && import->options->investigation != NULL)
    status = hw_err_set(&mistake, HW_E_USAGE,
                        "the file holds %d cases, and each gets an investigation of its own: "
                        "leave --investigation out",
                        (int)list->n_cases);
  if (status != HW_OK) {
    hw_case_list_delete(list);
    HW_TRY(hw_import_mistake(import, &mistake, err));
    return hw_errors_status(&import->report->errors, err);
  }
  for (int32_t i = 0; status == HW_OK && i < list->n_cases; i++) {
    status = import_one(import, &list->cases[i], err);
    hw_import_progress(import, (uint64_t)i + 1, (uint64_t)list->n_cases);
  }
  hw_case_list_delete(list);
  return status;
}

static const hw_kind_id kinds[] = {HW_KIND_FAMILY,    HW_KIND_PERSON, HW_KIND_PEDIGREE,
                                   HW_KIND_FREQUENCY, HW_KIND_MARKER, HW_KIND_PROFILE,
                                   HW_KIND_SAMPLE,    HW_KIND_NONE};

const hw_importer hw_importer_case = {
    .format = "case",
    .brief = "homeward-case JSON: whole cases, each an investigation of its own",
    .is_mine = is_case,
    .run = run,
    .kinds = kinds,
};
