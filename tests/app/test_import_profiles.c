/* Profiles from tables: which records a row becomes, and which words refuse it.
 *
 * All codes and alleles are made up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/consensus.h"
#include "app/import_tables.h"
#include "app/panels.h"
#include "oracle/rng.h"
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

static void assert_taken(hw_import_options options, const char *name, const char *text) {
  options.what = "profiles";
  options.apply = true;
  hw_status status = app_test_import_with(&app, &options, name, text, &err);
  if (status != HW_OK) print_message("%s", app_test_mistakes());
  hw_assert_ok(status, &err);
}

static void assert_imported(const char *text) {
  assert_taken((hw_import_options){0}, "p.csv", text);
}

/* All mistakes of a table; nothing of it stays. */
static void assert_refused(const char *text, const char *expected) {
  const int64_t before = app_test_count(&app, HW_KIND_PROFILE);
  assert_int_not_equal(app_test_import(&app, "profiles", "p.csv", text, &err), HW_OK);
  const char *mistakes = app_test_mistakes();
  if (strcmp(mistakes, expected) != 0) print_message("%s", mistakes);
  assert_string_equal(mistakes, expected);
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), before);
}

static const char *profile_text(const char *code, int field) {
  return hw_record_text(app_test_get(&app, HW_KIND_PROFILE, code), field);
}

static void assert_observations(const char *code, const char *expected) {
  assert_string_equal(profile_text(code, HW_FIELD_PROFILE_OBSERVATIONS), expected);
}

static void assert_note(int number, const char *expected) {
  assert_true(app_test_report.n_notes > number);
  assert_string_equal(app_test_report.notes[number], expected);
}

/* --- what rows become --- */

static void a_relative_is_a_person_in_a_family_with_a_profile(void **state) {
  (void)state;
  assert_imported("profile,person,family,relation,sex,kit,laboratory,analyst,second_analyst,"
                  "typed_on,note,D3S1358,vWA\n"
                  "P-1,R-1,F-1,mother,f,Kit A,LAB,an,binh,2024-05-01,good,14/15,16/16\n");
  const hw_record *person = app_test_get(&app, HW_KIND_PERSON, "R-1");
  assert_string_equal(hw_record_text(person, HW_FIELD_PERSON_SEX), "female");
  assert_string_equal(hw_record_text(person, HW_FIELD_PERSON_ROLE), "relative");
  const hw_record *family = app_test_get(&app, HW_KIND_FAMILY, "F-1");
  assert_string_equal(hw_record_text(family, HW_FIELD_FAMILY_STATE), "open");
  const hw_record *member = app_test_get(&app, HW_KIND_FAMILY_MEMBER, "F-1/R-1");
  assert_string_equal(hw_record_text(member, HW_FIELD_FAMILY_MEMBER_RELATION), "mother");
  assert_true(hw_record_is_null(member, HW_FIELD_FAMILY_MEMBER_IS_MISSING));
  const hw_record *profile = app_test_get(&app, HW_KIND_PROFILE, "P-1");
  assert_int_equal(hw_record_int(profile, HW_FIELD_PROFILE_PERSON), 1);
  assert_true(hw_record_is_null(profile, HW_FIELD_PROFILE_SAMPLE));
  assert_true(hw_record_is_null(profile, HW_FIELD_PROFILE_LABEL));
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_OBSERVATIONS), "14,15;16");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_USE), "single");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_KIT), "Kit A");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_LABORATORY), "LAB");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_ANALYST), "an");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_SECOND_ANALYST), "binh");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_TYPED_ON), "2024-05-01");
  assert_string_equal(hw_record_text(profile, HW_FIELD_PROFILE_NOTE), "good");
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 0);
}

