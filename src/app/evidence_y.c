/* Y haplotypes: from lists of named markers, as laboratories report them, to rows of one panel.
 *
 * The panel is the table of mutation rates that the library carries, and behind it the names that it
 * has not, which are compared with an assumed rate. Rows are settled as those of files are
 * (hw_y_row_settle), so that a haplotype weighs the same from a file and from the database.
 *
 * Earlier versions took one rate for all, names as they were spelled, and DYS389II whole. What their
 * runs stored is computed again in that way, of which they say nothing (evidence_json.c); the digest
 * of the table of a case tells the two apart (evidence_load.c). */
#include <string.h>

#include "app/evidence_int.h"
#include "base/check.h"
#include "base/digest.h"

static bool is_equal_rates(const hw_evidence *self) {
  return self->options.y_rates == HW_Y_RATES_EQUAL;
}

/* Markers that a man has twice, at one name. */
static int32_t copies_of(const char *marker) {
  static const char *const twice[] = {"DYS385", "DYS385a/b", "DYS385ab", "DYF387S1", "DYF387S1a/b"};
  for (size_t i = 0; i < sizeof twice / sizeof twice[0]; i++)
    if (strcmp(marker, twice[i]) == 0) return 2;
  return 1;
}

static int32_t find_marker(const hw_evidence *self, const char *name) {
  const hw_y_panel *panel = &self->y_panel;
  for (int32_t m = 0; m < panel->n_markers; m++)
    if (strcmp(panel->markers[m].name, name) == 0) return m;
  return is_equal_rates(self) || self->y_rates == NULL ? -1 : hw_y_panel_find(panel, name);
}

static hw_status add_names(hw_evidence *self, hw_y_marker *list, const hw_y_text *y, hw_err *err) {
  hw_y_panel *panel = &self->y_panel;
  for (int32_t m = 0; y != NULL && m < y->n_markers; m++) {
    const char *name = y->markers[m].name;
    if (find_marker(self, name) >= 0) continue;
    if (panel->n_markers == HW_Y_MAX_MARKERS)
      return hw_err_set(err, HW_E_SHAPE,
                        "Y haplotypes of this case and its table have more than %d different "
                        "markers: do some have two names?",
                        (int)HW_Y_MAX_MARKERS);
    list[panel->n_markers++] = (hw_y_marker){
        .name = name, .n_copies = copies_of(name), .rate_per_meiosis = HW_EVIDENCE_Y_RATE};
  }
  return HW_OK;
}

static hw_status read_rates(hw_y_rates **out, hw_err *err) {
  hw_errors errors = {0};
  if (hw_y_rates_read(NULL, out, &errors) == HW_OK) return HW_OK;
  return hw_errors_status(&errors, err);
}

static hw_status begin_panel(hw_evidence *self, hw_y_marker *list, hw_err *err) {
  self->y_panel.markers = list;
  if (is_equal_rates(self)) return HW_OK;
  HW_TRY(read_rates(&self->y_rates, err));
  const hw_y_panel *of = &self->y_rates->panel;
  HW_BUG_IF(of->n_markers > HW_Y_MAX_MARKERS, err);
  memcpy(list, of->markers, (size_t)of->n_markers * sizeof *list);
  self->y_panel.n_markers = of->n_markers;
  self->y_shorter = hw_y_panel_find(of, "DYS389I");
  self->y_longer = hw_y_panel_find(of, "DYS389II");
  return HW_OK;
}

hw_status hwp_evidence_y_panel(hw_evidence *self, hw_err *err) {
  const hw_evidence_input *in = &self->input;
  self->y_shorter = self->y_longer = -1;
  if (in->y_panel != NULL) {
    self->y_panel = *in->y_panel;
    return HW_OK;
  }
  hw_y_marker *list = hw_arena_alloc_array(&self->arena, HW_Y_MAX_MARKERS, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "Y haplotypes");
  HW_TRY(begin_panel(self, list, err));
  /* The others in the order in which they occur: remains, families, table. */
  for (int32_t r = 0; in->remains_lines != NULL && r < in->problem->n_remains; r++)
    HW_TRY(add_names(self, list, in->remains_lines[r].y, err));
  for (int32_t f = 0; in->person_lines != NULL && f < in->problem->n_families; f++)
    for (int32_t i = 0; i < in->problem->families[f].pedigree.n_persons; i++)
      HW_TRY(add_names(self, list, in->person_lines[f][i].y, err));
  for (int32_t i = 0; in->y_table != NULL && i < in->y_table->n; i++)
    HW_TRY(add_names(self, list, &in->y_table->y[i], err));
  return HW_OK;
}

void hwp_evidence_y_row(const hw_evidence *self, const hw_y_text *y, int16_t *row) {
  for (int32_t m = 0; m < y->n_markers; m++) {
    const hw_y_text_marker *marker = &y->markers[m];
    const int32_t at = find_marker(self, marker->name);
    if (at < 0) continue;
    int16_t *alleles = row + (size_t)at * HW_Y_COPIES;
    if (self->y_rates == NULL) {
      memcpy(alleles, marker->alleles, sizeof marker->alleles);
      continue;
    }
    /* Copies may stand under two names: DYS385a and DYS385b. */
    for (int32_t i = 0; i < HW_Y_TEXT_COPIES && marker->alleles[i] != 0; i++)
      (void)hw_y_allele_insert(alleles, marker->alleles[i]);
  }
  /* A DYS389II that cannot contain its DYS389I says nothing. */
  if (self->y_rates != NULL &&
      hw_y_row_settle(&self->y_panel, self->y_shorter, self->y_longer, row) == HW_Y_ROW_CONTRARY)
    memset(row + (size_t)self->y_longer * HW_Y_COPIES, 0, HW_Y_COPIES * sizeof *row);
}

hw_status hwp_evidence_y_digest(uint8_t out[HW_DIGEST_SIZE], hw_err *err) {
  hw_y_rates *rates = NULL;
  hw_digest digest;
  HW_TRY(read_rates(&rates, err));
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-y-rates/1");
  for (int32_t m = 0; m < rates->panel.n_markers; m++) {
    const hw_y_marker *marker = &rates->panel.markers[m];
    hw_digest_add_text(&digest, marker->name);
    hw_digest_add_int(&digest, marker->n_copies);
    hw_digest_add(&digest, &marker->rate_per_meiosis, sizeof marker->rate_per_meiosis);
  }
  hw_digest_end(&digest, out);
  hw_y_rates_delete(rates);
  return HW_OK;
}
