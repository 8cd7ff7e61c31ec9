/* The powers of the newest run that evaluated references.
 *
 * A run keeps one record for each missing person. All of them are read, up to a bound, since the
 * weakest are wanted and no index has them; what is kept of each is a few numbers. */
#include "app/power_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/look.h"
#include "base/check.h"

/* Runs that are looked at, newest first, for one that evaluated somebody. */
enum { MOST_RUNS = 64 };

/* True if the first records of a run have figures: searches keep only whom they left out. */
static hw_status has_figures(hw_app *app, int64_t run, hw_arena *arena, bool *out, hw_err *err) {
  hw_look_rows rows;
  const hw_value key = hw_value_int(run);
  *out = false;
  HW_TRY(hw_look_key(app, HW_KIND_POWER, 1, &key, 20, arena, &rows, err));
  for (int i = 0; i < rows.n; i++)
    if (!hw_record_is_null(&rows.items[i], HW_FIELD_POWER_EXPECTED)) *out = true;
  return HW_OK;
}

static hw_status find_run(hw_app *app, hw_arena *arena, int64_t *out, hw_err *err) {
  int64_t run = 0;
  *out = 0;
  HW_TRY(hw_store_count(app->store, HW_KIND_RUN, &run, err));
  for (int n = 0; run > 0 && n < MOST_RUNS; run--, n++) {
    bool yes = false;
    HW_TRY(has_figures(app, run, arena, &yes, err));
    if (!yes) continue;
    *out = run;
    return HW_OK;
  }
  return HW_OK;
}

static double real_of(const hw_record *row, int field) {
  return hw_record_is_null(row, field) ? (double)NAN : hw_record_real(row, field);
}

static hw_status read_entries(hw_app *app, int64_t run, int32_t most, hw_power_list *out,
                              hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value key = hw_value_int(run);
  hw_status status;
  HW_TRY(hw_store_scan_key(app->store, HW_KIND_POWER, 1, &key, &scan, err));
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    if (out->n == most) {
      out->is_cut = true;
      break;
    }
    out->entries[out->n++] =
        (hw_power_entry){.id = row->id,
                         .family = hw_record_int(row, HW_FIELD_POWER_FAMILY),
                         .person = hw_record_int(row, HW_FIELD_POWER_PERSON),
                         .expected = real_of(row, HW_FIELD_POWER_EXPECTED),
                         .needed = real_of(row, HW_FIELD_POWER_NEEDED),
                         .pass = real_of(row, HW_FIELD_POWER_PASS),
                         .is_left_out = !hw_record_is_null(row, HW_FIELD_POWER_LEFT_OUT)};
  }
  hw_scan_done(scan);
  return status;
}

/* Keeps those of families that the actor may see. */
static hw_status filter(hw_app *app, hw_power_list *list, hw_err *err) {
  if (hw_access_is_all(app)) return HW_OK;
  int32_t kept = 0;
  for (int32_t i = 0; i < list->n; i++) {
    bool yes = false;
    HW_TRY(hw_access_may(app, HW_KIND_POWER, list->entries[i].id, &yes, err));
    if (yes) list->entries[kept++] = list->entries[i];
  }
  list->n = kept;
  return HW_OK;
}

static int compare_reals(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Where a pass is not known, what is expected stands for it. */
static double strength(const hw_power_entry *one) {
  if (!isnan(one->pass)) return one->pass;
  if (isnan(one->expected) || isnan(one->needed)) return 0;
  return one->expected >= one->needed ? 1 : 0.5;
}

static int weakest_first(const void *a, const void *b) {
  const hw_power_entry *x = a, *y = b;
  if (x->is_left_out != y->is_left_out) return x->is_left_out ? 1 : -1;
  const double p = strength(x), q = strength(y);
  if (p != q) return p < q ? -1 : 1;
  const double above = x->expected - x->needed, other = y->expected - y->needed;
  if (above < other) return -1;
  if (above > other) return 1;
  return (x->id > y->id) - (x->id < y->id);
}

static int by_family(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static hw_status sum_up(hw_power_list *list, hw_arena *arena, hw_err *err) {
  const size_t n = (size_t)list->n + 1;
  double *needed = hw_arena_alloc_array(arena, n, sizeof *needed);
  int64_t *families = hw_arena_alloc_array(arena, n, sizeof *families);
  size_t n_needed = 0;
  if (needed == NULL || families == NULL) return HW_NO_MEMORY(err, "the power of families");
  for (int32_t i = 0; i < list->n; i++) {
    const hw_power_entry *one = &list->entries[i];
    list->n_left_out += one->is_left_out;
    list->n_weak += !one->is_left_out && one->expected < one->needed;
    if (isfinite(one->needed)) needed[n_needed++] = one->needed;
    families[i] = one->family;
  }
  list->needed = (double)NAN;
  if (n_needed > 0) {
    qsort(needed, n_needed, sizeof *needed, compare_reals);
    list->needed = needed[n_needed / 2];
  }
  if (list->n == 0) return HW_OK;
  qsort(families, (size_t)list->n, sizeof *families, by_family);
  for (int32_t i = 0; i < list->n; i++)
    list->n_families += i == 0 || families[i] != families[i - 1];
  qsort(list->entries, (size_t)list->n, sizeof *list->entries, weakest_first);
  return HW_OK;
}

hw_status hw_power_list_read(hw_app *app, hw_arena *arena, hw_power_list *out, hw_err *err) {
  const int32_t most = hw_access_is_all(app) ? HW_POWER_LIST_MOST : HW_POWER_LIST_MOST_ASKED;
  *out = (hw_power_list){.needed = (double)NAN};
  HW_TRY(find_run(app, arena, &out->run, err));
  if (out->run == 0) return HW_OK;
  out->entries = hw_arena_alloc_array(arena, (size_t)most, sizeof *out->entries);
  if (out->entries == NULL) return HW_NO_MEMORY(err, "the power of families");
  HW_TRY(read_entries(app, out->run, most, out, err));
  HW_TRY(filter(app, out, err));
  return sum_up(out, arena, err);
}
