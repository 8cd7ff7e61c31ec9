/* homeward search --blind: remains or references among each other, of unknown relation.
 *
 * Pairs that the screen lets through are shown with the relation that fits best and
 * how much better it fits than one of another degree, for uncles, half siblings and
 * grandparents can hardly be told apart. Nothing is stored. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/search_snp_blind.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/json_members.h"
#include "cli/search_out.h"
#include "cli/table.h"
#include "homeward/version.h"

enum { MOST_ROWS = 40, FEW_CALLED = 500 };

typedef struct blind_run {
  hw_app app;
  hw_stored_case stored;
  hw_stored_snp snp;
  hw_blind people;
  hw_relate_options options;
  hw_relate_results *results;
  int32_t (*pairs)[2];  /* all of them, without a screen; or NULL */
  hw_relate_pair *kept; /* best first */
  int64_t n_kept;
  bool are_references;
  double seconds;
} blind_run;

static void clear(blind_run *self) {
  hw_relate_results_delete(self->results);
  hw_blind_clear(&self->people);
  hw_stored_snp_clear(&self->snp);
  hw_stored_case_clear(&self->stored);
  hw_app_close(&self->app);
  free(self->pairs);
  free(self->kept);
}

/* The best relation of another degree than the best; HW_RELATION_COUNT = none. */
static hw_relation next_best(const hw_relate_pair *pair) {
  const int32_t degree = hw_relation_shape_get(pair->best)->degree;
  hw_relation next = HW_RELATION_COUNT;
  for (int r = 0; r < HW_RELATION_COUNT; r++)
    if (hw_relation_shape_get((hw_relation)r)->degree != degree &&
        (next == HW_RELATION_COUNT || pair->log10_lr[r] > pair->log10_lr[next]))
      next = (hw_relation)r;
  return next;
}

/* Too little is known of how many for the screen. */
static int count_few(const blind_run *self) {
  int n = 0;
  for (int32_t i = 0; i < self->people.input.n_samples; i++)
    n += self->people.n_called[i] < FEW_CALLED;
  return n;
}

/* --- for people --- */

enum {
  COLUMN_FIRST,
  COLUMN_FIRST_FAMILY,
  COLUMN_SECOND,
  COLUMN_SECOND_FAMILY,
  COLUMN_RELATION,
  COLUMN_LR,
  COLUMN_NEXT,
  COLUMN_KINSHIP,
  COLUMN_TYPED,
  N_COLUMNS
};

typedef struct texts {
  char lr[CLI_NUMBER_SIZE], next[CLI_NUMBER_SIZE + 64], kinship[16], typed[16];
} texts;

static void fill_row(const blind_run *self, const hw_relate_pair *pair, texts *own,
                     const char **cells) {
  const hw_snp_profile *samples = self->people.input.samples;
  const char *const *family = self->people.family;
  const hw_relation next = next_best(pair);
  char number[CLI_NUMBER_SIZE];
  snprintf(own->next, sizeof own->next, "%s: %s", hw_relation_shape_get(next)->name,
           cli_format_log10(pair->log10_lr[next], number));
  if (isnan(pair->kinship))
    own->kinship[0] = '\0';
  else
    snprintf(own->kinship, sizeof own->kinship, "%.3f", pair->kinship);
  snprintf(own->typed, sizeof own->typed, "%d", (int)pair->n_typed);
  cells[COLUMN_FIRST] = samples[pair->first].id;
  cells[COLUMN_FIRST_FAMILY] = self->are_references ? family[pair->first] : "";
  cells[COLUMN_SECOND] = samples[pair->second].id;
  cells[COLUMN_SECOND_FAMILY] = self->are_references ? family[pair->second] : "";
  cells[COLUMN_RELATION] = hw_relation_shape_get(pair->best)->name;
  cells[COLUMN_LR] = cli_format_log10(pair->log10_lr[pair->best], own->lr);
  cells[COLUMN_NEXT] = own->next;
  cells[COLUMN_KINSHIP] = own->kinship;
  cells[COLUMN_TYPED] = own->typed;
}

