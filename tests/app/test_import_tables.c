/* Tables that people have: families, dossiers, frequencies, column maps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "support/assert.h"

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

static void assert_imported(const char *what, const char *text) {
  char name[100];
  snprintf(name, sizeof name, "%s.csv", what);
  hw_status status = app_test_import(&app, what, name, text, &err);
  if (status != HW_OK) print_message("%s", app_test_mistakes());
  hw_assert_ok(status, &err);
}

static void assert_refused(const char *what, const char *text, const char *expected) {
  assert_int_not_equal(app_test_import(&app, what, "x.csv", text, &err), HW_OK);
  const char *mistakes = app_test_mistakes();
  if (strcmp(mistakes, expected) != 0) print_message("%s", mistakes);
  assert_string_equal(mistakes, expected);
}

static void assert_text(hw_kind_id kind, const char *code, int field, const char *expected) {
  assert_string_equal(hw_record_text(app_test_get(&app, kind, code), field), expected);
}

static int64_t id_of(hw_kind_id kind, const char *code) {
  return app_test_get(&app, kind, code)->id;
}

static void assert_added(hw_kind_id kind, int64_t n) {
  if (app_test_report.counts[kind].added != n) print_message("%s\n", hw_kind_get(kind)->name);
  assert_int_equal(app_test_report.counts[kind].added, n);
}

/* --- families --- */

static const char FAMILY[] =
    "family,person,father,mother,sex,missing,relation,name,twin_of,pedigree\n"
    "F,mother,,,Nữ,,mother,Trần Thị B,,\n"
    "F,son,father,mother,M,có,,,,\n"
    "F,brother,father,mother,nam,,brother,,,\n"
    "F,twin,father,mother,male,0,brother,,son,\n"
    "F,brother,stepfather,mother,,,,,,half\n";

static void a_family_is_its_members_and_who_is_whose_child(void **state) {
  (void)state;
  assert_imported("families", FAMILY);
  assert_added(HW_KIND_FAMILY, 1);
  assert_added(HW_KIND_PERSON, 6);
  assert_added(HW_KIND_FAMILY_MEMBER, 6);
  assert_added(HW_KIND_PERSON_NAME, 1);
  assert_added(HW_KIND_PEDIGREE, 2);
  assert_added(HW_KIND_IDENTITY, 2);
  assert_added(HW_KIND_DESCENT, 5 + 6);
  assert_text(HW_KIND_PERSON, "mother", HW_FIELD_PERSON_SEX, "female");
  assert_text(HW_KIND_PERSON, "father", HW_FIELD_PERSON_SEX, "male");
  assert_text(HW_KIND_PERSON, "son", HW_FIELD_PERSON_ROLE, "missing");
  assert_text(HW_KIND_PERSON, "brother", HW_FIELD_PERSON_ROLE, "relative");
  assert_text(HW_KIND_PEDIGREE, "F/stated", HW_FIELD_PEDIGREE_STATUS, "stated");
  assert_text(HW_KIND_PEDIGREE, "F/half", HW_FIELD_PEDIGREE_STATUS, "alternative");
  const hw_record *member = app_test_get(&app, HW_KIND_FAMILY_MEMBER, "F/son");
  assert_int_equal(hw_record_int(member, HW_FIELD_FAMILY_MEMBER_IS_MISSING), 1);
  assert_int_equal(hw_record_int(member, HW_FIELD_FAMILY_MEMBER_RANK), 2);
  int64_t father = id_of(HW_KIND_PERSON, "father"), step = id_of(HW_KIND_PERSON, "stepfather");
  const hw_record *descent = app_test_get(&app, HW_KIND_DESCENT, "F/stated/brother");
  assert_int_equal(hw_record_int(descent, HW_FIELD_DESCENT_FATHER), father);
  descent = app_test_get(&app, HW_KIND_DESCENT, "F/half/brother");
  assert_int_equal(hw_record_int(descent, HW_FIELD_DESCENT_FATHER), step);
  /* Who has no row of the alternative is taken from the stated pedigree. */
  descent = app_test_get(&app, HW_KIND_DESCENT, "F/half/son");
  assert_int_equal(hw_record_int(descent, HW_FIELD_DESCENT_FATHER), father);
}

