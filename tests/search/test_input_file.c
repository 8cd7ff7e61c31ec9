/* The input of a search as a file: everything comes back, every change of a byte is found out,
 * digests tell rows apart, and a full disk leaves what was there. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "search/input_int.h"
#include "search/place.h"
#include "search/world.h"
#include "support/assert.h"
#include "support/faults.h"

static world small;

static int make_small(void **state) {
  (void)state;
  world_init(&small, 3, 40, 15);
  return 0;
}

static char *read_bytes(const char *path, size_t *n) {
  char *bytes;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_file_read(path, (size_t)1 << 30, &bytes, n, &err), &err);
  return bytes;
}

static void assert_same_bits_array(const double *a, const double *b, size_t n) {
  assert_true((a == NULL) == (b == NULL));
  if (a) assert_memory_equal(a, b, n * sizeof *a);
}

static void assert_same_marker(const hw_marker *a, const hw_marker *b) {
  const size_t n = (size_t)a->n_alleles;
  assert_string_equal(a->name, b->name);
  assert_int_equal(a->chromosome, b->chromosome);
  assert_memory_equal(&a->position_cm, &b->position_cm, sizeof a->position_cm);
  assert_int_equal(a->n_alleles, b->n_alleles);
  assert_int_equal(a->silent, b->silent);
  for (size_t i = 0; i < n; i++) assert_string_equal(a->allele_names[i], b->allele_names[i]);
  assert_same_bits_array(a->frequencies, b->frequencies, n);
  assert_int_equal(a->mutation.model, b->mutation.model);
  assert_int_equal(a->mutation.transform, b->mutation.transform);
  assert_same_bits_array(a->mutation.rate, b->mutation.rate, 2);
  assert_same_bits_array(a->mutation.rate2, b->mutation.rate2, 2);
  assert_same_bits_array(a->mutation.range, b->mutation.range, 2);
  assert_true((a->matrix[0] == a->matrix[1]) == (b->matrix[0] == b->matrix[1]));
  for (int from = 0; from < 2; from++) {
    assert_same_bits_array(a->matrix[from], b->matrix[from], n * n);
    assert_same_bits_array(a->mutation.custom[from], b->mutation.custom[from], n * n);
  }
}

static void assert_same_profile(const hw_profile *a, const hw_profile *b) {
  assert_string_equal(a->id, b->id);
  assert_int_equal(a->n_markers, b->n_markers);
  assert_int_equal(a->has_dropout, b->has_dropout);
  hw_assert_same_bits(a->dropout, b->dropout);
  hw_assert_same_bits(a->drop_in, b->drop_in);
  hw_assert_same_bits(a->typing_error, b->typing_error);
  for (int32_t m = 0; m < a->n_markers; m++) {
    const hw_observation *x = &a->observations[m], *y = &b->observations[m];
    assert_int_equal(x->kind, y->kind);
    if (x->kind == HW_OBS_SET) {
      assert_int_equal(x->n_seen, y->n_seen);
      for (int32_t i = 0; i < x->n_seen; i++) assert_int_equal(x->seen[i], y->seen[i]);
    } else if (x->kind != HW_OBS_MISSING) {
      assert_int_equal(x->a, y->a);
      if (x->kind == HW_OBS_GENOTYPE) assert_int_equal(x->b, y->b);
    }
  }
}

static void assert_same_family(const hw_search_family *a, const hw_search_family *b) {
  assert_string_equal(a->code, b->code);
  assert_int_equal(a->pedigree.n_persons, b->pedigree.n_persons);
  for (int32_t p = 0; p < a->pedigree.n_persons; p++) {
    const hw_person *x = &a->pedigree.persons[p], *y = &b->pedigree.persons[p];
    assert_string_equal(x->id, y->id);
    assert_true(x->father == y->father && x->mother == y->mother && x->sex == y->sex &&
                x->twin == y->twin);
  }
  assert_int_equal(a->n_profiles, b->n_profiles);
  for (int32_t i = 0; i < a->n_profiles; i++) {
    assert_int_equal(a->profile_person[i], b->profile_person[i]);
    assert_same_profile(&a->profiles[i], &b->profiles[i]);
  }
}

static void assert_same_input(const hw_search_input *a, const hw_search_input *b) {
  assert_int_equal(a->n_markers, b->n_markers);
  hw_assert_same_bits(a->theta, b->theta);
  for (int32_t m = 0; m < a->n_markers; m++) assert_same_marker(&a->markers[m], &b->markers[m]);
  assert_int_equal(a->n_samples, b->n_samples);
  for (int32_t i = 0; i < a->n_samples; i++) {
    assert_string_equal(a->samples[i].code, b->samples[i].code);
    assert_int_equal(a->samples[i].sex, b->samples[i].sex);
    assert_same_profile(&a->samples[i].profile, &b->samples[i].profile);
  }
  assert_int_equal(a->n_families, b->n_families);
  for (int32_t i = 0; i < a->n_families; i++) assert_same_family(&a->families[i], &b->families[i]);
  assert_int_equal(a->n_queries, b->n_queries);
  for (int32_t i = 0; i < a->n_queries; i++) {
    assert_int_equal(a->queries[i].family, b->queries[i].family);
    assert_int_equal(a->queries[i].person, b->queries[i].person);
    assert_string_equal(a->queries[i].code, b->queries[i].code);
  }
}

static void everything_comes_back_to_the_last_bit(void **state) {
  (void)state;
  char *path = place_file("input");
  for (uint64_t seed = 1; seed <= 30; seed++) {
    static world w;
    hw_arena arena = {0};
    hw_err err = HW_ERR_INIT;
    world_init(&w, seed, (int32_t)(seed % 7) * 5, (int32_t)(seed % 5) * 3);
    double custom[WORLD_ALLELES * WORLD_ALLELES] = {0};
    for (int i = 0; i < WORLD_ALLELES; i++) custom[i * WORLD_ALLELES + i] = 1;
    if (seed % 2) w.markers[1].mutation.custom[1] = custom;
    if (seed % 3) w.markers[2].position_cm = (double)NAN;
    const hw_search_input input = world_input(&w, &arena);
    hw_search_input_file file;
    hw_search_digests digests;
    hw_assert_ok(hw_search_input_write(&input, path, &err), &err);
    hw_assert_ok(hw_search_input_read(path, &file, &err), &err);
    assert_same_input(&input, &file.input);
    hw_assert_ok(hw_search_digests_of(&input, &digests, &err), &err);
    assert_memory_equal(file.digest, digests.all, HW_DIGEST_SIZE);
    size_t n, n_again;
    char *bytes = read_bytes(path, &n);
    hw_assert_ok(hw_search_input_write(&file.input, path, &err), &err);
    char *again = read_bytes(path, &n_again);
    assert_int_equal(n, n_again);
    assert_memory_equal(bytes, again, n);
    free(bytes);
    free(again);
    hw_search_digests_clear(&digests);
    hw_search_input_clear(&file);
    hw_arena_clear(&arena);
  }
  place_clear();
}

static void every_changed_byte_and_every_cut_is_refused(void **state) {
  (void)state;
  static world w;
  hw_arena arena = {0};
  hw_err err = HW_ERR_INIT;
  hw_search_input_file file;
  size_t n;
  world_init(&w, 5, 4, 3);
  const hw_search_input input = world_input(&w, &arena);
  char *path = place_file("input");
  hw_assert_ok(hw_search_input_write(&input, path, &err), &err);
  char *bytes = read_bytes(path, &n);
  for (size_t i = 0; i < n; i++)
    for (int bit = 0; bit < 8; bit += 1 + (int)(i % 7)) {
      bytes[i] ^= (char)(1 << bit);
      const hw_status s = hwp_input_parse(bytes, n, "input", &file, &err);
      bytes[i] ^= (char)(1 << bit);
      assert_true(s != HW_OK);
      hw_assert_status(s, i < 8 ? HW_E_SYNTAX : i < 16 ? HW_E_VALUE : HW_E_DAMAGED, &err);
      hw_assert_contains(err.message, i < 8 ? "not the input" : "'homeward search plan'");
      assert_string_equal(err.file, "input");
    }
  for (size_t i = 0; i < n; i++) {
    char *exact = malloc(i + 1);
    memcpy(exact, bytes, i);
    assert_true(hwp_input_parse(exact, i, "input", &file, &err) != HW_OK);
    free(exact);
  }
  bytes[n] = 0; /* one byte more: the NUL that hw_file_read put there */
  hw_assert_status(hwp_input_parse(bytes, n + 1, "input", &file, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "1 bytes follow");
  hw_assert_status(hw_search_input_read("nowhere/input", &file, &err), HW_E_NOT_FOUND, &err);
  free(bytes);
  hw_arena_clear(&arena);
  place_clear();
}

