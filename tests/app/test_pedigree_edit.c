/* Editing a family: what is possible, what is refused, and what is left behind. */
#include "app/pedigree_edit.h"

#include <stdio.h>
#include <string.h>

#include "app/access.h"
#include "app/decide_support.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_app app;
static hw_err err;
static hw_pedigree_saved saved;

static int open_case(void **state) {
  (void)state;
  decide_new_case(&app);
  decide_import(&app, "investigations", "code,description\nelsewhere,another one\n");
  return 0;
}

static int close_case(void **state) {
  (void)state;
  hw_app_close(&app);
  return 0;
}

/* --- sheets --- */

static hw_pedigree_sheet read_of(const char *family) {
  hw_pedigree_sheet sheet;
  hw_assert_ok(hw_pedigree_sheet_read(&app, family, &decide_arena, &sheet, &err), &err);
  return sheet;
}

static int row_of(const hw_pedigree_sheet *sheet, const char *code) {
  for (int i = 0; i < sheet->n_rows; i++)
    if (strcmp(sheet->rows[i].code, code) == 0) return i;
  fail_msg("there is no row %s", code);
  return -1;
}

static int add(hw_pedigree_sheet *sheet, const char *code, const char *sex) {
  assert_true(sheet->n_rows < HW_PEDIGREE_SHEET_MOST);
  sheet->rows[sheet->n_rows] = (hw_pedigree_row){
      .code = code, .sex = sex, .relation = "", .father = -1, .mother = -1, .twin = -1};
  return sheet->n_rows++;
}

/* Takes a row out of a sheet that nobody else of it points to. */
static void take_out(hw_pedigree_sheet *sheet, int row) {
  for (int i = 0; i < sheet->n_rows; i++) {
    int32_t *const links[] = {&sheet->rows[i].father, &sheet->rows[i].mother, &sheet->rows[i].twin};
    for (int k = 0; k < 3; k++) *links[k] = *links[k] == row ? -1 : *links[k] - (*links[k] > row);
  }
  for (int i = row; i + 1 < sheet->n_rows; i++) sheet->rows[i] = sheet->rows[i + 1];
  sheet->n_rows--;
}

static hw_status save(const hw_pedigree_sheet *sheet) {
  return hw_pedigree_sheet_save(&app, sheet, "tests", &decide_arena, &saved, &err);
}

static void save_fine(const hw_pedigree_sheet *sheet) {
  hw_assert_ok(save(sheet), &err);
}

static void refused(const hw_pedigree_sheet *sheet, hw_status status, int row, const char *field,
                    const char *message) {
  char before[80];
  snprintf(before, sizeof before, "%s", app_test_head(&app));
  hw_assert_status(save(sheet), status, &err);
  assert_string_equal(err.message, message);
  assert_int_equal(saved.row, row);
  assert_string_equal(saved.field, field);
  assert_string_equal(app_test_head(&app), before); /* nothing was written */
}

/* --- reading --- */

static void a_sheet_says_what_an_import_said(void **state) {
  (void)state;
  decide_import(&app, "families",
                "family,person,father,mother,sex,missing,relation,twin_of\n"
                "F3,A,,,male,,father,\nF3,B,,,female,,mother,\nF3,X,A,B,male,yes,,\n"
                "F3,T,A,B,male,,brother,X\nF3,C,A,,female,,,\n");
  hw_pedigree_sheet sheet = read_of("F3");
  assert_int_equal(sheet.n_rows, 5);
  assert_string_equal(sheet.investigation, "main");
  const hw_pedigree_row *x = &sheet.rows[row_of(&sheet, "X")],
                        *t = &sheet.rows[row_of(&sheet, "T")];
  assert_true(x->is_missing);
  assert_int_equal(x->father, row_of(&sheet, "A"));
  assert_int_equal(x->mother, row_of(&sheet, "B"));
  assert_int_equal(t->twin, row_of(&sheet, "X"));
  assert_string_equal(t->relation, "brother");
  assert_int_equal(sheet.rows[row_of(&sheet, "C")].mother, -1);
  /* Saved as it is, nothing would change. */
  refused(&sheet, HW_E_STATE, -1, "", "nothing was changed in this table");
  hw_pedigree_sheet none;
  hw_assert_status(hw_pedigree_sheet_read(&app, "F9", &decide_arena, &none, &err), HW_E_REFERENCE,
                   &err);
}

