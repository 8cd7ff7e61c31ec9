/* Frequency tables: both layouts, every policy with its finding, every error. */
#include "formats/frequency_csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

static hw_err err;
static hw_frequency_table *table;

static int begin(void **state) {
  (void)state;
  err = (hw_err)HW_ERR_INIT;
  table = NULL;
  return 0;
}

static int end(void **state) {
  (void)state;
  hw_frequency_table_delete(table);
  table = NULL;
  return 0;
}

static void parse(const char *text, const hw_frequency_options *options) {
  hw_frequency_table_delete(table);
  hw_assert_ok(hw_frequency_table_parse(text, strlen(text), "t.csv", options, &table, &err), &err);
}

static void assert_refused(const char *text, const hw_frequency_options *options, hw_status status,
                           const char *expected) {
  char message[1024];
  hw_frequency_table *out = NULL;
  hw_assert_status(hw_frequency_table_parse(text, strlen(text), "t.csv", options, &out, &err),
                   status, &err);
  assert_null(out);
  hw_assert_contains(hw_err_text(&err, message, sizeof message), expected);
  hw_assert_status(hw_frequency_table_parse(text, strlen(text), NULL, options, &out, NULL), status,
                   NULL);
}

static const char LONG[] = "\"locus\",\"allele\",\"freq\",\"population\",\"two_n\"\n"
                           "\"TH01\",\"6\",0.2,\"Asian\",200\n"
                           "\"TH01\",\"9.3\",0.79,\"Asian\",200\n"
                           "\"TH01\",\"10\",0.01,\"Asian\",200\n"
                           "\"vWA\",\"14\",0.6,\"Asian\",100\n"
                           "\"vWA\",\"15\",0.4,\"Asian\",100\n";

static void a_long_table_is_read(void **state) {
  (void)state;
  parse(LONG, NULL);
  assert_string_equal(table->population, "Asian");
  assert_string_equal(table->source, "");
  assert_int_equal(table->n_markers, 2);
  assert_string_equal(table->markers[0].name, "TH01");
  assert_int_equal(table->markers[0].n_alleles, 3);
  assert_string_equal(table->markers[0].allele_names[1], "9.3");
  hw_assert_same_bits(table->markers[0].frequencies[1], 0.79);
  assert_int_equal(table->markers[0].two_n, 200);
  assert_int_equal(table->markers[1].two_n, 100);
  assert_true(table->findings[0].factor == 1 && table->findings[0].n_raised == 0);
  hw_assert_close(table->findings[0].sum_seen, 1, 1e-15, 0);
  assert_int_equal(hw_frequency_table_find(table, "VWA"), 1);
  assert_int_equal(hw_frequency_table_find(table, "FGA"), HW_MARKER_NONE);
  hw_marker m;
  hw_frequency_table_get_marker(table, 1, &m);
  assert_int_equal(hw_marker_find_allele(&m, "15"), 1);
  assert_true(isnan(m.position_cm) && m.silent == HW_ALLELE_NONE && !m.matrix[0]);
}

static void columns_may_come_in_any_order_and_spelling(void **state) {
  (void)state;
  parse("\"\",Frequency,Allele,Marker,n,Source\r\n"
        "\"1\",0.5,8,D3 S1358,50,Study\r\n"
        "\"2\",0.5,9,d3s1358,50,Study\r\n",
        NULL);
  assert_int_equal(table->n_markers, 1);
  assert_string_equal(table->markers[0].name, "D3 S1358");
  assert_int_equal(table->markers[0].two_n, 100);
  assert_string_equal(table->source, "Study");
  assert_string_equal(table->population, "");
}

