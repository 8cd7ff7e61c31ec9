/* Reads the remains of a simulated SNP case, and writes its files: VCF of relatives and of remains,
 * and tables of mtDNA and Y-STR.
 *
 * What a laboratory would know of its sample is taken for known: the likelihoods are computed with
 * the model that the reads were drawn from, contamination and damage included. Of alleles counted
 * without damage that is the plain formula; with damage every base is placed on its fragment
 * and goes the way of real reads (hw_reads_genotypes). */
#include <string.h>

#include "base/check.h"
#include "formats/csv_write.h"
#include "formats/vcf_write.h"
#include "simulate/snp_case_int.h"

hw_status hwp_snp_case_read(const hw_panel *panel, hw_sex sex, const uint8_t *alleles,
                            const hw_sequencing *run, const hw_random *stream, uint8_t *bytes,
                            hw_err *err) {
  if (run->model.damage == 0 && run->model.damage_inside == 0)
    return hw_simulate_likelihoods(panel, alleles, run, NULL, stream, bytes, err);
  hw_pileup *pileup = NULL;
  HW_TRY(hw_simulate_reads(panel, alleles, run, stream, &pileup, err));
  const int32_t source = run->model.contamination > 0 ? run->source : HW_PANEL_NONE;
  const hw_status status = hw_reads_genotypes(panel, source, pileup, sex, &run->model, bytes, err);
  hw_pileup_delete(pileup);
  return status;
}

hw_status hw_snp_simulation_write_vcf(const hw_snp_simulation *self, const hw_panel *panel,
                                      hw_build build, FILE *references, FILE *remains,
                                      hw_err *err) {
  hw_vcf_writing how = {
      .panel = panel, .build = build, .has_calls = true, .source = "homeward simulate, synthetic"};
  HW_TRY(hw_vcf_write(&how, self->n_references, self->references, references, err));
  how.has_calls = false;
  return hw_vcf_write(&how, self->n_remains, self->remains, remains, err);
}

/* ---- lines ---- */

/* Whose line a row tells: a relative's, or a sample's. Haplotypes are named by the import, which is
 * what keeps a person's two lines apart. */
typedef struct row_of {
  const char *person, *sample;
} row_of;

static void write_who(hw_csv_writer *w, const row_of *who) {
  hw_csv_write_text(w, who->person);
  hw_csv_write_text(w, who->sample);
}

static void write_mt(hw_csv_writer *w, const row_of *who, const hwp_line *line) {
  write_who(w, who);
  hw_csv_write_text(w, HW_SIMULATED_MT_RANGES);
  hw_csv_write_text(w, line->mt);
  hw_csv_write_end_row(w);
}

/* Women have no row. */
static void write_y(hw_csv_writer *w, const row_of *who, const hwp_line *line, int32_t n_markers) {
  if (line->y[0] < 0) return;
  write_who(w, who);
  for (int32_t k = 0; k < n_markers; k++) hw_csv_write_int(w, line->y[k]);
  hw_csv_write_end_row(w);
}

static void write_rows(hw_csv_writer *w, const hwp_snp_case *own, bool is_y) {
  const hw_snp_simulation *self = &own->simulation;
  for (int32_t i = 0; i < self->n_references + self->n_remains; i++) {
    const int32_t r = i - self->n_references;
    const row_of who =
        r < 0 ? (row_of){own->reference_person[i], NULL} : (row_of){NULL, self->remains[r].id};
    const hwp_line *line = r < 0 ? &own->reference_lines[i] : &own->remains_lines[r];
    if (is_y)
      write_y(w, &who, line, own->n_y_markers);
    else
      write_mt(w, &who, line);
  }
}

static void write_header(hw_csv_writer *w, int32_t n_y_markers) {
  static const char *const who[] = {"person", "sample"};
  for (int i = 0; i < 2; i++) hw_csv_write_text(w, who[i]);
  for (int32_t k = 0; k < n_y_markers; k++) hw_csv_write_text(w, hw_simulated_y_marker(k));
  if (n_y_markers == 0) {
    hw_csv_write_text(w, "ranges");
    hw_csv_write_text(w, "haplotype");
  }
  hw_csv_write_end_row(w);
}

hw_status hw_snp_simulation_write_lineages(const hw_snp_simulation *self, FILE *mt, FILE *y,
                                           hw_err *err) {
  const hwp_snp_case *own = self->storage;
  if (!own->has_lineages)
    return hw_err_set(err, HW_E_SHAPE, "the case was simulated without lineages");
  hw_csv_writer w;
  hw_csv_write_init_file(&w, mt, ',');
  write_header(&w, 0);
  write_rows(&w, own, false);
  HW_TRY(hw_csv_write_finish(&w, err));
  hw_csv_write_init_file(&w, y, ',');
  write_header(&w, own->n_y_markers);
  write_rows(&w, own, true);
  return hw_csv_write_finish(&w, err);
}
