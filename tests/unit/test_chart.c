/* Charts: ticks, numbers, and that every chart fits its frame and says what it must.
 *
 * With HOMEWARD_PICTURES set to a folder, the charts of these tests are left there to be looked at.
 * All values are made up for the tests. */
#include "homeward/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_fonts *fonts;

static int begin_fonts(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  return 0;
}
static int end_fonts(void **state) {
  (void)state;
  hw_fonts_delete(fonts);
  return 0;
}

/* ---- the charts that are tried ---- */

enum { BARS, POSTERIOR, RANGES, HISTOGRAMS, FUNNEL, TIMELINE, PROGRESS, N_CHARTS };
static const char *const chart_names[N_CHARTS] = {"bars",   "posterior", "ranges",  "histograms",
                                                  "funnel", "timeline",  "progress"};

static const hw_mark marks[] = {{5.32, "quan sát 5,32"}, {4, "ngưỡng 4"}};

static void add_bars(hw_canvas *canvas, hw_chart *chart, int32_t n) {
  static const hw_bar bars[] = {
      {.label = "D3S1358", .value = 0.84},  {.label = "vWA", .value = 1.31},
      {.label = "D16S539", .value = -0.42}, {.label = "CSF1PO", .value = 0.27},
      {.label = "TPOX", .value = -2.95},    {.label = "D8S1179", .value = 1.02},
      {.label = "D21S11", .value = 0.66},   {.label = "D18S51", .value = -HUGE_VAL},
      {.label = "SE33", .value = 2.2},      {.label = "Penta E", .value = NAN, .value_text = "–"},
  };
  chart->title = "LR theo từng locus";
  chart->x_title = "log10 LR";
  hw_chart_add_bars(canvas, chart, &(hw_bars){.n = n ? 10 : 0, .bars = bars});
}

static void add_posterior(hw_canvas *canvas, hw_chart *chart, int32_t n) {
  static const hw_bar bars[] = {
      {.label = "F012 – liệt sĩ thứ nhất", .value = 0.973, .value_text = "0,973"},
      {.label = "F044", .value = 0.021, .value_text = "0,021", .style = HW_SERIES_SECOND},
      {.label = "không ai trong số này",
       .value = 0.006,
       .value_text = "0,006",
       .style = HW_SERIES_QUIET},
  };
  chart->title = "Xác suất hậu nghiệm";
  chart->x_title = "xác suất";
  hw_chart_add_bars(canvas, chart, &(hw_bars){.n = n ? 3 : 0, .bars = bars, .high = 1});
}

static void add_ranges(hw_canvas *canvas, hw_chart *chart, int32_t n) {
  static const hw_range ranges[] = {
      {"bảng tần số alen (ba quần thể)", 4.61, 5.32, 5.9},
      {"theta từ 0 đến 0,03", 4.9, 5.32, 5.41},
      {"đột biến × 0,5 … × 2", 5.3, 5.32, 5.33},
      {"tần số tối thiểu", 5.12, 5.32, 5.32},
  };
  chart->title = "Độ nhạy của LR theo các giả định";
  chart->x_title = "log10 LR";
  hw_chart_add_ranges(
      canvas, chart,
      &(hw_ranges){.n = n ? 4 : 0, .ranges = ranges, .n_marks = 1, .marks = &marks[1]});
}

static void add_histograms(hw_canvas *canvas, hw_chart *chart, int32_t n) {
  static const double unrelated[] = {.01, .03, .09, .17, .24, .21, .13, .07, .03, .015, .005};
  static const double truth[] = {.01, .04, .1, .18, .23, .2, .13, .07, .03, .01};
  const hw_histogram both[] = {
      {"không có quan hệ", -8, 1, 11, unrelated, HW_SERIES_FIRST},
      {"đúng người", 0, 1, 10, truth, HW_SERIES_SECOND},
  };
  chart->title = "Phân bố log10 LR";
  chart->x_title = "log10 LR";
  chart->y_title = "xác suất mỗi khoảng";
  hw_chart_add_histograms(
      canvas, chart,
      &(hw_histograms){.n = n ? 2 : 0, .histograms = both, .n_marks = 2, .marks = marks});
}

