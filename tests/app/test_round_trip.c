/* Property: import(export(x)) = x, for every kind of record.
 *
 * A database is filled with random valid records of every kind: all types of
 * fields, texts with quotes, delimiters, line ends, blanks at their ends, letters
 * of other scripts, empty texts beside missing ones, withdrawn records, samples
 * that were made from samples added later. It is exported whole, imported into an
 * empty database, and both are compared record by record. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/export.h"
#include "app/kind_table.h"
#include "app/manifest.h"
#include "app/ranges.h"
#include "store/store_support.h"
#include "support/assert.h"

enum { PER_KIND = 12, MOST_LINES = 400 };

static hw_err err;

/* --- random records --- */

static const char *const nasty[] = {
    "",
    " blank before",
    "blank behind ",
    "\ttab",
    "a,b;c",
    "\"quoted\"",
    "two\nlines",
    "\n",
    "# no note",
    "=1+1",
    "Nguyễn Thị Ánh Đào",
    "ຄົນລາວ",
    "O'Neill",
    "\\n is no line end",
    "…“…”…",
    "-",
    "\"",
    ",",
    "NULL",
    "ư ơ Ư Ơ",
};

static size_t pick(hw_random *random, size_t n) {
  return (size_t)(hw_random_double(random) * (double)n);
}

static double random_real(hw_random *random, double least, double most) {
  static const double special[] = {0, 0.1, 1.0 / 3, 1e-300, 12345678.9};
  double value = hw_random_double(random) < 0.3 ? special[pick(random, 5)]
                                                : least + hw_random_double(random) * (most - least);
  return value < least ? least : value > most ? most : value;
}

static void adjust_field(hw_random *random, hw_record *record, int f) {
  const hw_field *field = &record->kind->fields[f];
  double least = -1e9, most = 1e9;
  bool has_range = hw_field_range(record->kind->id, f, &least, &most);
  if (hw_record_is_null(record, f)) return;
  if (field->type == HW_TYPE_TEXT && hw_random_double(random) < 0.5)
    hw_record_set_text(record, f, nasty[pick(random, sizeof nasty / sizeof *nasty)]);
  if (field->type == HW_TYPE_REAL) hw_record_set_real(record, f, random_real(random, least, most));
  if (field->type == HW_TYPE_REAL && !has_range && hw_random_double(random) < 0.1)
    hw_record_set_real(record, f, -HUGE_VAL);
  if (field->type == HW_TYPE_INT && has_range)
    hw_record_set_int(record, f, (int64_t)random_real(random, least, most));
}

/* One observation for each marker of the panel. */
static void obey_panel(hw_app *app, hw_random *random, hw_record *record, hw_arena *arena) {
  static const char *const seen[] = {"14,15", "14", "9.3,?", "", "{8,9.3}", "{}", "X,-", "1,2,3"};
  hw_value panel = record->values[HW_FIELD_PROFILE_PANEL];
  hw_str text = HW_STR_INIT;
  hw_scan *scan = NULL;
  const hw_record *marker = NULL;
  hw_assert_ok(hw_store_scan_key(app->store, HW_KIND_PANEL_MARKER, 1, &panel, &scan, &err), &err);
  for (int n = 0;; n++) {
    hw_assert_ok(hw_scan_next(scan, &marker, &err), &err);
    if (marker == NULL) break;
    hw_str_append_format(&text, "%s%s", n > 0 ? ";" : "", seen[pick(random, 8)]);
  }
  hw_scan_done(scan);
  hw_record_set_text(record, HW_FIELD_PROFILE_OBSERVATIONS,
                     hw_arena_strdup(arena, hw_str_text(&text)));
  hw_record_set_int(record, HW_FIELD_PROFILE_PERSON, 1);
  hw_str_clear(&text);
}

