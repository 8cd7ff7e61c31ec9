/* Many people at once in front of one server: how long they wait, and whether what they write stays.
 *
 *   web_load PROGRAM CASE [users=200] [seconds=60] [think_ms=1500] [writes=10] [seed=1]
 *
 * PROGRAM serves CASE, which is written to: give it a copy. Four parts:
 *
 *   1. all users log in, a few at once, since a password takes a tenth of a second on purpose;
 *   2. every page and form alone, one request after the other: bytes and time;
 *   3. all users at work. Each waits for an answer, looks at it for think_ms (half to one and a half of
 *      it, drawn) and asks again; writes of 100 things that somebody does who may write are forms;
 *   4. the same without any pause, for a third of the time: what the server can do at most.
 *
 * Then the server ends, and the audit chain is read: every write that was acknowledged must stand in
 * it, once, and nothing else. Exit status 1 if a request failed, a write is lost, or the 99th
 * percentile of part 3 is not below the goal.
 *
 * One thread with an epoll plays all users; its processor time is told, for it shares the machine
 * with the server. Times are as a user sees them: from the first byte sent to the last one read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "common.h"
#include "web/child.h"
#include "web/figures.h"
#include "web/user.h"

enum { LOGINS_AT_ONCE = 2, REPEATS = 7, MOST_TOLD = 10 };
static const double goal_s = 0.3, goal_alone_s = 0.2, goal_bytes = 150e3;

typedef struct settings {
  const char *program, *location;
  long users, seconds, think_ms, writes, seed;
} settings;

typedef struct load {
  settings of;
  world world;
  child server;
  user_mix mix;
  user *users;
  int epoll;
  figures *into; /* of the part that runs */
  double think_s;
  int n_told;
  char **acknowledged;
  size_t n_acknowledged, capacity;
} load;