static void a_wide_table_is_read(void **state) {
  (void)state;
  parse("Allele,CSF1PO,PENTA_D\n8,,0.25\n2.2,0,0.75\n10,1,NA\n2n,388,\n", NULL);
  assert_int_equal(table->n_markers, 2);
  assert_string_equal(table->markers[0].name, "CSF1PO");
  assert_int_equal(table->markers[0].n_alleles, 1);
  assert_int_equal(table->markers[0].two_n, 388);
  assert_int_equal(table->markers[1].n_alleles, 2);
  assert_int_equal(table->markers[1].two_n, 0);
  assert_string_equal(table->markers[1].allele_names[1], "2.2");
  parse("\"\";\"A\"\n\"8\";0.25\n\"9\";.75\n\"n\";20\n", NULL); /* row names are alleles */
  assert_int_equal(table->markers[0].two_n, 40);
  parse("\"\",allele,A\n1,8,0.25\n2,9,.75\n", NULL); /* row names are numbers of rows */
  assert_string_equal(table->markers[0].allele_names[0], "8");
}

static void one_of_several_populations_is_chosen(void **state) {
  (void)state;
  const char *text = "locus,allele,freq,population\nA,1,1,X\nA,1,0.5,Y\nA,2,0.5,Y\n";
  assert_refused(text, NULL, HW_E_VALUE, "t.csv:3:9: population: the file has several");
  hw_frequency_options y = {.population = "Y"}, z = {.population = "Z"};
  parse(text, &y);
  assert_int_equal(table->markers[0].n_alleles, 2);
  assert_string_equal(table->population, "Y");
  assert_refused(text, &z, HW_E_REFERENCE, "no rows of population \"Z\"");
}

static void rare_alleles_are_raised_and_reported(void **state) {
  (void)state;
  hw_frequency_options o = {
      .minimum = HW_MINIMUM_FIVE_OVER_2N, .normalisation = HW_NORMALISE_RESCALE, .source = "here"};
  parse(LONG, &o);
  const hw_frequency_finding *f = &table->findings[0];
  assert_int_equal(f->n_raised, 1);
  assert_int_equal(f->n_added, 0);
  hw_assert_close(f->minimum, 0.025, 1e-15, 0);
  hw_assert_close(f->factor, 1 / 1.015, 1e-14, 0);
  hw_assert_close(f->sum_seen, 1, 1e-15, 0);
  hw_assert_close(table->markers[0].frequencies[2], 0.025 / 1.015, 1e-14, 0);
  assert_int_equal(table->findings[1].n_raised, 0);
  assert_string_equal(table->source, "here");
  o.normalisation = HW_NORMALISE_NONE;
  assert_refused(LONG, &o, HW_E_VALUE, "sum to 1.015, not to 1, with 1 at the minimum 0.025");
  o = (hw_frequency_options){.minimum = HW_MINIMUM_STATED, .minimum_value = 0.001};
  parse(LONG, &o);
  assert_int_equal(table->findings[0].n_raised, 0);
}

static void a_rounded_minimum_is_not_raised(void **state) {
  (void)state;
  hw_frequency_options o = {.minimum = HW_MINIMUM_FIVE_OVER_2N};
  parse("locus,allele,freq,2n\nA,1,0.0263157894736842,190\nA,2,0.973684210526316,190\n", &o);
  assert_int_equal(table->findings[0].n_raised, 0);
  assert_true(table->findings[0].factor == 1);
}

static void extra_alleles_get_the_minimum(void **state) {
  (void)state;
  const hw_frequency_extra extra[] = {{"VWA", "21"}, {"th01", "6"}};
  hw_frequency_options o = {.minimum = HW_MINIMUM_STATED,
                            .minimum_value = 0.01,
                            .normalisation = HW_NORMALISE_RESCALE,
                            .n_extra = 2,
                            .extra = extra};
  parse(LONG, &o);
  assert_int_equal(table->findings[0].n_added, 0); /* 6 is listed */
  assert_int_equal(table->findings[1].n_added, 1);
  assert_int_equal(table->findings[1].n_raised, 0);
  assert_string_equal(table->markers[1].allele_names[2], "21");
  hw_assert_close(table->markers[1].frequencies[2], 0.01 / 1.01, 1e-14, 0);
  o.minimum = HW_MINIMUM_NONE;
  assert_refused(LONG, &o, HW_E_VALUE, "allele \"21\" has no frequency");
  const hw_frequency_extra foreign[] = {{"FGA", "21"}};
  o.extra = foreign;
  o.n_extra = 1;
  assert_refused(LONG, &o, HW_E_REFERENCE, "\"FGA\"");
}

