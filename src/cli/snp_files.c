/* People of several genotype files on one panel, ready to be weighed.
 *
 * With --panel all files are read at its markers. Without one the first file makes the markers, and
 * the others are read at them. Then, in this order: frequencies are estimated, if that is asked
 * for, of samples of the files; markers get their places on the map; those without frequencies or
 * place, and those that hardly vary, are left out; the rest is thinned. Profiles are taken over
 * to what remains last, so that samples whom the frequencies are of need not be compared. */
#include "cli/snp_files.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/snp_kinds.h"
#include "formats/lines.h"
#include "formats/snp_site.h"
#include "genetics/name_index.h"

static const double DEFAULT_THIN_KB = 100; /* of markers that nobody chose */
static const double DEFAULT_ERROR = 0.01;  /* of likelihoods */
static const double DEFAULT_PRUNE_CM = 1;
static const double PSEUDO_COUNT = 0.5;
enum { MOST_FIELDS = 64, SENTENCE = 700 };

typedef struct opener {
  const cli_snp_files_settings *settings;
  cli_snp_people *out;
  cli_snp_reading reading;
  hw_build build;  /* told by --build */
  hw_panel *panel; /* owned: as it is so far */
  bool is_new;     /* made of the first file */
  int n_sources;
  cli_snp_source *sources;
  int32_t n;                /* people of all files */
  int32_t n_all;            /* and their profiles under other models of reads, behind them */
  hw_snp_profile *profiles; /* at the markers that were read */
  bool *is_called;
  int32_t *read_as; /* per marker of the panel: which one it was when the files were read */
} opener;

static hw_status add_sentence(hw_arena *arena, const char **out, hw_err *err, const char *format,
                              ...) HW_PRINTF(4, 5);
static hw_status add_sentence(hw_arena *arena, const char **out, hw_err *err, const char *format,
                              ...) {
  char text[SENTENCE];
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  *out = hw_arena_strdup(arena, text);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "a sentence");
}

int cli_snp_split(char *line, char **fields, int most) {
  static const char blanks[] = " \t,;\r";
  int n = 0;
  for (char *at = line + strspn(line, blanks); *at != '\0' && n < most;) {
    fields[n++] = at;
    at += strcspn(at, blanks);
    if (*at == '\0') break;
    *at++ = '\0';
    at += strspn(at, blanks);
  }
  return n;
}

/* --- what is asked --- */

static hw_status choose_build(opener *self, hw_err *err) {
  const char *text = self->settings->build;
  if (text == NULL) return HW_OK;
  self->build = strcmp(text, "37") == 0   ? HW_GRCH37
                : strcmp(text, "38") == 0 ? HW_GRCH38
                                          : hwp_snp_build_of(text);
  if (self->build == HW_BUILD_COUNT)
    return hw_err_set(err, HW_E_USAGE, "--build: '%.40s' is not 37 or 38", text);
  self->reading.build = &self->build;
  return HW_OK;
}

static bool is_word(const char *text, const char *word) {
  const size_t n = strlen(word);
  return strncmp(text, word, n) == 0 && (text[n] == '\0' || text[n] == '=');
}

static hw_status choose_frequencies(opener *self, hw_err *err) {
  const char *text = self->settings->frequencies;
  if (text == NULL) return HW_OK;
  if (self->settings->panel != NULL)
    return hw_err_set(err, HW_E_USAGE,
                      "--frequencies: the panel has frequencies of its own; leave out one of "
                      "--panel and --frequencies");
  self->reading.frequencies = is_word(text, "estimate") ? CLI_SNP_ESTIMATED : CLI_SNP_STATED;
  return HW_OK;
}

static hw_status choose_population(opener *self, hw_err *err) {
  const char *path = self->settings->panel, *name = self->settings->population;
  const hw_panel *panel = self->panel;
  hw_status status = HW_OK;
  if (name == NULL && panel->n_populations == 1) name = panel->populations[0].name;
  if (name != NULL) self->reading.population = hw_panel_find_population(panel, name);
  if (panel->n_populations == 0)
    status = hw_err_set(err, HW_E_USAGE, "the panel has no frequencies of any population");
  else if (name == NULL)
    status = hw_err_set(err, HW_E_USAGE,
                        "the panel has %d populations, the first %s: say which one the people are "
                        "of, --population NAME",
                        (int)panel->n_populations, panel->populations[0].name);
  else if (self->reading.population == HW_PANEL_NONE)
    status = hw_err_set(err, HW_E_USAGE,
                        "--population: the panel has no population '%.60s'; it has %d, the first "
                        "%s",
                        name, (int)panel->n_populations, panel->populations[0].name);
  if (status != HW_OK) hw_err_place(err, path, 0, 0);
  return status;
}

