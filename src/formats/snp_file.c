/* What a file of SNP genotypes gave, whatever the format: memory of the profiles and the account of
 * what was left out. Profiles lie one behind the other in one block, since they are the bulk: a
 * hundred samples of a million markers are 300 MB, and there is no second copy. */
#include "formats/snp_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

const char *hw_snp_left_text(hw_snp_left reason) {
  static const char *const texts[HW_SNP_LEFT_COUNT] = {
      [HW_SNP_LEFT_SEQUENCE] = "on a sequence that is no chromosome of a panel",
      [HW_SNP_LEFT_PSEUDOAUTOSOMAL] = "in a pseudo-autosomal region of X",
      [HW_SNP_LEFT_OFF_PANEL] = "at no position of the panel",
      [HW_SNP_LEFT_NOT_SNP] = "alleles of another length than the marker's",
      [HW_SNP_LEFT_MULTIALLELIC] = "more than one alternate allele",
      [HW_SNP_LEFT_NO_ALTERNATE] = "no alternate allele",
      [HW_SNP_LEFT_REFERENCE] = "the reference allele is not the panel's",
      [HW_SNP_LEFT_STRAND] = "the strand cannot be told",
      [HW_SNP_LEFT_ALTERNATE] = "no alternate allele of the panel",
      [HW_SNP_LEFT_NO_FIELD] = "no genotypes in a field that is wanted",
  };
  return (unsigned)reason < HW_SNP_LEFT_COUNT ? texts[reason] : "unknown reason";
}

void hw_snp_file_clear(hw_snp_file *self) {
  if (self == NULL) return;
  hw_panel_delete(self->new_panel);
  free(self->bytes);
  hw_arena_clear(&self->arena);
  *self = (hw_snp_file){0};
}

hw_status hwp_snp_tally_add(hw_arena *arena, hw_snp_tally *tally, hw_err *err, const char *format,
                            ...) {
  char name[200];
  tally->n++;
  if (tally->n_named == HW_SNP_NAMED) return HW_OK;
  va_list values;
  va_start(values, format);
  vsnprintf(name, sizeof name, format, values);
  va_end(values);
  const char *kept = hw_arena_strdup(arena, name);
  if (kept == NULL) return HW_NO_MEMORY(err, "a report");
  tally->named[tally->n_named++] = kept;
  return HW_OK;
}

hw_status hwp_snp_file_make_room(hw_snp_file *self, const hw_panel *panel, hw_err *err) {
  size_t n_bytes;
  const int32_t n_genotypes = panel->first_genotype[panel->n_markers];
  if (!hw_mul_size((size_t)self->n_profiles, (size_t)n_genotypes, &n_bytes) ||
      n_bytes > HW_SNP_MAX_BYTES)
    return hw_err_set(err, HW_E_VALUE,
                      "%d samples at %d markers are more than 16 GiB; choose fewer samples, or a "
                      "smaller panel",
                      (int)self->n_profiles, (int)panel->n_markers);
  self->bytes = calloc(n_bytes > 0 ? n_bytes : 1, 1);
  if (self->bytes == NULL) return HW_NO_MEMORY(err, "the profiles");
  self->panel = panel;
  return HW_OK;
}

hw_status hwp_snp_file_finish(hw_snp_file *self, const char *const *ids, const hw_sex *sexes,
                              hw_err *err) {
  const size_t n = (size_t)self->n_profiles;
  const size_t n_bytes = (size_t)self->panel->first_genotype[self->panel->n_markers];
  hw_snp_profile *profiles = hw_arena_alloc_array(&self->arena, n, sizeof *profiles);
  int32_t *n_known = hw_arena_alloc_array(&self->arena, n, sizeof *n_known);
  if (profiles == NULL || n_known == NULL) return HW_NO_MEMORY(err, "the profiles");
  for (size_t i = 0; i < n; i++) {
    profiles[i].id = hw_arena_strdup(&self->arena, ids[i]);
    if (profiles[i].id == NULL) return HW_NO_MEMORY(err, "the profiles");
    profiles[i].sex = sexes != NULL ? sexes[i] : HW_UNKNOWN_SEX;
    profiles[i].bytes = self->bytes + i * n_bytes;
    n_known[i] = hw_snp_count_known(self->panel, profiles[i].bytes);
  }
  self->profiles = profiles;
  self->report.n_known = n_known;
  return HW_OK;
}

hw_status hwp_snp_file_count_absent(hw_snp_file *self, const uint64_t *met, hw_err *err) {
  for (int32_t m = 0; m < self->panel->n_markers; m++)
    if (met[m] == 0)
      HW_TRY(hwp_snp_tally_add(&self->arena, &self->report.absent, err, "%s",
                               self->panel->markers[m].name));
  return HW_OK;
}
