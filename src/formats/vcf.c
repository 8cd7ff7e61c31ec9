/* Genotypes of VCF and BCF files at the markers of a panel, or of a panel that is made of the file.
 *
 * A file is read once, record by record, and nothing of it stays but the profiles. Of each record the
 * place is looked at first; those that are not on the panel go no further.
 *
 *   vcf_file.c     records, by htslib              snp_site.c   chromosomes, builds, alleles
 *   vcf_people.c   whose genotypes                 snp_make.c   a panel made of the file
 *   vcf_values.c   from fields to bytes            snp_file.c   what comes out
 *
 * The order of records does not matter. A marker that stands twice does: two records of one position
 * were cut from one site with several alleles, or two files were joined, and each of them alone says
 * something wrong; so it is an error that names both. */
#include "formats/vcf.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/snp_make.h"
#include "formats/snp_site.h"
#include "formats/vcf_file.h"
#include "formats/vcf_people.h"
#include "formats/vcf_values.h"

enum { THREE = 3 };

typedef struct reader {
  hwp_vcf_file *file;
  const char *name; /* of the file */
  const hw_panel *panel;
  const hw_vcf_options *options;
  hw_snp_file *out;
  hwp_vcf_people people;
  const double *prior_frequencies; /* of the panel's population; NULL = none */
  /* with a panel */
  uint64_t *met;    /* per marker: line or record; 0 = not met */
  uint8_t *scratch; /* of one sample */
  /* without */
  hwp_snp_maker maker;
  uint8_t *row;     /* of all samples that are read */
  bool *is_single;  /* per sample of the row */
  uint8_t *members; /* of one population */
  bool *members_single;
  uint8_t *profiles;
  double *frequencies; /* per population */
  int32_t *n_known;    /* per population: the most persons of whom something was known */
  double weights[HWP_SNP_BYTES];
  /* the last sequence that was met, whose name mostly comes again */
  char contig[64];
  int32_t chromosome;
} reader;

static hw_status place(const reader *self, uint64_t number, hw_status status, hw_err *err) {
  hwp_vcf_file_place(self->file, number, err);
  return status;
}

/* --- the build --- */

/* What the lengths of the chromosomes say. */
static hw_status build_of_lengths(const reader *self, const hwp_vcf_header *header, hw_build *build,
                                  hw_err *err) {
  const hwp_vcf_contig *of[HW_BUILD_COUNT] = {NULL, NULL}, *other = NULL;
  for (int32_t i = 0; i < header->n_contigs; i++) {
    const hwp_vcf_contig *contig = &header->contigs[i];
    const int32_t chromosome = hwp_snp_chromosome(contig->name);
    if (chromosome == 0 || contig->length <= 0) continue;
    hw_build b = HW_GRCH37;
    while (b < HW_BUILD_COUNT && hwp_snp_length(b, chromosome) != contig->length) b++;
    if (b < HW_BUILD_COUNT)
      of[b] = contig;
    else
      other = contig;
  }
  *build = of[HW_GRCH37] != NULL ? HW_GRCH37 : of[HW_GRCH38] != NULL ? HW_GRCH38 : HW_BUILD_COUNT;
  if (of[HW_GRCH37] != NULL && of[HW_GRCH38] != NULL)
    hw_err_set(err, HW_E_CONFLICT,
               "the header's lengths contradict each other: sequence %.60s is GRCh37's and %.60s "
               "GRCh38's",
               of[HW_GRCH37]->name, of[HW_GRCH38]->name);
  else if (other != NULL)
    hw_err_set(
        err, HW_E_UNSUPPORTED,
        "the header gives sequence %.60s %lld bases, which is neither GRCh37 (%d) nor GRCh38 "
        "(%d); lift the file over to one of them",
        other->name, (long long)other->length,
        (int)hwp_snp_length(HW_GRCH37, hwp_snp_chromosome(other->name)),
        (int)hwp_snp_length(HW_GRCH38, hwp_snp_chromosome(other->name)));
  else
    return HW_OK;
  hwp_vcf_file_place(self->file, 0, err);
  return other != NULL && (of[HW_GRCH37] == NULL || of[HW_GRCH38] == NULL) ? HW_E_UNSUPPORTED
                                                                           : HW_E_CONFLICT;
}

/* What the names say: ##reference, and assembly= of the sequences. */
static hw_build build_of_names(const hwp_vcf_header *header) {
  hw_build build = hwp_snp_build_of(header->reference);
  for (int32_t i = 0; i < header->n_contigs && build == HW_BUILD_COUNT; i++)
    build = hwp_snp_build_of(header->contigs[i].assembly);
  return build;
}

