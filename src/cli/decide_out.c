/* Printing what a decision looks at.
 *
 * The screen begins with what is decided and ends with what can be done next; what
 * the policy asks is a list with a mark for what is met, and under it, for each
 * that is not, the sentence with which a confirmation would be refused. */
#include "cli/decide_out.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/json_members.h"
#include "cli/table.h"

/* --- cells --- */

enum { MOST_COLUMNS = 8 };

/* Rows of texts that grow nowhere: their number is known. */
typedef struct rows {
  const char **cells;
  int n_columns, n;
  hw_arena *arena;
  bool has_failed; /* memory is exhausted */
} rows;

static rows rows_new(hw_arena *arena, int n_columns, int n) {
  rows self = {.n_columns = n_columns, .arena = arena};
  self.cells = hw_arena_alloc_array(arena, (size_t)n * (size_t)n_columns + 1, sizeof *self.cells);
  self.has_failed = self.cells == NULL;
  return self;
}

/* Adds a row; texts are copied. */
static void rows_add(rows *self, const char *const *texts) {
  for (int c = 0; c < self->n_columns && !self->has_failed; c++) {
    const char *copy = hw_arena_strdup(self->arena, texts[c] != NULL ? texts[c] : "");
    self->cells[(size_t)self->n * (size_t)self->n_columns + (size_t)c] = copy;
    self->has_failed = copy == NULL;
  }
  self->n += !self->has_failed;
}

static hw_status rows_print(const rows *self, const char *const *headings, int indent,
                            unsigned right, hw_err *err) {
  cli_table table = {.n_columns = self->n_columns,
                     .n_rows = self->n,
                     .headings = headings,
                     .cells = self->cells,
                     .indent = indent};
  for (int c = 0; c < self->n_columns; c++) table.is_right[c] = (right >> c & 1) != 0;
  if (self->has_failed) return HW_NO_MEMORY(err, "the table");
  cli_table_print(stdout, &table, cli_screen_width());
  return HW_OK;
}

/* "" where it is not known. */
static const char *log10_text(double value, char *buffer) {
  if (isnan(value)) return "";
  return cli_format_log10(value, buffer);
}

static const char *probability_text(double value, double complement, char *buffer) {
  if (isnan(value)) return "";
  return cli_format_probability(value, complement, buffer);
}

/* --- a change of state --- */

static hw_status state_json(const hw_state_request *request, const hw_state_outcome *outcome,
                            hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  const char *const pairs[][2] = {
      {"format", "homeward-state/1"}, {"kind", hw_kind_get(request->kind)->name},
      {"code", request->code},        {"before", outcome->before},
      {"after", outcome->after},      {"note", outcome->note}};
  for (size_t i = 0; i < CLI_COUNT_OF(pairs); i++) hw_json_add_text(&w, pairs[i][0], pairs[i][1]);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}

hw_status cli_state_print(const hw_state_request *request, const hw_state_outcome *outcome,
                          bool json, hw_err *err) {
  if (json) return state_json(request, outcome, err);
  printf("%s %s: %s -> %s%s%s%s\n", hw_kind_get(request->kind)->name, request->code,
         outcome->before, outcome->after, outcome->note[0] != '\0' ? " (" : "", outcome->note,
         outcome->note[0] != '\0' ? ")" : "");
  return HW_OK;
}

/* --- the screen --- */

static void print_pair(const char *label, const char *text, const char *more) {
  if (text == NULL || text[0] == '\0') return;
  printf("  ");
  cli_print_padded(stdout, label, 16);
  cli_print_clean(stdout, text, 0);
  if (more != NULL && more[0] != '\0') {
    printf("  ");
    cli_print_clean(stdout, more, 0);
  }
  putchar('\n');
}

static void print_head(const hw_decide_sheet *sheet) {
  cli_print_clean(stdout, sheet->code, 0);
  printf(": %s\n", sheet->state);
  print_pair("missing person", sheet->person, sheet->names);
  print_pair("remains", sheet->sample, NULL);
  print_pair("investigation", sheet->investigation, NULL);
  print_pair("proposed by", sheet->proposed_by, NULL);
  print_pair("last reason", sheet->reason, NULL);
  print_pair("other evidence", sheet->evidence, NULL);
}

static void print_evidence(const hw_decide_sheet *sheet) {
  char buffer[CLI_NUMBER_SIZE];
  printf("\nEvidence\n");
  if (isnan(sheet->log10_lr) && isnan(sheet->posterior)) {
    printf("  no run has compared these remains with this person\n");
    return;
  }
  print_pair("run", sheet->run, NULL);
  print_pair("joint run", sheet->joint_run, NULL);
  print_pair("log10 LR", log10_text(sheet->log10_lr, buffer), NULL);
  if (sheet->markers >= 0)
    printf("  %-16s%lld, %lld through a mutation only\n", "markers", (long long)sheet->markers,
           (long long)sheet->mismatches);
  const bool is_joint = sheet->joint_run[0] != '\0';
  print_pair("posterior", probability_text(sheet->posterior, sheet->complement, buffer),
             is_joint ? "joint" : "pairwise");
  if (is_joint)
    print_pair("", probability_text(sheet->posterior_pairwise, sheet->complement_pairwise, buffer),
               "pairwise");
  print_pair("log10 GLR", log10_text(sheet->log10_glr, buffer), NULL);
  print_pair("standing", sheet->standing, NULL);
}

