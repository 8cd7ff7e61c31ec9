/* What all charts share: numbers, ticks, axes, titles, styles.
 *
 * Ticks stand at multiples of 1, 2 or 5 times a power of ten, the step nearest to
 * the wanted number of ticks (Heckbert 1990, "Nice numbers for graph labels", with
 * the axis ending on ticks). Steps are found by multiplication alone and ticks are
 * whole multiples, so labels carry no rounding of a sum.
 *
 * Styles: each series has a colour, a texture for areas, a dash for lines and a
 * sign for points; a print without colours keeps three of the four. */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "report/chart_int.h"

static const double PAD = 8, TICK = 3, LEAST_PLOT = 10;

/* ---- numbers ---- */

char *hw_chart_format_number(double value, int decimals, char decimal_mark, char *buffer) {
  const char mark = decimal_mark == ',' ? ',' : '.';
  const char group = mark == ',' ? '.' : ',';
  char digits[HW_CHART_NUMBER_SIZE];
  size_t at = sizeof digits;
  if (decimals < 0) decimals = 0;
  if (decimals > 12) decimals = 12;
  double scale = 1;
  for (int i = 0; i < decimals; i++) scale *= 10;
  const bool is_minus = value < 0;
  const double size = floor((is_minus ? -value : value) * scale + 0.5);
  digits[--at] = '\0';
  if (!isfinite(size) || size >= 9e18) { /* not on any axis of ours */
    const char *text = isnan(value) ? "?" : is_minus ? "−∞" : "∞";
    memcpy(buffer, text, strlen(text) + 1);
    return buffer;
  }
  uint64_t rest = (uint64_t)size;
  for (int i = 0; i < decimals; i++, rest /= 10) digits[--at] = (char)('0' + rest % 10);
  if (decimals > 0) digits[--at] = mark;
  const bool is_grouped = rest >= 10000;
  int n = 0;
  do {
    if (is_grouped && n > 0 && n % 3 == 0) digits[--at] = group;
    digits[--at] = (char)('0' + rest % 10);
    n++;
  } while ((rest /= 10) > 0);
  char *out = buffer;
  if (is_minus && size > 0) { /* U+2212 */
    memcpy(out, "\xe2\x88\x92", 3);
    out += 3;
  }
  memcpy(out, digits + at, sizeof digits - at);
  return buffer;
}

hw_ticks hw_chart_find_ticks(double low, double high, int n) {
  if (!(low < high)) {
    const double size = fabs(low) > 1 ? fabs(low) * 0.1 : 1;
    high = low + size;
    low -= size;
  }
  const double wanted = (high - low) / (n > 1 ? n : 1);
  hw_ticks ticks = {.step = 1};
  /* Powers of ten by products of whole numbers and one division: alike everywhere. */
  double power, ten = 1;
  int exponent;
  if (wanted < 1) {
    for (exponent = 0; 1 / ten > wanted && exponent > -12; exponent--) ten *= 10;
    power = 1 / ten;
  } else {
    for (exponent = 0; ten * 10 <= wanted; exponent++) ten *= 10;
    power = ten;
  }
  static const int factors[] = {1, 2, 5, 10};
  int factor = 10;
  for (int i = 3; i >= 0; i--)
    if (factors[i] * power >= wanted * 0.999999) factor = factors[i];
  if (factor == 10) exponent++, factor = 1, ten = exponent <= 0 ? ten / 10 : ten * 10;
  ticks.step = exponent < 0 ? factor / ten : factor * ten;
  ticks.decimals = exponent < 0 ? -exponent : 0;
  ticks.first = (int64_t)floor(low / ticks.step + 1e-9);
  ticks.last = (int64_t)ceil(high / ticks.step - 1e-9);
  if (ticks.last <= ticks.first) ticks.last = ticks.first + 1;
  return ticks;
}

/* ---- frame ---- */

static const char *plain(const char *text) {
  return text != NULL ? text : "";
}

