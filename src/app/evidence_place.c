/* Several remains of one family at once.
 *
 * SNPs. ln P(relatives and remains in their places) less ln P(the same, each of the
 * remains an unrelated person): two pedigrees for the same engine, the second being
 * the family's with one founder more for each of the remains. With theta these
 * founders draw from the family's urn, as the pairs' scorer has it; without, the
 * second factor is that of the family times theirs.
 *
 * Lines. The chain rule: P(b1, b2 | line) = P(b1 | line) P(b2 | line, b1). Each
 * remains is weighed against the relatives and those placed before, who stand in the
 * pedigree as typed. Two brothers whose mother is not typed thus share their line
 * with each other, which no pair can say.
 *
 * A placement is asked for again and again (a list that grows, a chain): what was
 * computed is remembered. */
#include <string.h>

#include "app/evidence_int.h"
#include "base/check.h"
#include "base/digest.h"

/* Additions and multiplications up to which a placement is computed in double precision. */
#define WORK_IN_DOUBLE 2e8

/* ---- SNPs ---- */

typedef struct placing {
  hw_evidence *from;
  hw_arena arena;
  int32_t n;
  const hw_joint_pairing *placed;
} placing;

/* Those placed who are typed. */
static int32_t take_typed(const hw_evidence *self, int32_t n, const hw_joint_pairing *placed,
                          hw_joint_pairing *out) {
  int32_t n_out = 0;
  for (int32_t i = 0; i < n; i++)
    if (self->input.remains_snp[placed[i].remains].bytes != NULL) out[n_out++] = placed[i];
  return n_out;
}

/* Two brothers exchanged are the same to the bit in truth, and must be so closely in the machine that
 * the joint run sees the tie: sums in double where little work allows it. */
static hw_linked_options choose_precision(const hw_evidence *self,
                                          const hw_linked_problem *problem) {
  hw_linked_options options = self->options.linked;
  hw_linked_need need;
  options.in_double =
      options.in_double ||
      (hw_linked_count_need(problem, false, &need, NULL) == HW_OK && need.work <= WORK_IN_DOUBLE);
  return options;
}

static hw_status compute(placing *self, double *ln_ratio, hw_err *err) {
  hw_evidence *from = self->from;
  const hw_family *family = &from->input.problem->families[from->family];
  const int32_t n_persons = family->pedigree.n_persons, n_relatives = from->problem.n_typed;
  const size_t n_typed = (size_t)n_relatives + (size_t)self->n;
  hw_person *persons =
      hw_arena_alloc_array(&self->arena, (size_t)n_persons + (size_t)self->n, sizeof *persons);
  hw_linked_typed *typed = hw_arena_alloc_array(&self->arena, n_typed, sizeof *typed);
  if (persons == NULL || typed == NULL) return HW_NO_MEMORY(err, "a placement");
  memcpy(persons, family->pedigree.persons, (size_t)n_persons * sizeof *persons);
  if (n_relatives > 0) memcpy(typed, from->problem.typed, (size_t)n_relatives * sizeof *typed);
  for (int32_t i = 0; i < self->n; i++) {
    const int32_t person = family->missing[self->placed[i].target];
    const hw_sex sex = family->pedigree.persons[person].sex;
    float *likelihoods =
        hw_arena_alloc_array(&self->arena, (size_t)from->n_genotypes, sizeof *likelihoods);
    if (likelihoods == NULL) return HW_NO_MEMORY(err, "a placement");
    hwp_evidence_likelihoods(from, self->placed[i].remains, sex, likelihoods);
    typed[n_relatives + i] = (hw_linked_typed){person, likelihoods};
    persons[n_persons + i] = (hw_person){.id = "",
                                         .father = HW_PERSON_NONE,
                                         .mother = HW_PERSON_NONE,
                                         .sex = sex,
                                         .twin = HW_PERSON_NONE};
  }
  const hw_pedigree extended = {n_persons + self->n, persons};
  hw_linked_problem problem = from->problem;
  hw_linked_result inside, outside;
  problem.pedigree = &extended;
  problem.n_typed = (int32_t)n_typed;
  problem.typed = typed;
  const hw_linked_options options = choose_precision(from, &problem);
  HW_TRY(hw_linked_likelihood(&problem, &options, &inside, err));
  for (int32_t i = 0; i < self->n; i++) typed[n_relatives + i].person = n_persons + i;
  HW_TRY(hw_linked_likelihood(&problem, &options, &outside, err));
  if (outside.ln_likelihood == IMPOSSIBLE)
    return hw_err_set(err, HW_E_VALUE,
                      "SNP profiles of the family or of its remains are impossible in the "
                      "population of the panel");
  *ln_ratio = inside.ln_likelihood - outside.ln_likelihood;
  return HW_OK;
}

hw_status hwp_evidence_place_snp(hw_evidence *self, int32_t n, const hw_joint_pairing *placed,
                                 double *ln_ratio, hw_err *err) {
  placing work = {.from = self, .n = n, .placed = placed};
  hw_arena_init(&work.arena, 0);
  const hw_status status = compute(&work, ln_ratio, err);
  hw_arena_clear(&work.arena);
  return status;
}

/* The product of the pairs. */
static hw_status multiply_pairs(hw_evidence *self, int32_t family, int32_t n,
                                const hw_joint_pairing *placed, double *ln_ratio, hw_err *err) {
  *ln_ratio = 0;
  for (int32_t i = 0; i < n; i++) {
    hw_evidence_parts parts;
    HW_TRY(hw_evidence_pair(self, placed[i].remains, family, placed[i].target, &parts, err));
    *ln_ratio += parts.log10_lr[HW_EVIDENCE_SNP] * LN10;
  }
  return HW_OK;
}

