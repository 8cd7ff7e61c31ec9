/* Tables of haplotypes: what is read, and every mistake with its place. */
#include "formats/haplotype_csv.h"

#include <stdio.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

static hw_errors errors;
static hw_err err;
static hw_y_rates *rates;

static int load(void **state) {
  (void)state;
  return hw_y_rates_read(NULL, &rates, &errors) == HW_OK ? 0 : -1;
}

static int unload(void **state) {
  (void)state;
  hw_y_rates_delete(rates);
  return 0;
}

static hw_mt_table *read_mt(const char *text) {
  hw_mt_table *table = NULL;
  errors = (hw_errors){0};
  const hw_status status = hw_mt_table_parse(text, strlen(text), "t.csv", &table, &errors);
  hw_assert_ok(status, &errors.kept[0]);
  return table;
}

static hw_y_rows *read_y(const char *text) {
  hw_y_rows *rows = NULL;
  errors = (hw_errors){0};
  const hw_status status = hw_y_rows_parse(text, strlen(text), "t.csv", rates, &rows, &errors);
  hw_assert_ok(status, &errors.kept[0]);
  return rows;
}

static const int16_t *cell(const hw_y_rows *rows, int32_t row, const char *marker) {
  for (int32_t k = 0; k < rates->panel.n_markers; k++)
    if (strcmp(rates->panel.markers[k].name, marker) == 0)
      return rows->rows + ((size_t)row * (size_t)rates->panel.n_markers + (size_t)k) * HW_Y_COPIES;
  fail();
  return NULL;
}

static void tables_of_mtdna_are_read(void **state) {
  hw_mt_table *table = read_mt("sample,ranges,haplotype\n"
                               "B-17,16024-16365 73-340,\"16223T 73G, 263G\"\n"
                               "B-18, 16024-576 ,rCRS\n");
  (void)state;
  assert_int_equal(table->n, 2);
  assert_false(table->is_person);
  assert_string_equal(table->names[0], "B-17");
  assert_int_equal(table->haplotypes[0]->n_differences, 3);
  assert_int_equal(table->haplotypes[1]->n_differences, 0);
  assert_int_equal(table->haplotypes[1]->n_ranges, 2);
  assert_int_equal(table->counts[1], 1);
  hw_mt_table_delete(table);
  table = read_mt("count;haplotype;Ranges\n12;263G;73-340\n;73G;73-340\n");
  assert_int_equal(table->counts[0], 12);
  assert_int_equal(table->counts[1], 1);
  assert_string_equal(table->names[1], "");
  hw_mt_table_delete(table);
  table = read_mt("Person,Range,Haplotype\nMother,73-340,263G\n");
  assert_true(table->is_person);
  hw_mt_table_delete(table);
}

typedef struct bad_table {
  const char *text, *words;
  hw_status status;
  uint64_t line, column;
} bad_table;

static void assert_told(const bad_table *bad, hw_status status) {
  const hw_err *first = &errors.kept[0];
  if (status != bad->status || strstr(first->message, bad->words) == NULL ||
      first->line != bad->line || first->column != bad->column)
    print_error("%s\n%d: %s, line %d, column %d\n", bad->text, (int)status, first->message,
                (int)first->line, (int)first->column);
  assert_int_equal(status, bad->status);
  hw_assert_contains(first->message, bad->words);
  assert_int_equal(first->line, bad->line);
  assert_int_equal(first->column, bad->column);
  assert_string_equal(first->file, "bad.csv");
}

static void mistakes_in_tables_of_mtdna_are_told(void **state) {
  static const bad_table bad[] = {
      {"", "the file is empty", HW_E_SYNTAX, 0, 0},
      {"sample,ranges,haplotype\n", "has no haplotypes", HW_E_VALUE, 0, 0},
      {"sample,haplotype\n", "needs the columns ranges and haplotype", HW_E_SYNTAX, 1, 0},
      {"sample,ranges,haplotype,hg\n", "column \"hg\" is not known", HW_E_UNKNOWN_KEY, 1, 25},
      {"sample,person,ranges,haplotype\n", "mean the same", HW_E_DUPLICATE, 1, 8},
      {"sample,ranges,haplotype\nA,,263G\n", "expected the positions sequenced", HW_E_VALUE, 2, 3},
      {"sample,ranges,haplotype\nA,73-340,\n", "write rCRS", HW_E_VALUE, 2, 10},
      {"sample,ranges,haplotype\nA,73-340,16223T\n", "outside the ranges", HW_E_VALUE, 2, 10},
      {"sample,ranges,haplotype\nA,0-340,263G\n", "range '0-340'", HW_E_VALUE, 2, 3},
      {"sample,ranges,haplotype\n,73-340,263G\n", "expected a code", HW_E_VALUE, 2, 1},
      {"sample,ranges,haplotype\nA,73-340\n", "the row has 2 cells", HW_E_SHAPE, 2, 0},
      {"ranges,haplotype,count\n73-340,263G,0\n", "whole number from 1", HW_E_VALUE, 2, 13},
      {"ranges,haplotype,count\n73-340,263G,1.5\n", "\"1.5\": expected a whole", HW_E_VALUE, 2, 13},
      {"sample,ranges,haplotype\nA,73-340,263G\nB,73-340,263G\nA,73-340,263G\n",
       "\"A\" stands on line 2 already", HW_E_DUPLICATE, 4, 0},
  };
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_mt_table *table = NULL;
    errors = (hw_errors){0};
    assert_told(&bad[i],
                hw_mt_table_parse(bad[i].text, strlen(bad[i].text), "bad.csv", &table, &errors));
    assert_null(table);
  }
}

