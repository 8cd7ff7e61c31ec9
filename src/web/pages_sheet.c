/* One identification: what a reviewer and a board read before they sign.
 *
 * First whom it is about and where it stands; what the policy asks and which of it is met; the
 * evidence by factor and by marker; who else it could be; what contradicts; who said what.
 * The forms of the next steps stand at the end, so that nobody decides before the evidence was
 * on the screen.
 *
 * Comparing the data of today with those of the run takes as long as loading the
 * investigation. Small ones are compared at once; for a large one the page says that it was
 * not, and a link does it. Confirming compares in any case. */
#include "web/pages_sheet.h"

#include <math.h>
#include <string.h>

#include "app/decide.h"
#include "base/check.h"
#include "base/json_read.h"
#include "store/summary.h"

/* Persons of a database up to which the data of today are compared at once. */
enum { SMALL = 600, MOST_MARKERS = 60 };

/* --- reading --- */

static hw_status is_small(hwp_job *job, bool *out, hw_err *err) {
  hw_tally tallies[HW_TALLY_MAX];
  int n = 0;
  int64_t sum = 0;
  HW_TRY(hw_store_tally(job->app->store, HW_KIND_PERSON, tallies, &n, err));
  for (int i = 0; i < n; i++) sum += tallies[i].count;
  *out = sum <= SMALL;
  return HW_OK;
}

/* The rows of a run about this pair: of each profile of the sample the one that is there. */
static hw_status find_row(hwp_sheet_page *self, const char *run_code, hw_kind_id kind,
                          int person_field, hw_record *out, hw_err *err) {
  hwp_job *job = self->job;
  hw_look_rows profiles, rows;
  int64_t run = 0, sample = 0, person = 0;
  out->id = 0;
  if (run_code[0] == '\0') return HW_OK;
  HW_TRY(hw_look_find(job->app, HW_KIND_RUN, run_code, &run, err));
  HW_TRY(hw_look_find(job->app, HW_KIND_SAMPLE, self->sheet.sample, &sample, err));
  HW_TRY(hw_look_find(job->app, HW_KIND_PERSON, self->sheet.person, &person, err));
  HW_TRY(hw_look_list(job->app, HW_KIND_PROFILE, HW_FIELD_PROFILE_SAMPLE, sample, HWP_PAGE_ROWS,
                      job->arena, &profiles, err));
  for (int i = 0; i < profiles.n; i++) {
    const hw_value key[3] = {hw_value_int(run), hw_value_int(profiles.items[i].id),
                             hw_value_int(person)};
    HW_TRY(hw_look_key(job->app, kind, 3, key, 1, job->arena, &rows, err));
    if (rows.n == 0 || hw_record_int(&rows.items[0], person_field) != person) continue;
    *out = rows.items[0];
    return HW_OK;
  }
  return HW_OK;
}

hw_status hwp_sheet_read(hwp_sheet_page *self, hw_err *err) {
  hwp_job *job = self->job;
  const char *test = hwp_query(job, "test");
  bool small = false;
  int64_t id = 0;
  /* Whether the reader may see it at all. */
  HW_TRY(hw_look_find(job->app, HW_KIND_IDENTIFICATION, job->parts[0], &id, err));
  HW_TRY(is_small(job, &small, err));
  if (small || (test != NULL && test[0] == '1'))
    HW_TRY(hw_decide_sheet_read(job->app, job->parts[0], job->arena, &self->sheet, err));
  else
    HW_TRY(hw_decide_sheet_look(job->app, job->parts[0], job->arena, &self->sheet, err));
  HW_TRY(find_row(self, self->sheet.run, HW_KIND_COMPARISON, HW_FIELD_COMPARISON_PERSON,
                  &self->comparison, err));
  return find_row(self, self->sheet.joint_run, HW_KIND_JOINT_PAIR, HW_FIELD_JOINT_PAIR_PERSON,
                  &self->joint_pair, err);
}

/* --- whom it is about --- */

