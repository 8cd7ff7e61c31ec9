/** @file
 * Allele frequency tables: what a population study published, and what was done
 * to it before it is used as evidence.
 *
 * Published tables round, leave out rare alleles, and give frequency 0 (by
 * silence) to alleles that nobody in the sample carried. Each of these needs a
 * decision, the decision changes likelihood ratios, and so it is an option that
 * somebody chooses and a finding that the table reports; nothing is adjusted
 * silently. The defaults change nothing and refuse a table that does not sum.
 *
 * Example:
 * @code
 *   hw_frequency_options options = {.minimum = HW_MINIMUM_FIVE_OVER_2N,
 *                                   .normalisation = HW_NORMALISE_RESCALE,
 *                                   .source = "NIST 1036 revised"};
 *   hw_frequency_table *table = NULL;
 *   hw_status s = hw_frequency_table_read("asian.csv", &options, &table, &err);
 *   int32_t i = s == HW_OK ? hw_frequency_table_find(table, "vWA") : HW_MARKER_NONE;
 *   if (i != HW_MARKER_NONE) printf("%d alleles raised\n", table->findings[i].n_raised);
 *   hw_frequency_table_delete(table);
 * @endcode
 */
#ifndef HOMEWARD_FREQUENCY_H
#define HOMEWARD_FREQUENCY_H

#include "homeward/marker.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Index of a marker that is not in a table. */
#define HW_MARKER_NONE ((int32_t)-1)

/** What an allele receives that was seen too rarely for an estimate, or never. */
typedef enum hw_minimum {
  HW_MINIMUM_NONE = 0,     /**< frequencies stay; an allele that is not listed has none */
  HW_MINIMUM_FIVE_OVER_2N, /**< 5/(2n): an allele counts as seen at least five times (National
                                Research Council 1996, The Evaluation of Forensic DNA Evidence,
                                ch. 5) */
  HW_MINIMUM_STATED        /**< minimum_value */
} hw_minimum;

/** How the frequencies of a marker are brought to the sum 1. */
typedef enum hw_normalisation {
  HW_NORMALISE_NONE = 0, /**< they must sum to 1 within HW_FREQUENCY_SUM_TOLERANCE */
  HW_NORMALISE_RESCALE,  /**< each is divided by the sum */
  HW_NORMALISE_REST      /**< one more allele receives what is missing; a sum above 1 is refused */
} hw_normalisation;

/** An allele that must be in the table although the study did not see it. */
typedef struct hw_frequency_extra {
  const char *marker;
  const char *allele;
} hw_frequency_extra;

/** Choices. A zeroed struct or NULL changes nothing. Strings are copied. */
typedef struct hw_frequency_options {
  const char *population; /**< the one to take of a file with several (NULL = there must be only
                                one); the name of the population of a file that names none */
  const char *source;     /**< citation; NULL = what the file says */
  int32_t two_n;          /**< alleles sampled, 2 per person; 0 = what the file says */
  hw_minimum minimum;
  double minimum_value; /**< with HW_MINIMUM_STATED: above 0, at most 0.5 */
  hw_normalisation normalisation;
  const char *rest_allele; /**< with HW_NORMALISE_REST; NULL = "rest" */
  int32_t n_extra;
  const hw_frequency_extra *extra; /**< get the minimum unless they are listed; extra alleles of
                                        markers that the table lacks are an error */
} hw_frequency_options;

/** What was done to one marker. */
typedef struct hw_frequency_finding {
  double sum_seen;       /**< sum as published */
  int32_t n_raised;      /**< listed alleles whose frequency was raised to the minimum */
  int32_t n_added;       /**< extra alleles that were not listed */
  double minimum;        /**< the minimum that was applied, before rescaling; 0 = none */
  double rest_frequency; /**< of the rest allele; 0 = none was added */
  double factor;         /**< every frequency was multiplied by this; 1 = left alone */
} hw_frequency_finding;

/** One marker's alleles. */
typedef struct hw_frequency_marker {
  const char *name;                /**< as first written in the input */
  int32_t n_alleles;               /**< 1 … HW_MAX_ALLELES */
  const char *const *allele_names; /**< in the input's order; then extra ones; then the rest */
  const double *frequencies;       /**< sum 1 within HW_FREQUENCY_SUM_TOLERANCE */
  int32_t two_n;                   /**< alleles sampled; 0 = not known */
} hw_frequency_marker;

