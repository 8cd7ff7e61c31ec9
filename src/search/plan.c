/* Plans: a search cut into shards.
 *
 *     DIR/input           everything that is searched by STR profiles (input_file.c)
 *     DIR/input-snp       and by SNP profiles (snp_input_file.c)
 *     DIR/manifest.json   what the plan is; written last, so where it is the inputs are
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
#include "search/encode.h"
#include "search/plan_int.h"
#include "search/work.h"

static const char INPUT[] = "input";
static const char INPUT_SNP[] = "input-snp";
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

/* What can be searched of what is planned: whatever is wrong with the data is told when it is made,
 * and not by a thousand workers. */
typedef struct planning {
  const hw_search_planned *what;
  hwp_manifest units; /* of one shard */
  hwp_index *index;
  hwp_snp_index *snp_index;
} planning;

static hw_status planning_begin(planning *self, const hwp_planned_digests *digests, hw_err *err) {
  const hw_search_planned *what = self->what;
  hwp_manifest_init(&self->units, what, digests, 1);
  if (what->str) {
    HW_TRY(hwp_search_check_sizes(what->str->n_samples, what->str->n_queries, err));
    HW_TRY(hwp_index_new(what->str, what->str_options, &self->index, err));
  }
  if (what->snp)
    HW_TRY(hwp_snp_index_new(what->snp, what->snp_options, NULL, &self->snp_index, err));
  return HW_OK;
}

static void planning_end(planning *self) {
  hwp_index_delete(self->index);
  hwp_snp_index_delete(self->snp_index);
}

static hw_status forget(void *context, int32_t unit, const hwp_outcome *outcome, hw_err *err) {
  (void)context;
  (void)unit;
  (void)outcome;
  (void)err;
  return HW_OK;
}

/* Time that the units [first, end) will take on one processor, from some of them. */
static hw_status time_units(const planning *self, int32_t first, int32_t end, double *out_s,
                            hw_err *err) {
  hwp_unit units[TIMED_UNITS];
  bool is_done[TIMED_UNITS] = {false};
  const int32_t n_all = end - first, n = n_all < TIMED_UNITS ? n_all : TIMED_UNITS;
  const hw_search_go go = {.n_threads = 1};
  *out_s = 0;
  if (n == 0) return HW_OK;
  for (int32_t i = 0; i < n; i++) {
    const int64_t unit = n > 1 ? (int64_t)i * (n_all - 1) / (n - 1) : 0;
    units[i] = hwp_manifest_unit(&self->units, first + (int32_t)unit);
  }
  hwp_work work = {.index = self->index,
                   .snp = self->snp_index,
                   .n_units = n,
                   .units = units,
                   .is_done = is_done,
                   .take = forget};
  const double start_s = hw_clock_now_s();
  HW_TRY(hwp_work_run(&work, &go, err));
  *out_s = (hw_clock_now_s() - start_s) / n * n_all;
  return HW_OK;
}

/* Shards that take about @p seconds each on one processor of this machine. */
static hw_status choose_shards(const planning *self, double seconds, int32_t *out, hw_err *err) {
  double str_s, snp_s;
  const hwp_manifest *units = &self->units;
  HW_TRY(time_units(self, 0, units->n_units, &str_s, err));
  HW_TRY(time_units(self, units->n_units, hwp_manifest_units(units), &snp_s, err));
  const double n_shards = seconds > 0 ? (str_s + snp_s) / seconds : 1;
  *out = n_shards < 1                      ? 1
         : n_shards > HW_SEARCH_MAX_SHARDS ? HW_SEARCH_MAX_SHARDS
                                           : (int32_t)n_shards + 1;
  return HW_OK;
}