/* A text and its digest. */
static void set_table(hw_record *record, int table_field, int digest_field, const char *text,
                      hw_arena *arena) {
  uint8_t digest[HW_DIGEST_SIZE];
  char hex[HW_DIGEST_TEXT_SIZE];
  hw_digest_of(text, strlen(text), digest);
  hw_record_set_text(record, table_field, text);
  hw_record_set_text(record, digest_field, hw_arena_strdup(arena, hw_digest_text(digest, hex)));
}

/* What the rules of some kinds ask for beyond their fields. */
static void obey_rules(hw_app *app, hw_random *random, hw_record *record, int number,
                       hw_arena *arena) {
  char text[40];
  switch (record->kind->id) {
    case HW_KIND_ACTOR:
      hw_record_set_text(record, HW_FIELD_ACTOR_PERMISSIONS, "write review");
      break;
    case HW_KIND_MARKER:
    case HW_KIND_MARKER_ALIAS: /* one spelling, one marker */
      snprintf(text, sizeof text, "%s %d", record->kind->name, number);
      hw_record_set_text(record, 0, hw_arena_strdup(arena, text));
      break;
    case HW_KIND_CUSTODY: /* one event of each item: it was received */
      hw_record_set_int(record, HW_FIELD_CUSTODY_NUMBER, 1);
      hw_record_set_text(record, HW_FIELD_CUSTODY_ACTION, "received");
      hw_record_set_null(record, HW_FIELD_CUSTODY_FROM);
      hw_record_set_null(record, HW_FIELD_CUSTODY_SEAL_STATE);
      break;
    case HW_KIND_PROFILE:
      obey_panel(app, random, record, arena);
      break;
    case HW_KIND_SNP_PANEL:
      hw_record_set_int(record, HW_FIELD_SNP_PANEL_MARKERS, 1);
      set_table(record, HW_FIELD_SNP_PANEL_TABLE, HW_FIELD_SNP_PANEL_DIGEST,
                "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS\n"
                "rs1,1,100,200,A/G,0.1,0.1,0.6\n",
                arena);
      break;
    case HW_KIND_GENETIC_MAP:
      hw_record_set_text(record, HW_FIELD_GENETIC_MAP_BUILD, "grch38");
      set_table(record, HW_FIELD_GENETIC_MAP_TABLE, HW_FIELD_GENETIC_MAP_DIGEST,
                "# build: GRCh38\nchromosome,bp,female_cm,male_cm\n1,200,0.1,0.1\n", arena);
      break;
    case HW_KIND_SNP_PROFILE:
      hw_record_set_text(record, HW_FIELD_SNP_PROFILE_LIKELIHOODS,
                         number % 2 == 0 ? "0010ff" : ".");
      hw_record_set_int(record, HW_FIELD_SNP_PROFILE_KNOWN, number % 2 == 0);
      break;
    case HW_KIND_HAPLOTYPE:
      hw_record_set_text(record, HW_FIELD_HAPLOTYPE_LINE, number % 2 == 0 ? "mt" : "y");
      hw_record_set_text(record, HW_FIELD_HAPLOTYPE_RANGES, number % 2 == 0 ? "16024-576" : NULL);
      hw_record_set_text(record, HW_FIELD_HAPLOTYPE_HAPLOTYPE,
                         number % 2 == 0 ? "263G" : "DYS19=14");
      break;
    case HW_KIND_HAPLOTYPE_TABLE:
      hw_record_set_text(record, HW_FIELD_HAPLOTYPE_TABLE_LINE, "y");
      hw_record_set_int(record, HW_FIELD_HAPLOTYPE_TABLE_N, 3);
      set_table(record, HW_FIELD_HAPLOTYPE_TABLE_TABLE, HW_FIELD_HAPLOTYPE_TABLE_DIGEST,
                "count,haplotype\n3,\"DYS19=14\"\n", arena);
      break;
    default:
      break;
  }
}

static void choose_targets(hw_random *random, const int64_t *n, int64_t *targets) {
  for (int k = 0; k < HW_KIND_COUNT; k++)
    targets[k] = n[k] > 0 ? 1 + (int64_t)pick(random, (size_t)n[k]) : 0;
}

