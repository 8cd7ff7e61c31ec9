/* Genotype likelihoods as ANGSD writes them for BEAGLE (Korneliussen et al. 2014, BMC Bioinformatics
 * 15:356; -doGlf 2).
 *
 * A text without a build, without strands and without a reference: the first allele is the one that
 * more reads show. So alleles are compared as a set, and the likelihoods are re-indexed to the
 * panel's order. Likelihoods of a row sum to 1 and are cut to six decimals: a 0 is at most 5e-7,
 * about the last value that a byte can hold, and is taken for it.
 *
 * Frequencies, if there are any, stand in a second file, row by row, those of the second allele. */
#include "formats/beagle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "base/number.h"
#include "base/utf8.h"
#include "formats/lines.h"
#include "formats/snp_carry.h"
#include "formats/snp_make.h"
#include "genetics/name_index.h"

enum {
  FIRST_COLUMNS = 3,
  THREE = 3,
  EXACT_DIGITS = 15,
  MOST_DECIMALS = 22,
  MARKER_GENOTYPES = HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2
};

typedef struct reader {
  hwp_lines lines, frequency_lines;
  const hw_panel *panel;
  const hw_beagle_options *options;
  hw_snp_file *out;
  int32_t n_individuals;
  const char **names;
  int32_t *of_profile; /* per profile its individual */
  hw_sex *sexes;       /* per individual */
  const char **ids;    /* per profile */
  hw_sex *profile_sexes;
  hwp_snp_costs *costs; /* per individual, of one row */
  uint8_t *row;         /* per individual, of one row */
  uint8_t *profiles;    /* those of the row that are wanted */
  bool *is_single;
  uint64_t *met;
  hwp_snp_maker maker;
  int32_t n_known;
  double weights[HWP_SNP_BYTES];
} reader;