/* @param own  room for n pairings */
static hw_status place_snp(hw_evidence *self, int32_t family, int32_t n,
                           const hw_joint_pairing *placed, hw_joint_pairing *own, double *ln_ratio,
                           hw_err *err) {
  *ln_ratio = 0;
  if (self->markers == NULL || self->input.remains_snp == NULL || self->input.family_snp == NULL ||
      self->is_snp_off[family])
    return HW_OK;
  const int32_t n_own = take_typed(self, n, placed, own);
  if (n_own < 2) return multiply_pairs(self, family, n_own, own, ln_ratio, err);
  hw_err why = HW_ERR_INIT;
  HW_TRY(hwp_evidence_take_family(self, family, err));
  hw_status status = HW_E_TOO_COMPLEX;
  if (self->problem.n_typed + n_own <= HW_LINKED_MAX_TYPED)
    status = hwp_evidence_place_snp(self, n_own, own, ln_ratio, &why);
  if (status == HW_E_TOO_COMPLEX) {
    self->n_products++;
    return multiply_pairs(self, family, n_own, own, ln_ratio, err);
  }
  if (status != HW_OK && err != NULL) *err = why;
  return status;
}

/* ---- lines ---- */

/* @param mt,y  of the family's persons, with room: those placed are added */
static hw_status place_lines(const hw_evidence *self, int32_t family, int32_t n,
                             const hw_joint_pairing *placed, const hw_mt **mt, const int16_t **y,
                             double *ln_ratio, hw_err *err) {
  const hw_family *of = &self->input.problem->families[family];
  const size_t n_persons = (size_t)of->pedigree.n_persons;
  const hw_lineage_case lines = {
      .pedigree = &of->pedigree, .mt = mt, .y_panel = &self->y_panel, .y = y};
  const bool has_mt = !hwp_evidence_is_off(self, HW_EVIDENCE_MT);
  *ln_ratio = 0;
  if (self->person_mt[family] == NULL) return HW_OK;
  memcpy((void *)mt, (const void *)self->person_mt[family], n_persons * sizeof *mt);
  memcpy((void *)y, (const void *)self->person_y[family], n_persons * sizeof *y);
  for (int32_t i = 0; i < n; i++) {
    const int32_t r = placed[i].remains, person = of->missing[placed[i].target];
    const hw_mt *own_mt = has_mt ? self->input.remains_lines[r].mt : NULL;
    hw_lineage_evidence found;
    HW_TRY(
        hw_lineage_weigh(&lines, person, own_mt, self->remains_y[r], &self->lineage, &found, err));
    *ln_ratio += (found.mt.log10_lr + found.y.log10_lr) * LN10;
    if (mt[person] == NULL) mt[person] = own_mt;
    if (y[person] == NULL) y[person] = self->remains_y[r];
  }
  return HW_OK;
}

/* ---- both, remembered ---- */

static hw_status place(hw_evidence *self, int32_t family, int32_t n, const hw_joint_pairing *placed,
                       double *ln_ratio, hw_err *err) {
  const size_t n_persons = (size_t)self->input.problem->families[family].pedigree.n_persons;
  hw_arena brief;
  double snp = 0, lines = 0;
  hw_arena_init(&brief, 0);
  hw_joint_pairing *own = hw_arena_alloc_array(&brief, (size_t)n, sizeof *own);
  const hw_mt **mt = hw_arena_alloc_array(&brief, n_persons, sizeof *mt);
  const int16_t **y = hw_arena_alloc_array(&brief, n_persons, sizeof *y);
  hw_status status = HW_OK;
  if (own == NULL || mt == NULL || y == NULL) status = HW_NO_MEMORY(err, "a placement");
  if (status == HW_OK) status = place_snp(self, family, n, placed, own, &snp, err);
  if (status == HW_OK) status = place_lines(self, family, n, placed, mt, y, &lines, err);
  hw_arena_clear(&brief);
  *ln_ratio = snp + lines;
  return status == HW_OK ? HW_OK : hwp_evidence_while(self, family, status, err);
}

static size_t slot_of(int32_t family, int32_t n, const hw_joint_pairing *placed) {
  const size_t own = (size_t)hw_digest_short(placed, (size_t)n * sizeof *placed);
  return (own + (size_t)family) % HWP_PLACEMENT_SLOTS;
}

hw_status hw_evidence_placement(hw_evidence *self, int32_t family, int32_t n,
                                const hw_joint_pairing *placed, double *ln_ratio, hw_err *err) {
  *ln_ratio = 0;
  if (n == 0) return HW_OK;
  const size_t n_bytes = (size_t)n * sizeof *placed, slot = slot_of(family, n, placed);
  for (const hwp_known_placement *at = self->known[slot]; at != NULL; at = at->next)
    if (at->family == family && at->n == n && memcmp(at->placed, placed, n_bytes) == 0) {
      *ln_ratio = at->ln_ratio;
      return HW_OK;
    }
  HW_TRY(place(self, family, n, placed, ln_ratio, err));
  hwp_known_placement *item = hw_arena_alloc(&self->arena, sizeof *item + n_bytes);
  if (item == NULL) return HW_NO_MEMORY(err, "a placement");
  item->family = family;
  item->n = n;
  item->ln_ratio = *ln_ratio;
  memcpy(item->placed, placed, n_bytes);
  item->next = self->known[slot];
  self->known[slot] = item;
  return HW_OK;
}

int64_t hw_evidence_products(const hw_evidence *self) {
  return self->n_products;
}