/* Fills the database; n receives how many records of each kind there are. */
static void fill(hw_app *app, hw_random *random) {
  int64_t n[HW_KIND_COUNT] = {0}, targets[HW_KIND_COUNT];
  hw_arena arena;
  hw_arena_init(&arena, 0);
  n[HW_KIND_ACTOR] = n[HW_KIND_INVESTIGATION] = 1;
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "fill", "synthetic records", &err), &err);
  for (int k = 0; k < HW_KIND_COUNT; k++)
    for (int i = 0; i < PER_KIND; i++) {
      hw_record record;
      choose_targets(random, n, targets);
      store_test_fill(random, (hw_kind_id)k, targets, &arena, &record);
      for (int f = 0; f < record.kind->n_fields; f++) adjust_field(random, &record, f);
      obey_rules(app, random, &record, i, &arena);
      hw_status status = hw_store_add(app->store, &record, &err);
      if (status == HW_E_CONFLICT) continue; /* the key was drawn before */
      hw_assert_ok(status, &err);
      n[k]++;
      if (hw_random_double(random) < 0.2)
        hw_assert_ok(hw_store_withdraw(app->store, (hw_kind_id)k, record.id,
                                       nasty[7 + pick(random, 12)], &err),
                     &err);
    }
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
  hw_arena_clear(&arena);
}

/* The first sample was made from the last. */
static void refer_forward(hw_app *app) {
  hw_arena arena;
  hw_record record;
  int64_t n = 0;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_store_count(app->store, HW_KIND_SAMPLE, &n, &err), &err);
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "fill", "", &err), &err);
  for (int64_t id = 1; id <= n; id++) {
    hw_assert_ok(hw_store_get(app->store, HW_KIND_SAMPLE, id, &arena, &record, &err), &err);
    if (record.withdrawn != NULL) continue;
    if (id < n)
      hw_record_set_int(&record, HW_FIELD_SAMPLE_PARENT, n);
    else
      hw_record_set_null(&record, HW_FIELD_SAMPLE_PARENT);
    hw_assert_ok(hw_store_replace(app->store, &record, &err), &err);
  }
  /* The last may have been withdrawn before: then it keeps its parent, and all wait for that. */
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
  hw_arena_clear(&arena);
}

/* --- comparing --- */

static int compare_lines(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct lines {
  char *bytes;
  char *at[MOST_LINES];
  size_t n;
} lines;

/* All records of a kind as lines of JSON, sorted. */
static void take_lines(hw_app *app, hw_kind_id kind, const char *file, lines *out) {
  const char *path = app_test_name(file);
  FILE *stream = fopen(path, "wb");
  assert_non_null(stream);
  hw_export_options options = {.what = hw_kind_get(kind)->name, .format = "json"};
  hw_export_report report;
  hw_assert_ok(hw_export_stream(app, &options, stream, &report, &err), &err);
  fclose(stream);
  out->bytes = app_test_read(path);
  out->n = 0;
  for (char *at = out->bytes; *at != '\0';) {
    size_t length = strcspn(at, "\n");
    assert_true(out->n < MOST_LINES && at[length] == '\n');
    at[length] = '\0';
    out->at[out->n++] = at;
    at += length + 1;
  }
  assert_int_equal(out->n, report.n_rows);
  qsort(out->at, out->n, sizeof *out->at, compare_lines);
}

/* Kinds of which a new database has records of its own. */
static bool has_more(hw_kind_id kind) {
  return kind == HW_KIND_IMPORT || kind == HW_KIND_ACTOR || kind == HW_KIND_INVESTIGATION;
}

static void assert_same_records(hw_app *before, hw_app *after) {
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    static lines a, b;
    if (hw_kind_get((hw_kind_id)k)->flags & HW_KIND_SECRET) { /* stays where it is */
      int64_t n = -1;
      hw_assert_ok(hw_store_count(after->store, (hw_kind_id)k, &n, &err), &err);
      assert_int_equal(n, 0);
      continue;
    }
    take_lines(before, (hw_kind_id)k, "before", &a);
    take_lines(after, (hw_kind_id)k, "after", &b);
    size_t j = 0;
    for (size_t i = 0; i < a.n; i++, j++) {
      while (has_more((hw_kind_id)k) && j < b.n && strcmp(a.at[i], b.at[j]) != 0) j++;
      if (j >= b.n) fail_msg("lost: %s", a.at[i]);
      assert_string_equal(a.at[i], b.at[j]);
    }
    if (!has_more((hw_kind_id)k)) assert_int_equal(a.n, b.n);
    assert_true(a.n >= 1);
    free(a.bytes);
    free(b.bytes);
  }
}

