/* What one base of a fragment says, shared by the files of reads.h.
 *
 * The rates of a model are tables by distance and quality (hwp_reads_tables); a base becomes the
 * probabilities that each base of the molecule shows it, and their slopes (hwp_reads_seen); a
 * genotype's probability is a mean of two of these. */
#ifndef HW_KINSHIP_READS_INT_H
#define HW_KINSHIP_READS_INT_H

#include <stdbool.h>

#include "homeward/reads.h"

enum {
  HWP_READS_BASES = 4,
  HWP_READS_GENOTYPES = HWP_READS_BASES * (HWP_READS_BASES + 1) / 2,
  HWP_READS_FAR = 1000, /* bases further from an end than this are as damaged as this one */
  HWP_READS_UNTOLD = 255,
};

typedef struct hwp_reads_tables {
  hw_reads_model model;
  double error[256];                     /* 10^(−phred/10), bounded */
  double reach[HWP_READS_FAR + 1];       /* x(d) */
  double reach_slope[HWP_READS_FAR + 1]; /* dx/dλ */
} hwp_reads_tables;

/* Deamination of one kind at one place: rate = δ·reach + δ∞, and the slope of reach by λ; all 0
 * where the library has none of that kind. */
typedef struct hwp_reads_rate {
  double rate, reach, reach_slope;
  bool is_there;
} hwp_reads_rate;

typedef struct hwp_reads_seen {
  double error[HWP_READS_BASES]; /* E(b | a) */
  double shown[HWP_READS_BASES]; /* Σ D(a → a') E(b | a') */
  hwp_reads_rate c_to_t, g_to_a; /* of the forward strand */
} hwp_reads_seen;

void hwp_reads_tables_init(hwp_reads_tables *self, const hw_reads_model *model);
void hwp_reads_see(const hwp_reads_tables *self, const hw_read_base *base, hwp_reads_seen *out);

/* A product of many probabilities: value · 2^(−HWP_READS_STEP · n_steps). Each genotype keeps its own
 * steps: bases come sorted, so a genotype may fall far behind before it comes to the fore. */
enum { HWP_READS_STEP = 300 };

typedef struct hwp_reads_product {
  double value;
  int32_t n_steps;
} hwp_reads_product;

static inline void hwp_reads_multiply(hwp_reads_product *self, double p) {
  self->value *= p;
  if (self->value < 0x1p-300 && self->value > 0) {
    self->value *= 0x1p300;
    self->n_steps++;
  }
}

/* Products over a common power of two. @return steps of it */
int32_t hwp_reads_align(const hwp_reads_product *products, int32_t n, double *values);

/* Bases 0 … 3 of a marker's alleles. @return false if an allele is not a single base */
bool hwp_reads_alleles(const hw_panel_marker *marker, uint8_t bases[HWP_READS_BASES]);
/* Share of a fragment's chance to come from the first allele of genotype i/j, i ≤ j. */
double hwp_reads_weight(const hw_reads_model *model, int32_t i, int32_t j);
/* The contaminant's frequencies of a marker: those of a population, or all alike. */
void hwp_reads_source(const hw_panel *panel, int32_t source, int32_t m, double *q);
/* Members in range; a member to be fitted (below its range) passes if @p may_fit. */
HW_MUST_CHECK hw_status hwp_reads_check(const hw_panel *panel, int32_t source,
                                        const hw_pileup *pileup, const hw_reads_model *model,
                                        bool may_fit, hw_err *err);
/* Whether a number of a model is to be fitted; its place in a model. */
bool hwp_reads_is_fitted(const hw_reads_model *model, int32_t parameter);
double *hwp_reads_number(hw_reads_model *model, int32_t parameter);

#endif
