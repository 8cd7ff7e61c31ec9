/* Consensus of replicates at one marker: by hand, and what holds for all. */
#include <stdio.h>
#include <string.h>

#include "app/consensus.h"
#include "oracle/rng.h"
#include "support/assert.h"

static hw_err err;
static bool is_discordant;

/* Consensus of replicates parted by ";"; "!" and the message where there is none. */
static const char *consensus(const char *rule_text, const char *replicates) {
  static char text[700];
  hw_seen seen[HW_CONSENSUS_MOST];
  hw_consensus_rule rule;
  hw_str out = HW_STR_INIT;
  const char *at = replicates;
  int n = 0;
  for (bool has_more = true; has_more; n += has_more)
    hw_assert_ok(hw_observation_next(&at, &seen[n], &has_more, &err), &err);
  hw_assert_ok(hw_consensus_rule_parse(rule_text, &rule, &err), &err);
  hw_status status = hw_consensus_of(&rule, n, seen, &out, &is_discordant, &err);
  snprintf(text, sizeof text, "%s%s", status == HW_OK ? "" : "!",
           status == HW_OK ? hw_str_text(&out) : err.message);
  hw_str_clear(&out);
  return text;
}

static void cases_by_hand(void **state) {
  (void)state;
  static const struct {
    const char *rule, *replicates, *expected;
  } cases[] = {
      {"composite", "14,15;14,15", "14,15"},
      {"composite", "14,?;15,?", "14,15"},
      {"composite", "14,15;14", "14,15"},
      {"composite", "14;14,?", "14"},
      {"composite", "14,?;14,?", "14,?"},
      {"composite", "14,15;16,?", "14,15,16"},
      {"composite", ";14,15;", "14,15"},
      {"composite", ";", ""},
      {"composite", "14,-;14,-", "14,-"},
      {"composite", "14,-;15,-", ""},
      {"composite", "14,-;14,15", "14,15"},
      {"composite", "{14};{15};{}", "{14,15}"},
      {"composite", "{14};", ""},
      {"2-of-n", "14,15;14,15;14", "14,15"},
      {"2-of-n", "14,15;14,?;15,?", "14,15"},
      {"2-of-n", "14,15;14,16;", "14,?"},
      {"2-of-n", "14;14;", "14"},
      {"2-of-n", "14;14;14,15", "14,?"},
      {"2-of-n", "14;14,?;", "14,?"},
      {"2-of-n", "14,15;16,17", ""},
      {"2-of-n", "14,15", ""},
      {"2-of-n", "14,-;14,-;15,-", "14,-"},
      {"2-of-n", "14,15,16;14,15,16", "14,15,16"},
      {"3-of-n", "14,15;14,15;14,16", "14,?"},
      {"strict", "14,15;14,15", "14,15"},
      {"strict", "14,15;14", ""},
      {"strict", "14,15;", ""},
      {"strict", "14,?;14,?", "14,?"},
      {"strict", "14,15,16;14,15,16", "14,15,16"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(consensus(cases[i].rule, cases[i].replicates), cases[i].expected);
}

static void what_differs_is_told(void **state) {
  (void)state;
  consensus("composite", "14,15;14,15;");
  assert_false(is_discordant);
  consensus("composite", "14,15;14");
  assert_true(is_discordant);
}

static void sets_have_a_composite_only(void **state) {
  (void)state;
  static const char told[] =
      "!replicates that are read under a dropout model have a composite consensus, and none with "
      "others: give all of them a dropout and say --consensus composite";
  assert_string_equal(consensus("2-of-n", "{14};{14}"), told);
  assert_string_equal(consensus("strict", "{14};{14}"), told);
  assert_string_equal(consensus("composite", "{14};14,15"), told);
}

static void rules_have_spellings(void **state) {
  (void)state;
  static const char *const good[][2] = {{"2-of-n", "2-of-n"},       {"2 of n", "2-of-n"},
                                        {"3ofn", "3-of-n"},         {"4", "4-of-n"},
                                        {"composite", "composite"}, {"strict", "strict"}};
  static const char *const bad[] = {"", "0-of-n", "two", "2-of-3", "10", "Strict"};
  hw_consensus_rule rule;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    hw_str text = HW_STR_INIT;
    hw_assert_ok(hw_consensus_rule_parse(good[i][0], &rule, &err), &err);
    hw_consensus_rule_format(&rule, &text);
    assert_string_equal(hw_str_text(&text), good[i][1]);
    hw_str_clear(&text);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    hw_assert_status(hw_consensus_rule_parse(bad[i], &rule, &err), HW_E_USAGE, &err);
  hw_assert_status(hw_consensus_rule_parse("two", &rule, &err), HW_E_USAGE, &err);
  assert_string_equal(err.message,
                      "--consensus: \"two\" is no rule: expected composite, strict, or 2-of-n");
}

/* --- what holds for all --- */

static const char *random_result(rng *r) {
  static const char *const RESULTS[] = {"14,15", "14,16", "15,16", "14", "15",
                                        "16",    "14,?",  "15,?",  "",   "14,15,16"};
  return RESULTS[rng_below(r, sizeof RESULTS / sizeof *RESULTS)];
}

static const char *const RULES[] = {"composite", "2-of-n", "3-of-n", "strict"};

static void the_order_of_replicates_does_not_matter(void **state) {
  (void)state;
  rng r = rng_seeded(11);
  for (int trial = 0; trial < 2000; trial++) {
    const char *results[4];
    char forth[100] = "", back[100] = "", first[700];
    for (int i = 0; i < 4; i++) results[i] = random_result(&r);
    for (int i = 0; i < 4; i++) {
      strcat(strcat(forth, i > 0 ? ";" : ""), results[i]);
      strcat(strcat(back, i > 0 ? ";" : ""), results[3 - i]);
    }
    const char *rule = RULES[trial % 4];
    strcpy(first, consensus(rule, forth));
    assert_string_equal(first, consensus(rule, back));
  }
}

static void one_replicate_is_its_own_composite_and_strict_consensus(void **state) {
  (void)state;
  rng r = rng_seeded(12);
  for (int trial = 0; trial < 200; trial++) {
    const char *result = random_result(&r);
    assert_string_equal(consensus("composite", result), result);
    assert_string_equal(consensus("strict", result), result);
    assert_string_equal(consensus("1-of-n", result), result);
  }
  assert_string_equal(consensus("composite", "14,-"), "14,-");
  assert_string_equal(consensus("composite", "{14,15}"), "{14,15}");
}

static void repeating_all_replicates_confirms_every_allele(void **state) {
  (void)state;
  rng r = rng_seeded(13);
  for (int trial = 0; trial < 2000; trial++) {
    char once[60] = "", twice[130], composite[700];
    for (int i = 0; i < 3; i++) strcat(strcat(once, i > 0 ? ";" : ""), random_result(&r));
    snprintf(twice, sizeof twice, "%s;%s", once, once);
    strcpy(composite, consensus("composite", once));
    assert_string_equal(composite, consensus("composite", twice));
    assert_string_equal(composite, consensus("2-of-n", twice));
  }
}

static void a_stricter_rule_never_adds_an_allele(void **state) {
  (void)state;
  rng r = rng_seeded(14);
  for (int trial = 0; trial < 2000; trial++) {
    char replicates[100] = "", loose[700];
    for (int i = 0; i < 4; i++) strcat(strcat(replicates, i > 0 ? ";" : ""), random_result(&r));
    strcpy(loose, consensus("composite", replicates));
    for (int rule = 1; rule < 4; rule++) {
      hw_seen seen;
      bool has_more;
      const char *at = consensus(RULES[rule], replicates);
      hw_assert_ok(hw_observation_next(&at, &seen, &has_more, &err), &err);
      for (int a = 0; a < seen.n; a++) {
        char allele[70];
        snprintf(allele, sizeof allele, "%.*s", seen.alleles[a].n, seen.alleles[a].text);
        assert_non_null(strstr(loose, allele));
      }
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cases_by_hand),
      cmocka_unit_test(what_differs_is_told),
      cmocka_unit_test(sets_have_a_composite_only),
      cmocka_unit_test(rules_have_spellings),
      cmocka_unit_test(the_order_of_replicates_does_not_matter),
      cmocka_unit_test(one_replicate_is_its_own_composite_and_strict_consensus),
      cmocka_unit_test(repeating_all_replicates_confirms_every_allele),
      cmocka_unit_test(a_stricter_rule_never_adds_an_allele),
  };
  return cmocka_run_group_tests_name("consensus", tests, NULL, NULL);
}
