/** @file
 * Records that hold genetic data as texts: panels, likelihoods, haplotypes, their tables.
 *
 * Such a text means nothing by itself: likelihoods are in the order of their panel, and a table
 * must be the one whose digest was stored. Here they are read and checked, for imports, for
 * `homeward check`, and for all who compute with them (stored_snp.h, stored_lineage.h).
 *
 * Example:
 * @code
 *   hw_genetic *genetic = NULL;
 *   HW_TRY(hw_genetic_new(app->store, &genetic, err));
 *   s = hw_genetic_check(genetic, &record, &mistake, err);  // mistake.status tells what is wrong
 *   hw_genetic_delete(genetic);
 * @endcode
 */
#ifndef HW_APP_GENETIC_H
#define HW_APP_GENETIC_H

#include "base/digest.h"
#include "base/str.h"
#include "homeward/map.h"
#include "homeward/mtdna.h"
#include "homeward/snp.h"
#include "store/store.h"

/** Reads panels, each once. */
typedef struct hw_genetic hw_genetic;

/** Free with hw_genetic_delete. @param store  borrowed */
HW_MUST_CHECK hw_status hw_genetic_new(hw_store *store, hw_genetic **out, hw_err *err);
/** NULL is allowed. */
void hw_genetic_delete(hw_genetic *self);

/** True if records of the kind hold such texts. */
bool hw_genetic_has(hw_kind_id kind);

/** What reading the text of a stored record failed with, as damage of the record.
 * @param why  the failure, of @p status
 * @return HW_E_DAMAGED; @p status if it is the machine's failure (memory, disk), copied to @p err */
HW_MUST_CHECK hw_status hw_genetic_damaged(const hw_record *record, hw_status status,
                                           const hw_err *why, hw_err *err);

/** The panel of a record; it lives as long as @p self.
 * @return HW_OK; HW_E_DAMAGED (its text is not what was stored, or is no panel), HW_E_REFERENCE */
HW_MUST_CHECK hw_status hw_genetic_panel(hw_genetic *self, int64_t id, const hw_panel **out,
                                         hw_err *err);

/** The genetic map of a record. Free with hw_map_delete. @return as hw_genetic_panel */
HW_MUST_CHECK hw_status hw_genetic_map(hw_genetic *self, int64_t id, hw_map **out, hw_err *err);

/** Checks what a record says against itself and its panel; records of other kinds are fine.
 * @param mistake  [out] status HW_OK, or what is wrong, with the field
 * @return HW_OK also then; failures of the machine; HW_E_DAMAGED (the panel) */
HW_MUST_CHECK hw_status hw_genetic_check(hw_genetic *self, const hw_record *record, hw_err *mistake,
                                         hw_err *err);

/** A table in normal form, as texts are stored, with its digest. */
typedef struct hw_genetic_table {
  hw_str text;
  char digest[HW_DIGEST_TEXT_SIZE];
} hw_genetic_table;

/** Sets a text and the digest of it, which lie in @p out: clear its text when the record is put.
 * @return HW_OK; HW_E_VALUE (no UTF-8); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_genetic_set_table(hw_record *record, int table_field, int digest_field,
                                             const char *text, hw_genetic_table *out, hw_err *err);

#endif
