/* Fuzz target: tables of haplotypes and the tree of haplogroups. The first byte chooses: 'm' mtDNA,
 * 'y' Y-STR, 'r' mutation rates, 't' tree.
 *
 * Promises checked on every input: a refusal has a message and makes nothing; reading twice gives the
 * same; alleles are in order; every node of a tree that is accepted can be written as a haplotype,
 * and is then found with the best score. */
#include <stdlib.h>
#include <string.h>

#include "formats/haplotype_csv.h"
#include "fuzz.h"

static void check_refusal(hw_status status, const hw_errors *errors, const void *out) {
  HW_FUZZ_CHECK((status == HW_OK) == (out != NULL));
  HW_FUZZ_CHECK((status == HW_OK) == (errors->n == 0));
  for (int i = 0; i < hw_errors_kept(errors); i++)
    HW_FUZZ_CHECK(errors->kept[i].message[0] != '\0' && errors->kept[i].status != HW_OK);
}

static void fuzz_mt(const char *text, size_t n) {
  hw_errors errors = {0}, again = {0};
  hw_mt_table *table = NULL, *other = NULL;
  const hw_status status = hw_mt_table_parse(text, n, "fuzz", &table, &errors);
  check_refusal(status, &errors, table);
  HW_FUZZ_CHECK((hw_mt_table_parse(text, n, "fuzz", &other, &again) == HW_OK) == (table != NULL));
  for (int32_t i = 0; table != NULL && i < table->n; i++) {
    HW_FUZZ_CHECK(table->counts[i] > 0 && table->haplotypes[i]->n_ranges > 0);
    HW_FUZZ_CHECK(strcmp(table->names[i], other->names[i]) == 0);
  }
  hw_mt_table_delete(table);
  hw_mt_table_delete(other);
}

static void fuzz_y(const char *text, size_t n) {
  hw_errors errors = {0};
  hw_y_rates *rates = NULL;
  hw_y_rows *rows = NULL;
  HW_FUZZ_CHECK(hw_y_rates_read(NULL, &rates, &errors) == HW_OK);
  const hw_status status = hw_y_rows_parse(text, n, "fuzz", rates, &rows, &errors);
  check_refusal(status, &errors, rows);
  const int32_t n_markers = rates->panel.n_markers;
  for (int32_t i = 0; rows != NULL && i < rows->n * n_markers; i++) {
    const int16_t *alleles = rows->rows + (size_t)i * HW_Y_COPIES;
    for (int c = 1; c < HW_Y_COPIES; c++)
      HW_FUZZ_CHECK(alleles[c] == 0 || alleles[c] >= alleles[c - 1]);
    if (alleles[0] != 0)
      HW_FUZZ_CHECK(
          hw_y_marker_transition(&rates->panel.markers[i % n_markers], alleles, alleles, 1) > 0);
  }
  hw_y_rows_delete(rows);
  hw_y_rates_delete(rates);
}

static void fuzz_rates(const char *text, size_t n) {
  hw_errors errors = {0};
  hw_y_rates *rates = NULL;
  const hw_status status = hw_y_rates_parse(text, n, "fuzz", &rates, &errors);
  check_refusal(status, &errors, rates);
  for (int32_t k = 0; rates != NULL && k < rates->panel.n_markers; k++)
    HW_FUZZ_CHECK(rates->panel.markers[k].rate_per_meiosis > 0 &&
                  rates->panel.markers[k].rate_per_meiosis < 1);
  hw_y_rates_delete(rates);
}

static void check_node(const hw_phylotree *tree, int32_t node) {
  char motif[16384];
  hw_mt *haplotype = NULL;
  hw_mt_haplogroup found;
  if (hw_phylotree_motif(tree, node, motif, sizeof motif, NULL) != HW_OK) return;
  /* Bases inserted behind each other, 9.2A without 9.1A, are a node but no haplotype. */
  if (hw_mt_parse("", motif, &haplotype, NULL) != HW_OK) return;
  HW_FUZZ_CHECK(hw_mt_haplogroup_find(tree, haplotype, &found, NULL) == HW_OK);
  HW_FUZZ_CHECK(found.node >= 0 && found.score >= 0 && found.score <= 1);
  HW_FUZZ_CHECK(found.second < 0 || found.second_score < found.score);
  hw_mt_delete(haplotype);
}

static void fuzz_tree(const char *text, size_t n) {
  hw_err err = HW_ERR_INIT;
  hw_phylotree *tree = NULL;
  if (hw_phylotree_new(text, n, &tree, &err) != HW_OK) {
    HW_FUZZ_CHECK(tree == NULL && err.message[0] != '\0');
    return;
  }
  for (int32_t i = 0; i < hw_phylotree_count(tree) && i < 50; i++) check_node(tree, i);
  hw_phylotree_delete(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  char *text = malloc(size);
  HW_FUZZ_CHECK(text != NULL);
  memcpy(text, data + 1, size - 1);
  if (data[0] == 'm') fuzz_mt(text, size - 1);
  if (data[0] == 'y') fuzz_y(text, size - 1);
  if (data[0] == 'r') fuzz_rates(text, size - 1);
  if (data[0] == 't') fuzz_tree(text, size - 1);
  free(text);
  return 0;
}
