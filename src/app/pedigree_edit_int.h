/* Shared by the files of app/pedigree_edit.h. */
#ifndef HW_APP_PEDIGREE_EDIT_INT_H
#define HW_APP_PEDIGREE_EDIT_INT_H

#include "app/pedigree_edit.h"

/* Records in use, in the order of their selection. */
typedef struct hwp_edit_rows {
  hw_record *items;
  int n;
} hwp_edit_rows;
/* Records of a kind whose field (indexed, or the first of the key) has the value. */
HW_MUST_CHECK hw_status hwp_edit_list(hw_app *app, hw_arena *arena, hw_kind_id kind, int field,
                                      int64_t value, hwp_edit_rows *out, hw_err *err);

/* What stands in the database of a family. */
typedef struct hwp_edit_state {
  hw_record family, pedigree; /* pedigree.id 0 = it has no stated one */
  hwp_edit_rows members, descents, identities;
  int n_others;
  int n_persons; /* members by rank, then others of the stated pedigree */
  hw_record *persons;
  char stamp[HW_PEDIGREE_STAMP_SIZE];
} hwp_edit_state;
HW_MUST_CHECK hw_status hwp_edit_read(hw_app *app, hw_arena *arena, int64_t family,
                                      hwp_edit_state *out, hw_err *err);
/* Index of a person in the state, or −1. */
int hwp_edit_person(const hwp_edit_state *self, int64_t person);
/* Index of the row of a person; −1 = none. */
int hwp_edit_row_of(const hwp_edit_rows *rows, int field, int64_t person);
/* First of the persons who are identical to this one, as indices of the state. */
int hwp_edit_twin(const hwp_edit_state *self, int person);
/* What rests on a person, as the name of a kind; "" = nothing. */
HW_MUST_CHECK hw_status hwp_edit_rests(hw_app *app, hw_arena *arena, const hwp_edit_state *state,
                                       int64_t person, hw_pedigree_row *out, hw_err *err);

#endif
