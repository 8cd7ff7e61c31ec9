/** @file
 * Charts on a canvas: likelihood ratios by marker, their distributions,
 * posteriors, sensitivity, the funnel of a search, time lines, progress, maps.
 *
 * Each function fills a rectangle of the given size at (0, 0) of the canvas'
 * current group, with title, axes, units, legend, and words of the caller's where
 * there is nothing to show. Series differ in dashes, marks and textures too, not
 * in colour alone.
 *
 * Example:
 * @code
 *   hw_bar bars[] = {{.label = "TH01", .value = 0.8}, {.label = "FGA", .value = -1.2}};
 *   hw_chart chart = {.width = 360, .height = 200, .title = "LR theo locus",
 *                     .x_title = "log10 LR", .empty = "Chưa có số liệu", .decimal_mark = ','};
 *   hw_chart_add_bars(canvas, &chart, &(hw_bars){.n = 2, .bars = bars});
 * @endcode
 */
#ifndef HOMEWARD_CHART_H
#define HOMEWARD_CHART_H

#include "homeward/canvas.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What all charts have. NULL texts are left out. */
typedef struct hw_chart {
  double width, height;
  const char *title;
  const char *description;       /**< for readers that do not see the picture */
  const char *x_title, *y_title; /**< of the axes, with their units */
  const char *empty;             /**< what is written where there is nothing to show */
  char decimal_mark;             /**< ',' or '.'; 0 = '.' */
} hw_chart;

/** How a bar or a series looks: colour and texture or dash. */
typedef enum hw_series_style {
  HW_SERIES_FIRST = 0,
  HW_SERIES_SECOND,
  HW_SERIES_THIRD,
  HW_SERIES_FOURTH,
  HW_SERIES_QUIET /**< grey: a total, "none of them" */
} hw_series_style;

/** A value that is marked on an axis by a line across the plot. */
typedef struct hw_mark {
  double value;
  const char *label;
} hw_mark;

/** One level bar. */
typedef struct hw_bar {
  const char *label;
  double value;           /**< −inf and +inf reach to the edge and are marked as warnings */
  const char *value_text; /**< NULL = the value with two decimals */
  hw_series_style style;
} hw_bar;

typedef struct hw_bars {
  int32_t n;
  const hw_bar *bars;
  double low, high; /**< ends of the axis; equal = found from the values, with zero */
  int32_t n_marks;
  const hw_mark *marks;
} hw_bars;

/** Level bars, one below the other: log10 LR by marker, posteriors (low 0, high 1). NaN values are
 * shown as their text alone. */
HW_API void hw_chart_add_bars(hw_canvas *canvas, const hw_chart *chart, const hw_bars *data);

/** A value with the range that it takes under other settings. */
typedef struct hw_range {
  const char *label;
  double low, value, high;
} hw_range;

typedef struct hw_ranges {
  int32_t n;
  const hw_range *ranges;
  int32_t n_marks;
  const hw_mark *marks; /**< thresholds */
} hw_ranges;

/** Sensitivity: a row for each setting, from the least to the greatest value, with a point for the
 * value itself. */
HW_API void hw_chart_add_ranges(hw_canvas *canvas, const hw_chart *chart, const hw_ranges *data);

/** A distribution in bins of equal width. */
typedef struct hw_histogram {
  const char *name;
  double low, step; /**< of the first bin; of each */
  int32_t n;
  const double *mass; /**< n probabilities or counts */
  hw_series_style style;
} hw_histogram;

typedef struct hw_histograms {
  int32_t n;
  const hw_histogram *histograms;
  int32_t n_marks;
  const hw_mark *marks; /**< the observed value, the threshold */
} hw_histograms;

/** Distributions of log10 LR under truth and under chance, and where the observed value falls. */
HW_API void hw_chart_add_histograms(hw_canvas *canvas, const hw_chart *chart,
                                    const hw_histograms *data);

/** One step of a funnel. */
typedef struct hw_stage {
  const char *label;
  double count; /**< ≥ 0 */
} hw_stage;

/** Search funnel: how many are left after each step; widths follow the logarithm of the count. */
HW_API void hw_chart_add_funnel(hw_canvas *canvas, const hw_chart *chart, const hw_stage *stages,
                                int32_t n);

/** Something that happened, on a day or from a day to another. Days count from 1970-01-01. */
typedef struct hw_event {
  int64_t from_day, to_day; /**< equal: a day */
  const char *label;
  hw_series_style style;
} hw_event;

/** The height that a time line of a width needs, without title, so that all lanes have room. */
HW_API double hw_chart_timeline_height(const hw_fonts *fonts, double width, const hw_event *events,
                                       int32_t n);
/** Time line of a case. Events are best in the order of their days. */
HW_API void hw_chart_add_timeline(hw_canvas *canvas, const hw_chart *chart, const hw_event *events,
                                  int32_t n);

