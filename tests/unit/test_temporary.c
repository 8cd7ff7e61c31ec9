/* Temporary files: private, read as often as need be, and gone. */
#include "base/temporary.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support/assert.h"
#include "support/faults.h"

static char folder[] = "/tmp/homeward-temporary-XXXXXX";

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
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

static void assert_reads(const hw_temporary *file, const char *expected) {
  char *bytes = NULL;
  size_t n = 0;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_file_read(file->path, 1000, &bytes, &n, &err), &err);
  assert_string_equal(bytes, expected);
  free(bytes);
}

static void a_file_is_read_several_times_at_once(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_temporary file;
  hw_assert_ok(hw_temporary_open(&file, folder, &err), &err);
  assert_reads(&file, "");
  hw_assert_ok(hw_temporary_add(&file, "one ", 4, &err), &err);
  hw_assert_ok(hw_temporary_add(&file, "two", 3, &err), &err);
  FILE *first = fopen(file.path, "rb");
  assert_non_null(first);
  assert_int_equal(fgetc(first), 'o');
  assert_reads(&file, "one two");
  assert_int_equal(fgetc(first), 'n');
  fclose(first);
  hw_file_stamp stamp;
  hw_assert_ok(hw_file_look(file.path, &stamp, &err), &err);
  hw_assert_ok(hw_file_check(file.path, &stamp, &err), &err);
  hw_temporary_close(&file);
  assert_null(file.path);
  hw_temporary_close(&file);
}

static void it_is_private_and_leaves_nothing(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_temporary file;
  struct stat about;
  hw_assert_ok(hw_temporary_open(&file, folder, &err), &err);
  assert_int_equal(fstat(file.descriptor, &about), 0);
  assert_int_equal(about.st_mode & 0777, 0600);
  /* A name stands in the folder only where the system cannot reach the file otherwise. */
  assert_int_equal(count_files(), file.is_named ? 1 : 0);
  assert_int_equal(about.st_nlink, file.is_named ? 1 : 0);
#ifdef __linux__
  assert_false(file.is_named);
#endif
  hw_temporary_close(&file);
  assert_int_equal(count_files(), 0);
}

static void without_a_folder_the_usual_ones_are_taken(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  static const char *const none[] = {NULL, ""};
  for (int i = 0; i < 2; i++) {
    hw_temporary file;
    hw_assert_ok(hw_temporary_open(&file, none[i], &err), &err);
    hw_assert_ok(hw_temporary_add(&file, "x", 1, &err), &err);
    assert_reads(&file, "x");
    hw_temporary_close(&file);
  }
}

static void a_folder_that_is_said_is_the_only_one(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_temporary file;
  char missing[64], text[300];
  snprintf(missing, sizeof missing, "%s/none", folder);
  hw_assert_status(hw_temporary_open(&file, missing, &err), HW_E_IO, &err);
  assert_null(file.path);
  hw_assert_contains(hw_err_text(&err, text, sizeof text), missing);
  hw_assert_contains(text, "cannot write a temporary file: No such file or directory");
  hw_temporary_close(&file);
}

/* The first allocation is needed; without the second the file keeps its name, and loses it at the end. */
static void exhausted_memory_leaves_nothing(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_temporary file;
    const hw_status status = hw_temporary_open(&file, folder, &err);
    const bool is_short = hw_faults_end();
    if (status != HW_OK)
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
    else if (is_short)
      assert_true(file.is_named);
    hw_temporary_close(&file);
    assert_int_equal(count_files(), 0);
    if (!is_short) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_is_read_several_times_at_once),
      cmocka_unit_test(it_is_private_and_leaves_nothing),
      cmocka_unit_test(without_a_folder_the_usual_ones_are_taken),
      cmocka_unit_test(a_folder_that_is_said_is_the_only_one),
      cmocka_unit_test(exhausted_memory_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
