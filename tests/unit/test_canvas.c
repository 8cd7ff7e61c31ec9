/* Canvas: both forms, text, textures, groups, failures. */
#include "homeward/canvas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
  hw_fonts_delete(NULL);
  hw_canvas_delete(NULL);
  return 0;
}

static hw_canvas *new_canvas(hw_canvas_form form) {
  hw_err err = HW_ERR_INIT;
  hw_canvas *canvas = NULL;
  const hw_canvas_options options = {.width = 200,
                                     .height = 100,
                                     .title = "Phả hệ <1> & \"2\"",
                                     .language = "vi",
                                     .is_bare = true};
  hw_assert_ok(hw_canvas_new(form, fonts, &options, &canvas, &err), &err);
  return canvas;
}

static void end_canvas(hw_canvas *canvas, char **bytes, size_t *n_bytes) {
  hw_err err = HW_ERR_INIT;
  *bytes = NULL;
  hw_assert_ok(hw_canvas_end(canvas, bytes, n_bytes, &err), &err);
  hw_canvas_delete(canvas);
}

static void assert_ends_in(hw_canvas *canvas, hw_status status, const char *message) {
  hw_err err = HW_ERR_INIT;
  char *bytes = NULL;
  size_t n = 1;
  hw_assert_status(hw_canvas_end(canvas, &bytes, &n, &err), status, &err);
  hw_assert_contains(err.message, message);
  assert_null(bytes);
  assert_int_equal(n, 0);
  hw_canvas_delete(canvas);
}

static void svg_is_written_element_by_element(void **state) {
  (void)state;
  hw_canvas *canvas = new_canvas(HW_CANVAS_SVG);
  hw_canvas_begin_group(canvas, &(hw_group){.title = "A", .description = "B", .x = 1.5, .y = -2});
  hw_canvas_add_line(canvas, 0, 0.126, 10, 1e-9, &(hw_paint){.stroke = HW_ROLE_INK, .width = 2});
  hw_canvas_add_rectangle(canvas, 1, 2, 3, 4, &(hw_paint){.fill = HW_ROLE_FIRST});
  hw_canvas_add_circle(canvas, -1.005, 2, 3.1, &(hw_paint){.stroke = HW_ROLE_GRID});
  hw_canvas_add_text(canvas, 5, 6, "Nguyễn <Đạt> & \"Hoà\"",
                     &(hw_text_style){.size = 9, .is_bold = true, .anchor = HW_ANCHOR_MIDDLE});
  hw_canvas_add_text(canvas, 5, 6, "lên", &(hw_text_style){.is_upright = true});
  hw_canvas_add_path(
      canvas,
      (hw_path_step[]){
          {.kind = HW_MOVE, .x = 1, .y = 2}, {HW_CURVE, 3, 4, 5, 6, 7, 8}, {.kind = HW_CLOSE}},
      3, &(hw_paint){.stroke = HW_ROLE_MUTED, .dash = HW_DASH_SHORT});
  hw_canvas_end_group(canvas);
  size_t n = 0;
  char *svg = NULL;
  end_canvas(canvas, &svg, &n);
  assert_string_equal(
      svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 100\" width=\"200\" "
           "height=\"100\" lang=\"vi\" role=\"group\" font-family=\"'DejaVu Sans', Verdana, "
           "sans-serif\">\n"
           "<title>Phả hệ &lt;1&gt; &amp; &quot;2&quot;</title>\n"
           "<g role=\"img\" transform=\"translate(1.5 -2)\"><title>A</title><desc>B</desc>\n"
           "<path d=\"M0 0.13L10 0\" class=\"hw-ink-line\" fill=\"none\" stroke=\"#1a1f26\" "
           "stroke-width=\"2\"/>\n"
           "<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" class=\"hw-first\" fill=\"#0072b2\"/>\n"
           "<circle cx=\"-1\" cy=\"2\" r=\"3.1\" class=\"hw-grid-line\" fill=\"none\" "
           "stroke=\"#d9dee4\"/>\n"
           "<text x=\"5\" y=\"6\" font-size=\"9\" font-weight=\"bold\" text-anchor=\"middle\" "
           "class=\"hw-ink\" fill=\"#1a1f26\">Nguyễn &lt;Đạt&gt; &amp; &quot;Hoà&quot;</text>\n"
           "<text transform=\"translate(5 6) rotate(-90)\" font-size=\"10\" class=\"hw-ink\" "
           "fill=\"#1a1f26\">lên</text>\n"
           "<path d=\"M1 2C5 6 7 8 3 4Z\" class=\"hw-muted-line\" fill=\"none\" stroke=\"#555f6b\" "
           "stroke-dasharray=\"2 2\"/>\n"
           "</g>\n</svg>\n");
  assert_int_equal(n, strlen(svg));
  free(svg);
}