static hw_status open_panel(opener *self, hw_err *err) {
  self->reading.population = HW_PANEL_NONE;
  if (self->settings->panel == NULL) {
    if (self->settings->population != NULL)
      return hw_err_set(err, HW_E_USAGE, "--population names one of a panel: say --panel FILE too");
    return HW_OK;
  }
  HW_TRY(hw_panel_read(self->settings->panel, &self->panel, err));
  HW_TRY(choose_population(self, err));
  self->reading.panel = self->panel;
  const hw_panel_population *population = &self->panel->populations[self->reading.population];
  return add_sentence(&self->out->arena, &self->out->frequencies, err,
                      "population %.60s of the panel%s%.400s", population->name,
                      population->source[0] != '\0' ? ": " : "", population->source);
}

/* --- the files --- */

static hw_status read_files(opener *self, int n, const char *const *paths, hw_err *err) {
  self->sources = calloc((size_t)n + 1, sizeof *self->sources);
  if (self->sources == NULL) return HW_NO_MEMORY(err, "the files");
  for (int i = 0; i < n; i++) {
    cli_snp_source *source = &self->sources[self->n_sources++];
    HW_TRY(cli_snp_source_read(paths[i], &self->reading, source, err));
    self->n += source->n;
    self->n_all += source->n;
    if (source->reads != NULL) {
      self->out->n_reads++;
      self->n_all += source->reads->n_models;
    }
    self->out->build = source->build;
    if (self->panel != NULL) continue;
    self->panel = source->file.new_panel;
    source->file.new_panel = NULL;
    self->is_new = true;
    self->reading.panel = self->panel;
    if (self->panel->n_populations > 0) self->reading.population = 0;
  }
  return HW_OK;
}

/* Names must tell people apart, in all files together. */
static hw_status check_names(const opener *self, hw_err *err) {
  const size_t n = (size_t)self->n;
  const char **names = calloc(n + 1, sizeof *names);
  hw_name_index index = {0};
  int32_t first = 0;
  if (names == NULL) return HW_NO_MEMORY(err, "the samples");
  for (size_t i = 0; i < n; i++) names[i] = self->profiles[i].id;
  hw_status status = hw_name_index_init(&index, self->n, names, err);
  if (status == HW_OK) {
    const int32_t twice = hw_name_index_duplicate(&index, &first);
    if (twice != HW_NAME_NONE) {
      status = hw_err_set(err, HW_E_DUPLICATE,
                          "the sample \"%.80s\" is also in %.200s: give one of them another name "
                          "(bcftools reheader -s)",
                          names[twice], self->out->files[first]);
      hw_err_place(err, self->out->files[twice], 0, 0);
    }
  }
  hw_name_index_clear(&index);
  free(names);
  return status;
}

/* Reads of persons, and their profiles under the models of the grid behind all people. */
static hw_status list_reads(opener *self, hw_err *err) {
  cli_snp_people *out = self->out;
  const size_t width =
      self->panel != NULL ? (size_t)self->panel->first_genotype[self->panel->n_markers] : 0;
  int32_t person = 0, at = self->n, n = 0;
  out->reads = hw_arena_alloc_array(&out->arena, (size_t)out->n_reads + 1, sizeof *out->reads);
  if (out->reads == NULL) return HW_NO_MEMORY(err, "the samples");
  for (int s = 0; s < self->n_sources; person += self->sources[s++].n) {
    const cli_snp_source *source = &self->sources[s];
    if (source->reads == NULL) continue;
    cli_snp_reads *reads = &out->reads[n++];
    *reads = *source->reads;
    reads->person = person;
    reads->profiles = self->profiles + at;
    for (int32_t k = 0; k < reads->n_models; k++)
      self->profiles[at++] = (hw_snp_profile){source->profile.id, source->profile.sex,
                                              source->grid_bytes + (size_t)k * width};
  }
  return HW_OK;
}

