/* The tree of haplogroups: every node is found by its own mutations, what does not fit is listed, and
 * bad tables are refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/mtdna.h"
#include "support/assert.h"
#include "support/faults.h"

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

static hw_mt_haplogroup find(const hw_phylotree *of, const char *ranges, const char *differences) {
  hw_mt *haplotype = NULL;
  hw_mt_haplogroup found;
  hw_assert_ok(hw_mt_parse(ranges, differences, &haplotype, &err), &err);
  hw_assert_ok(hw_mt_haplogroup_find(of, haplotype, &found, &err), &err);
  hw_mt_delete(haplotype);
  return found;
}

static const char *name(int32_t node) {
  return hw_phylotree_name(tree, node);
}

static void the_shipped_tree_is_build_17(void **state) {
  (void)state;
  assert_int_equal(hw_phylotree_count(tree), 5435);
  assert_string_equal(name(0), "H2a2a1");
  assert_true(hw_phylotree_find(tree, "B5a1a") >= 0);
  assert_int_equal(hw_phylotree_find(tree, "b5a1a"), -1);
}

/* The commonest mutation weighs 1, one that stands once 10. */
static void weights_follow_from_how_often_a_mutation_stands(void **state) {
  (void)state;
  hw_assert_close(hw_phylotree_weight(tree, "152C"), 1, 1e-6, 0);
  hw_assert_close(hw_phylotree_weight(tree, "10114C"), 10, 1e-6, 0);
  hw_assert_close(hw_phylotree_weight(tree, "16311C"), 1.6, 0, 0.06);
  assert_true(hw_phylotree_weight(tree, "4G") == 0);
  assert_true(hw_phylotree_weight(tree, "rubbish") == 0);
}

/* Every node, by the list of its mutations: the best score is 1 and nothing is missing or left. */
static void every_node_is_found_by_its_own_mutations(void **state) {
  int32_t n_other = 0;
  (void)state;
  for (int32_t node = 0; node < hw_phylotree_count(tree); node++) {
    char motif[4096];
    hw_assert_ok(hw_phylotree_motif(tree, node, motif, sizeof motif, &err), &err);
    const hw_mt_haplogroup found = find(tree, "", motif);
    if (found.score != 1 || found.n_missing > 0 || found.n_extra > 0)
      print_error("%s: called %s, score %.6f, %d missing, %d extra\n", name(node), name(found.node),
                  found.score, (int)found.n_missing, (int)found.n_extra);
    assert_true(found.score == 1);
    assert_int_equal(found.n_missing + found.n_extra, 0);
    if (found.node == node) continue;
    assert_true(found.n_equal > 1); /* one sequence stands at two nodes, or in two notations */
    n_other++;
  }
  print_message("# %d nodes are called as another one that is equal\n", (int)n_other);
  assert_in_range(n_other, 0, 60);
}

static void what_does_not_fit_is_listed(void **state) {
  (void)state;
  const int32_t node = hw_phylotree_find(tree, "B5a1a");
  char motif[4096], text[8192];
  hw_assert_ok(hw_phylotree_motif(tree, node, motif, sizeof motif, &err), &err);
  /* Two that no branch has, one of other branches, a length that comes and goes. */
  (void)snprintf(text, sizeof text, "%s 4G 7G 16519C 309.1C 16311C", motif);
  hw_mt_haplogroup found = find(tree, "", text);
  assert_string_equal(name(found.node), "B5a1a");
  assert_int_equal(found.n_missing, 0);
  assert_int_equal(found.n_extra, 5);
  assert_int_equal(found.n_private, 2);
  assert_true(found.is_phantom_suspected);
  assert_false(found.is_reference_suspected);
  for (int32_t i = 0; i < found.n_extra; i++) {
    const int32_t position = found.extra[i].difference.position;
    assert_int_equal(found.extra[i].is_hot_spot, position == 309 || position == 16519);
    assert_int_equal(found.extra[i].is_known, position == 16311);
  }
  assert_true(found.second >= 0 && found.second_score < found.score);
}

/* The control region of B5a1a, its coding region as the reference has it. */
static void a_consensus_filled_up_with_the_reference_is_suspected(void **state) {
  (void)state;
  const char *control = "73G 210G 263G 315.1C 16140C 16189C 16266A";
  const hw_mt_haplogroup partial = find(tree, "16024-576", control);
  assert_false(partial.is_reference_suspected);
  const hw_mt_haplogroup whole = find(tree, "", control);
  assert_true(whole.is_reference_suspected || whole.is_phantom_suspected);
  assert_true(whole.score < partial.score);
}

static void mixtures_carry_what_a_node_expects(void **state) {
  (void)state;
  const int32_t node = hw_phylotree_find(tree, "B5a1a");
  char motif[4096];
  hw_assert_ok(hw_phylotree_motif(tree, node, motif, sizeof motif, &err), &err);
  char *at = strstr(motif, "210G");
  assert_non_null(at);
  at[3] = 'R';
  const hw_mt_haplogroup found = find(tree, "", motif);
  assert_int_equal(found.node, node);
  assert_true(found.score == 1);
  assert_int_equal(found.n_extra + found.n_missing, 0);
}

