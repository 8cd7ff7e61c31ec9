/* Reference profiles in memory: whether those that are kept are still the beginning
 * of what stands in the database, and if so, what came since.
 *
 *     the audit entry up to which they were read is in the chain, by its hash
 *     the markers, alleles and frequencies have the same digest
 *     no profile was withdrawn or restored since, nor by the change in progress
 *     no panel that was there has more markers                          ⇒  they are
 *
 * Profiles are evidence: there is no other way in which one can become another. New
 * ones have higher numbers, and those of a change in progress the highest; these are
 * forgotten when the caller is done, since the change may be undone and the numbers
 * given to others. */
#include "app/reference_rows_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

hw_status hw_reference_rows_new(hw_reference_rows **out, hw_err *err) {
  *out = NULL;
  hw_reference_rows *self = calloc(1, sizeof *self);
  if (self == NULL || pthread_mutex_init(&self->lock, NULL) != 0) {
    free(self);
    return HW_NO_MEMORY(err, "the references");
  }
  *out = self;
  return HW_OK;
}

/* Forgets everything. */
static void clear(hw_reference_rows *self) {
  hw_duplicates_delete(self->search);
  self->search = NULL;
  free(self->profiles.items);
  free(self->persons.items);
  self->profiles = self->persons = (hwp_list){0};
  hw_stored_case_clear(&self->stored);
  self->head = self->last_profile = self->last_panel = self->last_panel_marker = 0;
  self->n_kept = 0;
  self->is_tainted = false;
}

void hw_reference_rows_delete(hw_reference_rows *self) {
  if (self == NULL) return;
  clear(self);
  pthread_mutex_destroy(&self->lock);
  free(self);
}

/* --- are they still what they were --- */

static hw_status load_markers(const hwp_examine *examine, const char *investigation,
                              hw_stored_case *out, hw_err *err) {
  static const int64_t no_families[1] = {0};
  const hw_stored_case_options options = {.investigation = investigation,
                                          .without_remains = true,
                                          .families = no_families,
                                          .n_families = 0};
  return hw_stored_case_load(examine->app, &options, out, err);
}

static bool has_markers(const hw_reference_rows *self, const hw_stored_case *other) {
  const hw_stored_case *mine = &self->stored;
  const size_t n = (size_t)other->problem.n_markers;
  return mine->problem.n_markers == other->problem.n_markers &&
         memcmp(mine->table_digest, other->table_digest, HW_DIGEST_SIZE) == 0 &&
         (n == 0 || memcmp(mine->marker, other->marker, n * sizeof *mine->marker) == 0);
}

typedef struct chain {
  hw_reference_rows *rows;
  bool is_continued; /* the entry is there */
  bool is_replaced;  /* a profile is another since */
} chain;

static hw_status look_at_entry(void *context, const hw_audit_entry *entry, hw_err *err) {
  chain *self = context;
  (void)err;
  if (entry->seq == self->rows->head)
    self->is_continued = memcmp(entry->hash, self->rows->hash, HW_DIGEST_SIZE) == 0;
  return HW_OK;
}

static hw_status look_at_written(void *context, const hw_written *written, hw_err *err) {
  chain *self = context;
  (void)err;
  if (written->kind == HW_KIND_PROFILE && written->n_replaced > 0) self->is_replaced = true;
  return HW_OK;
}

static hw_status look_at_replaced(void *context, int64_t id, hw_err *err) {
  bool *is_replaced = context;
  (void)id;
  (void)err;
  *is_replaced = true;
  return HW_OK;
}

/* Looks at new markers of panels; true in *out if one is of a panel that was there. */
static hw_status look_at_panels(hw_reference_rows *self, hw_store *store, int64_t head, bool *out,
                                hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const int64_t last_panel = self->last_panel;
  *out = false;
  HW_TRY(hw_store_scan_from(store, HW_KIND_PANEL_MARKER, self->last_panel_marker + 1, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const int64_t panel = hw_record_int(row, HW_FIELD_PANEL_MARKER_PANEL);
    if (panel <= last_panel) *out = true;
    if (row->entry > head) continue; /* of the change in progress */
    self->last_panel_marker = row->id;
    if (panel > self->last_panel) self->last_panel = panel;
  }
  hw_scan_done(scan);
  return status;
}

/* True in *out if what is kept is the beginning of what stands there. */
static hw_status is_beginning(hw_reference_rows *self, hw_store *store, const hw_stored_case *fresh,
                              int64_t head, bool *out, hw_err *err) {
  chain audit = {.rows = self};
  bool is_longer = false;
  *out = false;
  if (self->search == NULL || !has_markers(self, fresh)) return HW_OK;
  HW_TRY(hw_store_audit(store, self->head, look_at_entry, &audit, err));
  if (!audit.is_continued) return HW_OK;
  HW_TRY(hw_store_written(store, self->head, look_at_written, &audit, err));
  if (audit.is_replaced) return HW_OK;
  HW_TRY(look_at_panels(self, store, head, &is_longer, err));
  *out = !is_longer;
  return HW_OK;
}

/* --- bringing up --- */

/* Takes the markers; they are kept with the profiles, which are numbers of their alleles. */
static hw_status start(hw_reference_rows *self, hw_store *store, hw_stored_case *fresh,
                       int64_t head, hw_err *err) {
  bool is_longer = false;
  clear(self);
  self->stored = *fresh;
  memset(fresh, 0, sizeof *fresh);
  const hw_case *problem = &self->stored.problem;
  HW_TRY(hw_duplicates_new(problem->n_markers, problem->markers, problem->theta, NULL,
                           &self->search, err));
  return look_at_panels(self, store, head, &is_longer, err);
}

static hw_status bring_up(hw_reference_rows *self, const hwp_examine *examine,
                          hw_stored_case *fresh, hw_err *err) {
  hw_store *store = examine->app->store;
  uint8_t hash[HW_DIGEST_SIZE];
  int64_t head = 0;
  bool is_kept = false, is_tainted = false;
  HW_TRY(hw_store_head(store, &head, hash, err));
  HW_TRY(hw_store_replaced(store, HW_KIND_PROFILE, head + 1, look_at_replaced, &is_tainted, err));
  if (!is_tainted) HW_TRY(is_beginning(self, store, fresh, head, &is_kept, err));
  if (!is_kept) HW_TRY(start(self, store, fresh, head, err));
  self->is_tainted = is_tainted;
  self->head = head;
  memcpy(self->hash, hash, sizeof hash);
  return hwp_reference_rows_read(self, examine, err);
}

hw_status hwp_reference_rows_begin(hw_reference_rows *self, const hwp_examine *examine,
                                   const char *investigation, hw_err *err) {
  hw_stored_case fresh = {0};
  pthread_mutex_lock(&self->lock);
  hw_status status = load_markers(examine, investigation, &fresh, err);
  if (status == HW_OK) {
    status = bring_up(self, examine, &fresh, err);
    if (status != HW_OK) clear(self);
  }
  hw_stored_case_clear(&fresh);
  if (status != HW_OK) pthread_mutex_unlock(&self->lock);
  return status;
}

void hwp_reference_rows_end(hw_reference_rows *self) {
  if (self->is_tainted) {
    clear(self);
  } else {
    hw_duplicates_remove_last(self->search, self->n_kept);
    self->profiles.n = self->persons.n = (size_t)self->n_kept;
  }
  pthread_mutex_unlock(&self->lock);
}