static void link_fact(hwp_job *job, const char *name, hw_kind_id kind, const char *code) {
  hwp_html *h = &job->html;
  if (code == NULL || code[0] == '\0') return;
  hwp_leaf(h, "dt", name, NULL);
  hwp_open(h, "dd", NULL);
  hwp_code_link(job, kind, 0, code);
  hwp_close(h);
}

static void write_subject(hwp_sheet_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_decide_sheet *s = &self->sheet;
  hwp_facts_begin(h);
  hwp_leaf(h, "dt", hwp_t(job, HW_T_PAGES_STATE), NULL);
  hwp_open(h, "dd", NULL);
  hwp_state(job, s->state);
  if (s->reason[0] != '\0') hwp_text(h, hwp_format(job, " %s", s->reason));
  hwp_close(h);
  link_fact(job, hwp_t(job, HW_T_PAGES_REMAINS), HW_KIND_SAMPLE, s->sample);
  link_fact(job, hwp_t(job, HW_T_PAGES_PERSON), HW_KIND_PERSON, s->person);
  if (s->names[0] != '\0') hwp_fact(h, hwp_t(job, HW_T_PAGES_NAMES), s->names);
  link_fact(job, hwp_kind_label(job, HW_KIND_INVESTIGATION), HW_KIND_INVESTIGATION,
            s->investigation);
  link_fact(job, hwp_t(job, HW_T_SHEET_PAIR_RUN), HW_KIND_RUN, s->run);
  link_fact(job, hwp_t(job, HW_T_SHEET_JOINT_RUN), HW_KIND_RUN, s->joint_run);
  link_fact(job, hwp_field_label(job, HW_KIND_IDENTIFICATION, "proposed_by"), HW_KIND_ACTOR,
            s->proposed_by);
  if (s->evidence[0] != '\0')
    hwp_fact(h, hwp_field_label(job, HW_KIND_IDENTIFICATION, "evidence"), s->evidence);
  hwp_facts_end(h);
}

static void card(hwp_job *job, const char *value, const char *what) {
  hwp_html *h = &job->html;
  hwp_open(h, "li", "class", "card", NULL);
  hwp_leaf(h, "span", value, "class", "big", NULL);
  hwp_text(h, what);
  hwp_close(h);
}

static void write_figures(hwp_sheet_page *self) {
  hwp_job *job = self->job;
  const hw_decide_sheet *s = &self->sheet;
  const bool is_joint = s->joint_run[0] != '\0';
  hwp_section(job, "figures", hwp_t(job, HW_T_SHEET_FIGURES));
  if (self->comparison.id == 0 && isnan(s->log10_lr)) {
    hwp_empty(job, hwp_t(job, HW_T_SHEET_NO_FIGURES), hwp_t(job, HW_T_HOME_TO_SEARCHES),
              "/records/run");
    return;
  }
  hwp_open(&job->html, "ul", "class", "cards", NULL);
  card(job, hwp_posterior(job, s->posterior, s->complement),
       hwp_t(job, is_joint ? HW_T_RUN_JOINT_POSTERIOR : HW_T_PAGES_POSTERIOR));
  if (is_joint && !isnan(s->posterior_pairwise))
    card(job, hwp_posterior(job, s->posterior_pairwise, s->complement_pairwise),
         hwp_t(job, HW_T_SHEET_PAIRWISE));
  card(job, hwp_log10(job, s->log10_lr), hwp_t(job, HW_T_PAGES_LOG10_LR));
  if (!isnan(s->log10_glr)) card(job, hwp_log10(job, s->log10_glr), hwp_t(job, HW_T_RUN_GLR));
  if (s->standing[0] != '\0') card(job, hwp_word(job, s->standing), hwp_t(job, HW_T_RUN_STANDING));
  if (s->markers >= 0) card(job, hwp_int(job, s->markers), hwp_t(job, HW_T_EVIDENCE_MARKERS));
  if (s->mismatches >= 0)
    card(job, hwp_int(job, s->mismatches), hwp_t(job, HW_T_EVIDENCE_MISMATCHES));
  hwp_close(&job->html);
}

