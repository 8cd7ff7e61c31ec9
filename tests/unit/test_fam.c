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

static hw_fam *parse_bytes(const char *text, size_t size, const hw_fam_options *options) {
  hw_fam *out = NULL;
  hw_errors errors = {0};
  hw_assert_status(hw_fam_parse(text, size, "dir/x.fam", options, &out, &errors), HW_OK,
                   &errors.kept[0]);
  assert_int_equal(errors.n, 0);
  return out;
}

static void parse(const char *text) {
  hw_fam_delete(fam);
  fam = NULL;
  fam = parse_bytes(text, strlen(text), NULL);
}

static void parse_changed(const char *text, const char *from, const char *to) {
  char *changed = case_text_replace(text, from, to);
  parse(changed);
  free(changed);
}

static const hw_note *find_note(const char *part) {
  for (int32_t i = 0; i < fam->n_notes; i++)
    if (strstr(fam->notes[i].text, part)) return &fam->notes[i];
  return NULL;
}

static void assert_note(const char *part) {
  if (find_note(part)) return;
  for (int32_t i = 0; i < fam->n_notes; i++) print_error("note: %s\n", fam->notes[i].text);
  fail_msg("no note contains: %s", part);
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

/* --- forms --- */

static char *with_line_ends(const char *text, const char *line_end, size_t *size) {
  char *out = malloc(2 * strlen(text) + 1);
  assert_non_null(out);
  *size = 0;
  for (const char *c = text; *c; c++) {
    if (*c != '\n') {
      out[(*size)++] = *c;
      continue;
    }
    for (const char *e = line_end; *e; e++) out[(*size)++] = *e;
  }
  return out;
}

static void assert_same_file(const char *bytes, size_t size) {
  hw_fam *other = parse_bytes(bytes, size, NULL);
  assert_int_equal(other->n_cases, fam->n_cases);
  for (int32_t i = 0; i < fam->n_cases; i++) {
    const char *difference = case_difference(&fam->cases[i], &other->cases[i]);
    if (difference) fail_msg("%s", difference);
  }
  hw_fam_delete(other);
}

static void line_ends_and_blank_lines_do_not_matter(void **state) {
  (void)state;
  static const char *const ends[] = {"\r\n", "\r", "\n\n", "  \n", "\t\r\n \r\n"};
  for (int i = 0; i < 5; i++) {
    size_t size;
    parse(FAM_KINSHIP);
    char *bytes = with_line_ends(FAM_KINSHIP, ends[i], &size);
    assert_same_file(bytes, size);
    assert_true(hw_fam_is(bytes, size));
    free(bytes);
    if (i == 2 || i == 4) continue; /* the Notes have one line for each family */
    parse(FAM_DVI);
    bytes = with_line_ends(FAM_DVI, ends[i], &size);
    assert_same_file(bytes, size);
    free(bytes);
  }
}

static void any_encoding_becomes_utf8(void **state) {
  (void)state;
  char *latin = case_text_replace(FAM_KINSHIP, "\"MO\"", "\"M\xE8re \x80\"");
  parse(latin);
  assert_string_equal(fam->kinship->hypotheses[0].pedigree.persons[1].id,
                      "M\xC3\xA8re \xE2\x82\xAC");
  assert_note("Windows-1252");
  char *utf8 = case_text_replace(FAM_KINSHIP, "\"Output", "\xEF\xBB\xBF\"Output");
  char *named = case_text_replace(utf8, "\"MO\"", "\"M\xC3\xA8re \xE2\x82\xAC\"");
  assert_same_file(named, strlen(named));
  size_t n = strlen(FAM_KINSHIP);
  char *wide = malloc(2 * n + 2);
  assert_non_null(wide);
  wide[0] = '\xFF';
  wide[1] = '\xFE';
  for (size_t i = 0; i < n; i++) {
    wide[2 + 2 * i] = FAM_KINSHIP[i];
    wide[3 + 2 * i] = '\0';
  }
  parse(FAM_KINSHIP);
  assert_true(hw_fam_is(wide, 2 * n + 2));
  assert_same_file(wide, 2 * n + 2);
  free(wide);
  free(named);
  free(utf8);
  free(latin);
}

/* What Familias and its neighbours write in several ways. */
static void other_ways_to_write_are_understood(void **state) {
  (void)state;
  static const struct {
    const char *from, *to;
  } forms[] = {
      {"\"a remark\"\n", "\n"},
      {"\"a remark\"\n", ""},
      {"\"a remark\"\n", "\"over\ntwo lines\"\n"},
      {"\"DO NOT EDIT!\"\n", ""},
      {"3.2.1\n", "\"3.2.1\"\n"},
      {"\"AF\"", "AF"},
      {"\"12\"\n0.2", "12\n.2"},
      {"\"12\"\n0.2", "\"12\"\n2E-001"},
      {"\"12\"\n0.2", "\"12\"\n0,2"},
      {"0.001\n0.002\n4", "1e-003\n2.0e-003\n4"},
      {"\"Known relations\"", "Known relations"},
      {"2 (Direct)\n3\n", "2 Direct\n3\n"},
      {"2 (Direct)\n3\n", "\"2 (Direct)\"\n3\n"},
      {"2 (Direct)\n3\n", "3 direct\n2\n"},
      {"#TRUE#\n\"Synthetic\"", "#true#\n\"Synthetic\""},
      {"(#Databases: 1 ;Theta/Kinship/Fst: 0.02 )", "(#Databases: 1 ; Theta/Kinship/Fst: 0,02)"},
      {"(#Databases: 1 ;Theta/Kinship/Fst: 0.02 )", "(Kinship: 0.02)"},
      {"(#Databases: 1 ;Theta/Kinship/Fst: 0.02 )", "(Theta = 2e-2)"},
      {"3\t(DatabaseSize = 100 , Dropout probability = 0.1 ,",
       "3 (Dropout probability = 0.1 , DatabaseSize = 100 ,"},
      {"3\t(DatabaseSize = 100 , Dropout probability = 0.1 , Minor allele frequency = 0.001 )",
       "3\t(Dropout probability = 0.1)"},
      {"[Advanced]\n[[Direct/Identity]]\nDropin= 0.01\nDropout= 0.1\nError= 0.001\n"
       "[[Other]]\nNumberOfDecimals= 10\n",
       ""},
      {"0.0\n0.0\n#TRUE#\n0.02\n3\t", "0.0\n0.0\n#TRUE#\n0.02\n3 "},
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    parse(FAM_KINSHIP);
    char *text = case_text_replace(FAM_KINSHIP, forms[i].from, forms[i].to);
    hw_fam *other = parse_bytes(text, strlen(text), NULL);
    const char *difference = case_difference(fam->kinship, other->kinship);
    if (difference) fail_msg("%s: %s", forms[i].to, difference);
    hw_fam_delete(other);
    free(text);
  }
  parse_changed(FAM_KINSHIP, "\"12\"\n0.2", "\"12\"\n0,2");
  assert_note("1 numbers have a decimal comma");
}

static void a_file_without_theta_and_without_name_is_read(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP,
                "#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0.02 )\n4\n#TRUE#\n\"Synthetic\"\n",
                "#FALSE#\n4\n#FALSE#\n");
  hw_assert_same_bits(fam->theta, 0);
  assert_string_equal(fam->databases[0].name, "");
  assert_int_equal(fam->kinship->n_markers, 4);
}

