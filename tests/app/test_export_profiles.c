/* Profiles out of the database and in again: tables, GeneMapper text, CMF.
 *
 * All codes and alleles are made up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/export.h"
#include "oracle/rng.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_app app, other;
static hw_err err;
static hw_export_report report;

static int open_apps(void **state) {
  (void)state;
  app_test_new(&app);
  app_test_new(&other);
  return 0;
}

static int close_apps(void **state) {
  (void)state;
  hw_app_close(&app);
  hw_app_close(&other);
  return 0;
}

/* Exports as text; free() it. */
static char *export_text(hw_app *from, hw_export_options options, hw_status expected) {
  const char *path = app_test_name("out");
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  hw_status status = hw_export_stream(from, &options, file, &report, &err);
  fclose(file);
  hw_assert_status(status, expected, &err);
  return app_test_read(path);
}

static void assert_taken(hw_app *into, hw_import_options options, const char *name,
                         const char *text) {
  options.apply = true;
  hw_status status = app_test_import_with(into, &options, name, text, &err);
  if (status != HW_OK) print_message("%s", app_test_mistakes());
  hw_assert_ok(status, &err);
}

/* Everything that tables of profiles can say. */
static const char everything[] =
    "profile,person,sample,family,relation,missing,sex,role,kit,laboratory,analyst,second_analyst,"
    "typed_on,replicate,dropout,drop_in,note,D3S1358,vWA,AMEL,DXS10074,DYS391,rs123\n"
    "P-1,R-1,,F-1,mother,,female,relative,Kit,LAB,an,binh,2024-05-01,,,,\"a note, quoted\","
    "14/15,16/16,X/X,9/10,,A/G\n"
    "P-2,R-2,swab 2,F-1,father,,male,relative,,,,,2024-05,,,,,14/?,,X/Y,9,10,G/G\n"
    "P-3,R-3,,F-1,,yes,male,missing,,,,,,,,,,14/15/16,,X/Y,,,\n"
    "P-4,R-4,,,,,unknown,staff,,,,,,,,,,14/14,,,,,\n"
    "P-5,R-5,,F-2,brother,no,male,missing,,,,,,,,,,14/14,,,,,\n"
    "S-1,,S-1,,,,male,,,,,,,,,,,14/14,16/17,,9,11,\n"
    "S-2#1,,S-2,,,,,,Kit,,,,,1,,,,14/15,,,,,\n"
    "S-2#2,,S-2,,,,,,Kit,,,,,2,,,,14/?,,,,,\n"
    "S-3,,S-3,,,,,,,,,,,,0.1,0.05,,{14/15},{},,,,\n"
    "S-4,,S-4,,,,,,,,,,,,,,nothing seen,,,,,,\n";

static void a_wide_table_is_what_was_imported(void **state) {
  (void)state;
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv", everything);
  char *text = export_text(&app, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  assert_string_equal(text, everything);
  assert_int_equal(report.n_rows, 10);
  assert_string_equal(report.note, "");
  free(text);
}

static void assert_round_trip(const char *format) {
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv", everything);
  char *text = export_text(&app, (hw_export_options){.what = format}, HW_OK);
  assert_taken(&other, (hw_import_options){.what = "profiles"}, "q.csv", text);
  free(text);
  static const char *const kinds[] = {"persons", "families", "family_members", "samples"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char *before = export_text(&app, (hw_export_options){.what = kinds[i]}, HW_OK);
    char *after = export_text(&other, (hw_export_options){.what = kinds[i]}, HW_OK);
    assert_string_equal(before, after);
    free(before);
    free(after);
  }
  char *before = export_text(&app, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  char *after = export_text(&other, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  assert_string_equal(before, after);
  free(before);
  free(after);
}

static void a_wide_table_imports_to_the_same_records(void **state) {
  (void)state;
  assert_round_trip("profiles-wide");
}

static void a_long_table_imports_to_the_same_records(void **state) {
  (void)state;
  assert_round_trip("profiles-long");
}

static void a_table_of_several_panels_has_all_their_markers(void **state) {
  (void)state;
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv",
               "sample,D3S1358,vWA\nA,14/15,16/17\n");
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "q.csv",
               "sample,TH01,D3S1358\nB,6/7,14/14\n");
  char *text = export_text(&app, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  hw_assert_contains(text, ",note,D3S1358,vWA,TH01\n");
  hw_assert_contains(text, "A,,A,,,,,,,,,,,,,,,14/15,16/17,\n");
  hw_assert_contains(text, "B,,B,,,,,,,,,,,,,,,14/14,,6/7\n");
  free(text);
}

static void importing_an_export_into_the_same_database_changes_nothing(void **state) {
  (void)state;
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv", everything);
  char *text = export_text(&app, (hw_export_options){.what = "profiles-long"}, HW_OK);
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "q.csv", text);
  free(text);
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    assert_int_equal(app_test_report.counts[k].added, 0);
    assert_int_equal(app_test_report.counts[k].changed, 0);
  }
  assert_int_equal(app_test_report.counts[HW_KIND_PROFILE].unchanged, 10);
}