static void what_xml_cannot_hold_is_replaced(void **state) {
  (void)state;
  hw_canvas *canvas = new_canvas(HW_CANVAS_SVG);
  hw_canvas_add_text(canvas, 1, 1,
                     "a\x01"
                     "b\xff"
                     "c\td\xef\xbf\xbf"
                     "e",
                     NULL);
  size_t n = 0;
  char *svg = NULL;
  end_canvas(canvas, &svg, &n);
  hw_assert_contains(svg, ">a\xef\xbf\xbd"
                          "b\xef\xbf\xbd"
                          "c d\xef\xbf\xbd"
                          "e</text>");
  free(svg);
}

/* Draws a bit of everything. */
static void draw_all(hw_canvas *canvas) {
  const hw_paint paint = {.fill = HW_ROLE_TYPED,
                          .stroke = HW_ROLE_INK,
                          .texture = HW_TEXTURE_DOTS,
                          .texture_role = HW_ROLE_FIRST};
  hw_canvas_begin_group(canvas, &(hw_group){.scale = 1.5, .x = 3});
  hw_canvas_add_rectangle(canvas, 10, 10, 30, 30, &paint);
  hw_canvas_add_circle(canvas, 60, 25, 15, &paint);
  hw_canvas_add_text(canvas, 100, 20, "Bảng tần số: ƯỚC LƯỢNG, Đặng Thị Huệ",
                     &(hw_text_style){.anchor = HW_ANCHOR_END});
  hw_canvas_add_text(canvas, 100, 40, "14/15", &(hw_text_style){.face = HW_FACE_MONO});
  hw_canvas_add_text(canvas, 100, 40, "đứng", &(hw_text_style){.is_upright = true});
  hw_canvas_end_group(canvas);
}

static void the_same_calls_give_the_same_bytes(void **state) {
  (void)state;
  for (hw_canvas_form form = HW_CANVAS_SVG; form <= HW_CANVAS_PDF; form++) {
    size_t n_a = 0, n_b = 0;
    hw_canvas *first = new_canvas(form), *second = new_canvas(form);
    draw_all(first);
    draw_all(second);
    char *a = NULL, *b = NULL;
    end_canvas(first, &a, &n_a);
    end_canvas(second, &b, &n_b);
    assert_int_equal(n_a, n_b);
    assert_memory_equal(a, b, n_a);
    free(a);
    free(b);
  }
}

static bool has_bytes(const char *bytes, size_t n, const char *part) {
  const size_t m = strlen(part);
  for (size_t i = 0; i + m <= n; i++)
    if (memcmp(bytes + i, part, m) == 0) return true;
  return false;
}

