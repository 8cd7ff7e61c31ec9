/* Scratch folders, small databases, and counting damages. */
#include "store/place.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/assert.h"

static char folder[64];
static char **names; /* all that were given out */
static size_t n_names;
static int n_locations;
static char damages[8192];

static const hw_db_column PERSON_COLUMNS[] = {
    {"code", HW_DB_TEXT, true, NULL, "length(code) > 0"},
    {"weight", HW_DB_REAL, false, NULL, NULL},
    {"photo", HW_DB_BYTES, false, NULL, NULL},
    {"note", HW_DB_TEXT, false, NULL, NULL},
};
const hw_db_table PLACE_PERSON = {"person", 4, PERSON_COLUMNS, "code", true, "note"};

static const hw_db_column SAMPLE_COLUMNS[] = {
    {"person", HW_DB_INT, true, "person", NULL},
    {"label", HW_DB_TEXT, false, NULL, NULL},
};
const hw_db_table PLACE_SAMPLE = {"sample", 2, SAMPLE_COLUMNS, NULL, false, NULL};

int place_begin(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/homeward-test-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

int place_end(void **state) {
  (void)state;
  DIR *files = opendir(folder);
  if (!files) return -1;
  for (struct dirent *entry; (entry = readdir(files)) != NULL;) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    (void)unlink(path);
  }
  closedir(files);
  for (size_t i = 0; i < n_names; i++) free(names[i]);
  free(names);
  return rmdir(folder);
}

const char *place_name(const char *name) {
  const size_t size = strlen(folder) + strlen(name) + 2;
  char **grown = realloc(names, (n_names + 1) * sizeof *names);
  assert_non_null(grown);
  names = grown;
  names[n_names] = malloc(size);
  assert_non_null(names[n_names]);
  snprintf(names[n_names], size, "%s/%s", folder, name);
  return names[n_names++];
}

const char *place_new_location(void) {
  char name[32];
  snprintf(name, sizeof name, "case%d.hwc", n_locations++);
  return place_name(name);
}

int place_count(const char *prefix) {
  int n = 0;
  DIR *files = opendir(folder);
  assert_non_null(files);
  for (struct dirent *entry; (entry = readdir(files)) != NULL;)
    n += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
  closedir(files);
  return n;
}

hw_db *place_open(const char *location, hw_db_mode mode) {
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_db_open(location, mode, &db, &err), &err);
  assert_non_null(db);
  return db;
}

void place_make(const char *location) {
  hw_err err = HW_ERR_INIT;
  hw_db *db = place_open(location, HW_DB_CREATE);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(hw_db_create_table(db, &PLACE_PERSON, &err), &err);
  hw_assert_ok(hw_db_create_table(db, &PLACE_SAMPLE, &err), &err);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  hw_db_close(db);
}

hw_status place_add_person(hw_db *db, const char *code, hw_err *err) {
  hw_query *query = NULL;
  hw_status status =
      hw_db_query(db, "INSERT INTO person (code, weight) VALUES ($1, $2)", &query, err);
  if (status != HW_OK) return status;
  hw_query_bind_text(query, 1, code);
  hw_query_bind_real(query, 2, 0.5);
  status = hw_query_run(query, err);
  hw_query_done(query);
  return status;
}

int64_t place_int(hw_db *db, const char *sql) {
  hw_query *query = NULL;
  hw_err err = HW_ERR_INIT;
  bool has_row;
  hw_assert_ok(hw_db_query(db, sql, &query, &err), &err);
  hw_assert_ok(hw_query_step(query, &has_row, &err), &err);
  assert_true(has_row);
  const int64_t value = hw_query_int(query, 0);
  hw_query_done(query);
  return value;
}

/* --- examination --- */

static hw_status note_damage(void *context, const hw_db_damage *damage, hw_err *err) {
  (void)err;
  int *n = context;
  const size_t used = strlen(damages);
  snprintf(damages + used, sizeof damages - used, "[%lld] %s\n", (long long)damage->page,
           damage->text);
  ++*n;
  return HW_OK;
}

hw_status place_examine_db(hw_db *db, int *n, hw_err *err) {
  *n = 0;
  damages[0] = '\0';
  return hw_db_examine(db, note_damage, n, NULL, NULL, err);
}

int place_examine(const char *location) {
  int n;
  hw_err err = HW_ERR_INIT;
  hw_db *db = place_open(location, HW_DB_EXAMINE);
  hw_assert_ok(place_examine_db(db, &n, &err), &err);
  hw_db_close(db);
  return n;
}

const char *place_damages(void) {
  return damages;
}

hw_db *place_made(void) {
  const char *location = place_new_location();
  place_make(location);
  return place_open(location, HW_DB_WRITE);
}

void place_run(hw_db *db, const char *sql, hw_status expected, const char *part) {
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_db_run(db, sql, &err), expected, &err);
  if (expected == HW_OK) return;
  hw_assert_contains(err.message, part);
  assert_string_equal(err.file, hw_db_location(db));
}