static hw_status find_build(reader *self, hw_err *err) {
  const hwp_vcf_header *header = hwp_vcf_file_header(self->file);
  hw_build by_length, by_name = build_of_names(header);
  HW_TRY(build_of_lengths(self, header, &by_length, err));
  if (by_length != HW_BUILD_COUNT && by_name != HW_BUILD_COUNT && by_length != by_name) {
    hw_err_set(err, HW_E_CONFLICT, "the header names %s, but its sequences have the lengths of %s",
               hw_build_name(by_name), hw_build_name(by_length));
    return place(self, 0, HW_E_CONFLICT, err);
  }
  const hw_build told = by_length != HW_BUILD_COUNT ? by_length : by_name;
  const hw_build *asked = self->options->build;
  if (asked != NULL && told != HW_BUILD_COUNT && told != *asked) {
    hw_err_set(err, HW_E_CONFLICT, "the header says %s, but %s was asked for", hw_build_name(told),
               hw_build_name(*asked));
    return place(self, 0, HW_E_CONFLICT, err);
  }
  if (asked == NULL && told == HW_BUILD_COUNT) {
    hw_err_set(err, HW_E_UNSUPPORTED,
               "the header does not tell the build of the genome (no lengths of ##contig, no "
               "##reference that names it): say GRCh37 or GRCh38");
    return place(self, 0, HW_E_UNSUPPORTED, err);
  }
  self->out->report.build = asked != NULL ? *asked : told;
  return HW_OK;
}

/* --- beginning --- */

static hw_status begin_panel(reader *self, hw_err *err) {
  const hw_panel *panel = self->panel;
  if (self->people.n_profiles == 0) {
    hw_err_set(err, HW_E_SHAPE, "the file has no samples, sites only");
    return place(self, 0, HW_E_SHAPE, err);
  }
  if (self->options->prior == HW_VCF_PRIOR_HARDY_WEINBERG) {
    const int32_t p = self->options->prior_population;
    if (p < 0 || p >= panel->n_populations)
      return hw_err_set(err, HW_E_REFERENCE, "the prior's population is none of the panel's");
    self->prior_frequencies = panel->populations[p].frequencies;
  }
  self->out->n_profiles = self->people.n_profiles;
  self->met = calloc((size_t)panel->n_markers + 1, sizeof *self->met);
  self->scratch = malloc(HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2);
  if (self->met == NULL || self->scratch == NULL) return HW_NO_MEMORY(err, "a panel");
  return hwp_snp_file_make_room(self->out, panel, err);
}

static hw_status check_tags(const reader *self, hw_err *err) {
  for (int32_t p = 0; p < self->options->n_populations; p++) {
    const char *tag = self->options->populations[p].info_tag;
    if (tag == NULL || hwp_vcf_file_has_info(self->file, tag)) continue;
    hw_err_set(err, HW_E_REFERENCE,
               "population \"%.100s\": the header describes no INFO field \"%.100s\"",
               self->options->populations[p].name, tag);
    return place(self, 0, HW_E_REFERENCE, err);
  }
  return HW_OK;
}

static hw_status begin_new(reader *self, hw_err *err) {
  const size_t n = (size_t)self->people.n + 1, n_populations = (size_t)self->options->n_populations;
  size_t most = 1;
  HW_TRY(check_tags(self, err));
  if (self->options->prior == HW_VCF_PRIOR_HARDY_WEINBERG)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "posteriors with a Hardy-Weinberg prior need the frequencies of a panel");
  if (self->people.n_profiles == 0 && n_populations == 0) {
    hw_err_set(err, HW_E_SHAPE,
               "the file has no samples, sites only, and no frequencies are asked "
               "for");
    return place(self, 0, HW_E_SHAPE, err);
  }
  for (size_t p = 0; p < n_populations; p++)
    if ((size_t)self->people.n_members[p] > most) most = (size_t)self->people.n_members[p];
  self->maker = (hwp_snp_maker){.n_profiles = self->people.n_profiles,
                                .n_populations = self->options->n_populations,
                                .unit = hwp_vcf_file_unit(self->file),
                                .arena = &self->out->arena};
  self->row = malloc(THREE * n);
  self->is_single = calloc(n, sizeof *self->is_single);
  self->members = malloc(THREE * most);
  self->members_single = malloc(most * sizeof *self->members_single);
  self->profiles = malloc(THREE * ((size_t)self->people.n_profiles + 1));
  self->frequencies = calloc(n_populations + 1, sizeof *self->frequencies);
  self->n_known = calloc(n_populations + 1, sizeof *self->n_known);
  if (self->row == NULL || self->is_single == NULL || self->members == NULL ||
      self->members_single == NULL || self->profiles == NULL || self->frequencies == NULL ||
      self->n_known == NULL)
    return HW_NO_MEMORY(err, "a record");
  hwp_snp_weights(self->weights);
  return HW_OK;
}