static void what_rests_on_somebody_is_told(void **state) {
  (void)state;
  decide_run(&app, 3);
  decide_propose(&app, "F1-X", "S1");
  hw_pedigree_sheet sheet = read_of("F1");
  const hw_pedigree_row *f = &sheet.rows[row_of(&sheet, "F1-F")];
  const hw_pedigree_row *x = &sheet.rows[row_of(&sheet, "F1-X")];
  assert_true(f->is_typed);
  assert_string_equal(f->rests, "profile");
  assert_false(f->has_decision);
  assert_false(x->is_typed);
  assert_string_equal(x->rests, "identification");
  assert_true(x->has_decision);
}

/* --- saving --- */

static void relatives_are_added(void **state) {
  (void)state;
  hw_pedigree_sheet sheet = read_of("F1");
  const int mother = add(&sheet, "F1-M", "female"), brother = add(&sheet, "", "male");
  sheet.rows[mother].relation = "mother";
  sheet.rows[mother].label = "Mẹ";
  const int x = row_of(&sheet, "F1-X");
  sheet.rows[x].mother = mother;
  sheet.rows[brother].father = row_of(&sheet, "F1-F");
  sheet.rows[brother].mother = mother;
  save_fine(&sheet);
  assert_string_equal(saved.family, "F1");
  assert_int_equal(saved.n_added, 6); /* two persons, members, and places in the pedigree */
  assert_int_equal(saved.n_changed, 1);
  assert_int_equal(saved.n_removed, 0);
  sheet = read_of("F1");
  assert_int_equal(sheet.n_rows, 4);
  assert_string_equal(sheet.rows[3].code, "F1-1");
  assert_string_equal(sheet.rows[2].label, "Mẹ");
  assert_string_equal(sheet.rows[2].relation, "mother");
  assert_int_equal(sheet.rows[row_of(&sheet, "F1-X")].mother, 2);
  assert_int_equal(sheet.rows[3].mother, 2);
  assert_int_equal(decide_faults(&app), 0);
}

static hw_status count_version(void *context, const hw_record *version, hw_err *e) {
  (void)e;
  int *n = context;
  n[0]++;
  n[1] += !hw_record_is_null(version, HW_FIELD_DESCENT_MOTHER);
  return HW_OK;
}

static void every_version_of_a_link_can_be_read(void **state) {
  (void)state;
  hw_pedigree_sheet sheet = read_of("F1");
  sheet.rows[row_of(&sheet, "F1-X")].mother = add(&sheet, "F1-M", "female");
  save_fine(&sheet);
  sheet = read_of("F1");
  sheet.rows[row_of(&sheet, "F1-X")].mother = -1;
  save_fine(&sheet);
  int n[2] = {0, 0};
  const int64_t id = app_test_get(&app, HW_KIND_DESCENT, "F1/stated/F1-X")->id;
  hw_assert_ok(hw_store_history(app.store, HW_KIND_DESCENT, id, count_version, n, &err), &err);
  assert_int_equal(n[0], 3);
  assert_int_equal(n[1], 1);
  assert_int_equal(decide_faults(&app), 0);
}

static void who_leaves_is_withdrawn_and_may_come_back(void **state) {
  (void)state;
  hw_pedigree_sheet sheet = read_of("F1");
  sheet.rows[row_of(&sheet, "F1-X")].mother = add(&sheet, "F1-M", "female");
  save_fine(&sheet);
  sheet = read_of("F1");
  take_out(&sheet, row_of(&sheet, "F1-M"));
  save_fine(&sheet);
  assert_int_equal(saved.n_removed, 2);
  sheet = read_of("F1");
  assert_int_equal(sheet.n_rows, 2);
  assert_int_equal(decide_faults(&app), 0);
  sheet.rows[row_of(&sheet, "F1-X")].mother = add(&sheet, "F1-M", "female");
  save_fine(&sheet);
  sheet = read_of("F1");
  assert_int_equal(sheet.n_rows, 3);
  assert_int_equal(sheet.rows[row_of(&sheet, "F1-X")].mother, row_of(&sheet, "F1-M"));
  assert_int_equal(decide_faults(&app), 0);
}

