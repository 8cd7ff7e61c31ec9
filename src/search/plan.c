/* Plans: a search cut into shards.
 *
 *     DIR/input           everything that is searched (input_file.c)
 *     DIR/manifest.json   what the plan is; written last, so where it is the input is
 *     DIR/shard-0007.part units of shard 7 that are done (log.c)
 *     DIR/shard-0007.done all of them, in order (shard.c)
 *
 * Shards are equal runs of units in the order of the missing persons. A shard is
 * idempotent: doing it twice, resuming it, doing it with other threads or kernels
 * gives the same bytes, for a unit's outcome depends on nothing but the input, the
 * parameters and the unit.
 *
 * How many shards: clusters want tasks of minutes, for starting one takes them
 * seconds. Where the caller does not say, a few units from the beginning, the
 * middle and the end are done here and timed. */
#include "search/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/file_write.h"
#include "search/plan_int.h"
#include "search/work.h"

static const char INPUT[] = "input";
static const char MANIFEST[] = "manifest.json";
#define MAX_MANIFEST ((size_t)1 << 20)
/* Units that are timed. */
enum { TIMED_UNITS = 3 };

hw_status hwp_plan_path(const char *dir, const char *name, char **out, hw_err *err) {
  hw_str path = HW_STR_INIT;
  hw_str_append(&path, dir);
  hw_str_append(&path, "/");
  hw_str_append(&path, name);
  *out = NULL;
  if (hw_str_status(&path) != HW_OK) {
    hw_str_clear(&path);
    return HW_NO_MEMORY(err, "a file name");
  }
  *out = path.bytes;
  return HW_OK;
}

/* --- writing --- */

/* Shards that take about @p seconds each on one processor of this machine. */
static hw_status choose_shards(hw_search *search, double seconds, int32_t *out, hw_err *err) {
  hwp_worker *worker = NULL;
  HW_TRY(hwp_worker_new(search->index, &worker, err));
  const int32_t n = search->n_units < TIMED_UNITS ? search->n_units : TIMED_UNITS;
  const double start_s = hw_clock_now_s();
  hw_status status = HW_OK;
  for (int32_t i = 0; i < n && status == HW_OK; i++) {
    const int64_t unit = n > 1 ? (int64_t)i * (search->n_units - 1) / (n - 1) : 0;
    hwp_outcome outcome;
    status = hwp_worker_run(worker, &search->units[unit], &outcome, err);
    hwp_outcome_clear(&outcome);
  }
  hwp_worker_delete(worker);
  const double all_s = (hw_clock_now_s() - start_s) / n * search->n_units;
  const double n_shards = seconds > 0 ? all_s / seconds : 1;
  *out = n_shards < 1                      ? 1
         : n_shards > HW_SEARCH_MAX_SHARDS ? HW_SEARCH_MAX_SHARDS
                                           : (int32_t)n_shards + 1;
  return status;
}

/* Whether the folder holds this plan already. @param n_shards  0 = any number */
static hw_status find_plan(const char *path, const hw_search_input *input,
                           const uint8_t digest[HW_DIGEST_SIZE], const hw_search_options *options,
                           int32_t n_shards, bool *is_there, hw_err *err) {
  char *bytes = NULL;
  size_t n = 0;
  hwp_manifest found, wanted;
  *is_there = false;
  hw_status status = hw_file_read(path, MAX_MANIFEST, &bytes, &n, err);
  if (status == HW_E_NOT_FOUND) return HW_OK;
  if (status == HW_OK) status = hwp_manifest_parse(bytes, n, path, &found, err);
  free(bytes);
  if (status != HW_OK) return status;
  hwp_manifest_init(&wanted, input, digest, options, n_shards > 0 ? n_shards : found.n_shards);
  *is_there = memcmp(found.plan, wanted.plan, HW_DIGEST_SIZE) == 0;
  if (*is_there) return HW_OK;
  const char *what = memcmp(found.input, digest, HW_DIGEST_SIZE) != 0 ? "of other data"
                     : found.n_shards != wanted.n_shards              ? "with other shards"
                                                                      : "with other parameters";
  hw_err_set(err, HW_E_CONFLICT,
             "the folder holds a plan %s: choose another folder, or remove this one", what);
  hw_err_place(err, path, 0, 0);
  return HW_E_CONFLICT;
}

static hw_status write_manifest(const hwp_manifest *manifest, const char *path, hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_status status = hwp_manifest_format(manifest, &text, err);
  if (status == HW_OK) status = hw_file_replace(path, text.bytes, text.length, err);
  hw_str_clear(&text);
  return status;
}

