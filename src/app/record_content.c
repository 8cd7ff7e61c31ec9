/* What a record says, as a digest.
 *
 * The digest that stands with a row is of the row: of its number and of the audit
 * entry that wrote it too, which protects it in its database. In another database, to
 * which it was exported, the same record has another entry and may have another
 * number. Whoever must recognise it there, as a decision the run that it stood on,
 * takes this digest: of the values as an export writes them, references by their
 * codes, reals by all their bits. Fields that are null do not count, so that a kind
 * may get new ones. */
#include "app/record_content.h"

#include <string.h>

#include "base/check.h"
#include "base/str.h"

static hw_status add_reference(hw_digest *digest, hw_store *store, hw_kind_id kind, int64_t id,
                               hw_err *err) {
  hw_str code = HW_STR_INIT;
  hw_status status = hw_store_code(store, kind, id, &code, err);
  if (status == HW_OK && hw_str_status(&code) != HW_OK) status = HW_NO_MEMORY(err, "a record");
  if (status == HW_OK) hw_digest_add_text(digest, hw_str_text(&code));
  hw_str_clear(&code);
  return status;
}

static hw_status add_value(hw_digest *digest, hw_store *store, const hw_record *record, int field,
                           hw_err *err) {
  const hw_field *what = &record->kind->fields[field];
  const hw_value *value = &record->values[field];
  int64_t bits = 0;
  hw_digest_add_text(digest, what->name);
  if (what->type == HW_TYPE_REF) return add_reference(digest, store, what->target, value->i, err);
  if (what->type == HW_TYPE_ITEM) {
    const hw_kind *kind = hw_kind_find(hw_record_text(record, field - 1));
    if (kind != NULL) return add_reference(digest, store, kind->id, value->i, err);
  }
  switch (value->type) {
    case HW_DB_TEXT:
      hw_digest_add_text(digest, hw_record_text(record, field));
      return HW_OK;
    case HW_DB_REAL:
      memcpy(&bits, &value->r, sizeof bits);
      hw_digest_add_int(digest, bits);
      return HW_OK;
    default:
      hw_digest_add_int(digest, value->i);
      return HW_OK;
  }
}

hw_status hwp_record_content(hw_store *store, const hw_record *record,
                             char text[HW_DIGEST_TEXT_SIZE], hw_err *err) {
  hw_digest digest;
  uint8_t bytes[HW_DIGEST_SIZE];
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-content/1");
  hw_digest_add_text(&digest, record->kind->name);
  for (int f = 0; f < record->kind->n_fields; f++)
    if (!hw_record_is_null(record, f)) HW_TRY(add_value(&digest, store, record, f, err));
  hw_digest_end(&digest, bytes);
  hw_digest_text(bytes, text);
  return HW_OK;
}

typedef struct wanted {
  int64_t entry;
  bool is_met, is_import;
} wanted;

static hw_status take_entry(void *context, const hw_audit_entry *entry, hw_err *err) {
  wanted *self = context;
  self->is_met = entry->seq == self->entry;
  self->is_import = self->is_met && strcmp(entry->action, "import") == 0;
  /* Any failure ends the walk; the caller knows that this one is none. */
  return hw_err_set(err, HW_E_INTERRUPTED, "found");
}

hw_status hwp_entry_is_import(hw_store *store, int64_t entry, bool *out, hw_err *err) {
  wanted self = {.entry = entry};
  hw_err why = HW_ERR_INIT;
  const hw_status status = hw_store_audit(store, entry, take_entry, &self, &why);
  *out = self.is_import;
  if (status == HW_OK || (status == HW_E_INTERRUPTED && self.is_met)) return HW_OK;
  if (err != NULL) *err = why;
  return status;
}
