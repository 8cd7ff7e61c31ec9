/* The genetic part of a report: ratio by kind of evidence, data by marker, assumptions.
 *
 * What ISO 21043-5 and the ISFG recommendations on paternity statistics (Gjertson et
 * al. 2007) ask of a report: the frequencies with their source, minimum and
 * coancestry, the mutation model, the genotypes of everybody, and the ratio at each
 * marker, so that another laboratory can compute it by hand. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/report_int.h"
#include "base/check.h"

enum { MOST_RELATIVES = 4 }; /* columns of genotypes beside the remains */

/* --- the ratio --- */

static hw_text_id name_of_part(int kind) {
  static const hw_text_id names[HW_EVIDENCE_KINDS] = {
      HW_T_REPORT_EVIDENCE_STR, HW_T_REPORT_EVIDENCE_SNP, HW_T_REPORT_EVIDENCE_MT,
      HW_T_REPORT_EVIDENCE_Y};
  return names[kind];
}

static void add_part(hwp_report *self, hwp_table *table, int kind, double log10_lr) {
  const char *shown = hwp_report_real(self, log10_lr, 4);
  HWP_ROW(self, table, hwp_say(self, name_of_part(kind)), shown, hwp_ratio(self, log10_lr));
  hwp_figure(self, hwp_print(self, "part.%s.log10_lr", hw_evidence_name((hw_evidence_kind)kind)),
             log10_lr, shown);
}

hw_status hwp_report_ratio(hwp_report *self, const hwp_pair *pair, hw_err *err) {
  hwp_table table;
  const char *shown = hwp_report_real(self, pair->log10_lr, 4);
  const char *ratio = hwp_ratio(self, pair->log10_lr);
  (void)err;
  hwp_report_table_begin(self, &table, "parts");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_KIND_OF_EVIDENCE), 3, HWP_TEXT);
  hwp_table_column(self, &table, "log10 LR", 1, HWP_NUMBER);
  hwp_table_column(self, &table, "LR", 1.3, HWP_NUMBER);
  if (pair->has_parts) {
    for (int k = 0; k < HW_EVIDENCE_KINDS; k++)
      if (pair->parts.is_typed[k]) add_part(self, &table, k, pair->parts.log10_lr[k]);
  } else {
    add_part(self, &table, HW_EVIDENCE_STR, pair->log10_lr);
  }
  hwp_table_row(self, &table, (const char *[]){hwp_say(self, HW_T_REPORT_TOGETHER), shown, ratio},
                true);
  hwp_report_table_end(self, &table);
  hwp_figure(self, "log10_lr", pair->log10_lr, shown);
  hwp_claim(self, "verbal", hwp_verbal(self, pair->log10_lr));
  const int64_t markers = hw_record_int(pair->comparison, HW_FIELD_COMPARISON_MARKERS);
  const int64_t mismatches = hw_record_int(pair->comparison, HW_FIELD_COMPARISON_MISMATCHES);
  hwp_figure(self, "markers", (double)markers, hwp_report_int(self, markers));
  hwp_figure(self, "mismatches", (double)mismatches, hwp_report_int(self, mismatches));
  return HW_OK;
}

/* --- markers --- */

static const char *allele(const hw_marker *marker, hw_allele a) {
  return a == HW_ALLELE_NONE ? "?" : marker->allele_names[a];
}

static const char *genotype(hwp_report *self, const hw_marker *marker, const hw_observation *o) {
  const char *text = "";
  switch (o->kind) {
    case HW_OBS_MISSING:
      return "–";
    case HW_OBS_GENOTYPE:
      return hwp_print(self, "%s/%s", allele(marker, o->a), allele(marker, o->b));
    case HW_OBS_SINGLE:
      return hwp_print(self, "%s", allele(marker, o->a));
    case HW_OBS_SET:
      for (int32_t i = 0; i < o->n_seen; i++)
        text = hwp_print(self, "%s%s%s", text, i > 0 ? "," : "", allele(marker, o->seen[i]));
      return hwp_print(self, "{%s}", text);
  }
  return "";
}

