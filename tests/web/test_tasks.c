/* The tasks of a server: in their order, stopped, gone on with, cut short by the end of the program,
 * seen by whom they concern, with data that change meanwhile.
 *
 * A gate holds the thread of the tasks where a test wants it: hwp_order_run goes through the test,
 * whose watcher waits at a phase until it is let on or told to stop. Nothing here depends on how
 * fast anything is. All data are made up. */
#include "web/task.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/account.h"
#include "support/assert.h"
#include "web/page_support.h"
#include "web/web_int.h"

/* --- the gate --- */

static struct {
  pthread_mutex_t lock;
  pthread_cond_t moved;
  bool is_shut, is_there; /* somebody waits */
  hw_run_phase phase;
  uint64_t least, done;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};

hw_status __real_hwp_order_run(hw_app *app, const hwp_order *self, const hw_run_watch *watch,
                               int32_t n_threads, hw_run_outcome *out, hw_err *err);
hw_status __wrap_hwp_order_run(hw_app *app, const hwp_order *self, const hw_run_watch *watch,
                               int32_t n_threads, hw_run_outcome *out, hw_err *err);

static bool look(void *context, hw_run_phase phase, uint64_t done, uint64_t all) {
  const hw_run_watch *inner = context;
  bool stops = inner->look(inner->context, phase, done, all);
  pthread_mutex_lock(&gate.lock);
  while (gate.is_shut && phase == gate.phase && done >= gate.least && !stops) {
    struct timespec until;
    gate.is_there = true;
    gate.done = done;
    pthread_cond_broadcast(&gate.moved);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 10 * 1000 * 1000;
    if (until.tv_nsec >= 1000000000) {
      until.tv_nsec -= 1000000000;
      until.tv_sec++;
    }
    (void)pthread_cond_timedwait(&gate.moved, &gate.lock, &until);
    pthread_mutex_unlock(&gate.lock);
    stops = inner->look(inner->context, phase, done, all);
    pthread_mutex_lock(&gate.lock);
  }
  gate.is_there = false;
  pthread_cond_broadcast(&gate.moved);
  pthread_mutex_unlock(&gate.lock);
  return stops;
}

hw_status __wrap_hwp_order_run(hw_app *app, const hwp_order *self, const hw_run_watch *watch,
                               int32_t n_threads, hw_run_outcome *out, hw_err *err) {
  hw_run_watch inner = *watch;
  const hw_run_watch outer = {look, &inner};
  return __real_hwp_order_run(app, self, &outer, n_threads, out, err);
}

/* From now on whoever comes to this phase, with so much done, waits. */
static void shut(hw_run_phase phase, uint64_t least) {
  pthread_mutex_lock(&gate.lock);
  gate.is_shut = true;
  gate.phase = phase;
  gate.least = least;
  pthread_mutex_unlock(&gate.lock);
}

static void open_gate(void) {
  pthread_mutex_lock(&gate.lock);
  gate.is_shut = false;
  pthread_cond_broadcast(&gate.moved);
  pthread_mutex_unlock(&gate.lock);
}

/* Waits until somebody waits at the gate. @return pairs that are done */
static uint64_t meet(void) {
  pthread_mutex_lock(&gate.lock);
  while (!gate.is_there) pthread_cond_wait(&gate.moved, &gate.lock);
  const uint64_t done = gate.done;
  pthread_mutex_unlock(&gate.lock);
  return done;
}

/* --- a case and a server --- */

/* More than one unit of the engine (256 missing persons), so that a search is cut between two. */
enum { FAMILIES = 300, REMAINS = 24 };

static hw_app app;
static hw_web *web;

static int64_t now_s(void *context) {
  (void)context;
  return web_test_now_s;
}

static void begin_web(void) {
  hw_err err = HW_ERR_INIT;
  const hw_web_options options = {
      .location = hw_store_location(app.store), .n_connections = 2, .now_s = now_s};
  hw_assert_ok(hw_web_new(&options, &web, &err), &err);
}

