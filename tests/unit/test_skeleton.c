/* Skeletons: every element has its shape, is drawn once, in its person's colour, on its side.
 *
 * With HOMEWARD_PICTURES set to a folder, the pictures are left there to be looked at. All finds are
 * made up for the tests. */
#include "homeward/skeleton.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/reassociate.h"
#include "report/skeleton_int.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_fonts *fonts;
static const hw_element *elements;
static int32_t n_elements;

static int begin(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  n_elements = hw_elements(&elements);
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  return 0;
}

static int end(void **state) {
  (void)state;
  hw_fonts_delete(fonts);
  return 0;
}

/* --- drawing --- */

static void keep(const char *name, const char *bytes, size_t n) {
  const char *folder = getenv("HOMEWARD_PICTURES");
  if (folder == NULL) return;
  char path[400];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  fclose(file);
}

/* A picture, ended by NUL; free() it. */
static char *draw(hw_canvas_form form, hw_theme theme, const hw_skeleton *skeleton,
                  hw_skeleton_result *result, size_t *n, const char *name) {
  hw_err err = HW_ERR_INIT;
  hw_canvas *canvas = NULL;
  char *bytes = NULL;
  const hw_canvas_options options = {
      .width = skeleton->is_small ? HW_SKELETON_SMALL_WIDTH : HW_SKELETON_WIDTH,
      .height = hw_skeleton_height(skeleton),
      .theme = theme,
      .created = "2024-07-27"};
  hw_assert_ok(hw_canvas_new(form, fonts, &options, &canvas, &err), &err);
  hw_assert_ok(hw_skeleton_add(canvas, skeleton, result, &err), &err);
  hw_assert_ok(hw_canvas_end(canvas, &bytes, n, &err), &err);
  hw_canvas_delete(canvas);
  if (name != NULL) keep(name, bytes, *n);
  char *text = malloc(*n + 1);
  assert_non_null(text);
  memcpy(text, bytes, *n);
  text[*n] = '\0';
  free(bytes);
  return text;
}

static int count(const char *text, const char *what) {
  int n = 0;
  for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) n++;
  return n;
}

static hw_skeleton_side side_of(const hw_element *element, bool is_left) {
  if (element->per_side == 0) return HW_SKELETON_MIDLINE;
  return is_left ? HW_SKELETON_LEFT : HW_SKELETON_RIGHT;
}

/* --- shapes --- */

static hwp_skeleton_shapes shapes;

/* Shapes of an element on a side, also those that it names as a series. */
static int32_t count_shapes(const char *element, hw_skeleton_side side, bool numbers[64]) {
  int32_t n = 0;
  for (int32_t s = 0; s < shapes.n; s++) {
    const hwp_bone_shape *at = &shapes.shapes[s];
    if (at->side != side) continue;
    int32_t number = -1;
    if (strcmp(at->element, element) == 0) number = at->number;
    if (at->series != NULL && strcmp(at->series, element) == 0) number = at->series_number;
    if (number < 0) continue;
    assert_true(number < 64);
    assert_false(numbers[number]);
    numbers[number] = true;
    n++;
  }
  return n;
}

static void every_element_of_the_table_has_as_many_shapes_as_a_body_has_of_it(void **state) {
  (void)state;
  hwp_skeleton_make_shapes(&shapes);
  for (int32_t e = 0; e < n_elements; e++) {
    const hw_element *element = &elements[e];
    const bool is_tooth = strcmp(element->name, "tooth") == 0;
    for (int left = 0; left < 2; left++) {
      bool numbers[64] = {false};
      const int32_t wanted = element->per_side > 0 ? element->per_side : element->midline;
      const int32_t n = count_shapes(element->name, side_of(element, left == 1), numbers);
      if (n != wanted) fail_msg("%s: %d shapes, expected %d", element->name, (int)n, (int)wanted);
      for (int32_t i = 1; i <= wanted && wanted > 1 && !is_tooth; i++)
        if (!numbers[i]) fail_msg("%s %d has no shape", element->name, (int)i);
    }
    assert_int_equal(count_shapes(element->name, HW_SKELETON_UNKNOWN, (bool[64]){false}), 0);
  }
}

