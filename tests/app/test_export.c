/* Exports: what they look like, who may have them, and folders of all kinds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app_support.h"
#include "app/export.h"
#include "app/manifest.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_app app;
static hw_err err;

static void assert_imported(const char *what, const char *text) {
  hw_assert_ok(app_test_import(&app, what, what, text, &err), &err);
}

static int open_app(void **state) {
  (void)state;
  app_test_new(&app);
  assert_imported("persons", "code,sex,role\nP,male,missing\n");
  assert_imported("person_names", "person,kind,name\nP,full,Nguyễn Văn A\n");
  assert_imported("families", "code,note\nF,\"\"\nG,\"a \"\"quoted\"\" note, with a comma\"\n");
  assert_imported("pedigrees", "family,code,rank,status\nF,stated,1,stated\n");
  assert_imported("descents", "pedigree.family,pedigree.code,person,rank\nF,stated,P,1\n");
  assert_imported("accessions", "code,received_from,row_withdrawn\nA,somebody,\nB,,twice\n");
  assert_imported("item_numbers", "item_kind,item,system,number\naccession,A,field,7\n");
  assert_imported("sites", "code,latitude\nS,0.1\n");
  return 0;
}

static int close_app(void **state) {
  (void)state;
  hw_app_close(&app);
  return 0;
}

/* Exports to a file. Returns its text; free() it. */
static char *export_text(hw_app *from, const hw_export_options *options, hw_status expected) {
  const char *path = app_test_name("out");
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  hw_export_report report;
  hw_assert_status(hw_export_stream(from, options, file, &report, &err), expected, &err);
  fclose(file);
  return app_test_read(path);
}

static void assert_exported(const hw_export_options *options, const char *expected) {
  char *text = export_text(&app, options, HW_OK);
  assert_string_equal(text, expected);
  free(text);
}

static void rows_have_codes_and_withdrawals(void **state) {
  (void)state;
  assert_exported(&(hw_export_options){.what = "families"},
                  "code,investigation,label,state,note,row_withdrawn\n"
                  "F,main,,open,\"\",\n"
                  "G,main,,open,\"a \"\"quoted\"\" note, with a comma\",\n");
  assert_exported(&(hw_export_options){.what = "descent"},
                  "pedigree.family,pedigree.code,person,father,mother,rank,row_withdrawn\n"
                  "F,stated,P,,,1,\n");
  assert_exported(&(hw_export_options){.what = "item_numbers"},
                  "item_kind,item,system,number,row_withdrawn\naccession,A,field,7,\n");
  assert_exported(&(hw_export_options){.what = "accessions", .is_current = true},
                  "code,site,operation,how,received_on,received_from,container,note\n"
                  "A,,,,,somebody,,\n");
  assert_exported(&(hw_export_options){.what = "hazards"},
                  "site,kind,source,level,assessed_on,cleared_on,note,row_withdrawn\n");
}

static void lines_of_json_have_no_keys_for_what_is_missing(void **state) {
  (void)state;
  assert_exported(&(hw_export_options){.what = "accessions", .format = "json"},
                  "{\"code\": \"A\", \"received_from\": \"somebody\"}\n"
                  "{\"code\": \"B\", \"row_withdrawn\": \"twice\"}\n");
  assert_exported(&(hw_export_options){.what = "sites", .format = "json"},
                  "{\"code\": \"S\", \"latitude\": 0.1, \"state\": \"reported\"}\n");
}

/* The newest audit entry's action and reason. */
static hw_status keep_entry(void *context, const hw_audit_entry *entry, hw_err *unused) {
  (void)unused;
  snprintf(context, 200, "%s %s", entry->action, entry->reason);
  return HW_OK;
}

static void names_leave_an_entry_before_they_leave(void **state) {
  (void)state;
  char entry[200] = "", head[HW_DIGEST_TEXT_SIZE];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  char *text = export_text(&app, &(hw_export_options){.what = "samples"}, HW_OK);
  free(text);
  assert_string_equal(app_test_head(&app), head);
  hw_export_options options = {.what = "person_names", .reason = "for the province"};
  assert_exported(&options, "person,kind,name,surname,middle,given,source,row_withdrawn\n"
                            "P,full,Nguyễn Văn A,,,,,\n");
  hw_assert_ok(hw_store_audit(app.store, 1, keep_entry, entry, &err), &err);
  assert_string_equal(entry, "export person_names: for the province");
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  options.without_names = true;
  assert_false(hw_export_is_recorded(&options));
  assert_exported(&options, "person,kind,source,row_withdrawn\nP,full,,\n");
  assert_string_equal(app_test_head(&app), head);
}