static void pdf_has_no_time_and_no_links(void **state) {
  (void)state;
  hw_canvas *canvas = new_canvas(HW_CANVAS_PDF);
  draw_all(canvas);
  hw_canvas_begin_page(canvas, 300, 400);
  draw_all(canvas);
  size_t n = 0;
  char *pdf = NULL;
  end_canvas(canvas, &pdf, &n);
  assert_memory_equal(pdf, "%PDF-1.5", 8);
  assert_false(has_bytes(pdf, n, "CreationDate"));
  assert_false(has_bytes(pdf, n, "/URI"));
  assert_true(has_bytes(pdf, n, "/Count 2"));
  free(pdf);
}

static void a_time_that_is_given_is_written(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_canvas *canvas = NULL;
  const hw_canvas_options options = {.width = 9, .height = 9, .created = "2024-07-27T08:00:00Z"};
  hw_assert_ok(hw_canvas_new(HW_CANVAS_PDF, fonts, &options, &canvas, &err), &err);
  size_t n = 0;
  char *pdf = NULL;
  end_canvas(canvas, &pdf, &n);
  assert_true(has_bytes(pdf, n, "/CreationDate (20240727080000Z"));
  free(pdf);
}

static void a_time_that_is_none_is_refused(void **state) {
  (void)state;
  static const char *const times[] = {"", "27/7/2024", "2024-07-27T08:00:00",
                                      "2024-07-27 08:00:00Z"};
  for (int i = 0; i < 4; i++) {
    hw_err err = HW_ERR_INIT;
    hw_canvas *canvas = NULL;
    const hw_canvas_options options = {.width = 9, .height = 9, .created = times[i]};
    hw_assert_status(hw_canvas_new(HW_CANVAS_PDF, fonts, &options, &canvas, &err), HW_E_VALUE,
                     &err);
    hw_assert_contains(err.message, "is no time of creation");
    assert_null(canvas);
  }
}

static void a_word_across_the_page_is_turned_in_both_forms(void **state) {
  (void)state;
  for (hw_canvas_form form = HW_CANVAS_SVG; form <= HW_CANVAS_PDF; form++) {
    hw_canvas *canvas = new_canvas(form);
    hw_canvas_add_text(canvas, 50, 60, "NHÁP", &(hw_text_style){.is_across = true});
    size_t n = 0;
    char *bytes = NULL;
    end_canvas(canvas, &bytes, &n);
    if (form == HW_CANVAS_SVG)
      hw_assert_contains(bytes, "<text transform=\"matrix(0.6 -0.8 0.8 0.6 50 60)\"");
    else /* a shape: no font is needed to show it */
      assert_false(has_bytes(bytes, n, "/FontDescriptor"));
    free(bytes);
  }
}

static void keywords_are_written(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_canvas *canvas = NULL;
  const hw_canvas_options options = {.width = 9, .height = 9, .keywords = "a (b)"};
  hw_assert_ok(hw_canvas_new(HW_CANVAS_PDF, fonts, &options, &canvas, &err), &err);
  size_t n = 0;
  char *pdf = NULL;
  end_canvas(canvas, &pdf, &n);
  assert_true(has_bytes(pdf, n, "/Keywords <FEFF00610020002800620029>"));
  free(pdf);
}

/* Parses the ends of the lines "M x yL x y" of an SVG. */
static int count_outside(const char *svg, bool is_circle, int *n_lines) {
  int outside = 0;
  *n_lines = 0;
  for (const char *p = strstr(svg, "d=\"M"); p != NULL; p = strstr(p + 1, "d=\"M")) {
    char *at = NULL;
    double v[4];
    v[0] = strtod(p + 4, &at);
    v[1] = strtod(at, &at);
    if (*at != 'L') continue;
    v[2] = strtod(at + 1, &at);
    v[3] = strtod(at, &at);
    ++*n_lines;
    for (int i = 0; i < 4; i += 2) {
      const double x = v[i] - 50, y = v[i + 1] - 50;
      outside += is_circle ? sqrt(x * x + y * y) > 30.02 : fabs(x) > 30.01 || fabs(y) > 30.01;
    }
  }
  return outside;
}

