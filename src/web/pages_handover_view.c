/* One handover: what went, with its minutes, its custody, what was pledged for it, and the form that
 * takes it back. */
#include <string.h>

#include "base/check.h"
#include "web/pages_handover.h"

enum { MOST_EVENTS = 60, MOST_PLEDGES = 40 };

/* --- what is known of it --- */

static void link_fact(hwp_job *job, const char *label, hw_kind_id kind, const char *code) {
  if (code == NULL || code[0] == '\0') return;
  hwp_leaf(&job->html, "dt", label, NULL);
  hwp_open(&job->html, "dd", NULL);
  hwp_code_link(job, kind, 0, code);
  hwp_close(&job->html);
}

static void text_fact(hwp_job *job, const char *field, const char *value) {
  if (value == NULL || value[0] == '\0') return;
  hwp_fact(&job->html, hwp_field_label(job, HW_KIND_HANDOVER, field), value);
}

static void write_facts(hwp_job *job, const hw_handover *it) {
  hwp_html *h = &job->html;
  hwp_facts_begin(h);
  link_fact(job, hwp_kind_label(job, HW_KIND_IDENTIFICATION), HW_KIND_IDENTIFICATION,
            it->identification);
  link_fact(job, hwp_t(job, HW_T_PAGES_PERSON), HW_KIND_PERSON, it->person);
  if (it->names[0] != '\0') hwp_fact(h, hwp_t(job, HW_T_PAGES_NAMES), it->names);
  text_fact(job, "handed_on", hwp_date(job, it->handed_on));
  text_fact(job, "recipient", it->recipient);
  text_fact(job, "place", it->place);
  link_fact(job, hwp_kind_label(job, HW_KIND_OPERATION), HW_KIND_OPERATION, it->operation);
  text_fact(job, "minutes", it->minutes);
  text_fact(job, "note", it->note);
  hwp_fact(h, hwp_t(job, HW_T_HANDOVERS_RECORDED),
           hwp_format(job, "%s, %s", it->recorded_by, hwp_date(job, it->recorded_at)));
  hwp_facts_end(h);
  hwp_hidden_names(job, it->has_hidden_names);
}

static void write_items(hwp_job *job, const hw_handover *it) {
  hwp_html *h = &job->html;
  hwp_column columns[6] = {{0}};
  hwp_handover_columns(job, columns);
  hwp_section(job, "items", hwp_t(job, HW_T_HANDOVERS_ITEMS));
  hwp_table_begin(h, &(hwp_table){NULL, 6, columns});
  for (int i = 0; i < it->n_items; i++) {
    hwp_open(h, "tr", NULL);
    hwp_handover_item(job, &it->items[i]);
    hwp_close(h);
  }
  hwp_table_end(h);
}

/* The events that the handover wrote, with a note where they were withdrawn with it. */
static hw_status write_custody(hwp_job *job, const hw_handover *it, hw_err *err) {
  static const int fields[] = {HW_FIELD_CUSTODY_AT,     HW_FIELD_CUSTODY_ITEM,
                               HW_FIELD_CUSTODY_ACTION, HW_FIELD_CUSTODY_FROM,
                               HW_FIELD_CUSTODY_TO,     HW_FIELD_CUSTODY_SEAL_STATE};
  enum { N_FIELDS = sizeof fields / sizeof *fields };
  hwp_html *h = &job->html;
  hwp_column columns[N_FIELDS + 1] = {{0}};
  for (int f = 0; f < N_FIELDS; f++)
    columns[f] = (hwp_column){
        hwp_field_label(job, HW_KIND_CUSTODY, hw_kind_get(HW_KIND_CUSTODY)->fields[fields[f]].name),
        false};
  columns[N_FIELDS] = (hwp_column){hwp_t(job, HW_T_PAGES_STATE), false};
  hwp_section(job, "custody", hwp_t(job, HW_T_SAMPLE_CUSTODY));
  hwp_paragraph(job, hwp_t(job, HW_T_HANDOVERS_CUSTODY), "quiet");
  hwp_table_begin(h, &(hwp_table){NULL, N_FIELDS + 1, columns});
  for (int i = 0; i < it->n_items; i++) {
    const hw_value key[2] = {hw_value_text(hw_kind_get(it->items[i].kind)->name),
                             hw_value_int(it->items[i].id)};
    hw_look_rows rows;
    HW_TRY(hw_look_key(job->app, HW_KIND_CUSTODY, 2, key, MOST_EVENTS, job->arena, &rows, err));
    for (int k = 0; k < rows.n; k++) {
      if (strcmp(hw_record_text(&rows.items[k], HW_FIELD_CUSTODY_TO), it->holder) != 0) continue;
      hwp_open(h, "tr", NULL);
      for (int f = 0; f < N_FIELDS; f++)
        HW_TRY(hwp_value_cell(job, &rows.items[k], fields[f], err));
      hwp_open(h, "td", NULL);
      if (rows.items[k].withdrawn != NULL) hwp_state(job, "withdrawn");
      hwp_close(h);
      hwp_close(h);
    }
  }
  hwp_table_end(h);
  return HW_OK;
}

