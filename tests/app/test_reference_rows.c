/* Reference profiles that are kept in memory, against a comparison that reads them all anew in the
 * plainest way and searches all pairs: after whatever was written in between, by this connection or
 * by another. All records are made up. */
#include "app/reference_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/examine.h"
#include "app/observations.h"
#include "app/reference_rows_int.h"
#include "oracle/rng.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MARKERS = 14, ALLELES = 8, PANELS = 3 };

static hw_app app, other; /* two connections to one database */
static hw_err err;
static rng random_;
static int n_made;
static uint64_t seed = 7;

/* --- what a case needs --- */

static void import_frequencies(const char *table, const char *last) {
  hw_str text = HW_STR_INIT;
  hw_str_append(&text, "marker,allele,frequency\n");
  for (int m = 0; m < MARKERS; m++)
    for (int a = 0; a < ALLELES; a++)
      hw_str_append_format(&text, "M%02d,%d%s,%g\n", m, 10 + a, a == ALLELES - 1 ? last : "",
                           a == 0 ? 0.3 : 0.1);
  const hw_import_options options = {
      .what = "frequencies", .apply = true, .table = table, .use_table = true};
  hw_assert_ok(app_test_import_with(&other, &options, "frequencies.csv", hw_str_text(&text), &err),
               &err);
  hw_str_clear(&text);
}

static void begin(hw_app *by) {
  hw_assert_ok(hw_app_begin(by, HW_MAY_WRITE, "test", "", &err), &err);
}

static void commit(hw_app *by) {
  hw_assert_ok(hw_store_commit(by->store, &err), &err);
}

/* A panel of some markers, in an order of its own. */
static int64_t add_panel(hw_app *by, int32_t n) {
  hw_record panel, row;
  int32_t order[MARKERS] = {0};
  char code[32];
  snprintf(code, sizeof code, "PANEL-%d", n_made++);
  hw_record_init(&panel, HW_KIND_PANEL);
  hw_record_set_text(&panel, HW_FIELD_PANEL_CODE, code);
  hw_record_set_text(&panel, HW_FIELD_PANEL_KIND, "panel");
  hw_assert_ok(hw_store_add(by->store, &panel, &err), &err);
  rng_shuffle(&random_, order, MARKERS);
  for (int32_t i = 0; i < n; i++) {
    hw_record_init(&row, HW_KIND_PANEL_MARKER);
    hw_record_set_int(&row, HW_FIELD_PANEL_MARKER_PANEL, panel.id);
    hw_record_set_int(&row, HW_FIELD_PANEL_MARKER_RANK, i + 1);
    hw_record_set_int(&row, HW_FIELD_PANEL_MARKER_MARKER, order[i] + 1);
    hw_assert_ok(hw_store_add(by->store, &row, &err), &err);
  }
  return panel.id;
}

/* One more marker for a panel that has profiles. */
static void lengthen_panel(hw_app *by, int64_t panel, int32_t rank) {
  hw_record row;
  hw_record_init(&row, HW_KIND_PANEL_MARKER);
  hw_record_set_int(&row, HW_FIELD_PANEL_MARKER_PANEL, panel);
  hw_record_set_int(&row, HW_FIELD_PANEL_MARKER_RANK, rank);
  hw_record_set_int(&row, HW_FIELD_PANEL_MARKER_MARKER, rng_below(&random_, MARKERS) + 1);
  hw_assert_ok(hw_store_add(by->store, &row, &err), &err);
}

static int64_t add_person(hw_app *by) {
  hw_record person;
  char code[32];
  snprintf(code, sizeof code, "P-%d", n_made++);
  hw_record_init(&person, HW_KIND_PERSON);
  hw_record_set_text(&person, HW_FIELD_PERSON_CODE, code);
  hw_record_set_text(&person, HW_FIELD_PERSON_SEX, "unknown");
  hw_record_set_text(&person, HW_FIELD_PERSON_ROLE, "relative");
  hw_assert_ok(hw_store_add(by->store, &person, &err), &err);
  return person.id;
}