/* Genotypes of the remains and of relatives from `first` on. */
static void add_markers(hwp_report *self, const hwp_pair *pair, int32_t first) {
  const hw_case *problem = &pair->stored.problem;
  const hw_family *family = &problem->families[pair->place];
  const hw_remains *remains = &problem->remains[pair->remains];
  const int32_t n =
      family->n_profiles - first < MOST_RELATIVES ? family->n_profiles - first : MOST_RELATIVES;
  hwp_table table;
  hwp_report_table_begin(self, &table,
                         first == 0 ? "markers" : hwp_print(self, "markers_%d", (int)first));
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_MARKER), 1.3, HWP_TEXT);
  hwp_table_column(self, &table, hwp_print(self, "%s", remains->id), 1, HWP_TEXT);
  for (int32_t i = 0; i < n; i++)
    hwp_table_column(
        self, &table,
        hwp_print(self, "%s", family->pedigree.persons[family->profile_person[first + i]].id), 1,
        HWP_TEXT);
  if (first == 0) hwp_table_column(self, &table, "log10 LR", 0.9, HWP_NUMBER);
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const char *cells[HWP_MOST_COLUMNS] = {NULL};
    int c = 0;
    cells[c++] = pair->mismatch[m] ? hwp_print(self, "%s *", problem->markers[m].name)
                                   : hwp_print(self, "%s", problem->markers[m].name);
    cells[c++] = genotype(self, &problem->markers[m], &remains->profile.observations[m]);
    for (int32_t i = 0; i < n; i++)
      cells[c++] =
          genotype(self, &problem->markers[m], &family->profiles[first + i].observations[m]);
    if (first == 0) cells[c++] = hwp_report_real(self, pair->per_marker[m], 4);
    hwp_table_row(self, &table, cells, false);
  }
  hwp_report_table_end(self, &table);
}

static hw_status draw_markers(hwp_report *self, const hwp_pair *pair, hw_err *err) {
  const hw_case *problem = &pair->stored.problem;
  hw_bar *bars = hw_arena_alloc_array(&self->arena, (size_t)problem->n_markers + 1, sizeof *bars);
  if (bars == NULL) return HW_NO_MEMORY(err, "a chart");
  int32_t n = 0;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const double value = pair->per_marker[m];
    if (value == 0) continue; /* not compared */
    bars[n++] = (hw_bar){.label = hwp_print(self, "%s", problem->markers[m].name),
                         .value = value,
                         .value_text = hwp_report_real(self, value, 2),
                         .style = value < 0 ? HW_SERIES_SECOND : HW_SERIES_FIRST};
  }
  const hw_chart chart = {.title = hwp_say(self, HW_T_REPORT_CHART_MARKERS),
                          .description = hwp_say(self, HW_T_REPORT_CHART_MARKERS),
                          .x_title = "log10 LR"};
  return hwp_draw_bars(self, &chart, &(hw_bars){.n = n, .bars = bars}, err);
}

hw_status hwp_report_markers(hwp_report *self, const hwp_pair *pair, hw_err *err) {
  const hw_case *problem = &pair->stored.problem;
  const hw_family *family = &problem->families[pair->place];
  bool has_mismatch = false;
  if (!pair->is_typed) {
    hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_NOT_TYPED_AT_STR));
    return HW_OK;
  }
  add_markers(self, pair, 0);
  for (int32_t first = MOST_RELATIVES; first < family->n_profiles; first += MOST_RELATIVES)
    add_markers(self, pair, first);
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const char *name = hwp_print(self, "marker.%s.log10_lr", problem->markers[m].name);
    hwp_figure(self, name, pair->per_marker[m], hwp_report_real(self, pair->per_marker[m], 4));
    has_mismatch = has_mismatch || pair->mismatch[m];
  }
  hwp_report_paragraph(self, HW_PARAGRAPH_NOTE, hwp_say(self, HW_T_REPORT_MARKERS_NOTE));
  if (has_mismatch)
    hwp_report_paragraph(self, HW_PARAGRAPH_NOTE, hwp_say(self, HW_T_REPORT_MISMATCH_NOTE));
  return draw_markers(self, pair, err);
}

