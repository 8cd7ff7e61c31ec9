/* Haplogroups of the haplotypes of a table that is imported: a summary and doubts, as notes. Inside
 * the import of haplotypes only. */
#ifndef HW_APP_IMPORT_HAPLOGROUP_H
#define HW_APP_IMPORT_HAPLOGROUP_H

#include "app/haplogroup.h"
#include "app/import.h"

/* One haplotype; texts are kept for the first ones. */
typedef struct hwp_group_text {
  struct hwp_group_text *next;
  bool is_doubt;
  const char *text;
} hwp_group_text;

typedef struct hwp_haplogroups {
  hw_phylotree *tree; /* NULL before the first */
  hw_arena arena;
  int64_t n, n_doubted;
  int32_t n_doubts, n_plain; /* kept texts */
  hwp_group_text *first, *last;
} hwp_haplogroups;

/* Places one haplotype in the tree. The struct is zeroed before.
 * @param name  whose it is; NULL = a row of a population, of which doubts alone are kept */
HW_MUST_CHECK hw_status hwp_haplogroups_add(hwp_haplogroups *self, uint64_t line, const char *name,
                                            const hw_mt *haplotype, hw_err *err);
/* Writes the notes. */
void hwp_haplogroups_tell(const hwp_haplogroups *self, hw_import *import);
/* A zeroed struct is allowed. */
void hwp_haplogroups_clear(hwp_haplogroups *self);

#endif
