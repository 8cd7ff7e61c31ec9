/* homeward status: where every case stands, in one screen. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "app/status.h"
#include "base/json_members.h"
#include "cli/case_open.h"

typedef struct status_settings {
  cli_place place;
  bool json;
} status_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(status_settings, place),
    {"json", NULL, CLI_FLAG, offsetof(status_settings, json), 0, 0,
     "Write homeward-status/1 JSON instead of the screen.", 0, false},
};

/* --- the screen --- */

static void print_label(const char *label) {
  cli_print_padded(stdout, label, 17);
}

/* "244 missing, 1022 relatives": the words that occur. */
static void print_tallies(const char *label, const hw_tally *tallies, int n) {
  bool is_first = true;
  for (int i = 0; i < n; i++) {
    if (tallies[i].count <= 0) continue; /* none, or not told */
    if (is_first) print_label(label);
    printf("%s%" PRId64 " %.*s", is_first ? "" : ", ", tallies[i].count, tallies[i].n_word,
           tallies[i].word);
    is_first = false;
  }
  if (!is_first) putchar('\n');
}

/* ": 12 STR, 30 SNP, 4 mt or Y", where there are others than STR. */
static void print_kinds(int64_t n_str, int64_t n_snp, int64_t n_lines) {
  if (n_snp + n_lines > 0)
    printf(": %" PRId64 " STR, %" PRId64 " SNP, %" PRId64 " mtDNA or Y", n_str, n_snp, n_lines);
  putchar('\n');
}

static void print_references(const hw_summary *s) {
  if (s->n_references < 0) return;
  const int64_t n = s->n_references + s->n_references_snp + s->n_references_lines;
  print_label("References");
  printf("%" PRId64 " profile%s", n, n == 1 ? "" : "s");
  print_kinds(s->n_references, s->n_references_snp, s->n_references_lines);
}

static void print_remains(const hw_summary *s) {
  if (s->n_remains < 0) return;
  print_label("Remains");
  printf("%" PRId64 " sample%s", s->n_remains, s->n_remains == 1 ? "" : "s");
  if (s->n_remains_typed >= 0) printf(", %" PRId64 " with a profile", s->n_remains_typed);
  print_kinds(s->n_remains_str, s->n_remains_snp, s->n_remains_lines);
}

static void print_material(const hw_status_report *r) {
  print_tallies("Persons", r->persons, r->n_persons);
  print_tallies("Families", r->families, r->n_families);
  print_remains(&r->summary);
  print_references(&r->summary);
  print_tallies("Dossiers", r->dossiers, r->n_dossiers);
  print_tallies("Sites", r->sites, r->n_sites);
  print_tallies("Findings", r->findings, r->n_findings);
}

static void print_waiting(const hw_status_report *r) {
  print_tallies("Identifications", r->identifications, r->n_identifications);
  int64_t n = r->n_first_review + r->n_second_review + r->n_disputed + r->n_decision;
  if (n == 0) return;
  printf("\nWaiting: %" PRId64 " for a first review, %" PRId64 " for a second, %" PRId64
         " disputed, %" PRId64 " for a decision\n",
         r->n_first_review, r->n_second_review, r->n_disputed, r->n_decision);
  for (int i = 0; i < r->n_waiting; i++) {
    printf("  ");
    cli_print_padded(stdout, r->waiting[i].code, 14);
    cli_print_padded(stdout, r->waiting[i].sample, 16);
    cli_print_padded(stdout, r->waiting[i].person, 16);
    printf("%s\n", r->waiting[i].what);
  }
  if (n > r->n_waiting) printf("  ... and %" PRId64 " more\n", n - r->n_waiting);
}

static void print_weak(const hw_status_report *r) {
  const hw_summary *s = &r->summary;
  if (s->n_untyped_families <= 0 && s->n_weak <= 0 && s->n_left_out <= 0) return;
  printf("\nNot to be resolved with present references\n");
  if (s->n_untyped_families > 0)
    printf("  %" PRId64 " families miss somebody and have no typed relative\n",
           s->n_untyped_families);
  if (s->n_left_out > 0)
    printf("  %" PRId64 " missing persons could not be evaluated by the last run\n", s->n_left_out);
  if (s->n_weak > 0)
    printf("  %" PRId64 " missing persons whose family expects less than a proposal needs (log10 "
           "LR)\n",
           s->n_weak);
  for (int i = 0; i < r->n_weak; i++) {
    printf("    ");
    cli_print_padded(stdout, r->weak[i].family, 16);
    cli_print_padded(stdout, r->weak[i].person, 16);
    printf("expects %.1f, needs %.1f%s\n", r->weak[i].expected_log10_lr, r->weak[i].needed_log10_lr,
           r->weak[i].has_other ? " by STR; SNPs or haplotypes not counted" : "");
  }
  if (s->n_weak > r->n_weak) printf("    ... and %" PRId64 " more\n", s->n_weak - r->n_weak);
}

static void print_note(const char *label, const hw_audit_note *note, const char *none) {
  print_label(label);
  if (note->entry == 0)
    printf("%s\n", none);
  else
    printf("%.10s %.5s UTC  %s  by %s\n", note->at, strlen(note->at) > 16 ? note->at + 11 : "",
           note->text, note->actor);
}

/* A backup's entry says "FILE, audit head N HASH": the file's own name is enough here. */
static void print_backup(const hw_audit_note *note) {
  char name[60];
  hw_audit_note shown = *note;
  size_t n = strcspn(note->text, ",");
  const char *file = note->text;
  for (size_t i = 0; i < n; i++)
    if (note->text[i] == '/') file = note->text + i + 1;
  snprintf(name, sizeof name, "%.*s", (int)(note->text + n - file), file);
  shown.text = name;
  print_note("Last backup", &shown, "none: run 'homeward backup'");
}

