/* Access by investigation: where records belong, and that nothing else is shown, listed, found or
 * exported. Two investigations, "main" and "south", with the same small family each. */
#include "app/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "app/decide_support.h"
#include "app/export.h"
#include "app/report.h"
#include "app/show.h"
#include "app/status.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_app app;
static hw_err err;
static char south_id[40]; /* code of an identification */

static void import_in(const char *what, const char *investigation, const char *text) {
  hw_import_options options = {.what = what, .apply = true, .investigation = investigation};
  hw_status status = app_test_import_with(&app, &options, what, text, &err);
  if (status != HW_OK) print_message("%s\n", app_test_mistakes());
  hw_assert_ok(status, &err);
}

static int open_case(void **state) {
  (void)state;
  const char *const south[] = {"south"};
  decide_new_case(&app);
  decide_import(&app, "investigations", "code,description\nsouth,the other\n");
  import_in("families", "south",
            "family,person,father,mother,sex,missing\nZ1,Z1-F,,,male,\nZ1,Z1-X,Z1-F,,male,yes\n");
  import_in("accessions", NULL, "code,received_on\nBOX2,1991\nEMPTY,1991\n");
  import_in("specimens", NULL, "code,accession,element,side\nB9,BOX2,femur,left\n");
  import_in("samples", NULL, "code,investigation,specimen,sex\nS9,south,B9,male\n");
  import_in("persons", NULL, "code,sex,role\nFREE,male,other\n");
  import_in("dossiers", NULL, "code,person,state\nD1,F1-X,open\nD9,south/Z1-X,open\n");
  snprintf(south_id, sizeof south_id, "%s", decide_propose(&app, "south/Z1-X", "S9"));
  decide_propose(&app, "F1-X", "S1");
  hw_assert_ok(hw_access_set(&app, "clerk", south, 1, "only the south", &err), &err);
  hw_assert_ok(hw_access_set(&app, "boss", south, 1, "", &err), &err);
  return 0;
}

static int close_case(void **state) {
  (void)state;
  hw_app_close(&app);
  return 0;
}

static void become(const char *code) {
  hw_assert_ok(hw_app_become(&app, code, &err), &err);
}

static int64_t id_of(hw_kind_id kind, const char *code) {
  int64_t id = 0;
  hw_assert_ok(hw_store_find_code(app.store, kind, code, &id, &err), &err);
  if (id == 0) print_message("%s\n", code);
  assert_true(id > 0);
  return id;
}

static bool may(hw_kind_id kind, const char *code) {
  bool yes = false;
  hw_assert_ok(hw_access_may(&app, kind, id_of(kind, code), &yes, &err), &err);
  return yes;
}