static void twins_are_joined_and_parted(void **state) {
  (void)state;
  hw_pedigree_sheet sheet = read_of("F1");
  const int x = row_of(&sheet, "F1-X"), twin = add(&sheet, "F1-T", "male");
  sheet.rows[twin].father = row_of(&sheet, "F1-F");
  sheet.rows[x].twin = twin; /* a later row: the link is turned round */
  save_fine(&sheet);
  sheet = read_of("F1");
  assert_int_equal(sheet.rows[row_of(&sheet, "F1-T")].twin, row_of(&sheet, "F1-X"));
  refused(&sheet, HW_E_STATE, -1, "", "nothing was changed in this table");
  sheet.rows[row_of(&sheet, "F1-T")].twin = -1;
  save_fine(&sheet);
  sheet = read_of("F1");
  assert_int_equal(sheet.rows[row_of(&sheet, "F1-T")].twin, -1);
  sheet.rows[row_of(&sheet, "F1-T")].twin = row_of(&sheet, "F1-X");
  save_fine(&sheet);
  assert_int_equal(decide_faults(&app), 0);
}

/* --- refusals --- */

static void impossible_pedigrees_name_their_row(void **state) {
  (void)state;
  hw_pedigree_sheet sheet = read_of("F1");
  const int f = row_of(&sheet, "F1-F"), x = row_of(&sheet, "F1-X");
  sheet.rows[f].father = x;
  refused(&sheet, HW_E_PEDIGREE, f, "", "F1-F is her own ancestor, or his, over 2 generations");
  sheet.rows[f].father = f;
  refused(&sheet, HW_E_PEDIGREE, f, "", "F1-F is her own ancestor, or his, over 1 generation");
  sheet = read_of("F1");
  sheet.rows[f].sex = "female";
  refused(&sheet, HW_E_PEDIGREE, x, "father", "F1-F, the father of F1-X, is female");
  sheet.rows[f].sex = "male";
  sheet.rows[x].mother = f;
  refused(&sheet, HW_E_PEDIGREE, x, "mother", "F1-F, the mother of F1-X, is male");
  sheet = read_of("F1");
  sheet.rows[x].sex = "both";
  refused(&sheet, HW_E_VALUE, x, "sex", "\"both\" is no sex: expected male, female or unknown");
  sheet = read_of("F1");
  const int again = add(&sheet, "F1-X", "male");
  refused(&sheet, HW_E_DUPLICATE, again, "code", "the code \"F1-X\" stands twice");
  sheet.rows[again].code = "F1-Y";
  sheet.rows[again].father = 7;
  refused(&sheet, HW_E_REFERENCE, again, "father", "a parent or twin is in no row of the table");
  sheet.rows[again].father = -1;
  sheet.rows[again].twin = again;
  refused(&sheet, HW_E_PEDIGREE, again, "twin", "F1-Y cannot be the own twin");
  sheet.n_rows = 0;
  refused(&sheet, HW_E_PEDIGREE, -1, "", "a family has one person at least");
}

static void nobody_leaves_whom_something_rests_on(void **state) {
  (void)state;
  decide_run(&app, 3);
  decide_propose(&app, "F1-X", "S1");
  decide_import(&app, "samples", "code,investigation,person\nR1,main,F2-X\n");
  hw_pedigree_sheet sheet = read_of("F1");
  take_out(&sheet, row_of(&sheet, "F1-F"));
  refused(&sheet, HW_E_STATE, -1, "", "F1-F has a record of kind profile and cannot be removed");
  sheet = read_of("F1");
  take_out(&sheet, row_of(&sheet, "F1-X"));
  refused(&sheet, HW_E_STATE, -1, "",
          "F1-X has a record of kind identification and cannot be removed");
  sheet = read_of("F2");
  take_out(&sheet, row_of(&sheet, "F2-X"));
  refused(&sheet, HW_E_STATE, -1, "", "F2-X has a record of kind sample and cannot be removed");
  sheet = read_of("F1");
  const int x = row_of(&sheet, "F1-X");
  sheet.rows[x].is_missing = false;
  refused(&sheet, HW_E_STATE, x, "missing",
          "there is an identification of F1-X, who stays missing in this family");
}