static void textures_stay_inside_their_shape(void **state) {
  (void)state;
  for (hw_texture t = HW_TEXTURE_HATCH; t <= HW_TEXTURE_LEVEL; t++)
    for (int is_circle = 0; is_circle < 2; is_circle++) {
      const hw_paint paint = {.fill = HW_ROLE_SHADE, .texture = t};
      hw_canvas *canvas = new_canvas(HW_CANVAS_SVG);
      if (is_circle)
        hw_canvas_add_circle(canvas, 50, 50, 30, &paint);
      else
        hw_canvas_add_rectangle(canvas, 20, 20, 60, 60, &paint);
      size_t n = 0;
      int n_lines = 0;
      char *svg = NULL;
      end_canvas(canvas, &svg, &n);
      assert_int_equal(count_outside(svg, is_circle, &n_lines), 0);
      assert_true(n_lines >= 14 && n_lines <= 24);
      free(svg);
    }
  hw_canvas *canvas = new_canvas(HW_CANVAS_SVG);
  hw_canvas_add_polygon(canvas, (hw_point[]){{50, 20}, {80, 50}, {50, 80}, {20, 50}}, 4,
                        &(hw_paint){.fill = HW_ROLE_SHADE, .texture = HW_TEXTURE_DOTS});
  size_t n = 0;
  char *svg = NULL;
  end_canvas(canvas, &svg, &n);
  int n_dots = 0;
  for (const char *p = strstr(svg, "cx=\""); p != NULL; p = strstr(p + 1, "cx=\"")) {
    const double x = strtod(p + 4, NULL), y = strtod(strstr(p, "cy=\"") + 4, NULL);
    assert_true(fabs(x - 50) + fabs(y - 50) < 30);
    n_dots++;
  }
  assert_true(n_dots > 60 && n_dots < 110); /* 1800 square points, 4.5² each */
  free(svg);
}

static void widths_are_those_of_the_font(void **state) {
  (void)state;
  const hw_text_style sans = {.size = 2048}, mono = {.size = 10, .face = HW_FACE_MONO};
  /* Advance widths of DejaVu Sans, 2048 units to the em. */
  hw_assert_close(hw_fonts_width(fonts, "A", &sans), 1401, 0, 0.01);
  hw_assert_close(hw_fonts_width(fonts, "ệ", &sans), 1260, 0, 0.01);
  hw_assert_close(hw_fonts_width(fonts, "", &sans), 0, 0, 0);
  hw_assert_close(hw_fonts_width(fonts, "\xff", &sans),
                  hw_fonts_width(fonts, "\xef\xbf\xbd", &sans), 0, 0);
  hw_assert_close(hw_fonts_width(fonts, "đ1x", &mono), 3 * 10 * 1233.0 / 2048, 0, 0.01);
}

static void lines_break_at_words_and_long_words_inside(void **state) {
  (void)state;
  const hw_text_style style = {.size = 10};
  const char *text = "Nguyễn Văn  Đạt\nquê Thừa-Thiên-Huế-dài-quá", *rest = NULL;
  const double width = hw_fonts_width(fonts, "Nguyễn Văn", &style) + 0.01;
  assert_int_equal(hw_fonts_break(fonts, text, &style, width, &rest), strlen("Nguyễn Văn"));
  assert_memory_equal(rest, "Đạt", strlen("Đạt"));
  assert_int_equal(hw_fonts_break(fonts, rest, &style, width, &rest), strlen("Đạt"));
  assert_memory_equal(rest, "quê", 3);
  assert_int_equal(hw_fonts_break(fonts, rest, &style, width, &rest), strlen("quê"));
  size_t n = hw_fonts_break(fonts, rest, &style, width, &rest);
  assert_true(n > 5 && n < strlen("Thừa-Thiên-Huế-dài-quá"));
  assert_int_equal(hw_fonts_break(fonts, "Ơ", &style, 0.1, &rest), strlen("Ơ"));
  assert_string_equal(rest, "");
  assert_int_equal(hw_fonts_break(fonts, "", &style, 10, &rest), 0);
}