static void records_belong_where_the_rule_says(void **state) {
  (void)state;
  static const struct {
    hw_kind_id kind;
    const char *code;
    bool may; /* clerk, who sees the south */
  } cases[] = {
      {HW_KIND_INVESTIGATION, "main", false},
      {HW_KIND_INVESTIGATION, "south", true},
      {HW_KIND_FAMILY, "F1", false},
      {HW_KIND_FAMILY, "south/Z1", true},
      {HW_KIND_PERSON, "F1-F", false},
      {HW_KIND_PERSON, "south/Z1-F", true},
      {HW_KIND_PERSON, "FREE", true},
      {HW_KIND_SAMPLE, "S1", false},
      {HW_KIND_SAMPLE, "S9", true},
      {HW_KIND_SPECIMEN, "B1", false},
      {HW_KIND_SPECIMEN, "B9", true},
      {HW_KIND_ACCESSION, "BOX", false},
      {HW_KIND_ACCESSION, "BOX2", true},
      {HW_KIND_ACCESSION, "EMPTY", true},
      {HW_KIND_PROFILE, "S1", false},
      {HW_KIND_PROFILE, "F1-F", false},
      {HW_KIND_DOSSIER, "D1", false},
      {HW_KIND_DOSSIER, "D9", true},
      {HW_KIND_IDENTIFICATION, "ID-2", false},
      {HW_KIND_IDENTIFICATION, "ID-1", true},
      {HW_KIND_MARKER, "A1", true},
      {HW_KIND_PANEL, "P", true},
      {HW_KIND_ACTOR, "tester", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    become("tester");
    assert_true(may(cases[i].kind, cases[i].code));
    become("clerk");
    if (may(cases[i].kind, cases[i].code) != cases[i].may) fail_msg("%s", cases[i].code);
  }
  become("reader"); /* without access records */
  assert_true(hw_access_is_all(&app) && may(HW_KIND_FAMILY, "F1"));
  become("boss"); /* an administrator */
  assert_true(hw_access_is_all(&app) && may(HW_KIND_FAMILY, "F1"));
}

static void parts_belong_to_the_whole(void **state) {
  (void)state;
  static const hw_kind_id kinds[] = {HW_KIND_FAMILY_MEMBER, HW_KIND_PEDIGREE, HW_KIND_DESCENT,
                                     HW_KIND_DECISION, HW_KIND_ACCESS};
  become("clerk");
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    int64_t n = 0;
    int n_seen = 0;
    hw_assert_ok(hw_store_count(app.store, kinds[k], &n, &err), &err);
    for (int64_t id = 1; id <= n; id++) {
      bool yes = false;
      hw_assert_ok(hw_access_may(&app, kinds[k], id, &yes, &err), &err);
      n_seen += yes;
    }
    assert_true(n_seen > 0);
    if (kinds[k] != HW_KIND_ACCESS) assert_true(n_seen < n);
  }
}

/* A person in families of both, and a box with bones of both. */
static void what_belongs_to_several_is_seen_from_each(void **state) {
  (void)state;
  become("tester");
  decide_import(&app, "family_members", "family,person\nsouth/Z1,F1-F\n");
  decide_import(&app, "specimens", "code,accession,element,side\nB8,BOX,tibia,left\n");
  decide_import(&app, "samples", "code,investigation,specimen,sex\nS8,south,B8,male\n");
  become("clerk");
  assert_true(may(HW_KIND_PERSON, "F1-F"));
  assert_true(may(HW_KIND_ACCESSION, "BOX"));
  assert_false(may(HW_KIND_SPECIMEN, "B1"));
}

static void hidden_records_are_refused_by_code(void **state) {
  (void)state;
  int64_t id = 0;
  hw_kind_id kind;
  hw_decide_sheet sheet;
  hw_show_options options = {.most = 20};
  hw_view *view = hw_arena_alloc(&decide_arena, sizeof *view);
  static const char message[] =
      "clerk may not see the investigation of the family 'F1': an administrator can give access "
      "with 'homeward account access'";
  become("clerk");
  hw_assert_status(hw_app_find(&app, HW_KIND_FAMILY, "F1", &id, &err), HW_E_DENIED, &err);
  assert_string_equal(err.message, message);
  hw_assert_status(hw_show(&app, HW_KIND_FAMILY, id_of(HW_KIND_FAMILY, "F1"), &options,
                           &decide_arena, view, &err),
                   HW_E_DENIED, &err);
  assert_string_equal(err.message, message);
  hw_assert_status(hw_show_find(&app, "F1", &kind, &id, &err), HW_E_REFERENCE, &err);
  hw_assert_contains(err.message, "no record has the code 'F1'");
  hw_assert_status(hw_decide_sheet_read(&app, "ID-2", &decide_arena, &sheet, &err), HW_E_DENIED,
                   &err);
  hw_assert_ok(hw_decide_sheet_read(&app, south_id, &decide_arena, &sheet, &err), &err);
  hw_assert_ok(hw_show_find(&app, "south/Z1", &kind, &id, &err), &err);
}

