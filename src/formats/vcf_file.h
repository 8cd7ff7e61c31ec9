/** @file
 * Records of VCF and BCF, as htslib reads them. Nothing of htslib shows here.
 *
 * Example:
 * @code
 *   hwp_vcf_file *file = NULL;
 *   const hwp_vcf_record *record;
 *   HW_TRY(hwp_vcf_file_open("bones.vcf.gz", &file, err));
 *   while ((s = hwp_vcf_file_next(file, &record, err)) == HW_OK && record != NULL)
 *     if (is_wanted(record->contig, record->bp)) s = hwp_vcf_file_unpack(file, err);
 *   hwp_vcf_file_close(file);
 * @endcode
 */
#ifndef HW_FORMATS_VCF_FILE_H
#define HW_FORMATS_VCF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "homeward/status.h"

/** Longest header, in bytes. */
#define HWP_VCF_MAX_HEADER ((size_t)128 << 20)

typedef struct hwp_vcf_file hwp_vcf_file;

/** A sequence that the header describes. */
typedef struct hwp_vcf_contig {
  const char *name;
  int64_t length;       /**< 0 = not told */
  const char *assembly; /**< "" = not told */
} hwp_vcf_contig;

/** What the header tells. */
typedef struct hwp_vcf_header {
  int32_t n_samples;
  const char *const *samples; /**< distinct, UTF-8 */
  int32_t n_contigs;
  const hwp_vcf_contig *contigs;
  const char *reference; /**< of ##reference; "" = not told */
} hwp_vcf_header;

/** One record; the members behind `bp` after hwp_vcf_file_unpack only. */
typedef struct hwp_vcf_record {
  uint64_t number;    /**< the line of a text, of a BCF the record, from 1 */
  const char *contig; /**< borrowed until the next record */
  int64_t bp;         /**< from 1; 0 = before the first base */
  const char *id;     /**< "." = none */
  int32_t n_alleles;  /**< the reference's first */
  const char *const *alleles;
} hwp_vcf_record;

/** Opens a file ("-" = standard input) and reads its header. Free with hwp_vcf_file_close.
 * @return HW_OK; HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO; HW_E_SYNTAX (neither VCF nor BCF, or a
 *         header that cannot be read); HW_E_DUPLICATE (a sample twice); HW_E_VALUE; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_vcf_file_open(const char *path, hwp_vcf_file **out, hw_err *err);
/** The same from memory, which is copied. */
HW_MUST_CHECK hw_status hwp_vcf_file_parse(const char *bytes, size_t n_bytes, const char *name,
                                           hwp_vcf_file **out, hw_err *err);
void hwp_vcf_file_close(hwp_vcf_file *self);
const hwp_vcf_header *hwp_vcf_file_header(const hwp_vcf_file *self);
/** True if the header describes this INFO field. */
bool hwp_vcf_file_has_info(const hwp_vcf_file *self, const char *tag);

/** Chooses samples, ascending indices of the header's; before the first record. From then on sample
 * i is the i-th of these, and what others have is not even parsed where that can be helped.
 * @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_vcf_file_choose(hwp_vcf_file *self, int32_t n, const int32_t *samples,
                                            hw_err *err);
/** The place of the next record; *record = NULL at the end.
 * @return as hwp_lines_next */
HW_MUST_CHECK hw_status hwp_vcf_file_next(hwp_vcf_file *self, const hwp_vcf_record **record,
                                          hw_err *err);
/** Reads the rest of this record. @return HW_OK; HW_E_SYNTAX; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_vcf_file_unpack(hwp_vcf_file *self, hw_err *err);
/** Adds file and line, or the number of the record, to an error about it. */
void hwp_vcf_file_place(const hwp_vcf_file *self, uint64_t number, hw_err *err);

/** What the numbers of records count: "lines" or "records". */
const char *hwp_vcf_file_unit(const hwp_vcf_file *self);

/** Values of one FORMAT field of a record, all samples. */
typedef struct hwp_vcf_values {
  const uint8_t *bytes;
  int32_t n_most; /**< values of a sample, those that fill up included */
  int32_t size;   /**< bytes of a sample */
  int32_t type;   /**< private */
  const hwp_vcf_file *file;
} hwp_vcf_values;

/** Finds a field of the record. @return false if it has none of numbers under that name */
bool hwp_vcf_file_field(const hwp_vcf_file *self, const char *tag, hwp_vcf_values *out);
/** Numbers of one sample; NaN = missing, whatever the file's way of saying so; infinities are given.
 * @return how many the sample has; at most @p n_most were written */
int32_t hwp_vcf_values_get(const hwp_vcf_values *self, int32_t sample, int32_t n_most, double *out);
/** The called alleles of one sample, of the field GT; −1 = missing. @return as above */
int32_t hwp_vcf_values_genotype(const hwp_vcf_values *self, int32_t sample, int32_t n_most,
                                int32_t *out);
/** Numbers of an INFO field. @return as above; 0 also where the record has none */
int32_t hwp_vcf_file_info(const hwp_vcf_file *self, const char *tag, int32_t n_most, double *out);

#endif
