/* Charts over a common axis: distributions, progress, the time line of a case.
 *
 * Distributions are drawn as step outlines, not as overlapping filled areas, so
 * that the one behind stays visible; the area under the first one is filled
 * quietly. The time line gives each event the first lane in which its label
 * meets no other, nor the stem of another; labels stand right of their sign, and
 * the axis ends early enough for the last of them. */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "report/canvas_int.h"
#include "report/chart_int.h"

static const double PAD = 8, LEGEND = 15, LANE = 15, LANES_PAD = 14, LEAST_LANES = 2, TEXT_GAP = 7;

static double plot_bottom(const hw_chart *chart, double top) {
  return fmax(top + 20, chart->height - hwp_x_axis_height(chart));
}

static void fail_memory(hw_canvas *canvas) {
  hwp_canvas_fail(canvas, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a chart");
}

/* ---- distributions ---- */

/* The outline of a histogram, from the axis and back to it: 2n + 2 points. */
static void add_outline(hw_canvas *canvas, const hwp_plot *plot, const hw_histogram *h) {
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_point *points = hw_arena_alloc_array(&arena, 2 * (size_t)h->n + 2, sizeof *points);
  if (points == NULL) {
    fail_memory(canvas);
    return;
  }
  size_t n = 0;
  points[n++] = (hw_point){hwp_plot_x(plot, h->low), plot->bottom};
  for (int32_t i = 0; i < h->n; i++) {
    const double y = hwp_plot_y(plot, h->mass[i]);
    points[n++] = (hw_point){hwp_plot_x(plot, h->low + i * h->step), y};
    points[n++] = (hw_point){hwp_plot_x(plot, h->low + (i + 1) * h->step), y};
  }
  points[n++] = (hw_point){hwp_plot_x(plot, h->low + h->n * h->step), plot->bottom};
  hw_paint paint = hwp_line_paint(h->style);
  if (h->style == HW_SERIES_FIRST) paint.fill = HW_ROLE_SHADE;
  hw_canvas_begin_group(canvas, &(hw_group){.title = h->name});
  hw_canvas_add_polyline(canvas, points, n, &paint);
  hw_canvas_end_group(canvas);
  hw_arena_clear(&arena);
}

void hw_chart_add_histograms(hw_canvas *canvas, const hw_chart *chart, const hw_histograms *data) {
  double top = 0, low = HUGE_VAL, high = -HUGE_VAL, most = 0;
  for (int32_t i = 0; i < data->n; i++) {
    const hw_histogram *h = &data->histograms[i];
    if (h->n <= 0) continue;
    low = fmin(low, h->low), high = fmax(high, h->low + h->n * h->step);
    for (int32_t k = 0; k < h->n; k++) most = fmax(most, h->mass[k]);
  }
  if (!hwp_chart_begin(canvas, chart, !(low < high) || !(most > 0), &top)) return;
  for (int32_t i = 0; i < data->n_marks; i++)
    if (isfinite(data->marks[i].value))
      low = fmin(low, data->marks[i].value), high = fmax(high, data->marks[i].value);
  const hw_ticks x = hw_chart_find_ticks(low, high, 8), y = hw_chart_find_ticks(0, most, 4);
  double at = PAD;
  for (int32_t i = 0; i < data->n; i++)
    at = hwp_add_legend(canvas, at, top + 8, data->histograms[i].name, data->histograms[i].style,
                        false);
  top += LEGEND + hwp_marks_height(data->n_marks);
  const hwp_plot plot = {.left = hwp_y_axis_width(canvas, chart, &y),
                         .right = chart->width - PAD - 6,
                         .top = top,
                         .bottom = plot_bottom(chart, top),
                         .x_low = (double)x.first * x.step,
                         .x_high = (double)x.last * x.step,
                         .y_high = (double)y.last * y.step};
  hwp_chart_add_x_axis(canvas, chart, &plot, &x);
  hwp_chart_add_y_axis(canvas, chart, &plot, &y);
  for (int32_t i = 0; i < data->n; i++)
    if (data->histograms[i].n > 0) add_outline(canvas, &plot, &data->histograms[i]);
  hwp_chart_add_marks(canvas, &plot, data->marks, data->n_marks);
  hwp_chart_end(canvas);
}

/* ---- progress ---- */

static void add_steps(hw_canvas *canvas, const hwp_plot *plot, const hw_progress *s) {
  const hw_paint paint = hwp_line_paint(s->style);
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_point *points = hw_arena_alloc_array(&arena, 2 * (size_t)s->n + 1, sizeof *points);
  if (points == NULL) {
    fail_memory(canvas);
    return;
  }
  size_t n = 0;
  for (int32_t i = 0; i < s->n; i++) {
    const double x = hwp_plot_x(plot, (double)s->days[i]);
    if (i > 0) points[n++] = (hw_point){x, hwp_plot_y(plot, s->values[i - 1])};
    points[n++] = (hw_point){x, hwp_plot_y(plot, s->values[i])};
  }
  points[n++] = (hw_point){plot->right, hwp_plot_y(plot, s->values[s->n - 1])};
  hw_canvas_begin_group(canvas, &(hw_group){.title = s->name});
  hw_canvas_add_polyline(canvas, points, n, &paint);
  for (int32_t i = 0; i < s->n && s->n <= 60; i++)
    hwp_add_sign(canvas, hwp_plot_x(plot, (double)s->days[i]), hwp_plot_y(plot, s->values[i]),
                 s->style);
  hw_canvas_end_group(canvas);
  hw_arena_clear(&arena);
}

void hw_chart_add_progress(hw_canvas *canvas, const hw_chart *chart, const hw_progress *series,
                           int32_t n) {
  double top = 0, first = HUGE_VAL, last = -HUGE_VAL, low = 0, high = 0;
  for (int32_t i = 0; i < n; i++)
    for (int32_t k = 0; k < series[i].n; k++) {
      first = fmin(first, (double)series[i].days[k]), last = fmax(last, (double)series[i].days[k]);
      if (!isfinite(series[i].values[k])) continue;
      low = fmin(low, series[i].values[k]), high = fmax(high, series[i].values[k]);
    }
  if (!hwp_chart_begin(canvas, chart, !(first <= last), &top)) return;
  const hw_ticks y = hw_chart_find_ticks(low, high > low ? high : low + 1, 5);
  double at = PAD;
  for (int32_t i = 0; i < n; i++)
    at = hwp_add_legend(canvas, at, top + 8, series[i].name, series[i].style, false);
  top += LEGEND + 3;
  const hwp_plot plot = {.left = hwp_y_axis_width(canvas, chart, &y),
                         .right = chart->width - PAD - 6,
                         .top = top,
                         .bottom = plot_bottom(chart, top),
                         .x_low = fmin(first, last - 30), /* no days that are still to come */
                         .x_high = last,
                         .y_low = (double)y.first * y.step,
                         .y_high = (double)y.last * y.step};
  hwp_chart_add_time_axis(canvas, chart, &plot);
  hwp_chart_add_y_axis(canvas, chart, &plot, &y);
  for (int32_t i = 0; i < n; i++)
    if (series[i].n > 0) add_steps(canvas, &plot, &series[i]);
  hwp_chart_end(canvas);
}

/* ---- time line ---- */

typedef struct placed {
  double from, to; /* x, label included */
  double text;     /* x of the label */
  double stem;     /* x of the line down to the axis */
  int32_t lane;
} placed;

static double label_width(const hw_fonts *fonts, const hw_event *event) {
  return event->label == NULL
             ? 0
             : hw_fonts_width(fonts, event->label, &(hw_text_style){.size = HWP_CHART_TEXT});
}

/* Draws the right end of the axis in until every label fits behind its sign. */
static void fit_labels(const hw_fonts *fonts, hwp_plot *plot, const hw_event *events, int32_t n) {
  const double least = plot->left + 0.4 * (plot->right - plot->left), edge = plot->right;
  for (int32_t i = 0; i < n; i++) {
    const double part = ((double)events[i].to_day - plot->x_low) / (plot->x_high - plot->x_low);
    const double room = edge - TEXT_GAP - label_width(fonts, &events[i]) - plot->left;
    if (part > 0) plot->right = fmin(plot->right, plot->left + room / part);
  }
  plot->right = fmax(plot->right, least);
}

static placed place_event(const hw_fonts *fonts, const hwp_plot *plot, const hw_event *event) {
  const double x1 = hwp_plot_x(plot, (double)event->from_day);
  const double x2 = hwp_plot_x(plot, (double)event->to_day);
  return (placed){.from = x1 - 4,
                  .to = x2 + TEXT_GAP + 3 + label_width(fonts, event),
                  .text = x2 + TEXT_GAP,
                  .stem = x1};
}

/* True if two events are clear of each other in these lanes. A stem comes down through the lanes
 * below its own. */
static bool are_clear(const placed *a, const placed *b) {
  if (a->lane == b->lane) return a->to <= b->from || b->to <= a->from;
  const placed *upper = a->lane > b->lane ? a : b, *lower = a->lane > b->lane ? b : a;
  return upper->stem < lower->text - 1 || upper->stem >= lower->to;
}

/* The first lane in which an event meets none of those behind it in the list. */
static void take_lane(placed *all, int32_t i, int32_t n) {
  for (all[i].lane = 0; all[i].lane < n - i; all[i].lane++) {
    bool is_free = true;
    for (int32_t k = i + 1; k < n; k++) is_free = is_free && are_clear(&all[i], &all[k]);
    if (is_free) return;
  }
}

static void add_event(hw_canvas *canvas, const hwp_plot *plot, const hw_event *event,
                      const placed *p, double lane) {
  const double y = plot->bottom - 10 - p->lane * lane;
  const double x1 = hwp_plot_x(plot, (double)event->from_day);
  const double x2 = hwp_plot_x(plot, (double)event->to_day);
  hw_canvas_begin_group(canvas, &(hw_group){.title = event->label});
  hw_canvas_add_line(canvas, x1, y, x1, plot->bottom,
                     &(hw_paint){.stroke = HW_ROLE_GRID, .width = 0.8});
  if (x2 - x1 > 1) {
    hw_paint paint = hwp_line_paint(event->style);
    paint.width = 3, paint.dash = HW_DASH_NONE;
    hw_canvas_add_line(canvas, x1, y, x2, y, &paint);
    hwp_add_sign(canvas, x2, y, event->style);
  }
  hwp_add_sign(canvas, x1, y, event->style);
  hw_canvas_add_text(canvas, p->text, y + HWP_CHART_TEXT * HW_TEXT_CAPITAL / 2,
                     event->label != NULL ? event->label : "",
                     &(hw_text_style){.size = HWP_CHART_TEXT});
  hw_canvas_end_group(canvas);
}

/* Places all events along an axis of a width. @return how many lanes they take */
static int32_t place_events(const hw_fonts *fonts, double width, const hw_event *events, int32_t n,
                            hwp_plot *plot, placed *all) {
  double first = HUGE_VAL, last = -HUGE_VAL;
  for (int32_t i = 0; i < n; i++)
    first = fmin(first, (double)events[i].from_day), last = fmax(last, (double)events[i].to_day);
  const double pad = fmax(30, (last - first) * 0.03);
  plot->left = PAD + 6;
  plot->right = width - PAD - 6;
  plot->x_low = first - pad;
  plot->x_high = last + pad;
  fit_labels(fonts, plot, events, n);
  int32_t n_lanes = 1;
  /* The latest first: the label of an earlier one then stands above their stems. */
  for (int32_t i = n - 1; i >= 0; i--) {
    all[i] = place_event(fonts, plot, &events[i]);
    take_lane(all, i, n);
    if (all[i].lane + 1 > n_lanes) n_lanes = all[i].lane + 1;
  }
  return n_lanes;
}

double hw_chart_timeline_height(const hw_fonts *fonts, double width, const hw_event *events,
                                int32_t n) {
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hwp_plot plot = {0};
  placed *all = hw_arena_alloc_array(&arena, (size_t)n + 1, sizeof *all);
  const int32_t n_lanes = all != NULL ? place_events(fonts, width, events, n, &plot, all) : n;
  hw_arena_clear(&arena);
  return PAD + LANES_PAD + LANE * fmax(n_lanes, LEAST_LANES) +
         hwp_x_axis_height(&(hw_chart){.width = width});
}

void hw_chart_add_timeline(hw_canvas *canvas, const hw_chart *chart, const hw_event *events,
                           int32_t n) {
  double top = 0;
  if (!hwp_chart_begin(canvas, chart, n == 0, &top)) return;
  hwp_plot plot = {.top = top, .bottom = plot_bottom(chart, top)};
  hw_arena arena;
  hw_arena_init(&arena, 0);
  placed *all = hw_arena_alloc_array(&arena, (size_t)n, sizeof *all);
  if (all == NULL) {
    fail_memory(canvas);
    return;
  }
  const int32_t n_lanes =
      place_events(hw_canvas_fonts(canvas), chart->width, events, n, &plot, all);
  const double lane = fmin(LANE, (plot.bottom - plot.top - LANES_PAD) / n_lanes);
  hwp_chart_add_time_axis(canvas, chart, &plot);
  for (int32_t i = 0; i < n; i++) add_event(canvas, &plot, &events[i], &all[i], lane);
  hw_arena_clear(&arena);
  hwp_chart_end(canvas);
}
