/* What the references of all families can do, the weakest first.
 *
 * The figures are those of the newest run that evaluated references (app/power_list.h); nothing is
 * computed here. Two charts tell how the families stand as a whole: how likely the remains
 * would reach what a proposal needs, and what likelihood ratio they can be expected to give. Below
 * stand the missing persons one by one, those first whom another relative's sample would help
 * most; each leads to the page that says which relative. Where the run is a study of its own
 * (run_power.h), its list of whom to sample next stands between. */
#include "web/pages_power.h"

#include <math.h>

#include "app/power_list.h"
#include "base/check.h"

enum { N_CLASSES = 5, MOST_BINS = 60 };

const char *hwp_chance(hwp_job *job, double value) {
  return hwp_posterior(job, value, 1 - value);
}

/* --- the whole --- */

static int class_of(const hw_power_entry *one) {
  if (one->is_left_out || isnan(one->pass)) return 4;
  return one->pass < 0.05 ? 0 : one->pass < 0.5 ? 1 : one->pass < 0.95 ? 2 : 3;
}

/* How many families stand where, by the chance to pass. */
static void draw_classes(hwp_job *job, const hw_power_list *list) {
  static const hw_text_id labels[N_CLASSES] = {HW_T_POWER_CLASS_LEAST, HW_T_POWER_CLASS_LOW,
                                               HW_T_POWER_CLASS_MIDDLE, HW_T_POWER_CLASS_ENOUGH,
                                               HW_T_POWER_CLASS_UNKNOWN};
  static const hw_series_style styles[N_CLASSES] = {
      HW_SERIES_SECOND, HW_SERIES_SECOND, HW_SERIES_THIRD, HW_SERIES_FIRST, HW_SERIES_QUIET};
  const char *title = hwp_t(job, HW_T_POWER_CLASSES);
  int64_t counts[N_CLASSES] = {0};
  hw_bar bars[N_CLASSES];
  for (int32_t i = 0; i < list->n; i++) counts[class_of(&list->entries[i])]++;
  for (int c = 0; c < N_CLASSES; c++)
    bars[c] = (hw_bar){.label = hwp_t(job, labels[c]),
                       .value = (double)counts[c],
                       .value_text = hwp_int(job, counts[c]),
                       .style = styles[c]};
  hw_canvas *canvas = hwp_picture_begin(job, HWP_CHART_WIDTH, 220, title);
  if (canvas == NULL) return;
  hw_chart chart = hwp_chart_of(job, HWP_CHART_WIDTH, 220, title);
  chart.x_title = hwp_t(job, HW_T_POWER_MISSING);
  hw_chart_add_bars(canvas, &chart,
                    &(hw_bars){.n = counts[4] > 0 ? N_CLASSES : N_CLASSES - 1, .bars = bars});
  hwp_picture_fit(job, canvas);
}

/* What LR can be expected, with what is needed. */
static void draw_expected(hwp_job *job, const hw_power_list *list) {
  double low = HUGE_VAL, high = -HUGE_VAL, mass[MOST_BINS] = {0};
  for (int32_t i = 0; i < list->n; i++) {
    if (!isfinite(list->entries[i].expected)) continue;
    low = fmin(low, list->entries[i].expected), high = fmax(high, list->entries[i].expected);
  }
  if (!(low <= high)) return;
  double step = 1;
  low = floor(low);
  while ((high - low) / step >= MOST_BINS - 1) step *= 2;
  const int32_t n = (int32_t)floor((high - low) / step) + 1;
  for (int32_t i = 0; i < list->n; i++)
    if (isfinite(list->entries[i].expected))
      mass[(int32_t)floor((list->entries[i].expected - low) / step)] += 1;
  const char *title = hwp_t(job, HW_T_POWER_EXPECTED);
  const hw_histogram histogram = {
      .name = hwp_t(job, HW_T_POWER_MISSING), .low = low, .step = step, .n = n, .mass = mass};
  const hw_mark mark = {list->needed,
                        hwp_fill(job, HW_T_POWER_NEEDED_MARK, 1, hwp_log10(job, list->needed))};
  hw_canvas *canvas = hwp_picture_begin(job, HWP_CHART_WIDTH, 220, title);
  if (canvas == NULL) return;
  hw_chart chart = hwp_chart_of(job, HWP_CHART_WIDTH, 220, title);
  chart.x_title = hwp_t(job, HW_T_HOME_EXPECTED);
  chart.y_title = hwp_t(job, HW_T_POWER_MISSING);
  hw_chart_add_histograms(canvas, &chart,
                          &(hw_histograms){.n = 1,
                                           .histograms = &histogram,
                                           .n_marks = isfinite(list->needed) ? 1 : 0,
                                           .marks = &mark});
  hwp_picture_fit(job, canvas);
}