static void other_hypotheses_stay_possible(void **state) {
  (void)state;
  decide_import(&app, "families",
                "family,person,father,mother,sex,missing,pedigree\n"
                "F4,F4-A,,,male,,\nF4,F4-X,F4-A,,male,yes,\nF4,F4-B,,,unknown,,\n"
                "F4,F4-X,F4-B,,male,yes,uncle\n");
  hw_pedigree_sheet sheet = read_of("F4");
  assert_int_equal(sheet.n_others, 1);
  const int b = row_of(&sheet, "F4-B");
  assert_string_equal(sheet.rows[b].rests, "pedigree");
  take_out(&sheet, b);
  refused(&sheet, HW_E_STATE, -1, "",
          "F4-B stands in another hypothesis of the family and cannot be removed");
  sheet = read_of("F4");
  sheet.rows[b].sex = "female";
  char before[80];
  snprintf(before, sizeof before, "%s", app_test_head(&app));
  hw_assert_status(save(&sheet), HW_E_PEDIGREE, &err);
  hw_assert_contains(err.message, "F4-B, the father of F4-X, is female");
  assert_string_equal(app_test_head(&app), before);
  sheet.rows[b].sex = "male";
  save_fine(&sheet);
}

static void a_stale_table_is_refused(void **state) {
  (void)state;
  static const char message[] =
      "family F1 was changed by somebody else since this table was made: look at it as it stands, "
      "and make the change again";
  hw_pedigree_sheet mine = read_of("F1"), theirs = read_of("F1");
  add(&theirs, "F1-M", "female");
  save_fine(&theirs);
  add(&mine, "F1-N", "female");
  refused(&mine, HW_E_CONFLICT, -1, "", message);
  /* Also what was changed by an import, and a stamp that is none. */
  mine = read_of("F1");
  decide_import(&app, "families", "family,person,father,mother,sex\nF1,F1-Z,,,male\n");
  add(&mine, "F1-N", "female");
  refused(&mine, HW_E_CONFLICT, -1, "", message);
  mine = read_of("F1");
  mine.stamp = "";
  add(&mine, "F1-N", "female");
  refused(&mine, HW_E_CONFLICT, -1, "", message);
}

static void codes_of_others_are_not_taken(void **state) {
  (void)state;
  hw_pedigree_sheet sheet = read_of("F1");
  const int row = add(&sheet, "F2-F", "male");
  refused(&sheet, HW_E_CONFLICT, row, "code", "the code F2-F is somebody else's");
  /* Neither by their record. */
  sheet.rows[row].person = app_test_get(&app, HW_KIND_PERSON, "F2-F")->id;
  refused(&sheet, HW_E_VALUE, row, "code", "F2-F is none of the family");
}