/* --- records --- */

/* Chromosome of a sequence's name; the same name comes again thousands of times. */
static int32_t chromosome_of(reader *self, const char *contig) {
  if (strcmp(self->contig, contig) == 0) return self->chromosome;
  self->chromosome = hwp_snp_chromosome(contig);
  if (strlen(contig) < sizeof self->contig) memcpy(self->contig, contig, strlen(contig) + 1);
  return self->chromosome;
}

static hw_status leave(reader *self, const hwp_vcf_record *record, const char *marker,
                       hw_snp_left reason, hw_err *err) {
  hw_snp_tally *tally = &self->out->report.left[reason];
  if (marker == NULL)
    return hwp_snp_tally_add(&self->out->arena, tally, err, "%.60s:%lld", record->contig,
                             (long long)record->bp);
  return hwp_snp_tally_add(&self->out->arena, tally, err, "%.60s (%.20s%s%.20s)", marker,
                           record->alleles[0], record->n_alleles > 1 ? ">" : "",
                           record->n_alleles > 1 ? record->alleles[1] : "");
}

static hwp_vcf_site site_of(reader *self, const hwp_vcf_record *record, const hwp_snp_match *match,
                            int32_t chromosome) {
  return (hwp_vcf_site){.file = self->file,
                        .record = record,
                        .match = match,
                        .options = self->options,
                        .is_x = chromosome == HW_PANEL_X,
                        .names = self->people.names,
                        .report = &self->out->report};
}

static hw_status check_twice(reader *self, const hwp_vcf_record *record, int32_t m, hw_err *err) {
  if (self->met[m] == 0) return HW_OK;
  hw_err_set(err, HW_E_DUPLICATE,
             "marker \"%.100s\" stands twice, in %s %llu and %llu; join them into one record "
             "(bcftools norm -m +any), or leave one out",
             self->panel->markers[m].name, hwp_vcf_file_unit(self->file),
             (unsigned long long)self->met[m], (unsigned long long)record->number);
  return place(self, record->number, HW_E_DUPLICATE, err);
}

/* A record at the position of a marker. */
static hw_status take_marker(reader *self, const hwp_vcf_record *record, int32_t m, hw_err *err) {
  const hw_panel_marker *marker = &self->panel->markers[m];
  const int32_t first = self->panel->first_genotype[m];
  const int32_t n = self->panel->first_genotype[m + 1] - first;
  hw_snp_report *report = &self->out->report;
  hwp_snp_match match;
  bool has_field, is_single;
  HW_TRY(hwp_vcf_file_unpack(self->file, err));
  hw_snp_left why = HW_SNP_LEFT_NOT_SNP;
  if (record->n_alleles <= HWP_SNP_MAX_ALLELES)
    why = hwp_snp_match_alleles(marker, record->n_alleles, record->alleles, true, &match);
  if (why != HW_SNP_LEFT_COUNT) return leave(self, record, marker->name, why, err);
  hwp_vcf_site site = site_of(self, record, &match, marker->chromosome);
  if (self->prior_frequencies != NULL)
    site.frequencies = self->prior_frequencies + self->panel->first_allele[m];
  HW_TRY(hwp_vcf_site_begin(&site, &has_field, err));
  if (!has_field) return leave(self, record, marker->name, HW_SNP_LEFT_NO_FIELD, err);
  HW_TRY(check_twice(self, record, m, err));
  self->met[m] = record->number;
  report->n_matched++;
  report->n_swapped += match.is_swapped;
  report->n_flipped += match.is_flipped;
  const size_t n_bytes = (size_t)self->panel->first_genotype[self->panel->n_markers];
  for (int32_t i = 0; i < self->people.n_profiles; i++) {
    const int32_t at = self->people.of_profile[i];
    HW_TRY(hwp_vcf_site_get(&site, at, self->people.sexes[at], self->scratch, &is_single, err));
    memcpy(self->out->bytes + (size_t)i * n_bytes + first, self->scratch, (size_t)n);
  }
  return HW_OK;
}

/* Files have frequencies in single precision; the decimal number that was written is the shortest
 * one that gives the same. */
static double shortest_decimal(double value) {
  double scale = 1;
  for (int digits = 0; digits < 12; digits++, scale *= 10) {
    const double rounded = floor(value * scale + 0.5) / scale;
    if ((float)rounded == (float)value) return rounded;
  }
  return value;
}