static void impossible_sizes_are_refused(void **state) {
  (void)state;
  const double sides[] = {0, -1, NAN, HUGE_VAL, HW_CANVAS_MOST + 1};
  for (int i = 0; i < 5; i++) {
    hw_err err = HW_ERR_INIT;
    hw_canvas *canvas = NULL;
    const hw_canvas_options options = {.width = sides[i], .height = 10};
    hw_assert_status(hw_canvas_new(HW_CANVAS_SVG, fonts, &options, &canvas, &err), HW_E_VALUE,
                     &err);
    hw_assert_contains(err.message, "cannot be made");
    assert_null(canvas);
  }
}

static void mistakes_of_a_drawing_are_told_at_its_end(void **state) {
  (void)state;
  hw_canvas *canvas = new_canvas(HW_CANVAS_SVG);
  hw_canvas_add_circle(canvas, NAN, 1, 1, &(hw_paint){.fill = HW_ROLE_INK});
  assert_ends_in(canvas, HW_E_VALUE, "not on any page");
  canvas = new_canvas(HW_CANVAS_SVG);
  hw_canvas_begin_page(canvas, 10, 10);
  assert_ends_in(canvas, HW_E_UNSUPPORTED, "one page");
  canvas = new_canvas(HW_CANVAS_PDF);
  hw_canvas_begin_page(canvas, 10, 1e5);
  assert_ends_in(canvas, HW_E_VALUE, "impossible size");
  canvas = new_canvas(HW_CANVAS_PDF);
  hw_canvas_begin_group(canvas, &(hw_group){.x = 0});
  assert_ends_in(canvas, HW_E_BUG, "not ended");
  canvas = new_canvas(HW_CANVAS_SVG);
  hw_canvas_end_group(canvas);
  assert_ends_in(canvas, HW_E_BUG, "not begun");
  canvas = new_canvas(HW_CANVAS_SVG);
  for (int i = 0; i <= HW_CANVAS_DEEPEST; i++) hw_canvas_begin_group(canvas, &(hw_group){.x = 1});
  assert_ends_in(canvas, HW_E_TOO_COMPLEX, "too deeply");
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  for (hw_canvas_form form = HW_CANVAS_SVG; form <= HW_CANVAS_PDF; form++)
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_err err = HW_ERR_INIT;
      hw_canvas *canvas = NULL;
      char *bytes = NULL;
      size_t n_bytes = 0;
      const hw_canvas_options options = {.width = 100, .height = 100, .title = "x"};
      hw_status status = hw_canvas_new(form, fonts, &options, &canvas, &err);
      if (status == HW_OK) {
        draw_all(canvas);
        status = hw_canvas_end(canvas, &bytes, &n_bytes, &err);
      }
      hw_canvas_delete(canvas);
      const bool failed = hw_faults_end();
      hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
      free(bytes);
      if (!failed) break;
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(svg_is_written_element_by_element),
      cmocka_unit_test(what_xml_cannot_hold_is_replaced),
      cmocka_unit_test(the_same_calls_give_the_same_bytes),
      cmocka_unit_test(pdf_has_no_time_and_no_links),
      cmocka_unit_test(a_time_that_is_given_is_written),
      cmocka_unit_test(a_word_across_the_page_is_turned_in_both_forms),
      cmocka_unit_test(keywords_are_written),
      cmocka_unit_test(a_time_that_is_none_is_refused),
      cmocka_unit_test(textures_stay_inside_their_shape),
      cmocka_unit_test(widths_are_those_of_the_font),
      cmocka_unit_test(lines_break_at_words_and_long_words_inside),
      cmocka_unit_test(impossible_sizes_are_refused),
      cmocka_unit_test(mistakes_of_a_drawing_are_told_at_its_end),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, begin_fonts, end_fonts);
}
