/* Case files that are wrong in one place each: the status, the field, and a
 * message that says what was seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/casefile.h"
#include "support/assert.h"
#include "support/case_text.h"

static hw_err err;

/* One mistake: replace `from` by `to` in the right case. */
typedef struct mistake {
  const char *from, *to;
  hw_status status;
  const char *field;   /* of the error, exactly */
  const char *message; /* part of it */
} mistake;

static void assert_refused(const char *text, const mistake *m) {
  hw_case_list *out = NULL;
  char line[1200];
  hw_assert_status(hw_case_list_parse(text, strlen(text), "c.json", &out, &err), m->status, &err);
  assert_null(out);
  assert_string_equal(err.field, m->field);
  hw_assert_contains(err.message, m->message);
  assert_string_equal(err.file, "c.json");
  assert_true(err.line >= 1 && err.column >= 1);
  assert_null(strchr(hw_err_text(&err, line, sizeof line), '\n'));
  hw_assert_status(hw_case_list_parse(text, strlen(text), NULL, &out, NULL), m->status, NULL);
}

static void refuse_all(const char *right, const mistake *list, size_t n) {
  for (size_t i = 0; i < n; i++) {
    char *text = case_text_replace(right, list[i].from, list[i].to);
    assert_refused(text, &list[i]);
    free(text);
  }
}

#define REFUSE_ALL(right, list) refuse_all((right), (list), sizeof(list) / sizeof *(list))

static void heads(void **state) {
  (void)state;
  static const mistake list[] = {
      {"\"homeward-case/1\"", "\"homeward-case/2\"", HW_E_SYNTAX, "format", "homeward-case/2"},
      {"\"format\": \"homeward-case/1\", ", "", HW_E_SYNTAX, "format", "missing"},
      {"\"homeward-case/1\"", "1", HW_E_SYNTAX, "format", "string"},
      {"\"id\": \"c1\", ", "", HW_E_SYNTAX, "id", "missing"},
      {"\"c1\"", "\"\"", HW_E_VALUE, "id", "empty"},
      {"\"theta\"", "\"tehta\"", HW_E_UNKNOWN_KEY, "tehta", "theta"},
      {"\"theta\": 0.01", "\"theta\": 1", HW_E_VALUE, "theta", "below 1"},
      {"\"theta\": 0.01", "\"theta\": -0.01", HW_E_VALUE, "theta", "-0.01"},
      {"\"theta\": 0.01", "\"theta\": \"0.01\"", HW_E_SYNTAX, "theta", "number"},
      {"\"theta\": 0.01", "\"theta\": null", HW_E_SYNTAX, "theta", "null"},
      {"\"reference\": \"H1\"", "\"reference\": \"H3\"", HW_E_REFERENCE, "reference", "\"H3\""},
      {"\"hypotheses\"", "\"expect \"", HW_E_UNKNOWN_KEY, "expect ", "expect "},
      {" \"genotypes\": {", " \"remains\": [], \"genotypes\": {", HW_E_UNKNOWN_KEY, "hypotheses",
       "does not belong"},
      {"\"description\": \"all parts\"", "\"description\": \"\", \"id\": \"c2\"", HW_E_DUPLICATE,
       "", "id"},
  };
  REFUSE_ALL(CASE_COMPARISON, list);
}

