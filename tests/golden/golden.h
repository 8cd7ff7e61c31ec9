/** @file
 * Golden cases: the homeward-case files of a folder beside the answers that
 * independent programs gave for them (`expect`, which the case reader ignores).
 *
 * Example:
 * @code
 *   golden_file g;
 *   golden_open(&g, path);
 *   for (int32_t i = 0; i < g.list->n_cases; i++) {
 *     const hw_json *expect = golden_expect(&g, i);
 *     …
 *   }
 *   golden_close(&g);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_GOLDEN_H
#define HOMEWARD_TESTS_GOLDEN_H

#include "base/json_read.h"
#include "homeward/casefile.h"

enum { GOLDEN_MAX_FILES = 64, GOLDEN_PATH = 1024 };

typedef struct golden_file {
  hw_case_list *list;
  hw_json_doc *doc;
} golden_file;

/** Opens a file of one or several cases; a failure fails the running test. */
void golden_open(golden_file *self, const char *path);
void golden_close(golden_file *self);

/** The member `expect` of a case. */
const hw_json *golden_expect(const golden_file *self, int32_t case_index);

/** The likelihood problem of one hypothesis; everything is borrowed from the case. */
hw_problem golden_problem(const hw_case *c, int32_t hypothesis);

/** What the reference programs say: plain likelihoods, one for each marker or one in all.
 * @param values [out] room for the case's markers
 * @return n_markers or 1; 0 if there is no value for this hypothesis */
int32_t golden_likelihoods(const hw_json *expect, const hw_case *c, int32_t hypothesis,
                           double *values);

/** Relative error of exp(@p ln) against a plain value; +inf unless zero meets exactly zero. */
double golden_relative_error(double ln, double expected);

/** Paths of the *.json files of a folder, sorted.
 * @return how many; 0 also where the folder does not exist */
int32_t golden_files(const char *folder, char paths[GOLDEN_MAX_FILES][GOLDEN_PATH]);

/** The files of tests/golden/kinship under $HOMEWARD_SOURCE_ROOT (default: where we are). */
int32_t golden_own_files(char paths[GOLDEN_MAX_FILES][GOLDEN_PATH]);

/** The last component of a path. */
const char *golden_file_name(const char *path);

/** The folder with the reference material that is not part of the project: $HOMEWARD_SHARED, or
 * `shared` beside the source tree. @return NULL where it does not exist */
const char *golden_shared(void);

#endif
