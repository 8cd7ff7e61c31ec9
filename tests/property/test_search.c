/* The search against its definition, on thousands of random small problems: what
 * units of any size find, joined, must be what nested loops over whole profiles
 * find, bit for bit; for every set of kernels, with and without pruning, from any
 * first sample on. A pair that rounding, shared codes, sexes or a tile that was
 * left too early had lost would be missing here. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/random_search.h"
#include "oracle/trials.h"
#include "search/encode.h"
#include "support/assert.h"

/* What happened in all trials, so that a test cannot pass by never meeting its case. */
typedef struct met {
  int64_t pairs, compared, rescored;
  int32_t shared, wild, left_out, tiles, theta;
} met;

/* All units of a search, joined. */
typedef struct joined {
  int64_t n_pairs, n_compared, n_rescored;
  hw_search_pair *pairs;
  hw_status *status;
} joined;

static void add_unit(const random_search *s, const hwp_unit *unit, const hwp_outcome *found,
                     joined *out) {
  const size_t n = (size_t)(out->n_pairs + found->n_kept);
  out->pairs = realloc(out->pairs, sizeof *out->pairs * (n + 1));
  assert_non_null(out->pairs);
  for (int64_t i = 0; i < found->n_kept; i++) {
    const hw_search_pair *pair = &found->kept[i], *before = pair - 1;
    assert_in_range(pair->query, unit->first_query, unit->first_query + unit->n_queries - 1);
    assert_in_range(pair->sample, 0, s->input.n_samples - 1);
    if (i > 0)
      assert_true(before->query < pair->query ||
                  (before->query == pair->query && before->sample < pair->sample));
    out->pairs[out->n_pairs++] = *pair;
  }
  out->n_compared += found->n_compared;
  out->n_rescored += found->n_rescored;
  for (int32_t q = 0; q < unit->n_queries; q++) {
    const bool is_left_out = found->status[q] != HW_OK;
    out->status[unit->first_query + q] = found->status[q];
    assert_int_equal(is_left_out, found->why[q] != NULL);
    assert_int_equal(is_left_out, isnan(found->expected[q]));
  }
}

/* Runs everything in units of @p size queries, in an order of its own. */
static joined run_units(const random_search *s, const hwp_index *index, int32_t size) {
  joined out = {.status = calloc((size_t)s->input.n_queries, sizeof *out.status),
                .pairs = malloc(sizeof *out.pairs)};
  assert_non_null(out.status);
  assert_non_null(out.pairs);
  hwp_worker *worker = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_worker_new(index, &worker, &err), &err);
  for (int32_t first = (s->input.n_queries - 1) / size * size; first >= 0; first -= size) {
    hwp_unit unit = {first, size, false};
    hwp_outcome found;
    if (unit.n_queries > s->input.n_queries - first) unit.n_queries = s->input.n_queries - first;
    hw_assert_ok(hwp_worker_run(worker, &unit, &found, &err), &err);
    add_unit(s, &unit, &found, &out);
    hwp_outcome_clear(&found);
  }
  hwp_worker_delete(worker);
  out.n_pairs =
      hwp_keep(&s->options, s->input.n_samples, s->input.n_queries, out.n_pairs, out.pairs);
  return out;
}

static bool is_same_pair(const hw_search_pair *x, const hw_search_pair *y) {
  return x->sample == y->sample && x->query == y->query &&
         memcmp(&x->log10_lr, &y->log10_lr, sizeof x->log10_lr) == 0;
}

static void compare(trials *t, const slow_search *slow, const joined *found, const random_search *s,
                    const char *how) {
  int64_t at = 0;
  for (int32_t q = 0; q < s->input.n_queries; q++)
    if (found->status[q] != slow->status[q])
      trials_fail(t, NULL, "%s: query %d ended with %s, expected %s", how, (int)q,
                  hw_status_name(found->status[q]), hw_status_name(slow->status[q]));
  if (found->n_compared != slow->n_compared)
    trials_fail(t, NULL, "%s: %" PRId64 " pairs compared, expected %" PRId64, how,
                found->n_compared, slow->n_compared);
  while (at < found->n_pairs && at < slow->n_pairs &&
         is_same_pair(&found->pairs[at], &slow->pairs[at]))
    at++;
  if (at == found->n_pairs && at == slow->n_pairs) return;
  trials_fail(t, NULL,
              "%s: %" PRId64 " pairs, expected %" PRId64 "; number %" PRId64
              " is sample %d, query %d, %.17g, expected %d, %d, %.17g",
              how, found->n_pairs, slow->n_pairs, at,
              at < found->n_pairs ? (int)found->pairs[at].sample : -1,
              at < found->n_pairs ? (int)found->pairs[at].query : -1,
              at < found->n_pairs ? found->pairs[at].log10_lr : 0.0,
              at < slow->n_pairs ? (int)slow->pairs[at].sample : -1,
              at < slow->n_pairs ? (int)slow->pairs[at].query : -1,
              at < slow->n_pairs ? slow->pairs[at].log10_lr : 0.0);
}

