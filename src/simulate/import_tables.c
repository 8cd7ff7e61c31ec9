/* Writes a simulated case as the tables that a case database imports.
 *
 * A case of national size as one JSON document would have to be read whole; the
 * importers of tables stream. Three tables hold what the case file holds:
 *
 *   families     everybody of every family, with father, mother and sex
 *   references   profiles of the typed relatives
 *   remains      profiles of the remains, with the sex that the laboratory read
 *
 * Frequencies and mutation models are imported from the table that was simulated
 * with, by the same options. Codes are those of the case: F001, F001-M1, R0001. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "formats/csv_write.h"
#include "homeward/simulate.h"

/* --- families --- */

static const char *sex_word(hw_sex sex) {
  return sex == HW_MALE ? "male" : sex == HW_FEMALE ? "female" : NULL;
}

static const char *code_of(const hw_pedigree *pedigree, int32_t person) {
  return person == HW_PERSON_NONE ? NULL : pedigree->persons[person].id;
}

static bool is_missing(const hw_family *family, int32_t person) {
  for (int32_t i = 0; i < family->n_missing; i++)
    if (family->missing[i] == person) return true;
  return false;
}

static void write_header(hw_csv_writer *w, const char *const *names) {
  for (; *names != NULL; names++) hw_csv_write_text(w, *names);
}

static void write_family(hw_csv_writer *w, const hw_family *family) {
  const hw_pedigree *pedigree = &family->pedigree;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_person *person = &pedigree->persons[i];
    hw_csv_write_text(w, family->name);
    hw_csv_write_text(w, person->id);
    hw_csv_write_text(w, code_of(pedigree, person->father));
    hw_csv_write_text(w, code_of(pedigree, person->mother));
    hw_csv_write_text(w, sex_word(person->sex));
    hw_csv_write_text(w, is_missing(family, i) ? "yes" : NULL);
    hw_csv_write_text(w, code_of(pedigree, person->twin));
    hw_csv_write_end_row(w);
  }
}

static hw_status write_families(const hw_case *problem, FILE *out, hw_err *err) {
  static const char *const names[] = {"family", "person",  "father",  "mother",
                                      "sex",    "missing", "twin_of", NULL};
  hw_csv_writer w;
  hw_csv_write_init_file(&w, out, ',');
  write_header(&w, names);
  hw_csv_write_end_row(&w);
  for (int32_t f = 0; f < problem->n_families; f++) write_family(&w, &problem->families[f]);
  return hw_csv_write_finish(&w, err);
}

/* --- profiles --- */

static const char *name_of(const hw_marker *marker, hw_allele allele) {
  return allele == HW_ALLELE_NONE ? "?" : marker->allele_names[allele];
}

static void write_cell(hw_csv_writer *w, const hw_marker *marker, const hw_observation *seen,
                       hw_str *text) {
  text->length = 0;
  switch (seen->kind) {
    case HW_OBS_MISSING:
      hw_csv_write_text(w, NULL);
      return;
    case HW_OBS_GENOTYPE:
      hw_str_append_format(text, "%s/%s", name_of(marker, seen->a), name_of(marker, seen->b));
      break;
    case HW_OBS_SINGLE:
      hw_str_append(text, name_of(marker, seen->a));
      break;
    case HW_OBS_SET:
      hw_str_append(text, "{");
      for (int32_t i = 0; i < seen->n_seen; i++)
        hw_str_append_format(text, "%s%s", i > 0 ? "," : "", name_of(marker, seen->seen[i]));
      hw_str_append(text, "}");
  }
  hw_csv_write_text(w, hw_str_text(text));
}

static void write_markers(hw_csv_writer *w, const hw_case *problem, const hw_profile *profile,
                          hw_str *text) {
  for (int32_t m = 0; m < problem->n_markers; m++)
    write_cell(w, &problem->markers[m], &profile->observations[m], text);
  hw_csv_write_end_row(w);
}

static void begin_profiles(hw_csv_writer *w, const hw_case *problem, const char *const *names,
                           FILE *out) {
  hw_csv_write_init_file(w, out, ',');
  write_header(w, names);
  for (int32_t m = 0; m < problem->n_markers; m++) hw_csv_write_text(w, problem->markers[m].name);
  hw_csv_write_end_row(w);
}

static hw_status end_profiles(hw_csv_writer *w, hw_str *text, hw_err *err) {
  hw_status status = hw_csv_write_finish(w, err);
  if (status == HW_OK && hw_str_status(text) != HW_OK) status = HW_NO_MEMORY(err, "a table");
  hw_str_clear(text);
  return status;
}

static hw_status write_references(const hw_case *problem, FILE *out, hw_err *err) {
  static const char *const names[] = {"profile", "person", NULL};
  hw_csv_writer w;
  hw_str text = HW_STR_INIT;
  begin_profiles(&w, problem, names, out);
  for (int32_t f = 0; f < problem->n_families; f++)
    for (int32_t i = 0; i < problem->families[f].n_profiles; i++) {
      const hw_family *family = &problem->families[f];
      hw_csv_write_text(&w, family->profiles[i].id);
      hw_csv_write_text(&w, code_of(&family->pedigree, family->profile_person[i]));
      write_markers(&w, problem, &family->profiles[i], &text);
    }
  return end_profiles(&w, &text, err);
}

static void write_probability(hw_csv_writer *w, bool has_dropout, double value) {
  if (has_dropout)
    hw_csv_write_double(w, value);
  else
    hw_csv_write_text(w, NULL);
}

static hw_status write_remains(const hw_case *problem, FILE *out, hw_err *err) {
  static const char *const names[] = {"sample", "sex", "dropout", "drop_in", NULL};
  hw_csv_writer w;
  hw_str text = HW_STR_INIT;
  begin_profiles(&w, problem, names, out);
  for (int32_t r = 0; r < problem->n_remains; r++) {
    const hw_remains *remains = &problem->remains[r];
    hw_csv_write_text(&w, remains->id);
    hw_csv_write_text(&w, sex_word(remains->sex));
    write_probability(&w, remains->profile.has_dropout, remains->profile.dropout);
    write_probability(&w, remains->profile.has_dropout, remains->profile.drop_in);
    write_markers(&w, problem, &remains->profile, &text);
  }
  return end_profiles(&w, &text, err);
}

hw_status hw_simulation_write_tables(const hw_simulation *self, FILE *families, FILE *references,
                                     FILE *remains, hw_err *err) {
  HW_TRY(write_families(&self->problem, families, err));
  HW_TRY(write_references(&self->problem, references, err));
  return write_remains(&self->problem, remains, err);
}
