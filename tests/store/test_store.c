/* The store: changes, conflicts, history, the audit chain, and what verification finds. */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/search.h"
#include "store/store_int.h"
#include "store/store_support.h"
#include "store/summary.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_record read_record(hw_store *store, hw_kind_id kind, int64_t id, hw_arena *arena) {
  hw_err err = HW_ERR_INIT;
  hw_record record;
  hw_assert_ok(hw_store_get(store, kind, id, arena, &record, &err), &err);
  return record;
}

static int64_t head(hw_store *store, uint8_t hash[HW_DIGEST_SIZE]) {
  hw_err err = HW_ERR_INIT;
  int64_t seq = 0;
  hw_assert_ok(hw_store_head(store, &seq, hash, &err), &err);
  return seq;
}

/* Changes the database past the store, as somebody with another program would. */
static void tamper(hw_store *store, const char *sql) {
  hw_err err = HW_ERR_INIT;
  hw_db *db = hw_store_db(store);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(hw_db_run(db, sql, &err), &err);
  hw_assert_ok(hw_db_commit(db, &err), &err);
}

/* --- every kind --- */

static void records_of_every_kind_are_kept_and_found_by_their_key(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_random random;
  hw_random_init(&random, 3);
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_store *store = store_test_new(store_test_name());
  int64_t targets[HW_KIND_COUNT] = {0};
  store_test_begin(store, "fill");
  for (int round = 0; round < 5; round++)
    for (int k = 0; k < HW_KIND_COUNT; k++) {
      hw_record record;
      store_test_fill(&random, (hw_kind_id)k, targets, &arena, &record);
      hw_err why = HW_ERR_INIT;
      /* Kinds whose references come later in the list are complete from the second round on. */
      hw_status status = hw_store_add(store, &record, &why);
      if (round == 0 && status == HW_E_VALUE) continue;
      hw_assert_ok(status, &why);
      targets[k] = record.id;
      hw_record found = read_record(store, (hw_kind_id)k, record.id, &arena);
      int field = 0;
      assert_true(hw_record_equal(&record, &found, &field));
      int64_t id = 0;
      hw_assert_ok(hw_store_find(store, &record, &id, &err), &err);
      assert_int_equal(id, record.id);
    }
  store_test_commit(store);
  for (int k = 0; k < HW_KIND_COUNT; k++) assert_true(targets[k] > 0);
  assert_int_equal(store_test_verify(store), 0);
  hw_store_close(store);
  hw_arena_clear(&arena);
}

/* --- changes --- */

static void a_change_that_is_rolled_back_leaves_nothing(void **state) {
  (void)state;
  uint8_t before[HW_DIGEST_SIZE], after[HW_DIGEST_SIZE];
  hw_err err = HW_ERR_INIT;
  hw_store *store = store_test_new(store_test_name());
  int64_t seq = head(store, before), n = -1;
  store_test_begin(store, "try");
  store_test_person(store, "A");
  hw_store_rollback(store);
  assert_int_equal(head(store, after), seq);
  assert_memory_equal(before, after, sizeof before);
  hw_assert_ok(hw_store_count(store, HW_KIND_PERSON, &n, &err), &err);
  assert_int_equal(n, 0);
  hw_store_close(store);
}

static void a_second_record_of_a_key_is_a_conflict(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_store *store = store_test_new(store_test_name());
  store_test_begin(store, "add");
  store_test_person(store, "A");
  hw_record record;
  hw_record_init(&record, HW_KIND_PERSON);
  hw_record_set_text(&record, HW_FIELD_PERSON_CODE, "A");
  hw_record_set_text(&record, HW_FIELD_PERSON_SEX, "female");
  hw_record_set_text(&record, HW_FIELD_PERSON_ROLE, "relative");
  hw_assert_status(hw_store_add(store, &record, &err), HW_E_CONFLICT, &err);
  assert_string_equal(err.message, "person A (row 1) exists already");
  store_test_commit(store);
  assert_int_equal(store_test_verify(store), 0);
  hw_store_close(store);
}

