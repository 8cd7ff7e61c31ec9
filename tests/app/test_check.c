/* The check of the whole database: each rule broken once, and every byte flipped. */
#include "app/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app_support.h"
#include "base/str.h"
#include "support/assert.h"

static hw_str told;

static hw_status keep(void *context, const hw_check_fault *fault, hw_err *err) {
  (void)context;
  (void)err;
  hw_str_append_format(&told, "%s%s: %s\n", fault->is_warning ? "warning " : "", fault->where,
                       fault->text);
  return HW_OK;
}

/* Checks a file. @return faults and warnings, or −1 if it does not open or cannot be read */
static int64_t check_file(const char *path, hw_err *err) {
  hw_app app;
  hw_who who = {.login = "tester"};
  hw_check_options options = {0};
  hw_check_summary summary;
  hw_str_clear(&told);
  *err = (hw_err)HW_ERR_INIT;
  if (hw_app_open(&app, path, HW_DB_EXAMINE, &who, err) != HW_OK) return -1;
  hw_status status = hw_check(&app, &options, keep, NULL, &summary, err);
  hw_app_close(&app);
  return status == HW_OK ? summary.n_faults + summary.n_warnings : -1;
}

/* --- a small case --- */

static int64_t add(hw_app *app, hw_record *record) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_store_add(app->store, record, &err), &err);
  return record->id;
}

static const char observations[] = "14,15;9.3,9.3";
static const char per_marker[] = "{\"TH01\":0.25,\"D3S1358\":1.75}";

/* One person missing from a family with a typed father, remains, a comparison, a proposal; in a
 * change that is open. */
static void fill(hw_app *app) {
  hw_err err = HW_ERR_INIT;
  hw_record r;
  hw_assert_ok(hw_app_begin(app, HW_MAY_ALL, "fill", "a reason to find", &err), &err);
  for (int i = 0; i < 2; i++) {
    hw_record_init(&r, HW_KIND_MARKER);
    hw_record_set_text(&r, HW_FIELD_MARKER_CODE, i == 0 ? "D3S1358" : "TH01");
    hw_record_set_text(&r, HW_FIELD_MARKER_TYPE, "str");
    add(app, &r);
  }
  hw_record_init(&r, HW_KIND_PANEL);
  hw_record_set_text(&r, HW_FIELD_PANEL_CODE, "P");
  hw_record_set_text(&r, HW_FIELD_PANEL_KIND, "layout");
  add(app, &r);
  for (int i = 1; i <= 2; i++) {
    hw_record_init(&r, HW_KIND_PANEL_MARKER);
    hw_record_set_int(&r, HW_FIELD_PANEL_MARKER_PANEL, 1);
    hw_record_set_int(&r, HW_FIELD_PANEL_MARKER_RANK, i);
    hw_record_set_int(&r, HW_FIELD_PANEL_MARKER_MARKER, i);
    add(app, &r);
  }
  for (int i = 0; i < 2; i++) {
    hw_record_init(&r, HW_KIND_PERSON);
    hw_record_set_text(&r, HW_FIELD_PERSON_CODE, i == 0 ? "M1" : "R1");
    hw_record_set_text(&r, HW_FIELD_PERSON_SEX, "male");
    hw_record_set_text(&r, HW_FIELD_PERSON_ROLE, i == 0 ? "missing" : "relative");
    add(app, &r);
  }
  hw_record_init(&r, HW_KIND_FAMILY);
  hw_record_set_text(&r, HW_FIELD_FAMILY_CODE, "F1");
  hw_record_set_int(&r, HW_FIELD_FAMILY_INVESTIGATION, 1);
  add(app, &r);
  hw_record_init(&r, HW_KIND_SAMPLE);
  hw_record_set_text(&r, HW_FIELD_SAMPLE_CODE, "S1");
  hw_record_set_int(&r, HW_FIELD_SAMPLE_INVESTIGATION, 1);
  add(app, &r);
  for (int i = 0; i < 2; i++) {
    hw_record_init(&r, HW_KIND_PROFILE);
    hw_record_set_text(&r, HW_FIELD_PROFILE_CODE, i == 0 ? "S1" : "R1");
    hw_record_set_int(&r, i == 0 ? HW_FIELD_PROFILE_SAMPLE : HW_FIELD_PROFILE_PERSON, 1 + i);
    if (i == 0) hw_record_set_int(&r, HW_FIELD_PROFILE_SAMPLE, 1);
    hw_record_set_int(&r, HW_FIELD_PROFILE_PANEL, 1);
    hw_record_set_text(&r, HW_FIELD_PROFILE_USE, "single");
    hw_record_set_text(&r, HW_FIELD_PROFILE_OBSERVATIONS, i == 0 ? observations : "14,14;6,9.3");
    add(app, &r);
  }
  hw_record_init(&r, HW_KIND_RUN);
  hw_record_set_text(&r, HW_FIELD_RUN_CODE, "1");
  hw_record_set_int(&r, HW_FIELD_RUN_INVESTIGATION, 1);
  hw_record_set_text(&r, HW_FIELD_RUN_PROGRAM, "test");
  hw_record_set_text(&r, HW_FIELD_RUN_PARAMETERS, "{}");
  hw_record_set_text(&r, HW_FIELD_RUN_INPUTS, "none");
  for (int f = HW_FIELD_RUN_REMAINS; f <= HW_FIELD_RUN_STORED; f++) hw_record_set_int(&r, f, 1);
  add(app, &r);
  hw_record_init(&r, HW_KIND_COMPARISON);
  for (int f = 0; f < 4; f++) hw_record_set_int(&r, f, 1);
  hw_record_set_real(&r, HW_FIELD_COMPARISON_LOG10_LR, 2);
  hw_record_set_text(&r, HW_FIELD_COMPARISON_PER_MARKER, per_marker);
  hw_record_set_int(&r, HW_FIELD_COMPARISON_MARKERS, 2);
  hw_record_set_int(&r, HW_FIELD_COMPARISON_MISMATCHES, 0);
  hw_record_set_text(&r, HW_FIELD_COMPARISON_INPUTS, "a digest of inputs");
  add(app, &r);
  hw_record_init(&r, HW_KIND_IDENTIFICATION);
  hw_record_set_text(&r, HW_FIELD_IDENTIFICATION_CODE, "I1");
  hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_PERSON, 1);
  hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_SAMPLE, 1);
  hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_COMPARISON, 1);
  add(app, &r);
}

