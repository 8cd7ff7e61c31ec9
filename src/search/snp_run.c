/* A search by SNP profiles on one machine: all units on some threads, and their results.
 *
 * With a folder, what units found is kept in it while they are done, under a key of everything that
 * decides the results; whoever searches the same again goes on with it. The log stays when the
 * search is complete: a second search of the same data, or one that was interrupted behind this
 * one, has nothing to do. When anything changed it is begun anew. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "search/checkpoint.h"
#include "search/manifest.h"
#include "search/plan_int.h"
#include "search/snp_input_file.h"
#include "search/work.h"

typedef struct snp_run {
  hwp_snp_index *index;
  hw_search_options keeping; /* of `found` */
  int32_t n_units;
  hwp_unit *units;
  bool *is_done;
  hwp_found found;
  hwp_checkpoint point;
} snp_run;

static hw_status take(void *context, int32_t unit, const hwp_outcome *outcome, hw_err *err) {
  snp_run *self = context;
  return hwp_checkpoint_take(&self->point, unit, outcome, err);
}

static hw_status prepare(snp_run *self, const hw_snp_search_input *input,
                         const hw_snp_search_options *options, const hw_search_go *go,
                         hw_err *err) {
  HW_TRY(hwp_snp_index_new(input, options, go, &self->index, err));
  self->keeping = hwp_snp_keeping(options);
  self->n_units = hwp_snp_count_units(input->n_queries);
  self->units = calloc((size_t)self->n_units, sizeof *self->units);
  self->is_done = calloc((size_t)self->n_units, sizeof *self->is_done);
  if (!self->units || !self->is_done) return HW_NO_MEMORY(err, "the units of a search");
  for (int32_t i = 0; i < self->n_units; i++) self->units[i] = hwp_snp_unit_at(input->n_queries, i);
  self->point.units = self->units;
  self->point.found = &self->found;
  return hwp_found_init(&self->found, input->n_samples, input->n_queries, true, &self->keeping,
                        err);
}

static hw_status open_log(snp_run *self, const char *dir, hw_err *err) {
  char *path;
  uint8_t input[HW_DIGEST_SIZE];
  hwp_log_key key = {0};
  hw_digest digest;
  HW_TRY(hw_snp_input_digest(self->index->input, input, err));
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward SNP search kept");
  hwp_snp_options_add(&digest, &self->index->options);
  hw_digest_add(&digest, input, sizeof input);
  hw_digest_end(&digest, key.of);
  HW_TRY(hwp_plan_path(dir, "snp.part", &path, err));
  (void)mkdir(dir, S_IRWXU); /* what is wrong with it shows when the log is opened */
  const hw_status status = hwp_checkpoint_open(&self->point, path, &key, self->n_units, err);
  free(path);
  if (status != HW_OK) return status;
  return hwp_checkpoint_take_known(&self->point, self->n_units, self->is_done, err);
}

static hw_status run(snp_run *self, const char *dir, const hw_search_go *go, hw_err *err) {
  const hw_snp_search_input *input = self->index->input;
  if (dir) HW_TRY(open_log(self, dir, err));
  hwp_work work = {.snp = self->index,
                   .n_units = self->n_units,
                   .units = self->units,
                   .is_done = self->is_done,
                   .each_snp = (uint64_t)input->n_samples,
                   .all = (uint64_t)input->n_samples * (uint64_t)input->n_queries,
                   .take = take,
                   .context = self};
  const hw_status status = hwp_work_run(&work, go, err);
  hwp_checkpoint_sync(&self->point);
  self->point.since->is_kept = status == HW_OK && self->point.log;
  return status;
}

hw_status hw_snp_search_run_kept(const hw_snp_search_input *input,
                                 const hw_snp_search_options *options, const char *dir,
                                 const hw_search_go *go, hw_search_since *since,
                                 hw_snp_search_results **out, hw_err *err) {
  hw_search_since unused;
  snp_run self = {.point = {.since = since ? since : &unused}};
  *self.point.since = (hw_search_since){0};
  *out = NULL;
  hw_status status = prepare(&self, input, options, go, err);
  if (status == HW_OK) status = run(&self, dir, go, err);
  if (status == HW_OK) status = hwp_snp_finish(&self.found, options, out, err);
  hwp_log_close(self.point.log, false);
  hwp_snp_index_delete(self.index);
  hwp_found_clear(&self.found);
  free(self.units);
  free(self.is_done);
  return status;
}

hw_status hw_snp_search_run(const hw_snp_search_input *input, const hw_snp_search_options *options,
                            const hw_search_go *go, hw_snp_search_results **out, hw_err *err) {
  return hw_snp_search_run_kept(input, options, NULL, go, NULL, out, err);
}
