/* JSON reading through jansson: the only file that includes its header.
 *
 * Before jansson sees the bytes, one pass over them checks what it would check
 * late, vaguely or recursively: UTF-8, control bytes, nesting depth (jansson
 * recurses; 50 MB of "[" end here at the 65th). It then rejects duplicate keys
 * and everything else that is not JSON. What jansson reports as an offset becomes
 * line and column here, counted in characters.
 *
 * Accessors never trust the kind of a value, and take NULL for "not there", so
 * that a reader needs no checks of its own between two calls. */
#include "base/json_read.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/utf8.h"

struct hw_json_doc {
  json_t *root;
  const char *bytes; /* the text, for hw_json_doc_place */
  size_t n_bytes;
  char *owned; /* = bytes where the document read the file itself */
  char *name;  /* of the file; NULL = none */
};

/* --- the text --- */

/* Sets line and column of a byte. */
static void place_byte(const char *bytes, size_t at, hw_err *err) {
  uint64_t line = 1, column = 1;
  for (size_t i = 0; i < at; i++) {
    if (bytes[i] == '\n') {
      line++;
      column = 1;
    } else if (((unsigned char)bytes[i] & 0xC0) != 0x80) {
      column++;
    }
  }
  hw_err_place(err, NULL, line, column);
}

static hw_status check_encoding_mark(const char *bytes, size_t n, hw_err *err) {
  if (n < 2 || (memcmp(bytes, "\xFF\xFE", 2) != 0 && memcmp(bytes, "\xFE\xFF", 2) != 0))
    return HW_OK;
  hw_err_set(err, HW_E_SYNTAX, "the file is UTF-16; save it as UTF-8");
  hw_err_place(err, NULL, 1, 1);
  return HW_E_SYNTAX;
}

/* UTF-8, control bytes and depth of the whole text. */
static hw_status check_text(const char *bytes, size_t n, hw_err *err) {
  bool is_in_string = false;
  int depth = 0;
  for (size_t i = 0; i < n;) {
    const unsigned char byte = (unsigned char)bytes[i];
    const size_t length = hw_utf8_length(bytes + i, n - i);
    if (length == 0) {
      hw_err_set(err, HW_E_SYNTAX, "byte 0x%02x is not UTF-8; save the file as UTF-8", byte);
      place_byte(bytes, i, err);
      return HW_E_SYNTAX;
    }
    if (byte < 0x20 && (is_in_string || !strchr("\t\n\r", byte) || byte == 0)) {
      hw_err_set(err, HW_E_SYNTAX, "control byte 0x%02x %s", byte,
                 is_in_string ? "inside a string; write it as an escape, or is a quote missing?"
                              : "is not part of JSON");
      place_byte(bytes, i, err);
      return HW_E_SYNTAX;
    }
    if (is_in_string) {
      if (byte == '\\' && i + 1 < n && (bytes[i + 1] == '"' || bytes[i + 1] == '\\')) i++;
      if (byte == '"') is_in_string = false;
    } else if (byte == '"') {
      is_in_string = true;
    } else if (byte == '[' || byte == '{') {
      if (++depth > HW_JSON_MAX_DEPTH) {
        hw_err_set(err, HW_E_SYNTAX, "brackets are nested more than %d deep", HW_JSON_MAX_DEPTH);
        place_byte(bytes, i, err);
        return HW_E_SYNTAX;
      }
    } else if (byte == ']' || byte == '}') {
      depth--;
    }
    i += length;
  }
  return HW_OK;
}

static hw_status fail_end(size_t n, hw_err *err) {
  return hw_err_set(err, HW_E_SYNTAX,
                    n == 0 ? "the input is empty"
                           : "the input ends in the middle of a value; is the file complete?");
}