/* True if a word stands in a list parted by blanks. */
static bool holds(const char *list, const char *word, size_t n) {
  for (const char *at = list; *at != '\0';) {
    const size_t m = strcspn(at, " ");
    if (m == n && memcmp(at, word, n) == 0) return true;
    at += m + (at[m] == ' ');
  }
  return false;
}

/* Weight of the words of a list that are in `in` (or NULL) and not in `without`. */
static double weigh(const char *list, const char *in, const char *without) {
  double sum = 0;
  for (const char *at = list; *at != '\0';) {
    char word[64];
    const size_t n = strcspn(at, " ");
    if ((in == NULL || holds(in, at, n)) && !holds(without, at, n)) {
      (void)snprintf(word, sizeof word, "%.*s", (int)n, at);
      sum += hw_phylotree_weight(tree, word);
    }
    at += n + (at[n] == ' ');
  }
  return sum;
}

/* The slow way: lists of words of all nodes. Whole molecules, so that everything is covered. */
static void check_rival(const char *haplotype) {
  char best[4096], motif[4096];
  const hw_mt_haplogroup found = find(tree, "", haplotype);
  int32_t n_apart = 0;
  bool is_apart = false;
  hw_assert_ok(hw_phylotree_motif(tree, found.node, best, sizeof best, &err), &err);
  for (int32_t node = 0; node < hw_phylotree_count(tree); node++) {
    double weight = 0;
    hw_assert_ok(hw_phylotree_motif(tree, node, motif, sizeof motif, &err), &err);
    if (node % 97 == 0) {
      hw_assert_ok(hw_phylotree_distance(tree, found.node, node, NULL, &weight, &err), &err);
      hw_assert_close(weight, weigh(best, NULL, motif) + weigh(motif, NULL, best), 1e-6, 1e-6);
    }
    if (weigh(motif, haplotype, best) <= 10 || weigh(best, haplotype, motif) <= 10) continue;
    n_apart++;
    is_apart = is_apart || node == found.rival;
  }
  assert_int_equal(found.rival >= 0, n_apart > 0);
  assert_int_equal(is_apart, n_apart > 0);
}

/* Half of one node and half of another: two samples joined. */
static void halves_of_two_branches_are_told(void **state) {
  char a[4096], b[4096], text[8192] = "";
  size_t at = 0;
  (void)state;
  hw_assert_ok(hw_phylotree_motif(tree, hw_phylotree_find(tree, "B5a1a"), a, sizeof a, &err), &err);
  hw_assert_ok(hw_phylotree_motif(tree, hw_phylotree_find(tree, "M7b1a1"), b, sizeof b, &err),
               &err);
  check_rival(a);
  assert_int_equal(find(tree, "", a).rival, -1);
  const char *const lists[] = {a, b};
  for (int i = 0; i < 2; i++)
    for (const char *word = lists[i]; *word != '\0';) {
      const size_t n = strcspn(word, " ");
      if ((strtol(word, NULL, 10) < 8000) == (i == 0))
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%.*s", at > 0 ? " " : "", (int)n,
                               word);
      word += n + (word[n] == ' ');
    }
  const hw_mt_haplogroup found = find(tree, "", text);
  assert_true(found.rival >= 0);
  assert_true(found.rival_score <= found.score);
  assert_true(name(found.node)[0] != name(found.rival)[0]);
  check_rival(text);
}

/* Only what was sequenced counts in the distance. */
static void distances_are_within_the_ranges(void **state) {
  hw_mt *range = NULL;
  double weight = -1;
  const int32_t a = hw_phylotree_find(tree, "B5a1a"), b = hw_phylotree_find(tree, "B5a1");
  (void)state;
  hw_assert_ok(hw_mt_parse("1-2", "", &range, &err), &err);
  hw_assert_ok(hw_phylotree_distance(tree, a, b, range, &weight, &err), &err);
  assert_true(weight == 0);
  hw_assert_ok(hw_phylotree_distance(tree, a, b, NULL, &weight, &err), &err);
  assert_true(weight > 0);
  hw_mt_delete(range);
}

static const char small_table[] = "name,parent,mutations\n"
                                  "root,,\n"
                                  "A,root,263G 73G\n"
                                  "A1,A,8281d 573.XC\n"
                                  "A1a,A1,73G! 2156.1A\r\n"
                                  "B,root,263G 16189C\n"
                                  "B1,B,16189A\n";

