/* SNPs, mtDNA and Y of `homeward identify`: shown as columns beside the ratio that all of them
 * make, and told where a line excludes what the rest would identify. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json_members.h"
#include "cli/identify_out.h"

/* ---- options ---- */

hw_status identify_read_without(const char *text, unsigned *out, hw_err *err) {
  *out = 0;
  while (text != NULL && *text != '\0') {
    const size_t n = strcspn(text, ",");
    int kind = HW_EVIDENCE_SNP;
    while (kind < HW_EVIDENCE_KINDS &&
           (strlen(hw_evidence_name((hw_evidence_kind)kind)) != n ||
            memcmp(hw_evidence_name((hw_evidence_kind)kind), text, n) != 0))
      kind++;
    if (kind == HW_EVIDENCE_KINDS)
      return hw_err_set(err, HW_E_USAGE,
                        "--without: '%.*s' is no kind of evidence: expected snp, mt or y", (int)n,
                        text);
    *out |= HW_EVIDENCE_BIT(kind);
    text += n + (text[n] == ',');
  }
  return HW_OK;
}

/* ---- columns ---- */

static unsigned kinds_of(const identify_view *view) {
  return view->weighed != NULL ? hw_evidence_kinds(view->evidence) : 0;
}

bool identify_has_kinds(const identify_view *view) {
  return kinds_of(view) != 0;
}

static bool has_column(const identify_view *view, int kind) {
  const unsigned kinds = kinds_of(view);
  return kinds != 0 && (kind == HW_EVIDENCE_STR || (kinds & HW_EVIDENCE_BIT(kind)) != 0);
}

void identify_print_kind_heads(const identify_view *view) {
  static const char *const heads[HW_EVIDENCE_KINDS] = {"STR", "SNP", "mtDNA", "Y"};
  for (int kind = 0; kind < HW_EVIDENCE_KINDS; kind++)
    if (has_column(view, kind)) printf("  %8s", heads[kind]);
}

/* The parts of a pair; nothing where they cannot be had again, which memory alone can bring. */
static hw_evidence_parts parts_of(const identify_view *view, int32_t remains, int32_t target,
                                  double log10_lr) {
  hw_evidence_parts parts;
  hw_err ignored = HW_ERR_INIT;
  if (hw_pair_evidence_parts(view->weighed, remains, target, log10_lr, &parts, &ignored) != HW_OK)
    memset(&parts, 0, sizeof parts);
  return parts;
}

void identify_print_kinds(const identify_view *view, int32_t remains, int32_t target,
                          double log10_lr) {
  if (!identify_has_kinds(view)) return;
  const hw_evidence_parts parts = parts_of(view, remains, target, log10_lr);
  for (int kind = 0; kind < HW_EVIDENCE_KINDS; kind++) {
    char number[CLI_NUMBER_SIZE];
    if (!has_column(view, kind)) continue;
    printf("  %8s", parts.is_typed[kind] ? cli_format_log10(parts.log10_lr[kind], number) : "-");
  }
}

/* ---- in words ---- */

void identify_print_kind_notes(const identify_view *view) {
  if (!identify_has_kinds(view)) return;
  const int32_t n_complex = hw_evidence_too_complex(view->evidence);
  int32_t n_without = 0;
  printf("Evidence   STR");
  if (has_column(view, HW_EVIDENCE_SNP)) printf(" x SNP");
  if (has_column(view, HW_EVIDENCE_MT)) printf(" x mtDNA");
  if (has_column(view, HW_EVIDENCE_Y)) printf(" x Y");
  printf(", independent given the pedigree; log10 LR is their sum, '-' = not compared\n");
  if (view->files != NULL) identify_files_print(view->files);
  if (n_complex > 0)
    printf("           SNPs of %d famil%s are not compared: too complex\n", (int)n_complex,
           n_complex == 1 ? "y" : "ies");
  if (hw_evidence_products(view->evidence) > 0)
    printf("           SNPs of %lld placements of several remains are the product of their pairs: "
           "together\n           they are too complex\n",
           (long long)hw_evidence_products(view->evidence));
  for (int32_t i = 0; i < view->n_pairs; i++)
    n_without += view->pairs[i].markers == 0 && view->pairs[i].is_proposed;
  if (n_without > 0)
    printf("           %d proposal%s without STR in common\n", (int)n_without,
           n_without == 1 ? "" : "s");
}

static void print_line(const identify_view *view, int32_t family, const char *line,
                       const hw_lineage_result *found, const char *unit) {
  const hw_pedigree *pedigree = &view->problem->families[family].pedigree;
  printf("%s differs from %s's at %d of %d %s", line, pedigree->persons[found->reference].id,
         (int)found->n_differences, (int)found->n_compared, unit);
}

static void print_excluded(const identify_view *view, const hw_excluded_pair *pair) {
  const hw_target *target = identify_target(view, pair->target);
  const hw_evidence_parts parts = parts_of(view, pair->remains, pair->target, pair->log10_lr);
  char with[CLI_NUMBER_SIZE], without[CLI_NUMBER_SIZE];
  printf("  %s  %s  %s: ", view->problem->remains[pair->remains].id,
         view->problem->families[target->family].name, target->code);
  if (pair->by_mt) print_line(view, target->family, "mtDNA", &parts.lines.mt, "positions");
  if (pair->by_mt && pair->by_y) printf("; ");
  if (pair->by_y) print_line(view, target->family, "Y", &parts.lines.y, "markers");
  printf("; log10 LR %s, without lines %s\n", cli_format_log10(pair->log10_lr, with),
         cli_format_log10(pair->without_lines, without));
}

