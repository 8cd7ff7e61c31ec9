/* States and who may change them: one table of transitions, and the rules of
 * identifications.
 *
 * A false identification is the worst that can happen, so the rules stand here
 * and not in a face, are asked inside the transaction that writes, and leave
 * their trace: a review is a record of its own, a state a new version with the
 * reason in the audit entry. */
#include "app/state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

static const struct transition {
  hw_kind_id kind;
  const char *state, *next;
} transitions[] = {
    {HW_KIND_IDENTIFICATION, "candidate", "reviewed|rejected|withdrawn"},
    {HW_KIND_IDENTIFICATION, "reviewed", "confirmed|rejected|withdrawn"},
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
} work;

/* --- reviews --- */

/* The latest word of each reviewer: reviews come by identification, reviewer, number. */
hw_status hw_state_reviews(hw_store *store, int64_t identification, int *agree, int *disagree,
                           hw_err *err) {
  hw_value key = hw_value_int(identification);
  hw_scan *scan = NULL;
  const hw_record *review = NULL;
  int64_t reviewer = 0;
  bool agrees = false;
  *agree = *disagree = 0;
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
    if (review->withdrawn != NULL) continue;
    reviewer = who;
    agrees = strcmp(hw_record_text(review, HW_FIELD_REVIEW_VERDICT), "agrees") == 0;
  }
  hw_scan_done(scan);
  return status;
}

/* Number of a reviewer's next word on the identification. */
static hw_status next_number(const work *self, int64_t *out, hw_err *err) {
  hw_value key[2] = {hw_value_int(self->record.id), hw_value_int(self->app->actor)};
  hw_scan *scan = NULL;
  const hw_record *review = NULL;
  *out = 1;
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_REVIEW, 2, key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &review, err)) == HW_OK && review != NULL)
    *out = hw_record_int(review, HW_FIELD_REVIEW_NUMBER) + 1;
  hw_scan_done(scan);
  return status;
}

/* True in *out if the actor analysed a profile of this sample or person. */
static hw_status is_analyst(const work *self, int field, int64_t id, bool *out, hw_err *err) {
  hw_value value = hw_value_int(id);
  hw_scan *scan = NULL;
  const hw_record *profile = NULL;
  const char *actor = self->app->actor_code;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_PROFILE, field, &value, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &profile, err)) == HW_OK && profile != NULL)
    if (strcmp(hw_record_text(profile, HW_FIELD_PROFILE_ANALYST), actor) == 0 ||
        strcmp(hw_record_text(profile, HW_FIELD_PROFILE_SECOND_ANALYST), actor) == 0)
      *out = true;
  hw_scan_done(scan);
  return status;
}

static hw_status check_independence(const work *self, hw_err *err) {
  bool analysed = false;
  if (hw_record_int(&self->record, HW_FIELD_IDENTIFICATION_PROPOSED_BY) == self->app->actor)
    return hw_err_set(err, HW_E_STATE, "%s proposed this identification and cannot review it",
                      self->app->actor_code);
  HW_TRY(is_analyst(self, HW_FIELD_PROFILE_SAMPLE,
                    hw_record_int(&self->record, HW_FIELD_IDENTIFICATION_SAMPLE), &analysed, err));
  if (!analysed) return HW_OK;
  return hw_err_set(err, HW_E_STATE, "%s analysed the remains' profile and cannot review it",
                    self->app->actor_code);
}

static hw_status add_review(work *self, hw_err *err) {
  int64_t number = 0;
  HW_TRY(check_independence(self, err));
  HW_TRY(next_number(self, &number, err));
  hw_record review;
  hw_record_init(&review, HW_KIND_REVIEW);
  hw_record_set_int(&review, HW_FIELD_REVIEW_IDENTIFICATION, self->record.id);
  hw_record_set_int(&review, HW_FIELD_REVIEW_REVIEWER, self->app->actor);
  hw_record_set_int(&review, HW_FIELD_REVIEW_NUMBER, number);
  hw_record_set_text(&review, HW_FIELD_REVIEW_VERDICT,
                     self->request->disagrees ? "disagrees" : "agrees");
  hw_record_set_text(&review, HW_FIELD_REVIEW_REASON, self->request->reason);
  return hw_store_add(self->app->store, &review, err);
}

static hw_status say(work *self, hw_err *err, const char *format, ...) HW_PRINTF(3, 4);
static hw_status say(work *self, hw_err *err, const char *format, ...) {
  char text[400];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  self->outcome->note = hw_arena_strdup(self->arena, text);
  return self->outcome->note != NULL ? HW_OK : HW_NO_MEMORY(err, "the outcome");
}