static void it_takes_permissions_and_a_reason(void **state) {
  (void)state;
  hw_app clerk;
  const hw_who who = {.login = "tester", .actor = "clerk"},
               plain = {.login = "tester", .actor = "reader"};
  hw_pedigree_sheet sheet = read_of("F1");
  add(&sheet, "F1-M", "female");
  hw_assert_status(hw_pedigree_sheet_save(&app, &sheet, "", &decide_arena, &saved, &err),
                   HW_E_VALUE, &err);
  assert_string_equal(saved.field, "reason");
  hw_assert_ok(hw_app_open(&clerk, hw_store_location(app.store), HW_DB_WRITE, &plain, &err), &err);
  hw_assert_status(hw_pedigree_sheet_save(&clerk, &sheet, "r", &decide_arena, &saved, &err),
                   HW_E_DENIED, &err);
  hw_app_close(&clerk);
  hw_assert_ok(hw_app_open(&clerk, hw_store_location(app.store), HW_DB_WRITE, &who, &err), &err);
  /* Labels are names: clerk does not read them, and does not write them. */
  hw_assert_ok(hw_pedigree_sheet_read(&clerk, "F1", &decide_arena, &sheet, &err), &err);
  assert_true(sheet.has_hidden_names);
  assert_null(sheet.rows[0].label);
  const int m = add(&sheet, "F1-M", "female");
  sheet.rows[m].label = "Mẹ";
  hw_assert_status(hw_pedigree_sheet_save(&clerk, &sheet, "r", &decide_arena, &saved, &err),
                   HW_E_DENIED, &err);
  sheet.rows[m].label = NULL;
  hw_assert_ok(hw_pedigree_sheet_save(&clerk, &sheet, "r", &decide_arena, &saved, &err), &err);
  hw_app_close(&clerk);
  /* Another investigation is not shown, and not changed. */
  static const char *const only[] = {"elsewhere"};
  hw_assert_ok(hw_access_set(&app, "clerk", only, 1, "tests", &err), &err);
  hw_assert_ok(hw_app_open(&clerk, hw_store_location(app.store), HW_DB_WRITE, &who, &err), &err);
  hw_pedigree_sheet other;
  hw_assert_status(hw_pedigree_sheet_read(&clerk, "F1", &decide_arena, &other, &err), HW_E_DENIED,
                   &err);
  sheet = read_of("F1");
  add(&sheet, "F1-K", "female");
  hw_assert_status(hw_pedigree_sheet_save(&clerk, &sheet, "r", &decide_arena, &saved, &err),
                   HW_E_DENIED, &err);
  sheet.family_id = 0;
  sheet.family = "F8";
  for (int i = 0; i < sheet.n_rows; i++) sheet.rows[i].person = 0;
  hw_assert_status(hw_pedigree_sheet_save(&clerk, &sheet, "r", &decide_arena, &saved, &err),
                   HW_E_DENIED, &err);
  hw_app_close(&clerk);
}

/* --- new families --- */

static void a_family_begins_with_who_is_missing(void **state) {
  (void)state;
  hw_pedigree_row rows[HW_PEDIGREE_SHEET_MOST] = {{.person = 0}};
  hw_pedigree_sheet sheet = {.family = "N1", .investigation = "elsewhere", .rows = rows};
  const int x = add(&sheet, "", "male"), mother = add(&sheet, "Bà", "female");
  sheet.rows[x].mother = mother;
  hw_assert_status(save(&sheet), HW_E_VALUE, &err);
  assert_string_equal(saved.field, "missing");
  sheet.rows[x].is_missing = true;
  save_fine(&sheet);
  assert_string_equal(saved.family, "elsewhere/N1");
  hw_pedigree_sheet stored = read_of("elsewhere/N1");
  assert_int_equal(stored.n_rows, 2);
  assert_string_equal(stored.rows[0].code, "elsewhere/N1-1");
  assert_string_equal(stored.rows[1].code, "elsewhere/Bà");
  assert_string_equal(stored.investigation, "elsewhere");
  assert_true(stored.rows[0].is_missing);
  assert_string_equal(
      hw_record_text(app_test_get(&app, HW_KIND_PERSON, "elsewhere/N1-1"), HW_FIELD_PERSON_ROLE),
      "missing");
  assert_int_equal(decide_faults(&app), 0);
  hw_assert_status(save(&sheet), HW_E_CONFLICT, &err);
  assert_string_equal(saved.field, "family");
  sheet.family = "";
  hw_assert_status(save(&sheet), HW_E_VALUE, &err);
  sheet.family = "N2";
  sheet.investigation = "nowhere";
  hw_assert_status(save(&sheet), HW_E_REFERENCE, &err);
}

/* --- tables in the making --- */

