/* GeneMapper text and CODIS CMF into the case database: what a sample becomes.
 *
 * All names and alleles are made up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/specimen_category.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_app app;
static hw_err err;

static int open_app(void **state) {
  (void)state;
  app_test_new(&app);
  return 0;
}

static int close_app(void **state) {
  (void)state;
  hw_app_close(&app);
  return 0;
}

/* The format is found by looking at the file. */
static void assert_taken(hw_import_options options, const char *name, const char *text) {
  options.apply = true;
  hw_status status = app_test_import_with(&app, &options, name, text, &err);
  if (status != HW_OK) print_message("%s", app_test_mistakes());
  hw_assert_ok(status, &err);
}

static const char *profile_text(const char *code, int field) {
  return hw_record_text(app_test_get(&app, HW_KIND_PROFILE, code), field);
}

static void assert_observations(const char *code, const char *expected) {
  assert_string_equal(profile_text(code, HW_FIELD_PROFILE_OBSERVATIONS), expected);
}

static bool has_note(const char *text) {
  for (int i = 0; i < app_test_report.n_notes; i++)
    if (strcmp(app_test_report.notes[i], text) == 0) return true;
  return false;
}

static void assert_note(const char *text) {
  for (int i = 0; i < app_test_report.n_notes && !has_note(text); i++)
    print_message("%s\n", app_test_report.notes[i]);
  assert_true(has_note(text));
}

/* --- GeneMapper --- */

static const char plate[] =
    "Sample File\tSample Name\tPanel\tMarker\tAllele 1\tAllele 2\tAllele 3\r\n"
    "a.fsa\tbone 1\tKit\tAMEL\tX\tY\t\r\n"
    "a.fsa\tbone 1\tKit\tD3S1358\t14\t15\t\r\n"
    "a.fsa\tbone 1\tKit\tvWA\t16\t\t\r\n"
    "a.fsa\tbone 1\tKit\tTH01\t6\tOL\t\r\n"
    "a.fsa\tbone 1\tKit\tFGA\t22\t23\t24\r\n"
    "b.fsa\tbone 2\tKit\tAMEL\tX\t\t\r\n"
    "b.fsa\tbone 2\tKit\tD3S1358\t14-NB\t15\t\r\n"
    "l.fsa\tAllelic Ladder\tKit\tD3S1358\t14\t15\t\r\n"
    "n.fsa\tNTC\tKit\tD3S1358\t\t\t\r\n";

static void samples_of_genemapper_are_remains(void **state) {
  (void)state;
  assert_taken((hw_import_options){0}, "plate.txt", plate);
  assert_string_equal(app_test_report.format, "genemapper");
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 2);
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON), 0);
  assert_observations("bone 1", "X,Y;14,15;16;6,?;22,23,24");
  assert_observations("bone 2", "X;14,15;;;");
  assert_string_equal(
      hw_record_text(app_test_get(&app, HW_KIND_SAMPLE, "bone 1"), HW_FIELD_SAMPLE_SEX), "male");
  assert_string_equal(profile_text("bone 1", HW_FIELD_PROFILE_KIT), "Kit");
  assert_string_equal(profile_text("bone 1", HW_FIELD_PROFILE_NOTE),
                      "file a.fsa / off ladder at TH01");
  assert_string_equal(profile_text("bone 2", HW_FIELD_PROFILE_NOTE),
                      "file b.fsa / flagged at D3S1358");
  assert_note("line 9: \"Allelic Ladder\" is a ladder or a control: left out");
  assert_note("line 10: \"NTC\" is a ladder or a control: left out");
  assert_note("1 results carry a quality flag, named in the profiles' notes");
  assert_note("1 results have more than two alleles: they are kept and not used for kinship");
}

static void one_allele_is_a_homozygote_unless_one_says_otherwise(void **state) {
  (void)state;
  assert_taken((hw_import_options){.single = "partial"}, "plate.txt", plate);
  assert_observations("bone 1", "X,Y;14,15;16,?;6,?;22,23,24");
}