/* --- evidence by factor and by marker --- */

static bool json_number(const hw_json *value, double *out) {
  const char *text = NULL;
  if (hw_json_as_double(value, out, NULL) == HW_OK) return true;
  if (hw_json_as_string(value, &text, NULL) != HW_OK) return false;
  *out = strcmp(text, "-inf") == 0  ? -(double)INFINITY
         : strcmp(text, "inf") == 0 ? (double)INFINITY
                                    : (double)NAN;
  return !isnan(*out);
}

static void draw_bars(hwp_job *job, const char *title, const char *axis, hw_bar *bars, int n) {
  const double height = 72 + 19.0 * n;
  hw_canvas *canvas = hwp_picture_begin(job, HWP_CHART_WIDTH, height, title);
  if (canvas == NULL) return;
  hw_chart chart = hwp_chart_of(job, HWP_CHART_WIDTH, height, title);
  chart.x_title = axis;
  hw_chart_add_bars(canvas, &chart, &(hw_bars){.n = n, .bars = bars});
  hwp_picture_fit(job, canvas);
}

/* Kinds of genetic evidence, and the prior of a joint run. */
static void write_factors(hwp_sheet_page *self) {
  static const char *const kinds[] = {"str", "snp", "mt", "y"};
  static const hw_text_id names[] = {HW_T_SHEET_STR, HW_T_SHEET_SNP, HW_T_TYPED_MT, HW_T_TYPED_Y};
  hwp_job *job = self->job;
  const char *text = hw_record_text(&self->comparison, HW_FIELD_COMPARISON_PARTS);
  hw_json_doc *doc = NULL;
  hw_bar bars[6];
  int n = 0;
  if (text[0] != '\0' && hw_json_doc_parse(text, strlen(text), NULL, &doc, NULL) == HW_OK) {
    for (int k = 0; k < 4; k++) {
      double value = 0;
      if (json_number(hw_json_find(hw_json_doc_root(doc), kinds[k]), &value))
        bars[n++] = (hw_bar){.label = hwp_t(job, names[k]), .value = value};
    }
    hw_json_doc_delete(doc);
  } else {
    bars[n++] = (hw_bar){.label = hwp_t(job, HW_T_SHEET_STR),
                         .value = hw_record_real(&self->comparison, HW_FIELD_COMPARISON_LOG10_LR)};
  }
  if (self->joint_pair.id != 0 &&
      !hw_record_is_null(&self->joint_pair, HW_FIELD_JOINT_PAIR_LOG10_PRIOR))
    bars[n++] =
        (hw_bar){.label = hwp_t(job, HW_T_SHEET_PRIOR),
                 .value = hw_record_real(&self->joint_pair, HW_FIELD_JOINT_PAIR_LOG10_PRIOR),
                 .style = HW_SERIES_SECOND};
  draw_bars(job, hwp_t(job, HW_T_SHEET_BY_FACTOR), hwp_t(job, HW_T_SHEET_LOG10_WEIGHT), bars, n);
}

static void write_markers(hwp_sheet_page *self) {
  hwp_job *job = self->job;
  const char *text = hw_record_text(&self->comparison, HW_FIELD_COMPARISON_PER_MARKER);
  hw_json_doc *doc = NULL;
  hw_json_iter it = {0};
  hw_bar bars[MOST_MARKERS];
  int n = 0;
  if (hw_json_doc_parse(text, strlen(text), NULL, &doc, NULL) != HW_OK) return;
  while (n < MOST_MARKERS && hw_json_next(hw_json_doc_root(doc), &it)) {
    double value = 0;
    const char *label = hw_arena_strdup(job->arena, it.key);
    if (label == NULL || !json_number(it.value, &value)) continue;
    /* One style: the side of zero says what speaks against, and textures make large pages. */
    bars[n++] = (hw_bar){.label = label, .value = value};
  }
  hw_json_doc_delete(doc);
  if (n > 0)
    draw_bars(job, hwp_t(job, HW_T_SHEET_BY_MARKER), hwp_t(job, HW_T_PAGES_LOG10_LR), bars, n);
}