static hw_status write_whole(hwp_job *job, const hw_power_list *list, hw_err *err) {
  hwp_html *h = &job->html;
  hw_record run;
  int64_t n_families = 0;
  const char *at = "", *actor = "";
  HW_TRY(hw_look_get(job->app, HW_KIND_RUN, list->run, job->arena, &run, err));
  HW_TRY(hwp_entry(job, run.entry, &at, &actor, err));
  HW_TRY(hw_store_count(job->app->store, HW_KIND_FAMILY, &n_families, err));
  hwp_facts_begin(h);
  hwp_leaf(h, "dt", hwp_kind_label(job, HW_KIND_RUN), NULL);
  hwp_open(h, "dd", NULL);
  HW_TRY(hwp_id_link(job, HW_KIND_RUN, list->run, err));
  hwp_text(h, hwp_format(job, " %s", hwp_date(job, at)));
  hwp_close(h);
  hwp_fact(h, hwp_t(job, HW_T_POWER_MISSING), hwp_int(job, list->n));
  hwp_fact(h, hwp_kinds_label(job, HW_KIND_FAMILY), hwp_int(job, list->n_families));
  hwp_fact(h, hwp_t(job, HW_T_POWER_WEAK), hwp_int(job, list->n_weak));
  if (list->n_left_out > 0)
    hwp_fact(h, hwp_t(job, HW_T_POWER_LEFT_OUT), hwp_int(job, list->n_left_out));
  hwp_facts_end(h);
  if (list->is_cut)
    hwp_notice(job, HWP_NOTICE_NOTE, hwp_fill(job, HW_T_POWER_CUT, 1, hwp_int(job, list->n)));
  else if (n_families > list->n_families)
    hwp_paragraph(
        job,
        hwp_fill(job, HW_T_POWER_OTHER_FAMILIES, 1, hwp_int(job, n_families - list->n_families)),
        "hint");
  hwp_open(h, "div", "class", "two", NULL);
  draw_classes(job, list);
  draw_expected(job, list);
  hwp_close(h);
  hwp_power_next_write(job, &run);
  return HW_OK;
}

static void write_way(hwp_job *job) {
  hwp_html *h = &job->html;
  if ((job->app->may & HW_MAY_WRITE) == 0) return;
  hwp_open(h, "p", "class", "row", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_START_TITLE_POWER), "class", "button", "href",
           "/runs/new?kind=power", NULL);
  hwp_close(h);
}

/* --- one by one --- */

static hw_status write_entry(hwp_job *job, const hw_power_entry *one, hw_err *err) {
  hwp_html *h = &job->html;
  const char *family = "";
  HW_TRY(hw_look_code(job->app, HW_KIND_FAMILY, one->family, job->arena, &family, err));
  hwp_open(h, "tr", NULL);
  hwp_open(h, "td", NULL);
  hwp_leaf(h, "a", family, "class", "code", "href", hwp_url(job->arena, "/power/", family), NULL);
  hwp_close(h);
  HW_TRY(hwp_id_cell(job, HW_KIND_PERSON, one->person, err));
  hwp_number_cell(job, hwp_chance(job, one->pass));
  hwp_number_cell(job, hwp_log10(job, one->expected));
  hwp_number_cell(job, hwp_log10(job, one->needed));
  hw_text_id what = HW_T_POWER_IS_ENOUGH;
  if (one->is_left_out)
    what = HW_T_POWER_IS_LEFT_OUT;
  else if (one->expected < one->needed)
    what = HW_T_POWER_IS_WEAK;
  else if (one->pass < 0.95)
    what = HW_T_POWER_IS_UNSURE;
  hwp_cell(job, hwp_t(job, what));
  hwp_close(h);
  return HW_OK;
}

