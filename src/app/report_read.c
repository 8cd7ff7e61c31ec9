/* Records as they stood at an audit entry.
 *
 * A report that was issued must come out the same years later, when somebody has
 * moved the box, set another letterhead, or confirmed what was then proposed. Rows
 * are never lost: a replaced one goes to the history with the entry that wrote it.
 * So every record is read in the newest version that is not younger than the entry
 * of the report, and one that was written later does not exist. For a report of
 * now no row is younger, and the history is not asked.
 *
 * Rows are copied before anything else is asked, so that one selection is open at a
 * time. */
#include <stdio.h>
#include <string.h>

#include "app/report_int.h"
#include "base/check.h"

/* --- versions --- */

typedef struct search {
  hwp_report *self;
  hw_record *found; /* NULL = not there yet */
} search;

static hw_status take_version(void *context, const hw_record *version, hw_err *err) {
  search *at = context;
  if (version->entry > at->self->request.as_of) return HW_OK;
  if (at->found == NULL) at->found = hw_arena_alloc_array(&at->self->arena, 1, sizeof *at->found);
  if (at->found == NULL) return HW_NO_MEMORY(err, "a record");
  return hw_record_copy(version, &at->self->arena, at->found, err);
}

hw_status hwp_report_stood(hwp_report *self, const hw_record *row, const hw_record **out,
                           hw_err *err) {
  const hw_record *version = row;
  *out = NULL;
  if (row->entry > self->request.as_of) {
    search at = {.self = self};
    HW_TRY(hw_store_history(self->store, row->kind->id, row->id, take_version, &at, err));
    version = at.found;
  }
  if (version != NULL && version->withdrawn == NULL) *out = version;
  return HW_OK;
}

hw_status hwp_report_get(hwp_report *self, hw_kind_id kind, int64_t id, const hw_record **out,
                         hw_err *err) {
  hw_record *row = hw_arena_alloc_array(&self->arena, 1, sizeof *row);
  *out = NULL;
  if (id == 0) return HW_OK;
  if (row == NULL) return HW_NO_MEMORY(err, "a record");
  HW_TRY(hw_store_get(self->store, kind, id, &self->arena, row, err));
  return hwp_report_stood(self, row, out, err);
}

hw_status hwp_report_get_code(hwp_report *self, hw_kind_id kind, const char *code,
                              const hw_record **out, hw_err *err) {
  int64_t id = 0;
  HW_TRY(hw_app_find(self->app, kind, code, &id, err));
  HW_TRY(hwp_report_get(self, kind, id, out, err));
  if (*out != NULL) return HW_OK;
  return hw_err_set(err, HW_E_REFERENCE, "%s '%.200s' is withdrawn, or was written later",
                    hw_kind_get(kind)->name, code);
}

/* --- lists --- */

static hw_status collect(hwp_report *self, hw_scan *scan, hw_record ***out, int *n, hw_err *err) {
  const hw_record *row = NULL;
  int capacity = 0;
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (*n == capacity) {
      const int larger = capacity > 0 ? 2 * capacity : 8;
      hw_record **grown = hw_arena_alloc_array(&self->arena, (size_t)larger, sizeof *grown);
      if (grown == NULL) {
        status = HW_NO_MEMORY(err, "the records");
        break;
      }
      if (*n > 0) memcpy(grown, *out, (size_t)*n * sizeof(hw_record *));
      *out = grown;
      capacity = larger;
    }
    hw_record *copy = hw_arena_alloc_array(&self->arena, 1, sizeof *copy);
    status =
        copy != NULL ? hw_record_copy(row, &self->arena, copy, err) : HW_NO_MEMORY(err, "a record");
    if (status != HW_OK) break;
    (*out)[(*n)++] = copy;
  }
  hw_scan_done(scan);
  return status;
}

/* Leaves those that stood. */
static hw_status leave_standing(hwp_report *self, hw_record **rows, int n_rows,
                                const hw_record ***out, int *n, hw_err *err) {
  const hw_record **kept =
      hw_arena_alloc_array(&self->arena, (size_t)n_rows + 1, sizeof(const hw_record *));
  *out = kept;
  *n = 0;
  if (kept == NULL) return HW_NO_MEMORY(err, "the records");
  for (int i = 0; i < n_rows; i++) {
    HW_TRY(hwp_report_stood(self, rows[i], &kept[*n], err));
    *n += kept[*n] != NULL;
  }
  return HW_OK;
}

hw_status hwp_report_list(hwp_report *self, hw_kind_id kind, int field, int64_t id,
                          const hw_record ***out, int *n, hw_err *err) {
  hw_scan *scan = NULL;
  hw_record **rows = NULL;
  int n_rows = 0;
  const hw_value value = hw_value_int(id);
  HW_TRY(hw_store_scan(self->store, kind, field, field >= 0 ? &value : NULL, &scan, err));
  HW_TRY(collect(self, scan, &rows, &n_rows, err));
  return leave_standing(self, rows, n_rows, out, n, err);
}