static void the_same_family_again_is_unchanged(void **state) {
  (void)state;
  assert_imported("families", FAMILY);
  hw_import_options options = {.what = "families", .apply = true, .update = true};
  hw_assert_ok(app_test_import_with(&app, &options, "again.csv", FAMILY, &err), &err);
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    assert_int_equal(app_test_report.counts[k].added, 0);
    assert_int_equal(app_test_report.counts[k].changed, 0);
  }
  assert_int_equal(app_test_report.counts[HW_KIND_DESCENT].unchanged, 11);
}

static void families_of_an_investigation_carry_its_name(void **state) {
  (void)state;
  hw_import_options options = {.what = "families", .investigation = "Q", .apply = true};
  hw_assert_ok(app_test_import_with(&app, &options, "q.csv", FAMILY, &err), &err);
  assert_text(HW_KIND_FAMILY, "Q/F", HW_FIELD_FAMILY_LABEL, "F");
  assert_text(HW_KIND_FAMILY_MEMBER, "Q/F/Q/son", HW_FIELD_FAMILY_MEMBER_LABEL, "son");
  assert_imported("families", FAMILY);
  assert_int_equal(app_test_count(&app, HW_KIND_FAMILY), 2);
}

static void impossible_families_are_told(void **state) {
  (void)state;
  assert_refused(
      "families", "family,person,father,mother,sex\nF,a,b,,\nF,b,a,,\n",
      "x.csv:2: a is her own ancestor, or his, over 2 generations, while checking family "
      "F\n");
  assert_refused("families", "family,person,father,mother,sex\nF,a,b,,\nF,b,,,female\n",
                 "x.csv:2: father: b, the father of a, is female, while checking family F\n");
  assert_refused("families", "family,person,twin_of\nF,a,b\nG,b,\n",
                 "x.csv:2: twin_of: \"b\" is not in this family\n");
  assert_refused("families", "family,person,twin_of\nF,a,a\n",
                 "x.csv:2: twin_of: \"a\" cannot be the own twin\n");
  assert_refused(
      "families", "family,person,sex,twin_of\nF,a,male,\nF,b,female,a\n",
      "x.csv:3: sex: a and b are one individual but differ in sex, while checking family "
      "F\n");
  assert_refused("families", "family,person\nF,a\nF,b\nF,a\n",
                 "x.csv:4: person: \"a\" stands in line 2 already, in the same pedigree\n");
  assert_refused("families", "family,person,sex,pedigree\nF,a,male,\nF,a,female,other\n",
                 "x.csv:3: sex: \"a\" is male in another row of the family\n");
  assert_refused("families", "family,person,pedigree\nF,a,other\n",
                 "x.csv:2: pedigree: family \"F\" has no stated pedigree: leave \"pedigree\" empty "
                 "in the rows that are believed\n");
}

static void words_and_columns_of_families_are_told(void **state) {
  (void)state;
  assert_refused("families", "family,person,sex,missing\nF,a,gentleman,perhaps\n,b,,\nF,,,\n",
                 "x.csv:2:5: sex: \"gentleman\" is no sex: expected male, female or unknown (or m, "
                 "f, nam, nữ)\n"
                 "x.csv:2:15: missing: \"perhaps\" is neither yes nor no\n"
                 "x.csv:3:1: family: is missing: the family's code\n"
                 "x.csv:4:3: person: is missing: the member's code\n");
  assert_refused("families", "family,person,fahter\nF,a,b\n",
                 "x.csv:1:15: fahter: a table of families has no such column: is it \"father\"? "
                 "'homeward export families --template' shows all of them\n");
  assert_refused("families", "family,father,mother\nF,a,b\n",
                 "x.csv:1: the column \"person\" is missing: code of the member\n");
  assert_refused("families", "family,person\nF,a\nG,b\nF,c\n",
                 "x.csv:4: family: the rows of family \"F\" do not stand together: sort the table "
                 "by family\n");
}