static double now_s(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* --- one user's request and answer --- */

static void send_request(load *self, user *u) {
  if (u->request.length == 0) return;
  http_send(&u->http, self->epoll, self->server.port, (uint32_t)u->number, u->request.bytes,
            u->request.length);
}

static void begin_request(load *self, user *u) {
  user_request(u, &self->mix);
  u->sent_s = now_s(CLOCK_MONOTONIC);
  send_request(self, u);
}

static void acknowledge(load *self, const char *reason) {
  if (self->n_acknowledged == self->capacity) {
    self->capacity = 2 * self->capacity + 256;
    self->acknowledged = realloc(self->acknowledged, self->capacity * sizeof *self->acknowledged);
    if (self->acknowledged == NULL) abort();
  }
  self->acknowledged[self->n_acknowledged++] = strdup(reason);
}

static void tell_wrong(load *self, const user *u, bool is_broken) {
  if (self->n_told++ >= MOST_TOLD) return;
  fprintf(stderr, "web_load: user %d, %s: %s %d\n%.300s\n", u->number + 1,
          user_route_names[u->route], is_broken ? "the connection broke" : "status", u->http.status,
          hw_str_text(&u->request));
  const char *notice = is_broken ? NULL : strstr(http_body(&u->http), "class=\"notice");
  if (notice != NULL) fprintf(stderr, "%.300s\n", notice);
}

/* The next request: at once where the browser is sent on, else after a look at the page. */
static void plan_next(load *self, user *u, double now, bool at_once) {
  const double share = 0.5 + hw_random_double(&u->random);
  u->due_s = at_once ? now : now + self->think_s * share;
}

static void take_answer(load *self, user *u) {
  const double now = now_s(CLOCK_MONOTONIC);
  const user_verdict verdict = user_take(u);
  figures_add(self->into, (int)u->route, now - u->sent_s, u->http.n_body, verdict.is_right);
  if (!verdict.is_right) tell_wrong(self, u, false);
  if (verdict.was_written) acknowledge(self, u->reason);
  plan_next(self, u, now, verdict.goes_on || u->step != STEP_READY);
}

/* A kept connection that the server closed meanwhile is opened again, once, if asking twice does no
 * harm. */
static void take_break(load *self, user *u) {
  const bool may_repeat = u->http.was_used && u->http.in.length == 0 && !u->was_repeated &&
                          strncmp(hw_str_text(&u->request), "GET ", 4) == 0;
  if (may_repeat) {
    u->was_repeated = true;
    send_request(self, u);
    return;
  }
  figures_add(self->into, (int)u->route, 0, 0, false);
  tell_wrong(self, u, true);
  plan_next(self, u, now_s(CLOCK_MONOTONIC), false);
}

static void wait_for_answers(load *self, double until_s) {
  struct epoll_event events[256];
  const double left_ms = 1e3 * (until_s - now_s(CLOCK_MONOTONIC));
  const int n = epoll_wait(self->epoll, events, 256, left_ms > 0 ? (int)left_ms + 1 : 0);
  for (int i = 0; i < n; i++) {
    user *u = &self->users[events[i].data.u32];
    const http_progress progress = http_step(&u->http, events[i].events);
    if (progress == HTTP_DONE) take_answer(self, u);
    if (progress == HTTP_BROKEN) take_break(self, u);
  }
}

/* --- parts --- */

static bool log_in_next(load *self) {
  int n_busy = 0, n_done = 0;
  for (long i = 0; i < self->of.users; i++) {
    user *u = &self->users[i];
    n_done += u->step == STEP_READY;
    n_busy += u->step != STEP_READY && u->http.is_asking;
  }
  for (long i = 0; i < self->of.users && n_busy < LOGINS_AT_ONCE; i++) {
    user *u = &self->users[i];
    if (u->step == STEP_READY || u->http.is_asking) continue;
    begin_request(self, u);
    n_busy++;
  }
  return n_done < (int)self->of.users;
}

static void log_in(load *self) {
  figures logins = {0};
  const double began = now_s(CLOCK_MONOTONIC), cpu = child_cpu_s(&self->server);
  self->into = &logins;
  while (log_in_next(self) && figures_count(&logins, false) == 0)
    wait_for_answers(self, now_s(CLOCK_MONOTONIC) + 1);
  const double seconds = now_s(CLOCK_MONOTONIC) - began;
  printf("\n%ld logins, %d at once: %.1f a second, %.0f ms of the server's processors each\n",
         self->of.users, LOGINS_AT_ONCE, (double)self->of.users / seconds,
         1e3 * (child_cpu_s(&self->server) - cpu) / (double)self->of.users);
  figures_print(&logins, user_route_names, ROUTE_N);
  if (figures_count(&logins, false) > 0) exit(1);
  self->into = NULL;
  figures_clear(&logins);
}

/* Everybody whose time has come asks; @return when the next one's comes. */
static double begin_due(load *self, double end_s, int *n_busy) {
  const double now = now_s(CLOCK_MONOTONIC);
  double next = now + 1;
  *n_busy = 0;
  for (long i = 0; i < self->of.users; i++) {
    user *u = &self->users[i];
    if (!u->http.is_asking && now < end_s && u->due_s <= now) begin_request(self, u);
    if (u->http.is_asking)
      (*n_busy)++;
    else if (now < end_s && u->due_s < next)
      next = u->due_s;
  }
  return next;
}

/* All users at work until the time is over, and their last answers are there. */
static void work(load *self, double seconds, double think_s, figures *into) {
  const double began = now_s(CLOCK_MONOTONIC), end = began + seconds;
  int n_busy = 0;
  self->into = into;
  self->think_s = think_s;
  for (long i = 0; i < self->of.users; i++)
    plan_next(self, &self->users[i], began - think_s, false);
  for (;;) {
    const double next = begin_due(self, end, &n_busy);
    if (n_busy == 0 && now_s(CLOCK_MONOTONIC) >= end) break;
    wait_for_answers(self, next);
  }
}

/* What a part cost. */
typedef struct costs {
  double wall_s, server_s, own_s, machine_s;
} costs;

static costs read_costs(const load *self) {
  return (costs){now_s(CLOCK_MONOTONIC), child_cpu_s(&self->server),
                 now_s(CLOCK_PROCESS_CPUTIME_ID), child_machine_s()};
}

static void print_costs(const load *self, costs before, const figures *of) {
  const costs now = read_costs(self);
  const double n = (double)figures_count(of, true), wall = now.wall_s - before.wall_s;
  const double server = now.server_s - before.server_s, own = now.own_s - before.own_s;
  const double others = now.machine_s - before.machine_s - server - own;
  printf("  %.1f requests a second; the server took %.2f ms of processor each, %.0f %% of one "
         "processor in all;\n  this test %.0f %%, other programs %.0f %%\n",
         n / wall, 1e3 * server / n, 100 * server / wall, 100 * own / wall,
         others > 0 ? 100 * others / wall : 0);
}

/* --- every page alone --- */

/* Who asks: an officer sees most, names too; forms are sent by those who may. */
static world_role asks(user_route route) {
  if (route == ROUTE_REVIEW) return WORLD_REVIEWER;
  if (route == ROUTE_RETURN) return WORLD_BOARD;
  return route == ROUTE_PROPOSE || route == ROUTE_IMPORT_CHECK || route == ROUTE_IMPORT_WRITE
             ? WORLD_ANALYST
             : WORLD_OFFICER;
}

static user *find_role(load *self, world_role role) {
  for (long i = 0; i < self->of.users; i++)
    if (world_role_of((int)i) == role) return &self->users[i];
  return self->users;
}

static void ask_alone(load *self, user_route route) {
  user *u = find_role(self, asks(route));
  user_ask(u, &self->mix, route);
  u->sent_s = now_s(CLOCK_MONOTONIC);
  send_request(self, u);
  while (u->http.is_asking) wait_for_answers(self, now_s(CLOCK_MONOTONIC) + 1);
  u->location[0] = '\0'; /* nobody follows */
}

/* A table of the pages; number of those beyond a goal. */
static int print_alone(figures *alone) {
  int n_beyond = 0;
  printf("\nevery page and form alone, each of %d drawn ones:\n  %-30s %8s %8s %8s\n", REPEATS, "",
         "kB", "ms", "worst ms");
  for (int route = 0; route < ROUTE_N; route++) {
    figures_route *r = &alone->routes[route];
    if (r->n == 0) continue;
    figures_sort(r->seconds, r->n);
    const double worst = r->seconds[r->n - 1], bytes = r->bytes / (double)r->n;
    const bool is_beyond = worst > goal_alone_s || bytes > goal_bytes;
    n_beyond += is_beyond;
    printf("  %-30s %8.1f %8.1f %8.1f%s\n", user_route_names[route], 1e-3 * bytes,
           1e3 * figures_quantile(r->seconds, r->n, 0.5), 1e3 * worst, is_beyond ? "  MISSED" : "");
  }
  printf("  goal: below %.0f ms and %.0f kB: %s\n", 1e3 * goal_alone_s, 1e-3 * goal_bytes,
         n_beyond == 0 ? "reached" : "MISSED");
  return n_beyond;
}

static int measure_alone(load *self) {
  figures alone = {0};
  self->into = &alone;
  for (int repeat = 0; repeat < REPEATS; repeat++)
    for (int route = 0; route < ROUTE_N; route++)
      if (route != ROUTE_LOGIN_FORM && route != ROUTE_LOGIN) ask_alone(self, (user_route)route);
  const int n_beyond = print_alone(&alone) + (int)figures_count(&alone, false);
  figures_clear(&alone);
  return n_beyond;
}

/* --- all of it --- */

static bool check_writes(load *self) {
  const world_written w = world_compare(&self->world, self->acknowledged, self->n_acknowledged);
  const bool is_fine = w.n_lost == 0 && w.n_entries == self->n_acknowledged;
  printf("\n%zu writes acknowledged, %zu entries added to the audit chain; lost writes %zu%s\n",
         self->n_acknowledged, w.n_entries, w.n_lost, is_fine ? "" : "  MISSED");
  return is_fine;
}

static bool measure_together(load *self) {
  figures together = {0}, hurried = {0};
  const double think_s = 1e-3 * (double)self->of.think_ms;
  printf("\n%ld users for %ld s, a pause of %.2f to %.2f s before each request:\n", self->of.users,
         self->of.seconds, 0.5 * think_s, 1.5 * think_s);
  costs before = read_costs(self);
  work(self, (double)self->of.seconds, think_s, &together);
  const double p99 = figures_print(&together, user_route_names, ROUTE_N);
  print_costs(self, before, &together);
  printf("  goal: 99 of 100 below %.0f ms: %s\n", 1e3 * goal_s,
         p99 < goal_s ? "reached" : "MISSED");
  printf("\nthe same without a pause, for %.0f s:\n", (double)self->of.seconds / 3);
  before = read_costs(self);
  work(self, (double)self->of.seconds / 3, 0, &hurried);
  figures_print(&hurried, user_route_names, ROUTE_N);
  print_costs(self, before, &hurried);
  const bool is_fine =
      p99 < goal_s && figures_count(&together, false) + figures_count(&hurried, false) == 0;
  self->into = NULL;
  figures_clear(&together);
  figures_clear(&hurried);
  return is_fine;
}

static long number_of(int argc, char **argv, const char *name, long otherwise) {
  const size_t n = strlen(name);
  for (int i = 3; i < argc; i++)
    if (strncmp(argv[i], name, n) == 0 && argv[i][n] == '=')
      return strtol(argv[i] + n + 1, NULL, 10);
  return otherwise;
}

static settings read_settings(int argc, char **argv) {
  if (argc < 3) {
    fputs(
        "usage: web_load PROGRAM CASE [users=N] [seconds=N] [think_ms=N] [writes=PERCENT] [seed=N]\n",
        stderr);
    exit(2);
  }
  return (settings){.program = argv[1],
                    .location = argv[2],
                    .users = number_of(argc, argv, "users", 200),
                    .seconds = number_of(argc, argv, "seconds", 60),
                    .think_ms = number_of(argc, argv, "think_ms", 1500),
                    .writes = number_of(argc, argv, "writes", 10),
                    .seed = number_of(argc, argv, "seed", 1)};
}

static void clear(load *self) {
  for (long i = 0; i < self->of.users; i++) user_clear(&self->users[i]);
  for (size_t i = 0; i < self->n_acknowledged; i++) free(self->acknowledged[i]);
  free(self->acknowledged);
  free(self->users);
  world_close(&self->world);
}

int main(int argc, char **argv) {
  load self = {.of = read_settings(argc, argv)};
  char run[32];
  setvbuf(stdout, NULL, _IOLBF, 0);
  snprintf(run, sizeof run, "%lld", (long long)time(NULL));
  world_open(&self.world, self.of.location, (int)self.of.users, (uint64_t)self.of.seed);
  printf("%s: %lld persons\n", self.of.location, (long long)self.world.n_persons);
  self.mix = (user_mix){&self.world, run, (int)self.of.writes};
  self.epoll = epoll_create1(EPOLL_CLOEXEC);
  self.users = allocate((size_t)self.of.users, sizeof *self.users);
  for (int i = 0; i < (int)self.of.users; i++) user_init(&self.users[i], i, (uint64_t)self.of.seed);
  child_start(&self.server, self.of.program, self.of.location);
  log_in(&self);
  bool is_fine = measure_alone(&self) == 0;
  is_fine = measure_together(&self) && is_fine;
  if (child_stop(&self.server) != 0) is_fine = false;
  is_fine = check_writes(&self) && is_fine;
  printf("largest memory of the server %.0f MB\n", 1e-3 * (double)self.server.peak_kb);
  clear(&self);
  return is_fine ? 0 : 1;
}