/* Pairs that only a line keeps from the list, or that stand in it in spite of one. Where every pair
 * is listed, those at the usual threshold. */
static hw_status find_excluded(const identify_view *view, hw_excluded_pair **pairs, int32_t *n,
                               hw_err *err) {
  const double least = isinf(view->threshold) ? HW_IDENTIFY_THRESHOLD : view->threshold;
  *pairs = NULL;
  *n = 0;
  if (!identify_has_kinds(view)) return HW_OK;
  return hw_pair_evidence_excluded(view->weighed, least, pairs, n, err);
}

void identify_print_excluded(const identify_view *view) {
  hw_excluded_pair *pairs = NULL;
  int32_t n = 0;
  if (find_excluded(view, &pairs, &n, NULL) != HW_OK) return;
  if (n > 0) printf("\nExcluded by a line, though the other evidence fits\n\n");
  for (int32_t i = 0; i < n; i++) print_excluded(view, &pairs[i]);
  free(pairs);
}

/* ---- one pair ---- */

static const char *verdict_of(const hw_lineage_result *found) {
  switch (found->verdict) {
    case HW_LINEAGE_SAME:
      return "the same as";
    case HW_LINEAGE_INCONCLUSIVE:
      return "inconclusive with";
    case HW_LINEAGE_DIFFERENT:
      return "different from";
    case HW_LINEAGE_NONE:
      break;
  }
  return "not compared";
}

static void print_kind(const identify_view *view, const hw_evidence_parts *parts, int32_t family,
                       int kind) {
  static const char *const heads[HW_EVIDENCE_KINDS] = {"STR", "SNP", "mtDNA", "Y"};
  const hw_pedigree *pedigree = &view->problem->families[family].pedigree;
  char number[CLI_NUMBER_SIZE];
  printf("  %-8s  %8s", heads[kind],
         parts->is_typed[kind] ? cli_format_log10(parts->log10_lr[kind], number) : "-");
  if (kind == HW_EVIDENCE_SNP && parts->is_typed[kind])
    printf("  %d markers known, %d typed relative%s", (int)parts->snp_markers,
           (int)parts->snp_relatives, parts->snp_relatives == 1 ? "" : "s");
  if (kind >= HW_EVIDENCE_MT && parts->is_typed[kind]) {
    const hw_lineage_result *found = kind == HW_EVIDENCE_MT ? &parts->lines.mt : &parts->lines.y;
    printf("  %s %s's, %d of %d %s differ; rarity %.3g (%lld in %lld)", verdict_of(found),
           pedigree->persons[found->reference].id, (int)found->n_differences,
           (int)found->n_compared, kind == HW_EVIDENCE_MT ? "positions" : "markers", found->rarity,
           (long long)found->x, (long long)found->n);
  }
  fputc('\n', stdout);
}

void identify_print_kind_detail(const identify_view *view) {
  if (!identify_has_kinds(view)) return;
  const hw_target *target = identify_target(view, view->detail_target);
  const hw_evidence_parts parts =
      parts_of(view, view->detail_remains, view->detail_target, view->detail_total);
  char number[CLI_NUMBER_SIZE];
  printf("\nThis pair by kind of evidence, log10 LR\n\n");
  for (int kind = 0; kind < HW_EVIDENCE_KINDS; kind++)
    if (has_column(view, kind)) print_kind(view, &parts, target->family, kind);
  printf("  %-8s  %8s\n", "all", cli_format_log10(hw_evidence_total(&parts), number));
}

/* ---- for machines ---- */

void identify_json_kinds(hw_json_writer *w, const identify_view *view, int32_t remains,
                         int32_t target, double log10_lr) {
  if (!identify_has_kinds(view)) return;
  const hw_evidence_parts parts = parts_of(view, remains, target, log10_lr);
  hw_json_add_object(w, "evidence");
  hw_evidence_write(w, view->evidence, identify_target(view, target)->family, &parts);
  hw_json_write_end_object(w);
}

hw_status identify_json_excluded(hw_json_writer *w, const identify_view *view, hw_err *err) {
  hw_excluded_pair *pairs = NULL;
  int32_t n = 0;
  if (!identify_has_kinds(view)) return HW_OK;
  HW_TRY(find_excluded(view, &pairs, &n, err));
  hw_json_add_array(w, "excluded_by_lines");
  for (int32_t i = 0; i < n; i++) {
    const hw_target *target = identify_target(view, pairs[i].target);
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "remains", view->problem->remains[pairs[i].remains].id);
    hw_json_add_text(w, "family", view->problem->families[target->family].name);
    hw_json_add_text(w, "missing", target->code);
    hw_json_add_bool(w, "mt", pairs[i].by_mt);
    hw_json_add_bool(w, "y", pairs[i].by_y);
    hw_json_add_double(w, "log10_lr", pairs[i].log10_lr);
    hw_json_add_double(w, "log10_lr_without_lines", pairs[i].without_lines);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  free(pairs);
  return HW_OK;
}
