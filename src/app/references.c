/* Codes that stand for records.
 *
 * Two caches of fixed size, each slot holding the last pair that fell on it: code to id, and id
 * to code. Slots are found by a digest that is keyed by nothing secret: who makes codes collide
 * on purpose makes his own import slow, as slow as it is without caches.
 *
 * A key of several parts may be written in one text, "FAMILY/PEDIGREE". Codes may hold "/"
 * themselves, so every way to cut the text is tried; two ways that both lead somewhere are an
 * error, not a guess. */
#include "app/references.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/kind_table.h"
#include "base/check.h"

enum { N_SLOTS = 8192, CODE_SIZE = 56, MOST_SLASHES = 12 };

typedef struct slot {
  int64_t id; /* 0 = empty */
  int16_t kind;
  char code[CODE_SIZE];
} slot;

struct hw_references {
  hw_store *store;
  hw_import *import; /* NULL = codes are complete */
  slot by_code[N_SLOTS];
  slot by_id[N_SLOTS];
};

hw_status hw_references_new(hw_store *store, hw_references **out, hw_err *err) {
  *out = calloc(1, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "the references");
  (*out)->store = store;
  return HW_OK;
}

void hw_references_delete(hw_references *self) {
  free(self);
}

void hw_references_set_import(hw_references *self, hw_import *import) {
  self->import = import;
}

bool hw_references_is_prefixed(hw_kind_id kind) {
  return kind == HW_KIND_PERSON || kind == HW_KIND_FAMILY || kind == HW_KIND_SAMPLE ||
         kind == HW_KIND_PROFILE || kind == HW_KIND_SNP_PROFILE || kind == HW_KIND_HAPLOTYPE;
}

/* --- the caches --- */

/* FNV-1a (Fowler, Noll, Vo), good enough to spread slots. */
static slot *slot_of_code(hw_references *self, hw_kind_id kind, const char *code) {
  uint32_t hash = 2166136261u ^ (uint32_t)kind;
  for (const char *c = code; *c != '\0'; c++) hash = (hash ^ (unsigned char)*c) * 16777619u;
  return &self->by_code[hash % N_SLOTS];
}

static slot *slot_of_id(hw_references *self, hw_kind_id kind, int64_t id) {
  return &self->by_id[((uint64_t)id + 977u * (uint64_t)kind) % N_SLOTS];
}

static void keep(slot *where, hw_kind_id kind, const char *code, int64_t id) {
  size_t n = strlen(code);
  if (n >= sizeof where->code) return;
  memcpy(where->code, code, n + 1);
  where->kind = (int16_t)kind;
  where->id = id;
}

/* --- from codes to ids --- */

static bool has_prefix(const hw_references *self, hw_kind_id kind) {
  return self->import != NULL && hw_references_is_prefixed(kind) &&
         strcmp(self->import->investigation, "main") != 0;
}

static hw_status find_prefixed(hw_references *self, hw_kind_id kind, const char *code, int64_t *id,
                               hw_err *err) {
  *id = 0;
  if (!has_prefix(self, kind)) return HW_OK;
  hw_str whole = HW_STR_INIT;
  hw_app_code(self->import->investigation, code, &whole);
  hw_status status = hw_str_status(&whole) != HW_OK
                         ? HW_NO_MEMORY(err, "a code")
                         : hw_store_find_code(self->store, kind, hw_str_text(&whole), id, err);
  hw_str_clear(&whole);
  return status;
}

static hw_status find_single(hw_references *self, hw_kind_id kind, const char *code, int64_t *id,
                             hw_err *err) {
  HW_BUG_IF(code == NULL, err);
  slot *cached = slot_of_code(self, kind, code);
  if (cached->id != 0 && cached->kind == (int16_t)kind && strcmp(cached->code, code) == 0) {
    *id = cached->id;
    return HW_OK;
  }
  HW_TRY(find_prefixed(self, kind, code, id, err));
  /* A code without the prefix is not kept: the file may yet bring the one with it. */
  bool is_final = *id != 0 || !has_prefix(self, kind);
  if (*id == 0) HW_TRY(hw_store_find_code(self->store, kind, code, id, err));
  if (*id == 0 && kind == HW_KIND_MARKER && self->import != NULL)
    HW_TRY(hw_import_find_marker(self->import, code, id, err));
  if (*id != 0 && is_final) keep(cached, kind, code, *id);
  return HW_OK;
}

static hw_status find_parts(hw_references *self, hw_kind_id kind, const char *const *texts, int *at,
                            int64_t *id, hw_err *err) {
  const hw_kind *what = hw_kind_get(kind);
  *id = 0;
  if (hw_kind_code_field(what) >= 0) return find_single(self, kind, texts[(*at)++], id, err);
  hw_record key;
  hw_record_init(&key, kind);
  bool is_known = true;
  for (int f = 0; f < what->n_fields; f++) {
    const hw_field *field = &what->fields[f];
    if (!(field->flags & HW_FIELD_KEY)) continue;
    hw_kind_id target = field->target;
    if (field->type == HW_TYPE_ITEM) { /* the kind stands in the field before */
      const hw_kind *item = hw_kind_find(hw_record_text(&key, f - 1));
      HW_BUG_IF(item == NULL, err);
      target = item->id;
    }
    if (target == HW_KIND_NONE) {
      HW_TRY(hw_record_parse(&key, f, texts[(*at)++], err));
      continue;
    }
    int64_t part = 0;
    HW_TRY(find_parts(self, target, texts, at, &part, err));
    if (part == 0) is_known = false;
    hw_record_set_int(&key, f, part);
  }
  return is_known ? hw_store_find(self->store, &key, id, err) : HW_OK;
}

