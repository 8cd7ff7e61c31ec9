/* Forms, sessions and attempts of the web application, each by itself. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"
#include "web/attempts.h"
#include "web/crew.h"
#include "web/feed.h"
#include "web/form.h"
#include "web/routes.h"
#include "web/session.h"

enum { MOST = 20 };

static hw_arena arena;
static hw_web_pair pairs[MOST];
static hwp_upload uploads[2];

static int begin(void **state) {
  (void)state;
  hw_arena_init(&arena, 0);
  return 0;
}
static int end(void **state) {
  (void)state;
  hw_arena_clear(&arena);
  return 0;
}

/* --- forms --- */

static hw_status read_form(const char *type, const char *body, hwp_fields *out, hw_err *err) {
  *out = (hwp_fields){.pairs = pairs, .most = MOST, .uploads = uploads, .most_uploads = 2};
  *err = (hw_err)HW_ERR_INIT;
  if (type == NULL) return hwp_form_urlencoded(&arena, body, strlen(body), out, err);
  return hwp_form_multipart(&arena, type, body, strlen(body), out, err);
}

static void fields_of_a_form_are_text_in_normal_form(void **state) {
  (void)state;
  hwp_fields f;
  hw_err err;
  hw_assert_ok(read_form(NULL, "a=1&b=%C4%90a%CC%A3t&c=x+y%2Bz&d&=e&f=1%0D%0A2%0D3", &f, &err),
               &err);
  assert_int_equal(f.n, 6);
  assert_string_equal(pairs[0].value, "1");
  assert_string_equal(pairs[1].value, "Đạt");
  assert_string_equal(pairs[2].value, "x y+z");
  assert_string_equal(pairs[3].name, "d");
  assert_string_equal(pairs[3].value, "");
  assert_string_equal(pairs[4].name, "");
  assert_string_equal(pairs[5].value, "1\n2\n3");
}

static void forms_that_are_no_text_are_refused(void **state) {
  (void)state;
  static const char *const wrong[] = {"a=%",   "a=%4",     "a=%zz",       "a=%00", "a=%01",
                                      "a=%FF", "a=%C0%AE", "a=%ED%A0%80", "%7F=1"};
  hwp_fields f;
  hw_err err;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    hw_assert_status(read_form(NULL, wrong[i], &f, &err), HW_E_SYNTAX, &err);
    assert_true(err.message[0] != '\0');
  }
  hw_assert_status(read_form(NULL, "a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a", &f, &err),
                   HW_E_TOO_COMPLEX, &err);
  hw_assert_contains(err.message, "more than 20 fields");
}

#define PART(rest, content) "--B\r\nContent-Disposition: form-data; " rest "\r\n\r\n" content "\r\n"
#define TYPE "multipart/form-data; boundary=B"

static void files_come_with_their_bytes_untouched(void **state) {
  (void)state;
  hwp_fields f;
  hw_err err;
  hw_assert_ok(read_form(TYPE,
                         PART("name=\"a\"", "x\r\ny") PART(
                             "name=\"f\"; filename=\"C:\\data\\m%22u.csv\"", "1\r\n--b\r\n\r\n")
                             PART("filename=\"/etc/e.csv\"; name=\"g\"", "")
                                 PART("name=\"h\"; filename=\"\"", "") "--B--\r\nbehind",
                         &f, &err),
               &err);
  assert_int_equal(f.n, 1);
  assert_string_equal(pairs[0].value, "x\ny");
  assert_int_equal(f.n_uploads, 2);
  assert_string_equal(uploads[0].field, "f");
  assert_string_equal(uploads[0].name, "m\"u.csv");
  assert_int_equal(uploads[0].n_bytes, 10);
  assert_memory_equal(uploads[0].bytes, "1\r\n--b\r\n\r\n", 10);
  assert_string_equal(uploads[1].name, "e.csv");
  assert_int_equal(uploads[1].n_bytes, 0);
  hw_assert_ok(
      read_form(
          "Multipart/Form-Data;charset=utf-8; boundary=\"a b:c\"",
          "--a b:c\r\ncontent-DISPOSITION: form-data; name=\"k\"\r\nX: y\r\n\r\nv\r\n--a b:c--", &f,
          &err),
      &err);
  assert_string_equal(pairs[0].name, "k");
  assert_string_equal(pairs[0].value, "v");
}