static void add_funnel(hw_canvas *canvas, hw_chart *chart, int32_t n) {
  static const hw_stage stages[] = {{"cặp đã so sánh", 1.2e10},
                                    {"trên ngưỡng sàng lọc", 34512},
                                    {"tính lại chính xác", 2210},
                                    {"trên ngưỡng báo cáo", 37},
                                    {"đã xem xét", 0}};
  chart->title = "Phễu tìm kiếm";
  hw_chart_add_funnel(canvas, chart, stages, n ? 5 : 0);
}

static void add_timeline(hw_canvas *canvas, hw_chart *chart, int32_t n) {
  static const hw_event events[] = {
      {-1600, -1600, "nhập ngũ", HW_SERIES_FIRST},
      {940, 1010, "mất liên lạc", HW_SERIES_SECOND},
      {990, 990, "giấy báo tử", HW_SERIES_FIRST},
      {8100, 8100, "quy tập về nghĩa trang", HW_SERIES_THIRD},
      {18900, 18900, "lấy mẫu hài cốt", HW_SERIES_FOURTH},
      {19020, 19020, "lấy mẫu thân nhân", HW_SERIES_FOURTH},
      {19400, 19400, "kết luận của hội đồng", HW_SERIES_SECOND},
  };
  chart->title = "Diễn biến hồ sơ";
  hw_chart_add_timeline(canvas, chart, events, n ? 7 : 0);
}

static void add_progress(hw_canvas *canvas, hw_chart *chart, int32_t n) {
  static const int64_t days[] = {19700, 19760, 19830, 19900, 19980, 20060};
  static const double samples[] = {0, 1200, 3400, 7100, 9800, 12650};
  static const double known[] = {0, 3, 21, 58, 102, 171};
  const hw_progress both[] = {{"mẫu đã phân tích", 6, days, samples, HW_SERIES_FIRST},
                              {"đã xác định danh tính", 6, days, known, HW_SERIES_SECOND}};
  chart->title = "Tiến độ";
  chart->y_title = "số lượng";
  hw_chart_add_progress(canvas, chart, both, n ? 2 : 0);
}

static hw_status draw(int which, bool is_full, hw_canvas_form form, hw_theme theme, double width,
                      double height, char **bytes, size_t *n_bytes, hw_err *err) {
  static void (*const add[N_CHARTS])(hw_canvas *, hw_chart *, int32_t) = {
      add_bars, add_posterior, add_ranges, add_histograms, add_funnel, add_timeline, add_progress};
  hw_canvas *canvas = NULL;
  *bytes = NULL;
  const hw_canvas_options options = {
      .width = width, .height = height, .theme = theme, .language = "vi"};
  hw_status status = hw_canvas_new(form, fonts, &options, &canvas, err);
  if (status != HW_OK) return status;
  hw_chart chart = {
      .width = width, .height = height, .empty = "Chưa có số liệu", .decimal_mark = ','};
  add[which](canvas, &chart, is_full);
  status = hw_canvas_end(canvas, bytes, n_bytes, err);
  hw_canvas_delete(canvas);
  return status;
}

static void leave_picture(int which, const char *bytes, size_t n_bytes) {
  const char *folder = getenv("HOMEWARD_PICTURES");
  if (folder == NULL) return;
  char path[512];
  (void)snprintf(path, sizeof path, "%s/chart_%s.svg", folder, chart_names[which]);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n_bytes, file), n_bytes);
  assert_int_equal(fclose(file), 0);
}

/* ---- tests ---- */

static double attribute(const char *element, const char *name) {
  const char *at = strstr(element, name);
  return at != NULL && at < strchr(element, '>') ? strtod(at + strlen(name), NULL) : -1;
}