static void write_evidence(hwp_sheet_page *self) {
  hwp_job *job = self->job;
  if (self->comparison.id == 0) return;
  hwp_section(job, "evidence", hwp_t(job, HW_T_SHEET_EVIDENCE));
  hwp_open(&job->html, "div", "class", "two", NULL);
  write_factors(self);
  write_markers(self);
  hwp_close(&job->html);
}

static void write_alternatives(hwp_sheet_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_decide_sheet *s = &self->sheet;
  hwp_section(job, "alternatives", hwp_t(job, HW_T_SHEET_ALTERNATIVES));
  if (s->n_alternatives == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_SHEET_NO_ALTERNATIVE), "quiet");
    return;
  }
  const hwp_column columns[] = {{hwp_t(job, HW_T_PAGES_REMAINS), false},
                                {hwp_t(job, HW_T_PAGES_PERSON), false},
                                {hwp_t(job, HW_T_PAGES_LOG10_LR), true},
                                {hwp_t(job, HW_T_PAGES_POSTERIOR), true}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_SHEET_ALTERNATIVES_OF), 4, columns});
  for (int i = 0; i < s->n_alternatives; i++) {
    const hw_decide_alternative *a = &s->alternatives[i];
    hwp_open(h, "tr", NULL);
    hwp_code_cell(job, HW_KIND_SAMPLE, a->sample);
    hwp_code_cell(job, HW_KIND_PERSON, a->person);
    hwp_number_cell(job, hwp_log10(job, a->log10_lr));
    hwp_number_cell(job, hwp_posterior(job, a->posterior, a->complement));
    hwp_close(h);
  }
  hwp_table_end(h);
}

/* --- what the policy asks --- */

static void count_reviews(const hw_decide_sheet *s, int *agree, int *disagree) {
  *agree = *disagree = 0;
  for (int i = 0; i < s->n_reviews; i++) {
    if (!s->reviews[i].counts) continue;
    const bool agrees = strcmp(s->reviews[i].verdict, "agrees") == 0;
    *agree += agrees;
    *disagree += !agrees;
  }
}

static int count_open(const hw_decide_sheet *s) {
  int n = 0;
  for (int i = 0; i < s->n_contradictions; i++)
    n += strcmp(s->contradictions[i].state, "resolved") != 0;
  return n;
}

/* What is asked and what was found, in the reader's language. */
typedef struct check_text {
  hw_text_id what, remedy;
  const char *asked, *found;
} check_text;

