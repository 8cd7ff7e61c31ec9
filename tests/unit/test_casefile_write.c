/* Writing case files: what is read back is the same case, and what the format cannot say is
 * refused before anything is written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/casefile.h"
#include "support/assert.h"
#include "support/case_equal.h"
#include "support/case_text.h"

static hw_err err;

static char *write_text(const hw_case *cases, int32_t n, size_t *size) {
  char *text = NULL;
  FILE *out = open_memstream(&text, size);
  assert_non_null(out);
  hw_assert_ok(hw_case_list_write(cases, n, out, &err), &err);
  fclose(out);
  return text;
}

static void assert_reads_back(const hw_case *cases, int32_t n) {
  size_t size = 0, size_again = 0;
  char *text = write_text(cases, n, &size);
  hw_case_list *again = NULL;
  hw_assert_ok(hw_case_list_parse(text, size, "written", &again, &err), &err);
  assert_int_equal(again->n_cases, n);
  for (int32_t i = 0; i < n; i++) {
    const char *difference = case_difference(&cases[i], &again->cases[i]);
    if (difference) fail_msg("%s: %s", cases[i].id, difference);
  }
  char *text_again = write_text(again->cases, n, &size_again);
  assert_int_equal(size, size_again);
  assert_memory_equal(text, text_again, size);
  free(text_again);
  free(text);
  hw_case_list_delete(again);
}

static hw_case_list *parse(const char *text) {
  hw_case_list *list = NULL;
  hw_assert_ok(hw_case_list_parse(text, strlen(text), "c.json", &list, &err), &err);
  return list;
}

static void every_part_of_the_format_reads_back(void **state) {
  (void)state;
  static const char *const texts[] = {CASE_COMPARISON, CASE_DVI};
  for (int i = 0; i < 2; i++) {
    hw_case_list *list = parse(texts[i]);
    assert_reads_back(list->cases, 1);
    hw_case_list_delete(list);
  }
}

static void several_cases_are_one_list(void **state) {
  (void)state;
  hw_case_list *one = parse(CASE_COMPARISON), *two = parse(CASE_DVI);
  hw_case cases[2] = {one->cases[0], two->cases[0]};
  assert_reads_back(cases, 2);
  hw_case_list_delete(one);
  hw_case_list_delete(two);
}

/* Two groups of twins, a code that is nobody's id, chains of links, dropout in a family. */
static void identical_persons_read_back_in_families(void **state) {
  (void)state;
  static const char text[] =
      "{\"format\": \"homeward-case/1\", \"id\": \"\\u0110i\\u1ec7n \\\"1\\\"\", \"markers\": ["
      "{\"name\": \"L1\", \"chromosome\": \"X\", \"position_cm\": 0.1,"
      "\"alleles\": [\"1\", \"2\", \"n\"], \"frequencies\": [0.1, 0.2, 0.7],"
      "\"silent_allele\": \"n\", \"mutation\": {\"model\": \"onestep\","
      "\"rate\": {\"female\": 0.1, \"male\": 0.30000000000000004}, \"transform\": \"MH\"}}],"
      "\"remains\": [{\"id\": \"V\", \"sex\": \"female\", \"genotypes\": [[\"2\", null]]}],"
      "\"families\": [{\"name\": \"F\", \"pedigree\": ["
      "{\"id\": \"a\", \"sex\": \"female\"}, {\"id\": \"b\", \"sex\": \"male\"},"
      "{\"id\": \"c\", \"father\": \"b\", \"mother\": \"a\", \"sex\": \"male\"},"
      "{\"id\": \"d\", \"sex\": \"male\"}, {\"id\": \"e\", \"sex\": \"male\"},"
      "{\"id\": \"f\", \"sex\": \"female\"}],"
      "\"identical\": [[\"tooth\", \"f\"], [\"e\", \"c\", \"comb\", \"d\"], [\"x\", \"a\", \"y\"]],"
      "\"missing\": [\"e\", \"f\"],"
      "\"genotypes\": {\"comb\": [[\"1\"]], \"tooth\": [[]], \"c\": [null], \"y\": [[\"1\", \"2\"]],"
      "\"x\": [[\"2\", \"2\"]]},"
      "\"dropout\": {\"tooth\": {\"dropout\": 0.3}, \"comb\": {\"dropout\": 1, \"drop_in\": 0.1}}"
      "}]}";
  hw_case_list *list = parse(text);
  assert_int_equal(list->cases[0].families[0].pedigree.persons[4].twin, 2);
  assert_reads_back(list->cases, 1);
  hw_case_list_delete(list);
}