static void clear_joined(joined *self) {
  free(self->pairs);
  free(self->status);
}

static void note(met *all, const random_search *s, const hwp_index *index, const slow_search *slow,
                 const joined *found) {
  for (int32_t m = 0; m < s->input.n_markers; m++) {
    const hwp_dictionary *dictionary = &index->dictionaries[m];
    all->shared += dictionary->n_codes == HW_SCAN_ENTRIES;
    for (int32_t i = 0; i < dictionary->n_envelopes; i++)
      all->wild += dictionary->envelopes[i].is_wild[0];
  }
  for (int32_t q = 0; q < s->input.n_queries; q++) all->left_out += slow->status[q] != HW_OK;
  all->tiles += index->n_tiles > 1;
  all->theta += s->input.theta > 0.0;
  all->pairs += found->n_pairs;
  all->compared += found->n_compared;
  all->rescored += found->n_rescored;
}

/* One problem: all kernels with pruning and one of them without, in units of several sizes. */
static void check_search(trials *t, random_search *s, rng *r, met *all) {
  static const char *const sets[] = {"ref", "avx2", "avx512", "ref", "avx2", "avx512"};
  int64_t n_rescored = -1;
  const double share = rng_chance(r, 0.3) ? rng_unit(r) : 1.0;
  const int unpruned = 3 + rng_below(r, 3);
  bool *is_searched = calloc((size_t)s->input.n_samples, sizeof *is_searched);
  assert_non_null(is_searched);
  for (int32_t i = 0; i < s->input.n_samples; i++) is_searched[i] = rng_chance(r, share);
  slow_search *slow = slow_search_new(&s->input, &s->options, is_searched);
  for (int set = 0; set < 6; set++) {
    hwp_index *index = NULL;
    hw_err err = HW_ERR_INIT;
    if (hw_scan_find(sets[set]) == NULL || (set >= 3 && set != unpruned)) continue;
    s->options.likelihood.simd = sets[set];
    s->options.no_pruning = set >= 3;
    hw_assert_ok(hwp_index_new_part(&s->input, &s->options, is_searched, &index, &err), &err);
    joined found = run_units(s, index, 1 + rng_below(r, s->input.n_queries));
    compare(t, slow, &found, s, sets[set]);
    if (n_rescored < 0) {
      n_rescored = found.n_rescored;
      note(all, s, index, slow, &found);
    } else if (found.n_rescored != n_rescored) {
      trials_fail(t, NULL, "%s%s rescores %" PRId64 " pairs, ref %" PRId64, sets[set],
                  set >= 3 ? " without pruning" : "", found.n_rescored, n_rescored);
    }
    clear_joined(&found);
    hwp_index_delete(index);
  }
  slow_search_delete(slow);
  free(is_searched);
}

static void a_search_finds_exactly_what_nested_loops_find(void **state) {
  (void)state;
  trials t = trials_of(2000, 401);
  met all = {0};
  while (trials_next(&t)) {
    rng r = rng_seeded(t.seed ^ 0x5ea6c4u);
    random_search *s = random_search_new(t.seed);
    check_search(&t, s, &r, &all);
    random_search_delete(s);
    trials_count(&t);
  }
  assert_int_equal(t.n_failed, 0);
  print_message("# %d problems, %" PRId64 " pairs, %" PRId64 " rescored, %" PRId64 " kept\n",
                (int)t.n_done, all.compared, all.rescored, all.pairs);
  print_message("# %d markers with shared codes, %d wild codes, %d missing persons left out, %d "
                "searches of several tiles, %d with theta\n",
                (int)all.shared, (int)all.wild, (int)all.left_out, (int)all.tiles, (int)all.theta);
  if (t.n_done < 100) return; /* one seed */
  assert_true(all.shared > 0 && all.wild > 0 && all.left_out > 0 && all.tiles > 0 && all.theta > 0);
  assert_true(all.pairs > 0 && all.rescored < all.compared);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_search_finds_exactly_what_nested_loops_find),
  };
  return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