static void markers(void **state) {
  (void)state;
  static const mistake list[] = {
      {"\"name\": \"L2\"", "\"name\": \"L1\"", HW_E_DUPLICATE, "markers[1].name", "markers[0]"},
      {"\"chromosome\": \"X\"", "\"chromosome\": \"Y\"", HW_E_VALUE, "markers[2].chromosome",
       "\"Y\""},
      {"\"chromosome\": \"X\"", "\"chromosome\": \"23\"", HW_E_VALUE, "markers[2].chromosome",
       "1 to 22"},
      {"\"chromosome\": \"X\",", "", HW_E_SYNTAX, "markers[2].chromosome", "missing"},
      {"\"position_cm\": 12.5", "\"position_cm\": 1e999", HW_E_VALUE, "", "too large"},
      {"[\"8\", \"9\", \"9.3\"]", "[]", HW_E_VALUE, "markers[0].alleles", "0 alleles"},
      {"[\"8\", \"9\", \"9.3\"]", "[\"8\", 9, \"9.3\"]", HW_E_SYNTAX, "markers[0].alleles[1]",
       "string"},
      {"[\"8\", \"9\", \"9.3\"]", "[\"8\", \"9\", \"8\"]", HW_E_DUPLICATE, "markers[0].alleles[2]",
       "alleles[0]"},
      {"[\"8\", \"9\", \"9.3\"]", "[\"8\", \"\", \"9.3\"]", HW_E_VALUE, "markers[0].alleles[1]",
       "empty"},
      {"[\"8\", \"9\", \"9.3\"]", "[\"8\", \"9\"]", HW_E_SHAPE, "markers[0].frequencies",
       "3 frequencies for 2 alleles"},
      {"[0.2, 0.3, 0.5]", "[0.2, 0.3, 0.4]", HW_E_VALUE, "markers[0].frequencies", "sum to 0.9,"},
      {"[0.2, 0.3, 0.5]", "[0.2, -0.25, 1.05]", HW_E_VALUE, "markers[0].frequencies[1]", "-0.25"},
      {"[0.2, 0.3, 0.5]", "[0.2, 0.3, null]", HW_E_SYNTAX, "markers[0].frequencies[2]", "null"},
      {"[0.2, 0.3, 0.5]", "[0.2, NaN, 0.5]", HW_E_SYNTAX, "", ""},
      {"\"silent_allele\": \"S\"", "\"silent_allele\": \"T\"", HW_E_REFERENCE,
       "markers[1].silent_allele", "\"T\""},
      {"\"silent_allele\"", "\"silent\"", HW_E_UNKNOWN_KEY, "markers[1].silent", "silent_allele"},
  };
  REFUSE_ALL(CASE_COMPARISON, list);
}

static void mutation(void **state) {
  (void)state;
  static const mistake list[] = {
      {"\"stepwise\"", "\"step\"", HW_E_VALUE, "markers[0].mutation.model", "\"step\""},
      {"\"stepwise\"", "\"proportional\"", HW_E_VALUE, "markers[0].mutation.rate2", "does not use"},
      {"\"rate\": {\"female\": 0.001, \"male\": 0.002}", "\"rate\": 0.001", HW_E_SYNTAX,
       "markers[0].mutation.rate", "object"},
      {"\"rate\": {\"female\": 0.001, \"male\": 0.002}", "\"rate\": {\"female\": 0.001}",
       HW_E_SYNTAX, "markers[0].mutation.rate.male", "missing"},
      {"\"male\": 0.002", "\"male\": 1.002", HW_E_VALUE, "markers[0].mutation.rate.male", "1.002"},
      {"\"male\": 0.002", "\"males\": 0.002", HW_E_UNKNOWN_KEY, "markers[0].mutation.rate.males",
       "female"},
      {"\"range\": {\"female\": 0.1, \"male\": 0.1}", "\"transform\": \"MH\"", HW_E_SYNTAX,
       "markers[0].mutation.range", "missing"},
      {"\"range\":", "\"transform\": \"XX\", \"range\":", HW_E_VALUE,
       "markers[0].mutation.transform", "\"XX\""},
      {"\"9.3\"]", "\"nine\"]", HW_E_VALUE, "markers[0].mutation", "\"nine\""},
      {"[0.01, 0.99, 0], [0", "[0.011, 0.989, 0], [0", HW_E_VALUE,
       "markers[1].mutation.matrix_female[1][0]", "the model gives 0.01"},
      {"[0, 0, 1]]", "[0, 0, 1], [0, 0, 1]]", HW_E_SHAPE, "markers[1].mutation.matrix_female",
       "4 rows for 3 alleles"},
      {"[[0.98, 0.02], [0.03, 0.97]]", "[[0.98, 0.01], [0.03, 0.97]]", HW_E_VALUE,
       "markers[2].mutation.matrix_female", "sums to 0.99"},
      {"[[0.98, 0.02], [0.03, 0.97]]", "[[0.98, 0.02, 0], [0.03, 0.97]]", HW_E_SHAPE,
       "markers[2].mutation.matrix_female[0]", "3 entries"},
      {"[[0.98, 0.02], [0.03, 0.97]]", "[[1.02, -0.02], [0.03, 0.97]]", HW_E_VALUE,
       "markers[2].mutation.matrix_female[0][0]", "1.02"},
      {",\n    \"matrix_male\": [[1, 0], [0, 1]]", "", HW_E_SYNTAX,
       "markers[2].mutation.matrix_male", "missing"},
  };
  REFUSE_ALL(CASE_COMPARISON, list);
}

