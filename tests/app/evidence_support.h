/* A simulated case of STR, SNP, mtDNA and Y for the tests of evidence.
 *
 * F1: M is missing, his cousin C by their fathers is typed by all but mtDNA. F2: the brothers X and Y are
 * missing, and nobody is typed. B1 is M's bone, B2 and B3 are strangers', B4 and B5 X's and Y's. B1 and B2
 * have an STR profile; B4 and B5 one mtDNA. */
#ifndef HW_TESTS_EVIDENCE_SUPPORT_H
#define HW_TESTS_EVIDENCE_SUPPORT_H

#include "app/evidence.h"

/* Markers of the panel. */
#define EVIDENCE_SNPS 800

/* A new database with the STR of the case, or with everything. */
void evidence_make_str(hw_app *app);
void evidence_make_all(hw_app *app);
/* Loads the case with its evidence. */
void evidence_load(hw_app *app, const hw_evidence_options *options, hw_stored_case *stored,
                   hw_evidence **evidence);
int32_t evidence_remains(const hw_stored_case *stored, const char *id);

#endif
