/* The input of a search by SNP profiles as a file: it comes back to the bit, and what was changed,
 * cut or cannot be is refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/search_snp.h"
#include "search/mixed.h"
#include "search/place.h"
#include "search/problem.h"
#include "search/snp_input_file.h"
#include "support/assert.h"
#include "support/faults.h"

static void expect_digest(const hw_snp_search_input *input, const uint8_t *other, bool is_same) {
  uint8_t digest[HW_DIGEST_SIZE];
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_snp_input_digest(input, digest, &err), &err);
  assert_int_equal(memcmp(digest, other, sizeof digest) == 0, is_same);
}

static void an_input_comes_back_to_the_last_bit(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 8; seed++) {
    mixed m;
    hw_err err = HW_ERR_INIT;
    hw_snp_input_file file;
    size_t n, n_again;
    mixed_make(&m, seed, false);
    char *path = place_file("input-snp"), *again = place_file("again");
    hw_assert_ok(hw_snp_input_write(m.planned.snp, path, &err), &err);
    hw_assert_ok(hw_snp_input_read(path, &file, &err), &err);
    expect_digest(m.planned.snp, file.digest, true);
    expect_digest(&file.input, file.digest, true);
    hw_assert_ok(hw_snp_input_write(&file.input, again, &err), &err);
    char *bytes = problem_read(path, &n), *bytes_again = problem_read(again, &n_again);
    assert_int_equal(n, n_again);
    assert_memory_equal(bytes, bytes_again, n);
    const mixed_answer right = mixed_full(&m, 1);
    m.planned.snp = &file.input;
    const mixed_answer answer = mixed_full(&m, 1);
    mixed_assert_same(&right, &answer);
    free(bytes);
    free(bytes_again);
    hw_snp_input_clear(&file);
    place_clear();
    mixed_clear(&m);
  }
}

static void whatever_decides_a_number_changes_the_digest(void **state) {
  (void)state;
  mixed m;
  hw_err err = HW_ERR_INIT;
  uint8_t digest[HW_DIGEST_SIZE];
  mixed_make(&m, 1, false);
  const hw_snp_search_input *input = m.planned.snp;
  hw_assert_ok(hw_snp_input_digest(input, digest, &err), &err);
  hw_snp_search_input other = *input;
  expect_digest(&other, digest, true);
  other.theta += 1e-15;
  expect_digest(&other, digest, false);
  other = *input;
  other.n_samples--;
  expect_digest(&other, digest, false);
  other = *input;
  other.n_queries--;
  expect_digest(&other, digest, false);

  other = *input;
  hw_snp_profile samples[64];
  memcpy(samples, input->samples, (size_t)input->n_samples * sizeof *samples);
  other.samples = samples;
  samples[3].sex = samples[3].sex == HW_MALE ? HW_FEMALE : HW_MALE;
  expect_digest(&other, digest, false);
  samples[3] = input->samples[4];
  samples[4] = input->samples[3];
  expect_digest(&other, digest, false);

  other = *input;
  hw_snp_search_family families[64];
  int32_t person[HW_LINKED_MAX_TYPED];
  memcpy(families, input->families, (size_t)input->n_families * sizeof *families);
  memcpy(person, families[2].profile_person, (size_t)families[2].n_profiles * sizeof *person);
  person[0] = person[0] == 0 ? 1 : 0;
  families[2].profile_person = person;
  other.families = families;
  expect_digest(&other, digest, false);

  hw_panel panel = *input->panel;
  hw_panel_population population = panel.populations[input->population];
  const size_t n = (size_t)panel.first_allele[panel.n_markers];
  double *frequencies = malloc(n * sizeof *frequencies);
  assert_non_null(frequencies);
  memcpy(frequencies, population.frequencies, n * sizeof *frequencies);
  frequencies[7] = nextafter(frequencies[7], 1);
  population.frequencies = frequencies;
  panel.populations = &population;
  other = *input;
  other.panel = &panel;
  other.population = 0;
  expect_digest(&other, digest, false);
  free(frequencies);
  mixed_clear(&m);
}

static void a_case_that_was_changed_is_told(void **state) {
  (void)state;
  mixed m;
  hw_err err = HW_ERR_INIT;
  mixed_make(&m, 1, false);
  const hw_snp_search_input *planned = m.planned.snp;
  hw_snp_search_input now = *planned;
  hw_assert_ok(hw_snp_search_check_same(planned, &now, &err), &err);
  now.n_queries--;
  hw_assert_status(hw_snp_search_check_same(planned, &now, &err), HW_E_STATE, &err);
  hw_assert_contains(err.message, "it has 20 remains and 21 missing persons, and 20 remains and 22 "
                                  "missing persons were searched: plan again");
  now = *planned;
  now.theta = 0.01;
  hw_assert_status(hw_snp_search_check_same(planned, &now, &err), HW_E_STATE, &err);
  hw_assert_contains(err.message, "profiles, pedigrees, the panel or its frequencies are others");
  mixed_clear(&m);
}

static void a_missing_person_of_no_family_cannot_be_written(void **state) {
  (void)state;
  mixed m;
  hw_err err = HW_ERR_INIT;
  mixed_make(&m, 1, false);
  hw_search_query query = m.planned.snp->queries[0];
  hw_snp_search_input other = *m.planned.snp;
  query.family = other.n_families;
  other.queries = &query;
  other.n_queries = 1;
  char *path = place_file("none");
  hw_assert_status(hw_snp_input_write(&other, path, &err), HW_E_REFERENCE, &err);
  assert_false(problem_is_there(path));
  query.family = 0;
  query.person = other.families[0].pedigree.n_persons;
  hw_assert_status(hw_snp_input_write(&other, path, &err), HW_E_REFERENCE, &err);
  place_clear();
  mixed_clear(&m);
}

static void changed_and_cut_files_are_refused(void **state) {
  (void)state;
  mixed m;
  hw_err err = HW_ERR_INIT;
  hw_snp_input_file file;
  size_t n;
  mixed_make(&m, 1, false);
  char *path = place_file("input-snp");
  hw_assert_ok(hw_snp_input_write(m.planned.snp, path, &err), &err);
  char *bytes = problem_read(path, &n);
  for (size_t k = 0; k < 3000; k++) {
    const size_t at = k < 64 ? k : (size_t)((double)(n - 1) * (double)k / 2999);
    bytes[at] ^= (char)(1 << k % 8);
    assert_true(hwp_snp_input_parse(bytes, n, "in", &file, &err) != HW_OK);
    assert_true(err.message[0] && strcmp(err.file, "in") == 0 && !file.storage);
    bytes[at] ^= (char)(1 << k % 8);
    if (k % 50 == 0) assert_true(hwp_snp_input_parse(bytes, at, "in", &file, &err) != HW_OK);
  }
  hw_assert_status(hwp_snp_input_parse("HWSINPUT", 8, "in", &file, &err), HW_E_SYNTAX, &err);
  hw_assert_contains(err.message, "this is not the input of a search");
  bytes[8] = 2;
  hw_assert_status(hwp_snp_input_parse(bytes, n, "in", &file, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "version 2 of its format; this program reads version 1");
  free(bytes);
  place_clear();
  mixed_clear(&m);
}

/* A file whose digests are right, and whose content cannot be. */
static void refuse(const hw_snp_search_input *input, const char *message) {
  hw_err err = HW_ERR_INIT;
  hw_snp_input_file file;
  char *path = place_file("input-snp");
  hw_assert_ok(hw_snp_input_write(input, path, &err), &err);
  hw_assert_status(hw_snp_input_read(path, &file, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, message);
  hw_assert_contains(err.message, "make it again with 'homeward search plan'");
  assert_string_equal(err.file, path);
}

static void what_cannot_be_is_refused(void **state) {
  (void)state;
  mixed m;
  mixed_make(&m, 1, false);
  const hw_snp_search_input *input = m.planned.snp;
  const size_t n = (size_t)input->panel->first_genotype[input->panel->n_markers];
  hw_snp_search_input other = *input;
  hw_snp_profile samples[64];
  memcpy(samples, input->samples, (size_t)input->n_samples * sizeof *samples);
  other.samples = samples;
  samples[1].id = samples[0].id;
  refuse(&other, "two samples are called");
  uint8_t *bytes = malloc(n);
  assert_non_null(bytes);
  memset(bytes, 40, n);
  samples[1] = (hw_snp_profile){.id = "S", .sex = HW_MALE, .bytes = bytes};
  refuse(&other, "a profile cannot be read"); /* no genotype is the best one */
  free(bytes);
  other = *input;
  other.theta = 1;
  refuse(&other, "theta cannot be read");
  other.theta = (double)NAN;
  refuse(&other, "theta cannot be read");

  hw_search_query queries[3] = {input->queries[0], input->queries[1], input->queries[0]};
  other = *input;
  other.queries = queries;
  other.n_queries = 3;
  refuse(&other, "missing persons of a family do not stand together");
  queries[1] = queries[0];
  other.n_queries = 2;
  refuse(&other, "two missing persons of a family are called");
  queries[0].person = input->families[queries[0].family].profile_person[0];
  other.n_queries = 1;
  refuse(&other, "has a profile");

  hw_panel panel = *input->panel;
  hw_panel_marker *markers = malloc((size_t)panel.n_markers * sizeof *markers);
  assert_non_null(markers);
  memcpy(markers, panel.markers, (size_t)panel.n_markers * sizeof *markers);
  panel.markers = markers;
  other = *input;
  other.panel = &panel;
  markers[3].name = markers[2].name;
  refuse(&other, markers[2].name);
  markers[3] = input->panel->markers[2];
  markers[2] = input->panel->markers[3];
  refuse(&other, "markers do not stand in the order of the map");
  free(markers);
  place_clear();
  mixed_clear(&m);
}

static void without_memory_it_says_so(void **state) {
  (void)state;
  mixed m;
  hw_err err = HW_ERR_INIT;
  mixed_make(&m, 1, false);
  hw_snp_search_input few = m.snp_world.input;
  few.n_queries = few.n_families = 2;
  few.n_samples = 3;
  char *path = place_file("input-snp");
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_snp_input_file file = {0};
    hw_status s = hw_snp_input_write(&few, path, &err);
    if (s == HW_OK) s = hw_snp_input_read(path, &file, &err);
    const bool has_failed = hw_faults_end();
    hw_snp_input_clear(&file);
    if (!has_failed) {
      hw_assert_ok(s, &err);
      break;
    }
    hw_assert_status(s, HW_E_NO_MEMORY, &err);
  }
  place_clear();
  mixed_clear(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_input_comes_back_to_the_last_bit),
      cmocka_unit_test(whatever_decides_a_number_changes_the_digest),
      cmocka_unit_test(a_case_that_was_changed_is_told),
      cmocka_unit_test(a_missing_person_of_no_family_cannot_be_written),
      cmocka_unit_test(changed_and_cut_files_are_refused),
      cmocka_unit_test(what_cannot_be_is_refused),
      cmocka_unit_test(without_memory_it_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
