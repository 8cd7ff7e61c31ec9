/** @file
 * Reading JSON: a checked document, and accessors whose errors name the field.
 *
 * This is the project's only door to the JSON library (jansson, in
 * json_read.c). A document is complete, valid UTF-8 JSON without duplicate
 * keys, at most HW_JSON_MAX_DEPTH deep; what remains for a reader to check is
 * meaning. Accessors check type and range, and on failure put the member's key
 * in err->field; a reader that descends puts its own path components in front
 * and, once at the end, asks for the line:
 *
 * @code
 *   static hw_status read_marker(const hw_json *json, marker *m, hw_err *err)
 *   {
 *     static const char *const KEYS[] = {"name", "position_cm", "alleles", NULL};
 *     HW_TRY(hw_json_check_keys(json, KEYS, err));
 *     HW_TRY(hw_json_get_string(json, "name", &m->name, err));
 *     m->position_cm = NAN;                                    // default
 *     HW_TRY(hw_json_find_double(json, "position_cm", &m->position_cm, err));
 *     const hw_json *alleles;
 *     HW_TRY(hw_json_get_array(json, "alleles", &alleles, err));
 *     for (size_t i = 0; i < hw_json_count(alleles); i++) {
 *       const hw_status s = hw_json_as_string(hw_json_at(alleles, i), &m->allele[i], err);
 *       if (s != HW_OK) {
 *         hw_err_field(err, "alleles[%zu]", i);
 *         return s;
 *       }
 *     }
 *     return HW_OK;
 *   }
 *
 *   hw_json_doc *doc = NULL;
 *   hw_status s = hw_json_doc_read("case.json", HW_CASE_MAX_BYTES, &doc, &err);
 *   if (s == HW_OK) {
 *     s = read_marker(hw_json_doc_root(doc), &m, &err);
 *     if (s != HW_OK) hw_json_doc_place(doc, &err);            // file, line, column
 *   }
 *   hw_json_doc_delete(doc);
 * @endcode
 *
 * Every string, array or object got from a document belongs to the document
 * and is valid until hw_json_doc_delete. Failed accessors leave `out` as it was.
 */
#ifndef HW_BASE_JSON_READ_H
#define HW_BASE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "homeward/status.h"

/** Any JSON value of a document (opaque). */
typedef struct json_t hw_json;
/** A parsed document (opaque). */
typedef struct hw_json_doc hw_json_doc;

/** Deepest nesting of arrays and objects that is read. */
#define HW_JSON_MAX_DEPTH 64
/** Largest document that is read, in bytes. */
#define HW_JSON_MAX_BYTES ((size_t)1 << 30)

typedef enum hw_json_kind {
  HW_JSON_NONE = 0, /**< no value (NULL) */
  HW_JSON_NULL,
  HW_JSON_BOOL,
  HW_JSON_INTEGER, /**< written without fraction and exponent, fits int64_t */
  HW_JSON_REAL,
  HW_JSON_STRING,
  HW_JSON_ARRAY,
  HW_JSON_OBJECT
} hw_json_kind;

/* --- documents --- */

/** Reads a file ("-" = standard input). Free with hw_json_doc_delete.
 * @param max_bytes  larger files are refused; 0 or more than HW_JSON_MAX_BYTES counts as that
 * @param out        [out] NULL on failure
 * @return HW_OK; HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO; HW_E_SYNTAX (not JSON, not UTF-8,
 *         truncated, too deep), HW_E_DUPLICATE (a key twice), HW_E_VALUE (too large),
 *         HW_E_NO_MEMORY; err has file, line and column */
HW_MUST_CHECK hw_status hw_json_doc_read(const char *path, size_t max_bytes, hw_json_doc **out,
                                         hw_err *err);

/** The same from memory.
 * @param bytes  borrowed until hw_json_doc_delete (hw_json_doc_place looks into them)
 * @param name   stands for the file in messages; copied; NULL = none */
HW_MUST_CHECK hw_status hw_json_doc_parse(const char *bytes, size_t n_bytes, const char *name,
                                          hw_json_doc **out, hw_err *err);

/** Frees a document; NULL is allowed. */
void hw_json_doc_delete(hw_json_doc *self);

/** The outermost value: always an array or an object. */
const hw_json *hw_json_doc_root(const hw_json_doc *self);

/** Adds to an error that a reader of this document raised: the file, and line and column of
 * err->field. Where the field does not exist (a missing key) its nearest existing parent counts.
 * @p err may be NULL. */
void hw_json_doc_place(const hw_json_doc *self, hw_err *err);

/** Finds where a field stands in valid JSON text.
 *
 * Safe for any bytes; the answer means something for a document that was read.
 * Path syntax: components joined by ".", "[3]" for array elements, and ["…"] for keys that
 * contain one of . [ ] " or are empty (see hw_json_field_key): cases[3].markers[0].alleles[2].
 *
 * @param path    "" = the outermost value
 * @param line    [out] 1-based, of the value's first character (of its nearest existing parent
 *                if the path is not there)
 * @param column  [out] 1-based, in characters (code points)
 * @return true if the whole path was found */
bool hw_json_locate(const char *bytes, size_t n_bytes, const char *path, uint64_t *line,
                    uint64_t *column);

/** Puts an object's key in front of the field path, quoted where the path syntax needs it. Use
 * this instead of hw_err_field for keys that users invent (person ids). */