static void linkage(void **state) {
  (void)state;
  static const char *const right = "{\"markers\": [\"L1\", \"L2\"], \"recombination\": [0.1]}";
  const mistake list[] = {
      {right, "{\"markers\": [\"L1\", \"L9\"], \"recombination\": [0.1]}", HW_E_REFERENCE,
       "linkage[0].markers[1]", "\"L9\""},
      {right, "{\"markers\": [\"L1\", \"L1\"], \"recombination\": [0.1]}", HW_E_DUPLICATE,
       "linkage[0].markers[1]", "linked twice"},
      {right, "{\"markers\": [\"L1\", \"X1\"], \"recombination\": [0.1]}", HW_E_VALUE,
       "linkage[0].markers[1]", "autosomal"},
      {right, "{\"markers\": [\"L1\"], \"recombination\": []}", HW_E_VALUE, "linkage[0].markers",
       "at least 2"},
      {right, "{\"markers\": [\"L1\", \"L2\"], \"recombination\": [0.1, 0.2]}", HW_E_SHAPE,
       "linkage[0].recombination", "2 recombination fractions for 2 markers"},
      {right, "{\"markers\": [\"L1\", \"L2\"], \"recombination\": [0.75]}", HW_E_VALUE,
       "linkage[0].recombination[0]", "0.75"},
      {right, "{\"markers\": [\"L1\", \"L2\"]}", HW_E_SYNTAX, "linkage[0].recombination",
       "missing"},
      {"\"name\": \"L2\", \"chromosome\": \"2\"", "\"name\": \"L2\", \"chromosome\": \"3\"",
       HW_E_VALUE, "linkage[0].markers[1]", "chromosomes 2 and 3"},
  };
  REFUSE_ALL(CASE_COMPARISON, list);
}

