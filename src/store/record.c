/* A record in memory: setting, checking, comparing, and its canonical bytes.
 *
 *     kind '\0' id(8) entry(8) { field '\0' type value }* [ "withdrawn" '\0' 'T' value ]
 *
 * with type 'I' (8 bytes), 'R' (8 bytes of the IEEE double) or 'T' (4 bytes of
 * length, the text); integers are least significant byte first. Names rather
 * than numbers of fields stand in it, so that it can be read without knowing
 * which version wrote it. */
#include "store/record.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "store/record_text.h"

/* --- setting and reading --- */

void hw_record_init(hw_record *self, hw_kind_id kind) {
  memset(self, 0, sizeof *self);
  self->kind = hw_kind_get(kind);
}

hw_value hw_value_int(int64_t value) {
  return (hw_value){.type = HW_DB_INT, .i = value};
}

hw_value hw_value_text(const char *text) {
  return text == NULL ? (hw_value){.type = HW_DB_NULL}
                      : (hw_value){.type = HW_DB_TEXT, .text = text, .n = strlen(text)};
}

void hw_record_set_null(hw_record *self, int field) {
  self->values[field] = (hw_value){.type = HW_DB_NULL};
}

void hw_record_set_int(hw_record *self, int field, int64_t value) {
  self->values[field] = hw_value_int(value);
}

void hw_record_set_real(hw_record *self, int field, double value) {
  /* One zero and no NaN, so that equal values have equal bytes. */
  self->values[field] = isnan(value) ? (hw_value){.type = HW_DB_NULL}
                                     : (hw_value){.type = HW_DB_REAL, .r = value + 0.0};
}

void hw_record_set_text(hw_record *self, int field, const char *text) {
  self->values[field] = hw_value_text(text);
}

void hw_record_set_text_n(hw_record *self, int field, const char *text, size_t n) {
  self->values[field] = (hw_value){.type = HW_DB_TEXT, .text = text, .n = n};
}

bool hw_record_is_null(const hw_record *self, int field) {
  return self->values[field].type == HW_DB_NULL;
}

int64_t hw_record_int(const hw_record *self, int field) {
  return self->values[field].type == HW_DB_INT ? self->values[field].i : 0;
}

double hw_record_real(const hw_record *self, int field) {
  const hw_value *value = &self->values[field];
  if (value->type == HW_DB_INT) return (double)value->i;
  return value->type == HW_DB_REAL ? value->r : (double)NAN;
}

const char *hw_record_text(const hw_record *self, int field) {
  return self->values[field].type == HW_DB_TEXT ? self->values[field].text : "";
}

hw_status hw_record_copy(const hw_record *self, hw_arena *arena, hw_record *out, hw_err *err) {
  *out = *self;
  for (int f = 0; f < self->kind->n_fields; f++) {
    hw_value *value = &out->values[f];
    if (value->type != HW_DB_TEXT) continue;
    value->text = hw_arena_strndup(arena, value->text, value->n);
    if (value->text == NULL) return HW_NO_MEMORY(err, "a record");
  }
  if (self->withdrawn != NULL) {
    out->withdrawn = hw_arena_strdup(arena, self->withdrawn);
    if (out->withdrawn == NULL) return HW_NO_MEMORY(err, "a record");
  }
  return HW_OK;
}

/* --- checking --- */

static hw_status check_text(const hw_field *field, const hw_value *value, hw_err *err) {
  char seen[48];
  hwp_text_excerpt(value->text, value->n, seen, sizeof seen);
  switch (field->type) {
    case HW_TYPE_CODE:
      if (value->n == 0 || value->n > HW_CODE_MAX || !hwp_text_is_code(value->text, value->n))
        return hw_err_set(err, HW_E_VALUE,
                          "\"%s\" is no code: expected 1 to %d bytes of text on one line without "
                          "blanks at its ends",
                          seen, HW_CODE_MAX);
      return HW_OK;
    case HW_TYPE_DATE:
      if (hwp_text_is_date(value->text, value->n)) return HW_OK;
      return hw_err_set(err, HW_E_VALUE,
                        "\"%s\" is no date: expected 1968-02-03, 1968-02, 1968, or a range "
                        "1968-02/1968-04",
                        seen);
    case HW_TYPE_TIME:
      if (hwp_text_is_time(value->text, value->n)) return HW_OK;
      return hw_err_set(err, HW_E_VALUE, "\"%s\" is no time: expected 2026-01-31T08:00:00Z", seen);
    case HW_TYPE_CHOICE: {
      char word[64];
      if (value->n < sizeof word) {
        memcpy(word, value->text, value->n);
        word[value->n] = '\0';
        if (hw_field_has_choice(field, word)) return HW_OK;
      }
      return hw_err_set(err, HW_E_VALUE, "\"%s\" is not one of %s", seen, field->choices);
    }
    default:
      break;
  }
  const int most = field->flags & HW_FIELD_LONG ? HW_TEXT_LONG_MAX : HW_TEXT_MAX;
  if (value->n > (size_t)most || memchr(value->text, '\0', value->n) != NULL)
    return hw_err_set(err, HW_E_VALUE, "the text is longer than %d bytes or holds NUL", most);
  return HW_OK;
}