static void names_need_a_permission(void **state) {
  (void)state;
  hw_app clerk;
  app_test_new_clerk(&clerk, "write");
  char *text = export_text(&clerk, &(hw_export_options){.what = "documents"}, HW_E_DENIED);
  assert_string_equal(text, "");
  hw_assert_contains(err.message, "--without-names");
  free(text);
  text =
      export_text(&clerk, &(hw_export_options){.what = "documents", .without_names = true}, HW_OK);
  free(text);
  hw_app_close(&clerk);
}

static void what_is_no_kind_or_format_is_told(void **state) {
  (void)state;
  free(export_text(&app, &(hw_export_options){.what = "sampels"}, HW_E_USAGE));
  assert_string_equal(err.message, "\"sampels\" is no kind of record and no format (see 'homeward "
                                   "help export')");
  free(export_text(&app, &(hw_export_options){.what = "samples", .format = "xls"}, HW_E_USAGE));
  assert_string_equal(err.message, "--format: 'xls' is no format that can be exported");
}

static void templates_can_be_imported(void **state) {
  (void)state;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_kind *kind = hw_kind_get((hw_kind_id)k);
    hw_str text = HW_STR_INIT;
    if (kind->flags & HW_KIND_SECRET) continue;
    hw_assert_ok(hw_export_template(kind->name, &text, &err), &err);
    assert_imported(kind->name, hw_str_text(&text));
    hw_str_clear(&text);
    /* Published frequencies are data, not comments. */
    if (kind->id == HW_KIND_FREQUENCY) continue;
    hw_assert_ok(hw_export_template(kind->plural, &text, &err), &err);
    assert_imported(kind->plural, hw_str_text(&text));
    hw_str_clear(&text);
  }
  hw_str text = HW_STR_INIT;
  hw_assert_status(hw_export_template("nothing", &text, &err), HW_E_USAGE, &err);
}

static void secrets_have_no_table(void **state) {
  (void)state;
  static const char message[] = "credentials are secret: they are neither exported nor imported, "
                                "'homeward account' sets them";
  hw_str text = HW_STR_INIT;
  hw_assert_status(hw_export_template("credential", &text, &err), HW_E_USAGE, &err);
  assert_string_equal(err.message, message);
  free(export_text(&app, &(hw_export_options){.what = "credentials"}, HW_E_USAGE));
  assert_string_equal(err.message, message);
  free(export_text(&app, &(hw_export_options){.what = "credential", .format = "json"}, HW_E_USAGE));
  assert_string_equal(err.message, message);
  hw_assert_status(
      app_test_import(&app, "credentials", "c.csv", "actor,password\ntester,x\n", &err), HW_E_USAGE,
      &err);
  assert_string_equal(err.message, message);
  assert_int_equal(app_test_count(&app, HW_KIND_CREDENTIAL), 0);
}

/* The examples of templates, not as comments, are records that fit together. */
static void examples_of_templates_are_records(void **state) {
  (void)state;
  hw_kind_id order[HW_KIND_COUNT];
  hw_kinds_order(order);
  for (int i = 0; i < HW_KIND_COUNT; i++) {
    const hw_kind *kind = hw_kind_get(order[i]);
    hw_str text = HW_STR_INIT;
    if (kind->flags & HW_KIND_SECRET) continue;
    hw_assert_ok(hw_export_template(kind->name, &text, &err), &err);
    char *mark = strstr(text.bytes, "\n# ");
    assert_non_null(mark);
    memmove(mark + 1, mark + 3, strlen(mark + 3) + 1);
    hw_import_options options = {.what = kind->name, .apply = true, .update = true};
    hw_status status = app_test_import_with(&app, &options, kind->name, text.bytes, &err);
    if (status != HW_OK) print_message("%s%s", text.bytes, app_test_mistakes());
    hw_assert_ok(status, &err);
    const hw_import_count *count = &app_test_report.counts[kind->id];
    assert_int_equal(count->added + count->changed, 1); /* "main" is there from the start */
    hw_str_clear(&text);
  }
}

/* --- all kinds --- */

