/* An identification with all that speaks for and against it, and lists of what waits.
 *
 * What a board reads before it signs: the figures of the newest run, who else the
 * remains could be, what contradicts, what the policy asks and which of it is met,
 * who said what, and every step so far. The same functions that refuse a step make
 * this sheet (decide_checks.c). Nothing is written; contradictions that were found
 * only now are shown as such. Names appear only with the permission HW_MAY_NAMES. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/decide_int.h"
#include "app/look.h"
#include "base/check.h"
#include "base/json_read.h"

typedef struct sheet {
  hwp_decide of;
  hw_arena *arena;
  hw_decide_sheet *out;
} sheet;

/* --- the identification --- */

static hw_status read_names(sheet *self, hw_err *err) {
  hwp_decide *of = &self->of;
  hw_record *rows = NULL;
  int n = 0;
  hw_str text = HW_STR_INIT;
  hw_value key = hw_value_int(of->person.id);
  if (hw_app_require(of->app, HW_MAY_NAMES, NULL) != HW_OK) return HW_OK;
  HW_TRY(hwp_decide_list_key(of->store, self->arena, HW_KIND_PERSON_NAME, 1, &key, &rows, &n, err));
  for (int i = 0; i < n; i++)
    if (rows[i].withdrawn == NULL)
      hw_str_append_format(&text, "%s%s", text.length > 0 ? "; " : "",
                           hw_record_text(&rows[i], HW_FIELD_PERSON_NAME_NAME));
  self->out->names = hw_arena_strdup(self->arena, hw_str_text(&text));
  hw_status status = hw_str_status(&text);
  hw_str_clear(&text);
  return status == HW_OK && self->out->names != NULL ? HW_OK : HW_NO_MEMORY(err, "the names");
}

static hw_status read_figures(sheet *self, hw_err *err) {
  hw_decide_sheet *out = self->out;
  const hwp_decide *of = &self->of;
  const hwp_basis *basis = &of->basis;
  const hw_record *record = &of->identification, *comparison = &basis->comparison;
  const hw_record *pair = &basis->joint_pair;
  out->id = record->id;
  out->code = hw_record_text(record, HW_FIELD_IDENTIFICATION_CODE);
  out->state = hw_record_text(record, HW_FIELD_IDENTIFICATION_STATE);
  out->reason = hw_record_text(record, HW_FIELD_IDENTIFICATION_REASON);
  out->evidence = hw_record_text(record, HW_FIELD_IDENTIFICATION_EVIDENCE);
  out->person = of->person_code;
  out->sample = of->sample_code;
  out->investigation = of->investigation;
  out->run = basis->run_code;
  out->joint_run = basis->joint_code;
  out->log10_lr = basis->log10_lr;
  out->posterior = basis->posterior;
  out->complement = basis->complement;
  out->posterior_pairwise = basis->pairwise;
  out->complement_pairwise = basis->pairwise_complement;
  out->log10_glr = (double)NAN;
  out->markers = out->mismatches = -1;
  out->standing = "";
  out->alternative_log10_lr = basis->alternative;
  out->against = basis->against;
  out->policy = of->policy;
  out->can_become = hw_state_next(HW_KIND_IDENTIFICATION, out->state);
  if (comparison->id != 0) {
    out->markers = hw_record_int(comparison, HW_FIELD_COMPARISON_MARKERS);
    out->mismatches = hw_record_int(comparison, HW_FIELD_COMPARISON_MISMATCHES);
  }
  if (pair->id != 0) {
    out->log10_glr = hw_record_real(pair, HW_FIELD_JOINT_PAIR_LOG10_GLR);
    out->standing = hw_record_text(pair, HW_FIELD_JOINT_PAIR_STANDING);
  }
  return hwp_decide_code(of->store, self->arena, HW_KIND_ACTOR,
                         hw_record_int(record, HW_FIELD_IDENTIFICATION_PROPOSED_BY),
                         &out->proposed_by, err);
}

/* --- alternatives --- */

