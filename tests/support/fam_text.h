/* Familias files for the tests of the reader: synthetic, written for these tests. */
#ifndef HW_TESTS_FAM_TEXT_H
#define HW_TESTS_FAM_TEXT_H

/* Four persons, three pedigrees with extra persons and a Direct relation, four loci of different
 * models, one with a silent allele; theta; one person considers dropouts. */
extern const char FAM_KINSHIP[];
/* Three remains, four families: one missing person with a place holder, three missing persons,
 * alternative pedigrees, nobody missing. */
extern const char FAM_DVI[];

#endif
