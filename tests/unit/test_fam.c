/* Reading Familias files: what arrives, in which forms it may be written, what is told. */
#include "formats/fam.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/likelihood.h"
#include "support/assert.h"
#include "support/case_equal.h"
#include "support/case_text.h"
#include "support/fam_text.h"
#include "support/faults.h"

static hw_fam *fam;

static int end(void **state) {
  (void)state;
  hw_fam_delete(fam);
  fam = NULL;
  return 0;
}

static void parse(const char *text) {
  hw_fam_delete(fam);
  fam = NULL;
  fam = fam_text_parse(text, strlen(text), NULL);
}

static void parse_changed(const char *text, const char *from, const char *to) {
  char *changed = case_text_replace(text, from, to);
  parse(changed);
  free(changed);
}

static void assert_note(const char *part) {
  fam_text_assert_note(fam, part);
}

static void assert_genotype(const hw_profile *profile, int32_t m, hw_allele a, hw_allele b) {
  const hw_observation *obs = &profile->observations[m];
  assert_int_equal(obs->kind, HW_OBS_GENOTYPE);
  assert_int_equal(obs->a, a);
  assert_int_equal(obs->b, b);
}

static void assert_person(const hw_pedigree *pedigree, int32_t i, const char *id, int32_t father,
                          int32_t mother, hw_sex sex, int32_t twin) {
  const hw_person *p = &pedigree->persons[i];
  assert_string_equal(p->id, id);
  assert_int_equal(p->father, father);
  assert_int_equal(p->mother, mother);
  assert_int_equal(p->sex, sex);
  assert_int_equal(p->twin, twin);
}

/* --- the kinship part --- */

static void the_head_and_the_database_arrive(void **state) {
  (void)state;
  parse(FAM_KINSHIP);
  assert_string_equal(fam->version, "3.2.1");
  assert_string_equal(fam->comment, "a remark");
  hw_assert_same_bits(fam->theta, 0.02);
  assert_int_equal(fam->n_databases, 1);
  const hw_fam_database *database = &fam->databases[0];
  assert_string_equal(database->name, "Synthetic");
  assert_int_equal(database->n_markers, 4);
  const hw_marker *m = database->markers;
  const hw_fam_marker *d = database->details;
  assert_string_equal(m[0].name, "L1");
  assert_int_equal(m[0].chromosome, HW_CHROMOSOME_AUTOSOMAL);
  assert_true(isnan(m[0].position_cm));
  assert_int_equal(m[0].n_alleles, 3);
  assert_string_equal(m[0].allele_names[2], "14");
  hw_assert_same_bits(m[0].frequencies[1], 0.3);
  assert_int_equal(m[0].silent, HW_ALLELE_NONE);
  hw_assert_same_bits(d[0].database_size, 2000);
  hw_assert_same_bits(d[0].dropout, 0.1);
  hw_assert_same_bits(d[0].minor_allele_frequency, 0.001);
  hw_assert_close(d[0].sum, 1, 1e-12, 0);
  assert_int_equal(d[0].model[0], 4);
  hw_assert_same_bits(d[0].rate2[1], 1e-6);
  assert_int_equal(d[0].flags, 0);
  assert_int_equal(d[0].line, 82);
  assert_int_equal(m[1].n_alleles, 4);
  assert_int_equal(m[1].silent, 3);
  assert_string_equal(m[1].allele_names[3], "silent");
  hw_assert_same_bits(m[1].frequencies[3], 0.02);
}

static void models_become_the_same_models(void **state) {
  (void)state;
  parse(FAM_KINSHIP);
  const hw_marker *m = fam->databases[0].markers;
  assert_int_equal(m[0].mutation.model, HW_MUTATION_STEPWISE);
  assert_int_equal(m[0].mutation.transform, HW_TRANSFORM_NONE);
  hw_assert_same_bits(m[0].mutation.rate[HW_FROM_MOTHER], 0.001);
  hw_assert_same_bits(m[0].mutation.rate[HW_FROM_FATHER], 0.002);
  hw_assert_same_bits(m[0].mutation.range[0], 0.1);
  hw_assert_same_bits(m[0].mutation.rate2[0], 1e-6);
  /* 12 → 13 and 14, range 0.1: 10/11 and 1/11 of the rate; one class, no rate2. */
  hw_assert_close(m[0].matrix[HW_FROM_MOTHER][1], 0.001 * 10 / 11, 1e-12, 0);
  hw_assert_close(m[0].matrix[HW_FROM_FATHER][2], 0.002 / 11, 1e-12, 0);
  assert_int_equal(m[1].mutation.model, HW_MUTATION_PROPORTIONAL);
  assert_non_null(m[1].matrix[HW_FROM_MOTHER]);
  assert_null(m[1].matrix[HW_FROM_FATHER]);
  hw_assert_same_bits(m[1].matrix[HW_FROM_MOTHER][3], 0); /* nothing becomes silent */
  assert_int_equal(m[2].mutation.model, HW_MUTATION_NONE);
  assert_null(m[2].matrix[0]);
  assert_int_equal(m[3].mutation.model, HW_MUTATION_STEPWISE);
  assert_int_equal(m[3].mutation.transform, HW_TRANSFORM_PM);
  assert_true(m[3].matrix[0] == m[3].matrix[1]);
  assert_true(hw_mutation_is_stationary(3, m[3].matrix[0], m[3].frequencies, 1e-15));
}

