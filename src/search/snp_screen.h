/* The screen of the search by SNP profiles: samples as rows of codes, families as tables of what
 * their codes say (docs/snp-search.md; the kernel is kernels/profile_scan.h).
 *
 * Layout: the autosomal markers of a panel stand in runs of HW_PROFILE_RUN slots, which do not cross
 * chromosomes; what a chromosome lacks at its end are empty slots. Some runs make a stretch. */
#ifndef HW_SEARCH_SNP_SCREEN_H
#define HW_SEARCH_SNP_SCREEN_H

#include "base/arena.h"
#include "homeward/snp_search.h"
#include "kernels/profile_scan.h"

/* --- codes (snp_book.c) --- */

enum {
  HWP_SNP_CODES = 16,
  HWP_SNP_CALLED = 4,  /* codes below are "nothing known" and the called genotypes of two alleles */
  HWP_SNP_CLASSES = 4, /* alleles beyond the three most frequent are one class */
  HWP_SNP_GENOTYPES = HWP_SNP_CLASSES * (HWP_SNP_CLASSES + 1) / 2
};

/* What 16 codes stand for: likelihoods of the genotypes, of each code with the sum 1. */
typedef struct hwp_snp_book {
  int32_t n_genotypes;
  double likelihood[HWP_SNP_CODES][HWP_SNP_GENOTYPES];
} hwp_snp_book;

/* The book of markers of 2 … HWP_SNP_CLASSES classes of alleles. Code 0 = nothing is known. */
void hwp_snp_book_init(hwp_snp_book *self, int32_t n_classes);
/* The code nearest to likelihoods, whose sum is 1. */
int32_t hwp_snp_book_code(const hwp_snp_book *self, const double *likelihoods);

/* --- layout and rows (snp_rows.c) --- */

/* A marker of the screen. */
typedef struct hwp_snp_marker {
  int64_t offset; /* of its genotypes in a profile */
  int32_t n_alleles, n_classes;
  uint8_t class_of[HW_PANEL_MAX_ALLELES];
  double genotype[HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2]; /* Hardy–Weinberg */
  double of_class[HWP_SNP_GENOTYPES];                                     /* of classes */
} hwp_snp_marker;

/* Rows of codes of some samples. */
typedef struct hwp_snp_rows {
  int32_t n_samples;
  int32_t *sample;   /* by place in the rows: index of the sample */
  int32_t run_bytes; /* of the layout */
  int64_t n_groups;  /* of HW_PROFILE_SAMPLES */
  int64_t group_bytes;
  uint8_t *codes;
} hwp_snp_rows;

/* What the screen needs of the input, and what stays equal over all queries. */
typedef struct hwp_snp_screen {
  const hw_snp_search_input *input;
  const hw_profile_scan *kernel;
  int32_t n_markers;                       /* of the panel */
  int32_t n_autosomal;                     /* the first so many */
  hw_linked_marker *markers;               /* of the panel */
  hwp_snp_marker *screened;                /* n_autosomal */
  hwp_snp_book books[HWP_SNP_CLASSES + 1]; /* by number of classes */
  int32_t n_runs, n_stretches;
  int32_t *slot; /* n_runs × HW_PROFILE_RUN: marker, −1 = empty */
  uint8_t *step; /* n_runs: of the kernel's layout; step 0 = end of a chromosome */
  int32_t n_steps;
  double *distance_cm;       /* by step: to the next stretch */
  hwp_snp_rows called, read; /* samples all of whose codes are called, and all others */
  hw_arena arena;
} hwp_snp_screen;

/* @param input  checked; borrowed until hwp_snp_screen_clear, which is needed in any case */
HW_MUST_CHECK hw_status hwp_snp_screen_init(hwp_snp_screen *self, const hw_snp_search_input *input,
                                            const char *simd, const hw_search_go *go, hw_err *err);
void hwp_snp_screen_clear(hwp_snp_screen *self);

/* Likelihoods of classes of alleles from a profile's bytes. @return false: nothing is known */
bool hwp_snp_classify(const hwp_snp_marker *marker, const float *of_byte, const uint8_t *bytes,
                      double *likelihoods);

/* --- a query (snp_tables.c) --- */

typedef struct hwp_snp_tables {
  double lambda;  /* how much rarer than always the family shares */
  double unit;    /* natural logarithm of one unit of odds */
  int8_t *read;   /* of the kernel, for rows of one marker a nibble */
  int8_t *called; /* for rows of two */
  hw_profile_step *steps;
  int8_t begin;
} hwp_snp_tables;

/* Memory for tables of a screen. */
HW_MUST_CHECK hw_status hwp_snp_tables_init(hwp_snp_tables *self, const hwp_snp_screen *screen,
                                            hw_arena *arena, hw_err *err);
/* @param genotypes  what the family says of its missing person at the autosomal markers
 * @param scratch    HWP_SNP_CODES × n_autosomal */
HW_MUST_CHECK hw_status hwp_snp_tables_fill(hwp_snp_tables *self, const hwp_snp_screen *screen,
                                            const float *genotypes, double *scratch, hw_err *err);
/* Log10 of a score of the kernel, or of a mean of them. */
double hwp_snp_score(double score);
/* The least score of the kernel whose log10 reaches a cut; more than INT16_MAX if none does. */
int32_t hwp_snp_score_at(double cut);

#endif
