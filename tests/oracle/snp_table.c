/* Tables of power, and whether two samples agree, see snp_table.h.
 *
 * The error of a median: the order statistics n/2 ± √n/2 are one standard error off on either
 * side, whatever the distribution. Both samples have one; what was printed was rounded. */
#include "snp_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 8192 };

const char *snp_table_path(char path[SNP_TABLE_PATH]) {
  const char *shared = getenv("HOMEWARD_SHARED"), *root = getenv("HOMEWARD_SOURCE_ROOT");
  if (shared != NULL)
    snprintf(path, SNP_TABLE_PATH, "%s/reference/snp.md", shared);
  else
    snprintf(path, SNP_TABLE_PATH, "%s/../shared/reference/snp.md", root != NULL ? root : ".");
  return path;
}

/* "| 20 | 1.0 / 1.00 [1.0] | …" @return false where the line is no row */
static bool read_row(const char *line, snp_table *out) {
  char *end = NULL;
  if (line[0] != '|' || out->n_rows >= SNP_TABLE_ROWS) return false;
  const double coverage = strtod(line + 1, &end);
  if (end == line + 1 || coverage <= 0) return false;
  snp_cell *cells = out->cells[out->n_rows];
  for (int r = 0; r < SNP_RELATIONS; r++) {
    const char *at = strchr(end, '|');
    if (at == NULL) return false;
    cells[r].median = strtod(at + 1, &end);
    if ((at = strchr(end, '/')) == NULL) return false;
    cells[r].share = strtod(at + 1, &end);
    if ((at = strchr(end, '[')) == NULL) return false;
    cells[r].unlinked = strtod(at + 1, &end);
  }
  out->coverage[out->n_rows++] = coverage;
  return true;
}

/* "…, 500 pairs/cell" */
static int pairs_of(const char *line) {
  const char *at = strstr(line, " pairs/cell");
  if (at == NULL) return 0;
  while (at > line && at[-1] >= '0' && at[-1] <= '9') at--;
  return (int)strtol(at, NULL, 10);
}

bool snp_table_read(const char *path, const char *heading, snp_table *out) {
  static char line[LINE];
  FILE *in = fopen(path, "r");
  memset(out, 0, sizeof *out);
  if (in == NULL) return false;
  bool is_inside = false;
  while (fgets(line, LINE, in) != NULL) {
    if (is_inside && out->n_rows > 0 && line[0] != '|') break;
    if (is_inside) (void)read_row(line, out);
    if (strncmp(line, "**", 2) == 0 && strstr(line, heading) != NULL) {
      is_inside = true;
      out->n_pairs = pairs_of(line);
    }
  }
  fclose(in);
  return out->n_rows > 0 && out->n_pairs > 0;
}

/* "m, s" behind the next bar. */
static const char *read_pair(const char *at, double *median, double *share) {
  char *end = NULL;
  if (at == NULL || (at = strchr(at, '|')) == NULL) return NULL;
  *median = strtod(at + 1, &end);
  *share = *end == ',' ? strtod(end + 1, &end) : 0;
  return end;
}

bool snp_table_read_relatives(const char *path, int n, snp_cell out[2], int *n_families) {
  static char line[LINE];
  FILE *in = fopen(path, "r");
  bool is_inside = false, is_found = false;
  if (in == NULL) return false;
  while (!is_found && fgets(line, LINE, in) != NULL) {
    char *end = NULL;
    double unused = 0;
    if (strstr(line, "Several relatives") == line) {
      const char *at = strstr(line, " families");
      while (at != NULL && at > line && at[-1] >= '0' && at[-1] <= '9') at--;
      *n_families = at != NULL ? (int)strtol(at, NULL, 10) : 0;
      is_inside = true;
    }
    if (!is_inside || line[0] != '|' || strtol(line + 1, &end, 10) != n) continue;
    if (strncmp(end, " |", 2) != 0) continue;
    const char *at = read_pair(end, &out[0].median, &out[0].share);
    at = read_pair(at, &out[0].unlinked, &unused);
    at = read_pair(at, &out[1].median, &out[1].share);
    is_found = read_pair(at, &out[1].unlinked, &unused) != NULL;
  }
  fclose(in);
  return is_found;
}

int snp_table_find(const snp_table *self, double coverage) {
  for (int r = 0; r < self->n_rows; r++)
    if (self->coverage[r] == coverage) return r;
  return -1;
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double snp_sample_median(snp_sample *self, double *error) {
  const int n = self->n, reach = (int)ceil(sqrt(n) / 2);
  qsort(self->log10_lr, (size_t)n, sizeof *self->log10_lr, compare);
  const int low = (n - 1) / 2, high = n / 2;
  const int from = low - reach < 0 ? 0 : low - reach, to = high + reach >= n ? n - 1 : high + reach;
  *error = (self->log10_lr[to] - self->log10_lr[from]) / 2;
  return (self->log10_lr[low] + self->log10_lr[high]) / 2;
}

double snp_sample_share(const snp_sample *self, double least) {
  int n = 0;
  for (int i = 0; i < self->n; i++) n += self->log10_lr[i] > least;
  return (double)n / self->n;
}

double snp_median_z(double median, double error, int n, double expected, int n_expected) {
  const double rounding = 0.1 / sqrt(12);
  const double theirs = error * sqrt((double)n / n_expected);
  return (median - expected) / sqrt(error * error + theirs * theirs + rounding * rounding);
}

double snp_share_z(double share, int n, double expected, int n_expected) {
  const double rounding = 0.01 / sqrt(12);
  /* Of both samples, one of each kind more than were seen: no share is known for certain. */
  const double p = (share * n + expected * n_expected + 1) / (n + n_expected + 2);
  const double variance = p * (1 - p) * (1.0 / n + 1.0 / n_expected);
  return (share - expected) / sqrt(variance + rounding * rounding);
}