static void what_is_stored_of_a_person_stays(void **state) {
  (void)state;
  assert_imported("persons", "code,sex,role\na,male,missing\n");
  assert_imported("families", "family,person\nF,a\n");
  assert_text(HW_KIND_PERSON, "a", HW_FIELD_PERSON_SEX, "male");
  assert_text(HW_KIND_PERSON, "a", HW_FIELD_PERSON_ROLE, "missing");
  assert_int_equal(app_test_report.n_notes, 1);
  hw_assert_contains(app_test_report.notes[0], "nobody is marked as missing");
  assert_refused("families", "family,person,sex\nG,a,f\n",
                 "x.csv:2: sex: \"female\", but person a (row 1) says \"male\": say --update to "
                 "change it\n");
}

/* --- dossiers --- */

static const char DOSSIERS[] =
    "dossier,person,name,sex,source,weight,date,unit,home_place\n"
    "D-1,,Nguyễn Văn A,m,death notice,0.9,1972-06,Battalion 3,Hải Dương\n"
    "D-1,,,,letter,0.5,,Battalion 5,\n"
    "D-2,P-2,,,list,,,,Huế\n";

static void sources_stand_side_by_side(void **state) {
  (void)state;
  assert_imported("dossiers", DOSSIERS);
  assert_added(HW_KIND_DOSSIER, 2);
  assert_added(HW_KIND_PERSON, 2);
  assert_added(HW_KIND_PERSON_NAME, 1);
  assert_added(HW_KIND_ASSERTION, 4);
  assert_text(HW_KIND_DOSSIER, "D-1", HW_FIELD_DOSSIER_STATE, "open");
  assert_text(HW_KIND_PERSON, "D-1", HW_FIELD_PERSON_ROLE, "missing");
  assert_text(HW_KIND_PERSON, "P-2", HW_FIELD_PERSON_SEX, "unknown");
  const hw_record *said =
      app_test_get(&app, HW_KIND_ASSERTION, "D-1/unit/Battalion 3/death notice");
  assert_true(hw_record_real(said, HW_FIELD_ASSERTION_WEIGHT) == 0.9);
  assert_string_equal(hw_record_text(said, HW_FIELD_ASSERTION_ASSERTED_ON), "1972-06");
  app_test_get(&app, HW_KIND_ASSERTION, "D-1/unit/Battalion 5/letter");
  app_test_get(&app, HW_KIND_ASSERTION, "D-2/home place/Huế/list");
  /* Again, with one more source: what is known is recognised. */
  hw_str more = HW_STR_INIT;
  hw_str_append(&more, DOSSIERS);
  hw_str_append(&more, "D-2,,,,witness,,,,Huế\n");
  assert_imported("dossiers", hw_str_text(&more));
  hw_str_clear(&more);
  assert_added(HW_KIND_ASSERTION, 1);
  assert_int_equal(app_test_report.counts[HW_KIND_ASSERTION].unchanged, 4);
}

static void assertions_come_one_per_row_too(void **state) {
  (void)state;
  assert_imported("dossiers", "dossier,person,field,value,source,weight,date\n"
                              "D-1,P-1,unit,Battalion 3,death notice,0.9,1972-06\n"
                              "D-1,P-1,name,Nguyễn Văn A,death notice,,\n"
                              "D-1,,stature,165 cm,letter,,1970\n");
  assert_added(HW_KIND_ASSERTION, 2);
  assert_added(HW_KIND_PERSON_NAME, 1);
  app_test_get(&app, HW_KIND_PERSON_NAME, "P-1/full/Nguyễn Văn A");
  assert_refused("dossiers", "dossier,field,value,source\nD-1,unit,,letter\nD-1,,x,letter\n",
                 "x.csv:2:10: value: is missing: as the source writes it\n"
                 "x.csv:3:5: field: is missing: what is asserted: unit, rank, home place, date of "
                 "death, stature, …\n");
}

