/** @file
 * Genetic maps: how far crossovers part two places of a chromosome, for women and for men.
 *
 * A map's file is a CSV table, one point a row, with its build above the header:
 *
 *     # source: Halldorsson et al. 2019
 *     # build: GRCh38
 *     chromosome,bp,female_cm,male_cm
 *     1,1431813,0,0
 *     X,3532526,0,
 *
 * male_cm is empty on X, where men have nothing to cross over with. Between two points the map is
 * a straight line. Before the first and behind the last point of a chromosome it goes on with
 * 1 cM a million base pairs in both sexes, about the average of the genome, so that markers
 * there are neither taken for one place nor for unlinked ones; positions may become negative.
 *
 * Example:
 * @code
 *   hw_map *map = NULL;
 *   hw_panel *placed = NULL;
 *   s = hw_map_read("map_decode2019_grch38.csv", &map, &err);
 *   if (s == HW_OK) s = hw_map_apply(panel, map, false, &placed, NULL, &err);
 *   hw_panel_delete(placed);
 *   hw_map_delete(map);
 * @endcode
 */
#ifndef HOMEWARD_MAP_H
#define HOMEWARD_MAP_H

#include "homeward/panel.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Most points of a map. */
#define HW_MAP_MAX_POINTS 20000000
/** What lies beyond the ends of a chromosome's points. */
#define HW_MAP_BEYOND_CM_PER_BP 1e-6

typedef struct hw_map_point {
  int32_t chromosome; /**< 1 … 22, 23 = X */
  int32_t bp;         /**< 1 … */
  double female_cm;   /**< never less than that of the point before */
  double male_cm;     /**< so too; not used on X */
} hw_map_point;

typedef struct hw_map {
  const char *name, *source; /**< "" = not known */
  hw_build build;
  int32_t n_points;
  const hw_map_point *points; /**< by chromosome, then position */
  int32_t
      first_point[HW_PANEL_X + 2]; /**< of chromosome c: first_point[c] … first_point[c+1] − 1 */
  void *storage;                   /**< private */
} hw_map;

/** Builds a map from points in any order, which are copied. Free with hw_map_delete.
 * @return HW_OK; HW_E_VALUE (a number out of range, a map that goes backwards); HW_E_DUPLICATE (a
 *         position twice); HW_E_SHAPE (no points); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_map_new(const char *name, const char *source, hw_build build,
                                          int32_t n_points, const hw_map_point *points,
                                          hw_map **out, hw_err *err);
/** Reads a map's file. @return as hw_map_new; HW_E_SYNTAX (also where no build is told), HW_E_IO and
 * others; with line and column */
HW_API HW_MUST_CHECK hw_status hw_map_read(const char *path, hw_map **out, hw_err *err);
/** The same from memory; @p name stands for the file in messages. */
HW_API HW_MUST_CHECK hw_status hw_map_parse(const char *bytes, size_t n_bytes, const char *name,
                                            hw_map **out, hw_err *err);
/** Writes what hw_map_read reads; the same map gives the same bytes. */
HW_API HW_MUST_CHECK hw_status hw_map_write(const hw_map *self, FILE *out, hw_err *err);
HW_API void hw_map_delete(hw_map *self);

/** Place of a position on both maps; on X the male one is NaN.
 * @return false if the map has no point of the chromosome */
HW_API bool hw_map_find(const hw_map *self, int32_t chromosome, int32_t bp, double *female_cm,
                        double *male_cm);

/** The panel with places on the map, in the order that these give: the markers' numbers may differ
 * from those in @p panel. Markers without a position in the map's build, or on a chromosome that the
 * map has not, keep what they have.
 * @param is_all     replaces places that are known too; else only markers that lack one (of either
 *                   sex) get both
 * @param n_without  [out] markers that have none even so; or NULL
 * @param out        [out] free with hw_panel_delete; NULL on failure
 * @return HW_OK; HW_E_VALUE where new and old places contradict each other; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_map_apply(const hw_panel *panel, const hw_map *map, bool is_all,
                                            hw_panel **out, int32_t *n_without, hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
