/* The search by its definition, see random_search.h: every pair by whole profiles and exact tables,
 * and for every pair its ranks by counting. */
#include <math.h>
#include <stdlib.h>

#include "homeward/table.h"
#include "random_search.h"

static void *allocate(size_t n, size_t size) {
  void *p = calloc(n ? n : 1, size);
  if (p == NULL) abort();
  return p;
}

static void fill_query(const hw_search_input *input, const hw_search_options *options,
                       hw_table_compiler *compiler, int32_t q, slow_search *out) {
  const hw_search_query *query = &input->queries[q];
  const hw_search_family *family = &input->families[query->family];
  const hw_problem problem = {.pedigree = &family->pedigree,
                              .n_profiles = family->n_profiles,
                              .profiles = family->profiles,
                              .profile_person = family->profile_person,
                              .n_markers = input->n_markers,
                              .markers = input->markers,
                              .theta = input->theta};
  const hw_sex sex = family->pedigree.persons[query->person].sex;
  const hw_table *table = NULL;
  (void)options;
  out->status[q] = hw_table_compiler_compile(compiler, &problem, query->person, &table, NULL);
  for (int32_t i = 0; out->status[q] == HW_OK && i < input->n_samples; i++) {
    const hw_search_sample *sample = &input->samples[i];
    const bool differs =
        sample->sex != HW_UNKNOWN_SEX && sex != HW_UNKNOWN_SEX && sample->sex != sex;
    out->log10_lr[(size_t)q * (size_t)input->n_samples + (size_t)i] =
        differs ? -HUGE_VAL : hw_table_log10_lr(table, input->markers, &sample->profile, NULL);
  }
  hw_table_compiler_reset(compiler);
}

static bool is_better(double lr, int32_t sample, int32_t query, double than, int32_t than_sample,
                      int32_t than_query) {
  if (lr != than) return lr > than;
  return sample != than_sample ? sample < than_sample : query < than_query;
}

/* Pairs of the same query, or the same sample, that are better: fewer than `top` in one of them? */
static bool is_among_best(const slow_search *self, const hw_search_input *input,
                          const bool *is_searched, int32_t top, int32_t q, int32_t i) {
  const size_t n = (size_t)input->n_samples;
  const double lr = self->log10_lr[(size_t)q * n + (size_t)i];
  int32_t of_query = 0, of_sample = 0;
  for (int32_t j = 0; j < input->n_samples; j++)
    of_query += (is_searched == NULL || is_searched[j]) &&
                is_better(self->log10_lr[(size_t)q * n + (size_t)j], j, q, lr, i, q);
  for (int32_t p = 0; p < input->n_queries; p++)
    of_sample += self->status[p] == HW_OK &&
                 is_better(self->log10_lr[(size_t)p * n + (size_t)i], i, p, lr, i, q);
  return of_query < top || of_sample < top;
}

static int compare_pairs(const void *left, const void *right) {
  const hw_search_pair *x = left, *y = right;
  if (is_better(x->log10_lr, x->sample, x->query, y->log10_lr, y->sample, y->query)) return -1;
  return 1;
}

slow_search *slow_search_new(const hw_search_input *input, const hw_search_options *options,
                             const bool *is_searched) {
  slow_search *self = allocate(1, sizeof *self);
  const size_t n = (size_t)input->n_samples, n_queries = (size_t)input->n_queries;
  hw_table_compiler *compiler = NULL;
  self->status = allocate(n_queries, sizeof *self->status);
  self->log10_lr = allocate(n * n_queries, sizeof *self->log10_lr);
  self->pairs = allocate(n * n_queries, sizeof *self->pairs);
  if (hw_table_compiler_new(input->n_markers, input->markers, input->theta, &options->likelihood, 0,
                            &compiler, NULL) != HW_OK)
    abort();
  for (int32_t q = 0; q < input->n_queries; q++) fill_query(input, options, compiler, q, self);
  hw_table_compiler_delete(compiler);
  for (int32_t q = 0; q < input->n_queries; q++)
    for (int32_t i = 0; self->status[q] == HW_OK && i < input->n_samples; i++) {
      if (is_searched != NULL && !is_searched[i]) continue;
      const double lr = self->log10_lr[(size_t)q * n + (size_t)i];
      self->n_compared++;
      if (lr >= options->threshold || (options->top > 0 && lr >= options->floor &&
                                       is_among_best(self, input, is_searched, options->top, q, i)))
        self->pairs[self->n_pairs++] = (hw_search_pair){i, q, lr};
    }
  if (self->n_pairs > 1)
    qsort(self->pairs, (size_t)self->n_pairs, sizeof *self->pairs, compare_pairs);
  return self;
}

void slow_search_delete(slow_search *self) {
  if (self == NULL) return;
  free(self->status);
  free(self->log10_lr);
  free(self->pairs);
  free(self);
}