static hw_status write_entries(hwp_job *job, const hw_power_list *list, hw_err *err) {
  hwp_html *h = &job->html;
  const int32_t from = (int32_t)hwp_query_int(job, "from", 0, list->n, 0);
  const int32_t end = from + HWP_PAGE_ROWS < list->n ? from + HWP_PAGE_ROWS : list->n;
  const hwp_column columns[] = {
      {hwp_kind_label(job, HW_KIND_FAMILY), false}, {hwp_t(job, HW_T_PAGES_PERSON), false},
      {hwp_t(job, HW_T_FAMILY_PASS), true},         {hwp_t(job, HW_T_HOME_EXPECTED), true},
      {hwp_t(job, HW_T_HOME_NEEDED), true},         {hwp_t(job, HW_T_FAMILY_MEANS), false}};
  hwp_section(job, "families", hwp_t(job, HW_T_POWER_LIST));
  hwp_paragraph(job, hwp_t(job, HW_T_POWER_LIST_HINT), "hint");
  hwp_table_begin(h, &(hwp_table){NULL, 6, columns});
  for (int32_t i = from; i < end; i++) HW_TRY(write_entry(job, &list->entries[i], err));
  hwp_table_end(h);
  hwp_open(h, "nav", "class", "pager", "aria-label", hwp_t(job, HW_T_WEB_NEXT_PAGE), NULL);
  hwp_leaf(h, "span",
           hwp_fill(job, HW_T_POWER_SHOWN, 3, hwp_int(job, list->n > 0 ? from + 1 : 0),
                    hwp_int(job, end), hwp_int(job, list->n)),
           "class", "quiet", NULL);
  if (from > 0) hwp_leaf(h, "a", hwp_t(job, HW_T_WEB_FIRST_PAGE), "href", "/power", NULL);
  if (end < list->n)
    hwp_leaf(h, "a", hwp_t(job, HW_T_WEB_NEXT_PAGE), "rel", "next", "href",
             hwp_url_query(job->arena, "/power", "from", hwp_format(job, "%d", (int)end)), NULL);
  hwp_close(h);
  return HW_OK;
}

static hw_status write_power(hwp_job *job, hw_err *err) {
  hw_power_list list;
  HW_TRY(hw_power_list_read(job->app, job->arena, &list, err));
  hwp_html *h = hwp_page_begin(job, HWP_NAV_FAMILIES, hwp_t(job, HW_T_POWER_TITLE));
  const char *pairs[] = {hwp_kinds_label(job, HW_KIND_FAMILY), "/records/family",
                         hwp_t(job, HW_T_POWER_TITLE), NULL};
  hwp_crumbs(job, 2, pairs);
  hwp_paragraph(job, hwp_t(job, HW_T_POWER_LEAD), "lead");
  if (list.run == 0 || list.n == 0) {
    const bool may_write = (job->app->may & HW_MAY_WRITE) != 0;
    hwp_empty(job, hwp_t(job, HW_T_POWER_EMPTY), hwp_t(job, HW_T_POWER_RUN),
              may_write ? "/runs/new?kind=power" : NULL);
    hwp_open(h, "p", NULL);
    hwp_text(h, hwp_t(job, HW_T_POWER_COMMAND));
    hwp_text(h, " ");
    hwp_leaf(h, "code", "homeward power -c CASE --store", NULL);
    hwp_close(h);
    return hwp_page_end(job, err);
  }
  write_way(job);
  HW_TRY(write_whole(job, &list, err));
  HW_TRY(write_entries(job, &list, err));
  return hwp_page_end(job, err);
}

static hw_status power(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_power, err);
}

static const hwp_route routes[] = {
    {"GET", "/power", 0, 0, power, "what the references of all families can do, weakest first"},
    {"GET",
     "/power/"
     "*",
     0, 0, hwp_power_family, "whom of a family to sample next"},
};
const hwp_routes hwp_routes_power = {routes, sizeof routes / sizeof *routes};
