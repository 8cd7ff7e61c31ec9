/* The pool: every piece once, whatever threads there are; failures, stopping, stealing. */
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/assert.h"
#include "support/faults.h"

enum { MOST_PIECES = 3000, MOST_THREADS = 16 };

typedef struct board {
  atomic_int times[MOST_PIECES];   /* each piece was done */
  int64_t by_thread[MOST_THREADS]; /* pieces of each thread: not atomic, on purpose */
  uint64_t value[MOST_PIECES];     /* what a piece gave, by its number */
  int64_t bad[3];                  /* pieces that fail; −1 = none */
  int64_t slow;                    /* a piece that waits until all others are done; −1 */
  int64_t n_pieces;
  atomic_llong n_done;
  pthread_t caller;
  atomic_int n_asked, n_wrong_thread;
  int64_t stop_after; /* −1 = never */
} board;

static board *new_board(int64_t n_pieces) {
  board *b = calloc(1, sizeof *b);
  assert_non_null(b);
  b->bad[0] = b->bad[1] = b->bad[2] = b->slow = b->stop_after = -1;
  b->n_pieces = n_pieces;
  b->caller = pthread_self();
  return b;
}

static void pause_a_moment(void) {
  nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

static hw_status do_piece(void *context, int32_t thread, int64_t piece, hw_err *err) {
  board *b = context;
  b->times[piece]++;
  b->by_thread[thread]++;
  uint64_t x = (uint64_t)piece + 1;
  for (int i = 0; i < 50 + (int)(piece % 7) * 200; i++) x = x * 6364136223846793005u + 1;
  b->value[piece] = x;
  for (int i = 0; i < 3; i++)
    if (b->bad[i] == piece) return hw_err_set(err, HW_E_VALUE, "piece %d is bad", (int)piece);
  if (b->slow == piece)
    while (b->n_done < b->n_pieces - 1) pause_a_moment();
  b->n_done++;
  return HW_OK;
}

static bool asked(void *context, int64_t n_done) {
  board *b = context;
  b->n_asked++;
  if (!pthread_equal(pthread_self(), b->caller)) b->n_wrong_thread++;
  return b->stop_after >= 0 && n_done >= b->stop_after;
}

static hw_status run_board(board *b, int32_t n_threads, hw_err *err) {
  const hw_pool_work work = {.n_pieces = b->n_pieces,
                             .n_threads = n_threads,
                             .run = do_piece,
                             .context = b,
                             .is_stopped = asked,
                             .stop_context = b};
  return hw_pool_run(&work, err);
}

static void every_piece_is_done_once_by_any_number_of_threads(void **state) {
  (void)state;
  static const int64_t PIECES[] = {0, 1, 2, 3, 15, 16, 17, 1000, MOST_PIECES};
  uint64_t first[MOST_PIECES] = {0};
  for (size_t k = 0; k < sizeof PIECES / sizeof PIECES[0]; k++)
    for (int32_t threads = 1; threads <= MOST_THREADS; threads += 1 + threads / 3) {
      board *b = new_board(PIECES[k]);
      hw_err err = HW_ERR_INIT;
      hw_assert_ok(run_board(b, threads, &err), &err);
      int64_t n = 0;
      for (int32_t i = 0; i < MOST_THREADS; i++) n += b->by_thread[i];
      assert_int_equal(n, PIECES[k]);
      for (int64_t i = 0; i < PIECES[k]; i++) assert_int_equal(b->times[i], 1);
      if (threads == 1) memcpy(first, b->value, sizeof first);
      assert_memory_equal(first, b->value, sizeof first);
      assert_int_equal(b->n_wrong_thread, 0);
      free(b);
    }
}

static void the_number_of_threads_fits_the_work(void **state) {
  (void)state;
  hw_pool_work work = {.n_pieces = 5, .n_threads = 3};
  assert_int_equal(hw_pool_threads(&work), 3);
  work.n_threads = 9;
  assert_int_equal(hw_pool_threads(&work), 5);
  work.n_pieces = 0;
  assert_int_equal(hw_pool_threads(&work), 1);
  work = (hw_pool_work){.n_pieces = INT64_MAX, .n_threads = INT32_MAX};
  assert_int_equal(hw_pool_threads(&work), HW_POOL_MAX_THREADS);
  work.n_threads = 0;
  assert_in_range(hw_pool_threads(&work), 1, HW_POOL_MAX_THREADS);
}

static void a_thread_without_work_steals_from_one_that_is_held_up(void **state) {
  (void)state;
  /* Piece 0 ends only when all others are done: its thread's run must be taken over. */
  for (int32_t threads = 2; threads <= 5; threads++) {
    board *b = new_board(400);
    hw_err err = HW_ERR_INIT;
    b->slow = 0;
    hw_assert_ok(run_board(b, threads, &err), &err);
    for (int64_t i = 0; i < 400; i++) assert_int_equal(b->times[i], 1);
    free(b);
  }
}

static void the_lowest_failure_is_told_and_nothing_is_begun_after_it(void **state) {
  (void)state;
  for (int32_t threads = 1; threads <= 6; threads++) {
    board *b = new_board(MOST_PIECES);
    hw_err err = HW_ERR_INIT;
    b->bad[0] = 40;
    b->bad[1] = 41;
    b->bad[2] = 2900;
    hw_assert_status(run_board(b, threads, &err), HW_E_VALUE, &err);
    int64_t lowest = -1;
    for (int i = 2; i >= 0; i--)
      if (b->times[b->bad[i]]) lowest = b->bad[i];
    char text[64];
    snprintf(text, sizeof text, "piece %d is bad", (int)lowest);
    assert_string_equal(err.message, text);
    if (threads == 1) {
      assert_int_equal(lowest, 40);
      assert_int_equal(b->by_thread[0], 41);
    }
    for (int64_t i = 0; i < MOST_PIECES; i++) assert_in_range(b->times[i], 0, 1);
    free(b);
  }
}

static void stopping_leaves_the_rest_undone(void **state) {
  (void)state;
  for (int32_t threads = 1; threads <= 5; threads += 2) {
    board *b = new_board(MOST_PIECES);
    hw_err err = HW_ERR_INIT;
    b->stop_after = 0;
    hw_assert_status(run_board(b, threads, &err), HW_E_INTERRUPTED, &err);
    hw_assert_contains(err.message, "stopped");
    assert_int_equal(b->by_thread[0], 0);
    free(b);
  }
  board *b = new_board(100);
  hw_err err = HW_ERR_INIT;
  b->stop_after = 30;
  hw_assert_status(run_board(b, 1, &err), HW_E_INTERRUPTED, &err);
  assert_int_equal(b->by_thread[0], 30);
  b->stop_after = 100; /* said when there is nothing left: not interrupted */
  hw_assert_ok(run_board(b, 1, &err), &err);
  free(b);
}

/* Piece 1 waits until the caller has asked often, and piece 0, the caller's, until piece 1 has begun
 * on the other thread. */
static hw_status wait_for_questions(void *context, int32_t thread, int64_t piece, hw_err *err) {
  (void)thread;
  (void)err;
  board *b = context;
  b->times[piece]++;
  while (piece == 0 && b->times[1] == 0) pause_a_moment();
  while (piece == 1 && b->n_asked < 5) pause_a_moment();
  return HW_OK;
}

static void a_long_piece_elsewhere_does_not_keep_the_caller_from_asking(void **state) {
  (void)state;
  board *b = new_board(2);
  hw_err err = HW_ERR_INIT;
  const hw_pool_work work = {.n_pieces = 2,
                             .n_threads = 2,
                             .run = wait_for_questions,
                             .context = b,
                             .is_stopped = asked,
                             .stop_context = b};
  hw_assert_ok(hw_pool_run(&work, &err), &err);
  assert_true(b->n_asked >= 5);
  free(b);
}

static void without_memory_nothing_is_begun(void **state) {
  (void)state;
  board *b = new_board(10);
  for (long n = 0; n < 2; n++) {
    hw_err err = HW_ERR_INIT;
    assert_true(hw_faults_begin(n));
    const hw_status s = run_board(b, 1, &err);
    assert_true(hw_faults_end());
    hw_assert_status(s, HW_E_NO_MEMORY, &err);
    hw_assert_contains(err.message, "threads");
    assert_int_equal(b->by_thread[0], 0);
  }
  free(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_piece_is_done_once_by_any_number_of_threads),
      cmocka_unit_test(the_number_of_threads_fits_the_work),
      cmocka_unit_test(a_thread_without_work_steals_from_one_that_is_held_up),
      cmocka_unit_test(the_lowest_failure_is_told_and_nothing_is_begun_after_it),
      cmocka_unit_test(stopping_leaves_the_rest_undone),
      cmocka_unit_test(a_long_piece_elsewhere_does_not_keep_the_caller_from_asking),
      cmocka_unit_test(without_memory_nothing_is_begun),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