static void no_shape_is_of_an_element_that_the_table_lacks(void **state) {
  (void)state;
  hwp_skeleton_make_shapes(&shapes);
  assert_true(shapes.n_points <= HWP_SHAPE_POINTS_MOST);
  for (int32_t s = 0; s < shapes.n; s++) {
    const char *const names[] = {shapes.shapes[s].element, shapes.shapes[s].series};
    assert_true(shapes.shapes[s].n <= HWP_OUTLINE_MOST);
    for (int i = 0; i < 2; i++) {
      bool is_known = names[i] == NULL;
      for (int32_t e = 0; e < n_elements && !is_known; e++)
        is_known = strcmp(elements[e].name, names[i]) == 0;
      if (!is_known) fail_msg("'%s' is no element", names[i]);
    }
  }
}

static void teeth_have_the_numbers_of_the_fdi(void **state) {
  (void)state;
  hwp_skeleton_make_shapes(&shapes);
  for (int32_t s = 0; s < shapes.n; s++) {
    const hwp_bone_shape *at = &shapes.shapes[s];
    if (at->series == NULL || strcmp(at->series, "tooth") != 0) continue;
    const int32_t quarter = at->series_number / 10;
    /* Seen from the front: upper right 1, upper left 2, lower left 3, lower right 4. */
    const bool is_upper = (at->top + at->bottom) / 2 < 67.5;
    const bool is_left = (at->left + at->right) / 2 > 57;
    assert_int_equal(quarter, is_upper ? (is_left ? 2 : 1) : (is_left ? 3 : 4));
    assert_int_equal(at->side, is_left ? HW_SKELETON_LEFT : HW_SKELETON_RIGHT);
  }
}

static void the_left_of_the_person_is_the_right_of_the_picture(void **state) {
  (void)state;
  hwp_skeleton_make_shapes(&shapes);
  for (int32_t s = 0; s < shapes.n; s++) {
    const hwp_bone_shape *at = &shapes.shapes[s];
    if (at->is_inset || at->side == HW_SKELETON_MIDLINE) continue;
    if (at->side == HW_SKELETON_LEFT)
      assert_true(at->left > HWP_SKELETON_MIDDLE);
    else
      assert_true(at->right < HWP_SKELETON_MIDDLE);
  }
}

static void shapes_stay_inside_the_picture(void **state) {
  (void)state;
  const hw_skeleton empty = {.words = hw_skeleton_words_of("en")};
  hwp_skeleton_make_shapes(&shapes);
  for (int32_t s = 0; s < shapes.n; s++) {
    const hwp_bone_shape *at = &shapes.shapes[s];
    assert_true(at->left > 2 && at->right < HW_SKELETON_WIDTH - 2);
    assert_true(at->top > 10 && at->bottom < hw_skeleton_height(&empty) - 50);
    assert_true(at->right - at->left > 1 && at->bottom - at->top > 1);
    if (!at->is_inset)
      assert_true(at->left > 180 - HW_SKELETON_SMALL_WIDTH / 2 &&
                  at->right < 180 + HW_SKELETON_SMALL_WIDTH / 2);
  }
}

/* --- finds --- */

/* The colour of a bone: class of the fill of the first path in the group of this title. */
static void assert_colour(const char *svg, const char *title, const char *colour) {
  char wanted[200];
  snprintf(wanted, sizeof wanted, "<title>%s</title>", title);
  const char *at = strstr(svg, wanted);
  if (at == NULL) {
    fail_msg("no bone is called '%s'", title);
    return;
  }
  const char *path = strstr(at, "<path");
  assert_non_null(path);
  const char *look = strstr(path, "class=\"");
  assert_non_null(look);
  if (strncmp(look + 7, colour, strlen(colour)) != 0)
    fail_msg("%s: %.60s, expected %s", title, look, colour);
}