static void pages_show_nothing_of_other_investigations(void **state) {
  (void)state;
  hw_show_options options = {.most = 20};
  hw_view *view = hw_arena_alloc(&decide_arena, sizeof *view);
  become("clerk");
  const int64_t clerk = app.actor;
  hw_assert_ok(hw_show(&app, HW_KIND_ACTOR, clerk, &options, &decide_arena, view, &err), &err);
  become("tester");
  decide_import(&app, "specimens", "code,accession,element,side\nB8,BOX,tibia,left\n");
  decide_import(&app, "samples", "code,investigation,specimen,sex\nS8,south,B8,male\n");
  become("clerk");
  hw_assert_ok(hw_show(&app, HW_KIND_ACCESSION, id_of(HW_KIND_ACCESSION, "BOX"), &options,
                       &decide_arena, view, &err),
               &err);
  for (int s = 0; s < view->n_sections; s++)
    for (int c = 0; c < view->sections[s].n_rows * view->sections[s].n_columns; c++) {
      const hw_value *cell = &view->sections[s].cells[c];
      if (cell->type == HW_DB_TEXT) assert_string_not_equal(cell->text, "B1");
    }
}

static void lists_and_searches_leave_them_out(void **state) {
  (void)state;
  const hw_decide_item *items = NULL;
  hw_status_report *report = hw_arena_alloc(&decide_arena, sizeof *report);
  hw_hit *hits = NULL;
  int n = 0;
  bool is_cut = false;
  become("clerk");
  hw_assert_ok(hw_decide_list(&app, NULL, &decide_arena, &items, &n, &err), &err);
  assert_int_equal(n, 1);
  assert_string_equal(items[0].code, south_id);
  hw_assert_ok(hw_status_read(&app, &decide_arena, report, &err), &err);
  assert_int_equal(report->n_waiting, 1);
  assert_string_equal(report->waiting[0].code, south_id);
  hw_assert_ok(hw_store_search(app.store, "S", HW_KIND_SAMPLE, false, 50, &hits, &n, &is_cut, &err),
               &err);
  assert_int_equal(n, 5);
  hw_assert_ok(hw_access_filter_hits(&app, hits, &n, &err), &err);
  assert_int_equal(n, 1);
  assert_int_equal(hits[0].id, id_of(HW_KIND_SAMPLE, "S9"));
  free(hits);
  int64_t ids[] = {id_of(HW_KIND_FAMILY, "F2"), id_of(HW_KIND_FAMILY, "south/Z1"),
                   id_of(HW_KIND_FAMILY, "F1")};
  n = 3;
  hw_assert_ok(hw_access_filter(&app, HW_KIND_FAMILY, ids, &n, &err), &err);
  assert_int_equal(n, 1);
  assert_int_equal(ids[0], id_of(HW_KIND_FAMILY, "south/Z1"));
}

static int64_t sum_of(const hw_tally *tallies, int n) {
  int64_t sum = 0;
  for (int i = 0; i < n; i++) sum += tallies[i].count;
  return sum;
}

static void counts_are_of_what_may_be_seen_or_not_told(void **state) {
  (void)state;
  static const hw_kind_id untold[] = {HW_KIND_PERSON,         HW_KIND_DOSSIER, HW_KIND_PROFILE,
                                      HW_KIND_IDENTIFICATION, HW_KIND_FINDING, HW_KIND_SPECIMEN,
                                      HW_KIND_INVESTIGATION,  HW_KIND_REPORT};
  hw_tally tallies[HW_TALLY_MAX];
  hw_status_report *report = hw_arena_alloc(&decide_arena, sizeof *report);
  int n = 0;
  become("tester");
  hw_assert_ok(hw_access_tally(&app, HW_KIND_FAMILY, tallies, &n, &err), &err);
  assert_int_equal(sum_of(tallies, n), 3);
  become("clerk");
  hw_assert_ok(hw_access_tally(&app, HW_KIND_FAMILY, tallies, &n, &err), &err);
  assert_int_equal(sum_of(tallies, n), 1);
  hw_assert_ok(hw_access_tally(&app, HW_KIND_SAMPLE, tallies, &n, &err), &err);
  assert_int_equal(sum_of(tallies, n), app_test_count(&app, HW_KIND_SAMPLE) - 4); /* S1 … S4 */
  hw_assert_ok(hw_access_tally(&app, HW_KIND_MARKER, tallies, &n, &err), &err);
  assert_int_equal(sum_of(tallies, n), app_test_count(&app, HW_KIND_MARKER));
  for (size_t i = 0; i < sizeof untold / sizeof *untold; i++) {
    hw_assert_ok(hw_access_tally(&app, untold[i], tallies, &n, &err), &err);
    assert_true(n > 0);
    for (int w = 0; w < n; w++) assert_int_equal(tallies[w].count, HW_COUNT_UNTOLD);
  }
  hw_assert_ok(hw_status_read(&app, &decide_arena, report, &err), &err);
  assert_true(report->is_limited);
  assert_int_equal(report->summary.n_families, 1);
  assert_int_equal(report->summary.n_references, HW_COUNT_UNTOLD);
  assert_int_equal(report->summary.n_weak, HW_COUNT_UNTOLD);
  assert_int_equal(report->persons[0].count, HW_COUNT_UNTOLD);
  assert_int_equal(report->head.entry, 0);
  become("tester");
  hw_assert_ok(hw_status_read(&app, &decide_arena, report, &err), &err);
  assert_false(report->is_limited);
  assert_int_equal(report->summary.n_families, 3);
  assert_true(report->head.entry > 0 && report->summary.n_references > 0);
}

