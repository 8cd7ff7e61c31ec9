/* Maps: the tables they are drawn from, and what a map must show.
 *
 * With HOMEWARD_PICTURES set to a folder, maps of these tests are left there to be looked at.
 * All places are made up for the tests. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "report/chart_map_int.h"
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

/* --- cutting --- */

static void areas_are_cut_at_the_frame(void **state) {
  (void)state;
  const hwp_view view = {.left = 0, .top = 0, .right = 10, .bottom = 10};
  hw_point points[40] = {{-5, 5}, {5, -5}, {15, 5}, {5, 15}}, spare[40];
  double area = 0;
  const size_t n = hwp_view_cut(&view, points, 4, spare);
  for (size_t i = 0; i < n; i++) {
    const hw_point a = points[i > 0 ? i - 1 : n - 1], b = points[i];
    assert_true(b.x >= 0 && b.x <= 10 && b.y >= 0 && b.y <= 10);
    area += (a.x * b.y - b.x * a.y) / 2;
  }
  hw_assert_close(fabs(area), 100, 1e-12, 0); /* the diamond's corners only touch the frame's */
  hw_point away[40] = {{20, 20}, {30, 20}, {30, 30}};
  assert_int_equal(hwp_view_cut(&view, away, 3, spare), 0);
}

/* --- the outline --- */

static void the_outline_is_as_its_description_says(void **state) {
  (void)state;
  static const char first[] = "line,kind,longitude,latitude\n";
  int n = 0, n_land = 0, n_border = 0, n_islet = 0;
  assert_memory_equal(hwp_outline, first, strlen(first));
  for (const char *at = hwp_outline + strlen(first); *at != '\0'; n++) {
    char kind[16] = "", *rest = NULL;
    const char *comma = strchr(at, ',');
    assert_non_null(comma);
    const size_t length = strcspn(comma + 1, ",");
    assert_true(length < sizeof kind);
    memcpy(kind, comma + 1, length);
    n_land += strcmp(kind, "land") == 0;
    n_border += strcmp(kind, "border") == 0;
    n_islet += strcmp(kind, "islet") == 0;
    const double longitude = strtod(comma + 2 + length, &rest);
    assert_int_equal(*rest, ',');
    const double latitude = strtod(rest + 1, &rest);
    assert_int_equal(*rest, '\n');
    assert_true(longitude >= HWP_OUTLINE_WEST && longitude <= HWP_OUTLINE_EAST);
    assert_true(latitude >= HWP_OUTLINE_SOUTH && latitude <= HWP_OUTLINE_NORTH);
    at = rest + 1;
  }
  assert_int_equal(n, 1896); /* data/README.md */
  assert_int_equal(n, n_land + n_border + n_islet);
  assert_true(n_land > 1000 && n_border > 500 && n_islet == 23);
}

/* --- names --- */

/* Each row of data/map_names.csv is of a known kind, within the outline, and has a name in each
 * language; rows of one name follow each other. */
static void the_names_are_as_their_description_says(void **state) {
  (void)state;
  static const char first[] = "name,kind,rank,latitude,longitude\n";
  static const char *const kinds_of_names[] = {"archipelago", "sea", "country", "town", "island"};
  static char seen[200][48];
  int n = 0, n_names = 0;
  assert_memory_equal(hwp_map_names, first, strlen(first));
  for (const char *at = hwp_map_names + strlen(first); *at != '\0'; n++) {
    char name[48], kind[48];
    int rank = -1;
    double latitude = 0, longitude = 0;
    assert_int_equal(
        sscanf(at, "%47[^,],%47[^,],%d,%lf,%lf\n", name, kind, &rank, &latitude, &longitude), 5);
    bool is_known = false;
    for (size_t k = 0; k < sizeof kinds_of_names / sizeof *kinds_of_names; k++)
      is_known = is_known || strcmp(kind, kinds_of_names[k]) == 0;
    assert_true(is_known && rank >= 0 && rank <= 3);
    assert_true(longitude > HWP_OUTLINE_WEST && longitude < HWP_OUTLINE_EAST);
    assert_true(latitude > HWP_OUTLINE_SOUTH && latitude < HWP_OUTLINE_NORTH);
    for (int language = 0; language < HW_N_LANGUAGES; language++)
      assert_non_null(hw_text_named((hw_language)language, "MAP_NAME_", name, NULL));
    if (n_names == 0 || strcmp(name, seen[n_names - 1]) != 0) {
      for (int i = 0; i < n_names; i++) assert_string_not_equal(name, seen[i]);
      assert_true(n_names < 120); /* as many as a map has room for */
      memcpy(seen[n_names++], name, sizeof name);
    }
    at = strchr(at, '\n') + 1;
  }
  assert_int_equal(n, 96); /* data/README.md */
  assert_int_equal(n_names, 70);
}