bool hwp_chart_begin(hw_canvas *canvas, const hw_chart *chart, bool is_empty, double *top) {
  hw_canvas_begin_group(canvas,
                        &(hw_group){.title = chart->title, .description = chart->description});
  *top = PAD;
  if (plain(chart->title)[0] != '\0') {
    const hw_text_style style = {.size = HWP_CHART_TITLE, .is_bold = true};
    const char *rest = chart->title;
    while (*rest != '\0') { /* long titles take several lines */
      const char *line = rest;
      const size_t n =
          hw_fonts_break(hw_canvas_fonts(canvas), line, &style, chart->width - 2 * PAD, &rest);
      hw_str text = HW_STR_INIT;
      hw_str_append_bytes(&text, line, n);
      hw_canvas_add_text(canvas, PAD, *top + HWP_CHART_TITLE * HW_TEXT_ASCENT, hw_str_text(&text),
                         &style);
      hw_str_clear(&text);
      *top += HWP_CHART_TITLE * 1.25;
    }
    *top += 4;
  }
  if (!is_empty) return true;
  hw_canvas_add_rectangle(canvas, PAD, *top, chart->width - 2 * PAD,
                          fmax(LEAST_PLOT, chart->height - *top - PAD),
                          &(hw_paint){.fill = HW_ROLE_SHADE});
  hwp_add_fitted(
      canvas, chart->width / 2, (*top + chart->height) / 2, plain(chart->empty),
      chart->width - 4 * PAD,
      &(hw_text_style){
          .size = HWP_CHART_TEXT + 1, .anchor = HW_ANCHOR_MIDDLE, .role = HW_ROLE_MUTED});
  hwp_chart_end(canvas);
  return false;
}

void hwp_chart_end(hw_canvas *canvas) {
  hw_canvas_end_group(canvas);
}

void hwp_add_fitted(hw_canvas *canvas, double x, double y, const char *text, double width,
                    const hw_text_style *style) {
  const hw_fonts *fonts = hw_canvas_fonts(canvas);
  if (hw_fonts_width(fonts, text, style) <= width) {
    hw_canvas_add_text(canvas, x, y, text, style);
    return;
  }
  size_t n = strlen(text);
  hw_str cut = HW_STR_INIT;
  while (n > 0) {
    do n--;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80);
    hw_str_clear(&cut);
    hw_str_append_bytes(&cut, text, n);
    hw_str_append(&cut, "…");
    if (hw_fonts_width(fonts, hw_str_text(&cut), style) <= width) break;
  }
  hw_canvas_add_text(canvas, x, y, hw_str_text(&cut), style);
  hw_str_clear(&cut);
}

double hwp_widest(const hw_canvas *canvas, const char *const *first, size_t stride, int32_t n) {
  double widest = 0;
  for (int32_t i = 0; i < n; i++) {
    const char *const *text =
        (const char *const *)(const void *)((const char *)first + (size_t)i * stride);
    widest = fmax(widest, hw_fonts_width(hw_canvas_fonts(canvas), plain(*text),
                                         &(hw_text_style){.size = HWP_CHART_TEXT}));
  }
  return widest;
}

/* ---- scales and axes ---- */

static double along(double from, double to, double low, double high, double value) {
  if (!(high > low)) return from;
  double part = (value - low) / (high - low);
  part = part > 0 ? (part < 1 ? part : 1) : 0;
  return from + part * (to - from);
}
double hwp_plot_x(const hwp_plot *plot, double value) {
  return along(plot->left, plot->right, plot->x_low, plot->x_high, value);
}
double hwp_plot_y(const hwp_plot *plot, double value) {
  return along(plot->bottom, plot->top, plot->y_low, plot->y_high, value);
}

static const hw_paint AXIS = {.stroke = HW_ROLE_MUTED, .width = 0.8};
static const hw_paint GRID = {.stroke = HW_ROLE_GRID, .width = 0.6};

double hwp_x_axis_height(const hw_chart *chart) {
  return TICK + 2 + HWP_CHART_TEXT + (plain(chart->x_title)[0] != '\0' ? HWP_CHART_TEXT + 5 : 0) +
         PAD * 0.75;
}

static void add_x_title(hw_canvas *canvas, const hw_chart *chart, const hwp_plot *plot) {
  hwp_add_fitted(
      canvas, (plot->left + plot->right) / 2, plot->bottom + TICK + 5 + 2 * HWP_CHART_TEXT,
      plain(chart->x_title), chart->width - PAD,
      &(hw_text_style){.size = HWP_CHART_TEXT, .anchor = HW_ANCHOR_MIDDLE, .role = HW_ROLE_MUTED});
}

static void add_x_tick(hw_canvas *canvas, const hwp_plot *plot, double x, const char *text) {
  hw_canvas_add_line(canvas, x, plot->top, x, plot->bottom, &GRID);
  hw_canvas_add_line(canvas, x, plot->bottom, x, plot->bottom + TICK, &AXIS);
  hw_canvas_add_text(
      canvas, x, plot->bottom + TICK + 1 + HWP_CHART_TEXT, text,
      &(hw_text_style){.size = HWP_CHART_TEXT, .anchor = HW_ANCHOR_MIDDLE, .role = HW_ROLE_MUTED});
}