/* More families with a typed father each, and remains: every pair of alleles in turn. */
static void add_more(void) {
  static const char *const alleles[] = {"10", "11", "12", "10,11", "10,12", "11,12"};
  hw_str families = HW_STR_INIT, samples = HW_STR_INIT, profiles = HW_STR_INIT;
  hw_str_append(&families, "family,person,father,mother,sex,missing\n");
  hw_str_append(&samples, "code,investigation,sex\n");
  hw_str_append(&profiles, "code,person,sample,panel,observations,use\n");
  for (int i = 0; i < FAMILIES; i++) {
    hw_str_append_format(&families, "G%d,G%d-F,,,male,\nG%d,G%d-X,G%d-F,,male,yes\n", i, i, i, i,
                         i);
    hw_str_append_format(&profiles, "G%d-F,G%d-F,,P,\"", i, i);
    for (int m = 0; m < 10; m++)
      hw_str_append_format(&profiles, "%s%s", m > 0 ? ";" : "", alleles[(i + m * (i % 5)) % 6]);
    hw_str_append(&profiles, "\",single\n");
  }
  for (int i = 0; i < REMAINS; i++) {
    hw_str_append_format(&samples, "T%d,main,male\n", i);
    hw_str_append_format(&profiles, "T%d,,T%d,P,\"", i, i);
    for (int m = 0; m < 10; m++)
      hw_str_append_format(&profiles, "%s%s", m > 0 ? ";" : "", alleles[(i + m * (i % 7)) % 6]);
    hw_str_append(&profiles, "\",single\n");
  }
  decide_import(&app, "families", hw_str_text(&families));
  decide_import(&app, "samples", hw_str_text(&samples));
  decide_import(&app, "profiles", hw_str_text(&profiles));
  hw_str_clear(&families);
  hw_str_clear(&samples);
  hw_str_clear(&profiles);
}

static int begin(void **state) {
  static const char *const people[] = {"tester", "clerk", "clerk2", "r1", "boss"};
  if (decide_tests_begin(state) != 0) return -1;
  decide_new_case(&app);
  add_more();
  for (size_t i = 0; i < sizeof people / sizeof *people; i++) page_password(&app, people[i]);
  begin_web();
  return 0;
}

static int end(void **state) {
  hw_web_delete(web);
  hw_app_close(&app);
  return decide_tests_end(state);
}

/* After each test: nothing waits, nothing is remembered. */
static int rest(void **state) {
  hwp_task_info item;
  (void)state;
  open_gate();
  while (hwp_tasks_list(web->tasks, NULL, 1, &item) > 0) {
    const char *code = item.asked.code;
    const hw_status status = hwp_task_is_over(item.state) ? hwp_tasks_forget(web->tasks, code, NULL)
                                                          : hwp_tasks_stop(web->tasks, code, NULL);
    if (status != HW_OK) return -1;
    if (!hwp_task_is_over(item.state)) (void)hwp_tasks_wait(web->tasks, code, item.version, &item);
  }
  return 0;
}

static hwp_order order_of(const char *threshold, bool is_anew) {
  hwp_order order = {.kind = HWP_TASK_SEARCH};
  assert_true(hwp_order_set(&order, "investigation", "main"));
  assert_true(hwp_order_set(&order, "threshold", threshold));
  assert_true(hwp_order_set(&order, "anew", is_anew ? "yes" : "no"));
  return order;
}

/* Adds a search. @return its code */
static const char *add(const char *actor, const char *threshold, bool is_anew) {
  static char codes[16][HWP_TASK_CODE_SIZE];
  static int at;
  hw_err err = HW_ERR_INIT;
  char *code = codes[at++ % 16];
  const hwp_order order = order_of(threshold, is_anew);
  hw_assert_ok(hwp_tasks_add(web->tasks, actor, &order, code, &err), &err);
  return code;
}

