/* The first page: what waits for its reader, where every case stands, what is in doubt.
 *
 * Counts are kept with every change (store/summary.h), so the page costs the same at ten
 * cases and at a million. What waits for the reader comes first, since that is what
 * somebody opens the program for; an empty database says what to do first. The
 * page of what was found for a word stands here too, as the other way to begin. */
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/decide.h"
#include "app/status.h"
#include "base/check.h"
#include "store/search.h"
#include "web/pages.h"

/* --- counts --- */

static int64_t count_of(const hw_tally *tallies, int n, const char *word) {
  for (int i = 0; i < n; i++)
    if ((size_t)tallies[i].n_word == strlen(word) &&
        memcmp(tallies[i].word, word, strlen(word)) == 0)
      return tallies[i].count;
  return 0;
}

/* < 0: not told. */
static int64_t sum_of(const hw_tally *tallies, int n) {
  int64_t sum = 0;
  for (int i = 0; i < n; i++) sum += tallies[i].count;
  return sum;
}

/* "… of them open", where the number is told. */
static const char *detail_of(hwp_job *job, hw_text_id text, int64_t count) {
  return count >= 0 ? hwp_fill(job, text, 1, hwp_int(job, count)) : NULL;
}

/* A number with what it counts, linked to the list; < 0: it is not told. */
static void card(hwp_job *job, int64_t count, hw_text_id what, const char *detail,
                 const char *path) {
  hwp_html *h = &job->html;
  hwp_open(h, "li", "class", "card", NULL);
  if (count >= 0) hwp_leaf(h, "span", hwp_int(job, count), "class", "big", NULL);
  hwp_leaf(h, "a", hwp_t(job, what), "href", path, NULL);
  if (detail != NULL) hwp_leaf(h, "div", detail, "class", "hint", NULL);
  hwp_close(h);
}

static void write_cards(hwp_job *job, const hw_status_report *r) {
  hwp_html *h = &job->html;
  const int64_t n_missing = count_of(r->persons, r->n_persons, "missing");
  const int64_t n_open = count_of(r->dossiers, r->n_dossiers, "open");
  hwp_section(job, "cases", hwp_t(job, HW_T_HOME_CASES));
  if (r->is_limited) hwp_paragraph(job, hwp_t(job, HW_T_HOME_LIMITED), "hint");
  hwp_open(h, "ul", "class", "cards", NULL);
  card(job, n_missing, HW_T_HOME_MISSING,
       detail_of(job, HW_T_HOME_IN_FAMILIES, r->summary.n_families), "/records/family");
  card(job, r->summary.n_remains, HW_T_HOME_REMAINS,
       detail_of(job, HW_T_HOME_OF_THEM_TYPED, r->summary.n_remains_typed), "/records/sample");
  card(job, r->summary.n_references, HW_T_HOME_REFERENCES,
       r->summary.n_untyped_families > 0 ? hwp_fill(job, HW_T_HOME_UNTYPED_FAMILIES, 1,
                                                    hwp_int(job, r->summary.n_untyped_families))
                                         : NULL,
       "/records/profile");
  card(job, sum_of(r->dossiers, r->n_dossiers), HW_T_HOME_DOSSIERS,
       detail_of(job, HW_T_HOME_OF_THEM_OPEN, n_open), "/records/dossier");
  card(job, sum_of(r->sites, r->n_sites), HW_T_HOME_SITES, NULL, "/sites");
  hwp_close(h);
}

static void write_funnel(hwp_job *job, const hw_status_report *r) {
  if (r->is_limited) return; /* its stages are counts over all investigations */
  const int64_t n_missing = count_of(r->persons, r->n_persons, "missing");
  const hw_tally *of = r->identifications;
  const int n = r->n_identifications;
  const int64_t candidates = count_of(of, n, "candidate"), reviewed = count_of(of, n, "reviewed"),
                confirmed = count_of(of, n, "confirmed");
  int64_t resolvable = n_missing - r->summary.n_weak - r->summary.n_left_out;
  if (resolvable < 0) resolvable = 0;
  hw_stage stages[5];
  int n_stages = 0;
  stages[n_stages++] = (hw_stage){hwp_t(job, HW_T_HOME_MISSING), (double)n_missing};
  if (r->run.entry != 0)
    stages[n_stages++] = (hw_stage){hwp_t(job, HW_T_HOME_RESOLVABLE), (double)resolvable};
  stages[n_stages++] =
      (hw_stage){hwp_t(job, HW_T_HOME_PROPOSED), (double)(candidates + reviewed + confirmed)};
  stages[n_stages++] = (hw_stage){hwp_t(job, HW_T_HOME_REVIEWED), (double)(reviewed + confirmed)};
  stages[n_stages++] = (hw_stage){hwp_t(job, HW_T_HOME_CONFIRMED), (double)confirmed};
  const double height = 38 + 26.0 * n_stages;
  hw_canvas *canvas = hwp_picture_begin(job, HWP_CHART_WIDTH, height, hwp_t(job, HW_T_HOME_FUNNEL));
  if (canvas == NULL) return;
  const hw_chart chart = hwp_chart_of(job, HWP_CHART_WIDTH, height, hwp_t(job, HW_T_HOME_FUNNEL));
  hw_chart_add_funnel(canvas, &chart, stages, n_stages);
  hwp_picture_fit(job, canvas);
}