void hwp_chart_add_x_axis(hw_canvas *canvas, const hw_chart *chart, const hwp_plot *plot,
                          const hw_ticks *ticks) {
  char text[HW_CHART_NUMBER_SIZE];
  for (int64_t k = ticks->first; k <= ticks->last; k++) {
    const double value = (double)k * ticks->step;
    if (value < plot->x_low - 1e-9 * ticks->step || value > plot->x_high + 1e-9 * ticks->step)
      continue;
    add_x_tick(canvas, plot, hwp_plot_x(plot, value),
               hw_chart_format_number(value, ticks->decimals, chart->decimal_mark, text));
  }
  hw_canvas_add_line(canvas, plot->left, plot->bottom, plot->right, plot->bottom, &AXIS);
  add_x_title(canvas, chart, plot);
}

double hwp_y_axis_width(const hw_canvas *canvas, const hw_chart *chart, const hw_ticks *ticks) {
  char text[HW_CHART_NUMBER_SIZE];
  double widest = 0;
  for (int64_t k = ticks->first; k <= ticks->last; k++) {
    hw_chart_format_number((double)k * ticks->step, ticks->decimals, chart->decimal_mark, text);
    widest = fmax(widest, hw_fonts_width(hw_canvas_fonts(canvas), text,
                                         &(hw_text_style){.size = HWP_CHART_TEXT}));
  }
  return PAD + widest + TICK + 3 + (plain(chart->y_title)[0] != '\0' ? HWP_CHART_TEXT + 5 : 0);
}

void hwp_chart_add_y_axis(hw_canvas *canvas, const hw_chart *chart, const hwp_plot *plot,
                          const hw_ticks *ticks) {
  char text[HW_CHART_NUMBER_SIZE];
  for (int64_t k = ticks->first; k <= ticks->last; k++) {
    const double value = (double)k * ticks->step, y = hwp_plot_y(plot, value);
    hw_canvas_add_line(canvas, plot->left, y, plot->right, y, &GRID);
    hw_canvas_add_line(canvas, plot->left - TICK, y, plot->left, y, &AXIS);
    hw_canvas_add_text(
        canvas, plot->left - TICK - 2, y + HWP_CHART_TEXT * HW_TEXT_CAPITAL / 2,
        hw_chart_format_number(value, ticks->decimals, chart->decimal_mark, text),
        &(hw_text_style){.size = HWP_CHART_TEXT, .anchor = HW_ANCHOR_END, .role = HW_ROLE_MUTED});
  }
  hw_canvas_add_line(canvas, plot->left, plot->top, plot->left, plot->bottom, &AXIS);
  hw_canvas_add_text(canvas, PAD + HWP_CHART_TEXT * 0.6, (plot->top + plot->bottom) / 2,
                     plain(chart->y_title),
                     &(hw_text_style){.size = HWP_CHART_TEXT,
                                      .is_upright = true,
                                      .anchor = HW_ANCHOR_MIDDLE,
                                      .role = HW_ROLE_MUTED});
}

/* Days from 1970-01-01 to the first of a month (Hinnant, "chrono-compatible low-level date
 * algorithms", days_from_civil). */