static void sums_are_brought_to_one_as_asked(void **state) {
  (void)state;
  const char *low = "locus,allele,freq\nA,1,0.5\nA,2,0.4\n";
  const char *high = "locus,allele,freq\nA,1,0.7\nA,2,0.4\n";
  hw_frequency_options rescale = {.normalisation = HW_NORMALISE_RESCALE};
  hw_frequency_options rest = {.normalisation = HW_NORMALISE_REST};
  assert_refused(low, NULL, HW_E_VALUE, "t.csv:2: marker \"A\": the frequencies sum to 0.9");
  parse(low, &rescale);
  hw_assert_close(table->markers[0].frequencies[0], 0.5 / 0.9, 1e-15, 0);
  hw_assert_close(table->findings[0].factor, 1 / 0.9, 1e-15, 0);
  parse(low, &rest);
  assert_int_equal(table->markers[0].n_alleles, 3);
  assert_string_equal(table->markers[0].allele_names[2], "rest");
  hw_assert_close(table->findings[0].rest_frequency, 0.1, 1e-14, 0);
  assert_true(table->findings[0].factor == 1);
  rest.rest_allele = "2";
  assert_refused(low, &rest, HW_E_DUPLICATE, "lists an allele \"2\" already");
  rest.rest_allele = NULL;
  assert_refused(high, &rest, HW_E_VALUE, "sum to 1.1");
  parse("locus,allele,freq\nA,1,0.5\nA,2,0.49999995\n", &rest); /* within the tolerance */
  assert_int_equal(table->markers[0].n_alleles, 2);
}