static void dossiers_that_do_not_fit_are_told(void **state) {
  (void)state;
  assert_refused("dossiers", "dossier,unit\nD-1,Battalion 3\n",
                 "x.csv:2: source: is missing: what is said of \"unit\" needs who says so\n");
  assert_refused(
      "dossiers",
      "dossier,source,weight,date,site,sex,unit\n"
      "D-1,letter,3,,,,x\nD-2,letter,,12/1968,,,x\nD-3,letter,,,S-9,,x\n"
      "D-4,letter,,,,both,x\n,letter,,,,,x\n",
      "x.csv:2:12: weight: 3 is not between 0 and 1\n"
      "x.csv:3:13: date: \"12/1968\" is no date: expected 1968-02-03, 1968-02, 1968, or a "
      "range 1968-02/1968-04\n"
      "x.csv:4:14: site: there is no site \"S-9\": import it first, or correct the code\n"
      "x.csv:5:15: sex: \"both\" is no sex: expected male, female or unknown\n"
      "x.csv:6:1: dossier: is missing: the dossier's code\n");
  assert_imported("dossiers", "dossier,source,weight,unit\nD-1,letter,0.5,x\n");
  assert_refused(
      "dossiers", "dossier,source,weight,unit\nD-1,letter,0.6,x\n",
      "x.csv:2:12: weight: 0.6, but assertion D-1/unit/letter (row 1) says 0.5: evidence "
      "is never changed, withdraw it first\n");
}

/* --- frequencies --- */

static const char TABLE[] =
    "locus,allele,freq,two_n,population,source\n"
    "D3S1358,15,0.4,200,Example,a study\nD3S1358,16,0.6,200,Example,a study\n"
    "vWA,17,0.25,200,Example,a study\nvWA,18,0.75,200,Example,a study\n";

static void a_published_table_becomes_a_frequency_table(void **state) {
  (void)state;
  hw_import_options options = {.what = "frequencies",
                               .apply = true,
                               .table = "T",
                               .mutation = {.model = "equal", .rate = {0.001, 0.002}}};
  hw_assert_ok(app_test_import_with(&app, &options, "x.csv", TABLE, &err), &err);
  assert_added(HW_KIND_POPULATION, 1);
  assert_added(HW_KIND_FREQUENCY_TABLE, 1);
  assert_added(HW_KIND_FREQUENCY_MARKER, 2);
  assert_added(HW_KIND_FREQUENCY, 4);
  const hw_record *table = app_test_get(&app, HW_KIND_FREQUENCY_TABLE, "T");
  int64_t id = table->id;
  assert_string_equal(hw_record_text(table, HW_FIELD_FREQUENCY_TABLE_STATUS), "accepted");
  assert_string_equal(hw_record_text(table, HW_FIELD_FREQUENCY_TABLE_SOURCE), "a study");
  assert_true(hw_record_is_null(table, HW_FIELD_FREQUENCY_TABLE_FINDING));
  assert_int_equal(hw_record_int(table, HW_FIELD_FREQUENCY_TABLE_N), 100);
  const hw_record *marker = app_test_get(&app, HW_KIND_FREQUENCY_MARKER, "T/vWA");
  assert_true(hw_record_real(marker, HW_FIELD_FREQUENCY_MARKER_RATE_MALE) == 0.002);
  assert_true(hw_record_real(marker, HW_FIELD_FREQUENCY_MARKER_SUM) == 1);
  const hw_record *allele = app_test_get(&app, HW_KIND_FREQUENCY, "T/vWA/17");
  assert_true(hw_record_real(allele, HW_FIELD_FREQUENCY_FREQUENCY) == 0.25);
  /* The investigation had no table. */
  const hw_record *main = app_test_get(&app, HW_KIND_INVESTIGATION, "main");
  assert_int_equal(hw_record_int(main, HW_FIELD_INVESTIGATION_TABLE), id);
  /* A second table is there, but used only if that is said. */
  options.table = "U";
  hw_assert_ok(app_test_import_with(&app, &options, "x.csv", TABLE, &err), &err);
  main = app_test_get(&app, HW_KIND_INVESTIGATION, "main");
  assert_int_equal(hw_record_int(main, HW_FIELD_INVESTIGATION_TABLE), id);
  options.use_table = true;
  options.update = true;
  hw_assert_ok(app_test_import_with(&app, &options, "x.csv", TABLE, &err), &err);
  main = app_test_get(&app, HW_KIND_INVESTIGATION, "main");
  assert_int_equal(hw_record_int(main, HW_FIELD_INVESTIGATION_TABLE), 2);
}