/* True if a list or object ends in a word, a number or an escape: more of it should follow. */
static bool ends_in_word(const char *bytes, size_t n) {
  size_t first = 0;
  while (first < n && bytes[first] != '\0' && strchr(" \t\n\r", bytes[first])) first++;
  if (first >= n || (bytes[first] != '[' && bytes[first] != '{')) return false;
  const char c = bytes[n - 1];
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c != '\0' && strchr(".+-\\", c));
}

/* jansson's verdict in our words. */
static hw_status fail_parse(const json_error_t *error, const char *bytes, size_t n, hw_err *err) {
  hw_status status = HW_E_SYNTAX;
  switch (json_error_code(error)) {
    case json_error_out_of_memory:
      return HW_NO_MEMORY(err, "the parsed file");
    case json_error_premature_end_of_input:
      (void)fail_end(n, err);
      break;
    case json_error_invalid_syntax: /* half a word or number at the end */
      if ((size_t)error->position >= n && ends_in_word(bytes, n))
        (void)fail_end(n, err);
      else
        hw_err_set(err, status, "not valid JSON: %s", error->text);
      break;
    case json_error_duplicate_key:
      status = hw_err_set(err, HW_E_DUPLICATE, "a key occurs twice in one object: %s", error->text);
      break;
    case json_error_numeric_overflow:
      status = hw_err_set(err, HW_E_VALUE, "a number is too large: %s", error->text);
      break;
    default:
      hw_err_set(err, status, "not valid JSON: %s", error->text);
  }
  /* The position is behind the last byte of the token that was refused. */
  size_t at = error->position > 0 ? (size_t)error->position - 1 : 0;
  if (at > n) at = n;
  place_byte(bytes, at, err);
  return status;
}

static hw_status parse_text(const char *bytes, size_t n, json_t **out, hw_err *err) {
  HW_TRY(check_encoding_mark(bytes, n, err));
  if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) { /* byte order mark: allowed, ignored */
    bytes += 3;
    n -= 3;
  }
  HW_TRY(check_text(bytes, n, err));
  json_error_t error;
  *out = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &error);
  return *out ? HW_OK : fail_parse(&error, bytes, n, err);
}

/* --- documents --- */

hw_status hw_json_doc_parse(const char *bytes, size_t n_bytes, const char *name, hw_json_doc **out,
                            hw_err *err) {
  *out = NULL;
  hw_status status = HW_OK;
  hw_json_doc *doc = calloc(1, sizeof *doc);
  if (!doc || (name && !(doc->name = strdup(name)))) {
    status = HW_NO_MEMORY(err, "the document");
    goto out;
  }
  doc->bytes = bytes;
  doc->n_bytes = n_bytes;
  if (n_bytes > HW_JSON_MAX_BYTES)
    status =
        hw_err_set(err, HW_E_VALUE, "the input is larger than %zu bytes, the most that is read",
                   HW_JSON_MAX_BYTES);
  else
    status = parse_text(bytes, n_bytes, &doc->root, err);
out:
  if (status != HW_OK) {
    hw_err_place(err, name, 0, 0);
    hw_json_doc_delete(doc);
    return status;
  }
  *out = doc;
  return HW_OK;
}

hw_status hw_json_doc_read(const char *path, size_t max_bytes, hw_json_doc **out, hw_err *err) {
  *out = NULL;
  char *bytes;
  size_t n_bytes;
  if (max_bytes == 0 || max_bytes > HW_JSON_MAX_BYTES) max_bytes = HW_JSON_MAX_BYTES;
  HW_TRY(hw_file_read(path, max_bytes, &bytes, &n_bytes, err));
  const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
  const hw_status status = hw_json_doc_parse(bytes, n_bytes, name, out, err);
  if (status == HW_OK)
    (*out)->owned = bytes;
  else
    free(bytes);
  return status;
}

void hw_json_doc_delete(hw_json_doc *self) {
  if (!self) return;
  json_decref(self->root);
  free(self->owned);
  free(self->name);
  free(self);
}