static void wrong_tables_are_refused_with_their_line(void **state) {
  (void)state;
  static const struct {
    const char *text;
    hw_status status;
    const char *expected;
  } bad[] = {
      {"", HW_E_SYNTAX, "the file is empty"},
      {"locus,allele,freq\n", HW_E_VALUE, "no frequencies"},
      {"locus,allele\nA,1\n", HW_E_SYNTAX, "needs the columns allele and freq"},
      {"locus,allele,freq,colour\nA,1,1,red\n", HW_E_UNKNOWN_KEY, "column \"colour\" is not known"},
      {"locus,allele,freq,marker\nA,1,1,A\n", HW_E_DUPLICATE, "mean the same"},
      {"locus,allele,freq,n,two_n\nA,1,1,1,2\n", HW_E_DUPLICATE, "say the same"},
      {"sample,a\nx,1\n", HW_E_SYNTAX, "the first column is \"sample\""},
      {"allele\n1\n", HW_E_SYNTAX, "no columns of markers"},
      {"allele,\n1,1\n", HW_E_SYNTAX, "column 2 has no marker name"},
      {"allele,vWA,VWA\n1,1,1\n", HW_E_DUPLICATE, "are one marker"},
      {"allele,A\n1,1\nn,5\n2n,10\n", HW_E_DUPLICATE,
       "t.csv:4:4: A: the sample size stands in two"},
      {"allele,A\n,1\n", HW_E_VALUE, "t.csv:2:1: allele: the cell is empty"},
      {"locus,allele,freq\nA,1,1,2\n", HW_E_SHAPE,
       "t.csv:2: the row has 4 cells, the header has 3"},
      {"locus,allele,freq\nA,1,x\n", HW_E_SYNTAX, "t.csv:2:5: freq: \"x\" is not a number"},
      {"locus;allele;freq\nA;1;0,5\n", HW_E_SYNTAX, "write the decimal sign as a point"},
      {"locus,allele,freq\nA,1,nan\n", HW_E_SYNTAX, "not a number"},
      {"locus,allele,freq\nA,1,-0.1\nA,2,1.1\n", HW_E_VALUE, "t.csv:2: marker \"A\", allele \"1\""},
      {"locus,allele,freq\nA,1,20.1\n", HW_E_VALUE, "no percentages"},
      {"locus,allele,freq\nA,1,0.5\nA,2,0.25\nA,1,0.25\n", HW_E_DUPLICATE,
       "t.csv:4: marker \"A\": allele \"1\" stands twice"},
      {"locus,allele,freq\nvWA,1,0.5\nVWA,1,0.5\n", HW_E_DUPLICATE, "t.csv:3"},
      {"locus,allele,freq\n,1,1\n", HW_E_VALUE, "locus: the cell is empty"},
      {"locus,allele,freq\nA,,1\n", HW_E_VALUE, "allele: the cell is empty"},
      {"locus,allele,freq,two_n\nA,1,0.5,10\nA,2,0.5,12\n", HW_E_SHAPE, "2n is 12 here and 10"},
      {"locus,allele,freq,two_n\nA,1,1,10.5\n", HW_E_VALUE, "two_n: \"10.5\" is not a sample size"},
      {"locus,allele,freq,two_n\nA,1,1,-4\n", HW_E_VALUE, "not a sample size"},
      {"locus,allele,freq,source\nA,1,0.5,S\nA,2,0.5,T\n", HW_E_VALUE, "two sources"},
      {"locus,allele,freq\nA,1,0\n", HW_E_VALUE, "all frequencies are 0"},
      {"locus,allele,freq\nA,1,\"1\n", HW_E_SYNTAX, "t.csv:2:5: a quoted field is not closed"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_refused(bad[i].text, NULL, bad[i].status, bad[i].expected);
}

static void wrong_options_are_refused(void **state) {
  (void)state;
  hw_frequency_options five = {.minimum = HW_MINIMUM_FIVE_OVER_2N};
  assert_refused("locus,allele,freq\nA,1,1\n", &five, HW_E_VALUE, "needs the sample size");
  five.two_n = 8;
  assert_refused("locus,allele,freq\nA,1,1\n", &five, HW_E_VALUE, "too small");
  five.two_n = -1;
  assert_refused(LONG, &five, HW_E_VALUE, "2n is -1");
  const double bad[] = {0, -1, 0.6, (double)NAN};
  for (int i = 0; i < 4; i++) {
    hw_frequency_options stated = {.minimum = HW_MINIMUM_STATED, .minimum_value = bad[i]};
    assert_refused(LONG, &stated, HW_E_VALUE, "the minimum frequency is");
  }
  hw_frequency_options foreign = {.minimum = (hw_minimum)7};
  assert_refused(LONG, &foreign, HW_E_VALUE, "policy 7");
  foreign = (hw_frequency_options){.normalisation = (hw_normalisation)7};
  assert_refused(LONG, &foreign, HW_E_VALUE, "normalisation 7");
}

static void more_alleles_than_possible_are_refused(void **state) {
  (void)state;
  enum { N = HW_MAX_ALLELES + 1 };
  static hw_frequency_entry entries[N];
  static char names[N][8];
  for (int i = 0; i < N; i++) {
    snprintf(names[i], sizeof names[i], "%d", i);
    entries[i] = (hw_frequency_entry){"A", names[i], 1.0 / N, 0, (uint64_t)i};
  }
  hw_assert_status(hw_frequency_table_new(entries, N, NULL, NULL, &table, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "more than 1024");
  hw_frequency_options rest = {.normalisation = HW_NORMALISE_REST};
  hw_assert_status(hw_frequency_table_new(entries, N - 1, NULL, &rest, &table, &err), HW_E_VALUE,
                   &err);
  hw_assert_status(hw_frequency_table_new(entries, 0, NULL, NULL, &table, &err), HW_E_VALUE, &err);
  assert_null(table);
}

static void markers_are_known_under_all_spellings(void **state) {
  (void)state;
  static const char *const same[][2] = {
      {"vWA", "VWA"},       {"Penta D", "PENTA_D"}, {"PentaE", "penta-e"}, {"HUMTH01", "TH01"},
      {"THO1", "TH01"},     {"ACTBP2", "SE33"},     {"HUMFIBRA", "FGA"},   {"D6S502", "D8S1179"},
      {"HumvWFA31", "vWA"}, {"D3S1358", "d3s1358 "}};
  static const char *const different[][2] = {{"D2S441", "D2S1338"},
                                             {"Penta D", "Penta E"},
                                             {"DYS389I", "DYS389II"},
                                             {"HUM", "H"},
                                             {"", "A"},
                                             {"DXS10148", "DXS10135"}};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    assert_true(hw_marker_name_equal(same[i][0], same[i][1]));
  for (size_t i = 0; i < sizeof different / sizeof *different; i++)
    assert_false(hw_marker_name_equal(different[i][0], different[i][1]));
  char long_name[1000];
  memset(long_name, 'x', sizeof long_name - 1);
  long_name[sizeof long_name - 1] = '\0';
  assert_true(hw_marker_name_equal(long_name, long_name));
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  hw_frequency_options o = {.minimum = HW_MINIMUM_FIVE_OVER_2N,
                            .normalisation = HW_NORMALISE_RESCALE};
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_frequency_table *out = NULL;
    hw_status status = hw_frequency_table_parse(LONG, strlen(LONG), "t", &o, &out, &err);
    bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    assert_int_equal(out == NULL, failed);
    hw_frequency_table_delete(out);
    if (!failed) break;
  }
}

static void a_file_that_is_not_there_is_named(void **state) {
  (void)state;
  hw_assert_status(hw_frequency_table_read("/nowhere/f.csv", NULL, &table, &err), HW_E_NOT_FOUND,
                   &err);
  assert_string_equal(err.file, "/nowhere/f.csv");
  assert_null(table);
}

/* Published tables, read where they are: each sums to 1 as it stands. */
static void published_tables_are_read(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int32_t n_markers, two_n;
  } files[] = {{"fbi2015_Chamorro", 23, 190}, {"fbi2015_Filipino", 23, 182},
               {"nist1036_Asian", 29, 194},   {"nist1036_Cauc", 29, 722},
               {"norSTR_EastAsia", 40, 0},    {"ukdna17_ChineseEA5", 16, 770}};
  const char *shared = getenv("HOMEWARD_SHARED"), *root = getenv("HOMEWARD_SOURCE_ROOT");
  char path[4096];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    if (shared)
      snprintf(path, sizeof path, "%s/data/str/str_freq_%s.csv", shared, files[i].name);
    else
      snprintf(path, sizeof path, "%s/../shared/data/str/str_freq_%s.csv", root ? root : ".",
               files[i].name);
    hw_frequency_table_delete(table);
    hw_status status = hw_frequency_table_read(path, NULL, &table, &err);
    if (status == HW_E_NOT_FOUND) {
      print_message("%s is not there\n", path);
      skip();
    }
    hw_assert_ok(status, &err);
    assert_int_equal(table->n_markers, files[i].n_markers);
    assert_int_equal(table->markers[0].two_n, files[i].two_n);
  }
}