/* Waits until it is over. */
static hwp_task_info finish(const char *code) {
  hwp_task_info info = {.version = 0};
  do {
    assert_true(hwp_tasks_wait(web->tasks, code, info.version, &info));
  } while (!hwp_task_is_over(info.state));
  return info;
}

static hwp_task_info get(const char *code) {
  hwp_task_info info;
  assert_true(hwp_tasks_get(web->tasks, code, &info));
  return info;
}

static bool has_note(const char *code) {
  char path[500];
  struct stat found;
  snprintf(path, sizeof path, "%s.tasks/%s.json", hw_store_location(app.store), code);
  return stat(path, &found) == 0;
}

/* --- order, progress, stopping --- */

static void tasks_run_one_after_the_other(void **state) {
  (void)state;
  shut(HW_RUN_STORING, 0);
  const char *first = add("clerk", "3", false);
  (void)meet();
  const char *second = add("clerk2", "3.5", false);
  assert_int_equal(get(first).state, HWP_TASK_RUNNING);
  assert_int_equal(get(second).state, HWP_TASK_WAITING);
  assert_int_equal(get(second).n_before, 1);
  assert_int_equal(hwp_tasks_count_open(web->tasks), 2);
  assert_true(has_note(first) && has_note(second));
  open_gate();
  const hwp_task_info a = finish(first), b = finish(second);
  assert_int_equal(a.state, HWP_TASK_DONE);
  assert_int_equal(b.state, HWP_TASK_DONE);
  assert_true(a.outcome.run[0] != '\0' && b.outcome.run[0] != '\0');
  assert_string_not_equal(a.outcome.run, b.outcome.run);
  assert_true(a.outcome.n_pairs >= b.outcome.n_pairs);
  assert_false(has_note(first));
  assert_false(has_note(second));
  assert_int_equal((int)decide_faults(&app), 0);
}

static void a_waiting_task_is_stopped_and_gone_on_with(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  shut(HW_RUN_LOADING, 0);
  const char *first = add("clerk", "3", false);
  (void)meet();
  const char *second = add("clerk", "3.5", false);
  hw_assert_ok(hwp_tasks_stop(web->tasks, second, &err), &err);
  assert_int_equal(get(second).state, HWP_TASK_STOPPED);
  assert_true(has_note(second));
  assert_int_equal(hwp_tasks_resume(web->tasks, "clerk", first, &err), HW_E_STATE);
  assert_int_equal(hwp_tasks_forget(web->tasks, first, &err), HW_E_STATE);
  open_gate();
  assert_int_equal(finish(first).state, HWP_TASK_DONE);
  assert_int_equal(get(second).state, HWP_TASK_STOPPED);
  hw_assert_ok(hwp_tasks_resume(web->tasks, "clerk2", second, &err), &err);
  const hwp_task_info info = finish(second);
  assert_int_equal(info.state, HWP_TASK_DONE);
  assert_string_equal(info.asked.actor, "clerk2");
  assert_int_equal(hwp_tasks_resume(web->tasks, "clerk", second, &err), HW_E_STATE);
}

static void a_running_task_is_stopped_in_any_phase(void **state) {
  (void)state;
  static const hw_run_phase phases[] = {HW_RUN_LOADING, HW_RUN_STR, HW_RUN_PAIRS, HW_RUN_STORING};
  hw_err err = HW_ERR_INIT;
  const int64_t n_runs = app_test_count(&app, HW_KIND_RUN);
  for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
    shut(phases[i], 0);
    const char *code = add("clerk", "2.75", true);
    (void)meet();
    assert_int_equal(get(code).phase, phases[i]);
    hw_assert_ok(hwp_tasks_stop(web->tasks, code, &err), &err);
    assert_int_equal(finish(code).state, HWP_TASK_STOPPED);
    assert_true(has_note(code));
    hw_assert_ok(hwp_tasks_forget(web->tasks, code, &err), &err);
    assert_false(has_note(code));
    hwp_task_info info;
    assert_false(hwp_tasks_get(web->tasks, code, &info));
    open_gate();
  }
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), n_runs);
  assert_int_equal((int)decide_faults(&app), 0);
}

