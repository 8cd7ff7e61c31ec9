/* Familias files that other programs published, read where they stand (they are not part of the
 * project): every one is read, its cases survive writing and reading, and the LRs of those with
 * published answers are these answers. Skipped where the files are not there. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "formats/case_source.h"
#include "golden.h"
#include "homeward/identify.h"
#include "support/assert.h"
#include "support/case_equal.h"

enum { MAX_FILES = 64, PATH = 2048 };

static int by_name(const void *a, const void *b) {
  return strcmp(a, b);
}

static int list_files(char paths[MAX_FILES][PATH]) {
  char folder[PATH / 2];
  const char *shared = golden_shared();
  if (!shared) return 0;
  snprintf(folder, sizeof folder, "%s/data/fam", shared);
  DIR *dir = opendir(folder);
  int n = 0;
  for (struct dirent *entry; dir && (entry = readdir(dir)) && n < MAX_FILES;) {
    const size_t length = strlen(entry->d_name);
    if (length > 4 && strcmp(entry->d_name + length - 4, ".fam") == 0 && length < PATH / 2)
      snprintf(paths[n++], PATH, "%s/%s", folder, entry->d_name);
  }
  if (dir) closedir(dir);
  qsort(paths, (size_t)n, PATH, by_name);
  return n;
}

static hw_fam *read_fam(const char *path) {
  hw_fam *fam = NULL;
  hw_errors errors = {0};
  const hw_status status = hw_fam_read(path, NULL, &fam, &errors);
  hw_assert_status(status, HW_OK, &errors.kept[0]);
  return fam;
}

static void assert_same_through_fam(const hw_case *c) {
  hw_err err = HW_ERR_INIT;
  hw_str text = HW_STR_INIT;
  hw_fam *again = NULL;
  hw_errors errors = {0};
  hw_assert_ok(hw_fam_write(c, NULL, &text, &err), &err);
  hw_assert_status(hw_fam_parse(hw_str_text(&text), text.length, c->id, NULL, &again, &errors),
                   HW_OK, &errors.kept[0]);
  assert_int_equal(again->n_cases, 1);
  const char *difference = case_difference_but_head(c, &again->cases[0]);
  if (difference) fail_msg("%s through .fam: %s", c->id, difference);
  hw_fam_delete(again);
  hw_str_clear(&text);
}

/* @return false where JSON cannot say it (parents of unknown sex, no remains) */
static bool assert_same_through_json(const hw_case *c) {
  char *text = NULL;
  size_t size = 0;
  hw_err err = HW_ERR_INIT;
  hw_case_list *again = NULL;
  FILE *out = open_memstream(&text, &size);
  const hw_status status = hw_case_list_write(c, 1, out, &err);
  fclose(out);
  if (status != HW_OK) {
    assert_true(status == HW_E_UNSUPPORTED || (status == HW_E_SHAPE && c->n_remains == 0));
  } else {
    hw_assert_ok(hw_case_list_parse(text, size, "written", &again, &err), &err);
    const char *difference = case_difference(c, &again->cases[0]);
    if (difference) fail_msg("%s through JSON: %s", c->id, difference);
  }
  hw_case_list_delete(again);
  free(text);
  return status == HW_OK;
}

static void every_file_is_read_and_survives_writing(void **state) {
  (void)state;
  static char paths[MAX_FILES][PATH];
  const int n = list_files(paths);
  int n_cases = 0, n_json = 0;
  if (n == 0) skip();
  for (int i = 0; i < n; i++) {
    hw_fam *fam = read_fam(paths[i]);
    assert_true(fam->n_databases == 1 && fam->databases[0].n_markers > 0);
    assert_true(fam->n_cases > 0);
    for (int32_t k = 0; k < fam->n_cases; k++) {
      assert_same_through_fam(&fam->cases[k]);
      n_json += assert_same_through_json(&fam->cases[k]);
      n_cases++;
    }
    hw_fam_delete(fam);
  }
  print_message("# %d files, %d cases, %d of them also through JSON\n", n, n_cases, n_json);
}

/* Missing persons of the file are compared with those of the answers by their order. */
static void check_pairs(const char *file, const char *answer) {
  char path[PATH];
  const char *shared = golden_shared();
  snprintf(path, sizeof path, "%s/data/fam/%s", shared ? shared : "", file);
  FILE *there = shared ? fopen(path, "rb") : NULL;
  if (!there) skip();
  fclose(there);
  hw_fam *fam = read_fam(path);
  assert_non_null(fam->dvi);
  golden_file golden;
  snprintf(path, sizeof path, "%s/golden/dvi/%s", shared, answer);
  golden_open(&golden, path);
  const hw_json *pairs, *rows, *values;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_json_get_object(golden_expect(&golden, 0), "pairwise_lr", &pairs, &err), &err);
  hw_assert_ok(hw_json_get_array(pairs, "rows", &rows, &err), &err);
  hw_assert_ok(hw_json_get_array(pairs, "values", &values, &err), &err);

  hw_identify *run = NULL;
  hw_assert_ok(hw_identify_new(fam->dvi, NULL, &run, &err), &err);
  double worst = 0;
  assert_int_equal(hw_json_count(rows), fam->dvi->n_remains);
  for (int32_t t = 0; t < hw_identify_target_count(run); t++)
    hw_assert_ok(hw_identify_step(run, t, &err), &err);
  for (int32_t r = 0; r < fam->dvi->n_remains; r++) {
    const char *id;
    hw_assert_ok(hw_json_as_string(hw_json_at(rows, (size_t)r), &id, &err), &err);
    assert_string_equal(id, fam->dvi->remains[r].id);
    const hw_json *row = hw_json_at(values, (size_t)r);
    assert_int_equal(hw_json_count(row), hw_identify_target_count(run));
    for (int32_t t = 0; t < hw_identify_target_count(run); t++) {
      double expected;
      hw_assert_ok(hw_json_as_double(hw_json_at(row, (size_t)t), &expected, &err), &err);
      const double lr = pow(10, hw_identify_log10_lr(run, r, t));
      hw_assert_close(lr, expected, 1e-6, 0);
      if (expected > 0 && fabs(lr / expected - 1) > worst) worst = fabs(lr / expected - 1);
    }
  }
  print_message("# %s: largest relative error %.2g\n", file, worst);
  hw_identify_delete(run);
  golden_close(&golden);
  hw_fam_delete(fam);
}

static void families_with_a_missing_person_each(void **state) {
  (void)state;
  check_pairs("dvir_KETPex497.fam", "KETPexer497.json");
}

static void a_family_of_three_missing(void **state) {
  (void)state;
  check_pairs("dvir_dvi-example.fam", "example1.json");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_file_is_read_and_survives_writing),
      cmocka_unit_test(families_with_a_missing_person_each),
      cmocka_unit_test(a_family_of_three_missing),
  };
  return cmocka_run_group_tests_name("fam_golden", tests, NULL, NULL);
}
