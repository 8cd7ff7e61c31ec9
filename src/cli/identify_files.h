/* SNPs and haplotypes of files for the remains and families of a case file; inside `homeward identify`
 * only.
 *
 *   identify_files files;
 *   if (identify_files_open(problem, &settings->evidence, &files, &err) == HW_OK)
 *     view.evidence = files.evidence;
 *   identify_files_clear(&files);
 */
#ifndef HW_CLI_IDENTIFY_FILES_H
#define HW_CLI_IDENTIFY_FILES_H

#include "app/evidence.h"
#include "cli/lr_evidence.h"

typedef struct identify_files {
  lr_evidence opened;
  hw_evidence *evidence; /* NULL = no file was named */
  /* Whom the files type, by kind: remains and persons of families; and names of nobody. */
  int32_t n_remains[LR_KINDS], n_persons[LR_KINDS], n_others[LR_KINDS];
  bool *is_used; /* by person of the SNP files: she is of the case; NULL = there are none */
  hw_arena arena;
} identify_files;

/* Opens the files, finds whose each sample is, and prepares the evidence. The case is borrowed until
 * identify_files_clear, which is to be called also after a failure.
 * @return as lr_evidence_open and hw_evidence_new; HW_E_REFERENCE (a name that several have; no name
 *         of a file is in the case); HW_E_DUPLICATE (one person under two names) */
HW_MUST_CHECK hw_status identify_files_open(const hw_case *problem,
                                            const lr_evidence_settings *settings,
                                            identify_files *out, hw_err *err);
void identify_files_clear(identify_files *self);
/* What was read, as lines of the head of a table. */
void identify_files_print(const identify_files *self);
/* The same as the member "files". */
void identify_files_json(hw_json_writer *w, const identify_files *self);

#endif
