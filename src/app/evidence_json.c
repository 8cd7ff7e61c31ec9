/* Evidence of a pair as JSON: the text of comparison.parts, and the member
 * "evidence" of homeward-identify/1.
 *
 *   { "str": 3.2, "snp": 11.4, "mt": null, "y": -2.1, "total": 12.5,
 *     "snp_markers": 9412, "snp_relatives": 2,
 *     "y_verdict": "same", "y_reference": "BROTHER", "y_meioses": 2, "y_compared": 17,
 *     "y_differences": 0, "y_seen": 0, "y_persons": 400, "y_rarity": 0.0049, … }
 *
 * null = that kind was not compared. Figures of a kind stand only where it was. */
#include <stdlib.h>
#include <string.h>

#include "app/evidence_int.h"
#include "base/check.h"
#include "base/json_members.h"
#include "base/json_read.h"

static const char *verdict_name(hw_lineage_verdict verdict) {
  switch (verdict) {
    case HW_LINEAGE_SAME:
      return "same";
    case HW_LINEAGE_INCONCLUSIVE:
      return "inconclusive";
    case HW_LINEAGE_DIFFERENT:
      return "different";
    case HW_LINEAGE_NONE:
      break;
  }
  return "none";
}

/* "mt_verdict" */
static void key(hw_json_writer *w, hw_evidence_kind kind, const char *name) {
  char text[40];
  const size_t n = strlen(hw_evidence_name(kind));
  memcpy(text, hw_evidence_name(kind), n);
  text[n] = '_';
  memcpy(text + n + 1, name, strlen(name) + 1);
  hw_json_write_key(w, text);
}

static void count(hw_json_writer *w, hw_evidence_kind kind, const char *name, int64_t value) {
  key(w, kind, name);
  hw_json_write_int(w, value);
}

static void write_line(hw_json_writer *w, const hw_evidence *self, int32_t family,
                       hw_evidence_kind kind, const hw_lineage_result *found) {
  const hw_pedigree *pedigree = &self->input.problem->families[family].pedigree;
  if (found->verdict == HW_LINEAGE_NONE) return;
  key(w, kind, "verdict");
  hw_json_write_string(w, verdict_name(found->verdict));
  key(w, kind, "reference");
  hw_json_write_string(w, pedigree->persons[found->reference].id);
  count(w, kind, "meioses", found->meioses);
  count(w, kind, "references", found->n_references);
  count(w, kind, "compared", found->n_compared);
  count(w, kind, "differences", found->n_differences);
  if (kind == HW_EVIDENCE_Y)
    count(w, kind, "omitted", found->n_omitted);
  else
    count(w, kind, "mixed", found->n_mixed);
  count(w, kind, "seen", found->x);
  count(w, kind, "persons", found->n);
  key(w, kind, "population");
  hw_json_write_string(w, found->population);
  key(w, kind, "rarity");
  hw_json_write_double(w, found->rarity);
  count(w, kind, "contrary_references", found->contrary[0] == HW_PERSON_NONE ? 0 : 1);
}

void hw_evidence_write(hw_json_writer *w, const hw_evidence *self, int32_t family,
                       const hw_evidence_parts *parts) {
  for (int kind = 0; kind < HW_EVIDENCE_KINDS; kind++) {
    const char *name = hw_evidence_name((hw_evidence_kind)kind);
    if (parts->is_typed[kind])
      hw_json_add_double(w, name, parts->log10_lr[kind]);
    else
      hw_json_add_null(w, name);
  }
  hw_json_add_double(w, "total", hw_evidence_total(parts));
  if (parts->is_typed[HW_EVIDENCE_SNP]) {
    count(w, HW_EVIDENCE_SNP, "markers", parts->snp_markers);
    count(w, HW_EVIDENCE_SNP, "relatives", parts->snp_relatives);
  }
  write_line(w, self, family, HW_EVIDENCE_MT, &parts->lines.mt);
  write_line(w, self, family, HW_EVIDENCE_Y, &parts->lines.y);
}

hw_status hw_evidence_parts_json(const hw_evidence *self, int32_t family,
                                 const hw_evidence_parts *parts, hw_str *out, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_str(&w, out, 0);
  hw_json_write_begin_object(&w);
  hw_evidence_write(&w, self, family, parts);
  hw_json_write_end_object(&w);
  return hw_json_write_finish_bare(&w, err);
}

/* ---- reading ---- */