static void computed_results_are_passed_over(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP, "#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0.02 )\n",
                "#TRUE# (#Databases: 1 ;Theta/Kinship/Fst: 0.02 )\n3\n0.25\n1e-20\n2\n#TRUE#\n7\n");
  assert_int_equal(fam->kinship->n_markers, 4);
  assert_note("results that Familias computed were passed over");
}

static void further_databases_are_kept(void **state) {
  (void)state;
  char *text = case_text_replace(FAM_KINSHIP, "#Databases: 1", "#Databases: 2");
  char *two = case_text_replace(
      text, "[Advanced]",
      "1\n#TRUE#\n\"Other\"\n\"L1\"\n0\n0\n0\n0\n2\n0.1\n0.1\n0\n0\n#FALSE#\n0\n2\n"
      "\"12\"\n0.5\n\"15\"\n0.5\n[Advanced]");
  parse(two);
  assert_int_equal(fam->n_databases, 2);
  assert_string_equal(fam->databases[1].name, "Other");
  assert_int_equal(fam->databases[1].markers[0].n_alleles, 2);
  assert_true(isnan(fam->databases[1].details[0].database_size));
  assert_int_equal(fam->kinship->n_markers, 4);
  assert_note("2 databases");
  free(two);
  free(text);
}

static void a_database_alone_is_a_file_too(void **state) {
  (void)state;
  static const char text[] =
      "\"Output from Familias, version 3.0\"\n3.0\n0\n\"Known relations\"\n0\n0\n0\n0\n#FALSE#\n"
      "1\n#FALSE#\n\"L\"\n0\n0\n0\n0\n2\n0\n0\n0\n0\n#FALSE#\n0\n2\n\"1\"\n0.5\n\"2\"\n0.5\n";
  parse(text);
  assert_int_equal(fam->n_cases, 0);
  assert_null(fam->kinship);
  assert_int_equal(fam->databases[0].n_markers, 1);
}

/* --- frequencies --- */