static void samples_are_references_where_the_importer_says_so(void **state) {
  (void)state;
  assert_taken((hw_import_options){.samples_are = "references"}, "plate.txt", plate);
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 0);
  const hw_record *person = app_test_get(&app, HW_KIND_PERSON, "bone 1");
  assert_string_equal(hw_record_text(person, HW_FIELD_PERSON_SEX), "male");
  assert_string_equal(hw_record_text(person, HW_FIELD_PERSON_ROLE), "relative");
}

static void a_sample_that_comes_twice_is_typed_twice(void **state) {
  (void)state;
  assert_taken((hw_import_options){.consensus = "composite"}, "plate.txt",
               "Sample File\tSample Name\tMarker\tAllele 1\tAllele 2\n"
               "a.fsa\tS\tD3S1358\t14\t15\nb.fsa\tS\tD3S1358\t14\t\nc.fsa\tT\tD3S1358\t14\t\n");
  assert_observations("S#1", "14,15");
  assert_observations("S#2", "14");
  assert_observations("S#consensus", "14,15");
  assert_string_equal(profile_text("S#2", HW_FIELD_PROFILE_USE), "replicate");
  assert_string_equal(profile_text("T", HW_FIELD_PROFILE_USE), "single");
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 2);
}

static void mistakes_of_the_file_refuse_it(void **state) {
  (void)state;
  hw_import_options options = {.apply = true, .format = "genemapper"};
  hw_status status = app_test_import_with(
      &app, &options, "plate.txt",
      "Sample Name\tMarker\tAllele 1\tAllele 2\nS\tD3S1358\t14\t15\nS\tD3S1358\t14\t16\n", &err);
  assert_int_not_equal(status, HW_OK);
  hw_assert_contains(app_test_mistakes(), "plate.txt:3");
  status =
      app_test_import_with(&app, &options, "plate.txt",
                           "Sample Name\tMarker\tAllele 1\tAllele 2\nS\tD3S1358\tabc\t15\n", &err);
  hw_assert_status(status, HW_E_VALUE, &err);
  assert_string_equal(app_test_mistakes(), "plate.txt:2: D3S1358: \"abc\" is no allele: expected a "
                                           "number such as 14 or 9.3\n");
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 0);
}

/* --- CMF --- */

#define HEAD                                                                          \
  "<?xml version=\"1.0\"?>\n<CODISImportFile xmlns=\"urn:CODISImportFile-schema\">\n" \
  "<HEADERVERSION>3.2</HEADERVERSION><MESSAGETYPE>Import</MESSAGETYPE>"               \
  "<DESTINATIONORI>LAB1</DESTINATIONORI><SOURCELAB>LAB1</SOURCELAB>"                  \
  "<SUBMITBYUSERID>an</SUBMITBYUSERID><SUBMITDATETIME>2024-05-01T08:00:00</SUBMITDATETIME>\n"

#define LOCUS(name, alleles)                                        \
  "<LOCUS><LOCUSNAME>" name "</LOCUSNAME><READINGBY>an</READINGBY>" \
  "<READINGDATETIME>2024-04-30T09:00:00</READINGDATETIME>" alleles "</LOCUS>\n"
#define ALLELE(value) "<ALLELE><ALLELEVALUE>" value "</ALLELEVALUE></ALLELE>"
#define REQUIRED(value) \
  "<ALLELE ALLELEREQUIRED=\"true\"><ALLELEVALUE>" value "</ALLELEVALUE></ALLELE>"
#define SPECIMEN(attributes, id, category, loci)                                        \
  "<SPECIMEN " attributes "><SPECIMENID>" id "</SPECIMENID><SPECIMENCATEGORY>" category \
  "</SPECIMENCATEGORY>\n" loci "</SPECIMEN>\n"