static void every_find_is_drawn_once_in_the_colour_of_its_person(void **state) {
  (void)state;
  static const char *const persons[] = {"IND-1", "IND-2", "IND-3"};
  static const char *const colours[] = {"hw-grid", "hw-first", "hw-second", "hw-third"};
  enum { MOST = 120 };
  hw_skeleton_find finds[MOST];
  static char labels[MOST][80];
  int32_t n = 0;
  for (int32_t e = 0; e < n_elements; e++)
    for (int side = 0; side < (elements[e].per_side > 0 ? 2 : 1); side++) {
      snprintf(labels[n], sizeof labels[n], "%s %d", elements[e].name, side);
      finds[n] = (hw_skeleton_find){.element = elements[e].name,
                                    .side = side_of(&elements[e], side == 1),
                                    .person = n % 4 - 1,
                                    .label = labels[n]};
      n++;
    }
  const hw_skeleton skeleton = {.n_finds = n,
                                .finds = finds,
                                .n_persons = 3,
                                .persons = persons,
                                .words = hw_skeleton_words_of("en")};
  hw_skeleton_result result;
  size_t size = 0;
  char *svg = draw(HW_CANVAS_SVG, HW_THEME_LIGHT, &skeleton, &result, &size, "every.svg");
  assert_int_equal(result.n_placed, n);
  assert_int_equal(result.n_unsided + result.n_unknown, 0);
  for (int32_t i = 0; i < n; i++) {
    /* A series and one of its kind ("tooth", "incisor") may share a place. */
    int met = 0;
    for (const char *at = strstr(svg, labels[i]); at != NULL; at = strstr(at + 1, labels[i])) {
      const char after = at[strlen(labels[i])], before = at[-1];
      met += (after == '<' || after == ';') && (before == '>' || (before == ' ' && at[-2] == ';'));
    }
    if (met != 1) fail_msg("'%s' is drawn %d times", labels[i], met);
  }
  for (int32_t i = 0; i < 4; i++) assert_colour(svg, labels[i], colours[finds[i].person + 1]);
  free(svg);
}

static void colours_follow_the_persons(void **state) {
  (void)state;
  static const char *const persons[] = {"A", "B", "C", "D", "E"};
  static const hw_skeleton_find finds[] = {
      {.element = "femur", .side = HW_SKELETON_LEFT, .person = 0, .label = "a"},
      {.element = "femur", .side = HW_SKELETON_RIGHT, .person = 1, .label = "b"},
      {.element = "tibia", .side = HW_SKELETON_LEFT, .person = 2, .label = "c"},
      {.element = "tibia", .side = HW_SKELETON_RIGHT, .person = 3, .label = "d"},
      {.element = "humerus", .side = HW_SKELETON_LEFT, .person = 4, .label = "e"},
      {.element = "humerus", .side = HW_SKELETON_RIGHT, .person = -1, .label = "f"},
  };
  const hw_skeleton skeleton = {.n_finds = 6,
                                .finds = finds,
                                .n_persons = 5,
                                .persons = persons,
                                .words = hw_skeleton_words_of("vi")};
  size_t size = 0;
  char *svg = draw(HW_CANVAS_SVG, HW_THEME_LIGHT, &skeleton, NULL, &size, NULL);
  assert_colour(svg, "a", "hw-first");
  assert_colour(svg, "b", "hw-second");
  assert_colour(svg, "c", "hw-third");
  assert_colour(svg, "d", "hw-fourth");
  assert_colour(svg, "e", "hw-first");
  assert_colour(svg, "f", "hw-grid");
  hw_assert_contains(svg, ">phải<");
  hw_assert_contains(svg, ">trái<");
  /* The fifth person has the first one's colour, and a texture of her own. */
  const char *e = strstr(svg, "<title>e</title>");
  assert_non_null(e);
  assert_int_equal(count(strstr(svg, "<title>a</title>"), "hw-paper-line") > 0, 1);
  const char *group_end = strstr(e, "</g>");
  const char *texture = strstr(e, "hw-paper-line");
  assert_true(texture != NULL && texture < group_end);
  const char *a = strstr(svg, "<title>a</title>");
  texture = strstr(a, "hw-paper-line");
  assert_true(texture == NULL || texture > strstr(a, "</g>"));
  free(svg);
}