static void tables_that_fail_a_check_are_refused_or_flagged(void **state) {
  (void)state;
  static const char bad[] = "locus,allele,freq\nD3S1358,15,0.4\nD3S1358,16,0.5\n";
  hw_import_options options = {.what = "frequencies", .apply = true, .table = "T"};
  assert_int_equal(app_test_import_with(&app, &options, "x.csv", bad, &err), HW_E_VALUE);
  hw_assert_contains(err.message, "the frequencies sum to 0.9, not to 1");
  hw_assert_contains(err.message, "--accept-flagged");
  assert_int_equal(app_test_count(&app, HW_KIND_FREQUENCY_TABLE), 0);
  /* Rescaling does not hide that a tenth is missing. */
  options.frequency.normalisation = HW_NORMALISE_RESCALE;
  assert_int_equal(app_test_import_with(&app, &options, "x.csv", bad, &err), HW_E_VALUE);
  hw_assert_contains(err.message, "D3S1358: the published frequencies sum to 0.9");
  options.accept_flagged = true;
  hw_assert_ok(app_test_import_with(&app, &options, "x.csv", bad, &err), &err);
  assert_text(HW_KIND_FREQUENCY_TABLE, "T", HW_FIELD_FREQUENCY_TABLE_STATUS, "flagged");
  const hw_record *table = app_test_get(&app, HW_KIND_FREQUENCY_TABLE, "T");
  hw_assert_contains(
      hw_record_text(table, HW_FIELD_FREQUENCY_TABLE_FINDING),
      "D3S1358: the published frequencies sum to 0.9; D3S1358: how many were sampled "
      "is not stated; no source is stated");
  const hw_record *marker = app_test_get(&app, HW_KIND_FREQUENCY_MARKER, "T/D3S1358");
  hw_assert_close(hw_record_real(marker, HW_FIELD_FREQUENCY_MARKER_SUM), 0.9, 1e-12, 0);
  hw_assert_contains(hw_record_text(marker, HW_FIELD_FREQUENCY_MARKER_FINDING), "multiplied by");
  /* Without a policy, accepting means rescaling, and the record says so. */
  options = (hw_import_options){
      .what = "frequencies", .apply = true, .table = "U", .accept_flagged = true};
  hw_assert_ok(app_test_import_with(&app, &options, "x.csv", bad, &err), &err);
  table = app_test_get(&app, HW_KIND_FREQUENCY_TABLE, "U");
  assert_string_equal(hw_record_text(table, HW_FIELD_FREQUENCY_TABLE_NORMALISATION), "rescale");
  hw_assert_contains(hw_record_text(table, HW_FIELD_FREQUENCY_TABLE_FINDING),
                     "refused as published");
}

static void policies_are_recorded(void **state) {
  (void)state;
  hw_import_options options = {.what = "frequencies",
                               .apply = true,
                               .frequency = {.minimum = HW_MINIMUM_STATED,
                                             .minimum_value = 0.01,
                                             .normalisation = HW_NORMALISE_REST,
                                             .rest_allele = "other"}};
  hw_assert_ok(app_test_import_with(&app, &options, "small.csv",
                                    "locus,allele,freq\nA1,1,0.001\nA1,2,0.9\n", &err),
               &err);
  const hw_record *table = app_test_get(&app, HW_KIND_FREQUENCY_TABLE, "small");
  assert_string_equal(hw_record_text(table, HW_FIELD_FREQUENCY_TABLE_MINIMUM_POLICY), "stated");
  assert_true(hw_record_real(table, HW_FIELD_FREQUENCY_TABLE_MINIMUM) == 0.01);
  assert_text(HW_KIND_FREQUENCY_MARKER, "small/A1", HW_FIELD_FREQUENCY_MARKER_FINDING,
              "1 raised to 0.01; rest allele of 0.09");
  app_test_get(&app, HW_KIND_FREQUENCY, "small/A1/other");
}