static void put_adds_leaves_replaces_or_refuses(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_put_outcome outcome;
  hw_store *store = store_test_new(store_test_name());
  hw_arena arena;
  hw_arena_init(&arena, 0);
  store_test_begin(store, "put");
  hw_record record;
  hw_record_init(&record, HW_KIND_PERSON);
  hw_record_set_text(&record, HW_FIELD_PERSON_CODE, "A");
  hw_record_set_text(&record, HW_FIELD_PERSON_SEX, "unknown");
  hw_record_set_text(&record, HW_FIELD_PERSON_ROLE, "relative");
  hw_record_set_text(&record, HW_FIELD_PERSON_NOTE, "kept");
  hw_assert_ok(hw_store_put(store, &record, false, &outcome, &err), &err);
  assert_int_equal(outcome, HW_PUT_ADDED);
  hw_record_set_null(&record, HW_FIELD_PERSON_NOTE);
  hw_assert_ok(hw_store_put(store, &record, false, &outcome, &err), &err);
  assert_int_equal(outcome, HW_PUT_UNCHANGED);
  hw_record_set_text(&record, HW_FIELD_PERSON_SEX, "male");
  hw_assert_status(hw_store_put(store, &record, false, &outcome, &err), HW_E_CONFLICT, &err);
  assert_string_equal(err.field, "sex");
  assert_string_equal(err.message,
                      "\"male\", but the person A that came before in this import says "
                      "\"unknown\": keep one of the two");
  store_test_commit(store);
  store_test_begin(store, "more");
  hw_assert_status(hw_store_put(store, &record, false, &outcome, &err), HW_E_CONFLICT, &err);
  assert_string_equal(err.message,
                      "\"male\", but the stored person A says \"unknown\": say --update to "
                      "change it");
  hw_assert_ok(hw_store_put(store, &record, true, &outcome, &err), &err);
  assert_int_equal(outcome, HW_PUT_REPLACED);
  store_test_commit(store);
  hw_record found = read_record(store, HW_KIND_PERSON, 1, &arena);
  assert_string_equal(hw_record_text(&found, HW_FIELD_PERSON_SEX), "male");
  assert_string_equal(hw_record_text(&found, HW_FIELD_PERSON_NOTE), "kept");
  assert_int_equal(store_test_verify(store), 0);
  hw_store_close(store);
  hw_arena_clear(&arena);
}

static void evidence_is_withdrawn_but_never_changed(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_put_outcome outcome;
  hw_store *store = store_test_new(store_test_name());
  hw_arena arena;
  hw_arena_init(&arena, 0);
  store_test_begin(store, "add");
  int64_t id = store_test_profile(store, "X", store_test_person(store, "A"));
  store_test_commit(store);
  store_test_begin(store, "change");
  hw_record record = read_record(store, HW_KIND_PROFILE, id, &arena);
  hw_record_set_text(&record, HW_FIELD_PROFILE_OBSERVATIONS, "14,16;9.3,9.3;;28,?");
  hw_assert_status(hw_store_replace(store, &record, &err), HW_E_STATE, &err);
  hw_assert_status(hw_store_put(store, &record, true, &outcome, &err), HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "evidence is never changed, withdraw it first");
  hw_assert_status(hw_store_withdraw(store, HW_KIND_PROFILE, id, "", &err), HW_E_VALUE, &err);
  hw_assert_ok(hw_store_withdraw(store, HW_KIND_PROFILE, id, "contaminated", &err), &err);
  hw_assert_status(hw_store_withdraw(store, HW_KIND_PROFILE, id, "again", &err), HW_E_STATE, &err);
  store_test_commit(store);
  record = read_record(store, HW_KIND_PROFILE, id, &arena);
  assert_string_equal(record.withdrawn, "contaminated");
  assert_int_equal(store_test_verify(store), 0);
  hw_store_close(store);
  hw_arena_clear(&arena);
}

