/* Identifications: the lists of what waits, and what is typed into their forms.
 *
 * The page of one identification is written by pages_sheet.c. Here stand the lists, and the
 * steps: each form asks for a reason, is refused by the use case that every face goes
 * through (app/state.h, app/decide.h), and comes back with what was typed and with the
 * refusal beside it. */
#include <string.h>

#include "app/access.h"
#include "app/decide.h"
#include "app/state.h"
#include "base/check.h"
#include "store/summary.h"
#include "web/pages_sheet.h"

/* --- lists --- */

static void write_item(hwp_job *job, const hw_decide_item *item) {
  hwp_html *h = &job->html;
  hwp_open(h, "tr", NULL);
  hwp_code_cell(job, HW_KIND_IDENTIFICATION, item->code);
  hwp_open(h, "td", NULL);
  hwp_state(job, item->state);
  hwp_close(h);
  hwp_code_cell(job, HW_KIND_SAMPLE, item->sample);
  hwp_code_cell(job, HW_KIND_PERSON, item->person);
  hwp_number_cell(job, hwp_log10(job, item->log10_lr));
  hwp_number_cell(job, hwp_posterior(job, item->posterior, item->complement));
  hwp_cell(job, hwp_says(job, item->waits_for));
  hwp_close(h);
}

static void write_items(hwp_job *job, const char *caption, const hw_decide_item *items, int n) {
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_IDENTIFICATION), false},
                                {hwp_t(job, HW_T_PAGES_STATE), false},
                                {hwp_t(job, HW_T_PAGES_REMAINS), false},
                                {hwp_t(job, HW_T_PAGES_PERSON), false},
                                {hwp_t(job, HW_T_PAGES_LOG10_LR), true},
                                {hwp_t(job, HW_T_PAGES_POSTERIOR), true},
                                {hwp_t(job, HW_T_PAGES_WAITS_FOR), false}};
  hwp_table_begin(&job->html, &(hwp_table){caption, 7, columns});
  for (int i = 0; i < n; i++) write_item(job, &items[i]);
  hwp_table_end(&job->html);
}

/* Links to the lists by state, with how many there are. */
static hw_status write_states(hwp_job *job, const char *state, int64_t *n_all, hw_err *err) {
  hw_tally tallies[HW_TALLY_MAX];
  hwp_html *h = &job->html;
  int n = 0;
  *n_all = 0;
  HW_TRY(hw_access_tally(job->app, HW_KIND_IDENTIFICATION, tallies, &n, err));
  hwp_open(h, "p", "class", "row", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_IDENTIFICATION_WAITING), "href", "/identifications",
           "aria-current", state == NULL ? "true" : NULL, NULL);
  for (int i = 0; i < n; i++) {
    const char *word = hwp_format(job, "%.*s", tallies[i].n_word, tallies[i].word);
    *n_all += tallies[i].count;
    hwp_leaf(h, "a", hwp_counted_word(job, &tallies[i]), "href",
             hwp_url_query(job->arena, "/identifications", "state", word), "aria-current",
             state != NULL && strcmp(state, word) == 0 ? "true" : NULL, NULL);
  }
  hwp_close(h);
  return HW_OK;
}

static hw_status write_mine(hwp_job *job, hw_err *err) {
  const hw_decide_page_options mine = {.only_mine = true, .most = HWP_TABLE_ROWS};
  const hw_decide_item *items = NULL;
  int n = 0;
  int64_t next = 0;
  HW_TRY(hw_decide_page(job->app, &mine, job->arena, &items, &n, &next, err));
  if (n > 0) write_items(job, hwp_t(job, HW_T_HOME_WAITING_FOR_ME), items, n);
  return HW_OK;
}

