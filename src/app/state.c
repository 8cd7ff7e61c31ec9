/* States and who may change them: one table of transitions.
 *
 * A false identification is the worst that can happen, so the rules stand in app/
 * and not in a face, are asked inside the transaction that writes, and leave
 * their trace: a review is a record of its own, a step a decision record, a state
 * a new version with the reason in the audit entry. What the steps of an
 * identification ask is in decide_step.c; every way to them leads through here. */
#include "app/state.h"

#include <stdio.h>
#include <string.h>

#include "app/account.h"
#include "app/decide_int.h"
#include "base/check.h"

static const struct transition {
  hw_kind_id kind;
  const char *state, *next;
} transitions[] = {
    {HW_KIND_IDENTIFICATION, "candidate", "reviewed|rejected|withdrawn"},
    {HW_KIND_IDENTIFICATION, "reviewed", "confirmed|rejected|withdrawn|candidate"},
    {HW_KIND_IDENTIFICATION, "confirmed", "withdrawn"},
    {HW_KIND_IDENTIFICATION, "rejected", ""},
    {HW_KIND_IDENTIFICATION, "withdrawn", ""},
    {HW_KIND_FAMILY, "open", "suspended|closed"},
    {HW_KIND_FAMILY, "suspended", "open|closed"},
    {HW_KIND_FAMILY, "closed", "open"},
    {HW_KIND_DOSSIER, "open", "verified|suspended|closed"},
    {HW_KIND_DOSSIER, "verified", "open|suspended|closed"},
    {HW_KIND_DOSSIER, "suspended", "open|verified|closed"},
    {HW_KIND_DOSSIER, "closed", "open"},
    {HW_KIND_SITE, "reported", "assessed|closed"},
    {HW_KIND_SITE, "assessed", "planned|reported|closed"},
    {HW_KIND_SITE, "planned", "searching|assessed|closed"},
    {HW_KIND_SITE, "searching", "recovered|exhausted|planned"},
    {HW_KIND_SITE, "recovered", "searching|exhausted|closed"},
    {HW_KIND_SITE, "exhausted", "searching|closed"},
    {HW_KIND_SITE, "closed", "reported"},
    {HW_KIND_FINDING, "open", "explained|resolved|dismissed"},
    {HW_KIND_FINDING, "explained", "open"},
    {HW_KIND_FINDING, "resolved", "open"},
    {HW_KIND_FINDING, "dismissed", "open"},
    {HW_KIND_INDIVIDUAL, "proposed", "confirmed|dissolved"},
    {HW_KIND_INDIVIDUAL, "confirmed", "dissolved"},
    {HW_KIND_INDIVIDUAL, "dissolved", ""},
    {HW_KIND_CONTRADICTION, "open", "resolved"},
    {HW_KIND_CONTRADICTION, "resolved", "open"},
};

const char *hw_state_next(hw_kind_id kind, const char *state) {
  for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++)
    if (transitions[i].kind == kind && strcmp(transitions[i].state, state) == 0)
      return transitions[i].next;
  return NULL;
}

/* True if the word stands in the list "a|b". */
static bool has_word(const char *list, const char *word) {
  hw_field words = {.choices = list};
  return hw_field_has_choice(&words, word);
}

static int state_field(const hw_kind *kind) {
  for (int f = 0; f < kind->n_fields; f++)
    if (kind->fields[f].flags & HW_FIELD_STATE) return f;
  return -1;
}

/* One request at work. */
typedef struct work {
  hw_app *app;
  const hw_state_request *request;
  hw_arena *arena;
  hw_record record;
  int field;
  hw_state_outcome *outcome;
  hwp_tested tested; /* of an identification that is to be confirmed */
  bool finds;        /* refused for contradictions that are not stored yet */
} work;

/* --- reviews --- */