/* A person's genotype at a marker; few persons, so that some come again. */
static void put_genotype(hw_str *out, int32_t person, int64_t panel, int32_t place) {
  rng r = rng_seeded((uint64_t)person * 1000 + (uint64_t)panel * 50 + (uint64_t)place);
  const int a = 10 + rng_below(&r, ALLELES), b = 10 + rng_below(&r, ALLELES);
  if (a == b)
    hw_str_append_format(out, "%d", a);
  else
    hw_str_append_format(out, "%d,%d", a < b ? a : b, a < b ? b : a);
}

static void put_observations(hw_str *out, int64_t panel, bool is_whole) {
  static const char *const odd[] = {"",          "14,?",         "14,-",
                                    "{14,15}",   "14,15,16",     "12,99",
                                    "{}",        "99",           "12345678901234567890,14",
                                    "17-silent", "14,17-silent", "17"};
  const int32_t person = rng_below(&random_, 60);
  const double oddness = is_whole ? 0 : rng_chance(&random_, 0.3) ? 0.2 : 0.01;
  const int32_t n = rng_chance(&random_, 0.05) ? rng_below(&random_, MARKERS + 4) : MARKERS;
  for (int32_t i = 0; i < n; i++) {
    if (i > 0) hw_str_append(out, ";");
    if (rng_chance(&random_, oddness))
      hw_str_append(out, odd[rng_below(&random_, (int32_t)(sizeof odd / sizeof *odd))]);
    else
      put_genotype(out, person, panel, i);
  }
  if (!is_whole && rng_chance(&random_, 0.03)) hw_str_append(out, ";{14"); /* cannot be read */
}

static void add_profile(hw_app *by, bool is_whole) {
  static const char *const uses[] = {"single", "single", "single", "consensus", "replicate"};
  hw_str text = HW_STR_INIT;
  hw_record profile;
  char code[32];
  const int64_t panel = rng_below(&random_, PANELS) + 1;
  int64_t n_persons = 0;
  put_observations(&text, panel, is_whole);
  snprintf(code, sizeof code, "R-%d", n_made++);
  hw_assert_ok(hw_store_count(by->store, HW_KIND_PERSON, &n_persons, &err), &err);
  const bool is_known = n_persons > 0 && rng_chance(&random_, 0.1);
  const int64_t person = is_known ? rng_below(&random_, (int32_t)n_persons) + 1 : add_person(by);
  hw_record_init(&profile, HW_KIND_PROFILE);
  hw_record_set_text(&profile, HW_FIELD_PROFILE_CODE, code);
  if (is_whole || rng_chance(&random_, 0.95))
    hw_record_set_int(&profile, HW_FIELD_PROFILE_PERSON, person);
  hw_record_set_int(&profile, HW_FIELD_PROFILE_PANEL, panel);
  hw_record_set_text(&profile, HW_FIELD_PROFILE_OBSERVATIONS, hw_str_text(&text));
  hw_record_set_text(&profile, HW_FIELD_PROFILE_USE,
                     is_whole ? "single" : uses[rng_below(&random_, 5)]);
  hw_assert_ok(hw_store_add(by->store, &profile, &err), &err);
  hw_str_clear(&text);
}

static void add_profiles(hw_app *by, int n) {
  for (int i = 0; i < n; i++) add_profile(by, false);
}

static int setup(void **state) {
  (void)state;
  err = (hw_err)HW_ERR_INIT;
  random_ = rng_seeded(seed);
  n_made = 0;
  app_test_new(&app);
  const hw_who who = {.login = "tester"};
  hw_assert_ok(hw_app_open(&other, hw_store_location(app.store), HW_DB_WRITE, &who, &err), &err);
  hw_assert_ok(hw_reference_rows_new(&app.references, &err), &err);
  import_frequencies("first", "");
  begin(&other);
  for (int i = 0; i < PANELS; i++) (void)add_panel(&other, MARKERS - i);
  add_profiles(&other, 80);
  commit(&other);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  hw_reference_rows_delete(app.references);
  hw_app_close(&app);
  hw_app_close(&other);
  return 0;
}

/* --- the comparison, and its slow twin --- */

static hw_status append_doubt(void *context, const hw_doubt *doubt, hw_err *e) {
  (void)e;
  hw_str_append_format(context, "%s %d %d %a %s\n", doubt->kind, (int)doubt->profile,
                       (int)doubt->other, doubt->log10_lr, doubt->text);
  return HW_OK;
}

