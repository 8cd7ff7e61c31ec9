/** @file
 * Editing a family: who belongs to it, and who is whose child, as one table that is saved as a
 * whole.
 *
 *     hw_pedigree_sheet_read ──→ rows, and a stamp of what they are made from
 *     hw_pedigree_sheet_draw     are the rows possible? as a pedigree, to be drawn
 *     hw_pedigree_sheet_save     checked, and written in one change with a reason
 *
 * A sheet is the stated pedigree with the members of the family. Saving is refused if anything that
 * the sheet shows was changed since it was read: its stamp tells. Versions before go to the history.
 * What an import refuses is refused here too: a person who is her own ancestor, a father who is
 * female, a code that stands twice. On top of that nobody leaves the family whom something rests
 * on: a sample, a profile, a dossier, an identification, another hypothesis of the family; and
 * nobody about whom there is an identification stops being missing.
 *
 * Example:
 * @code
 *   hw_pedigree_sheet sheet;
 *   HW_TRY(hw_pedigree_sheet_read(&app, "F1", &arena, &sheet, err));
 *   sheet.rows[2].father = 0;
 *   s = hw_pedigree_sheet_save(&app, &sheet, "the uncle is a son", &arena, &saved, err);
 *   if (s != HW_OK) printf("row %d, %s: %s\n", saved.row, saved.field, err->message);
 * @endcode
 */
#ifndef HW_APP_PEDIGREE_EDIT_H
#define HW_APP_PEDIGREE_EDIT_H

#include "app/app.h"
#include "homeward/pedigree.h"

/** Rows of a sheet; a larger family is changed by an import. */
#define HW_PEDIGREE_SHEET_MOST 40
/** Bytes of a stamp, with the NUL. */
#define HW_PEDIGREE_STAMP_SIZE (2 * HW_DIGEST_SIZE + 1)

/** Somebody of the family. Texts are borrowed when a sheet is saved. */
typedef struct hw_pedigree_row {
  int64_t person;       /**< record; 0 = new */
  const char *code;     /**< of the person; "" = a new one gets the family's with a number */
  const char *sex;      /**< "male", "female", "unknown" */
  const char *label;    /**< what the family calls the person; NULL = not known, or not told */
  const char *relation; /**< stated relation to the missing person; "" = none */
  bool is_missing;      /**< this is who the family misses */
  int32_t father;       /**< row, or −1; */
  int32_t mother;       /**< so; */
  int32_t twin;         /**< row of the identical twin, or −1 */
  bool is_typed;        /**< read: there is genetic data */
  const char *rests;    /**< read: kind of record that rests on the person, who cannot be removed
                              therefore ("sample", "identification", …); "" = none */
  bool has_decision;    /**< read: there is an identification: the person stays missing */
} hw_pedigree_row;

typedef struct hw_pedigree_sheet {
  const char *family;        /**< code */
  int64_t family_id;         /**< 0 = a new family */
  const char *investigation; /**< code; of a new family NULL = "main" */
  const char *stamp;         /**< of what was read; NULL or "" = a new family */
  int n_others;              /**< read: further hypotheses, which are not edited here */
  bool has_hidden_names;     /**< read: labels were left out */
  bool is_too_large;         /**< read: more than HW_PEDIGREE_SHEET_MOST; rows are left out */
  int n_rows;
  hw_pedigree_row *rows; /**< room for HW_PEDIGREE_SHEET_MOST */
} hw_pedigree_sheet;

/** What a refusal is about, and what saving has done. */
typedef struct hw_pedigree_saved {
  int row;            /**< row that is wrong; −1 = none in particular */
  const char *field;  /**< "code", "sex", "father", "mother", "twin", "missing", "reason", or "" */
  const char *family; /**< code of the family */
  int n_added, n_changed, n_removed; /**< records written */
} hw_pedigree_saved;

/** Reads the sheet of a family. Labels are NULL without HW_MAY_NAMES.
 * @return HW_OK; HW_E_REFERENCE; HW_E_DENIED (of another investigation) */
