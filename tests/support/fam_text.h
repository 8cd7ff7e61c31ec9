/* Familias files for the tests of the reader: synthetic, written for these tests. */
#ifndef HW_TESTS_FAM_TEXT_H
#define HW_TESTS_FAM_TEXT_H

#include "formats/fam.h"

/* Four persons, three pedigrees with extra persons and a Direct relation, four loci of different
 * models, one with a silent allele; theta; one person considers dropouts. */
extern const char FAM_KINSHIP[];
/* Three remains, four families: one missing person with a place holder, three missing persons,
 * alternative pedigrees, nobody missing. */
extern const char FAM_DVI[];

/* Reads a file called "dir/x.fam"; fails the test unless that goes well. Free with hw_fam_delete. */
hw_fam *fam_text_parse(const char *text, size_t size, const hw_fam_options *options);
/* Fails the test unless a note contains the part. */
void fam_text_assert_note(const hw_fam *fam, const char *part);

#endif