static void a_row_without_a_person_is_remains(void **state) {
  (void)state;
  assert_imported("profile,sample,sex,D3S1358\nP-1,S-1,male,14/15\nS-2,,,14/14\n");
  const hw_record *sample = app_test_get(&app, HW_KIND_SAMPLE, "S-1");
  assert_string_equal(hw_record_text(sample, HW_FIELD_SAMPLE_SEX), "male");
  assert_true(hw_record_is_null(sample, HW_FIELD_SAMPLE_PERSON));
  sample = app_test_get(&app, HW_KIND_SAMPLE, "S-2");
  assert_true(hw_record_is_null(sample, HW_FIELD_SAMPLE_SEX));
  assert_int_equal(
      hw_record_int(app_test_get(&app, HW_KIND_PROFILE, "P-1"), HW_FIELD_PROFILE_SAMPLE), 1);
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON), 0);
}

static void any_word_about_a_person_makes_a_reference(void **state) {
  (void)state;
  assert_imported("profile,sample,family,missing,role,D3S1358\n"
                  "A,,F,,,14/15\n"    /* family: a relative with the profile's code */
                  "B,,F,yes,,14/15\n" /* who the family misses */
                  "C,,,,staff,14/15\n"
                  "D,swab 4,,,relative,14/15\n" /* a reference with its sample */
                  "E,,,,remains,14/15\n");
  static const char *const roles[][2] = {
      {"A", "relative"}, {"B", "missing"}, {"C", "staff"}, {"D", "relative"}};
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(
        hw_record_text(app_test_get(&app, HW_KIND_PERSON, roles[i][0]), HW_FIELD_PERSON_ROLE),
        roles[i][1]);
  assert_int_equal(hw_record_int(app_test_get(&app, HW_KIND_FAMILY_MEMBER, "F/B"),
                                 HW_FIELD_FAMILY_MEMBER_IS_MISSING),
                   1);
  assert_int_equal(
      hw_record_int(app_test_get(&app, HW_KIND_SAMPLE, "swab 4"), HW_FIELD_SAMPLE_PERSON), 4);
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON), 4);
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 2);
}

static void samples_are_references_where_the_importer_says_so(void **state) {
  (void)state;
  assert_taken((hw_import_options){.samples_are = "references"}, "p.csv",
               "code,D3S1358\nA,14/15\n");
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON), 1);
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 0);
  hw_import_options bad = {.what = "profiles", .samples_are = "both"};
  hw_assert_status(app_test_import_with(&app, &bad, "p.csv", "code,D3S1358\nB,14/15\n", &err),
                   HW_E_USAGE, &err);
  assert_string_equal(err.message, "--samples-are: \"both\" is neither remains nor references");
}

static void two_columns_of_a_marker_are_one_result(void **state) {
  (void)state;
  assert_taken((hw_import_options){.single = "partial"}, "p.csv",
               "sample;D3S1358 Allele 1;D3S1358 Allele 2;TH01;TH01\n"
               "A;15;14;9.3;9.3\nB;15;;OL;6\nC;;;0;0\n");
  assert_observations("A", "14,15;9.3");
  assert_observations("B", "15,?;6,?");
  assert_observations("C", ";");
  assert_string_equal(profile_text("B", HW_FIELD_PROFILE_NOTE), "off ladder at TH01");
  assert_note(0, "1 results have off-ladder alleles, named in the profiles' notes");
}

static void a_long_table_has_a_row_per_marker(void **state) {
  (void)state;
  assert_imported("profile,sex,family,marker,allele 1,allele 2,allele 3,peak\n"
                  "A,f,F,D3S1358,14,15,,x\n"
                  "A,,,AMEL,X,X,,x\n"
                  "A,,,vWA,16,17,18,x\n"
                  "B,,F,vWA,16,?,,x\n"
                  "B,,,TH01,6,9.3,,x\n");
  assert_observations("A", "14,15;X;16,17,18");
  assert_observations("B", ";;16,?;6,9.3");
  assert_string_equal(hw_record_text(app_test_get(&app, HW_KIND_PERSON, "A"), HW_FIELD_PERSON_SEX),
                      "female");
  assert_note(0, "columns that are not used: peak");
  assert_note(1, "1 results have more than two alleles: they are kept and not used for kinship");
}

