/* The forms of an identification: review, decide, resolve.
 *
 * A form is there for who has the permission, and offers what can follow from the state as
 * it is (hw_state_next). Whether somebody may take the step is asked again, and finally, by the
 * use case: a form that was open while somebody else decided is refused there. What was
 * typed stays in it. */
#include <string.h>

#include "app/state.h"
#include "base/check.h"
#include "web/pages_sheet.h"

static bool can_become(const hw_decide_sheet *s, const char *state) {
  const hw_field words = {.choices = s->can_become};
  return s->can_become != NULL && s->can_become[0] != '\0' && hw_field_has_choice(&words, state);
}

/* What was typed into this form, or NULL. */
static const hwp_sheet_input *typed_into(const hwp_sheet_page *self, hwp_sheet_form form) {
  return self->typed != NULL && self->typed->form == form ? self->typed : NULL;
}

static const char *action(hwp_sheet_page *self, const char *step) {
  return hwp_format(self->job, "%s/%s",
                    hwp_url(self->job->arena, "/identifications/", self->sheet.code), step);
}

static void tell_refusal(hwp_sheet_page *self, const hwp_sheet_input *typed) {
  if (typed != NULL && typed->refusal != NULL)
    hwp_told(self->job, HWP_NOTICE_ERROR, hwp_t(self->job, HW_T_IDENTIFICATION_REFUSED),
             typed->refusal);
}

static void reason_field(hwp_sheet_page *self, const char *name, const hwp_sheet_input *typed) {
  hwp_job *job = self->job;
  hwp_field_add(job, &(hwp_field){.name = name,
                                  .label = hwp_t(job, HW_T_IDENTIFICATION_REASON),
                                  .type = "textarea",
                                  .value = typed != NULL ? typed->reason : NULL,
                                  .hint = hwp_t(job, HW_T_IDENTIFICATION_REASON_HINT),
                                  .error = typed != NULL ? typed->no_reason : NULL,
                                  .is_required = true});
}

static void write_review_form(hwp_sheet_page *self) {
  hwp_job *job = self->job;
  const hwp_sheet_input *typed = typed_into(self, HWP_SHEET_REVIEW);
  const char *const verdicts[] = {"", "agrees", "disagrees"};
  const char *const labels[] = {hwp_t(job, HW_T_IDENTIFICATION_CHOOSE), hwp_word(job, "agrees"),
                                hwp_word(job, "disagrees")};
  hwp_leaf(&job->html, "h3", hwp_t(job, HW_T_SHEET_REVIEW_FORM), NULL);
  hwp_form_begin(job, action(self, "review"), false);
  tell_refusal(self, typed);
  hwp_field_add(job, &(hwp_field){.name = "verdict",
                                  .label = hwp_field_label(job, HW_KIND_REVIEW, "verdict"),
                                  .value = typed != NULL ? typed->choice : NULL,
                                  .error = typed != NULL ? typed->no_choice : NULL,
                                  .is_required = true,
                                  .n_choices = 3,
                                  .choices = verdicts,
                                  .labels = labels});
  reason_field(self, "reason", typed);
  hwp_form_end(job, hwp_t(job, HW_T_SHEET_REVIEW));
}