static check_text say_check(hwp_sheet_page *self, const hw_decide_check *check) {
  hwp_job *job = self->job;
  const hw_decide_sheet *s = &self->sheet;
  const char *unknown = hwp_t(job, HW_T_NUMBER_UNDEFINED);
  int agree = 0, disagree = 0;
  count_reviews(s, &agree, &disagree);
  if (strcmp(check->what, "reviewers") == 0)
    return (check_text){
        HW_T_CHECK_REVIEWERS, HW_T_CHECK_REMEDY_REVIEWERS,
        hwp_fill(job, HW_T_CHECK_REVIEWERS_ASKED, 1, hwp_int(job, s->policy.reviewers)),
        hwp_fill(job, HW_T_CHECK_REVIEWERS_FOUND, 2, hwp_int(job, agree), hwp_int(job, disagree))};
  if (strcmp(check->what, "remains") == 0)
    return (check_text){HW_T_CHECK_REMAINS, HW_T_CHECK_REMEDY_REMAINS,
                        hwp_t(job, HW_T_CHECK_REMAINS_ASKED),
                        check->is_met ? hwp_t(job, HW_T_CHECK_REMAINS_ASKED) : check->found};
  if (strcmp(check->what, "contradictions") == 0)
    return (check_text){HW_T_CHECK_CONTRADICTIONS, HW_T_CHECK_REMEDY_CONTRADICTIONS,
                        hwp_t(job, HW_T_CHECK_CONTRADICTIONS_ASKED), hwp_int(job, count_open(s))};
  if (strcmp(check->what, "basis") == 0)
    return (check_text){HW_T_CHECK_BASIS, HW_T_CHECK_REMEDY_BASIS,
                        hwp_t(job, HW_T_CHECK_BASIS_ASKED),
                        !s->is_tested   ? hwp_t(job, HW_T_CHECK_BASIS_NOT_TESTED)
                        : check->is_met ? (s->joint_run[0] != '\0' ? s->joint_run : s->run)
                                        : check->found};
  if (strcmp(check->what, "joint") == 0)
    return (check_text){HW_T_CHECK_JOINT, HW_T_CHECK_REMEDY_JOINT,
                        hwp_t(job, HW_T_CHECK_JOINT_ASKED),
                        s->joint_run[0] != '\0' ? s->joint_run : hwp_t(job, HW_T_WEB_NO)};
  if (strcmp(check->what, "posterior") == 0)
    return (check_text){
        HW_T_PAGES_POSTERIOR, HW_T_CHECK_REMEDY_POWER,
        hwp_fill(job, HW_T_CHECK_AT_LEAST, 1,
                 hwp_probability(job, s->policy.posterior, 1 - s->policy.posterior)),
        isnan(s->posterior) ? unknown : hwp_probability(job, s->posterior, s->complement)};
  if (strcmp(check->what, "log10_lr") == 0)
    return (check_text){HW_T_PAGES_LOG10_LR, HW_T_CHECK_REMEDY_POWER,
                        hwp_fill(job, HW_T_CHECK_AT_LEAST, 1, hwp_real(job, s->policy.log10_lr, 2)),
                        hwp_real(job, s->log10_lr, 2)};
  if (strcmp(check->what, "alternative_log10_lr") == 0)
    return (check_text){
        HW_T_CHECK_ALTERNATIVE, HW_T_CHECK_REMEDY_ALTERNATIVE,
        hwp_fill(job, HW_T_CHECK_AT_LEAST, 1, hwp_real(job, s->policy.alternative_log10_lr, 2)),
        hwp_real(job, s->alternative_log10_lr, 2)};
  return (check_text){HW_T_EVIDENCE_MARKERS, HW_T_CHECK_REMEDY_MARKERS,
                      hwp_fill(job, HW_T_CHECK_AT_LEAST, 1, hwp_int(job, s->policy.markers)),
                      s->markers >= 0 ? hwp_int(job, s->markers) : unknown};
}

static void write_check(hwp_sheet_page *self, const hw_decide_check *check) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const check_text text = say_check(self, check);
  const bool is_untested = strcmp(check->what, "basis") == 0 && !self->sheet.is_tested;
  hwp_open(h, "tr", NULL);
  hwp_leaf(h, "th", hwp_t(job, text.what), "scope", "row", NULL);
  hwp_cell(job, text.asked);
  hwp_cell(job, text.found);
  hwp_open(h, "td", NULL);
  hwp_leaf(h, "span",
           hwp_t(job, is_untested     ? HW_T_CHECK_UNTESTED
                      : check->is_met ? HW_T_CHECK_MET
                                      : HW_T_CHECK_NOT_MET),
           "class",
           is_untested     ? "state wait"
           : check->is_met ? "state good"
                           : "state bad",
           NULL);
  hwp_close(h);
  hwp_open(h, "td", NULL);
  if (is_untested) {
    hwp_leaf(h, "a", hwp_t(job, HW_T_CHECK_TEST_NOW), "href",
             hwp_url_query(job->arena, hwp_url(job->arena, "/identifications/", self->sheet.code),
                           "test", "1"),
             NULL);
  } else if (!check->is_met) {
    hwp_text(h, hwp_t(job, text.remedy));
    if (check->can_override) {
      hwp_text(h, " ");
      hwp_text(h, hwp_t(job, HW_T_CHECK_OVERRIDE));
    }
  }
  hwp_close(h);
  hwp_close(h);
}

