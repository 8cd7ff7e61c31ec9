/* Comparison of random haplotypes against an alignment over the whole range that knows no short cuts
 * (no stretches, no band, no counting of places): tests/oracle in small. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "lineage/lineage_int.h"
#include "support/assert.h"

enum { MOST = 700, FAR = 1 << 20 };

static hw_err err;

typedef struct place {
  int32_t position;
  unsigned bases;
} place;

static unsigned bit_of(char letter) {
  static const char letters[] = "ACGT";
  const char *at = strchr(letters, letter);
  return at != NULL && letter != '\0' ? 1U << (at - letters) : 0;
}

static bool is_of(const int32_t (*list)[2], int n, int32_t position, int *which) {
  for (*which = 0; *which < n; ++*which)
    if (position >= list[*which][0] && position <= list[*which][1]) return true;
  *which = -1;
  return false;
}

static const int32_t variants[][2] = {{50, 70},     {303, 316},     {455, 460},
                                      {514, 525},   {573, 573},     {961, 966},
                                      {8270, 8290}, {16180, 16193}, {16258, 16262}};
static const int32_t blocks[][2] = {{105, 111}, {290, 291}, {514, 525}, {8270, 8290}};

static int block_of(int32_t position) {
  int which;
  (void)is_of(blocks, 4, position, &which);
  return which;
}

static int write_out(const hw_mt *self, int32_t first, int32_t last, bool all, place *out) {
  int n = 0, unused;
  for (int32_t p = first; p <= last; p++) {
    const bool counts = all || !is_of(variants, 9, p, &unused);
    unsigned here = bit_of(hw_mt_reference(p));
    for (int32_t i = 0; i < self->n_differences; i++) {
      const hw_mt_difference *d = &self->differences[i];
      if (d->position != p || d->insertion != 0) continue;
      if ((d->bases & 15) == 0)
        here = counts ? 0 : here;
      else
        here = counts ? d->bases : d->bases & 15;
    }
    if (here != 0) out[n++] = (place){p, here};
    for (int32_t i = 0; counts && i < self->n_differences; i++)
      if (self->differences[i].position == p && self->differences[i].insertion > 0)
        out[n++] = (place){p, self->differences[i].bases};
  }
  return n;
}

static int32_t least(int32_t a, int32_t b) {
  return a < b ? a : b;
}

/* Cost of leaving a place out, and of going on to do so. */
static int32_t open_cost(const place *one) {
  return one->bases & HW_MT_ABSENT ? 0 : 1;
}

static int32_t extend_cost(const place *list, int i) {
  if (i == 0 || open_cost(&list[i]) == 0) return open_cost(&list[i]);
  const int block = block_of(list[i].position);
  return block >= 0 && block == block_of(list[i - 1].position) ? 0 : 1;
}

static int32_t align(const place *a, int n_a, const place *b, int n_b) {
  static int32_t cost[3][MOST + 1][MOST + 1];
  for (int i = 0; i <= n_a; i++)
    for (int j = 0; j <= n_b; j++) {
      int32_t both = FAR, only_a = FAR, only_b = FAR;
      if (i == 0 && j == 0) both = 0;
      if (i > 0 && j > 0) {
        const int32_t best =
            least(cost[0][i - 1][j - 1], least(cost[1][i - 1][j - 1], cost[2][i - 1][j - 1]));
        both = best + ((a[i - 1].bases & b[j - 1].bases & 15) == 0);
      }
      if (i > 0)
        only_a = least(least(cost[0][i - 1][j], cost[2][i - 1][j]) + open_cost(&a[i - 1]),
                       cost[1][i - 1][j] + extend_cost(a, i - 1));
      if (j > 0)
        only_b = least(least(cost[0][i][j - 1], cost[1][i][j - 1]) + open_cost(&b[j - 1]),
                       cost[2][i][j - 1] + extend_cost(b, j - 1));
      cost[0][i][j] = both;
      cost[1][i][j] = only_a;
      cost[2][i][j] = only_b;
    }
  return least(cost[0][n_a][n_b], least(cost[1][n_a][n_b], cost[2][n_a][n_b]));
}

/* Random differences; many beside each other, so that shifts explain some of them. */
static hw_mt *draw(hw_random *random, const char *ranges, int32_t first, int32_t last, int most) {
  static const char letters[] = "ACGTYRMK";
  char text[1024] = "";
  hw_mt *haplotype = NULL;
  const int n = (int)hw_random_below(random, (uint64_t)most + 1);
  int32_t at = first + (int32_t)hw_random_below(random, 40);
  for (int i = 0; i < n && at <= last; i++) {
    const size_t length = strlen(text);
    const char letter = letters[hw_random_below(random, hw_random_below(random, 4) == 0 ? 8 : 4)];
    const uint64_t kind = hw_random_below(random, 12);
    if (kind == 0)
      (void)snprintf(text + length, sizeof text - length, "%dDEL ", (int)at);
    else if (kind == 1)
      (void)snprintf(text + length, sizeof text - length, "%d.1%c ", (int)at,
                     letters[hw_random_below(random, 4)]);
    else if (letter != hw_mt_reference(at) && hw_mt_reference(at) != 'N')
      (void)snprintf(text + length, sizeof text - length, "%d%c ", (int)at, letter);
    at += 1 + (int32_t)hw_random_below(random, hw_random_below(random, 2) == 0 ? 3 : 60);
  }
  hw_assert_ok(hw_mt_parse(ranges, text, &haplotype, &err), &err);
  return haplotype;
}