static void trees_are_read_row_by_row(void **state) {
  hw_phylotree *small = NULL;
  char motif[200];
  (void)state;
  hw_assert_ok(hw_phylotree_new(small_table, sizeof small_table - 1, &small, &err), &err);
  assert_int_equal(hw_phylotree_count(small), 6);
  hw_assert_ok(hw_phylotree_motif(small, 3, motif, sizeof motif, &err), &err);
  assert_string_equal(motif, "2156.1A 573.XC 8281d 263G");
  hw_assert_ok(hw_phylotree_motif(small, 5, motif, sizeof motif, &err), &err);
  assert_string_equal(motif, "16189A 263G");
  hw_assert_status(hw_phylotree_motif(small, 3, motif, 10, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "take more than 10 bytes");
  /* 263G stands twice, all others once: weights 1 and 10. */
  assert_true(hw_phylotree_weight(small, "263G") == 1);
  assert_true(hw_phylotree_weight(small, "73G") == 10);
  hw_mt_haplogroup found = find(small, "", "263G 16189C");
  assert_string_equal(hw_phylotree_name(small, found.node), "B");
  /* A has one of two expected (1 of 11) and of what is carried (1 of 11): 1/11. */
  assert_string_equal(hw_phylotree_name(small, found.second), "root");
  hw_assert_close(found.second_score, 0.5, 1e-12, 0);
  found = find(small, "", "263G 73G 573.1CC 8281d");
  assert_string_equal(hw_phylotree_name(small, found.node), "A1");
  assert_true(found.score == 1);
  found = find(small, "73-340", "");
  assert_string_equal(hw_phylotree_name(small, found.node), "root");
  assert_true(found.score == 1);
  hw_phylotree_delete(small);
}

static void bad_tables_are_refused(void **state) {
  static const struct {
    const char *rows, *words;
    hw_status status;
    uint64_t line;
  } bad[] = {
      {"root,\n", "expected three cells", HW_E_SYNTAX, 2},
      {"root,,,\n", "expected three cells", HW_E_SYNTAX, 2},
      {",,263G\n", "a name of 1 to 60 bytes", HW_E_VALUE, 2},
      {"root,,\nA,,\n", "a second node without a parent", HW_E_SYNTAX, 3},
      {"root,,\nA,B,263G\n", "parent \"B\" is neither", HW_E_REFERENCE, 3},
      {"root,,\nA,root,\nB,root,\nC,A,\n", "parent \"A\" is neither", HW_E_REFERENCE, 5},
      {"root,,263A\n", "mutation \"263A\"", HW_E_VALUE, 2},
      {"root,,99999C\n", "mutation \"99999C\"", HW_E_VALUE, 2},
      {"root,,3107C\n", "mutation \"3107C\"", HW_E_VALUE, 2},
      {"root,,573.0C\n", "mutation \"573.0C\"", HW_E_VALUE, 2},
      {"root,,573.XCC\n", "mutation \"573.XCC\"", HW_E_VALUE, 2},
      {"root,,!\n", "mutation \"\"", HW_E_VALUE, 2},
      {"root,,\nA,root,263G!\n", "goes back, but no node above has it", HW_E_VALUE, 3},
      {"root,,\nA,root,\nA,root,\n", "a second node \"A\"", HW_E_DUPLICATE, 4},
      {"", "without a node", HW_E_SHAPE, 0},
  };
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char text[256];
    hw_phylotree *out = NULL;
    (void)snprintf(text, sizeof text, "name,parent,mutations\n%s", bad[i].rows);
    err = (hw_err)HW_ERR_INIT;
    hw_assert_status(hw_phylotree_new(text, strlen(text), &out, &err), bad[i].status, &err);
    hw_assert_contains(err.message, bad[i].words);
    assert_int_equal(err.line, bad[i].line);
    assert_null(out);
  }
  hw_phylotree *out = NULL;
  hw_assert_status(hw_phylotree_new("name;parent\n", 12, &out, &err), HW_E_SYNTAX, &err);
  hw_assert_contains(err.message, "expected the header \"name,parent,mutations\"");
  hw_assert_status(hw_phylotree_new("x", HW_PHYLOTREE_MAX_BYTES + 1, &out, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "more than 16 MiB");
}

static void memory_may_run_out_anywhere(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_phylotree *small = NULL;
    hw_mt *haplotype = NULL;
    hw_mt_haplogroup found;
    hw_status status = hw_phylotree_new(small_table, sizeof small_table - 1, &small, &err);
    if (status == HW_OK) status = hw_mt_parse("", "263G", &haplotype, &err);
    if (status == HW_OK) status = hw_mt_haplogroup_find(small, haplotype, &found, &err);
    double weight = 0;
    if (status == HW_OK) status = hw_phylotree_distance(small, 1, 4, NULL, &weight, &err);
    hw_mt_delete(haplotype);
    hw_phylotree_delete(small);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_shipped_tree_is_build_17),
      cmocka_unit_test(weights_follow_from_how_often_a_mutation_stands),
      cmocka_unit_test(every_node_is_found_by_its_own_mutations),
      cmocka_unit_test(what_does_not_fit_is_listed),
      cmocka_unit_test(a_consensus_filled_up_with_the_reference_is_suspected),
      cmocka_unit_test(mixtures_carry_what_a_node_expects),
      cmocka_unit_test(halves_of_two_branches_are_told),
      cmocka_unit_test(distances_are_within_the_ranges),
      cmocka_unit_test(trees_are_read_row_by_row),
      cmocka_unit_test(bad_tables_are_refused),
      cmocka_unit_test(memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
