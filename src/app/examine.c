/* References examined: which families, of which investigations.
 *
 * A family is examined if it is new, or if somebody of it has a new profile. The
 * families of one investigation share its markers and are taken together. */
#include "app/examine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/examine_int.h"
#include "base/check.h"

hw_status hwp_list_add(hwp_list *self, int64_t id, hw_err *err) {
  if (self->n == self->capacity) {
    size_t capacity = self->capacity > 0 ? 2 * self->capacity : 1024, bytes;
    int64_t *larger =
        hw_mul_size(capacity, sizeof *larger, &bytes) ? realloc(self->items, bytes) : NULL;
    if (larger == NULL) return HW_NO_MEMORY(err, "the references");
    self->items = larger;
    self->capacity = capacity;
  }
  self->items[self->n++] = id;
  return HW_OK;
}

static int compare_ids(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

void hwp_list_sort(hwp_list *self) {
  size_t kept = 0;
  if (self->n > 1) qsort(self->items, self->n, sizeof *self->items, compare_ids);
  for (size_t i = 0; i < self->n; i++)
    if (i == 0 || self->items[i] != self->items[kept - 1]) self->items[kept++] = self->items[i];
  self->n = kept;
}

hw_status hwp_examine_go_on(const hwp_examine *self, hw_err *err) {
  const hw_examine_options *options = self->options;
  if (options->is_stopped == NULL || !options->is_stopped(options->stop_context)) return HW_OK;
  return hw_err_set(err, HW_E_INTERRUPTED, "stopped: nothing was written");
}

hw_status hwp_examine_tell(hwp_examine *self, const hw_doubt *doubt, hw_err *err) {
  self->summary->n_doubts++;
  return self->report(self->context, doubt, err);
}

/* --- which families --- */

/* Few are new, of many: those are not read to be left out. */
static hw_status add_new_families(hwp_examine *self, int64_t investigation, hwp_list *out,
                                  hw_err *err) {
  hw_store *store = self->app->store;
  hw_value key = hw_value_int(investigation);
  hw_scan *scan = NULL;
  const hw_record *family = NULL;
  if (self->options->first_family > 1)
    HW_TRY(hw_store_scan_from(store, HW_KIND_FAMILY, self->options->first_family, &scan, err));
  else
    HW_TRY(hw_store_scan(store, HW_KIND_FAMILY, HW_FIELD_FAMILY_INVESTIGATION, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &family, err)) == HW_OK && family != NULL) {
    if (family->withdrawn != NULL ||
        hw_record_int(family, HW_FIELD_FAMILY_INVESTIGATION) != investigation)
      continue;
    status = hwp_list_add(out, family->id, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status add_families_of(hwp_examine *self, int64_t person, hwp_list *out, hw_err *err) {
  hw_value key = hw_value_int(person);
  hw_scan *scan = NULL;
  const hw_record *member = NULL;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_PERSON, &key,
                       &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &member, err)) == HW_OK && member != NULL) {
    status = hwp_list_add(out, hw_record_int(member, HW_FIELD_FAMILY_MEMBER_FAMILY), err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* Families, of any investigation, in which somebody has a new profile. */
static hw_status list_touched(hwp_examine *self, hwp_list *out, hw_err *err) {
  hwp_list persons = {0};
  hw_scan *scan = NULL;
  const hw_record *profile = NULL;
  int64_t first = self->options->first_profile;
  if (first == 0) return HW_OK; /* all families are taken anyway */
  HW_TRY(hw_store_scan_from(self->app->store, HW_KIND_PROFILE, first, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &profile, err)) == HW_OK && profile != NULL) {
    if (hw_record_is_null(profile, HW_FIELD_PROFILE_PERSON)) continue;
    status = hwp_list_add(&persons, hw_record_int(profile, HW_FIELD_PROFILE_PERSON), err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  hwp_list_sort(&persons);
  for (size_t i = 0; i < persons.n && status == HW_OK; i++)
    status = add_families_of(self, persons.items[i], out, err);
  free(persons.items);
  hwp_list_sort(out);
  return status;
}

/* Those of the touched families that belong to the investigation. */
static hw_status add_touched(hwp_examine *self, int64_t investigation, const hwp_list *touched,
                             hwp_list *out, hw_err *err) {
  for (size_t i = 0; i < touched->n; i++) {
    hw_arena arena;
    hw_record family;
    hw_arena_init(&arena, 0);
    hw_status status = touched->items[i] >= self->options->first_family
                           ? HW_OK /* new: taken already */
                           : hw_store_get(self->app->store, HW_KIND_FAMILY, touched->items[i],
                                          &arena, &family, err);
    bool is_mine = status == HW_OK && touched->items[i] < self->options->first_family &&
                   hw_record_int(&family, HW_FIELD_FAMILY_INVESTIGATION) == investigation &&
                   family.withdrawn == NULL;
    hw_arena_clear(&arena);
    if (is_mine) status = hwp_list_add(out, touched->items[i], err);
    HW_TRY(status);
  }
  return HW_OK;
}

/* --- one investigation after the other --- */

/* What keeps an investigation from being examined is told once; the machine's failures go on. */
static hw_status leave_out(hwp_examine *self, hw_status status, const hw_err *why, hw_err *err) {
  if (status == HW_OK) return HW_OK;
  if (hw_status_exit(status) != 2) {
    if (err != NULL) *err = *why;
    return status;
  }
  if (self->summary->n_investigations++ == 0)
    snprintf(self->summary->left_out, sizeof self->summary->left_out, "%.*s",
             (int)sizeof self->summary->left_out - 1, why->message);
  return HW_OK;
}

static hw_status examine_one(hwp_examine *self, int64_t id, const char *code,
                             const hwp_list *touched, hw_err *err) {
  hwp_list families = {0};
  hw_err why = HW_ERR_INIT;
  hw_status status = add_new_families(self, id, &families, err);
  if (status == HW_OK) status = add_touched(self, id, touched, &families, err);
  hwp_list_sort(&families);
  if (status == HW_OK && families.n > 0)
    status = leave_out(self, hwp_examine_families(self, code, families.items, families.n, &why),
                       &why, err);
  free(families.items);
  return status;
}

/* The investigations in use. */
static hw_status list_investigations(hwp_examine *self, hwp_list *ids, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_INVESTIGATION, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    status = hwp_list_add(ids, row->id, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status examine_all(hwp_examine *self, const hwp_list *investigations,
                             const hwp_list *touched, hw_err *err) {
  for (size_t i = 0; i < investigations->n; i++) {
    hw_str code = HW_STR_INIT;
    hw_status status = hw_store_code(self->app->store, HW_KIND_INVESTIGATION,
                                     investigations->items[i], &code, err);
    if (status == HW_OK)
      status = examine_one(self, investigations->items[i], hw_str_text(&code), touched, err);
    hw_str_clear(&code);
    HW_TRY(status);
  }
  return HW_OK;
}

/* True if some person has a profile of this record or a later one. */
static hw_status has_references(hwp_examine *self, int64_t first, bool *out, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *profile = NULL;
  *out = false;
  HW_TRY(hw_store_scan_from(self->app->store, HW_KIND_PROFILE, first, &scan, err));
  hw_status status = HW_OK;
  while (!*out && (status = hw_scan_next(scan, &profile, err)) == HW_OK && profile != NULL)
    *out = !hw_record_is_null(profile, HW_FIELD_PROFILE_PERSON);
  hw_scan_done(scan);
  return status;
}

typedef hw_status use_fn(hwp_examine *self, const char *investigation, hw_err *err);

/* Reference profiles are taken once, by the markers of the first investigation that can. */
static hw_status take_references(hwp_examine *self, const hwp_list *investigations, use_fn *use,
                                 hw_err *err) {
  hw_err why = HW_ERR_INIT, first = HW_ERR_INIT;
  hw_status status = HW_OK;
  for (size_t i = 0; i < investigations->n; i++) {
    hw_str code = HW_STR_INIT;
    HW_TRY(hw_store_code(self->app->store, HW_KIND_INVESTIGATION, investigations->items[i], &code,
                         err));
    status = use(self, hw_str_text(&code), &why);
    hw_str_clear(&code);
    if (status == HW_OK || hw_status_exit(status) != 2) break;
    if (i == 0) first = why;
  }
  return leave_out(self, status, first.status != HW_OK ? &first : &why, err);
}

hw_status hw_examine(hw_app *app, const hw_examine_options *options, hw_doubt_fn *report,
                     void *context, hw_examine_summary *summary, hw_err *err) {
  hwp_examine self = {
      .app = app, .options = options, .report = report, .context = context, .summary = summary};
  hwp_list investigations = {0}, touched = {0};
  bool has_any = false, has_new = false;
  *summary = (hw_examine_summary){0};
  hw_status status = has_references(&self, 1, &has_any, err);
  if (status != HW_OK || !has_any) return status;
  status = list_investigations(&self, &investigations, err);
  if (status == HW_OK) status = list_touched(&self, &touched, err);
  if (status == HW_OK) status = examine_all(&self, &investigations, &touched, err);
  if (status == HW_OK) status = has_references(&self, options->first_profile, &has_new, err);
  if (status == HW_OK && has_new)
    status = take_references(&self, &investigations, hwp_examine_duplicates, err);
  free(investigations.items);
  free(touched.items);
  return status;
}

hw_status hw_examine_read_ahead(hw_app *app, const hw_examine_options *options, hw_err *err) {
  hw_examine_summary summary = {0};
  hwp_examine self = {.app = app, .options = options, .summary = &summary};
  hwp_list investigations = {0};
  bool is_reading = false, has_any = false;
  if (app->references == NULL) return HW_OK;
  HW_TRY(hw_app_begin_read(app, &is_reading, err));
  hw_status status = has_references(&self, 1, &has_any, err);
  if (status == HW_OK && has_any) status = list_investigations(&self, &investigations, err);
  if (status == HW_OK)
    status = take_references(&self, &investigations, hwp_examine_read_ahead, err);
  hw_app_end_read(app, is_reading);
  free(investigations.items);
  return status;
}