static void pedigrees_become_hypotheses(void **state) {
  (void)state;
  parse(FAM_KINSHIP);
  assert_int_equal(fam->n_cases, 1);
  assert_null(fam->dvi);
  const hw_case *c = fam->kinship;
  assert_string_equal(c->id, "x");
  assert_string_equal(c->description, "Familias 3.2.1, database \"Synthetic\"");
  hw_assert_same_bits(c->theta, 0.02);
  assert_int_equal(c->n_hypotheses, 3);
  assert_int_equal(c->reference, 2);
  const hw_hypothesis *h = c->hypotheses;
  assert_string_equal(h[1].name, "H2");
  assert_int_equal(h[0].pedigree.n_persons, 5);
  assert_person(&h[0].pedigree, 0, "AF", -1, -1, HW_MALE, -1);
  assert_person(&h[0].pedigree, 2, "CH", 0, 1, HW_FEMALE, -1);
  assert_person(&h[0].pedigree, 4, "Extra female 1", -1, -1, HW_FEMALE, -1);
  assert_int_equal(h[1].pedigree.n_persons, 6);
  assert_person(&h[1].pedigree, 0, "AF", 5, -1, HW_MALE, -1);
  assert_person(&h[1].pedigree, 2, "CH", 5, 1, HW_FEMALE, -1);
  assert_person(&h[1].pedigree, 3, "comb", -1, -1, HW_FEMALE, 2);
  assert_person(&h[1].pedigree, 5, "Extra male 1", -1, -1, HW_MALE, -1);
  assert_person(&h[2].pedigree, 2, "CH", -1, 1, HW_FEMALE, -1);
}

static void genotypes_arrive_and_dropout_makes_sets(void **state) {
  (void)state;
  parse(FAM_KINSHIP);
  const hw_case *c = fam->kinship;
  assert_int_equal(c->n_profiles, 3);
  const hw_profile *p = c->profiles;
  assert_string_equal(p[0].id, "AF");
  assert_genotype(&p[0], 0, 0, 1);
  assert_genotype(&p[0], 1, 2, 2);
  assert_int_equal(p[0].observations[3].kind, HW_OBS_MISSING);
  assert_string_equal(p[1].id, "CH");
  assert_true(p[1].has_dropout);
  hw_assert_same_bits(p[1].dropout, 0.1);
  hw_assert_same_bits(p[1].drop_in, 0);
  assert_int_equal(p[1].observations[0].kind, HW_OBS_SET);
  assert_int_equal(p[1].observations[0].n_seen, 2);
  assert_int_equal(p[1].observations[3].n_seen, 1);
  assert_genotype(&p[2], 0, 2, 1);
  assert_int_equal(c->hypotheses[0].profile_person[1], 2);
  double ln;
  hw_err err = HW_ERR_INIT;
  for (int32_t h = 0; h < 3; h++) {
    const hw_problem problem = {.pedigree = &c->hypotheses[h].pedigree,
                                .n_profiles = c->n_profiles,
                                .profiles = c->profiles,
                                .profile_person = c->hypotheses[h].profile_person,
                                .n_markers = c->n_markers,
                                .markers = c->markers,
                                .theta = c->theta};
    hw_assert_ok(hw_likelihood(&problem, NULL, &ln, NULL, &err), &err);
    assert_true(isfinite(ln));
  }
}

static void differing_dropout_is_told(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP, "100 , Dropout probability = 0.1", "100 , Dropout probability = 0.2");
  hw_assert_same_bits(fam->kinship->profiles[1].dropout, 0.2);
  assert_note("\"CH\": the dropout probabilities of the loci differ, from 0.1 to 0.2");
}

