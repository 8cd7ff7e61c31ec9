/* The discrete Laplace mixture on 185 Danish haplotypes of ten markers: the published analysis finds
 * four clusters (Andersen, Eriksen & Morling 2013 and the documentation of their program). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "golden.h"
#include "homeward/lineage.h"
#include "homeward/mtdna.h"
#include "support/assert.h"

enum { N_MARKERS = 10, MOST = 400 };

/* A header, then ten alleles and a count in each line. */
static hw_y_table read_danes(int32_t *alleles, int32_t *counts, char *text) {
  hw_y_table table = {.n_markers = N_MARKERS, .alleles = alleles, .counts = counts};
  char *at = strchr(text, '\n');
  assert_non_null(at);
  for (at++; *at != '\0'; table.n_haplotypes++) {
    assert_true(table.n_haplotypes < MOST);
    for (int k = 0; k < N_MARKERS; k++)
      alleles[table.n_haplotypes * N_MARKERS + k] = (int32_t)strtol(at, &at, 10);
    counts[table.n_haplotypes] = (int32_t)strtol(at, &at, 10);
    at += strspn(at, "\r\n");
  }
  return table;
}

static void danish_haplotypes_have_four_clusters(void **state) {
  static int32_t alleles[MOST * N_MARKERS], counts[MOST];
  char path[GOLDEN_PATH], *text = NULL;
  const char *shared = golden_shared();
  hw_err err = HW_ERR_INIT;
  hw_laplace *model = NULL;
  size_t n = 0;
  (void)state;
  if (shared == NULL) skip();
  snprintf(path, sizeof path, "%s/data/lineage/danes.txt", shared);
  hw_assert_ok(hw_file_read(path, 1 << 20, &text, &n, &err), &err);
  const hw_y_table table = read_danes(alleles, counts, text);
  int32_t total = 0;
  for (int32_t i = 0; i < table.n_haplotypes; i++) total += counts[i];
  assert_int_equal(total, 185);
  for (int clusters = 1; clusters <= 6; clusters++) {
    hw_laplace *one = NULL;
    hw_assert_ok(hw_laplace_fit(&table, &(hw_laplace_options){clusters, clusters, 0}, &one, &err),
                 &err);
    printf("# %d clusters: ln L %.4f, BIC %.4f, %d steps\n", clusters, one->ln_likelihood, one->bic,
           (int)one->n_steps);
    hw_laplace_delete(one);
  }
  hw_assert_ok(hw_laplace_fit(&table, NULL, &model, &err), &err);
  assert_int_equal(model->n_clusters, 4);
  double shares = 0;
  for (int32_t j = 0; j < model->n_clusters; j++) shares += model->share[j];
  hw_assert_close(shares, 1, 1e-12, 0);
  hw_laplace_delete(model);
  free(text);
}

/* Rules of a public program that bring notations to one form. Where both sides are one sequence, no
 * difference is found; 14 rules change the sequence, and five name position 3107, which is no base. */
static void rules_of_notation_name_one_sequence(void **state) {
  char path[GOLDEN_PATH], *text = NULL;
  const char *shared = golden_shared();
  hw_err err = HW_ERR_INIT;
  size_t n = 0;
  int n_same = 0, n_other = 0, n_refused = 0;
  (void)state;
  if (shared == NULL) skip();
  snprintf(path, sizeof path, "%s/data/lineage/rules.csv", shared);
  hw_assert_ok(hw_file_read(path, 1 << 20, &text, &n, &err), &err);
  char *line = strchr(text, '\n') + 1;
  while (*line != '\0') {
    char *end = line + strcspn(line, "\r\n"), *comma = strchr(line, ',');
    char *next = end + strspn(end, "\r\n");
    hw_mt *left = NULL, *right = NULL;
    hw_mt_comparison found;
    *end = '\0';
    assert_true(comma != NULL && comma < end);
    *comma = '\0';
    if (hw_mt_parse("", line, &left, &err) == HW_OK &&
        hw_mt_parse("", comma + 1, &right, &err) == HW_OK) {
      hw_assert_ok(hw_mt_compare(left, right, &(hw_mt_options){true}, &found, &err), &err);
      n_same += found.n_differences == 0;
      n_other += found.n_differences != 0;
    } else {
      n_refused++;
    }
    hw_mt_delete(left);
    hw_mt_delete(right);
    line = next;
  }
  assert_int_equal(n_same, 102);
  assert_int_equal(n_other, 14);
  assert_int_equal(n_refused, 5);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(danish_haplotypes_have_four_clusters),
      cmocka_unit_test(rules_of_notation_name_one_sequence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