static void write_states(hwp_job *job, const hw_status_report *r) {
  hwp_html *h = &job->html;
  const hwp_column columns[] = {{hwp_t(job, HW_T_PAGES_STATE), false},
                                {hwp_t(job, HW_T_PAGES_COUNT), true}};
  if (sum_of(r->identifications, r->n_identifications) <= 0) return;
  hwp_table_begin(h, &(hwp_table){hwp_kinds_label(job, HW_KIND_IDENTIFICATION), 2, columns});
  for (int i = 0; i < r->n_identifications; i++) {
    const hw_tally *tally = &r->identifications[i];
    const char *word = hwp_format(job, "%.*s", tally->n_word, tally->word);
    hwp_open(h, "tr", NULL);
    hwp_open(h, "td", NULL);
    hwp_open(h, "a", "href", hwp_url_query(job->arena, "/identifications", "state", word), NULL);
    hwp_state(job, word);
    hwp_close(h);
    hwp_close(h);
    hwp_number_cell(job, hwp_int(job, tally->count));
    hwp_close(h);
  }
  hwp_table_end(h);
}

/* --- what waits --- */

static hw_status write_waiting(hwp_job *job, const hw_status_report *r, hw_err *err) {
  enum { MOST = 8 };
  hwp_html *h = &job->html;
  const hw_decide_page_options mine = {.only_mine = true, .most = MOST};
  const hw_decide_item *items = NULL;
  int n = 0;
  int64_t next = 0;
  const int64_t n_waiting = r->n_first_review + r->n_second_review + r->n_disputed + r->n_decision;
  HW_TRY(hw_decide_page(job->app, &mine, job->arena, &items, &n, &next, err));
  hwp_section(job, "waiting", hwp_t(job, HW_T_HOME_WAITING));
  if (n > 0) {
    const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_IDENTIFICATION), false},
                                  {hwp_t(job, HW_T_PAGES_REMAINS), false},
                                  {hwp_t(job, HW_T_PAGES_PERSON), false},
                                  {hwp_t(job, HW_T_PAGES_POSTERIOR), true},
                                  {hwp_t(job, HW_T_PAGES_WAITS_FOR), false}};
    hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_HOME_WAITING_FOR_ME), 5, columns});
    for (int i = 0; i < n; i++) {
      hwp_open(h, "tr", NULL);
      hwp_code_cell(job, HW_KIND_IDENTIFICATION, items[i].code);
      hwp_code_cell(job, HW_KIND_SAMPLE, items[i].sample);
      hwp_code_cell(job, HW_KIND_PERSON, items[i].person);
      hwp_number_cell(job, hwp_posterior(job, items[i].posterior, items[i].complement));
      hwp_cell(job, hwp_says(job, items[i].waits_for));
      hwp_close(h);
    }
    hwp_table_end(h);
  } else if (n_waiting > 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_HOME_NOT_FOR_ME), NULL);
  } else {
    hwp_empty(job, hwp_t(job, HW_T_HOME_NOTHING_WAITS), hwp_t(job, HW_T_HOME_TO_SEARCHES),
              "/records/run");
    return HW_OK;
  }
  const char *const counts = hwp_fill(
      job, HW_T_HOME_WAITING_COUNTS, 4, hwp_int(job, r->n_first_review),
      hwp_int(job, r->n_second_review), hwp_int(job, r->n_disputed), hwp_int(job, r->n_decision));
  hwp_open(h, "p", NULL);
  hwp_text(h, counts);
  hwp_text(h, " ");
  hwp_leaf(h, "a", hwp_t(job, HW_T_HOME_ALL_WAITING), "href", "/identifications", NULL);
  hwp_close(h);
  return HW_OK;
}

/* --- doubts --- */

