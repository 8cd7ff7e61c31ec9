/* SNP profiles from VCF and BCF files (formats/vcf.h).
 *
 * Likelihoods are taken as they stand in the file; where there are only calls,
 * the error of the platform makes likelihoods of them. What the file has and the
 * panel has not, or otherwise, is left out and told by reason, with names. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/import_snp.h"
#include "base/check.h"
#include "base/json_members.h"
#include "formats/vcf.h"

static const char *const FIELDS[HW_SNP_FIELD_COUNT] = {"PL", "GL", "GP", "GT", "likelihoods"};

typedef struct vcf_import {
  hwp_snp_import base;
  hwp_snp_samples samples;
  hw_snp_person *persons; /* as many as samples */
  hw_build build;
  hw_vcf_options options;
  hw_snp_file file;
  hw_str how;
} vcf_import;

/* --- choices --- */

static hw_status take_choices(vcf_import *self, hw_err *err) {
  static const char *const choices[] = {"best", "PL", "GL", "GP", "GT"};
  hw_import *import = self->base.import;
  const hw_import_snp *given = &import->options->snp;
  hw_vcf_options *out = &self->options;
  if (given->field != NULL) {
    size_t i = 0;
    while (i < sizeof choices / sizeof *choices && strcmp(choices[i], given->field) != 0) i++;
    if (i == sizeof choices / sizeof *choices)
      return hwp_import_refuse(import, "field", given->field, "best, PL, GL, GP or GT", err);
    out->choice = (hw_vcf_choice)i;
  }
  if (given->build != NULL) {
    self->build = strcmp(given->build, "grch37") == 0 ? HW_GRCH37 : HW_GRCH38;
    if (self->build == HW_GRCH38 && strcmp(given->build, "grch38") != 0)
      return hwp_import_refuse(import, "build", given->build, "grch37 or grch38", err);
    out->build = &self->build;
  }
  if (given->prior != NULL) {
    const bool is_flat = strcmp(given->prior, "flat") == 0;
    if (!is_flat && hw_panel_find_population(self->base.panel, given->prior) == HW_PANEL_NONE)
      return hwp_import_refuse(import, "prior", given->prior, "'flat' or a population of the panel",
                               err);
    out->prior = is_flat ? HW_VCF_PRIOR_FLAT : HW_VCF_PRIOR_HARDY_WEINBERG;
    if (!is_flat) out->prior_population = hw_panel_find_population(self->base.panel, given->prior);
  }
  if (given->has_error) out->error = &given->error;
  return HW_OK;
}

/* Sexes of those whom the table names: stated there, or stored. */
static hw_status list_persons(vcf_import *self, hw_err *err) {
  const int32_t n = self->samples.n;
  if (n == 0) return HW_OK;
  self->persons = hw_arena_alloc_array(&self->samples.arena, (size_t)n, sizeof *self->persons);
  if (self->persons == NULL) return HW_NO_MEMORY(err, "the samples");
  for (int32_t i = 0; i < n; i++) {
    hwp_owner owner;
    bool is_good = true;
    const hwp_snp_sample *sample = &self->samples.items[i];
    HW_TRY(hwp_snp_import_sample(&self->base, sample, sample->name, &owner, &is_good, err));
    const bool is_female =
        !owner.is_male && owner.stated_sex != NULL && strcmp(owner.stated_sex, "female") == 0;
    self->persons[i] = (hw_snp_person){sample->name, owner.is_male ? HW_MALE
                                                     : is_female   ? HW_FEMALE
                                                                   : HW_UNKNOWN_SEX};
  }
  self->options.n_persons = n;
  self->options.persons = self->persons;
  return hw_errors_status(&self->base.import->report->errors, err);
}

/* --- what was read --- */

static void tell_tally(hw_import *import, const hw_snp_tally *tally, const char *what) {
  char names[300] = "";
  size_t at = 0;
  if (tally->n == 0) return;
  for (int32_t i = 0; i < tally->n_named && at < sizeof names - 1; i++) {
    const int n =
        snprintf(names + at, sizeof names - at, "%s%.40s", i > 0 ? ", " : "", tally->named[i]);
    if (n > 0) at += (size_t)n;
  }
  hw_import_note(import, "%" PRIu64 " %s: %s%s", tally->n, what, names,
                 tally->n > (uint64_t)tally->n_named ? ", …" : "");
}

static void tell_count(hw_import *import, uint64_t n, const char *what) {
  if (n > 0) hw_import_note(import, "%" PRIu64 " %s", n, what);
}

