/* Case file reader: victim identification, remains on one side and families
 * with missing members on the other.
 *
 * A family is read like a hypothesis with its own genotypes, dropout and
 * identical persons. Names of persons need to be distinct inside one family
 * only. */
#include "formats/casefile_int.h"

static hw_status read_one_remains(hwp_case_reader *self, const hw_json *object, hw_remains *out) {
  static const char *const keys[] = {"id", "sex", "genotypes", "dropout", NULL};
  HW_TRY(hw_json_check_keys(object, keys, self->err));
  HW_TRY(hwp_case_text(self, object, "id", &out->id));
  HW_TRY(hwp_case_read_sex(object, &out->sex, self->err));
  out->profile.id = out->id;
  const hw_json *dropout = NULL, *genotypes;
  HW_TRY(hw_json_find_object(object, "dropout", &dropout, self->err));
  if (dropout)
    HWP_TRY_AT(hwp_case_read_dropout(dropout, &out->profile, self->err), self->err, "dropout");
  HW_TRY(hw_json_get_array(object, "genotypes", &genotypes, self->err));
  HWP_TRY_AT(hwp_case_read_observations(self, genotypes, out->sex, &out->profile), self->err,
             "genotypes");
  return HW_OK;
}

static hw_status read_remains(hwp_case_reader *self, const hw_json *object, hw_case *out) {
  const hw_json *array;
  int32_t n = 0;
  HW_TRY(hw_json_get_array(object, "remains", &array, self->err));
  HWP_TRY_AT(hwp_case_count(array, "remains", &n, self->err), self->err, "remains");
  hw_remains *remains = hwp_case_alloc(self, n, sizeof *remains);
  if (!remains) return HW_E_NO_MEMORY;
  const char **ids = hwp_case_alloc(self, n, sizeof *ids);
  if (!ids) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    HWP_TRY_AT(read_one_remains(self, hw_json_at(array, (size_t)i), &remains[i]), self->err,
               "remains[%d]", (int)i);
    ids[i] = remains[i].id;
  }
  out->remains = remains;
  out->n_remains = n;
  hw_name_index index = {0};
  hw_status status = hwp_case_index(self, n, ids, "remains", ".id", &index);
  hw_name_index_clear(&index);
  return status;
}

static hw_status read_missing(hwp_case_reader *self, const hw_json *object,
                              const hw_name_index *persons, hw_family *out) {
  const hw_json *array;
  int32_t n = 0;
  HW_TRY(hw_json_get_array(object, "missing", &array, self->err));
  HWP_TRY_AT(hwp_case_count(array, "missing persons", &n, self->err), self->err, "missing");
  int32_t *missing = hwp_case_alloc(self, n, sizeof *missing);
  if (!missing) return HW_E_NO_MEMORY;
  const char **ids = hwp_case_alloc(self, n, sizeof *ids);
  if (!ids) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    HWP_TRY_AT(hw_json_as_string(hw_json_at(array, (size_t)i), &ids[i], self->err), self->err,
               "missing[%d]", (int)i);
    missing[i] = hw_name_index_find(persons, ids[i]);
    if (missing[i] == HW_NAME_NONE)
      HWP_TRY_AT(hw_err_set(self->err, HW_E_REFERENCE,
                            "the missing person \"%.60s\" is not in the pedigree", ids[i]),
                 self->err, "missing[%d]", (int)i);
  }
  out->missing = missing;
  out->n_missing = n;
  hw_name_index index = {0};
  hw_status status = hwp_case_index(self, n, ids, "missing", "", &index);
  hw_name_index_clear(&index);
  return status;
}

/* Pedigree, missing persons and profiles, with the indexes that they share. */
static hw_status read_family_parts(hwp_case_reader *self, const hw_json *object, hw_family *out,
                                   hw_name_index *codes, hw_name_index *persons) {
  const hw_json *genotypes, *dropout = NULL;
  HW_TRY(hw_json_get_object(object, "genotypes", &genotypes, self->err));
  HW_TRY(hw_json_find_object(object, "dropout", &dropout, self->err));
  hw_profile *profiles;
  HW_TRY(hwp_case_read_codes(self, genotypes, dropout, &profiles, &out->n_profiles, codes));
  int32_t *person_of = hwp_case_alloc(self, out->n_profiles, sizeof *person_of);
  if (!person_of) return HW_E_NO_MEMORY;
  HW_TRY(hwp_case_read_pedigree(self, object, codes, out->n_profiles, profiles, "family",
                                &out->pedigree, person_of, persons));
  HW_TRY(read_missing(self, object, persons, out));
  hw_sex *sexes = hwp_case_alloc(self, out->n_profiles, sizeof *sexes);
  if (!sexes) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < out->n_profiles; i++) sexes[i] = out->pedigree.persons[person_of[i]].sex;
  out->profiles = profiles;
  out->profile_person = person_of;
  return hwp_case_read_genotypes(self, genotypes, sexes, profiles, out->n_profiles);
}

static hw_status read_family(hwp_case_reader *self, const hw_json *object, hw_family *out) {
  static const char *const keys[] = {"name",      "pedigree", "missing", "genotypes",
                                     "identical", "dropout",  NULL};
  HW_TRY(hw_json_check_keys(object, keys, self->err));
  HW_TRY(hwp_case_text(self, object, "name", &out->name));
  hw_name_index codes = {0}, persons = {0};
  hw_status status = read_family_parts(self, object, out, &codes, &persons);
  hw_name_index_clear(&codes);
  hw_name_index_clear(&persons);
  return status;
}

static hw_status read_families(hwp_case_reader *self, const hw_json *object, hw_case *out) {
  const hw_json *array;
  int32_t n = 0;
  HW_TRY(hw_json_get_array(object, "families", &array, self->err));
  HWP_TRY_AT(hwp_case_count(array, "families", &n, self->err), self->err, "families");
  hw_family *families = hwp_case_alloc(self, n, sizeof *families);
  if (!families) return HW_E_NO_MEMORY;
  const char **names = hwp_case_alloc(self, n, sizeof *names);
  if (!names) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    HWP_TRY_AT(read_family(self, hw_json_at(array, (size_t)i), &families[i]), self->err,
               "families[%d]", (int)i);
    names[i] = families[i].name;
  }
  out->families = families;
  out->n_families = n;
  hw_name_index index = {0};
  hw_status status = hwp_case_index(self, n, names, "families", ".name", &index);
  hw_name_index_clear(&index);
  return status;
}

hw_status hwp_case_read_dvi(hwp_case_reader *self, const hw_json *object, hw_case *out) {
  HW_TRY(read_remains(self, object, out));
  return read_families(self, object, out);
}