static void write_checks(hwp_sheet_page *self) {
  hwp_job *job = self->job;
  const hw_decide_sheet *s = &self->sheet;
  const hwp_column columns[] = {{hwp_t(job, HW_T_CHECK_WHAT), false},
                                {hwp_t(job, HW_T_CHECK_ASKED), false},
                                {hwp_t(job, HW_T_CHECK_FOUND), false},
                                {hwp_t(job, HW_T_CHECK_RESULT), false},
                                {hwp_t(job, HW_T_CHECK_REMEDY), false}};
  hwp_section(job, "policy", hwp_t(job, HW_T_SHEET_POLICY));
  hwp_table_begin(
      &job->html,
      &(hwp_table){hwp_fill(job, HW_T_SHEET_POLICY_OF, 1,
                            s->policy.id == 0 ? hwp_t(job, HW_T_SHEET_BUILT_IN) : s->policy.code),
                   5, columns});
  for (int i = 0; i < s->n_checks; i++) write_check(self, &s->checks[i]);
  hwp_table_end(&job->html);
}

/* --- what contradicts, who said what --- */

static void write_contradictions(hwp_sheet_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_decide_sheet *s = &self->sheet;
  hwp_section(job, "contradictions", hwp_kinds_label(job, HW_KIND_CONTRADICTION));
  if (s->n_contradictions == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_SHEET_NO_CONTRADICTION), "quiet");
    return;
  }
  const hwp_column columns[] = {{hwp_t(job, HW_T_PAGES_CODE), false},
                                {hwp_t(job, HW_T_PAGES_KIND), false},
                                {hwp_field_label(job, HW_KIND_CONTRADICTION, "text"), false},
                                {hwp_t(job, HW_T_PAGES_STATE), false},
                                {hwp_t(job, HW_T_IDENTIFICATION_REASON), false}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_SHEET_CONTRADICTS), 5, columns});
  for (int i = 0; i < s->n_contradictions; i++) {
    const hw_decide_contradiction *c = &s->contradictions[i];
    hwp_open(h, "tr", NULL);
    hwp_code_cell(job, HW_KIND_CONTRADICTION, c->code);
    hwp_cell(job, hwp_word(job, c->kind));
    hwp_said_leaf(job, "td", c->text);
    hwp_open(h, "td", NULL);
    hwp_state(job, c->state);
    hwp_close(h);
    hwp_cell(job, c->reason);
    hwp_close(h);
  }
  hwp_table_end(h);
}

static void write_reviews(hwp_sheet_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_decide_sheet *s = &self->sheet;
  hwp_section(job, "reviews", hwp_kinds_label(job, HW_KIND_REVIEW));
  if (s->n_reviews == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_SHEET_NO_REVIEW), "quiet");
    return;
  }
  const hwp_column columns[] = {{hwp_field_label(job, HW_KIND_REVIEW, "reviewer"), false},
                                {hwp_field_label(job, HW_KIND_REVIEW, "verdict"), false},
                                {hwp_t(job, HW_T_IDENTIFICATION_REASON), false},
                                {hwp_t(job, HW_T_SHEET_COUNTS), false}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_SHEET_REVIEWS), 4, columns});
  for (int i = 0; i < s->n_reviews; i++) {
    const hw_decide_review *r = &s->reviews[i];
    hwp_open(h, "tr", NULL);
    hwp_cell(job, r->reviewer);
    hwp_cell(job, hwp_word(job, r->verdict));
    hwp_cell(job, r->reason);
    hwp_cell(job, hwp_t(job, r->counts ? HW_T_WEB_YES : HW_T_SHEET_OVERTAKEN));
    hwp_close(h);
  }
  hwp_table_end(h);
}