static hw_status make_folder(const char *dir, hw_err *err) {
  if (mkdir(dir, S_IRWXU) == 0 || errno == EEXIST) return HW_OK;
  const hw_status status = hw_file_fail(errno, "make the folder", err);
  hw_err_place(err, dir, 0, 0);
  return status;
}

/* Everything but finding out whether it is there. */
static hw_status write_plan(const hw_search_input *input, const hw_search_options *options,
                            const uint8_t digest[HW_DIGEST_SIZE], int32_t n_shards,
                            double shard_seconds, const char *input_path, const char *manifest_path,
                            hw_err *err) {
  hw_search *search = NULL;
  /* Whatever is wrong with the data is told here, and not by a thousand workers. */
  HW_TRY(hw_search_new(input, options, &search, err));
  hw_status status = HW_OK;
  if (n_shards == 0) status = choose_shards(search, shard_seconds, &n_shards, err);
  hw_search_delete(search);
  if (status == HW_OK) status = hw_search_input_write(input, input_path, err);
  if (status != HW_OK) return status;
  hwp_manifest manifest;
  hwp_manifest_init(&manifest, input, digest, options, n_shards);
  return write_manifest(&manifest, manifest_path, err);
}

hw_status hw_search_plan_write(const hw_search_input *input, const hw_search_options *options,
                               int32_t n_shards, double shard_seconds, const char *dir,
                               hw_err *err) {
  hw_search_digests digests = {0};
  char *input_path = NULL, *manifest_path = NULL;
  bool is_there = false;
  if (n_shards < 0 || n_shards > HW_SEARCH_MAX_SHARDS)
    return hw_err_set(err, HW_E_VALUE, "%d shards; a plan has 1 to %d", (int)n_shards,
                      HW_SEARCH_MAX_SHARDS);
  hw_status status = hw_search_digests_of(input, &digests, err);
  if (status == HW_OK) status = make_folder(dir, err);
  if (status == HW_OK) status = hwp_plan_path(dir, INPUT, &input_path, err);
  if (status == HW_OK) status = hwp_plan_path(dir, MANIFEST, &manifest_path, err);
  if (status == HW_OK)
    status = find_plan(manifest_path, input, digests.all, options, n_shards, &is_there, err);
  if (status == HW_OK && !is_there)
    status = write_plan(input, options, digests.all, n_shards, shard_seconds, input_path,
                        manifest_path, err);
  hw_search_digests_clear(&digests);
  free(input_path);
  free(manifest_path);
  return status;
}

/* --- reading --- */

static hw_status read_manifest(hw_search_plan *self, hw_err *err) {
  char *path, *bytes = NULL;
  size_t n = 0;
  HW_TRY(hwp_plan_path(self->dir, MANIFEST, &path, err));
  hw_status status = hw_file_read(path, MAX_MANIFEST, &bytes, &n, err);
  if (status == HW_OK) status = hwp_manifest_parse(bytes, n, path, &self->manifest, err);
  free(bytes);
  free(path);
  return status;
}

static hw_status read_input(hw_search_plan *self, hw_err *err) {
  char *path;
  HW_TRY(hwp_plan_path(self->dir, INPUT, &path, err));
  hw_status status = hw_search_input_read(path, &self->file, err);
  const hwp_manifest *m = &self->manifest;
  const hw_search_input *input = &self->file.input;
  if (status == HW_OK && (memcmp(self->file.digest, m->input, HW_DIGEST_SIZE) != 0 ||
                          input->n_samples != m->n_samples || input->n_families != m->n_families ||
                          input->n_queries != m->n_queries)) {
    status = hw_err_set(err, HW_E_DAMAGED,
                        "this is not the input that the manifest tells of: make the plan again in "
                        "another folder");
    hw_err_place(err, path, 0, 0);
  }
  free(path);
  return status;
}

hw_status hw_search_plan_open(const char *dir, hw_search_plan **out, hw_err *err) {
  *out = NULL;
  hw_search_plan *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "a plan");
  self->dir = strdup(dir);
  hw_status status = self->dir ? HW_OK : HW_NO_MEMORY(err, "a plan");
  if (status == HW_OK) status = read_manifest(self, err);
  if (status == HW_OK) status = read_input(self, err);
  if (status == HW_OK)
    *out = self;
  else
    hw_search_plan_close(self);
  return status;
}

void hw_search_plan_close(hw_search_plan *self) {
  if (!self) return;
  hw_search_delete(self->search);
  hw_search_input_clear(&self->file);
  free(self->dir);
  free(self);
}

int32_t hw_search_plan_shards(const hw_search_plan *self) {
  return self->manifest.n_shards;
}

const hw_search_input *hw_search_plan_input(const hw_search_plan *self) {
  return &self->file.input;
}

const hw_search_options *hw_search_plan_options(const hw_search_plan *self) {
  return &self->manifest.options;
}