static void import_all(hw_app *app, const char *folder) {
  static hw_import_job jobs[HW_KIND_COUNT];
  hw_manifest manifest;
  int n_done = 0;
  memset(jobs, 0, sizeof jobs);
  hw_assert_ok(hw_manifest_read(folder, &manifest, &err), &err);
  for (int i = 0; i < manifest.n_files; i++) {
    jobs[i].path = manifest.files[i].path;
    jobs[i].options = (hw_import_options){.what = hw_kind_get(manifest.files[i].kind)->name,
                                          .format = "csv",
                                          .apply = true,
                                          .skip_reference_checks = true};
  }
  hw_status status = hw_import_files(app, manifest.n_files, jobs, &n_done, &err);
  for (int i = 0; status != HW_OK && i < hw_errors_kept(&jobs[n_done - 1].report.errors); i++) {
    char text[1200];
    print_message("%s\n", hw_err_text(&jobs[n_done - 1].report.errors.kept[i], text, sizeof text));
  }
  hw_assert_ok(status, &err);
  for (int i = 0; i < n_done; i++) {
    assert_int_equal(jobs[i].report.n_rows, manifest.files[i].n_rows);
    hw_import_report_clear(&jobs[i].report);
  }
  hw_manifest_clear(&manifest);
}

static void export_of(hw_app *app, const char *folder) {
  static hw_export_report reports[HW_KIND_COUNT];
  hw_export_options options = {.what = "all", .reason = "round trip"};
  hw_assert_ok(hw_export_all(app, &options, folder, reports, &err), &err);
}

static void round_trip(uint64_t seed, bool refers_forward) {
  hw_app before, after;
  hw_random random;
  char name[40];
  hw_random_init(&random, seed);
  app_test_new(&before);
  fill(&before, &random);
  if (refers_forward) refer_forward(&before);
  snprintf(name, sizeof name, "export-%d", (int)seed);
  char folder[200];
  snprintf(folder, sizeof folder, "%s", app_test_name(name));
  export_of(&before, folder);
  app_test_new(&after);
  import_all(&after, folder);
  assert_same_records(&before, &after);
  hw_app_close(&before);
  hw_app_close(&after);
}

static void what_was_exported_is_imported_to_the_same_records(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 12; seed++) {
    round_trip(seed, false);
  }
}

static void records_may_refer_to_later_ones(void **state) {
  (void)state;
  round_trip(101, true);
}

static void tables_of_all_kinds_have_room_for_their_columns(void **state) {
  (void)state;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    hw_kind_table table;
    hw_kind_table_init(&table, (hw_kind_id)k);
    assert_true(table.n_columns < HW_KIND_TABLE_MAX);
    assert_string_equal(table.columns[table.n_columns - 1].name, "row_withdrawn");
    for (int c = 0; c < table.n_columns; c++) {
      assert_true(strlen(table.columns[c].name) < HW_KIND_COLUMN_SIZE - 1);
      assert_int_equal(hw_kind_table_find(&table, table.columns[c].name), c);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tables_of_all_kinds_have_room_for_their_columns),
      cmocka_unit_test(what_was_exported_is_imported_to_the_same_records),
      cmocka_unit_test(records_may_refer_to_later_ones),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
