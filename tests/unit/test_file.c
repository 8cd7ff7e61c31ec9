/* Reading whole files: sizes around the buffer's, limits, failures. */
#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/assert.h"
#include "support/faults.h"

static char folder[] = "/tmp/homeward-test-XXXXXX";
static char path[64];

static int make_folder(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/file", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  unlink(path);
  return rmdir(folder);
}

static void write_file(size_t n) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  for (size_t i = 0; i < n; i++) putc((int)(i * 31 % 251), file);
  assert_int_equal(fclose(file), 0);
}

static void files_of_any_size_are_read_whole(void **state) {
  (void)state;
  static const size_t SIZES[] = {0, 1, 65534, 65535, 65536, 65537, 131071, 300000};
  for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
    char *bytes;
    size_t n;
    hw_err err = HW_ERR_INIT;
    write_file(SIZES[i]);
    hw_assert_ok(hw_file_read(path, SIZES[i], &bytes, &n, &err), &err);
    assert_int_equal(n, SIZES[i]);
    for (size_t k = 0; k < n; k++) assert_int_equal((unsigned char)bytes[k], k * 31 % 251);
    assert_int_equal(bytes[n], 0);
    free(bytes);
  }
}

static void a_larger_file_is_refused_with_its_name(void **state) {
  (void)state;
  char *bytes;
  size_t n;
  hw_err err = HW_ERR_INIT;
  write_file(100000);
  hw_assert_status(hw_file_read(path, 99999, &bytes, &n, &err), HW_E_VALUE, &err);
  assert_null(bytes);
  assert_string_equal(err.file, path);
  hw_assert_contains(err.message, "99999");
}

static void what_cannot_be_read_says_why(void **state) {
  (void)state;
  char *bytes;
  size_t n;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_file_read("/nonexistent/x", 10, &bytes, &n, &err), HW_E_NOT_FOUND, &err);
  assert_null(bytes);
  assert_string_equal(err.file, "/nonexistent/x");
  hw_assert_status(hw_file_read(folder, 10, &bytes, &n, &err), HW_E_IO, &err);
  hw_assert_status(hw_file_read(folder, 10, &bytes, &n, NULL), HW_E_IO, NULL);
  write_file(1);
  assert_int_equal(chmod(path, 0), 0);
  if (geteuid() != 0) /* root may read everything */
    hw_assert_status(hw_file_read(path, 10, &bytes, &n, &err), HW_E_DENIED, &err);
  assert_int_equal(chmod(path, 0600), 0);
}

static void a_file_that_changes_is_noticed(void **state) {
  (void)state;
  hw_file_stamp stamp;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_file_look(folder, &stamp, &err), HW_E_IO, &err);
  assert_non_null(strstr(err.message, "folder"));
  hw_assert_status(hw_file_look("/dev/null", &stamp, &err), HW_E_IO, &err);
  assert_non_null(strstr(err.message, "no ordinary file"));
  hw_assert_status(hw_file_look("/nonexistent/x", &stamp, &err), HW_E_NOT_FOUND, &err);
  assert_string_equal(err.file, "/nonexistent/x");
  write_file(1000);
  hw_assert_ok(hw_file_look(path, &stamp, &err), &err);
  hw_assert_ok(hw_file_check(path, &stamp, &err), &err);
  struct timespec earlier[2] = {{1000, 5}, {1000, 5}};
  assert_int_equal(utimensat(AT_FDCWD, path, earlier, 0), 0);
  hw_assert_status(hw_file_check(path, &stamp, &err), HW_E_IO, &err);
  assert_string_equal(err.file, path);
  hw_assert_ok(hw_file_look(path, &stamp, &err), &err);
  write_file(1001);
  assert_int_equal(utimensat(AT_FDCWD, path, earlier, 0), 0);
  hw_assert_status(hw_file_check(path, &stamp, &err), HW_E_IO, &err);
  assert_int_equal(unlink(path), 0);
  hw_assert_status(hw_file_check(path, &stamp, NULL), HW_E_IO, NULL);
}

static void exhausted_memory_is_reported_and_leaks_nothing(void **state) {
  (void)state;
  write_file(200000);
  for (long k = 0; hw_faults_begin(k); k++) {
    char *bytes;
    size_t n;
    hw_err err = HW_ERR_INIT;
    const hw_status status = hw_file_read(path, 1000000, &bytes, &n, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      free(bytes);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
    assert_null(bytes);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_of_any_size_are_read_whole),
      cmocka_unit_test(a_larger_file_is_refused_with_its_name),
      cmocka_unit_test(what_cannot_be_read_says_why),
      cmocka_unit_test(a_file_that_changes_is_noticed),
      cmocka_unit_test(exhausted_memory_is_reported_and_leaks_nothing),
  };
  return cmocka_run_group_tests_name("file", tests, make_folder, remove_folder);
}