static hw_status print_alternatives(const hw_decide_sheet *sheet, hw_arena *arena, hw_err *err) {
  static const char *const headings[] = {"remains", "missing", "log10 LR", "posterior"};
  char ratio[CLI_NUMBER_SIZE], posterior[CLI_NUMBER_SIZE];
  if (sheet->n_alternatives == 0) return HW_OK;
  rows table = rows_new(arena, 4, sheet->n_alternatives);
  for (int i = 0; i < sheet->n_alternatives; i++) {
    const hw_decide_alternative *other = &sheet->alternatives[i];
    const char *const texts[] = {other->sample, other->person, log10_text(other->log10_lr, ratio),
                                 probability_text(other->posterior, other->complement, posterior)};
    rows_add(&table, texts);
  }
  printf("\nWhat else it could be\n");
  return rows_print(&table, headings, 2, 12, err);
}

static hw_status print_contradictions(const hw_decide_sheet *sheet, hw_arena *arena, hw_err *err) {
  if (sheet->n_contradictions == 0) return HW_OK;
  rows table = rows_new(arena, 5, sheet->n_contradictions);
  for (int i = 0; i < sheet->n_contradictions; i++) {
    const hw_decide_contradiction *row = &sheet->contradictions[i];
    const char *const texts[] = {row->code, row->state, row->kind, row->text, row->reason};
    rows_add(&table, texts);
  }
  printf("\nContradictions\n");
  return rows_print(&table, NULL, 2, 0, err);
}

static hw_status print_checks(const hw_decide_sheet *sheet, hw_arena *arena, hw_err *err) {
  rows table = rows_new(arena, 4, sheet->n_checks);
  for (int i = 0; i < sheet->n_checks; i++) {
    const hw_decide_check *check = &sheet->checks[i];
    const char *const texts[] = {check->is_met ? "[x]" : "[ ]", check->what, check->asked,
                                 check->found};
    rows_add(&table, texts);
  }
  printf("\nWhat the policy '%s' asks for a confirmation\n", sheet->policy.code);
  HW_TRY(rows_print(&table, NULL, 2, 0, err));
  for (int i = 0; i < sheet->n_checks; i++)
    if (!sheet->checks[i].is_met) {
      printf("  - ");
      cli_print_clean(stdout, sheet->checks[i].refusal, 0);
      putchar('\n');
    }
  return HW_OK;
}

static hw_status print_reviews(const hw_decide_sheet *sheet, hw_arena *arena, hw_err *err) {
  if (sheet->n_reviews == 0) return HW_OK;
  rows table = rows_new(arena, 4, sheet->n_reviews);
  for (int i = 0; i < sheet->n_reviews; i++) {
    const hw_decide_review *row = &sheet->reviews[i];
    const char *const texts[] = {row->reviewer, row->verdict, row->counts ? "" : "(no more)",
                                 row->reason};
    rows_add(&table, texts);
  }
  printf("\nReviews\n");
  return rows_print(&table, NULL, 2, 0, err);
}

static hw_status print_events(const hw_decide_sheet *sheet, hw_arena *arena, hw_err *err) {
  if (sheet->n_events == 0) return HW_OK;
  rows table = rows_new(arena, 5, sheet->n_events);
  for (int i = 0; i < sheet->n_events; i++) {
    const hw_decide_event *row = &sheet->events[i];
    char *override = NULL;
    if (row->override[0] != '\0') {
      hw_str text = HW_STR_INIT;
      hw_str_append_format(&text, "override: %s", row->override);
      override = hw_arena_strdup(arena, hw_str_text(&text));
      hw_str_clear(&text);
    }
    const char *const texts[] = {row->at, row->actor, row->action, row->reason, override};
    rows_add(&table, texts);
  }
  printf("\nSteps\n");
  return rows_print(&table, NULL, 2, 0, err);
}

static void print_next(const char *next) {
  printf("\n");
  if (next == NULL || next[0] == '\0') {
    printf("This is final.\n");
    return;
  }
  printf("It can become ");
  for (; *next != '\0'; next++) {
    const bool is_last = strchr(next, '|') == strrchr(next, '|');
    if (*next == '|')
      printf("%s", is_last ? " or " : ", ");
    else
      putchar(*next);
  }
  printf(".\n");
}