static void all_mistakes_are_collected(void **state) {
  const char *text =
      "sample,ranges,haplotype\nA,73-340,263A\nB,73-340,263G\nC,x,263G\nD,73-340,T263G\n";
  hw_mt_table *table = NULL;
  (void)state;
  errors = (hw_errors){0};
  assert_int_not_equal(hw_mt_table_parse(text, strlen(text), "t.csv", &table, &errors), HW_OK);
  assert_int_equal(errors.n, 3);
  assert_int_equal(errors.kept[1].line, 4);
  assert_string_equal(errors.kept[2].field, "haplotype");
}

static void shipped_rates_are_those_published(void **state) {
  (void)state;
  assert_int_equal(rates->panel.n_markers, 27);
  for (int32_t k = 0; k < rates->panel.n_markers; k++) {
    const hw_y_marker *one = &rates->panel.markers[k];
    assert_true(one->rate_per_meiosis > 1e-4 && one->rate_per_meiosis < 0.03);
    if (strcmp(one->name, "DYS19") == 0)
      hw_assert_close(one->rate_per_meiosis, 36.5 / 16091, 1e-14, 0);
    assert_int_equal(
        one->n_copies,
        strcmp(one->name, "DYS385") == 0 || strcmp(one->name, "DYF387S1") == 0 ? 2 : 1);
  }
}

static void mistakes_in_tables_of_rates_are_told(void **state) {
  static const bad_table bad[] = {
      {"marker,copies,mutations\n", "there is no \"meioses\"", HW_E_SYNTAX, 1, 0},
      {"marker,copies,mutations,meioses\n", "has no markers", HW_E_VALUE, 0, 0},
      {"marker,copies,mutations,meioses\nA,5,0,1\n", "from 1 to 4", HW_E_VALUE, 2, 3},
      {"marker,copies,mutations,meioses\nA,1,-1,1\n", "\"-1\": expected", HW_E_VALUE, 2, 5},
      {"marker,copies,mutations,meioses\nA,1,2,1\n", "2 mutations in 1 meioses", HW_E_VALUE, 2, 5},
      {"marker,copies,mutations,meioses\nA,1,,1\n", "expected a whole number", HW_E_VALUE, 2, 5},
      {"marker,copies,mutations,meioses\nDYS19,1,0,9\ndys_19,1,0,9\n", "has a row already",
       HW_E_DUPLICATE, 3, 1},
  };
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_y_rates *table = NULL;
    errors = (hw_errors){0};
    assert_told(&bad[i],
                hw_y_rates_parse(bad[i].text, strlen(bad[i].text), "bad.csv", &table, &errors));
    assert_null(table);
  }
}

static void assert_alleles(const int16_t *found, int16_t a, int16_t b, int16_t c) {
  assert_int_equal(found[0], a);
  assert_int_equal(found[1], b);
  assert_int_equal(found[2], c);
}

static void tables_of_y_are_read(void **state) {
  hw_y_rows *rows = read_y("sample,DYS19,DYS389I,DYS389II,DYS385a/b,Y-GATA-H4,DYS458\n"
                           "B-1,14,13,29,\"14,11\",12,17.2\n"
                           "B-2,\"14/15\",,29,11,,\n");
  (void)state;
  assert_int_equal(rows->n, 2);
  assert_string_equal(rows->names[1], "B-2");
  assert_alleles(cell(rows, 0, "DYS19"), 140, 0, 0);
  assert_alleles(cell(rows, 0, "DYS389II"), 160, 0, 0); /* less DYS389I */
  assert_alleles(cell(rows, 0, "DYS385"), 110, 140, 0);
  assert_alleles(cell(rows, 0, "YGATAH4"), 120, 0, 0);
  assert_alleles(cell(rows, 0, "DYS458"), 172, 0, 0);
  assert_alleles(cell(rows, 0, "DYS390"), 0, 0, 0);
  assert_alleles(cell(rows, 1, "DYS19"), 140, 150, 0);
  assert_alleles(cell(rows, 1, "DYS385"), 110, 110, 0);
  assert_alleles(cell(rows, 1, "DYS389II"), 0, 0, 0);
  assert_int_equal(rows->n_unpaired, 1);
  hw_y_rows_delete(rows);
  rows = read_y("DYS385b\tDYS385a\tDYF387S1\tcount\n14\t11\t35-37-38\t7\n");
  assert_alleles(cell(rows, 0, "DYS385"), 110, 140, 0);
  assert_alleles(cell(rows, 0, "DYF387S1"), 350, 370, 380);
  assert_int_equal(rows->counts[0], 7);
  hw_y_rows_delete(rows);
}

