/* What the reference check suggests: the change of the table that an open finding speaks for.
 *
 * A finding names the profiles that it is about; their persons are rows of the table. The
 * suggestion is the explanation that the check found more probable than what is stated
 * (docs/reference-check.md), where it can be said in a table of persons at all:
 *
 *     false-paternity   the father of the child is somebody unknown
 *     false-maternity   so the mother
 *     half-sibs         the second one's father is somebody unknown
 *     full-sibs         the parent whom only one of them has is both's
 *     not-identical     they are brothers or sisters, not twins
 *
 * A sample that was swapped or taken twice is mended in the laboratory, not in the pedigree. */
#include <string.h>

#include "app/pedigree_edit_int.h"
#include "base/check.h"

static int row_of(const hw_pedigree_sheet *sheet, int64_t person) {
  for (int i = 0; i < sheet->n_rows && person != 0; i++)
    if (sheet->rows[i].person == person) return i;
  return -1;
}

/* Row of the person whose profile it is: a reference's own, or that of the sample it is from. */
static hw_status row_of_profile(hw_app *app, hw_arena *arena, const hw_pedigree_sheet *sheet,
                                int64_t profile, int *out, hw_err *err) {
  hw_record record;
  *out = -1;
  if (profile == 0) return HW_OK;
  HW_TRY(hw_store_get(app->store, HW_KIND_PROFILE, profile, arena, &record, err));
  *out = row_of(sheet, hw_record_int(&record, HW_FIELD_PROFILE_PERSON));
  const int64_t sample = hw_record_int(&record, HW_FIELD_PROFILE_SAMPLE);
  if (*out >= 0 || sample == 0) return HW_OK;
  HW_TRY(hw_store_get(app->store, HW_KIND_SAMPLE, sample, arena, &record, err));
  *out = row_of(sheet, hw_record_int(&record, HW_FIELD_SAMPLE_PERSON));
  return HW_OK;
}

static void suggest(const hw_pedigree_sheet *sheet, int a, int b, hw_pedigree_suggestion *out) {
  const hw_pedigree_row *p = &sheet->rows[a], *q = &sheet->rows[b];
  if (strcmp(out->kind, "false-paternity") == 0 && (p->father == b || q->father == a)) {
    out->change = HW_PEDIGREE_NO_FATHER;
    out->row = p->father == b ? a : b;
  } else if (strcmp(out->kind, "false-maternity") == 0 && (p->mother == b || q->mother == a)) {
    out->change = HW_PEDIGREE_NO_MOTHER;
    out->row = p->mother == b ? a : b;
  } else if (strcmp(out->kind, "half-sibs") == 0 && p->father >= 0 && p->father == q->father) {
    out->change = HW_PEDIGREE_NO_FATHER;
    out->row = a > b ? a : b;
  } else if (strcmp(out->kind, "full-sibs") == 0 && p->mother >= 0 && p->mother == q->mother &&
             (p->father < 0) != (q->father < 0)) {
    out->change = HW_PEDIGREE_SAME_FATHER;
    out->row = p->father < 0 ? a : b;
  } else if (strcmp(out->kind, "full-sibs") == 0 && p->father >= 0 && p->father == q->father &&
             (p->mother < 0) != (q->mother < 0)) {
    out->change = HW_PEDIGREE_SAME_MOTHER;
    out->row = p->mother < 0 ? a : b;
  } else if (strcmp(out->kind, "not-identical") == 0 && (p->twin == b || q->twin == a)) {
    out->change = HW_PEDIGREE_NO_TWIN;
    out->row = p->twin == b ? a : b;
  }
  if (out->change != HW_PEDIGREE_AS_IT_IS) out->other = out->row == a ? b : a;
}

static hw_status take(hw_app *app, hw_arena *arena, const hw_pedigree_sheet *sheet,
                      const hw_record *finding, hw_pedigree_suggestion *out, hw_err *err) {
  int a = -1, b = -1;
  *out = (hw_pedigree_suggestion){.finding = hw_record_text(finding, HW_FIELD_FINDING_CODE),
                                  .kind = hw_record_text(finding, HW_FIELD_FINDING_KIND),
                                  .text = hw_record_text(finding, HW_FIELD_FINDING_TEXT),
                                  .log10_lr = hw_record_real(finding, HW_FIELD_FINDING_LOG10_LR),
                                  .row = -1,
                                  .other = -1};
  HW_TRY(
      row_of_profile(app, arena, sheet, hw_record_int(finding, HW_FIELD_FINDING_PROFILE), &a, err));
  HW_TRY(
      row_of_profile(app, arena, sheet, hw_record_int(finding, HW_FIELD_FINDING_OTHER), &b, err));
  if (a >= 0 && b >= 0 && a != b) suggest(sheet, a, b, out);
  return HW_OK;
}

