/** @file
 * mtDNA and Y-STR haplotypes that stand in the database, for the remains and families of a stored
 * case, and the investigation's tables of haplotypes.
 *
 * As in stored_snp.h, `remains` are those of the case, and persons those of its families'
 * pedigrees.
 *
 * Several haplotypes of one person or of remains must be of one line: the one that covers most is
 * used, and a note tells; where two are different (mtDNA: three or more differences; Y: more than
 * two markers), none counts. Haplotypes of somebody who withdrew consent, or gave none, do not
 * count.
 *
 * Example:
 * @code
 *   hw_stored_lineage lineage;
 *   s = hw_stored_lineage_load(&app, &stored, &lineage, err);
 *   if (s == HW_OK && lineage.remains[r].mt != NULL) use(lineage.remains[r].mt);
 *   hw_stored_lineage_clear(&lineage);
 * @endcode
 */
#ifndef HW_APP_STORED_LINEAGE_H
#define HW_APP_STORED_LINEAGE_H

#include "app/haplotype_table.h"
#include "app/stored_case.h"
#include "app/y_text.h"

/** Notes that are kept in full. */
#define HW_STORED_LINEAGE_NOTES 200

/** Both haplotypes of one person or of remains. */
typedef struct hw_stored_lines {
  const hw_mt *mt;             /**< NULL = not typed */
  const hw_y_text *y;          /**< as it was reported; NULL = not typed */
  int64_t mt_record, y_record; /**< haplotype records; 0 = none */
} hw_stored_lines;

typedef struct hw_stored_lineage {
  int32_t n_remains; /**< of the case */
  const hw_stored_lines *remains;
  int32_t n_families;                    /**< of the case */
  const hw_stored_lines *const *persons; /**< of each family, by person of its pedigree */
  int32_t n_mt, n_y;                     /**< haplotypes that count, remains and persons together */
  /** Tables of the investigation; record 0 = it names none. */
  hw_haplotype_table mt_table, y_table;
  int64_t mt_table_record, y_table_record;
  const char *mt_population, *y_population; /**< codes; NULL = not told */
  /** Digests of what enters a number: of each remains, of each family, of both tables. */
  const uint8_t (*remains_digest)[HW_DIGEST_SIZE];
  const uint8_t (*family_digest)[HW_DIGEST_SIZE];
  uint8_t table_digest[HW_DIGEST_SIZE];
  int n_notes;
  int64_t n_all_notes;
  const char *const *notes;
  hw_arena arena;
  struct hwp_mt_list *all_mt; /**< private: to be freed */
} hw_stored_lineage;

/** Loads the haplotypes of a case. Free with hw_stored_lineage_clear, also after a failure.
 * @param stored  a case, not of hypotheses; borrowed for the call
 * @return HW_OK, also if nobody is typed; HW_E_DAMAGED (a text that is no haplotype, with the
 *         record); HW_E_REFERENCE (a table that was withdrawn); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_stored_lineage_load(hw_app *app, const hw_stored_case *stored,
                                               hw_stored_lineage *out, hw_err *err);
/** A zeroed struct is allowed. */
void hw_stored_lineage_clear(hw_stored_lineage *self);

#endif
