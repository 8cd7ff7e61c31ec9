/* The versions of a record: who wrote them, when, why, and what was changed.
 *
 * Versions carry the number of their audit entry; what changed is found by
 * comparing each with the one before. */
#include <stdio.h>
#include <string.h>

#include "app/show_int.h"
#include "base/check.h"

typedef struct versions {
  hwp_show *show;
  hw_record *records;
  int n, capacity;
} versions;

static hw_status keep_version(void *context, const hw_record *version, hw_err *err) {
  versions *self = context;
  hw_arena *arena = self->show->arena;
  if (self->n == self->capacity) {
    int capacity = self->capacity > 0 ? 2 * self->capacity : 8;
    hw_record *larger = hw_arena_alloc_array(arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "the history");
    if (self->n > 0) memcpy(larger, self->records, (size_t)self->n * sizeof *larger);
    self->records = larger;
    self->capacity = capacity;
  }
  return hw_record_copy(version, arena, &self->records[self->n++], err);
}

/* --- who, when, why --- */

typedef struct entry {
  hwp_show *show;
  hw_value *cells; /* at, by, login, action, reason */
} entry;

static hw_status take_entry(void *context, const hw_audit_entry *found, hw_err *err) {
  entry *self = context;
  const char *const texts[] = {found->at, found->actor, found->login, found->action, found->reason};
  for (int i = 0; i < 5; i++) HW_TRY(hwp_show_text(self->show, texts[i], &self->cells[i], err));
  return HW_E_INTERRUPTED; /* one is enough */
}

/* --- what --- */

static hw_status append_value(hwp_show *self, const hw_record *record, int field, hw_str *out,
                              hw_err *err) {
  hw_value value;
  HW_TRY(hwp_show_value(self, record, field, &value, err));
  switch (value.type) {
    case HW_DB_INT:
      hw_str_append_format(out, "%lld", (long long)value.i);
      break;
    case HW_DB_REAL:
      hw_str_append_format(out, "%.10g", value.r);
      break;
    case HW_DB_TEXT:
      hw_str_append(out, value.text);
      break;
    default:
      hw_str_append(out, "-");
  }
  return HW_OK;
}

static bool is_same(const hw_record *a, const hw_record *b, int field) {
  const hw_value *x = &a->values[field], *y = &b->values[field];
  if (x->type != y->type) return false;
  if (x->type == HW_DB_INT) return x->i == y->i;
  if (x->type == HW_DB_REAL) return memcmp(&x->r, &y->r, sizeof x->r) == 0;
  return x->type == HW_DB_NULL || (x->n == y->n && memcmp(x->text, y->text, x->n) == 0);
}

/* "state: open -> closed; note: - -> …", "added", "withdrawn: reason". */
static hw_status tell_change(hwp_show *self, const hw_record *before, const hw_record *after,
                             hw_str *out, hw_err *err) {
  if (before == NULL) {
    hw_str_append(out, "added");
    return HW_OK;
  }
  bool is_secret = false;
  for (int f = 0; f < after->kind->n_fields; f++) {
    bool is_hidden = hw_field_is_name(after->kind, f) && !self->may_names;
    if (is_same(before, after, f)) continue;
    if (hw_field_is_secret(after->kind, f)) {
      is_secret = true;
      continue;
    }
    hw_str_append_format(out, "%s%s", out->length > 0 ? "; " : "", after->kind->fields[f].name);
    if (is_hidden) {
      hw_str_append(out, " (not shown)");
      continue;
    }
    hw_str_append(out, ": ");
    HW_TRY(append_value(self, before, f, out, err));
    hw_str_append(out, " -> ");
    HW_TRY(append_value(self, after, f, out, err));
  }
  if (is_secret) hw_str_append_format(out, "%schanged", out->length > 0 ? "; " : "");
  if (after->withdrawn != NULL && before->withdrawn == NULL)
    hw_str_append_format(out, "%swithdrawn: %s", out->length > 0 ? "; " : "", after->withdrawn);
  return HW_OK;
}

static hw_status put_version(hwp_show *self, hw_view_section *section, const hw_record *before,
                             const hw_record *after, hw_err *err) {
  hw_value *cells = NULL;
  hw_str change = HW_STR_INIT;
  HW_TRY(hwp_show_row(self, section, &cells, err));
  cells[0] = hw_value_int(after->entry);
  entry context = {self, &cells[1]};
  hw_status status = hw_store_audit(self->app->store, after->entry, take_entry, &context, err);
  if (status == HW_E_INTERRUPTED) status = HW_OK;
  if (status == HW_OK) status = tell_change(self, before, after, &change, err);
  if (status == HW_OK && hw_str_status(&change) != HW_OK) status = HW_NO_MEMORY(err, "the history");
  if (status == HW_OK) status = hwp_show_text(self, hw_str_text(&change), &cells[6], err);
  hw_str_clear(&change);
  return status;
}

hw_status hwp_show_history(hwp_show *self, hw_err *err) {
  static const char *const columns[] = {"entry",  "at",     "by",   "login",
                                        "action", "reason", "what", NULL};
  hw_view_section *section = NULL;
  versions all = {.show = self};
  HW_TRY(hwp_show_section(self, "history", "History", columns, &section, err));
  HW_TRY(hw_store_history(self->app->store, self->record.kind->id, self->record.id, keep_version,
                          &all, err));
  for (int i = 0; i < all.n; i++)
    HW_TRY(put_version(self, section, i > 0 ? &all.records[i - 1] : NULL, &all.records[i], err));
  return HW_OK;
}
