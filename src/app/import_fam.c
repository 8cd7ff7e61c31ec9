/* Familias files into the database.
 *
 * A file becomes one investigation, named after the file: its first database is
 * the investigation's frequency table, others are tables beside it. The persons
 * and pedigrees of the kinship part are one family whose alternative pedigrees
 * are the hypotheses; each reference family of the DVI part keeps all its
 * pedigrees, of which the one that was taken is the stated one; unidentified
 * persons are samples of remains.
 *
 * What the file says and a case cannot (database sizes, settings, the models
 * that were replaced) stands in findings, notes and the description of the
 * investigation, so that nothing is lost. */
#include <math.h>
#include <string.h>

#include "app/import_case.h"
#include "base/check.h"
#include "formats/fam.h"

typedef struct fam_import {
  hw_import *import;
  const hw_fam *fam;
  hw_case_import cases;
} fam_import;

/* --- what is kept in words --- */

static void next(hw_str *out) {
  if (out->length > 0) hw_str_append(out, "; ");
}

/* What the file says of a marker beyond its frequencies and model. */
static void describe_marker(const hw_fam_marker *detail, hw_str *out) {
  static const struct {
    unsigned flag;
    const char *text;
  } flags[] = {{HW_FAM_SUM_SCALED, "frequencies were divided by their sum"},
               {HW_FAM_SUM_REST, "a rest allele was added"},
               {HW_FAM_SILENT_ON_TOP, "the silent allele stands on top of a sum of 1"},
               {HW_FAM_ALLELES_ADDED, "alleles were added"},
               {HW_FAM_ODD_MICROVARIANT, "microvariants with two decimals or more"},
               {HW_FAM_SEX_LINKED_NAME, "sex-linked by its name, computed as autosomal"}};
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
    if (detail->flags & flags[i].flag) {
      next(out);
      hw_str_append(out, flags[i].text);
    }
  if (detail->model_note != NULL) {
    next(out);
    hw_str_append(out, detail->model_note);
  }
  if (!isnan(detail->database_size) && detail->database_size > 0) {
    next(out);
    hw_str_append_format(out, "database size %.15g", detail->database_size);
  }
  if (detail->dropout > 0) {
    next(out);
    hw_str_append_format(out, "dropout %.15g for direct matches", detail->dropout);
  }
}

/* Changes that make a table another one than the file's. */
static bool is_flagged(const hw_fam_marker *detail) {
  return (detail->flags & (HW_FAM_SUM_SCALED | HW_FAM_SUM_REST | HW_FAM_ALLELES_ADDED |
                           HW_FAM_MODEL_REPLACED)) != 0;
}

static hw_status list_findings(fam_import *self, const hw_fam_database *database,
                               hw_case_table *out, hw_err *err) {
  hw_arena *keep = &self->cases.keep;
  const char **findings = hw_arena_alloc_array(keep, (size_t)database->n_markers, sizeof *findings);
  if (findings == NULL) return HW_NO_MEMORY(err, "the markers");
  for (int32_t m = 0; m < database->n_markers; m++) {
    hw_str text = HW_STR_INIT;
    describe_marker(&database->details[m], &text);
    if (text.length > 0) findings[m] = hw_arena_strdup(keep, hw_str_text(&text));
    bool is_lost = hw_str_status(&text) != HW_OK || (text.length > 0 && findings[m] == NULL);
    hw_str_clear(&text);
    if (is_lost) return HW_NO_MEMORY(err, "the markers");
    if (is_flagged(&database->details[m]))
      out->finding = "markers whose frequencies or models are not the file's, see theirs";
  }
  out->findings = findings;
  return HW_OK;
}

/* Version, comment and settings, for the investigation. */
static void describe_file(const hw_fam *fam, hw_str *out) {
  hw_str_append_format(out, "Familias %s", fam->version[0] != '\0' ? fam->version : "file");
  if (fam->comment[0] != '\0') hw_str_append_format(out, ": %s", fam->comment);
  if (fam->n_settings > 0) hw_str_append(out, ". Settings: ");
  for (int32_t i = 0; i < fam->n_settings; i++)
    hw_str_append_format(out, "%s%s/%s = %s", i > 0 ? "; " : "", fam->settings[i].section,
                         fam->settings[i].key, fam->settings[i].value);
}

/* --- tables --- */

static hw_status put_database(fam_import *self, int32_t index, hw_err *err) {
  const hw_fam_database *database = &self->fam->databases[index];
  hw_case_table table = {.name = database->name,
                         .source = "Familias file",
                         .n_markers = database->n_markers,
                         .markers = database->markers,
                         .has_frequencies = true};
  HW_TRY(list_findings(self, database, &table, err));
  return hw_case_import_table(&self->cases, &table, err);
}

/* A further database: a table that the investigation does not use. */
static hw_status put_further(fam_import *self, int32_t index, hw_err *err) {
  fam_import other = {.import = self->import, .fam = self->fam};
  if (self->import->options->table != NULL) {
    hw_import_note(self->import, "database '%s' is not imported: --table names one table only",
                   self->fam->databases[index].name);
    return HW_OK;
  }
  hw_status status =
      hw_case_import_begin(&other.cases, self->import, self->import->investigation, err);
  if (status == HW_OK) status = put_database(&other, index, err);
  hw_case_import_end(&other.cases);
  return status;
}

/* --- families --- */

