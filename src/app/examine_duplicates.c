/* One person under two codes: new reference profiles compared with all.
 *
 * The profiles are in memory (reference_rows.h). Only pairs with a new profile are
 * told, of two persons who are not stated to be one. */
#include <stdlib.h>

#include "app/reference_rows_int.h"
#include "base/check.h"

typedef struct comparer {
  hwp_examine *self;
  hw_reference_rows *rows;
} comparer;

/* --- pairs --- */

/* True in *out if some pedigree says that the two are one person, or identical twins. */
static hw_status is_stated(comparer *self, int64_t a, int64_t b, bool *out, hw_err *err) {
  hw_value key = hw_value_int(a);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(self->self->app->store, HW_KIND_IDENTITY, HW_FIELD_IDENTITY_PERSON, &key,
                       &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL && hw_record_int(row, HW_FIELD_IDENTITY_OTHER) == b) *out = true;
  hw_scan_done(scan);
  return status;
}

static hw_status tell(comparer *self, const hw_duplicate *pair, hw_err *err) {
  hw_store *store = self->self->app->store;
  int64_t first = self->rows->profiles.items[pair->first],
          second = self->rows->profiles.items[pair->second];
  hw_str a = HW_STR_INIT, b = HW_STR_INIT;
  hw_status status = hw_store_code(store, HW_KIND_PROFILE, first, &a, err);
  if (status == HW_OK) status = hw_store_code(store, HW_KIND_PROFILE, second, &b, err);
  if (status == HW_OK) {
    char text[HW_FINDING_TEXT];
    hw_duplicate_text(pair, hw_str_text(&a), hw_str_text(&b), text, sizeof text);
    hw_doubt doubt = {.kind = "duplicate",
                      .profile = second,
                      .other = first,
                      .log10_lr = pair->log10_lr,
                      .text = text};
    status = hwp_examine_tell(self->self, &doubt, err);
  }
  hw_str_clear(&a);
  hw_str_clear(&b);
  return status;
}

static hw_status take_pair(comparer *self, const hw_duplicate *pair, hw_err *err) {
  int64_t a = self->rows->persons.items[pair->first], b = self->rows->persons.items[pair->second];
  bool is_known = a == b;
  if (!is_known) HW_TRY(is_stated(self, a, b, &is_known, err));
  if (!is_known) HW_TRY(is_stated(self, b, a, &is_known, err));
  return is_known ? HW_OK : tell(self, pair, err);
}

/* Place of the first profile that is new. */
static int32_t find_first_new(const comparer *self) {
  const hwp_list *profiles = &self->rows->profiles; /* ascending */
  size_t low = 0, high = profiles->n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (profiles->items[middle] < self->self->options->first_profile)
      low = middle + 1;
    else
      high = middle;
  }
  return (int32_t)low;
}

static hw_status find(comparer *self, hw_err *err) {
  hw_duplicate *pairs = NULL;
  int32_t n = 0;
  hw_status status =
      hw_duplicates_find_new(self->rows->search, find_first_new(self), &pairs, &n, err);
  for (int32_t i = 0; i < n && status == HW_OK; i++) status = take_pair(self, &pairs[i], err);
  free(pairs);
  return status;
}

/* --- all --- */

/* With the profiles that are kept, or with some that are read for this time. */
hw_status hwp_examine_duplicates(hwp_examine *self, const char *investigation, hw_err *err) {
  hw_reference_rows *own = NULL;
  comparer c = {.self = self, .rows = self->app->references};
  if (c.rows == NULL) {
    HW_TRY(hw_reference_rows_new(&own, err));
    c.rows = own;
  }
  hw_status status = hwp_reference_rows_begin(c.rows, self, investigation, err);
  if (status == HW_OK) {
    self->summary->n_profiles = (int64_t)c.rows->profiles.n;
    status = find(&c, err);
    hwp_reference_rows_end(c.rows);
  }
  hw_reference_rows_delete(own);
  return status;
}

hw_status hwp_examine_read_ahead(hwp_examine *self, const char *investigation, hw_err *err) {
  HW_TRY(hwp_reference_rows_begin(self->app->references, self, investigation, err));
  hwp_reference_rows_end(self->app->references);
  return HW_OK;
}
