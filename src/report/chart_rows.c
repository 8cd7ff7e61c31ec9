/* Charts of rows: bars, ranges, the funnel.
 *
 * Each item has a row, with its name on the left and its value in figures on the
 * right, so that nobody has to read a number off a length; names that are too
 * wide are cut, and stand whole in the title of the row's group. */
#include <math.h>

#include "base/elementary.h"
#include "report/chart_int.h"

static const double PAD = 8, MOST_NAME = 0.36, MOST_ROW = 26;

typedef struct rows {
  hwp_plot plot;
  double height, name_width;
} rows;

/* The plot of `n` rows between names and values. */
static rows lay_out(const hw_chart *chart, double top, double axis_height, double name_width,
                    double value_width, int32_t n) {
  rows r = {.name_width = fmin(name_width, chart->width * MOST_NAME)};
  r.plot.left = PAD + r.name_width + 6;
  r.plot.right = fmax(r.plot.left + 10, chart->width - PAD - value_width);
  r.plot.top = top;
  r.height = fmin(MOST_ROW, fmax(4, (chart->height - axis_height - top) / n));
  r.plot.bottom = top + r.height * n;
  return r;
}

static double row_text_size(const rows *r) {
  return fmin(HWP_CHART_TEXT, r->height * 0.85);
}

static void add_name(hw_canvas *canvas, const rows *r, double y, const char *name) {
  const double size = row_text_size(r);
  hwp_add_fitted(canvas, r->plot.left - 6, y + size * HW_TEXT_CAPITAL / 2, name != NULL ? name : "",
                 r->name_width, &(hw_text_style){.size = size, .anchor = HW_ANCHOR_END});
}

static void add_value(hw_canvas *canvas, const rows *r, double x, double y, const char *text,
                      hw_anchor anchor, hw_role role) {
  const double size = row_text_size(r);
  hw_canvas_add_text(canvas, x, y + size * HW_TEXT_CAPITAL / 2, text,
                     &(hw_text_style){.size = size, .anchor = anchor, .role = role});
}

/* ---- bars ---- */

static const char *text_of(const hw_chart *chart, const hw_bar *bar, char *buffer) {
  return bar->value_text != NULL
             ? bar->value_text
             : hw_chart_format_number(bar->value, 2, chart->decimal_mark, buffer);
}

static double widest_value(hw_canvas *canvas, const hw_chart *chart, const hw_bars *data) {
  char buffer[HW_CHART_NUMBER_SIZE];
  double widest = 0;
  for (int32_t i = 0; i < data->n; i++)
    widest =
        fmax(widest, hw_fonts_width(hw_canvas_fonts(canvas), text_of(chart, &data->bars[i], buffer),
                                    &(hw_text_style){.size = HWP_CHART_TEXT}));
  return widest;
}

static void find_range(const hw_bars *data, double *low, double *high) {
  *low = data->low, *high = data->high;
  if (data->low < data->high) return;
  *low = *high = 0;
  for (int32_t i = 0; i < data->n; i++)
    if (isfinite(data->bars[i].value))
      *low = fmin(*low, data->bars[i].value), *high = fmax(*high, data->bars[i].value);
  for (int32_t i = 0; i < data->n_marks; i++)
    if (isfinite(data->marks[i].value))
      *low = fmin(*low, data->marks[i].value), *high = fmax(*high, data->marks[i].value);
  if (*low == *high) *high = 1;
}

