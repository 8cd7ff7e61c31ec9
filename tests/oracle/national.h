/** @file
 * Families as a national database of missing persons holds them, and the markers
 * that it types: material for the tests and benchmarks of compiling and searching.
 * All profiles are gene-dropped from a seed.
 *
 * The mix is an assumption: half of the families have a parent or a child of the
 * missing person typed, a third full siblings only, the rest weaker relations.
 *
 * Example:
 * @code
 *   panel *markers = national_panel(HW_MUTATION_STEPWISE);
 *   national_family *f = national_family_new(national_draw(&r), markers, seed);
 *   s = hw_table_compile(&f->problem, f->missing, NULL, &table, &err);
 *   national_family_delete(f);
 *   panel_delete(markers);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_NATIONAL_H
#define HOMEWARD_TESTS_NATIONAL_H

#include "pedigrees.h"

enum { NATIONAL_MARKERS = 24 };

/** A kind of family and its share of the mix, in percent. */
typedef struct national_kind {
  const char *name;
  const char *group; /**< "parent or child", "siblings only", "weaker" */
  int32_t percent;
} national_kind;

/** Kinds are numbered from 0; NULL behind the last. */
const national_kind *national_kind_get(int32_t kind);
/** A kind drawn by its share. */
int32_t national_draw(rng *r);

typedef struct national_family {
  hw_problem problem;
  hw_pedigree pedigree;
  int32_t kind, missing;
  hw_person *persons;
  hw_profile *profiles;
  hw_observation *observations; /**< [profile][marker] */
  int32_t *profile_person;
} national_family;

/** A family of a kind; borrows the panel. One observation in a hundred is missing, one in three
 * hundred partial. Free with national_family_delete. */
national_family *national_family_new(int32_t kind, const panel *markers, uint64_t seed);
void national_family_delete(national_family *self);

/** The shipped table of 23 markers (NIST 1036 Asian), the first of them once more as a 24th; the
 * rates of `homeward simulate`. The table is found through $HOMEWARD_SOURCE_ROOT, or from the top of
 * the source tree. @return NULL if it cannot be read; free with panel_delete */
panel *national_panel(hw_mutation_model model);

#endif
