/* Searches by STR and by SNP profiles (see mixed.h). */
#include "search/mixed.h"

#include <stdio.h>
#include <string.h>

#include "support/assert.h"

static const snp_kin kin[] = {SNP_PARENT, SNP_NEPHEW, SNP_THREE_GRAND_NEPHEWS, SNP_COUSIN,
                              SNP_SIBLING};

/* Everybody of the world has the same name; in a file they must have their own. */
static void name_all(mixed *self) {
  hw_snp_search_input *input = &self->snp_world.input;
  const size_t n_samples = (size_t)input->n_samples, n_families = (size_t)input->n_families;
  hw_snp_profile *samples = hw_arena_alloc_array(&self->arena, n_samples, sizeof *samples);
  hw_snp_search_family *families = hw_arena_alloc_array(&self->arena, n_families, sizeof *families);
  char(*names)[8] = hw_arena_alloc_array(&self->arena, n_samples + n_families, sizeof *names);
  assert_true(samples && families && names);
  for (size_t i = 0; i < n_samples; i++) {
    samples[i] = input->samples[i];
    snprintf(names[i], sizeof names[i], "S%d", (int)i);
    samples[i].id = names[i];
  }
  for (size_t f = 0; f < n_families; f++) {
    families[f] = input->families[f];
    snprintf(names[n_samples + f], sizeof *names, "F%d", (int)f);
    families[f].code = names[n_samples + f];
  }
  input->samples = samples;
  input->families = families;
}

static void make_snp(mixed *self, uint64_t seed) {
  const snp_world_options made = {.seed = seed,
                                  .n_markers = 160,
                                  .n_samples = 20,
                                  .n_families = 21 + (int32_t)(seed % 5),
                                  .n_planted = 10,
                                  .coverage = seed % 3 == 0 ? 0 : 2,
                                  .read_error = 0.01,
                                  .call_error = {0.002, 0.002},
                                  .n_kin = 5,
                                  .kin = kin,
                                  .n_alleles = 2 + (int32_t)(seed % 2),
                                  .n_x = seed % 2 == 0 ? 6 : 0};
  static const hw_snp_search_options options[] = {
      {.threshold = 1, .cut = 0},
      {.threshold = 2, .floor = -1, .top = 2, .cut = -2},
      {.threshold = 0, .floor = -3, .top = 1, .no_screen = true},
      {.threshold = -1, .cut = -3}};
  snp_world_new(&made, &self->snp_world);
  name_all(self);
  self->snp_options = options[seed % 4];
  self->snp_options.linked.max_bits = 5; /* three grand-nephews need more */
}

void mixed_make(mixed *self, uint64_t seed, bool has_str) {
  memset(self, 0, sizeof *self);
  make_snp(self, seed);
  self->weighing = (hw_search_weighing){
      .kinds = 3, .threshold = 4, .floor = 4, .prior_none = -1, .most_mt = 2, .most_y = -1};
  self->planned = (hw_search_planned){.snp = &self->snp_world.input,
                                      .snp_options = &self->snp_options,
                                      .weighing = &self->weighing};
  if (!has_str) return;
  world_init(&self->str_world, seed, 12, 9);
  self->str = world_input(&self->str_world, &self->arena);
  self->str_options = runs_options((int)(seed % 3));
  self->str_options.unit_queries = 2;
  self->planned.str = &self->str;
  self->planned.str_options = &self->str_options;
}

void mixed_clear(mixed *self) {
  hw_arena_clear(&self->arena);
  snp_world_delete(&self->snp_world);
}

mixed_answer mixed_of_snp(const mixed *self, const hw_snp_search_results *results) {
  mixed_answer answer = {.n_snp_pairs = results->found.n_pairs,
                         .n_left_out = results->found.n_left_out};
  const int32_t n = self->snp_world.input.n_queries;
  uint8_t found[HW_DIGEST_SIZE];
  hw_digest digest;
  hwp_results_digest(&results->found, n, found);
  hw_digest_begin(&digest);
  hw_digest_add(&digest, found, sizeof found);
  hw_digest_add_int(&digest, results->found.n_rescored);
  for (int32_t q = 0; q < n; q++) {
    const hw_snp_search_figures *figures = &results->figures[q];
    hw_digest_add_int(&digest, figures->n_screened);
    hw_digest_add_int(&digest, figures->n_passed);
    hw_digest_add(&digest, &figures->mean, sizeof figures->mean);
    hw_digest_add(&digest, &figures->sd, sizeof figures->sd);
    hw_digest_add(&digest, &figures->most_false, sizeof figures->most_false);
  }
  hw_digest_add(&digest, &results->most_false_all, sizeof results->most_false_all);
  hw_digest_end(&digest, answer.snp);
  return answer;
}

static void add_str(const mixed *self, const hw_search *search, mixed_answer *answer) {
  const runs_answer str = runs_answer_of(search, &self->str);
  memcpy(answer->str, str.digest, HW_DIGEST_SIZE);
  answer->n_str_pairs = str.n_pairs;
}

mixed_answer mixed_full(const mixed *self, int32_t n_threads) {
  const hw_search_go go = {.n_threads = n_threads};
  hw_snp_search_results *results = NULL;
  hw_search *search = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_snp_search_run(self->planned.snp, self->planned.snp_options, &go, &results, &err),
               &err);
  mixed_answer answer = mixed_of_snp(self, results);
  hw_snp_search_results_delete(results);
  if (self->planned.str) {
    hw_assert_ok(hw_search_new(self->planned.str, self->planned.str_options, &search, &err), &err);
    hw_assert_ok(hw_search_run(search, &go, &err), &err);
    add_str(self, search, &answer);
    hw_search_delete(search);
  }
  return answer;
}

mixed_answer mixed_merge(const mixed *self, hw_search_plan *plan) {
  hw_search_merged merged;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_search_plan_merge(plan, &merged, &err), &err);
  assert_non_null(merged.snp);
  mixed_answer answer = mixed_of_snp(self, merged.snp);
  assert_int_equal(merged.str != NULL, self->planned.str != NULL);
  if (merged.str) add_str(self, merged.str, &answer);
  return answer;
}

void mixed_assert_same(const mixed_answer *a, const mixed_answer *b) {
  assert_int_equal(a->n_str_pairs, b->n_str_pairs);
  assert_int_equal(a->n_snp_pairs, b->n_snp_pairs);
  assert_int_equal(a->n_left_out, b->n_left_out);
  assert_memory_equal(a->str, b->str, HW_DIGEST_SIZE);
  assert_memory_equal(a->snp, b->snp, HW_DIGEST_SIZE);
}

hw_search_plan *mixed_plan(const mixed *self, const char *dir, int32_t n_shards) {
  hw_search_plan *out = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_search_plan_write(&self->planned, n_shards, 60, dir, &err), &err);
  hw_assert_ok(hw_search_plan_open(dir, &out, &err), &err);
  return out;
}
