/* How far the ratio moves, and who else the remains could be: the scrutiny of the pair.
 *
 * A ratio without its sensitivity is half a finding. The band is computed by the
 * engine of `homeward scrutinise` with its defaults and seed 1, on the data that the
 * ratio was computed from; frequency tables that came after the report do not count.
 * What cannot be computed (linked markers, a pedigree that is too complex) is said. */
#include <math.h>
#include <string.h>

#include "app/report_int.h"
#include "app/scrutiny.h"
#include "base/check.h"

static hw_text_id band_name(hw_band_kind kind) {
  static const hw_text_id names[HW_BAND_KIND_COUNT] = {
      HW_T_REPORT_BAND_TABLE,   HW_T_REPORT_BAND_THETA,    HW_T_REPORT_BAND_RATE,
      HW_T_REPORT_BAND_MODEL,   HW_T_REPORT_BAND_MINIMUM,  HW_T_REPORT_BAND_SAMPLING,
      HW_T_REPORT_BAND_DROPOUT, HW_T_REPORT_BAND_RELATION,
  };
  return names[kind];
}

static hw_text_id rival_name(hw_rival_kind kind) {
  static const hw_text_id names[HW_RIVAL_KIND_COUNT] = {
      HW_T_REPORT_RIVAL_MISSING, HW_T_REPORT_RIVAL_FULL_SIBLING, HW_T_REPORT_RIVAL_HALF_SIBLING,
      HW_T_REPORT_RIVAL_PARENT,  HW_T_REPORT_RIVAL_CHILD,        HW_T_REPORT_RIVAL_UNCLE,
      HW_T_REPORT_RIVAL_NEPHEW,  HW_T_REPORT_RIVAL_COUSIN,       HW_T_REPORT_RIVAL_SIDE,
      HW_T_REPORT_RIVAL_DISTANT, HW_T_REPORT_RIVAL_CLAN,         HW_T_REPORT_RIVAL_UNRELATED,
  };
  return names[kind];
}

/* --- the band --- */

static hw_status add_band(hwp_report *self, const hw_scrutiny_report *scrutiny, hw_err *err) {
  hw_range ranges[HW_BAND_KIND_COUNT];
  int32_t n = 0;
  bool is_whole = true;
  hwp_table table;
  hwp_report_table_begin(self, &table, "band");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_BAND_FACTOR), 2.6, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_BAND_LEAST), 1, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_BAND_STATED), 1, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_BAND_MOST), 1, HWP_NUMBER);
  for (int k = 0; k < HW_BAND_KIND_COUNT; k++) {
    const hw_band_factor *factor = &scrutiny->band.factors[k];
    const char *name = hwp_say(self, band_name((hw_band_kind)k));
    const char *word = hw_band_name((hw_band_kind)k);
    if (factor->least < 0 || factor->note != NULL) { /* nothing to vary */
      HWP_ROW(self, &table, name, "–", hwp_report_real(self, scrutiny->log10_lr, 2), "–");
      is_whole = false;
      continue;
    }
    const char *least = hwp_report_real(self, factor->log10_least, 2);
    const char *most = hwp_report_real(self, factor->log10_most, 2);
    HWP_ROW(self, &table, name, least, hwp_report_real(self, scrutiny->log10_lr, 2), most);
    hwp_figure(self, hwp_print(self, "band.%s.least", word), factor->log10_least, least);
    hwp_figure(self, hwp_print(self, "band.%s.most", word), factor->log10_most, most);
    ranges[n++] = (hw_range){.label = name,
                             .low = factor->log10_least,
                             .value = scrutiny->log10_lr,
                             .high = factor->log10_most};
  }
  hwp_report_table_end(self, &table);
  if (!is_whole)
    hwp_report_paragraph(self, HW_PARAGRAPH_NOTE, hwp_say(self, HW_T_REPORT_BAND_NOT_VARIED));
  if (scrutiny->band.is_combined) {
    const char *combined = hwp_report_real(self, scrutiny->band.log10_combined, 2);
    hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN,
                         HWP_FILL(self, HW_T_REPORT_BAND_COMBINED, combined,
                                  hwp_ratio(self, scrutiny->band.log10_combined)));
    hwp_figure(self, "band.combined", scrutiny->band.log10_combined, combined);
  }
  const hw_chart chart = {.title = hwp_say(self, HW_T_REPORT_CHART_BAND),
                          .description = hwp_say(self, HW_T_REPORT_CHART_BAND),
                          .x_title = "log10 LR"};
  return hwp_draw_ranges(self, &chart, &(hw_ranges){.n = n, .ranges = ranges}, err);
}

/* --- rivals --- */

static const char *rival_text(hwp_report *self, const hwp_pair *pair, const hw_rival *rival) {
  const char *name = hwp_say(self, rival_name(rival->kind));
  if (rival->kind != HW_RIVAL_MISSING || rival->person == HW_PERSON_NONE) return name;
  const hw_family *family = &pair->stored.problem.families[pair->place];
  return hwp_print(self, "%s %s", name, family->pedigree.persons[rival->person].id);
}

