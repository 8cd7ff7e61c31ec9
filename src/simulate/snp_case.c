/* SNP profiles and lines of the persons of a simulated case.
 *
 * The case (case.c) has families, who of them is typed, and whose the remains are; here the same
 * persons get genes at a panel. Nothing of the case changes, so STR and SNP profiles of one person
 * agree in sex and relations, and are independent otherwise, as unlinked markers are.
 *
 * Streams, of the same seed but apart from those of the case:
 *
 *   root / 11 / family    genes and lines of a family, and its relatives' calls
 *   root / 12 / remains   coverage, reads, and the genes of a person whom no family misses
 *   root / 13             the pool that all lines begin with
 *
 * Work goes family by family, so that only one family's genes are held at a time; what stays is a
 * byte for each genotype of each profile. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "simulate/snp_case_int.h"
#include "simulate/snp_int.h"

enum {
  STREAM_FAMILIES = 11,
  STREAM_REMAINS = 12,
  STREAM_POOL = 13,
  OF_GENES = 1,
  OF_LINES = 2,
  OF_SEXES = 3,
  OF_TYPED = 4
};

/* A remains and the person it is of. */
typedef struct found {
  int32_t family, person, remains;
} found;

typedef struct maker {
  const hw_simulation *persons;
  const hw_snp_simulation_options *options;
  hwp_snp_case *to;
  hw_random families, remains, pool;
  found *found; /* by family */
  int32_t n_found, next;
  int32_t n_references;
} maker;

/* ---- whose the remains are ---- */

static int compare_names(const void *a, const void *b) {
  return strcmp((*(const hw_family *const *)a)->name, (*(const hw_family *const *)b)->name);
}

static int compare_found(const void *a, const void *b) {
  const found *x = a, *y = b;
  if (x->family != y->family) return x->family < y->family ? -1 : 1;
  return x->remains < y->remains ? -1 : x->remains > y->remains;
}

static hw_status list_found(maker *self, hw_arena *scratch, hw_err *err) {
  const hw_case *problem = &self->persons->problem;
  const size_t n = (size_t)problem->n_families;
  const hw_family **by_name = hw_arena_alloc_array(scratch, n + 1, sizeof *by_name);
  self->found = hw_arena_alloc_array(scratch, (size_t)self->persons->n_truth + 1, sizeof(found));
  if (by_name == NULL || self->found == NULL) return HW_NO_MEMORY(err, "whose the remains are");
  for (size_t f = 0; f < n; f++) by_name[f] = &problem->families[f];
  qsort(by_name, n, sizeof *by_name, compare_names);
  for (int32_t i = 0; i < self->persons->n_truth; i++) {
    const hw_truth *truth = &self->persons->truth[i];
    const hw_family wanted = {.name = truth->family}, *key = &wanted;
    if (truth->family[0] == '\0') continue;
    const hw_family **at = bsearch(&key, by_name, n, sizeof *by_name, compare_names);
    HW_BUG_IF(at == NULL, err);
    const int32_t person = hw_pedigree_find(&(*at)->pedigree, truth->missing);
    HW_BUG_IF(person == HW_PERSON_NONE, err);
    self->found[self->n_found++] = (found){(int32_t)(*at - problem->families), person, i};
  }
  qsort(self->found, (size_t)self->n_found, sizeof *self->found, compare_found);
  return HW_OK;
}

/* ---- one person ---- */

/* Keeps a line for as long as the case. */
static hw_status keep_line(maker *self, const hw_lineages *lines, int32_t person, hwp_line *out,
                           hw_err *err) {
  const size_t row = (size_t)lines->n_y_markers;
  out->mt = hw_arena_strdup(&self->to->arena, lines->mt[person]);
  out->y = hw_arena_copy(&self->to->arena, lines->y + (size_t)person * row, row * sizeof *out->y);
  self->to->n_y_markers = lines->n_y_markers;
  return out->mt != NULL && out->y != NULL ? HW_OK : HW_NO_MEMORY(err, "a line");
}

static uint8_t *new_bytes(maker *self) {
  const hw_panel *panel = self->options->panel;
  return hw_arena_alloc(&self->to->arena, (size_t)panel->first_genotype[panel->n_markers]);
}