static void pedigrees(void **state) {
  (void)state;
  static const char *const group = "[\"D\", \"C\", \"bone\"]";
  const mistake list[] = {
      {"\"name\": \"H2\"", "\"name\": \"H1\"", HW_E_DUPLICATE, "hypotheses[1].name",
       "hypotheses[0]"},
      {"{\"id\": \"D\",", "{\"id\": \"C\",", HW_E_DUPLICATE, "hypotheses[0].pedigree[3].id",
       "pedigree[2]"},
      {"{\"id\": \"C\", \"father\": null, \"mother\": null",
       "{\"id\": \"C\", \"father\": null, \"mother\": \"F\"", HW_E_PEDIGREE,
       "hypotheses[1].pedigree[2].mother", "F, the mother of C, is male"},
      {"{\"id\": \"F\", \"father\": null, \"mother\": null, \"sex\": \"male\"}",
       "{\"id\": \"F\", \"father\": null, \"mother\": null, \"sex\": \"female\"}", HW_E_PEDIGREE,
       "hypotheses[0].pedigree[2].father", "is female"},
      {"{\"id\": \"F\", \"father\": null, \"mother\": null",
       "{\"id\": \"F\", \"father\": null, \"mother\": \"C\"", HW_E_PEDIGREE,
       "hypotheses[0].pedigree[0]", "F is her own ancestor, or his, over 2 generations"},
      {"{\"id\": \"F\", \"father\": null", "{\"id\": \"F\", \"father\": \"F\"", HW_E_PEDIGREE,
       "hypotheses[0].pedigree[0]", "own ancestor"},
      {"\"father\": \"F\"", "\"father\": \"Z\"", HW_E_REFERENCE, "hypotheses[0].pedigree[2].father",
       "\"Z\""},
      {"\"father\": \"F\"", "\"father\": 0", HW_E_SYNTAX, "hypotheses[0].pedigree[2].father",
       "string"},
      {"\"sex\": \"male\"", "\"sex\": \"m\"", HW_E_VALUE, "hypotheses[0].pedigree[0].sex", "\"m\""},
      {", \"sex\": \"male\"", "", HW_E_SYNTAX, "hypotheses[0].pedigree[0].sex", "missing"},
      {"\"father\": null", "\"dad\": null", HW_E_UNKNOWN_KEY, "hypotheses[0].pedigree[0].dad",
       "father"},
      {group, "[\"D\", \"C\"]", HW_E_REFERENCE, "hypotheses[0].pedigree", "\"bone\" has genotypes"},
      {group, "[\"D\"]", HW_E_VALUE, "hypotheses[0].identical[0]", "1 members"},
      {group, "[\"D\", \"Q\", \"bone\"]", HW_E_REFERENCE, "hypotheses[0].identical[0][1]", "\"Q\""},
      {group, "[\"D\", \"bone\", \"D\"]", HW_E_DUPLICATE, "hypotheses[0].identical[0][2]",
       "stands twice"},
      {group, "[\"D\", \"bone\"], [\"C\", \"D\"]", HW_E_DUPLICATE, "hypotheses[0].identical[1][1]",
       "stands twice"},
      {group, "[\"D\", \"F\", \"bone\"]", HW_E_PEDIGREE, "hypotheses[0].pedigree[0]",
       "own ancestor"},
      {group, "[\"M\", \"F\", \"bone\"]", HW_E_PEDIGREE, "hypotheses[0].pedigree[2].mother",
       "is male"},
      {"{\"id\": \"C\", \"father\": null, \"mother\": null, \"sex\": \"female\"}",
       "{\"id\": \"C\", \"father\": null, \"mother\": null, \"sex\": \"male\"}", HW_E_PEDIGREE,
       "hypotheses[1].pedigree[2].sex", "another sex than in hypothesis \"H1\""},
      {"{\"id\": \"C\", \"father\": null", "{\"id\": \"E\", \"father\": null", HW_E_REFERENCE,
       "hypotheses[1].pedigree", "\"C\" has genotypes"},
  };
  REFUSE_ALL(CASE_COMPARISON, list);
}

static void groups_outside_the_pedigree(void **state) {
  (void)state;
  /* Both members bring profiles, the pedigree knows neither. */
  char *text = case_text_replace(CASE_COMPARISON, "\"genotypes\": {",
                                 "\"genotypes\": {\"hair\": [null, null, null],");
  const mistake m = {"", "", HW_E_REFERENCE, "hypotheses[0].identical[1]", "names nobody"};
  char *both =
      case_text_replace(text, "[\"D\", \"C\", \"bone\"]", "[\"D\", \"C\"], [\"bone\", \"hair\"]");
  assert_refused(both, &m);
  free(both);
  free(text);
}

