/* Case file reader: persons, parents, and persons who are one individual.
 *
 * A group of `identical` says that several codes are one individual: the same
 * person under two codes (a bone and a toothbrush), or identical twins. Members
 * that the pedigree names get a twin link to the group's first person; members
 * that it does not name bring only a profile, which is attached to that person.
 *
 * Sex: somebody who is a father is male even where the file says "unknown",
 * and twins share what is known of one of them. Both are filled in after the
 * pedigree was found possible, so that an X marker does not fail for want of
 * what is plain. */
#include <string.h>

#include "formats/casefile_int.h"

hw_status hwp_case_read_sex(const hw_json *object, hw_sex *out, hw_err *err) {
  const char *text;
  HW_TRY(hw_json_get_string(object, "sex", &text, err));
  if (strcmp(text, "male") == 0)
    *out = HW_MALE;
  else if (strcmp(text, "female") == 0)
    *out = HW_FEMALE;
  else if (strcmp(text, "unknown") == 0)
    *out = HW_UNKNOWN_SEX;
  else
    HWP_TRY_AT(hw_err_set(err, HW_E_VALUE,
                          "sex is \"%.20s\"; permitted are male, female and unknown", text),
               err, "sex");
  return HW_OK;
}

static hw_status read_parent(const hw_json *object, const char *key, const hw_name_index *persons,
                             int32_t *out, hw_err *err) {
  const hw_json *value = hw_json_find(object, key);
  const char *id;
  *out = HW_PERSON_NONE;
  if (!value || hw_json_is_null(value)) return HW_OK;
  HWP_TRY_AT(hw_json_as_string(value, &id, err), err, "%s", key);
  *out = hw_name_index_find(persons, id);
  if (*out == HW_NAME_NONE)
    HWP_TRY_AT(hw_err_set(err, HW_E_REFERENCE,
                          "the %s \"%.60s\" is not a person of this pedigree; write null for an "
                          "unknown parent",
                          key, id),
               err, "%s", key);
  return HW_OK;
}

static hw_status read_persons(hwp_case_reader *self, const hw_json *array, hw_person **out,
                              int32_t *n_out, hw_name_index *index) {
  static const char *const keys[] = {"id", "father", "mother", "sex", NULL};
  int32_t n = 0;
  HWP_TRY_AT(hwp_case_count(array, "persons", &n, self->err), self->err, "pedigree");
  if (n > HW_MAX_PERSONS)
    HWP_TRY_AT(
        hw_err_set(self->err, HW_E_VALUE, "the pedigree has %d persons; at most %d are possible",
                   (int)n, HW_MAX_PERSONS),
        self->err, "pedigree");
  hw_person *persons = hwp_case_alloc(self, n, sizeof *persons);
  if (!persons) return HW_E_NO_MEMORY;
  const char **ids = hwp_case_alloc(self, n, sizeof *ids);
  if (!ids) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    const hw_json *object = hw_json_at(array, (size_t)i);
    hw_person *p = &persons[i];
    HWP_TRY_AT(hw_json_check_keys(object, keys, self->err), self->err, "pedigree[%d]", (int)i);
    HWP_TRY_AT(hwp_case_text(self, object, "id", &p->id), self->err, "pedigree[%d]", (int)i);
    HWP_TRY_AT(hwp_case_read_sex(object, &p->sex, self->err), self->err, "pedigree[%d]", (int)i);
    p->twin = HW_PERSON_NONE;
    ids[i] = p->id;
  }
  HW_TRY(hwp_case_index(self, n, ids, "pedigree", ".id", index));
  for (int32_t i = 0; i < n; i++) {
    const hw_json *object = hw_json_at(array, (size_t)i);
    HWP_TRY_AT(read_parent(object, "father", index, &persons[i].father, self->err), self->err,
               "pedigree[%d]", (int)i);
    HWP_TRY_AT(read_parent(object, "mother", index, &persons[i].mother, self->err), self->err,
               "pedigree[%d]", (int)i);
  }
  *out = persons;
  *n_out = n;
  return HW_OK;
}

/* --- identical --- */

/* Everything that reading the groups of one pedigree needs. */
typedef struct groups {
  const hw_name_index *persons; /* of the pedigree */
  const hw_name_index *codes;   /* of the profiles */
  hw_person *person;
  int32_t *person_of;    /* per profile */
  bool *is_taken_person; /* in a group already */
  bool *is_taken_profile;
} groups;

/* Checks one member and marks it as taken. */
static hw_status take_member(groups *self, const char *id, int32_t *person, int32_t *profile,
                             hw_err *err) {
  *person = hw_name_index_find(self->persons, id);
  *profile = hw_name_index_find(self->codes, id);
  if (*person == HW_NAME_NONE && *profile == HW_NAME_NONE)
    return hw_err_set(err, HW_E_REFERENCE,
                      "\"%.60s\" is neither in the pedigree nor in the "
                      "genotypes",
                      id);
  bool is_taken = (*person != HW_NAME_NONE && self->is_taken_person[*person]) ||
                  (*profile != HW_NAME_NONE && self->is_taken_profile[*profile]);
  if (is_taken)
    return hw_err_set(err, HW_E_DUPLICATE,
                      "\"%.60s\" stands twice; name each person once and join the groups", id);
  if (*person != HW_NAME_NONE) self->is_taken_person[*person] = true;
  if (*profile != HW_NAME_NONE) self->is_taken_profile[*profile] = true;
  return HW_OK;
}