static void reports_on_everything_are_for_who_sees_everything(void **state) {
  (void)state;
  static const char *const kinds[] = {"national", "validation"};
  hw_issued issued;
  become("clerk");
  for (int i = 0; i < 2; i++) {
    const hw_report_request request = {.kind = kinds[i], .is_draft = true};
    hw_assert_status(hw_app_report_issue(&app, &request, NULL, &issued, &err), HW_E_DENIED, &err);
    assert_string_equal(
        err.message, "clerk sees some investigations only, and this report is about all of them");
  }
  const hw_report_request board = {.kind = "board", .subject = "ID-2", .is_draft = true};
  hw_assert_status(hw_app_report_issue(&app, &board, NULL, &issued, &err), HW_E_DENIED, &err);
  hw_assert_status(hw_access_require_subject(&app, "ID-2", &err), HW_E_DENIED, &err);
  hw_assert_ok(hw_access_require_subject(&app, "ID-1", &err), &err);
  become("tester");
  hw_assert_ok(hw_access_require_subject(&app, "", &err), &err);
}

static hw_status import_as_clerk(const char *what, const char *investigation, const char *text) {
  const hw_import_options options = {
      .what = what, .apply = true, .update = true, .investigation = investigation};
  return app_test_import_with(&app, &options, what, text, &err);
}

/* By an import nobody comes to what they may not see, nor changes it. */
static void imports_write_only_where_the_actor_sees(void **state) {
  (void)state;
  static const struct {
    const char *what, *investigation, *text;
  } refused[] = {
      {"families", NULL, "family,person,father,mother,sex,missing\nF9,F9-F,,,male,\n"},
      {"families", "new", "family,person,father,mother,sex,missing\nF9,F9-F,,,male,\n"},
      {"family_members", NULL, "family,person\nsouth/Z1,F2-F\n"},
      {"family_members", NULL, "family,person\nF1,south/Z1-F\n"},
      {"family", NULL, "code,investigation,note\nF1,main,mine\n"},
      {"persons", NULL, "code,sex,role,note\nF2-F,male,relative,seen\n"},
      {"samples", NULL, "code,investigation\nS77,main\n"},
      {"samples", NULL, "code,investigation,specimen\nS77,south,B1\n"},
      {"item_numbers", NULL, "item_kind,item,system,number\nsample,S1,x,1\n"},
      {"custody_events", NULL,
       "item_kind,item,number,at,action,to_holder\nsample,S1,1,1992-01-01T00:00:00Z,received,x\n"},
      {"dossiers", NULL, "code,person\nD77,F2-X\n"},
      {"assertions", NULL, "dossier,field,value,source\nD1,rank,x,y\n"},
      {"investigations", NULL, "code,description\nmain,mine now\n"},
  };
  become("tester");
  decide_import(&app, "actors", "code,login,permissions\nsouthern,southern,write names\n");
  const char *const south[] = {"south"};
  hw_assert_ok(hw_access_set(&app, "southern", south, 1, "", &err), &err);
  become("southern");
  char head[200];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    const hw_status status =
        import_as_clerk(refused[i].what, refused[i].investigation, refused[i].text);
    if (status != HW_E_DENIED) fail_msg("%s: %s", refused[i].text, hw_status_name(status));
  }
  assert_string_equal(app_test_head(&app), head);
  hw_assert_ok(import_as_clerk("sites", NULL, "code,name\nSITE-S,a hill\n"), &err);
  hw_assert_ok(
      import_as_clerk("families", "south",
                      "family,person,father,mother,sex,missing\nZ2,Z2-F,,,male,\nZ2,Z2-X,Z2-F,,"
                      "male,yes\n"),
      &err);
  hw_assert_ok(import_as_clerk("samples", NULL, "code,investigation\nS78,south\n"), &err);
}

