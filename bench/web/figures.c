/* Figures of a load test.
 *
 * The time of a request runs from sending its first byte to having its last; a request that was
 * not answered as it should is counted and not timed. Percentiles are those of all numbers, by
 * nearest rank: no histogram rounds them. */
#include "web/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void figures_add(figures *self, int route, double seconds, size_t bytes, bool is_right) {
  figures_route *r = &self->routes[route];
  if (!is_right) {
    r->n_wrong++;
    return;
  }
  if (r->n == r->capacity) {
    r->capacity = r->capacity > 0 ? 2 * r->capacity : 256;
    r->seconds = realloc(r->seconds, r->capacity * sizeof *r->seconds);
    if (r->seconds == NULL) abort();
  }
  r->seconds[r->n++] = seconds;
  r->bytes += (double)bytes;
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void figures_sort(double *numbers, size_t n) {
  if (n > 0) qsort(numbers, n, sizeof *numbers, compare);
}

double figures_quantile(const double *sorted, size_t n, double share) {
  if (n == 0) return 0;
  size_t rank = (size_t)(share * (double)n);
  if ((double)rank < share * (double)n) rank++;
  return sorted[rank > 0 ? rank - 1 : 0];
}

static void print_row(const char *name, const figures_route *r) {
  printf(
      "  %-30s %7zu %8.1f %8.1f %8.1f %8.1f %8.1f %6zu\n", name, r->n,
      r->n > 0 ? 1e-3 * r->bytes / (double)r->n : 0, 1e3 * figures_quantile(r->seconds, r->n, 0.5),
      1e3 * figures_quantile(r->seconds, r->n, 0.9), 1e3 * figures_quantile(r->seconds, r->n, 0.99),
      r->n > 0 ? 1e3 * r->seconds[r->n - 1] : 0, r->n_wrong);
}

double figures_print(figures *self, const char *const *names, int n_routes) {
  figures_route all = {0};
  printf("  %-30s %7s %8s %8s %8s %8s %8s %6s\n", "", "count", "kB", "p50 ms", "p90 ms", "p99 ms",
         "max ms", "errors");
  for (int i = 0; i < n_routes; i++) {
    figures_route *r = &self->routes[i];
    if (names[i] == NULL || r->n + r->n_wrong == 0) continue;
    figures_sort(r->seconds, r->n);
    print_row(names[i], r);
    all.seconds = realloc(all.seconds, (all.n + r->n + 1) * sizeof *all.seconds);
    if (all.seconds == NULL) abort();
    if (r->n > 0) memcpy(all.seconds + all.n, r->seconds, r->n * sizeof *r->seconds);
    all.n += r->n;
    all.bytes += r->bytes;
    all.n_wrong += r->n_wrong;
  }
  figures_sort(all.seconds, all.n);
  print_row("all", &all);
  const double p99 = figures_quantile(all.seconds, all.n, 0.99);
  free(all.seconds);
  return p99;
}

size_t figures_count(const figures *self, bool is_right) {
  size_t n = 0;
  for (int i = 0; i < FIGURES_MOST_ROUTES; i++)
    n += is_right ? self->routes[i].n : self->routes[i].n_wrong;
  return n;
}

void figures_clear(figures *self) {
  for (int i = 0; i < FIGURES_MOST_ROUTES; i++) free(self->routes[i].seconds);
  memset(self, 0, sizeof *self);
}