/* The reference cases, in particular those of many models, transforms, linkage and X. */
static void reference_cases_read_back(void **state) {
  (void)state;
  static const char *const files[] = {"kinship/autosomal_single",
                                      "kinship/dropout",
                                      "kinship/linked_chain",
                                      "kinship/linked_pairs",
                                      "kinship/partial",
                                      "kinship/silent",
                                      "kinship/theta_autosomal",
                                      "kinship/twins_direct",
                                      "kinship/x_single",
                                      "dvi/example1",
                                      "dvi/fire",
                                      "dvi/symmetricSibs",
                                      "kinship/panel_families"};
  const char *root = getenv("HOMEWARD_SOURCE_ROOT"), *shared = getenv("HOMEWARD_SHARED");
  char path[4096];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    hw_case_list *list = NULL;
    if (shared)
      snprintf(path, sizeof path, "%s/golden/%s.json", shared, files[i]);
    else
      snprintf(path, sizeof path, "%s/../shared/golden/%s.json", root ? root : ".", files[i]);
    hw_status status = hw_case_list_read(path, &list, &err);
    if (status == HW_E_NOT_FOUND) skip();
    hw_assert_ok(status, &err);
    assert_reads_back(list->cases, list->n_cases);
    hw_case_list_delete(list);
  }
}

/* --- what the format cannot say --- */

static void assert_refused(const hw_case *c, hw_status status, const char *message) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  hw_assert_status(hw_case_list_write(c, 1, out, &err), status, &err);
  fclose(out);
  assert_int_equal(size, 0);
  free(text);
  hw_assert_contains(err.message, message);
  hw_assert_contains(err.message, c->id);
}

static void what_the_format_cannot_say_is_refused(void **state) {
  (void)state;
  hw_case_list *comparison = parse(CASE_COMPARISON), *dvi = parse(CASE_DVI);
  hw_case c = comparison->cases[0];

  hw_profile profiles[3];
  memcpy(profiles, c.profiles, sizeof profiles);
  profiles[1].typing_error = 0.01;
  c.profiles = profiles;
  assert_refused(&c, HW_E_UNSUPPORTED, "typing error of 0.01");

  profiles[1].typing_error = 0;
  profiles[1].id = "M";
  assert_refused(&c, HW_E_DUPLICATE, "hypothesis \"H1\": the profile \"M\" bears the name");

  c = comparison->cases[0];
  c.n_markers = 0;
  assert_refused(&c, HW_E_SHAPE, "no markers");

  c = dvi->cases[0];
  hw_remains remains[2] = {c.remains[0], c.remains[1]};
  remains[0].profile.typing_error = 1;
  c.remains = remains;
  assert_refused(&c, HW_E_UNSUPPORTED, "\"V1\" has a typing error of 1");
  c.n_remains = 0;
  assert_refused(&c, HW_E_SHAPE, "0 remains and 2 families");

  c = dvi->cases[0];
  hw_family family = c.families[0];
  hw_person persons[2] = {family.pedigree.persons[0], family.pedigree.persons[1]};
  persons[0].sex = HW_UNKNOWN_SEX;
  family.pedigree.persons = persons;
  c.families = &family;
  c.n_families = 1;
  assert_refused(&c, HW_E_UNSUPPORTED,
                 "family \"F1\": \"M1\" is a parent of \"R1\" and of unknown sex");
  family = dvi->cases[0].families[0];
  family.n_missing = 0;
  assert_refused(&c, HW_E_SHAPE, "nobody is missing in family \"F1\"");

  hw_assert_status(hw_case_list_write(&c, 0, stdout, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "no case");
  hw_case_list_delete(comparison);
  hw_case_list_delete(dvi);
}

static void a_full_disk_is_told(void **state) {
  (void)state;
  FILE *full = fopen("/dev/full", "w");
  if (!full) skip();
  hw_case_list *list = parse(CASE_DVI);
  hw_assert_status(hw_case_list_write(list->cases, 1, full, &err), HW_E_IO, &err);
  hw_assert_contains(err.message, "cannot write");
  (void)fclose(full);
  hw_case_list_delete(list);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_part_of_the_format_reads_back),
      cmocka_unit_test(several_cases_are_one_list),
      cmocka_unit_test(identical_persons_read_back_in_families),
      cmocka_unit_test(reference_cases_read_back),
      cmocka_unit_test(what_the_format_cannot_say_is_refused),
      cmocka_unit_test(a_full_disk_is_told),
  };
  return cmocka_run_group_tests_name("casefile_write", tests, NULL, NULL);
}