static void a_cell_may_hold_both_alleles_in_a_long_table_too(void **state) {
  (void)state;
  assert_imported("sample,locus,alleles\nA,D3S1358,14/15\nA,rs123,AG\nB,D3S1358,\n");
  assert_observations("A", "14,15;A,G");
  assert_observations("B", ";");
}

static void an_x_marker_of_a_man_has_one_allele(void **state) {
  (void)state;
  assert_imported("profile,role,sex,AMEL,DXS10074,DYS391\n"
                  "A,relative,male,,17,10\nB,relative,,X/Y,17,10\nC,relative,f,,17/17,\n");
  assert_observations("A", ";17,-;10,-");
  assert_observations("B", "X,Y;17,-;10,-");
  assert_observations("C", ";17;");
}

static void profiles_under_a_dropout_model_are_sets(void **state) {
  (void)state;
  assert_imported("sample,dropout,drop_in,D3S1358,vWA\nA,0.2,0.05,14,{}\nB,,,14/15,\n");
  assert_observations("A", "{14};{}");
  assert_observations("B", "14,15;");
  assert_true(hw_record_real(app_test_get(&app, HW_KIND_PROFILE, "A"), HW_FIELD_PROFILE_DROPOUT) ==
              0.2);
}

static void spellings_of_markers_are_one_marker(void **state) {
  (void)state;
  assert_imported("sample,vWA,Penta D,Amelogenin\nA,14/15,9/10,XY\n");
  assert_taken((hw_import_options){0}, "q.csv", "sample,VWA,PENTA_D,AMEL\nB,14/15,9/10,XX\n");
  assert_int_equal(app_test_count(&app, HW_KIND_MARKER), 3);
  assert_int_equal(app_test_count(&app, HW_KIND_PANEL), 1);
  assert_int_equal(app_test_count(&app, HW_KIND_MARKER_ALIAS), 3);
  assert_observations("B", "14,15;9,10;X");
}

static void codes_carry_the_investigation_and_labels_the_name(void **state) {
  (void)state;
  hw_import_options crash = {.investigation = "crash"};
  assert_taken(crash, "p.csv",
               "profile,person,family,sample,D3S1358\nA,R,F,,14/15\nS,,,S,14/15\n"
               "crash/T,,,,14/15\n");
  assert_string_equal(profile_text("crash/A", HW_FIELD_PROFILE_LABEL), "A");
  assert_string_equal(
      hw_record_text(app_test_get(&app, HW_KIND_FAMILY, "crash/F"), HW_FIELD_FAMILY_LABEL), "F");
  assert_string_equal(
      hw_record_text(app_test_get(&app, HW_KIND_SAMPLE, "crash/S"), HW_FIELD_SAMPLE_LABEL), "S");
  app_test_get(&app, HW_KIND_SAMPLE, "crash/T");
  app_test_get(&app, HW_KIND_PERSON, "crash/R");
}

static void comments_and_blank_rows_are_no_profiles(void **state) {
  (void)state;
  assert_imported("# made up\nsample,D3S1358,vWA\n# half\nA,14/15,16/16\n,,\n\n");
  assert_int_equal(app_test_report.n_rows, 1);
}

static void texts_are_kept_in_normal_form(void **state) {
  (void)state;
  assert_imported("profile,family,relation,D3S1358\nA,F,me\xCC\xA3,14/15\n");
  assert_string_equal(hw_record_text(app_test_get(&app, HW_KIND_FAMILY_MEMBER, "F/A"),
                                     HW_FIELD_FAMILY_MEMBER_RELATION),
                      "m\xE1\xBA\xB9");
}