static void genotypes(void **state) {
  (void)state;
  static const mistake list[] = {
      {"[\"9\", \"8\"], [\"A\"", "[\"9.4\", \"8\"], [\"A\"", HW_E_REFERENCE, "genotypes.C[0][0]",
       "person \"C\", marker \"L1\": allele \"9.4\" has no frequency"},
      {"[\"A\", \"A\"]", "[\"A\", \"S\"]", HW_E_VALUE, "genotypes.C[1][1]", "silent"},
      {"[\"A\", \"A\"]", "[\"A\"]", HW_E_SHAPE, "genotypes.C[1]", "write a homozygote twice"},
      {"[\"A\", \"A\"]", "[\"A\", \"A\", \"B\"]", HW_E_SHAPE, "genotypes.C[1]", "3 alleles"},
      {"[\"A\", \"A\"]", "[]", HW_E_VALUE, "genotypes.C[1]", "needs dropout"},
      {"[\"A\", \"A\"]", "[null, null]", HW_E_VALUE, "genotypes.C[1]", "no allele is known"},
      {"[\"A\", \"A\"]", "\"A\"", HW_E_SYNTAX, "genotypes.C[1]", "array"},
      {"[\"A\", \"A\"]", "[1, 2]", HW_E_SYNTAX, "genotypes.C[1][0]", "string"},
      {", [\"1\", \"2\"]],", "],", HW_E_SHAPE, "genotypes.C", "2 entries for 3 markers"},
      {"[\"2\"]]}", "[\"2\", \"2\"]]}", HW_E_SHAPE, "genotypes.F[2]", "a male has one"},
      {"[\"2\"]]}", "[null]]}", HW_E_SYNTAX, "genotypes.F[2][0]", "null"},
      {"[\"9.3\", \"8\"]", "[\"9.3\", \"9.3\"]", HW_E_DUPLICATE, "genotypes.bone[0][1]",
       "stands twice"},
      {"[\"9.3\", \"8\"]", "[\"9.3\", \"8\", \"9\", \"8\"]", HW_E_VALUE, "genotypes.bone[0]",
       "4 alleles seen of 3"},
      {"[\"9.3\", \"8\"]", "[\"9.3\", null]", HW_E_SYNTAX, "genotypes.bone[0][1]", "null"},
      {"\"bone\": {\"dropout\"", "\"tooth\": {\"dropout\"", HW_E_REFERENCE, "dropout.tooth",
       "no genotypes"},
      {"\"dropout\": 0.1", "\"dropout\": 1.1", HW_E_VALUE, "dropout.bone.dropout", "1.1"},
      {"\"drop_in\": 0.05", "\"drop_in\": -1", HW_E_VALUE, "dropout.bone.drop_in", "-1"},
      {"\"drop_in\": 0.05", "\"dropin\": 0.05", HW_E_UNKNOWN_KEY, "dropout.bone.dropin", "drop_in"},
      {"\"dropout\": 0.1, ", "", HW_E_SYNTAX, "dropout.bone.dropout", "missing"},
      {"{\"id\": \"F\", \"father\": null, \"mother\": null, \"sex\": \"male\"},\n    {\"id\": \"b",
       "{\"id\": \"F\", \"father\": null, \"mother\": null, \"sex\": \"unknown\"},\n    {\"id\": \"b",
       HW_E_UNSUPPORTED, "genotypes.F[2]", "needs the person's sex"},
  };
  REFUSE_ALL(CASE_COMPARISON, list);
}

static void victim_identification(void **state) {
  (void)state;
  static const mistake list[] = {
      {"\"id\": \"V2\"", "\"id\": \"V1\"", HW_E_DUPLICATE, "remains[1].id", "remains[0]"},
      {"\"sex\": \"male\", \"genotypes\"", "\"sex\": \"man\", \"genotypes\"", HW_E_VALUE,
       "remains[0].sex", "\"man\""},
      {"[[\"1\", \"2\"]]", "[[\"1\", \"3\"]]", HW_E_REFERENCE, "remains[0].genotypes[0][1]",
       "person \"V1\", marker \"L1\": allele \"3\""},
      {"[[\"1\", \"2\"]]", "[]", HW_E_SHAPE, "remains[0].genotypes", "0 entries for 1 markers"},
      {"{\"dropout\": 0.2}", "{\"dropout\": 2}", HW_E_VALUE, "remains[1].dropout.dropout", "2"},
      {",\n   \"dropout\": {\"dropout\": 0.2}", "", HW_E_SHAPE, "remains[1].genotypes[0]",
       "one allele"},
      {"\"name\": \"F2\"", "\"name\": \"F1\"", HW_E_DUPLICATE, "families[1].name", "families[0]"},
      {"\"missing\": [\"M1\"]", "\"missing\": [\"M9\"]", HW_E_REFERENCE, "families[0].missing[0]",
       "\"M9\""},
      {"\"missing\": [\"M1\"]", "\"missing\": []", HW_E_VALUE, "families[0].missing", "empty"},
      {"[\"M2\", \"M1\"]", "[\"M2\", \"M2\"]", HW_E_DUPLICATE, "families[1].missing[1]",
       "missing[0]"},
      {"{\"R1\": [[", "{\"R9\": [[", HW_E_REFERENCE, "families[0].pedigree", "\"R9\""},
      {"\"families\": [", "\"genotypes\": {}, \"families\": [", HW_E_UNKNOWN_KEY, "genotypes",
       "does not belong"},
      {"\"missing\": [\"M1\"]", "\"lost\": [\"M1\"]", HW_E_UNKNOWN_KEY, "families[0].lost",
       "missing"},
      {"\"father\": \"M1\"", "\"father\": \"R1\"", HW_E_PEDIGREE, "families[0].pedigree[1].father",
       "female"},
  };
  REFUSE_ALL(CASE_DVI, list);
}