hw_db_type hw_field_db_type(hw_field_type type) {
  switch (type) {
    case HW_TYPE_INT:
    case HW_TYPE_YES:
    case HW_TYPE_REF:
    case HW_TYPE_ITEM:
      return HW_DB_INT;
    case HW_TYPE_REAL:
      return HW_DB_REAL;
    default:
      return HW_DB_TEXT;
  }
}

static hw_status check_field(const hw_field *field, const hw_value *value, hw_err *err) {
  if (value->type == HW_DB_NULL) {
    if (!(field->flags & HW_FIELD_MUST)) return HW_OK;
    return hw_err_set(err, HW_E_VALUE, "is missing: %s", field->sentence);
  }
  HW_BUG_IF(value->type != hw_field_db_type(field->type), err);
  if (value->type == HW_DB_TEXT) return check_text(field, value, err);
  if (field->type == HW_TYPE_YES && value->i != 0 && value->i != 1)
    return hw_err_set(err, HW_E_VALUE, "%" PRId64 " is neither 0 nor 1", value->i);
  if ((field->type == HW_TYPE_REF || field->type == HW_TYPE_ITEM) && value->i < 1)
    return hw_err_set(err, HW_E_VALUE, "%" PRId64 " is no record's number", value->i);
  if (value->type == HW_DB_REAL && isnan(value->r))
    return hw_err_set(err, HW_E_VALUE, "is not a number");
  return HW_OK;
}

hw_status hw_record_validate(const hw_record *self, hw_err *err) {
  for (int f = 0; f < self->kind->n_fields; f++) {
    hw_status status = check_field(&self->kind->fields[f], &self->values[f], err);
    if (status != HW_OK) {
      hw_err_field(err, "%s", self->kind->fields[f].name);
      return status;
    }
  }
  return HW_OK;
}

static const char *skip_digits(const char *text) {
  return text + strspn(text, "0123456789");
}

/* Why a text was not taken for a number. What is written like one is beyond what numbers hold. */
static const char *no_number(const char *text, const char *otherwise) {
  const char *first = text[0] == '-' || text[0] == '+' ? text + 1 : text;
  const char *at = skip_digits(first);
  if (at == first) return otherwise;
  if (at[0] == '.') at = skip_digits(at + 1);
  if ((at[0] == 'e' || at[0] == 'E') && at[1] != '\0')
    at = skip_digits(at + (at[1] == '-' || at[1] == '+' ? 2 : 1));
  return *at == '\0' ? "is beyond the range of numbers" : otherwise;
}

hw_status hw_record_parse(hw_record *self, int field, const char *text, hw_err *err) {
  const hw_field *what = &self->kind->fields[field];
  HW_BUG_IF(what->type == HW_TYPE_REF || what->type == HW_TYPE_ITEM, err);
  hw_status status = HW_OK;
  hw_value value = hw_value_text(text);
  if (value.n == 0) {
    value.type = HW_DB_NULL;
  } else if (hw_field_db_type(what->type) == HW_DB_INT) {
    if (!hwp_text_to_int(text, &value.i))
      status = hw_err_set(err, HW_E_VALUE, "\"%.40s\" %s", text,
                          strpbrk(text, ".eE") != NULL ? "is not a whole number"
                                                       : no_number(text, "is not a whole number"));
    value.type = HW_DB_INT;
  } else if (what->type == HW_TYPE_REAL) {
    if (!hwp_text_to_real(text, &value.r))
      status =
          hw_err_set(err, HW_E_VALUE, "\"%.40s\" %s%s", text, no_number(text, "is not a number"),
                     strchr(text, ',') != NULL ? "; write the decimal sign as a point" : "");
    value.type = HW_DB_REAL;
  }
  if (status == HW_OK && value.type != HW_DB_NULL) status = check_field(what, &value, err);
  if (status != HW_OK) {
    hw_err_field(err, "%s", what->name);
    return status;
  }
  self->values[field] = value;
  return HW_OK;
}

/* --- comparing --- */

static bool values_equal(const hw_value *a, const hw_value *b) {
  if (a->type != b->type) return false;
  switch (a->type) {
    case HW_DB_NULL:
      return true;
    case HW_DB_INT:
      return a->i == b->i;
    case HW_DB_REAL:
      return memcmp(&a->r, &b->r, sizeof a->r) == 0;
    default:
      return a->n == b->n && memcmp(a->text, b->text, a->n) == 0;
  }
}