static void multipart_forms_that_are_none_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *type, *body, *said;
  } wrong[] = {
      {"multipart/form-data", "--B--", "where its parts end"},
      {"multipart/form-data; boundary=", "--B--", "where its parts end"},
      {"multipart/form-data; boundary=a\x01", "--B--", "where its parts end"},
      {TYPE, "", "begin with its boundary"},
      {TYPE, "-", "begin with its boundary"},
      {TYPE, "x--B--", "begin with its boundary"},
      {TYPE, "--B", "cut off"},
      {TYPE, "--Bx", "cut off"},
      {TYPE, "--B\r\n", "no content"},
      {TYPE, "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n", "no content"},
      {TYPE, "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", "cut off"},
      {TYPE, PART("name=\"a\"", "x"), "cut off"},
      {TYPE, "--B\r\n\r\nx\r\n--B--", "no name"},
      {TYPE, PART("x=\"a\"", "x") "--B--", "no name"},
      {TYPE, PART("name=\"a", "x") "--B--", "quote that does not end"},
      {TYPE, PART("name=\"a\"", "\x01") "--B--", "control character"},
      {TYPE, PART("name=\"\xff\"", "") "--B--", ""},
  };
  hwp_fields f;
  hw_err err;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    hw_assert_status(read_form(wrong[i].type, wrong[i].body, &f, &err), HW_E_SYNTAX, &err);
    hw_assert_contains(err.message, wrong[i].said);
  }
  hw_assert_status(
      read_form(TYPE,
                PART("name=\"a\"; filename=\"1\"", "x") PART("name=\"a\"; filename=\"2\"", "x")
                    PART("name=\"a\"; filename=\"3\"", "x") "--B--",
                &f, &err),
      HW_E_TOO_COMPLEX, &err);
  hw_assert_contains(err.message, "more than 2 files");
}