/* Reads the remains of somebody with these genes. */
static hw_status sequence(maker *self, int32_t index, hw_sex sex, const uint8_t *alleles,
                          hw_err *err) {
  const hw_snp_simulation_options *o = self->options;
  const hw_random stream = hw_random_split(&self->remains, (uint64_t)index);
  hw_random own = hw_random_split(&stream, OF_TYPED);
  hw_sequencing run = o->run;
  run.coverage *= 1 + o->spread * (2 * hw_random_double(&own) - 1);
  uint8_t *bytes = new_bytes(self);
  if (bytes == NULL) return HW_NO_MEMORY(err, "an SNP profile");
  HW_TRY(hwp_snp_case_read(o->panel, sex, alleles, &run, &own, bytes, err));
  self->to->coverage[index] = run.coverage;
  self->to->remains[index] =
      (hw_snp_profile){.id = self->persons->truth[index].remains, .sex = sex, .bytes = bytes};
  return HW_OK;
}

/* ---- families ---- */

/* What is known of one family while it is made. */
typedef struct draft {
  const hw_family *family;
  hw_sex *sexes;
  uint8_t *alleles;
  hw_lineages *lines;
} draft;

static const uint8_t *genes_of(const maker *self, const draft *family, int32_t person) {
  return family->alleles + 2 * (size_t)self->options->panel->n_markers * (size_t)person;
}

static hw_status call_relatives(maker *self, const draft *made, const hw_random *stream,
                                hw_err *err) {
  const hw_snp_simulation_options *o = self->options;
  for (int32_t i = 0; i < made->family->n_profiles; i++) {
    const int32_t person = made->family->profile_person[i], at = self->n_references++;
    const hw_random typed = hw_random_split(stream, OF_TYPED);
    const hw_random own = hw_random_split(&typed, (uint64_t)i);
    uint8_t *bytes = new_bytes(self);
    if (bytes == NULL) return HW_NO_MEMORY(err, "an SNP profile");
    HW_TRY(hw_simulate_calls(o->panel, genes_of(self, made, person), &o->call, o->call_missing,
                             &own, bytes, err));
    self->to->references[at] = (hw_snp_profile){
        .id = made->family->profiles[i].id, .sex = made->sexes[person], .bytes = bytes};
    self->to->reference_person[at] = made->family->pedigree.persons[person].id;
    if (made->lines != NULL)
      HW_TRY(keep_line(self, made->lines, person, &self->to->reference_lines[at], err));
  }
  return HW_OK;
}

static hw_status fill_family(maker *self, int32_t index, draft *made, hw_err *err) {
  const hw_snp_simulation_options *o = self->options;
  const hw_pedigree *pedigree = &made->family->pedigree;
  const hw_random stream = hw_random_split(&self->families, (uint64_t)index);
  const hw_random genes = hw_random_split(&stream, OF_GENES),
                  lines = hw_random_split(&stream, OF_LINES);
  hw_random sexes = hw_random_split(&stream, OF_SEXES);
  HW_TRY(hw_simulate_sexes(pedigree, &sexes, made->sexes, err));
  HW_TRY(hw_simulate_haplotypes(pedigree, made->sexes, o->panel, o->population, o->theta, &genes,
                                made->alleles, err));
  if (o->has_lineages)
    HW_TRY(hw_simulate_lineages(pedigree, made->sexes, &o->lineages, &self->pool, &lines,
                                &made->lines, err));
  HW_TRY(call_relatives(self, made, &stream, err));
  for (; self->next < self->n_found && self->found[self->next].family == index; self->next++) {
    const found *at = &self->found[self->next];
    HW_TRY(sequence(self, at->remains, made->sexes[at->person], genes_of(self, made, at->person),
                    err));
    if (made->lines != NULL)
      HW_TRY(keep_line(self, made->lines, at->person, &self->to->remains_lines[at->remains], err));
  }
  return HW_OK;
}

static hw_status make_family(maker *self, int32_t index, hw_err *err) {
  draft made = {.family = &self->persons->problem.families[index]};
  const size_t n = (size_t)made.family->pedigree.n_persons;
  made.sexes = calloc(n + 1, sizeof *made.sexes);
  made.alleles = calloc(n + 1, 2 * (size_t)self->options->panel->n_markers);
  const hw_status status = made.sexes != NULL && made.alleles != NULL
                               ? fill_family(self, index, &made, err)
                               : HW_NO_MEMORY(err, "the genes of a family");
  hw_lineages_delete(made.lines);
  free(made.sexes);
  free(made.alleles);
  return status;
}

/* ---- persons whom no family misses ---- */