static void print_status(const char *database, const hw_status_report *r) {
  printf("%s%s%s\n\n", database, r->description[0] != '\0' ? ": " : "", r->description);
  if (r->is_limited)
    printf("Of some investigations only: counts over all of them are not told.\n\n");
  print_material(r);
  print_waiting(r);
  print_weak(r);
  putchar('\n');
  print_note("Last import", &r->import, "none");
  print_note("Last run", &r->run, "none");
  if (r->run.entry != 0 && r->is_run_stale)
    printf("                 something was imported since: run 'homeward identify' again\n");
  print_backup(&r->backup);
}

/* --- JSON --- */

/* Counts that are not told to who sees some investigations only are null. */
static void write_tallies(hw_json_writer *w, const char *key, const hw_tally *tallies, int n) {
  hw_json_add_row_object(w, key);
  for (int i = 0; i < n; i++) {
    char word[40];
    snprintf(word, sizeof word, "%.*s", tallies[i].n_word, tallies[i].word);
    hw_json_add_count(w, word, tallies[i].count);
  }
  hw_json_write_end_object(w);
}

static void write_note(hw_json_writer *w, const char *key, const hw_audit_note *note) {
  if (note->entry == 0) {
    hw_json_add_null(w, key);
    return;
  }
  hw_json_add_row_object(w, key);
  hw_json_add_int(w, "entry", note->entry);
  hw_json_add_text(w, "at", note->at);
  hw_json_add_text(w, "actor", note->actor);
  hw_json_add_text(w, "text", note->text);
  hw_json_write_end_object(w);
}

static void write_counts(hw_json_writer *w, const hw_status_report *r) {
  const struct {
    const char *key;
    int64_t value;
  } counts[] = {{"remains", r->summary.n_remains},
                {"remains_typed", r->summary.n_remains_typed},
                {"remains_str", r->summary.n_remains_str},
                {"remains_snp", r->summary.n_remains_snp},
                {"remains_lines", r->summary.n_remains_lines},
                {"reference_profiles", r->summary.n_references},
                {"reference_snp_profiles", r->summary.n_references_snp},
                {"reference_haplotypes", r->summary.n_references_lines},
                {"families_without_typed_reference", r->summary.n_untyped_families},
                {"missing_too_weak", r->summary.n_weak},
                {"missing_left_out", r->summary.n_left_out},
                {"waiting_first_review", r->n_first_review},
                {"waiting_second_review", r->n_second_review},
                {"disputed", r->n_disputed},
                {"waiting_decision", r->n_decision}};
  for (size_t i = 0; i < CLI_COUNT_OF(counts); i++)
    hw_json_add_count(w, counts[i].key, counts[i].value);
}

static void write_lists(hw_json_writer *w, const hw_status_report *r) {
  hw_json_add_array(w, "waiting");
  for (int i = 0; i < r->n_waiting; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "identification", r->waiting[i].code);
    hw_json_add_text(w, "sample", r->waiting[i].sample);
    hw_json_add_text(w, "person", r->waiting[i].person);
    hw_json_add_text(w, "for", r->waiting[i].what);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_add_array(w, "weakest");
  for (int i = 0; i < r->n_weak; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "family", r->weak[i].family);
    hw_json_add_text(w, "person", r->weak[i].person);
    hw_json_add_bool(w, "has_other_evidence", r->weak[i].has_other);
    hw_json_add_double(w, "expected_log10_lr", r->weak[i].expected_log10_lr);
    hw_json_add_double(w, "needed_log10_lr", r->weak[i].needed_log10_lr);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static hw_status write_status(const char *database, const hw_status_report *r, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  hw_json_add_text(&w, "format", "homeward-status/1");
  hw_json_add_text(&w, "case", database);
  hw_json_add_text(&w, "description", r->description);
  write_tallies(&w, "persons", r->persons, r->n_persons);
  write_tallies(&w, "families", r->families, r->n_families);
  write_tallies(&w, "dossiers", r->dossiers, r->n_dossiers);
  write_tallies(&w, "sites", r->sites, r->n_sites);
  write_tallies(&w, "identifications", r->identifications, r->n_identifications);
  write_tallies(&w, "findings", r->findings, r->n_findings);
  write_counts(&w, r);
  write_lists(&w, r);
  write_note(&w, "last_import", &r->import);
  write_note(&w, "last_run", &r->run);
  write_note(&w, "last_backup", &r->backup);
  hw_json_add_bool(&w, "imported_since_last_run", r->is_run_stale);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}

static int run(int argc, char **argv) {
  status_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_status, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  hw_app app;
  status = cli_place_open(&cli_command_status, &settings.place, HW_DB_READ, &app);
  if (status >= 0) return status;
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_status_report report;
  hw_arena_init(&arena, 0);
  status = CLI_FINE;
  const char *database = hw_store_location(app.store);
  if (hw_status_read(&app, &arena, &report, &err) != HW_OK ||
      (settings.json && write_status(database, &report, &err) != HW_OK))
    status = cli_error(&err);
  else if (!settings.json)
    print_status(database, &report);
  hw_arena_clear(&arena);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_status = {
    .name = "status",
    .operands = "",
    .brief = "where every case stands",
    .description =
        "Shows in one screen what is in the case database, where every identification stands, what "
        "waits for whom, which families the present references cannot resolve, and when the last "
        "import, run and backup were.\n",
    .examples = "  homeward status -c quangtri.hwc\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
