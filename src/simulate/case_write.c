/* Writes a simulated case as homeward-case/1 and its truth as CSV.
 *
 * Numbers are written with the fewest digits that read back to the same bits, so
 * that a person can read the file and the program computes with what was drawn.
 * One marker, one person, one profile a line. */
#include <errno.h>
#include <string.h>

#include "base/json_write.h"
#include "homeward/simulate.h"

static const char *sex_name(hw_sex sex) {
  return sex == HW_MALE ? "male" : sex == HW_FEMALE ? "female" : "unknown";
}

static void write_text(hw_json_writer *w, const char *key, const char *value) {
  hw_json_write_key(w, key);
  hw_json_write_string(w, value);
}

static void write_pair(hw_json_writer *w, const char *key, const double value[2]) {
  hw_json_write_key(w, key);
  hw_json_write_begin_object(w);
  hw_json_write_key(w, "female");
  hw_json_write_double_short(w, value[HW_FROM_MOTHER]);
  hw_json_write_key(w, "male");
  hw_json_write_double_short(w, value[HW_FROM_FATHER]);
  hw_json_write_end_object(w);
}

static void write_matrix(hw_json_writer *w, const char *key, const double *matrix, int32_t n) {
  if (matrix == NULL) return;
  hw_json_write_key(w, key);
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_array(w);
    for (int32_t j = 0; j < n; j++)
      hw_json_write_double_short(w, matrix[(size_t)i * (size_t)n + (size_t)j]);
    hw_json_write_end_array(w);
  }
  hw_json_write_end_array(w);
}

static void write_mutation(hw_json_writer *w, const hw_marker *marker) {
  static const char *const models[] = {"none",    "equal", "proportional", "stepwise",
                                       "onestep", "dawid", "custom"};
  static const char *const transforms[] = {NULL, "MH", "BA", "PR", "PM"};
  const hw_mutation *mutation = &marker->mutation;
  hw_json_write_key(w, "mutation");
  hw_json_write_begin_object(w);
  write_text(w, "model", models[mutation->model]);
  if (mutation->model == HW_MUTATION_CUSTOM) {
    write_matrix(w, "matrix_female", mutation->custom[HW_FROM_MOTHER], marker->n_alleles);
    write_matrix(w, "matrix_male", mutation->custom[HW_FROM_FATHER], marker->n_alleles);
  } else if (mutation->model != HW_MUTATION_NONE) {
    write_pair(w, "rate", mutation->rate);
    if (mutation->model == HW_MUTATION_STEPWISE) write_pair(w, "rate2", mutation->rate2);
    if (mutation->model == HW_MUTATION_STEPWISE || mutation->model == HW_MUTATION_DAWID)
      write_pair(w, "range", mutation->range);
  }
  if (transforms[mutation->transform] != NULL)
    write_text(w, "transform", transforms[mutation->transform]);
  hw_json_write_end_object(w);
}

static void write_chromosome(hw_json_writer *w, const hw_marker *marker) {
  char number[16];
  snprintf(number, sizeof number, "%d", marker->chromosome);
  write_text(w, "chromosome",
             hw_marker_is_x(marker)                          ? "X"
             : marker->chromosome == HW_CHROMOSOME_AUTOSOMAL ? "A"
                                                             : number);
}

static void write_marker(hw_json_writer *w, const hw_marker *marker) {
  hw_json_write_begin_row_object(w);
  write_text(w, "name", marker->name);
  write_chromosome(w, marker);
  hw_json_write_key(w, "alleles");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < marker->n_alleles; i++) hw_json_write_string(w, marker->allele_names[i]);
  hw_json_write_end_array(w);
  hw_json_write_key(w, "frequencies");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < marker->n_alleles; i++)
    hw_json_write_double_short(w, marker->frequencies[i]);
  hw_json_write_end_array(w);
  if (marker->silent != HW_ALLELE_NONE)
    write_text(w, "silent_allele", marker->allele_names[marker->silent]);
  write_mutation(w, marker);
  hw_json_write_end_object(w);
}

static void write_allele(hw_json_writer *w, const hw_marker *marker, hw_allele allele) {
  hw_json_write_string(w, allele == HW_ALLELE_NONE ? NULL : marker->allele_names[allele]);
}

