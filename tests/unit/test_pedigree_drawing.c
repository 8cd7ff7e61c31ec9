/* Layout and drawing of pedigrees: laws for random pedigrees, and known ones. All are made up. */
#include "homeward/drawing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MOST = 60 };

typedef struct family_tree {
  hw_person persons[MOST];
  char ids[MOST][8];
  hw_pedigree ped;
} family_tree;

static void add(family_tree *t, int32_t father, int32_t mother, hw_sex sex) {
  const int32_t i = t->ped.n_persons++;
  (void)snprintf(t->ids[i], sizeof t->ids[i], "P%d", (int)i);
  t->persons[i] = (hw_person){
      .id = t->ids[i], .father = father, .mother = mother, .sex = sex, .twin = HW_PERSON_NONE};
  t->ped.persons = t->persons;
}

/* Any valid pedigree: loops, incest, several mates, single parents, twins. */
static void grow(family_tree *t, hw_random *random, int32_t n) {
  memset(t, 0, sizeof *t);
  while (t->ped.n_persons < n) {
    const int32_t have = t->ped.n_persons;
    int32_t father = HW_PERSON_NONE, mother = HW_PERSON_NONE;
    if (have > 1 && hw_random_below(random, 4) > 0) {
      const int32_t a = (int32_t)hw_random_below(random, (uint64_t)have);
      const int32_t b = (int32_t)hw_random_below(random, (uint64_t)have);
      if (t->persons[a].sex == HW_MALE) father = a;
      if (t->persons[b].sex == HW_FEMALE) mother = b;
    }
    add(t, father, mother, (hw_sex)hw_random_below(random, 3));
    if (have > 0 && hw_random_below(random, 12) == 0) { /* a twin of the one before */
      hw_person *p = &t->persons[have], *before = &t->persons[have - 1];
      *p = *before;
      p->id = t->ids[have];
      p->twin = have - 1;
    }
  }
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_pedigree_validate(&t->ped, &err), &err);
}

static hw_layout *lay_out(const hw_pedigree *ped) {
  hw_err err = HW_ERR_INIT;
  hw_layout *layout = NULL;
  hw_assert_ok(hw_pedigree_layout(ped, NULL, &layout, &err), &err);
  return layout;
}

static bool has_ancestor(const hw_pedigree *ped, int32_t person, int32_t ancestor) {
  if (person == HW_PERSON_NONE) return false;
  return person == ancestor || has_ancestor(ped, ped->persons[person].father, ancestor) ||
         has_ancestor(ped, ped->persons[person].mother, ancestor);
}

static void assert_lawful(const hw_pedigree *ped, const hw_layout *l) {
  assert_true(l->n_places >= ped->n_persons);
  for (int32_t i = 0; i < l->n_places; i++) {
    const hw_layout_place *p = &l->places[i];
    assert_true(p->level >= 0 && p->level < l->n_levels && p->x >= 0 && p->x <= l->width + 1e-9);
    if (i < ped->n_persons) assert_true(p->kind == HW_PLACE_PERSON && p->person == i);
    for (int32_t k = 0; k < i; k++) { /* nobody stands on anybody */
      const hw_layout_place *q = &l->places[k];
      if (p->level != q->level) continue;
      const bool a = p->kind == HW_PLACE_LINE, b = q->kind == HW_PLACE_LINE;
      assert_true(fabs(p->x - q->x) > (a && b ? 0.5 : a || b ? 0.75 : 1) - 1e-6);
    }
  }
  for (int32_t f = 0; f < l->n_families; f++) { /* mates on one level, children on the next */
    const hw_layout_family *family = &l->families[f];
    assert_int_equal(l->places[family->father].level, family->level);
    assert_int_equal(l->places[family->mother].level, family->level);
    for (int32_t c = 0; c < family->n_children; c++)
      assert_int_equal(l->places[family->children[c]].level, family->level + 1);
  }
  for (int32_t i = 0; i < ped->n_persons; i++) {
    const hw_person *p = &ped->persons[i];
    const hw_layout_place *place = &l->places[i];
    assert_true(p->father == HW_PERSON_NONE || l->places[p->father].level < place->level);
    assert_true(p->mother == HW_PERSON_NONE || l->places[p->mother].level < place->level);
    if (p->father == HW_PERSON_NONE && p->mother == HW_PERSON_NONE) continue;
    const hw_layout_family *family = &l->families[place->family];
    if (p->father != HW_PERSON_NONE) assert_int_equal(l->places[family->father].person, p->father);
    if (p->mother != HW_PERSON_NONE) assert_int_equal(l->places[family->mother].person, p->mother);
    /* The line of descent is whole. */
    int32_t top = i;
    while (l->places[top].above >= 0) {
      assert_int_equal(l->places[l->places[top].above].level, l->places[top].level - 1);
      top = l->places[top].above;
    }
    assert_int_equal(l->places[top].level, family->level + 1);
    if (p->father == HW_PERSON_NONE || p->mother == HW_PERSON_NONE) continue;
    if (has_ancestor(ped, p->father, p->mother) || has_ancestor(ped, p->mother, p->father))
      assert_true(family->is_consanguineous);
  }
}