hw_status hw_references_find(hw_references *self, hw_kind_id kind, const char *const *texts,
                             int64_t *id, hw_err *err) {
  int at = 0;
  return find_parts(self, kind, texts, &at, id, err);
}

/* --- keys in one text --- */

/* One way after the other to cut a text. */
typedef struct cutting {
  hw_references *references;
  hw_kind_id kind;
  char text[HW_CODE_MAX * 4 + 4]; /* "/" becomes NUL where it is cut */
  const char *parts[HW_KIND_TABLE_MAX];
  int n_columns; /* of the key */
  int64_t found;
  bool is_ambiguous;
} cutting;

static int count_columns(hw_kind_id kind) {
  const hw_kind *what = hw_kind_get(kind);
  if (hw_kind_code_field(what) >= 0) return 1;
  int n = 0;
  for (int f = 0; f < what->n_fields; f++)
    if (what->fields[f].flags & HW_FIELD_KEY)
      n += what->fields[f].type == HW_TYPE_REF ? count_columns(what->fields[f].target) : 1;
  return n;
}

/* Part number `part` begins at `at`; cuts off every possible length of it. */
static hw_status cut_from(cutting *self, int part, char *at, hw_err *err) {
  self->parts[part] = at;
  if (part == self->n_columns - 1) {
    int64_t id = 0;
    hw_status status = hw_references_find(self->references, self->kind, self->parts, &id, err);
    if (status == HW_E_VALUE) return HW_OK; /* cut in this way it is no number */
    if (status != HW_OK) return status;
    if (id != 0 && self->found != 0 && id != self->found) self->is_ambiguous = true;
    if (id != 0) self->found = id;
    return HW_OK;
  }
  for (char *slash = strchr(at, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    hw_status status = cut_from(self, part + 1, slash + 1, err);
    *slash = '/';
    if (status != HW_OK) return status;
  }
  return HW_OK;
}

hw_status hw_references_find_code(hw_references *self, hw_kind_id kind, const char *code,
                                  int64_t *id, hw_err *err) {
  if (hw_kind_code_field(hw_kind_get(kind)) >= 0) return find_single(self, kind, code, id, err);
  cutting cut = {.references = self, .kind = kind, .n_columns = count_columns(kind)};
  *id = 0;
  size_t n = strlen(code);
  int n_slashes = 0;
  for (const char *c = code; *c != '\0'; c++) n_slashes += *c == '/';
  if (n >= sizeof cut.text || n_slashes > MOST_SLASHES) return HW_OK;
  memcpy(cut.text, code, n + 1);
  HW_TRY(cut_from(&cut, 0, cut.text, err));
  if (cut.is_ambiguous)
    return hw_err_set(
        err, HW_E_VALUE,
        "\"%.60s\" can be read in several ways: write the parts of the key in columns "
        "of their own",
        code);
  *id = cut.found;
  return HW_OK;
}

/* --- from ids to codes --- */

static hw_status single_text(hw_references *self, hw_kind_id kind, int64_t id, hw_arena *arena,
                             const char **text, hw_err *err) {
  slot *cached = slot_of_id(self, kind, id);
  if (cached->id != id || cached->kind != (int16_t)kind) {
    hw_record record;
    HW_TRY(hw_store_get(self->store, kind, id, arena, &record, err));
    *text = hw_record_text(&record, hw_kind_code_field(record.kind));
    keep(cached, kind, *text, id);
    return HW_OK;
  }
  *text = hw_arena_strdup(arena, cached->code);
  return *text != NULL ? HW_OK : HW_NO_MEMORY(err, "a code");
}

static hw_status number_text(hw_arena *arena, int64_t value, const char **text, hw_err *err) {
  char number[24];
  snprintf(number, sizeof number, "%" PRId64, value);
  *text = hw_arena_strdup(arena, number);
  return *text != NULL ? HW_OK : HW_NO_MEMORY(err, "a number");
}

hw_status hw_references_texts(hw_references *self, hw_kind_id kind, int64_t id, hw_arena *arena,
                              const char **texts, int *n, hw_err *err) {
  const hw_kind *what = hw_kind_get(kind);
  if (hw_kind_code_field(what) >= 0) return single_text(self, kind, id, arena, &texts[(*n)++], err);
  hw_record record;
  HW_TRY(hw_store_get(self->store, kind, id, arena, &record, err));
  for (int f = 0; f < what->n_fields; f++) {
    if (!(what->fields[f].flags & HW_FIELD_KEY)) continue;
    const hw_value *value = &record.values[f];
    if (what->fields[f].type == HW_TYPE_REF)
      HW_TRY(hw_references_texts(self, what->fields[f].target, value->i, arena, texts, n, err));
    else if (value->type == HW_DB_INT)
      HW_TRY(number_text(arena, value->i, &texts[(*n)++], err));
    else
      texts[(*n)++] = hw_record_text(&record, f);
  }
  return HW_OK;
}