const hw_json *hw_json_doc_root(const hw_json_doc *self) {
  return self->root;
}

void hw_json_doc_place(const hw_json_doc *self, hw_err *err) {
  if (!err) return;
  uint64_t line, column;
  hw_json_locate(self->bytes, self->n_bytes, err->field, &line, &column);
  hw_err_place(err, self->name, line, column);
}

/* --- looking at values --- */

hw_json_kind hw_json_kind_of(const hw_json *value) {
  if (!value) return HW_JSON_NONE;
  switch (json_typeof(value)) {
    case JSON_OBJECT:
      return HW_JSON_OBJECT;
    case JSON_ARRAY:
      return HW_JSON_ARRAY;
    case JSON_STRING:
      return HW_JSON_STRING;
    case JSON_INTEGER:
      return HW_JSON_INTEGER;
    case JSON_REAL:
      return HW_JSON_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
      return HW_JSON_BOOL;
    case JSON_NULL:
      break;
  }
  return HW_JSON_NULL;
}

const char *hw_json_kind_name(hw_json_kind kind) {
  static const char *const NAMES[] = {"nothing",  "null",     "true or false", "an integer",
                                      "a number", "a string", "an array",      "an object"};
  return (size_t)kind < sizeof NAMES / sizeof NAMES[0] ? NAMES[kind] : NAMES[0];
}

bool hw_json_is_null(const hw_json *value) {
  return json_is_null(value);
}

size_t hw_json_count(const hw_json *value) {
  /* jansson answers 0 for every other kind and for NULL. */
  return json_is_object(value) ? json_object_size(value) : json_array_size(value);
}

const hw_json *hw_json_at(const hw_json *array, size_t index) {
  return json_array_get(array, index);
}

const hw_json *hw_json_find(const hw_json *object, const char *key) {
  return json_object_get(object, key);
}

bool hw_json_next(const hw_json *object, hw_json_iter *iter) {
  /* jansson's iteration takes a non-const object but does not change it. */
  const union {
    const hw_json *given;
    hw_json *walked;
  } same = {object};
  if (iter->position)
    iter->position = json_object_iter_next(same.walked, iter->position);
  else if (!iter->key)
    iter->position = json_object_iter(same.walked);
  if (!iter->position) return false;
  iter->key = json_object_iter_key(iter->position);
  iter->value = json_object_iter_value(iter->position);
  return true;
}

/* --- checked conversion --- */

/* "expected …, found …" with the start of the value where it is short to tell. */
static hw_status fail_kind(const hw_json *value, const char *expected, hw_err *err) {
  const hw_json_kind kind = hw_json_kind_of(value);
  switch (kind) {
    case HW_JSON_STRING:
      return hw_err_set(err, HW_E_SYNTAX, "expected %s, found the string \"%.60s\"", expected,
                        json_string_value(value));
    case HW_JSON_INTEGER:
      return hw_err_set(err, HW_E_SYNTAX, "expected %s, found %lld", expected,
                        (long long)json_integer_value(value));
    case HW_JSON_REAL:
      return hw_err_set(err, HW_E_SYNTAX, "expected %s, found %.17g", expected,
                        json_real_value(value));
    case HW_JSON_BOOL:
      return hw_err_set(err, HW_E_SYNTAX, "expected %s, found %s", expected,
                        json_is_true(value) ? "true" : "false");
    default:
      return hw_err_set(err, HW_E_SYNTAX, "expected %s, found %s", expected,
                        hw_json_kind_name(kind));
  }
}

hw_status hw_json_as_string(const hw_json *value, const char **out, hw_err *err) {
  if (!json_is_string(value)) return fail_kind(value, "a string", err);
  *out = json_string_value(value);
  return HW_OK;
}

hw_status hw_json_as_bool(const hw_json *value, bool *out, hw_err *err) {
  if (!json_is_boolean(value)) return fail_kind(value, "true or false", err);
  *out = json_is_true(value);
  return HW_OK;
}