bool hw_record_equal(const hw_record *a, const hw_record *b, int *field) {
  if (field != NULL) *field = -1;
  for (int f = 0; f < a->kind->n_fields; f++)
    if (!values_equal(&a->values[f], &b->values[f])) {
      if (field != NULL) *field = f;
      return false;
    }
  if (a->withdrawn == NULL || b->withdrawn == NULL) return a->withdrawn == b->withdrawn;
  return strcmp(a->withdrawn, b->withdrawn) == 0;
}

/* --- canonical bytes --- */

static void put_int(hw_str *out, uint64_t value, int n) {
  char bytes[8];
  for (int i = 0; i < n; i++) bytes[i] = (char)(value >> (8 * i));
  hw_str_append_bytes(out, bytes, (size_t)n);
}

static void put_text(hw_str *out, const char *name, const char *text, size_t n) {
  hw_str_append_bytes(out, name, strlen(name) + 1);
  hw_str_append_bytes(out, "T", 1);
  put_int(out, n, 4);
  hw_str_append_bytes(out, text, n);
}

void hw_record_canonical(const hw_record *self, hw_str *out) {
  hw_str_append_bytes(out, self->kind->name, strlen(self->kind->name) + 1);
  put_int(out, (uint64_t)self->id, 8);
  put_int(out, (uint64_t)self->entry, 8);
  for (int f = 0; f < self->kind->n_fields; f++) {
    const hw_value *value = &self->values[f];
    const char *name = self->kind->fields[f].name;
    if (value->type == HW_DB_NULL) continue;
    if (value->type == HW_DB_TEXT) {
      put_text(out, name, value->text, value->n);
      continue;
    }
    uint64_t bits = (uint64_t)value->i;
    if (value->type == HW_DB_REAL) memcpy(&bits, &value->r, sizeof bits);
    hw_str_append_bytes(out, name, strlen(name) + 1);
    hw_str_append_bytes(out, value->type == HW_DB_REAL ? "R" : "I", 1);
    put_int(out, bits, 8);
  }
  if (self->withdrawn != NULL) put_text(out, "withdrawn", self->withdrawn, strlen(self->withdrawn));
}

/* Reads canonical bytes from front to back; `failed` once they do not fit. */
typedef struct taker {
  const char *at;
  size_t left;
  bool failed;
} taker;

static const char *take(taker *self, size_t n) {
  if (self->failed || n > self->left) {
    self->failed = true;
    return NULL;
  }
  const char *bytes = self->at;
  self->at += n;
  self->left -= n;
  return bytes;
}

static const char *take_name(taker *self) {
  const char *end = self->left > 0 ? memchr(self->at, '\0', self->left) : NULL;
  return take(self, end != NULL ? (size_t)(end - self->at) + 1 : self->left + 1);
}

static uint64_t take_int(taker *self, int n) {
  const char *bytes = take(self, (size_t)n);
  uint64_t value = 0;
  for (int i = 0; bytes != NULL && i < n; i++)
    value |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
  return value;
}

static hw_value take_value(taker *self) {
  hw_value value = {.type = HW_DB_NULL};
  const char *type = take(self, 1);
  if (type == NULL) return value;
  if (*type == 'T') {
    value.type = HW_DB_TEXT;
    value.n = (size_t)take_int(self, 4);
    value.text = take(self, value.n);
  } else if (*type == 'I' || *type == 'R') {
    uint64_t bits = take_int(self, 8);
    value.type = *type == 'I' ? HW_DB_INT : HW_DB_REAL;
    value.i = (int64_t)bits;
    memcpy(&value.r, &bits, sizeof bits);
  } else {
    self->failed = true;
  }
  return value;
}

hw_status hw_record_from_canonical(const void *bytes, size_t n, hw_arena *arena, hw_record *out,
                                   hw_err *err) {
  taker in = {.at = bytes, .left = n};
  memset(out, 0, sizeof *out);
  const char *name = take_name(&in);
  out->kind = name != NULL ? hw_kind_find(name) : NULL;
  if (out->kind == NULL)
    return hw_err_set(err, HW_E_DAMAGED, "an old version names no kind of record");
  out->id = (int64_t)take_int(&in, 8);
  out->entry = (int64_t)take_int(&in, 8);
  while (!in.failed && in.left > 0) {
    const char *field = take_name(&in);
    hw_value value = take_value(&in);
    if (in.failed) break;
    if (value.type == HW_DB_TEXT) {
      value.text = hw_arena_strndup(arena, value.text, value.n);
      if (value.text == NULL) return HW_NO_MEMORY(err, "an old version");
    }
    int f = hw_kind_field(out->kind, field);
    if (f >= 0)
      out->values[f] = value;
    else if (strcmp(field, "withdrawn") == 0 && value.type == HW_DB_TEXT)
      out->withdrawn = value.text;
    else
      in.failed = true;
  }
  if (in.failed)
    return hw_err_set(err, HW_E_DAMAGED, "an old version of a %s cannot be read", out->kind->name);
  return HW_OK;
}