static hw_skeleton_result place(int32_t n, const hw_skeleton_find *finds) {
  static const char *const persons[] = {"A", "B", "C"};
  const hw_skeleton skeleton = {.n_finds = n,
                                .finds = finds,
                                .n_persons = 3,
                                .persons = persons,
                                .words = hw_skeleton_words_of("en")};
  hw_skeleton_result result;
  size_t size = 0;
  free(draw(HW_CANVAS_SVG, HW_THEME_LIGHT, &skeleton, &result, &size, NULL));
  return result;
}

static void what_cannot_be_placed_is_counted(void **state) {
  (void)state;
  static const hw_skeleton_find finds[] = {
      {.element = "femur", .side = HW_SKELETON_UNKNOWN, .person = -1},
      {.element = "rib", .side = HW_SKELETON_UNKNOWN, .person = -1},
      {.element = "horn", .side = HW_SKELETON_LEFT, .person = -1},
      {.element = "", .side = HW_SKELETON_UNKNOWN, .person = -1},
      {.element = "mandible", .side = HW_SKELETON_UNKNOWN, .person = -1},
  };
  const hw_skeleton_result result = place(5, finds);
  assert_int_equal(result.n_placed, 1);
  assert_int_equal(result.n_unsided, 2);
  assert_int_equal(result.n_unknown, 2);
}

static void persons_share_a_bone_and_their_own_bones_of_a_series_stand_apart(void **state) {
  (void)state;
  static const char *const persons[] = {"A", "B"};
  static const hw_skeleton_find finds[] = {
      {.element = "femur", .side = HW_SKELETON_LEFT, .person = 0, .label = "one"},
      {.element = "femur", .side = HW_SKELETON_LEFT, .person = 1, .label = "two"},
      {.element = "rib", .side = HW_SKELETON_LEFT, .person = 0, .label = "rib a"},
      {.element = "rib", .side = HW_SKELETON_LEFT, .person = 0, .label = "rib b"},
      {.element = "rib", .side = HW_SKELETON_LEFT, .number = 1, .person = 1, .label = "rib c"},
  };
  const hw_skeleton skeleton = {.n_finds = 5,
                                .finds = finds,
                                .n_persons = 2,
                                .persons = persons,
                                .words = hw_skeleton_words_of("en")};
  size_t size = 0;
  char *svg = draw(HW_CANVAS_SVG, HW_THEME_LIGHT, &skeleton, NULL, &size, NULL);
  hw_assert_contains(svg, "<title>one; two</title>");
  hw_assert_contains(svg, "<title>rib c; rib a</title>"); /* numbered ones are placed first */
  hw_assert_contains(svg, "<title>rib b</title>");
  const char *shared = strstr(svg, "<title>one; two</title>");
  const char *shared_end = strstr(shared, "</g>");
  assert_true(strstr(shared, "hw-first") < shared_end);
  assert_true(strstr(shared, "hw-second") < shared_end);
  free(svg);
}

