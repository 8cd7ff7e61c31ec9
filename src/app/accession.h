/** @file
 * One box of remains: its bones, how many persons they prove, whom they are joined to, and what
 * speaks for and against each join.
 *
 * Bones are read a bounded number at a time, as app/look.h reads: what the actor may not see is left
 * out. A bone that several individuals claim counts for the confirmed one, else for the likeliest;
 * dissolved ones claim nothing.
 *
 * Weighing loads the investigation and its profiles, which takes as long as a re-association
 * takes to begin; nothing is searched and nothing is stored.
 *
 * Example:
 * @code
 *   hw_accession box;
 *   HW_TRY(hw_accession_read(&app, "BOX-7", &arena, &box, err));
 *   printf("at least %d persons\n", (int)box.least);
 *   for (int32_t p = 0; p < box.n_persons; p++) HW_TRY(hw_accession_weigh(&app, &box, p, …));
 * @endcode
 */
#ifndef HW_APP_ACCESSION_H
#define HW_APP_ACCESSION_H

#include "app/app.h"
#include "homeward/reassociate.h"

/** Bones of one box that are read, and persons that they are joined to, at most. */
#define HW_ACCESSION_BONES 600
#define HW_ACCESSION_PERSONS 40

typedef struct hw_accession_bone {
  hw_record record;
  hw_bone_place place;
  int32_t person; /**< index; −1 = not joined to anybody */
  double belongs; /**< that it belongs to the rest of its person; NaN = not said */
} hw_accession_bone;

/** A proposed or confirmed individual with a bone here. */
typedef struct hw_accession_person {
  hw_record record;
  int32_t n_here;
  int32_t n_elsewhere; /**< members in other boxes, and samples alone */
} hw_accession_person;

typedef struct hw_accession {
  hw_record record;
  int32_t n_bones;
  hw_accession_bone *bones; /**< by their records */
  bool has_more_bones;      /**< there are more than HW_ACCESSION_BONES */
  int32_t n_persons;
  hw_accession_person *persons; /**< confirmed first, then most bones here */
  int32_t n_counts;
  hw_element_count *counts; /**< elements that occur, as hw_inventory_make */
  int32_t least;            /**< minimum number of individuals */
  int32_t least_by_pairs;   /**< with lefts and rights of one person as pairs */
  int32_t n_unplaced;       /**< bones whose element the table lacks */
} hw_accession;

/** Reads a box. Everything lives in the arena.
 * @return HW_OK; HW_E_REFERENCE (no such box); HW_E_DENIED */
HW_MUST_CHECK hw_status hw_accession_read(hw_app *app, const char *code, hw_arena *arena,
                                          hw_accession *out, hw_err *err);

/** What speaks for a bone belonging to the others of its person: decimal logarithms of likelihood
 * ratios, against its being of somebody else. 0 = says nothing, −inf = impossible. */
typedef struct hw_accession_join {
  int32_t bone; /**< index in the box */
  int32_t n_profiles;
  double dna, bones, sex, age, measurements, provenience, total;
} hw_accession_join;

typedef struct hw_accession_joins {
  int32_t person;
  int32_t n; /**< its bones here; 0: fewer than two, nothing to weigh */
  const hw_accession_join *joins;
  double log10_all; /**< of the whole group against as many persons as it has bones */
} hw_accession_joins;

/** Weighs all persons of a box, with the parameters that a re-association has by itself and without a
 * reference of measurements.
 * @param joins  [out] box->n_persons of them, in the arena
 * @return HW_OK; as hw_stored_specimens_load */
HW_MUST_CHECK hw_status hw_accession_weigh(hw_app *app, const hw_accession *box, hw_arena *arena,
                                           const hw_accession_joins **joins, hw_err *err);

#endif