static void the_page_tells_how_far_it_is(void **state) {
  (void)state;
  web_browser b = page_browser(web, "clerk");
  char path[100];
  shut(HW_RUN_STORING, 0);
  const char *code = add("clerk", "3", false);
  snprintf(path, sizeof path, "/tasks/%s", code);
  (void)meet();
  const char *text = page_get(&b, path);
  hw_assert_contains(text, "<noscript><meta http-equiv=\"refresh\" content=\"3\">");
  hw_assert_contains(text, "storing the result");
  hw_assert_contains(text, "<progress max=\"100\"");
  hw_assert_contains(text, "aria-live=\"polite\"");
  page_keep(&b, "task-running");
  hw_assert_contains(page_get(&b, "/runs"), "storing the result");
  hw_assert_contains(web_body(&b), path);
  page_get(&b, path); /* for the token of its form */
  snprintf(path + strlen(path), sizeof path - strlen(path), "%s", "/stop");
  assert_int_equal(web_post(&b, path, ""), 303);
  assert_int_equal(finish(code).state, HWP_TASK_STOPPED);
  path[strlen(path) - 5] = '\0';
  text = page_get(&b, path);
  hw_assert_contains(text, "The task is asked to stop.");
  hw_assert_contains(text, "it can be gone on with");
  page_keep(&b, "task-stopped");
  open_gate();
  snprintf(path + strlen(path), sizeof path - strlen(path), "%s", "/resume");
  assert_int_equal(web_post(&b, path, ""), 303);
  assert_int_equal(finish(code).state, HWP_TASK_DONE);
  web_browser_clear(&b);
}

/* --- streams --- */

static int count(const char *text, const char *what) {
  int n = 0;
  for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) n++;
  return n;
}

static void a_stream_delivers_and_ends_with_the_task(void **state) {
  (void)state;
  web_browser b = page_browser(web, "clerk");
  char path[100];
  hw_str news = HW_STR_INIT;
  shut(HW_RUN_PAIRS, 0);
  const char *code = add("clerk", "3", true);
  snprintf(path, sizeof path, "/tasks/%s/events", code);
  (void)meet();
  assert_int_equal(web_get(&b, path), 200);
  hw_web_stream *stream = &b.response.stream;
  assert_true(stream->next(stream->context, &news));
  hw_assert_contains(hw_str_text(&news), "\"text\": \"looking at the pairs that were kept");
  hw_assert_contains(hw_str_text(&news), "\"over\": false");
  open_gate();
  while (stream->next(stream->context, &news)) {
  }
  assert_int_equal(count(hw_str_text(&news), "\"over\": true"), 1);
  hw_assert_contains(hw_str_text(&news), "\"text\": \"done\"");
  assert_int_equal(strncmp(hw_str_text(&news) + news.length - 2, "\n\n", 2), 0);
  hw_str_clear(&news);
  /* One that is opened later says at once that it is over. */
  assert_int_equal(web_get(&b, path), 200);
  assert_false(b.response.stream.next(b.response.stream.context, &news));
  hw_assert_contains(hw_str_text(&news), "\"over\": true");
  hw_str_clear(&news);
  /* Of a task that was forgotten meanwhile nothing comes. */
  assert_int_equal(web_get(&b, path), 200);
  assert_int_equal(hwp_tasks_forget(web->tasks, code, NULL), HW_OK);
  assert_false(b.response.stream.next(b.response.stream.context, &news));
  assert_int_equal(news.length, 0);
  assert_int_equal(web_send(&b, "HEAD", path, NULL), 404);
  web_browser_clear(&b);
}

/* --- who sees what --- */

