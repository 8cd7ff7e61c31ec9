/* Fuzz target: tables imported into a case database, without applying.
 *
 * The input is what is asked for ("families"), a line end, and the file. Promises
 * checked on every input: a refusal has a message and is one of the input (exit
 * status 2); the same file gives the same answer twice, counts and mistakes; and
 * nothing of it stays in the database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/import.h"
#include "fuzz.h"

static hw_app app;
static char database[64], input[64];
static uint8_t head[HW_DIGEST_SIZE];

static void remove_files(void) {
  hw_app_close(&app);
  unlink(database);
  unlink(input);
}

static void write_input(const void *bytes, size_t n) {
  FILE *file = fopen(input, "wb");
  HW_FUZZ_CHECK(file != NULL && fwrite(bytes, 1, n, file) == n && fclose(file) == 0);
}

/* Imports a text, applied. */
static void prepare(const char *what, const char *text) {
  hw_import_options options = {.what = what, .apply = true};
  hw_import_report report;
  write_input(text, strlen(text));
  HW_FUZZ_CHECK(hw_import_file(&app, input, &options, &report, NULL) == HW_OK);
  hw_import_report_clear(&report);
}

/* A database with something to refer to. */
static void begin(void) {
  hw_err err = HW_ERR_INIT;
  int64_t seq = 0;
  snprintf(database, sizeof database, "/tmp/homeward-fuzz-%ld.hwc", (long)getpid());
  snprintf(input, sizeof input, "/tmp/homeward-fuzz-%ld.csv", (long)getpid());
  hw_who who = {.login = "fuzzer"};
  unlink(database);
  HW_FUZZ_CHECK(hw_app_create(database, &who, "", &err) == HW_OK);
  HW_FUZZ_CHECK(hw_app_open(&app, database, HW_DB_WRITE, &who, &err) == HW_OK);
  atexit(remove_files);
  prepare("accessions", "code\nA\n");
  prepare("persons", "code,sex,role\nP,male,missing\n");
  prepare("families", "family,person,father\nF,P,Q\n");
  prepare("markers", "code,type\nvWA,str\n");
  HW_FUZZ_CHECK(hw_store_head(app.store, &seq, head, &err) == HW_OK);
}

static hw_status import_once(const char *what, hw_import_report *report, hw_err *err) {
  hw_import_options options = {.what = what, .format = "csv"};
  hw_status status = hw_import_file(&app, input, &options, report, err);
  if (status == HW_OK) {
    HW_FUZZ_CHECK(report->errors.n == 0 && !report->is_applied);
    return status;
  }
  HW_FUZZ_CHECK(hw_status_exit(status) == 2 && err->message[0] != '\0');
  for (int i = 0; i < hw_errors_kept(&report->errors); i++)
    HW_FUZZ_CHECK(report->errors.kept[i].message[0] != '\0');
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static hw_import_report first, second;
  char what[40];
  hw_err err = HW_ERR_INIT;
  if (app.store == NULL) begin();
  const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
  if (end == NULL || (size_t)(end - data) >= sizeof what || end == data) return 0;
  memcpy(what, data, (size_t)(end - data));
  what[end - data] = '\0';
  write_input(end + 1, size - (size_t)(end - data) - 1);
  hw_status status = import_once(what, &first, &err);
  HW_FUZZ_CHECK(import_once(what, &second, &err) == status);
  HW_FUZZ_CHECK(memcmp(first.counts, second.counts, sizeof first.counts) == 0);
  HW_FUZZ_CHECK(first.errors.n == second.errors.n && first.n_all_notes == second.n_all_notes);
  int64_t seq = 0;
  uint8_t now[HW_DIGEST_SIZE];
  HW_FUZZ_CHECK(hw_store_head(app.store, &seq, now, &err) == HW_OK);
  HW_FUZZ_CHECK(memcmp(now, head, sizeof head) == 0);
  hw_import_report_clear(&first);
  hw_import_report_clear(&second);
  return 0;
}
