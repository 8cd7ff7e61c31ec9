/* Answers of independent programs.
 *
 * The discrete Laplace mixture on 185 Danish haplotypes of ten markers: the published analysis finds
 * four clusters (Andersen, Eriksen & Morling 2013 and the documentation of their program). Haplogroups:
 * HaploGrep 3 on a sequence of H100 (github.com/genepi/haplogrep3, test-data, MIT licence), and the
 * published weights of the tree's mutations. Mutation rates: the counts that were entered. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "formats/haplotype_csv.h"
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

/* Scores of HaploGrep 3 of the two best nodes. Its weights were rounded to tenths and its tree was
 * of another minor version: 0.002. */
static void haplogroups_are_those_of_haplogrep(void **state) {
  static const char *const best[] = {"H100", "H"};
  static const double scores[] = {0.8356, 0.8065};
  hw_err err = HW_ERR_INIT;
  hw_phylotree *tree = NULL;
  hw_mt *haplotype = NULL;
  hw_mt_haplogroup found;
  (void)state;
  hw_assert_ok(hw_phylotree_new(NULL, 0, &tree, &err), &err);
  hw_assert_ok(hw_mt_parse("1-16569",
                           "263G 315.1C 750G 1041G 1438G 4769G 8860G 9410G 12358G 13656C 15326G "
                           "16189C 16192T 16519C",
                           &haplotype, &err),
               &err);
  hw_assert_ok(hw_mt_haplogroup_find(tree, haplotype, &found, &err), &err);
  assert_string_equal(hw_phylotree_name(tree, found.node), best[0]);
  assert_string_equal(hw_phylotree_name(tree, found.second), best[1]);
  hw_assert_close(found.score, scores[0], 0, 2e-3);
  hw_assert_close(found.second_score, scores[1], 0, 2e-3);
  assert_int_equal(found.n_missing, 0);
  hw_mt_delete(haplotype);
  /* Without what makes it H100 it is H, which HaploGrep scores second. */
  hw_assert_ok(
      hw_mt_parse("", "263G 315.1C 750G 1438G 4769G 8860G 15326G 16519C", &haplotype, &err), &err);
  hw_assert_ok(hw_mt_haplogroup_find(tree, haplotype, &found, &err), &err);
  assert_string_equal(hw_phylotree_name(tree, found.node), "H");
  assert_true(found.score == 1);
  hw_mt_delete(haplotype);
  hw_phylotree_delete(tree);
}

static char *read_shared(const char *name) {
  char path[GOLDEN_PATH], *text = NULL;
  hw_err err = HW_ERR_INIT;
  size_t n = 0;
  snprintf(path, sizeof path, "%s/data/lineage/%s", golden_shared(), name);
  hw_assert_ok(hw_file_read(path, 1 << 24, &text, &n, &err), &err);
  return text;
}

/* Lines "152C<tab>1.0<tab>197.0…": weights that follow from the tree agree with those in use. */
static void weights_are_those_published(void **state) {
  hw_err err = HW_ERR_INIT;
  hw_phylotree *tree = NULL;
  int n = 0;
  (void)state;
  if (golden_shared() == NULL) skip();
  char *text = read_shared("phylotree17_weights.txt"), *at = text;
  hw_assert_ok(hw_phylotree_new(NULL, 0, &tree, &err), &err);
  while (*at != '\0') {
    char *end = at + strcspn(at, "\r\n"), *tab = strchr(at, '\t');
    assert_non_null(tab);
    *tab = '\0';
    if (strchr(at, '!') == NULL) {
      hw_assert_close(hw_phylotree_weight(tree, at), strtod(tab + 1, NULL), 0, 0.151);
      n++;
    }
    at = end + strspn(end, "\r\n");
  }
  assert_in_range(n, 4000, 5000);
  hw_phylotree_delete(tree);
  free(text);
}

/* Lines "\"DYS438\",4,10673,…": (k + ½)/(n + 1). */
static void mutation_rates_are_of_the_counts_published(void **state) {
  hw_errors errors = {0};
  hw_y_rates *rates = NULL;
  int n = 0;
  (void)state;
  if (golden_shared() == NULL) skip();
  char *text = read_shared("ystr_mutation_yhrd_malan.csv"), *at = strchr(text, '\n') + 1;
  assert_int_equal(hw_y_rates_read(NULL, &rates, &errors), HW_OK);
  while (*at != '\0') {
    char *end = at + strcspn(at, "\r\n"), *quote = strchr(at + 1, '"');
    const double k = strtod(quote + 2, &quote), meioses = strtod(quote + 1, NULL);
    for (int32_t m = 0; m < rates->panel.n_markers; m++) {
      const char *name = rates->panel.markers[m].name;
      const size_t length = strlen(name);
      if (strncmp(at + 1, name, length) != 0 || strchr("\"ab", at[1 + length]) == NULL) continue;
      hw_assert_close(rates->panel.markers[m].rate_per_meiosis, (k + 0.5) / (meioses + 1), 1e-13,
                      0);
      n++;
    }
    at = end + strspn(end, "\r\n");
  }
  assert_int_equal(n, 29);
  hw_y_rates_delete(rates);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(danish_haplotypes_have_four_clusters),
      cmocka_unit_test(rules_of_notation_name_one_sequence),
      cmocka_unit_test(haplogroups_are_those_of_haplogrep),
      cmocka_unit_test(weights_are_those_published),
      cmocka_unit_test(mutation_rates_are_of_the_counts_published),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