void hw_json_field_key(hw_err *err, const char *key);

/* --- looking at values --- */

/** Kind of a value; HW_JSON_NONE for NULL. */
hw_json_kind hw_json_kind_of(const hw_json *value);

/** "a string", "an array", … for messages; static. */
const char *hw_json_kind_name(hw_json_kind kind);

/** True if the value is there and is the JSON null. */
bool hw_json_is_null(const hw_json *value);

/** Elements of an array or members of an object; 0 for everything else. */
size_t hw_json_count(const hw_json *value);

/** Element of an array; NULL if it is not there. */
const hw_json *hw_json_at(const hw_json *array, size_t index);

/** Member of an object, or NULL (absent, or not an object). */
const hw_json *hw_json_find(const hw_json *object, const char *key);

/** Walks the members of an object in the order of the file. Start with a zeroed struct:
 * `hw_json_iter it = {0}; while (hw_json_next(object, &it)) use(it.key, it.value);` */
typedef struct hw_json_iter {
  const char *key; /**< NUL-terminated, valid UTF-8 */
  const hw_json *value;
  void *position; /**< private */
} hw_json_iter;

/** Next member. @return false after the last, and for anything that is not an object */
bool hw_json_next(const hw_json *object, hw_json_iter *iter);

/* --- checked conversion of a value (field path left to the caller) --- */

/** HW_E_SYNTAX "expected …, found …" unless the value has the type. @p value may be NULL. */
HW_MUST_CHECK hw_status hw_json_as_string(const hw_json *value, const char **out, hw_err *err);
HW_MUST_CHECK hw_status hw_json_as_bool(const hw_json *value, bool *out, hw_err *err);
/** Any number; always finite (JSON has no other). */
HW_MUST_CHECK hw_status hw_json_as_double(const hw_json *value, double *out, hw_err *err);
/** A number as hw_json_write_double writes it, "inf" and "-inf" included; NaN for all else. */
double hw_json_as_written(const hw_json *value);
/** A number in [@p min, @p max], else HW_E_VALUE. */
HW_MUST_CHECK hw_status hw_json_as_double_in(const hw_json *value, double min, double max,
                                             double *out, hw_err *err);
/** An integer in [@p min, @p max], else HW_E_VALUE; 3.0 is not an integer. */
HW_MUST_CHECK hw_status hw_json_as_int(const hw_json *value, int64_t min, int64_t max, int64_t *out,
                                       hw_err *err);
HW_MUST_CHECK hw_status hw_json_expect_array(const hw_json *value, hw_err *err);
HW_MUST_CHECK hw_status hw_json_expect_object(const hw_json *value, hw_err *err);

/* --- members of an object (err->field = key) --- */

/** Checks that the value is an object and has no other keys than these.
 * @param allowed  NULL-terminated list
 * @return HW_E_SYNTAX if it is no object; HW_E_UNKNOWN_KEY naming the key and listing the
 *         permitted ones */
HW_MUST_CHECK hw_status hw_json_check_keys(const hw_json *object, const char *const *allowed,
                                           hw_err *err);

/** Required members: HW_E_SYNTAX if absent or of another type; otherwise as hw_json_as_…. */
HW_MUST_CHECK hw_status hw_json_get(const hw_json *object, const char *key, const hw_json **out,
                                    hw_err *err);
HW_MUST_CHECK hw_status hw_json_get_string(const hw_json *object, const char *key, const char **out,
                                           hw_err *err);
HW_MUST_CHECK hw_status hw_json_get_double(const hw_json *object, const char *key, double *out,
                                           hw_err *err);
HW_MUST_CHECK hw_status hw_json_get_double_in(const hw_json *object, const char *key, double min,
                                              double max, double *out, hw_err *err);
HW_MUST_CHECK hw_status hw_json_get_int(const hw_json *object, const char *key, int64_t min,
                                        int64_t max, int64_t *out, hw_err *err);
HW_MUST_CHECK hw_status hw_json_get_array(const hw_json *object, const char *key,
                                          const hw_json **out, hw_err *err);
HW_MUST_CHECK hw_status hw_json_get_object(const hw_json *object, const char *key,
                                           const hw_json **out, hw_err *err);

/** Optional members: HW_OK and @p out untouched if absent; otherwise as the required ones. (A
 * member that is null is not absent.) */
HW_MUST_CHECK hw_status hw_json_find_string(const hw_json *object, const char *key,
                                            const char **out, hw_err *err);
HW_MUST_CHECK hw_status hw_json_find_bool(const hw_json *object, const char *key, bool *out,
                                          hw_err *err);
HW_MUST_CHECK hw_status hw_json_find_double(const hw_json *object, const char *key, double *out,
                                            hw_err *err);
HW_MUST_CHECK hw_status hw_json_find_double_in(const hw_json *object, const char *key, double min,
                                               double max, double *out, hw_err *err);
HW_MUST_CHECK hw_status hw_json_find_int(const hw_json *object, const char *key, int64_t min,
                                         int64_t max, int64_t *out, hw_err *err);
HW_MUST_CHECK hw_status hw_json_find_array(const hw_json *object, const char *key,
                                           const hw_json **out, hw_err *err);
HW_MUST_CHECK hw_status hw_json_find_object(const hw_json *object, const char *key,
                                            const hw_json **out, hw_err *err);

#endif
