/* Case databases for tests. */
#include "store/store_support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/assert.h"

static char folder[64];
static int n_names;
static hw_str faults;

int store_tests_begin(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/homeward-store-XXXXXX");
  return mkdtemp(folder) == NULL ? -1 : 0;
}

int store_tests_end(void **state) {
  (void)state;
  DIR *directory = opendir(folder);
  for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (entry->d_name[0] != '.') unlink(path);
  }
  if (directory != NULL) closedir(directory);
  hw_str_clear(&faults);
  return rmdir(folder);
}

const char *store_test_name(void) {
  static char names[8][100];
  char *name = names[n_names % 8];
  snprintf(name, sizeof names[0], "%s/%d.hwc", folder, n_names++);
  return name;
}

void store_test_begin(hw_store *store, const char *action) {
  hw_err err = HW_ERR_INIT;
  hw_change_info info = {.actor = "tester",
                         .login = "nobody",
                         .action = action,
                         .reason = "a test",
                         .at = "2026-01-31T08:00:00Z"};
  hw_assert_ok(hw_store_begin(store, &info, &err), &err);
}

void store_test_commit(hw_store *store) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_store_commit(store, &err), &err);
}

hw_store *store_test_new(const char *location) {
  hw_err err = HW_ERR_INIT;
  hw_store *store = NULL;
  hw_assert_ok(hw_store_create(location, &store, &err), &err);
  store_test_begin(store, "init");
  store_test_commit(store);
  return store;
}

hw_store *store_test_open(const char *location, hw_db_mode mode) {
  hw_err err = HW_ERR_INIT;
  hw_store *store = NULL;
  hw_assert_ok(hw_store_open(location, mode, &store, &err), &err);
  return store;
}

int64_t store_test_person(hw_store *store, const char *code) {
  hw_err err = HW_ERR_INIT;
  hw_record record;
  hw_record_init(&record, HW_KIND_PERSON);
  hw_record_set_text(&record, HW_FIELD_PERSON_CODE, code);
  hw_record_set_text(&record, HW_FIELD_PERSON_SEX, "female");
  hw_record_set_text(&record, HW_FIELD_PERSON_ROLE, "relative");
  hw_assert_ok(hw_store_add(store, &record, &err), &err);
  return record.id;
}

/* The panel that all profiles of the tests name. */
static int64_t panel(hw_store *store) {
  hw_err err = HW_ERR_INIT;
  hw_record record;
  hw_put_outcome outcome;
  hw_record_init(&record, HW_KIND_PANEL);
  hw_record_set_text(&record, HW_FIELD_PANEL_CODE, "P");
  hw_record_set_text(&record, HW_FIELD_PANEL_KIND, "layout");
  hw_assert_ok(hw_store_put(store, &record, false, &outcome, &err), &err);
  return record.id;
}

int64_t store_test_profile(hw_store *store, const char *code, int64_t person) {
  hw_err err = HW_ERR_INIT;
  hw_record record;
  hw_record_init(&record, HW_KIND_PROFILE);
  hw_record_set_text(&record, HW_FIELD_PROFILE_CODE, code);
  hw_record_set_int(&record, HW_FIELD_PROFILE_PERSON, person);
  hw_record_set_int(&record, HW_FIELD_PROFILE_PANEL, panel(store));
  hw_record_set_text(&record, HW_FIELD_PROFILE_USE, "single");
  hw_record_set_text(&record, HW_FIELD_PROFILE_OBSERVATIONS, "14,15;9.3,9.3;;28,?");
  hw_assert_ok(hw_store_add(store, &record, &err), &err);
  return record.id;
}

/* --- synthetic records --- */

static const char *random_text(hw_random *random, hw_arena *arena, bool is_code) {
  static const char *const words[] = {"Nguyễn", "đ", "a,b",   "\"x\"", "14.2", "Ω",
                                      "-",      "'", "semi;", "tab",   "#",    "0"};
  char text[200];
  size_t n = 0;
  int count = 1 + (int)(hw_random_double(random) * 4);
  for (int i = 0; i < count; i++) {
    const char *word = words[(int)(hw_random_double(random) * 12)];
    const char *gap = i == 0 ? "" : !is_code && hw_random_double(random) < 0.2 ? "\n" : " ";
    n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", gap, word);
  }
  snprintf(text + n, sizeof text - n, "%d", (int)(hw_random_double(random) * 1e6));
  return hw_arena_strdup(arena, text);
}

static const char *random_choice(hw_random *random, const char *choices, hw_arena *arena) {
  int n = 1;
  for (const char *at = choices; *at != '\0'; at++) n += *at == '|';
  int wanted = (int)(hw_random_double(random) * n);
  for (; wanted > 0; wanted--) choices = strchr(choices, '|') + 1;
  return hw_arena_strndup(arena, choices, strcspn(choices, "|"));
}

static void fill_field(hw_random *random, const hw_field *field, int f, const int64_t *targets,
                       hw_arena *arena, hw_record *out) {
  static const char *const dates[] = {"1968", "1968-02", "1968-02-29", "1968-02/1972",
                                      "2026-11-22"};
  switch (field->type) {
    case HW_TYPE_CODE:
    case HW_TYPE_TEXT:
      hw_record_set_text(out, f, random_text(random, arena, field->type == HW_TYPE_CODE));
      return;
    case HW_TYPE_INT:
      hw_record_set_int(out, f, (int64_t)(hw_random_double(random) * 1e9) - 1000);
      return;
    case HW_TYPE_REAL:
      hw_record_set_real(out, f, hw_random_double(random) * 200 - 100);
      return;
    case HW_TYPE_YES:
      hw_record_set_int(out, f, hw_random_double(random) < 0.5);
      return;
    case HW_TYPE_DATE:
      hw_record_set_text(out, f, dates[(int)(hw_random_double(random) * 5)]);
      return;
    case HW_TYPE_TIME:
      hw_record_set_text(out, f, "2026-01-31T08:00:00Z");
      return;
    case HW_TYPE_CHOICE:
      hw_record_set_text(out, f, random_choice(random, field->choices, arena));
      return;
    case HW_TYPE_REF:
      hw_record_set_int(out, f, targets[field->target]);
      return;
    case HW_TYPE_ITEM:
      hw_record_set_int(out, f, targets[hw_kind_find(hw_record_text(out, f - 1))->id]);
      return;
  }
}

void store_test_fill(hw_random *random, hw_kind_id kind, const int64_t targets[HW_KIND_COUNT],
                     hw_arena *arena, hw_record *out) {
  hw_record_init(out, kind);
  for (int f = 0; f < out->kind->n_fields; f++) {
    const hw_field *field = &out->kind->fields[f];
    bool is_needed = field->flags & (HW_FIELD_MUST | HW_FIELD_KEY);
    bool has_target = field->type != HW_TYPE_REF || targets[field->target] > 0;
    if (!has_target || (!is_needed && hw_random_double(random) < 0.3)) continue;
    fill_field(random, field, f, targets, arena, out);
  }
}

/* --- verification --- */

static hw_status keep_fault(void *context, const hw_fault *fault, hw_err *err) {
  (void)err;
  ++*(int *)context;
  hw_str_append_format(&faults, "%s: %s\n", fault->where, fault->text);
  return HW_OK;
}

int store_test_verify(hw_store *store) {
  hw_err err = HW_ERR_INIT;
  int n = 0;
  hw_str_clear(&faults);
  hw_assert_ok(hw_store_verify(store, keep_fault, &n, NULL, NULL, &err), &err);
  return n;
}

const char *store_test_faults(void) {
  return hw_str_text(&faults);
}
