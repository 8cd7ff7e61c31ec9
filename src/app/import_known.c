/* Files that were imported before, and what of them was withdrawn since.
 *
 * The rule: a file is known while its import stands, that is, while its import
 * record and all records that it wrote are in use. Otherwise "imported before:
 * nothing to do" would be untrue, and the file is read again. What was withdrawn
 * was withdrawn by somebody for a reason; a file that comes again is no reason to
 * take that back. So its records stay withdrawn, and that is told, unless
 * `restore` asks for them: then they get a new version, and their history keeps
 * the withdrawal. Only the import record itself comes back by being imported
 * again: it says that the file was read, and it was.
 *
 * A consensus is withdrawn by the program when more replicates come. That is no
 * doubt about the file that brought the first ones. */
#include "app/import_known.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"

/* The first record of an import that was withdrawn. */
typedef struct gone {
  hw_store *store;
  hw_kind_id kind;
  int64_t id; /* 0 = all stand */
} gone;

static hw_status take_gone(void *context, hw_kind_id kind, int64_t id, bool *go_on, hw_err *err) {
  gone *self = context;
  hw_arena arena;
  hw_record record;
  if (kind == HW_KIND_IMPORT) return HW_OK; /* another file's, which may have come with this one */
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(self->store, kind, id, &arena, &record, err);
  const bool is_own =
      status == HW_OK && !(kind == HW_KIND_PROFILE &&
                           strcmp(hw_record_text(&record, HW_FIELD_PROFILE_USE), "consensus") == 0);
  hw_arena_clear(&arena);
  if (!is_own) return status;
  self->kind = kind;
  self->id = id;
  *go_on = false;
  return HW_OK;
}

/* "profile A (row 4), withdrawn: REASON" */
static hw_status describe(hw_store *store, hw_kind_id kind, int64_t id, char *out, size_t size,
                          hw_err *err) {
  hw_arena arena;
  hw_record record;
  hw_str name = HW_STR_INIT;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(store, kind, id, &arena, &record, err);
  if (status == HW_OK) {
    hw_store_name(store, kind, id, &name);
    snprintf(out, size, "%.120s, withdrawn: %.120s", hw_str_text(&name),
             record.withdrawn != NULL ? record.withdrawn : "");
  }
  hw_str_clear(&name);
  hw_arena_clear(&arena);
  return status;
}

static hw_status look_for_gone(hw_import *self, int64_t entry, hw_err *err) {
  hw_store *store = self->app->store;
  gone found = {.store = store};
  char what[300];
  HW_TRY(hw_store_gone_since(store, HW_KIND_IMPORT, self->import_id, take_gone, &found, err));
  if (found.id == 0) {
    self->report->is_known = true;
    self->report->known_entry = entry;
    return HW_OK;
  }
  HW_TRY(describe(store, found.kind, found.id, what, sizeof what, err));
  snprintf(self->again, sizeof self->again,
           "imported before, in audit entry %lld, but not all of it stands (%s): read again",
           (long long)entry, what);
  return HW_OK;
}

hw_status hwp_import_look_up(hw_import *self, hw_err *err) {
  hw_store *store = self->app->store;
  HW_TRY(hw_store_find_code(store, HW_KIND_IMPORT, self->report->digest, &self->import_id, err));
  if (self->import_id == 0) return HW_OK;
  hw_arena arena;
  hw_record record;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(store, HW_KIND_IMPORT, self->import_id, &arena, &record, err);
  self->is_import_withdrawn = status == HW_OK && record.withdrawn != NULL;
  if (self->is_import_withdrawn)
    snprintf(self->again, sizeof self->again,
             "imported before, but that import was withdrawn (%.200s): read again",
             record.withdrawn);
  else if (status == HW_OK)
    status = look_for_gone(self, record.entry, err);
  hw_arena_clear(&arena);
  return status;
}

/* --- records --- */

hw_status hwp_import_restore(hw_import *self, const hw_record *record, hw_err *err) {
  hw_store *store = self->app->store;
  int64_t id = 0;
  if (record->withdrawn != NULL) return HW_OK; /* the file says that it is withdrawn */
  HW_TRY(hw_store_find(store, record, &id, err));
  if (id == 0) return HW_OK;
  hw_arena arena;
  hw_record stored;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(store, record->kind->id, id, &arena, &stored, err);
  const bool is_withdrawn = status == HW_OK && stored.withdrawn != NULL;
  hw_arena_clear(&arena);
  if (!is_withdrawn) return status;
  if (self->n_restored++ == 0)
    HW_TRY(describe(store, record->kind->id, id, self->first_withdrawn,
                    sizeof self->first_withdrawn, err));
  HW_TRY(hw_store_restore(store, record->kind->id, id, err));
  /* It is put now and counts as unchanged or changed: as one that was changed only. */
  self->report->counts[record->kind->id].changed++;
  return HW_OK;
}

hw_status hwp_import_count_withdrawn(hw_import *self, hw_kind_id kind, int64_t id, hw_err *err) {
  if (self->n_withdrawn++ > 0) return HW_OK;
  return describe(self->app->store, kind, id, self->first_withdrawn, sizeof self->first_withdrawn,
                  err);
}

/* --- notes --- */

void hwp_import_tell_again(hw_import *self) {
  if (self->again[0] != '\0') hw_import_note(self, "%s", self->again);
}

void hwp_import_tell_withdrawn(hw_import *self) {
  if (self->n_restored > 0)
    hw_import_note(self, "withdrawn records in use again: %lld, first: %s",
                   (long long)self->n_restored, self->first_withdrawn);
  if (self->n_withdrawn > 0)
    hw_import_note(self,
                   "the file names withdrawn records, which stay so (%lld times, first: %s): say "
                   "--restore to take them back",
                   (long long)self->n_withdrawn, self->first_withdrawn);
}
