/* One file of SNP genotypes: which format it is, and the options of its reader.
 *
 * Reads are told by the name of the file (.bam, .cram, .sam), as their beginning is compressed;
 * likelihoods for BEAGLE by their first word; all else is given to the reader of VCF, which says
 * what is wrong with it.
 *
 * Of reads the model (damage, contamination, bias, drop-in) is fitted to the sample itself, which
 * needs a panel with frequencies. */
#include "cli/snp_kinds.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/reads_model.h"
#include "base/check.h"
#include "formats/bam.h"
#include "formats/beagle.h"
#include "formats/lines.h"
#include "formats/vcf.h"

/* Of called genotypes where one of the two errors is told and the other is not. */
static const double DEFAULT_CALL_ERROR = 0.001;

static bool has_extension(const char *path, const char *extension) {
  const size_t n = strlen(path), m = strlen(extension);
  return n > m && strcasecmp(path + n - m, extension) == 0;
}

static bool is_of_reads(const char *path) {
  return has_extension(path, ".bam") || has_extension(path, ".cram") || has_extension(path, ".sam");
}

/* The first word of a text is that of BEAGLE's likelihoods. */
static hw_status is_of_beagle(const char *path, bool *out, hw_err *err) {
  static const char word[] = "marker";
  hwp_lines lines = {0};
  char *line = NULL;
  size_t n;
  hw_err ignored = HW_ERR_INIT;
  *out = false;
  if (strcmp(path, "-") == 0) return HW_OK; /* can be read once */
  const hw_status status = hwp_lines_open(&lines, path, err);
  if (status == HW_OK && hwp_lines_next(&lines, &line, &n, &ignored) == HW_OK && line != NULL)
    *out = strncmp(line, word, sizeof word - 1) == 0 &&
           (line[sizeof word - 1] == '\t' || line[sizeof word - 1] == ' ');
  hwp_lines_clear(&lines);
  return status;
}

static hw_status need_frequencies(const char *path, hw_err *err) {
  hw_err_set(err, HW_E_USAGE,
             "whose allele frequencies? give a panel (--panel FILE --population NAME), or say "
             "--frequencies: an INFO field of a VCF file as AF, estimate (of all samples), "
             "estimate=LIST (of the unrelated people of one population)");
  hw_err_place(err, path, 0, 0);
  return HW_E_USAGE;
}

/* --- the formats --- */

static hw_status read_vcf(const char *path, const cli_snp_reading *reading, cli_snp_source *out,
                          hw_err *err) {
  const cli_snp_files_settings *settings = reading->settings;
  const bool has_error =
      settings->error >= 0 || settings->allele_error >= 0 || settings->allele_dropout >= 0;
  const double both = settings->error >= 0 ? settings->error : DEFAULT_CALL_ERROR;
  const hw_snp_error error = {settings->allele_error >= 0 ? settings->allele_error : both,
                              settings->allele_dropout >= 0 ? settings->allele_dropout : both};
  const hw_vcf_population stated = {.name = settings->frequencies,
                                    .source = "INFO of the file",
                                    .info_tag = settings->frequencies};
  hw_vcf_options options = {.build = reading->build};
  if (has_error) options.error = &error;
  if (reading->panel == NULL && reading->frequencies == CLI_SNP_STATED) {
    options.n_populations = 1;
    options.populations = &stated;
  }
  hw_status status = hw_vcf_read(path, reading->panel, &options, &out->file, err);
  if (status == HW_E_UNSUPPORTED && reading->build == NULL)
    hw_err_while(err, "reading the header (--build 37 or --build 38)");
  HW_TRY(status);
  const uint64_t *values = out->file.report.n_values;
  out->is_called = values[HW_SNP_GT] > values[HW_SNP_PL] + values[HW_SNP_GL] + values[HW_SNP_GP];
  out->build = out->file.report.build;
  return HW_OK;
}

static hw_status read_beagle(const char *path, const cli_snp_reading *reading, cli_snp_source *out,
                             hw_err *err) {
  if (reading->build == NULL) {
    hw_err_set(err, HW_E_USAGE,
               "the file does not tell the build of its positions: say --build 37 or --build 38");
    hw_err_place(err, path, 0, 0);
    return HW_E_USAGE;
  }
  hw_beagle_options options = {.build = *reading->build};
  if (reading->panel == NULL && reading->frequencies == CLI_SNP_STATED) {
    options.population = "stated";
    options.frequencies = reading->settings->frequencies;
  }
  out->build = options.build;
  return hw_beagle_read(path, reading->panel, &options, &out->file, err);
}

/* The name of a file without folders and extension. */
static char *stem_of(const char *path, hw_arena *arena) {
  const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
  const char *dot = strrchr(name, '.');
  return hw_arena_strndup(arena, name, dot != NULL ? (size_t)(dot - name) : strlen(name));
}

