/* The steps of an identification, and who may take them.
 *
 * Every step goes through hwp_decide_step, inside the transaction that writes it,
 * whichever command asked for it, and leaves a decision record. A reviewer is
 * independent if he neither proposed the identification nor read a profile that it
 * rests on: of the remains, or of the references of a family that misses the
 * person.
 *
 * The first review, and a return, renew the basis: whoever looks next looks at the
 * newest run. A return voids the reviews before it, since they were of something
 * else (hw_state_reviews). */
#include <stdio.h>
#include <string.h>

#include "app/decide_int.h"
#include "base/check.h"

/* --- independence --- */

static bool is_analyst(const hw_record *profile, const char *actor) {
  return strcmp(hw_record_text(profile, HW_FIELD_PROFILE_ANALYST), actor) == 0 ||
         strcmp(hw_record_text(profile, HW_FIELD_PROFILE_SECOND_ANALYST), actor) == 0;
}

/* The profile of a sample or person that the actor read, or NULL. */
static hw_status find_read(hwp_decide *self, int field, int64_t id, const char **code,
                           hw_err *err) {
  hw_record *rows = NULL;
  int n = 0;
  HW_TRY(hwp_decide_list(self->store, self->arena, HW_KIND_PROFILE, field, id, &rows, &n, err));
  for (int i = 0; i < n; i++)
    if (is_analyst(&rows[i], self->app->actor_code))
      *code = hw_record_text(&rows[i], HW_FIELD_PROFILE_CODE);
  return HW_OK;
}

/* A reference of a family that misses the person. */
static hw_status find_reference(hwp_decide *self, const char **code, hw_err *err) {
  hw_record *places = NULL, *members = NULL;
  int n_places = 0, n = 0;
  HW_TRY(hwp_decide_list(self->store, self->arena, HW_KIND_FAMILY_MEMBER,
                         HW_FIELD_FAMILY_MEMBER_PERSON, self->person.id, &places, &n_places, err));
  for (int p = 0; p < n_places; p++) {
    hw_value key = hw_value_int(hw_record_int(&places[p], HW_FIELD_FAMILY_MEMBER_FAMILY));
    if (places[p].withdrawn != NULL) continue;
    HW_TRY(hwp_decide_list_key(self->store, self->arena, HW_KIND_FAMILY_MEMBER, 1, &key, &members,
                               &n, err));
    for (int i = 0; i < n; i++)
      HW_TRY(find_read(self, HW_FIELD_PROFILE_PERSON,
                       hw_record_int(&members[i], HW_FIELD_FAMILY_MEMBER_PERSON), code, err));
  }
  return HW_OK;
}

/* Who entered an identification that names no proposer. */
typedef struct origin {
  int64_t entry;
  char actor[HW_CODE_MAX + 1];
} origin;

static hw_status take_first(void *context, const hw_record *version, hw_err *err) {
  origin *self = context;
  (void)err;
  if (self->entry == 0) self->entry = version->entry;
  return HW_OK;
}

static hw_status take_actor(void *context, const hw_audit_entry *entry, hw_err *err) {
  origin *self = context;
  (void)err;
  snprintf(self->actor, sizeof self->actor, "%s", entry->actor);
  return HW_E_INTERRUPTED; /* one is enough */
}

static hw_status is_proposer(hwp_decide *self, bool *out, hw_err *err) {
  const hw_record *record = &self->identification;
  origin from = {0};
  *out = hw_record_int(record, HW_FIELD_IDENTIFICATION_PROPOSED_BY) == self->app->actor;
  if (!hw_record_is_null(record, HW_FIELD_IDENTIFICATION_PROPOSED_BY)) return HW_OK;
  HW_TRY(hw_store_history(self->store, HW_KIND_IDENTIFICATION, record->id, take_first, &from, err));
  if (from.entry == 0) from.entry = record->entry;
  hw_status status = hw_store_audit(self->store, from.entry, take_actor, &from, err);
  *out = strcmp(from.actor, self->app->actor_code) == 0;
  return status == HW_E_INTERRUPTED ? HW_OK : status;
}

