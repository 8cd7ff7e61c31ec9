/* Kinds of records: the constant tables made from kinds.def.
 *
 * kinds.def is read three times: for the numbers of the kinds and of their
 * fields (kind.h), for one array of fields per kind, and for the array of kinds
 * that points to them. */
#include "store/kind.h"

#include <stddef.h>
#include <string.h>

/* Words of kinds.def. */
#define KEY (HW_FIELD_KEY | HW_FIELD_MUST)
#define MUST HW_FIELD_MUST
#define FIND HW_FIELD_FIND
#define NAME HW_FIELD_NAME
#define STATE (HW_FIELD_STATE | HW_FIELD_MUST)
#define LONG HW_FIELD_LONG

#define HW_KIND(id, name, plural, flags, since, sentence) static const hw_field fields_##id[] = {
#define HW_FIELD(kind, id, name, type, flags, choices, target, since, sentence) \
  {(name), HW_TYPE_##type, (flags), (choices), HW_KIND_##target, (since), (sentence)},
#define HW_KIND_END(id)                                                                         \
  }                                                                                             \
  ;                                                                                             \
  _Static_assert(sizeof fields_##id / sizeof *fields_##id == HW_FIELDS_##id, "one field each"); \
  _Static_assert(HW_FIELDS_##id <= HW_KIND_MAX_FIELDS, "records are of fixed size");
#include "store/kinds.def"
#undef HW_KIND
#undef HW_FIELD
#undef HW_KIND_END

static const hw_kind kinds[] = {
#define HW_KIND(id, name, plural, flags, since, sentence) \
  {HW_KIND_##id, (name), (plural), (flags), (since), (sentence), HW_FIELDS_##id, fields_##id},
#define HW_FIELD(kind, id, name, type, flags, choices, target, since, sentence)
#define HW_KIND_END(id)
#include "store/kinds.def"
#undef HW_KIND
#undef HW_FIELD
#undef HW_KIND_END
};

const hw_kind *hw_kind_get(hw_kind_id id) {
  return id < HW_KIND_COUNT ? &kinds[id] : NULL;
}

/* Puts a kind behind all that it refers to. References make no circle, apart from those of a kind
 * to itself (tested), so that the depth is at most the number of kinds. */
static void put_in_order(hw_kind_id id, bool *is_put, int *n, hw_kind_id *out) {
  const hw_kind *kind = &kinds[id];
  if (is_put[id]) return;
  is_put[id] = true;
  for (int f = 0; f < kind->n_fields; f++)
    if (kind->fields[f].type == HW_TYPE_REF) put_in_order(kind->fields[f].target, is_put, n, out);
  out[(*n)++] = id;
}

void hw_kinds_order(hw_kind_id out[HW_KIND_COUNT]) {
  bool is_put[HW_KIND_COUNT] = {false};
  int n = 0;
  for (int k = 0; k < HW_KIND_COUNT; k++) put_in_order((hw_kind_id)k, is_put, &n, out);
}

bool hw_kind_is_long(const hw_kind *self) {
  for (int f = 0; f < self->n_fields; f++)
    if (self->fields[f].flags & HW_FIELD_LONG) return true;
  return false;
}

/* Names as people type them: "-" and "_" are one sign. */
static bool is_called(const char *name, const char *typed) {
  for (; *name != '\0' && *typed != '\0'; name++, typed++)
    if (*name != *typed && !(*name == '_' && *typed == '-')) return false;
  return *name == *typed;
}

const hw_kind *hw_kind_find(const char *name) {
  for (size_t i = 0; i < HW_KIND_COUNT; i++)
    if (is_called(kinds[i].name, name) || is_called(kinds[i].plural, name)) return &kinds[i];
  return NULL;
}

int hw_kind_field(const hw_kind *self, const char *name) {
  for (int f = 0; f < self->n_fields; f++)
    if (is_called(self->fields[f].name, name)) return f;
  return -1;
}

bool hw_field_has_choice(const hw_field *self, const char *value) {
  size_t n = strlen(value);
  for (const char *word = self->choices; word != NULL && n > 0;) {
    const char *end = strchr(word, '|');
    size_t length = end != NULL ? (size_t)(end - word) : strlen(word);
    if (length == n && memcmp(word, value, n) == 0) return true;
    word = end != NULL ? end + 1 : NULL;
  }
  return false;
}

bool hw_field_is_secret(const hw_kind *self, int field) {
  return (self->flags & HW_KIND_SECRET) && !(self->fields[field].flags & HW_FIELD_KEY);
}

bool hw_field_is_name(const hw_kind *self, int field) {
  return (self->fields[field].flags & HW_FIELD_NAME) ||
         (self->id == HW_KIND_FAMILY_MEMBER && field == HW_FIELD_FAMILY_MEMBER_LABEL) ||
         (self->id == HW_KIND_REPORT && field == HW_FIELD_REPORT_PARAMETERS);
}

int hw_kind_code_field(const hw_kind *self) {
  int found = -1;
  for (int f = 0; f < self->n_fields; f++) {
    if (!(self->fields[f].flags & HW_FIELD_KEY)) continue;
    if (found >= 0 || self->fields[f].type == HW_TYPE_REF) return -1;
    found = f;
  }
  return found;
}
