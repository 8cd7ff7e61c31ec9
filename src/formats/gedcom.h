/** @file
 * GEDCOM 5.5, 5.5.1 and 7: persons and families of genealogy programs.
 *
 * What kinship needs of them is descent, and GEDCOM's families are not that: a
 * child may be adopted, fostered or sealed to its parents. Every parent link
 * keeps its kind, and only links by birth reach `father` and `mother` of a
 * person and the pedigrees.
 *
 * Example:
 * @code
 *   hw_gedcom ged = {0};
 *   hw_errors errors = {0};
 *   hw_gedcom_trees trees = {0};
 *   if (hw_gedcom_read("family.ged", &ged, &errors) == HW_OK &&
 *       hw_gedcom_trees_build(&ged, &trees, &err) == HW_OK)
 *     printf("%d persons, %d pedigrees\n", ged.n_persons, trees.n_trees);
 *   hw_gedcom_trees_clear(&trees);
 *   hw_gedcom_clear(&ged);
 * @endcode
 */
#ifndef HW_FORMATS_GEDCOM_H
#define HW_FORMATS_GEDCOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/errors.h"
#include "formats/notes.h"
#include "homeward/pedigree.h"

/** Largest file that is read, in bytes. */
#define HW_GEDCOM_MAX_BYTES ((size_t)256 << 20)
/** Longest line, in bytes. */
#define HW_GEDCOM_MAX_LINE ((size_t)64 << 10)

/** Index of a person or family that does not exist. */
#define HW_GEDCOM_NONE ((int32_t)-1)

/** How a child belongs to a parent. */
typedef enum hw_gedcom_link {
  HW_GEDCOM_UNSTATED = 0, /**< counts as birth unless another family or an adoption speaks */
  HW_GEDCOM_BIRTH,
  HW_GEDCOM_ADOPTED,
  HW_GEDCOM_FOSTER,
  HW_GEDCOM_SEALING,
  HW_GEDCOM_OTHER /**< step, guardian, unknown … */
} hw_gedcom_link;

/** What a date says. */
typedef enum hw_gedcom_date_kind {
  HW_GEDCOM_DATE_NONE = 0,    /**< no date */
  HW_GEDCOM_DATE_EXACT,       /**< a day, a month or a year */
  HW_GEDCOM_DATE_ABOUT,       /**< ABT, CAL, EST: the range is the stated day, month or year */
  HW_GEDCOM_DATE_BEFORE,      /**< BEF: `first` is open */
  HW_GEDCOM_DATE_AFTER,       /**< AFT: `last` is open */
  HW_GEDCOM_DATE_BETWEEN,     /**< BET … AND */
  HW_GEDCOM_DATE_PERIOD,      /**< FROM … TO; either end may be open */
  HW_GEDCOM_DATE_INTERPRETED, /**< INT: from a phrase, which stands in the text */
  HW_GEDCOM_DATE_TEXT         /**< text only: a phrase, another calendar, or not understood */
} hw_gedcom_date_kind;

/** A day of the Gregorian calendar; year 0 = open. */
typedef struct hw_gedcom_day {
  int32_t year; /**< 1 … 9999, or 0 */
  int32_t month;
  int32_t day;
} hw_gedcom_day;

/** A date; "" and zero where there is none. */
typedef struct hw_gedcom_date {
  const char *text; /**< as written */
  hw_gedcom_date_kind kind;
  hw_gedcom_day first; /**< earliest possible day */
  hw_gedcom_day last;  /**< latest possible day */
} hw_gedcom_date;

/** Birth or death. */
typedef struct hw_gedcom_event {
  bool is_stated; /**< the file has the event, perhaps without date and place */
  hw_gedcom_date date;
  const char *place;
} hw_gedcom_event;

/** One name; "" where a part is not given. */
typedef struct hw_gedcom_name {
  const char *full;    /**< without the slashes around the surname */
  const char *given;   /**< GIVN, or what stands before the slashes */
  const char *surname; /**< SURN, or what stands between the slashes */
  const char *nickname;
  const char *prefix;
  const char *suffix; /**< NSFX, or what stands behind the slashes */
  const char *kind;   /**< TYPE: "birth", "married", "aka" … */
} hw_gedcom_name;

/** ASSO: a friend, witness, godparent … */
typedef struct hw_gedcom_association {
  int32_t person;
  const char *relation;
} hw_gedcom_association;

typedef struct hw_gedcom_person {
  const char *xref; /**< without the @ */
  hw_sex sex;
  int32_t n_names;
  const hw_gedcom_name *names;
  hw_gedcom_event birth, death;
  bool is_adopted;  /**< the file has an adoption event */
  const char *note; /**< all notes, one behind the other with a line break between */
  int32_t n_associations;
  const hw_gedcom_association *associations;
  int32_t father; /**< by birth; HW_PERSON_NONE = not known */
  int32_t mother;
  uint64_t line;
} hw_gedcom_person;