/* Profiles under the models around the fit, one behind the other. */
static hw_status weigh_grid(const cli_snp_reading *reading, const hw_pileup *pileup,
                            cli_snp_source *out, hw_err *err) {
  cli_snp_reads *reads = out->reads;
  const size_t n = (size_t)reading->panel->first_genotype[reading->panel->n_markers];
  reads->n_models = hw_reads_grid(&reads->fit, reads->models);
  out->grid_bytes = calloc((size_t)reads->n_models, n + 1);
  if (out->grid_bytes == NULL) return HW_NO_MEMORY(err, "the models of reads");
  for (int32_t k = 0; k < reads->n_models; k++)
    HW_TRY(hw_reads_genotypes(reading->panel, reading->population, pileup, reads->fit.sex,
                              &reads->models[k], out->grid_bytes + (size_t)k * n, err));
  return HW_OK;
}

static hw_status weigh_reads(const cli_snp_reading *reading, const hw_pileup *pileup,
                             const hw_bam_summary *summary, cli_snp_source *out, hw_err *err) {
  const hw_panel *panel = reading->panel;
  const size_t n = (size_t)panel->first_genotype[panel->n_markers];
  hw_reads_model start = {HW_LIBRARY_DOUBLE_STRANDED, -1, -1, -1, -1, -1, -1};
  const char *library = reading->settings->library;
  if (library != NULL && !hw_reads_library_find(library, &start.library))
    return hw_err_set(err, HW_E_USAGE, "--library: '%.40s' is not double, single or treated",
                      library);
  out->reads = calloc(1, sizeof *out->reads);
  if (out->reads == NULL) return HW_NO_MEMORY(err, "a profile");
  hw_reads_fit *fit = &out->reads->fit;
  HW_TRY(hw_reads_fit_model(panel, reading->population, reading->population, pileup, &start, fit,
                            err));
  out->file.bytes = calloc(n + 1, 1);
  char *id = summary->sample[0] != '\0' ? hw_arena_strdup(&out->file.arena, summary->sample)
                                        : stem_of(out->path, &out->file.arena);
  if (out->file.bytes == NULL || id == NULL) return HW_NO_MEMORY(err, "a profile");
  HW_TRY(hw_reads_genotypes(panel, reading->population, pileup, fit->sex, &fit->model,
                            out->file.bytes, err));
  out->profile = (hw_snp_profile){id, fit->sex, out->file.bytes};
  out->build = summary->build;
  return reading->settings->with_grid ? weigh_grid(reading, pileup, out, err) : HW_OK;
}

static hw_status choose_copies(const char *umi, hw_bam_options *options, hw_err *err) {
  if (umi == NULL) return HW_OK;
  const bool is_tag = strcmp(umi, "tag") == 0;
  if (!is_tag && strcmp(umi, "name") != 0)
    return hw_err_set(err, HW_E_USAGE, "--umi: '%.40s' is not tag or name", umi);
  options->copies = is_tag ? HW_BAM_COPIES_UMI_TAG : HW_BAM_COPIES_UMI_NAME;
  return HW_OK;
}

static hw_status read_reads(const char *path, const cli_snp_reading *reading, cli_snp_source *out,
                            hw_err *err) {
  hw_bam_options options = HW_BAM_DEFAULTS;
  hw_bam_summary summary;
  hw_pileup *pileup = NULL;
  if (reading->panel == NULL || reading->population == HW_PANEL_NONE) {
    hw_err_set(err, HW_E_USAGE,
               "reads are weighed at the markers of a panel: say --panel FILE --population NAME");
    hw_err_place(err, path, 0, 0);
    return HW_E_USAGE;
  }
  if (reading->build != NULL) options.build = *reading->build;
  options.reference = reading->settings->genome;
  HW_TRY(choose_copies(reading->settings->umi, &options, err));
  hw_status status = hw_bam_read(path, reading->panel, &options, &pileup, &summary, err);
  if (status == HW_OK) {
    status = weigh_reads(reading, pileup, &summary, out, err);
    if (status != HW_OK && status != HW_E_USAGE) hw_err_place(err, path, 0, 0);
  }
  hw_pileup_delete(pileup);
  return status;
}

hw_status cli_snp_source_read(const char *path, const cli_snp_reading *reading, cli_snp_source *out,
                              hw_err *err) {
  bool is_beagle;
  *out = (cli_snp_source){.path = path};
  if (is_of_reads(path)) {
    HW_TRY(read_reads(path, reading, out, err));
    out->n = 1;
    out->profiles = &out->profile;
    return HW_OK;
  }
  if (reading->panel == NULL && reading->frequencies == CLI_SNP_NOT_TOLD)
    return need_frequencies(path, err);
  HW_TRY(is_of_beagle(path, &is_beagle, err));
  HW_TRY(is_beagle ? read_beagle(path, reading, out, err) : read_vcf(path, reading, out, err));
  out->n = out->file.n_profiles;
  out->profiles = out->file.profiles;
  return HW_OK;
}

void cli_snp_source_clear(cli_snp_source *self) {
  hw_snp_file_clear(&self->file);
  free(self->reads);
  free(self->grid_bytes);
}