typedef struct hw_frequency_table {
  const char *population; /**< "" = not known */
  const char *source;     /**< "" = not known */
  int32_t n_markers;
  const hw_frequency_marker *markers;   /**< in the input's order */
  const hw_frequency_finding *findings; /**< one per marker */
  int32_t n_rewritten; /**< alleles of a file that got the usual spelling, "14" for "14.0" */
  void *storage;       /**< private */
} hw_frequency_table;

/** One published number. */
typedef struct hw_frequency_entry {
  const char *marker;
  const char *allele;
  double frequency; /**< 0 … 1 */
  int32_t two_n;    /**< alleles sampled at this marker; 0 = not known */
  uint64_t line;    /**< where it stands, for messages; 0 = not known */
} hw_frequency_entry;

/** Largest frequency file that is read, in bytes. */
#define HW_FREQUENCY_MAX_BYTES ((size_t)64 << 20)

/** Builds a table from entries in any order, which are copied.
 *
 * Markers are recognised under their other spellings (hw_marker_name_equal). The minimum is
 * applied first, then the normalisation, so that the result sums to 1 and a raised allele may
 * end slightly below the minimum.
 *
 * @param population  for the table; NULL = not known
 * @param out         [out] free with hw_frequency_table_delete; NULL on failure
 * @return HW_OK; HW_E_VALUE (a number out of range, a sum that the normalisation does not permit,
 *         5/(2n) without n, options out of range); HW_E_DUPLICATE (an allele twice);
 *         HW_E_SHAPE (2n differs inside a marker); HW_E_REFERENCE (extra allele of an unknown
 *         marker); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_frequency_table_new(const hw_frequency_entry *entries,
                                                      size_t n_entries, const char *population,
                                                      const hw_frequency_options *options,
                                                      hw_frequency_table **out, hw_err *err);

/** Reads a table from CSV ("-" = standard input), RFC 4180 with comma, semicolon or tab.
 *
 * Long layout, columns in any order, names in any case:
 *   locus (or marker), allele, freq (or frequency), and optionally population, two_n (or 2n),
 *   n (persons), source; a first column without name (row names) is ignored.
 * Wide layout: a first column "allele" (or without name) and one column per marker; empty and
 *   zero cells mean that the allele was not seen; rows "n" and "2n" give the sample size.
 *
 * @return as hw_frequency_table_new; HW_E_SYNTAX (not CSV, not a number, a decimal comma);
 *         HW_E_UNKNOWN_KEY (a column); HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO. Errors carry the
 *         line, and the column's name as field */
HW_API HW_MUST_CHECK hw_status hw_frequency_table_read(const char *path,
                                                       const hw_frequency_options *options,
                                                       hw_frequency_table **out, hw_err *err);

/** The same from memory; @p name stands for the file in messages. */
HW_API HW_MUST_CHECK hw_status hw_frequency_table_parse(const char *bytes, size_t n_bytes,
                                                        const char *name,
                                                        const hw_frequency_options *options,
                                                        hw_frequency_table **out, hw_err *err);

/** Frees a table; NULL is allowed. */
HW_API void hw_frequency_table_delete(hw_frequency_table *self);

/** Index of a marker under any of its spellings, or HW_MARKER_NONE. */
HW_API int32_t hw_frequency_table_find(const hw_frequency_table *self, const char *name);

/** Sets up a marker that borrows name, alleles and frequencies of the table: autosomal, position
 * unknown, no silent allele, no mutation. */
HW_API void hw_frequency_table_get_marker(const hw_frequency_table *self, int32_t index,
                                          hw_marker *out);

/** True if two names mean the same marker: "vWA" and "VWA", "PENTA_D" and "Penta D", "HUMTH01"
 * and "TH01", "ACTBP2" and "SE33". Case, blanks, "_", "-", "." and a leading "HUM" do not
 * count; a short list of historical names is known. */
HW_API bool hw_marker_name_equal(const char *a, const char *b);

#ifdef __cplusplus
}
#endif
#endif