static void examine(int64_t first_profile, hw_str *out, int64_t *n) {
  const hw_examine_options options = {.first_family = 1, .first_profile = first_profile};
  hw_examine_summary summary;
  hw_assert_ok(hw_examine(&app, &options, append_doubt, out, &summary, &err), &err);
  assert_string_equal(summary.left_out, "");
  *n = summary.n_profiles;
}

static hw_allele allele_of(const hw_marker *marker, const hw_seen *seen, int i) {
  for (int32_t a = 0; a < marker->n_alleles; a++)
    if (strlen(marker->allele_names[a]) == (size_t)seen->alleles[i].n &&
        memcmp(marker->allele_names[a], seen->alleles[i].text, (size_t)seen->alleles[i].n) == 0)
      return a;
  return HW_ALLELE_NONE;
}

/* One profile by the plainest way. False if an observation of it is none. */
static bool read_slowly(const hw_stored_case *stored, const hw_record *profile, hw_allele *row) {
  const hw_case *problem = &stored->problem;
  const hw_value panel = hw_value_int(hw_record_int(profile, HW_FIELD_PROFILE_PANEL));
  const char *at = hw_record_text(profile, HW_FIELD_PROFILE_OBSERVATIONS);
  const hw_record *column = NULL;
  hw_scan *scan = NULL;
  bool is_read = true, has_more = true;
  for (int32_t i = 0; i < 2 * problem->n_markers; i++) row[i] = HW_ALLELE_NONE;
  hw_assert_ok(hw_store_scan_key(app.store, HW_KIND_PANEL_MARKER, 1, &panel, &scan, &err), &err);
  for (;;) {
    hw_seen seen;
    hw_assert_ok(hw_scan_next(scan, &column, &err), &err);
    if (column == NULL || !has_more) break;
    is_read = hw_observation_next(&at, &seen, &has_more, NULL) == HW_OK;
    if (!is_read) break;
    for (int32_t m = 0; has_more && m < problem->n_markers; m++) {
      if (stored->marker[m] != hw_record_int(column, HW_FIELD_PANEL_MARKER_MARKER)) continue;
      if (seen.kind != HW_SEEN_GENOTYPE) continue;
      const hw_allele a = allele_of(&problem->markers[m], &seen, 0);
      const hw_allele b = allele_of(&problem->markers[m], &seen, 1);
      if (a == HW_ALLELE_NONE || b == HW_ALLELE_NONE) continue;
      row[2 * m] = a;
      row[2 * m + 1] = b;
    }
  }
  hw_scan_done(scan);
  return is_read;
}

typedef struct slow {
  int64_t id[2000], person[2000];
  char code[2000][16];
  int n;
} slow;

static hw_duplicates *read_all_slowly(const hw_stored_case *stored, slow *list) {
  const hw_case *problem = &stored->problem;
  hw_duplicates *search = NULL;
  hw_scan *scan = NULL;
  const hw_record *profile = NULL;
  hw_allele row[2 * MARKERS];
  assert_int_equal(problem->n_markers, MARKERS);
  hw_assert_ok(hw_duplicates_new(MARKERS, problem->markers, problem->theta, NULL, &search, &err),
               &err);
  hw_assert_ok(hw_store_scan(app.store, HW_KIND_PROFILE, -1, NULL, &scan, &err), &err);
  for (;;) {
    hw_assert_ok(hw_scan_next(scan, &profile, &err), &err);
    if (profile == NULL) break;
    if (profile->withdrawn != NULL || hw_record_is_null(profile, HW_FIELD_PROFILE_PERSON) ||
        strcmp(hw_record_text(profile, HW_FIELD_PROFILE_USE), "replicate") == 0 ||
        !read_slowly(stored, profile, row))
      continue;
    hw_assert_ok(hw_duplicates_add(search, row, &err), &err);
    list->id[list->n] = profile->id;
    list->person[list->n] = hw_record_int(profile, HW_FIELD_PROFILE_PERSON);
    snprintf(list->code[list->n++], sizeof list->code[0], "%s",
             hw_record_text(profile, HW_FIELD_PROFILE_CODE));
  }
  hw_scan_done(scan);
  return search;
}

