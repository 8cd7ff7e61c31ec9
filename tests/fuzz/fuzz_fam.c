/* Fuzz target: Familias files.
 *
 * The first byte chooses the options, the rest is the file. Promises checked on
 * every input: the same bytes give the same answer twice; a failure has a status
 * and messages that name the file; cases that were read are what casefile.h
 * promises (frequencies sum to one, pedigrees are possible, observations fit); and
 * what is written of them is read again, the second time without any difference. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/fam.h"
#include "fuzz.h"
#include "support/case_equal.h"

static void check_marker(const hw_marker *m) {
  double sum = 0;
  HW_FUZZ_CHECK(m->name[0] && m->n_alleles >= 1 && m->n_alleles <= HW_MAX_ALLELES);
  for (int32_t a = 0; a < m->n_alleles; a++) {
    HW_FUZZ_CHECK(m->frequencies[a] >= 0 && m->allele_names[a][0]);
    sum += m->frequencies[a];
  }
  HW_FUZZ_CHECK(fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE);
  for (int from = 0; from < 2; from++)
    if (hw_mutation_is_identity(m, from)) HW_FUZZ_CHECK(m->matrix[from] == NULL);
}

static void check_profile(const hw_case *c, const hw_profile *p) {
  HW_FUZZ_CHECK(p->id[0] && p->n_markers == c->n_markers);
  for (int32_t m = 0; m < c->n_markers; m++)
    HW_FUZZ_CHECK(hw_observation_validate(&c->markers[m], &p->observations[m], false, NULL) ==
                  HW_OK);
}

static void check_people(const hw_case *c, const hw_pedigree *ped, int32_t n,
                         const hw_profile *profiles, const int32_t *person_of) {
  HW_FUZZ_CHECK(hw_pedigree_validate(ped, NULL) == HW_OK);
  for (int32_t i = 0; i < n; i++) {
    HW_FUZZ_CHECK(person_of[i] >= 0 && person_of[i] < ped->n_persons);
    check_profile(c, &profiles[i]);
  }
}

static void check_case(const hw_case *c) {
  HW_FUZZ_CHECK(c->id[0] && c->theta >= 0 && c->theta < 1 && c->n_markers > 0);
  for (int32_t m = 0; m < c->n_markers; m++) check_marker(&c->markers[m]);
  for (int32_t h = 0; h < c->n_hypotheses; h++)
    check_people(c, &c->hypotheses[h].pedigree, c->n_profiles, c->profiles,
                 c->hypotheses[h].profile_person);
  for (int32_t i = 0; i < c->n_remains; i++) check_profile(c, &c->remains[i].profile);
  for (int32_t f = 0; f < c->n_families; f++) {
    const hw_family *family = &c->families[f];
    HW_FUZZ_CHECK(family->n_missing > 0);
    check_people(c, &family->pedigree, family->n_profiles, family->profiles,
                 family->profile_person);
  }
}

/* The case written and read; NULL where the format cannot say it. */
static hw_fam *write_and_read(const hw_case *c) {
  const hw_fam_write_options options = {.omit_partial = true};
  hw_str text = HW_STR_INIT;
  hw_fam *again = NULL;
  const hw_status status = hw_fam_write(c, &options, &text, NULL);
  HW_FUZZ_CHECK(status == HW_OK || status == HW_E_UNSUPPORTED);
  if (status == HW_OK)
    HW_FUZZ_CHECK(hw_fam_parse(hw_str_text(&text), text.length, "f", NULL, &again, NULL) == HW_OK);
  hw_str_clear(&text);
  return again;
}

static void check_writing(const hw_case *c) {
  hw_fam *once = write_and_read(c);
  if (once == NULL) return;
  HW_FUZZ_CHECK(once->n_cases == 1);
  hw_fam *twice = write_and_read(&once->cases[0]);
  if (twice != NULL)
    HW_FUZZ_CHECK(case_difference_but_head(&once->cases[0], &twice->cases[0]) == NULL);
  hw_fam_delete(twice);
  hw_fam_delete(once);
}

static void check_json(const hw_case *c) {
  char *text = NULL;
  size_t size = 0;
  hw_case_list *again = NULL;
  FILE *out = open_memstream(&text, &size);
  HW_FUZZ_CHECK(out != NULL);
  const hw_status status = hw_case_list_write(c, 1, out, NULL);
  fclose(out);
  if (status == HW_OK) {
    HW_FUZZ_CHECK(hw_case_list_parse(text, size, "json", &again, NULL) == HW_OK);
    HW_FUZZ_CHECK(case_difference(c, &again->cases[0]) == NULL);
  }
  hw_case_list_delete(again);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  const hw_fam_options options = {.normalisation = (hw_normalisation)(data[0] % 3),
                                  .missing_allele = data[0] & 4 ? 0.001 : 0,
                                  .fallback_proportional = (data[0] & 8) != 0};
  const char *bytes = (const char *)data + 1;
  hw_fam *fam = NULL, *again = NULL;
  hw_errors errors = {0}, errors_again = {0};
  const hw_status status = hw_fam_parse(bytes, size - 1, "f", &options, &fam, &errors);
  HW_FUZZ_CHECK(status == hw_fam_parse(bytes, size - 1, "f", &options, &again, &errors_again));
  HW_FUZZ_CHECK((fam != NULL) == (status == HW_OK) && (errors.n == 0) == (status == HW_OK));
  HW_FUZZ_CHECK(memcmp(&errors, &errors_again, sizeof errors) == 0);
  for (int i = 0; i < hw_errors_kept(&errors); i++)
    HW_FUZZ_CHECK(errors.kept[i].message[0] && strcmp(errors.kept[i].file, "f") == 0);
  for (int32_t i = 0; fam != NULL && i < fam->n_cases; i++) {
    HW_FUZZ_CHECK(case_difference(&fam->cases[i], &again->cases[i]) == NULL);
    check_case(&fam->cases[i]);
    check_writing(&fam->cases[i]);
    if (fam->cases[i].n_hypotheses > 0 ||
        (fam->cases[i].n_remains > 0 && fam->cases[i].n_families > 0))
      check_json(&fam->cases[i]);
  }
  hw_fam_delete(fam);
  hw_fam_delete(again);
  return 0;
}