static int32_t cases(int32_t usual) {
  const char *scale = getenv("HOMEWARD_TEST_SCALE");
  return scale != NULL ? (int32_t)(usual * strtod(scale, NULL)) : usual;
}

static void random_pedigrees_are_laid_out_by_the_laws(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 20240727);
  for (int32_t i = 0; i < cases(150); i++) {
    family_tree t;
    grow(&t, &random, 1 + (int32_t)hw_random_below(&random, i % 10 == 0 ? 40 : 14));
    hw_layout *layout = lay_out(&t.ped);
    assert_lawful(&t.ped, layout);
    hw_layout_delete(layout);
  }
}

static void names_do_not_matter_and_order_keeps_the_levels(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 5);
  for (int32_t i = 0; i < cases(60); i++) {
    family_tree t, renamed, turned;
    grow(&t, &random, 2 + (int32_t)hw_random_below(&random, 12));
    for (int32_t k = 0; k < t.ped.n_persons; k++)
      if (t.persons[k].twin != HW_PERSON_NONE) t.persons[k].twin = HW_PERSON_NONE;
    renamed = t;
    renamed.ped.persons = renamed.persons;
    for (int32_t k = 0; k < t.ped.n_persons; k++)
      renamed.persons[k].id = t.ids[t.ped.n_persons - 1 - k];
    /* The last person becomes the first. */
    turned = t;
    turned.ped.persons = turned.persons;
    const int32_t n = t.ped.n_persons;
    for (int32_t k = 0; k < n; k++) {
      hw_person *p = &turned.persons[n - 1 - k];
      *p = t.persons[k];
      if (p->father != HW_PERSON_NONE) p->father = n - 1 - p->father;
      if (p->mother != HW_PERSON_NONE) p->mother = n - 1 - p->mother;
    }
    hw_layout *a = lay_out(&t.ped), *b = lay_out(&renamed.ped), *c = lay_out(&turned.ped);
    assert_int_equal(a->n_places, b->n_places);
    for (int32_t k = 0; k < a->n_places; k++) {
      assert_int_equal(a->places[k].level, b->places[k].level);
      hw_assert_same_bits(a->places[k].x, b->places[k].x);
    }
    assert_lawful(&turned.ped, c);
    assert_int_equal(a->n_levels, c->n_levels);
    hw_layout_delete(a);
    hw_layout_delete(b);
    hw_layout_delete(c);
  }
}

/* Grandparents, their three children, mates, grandchildren. */
static void plant(family_tree *t) {
  memset(t, 0, sizeof *t);
  add(t, -1, -1, HW_MALE), add(t, -1, -1, HW_FEMALE);                    /* 0 1 */
  add(t, 0, 1, HW_MALE), add(t, 0, 1, HW_FEMALE), add(t, 0, 1, HW_MALE); /* 2 3 4 */
  add(t, -1, -1, HW_FEMALE), add(t, -1, -1, HW_MALE);                    /* 5 × 2, 6 × 3 */
  add(t, 2, 5, HW_MALE), add(t, 2, 5, HW_FEMALE), add(t, 6, 3, HW_FEMALE);
}

static void a_tree_is_centred_without_crossings(void **state) {
  (void)state;
  family_tree t;
  plant(&t);
  hw_layout *l = lay_out(&t.ped);
  assert_int_equal(l->n_levels, 3);
  assert_int_equal(l->n_places, 10);
  for (int32_t f = 0; f < l->n_families; f++) {
    const hw_layout_family *family = &l->families[f];
    double sum = 0;
    for (int32_t c = 0; c < family->n_children; c++) sum += l->places[family->children[c]].x;
    hw_assert_close(family->x, sum / family->n_children, 0, 0.05);
    assert_true(family->is_adjacent && !family->is_consanguineous);
    assert_int_equal(family->track, 0);
  }
  /* Brothers and sisters keep their order; the man stands left of his wife. */
  assert_true(l->places[2].x < l->places[3].x && l->places[3].x < l->places[4].x);
  assert_true(l->places[7].x < l->places[8].x && l->places[8].x < l->places[9].x);
  assert_true(l->places[0].x < l->places[1].x);
  hw_layout_delete(l);
}

