/* Shared by the files of place.h.
 *
 * At a marker, candidates who show the same observation under the same error
 * parameters are one class; class 0 is "not typed here". A context is, at one
 * marker, the class at every place (0 = nobody, or nothing typed). A row is what
 * one elimination tells of a context and an open place:
 *
 *     row[c] = ln [ P(class c at the place | references, context) / P(c | unrelated) ]
 *
 * and ln of a ratio Λ is a sum of entries of rows. */
#ifndef HW_IDENTIFY_PLACE_INT_H
#define HW_IDENTIFY_PLACE_INT_H

#include <math.h>

#include "base/arena.h"
#include "homeward/table.h"
#include "identify/place.h"
#include "kinship/family.h"

/* ln 0. */
#define IMPOSSIBLE (-HUGE_VAL)

/* Classes at one marker. */
typedef struct hwp_place_class {
  const hw_observation *observation;
  const hw_profile *profile; /* dropout and typing error */
  double population[2];      /* P(class | unrelated person); [1]: who carries one allele */
  int32_t n_weights[2];      /* genotypes that can show it, and with what probability */
  const int32_t *genotype[2];
  const double *weight[2];
} hwp_place_class;

typedef struct hwp_place_marker {
  bool is_contradicted; /* the references cannot be; the marker tells nothing */
  int32_t n_classes;    /* with class 0 */
  hwp_place_class *classes;
  uint16_t *class_of; /* per candidate */
  int32_t pattern;    /* equal where the same references are typed alike */
} hwp_place_marker;

/* What is known of an individual at a marker. */
typedef enum hwp_place_data { HWP_NO_DATA = 0, HWP_DATA, HWP_GENOTYPE } hwp_place_data;

/* Which places' data can tell something of another place (place_context.c). */
typedef struct hwp_place_reach {
  uint64_t status, mask;
  int32_t pattern, place; /* place −1: empty */
} hwp_place_reach;

/* A remembered row. */
typedef struct hwp_row {
  struct hwp_row *next;
  uint64_t hash;
  int32_t place; /* or n_places: of a stranger, with theta */
  int32_t marker;
  uint16_t *codes; /* n_places */
  double *ln;      /* n_classes of the marker */
} hwp_row;

struct hwp_place {
  const hw_case *problem;
  const hw_family *family;
  hw_likelihood_options options;
  int32_t n_places, n_candidates, n_markers;
  int32_t *remains; /* per candidate: index in the case */
  hwp_family individuals;
  int32_t *individual; /* per place */
  bool *is_single;     /* n_markers × n_places: carries one allele */
  bool *fits;          /* n_places × n_candidates */
  hwp_place_marker *markers;
  hw_arena arena;
  /* One elimination. */
  hw_kin **kin; /* per place; references, then places */
  int32_t *profile_person;
  hw_profile *profiles;
  const hw_observation **column;
  double *joint, *folded;
  /* Contexts. */
  int32_t *group[2]; /* per place: exchangeable ones; [1]: where sex does not matter */
  int32_t n_patterns;
  uint8_t *pattern; /* n_patterns × individuals: hwp_place_data of the references */
  hwp_place_reach *reach;
  bool *is_included, *is_reached; /* of individuals */
  int32_t *queue;
  /* What is remembered. */
  hw_arena memory;
  hwp_row **slots;
  size_t n_slots, n_rows;
  uint16_t *contexts;  /* n_markers × n_places: codes of the context at hand */
  int32_t *asked;      /* per marker: the place whose row it is */
  const double **rows; /* per marker */
  hw_table_compiler *compiler;
  hw_observation *observations; /* of what is compiled: profiles × markers */
  hw_profile *compiled;
  int32_t *compiled_person;
  int64_t n_eliminations;
};

/* Bytes of rows from which on they are forgotten and begun anew. */
enum { HWP_PLACE_MEMORY = 512 << 20 };

/* Classes, populations, and what the references rule out. */
HW_MUST_CHECK hw_status hwp_place_markers_init(hwp_place *self, hw_err *err);

/* Groups of hwp_place_symmetry. @param ignores_sex  sexes need not agree */
HW_MUST_CHECK hw_status hwp_place_groups(const hwp_place *self, bool ignores_sex, int32_t *group,
                                         hw_err *err);

/* After classes are known: what contexts need. */
HW_MUST_CHECK hw_status hwp_place_contexts_init(hwp_place *self, hw_err *err);
/* The context at a marker in its standard form, which has the same row.
 * @param codes  [out] class per place
 * @return the place to ask for instead of `place` */
int32_t hwp_place_context(hwp_place *self, int32_t marker, const int32_t *placed, int32_t place,
                          uint16_t *codes);

/* As hwp_place_extend, for a placement that is possible. */
HW_MUST_CHECK hw_status hwp_place_extend_possible(hwp_place *self, const int32_t *placed,
                                                  int32_t place, double *out, hw_err *err);

/* The rows of a context, given by the candidate at each place (−1 = nobody), into self->rows.
 * Valid until hwp_place_rows_trim. */
HW_MUST_CHECK hw_status hwp_place_rows(hwp_place *self, const int32_t *placed, int32_t place,
                                       hw_err *err);
HW_MUST_CHECK hw_status hwp_place_memory_init(hwp_place *self, hw_err *err);
/* Forgets all rows if they hold more than their share. */
void hwp_place_rows_trim(hwp_place *self);

/* The row of a context given by classes, made anew: no memory of it is kept.
 * @param out  n_classes of the marker; out[0] = −inf if the context is impossible, else 0 */
HW_MUST_CHECK hw_status hwp_place_eliminate(hwp_place *self, int32_t marker, const uint16_t *codes,
                                            int32_t place, double *out, hw_err *err);

/* A row from the genotype distribution of the person at the place, without theta. */
void hwp_place_fill_row(const hwp_place *self, int32_t marker, int32_t place,
                        const double *genotypes, double *out);

/* True if the observation shows the true genotype. */
bool hwp_place_is_known(const hw_marker *marker, const hw_observation *seen,
                        const hw_profile *profile);

/* ln of the most that each candidate can multiply Λ by at a place, whatever the context.
 * @param ln_most  [out] one per candidate */
HW_MUST_CHECK hw_status hwp_place_bounds(hwp_place *self, int32_t place, double *ln_most,
                                         hw_err *err);
/* The same of two candidates, r at a and s at b: ln_most[r · n_candidates + s].
 * @param is_known  [out] false: nothing better than the sum of the two is known */
HW_MUST_CHECK hw_status hwp_place_pair_bounds(hwp_place *self, int32_t a, int32_t b,
                                              double *ln_most, bool *is_known, hw_err *err);

#endif
