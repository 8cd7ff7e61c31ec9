/* Evidence of `homeward lr` besides unlinked markers: SNP files, mtDNA and Y haplotypes, and markers
 * that are linked by position. The files and their options are those of `homeward identify` too. */
#ifndef HW_CLI_LR_EVIDENCE_H
#define HW_CLI_LR_EVIDENCE_H

#include "app/haplogroup.h"
#include "cli/snp_files.h"
#include "formats/haplotype_csv.h"
#include "homeward/casefile.h"
#include "homeward/linked.h"

typedef enum lr_kind { LR_STR = 0, LR_SNP, LR_MT, LR_Y, LR_KINDS } lr_kind;

typedef struct lr_evidence_settings {
  cli_snp_files_settings files;
  cli_texts snp;
  const char *mt, *y, *mt_stated, *y_stated, *mt_database, *y_database, *rarity;
} lr_evidence_settings;

/* The options of a command whose settings are of `type` and hold an lr_evidence_settings `member`. */
#define LR_EVIDENCE_OPTIONS(type, member)                                                           \
  {"snp",                                                                                           \
   "FILE",                                                                                          \
   CLI_TEXTS,                                                                                       \
   offsetof(type, member.snp),                                                                      \
   0,                                                                                               \
   0,                                                                                               \
   "SNP genotypes (VCF, BCF, BEAGLE, BAM, CRAM), whose samples bear the ids of the case's persons " \
   "or remains; may be given several times. The case may then have no markers of its own.",         \
   0,                                                                                               \
   false},                                                                                          \
      CLI_SNP_FILES_OPTIONS(type, member.files),                                                    \
      CLI_SNP_TEXT(type, "mtdna", "FILE", member.mt,                                                \
                   "mtDNA haplotypes, CSV person,ranges,haplotype (docs/lineage.md)."),             \
      CLI_SNP_TEXT(type, "ystr", "FILE", member.y,                                                  \
                   "Y-STR haplotypes, CSV person and a column for each marker."),                   \
      CLI_SNP_TEXT(type, "mt-stated", "X/N", member.mt_stated,                                      \
                   "The mtDNA haplotype was seen X times among N persons of the population."),      \
      CLI_SNP_TEXT(type, "y-stated", "X/N", member.y_stated,                                        \
                   "The Y haplotype was seen X times among N men of the population."),              \
      CLI_SNP_TEXT(type, "mt-database", "FILE", member.mt_database,                                 \
                   "mtDNA haplotypes of the population, CSV count,ranges,haplotype."),              \
      CLI_SNP_TEXT(type, "y-database", "FILE", member.y_database,                                   \
                   "Y-STR haplotypes of the population, CSV count and a column for each marker."),  \
      CLI_SNP_TEXT(type, "rarity", "METHOD", member.rarity,                                         \
                   "counted (default), upper (Clopper and Pearson), kappa (Brenner), or for Y "     \
                   "laplace.")

/* The files, opened once for all cases. */
typedef struct lr_evidence {
  bool has[LR_KINDS];
  cli_snp_people people;
  float **likelihoods; /* of each person; computed when she is met */
  hw_mt_table *mt, *mt_database_table;
  hw_y_rates *rates;
  hw_y_rows *y, *y_database_rows;
  hw_mt_database mt_database;
  hw_y_database y_database;
  hw_y_model y_model;
  hw_lineage_options options;
  hw_phylotree *tree; /* of haplogroups; NULL before it is needed */
} lr_evidence;

/* How the haplogroups of two persons on one line stand to each other. */
typedef enum lr_branch {
  LR_BRANCH_UNKNOWN = 0, /* nothing in common was sequenced */
  LR_BRANCH_SAME,
  LR_BRANCH_NEAR, /* apart by no more than one mutation of weight */
  LR_BRANCH_DIFFERENT
} lr_branch;

/* One comparison along a line. */
typedef struct lr_line {
  int32_t hypothesis;
  lr_kind kind;
  const char *person, *reference;
  hw_lineage_result result;
  lr_branch branch;      /* of mtDNA, a check of quality */
  const char *groups[2]; /* of person and reference within what both were sequenced for */
  double branch_weight;  /* of the mutations between them */
} lr_line;