HW_MUST_CHECK hw_status hw_pedigree_sheet_read(hw_app *app, const char *family, hw_arena *arena,
                                               hw_pedigree_sheet *out, hw_err *err);

/** Checks that the rows are possible, and makes the pedigree that they say; codes that are missing
 * are numbered. Nothing is read or written.
 * @param out  [out] in the arena; NULL = only check
 * @return HW_OK; HW_E_PEDIGREE, HW_E_DUPLICATE, HW_E_VALUE, with @p where set */
HW_MUST_CHECK hw_status hw_pedigree_sheet_draw(const hw_pedigree_sheet *sheet, hw_arena *arena,
                                               hw_pedigree *out, hw_pedigree_saved *where,
                                               hw_err *err);

/* --- changes of a table, before it is saved --- */

/** Somebody new, related to nobody. @return the row; −1 if the table is full */
int hw_pedigree_sheet_add(hw_pedigree_sheet *sheet, const char *sex);

typedef enum hw_pedigree_relative {
  HW_PEDIGREE_PARENTS, /**< those who are not known yet */
  HW_PEDIGREE_CHILD,
  HW_PEDIGREE_SIBLING /**< a full one; parents who are not known are added too */
} hw_pedigree_relative;
/** @return false if there is no such row, nothing to add, or no room */
bool hw_pedigree_sheet_add_relative(hw_pedigree_sheet *sheet, hw_pedigree_relative what, int of);
/** Takes a row out; who had that person as parent or twin has nobody there. */
void hw_pedigree_sheet_remove(hw_pedigree_sheet *sheet, int row);

/* --- what the reference check suggests --- */

typedef enum hw_pedigree_change {
  HW_PEDIGREE_AS_IT_IS = 0, /**< nothing that a table of persons can say */
  HW_PEDIGREE_NO_FATHER,    /**< the row's father is somebody unknown; */
  HW_PEDIGREE_NO_MOTHER,    /**< so the mother */
  HW_PEDIGREE_SAME_FATHER,  /**< the row's father is the other row's; */
  HW_PEDIGREE_SAME_MOTHER,  /**< so the mother */
  HW_PEDIGREE_NO_TWIN       /**< the row and the other are no twins */
} hw_pedigree_change;

/** An open finding about the family, and the change of the table that it speaks for. */
typedef struct hw_pedigree_suggestion {
  const char *finding; /**< code */
  const char *kind;    /**< "false-paternity", … */
  const char *text;    /**< one sentence */
  double log10_lr;     /**< of the explanation against what is stated; NaN = does not apply */
  hw_pedigree_change change;
  int row, other; /**< rows; −1 without a change */
} hw_pedigree_suggestion;

/** Lists the open findings of the family of a sheet, by their records. */
HW_MUST_CHECK hw_status hw_pedigree_sheet_suggest(hw_app *app, const hw_pedigree_sheet *sheet,
                                                  hw_arena *arena,
                                                  const hw_pedigree_suggestion **items, int *n,
                                                  hw_err *err);
/** Makes the suggested change in the table. */
void hw_pedigree_sheet_apply(hw_pedigree_sheet *sheet, const hw_pedigree_suggestion *what);

/* --- saving --- */

/** Saves it in a change of its own. Needs HW_MAY_WRITE, and HW_MAY_NAMES if a label is changed.
 * @param saved  [out] also on refusal
 * @return HW_OK; HW_E_DENIED; as hw_pedigree_sheet_draw; HW_E_CONFLICT (the family was changed since;
 *         a code is somebody else's); HW_E_STATE (something rests on who is removed; nothing was
 *         changed); HW_E_VALUE (no reason) */
HW_MUST_CHECK hw_status hw_pedigree_sheet_save(hw_app *app, const hw_pedigree_sheet *sheet,
                                               const char *reason, hw_arena *arena,
                                               hw_pedigree_saved *saved, hw_err *err);

#endif
