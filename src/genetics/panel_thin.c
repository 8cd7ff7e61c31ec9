/* Thinning: markers at least some distance apart, the most informative ones.
 *
 * Markers are taken by falling heterozygosity; each one that is still there is kept and drops its
 * neighbours on both sides. A distance on the map is measured along the panel's order, which is
 * the map's; one in base pairs along an order of its own, since the two need not agree. Each kept
 * marker is looked at once with its neighbourhood, so that the work is that of the kept ones. */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/check.h"
#include "genetics/snp_int.h"

/* A marker with the number that it is sorted by. */
typedef struct ranked {
  double value;
  int32_t marker;
} ranked;

/* One line of places: markers of all chromosomes, sorted by chromosome and place. */
typedef struct line {
  ranked *at;      /* n_markers */
  int32_t *rank;   /* where a marker stands in `at` */
  double distance; /* 0 = does not count */
} line;

double hw_panel_heterozygosity(const hw_panel *self, int32_t population, int32_t marker) {
  const double *f = self->populations[population].frequencies + self->first_allele[marker];
  double sum = 0;
  for (int32_t a = 0; a < self->markers[marker].n_alleles; a++) sum += f[a] * f[a];
  return 1 - sum;
}

double hwp_panel_place_cm(const hw_panel *self, int32_t marker) {
  const hw_panel_marker *m = &self->markers[marker];
  return m->chromosome == HW_PANEL_X ? m->female_cm : (m->female_cm + m->male_cm) / 2;
}

hw_status hwp_panel_check_places(const hw_panel *self, hw_err *err) {
  for (int32_t m = 0; m < self->n_markers; m++)
    if (isnan(hwp_panel_place_cm(self, m)))
      return hw_err_set(
          err, HW_E_VALUE,
          "marker \"%.60s\" has no place on the genetic map; apply a map to the panel, "
          "or leave the marker out",
          self->markers[m].name);
  return HW_OK;
}

static hw_status check_spacing(const hw_panel *self, const hw_panel_spacing *s, hw_err *err) {
  if (!(s->cm >= 0 && s->cm <= 1000) || s->bp < 0 || (s->cm == 0 && s->bp == 0))
    return hw_err_set(err, HW_E_VALUE,
                      "the distances are %g cM and %d base pairs; expected one of them above 0",
                      s->cm, (int)s->bp);
  if (s->population != HW_PANEL_NONE && (s->population < 0 || s->population >= self->n_populations))
    return hw_err_set(err, HW_E_VALUE, "the panel has no population %d", (int)s->population);
  if (s->cm > 0) HW_TRY(hwp_panel_check_places(self, err));
  if (s->bp == 0) return HW_OK;
  if (s->build < 0 || s->build >= HW_BUILD_COUNT)
    return hw_err_set(err, HW_E_VALUE, "build %d does not exist", (int)s->build);
  for (int32_t m = 0; m < self->n_markers; m++)
    if (self->markers[m].bp[s->build] == 0)
      return hw_err_set(err, HW_E_VALUE, "marker \"%.60s\" has no position in %s",
                        self->markers[m].name, hw_build_name(s->build));
  return HW_OK;
}

static int compare_ranked(const void *a, const void *b) {
  const ranked *left = a, *right = b;
  if (left->value != right->value) return left->value < right->value ? -1 : 1;
  return (left->marker > right->marker) - (left->marker < right->marker);
}

/* Sorts places inside each chromosome, whose markers stand together in the panel. */
static void sort_line(const hw_panel *panel, line *self) {
  for (int32_t first = 0, next; first < panel->n_markers; first = next) {
    next = first + 1;
    while (next < panel->n_markers &&
           panel->markers[next].chromosome == panel->markers[first].chromosome)
      next++;
    qsort(self->at + first, (size_t)(next - first), sizeof *self->at, compare_ranked);
  }
  for (int32_t i = 0; i < panel->n_markers; i++) self->rank[self->at[i].marker] = i;
}

static hw_status make_line(const hw_panel *panel, const hw_panel_spacing *spacing, bool is_cm,
                           hw_arena *work, line *out, hw_err *err) {
  out->distance = is_cm ? spacing->cm : spacing->bp;
  if (out->distance == 0) return HW_OK;
  out->at = hw_arena_alloc_array(work, (size_t)panel->n_markers, sizeof *out->at);
  out->rank = hw_arena_alloc_array(work, (size_t)panel->n_markers, sizeof *out->rank);
  if (!out->at || !out->rank) return HW_NO_MEMORY(err, "the panel");
  for (int32_t m = 0; m < panel->n_markers; m++)
    out->at[m] =
        (ranked){is_cm ? hwp_panel_place_cm(panel, m) : panel->markers[m].bp[spacing->build], m};
  sort_line(panel, out);
  return HW_OK;
}

static void drop_side(const hw_panel *panel, const line *along, int32_t marker, int32_t step,
                      bool *is_dropped) {
  const int32_t from = along->rank[marker];
  for (int32_t i = from + step; i >= 0 && i < panel->n_markers; i += step) {
    const int32_t other = along->at[i].marker;
    if (panel->markers[other].chromosome != panel->markers[marker].chromosome ||
        !(fabs(along->at[i].value - along->at[from].value) < along->distance))
      return;
    is_dropped[other] = true;
  }
}

static hw_status thin(const hw_panel *self, const hw_panel_spacing *spacing, hw_arena *work,
                      int32_t *chosen, int32_t *n_chosen, hw_err *err) {
  const size_t n = (size_t)self->n_markers;
  line lines[2] = {{0}};
  ranked *order = hw_arena_alloc_array(work, n, sizeof *order);
  bool *is_dropped = hw_arena_alloc_array(work, n, sizeof *is_dropped);
  if (!order || !is_dropped) return HW_NO_MEMORY(err, "the panel");
  for (int l = 0; l < 2; l++) HW_TRY(make_line(self, spacing, l == 0, work, &lines[l], err));
  for (int32_t m = 0; m < self->n_markers; m++) {
    double h = 0;
    if (spacing->population != HW_PANEL_NONE)
      h = hw_panel_heterozygosity(self, spacing->population, m);
    order[m] = (ranked){isnan(h) ? 1 : -h, m}; /* ascending: the best first */
  }
  qsort(order, n, sizeof *order, compare_ranked);
  for (size_t i = 0; i < n; i++) {
    const int32_t m = order[i].marker;
    if (is_dropped[m]) continue;
    for (int l = 0; l < 2; l++) {
      if (lines[l].distance == 0) continue;
      drop_side(self, &lines[l], m, -1, is_dropped);
      drop_side(self, &lines[l], m, 1, is_dropped);
    }
  }
  for (int32_t m = 0; m < self->n_markers; m++)
    if (!is_dropped[m]) chosen[(*n_chosen)++] = m;
  return HW_OK;
}

hw_status hw_panel_thin(const hw_panel *self, const hw_panel_spacing *spacing, int32_t *chosen,
                        int32_t *n_chosen, hw_err *err) {
  hw_arena work;
  *n_chosen = 0;
  HW_TRY(check_spacing(self, spacing, err));
  hw_arena_init(&work, 0);
  const hw_status status = thin(self, spacing, &work, chosen, n_chosen, err);
  hw_arena_clear(&work);
  return status;
}
