/* A small case with remains, families and a run, for the tests of decisions. */
#ifndef HW_TESTS_APP_DECIDE_SUPPORT_H
#define HW_TESTS_APP_DECIDE_SUPPORT_H

#include "app/app_support.h"
#include "app/decide.h"
#include "app/state.h"

/* Memory of a group of tests: texts that are asked for. */
extern hw_arena decide_arena;
int decide_tests_begin(void **state);
int decide_tests_end(void **state);

/* Imports a table; mistakes fail the test. */
void decide_import(hw_app *app, const char *what, const char *text);

/* Two families with a typed father each and a missing son (F1-X, F2-X); remains S1 and S3 fit the
 * first like a son who has his father's first allele twice, S2 the second, S4 the first with the
 * father's other allele; S1 and S3 are left femurs, S4 a right tibia, all of one box. Synthetic.
 * Actors: tester (all), r1, r2, r6 (review), r3 (review; read S1), r5 (review; read F1-F), board
 * (decide), boss (decide administer), clerk (write), clerk2 (write review), reader (none). */
void decide_new_case(hw_app *app);

/* Compares everything and stores the run. @return its code */
const char *decide_run(hw_app *app, double threshold);
/* A joint run on the data of today, with what it says of a pair (posterior). @param person NULL =
 * of nobody */
const char *decide_joint_run(hw_app *app, const char *sample, const char *person, double posterior,
                             double complement);

/* Proposes by hand, as tester; the identification's code, ID-n. */
const char *decide_propose(hw_app *app, const char *person, const char *sample);

/* A step by another actor. @param override  NULL = none */
hw_status decide_step(hw_app *app, const char *actor, const char *code, const char *state,
                      bool disagrees, const char *override, hw_err *err);
/* The note of the last step. */
extern const char *decide_note;
/* The same, which must succeed. */
void decide_do(hw_app *app, const char *actor, const char *code, const char *state);
/* The same, which must be refused with HW_E_STATE and this message. */
void decide_refused(hw_app *app, const char *actor, const char *code, const char *state,
                    const char *message);
/* Agreed by r1 and r2. */
void decide_review(hw_app *app, const char *code);
/* Changes the state of any record, as an actor. */
hw_status decide_set(hw_app *app, const char *actor, hw_kind_id kind, const char *code,
                     const char *state, hw_err *err);

/* State of an identification. */
const char *decide_state(hw_app *app, const char *code);
/* Faults that 'homeward check' finds, without warnings. */
int64_t decide_faults(hw_app *app);
/* The last fault or warning that it told. */
extern char decide_fault[400];

/* The n-th decision of an identification, from 1; NULL if there are fewer. */
const hw_record *decide_decision(hw_app *app, const char *code, int64_t number);
/* Decisions of an identification. */
int decide_count(hw_app *app, const char *code);

/* Sets one figure of a policy, as boss. @param option  "posterior", "log10_lr", … */
hw_status decide_policy(hw_app *app, const char *actor, const char *code, const char *investigation,
                        const char *figure, double value, hw_err *err);

#endif
