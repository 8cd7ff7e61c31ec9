/* Indexes of columns that are mostly null. */
#include <stdlib.h>

#include "store/place.h"
#include "support/assert.h"

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
  hw_assert_ok(hw_db_create_sparse_index(db, "thing_by_mother", "thing", "mother", &err), &err);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_sparse_index_answers_for_values_and_holds_no_nulls),
  };
  return cmocka_run_group_tests_name("db_index", tests, place_begin, place_end);
}