static void settings_are_kept(void **state) {
  (void)state;
  parse(FAM_KINSHIP);
  assert_int_equal(fam->n_settings, 4);
  assert_string_equal(fam->settings[0].section, "Advanced/Direct/Identity");
  assert_string_equal(fam->settings[0].key, "Dropin");
  assert_string_equal(fam->settings[0].value, "0.01");
  hw_assert_same_bits(fam->dropin, 0.01);
  hw_assert_same_bits(fam->dropout, 0.1);
  hw_assert_same_bits(fam->error, 0.001);
  assert_true(isnan(fam->prior_size));
  assert_true(isnan(fam->allowed_mismatches));
  parse(FAM_DVI);
  hw_assert_same_bits(fam->prior_size, 3);
  hw_assert_same_bits(fam->allowed_mismatches, 5);
  const hw_fam_setting *last = &fam->settings[fam->n_settings - 1];
  assert_string_equal(last->section, "Blind search");
  assert_string_equal(last->key, "Threshold");
}

static void persons_without_pedigree_are_one_hypothesis(void **state) {
  (void)state;
  char *text = case_text_replace(FAM_KINSHIP, "3\n0\n\"H1\"\n0\n0\n1\n0\n2\n", "0\n");
  char *shorter = case_text_replace(
      text, "1\n\"H2\"\n0\n1\n3\n5\n2\n5\n0\n2 (Direct)\n3\n2\n\"H3\"\n0\n0\n0\n", "");
  parse(shorter);
  assert_int_equal(fam->kinship->n_hypotheses, 1);
  assert_string_equal(fam->kinship->hypotheses[0].name, "Known relations");
  assert_person(&fam->kinship->hypotheses[0].pedigree, 2, "CH", -1, 1, HW_FEMALE, -1);
  assert_note("no pedigree");
  free(shorter);
  free(text);
}

/* --- the DVI part --- */

static void remains_arrive(void **state) {
  (void)state;
  parse(FAM_DVI);
  assert_null(fam->kinship);
  const hw_case *c = fam->dvi;
  assert_int_equal(c->n_remains, 3);
  assert_string_equal(c->remains[0].id, "V1");
  assert_int_equal(c->remains[0].sex, HW_MALE);
  assert_genotype(&c->remains[0].profile, 0, 0, 1);
  assert_genotype(&c->remains[0].profile, 1, 1, 0);
  assert_int_equal(c->remains[1].sex, HW_FEMALE);
  assert_genotype(&c->remains[1].profile, 1, 0, HW_ALLELE_NONE);
  assert_int_equal(c->remains[2].sex, HW_UNKNOWN_SEX);
  assert_int_equal(c->remains[2].profile.observations[0].kind, HW_OBS_MISSING);
  assert_note("1 genotypes have one allele that is not known");
}

static void a_place_holder_tells_the_sex_of_the_missing_person(void **state) {
  (void)state;
  parse(FAM_DVI);
  const hw_fam_family *f = &fam->families[0];
  assert_string_equal(f->family.name, "Am");
  assert_string_equal(f->note, "ask the aunt");
  assert_int_equal(f->case_family, 0);
  assert_int_equal(f->n_pedigrees, 2);
  assert_int_equal(f->taken, 1);
  assert_true(f->pedigrees[0].is_reference);
  assert_false(f->pedigrees[0].relates_missing);
  assert_true(f->pedigrees[1].relates_missing);
  const hw_pedigree *pedigree = &f->family.pedigree;
  assert_int_equal(pedigree->n_persons, 3);
  assert_person(pedigree, 1, "C", 0, 2, HW_FEMALE, -1);
  assert_person(pedigree, 2, "Missing female 1", -1, -1, HW_FEMALE, -1);
  assert_int_equal(f->family.n_missing, 1);
  assert_int_equal(f->family.missing[0], 2);
  assert_int_equal(f->family.n_profiles, 2);
  assert_string_equal(f->family.profiles[1].id, "C");
  assert_int_equal(f->family.profile_person[1], 1);
  assert_note("was taken for the \"Missing person\"");
}

