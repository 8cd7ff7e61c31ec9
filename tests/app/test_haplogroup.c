/* Haplogroups in words: what fits, what is doubted, and lists that are cut; models of reads as JSON. */
#include "app/haplogroup.h"

#include <math.h>
#include <string.h>

#include "app/reads_model.h"
#include "base/json_read.h"
#include "support/assert.h"

static hw_err err;
static hw_phylotree *tree;

static int load(void **state) {
  (void)state;
  return hw_phylotree_new(NULL, 0, &tree, &err) == HW_OK ? 0 : -1;
}

static int unload(void **state) {
  (void)state;
  hw_phylotree_delete(tree);
  return 0;
}

static hw_mt_haplogroup find(const char *ranges, const char *differences) {
  hw_mt *haplotype = NULL;
  hw_mt_haplogroup found;
  hw_assert_ok(hw_mt_parse(ranges, differences, &haplotype, &err), &err);
  hw_assert_ok(hw_mt_haplogroup_find(tree, haplotype, &found, &err), &err);
  hw_mt_delete(haplotype);
  return found;
}

/* All mutations of a node, and something more. */
static hw_mt_haplogroup find_node(const char *name, const char *more) {
  char motif[4096];
  hw_str text = HW_STR_INIT;
  hw_assert_ok(hw_phylotree_motif(tree, hw_phylotree_find(tree, name), motif, sizeof motif, &err),
               &err);
  hw_str_append_format(&text, "%s %s", motif, more);
  const hw_mt_haplogroup found = find("", hw_str_text(&text));
  hw_str_clear(&text);
  return found;
}

static void assert_explained(const hw_mt_haplogroup *found, hw_haplogroup_doubt doubt,
                             const char *words) {
  hw_str text = HW_STR_INIT;
  assert_true(hw_haplogroup_is_doubted(found, doubt));
  hw_haplogroup_explain(tree, found, doubt, &text);
  hw_assert_contains(hw_str_text(&text), words);
  hw_str_clear(&text);
}

static void what_fits_is_not_doubted(void **state) {
  (void)state;
  const hw_mt_haplogroup found = find_node("B5a1a", "");
  hw_str text = HW_STR_INIT;
  assert_int_equal(hw_haplogroup_count_doubts(&found), 0);
  hw_haplogroup_summary(tree, &found, &text);
  hw_assert_contains(hw_str_text(&text), "B5a1a, score 1.000, ");
  hw_assert_contains(hw_str_text(&text), "; next ");
  hw_str_clear(&text);
  const hw_mt_haplogroup many = find("73-340", "263G");
  hw_haplogroup_summary(tree, &many, &text);
  hw_assert_contains(hw_str_text(&text), " more haplogroups fit these ranges as well");
  hw_str_clear(&text);
}

static void phantoms_are_named(void **state) {
  (void)state;
  const hw_mt_haplogroup found = find_node("B5a1a", "4G 7G 309.1C");
  hw_str text = HW_STR_INIT;
  assert_int_equal(hw_haplogroup_count_doubts(&found), 1);
  assert_explained(&found, HW_DOUBT_PHANTOM,
                   "has 2 mutations that no branch of the tree has (4G 7G)");
  assert_string_equal(hw_haplogroup_doubt_name(HW_DOUBT_PHANTOM), "phantom");
  hw_haplogroup_extra(&found, true, 1, &text);
  assert_string_equal(hw_str_text(&text), "4G and 1 more");
  hw_str_clear(&text);
  hw_haplogroup_extra(&found, false, 64, &text);
  assert_string_equal(hw_str_text(&text), "4G 7G 309.1C");
  hw_str_clear(&text);
}

static void missing_mutations_are_named(void **state) {
  (void)state;
  hw_mt_haplogroup found = find_node("B5a1a", "");
  hw_str text = HW_STR_INIT;
  found.n_missing = 3;
  found.missing[0] = "152C";
  found.missing[1] = "249d";
  found.missing[2] = "263G";
  found.is_reference_suspected = true;
  assert_explained(&found, HW_DOUBT_REFERENCE, "lacks 3 mutations of B5a1a (152C 249d 263G): was");
  hw_haplogroup_missing(&found, 2, &text);
  assert_string_equal(hw_str_text(&text), "152C 249d and 1 more");
  hw_str_clear(&text);
}

static void two_branches_are_named(void **state) {
  (void)state;
  hw_mt_haplogroup found = find_node("B5a1a", "");
  found.rival = hw_phylotree_find(tree, "D4");
  found.rival_score = 0.5;
  assert_explained(&found, HW_DOUBT_TWO_BRANCHES, "distant branches, B5a1a and D4 (score 0.500)");
}

static void models_of_reads_say_what_is_not_told(void **state) {
  (void)state;
  hw_str text = HW_STR_INIT;
  hw_json_writer w;
  hw_json_doc *doc = NULL;
  const hw_reads_fit fit = {.model = {.library = HW_LIBRARY_TREATED, .damage = 0.25},
                            .se_damage = 0.5,
                            .se_contamination = (double)NAN,
                            .se_bias = 0,
                            .undetermined = 1u << HW_READS_CONTAMINATION};
  hw_json_write_init_str(&w, &text, 0);
  hw_reads_model_write(&w, &fit);
  hw_assert_ok(hw_json_write_finish(&w, &err), &err);
  hw_assert_ok(hw_json_doc_parse(text.bytes, text.length, NULL, &doc, &err), &err);
  assert_int_equal(hw_json_count(hw_json_doc_root(doc)), HW_READS_PARAMETERS);
  hw_assert_contains(text.bytes,
                     "\"damage\": {\"value\": 0.25, \"se\": 0.5, \"is_determined\": true}");
  hw_assert_contains(text.bytes,
                     "\"contamination\": {\"value\": 0, \"se\": null, \"is_determined\": false}");
  hw_json_doc_delete(doc);
  hw_str_clear(&text);
  hw_library library = HW_LIBRARY_DOUBLE_STRANDED;
  assert_true(hw_reads_library_find("single", &library));
  assert_int_equal(library, HW_LIBRARY_SINGLE_STRANDED);
  assert_false(hw_reads_library_find("half", &library));
  for (int i = 0; i < 3; i++) {
    assert_true(hw_reads_library_find(hw_reads_library_name((hw_library)i), &library));
    assert_int_equal(library, i);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_fits_is_not_doubted),
      cmocka_unit_test(phantoms_are_named),
      cmocka_unit_test(missing_mutations_are_named),
      cmocka_unit_test(two_branches_are_named),
      cmocka_unit_test(models_of_reads_say_what_is_not_told),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