static hw_status put_family(fam_import *self, const hw_fam_family *family, hw_err *err) {
  hw_arena *keep = &self->cases.keep;
  int32_t n = family->n_pedigrees > 0 ? family->n_pedigrees : 1;
  hw_case_pedigree *pedigrees = hw_arena_alloc_array(keep, (size_t)n, sizeof *pedigrees);
  const char **missing =
      hw_arena_alloc_array(keep, (size_t)family->family.n_missing, sizeof *missing);
  if (pedigrees == NULL || missing == NULL) return HW_NO_MEMORY(err, "the families");
  pedigrees[0] = (hw_case_pedigree){.name = "no relations",
                                    .is_stated = true,
                                    .pedigree = &family->family.pedigree,
                                    .profile_person = family->family.profile_person};
  for (int32_t p = 0; p < family->n_pedigrees; p++)
    pedigrees[p] = (hw_case_pedigree){
        .name = family->pedigrees[p].name,
        .is_stated = p == family->taken,
        .note = family->pedigrees[p].is_reference ? "Familias' reference pedigree" : NULL,
        .pedigree = &family->pedigrees[p].pedigree,
        .profile_person = family->family.profile_person};
  for (int32_t k = 0; k < family->family.n_missing; k++)
    missing[k] = family->family.pedigree.persons[family->family.missing[k]].id;
  hw_case_family made = {.name = family->family.name,
                         .note = family->note[0] != '\0' ? family->note : NULL,
                         .role = "relative",
                         .n_pedigrees = n,
                         .pedigrees = pedigrees,
                         .n_missing = family->family.n_missing,
                         .missing = missing,
                         .n_profiles = self->fam->n_databases > 0 ? family->family.n_profiles : 0,
                         .profiles = family->family.profiles};
  return hw_case_import_family(&self->cases, &made, err);
}

static hw_status put_settings(fam_import *self, hw_err *err) {
  const hw_case *kinship = self->fam->kinship;
  hw_str description = HW_STR_INIT;
  describe_file(self->fam, &description);
  hw_case_settings settings = {
      .theta = self->fam->theta,
      .description = hw_str_text(&description),
      .reference = kinship != NULL ? kinship->hypotheses[kinship->reference].name : NULL};
  hw_status status = hw_str_status(&description) == HW_OK
                         ? hw_case_import_settings(&self->cases, &settings, err)
                         : HW_NO_MEMORY(err, "the settings");
  hw_str_clear(&description);
  return status;
}

static hw_status put_all(fam_import *self, hw_err *err) {
  const hw_fam *fam = self->fam;
  if (fam->n_databases > 0) HW_TRY(put_database(self, 0, err));
  HW_TRY(put_settings(self, err));
  for (int32_t d = 1; d < fam->n_databases; d++) HW_TRY(put_further(self, d, err));
  if (fam->kinship != NULL)
    HW_TRY(hw_case_import_hypotheses(&self->cases, fam->kinship, fam->n_families == 0, err));
  for (int32_t f = 0; f < fam->n_families; f++) HW_TRY(put_family(self, &fam->families[f], err));
  for (int32_t r = 0; fam->dvi != NULL && r < fam->dvi->n_remains; r++)
    HW_TRY(hw_case_import_remains(&self->cases, &fam->dvi->remains[r], err));
  return HW_OK;
}

/* --- the file --- */

static hw_status read_file(hw_import *import, hw_fam **out, hw_err *err) {
  const hw_frequency_options *policy = &import->options->frequency;
  hw_fam_options options = {
      .normalisation = policy->normalisation,
      .missing_allele = policy->minimum == HW_MINIMUM_STATED ? policy->minimum_value : 0};
  hw_errors errors = {0};
  if (hw_fam_read(import->path, &options, out, &errors) == HW_OK) return HW_OK;
  for (int i = 0; i < hw_errors_kept(&errors); i++)
    HW_TRY(hw_import_mistake(import, &errors.kept[i], err));
  if (errors.n > HW_ERRORS_KEPT) import->report->errors.n += errors.n - HW_ERRORS_KEPT;
  return hw_errors_status(&import->report->errors, err);
}

static hw_status run(hw_import *import, hw_err *err) {
  hw_fam *fam = NULL;
  hw_arena arena;
  HW_TRY(read_file(import, &fam, err));
  hw_import_take_notes(import, fam->notes, fam->n_notes);
  hw_arena_init(&arena, 0);
  fam_import self = {.import = import, .fam = fam};
  const char *stem = hw_case_stem(import, &arena);
  hw_status status = stem != NULL ? hw_case_import_begin(&self.cases, import,
                                                         hw_case_investigation(import, stem), err)
                                  : HW_NO_MEMORY(err, "a name");
  if (status == HW_OK) status = put_all(&self, err);
  hw_case_import_end(&self.cases);
  hw_arena_clear(&arena);
  hw_fam_delete(fam);
  return status;
}

static const hw_kind_id kinds[] = {HW_KIND_FAMILY,    HW_KIND_PERSON, HW_KIND_PEDIGREE,
                                   HW_KIND_FREQUENCY, HW_KIND_MARKER, HW_KIND_PROFILE,
                                   HW_KIND_SAMPLE,    HW_KIND_NONE};

const hw_importer hw_importer_fam = {
    .format = "fam",
    .brief =
        "Familias: persons, pedigrees, DVI families and remains, an investigation of their own",
    .is_mine = hw_fam_is,
    .run = run,
    .kinds = kinds,
};
