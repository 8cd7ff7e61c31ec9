/* CSV of every kind: what is understood, and which words refuse the rest. */
#include <stdio.h>
#include <string.h>

#include "app/app_support.h"
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

static void assert_imported(const char *what, const char *text) {
  char name[100];
  snprintf(name, sizeof name, "%s.csv", what);
  hw_status status = app_test_import(&app, what, name, text, &err);
  if (status != HW_OK) print_message("%s", app_test_mistakes());
  hw_assert_ok(status, &err);
}

/* The first mistake of a table, in full. */
static void assert_refused(const char *what, const char *text, const char *expected) {
  assert_int_not_equal(app_test_import(&app, what, "x.csv", text, &err), HW_OK);
  const char *mistakes = app_test_mistakes();
  if (strcmp(mistakes, expected) != 0) print_message("%s", mistakes);
  assert_string_equal(mistakes, expected);
}

static void columns_come_in_any_order_and_spelling(void **state) {
  (void)state;
  assert_imported("sites", "Name, LATITUDE ,uncertainty M,code,longitude\n"
                           "\"Đồi 1\", 16.5 ,250,S-1,107.25\n"
                           "# this is a remark, and no site\n"
                           ",,,,\n"
                           "\"\",,,S-2,\n");
  const hw_record *site = app_test_get(&app, HW_KIND_SITE, "S-1");
  assert_string_equal(hw_record_text(site, HW_FIELD_SITE_NAME), "Đồi 1");
  assert_true(hw_record_real(site, HW_FIELD_SITE_LATITUDE) == 16.5);
  assert_true(hw_record_real(site, HW_FIELD_SITE_UNCERTAINTY_M) == 250);
  assert_string_equal(hw_record_text(site, HW_FIELD_SITE_STATE), "reported");
  site = app_test_get(&app, HW_KIND_SITE, "S-2");
  assert_false(hw_record_is_null(site, HW_FIELD_SITE_NAME));
  assert_true(hw_record_is_null(site, HW_FIELD_SITE_LATITUDE));
  assert_int_equal(app_test_count(&app, HW_KIND_SITE), 2);
  assert_int_equal(app_test_report.n_notes, 1);
  assert_int_equal(app_test_report.counts[HW_KIND_SITE].added, 2);
}

static void texts_are_kept_in_normal_form(void **state) {
  (void)state;
  /* "ễ" as e, circumflex and tilde. */
  assert_imported("sites", "code,name\nS-1,Nguye\xCC\x82\xCC\x83n\n");
  const hw_record *site = app_test_get(&app, HW_KIND_SITE, "S-1");
  assert_string_equal(hw_record_text(site, HW_FIELD_SITE_NAME), "Nguyễn");
}

static void references_are_codes(void **state) {
  (void)state;
  assert_imported("accessions", "code\nA-1\n");
  assert_imported("specimens", "code,accession,element\nB-1,A-1,femur\n");
  assert_imported("samples", "code,specimen\nX-1,B-1\n");
  assert_imported("item_numbers", "item_kind,item,system,number\nsample,X-1,field,17\n");
  const hw_record *sample = app_test_get(&app, HW_KIND_SAMPLE, "X-1");
  assert_true(hw_record_int(sample, HW_FIELD_SAMPLE_INVESTIGATION) > 0);
  assert_int_equal(hw_record_int(sample, HW_FIELD_SAMPLE_SPECIMEN), 1);
}

static void keys_of_several_parts_are_columns_or_one_text(void **state) {
  (void)state;
  assert_imported("persons", "code,sex,role\nP/1,male,relative\nP-2,female,relative\n");
  assert_imported("families", "code\nF/1\n");
  assert_imported("pedigrees", "family,code,rank,status\nF/1,stated,1,stated\n");
  assert_imported("descents", "pedigree.family,pedigree.code,person,rank\nF/1,stated,P/1,1\n");
  assert_imported("descents", "pedigree,person,rank,father\nF/1/stated,P-2,2,P/1\n");
  assert_int_equal(app_test_count(&app, HW_KIND_DESCENT), 2);
}

static void rows_wait_for_rows_further_down(void **state) {
  (void)state;
  assert_imported("samples", "code,parent\nC,B\nB,A\nA,\n");
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 3);
  assert_refused(
      "samples", "code,parent\nX,Y\nY,X\n",
      "x.csv:2: parent: there is no sample \"Y\", or it comes from this one in turn: import it first, or correct the "
      "code\n"
      "x.csv:3: parent: there is no sample \"X\", or it comes from this one in turn: import it first, or correct the "
      "code\n");
}

