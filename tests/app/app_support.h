/* A case database and files for the tests of use cases. */
#ifndef HW_TESTS_APP_SUPPORT_H
#define HW_TESTS_APP_SUPPORT_H

#include "app/import.h"

/* Setup and teardown of a group: a scratch folder. */
int app_tests_begin(void **state);
int app_tests_end(void **state);

/* A name in the folder; valid until the 16th next call. */
const char *app_test_name(const char *name);
/* Writes a file in the folder. @return its name, valid as above */
const char *app_test_file(const char *name, const char *text);
/* Content of a file; free() it. */
char *app_test_read(const char *path);

/* A new database, opened by its first actor "tester", who may do everything. */
void app_test_new(hw_app *app);
/* The same with an actor "clerk", who has these permissions only, at work. */
void app_test_new_clerk(hw_app *app, const char *permissions);

/* Imports a text as a file of this name, applied. The report of the last import is kept. */
hw_status app_test_import(hw_app *app, const char *what, const char *name, const char *text,
                          hw_err *err);
/* The same with all options; options->what and the rest are the caller's. */
hw_status app_test_import_with(hw_app *app, const hw_import_options *options, const char *name,
                               const char *text, hw_err *err);
extern hw_import_report app_test_report;

/* The mistakes of the last import: a line "NAME:LINE:COLUMN: FIELD: MESSAGE" each, and "and N
 * more"; the folder left out of names. */
const char *app_test_mistakes(void);

/* Number of records of a kind that are not withdrawn. */
int64_t app_test_count(hw_app *app, hw_kind_id kind);
/* Reads a record by its key as hw_store_code writes it; fails the test if there is none. The
 * texts live until the next call. */
const hw_record *app_test_get(hw_app *app, hw_kind_id kind, const char *code);
/* Hash of the newest audit entry, in hexadecimal. */
const char *app_test_head(hw_app *app);

#endif