static void a_reference_to_nothing_ends_the_change(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  int64_t n = -1;
  hw_store *store = store_test_new(store_test_name());
  store_test_begin(store, "add");
  store_test_profile(store, "X", 77);
  assert_int_not_equal(hw_store_commit(store, &err), HW_OK);
  hw_assert_ok(hw_store_count(store, HW_KIND_PROFILE, &n, &err), &err);
  assert_int_equal(n, 0);
  assert_int_equal(store_test_verify(store), 0);
  hw_store_close(store);
}

/* --- history --- */

static hw_status keep_sex(void *context, const hw_record *version, hw_err *err) {
  (void)err;
  hw_str_append_format(context, "%s ", hw_record_text(version, HW_FIELD_PERSON_SEX));
  return HW_OK;
}

static void every_version_of_a_record_is_kept(void **state) {
  (void)state;
  static const char *const sexes[] = {"male", "unknown", "female"};
  hw_err err = HW_ERR_INIT;
  hw_store *store = store_test_new(store_test_name());
  hw_arena arena;
  hw_arena_init(&arena, 0);
  store_test_begin(store, "add");
  int64_t id = store_test_person(store, "A"), other = store_test_person(store, "B");
  /* Twice in the change that adds it, and once after. */
  for (int i = 0; i < 3; i++) {
    if (i == 2) {
      store_test_commit(store);
      store_test_begin(store, "change");
    }
    hw_record record = read_record(store, HW_KIND_PERSON, id, &arena);
    hw_record_set_text(&record, HW_FIELD_PERSON_SEX, sexes[i]);
    hw_assert_ok(hw_store_replace(store, &record, &err), &err);
  }
  hw_assert_ok(hw_store_withdraw(store, HW_KIND_PERSON, other, "double", &err), &err);
  store_test_commit(store);
  hw_str seen = HW_STR_INIT;
  hw_assert_ok(hw_store_history(store, HW_KIND_PERSON, id, keep_sex, &seen, &err), &err);
  assert_string_equal(hw_str_text(&seen), "female male unknown female ");
  assert_int_equal(store_test_verify(store), 0);
  hw_str_clear(&seen);
  hw_store_close(store);
  hw_arena_clear(&arena);
}

/* --- what verification finds --- */

static hw_store *make_one(void) {
  hw_store *store = store_test_new(store_test_name());
  store_test_begin(store, "add");
  store_test_profile(store, "X", store_test_person(store, "A"));
  store_test_commit(store);
  hw_err err = HW_ERR_INIT;
  store_test_begin(store, "withdraw");
  hw_assert_ok(hw_store_withdraw(store, HW_KIND_PROFILE, 1, "why", &err), &err);
  store_test_commit(store);
  assert_int_equal(store_test_verify(store), 0);
  return store;
}