/* --- refused --- */

static void headers_that_do_not_fit_are_told(void **state) {
  (void)state;
  assert_refused("sites", "", "");
  assert_string_equal(err.message, "the file is empty: expected a row of column names");
  assert_refused(
      "sites", "code,nmae\nS-1,x\n",
      "x.csv:1:6: nmae: sites have no such column: is it \"name\"? 'homeward export site "
      "--template' shows all of them\n");
  assert_refused("sites", "name\nx\n",
                 "x.csv:1: the column \"code\" is missing: sites are told apart by it\n");
  assert_refused("sites", "code,name,Name\nS-1,a,b\n",
                 "x.csv:1:11: Name: the column stands twice, as number 2 and 3\n");
  assert_refused("sites", "code,,name\nS-1,,b\n", "x.csv:1:6: column 2 has no name\n");
  assert_refused("descents", "person,rank\nP,1\n",
                 "x.csv:1: the column \"pedigree\" is missing: descents are told apart by it\n");
}

static void rows_that_do_not_fit_are_told(void **state) {
  (void)state;
  assert_refused(
      "sites", "code,name\nS-1\nS-2,a,b\n",
      "x.csv:2: the row has 1 cells, the header has 2: is a delimiter missing, or a text "
      "with a delimiter not in quotes?\n"
      "x.csv:3: the row has 3 cells, the header has 2: is a delimiter missing, or a text "
      "with a delimiter not in quotes?\n");
  assert_refused("sites", "code,name\n,a\n", "x.csv:2:1: code: is missing: its code\n");
  assert_refused("sites", "code,name\nS-1,\"open\n",
                 "x.csv:2:5: a quoted field is not closed before the end of the file\n");
  assert_refused("sites", "code,name\nS-1,a\x01z\n",
                 "x.csv:2:5: name: character 2 is a control character (U+0001): remove it\n");
}

static void values_that_do_not_fit_are_told(void **state) {
  (void)state;
  assert_refused("sites", "code,latitude\nS-1,\"16,5\"\n",
                 "x.csv:2:5: latitude: \"16,5\" is not a number; write the decimal sign as a "
                 "point\n");
  assert_refused("sites", "code,latitude,longitude\nS-1,107.2,16.5\n",
                 "x.csv:2:5: latitude: 107.2 is not between -90 and 90\n");
  assert_refused("sites", "code,state\nS-1,dug\n",
                 "x.csv:2:5: state: \"dug\" is not one of "
                 "reported|assessed|planned|searching|recovered|exhausted|closed\n");
  assert_refused("persons", "code,sex,role,consent_on\nP,male,relative,31.12.1968\n",
                 "x.csv:2:17: consent_on: \"31.12.1968\" is no date: expected 1968-02-03, 1968-02, "
                 "1968, or a range 1968-02/1968-04\n");
  assert_refused("persons", "code,sex,role\nP,,relative\n", "x.csv:2:3: sex: is missing: sex\n");
  assert_refused("persons", "code,sex,role\n\" P\",male,relative\n",
                 "x.csv:2:1: code: \" P\" is no code: expected 1 to 255 bytes of text on one line "
                 "without blanks at its ends\n");
  assert_refused("panel_markers", "panel,rank,marker\nP,1.5,M\n",
                 "x.csv:2:1: panel: there is no panel \"P\": import it first, or correct the code\n"
                 "x.csv:2:3: rank: \"1.5\" is not a whole number\n"
                 "x.csv:2:7: marker: there is no marker \"M\": import it first, or correct the "
                 "code\n");
  assert_refused("item_numbers", "item_kind,item,system,number\n,A-1,field,7\n",
                 "x.csv:2:2: item: which kind of item \"A-1\" is, is missing\n");
}

static void twenty_mistakes_are_told_and_the_others_counted(void **state) {
  (void)state;
  hw_str text = HW_STR_INIT;
  hw_str_append(&text, "code,latitude\n");
  for (int i = 0; i < 33; i++) hw_str_append_format(&text, "S-%d,north\n", i);
  assert_int_equal(app_test_import(&app, "sites", "x.csv", hw_str_text(&text), &err), HW_E_VALUE);
  hw_str_clear(&text);
  const char *mistakes = app_test_mistakes();
  hw_assert_contains(mistakes, "x.csv:21:6: latitude: \"north\" is not a number\n");
  assert_null(strstr(mistakes, "x.csv:22"));
  hw_assert_contains(mistakes, "and 13 more\n");
  assert_int_equal(app_test_count(&app, HW_KIND_SITE), 0);
}