static void write_observation(hw_json_writer *w, const hw_marker *marker,
                              const hw_observation *obs) {
  if (obs->kind == HW_OBS_MISSING) {
    hw_json_write_null(w);
    return;
  }
  hw_json_write_begin_array(w);
  if (obs->kind == HW_OBS_SET) {
    for (int32_t i = 0; i < obs->n_seen; i++) write_allele(w, marker, obs->seen[i]);
  } else {
    write_allele(w, marker, obs->a);
    if (obs->kind == HW_OBS_GENOTYPE) write_allele(w, marker, obs->b);
  }
  hw_json_write_end_array(w);
}

static void write_genotypes(hw_json_writer *w, const hw_case *problem, const hw_profile *profile) {
  hw_json_write_begin_row(w);
  for (int32_t m = 0; m < problem->n_markers; m++)
    write_observation(w, &problem->markers[m], &profile->observations[m]);
  hw_json_write_end_array(w);
}

static void write_remains(hw_json_writer *w, const hw_case *problem, const hw_remains *remains) {
  hw_json_write_begin_row_object(w);
  write_text(w, "id", remains->id);
  write_text(w, "sex", sex_name(remains->sex));
  hw_json_write_key(w, "genotypes");
  write_genotypes(w, problem, &remains->profile);
  if (remains->profile.has_dropout) {
    hw_json_write_key(w, "dropout");
    hw_json_write_begin_object(w);
    hw_json_write_key(w, "dropout");
    hw_json_write_double_short(w, remains->profile.dropout);
    hw_json_write_key(w, "drop_in");
    hw_json_write_double_short(w, remains->profile.drop_in);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}

static void write_person(hw_json_writer *w, const hw_pedigree *pedigree, int32_t i) {
  const hw_person *person = &pedigree->persons[i];
  hw_json_write_begin_row_object(w);
  write_text(w, "id", person->id);
  write_text(w, "father",
             person->father == HW_PERSON_NONE ? NULL : pedigree->persons[person->father].id);
  write_text(w, "mother",
             person->mother == HW_PERSON_NONE ? NULL : pedigree->persons[person->mother].id);
  write_text(w, "sex", sex_name(person->sex));
  hw_json_write_end_object(w);
}

static void write_family(hw_json_writer *w, const hw_case *problem, const hw_family *family) {
  const hw_pedigree *pedigree = &family->pedigree;
  hw_json_write_begin_object(w);
  write_text(w, "name", family->name);
  hw_json_write_key(w, "pedigree");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < pedigree->n_persons; i++) write_person(w, pedigree, i);
  hw_json_write_end_array(w);
  hw_json_write_key(w, "missing");
  hw_json_write_begin_row(w);
  for (int32_t i = 0; i < family->n_missing; i++)
    hw_json_write_string(w, pedigree->persons[family->missing[i]].id);
  hw_json_write_end_array(w);
  hw_json_write_key(w, "genotypes");
  hw_json_write_begin_object(w);
  for (int32_t i = 0; i < family->n_profiles; i++) {
    hw_json_write_key(w, pedigree->persons[family->profile_person[i]].id);
    write_genotypes(w, problem, &family->profiles[i]);
  }
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
}

hw_status hw_simulation_write_case(const hw_simulation *self, FILE *out, hw_err *err) {
  const hw_case *problem = &self->problem;
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, out, 1);
  hw_json_write_begin_object(w);
  write_text(w, "format", "homeward-case/1");
  write_text(w, "id", problem->id);
  write_text(w, "description", problem->description);
  hw_json_write_key(w, "theta");
  hw_json_write_double_short(w, problem->theta);
  hw_json_write_key(w, "markers");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < problem->n_markers; i++) write_marker(w, &problem->markers[i]);
  hw_json_write_end_array(w);
  hw_json_write_key(w, "remains");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < problem->n_remains; i++) write_remains(w, problem, &problem->remains[i]);
  hw_json_write_end_array(w);
  hw_json_write_key(w, "families");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < problem->n_families; i++) write_family(w, problem, &problem->families[i]);
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}

hw_status hw_simulation_write_truth(const hw_simulation *self, FILE *out, hw_err *err) {
  fputs("remains,family,missing,shape,damage_per_base,markers\n", out);
  for (int32_t i = 0; i < self->n_truth; i++) {
    const hw_truth *row = &self->truth[i];
    char damage[HW_JSON_DOUBLE_SIZE];
    hw_json_format_double(row->damage_per_base, 6, damage);
    fprintf(out, "%s,%s,%s,%s,%s,%d\n", row->remains, row->family, row->missing, row->shape, damage,
            (int)row->n_markers);
  }
  if (fflush(out) != 0 || ferror(out))
    return hw_err_set(err, HW_E_IO, "cannot write the truth table: %s", strerror(errno));
  return HW_OK;
}