/* Audit entry of the last return: reviews up to it were of something else. */
static hw_status last_return(hw_store *store, int64_t identification, int64_t *out, hw_err *err) {
  hw_value key = hw_value_int(identification);
  hw_scan *scan = NULL;
  const hw_record *decision = NULL;
  *out = 0;
  HW_TRY(hw_store_scan_key(store, HW_KIND_DECISION, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &decision, err)) == HW_OK && decision != NULL)
    if (decision->withdrawn == NULL &&
        strcmp(hw_record_text(decision, HW_FIELD_DECISION_ACTION), "returned") == 0)
      *out = decision->entry;
  hw_scan_done(scan);
  return status;
}

/* The latest word of each reviewer: reviews come by identification, reviewer, number. */
hw_status hw_state_reviews(hw_store *store, int64_t identification, int *agree, int *disagree,
                           hw_err *err) {
  hw_value key = hw_value_int(identification);
  hw_scan *scan = NULL;
  const hw_record *review = NULL;
  int64_t reviewer = 0, returned = 0;
  bool agrees = false;
  *agree = *disagree = 0;
  HW_TRY(last_return(store, identification, &returned, err));
  HW_TRY(hw_store_scan_key(store, HW_KIND_REVIEW, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &review, err)) == HW_OK) {
    int64_t who = review != NULL ? hw_record_int(review, HW_FIELD_REVIEW_REVIEWER) : 0;
    if (reviewer != 0 && who != reviewer) {
      *agree += agrees;
      *disagree += !agrees;
      reviewer = 0;
    }
    if (review == NULL) break;
    if (review->withdrawn != NULL || review->entry <= returned) continue;
    reviewer = who;
    agrees = strcmp(hw_record_text(review, HW_FIELD_REVIEW_VERDICT), "agrees") == 0;
  }
  hw_scan_done(scan);
  return status;
}

/* --- all --- */

static unsigned permission_for(const hw_state_request *request) {
  switch (request->kind) {
    case HW_KIND_ACTOR:
    case HW_KIND_POLICY:
    case HW_KIND_REVIEW:
    case HW_KIND_DECISION:
    case HW_KIND_REPORT:
    case HW_KIND_SETTING:
    case HW_KIND_CREDENTIAL:
    case HW_KIND_ACCESS:
      return HW_MAY_ADMINISTER;
    case HW_KIND_INDIVIDUAL:
      return HW_MAY_DECIDE;
    case HW_KIND_CONTRADICTION: /* who weighs evidence */
      return HW_MAY_REVIEW;
    case HW_KIND_IDENTIFICATION:
      return strcmp(request->state, "reviewed") == 0 ? HW_MAY_REVIEW : HW_MAY_DECIDE;
    default:
      return HW_MAY_WRITE;
  }
}

/* Field of the reason of the last change of state, or -1. */
static int reason_field(hw_kind_id kind) {
  if (kind == HW_KIND_INDIVIDUAL) return HW_FIELD_INDIVIDUAL_REASON;
  return kind == HW_KIND_CONTRADICTION ? HW_FIELD_CONTRADICTION_REASON : -1;
}

static hw_status write_state(work *self, const char *state, hw_err *err) {
  const int reason = reason_field(self->record.kind->id);
  self->outcome->after = state;
  hw_record_set_text(&self->record, self->field, state);
  if (reason >= 0) hw_record_set_text(&self->record, reason, self->request->reason);
  return hw_store_replace(self->app->store, &self->record, err);
}

/* An individual that contradicts itself is nobody. */
static hw_status check_individual(work *self, hw_err *err) {
  const char *open = "";
  HW_TRY(hwp_decide_individual(self->app, self->arena, &self->record, &open, err));
  if (open[0] == '\0') return HW_OK;
  return hw_err_set(err, HW_E_STATE,
                    "the contradiction %.200s is open: resolve it with 'homeward set-state "
                    "contradiction %.200s resolved --reason TEXT'",
                    open, open);
}