static void what_is_no_kind_is_told(void **state) {
  (void)state;
  assert_int_equal(app_test_import(&app, "sitse", "x.csv", "code\nS\n", &err), HW_E_USAGE);
  assert_string_equal(err.message, "\"sitse\" is no kind of record and no format (see 'homeward "
                                   "help import')");
  assert_int_equal(app_test_import(&app, NULL, "x.csv", "code\nS\n", &err), HW_E_USAGE);
  hw_assert_contains(err.message, "a table does not say what it holds");
}

static void a_code_that_can_be_cut_in_two_ways_is_not_guessed(void **state) {
  (void)state;
  assert_imported("persons", "code,sex,role\nP,male,relative\n");
  assert_imported("families", "code\nF\nF/a\n");
  assert_imported("pedigrees", "family,code,rank,status\nF,a/b,1,stated\nF/a,b,1,stated\n");
  assert_refused("descents", "pedigree,person,rank\nF/a/b,P,1\n",
                 "x.csv:2:1: pedigree: \"F/a/b\" can be read in several ways: write the parts of "
                 "the key in columns of their own\n");
  assert_refused("descents", "pedigree.family,pedigree.code,person,rank\nF,,P,1\n",
                 "x.csv:2:3: pedigree.code: is missing: a pedigree is named by all of its "
                 "columns\n");
  assert_imported("descents", "pedigree.family,pedigree.code,person,rank\nF/a,b,P,1\n");
}

/* --- what is stored --- */

static void a_dry_run_leaves_nothing_behind(void **state) {
  (void)state;
  char head[HW_DIGEST_TEXT_SIZE];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  hw_import_options options = {.what = "sites"};
  hw_assert_ok(app_test_import_with(&app, &options, "x.csv", "code\nS-1\nS-2\n", &err), &err);
  assert_int_equal(app_test_report.counts[HW_KIND_SITE].added, 2);
  assert_false(app_test_report.is_applied);
  assert_int_equal(app_test_count(&app, HW_KIND_SITE), 0);
  assert_int_equal(app_test_count(&app, HW_KIND_IMPORT), 0);
  assert_string_equal(app_test_head(&app), head);
}

static void a_file_that_was_imported_is_recognised(void **state) {
  (void)state;
  assert_imported("sites", "code\nS-1\n");
  char head[HW_DIGEST_TEXT_SIZE];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  assert_imported("sites", "code\nS-1\n");
  assert_true(app_test_report.is_known);
  assert_int_equal(app_test_report.known_entry, 2);
  assert_string_equal(app_test_head(&app), head);
  /* With other choices it is another import. */
  hw_import_options options = {.what = "sites", .apply = true, .update = true};
  hw_assert_ok(app_test_import_with(&app, &options, "sites.csv", "code\nS-1\n", &err), &err);
  assert_false(app_test_report.is_known);
  assert_int_equal(app_test_report.counts[HW_KIND_SITE].unchanged, 1);
}

static void different_records_are_a_conflict_or_a_new_version(void **state) {
  (void)state;
  assert_imported("sites", "code,name,datum\nS-1,old,WGS 84\n");
  assert_refused("sites", "code,name\nS-1,new\n",
                 "x.csv:2:5: name: \"new\", but the stored site S-1 says \"old\": say --update to "
                 "change it\n");
  hw_import_options options = {.what = "sites", .apply = true, .update = true};
  hw_assert_ok(app_test_import_with(&app, &options, "x.csv", "code,name,datum\nS-1,new,\n", &err),
               &err);
  assert_int_equal(app_test_report.counts[HW_KIND_SITE].changed, 1);
  const hw_record *site = app_test_get(&app, HW_KIND_SITE, "S-1");
  assert_string_equal(hw_record_text(site, HW_FIELD_SITE_NAME), "new");
  assert_string_equal(hw_record_text(site, HW_FIELD_SITE_DATUM), "WGS 84");
}