/* A ratio as the writer writes it. */
static hw_status read_ratio(const hw_json *value, double *out, hw_err *err) {
  const char *word = NULL;
  if (hw_json_as_double(value, out, NULL) == HW_OK) return HW_OK;
  HW_TRY(hw_json_as_string(value, &word, err));
  if (strcmp(word, "-inf") == 0)
    *out = IMPOSSIBLE;
  else if (strcmp(word, "inf") == 0)
    *out = HUGE_VAL;
  else
    return hw_err_set(err, HW_E_VALUE, "\"%.40s\" is no log10 LR", word);
  return HW_OK;
}

static hw_status read_parts(const hw_json *object, hw_evidence_parts *out, hw_err *err) {
  HW_TRY(hw_json_expect_object(object, err));
  for (int kind = 0; kind < HW_EVIDENCE_KINDS; kind++) {
    const hw_json *value = hw_json_find(object, hw_evidence_name((hw_evidence_kind)kind));
    if (value == NULL || hw_json_is_null(value)) continue;
    HW_TRY(read_ratio(value, &out->log10_lr[kind], err));
    out->is_typed[kind] = true;
  }
  return HW_OK;
}

hw_status hw_evidence_parts_read(const char *text, hw_evidence_parts *out, hw_err *err) {
  hw_json_doc *doc = NULL;
  memset(out, 0, sizeof *out);
  HW_TRY(hw_json_doc_parse(text, strlen(text), NULL, &doc, err));
  const hw_status status = read_parts(hw_json_doc_root(doc), out, err);
  hw_json_doc_delete(doc);
  return status;
}

/* ---- parameters of a run ---- */

/* Runs of versions that had one rate for all markers say nothing. */
static const char y_rates_shipped[] = "shipped";

void hw_evidence_write_parameters(hw_json_writer *w, const hw_evidence_options *options) {
  hw_json_write_begin_object(w);
  hw_json_add_array(w, "without");
  for (int kind = 0; kind < HW_EVIDENCE_KINDS; kind++)
    if (options->without & HW_EVIDENCE_BIT(kind))
      hw_json_write_string(w, hw_evidence_name((hw_evidence_kind)kind));
  hw_json_write_end_array(w);
  if (options->y_rates == HW_Y_RATES_SHIPPED) hw_json_add_text(w, "y_rates", y_rates_shipped);
  hw_json_write_end_object(w);
}

static hw_status read_y_rates(const hw_json *used, hw_evidence_y_rates *out, hw_err *err) {
  const hw_json *said = hw_json_find(used, "y_rates");
  const char *word = NULL;
  *out = HW_Y_RATES_EQUAL;
  if (said == NULL) return HW_OK;
  HW_TRY(hw_json_as_string(said, &word, err));
  if (strcmp(word, y_rates_shipped) != 0)
    return hw_err_set(err, HW_E_VALUE, "y_rates \"%.40s\": expected \"%s\"", word, y_rates_shipped);
  *out = HW_Y_RATES_SHIPPED;
  return HW_OK;
}

static hw_status read_kinds(const hw_json *list, unsigned *out, hw_err *err) {
  for (size_t i = 0; i < hw_json_count(list); i++) {
    const char *name = NULL;
    int kind = 0;
    HW_TRY(hw_json_as_string(hw_json_at(list, i), &name, err));
    while (kind < HW_EVIDENCE_KINDS && strcmp(name, hw_evidence_name((hw_evidence_kind)kind)) != 0)
      kind++;
    if (kind == HW_EVIDENCE_KINDS)
      return hw_err_set(err, HW_E_VALUE, "\"%.40s\" is no kind of evidence", name);
    *out |= HW_EVIDENCE_BIT(kind);
  }
  return HW_OK;
}

hw_status hw_evidence_read_parameters(const char *parameters, bool *is_used,
                                      hw_evidence_options *out, hw_err *err) {
  hw_json_doc *doc = NULL;
  const hw_json *list = NULL;
  *is_used = false;
  memset(out, 0, sizeof *out);
  HW_TRY(hw_json_doc_parse(parameters, strlen(parameters), NULL, &doc, err));
  const hw_json *used = hw_json_find(hw_json_doc_root(doc), "evidence");
  hw_status status = HW_OK;
  if (used != NULL) {
    *is_used = true;
    status = hw_json_get_array(used, "without", &list, err);
    if (status == HW_OK) status = read_kinds(list, &out->without, err);
    if (status == HW_OK) status = read_y_rates(used, &out->y_rates, err);
  }
  hw_json_doc_delete(doc);
  return status;
}
