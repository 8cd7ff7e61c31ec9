/* Fuzz target: case files.
 *
 * Promises checked on every input: the same bytes give the same answer twice; a
 * failure has a status, a message and a place and leaves nothing behind; a case
 * that was read is what its header promises: pedigrees are possible,
 * observations fit their markers and persons, frequencies sum to one, rows of
 * matrices too; and what is written of it reads back as the same case. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "homeward/casefile.h"
#include "support/case_equal.h"

static void check_marker(const hw_marker *m) {
  double sum = 0;
  HW_FUZZ_CHECK(m->n_alleles >= 1 && m->n_alleles <= HW_MAX_ALLELES);
  for (int32_t i = 0; i < m->n_alleles; i++) {
    HW_FUZZ_CHECK(m->frequencies[i] >= 0 && m->allele_names[i][0]);
    sum += m->frequencies[i];
  }
  HW_FUZZ_CHECK(fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE);
  for (int from = 0; from < 2; from++) {
    if (hw_mutation_is_identity(m, from)) HW_FUZZ_CHECK(m->matrix[from] == NULL);
    for (int32_t i = 0; m->matrix[from] && i < m->n_alleles; i++) {
      double row = 0;
      for (int32_t j = 0; j < m->n_alleles; j++) {
        double entry = m->matrix[from][(size_t)i * m->n_alleles + j];
        HW_FUZZ_CHECK(entry >= 0);
        row += entry;
      }
      HW_FUZZ_CHECK(fabs(row - 1) <= 2e-9);
    }
  }
}

static void check_profile(const hw_case *c, const hw_profile *p, hw_sex sex) {
  HW_FUZZ_CHECK(p->n_markers == c->n_markers);
  for (int32_t m = 0; m < c->n_markers; m++) {
    const hw_observation *obs = &p->observations[m];
    bool is_x = hw_marker_is_x(&c->markers[m]);
    if (is_x && sex == HW_UNKNOWN_SEX) {
      HW_FUZZ_CHECK(obs->kind == HW_OBS_MISSING);
      continue;
    }
    bool single = is_x && sex == HW_MALE;
    HW_FUZZ_CHECK(hw_observation_validate(&c->markers[m], obs, single, NULL) == HW_OK);
    double likely = hw_observation_probability(&c->markers[m], obs, p, 0, single ? -1 : 0);
    HW_FUZZ_CHECK(likely >= 0 && likely <= 1 + 1e-9);
  }
}

static void check_people(const hw_case *c, const hw_pedigree *ped, int32_t n,
                         const hw_profile *profiles, const int32_t *person_of) {
  HW_FUZZ_CHECK(hw_pedigree_validate(ped, NULL) == HW_OK);
  for (int32_t i = 0; i < n; i++) {
    HW_FUZZ_CHECK(person_of[i] >= 0 && person_of[i] < ped->n_persons);
    /* Another hypothesis may not know the sex; then X markers are not typed. */
    hw_sex sex = ped->persons[person_of[i]].sex;
    for (int32_t m = 0; m < c->n_markers; m++)
      if (hw_marker_is_x(&c->markers[m]) && profiles[i].observations[m].kind != HW_OBS_MISSING)
        HW_FUZZ_CHECK(sex != HW_UNKNOWN_SEX);
    if (sex != HW_UNKNOWN_SEX) check_profile(c, &profiles[i], sex);
  }
}

static void check_case(const hw_case *c) {
  HW_FUZZ_CHECK(c->id[0] && c->theta >= 0 && c->theta < 1 && c->n_markers > 0);
  for (int32_t i = 0; i < c->n_markers; i++) check_marker(&c->markers[i]);
  HW_FUZZ_CHECK((c->n_hypotheses > 0) != (c->n_remains > 0 && c->n_families > 0));
  for (int32_t i = 0; i < c->n_hypotheses; i++)
    check_people(c, &c->hypotheses[i].pedigree, c->n_profiles, c->profiles,
                 c->hypotheses[i].profile_person);
  for (int32_t i = 0; i < c->n_families; i++)
    check_people(c, &c->families[i].pedigree, c->families[i].n_profiles, c->families[i].profiles,
                 c->families[i].profile_person);
  for (int32_t i = 0; i < c->n_remains; i++)
    check_profile(c, &c->remains[i].profile, c->remains[i].sex);
}

static void check_writing(const hw_case_list *list) {
  char *text = NULL;
  size_t size = 0;
  hw_case_list *again = NULL;
  FILE *out = open_memstream(&text, &size);
  HW_FUZZ_CHECK(out != NULL);
  HW_FUZZ_CHECK(hw_case_list_write(list->cases, list->n_cases, out, NULL) == HW_OK);
  fclose(out);
  HW_FUZZ_CHECK(hw_case_list_parse(text, size, "written", &again, NULL) == HW_OK);
  HW_FUZZ_CHECK(again->n_cases == list->n_cases);
  for (int32_t i = 0; i < list->n_cases; i++)
    HW_FUZZ_CHECK(case_difference(&list->cases[i], &again->cases[i]) == NULL);
  hw_case_list_delete(again);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data;
  hw_case_list *list = NULL, *again = NULL;
  hw_err err = HW_ERR_INIT, err_again = HW_ERR_INIT;
  const hw_status status = hw_case_list_parse(bytes, size, "input", &list, &err);
  HW_FUZZ_CHECK(status == hw_case_list_parse(bytes, size, "input", &again, &err_again));
  HW_FUZZ_CHECK((list != NULL) == (status == HW_OK));
  hw_case_list_delete(again);
  if (status == HW_OK) {
    for (int32_t i = 0; i < list->n_cases; i++) check_case(&list->cases[i]);
    check_writing(list);
  } else {
    HW_FUZZ_CHECK(err.status == status && err.message[0] && err.line >= 1);
    HW_FUZZ_CHECK(memcmp(&err, &err_again, sizeof err) == 0);
  }
  hw_case_list_delete(list);
  return 0;
}