static hw_status write_list(hwp_job *job, hw_err *err) {
  const hw_field *field =
      &hw_kind_get(HW_KIND_IDENTIFICATION)->fields[HW_FIELD_IDENTIFICATION_STATE];
  hw_decide_page_options options = {.state = hwp_query(job, "state"), .most = HWP_PAGE_ROWS};
  const hw_decide_item *items = NULL;
  int n = 0;
  int64_t next = 0, n_all = 0;
  if (options.state != NULL && !hw_field_has_choice(field, options.state)) options.state = NULL;
  options.from = hwp_query_int(job, "from", 0, INT64_MAX, 0);
  HW_TRY(hw_decide_page(job->app, &options, job->arena, &items, &n, &next, err));
  hwp_html *h = hwp_page_begin(job, HWP_NAV_IDENTIFICATIONS, hwp_t(job, HW_T_IDENTIFICATION_LIST));
  HW_TRY(write_states(job, options.state, &n_all, err));
  hwp_open(h, "p", "class", "row", NULL);
  if (job->app->may & HW_MAY_WRITE)
    hwp_leaf(h, "a", hwp_t(job, HW_T_IDENTIFICATION_PROPOSE), "class", "button second", "href",
             "/identifications/new", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_HANDOVERS_TITLE), "href", "/handovers", NULL);
  hwp_close(h);
  if (options.state == NULL && options.from == 0) HW_TRY(write_mine(job, err));
  if (n > 0)
    write_items(job,
                options.state != NULL ? hwp_word(job, options.state)
                                      : hwp_t(job, HW_T_IDENTIFICATION_ALL_WAITING),
                items, n);
  else if (n_all == 0)
    hwp_empty(job, hwp_t(job, HW_T_IDENTIFICATION_NONE), hwp_t(job, HW_T_HOME_TO_SEARCHES),
              "/records/run");
  else
    hwp_empty(job, hwp_t(job, HW_T_IDENTIFICATION_NONE_HERE), NULL, NULL);
  const char *path = options.state == NULL
                         ? "/identifications"
                         : hwp_url_query(job->arena, "/identifications", "state", options.state);
  if (path == NULL) return HW_NO_MEMORY(err, "a page");
  hwp_pager(job, path, next != 0 ? next : options.from, n, next != 0);
  return hwp_page_end(job, err);
}

static hw_status list(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_list, err);
}

/* --- refusals --- */

/* True if the reader can do something about it, so that the form comes back. */
static bool is_refusal(hw_status status) {
  switch (status) {
    case HW_E_VALUE:
    case HW_E_STATE:
    case HW_E_CONFLICT:
    case HW_E_DUPLICATE:
    case HW_E_DENIED:
      return true;
    default:
      return false;
  }
}

/* --- proposing by hand --- */

typedef struct proposal {
  const char *person, *sample, *reason, *evidence;
  const char *no_person, *no_sample, *no_reason; /* what is wrong; NULL = nothing */
  const char *refusal;                           /* of the program */
} proposal;

static hw_status write_proposal(hwp_job *job, const proposal *what, hw_err *err) {
  hwp_page_begin(job, HWP_NAV_IDENTIFICATIONS, hwp_t(job, HW_T_IDENTIFICATION_PROPOSE));
  hwp_paragraph(job, hwp_t(job, HW_T_IDENTIFICATION_PROPOSE_HINT), NULL);
  if (what->refusal != NULL)
    hwp_told(job, HWP_NOTICE_ERROR, hwp_t(job, HW_T_IDENTIFICATION_REFUSED), what->refusal);
  hwp_form_begin(job, "/identifications/new", false);
  hwp_field_add(job, &(hwp_field){.name = "sample",
                                  .label = hwp_t(job, HW_T_IDENTIFICATION_CODE_OF_SAMPLE),
                                  .value = what->sample,
                                  .error = what->no_sample,
                                  .is_required = true});
  hwp_field_add(job, &(hwp_field){.name = "person",
                                  .label = hwp_t(job, HW_T_IDENTIFICATION_CODE_OF_PERSON),
                                  .value = what->person,
                                  .error = what->no_person,
                                  .is_required = true});
  hwp_field_add(job, &(hwp_field){.name = "reason",
                                  .label = hwp_t(job, HW_T_IDENTIFICATION_REASON),
                                  .type = "textarea",
                                  .value = what->reason,
                                  .hint = hwp_t(job, HW_T_IDENTIFICATION_REASON_HINT),
                                  .error = what->no_reason,
                                  .is_required = true});
  hwp_field_add(job, &(hwp_field){.name = "evidence",
                                  .label = hwp_field_label(job, HW_KIND_IDENTIFICATION, "evidence"),
                                  .type = "textarea",
                                  .value = what->evidence,
                                  .hint = hwp_t(job, HW_T_IDENTIFICATION_EVIDENCE_HINT)});
  hwp_form_end(job, hwp_t(job, HW_T_IDENTIFICATION_PROPOSE));
  return hwp_page_end(job, err);
}