static hw_status write_minutes(hwp_job *job, const hw_handover *it, hw_err *err) {
  hwp_html *h = &job->html;
  hw_look_rows rows;
  HW_TRY(hwp_handover_minutes(job, it->code, &rows, err));
  hwp_section(job, "minutes", hwp_t(job, HW_T_REPORTS_KIND_HANDOVER));
  if (rows.n == 0)
    hwp_paragraph(job, hwp_t(job, HW_T_HANDOVERS_MINUTES_MISSING), NULL);
  else
    hwp_open(h, "ul", NULL);
  for (int i = 0; i < rows.n; i++) {
    hwp_open(h, "li", NULL);
    hwp_code_link(job, HW_KIND_REPORT, 0, hw_record_text(&rows.items[i], HW_FIELD_REPORT_CODE));
    hwp_text(h, ", ");
    hwp_text(h, hwp_date(job, hw_record_text(&rows.items[i], HW_FIELD_REPORT_CREATED)));
    if (rows.items[i].withdrawn != NULL) hwp_text(h, " ");
    if (rows.items[i].withdrawn != NULL) hwp_state(job, "withdrawn");
    hwp_close(h);
  }
  if (rows.n > 0) hwp_close(h);
  if (it->withdrawn != NULL) return HW_OK;
  const char *path = hwp_url_query(job->arena, "/reports/new", "kind", "handover");
  if (path != NULL) path = hwp_url_query(job->arena, path, "subject", it->code);
  hwp_open(h, "p", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_HANDOVERS_MAKE_MINUTES), "class",
           rows.n == 0 ? "button" : "button second", "href", path, NULL);
  hwp_close(h);
  return HW_OK;
}

/* What was pledged for the operation that the handover is part of, and what came of it. */
static hw_status write_pledges(hwp_job *job, const hw_handover *it, hw_err *err) {
  static const int fields[] = {HW_FIELD_COMMITMENT_BY, HW_FIELD_COMMITMENT_WHAT,
                               HW_FIELD_COMMITMENT_AMOUNT, HW_FIELD_COMMITMENT_UNIT,
                               HW_FIELD_COMMITMENT_PLEDGED_ON};
  enum { N_FIELDS = sizeof fields / sizeof *fields };
  hwp_html *h = &job->html;
  hwp_column columns[N_FIELDS + 2] = {{0}};
  hw_look_rows rows, came;
  int64_t id = 0;
  if (it->operation[0] == '\0') return HW_OK;
  HW_TRY(hw_look_find(job->app, HW_KIND_OPERATION, it->operation, &id, err));
  HW_TRY(hw_look_list(job->app, HW_KIND_COMMITMENT, HW_FIELD_COMMITMENT_OPERATION, id, MOST_PLEDGES,
                      job->arena, &rows, err));
  if (rows.n == 0) return HW_OK;
  columns[0] = (hwp_column){hwp_kind_label(job, HW_KIND_COMMITMENT), false};
  for (int f = 0; f < N_FIELDS; f++)
    columns[f + 1] =
        (hwp_column){hwp_field_label(job, HW_KIND_COMMITMENT,
                                     hw_kind_get(HW_KIND_COMMITMENT)->fields[fields[f]].name),
                     fields[f] == HW_FIELD_COMMITMENT_AMOUNT};
  columns[N_FIELDS + 1] = (hwp_column){hwp_kinds_label(job, HW_KIND_DELIVERY), false};
  hwp_section(job, "pledges", hwp_t(job, HW_T_HANDOVERS_PLEDGES));
  hwp_table_begin(h, &(hwp_table){NULL, N_FIELDS + 2, columns});
  for (int i = 0; i < rows.n; i++) {
    if (rows.items[i].withdrawn != NULL) continue;
    HW_TRY(hw_look_list(job->app, HW_KIND_DELIVERY, HW_FIELD_DELIVERY_COMMITMENT, rows.items[i].id,
                        MOST_PLEDGES, job->arena, &came, err));
    hwp_open(h, "tr", NULL);
    hwp_code_cell(job, HW_KIND_COMMITMENT,
                  hw_record_text(&rows.items[i], HW_FIELD_COMMITMENT_CODE));
    for (int f = 0; f < N_FIELDS; f++) HW_TRY(hwp_value_cell(job, &rows.items[i], fields[f], err));
    hwp_open(h, "td", NULL);
    for (int k = 0; k < came.n; k++) {
      if (came.items[k].withdrawn != NULL) continue;
      hwp_code_link(job, HW_KIND_DELIVERY, 0,
                    hw_record_text(&came.items[k], HW_FIELD_DELIVERY_CODE));
      hwp_text(h, " ");
    }
    hwp_close(h);
    hwp_close(h);
  }
  hwp_table_end(h);
  return HW_OK;
}

