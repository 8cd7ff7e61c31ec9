/* Joining the shards of a plan.
 *
 * All or nothing: every shard must be there, whole and of this plan. Their units
 * go to the same places as in a search in memory, and the results are formed by
 * the same code, so they are the same bytes. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/str.h"
#include "search/plan_int.h"

int32_t hw_search_plan_done(const hw_search_plan *self, bool *done) {
  int32_t n = 0;
  for (int32_t i = 0; i < self->manifest.n_shards; i++) {
    struct stat found;
    char *path = NULL;
    done[i] = hwp_shard_path(self, i, ".done", &path, NULL) == HW_OK && stat(path, &found) == 0;
    n += done[i];
    free(path);
  }
  return n;
}

/* "3, 7-12, 20", as far as it fits. */
static void list_missing(const bool *done, int32_t n, hw_str *out) {
  enum { MOST = 160 };
  for (int32_t i = 0; i < n; i++) {
    if (done[i]) continue;
    int32_t last = i;
    while (last + 1 < n && !done[last + 1]) last++;
    if (out->length > MOST) {
      hw_str_append(out, ", …");
      return;
    }
    hw_str_append_format(out, "%s%d", out->length > 0 ? ", " : "", (int)i);
    if (last > i) hw_str_append_format(out, "-%d", (int)last);
    i = last;
  }
}

static hw_status check_all_there(const hw_search_plan *self, hw_err *err) {
  const int32_t n = self->manifest.n_shards;
  bool *done = calloc((size_t)n, sizeof *done);
  if (!done) return HW_NO_MEMORY(err, "the shards");
  const int32_t n_done = hw_search_plan_done(self, done);
  hw_status status = HW_OK;
  if (n_done < n) {
    hw_str missing = HW_STR_INIT;
    list_missing(done, n, &missing);
    status = hw_err_set(err, HW_E_NOT_FOUND, "%d of %d shards are not done: run %s",
                        (int)(n - n_done), (int)n, hw_str_text(&missing));
    hw_err_place(err, self->dir, 0, 0);
    hw_str_clear(&missing);
  }
  free(done);
  return status;
}

/* Where the outcomes of units go. */
typedef struct merging {
  const hwp_manifest *manifest;
  hw_search *search;         /* NULL = there are none of STR profiles */
  hw_search_options keeping; /* of SNP profiles */
  hwp_found snp;
} merging;

static hw_status take(void *context, int32_t unit, const hwp_outcome *outcome, hw_err *err) {
  merging *self = context;
  const hwp_unit place = hwp_manifest_unit(self->manifest, unit);
  return hwp_found_add(place.is_snp ? &self->snp : &self->search->found, &place, outcome, err);
}

static hw_status begin(merging *self, const hw_search_plan *plan, hw_err *err) {
  const hwp_manifest *m = self->manifest;
  if (m->n_units > 0)
    HW_TRY(hwp_search_new(&plan->file.input, &m->options, false, &self->search, err));
  if (m->snp.n_units == 0) return HW_OK;
  self->keeping = hwp_snp_keeping(&m->snp.options);
  return hwp_found_init(&self->snp, m->snp.n_samples, m->snp.n_queries, true, &self->keeping, err);
}

static hw_status finish(merging *self, hw_search_plan *plan, hw_err *err) {
  if (self->search) HW_TRY(hwp_search_finish(self->search, err));
  if (self->manifest->snp.n_units == 0) return HW_OK;
  hw_snp_search_results_delete(plan->snp_results);
  return hwp_snp_finish(&self->snp, &self->manifest->snp.options, &plan->snp_results, err);
}

hw_status hw_search_plan_merge(hw_search_plan *self, hw_search_merged *out, hw_err *err) {
  merging all = {.manifest = &self->manifest};
  *out = (hw_search_merged){0};
  HW_TRY(check_all_there(self, err));
  hw_status status = begin(&all, self, err);
  for (int32_t i = 0; i < self->manifest.n_shards && status == HW_OK; i++)
    status = hwp_shard_read(self, i, take, &all, err);
  if (status == HW_OK) status = finish(&all, self, err);
  hwp_found_clear(&all.snp);
  if (status != HW_OK) {
    hw_search_delete(all.search);
    return status;
  }
  hw_search_delete(self->search);
  self->search = all.search;
  *out = (hw_search_merged){self->search, self->snp_results};
  return HW_OK;
}