static void write_doubts(hwp_job *job, const hw_status_report *r) {
  hwp_html *h = &job->html;
  const int64_t n_open = count_of(r->findings, r->n_findings, "open");
  hwp_section(job, "doubts", hwp_t(job, HW_T_HOME_DOUBTS));
  if (n_open > 0) {
    hwp_open(h, "p", NULL);
    hwp_leaf(h, "a", hwp_fill(job, HW_T_HOME_OPEN_FINDINGS, 1, hwp_int(job, n_open)), "href",
             "/records/finding?state=open", NULL);
    hwp_close(h);
  }
  if (r->n_weak > 0) {
    const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_FAMILY), false},
                                  {hwp_t(job, HW_T_PAGES_PERSON), false},
                                  {hwp_t(job, HW_T_HOME_EXPECTED), true},
                                  {hwp_t(job, HW_T_HOME_NEEDED), true}};
    hwp_table_begin(
        h, &(hwp_table){hwp_fill(job, HW_T_HOME_WEAK, 1, hwp_int(job, r->summary.n_weak)), 4,
                        columns});
    for (int i = 0; i < r->n_weak; i++) {
      int64_t id = 0;
      /* Families of investigations that the reader has no access to are counted, not named. */
      if (hw_look_find(job->app, HW_KIND_FAMILY, r->weak[i].family, &id, NULL) != HW_OK) continue;
      hwp_open(h, "tr", NULL);
      hwp_code_cell(job, HW_KIND_FAMILY, r->weak[i].family);
      hwp_code_cell(job, HW_KIND_PERSON, r->weak[i].person);
      hwp_number_cell(job, hwp_log10(job, r->weak[i].expected_log10_lr));
      hwp_number_cell(job, hwp_log10(job, r->weak[i].needed_log10_lr));
      hwp_close(h);
    }
    hwp_table_end(h);
  }
  if (r->summary.n_left_out > 0)
    hwp_paragraph(job, hwp_fill(job, HW_T_HOME_LEFT_OUT, 1, hwp_int(job, r->summary.n_left_out)),
                  NULL);
  if (n_open <= 0 && r->n_weak == 0 && r->summary.n_left_out <= 0)
    hwp_paragraph(job, hwp_t(job, HW_T_HOME_NO_DOUBTS), "quiet");
}

/* --- what happened last --- */

static void write_last(hwp_job *job, hw_text_id what, const hw_audit_note *note, hw_text_id never,
                       hw_kind_id kind) {
  hwp_html *h = &job->html;
  hwp_leaf(h, "dt", hwp_t(job, what), NULL);
  hwp_open(h, "dd", NULL);
  if (note->entry == 0) {
    hwp_text(h, hwp_t(job, never));
  } else {
    hwp_text(h, hwp_date(job, note->at));
    hwp_text(h, hwp_format(job, ", %s: ", note->actor));
    /* Where a backup lies is for the one who made it. */
    if (kind == HW_KIND_RUN)
      hwp_code_link(job, kind, 0, note->text);
    else if (kind == HW_KIND_IMPORT)
      hwp_leaf(h, "a", note->text, "href", "/records/import", NULL);
    else
      hwp_text(h, hwp_fill(job, HW_T_HOME_ENTRY, 1, hwp_int(job, note->entry)));
  }
  hwp_close(h);
}

static void write_lasts(hwp_job *job, const hw_status_report *r) {
  hwp_section(job, "last", hwp_t(job, HW_T_HOME_LAST));
  hwp_facts_begin(&job->html);
  write_last(job, HW_T_HOME_LAST_IMPORT, &r->import, HW_T_HOME_NEVER_IMPORTED, HW_KIND_IMPORT);
  write_last(job, HW_T_HOME_LAST_RUN, &r->run, HW_T_HOME_NEVER_RUN, HW_KIND_RUN);
  write_last(job, HW_T_HOME_LAST_BACKUP, &r->backup, HW_T_HOME_NEVER_BACKED_UP, HW_KIND_NONE);
  hwp_facts_end(&job->html);
}

static hw_status write_home(hwp_job *job, hw_err *err) {
  hw_status_report *r = hw_arena_alloc(job->arena, sizeof *r);
  if (r == NULL) return HW_NO_MEMORY(err, "the overview");
  HW_TRY(hw_status_read(job->app, job->arena, r, err));
  hwp_html *h = hwp_page_begin(job, HWP_NAV_HOME, hwp_t(job, HW_T_HOME_TITLE));
  if (r->description[0] != '\0') hwp_paragraph(job, r->description, "lead");
  const bool is_empty = !r->is_limited && r->import.entry == 0 && r->summary.n_families == 0 &&
                        r->summary.n_remains == 0 && sum_of(r->dossiers, r->n_dossiers) == 0;
  if (is_empty) {
    const bool may_write = (job->app->may & HW_MAY_WRITE) != 0;
    hwp_empty(job, hwp_t(job, may_write ? HW_T_HOME_EMPTY : HW_T_HOME_EMPTY_READER),
              hwp_t(job, HW_T_HOME_IMPORT_FIRST), may_write ? "/import" : NULL);
    return hwp_page_end(job, err);
  }
  if (r->run.entry != 0 && r->is_run_stale)
    hwp_notice(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_HOME_STALE));
  HW_TRY(write_waiting(job, r, err));
  write_cards(job, r);
  hwp_open(h, "div", "class", "two", NULL);
  write_funnel(job, r);
  write_states(job, r);
  hwp_close(h);
  write_doubts(job, r);
  write_lasts(job, r);
  return hwp_page_end(job, err);
}

