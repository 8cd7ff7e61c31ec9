/* A worker, and how it does a unit: strip after strip of queries is compiled,
 * quantised, scanned against all tiles and forgotten.
 *
 * Everything that a query contributes is computed from its own tables and the
 * index, so strips and units can be cut anywhere. */
#include "search/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "search/strip.h"

/* Memory of the tables of one strip; a strip of one query may need more. */
#define STRIP_BYTES ((size_t)96 << 20)

struct hwp_worker {
  const hwp_index *index;
  hwp_null_work *null;
  hwp_keeper keeper;
  hwp_strip strip;
  hw_table_compiler *compiler;
  int32_t most; /* queries of a strip */
  hw_arena arena;
};

/* --- tables --- */

/* Bytes of one query's tables, at most. */
static size_t table_bytes(const hw_search_input *input) {
  size_t bytes = 0;
  for (int32_t m = 0; m < input->n_markers; m++) {
    size_t n = (size_t)input->markers[m].n_alleles;
    bytes += sizeof(hw_marker_table) + sizeof(double) * (3 * (n * (n + 1) / 2) + n);
  }
  return bytes;
}

static hw_status compile(hwp_worker *self, int32_t query, const hw_table **out, hw_err *err) {
  const hw_search_input *input = self->index->input;
  const hw_problem problem = hw_search_query_problem(input, query);
  return hw_table_compiler_compile(self->compiler, &problem, input->queries[query].person, out,
                                   err);
}

/* --- a worker --- */

static hw_status prepare(hwp_worker *self, hw_err *err) {
  const hwp_index *index = self->index;
  const hw_search_input *input = index->input;
  size_t each = table_bytes(input) + hwp_quantiser_bytes(index);
  size_t most = STRIP_BYTES / each;
  self->most = most > HWP_STRIP_MOST ? HWP_STRIP_MOST : most < 1 ? 1 : (int32_t)most;
  self->strip.index = index;
  self->strip.queries =
      hw_arena_alloc_array(&self->arena, (size_t)self->most, sizeof *self->strip.queries);
  if (self->strip.queries == NULL) return HW_NO_MEMORY(err, "a worker");
  HW_TRY(hwp_quantiser_init(&self->strip.quantiser, index, self->most, &self->arena, err));
  HW_TRY(hw_table_compiler_new(input->n_markers, input->markers, input->theta,
                               &index->options.likelihood, 0, &self->compiler, err));
  return hwp_null_work_new(index->null, &self->null, err);
}