static void write_events(hwp_sheet_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_decide_sheet *s = &self->sheet;
  hwp_section(job, "events", hwp_t(job, HW_T_SHEET_EVENTS));
  if (s->n_events == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_SHEET_NO_EVENT), "quiet");
    return;
  }
  const hwp_column columns[] = {
      {hwp_t(job, HW_T_SHEET_AT), false},           {hwp_t(job, HW_T_SHEET_STEP), false},
      {hwp_kind_label(job, HW_KIND_ACTOR), false},  {hwp_t(job, HW_T_IDENTIFICATION_REASON), false},
      {hwp_kind_label(job, HW_KIND_POLICY), false}, {hwp_t(job, HW_T_SHEET_OVERRIDDEN), false}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_SHEET_EVENTS), 6, columns});
  for (int i = 0; i < s->n_events; i++) {
    const hw_decide_event *e = &s->events[i];
    hwp_open(h, "tr", NULL);
    hwp_cell(job, hwp_date(job, e->at));
    hwp_cell(job, hwp_word(job, e->action));
    hwp_cell(job, e->actor);
    hwp_cell(job, hwp_column_text(job, "reason", e->reason));
    hwp_cell(job, e->policy);
    hwp_cell(job, e->override);
    hwp_close(h);
  }
  hwp_table_end(h);
}

/* The form of a report on this identification, filled in. */
static void write_report_link(hwp_sheet_page *self, hw_text_id text, const char *kind) {
  hwp_job *job = self->job;
  const char *path = hwp_url_query(job->arena, "/reports/new", "kind", kind);
  if (path != NULL) path = hwp_url_query(job->arena, path, "subject", self->sheet.code);
  hwp_leaf(&job->html, "a", hwp_t(job, text), "href", path, NULL);
}

static hw_status write_sheet(hwp_sheet_page *self, hw_err *err) {
  hwp_job *job = self->job;
  HW_TRY(hwp_sheet_read(self, err));
  hwp_page_begin(job, HWP_NAV_IDENTIFICATIONS,
                 hwp_fill(job, HW_T_SHEET_TITLE, 1, self->sheet.code));
  const char *const crumbs[] = {hwp_t(job, HW_T_IDENTIFICATION_LIST), "/identifications",
                                self->sheet.code, NULL};
  hwp_crumbs(job, 2, crumbs);
  if (self->typed != NULL) {
    hwp_open(&job->html, "p", "class", "notice error", "role", "alert", NULL);
    hwp_leaf(&job->html, "a", hwp_t(job, HW_T_SHEET_FORM_REFUSED), "href", "#next", NULL);
    hwp_close(&job->html);
  }
  write_subject(self);
  write_figures(self);
  write_checks(self);
  write_evidence(self);
  write_alternatives(self);
  write_contradictions(self);
  write_reviews(self);
  write_events(self);
  hwp_open(&job->html, "p", "class", "row", NULL);
  write_report_link(self, HW_T_REPORTS_OF_COMPARISON, "comparison");
  write_report_link(self, HW_T_REPORTS_OF_BOARD, "board");
  hwp_leaf(&job->html, "a", hwp_t(job, HW_T_RECORDS_FIELDS), "href",
           hwp_url(job->arena, "/records/identification/", self->sheet.code), NULL);
  hwp_close(&job->html);
  HW_TRY(hwp_sheet_forms(self, err));
  if (strcmp(self->sheet.state, "confirmed") == 0)
    HW_TRY(hwp_handovers_of(job, self->sheet.code, err));
  return hwp_page_end(job, err);
}

hw_status hwp_sheet_write(hwp_job *job, const hwp_sheet_input *typed, hw_err *err) {
  hwp_sheet_page *self = hw_arena_alloc(job->arena, sizeof *self);
  bool is_mine = false;
  if (self == NULL) return HW_NO_MEMORY(err, "an identification");
  self->job = job;
  self->typed = typed;
  HW_TRY(hw_app_begin_read(job->app, &is_mine, err));
  const hw_status status = write_sheet(self, err);
  hw_app_end_read(job->app, is_mine);
  return status;
}