static int64_t day_of(int64_t year, int month) {
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void hwp_chart_add_time_axis(hw_canvas *canvas, const hw_chart *chart, const hwp_plot *plot) {
  const double width = plot->right - plot->left, days = plot->x_high - plot->x_low;
  /* A label "12/1972" needs about 40 points. */
  static const int steps[] = {1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200};
  int step = steps[10];
  for (int i = 10; i >= 0; i--)
    if (steps[i] * 30.4 / days * width >= (steps[i] < 12 ? 44 : 34)) step = steps[i];
  const int64_t first_year = 1970 + (int64_t)floor(plot->x_low / 365.2425) - 1;
  int64_t month = first_year * 12;
  month -= month % step;
  for (;; month += step) {
    const double day = (double)day_of(month / 12, (int)(month % 12) + 1);
    if (day > plot->x_high) break;
    if (day < plot->x_low) continue;
    hw_str text = HW_STR_INIT;
    if (step < 12) hw_str_append_format(&text, "%d/", (int)(month % 12) + 1);
    hw_str_append_format(&text, "%lld", (long long)(month / 12));
    add_x_tick(canvas, plot, hwp_plot_x(plot, day), hw_str_text(&text));
    hw_str_clear(&text);
  }
  hw_canvas_add_line(canvas, plot->left, plot->bottom, plot->right, plot->bottom, &AXIS);
  add_x_title(canvas, chart, plot);
}

double hwp_marks_height(int32_t n) {
  return n > 0 ? n * (HWP_CHART_TEXT + 3) + 2 : 0;
}

void hwp_chart_add_marks(hw_canvas *canvas, const hwp_plot *plot, const hw_mark *marks, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    if (!isfinite(marks[i].value)) continue;
    const double x = hwp_plot_x(plot, marks[i].value);
    const double y = plot->top - 4 - (n - 1 - i) * (HWP_CHART_TEXT + 3);
    hw_canvas_add_line(canvas, x, y + 2, x, plot->bottom,
                       &(hw_paint){.stroke = HW_ROLE_INK,
                                   .width = i == 0 ? 1.6 : 1.1,
                                   .dash = i == 0   ? HW_DASH_NONE
                                           : i == 1 ? HW_DASH_LONG
                                                    : HW_DASH_SHORT});
    const hw_text_style style = {.size = HWP_CHART_TEXT, .is_bold = i == 0};
    const double half = hw_fonts_width(hw_canvas_fonts(canvas), plain(marks[i].label), &style) / 2;
    const double middle = fmax(PAD + half, fmin(x, plot->right - half));
    hw_canvas_add_text(canvas, middle - half, y, plain(marks[i].label), &style);
  }
}

/* ---- styles ---- */

static hw_role role_of(hw_series_style style) {
  static const hw_role roles[] = {HW_ROLE_FIRST, HW_ROLE_SECOND, HW_ROLE_THIRD, HW_ROLE_FOURTH,
                                  HW_ROLE_MUTED};
  return roles[style];
}

hw_paint hwp_area_paint(hw_series_style style) {
  static const hw_texture textures[] = {HW_TEXTURE_NONE, HW_TEXTURE_HATCH, HW_TEXTURE_DOTS,
                                        HW_TEXTURE_BACK_HATCH, HW_TEXTURE_LEVEL};
  return (hw_paint){.fill = role_of(style),
                    .stroke = role_of(style),
                    .width = 0.8,
                    .texture = textures[style],
                    .texture_role = HW_ROLE_PAPER};
}

hw_paint hwp_line_paint(hw_series_style style) {
  static const hw_dash dashes[] = {HW_DASH_NONE, HW_DASH_LONG, HW_DASH_SHORT, HW_DASH_LONG,
                                   HW_DASH_SHORT};
  return (hw_paint){.stroke = role_of(style), .width = 1.6, .dash = dashes[style]};
}

void hwp_add_sign(hw_canvas *canvas, double x, double y, hw_series_style style) {
  const hw_paint paint = {.fill = role_of(style), .stroke = HW_ROLE_PAPER, .width = 0.6};
  const double r = 2.8;
  if (style == HW_SERIES_FIRST) {
    hw_canvas_add_circle(canvas, x, y, r, &paint);
  } else if (style == HW_SERIES_SECOND) {
    hw_canvas_add_rectangle(canvas, x - r, y - r, 2 * r, 2 * r, &paint);
  } else {
    const double d = r * 1.3;
    const hw_point diamond[] = {{x, y - d}, {x + d, y}, {x, y + d}, {x - d, y}};
    const hw_point triangle[] = {{x, y - d}, {x + d, y + r}, {x - d, y + r}};
    if (style == HW_SERIES_THIRD)
      hw_canvas_add_polygon(canvas, diamond, 4, &paint);
    else
      hw_canvas_add_polygon(canvas, triangle, 3, &paint);
  }
}

double hwp_add_legend(hw_canvas *canvas, double x, double y, const char *name,
                      hw_series_style style, bool is_area) {
  if (is_area) {
    const hw_paint paint = hwp_area_paint(style);
    hw_canvas_add_rectangle(canvas, x, y - 7, 16, 8, &paint);
  } else {
    const hw_paint paint = hwp_line_paint(style);
    hw_canvas_add_line(canvas, x, y - 3, x + 18, y - 3, &paint);
    hwp_add_sign(canvas, x + 9, y - 3, style);
  }
  const hw_text_style text = {.size = HWP_CHART_TEXT};
  hw_canvas_add_text(canvas, x + 22, y, plain(name), &text);
  return x + 22 + hw_fonts_width(hw_canvas_fonts(canvas), plain(name), &text) + 14;
}