/* Of rivals of one kind (by either parent, by degrees of coancestry) the closest is told; other
 * missing persons of the family are each told. */
static bool is_closest(const hw_scrutiny_report *scrutiny, int32_t i) {
  const hw_rival *rival = &scrutiny->rivals[i];
  if (!rival->is_computed || isnan(rival->log10_ratio)) return false;
  if (rival->kind == HW_RIVAL_MISSING) return true;
  for (int32_t k = 0; k < scrutiny->n_rivals; k++) {
    const hw_rival *other = &scrutiny->rivals[k];
    if (k == i || other->kind != rival->kind || !other->is_computed || isnan(other->log10_ratio))
      continue;
    if (other->log10_ratio < rival->log10_ratio ||
        (other->log10_ratio == rival->log10_ratio && k < i))
      return false;
  }
  return true;
}

static void add_rivals(hwp_report *self, const hwp_pair *pair, const hw_scrutiny_report *scrutiny) {
  hwp_table table;
  hwp_report_table_begin(self, &table, "rivals");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_RIVAL), 2.6, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_RIVAL_RATIO), 1, HWP_NUMBER);
  hwp_table_column(self, &table, "LR", 1.2, HWP_NUMBER);
  for (int32_t i = 0; i < scrutiny->n_rivals; i++) {
    const hw_rival *rival = &scrutiny->rivals[i];
    if (!is_closest(scrutiny, i)) continue;
    const char *shown = hwp_report_real(self, rival->log10_ratio, 2);
    HWP_ROW(self, &table, rival_text(self, pair, rival),
            rival->is_exchangeable ? hwp_say(self, HW_T_REPORT_RIVAL_EXCHANGEABLE) : shown,
            rival->is_exchangeable ? "" : hwp_ratio(self, rival->log10_ratio));
    hwp_figure(self, hwp_print(self, "rival.%d.%s.log10_ratio", (int)i, hw_rival_name(rival->kind)),
               rival->log10_ratio, shown);
  }
  hwp_report_table_end(self, &table);
  hwp_report_paragraph(self, HW_PARAGRAPH_NOTE, hwp_say(self, HW_T_REPORT_RIVAL_NOTE));
}

/* --- the whole --- */

/* Leaves the tables that the database had when the report was made. */
static hw_status leave_tables(hwp_report *self, hw_scrutiny_input *input, hw_err *err) {
  int32_t n = 0;
  for (int32_t i = 0; i < input->n_tables; i++) {
    int64_t id = 0;
    const hw_record *row = NULL;
    HW_TRY(
        hw_store_find_code(self->store, HW_KIND_FREQUENCY_TABLE, input->tables[i].name, &id, err));
    HW_TRY(hwp_report_get(self, HW_KIND_FREQUENCY_TABLE, id, &row, err));
    if (row != NULL) input->tables[n++] = input->tables[i];
  }
  input->n_tables = n;
  return HW_OK;
}

static hw_status scrutinise(hwp_report *self, const hwp_pair *pair, const hw_scrutiny_input *input,
                            hw_err *err) {
  hw_scrutiny *scrutiny = NULL;
  hw_err why = HW_ERR_INIT;
  const hw_scrutiny_options options = {
      .n_tables = input->n_tables, .tables = input->tables, .two_n = input->two_n, .seed = 1};
  hw_status status = hw_scrutiny_new(&pair->stored.problem, pair->place, pair->missing,
                                     pair->remains, &options, &scrutiny, &why);
  if (status == HW_E_UNSUPPORTED || status == HW_E_TOO_COMPLEX || status == HW_E_SHAPE) {
    hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_BAND_NOT_COMPUTED));
    return HW_OK;
  }
  if (status != HW_OK) {
    if (err != NULL) *err = why;
    return status;
  }
  const hw_scrutiny_report *found = hw_scrutiny_get_report(scrutiny);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_BAND_INTRODUCTION));
  status = add_band(self, found, err);
  if (status == HW_OK) {
    hwp_heading(self, 2, HW_T_REPORT_RIVALS);
    add_rivals(self, pair, found);
    hwp_claim(self, "scrutiny", found->stands ? "stands" : "look again");
    if (!found->stands)
      hwp_report_paragraph(self, HW_PARAGRAPH_WARNING, hwp_say(self, HW_T_REPORT_LOOK_AGAIN));
  }
  hw_scrutiny_delete(scrutiny);
  return status;
}

hw_status hwp_report_band(hwp_report *self, const hwp_pair *pair, hw_err *err) {
  hw_scrutiny_input input;
  if (!pair->is_typed) {
    hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_BAND_NOT_COMPUTED));
    return HW_OK;
  }
  hw_status status = hw_scrutiny_input_load(self->app, &pair->stored, &input, err);
  if (status == HW_OK) status = leave_tables(self, &input, err);
  if (status == HW_OK) status = scrutinise(self, pair, &input, err);
  hw_scrutiny_input_clear(&input);
  return status;
}
