/* SNP profiles from the reads of BAM, CRAM and SAM files (formats/bam.h, homeward/reads.h).
 *
 * One file is one sample. The model of its reads (damage, contamination, reference
 * bias, drop-in) is fitted to the sample itself under the frequencies of a
 * population of the panel; likelihoods follow from it, and the model with its
 * standard errors is kept in `how`. The sex that coverage of X shows is taken where
 * none is stated, as amelogenin's is. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/import_case.h"
#include "app/import_snp.h"
#include "app/reads_model.h"
#include "base/check.h"
#include "base/json_members.h"
#include "formats/bam.h"

typedef struct bam_import {
  hwp_snp_import base;
  hwp_snp_samples samples;
  hw_bam_options options;
  hw_reads_model start;
  int32_t population, source;
  hw_pileup *pileup;
  hw_bam_summary summary;
  hw_reads_fit fit;
  uint8_t *bytes;
  hw_str how;
} bam_import;

/* --- choices --- */

static hw_status take_populations(bam_import *self, hw_err *err) {
  hw_import *import = self->base.import;
  const hw_panel *panel = self->base.panel;
  const char *name = import->options->frequency.population;
  const char *contaminant = import->options->snp.contaminant;
  if (name == NULL && panel->n_populations == 1) name = panel->populations[0].name;
  if (name == NULL) {
    hw_err mistake = HW_ERR_INIT;
    (void)hw_err_set(
        &mistake, HW_E_REFERENCE,
        "the panel has %" PRId32
        " populations: say --population NAME, whose frequencies the reads are weighed by",
        panel->n_populations);
    HW_TRY(hw_import_mistake(import, &mistake, err));
    return hw_errors_status(&import->report->errors, err);
  }
  self->population = hw_panel_find_population(panel, name);
  if (self->population == HW_PANEL_NONE)
    return hwp_import_refuse(import, "population", name, "a population of the panel", err);
  self->source =
      contaminant != NULL ? hw_panel_find_population(panel, contaminant) : self->population;
  return self->source != HW_PANEL_NONE ? HW_OK
                                       : hwp_import_refuse(import, "contaminant", contaminant,
                                                           "a population of the panel", err);
}

static hw_status take_choices(bam_import *self, hw_err *err) {
  hw_import *import = self->base.import;
  const hw_import_snp *given = &import->options->snp;
  self->options = (hw_bam_options)HW_BAM_DEFAULTS;
  /* Negative = fitted. */
  self->start = (hw_reads_model){.damage = -1,
                                 .decay = -1,
                                 .damage_inside = -1,
                                 .contamination = -1,
                                 .reference_bias = -1,
                                 .drop_in = -1};
  self->options.reference = given->reference;
  if (given->library != NULL && !hw_reads_library_find(given->library, &self->start.library))
    return hwp_import_refuse(import, "library", given->library, "double, single or treated", err);
  if (given->build != NULL) {
    self->options.build = strcmp(given->build, "grch37") == 0 ? HW_GRCH37 : HW_GRCH38;
    if (self->options.build == HW_GRCH38 && strcmp(given->build, "grch38") != 0)
      return hwp_import_refuse(import, "build", given->build, "grch37 or grch38", err);
  }
  if (given->umi != NULL) {
    const bool is_tag = strcmp(given->umi, "tag") == 0;
    if (!is_tag && strcmp(given->umi, "name") != 0)
      return hwp_import_refuse(import, "umi", given->umi, "tag or name", err);
    self->options.copies = is_tag ? HW_BAM_COPIES_UMI_TAG : HW_BAM_COPIES_UMI_NAME;
  }
  return take_populations(self, err);
}

/* --- how the likelihoods came about --- */

static hw_status write_how(bam_import *self, hw_err *err) {
  hw_json_writer writer;
  const hw_panel *panel = self->base.panel;
  hw_json_write_init_str(&writer, &self->how, 0);
  hw_json_write_begin_object(&writer);
  hw_json_add_text(&writer, "source", "reads");
  hw_json_add_text(&writer, "build", self->summary.build == HW_GRCH37 ? "grch37" : "grch38");
  hw_json_add_text(&writer, "library", hw_reads_library_name(self->fit.model.library));
  hw_json_add_text(&writer, "population", panel->populations[self->population].name);
  hw_json_add_text(&writer, "contaminant", panel->populations[self->source].name);
  hw_json_write_key(&writer, "model");
  hw_reads_model_write(&writer, &self->fit);
  hw_json_add_int(&writer, "n_sites", self->fit.n_sites);
  hw_json_add_number_short(&writer, "on_x", self->fit.on_x);
  hw_json_add_number_short(&writer, "on_autosomes", self->fit.on_autosomes);
  hw_json_add_int(&writer, "n_reads", self->pileup->n_reads);
  hw_json_add_int(&writer, "n_duplicates", self->pileup->n_duplicates);
  hw_json_add_int(&writer, "n_low", self->pileup->n_low);
  hw_json_write_end_object(&writer);
  return hw_json_write_finish_bare(&writer, err);
}

