/** @file
 * CODIS Common Message Format (CMF): typing results as XML, in both directions.
 *
 * Read: versions 3.2 and 3.3 (root CODISImportFile, told apart by HEADERVERSION) and Rapid 1.0 (root
 * CODISRapidImportFile). Written: 3.2 and 3.3. Every file is held to the limits of its version,
 * and to the published schema, both when read and when written.
 *
 * Example:
 * @code
 *   hw_typing_list list = {0};
 *   hw_errors errors = HW_ERRORS_INIT;
 *   if (hw_cmf_read("batch.xml", NULL, &list, &errors) == HW_OK) use(&list);
 *   hw_typing_list_clear(&list);
 * @endcode
 */
#ifndef HW_FORMATS_CMF_H
#define HW_FORMATS_CMF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/errors.h"
#include "base/str.h"
#include "formats/typing.h"

/** How to read; NULL = the defaults, all zero. */
typedef struct hw_cmf_read_options {
  /** Take loci, kits and categories that the version does not list, with a note for each name,
   * instead of refusing the file. Laboratories write them; CODIS would refuse them. */
  bool accept_unlisted;
} hw_cmf_read_options;

/** How to write; NULL = the defaults. */
typedef struct hw_cmf_write_options {
  const char *version; /**< "3.2" or "3.3"; NULL = the list's, or the oldest that lists all loci */
} hw_cmf_write_options;

/** True if the bytes look like CMF of any version, good or not: for telling formats apart. */
bool hw_cmf_is(const char *bytes, size_t n_bytes);

/** Reads CMF. Names are taken as written; of equal alleles at a locus both are kept.
 *
 * @param name    of the file, for errors
 * @param list    zeroed; filled on success, empty after a failure. Free with hw_typing_list_clear
 * @param errors  every mistake with its line, sample and element
 * @return HW_OK; else the status of the first error */
HW_MUST_CHECK hw_status hw_cmf_parse(const char *bytes, size_t n_bytes, const char *name,
                                     const hw_cmf_read_options *options, hw_typing_list *list,
                                     hw_errors *errors);
/** The same from a file ("-" = standard input). */
HW_MUST_CHECK hw_status hw_cmf_read(const char *path, const hw_cmf_read_options *options,
                                    hw_typing_list *list, hw_errors *errors);

/** Appends the list as CMF. What it may lack: batch, kit, case_id, comment. Marker names become
 * those of the format (PENTA_D: Penta D); alleles are put into the format's order, two equal ones
 * become one.
 *
 * @param errors  what the format does not permit, with sample and field
 * @return HW_OK; else the status of the first error, and nothing was appended */
HW_MUST_CHECK hw_status hw_cmf_format(const hw_typing_list *list,
                                      const hw_cmf_write_options *options, hw_str *out,
                                      hw_errors *errors);

#endif