static void exports_and_computations_leave_them_out(void **state) {
  (void)state;
  hw_export_report report;
  hw_stored_case stored;
  hw_stored_case_options what = {.investigation = "main"};
  become("clerk");
  const char *path = app_test_name("families.csv");
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  hw_assert_ok(hw_export_stream(&app, &(hw_export_options){.what = "family"}, file, &report, &err),
               &err);
  fclose(file);
  assert_int_equal(report.n_rows, 1);
  char *text = app_test_read(path);
  hw_assert_contains(text, "south/Z1");
  assert_null(strstr(text, "F1"));
  free(text);
  hw_assert_status(hw_stored_case_load(&app, &what, &stored, &err), HW_E_DENIED, &err);
  hw_stored_case_clear(&stored);
}

static void access_is_given_and_taken_away(void **state) {
  (void)state;
  const char *const both[] = {"main", "south"};
  const char *many[HW_ACCESS_MOST + 1];
  const char *const *codes = NULL;
  int n = 0;
  become("tester");
  hw_assert_ok(hw_access_set(&app, "clerk", both, 2, "both", &err), &err);
  hw_assert_ok(hw_access_list(&app, "clerk", &decide_arena, &codes, &n, &err), &err);
  assert_int_equal(n, 2);
  become("clerk");
  assert_true(may(HW_KIND_FAMILY, "F1") && !hw_access_is_all(&app));
  hw_assert_ok(hw_access_list(&app, "clerk", &decide_arena, &codes, &n, &err), &err);
  hw_assert_status(hw_access_list(&app, "tester", &decide_arena, &codes, &n, &err), HW_E_DENIED,
                   &err);
  hw_assert_status(hw_access_set(&app, "clerk", both, 0, "", &err), HW_E_DENIED, &err);
  become("tester");
  hw_assert_ok(hw_access_set(&app, "clerk", &both[1], 1, "", &err), &err);
  become("clerk");
  assert_false(may(HW_KIND_FAMILY, "F1"));
  become("tester");
  hw_assert_ok(hw_access_set(&app, "clerk", both, 2, "", &err), &err); /* given again */
  hw_assert_ok(hw_access_set(&app, "clerk", NULL, 0, "all", &err), &err);
  become("clerk");
  assert_true(hw_access_is_all(&app));
  become("tester");
  const char *const none[] = {"north"};
  hw_assert_status(hw_access_set(&app, "clerk", none, 1, "", &err), HW_E_REFERENCE, &err);
  assert_string_equal(err.message, "there is no investigation 'north'");
  hw_assert_status(hw_access_set(&app, "nobody", both, 1, "", &err), HW_E_REFERENCE, &err);
  for (int i = 0; i <= HW_ACCESS_MOST; i++) many[i] = "main";
  hw_assert_status(hw_access_set(&app, "clerk", many, HW_ACCESS_MOST + 1, "", &err), HW_E_VALUE,
                   &err);
  assert_string_equal(err.message, "65 investigations, expected at most 64");
}

