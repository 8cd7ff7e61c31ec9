/* Where the pages of a report end: the rules of src/report/report_flow.c on pieces without text. */
#include "report/report_flow_int.h"

#include "support/assert.h"

static hwp_flow flow;

static int begin(void **state) {
  (void)state;
  flow = (hwp_flow){0};
  hw_arena_init(&flow.arena, 0);
  return 0;
}
static int end(void **state) {
  (void)state;
  hw_arena_clear(&flow.arena);
  return 0;
}

/* Adds pieces of a tenth of a page's height each. @return the last one */
static hwp_piece *add_tenths(int n) {
  hwp_piece *piece = NULL;
  for (int i = 0; i < n; i++) piece = hwp_flow_add(&flow, 0, HWP_HEIGHT / 10);
  return piece;
}

/* The n-th place at which the piece was put. */
static const hwp_placed *place_of(const hwp_piece *piece, int n) {
  for (const hwp_placed *p = flow.placed; p != NULL; p = p->next)
    if (p->piece == piece && n-- == 0) return p;
  return NULL;
}

static void a_full_page_is_followed_by_the_next(void **state) {
  (void)state;
  hwp_piece *tenth = add_tenths(10);
  hwp_piece *eleventh = add_tenths(1);
  hwp_flow_place(&flow);
  assert_int_equal(flow.n_pages, 2);
  assert_int_equal(place_of(tenth, 0)->page, 0);
  assert_int_equal(place_of(eleventh, 0)->page, 1);
  hw_assert_close(place_of(eleventh, 0)->top, HWP_TOP, 0, 1e-9);
}

static void a_piece_that_keeps_the_next_goes_with_it(void **state) {
  (void)state;
  hwp_piece *before = add_tenths(8);
  hwp_piece *heading = add_tenths(1);
  heading->keeps_next = true;
  hwp_piece *text = add_tenths(1);
  text->height *= 1.5;
  hwp_flow_place(&flow);
  assert_int_equal(place_of(before, 0)->page, 0);
  assert_int_equal(place_of(heading, 0)->page, 1);
  assert_int_equal(place_of(text, 0)->page, 1);
}

static void a_chain_longer_than_a_page_is_parted(void **state) {
  (void)state;
  for (int i = 0; i < 25; i++) add_tenths(1)->keeps_next = true;
  hwp_flow_place(&flow);
  assert_int_equal(flow.n_pages, 3);
}

static void heads_are_repeated_on_each_page(void **state) {
  (void)state;
  add_tenths(5);
  hwp_piece *head = add_tenths(1);
  head->keeps_next = true;
  for (int i = 0; i < 14; i++) add_tenths(1)->head = head;
  hwp_flow_place(&flow);
  /* 5 + 1 + 4, then 1 + 9, then 1 + 1. */
  assert_int_equal(flow.n_pages, 3);
  for (int page = 0; page < 3; page++) assert_int_equal(place_of(head, page)->page, page);
  assert_null(place_of(head, 3));
  hw_assert_close(place_of(head, 1)->top, HWP_TOP, 0, 1e-9);
  hw_assert_close(place_of(flow.last, 0)->top, HWP_TOP + HWP_HEIGHT / 10, 0, 1e-9);
}

static void gaps_and_distances_vanish_at_the_ends_of_a_page(void **state) {
  (void)state;
  add_tenths(10);
  hwp_flow_add_gap(&flow, 30, false);
  hwp_piece *next = add_tenths(1);
  next->above = 17;
  hwp_flow_place(&flow);
  hw_assert_close(place_of(next, 0)->top, HWP_TOP, 0, 1e-9);
  assert_int_equal(flow.n_pages, 2);
}

/* Nine tenths with distances between them, and a tenth that goes over the page's end. */
static hwp_piece *add_letter(double above) {
  hwp_piece *first = add_tenths(1);
  for (int i = 1; i < 10; i++) add_tenths(1)->above = above;
  flow.last->height /= 2; /* so much room is there for the nine distances */
  return first;
}

static void distances_are_set_closer_where_that_saves_a_page(void **state) {
  (void)state;
  /* The room is enough at 0.7, and not at 0.85. */
  const double above = HWP_HEIGHT / 20 / 9 / 0.75;
  const hwp_piece *first = add_letter(above);
  hwp_flow_place(&flow);
  assert_int_equal(flow.n_pages, 1);
  hw_assert_close(place_of(first->next, 0)->top, HWP_TOP + HWP_HEIGHT / 10 + 0.7 * above, 0, 1e-9);
  assert_null(place_of(first, 1)); /* what was tried before is gone */
}

static void distances_stay_where_closer_ones_save_nothing(void **state) {
  (void)state;
  const double above = HWP_HEIGHT / 20 / 9 / 0.5;
  const hwp_piece *first = add_letter(above);
  hwp_flow_place(&flow);
  assert_int_equal(flow.n_pages, 2);
  hw_assert_close(place_of(first->next, 0)->top, HWP_TOP + HWP_HEIGHT / 10 + above, 0, 1e-9);
  assert_null(place_of(first, 1));
}

static void room_at_the_end_makes_no_page(void **state) {
  (void)state;
  add_tenths(10);
  hwp_flow_add_gap(&flow, 30, false);
  hwp_flow_place(&flow);
  assert_int_equal(flow.n_pages, 1);
}

static void a_page_begins_where_it_is_asked_for(void **state) {
  (void)state;
  hwp_piece *first = add_tenths(1);
  first->begins_page = true; /* on top already */
  hwp_piece *heading = add_tenths(1);
  heading->keeps_next = true;
  hwp_piece *second = add_tenths(1);
  second->begins_page = true;
  hwp_flow_place(&flow);
  assert_int_equal(flow.n_pages, 2);
  assert_int_equal(place_of(heading, 0)->page, 0);
  assert_int_equal(place_of(second, 0)->page, 1);
}

static void what_is_higher_than_a_page_is_made_smaller(void **state) {
  (void)state;
  add_tenths(1);
  hwp_piece *high = hwp_flow_add(&flow, 0, 2 * HWP_HEIGHT);
  hwp_flow_place(&flow);
  assert_int_equal(place_of(high, 0)->page, 1);
  hw_assert_close(place_of(high, 0)->scale, 0.5, 0, 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_full_page_is_followed_by_the_next, begin, end),
      cmocka_unit_test_setup_teardown(a_piece_that_keeps_the_next_goes_with_it, begin, end),
      cmocka_unit_test_setup_teardown(a_chain_longer_than_a_page_is_parted, begin, end),
      cmocka_unit_test_setup_teardown(heads_are_repeated_on_each_page, begin, end),
      cmocka_unit_test_setup_teardown(gaps_and_distances_vanish_at_the_ends_of_a_page, begin, end),
      cmocka_unit_test_setup_teardown(distances_are_set_closer_where_that_saves_a_page, begin, end),
      cmocka_unit_test_setup_teardown(distances_stay_where_closer_ones_save_nothing, begin, end),
      cmocka_unit_test_setup_teardown(room_at_the_end_makes_no_page, begin, end),
      cmocka_unit_test_setup_teardown(a_page_begins_where_it_is_asked_for, begin, end),
      cmocka_unit_test_setup_teardown(what_is_higher_than_a_page_is_made_smaller, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
