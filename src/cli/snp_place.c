/* Places of markers on a genetic map whose positions are of the other build of the genome.
 *
 * The shipped map (deCODE 2019) has positions of GRCh38, and many files those of GRCh37. The markers
 * of the FORCE panel are known in both builds, some 0.7 million bases apart from each other: they
 * are anchors, and between two of them a position is carried over along a straight line. What the
 * builds differ by between two anchors is mostly nothing, so that the error on the map is far
 * below what a map tells; where pieces of a chromosome stand the other way round, anchors
 * contradict each other, and the longest chain that has one order in both builds is kept. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/snp_files.h"
#include "cli/snp_shipped.h"

typedef struct anchor {
  int32_t from, to;
} anchor;

typedef struct lifter {
  int32_t first[HW_PANEL_X + 2]; /* of each chromosome */
  anchor *anchors;
  hw_arena arena;
} lifter;

static int by_from(const void *a, const void *b) {
  const anchor *x = a, *y = b;
  return (x->from > y->from) - (x->from < y->from);
}

/* Leaves the longest chain that rises in both builds; n is some hundreds. @return its length */
static int32_t keep_chain(anchor *anchors, int32_t n, int32_t *length, int32_t *before) {
  int32_t best = -1;
  for (int32_t i = 0; i < n; i++) {
    length[i] = 1;
    before[i] = -1;
    for (int32_t k = 0; k < i; k++)
      if (anchors[k].to < anchors[i].to && anchors[k].from < anchors[i].from &&
          length[k] + 1 > length[i]) {
        length[i] = length[k] + 1;
        before[i] = k;
      }
    if (best < 0 || length[i] > length[best]) best = i;
  }
  if (best < 0) return 0;
  const int32_t kept = length[best];
  /* The chain ends at `best`; its members move to the front from behind, none is overwritten
   * before it was moved, as the k-th of the chain stands at k or later. */
  for (int32_t at = best, k = kept - 1; at >= 0; at = before[at], k--) length[k] = at;
  for (int32_t k = 0; k < kept; k++) anchors[k] = anchors[length[k]];
  return kept;
}

static hw_status lifter_init(lifter *self, hw_build from, hw_err *err) {
  hw_panel *panel = NULL;
  const hw_build to = from == HW_GRCH37 ? HW_GRCH38 : HW_GRCH37;
  HW_TRY(hw_panel_parse(cli_shipped_panel, cli_shipped_panel_size, "panel_force.csv", &panel, err));
  const size_t n = (size_t)panel->n_markers + 1;
  self->anchors = hw_arena_alloc_array(&self->arena, n, sizeof *self->anchors);
  int32_t *length = hw_arena_alloc_array(&self->arena, n, sizeof *length);
  int32_t *before = hw_arena_alloc_array(&self->arena, n, sizeof *before);
  if (self->anchors == NULL || length == NULL || before == NULL) {
    hw_panel_delete(panel);
    return HW_NO_MEMORY(err, "the positions of two builds");
  }
  int32_t at = 0, m = 0;
  for (int32_t c = 1; c <= HW_PANEL_X; c++) {
    anchor *of = self->anchors + at;
    int32_t n_of = 0;
    self->first[c] = at;
    for (; m < panel->n_markers && panel->markers[m].chromosome == c; m++)
      if (panel->markers[m].bp[from] > 0 && panel->markers[m].bp[to] > 0)
        of[n_of++] = (anchor){panel->markers[m].bp[from], panel->markers[m].bp[to]};
    qsort(of, (size_t)n_of, sizeof *of, by_from);
    at += keep_chain(of, n_of, length, before);
  }
  self->first[HW_PANEL_X + 1] = at;
  hw_panel_delete(panel);
  return HW_OK;
}

/* Beyond the outer anchors the distance between the builds stays what it is there. */
static int32_t lift(const lifter *self, int32_t chromosome, int32_t bp) {
  const anchor *of = self->anchors + self->first[chromosome];
  const int32_t n = self->first[chromosome + 1] - self->first[chromosome];
  int32_t low = 0, high = n;
  if (n == 0) return bp;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (of[middle].from <= bp)
      low = middle + 1;
    else
      high = middle;
  }
  int64_t out;
  if (low == 0 || low == n) {
    const anchor *end = low == 0 ? of : of + n - 1;
    out = (int64_t)end->to + (bp - end->from);
  } else {
    const anchor *a = of + low - 1, *b = of + low;
    const double share = (double)(bp - a->from) / (double)(b->from - a->from);
    out = a->to + (int64_t)(share * (double)(b->to - a->to));
  }
  return out < 1 ? 1 : out > INT32_MAX ? INT32_MAX : (int32_t)out;
}

static hw_status place_markers(const hw_panel *panel, const hw_map *map, bool is_all,
                               lifter *builds, hw_panel_marker *markers, hw_err *err) {
  const hw_build build = map != NULL ? map->build : HW_GRCH38;
  const hw_build other = build == HW_GRCH37 ? HW_GRCH38 : HW_GRCH37;
  for (int32_t m = 0; m < panel->n_markers; m++) {
    hw_panel_marker *marker = &markers[m];
    const bool is_placed =
        !isnan(marker->female_cm) && (marker->chromosome == HW_PANEL_X || !isnan(marker->male_cm));
    int32_t bp = marker->bp[build];
    if (is_placed && !is_all) continue;
    if (bp == 0 && marker->bp[other] == 0) continue;
    if (map == NULL) {
      marker->female_cm = marker->male_cm = (bp != 0 ? bp : marker->bp[other]) / 1e6;
      continue;
    }
    if (bp == 0) {
      if (builds->anchors == NULL) HW_TRY(lifter_init(builds, other, err));
      bp = lift(builds, marker->chromosome, marker->bp[other]);
    }
    double female_cm, male_cm;
    if (!hw_map_find(map, marker->chromosome, bp, &female_cm, &male_cm)) continue;
    marker->female_cm = female_cm;
    marker->male_cm = male_cm;
  }
  return HW_OK;
}

hw_status cli_snp_place(const hw_panel *panel, const hw_map *map, bool is_all, hw_panel **out,
                        hw_err *err) {
  lifter builds = {0};
  *out = NULL;
  const size_t n = (size_t)panel->n_markers;
  hw_panel_marker *markers = hw_arena_alloc_array(&builds.arena, n + 1, sizeof *markers);
  hw_status status = HW_OK;
  if (markers == NULL)
    status = HW_NO_MEMORY(err, "the markers");
  else if (n > 0)
    memcpy(markers, panel->markers, n * sizeof *markers);
  if (status == HW_OK) status = place_markers(panel, map, is_all, &builds, markers, err);
  if (status == HW_OK)
    status = hw_panel_new(panel->name, panel->source, panel->n_markers, markers,
                          panel->n_populations, panel->populations, out, err);
  hw_arena_clear(&builds.arena);
  return status;
}

hw_status cli_snp_shipped_map(hw_map **out, hw_err *err) {
  return hw_map_parse(cli_shipped_map, cli_shipped_map_size, "map_decode2019_grch38.csv", out, err);
}