static void what_was_changed_past_the_store_is_named(void **state) {
  (void)state;
  static const struct {
    const char *sql, *found;
  } cases[] = {
      {"UPDATE person SET sex='male'", "person A (row 1): its content is not what was written"},
      {"UPDATE person SET row_digest=row_digest+1",
       "person A (row 1): its content is not what was written"},
      {"UPDATE person SET row_entry=1", "person A (row 1): its content is not what was written"},
      {"DROP TRIGGER profile_is_fixed; UPDATE profile SET observations='14,14'",
       "profile X (row 1): its content is not what was written"},
      {"DROP TRIGGER audit_entry_is_fixed; UPDATE audit_entry SET reason='' WHERE id=2",
       "audit entry 2: its content is not what was written"},
      {"DROP TRIGGER audit_entry_stays; DROP TRIGGER audit_part_stays; DELETE FROM audit_part WHERE entry=2; DELETE FROM "
       "audit_entry WHERE id=2",
       "audit entry 2: is missing from the audit chain"},
      {"DROP TRIGGER audit_part_is_fixed; UPDATE audit_part SET n_added=2 WHERE entry=2",
       "audit entry 2: the list of what it wrote was changed"},
      {"DROP TRIGGER revision_is_fixed; UPDATE revision SET content=x'00'",
       "audit entry 3: the old versions that it replaced were changed"},
      {"DROP TRIGGER revision_stays; DELETE FROM revision",
       "audit entry 3: the old versions that it replaced were changed"},
      {"DROP INDEX profile_by_person", "the database: its tables, indexes or triggers are not"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_store *store = make_one();
    hw_err err = HW_ERR_INIT;
    hw_db *db = hw_store_db(store);
    hw_assert_ok(hw_db_begin(db, &err), &err);
    hw_status status = hw_db_run(db, cases[i].sql, &err);
    if (status != HW_OK) print_message("%s\n", cases[i].sql);
    hw_assert_ok(status, &err);
    hw_assert_ok(hw_db_commit(db, &err), &err);
    assert_true(store_test_verify(store) > 0);
    hw_assert_contains(store_test_faults(), cases[i].found);
    hw_store_close(store);
  }
}

static void a_row_that_came_past_the_audit_chain_is_named(void **state) {
  (void)state;
  hw_store *store = make_one();
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  /* A forger who knows the digest of a row: the row itself is consistent. */
  hw_record record = read_record(store, HW_KIND_PERSON, 1, &arena);
  record.id = 2;
  hw_record_set_text(&record, HW_FIELD_PERSON_CODE, "B");
  hw_str canonical = HW_STR_INIT;
  hw_record_canonical(&record, &canonical);
  char sql[300];
  snprintf(sql, sizeof sql,
           "INSERT INTO person (id,code,sex,role,row_entry,row_digest) VALUES "
           "(2,'B','female','relative',%lld,%lld)",
           (long long)record.entry, (long long)hwp_row_digest(canonical.bytes, canonical.length));
  tamper(store, sql);
  assert_int_equal(store_test_verify(store), 2);
  hw_assert_contains(store_test_faults(), "the database: counts 1 person records in use as "
                                          "\"relative\", found 2");
  hw_assert_contains(store_test_faults(),
                     "audit entry 2: its person records are not those it wrote "
                     "(1 added and 0 changed, found 2 and 0)");
  hw_str_clear(&canonical);
  hw_arena_clear(&arena);
  (void)err;
  hw_store_close(store);
}

static void assert_counts(hw_store *store, hw_kind_id kind, const char *expected) {
  hw_err err = HW_ERR_INIT;
  hw_tally words[HW_TALLY_MAX];
  hw_str text = HW_STR_INIT;
  int n = 0;
  hw_assert_ok(hw_store_tally(store, kind, words, &n, &err), &err);
  for (int i = 0; i < n; i++)
    hw_str_append_format(&text, "%.*s %lld ", words[i].n_word, words[i].word,
                         (long long)words[i].count);
  assert_string_equal(hw_str_text(&text), expected);
  hw_str_clear(&text);
}

static void what_is_in_use_is_counted_with_every_change(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_store *store = store_test_new(store_test_name());
  assert_counts(store, HW_KIND_PERSON, "missing 0 relative 0 staff 0 other 0 ");
  store_test_begin(store, "add");
  int64_t a = store_test_person(store, "A");
  int64_t b = store_test_person(store, "B");
  store_test_profile(store, "B", b);
  store_test_commit(store);
  assert_counts(store, HW_KIND_PERSON, "missing 0 relative 2 staff 0 other 0 ");
  assert_counts(store, HW_KIND_PROFILE, "reference 1 remains 0 ");
  assert_counts(store, HW_KIND_PANEL, "all 1 ");
  store_test_begin(store, "change");
  hw_record record = read_record(store, HW_KIND_PERSON, a, &arena);
  hw_record_set_text(&record, HW_FIELD_PERSON_ROLE, "missing");
  hw_assert_ok(hw_store_replace(store, &record, &err), &err);
  hw_assert_ok(hw_store_withdraw(store, HW_KIND_PERSON, b, "double", &err), &err);
  store_test_commit(store);
  assert_counts(store, HW_KIND_PERSON, "missing 1 relative 0 staff 0 other 0 ");
  store_test_begin(store, "undone");
  store_test_person(store, "C");
  hw_store_rollback(store);
  assert_counts(store, HW_KIND_PERSON, "missing 1 relative 0 staff 0 other 0 ");
  assert_int_equal(store_test_verify(store), 0);
  tamper(store, "UPDATE tally SET n=5 WHERE word='missing'");
  assert_int_equal(store_test_verify(store), 1);
  assert_string_equal(store_test_faults(),
                      "the database: counts 5 person records in use as \"missing\", found 1\n");
  tamper(store, "UPDATE tally SET n=1 WHERE word='missing'");
  tamper(store, "INSERT INTO tally (id,kind,word,n) VALUES (99,'summary','untyped',3)");
  assert_int_equal(store_test_verify(store), 1);
  assert_string_equal(store_test_faults(),
                      "the database: keeps 3 as the count \"untyped\", found 0\n");
  hw_store_close(store);
  hw_arena_clear(&arena);
}

static void rows_are_never_deleted_and_evidence_never_updated(void **state) {
  (void)state;
  static const char *const statements[] = {"DELETE FROM person",
                                           "DELETE FROM profile",
                                           "DELETE FROM audit_entry",
                                           "DELETE FROM revision",
                                           "UPDATE profile SET observations=''",
                                           "UPDATE audit_entry SET reason='x'"};
  hw_store *store = make_one();
  for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
    hw_err err = HW_ERR_INIT;
    hw_db *db = hw_store_db(store);
    hw_assert_ok(hw_db_begin(db, &err), &err);
    assert_int_not_equal(hw_db_run(db, statements[i], &err), HW_OK);
    hw_db_rollback(db);
  }
  assert_int_equal(store_test_verify(store), 0);
  hw_store_close(store);
}