static void others_do_not_see_a_task(void **state) {
  (void)state;
  static const char *const strangers[] = {"clerk2", "r1"};
  static const char *const steps[] = {"/stop", "/resume", "/forget"};
  char path[100], target[140];
  shut(HW_RUN_STR, 0);
  const char *code = add("clerk", "3", true);
  snprintf(path, sizeof path, "/tasks/%s", code);
  (void)meet();
  for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
    web_browser b = page_browser(web, strangers[i]);
    assert_int_equal(web_get(&b, path), 404);
    snprintf(target, sizeof target, "%s/events", path);
    assert_int_equal(web_get(&b, target), 404);
    page_get(&b, "/account");
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
      snprintf(target, sizeof target, "%s%s", path, steps[s]);
      const int status = web_post(&b, target, "");
      assert_true(status == 404 || status == 403);
    }
    assert_null(strstr(page_get(&b, "/runs"), path));
    hw_assert_contains(web_body(&b), "1 task of this server waits or runs");
    web_browser_clear(&b);
  }
  assert_int_equal(get(code).state, HWP_TASK_RUNNING);
  /* An administrator sees it, and may stop it. */
  web_browser b = page_browser(web, "boss");
  hw_assert_contains(page_get(&b, "/runs"), path);
  page_get(&b, path);
  snprintf(target, sizeof target, "%s/stop", path);
  assert_int_equal(web_post(&b, target, ""), 303);
  assert_int_equal(finish(code).state, HWP_TASK_STOPPED);
  /* Going on with it takes the permission to write, which this one has not. */
  snprintf(target, sizeof target, "%s/resume", path);
  page_get(&b, path);
  assert_int_equal(web_post(&b, target, ""), 403);
  web_browser_clear(&b);
}

static void who_was_locked_meanwhile_stores_nothing(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  shut(HW_RUN_LOADING, 0);
  const char *first = add("clerk2", "3", false);
  (void)meet();
  const char *second = add("clerk", "3.25", false);
  hw_assert_ok(hw_account_lock(&app, "clerk", "tests", &err), &err);
  open_gate();
  assert_int_equal(finish(first).state, HWP_TASK_DONE);
  const hwp_task_info info = finish(second);
  hw_assert_ok(hw_account_unlock(&app, "clerk", "tests", &err), &err);
  assert_int_equal(info.state, HWP_TASK_FAILED);
  assert_int_equal(info.status, HW_E_DENIED);
  hw_assert_contains(info.message, "locked");
}

static void one_person_has_a_bounded_number_of_tasks(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  char code[HWP_TASK_CODE_SIZE];
  const hwp_order order = order_of("3", false);
  shut(HW_RUN_LOADING, 0);
  for (int i = 0; i < HWP_MOST_TASKS_OF_ONE; i++) add("clerk", "3", false);
  assert_int_equal(hwp_tasks_add(web->tasks, "clerk", &order, code, &err), HW_E_BUSY);
  hw_assert_contains(err.message, "stop one");
  web_browser b = page_browser(web, "clerk");
  page_get(&b, "/runs/new");
  assert_int_equal(web_post(&b, "/runs/new", "kind=search&investigation=main&threshold=7"), 409);
  hw_assert_contains(web_body(&b), "value=\"7\"");
  page_check(&b);
  web_browser_clear(&b);
  /* Somebody else's are not counted. */
  hw_assert_ok(hwp_tasks_add(web->tasks, "clerk2", &order, code, &err), &err);
}

static void old_tasks_make_room_for_new_ones(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  shut(HW_RUN_LOADING, 0);
  char first[HWP_TASK_CODE_SIZE], oldest[HWP_TASK_CODE_SIZE] = "";
  memcpy(first, add("tester", "3", false), sizeof first);
  (void)meet();
  for (int i = 0; i < HWP_MOST_TASKS + 5; i++) {
    const char *code = add("clerk", "3", false);
    if (i == 0) memcpy(oldest, code, sizeof oldest);
    hw_assert_ok(hwp_tasks_stop(web->tasks, code, &err), &err);
  }
  hwp_task_info info, items[HWP_MOST_TASKS];
  assert_int_equal(hwp_tasks_list(web->tasks, NULL, HWP_MOST_TASKS, items), HWP_MOST_TASKS);
  assert_false(hwp_tasks_get(web->tasks, oldest, &info));
  assert_false(has_note(oldest));
  assert_int_equal(get(first).state, HWP_TASK_RUNNING);
  open_gate();
  assert_int_equal(finish(first).state, HWP_TASK_DONE);
}