hw_status hwp_decide_check_independence(hwp_decide *self, hw_err *err) {
  bool proposed = false;
  const char *code = NULL, *actor = self->app->actor_code;
  HW_TRY(is_proposer(self, &proposed, err));
  if (proposed)
    return hw_err_set(err, HW_E_STATE, "%s proposed this identification and cannot review it",
                      actor);
  HW_TRY(find_read(self, HW_FIELD_PROFILE_SAMPLE, self->sample.id, &code, err));
  if (code != NULL)
    return hw_err_set(err, HW_E_STATE, "%s analysed the remains' profile and cannot review it",
                      actor);
  HW_TRY(find_reference(self, &code, err));
  if (code != NULL)
    return hw_err_set(err, HW_E_STATE,
                      "%s analysed a reference of the family (%.200s) and cannot review it", actor,
                      code);
  return HW_OK;
}

/* --- records --- */

hw_status hwp_decide_record(hwp_decide *self, const char *action, const char *reason,
                            const char *override, const char *report, hw_err *err) {
  hw_record *rows = NULL, row;
  hw_str stood_on = HW_STR_INIT;
  int n = 0;
  hw_value key = hw_value_int(self->identification.id);
  HW_TRY(hwp_decide_list_key(self->store, self->arena, HW_KIND_DECISION, 1, &key, &rows, &n, err));
  const int64_t last = n > 0 ? hw_record_int(&rows[n - 1], HW_FIELD_DECISION_NUMBER) : 0;
  hw_status status = hwp_decide_stood_on(self, override, &stood_on, err);
  hw_record_init(&row, HW_KIND_DECISION);
  hw_record_set_int(&row, HW_FIELD_DECISION_IDENTIFICATION, self->identification.id);
  hw_record_set_int(&row, HW_FIELD_DECISION_NUMBER, last + 1);
  hw_record_set_text(&row, HW_FIELD_DECISION_ACTION, action);
  hw_record_set_int(&row, HW_FIELD_DECISION_ACTOR, self->app->actor);
  hw_record_set_text(&row, HW_FIELD_DECISION_REASON, reason);
  if (self->policy.id != 0) hw_record_set_int(&row, HW_FIELD_DECISION_POLICY, self->policy.id);
  hw_record_set_text(&row, HW_FIELD_DECISION_STOOD_ON, hw_str_text(&stood_on));
  if (report != NULL) hw_record_set_text(&row, HW_FIELD_DECISION_REPORT, report);
  if (status == HW_OK) status = hw_store_add(self->store, &row, err);
  hw_str_clear(&stood_on);
  return status;
}

/* Number of a reviewer's next word on the identification. */
static hw_status add_review(hwp_decide *self, const hw_state_request *request, hw_err *err) {
  hw_value key[2] = {hw_value_int(self->identification.id), hw_value_int(self->app->actor)};
  hw_record *rows = NULL, review;
  int n = 0;
  HW_TRY(hwp_decide_list_key(self->store, self->arena, HW_KIND_REVIEW, 2, key, &rows, &n, err));
  const int64_t last = n > 0 ? hw_record_int(&rows[n - 1], HW_FIELD_REVIEW_NUMBER) : 0;
  hw_record_init(&review, HW_KIND_REVIEW);
  hw_record_set_int(&review, HW_FIELD_REVIEW_IDENTIFICATION, self->identification.id);
  hw_record_set_int(&review, HW_FIELD_REVIEW_REVIEWER, self->app->actor);
  hw_record_set_int(&review, HW_FIELD_REVIEW_NUMBER, last + 1);
  hw_record_set_text(&review, HW_FIELD_REVIEW_VERDICT, request->disagrees ? "disagrees" : "agrees");
  hw_record_set_text(&review, HW_FIELD_REVIEW_REASON, request->reason);
  return hw_store_add(self->store, &review, err);
}

/* Sets the comparison to that of the newest run, where it lists the pair. */
static hw_status renew_basis(hwp_decide *self, bool *is_new, hw_err *err) {
  hw_record newest;
  HW_TRY(hwp_decide_newest(self, &newest, err));
  *is_new = newest.id != 0 &&
            newest.id != hw_record_int(&self->identification, HW_FIELD_IDENTIFICATION_COMPARISON);
  if (*is_new)
    hw_record_set_int(&self->identification, HW_FIELD_IDENTIFICATION_COMPARISON, newest.id);
  return HW_OK;
}

static hw_status write_state(hwp_decide *self, const char *state, const hw_state_request *request,
                             hw_err *err) {
  hw_record *record = &self->identification;
  hw_record_set_text(record, HW_FIELD_IDENTIFICATION_STATE, state);
  hw_record_set_text(record, HW_FIELD_IDENTIFICATION_REASON, request->reason);
  if (request->report != NULL)
    hw_record_set_text(record, HW_FIELD_IDENTIFICATION_REPORT, request->report);
  return hw_store_replace(self->store, record, err);
}