static void mistakes_in_tables_of_y_are_told(void **state) {
  static const bad_table bad[] = {
      {"sample,DYS19\n", "has no haplotypes", HW_E_VALUE, 0, 0},
      {"sample,count\n", "needs a column for each marker", HW_E_SYNTAX, 1, 0},
      {"sample,DYS9999\n", "\"DYS9999\" is neither sample", HW_E_REFERENCE, 1, 8},
      {"sample,DYS19a\n", "\"DYS19a\" is neither sample", HW_E_REFERENCE, 1, 8},
      {"sample,DYS19,dys19\n", "marker DYS19 has a column already", HW_E_DUPLICATE, 1, 14},
      {"sample,DYS385,DYS385a,DYS385b\n", "DYS385 has a column already", HW_E_DUPLICATE, 1, 23},
      {"sample,DYS19\nA,0\n", "\"0\": expected repeats from 1 to 99", HW_E_VALUE, 2, 3},
      {"sample,DYS19\nA,14.\n", "\"14.\": expected repeats", HW_E_VALUE, 2, 3},
      {"sample,DYS19\nA,OL\n", "\"OL\": expected repeats", HW_E_VALUE, 2, 3},
      {"sample,DYS19\nA,14.25\n", "\"14.25\": expected repeats", HW_E_VALUE, 2, 3},
      {"sample,DYS19\nA,\"1,2,3,4,5\"\n", "more than 4 alleles", HW_E_VALUE, 2, 3},
      {"sample,DYS19\nA,\"14,\"\n", "an allele is missing at the end", HW_E_VALUE, 2, 3},
      {"sample,DYS389I,DYS389II\nA,13,13\n", "expected to be larger", HW_E_VALUE, 2, 0},
      {"sample,DYS19\nA,14\nA,14\n", "stands on line 2 already", HW_E_DUPLICATE, 3, 0},
  };
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_y_rows *rows = NULL;
    errors = (hw_errors){0};
    assert_told(&bad[i], hw_y_rows_parse(bad[i].text, strlen(bad[i].text), "bad.csv", rates, &rows,
                                         &errors));
    assert_null(rows);
  }
}

static void files_that_are_not_there_are_told(void **state) {
  hw_mt_table *table = NULL;
  hw_y_rows *rows = NULL;
  hw_y_rates *none = NULL;
  (void)state;
  errors = (hw_errors){0};
  assert_int_equal(hw_mt_table_read("no/such.csv", HW_TEXT_DETECT, &table, &errors),
                   HW_E_NOT_FOUND);
  errors = (hw_errors){0};
  assert_int_equal(hw_y_rows_read("no/such.csv", HW_TEXT_DETECT, rates, &rows, &errors),
                   HW_E_NOT_FOUND);
  errors = (hw_errors){0};
  assert_int_equal(hw_y_rates_read("no/such.csv", &none, &errors), HW_E_NOT_FOUND);
  hw_assert_contains(errors.kept[0].file, "no/such.csv");
}

static void memory_may_run_out_anywhere(void **state) {
  static const char mt[] = "sample,ranges,haplotype\nA,73-340,263G\nB,73-340,73G\n";
  static const char y[] = "sample,DYS19\nA,14\nB,15\n";
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_mt_table *table = NULL;
    hw_y_rows *rows = NULL;
    hw_y_rates *own = NULL;
    errors = (hw_errors){0};
    hw_status status = hw_mt_table_parse(mt, sizeof mt - 1, "t", &table, &errors);
    if (status == HW_OK) status = hw_y_rates_read(NULL, &own, &errors);
    if (status == HW_OK) status = hw_y_rows_parse(y, sizeof y - 1, "t", own, &rows, &errors);
    hw_mt_table_delete(table);
    hw_y_rows_delete(rows);
    hw_y_rates_delete(own);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    assert_int_equal(status, HW_E_NO_MEMORY);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tables_of_mtdna_are_read),
      cmocka_unit_test(mistakes_in_tables_of_mtdna_are_told),
      cmocka_unit_test(all_mistakes_are_collected),
      cmocka_unit_test(shipped_rates_are_those_published),
      cmocka_unit_test(mistakes_in_tables_of_rates_are_told),
      cmocka_unit_test(tables_of_y_are_read),
      cmocka_unit_test(mistakes_in_tables_of_y_are_told),
      cmocka_unit_test(files_that_are_not_there_are_told),
      cmocka_unit_test(memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
