/* All routes.
 *
 * The table is searched from end to end: with a few hundred routes that takes
 * microseconds, and needs no index that could disagree with it. */
#include "web/routes.h"

#include <stdio.h>
#include <string.h>

#include "web/api.h"
#include "web/pages.h"

const hwp_routes *const hwp_all_routes[] = {
    &hwp_routes_about,   &hwp_routes_accession,
    &hwp_routes_account, &hwp_routes_api,
    &hwp_routes_audit,   &hwp_routes_dossier,
    &hwp_routes_family,  &hwp_routes_handover,
    &hwp_routes_home,    &hwp_routes_identification,
    &hwp_routes_import,  &hwp_routes_keys,
    &hwp_routes_login,   &hwp_routes_pedigree,
    &hwp_routes_power,   &hwp_routes_records,
    &hwp_routes_reports, &hwp_routes_run,
    &hwp_routes_sample,  &hwp_routes_sites,
    &hwp_routes_start,   &hwp_routes_task,
    &hwp_routes_users,
};
const int hwp_n_all_routes = (int)(sizeof hwp_all_routes / sizeof *hwp_all_routes);

/* Number of open parts if the pattern fits; −1 = it does not. */
static int fit(const char *pattern, const hwp_target *target, const char *parts[HWP_MOST_PARTS]) {
  int n_open = 0;
  if (strcmp(pattern, "/") == 0) return target->n_segments == 0 ? 0 : -1;
  const char *at = pattern;
  for (int i = 0; i < target->n_segments; i++) {
    if (*at != '/') return -1;
    const size_t n = strcspn(++at, "/");
    if (n == 1 && *at == '*') {
      if (n_open == HWP_MOST_PARTS) return -1;
      parts[n_open++] = target->segments[i];
    } else if (strlen(target->segments[i]) != n || memcmp(target->segments[i], at, n) != 0) {
      return -1;
    }
    at += n;
  }
  return *at == '\0' && target->n_segments > 0 ? n_open : -1;
}

const hwp_route *hwp_route_find(const char *method, const hwp_target *target,
                                const char *parts[HWP_MOST_PARTS], int *n_parts,
                                char allow[HWP_ALLOW_SIZE]) {
  const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
  const hwp_route *best = NULL;
  bool has_get = false, has_post = false;
  *n_parts = 0;
  for (int i = 0; i < hwp_n_all_routes; i++)
    for (int j = 0; j < hwp_all_routes[i]->n; j++) {
      const hwp_route *route = &hwp_all_routes[i]->routes[j];
      const char *open[HWP_MOST_PARTS];
      const int n = fit(route->pattern, target, open);
      if (n < 0) continue;
      if (strcmp(route->method, "GET") == 0) has_get = true;
      if (strcmp(route->method, "POST") == 0) has_post = true;
      if (strcmp(route->method, wanted) != 0 || (best != NULL && n >= *n_parts)) continue;
      best = route;
      *n_parts = n;
      for (int k = 0; k < n; k++) parts[k] = open[k];
    }
  snprintf(allow, HWP_ALLOW_SIZE, "%s%s%s", has_get ? "GET, HEAD" : "",
           has_get && has_post ? ", " : "", has_post ? "POST" : "");
  return best;
}