/* --- several mistakes --- */

static void assert_mistakes(const char *text, uint64_t n, const char *const *expected) {
  hw_errors errors = {0};
  hw_frequency_table *out = NULL;
  assert_int_not_equal(hw_frequency_csv_parse(text, strlen(text), "t.csv", NULL, &out, &errors),
                       HW_OK);
  assert_null(out);
  assert_int_equal(errors.n, n);
  for (int i = 0; expected[i] != NULL; i++) {
    char message[1024];
    assert_string_equal(hw_err_text(&errors.kept[i], message, sizeof message), expected[i]);
  }
}

static void every_bad_row_of_a_long_table_is_told(void **state) {
  (void)state;
  static const char short_row[] =
      "t.csv:5: the row has 2 cells, the header has 3: is a delimiter missing, or a text with a "
      "delimiter not in quotes?";
  static const char *const expected[] = {
      "t.csv:3:8: freq: \"0,3\" is not a number; write the decimal sign as a point",
      "t.csv:4:6: allele: the cell is empty", short_row, "t.csv:6:8: freq: \"x\" is not a number",
      NULL};
  assert_mistakes("locus,allele,freq\nTH01,6,0.5\nTH01,7,\"0,3\"\nTH01,,0.1\nTH01,8\nvWA,14,x\n", 4,
                  expected);
}

