/* What can be seen of a person at one marker: each outcome with its probability for
 * somebody unrelated and for the missing person.
 *
 * Expected false leads of a search and the power of a family are sums over these. */
#ifndef HW_KINSHIP_OUTCOMES_H
#define HW_KINSHIP_OUTCOMES_H

#include "homeward/table.h"

/* Form of an observation. Profiles with the same form at a marker have the same outcomes there. */
typedef enum hwp_form {
  HWP_FORM_MISSING = 0,
  HWP_FORM_GENOTYPE,
  HWP_FORM_PARTIAL,
  HWP_FORM_SINGLE,
  HWP_FORM_SET,
  HWP_FORM_COUNT
} hwp_form;

hwp_form hwp_form_of(const hw_observation *obs);

/* Parameters of an observation model: typing error of a genotype (dropout and drop-in 0), or
 * dropout and drop-in of a set (typing error 0). */
typedef struct hwp_noise {
  double dropout, drop_in, typing_error;
} hwp_noise;

/* What may be seen of an unrelated person at one marker. */
typedef struct hwp_outcomes {
  int32_t n;
  const double *unrelated; /* P(outcome | unrelated); they sum to one, up to rounding */
  const double *related;   /* that times the likelihood ratio of the outcome; 0 = impossible */
} hwp_outcomes;

/* Most outcomes of a marker with so many alleles. */
size_t hwp_outcomes_room(int32_t n_alleles, hwp_form form, const hwp_noise *noise);
/* Fills the outcomes. Of what contradicts the table (two alleles where she carries one) there are
 * none: such an observation is impossible.
 * @param room         twice hwp_outcomes_room values; `out` may point there, or into the table
 * @param allele_room  6 · n_alleles values, used for sets alone */
void hwp_outcomes_fill(const hw_marker *marker, const hw_marker_table *table, hwp_form form,
                       const hwp_noise *noise, double *room, double *allele_room,
                       hwp_outcomes *out);

#endif