static const char batch[] = HEAD SPECIMEN("CASEID=\"F-7\"", "R-1", "Biological Mother",
                                          LOCUS("D3S1358", ALLELE("14") ALLELE("15"))
                                              LOCUS("FGA", ALLELE("22")))
    SPECIMEN("CASEID=\"F-7\"", "R-2", "Paternal Relative", LOCUS("AMEL", ALLELE("X") ALLELE("Y")))
        SPECIMEN("CASEID=\"F-7\"", "R-3", "Missing Person", LOCUS("FGA", REQUIRED("22")))
            SPECIMEN("CASEID=\"F-7\" PARTIAL=\"true\"", "U-1", "Unidentified Person",
                     LOCUS("FGA", ALLELE("22")))
                SPECIMEN("", "S-1", "Staff", LOCUS("FGA", ALLELE("22")))
                    SPECIMEN("SOURCEID=\"Yes\"", "X-1", "Forensic, Unknown",
                             LOCUS("FGA", REQUIRED("22") ALLELE("23"))) "</CODISImportFile>\n";

static void categories_tell_persons_from_remains(void **state) {
  (void)state;
  assert_taken((hw_import_options){0}, "batch.xml", batch);
  assert_string_equal(app_test_report.format, "cmf");
  static const struct {
    const char *code, *role, *sex, *relation;
  } persons[] = {{"R-1", "relative", "female", "mother"},
                 {"R-2", "relative", "male", "paternal relative"},
                 {"R-3", "missing", "unknown", ""},
                 {"S-1", "staff", "unknown", NULL}};
  for (size_t i = 0; i < sizeof persons / sizeof *persons; i++) {
    const hw_record *person = app_test_get(&app, HW_KIND_PERSON, persons[i].code);
    assert_string_equal(hw_record_text(person, HW_FIELD_PERSON_ROLE), persons[i].role);
    assert_string_equal(hw_record_text(person, HW_FIELD_PERSON_SEX), persons[i].sex);
    if (persons[i].relation == NULL) continue;
    char code[20];
    snprintf(code, sizeof code, "F-7/%s", persons[i].code);
    assert_string_equal(hw_record_text(app_test_get(&app, HW_KIND_FAMILY_MEMBER, code),
                                       HW_FIELD_FAMILY_MEMBER_RELATION),
                        persons[i].relation);
  }
  assert_int_equal(hw_record_int(app_test_get(&app, HW_KIND_FAMILY_MEMBER, "F-7/R-3"),
                                 HW_FIELD_FAMILY_MEMBER_IS_MISSING),
                   1);
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON), 4);
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 2);
}

static void one_allele_of_cmf_is_a_homozygote_unless_the_file_says_partial(void **state) {
  (void)state;
  assert_taken((hw_import_options){0}, "batch.xml", batch);
  assert_observations("R-1", "14,15;22");
  assert_observations("R-3", ";22,?;");
  assert_observations("U-1", ";22,?;");
  assert_observations("S-1", ";22;");
}

static void what_cmf_says_besides_is_kept(void **state) {
  (void)state;
  assert_taken((hw_import_options){0}, "batch.xml", batch);
  const hw_record *profile = app_test_get(&app, HW_KIND_PROFILE, "R-1");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_LABORATORY), "LAB1");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_ANALYST), "an");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_TYPED_ON), "2024-04-30");
  assert_true(hw_record_is_null(profile, HW_FIELD_PROFILE_NOTE));
  assert_string_equal(profile_text("U-1", HW_FIELD_PROFILE_NOTE), "case F-7 / partial profile");
  assert_string_equal(profile_text("X-1", HW_FIELD_PROFILE_NOTE),
                      "category Forensic, Unknown / source identified: Yes / required in "
                      "searches: FGA");
}