static void evidence_is_not_changed_but_may_be_withdrawn(void **state) {
  (void)state;
  assert_imported("markers", "code,type\nM,str\nN,str\n");
  assert_imported("panels", "code,kind\nP,kit\n");
  assert_imported("panel_markers", "panel,rank,marker\nP,1,M\n");
  hw_import_options options = {.what = "panel_markers", .apply = true, .update = true};
  assert_int_equal(
      app_test_import_with(&app, &options, "x.csv", "panel,rank,marker\nP,1,N\n", &err),
      HW_E_CONFLICT);
  hw_assert_contains(err.message, "evidence is never changed, withdraw it first");
  options.update = false;
  assert_int_equal(app_test_import_with(&app, &options, "x.csv",
                                        "panel,rank,marker,row_withdrawn\nP,1,M,a mistake\n", &err),
                   HW_E_CONFLICT);
  assert_string_equal(app_test_mistakes(),
                      "x.csv:2:7: row_withdrawn: the stored panel_marker is not withdrawn: say "
                      "--update to withdraw it\n");
  options.update = true;
  hw_assert_ok(app_test_import_with(&app, &options, "x.csv",
                                    "panel,rank,marker,row_withdrawn\nP,1,M,a mistake\n", &err),
               &err);
  assert_int_equal(app_test_report.counts[HW_KIND_PANEL_MARKER].changed, 1);
  assert_int_equal(app_test_count(&app, HW_KIND_PANEL_MARKER), 0);
  assert_int_equal(app_test_import_with(&app, &options, "x.csv",
                                        "panel,rank,marker,row_withdrawn\nP,1,M,other\n", &err),
                   HW_E_CONFLICT);
  hw_assert_contains(err.message, "was withdrawn for another reason: \"a mistake\"");
}

static void states_of_stored_records_are_not_imported(void **state) {
  (void)state;
  assert_imported("sites", "code\nS-1\n");
  hw_import_options options = {.what = "sites", .apply = true, .update = true};
  assert_int_equal(
      app_test_import_with(&app, &options, "x.csv", "code,state\nS-1,searching\n", &err),
      HW_E_STATE);
  assert_string_equal(
      app_test_mistakes(),
      "x.csv:2:5: state: \"searching\", but the stored site is \"reported\": states "
      "are changed with 'homeward set-state'\n");
}

static void markers_have_one_name_and_many_spellings(void **state) {
  (void)state;
  assert_imported("markers", "code,type\nvWA,str\n");
  assert_imported("panels", "code,kind\nP,kit\n");
  assert_refused(
      "markers", "code,type\nVWA,str\nTH01,str\nHUMTH01,str\n",
      "x.csv:2:1: code: \"VWA\" is another spelling of the marker \"vWA\": import it as "
      "marker_alias\n"
      "x.csv:4:1: code: \"HUMTH01\" is another spelling of the marker \"TH01\": import it "
      "as marker_alias\n");
  assert_imported("panel_markers", "panel,rank,marker\nP,1,VWA\n");
}

static void codes_of_an_investigation_carry_its_name(void **state) {
  (void)state;
  hw_import_options options = {.what = "persons", .investigation = "Q", .apply = true};
  hw_assert_ok(app_test_import_with(&app, &options, "p.csv",
                                    "code,sex,role\nP,male,missing\nQ/R,male,relative\n", &err),
               &err);
  options.what = "samples";
  hw_assert_ok(app_test_import_with(&app, &options, "s.csv", "code,person\nS,P\nT,Q/R\n", &err),
               &err);
  const hw_record *sample = app_test_get(&app, HW_KIND_SAMPLE, "Q/S");
  assert_string_equal(hw_record_text(sample, HW_FIELD_SAMPLE_LABEL), "S");
  assert_int_equal(hw_record_int(sample, HW_FIELD_SAMPLE_PERSON), 1);
  assert_int_equal(hw_record_int(sample, HW_FIELD_SAMPLE_INVESTIGATION), 2);
  app_test_get(&app, HW_KIND_PERSON, "Q/R");
}

static void profiles_fit_their_panels(void **state) {
  (void)state;
  assert_imported("markers", "code,type\nM,str\nN,str\n");
  assert_imported("panels", "code,kind\nP,kit\n");
  assert_imported("panel_markers", "panel,rank,marker\nP,1,M\nP,2,N\n");
  assert_imported("samples", "code\nS\n");
  assert_refused("profiles",
                 "code,sample,panel,use,observations\n"
                 "A,S,P,single,\"14,15\"\n"
                 "B,S,P,single,\"15,14;8\"\n"
                 "C,S,P,single,\"14,,15;8\"\n"
                 "D,,P,single,\"14,15;8\"\n",
                 "x.csv:2:14: observations: 1 observations, but the panel has 2 markers\n"
                 "x.csv:3:14: observations: observation 1 is \"15,14\": write \"14,15\"\n"
                 "x.csv:4:14: observations: \"14,,15\" is no observation\n"
                 "x.csv:5: person: is missing: whose profile it is, a person's or a sample's\n");
  assert_imported("profiles", "code,sample,panel,use,observations\nA,S,P,single,\"9.3,14;{}\"\n");
}