/* Numbers of rows whose digests differ. */
static int32_t count_different(const uint8_t (*a)[HW_SEARCH_ROW_DIGEST],
                               const uint8_t (*b)[HW_SEARCH_ROW_DIGEST], int32_t n) {
  int32_t n_different = 0;
  for (int32_t i = 0; i < n; i++) n_different += memcmp(a[i], b[i], sizeof a[i]) != 0;
  return n_different;
}

static hw_search_digests digest(const hw_search_input *input) {
  hw_search_digests out;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_search_digests_of(input, &out, &err), &err);
  return out;
}

typedef const uint8_t (*rows)[HW_SEARCH_ROW_DIGEST];

static void digests_change_where_the_input_changed(void **state) {
  (void)state;
  hw_arena arena = {0};
  hw_search_input input = world_input(&small, &arena);
  hw_search_digests before = digest(&input), after;
  hw_search_sample *samples =
      hw_arena_copy(&arena, input.samples, (size_t)input.n_samples * sizeof *samples);
  hw_search_family *families =
      hw_arena_copy(&arena, input.families, (size_t)input.n_families * sizeof *families);
  hw_search_query *queries =
      hw_arena_copy(&arena, input.queries, (size_t)input.n_queries * sizeof *queries);
  input.samples = samples;
  input.families = families;
  input.queries = queries;

  samples[7].sex = samples[7].sex == HW_MALE ? HW_FEMALE : HW_MALE;
  hw_observation no_x[WORLD_MARKERS];
  memcpy(no_x, samples[7].profile.observations, sizeof no_x);
  no_x[WORLD_MARKERS - 1] = (hw_observation){.kind = HW_OBS_MISSING};
  samples[7].profile.observations = no_x;
  after = digest(&input);
  assert_int_equal(count_different((rows)before.samples, (rows)after.samples, input.n_samples), 1);
  assert_int_equal(count_different((rows)before.queries, (rows)after.queries, input.n_queries), 0);
  assert_memory_equal(before.models, after.models, HW_DIGEST_SIZE);
  assert_memory_not_equal(before.all, after.all, HW_DIGEST_SIZE);
  hw_search_digests_clear(&before);
  before = after;

  families[queries[3].family].n_profiles--;
  after = digest(&input);
  int32_t n_of_family = 0;
  for (int32_t i = 0; i < input.n_queries; i++)
    n_of_family += queries[i].family == queries[3].family;
  assert_int_equal(count_different((rows)before.samples, (rows)after.samples, input.n_samples), 0);
  assert_int_equal(count_different((rows)before.queries, (rows)after.queries, input.n_queries),
                   n_of_family);
  hw_search_digests_clear(&before);
  before = after;

  queries[0].code = "another code";
  after = digest(&input);
  assert_int_equal(count_different((rows)before.queries, (rows)after.queries, input.n_queries), 1);
  hw_search_digests_clear(&before);
  before = after;

  const hw_search_sample first = samples[0];
  samples[0] = samples[1];
  samples[1] = first;
  after = digest(&input);
  assert_memory_equal(before.samples[0], after.samples[1], HW_SEARCH_ROW_DIGEST);
  assert_memory_equal(before.samples[1], after.samples[0], HW_SEARCH_ROW_DIGEST);
  assert_memory_not_equal(before.all, after.all, HW_DIGEST_SIZE);
  hw_search_digests_clear(&before);
  before = after;

  input.theta += 1e-9;
  after = digest(&input);
  assert_memory_not_equal(before.models, after.models, HW_DIGEST_SIZE);
  assert_int_equal(count_different((rows)before.samples, (rows)after.samples, input.n_samples), 0);
  hw_search_digests_clear(&before);
  hw_search_digests_clear(&after);
  hw_arena_clear(&arena);
}