static void commit(hw_app *app) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
}

/* Makes the case, closed. @return its file */
static const char *new_file(void) {
  static char path[300];
  hw_app app;
  app_test_new(&app);
  fill(&app);
  commit(&app);
  snprintf(path, sizeof path, "%s", hw_store_location(app.store));
  hw_app_close(&app);
  return path;
}

/* --- rules --- */

/* Each adds a fault to the case, in the open change. */
static void confirm_without_reviews(hw_app *app) {
  hw_record r;
  hw_record_init(&r, HW_KIND_IDENTIFICATION);
  hw_record_set_text(&r, HW_FIELD_IDENTIFICATION_CODE, "I2");
  hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_PERSON, 1);
  hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_SAMPLE, 1);
  hw_record_set_text(&r, HW_FIELD_IDENTIFICATION_STATE, "confirmed");
  add(app, &r);
}
static void confirm_twice(hw_app *app) {
  confirm_without_reviews(app);
  hw_record r;
  hw_record_init(&r, HW_KIND_IDENTIFICATION);
  hw_record_set_text(&r, HW_FIELD_IDENTIFICATION_CODE, "I3");
  hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_PERSON, 2);
  hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_SAMPLE, 1);
  hw_record_set_text(&r, HW_FIELD_IDENTIFICATION_STATE, "confirmed");
  add(app, &r);
}
static void review_from_one_login(hw_app *app) {
  hw_record r;
  confirm_without_reviews(app);
  for (int i = 1; i <= 2; i++) {
    hw_record_init(&r, HW_KIND_ACTOR);
    hw_record_set_text(&r, HW_FIELD_ACTOR_CODE, i == 1 ? "r1" : "r2");
    hw_record_set_text(&r, HW_FIELD_ACTOR_PERMISSIONS, "review");
    int64_t actor = add(app, &r);
    hw_record_init(&r, HW_KIND_REVIEW);
    hw_record_set_int(&r, HW_FIELD_REVIEW_IDENTIFICATION, 2);
    hw_record_set_int(&r, HW_FIELD_REVIEW_REVIEWER, actor);
    hw_record_set_int(&r, HW_FIELD_REVIEW_NUMBER, 1);
    hw_record_set_text(&r, HW_FIELD_REVIEW_VERDICT, "agrees");
    hw_record_set_text(&r, HW_FIELD_REVIEW_REASON, "it fits");
    add(app, &r);
  }
}
static void hold_without_reception(hw_app *app) {
  hw_record r;
  hw_record_init(&r, HW_KIND_CUSTODY);
  hw_record_set_text(&r, HW_FIELD_CUSTODY_ITEM_KIND, "sample");
  hw_record_set_int(&r, HW_FIELD_CUSTODY_ITEM, 1);
  hw_record_set_int(&r, HW_FIELD_CUSTODY_NUMBER, 1);
  hw_record_set_text(&r, HW_FIELD_CUSTODY_AT, "2026-01-31T08:00:00Z");
  hw_record_set_text(&r, HW_FIELD_CUSTODY_ACTION, "opened");
  hw_record_set_text(&r, HW_FIELD_CUSTODY_TO, "Lab");
  add(app, &r);
}
static void number_nothing(hw_app *app) {
  hw_record r;
  hw_record_init(&r, HW_KIND_ITEM_NUMBER);
  hw_record_set_text(&r, HW_FIELD_ITEM_NUMBER_ITEM_KIND, "specimen");
  hw_record_set_int(&r, HW_FIELD_ITEM_NUMBER_ITEM, 77);
  hw_record_set_text(&r, HW_FIELD_ITEM_NUMBER_SYSTEM, "field");
  hw_record_set_text(&r, HW_FIELD_ITEM_NUMBER_NUMBER, "12");
  add(app, &r);
}
static void withdraw_a_profile(hw_app *app) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_store_withdraw(app->store, HW_KIND_PROFILE, 1, "mixed up", &err), &err);
}
static void type_too_few(hw_app *app) {
  hw_record r;
  hw_record_init(&r, HW_KIND_PROFILE);
  hw_record_set_text(&r, HW_FIELD_PROFILE_CODE, "X1");
  hw_record_set_int(&r, HW_FIELD_PROFILE_PANEL, 1);
  hw_record_set_text(&r, HW_FIELD_PROFILE_USE, "single");
  hw_record_set_text(&r, HW_FIELD_PROFILE_OBSERVATIONS, "14,15");
  add(app, &r);
}
static void type_nonsense(hw_app *app) {
  hw_record r;
  hw_record_init(&r, HW_KIND_PROFILE);
  hw_record_set_text(&r, HW_FIELD_PROFILE_CODE, "X1");
  hw_record_set_int(&r, HW_FIELD_PROFILE_PERSON, 1);
  hw_record_set_int(&r, HW_FIELD_PROFILE_PANEL, 1);
  hw_record_set_text(&r, HW_FIELD_PROFILE_USE, "single");
  hw_record_set_text(&r, HW_FIELD_PROFILE_OBSERVATIONS, "14,15;{9");
  add(app, &r);
}
static void descend_from(hw_app *app, int64_t father, bool with_father) {
  hw_record r;
  hw_record_init(&r, HW_KIND_PEDIGREE);
  hw_record_set_int(&r, HW_FIELD_PEDIGREE_FAMILY, 1);
  hw_record_set_text(&r, HW_FIELD_PEDIGREE_CODE, "stated");
  hw_record_set_int(&r, HW_FIELD_PEDIGREE_RANK, 1);
  hw_record_set_text(&r, HW_FIELD_PEDIGREE_STATUS, "stated");
  add(app, &r);
  for (int i = 1; i <= (with_father ? 2 : 1); i++) {
    hw_record_init(&r, HW_KIND_DESCENT);
    hw_record_set_int(&r, HW_FIELD_DESCENT_PEDIGREE, 1);
    hw_record_set_int(&r, HW_FIELD_DESCENT_PERSON, i);
    hw_record_set_int(&r, HW_FIELD_DESCENT_FATHER, i == 1 ? father : 1);
    hw_record_set_int(&r, HW_FIELD_DESCENT_RANK, i);
    add(app, &r);
  }
}
static void lack_a_parent(hw_app *app) {
  descend_from(app, 2, false);
}
static void be_ones_own_ancestor(hw_app *app) {
  descend_from(app, 2, true);
}
static void sum_to_too_much(hw_app *app) {
  hw_record r;
  hw_record_init(&r, HW_KIND_FREQUENCY_TABLE);
  hw_record_set_text(&r, HW_FIELD_FREQUENCY_TABLE_CODE, "T");
  hw_record_set_text(&r, HW_FIELD_FREQUENCY_TABLE_MINIMUM_POLICY, "none");
  hw_record_set_text(&r, HW_FIELD_FREQUENCY_TABLE_NORMALISATION, "none");
  hw_record_set_text(&r, HW_FIELD_FREQUENCY_TABLE_STATUS, "accepted");
  add(app, &r);
  hw_record_init(&r, HW_KIND_FREQUENCY_MARKER);
  hw_record_set_int(&r, HW_FIELD_FREQUENCY_MARKER_TABLE, 1);
  hw_record_set_int(&r, HW_FIELD_FREQUENCY_MARKER_MARKER, 1);
  hw_record_set_int(&r, HW_FIELD_FREQUENCY_MARKER_RANK, 1);
  hw_record_set_text(&r, HW_FIELD_FREQUENCY_MARKER_MODEL, "none");
  add(app, &r);
  for (int i = 1; i <= 3; i++) {
    hw_record_init(&r, HW_KIND_FREQUENCY);
    hw_record_set_int(&r, HW_FIELD_FREQUENCY_TABLE, 1);
    hw_record_set_int(&r, HW_FIELD_FREQUENCY_MARKER, 1);
    hw_record_set_text(&r, HW_FIELD_FREQUENCY_ALLELE, i == 1 ? "14" : i == 2 ? "15" : "16");
    hw_record_set_int(&r, HW_FIELD_FREQUENCY_RANK, i);
    hw_record_set_real(&r, HW_FIELD_FREQUENCY_FREQUENCY, 0.5);
    add(app, &r);
  }
}
static void nothing(hw_app *app) {
  (void)app;
}