static void what_is_left_out_is_told(void **state) {
  (void)state;
  assert_taken(&app, (hw_import_options){.what = "profiles", .consensus = "composite"}, "p.csv",
               everything);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "withdraw", "", &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_PROFILE, 1, "wrong tube", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_assert_ok(app_test_import(&app, "family_members", "m.csv", "family,person\nF-2,R-2\n", &err),
               &err);
  char *text = export_text(&app, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  assert_string_equal(report.note,
                      "1 withdrawn profiles are left out; 1 consensus profiles are left out: "
                      "--consensus makes them again from their replicates; 1 profiles are of "
                      "persons in several families: one is named");
  assert_null(strstr(text, "P-1,"));
  free(text);
}

static void one_family_or_investigation_is_exported_where_asked(void **state) {
  (void)state;
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv", everything);
  assert_taken(&app, (hw_import_options){.what = "profiles", .investigation = "crash"}, "q.csv",
               "sample,D3S1358\nA,14/15\n");
  char *text =
      export_text(&app, (hw_export_options){.what = "profiles-wide", .only = "F-2"}, HW_OK);
  assert_int_equal(report.n_rows, 1);
  hw_assert_contains(text, "\nP-5,");
  free(text);
  text = export_text(&app, (hw_export_options){.what = "profiles-long", .investigation = "crash"},
                     HW_OK);
  assert_int_equal(report.n_rows, 1);
  hw_assert_contains(text, "\ncrash/A,");
  free(text);
  free(export_text(&app, (hw_export_options){.what = "profiles-wide", .only = "F-9"},
                   HW_E_REFERENCE));
  assert_string_equal(err.message, "there is no family 'F-9'");
}

static void random_profiles_come_back_from_every_table(void **state) {
  (void)state;
  static const char *const cells[] = {"",      "8/9",     "9.3/10", "12/12",   "14/?",
                                      "9/9.3", "8/10/12", "<5/>20", "30.2/31", "7/7"};
  rng r = rng_seeded(31);
  hw_str table = HW_STR_INIT;
  hw_str_append(&table, "sample,sex,M1,M2,M3,M4,M5\n");
  for (int i = 0; i < 500; i++) {
    hw_str_append_format(&table, "S%03d,%s", i, rng_chance(&r, 0.5) ? "male" : "");
    for (int m = 0; m < 5; m++)
      hw_str_append_format(&table, ",%s", cells[rng_below(&r, sizeof cells / sizeof *cells)]);
    hw_str_append(&table, "\n");
  }
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv", hw_str_text(&table));
  char *before = export_text(&app, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  char *text = export_text(&app, (hw_export_options){.what = "profiles-long"}, HW_OK);
  assert_taken(&other, (hw_import_options){.what = "profiles"}, "q.csv", text);
  char *after = export_text(&other, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  assert_string_equal(before, after);
  free(before);
  free(text);
  free(after);
  hw_str_clear(&table);
}

/* --- laboratories' formats --- */

/* What both formats can say: a person's profile has the person's code. */
static const char plain[] =
    "profile,person,sample,family,relation,missing,sex,role,kit,laboratory,analyst,second_analyst,"
    "typed_on,replicate,dropout,drop_in,note,D3S1358,vWA,AMEL,D21S11\n"
    "R-1,R-1,,F-1,mother,,female,relative,PowerPlex 16,LAB1,an,,2024-05-01,,,,a note,14/15,16/16,X/X,"
    "30.2/31\n"
    "R-2,R-2,,F-1,father,,male,relative,PowerPlex 16,LAB1,an,,2024-05-01,,,,,14/14,15/16/17,X/Y,\n"
    "R-3,R-3,,F-1,,yes,female,missing,PowerPlex 16,LAB1,an,,2024-05-01,,,,,14/14,15/16,X/X,\n"
    "S-1,,S-1,,,,male,,PowerPlex 16,LAB1,an,,2024-05-01,,,,,14/14,15/16,X/Y,\n";

static void assert_laboratory_round_trip(const char *format, const char *lacks) {
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv", plain);
  char *text = export_text(&app, (hw_export_options){.what = format}, HW_OK);
  assert_string_equal(report.note, "");
  assert_int_equal(report.n_rows, 4);
  assert_taken(&other, (hw_import_options){0}, "q.txt", text);
  free(text);
  char *before = export_text(&app, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  char *after = export_text(&other, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  /* What the format has no place for is taken out of what is expected. */
  for (char *at; lacks != NULL && (at = strstr(before, lacks)) != NULL;)
    memmove(at, at + strlen(lacks), strlen(at + strlen(lacks)) + 1);
  for (char *at; lacks != NULL && (at = strstr(after, lacks)) != NULL;)
    memmove(at, at + strlen(lacks), strlen(at + strlen(lacks)) + 1);
  assert_string_equal(before, after);
  free(before);
  free(after);
}

static void cmf_imports_to_the_same_profiles(void **state) {
  (void)state;
  assert_laboratory_round_trip("cmf", NULL);
}

static void genemapper_imports_to_the_same_profiles(void **state) {
  (void)state;
  assert_taken(&other, (hw_import_options){.what = "markers"}, "m.csv",
               "code,type\nD3S1358,str\nvWA,str\nAMEL,sex\nD21S11,str\n");
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv", plain);
  char *text = export_text(&app, (hw_export_options){.what = "genemapper"}, HW_OK);
  assert_string_equal(report.note, "");
  assert_taken(&other, (hw_import_options){0}, "q.txt", text);
  free(text);
  static const struct {
    const char *code, *observations;
  } expected[] = {
      {"R-1", "14,15;16;X;30.2,31"}, {"R-2", "14;15,16,17;X,Y;"}, {"S-1", "14;15,16;X,Y;"}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    const hw_record *profile = app_test_get(&other, HW_KIND_PROFILE, expected[i].code);
    assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_OBSERVATIONS),
                        expected[i].observations);
    assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_KIT), "PowerPlex 16");
    assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_ANALYST), "an");
  }
  assert_string_equal(hw_record_text(app_test_get(&other, HW_KIND_FAMILY_MEMBER, "F-1/R-1"),
                                     HW_FIELD_FAMILY_MEMBER_RELATION),
                      "mother");
  assert_string_equal(
      hw_record_text(app_test_get(&other, HW_KIND_PROFILE, "R-1"), HW_FIELD_PROFILE_NOTE),
      "a note");
}