/* Without its comment signs a template is a table that can be imported. */
static void examples_of_templates_are_profiles(void **state) {
  (void)state;
  static const hwp_table_type *const types[] = {&hwp_table_profiles, &hwp_table_profiles_long};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    hw_str text = HW_STR_INIT;
    hwp_table_template(types[i], &text);
    char *table = strdup(hw_str_text(&text));
    assert_non_null(table);
    for (char *at; (at = strstr(table, "\n# ")) != NULL;) memmove(at + 1, at + 3, strlen(at + 2));
    hw_app_close(&app);
    app_test_new(&app);
    assert_imported(table);
    assert_observations("P-1", i == 0 ? "14,15;16;X" : "14,15;16");
    free(table);
    hw_str_clear(&text);
  }
}

/* --- sexes --- */

static void amelogenin_gives_a_sex_where_none_is_stated(void **state) {
  (void)state;
  assert_imported("profile,role,sex,AMEL\nA,relative,,XY\nB,relative,unknown,X\nS,,,X/Y\n");
  assert_string_equal(hw_record_text(app_test_get(&app, HW_KIND_PERSON, "A"), HW_FIELD_PERSON_SEX),
                      "male");
  assert_string_equal(hw_record_text(app_test_get(&app, HW_KIND_PERSON, "B"), HW_FIELD_PERSON_SEX),
                      "female");
  assert_string_equal(hw_record_text(app_test_get(&app, HW_KIND_SAMPLE, "S"), HW_FIELD_SAMPLE_SEX),
                      "male");
  assert_note(0, "the sex of 3 persons or samples is taken from amelogenin");
}

static void amelogenin_against_the_stated_sex_is_told_and_both_stay(void **state) {
  (void)state;
  assert_imported("profile,role,sex,AMEL\nA,relative,f,X/Y\nB,relative,f,X/X\n");
  assert_note(0, "line 2: A is stated to be female, amelogenin shows a male: were samples "
                 "exchanged?");
  assert_note(1, "amelogenin contradicts the stated sex of 1 profiles");
  assert_string_equal(hw_record_text(app_test_get(&app, HW_KIND_PERSON, "A"), HW_FIELD_PERSON_SEX),
                      "female");
  assert_observations("A", "X,Y");
  /* A sex that is stored already is held against it as well. */
  assert_taken((hw_import_options){0}, "q.csv", "profile,person,AMEL\nC,A,XY\n");
  assert_note(0, "line 2: C is stated to be female, amelogenin shows a male: were samples "
                 "exchanged?");
}

/* --- what is there already --- */

static void persons_who_are_known_keep_what_is_stored(void **state) {
  (void)state;
  hw_assert_ok(app_test_import(&app, "persons", "r.csv", "code,sex,role\nR,male,missing\n", &err),
               &err);
  assert_imported("profile,person,D3S1358\nP,R,14/15\n");
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON), 1);
  assert_string_equal(hw_record_text(app_test_get(&app, HW_KIND_PERSON, "R"), HW_FIELD_PERSON_ROLE),
                      "missing");
  assert_refused(
      "profile,person,sex,D3S1358\nQ,R,female,14/15\n",
      "p.csv:2:5: sex: \"female\", but the stored person R says \"male\": say --update to "
      "change it\n");
}

static void the_same_profile_in_another_table_changes_nothing(void **state) {
  (void)state;
  assert_imported("profile,role,D3S1358,vWA\nA,relative,14/15,16/17\n");
  /* Other columns, another order, one more marker that was not typed. */
  assert_taken((hw_import_options){0}, "q.csv",
               "person,profile,vWA,TH01,D3S1358\nA,A,16/17,,15/14\n");
  assert_int_equal(app_test_report.counts[HW_KIND_PROFILE].unchanged, 1);
  assert_int_equal(app_test_report.counts[HW_KIND_PROFILE].added, 0);
  assert_refused("profile,role,D3S1358,vWA\nA,relative,14/15,16/18\n",
                 "p.csv:2: observations: \"14,15;16,18\", but the stored profile A says "
                 "\"14,15;16,17\": evidence is never changed, withdraw it first\n");
}