static void several_missing_persons_are_told_apart(void **state) {
  (void)state;
  parse(FAM_DVI);
  const hw_family *f = &fam->families[1].family;
  assert_int_equal(f->pedigree.n_persons, 4);
  assert_person(&f->pedigree, 1, "Missing male 2", 3, 0, HW_MALE, -1);
  assert_person(&f->pedigree, 2, "Missing son", 1, -1, HW_MALE, -1);
  /* Her partner tells the sex of the one who is not listed. */
  assert_person(&f->pedigree, 3, "Missing person", -1, -1, HW_MALE, -1);
  assert_int_equal(f->n_missing, 3);
  assert_int_equal(f->missing[2], 3);
}

static void the_first_pedigree_with_the_missing_is_taken(void **state) {
  (void)state;
  parse(FAM_DVI);
  const hw_fam_family *f = &fam->families[2];
  assert_string_equal(f->family.name, "Am (2)");
  assert_int_equal(f->n_pedigrees, 3);
  assert_int_equal(f->taken, 1);
  const hw_pedigree *pedigree = &f->family.pedigree;
  assert_int_equal(pedigree->n_persons, 6);
  assert_person(pedigree, 0, "son", 4, 1, HW_MALE, -1);
  assert_person(pedigree, 2, "twin", -1, -1, HW_MALE, 0);
  assert_person(pedigree, 4, "Missing person", -1, -1, HW_MALE, -1);
  assert_person(pedigree, 5, "grandfather", -1, -1, HW_UNKNOWN_SEX, -1);
  /* The other one has the same persons, and sexes of its own. */
  assert_person(&f->pedigrees[2].pedigree, 0, "son", 5, 3, HW_MALE, -1);
  assert_person(&f->pedigrees[2].pedigree, 4, "Missing person", -1, 3, HW_UNKNOWN_SEX, -1);
  assert_person(&f->pedigrees[2].pedigree, 5, "grandfather", -1, -1, HW_MALE, -1);
  assert_note("family \"Am\" stands there twice; this one is called \"Am (2)\"");
  assert_note("2 alternative pedigrees relate a missing person; \"father\" is taken");
  assert_note("\"grandfather\" stands in the relations but not among the persons");
}

static void families_in_which_nobody_is_missing_stay_outside_the_case(void **state) {
  (void)state;
  parse(FAM_DVI);
  assert_int_equal(fam->n_families, 4);
  assert_int_equal(fam->dvi->n_families, 3);
  assert_int_equal(fam->families[3].case_family, -1);
  assert_int_equal(fam->families[3].taken, -1);
  assert_int_equal(fam->families[3].family.n_missing, 0);
  assert_int_equal(fam->families[3].family.n_profiles, 1);
  assert_string_equal(fam->families[2].note, "");
  assert_note("family \"Complete\": nobody is missing");
}

static void two_missing_persons_of_one_name_get_numbers(void **state) {
  (void)state;
  char *text = case_text_replace(FAM_DVI, "Name= Missing male 2", "Name= Missing person");
  char *more = case_text_replace(text, "Name= Missing son", "Name= Missing person");
  char *cut = case_text_replace(more,
                                "nRelations= 3\nParent= R\nChild= Missing male 2\nParent= "
                                "Missing person\nChild= Missing male 2\nParent= Missing male "
                                "2\nChild= Missing son\n",
                                "nRelations= 1\nParent= R\nChild= Missing person\n");
  parse(cut);
  const hw_family *f = &fam->families[1].family;
  assert_person(&f->pedigree, 1, "Missing person", -1, 0, HW_MALE, -1);
  assert_person(&f->pedigree, 2, "Missing person (2)", -1, -1, HW_MALE, -1);
  assert_int_equal(f->n_missing, 1);
  assert_note("person \"Missing person\" stands there twice; this one is called "
              "\"Missing person (2)\"");
  assert_note("\"Missing person (2)\" stands in no relation and is not counted as missing");
  free(cut);
  free(more);
  free(text);
}

static void a_lone_parent_of_unknown_sex_stays_so(void **state) {
  (void)state;
  char *text = case_text_replace(
      FAM_DVI, "nRelations= 3\nParent= wife\nChild= son\nParent=", "nRelations= 2\nParent=");
  parse(text);
  const hw_pedigree *pedigree = &fam->families[2].family.pedigree;
  assert_person(pedigree, 0, "son", -1, 4, HW_MALE, -1);
  assert_person(pedigree, 4, "Missing person", -1, -1, HW_UNKNOWN_SEX, -1);
  assert_note("the sex of 1 missing persons is not known");
  free(text);
}