static hw_status read_group(groups *self, const hw_json *array, hw_err *err) {
  HW_TRY(hw_json_expect_array(array, err));
  size_t n = hw_json_count(array);
  if (n < 2)
    return hw_err_set(err, HW_E_VALUE, "%zu members; a group of identical persons has at least 2",
                      n);
  int32_t first = HW_PERSON_NONE, person, profile;
  const char *id;
  for (size_t i = 0; i < n; i++) {
    HWP_TRY_AT(hw_json_as_string(hw_json_at(array, i), &id, err), err, "[%zu]", i);
    HWP_TRY_AT(take_member(self, id, &person, &profile, err), err, "[%zu]", i);
    if (person != HW_NAME_NONE && (first == HW_PERSON_NONE || person < first)) first = person;
  }
  if (first == HW_PERSON_NONE)
    return hw_err_set(err, HW_E_REFERENCE,
                      "the group names nobody in the pedigree; at least one member must be there");
  for (size_t i = 0; i < n; i++) {
    HW_TRY(hw_json_as_string(hw_json_at(array, i), &id, err));
    person = hw_name_index_find(self->persons, id);
    profile = hw_name_index_find(self->codes, id);
    if (person != HW_NAME_NONE && person != first) self->person[person].twin = first;
    if (person == HW_NAME_NONE) self->person_of[profile] = first;
  }
  return HW_OK;
}

static hw_status read_groups(hwp_case_reader *self, const hw_json *array, int32_t n_persons,
                             int32_t n_profiles, groups *g) {
  g->is_taken_person = hwp_case_alloc(self, n_persons, sizeof *g->is_taken_person);
  if (!g->is_taken_person) return HW_E_NO_MEMORY;
  g->is_taken_profile = hwp_case_alloc(self, n_profiles, sizeof *g->is_taken_profile);
  if (!g->is_taken_profile) return HW_E_NO_MEMORY;
  for (size_t i = 0; i < hw_json_count(array); i++)
    HWP_TRY_AT(read_group(g, hw_json_at(array, i), self->err), self->err, "identical[%zu]", i);
  return HW_OK;
}

/* --- the whole --- */

/* Each profile finds its person. */
static hw_status attach_profiles(const hw_profile *profiles, int32_t n_profiles,
                                 const hw_name_index *persons, const char *whose,
                                 int32_t *person_of, hw_err *err) {
  for (int32_t i = 0; i < n_profiles; i++) {
    if (person_of[i] != HW_PERSON_NONE) continue;
    person_of[i] = hw_name_index_find(persons, profiles[i].id);
    if (person_of[i] == HW_NAME_NONE)
      HWP_TRY_AT(hw_err_set(err, HW_E_REFERENCE,
                            "\"%.60s\" has genotypes but is neither in the pedigree nor in an "
                            "\"identical\" group of this %s; add the person (without parents if "
                            "unrelated)",
                            profiles[i].id, whose),
                 err, "pedigree");
  }
  return HW_OK;
}

static void fill_sex(hw_person *persons, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    if (persons[i].father != HW_PERSON_NONE) persons[persons[i].father].sex = HW_MALE;
    if (persons[i].mother != HW_PERSON_NONE) persons[persons[i].mother].sex = HW_FEMALE;
  }
  /* Every member points to its group's first person: collect there, then spread. */
  for (int32_t i = 0; i < n; i++)
    if (persons[i].twin != HW_PERSON_NONE && persons[i].sex != HW_UNKNOWN_SEX)
      persons[persons[i].twin].sex = persons[i].sex;
  for (int32_t i = 0; i < n; i++)
    if (persons[i].twin != HW_PERSON_NONE) persons[i].sex = persons[persons[i].twin].sex;
}

hw_status hwp_case_read_pedigree(hwp_case_reader *self, const hw_json *object,
                                 const hw_name_index *codes, int32_t n_profiles,
                                 const hw_profile *profiles, const char *whose, hw_pedigree *out,
                                 int32_t *person_of, hw_name_index *index) {
  const hw_json *array, *identical = NULL;
  HW_TRY(hw_json_get_array(object, "pedigree", &array, self->err));
  HW_TRY(hw_json_find_array(object, "identical", &identical, self->err));
  hw_person *persons;
  int32_t n = 0;
  HW_TRY(read_persons(self, array, &persons, &n, index));
  for (int32_t i = 0; i < n_profiles; i++) person_of[i] = HW_PERSON_NONE;
  if (identical) {
    groups g = {.persons = index, .codes = codes, .person = persons, .person_of = person_of};
    HW_TRY(read_groups(self, identical, n, n_profiles, &g));
  }
  HW_TRY(attach_profiles(profiles, n_profiles, index, whose, person_of, self->err));
  *out = (hw_pedigree){n, persons};
  HW_TRY(hw_pedigree_validate(out, self->err));
  fill_sex(persons, n);
  return HW_OK;
}