static void special_families_have_their_places(void **state) {
  (void)state;
  family_tree t;
  plant(&t);
  add(&t, 7, 9, HW_MALE);  /* 10: of cousins */
  add(&t, 2, -1, HW_MALE); /* 11: mother not known */
  add(&t, 0, 3, HW_MALE);  /* 12: of father and daughter */
  hw_layout *l = lay_out(&t.ped);
  assert_lawful(&t.ped, l);
  assert_true(l->families[l->places[10].family].is_consanguineous);
  assert_true(l->families[l->places[12].family].is_consanguineous);
  assert_false(l->families[l->places[7].family].is_consanguineous);
  int n_unknown = 0, n_copies = 0;
  for (int32_t i = 13; i < l->n_places; i++) {
    n_unknown += l->places[i].kind == HW_PLACE_UNKNOWN && l->places[i].sex == HW_FEMALE;
    n_copies += l->places[i].kind == HW_PLACE_COPY && l->places[i].person == 0;
  }
  assert_int_equal(n_unknown, 1);
  assert_int_equal(n_copies, 1);
  hw_layout_delete(l);
}

static void an_empty_pedigree_has_no_places(void **state) {
  (void)state;
  const hw_pedigree none = {.n_persons = 0};
  hw_layout *l = lay_out(&none);
  assert_int_equal(l->n_places, 0);
  hw_layout_delete(l);
  hw_layout_delete(NULL);
}

static void too_many_persons_are_refused(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_layout *l = NULL;
  const hw_pedigree many = {.n_persons = HW_DRAWN_MOST + 1};
  hw_assert_status(hw_pedigree_layout(&many, NULL, &l, &err), HW_E_TOO_COMPLEX, &err);
  hw_assert_contains(err.message, "401 persons cannot be drawn");
  assert_null(l);
}

static hw_status draw(const family_tree *t, hw_canvas_form form, const hw_fonts *fonts,
                      const char *language, char **bytes, size_t *n, hw_err *err) {
  static const char *const genotypes[] = {"TH01 6/9.3", "vWA 14/15"};
  const hw_drawn_person persons[MOST] = {
      [0] = {.lines = {"GF", "1921–1988"}, .is_dead = true},
      [4] = {.lines = {"Đỗ Văn Bảy", "sinh năm 1949, mất tích ở Quảng Trị"}, .is_sought = true},
      [8] = {.lines = {"R1", "24 STR, mt"},
             .is_typed = true,
             .n_genotypes = 2,
             .genotypes = genotypes}};
  const hw_pedigree_picture picture = {.pedigree = &t->ped,
                                       .persons = persons,
                                       .words = hw_pedigree_words_of(language),
                                       .title = "Gia đình F1",
                                       .has_legend = true};
  return hw_pedigree_draw_file(&picture, form, fonts, &(hw_canvas_options){.language = language},
                               bytes, n, err);
}

static void a_picture_says_everything_in_words_too(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_fonts *fonts = NULL;
  char *svg = NULL, *pdf = NULL;
  size_t n = 0;
  family_tree t;
  plant(&t);
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  hw_assert_ok(draw(&t, HW_CANVAS_SVG, fonts, "vi", &svg, &n, &err), &err);
  hw_assert_contains(svg, "<title>GF, 1921–1988, nam, đã mất</title>");
  hw_assert_contains(svg, "<title>R1, 24 STR, mt, nữ, thân nhân đã phân tích ADN</title>");
  hw_assert_contains(svg, "nam, người mất tích</title>");
  hw_assert_contains(svg, ">TH01 6/9.3</text>");
  hw_assert_contains(svg, ">Gia đình F1</text>");
  hw_assert_contains(svg, ">người mất tích</text>"); /* the legend */
  assert_null(strstr(svg, "chưa rõ"));               /* what does not occur is not explained */
  hw_assert_ok(draw(&t, HW_CANVAS_PDF, fonts, "en", &pdf, &n, &err), &err);
  assert_memory_equal(pdf, "%PDF", 4);
  free(svg);
  free(pdf);
  hw_fonts_delete(fonts);
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_fonts *fonts = NULL;
  family_tree t;
  plant(&t);
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  for (long n = 0; hw_faults_begin(n); n += n < 60 ? 1 : 11) {
    char *svg = NULL;
    size_t n_bytes = 0;
    const hw_status status = draw(&t, HW_CANVAS_SVG, fonts, "vi", &svg, &n_bytes, &err);
    const bool failed = hw_faults_end();
    if (failed)
      assert_true(status == HW_E_NO_MEMORY || status == HW_E_VALUE);
    else
      hw_assert_ok(status, &err);
    free(svg);
    if (!failed) break;
  }
  hw_fonts_delete(fonts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_pedigrees_are_laid_out_by_the_laws),
      cmocka_unit_test(names_do_not_matter_and_order_keeps_the_levels),
      cmocka_unit_test(a_tree_is_centred_without_crossings),
      cmocka_unit_test(special_families_have_their_places),
      cmocka_unit_test(an_empty_pedigree_has_no_places),
      cmocka_unit_test(too_many_persons_are_refused),
      cmocka_unit_test(a_picture_says_everything_in_words_too),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
