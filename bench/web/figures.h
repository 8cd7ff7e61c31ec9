/** @file
 * How long requests took, by what was asked for. Every one is kept: percentiles are exact.
 *
 * Example:
 * @code
 *   figures all = {0};
 *   figures_add(&all, route, 0.0123, 20480, true);
 *   figures_print(&all, names, n_routes);
 *   figures_clear(&all);
 * @endcode
 */
#ifndef HW_BENCH_WEB_FIGURES_H
#define HW_BENCH_WEB_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

enum { FIGURES_MOST_ROUTES = 48 };

typedef struct figures_route {
  size_t n, capacity, n_wrong;
  double *seconds; /**< of those that were answered as they should */
  double bytes;
} figures_route;

typedef struct figures {
  figures_route routes[FIGURES_MOST_ROUTES];
} figures;

void figures_add(figures *self, int route, double seconds, size_t bytes, bool is_right);
/** A table by route, and all of them; NULL names are left out. @return the 99th percentile of all,
 * seconds */
double figures_print(figures *self, const char *const *names, int n_routes);
size_t figures_count(const figures *self, bool is_right);
void figures_clear(figures *self);
/** The value that a share of sorted numbers does not exceed (nearest rank). */
double figures_quantile(const double *sorted, size_t n, double share);
void figures_sort(double *numbers, size_t n);

#endif