/* The haplogroup of one person. */
typedef struct lr_group {
  const char *person;
  hw_mt_haplogroup found;
} lr_group;

/* Ratios under models around the fitted one of a sample's reads. */
typedef struct lr_grid {
  const cli_snp_reads *reads;
  int32_t n_contamination, n_damage;
  double contamination[5], damage[5];
  int32_t fitted_contamination, fitted_damage;
  double *ln; /* of the SNPs by hypothesis, contamination, damage; NULL = only the fit is known */
} lr_grid;

/* What one case's hypotheses weigh by each kind: natural logarithms, up to what all hypotheses have
 * in common. */
typedef struct lr_weights {
  double *ln[LR_KINDS]; /* n_hypotheses each; NULL = not given */
  int32_t n_lines;
  lr_line *lines;
  int32_t n_groups; /* persons with mtDNA */
  lr_group *groups;
  int32_t n_grids; /* persons whose SNPs are of reads */
  lr_grid *grids;
  int32_t n_snp_persons, n_markers;
  hw_arena arena;
} lr_weights;

/* True if there is anything besides the case. */
bool lr_evidence_is_asked(const lr_evidence_settings *settings);
/* Free with lr_evidence_clear, also after a failure. */
HW_MUST_CHECK hw_status lr_evidence_open(const lr_evidence_settings *settings, lr_evidence *out,
                                         hw_err *err);
void lr_evidence_clear(lr_evidence *self);

/* Weighs a case by everything that is open. Free with lr_weights_clear, also after a failure. */
HW_MUST_CHECK hw_status lr_weigh(lr_evidence *self, const hw_case *c, lr_weights *out, hw_err *err);
void lr_weights_clear(lr_weights *self);

/* --- inside --- */

/* The persons of a case who are called as in a file, in every hypothesis.
 * @param person_of  [out] n names × n_hypotheses: the person, HW_PERSON_NONE = nobody of the case
 * @return HW_OK; HW_E_REFERENCE: nobody, or somebody whom a hypothesis does not have */
HW_MUST_CHECK hw_status lr_find_persons(const hw_case *c, const char *what, int32_t n,
                                        const char *const *names, int32_t *person_of,
                                        int32_t *n_found, hw_err *err);
HW_MUST_CHECK hw_status lr_open_lineage(const lr_evidence_settings *settings, lr_evidence *out,
                                        hw_err *err);
HW_MUST_CHECK hw_status lr_weigh_lineage(const lr_evidence *self, lr_kind kind, const hw_case *c,
                                         lr_weights *out, hw_err *err);
/* The SNPs of a case, about to be weighed. */
typedef struct lr_snp_work {
  lr_evidence *evidence;
  const hw_case *problem;
  const int32_t *person_of; /* by person of the files and hypothesis */
  hw_linked_typed *typed;
  const hw_linked_marker *markers;
} lr_snp_work;
/* ln of one hypothesis, with other likelihoods of one person of the files (-1 = nobody). */
HW_MUST_CHECK hw_status lr_weigh_snp_hypothesis(const lr_snp_work *work, int32_t h, int32_t other,
                                                const float *likelihoods, double *ln, hw_err *err);
/* Every sample of reads, under the models of its grid. */
HW_MUST_CHECK hw_status lr_weigh_grids(const lr_snp_work *work, lr_weights *out, hw_err *err);

/* Haplogroups of the persons, and of the lines that were weighed. */
HW_MUST_CHECK hw_status lr_place_haplogroups(lr_evidence *self, const hw_case *c, lr_weights *out,
                                             hw_err *err);

/* --- markers of a case that are linked by position --- */

/* Which markers can be: with chromosome and position, two to eight alleles, no mutation, no silent
 * allele, in no linkage group. @return how many */
int32_t lr_linked_find(const hw_case *c, bool *is_linked);
/* ln P(their observations | hypothesis). */
HW_MUST_CHECK hw_status lr_linked_weigh(const hw_case *c, const hw_profile *profiles, int32_t h,
                                        const bool *is_linked, double *ln, hw_err *err);

#endif