static void examine_slowly(int64_t first_profile, hw_str *out, int64_t *n) {
  static slow list;
  const int64_t none[1] = {0};
  const hw_stored_case_options options = {
      .investigation = "main", .without_remains = true, .families = none};
  hw_stored_case stored;
  hw_duplicate *pairs = NULL;
  int32_t n_pairs = 0;
  list.n = 0;
  hw_assert_ok(hw_stored_case_load(&app, &options, &stored, &err), &err);
  hw_duplicates *search = read_all_slowly(&stored, &list);
  hw_assert_ok(hw_duplicates_find(search, &pairs, &n_pairs, &err), &err);
  for (int32_t i = 0; i < n_pairs; i++) {
    const int32_t a = pairs[i].first, b = pairs[i].second;
    char text[HW_FINDING_TEXT];
    if (list.id[b] < first_profile || list.person[a] == list.person[b]) continue;
    hw_duplicate_text(&pairs[i], list.code[a], list.code[b], text, sizeof text);
    const hw_doubt doubt = {.kind = "duplicate",
                            .profile = list.id[b],
                            .other = list.id[a],
                            .log10_lr = pairs[i].log10_lr,
                            .text = text};
    hw_assert_ok(append_doubt(out, &doubt, &err), &err);
  }
  *n = list.n;
  free(pairs);
  hw_duplicates_delete(search);
  hw_stored_case_clear(&stored);
}

/* Number of the profile that comes next. */
static int64_t next_profile(void) {
  int64_t n = 0;
  hw_assert_ok(hw_store_count(app.store, HW_KIND_PROFILE, &n, &err), &err);
  return n + 1;
}

/* @return doubts */
static int assert_as_anew(int64_t first_profile) {
  hw_str kept = HW_STR_INIT, anew = HW_STR_INIT;
  int64_t n_kept = 0, n_anew = 0;
  int n = 0;
  examine_slowly(first_profile, &anew, &n_anew);
  if (first_profile < next_profile()) { /* nothing is compared where nothing is new */
    examine(first_profile, &kept, &n_kept);
    if (n_kept != 0) assert_int_equal(n_kept, n_anew); /* 0: those that are new are nobody's */
  }
  assert_string_equal(hw_str_text(&kept), hw_str_text(&anew));
  for (const char *at = hw_str_text(&kept); (at = strchr(at, '\n')) != NULL; at++) n++;
  hw_str_clear(&kept);
  hw_str_clear(&anew);
  return n;
}

static int assert_all_as_anew(void) {
  const int64_t next = next_profile();
  return assert_as_anew(1) + assert_as_anew(next - 1) + assert_as_anew(next - 20) +
         assert_as_anew(next / 2) + assert_as_anew(next);
}

/* --- what can be written in between --- */

static bool is_withdrawn(int64_t profile) {
  hw_arena arena;
  hw_record record;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_store_get(other.store, HW_KIND_PROFILE, profile, &arena, &record, &err), &err);
  const bool answer = record.withdrawn != NULL;
  hw_arena_clear(&arena);
  return answer;
}

/* Withdraws one, or takes that back. */
static void turn(hw_app *by, int64_t profile) {
  if (is_withdrawn(profile))
    hw_assert_ok(hw_store_restore(by->store, HW_KIND_PROFILE, profile, &err), &err);
  else
    hw_assert_ok(hw_store_withdraw(by->store, HW_KIND_PROFILE, profile, "wrong", &err), &err);
}

static int64_t any_profile(void) {
  return rng_below(&random_, (int32_t)next_profile() - 1) + 1;
}

/* Something is written by one of the connections. */
static void write_something(hw_app *by) {
  const int what = rng_below(&random_, 10);
  const int64_t profile = any_profile();
  begin(by);
  if (what == 0)
    turn(by, profile);
  else if (what == 1)
    (void)add_panel(by, 4);
  else if (what == 2)
    (void)add_person(by);
  else if (what == 3)
    lengthen_panel(by, 2 + rng_below(&random_, 2), MARKERS + n_made++);
  else
    add_profiles(by, what == 4 ? 90 : 1 + rng_below(&random_, 5));
  commit(by);
}

static void kept_profiles_are_those_of_the_database(void **state) {
  (void)state;
  int n_doubts = 0;
  for (int round = 0; round < 40; round++) {
    write_something(rng_chance(&random_, 0.5) ? &app : &other);
    if (rng_chance(&random_, 0.5)) n_doubts += assert_all_as_anew();
  }
  n_doubts += assert_all_as_anew();
  assert_true(n_doubts > 1000);
}