static void each_rule_is_checked(void **state) {
  (void)state;
  static const struct {
    void (*make)(hw_app *);
    int n;
    const char *found;
  } cases[] = {
      {nothing, 0, ""},
      {confirm_without_reviews, 1,
       "identification I2 (row 2): is confirmed, but 0 of 2 reviewers agree and 0 disagree\n"},
      {confirm_twice, 3,
       "identification I3 (row 3): its remains are confirmed for somebody else too (row 2)\n"},
      {review_from_one_login, 1,
       "warning identification I2 (row 2): its reviewers wrote from one login name, 'tester'\n"},
      {hold_without_reception, 1,
       "\"opened\" cannot come first: a chain begins with \"received\"\n"},
      {number_nothing, 1, "item: "},
      {withdraw_a_profile, 1, "profile: names a profile that was withdrawn\n"},
      {type_too_few, 2, "profile X1 (row 3): has 1 observations, its panel 2 markers\n"},
      {type_too_few, 2, "profile X1 (row 3): belongs to no person and no sample\n"},
      {type_nonsense, 1, "profile X1 (row 3): observation 2: "},
      {lack_a_parent, 1, "a parent of M1 is not in the pedigree\n"},
      {be_ones_own_ancestor, 1, "is not possible: "},
      {sum_to_too_much, 1, "the frequencies sum to 1.5, expected 1\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_app app;
    hw_err err;
    char path[300];
    app_test_new(&app);
    fill(&app);
    cases[i].make(&app);
    commit(&app);
    snprintf(path, sizeof path, "%s", hw_store_location(app.store));
    hw_app_close(&app);
    int64_t n = check_file(path, &err);
    if (n != cases[i].n) print_message("case %zu: %s\n", i, hw_str_text(&told));
    assert_int_equal(n, cases[i].n);
    hw_assert_contains(hw_str_text(&told), cases[i].found);
  }
}

/* --- flipped bytes --- */

static unsigned char *read_bytes(const char *path, size_t *n) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  *n = (size_t)ftell(file);
  rewind(file);
  unsigned char *bytes = malloc(*n);
  assert_non_null(bytes);
  assert_int_equal(fread(bytes, 1, *n, file), *n);
  fclose(file);
  return bytes;
}