static void badges_stand_at_their_element_and_side(void **state) {
  (void)state;
  static const hw_skeleton_badge badges[] = {
      {"femur", HW_SKELETON_LEFT, "3", "three left femora"},
      {"femur", HW_SKELETON_RIGHT, "2", "two right femora"},
      {"mandible", HW_SKELETON_MIDLINE, "4", "four mandibles"},
      {"horn", HW_SKELETON_LEFT, "9", "nine horns"},
  };
  hw_skeleton skeleton = {.words = hw_skeleton_words_of("en")};
  size_t size = 0;
  char *svg = draw(HW_CANVAS_SVG, HW_THEME_LIGHT, &skeleton, NULL, &size, NULL);
  assert_null(strstr(svg, "<circle"));
  const double without = hw_skeleton_height(&skeleton);
  free(svg);
  skeleton.n_badges = 4;
  skeleton.badges = badges;
  assert_true(hw_skeleton_height(&skeleton) > without);
  svg = draw(HW_CANVAS_SVG, HW_THEME_LIGHT, &skeleton, NULL, &size, NULL);
  /* Three places and the legend. */
  assert_int_equal(count(svg, "<circle"), 4);
  assert_null(strstr(svg, "nine horns"));
  double x[2] = {0};
  static const char *const titles[] = {"<title>three left femora", "<title>two right femora"};
  for (int i = 0; i < 2; i++) {
    const char *at = strstr(svg, titles[i]);
    assert_non_null(at);
    x[i] = strtod(strstr(at, "cx=\"") + 4, NULL);
  }
  assert_true(x[0] > 180 && x[1] < 180);
  free(svg);
}

static void a_small_skeleton_of_one_person_has_her_bones_alone(void **state) {
  (void)state;
  static const char *const persons[] = {"A", "B"};
  static const hw_skeleton_find finds[] = {
      {.element = "femur", .side = HW_SKELETON_LEFT, .person = 0, .label = "hers"},
      {.element = "femur", .side = HW_SKELETON_RIGHT, .person = 1, .label = "his"},
  };
  const hw_skeleton skeleton = {.title = "B",
                                .n_finds = 2,
                                .finds = finds,
                                .n_persons = 2,
                                .persons = persons,
                                .words = hw_skeleton_words_of("en"),
                                .is_small = true,
                                .is_of_one = true,
                                .person = 1};
  size_t size = 0;
  hw_skeleton_result result;
  char *svg = draw(HW_CANVAS_SVG, HW_THEME_LIGHT, &skeleton, &result, &size, "small.svg");
  assert_int_equal(result.n_placed, 1);
  hw_assert_contains(svg, "hw-second");
  assert_null(strstr(svg, "hw-first"));
  assert_null(strstr(svg, "<text"));
  assert_true(size < 20000);
  free(svg);
}

static void fragments_fill_their_part_of_the_bone(void **state) {
  (void)state;
  hw_point square[] = {{0, 0}, {10, 0}, {10, 100}, {0, 100}}, out[16];
  assert_int_equal(hwp_outline_clip(square, 4, 0, 50, 10, 100, out), 4);
  for (int i = 0; i < 4; i++) assert_true(out[i].y >= 50 && out[i].y <= 100);
  assert_int_equal(hwp_outline_clip(square, 4, 20, 0, 30, 100, out), 0);
  static const hw_skeleton_find finds[] = {
      {.element = "femur", .side = HW_SKELETON_LEFT, .to = 0.4, .person = -1, .label = "upper"},
      {.element = "tibia", .side = HW_SKELETON_LEFT, .is_part = true, .person = -1},
  };
  assert_int_equal(place(2, finds).n_placed, 2);
}

static void textures_stay_inside_outlines_that_are_not_convex(void **state) {
  (void)state;
  /* A "U": the middle is outside. */
  const hw_point u[] = {{0, 0}, {10, 0}, {10, 30}, {20, 30}, {20, 0}, {30, 0}, {30, 40}, {0, 40}};
  hw_path_step steps[400];
  for (int texture = HWP_RISING; texture < HWP_N_TEXTURES; texture++) {
    const int32_t n = hwp_outline_texture(u, 8, texture, 3, steps, 400);
    assert_true(n > 10 && n % 2 == 0);
    for (int32_t i = 0; i + 1 < n; i += 2) {
      const double x = (steps[i].x + steps[i + 1].x) / 2, y = (steps[i].y + steps[i + 1].y) / 2;
      assert_true(x > -0.01 && x < 30.01 && y > -0.01 && y < 40.01);
      assert_false(x > 10.01 && x < 19.99 && y < 29.99);
    }
  }
  assert_int_equal(hwp_outline_texture(u, 8, HWP_PLAIN, 3, steps, 400), 0);
}