static void a_file_is_recognised(void **state) {
  (void)state;
  static const char table[] = "sample,D3S1358\nA,14/15\n";
  assert_imported(table);
  assert_imported(table);
  assert_true(app_test_report.is_known);
  /* Read in another way, it is another import. */
  assert_taken((hw_import_options){.single = "homozygous"}, "p.csv", table);
  assert_false(app_test_report.is_known);
  assert_int_equal(app_test_report.counts[HW_KIND_PROFILE].unchanged, 1);
}

static void a_dry_run_counts_and_leaves_nothing(void **state) {
  (void)state;
  hw_import_options options = {.what = "profiles"};
  char before[HW_DIGEST_TEXT_SIZE];
  snprintf(before, sizeof before, "%s", app_test_head(&app));
  hw_assert_ok(app_test_import_with(&app, &options, "p.csv", "sample,D3S1358\nA,14/15\n", &err),
               &err);
  assert_int_equal(app_test_report.counts[HW_KIND_PROFILE].added, 1);
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 0);
  assert_string_equal(app_test_head(&app), before);
}

static void a_withdrawn_profile_keeps_its_code(void **state) {
  (void)state;
  assert_imported("sample,D3S1358\nA,14/15\n");
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "withdraw", "", &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_PROFILE, 1, "wrong tube", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  assert_refused("sample,D3S1358\nA,14/16\n",
                 "p.csv:2: observations: \"14,16\", but the stored profile A, which was withdrawn "
                 "(wrong tube), says \"14,15\": give what is right another key\n");
}

/* --- replicates --- */

static void replicates_become_a_consensus_with_its_sources(void **state) {
  (void)state;
  assert_taken((hw_import_options){.consensus = "2-of-n"}, "p.csv",
               "sample,replicate,kit,D3S1358,vWA,TH01\n"
               "S,1,K,14/15,16/17,6/6\nS,2,K,14/15,16/?,6/6\nS,3,K,14/15,18/19,\n"
               "T,,K,14/15,16/17,6/6\n");
  assert_observations("S#2", "14,15;16,?;6");
  assert_string_equal(profile_text("S#2", HW_FIELD_PROFILE_USE), "replicate");
  assert_observations("S#consensus", "14,15;16,?;6");
  assert_string_equal(profile_text("S#consensus", HW_FIELD_PROFILE_USE), "consensus");
  assert_string_equal(profile_text("S#consensus", HW_FIELD_PROFILE_RULE), "2-of-n of 3");
  assert_string_equal(profile_text("S#consensus", HW_FIELD_PROFILE_KIT), "K");
  assert_string_equal(profile_text("S#consensus", HW_FIELD_PROFILE_NOTE),
                      "replicates differ at vWA");
  assert_string_equal(profile_text("T", HW_FIELD_PROFILE_USE), "single");
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE_SOURCE), 3);
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 2);
  assert_note(0, "1 consensus profiles made by the rule 2-of-n; replicates differ at 1 markers, "
                 "named in the profiles' notes");
}

static void one_more_replicate_makes_a_new_consensus_and_withdraws_the_old(void **state) {
  (void)state;
  const hw_import_options composite = {.consensus = "composite"};
  assert_taken(composite, "p.csv", "sample,replicate,D3S1358\nS,1,14/?\nS,2,14/?\n");
  assert_observations("S#consensus", "14,?");
  assert_taken(composite, "q.csv", "sample,replicate,vWA,D3S1358\nS,3,16/17,15/?\n");
  const hw_record *old = app_test_get(&app, HW_KIND_PROFILE, "S#consensus");
  assert_string_equal(old->withdrawn, "replaced by the consensus S#consensus-2");
  assert_observations("S#consensus-2", "14,15;16,17");
  /* The same again is the same: nothing is replaced. */
  hw_consensus_rule rule;
  hw_consensus_made made;
  hw_assert_ok(hw_consensus_rule_parse("composite", &rule, &err), &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "consensus", "", &err), &err);
  hw_assert_ok(hw_consensus_make(&app, HW_KIND_SAMPLE, 1, &rule, &made, &err), &err);
  hw_store_rollback(app.store);
  assert_false(made.is_new);
  assert_int_equal(made.n_replicates, 3);
}