static void put_byte(FILE *file, size_t at, unsigned char value) {
  fseek(file, (long)at, SEEK_SET);
  assert_int_equal(fputc(value, file), value);
  fflush(file);
}

/* Flips one byte in a file, checks it, and puts it back. */
static int64_t check_flipped(const char *path, const unsigned char *bytes, size_t at, int mask,
                             hw_err *err) {
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  put_byte(file, at, (unsigned char)(bytes[at] ^ mask));
  fclose(file);
  int64_t n = check_file(path, err);
  file = fopen(path, "r+b");
  put_byte(file, at, bytes[at]);
  fclose(file);
  return n;
}

/* Every place where a cell's bytes stand. @return how many; at most 8 */
static int find_all(const unsigned char *bytes, size_t n, const void *cell, size_t n_cell,
                    size_t places[8]) {
  int found = 0;
  for (size_t i = 0; i + n_cell <= n && found < 8; i++)
    if (memcmp(bytes + i, cell, n_cell) == 0) places[found++] = i;
  return found;
}

static void flip_cell(const char *path, const unsigned char *bytes, size_t n, const void *cell,
                      size_t n_cell, const char *row) {
  size_t places[8];
  int found = find_all(bytes, n, cell, n_cell, places), n_named = 0;
  assert_true(found > 0);
  for (int p = 0; p < found; p++)
    for (size_t i = 0; i < n_cell; i++) {
      hw_err err;
      assert_true(check_flipped(path, bytes, places[p] + i, 1 << (i % 8), &err) > 0);
      n_named += strstr(hw_str_text(&told), row) != NULL;
    }
  /* In its table the row itself is named; elsewhere (an index, the next entry) its page is. */
  if (n_named < (int)n_cell) print_message("%s: %s\n", row, hw_str_text(&told));
  assert_true(n_named >= (int)n_cell);
}