static void mutation_models_come_as_a_table_of_their_own(void **state) {
  (void)state;
  hw_import_options options = {.what = "frequencies", .apply = true, .table = "T"};
  hw_assert_ok(app_test_import_with(&app, &options, "x.csv", TABLE, &err), &err);
  options = (hw_import_options){.what = "frequency_markers", .apply = true, .update = true};
  hw_assert_ok(app_test_import_with(&app, &options, "m.csv",
                                    "frequency_table,marker,mutation_model,rate_female,rate_male,"
                                    "range_female,range_male\nT,VWA,stepwise,0.001,0.003,0.1,0.1\n",
                                    &err),
               &err);
  assert_int_equal(app_test_report.counts[HW_KIND_FREQUENCY_MARKER].changed, 1);
  const hw_record *marker = app_test_get(&app, HW_KIND_FREQUENCY_MARKER, "T/vWA");
  assert_string_equal(hw_record_text(marker, HW_FIELD_FREQUENCY_MARKER_MODEL), "stepwise");
  assert_int_equal(hw_record_int(marker, HW_FIELD_FREQUENCY_MARKER_RANK), 2);
}

static void our_own_table_of_frequencies_is_told_from_published_ones(void **state) {
  (void)state;
  hw_import_options options = {.what = "frequencies", .apply = true, .table = "T"};
  hw_assert_ok(app_test_import_with(&app, &options, "x.csv", TABLE, &err), &err);
  assert_imported("frequencies",
                  "frequency_table,marker,allele,rank,frequency\nT,vWA,19,3,0.001\n");
  assert_added(HW_KIND_FREQUENCY, 1);
}

/* --- column maps --- */

static hw_status import_mapped(const char *map, const char *table) {
  hw_import_options options = {.what = "samples", .apply = true};
  options.map = app_test_file("x.map", map);
  return app_test_import_with(&app, &options, "x.csv", table, &err);
}

static void a_row_of_a_mapped_table_is_several_records(void **state) {
  (void)state;
  hw_assert_ok(import_mapped("table: sample\n"
                             "\"Box\" -> accession.code\n"
                             "\"Bone\" -> specimen.code\n\"Bone\" -> sample.specimen\n"
                             "\"Box\" -> specimen.accession\n\"What\" -> specimen.element\n"
                             "\"No\" -> code\n"
                             "constant \"sample\" -> custody.item_kind\n\"No\" -> custody.item\n"
                             "constant \"1\" -> custody.number\n"
                             "constant \"received\" -> custody.action\n"
                             "constant \"lab\" -> custody.to_holder\n"
                             "\"When\" -> custody.at (date DD/MM/YYYY, suffix \"T00:00:00Z\")\n"
                             "\"File\" -> dossier.code\n\"Unit\" -> dossier.combat_unit\n"
                             "constant \"the table\" -> dossier.source\n",
                             "Box,Bone,What,No,When,File,Unit\n"
                             "A,A-1,femur,X1,01/02/2020,D,Battalion 3\n"
                             "A,A-1,femur,X2,,,\n"),
               &err);
  assert_added(HW_KIND_ACCESSION, 1);
  assert_added(HW_KIND_SPECIMEN, 1);
  assert_added(HW_KIND_SAMPLE, 2);
  assert_added(HW_KIND_CUSTODY, 1);
  assert_added(HW_KIND_ASSERTION, 1);
  assert_text(HW_KIND_CUSTODY, "sample/X1/1", HW_FIELD_CUSTODY_AT, "2020-02-01T00:00:00Z");
  app_test_get(&app, HW_KIND_ASSERTION, "D/combat unit/Battalion 3/the table");
}

