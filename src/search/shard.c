/* One shard of a plan: done, resumed, checked.
 *
 * While it is done its units go to a log, in the order in which they end. When all
 * are there the log is read back, every record checked once more, and written in
 * the order of the units as the complete file, which gets its name only then. So
 * a complete file is complete, its bytes are the same whoever did it and how
 * often it was interrupted, and neither kill -9 nor a full disk at any moment
 * leaves anything but a log to go on with.
 *
 * A complete file that is damaged is not left alone: doing its shard again
 * replaces it, which is the remedy that errors name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/file_write.h"
#include "search/plan_int.h"
#include "search/work.h"

#define MAX_SHARD ((size_t)1 << 40)

hw_status hwp_shard_path(const hw_search_plan *self, int32_t shard, const char *suffix, char **out,
                         hw_err *err) {
  char name[48];
  snprintf(name, sizeof name, "shard-%04d%s", (int)shard, suffix);
  return hwp_plan_path(self->dir, name, out, err);
}

static hwp_log_key key_of(const hwp_manifest *manifest, int32_t shard) {
  hwp_log_key key = {.number = (uint32_t)shard};
  memcpy(key.of, manifest->plan, HW_DIGEST_SIZE);
  return key;
}

hwp_log_key hwp_shard_key(const hw_search_plan *self, int32_t shard) {
  return key_of(&self->manifest, shard);
}

/* --- complete files --- */

static hw_status damaged(hw_err *err, int32_t shard, const char *what) {
  return hw_err_set(err, HW_E_DAMAGED, "the results of shard %d are damaged (%s): run it again",
                    (int)shard, what);
}

hw_status hwp_shard_parse(const hwp_manifest *manifest, int32_t shard, const void *bytes,
                          size_t n_bytes,
                          hw_status (*take)(void *context, int32_t unit, const hwp_outcome *outcome,
                                            hw_err *err),
                          void *context, hw_err *err) {
  const hwp_log_key key = key_of(manifest, shard);
  hwp_bytes in = hwp_bytes_of(bytes, n_bytes);
  int32_t first, end;
  hwp_manifest_shard(manifest, shard, &first, &end);
  if (hwp_get_log_head(&in, &key, err) != HW_OK) {
    char what[128];
    snprintf(what, sizeof what, "%.100s", err ? err->message : "its head");
    return damaged(err, shard, what);
  }
  for (int32_t unit = first; unit < end; unit++) {
    int32_t found;
    hwp_bytes content;
    hwp_outcome outcome;
    if (!hwp_get_log_record(&in, &key, &found, &content) || found != unit)
      return damaged(err, shard, "bytes of it were changed, or it was cut");
    const hwp_unit place = hwp_manifest_unit(manifest, unit);
    const hw_search_options keeping = hwp_manifest_keeping(manifest, &place);
    hw_status status = hwp_get_outcome(content.at, hwp_bytes_left(&content), &place, &keeping,
                                       hwp_manifest_samples(manifest, &place), &outcome, err);
    if (status == HW_E_DAMAGED) status = damaged(err, shard, "a unit of it cannot be read");
    if (status == HW_OK && take) status = take(context, unit, &outcome, err);
    hwp_outcome_clear(&outcome);
    if (status != HW_OK) return status;
  }
  return hwp_bytes_left(&in) > 0 ? damaged(err, shard, "bytes follow behind its end") : HW_OK;
}

hw_status hwp_shard_read(const hw_search_plan *self, int32_t shard,
                         hw_status (*take)(void *context, int32_t unit, const hwp_outcome *outcome,
                                           hw_err *err),
                         void *context, hw_err *err) {
  char *path, *bytes;
  size_t n;
  HW_TRY(hwp_shard_path(self, shard, ".done", &path, err));
  hw_status status = hw_file_read(path, MAX_SHARD, &bytes, &n, err);
  if (status == HW_OK) {
    status = hwp_shard_parse(&self->manifest, shard, bytes, n, take, context, err);
    if (status != HW_OK) hw_err_place(err, path, 0, 0);
    free(bytes);
  }
  free(path);
  return status;
}

/* --- doing it --- */

typedef struct shard_run {
  hw_search_plan *plan;
  int32_t shard, first, n_units;
  hwp_log *log;
  hwp_unit *units; /* n_units */
  bool *is_done;
} shard_run;

/* Numbers of units in the work count from the shard's first. */
static hw_status take(void *context, int32_t unit, const hwp_outcome *outcome, hw_err *err) {
  shard_run *self = context;
  hw_str bytes = HW_STR_INIT;
  hwp_put_outcome(&bytes, &self->units[unit], outcome);
  const hw_status status = hwp_log_add(self->log, self->first + unit, &bytes, err);
  hw_str_clear(&bytes);
  if (status == HW_E_IO) hw_err_while(err, "keeping results; what was done before is kept");
  return status;
}

/* Writes the units in their order; those whose records are not what was written are forgotten.
 * @return HW_OK with *is_whole false if there were any */