/* The frequency of the alternate allele that the file states. */
static hw_status stated_frequency(const reader *self, const hwp_vcf_record *record, const char *tag,
                                  int32_t alternate, double *out, hw_err *err) {
  double values[HWP_SNP_MAX_ALLELES];
  hw_status status = HW_OK;
  const int32_t n = hwp_vcf_file_info(self->file, tag, HWP_SNP_MAX_ALLELES, values);
  const int32_t at = n == record->n_alleles ? alternate : alternate - 1;
  *out = (double)NAN;
  if (n == 0 || (n == 1 && isnan(values[0]))) return HW_OK;
  if (n != record->n_alleles && n != record->n_alleles - 1)
    status =
        hw_err_set(err, HW_E_SHAPE, "%d values; expected one for each alternate allele", (int)n);
  else if (!(values[at] >= 0 && values[at] <= 1))
    status = hw_err_set(err, HW_E_VALUE, "the frequency %g; expected 0 to 1", values[at]);
  if (status == HW_OK) {
    *out = shortest_decimal(values[at]);
    return HW_OK;
  }
  hw_err_field(err, "INFO %.100s", tag);
  return place(self, record->number, status, err);
}

static hw_status find_frequencies(reader *self, const hwp_vcf_record *record, int32_t alternate,
                                  hw_err *err) {
  for (int32_t p = 0; p < self->options->n_populations; p++) {
    const char *tag = self->options->populations[p].info_tag;
    double second;
    if (tag != NULL) {
      HW_TRY(stated_frequency(self, record, tag, alternate, &second, err));
    } else {
      int32_t n_known;
      for (int32_t i = 0; i < self->people.n_members[p]; i++) {
        const int32_t at = self->people.members[p][i];
        memcpy(self->members + (size_t)i * THREE, self->row + (size_t)at * THREE, THREE);
        self->members_single[i] = self->is_single[at];
      }
      second = hwp_snp_frequency(self->weights, self->people.n_members[p], self->members,
                                 self->members_single, &n_known);
      if (n_known > self->n_known[p]) self->n_known[p] = n_known;
    }
    self->frequencies[p] = 1 - second;
  }
  return HW_OK;
}

/* A record that may become a marker. */
static hw_status take_site(reader *self, const hwp_vcf_record *record, int32_t chromosome,
                           hw_err *err) {
  hwp_snp_match match;
  bool has_field = true;
  char name[90];
  const hw_build build = self->out->report.build;
  if (record->bp < 1 || record->bp > hwp_snp_length(build, chromosome)) {
    hw_err_set(err, HW_E_VALUE, "POS %lld lies outside the chromosome, which has %d bases in %s",
               (long long)record->bp, (int)hwp_snp_length(build, chromosome), hw_build_name(build));
    return place(self, record->number, HW_E_VALUE, err);
  }
  const int32_t bp = (int32_t)record->bp;
  if (hwp_snp_is_pseudoautosomal(build, chromosome, bp))
    return leave(self, record, NULL, HW_SNP_LEFT_PSEUDOAUTOSOMAL, err);
  HW_TRY(hwp_vcf_file_unpack(self->file, err));
  hw_snp_left why = HW_SNP_LEFT_NOT_SNP;
  if (record->n_alleles <= HWP_SNP_MAX_ALLELES)
    why = hwp_snp_match_new(record->n_alleles, record->alleles, &match);
  snprintf(name, sizeof name, "%.60s:%d", record->contig, (int)bp);
  if (why != HW_SNP_LEFT_COUNT) return leave(self, record, name, why, err);
  hwp_vcf_site site = site_of(self, record, &match, chromosome);
  if (self->people.n > 0) HW_TRY(hwp_vcf_site_begin(&site, &has_field, err));
  if (!has_field) return leave(self, record, name, HW_SNP_LEFT_NO_FIELD, err);
  for (int32_t i = 0; i < self->people.n; i++) {
    HW_TRY(hwp_vcf_site_get(&site, i, self->people.sexes[i], self->row + (size_t)i * THREE,
                            &self->is_single[i], err));
    self->is_single[i] = self->is_single[i] || (site.is_x && self->people.sexes[i] == HW_MALE);
  }
  for (int32_t i = 0; i < self->people.n_profiles; i++)
    memcpy(self->profiles + (size_t)i * THREE,
           self->row + (size_t)self->people.of_profile[i] * THREE, THREE);
  HW_TRY(find_frequencies(self, record, match.of_marker[1], err));
  self->out->report.n_matched++;
  const hwp_snp_site added = {
      chromosome,
      bp,
      record->number,
      {hwp_snp_base(record->alleles[0]), hwp_snp_base(record->alleles[match.of_marker[1]])},
      record->id};
  return hwp_snp_maker_add(&self->maker, &added, self->profiles, self->frequencies, err);
}

