/* Progress: silent off the terminal and before its time, wiped at the end. */
#define _XOPEN_SOURCE 700 /* posix_openpt and its family */

#include "base/progress.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/assert.h"

static double fake_now_s;

static double fake_clock(void) {
  return fake_now_s;
}

static void a_pipe_gets_nothing(void **state) {
  (void)state;
  FILE *file = tmpfile();
  assert_non_null(file);
  hw_progress p;
  hw_progress_begin(&p, file, "comparing", 10);
  p.now_s = fake_clock;
  fake_now_s = p.start_s + 1000;
  hw_progress_set(&p, 5);
  hw_progress_end(&p);
  assert_int_equal(ftell(file), 0);
  fclose(file);
  hw_progress_begin(&p, NULL, "comparing", 10);
  hw_progress_set(&p, 5);
  hw_progress_end(&p);
}

/* Opens a pseudo-terminal; skips the test where there is none. */
static FILE *open_terminal(int *reader) {
  *reader = posix_openpt(O_RDWR | O_NOCTTY);
  if (*reader < 0 || grantpt(*reader) != 0 || unlockpt(*reader) != 0) skip();
  FILE *terminal = fopen(ptsname(*reader), "w");
  if (!terminal) skip();
  return terminal;
}

static void a_terminal_gets_a_line_after_the_delay_and_loses_it_at_the_end(void **state) {
  (void)state;
  int reader;
  FILE *terminal = open_terminal(&reader);
  assert_int_equal(fcntl(reader, F_SETFL, O_NONBLOCK), 0);
  char text[512];
  hw_progress p;
  hw_progress_begin(&p, terminal, "comparing", 100);
  p.now_s = fake_clock;
  fake_now_s = p.start_s + 0.4;
  hw_progress_set(&p, 10);
  assert_true(read(reader, text, sizeof text) <= 0);
  fake_now_s = p.start_s + 1;
  hw_progress_set(&p, 50);
  ssize_t n = read(reader, text, sizeof text - 1);
  assert_true(n > 0);
  text[n] = '\0';
  assert_string_equal(text, "\r\x1b[Kcomparing  50 %  50/100  50/s  1 s left");
  fake_now_s += 0.1;
  hw_progress_set(&p, 60); /* too soon to draw again */
  assert_true(read(reader, text, sizeof text) <= 0);
  hw_progress_end(&p);
  n = read(reader, text, sizeof text - 1);
  assert_true(n > 0);
  text[n] = '\0';
  assert_string_equal(text, "\r\x1b[K");
  hw_progress_end(&p);
  assert_true(read(reader, text, sizeof text) <= 0);
  fclose(terminal);
  close(reader);
}

static void the_line_tells_rate_and_time_left(void **state) {
  (void)state;
  char line[160];
  hw_progress p = {.title = "scan", .total = 1000, .done = 0};
  assert_string_equal(hw_progress_format(&p, 0, line, sizeof line), "scan  0 %  0/1000  0/s");
  p.done = 10;
  assert_string_equal(hw_progress_format(&p, 10, line, sizeof line),
                      "scan  1 %  10/1000  1/s  16 min left");
  p.done = 1;
  assert_string_equal(hw_progress_format(&p, 10, line, sizeof line),
                      "scan  0 %  1/1000  0.1/s  2.77 h left");
  p.done = 2000; /* more than announced */
  assert_string_equal(hw_progress_format(&p, 10, line, sizeof line),
                      "scan  100 %  1000/1000  200/s  0 s left");
  p.total = 0;
  assert_string_equal(hw_progress_format(&p, 10, line, sizeof line), "scan  2000  200/s");
}

static void the_clock_does_not_go_back(void **state) {
  (void)state;
  double last = hw_clock_now_s();
  for (int i = 0; i < 1000; i++) {
    const double now = hw_clock_now_s();
    assert_true(now >= last);
    last = now;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_pipe_gets_nothing),
      cmocka_unit_test(a_terminal_gets_a_line_after_the_delay_and_loses_it_at_the_end),
      cmocka_unit_test(the_line_tells_rate_and_time_left),
      cmocka_unit_test(the_clock_does_not_go_back),
  };
  return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
