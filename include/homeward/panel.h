/** @file
 * Panels of SNPs and microhaplotypes: markers on a map, with the frequencies of populations.
 *
 * A panel's file is a CSV table, one marker a row:
 *
 *     marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS,YRI
 *     rs9442372,1,1018704,1083324,A/G,2.01,1.66,0.611,0.484
 *
 * `alleles` are those of the forward strand, the reference's first; every column behind
 * `male_cm` is a population: the frequency of the first allele, or for more than two
 * alleles all of them, parted by '/'. A cell that is not known is empty. Lines that begin
 * with '#' tell about the table: `# panel:`, `# source:`, `# population EAS: n, source`.
 *
 * Example:
 * @code
 *   hw_panel *panel = NULL;
 *   s = hw_panel_read("force.csv", &panel, &err);
 *   int32_t p = hw_panel_find_population(panel, "EAS");
 *   hw_panel_delete(panel);
 * @endcode
 */
#ifndef HOMEWARD_PANEL_H
#define HOMEWARD_PANEL_H

#include <stdbool.h>
#include <stdio.h>

#include "homeward/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Build of the human reference genome. */
typedef enum hw_build { HW_GRCH37 = 0, HW_GRCH38, HW_BUILD_COUNT } hw_build;
/** "GRCh37" or "GRCh38". */
HW_API const char *hw_build_name(hw_build build);

/** Index of a marker or population that a panel has not. */
#define HW_PANEL_NONE ((int32_t)-1)
/** Most markers of a panel, and most alleles of one. */
#define HW_PANEL_MAX_MARKERS 2000000
#define HW_PANEL_MAX_ALLELES 8
/** X outside its pseudo-autosomal regions. */
#define HW_PANEL_X 23

typedef struct hw_panel_marker {
  const char *name;           /**< distinct */
  int32_t chromosome;         /**< 1 … 22, 23 = X */
  int32_t bp[HW_BUILD_COUNT]; /**< of the first base; 0 = not known */
  int32_t n_alleles;          /**< 2 … HW_PANEL_MAX_ALLELES */
  const char *const *alleles; /**< distinct; upper case A, C, G, T; the reference's first */
  double female_cm, male_cm;  /**< NaN = not known; male_cm is not used on X */
} hw_panel_marker;

typedef struct hw_panel_population {
  const char *name;          /**< distinct */
  const char *source;        /**< "" = not known */
  int32_t n_persons;         /**< sampled; 0 = not known */
  const double *frequencies; /**< all markers' alleles, one behind the other (first_allele); of a
                                  marker all NaN = not known, else sum 1 */
} hw_panel_population;

typedef struct hw_panel {
  const char *name, *source; /**< "" = not known */
  int32_t n_markers;
  const hw_panel_marker *markers; /**< by chromosome, then female map, then position */
  const int32_t *first_allele;    /**< n_markers + 1; the last is the number of all alleles */
  const int32_t *first_genotype;  /**< n_markers + 1, n(n+1)/2 for each; the last is their number */
  int32_t n_populations;
  const hw_panel_population *populations;
  void *storage; /**< private */
} hw_panel;

/** Builds a panel from markers in any order and frequencies in theirs; everything is copied, checked
 * and sorted. Free with hw_panel_delete.
 * @return HW_OK; HW_E_VALUE (a number or allele out of range, frequencies that do not sum to 1);
 *         HW_E_DUPLICATE (a name, or a position of one build, twice); HW_E_SHAPE; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_panel_new(const char *name, const char *source, int32_t n_markers,
                                            const hw_panel_marker *markers, int32_t n_populations,
                                            const hw_panel_population *populations, hw_panel **out,
                                            hw_err *err);
/** Reads a panel's file. @return as hw_panel_new; HW_E_SYNTAX, HW_E_IO; with line and column */
HW_API HW_MUST_CHECK hw_status hw_panel_read(const char *path, hw_panel **out, hw_err *err);
/** The same from memory; @p name stands for the file in messages. */
HW_API HW_MUST_CHECK hw_status hw_panel_parse(const char *bytes, size_t n_bytes, const char *name,
                                              hw_panel **out, hw_err *err);
/** Writes what hw_panel_read reads; the same panel gives the same bytes. */
HW_API HW_MUST_CHECK hw_status hw_panel_write(const hw_panel *self, FILE *out, hw_err *err);
HW_API void hw_panel_delete(hw_panel *self);

/** Index of a marker by its name. */
HW_API int32_t hw_panel_find(const hw_panel *self, const char *name);
/** Index of the marker at a position. */
HW_API int32_t hw_panel_find_site(const hw_panel *self, hw_build build, int32_t chromosome,
                                  int32_t bp);
HW_API int32_t hw_panel_find_population(const hw_panel *self, const char *name);
/** The panel of some markers, ascending indices, with all populations. Free with hw_panel_delete. */
HW_API HW_MUST_CHECK hw_status hw_panel_select(const hw_panel *self, int32_t n_markers,
                                               const int32_t *markers, hw_panel **out, hw_err *err);

/** How far markers that are kept must lie apart: each distance that is not 0 counts. */
typedef struct hw_panel_spacing {
  double cm;  /**< on the mean of both maps, on X on the female one */
  int32_t bp; /**< in @p build */
  hw_build build;
  int32_t
      population; /**< by which markers are informative; HW_PANEL_NONE = the first ones are kept */
} hw_panel_spacing;

/** Thins a panel. The marker with most expected heterozygosity in the population is kept, those too
 * near to it are dropped, then the best of the rest, and so on; of equals the first. Markers
 * without frequencies are the least informative ones.
 * @param chosen    [out] room for all markers: the kept ones, ascending, for hw_panel_select
 * @return HW_OK; HW_E_VALUE (no distance, or one below 0; a population that is none; a marker without
 *         a place on the map or in the build, with its name); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_panel_thin(const hw_panel *self, const hw_panel_spacing *spacing,
                                             int32_t *chosen, int32_t *n_chosen, hw_err *err);
/** 1 − Σ p²: the share of heterozygotes under Hardy–Weinberg; NaN where nothing is known. */
HW_API double hw_panel_heterozygosity(const hw_panel *self, int32_t population, int32_t marker);

#ifdef __cplusplus
}
#endif
#endif
