/* SNP panels for power and calibration, see snp_panels.h.
 *
 * Lengths of chromosomes: sex-averaged map of Halldorsson et al. (2019), rounded to 0.1 cM. */
#include "snp_panels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"

enum { AUTOSOMES = 22, MOST_ALLELES = 3, NAME = 16 };

static const double length_cm[AUTOSOMES] = {267.8, 251.7, 218.3, 202.9, 197.1, 186.0, 178.4, 161.5,
                                            157.3, 169.3, 154.5, 165.5, 127.2, 116.0, 117.3, 126.6,
                                            129.5, 116.5, 106.4, 107.8, 62.9,  70.8};
static const char *const letters[] = {"A", "C", "G"};

static void fail(const hw_err *err) {
  char text[1024];
  fprintf(stderr, "%s\n", hw_err_text(err, text, sizeof text));
  abort();
}

/* Gamma variate of a whole shape. */
static double gamma_of(hw_random *stream, int shape) {
  double sum = 0;
  for (int i = 0; i < shape; i++) sum -= log(1 - hw_random_double(stream));
  return sum;
}

static void draw_frequencies(hw_random *stream, int32_t n_alleles, double *out) {
  static const int shapes[MOST_ALLELES] = {6, 5, 4};
  if (n_alleles == 2) {
    out[0] = 0.2 + 0.3 * hw_random_double(stream);
    if (hw_random_below(stream, 2) == 0) out[0] = 1 - out[0];
    out[1] = 1 - out[0];
    return;
  }
  double sum = 0;
  for (int a = 0; a < MOST_ALLELES; a++) sum += out[a] = gamma_of(stream, shapes[a]);
  for (int a = 0; a < MOST_ALLELES; a++) out[a] /= sum;
}

/* Markers that were placed get names, alleles and frequencies. */
static hw_panel *finish(hw_panel_marker *markers, int32_t n, int32_t n_alleles, uint64_t seed) {
  char(*names)[NAME] = calloc((size_t)n + 1, sizeof *names);
  double *frequencies = calloc((size_t)n * (size_t)n_alleles + 1, sizeof *frequencies);
  hw_panel *panel = NULL;
  hw_err err = HW_ERR_INIT;
  hw_random stream;
  if (names == NULL || frequencies == NULL) abort();
  hw_random_init(&stream, seed);
  for (int32_t m = 0; m < n; m++) {
    snprintf(names[m], sizeof names[m], "S%05d", (int)m + 1);
    markers[m].name = names[m];
    markers[m].n_alleles = n_alleles;
    markers[m].alleles = letters;
    markers[m].bp[HW_GRCH38] = 1000 * (m + 1);
    draw_frequencies(&stream, n_alleles, frequencies + (size_t)m * (size_t)n_alleles);
  }
  const hw_panel_population population = {.name = "S", .source = "", .frequencies = frequencies};
  if (hw_panel_new("synthetic", "", n, markers, 1, &population, &panel, &err) != HW_OK) fail(&err);
  free(names);
  free(frequencies);
  return panel;
}

/* Sorted places that are uniform over a length: sums of exponential gaps over their total. */
static double *draw_places(int32_t n, double length, uint64_t seed) {
  double *places = calloc((size_t)n + 1, sizeof *places);
  hw_random stream;
  if (places == NULL) abort();
  hw_random_init(&stream, seed);
  stream = hw_random_split(&stream, 1);
  for (int32_t i = 0; i <= n; i++) places[i] = (i > 0 ? places[i - 1] : 0) + gamma_of(&stream, 1);
  for (int32_t i = 0; i < n; i++) places[i] *= length / places[n];
  return places;
}

hw_panel *snp_panel_uniform(int32_t n_markers, int32_t n_alleles, uint64_t seed) {
  hw_panel_marker *markers = calloc((size_t)n_markers + 1, sizeof *markers);
  double total = 0, begin = 0;
  if (markers == NULL) abort();
  for (int c = 0; c < AUTOSOMES; c++) total += length_cm[c];
  double *places = draw_places(n_markers, total, seed);
  for (int32_t m = 0, c = 0; m < n_markers; m++) {
    while (places[m] > begin + length_cm[c] && c < AUTOSOMES - 1) begin += length_cm[c++];
    markers[m].chromosome = c + 1;
    markers[m].female_cm = markers[m].male_cm = places[m] - begin;
  }
  hw_panel *panel = finish(markers, n_markers, n_alleles, seed);
  free(places);
  free(markers);
  return panel;
}

hw_panel *snp_panel_small(int32_t n_on_1, int32_t n_on_x, double step_cm, uint64_t seed) {
  const int32_t n = n_on_1 + n_on_x;
  hw_panel_marker *markers = calloc((size_t)n + 1, sizeof *markers);
  if (markers == NULL) abort();
  for (int32_t m = 0; m < n; m++) {
    const int32_t at = m < n_on_1 ? m : m - n_on_1;
    markers[m].chromosome = m < n_on_1 ? 1 : HW_PANEL_X;
    markers[m].female_cm = step_cm * at;
    markers[m].male_cm = step_cm * at / 2;
  }
  hw_panel *panel = finish(markers, n, 2, seed);
  free(markers);
  return panel;
}

hw_panel *snp_panel_averaged(const char *path, int32_t population) {
  hw_panel *from = NULL, *panel = NULL;
  hw_err err = HW_ERR_INIT;
  if (hw_panel_read(path, &from, &err) != HW_OK) return NULL;
  const hw_panel_population *told = &from->populations[population];
  hw_panel_marker *markers = calloc((size_t)from->n_markers + 1, sizeof *markers);
  double *frequencies =
      calloc((size_t)from->first_allele[from->n_markers] + 1, sizeof *frequencies);
  if (markers == NULL || frequencies == NULL) abort();
  int32_t n = 0, n_alleles = 0;
  for (int32_t m = 0; m < from->n_markers; m++) {
    const hw_panel_marker *marker = &from->markers[m];
    const double *own = told->frequencies + from->first_allele[m];
    if (marker->chromosome == HW_PANEL_X || isnan(own[0]) ||
        isnan(marker->female_cm + marker->male_cm))
      continue;
    memcpy(frequencies + n_alleles, own, (size_t)marker->n_alleles * sizeof *own);
    n_alleles += marker->n_alleles;
    markers[n] = *marker;
    markers[n].female_cm = markers[n].male_cm = (marker->female_cm + marker->male_cm) / 2;
    n++;
  }
  const hw_panel_population copy = {.name = told->name, .source = "", .frequencies = frequencies};
  if (hw_panel_new(from->name, "", n, markers, 1, &copy, &panel, &err) != HW_OK) fail(&err);
  free(markers);
  free(frequencies);
  hw_panel_delete(from);
  return panel;
}