static hw_status list_people(opener *self, hw_err *err) {
  hw_arena *arena = &self->out->arena;
  const size_t n = (size_t)self->n_all + 1;
  self->profiles = hw_arena_alloc_array(arena, n, sizeof *self->profiles);
  self->is_called = hw_arena_alloc_array(arena, n, sizeof *self->is_called);
  self->out->files = hw_arena_alloc_array(arena, n, sizeof *self->out->files);
  if (self->profiles == NULL || self->is_called == NULL || self->out->files == NULL)
    return HW_NO_MEMORY(err, "the samples");
  int32_t at = 0;
  for (int s = 0; s < self->n_sources; s++)
    for (int32_t i = 0; i < self->sources[s].n; i++, at++) {
      self->profiles[at] = self->sources[s].profiles[i];
      self->is_called[at] = self->sources[s].is_called;
      self->out->files[at] = self->sources[s].path;
    }
  HW_TRY(list_reads(self, err));
  return check_names(self, err);
}

/* --- frequencies of samples --- */

/* Marks the samples that a list names: all, or those with `name` in the second column. */
static hw_status mark_listed(const hw_name_index *index, const char *path, const char *name,
                             bool *marks, int32_t *n_absent, hw_err *err) {
  hwp_lines lines = {0};
  hw_status status = hwp_lines_open(&lines, path, err);
  while (status == HW_OK) {
    char *line = NULL, *fields[MOST_FIELDS];
    size_t n_bytes;
    status = hwp_lines_next(&lines, &line, &n_bytes, err);
    if (status != HW_OK || line == NULL) break;
    const int n = line[0] == '#' ? 0 : cli_snp_split(line, fields, MOST_FIELDS);
    if (n == 0 || (name != NULL && (n < 2 || strcmp(fields[1], name) != 0))) continue;
    const int32_t at = hw_name_index_find(index, fields[0]);
    if (at != HW_NAME_NONE)
      marks[at] = true;
    else
      ++*n_absent;
  }
  hwp_lines_clear(&lines);
  return status;
}

/* A file whose name has a colon is a list. */
hw_status cli_snp_mark(int32_t n, const hw_snp_profile *profiles, const char *words, bool *marks,
                       int32_t *n_absent, hw_err *err) {
  const char *colon = strrchr(words, ':');
  hw_name_index index = {0};
  hw_arena arena = {0};
  FILE *file = fopen(words, "rb");
  if (file != NULL) fclose(file);
  const bool is_list = file != NULL || colon == NULL || colon == words;
  *n_absent = 0;
  const char *path =
      hw_arena_strndup(&arena, words, is_list ? strlen(words) : (size_t)(colon - words));
  const char **names = hw_arena_alloc_array(&arena, (size_t)n + 1, sizeof *names);
  hw_status status = path != NULL && names != NULL ? HW_OK : HW_NO_MEMORY(err, "a list of samples");
  for (int32_t i = 0; i < n && status == HW_OK; i++) names[i] = profiles[i].id;
  if (status == HW_OK) status = hw_name_index_init(&index, n, names, err);
  if (status == HW_OK)
    status = mark_listed(&index, path, is_list ? NULL : colon + 1, marks, n_absent, err);
  hw_name_index_clear(&index);
  hw_arena_clear(&arena);
  return status;
}