static void what_does_not_fit_the_markers_is_not_written(void **state) {
  (void)state;
  hw_arena arena = {0};
  hw_err err = HW_ERR_INIT;
  hw_search_digests digests;
  hw_search_input input = world_input(&small, &arena);
  hw_search_sample *samples =
      hw_arena_copy(&arena, input.samples, (size_t)input.n_samples * sizeof *samples);
  hw_observation odd[WORLD_MARKERS] = {{.kind = HW_OBS_GENOTYPE, .a = 0, .b = WORLD_ALLELES}};
  input.samples = samples;
  samples[2].profile.observations = odd;
  char *path = place_file("input");
  hw_assert_status(hw_search_input_write(&input, path, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "allele number 6");
  hw_assert_contains(err.message, samples[2].code);
  assert_int_equal(access(path, F_OK), -1);
  hw_assert_status(hw_search_digests_of(&input, &digests, &err), HW_E_VALUE, &err);
  odd[0] = (hw_observation){.kind = HW_OBS_SINGLE, .a = 1};
  hw_assert_status(hw_search_input_write(&input, path, &err), HW_E_SHAPE, &err);
  odd[0] = (hw_observation){.kind = HW_OBS_MISSING};
  samples[2].profile.dropout = 1.5;
  hw_assert_status(hw_search_input_write(&input, path, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "dropout is 1.5");
  samples[2].profile.dropout = 0;
  samples[2].profile.drop_in = HUGE_VAL;
  hw_assert_status(hw_search_input_write(&input, path, &err), HW_E_VALUE, &err);
  samples[2].profile.drop_in = 0;
  samples[2].profile.n_markers = 3;
  hw_assert_status(hw_search_input_write(&input, path, &err), HW_E_SHAPE, &err);
  hw_arena_clear(&arena);
  place_clear();
}

/* Changes the content of one section and puts the digest right: what a careful forger could do. */
static hw_status parse_forged(const hw_search_input *input, hw_err *err) {
  hw_search_input_file file;
  char *path = place_file("forged");
  hw_assert_ok(hw_search_input_write(input, path, err), err);
  const hw_status s = hw_search_input_read(path, &file, err);
  hw_search_input_clear(&file);
  return s;
}

static void contradictions_are_refused_although_the_digests_fit(void **state) {
  (void)state;
  hw_arena arena = {0};
  hw_err err = HW_ERR_INIT;
  hw_search_input input = world_input(&small, &arena);
  hw_search_sample *samples =
      hw_arena_copy(&arena, input.samples, (size_t)input.n_samples * sizeof *samples);
  hw_search_family *families =
      hw_arena_copy(&arena, input.families, (size_t)input.n_families * sizeof *families);
  hw_search_query *queries =
      hw_arena_copy(&arena, input.queries, (size_t)input.n_queries * sizeof *queries);
  input.samples = samples;
  input.families = families;
  input.queries = queries;

  const char *code = samples[5].code;
  samples[5].code = samples[1].code;
  hw_assert_status(parse_forged(&input, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "two samples are called");
  samples[5].code = code;

  code = families[5].code;
  families[5].code = families[1].code;
  hw_assert_status(parse_forged(&input, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "two families are called");
  families[5].code = code;

  const hw_search_query query = queries[0];
  queries[0].person = families[queries[0].family].profile_person[0];
  hw_assert_status(parse_forged(&input, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "has a profile");
  queries[0] = query;

  queries[0].person = 99;
  hw_assert_status(hw_search_input_write(&input, place_file("x"), &err), HW_E_REFERENCE, &err);
  hw_assert_contains(err.message, "person number 99 of");
  queries[0].family = 99;
  hw_assert_status(hw_search_input_write(&input, place_file("x"), &err), HW_E_REFERENCE, &err);
  hw_assert_contains(err.message, "family number 99 of 15");
  hw_search_digests digests;
  hw_assert_status(hw_search_digests_of(&input, &digests, &err), HW_E_REFERENCE, &err);

  queries[0] = queries[input.n_queries - 1];
  hw_assert_status(parse_forged(&input, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "stand together");
  queries[0] = query;

  hw_search_query twice[2] = {query, query};
  input.queries = twice;
  input.n_queries = 2;
  hw_assert_status(parse_forged(&input, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "two missing persons");
  input.queries = queries;

  hw_person persons[5] = {{"A", 1, -1, HW_MALE, -1},
                          {"B", 0, -1, HW_MALE, -1},
                          {"C", -1, -1, HW_MALE, -1},
                          {"D", -1, -1, HW_MALE, -1},
                          {"E", -1, -1, HW_MALE, -1}};
  families[0].pedigree = (hw_pedigree){5, persons};
  families[0].n_profiles = 0;
  hw_assert_status(parse_forged(&input, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "ancestor");
  hw_assert_contains(err.message, "family 1 of 15");

  double frequencies[WORLD_ALLELES];
  hw_marker markers[WORLD_MARKERS];
  memcpy(markers, input.markers, sizeof markers);
  memcpy(frequencies, markers[0].frequencies, sizeof frequencies);
  markers[0].frequencies = frequencies;
  input.markers = markers;
  frequencies[2] += 0.125;
  hw_assert_status(parse_forged(&input, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "sum to");
  frequencies[2] -= 0.125;
  input.theta = 1;
  hw_assert_status(parse_forged(&input, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "theta");
  hw_arena_clear(&arena);
  place_clear();
}

static void a_full_disk_leaves_what_was_there(void **state) {
  (void)state;
  hw_arena arena = {0};
  hw_err err = HW_ERR_INIT;
  hw_search_input_file file;
  const hw_search_input input = world_input(&small, &arena);
  char *path = place_file("input");
  struct rlimit limit, before;
  struct stat found;
  hw_assert_ok(hw_search_input_write(&input, path, &err), &err);
  assert_int_equal(stat(path, &found), 0);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, SIG_IGN);
  for (rlim_t most = 0; most < (rlim_t)found.st_size; most += 1 + (rlim_t)found.st_size / 9) {
    limit = before;
    limit.rlim_cur = most;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const hw_status s = hw_search_input_write(&input, path, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    hw_assert_status(s, HW_E_IO, &err);
    hw_assert_contains(err.message, "cannot write the file");
    assert_string_equal(err.file, path);
    hw_assert_ok(hw_search_input_read(path, &file, &err), &err);
    hw_search_input_clear(&file);
    assert_int_equal(place_count(), 1); /* nothing beside it */
  }
  signal(SIGXFSZ, SIG_DFL);
  hw_arena_clear(&arena);
  place_clear();
}

static void without_memory_it_says_so(void **state) {
  (void)state;
  static world w;
  hw_arena arena = {0};
  hw_err err = HW_ERR_INIT;
  hw_search_input_file file;
  hw_search_digests digests;
  world_init(&w, 11, 3, 2);
  const hw_search_input input = world_input(&w, &arena);
  char *path = place_file("input");
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_status s = hw_search_input_write(&input, path, &err);
    if (s == HW_OK) s = hw_search_input_read(path, &file, &err);
    if (s == HW_OK) hw_search_input_clear(&file);
    if (s == HW_OK) s = hw_search_digests_of(&input, &digests, &err);
    if (s == HW_OK) hw_search_digests_clear(&digests);
    if (!hw_faults_end()) {
      hw_assert_ok(s, &err);
      assert_true(n > 20);
      break;
    }
    hw_assert_status(s, HW_E_NO_MEMORY, &err);
  }
  hw_arena_clear(&arena);
  place_clear();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(everything_comes_back_to_the_last_bit),
      cmocka_unit_test(every_changed_byte_and_every_cut_is_refused),
      cmocka_unit_test(digests_change_where_the_input_changed),
      cmocka_unit_test(what_does_not_fit_the_markers_is_not_written),
      cmocka_unit_test(contradictions_are_refused_although_the_digests_fit),
      cmocka_unit_test(a_full_disk_leaves_what_was_there),
      cmocka_unit_test(without_memory_it_says_so),
  };
  return cmocka_run_group_tests(tests, make_small, NULL);
}