static hw_status write_state(work *self, const char *state, hw_err *err) {
  self->outcome->after = state;
  hw_record_set_text(&self->record, self->field, state);
  if (self->record.kind->id == HW_KIND_IDENTIFICATION) {
    hw_record_set_text(&self->record, HW_FIELD_IDENTIFICATION_REASON, self->request->reason);
    if (self->request->report != NULL)
      hw_record_set_text(&self->record, HW_FIELD_IDENTIFICATION_REPORT, self->request->report);
  }
  return hw_store_replace(self->app->store, &self->record, err);
}

/* A review: the state follows from all that stand. */
static hw_status review(work *self, hw_err *err) {
  int agree = 0, disagree = 0;
  const char *state = self->outcome->before;
  if (strcmp(state, "candidate") != 0 && strcmp(state, "reviewed") != 0)
    return hw_err_set(err, HW_E_STATE, "is %s: nothing is left to review", state);
  HW_TRY(add_review(self, err));
  HW_TRY(hw_state_reviews(self->app->store, self->record.id, &agree, &disagree, err));
  bool is_reviewed = agree >= HW_STATE_REVIEWERS && disagree == 0;
  const char *now = is_reviewed ? "reviewed" : "candidate";
  HW_TRY(
      say(self, err, "%d of %d reviewers agree, %d disagree", agree, HW_STATE_REVIEWERS, disagree));
  self->outcome->after = now;
  return strcmp(now, state) == 0 ? HW_OK : write_state(self, now, err);
}

/* --- decisions --- */

/* Other confirmed identifications of the same sample (an obstacle) and person (told). */
static hw_status check_others(work *self, int field, bool is_obstacle, hw_err *err) {
  hw_value value = hw_value_int(hw_record_int(&self->record, field));
  hw_scan *scan = NULL;
  const hw_record *other = NULL;
  char found[HW_CODE_MAX + 1] = "";
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_IDENTIFICATION, field, &value, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &other, err)) == HW_OK && other != NULL)
    if (other->id != self->record.id && other->withdrawn == NULL &&
        strcmp(hw_record_text(other, HW_FIELD_IDENTIFICATION_STATE), "confirmed") == 0)
      snprintf(found, sizeof found, "%s", hw_record_text(other, HW_FIELD_IDENTIFICATION_CODE));
  hw_scan_done(scan);
  if (status != HW_OK || found[0] == '\0') return status;
  if (is_obstacle)
    return hw_err_set(err, HW_E_STATE,
                      "these remains are confirmed for somebody already (%s): withdraw that first",
                      found);
  return say(self, err, "other remains of this person are confirmed too (%s)", found);
}

static hw_status confirm(work *self, hw_err *err) {
  int agree = 0, disagree = 0;
  HW_TRY(hw_state_reviews(self->app->store, self->record.id, &agree, &disagree, err));
  if (agree < HW_STATE_REVIEWERS || disagree > 0)
    return hw_err_set(err, HW_E_STATE,
                      "%d of %d reviewers agree and %d disagree: it cannot be "
                      "confirmed",
                      agree, HW_STATE_REVIEWERS, disagree);
  HW_TRY(check_others(self, HW_FIELD_IDENTIFICATION_SAMPLE, true, err));
  HW_TRY(check_others(self, HW_FIELD_IDENTIFICATION_PERSON, false, err));
  return write_state(self, "confirmed", err);
}

/* --- all --- */

static unsigned permission_for(const hw_state_request *request) {
  if (request->kind == HW_KIND_ACTOR) return HW_MAY_ADMINISTER;
  if (request->kind != HW_KIND_IDENTIFICATION) return HW_MAY_WRITE;
  return strcmp(request->state, "reviewed") == 0 ? HW_MAY_REVIEW : HW_MAY_DECIDE;
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
    self->outcome->before = "in use";
    self->outcome->after = "withdrawn";
    return hw_store_withdraw(self->app->store, kind->id, self->record.id, request->reason, err);
  }
  const char *before = hw_record_text(&self->record, self->field);
  self->outcome->before = before;
  if (kind->id == HW_KIND_IDENTIFICATION && strcmp(request->state, "reviewed") == 0)
    return review(self, err);
  const char *next = hw_state_next(kind->id, before);
  if (next == NULL || !has_word(next, request->state)) return refuse(before, next, err);
  if (kind->id == HW_KIND_IDENTIFICATION && strcmp(request->state, "confirmed") == 0)
    return confirm(self, err);
  return write_state(self, request->state, err);
}

hw_status hw_state_set(hw_app *app, const hw_state_request *request, hw_arena *arena,
                       hw_state_outcome *outcome, hw_err *err) {
  work self = {.app = app, .request = request, .arena = arena, .outcome = outcome};
  int64_t id = 0;
  *outcome = (hw_state_outcome){"", "", ""};
  if (request->reason == NULL || request->reason[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "a change of state needs a reason: say --reason TEXT");
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
  return status;
}
