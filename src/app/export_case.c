/* Whole cases out of the database: homeward-case JSON, and Familias.
 *
 * An investigation with remains and families is one case of identification. One
 * in which nobody is missing holds comparisons: each family with two pedigrees or
 * more is a case of hypotheses, and `only` names one of them. What the form of a
 * case cannot say (alternative pedigrees beside an identification, profiles that
 * do not count) is told in the report. Familias has no place for positions of
 * markers, on which no number depends; they are left out. Genotypes of which one
 * allele is not known it would take for homozygotes; they are left out only where
 * that was asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/export.h"
#include "app/stored_case.h"
#include "base/check.h"
#include "formats/fam.h"

/* The cases of an export. */
typedef struct case_set {
  int32_t n, capacity;
  hw_stored_case *stored;
} case_set;

static void case_set_clear(case_set *self) {
  for (int32_t i = 0; i < self->n; i++) hw_stored_case_clear(&self->stored[i]);
  free(self->stored);
}

/* Room for one more; it counts once it is loaded. */
static hw_stored_case *next_case(case_set *self, hw_err *err) {
  if (self->n == self->capacity) {
    int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 4;
    size_t bytes = 0;
    hw_stored_case *larger = capacity > 0 && hw_mul_size((size_t)capacity, sizeof *larger, &bytes)
                                 ? realloc(self->stored, bytes)
                                 : NULL;
    if (larger == NULL) {
      (void)HW_NO_MEMORY(err, "the cases");
      return NULL;
    }
    self->stored = larger;
    self->capacity = capacity;
  }
  return &self->stored[self->n++];
}

static hw_status load(hw_export *self, const hw_stored_case_options *what, case_set *set,
                      hw_err *err) {
  hw_stored_case *place = next_case(set, err);
  return place != NULL ? hw_stored_case_load(self->app, what, place, err) : HW_E_NO_MEMORY;
}

/* --- hypotheses --- */