static hw_status publish(shard_run *self, const char *path, bool *is_whole, hw_err *err) {
  const hwp_log_key key = hwp_shard_key(self->plan, self->shard);
  hw_file_writer file;
  hw_str bytes = HW_STR_INIT;
  *is_whole = true;
  HW_TRY(hw_file_write_begin(&file, path, err));
  hwp_put_log_head(&bytes, &key);
  hw_status status = HW_OK;
  for (int32_t i = 0; i < self->n_units && status == HW_OK; i++) {
    size_t n;
    char *outcome = hwp_log_read(self->log, self->first + i, &n);
    if (outcome) {
      hwp_put_log_record(&bytes, &key, self->first + i, outcome, n);
    } else {
      hwp_log_forget(self->log, self->first + i);
      self->is_done[i] = *is_whole = false;
    }
    free(outcome);
    status = hw_str_status(&bytes);
    if (status == HW_OK) hw_file_write_add(&file, bytes.bytes, bytes.length);
    hw_str_clear(&bytes);
  }
  if (status == HW_OK && *is_whole) return hw_file_write_end(&file, err);
  hw_file_write_discard(&file);
  return status == HW_OK ? HW_OK : HW_NO_MEMORY(err, "the results of a shard");
}

static hw_status do_units(shard_run *self, const hw_search_go *go, hw_err *err) {
  const hw_search_plan *plan = self->plan;
  hwp_work work = {.index = plan->index,
                   .snp = plan->snp_index,
                   .n_units = self->n_units,
                   .units = self->units,
                   .is_done = self->is_done,
                   .each = (uint64_t)plan->manifest.n_samples,
                   .each_snp = (uint64_t)plan->manifest.snp.n_samples,
                   .take = take,
                   .context = self};
  work.all = hwp_work_pairs(&work, true) + hwp_work_pairs(&work, false);
  const hw_status status = hwp_work_run(&work, go, err);
  if (status == HW_E_INTERRUPTED) { /* whoever stops it may switch the machine off */
    hw_err ignored = HW_ERR_INIT;
    if (hwp_log_sync(self->log, &ignored) != HW_OK)
      hw_err_while(err, "bringing it to the disk failed");
  }
  return status;
}

/* Does the units that are not in the log, then publishes. What was read back wrong is done once
 * more; if that happens again something is wrong with the disk. */
static hw_status complete(shard_run *self, const char *path, const hw_search_go *go, hw_err *err) {
  for (int round = 0; round < 2; round++) {
    bool is_whole;
    HW_TRY(do_units(self, go, err));
    HW_TRY(publish(self, path, &is_whole, err));
    if (is_whole) return HW_OK;
  }
  return hw_err_set(err, HW_E_IO,
                    "results of shard %d that were written were not read back the same: is another "
                    "process at work on it, or the disk failing?",
                    (int)self->shard);
}

/* The indices that the units need, made by the first shard that has such units. */
static hw_status make_indices(hw_search_plan *plan, bool has_str, bool has_snp,
                              const hw_search_go *go, hw_err *err) {
  const hwp_manifest *m = &plan->manifest;
  if (has_str && !plan->index)
    HW_TRY(hwp_index_new(&plan->file.input, &m->options, &plan->index, err));
  if (has_snp && !plan->snp_index)
    HW_TRY(hwp_snp_index_new(&plan->snp_file.input, &m->snp.options, go, &plan->snp_index, err));
  return HW_OK;
}

static hw_status begin(shard_run *self, const hw_search_go *go, hw_err *err) {
  int32_t end;
  bool has_str = false, has_snp = false;
  hwp_manifest_shard(&self->plan->manifest, self->shard, &self->first, &end);
  self->n_units = end - self->first;
  self->units = calloc((size_t)self->n_units, sizeof *self->units);
  self->is_done = calloc((size_t)self->n_units, sizeof *self->is_done);
  if (!self->units || !self->is_done) return HW_NO_MEMORY(err, "the units of a shard");
  for (int32_t i = 0; i < self->n_units; i++) {
    self->units[i] = hwp_manifest_unit(&self->plan->manifest, self->first + i);
    self->is_done[i] = hwp_log_has(self->log, self->first + i);
    has_str |= !self->units[i].is_snp;
    has_snp |= self->units[i].is_snp;
  }
  return make_indices(self->plan, has_str, has_snp, go, err);
}

/* With the log, and so the lock: another process may have completed the shard meanwhile. */
static hw_status run_locked(shard_run *self, const char *path, const hw_search_go *go,
                            hw_err *err) {
  hw_err ignored = HW_ERR_INIT;
  if (hwp_shard_read(self->plan, self->shard, NULL, NULL, &ignored) == HW_OK) return HW_OK;
  HW_TRY(begin(self, go, err));
  return complete(self, path, go, err);
}

hw_status hw_search_plan_run(hw_search_plan *self, int32_t shard, const hw_search_go *go,
                             hw_err *err) {
  shard_run run = {.plan = self, .shard = shard};
  char *part = NULL, *done = NULL;
  if (shard < 0 || shard >= self->manifest.n_shards)
    return hw_err_set(err, HW_E_VALUE, "there is no shard %d; the plan has shards 0 to %d",
                      (int)shard, (int)self->manifest.n_shards - 1);
  hw_err ignored = HW_ERR_INIT;
  if (hwp_shard_read(self, shard, NULL, NULL, &ignored) == HW_OK) return HW_OK;
  const hwp_log_key key = hwp_shard_key(self, shard);
  hw_status status = hwp_shard_path(self, shard, ".part", &part, err);
  if (status == HW_OK) status = hwp_shard_path(self, shard, ".done", &done, err);
  if (status == HW_OK)
    status = hwp_log_open(part, &key, hwp_manifest_units(&self->manifest), &run.log, err);
  if (status == HW_OK) status = run_locked(&run, done, go, err);
  hwp_log_close(run.log, status == HW_OK);
  free(run.units);
  free(run.is_done);
  free(part);
  free(done);
  return status;
}
