/* Case databases for tests: a scratch folder, a database in it, synthetic records. */
#ifndef HW_TESTS_STORE_SUPPORT_H
#define HW_TESTS_STORE_SUPPORT_H

#include "homeward/random.h"
#include "store/store.h"

/** Setup and teardown of a group: the scratch folder. */
int store_tests_begin(void **state);
int store_tests_end(void **state);

/** A name in the folder that no file has. Valid until the 8th next call. */
const char *store_test_name(void);

/** A new database with one change behind it. Close with hw_store_close. */
hw_store *store_test_new(const char *location);
hw_store *store_test_open(const char *location, hw_db_mode mode);

/** Begins a change by "tester" at a fixed time; fails the test if that does not work. */
void store_test_begin(hw_store *store, const char *action);
void store_test_commit(hw_store *store);

/** A person / a profile of that person, both made in the current change. @return the id */
int64_t store_test_person(hw_store *store, const char *code);
int64_t store_test_profile(hw_store *store, const char *code, int64_t person);

/** Fills all fields of a record with synthetic values that are valid for its kind, some left null;
 * references get `target` of their kind. Texts live in the arena. */
void store_test_fill(hw_random *random, hw_kind_id kind, const int64_t targets[HW_KIND_COUNT],
                     hw_arena *arena, hw_record *out);

/** Number of faults that verification reports; texts "WHERE: WHAT\n" in store_test_faults. */
int store_test_verify(hw_store *store);
const char *store_test_faults(void);

#endif