static int compare_alternatives(const void *a, const void *b) {
  const hw_record *x = a, *y = b;
  const double p = hw_record_real(x, HW_FIELD_COMPARISON_LOG10_LR);
  const double q = hw_record_real(y, HW_FIELD_COMPARISON_LOG10_LR);
  if (p != q) return p > q ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

static hw_status take_alternative(sheet *self, const hw_record *row, hw_decide_alternative *out,
                                  hw_err *err) {
  hwp_decide *of = &self->of;
  hw_record profile, pair;
  const int64_t profile_id = hw_record_int(row, HW_FIELD_COMPARISON_PROFILE);
  const int64_t person = hw_record_int(row, HW_FIELD_COMPARISON_PERSON);
  int64_t joint = 0;
  out->log10_lr = hw_record_real(row, HW_FIELD_COMPARISON_LOG10_LR);
  out->posterior = hw_record_real(row, HW_FIELD_COMPARISON_POSTERIOR);
  out->complement = hw_record_real(row, HW_FIELD_COMPARISON_COMPLEMENT);
  HW_TRY(hw_store_get(of->store, HW_KIND_PROFILE, profile_id, self->arena, &profile, err));
  HW_TRY(hwp_decide_code(of->store, self->arena, HW_KIND_SAMPLE,
                         hw_record_int(&profile, HW_FIELD_PROFILE_SAMPLE), &out->sample, err));
  HW_TRY(hwp_decide_code(of->store, self->arena, HW_KIND_PERSON, person, &out->person, err));
  if (of->basis.joint_run.id == 0) return HW_OK;
  hw_record_init(&pair, HW_KIND_JOINT_PAIR);
  hw_record_set_int(&pair, HW_FIELD_JOINT_PAIR_RUN, of->basis.joint_run.id);
  hw_record_set_int(&pair, HW_FIELD_JOINT_PAIR_PROFILE, profile_id);
  hw_record_set_int(&pair, HW_FIELD_JOINT_PAIR_PERSON, person);
  HW_TRY(hw_store_find(of->store, &pair, &joint, err));
  out->posterior = out->complement = (double)NAN;
  if (joint == 0) return HW_OK;
  HW_TRY(hw_store_get(of->store, HW_KIND_JOINT_PAIR, joint, self->arena, &pair, err));
  out->posterior = hw_record_real(&pair, HW_FIELD_JOINT_PAIR_POSTERIOR);
  out->complement = hw_record_real(&pair, HW_FIELD_JOINT_PAIR_COMPLEMENT);
  return HW_OK;
}

/* The best others of a selection of the run's comparisons. */
static hw_status take_alternatives(sheet *self, hw_record *rows, int n, hw_err *err) {
  hw_decide_alternative *items = hw_arena_alloc_array(
      self->arena, (size_t)self->out->n_alternatives + HW_DECIDE_ALTERNATIVES, sizeof *items);
  int n_items = self->out->n_alternatives, n_taken = 0;
  if (items == NULL) return HW_NO_MEMORY(err, "the alternatives");
  if (n_items > 0) memcpy(items, self->out->alternatives, (size_t)n_items * sizeof *items);
  if (n > 0) qsort(rows, (size_t)n, sizeof *rows, compare_alternatives);
  for (int i = 0; i < n && n_taken < HW_DECIDE_ALTERNATIVES; i++) {
    if (rows[i].withdrawn != NULL || rows[i].id == self->of.basis.comparison.id ||
        hw_record_int(&rows[i], HW_FIELD_COMPARISON_RUN) != self->of.basis.run.id)
      continue;
    HW_TRY(take_alternative(self, &rows[i], &items[n_items++], err));
    n_taken++;
  }
  self->out->alternatives = items;
  self->out->n_alternatives = n_items;
  return HW_OK;
}

static hw_status read_alternatives(sheet *self, hw_err *err) {
  hwp_decide *of = &self->of;
  hw_record *rows = NULL;
  int n = 0;
  if (of->basis.comparison.id == 0) return HW_OK;
  hw_value key[2] = {
      hw_value_int(of->basis.run.id),
      hw_value_int(hw_record_int(&of->basis.comparison, HW_FIELD_COMPARISON_PROFILE))};
  HW_TRY(hwp_decide_list_key(of->store, self->arena, HW_KIND_COMPARISON, 2, key, &rows, &n, err));
  HW_TRY(take_alternatives(self, rows, n, err));
  HW_TRY(hwp_decide_list(of->store, self->arena, HW_KIND_COMPARISON, HW_FIELD_COMPARISON_PERSON,
                         of->person.id, &rows, &n, err));
  return take_alternatives(self, rows, n, err);
}

/* --- contradictions, reviews, steps --- */

static hw_status read_contradictions(sheet *self, hw_err *err) {
  hwp_decide *of = &self->of;
  const size_t most = (size_t)of->n_contradictions + (size_t)of->n_conflicts + 1;
  hw_decide_contradiction *items = hw_arena_alloc_array(self->arena, most, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the contradictions");
  int n = 0;
  for (int i = 0; i < of->n_contradictions; i++) {
    const hw_record *row = &of->contradictions[i];
    items[n++] =
        (hw_decide_contradiction){.code = hw_record_text(row, HW_FIELD_CONTRADICTION_CODE),
                                  .kind = hw_record_text(row, HW_FIELD_CONTRADICTION_KIND),
                                  .text = hw_record_text(row, HW_FIELD_CONTRADICTION_TEXT),
                                  .state = hw_record_text(row, HW_FIELD_CONTRADICTION_STATE),
                                  .reason = hw_record_text(row, HW_FIELD_CONTRADICTION_REASON),
                                  .is_stored = true};
  }
  for (int i = 0; i < of->n_conflicts; i++)
    if (!hwp_decide_is_stored(of, &of->conflicts[i]))
      items[n++] = (hw_decide_contradiction){.code = "",
                                             .kind = of->conflicts[i].kind,
                                             .text = of->conflicts[i].text,
                                             .state = "found now",
                                             .reason = ""};
  self->out->contradictions = items;
  self->out->n_contradictions = n;
  return HW_OK;
}

/* Entry of the last return, as hw_state_reviews counts. */
static int64_t last_return(const hw_record *decisions, int n) {
  int64_t entry = 0;
  for (int i = 0; i < n; i++)
    if (decisions[i].withdrawn == NULL &&
        strcmp(hw_record_text(&decisions[i], HW_FIELD_DECISION_ACTION), "returned") == 0)
      entry = decisions[i].entry;
  return entry;
}

static hw_status read_reviews(sheet *self, int64_t returned, hw_err *err) {
  hwp_decide *of = &self->of;
  hw_record *rows = NULL;
  int n = 0;
  hw_value key = hw_value_int(of->identification.id);
  HW_TRY(hwp_decide_list_key(of->store, self->arena, HW_KIND_REVIEW, 1, &key, &rows, &n, err));
  hw_decide_review *items = hw_arena_alloc_array(self->arena, (size_t)n + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the reviews");
  for (int i = 0; i < n; i++) {
    const int64_t who = hw_record_int(&rows[i], HW_FIELD_REVIEW_REVIEWER);
    bool is_last = rows[i].withdrawn == NULL && rows[i].entry > returned;
    for (int k = i + 1; k < n; k++)
      if (rows[k].withdrawn == NULL && hw_record_int(&rows[k], HW_FIELD_REVIEW_REVIEWER) == who)
        is_last = false;
    items[i] = (hw_decide_review){.verdict = hw_record_text(&rows[i], HW_FIELD_REVIEW_VERDICT),
                                  .reason = hw_record_text(&rows[i], HW_FIELD_REVIEW_REASON),
                                  .counts = is_last};
    HW_TRY(hwp_decide_code(of->store, self->arena, HW_KIND_ACTOR, who, &items[i].reviewer, err));
  }
  self->out->reviews = items;
  self->out->n_reviews = n;
  return HW_OK;
}

typedef struct moment {
  hw_arena *arena;
  const char *at;
} moment;

static hw_status take_moment(void *context, const hw_audit_entry *entry, hw_err *err) {
  moment *self = context;
  self->at = hw_arena_strdup(self->arena, entry->at);
  if (self->at == NULL) return HW_NO_MEMORY(err, "a time");
  return HW_E_INTERRUPTED; /* one is enough */
}

/* The reason of an override in what a decision stood on; "" = none. */
static hw_status read_override(sheet *self, const char *stood_on, const char **out, hw_err *err) {
  hw_json_doc *doc = NULL;
  const char *text = NULL;
  *out = "";
  hw_status status = hw_json_doc_parse(stood_on, strlen(stood_on), NULL, &doc, NULL);
  if (status != HW_OK) return status == HW_E_NO_MEMORY ? HW_NO_MEMORY(err, "the reason") : HW_OK;
  if (hw_json_as_string(hw_json_find(hw_json_doc_root(doc), "override"), &text, NULL) == HW_OK) {
    *out = hw_arena_strdup(self->arena, text);
    if (*out == NULL) {
      *out = "";
      status = HW_NO_MEMORY(err, "the reason");
    }
  }
  hw_json_doc_delete(doc);
  return status;
}

static hw_status take_event(sheet *self, const hw_record *row, hw_decide_event *out, hw_err *err) {
  hw_store *store = self->of.store;
  moment when = {.arena = self->arena, .at = ""};
  *out = (hw_decide_event){.action = hw_record_text(row, HW_FIELD_DECISION_ACTION),
                           .reason = hw_record_text(row, HW_FIELD_DECISION_REASON),
                           .stood_on = hw_record_text(row, HW_FIELD_DECISION_STOOD_ON)};
  hw_status status = hw_store_audit(store, row->entry, take_moment, &when, err);
  if (status != HW_OK && status != HW_E_INTERRUPTED) return status;
  out->at = when.at;
  HW_TRY(hwp_decide_code(store, self->arena, HW_KIND_ACTOR,
                         hw_record_int(row, HW_FIELD_DECISION_ACTOR), &out->actor, err));
  HW_TRY(hwp_decide_code(store, self->arena, HW_KIND_POLICY,
                         hw_record_int(row, HW_FIELD_DECISION_POLICY), &out->policy, err));
  return read_override(self, out->stood_on, &out->override, err);
}

static hw_status read_events(sheet *self, hw_err *err) {
  hwp_decide *of = &self->of;
  hw_record *rows = NULL;
  int n = 0;
  hw_value key = hw_value_int(of->identification.id);
  HW_TRY(hwp_decide_list_key(of->store, self->arena, HW_KIND_DECISION, 1, &key, &rows, &n, err));
  hw_decide_event *items = hw_arena_alloc_array(self->arena, (size_t)n + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the decisions");
  for (int i = 0; i < n; i++) HW_TRY(take_event(self, &rows[i], &items[i], err));
  self->out->events = items;
  self->out->n_events = n;
  return read_reviews(self, last_return(rows, n), err);
}

/* --- the whole --- */

static hw_status read_sheet(sheet *self, hw_app *app, int64_t id, bool is_part_only, hw_err *err) {
  hw_decide_check *checks = NULL;
  HW_TRY(hwp_decide_open(&self->of, app, self->arena, id, err));
  self->of.is_part_only = is_part_only;
  HW_TRY(hwp_decide_read_basis(&self->of, true, err));
  HW_TRY(hwp_decide_find_conflicts(&self->of, err));
  self->out->is_tested = self->of.is_basis_tested;
  HW_TRY(hwp_decide_list_contradictions(&self->of, err));
  HW_TRY(read_figures(self, err));
  HW_TRY(read_names(self, err));
  HW_TRY(hwp_decide_checks(&self->of, &checks, &self->out->n_checks, err));
  self->out->checks = checks;
  HW_TRY(read_alternatives(self, err));
  HW_TRY(read_contradictions(self, err));
  return read_events(self, err);
}

static hw_status read_whole(hw_app *app, const char *code, bool is_part_only, hw_arena *arena,
                            hw_decide_sheet *out, hw_err *err) {
  sheet self = {.arena = arena, .out = out};
  int64_t id = 0;
  bool is_mine = false;
  *out = (hw_decide_sheet){.names = "", .code = code};
  HW_TRY(hw_app_begin_read(app, &is_mine, err));
  hw_status status = hw_app_find(app, HW_KIND_IDENTIFICATION, code, &id, err);
  if (status == HW_OK) status = read_sheet(&self, app, id, is_part_only, err);
  hwp_decide_clear(&self.of);
  hw_app_end_read(app, is_mine);
  return status;
}

hw_status hw_decide_sheet_read(hw_app *app, const char *code, hw_arena *arena, hw_decide_sheet *out,
                               hw_err *err) {
  return read_whole(app, code, false, arena, out, err);
}

hw_status hw_decide_sheet_look(hw_app *app, const char *code, hw_arena *arena, hw_decide_sheet *out,
                               hw_err *err) {
  return read_whole(app, code, true, arena, out, err);
}

/* --- lists --- */

/* Whether the actor has had a word on it that counts. */
static hw_status has_spoken(hwp_decide *self, bool *out, hw_err *err) {
  hw_value key[2] = {hw_value_int(self->identification.id), hw_value_int(self->app->actor)};
  hw_record *rows = NULL, *decisions = NULL;
  int n = 0, n_decisions = 0;
  HW_TRY(hwp_decide_list_key(self->store, self->arena, HW_KIND_REVIEW, 2, key, &rows, &n, err));
  HW_TRY(hwp_decide_list_key(self->store, self->arena, HW_KIND_DECISION, 1, key, &decisions,
                             &n_decisions, err));
  const int64_t returned = last_return(decisions, n_decisions);
  *out = false;
  for (int i = 0; i < n; i++)
    *out = *out || (rows[i].withdrawn == NULL && rows[i].entry > returned);
  return HW_OK;
}

static hw_status say_waiting(hwp_decide *self, hw_decide_item *item, hw_err *err) {
  hw_err why = HW_ERR_INIT;
  bool has = false;
  item->waits_for = "";
  if (strcmp(item->state, "reviewed") == 0) {
    item->is_for_me = (self->app->may & HW_MAY_DECIDE) != 0;
    item->waits_for = item->is_for_me ? "your decision" : "a decision";
  }
  if (strcmp(item->state, "candidate") != 0) return HW_OK;
  item->waits_for = self->disagree > 0 ? "the reviewers to agree" : "a review";
  if ((self->app->may & HW_MAY_REVIEW) == 0) return HW_OK;
  HW_TRY(has_spoken(self, &has, err));
  if (has) return HW_OK;
  hw_status status = hwp_decide_check_independence(self, &why);
  item->is_for_me = status == HW_OK;
  if (item->is_for_me) item->waits_for = "your review";
  if (status == HW_OK || status == HW_E_STATE) return HW_OK;
  if (err != NULL) *err = why;
  return status;
}

static hw_status take_item(hw_app *app, const hw_record *row, hw_arena *arena, hw_decide_item *out,
                           hw_err *err) {
  hwp_decide of;
  hw_record comparison;
  *out = (hw_decide_item){.code = hw_record_text(row, HW_FIELD_IDENTIFICATION_CODE),
                          .state = hw_record_text(row, HW_FIELD_IDENTIFICATION_STATE),
                          .log10_lr = (double)NAN,
                          .posterior = (double)NAN,
                          .complement = (double)NAN};
  const int64_t basis = hw_record_int(row, HW_FIELD_IDENTIFICATION_COMPARISON);
  HW_TRY(hwp_decide_open(&of, app, arena, row->id, err));
  out->person = of.person_code;
  out->sample = of.sample_code;
  if (basis != 0) {
    HW_TRY(hw_store_get(app->store, HW_KIND_COMPARISON, basis, arena, &comparison, err));
    out->log10_lr = hw_record_real(&comparison, HW_FIELD_COMPARISON_LOG10_LR);
    out->posterior = hw_record_real(&comparison, HW_FIELD_COMPARISON_POSTERIOR);
    out->complement = hw_record_real(&comparison, HW_FIELD_COMPARISON_COMPLEMENT);
  }
  return say_waiting(&of, out, err);
}

static bool is_wanted(const hw_record *row, const char *state) {
  const char *now = hw_record_text(row, HW_FIELD_IDENTIFICATION_STATE);
  if (row->withdrawn != NULL) return false;
  if (state != NULL) return strcmp(now, state) == 0;
  return strcmp(now, "candidate") == 0 || strcmp(now, "reviewed") == 0;
}

static hw_status list_items(hw_app *app, const char *state, hw_arena *arena,
                            const hw_decide_item **out, int *n, hw_err *err) {
  hw_record *rows = NULL;
  int n_rows = 0;
  HW_TRY(hwp_decide_list(app->store, arena, HW_KIND_IDENTIFICATION, -1, 0, &rows, &n_rows, err));
  hw_decide_item *items = hw_arena_alloc_array(arena, (size_t)n_rows + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the identifications");
  for (int i = 0; i < n_rows; i++)
    if (is_wanted(&rows[i], state)) {
      bool may = true;
      HW_TRY(hw_access_may(app, HW_KIND_IDENTIFICATION, rows[i].id, &may, err));
      if (may) HW_TRY(take_item(app, &rows[i], arena, &items[(*n)++], err));
    }
  *out = items;
  return HW_OK;
}

hw_status hw_decide_list(hw_app *app, const char *state, hw_arena *arena,
                         const hw_decide_item **items, int *n, hw_err *err) {
  const hw_kind *kind = hw_kind_get(HW_KIND_IDENTIFICATION);
  const hw_field *field = &kind->fields[HW_FIELD_IDENTIFICATION_STATE];
  bool is_mine = false;
  *items = NULL;
  *n = 0;
  if (state != NULL && !hw_field_has_choice(field, state))
    return hw_err_set(err, HW_E_VALUE, "'%s' is not one of %s", state, field->choices);
  HW_TRY(hw_app_begin_read(app, &is_mine, err));
  hw_status status = list_items(app, state, arena, items, n, err);
  hw_app_end_read(app, is_mine);
  return status;
}

/* --- pages of a list --- */

typedef struct wanted_state {
  const char *state;
} wanted_state;

static bool wants(void *context, const hw_record *row) {
  const wanted_state *self = context;
  return is_wanted(row, self->state);
}

/* Whether the actor can take the next step at all: what only others can do is not read. */
static bool can_be_mine(const hw_app *app, const hw_record *row) {
  const char *state = hw_record_text(row, HW_FIELD_IDENTIFICATION_STATE);
  if (strcmp(state, "reviewed") == 0) return (app->may & HW_MAY_DECIDE) != 0;
  return strcmp(state, "candidate") == 0 && (app->may & HW_MAY_REVIEW) != 0;
}

hw_status hw_decide_page(hw_app *app, const hw_decide_page_options *options, hw_arena *arena,
                         const hw_decide_item **out, int *n, int64_t *next, hw_err *err) {
  enum { AT_ONCE = 200 };
  wanted_state state = {options->state};
  hw_look_rows rows;
  hw_decide_item *items = hw_arena_alloc_array(arena, (size_t)options->most + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the identifications");
  *out = items;
  *n = 0;
  *next = 0;
  if (options->only_mine && (app->may & (HW_MAY_REVIEW | HW_MAY_DECIDE)) == 0) return HW_OK;
  HW_TRY(hw_look_page(app, HW_KIND_IDENTIFICATION, options->from,
                      options->only_mine ? AT_ONCE : options->most, wants, &state, arena, &rows,
                      err));
  *next = rows.has_more ? rows.next : 0;
  for (int i = 0; i < rows.n; i++) {
    if (*n == options->most) {
      *next = rows.items[i].id;
      break;
    }
    if (options->only_mine && !can_be_mine(app, &rows.items[i])) continue;
    HW_TRY(take_item(app, &rows.items[i], arena, &items[*n], err));
    if (items[*n].is_for_me || !options->only_mine) ++*n;
  }
  return HW_OK;
}