hw_status hwp_report_list_key(hwp_report *self, hw_kind_id kind, int n_values,
                              const hw_value *values, const hw_record ***out, int *n, hw_err *err) {
  hw_scan *scan = NULL;
  hw_record **rows = NULL;
  int n_rows = 0;
  HW_TRY(hw_store_scan_key(self->store, kind, n_values, values, &scan, err));
  HW_TRY(collect(self, scan, &rows, &n_rows, err));
  return leave_standing(self, rows, n_rows, out, n, err);
}

/* --- codes, names, times --- */

hw_status hwp_report_code(hwp_report *self, hw_kind_id kind, int64_t id, const char **out,
                          hw_err *err) {
  hw_str text = HW_STR_INIT;
  *out = "";
  if (id == 0) return HW_OK;
  const hw_status status = hw_store_code(self->store, kind, id, &text, err);
  if (status == HW_OK) *out = hwp_print(self, "%s", hw_str_text(&text));
  hw_str_clear(&text);
  return status;
}

hw_status hwp_report_names(hwp_report *self, int64_t person, const char **out, hw_err *err) {
  const hw_record **rows = NULL;
  int n = 0;
  const hw_value key = hw_value_int(person);
  *out = "";
  if (!self->has_names) return HW_OK;
  HW_TRY(hwp_report_list_key(self, HW_KIND_PERSON_NAME, 1, &key, &rows, &n, err));
  /* The full name if there is one, else the first. */
  for (int i = 0; i < n; i++) {
    const bool is_full = strcmp(hw_record_text(rows[i], HW_FIELD_PERSON_NAME_KIND), "full") == 0;
    if (is_full || (*out)[0] == '\0') *out = hw_record_text(rows[i], HW_FIELD_PERSON_NAME_NAME);
    if (is_full) break;
  }
  return HW_OK;
}

hw_status hwp_report_who(hwp_report *self, int64_t person, const char **out, hw_err *err) {
  const char *code = "", *name = "";
  HW_TRY(hwp_report_code(self, HW_KIND_PERSON, person, &code, err));
  HW_TRY(hwp_report_names(self, person, &name, err));
  *out = name[0] != '\0' ? hwp_print(self, "%s (%s)", name, code) : code;
  return HW_OK;
}

typedef struct moment {
  hwp_report *self;
  const char *at;
} moment;

static hw_status take_moment(void *context, const hw_audit_entry *entry, hw_err *err) {
  moment *when = context;
  (void)err;
  when->at = hwp_print(when->self, "%s", entry->at);
  return HW_E_INTERRUPTED; /* one is enough */
}

hw_status hwp_report_moment(hwp_report *self, int64_t entry, const char **out, hw_err *err) {
  moment when = {.self = self, .at = ""};
  const hw_status status = hw_store_audit(self->store, entry, take_moment, &when, err);
  *out = when.at;
  return status == HW_E_INTERRUPTED ? HW_OK : status;
}

/* --- what a report stands on --- */

void hwp_report_stand_on_digest(hwp_report *self, const char *kind, const char *code,
                                const char *digest) {
  for (int i = 0; i < self->n_basis; i++)
    if (strcmp(self->basis[i].kind, kind) == 0 && strcmp(self->basis[i].code, code) == 0) return;
  if (self->n_basis == self->basis_capacity) {
    const int larger = self->basis_capacity > 0 ? 2 * self->basis_capacity : 32;
    hwp_stands_on *grown = hw_arena_alloc_array(&self->arena, (size_t)larger, sizeof *grown);
    if (grown == NULL) {
      self->is_without_memory = true;
      return;
    }
    if (self->n_basis > 0) memcpy(grown, self->basis, (size_t)self->n_basis * sizeof *grown);
    self->basis = grown;
    self->basis_capacity = larger;
  }
  self->basis[self->n_basis++] = (hwp_stands_on){.kind = hwp_print(self, "%s", kind),
                                                 .code = hwp_print(self, "%s", code),
                                                 .digest = hwp_print(self, "%s", digest)};
  hw_report_add_basis(self->doc, kind, code, digest);
}

hw_status hwp_report_stand_on(hwp_report *self, const hw_record *record, hw_err *err) {
  hw_str bytes = HW_STR_INIT;
  uint8_t digest[HW_DIGEST_SIZE];
  char text[HW_DIGEST_TEXT_SIZE];
  const char *code = "";
  if (record == NULL) return HW_OK;
  HW_TRY(hwp_report_code(self, record->kind->id, record->id, &code, err));
  hw_record_canonical(record, &bytes);
  hw_status status = hw_str_status(&bytes);
  if (status == HW_OK) {
    hw_digest_of(hw_str_text(&bytes), bytes.length, digest);
    hwp_report_stand_on_digest(self, record->kind->name, code, hw_digest_text(digest, text));
  } else {
    status = HW_NO_MEMORY(err, "a record");
  }
  hw_str_clear(&bytes);
  return status;
}