static void write_decide_form(hwp_sheet_page *self) {
  static const char *const steps[] = {"confirmed", "rejected", "candidate", "withdrawn"};
  static const hw_text_id names[] = {HW_T_SHEET_CONFIRM, HW_T_SHEET_REJECT, HW_T_SHEET_RETURN,
                                     HW_T_SHEET_WITHDRAW};
  hwp_job *job = self->job;
  const hwp_sheet_input *typed = typed_into(self, HWP_SHEET_DECIDE);
  const char *choices[5] = {""}, *labels[5] = {hwp_t(job, HW_T_IDENTIFICATION_CHOOSE)};
  int n = 1;
  for (int i = 0; i < 4; i++)
    if (can_become(&self->sheet, steps[i])) {
      choices[n] = steps[i];
      labels[n++] = hwp_t(job, names[i]);
    }
  hwp_leaf(&job->html, "h3", hwp_t(job, HW_T_SHEET_DECIDE_FORM), NULL);
  hwp_form_begin(job, action(self, "decide"), false);
  tell_refusal(self, typed);
  hwp_field_add(job, &(hwp_field){.name = "step",
                                  .label = hwp_t(job, HW_T_SHEET_STEP),
                                  .value = typed != NULL ? typed->choice : NULL,
                                  .error = typed != NULL ? typed->no_choice : NULL,
                                  .is_required = true,
                                  .n_choices = n,
                                  .choices = choices,
                                  .labels = labels});
  reason_field(self, "decision_reason", typed);
  if (can_become(&self->sheet, "confirmed")) {
    hwp_field_add(job, &(hwp_field){.name = "report",
                                    .label = hwp_field_label(job, HW_KIND_IDENTIFICATION, "report"),
                                    .value = typed != NULL ? typed->report : NULL,
                                    .hint = hwp_t(job, HW_T_SHEET_REPORT_HINT)});
    if (job->app->may & HW_MAY_ADMINISTER)
      hwp_field_add(job, &(hwp_field){.name = "override",
                                      .label = hwp_t(job, HW_T_SHEET_OVERRIDE),
                                      .type = "textarea",
                                      .value = typed != NULL ? typed->override : NULL,
                                      .hint = hwp_t(job, HW_T_SHEET_OVERRIDE_HINT)});
  }
  hwp_form_end(job, hwp_t(job, HW_T_SHEET_DECIDE));
}

static hw_status write_resolve_form(hwp_sheet_page *self, hw_err *err) {
  hwp_job *job = self->job;
  const hw_decide_sheet *s = &self->sheet;
  const hwp_sheet_input *typed = typed_into(self, HWP_SHEET_RESOLVE);
  const char **codes =
      hw_arena_alloc_array(job->arena, (size_t)s->n_contradictions + 1, sizeof *codes);
  int n = 0;
  if (codes == NULL) return HW_NO_MEMORY(err, "a form");
  for (int i = 0; i < s->n_contradictions; i++)
    if (s->contradictions[i].is_stored && strcmp(s->contradictions[i].state, "open") == 0)
      codes[n++] = s->contradictions[i].code;
  if (n == 0) return HW_OK;
  hwp_leaf(&job->html, "h3", hwp_t(job, HW_T_SHEET_RESOLVE_FORM), NULL);
  hwp_form_begin(job, action(self, "resolve"), false);
  tell_refusal(self, typed);
  hwp_field_add(job, &(hwp_field){.name = "contradiction",
                                  .label = hwp_kind_label(job, HW_KIND_CONTRADICTION),
                                  .value = typed != NULL ? typed->choice : NULL,
                                  .is_required = true,
                                  .n_choices = n,
                                  .choices = codes});
  reason_field(self, "resolve_reason", typed);
  hwp_form_end(job, hwp_t(job, HW_T_SHEET_RESOLVE));
  return HW_OK;
}

hw_status hwp_sheet_forms(hwp_sheet_page *self, hw_err *err) {
  hwp_job *job = self->job;
  const hw_decide_sheet *s = &self->sheet;
  const bool is_final = s->can_become == NULL || s->can_become[0] == '\0';
  const bool is_waiting = strcmp(s->state, "candidate") == 0 || strcmp(s->state, "reviewed") == 0;
  const bool may_review = (job->app->may & HW_MAY_REVIEW) != 0 && is_waiting;
  const bool may_decide = (job->app->may & HW_MAY_DECIDE) != 0 && !is_final;
  hwp_section(job, "next", hwp_t(job, HW_T_SHEET_NEXT));
  if (is_final) hwp_paragraph(job, hwp_t(job, HW_T_SHEET_FINAL), NULL);
  if (!is_final && !may_review && !may_decide)
    hwp_paragraph(job,
                  hwp_t(job, strcmp(s->state, "candidate") == 0 ? HW_T_SHEET_WAITS_FOR_REVIEW
                                                                : HW_T_SHEET_WAITS_FOR_DECISION),
                  NULL);
  if (job->app->may & HW_MAY_REVIEW) HW_TRY(write_resolve_form(self, err));
  if (may_review) write_review_form(self);
  if (may_decide) write_decide_form(self);
  return HW_OK;
}
