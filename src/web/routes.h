/* All routes, and finding the one that a path means. */
#ifndef HW_WEB_ROUTES_H
#define HW_WEB_ROUTES_H

#include "web/form.h"
#include "web/job.h"

/* Each part of the application. */
extern const hwp_routes hwp_routes_about;
extern const hwp_routes hwp_routes_account;
extern const hwp_routes hwp_routes_login;

/* All parts, for finding, for the description of the API and for tests. */
extern const hwp_routes *const hwp_all_routes[];
extern const int hwp_n_all_routes;

enum { HWP_ALLOW_SIZE = 40 };

/* The route of a method ("HEAD" is "GET") and a path; where several fit, the one with the fewest
 * open parts. The parts that it leaves open go to parts.
 * @param allow  [out] methods that the path has, as the Allow header wants them; "" = none: there is
 *               no such path. @return NULL if there is none for this method */
const hwp_route *hwp_route_find(const char *method, const hwp_target *target,
                                const char *parts[HWP_MOST_PARTS], int *n_parts,
                                char allow[HWP_ALLOW_SIZE]);

#endif