static hw_status say(hw_state_outcome *outcome, const char *text, hw_err *err) {
  outcome->note = text != NULL ? text : "";
  return text != NULL ? HW_OK : HW_NO_MEMORY(err, "the outcome");
}

/* --- steps --- */

/* The state follows from all reviews that stand. */
static hw_status review(hwp_decide *self, const hw_state_request *request,
                        hw_state_outcome *outcome, hw_err *err) {
  const char *before = outcome->before;
  bool is_renewed = false;
  if (strcmp(before, "candidate") != 0 && strcmp(before, "reviewed") != 0)
    return hw_err_set(err, HW_E_STATE, "is %s: nothing is left to review", before);
  HW_TRY(hwp_decide_check_independence(self, err));
  if (self->agree + self->disagree == 0) HW_TRY(renew_basis(self, &is_renewed, err));
  HW_TRY(add_review(self, request, err));
  HW_TRY(
      hw_state_reviews(self->store, self->identification.id, &self->agree, &self->disagree, err));
  HW_TRY(hwp_decide_store_contradictions(self, err));
  HW_TRY(hwp_decide_read_basis(self, false, err));
  const bool is_reviewed = self->agree >= self->policy.reviewers && self->disagree == 0;
  const char *now = is_reviewed ? "reviewed" : "candidate";
  const bool has_changed = strcmp(now, before) != 0;
  HW_TRY(hwp_decide_record(self, request->disagrees ? "disagreed" : "agreed", request->reason, NULL,
                           NULL, err));
  if (has_changed && is_reviewed)
    HW_TRY(hwp_decide_record(self, "reviewed", request->reason, NULL, NULL, err));
  const int n_open = hwp_decide_count_open(self);
  const char *tail = n_open > 0 ? hwp_decide_text(self->arena, "; %d contradiction%s open", n_open,
                                                  n_open == 1 ? " is" : "s are")
                                : "";
  if (tail == NULL) return HW_NO_MEMORY(err, "the outcome");
  HW_TRY(say(outcome,
             hwp_decide_text(self->arena, "%d of %d reviewers agree, %d disagree%s", self->agree,
                             self->policy.reviewers, self->disagree, tail),
             err));
  outcome->after = now;
  return has_changed || is_renewed ? write_state(self, now, request, err) : HW_OK;
}