static void replicates_without_a_rule_are_told(void **state) {
  (void)state;
  assert_imported("person,replicate,D3S1358\nR,1,14/15\nR,2,14/15\n");
  assert_note(0, "2 replicates are kept, and used once there is a consensus of them: say "
                 "--consensus composite, 2-of-n or strict");
  hw_import_options bad = {.what = "profiles", .consensus = "most"};
  hw_assert_status(app_test_import_with(&app, &bad, "q.csv", "sample,D3S1358\nA,14/15\n", &err),
                   HW_E_USAGE, &err);
}

static void replicates_under_a_dropout_model_have_a_model_together(void **state) {
  (void)state;
  assert_taken((hw_import_options){.consensus = "composite"}, "p.csv",
               "sample,replicate,dropout,drop_in,D3S1358,vWA\n"
               "S,1,0.2,0.05,14,16\nS,2,0.5,0.05,15,\n");
  const hw_record *made = app_test_get(&app, HW_KIND_PROFILE, "S#consensus");
  assert_string_equal(hw_record_text(made, HW_FIELD_PROFILE_OBSERVATIONS), "{14,15};");
  hw_assert_close(hw_record_real(made, HW_FIELD_PROFILE_DROPOUT), 0.1, 1e-12, 0);
  hw_assert_close(hw_record_real(made, HW_FIELD_PROFILE_DROP_IN), 0.1, 1e-12, 0);
}

/* --- what is refused --- */