/* --- several files, custody, permission, stopping, memory --- */

static void files_refer_to_the_ones_before_them(void **state) {
  (void)state;
  hw_import_job jobs[3] = {
      {.path = app_test_file("a.csv", "code\nA-1\n"), .options = {.what = "accessions"}},
      {.path = app_test_file("b.csv", "code,accession,element\nB,A-1,x\n"),
       .options = {.what = "specimens"}},
      {.path = app_test_file("c.csv", "code,specimen\nC,D\n"), .options = {.what = "samples"}}};
  int n_done = 0;
  hw_assert_ok(hw_import_files(&app, 2, jobs, &n_done, &err), &err);
  assert_int_equal(n_done, 2);
  assert_int_equal(jobs[1].report.counts[HW_KIND_SPECIMEN].added, 1);
  assert_int_equal(app_test_count(&app, HW_KIND_ACCESSION), 0);
  /* All or none. */
  jobs[0].options.apply = true;
  assert_int_equal(hw_import_files(&app, 3, jobs, &n_done, &err), HW_E_REFERENCE);
  assert_int_equal(n_done, 3);
  assert_int_equal(app_test_count(&app, HW_KIND_ACCESSION), 0);
  hw_assert_ok(hw_import_files(&app, 2, jobs, &n_done, &err), &err);
  assert_int_equal(app_test_count(&app, HW_KIND_ACCESSION), 1);
  assert_true(jobs[1].report.is_applied);
}

static void chains_of_custody_are_checked(void **state) {
  (void)state;
  assert_imported("accessions", "code\nA\n");
  assert_int_equal(
      app_test_import(&app, "custody_events", "x.csv",
                      "item_kind,item,number,at,action,from_holder,to_holder\n"
                      "accession,A,2,2026-01-02T00:00:00Z,transferred,Museum,Laboratory\n"
                      "accession,A,1,2026-01-01T00:00:00Z,received,,Institute\n",
                      &err),
      HW_E_STATE);
  hw_assert_contains(app_test_mistakes(), "x.csv:2: ");
  hw_assert_contains(app_test_mistakes(), "Museum");
  assert_imported("custody_events",
                  "item_kind,item,number,at,action,from_holder,to_holder\n"
                  "accession,A,2,2026-01-02T00:00:00Z,transferred,Institute,Laboratory\n"
                  "accession,A,1,2026-01-01T00:00:00Z,received,,Institute\n");
}

static void some_imports_need_more_than_writing(void **state) {
  (void)state;
  hw_app clerk;
  app_test_new_clerk(&clerk, "write");
  assert_int_equal(
      app_test_import(&clerk, "actors", "x.csv", "code,permissions\nme,administer\n", &err),
      HW_E_DENIED);
  assert_int_equal(
      app_test_import(&clerk, "person_names", "x.csv", "person,kind,name\nP,full,N\n", &err),
      HW_E_DENIED);
  hw_assert_contains(err.message, "clerk lacks the permission 'names'");
  assert_int_equal(
      app_test_import(&clerk, "families", "x.csv", "family,person,name\nF,P,Nguyễn Văn A\n", &err),
      HW_E_DENIED);
  assert_int_equal(app_test_import(&clerk, "documents", "x.csv", "code,kind\nD,letter\n", &err),
                   HW_OK);
  hw_app_close(&clerk);
  app_test_new_clerk(&clerk, "names");
  assert_int_equal(app_test_import(&clerk, "sites", "x.csv", "code\nS\n", &err), HW_E_DENIED);
  hw_app_close(&clerk);
  assert_refused("actors", "code,permissions\nme,fly\n",
                 "x.csv:2:4: permissions: \"fly\" is no permission: expected some of write names "
                 "review decide administer\n");
}