static hw_status estimate(opener *self, hw_err *err) {
  const char *words = self->settings->frequencies + strlen("estimate");
  cli_snp_people *out = self->out;
  int32_t n_absent = 0;
  out->is_member = hw_arena_alloc_array(&out->arena, (size_t)self->n + 1, sizeof *out->is_member);
  hw_snp_profile *members = hw_arena_alloc_array(&out->arena, (size_t)self->n + 1, sizeof *members);
  if (out->is_member == NULL || members == NULL) return HW_NO_MEMORY(err, "the samples");
  if (words[0] == '=')
    HW_TRY(cli_snp_mark(self->n, self->profiles, words + 1, out->is_member, &n_absent, err));
  else
    memset(out->is_member, true, (size_t)self->n * sizeof *out->is_member);
  for (int32_t i = 0; i < self->n; i++)
    if (out->is_member[i]) members[out->n_members++] = self->profiles[i];
  if (out->n_members < 2)
    return hw_err_set(
        err, HW_E_REFERENCE,
        "--frequencies %.200s: it names %d samples of the files (%d others): expected "
        "the names of some dozens of unrelated people, the first in the files is "
        "\"%.60s\"",
        self->settings->frequencies, (int)out->n_members, (int)n_absent,
        self->n > 0 ? self->profiles[0].id : "");
  hw_panel *panel = NULL;
  HW_TRY(hw_panel_estimate(self->panel, out->n_members, members, "estimated", PSEUDO_COUNT, &panel,
                           err));
  hw_panel_delete(self->panel);
  self->panel = panel;
  self->reading.population = panel->n_populations - 1;
  return add_sentence(&out->arena, &out->frequencies, err,
                      "estimated of %d samples of the files%s%.200s", (int)out->n_members,
                      words[0] == '=' ? ", " : "", words[0] == '=' ? words + 1 : "");
}

static hw_status find_frequencies(opener *self, hw_err *err) {
  if (self->reading.frequencies == CLI_SNP_ESTIMATED) return estimate(self, err);
  if (self->out->frequencies != NULL) return HW_OK;
  return add_sentence(&self->out->arena, &self->out->frequencies, err, "stated: %.200s",
                      self->settings->frequencies);
}

/* --- the map --- */

static hw_status open_map(opener *self, hw_map **map, hw_err *err) {
  const char *path = self->settings->map;
  const char **out = &self->out->map;
  hw_arena *arena = &self->out->arena;
  if (path != NULL && strcmp(path, "uniform") == 0)
    return add_sentence(arena, out, err, "uniform, 1 cM per million bases");
  if (path != NULL)
    HW_TRY(hw_map_read(path, map, err));
  else
    HW_TRY(cli_snp_shipped_map(map, err));
  const hw_map *of = *map;
  const bool is_lifted = self->is_new && self->out->build != of->build;
  return add_sentence(arena, out, err, "%s%.200s, %s%s",
                      path == NULL && !self->is_new ? "that of the panel; where it has none, " : "",
                      of->name[0] != '\0' ? of->name : path, hw_build_name(of->build),
                      is_lifted ? "; positions carried over by the markers of FORCE" : "");
}

static hw_status place(opener *self, hw_err *err) {
  hw_map *map = NULL;
  hw_panel *placed = NULL;
  const bool is_all = self->is_new || self->settings->map != NULL;
  hw_status status = open_map(self, &map, err);
  if (status == HW_OK) status = cli_snp_place(self->panel, map, is_all, &placed, err);
  hw_map_delete(map);
  HW_TRY(status);
  const size_t n = (size_t)placed->n_markers;
  self->read_as = hw_arena_alloc_array(&self->out->arena, n + 1, sizeof *self->read_as);
  for (size_t m = 0; self->read_as != NULL && m < n; m++) {
    const char *name = placed->markers[m].name;
    self->read_as[m] = strcmp(name, self->panel->markers[m].name) == 0
                           ? (int32_t)m
                           : hw_panel_find(self->panel, name);
  }
  hw_panel_delete(self->panel);
  self->panel = placed;
  return self->read_as != NULL ? HW_OK : HW_NO_MEMORY(err, "the markers");
}

/* --- which markers --- */

static bool is_known(const opener *self, int32_t m) {
  const hw_panel_marker *marker = &self->panel->markers[m];
  const double *of = self->panel->populations[self->reading.population].frequencies;
  return !isnan(of[self->panel->first_allele[m]]) && !isnan(marker->female_cm) &&
         (marker->chromosome == HW_PANEL_X || !isnan(marker->male_cm));
}

static bool is_common(const opener *self, int32_t m) {
  const double *of = self->panel->populations[self->reading.population].frequencies;
  for (int32_t a = self->panel->first_allele[m]; a < self->panel->first_allele[m + 1]; a++)
    if (!(of[a] >= CLI_SNP_LEAST_FREQUENCY)) return false;
  return true;
}