/* Every level text of an SVG stands between the sides. */
static void assert_texts_fit(const char *svg, double width, double height) {
  int n = 0;
  if (svg == NULL) abort(); /* a failed assertion ended the test; the analyzer does not know */
  for (const char *t = strstr(svg, "<text x="); t != NULL; t = strstr(t + 1, "<text x=")) {
    const char *begin = strchr(t, '>') + 1, *end = strstr(begin, "</text>");
    char text[256] = "";
    assert_true((size_t)(end - begin) < sizeof text);
    memcpy(text, begin, (size_t)(end - begin));
    const double x = attribute(t, " x=\""), y = attribute(t, " y=\"");
    const hw_text_style style = {.size = attribute(t, " font-size=\""),
                                 .is_bold = strstr(t, "bold") != NULL && strstr(t, "bold") < begin};
    const double wide = hw_fonts_width(fonts, text, &style);
    const bool is_middle = strstr(t, "\"middle\"") != NULL && strstr(t, "\"middle\"") < begin;
    const bool is_end = strstr(t, "\"end\"") != NULL && strstr(t, "\"end\"") < begin;
    const double left = is_middle ? x - wide / 2 : is_end ? x - wide : x;
    if (left < -0.5 || left + wide > width + 0.5 || y > height || y - style.size < -1)
      fail_msg("'%s' stands at %g … %g, %g of %g × %g", text, left, left + wide, y, width, height);
    n++;
  }
  assert_true(n > 0);
}

static void ticks_are_few_round_and_cover_the_range(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 7);
  for (int i = 0; i < 20000; i++) {
    const double size = pow(10, 12 * hw_random_double(&random) - 6);
    const double low = (hw_random_double(&random) - 0.5) * size;
    const double high = low + hw_random_double(&random) * size;
    const hw_ticks t = hw_chart_find_ticks(low, high, 6);
    const double slack = 1e-6 * t.step;
    assert_true((double)t.first * t.step <= low + slack && (double)t.last * t.step >= high - slack);
    assert_true(t.last - t.first >= 1 && t.last - t.first <= 8);
    double lead = t.step;
    while (lead >= 9.99) lead /= 10;
    while (lead < 0.999) lead *= 10;
    assert_true(fabs(lead - 1) < 1e-6 || fabs(lead - 2) < 1e-6 || fabs(lead - 5) < 1e-6);
    /* Neighbours are told apart by the decimals. */
    assert_true(t.decimals == 0 || t.step * pow(10, t.decimals) >= 0.999);
  }
}

static void an_empty_range_is_moved_apart(void **state) {
  (void)state;
  const hw_ticks t = hw_chart_find_ticks(3, 3, 5), zero = hw_chart_find_ticks(0, 0, 5);
  assert_true((double)t.first * t.step <= 3 && (double)t.last * t.step >= 3 && t.last > t.first);
  assert_true(zero.first < 0 && zero.last > 0);
}

static void numbers_have_the_local_form(void **state) {
  (void)state;
  char b[HW_CHART_NUMBER_SIZE];
  assert_string_equal(hw_chart_format_number(1234567.25, 2, ',', b), "1.234.567,25");
  assert_string_equal(hw_chart_format_number(1234567.25, 1, '.', b), "1,234,567.3");
  assert_string_equal(hw_chart_format_number(1972, 0, ',', b), "1972");
  assert_string_equal(hw_chart_format_number(-0.5, 1, ',', b), "−0,5");
  assert_string_equal(hw_chart_format_number(-0.001, 1, '.', b), "0.0");
  assert_string_equal(hw_chart_format_number(0, 0, 0, b), "0");
  assert_string_equal(hw_chart_format_number(-HUGE_VAL, 2, '.', b), "−∞");
  assert_string_equal(hw_chart_format_number(HUGE_VAL, 2, '.', b), "∞");
  assert_string_equal(hw_chart_format_number(NAN, 2, '.', b), "?");
}

static void every_chart_fits_its_frame_and_is_the_same_twice(void **state) {
  (void)state;
  for (int which = 0; which < N_CHARTS; which++)
    for (int size = 0; size < 3; size++) {
      const double width = size == 0 ? 420 : size == 1 ? 300 : 700, height = size == 1 ? 160 : 220;
      hw_err err = HW_ERR_INIT;
      char *a = NULL, *b = NULL;
      size_t n_a = 0, n_b = 0;
      hw_assert_ok(draw(which, true, HW_CANVAS_SVG, HW_THEME_LIGHT, width, height, &a, &n_a, &err),
                   &err);
      hw_assert_ok(draw(which, true, HW_CANVAS_SVG, HW_THEME_LIGHT, width, height, &b, &n_b, &err),
                   &err);
      assert_int_equal(n_a, n_b);
      assert_memory_equal(a, b, n_a);
      assert_texts_fit(a, width, height);
      if (size == 0) leave_picture(which, a, n_a);
      free(a);
      free(b);
    }
}

