/* Contradictions: each that a decision can see, that they are stored once and block a confirmation
 * until they are resolved with a reason; individuals and their states. */
#include <stdio.h>
#include <string.h>

#include "app/decide_support.h"
#include "support/assert.h"
#include "support/said.h"

/* Nothing of DNA is asked. */
static void ask_no_figures(hw_app *app) {
  hw_err err = HW_ERR_INIT;
  hw_policy policy;
  const hw_policy_request off = {.code = "main", .reason = "papers", .posterior = {true, true, 0}};
  hw_assert_ok(hw_policy_set(app, &off, &decide_arena, &policy, &err), &err);
}

static void new_case(hw_app *app) {
  decide_new_case(app);
  ask_no_figures(app);
}

/* Contradictions of this test are written by hand, in words that no catalogue knows. */
static bool has_foreign_words;

/* Text and kind of the open contradictions of an identification: "kind: text\n" each. */
static const char *contradictions(hw_app *app, const char *code) {
  static char text[2000];
  hw_err err = HW_ERR_INIT;
  hw_decide_sheet sheet;
  size_t n = 0;
  text[0] = '\0';
  hw_assert_ok(hw_decide_sheet_read(app, code, &decide_arena, &sheet, &err), &err);
  for (int i = 0; i < sheet.n_contradictions && n < sizeof text; i++)
    if (strcmp(sheet.contradictions[i].state, "resolved") != 0) {
      if (!has_foreign_words) hw_assert_said_in_vietnamese(sheet.contradictions[i].text);
      n += (size_t)snprintf(text + n, sizeof text - n, "%s: %s\n", sheet.contradictions[i].kind,
                            sheet.contradictions[i].text);
    }
  return text;
}

static void resolve(hw_app *app, const char *code) {
  hw_err err;
  hw_assert_ok(decide_set(app, "r1", HW_KIND_CONTRADICTION, code, "resolved", &err), &err);
}

/* --- one that blocks --- */