static hw_status home(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_home, err);
}

/* --- finding --- */

static hw_status write_hit(hwp_job *job, const hw_hit *hit, hw_err *err) {
  static const hw_text_id why[] = {HW_T_FIND_CODE,        HW_T_FIND_NAME_EXACT,
                                   HW_T_FIND_NAME_FOLDED, HW_T_FIND_NAME_WORDS,
                                   HW_T_FIND_NAME_PART,   HW_T_FIND_PREFIX};
  hwp_html *h = &job->html;
  const bool is_person = hit->kind == HW_KIND_PERSON;
  const char *names = "";
  hwp_open(h, "tr", NULL);
  HW_TRY(hwp_id_cell(job, hit->kind, hit->id, err));
  hwp_cell(job, hwp_kind_label(job, hit->kind));
  if (is_person) HW_TRY(hw_look_names(job->app, hit->id, job->arena, &names, err));
  hwp_cell(job, names);
  hwp_cell(job, hwp_t(job, why[hit->quality]));
  hwp_close(h);
  return HW_OK;
}

static hw_status write_hits(hwp_job *job, const char *text, const hw_hit *hits, int n, bool is_cut,
                            hw_err *err) {
  hwp_html *h = &job->html;
  const hwp_column columns[] = {{hwp_t(job, HW_T_PAGES_CODE), false},
                                {hwp_t(job, HW_T_PAGES_KIND), false},
                                {hwp_t(job, HW_T_PAGES_NAMES), false},
                                {hwp_t(job, HW_T_FIND_WHY), false}};
  if (n == 0) {
    hwp_empty(job, hwp_fill(job, HW_T_FIND_NOTHING, 1, text), NULL, NULL);
    return HW_OK;
  }
  hwp_table_begin(
      h, &(hwp_table){hwp_fill(job, HW_T_FIND_FOUND, 2, hwp_int(job, n), text), 4, columns});
  for (int i = 0; i < n; i++)
    if (hits[i].kind != HW_KIND_CREDENTIAL) HW_TRY(write_hit(job, &hits[i], err));
  hwp_table_end(h);
  if (is_cut) hwp_paragraph(job, hwp_t(job, HW_T_FIND_MORE), "hint");
  return HW_OK;
}

static hw_status write_find(hwp_job *job, hw_err *err) {
  const char *text = hwp_query(job, "q");
  const bool may_names = (job->app->may & HW_MAY_NAMES) != 0;
  hw_hit *hits = NULL;
  int n = 0;
  bool is_cut = false;
  if (text == NULL) text = "";
  /* A page that finds only by the code says so. */
  hwp_html *h = hwp_page_begin(job, HWP_NAV_NONE, hwp_t(job, HW_T_FIND_TITLE));
  hwp_lookup_begin(job, "/find");
  hwp_field_add(
      job, &(hwp_field){.name = "q",
                        .label = hwp_t(job, HW_T_WEB_FIND_LABEL),
                        .value = text,
                        .hint = hwp_t(job, may_names ? HW_T_FIND_HINT : HW_T_FIND_HINT_CODES)});
  hwp_form_end(job, hwp_t(job, HW_T_WEB_FIND));
  if (text[strspn(text, " \t")] != '\0') {
    HW_TRY(hw_store_search(job->app->store, text, HW_KIND_NONE, may_names, HWP_PAGE_ROWS, &hits, &n,
                           &is_cut, err));
    const hw_status status = hw_access_filter_hits(job->app, hits, &n, err);
    hw_hit *kept = hw_arena_alloc_array(job->arena, (size_t)n + 1, sizeof *kept);
    if (kept != NULL && n > 0) memcpy(kept, hits, (size_t)n * sizeof *kept);
    free(hits);
    HW_TRY(status);
    if (kept == NULL) return HW_NO_MEMORY(err, "what was found");
    HW_TRY(write_hits(job, text, kept, n, is_cut, err));
  }
  (void)h;
  return hwp_page_end(job, err);
}

static hw_status find(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_find, err);
}

static const hwp_route routes[] = {
    {"GET", "/", 0, 0, home, "what waits for the reader, and where every case stands"},
    {"GET", "/find", 0, 0, find, "records by a code, a number or a name"},
};
const hwp_routes hwp_routes_home = {routes, sizeof routes / sizeof *routes};