hw_status hw_json_as_double(const hw_json *value, double *out, hw_err *err) {
  if (!json_is_number(value)) return fail_kind(value, "a number", err);
  const double number = json_number_value(value);
  if (!isfinite(number)) return hw_err_set(err, HW_E_VALUE, "the number is not finite");
  *out = number;
  return HW_OK;
}

double hw_json_as_written(const hw_json *value) {
  const char *word = NULL;
  double number = (double)NAN;
  if (hw_json_as_double(value, &number, NULL) == HW_OK) return number;
  if (hw_json_as_string(value, &word, NULL) != HW_OK) return number;
  if (strcmp(word, "-inf") == 0) return -HUGE_VAL;
  return strcmp(word, "inf") == 0 ? HUGE_VAL : number;
}

hw_status hw_json_as_double_in(const hw_json *value, double min, double max, double *out,
                               hw_err *err) {
  double number = 0;
  HW_TRY(hw_json_as_double(value, &number, err));
  if (!(number >= min && number <= max))
    return hw_err_set(err, HW_E_VALUE, "expected a number from %g to %g, found %.17g", min, max,
                      number);
  *out = number;
  return HW_OK;
}

hw_status hw_json_as_int(const hw_json *value, int64_t min, int64_t max, int64_t *out,
                         hw_err *err) {
  if (!json_is_integer(value)) return fail_kind(value, "an integer", err);
  const int64_t number = json_integer_value(value);
  if (number < min || number > max)
    return hw_err_set(err, HW_E_VALUE, "expected an integer from %lld to %lld, found %lld",
                      (long long)min, (long long)max, (long long)number);
  *out = number;
  return HW_OK;
}

hw_status hw_json_expect_array(const hw_json *value, hw_err *err) {
  return json_is_array(value) ? HW_OK : fail_kind(value, "an array", err);
}

hw_status hw_json_expect_object(const hw_json *value, hw_err *err) {
  return json_is_object(value) ? HW_OK : fail_kind(value, "an object", err);
}

/* --- members --- */

static hw_status fail_unknown_key(const char *key, const char *const *allowed, hw_err *err) {
  char list[400] = "";
  size_t used = 0;
  for (size_t i = 0; allowed[i] && used < sizeof list; i++) {
    const int n = snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", allowed[i]);
    if (n > 0) used += (size_t)n;
  }
  hw_err_set(err, HW_E_UNKNOWN_KEY, "unknown key \"%.60s\"; permitted: %s", key,
             list[0] ? list : "none");
  hw_json_field_key(err, key);
  return HW_E_UNKNOWN_KEY;
}

hw_status hw_json_check_keys(const hw_json *object, const char *const *allowed, hw_err *err) {
  HW_TRY(hw_json_expect_object(object, err));
  hw_json_iter member = {0};
  while (hw_json_next(object, &member)) {
    size_t i = 0;
    while (allowed[i] && strcmp(allowed[i], member.key) != 0) i++;
    if (!allowed[i]) return fail_unknown_key(member.key, allowed, err);
  }
  return HW_OK;
}

/* Names the member in a failure. */
static hw_status at_key(hw_status status, const char *key, hw_err *err) {
  if (status != HW_OK) hw_json_field_key(err, key);
  return status;
}

hw_status hw_json_get(const hw_json *object, const char *key, const hw_json **out, hw_err *err) {
  HW_TRY(hw_json_expect_object(object, err));
  const hw_json *value = hw_json_find(object, key);
  if (!value)
    return at_key(hw_err_set(err, HW_E_SYNTAX, "the key \"%s\" is missing", key), key, err);
  *out = value;
  return HW_OK;
}

