/* Shared by the files that compute expected false leads: the spectra of a marker's
 * outcomes (kinship/outcomes.h) and the tail of their sum (null_tail.c), the samples
 * summed up (null_samples.c), and the sum over the samples (null.c). */
#ifndef HW_SEARCH_NULL_INT_H
#define HW_SEARCH_NULL_INT_H

#include "base/arena.h"
#include "kinship/outcomes.h"
#include "search/null.h"

/* --- spectra and tails --------------------------------------------------- */

enum {
  HWP_LATTICE = 256,           /* points of the lattice */
  HWP_WAVES = HWP_LATTICE / 2, /* frequencies kept: 0 … 127 */
  HWP_BLOCK = 32,              /* frequencies looked at together */
  HWP_BLOCKS = HWP_WAVES / HWP_BLOCK,
  HWP_BATCH = 4,    /* spectra made together */
  HWP_PERIODS = 11, /* 8, 16, … 8192 units of log10 */
  HWP_TILTS = 8     /* ¼, ½, … 2 */
};

/* Powers of ten on the lattices, and roots of one; made once. */
typedef struct hwp_powers hwp_powers;
HW_MUST_CHECK hw_status hwp_powers_new(hw_arena *arena, const hwp_powers **out, hw_err *err);

/* log10 E LR^θ of one marker, or of several together: bounds of tails (Chernoff), which guide the
 * choice of lattice and tilt. Rough, by 0.001 for a marker. */
enum { HWP_EXPONENTS = 5 }; /* θ = 0, ½, 1, 1½, 2 */
typedef struct hwp_bounds {
  double log10_mean[HWP_EXPONENTS];
  double most; /* largest log10 LR; −inf if nothing is possible */
} hwp_bounds;
void hwp_bounds_of(const hwp_outcomes *from, hwp_bounds *out);
void hwp_bounds_add(hwp_bounds *self, const hwp_bounds *marker);

/* Transform of the event "at least the threshold". */
typedef struct hwp_event {
  double re[HWP_WAVES], im[HWP_WAVES];
  double weight[HWP_BLOCKS]; /* Σ of moduli, or a little more, from this block to the last */
} hwp_event;

/* Lattice, tilt and threshold of one query. */
typedef struct hwp_tilt {
  const hwp_powers *powers;
  int period, tilt; /* indices */
  double threshold;
  hwp_event many, few; /* blurred as suits many markers, or a few */
} hwp_tilt;

/* Chooses for several sets of markers together.
 * @param bounds     of each set
 * @param n_samples  that it stands for */
void hwp_tilt_choose(hwp_tilt *self, const hwp_powers *powers, double threshold, int32_t n,
                     const hwp_bounds *bounds, const double *n_samples);

/* The distribution of one marker's log10 LR, tilted, as a spectrum. */
typedef struct hwp_spectrum {
  double re[HWP_WAVES], im[HWP_WAVES]; /* relative to the first, which is 1 */
  double peak[HWP_BLOCKS];             /* largest squared modulus from this block to the last */
  double log10_mass;                   /* of the first, before it was made 1 */
  double possible;    /* P(log10 LR is not −inf); 0: nothing of the rest is set */
  double least, most; /* finite log10 LR */
} hwp_spectrum;

/* Room in which spectra are made. */
typedef struct hwp_lattice hwp_lattice;
HW_MUST_CHECK hw_status hwp_lattice_new(hw_arena *arena, hwp_lattice **out, hw_err *err);
/* Puts outcomes into place 0 … HWP_BATCH − 1 of an empty lattice. */
void hwp_lattice_add(hwp_lattice *self, const hwp_tilt *tilt, int place, const hwp_outcomes *from,
                     hwp_spectrum *out);
/* Finishes the spectra of the first n places, and empties the lattice. */
void hwp_lattice_transform(hwp_lattice *self, const hwp_powers *powers, int n,
                           hwp_spectrum *const *out);

/* P(Σ log10 LR ≥ threshold) of independent markers.
 * @param bounds  of them together */
double hwp_tail(const hwp_tilt *tilt, int32_t n, const hwp_spectrum *const *spectra,
                const hwp_bounds *bounds);

/* --- the samples summed up ----------------------------------------------- */

/* Samples with the same form and noise at every marker. */
typedef struct hwp_group {
  int32_t sample;      /* the first of them */
  int32_t noise[2];    /* classes of noise of genotypes and of sets; 0 = none */
  int32_t n_of_sex[3]; /* samples, by hw_sex */
  double information;  /* how much the typed markers tell: orders the groups */
} hwp_group;

enum {
  HWP_ALWAYS = 8, /* largest groups, computed for every query */
  HWP_STRATA = 4, /* of the other groups */
  HWP_DRAWS = 2,  /* representatives of a stratum: two tell the variance */
  HWP_PICKS = HWP_ALWAYS + HWP_STRATA * HWP_DRAWS /* so many groups are all computed */
};

struct hwp_null {
  const hw_search_input *input;
  hw_arena arena;
  const hwp_powers *powers;
  int32_t n_groups, n_always;
  hwp_group *groups;  /* first those that are always computed, largest first; then the others by
                         information */
  int64_t *before[3]; /* [sex][i]: eligible samples of the others before the i-th; n + 1 */
  int32_t n_noises;
  hwp_noise *noises; /* by class */
};

/* Fills groups, before and noises. */
HW_MUST_CHECK hw_status hwp_null_group(hwp_null *self, hw_err *err);

/* A group to compute for a query, and for how many samples it stands. */
typedef struct hwp_pick {
  const hwp_group *group;
  double n_samples;
  int32_t stratum; /* −1: stands for itself alone */
} hwp_pick;
/* @param picks  [out] HWP_PICKS @return their number */
int32_t hwp_null_pick(const hwp_null *self, int32_t query, hw_sex sex, hwp_pick *picks);

#endif