static hw_status new_form(hwp_job *job, hw_err *err) {
  const proposal what = {.person = hwp_query(job, "person"), .sample = hwp_query(job, "sample")};
  return write_proposal(job, &what, err);
}

static hw_status propose(hwp_job *job, hw_err *err) {
  proposal what = {.person = hwp_form_typed(job, "person"),
                   .sample = hwp_form_typed(job, "sample"),
                   .reason = hwp_form_typed(job, "reason"),
                   .evidence = hwp_form_typed(job, "evidence")};
  const char *code = "", *missing = hwp_t(job, HW_T_IDENTIFICATION_FILL_IN);
  hw_err why = HW_ERR_INIT;
  if (what.person[0] == '\0') what.no_person = missing;
  if (what.sample[0] == '\0') what.no_sample = missing;
  if (what.reason[0] == '\0') what.no_reason = missing;
  if (what.no_person == NULL && what.no_sample == NULL && what.no_reason == NULL) {
    int64_t id = 0;
    hw_status status = hw_look_find(job->app, HW_KIND_SAMPLE, what.sample, &id, &why);
    if (status == HW_OK) status = hw_look_find(job->app, HW_KIND_PERSON, what.person, &id, &why);
    if (status == HW_OK)
      status = hw_decide_propose(job->app, what.person, what.sample, what.reason,
                                 what.evidence[0] != '\0' ? what.evidence : NULL, job->arena, &code,
                                 &why);
    if (status == HW_OK)
      return hwp_see_other(job, hwp_url(job->arena, "/identifications/", code),
                           hwp_fill(job, HW_T_IDENTIFICATION_PROPOSED, 1, code), err);
    if (!is_refusal(status) && status != HW_E_REFERENCE) {
      if (err != NULL) *err = why;
      return status;
    }
    what.refusal = hwp_format(job, "%s", why.message);
    job->response->status = status == HW_E_DENIED ? 403 : 422;
    return write_proposal(job, &what, err);
  }
  job->response->status = 422;
  return write_proposal(job, &what, err);
}

/* --- one identification --- */

static hw_status show(hwp_job *job, hw_err *err) {
  return hwp_sheet_write(job, NULL, err);
}

/* Writes the page again with what was typed. */
static hw_status refuse(hwp_job *job, hwp_sheet_input *typed_in, hw_status status,
                        const hw_err *why, hw_err *err) {
  if (status != HW_OK && !is_refusal(status)) {
    if (err != NULL) *err = *why;
    return status;
  }
  if (status != HW_OK) typed_in->refusal = hwp_format(job, "%s", why->message);
  job->response->status = status == HW_E_DENIED ? 403 : 422;
  return hwp_sheet_write(job, typed_in, err);
}

static hw_status done(hwp_job *job, const char *notice, hw_err *err) {
  return hwp_see_other(job, hwp_url(job->arena, "/identifications/", job->parts[0]), notice, err);
}

static hw_status set_state(hwp_job *job, hwp_sheet_input *typed_in, hw_kind_id kind,
                           const hw_state_request *request, hw_err *err) {
  hw_state_outcome outcome = {0};
  hw_err why = HW_ERR_INIT;
  int64_t id = 0;
  /* What somebody may not see cannot be changed either. */
  HW_TRY(hw_look_find(job->app, HW_KIND_IDENTIFICATION, job->parts[0], &id, err));
  if (kind == HW_KIND_CONTRADICTION) HW_TRY(hw_look_find(job->app, kind, request->code, &id, err));
  if (typed_in->reason[0] == '\0') {
    typed_in->no_reason = hwp_t(job, HW_T_IDENTIFICATION_NO_REASON);
    return refuse(job, typed_in, HW_OK, NULL, err);
  }
  const hw_status status = hw_state_set(job->app, request, job->arena, &outcome, &why);
  if (status != HW_OK) return refuse(job, typed_in, status, &why, err);
  if (kind == HW_KIND_CONTRADICTION)
    return done(job, hwp_fill(job, HW_T_IDENTIFICATION_RESOLVED, 1, request->code), err);
  return done(
      job, hwp_fill(job, HW_T_IDENTIFICATION_DONE, 2, job->parts[0], hwp_word(job, outcome.after)),
      err);
}

