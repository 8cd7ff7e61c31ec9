/* The promises of store/db.h about tables: what they refuse, how they grow, which names they take. */
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "store/place.h"
#include "support/assert.h"

static void nothing_is_ever_deleted(void **state) {
  (void)state;
  hw_db *db = place_made();
  hw_assert_ok(place_add_person(db, "A", NULL), NULL);
  place_run(db, "INSERT INTO sample (person, label) VALUES (1, 'S')", HW_OK, NULL);
  place_run(db, "DELETE FROM person", HW_E_CONFLICT, "rows of person are never deleted");
  place_run(db, "DELETE FROM sample WHERE id = 1", HW_E_CONFLICT,
            "rows of sample are never deleted");
  place_run(db, "INSERT OR REPLACE INTO person (id, code) VALUES (1, 'B')", HW_E_CONFLICT,
            "never deleted");
  place_run(db, "UPDATE sample SET id = 2", HW_E_CONFLICT, "rows of sample are never renumbered");
  place_run(db, "UPDATE sample SET label = 'T'", HW_OK, NULL);
  hw_db_close(db);
}

static void append_only_rows_change_only_where_they_may(void **state) {
  (void)state;
  hw_db *db = place_made();
  hw_err err = HW_ERR_INIT;
  static const hw_db_column COLUMNS[] = {{"text", HW_DB_TEXT, false, NULL, NULL}};
  static const hw_db_table AUDIT = {"audit", 1, COLUMNS, NULL, true, NULL};
  hw_assert_ok(hw_db_create_table(db, &AUDIT, &err), &err);
  place_run(db, "INSERT INTO audit (text) VALUES ('x')", HW_OK, NULL);
  place_run(db, "UPDATE audit SET text = 'y'", HW_E_CONFLICT, "rows of audit are never changed");
  hw_assert_ok(place_add_person(db, "A", NULL), NULL);
  place_run(db, "UPDATE person SET note = 'n'", HW_OK, NULL);
  place_run(db, "UPDATE person SET code = code, note = 'm'", HW_OK, NULL);
  place_run(db, "UPDATE person SET code = 'B'", HW_E_CONFLICT, "rows of person are never changed");
  place_run(db, "UPDATE person SET weight = NULL", HW_E_CONFLICT, "never changed");
  place_run(db, "UPDATE person SET id = 3", HW_E_CONFLICT, "never changed");
  place_run(db, "UPDATE person SET photo = 'x'", HW_E_CONFLICT, "");
  assert_int_equal(place_int(db, "SELECT count(*) FROM person WHERE code = 'A' AND note = 'm'"), 1);
  hw_db_close(db);
}

static void an_added_column_leaves_the_schema_of_a_new_table(void **state) {
  (void)state;
  static const hw_db_column OLD[] = {{"code", HW_DB_TEXT, true, NULL, NULL},
                                     {"note", HW_DB_TEXT, false, NULL, NULL}};
  static const hw_db_column NEW[] = {{"code", HW_DB_TEXT, true, NULL, NULL},
                                     {"note", HW_DB_TEXT, false, NULL, NULL},
                                     {"mother", HW_DB_INT, false, "thing", "mother <> id"}};
  static const char *const CHANGEABLE[] = {NULL, "note"};
  for (int append_only = 0; append_only < 2; append_only++) {
    for (int k = 0; k < 2; k++) {
      const hw_db_table old = {"thing", 2, OLD, "code, note", append_only, CHANGEABLE[k]};
      const hw_db_table new = {"thing", 3, NEW, "code, note", append_only, CHANGEABLE[k]};
      hw_db *a = place_open(place_new_location(), HW_DB_CREATE);
      hw_db *b = place_open(place_new_location(), HW_DB_CREATE);
      hw_err err = HW_ERR_INIT;
      char *schema_a, *schema_b;
      hw_assert_ok(hw_db_create_table(a, &old, &err), &err);
      hw_assert_ok(hw_db_create_index(a, "thing_by_note", "thing", "note", NULL, &err), &err);
      hw_assert_ok(hw_db_schema(a, &schema_a, &err), &err);
      hw_assert_ok(hw_db_create_table(b, &new, &err), &err);
      hw_assert_ok(hw_db_create_index(b, "thing_by_note", "thing", "note", NULL, &err), &err);
      hw_assert_ok(hw_db_schema(b, &schema_b, &err), &err);
      assert_string_not_equal(schema_a, schema_b);
      free(schema_a);
      hw_assert_ok(hw_db_add_column(a, "thing", &NEW[2], &err), &err);
      hw_assert_ok(hw_db_schema(a, &schema_a, &err), &err);
      assert_string_equal(schema_a, schema_b);
      free(schema_a);
      free(schema_b);
      place_run(a, "INSERT INTO thing (id, code, mother) VALUES (1, 'x', NULL)", HW_OK, NULL);
      place_run(a, "UPDATE thing SET mother = 1", HW_E_CONFLICT,
                append_only ? "never changed" : "mother <> id");
      hw_db_close(a);
      hw_db_close(b);
    }
  }
}