static void a_careless_sex_is_corrected_and_told(void **state) {
  (void)state;
  /* C has the father F and the "Missing male" who can only be her mother. */
  char *text = case_text_replace(FAM_DVI, "Name= Missing female 1\nGender= Female",
                                 "Name= Missing male 1\nGender= Male");
  parse(text);
  const hw_pedigree *pedigree = &fam->families[0].family.pedigree;
  assert_person(pedigree, 1, "C", 0, 2, HW_FEMALE, -1);
  assert_person(pedigree, 2, "Missing male 1", -1, -1, HW_FEMALE, -1);
  assert_note("\"C\" has two fathers, \"F\" and \"Missing male 1\"; \"Missing male 1\" is taken as "
              "female here");
  free(text);
}

static void both_parts_of_a_file_are_two_cases(void **state) {
  (void)state;
  const char *section = strstr(FAM_DVI, "[DVI]");
  assert_non_null(section);
  char *people = case_text_replace(FAM_DVI, "0\n\"Known relations\"\n0\n0\n0\n0\n",
                                   "1\n\"P\"\n#FALSE#\n-1\n#FALSE#\n#TRUE#\n1\n0\n0\n1\n"
                                   "\"Known relations\"\n0\n0\n0\n1\n0\n\"alone\"\n0\n0\n0\n");
  parse(people);
  assert_int_equal(fam->n_cases, 2);
  assert_string_equal(fam->cases[0].id, "x-kinship");
  assert_string_equal(fam->cases[1].id, "x-dvi");
  assert_true(fam->kinship == &fam->cases[0] && fam->dvi == &fam->cases[1]);
  free(people);
}

/* --- machine --- */

static void other_files_are_not_taken_for_familias(void **state) {
  (void)state;
  assert_false(hw_fam_is("", 0));
  assert_false(hw_fam_is("{\"format\": 1}", 13));
  assert_false(hw_fam_is("FAM1 I1 0 0 1 -9\n", 17));
  assert_false(hw_fam_is("\"Output from", 12));
  hw_fam_delete(NULL);
}

static void files_are_read_with_their_name(void **state) {
  (void)state;
  hw_errors errors = {0};
  hw_assert_status(hw_fam_read("/nowhere/x.fam", NULL, &fam, &errors), HW_E_NOT_FOUND, NULL);
  assert_null(fam);
  assert_int_equal(errors.n, 1);
  assert_string_equal(errors.kept[0].file, "/nowhere/x.fam");
  hw_assert_status(hw_fam_read("/nowhere/x.fam", NULL, &fam, NULL), HW_E_NOT_FOUND, NULL);
  hw_assert_status(hw_fam_parse("x", 1, NULL, NULL, &fam, NULL), HW_E_SYNTAX, NULL);
  assert_null(fam);
}

static void fail_in_turn(const char *text) {
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_fam *out = NULL;
    hw_errors errors = {0};
    const hw_status status = hw_fam_parse(text, strlen(text), "x.fam", NULL, &out, &errors);
    const bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &errors.kept[0]);
    assert_int_equal(out == NULL, failed);
    assert_int_equal(errors.n, failed);
    hw_fam_delete(out);
    if (!failed) break;
  }
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  fail_in_turn(FAM_KINSHIP);
  fail_in_turn(FAM_DVI);
  char *latin = case_text_replace(FAM_KINSHIP, "0.001\n0.002\n4\n4", "0.001\n0.002\n1\n4");
  char *named = case_text_replace(latin, "\"MO\"", "\"M\xE8re\"");
  fail_in_turn(named);
  free(named);
  free(latin);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, NULL, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(the_head_and_the_database_arrive),
      CASE(models_become_the_same_models),
      CASE(pedigrees_become_hypotheses),
      CASE(genotypes_arrive_and_dropout_makes_sets),
      CASE(differing_dropout_is_told),
      CASE(settings_are_kept),
      CASE(persons_without_pedigree_are_one_hypothesis),
      CASE(remains_arrive),
      CASE(a_place_holder_tells_the_sex_of_the_missing_person),
      CASE(several_missing_persons_are_told_apart),
      CASE(the_first_pedigree_with_the_missing_is_taken),
      CASE(families_in_which_nobody_is_missing_stay_outside_the_case),
      CASE(two_missing_persons_of_one_name_get_numbers),
      CASE(a_lone_parent_of_unknown_sex_stays_so),
      CASE(a_careless_sex_is_corrected_and_told),
      CASE(both_parts_of_a_file_are_two_cases),
      CASE(other_files_are_not_taken_for_familias),
      CASE(files_are_read_with_their_name),
      CASE(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("fam", tests, NULL, NULL);
}
