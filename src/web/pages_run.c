/* A search or a joint identification: what was asked, whom it found. Who is who in a joint run is
 * written by pages_joint.c, what a power study found by pages_power_study.c. */
#include <string.h>

#include "app/power_store.h"
#include "base/check.h"
#include "base/json_read.h"
#include "web/pages_evidence.h"
#include "web/pages_joint.h"
#include "web/pages_power.h"

/* True if it compared nothing. */
static bool is_study(const hw_record *run) {
  return hw_power_is_study(hw_record_text(run, HW_FIELD_RUN_PARAMETERS));
}

/* --- what was asked --- */

static const char *scalar_text(hwp_job *job, const hw_json *value) {
  double number = 0;
  const char *text = NULL;
  bool yes = false;
  if (hw_json_as_double(value, &number, NULL) == HW_OK) return hwp_number(job, number);
  if (hw_json_as_string(value, &text, NULL) == HW_OK) return hw_arena_strdup(job->arena, text);
  if (hw_json_as_bool(value, &yes, NULL) == HW_OK)
    return hwp_t(job, yes ? HW_T_WEB_YES : HW_T_WEB_NO);
  return NULL;
}

/* The parameters that are single values; lists and parts are on the page of all fields. */
static void write_parameters(hwp_job *job, const hw_record *run) {
  const char *text = hw_record_text(run, HW_FIELD_RUN_PARAMETERS);
  hw_json_doc *doc = NULL;
  hw_json_iter it = {0};
  if (hw_json_doc_parse(text, strlen(text), NULL, &doc, NULL) != HW_OK) return;
  hwp_leaf(&job->html, "h3", hwp_t(job, HW_T_RUN_PARAMETERS), NULL);
  hwp_facts_begin(&job->html);
  while (hw_json_next(hw_json_doc_root(doc), &it)) {
    const char *value = scalar_text(job, it.value);
    const char *key = hw_arena_strdup(job->arena, it.key);
    if (value == NULL || key == NULL) continue;
    /* What the joint section says better, and in words. */
    if (strcmp(key, "left_out") == 0 || strcmp(key, "search") == 0) continue;
    const bool is_method = strcmp(key, "method") == 0;
    hwp_fact(&job->html, hwp_field_label(job, HW_KIND_RUN, key),
             is_method ? hwp_word(job, value) : value);
  }
  hwp_facts_end(&job->html);
  hw_json_doc_delete(doc);
}

static hw_status write_facts(hwp_job *job, const hw_record *run, hw_err *err) {
  static const int fields[] = {
      HW_FIELD_RUN_INVESTIGATION, HW_FIELD_RUN_REMAINS, HW_FIELD_RUN_MISSING, HW_FIELD_RUN_FAMILIES,
      HW_FIELD_RUN_PAIRS,         HW_FIELD_RUN_STORED,  HW_FIELD_RUN_PROGRAM};
  const char *at = "", *actor = "";
  HW_TRY(hwp_entry(job, run->entry, &at, &actor, err));
  hwp_facts_begin(&job->html);
  hwp_fact(&job->html, hwp_t(job, HW_T_RUN_WHEN),
           hwp_format(job, "%s, %s", hwp_date(job, at), actor));
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    const bool is_compared = fields[i] == HW_FIELD_RUN_PAIRS || fields[i] == HW_FIELD_RUN_STORED;
    if (!is_study(run) || !is_compared) HW_TRY(hwp_value_fact(job, run, fields[i], err));
  }
  hwp_facts_end(&job->html);
  return HW_OK;
}

/* --- hits --- */

static hw_status write_hits(hwp_job *job, const hw_record *run, hw_err *err) {
  const hw_value key = hw_value_int(run->id);
  hw_look_rows rows;
  HW_TRY(hw_look_best(job->app, HW_KIND_COMPARISON, 1, &key, HW_FIELD_COMPARISON_LOG10_LR,
                      HWP_PAGE_ROWS, job->arena, &rows, err));
  hwp_section(job, "hits", hwp_t(job, HW_T_RUN_HITS));
  if (rows.n == 0) {
    hwp_empty(job, hwp_t(job, HW_T_RUN_NO_HIT), NULL, NULL);
    return HW_OK;
  }
  HW_TRY(hwp_comparison_table(job, hwp_t(job, HW_T_RUN_BEST_HITS), HWP_COMPARED_RUN, rows.n,
                              rows.items, err));
  const int64_t stored = hw_record_int(run, HW_FIELD_RUN_STORED);
  if (rows.has_more)
    hwp_paragraph(job, hwp_fill(job, HW_T_RUN_HITS_OF_FIRST, 1, hwp_int(job, HW_LOOK_READ)),
                  "hint");
  else if (stored > rows.n)
    hwp_paragraph(job,
                  hwp_fill(job, HW_T_RUN_HITS_OF, 2, hwp_int(job, rows.n), hwp_int(job, stored)),
                  "hint");
  return HW_OK;
}

/* True if a newer run compared remains with families: a study of families alone overtakes nothing. */
static hw_status is_overtaken(hwp_job *job, const hw_record *run, bool *out, hw_err *err) {
  int64_t last = 0;
  HW_TRY(hw_store_count(job->app->store, HW_KIND_RUN, &last, err));
  *out = false;
  for (int64_t id = last; id > run->id && !*out; id--) {
    hw_record other;
    HW_TRY(hw_store_get(job->app->store, HW_KIND_RUN, id, job->arena, &other, err));
    *out = is_study(&other) == is_study(run);
  }
  return HW_OK;
}

static hw_status write_run(hwp_job *job, hw_err *err) {
  int64_t id = 0;
  bool is_old = false;
  hw_record run;
  HW_TRY(hw_look_find(job->app, HW_KIND_RUN, job->parts[0], &id, err));
  HW_TRY(hw_look_get(job->app, HW_KIND_RUN, id, job->arena, &run, err));
  HW_TRY(is_overtaken(job, &run, &is_old, err));
  hwp_html *h = hwp_page_begin(
      job, HWP_NAV_RUNS,
      hwp_fill(job, is_study(&run) ? HW_T_STUDY_TITLE : HW_T_RUN_TITLE, 1, job->parts[0]));
  hwp_list_crumbs(job, HW_KIND_RUN, job->parts[0]);
  hwp_withdrawn(job, &run);
  if (is_old) hwp_notice(job, HWP_NOTICE_NOTE, hwp_t(job, HW_T_RUN_NOT_NEWEST));
  HW_TRY(write_facts(job, &run, err));
  hwp_open(h, "p", "class", "row", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_RECORDS_FIELDS), "href",
           hwp_url(job->arena, "/records/run/", job->parts[0]), NULL);
  hwp_close(h);
  if (hwp_power_study_write(job, &run)) return hwp_page_end(job, err);
  write_parameters(job, &run);
  HW_TRY(hwp_joint_write(job, &run, err));
  HW_TRY(write_hits(job, &run, err));
  return hwp_page_end(job, err);
}

static hw_status run(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_run, err);
}

static const hwp_route routes[] = {
    {"GET",
     "/runs/"
     "*",
     0, 0, run, "a search with its hits, and who is who"},
};
const hwp_routes hwp_routes_run = {routes, sizeof routes / sizeof *routes};