static void check(const hw_mt *a, const hw_mt *b, int32_t first, int32_t last, bool all) {
  static place left[MOST], right[MOST];
  const hw_mt_options options = {all};
  hw_mt_comparison found, back, bounded;
  const int n_a = write_out(a, first, last, all, left), n_b = write_out(b, first, last, all, right);
  const int32_t expected = align(left, n_a, right, n_b);
  hw_assert_ok(hw_mt_compare(a, b, &options, &found, &err), &err);
  hw_assert_ok(hw_mt_compare(b, a, &options, &back, &err), &err);
  assert_int_equal(found.n_differences, expected);
  assert_int_equal(back.n_differences, expected);
  assert_int_equal(found.n_mixed, back.n_mixed);
  for (int32_t most = 0; most < 5; most++) {
    hw_assert_ok(hwp_mt_compare_up_to(a, b, &options, most, &bounded, &err), &err);
    if (expected <= most)
      assert_int_equal(bounded.n_differences, expected);
    else
      assert_true(bounded.n_differences > most && bounded.n_differences <= expected);
  }
}

static void short_cuts_agree_with_the_whole_alignment(void **state) {
  static const struct {
    const char *ranges;
    int32_t first, last;
  } where[] = {{"40-320", 40, 320},
               {"480-580", 480, 580},
               {"8200-8400", 8200, 8400},
               {"16150-16300", 16150, 16300}};
  const char *scale = getenv("HOMEWARD_TEST_SCALE");
  const int wanted = (int)(150 * (scale != NULL ? strtod(scale, NULL) : 1));
  const int rounds = wanted > 1 ? wanted : 1;
  hw_random random;
  (void)state;
  hw_random_init(&random, 20);
  for (int round = 0; round < rounds; round++)
    for (size_t w = 0; w < sizeof where / sizeof *where; w++) {
      hw_mt *a = draw(&random, where[w].ranges, where[w].first, where[w].last, 9);
      hw_mt *b = draw(&random, where[w].ranges, where[w].first, where[w].last, 9);
      check(a, b, where[w].first, where[w].last, round % 2 == 0);
      hw_mt_delete(a);
      hw_mt_delete(b);
    }
}

/* A base left out here and put in there: three places differ, two events explain them. */
static void a_shift_is_two_events_for_the_bounded_comparison_too(void **state) {
  hw_mt *a = NULL, *b = NULL;
  hw_mt_comparison found;
  (void)state;
  /* The reference has TCTATCACC at 9 to 17; CTATCACCC from the tenth place on, one less. */
  hw_assert_ok(hw_mt_parse("1-300", "", &a, &err), &err);
  char text[400] = "";
  for (int32_t p = 140; p < 160; p++)
    if (hw_mt_reference(p) != hw_mt_reference(p + 1))
      (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%d%c ", (int)p,
                     hw_mt_reference(p + 1));
  hw_assert_ok(hw_mt_parse("1-300", text, &b, &err), &err);
  assert_true(b->n_differences > 5);
  hw_assert_ok(hwp_mt_compare_up_to(a, b, NULL, 2, &found, &err), &err);
  assert_int_equal(found.n_differences, 2);
  hw_assert_ok(hw_mt_compare(a, b, NULL, &found, &err), &err);
  assert_int_equal(found.n_differences, 2);
  hw_mt_delete(a);
  hw_mt_delete(b);
}

static void parts_of_a_haplotype_lie_within_the_ranges_of_another(void **state) {
  hw_mt *a = NULL, *b = NULL, *part = NULL;
  (void)state;
  hw_assert_ok(hw_mt_parse("16024-576", "16223T 16400T 73G 309.1CC 500A", &a, &err), &err);
  hw_assert_ok(hw_mt_parse("16024-16365 73-340", "", &b, &err), &err);
  assert_true(hwp_mt_covers(a, b));
  assert_false(hwp_mt_covers(b, a));
  hw_assert_ok(hw_mt_within(a, b, &part, &err), &err);
  assert_int_equal(part->n_ranges, 2);
  assert_int_equal(part->ranges[0].first, 73);
  assert_int_equal(part->n_differences, 4);
  hw_mt_delete(part);
  hw_mt_delete(b);
  hw_assert_ok(hw_mt_parse("1000-1100", "", &b, &err), &err);
  hw_assert_status(hw_mt_within(a, b, &part, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "no position in common");
  assert_null(part);
  hw_mt_delete(a);
  hw_mt_delete(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(short_cuts_agree_with_the_whole_alignment),
      cmocka_unit_test(a_shift_is_two_events_for_the_bounded_comparison_too),
      cmocka_unit_test(parts_of_a_haplotype_lie_within_the_ranges_of_another),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
