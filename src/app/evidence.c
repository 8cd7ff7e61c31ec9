/* What SNPs and lines say of a pair.
 *
 * SNPs go to the linked scorer (linked.h): the family is compiled once for each
 * missing person and every remains is scored against it. Where the missing person
 * is typed herself (a toothbrush) there is no untyped place to score, and the
 * pedigree is computed with both.
 *
 * Lines go to hw_lineage_weigh; of Y haplotypes, which come as lists of named
 * markers, evidence_y.c makes rows of one panel.
 *
 * Sexes that differ are no evidence of this module: the STR engines exclude such
 * a pair, or a prior weighs it. SNPs on X then say nothing, since the two cannot be
 * read as one sex. */
#include "app/evidence_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

const char *hw_evidence_name(hw_evidence_kind kind) {
  static const char *const names[HW_EVIDENCE_KINDS] = {"str", "snp", "mt", "y"};
  return names[kind];
}

bool hwp_evidence_is_off(const hw_evidence *self, hw_evidence_kind kind) {
  return (self->options.without & HW_EVIDENCE_BIT(kind)) != 0;
}

hw_status hwp_evidence_while(const hw_evidence *self, int32_t family, hw_status status,
                             hw_err *err) {
  if (status != HW_OK)
    hw_err_while(err, "weighing family '%s'", self->input.problem->families[family].name);
  return status;
}

/* ---- SNPs: preparation ---- */

static hw_status make_markers(hw_evidence *self, hw_err *err) {
  const hw_panel *panel = self->input.panel;
  if (panel == NULL || hwp_evidence_is_off(self, HW_EVIDENCE_SNP)) return HW_OK;
  self->n_genotypes = panel->first_genotype[panel->n_markers];
  hw_linked_marker *markers =
      hw_arena_alloc_array(&self->arena, (size_t)panel->n_markers, sizeof *markers);
  self->unknown =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_genotypes, sizeof *self->unknown);
  self->is_snp_off = hw_arena_alloc_array(&self->arena, (size_t)self->input.problem->n_families,
                                          sizeof *self->is_snp_off);
  if (markers == NULL || self->unknown == NULL || self->is_snp_off == NULL)
    return HW_NO_MEMORY(err, "the SNP panel");
  HW_TRY(hw_linked_markers_of_panel(panel, self->input.population, markers, err));
  self->markers = markers;
  return HW_OK;
}

/* ---- lines: preparation ---- */

/* @param row [out] NULL if not typed, or if the line does not count */
static hw_status make_row(hw_evidence *self, const hw_y_text *y, const int16_t **row, hw_err *err) {
  *row = NULL;
  if (y == NULL || hwp_evidence_is_off(self, HW_EVIDENCE_Y)) return HW_OK;
  int16_t *own = hw_arena_alloc_array(&self->arena, (size_t)self->y_panel.n_markers * HW_Y_COPIES,
                                      sizeof *own);
  if (own == NULL) return HW_NO_MEMORY(err, "Y haplotypes");
  hwp_evidence_y_row(self, y, own);
  *row = own;
  return HW_OK;
}

static hw_status make_remains(hw_evidence *self, hw_err *err) {
  const size_t n = (size_t)self->input.problem->n_remains;
  self->remains_y = hw_arena_alloc_array(&self->arena, n, sizeof *self->remains_y);
  if (self->remains_y == NULL) return HW_NO_MEMORY(err, "haplotypes");
  for (size_t r = 0; self->input.remains_lines != NULL && r < n; r++)
    HW_TRY(make_row(self, self->input.remains_lines[r].y, &self->remains_y[r], err));
  return HW_OK;
}

static hw_status make_family(hw_evidence *self, int32_t f, hw_err *err) {
  const size_t n = (size_t)self->input.problem->families[f].pedigree.n_persons;
  const hw_mt **mt = hw_arena_alloc_array(&self->arena, n, sizeof *mt);
  const int16_t **y = hw_arena_alloc_array(&self->arena, n, sizeof *y);
  if (mt == NULL || y == NULL) return HW_NO_MEMORY(err, "haplotypes");
  for (size_t i = 0; i < n; i++) {
    const hw_stored_lines *own = &self->input.person_lines[f][i];
    mt[i] = hwp_evidence_is_off(self, HW_EVIDENCE_MT) ? NULL : own->mt;
    HW_TRY(make_row(self, own->y, &y[i], err));
  }
  self->person_mt[f] = mt;
  self->person_y[f] = y;
  return HW_OK;
}

