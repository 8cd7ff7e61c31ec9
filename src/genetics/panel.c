/* Panels: markers in the order of the map, each with the frequencies of populations.
 *
 * A panel is checked and copied once and never changes: everything lives in one arena.
 *
 *   markers        by chromosome; then by the female map (the male one and the position part
 *                  ties) where all markers of the chromosome stand on it, else by position in
 *                  the build that most of them have
 *   frequencies    of a population: one array over the alleles of all markers
 *   names, sites   sorted arrays, for finding by binary search
 *
 * Linked likelihoods walk along a chromosome on both maps at once, so that a marker behind
 * another one on the female map and before it on the male one is refused here, where the two
 * can be named. */
#include "genetics/panel_build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/utf8.h"
#include "genetics/name_index.h"
#include "homeward/marker.h"

enum { MOST_POPULATIONS = 1000, LONGEST_NAME = 1000, LONGEST_ALLELE = 500 };
static const double MOST_CM = 1000;

const char *const hwp_panel_columns[HWP_PANEL_COLUMNS] = {
    "marker", "chromosome", "grch37", "grch38", "alleles", "female_cm", "male_cm"};

/* A position of one build, in one number. */
typedef struct site {
  int64_t place;
  int32_t marker;
} site;

typedef struct storage {
  hw_panel panel;
  hw_arena arena;
  hw_name_index names;
  int32_t n_sites[HW_BUILD_COUNT];
  site *sites[HW_BUILD_COUNT]; /* by place */
} storage;

/* What markers are sorted by; of each member the smaller one first. */
typedef struct sort_key {
  int32_t chromosome;
  double female_cm, male_cm; /* 0 where the chromosome is not sorted by its map */
  int32_t bp, other_bp;
  int32_t index; /* in the input */
} sort_key;

const char *hw_build_name(hw_build build) {
  return build == HW_GRCH37 ? "GRCh37" : "GRCh38";
}

/* --- checks --- */

static hw_status at_marker(const hwp_panel_input *input, int32_t m, hw_status status, hw_err *err) {
  if (input->lines) hw_err_place(err, NULL, input->lines[m], 0);
  return status;
}