static const char *export_folder(const char *name, bool without_names) {
  static char folder[200];
  static hw_export_report reports[HW_KIND_COUNT];
  snprintf(folder, sizeof folder, "%s", app_test_name(name));
  hw_export_options options = {.what = "all", .without_names = without_names};
  hw_assert_ok(hw_export_all(&app, &options, folder, reports, &err), &err);
  assert_int_equal(reports[HW_KIND_FAMILY].n_rows, 2);
  assert_int_equal(reports[HW_KIND_PERSON_NAME].note[0] != '\0', without_names);
  return folder;
}

static void a_folder_has_a_manifest(void **state) {
  (void)state;
  hw_manifest manifest;
  const char *folder = export_folder("whole", false);
  hw_assert_ok(hw_manifest_read(folder, &manifest, &err), &err);
  assert_true(manifest.has_names);
  assert_string_equal(manifest.head_hash, app_test_head(&app));
  assert_int_equal(manifest.files[0].kind, HW_KIND_ACTOR);
  hw_manifest_clear(&manifest);
  /* Not twice into one folder. */
  static hw_export_report reports[HW_KIND_COUNT];
  hw_export_options options = {.what = "all"};
  hw_assert_status(hw_export_all(&app, &options, folder, reports, &err), HW_E_DUPLICATE, &err);
  folder = export_folder("nameless", true);
  hw_assert_ok(hw_manifest_read(folder, &manifest, &err), &err);
  assert_false(manifest.has_names);
  for (int i = 0; i < manifest.n_files; i++)
    assert_int_not_equal(manifest.files[i].kind, HW_KIND_PERSON_NAME);
  hw_manifest_clear(&manifest);
}

static void changed_folders_are_refused(void **state) {
  (void)state;
  hw_manifest manifest;
  char path[300];
  const char *folder = export_folder("changed", false);
  snprintf(path, sizeof path, "%s/sites.csv", folder);
  FILE *file = fopen(path, "ab");
  fputs("T,,,,,,,,,,,reported,\n", file);
  fclose(file);
  hw_assert_status(hw_manifest_read(folder, &manifest, &err), HW_E_VALUE, &err);
  assert_string_equal(err.file, path);
  hw_manifest_clear(&manifest);
  unlink(path);
  hw_assert_status(hw_manifest_read(folder, &manifest, &err), HW_E_NOT_FOUND, &err);
  hw_manifest_clear(&manifest);
}

static void manifests_that_are_none_are_told(void **state) {
  (void)state;
  static const struct {
    const char *text;
    hw_status status;
    const char *message;
  } cases[] = {
      {"[]", HW_E_SYNTAX, ""},
      {"{\"format\": \"x\"}", HW_E_VALUE, "\"x\" is not the format \"homeward-export/1\""},
      {"{\"format\": \"homeward-export/1\", \"schema\": 99}", HW_E_UNSUPPORTED, "newer version"},
      {"{\"format\": \"homeward-export/1\", \"schema\": 1, \"head_entry\": 1, \"head_hash\": \"\","
       "\"files\": [{\"kind\": \"../x\", \"rows\": 1, \"digest\": \"\"}]}",
       HW_E_VALUE, "\"../x\" is no kind of record"},
      {"{\"format\": \"homeward-export/1\", \"sum\": 1}", HW_E_UNKNOWN_KEY, "sum"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_manifest manifest;
    const char *path = app_test_file("manifest.json", cases[i].text);
    char folder[300];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    hw_assert_status(hw_manifest_read(folder, &manifest, &err), cases[i].status, &err);
    hw_assert_contains(err.message, cases[i].message);
    hw_manifest_clear(&manifest);
  }
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  const hw_export_options options = {.what = "descents"};
  for (long n = 0; hw_faults_begin(n); n++) {
    FILE *file = tmpfile();
    hw_export_report report;
    hw_status status =
        file != NULL ? hw_export_stream(&app, &options, file, &report, &err) : HW_E_NO_MEMORY;
    bool failed = hw_faults_end();
    if (file != NULL) fclose(file);
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    if (!failed) break;
  }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_app, close_app)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(rows_have_codes_and_withdrawals),
      CASE(lines_of_json_have_no_keys_for_what_is_missing),
      CASE(names_leave_an_entry_before_they_leave),
      CASE(names_need_a_permission),
      CASE(what_is_no_kind_or_format_is_told),
      CASE(templates_can_be_imported),
      CASE(secrets_have_no_table),
      CASE(examples_of_templates_are_records),
      CASE(a_folder_has_a_manifest),
      CASE(changed_folders_are_refused),
      CASE(manifests_that_are_none_are_told),
      CASE(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