static void replicates_go_through_genemapper(void **state) {
  (void)state;
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv",
               "sample,replicate,D3S1358\nS,1,14/15\nS,2,14/14\n");
  char *before = export_text(&app, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  char *text = export_text(&app, (hw_export_options){.what = "genemapper"}, HW_OK);
  assert_taken(&other, (hw_import_options){0}, "q.txt", text);
  char *after = export_text(&other, (hw_export_options){.what = "profiles-wide"}, HW_OK);
  assert_string_equal(before, after);
  free(before);
  free(text);
  free(after);
}

static void what_a_laboratory_format_cannot_say_is_left_out_and_told(void **state) {
  (void)state;
  assert_taken(&app, (hw_import_options){.what = "profiles", .consensus = "composite"}, "p.csv",
               everything);
  free(export_text(&app, (hw_export_options){.what = "genemapper"}, HW_OK));
  assert_string_equal(report.note,
                      "1 consensus profiles are left out; 2 half results are left out: "
                      "GeneMapper's text would read them as homozygotes; 1 profiles under a "
                      "dropout model are left out");
  free(export_text(&app, (hw_export_options){.what = "cmf"}, HW_E_VALUE));
  hw_assert_contains(err.message, "while writing CMF, and ");
}

static void a_half_result_goes_through_cmf_as_a_required_allele(void **state) {
  (void)state;
  static const char half[] =
      "sample,laboratory,kit,analyst,typed_on,D3S1358,vWA\nS,LAB1,PowerPlex 16,an,2024-05-01,14/?,16/16\n";
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv", half);
  char *text = export_text(&app, (hw_export_options){.what = "cmf"}, HW_OK);
  hw_assert_contains(text, "ALLELEREQUIRED=\"true\"");
  assert_taken(&other, (hw_import_options){0}, "q.xml", text);
  free(text);
  const hw_record *profile = app_test_get(&other, HW_KIND_PROFILE, "S");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_OBSERVATIONS), "14,?;16");
  assert_true(hw_record_is_null(profile, HW_FIELD_PROFILE_NOTE));
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  static const char *const formats[] = {"profiles-wide", "profiles-long", "genemapper", "cmf"};
  assert_taken(&app, (hw_import_options){.what = "profiles"}, "p.csv", plain);
  for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
    const hw_export_options options = {.what = formats[f]};
    bool is_done = false;
    for (long n = 0; !is_done && hw_faults_begin(n); n += 3) {
      FILE *file = fopen("/dev/null", "wb");
      hw_status status =
          file != NULL ? hw_export_stream(&app, &options, file, &report, &err) : HW_E_NO_MEMORY;
      is_done = !hw_faults_end() || status == HW_OK;
      if (file != NULL) fclose(file);
      if (!is_done) assert_true(status == HW_E_NO_MEMORY || status == HW_E_IO);
    }
    assert_true(is_done);
  }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_apps, close_apps)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_wide_table_is_what_was_imported),
      CASE(a_wide_table_imports_to_the_same_records),
      CASE(a_long_table_imports_to_the_same_records),
      CASE(a_table_of_several_panels_has_all_their_markers),
      CASE(importing_an_export_into_the_same_database_changes_nothing),
      CASE(what_is_left_out_is_told),
      CASE(one_family_or_investigation_is_exported_where_asked),
      CASE(random_profiles_come_back_from_every_table),
      CASE(cmf_imports_to_the_same_profiles),
      CASE(genemapper_imports_to_the_same_profiles),
      CASE(replicates_go_through_genemapper),
      CASE(what_a_laboratory_format_cannot_say_is_left_out_and_told),
      CASE(a_half_result_goes_through_cmf_as_a_required_allele),
      CASE(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("export_profiles", tests, app_tests_begin, app_tests_end);
}