hw_status hw_pedigree_sheet_suggest(hw_app *app, const hw_pedigree_sheet *sheet, hw_arena *arena,
                                    const hw_pedigree_suggestion **items, int *n, hw_err *err) {
  hwp_edit_rows findings;
  *items = NULL;
  *n = 0;
  if (sheet->family_id == 0) return HW_OK;
  HW_TRY(hwp_edit_list(app, arena, HW_KIND_FINDING, HW_FIELD_FINDING_FAMILY, sheet->family_id,
                       &findings, err));
  hw_pedigree_suggestion *out = hw_arena_alloc_array(arena, (size_t)findings.n + 1, sizeof *out);
  if (out == NULL) return HW_NO_MEMORY(err, "the findings");
  for (int i = 0; i < findings.n; i++)
    if (strcmp(hw_record_text(&findings.items[i], HW_FIELD_FINDING_STATE), "open") == 0)
      HW_TRY(take(app, arena, sheet, &findings.items[i], &out[(*n)++], err));
  *items = out;
  return HW_OK;
}

void hw_pedigree_sheet_apply(hw_pedigree_sheet *sheet, const hw_pedigree_suggestion *what) {
  if (what->change == HW_PEDIGREE_AS_IT_IS) return;
  hw_pedigree_row *row = &sheet->rows[what->row];
  const hw_pedigree_row *other = &sheet->rows[what->other];
  switch (what->change) {
    case HW_PEDIGREE_NO_FATHER:
      row->father = -1;
      break;
    case HW_PEDIGREE_NO_MOTHER:
      row->mother = -1;
      break;
    case HW_PEDIGREE_SAME_FATHER:
      row->father = other->father;
      break;
    case HW_PEDIGREE_SAME_MOTHER:
      row->mother = other->mother;
      break;
    case HW_PEDIGREE_NO_TWIN:
      row->twin = -1;
      break;
    case HW_PEDIGREE_AS_IT_IS:
      break;
  }
}

/* --- changes of rows --- */

int hw_pedigree_sheet_add(hw_pedigree_sheet *sheet, const char *sex) {
  if (sheet->n_rows >= HW_PEDIGREE_SHEET_MOST) return -1;
  sheet->rows[sheet->n_rows] = (hw_pedigree_row){.code = "",
                                                 .sex = sex,
                                                 .label = sheet->has_hidden_names ? NULL : "",
                                                 .relation = "",
                                                 .father = -1,
                                                 .mother = -1,
                                                 .twin = -1,
                                                 .rests = ""};
  return sheet->n_rows++;
}

bool hw_pedigree_sheet_add_relative(hw_pedigree_sheet *sheet, hw_pedigree_relative what, int of) {
  if (of < 0 || of >= sheet->n_rows) return false;
  hw_pedigree_row *person = &sheet->rows[of];
  const int n_parents = (person->father < 0) + (person->mother < 0);
  const bool takes_parents = what == HW_PEDIGREE_PARENTS || what == HW_PEDIGREE_SIBLING;
  const int n = (takes_parents ? n_parents : 0) + (what == HW_PEDIGREE_PARENTS ? 0 : 1);
  if (n == 0 || sheet->n_rows + n > HW_PEDIGREE_SHEET_MOST) return false;
  if (takes_parents && person->father < 0) person->father = hw_pedigree_sheet_add(sheet, "male");
  if (takes_parents && person->mother < 0) person->mother = hw_pedigree_sheet_add(sheet, "female");
  if (what == HW_PEDIGREE_PARENTS) return true;
  const int child = hw_pedigree_sheet_add(sheet, "unknown");
  hw_pedigree_row *row = &sheet->rows[child];
  if (what == HW_PEDIGREE_SIBLING) {
    row->father = person->father;
    row->mother = person->mother;
  } else if (strcmp(person->sex, "female") == 0) {
    row->mother = of;
  } else {
    row->father = of;
  }
  return true;
}

void hw_pedigree_sheet_remove(hw_pedigree_sheet *sheet, int row) {
  if (row < 0 || row >= sheet->n_rows) return;
  for (int i = 0; i < sheet->n_rows; i++) {
    int32_t *const links[] = {&sheet->rows[i].father, &sheet->rows[i].mother, &sheet->rows[i].twin};
    for (size_t k = 0; k < sizeof links / sizeof *links; k++)
      *links[k] = *links[k] == row ? -1 : *links[k] - (*links[k] > row);
  }
  for (int i = row; i + 1 < sheet->n_rows; i++) sheet->rows[i] = sheet->rows[i + 1];
  sheet->n_rows--;
}