static void relatives_are_rows_that_point_to_each_other(void **state) {
  (void)state;
  hw_pedigree_sheet sheet = read_of("F1");
  const int f = row_of(&sheet, "F1-F"), x = row_of(&sheet, "F1-X");
  assert_true(hw_pedigree_sheet_add_relative(&sheet, HW_PEDIGREE_SIBLING, x));
  assert_int_equal(sheet.n_rows, 4); /* the mother whom nobody knew, and the sibling */
  assert_int_equal(sheet.rows[x].mother, 2);
  assert_int_equal(sheet.rows[3].mother, 2);
  assert_int_equal(sheet.rows[3].father, f);
  assert_false(hw_pedigree_sheet_add_relative(&sheet, HW_PEDIGREE_PARENTS, x));
  assert_true(hw_pedigree_sheet_add_relative(&sheet, HW_PEDIGREE_CHILD, 2));
  assert_int_equal(sheet.rows[4].mother, 2);
  assert_int_equal(sheet.rows[4].father, -1);
  assert_false(hw_pedigree_sheet_add_relative(&sheet, HW_PEDIGREE_CHILD, 5));
  assert_false(hw_pedigree_sheet_add_relative(&sheet, HW_PEDIGREE_CHILD, -1));
  hw_pedigree_sheet_remove(&sheet, 2);
  assert_int_equal(sheet.n_rows, 4);
  assert_int_equal(sheet.rows[x].mother, -1);
  assert_int_equal(sheet.rows[2].father, f);
  hw_pedigree_sheet_remove(&sheet, 9);
  assert_int_equal(sheet.n_rows, 4);
  while (hw_pedigree_sheet_add(&sheet, "male") >= 0) continue;
  assert_int_equal(sheet.n_rows, HW_PEDIGREE_SHEET_MOST);
  assert_false(hw_pedigree_sheet_add_relative(&sheet, HW_PEDIGREE_CHILD, x));
}

/* Imports a finding of a kind about two profiles, and follows it. */
static hw_pedigree_sheet followed(const char *family, const char *kind, const char *a,
                                  const char *b, hw_pedigree_change change) {
  char table[400];
  static int n = 0;
  const hw_pedigree_suggestion *items = NULL;
  int count = 0, found = -1;
  snprintf(table, sizeof table, "code,kind,family,profile,other,text\nK%d,%s,%s,%s,%s,doubt\n", ++n,
           kind, family, a, b);
  decide_import(&app, "findings", table);
  hw_pedigree_sheet sheet = read_of(family);
  hw_assert_ok(hw_pedigree_sheet_suggest(&app, &sheet, &decide_arena, &items, &count, &err), &err);
  for (int i = 0; i < count; i++)
    if (strcmp(items[i].kind, kind) == 0) found = i;
  assert_true(found >= 0);
  assert_int_equal(items[found].change, change);
  hw_pedigree_sheet_apply(&sheet, &items[found]);
  return sheet;
}