/* "is open: from here it can become suspended or closed". */
static hw_status refuse(const char *before, const char *next, hw_err *err) {
  char words[200] = "";
  size_t n = 0;
  if (next == NULL || next[0] == '\0')
    return hw_err_set(err, HW_E_STATE, "is %s: this is final", before);
  for (const char *at = next; *at != '\0' && n + 8 < sizeof words; at++) {
    bool is_last = strchr(at, '|') == strrchr(at, '|');
    if (*at != '|')
      words[n++] = *at;
    else
      n += (size_t)snprintf(words + n, sizeof words - n, "%s", is_last ? " or " : ", ");
  }
  words[n] = '\0';
  return hw_err_set(err, HW_E_STATE, "is %s: from here it can become %s", before, words);
}

static hw_status change(work *self, hw_err *err) {
  const hw_state_request *request = self->request;
  const hw_kind *kind = self->record.kind;
  const hw_field *field = self->field >= 0 ? &kind->fields[self->field] : NULL;
  if (field == NULL || !hw_field_has_choice(field, request->state)) {
    if (strcmp(request->state, "withdrawn") != 0)
      return field == NULL
                 ? hw_err_set(err, HW_E_VALUE,
                              "records of the kind '%s' have no states; they can only be withdrawn",
                              kind->name)
                 : hw_err_set(err, HW_E_VALUE, "'%s' is not one of %s", request->state,
                              field->choices);
    if (kind->id == HW_KIND_ACTOR)
      HW_TRY(hw_account_check_leaving(self->app, self->record.id, err));
    self->outcome->before = "in use";
    self->outcome->after = "withdrawn";
    return hw_store_withdraw(self->app->store, kind->id, self->record.id, request->reason, err);
  }
  const char *before = hw_record_text(&self->record, self->field);
  const bool is_identification = kind->id == HW_KIND_IDENTIFICATION;
  self->outcome->before = before;
  const char *next = hw_state_next(kind->id, before);
  const bool is_review = is_identification && strcmp(request->state, "reviewed") == 0;
  const bool is_return = is_identification && strcmp(request->state, "candidate") == 0 &&
                         strcmp(before, "candidate") == 0; /* the reviews so far do not count */
  if (!is_review && !is_return && (next == NULL || !has_word(next, request->state)))
    return refuse(before, next, err);
  if (is_identification)
    return hwp_decide_step(self->app, request, &self->record, &self->tested, self->arena,
                           self->outcome, &self->finds, err);
  if (kind->id == HW_KIND_INDIVIDUAL && strcmp(request->state, "confirmed") == 0)
    HW_TRY(check_individual(self, err));
  return write_state(self, request->state, err);
}

hw_status hw_state_set(hw_app *app, const hw_state_request *request, hw_arena *arena,
                       hw_state_outcome *outcome, hw_err *err) {
  work self = {.app = app, .request = request, .arena = arena, .outcome = outcome};
  int64_t id = 0;
  *outcome = (hw_state_outcome){"", "", ""};
  if (request->reason == NULL || request->reason[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "a change of state needs a reason: say --reason TEXT");
  if (request->kind == HW_KIND_IDENTIFICATION && strcmp(request->state, "confirmed") == 0) {
    HW_TRY(hw_app_require(app, permission_for(request), err));
    HW_TRY(hwp_decide_test(app, request->code, arena, &self.tested, err));
  }
  HW_TRY(hw_app_begin(app, permission_for(request), "set-state", request->reason, err));
  hw_status status = hw_app_find(app, request->kind, request->code, &id, err);
  if (status == HW_OK)
    status = hw_store_get(app->store, request->kind, id, arena, &self.record, err);
  self.field = state_field(hw_kind_get(request->kind));
  if (status == HW_OK) {
    status = change(&self, err);
    if (status != HW_OK && err != NULL && err->field[0] == '\0')
      hw_err_field(err, "%s %s", self.record.kind->name, request->code);
  }
  if (status == HW_OK)
    status = hw_store_commit(app->store, err);
  else
    hw_store_rollback(app->store);
  if (self.finds) HW_TRY(hwp_decide_keep_contradictions(app, id, err));
  return status;
}
