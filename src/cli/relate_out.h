/* What `homeward relate` found, for its table and its JSON; inside the command only. */
#ifndef HW_CLI_RELATE_OUT_H
#define HW_CLI_RELATE_OUT_H

#include "cli/snp_files.h"
#include "homeward/population.h"
#include "homeward/relate.h"

/* What becomes of a stated relation. */
typedef enum relate_verdict {
  RELATE_SUPPORTED = 0,
  RELATE_UNDECIDED,
  RELATE_CONTRADICTED,
  RELATE_VERDICTS
} relate_verdict;

/* Two people of whom a pedigree says what they are to each other. */
typedef struct relate_stated {
  int32_t first, second; /* samples; of parent and child the parent first */
  hw_relation relation;
  relate_verdict verdict;
  hw_relate_pair pair; /* what the genotypes say */
} relate_stated;

typedef struct relate_found {
  const cli_snp_people *people;
  bool is_wanted[HW_RELATION_COUNT];
  double theta, threshold;
  bool is_asked; /* pairs that were named, not all */
  int64_t n_screened, n_passed;
  int64_t n_pairs;
  hw_relate_pair *pairs; /* to be shown; best of the wanted relations */
  bool has_check;
  const char *why_unchecked; /* a sentence; NULL if it was checked */
  hw_population_result check;
  const char *pedigree; /* file; NULL = none */
  int32_t n_stated;
  relate_stated *stated;
  int32_t n_unlisted; /* pairs found as parent and child, not stated as relatives */
} relate_found;

/* Short name of a relation, as --relations takes it. */
const char *relate_name(hw_relation relation);
/* "2nd degree": what can be told, where the kinds of a degree cannot. */
const char *relate_class(hw_relation relation);
/* log10 LR of the best relation over the best of another class that is wanted, unrelated included. */
double relate_margin(const relate_found *self, const hw_relate_pair *pair);
/* The wanted relation with the largest LR. */
hw_relation relate_best(const relate_found *self, const hw_relate_pair *pair);
const char *relate_verdict_name(relate_verdict verdict);

/* Reads relations between the samples from a PED or .fam file (family, person, father, mother, …):
 * parents and children, and full siblings. The array is the arena's. */
HW_MUST_CHECK hw_status relate_read_pedigree(const char *path, const cli_snp_people *people,
                                             hw_arena *arena, relate_stated **out, int32_t *n,
                                             hw_err *err);
/* Sets the verdict of a stated relation by its pair. */
void relate_judge(const relate_found *self, relate_stated *stated);

/* People whose population the frequencies may not be of: they are not among those of whom they are
 * estimated. */
int32_t relate_count_others(const relate_found *self);
/* The sentences of a check that failed or could not be made; "" if there is nothing to warn of.
 * @return `text` */
enum { RELATE_WARNING_SIZE = 1200 };
char *relate_warning(const relate_found *self, char *text, size_t size);

void relate_print(const relate_found *self);
HW_MUST_CHECK hw_status relate_json(const relate_found *self, hw_err *err);

#endif