static void tell(hw_import *import, const hw_snp_report *report, const hw_panel *panel) {
  char text[160];
  hw_import_note(import,
                 "%s: %" PRIu64 " records, %" PRIu64 " of them markers of the panel, which has "
                 "%" PRId32,
                 hw_build_name(report->build), report->n_records, report->n_matched,
                 panel->n_markers);
  tell_count(import, report->n_swapped, "markers with reference and alternate exchanged");
  tell_count(import, report->n_flipped, "markers with the alleles of the other strand");
  for (int i = 0; i < HW_SNP_LEFT_COUNT; i++) {
    snprintf(text, sizeof text, "records left out, %s", hw_snp_left_text((hw_snp_left)i));
    tell_tally(import, &report->left[i], text);
  }
  tell_tally(import, &report->absent, "markers of the panel are not in the file");
  tell_count(import, report->n_dropped, "genotypes with an allele that the panel lacks");
  tell_count(import, report->n_partial, "genotypes of which some values are missing");
  tell_count(import, report->n_ploidy, "genotypes with another number of copies than expected");
  tell_count(import, report->n_male_heterozygous, "heterozygous genotypes of males on X");
}

static hw_status write_how(vcf_import *self, hw_err *err) {
  hw_json_writer writer;
  const hw_snp_report *report = &self->file.report;
  hw_json_write_init_str(&writer, &self->how, 0);
  hw_json_write_begin_object(&writer);
  hw_json_add_text(&writer, "source", "vcf");
  hw_json_add_text(&writer, "build", report->build == HW_GRCH37 ? "grch37" : "grch38");
  hw_json_add_object(&writer, "fields");
  for (int i = 0; i < HW_SNP_FIELD_COUNT; i++) {
    if (report->n_values[i] == 0) continue;
    hw_json_add_int(&writer, FIELDS[i], (int64_t)report->n_values[i]);
  }
  hw_json_write_end_object(&writer);
  if (report->n_values[HW_SNP_GT] > 0) {
    const hw_snp_error *error = self->options.error;
    hw_json_add_double_short(&writer, "allele_error",
                             error != NULL ? error->allele : HW_VCF_ERROR_ALLELE);
    hw_json_add_double_short(&writer, "allele_dropout",
                             error != NULL ? error->dropout : HW_VCF_ERROR_DROPOUT);
    hw_json_add_bool(&writer, "by_quality", error == NULL);
  }
  if (self->base.import->options->snp.prior != NULL)
    hw_json_add_text(&writer, "prior", self->base.import->options->snp.prior);
  hw_json_write_end_object(&writer);
  return hw_json_write_finish_bare(&writer, err);
}

static hw_status put_profiles(vcf_import *self, hw_err *err) {
  for (int32_t i = 0; i < self->file.n_profiles; i++) {
    hwp_owner owner;
    bool is_good = true;
    const hw_snp_profile *profile = &self->file.profiles[i];
    const hwp_snp_found found = {.name = profile->id,
                                 .bytes = profile->bytes,
                                 .coverage = -1,
                                 .how = hw_str_text(&self->how)};
    HW_TRY(hwp_snp_import_sample(&self->base, hwp_snp_samples_find(&self->samples, profile->id),
                                 profile->id, &owner, &is_good, err));
    if (is_good) HW_TRY(hwp_snp_import_put(&self->base, &owner, &found, err));
    hw_import_progress(self->base.import, (uint64_t)i + 1, (uint64_t)self->file.n_profiles);
  }
  return HW_OK;
}

static hw_status run_file(vcf_import *self, hw_import *import, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  HW_TRY(hwp_snp_import_begin(&self->base, import, err));
  HW_TRY(take_choices(self, err));
  HW_TRY(hwp_snp_samples_read(import, &self->samples, err));
  HW_TRY(list_persons(self, err));
  const hw_status status =
      hw_vcf_read(import->path, self->base.panel, &self->options, &self->file, &mistake);
  HW_TRY(hwp_import_settle(import, status, &mistake, err));
  HW_TRY(hw_errors_status(&import->report->errors, err));
  import->report->n_rows = (int64_t)self->file.report.n_records;
  tell(import, &self->file.report, self->base.panel);
  if (self->samples.n == 0 &&
      self->base.panel->markers[self->base.panel->n_markers - 1].chromosome == HW_PANEL_X)
    hw_import_note(import,
                   "the sex of the samples is not known: on X they are read as if they could "
                   "have two alleles (say --samples TABLE with a column sex)");
  HW_TRY(write_how(self, err));
  return put_profiles(self, err);
}

static hw_status run(hw_import *import, hw_err *err) {
  vcf_import self = {0};
  const hw_status status = run_file(&self, import, err);
  hw_snp_file_clear(&self.file);
  hwp_snp_samples_clear(&self.samples);
  hwp_snp_import_end(&self.base);
  hw_str_clear(&self.how);
  return status;
}

/* What is compressed is asked for by its name. */
static bool is_mine(const char *bytes, size_t n) {
  static const char mark[] = "##fileformat=VCF";
  return n >= sizeof mark - 1 && memcmp(bytes, mark, sizeof mark - 1) == 0;
}

static const hw_kind_id kinds[] = {HW_KIND_SNP_PROFILE, HW_KIND_NONE};

const hw_importer hw_importer_vcf = {
    .format = "vcf",
    .brief = "SNP genotypes and their likelihoods: VCF, plain or compressed, and BCF",
    .is_mine = is_mine,
    .run = run,
    .kinds = kinds,
    .is_binary = true,
};
