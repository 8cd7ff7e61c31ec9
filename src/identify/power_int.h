/* Shared by the files that compute the power of a file: the run and its order of work
 * (power.c), one missing person (power_target.c), a family with persons pretended to be
 * typed (power_scene.c), whom to type (power_sets.c), what typing them would give
 * (power_worlds.c), what follows for the file (power_advice.c) and for remains
 * (power_remains.c). */
#ifndef HW_IDENTIFY_POWER_INT_H
#define HW_IDENTIFY_POWER_INT_H

#include <math.h>

#include "base/arena.h"
#include "homeward/power.h"
#include "kinship/family.h"
#include "kinship/outcomes.h"
#include "kinship/spread.h"

/* A family with room for profiles of persons who are not typed. */
typedef struct hwp_scene {
  hw_problem problem; /* n_profiles grows and shrinks by the persons who are pretended */
  int32_t n_base;
  hw_profile *profiles;
  int32_t *persons;
  hw_observation **rows; /* of the pretended profiles, n_markers each */
  hwp_family family;
  int32_t *individual; /* of each profile */
  bool is_known;       /* `contradicts` is */
  bool *contradicts;   /* by marker: the family, with nobody pretended */
  /* the profiles as far as they tell something about a person */
  hw_profile *near;
  hw_observation **near_rows;
  uint8_t *seen; /* of two markers in turn */
  uint8_t *room;
  bool *tells;
} hwp_scene;

/* Things of one thread. */
typedef struct hwp_power_worker {
  hw_power_study *power;
  hw_table_compiler *compiler, *rigid; /* rigid: without mutation; NULL where nothing mutates */
  hwp_spread *spread;
  hw_arena results; /* until the end */
  hw_arena scratch; /* of one piece of work */
  double *room, *allele_room;
  hwp_scene scene;
  struct hwp_power_watch *watch; /* of a piece on the caller's thread; NULL on others */
} hwp_power_worker;

struct hw_power_study {
  const hw_case *problem;
  hw_power_options options;
  hw_arena arena;
  int32_t n_targets;
  hw_power_target *targets;
  hw_marker *rigid_markers; /* NULL where nothing mutates */
  size_t most_outcomes;     /* of a marker */
  int32_t widest;           /* alleles of a marker */
  int32_t n_workers;
  hwp_power_worker *workers;
  int32_t n_advice;
  hw_power_advice *advice;
  hw_power_panel_result *panels;
  int32_t n_partial; /* remains that are typed in part */
  int32_t *partial;
  double *partial_lr; /* n_partial × n_targets */
  int32_t n_retype;
  hw_power_remains *retype;
  bool has_no_remains;
};

/* --- power.c --- */

/* Asks, within a piece of work, whether to stop. @return HW_OK or HW_E_INTERRUPTED */
HW_MUST_CHECK hw_status hwp_power_go_on(const hwp_power_worker *self, hw_err *err);

/* --- power_scene.c --- */

/* Opens a family in the worker's scene: no one pretended. */
HW_MUST_CHECK hw_status hwp_scene_open(hwp_power_worker *self, int32_t family, hw_err *err);
/* Pretends one more person; returns her observations, all missing. */
hw_observation *hwp_scene_add(hwp_power_worker *self, int32_t person);
void hwp_scene_remove(hwp_power_worker *self);
/* The table of a person given who is typed and who is pretended; as hw_table_compiler_compile, but
 * ln_family is of those alone who tell something about her. */
HW_MUST_CHECK hw_status hwp_scene_compile(hwp_power_worker *self, int32_t person,
                                          const hw_table **out, hw_err *err);

/* --- power_target.c --- */

/* Adds a marker's outcomes, in the remains' form, to the summand at hand.
 * @return false if the remains are not typed there */
bool hwp_power_add_outcomes(hwp_power_worker *self, int32_t marker, const hw_marker_table *table,
                            double weight);
/* Everything about one missing person. */
HW_MUST_CHECK hw_status hwp_power_target_step(hwp_power_worker *self, int32_t target, hw_err *err);

/* --- power_sets.c --- */

/* Relatives, pairs and everybody, and the verdict. */
HW_MUST_CHECK hw_status hwp_power_relatives_step(hwp_power_worker *self, hw_power_target *target,
                                                 hw_err *err);

/* --- power_worlds.c --- */

/* The first of a person's group of identical twins. */
int32_t hwp_power_first_twin(const hw_pedigree *pedigree, int32_t person);
/* True if typing the person would show something new at the marker. */
bool hwp_power_adds(const hw_case *problem, const hw_family *family, int32_t person,
                    int32_t marker);
/* What typing these persons would give. */
HW_MUST_CHECK hw_status hwp_power_set_gain(hwp_power_worker *self, const hw_power_target *target,
                                           int32_t n, const int32_t *persons, hw_power_gain *out,
                                           hw_err *err);

/* --- power_advice.c --- */

HW_MUST_CHECK hw_status hwp_power_make_advice(hw_power_study *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_power_make_panels(hw_power_study *self, hw_err *err);

/* --- power_remains.c --- */

/* Finds the remains that are typed in part. */
HW_MUST_CHECK hw_status hwp_power_find_partial(hw_power_study *self, hw_err *err);
/* Their likelihood ratios with one missing person. */
void hwp_power_look_up(hw_power_study *self, int32_t target, const hw_table *table);
/* One of them: what a complete profile would add. */
HW_MUST_CHECK hw_status hwp_power_remains_step(hwp_power_worker *self, int32_t index, hw_err *err);
/* Orders the list. */
void hwp_power_sort_remains(hw_power_study *self);

#endif