/* --- assumptions --- */

static const char *model_name(const hwp_report *self, hw_mutation_model model) {
  static const hw_text_id names[] = {
      HW_T_REPORT_MUTATION_NONE,         HW_T_REPORT_MUTATION_EQUAL,
      HW_T_REPORT_MUTATION_PROPORTIONAL, HW_T_REPORT_MUTATION_STEPWISE,
      HW_T_REPORT_MUTATION_ONESTEP,      HW_T_REPORT_MUTATION_DAWID,
      HW_T_REPORT_MUTATION_CUSTOM};
  return hwp_say(self, names[model]);
}

/* "from 0.0005 to 0.002", or one rate. */
static const char *rates(hwp_report *self, const hw_case *problem, hw_mutation_model model,
                         int from) {
  double least = (double)INFINITY, most = -(double)INFINITY;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const hw_mutation *mutation = &problem->markers[m].mutation;
    if (mutation->model != model) continue;
    if (mutation->rate[from] < least) least = mutation->rate[from];
    if (mutation->rate[from] > most) most = mutation->rate[from];
  }
  if (least == most) return hwp_small(self, least);
  return hwp_print(self, "%s–%s", hwp_small(self, least), hwp_small(self, most));
}

static const char *mutation_models(hwp_report *self, const hw_case *problem) {
  const char *text = "";
  for (int model = HW_MUTATION_NONE; model <= HW_MUTATION_CUSTOM; model++) {
    int64_t n = 0;
    for (int32_t m = 0; m < problem->n_markers; m++)
      n += (int)problem->markers[m].mutation.model == model;
    if (n == 0) continue;
    const char *name = model_name(self, (hw_mutation_model)model);
    const char *one =
        model == HW_MUTATION_NONE || model == HW_MUTATION_CUSTOM
            ? HWP_FILL(self, HW_T_REPORT_MUTATION_BARE, name, hwp_report_int(self, n))
            : HWP_FILL(self, HW_T_REPORT_MUTATION_RATES, name, hwp_report_int(self, n),
                       rates(self, problem, (hw_mutation_model)model, HW_FROM_MOTHER),
                       rates(self, problem, (hw_mutation_model)model, HW_FROM_FATHER));
    text = hwp_print(self, "%s%s%s", text, text[0] != '\0' ? "; " : "", one);
  }
  return text;
}

static hw_status describe_table(hwp_report *self, const hwp_pair *pair, hwp_facts *facts,
                                hw_err *err) {
  const hw_record *t = pair->table;
  const char *population = "";
  if (t == NULL) return HW_OK;
  HW_TRY(hwp_report_code(self, HW_KIND_POPULATION,
                         hw_record_int(t, HW_FIELD_FREQUENCY_TABLE_POPULATION), &population, err));
  hwp_report_fact(self, facts, HW_T_REPORT_FREQUENCY_TABLE,
                  hw_record_text(t, HW_FIELD_FREQUENCY_TABLE_CODE));
  hwp_report_fact(self, facts, HW_T_REPORT_POPULATION, population);
  hwp_report_fact(self, facts, HW_T_REPORT_SOURCE,
                  hw_record_text(t, HW_FIELD_FREQUENCY_TABLE_SOURCE));
  if (!hw_record_is_null(t, HW_FIELD_FREQUENCY_TABLE_N))
    hwp_report_fact(self, facts, HW_T_REPORT_PERSONS_SAMPLED,
                    hwp_report_int(self, hw_record_int(t, HW_FIELD_FREQUENCY_TABLE_N)));
  const char *policy = hw_record_text(t, HW_FIELD_FREQUENCY_TABLE_MINIMUM_POLICY);
  const double minimum = hw_record_real(t, HW_FIELD_FREQUENCY_TABLE_MINIMUM);
  hwp_report_fact(self, facts, HW_T_REPORT_MINIMUM_FREQUENCY,
                  strcmp(policy, "stated") == 0 ? hwp_small(self, minimum)
                  : strcmp(policy, "none") == 0 ? hwp_say(self, HW_T_REPORT_MINIMUM_NONE)
                                                : "5/2N");
  return hwp_report_stand_on(self, t, err);
}