/* Inside a change, which then is undone: nothing of it is left. */
static void what_was_undone_is_forgotten(void **state) {
  (void)state;
  int n_doubts = assert_all_as_anew();
  for (int round = 0; round < 25; round++) {
    const int64_t profile = any_profile(), first = next_profile();
    begin(&app);
    if (round % 5 == 3) turn(&app, profile);
    if (round % 4 == 2) lengthen_panel(&app, 1, MARKERS + 100 + round);
    add_profiles(&app, round % 6 == 0 ? 70 : 3);
    n_doubts += assert_as_anew(first) + assert_as_anew(1);
    if (round % 3 == 0)
      commit(&app);
    else
      hw_store_rollback(app.store);
    if (round % 2 == 0) write_something(&other); /* takes the same numbers */
    n_doubts += assert_as_anew(first);
  }
  assert_true(n_doubts > 300);
}

static void another_table_of_frequencies_counts(void **state) {
  (void)state;
  (void)assert_all_as_anew();
  import_frequencies("second", "-silent");
  (void)assert_all_as_anew();
  assert_int_equal(app.references->stored.problem.n_markers, MARKERS);
  assert_string_equal(app.references->stored.problem.markers[0].allele_names[ALLELES - 1],
                      "17-silent");
}

/* A backup that was put in its place, say: as many records and entries, other hashes. */
static void another_database_is_read_anew(void **state) {
  (void)assert_all_as_anew();
  hw_reference_rows *rows = app.references;
  const int64_t head = rows->head;
  app.references = NULL;
  (void)teardown(state);
  seed++;
  (void)setup(state);
  seed--;
  hw_reference_rows_delete(app.references);
  app.references = rows;
  (void)assert_all_as_anew();
  assert_int_equal(rows->head, head);
}

/* What is the same is not read again. */
static void what_is_kept_is_used(void **state) {
  (void)state;
  (void)assert_as_anew(next_profile() - 1);
  const hw_reference_rows *rows = app.references;
  const hw_duplicates *search = rows->search;
  const int32_t n = rows->n_kept;
  assert_non_null(search);
  assert_true(n > 40);
  begin(&other);
  for (int i = 0; i < 7; i++) add_profile(&other, true);
  commit(&other);
  (void)assert_as_anew(next_profile() - 1);
  assert_ptr_equal(rows->search, search);
  assert_int_equal(rows->n_kept, n + 7);
  begin(&app);
  for (int i = 0; i < 5; i++) add_profile(&app, true);
  (void)assert_as_anew(next_profile() - 5);
  hw_store_rollback(app.store);
  assert_ptr_equal(rows->search, search);
  assert_int_equal(rows->n_kept, n + 7);
  assert_int_equal(hw_duplicates_count(rows->search), n + 7);
}

/* What failed half-way is read anew. */
static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  const hw_examine_options options = {.first_profile = next_profile() - 1};
  begin(&app);
  add_profile(&app, true);
  for (long i = 0; hw_faults_begin(i); i++) {
    hw_str doubts = HW_STR_INIT;
    hw_examine_summary summary;
    hw_err e = HW_ERR_INIT;
    hw_reference_rows *rows = app.references;
    if (i % 2 == 0) app.references = NULL; /* also without any that are kept */
    const hw_status status = hw_examine(&app, &options, append_doubt, &doubts, &summary, &e);
    const bool failed = hw_faults_end();
    app.references = rows;
    hw_str_clear(&doubts);
    if (i % 3 == 0) (void)assert_as_anew(options.first_profile + 1);
    if (!failed) {
      hw_assert_ok(status, &e);
      assert_true(i > 10);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &e);
  }
  hw_store_rollback(app.store);
  (void)assert_all_as_anew();
}

/* --- imports --- */

static int n_asked;

/* Asked for each profile that is read; another writes meanwhile, which fails after half a minute if
 * it has to wait for the import. */