static void print_head(const blind_run *self) {
  const hw_relate_results *results = self->results;
  const int n_few = count_few(self);
  printf("Case       %s: %d %s with SNP profiles, panel %s, %s\n", self->stored.problem.id,
         (int)self->people.input.n_samples, self->are_references ? "references" : "remains",
         self->snp.panel_code, self->snp.panel->populations[self->snp.population].name);
  printf("Screened   %" PRId64 " pairs in %.3g s; %" PRId64 " computed exactly\n",
         results->n_screened, self->seconds, results->n_passed);
  printf("Kept       %" PRId64 " pairs: log10 LR of the best relation, against unrelated, of at "
         "least %g\n",
         self->n_kept, self->options.threshold);
  if (n_few > 0 && self->pairs == NULL)
    printf("           %d of them have fewer than %d sure genotypes: the screen cannot see their "
           "kin (--no-screen computes every pair)\n",
           n_few, FEW_CALLED);
}

static void print_pairs(const blind_run *self) {
  static const char *const headings[N_COLUMNS] = {"first",       "family",        "second",
                                                  "family",      "best relation", "log10 LR",
                                                  "next degree", "kinship",       "markers"};
  texts own[MOST_ROWS];
  const char *cells[MOST_ROWS * N_COLUMNS];
  const int64_t n_all = self->n_kept;
  const int n = n_all < MOST_ROWS ? (int)n_all : MOST_ROWS;
  if (n == 0) return;
  for (int i = 0; i < n; i++)
    fill_row(self, &self->kept[i], &own[i], cells + (size_t)i * N_COLUMNS);
  cli_table table = {
      .n_columns = N_COLUMNS,
      .n_rows = n,
      .headings = headings,
      .cells = cells,
      .is_right = {[COLUMN_LR] = true, [COLUMN_KINSHIP] = true, [COLUMN_TYPED] = true}};
  fputc('\n', stdout);
  cli_table_print(stdout, &table, cli_screen_width());
  if (n_all > n) printf("... and %" PRId64 " more (all in --json)\n", n_all - n);
}

/* --- for machines --- */

static void write_person(hw_json_writer *w, const blind_run *self, const char *key, int32_t i) {
  hw_json_add_text(w, key, self->people.input.samples[i].id);
}

static void write_pair(hw_json_writer *w, const blind_run *self, const hw_relate_pair *pair) {
  hw_json_write_begin_row_object(w);
  write_person(w, self, "first", pair->first);
  write_person(w, self, "second", pair->second);
  if (self->are_references) {
    hw_json_add_text(w, "first_family", self->people.family[pair->first]);
    hw_json_add_text(w, "second_family", self->people.family[pair->second]);
  }
  hw_json_add_text(w, "best", hw_relation_shape_get(pair->best)->name);
  hw_json_add_int(w, "degree", hw_relation_shape_get(pair->best)->degree);
  hw_json_add_double(w, "log10_lr", pair->log10_lr[pair->best]);
  hw_json_add_number(w, "kinship", pair->kinship);
  hw_json_add_int(w, "markers", pair->n_typed);
  hw_json_add_int(w, "windows", pair->windows);
  hw_json_add_row_object(w, "relations");
  for (int r = 0; r < HW_RELATION_COUNT; r++)
    hw_json_add_double(w, hw_relation_shape_get((hw_relation)r)->name, pair->log10_lr[r]);
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
}

static hw_status write_json(const blind_run *self, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-blind/1");
  hw_json_add_text(w, "version", hw_version());
  hw_json_add_text(w, "investigation", self->stored.problem.id);
  hw_json_add_text(w, "compared", self->are_references ? "references" : "remains");
  hw_json_add_text(w, "snp_panel", self->snp.panel_code);
  hw_json_add_text(w, "snp_population", self->snp.panel->populations[self->snp.population].name);
  hw_json_add_int(w, "people", self->people.input.n_samples);
  hw_json_add_int(w, "people_hardly_called", count_few(self));
  hw_json_add_number_short(w, "kinship", self->options.kinship);
  hw_json_add_number_short(w, "threshold_log10_lr", self->options.threshold);
  hw_json_add_int(w, "screened", self->results->n_screened);
  hw_json_add_int(w, "passed", self->results->n_passed);
  hw_json_add_array(w, "pairs");
  for (int64_t i = 0; i < self->n_kept; i++) write_pair(w, self, &self->kept[i]);
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}

/* --- the run --- */