static void an_open_contradiction_blocks_until_it_is_resolved_with_a_reason(void **state) {
  (void)state;
  static const char refusal[] =
      "1 contradiction is open, C-1 (sex): the remains S1 are male, W is female: resolve it with "
      "'homeward set-state contradiction C-1 resolved --reason TEXT'";
  hw_app app;
  hw_err err;
  hw_state_outcome outcome;
  new_case(&app);
  decide_import(&app, "persons", "code,sex,role\nW,female,missing\n");
  const char *code = decide_propose(&app, "W", "S1");
  assert_string_equal(contradictions(&app, code), "sex: the remains S1 are male, W is female\n");
  decide_do(&app, "r1", code, "reviewed");
  assert_string_equal(decide_note, "1 of 2 reviewers agree, 0 disagree; 1 contradiction is open");
  decide_do(&app, "r2", code, "reviewed");
  decide_refused(&app, "board", code, "confirmed", refusal);
  decide_refused(&app, "board", code, "confirmed", refusal);
  /* Not to be overridden. */
  hw_assert_status(decide_step(&app, "boss", code, "confirmed", false, "why", &err), HW_E_STATE,
                   &err);
  assert_string_equal(err.message, refusal);
  assert_int_equal(app_test_count(&app, HW_KIND_CONTRADICTION), 1);
  /* Resolving takes a reason and the permission to review. */
  hw_assert_status(decide_set(&app, "board", HW_KIND_CONTRADICTION, "C-1", "resolved", &err),
                   HW_E_DENIED, &err);
  hw_assert_contains(err.message, "'review'");
  const hw_state_request silent = {
      .kind = HW_KIND_CONTRADICTION, .code = "C-1", .state = "resolved"};
  hw_assert_status(hw_state_set(&app, &silent, &decide_arena, &outcome, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "a change of state needs a reason: say --reason TEXT");
  resolve(&app, "C-1");
  assert_string_equal(hw_record_text(app_test_get(&app, HW_KIND_CONTRADICTION, "C-1"),
                                     HW_FIELD_CONTRADICTION_REASON),
                      "for a test");
  /* It can be opened again, and then blocks again. */
  hw_assert_ok(decide_set(&app, "r2", HW_KIND_CONTRADICTION, "C-1", "open", &err), &err);
  decide_refused(&app, "board", code, "confirmed", refusal);
  resolve(&app, "C-1");
  hw_assert_status(decide_set(&app, "r1", HW_KIND_CONTRADICTION, "C-1", "resolved", &err),
                   HW_E_STATE, &err);
  assert_string_equal(err.message, "is resolved: from here it can become open");
  decide_do(&app, "board", code, "confirmed");
  const hw_record *last = decide_decision(&app, code, decide_count(&app, code));
  hw_assert_contains(hw_record_text(last, HW_FIELD_DECISION_STOOD_ON),
                     "\"state\": \"resolved\", \"reason\": \"for a test\"");
  assert_int_equal(app_test_count(&app, HW_KIND_CONTRADICTION), 1);
  assert_int_equal(decide_faults(&app), 0);
  hw_app_close(&app);
}

static void what_a_refused_confirmation_finds_is_stored(void **state) {
  (void)state;
  hw_app app;
  new_case(&app);
  const char *code = decide_propose(&app, "F1-X", "S3");
  const char *first = decide_propose(&app, "F1-X", "S1");
  decide_review(&app, code);
  decide_review(&app, first);
  assert_int_equal(app_test_count(&app, HW_KIND_CONTRADICTION), 0);
  decide_do(&app, "board", first, "confirmed");
  /* Since then there is a second left femur. */
  decide_refused(&app, "board", code, "confirmed",
                 "1 contradiction is open, C-1 (repeated-element): a second left Femur: B1 is "
                 "confirmed as F1-X too (ID-2): resolve it with 'homeward set-state contradiction "
                 "C-1 resolved --reason TEXT'");
  assert_int_equal(app_test_count(&app, HW_KIND_CONTRADICTION), 1);
  assert_string_equal(decide_state(&app, code), "reviewed");
  decide_do(&app, "board", code, "rejected");
  assert_int_equal(decide_faults(&app), 0);
  hw_app_close(&app);
}

static void remains_that_are_somebody_else_cannot_be_resolved_away(void **state) {
  (void)state;
  hw_app app;
  new_case(&app);
  const char *code = decide_propose(&app, "F1-X", "S1");
  const char *other = decide_propose(&app, "F2-X", "S1");
  decide_review(&app, code);
  decide_review(&app, other);
  decide_do(&app, "board", code, "confirmed");
  decide_refused(&app, "board", other, "confirmed",
                 "these remains are confirmed for somebody already (ID-1): withdraw that first");
  assert_int_equal(app_test_count(&app, HW_KIND_CONTRADICTION), 0);
  decide_do(&app, "board", code, "withdrawn");
  decide_do(&app, "board", other, "confirmed");
  hw_app_close(&app);
}

/* --- each kind --- */

static void bones_of_one_person_may_be_several_but_none_twice(void **state) {
  (void)state;
  static const struct {
    const char *row; /* of the second bone; the first is a left femur */
    bool repeats;
  } cases[] = {
      {"femur,left,,", true},         {"FEMUR,left,,", true},    {"femur,right,,", false},
      {"femur,unknown,,", false},     {"femur,,,", false},       {"tibia,left,,", false},
      {"femur,left,proximal,", true}, {"femur,left,,0.9", true}, {"rib,left,,", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_app app;
    char text[200];
    new_case(&app);
    snprintf(text, sizeof text, "code,accession,element,side,portion,completeness\nB9,BOX,%s\n",
             cases[i].row);
    decide_import(&app, "specimens", text);
    decide_import(&app, "samples", "code,investigation,specimen\nS9,main,B9\n");
    const char *first = decide_propose(&app, "F1-X", "S1");
    decide_review(&app, first);
    decide_do(&app, "board", first, "confirmed");
    const char *code = decide_propose(&app, "F1-X", "S9");
    assert_int_equal(app_test_count(&app, HW_KIND_CONTRADICTION), cases[i].repeats);
    if (!cases[i].repeats) {
      decide_review(&app, code);
      decide_do(&app, "board", code, "confirmed");
      assert_string_equal(decide_note, "other remains of this person are confirmed too (ID-1)");
    }
    hw_app_close(&app);
  }
}

static void parts_of_one_bone_may_lie_side_by_side(void **state) {
  (void)state;
  static const struct {
    const char *a, *b; /* portion,completeness,zones */
    bool repeats;
  } cases[] = {
      {"proximal,,", "distal,,", false},
      {"proximal,,", "Proximal,,", true},
      {",0.4,", ",0.5,", false},
      {",0.6,", ",0.5,", true},
      {",,1;2", ",,3;4", false},
      {",,1; 2", ",,2;3", true},
      {"distal,0.9,1;2", "distal,0.9,3", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_app app;
    char text[300];
    new_case(&app);
    snprintf(text, sizeof text,
             "code,accession,element,side,portion,completeness,zones\nB8,BOX,humerus,left,%s\n"
             "B9,BOX,humerus,left,%s\n",
             cases[i].a, cases[i].b);
    decide_import(&app, "specimens", text);
    decide_import(&app, "samples", "code,investigation,specimen\nS8,main,B8\nS9,main,B9\n");
    const char *first = decide_propose(&app, "F1-X", "S8");
    decide_review(&app, first);
    decide_do(&app, "board", first, "confirmed");
    decide_propose(&app, "F1-X", "S9");
    assert_int_equal(app_test_count(&app, HW_KIND_CONTRADICTION), cases[i].repeats);
    hw_app_close(&app);
  }
}

static void profiles_that_exclude_each_other_are_not_one_person(void **state) {
  (void)state;
  static const struct {
    const char *observations; /* of a second profile; the first shows 10,10 everywhere */
    int n;                    /* markers that exclude */
  } cases[] = {
      {"11;11;11;11;11;11;11;11;11;11", 10}, {"10;10;10;10;10;10;10;10;10;10", 0},
      {"11;10;10;10;10;10;10;10;10;10", 0},  {"10,11;10,12;;;;;;;;", 2},
      {"10,?;11,?;12,?;;;;;;;", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_app app;
    char text[300], expected[200] = "";
    new_case(&app);
    decide_import(&app, "specimens", "code,accession,element,side\nB9,BOX,rib,left\n");
    decide_import(&app, "samples", "code,investigation,specimen\nS9,main,B9\n");
    snprintf(text, sizeof text,
             "code,person,sample,panel,observations,use\nS9,,S9,P,\"%s\",single\n",
             cases[i].observations);
    decide_import(&app, "profiles", text);
    const char *first = decide_propose(&app, "F1-X", "S1");
    decide_review(&app, first);
    decide_do(&app, "board", first, "confirmed");
    const char *code = decide_propose(&app, "F1-X", "S9");
    if (cases[i].n > 1)
      snprintf(expected, sizeof expected,
               "profile: S1 is confirmed as F1-X too (ID-1), and the profiles differ at %d "
               "markers\n",
               cases[i].n);
    assert_string_equal(contradictions(&app, code), expected);
    hw_app_close(&app);
  }
}

static void sexes_dates_and_ages_that_cannot_be_are_found(void **state) {
  (void)state;
  static const struct {
    const char *sex, *ages;          /* of the specimen */
    const char *field[2], *value[2]; /* asserted */
    const char *expected;
  } cases[] = {
      {"male", ",", {"unit"}, {"Battalion 3"}, ""},
      {"unknown", ",", {"unit"}, {"female"}, ""},
      {"female", ",", {"unit"}, {"3"}, "sex: the specimen B9 is estimated female, F1-X is male\n"},
      {"", ",", {"date of death"}, {"1972-06"}, ""},
      {"", ",", {"date of death"}, {"1990-05"}, ""},
      {"", ",", {"date of death"}, {"1989/1995"}, ""},
      {"", ",", {"date of death"}, {"perhaps 1999"}, ""},
      {"",
       ",",
       {"Date-of-Death"},
       {"1990-06"},
       "date: Date-of-Death of F1-X (assertion 1) lies after the box BOX was received\n"},
      {"",
       ",",
       {"date of death", "died"},
       {"1972", "1991/1992"},
       "date: died of F1-X (assertion 2) lies after the box BOX was received\n"},
      {"", "18,25", {"date of birth", "date of death"}, {"1950", "1970"}, ""},
      {"", "18,25", {"date of birth", "date of death"}, {"1945", "1970-12"}, ""},
      {"",
       "18,24",
       {"date of birth", "date of death"},
       {"1944-01", "1970-12"},
       "age: the age of the specimen B9 does not fit F1-X at death (assertions 1 and 2)\n"},
      {"",
       "30,",
       {"born", "died"},
       {"1950", "1970"},
       "age: the age of the specimen B9 does not fit F1-X at death (assertions 1 and 2)\n"},
      {"",
       ",",
       {"born", "died"},
       {"1972", "1970"},
       "date: F1-X died before birth (assertions 1 and 2)\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_app app;
    char text[400];
    new_case(&app);
    snprintf(text, sizeof text, "code,accession,element,sex,age_from,age_to\nB9,BOX,skull,%s,%s\n",
             cases[i].sex, cases[i].ages);
    decide_import(&app, "specimens", text);
    decide_import(&app, "samples", "code,investigation,specimen\nS9,main,B9\n");
    decide_import(&app, "dossier", "code,person\nD1,F1-X\n");
    size_t n = (size_t)snprintf(text, sizeof text, "dossier,field,value,source\n");
    for (int k = 0; k < 2 && cases[i].field[k] != NULL; k++)
      n += (size_t)snprintf(text + n, sizeof text - n, "D1,%s,%s,source %d\n", cases[i].field[k],
                            cases[i].value[k], k + 1);
    decide_import(&app, "assertions", text);
    const char *code = decide_propose(&app, "F1-X", "S9");
    assert_string_equal(contradictions(&app, code), cases[i].expected);
    assert_int_equal(app_test_count(&app, HW_KIND_CONTRADICTION), cases[i].expected[0] != '\0');
    hw_app_close(&app);
  }
}

static void without_a_box_the_sample_says_when_remains_were_there(void **state) {
  (void)state;
  hw_app app;
  new_case(&app);
  decide_import(&app, "samples", "code,investigation,taken_on\nS9,main,1980-01-02\n");
  decide_import(&app, "dossier", "code,person\nD1,F1-X\n");
  decide_import(&app, "assertions",
                "dossier,field,value,source\nD1,date of death,1980-01-03,a letter\n");
  assert_string_equal(
      contradictions(&app, decide_propose(&app, "F1-X", "S9")),
      "date: date of death of F1-X (assertion 1) lies after the sample S9 was taken\n");
  hw_app_close(&app);
}

/* --- individuals --- */

static void an_individual_that_contradicts_itself_is_nobody(void **state) {
  (void)state;
  hw_app app;
  hw_err err;
  new_case(&app);
  decide_import(&app, "individuals", "code,investigation\nG1,main\nG2,main\n");
  /* Two left femora, one through its sample; G2 holds the skull and the tibia. */
  decide_import(&app, "individual_members",
                "individual,item_kind,item\nG1,specimen,B1\nG1,sample,S3\nG1,specimen,B2\n"
                "G2,specimen,B2\nG2,specimen,B4\n");
  const char *code = decide_propose(&app, "F1-X", "S1");
  assert_string_equal(contradictions(&app, code),
                      "repeated-element: two of left femur in G1: B1 and B3\n");
  assert_int_equal(app_test_count(&app, HW_KIND_CONTRADICTION), 1);
  /* It is the individual's, so another identification of a bone of it sees the same one. */
  const char *other = decide_propose(&app, "F1-X", "S3");
  assert_string_equal(contradictions(&app, other),
                      "repeated-element: two of left femur in G1: B1 and B3\n");
  assert_int_equal(app_test_count(&app, HW_KIND_CONTRADICTION), 1);
  decide_review(&app, code);
  hw_assert_status(decide_step(&app, "board", code, "confirmed", false, NULL, &err), HW_E_STATE,
                   &err);
  hw_assert_status(decide_set(&app, "board", HW_KIND_INDIVIDUAL, "G1", "confirmed", &err),
                   HW_E_STATE, &err);
  assert_string_equal(err.message,
                      "the contradiction C-1 is open: resolve it with 'homeward set-state "
                      "contradiction C-1 resolved --reason TEXT'");
  hw_assert_status(decide_set(&app, "clerk", HW_KIND_INDIVIDUAL, "G2", "confirmed", &err),
                   HW_E_DENIED, &err);
  hw_assert_ok(decide_set(&app, "board", HW_KIND_INDIVIDUAL, "G2", "confirmed", &err), &err);
  /* Dissolved, it holds nothing together. */
  hw_assert_ok(decide_set(&app, "board", HW_KIND_INDIVIDUAL, "G1", "dissolved", &err), &err);
  assert_string_equal(contradictions(&app, code), "");
  decide_do(&app, "board", code, "confirmed");
  hw_assert_status(decide_set(&app, "board", HW_KIND_INDIVIDUAL, "G1", "confirmed", &err),
                   HW_E_STATE, &err);
  assert_string_equal(err.message, "is dissolved: this is final");
  hw_assert_status(decide_set(&app, "board", HW_KIND_INDIVIDUAL, "G2", "proposed", &err),
                   HW_E_STATE, &err);
  assert_string_equal(err.message, "is confirmed: from here it can become dissolved");
  assert_int_equal(decide_faults(&app), 0);
  hw_app_close(&app);
}

static void sexes_within_an_individual_are_compared(void **state) {
  (void)state;
  hw_app app;
  new_case(&app);
  decide_import(&app, "specimens",
                "code,accession,element,sex\nB8,BOX,skull,male\nB9,BOX,sacrum,female\n");
  decide_import(&app, "samples", "code,investigation,specimen\nS8,main,B8\n");
  decide_import(&app, "individuals", "code,investigation\nG1,main\n");
  decide_import(&app, "individual_members",
                "individual,item_kind,item\nG1,specimen,B8\nG1,specimen,B9\n");
  assert_string_equal(contradictions(&app, decide_propose(&app, "F1-X", "S8")),
                      "sex: in G1 the specimen B8 is estimated male and B9 female\n");
  hw_app_close(&app);
}

/* What others found: of the specimen, of its individual, of this identification, of another. */
static void contradictions_that_others_stored_block_too(void **state) {
  has_foreign_words = true;
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  new_case(&app);
  decide_import(&app, "individuals", "code,investigation\nG1,main\n");
  decide_import(&app, "individual_members", "individual,item_kind,item\nG1,sample,S1\n");
  const char *code = decide_propose(&app, "F1-X", "S1");
  decide_propose(&app, "F2-X", "S1");
  decide_import(&app, "contradictions",
                "code,kind,identification,individual,specimen,other,text,state\n"
                "X1,stature,ID-1,,,,too tall,open\nX2,mtdna,,G1,,,two sequences,open\n"
                "X3,articulation,,,B4,B1,do not fit,open\nX4,stature,ID-2,,B1,,too tall,open\n"
                "X5,articulation,,,B4,B2,do not fit,open\n");
  assert_string_equal(contradictions(&app, code),
                      "stature: too tall\nmtdna: two sequences\narticulation: do not fit\n");
  decide_review(&app, code);
  hw_assert_status(decide_step(&app, "board", code, "confirmed", false, NULL, &err), HW_E_STATE,
                   &err);
  hw_assert_contains(err.message,
                     "3 contradictions are open, X1 (stature): too tall: resolve each");
  resolve(&app, "X1");
  resolve(&app, "X2");
  /* A record that was withdrawn blocks nothing. */
  hw_assert_ok(decide_set(&app, "r1", HW_KIND_CONTRADICTION, "X3", "withdrawn", &err), &err);
  decide_do(&app, "board", code, "confirmed");
  hw_app_close(&app);
  has_foreign_words = false;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_open_contradiction_blocks_until_it_is_resolved_with_a_reason),
      cmocka_unit_test(what_a_refused_confirmation_finds_is_stored),
      cmocka_unit_test(remains_that_are_somebody_else_cannot_be_resolved_away),
      cmocka_unit_test(bones_of_one_person_may_be_several_but_none_twice),
      cmocka_unit_test(parts_of_one_bone_may_lie_side_by_side),
      cmocka_unit_test(profiles_that_exclude_each_other_are_not_one_person),
      cmocka_unit_test(sexes_dates_and_ages_that_cannot_be_are_found),
      cmocka_unit_test(without_a_box_the_sample_says_when_remains_were_there),
      cmocka_unit_test(an_individual_that_contradicts_itself_is_nobody),
      cmocka_unit_test(sexes_within_an_individual_are_compared),
      cmocka_unit_test(contradictions_that_others_stored_block_too),
  };
  return cmocka_run_group_tests(tests, decide_tests_begin, decide_tests_end);
}