/* What must be overridden, comma-separated; refuses what cannot be. */
static hw_status check_all(hwp_decide *self, const hw_state_request *request,
                           const char **overridden, hw_err *err) {
  hw_decide_check *checks = NULL;
  int n = 0;
  *overridden = "";
  HW_TRY(hwp_decide_checks(self, &checks, &n, err));
  for (int i = 0; i < n; i++) {
    if (checks[i].is_met) continue;
    if (!checks[i].can_override || request->override == NULL)
      return hw_err_set(err, HW_E_STATE, "%s", checks[i].refusal);
    *overridden = hwp_decide_text(self->arena, "%s%s%s", *overridden,
                                  (*overridden)[0] != '\0' ? ", " : "", checks[i].what);
    if (*overridden == NULL) return HW_NO_MEMORY(err, "what is asked");
  }
  if (request->override != NULL && (*overridden)[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "the policy is met: there is nothing to override");
  return HW_OK;
}

/* Other remains of the person that are confirmed too. */
static hw_status tell_others(hwp_decide *self, const char *overridden, hw_state_outcome *outcome,
                             hw_err *err) {
  hw_record *rows = NULL;
  int n = 0;
  const char *other = NULL;
  HW_TRY(hwp_decide_list(self->store, self->arena, HW_KIND_IDENTIFICATION,
                         HW_FIELD_IDENTIFICATION_PERSON, self->person.id, &rows, &n, err));
  for (int i = 0; i < n; i++)
    if (rows[i].id != self->identification.id && rows[i].withdrawn == NULL &&
        strcmp(hw_record_text(&rows[i], HW_FIELD_IDENTIFICATION_STATE), "confirmed") == 0)
      other = hw_record_text(&rows[i], HW_FIELD_IDENTIFICATION_CODE);
  const char *first =
      overridden[0] != '\0' ? hwp_decide_text(self->arena, "overridden: %s", overridden) : "";
  const char *second =
      other != NULL
          ? hwp_decide_text(self->arena, "other remains of this person are confirmed too (%.200s)",
                            other)
          : "";
  if (first == NULL || second == NULL) return HW_NO_MEMORY(err, "the outcome");
  return say(outcome,
             hwp_decide_text(self->arena, "%s%s%s", first,
                             first[0] != '\0' && second[0] != '\0' ? "; " : "", second),
             err);
}

static hw_status confirm(hwp_decide *self, const hw_state_request *request,
                         hw_state_outcome *outcome, bool *finds, hw_err *err) {
  const char *overridden = "";
  if (request->override != NULL) {
    if (request->override[0] == '\0')
      return hw_err_set(err, HW_E_VALUE, "an override needs a reason: say --override REASON");
    HW_TRY(hw_app_require(self->app, HW_MAY_ADMINISTER, err));
  }
  HW_TRY(hwp_decide_store_contradictions(self, err));
  HW_TRY(hwp_decide_read_basis(self, true, err));
  hw_status status = check_all(self, request, &overridden, err);
  *finds = status != HW_OK && self->n_new > 0;
  HW_TRY(status);
  HW_TRY(hwp_decide_record(self, "confirmed", request->reason, request->override, request->report,
                           err));
  HW_TRY(tell_others(self, overridden, outcome, err));
  return write_state(self, "confirmed", request, err);
}

/* Rejected, withdrawn, or returned to the reviewers. */
static hw_status settle(hwp_decide *self, const hw_state_request *request, hw_err *err) {
  const bool is_return = strcmp(request->state, "candidate") == 0;
  bool is_renewed = false;
  if (is_return) {
    HW_TRY(renew_basis(self, &is_renewed, err));
    self->agree = self->disagree = 0;
  }
  HW_TRY(hwp_decide_list_contradictions(self, err));
  HW_TRY(hwp_decide_read_basis(self, false, err));
  HW_TRY(hwp_decide_record(self, is_return ? "returned" : request->state, request->reason, NULL,
                           request->report, err));
  return write_state(self, request->state, request, err);
}

hw_status hwp_decide_step(hw_app *app, const hw_state_request *request,
                          const hw_record *identification, const hwp_tested *tested,
                          hw_arena *arena, hw_state_outcome *outcome, bool *finds, hw_err *err) {
  hwp_decide self;
  *finds = false;
  hw_status status = hwp_decide_open(&self, app, arena, identification->id, err);
  self.tested = tested;
  if (status == HW_OK && request->override != NULL && strcmp(request->state, "confirmed") != 0)
    status = hw_err_set(err, HW_E_VALUE, "only a confirmation can override the policy");
  outcome->after = request->state;
  if (status == HW_OK && strcmp(request->state, "reviewed") == 0)
    status = review(&self, request, outcome, err);
  else if (status == HW_OK && strcmp(request->state, "confirmed") == 0)
    status = confirm(&self, request, outcome, finds, err);
  else if (status == HW_OK)
    status = settle(&self, request, err);
  hwp_decide_clear(&self);
  return status;
}

/* --- proposing --- */

hw_status hw_decide_proposed(hw_app *app, int64_t identification, const char *reason, hw_err *err) {
  hw_arena arena;
  hwp_decide self = {0};
  const bool has_reason = reason != NULL && reason[0] != '\0';
  hw_arena_init(&arena, 0);
  hw_status status = hwp_decide_open(&self, app, &arena, identification, err);
  if (status == HW_OK) status = hwp_decide_read_basis(&self, false, err);
  if (status == HW_OK)
    status =
        hwp_decide_record(&self, "proposed", has_reason ? reason : "by a run", NULL, NULL, err);
  hwp_decide_clear(&self);
  hw_arena_clear(&arena);
  return status;
}

static hw_status check_proposal(hwp_decide *self, hw_err *err) {
  hw_record *rows = NULL;
  int n = 0;
  if (strcmp(hw_record_text(&self->person, HW_FIELD_PERSON_ROLE), "missing") != 0)
    return hw_err_set(err, HW_E_VALUE, "%.200s is no missing person", self->person_code);
  if (!hw_record_is_null(&self->sample, HW_FIELD_SAMPLE_PERSON))
    return hw_err_set(err, HW_E_VALUE, "%.200s is a reference sample, no remains",
                      self->sample_code);
  if (self->person.withdrawn != NULL || self->sample.withdrawn != NULL)
    return hw_err_set(err, HW_E_STATE, "%.200s was withdrawn",
                      self->person.withdrawn != NULL ? self->person_code : self->sample_code);
  HW_TRY(hwp_decide_list(self->store, self->arena, HW_KIND_IDENTIFICATION,
                         HW_FIELD_IDENTIFICATION_SAMPLE, self->sample.id, &rows, &n, err));
  for (int i = 0; i < n; i++) {
    const char *state = hw_record_text(&rows[i], HW_FIELD_IDENTIFICATION_STATE);
    const bool is_over = strcmp(state, "rejected") == 0 || strcmp(state, "withdrawn") == 0;
    if (rows[i].withdrawn == NULL && !is_over &&
        hw_record_int(&rows[i], HW_FIELD_IDENTIFICATION_PERSON) == self->person.id)
      return hw_err_set(err, HW_E_STATE, "%.200s says so already, and is %s",
                        hw_record_text(&rows[i], HW_FIELD_IDENTIFICATION_CODE), state);
  }
  return HW_OK;
}

static hw_status add_identification(hwp_decide *self, const char *reason, const char *evidence,
                                    hw_err *err) {
  hw_record *row = &self->identification;
  hw_record newest;
  int64_t id = 0;
  HW_TRY(hwp_decide_newest(self, &newest, err));
  HW_TRY(hw_store_next_id(self->store, HW_KIND_IDENTIFICATION, &id, err));
  const char *code = hwp_decide_text(self->arena, "ID-%lld", (long long)id);
  if (code == NULL) return HW_NO_MEMORY(err, "a code");
  hw_record_set_text(row, HW_FIELD_IDENTIFICATION_CODE, code);
  hw_record_set_int(row, HW_FIELD_IDENTIFICATION_PERSON, self->person.id);
  hw_record_set_int(row, HW_FIELD_IDENTIFICATION_SAMPLE, self->sample.id);
  if (newest.id != 0) hw_record_set_int(row, HW_FIELD_IDENTIFICATION_COMPARISON, newest.id);
  hw_record_set_text(row, HW_FIELD_IDENTIFICATION_STATE, "candidate");
  hw_record_set_int(row, HW_FIELD_IDENTIFICATION_PROPOSED_BY, self->app->actor);
  hw_record_set_text(row, HW_FIELD_IDENTIFICATION_REASON, reason);
  if (evidence != NULL) hw_record_set_text(row, HW_FIELD_IDENTIFICATION_EVIDENCE, evidence);
  return hw_store_add(self->store, row, err);
}

static hw_status propose(hw_app *app, const char *person, const char *sample, const char *reason,
                         const char *evidence, hw_arena *arena, const char **code, hw_err *err) {
  int64_t who = 0, what = 0;
  hwp_decide self = {0};
  HW_TRY(hw_app_find(app, HW_KIND_PERSON, person, &who, err));
  HW_TRY(hw_app_find(app, HW_KIND_SAMPLE, sample, &what, err));
  hw_status status = hwp_decide_open_pair(&self, app, arena, who, what, err);
  if (status == HW_OK) status = check_proposal(&self, err);
  if (status == HW_OK) status = add_identification(&self, reason, evidence, err);
  if (status == HW_OK) status = hwp_decide_store_contradictions(&self, err);
  if (status == HW_OK) status = hwp_decide_read_basis(&self, false, err);
  if (status == HW_OK) status = hwp_decide_record(&self, "proposed", reason, NULL, NULL, err);
  if (status == HW_OK) *code = hw_record_text(&self.identification, HW_FIELD_IDENTIFICATION_CODE);
  hwp_decide_clear(&self);
  return status;
}

hw_status hw_decide_propose(hw_app *app, const char *person, const char *sample, const char *reason,
                            const char *evidence, hw_arena *arena, const char **code, hw_err *err) {
  *code = "";
  if (reason == NULL || reason[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "a proposal needs a reason: say --reason TEXT");
  HW_TRY(hw_app_begin(app, HW_MAY_WRITE, "propose", reason, err));
  hw_status status = propose(app, person, sample, reason, evidence, arena, code, err);
  if (status == HW_OK)
    status = hw_store_commit(app->store, err);
  else
    hw_store_rollback(app->store);
  return status;
}