/* Names stand in lines and cells of files: one line of UTF-8. */
bool hwp_panel_is_text(const char *text) {
  const size_t n = strlen(text);
  if (n > LONGEST_NAME) return false;
  for (size_t i = 0; i < n;) {
    const size_t length = (unsigned char)text[i] < 0x20 ? 0 : hw_utf8_length(text + i, n - i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

static bool is_name(const char *text) {
  const size_t n = text ? strlen(text) : 0;
  return n > 0 && text[0] != ' ' && text[n - 1] != ' ' && hwp_panel_is_text(text);
}

static hw_status check_alleles(const hw_panel_marker *m, hw_err *err) {
  if (m->n_alleles < 2 || m->n_alleles > HW_PANEL_MAX_ALLELES)
    return hw_err_set(err, HW_E_VALUE, "marker \"%.60s\" has %d alleles; expected 2 to %d", m->name,
                      (int)m->n_alleles, HW_PANEL_MAX_ALLELES);
  for (int32_t a = 0; a < m->n_alleles; a++) {
    const char *allele = m->alleles[a];
    const size_t n = allele ? strlen(allele) : 0;
    if (n == 0 || n > LONGEST_ALLELE || strspn(allele, "ACGT") != n)
      return hw_err_set(err, HW_E_VALUE,
                        "marker \"%.60s\": allele \"%.40s\"; expected upper-case A, C, G and T, at "
                        "most %d of them",
                        m->name, allele ? allele : "", LONGEST_ALLELE);
    for (int32_t b = 0; b < a; b++)
      if (strcmp(allele, m->alleles[b]) == 0)
        return hw_err_set(err, HW_E_VALUE, "marker \"%.60s\": allele \"%.40s\" stands twice",
                          m->name, allele);
  }
  return HW_OK;
}

static hw_status check_cm(const hw_panel_marker *m, const char *what, double cm, hw_err *err) {
  if (isnan(cm) || (cm >= -MOST_CM && cm <= MOST_CM)) return HW_OK;
  return hw_err_set(err, HW_E_VALUE,
                    "marker \"%.60s\": %s is %g; expected centimorgans from %g to %g", m->name,
                    what, cm, -MOST_CM, MOST_CM);
}

static hw_status check_marker(const hw_panel_marker *m, hw_err *err) {
  if (!is_name(m->name))
    return hw_err_set(err, HW_E_VALUE,
                      "\"%.60s\" is no name of a marker: expected a text without line ends and "
                      "without blanks around it",
                      m->name ? m->name : "");
  if (m->chromosome < 1 || m->chromosome > HW_PANEL_X)
    return hw_err_set(err, HW_E_VALUE, "marker \"%.60s\": chromosome %d; expected 1 to 22 or X",
                      m->name, (int)m->chromosome);
  for (int b = 0; b < HW_BUILD_COUNT; b++)
    if (m->bp[b] < 0)
      return hw_err_set(err, HW_E_VALUE,
                        "marker \"%.60s\": position %d; expected 1 or more, 0 if it is not known",
                        m->name, (int)m->bp[b]);
  HW_TRY(check_cm(m, "female_cm", m->female_cm, err));
  HW_TRY(check_cm(m, "male_cm", m->male_cm, err));
  return check_alleles(m, err);
}

static hw_status check_frequencies(const hw_panel_marker *m, const hw_panel_population *population,
                                   const double *f, hw_err *err) {
  double sum = 0;
  int32_t n_unknown = 0;
  for (int32_t a = 0; a < m->n_alleles; a++) {
    if (isnan(f[a]))
      n_unknown++;
    else if (!(f[a] >= 0 && f[a] <= 1))
      return hw_err_set(err, HW_E_VALUE,
                        "marker \"%.60s\", population \"%.60s\": the frequency %g of allele "
                        "\"%.40s\"; expected 0 to 1 (no percentages)",
                        m->name, population->name, f[a], m->alleles[a]);
    else
      sum += f[a];
  }
  if (n_unknown == m->n_alleles) return HW_OK;
  if (n_unknown > 0)
    return hw_err_set(
        err, HW_E_VALUE,
        "marker \"%.60s\", population \"%.60s\": frequencies are known of some alleles "
        "only; state all or none",
        m->name, population->name);
  if (fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE) return HW_OK;
  return hw_err_set(err, HW_E_VALUE,
                    "marker \"%.60s\", population \"%.60s\": the frequencies sum to %.9g, not to 1 "
                    "(tolerance %g)",
                    m->name, population->name, sum, HW_FREQUENCY_SUM_TOLERANCE);
}

static hw_status check_population(const hwp_panel_input *input, int32_t p, hw_err *err) {
  const hw_panel_population *population = &input->populations[p];
  if (!is_name(population->name) || strchr(population->name, ':') || population->name[0] == '#')
    return hw_err_set(err, HW_E_VALUE,
                      "\"%.60s\" is no name of a population: expected a text without ':', without "
                      "line ends, without blanks around it and without '#' before it",
                      population->name ? population->name : "");
  for (int c = 0; c < HWP_PANEL_COLUMNS; c++)
    if (strcmp(population->name, hwp_panel_columns[c]) == 0)
      return hw_err_set(err, HW_E_DUPLICATE,
                        "a population must not bear the name of a column, \"%s\"",
                        hwp_panel_columns[c]);
  for (int32_t q = 0; q < p; q++)
    if (strcmp(population->name, input->populations[q].name) == 0)
      return hw_err_set(err, HW_E_DUPLICATE, "population \"%.60s\" stands twice", population->name);
  if (population->source && !hwp_panel_is_text(population->source))
    return hw_err_set(
        err, HW_E_VALUE,
        "population \"%.60s\": its source must be one line of UTF-8, of at most %d bytes",
        population->name, LONGEST_NAME);
  if (population->n_persons < 0)
    return hw_err_set(err, HW_E_VALUE,
                      "population \"%.60s\": %d persons; expected 1 or more, 0 if "
                      "it is not known",
                      population->name, (int)population->n_persons);
  return HW_OK;
}

static hw_status check_input(const hwp_panel_input *input, hw_err *err) {
  if (input->n_markers < 1 || input->n_markers > HW_PANEL_MAX_MARKERS)
    return hw_err_set(err, HW_E_SHAPE, "%d markers; a panel has 1 to %d", (int)input->n_markers,
                      HW_PANEL_MAX_MARKERS);
  if (input->n_populations < 0 || input->n_populations > MOST_POPULATIONS)
    return hw_err_set(err, HW_E_SHAPE, "%d populations; a panel has 0 to %d",
                      (int)input->n_populations, MOST_POPULATIONS);
  if ((input->name && !hwp_panel_is_text(input->name)) ||
      (input->source && !hwp_panel_is_text(input->source)))
    return hw_err_set(
        err, HW_E_VALUE,
        "name and source of a panel must be one line of UTF-8, of at most %d bytes each",
        LONGEST_NAME);
  for (int32_t p = 0; p < input->n_populations; p++) HW_TRY(check_population(input, p, err));
  size_t first = 0;
  for (int32_t m = 0; m < input->n_markers; m++) {
    hw_status status = check_marker(&input->markers[m], err);
    for (int32_t p = 0; status == HW_OK && p < input->n_populations; p++)
      status = check_frequencies(&input->markers[m], &input->populations[p],
                                 input->populations[p].frequencies + first, err);
    if (status != HW_OK) return at_marker(input, m, status, err);
    first += (size_t)input->markers[m].n_alleles;
  }
  return HW_OK;
}

static hw_status check_names(const hwp_panel_input *input, hw_arena *work, hw_err *err) {
  const char **names = hw_arena_alloc_array(work, (size_t)input->n_markers, sizeof *names);
  if (!names) return HW_NO_MEMORY(err, "the panel");
  for (int32_t m = 0; m < input->n_markers; m++) names[m] = input->markers[m].name;
  hw_name_index index;
  HW_TRY(hw_name_index_init(&index, input->n_markers, names, err));
  const int32_t again = hw_name_index_duplicate(&index, NULL);
  hw_name_index_clear(&index);
  if (again == HW_NAME_NONE) return HW_OK;
  return at_marker(input, again,
                   hw_err_set(err, HW_E_DUPLICATE, "marker \"%.60s\" stands twice", names[again]),
                   err);
}

/* --- order --- */

static int compare_numbers(double a, double b) {
  return (a > b) - (a < b);
}

static int compare_keys(const void *a, const void *b) {
  const sort_key *left = a, *right = b;
  int order = (left->chromosome > right->chromosome) - (left->chromosome < right->chromosome);
  if (order == 0) order = compare_numbers(left->female_cm, right->female_cm);
  if (order == 0) order = compare_numbers(left->male_cm, right->male_cm);
  if (order == 0) order = (left->bp > right->bp) - (left->bp < right->bp);
  if (order == 0) order = (left->other_bp > right->other_bp) - (left->other_bp < right->other_bp);
  if (order == 0) order = (left->index > right->index) - (left->index < right->index);
  return order;
}

static int32_t known_last(int32_t bp) {
  return bp > 0 ? bp : INT32_MAX;
}

/* How a chromosome is sorted. */
typedef struct rule {
  bool is_mapped; /* all its markers stand on the female map */
  hw_build build; /* that most of them have; of two the newer */
} rule;

static void find_rules(const hwp_panel_input *input, rule rules[HW_PANEL_X + 1]) {
  int32_t n[HW_PANEL_X + 1][HW_BUILD_COUNT] = {{0}};
  for (int c = 0; c <= HW_PANEL_X; c++) rules[c] = (rule){true, HW_GRCH38};
  for (int32_t i = 0; i < input->n_markers; i++) {
    const hw_panel_marker *m = &input->markers[i];
    if (isnan(m->female_cm)) rules[m->chromosome].is_mapped = false;
    for (int b = 0; b < HW_BUILD_COUNT; b++) n[m->chromosome][b] += m->bp[b] > 0;
  }
  for (int c = 0; c <= HW_PANEL_X; c++)
    if (n[c][HW_GRCH37] > n[c][HW_GRCH38]) rules[c].build = HW_GRCH37;
}

static hw_status check_maps_agree(const hwp_panel_input *input, const rule *rules,
                                  const sort_key *keys, hw_err *err) {
  int32_t last = -1; /* of this chromosome, with a place on the male map */
  for (int32_t i = 0; i < input->n_markers; i++) {
    const hw_panel_marker *m = &input->markers[keys[i].index];
    if (m->chromosome == HW_PANEL_X || !rules[m->chromosome].is_mapped || isnan(m->male_cm))
      continue;
    const hw_panel_marker *before = last >= 0 ? &input->markers[last] : NULL;
    if (before && before->chromosome == m->chromosome && before->male_cm > m->male_cm)
      return at_marker(input, keys[i].index,
                       hw_err_set(err, HW_E_VALUE,
                                  "marker \"%.60s\" stands behind \"%.60s\" on the female map "
                                  "(%.9g, %.9g cM) and before it on the male one (%.9g, %.9g cM)",
                                  m->name, before->name, m->female_cm, before->female_cm,
                                  m->male_cm, before->male_cm),
                       err);
    last = keys[i].index;
  }
  return HW_OK;
}

/* @param keys  [out] n_markers, sorted */
static hw_status sort_markers(const hwp_panel_input *input, sort_key *keys, hw_err *err) {
  rule rules[HW_PANEL_X + 1];
  find_rules(input, rules);
  for (int32_t i = 0; i < input->n_markers; i++) {
    const hw_panel_marker *m = &input->markers[i];
    const rule *r = &rules[m->chromosome];
    keys[i] = (sort_key){.chromosome = m->chromosome, .index = i};
    if (r->is_mapped) {
      keys[i].female_cm = m->female_cm;
      if (m->chromosome != HW_PANEL_X && !isnan(m->male_cm)) keys[i].male_cm = m->male_cm;
    }
    keys[i].bp = known_last(m->bp[r->build]);
    keys[i].other_bp = known_last(m->bp[HW_BUILD_COUNT - 1 - r->build]);
  }
  if (input->is_sorted) return HW_OK;
  qsort(keys, (size_t)input->n_markers, sizeof *keys, compare_keys);
  return check_maps_agree(input, rules, keys, err);
}

/* --- copying --- */

/* Most alleles are one base, of which one copy serves all panels. */
static const char *keep_allele(hw_arena *arena, const char *allele) {
  static const char *const bases[] = {"A", "C", "G", "T"};
  for (int b = 0; b < 4; b++)
    if (strcmp(allele, bases[b]) == 0) return bases[b];
  return hw_arena_strdup(arena, allele);
}

static hw_status copy_marker(storage *self, const hw_panel_marker *from, hw_panel_marker *to,
                             hw_err *err) {
  const char **alleles =
      hw_arena_alloc_array(&self->arena, (size_t)from->n_alleles, sizeof *alleles);
  *to = *from;
  to->name = hw_arena_strdup(&self->arena, from->name);
  to->alleles = alleles;
  if (!alleles || !to->name) return HW_NO_MEMORY(err, "the panel");
  for (int32_t a = 0; a < from->n_alleles; a++) {
    alleles[a] = keep_allele(&self->arena, from->alleles[a]);
    if (!alleles[a]) return HW_NO_MEMORY(err, "the panel");
  }
  return HW_OK;
}

static hw_status copy_markers(storage *self, const hwp_panel_input *input, const sort_key *keys,
                              hw_err *err) {
  const size_t n = (size_t)input->n_markers;
  hw_panel_marker *markers = hw_arena_alloc_array(&self->arena, n, sizeof *markers);
  int32_t *first_allele = hw_arena_alloc_array(&self->arena, n + 1, sizeof *first_allele);
  int32_t *first_genotype = hw_arena_alloc_array(&self->arena, n + 1, sizeof *first_genotype);
  if (!markers || !first_allele || !first_genotype) return HW_NO_MEMORY(err, "the panel");
  for (size_t i = 0; i < n; i++) {
    HW_TRY(copy_marker(self, &input->markers[keys[i].index], &markers[i], err));
    const int32_t k = markers[i].n_alleles;
    first_allele[i + 1] = first_allele[i] + k;
    first_genotype[i + 1] = first_genotype[i] + k * (k + 1) / 2;
  }
  self->panel.n_markers = input->n_markers;
  self->panel.markers = markers;
  self->panel.first_allele = first_allele;
  self->panel.first_genotype = first_genotype;
  return HW_OK;
}

static hw_status copy_population(storage *self, const hwp_panel_input *input, const sort_key *keys,
                                 const size_t *first, int32_t p, hw_panel_population *out,
                                 hw_err *err) {
  const hw_panel_population *from = &input->populations[p];
  const hw_panel *panel = &self->panel;
  double *frequencies = hw_arena_alloc_array(
      &self->arena, (size_t)panel->first_allele[panel->n_markers], sizeof *frequencies);
  out->name = hw_arena_strdup(&self->arena, from->name);
  out->source = hw_arena_strdup(&self->arena, from->source ? from->source : "");
  out->n_persons = from->n_persons;
  out->frequencies = frequencies;
  if (!frequencies || !out->name || !out->source) return HW_NO_MEMORY(err, "the panel");
  for (int32_t i = 0; i < panel->n_markers; i++)
    memcpy(frequencies + panel->first_allele[i], from->frequencies + first[keys[i].index],
           (size_t)panel->markers[i].n_alleles * sizeof *frequencies);
  return HW_OK;
}

static hw_status copy_populations(storage *self, const hwp_panel_input *input, const sort_key *keys,
                                  hw_arena *work, hw_err *err) {
  size_t *first = hw_arena_alloc_array(work, (size_t)input->n_markers, sizeof *first);
  hw_panel_population *populations =
      hw_arena_alloc_array(&self->arena, (size_t)input->n_populations, sizeof *populations);
  if (!first || !populations) return HW_NO_MEMORY(err, "the panel");
  for (int32_t m = 1; m < input->n_markers; m++)
    first[m] = first[m - 1] + (size_t)input->markers[m - 1].n_alleles;
  for (int32_t p = 0; p < input->n_populations; p++)
    HW_TRY(copy_population(self, input, keys, first, p, &populations[p], err));
  self->panel.n_populations = input->n_populations;
  self->panel.populations = populations;
  return HW_OK;
}

/* --- indices --- */

static int64_t place_of(int32_t chromosome, int32_t bp) {
  return ((int64_t)chromosome << 32) + bp;
}

static int compare_sites(const void *a, const void *b) {
  const site *left = a, *right = b;
  if (left->place != right->place) return left->place < right->place ? -1 : 1;
  return (left->marker > right->marker) - (left->marker < right->marker);
}

static hw_status index_sites(storage *self, int build, hw_err *err) {
  const hw_panel *panel = &self->panel;
  site *sites = hw_arena_alloc_array(&self->arena, (size_t)panel->n_markers, sizeof *sites);
  if (!sites) return HW_NO_MEMORY(err, "the panel");
  int32_t n = 0;
  for (int32_t m = 0; m < panel->n_markers; m++)
    if (panel->markers[m].bp[build] > 0)
      sites[n++] = (site){place_of(panel->markers[m].chromosome, panel->markers[m].bp[build]), m};
  qsort(sites, (size_t)n, sizeof *sites, compare_sites);
  for (int32_t i = 1; i < n; i++)
    if (sites[i].place == sites[i - 1].place)
      return hw_err_set(
          err, HW_E_DUPLICATE,
          "markers \"%.60s\" and \"%.60s\" have one position, %d of %s; keep one",
          panel->markers[sites[i - 1].marker].name, panel->markers[sites[i].marker].name,
          (int)panel->markers[sites[i].marker].bp[build], hw_build_name((hw_build)build));
  self->sites[build] = sites;
  self->n_sites[build] = n;
  return HW_OK;
}

static hw_status index_all(storage *self, hw_arena *work, hw_err *err) {
  const hw_panel *panel = &self->panel;
  const char **names = hw_arena_alloc_array(work, (size_t)panel->n_markers, sizeof *names);
  if (!names) return HW_NO_MEMORY(err, "the panel");
  for (int32_t m = 0; m < panel->n_markers; m++) names[m] = panel->markers[m].name;
  HW_TRY(hw_name_index_init(&self->names, panel->n_markers, names, err));
  for (int b = 0; b < HW_BUILD_COUNT; b++) HW_TRY(index_sites(self, b, err));
  return HW_OK;
}

/* --- the panel --- */

static hw_status build(storage *self, const hwp_panel_input *input, hw_arena *work, hw_err *err) {
  HW_TRY(check_input(input, err));
  HW_TRY(check_names(input, work, err));
  sort_key *keys = hw_arena_alloc_array(work, (size_t)input->n_markers, sizeof *keys);
  if (!keys) return HW_NO_MEMORY(err, "the panel");
  HW_TRY(sort_markers(input, keys, err));
  self->panel.name = hw_arena_strdup(&self->arena, input->name ? input->name : "");
  self->panel.source = hw_arena_strdup(&self->arena, input->source ? input->source : "");
  if (!self->panel.name || !self->panel.source) return HW_NO_MEMORY(err, "the panel");
  HW_TRY(copy_markers(self, input, keys, err));
  HW_TRY(copy_populations(self, input, keys, work, err));
  return index_all(self, work, err);
}

hw_status hwp_panel_build(const hwp_panel_input *input, hw_panel **out, hw_err *err) {
  hw_arena work;
  *out = NULL;
  storage *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "the panel");
  hw_arena_init(&work, 0);
  hw_arena_init(&self->arena, 0);
  self->panel.storage = self;
  const hw_status status = build(self, input, &work, err);
  hw_arena_clear(&work);
  if (status == HW_OK)
    *out = &self->panel;
  else
    hw_panel_delete(&self->panel);
  return status;
}

hw_status hw_panel_new(const char *name, const char *source, int32_t n_markers,
                       const hw_panel_marker *markers, int32_t n_populations,
                       const hw_panel_population *populations, hw_panel **out, hw_err *err) {
  const hwp_panel_input input = {.name = name,
                                 .source = source,
                                 .n_markers = n_markers,
                                 .markers = markers,
                                 .n_populations = n_populations,
                                 .populations = populations};
  return hwp_panel_build(&input, out, err);
}

void hw_panel_delete(hw_panel *self) {
  if (!self) return;
  storage *owner = self->storage;
  hw_name_index_clear(&owner->names);
  hw_arena_clear(&owner->arena);
  free(owner);
}

int32_t hw_panel_find(const hw_panel *self, const char *name) {
  const storage *owner = self->storage;
  return hw_name_index_find(&owner->names, name);
}

int32_t hw_panel_find_site(const hw_panel *self, hw_build build, int32_t chromosome, int32_t bp) {
  const storage *owner = self->storage;
  if (build < 0 || build >= HW_BUILD_COUNT || bp <= 0) return HW_PANEL_NONE;
  const int64_t place = place_of(chromosome, bp);
  const site *sites = owner->sites[build];
  int32_t low = 0, high = owner->n_sites[build];
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (sites[middle].place < place)
      low = middle + 1;
    else
      high = middle;
  }
  return low < owner->n_sites[build] && sites[low].place == place ? sites[low].marker
                                                                  : HW_PANEL_NONE;
}

int32_t hw_panel_find_population(const hw_panel *self, const char *name) {
  for (int32_t p = 0; p < self->n_populations; p++)
    if (strcmp(self->populations[p].name, name) == 0) return p;
  return HW_PANEL_NONE;
}
