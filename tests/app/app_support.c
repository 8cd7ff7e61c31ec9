/* A case database and files for the tests of use cases. */
#include "app/app_support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/references.h"
#include "support/assert.h"

hw_import_report app_test_report;

static char folder[64];
static int n_databases;
static hw_arena record_arena;
static hw_str mistakes;

int app_tests_begin(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/homeward-app-XXXXXX");
  return mkdtemp(folder) == NULL ? -1 : 0;
}

static void remove_folder(const char *path) {
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
    char name[400];
    snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (unlink(name) != 0) remove_folder(name);
  }
  if (directory != NULL) closedir(directory);
  rmdir(path);
}

int app_tests_end(void **state) {
  (void)state;
  hw_import_report_clear(&app_test_report);
  hw_arena_clear(&record_arena);
  hw_str_clear(&mistakes);
  remove_folder(folder);
  return 0;
}

const char *app_test_name(const char *name) {
  static char names[16][200];
  static int n;
  char *path = names[n++ % 16];
  snprintf(path, sizeof names[0], "%s/%s", folder, name);
  return path;
}

const char *app_test_file(const char *name, const char *text) {
  const char *path = app_test_name(name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
  return path;
}

char *app_test_read(const char *path) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  long n = ftell(file);
  rewind(file);
  char *bytes = malloc((size_t)n + 1);
  assert_non_null(bytes);
  assert_int_equal(fread(bytes, 1, (size_t)n, file), n);
  bytes[n] = '\0';
  fclose(file);
  return bytes;
}

/* --- databases --- */

static const char *new_database(void) {
  hw_err err = HW_ERR_INIT;
  char name[32];
  snprintf(name, sizeof name, "%d.hwc", n_databases++);
  const char *path = app_test_name(name);
  hw_who who = {.login = "tester"};
  hw_assert_ok(hw_app_create(path, &who, "tests", &err), &err);
  return path;
}

void app_test_new(hw_app *app) {
  hw_err err = HW_ERR_INIT;
  hw_who who = {.login = "tester"};
  hw_assert_ok(hw_app_open(app, new_database(), HW_DB_WRITE, &who, &err), &err);
}

void app_test_new_clerk(hw_app *app, const char *permissions) {
  hw_err err = HW_ERR_INIT;
  char text[200];
  app_test_new(app);
  snprintf(text, sizeof text, "code,login,permissions\nclerk,clerk,%s\n", permissions);
  hw_assert_ok(app_test_import(app, "actors", "actors.csv", text, &err), &err);
  char location[300];
  snprintf(location, sizeof location, "%s", hw_store_location(app->store));
  hw_app_close(app);
  hw_who who = {.login = "clerk"};
  hw_assert_ok(hw_app_open(app, location, HW_DB_WRITE, &who, &err), &err);
}

/* --- importing --- */

hw_status app_test_import_with(hw_app *app, const hw_import_options *options, const char *name,
                               const char *text, hw_err *err) {
  hw_import_report_clear(&app_test_report);
  const char *path = app_test_file(name, text);
  return hw_import_file(app, path, options, &app_test_report, err);
}

hw_status app_test_import(hw_app *app, const char *what, const char *name, const char *text,
                          hw_err *err) {
  hw_import_options options = {.what = what, .apply = true};
  return app_test_import_with(app, &options, name, text, err);
}

const char *app_test_mistakes(void) {
  hw_str_clear(&mistakes);
  const hw_errors *errors = &app_test_report.errors;
  for (int i = 0; i < hw_errors_kept(errors); i++) {
    char text[1200];
    hw_err_text(&errors->kept[i], text, sizeof text);
    size_t n = strlen(folder);
    bool is_here = strncmp(text, folder, n) == 0;
    hw_str_append_format(&mistakes, "%s\n", is_here ? text + n + 1 : text);
  }
  if (errors->n > HW_ERRORS_KEPT)
    hw_str_append_format(&mistakes, "and %d more\n", (int)(errors->n - HW_ERRORS_KEPT));
  return hw_str_text(&mistakes);
}

/* --- looking --- */

int64_t app_test_count(hw_app *app, hw_kind_id kind) {
  hw_err err = HW_ERR_INIT;
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  int64_t n = 0;
  hw_assert_ok(hw_store_scan(app->store, kind, -1, NULL, &scan, &err), &err);
  do {
    hw_assert_ok(hw_scan_next(scan, &row, &err), &err);
    n += row != NULL && row->withdrawn == NULL;
  } while (row != NULL);
  hw_scan_done(scan);
  return n;
}

const hw_record *app_test_get(hw_app *app, hw_kind_id kind, const char *code) {
  static hw_record record;
  hw_err err = HW_ERR_INIT;
  hw_references *references = NULL;
  int64_t id = 0;
  hw_assert_ok(hw_references_new(app->store, &references, &err), &err);
  hw_assert_ok(hw_references_find_code(references, kind, code, &id, &err), &err);
  hw_references_delete(references);
  if (id == 0) fail_msg("there is no %s %s", hw_kind_get(kind)->name, code);
  hw_arena_clear(&record_arena);
  hw_assert_ok(hw_store_get(app->store, kind, id, &record_arena, &record, &err), &err);
  return &record;
}

const char *app_test_head(hw_app *app) {
  static char text[HW_DIGEST_TEXT_SIZE];
  hw_err err = HW_ERR_INIT;
  uint8_t hash[HW_DIGEST_SIZE];
  int64_t seq = 0;
  hw_assert_ok(hw_store_head(app->store, &seq, hash, &err), &err);
  return hw_digest_text(hash, text);
}