static void tell(bam_import *self) {
  hw_import *import = self->base.import;
  const hw_reads_fit *fit = &self->fit;
  hw_import_note(import,
                 "%s: %" PRIu64 " reads over %" PRId32 " of %" PRId32
                 " markers, %.3g bases a site; %" PRIu64 " bases left out as copies, %" PRIu64
                 " for their quality",
                 hw_build_name(self->summary.build), (uint64_t)self->pileup->n_reads, fit->n_sites,
                 self->base.panel->n_markers, fit->coverage, (uint64_t)self->pileup->n_duplicates,
                 (uint64_t)self->pileup->n_low);
  hw_import_note(
      import,
      "fitted: damage %.3g at the last base, %.3g inside; contamination %.3g; reference "
      "bias %.3g; drop-in %.3g%s",
      fit->model.damage + fit->model.damage_inside, fit->model.damage_inside,
      fit->model.contamination, fit->model.reference_bias, fit->model.drop_in,
      fit->undetermined != 0 ? " (the reads do not tell all of these: show the profile)" : "");
  if (self->summary.n_unplaced > 0)
    hw_import_note(import,
                   "%" PRId32 " markers have no position in this build, or no sequence in "
                   "the file",
                   self->summary.n_unplaced);
  if (self->summary.n_long > 0)
    hw_import_note(import, "%" PRId32 " markers with alleles longer than one base were not read",
                   self->summary.n_long);
}

/* --- the file --- */

/* The sample's row of the table; a table of one row needs no name that fits. */
static hw_status find_sample(bam_import *self, const char *name, const hwp_snp_sample **out,
                             hw_err *err) {
  hw_import *import = self->base.import;
  *out = hwp_snp_samples_find(&self->samples, name);
  if (*out != NULL || self->samples.n == 0) return HW_OK;
  hw_err mistake = HW_ERR_INIT;
  (void)hw_err_set(&mistake, HW_E_REFERENCE,
                   "the sample \"%.80s\" of this file has no row in %.120s", name,
                   import->options->samples);
  HW_TRY(hw_import_mistake(import, &mistake, err));
  return hw_errors_status(&import->report->errors, err);
}

static hw_status compute(bam_import *self, hw_sex sex, hw_err *err) {
  const hw_panel *panel = self->base.panel;
  const size_t n = (size_t)panel->first_genotype[panel->n_markers];
  self->bytes = calloc(n > 0 ? n : 1, 1);
  if (self->bytes == NULL) return HW_NO_MEMORY(err, "a profile");
  return hw_reads_genotypes(panel, self->source, self->pileup, sex, &self->fit.model, self->bytes,
                            err);
}

static hw_status put_sample(bam_import *self, hw_err *err) {
  hw_import *import = self->base.import;
  hwp_owner owner;
  bool is_good = true;
  const hwp_snp_sample *sample = NULL;
  const char *name = self->summary.sample;
  if (name[0] == '\0') name = hw_case_stem(import, &self->samples.arena);
  if (name == NULL) return HW_NO_MEMORY(err, "a name");
  HW_TRY(find_sample(self, name, &sample, err));
  HW_TRY(hwp_snp_import_sample(&self->base, sample, name, &owner, &is_good, err));
  if (!is_good) return HW_OK;
  const bool is_female = owner.stated_sex != NULL && strcmp(owner.stated_sex, "female") == 0;
  const hw_sex sex = owner.is_male ? HW_MALE : is_female ? HW_FEMALE : self->fit.sex;
  HW_TRY(compute(self, sex, err));
  HW_TRY(write_how(self, err));
  const hwp_snp_found found = {.name = name,
                               .bytes = self->bytes,
                               .coverage = self->fit.coverage,
                               .how = hw_str_text(&self->how),
                               .seen_sex = self->fit.sex == HW_MALE     ? "male"
                                           : self->fit.sex == HW_FEMALE ? "female"
                                                                        : NULL};
  return hwp_snp_import_put(&self->base, &owner, &found, err);
}

static hw_status run_file(bam_import *self, hw_import *import, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  HW_TRY(hwp_snp_import_begin(&self->base, import, err));
  HW_TRY(take_choices(self, err));
  HW_TRY(hwp_snp_samples_read(import, &self->samples, err));
  hw_status status = hw_bam_read(import->path, self->base.panel, &self->options, &self->pileup,
                                 &self->summary, &mistake);
  if (status == HW_OK)
    status = hw_reads_fit_model(self->base.panel, self->population, self->source, self->pileup,
                                &self->start, &self->fit, &mistake);
  HW_TRY(hwp_import_settle(import, status, &mistake, err));
  HW_TRY(hw_errors_status(&import->report->errors, err));
  import->report->n_rows = self->pileup->n_reads;
  tell(self);
  return put_sample(self, err);
}

static hw_status run(hw_import *import, hw_err *err) {
  bam_import self = {0};
  const hw_status status = run_file(&self, import, err);
  hw_pileup_delete(self.pileup);
  free(self.bytes);
  hwp_snp_samples_clear(&self.samples);
  hwp_snp_import_end(&self.base);
  hw_str_clear(&self.how);
  return status;
}

/* What is compressed is asked for by its name. */
static bool is_mine(const char *bytes, size_t n) {
  return (n >= 4 && memcmp(bytes, "CRAM", 4) == 0) || (n >= 7 && memcmp(bytes, "@HD\tVN:", 7) == 0);
}

static const hw_kind_id kinds[] = {HW_KIND_SNP_PROFILE, HW_KIND_NONE};

const hw_importer hw_importer_bam = {
    .format = "bam",
    .brief = "reads of one sample over a panel's sites: BAM, CRAM or SAM",
    .is_mine = is_mine,
    .run = run,
    .kinds = kinds,
    .is_binary = true,
};