static hw_status load(blind_run *self, const search_settings *settings, hw_err *err) {
  const hw_stored_case_options what = {.investigation = settings->investigation,
                                       .without_markers = true,
                                       .separate_samples = true,
                                       .all_families = true,
                                       .by_code = true};
  HW_TRY(hw_stored_case_load(&self->app, &what, &self->stored, err));
  HW_TRY(hw_stored_snp_load(&self->app, &self->stored, NULL, &self->snp, err));
  for (int i = 0; i < self->snp.n_notes; i++)
    cli_say("%s: note: %s", hw_store_location(self->app.store), self->snp.notes[i]);
  return hw_blind_init(&self->stored, &self->snp,
                       self->are_references ? HW_BLIND_REFERENCES : HW_BLIND_REMAINS, &self->people,
                       err);
}

/* All pairs, to be computed without a screen. */
static hw_status ask_for_all(blind_run *self, hw_err *err) {
  const int32_t n = self->people.input.n_samples;
  int64_t n_pairs = 0;
  self->pairs = calloc((size_t)n * ((size_t)n - 1) / 2, sizeof *self->pairs);
  if (self->pairs == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (int32_t i = 0; i < n; i++)
    for (int32_t k = i + 1; k < n; k++) {
      self->pairs[n_pairs][0] = i;
      self->pairs[n_pairs++][1] = k;
    }
  self->people.input.n_pairs = n_pairs;
  self->people.input.pairs = (const int32_t(*)[2])self->pairs;
  return HW_OK;
}

static int compare_kept(const void *a, const void *b) {
  const hw_relate_pair *x = a, *y = b;
  const double p = x->log10_lr[x->best], q = y->log10_lr[y->best];
  if (p != q) return p > q ? -1 : 1;
  if (x->first != y->first) return x->first < y->first ? -1 : 1;
  return x->second < y->second ? -1 : x->second > y->second;
}

/* Pairs that were asked for come all, and in their order. */
static hw_status keep_best(blind_run *self, hw_err *err) {
  self->kept = calloc((size_t)self->results->n_pairs + 1, sizeof *self->kept);
  if (self->kept == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (int64_t i = 0; i < self->results->n_pairs; i++) {
    const hw_relate_pair *pair = &self->results->pairs[i];
    if (pair->log10_lr[pair->best] >= self->options.threshold) self->kept[self->n_kept++] = *pair;
  }
  if (self->n_kept > 0) qsort(self->kept, (size_t)self->n_kept, sizeof *self->kept, compare_kept);
  return HW_OK;
}

static hw_status relate(blind_run *self, const search_settings *settings, hw_err *err) {
  search_watch watch;
  const hw_search_go go = {.n_threads = settings->n_threads > 0 ? (int32_t)settings->n_threads : 0,
                           .progress = search_watch_look,
                           .context = &watch};
  const double start_s = hw_clock_now_s();
  if (settings->no_screen) HW_TRY(ask_for_all(self, err));
  self->options = (hw_relate_options){.kinship = HW_RELATE_KINSHIP,
                                      .threshold = settings->threshold,
                                      .linked = {.simd = cli_simd()}};
  search_watch_begin(&watch, "comparing");
  const hw_status status =
      hw_relate_run(&self->people.input, &self->options, &go, &self->results, err);
  search_watch_end(&watch);
  self->seconds = hw_clock_now_s() - start_s;
  return status == HW_OK ? keep_best(self, err) : status;
}

int search_blind(const search_settings *settings, const char *dir) {
  hw_err err = HW_ERR_INIT;
  blind_run self = {.are_references = strcmp(settings->blind, "references") == 0};
  (void)dir;
  int status = cli_place_open(&cli_command_search, &settings->place, HW_DB_READ, &self.app);
  if (status >= 0) return status;
  hw_status done = load(&self, settings, &err);
  if (done == HW_OK) done = relate(&self, settings, &err);
  if (done == HW_OK && settings->json) {
    done = write_json(&self, &err);
    if (done != HW_OK) hw_err_place(&err, "standard output", 0, 0);
  } else if (done == HW_OK) {
    print_head(&self);
    print_pairs(&self);
  }
  status = CLI_FINE;
  if (done != HW_OK && err.file[0] == '\0' && done != HW_E_INTERRUPTED)
    hw_err_place(&err, hw_store_location(self.app.store), 0, 0);
  if (done != HW_OK) status = cli_error(&err);
  clear(&self);
  return status;
}