static void mistakes_have_their_place(void **state) {
  (void)state;
  static const struct {
    const char *table, *mistakes;
  } bad[] = {
      {"", "p.csv: the table is empty: expected a header\n"},
      {"sex,D3S1358\nf,14/15\n",
       "p.csv:1: no column says whose profile a row is: expected one called profile, sample or "
       "person\n"},
      {"sample,sex\nA,f\n", "p.csv:1: no column is a marker\n"},
      {"sample,D3S1358\nA,14/15,16\n",
       "p.csv:2: the row has 3 cells, the header has 2: is a delimiter missing, or a text with a "
       "delimiter not in quotes?\n"},
      {"sample,D3S1358,vWA\nA,14/15,\"9,3\"\n",
       "p.csv:2:9: vWA: \"9,3\" can be one allele or two: write 9.3, or 9/3\n"},
      {"sample,D3S1358,vWA\nA,14/15,17\n",
       "p.csv:2:9: vWA: one allele alone (17) can be a homozygote or half a result: say --single "
       "homozygous or --single partial, or write 17/17 or 17/?\n"},
      {"sample,D3S1358_1,D3S1358_2\nA,14/15,16\n",
       "p.csv:2:3: D3S1358: 2 alleles in one of the marker's 2 columns\n"},
      {"sample,D3S1358\n,14/15\n", "p.csv:2:1: profile: is missing: whose profile is this?\n"},
      {"sample,sex,D3S1358\nA,mal,14/15\n",
       "p.csv:2:3: sex: \"mal\": expected male, female or unknown\n"},
      {"profile,role,D3S1358\nA,aunt,14/15\n",
       "p.csv:2:3: role: \"aunt\": expected missing, relative, staff, other, or remains\n"},
      {"profile,missing,D3S1358\nA,M-7,14/15\n",
       "p.csv:2:3: missing: \"M-7\": expected yes or no: is this who the family misses?\n"},
      {"profile,relation,D3S1358\nA,mother,14/15\n",
       "p.csv:2:3: relation: \"mother\", but no family is named: mother of whom?\n"},
      {"profile,role,family,D3S1358\nA,remains,F,14/15\n",
       "p.csv:2:3: role: remains belong to no family: leave family empty, or give the role of a "
       "reference\n"},
      {"sample,typed_on,D3S1358\nA,31/12/2024,14/15\n",
       "p.csv:2:3: typed_on: \"31/12/2024\" is no date: expected 1968-02-03, 1968-02, 1968, or a "
       "range 1968-02/1968-04\n"},
      {"sample,replicate,D3S1358\nA,first,14/15\n",
       "p.csv:2:3: replicate: \"first\" is not a whole number\n"},
      {"sample,dropout,D3S1358\nA,1.5,14/15\n", "p.csv:2:3: dropout: 1.5 is outside 0 to 1\n"},
      {"sample,dropout,D3S1358\nA,\"0,1\",14/15\n",
       "p.csv:2:3: dropout: \"0,1\" is not a number; write the decimal sign as a point\n"},
      {"sample,D3S1358\nA,14/15\nB,16/17\nA,14/15\n",
       "p.csv:4:1: profile: the profile A stands on line 2 too: number several typings of one "
       "sample in a column 'replicate'\n"},
      {"sample,D3S1358,vWA,Vwa_1\nA,14/15,16,17\nB,14/1b,16/16,17\n",
       "p.csv:3:3: D3S1358: \"1b\" is no allele: expected a number such as 14 or 9.3\n"
       "p.csv:3:9: vWA: 2 alleles in one of the marker's 2 columns\n"},
      {"sample,D3S1358\nA,\"14/15\n",
       "p.csv:2:3: a quoted field is not closed before the end of the file\n"},
      {"sample,marker,allele\nA,D3S1358,14/15\nB,D3S1358,14/15\nA,vWA,14/15\n",
       "p.csv:4: profile: the profile A stands on line 2 too: number several typings of one sample "
       "in a column 'replicate'\n"},
      {"sample,marker,allele\nA,D3S1358,14/15\nA,d3s1358,14/15\n",
       "p.csv:3:3: D3S1358 of this profile stands on line 2 too\n"},
      {"sample,marker,allele\nA,,14/15\n",
       "p.csv:2:3: marker: is missing: which marker is this?\n"},
      {"sample,sex,marker,allele\nA,f,D3S1358,14/15\nA,m,vWA,14/15\n",
       "p.csv:3:3: sex: \"m\", but an earlier row of this profile says \"f\"\n"},
      {"sample,marker,allele\nA,D3S1358,14\n",
       "p.csv:2: D3S1358: one allele alone (14) can be a homozygote or half a result: say --single "
       "homozygous or --single partial, or write 14/14 or 14/?\n"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_refused(bad[i].table, bad[i].mistakes);
}

static void twenty_mistakes_are_told_and_the_rest_counted(void **state) {
  (void)state;
  hw_str table = HW_STR_INIT;
  hw_str_append(&table, "sample,D3S1358\n");
  for (int i = 0; i < 30; i++) hw_str_append_format(&table, "S%d,x\n", i);
  assert_int_equal(app_test_import(&app, "profiles", "p.csv", hw_str_text(&table), &err),
                   HW_E_VALUE);
  hw_assert_contains(app_test_mistakes(), "p.csv:21:5: D3S1358: \"x\" is no allele");
  hw_assert_contains(app_test_mistakes(), "\nand 10 more\n");
  hw_str_clear(&table);
}

/* --- size and memory --- */

/* As many as a laboratory has in years; every hundredth is read back. */
static void twenty_thousand_rows_come_back(void **state) {
  (void)state;
  enum { N_ROWS = 20000, N_MARKERS = 24 };
  hw_str table = HW_STR_INIT, expected = HW_STR_INIT;
  rng r = rng_seeded(20);
  hw_str_append(&table, "profile,person,family,relation,sex");
  for (int m = 0; m < N_MARKERS; m++) hw_str_append_format(&table, ",M%d", m);
  for (int i = 0; i < N_ROWS; i++) {
    hw_str_append_format(&table, "\nP%05d,R%05d,F%04d,relation %d,%s", i, i, i / 3, i % 3,
                         i % 2 ? "m" : "f");
    if (i == 12300) expected.length = 0;
    for (int m = 0; m < N_MARKERS; m++) {
      const int a = 8 + (int)rng_below(&r, 10), b = 8 + (int)rng_below(&r, 10);
      hw_str_append_format(&table, ",%d/%d", a, b);
      if (i != 12300) continue;
      hw_str_append_format(&expected, a == b ? "%s%d" : "%s%d,%d", m > 0 ? ";" : "", a < b ? a : b,
                           a < b ? b : a);
    }
  }
  hw_str_append(&table, "\n");
  assert_int_equal(hw_str_status(&table), HW_OK);
  assert_imported(hw_str_text(&table));
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), N_ROWS);
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON), N_ROWS);
  assert_int_equal(app_test_count(&app, HW_KIND_FAMILY), (N_ROWS + 2) / 3);
  assert_int_equal(app_test_count(&app, HW_KIND_FAMILY_MEMBER), N_ROWS);
  assert_int_equal(app_test_count(&app, HW_KIND_PANEL), 1);
  assert_observations("P12300", hw_str_text(&expected));
  hw_str_clear(&table);
  hw_str_clear(&expected);
}