/* Puts a file of actors with --update. @param mistakes  NULL = it is taken */
static void update_actors(const char *text, const char *mistakes) {
  char head[HW_DIGEST_TEXT_SIZE];
  hw_import_options options = {.what = "actors", .apply = true, .update = true};
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  const hw_status status = app_test_import_with(&app, &options, "x.csv", text, &err);
  if (mistakes == NULL) {
    hw_assert_ok(status, &err);
    return;
  }
  hw_assert_status(status, HW_E_STATE, &err);
  assert_int_equal(hw_status_exit(status), 2);
  assert_string_equal(app_test_mistakes(), mistakes);
  assert_string_equal(app_test_head(&app), head);
}

static void a_file_leaves_an_administrator(void **state) {
  (void)state;
  update_actors("code,permissions\ntester,write\n",
                "x.csv:2: permissions: tester is the last administrator: make another one first\n");
  update_actors("code,permissions,row_withdrawn\nnew,write,\ntester,write names,\n",
                "x.csv:3: permissions: tester is the last administrator: make another one first\n");
  update_actors(
      "code,row_withdrawn\ntester,left\n",
      "x.csv:2: row_withdrawn: tester is the last administrator: make another one first\n");
  /* One who cannot log in, and whom the computer does not know, is not enough. */
  update_actors("code,permissions\nunknown,administer\ntester,write\n",
                "x.csv:3: permissions: tester is the last administrator who is not locked out: "
                "unlock another one, or give one a password, first\n");
  /* The office passes to somebody else, whichever row stands first. */
  update_actors("code,login,permissions\nclerk,clerk,write\n", NULL);
  update_actors("code,login,permissions\ntester,tester,write\nchief,chief,administer\n", NULL);
}

static bool stop_at_once(void *context) {
  (void)context;
  return true;
}

static void an_import_that_is_stopped_changes_nothing(void **state) {
  (void)state;
  char head[HW_DIGEST_TEXT_SIZE];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  hw_import_options options = {.what = "sites", .apply = true, .is_stopped = stop_at_once};
  assert_int_equal(app_test_import_with(&app, &options, "x.csv", "code\nS-1\n", &err),
                   HW_E_INTERRUPTED);
  assert_string_equal(app_test_head(&app), head);
}

static void exhausted_memory_changes_nothing(void **state) {
  (void)state;
  static const char text[] =
      "family,person,father,mother,sex,missing,name\n"
      "F,A,,,female,,\nF,B,C,A,male,yes,Nguyễn Văn A\nF,D,C,A,m,,\nG,E,,,,x,\n";
  char head[HW_DIGEST_TEXT_SIZE];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  const char *path = app_test_file("faults.csv", text);
  hw_import_options options = {.what = "families"};
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_import_report report;
    hw_status status = hw_import_file(&app, path, &options, &report, &err);
    bool failed = hw_faults_end();
    hw_import_report_clear(&report);
    if (!failed || status == HW_OK) {
      hw_assert_ok(status, &err);
      if (!failed) break;
      continue;
    }
    assert_int_equal(status, HW_E_NO_MEMORY);
  }
  assert_string_equal(app_test_head(&app), head);
  assert_imported("families", text);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_app, close_app)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(columns_come_in_any_order_and_spelling),
      CASE(texts_are_kept_in_normal_form),
      CASE(references_are_codes),
      CASE(keys_of_several_parts_are_columns_or_one_text),
      CASE(rows_wait_for_rows_further_down),
      CASE(headers_that_do_not_fit_are_told),
      CASE(rows_that_do_not_fit_are_told),
      CASE(values_that_do_not_fit_are_told),
      CASE(twenty_mistakes_are_told_and_the_others_counted),
      CASE(what_is_no_kind_is_told),
      CASE(a_code_that_can_be_cut_in_two_ways_is_not_guessed),
      CASE(a_dry_run_leaves_nothing_behind),
      CASE(a_file_that_was_imported_is_recognised),
      CASE(different_records_are_a_conflict_or_a_new_version),
      CASE(evidence_is_not_changed_but_may_be_withdrawn),
      CASE(states_of_stored_records_are_not_imported),
      CASE(markers_have_one_name_and_many_spellings),
      CASE(codes_of_an_investigation_carry_its_name),
      CASE(profiles_fit_their_panels),
      CASE(files_refer_to_the_ones_before_them),
      CASE(chains_of_custody_are_checked),
      CASE(some_imports_need_more_than_writing),
      CASE(a_file_leaves_an_administrator),
      CASE(an_import_that_is_stopped_changes_nothing),
      CASE(exhausted_memory_changes_nothing),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