static void every_bad_cell_of_a_wide_table_is_told(void **state) {
  (void)state;
  static const char *const expected[] = {"t.csv:2:5: vWA: \"a\" is not a number",
                                         "t.csv:3:3: TH01: \"b\" is not a number",
                                         "t.csv:3:5: vWA: \"c\" is not a number", NULL};
  assert_mistakes("allele,TH01,vWA\n6,1,a\n7,b,c\n", 3, expected);
}

static void every_marker_that_cannot_be_used_is_told(void **state) {
  (void)state;
  static const char *const expected[] = {
      "t.csv:2: marker \"A\": the frequencies sum to 0.5, not to 1 (tolerance 1e-06); choose to "
      "rescale them or, if alleles are left out, to add a rest allele",
      "t.csv:5: marker \"B\": allele \"2\" stands twice",
      "t.csv:7: marker \"D\": all frequencies are 0", NULL};
  assert_mistakes("locus,allele,freq\nA,1,0.5\nB,1,0.5\nB,2,0.2\nB,2,0.3\nC,1,1\nD,1,0\n", 3,
                  expected);
}

static void numbers_out_of_range_are_told_before_sums(void **state) {
  (void)state;
  static const char *const expected[] = {
      "t.csv:2: marker \"A\", allele \"1\": the frequency is 50; it must be from 0 to 1 (no "
      "percentages)",
      "t.csv:3: marker \"A\", allele \"2\": the frequency is -1; it must be from 0 to 1 (no "
      "percentages)",
      NULL};
  assert_mistakes("locus,allele,freq\nA,1,50\nA,2,-1\nB,1,0.1\n", 2, expected);
}

/* What is wrong with the whole file would be told for every row. */
static void several_populations_are_told_once(void **state) {
  (void)state;
  static const char *const expected[] = {"t.csv:2:5: freq: \"x\" is not a number",
                                         "t.csv:3:9: population: the file has several populations "
                                         "(\"P\", \"Q\" …); choose one",
                                         NULL};
  assert_mistakes("locus,allele,freq,population\nA,1,x,P\nA,2,0.5,Q\nA,3,0.5,Q\n", 2, expected);
}

static void twenty_mistakes_are_kept_and_all_are_counted(void **state) {
  (void)state;
  char text[2000] = "locus,allele,freq\n";
  for (int i = 0; i < 50; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "A,%d,x\n", i);
  static const char *const expected[] = {"t.csv:2:5: freq: \"x\" is not a number", NULL};
  assert_mistakes(text, 50, expected);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_long_table_is_read),
      CASE(columns_may_come_in_any_order_and_spelling),
      CASE(a_wide_table_is_read),
      CASE(one_of_several_populations_is_chosen),
      CASE(rare_alleles_are_raised_and_reported),
      CASE(a_rounded_minimum_is_not_raised),
      CASE(extra_alleles_get_the_minimum),
      CASE(sums_are_brought_to_one_as_asked),
      CASE(wrong_tables_are_refused_with_their_line),
      CASE(wrong_options_are_refused),
      CASE(more_alleles_than_possible_are_refused),
      CASE(markers_are_known_under_all_spellings),
      CASE(exhausted_memory_is_reported),
      CASE(a_file_that_is_not_there_is_named),
      CASE(published_tables_are_read),
      CASE(every_bad_row_of_a_long_table_is_told),
      CASE(every_bad_cell_of_a_wide_table_is_told),
      CASE(every_marker_that_cannot_be_used_is_told),
      CASE(numbers_out_of_range_are_told_before_sums),
      CASE(several_populations_are_told_once),
      CASE(twenty_mistakes_are_kept_and_all_are_counted),
  };
  return cmocka_run_group_tests_name("frequency", tests, NULL, NULL);
}