/* Goes on with some of the markers only. */
static hw_status keep(opener *self, int32_t n, const int32_t *chosen, hw_err *err) {
  hw_panel *panel = NULL;
  if (n == self->panel->n_markers) return HW_OK;
  HW_TRY(hw_panel_select(self->panel, n, chosen, &panel, err));
  for (int32_t m = 0; m < n; m++) self->read_as[m] = self->read_as[chosen[m]];
  hw_panel_delete(self->panel);
  self->panel = panel;
  return HW_OK;
}

static hw_status keep_usable(opener *self, int32_t *chosen, hw_err *err) {
  cli_snp_people *out = self->out;
  int32_t n = 0;
  out->n_read = self->panel->n_markers;
  for (int32_t m = 0; m < self->panel->n_markers; m++) {
    if (!is_known(self, m))
      out->n_unknown++;
    else if (self->is_new && !is_common(self, m))
      out->n_rare++;
    else
      chosen[n++] = m;
  }
  if (n > 0) return keep(self, n, chosen, err);
  hw_err_set(err, HW_E_SHAPE,
             "of %d markers none can be used: %d lack frequencies or a place on the map, %d vary "
             "in less than 1 %% of alleles",
             (int)out->n_read, (int)out->n_unknown, (int)out->n_rare);
  hw_err_place(err, self->sources[0].path, 0, 0);
  return HW_E_SHAPE;
}

static hw_status thin(opener *self, int32_t *chosen, hw_err *err) {
  const cli_snp_files_settings *settings = self->settings;
  const bool is_told = settings->thin_kb >= 0 || settings->thin_cm >= 0 || settings->prune >= 0;
  const double kb = settings->thin_kb >= 0     ? settings->thin_kb
                    : self->is_new && !is_told ? DEFAULT_THIN_KB
                                               : 0;
  const double cm = settings->thin_cm > 0 ? settings->thin_cm : 0;
  int32_t n = 0;
  if (!(kb > 0) && !(cm > 0)) return HW_OK;
  const hw_panel_spacing spacing = {cm, (int32_t)(kb * 1000), self->out->build,
                                    self->reading.population};
  HW_TRY(hw_panel_thin(self->panel, &spacing, chosen, &n, err));
  return keep(self, n, chosen, err);
}

/* --- profiles on the markers that are kept --- */

/* Spreads a share of each marker's likelihood over all genotypes. */
static void soften(uint8_t *bytes, int32_t n, double share) {
  enum { MOST = HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2 };
  float floats[MOST];
  double likelihoods[MOST], sum = 0;
  bool is_told = false;
  for (int32_t g = 0; g < n; g++) is_told = is_told || bytes[g] != 0;
  if (!is_told) return;
  hw_snp_likelihoods(bytes, n, floats);
  for (int32_t g = 0; g < n; g++) sum += (double)floats[g];
  for (int32_t g = 0; g < n; g++)
    likelihoods[g] = (1 - share) * (double)floats[g] / sum + share / n;
  hw_snp_bytes(likelihoods, n, bytes);
}

static void take_profile(const opener *self, const int32_t *read_first, int32_t i, uint8_t *to) {
  const hw_panel *panel = self->panel;
  const cli_snp_files_settings *settings = self->settings;
  double share = settings->error >= 0 ? settings->error : DEFAULT_ERROR;
  if (self->is_called[i]) share = 0; /* its reader has seen to it */
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const int32_t first = panel->first_genotype[m], n = panel->first_genotype[m + 1] - first;
    memcpy(to + first, self->profiles[i].bytes + read_first[self->read_as[m]], (size_t)n);
    if (share > 0) soften(to + first, n, share);
  }
}

static hw_status take_profiles(opener *self, const int32_t *read_first, hw_err *err) {
  cli_snp_people *out = self->out;
  const size_t n_bytes = (size_t)self->panel->first_genotype[self->panel->n_markers];
  size_t all;
  if (!hw_mul_size((size_t)self->n_all + 1, n_bytes + 1, &all) ||
      (out->bytes = malloc(all)) == NULL)
    return HW_NO_MEMORY(err, "the profiles");
  for (int32_t i = 0; i < self->n_all; i++) {
    uint8_t *to = out->bytes + (size_t)i * n_bytes;
    take_profile(self, read_first, i, to);
    const char *id = hw_arena_strdup(&out->arena, self->profiles[i].id);
    if (id == NULL) return HW_NO_MEMORY(err, "the samples");
    self->profiles[i].id = id;
    self->profiles[i].bytes = to;
  }
  out->n = self->n;
  out->profiles = self->profiles;
  return HW_OK;
}