typedef struct withdrawing {
  const char *reason, *no_reason, *refusal; /* NULL = nothing */
} withdrawing;

static void write_withdraw_form(hwp_job *job, const char *code, const withdrawing *what) {
  const char *path = hwp_url(job->arena, "/handovers/", code);
  hwp_section(job, "withdraw", hwp_t(job, HW_T_HANDOVERS_WITHDRAW_TITLE));
  hwp_form_begin(job, hwp_format(job, "%s/withdraw", path), false);
  hwp_field_add(job, &(hwp_field){.name = "reason",
                                  .label = hwp_t(job, HW_T_IDENTIFICATION_REASON),
                                  .type = "textarea",
                                  .value = what->reason,
                                  .hint = hwp_t(job, HW_T_HANDOVERS_WITHDRAW_HINT),
                                  .error = what->no_reason,
                                  .is_required = true});
  hwp_open(&job->html, "p", NULL);
  hwp_leaf(&job->html, "button", hwp_t(job, HW_T_HANDOVERS_WITHDRAW), "type", "submit", "class",
           "grave", NULL);
  hwp_close(&job->html);
  hwp_form_end(job, NULL);
}

static hw_status write_one(hwp_job *job, const withdrawing *what, hw_err *err) {
  hw_handover it;
  int64_t id = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_HANDOVER, job->parts[0], &id, err));
  HW_TRY(hw_handover_read(job->app, job->parts[0], job->arena, &it, err));
  hwp_html *h =
      hwp_page_begin(job, HWP_NAV_IDENTIFICATIONS, hwp_fill(job, HW_T_HANDOVERS_ONE, 1, it.code));
  hwp_handover_crumbs(job, it.code);
  if (what->refusal != NULL)
    hwp_told(job, HWP_NOTICE_ERROR, hwp_t(job, HW_T_HANDOVERS_NOT_WITHDRAWN), what->refusal);
  if (it.withdrawn != NULL)
    hwp_notice(job, HWP_NOTICE_WARNING,
               hwp_fill(job, HW_T_HANDOVERS_WITHDRAWN_FOR, 1, it.withdrawn));
  write_facts(job, &it);
  write_items(job, &it);
  HW_TRY(write_minutes(job, &it, err));
  HW_TRY(write_custody(job, &it, err));
  HW_TRY(write_pledges(job, &it, err));
  hwp_open(h, "p", "class", "row", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_RECORDS_FIELDS), "href",
           hwp_url(job->arena, "/records/handover/", it.code), NULL);
  hwp_close(h);
  if (it.withdrawn == NULL && (job->app->may & HW_MAY_WRITE) != 0)
    write_withdraw_form(job, it.code, what);
  return hwp_page_end(job, err);
}

static hw_status show_now(hwp_job *job, hw_err *err) {
  return write_one(job, &(withdrawing){.reason = NULL}, err);
}

hw_status hwp_handover_show(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, show_now, err);
}

hw_status hwp_handover_withdraw(hwp_job *job, hw_err *err) {
  withdrawing what = {.reason = hwp_form_typed(job, "reason")};
  hw_err why = HW_ERR_INIT;
  int64_t id = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_HANDOVER, job->parts[0], &id, err));
  if (what.reason[0] == '\0') {
    what.no_reason = hwp_t(job, HW_T_IDENTIFICATION_NO_REASON);
    job->response->status = 422;
    return write_one(job, &what, err);
  }
  const hw_status status = hw_handover_withdraw(job->app, job->parts[0], what.reason, &why);
  if (status == HW_OK)
    return hwp_see_other(job, hwp_url(job->arena, "/handovers/", job->parts[0]),
                         hwp_fill(job, HW_T_HANDOVERS_IS_WITHDRAWN, 1, job->parts[0]), err);
  if (!hwp_is_refusal(status)) {
    if (err != NULL) *err = why;
    return status;
  }
  what.refusal = hwp_format(job, "%s", why.message);
  job->response->status = status == HW_E_DENIED ? 403 : 422;
  return write_one(job, &what, err);
}