static hw_status make_tables(hw_evidence *self, hw_err *err) {
  const hw_haplotype_table *mt = self->input.mt_table, *y = self->input.y_table;
  hw_lineage_options *options = &self->lineage;
  if (self->input.lineage != NULL) {
    *options = *self->input.lineage;
    return HW_OK;
  }
  if (mt != NULL && mt->n > 0) {
    self->mt_database = (hw_mt_database){.population = self->input.mt_population,
                                         .n = mt->n,
                                         .haplotypes = (const hw_mt *const *)mt->mt,
                                         .counts = mt->counts};
    options->mt_database = &self->mt_database;
  }
  if (y == NULL || y->n == 0) return HW_OK;
  const size_t width = (size_t)self->y_panel.n_markers * HW_Y_COPIES;
  size_t n = 0;
  int16_t *rows = NULL;
  if (hw_mul_size((size_t)y->n, width, &n))
    rows = hw_arena_alloc_array(&self->arena, n, sizeof *rows);
  if (rows == NULL) return HW_NO_MEMORY(err, "Y haplotypes");
  for (int32_t i = 0; i < y->n; i++) hwp_evidence_y_row(self, &y->y[i], rows + (size_t)i * width);
  self->y_database = (hw_y_database){.population = self->input.y_population,
                                     .panel = &self->y_panel,
                                     .n = y->n,
                                     .rows = rows,
                                     .counts = y->counts};
  options->y_database = &self->y_database;
  return HW_OK;
}

static hw_status make_lines(hw_evidence *self, hw_err *err) {
  const size_t n = (size_t)self->input.problem->n_families;
  HW_TRY(hwp_evidence_y_panel(self, err));
  HW_TRY(make_remains(self, err));
  self->person_mt = hw_arena_alloc_array(&self->arena, n, sizeof *self->person_mt);
  self->person_y = hw_arena_alloc_array(&self->arena, n, sizeof *self->person_y);
  if (self->person_mt == NULL || self->person_y == NULL) return HW_NO_MEMORY(err, "haplotypes");
  for (size_t f = 0; self->input.person_lines != NULL && f < n; f++)
    HW_TRY(make_family(self, (int32_t)f, err));
  return make_tables(self, err);
}

/* ---- who is typed ---- */

static const hw_mt *mt_of(const hw_evidence *self, int32_t remains) {
  const bool has = self->input.remains_lines != NULL && !hwp_evidence_is_off(self, HW_EVIDENCE_MT);
  return has ? self->input.remains_lines[remains].mt : NULL;
}

static bool has_snp_remains(const hw_evidence *self, int32_t remains) {
  return self->markers != NULL && self->input.remains_snp != NULL &&
         self->input.remains_snp[remains].bytes != NULL;
}

static int32_t count_relatives(const hw_evidence *self, int32_t family) {
  const bool has = self->markers != NULL && self->input.family_snp != NULL;
  return has && !self->is_snp_off[family] ? self->input.family_snp[family].n_profiles : 0;
}

bool hwp_evidence_has_snp(const hw_evidence *self, int32_t remains, int32_t family) {
  return has_snp_remains(self, remains) && count_relatives(self, family) > 0;
}

static unsigned kinds_of_remains(const hw_evidence *self) {
  unsigned kinds = 0;
  for (int32_t r = 0; r < self->input.problem->n_remains; r++) {
    if (has_snp_remains(self, r)) kinds |= HW_EVIDENCE_BIT(HW_EVIDENCE_SNP);
    if (mt_of(self, r) != NULL) kinds |= HW_EVIDENCE_BIT(HW_EVIDENCE_MT);
    if (self->remains_y[r] != NULL) kinds |= HW_EVIDENCE_BIT(HW_EVIDENCE_Y);
  }
  return kinds;
}

static unsigned kinds_of_families(const hw_evidence *self) {
  unsigned kinds = 0;
  for (int32_t f = 0; f < self->input.problem->n_families; f++) {
    if (count_relatives(self, f) > 0) kinds |= HW_EVIDENCE_BIT(HW_EVIDENCE_SNP);
    /* Two missing of one family tell of each other where nobody else is typed. */
    if (self->input.problem->families[f].n_missing > 1)
      kinds |= HW_EVIDENCE_BIT(HW_EVIDENCE_SNP) | HW_EVIDENCE_BIT(HW_EVIDENCE_MT) |
               HW_EVIDENCE_BIT(HW_EVIDENCE_Y);
    if (self->person_mt[f] == NULL) continue;
    for (int32_t i = 0; i < self->input.problem->families[f].pedigree.n_persons; i++) {
      if (self->person_mt[f][i] != NULL) kinds |= HW_EVIDENCE_BIT(HW_EVIDENCE_MT);
      if (self->person_y[f][i] != NULL) kinds |= HW_EVIDENCE_BIT(HW_EVIDENCE_Y);
    }
  }
  return kinds;
}

