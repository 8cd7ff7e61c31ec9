/* Files that are complete under their names or not there. */
#include "base/file_write.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support/assert.h"
#include "support/faults.h"

static char folder[] = "/tmp/homeward-write-XXXXXX";
static char path[64];

static int make_folder(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/file", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  (void)unlink(path);
  return rmdir(folder);
}

static int count_files(void) {
  DIR *dir = opendir(folder);
  int n = -2; /* "." and ".." */
  assert_non_null(dir);
  while (readdir(dir)) n++;
  closedir(dir);
  return n;
}

static void assert_content(const char *expected) {
  char *bytes;
  size_t n;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_file_read(path, 1000, &bytes, &n, &err), &err);
  assert_string_equal(bytes, expected);
  free(bytes);
}

static void a_file_appears_whole_and_for_its_owner(void **state) {
  (void)state;
  hw_file_writer w;
  hw_err err = HW_ERR_INIT;
  struct stat found;
  hw_assert_ok(hw_file_write_begin(&w, path, &err), &err);
  hw_file_write_add(&w, "one ", 4);
  hw_file_write_add(&w, NULL, 0);
  hw_file_write_add(&w, "two", 3);
  assert_int_equal(stat(path, &found), -1); /* not before its end */
  hw_assert_ok(hw_file_write_end(&w, &err), &err);
  hw_file_write_discard(&w);
  assert_content("one two");
  assert_int_equal(stat(path, &found), 0);
  assert_int_equal(found.st_mode & 0777, 0600);
  hw_assert_ok(hw_file_replace(path, "three", 5, &err), &err);
  assert_content("three");
  assert_int_equal(count_files(), 1);
}

static void given_up_it_leaves_what_was_there(void **state) {
  (void)state;
  hw_file_writer w;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_file_replace(path, "before", 6, &err), &err);
  hw_assert_ok(hw_file_write_begin(&w, path, &err), &err);
  hw_file_write_add(&w, "after", 5);
  hw_file_write_discard(&w);
  hw_assert_status(hw_file_write_end(&w, &err), HW_E_BUG, &err);
  assert_content("before");
  assert_int_equal(count_files(), 1);
}

static void failures_are_told_and_leave_what_was_there(void **state) {
  (void)state;
  struct rlimit limit, before;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_file_replace(path, "before", 6, &err), &err);
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  limit = before;
  limit.rlim_cur = 3;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
  const hw_status s = hw_file_replace(path, "after", 5, &err);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, SIG_DFL);
  hw_assert_status(s, HW_E_IO, &err);
  hw_assert_contains(err.message, "cannot write the file");
  assert_string_equal(err.file, path);
  assert_content("before");
  hw_assert_status(hw_file_replace("no/such/file", "x", 1, &err), HW_E_NOT_FOUND, &err);
  assert_string_equal(err.file, "no/such/file");
  hw_assert_status(hw_file_replace(folder, "x", 1, &err), HW_E_IO, &err); /* a folder */
  hw_assert_status(hw_folder_sync("no/such", &err), HW_E_NOT_FOUND, &err);
  for (long n = 0; hw_faults_begin(n); n++) {
    const hw_status without = hw_file_replace(path, "after", 5, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(without, &err);
      break;
    }
    assert_true(without != HW_OK);
  }
  assert_content("after");
  assert_int_equal(count_files(), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_appears_whole_and_for_its_owner),
      cmocka_unit_test(given_up_it_leaves_what_was_there),
      cmocka_unit_test(failures_are_told_and_leave_what_was_there),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