static void whole_files(void **state) {
  (void)state;
  static const struct {
    const char *text;
    hw_status status;
    const char *expected;
  } list[] = {
      {"", HW_E_SYNTAX, ""},
      {"[]", HW_E_SYNTAX, "object"},
      {"{}", HW_E_SYNTAX, "format"},
      {"{\"format\": \"homeward-case/1\"", HW_E_SYNTAX, ""},
      {"{\"format\": \"homeward-cases/1\"}", HW_E_SYNTAX, "cases"},
      {"{\"format\": \"homeward-cases/1\", \"cases\": []}", HW_E_VALUE, "empty"},
      {"{\"format\": \"homeward-cases/1\", \"cases\": [1]}", HW_E_SYNTAX, "cases[0]"},
      {"{\"format\": \"homeward-cases/1\", \"cases\": {}}", HW_E_SYNTAX, "array"},
      {"{\"format\": \"homeward-case/1\", \"id\": \"x\", \"markers\": []}", HW_E_SYNTAX,
       "neither \"hypotheses\" nor"},
      {"{\"format\": \"homeward-case/1\", \"id\": \"x\", \"markers\": [], \"hypotheses\": []}",
       HW_E_SYNTAX, "genotypes"},
      {"{\"format\": \"homeward-case/1\", \"id\": \"x\", \"markers\": {}, \"hypotheses\": []}",
       HW_E_SYNTAX, "array"},
      {"{\"format\": \"homeward-case/1\", \"id\": \"x\", \"markers\": [], \"families\": []}",
       HW_E_SYNTAX, "the key \"remains\" is missing"},
      {"{\"format\": \"homeward-case/1\", \"id\": \"\xFF\"}", HW_E_SYNTAX, ""},
  };
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    hw_case_list *out = NULL;
    char text[1200];
    hw_status status = hw_case_list_parse(list[i].text, strlen(list[i].text), "c", &out, &err);
    hw_assert_status(status, list[i].status, &err);
    assert_null(out);
    hw_assert_contains(hw_err_text(&err, text, sizeof text), list[i].expected);
  }
}

/* Cut at any byte, the file is refused: no prefix of a case is a case. */
static void truncated_files(void **state) {
  (void)state;
  size_t n = strlen(CASE_COMPARISON) - 2; /* without the last brace and newline */
  for (size_t i = 0; i <= n; i++) {
    hw_case_list *out = NULL;
    assert_true(hw_case_list_parse(CASE_COMPARISON, i, "c", &out, &err) != HW_OK);
    assert_null(out);
  }
}

static void one_place_is_told_by_line_and_column(void **state) {
  (void)state;
  hw_case_list *out = NULL;
  char *text = case_text_replace(CASE_COMPARISON, "[0.2, 0.3, 0.5]", "[0.2, 2, 0.5]"), line[1200];
  hw_assert_status(hw_case_list_parse(text, strlen(text), "c.json", &out, &err), HW_E_VALUE, &err);
  hw_assert_contains(hw_err_text(&err, line, sizeof line),
                     "c.json:5:55: markers[0].frequencies[1]: ");
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(heads),
      cmocka_unit_test(markers),
      cmocka_unit_test(mutation),
      cmocka_unit_test(linkage),
      cmocka_unit_test(pedigrees),
      cmocka_unit_test(groups_outside_the_pedigree),
      cmocka_unit_test(genotypes),
      cmocka_unit_test(victim_identification),
      cmocka_unit_test(whole_files),
      cmocka_unit_test(truncated_files),
      cmocka_unit_test(one_place_is_told_by_line_and_column),
  };
  return cmocka_run_group_tests_name("casefile_bad", tests, NULL, NULL);
}
