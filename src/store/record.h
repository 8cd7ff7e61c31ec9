/** @file
 * A record in memory: values in the order of its kind's fields.
 *
 * Canonical bytes stand for a record in every digest: the kind's name, the id,
 * the entry that wrote it, then name, type and value of each field that is not
 * null, then the withdrawal. Fields that are null do not count, so that adding
 * a field to a kind leaves the digests of old rows as they are.
 *
 * Example:
 * @code
 *   hw_record r;
 *   hw_record_init(&r, HW_KIND_PERSON);
 *   hw_record_set_text(&r, HW_FIELD_PERSON_CODE, "R-0001");
 *   hw_record_set_text(&r, HW_FIELD_PERSON_SEX, "female");
 *   hw_record_set_text(&r, HW_FIELD_PERSON_ROLE, "relative");
 *   HW_TRY(hw_record_validate(&r, err));
 * @endcode
 */
#ifndef HW_STORE_RECORD_H
#define HW_STORE_RECORD_H

#include "base/arena.h"
#include "base/str.h"
#include "store/db.h"
#include "store/kind.h"

/** A value; the type is HW_DB_NULL, INT, REAL or TEXT. Text is borrowed. */
typedef struct hw_value {
  hw_db_type type;
  int64_t i;
  double r;
  const char *text;
  size_t n; /**< bytes of text, without NUL; the text need not end with one */
} hw_value;

/** How a field of a type is stored. */
hw_db_type hw_field_db_type(hw_field_type type);

typedef struct hw_record {
  const hw_kind *kind;
  int64_t id;            /**< 0 = not stored yet */
  int64_t entry;         /**< audit entry that wrote the row; 0 = not stored yet */
  int64_t digest;        /**< as stored */
  const char *withdrawn; /**< reason, or NULL */
  hw_value values[HW_KIND_MAX_FIELDS];
} hw_record;

/** A value for scans and keys; NULL text = null. */
hw_value hw_value_int(int64_t value);
hw_value hw_value_text(const char *text);

/** Empties a record: all fields null. */
void hw_record_init(hw_record *self, hw_kind_id kind);

/** Set one field; text is borrowed as long as the record is used. NULL text = null. */
void hw_record_set_null(hw_record *self, int field);
void hw_record_set_int(hw_record *self, int field, int64_t value);
void hw_record_set_real(hw_record *self, int field, double value);
void hw_record_set_text(hw_record *self, int field, const char *text);
void hw_record_set_text_n(hw_record *self, int field, const char *text, size_t n);

/** Read one field. */
bool hw_record_is_null(const hw_record *self, int field);
int64_t hw_record_int(const hw_record *self, int field);      /**< 0 if null */
double hw_record_real(const hw_record *self, int field);      /**< NaN if null */
const char *hw_record_text(const hw_record *self, int field); /**< "" if null; records from the
                                                                   store end with NUL */

/** Copies a record with its texts to an arena. */
HW_MUST_CHECK hw_status hw_record_copy(const hw_record *self, hw_arena *arena, hw_record *out,
                                       hw_err *err);

/** Checks every field against its kind: required, type, choice, range of dates and numbers, NFC
 * is not checked here. The error's field is the field's name. References are not followed.
 * @return HW_OK; HW_E_VALUE */
HW_MUST_CHECK hw_status hw_record_validate(const hw_record *self, hw_err *err);

/** Sets a field from text as people write it: numbers are parsed, "" is null; references and
 * items are left to the caller (HW_E_BUG). The text is borrowed.
 * @return HW_OK; HW_E_VALUE with what was expected */
HW_MUST_CHECK hw_status hw_record_parse(hw_record *self, int field, const char *text, hw_err *err);

/** True if all fields are equal (reals: same bits), the withdrawal too.
 * @param field  [out] the first that differs, or −1; may be NULL */
bool hw_record_equal(const hw_record *a, const hw_record *b, int *field);

/** Appends the canonical bytes of record, id and entry. */
void hw_record_canonical(const hw_record *self, hw_str *out);

/** Reads canonical bytes back; texts are copied to the arena. Unknown fields are an error.
 * @return HW_OK; HW_E_DAMAGED; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_record_from_canonical(const void *bytes, size_t n, hw_arena *arena,
                                                 hw_record *out, hw_err *err);

#endif