/* --- what happens meanwhile --- */

static void data_that_change_meanwhile_are_searched_again(void **state) {
  (void)state;
  shut(HW_RUN_STORING, 0);
  const char *code = add("clerk", "2.875", false); /* of which there is no run yet */
  (void)meet();
  decide_import(&app, "samples", "code,investigation,sex\nLATE,main,male\n");
  decide_import(&app, "profiles",
                "code,person,sample,panel,observations,use\n"
                "LATE,,LATE,P,\"10;10;10;10;10;10;10;10;10;10\",single\n");
  open_gate();
  const hwp_task_info info = finish(code);
  assert_int_equal(info.state, HWP_TASK_DONE);
  const hw_record *run = app_test_get(&app, HW_KIND_RUN, info.outcome.run);
  assert_int_equal(hw_record_int(run, HW_FIELD_RUN_REMAINS), 4 + REMAINS + 1);
}

static void the_end_of_the_program_leaves_a_search_that_goes_on(void **state) {
  (void)state;
  char code[HWP_TASK_CODE_SIZE], path[100];
  hw_err err = HW_ERR_INIT;
  const int64_t n_runs = app_test_count(&app, HW_KIND_RUN);
  shut(HW_RUN_STR, 1);
  memcpy(code, add("clerk", "1.25", false), sizeof code);
  assert_true(meet() > 0);
  const char *waits = add("clerk", "2.25", false);
  hw_web_delete(web);
  open_gate();
  assert_true(has_note(code) && has_note(waits));
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), n_runs);
  assert_int_equal((int)decide_faults(&app), 0);
  begin_web();
  hwp_task_info info = get(code);
  assert_int_equal(info.state, HWP_TASK_CUT);
  assert_string_equal(info.asked.actor, "clerk");
  assert_string_equal(hwp_order_get(&info.asked.order, "threshold"), "1.25");
  assert_int_equal(get(waits).state, HWP_TASK_CUT);
  /* Its page says so, and leads on. */
  web_browser b = page_browser(web, "clerk");
  hw_assert_contains(page_get(&b, "/runs"), "not finished");
  snprintf(path, sizeof path, "/tasks/%s", code);
  hw_assert_contains(page_get(&b, path), "The program ended before the task was done.");
  page_keep(&b, "task-cut");
  snprintf(path + strlen(path), sizeof path - strlen(path), "%s", "/resume");
  assert_int_equal(web_post(&b, path, ""), 303);
  info = finish(code);
  assert_int_equal(info.state, HWP_TASK_DONE);
  assert_true(info.outcome.n_pairs > 0);
  assert_false(info.outcome.is_unchanged);
  assert_false(has_note(code));
  web_browser_clear(&b);
  /* A search of everything, never interrupted, says the same: every pair, ratio and posterior. */
  const hwp_task_info whole = finish(add("clerk", "1.25", true));
  assert_int_equal(whole.state, HWP_TASK_DONE);
  assert_true(whole.outcome.is_unchanged);
  assert_string_equal(whole.outcome.run, info.outcome.run);
  assert_int_equal(whole.outcome.n_pairs, info.outcome.n_pairs);
  hw_assert_ok(hwp_tasks_forget(web->tasks, waits, &err), &err);
  assert_int_equal((int)decide_faults(&app), 0);
}