static void every_chart_is_drawn_as_pdf_in_every_theme(void **state) {
  (void)state;
  for (int which = 0; which < N_CHARTS; which++)
    for (hw_theme theme = HW_THEME_LIGHT; theme <= HW_THEME_PRINT; theme++) {
      hw_err err = HW_ERR_INIT;
      char *a = NULL, *b = NULL;
      size_t n_a = 0, n_b = 0;
      hw_assert_ok(draw(which, true, HW_CANVAS_PDF, theme, 420, 220, &a, &n_a, &err), &err);
      hw_assert_ok(draw(which, true, HW_CANVAS_PDF, theme, 420, 220, &b, &n_b, &err), &err);
      assert_memory_equal(a, "%PDF-1.5", 8);
      assert_int_equal(n_a, n_b);
      assert_memory_equal(a, b, n_a);
      free(a);
      free(b);
    }
}

static void a_chart_without_data_says_so(void **state) {
  (void)state;
  for (int which = 0; which < N_CHARTS; which++) {
    hw_err err = HW_ERR_INIT;
    char *svg = NULL;
    size_t n = 0;
    hw_assert_ok(draw(which, false, HW_CANVAS_SVG, HW_THEME_LIGHT, 300, 150, &svg, &n, &err), &err);
    hw_assert_contains(svg, ">Chưa có số liệu</text>");
    free(svg);
  }
}

static void impossible_values_are_marked(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  char *svg = NULL;
  size_t n = 0;
  hw_assert_ok(draw(BARS, true, HW_CANVAS_SVG, HW_THEME_LIGHT, 420, 220, &svg, &n, &err), &err);
  hw_assert_contains(svg, "<title>D18S51</title><desc>−∞</desc>");
  hw_assert_contains(svg, "class=\"hw-warning");
  hw_assert_contains(svg, "<title>D3S1358</title><desc>0,84</desc>");
  free(svg);
}

static void a_range_that_is_no_number_has_no_box(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_canvas *canvas = NULL;
  char *svg = NULL;
  size_t n = 0;
  hw_assert_ok(hw_canvas_new(HW_CANVAS_SVG, fonts,
                             &(hw_canvas_options){.width = 300, .height = 100}, &canvas, &err),
               &err);
  const hw_range range = {"x", NAN, (double)NAN, (double)NAN};
  hw_chart_add_ranges(canvas, &(hw_chart){.width = 300, .height = 100},
                      &(hw_ranges){.n = 1, .ranges = &range});
  hw_assert_ok(hw_canvas_end(canvas, &svg, &n, &err), &err);
  hw_assert_contains(svg, ">?</text>");
  hw_canvas_delete(canvas);
  free(svg);
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  for (int which = 0; which < N_CHARTS; which++)
    for (long n = 0; hw_faults_begin(n); n += n < 40 ? 1 : 17) {
      hw_err err = HW_ERR_INIT;
      char *svg = NULL;
      size_t n_bytes = 0;
      const hw_status status =
          draw(which, true, HW_CANVAS_SVG, HW_THEME_LIGHT, 420, 220, &svg, &n_bytes, &err);
      const bool failed = hw_faults_end();
      if (failed)
        assert_true(status == HW_E_NO_MEMORY || status == HW_E_VALUE);
      else
        hw_assert_ok(status, &err);
      assert_true((svg != NULL) == (status == HW_OK));
      free(svg);
      if (!failed) break;
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ticks_are_few_round_and_cover_the_range),
      cmocka_unit_test(an_empty_range_is_moved_apart),
      cmocka_unit_test(numbers_have_the_local_form),
      cmocka_unit_test(every_chart_fits_its_frame_and_is_the_same_twice),
      cmocka_unit_test(every_chart_is_drawn_as_pdf_in_every_theme),
      cmocka_unit_test(a_chart_without_data_says_so),
      cmocka_unit_test(impossible_values_are_marked),
      cmocka_unit_test(a_range_that_is_no_number_has_no_box),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, begin_fonts, end_fonts);
}