/* --- the whole --- */

/* A grave of three, for the eye and for bytes. */
static hw_skeleton grave(void) {
  static const char *const persons[] = {"IND-1", "IND-2", "IND-3"};
  static const hw_skeleton_badge badges[] = {
      {"femur", HW_SKELETON_LEFT, "3", "3 left femora: at least 3 persons"},
      {"cranium", HW_SKELETON_MIDLINE, "2", "2 crania: at least 2 persons"},
  };
  static hw_skeleton_find finds[300];
  static hwp_skeleton_shapes all;
  int32_t n = 0;
  hwp_skeleton_make_shapes(&all);
  for (int32_t s = 0; s < all.n; s++) {
    const hwp_bone_shape *at = &all.shapes[s];
    if (s % 3 == 0) continue;
    finds[n++] = (hw_skeleton_find){.element = at->element,
                                    .side = at->side,
                                    .number = s % 5 == 0 ? 0 : at->number,
                                    .person = s * 7 % 4 - 1,
                                    .label = at->element};
    const char *const twice[] = {"femur", "cranium", "tibia", "hip bone"};
    for (int i = 0; i < 4; i++)
      if (strcmp(at->element, twice[i]) == 0)
        finds[n++] = (hw_skeleton_find){.element = at->element,
                                        .side = at->side,
                                        .to = i == 2 ? 0.5 : 0,
                                        .person = 2 - i % 2,
                                        .label = "another"};
  }
  return (hw_skeleton){.title = "BOX-1",
                       .n_finds = n,
                       .finds = finds,
                       .n_persons = 3,
                       .persons = persons,
                       .n_badges = 2,
                       .badges = badges,
                       .words = hw_skeleton_words_of("vi")};
}

static void the_same_finds_give_the_same_bytes(void **state) {
  (void)state;
  const hw_skeleton skeleton = grave();
  static const char *const names[] = {"grave.svg", "grave.pdf"};
  for (int form = HW_CANVAS_SVG; form <= HW_CANVAS_PDF; form++) {
    size_t first_size = 0, second_size = 0;
    char *first =
        draw((hw_canvas_form)form, HW_THEME_LIGHT, &skeleton, NULL, &first_size, names[form]);
    char *second = draw((hw_canvas_form)form, HW_THEME_LIGHT, &skeleton, NULL, &second_size, NULL);
    assert_int_equal(first_size, second_size);
    assert_memory_equal(first, second, first_size);
    if (form == HW_CANVAS_SVG) assert_true(first_size < 90000);
    free(first);
    free(second);
  }
  size_t size = 0;
  free(draw(HW_CANVAS_SVG, HW_THEME_PRINT, &skeleton, NULL, &size, "grave-print.svg"));
  free(draw(HW_CANVAS_SVG, HW_THEME_DARK, &skeleton, NULL, &size, "grave-dark.svg"));
}

static void an_empty_skeleton_is_outlines_alone(void **state) {
  (void)state;
  const hw_skeleton skeleton = {.words = hw_skeleton_words_of("en")};
  size_t size = 0;
  char *svg = draw(HW_CANVAS_SVG, HW_THEME_LIGHT, &skeleton, NULL, &size, "empty.svg");
  assert_null(strstr(svg, "hw-first"));
  hw_assert_contains(svg, "not recovered");
  free(svg);
}

