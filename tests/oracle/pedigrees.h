/** @file
 * Named families of realistic shapes and sizes, marker panels, and gene-dropped
 * data for them: the common material of property tests and benchmarks.
 *
 * Example:
 * @code
 *   family *f = family_of_200();
 *   panel *p = panel_new(23, 12, HW_MUTATION_STEPWISE, 1);
 *   family_data *d = family_data_new(f, p, 7);
 *   hw_status s = hw_likelihood(&d->problem, NULL, &ln, NULL, &err);
 *   family_data_delete(d);
 *   panel_delete(p);
 *   family_delete(f);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_PEDIGREES_H
#define HOMEWARD_TESTS_PEDIGREES_H

#include "homeward/likelihood.h"
#include "rng.h"

enum { FAMILY_ID = 16 };

/** A pedigree that grows; `typed` are the persons with a profile. */
typedef struct family {
  hw_pedigree pedigree;
  hw_person *persons;
  char (*ids)[FAMILY_ID];
  int32_t capacity;
  int32_t n_typed;
  int32_t *typed;
  int32_t missing; /**< never typed; HW_PERSON_NONE if nobody is missing */
} family;

family *family_new(void);
void family_delete(family *self);
/** Adds a person; parents may be HW_PERSON_NONE. @return the index */
int32_t family_add(family *self, int32_t father, int32_t mother, hw_sex sex);
void family_type(family *self, int32_t person);
/** Independent cycles of the pedigree drawn with a knot for each couple: 0 for a family without
 * loops (Lange & Elston 1975). */
int32_t family_count_loops(const family *self);

/* Each gives a new family; free with family_delete. */
family *family_trio(void);                 /**< all three typed */
family *family_full_sibs(void);            /**< two typed, parents untyped */
family *family_first_cousins(void);        /**< two typed */
family *family_double_first_cousins(void); /**< two typed, one loop */
/** Brother and sister mate, for so many generations; the last pair is typed. */
family *family_sib_mating(int32_t n_generations);
family *family_two_parents(void);       /**< both parents of the missing person */
family *family_four_siblings(void);     /**< four siblings of the missing person */
family *family_three_generations(void); /**< 25 persons, 8 typed, one missing */
family *family_of_20(void);             /**< 6 typed */
family *family_of_60(void);             /**< 15 typed, one missing */
family *family_of_200(void);            /**< 30 typed, one missing, four loops */

/** STR-like markers: allele names are consecutive repeat numbers, frequencies bell-shaped with
 * random irregularities, stepwise rates 0.0005 (mother) and 0.002 (father). */
typedef struct panel {
  int32_t n_markers;
  hw_marker *markers;
  char *text; /**< names */
  const char **names;
  double *numbers; /**< frequencies and matrices */
} panel;

/** Free with panel_delete. Aborts if the model refuses the parameters. */
panel *panel_new(int32_t n_markers, int32_t n_alleles, hw_mutation_model model, uint64_t seed);
void panel_delete(panel *self);

/** Profiles for the typed persons of a family, and the problem they make. Borrows both. */
typedef struct family_data {
  hw_problem problem;
  hw_profile *profiles;
  hw_observation *observations; /**< [profile][marker] */
  int32_t *profile_person;
} family_data;

family_data *family_data_new(const family *f, const panel *p, uint64_t seed);
void family_data_delete(family_data *self);

#endif
