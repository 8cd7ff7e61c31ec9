/** @file
 * Profiles from tables, wide and long, and from laboratories' files.
 *
 * docs/profiles.md tells what a table may look like and what becomes of it.
 */
#ifndef HW_APP_IMPORT_PROFILES_H
#define HW_APP_IMPORT_PROFILES_H

#include "app/import.h"

/** Reads a CSV table of profiles; for hw_import_options.what = "profiles".
 * @return as hw_import_file */
HW_MUST_CHECK hw_status hw_import_profiles(hw_import *self, hw_err *err);

/** "profiles": tables of profiles, asked for by name. */
extern const hw_importer hw_importer_profiles;
/** GeneMapper and GeneMarker text. */
extern const hw_importer hw_importer_genemapper;
/** CODIS CMF. */
extern const hw_importer hw_importer_cmf;

#endif