static void add_bar(hw_canvas *canvas, const hw_chart *chart, const rows *r, const hw_bar *bar,
                    double y) {
  char buffer[HW_CHART_NUMBER_SIZE];
  const char *text = text_of(chart, bar, buffer);
  hw_canvas_begin_group(canvas, &(hw_group){.title = bar->label, .description = text});
  add_name(canvas, r, y, bar->label);
  const double zero = hwp_plot_x(&r->plot, 0), thick = r->height * 0.68;
  double end = zero;
  if (!isnan(bar->value)) {
    hw_paint paint = hwp_area_paint(bar->style);
    if (isinf(bar->value)) {
      paint.fill = paint.stroke = HW_ROLE_WARNING;
      paint.texture = HW_TEXTURE_BACK_HATCH;
    }
    end = hwp_plot_x(&r->plot, bar->value);
    hw_canvas_add_rectangle(canvas, fmin(zero, end), y - thick / 2, fabs(end - zero), thick,
                            &paint);
  }
  /* The figure stands behind a bar to the right, and right of zero for one to the left. */
  add_value(canvas, r, fmax(zero, end) + 4, y, text, HW_ANCHOR_START,
            isinf(bar->value) ? HW_ROLE_WARNING : HW_ROLE_INK);
  hw_canvas_end_group(canvas);
}

void hw_chart_add_bars(hw_canvas *canvas, const hw_chart *chart, const hw_bars *data) {
  double top = 0, low = 0, high = 0;
  if (!hwp_chart_begin(canvas, chart, data->n == 0, &top)) return;
  find_range(data, &low, &high);
  const hw_ticks ticks = hw_chart_find_ticks(low, high, 5);
  rows r = lay_out(chart, top + hwp_marks_height(data->n_marks), hwp_x_axis_height(chart),
                   hwp_widest(canvas, &data->bars[0].label, sizeof data->bars[0], data->n),
                   widest_value(canvas, chart, data) + 6, data->n);
  r.plot.x_low = data->low < data->high ? low : (double)ticks.first * ticks.step;
  r.plot.x_high = data->low < data->high ? high : (double)ticks.last * ticks.step;
  hwp_chart_add_x_axis(canvas, chart, &r.plot, &ticks);
  for (int32_t i = 0; i < data->n; i++)
    add_bar(canvas, chart, &r, &data->bars[i], r.plot.top + (i + 0.5) * r.height);
  const double zero = hwp_plot_x(&r.plot, 0);
  hw_canvas_add_line(canvas, zero, r.plot.top, zero, r.plot.bottom,
                     &(hw_paint){.stroke = HW_ROLE_INK, .width = 0.8});
  hwp_chart_add_marks(canvas, &r.plot, data->marks, data->n_marks);
  hwp_chart_end(canvas);
}

/* ---- ranges ---- */

static void widen(double value, double *low, double *high) {
  if (!isfinite(value)) return;
  *low = fmin(*low, value), *high = fmax(*high, value);
}

static void add_range(hw_canvas *canvas, const hw_chart *chart, const rows *r,
                      const hw_range *range, double y) {
  char buffer[HW_CHART_NUMBER_SIZE];
  hw_chart_format_number(range->value, 2, chart->decimal_mark, buffer);
  hw_canvas_begin_group(canvas, &(hw_group){.title = range->label, .description = buffer});
  add_name(canvas, r, y, range->label);
  const double low = hwp_plot_x(&r->plot, range->low), high = hwp_plot_x(&r->plot, range->high);
  const double thick = fmin(8, r->height * 0.5);
  if (!isnan(range->low) && !isnan(range->high)) {
    hw_canvas_add_rectangle(canvas, low, y - thick / 2, high - low, thick,
                            &(hw_paint){.fill = HW_ROLE_SHADE, .stroke = HW_ROLE_FIRST});
    hw_canvas_add_line(canvas, low, y - thick / 2 - 1.5, low, y + thick / 2 + 1.5,
                       &(hw_paint){.stroke = HW_ROLE_FIRST, .width = 1.6});
    hw_canvas_add_line(canvas, high, y - thick / 2 - 1.5, high, y + thick / 2 + 1.5,
                       &(hw_paint){.stroke = HW_ROLE_FIRST, .width = 1.6});
  }
  if (!isnan(range->value))
    hwp_add_sign(canvas, hwp_plot_x(&r->plot, range->value), y, HW_SERIES_SECOND);
  add_value(canvas, r, chart->width - PAD, y, buffer, HW_ANCHOR_END, HW_ROLE_INK);
  hw_canvas_end_group(canvas);
}

