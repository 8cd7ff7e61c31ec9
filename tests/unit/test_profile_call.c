/* Cells of tables of profiles: what they mean, and which mean nothing. */
#include <stdio.h>
#include <string.h>

#include "app/profile_call.h"
#include "support/assert.h"

static hw_err err;

/* The observation of cells parted by TAB, or "!" and the mistake. */
static const char *read_cells(const char *cells, const hwp_manner *manner) {
  static char text[600], copy[300];
  hwp_call call = {0};
  hw_str out = HW_STR_INIT;
  hw_status status = HW_OK;
  strcpy(copy, cells);
  for (char *cell = copy; cell != NULL && status == HW_OK;) {
    char *end = strchr(cell, '\t');
    if (end != NULL) *end = '\0';
    status = hwp_call_cell(cell, manner->marker, &call, &err);
    cell = end != NULL ? end + 1 : NULL;
  }
  if (status == HW_OK) status = hwp_call_finish(&call, manner, &out, NULL, &err);
  snprintf(text, sizeof text, "%s%s", status == HW_OK ? "" : "!",
           status == HW_OK ? hw_str_text(&out) : err.message);
  hw_str_clear(&out);
  return text;
}

typedef struct example {
  const char *cells, *expected;
} example;

static void assert_examples(const example *examples, size_t n, hwp_manner manner) {
  for (size_t i = 0; i < n; i++)
    assert_string_equal(read_cells(examples[i].cells, &manner), examples[i].expected);
}

#define ASSERT_EXAMPLES(examples, ...) \
  assert_examples(examples, sizeof(examples) / sizeof *(examples), (hwp_manner){__VA_ARGS__})

static void two_alleles_are_parted_by_any_plain_sign(void **state) {
  (void)state;
  static const example examples[] = {
      {"14/15", "14,15"},
      {"15/14", "14,15"},
      {"14,15", "14,15"},
      {"14 15", "14,15"},
      {"14|15", "14,15"},
      {"14;15", "14,15"},
      {"14-15", "14,15"},
      {" 14 / 15 ", "14,15"},
      {"14\t15", "14,15"},
      {"9.3/10", "9.3,10"},
      {"6,9", "6,9"},
      {"9.3,10", "9.3,10"},
      {"14/14", "14"},
      {"14\t14", "14"},
      {"14/?", "14,?"},
      {"14\t?", "14,?"},
      {"8.2/<6", "8.2,<6"},
      {"14/15/16", "14,15,16"},
      {"14/15/15", "14,15"},
      {"14/OL", "14,?"},
      {"14.0/15.20", "14,15.2"},
      {"09/10", "9,10"},
      {"[TCTA]11/[TCTA]12", "[TCTA]11,[TCTA]12"},
  };
  ASSERT_EXAMPLES(examples, .marker = HWP_MARKER_AUTOSOMAL);
}

static void what_was_not_typed_is_nothing(void **state) {
  (void)state;
  static const example examples[] = {
      {"", ""},    {" ", ""},  {"0", ""},   {"0/0", ""}, {"0.0", ""}, {"00/0", ""},   {"-", ""},
      {"-/-", ""}, {"NA", ""}, {"n/a", ""}, {"ND", ""},  {"INC", ""}, {"-9", ""},     {"?", ""},
      {"*", ""},   {"OL", ""}, {"\t", ""},  {"NaN", ""}, {".", ""},   {"NR\tNR", ""},
  };
  ASSERT_EXAMPLES(examples, .marker = HWP_MARKER_AUTOSOMAL);
}

static void cells_that_can_mean_two_things_are_refused(void **state) {
  (void)state;
  static const example examples[] = {
      {"9,3", "!\"9,3\" can be one allele or two: write 9.3, or 9/3"},
      {"13,2", "!\"13,2\" can be one allele or two: write 13.2, or 13/2"},
      {"9,3/10",
       "!\"9,3/10\": a comma and another sign between alleles: write decimals with a point"},
      {"10/9,3", "!\"9,3\" is no allele: expected a number such as 14 or 9.3"},
      {"14", "!one allele alone (14) can be a homozygote or half a result: say --single homozygous "
             "or --single partial, or write 14/14 or 14/?"},
      {"14/-", "!one allele alone (14) can be a homozygote or half a result: say --single "
               "homozygous or --single partial, or write 14/14 or 14/?"},
      {"14-15-03", "!\"14-15-03\" is no allele: expected a number such as 14 or 9.3"},
      {"9-Mar", "!\"9-Mar\" is no allele: expected a number such as 14 or 9.3; a spreadsheet has "
                "made a date of it: format its column as text"},
      {"abc", "!\"abc\" is no allele: expected a number such as 14 or 9.3"},
      {"14/1x", "!\"1x\" is no allele: expected a number such as 14 or 9.3"},
      {"14.", "!\"14.\" is no allele: expected a number such as 14 or 9.3"},
      {"{14,15}", "!a set of alleles is read under a dropout model: give the profile's dropout"},
  };
  ASSERT_EXAMPLES(examples, .marker = HWP_MARKER_AUTOSOMAL);
}