static void exhausted_memory_is_reported_and_nothing_stays(void **state) {
  (void)state;
  const char *path = app_test_file(
      "p.csv",
      "sample,person,family,replicate,D3S1358_1,D3S1358_2\nA,R,F,1,14,15\nA,R,F,2,14,16\n");
  hw_import_options options = {.what = "profiles", .apply = true, .consensus = "composite"};
  bool is_done = false;
  /* The number of allocations is in the hundreds: one in seven is enough. */
  for (long n = 0; !is_done && hw_faults_begin(n); n += 7) {
    hw_import_report_clear(&app_test_report);
    hw_status status = hw_import_file(&app, path, &options, &app_test_report, &err);
    is_done = !hw_faults_end();
    if (is_done)
      hw_assert_ok(status, &err);
    else if (status != HW_OK)
      assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 0);
    else
      is_done = true; /* what failed was not needed: a note, a cache */
  }
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 3);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_app, close_app)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_relative_is_a_person_in_a_family_with_a_profile),
      CASE(a_row_without_a_person_is_remains),
      CASE(any_word_about_a_person_makes_a_reference),
      CASE(samples_are_references_where_the_importer_says_so),
      CASE(two_columns_of_a_marker_are_one_result),
      CASE(a_long_table_has_a_row_per_marker),
      CASE(a_cell_may_hold_both_alleles_in_a_long_table_too),
      CASE(an_x_marker_of_a_man_has_one_allele),
      CASE(profiles_under_a_dropout_model_are_sets),
      CASE(spellings_of_markers_are_one_marker),
      CASE(codes_carry_the_investigation_and_labels_the_name),
      CASE(comments_and_blank_rows_are_no_profiles),
      CASE(texts_are_kept_in_normal_form),
      CASE(examples_of_templates_are_profiles),
      CASE(amelogenin_gives_a_sex_where_none_is_stated),
      CASE(amelogenin_against_the_stated_sex_is_told_and_both_stay),
      CASE(persons_who_are_known_keep_what_is_stored),
      CASE(the_same_profile_in_another_table_changes_nothing),
      CASE(a_file_is_recognised),
      CASE(a_dry_run_counts_and_leaves_nothing),
      CASE(a_withdrawn_profile_keeps_its_code),
      CASE(replicates_become_a_consensus_with_its_sources),
      CASE(one_more_replicate_makes_a_new_consensus_and_withdraws_the_old),
      CASE(replicates_without_a_rule_are_told),
      CASE(replicates_under_a_dropout_model_have_a_model_together),
      CASE(mistakes_have_their_place),
      CASE(twenty_mistakes_are_told_and_the_rest_counted),
      CASE(twenty_thousand_rows_come_back),
      CASE(exhausted_memory_is_reported_and_nothing_stays),
  };
  return cmocka_run_group_tests_name("import_profiles", tests, app_tests_begin, app_tests_end);
}
