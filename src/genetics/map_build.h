/** @file
 * Building a genetic map, for those who know the lines on which its points stand.
 */
#ifndef HW_GENETICS_MAP_BUILD_H
#define HW_GENETICS_MAP_BUILD_H

#include "homeward/map.h"

/** As hw_map_new. @param lines  of the points, for messages; NULL = not known */
HW_MUST_CHECK hw_status hwp_map_build(const char *name, const char *source, hw_build build,
                                      int32_t n_points, const hw_map_point *points,
                                      const uint64_t *lines, hw_map **out, hw_err *err);

#endif