/* --- maps --- */

enum { MOST = 2000 };
static const hw_geomap_kind kinds[] = {
    {"mới báo", HW_GEOMAP_CIRCLE, HW_SERIES_QUIET, true, 3},
    {"đã khảo sát", HW_GEOMAP_CIRCLE, HW_SERIES_FIRST, false, 2},
    {"đang tìm kiếm", HW_GEOMAP_DIAMOND, HW_SERIES_SECOND, false, 2},
    {"đã quy tập", HW_GEOMAP_SQUARE, HW_SERIES_THIRD, false, 4},
    {"đã tìm hết, không còn gì", HW_GEOMAP_CROSS, HW_SERIES_QUIET, false, 1},
    {"đã đóng", HW_GEOMAP_TRIANGLE, HW_SERIES_FOURTH, true, 1},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static hw_geomap_point places[MOST];

/* Places all over, in one province, or in one spot. */
static hw_geomap map_of(int32_t n, double latitude, double longitude, double spread) {
  hw_random random;
  hw_random_init(&random, 5);
  static char labels[MOST][16];
  for (int32_t i = 0; i < n; i++) {
    (void)snprintf(labels[i], sizeof labels[i], "ĐĐ-%04d", (int)i + 1);
    places[i] = (hw_geomap_point){
        .latitude = latitude + spread * (hw_random_double(&random) - 0.5),
        .longitude = longitude + spread / 3 * (hw_random_double(&random) - 0.5),
        .uncertainty_m = i % 3 == 0 ? 500 + 300 * i : 0,
        .kind = i % N_KINDS,
        .label = labels[i],
        .is_dangerous = i % 5 == 1,
    };
  }
  return (hw_geomap){.n = n,
                     .points = places,
                     .n_kinds = N_KINDS,
                     .kinds = kinds,
                     .names_in = "vi",
                     .words = hw_geomap_words_of("vi"),
                     .has_inset = true,
                     .note = "Đường biên giới chỉ vẽ sơ lược để định hướng."};
}

static hw_status draw(const hw_geomap *map, hw_canvas_form form, hw_theme theme, double width,
                      double height, char **bytes, size_t *n_bytes, hw_err *err) {
  hw_canvas *canvas = NULL;
  *bytes = NULL;
  const hw_canvas_options options = {
      .width = width, .height = height, .theme = theme, .language = "vi"};
  hw_status status = hw_canvas_new(form, fonts, &options, &canvas, err);
  if (status != HW_OK) return status;
  const hw_chart chart = {.width = width,
                          .height = height,
                          .title = "Bản đồ địa điểm",
                          .empty = "Chưa có địa điểm nào có tọa độ",
                          .decimal_mark = ','};
  hw_chart_add_map(canvas, &chart, map);
  status = hw_canvas_end(canvas, bytes, n_bytes, err);
  hw_canvas_delete(canvas);
  return status;
}

static char *draw_svg(const hw_geomap *map, hw_theme theme, double width, double height,
                      const char *name) {
  hw_err err = HW_ERR_INIT;
  char *svg = NULL;
  size_t n = 0;
  hw_assert_ok(draw(map, HW_CANVAS_SVG, theme, width, height, &svg, &n, &err), &err);
  const char *folder = getenv("HOMEWARD_PICTURES");
  if (folder != NULL && name != NULL) {
    char path[512];
    (void)snprintf(path, sizeof path, "%s/map_%s.svg", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(svg, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
  }
  return svg;
}

static int count(const char *text, const char *what) {
  int n = 0;
  for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) n++;
  return n;
}

static double attribute(const char *element, const char *name) {
  const char *at = strstr(element, name);
  return at != NULL && at < strchr(element, '>') ? strtod(at + strlen(name), NULL) : -1;
}

/* The box of a text of an SVG; its letters are copied to `text`. */
static hwp_box box_of(const char *t, char text[256]) {
  const char *begin = strchr(t, '>') + 1, *end = strstr(begin, "</text>");
  assert_true((size_t)(end - begin) < 256);
  memcpy(text, begin, (size_t)(end - begin));
  text[end - begin] = '\0';
  const hw_text_style style = {.size = attribute(t, " font-size=\""),
                               .is_bold = strstr(t, "bold") != NULL && strstr(t, "bold") < begin};
  const double x = attribute(t, " x=\""), y = attribute(t, " y=\"");
  const double wide = hw_fonts_width(fonts, text, &style);
  const bool is_middle = strstr(t, "\"middle\"") != NULL && strstr(t, "\"middle\"") < begin;
  const bool is_end = strstr(t, "\"end\"") != NULL && strstr(t, "\"end\"") < begin;
  const double left = is_middle ? x - wide / 2 : is_end ? x - wide : x;
  return (hwp_box){left, y - style.size * HW_TEXT_CAPITAL, left + wide, y};
}

static void assert_texts_are_apart(const char *svg) {
  enum { MOST_TEXTS = 200 };
  static hwp_box boxes[MOST_TEXTS];
  static char texts[MOST_TEXTS][256];
  int n = 0;
  for (const char *t = strstr(svg, "<text x="); t != NULL; t = strstr(t + 1, "<text x=")) {
    assert_true(n < MOST_TEXTS);
    boxes[n] = box_of(t, texts[n]);
    for (int i = 0; i < n; i++)
      if (boxes[i].left < boxes[n].right && boxes[n].left < boxes[i].right &&
          boxes[i].top < boxes[n].bottom && boxes[n].top < boxes[i].bottom)
        fail_msg("'%s' and '%s' lie upon each other", texts[i], texts[n]);
    n++;
  }
  assert_true(n > 20);
}

static void a_map_without_places_says_so(void **state) {
  (void)state;
  const hw_geomap map = map_of(0, 16, 107, 1);
  char *svg = draw_svg(&map, HW_THEME_LIGHT, 480, 400, NULL);
  hw_assert_contains(svg, ">Chưa có địa điểm nào có tọa độ</text>");
  free(svg);
}

static void one_place_is_shown_with_its_surroundings(void **state) {
  (void)state;
  const hw_geomap map = map_of(1, 16.7, 107.0, 0.01);
  places[0].uncertainty_m = 6000;
  char *svg = draw_svg(&map, HW_THEME_LIGHT, 480, 420, "one");
  hw_assert_contains(svg, ">ĐĐ-0001</text>");
  hw_assert_contains(svg, "hw-land");
  hw_assert_contains(svg, "km</text>");
  hw_assert_contains(svg, "°Đ</text>");
  hw_assert_contains(svg, "°B</text>");
  hw_assert_contains(svg, ">Đông Hà</text>");
  hw_assert_contains(svg, ">mới báo (3)</text>");
  hw_assert_contains(svg, ">sai số vị trí</text>");
  assert_null(strstr(svg, "nguy hiểm")); /* it has none */
  free(svg);
}

static void places_of_a_province_have_labels_that_meet_nothing(void **state) {
  (void)state;
  const hw_geomap map = map_of(24, 16.8, 107.0, 1.4);
  char *svg = draw_svg(&map, HW_THEME_LIGHT, 640, 560, "province");
  char *dark = draw_svg(&map, HW_THEME_DARK, 640, 560, "province_dark");
  char *print = draw_svg(&map, HW_THEME_PRINT, 640, 560, "province_print");
  hw_assert_contains(svg, ">nguy hiểm chưa xử lý</text>");
  hw_assert_contains(svg, ">ĐĐ-");
  assert_true(count(svg, "<title>ĐĐ-") >= 8);
  assert_texts_are_apart(svg);
  free(svg);
  free(dark);
  free(print);
}

static void two_thousand_places_become_few_signs(void **state) {
  (void)state;
  const hw_geomap map = map_of(MOST, 15.5, 106.8, 15);
  char *svg = draw_svg(&map, HW_THEME_LIGHT, 640, 760, "many");
  int64_t sum = 0;
  int n = 0;
  /* Each place is in one sign: numbers and single ones make two thousand. */
  for (const char *at = strstr(svg, "<g role=\"img\"><title>"); at != NULL;
       at = strstr(at + 1, "<g role=\"img\"><title>")) {
    const char *text = strstr(at, "<title>") + 7;
    if (strncmp(text, "Bản đồ", strlen("Bản đồ")) == 0) continue;
    sum += strncmp(text, "ĐĐ-", strlen("ĐĐ-")) == 0 ? 1 : strtol(text, NULL, 10);
    n++;
  }
  assert_int_equal(sum, MOST);
  assert_true(n > 20 && n <= 100);
  assert_true(strlen(svg) < 90000);
  free(svg);
}

/* The islands of the country are named, in each language, wherever the country is seen: in the map
 * itself, or in the inset that tells which part of it the map shows. */
static void the_islands_are_on_every_map(void **state) {
  (void)state;
  static const struct {
    const char *language, *texts[4], *sea;
  } expected[] = {
      {"vi", {">Quần đảo Hoàng Sa<", ">Quần đảo Trường Sa<", ">(Việt Nam)<", NULL}, ">Biển Đông<"},
      {"en",
       {">Hoàng Sa<", ">(Paracel Islands)<", ">Trường Sa<", ">(Spratly Islands)<"},
       ">East Sea<"},
  };
  for (size_t k = 0; k < sizeof expected / sizeof *expected; k++)
    for (int part = 0; part < 4; part++) {
      static const double spreads[] = {15, 1.4, 3, 0};
      hw_geomap map = map_of(part == 0 ? 300 : 8, 15.5, 106.8, spreads[part]);
      map.names_in = expected[k].language;
      char *svg = draw_svg(&map, HW_THEME_LIGHT, part < 2 ? 380 : 450, 500, NULL);
      for (int i = 0; i < 4; i++)
        if (expected[k].texts[i] != NULL) hw_assert_contains(svg, expected[k].texts[i]);
      if (part == 0) hw_assert_contains(svg, expected[k].sea);
      free(svg);
    }
}

/* No name lies on a sign: places in the middle of each group of islands, and around. */
static void names_cover_no_sign(void **state) {
  (void)state;
  static const hw_point middles[] = {{112, 16.5}, {114, 10}, {106.6, 8.7}, {105.85, 21.03}};
  for (size_t k = 0; k < sizeof middles / sizeof *middles; k++) {
    const hw_geomap map = map_of(12, middles[k].y, middles[k].x, 1.5);
    for (int i = 0; i < 12; i++) places[i].uncertainty_m = 0;
    char *svg = draw_svg(&map, HW_THEME_LIGHT, 480, 420, NULL);
    int n = 0;
    for (const char *c = strstr(svg, "<circle cx="); c != NULL; c = strstr(c + 1, "<circle cx=")) {
      const double x = attribute(c, " cx=\""), y = attribute(c, " cy=\"");
      if (attribute(c, " r=\"") < 3) continue; /* an islet, a town */
      n++;
      for (const char *t = strstr(svg, "<text x="); t != NULL; t = strstr(t + 1, "<text x=")) {
        char text[256] = "";
        const hwp_box box = box_of(t, text);
        if ((text[0] < '0' || text[0] > '9') && strlen(text) > 2 && x > box.left && x < box.right &&
            y > box.top && y < box.bottom)
          fail_msg("'%s' lies on a sign at %g, %g", text, x, y);
      }
    }
    assert_true(n > 2);
    assert_texts_are_apart(svg);
    free(svg);
  }
}

static void a_map_is_named_in_a_language_that_there_is(void **state) {
  (void)state;
  hw_geomap map = map_of(3, 16.5, 107.5, 0.5);
  hw_err err = HW_ERR_INIT;
  char *svg = NULL;
  size_t n = 0;
  map.names_in = "xx";
  assert_int_equal(draw(&map, HW_CANVAS_SVG, HW_THEME_LIGHT, 480, 420, &svg, &n, &err), HW_E_VALUE);
  assert_null(svg);
  map.names_in = NULL;
  svg = draw_svg(&map, HW_THEME_LIGHT, 480, 420, NULL);
  assert_null(strstr(svg, "Sa<"));
  assert_null(strstr(svg, ">Huế<"));
  free(svg);
}

static void places_on_one_spot_are_one_number(void **state) {
  (void)state;
  const hw_geomap map = map_of(500, 16.5, 107.5, 0);
  char *svg = draw_svg(&map, HW_THEME_LIGHT, 480, 420, "spot");
  hw_assert_contains(svg, "<title>500</title>");
  hw_assert_contains(svg, ">500</text>");
  free(svg);
}

static void places_that_stand_for_others_are_counted(void **state) {
  (void)state;
  hw_geomap map = map_of(2, 16.5, 107.5, 0);
  places[0].count = 12345;
  places[1].latitude = 20;
  char *svg = draw_svg(&map, HW_THEME_LIGHT, 480, 420, NULL);
  hw_assert_contains(svg, "<title>12.345</title>");
  hw_assert_contains(svg, "<title>ĐĐ-0002</title>");
  free(svg);
}

static void places_off_the_outline_are_counted_not_drawn(void **state) {
  (void)state;
  hw_geomap map = map_of(3, 16.5, 107.5, 0.5);
  places[1].latitude = 48.8, places[1].longitude = 2.3;
  places[2].longitude = -107.5; /* a sign mistyped */
  char *svg = draw_svg(&map, HW_THEME_LIGHT, 480, 420, NULL);
  hw_assert_contains(svg, ">địa điểm ngoài phạm vi bản đồ: 2</text>");
  hw_assert_contains(svg, "<title>ĐĐ-0001</title>");
  assert_null(strstr(svg, "<title>ĐĐ-0002</title>"));
  free(svg);
  assert_false(hw_geomap_has_place(48.8, 2.3));
  assert_false(hw_geomap_has_place((double)NAN, 107));
  assert_true(hw_geomap_has_place(HW_GEOMAP_SOUTH, HW_GEOMAP_EAST));
}

static void places_nowhere_on_earth_are_refused(void **state) {
  (void)state;
  static const struct {
    double latitude, longitude, uncertainty_m;
    int32_t kind;
    const char *message;
  } wrong[] = {
      {107.2, 16.7, 0, 0, "nowhere on Earth"}, {16.7, 181, 0, 0, "nowhere on Earth"},
      {16.7, 107, -1, 0, "nowhere on Earth"},  {16.7, 107, HUGE_VAL, 0, "nowhere on Earth"},
      {16.7, 107, 0, N_KINDS, "unknown kind"}, {16.7, 107, 0, -1, "unknown kind"},
  };
  for (size_t i = 0; i <= sizeof wrong / sizeof *wrong; i++) {
    hw_geomap map = map_of(2, 16.5, 107.5, 0.5);
    const bool is_nan = i == sizeof wrong / sizeof *wrong;
    places[1] = is_nan ? (hw_geomap_point){.latitude = (double)NAN, .longitude = 107}
                       : (hw_geomap_point){.latitude = wrong[i].latitude,
                                           .longitude = wrong[i].longitude,
                                           .uncertainty_m = wrong[i].uncertainty_m,
                                           .kind = wrong[i].kind};
    hw_err err = HW_ERR_INIT;
    char *svg = NULL;
    size_t n = 0;
    assert_int_equal(draw(&map, HW_CANVAS_SVG, HW_THEME_LIGHT, 480, 420, &svg, &n, &err),
                     HW_E_VALUE);
    hw_assert_contains(err.message, is_nan ? "nowhere on Earth" : wrong[i].message);
    assert_null(svg);
  }
}

static void the_same_places_give_the_same_bytes(void **state) {
  (void)state;
  for (int form = HW_CANVAS_SVG; form <= HW_CANVAS_PDF; form++)
    for (int size = 0; size < 3; size++) {
      static const double widths[] = {340, 640, 500}, heights[] = {400, 300, 640};
      const hw_geomap map = map_of(60, 16, 107, size == 0 ? 0.4 : 12);
      hw_err err = HW_ERR_INIT;
      char *a = NULL, *b = NULL;
      size_t n_a = 0, n_b = 0;
      hw_assert_ok(draw(&map, (hw_canvas_form)form, HW_THEME_PRINT, widths[size], heights[size], &a,
                        &n_a, &err),
                   &err);
      hw_assert_ok(draw(&map, (hw_canvas_form)form, HW_THEME_PRINT, widths[size], heights[size], &b,
                        &n_b, &err),
                   &err);
      assert_int_equal(n_a, n_b);
      assert_memory_equal(a, b, n_a);
      free(a);
      free(b);
    }
}

static void nothing_is_drawn_beyond_the_chart(void **state) {
  (void)state;
  static const double widths[] = {300, 640, 340}, heights[] = {260, 420, 480};
  for (int k = 0; k < 3; k++) {
    const hw_geomap map = map_of(30, 16.6, 107.0, k == 0 ? 14 : k == 1 ? 0.6 : 3);
    char *svg = draw_svg(&map, HW_THEME_LIGHT, widths[k], heights[k], NULL);
    /* Paths are absolute: pairs of numbers behind letters. */
    for (const char *at = strstr(svg, " d=\""); at != NULL; at = strstr(at + 1, " d=\"")) {
      const char *p = at + 4;
      for (int i = 0; *p != '"'; i++) {
        char *next = NULL;
        while (*p != '"' && *p != '-' && *p != '.' && (*p < '0' || *p > '9')) p++;
        if (*p == '"') break;
        const double value = strtod(p, &next);
        assert_true(value > -1 && value < (i % 2 == 0 ? widths[k] : heights[k]) + 1);
        p = next;
      }
    }
    for (const char *t = strstr(svg, "<text x="); t != NULL; t = strstr(t + 1, "<text x=")) {
      char text[256] = "";
      const hwp_box box = box_of(t, text);
      if (box.left < -0.5 || box.right > widths[k] + 0.5 || box.bottom > heights[k])
        fail_msg("'%s' stands at %g … %g, %g", text, box.left, box.right, box.bottom);
    }
    free(svg);
  }
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  const hw_geomap map = map_of(40, 16.8, 107.0, 1.4);
  for (long n = 0; hw_faults_begin(n); n += n < 30 ? 1 : 13) {
    hw_err err = HW_ERR_INIT;
    char *svg = NULL;
    size_t n_bytes = 0;
    const hw_status status =
        draw(&map, HW_CANVAS_SVG, HW_THEME_LIGHT, 480, 420, &svg, &n_bytes, &err);
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
      cmocka_unit_test(areas_are_cut_at_the_frame),
      cmocka_unit_test(the_outline_is_as_its_description_says),
      cmocka_unit_test(the_names_are_as_their_description_says),
      cmocka_unit_test(the_islands_are_on_every_map),
      cmocka_unit_test(names_cover_no_sign),
      cmocka_unit_test(a_map_is_named_in_a_language_that_there_is),
      cmocka_unit_test(a_map_without_places_says_so),
      cmocka_unit_test(one_place_is_shown_with_its_surroundings),
      cmocka_unit_test(places_of_a_province_have_labels_that_meet_nothing),
      cmocka_unit_test(two_thousand_places_become_few_signs),
      cmocka_unit_test(places_on_one_spot_are_one_number),
      cmocka_unit_test(places_that_stand_for_others_are_counted),
      cmocka_unit_test(places_off_the_outline_are_counted_not_drawn),
      cmocka_unit_test(places_nowhere_on_earth_are_refused),
      cmocka_unit_test(the_same_places_give_the_same_bytes),
      cmocka_unit_test(nothing_is_drawn_beyond_the_chart),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, begin_fonts, end_fonts);
}