unsigned hw_evidence_kinds(const hw_evidence *self) {
  return self->kinds;
}

int32_t hw_evidence_too_complex(const hw_evidence *self) {
  return self->n_snp_off;
}

bool hw_evidence_is_loaded(const hw_evidence *self) {
  return self->snp != NULL || self->stored_lines != NULL;
}

const hw_evidence_options *hw_evidence_options_of(const hw_evidence *self) {
  return &self->options;
}

bool hw_evidence_options_alike(const hw_evidence_options *a, const hw_evidence_options *b) {
  return a->without == b->without && a->y_rates == b->y_rates;
}

/* ---- beginning, end ---- */

hw_status hw_evidence_new(const hw_evidence_input *input, const hw_evidence_options *options,
                          hw_evidence **out, hw_err *err) {
  *out = NULL;
  hw_evidence *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the evidence");
  self->input = *input;
  if (options != NULL) self->options = *options;
  self->family = self->missing = -1;
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&self->family_arena, 0);
  hw_status status = HW_OK;
  self->known =
      hw_arena_alloc_array(&self->arena, HWP_PLACEMENT_SLOTS, sizeof(hwp_known_placement *));
  if (self->known == NULL) status = HW_NO_MEMORY(err, "the evidence");
  if (status == HW_OK) status = make_markers(self, err);
  if (status == HW_OK) status = make_lines(self, err);
  if (status != HW_OK) {
    hw_evidence_delete(self);
    return status;
  }
  self->kinds = kinds_of_remains(self) & kinds_of_families(self);
  *out = self;
  return HW_OK;
}

void hw_evidence_delete(hw_evidence *self) {
  if (self == NULL) return;
  hw_linked_scorer_delete(self->scorer);
  if (self->snp != NULL) hw_stored_snp_clear(self->snp);
  if (self->stored_lines != NULL) hw_stored_lineage_clear(self->stored_lines);
  free(self->snp);
  free(self->stored_lines);
  hw_y_rates_delete(self->y_rates);
  hw_arena_clear(&self->family_arena);
  hw_arena_clear(&self->arena);
  free(self);
}

/* ---- SNPs of a pair ---- */

static hw_sex place_sex(const hw_evidence *self, int32_t family, int32_t missing) {
  const hw_family *of = &self->input.problem->families[family];
  return of->pedigree.persons[of->missing[missing]].sex;
}

static bool sexes_differ(hw_sex a, hw_sex b) {
  return a != HW_UNKNOWN_SEX && b != HW_UNKNOWN_SEX && a != b;
}

void hwp_evidence_likelihoods(const hw_evidence *self, int32_t remains, hw_sex place, float *out) {
  enum { CHROMOSOME_X = 23 };
  const hw_panel *panel = self->input.panel;
  const hw_snp_profile *profile = &self->input.remains_snp[remains];
  hw_snp_likelihoods(profile->bytes, self->n_genotypes, out);
  if (!sexes_differ(profile->sex, place)) return;
  for (int32_t m = 0; m < panel->n_markers; m++)
    if (panel->markers[m].chromosome == CHROMOSOME_X)
      for (int64_t g = panel->first_genotype[m]; g < panel->first_genotype[m + 1]; g++) out[g] = 1;
}

hw_status hwp_evidence_take_family(hw_evidence *self, int32_t family, hw_err *err) {
  if (self->family == family) return HW_OK;
  hw_linked_scorer_delete(self->scorer);
  self->scorer = NULL;
  self->family = self->missing = -1;
  hw_arena_reset(&self->family_arena);
  const hw_stored_snp_family *of = &self->input.family_snp[family];
  const size_t n = (size_t)of->n_profiles, width = (size_t)self->n_genotypes;
  hw_linked_typed *typed = hw_arena_alloc_array(&self->family_arena, n + 1, sizeof *typed);
  if (typed == NULL) return HW_NO_MEMORY(err, "SNP profiles of a family");
  for (size_t i = 0; i < n; i++) {
    float *likelihoods = hw_arena_alloc_array(&self->family_arena, width, sizeof *likelihoods);
    if (likelihoods == NULL) return HW_NO_MEMORY(err, "SNP profiles of a family");
    hw_snp_likelihoods(of->profiles[i].bytes, self->n_genotypes, likelihoods);
    typed[i] = (hw_linked_typed){of->person[i], likelihoods};
  }
  self->problem = (hw_linked_problem){.pedigree = &self->input.problem->families[family].pedigree,
                                      .n_typed = (int32_t)n,
                                      .typed = typed,
                                      .n_markers = self->input.panel->n_markers,
                                      .markers = self->markers,
                                      .theta = self->input.problem->theta};
  self->family = family;
  return HW_OK;
}