static hw_status take_record(reader *self, const hwp_vcf_record *record, hw_err *err) {
  const int32_t chromosome = chromosome_of(self, record->contig);
  self->out->report.n_records++;
  if (chromosome == 0) return leave(self, record, NULL, HW_SNP_LEFT_SEQUENCE, err);
  if (self->panel == NULL) return take_site(self, record, chromosome, err);
  const int32_t m = record->bp < 1 || record->bp > INT32_MAX
                        ? HW_PANEL_NONE
                        : hw_panel_find_site(self->panel, self->out->report.build, chromosome,
                                             (int32_t)record->bp);
  if (m == HW_PANEL_NONE) return leave(self, record, NULL, HW_SNP_LEFT_OFF_PANEL, err);
  return take_marker(self, record, m, err);
}

/* --- the whole file --- */

static hw_status finish_new(reader *self, hw_err *err) {
  const hw_vcf_options *options = self->options;
  hw_panel_population *populations =
      hw_arena_alloc_array(&self->out->arena, (size_t)options->n_populations, sizeof *populations);
  uint64_t number;
  if (populations == NULL) return HW_NO_MEMORY(err, "populations");
  for (int32_t p = 0; p < options->n_populations; p++) {
    populations[p].name = options->populations[p].name;
    populations[p].source =
        options->populations[p].source != NULL ? options->populations[p].source : "";
    populations[p].n_persons = self->n_known[p];
  }
  const hw_status status = hwp_snp_maker_finish(
      &self->maker, self->out->report.build, options->panel_name != NULL ? options->panel_name : "",
      options->panel_source != NULL ? options->panel_source : "", populations, self->out, &number,
      err);
  return status == HW_OK ? HW_OK : place(self, number, status, err);
}

static hw_status read_all(reader *self, hw_err *err) {
  const hwp_vcf_record *record;
  HW_TRY(find_build(self, err));
  const hw_status found =
      hwp_vcf_people_find(&self->people, hwp_vcf_file_header(self->file), self->options,
                          self->panel != NULL, &self->out->arena, err);
  if (found != HW_OK) return place(self, 0, found, err);
  HW_TRY(self->panel != NULL ? begin_panel(self, err) : begin_new(self, err));
  HW_TRY(hwp_vcf_file_choose(self->file, self->people.n, self->people.samples, err));
  for (;;) {
    HW_TRY(hwp_vcf_file_next(self->file, &record, err));
    if (record == NULL) break;
    HW_TRY(take_record(self, record, err));
  }
  HW_TRY(self->panel != NULL ? hwp_snp_file_count_absent(self->out, self->met, err)
                             : finish_new(self, err));
  return hwp_snp_file_finish(self->out, self->people.ids, self->people.profile_sexes, err);
}

static hw_status read_file(hwp_vcf_file *take_file, const char *name, const hw_panel *panel,
                           const hw_vcf_options *options, hw_snp_file *out, hw_err *err) {
  static const hw_vcf_options none = {0};
  reader self = {.file = take_file,
                 .name = name,
                 .panel = panel,
                 .options = options != NULL ? options : &none,
                 .out = out};
  const hw_status status = read_all(&self, err);
  hwp_snp_maker_clear(&self.maker);
  free(self.met);
  free(self.scratch);
  free(self.row);
  free(self.is_single);
  free(self.members);
  free(self.members_single);
  free(self.profiles);
  free(self.frequencies);
  free(self.n_known);
  hwp_vcf_file_close(take_file);
  if (status != HW_OK) hw_snp_file_clear(out);
  return status;
}

hw_status hw_vcf_read(const char *path, const hw_panel *panel, const hw_vcf_options *options,
                      hw_snp_file *out, hw_err *err) {
  hwp_vcf_file *file = NULL;
  *out = (hw_snp_file){0};
  HW_TRY(hwp_vcf_file_open(path, &file, err));
  return read_file(file, path, panel, options, out, err);
}

hw_status hw_vcf_parse(const char *bytes, size_t n_bytes, const char *name, const hw_panel *panel,
                       const hw_vcf_options *options, hw_snp_file *out, hw_err *err) {
  hwp_vcf_file *file = NULL;
  *out = (hw_snp_file){0};
  HW_TRY(hwp_vcf_file_parse(bytes, n_bytes, name, &file, err));
  return read_file(file, name, panel, options, out, err);
}