static hw_status review(hwp_job *job, hw_err *err) {
  hwp_sheet_input typed_in = {.form = HWP_SHEET_REVIEW,
                              .choice = hwp_form_typed(job, "verdict"),
                              .reason = hwp_form_typed(job, "reason")};
  const bool agrees = strcmp(typed_in.choice, "agrees") == 0;
  if (!agrees && strcmp(typed_in.choice, "disagrees") != 0) {
    typed_in.no_choice = hwp_t(job, HW_T_IDENTIFICATION_NO_VERDICT);
    return refuse(job, &typed_in, HW_OK, NULL, err);
  }
  const hw_state_request request = {.kind = HW_KIND_IDENTIFICATION,
                                    .code = job->parts[0],
                                    .state = "reviewed",
                                    .reason = typed_in.reason,
                                    .disagrees = !agrees};
  return set_state(job, &typed_in, HW_KIND_IDENTIFICATION, &request, err);
}

static hw_status decide(hwp_job *job, hw_err *err) {
  static const char *const steps[] = {"confirmed", "rejected", "candidate", "withdrawn"};
  hwp_sheet_input typed_in = {.form = HWP_SHEET_DECIDE,
                              .choice = hwp_form_typed(job, "step"),
                              .reason = hwp_form_typed(job, "decision_reason"),
                              .override = hwp_form_typed(job, "override"),
                              .report = hwp_form_typed(job, "report")};
  bool is_known = false;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    is_known = is_known || strcmp(steps[i], typed_in.choice) == 0;
  if (!is_known) {
    typed_in.no_choice = hwp_t(job, HW_T_IDENTIFICATION_NO_STEP);
    return refuse(job, &typed_in, HW_OK, NULL, err);
  }
  const bool is_confirmed = strcmp(typed_in.choice, "confirmed") == 0;
  const hw_state_request request = {
      .kind = HW_KIND_IDENTIFICATION,
      .code = job->parts[0],
      .state = typed_in.choice,
      .reason = typed_in.reason,
      .report = typed_in.report[0] != '\0' ? typed_in.report : NULL,
      .override = is_confirmed && typed_in.override[0] != '\0' ? typed_in.override : NULL};
  return set_state(job, &typed_in, HW_KIND_IDENTIFICATION, &request, err);
}

static hw_status resolve(hwp_job *job, hw_err *err) {
  hwp_sheet_input typed_in = {.form = HWP_SHEET_RESOLVE,
                              .choice = hwp_form_typed(job, "contradiction"),
                              .reason = hwp_form_typed(job, "resolve_reason")};
  const hw_state_request request = {.kind = HW_KIND_CONTRADICTION,
                                    .code = typed_in.choice,
                                    .state = "resolved",
                                    .reason = typed_in.reason};
  return set_state(job, &typed_in, HW_KIND_CONTRADICTION, &request, err);
}

static const hwp_route routes[] = {
    {"GET", "/identifications", 0, 0, list, "identifications, what waits for the reader first"},
    {"GET", "/identifications/new", HW_MAY_WRITE, 0, new_form, "form of a proposal by hand"},
    {"POST", "/identifications/new", HW_MAY_WRITE, 0, propose, "proposes by hand"},
    {"GET",
     "/identifications/"
     "*",
     0, 0, show, "an identification with all its evidence"},
    {"POST",
     "/identifications/"
     "*"
     "/review",
     HW_MAY_REVIEW, 0, review, "a review"},
    {"POST",
     "/identifications/"
     "*"
     "/decide",
     HW_MAY_DECIDE, 0, decide, "confirms, rejects, returns or withdraws"},
    {"POST",
     "/identifications/"
     "*"
     "/resolve",
     HW_MAY_REVIEW, 0, resolve, "resolves a contradiction"},
};
const hwp_routes hwp_routes_identification = {routes, sizeof routes / sizeof *routes};