static hw_status place(const reader *self, hw_status status, hw_err *err) {
  hw_err_place(err, self->lines.name, self->lines.line, 0);
  return status;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/* The next field of a line, NUL-terminated; NULL at the end. Fields are divided by tabs or blanks.
 * Not by strcspn: where strings are checked strictly it measures the rest of the line each time,
 * which may be megabytes. */
static char *next_field(char **at) {
  char *begin = *at;
  while (is_blank(*begin)) begin++;
  if (*begin == '\0') return NULL;
  char *end = begin;
  while (*end != '\0' && !is_blank(*end)) end++;
  *at = *end != '\0' ? end + 1 : end;
  *end = '\0';
  return begin;
}

/* --- numbers --- */

/* A decimal number. Up to 15 digits are a whole number below 2^53, and a power of ten up to 22 is
 * exact, so that one division rounds right; what is longer goes the general way, which is slower. */
static bool read_number(const char *text, double *out) {
  static const double powers[MOST_DECIMALS + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  uint64_t whole = 0;
  int n_digits = 0, n_decimals = 0;
  bool has_point = false;
  const char *at = text;
  for (; (*at >= '0' && *at <= '9') || (*at == '.' && !has_point); at++) {
    if (*at == '.') {
      has_point = true;
      continue;
    }
    whole = 10 * whole + (uint64_t)(*at - '0');
    n_decimals += has_point;
    if (++n_digits > EXACT_DIGITS) return hw_number_parse(text, out);
  }
  if (*at != '\0' || n_digits == 0) return hw_number_parse(text, out);
  *out = (double)whole / powers[n_decimals];
  return true;
}

/* --- the first row --- */

static hw_status read_names(reader *self, char *line, hw_err *err) {
  static const char *const first[FIRST_COLUMNS] = {"marker", "allele1", "allele2"};
  const size_t most = strlen(line) / 2 / THREE + 1; /* a name is a character and a blank at least */
  self->names = hw_arena_alloc_array(&self->out->arena, most, sizeof *self->names);
  if (self->names == NULL) return HW_NO_MEMORY(err, "the individuals of a file");
  for (int i = 0; i < FIRST_COLUMNS; i++) {
    const char *field = next_field(&line);
    if (field == NULL || strcmp(field, first[i]) != 0)
      return place(
          self,
          hw_err_set(err, HW_E_SYNTAX, "the first row must begin with marker, allele1, allele2"),
          err);
  }
  for (const char *field; (field = next_field(&line)) != NULL;) {
    const char *second = next_field(&line), *third = next_field(&line);
    if (second == NULL || third == NULL || strcmp(field, second) != 0 || strcmp(field, third) != 0)
      return place(self,
                   hw_err_set(err, HW_E_SYNTAX,
                              "individual %d: its name must stand three times, over its three "
                              "likelihoods",
                              (int)self->n_individuals + 1),
                   err);
    if (!hw_utf8_is_valid(field))
      return place(self, hw_err_set(err, HW_E_SYNTAX, "an individual's name is not UTF-8"), err);
    if (self->n_individuals == HW_SNP_MAX_SAMPLES)
      return place(
          self, hw_err_set(err, HW_E_VALUE, "more than %d individuals", HW_SNP_MAX_SAMPLES), err);
    self->names[self->n_individuals] = hw_arena_strdup(&self->out->arena, field);
    if (self->names[self->n_individuals++] == NULL)
      return HW_NO_MEMORY(err, "the individuals of a file");
  }
  if (self->n_individuals == 0)
    return place(self, hw_err_set(err, HW_E_SHAPE, "the file has no individuals"), err);
  return HW_OK;
}

static hw_status find_persons(reader *self, const hw_name_index *index, hw_err *err) {
  const bool is_all = self->options->n_persons == 0;
  const int32_t n = is_all ? self->n_individuals : self->options->n_persons;
  const int32_t twice = hw_name_index_duplicate(index, NULL);
  if (twice != HW_NAME_NONE)
    return place(self,
                 hw_err_set(err, HW_E_DUPLICATE, "the individual \"%.100s\" stands twice",
                            self->names[twice]),
                 err);
  hw_arena *arena = &self->out->arena;
  self->of_profile = hw_arena_alloc_array(arena, (size_t)n, sizeof *self->of_profile);
  self->ids = hw_arena_alloc_array(arena, (size_t)n, sizeof *self->ids);
  self->profile_sexes = hw_arena_alloc_array(arena, (size_t)n, sizeof *self->profile_sexes);
  self->sexes = hw_arena_alloc_array(arena, (size_t)self->n_individuals, sizeof *self->sexes);
  bool *is_taken = hw_arena_alloc_array(arena, (size_t)self->n_individuals, sizeof *is_taken);
  if (self->of_profile == NULL || self->ids == NULL || self->profile_sexes == NULL ||
      self->sexes == NULL || is_taken == NULL)
    return HW_NO_MEMORY(err, "the individuals of a file");
  for (int32_t i = 0; i < n; i++) {
    const char *id = is_all ? self->names[i] : self->options->persons[i].id;
    const int32_t at = hw_name_index_find(index, id);
    if (at == HW_NAME_NONE)
      return place(
          self,
          hw_err_set(err, HW_E_REFERENCE,
                     "the person \"%.100s\" is no individual of the file, which has %d; the "
                     "first is \"%.100s\"",
                     id, (int)self->n_individuals, self->names[0]),
          err);
    if (is_taken[at])
      return place(self,
                   hw_err_set(err, HW_E_DUPLICATE, "the individual \"%.100s\" is chosen twice", id),
                   err);
    is_taken[at] = true;
    self->of_profile[i] = at;
    self->ids[i] = self->names[at];
    self->profile_sexes[i] = is_all ? HW_UNKNOWN_SEX : self->options->persons[i].sex;
    self->sexes[at] = self->profile_sexes[i];
  }
  self->out->n_profiles = n;
  return HW_OK;
}

static hw_status begin(reader *self, hw_err *err) {
  const size_t n = (size_t)self->n_individuals;
  hw_name_index index = {0};
  HW_TRY(hw_name_index_init(&index, self->n_individuals, self->names, err));
  const hw_status status = find_persons(self, &index, err);
  hw_name_index_clear(&index);
  HW_TRY(status);
  const size_t n_markers = self->panel != NULL ? (size_t)self->panel->n_markers : 0;
  self->costs = malloc(sizeof *self->costs);
  self->row = malloc(n * MARKER_GENOTYPES);
  self->profiles = malloc(n * THREE);
  self->is_single = calloc(n, sizeof *self->is_single);
  self->met = calloc(n_markers + 1, sizeof *self->met);
  if (self->costs == NULL || self->row == NULL || self->profiles == NULL ||
      self->is_single == NULL || self->met == NULL)
    return HW_NO_MEMORY(err, "a row");
  self->maker = (hwp_snp_maker){.n_profiles = self->out->n_profiles,
                                .n_populations = self->options->population != NULL,
                                .unit = "lines",
                                .arena = &self->out->arena};
  hwp_snp_weights(self->weights);
  return self->panel != NULL ? hwp_snp_file_make_room(self->out, self->panel, err) : HW_OK;
}

/* --- rows --- */

/* "7_12345"; the name of a sequence may have a '_' of its own. */
static hw_status read_site(reader *self, const char *text, int32_t *chromosome, int32_t *bp,
                           hw_err *err) {
  char name[64];
  const char *line = strrchr(text, '_');
  int64_t number = 0;
  *chromosome = 0;
  const char *digit = line != NULL ? line + 1 : "";
  for (; *digit >= '0' && *digit <= '9' && number <= INT32_MAX; digit++)
    number = 10 * number + (*digit - '0');
  if (line == NULL || line == text || *digit != '\0' || number < 1 || number > INT32_MAX)
    return place(
        self,
        hw_err_set(err, HW_E_SYNTAX,
                   "the marker \"%.60s\"; expected chromosome and position, as 7_12345", text),
        err);
  *bp = (int32_t)number;
  const size_t n = (size_t)(line - text);
  if (n >= sizeof name) return HW_OK; /* no chromosome */
  memcpy(name, text, n);
  name[n] = '\0';
  *chromosome = hwp_snp_chromosome(name);
  return HW_OK;
}

static hw_status read_allele(reader *self, const char *text, const char **out, hw_err *err) {
  static const char *const bases[] = {"A", "C", "G", "T"};
  const char base = text != NULL ? hwp_snp_base(text) : '\0';
  *out = NULL;
  for (int i = 0; i < 4 && text != NULL; i++)
    if (base == bases[i][0] || (text[0] == '0' + i && text[1] == '\0')) *out = bases[i];
  if (*out != NULL) return HW_OK;
  return place(self,
               hw_err_set(err, HW_E_SYNTAX, "the allele \"%.20s\"; expected A, C, G, T or 0 to 3",
                          text != NULL ? text : ""),
               err);
}

/* Three likelihoods of one individual as costs. */
static hw_status read_costs(reader *self, char **at, int32_t individual, hw_err *err) {
  self->costs->is_single = false;
  for (int g = 0; g < THREE; g++) {
    double value = 0;
    const char *field = next_field(at);
    if (field == NULL)
      return place(
          self,
          hw_err_set(err, HW_E_SHAPE,
                     "the row ends within individual \"%.60s\", %d of %d; expected three "
                     "likelihoods each",
                     self->names[individual], (int)individual + 1, (int)self->n_individuals),
          err);
    if (!read_number(field, &value) || !(value >= 0))
      return place(
          self,
          hw_err_set(err, HW_E_VALUE,
                     "individual \"%.60s\": the likelihood \"%.40s\"; expected a number, 0 "
                     "or more",
                     self->names[individual], field),
          err);
    self->costs->of[g] = -HW_SNP_UNITS * hw_log10(value);
  }
  return HW_OK;
}

static hw_status read_row(reader *self, char *rest, const hwp_snp_match *match, bool is_x,
                          hw_err *err) {
  const int32_t n_genotypes = match->n_alleles * (match->n_alleles + 1) / 2;
  for (int32_t i = 0; i < self->n_individuals; i++) {
    HW_TRY(read_costs(self, &rest, i, err));
    self->out->report.n_values[HW_SNP_LIKELIHOODS] +=
        hwp_snp_carry(match, 2, self->costs, is_x, self->sexes[i], &self->out->report,
                      self->row + (size_t)i * (size_t)n_genotypes);
    self->is_single[i] = is_x && self->sexes[i] == HW_MALE;
  }
  if (next_field(&rest) == NULL) return HW_OK;
  return place(self,
               hw_err_set(err, HW_E_SHAPE, "more fields than three for each of %d individuals",
                          (int)self->n_individuals),
               err);
}

/* The frequency of the second allele that belongs to the row that was just read. */
static hw_status next_frequency(reader *self, double *out, hw_err *err) {
  char *line;
  size_t n;
  HW_TRY(hwp_lines_next(&self->frequency_lines, &line, &n, err));
  if (line == NULL)
    return place(
        self,
        hw_err_set(err, HW_E_SHAPE, "the file of frequencies has %llu rows and none for this one",
                   (unsigned long long)self->frequency_lines.line),
        err);
  const char *field = next_field(&line);
  if (field != NULL && read_number(field, out) && *out >= 0 && *out <= 1 &&
      next_field(&line) == NULL)
    return HW_OK;
  hw_err_set(err, HW_E_VALUE, "the frequency \"%.40s\"; expected one number from 0 to 1 a row",
             field != NULL ? field : "");
  hw_err_place(err, self->frequency_lines.name, self->frequency_lines.line, 0);
  return HW_E_VALUE;
}

static hw_status take_site(reader *self, char *rest, int32_t chromosome, int32_t bp,
                           const char *const alleles[2], double second, hw_err *err) {
  const hwp_snp_match match = {.n_alleles = 2, .of_marker = {0, 1}};
  const hwp_snp_site site = {
      chromosome, bp, self->lines.line, {alleles[0][0], alleles[1][0]}, NULL};
  if (bp > hwp_snp_length(self->options->build, chromosome))
    return place(self,
                 hw_err_set(err, HW_E_VALUE,
                            "position %d lies outside the chromosome, which has %d bases in %s",
                            (int)bp, (int)hwp_snp_length(self->options->build, chromosome),
                            hw_build_name(self->options->build)),
                 err);
  HW_TRY(read_row(self, rest, &match, chromosome == HW_PANEL_X, err));
  if (self->options->population != NULL && self->options->frequencies == NULL) {
    int32_t n_known;
    second =
        hwp_snp_frequency(self->weights, self->n_individuals, self->row, self->is_single, &n_known);
    if (n_known > self->n_known) self->n_known = n_known;
  }
  for (int32_t i = 0; i < self->out->n_profiles; i++)
    memcpy(self->profiles + (size_t)i * THREE, self->row + (size_t)self->of_profile[i] * THREE,
           THREE);
  const double first = 1 - second;
  self->out->report.n_matched++;
  return hwp_snp_maker_add(&self->maker, &site, self->profiles, &first, err);
}

static hw_status take_marker(reader *self, char *rest, int32_t m, const char *const alleles[2],
                             hw_err *err) {
  const hw_panel_marker *marker = &self->panel->markers[m];
  hw_snp_report *report = &self->out->report;
  const size_t n_bytes = (size_t)self->panel->first_genotype[self->panel->n_markers];
  const int32_t first = self->panel->first_genotype[m];
  const size_t n = (size_t)(self->panel->first_genotype[m + 1] - first);
  hwp_snp_match match;
  const hw_snp_left why = hwp_snp_match_alleles(marker, 2, alleles, false, &match);
  if (why != HW_SNP_LEFT_COUNT)
    return hwp_snp_tally_add(&self->out->arena, &report->left[why], err, "%.60s (%s/%s)",
                             marker->name, alleles[0], alleles[1]);
  if (self->met[m] != 0)
    return place(self,
                 hw_err_set(err, HW_E_DUPLICATE,
                            "marker \"%.100s\" stands twice, in lines %llu and %llu; leave one out",
                            marker->name, (unsigned long long)self->met[m],
                            (unsigned long long)self->lines.line),
                 err);
  self->met[m] = self->lines.line;
  report->n_matched++;
  report->n_swapped += match.is_swapped;
  report->n_flipped += match.is_flipped;
  HW_TRY(read_row(self, rest, &match, marker->chromosome == HW_PANEL_X, err));
  for (int32_t i = 0; i < self->out->n_profiles; i++)
    memcpy(self->out->bytes + (size_t)i * n_bytes + first,
           self->row + (size_t)self->of_profile[i] * n, n);
  return HW_OK;
}

static hw_status take_row(reader *self, char *rest, hw_err *err) {
  const char *alleles[2];
  int32_t chromosome, bp;
  double second = (double)NAN;
  hw_snp_report *report = &self->out->report;
  const char *marker = next_field(&rest);
  report->n_records++;
  HW_TRY(read_site(self, marker, &chromosome, &bp, err));
  for (int a = 0; a < 2; a++) HW_TRY(read_allele(self, next_field(&rest), &alleles[a], err));
  if (alleles[0] == alleles[1])
    return place(self, hw_err_set(err, HW_E_VALUE, "both alleles are %s", alleles[0]), err);
  if (self->options->frequencies != NULL) HW_TRY(next_frequency(self, &second, err));
  hw_snp_left why = HW_SNP_LEFT_COUNT;
  if (chromosome == 0)
    why = HW_SNP_LEFT_SEQUENCE;
  else if (self->panel == NULL && hwp_snp_is_pseudoautosomal(self->options->build, chromosome, bp))
    why = HW_SNP_LEFT_PSEUDOAUTOSOMAL;
  if (why == HW_SNP_LEFT_COUNT && self->panel == NULL)
    return take_site(self, rest, chromosome, bp, alleles, second, err);
  if (why == HW_SNP_LEFT_COUNT) {
    const int32_t m = hw_panel_find_site(self->panel, self->options->build, chromosome, bp);
    if (m != HW_PANEL_NONE) return take_marker(self, rest, m, alleles, err);
    why = HW_SNP_LEFT_OFF_PANEL;
  }
  return hwp_snp_tally_add(&self->out->arena, &report->left[why], err, "%.60s", marker);
}

/* --- the whole file --- */

static hw_status finish_new(reader *self, hw_err *err) {
  const hw_beagle_options *options = self->options;
  const hw_panel_population population = {
      .name = options->population, .source = "", .n_persons = self->n_known};
  char *line = NULL;
  size_t n;
  uint64_t number;
  if (options->frequencies != NULL) HW_TRY(hwp_lines_next(&self->frequency_lines, &line, &n, err));
  if (line != NULL) {
    hw_err_set(err, HW_E_SHAPE, "more frequencies than sites, of which there are %llu",
               (unsigned long long)self->out->report.n_records);
    hw_err_place(err, self->frequency_lines.name, self->frequency_lines.line, 0);
    return HW_E_SHAPE;
  }
  const hw_status status = hwp_snp_maker_finish(
      &self->maker, options->build, options->panel_name != NULL ? options->panel_name : "",
      options->panel_source != NULL ? options->panel_source : "", &population, self->out, &number,
      err);
  if (status != HW_OK) hw_err_place(err, self->lines.name, number, 0);
  return status;
}

static hw_status read_all(reader *self, hw_err *err) {
  char *line;
  size_t n;
  self->out->report.build = self->options->build;
  if (self->panel != NULL &&
      (self->options->frequencies != NULL || self->options->population != NULL))
    return place(
        self,
        hw_err_set(err, HW_E_UNSUPPORTED,
                   "frequencies belong to a new panel; the panel that is given has its own"),
        err);
  if (self->options->frequencies != NULL && self->options->population == NULL)
    return place(
        self,
        hw_err_set(err, HW_E_UNSUPPORTED, "frequencies belong to a population, which has no name"),
        err);
  HW_TRY(hwp_lines_next(&self->lines, &line, &n, err));
  if (line == NULL) return place(self, hw_err_set(err, HW_E_SYNTAX, "the file is empty"), err);
  HW_TRY(read_names(self, line, err));
  HW_TRY(begin(self, err));
  for (;;) {
    HW_TRY(hwp_lines_next(&self->lines, &line, &n, err));
    if (line == NULL) break;
    if (line[strspn(line, " \t")] != '\0') HW_TRY(take_row(self, line, err));
  }
  HW_TRY(self->panel != NULL ? hwp_snp_file_count_absent(self->out, self->met, err)
                             : finish_new(self, err));
  return hwp_snp_file_finish(self->out, self->ids, self->profile_sexes, err);
}

/* What was opened with `status` is read and closed. */
static hw_status read_opened(reader *self, hw_status status, hw_err *err) {
  if (status == HW_OK) status = read_all(self, err);
  hwp_lines_clear(&self->lines);
  hwp_lines_clear(&self->frequency_lines);
  hwp_snp_maker_clear(&self->maker);
  free(self->costs);
  free(self->row);
  free(self->profiles);
  free(self->is_single);
  free(self->met);
  if (status != HW_OK) hw_snp_file_clear(self->out);
  return status;
}

hw_status hw_beagle_read(const char *path, const hw_panel *panel, const hw_beagle_options *options,
                         hw_snp_file *out, hw_err *err) {
  reader self = {.panel = panel, .options = options, .out = out};
  *out = (hw_snp_file){0};
  hw_status status = hwp_lines_open(&self.lines, path, err);
  if (status == HW_OK && options->frequencies != NULL)
    status = hwp_lines_open(&self.frequency_lines, options->frequencies, err);
  return read_opened(&self, status, err);
}

hw_status hw_beagle_parse(const char *bytes, size_t n_bytes, const char *name,
                          const hw_panel *panel, const hw_beagle_options *options, hw_snp_file *out,
                          hw_err *err) {
  reader self = {.panel = panel, .options = options, .out = out};
  *out = (hw_snp_file){0};
  hw_status status = hwp_lines_init(&self.lines, bytes, n_bytes, name, err);
  if (status == HW_OK && options->frequencies != NULL)
    status = hwp_lines_init(&self.frequency_lines, options->frequencies,
                            strlen(options->frequencies), "frequencies", err);
  return read_opened(&self, status, err);
}
