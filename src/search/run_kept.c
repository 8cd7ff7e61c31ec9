/* A search that remembers: interrupted it goes on, complete it is the beginning of
 * the next one.
 *
 *     DIR/search.kept   the last complete search (kept.c)
 *     DIR/search.part   units of the one that is under way (log.c)
 *
 * The log belongs to one input, one set of parameters and one search that it began
 * with; when any of them changes it is begun anew. At the end the complete search
 * replaces the last one, and then the log goes: killed between the two, the next
 * search finds nothing new and nothing to do.
 *
 * Nothing that is wrong with the folder stops a search, and nothing in it is
 * trusted without its digest: what cannot be read is not used, what cannot be
 * written is not kept, and both are told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "search/checkpoint.h"
#include "search/kept.h"
#include "search/plan_int.h"
#include "search/work.h"

typedef struct kept_run {
  hw_search *search;
  const hw_search_go *go;
  hw_search_since *since;
  hw_search_digests digests;
  uint8_t key[HW_DIGEST_SIZE];
  char *kept_path, *part_path;
  hwp_kept kept;
  bool has_kept;
  hwp_since tasks;
  bool *is_done; /* tasks.n_units */
  hwp_checkpoint point;
  int32_t first; /* unit with which the present part begins */
} kept_run;

/* --- before --- */

static hw_status read_kept(kept_run *self, hw_err *err) {
  hw_err reason = HW_ERR_INIT;
  const hw_status status =
      hwp_kept_read(self->kept_path, self->key, &self->search->options, &self->kept, &reason);
  self->has_kept = status == HW_OK;
  if (status == HW_E_NOT_FOUND) return HW_OK;
  return hwp_checkpoint_settle(&self->point, status, "the last search could not be used", &reason,
                               err);
}

static hw_status open_log(kept_run *self, hw_err *err) {
  hwp_log_key key = {0};
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add(&digest, self->key, HW_DIGEST_SIZE);
  hw_digest_add(&digest, self->digests.all, HW_DIGEST_SIZE);
  hw_digest_add(&digest, self->kept.digest, HW_DIGEST_SIZE); /* zero where there is none */
  hw_digest_end(&digest, key.of);
  self->point.units = self->tasks.units;
  self->point.found = &self->search->found;
  return hwp_checkpoint_open(&self->point, self->part_path, &key, self->tasks.n_units, err);
}

static hw_status prepare(kept_run *self, const char *dir, hw_err *err) {
  HW_TRY(hw_search_digests_of(self->search->input, &self->digests, err));
  hwp_kept_key(&self->search->options, &self->digests, self->key);
  HW_TRY(hwp_plan_path(dir, "search.kept", &self->kept_path, err));
  HW_TRY(hwp_plan_path(dir, "search.part", &self->part_path, err));
  (void)mkdir(dir, S_IRWXU); /* what is wrong with it shows when the log is opened */
  HW_TRY(read_kept(self, err));
  HW_TRY(hwp_since_find(self->search->input, &self->search->options, &self->digests,
                        self->has_kept ? &self->kept : NULL, &self->tasks, err));
  self->since->is_full = self->tasks.is_full;
  self->since->n_new_samples = self->tasks.n_new_samples;
  self->since->n_new_queries = self->tasks.n_new_queries;
  self->is_done = calloc((size_t)self->tasks.n_units + 1, sizeof *self->is_done);
  if (!self->is_done) return HW_NO_MEMORY(err, "the units of a search");
  return open_log(self, err);
}

/* Puts what is known before any unit is done into its place. */
static hw_status take_known(kept_run *self, hw_err *err) {
  hw_search *search = self->search;
  const hwp_unit all = {.n_queries = search->input->n_queries};
  HW_TRY(hwp_search_reset(search, err));
  search->has_foreign = true;
  if (!self->tasks.is_full) HW_TRY(hwp_found_add(&search->found, &all, &self->tasks.before, err));
  return hwp_checkpoint_take_known(&self->point, self->tasks.n_units, self->is_done, err);
}

/* --- units --- */

static hw_status take(void *context, int32_t number, const hwp_outcome *outcome, hw_err *err) {
  kept_run *self = context;
  return hwp_checkpoint_take(&self->point, self->first + number, outcome, err);
}

static hw_status run_units(kept_run *self, hw_err *err) {
  const hwp_since *tasks = &self->tasks;
  const uint64_t n_samples = (uint64_t)self->search->input->n_samples;
  hwp_work part = {.n_units = tasks->n_part,
                   .units = tasks->units,
                   .is_done = self->is_done,
                   .each = (uint64_t)tasks->n_searched,
                   .take = take,
                   .context = self};
  hwp_work whole = {.index = self->search->index,
                    .n_units = tasks->n_units - tasks->n_part,
                    .units = tasks->units + tasks->n_part,
                    .is_done = self->is_done + tasks->n_part,
                    .each = n_samples,
                    .take = take,
                    .context = self};
  const uint64_t part_done = hwp_work_pairs(&part, true), part_left = hwp_work_pairs(&part, false);
  const uint64_t whole_done = hwp_work_pairs(&whole, true);
  part.all = whole.all = part_done + part_left + whole_done + hwp_work_pairs(&whole, false);
  part.before = whole_done;
  whole.before = part_done + part_left;
  bool has_part = false;
  for (int32_t i = 0; i < part.n_units; i++) has_part |= !part.is_done[i];
  if (has_part) {
    hwp_index *index = NULL;
    HW_TRY(hwp_index_new_part(self->search->input, &self->search->options, tasks->is_searched,
                              &index, err));
    part.index = index;
    self->first = 0;
    const hw_status status = hwp_work_run(&part, self->go, err);
    hwp_index_delete(index);
    if (status != HW_OK) return status;
  }
  self->first = tasks->n_part;
  return hwp_work_run(&whole, self->go, err);
}

/* --- after --- */

static hw_status keep(kept_run *self, hw_err *err) {
  hw_err reason = HW_ERR_INIT;
  if (!self->point.log) return HW_OK;
  const hw_status status =
      hwp_kept_write(self->kept_path, self->key, &self->digests, &self->search->found, &reason);
  self->since->is_kept = status == HW_OK;
  return hwp_checkpoint_settle(&self->point, status, "this search is not kept", &reason, err);
}

static hw_status run_all(kept_run *self, const char *dir, hw_err *err) {
  HW_TRY(prepare(self, dir, err));
  HW_TRY(take_known(self, err));
  const hw_status status = run_units(self, err);
  if (status != HW_OK) {
    hwp_checkpoint_sync(&self->point);
    return status;
  }
  HW_TRY(hwp_search_finish(self->search, err));
  return keep(self, err);
}

hw_status hw_search_run_kept(hw_search *self, const char *dir, const hw_search_go *go,
                             hw_search_since *since, hw_err *err) {
  hw_search_since unused;
  kept_run run = {.search = self, .go = go, .since = since ? since : &unused};
  *run.since = (hw_search_since){0};
  run.point.since = run.since;
  const hw_status status = run_all(&run, dir, err);
  hwp_log_close(run.point.log, status == HW_OK && run.since->is_kept);
  hw_search_digests_clear(&run.digests);
  hwp_since_clear(&run.tasks);
  hwp_kept_clear(&run.kept);
  free(run.kept_path);
  free(run.part_path);
  free(run.is_done);
  return status;
}