/** A child of a family. */
typedef struct hw_gedcom_child {
  int32_t person;
  hw_gedcom_link to_father, to_mother; /**< as stated; tells nothing where there is no parent */
} hw_gedcom_child;

typedef struct hw_gedcom_family {
  const char *xref;
  int32_t father; /**< HUSB, or HW_GEDCOM_NONE */
  int32_t mother; /**< WIFE */
  int32_t n_children;
  const hw_gedcom_child *children;
  uint64_t line;
} hw_gedcom_family;

/** A file's content. Zero it before reading; free with hw_gedcom_clear. */
typedef struct hw_gedcom {
  const char *version; /**< as the header says, e.g. "5.5.1", "7.0.11" */
  const char *source;  /**< program that wrote the file; "" = not said */
  int32_t n_persons;
  const hw_gedcom_person *persons; /**< in the file's order */
  int32_t n_families;
  const hw_gedcom_family *families;
  int32_t n_notes;
  const hw_note *notes; /**< how the file was understood */
  hw_arena arena;
} hw_gedcom;

/** Frees everything; a zeroed struct is allowed. */
void hw_gedcom_clear(hw_gedcom *self);

/** True if the content begins with GEDCOM's first line ("0 HEAD"), in any encoding. */
bool hw_gedcom_is(const char *bytes, size_t n_bytes);

/** Reads a file.
 *
 * Birth parents of a person are, for father and mother each: the parent by a link that is stated
 * to be by birth (PEDI birth, BIRT with FAMC, _FREL/_MREL natural); failing that, the parent by a
 * link of unstated kind. Adopted, fostered, sealed and other links never count. It is an error if
 * two different persons remain, or if an adoption that names no family leaves open which family is
 * meant. Links that stand on one side only (FAMC without CHIL or the other way round) are followed
 * and noted. The pedigrees are validated.
 *
 * @param name    stands for the file in messages
 * @param out     [out] free with hw_gedcom_clear; empty on failure
 * @param errors  the mistakes, each with its line
 * @return HW_OK, or the status of the first error: HW_E_SYNTAX, HW_E_VALUE, HW_E_DUPLICATE,
 *         HW_E_REFERENCE, HW_E_PEDIGREE, HW_E_UNSUPPORTED (ANSEL and other old character sets with
 *         letters beyond ASCII, other versions), HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_gedcom_parse(const char *bytes, size_t n_bytes, const char *name,
                                        hw_gedcom *out, hw_errors *errors);

/** The same from a file ("-" = standard input). @return also HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO */
HW_MUST_CHECK hw_status hw_gedcom_read(const char *path, hw_gedcom *out, hw_errors *errors);

/** Interprets a date of either version. @param text  is kept, not copied */
hw_gedcom_date hw_gedcom_date_parse(const char *text);

/** Versions that are written. */
typedef enum hw_gedcom_version { HW_GEDCOM_551 = 0, HW_GEDCOM_70 } hw_gedcom_version;

/** Writes a UTF-8 file that reads back to the same struct but for version, source, lines and the
 * notes on reading. Kinds of links that the version has no word for go into _FREL and _MREL.
 * @return HW_OK; HW_E_VALUE (a text with a carriage return, a bad xref); HW_E_NO_MEMORY; HW_E_IO */
HW_MUST_CHECK hw_status hw_gedcom_write(const hw_gedcom *self, hw_gedcom_version version, FILE *out,
                                        hw_err *err);

/* --- pedigrees --- */

/** Persons connected by descent (not by marriage). */
typedef struct hw_gedcom_tree {
  hw_pedigree pedigree;   /**< valid; ids are the xrefs */
  const int32_t *persons; /**< per person of the pedigree: the index in the file */
} hw_gedcom_tree;

typedef struct hw_gedcom_trees {
  int32_t n_trees;
  const hw_gedcom_tree *trees; /**< in the order of their first persons; persons without a birth
                                    parent or child are a tree each */
  const int32_t *tree_of;      /**< per person of the file */
  hw_arena arena;
} hw_gedcom_trees;

/** Divides a file into pedigrees, in linear time. Strings are borrowed from the file.
 * @param out  [out] zero it before; free with hw_gedcom_trees_clear; empty on failure
 * @return HW_OK; HW_E_PEDIGREE (hw_pedigree_validate); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_gedcom_trees_build(const hw_gedcom *self, hw_gedcom_trees *out,
                                              hw_err *err);

/** Frees everything; a zeroed struct is allowed. */
void hw_gedcom_trees_clear(hw_gedcom_trees *self);

#endif