static void one_allele_alone_is_what_was_said_of_it(void **state) {
  (void)state;
  static const example homozygous[] = {{"14", "14"}, {"14\t", "14"}, {"14/?", "14,?"}};
  static const example partial[] = {{"14", "14,?"}, {"14\t", "14,?"}, {"14/14", "14"}};
  ASSERT_EXAMPLES(homozygous, .marker = HWP_MARKER_AUTOSOMAL, .single = HWP_SINGLE_HOMOZYGOUS);
  ASSERT_EXAMPLES(partial, .marker = HWP_MARKER_AUTOSOMAL, .single = HWP_SINGLE_PARTIAL);
}

static void chromosomes_decide_how_many_copies_there_are(void **state) {
  (void)state;
  static const example male[] = {{"14", "14,-"}, {"14/14", "14,-"}, {"14/15", "14,15"}};
  static const example female[] = {{"14/14", "14"}, {"14/15", "14,15"}};
  ASSERT_EXAMPLES(male, .marker = HWP_MARKER_X, .is_male = true);
  ASSERT_EXAMPLES(female, .marker = HWP_MARKER_X);
  ASSERT_EXAMPLES(male, .marker = HWP_MARKER_Y);
}

static void amelogenin_and_snps_have_letters(void **state) {
  (void)state;
  static const example sex[] = {{"XY", "X,Y"},
                                {"X/Y", "X,Y"},
                                {"X", "X"},
                                {"xx", "X"},
                                {"Y\tX", "X,Y"},
                                {"Y", "Y"},
                                {"XZ", "!\"XZ\" is no allele: expected X or Y"},
                                {"1/2", "!\"1\" is no allele: expected X or Y"}};
  static const example snp[] = {{"AG", "A,G"}, {"A/G", "A,G"}, {"gg", "G"}, {"A\tA", "A"}};
  ASSERT_EXAMPLES(sex, .marker = HWP_MARKER_SEX);
  ASSERT_EXAMPLES(snp, .marker = HWP_MARKER_TEXT);
}

static void under_a_dropout_model_alleles_are_sets(void **state) {
  (void)state;
  static const example examples[] = {
      {"14", "{14}"}, {"14/15", "{14,15}"}, {"{14,15}", "{14,15}"},    {"{}", "{}"},
      {"", ""},       {"14/14", "{14}"},    {"16/14/15", "{14,15,16}"}};
  ASSERT_EXAMPLES(examples, .marker = HWP_MARKER_AUTOSOMAL, .has_dropout = true);
}

static const char *sex_of(const char *cell) {
  char copy[20];
  hwp_call call = {0};
  strcpy(copy, cell);
  hw_assert_ok(hwp_call_cell(copy, HWP_MARKER_SEX, &call, &err), &err);
  const char *sex = hwp_call_sex(&call);
  return sex != NULL ? sex : "";
}

static void amelogenin_tells_the_sex(void **state) {
  (void)state;
  assert_string_equal(sex_of("X/Y"), "male");
  assert_string_equal(sex_of("X"), "female");
  assert_string_equal(sex_of("XX"), "female");
  assert_string_equal(sex_of("Y"), "");
  assert_string_equal(sex_of("X/?"), "");
  assert_string_equal(sex_of(""), "");
}

static void more_alleles_than_fit_are_refused(void **state) {
  (void)state;
  char cell[400] = "";
  for (int i = 0; i < HW_SEEN_MAX + 1; i++)
    snprintf(cell + strlen(cell), sizeof cell - strlen(cell), "%s%d", i > 0 ? "/" : "", i + 5);
  hwp_call call = {0};
  hw_assert_status(hwp_call_cell(cell, HWP_MARKER_AUTOSOMAL, &call, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "more than 64 alleles at one marker");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_alleles_are_parted_by_any_plain_sign),
      cmocka_unit_test(what_was_not_typed_is_nothing),
      cmocka_unit_test(cells_that_can_mean_two_things_are_refused),
      cmocka_unit_test(one_allele_alone_is_what_was_said_of_it),
      cmocka_unit_test(chromosomes_decide_how_many_copies_there_are),
      cmocka_unit_test(amelogenin_and_snps_have_letters),
      cmocka_unit_test(under_a_dropout_model_alleles_are_sets),
      cmocka_unit_test(amelogenin_tells_the_sex),
      cmocka_unit_test(more_alleles_than_fit_are_refused),
  };
  return cmocka_run_group_tests_name("profile_call", tests, NULL, NULL);
}