static void rounded_frequencies_are_scaled_and_told(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP, "\"14\"\n0.5", "\"14\"\n0.5005");
  const hw_fam_marker *d = &fam->databases[0].details[0];
  assert_int_equal(d->flags, HW_FAM_SUM_SCALED);
  hw_assert_close(d->sum, 1.0005, 1e-12, 0);
  hw_assert_close(fam->databases[0].markers[0].frequencies[0], 0.2 / 1.0005, 1e-12, 0);
  assert_note("locus \"L1\": the frequencies sum to 1.0005; each was divided by the sum");
}

static void a_silent_allele_on_top_takes_its_share(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP, "\"8\"\n0.18", "\"8\"\n0.2");
  const hw_marker *m = &fam->databases[0].markers[1];
  assert_int_equal(fam->databases[0].details[1].flags, HW_FAM_SILENT_ON_TOP);
  hw_assert_close(m->frequencies[0], 0.2 * 0.98, 1e-12, 0);
  hw_assert_same_bits(m->frequencies[3], 0.02);
}

static void sums_that_are_off_follow_the_options(void **state) {
  (void)state;
  char *text = case_text_replace(FAM_KINSHIP, "\"14\"\n0.5", "\"14\"\n0.4");
  hw_fam_options options = {.normalisation = HW_NORMALISE_RESCALE};
  fam = parse_bytes(text, strlen(text), &options);
  hw_assert_close(fam->databases[0].markers[0].frequencies[2], 0.4 / 0.9, 1e-12, 0);
  hw_fam_delete(fam);
  options.normalisation = HW_NORMALISE_REST;
  fam = parse_bytes(text, strlen(text), &options);
  const hw_marker *m = &fam->databases[0].markers[0];
  assert_int_equal(m->n_alleles, 4);
  assert_string_equal(m->allele_names[3], "Rest allele");
  hw_assert_close(m->frequencies[3], 0.1, 1e-12, 0);
  /* A rest allele has no length: the extended stepwise model is replaced. */
  assert_int_equal(m->mutation.model, HW_MUTATION_EQUAL);
  assert_int_equal(fam->databases[0].details[0].flags,
                   HW_FAM_SUM_REST | HW_FAM_NOT_NUMERIC | HW_FAM_MODEL_REPLACED);
  free(text);
}

static void missing_alleles_are_added_where_the_options_say_so(void **state) {
  (void)state;
  char *text = case_text_replace(FAM_DVI, "Allele1= 12\nAllele2= 13", "Allele1= 12\nAllele2= 15");
  const hw_fam_options options = {.missing_allele = 0.01};
  fam = parse_bytes(text, strlen(text), &options);
  const hw_marker *m = &fam->databases[0].markers[0];
  assert_int_equal(m->n_alleles, 4);
  assert_string_equal(m->allele_names[3], "15");
  hw_assert_close(m->frequencies[3], 0.01, 1e-12, 0);
  hw_assert_close(m->frequencies[0], 0.2 * 0.99, 1e-12, 0);
  assert_int_equal(fam->databases[0].details[0].flags, HW_FAM_ALLELES_ADDED);
  assert_genotype(&fam->dvi->remains[0].profile, 0, 0, 3);
  assert_note("allele \"15\" is seen but not in the table");
  free(text);
}

/* --- mutation --- */

static void alleles_without_a_length_change_a_stepwise_model(void **state) {
  (void)state;
  static const struct {
    const char *name;
    unsigned flags;
  } alleles[] = {{"Rest allele", HW_FAM_NOT_NUMERIC},
                 {"0", HW_FAM_ALLELE_ZERO},
                 {"14.25", HW_FAM_ODD_MICROVARIANT},
                 {">14", HW_FAM_NOT_NUMERIC}};
  for (int i = 0; i < 4; i++) {
    char name[32];
    snprintf(name, sizeof name, "\"%s\"\n0.5", alleles[i].name);
    parse_changed(FAM_KINSHIP, "\"14\"\n0.5", name);
    const hw_marker *m = &fam->databases[0].markers[0];
    const hw_fam_marker *d = &fam->databases[0].details[0];
    assert_string_equal(m->allele_names[2], alleles[i].name);
    assert_int_equal(m->mutation.model, HW_MUTATION_EQUAL);
    hw_assert_same_bits(m->mutation.rate[1], 0.002);
    assert_int_equal(d->flags, alleles[i].flags | HW_FAM_MODEL_REPLACED);
    assert_int_equal(d->model[0], 4);
    hw_assert_contains(d->model_note, "is no number of repeats");
    assert_note("locus \"L1\": the equal mutation model is used");
  }
  char *text = case_text_replace(FAM_KINSHIP, "\"14\"\n0.5", "\"Rest allele\"\n0.5");
  const hw_fam_options options = {.fallback_proportional = true};
  hw_fam_delete(fam);
  fam = parse_bytes(text, strlen(text), &options);
  assert_int_equal(fam->databases[0].markers[0].mutation.model, HW_MUTATION_PROPORTIONAL);
  free(text);
}

