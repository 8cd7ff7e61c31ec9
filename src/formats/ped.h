/** @file
 * Pedigree files of LINKAGE, plink and MERLIN: persons, parents, genotypes.
 *
 *   ped   family person father mother sex [phenotype] a b a b …    (or a/b a/b …)
 *   map   chromosome marker [cM] [bp]
 *   dat   M marker, A disease, T trait, C covariate … (MERLIN: the columns of ped)
 *   freq  M marker / F 0.2 0.8 / A allele frequency    or rows: marker allele frequency
 *
 * Example:
 * @code
 *   hw_ped ped = {0};
 *   hw_errors errors = {0};
 *   const hw_ped_paths paths = {.ped = "k.ped", .map = "k.map", .frequencies = "k.frq"};
 *   if (hw_ped_read(&paths, NULL, &ped, &errors) == HW_OK)
 *     printf("%d families\n", ped.n_families);
 *   hw_ped_clear(&ped);
 * @endcode
 */
#ifndef HW_FORMATS_PED_H
#define HW_FORMATS_PED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/errors.h"
#include "formats/notes.h"
#include "homeward/frequency.h"
#include "homeward/marker.h"
#include "homeward/pedigree.h"
#include "homeward/profile.h"

/** Largest file that is read, in bytes. */
#define HW_PED_MAX_BYTES ((size_t)256 << 20)

/** One family: everybody who bears its id in the first column. */
typedef struct hw_ped_family {
  const char *name;
  hw_pedigree pedigree;          /**< valid; ids are the second column */
  const uint64_t *lines;         /**< per person: the line in the ped file; 0 = was not listed */
  int32_t n_profiles;            /**< persons with a genotype at one marker at least */
  const hw_profile *profiles;    /**< id = the person's; n_markers observations each */
  const int32_t *profile_person; /**< n_profiles person indices */
} hw_ped_family;

/** All files together. Zero it before reading; free with hw_ped_clear.
 * The format does not tell who is missing: whoever makes a case of this says so. */
typedef struct hw_ped {
  int32_t n_markers;
  const hw_marker *markers;   /**< in the ped file's order; without frequencies (NULL) where no
                                   frequency file was given: alleles are then those seen */
  const int64_t *position_bp; /**< per marker; 0 = not known */
  bool has_frequencies;
  int32_t n_families;
  const hw_ped_family *families; /**< in the order of their first rows */
  int32_t n_notes;
  const hw_note *notes;
  hw_arena arena;
} hw_ped;

/** Frees everything; a zeroed struct is allowed. */
void hw_ped_clear(hw_ped *self);

/** What the third column of a map of three columns is. */
typedef enum hw_ped_map3 {
  HW_PED_MAP3_DETECT = 0, /**< centimorgans where a header, a decimal point or the size says so */
  HW_PED_MAP3_CM,
  HW_PED_MAP3_BP
} hw_ped_map3;

/** Choices; NULL or a zeroed struct for none. */
typedef struct hw_ped_options {
  const hw_frequency_options *frequency; /**< NULL = the table is used as it stands. With a
                                              minimum, alleles of the persons that the table lacks
                                              get the minimum; without, they are an error */
  hw_ped_map3 map3;
  bool add_parents; /**< a parent without a row of its own becomes an untyped founder; otherwise
                         it is an error */
} hw_ped_options;

/** Files; map or data must be there, frequencies may be NULL. */
typedef struct hw_ped_paths {
  const char *ped;
  const char *map;
  const char *data; /**< MERLIN's list of columns; with it, the map only adds positions */
  const char *frequencies;
} hw_ped_paths;

/** One file in memory; bytes = NULL means that there is none. */
typedef struct hw_ped_source {
  const char *bytes;
  size_t n_bytes;
  const char *name; /**< stands for the file in messages */
} hw_ped_source;

typedef struct hw_ped_sources {
  hw_ped_source ped, map, data, frequencies;
} hw_ped_sources;

/** True if the content looks like a ped file: the first line has five columns or more, of which
 * the fifth is a sex. Weak: any table of numbers may pass. */
bool hw_ped_is(const char *bytes, size_t n_bytes);

/** Reads the files.
 *
 * 0 is missing: parents, sex, alleles (also "." and "?", and MERLIN's "x" for alleles). One allele
 * beside a missing one is a partial genotype. Males have one allele at X markers, written twice,
 * or once beside a missing one. Fields are divided by blanks or tabs; "#" begins a comment line.
 *
 * @param out     [out] free with hw_ped_clear; empty on failure
 * @param errors  the mistakes, each with file and line
 * @return HW_OK, or the status of the first error: HW_E_SYNTAX, HW_E_VALUE, HW_E_SHAPE,
 *         HW_E_DUPLICATE, HW_E_REFERENCE, HW_E_PEDIGREE, HW_E_UNSUPPORTED (Y and mitochondrial
 *         markers, an X marker of a person without sex), HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_ped_parse(const hw_ped_sources *sources, const hw_ped_options *options,
                                     hw_ped *out, hw_errors *errors);

/** The same from files. @return also HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO */
HW_MUST_CHECK hw_status hw_ped_read(const hw_ped_paths *paths, const hw_ped_options *options,
                                    hw_ped *out, hw_errors *errors);

/** Writes the ped file (with a phenotype column of zeros), the map of four columns and MERLIN's
 * frequency file. Read together they give the same struct, but for the lines, and for the order
 * of a marker's alleles where there are no frequencies and families lay mixed. A chromosome on
 * which no position is known gets 0 cM throughout, as plink writes it; one marker of unknown
 * position among others gets NA.
 * @return HW_OK; HW_E_VALUE (a name that is empty, holds a blank or would be read as missing);
 *         HW_E_UNSUPPORTED (a profile of allele sets, twins: PED cannot say it); HW_E_IO */
HW_MUST_CHECK hw_status hw_ped_write_ped(const hw_ped *self, FILE *out, hw_err *err);
HW_MUST_CHECK hw_status hw_ped_write_map(const hw_ped *self, FILE *out, hw_err *err);
HW_MUST_CHECK hw_status hw_ped_write_frequencies(const hw_ped *self, FILE *out, hw_err *err);

#endif