static void a_flipped_byte_of_evidence_is_told_with_its_row(void **state) {
  (void)state;
  size_t n = 0;
  hw_err err = HW_ERR_INIT;
  hw_app app;
  uint8_t head[HW_DIGEST_SIZE];
  int64_t seq = 0;
  char path[300];
  snprintf(path, sizeof path, "%s", new_file());
  hw_who who = {.login = "tester"};
  hw_assert_ok(hw_app_open(&app, path, HW_DB_READ, &who, &err), &err);
  hw_assert_ok(hw_store_head(app.store, &seq, head, &err), &err);
  hw_app_close(&app);
  unsigned char *bytes = read_bytes(path, &n);
  assert_int_equal(check_file(path, &err), 0);
  flip_cell(path, bytes, n, observations, strlen(observations), "profile S1 (row 1): ");
  flip_cell(path, bytes, n, per_marker, strlen(per_marker), "comparison 1/S1/M1/F1 (row 1): ");
  flip_cell(path, bytes, n, "a digest of inputs", 18, "comparison 1/S1/M1/F1 (row 1): ");
  flip_cell(path, bytes, n, "a reason to find", 16, "audit entry 2: ");
  flip_cell(path, bytes, n, head, sizeof head, "audit entry 2: ");
  /* Also the numbers of those rows, which stand before and behind the texts. */
  size_t places[8];
  static const struct {
    const char *text;
  } cells[] = {{observations}, {per_marker}, {"a reason to find"}};
  for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
    size_t n_cell = strlen(cells[c].text);
    int found = find_all(bytes, n, cells[c].text, n_cell, places);
    for (int p = 0; p < found; p++)
      for (size_t i = places[p] - 48; i < places[p] + n_cell + 48; i++)
        assert_int_not_equal(check_flipped(path, bytes, i, 0x10, &err), 0);
  }
  assert_int_equal(check_file(path, &err), 0);
  free(bytes);
}