static void a_rest_allele_is_fine_where_no_steps_are_counted(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP, "\"10\"\n0.5", "\"Rest allele\"\n0.5");
  assert_int_equal(fam->databases[0].markers[1].mutation.model, HW_MUTATION_PROPORTIONAL);
  assert_int_equal(fam->databases[0].details[1].flags, 0);
}

static void a_trailing_zero_is_no_second_decimal(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP, "\"14\"\n0.5", "\"13.30\"\n0.5");
  assert_int_equal(fam->databases[0].markers[0].mutation.model, HW_MUTATION_STEPWISE);
  assert_int_equal(fam->databases[0].details[0].flags, 0);
}

/* PM needs classes that mix; MH is stationary too. */
static void a_stationary_model_that_does_not_exist_becomes_reversible(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP, "\"9\"\n0.25\n[Adv", "\"8.1\"\n0.25\n[Adv");
  const hw_marker *m = &fam->databases[0].markers[3];
  assert_int_equal(m->mutation.model, HW_MUTATION_STEPWISE);
  assert_int_equal(m->mutation.transform, HW_TRANSFORM_MH);
  assert_true(hw_mutation_is_stationary(3, m->matrix[0], m->frequencies, 1e-15));
  assert_int_equal(fam->databases[0].details[3].flags, HW_FAM_MODEL_REPLACED | HW_FAM_LADDER_GAPS);
  assert_note("locus \"L4\": the reversible (MH) stepwise mutation model is used");
  assert_note("1 loci with a stepwise model have gaps or microvariants");
}

static void sexes_with_different_models_become_custom(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP, "0.001\n0.002\n4\n4", "0.001\n0.002\n0\n4");
  const hw_marker *m = &fam->databases[0].markers[0];
  assert_int_equal(m->mutation.model, HW_MUTATION_CUSTOM);
  hw_assert_close(m->matrix[HW_FROM_MOTHER][2], 0.0005, 1e-12, 0);
  hw_assert_close(m->matrix[HW_FROM_FATHER][2], 0.002 / 11, 1e-12, 0);
  /* A sex without mutation takes the other's model. */
  parse_changed(FAM_KINSHIP, "0.001\n0.002\n4\n4", "0.001\n0\n4\n0");
  m = &fam->databases[0].markers[0];
  assert_int_equal(m->mutation.model, HW_MUTATION_STEPWISE);
  hw_assert_same_bits(m->mutation.rate[HW_FROM_FATHER], 0);
  hw_assert_same_bits(m->mutation.rate2[HW_FROM_FATHER], 0);
  assert_null(m->matrix[HW_FROM_FATHER]);
  /* Stepwise and extended stepwise are one model here. */
  parse_changed(FAM_KINSHIP, "0.001\n0.002\n4\n4", "0.001\n0.002\n2\n4");
  assert_int_equal(fam->databases[0].markers[0].mutation.model, HW_MUTATION_STEPWISE);
}

static void markers_of_sex_chromosomes_are_told(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP, "\"L3\"", "\"DXS10074\"");
  assert_int_equal(fam->databases[0].details[2].flags, HW_FAM_SEX_LINKED_NAME);
  assert_note("\"DXS10074\" bears the name of a marker on a sex chromosome");
}

static void announced_alleles_that_are_not_listed_are_told(void **state) {
  (void)state;
  parse_changed(FAM_KINSHIP, "0.001\n0.002\n4\n4\n3\n", "0.001\n0.002\n4\n4\n12\n");
  assert_int_equal(fam->databases[0].details[0].n_stated, 12);
  assert_note("12 alleles are announced and 3 are listed");
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
      CASE(line_ends_and_blank_lines_do_not_matter),
      CASE(any_encoding_becomes_utf8),
      CASE(other_ways_to_write_are_understood),
      CASE(a_file_without_theta_and_without_name_is_read),
      CASE(computed_results_are_passed_over),
      CASE(further_databases_are_kept),
      CASE(a_database_alone_is_a_file_too),
      CASE(rounded_frequencies_are_scaled_and_told),
      CASE(a_silent_allele_on_top_takes_its_share),
      CASE(sums_that_are_off_follow_the_options),
      CASE(missing_alleles_are_added_where_the_options_say_so),
      CASE(alleles_without_a_length_change_a_stepwise_model),
      CASE(a_rest_allele_is_fine_where_no_steps_are_counted),
      CASE(a_trailing_zero_is_no_second_decimal),
      CASE(a_stationary_model_that_does_not_exist_becomes_reversible),
      CASE(sexes_with_different_models_become_custom),
      CASE(markers_of_sex_chromosomes_are_told),
      CASE(announced_alleles_that_are_not_listed_are_told),
      CASE(other_files_are_not_taken_for_familias),
      CASE(files_are_read_with_their_name),
      CASE(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("fam", tests, NULL, NULL);
}