static hw_status prune(opener *self, int32_t *chosen, hw_err *err) {
  const double window_cm =
      self->settings->prune_cm >= 0 ? self->settings->prune_cm : DEFAULT_PRUNE_CM;
  const hw_snp_pruning pruning = {self->settings->prune, window_cm, self->reading.population};
  int32_t n = 0;
  if (self->settings->prune < 0) return HW_OK;
  cli_snp_people *out = self->out;
  HW_TRY(hw_panel_prune(self->panel, out->n, out->profiles, &pruning, chosen, &n, err));
  const hw_panel *panel = self->panel;
  const size_t before = (size_t)panel->first_genotype[panel->n_markers];
  size_t after = 0;
  for (int32_t k = 0; k < n; k++)
    after += (size_t)(panel->first_genotype[chosen[k] + 1] - panel->first_genotype[chosen[k]]);
  /* Towards the front: nothing is overwritten before it was moved. */
  for (int32_t i = 0; i < self->n_all; i++) {
    uint8_t *to = out->bytes + (size_t)i * after;
    const uint8_t *from = out->bytes + (size_t)i * before;
    for (int32_t k = 0; k < n; k++) {
      const int32_t first = panel->first_genotype[chosen[k]];
      const size_t n_of = (size_t)(panel->first_genotype[chosen[k] + 1] - first);
      memmove(to, from + first, n_of);
      to += n_of;
    }
    self->profiles[i].bytes = out->bytes + (size_t)i * after;
  }
  return keep(self, n, chosen, err);
}

/* --- all of it --- */

static hw_status open_all(opener *self, int n, const char *const *paths, hw_err *err) {
  cli_snp_people *out = self->out;
  if (self->settings->prune_cm >= 0 && self->settings->prune < 0)
    return hw_err_set(err, HW_E_USAGE, "--prune-cm needs --prune R2");
  HW_TRY(choose_build(self, err));
  HW_TRY(choose_frequencies(self, err));
  HW_TRY(open_panel(self, err));
  HW_TRY(read_files(self, n, paths, err));
  HW_TRY(list_people(self, err));
  HW_TRY(find_frequencies(self, err));
  HW_BUG_IF(self->panel == NULL, err); /* there is a file at least */
  const size_t n_markers = (size_t)self->panel->n_markers + 1;
  int32_t *chosen = hw_arena_alloc_array(&out->arena, n_markers, sizeof *chosen);
  int32_t *read_first = hw_arena_copy(&out->arena, self->panel->first_genotype,
                                      n_markers * sizeof *self->panel->first_genotype);
  if (chosen == NULL || read_first == NULL) return HW_NO_MEMORY(err, "the markers");
  HW_TRY(place(self, err));
  HW_TRY(keep_usable(self, chosen, err));
  HW_TRY(thin(self, chosen, err));
  HW_TRY(take_profiles(self, read_first, err));
  HW_TRY(prune(self, chosen, err));
  out->population = self->reading.population;
  out->panel = self->panel;
  self->panel = NULL;
  return HW_OK;
}

hw_status cli_snp_files_open(int n_files, const char *const *paths,
                             const cli_snp_files_settings *settings, cli_snp_people *out,
                             hw_err *err) {
  opener self = {.settings = settings, .out = out, .reading = {.settings = settings}};
  *out = (cli_snp_people){0};
  const hw_status status = open_all(&self, n_files, paths, err);
  for (int s = 0; s < self.n_sources; s++) cli_snp_source_clear(&self.sources[s]);
  free(self.sources);
  hw_panel_delete(self.panel);
  return status;
}

void cli_snp_people_clear(cli_snp_people *self) {
  hw_panel_delete(self->panel);
  free(self->bytes);
  hw_arena_clear(&self->arena);
  *self = (cli_snp_people){0};
}

int32_t cli_snp_people_find(const cli_snp_people *self, const char *id) {
  for (int32_t i = 0; i < self->n; i++)
    if (strcmp(self->profiles[i].id, id) == 0) return i;
  return -1;
}