static bool write_meanwhile(void *context) {
  const int64_t *profile = context;
  if (n_asked++ != 0) return false;
  begin(&other);
  hw_record person, copy;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_record_init(&person, HW_KIND_PERSON);
  hw_record_set_text(&person, HW_FIELD_PERSON_CODE, "MEANWHILE");
  hw_record_set_text(&person, HW_FIELD_PERSON_SEX, "unknown");
  hw_record_set_text(&person, HW_FIELD_PERSON_ROLE, "relative");
  hw_assert_ok(hw_store_add(other.store, &person, &err), &err);
  hw_assert_ok(hw_store_get(other.store, HW_KIND_PROFILE, *profile, &arena, &copy, &err), &err);
  copy.id = 0;
  hw_record_set_text(&copy, HW_FIELD_PROFILE_CODE, "MEANWHILE");
  hw_record_set_int(&copy, HW_FIELD_PROFILE_PERSON, person.id);
  hw_assert_ok(hw_store_add(other.store, &copy, &err), &err);
  commit(&other);
  hw_arena_clear(&arena);
  return false;
}

/* A profile whose file is imported: all markers of a kind that nobody else has. */
static const char PROFILE[] =
    "profile,person,M00,M01,M02,M03,M04,M05,M06,M07,M08,M09,M10,M11,M12,M13\n%s,%s,11/12,11/12,"
    "11/12,11/12,11/12,11/12,11/12,11/12,11/12,11/12,11/12,11/12,11/12,11/12\n";

static void import_one(const char *code, hw_import_options options) {
  char text[400];
  options.what = "profiles";
  options.apply = true;
  snprintf(text, sizeof text, PROFILE, code, code);
  const hw_status status = app_test_import_with(&app, &options, code, text, &err);
  if (status != HW_OK) print_message("# %s", app_test_mistakes());
  hw_assert_ok(status, &err);
}

static void others_write_while_an_import_reads(void **state) {
  (void)state;
  import_one("FIRST", (hw_import_options){0});
  const int64_t first = next_profile() - 1;
  int64_t profile = first;
  begin(&other); /* so that the import has something to read */
  turn(&other, 1);
  commit(&other);
  n_asked = 0;
  import_one("SECOND",
             (hw_import_options){.is_stopped = write_meanwhile, .stop_context = &profile});
  assert_true(n_asked > 40);
  bool is_found = false;
  for (int i = 0; i < app_test_report.n_notes; i++)
    is_found =
        is_found || strstr(app_test_report.notes[i], "FIRST and SECOND look like one") != NULL;
  assert_true(is_found);
  assert_as_anew(first); /* the one that came meanwhile is among them */
  hw_arena arena;
  hw_record meanwhile;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_store_get(app.store, HW_KIND_PROFILE, first + 1, &arena, &meanwhile, &err), &err);
  assert_string_equal(hw_record_text(&meanwhile, HW_FIELD_PROFILE_CODE), "MEANWHILE");
  hw_arena_clear(&arena);
}

static bool stop(void *context) {
  (void)context;
  return ++n_asked > 30;
}

static void reading_ahead_can_be_stopped(void **state) {
  (void)state;
  char text[400];
  const hw_import_options options = {.what = "profiles", .apply = true, .is_stopped = stop};
  const int64_t next = next_profile();
  snprintf(text, sizeof text, PROFILE, "A", "A");
  n_asked = 0;
  hw_assert_status(app_test_import_with(&app, &options, "a.csv", text, &err), HW_E_INTERRUPTED,
                   &err);
  assert_int_equal(next_profile(), next);
  assert_null(app.references->search);
  (void)assert_all_as_anew();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(kept_profiles_are_those_of_the_database, setup, teardown),
      cmocka_unit_test_setup_teardown(what_was_undone_is_forgotten, setup, teardown),
      cmocka_unit_test_setup_teardown(another_table_of_frequencies_counts, setup, teardown),
      cmocka_unit_test_setup_teardown(another_database_is_read_anew, setup, teardown),
      cmocka_unit_test_setup_teardown(what_is_kept_is_used, setup, teardown),
      cmocka_unit_test_setup_teardown(every_failed_allocation_is_reported, setup, teardown),
      cmocka_unit_test_setup_teardown(others_write_while_an_import_reads, setup, teardown),
      cmocka_unit_test_setup_teardown(reading_ahead_can_be_stopped, setup, teardown),
  };
  return cmocka_run_group_tests_name("reference rows", tests, app_tests_begin, app_tests_end);
}