static hw_status fill_stranger(maker *self, int32_t index, uint8_t *alleles, hw_err *err) {
  const hw_snp_simulation_options *o = self->options;
  const hw_sex sex = self->persons->truth[index].sex;
  const hw_person alone = {"unrelated", HW_PERSON_NONE, HW_PERSON_NONE, sex, HW_PERSON_NONE};
  const hw_pedigree pedigree = {1, &alone};
  const hw_random stream = hw_random_split(&self->remains, (uint64_t)index);
  const hw_random genes = hw_random_split(&stream, OF_GENES),
                  line = hw_random_split(&stream, OF_LINES);
  HW_TRY(hw_simulate_haplotypes(&pedigree, &sex, o->panel, o->population, o->theta, &genes, alleles,
                                err));
  HW_TRY(sequence(self, index, sex, alleles, err));
  if (!o->has_lineages) return HW_OK;
  hw_lineages *lines = NULL;
  HW_TRY(hw_simulate_lineages(&pedigree, &sex, &o->lineages, &self->pool, &line, &lines, err));
  const hw_status status = keep_line(self, lines, 0, &self->to->remains_lines[index], err);
  hw_lineages_delete(lines);
  return status;
}

static hw_status make_strangers(maker *self, hw_err *err) {
  uint8_t *alleles = calloc((size_t)self->options->panel->n_markers + 1, 2);
  hw_status status = alleles != NULL ? HW_OK : HW_NO_MEMORY(err, "the genes of a person");
  for (int32_t i = 0; i < self->persons->n_truth && status == HW_OK; i++)
    if (self->persons->truth[i].family[0] == '\0') status = fill_stranger(self, i, alleles, err);
  free(alleles);
  return status;
}

/* ---- the whole ---- */

static hw_status check(const hw_snp_simulation_options *o, hw_err *err) {
  if (!(o->spread >= 0 && o->spread <= 1))
    return hw_err_set(err, HW_E_VALUE, "spread of coverage %g is not in 0 ... 1", o->spread);
  return hwp_sequencing_check(o->panel, &o->run, err);
}

static hw_status reserve(maker *self, hw_err *err) {
  hwp_snp_case *to = self->to;
  const hw_case *problem = &self->persons->problem;
  size_t n = 1, n_remains = (size_t)self->persons->n_truth + 1;
  for (int32_t f = 0; f < problem->n_families; f++) n += (size_t)problem->families[f].n_profiles;
  to->references = hw_arena_alloc_array(&to->arena, n, sizeof *to->references);
  to->reference_person = hw_arena_alloc_array(&to->arena, n, sizeof *to->reference_person);
  to->reference_lines = hw_arena_alloc_array(&to->arena, n, sizeof *to->reference_lines);
  to->remains = hw_arena_alloc_array(&to->arena, n_remains, sizeof *to->remains);
  to->remains_lines = hw_arena_alloc_array(&to->arena, n_remains, sizeof *to->remains_lines);
  to->coverage = hw_arena_alloc_array(&to->arena, n_remains, sizeof *to->coverage);
  const bool fits = to->references != NULL && to->reference_person != NULL &&
                    to->reference_lines != NULL && to->remains != NULL &&
                    to->remains_lines != NULL && to->coverage != NULL;
  return fits ? HW_OK : HW_NO_MEMORY(err, "the SNP profiles of a case");
}

static hw_status make_all(maker *self, hw_err *err) {
  hw_arena scratch = {0};
  hw_random root;
  hw_random_init(&root, self->options->seed);
  self->families = hw_random_split(&root, STREAM_FAMILIES);
  self->remains = hw_random_split(&root, STREAM_REMAINS);
  self->pool = hw_random_split(&root, STREAM_POOL);
  hw_status status = reserve(self, err);
  if (status == HW_OK) status = list_found(self, &scratch, err);
  for (int32_t f = 0; f < self->persons->problem.n_families && status == HW_OK; f++)
    status = make_family(self, f, err);
  if (status == HW_OK) status = make_strangers(self, err);
  hw_arena_clear(&scratch);
  return status;
}

hw_status hw_snp_simulation_new(const hw_simulation *persons,
                                const hw_snp_simulation_options *options, hw_snp_simulation **out,
                                hw_err *err) {
  *out = NULL;
  HW_TRY(check(options, err));
  hwp_snp_case *to = calloc(1, sizeof *to);
  if (to == NULL) return HW_NO_MEMORY(err, "the SNP profiles of a case");
  to->simulation.storage = to;
  maker self = {.persons = persons, .options = options, .to = to};
  const hw_status status = make_all(&self, err);
  if (status != HW_OK) {
    hw_snp_simulation_delete(&to->simulation);
    return status;
  }
  to->has_lineages = options->has_lineages;
  to->simulation.n_references = self.n_references;
  to->simulation.references = to->references;
  to->simulation.n_remains = persons->n_truth;
  to->simulation.remains = to->remains;
  to->simulation.coverage = to->coverage;
  *out = &to->simulation;
  return HW_OK;
}

void hw_snp_simulation_delete(hw_snp_simulation *self) {
  if (self == NULL) return;
  hwp_snp_case *own = self->storage;
  hw_arena_clear(&own->arena);
  free(own);
}