static void findings_suggest_what_a_table_can_say(void **state) {
  (void)state;
  decide_import(&app, "families",
                "family,person,father,mother,sex,missing,twin_of\nG,G-F,,,male,,\n"
                "G,G-M,,,female,,\nG,G-A,G-F,G-M,male,,\nG,G-B,G-F,,male,,\n"
                "G,G-T,G-F,G-M,male,,G-A\nG,G-X,G-F,G-M,male,yes,\n");
  decide_import(&app, "samples", "code,investigation,person\nGS,main,G-B\n");
  decide_import(&app, "profiles",
                "code,person,sample,panel,observations,use\n"
                "G-F,G-F,,P,\"10;10;10;10;10;10;10;10;10;\",single\n"
                "G-M,G-M,,P,\"10;10;10;10;10;10;10;10;10;\",single\n"
                "G-A,G-A,,P,\"10;10;10;10;10;10;10;10;10;\",single\n"
                "G-B,,GS,P,\"12;12;12;12;12;12;12;12;12;\",single\n"
                "G-T,G-T,,P,\"12;12;12;12;12;12;12;12;12;\",single\n");
  hw_pedigree_sheet sheet = followed("G", "false-paternity", "G-B", "G-F", HW_PEDIGREE_NO_FATHER);
  assert_int_equal(sheet.rows[row_of(&sheet, "G-B")].father, -1);
  sheet = followed("G", "false-maternity", "G-M", "G-A", HW_PEDIGREE_NO_MOTHER);
  assert_int_equal(sheet.rows[row_of(&sheet, "G-A")].mother, -1);
  sheet = followed("G", "half-sibs", "G-A", "G-B", HW_PEDIGREE_NO_FATHER);
  assert_int_equal(sheet.rows[row_of(&sheet, "G-B")].father, -1);
  sheet = followed("G", "full-sibs", "G-B", "G-A", HW_PEDIGREE_SAME_MOTHER);
  assert_int_equal(sheet.rows[row_of(&sheet, "G-B")].mother, row_of(&sheet, "G-M"));
  sheet = followed("G", "not-identical", "G-A", "G-T", HW_PEDIGREE_NO_TWIN);
  assert_int_equal(sheet.rows[row_of(&sheet, "G-T")].twin, -1);
  /* What is not so in the pedigree, and what no table can say. */
  sheet = followed("G", "swapped", "G-A", "G-T", HW_PEDIGREE_AS_IT_IS);
  const hw_pedigree_suggestion *items = NULL;
  int n = 0;
  sheet.rows[row_of(&sheet, "G-B")].father = -1;
  hw_assert_ok(hw_pedigree_sheet_suggest(&app, &sheet, &decide_arena, &items, &n, &err), &err);
  for (int i = 0; i < n; i++)
    if (strcmp(items[i].kind, "false-paternity") == 0)
      assert_int_equal(items[i].change, HW_PEDIGREE_AS_IT_IS);
}

/* --- what rests on the family --- */

static void an_identification_notices_that_its_family_has_changed(void **state) {
  (void)state;
  decide_run(&app, 3);
  const char *id = decide_propose(&app, "F1-X", "S1");
  decide_review(&app, id);
  hw_pedigree_sheet sheet = read_of("F1");
  sheet.rows[row_of(&sheet, "F1-X")].father = -1;
  save_fine(&sheet);
  hw_assert_status(decide_step(&app, "board", id, "confirmed", false, NULL, &err), HW_E_STATE,
                   &err);
  hw_assert_contains(err.message, "the data have changed since run-1 (");
}

static void exhausted_memory_leaves_nothing_half_done(void **state) {
  (void)state;
  hw_pedigree_sheet sheet = read_of("F1");
  sheet.rows[row_of(&sheet, "F1-X")].mother = add(&sheet, "F1-M", "female");
  char before[80];
  snprintf(before, sizeof before, "%s", app_test_head(&app));
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_arena arena;
    hw_arena_init(&arena, 0);
    const hw_status status = hw_pedigree_sheet_save(&app, &sheet, "tests", &arena, &saved, &err);
    const bool has_failed = hw_faults_end();
    hw_arena_clear(&arena);
    if (!has_failed) {
      hw_assert_ok(status, &err);
      break;
    }
    assert_int_equal(status, HW_E_NO_MEMORY);
    assert_string_equal(app_test_head(&app), before);
  }
  assert_int_equal(decide_faults(&app), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_case, close_case)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_sheet_says_what_an_import_said),
      CASE(what_rests_on_somebody_is_told),
      CASE(relatives_are_added),
      CASE(every_version_of_a_link_can_be_read),
      CASE(who_leaves_is_withdrawn_and_may_come_back),
      CASE(twins_are_joined_and_parted),
      CASE(impossible_pedigrees_name_their_row),
      CASE(nobody_leaves_whom_something_rests_on),
      CASE(other_hypotheses_stay_possible),
      CASE(a_stale_table_is_refused),
      CASE(codes_of_others_are_not_taken),
      CASE(it_takes_permissions_and_a_reason),
      CASE(a_family_begins_with_who_is_missing),
      CASE(relatives_are_rows_that_point_to_each_other),
      CASE(findings_suggest_what_a_table_can_say),
      CASE(an_identification_notices_that_its_family_has_changed),
      CASE(exhausted_memory_leaves_nothing_half_done),
  };
  return cmocka_run_group_tests(tests, decide_tests_begin, decide_tests_end);
}