/* --- finding --- */

static void add_name(hw_store *store, const char *code, const char *name) {
  hw_err err = HW_ERR_INIT;
  hw_record record;
  hw_record_init(&record, HW_KIND_PERSON_NAME);
  hw_record_set_int(&record, HW_FIELD_PERSON_NAME_PERSON, store_test_person(store, code));
  hw_record_set_text(&record, HW_FIELD_PERSON_NAME_KIND, "full");
  hw_record_set_text(&record, HW_FIELD_PERSON_NAME_NAME, name);
  hw_assert_ok(hw_store_add(store, &record, &err), &err);
}

static int search(hw_store *store, const char *text, bool use_names, hw_hit *first) {
  hw_err err = HW_ERR_INIT;
  hw_hit *hits = NULL;
  int n = 0;
  bool is_cut = true;
  hw_assert_ok(hw_store_search(store, text, HW_KIND_NONE, use_names, 10, &hits, &n, &is_cut, &err),
               &err);
  if (n > 0) *first = hits[0];
  assert_false(is_cut);
  free(hits);
  return n;
}

static void names_are_found_without_diacritics_and_in_any_order(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int n;
    hw_hit_quality quality;
    int64_t id;
  } cases[] = {{"Nguyễn Văn Hùng", 2, HW_HIT_NAME_EXACT, 1},
               {"nguyen van hung", 2, HW_HIT_NAME_FOLDED, 1},
               {"hung nguyen", 2, HW_HIT_NAME_PART, 1},
               {"Hùng Nguyễn Văn", 2, HW_HIT_NAME_WORDS, 1},
               {"dat", 1, HW_HIT_NAME_PART, 3},
               {"P-1", 1, HW_HIT_CODE, 1},
               {"P-", 4, HW_HIT_CODE_PREFIX, 1},
               {"nobody", 0, HW_HIT_CODE, 0}};
  hw_store *store = store_test_new(store_test_name());
  store_test_begin(store, "names");
  add_name(store, "P-1", "Nguyễn Văn Hùng");
  add_name(store, "P-2", "Nguyễn Văn Hưng");
  add_name(store, "P-3", "Trần Quốc Đạt");
  add_name(store, "P-4", "Lê Thị Hoa");
  store_test_commit(store);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_hit first = {.id = 0};
    assert_int_equal(search(store, cases[i].text, true, &first), cases[i].n);
    if (cases[i].n == 0) continue;
    assert_int_equal(first.quality, cases[i].quality);
    assert_int_equal(first.id, cases[i].id);
  }
  hw_hit none;
  assert_int_equal(search(store, "hung", false, &none), 0);
  hw_store_close(store);
}

