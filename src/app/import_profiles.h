/** @file
 * Profiles from tables, wide and long, and from laboratories' files.
 *
 * docs/profiles.md tells what a table may look like and what becomes of it.
 */
#ifndef HW_APP_IMPORT_PROFILES_H
#define HW_APP_IMPORT_PROFILES_H

#include "app/import.h"

/** True if a table of profiles has markers as columns or rows; false if it has the columns of the
 * records themselves ("observations").
 * @return HW_OK, also where the file cannot be read: whoever reads it tells */
HW_MUST_CHECK hw_status hw_import_has_markers(const hw_import *import, bool *out, hw_err *err);

/** Reads a CSV table of profiles, wide or long.
 * @return as hw_import_file */
HW_MUST_CHECK hw_status hw_import_profiles(hw_import *self, hw_err *err);

/** GeneMapper and GeneMarker text. */
extern const hw_importer hw_importer_genemapper;
/** CODIS CMF. */
extern const hw_importer hw_importer_cmf;

#endif