static void refuse(hw_skeleton_find find, hw_status status, const char *message) {
  hw_err err = HW_ERR_INIT;
  hw_canvas *canvas = NULL;
  const hw_skeleton skeleton = {.n_finds = 1, .finds = &find, .words = hw_skeleton_words_of("en")};
  const hw_canvas_options options = {.width = 360, .height = 900};
  hw_assert_ok(hw_canvas_new(HW_CANVAS_SVG, fonts, &options, &canvas, &err), &err);
  assert_int_equal(hw_skeleton_add(canvas, &skeleton, NULL, &err), status);
  hw_assert_contains(err.message, message);
  hw_canvas_delete(canvas);
}

static void finds_that_cannot_be_are_refused(void **state) {
  (void)state;
  refuse((hw_skeleton_find){.element = "femur", .person = 0}, HW_E_SHAPE, "person 0 of 0");
  refuse((hw_skeleton_find){.element = "femur", .person = -2}, HW_E_SHAPE, "person -2");
  refuse((hw_skeleton_find){.element = "femur", .from = 0.7, .to = 0.2, .person = -1}, HW_E_VALUE,
         "0.7 to 0.2");
  refuse((hw_skeleton_find){.element = "femur", .to = 1.5, .person = -1}, HW_E_VALUE, "0 to 1");
  hw_err err = HW_ERR_INIT;
  const hw_skeleton many = {.n_finds = HW_SKELETON_MOST + 1};
  assert_int_equal(hw_skeleton_add(NULL, &many, NULL, &err), HW_E_SHAPE);
  hw_assert_contains(err.message, "at most 5000");
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  const hw_skeleton skeleton = grave();
  for (long n = 0;; n++) {
    hw_err err = HW_ERR_INIT;
    hw_canvas *canvas = NULL;
    char *bytes = NULL;
    size_t size = 0;
    const hw_canvas_options options = {.width = 360, .height = hw_skeleton_height(&skeleton)};
    /* Names of bones that share a place are joined; texts take most of the allocations. */
    if (!hw_faults_begin(n < 40 ? n : 40 + (n - 40) * 23)) break;
    hw_status status = hw_canvas_new(HW_CANVAS_SVG, fonts, &options, &canvas, &err);
    if (status == HW_OK) status = hw_skeleton_add(canvas, &skeleton, NULL, &err);
    if (status == HW_OK) status = hw_canvas_end(canvas, &bytes, &size, &err);
    const bool failed = hw_faults_end();
    free(bytes);
    hw_canvas_delete(canvas);
    if (!failed) {
      hw_assert_ok(status, &err);
      return;
    }
    assert_int_equal(status, HW_E_NO_MEMORY);
  }
  fail_msg("no end");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_element_of_the_table_has_as_many_shapes_as_a_body_has_of_it),
      cmocka_unit_test(no_shape_is_of_an_element_that_the_table_lacks),
      cmocka_unit_test(teeth_have_the_numbers_of_the_fdi),
      cmocka_unit_test(the_left_of_the_person_is_the_right_of_the_picture),
      cmocka_unit_test(shapes_stay_inside_the_picture),
      cmocka_unit_test(every_find_is_drawn_once_in_the_colour_of_its_person),
      cmocka_unit_test(colours_follow_the_persons),
      cmocka_unit_test(what_cannot_be_placed_is_counted),
      cmocka_unit_test(persons_share_a_bone_and_their_own_bones_of_a_series_stand_apart),
      cmocka_unit_test(badges_stand_at_their_element_and_side),
      cmocka_unit_test(a_small_skeleton_of_one_person_has_her_bones_alone),
      cmocka_unit_test(fragments_fill_their_part_of_the_bone),
      cmocka_unit_test(textures_stay_inside_outlines_that_are_not_convex),
      cmocka_unit_test(the_same_finds_give_the_same_bytes),
      cmocka_unit_test(an_empty_skeleton_is_outlines_alone),
      cmocka_unit_test(finds_that_cannot_be_are_refused),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