/* Whether the folder holds this plan already. @param n_shards  0 = any number */
static hw_status find_plan(const char *path, const hw_search_planned *what,
                           const hwp_planned_digests *digests, int32_t n_shards, bool *is_there,
                           hw_err *err) {
  char *bytes = NULL;
  size_t n = 0;
  hwp_manifest found, wanted;
  *is_there = false;
  hw_status status = hw_file_read(path, MAX_MANIFEST, &bytes, &n, err);
  if (status == HW_E_NOT_FOUND) return HW_OK;
  if (status == HW_OK) status = hwp_manifest_parse(bytes, n, path, &found, err);
  free(bytes);
  if (status != HW_OK) return status;
  hwp_manifest_init(&wanted, what, digests, n_shards > 0 ? n_shards : found.n_shards);
  *is_there = memcmp(found.plan, wanted.plan, HW_DIGEST_SIZE) == 0;
  if (*is_there) return HW_OK;
  const bool is_same_data = memcmp(found.input, wanted.input, HW_DIGEST_SIZE) == 0 &&
                            memcmp(found.snp.input, wanted.snp.input, HW_DIGEST_SIZE) == 0;
  const char *how = !is_same_data                       ? "of other data"
                    : found.n_shards != wanted.n_shards ? "with other shards"
                                                        : "with other parameters";
  hw_err_set(err, HW_E_CONFLICT,
             "the folder holds a plan %s: choose another folder, or remove this one", how);
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

static hw_status write_inputs(const hw_search_planned *what, const char *dir, hw_err *err) {
  char *path = NULL;
  hw_status status = HW_OK;
  if (what->str) {
    status = hwp_plan_path(dir, INPUT, &path, err);
    if (status == HW_OK) status = hw_search_input_write(what->str, path, err);
    free(path);
  }
  if (status == HW_OK && what->snp) {
    status = hwp_plan_path(dir, INPUT_SNP, &path, err);
    if (status == HW_OK) status = hw_snp_input_write(what->snp, path, err);
    free(path);
  }
  return status;
}

/* Everything but finding out whether it is there. */
static hw_status write_plan(const hw_search_planned *what, const hwp_planned_digests *digests,
                            int32_t n_shards, double shard_seconds, const char *dir,
                            const char *manifest_path, hw_err *err) {
  planning self = {.what = what};
  hw_status status = planning_begin(&self, digests, err);
  if (status == HW_OK && n_shards == 0)
    status = choose_shards(&self, shard_seconds, &n_shards, err);
  planning_end(&self);
  if (status == HW_OK) status = write_inputs(what, dir, err);
  if (status != HW_OK) return status;
  hwp_manifest manifest;
  hwp_manifest_init(&manifest, what, digests, n_shards);
  return write_manifest(&manifest, manifest_path, err);
}

static hw_status find_digests(const hw_search_planned *what, hwp_planned_digests *out,
                              hw_err *err) {
  *out = (hwp_planned_digests){0};
  if (what->str) {
    hw_search_digests digests = {0};
    HW_TRY(hw_search_digests_of(what->str, &digests, err));
    memcpy(out->str, digests.all, HW_DIGEST_SIZE);
    hw_search_digests_clear(&digests);
  }
  return what->snp ? hw_snp_input_digest(what->snp, out->snp, err) : HW_OK;
}

hw_status hw_search_plan_write(const hw_search_planned *planned, int32_t n_shards,
                               double shard_seconds, const char *dir, hw_err *err) {
  hwp_planned_digests digests;
  char *manifest_path = NULL;
  bool is_there = false;
  if (n_shards < 0 || n_shards > HW_SEARCH_MAX_SHARDS)
    return hw_err_set(err, HW_E_VALUE, "%d shards; a plan has 1 to %d", (int)n_shards,
                      HW_SEARCH_MAX_SHARDS);
  HW_BUG_IF(!planned->str && !planned->snp, err);
  HW_BUG_IF((planned->snp || planned->snp_options) != (planned->weighing != NULL), err);
  HW_TRY(find_digests(planned, &digests, err));
  HW_TRY(make_folder(dir, err));
  HW_TRY(hwp_plan_path(dir, MANIFEST, &manifest_path, err));
  hw_status status = find_plan(manifest_path, planned, &digests, n_shards, &is_there, err);
  if (status == HW_OK && !is_there)
    status = write_plan(planned, &digests, n_shards, shard_seconds, dir, manifest_path, err);
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

static hw_status not_this_input(const char *path, hw_err *err) {
  hw_err_set(err, HW_E_DAMAGED,
             "this is not the input that the manifest tells of: make the plan again in another "
             "folder");
  hw_err_place(err, path, 0, 0);
  return HW_E_DAMAGED;
}

static hw_status read_str(hw_search_plan *self, const char *path, hw_err *err) {
  const hwp_manifest *m = &self->manifest;
  HW_TRY(hw_search_input_read(path, &self->file, err));
  const hw_search_input *input = &self->file.input;
  const bool is_it = memcmp(self->file.digest, m->input, HW_DIGEST_SIZE) == 0 &&
                     input->n_samples == m->n_samples && input->n_families == m->n_families &&
                     input->n_queries == m->n_queries;
  return is_it ? HW_OK : not_this_input(path, err);
}

static hw_status read_snp(hw_search_plan *self, const char *path, hw_err *err) {
  const hwp_manifest_snp *m = &self->manifest.snp;
  HW_TRY(hw_snp_input_read(path, &self->snp_file, err));
  const hw_snp_search_input *input = &self->snp_file.input;
  const bool is_it = memcmp(self->snp_file.digest, m->input, HW_DIGEST_SIZE) == 0 &&
                     input->n_samples == m->n_samples && input->n_families == m->n_families &&
                     input->n_queries == m->n_queries;
  return is_it ? HW_OK : not_this_input(path, err);
}

static hw_status read_input(hw_search_plan *self, const char *name,
                            hw_status (*read)(hw_search_plan *self, const char *path, hw_err *err),
                            hw_err *err) {
  char *path;
  HW_TRY(hwp_plan_path(self->dir, name, &path, err));
  const hw_status status = read(self, path, err);
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
  if (status == HW_OK && self->manifest.n_units > 0)
    status = read_input(self, INPUT, read_str, err);
  if (status == HW_OK && self->manifest.snp.n_units > 0)
    status = read_input(self, INPUT_SNP, read_snp, err);
  if (status == HW_OK)
    *out = self;
  else
    hw_search_plan_close(self);
  return status;
}

void hw_search_plan_close(hw_search_plan *self) {
  if (!self) return;
  hw_search_delete(self->search);
  hw_snp_search_results_delete(self->snp_results);
  hwp_index_delete(self->index);
  hwp_snp_index_delete(self->snp_index);
  hw_search_input_clear(&self->file);
  hw_snp_input_clear(&self->snp_file);
  free(self->dir);
  free(self);
}

int32_t hw_search_plan_shards(const hw_search_plan *self) {
  return self->manifest.n_shards;
}

hw_search_planned hw_search_plan_get(const hw_search_plan *self) {
  const hwp_manifest *m = &self->manifest;
  hw_search_planned out = {.weighing = m->is_wide ? &m->weighing : NULL};
  if (m->n_units > 0) {
    out.str = &self->file.input;
    out.str_options = &m->options;
  }
  if (m->snp.n_units > 0) out.snp = &self->snp_file.input;
  if (m->is_wide) out.snp_options = &m->snp.options;
  return out;
}
