/** @file
 * Profiles from tables by a column map: fields of a `profile` are the columns of a wide table of
 * profiles (docs/profiles.md), so that what is none of its known columns is a marker.
 *
 * Example:
 * @code
 *   hwp_mapped_profiles *profiles = NULL;
 *   HW_TRY(hwp_mapped_profiles_new(import, &csv, fields, n_fields, &profiles, err));
 *   HW_TRY(hwp_mapped_profiles_put(profiles, row, texts, first, n, err));   // for every row
 *   HW_TRY(hwp_mapped_profiles_finish(profiles, err));
 *   hwp_mapped_profiles_delete(profiles);
 * @endcode
 */
#ifndef HW_APP_MAPPED_PROFILES_H
#define HW_APP_MAPPED_PROFILES_H

#include "app/import.h"
#include "formats/column_map.h"

typedef struct hwp_mapped_profiles hwp_mapped_profiles;

/** True if a map may give a profile this field: a known column, or a marker. */
bool hwp_mapped_profile_has_field(const char *field);
/** True if two fields are one known column ("code" and "profile"). */
bool hwp_mapped_profile_same_field(const char *a, const char *b);

/** @param csv     the table, for the places of mistakes; borrowed
 * @param fields  of profiles, that the map gives: its markers are one panel, whatever a row has.
 * Free with hwp_mapped_profiles_delete. @return HW_OK; HW_E_USAGE (an option's value);
 * HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_mapped_profiles_new(hw_import *import, const hw_csv *csv,
                                                const char *const *fields, int n_fields,
                                                hwp_mapped_profiles **out, hw_err *err);
void hwp_mapped_profiles_delete(hwp_mapped_profiles *self);

/** Puts the profile of a row.
 * @param texts  of the row's values, in normal form; those of the profile are first … first + n − 1
 * @return HW_OK also after collected mistakes */
HW_MUST_CHECK hw_status hwp_mapped_profiles_put(hwp_mapped_profiles *self, const hw_mapped_row *row,
                                                const char *const *texts, int32_t first, int32_t n,
                                                hw_err *err);
/** As hwp_profile_sink_finish. */
HW_MUST_CHECK hw_status hwp_mapped_profiles_finish(hwp_mapped_profiles *self, hw_err *err);

#endif