/* An array or an object as a member. */
static hw_status take_container(const hw_json *value, hw_json_kind kind, const char *key,
                                const hw_json **out, hw_err *err) {
  const hw_status status =
      kind == HW_JSON_ARRAY ? hw_json_expect_array(value, err) : hw_json_expect_object(value, err);
  if (status == HW_OK) *out = value;
  return at_key(status, key, err);
}

hw_status hw_json_get_string(const hw_json *object, const char *key, const char **out,
                             hw_err *err) {
  const hw_json *value = NULL;
  HW_TRY(hw_json_get(object, key, &value, err));
  return at_key(hw_json_as_string(value, out, err), key, err);
}

hw_status hw_json_get_double(const hw_json *object, const char *key, double *out, hw_err *err) {
  const hw_json *value = NULL;
  HW_TRY(hw_json_get(object, key, &value, err));
  return at_key(hw_json_as_double(value, out, err), key, err);
}

hw_status hw_json_get_double_in(const hw_json *object, const char *key, double min, double max,
                                double *out, hw_err *err) {
  const hw_json *value = NULL;
  HW_TRY(hw_json_get(object, key, &value, err));
  return at_key(hw_json_as_double_in(value, min, max, out, err), key, err);
}

hw_status hw_json_get_int(const hw_json *object, const char *key, int64_t min, int64_t max,
                          int64_t *out, hw_err *err) {
  const hw_json *value = NULL;
  HW_TRY(hw_json_get(object, key, &value, err));
  return at_key(hw_json_as_int(value, min, max, out, err), key, err);
}

hw_status hw_json_get_array(const hw_json *object, const char *key, const hw_json **out,
                            hw_err *err) {
  const hw_json *value = NULL;
  HW_TRY(hw_json_get(object, key, &value, err));
  return take_container(value, HW_JSON_ARRAY, key, out, err);
}

hw_status hw_json_get_object(const hw_json *object, const char *key, const hw_json **out,
                             hw_err *err) {
  const hw_json *value = NULL;
  HW_TRY(hw_json_get(object, key, &value, err));
  return take_container(value, HW_JSON_OBJECT, key, out, err);
}

hw_status hw_json_find_string(const hw_json *object, const char *key, const char **out,
                              hw_err *err) {
  const hw_json *value = hw_json_find(object, key);
  return value ? at_key(hw_json_as_string(value, out, err), key, err) : HW_OK;
}

hw_status hw_json_find_bool(const hw_json *object, const char *key, bool *out, hw_err *err) {
  const hw_json *value = hw_json_find(object, key);
  return value ? at_key(hw_json_as_bool(value, out, err), key, err) : HW_OK;
}

hw_status hw_json_find_double(const hw_json *object, const char *key, double *out, hw_err *err) {
  const hw_json *value = hw_json_find(object, key);
  return value ? at_key(hw_json_as_double(value, out, err), key, err) : HW_OK;
}

hw_status hw_json_find_double_in(const hw_json *object, const char *key, double min, double max,
                                 double *out, hw_err *err) {
  const hw_json *value = hw_json_find(object, key);
  return value ? at_key(hw_json_as_double_in(value, min, max, out, err), key, err) : HW_OK;
}

hw_status hw_json_find_int(const hw_json *object, const char *key, int64_t min, int64_t max,
                           int64_t *out, hw_err *err) {
  const hw_json *value = hw_json_find(object, key);
  return value ? at_key(hw_json_as_int(value, min, max, out, err), key, err) : HW_OK;
}

hw_status hw_json_find_array(const hw_json *object, const char *key, const hw_json **out,
                             hw_err *err) {
  const hw_json *value = hw_json_find(object, key);
  return value ? take_container(value, HW_JSON_ARRAY, key, out, err) : HW_OK;
}

hw_status hw_json_find_object(const hw_json *object, const char *key, const hw_json **out,
                              hw_err *err) {
  const hw_json *value = hw_json_find(object, key);
  return value ? take_container(value, HW_JSON_OBJECT, key, out, err) : HW_OK;
}
