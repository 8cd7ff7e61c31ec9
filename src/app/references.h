/** @file
 * Codes that stand for records, both ways: for reading and writing tables.
 *
 * The last codes and ids that were asked for are remembered in a table of fixed size, since a
 * table of a million rows names few families and panels many times.
 *
 * Example:
 * @code
 *   hw_references *refs = NULL;
 *   HW_TRY(hw_references_new(store, &refs, err));
 *   HW_TRY(hw_references_find(refs, HW_KIND_PEDIGREE, (const char *[]){"F-1", "stated"}, &id, err));
 *   hw_references_delete(refs);
 * @endcode
 */
#ifndef HW_APP_REFERENCES_H
#define HW_APP_REFERENCES_H

#include "app/import.h"
#include "base/arena.h"
#include "store/store.h"

typedef struct hw_references hw_references;

/** Free with hw_references_delete. */
HW_MUST_CHECK hw_status hw_references_new(hw_store *store, hw_references **out, hw_err *err);
/** NULL is allowed. */
void hw_references_delete(hw_references *self);

/** Codes are those of an investigation's file: of persons, families, samples and profiles,
 * "INVESTIGATION/CODE" is tried before the code as it stands. Markers are found under all
 * spellings. */
void hw_references_set_import(hw_references *self, hw_import *import);
/** True if codes of this kind carry the investigation's name. */
bool hw_references_is_prefixed(hw_kind_id kind);

/** The record of a key, given as the texts of its columns (hw_kind_table), none of them NULL.
 * @param id  [out] 0 if there is none
 * @return HW_OK; HW_E_VALUE (a text that is no number, no date …) */
HW_MUST_CHECK hw_status hw_references_find(hw_references *self, hw_kind_id kind,
                                           const char *const *texts, int64_t *id, hw_err *err);
/** The record of a code, or of a key written "A/B" as hw_store_code does.
 * @param id  [out] 0 if there is none
 * @return HW_OK; HW_E_VALUE if the text can be read in several ways */
HW_MUST_CHECK hw_status hw_references_find_code(hw_references *self, hw_kind_id kind,
                                                const char *code, int64_t *id, hw_err *err);

/** Texts of the columns of a record's key, the other way round. They live in the arena.
 * @param texts  [out] as many as the kind's key has columns
 * @param n      [out] how many */
HW_MUST_CHECK hw_status hw_references_texts(hw_references *self, hw_kind_id kind, int64_t id,
                                            hw_arena *arena, const char **texts, int *n,
                                            hw_err *err);

#endif