/* Pedigrees of a family that are not rejected. */
static hw_status count_pedigrees(hw_store *store, int64_t family, int *n, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(family);
  *n = 0;
  HW_TRY(hw_store_scan(store, HW_KIND_PEDIGREE, HW_FIELD_PEDIGREE_FAMILY, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    *n += row->withdrawn == NULL &&
          strcmp(hw_record_text(row, HW_FIELD_PEDIGREE_STATUS), "rejected") != 0;
  hw_scan_done(scan);
  return status;
}

/* Codes of the live families of an investigation, in the arena. */
static hw_status list_families(hw_store *store, int64_t investigation, hw_arena *arena,
                               const char ***codes, int32_t *n, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(investigation);
  int32_t capacity = 0;
  *codes = NULL;
  *n = 0;
  HW_TRY(hw_store_scan(store, HW_KIND_FAMILY, HW_FIELD_FAMILY_INVESTIGATION, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    if (*n == capacity) {
      int32_t larger = capacity > 0 ? 2 * capacity : 16;
      const char **grown =
          larger > 0 ? hw_arena_alloc_array(arena, (size_t)larger, sizeof *grown) : NULL;
      if (grown != NULL && *n > 0) memcpy(grown, *codes, (size_t)*n * sizeof *grown);
      *codes = grown;
      capacity = larger;
    }
    if (*codes != NULL)
      (*codes)[*n] = hw_arena_strdup(arena, hw_record_text(row, HW_FIELD_FAMILY_CODE));
    if (*codes == NULL || (*codes)[*n] == NULL) {
      status = HW_NO_MEMORY(err, "the families");
      break;
    }
    ++*n;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status load_hypotheses(hw_export *self, const char *code, case_set *set, hw_err *err) {
  hw_store *store = self->app->store;
  hw_arena arena;
  const char **codes = NULL;
  int32_t n = 0;
  int64_t investigation = 0;
  hw_arena_init(&arena, 0);
  hw_status status = hw_app_find(self->app, HW_KIND_INVESTIGATION, code, &investigation, err);
  if (status == HW_OK) status = list_families(store, investigation, &arena, &codes, &n, err);
  for (int32_t i = 0; status == HW_OK && i < n; i++) {
    int64_t family = 0;
    int n_pedigrees = 0;
    status = hw_store_find_code(store, HW_KIND_FAMILY, codes[i], &family, err);
    if (status == HW_OK) status = count_pedigrees(store, family, &n_pedigrees, err);
    hw_stored_case_options what = {.family = codes[i], .as_hypotheses = true};
    if (status == HW_OK && n_pedigrees >= 2) status = load(self, &what, set, err);
  }
  hw_arena_clear(&arena);
  return status;
}

/* --- which cases --- */

static hw_status load_cases(hw_export *self, case_set *set, hw_err *err) {
  const char *code = self->options->investigation != NULL ? self->options->investigation : "main";
  if (self->options->only != NULL) {
    hw_stored_case_options what = {.family = self->options->only, .as_hypotheses = true};
    return load(self, &what, set, err);
  }
  hw_stored_case_options what = {.investigation = code};
  HW_TRY(load(self, &what, set, err));
  const hw_case *problem = &set->stored[0].problem;
  if (problem->n_remains > 0 && problem->n_families > 0) return HW_OK;
  bool is_empty = problem->n_remains == 0 && problem->n_families == 0;
  int32_t n_remains = problem->n_remains, n_families = problem->n_families;
  hw_stored_case_clear(&set->stored[0]);
  set->n = 0;
  if (is_empty) HW_TRY(load_hypotheses(self, code, set, err));
  if (set->n > 0) return HW_OK;
  return hw_err_set(err, HW_E_SHAPE,
                    "investigation '%s' has %d remains with profiles, %d families with missing "
                    "persons and no family with two pedigrees: there is no case to write",
                    code, (int)n_remains, (int)n_families);
}

static void note_cases(hw_export *self, const case_set *set) {
  int64_t n = 0;
  for (int32_t i = 0; i < set->n; i++) n += set->stored[i].n_all_notes;
  if (n > 0)
    snprintf(self->report->note, sizeof self->report->note, "%lld left out or added, first: %s",
             (long long)n, set->stored[0].n_notes > 0 ? set->stored[0].notes[0] : "");
  self->report->n_rows = set->n;
}

/* --- JSON --- */

static hw_status write_json(hw_export *self, const case_set *set, hw_err *err) {
  hw_case *cases = calloc((size_t)set->n, sizeof *cases);
  if (cases == NULL) return HW_NO_MEMORY(err, "the cases");
  for (int32_t i = 0; i < set->n; i++) cases[i] = set->stored[i].problem;
  hw_status status = hw_case_list_write(cases, set->n, self->out, err);
  free(cases);
  return status;
}

static hw_status run_case(hw_export *self, hw_err *err) {
  case_set set = {0};
  hw_status status = load_cases(self, &set, err);
  if (status == HW_OK) note_cases(self, &set);
  if (status == HW_OK) status = write_json(self, &set, err);
  case_set_clear(&set);
  return status;
}

const hw_exporter hw_exporter_case = {
    .format = "case",
    .brief = "homeward-case JSON: an investigation, or the hypotheses of a family",
    .run = run_case,
};

/* --- Familias --- */

/* Name of the table without the digest that made it a code. */
static hw_status table_name(hw_export *self, int64_t table, hw_str *out, hw_err *err) {
  enum { DIGITS = 12 };
  HW_TRY(hw_store_code(self->app->store, HW_KIND_FREQUENCY_TABLE, table, out, err));
  if (hw_str_status(out) != HW_OK) return HW_NO_MEMORY(err, "a name");
  const char *text = hw_str_text(out);
  if (out->length > DIGITS && text[out->length - DIGITS - 1] == '-' &&
      strspn(text + out->length - DIGITS, "0123456789abcdef") == DIGITS) {
    out->length -= DIGITS + 1;
    out->bytes[out->length] = '\0';
  }
  return HW_OK;
}

/* Genotypes of which one allele is not known. */
typedef struct half_known {
  int64_t n;
  const char *profile, *marker; /* of the first */
} half_known;

static void count_half_known(const hw_case *problem, const hw_profile *profile, const char *id,
                             half_known *count) {
  for (int32_t m = 0; m < profile->n_markers; m++) {
    const hw_observation *obs = &profile->observations[m];
    if (obs->kind != HW_OBS_GENOTYPE || obs->b != HW_ALLELE_NONE) continue;
    if (count->n++ > 0) continue;
    count->profile = id;
    count->marker = problem->markers[m].name;
  }
}

/* Refuses them, or says in the report that they are left out. */
static hw_status check_half_known(hw_export *self, const hw_case *problem, hw_err *err) {
  half_known found = {0};
  for (int32_t i = 0; i < problem->n_profiles; i++)
    count_half_known(problem, &problem->profiles[i], problem->profiles[i].id, &found);
  for (int32_t i = 0; i < problem->n_remains; i++)
    count_half_known(problem, &problem->remains[i].profile, problem->remains[i].id, &found);
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *family = &problem->families[f];
    for (int32_t i = 0; i < family->n_profiles; i++)
      count_half_known(problem, &family->profiles[i], family->profiles[i].id, &found);
  }
  if (found.n == 0) return HW_OK;
  if (!self->options->accept_loss)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "\"%.60s\", marker \"%.60s\": one allele is not known, and Familias would "
                      "take it for a homozygote (%lld such in all): --accept-loss leaves them out",
                      found.profile, found.marker, (long long)found.n);
  char *note = self->report->note;
  const size_t at = strlen(note);
  snprintf(note + at, sizeof self->report->note - at,
           "%s%lld with one allele not known left out, first: \"%.60s\", marker \"%.60s\"",
           at > 0 ? "; " : "", (long long)found.n, found.profile, found.marker);
  return HW_OK;
}

static hw_status write_fam(hw_export *self, const hw_stored_case *stored, hw_err *err) {
  hw_str name = HW_STR_INIT, text = HW_STR_INIT;
  hw_status status = table_name(self, stored->table, &name, err);
  hw_fam_write_options options = {.database = hw_str_text(&name),
                                  .omit_partial = self->options->accept_loss,
                                  .omit_positions = true};
  if (status == HW_OK) status = hw_fam_write(&stored->problem, &options, &text, err);
  if (status == HW_OK && fwrite(text.bytes, 1, text.length, self->out) != text.length)
    status = hw_err_set(err, HW_E_IO, "the file could not be written");
  hw_str_clear(&name);
  hw_str_clear(&text);
  return status;
}

static hw_status run_fam(hw_export *self, hw_err *err) {
  case_set set = {0};
  hw_status status = load_cases(self, &set, err);
  if (status == HW_OK && set.n > 1)
    status = hw_err_set(err, HW_E_UNSUPPORTED,
                        "there are %d families with hypotheses, and a Familias file holds one: "
                        "name it with --only",
                        (int)set.n);
  if (status == HW_OK) note_cases(self, &set);
  if (status == HW_OK) status = check_half_known(self, &set.stored[0].problem, err);
  if (status == HW_OK) status = write_fam(self, &set.stored[0], err);
  case_set_clear(&set);
  return status;
}

const hw_exporter hw_exporter_fam = {
    .format = "fam",
    .brief = "Familias: an investigation, or the hypotheses of a family",
    .run = run_fam,
};