static void exhausted_memory_hides_nothing_less(void **state) {
  (void)state;
  become("clerk");
  const int64_t hidden = id_of(HW_KIND_IDENTIFICATION, "ID-2");
  for (long n = 0; hw_faults_begin(n); n++) {
    bool yes = true;
    hw_status status = hw_access_may(&app, HW_KIND_IDENTIFICATION, hidden, &yes, &err);
    const bool was_hit = hw_faults_end();
    assert_false(yes);
    if (!was_hit) {
      hw_assert_ok(status, &err);
      break;
    }
    assert_int_equal(status, HW_E_NO_MEMORY);
  }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_case, close_case)

/* Who sees everything has the counts made at once, who is limited has each identification looked
 * at; limited to all there is, both must say the same. */
static void what_waits_is_counted_alike_for_who_sees_all(void **state) {
  (void)state;
  const char *const both[] = {"main", "south"};
  hw_status_report *of_all = hw_arena_alloc(&decide_arena, sizeof *of_all);
  hw_status_report *of_both = hw_arena_alloc(&decide_arena, sizeof *of_both);
  char codes[4][40];
  const char *const samples[] = {"S2", "S3", "S4", "S2"};
  become("tester");
  hw_assert_ok(hw_access_set(&app, "reader", both, 2, "", &err), &err);
  for (int i = 0; i < 4; i++)
    snprintf(codes[i], sizeof codes[i], "%s",
             decide_propose(&app, i == 0 ? "F2-X" : "F1-X", samples[i]));
  hw_assert_ok(decide_step(&app, "r1", codes[0], "reviewed", false, NULL, &err), &err);
  hw_assert_ok(decide_step(&app, "r1", codes[1], "reviewed", true, NULL, &err), &err);
  decide_review(&app, codes[2]);
  decide_do(&app, "board", codes[3], "rejected");
  hw_assert_ok(decide_step(&app, "r1", south_id, "reviewed", false, NULL, &err), &err);
  decide_do(&app, "board", south_id, "candidate"); /* its review counts no more */
  become("tester");
  hw_assert_ok(hw_status_read(&app, &decide_arena, of_all, &err), &err);
  become("reader");
  assert_false(hw_access_is_all(&app));
  hw_assert_ok(hw_status_read(&app, &decide_arena, of_both, &err), &err);
  assert_int_equal(of_all->n_first_review, 2);
  assert_int_equal(of_all->n_second_review, 1);
  assert_int_equal(of_all->n_disputed, 1);
  assert_int_equal(of_all->n_decision, 1);
  assert_int_equal(of_both->n_first_review, of_all->n_first_review);
  assert_int_equal(of_both->n_second_review, of_all->n_second_review);
  assert_int_equal(of_both->n_disputed, of_all->n_disputed);
  assert_int_equal(of_both->n_decision, of_all->n_decision);
  assert_int_equal(of_both->n_waiting, of_all->n_waiting);
  for (int i = 0; i < of_all->n_waiting; i++) {
    assert_string_equal(of_both->waiting[i].code, of_all->waiting[i].code);
    assert_string_equal(of_both->waiting[i].what, of_all->waiting[i].what);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(records_belong_where_the_rule_says),
      CASE(parts_belong_to_the_whole),
      CASE(what_belongs_to_several_is_seen_from_each),
      CASE(hidden_records_are_refused_by_code),
      CASE(pages_show_nothing_of_other_investigations),
      CASE(lists_and_searches_leave_them_out),
      CASE(imports_write_only_where_the_actor_sees),
      CASE(counts_are_of_what_may_be_seen_or_not_told),
      CASE(reports_on_everything_are_for_who_sees_everything),
      CASE(exports_and_computations_leave_them_out),
      CASE(access_is_given_and_taken_away),
      CASE(exhausted_memory_hides_nothing_less),
      CASE(what_waits_is_counted_alike_for_who_sees_all),
  };
  return cmocka_run_group_tests(tests, decide_tests_begin, decide_tests_end);
}