hw_status cli_sheet_print(const hw_decide_sheet *sheet, hw_arena *arena, hw_err *err) {
  print_head(sheet);
  print_evidence(sheet);
  HW_TRY(print_alternatives(sheet, arena, err));
  HW_TRY(print_contradictions(sheet, arena, err));
  HW_TRY(print_checks(sheet, arena, err));
  HW_TRY(print_reviews(sheet, arena, err));
  HW_TRY(print_events(sheet, arena, err));
  print_next(sheet->can_become);
  return HW_OK;
}

/* --- lists --- */

static hw_status items_json(const hw_decide_item *items, int n, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  hw_json_add_given(&w, "format", "homeward-decide-list/1");
  hw_json_add_array(&w, "identifications");
  for (int i = 0; i < n; i++) {
    hw_json_write_begin_row_object(&w);
    hw_json_add_given(&w, "code", items[i].code);
    hw_json_add_given(&w, "state", items[i].state);
    hw_json_add_given(&w, "missing", items[i].person);
    hw_json_add_given(&w, "remains", items[i].sample);
    hw_json_add_number(&w, "log10_lr", items[i].log10_lr);
    hw_json_add_number(&w, "posterior", items[i].posterior);
    hw_json_add_number(&w, "complement", items[i].complement);
    hw_json_add_given(&w, "waits_for", items[i].waits_for);
    hw_json_add_bool(&w, "is_for_me", items[i].is_for_me);
    hw_json_write_end_object(&w);
  }
  hw_json_write_end_array(&w);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}

hw_status cli_items_print(const hw_decide_item *items, int n, bool json, hw_arena *arena,
                          hw_err *err) {
  static const char *const headings[] = {"identification", "state",     "missing",  "remains",
                                         "log10 LR",       "posterior", "waits for"};
  char ratio[CLI_NUMBER_SIZE], posterior[CLI_NUMBER_SIZE];
  if (json) return items_json(items, n, err);
  rows table = rows_new(arena, 7, n);
  for (int i = 0; i < n; i++) {
    const hw_decide_item *item = &items[i];
    const char *const texts[] = {item->code,
                                 item->state,
                                 item->person,
                                 item->sample,
                                 log10_text(item->log10_lr, ratio),
                                 probability_text(item->posterior, item->complement, posterior),
                                 item->waits_for};
    rows_add(&table, texts);
  }
  if (n > 0) return rows_print(&table, headings, 0, 48, err);
  printf("nothing\n");
  return HW_OK;
}

/* --- policies --- */

static const char *figure_text(double value, char *buffer) {
  if (isnan(value)) return "-";
  size_t n = hw_json_format_double_short(value, buffer);
  buffer[n] = '\0';
  return buffer;
}

static hw_status policies_json(const hw_policy_item *policies, int n, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  hw_json_add_given(&w, "format", "homeward-policy/1");
  hw_json_add_array(&w, "policies");
  for (int i = 0; i < n; i++) {
    const hw_policy *policy = &policies[i].policy;
    hw_json_write_begin_row_object(&w);
    hw_json_add_given(&w, "code", policy->code);
    hw_json_add_given(&w, "investigation", policies[i].investigation);
    hw_json_add_number(&w, "posterior", policy->posterior);
    hw_json_add_number(&w, "log10_lr", policy->log10_lr);
    hw_json_add_number(&w, "alternative_log10_lr", policy->alternative_log10_lr);
    hw_json_add_number(&w, "markers", policy->markers > 0 ? (double)policy->markers : (double)NAN);
    hw_json_add_int(&w, "reviewers", policy->reviewers);
    hw_json_add_bool(&w, "joint", policy->joint);
    hw_json_add_given(&w, "note", policies[i].note);
    hw_json_write_end_object(&w);
  }
  hw_json_write_end_array(&w);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}

hw_status cli_policies_print(const hw_policy_item *policies, int n, bool json, hw_arena *arena,
                             hw_err *err) {
  static const char *const headings[] = {"policy",  "investigation", "posterior", "log10 LR",
                                         "against", "markers",       "reviewers", "joint"};
  char posterior[HW_JSON_DOUBLE_SIZE], ratio[HW_JSON_DOUBLE_SIZE], other[HW_JSON_DOUBLE_SIZE];
  char markers[24], reviewers[24];
  if (json) return policies_json(policies, n, err);
  rows table = rows_new(arena, MOST_COLUMNS, n);
  for (int i = 0; i < n; i++) {
    const hw_policy *policy = &policies[i].policy;
    snprintf(markers, sizeof markers, "%lld", (long long)policy->markers);
    snprintf(reviewers, sizeof reviewers, "%d", policy->reviewers);
    const char *const texts[] = {policy->code,
                                 policies[i].investigation,
                                 figure_text(policy->posterior, posterior),
                                 figure_text(policy->log10_lr, ratio),
                                 figure_text(policy->alternative_log10_lr, other),
                                 policy->markers > 0 ? markers : "-",
                                 reviewers,
                                 policy->joint ? "yes" : "no"};
    rows_add(&table, texts);
  }
  return rows_print(&table, headings, 0, 124, err);
}
