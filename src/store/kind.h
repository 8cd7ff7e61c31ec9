/** @file
 * Kinds of records: what can be stored, field by field.
 *
 * The list is store/kinds.def; everything here is constant. A field is named in
 * C by HW_FIELD_<KIND>_<FIELD>, its index in the kind.
 *
 * Example:
 * @code
 *   const hw_kind *person = hw_kind_get(HW_KIND_PERSON);
 *   for (int f = 0; f < person->n_fields; f++) puts(person->fields[f].name);
 * @endcode
 */
#ifndef HW_STORE_KIND_H
#define HW_STORE_KIND_H

#include <stdbool.h>

#include "homeward/status.h"

/** Version of the schema: the largest `since` of kinds.def. */
#define HW_STORE_VERSION 4

/** Most fields of one kind. */
#define HW_KIND_MAX_FIELDS 24

typedef enum hw_kind_id {
#define HW_KIND(id, name, plural, flags, since, sentence) HW_KIND_##id,
#define HW_FIELD(kind, id, name, type, flags, choices, target, since, sentence)
#define HW_KIND_END(id)
#include "store/kinds.def"
#undef HW_KIND
#undef HW_FIELD
#undef HW_KIND_END
  HW_KIND_COUNT,
  HW_KIND_NONE = HW_KIND_COUNT /**< no kind */
} hw_kind_id;

/* HW_FIELD_PERSON_CODE, … and the number of fields HW_FIELDS_PERSON. */
#define HW_KIND(id, name, plural, flags, since, sentence) enum {
#define HW_FIELD(kind, id, name, type, flags, choices, target, since, sentence) \
  HW_FIELD_##kind##_##id,
#define HW_KIND_END(id) \
  HW_FIELDS_##id        \
  }                     \
  ;
#include "store/kinds.def"
#undef HW_KIND
#undef HW_FIELD
#undef HW_KIND_END

typedef enum hw_field_type {
  HW_TYPE_CODE,   /**< identifier: one line, no blanks at the ends, at most HW_CODE_MAX bytes */
  HW_TYPE_TEXT,   /**< free text in NFC */
  HW_TYPE_INT,    /**< 64 bits */
  HW_TYPE_REAL,   /**< double; −inf is permitted, NaN is not */
  HW_TYPE_YES,    /**< 0 or 1 */
  HW_TYPE_DATE,   /**< ISO 8601 as text: 1968-02-03, 1968-02, 1968, or A/B */
  HW_TYPE_TIME,   /**< ISO 8601 as text, UTC: 2026-01-31T08:00:00Z */
  HW_TYPE_CHOICE, /**< one of the words of `detail` */
  HW_TYPE_REF,    /**< id of a record of kind `target` */
  HW_TYPE_ITEM    /**< id of a record of the kind that the field before names */
} hw_field_type;

/** Longest code, in bytes. */
#define HW_CODE_MAX 255
/** Longest text, in bytes, and longest of a field with HW_FIELD_LONG. */
#define HW_TEXT_MAX (1 << 20)
#define HW_TEXT_LONG_MAX (1 << 26)

/** Field flags. */
enum {
  HW_FIELD_KEY = 1,    /**< part of what identifies the record; implies MUST */
  HW_FIELD_MUST = 2,   /**< required */
  HW_FIELD_FIND = 4,   /**< indexed; a YES field: the records that say yes, by their first field */
  HW_FIELD_NAME = 8,   /**< shown only to who may read names */
  HW_FIELD_STATE = 16, /**< changed only through permitted transitions */
  HW_FIELD_LONG = 32,  /**< a text of up to HW_TEXT_LONG_MAX bytes, told by its length and digest */
};

/** Kind flags. */
enum {
  HW_KIND_EVIDENCE = 1, /**< rows are never changed, only withdrawn */
  HW_KIND_SECRET = 2 /**< never shown, exported, imported or told in a message, besides its key */
};

typedef struct hw_field {
  const char *name;
  hw_field_type type;
  unsigned flags;
  const char *choices; /**< HW_TYPE_CHOICE: "a|b|c"; else NULL */
  hw_kind_id target;   /**< HW_TYPE_REF: the kind; else HW_KIND_NONE */
  int since;           /**< schema version */
  const char *sentence;
} hw_field;

typedef struct hw_kind {
  hw_kind_id id;
  const char *name;   /**< also the table's */
  const char *plural; /**< for people: `homeward import PLURAL` */
  unsigned flags;
  int since;
  const char *sentence;
  int n_fields;
  const hw_field *fields;
} hw_kind;

/** All kinds in an order in which they can be imported: those that a kind refers to stand before it,
 * else the order is that of kinds.def. */
void hw_kinds_order(hw_kind_id out[HW_KIND_COUNT]);
/** True if a field of the kind has HW_FIELD_LONG. */
bool hw_kind_is_long(const hw_kind *self);
/** The kind. */
const hw_kind *hw_kind_get(hw_kind_id id);
/** By name or plural, "_" and "-" alike; NULL if there is none. */
const hw_kind *hw_kind_find(const char *name);
/** Index of a field by name, "_" and "-" alike, or −1. */
int hw_kind_field(const hw_kind *self, const char *name);
/** True if `value` is one of the words of a choice field. */
bool hw_field_has_choice(const hw_field *self, const char *value);
/** True if what the field holds is told to nobody: a field of a kind with HW_KIND_SECRET, besides
 * its key. That it was changed may be told, and not that it was this field. */
bool hw_field_is_secret(const hw_kind *self, int field);
/** True if what the field holds is shown only to who may read names: a field with HW_FIELD_NAME, and
 * two that were released without it: what a family's file calls a member, and the parameters of an
 * issued report, which hold every claim that it makes. */
bool hw_field_is_name(const hw_kind *self, int field);
/** Index of the field that alone identifies records of this kind (its code), or −1 where the key
 * has several fields. */
int hw_kind_code_field(const hw_kind *self);

#endif
