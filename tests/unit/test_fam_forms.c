/* Reading Familias files: the forms in which one thing may be written, frequencies that do not sum,
 * mutation models that do not exist. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/fam.h"
#include "support/assert.h"
#include "support/case_equal.h"
#include "support/case_text.h"
#include "support/fam_text.h"

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
  hw_fam *other = fam_text_parse(bytes, size, NULL);
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
    hw_fam *other = fam_text_parse(text, strlen(text), NULL);
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
  fam = fam_text_parse(text, strlen(text), &options);
  hw_assert_close(fam->databases[0].markers[0].frequencies[2], 0.4 / 0.9, 1e-12, 0);
  hw_fam_delete(fam);
  options.normalisation = HW_NORMALISE_REST;
  fam = fam_text_parse(text, strlen(text), &options);
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
  fam = fam_text_parse(text, strlen(text), &options);
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
  fam = fam_text_parse(text, strlen(text), &options);
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

#define CASE(name) cmocka_unit_test_setup_teardown(name, NULL, end)

int main(void) {
  const struct CMUnitTest tests[] = {
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
  };
  return cmocka_run_group_tests_name("fam_forms", tests, NULL, NULL);
}