static void write_note(const char *name, const char *text) {
  char path[500];
  snprintf(path, sizeof path, "%s.tasks/%s", hw_store_location(app.store), name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void remove_note(const char *name) {
  char path[500];
  snprintf(path, sizeof path, "%s.tasks/%s", hw_store_location(app.store), name);
  assert_int_equal(unlink(path), 0);
}

static void notes_that_are_none_are_passed_over(void **state) {
  (void)state;
  static const struct {
    const char *name, *text;
  } notes[] = {
      {"0000000000000001.json", ""},
      {"0000000000000002.json", "[1]"},
      {"0000000000000003.json", "{\"format\":\"homeward-task/1\",\"code\":\"0000000000000009\"}"},
      {"0000000000000004.json",
       "{\"format\":\"homeward-task/1\",\"code\":\"0000000000000004\",\"actor\":\"clerk\",\"at\":"
       "\"2026-01-31T08:00:00Z\",\"kind\":\"search\",\"fields\":{\"threshold\":\"many\"}}"},
      {"0000000000000005.json",
       "{\"format\":\"homeward-task/1\",\"code\":\"0000000000000005\",\"actor\":\"clerk\",\"at\":"
       "\"2026-01-31T08:00:00Z\",\"kind\":\"search\",\"fields\":{\"smell\":\"3\"}}"},
      {"0000000000000006.json",
       "{\"format\":\"homeward-task/2\",\"code\":\"0000000000000006\",\"actor\":\"clerk\",\"at\":"
       "\"2026-01-31T08:00:00Z\",\"kind\":\"search\",\"fields\":{}}"},
      {"0000000000000007.txt", "note"},
      {"0000000000000008.json",
       "{\"format\":\"homeward-task/1\",\"code\":\"0000000000000008\",\"actor\":\"clerk\",\"at\":"
       "\"2026-01-31T08:00:00Z\",\"kind\":\"search\",\"fields\":{\"threshold\":\"3\"}}"},
  };
  enum { N = sizeof notes / sizeof *notes };
  hw_err err = HW_ERR_INIT;
  hwp_task_note *read = calloc(HWP_MOST_TASKS, sizeof *read);
  int n = 0, n_damaged = 0;
  assert_non_null(read);
  /* The folder is there since the first task. */
  for (int i = 0; i < N; i++) write_note(notes[i].name, notes[i].text);
  hw_assert_ok(
      hwp_task_notes_read(hw_store_location(app.store), HWP_MOST_TASKS, read, &n, &n_damaged, &err),
      &err);
  assert_int_equal(n, 1);
  assert_int_equal(n_damaged, N - 1);
  assert_string_equal(read[0].code, "0000000000000008");
  assert_string_equal(hwp_order_get(&read[0].order, "threshold"), "3");
  for (int i = 0; i < N; i++) remove_note(notes[i].name);
  /* Where there is no folder there are no notes. */
  hw_assert_ok(hwp_task_notes_read("no/such/place", HWP_MOST_TASKS, read, &n, &n_damaged, &err),
               &err);
  assert_int_equal(n + n_damaged, 0);
  free(read);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(tasks_run_one_after_the_other, rest),
      cmocka_unit_test_teardown(a_waiting_task_is_stopped_and_gone_on_with, rest),
      cmocka_unit_test_teardown(a_running_task_is_stopped_in_any_phase, rest),
      cmocka_unit_test_teardown(the_page_tells_how_far_it_is, rest),
      cmocka_unit_test_teardown(a_stream_delivers_and_ends_with_the_task, rest),
      cmocka_unit_test_teardown(others_do_not_see_a_task, rest),
      cmocka_unit_test_teardown(who_was_locked_meanwhile_stores_nothing, rest),
      cmocka_unit_test_teardown(one_person_has_a_bounded_number_of_tasks, rest),
      cmocka_unit_test_teardown(old_tasks_make_room_for_new_ones, rest),
      cmocka_unit_test_teardown(data_that_change_meanwhile_are_searched_again, rest),
      cmocka_unit_test_teardown(the_end_of_the_program_leaves_a_search_that_goes_on, rest),
      cmocka_unit_test_teardown(notes_that_are_none_are_passed_over, rest),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