static void names_that_codis_does_not_list_are_taken_and_told(void **state) {
  (void)state;
  assert_taken((hw_import_options){0}, "batch.xml",
               HEAD SPECIMEN("", "A", "Unidentified Person",
                             LOCUS("D6S1043", ALLELE("12"))) "</CODISImportFile>\n");
  assert_observations("A", "12");
  assert_true(app_test_report.n_notes > 0);
  hw_assert_contains(app_test_report.notes[0], "D6S1043");
}

static void a_broken_file_is_refused_with_its_line(void **state) {
  (void)state;
  hw_import_options options = {.apply = true};
  assert_int_not_equal(app_test_import_with(&app, &options, "batch.xml",
                                            HEAD "<SPECIMEN><SPECIMENID>A</SPECIMENID>", &err),
                       HW_OK);
  hw_assert_contains(app_test_mistakes(), "batch.xml:4");
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 0);
}

/* --- both --- */

static void categories_and_relations_fit_both_ways(void **state) {
  (void)state;
  static const struct {
    const char *role, *relation, *category;
  } pairs[] = {
      {NULL, NULL, "Unidentified Person"},
      {"relative", "mother", "Biological Mother"},
      {"relative", "Father", "Biological Father"},
      {"relative", "sister", "Biological Sibling"},
      {"relative", "son", "Biological Child"},
      {"relative", "maternal aunt", "Maternal Relative"},
      {"relative", "wife", "Spouse"},
      {"relative", "mẹ", "Biological Mother"},
      {"relative", "great-aunt", "Other"},
      {"relative", NULL, "Other"},
      {"missing", NULL, "Missing Person"},
      {"staff", NULL, "Staff"},
      {"other", NULL, "Other"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    assert_string_equal(hw_specimen_category_of(pairs[i].role, pairs[i].relation)->name,
                        pairs[i].category);
  assert_null(hw_specimen_category_find("Biological Aunt"));
  assert_string_equal(hw_specimen_category_find("biological_mother")->relation, "mother");
}

static void controls_are_told_by_name_or_category(void **state) {
  (void)state;
  static const char *const controls[] = {"Allelic Ladder", "NTC", "Positive control 3", "9947A",
                                         "LADDER_2",       "neg", "reagent blank"};
  static const char *const samples[] = {"PC-17", "bone 7", "negative 1", "R-007", "blanket 3"};
  for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
    assert_true(hw_specimen_is_control(NULL, controls[i]));
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
    assert_false(hw_specimen_is_control("", samples[i]));
  assert_true(hw_specimen_is_control("Positive Control", "x"));
}

static void exhausted_memory_is_reported_and_nothing_stays(void **state) {
  (void)state;
  const char *path = app_test_file("plate.txt", plate);
  const hw_import_options options = {.apply = true};
  bool is_done = false;
  for (long n = 0; !is_done && hw_faults_begin(n); n += 11) {
    hw_import_report_clear(&app_test_report);
    hw_status status = hw_import_file(&app, path, &options, &app_test_report, &err);
    is_done = !hw_faults_end() || status == HW_OK;
    if (!is_done) assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 0);
  }
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_app, close_app)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(samples_of_genemapper_are_remains),
      CASE(one_allele_is_a_homozygote_unless_one_says_otherwise),
      CASE(samples_are_references_where_the_importer_says_so),
      CASE(a_sample_that_comes_twice_is_typed_twice),
      CASE(mistakes_of_the_file_refuse_it),
      CASE(categories_tell_persons_from_remains),
      CASE(one_allele_of_cmf_is_a_homozygote_unless_the_file_says_partial),
      CASE(what_cmf_says_besides_is_kept),
      CASE(names_that_codis_does_not_list_are_taken_and_told),
      CASE(a_broken_file_is_refused_with_its_line),
      CASE(categories_and_relations_fit_both_ways),
      CASE(controls_are_told_by_name_or_category),
      CASE(exhausted_memory_is_reported_and_nothing_stays),
  };
  return cmocka_run_group_tests_name("import_typing", tests, app_tests_begin, app_tests_end);
}