/* --- failing memory --- */

static void a_change_without_memory_is_undone(void **state) {
  (void)state;
  const char *location = store_test_name();
  hw_store_close(store_test_new(location));
  hw_status status = HW_E_NO_MEMORY;
  int n_failed = 0;
  for (long n = 0; status != HW_OK && hw_faults_begin(n); n++) {
    hw_err err = HW_ERR_INIT;
    hw_store *store = NULL;
    hw_change_info info = {.actor = "t", .action = "a", .at = "2026-01-31T08:00:00Z"};
    hw_record record;
    status = hw_store_open(location, HW_DB_WRITE, &store, &err);
    if (status == HW_OK) status = hw_store_begin(store, &info, &err);
    hw_record_init(&record, HW_KIND_PERSON);
    hw_record_set_text(&record, HW_FIELD_PERSON_CODE, "A");
    hw_record_set_text(&record, HW_FIELD_PERSON_SEX, "male");
    hw_record_set_text(&record, HW_FIELD_PERSON_ROLE, "missing");
    if (status == HW_OK) status = hw_store_add(store, &record, &err);
    hw_record_set_text(&record, HW_FIELD_PERSON_SEX, "female");
    if (status == HW_OK) status = hw_store_replace(store, &record, &err);
    if (status == HW_OK) status = hw_store_commit(store, &err);
    hw_store_close(store);
    (void)hw_faults_end();
    if (status != HW_OK) hw_assert_status(status, HW_E_NO_MEMORY, &err);
    n_failed += status != HW_OK;
  }
  assert_int_equal(status, HW_OK);
  assert_true(n_failed > 5);
  hw_store *store = store_test_open(location, HW_DB_READ);
  assert_int_equal(store_test_verify(store), 0);
  hw_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(records_of_every_kind_are_kept_and_found_by_their_key),
      cmocka_unit_test(a_change_that_is_rolled_back_leaves_nothing),
      cmocka_unit_test(a_second_record_of_a_key_is_a_conflict),
      cmocka_unit_test(put_adds_leaves_replaces_or_refuses),
      cmocka_unit_test(evidence_is_withdrawn_but_never_changed),
      cmocka_unit_test(a_reference_to_nothing_ends_the_change),
      cmocka_unit_test(every_version_of_a_record_is_kept),
      cmocka_unit_test(what_was_changed_past_the_store_is_named),
      cmocka_unit_test(a_row_that_came_past_the_audit_chain_is_named),
      cmocka_unit_test(what_is_in_use_is_counted_with_every_change),
      cmocka_unit_test(rows_are_never_deleted_and_evidence_never_updated),
      cmocka_unit_test(names_are_found_without_diacritics_and_in_any_order),
      cmocka_unit_test(a_change_without_memory_is_undone),
  };
  return cmocka_run_group_tests(tests, store_tests_begin, store_tests_end);
}