static void types_are_compared_without_their_parameters(void **state) {
  (void)state;
  assert_true(hwp_type_is("TEXT/html; charset=utf-8", "text/html"));
  assert_true(hwp_type_is("text/html", "text/html"));
  assert_false(hwp_type_is("text/htmlx", "text/html"));
  assert_false(hwp_type_is("text/htm", "text/html"));
  assert_false(hwp_type_is(NULL, "text/html"));
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_arena own;
    hwp_target target;
    hw_err err = HW_ERR_INIT;
    hw_arena_init(&own, 0);
    hw_status status = hwp_target_parse(&own, "/families/%C4%90a%CC%A3t/x", &target, &err);
    const bool has_failed = hw_faults_end();
    hw_arena_clear(&own);
    if (!has_failed) {
      hw_assert_ok(status, &err);
      return;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
}

/* --- routes --- */

static const hwp_route *find(const char *method, const char *path, const char **first,
                             char *allow) {
  hwp_target target;
  hw_err err = HW_ERR_INIT;
  const char *parts[HWP_MOST_PARTS] = {NULL};
  int n = 0;
  hw_assert_ok(hwp_target_parse(&arena, path, &target, &err), &err);
  const hwp_route *route = hwp_route_find(method, &target, parts, &n, allow);
  *first = n > 0 ? parts[0] : NULL;
  return route;
}

static void routes_are_found_by_their_parts(void **state) {
  (void)state;
  const char *part = NULL;
  char allow[HWP_ALLOW_SIZE];
  assert_string_equal(find("GET", "/assets/a%2Fb/c", &part, allow)->pattern, "/assets/*/*");
  assert_string_equal(part, "a/b");
  assert_string_equal(find("HEAD", "/login", &part, allow)->pattern, "/login");
  assert_null(find("GET", "/assets/a", &part, allow));
  assert_string_equal(allow, "");
  assert_null(find("GET", "/loginx", &part, allow));
  assert_null(find("POST", "/about", &part, allow));
  assert_string_equal(allow, "GET, HEAD");
}

/* Patterns that say the same twice would hide a page. */
static void no_route_is_there_twice(void **state) {
  (void)state;
  for (int i = 0; i < hwp_n_all_routes; i++)
    for (int j = 0; j < hwp_all_routes[i]->n; j++) {
      const hwp_route *a = &hwp_all_routes[i]->routes[j];
      assert_true(strcmp(a->method, "GET") == 0 || strcmp(a->method, "POST") == 0);
      assert_true(a->pattern[0] == '/' && a->run != NULL && a->summary != NULL);
      for (int k = 0; k < hwp_n_all_routes; k++)
        for (int l = 0; l < hwp_all_routes[k]->n; l++) {
          const hwp_route *b = &hwp_all_routes[k]->routes[l];
          if (a != b && strcmp(a->method, b->method) == 0 && strcmp(a->pattern, b->pattern) == 0)
            fail_msg("%s %s is there twice", a->method, a->pattern);
        }
    }
}

/* --- sessions --- */

static hwp_session session_of(const char *actor) {
  hwp_session session = {.stage = HWP_STAGE_IN};
  snprintf(session.actor, sizeof session.actor, "%s", actor);
  return session;
}

static void one_actor_has_so_many_sessions(void **state) {
  (void)state;
  hwp_sessions *all = hwp_sessions_new();
  char tokens[HWP_MOST_SESSIONS_OF_ONE + 1][HWP_TOKEN_SIZE];
  hwp_session s;
  assert_non_null(all);
  for (int i = 0; i <= HWP_MOST_SESSIONS_OF_ONE; i++) {
    s = session_of("anh");
    hwp_sessions_begin(all, &s, 1000 + i, tokens[i]);
  }
  assert_false(hwp_sessions_find(all, tokens[0], 1100, &s));
  for (int i = 1; i <= HWP_MOST_SESSIONS_OF_ONE; i++)
    assert_true(hwp_sessions_find(all, tokens[i], 1100, &s));
  hwp_sessions_end_of(all, "anh", tokens[3]);
  assert_int_equal(hwp_sessions_count(all, 1100), 1);
  assert_true(hwp_sessions_find(all, tokens[3], 1100, &s));
  hwp_sessions_delete(all);
}

static void many_sessions_push_out_who_was_idle_longest(void **state) {
  (void)state;
  enum { MANY = 20000 };
  hwp_sessions *all = hwp_sessions_new();
  hwp_session s;
  char token[HWP_TOKEN_SIZE];
  assert_non_null(all);
  for (int i = 0; i < MANY; i++) {
    char actor[20];
    snprintf(actor, sizeof actor, "a%d", i);
    s = session_of(actor);
    hwp_sessions_begin(all, &s, 1000, token);
    if (i % 1000 == 0) assert_true(hwp_sessions_find(all, token, 1000, &s));
  }
  assert_true(hwp_sessions_count(all, 1000) <= HWP_MOST_SESSIONS);
  assert_true(hwp_sessions_find(all, token, 1000, &s)); /* the newest is there */
  hwp_sessions_delete(all);
}

static void a_password_that_waits_is_masked_and_comes_back(void **state) {
  (void)state;
  hwp_sessions *all = hwp_sessions_new();
  char token[HWP_TOKEN_SIZE];
  hwp_session s = session_of("anh"), found;
  assert_non_null(all);
  s.stage = HWP_STAGE_CODE;
  snprintf(s.password, sizeof s.password, "bamboo ladder quiet river");
  hwp_sessions_begin(all, &s, 1000, token);
  assert_true(hwp_sessions_find(all, token, 1001, &found));
  assert_string_equal(found.password, "bamboo ladder quiet river");
  assert_false(hwp_sessions_find(all, token, 1000 + HWP_SESSION_CODE_S + 1, &found));
  char mask[32] = "bamboo ladder";
  hwp_token_mask(token, mask, sizeof mask);
  assert_memory_not_equal(mask, "bamboo ladder", 13);
  hwp_token_mask(token, mask, sizeof mask);
  assert_string_equal(mask, "bamboo ladder");
  hwp_sessions_delete(all);
}

static void notices_are_cut_between_characters(void **state) {
  (void)state;
  hwp_sessions *all = hwp_sessions_new();
  char token[HWP_TOKEN_SIZE], text[900] = "x";
  hwp_session s = session_of("anh");
  assert_non_null(all);
  hwp_sessions_begin(all, &s, 1000, token);
  for (size_t n = 1; n + 3 < sizeof text; n += 3) memcpy(text + n, "ạ", 4);
  hwp_sessions_notice(all, token, text);
  assert_true(hwp_sessions_find(all, token, 1000, &s));
  assert_int_equal(strlen(s.notice) % 3, 1);
  assert_true(strlen(s.notice) > 390);
  hwp_sessions_delete(all);
}

/* --- attempts --- */

static void delays_grow_and_end(void **state) {
  (void)state;
  hwp_attempts *all = hwp_attempts_new();
  int64_t now = 1000, waited = 0;
  assert_non_null(all);
  for (int i = 0; i < HWP_ATTEMPTS_ACCOUNT; i++) {
    int64_t wait = hwp_attempts_begin(all, "anh", "c", now);
    assert_int_equal(wait, i < 3 ? 0 : (int64_t)1 << (i - 3));
    waited += wait;
    now += wait;
    if (wait > 0) assert_int_equal(hwp_attempts_begin(all, "anh", "c", now), 0);
  }
  assert_int_equal(waited, 127);
  assert_int_equal(hwp_attempts_begin(all, "anh", "d", now), HWP_ATTEMPTS_LOCK_S);
  assert_int_equal(hwp_attempts_begin(all, "binh", "d", now), 0);
  assert_int_equal(hwp_attempts_begin(all, "anh", "d", now + HWP_ATTEMPTS_LOCK_S), 0);
  hwp_attempts_delete(all);
}

static void a_login_forgives_the_account_and_not_the_client(void **state) {
  (void)state;
  hwp_attempts *all = hwp_attempts_new();
  assert_non_null(all);
  /* Somebody with an account of their own guesses at others, logging in now and then. */
  int n_guesses = 0;
  for (int i = 0; i < 200; i++) {
    char name[20];
    snprintf(name, sizeof name, "victim%d", i);
    if (hwp_attempts_begin(all, name, "c", 1000 + 2 * i) == 0) n_guesses++;
    if (hwp_attempts_begin(all, "own", "c", 1001 + 2 * i) == 0)
      hwp_attempts_succeeded(all, "own", "c", 1001 + 2 * i);
  }
  assert_true(n_guesses <= HWP_ATTEMPTS_CLIENT);
  hwp_attempts_delete(all);
}

/* A hundred thousand clients cannot make the table forget an account that is under attack. */
static void crowds_do_not_wash_an_attack_away(void **state) {
  (void)state;
  hwp_attempts *all = hwp_attempts_new();
  assert_non_null(all);
  for (int i = 0; i < HWP_ATTEMPTS_ACCOUNT; i++)
    (void)hwp_attempts_begin(all, "anh", "c", 1000 + 300 * i);
  const int64_t now = 1000 + 300 * (HWP_ATTEMPTS_ACCOUNT - 1);
  for (int i = 0; i < 100000; i++) {
    char client[20];
    snprintf(client, sizeof client, "10.%d", i);
    (void)hwp_attempts_begin(all, client, client, now);
  }
  assert_int_equal(hwp_attempts_begin(all, "anh", "d", now + 1), HWP_ATTEMPTS_LOCK_S - 1);
  hwp_attempts_delete(all);
}

/* --- threads --- */

typedef struct errand {
  hwp_task task; /* first, so that the task is the errand */
  struct desk *desk;
  bool is_long;
  int number;
} errand;

typedef struct desk {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool is_open; /* errands that are long go on */
  int n_begun_writes, n_reads, n_writes;
  int written[8]; /* numbers, in the order in which they were done */
} desk;

static void do_errand(hwp_task *task) {
  errand *self = (errand *)(void *)task;
  desk *d = self->desk;
  pthread_mutex_lock(&d->lock);
  if (task->lane == HWP_LANE_WRITE) d->n_begun_writes++;
  pthread_cond_broadcast(&d->changed);
  while (self->is_long && !d->is_open) pthread_cond_wait(&d->changed, &d->lock);
  if (task->lane == HWP_LANE_WRITE)
    d->written[d->n_writes++] = self->number;
  else
    d->n_reads++;
  pthread_cond_broadcast(&d->changed);
  pthread_mutex_unlock(&d->lock);
}

static void who_waits_to_write_keeps_nobody_from_reading(void **state) {
  (void)state;
  const int most_at_once[HWP_N_LANES] = {3, 1, 1};
  desk d = {.is_open = false};
  errand errands[12];
  pthread_mutex_init(&d.lock, NULL);
  pthread_cond_init(&d.changed, NULL);
  hwp_crew *crew = hwp_crew_new(4, 12, most_at_once);
  assert_non_null(crew);
  for (int i = 0; i < 12; i++) { /* four that write, then eight that read */
    errands[i] =
        (errand){.task = {.run = do_errand, .lane = i < 4 ? HWP_LANE_WRITE : HWP_LANE_READ},
                 .desk = &d,
                 .is_long = i == 0,
                 .number = i};
    assert_true(hwp_crew_add(crew, &errands[i].task));
  }
  pthread_mutex_lock(&d.lock);
  while (d.n_reads < 8 || d.n_begun_writes < 1) pthread_cond_wait(&d.changed, &d.lock);
  assert_int_equal(d.n_begun_writes, 1); /* one at once, and that one waits */
  assert_int_equal(d.n_writes, 0);
  d.is_open = true;
  pthread_cond_broadcast(&d.changed);
  pthread_mutex_unlock(&d.lock);
  hwp_crew_end(crew); /* what waits is done */
  assert_int_equal(d.n_writes, 4);
  for (int i = 0; i < 4; i++) assert_int_equal(d.written[i], i);
  assert_false(hwp_crew_add(crew, &errands[0].task));
  hwp_crew_delete(crew);
  pthread_cond_destroy(&d.changed);
  pthread_mutex_destroy(&d.lock);
}

static void more_than_may_wait_are_turned_away(void **state) {
  (void)state;
  const int most_at_once[HWP_N_LANES] = {1, 1, 1};
  desk d = {.is_open = false};
  errand errands[4];
  pthread_mutex_init(&d.lock, NULL);
  pthread_cond_init(&d.changed, NULL);
  hwp_crew *crew = hwp_crew_new(1, 2, most_at_once);
  assert_non_null(crew);
  for (int i = 0; i < 4; i++)
    errands[i] =
        (errand){.task = {.run = do_errand, .lane = HWP_LANE_WRITE}, .desk = &d, .is_long = true};
  assert_true(hwp_crew_add(crew, &errands[0].task));
  pthread_mutex_lock(&d.lock);
  while (d.n_begun_writes < 1) pthread_cond_wait(&d.changed, &d.lock);
  pthread_mutex_unlock(&d.lock);
  assert_true(hwp_crew_add(crew, &errands[1].task));
  assert_true(hwp_crew_add(crew, &errands[2].task));
  assert_false(hwp_crew_add(crew, &errands[3].task));
  pthread_mutex_lock(&d.lock);
  d.is_open = true;
  pthread_cond_broadcast(&d.changed);
  pthread_mutex_unlock(&d.lock);
  hwp_crew_delete(crew);
  assert_int_equal(d.n_writes, 3);
  pthread_cond_destroy(&d.changed);
  pthread_mutex_destroy(&d.lock);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_of_a_form_are_text_in_normal_form),
      cmocka_unit_test(forms_that_are_no_text_are_refused),
      cmocka_unit_test(files_come_with_their_bytes_untouched),
      cmocka_unit_test(multipart_forms_that_are_none_are_refused),
      cmocka_unit_test(types_are_compared_without_their_parameters),
      cmocka_unit_test(exhausted_memory_is_told),
      cmocka_unit_test(routes_are_found_by_their_parts),
      cmocka_unit_test(no_route_is_there_twice),
      cmocka_unit_test(one_actor_has_so_many_sessions),
      cmocka_unit_test(many_sessions_push_out_who_was_idle_longest),
      cmocka_unit_test(a_password_that_waits_is_masked_and_comes_back),
      cmocka_unit_test(notices_are_cut_between_characters),
      cmocka_unit_test(delays_grow_and_end),
      cmocka_unit_test(a_login_forgives_the_account_and_not_the_client),
      cmocka_unit_test(crowds_do_not_wash_an_attack_away),
      cmocka_unit_test(who_waits_to_write_keeps_nobody_from_reading),
      cmocka_unit_test(more_than_may_wait_are_turned_away),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