/** Values that hold from a day to the next one. */
typedef struct hw_progress {
  const char *name;
  int32_t n;
  const int64_t *days; /**< ascending */
  const double *values;
  hw_series_style style;
} hw_progress;

/** Progress over time: a step line for each series. */
HW_API void hw_chart_add_progress(hw_canvas *canvas, const hw_chart *chart,
                                  const hw_progress *series, int32_t n);

/* --- maps --- */

/** The shape of a place on a map. */
typedef enum hw_geomap_sign {
  HW_GEOMAP_CIRCLE = 0,
  HW_GEOMAP_SQUARE,
  HW_GEOMAP_DIAMOND,
  HW_GEOMAP_TRIANGLE, /**< standing on its point */
  HW_GEOMAP_CROSS
} hw_geomap_sign;

/** A kind of places: its shape, colour and filling together tell it from the others. */
typedef struct hw_geomap_kind {
  const char *name; /**< in the legend */
  hw_geomap_sign sign;
  hw_series_style style;
  bool is_hollow;
  int64_t count; /**< in the legend, behind the name; a kind with 0 is left out of it */
} hw_geomap_kind;

/** A place, or several that are told as one. */
typedef struct hw_geomap_point {
  double latitude, longitude; /**< WGS 84, degrees north and east */
  double uncertainty_m;       /**< radius of the circle around it; 0 = none */
  int32_t kind;               /**< of hw_geomap.kinds */
  int64_t count;              /**< how many it stands for; 0 = 1. Several are drawn as a number */
  const char *label;          /**< NULL = none; left out where it would cover another thing */
  const char *description;    /**< for readers that do not see the picture; NULL = none */
  bool is_dangerous;          /**< bears a triangle */
} hw_geomap_point;

/** The words of a map. */
typedef struct hw_geomap_words {
  const char *north, *south, *east, *west;              /**< behind degrees */
  const char *up;                                       /**< above the arrow that points north */
  const char *uncertainty, *danger, *several, *outside; /**< of the legend */
} hw_geomap_words;

/** In Vietnamese for "vi", else in English. */
HW_API const hw_geomap_words *hw_geomap_words_of(const char *language);

/** The part of the Earth that the shipped outline covers well enough to put places on. */
#define HW_GEOMAP_SOUTH 4.0
#define HW_GEOMAP_NORTH 26.0
#define HW_GEOMAP_WEST 95.0
#define HW_GEOMAP_EAST 118.0

/** True if a map can show the place. */
HW_API bool hw_geomap_has_place(double latitude, double longitude);

typedef struct hw_geomap {
  int32_t n;
  const hw_geomap_point *points;
  int32_t n_kinds;
  const hw_geomap_kind *kinds;
  const char *names_in;         /**< "vi" or "en": seas, islands, countries and towns are named in
                                   that language (data/map_names.csv); NULL = nothing is named */
  const hw_geomap_words *words; /**< NULL = English */
  double least_km;              /**< smaller than this a map is not drawn; 0 = 60 */
  int32_t most_signs;           /**< places are gathered until no more are left; 0 = 100 */
  bool has_inset;               /**< the country is seen with its islands: in a small map that tells
                                   where this one lies or, where this one is large, in itself */
  const char *note;             /**< below the map; NULL = none */
} hw_geomap;

/** A map of places over the coarse outline of mainland South-East Asia (data/README.md): a
 * transverse Mercator projection around the middle of the places, fitted to them. Places outside of
 * the outline are counted below the map. Places that lie upon each other are one sign with their
 * number. A place that is nowhere on Earth (NaN, beyond 90 degrees of latitude or 180 of longitude)
 * or of an unknown kind fails the canvas with HW_E_VALUE. */
HW_API void hw_chart_add_map(hw_canvas *canvas, const hw_chart *chart, const hw_geomap *map);

/** A number as axes write it: @p decimals behind the mark, thousands grouped from 10,000, a true
 * minus sign. @param buffer  [out] HW_CHART_NUMBER_SIZE bytes; returned */
#define HW_CHART_NUMBER_SIZE 64
HW_API char *hw_chart_format_number(double value, int decimals, char decimal_mark, char *buffer);

/** Ticks at multiples of 1, 2 or 5 times a power of ten. */
typedef struct hw_ticks {
  int64_t first, last; /**< multiples of `step`, the ends of the axis */
  double step;
  int decimals; /**< that tell neighbours apart */
} hw_ticks;

/** Ticks from at most @p low to at least @p high, about @p n of them.
 * @param low, high  finite, below 1e15 in size; where equal or wrong way round, they are moved apart */
HW_API hw_ticks hw_chart_find_ticks(double low, double high, int n);

#ifdef __cplusplus
}
#endif
#endif
