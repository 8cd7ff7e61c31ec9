/* Places for the databases of the tests, and what all of them need.
 *
 * The tests of store/db.h ask for a fresh location and know nothing of files;
 * for another back end only place_new_location changes. */
#ifndef HW_TESTS_PLACE_H
#define HW_TESTS_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/db.h"

/** Makes and removes a scratch folder: setup and teardown of a group. */
int place_begin(void **state);
int place_end(void **state);

/** Where no database is yet. Names are valid until place_end. */
const char *place_new_location(void);
/** A file in the scratch folder. */
const char *place_name(const char *name);
/** Number of files in the scratch folder whose name begins like this. */
int place_count(const char *prefix);

/** Opens, and fails the test if that does not work. */
hw_db *place_open(const char *location, hw_db_mode mode);
/** Makes a database with the tables below and closes it. */
void place_make(const char *location);

/** A database with the tables below, open for writing. */
hw_db *place_made(void);
/** Runs one statement; the error's text must contain @p part if it fails. */
void place_run(hw_db *db, const char *sql, hw_status expected, const char *part);

/** The tables: `person` (append-only except `note`; `code` unique) and `sample`, whose `person`
 * refers to it. */
extern const hw_db_table PLACE_PERSON, PLACE_SAMPLE;

/** Inserts a person. Without transaction if none is open. */
hw_status place_add_person(hw_db *db, const char *code, hw_err *err);
/** The first column of the first row of a query without parameters; fails the test if there is
 * none. */
int64_t place_int(hw_db *db, const char *sql);

/** Number of damages that an examination reports; the texts are joined in place_damages. */
int place_examine(const char *location);
const char *place_damages(void);
/** Like place_examine of an open connection; returns its status. */
hw_status place_examine_db(hw_db *db, int *n, hw_err *err);

#endif