hw_status hwp_worker_new(const hwp_index *index, hwp_worker **out, hw_err *err) {
  *out = NULL;
  hwp_worker *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a worker");
  self->index = index;
  hw_arena_init(&self->arena, 0);
  hw_status status = prepare(self, err);
  if (status != HW_OK) {
    hwp_worker_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hwp_worker_delete(hwp_worker *self) {
  if (self == NULL) return;
  hw_table_compiler_delete(self->compiler);
  hwp_null_work_delete(self->null);
  hwp_keeper_clear(&self->keeper);
  hw_arena_clear(&self->arena);
  free(self);
}

/* --- a unit --- */

void hwp_outcome_clear(hwp_outcome *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  *self = (hwp_outcome){0};
}

/* Notes that a query cannot be searched, and why. */
static hw_status leave_out(const hw_err *reason, int32_t at, hwp_outcome *out, hw_err *err) {
  char line[sizeof reason->message + sizeof reason->field + sizeof reason->file + 32];
  out->status[at] = reason->status;
  out->expected[at] = (double)NAN;
  out->why[at] = hw_arena_strdup(&out->arena, hw_err_text(reason, line, sizeof line));
  return out->why[at] == NULL ? HW_NO_MEMORY(err, "the results of a unit") : HW_OK;
}

/* A number that a missing person keeps when others come and go: it chooses the profiles that stand
 * for all, and with them her estimate would change. FNV-1a over her family's code and her own. */
static int32_t lasting_number(const hw_search_input *input, int32_t query) {
  const hw_search_query *q = &input->queries[query];
  const char *const texts[] = {input->families[q->family].code, q->code};
  uint32_t hash = 2166136261u;
  for (int i = 0; i < 2; i++)
    for (const char *c = texts[i];; c++) {
      hash = (hash ^ (unsigned char)*c) * 16777619u;
      if (*c == '\0') break;
    }
  return (int32_t)(hash >> 1);
}

/* Expected false leads. Everybody, also whom a sex excludes, reaches a threshold of −inf. */
static hw_status expect(hwp_worker *self, const hwp_strip_query *query, double *expected,
                        double *variance, hw_err *err) {
  const hwp_index *index = self->index;
  const double threshold = index->options.threshold;
  *expected = index->input->n_samples;
  *variance = 0.0;
  if (threshold == -HUGE_VAL) return HW_OK;
  const int32_t number = lasting_number(index->input, query->query);
  return hwp_null_expected(self->null, number, query->table, query->sex, threshold, expected,
                           variance, err);
}

/* Compiles one query into the strip, or leaves it out. @param at  its number in the unit */
static hw_status add_query(hwp_worker *self, const hwp_unit *unit, int32_t at, hwp_outcome *out,
                           hw_err *err) {
  const hwp_index *index = self->index;
  const hw_search_query *query = &index->input->queries[unit->first_query + at];
  const hw_search_family *family = &index->input->families[query->family];
  hwp_strip_query *entry = &self->strip.queries[self->strip.n];
  *entry = (hwp_strip_query){.query = unit->first_query + at,
                             .sex = family->pedigree.persons[query->person].sex};
  hw_err reason = HW_ERR_INIT;
  hw_status status = compile(self, entry->query, &entry->table, &reason);
  if (status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED)
    return leave_out(&reason, at, out, err);
  if (status != HW_OK) {
    if (err != NULL) *err = reason;
    hw_err_while(err, "compiling family '%.60s' for '%.60s'", family->code, query->code);
    return status;
  }
  hwp_quantise(&self->strip.quantiser, self->strip.n, entry->table, entry->sex);
  HW_TRY(expect(self, entry, &out->expected[at], &out->variance[at], err));
  self->strip.n++;
  out->n_compared += index->n_searched;
  return HW_OK;
}

static hw_status run_strip(hwp_worker *self, const hwp_unit *unit, int32_t first, int32_t n,
                           hwp_outcome *out, hw_err *err) {
  hw_status status = HW_OK;
  self->strip.n = 0;
  for (int32_t i = 0; status == HW_OK && i < n; i++)
    status = add_query(self, unit, first + i, out, err);
  if (status == HW_OK) status = hwp_strip_scan(&self->strip, &self->keeper, &out->n_rescored, err);
  hw_table_compiler_reset(self->compiler);
  return status;
}

hw_status hwp_worker_run(hwp_worker *self, const hwp_unit *unit, hwp_outcome *out, hw_err *err) {
  const hw_search_input *input = self->index->input;
  *out = (hwp_outcome){0};
  HW_BUG_IF(unit->first_query < 0 || unit->n_queries < 0 ||
                unit->n_queries > input->n_queries - unit->first_query,
            err);
  HW_TRY(hwp_outcome_begin(out, unit, err));
  hwp_keeper_begin(&self->keeper, input, &self->index->options);
  for (int32_t first = 0; first < unit->n_queries; first += self->most) {
    int32_t n = unit->n_queries - first < self->most ? unit->n_queries - first : self->most;
    HW_TRY(run_strip(self, unit, first, n, out, err));
  }
  HW_TRY(hwp_keeper_end(&self->keeper, err));
  size_t bytes = (size_t)self->keeper.n * sizeof *out->kept;
  out->kept = hw_arena_alloc(&out->arena, bytes);
  if (out->kept == NULL) return HW_NO_MEMORY(err, "the results of a unit");
  if (bytes > 0) memcpy(out->kept, self->keeper.pairs, bytes);
  out->n_kept = self->keeper.n;
  return HW_OK;
}