static hw_status describe_lines(hwp_report *self, const hwp_pair *pair, hwp_facts *facts,
                                hw_err *err) {
  const struct {
    hw_kind_id kind;
    int field;
    hw_evidence_kind evidence;
    hw_text_id name;
  } tables[] = {
      {HW_KIND_SNP_PANEL, HW_FIELD_INVESTIGATION_SNP_PANEL, HW_EVIDENCE_SNP, HW_T_REPORT_SNP_PANEL},
      {HW_KIND_HAPLOTYPE_TABLE, HW_FIELD_INVESTIGATION_MT_TABLE, HW_EVIDENCE_MT,
       HW_T_REPORT_MT_TABLE},
      {HW_KIND_HAPLOTYPE_TABLE, HW_FIELD_INVESTIGATION_Y_TABLE, HW_EVIDENCE_Y,
       HW_T_REPORT_Y_TABLE}};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    const char *code = "";
    const hw_record *row = NULL;
    if (!pair->has_parts || !pair->parts.is_typed[tables[i].evidence]) continue;
    const int64_t id = hw_record_int(pair->investigation, tables[i].field);
    HW_TRY(hwp_report_code(self, tables[i].kind, id, &code, err));
    hwp_report_fact(self, facts, tables[i].name, code);
    HW_TRY(hwp_report_get(self, tables[i].kind, id, &row, err));
    HW_TRY(hwp_report_stand_on(self, row, err));
  }
  return HW_OK;
}

hw_status hwp_report_assumptions(hwp_report *self, const hwp_pair *pair, hw_err *err) {
  const hw_case *problem = &pair->stored.problem;
  const hw_profile *profile = &problem->remains[pair->remains].profile;
  hwp_facts facts = {.n = 0};
  HW_TRY(describe_table(self, pair, &facts, err));
  hwp_report_fact(self, &facts, HW_T_REPORT_THETA, hwp_small(self, problem->theta));
  hwp_figure(self, "theta", problem->theta, hwp_small(self, problem->theta));
  if (pair->is_typed) {
    hwp_report_fact(self, &facts, HW_T_REPORT_MUTATION, mutation_models(self, problem));
    if (profile->has_dropout) {
      hwp_report_fact(self, &facts, HW_T_REPORT_DROPOUT, hwp_small(self, profile->dropout));
      hwp_report_fact(self, &facts, HW_T_REPORT_DROP_IN, hwp_small(self, profile->drop_in));
      hwp_figure(self, "dropout", profile->dropout, hwp_small(self, profile->dropout));
    } else {
      hwp_report_fact(self, &facts, HW_T_REPORT_DROPOUT, hwp_say(self, HW_T_REPORT_DROPOUT_NONE));
    }
  }
  HW_TRY(describe_lines(self, pair, &facts, err));
  hwp_report_facts_end(self, &facts, "assumptions");
  hwp_item(self, HW_T_REPORT_ASSUME_PEDIGREE);
  hwp_item(self, HW_T_REPORT_ASSUME_POPULATION);
  hwp_item(self, HW_T_REPORT_ASSUME_MARKERS);
  if (pair->has_parts) hwp_item(self, HW_T_REPORT_ASSUME_KINDS);
  return HW_OK;
}