/* SQLite tells in its plan which index answers a question. */
static void a_sparse_index_answers_for_values_and_holds_no_nulls(void **state) {
  (void)state;
  static const hw_db_column COLUMNS[] = {{"code", HW_DB_TEXT, true, NULL, NULL},
                                         {"mother", HW_DB_INT, false, "thing", NULL}};
  const hw_db_table thing = {"thing", 2, COLUMNS, "code", false, NULL};
  hw_db *db = place_open(place_new_location(), HW_DB_CREATE);
  hw_err err = HW_ERR_INIT;
  char *schema;
  hw_assert_ok(hw_db_create_table(db, &thing, &err), &err);
  hw_assert_ok(
      hw_db_create_index(db, "thing_by_mother", "thing", "mother", "\"mother\" IS NOT NULL", &err),
      &err);
  hw_assert_ok(hw_db_schema(db, &schema, &err), &err);
  hw_assert_contains(schema, "CREATE INDEX \"thing_by_mother\" ON \"thing\" (\"mother\") WHERE "
                             "\"mother\" IS NOT NULL");
  free(schema);
  hw_query *query = NULL;
  bool has_row = false;
  hw_assert_ok(
      hw_db_query(db, "EXPLAIN QUERY PLAN SELECT id FROM thing WHERE mother = $1", &query, &err),
      &err);
  hw_query_bind_int(query, 1, 1);
  hw_assert_ok(hw_query_step(query, &has_row, &err), &err);
  assert_true(has_row);
  hw_assert_contains(hw_query_text(query, 3), "thing_by_mother");
  hw_query_done(query);
  hw_db_close(db);
}

static void names_that_are_no_names_are_refused(void **state) {
  (void)state;
  static const char *const BAD[] = {"", "a b", "Person", "x\"; DROP TABLE person; --", "1a", "é"};
  hw_db *db = place_made();
  hw_err err = HW_ERR_INIT;
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
    const hw_db_column column = {BAD[i], HW_DB_INT, false, NULL, NULL};
    const hw_db_column reference = {"ok", HW_DB_INT, false, BAD[i], NULL};
    const hw_db_column good = {"ok", HW_DB_INT, false, NULL, NULL};
    const hw_db_table name = {BAD[i], 1, &good, NULL, false, NULL};
    const hw_db_table inside = {"t", 1, &column, NULL, false, NULL};
    const hw_db_table refers = {"t", 1, &reference, NULL, false, NULL};
    const hw_db_table unique = {"t", 1, &good, "nothing", false, NULL};
    const hw_db_table may = {"t", 1, &good, NULL, true, "nothing"};
    hw_assert_status(hw_db_create_table(db, &name, &err), HW_E_BUG, &err);
    hw_assert_status(hw_db_create_table(db, &inside, &err), HW_E_BUG, &err);
    hw_assert_status(hw_db_create_table(db, &refers, &err), HW_E_BUG, &err);
    hw_assert_status(hw_db_create_table(db, &unique, &err), HW_E_BUG, &err);
    hw_assert_status(hw_db_create_table(db, &may, &err), HW_E_BUG, &err);
    hw_assert_status(hw_db_add_column(db, BAD[i], &good, &err), HW_E_BUG, &err);
    hw_assert_status(hw_db_add_column(db, "person", &column, &err), HW_E_BUG, &err);
    hw_assert_status(hw_db_create_index(db, BAD[i], "person", "code", NULL, &err), HW_E_BUG, &err);
    hw_assert_status(hw_db_create_index(db, "i", "person", BAD[i], NULL, &err), HW_E_BUG, &err);
  }
  const hw_db_column required = {"ok", HW_DB_INT, true, NULL, NULL};
  hw_assert_status(hw_db_add_column(db, "person", &required, &err), HW_E_BUG, &err);
  hw_db_close(db);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_ever_deleted),
      cmocka_unit_test(append_only_rows_change_only_where_they_may),
      cmocka_unit_test(an_added_column_leaves_the_schema_of_a_new_table),
      cmocka_unit_test(a_sparse_index_answers_for_values_and_holds_no_nulls),
      cmocka_unit_test(names_that_are_no_names_are_refused),
  };
  return cmocka_run_group_tests(tests, place_begin, place_end);
}
