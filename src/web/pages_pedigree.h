/** @file
 * The page of the pedigree editor: pages_pedigree.c does what a button says,
 * pages_pedigree_view.c writes the page.
 *
 * Example:
 * @code
 *   self->refusal = "…";
 *   self->where = (hw_pedigree_saved){.row = 2, .field = "father"};
 *   return hwp_pedigree_write(self, err);   // the table as it was typed, row 2 marked
 * @endcode
 */
#ifndef HW_WEB_PAGES_PEDIGREE_H
#define HW_WEB_PAGES_PEDIGREE_H

#include "app/pedigree_edit.h"
#include "web/pages.h"

/** The page in the making. */
typedef struct hwp_pedigree_page {
  hwp_job *job;
  hw_pedigree_sheet sheet; /**< as stored, or as it was typed */
  const char *reason;
  int of;                      /**< row that relatives are added to; −1 = none */
  int first_new;               /**< first row that was added just now; −1 = none */
  const char *hint;            /**< why a button did nothing; NULL = none */
  const char *refusal;         /**< of saving; NULL = none */
  hw_pedigree_saved where;     /**< and what it is about */
  bool is_stale;               /**< refused since somebody else changed the family */
  hw_look_rows investigations; /**< new family: to choose from */
  int n_suggestions;
  const hw_pedigree_suggestion *suggestions;
} hwp_pedigree_page;

HW_MUST_CHECK hw_status hwp_pedigree_write(hwp_pedigree_page *self, hw_err *err);

#endif