void hw_chart_add_ranges(hw_canvas *canvas, const hw_chart *chart, const hw_ranges *data) {
  double top = 0, low = HUGE_VAL, high = -HUGE_VAL;
  if (!hwp_chart_begin(canvas, chart, data->n == 0, &top)) return;
  for (int32_t i = 0; i < data->n; i++) {
    widen(data->ranges[i].low, &low, &high);
    widen(data->ranges[i].value, &low, &high);
    widen(data->ranges[i].high, &low, &high);
  }
  for (int32_t i = 0; i < data->n_marks; i++) widen(data->marks[i].value, &low, &high);
  if (!(low <= high)) low = 0, high = 1;
  const hw_ticks ticks = hw_chart_find_ticks(low, high, 6);
  rows r = lay_out(chart, top + hwp_marks_height(data->n_marks), hwp_x_axis_height(chart),
                   hwp_widest(canvas, &data->ranges[0].label, sizeof data->ranges[0], data->n), 34,
                   data->n);
  r.plot.x_low = (double)ticks.first * ticks.step;
  r.plot.x_high = (double)ticks.last * ticks.step;
  hwp_chart_add_x_axis(canvas, chart, &r.plot, &ticks);
  hwp_chart_add_marks(canvas, &r.plot, data->marks, data->n_marks);
  for (int32_t i = 0; i < data->n; i++)
    add_range(canvas, chart, &r, &data->ranges[i], r.plot.top + (i + 0.5) * r.height);
  hwp_chart_end(canvas);
}

/* ---- funnel ---- */

void hw_chart_add_funnel(hw_canvas *canvas, const hw_chart *chart, const hw_stage *stages,
                         int32_t n) {
  double top = 0, most = 0, widest = 0;
  char buffer[HW_CHART_NUMBER_SIZE];
  if (!hwp_chart_begin(canvas, chart, n == 0, &top)) return;
  for (int32_t i = 0; i < n; i++) {
    most = fmax(most, hw_log10(stages[i].count + 1));
    hw_chart_format_number(stages[i].count, 0, chart->decimal_mark, buffer);
    widest = fmax(widest, hw_fonts_width(hw_canvas_fonts(canvas), buffer,
                                         &(hw_text_style){.size = HWP_CHART_TEXT}));
  }
  const rows r = lay_out(chart, top, PAD, hwp_widest(canvas, &stages[0].label, sizeof stages[0], n),
                         widest + 6, n);
  const double middle = (r.plot.left + r.plot.right) / 2, wide = r.plot.right - r.plot.left;
  double before = 0;
  for (int32_t i = 0; i < n; i++) {
    const double y = r.plot.top + i * r.height, thick = r.height * 0.72;
    const double half = most > 0 ? wide / 2 * hw_log10(stages[i].count + 1) / most : 0;
    hw_chart_format_number(stages[i].count, 0, chart->decimal_mark, buffer);
    hw_canvas_begin_group(canvas, &(hw_group){.title = stages[i].label, .description = buffer});
    if (i > 0) /* what the step took away */
      hw_canvas_add_polygon(canvas,
                            (hw_point[]){{middle - before, y - (r.height - thick)},
                                         {middle + before, y - (r.height - thick)},
                                         {middle + half, y},
                                         {middle - half, y}},
                            4, &(hw_paint){.fill = HW_ROLE_SHADE});
    const hw_paint paint = hwp_area_paint(i + 1 == n ? HW_SERIES_SECOND : HW_SERIES_FIRST);
    hw_canvas_add_rectangle(canvas, middle - half, y, 2 * half, thick, &paint);
    add_name(canvas, &r, y + thick / 2, stages[i].label);
    add_value(canvas, &r, chart->width - PAD, y + thick / 2, buffer, HW_ANCHOR_END, HW_ROLE_INK);
    hw_canvas_end_group(canvas);
    before = half;
  }
  hwp_chart_end(canvas);
}
