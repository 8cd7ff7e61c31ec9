/* A search as a run that is kept (app/kept_run.h), and the folder beside the
 * database in which the engine remembers what it has done.
 *
 * A nation has too many missing persons to store a power of each every night: the
 * powers of a search are those who could not be searched, with the reason. What
 * was expected by chance stands in the run's parameters, behind what was set. */
#include "app/search.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "app/kept_run.h"
#include "base/check.h"
#include "base/file.h"
#include "base/json_members.h"

typedef struct storing {
  const hw_stored_case *stored;
  const hw_stored_search *searched;
  const hw_found *found;
  hw_arena arena;
} storing;

/* --- parameters --- */

static void write_parameters(hw_json_writer *w, const hw_found *found) {
  const hw_search_options *options = found->options;
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "method", "search");
  hw_json_add_double_short(w, "threshold_log10_lr", options->threshold);
  hw_json_add_double_short(w, "floor_log10_lr", options->floor);
  hw_json_add_int(w, "top", options->top);
  hw_json_add_double_short(w, "accept_posterior", found->accept);
  if (options->prior_none < 0)
    hw_json_add_null(w, "prior_none");
  else
    hw_json_add_double_short(w, "prior_none", options->prior_none);
  hw_json_add_object(w, "outcome");
  hw_json_add_double_short(w, "expected_unrelated", found->results->expected_all);
  hw_json_add_double_short(w, "expected_unrelated_error", found->results->expected_error);
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
}

static hw_status make_parameters(storing *self, const char **out, hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_json_writer w;
  hw_json_write_init_str(&w, &text, 0);
  write_parameters(&w, self->found);
  return hw_json_write_finish_in(&w, &self->arena, out, err);
}

/* --- pairs and who was left out --- */

/* Family of a query in the stored case. */
static int32_t family_of(const storing *self, int32_t query) {
  return self->searched->family[self->searched->input.queries[query].family];
}

static hw_status make_pairs(storing *self, hwp_run *out, hw_err *err) {
  const hw_found *found = self->found;
  if (found->n_pairs > INT32_MAX)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "%lld pairs are too many for one run: raise --threshold",
                      (long long)found->n_pairs);
  hwp_run_pair *list = hw_arena_alloc_array(&self->arena, (size_t)found->n_pairs, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (int64_t i = 0; i < found->n_pairs; i++) {
    const hw_found_pair *item = &found->pairs[i];
    list[i] = (hwp_run_pair){.remains = item->pair.sample,
                             .family = family_of(self, item->pair.query),
                             .missing = self->searched->query_missing[item->pair.query],
                             .log10_lr = item->pair.log10_lr,
                             .posterior = item->detail.posterior,
                             .complement = item->complement,
                             .markers = item->detail.n_markers,
                             .mismatches = item->detail.n_mismatches,
                             .is_proposed = item->is_proposed};
  }
  out->pairs = list;
  out->n_pairs = (int32_t)found->n_pairs;
  return HW_OK;
}

static hw_status make_powers(storing *self, hwp_run *out, hw_err *err) {
  const hw_search_results *results = self->found->results;
  hwp_run_power *list =
      hw_arena_alloc_array(&self->arena, (size_t)results->n_left_out, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the missing persons");
  for (int32_t i = 0; i < results->n_left_out; i++) {
    int32_t query = results->left_out[i].query;
    list[i] = (hwp_run_power){.family = family_of(self, query),
                              .missing = self->searched->query_missing[query],
                              .expected = (double)NAN,
                              .needed = (double)NAN,
                              .left_out = results->left_out[i].why};
  }
  out->powers = list;
  out->n_powers = results->n_left_out;
  return HW_OK;
}

static hw_status per_marker(void *context, double *out, hw_err *err) {
  const hw_found *found = ((const storing *)context)->found;
  HW_BUG_IF(found->per_marker == NULL, err);
  memcpy(out, found->per_marker,
         (size_t)found->n_pairs * (size_t)found->input->n_markers * sizeof *out);
  return HW_OK;
}

hw_status hw_search_store(hw_app *app, const hw_stored_case *stored,
                          const hw_stored_search *searched, const hw_found *found,
                          const char *reason, bool dry_run, hw_identification_report *report,
                          hw_err *err) {
  storing self = {.stored = stored, .searched = searched, .found = found};
  hwp_run kept = {.action = "search",
                  .n_missing = searched->input.n_queries,
                  .n_compared = found->results->n_compared,
                  .per_marker = per_marker,
                  .context = &self};
  memset(report, 0, sizeof *report);
  hw_arena_init(&self.arena, 0);
  hw_status status = make_parameters(&self, &kept.parameters, err);
  if (status == HW_OK) status = make_pairs(&self, &kept, err);
  if (status == HW_OK) status = make_powers(&self, &kept, err);
  if (status == HW_OK) status = hwp_run_keep(app, stored, &kept, reason, dry_run, report, err);
  hw_arena_clear(&self.arena);
  return status;
}

/* --- the folder --- */

static hw_status make_folder(const char *path, hw_err *err) {
  if (mkdir(path, 0700) == 0 || errno == EEXIST) return HW_OK;
  hw_status status = hw_file_fail(errno, "make this folder", err);
  hw_err_place(err, path, 0, 0);
  return status;
}

/* A code as the name of a folder: letters, digits and "-_" stand for themselves, other bytes are
 * written in hexadecimal. */
static void append_name(hw_str *out, const char *code) {
  for (const char *at = code; *at != '\0'; at++) {
    unsigned char c = (unsigned char)*at;
    bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    c == '-' || c == '_';
    if (is_plain)
      hw_str_append_bytes(out, at, 1);
    else
      hw_str_append_format(out, "%%%02X", c);
  }
}

hw_status hw_search_cache_folder(const char *location, const char *investigation, hw_str *out,
                                 hw_err *err) {
  hw_str_append_format(out, "%s.search", location);
  if (hw_str_status(out) != HW_OK) return HW_NO_MEMORY(err, "a name");
  HW_TRY(make_folder(hw_str_text(out), err));
  hw_str_append(out, "/");
  append_name(out, investigation);
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a name");
}