static void mistakes_of_mapped_tables_name_the_column(void **state) {
  (void)state;
  static const char map[] = "table: site\n\"A\" -> code\n\"B\" -> latitude\n\"C\" -> name\n";
  assert_int_not_equal(import_mapped(map, "A,B,C\nS,north,x\n,1,y\n"), HW_OK);
  assert_string_equal(app_test_mistakes(), "x.csv:2:3: latitude: \"north\" is not a number\n"
                                           "x.csv:3: code: is missing: its code\n");
  assert_int_not_equal(
      import_mapped("table: site\n\"A\" -> code\n\"B\" -> longness\n", "A,B\nS,1\n"), HW_OK);
  hw_assert_contains(app_test_mistakes(), "x.map:3");
  hw_assert_contains(app_test_mistakes(), "longness");
}

/* A laboratory's table of profiles: its own names for columns, markers and words, one marker in two
 * columns, a box beside the profile. */
static const char PROFILE_MAP[] =
    "table: profile\n"
    "\"Nr\" -> profile\n\"Spender\" -> person\n\"Familie\" -> family\n\"ist\" -> relation\n"
    "\"Geschlecht\" -> sex { m = male; w = female; \"\" = unknown }\n"
    "\"D3 a\" + \"D3 b\" -> D3S1358\n"
    "\"Willebrand\" -> vWA { leer = \"\"; * = * }\n"
    "\"DYS389-1\" -> profile.\"DYS389 I\"\n"
    "\"Box\" -> accession.code\nignore \"Datei\"\n";

static void columns_of_markers_are_renamed(void **state) {
  (void)state;
  hw_assert_ok(import_mapped(PROFILE_MAP,
                             "Nr,Spender,Familie,ist,Geschlecht,D3 a,D3 b,Willebrand,DYS389-1,Box,"
                             "Datei\n"
                             "P1,R1,F,mother,w,14,15,16/17,,B1,x\n"
                             "P2,R2,F,brother,m,14,14,leer,13,,y\n"),
               &err);
  assert_added(HW_KIND_PROFILE, 2);
  assert_added(HW_KIND_PERSON, 2);
  assert_added(HW_KIND_FAMILY_MEMBER, 2);
  assert_added(HW_KIND_ACCESSION, 1);
  app_test_get(&app, HW_KIND_MARKER, "DYS389 I");
  assert_text(HW_KIND_PROFILE, "P1", HW_FIELD_PROFILE_OBSERVATIONS, "14,15;16,17;");
  assert_text(HW_KIND_PROFILE, "P2", HW_FIELD_PROFILE_OBSERVATIONS, "14;;13,-");
  assert_text(HW_KIND_FAMILY_MEMBER, "F/R2", HW_FIELD_FAMILY_MEMBER_RELATION, "brother");
  assert_text(HW_KIND_PERSON, "R1", HW_FIELD_PERSON_SEX, "female");
}

static void mistakes_of_mapped_profiles_name_the_cell(void **state) {
  (void)state;
  static const char header[] =
      "Nr,Spender,Familie,ist,Geschlecht,D3 a,D3 b,Willebrand,DYS389-1,Box,Datei\n";
  char table[400];
  snprintf(table, sizeof table, "%sP1,R1,F,mother,w,14,15,16,,B1,x\nP1,R2,F,son,m,14,x,,,,\n",
           header);
  assert_int_not_equal(import_mapped(PROFILE_MAP, table), HW_OK);
  hw_assert_contains(app_test_mistakes(), "x.csv:2:24: vWA: one allele alone (16)");
  hw_assert_contains(app_test_mistakes(), "x.csv:3:15: D3S1358: \"x\" is no allele");
  snprintf(table, sizeof table, "%sP1,R1,,,w,14,15,,,,\nP1,R2,,,m,14,15,,,,\n", header);
  assert_int_not_equal(import_mapped(PROFILE_MAP, table), HW_OK);
  assert_string_equal(app_test_mistakes(),
                      "x.csv:3:1: profile: the profile P1 stands on line 2 too: number several "
                      "typings of one sample in a column 'replicate'\n");
  assert_int_not_equal(import_mapped("\"A\" -> profile.code\n\"B\" -> profile.vWA\n"
                                     "\"C\" -> profile.VWA\n",
                                     "A,B,C\nP,14/15,16/17\n"),
                       HW_OK);
  assert_string_equal(
      app_test_mistakes(),
      "x.csv:2:9: VWA: lines 2 and 3 of the map give one marker: join its columns in "
      "one line (\"A\" + \"B\" -> ...)\n");
  assert_int_not_equal(
      import_mapped("\"A\" -> profile.code\n\"B\" -> profile.panel\n", "A,B\nP,1\n"), HW_OK);
  assert_string_equal(app_test_mistakes(), "x.map:2: there are no records \"profile\" with a field "
                                           "\"panel\"; correct the name\n");
}