static bool is_typed_herself(const hw_evidence *self, int32_t person) {
  for (int32_t i = 0; i < self->problem.n_typed; i++)
    if (self->problem.typed[i].person == person) return true;
  return false;
}

static hw_status score(hw_evidence *self, int32_t remains, int32_t family, int32_t missing,
                       double *ln_lr, hw_err *err) {
  const int32_t person = self->input.problem->families[family].missing[missing];
  HW_TRY(hwp_evidence_take_family(self, family, err));
  if (is_typed_herself(self, person)) {
    const hw_joint_pairing alone = {remains, missing};
    return hwp_evidence_place_snp(self, 1, &alone, ln_lr, err);
  }
  if (self->missing != missing) {
    hw_linked_scorer_delete(self->scorer);
    self->scorer = NULL;
    self->missing = -1;
    HW_TRY(hw_linked_scorer_new(&self->problem, person, &self->options.linked, &self->scorer, err));
    self->missing = missing;
  }
  hwp_evidence_likelihoods(self, remains, place_sex(self, family, missing), self->unknown);
  return hw_linked_scorer_score(self->scorer, self->unknown, ln_lr, NULL, err);
}

void hw_evidence_set_snp(const hw_evidence *self, int32_t remains, int32_t family, double log10_lr,
                         hw_evidence_parts *out) {
  out->is_typed[HW_EVIDENCE_SNP] = true;
  out->log10_lr[HW_EVIDENCE_SNP] = log10_lr;
  out->snp_markers = hw_snp_count_known(self->input.panel, self->input.remains_snp[remains].bytes);
  out->snp_relatives = count_relatives(self, family);
}

/* ---- lines of a pair ---- */

static void set_line(hw_evidence_parts *out, hw_evidence_kind kind,
                     const hw_lineage_result *result) {
  out->is_typed[kind] = result->verdict != HW_LINEAGE_NONE;
  out->log10_lr[kind] = out->is_typed[kind] ? result->log10_lr : 0;
}

hw_status hw_evidence_lines(const hw_evidence *self, int32_t remains, int32_t family,
                            int32_t missing, hw_evidence_parts *out, hw_err *err) {
  const hw_family *of = &self->input.problem->families[family];
  const hw_lineage_result nothing = {.reference = HW_PERSON_NONE,
                                     .contrary = {HW_PERSON_NONE, HW_PERSON_NONE}};
  memset(out, 0, sizeof *out);
  out->lines = (hw_lineage_evidence){nothing, nothing};
  if (self->person_mt[family] == NULL) return HW_OK;
  const hw_lineage_case lines = {.pedigree = &of->pedigree,
                                 .mt = self->person_mt[family],
                                 .y_panel = &self->y_panel,
                                 .y = self->person_y[family]};
  const hw_status status =
      hw_lineage_weigh(&lines, of->missing[missing], mt_of(self, remains), self->remains_y[remains],
                       &self->lineage, &out->lines, err);
  if (status != HW_OK) return hwp_evidence_while(self, family, status, err);
  set_line(out, HW_EVIDENCE_MT, &out->lines.mt);
  set_line(out, HW_EVIDENCE_Y, &out->lines.y);
  return HW_OK;
}

/* ---- a pair ---- */

hw_status hw_evidence_pair(hw_evidence *self, int32_t remains, int32_t family, int32_t missing,
                           hw_evidence_parts *out, hw_err *err) {
  double ln_lr = 0;
  HW_TRY(hw_evidence_lines(self, remains, family, missing, out, err));
  if (!hwp_evidence_has_snp(self, remains, family)) return HW_OK;
  hw_err why = HW_ERR_INIT;
  const hw_status status = score(self, remains, family, missing, &ln_lr, &why);
  if (status == HW_E_TOO_COMPLEX) {
    self->is_snp_off[family] = true;
    self->n_snp_off++;
    return HW_OK;
  }
  if (status != HW_OK) {
    if (err != NULL) *err = why;
    return hwp_evidence_while(self, family, status, err);
  }
  hw_evidence_set_snp(self, remains, family, ln_lr / LN10, out);
  return HW_OK;
}

void hw_evidence_set_str(hw_evidence_parts *parts, double log10_lr) {
  parts->is_typed[HW_EVIDENCE_STR] = !isnan(log10_lr);
  parts->log10_lr[HW_EVIDENCE_STR] = isnan(log10_lr) ? 0 : log10_lr;
}

double hw_evidence_total(const hw_evidence_parts *parts) {
  double sum = 0;
  for (int kind = 0; kind < HW_EVIDENCE_KINDS; kind++) {
    if (parts->log10_lr[kind] == IMPOSSIBLE) return IMPOSSIBLE;
    sum += parts->log10_lr[kind];
  }
  return sum;
}