static void any_flipped_byte_of_the_file_is_found(void **state) {
  (void)state;
  size_t n = 0;
  char path[300];
  snprintf(path, sizeof path, "%s", new_file());
  unsigned char *bytes = read_bytes(path, &n);
  int n_flips = 0;
  for (size_t at = 0; at < n; at += at < 200 ? 7 : 4093, n_flips++) {
    hw_err err;
    int64_t found = check_flipped(path, bytes, at, 1 << (at % 8), &err);
    if (found == 0) print_message("byte %zu of %zu\n", at, n);
    assert_int_not_equal(found, 0);
    if (found < 0 && err.status != HW_E_DAMAGED && err.status != HW_E_SYNTAX)
      fail_msg("byte %zu: %s", at, err.message);
  }
  assert_true(n_flips > 50);
  free(bytes);
}

static int end(void **state) {
  hw_str_clear(&told);
  return app_tests_end(state);
}

/* --- progress --- */

/* What a person saw, and from which call on she wants it to stop; 0 = never. */
typedef struct progress_seen {
  uint64_t n_calls, done, total, stops_at;
} progress_seen;

static bool see_progress(void *context, uint64_t done, uint64_t total) {
  progress_seen *self = context;
  assert_true(done >= self->done);
  assert_true(done <= total);
  if (self->n_calls++ > 0) assert_int_equal(total, self->total);
  self->done = done;
  self->total = total;
  return self->stops_at != 0 && self->n_calls >= self->stops_at;
}

/* Pages, structure and references, rows, and comparisons that are computed again, all go into one
 * measure that never goes back. */
static void one_line_of_progress_serves_the_whole_check(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_check_summary summary;
  progress_seen seen[2] = {{0}, {0}};
  app_test_new(&app);
  fill(&app);
  commit(&app);
  for (int i = 0; i < 2; i++) {
    const hw_check_options options = {
        .recompute = i == 1, .progress = see_progress, .progress_context = &seen[i]};
    hw_assert_ok(hw_check(&app, &options, keep, NULL, &summary, &err), &err);
    assert_true(seen[i].n_calls >= 4);
  }
  assert_true(seen[0].done > 0);
  assert_true(seen[1].total > seen[0].total);
  assert_true(seen[1].done > seen[0].done);
  hw_app_close(&app);
}

static void a_check_stops_wherever_it_is_asked_to(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_check_summary summary;
  progress_seen all = {0};
  app_test_new(&app);
  fill(&app);
  commit(&app);
  hw_check_options options = {.recompute = true, .progress = see_progress};
  options.progress_context = &all;
  hw_assert_ok(hw_check(&app, &options, keep, NULL, &summary, &err), &err);
  for (uint64_t n = 1; n <= all.n_calls; n++) {
    progress_seen seen = {.stops_at = n};
    options.progress_context = &seen;
    assert_int_equal(hw_check(&app, &options, keep, NULL, &summary, &err), HW_E_INTERRUPTED);
    assert_true(seen.n_calls >= n);
  }
  hw_app_close(&app);
}

/* A server may stand in a folder that nobody can write to; /proc is one even for the superuser. */
static void a_check_writes_nothing_where_it_stands(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_check_summary summary;
  char here[4096];
  const hw_check_options options = {.recompute = true};
  app_test_new(&app);
  fill(&app);
  commit(&app);
  assert_non_null(getcwd(here, sizeof here));
  assert_int_equal(chdir("/proc"), 0);
  const hw_status status = hw_check(&app, &options, keep, NULL, &summary, &err);
  assert_int_equal(chdir(here), 0);
  hw_assert_ok(status, &err);
  assert_true(summary.n_records > 0);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_check_writes_nothing_where_it_stands),
      cmocka_unit_test(one_line_of_progress_serves_the_whole_check),
      cmocka_unit_test(a_check_stops_wherever_it_is_asked_to),
      cmocka_unit_test(each_rule_is_checked),
      cmocka_unit_test(a_flipped_byte_of_evidence_is_told_with_its_row),
      cmocka_unit_test(any_flipped_byte_of_the_file_is_found),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, end);
}