/* profile.observations makes a map one of stored profiles; then no other name is a marker. */
static void profiles_are_mapped_in_their_stored_form_too(void **state) {
  (void)state;
  assert_imported("markers", "code,type\nM,str\n");
  assert_imported("panels", "code,kind\nP,kit\n");
  assert_imported("panel_markers", "panel,rank,marker\nP,1,M\n");
  assert_imported("persons", "code,sex,role,consent\nR,male,relative,all\n");
  static const char map[] =
      "table: profile\n\"A\" -> code\n\"R\" -> person\nconstant \"P\" -> panel\n"
      "\"O\" -> observations\nconstant \"single\" -> use\n";
  hw_assert_ok(import_mapped(map, "A,R,O\nX,R,\"14,15\"\n"), &err);
  assert_text(HW_KIND_PROFILE, "X", HW_FIELD_PROFILE_OBSERVATIONS, "14,15");
  assert_int_not_equal(
      import_mapped("\"A\" -> profile.code\n\"B\" -> profile.vWA\n\"O\" -> profile.observations\n",
                    "A,B,O\nX,1,2\n"),
      HW_OK);
  hw_assert_contains(app_test_mistakes(), "x.map:2: there are no records \"profile\" with a field");
}

static void the_shipped_maps_import_their_demonstrations(void **state) {
  (void)state;
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  const char *names[][2] = {{"afdil_samples", "samples"}, {"liet_si", "dossiers"}};
  for (int i = 0; i < 2; i++) {
    char map[4096], table[4096];
    snprintf(map, sizeof map, "%s/data/maps/%s.map", root ? root : ".", names[i][0]);
    snprintf(table, sizeof table, "%s/data/maps/%s_demo.csv", root ? root : ".", names[i][0]);
    hw_import_options options = {.what = names[i][1], .map = map, .apply = true};
    hw_import_report_clear(&app_test_report);
    hw_status status = hw_import_file(&app, table, &options, &app_test_report, &err);
    if (status != HW_OK) print_message("%s", app_test_mistakes());
    hw_assert_ok(status, &err);
  }
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 3);
  assert_int_equal(app_test_count(&app, HW_KIND_CUSTODY), 2);
  assert_int_equal(app_test_count(&app, HW_KIND_DOSSIER), 2);
  assert_int_equal(app_test_count(&app, HW_KIND_ASSERTION), 11);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_app, close_app)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_family_is_its_members_and_who_is_whose_child),
      CASE(the_same_family_again_is_unchanged),
      CASE(families_of_an_investigation_carry_its_name),
      CASE(impossible_families_are_told),
      CASE(words_and_columns_of_families_are_told),
      CASE(what_is_stored_of_a_person_stays),
      CASE(sources_stand_side_by_side),
      CASE(assertions_come_one_per_row_too),
      CASE(dossiers_that_do_not_fit_are_told),
      CASE(a_published_table_becomes_a_frequency_table),
      CASE(tables_that_fail_a_check_are_refused_or_flagged),
      CASE(policies_are_recorded),
      CASE(mutation_models_come_as_a_table_of_their_own),
      CASE(our_own_table_of_frequencies_is_told_from_published_ones),
      CASE(a_row_of_a_mapped_table_is_several_records),
      CASE(mistakes_of_mapped_tables_name_the_column),
      CASE(columns_of_markers_are_renamed),
      CASE(mistakes_of_mapped_profiles_name_the_cell),
      CASE(profiles_are_mapped_in_their_stored_form_too),
      CASE(the_shipped_maps_import_their_demonstrations),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
