/* Likelihood ratios of simulated bones, see snp_pairs.h. Relations are two lines of descent below a
 * couple, so and so many generations long. */
#include "snp_pairs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_FAMILY = 1, STREAM_CONTAMINANT = 2, STREAM_BONE = 3, STREAM_RELATIVES = 16 };

static const struct {
  const char *name;
  int32_t unknown, relative; /* generations below the couple */
} relations[SNP_RELATIONS] = {{"PO", 1, 0},   {"FS", 1, 1}, {"AV", 2, 1},   {"1C", 2, 2},
                              {"1C1R", 3, 2}, {"2C", 3, 3}, {"2C1R", 4, 3}, {"3C", 4, 4}};

const char *snp_relation_name(snp_relation relation) {
  return relations[relation].name;
}

static void ensure(hw_status status, const hw_err *err) {
  char text[1024];
  if (status == HW_OK) return;
  fprintf(stderr, "%s\n", hw_err_text(err, text, sizeof text));
  abort();
}

static void *zeroed(size_t n, size_t size) {
  void *memory = calloc(n + 1, size);
  if (memory == NULL) abort();
  return memory;
}

/* ---- families ---- */

static int32_t add(snp_family *self, int32_t father, int32_t mother, hw_sex sex) {
  const int32_t i = self->pedigree.n_persons++;
  if (i >= SNP_PERSONS) abort();
  snprintf(self->ids[i], sizeof self->ids[i], "P%d", (int)i);
  self->persons[i] = (hw_person){self->ids[i], father, mother, sex, HW_PERSON_NONE};
  self->sexes[i] = sex;
  return i;
}

static void begin(snp_family *self) {
  memset(self, 0, sizeof *self);
  self->pedigree.persons = self->persons;
  (void)add(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  (void)add(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  self->stranger = add(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
}

/* Man after man, below the couple. */
static int32_t descend(snp_family *self, int32_t generations) {
  int32_t last = 0, mother = 1;
  for (int32_t g = 0; g < generations; g++) {
    if (g > 0) mother = add(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
    last = add(self, last, mother, HW_MALE);
  }
  return last;
}

void snp_family_make(snp_family *self, snp_relation relation) {
  begin(self);
  self->unknown = descend(self, relations[relation].unknown);
  self->relatives[self->n_relatives++] = descend(self, relations[relation].relative);
}

void snp_family_star(snp_family *self, int32_t n_relatives, int32_t generations) {
  begin(self);
  self->unknown = descend(self, 1);
  for (int32_t i = 0; i < n_relatives; i++)
    self->relatives[self->n_relatives++] = descend(self, 1 + generations);
}

/* ---- studies ---- */

void snp_study_init(snp_study *self, const hw_panel *panel) {
  const size_t n = (size_t)panel->n_markers, g = (size_t)panel->first_genotype[panel->n_markers];
  hw_err err = HW_ERR_INIT;
  memset(self, 0, sizeof *self);
  self->panel = panel;
  self->run = (hw_sequencing){.error = 0.01};
  self->call = (hw_snp_error){.allele = 0.001};
  self->markers = zeroed(n, sizeof *self->markers);
  self->apart = zeroed(n, sizeof *self->apart);
  self->alleles = zeroed(2 * n, SNP_PERSONS);
  self->contaminant = zeroed(2 * n, 1);
  self->bytes = zeroed(g, 1);
  for (int i = 0; i <= SNP_TYPED; i++) self->likelihoods[i] = zeroed(g, sizeof(float));
  ensure(hw_linked_markers_of_panel(panel, 0, self->markers, &err), &err);
  for (size_t m = 0; m < n; m++) {
    const double far_cm = 1e4;
    self->apart[m] = self->markers[m];
    self->apart[m].female_cm = self->apart[m].male_cm = far_cm * (double)m;
  }
}

void snp_study_clear(snp_study *self) {
  free(self->markers);
  free(self->apart);
  free(self->alleles);
  free(self->contaminant);
  free(self->bytes);
  for (int i = 0; i <= SNP_TYPED; i++) free(self->likelihoods[i]);
}

static void draw_alone(const snp_study *self, const hw_random *stream, uint8_t *alleles) {
  const hw_person alone = {"P", HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE, HW_PERSON_NONE};
  const hw_pedigree pedigree = {1, &alone};
  const hw_sex sex = HW_MALE;
  hw_err err = HW_ERR_INIT;
  ensure(hw_simulate_haplotypes(&pedigree, &sex, self->panel, 0, 0, stream, alleles, &err), &err);
}

static void to_floats(const snp_study *self, int place) {
  hw_snp_likelihoods(self->bytes, self->panel->first_genotype[self->panel->n_markers],
                     self->likelihoods[place]);
}

static void draw_relatives(snp_study *self, const hw_random *root) {
  const snp_family *f = &self->family;
  const size_t row = 2 * (size_t)self->panel->n_markers;
  const hw_random family = hw_random_split(root, STREAM_FAMILY);
  hw_err err = HW_ERR_INIT;
  ensure(hw_simulate_haplotypes(&f->pedigree, f->sexes, self->panel, 0, self->theta, &family,
                                self->alleles, &err),
         &err);
  for (int32_t i = 0; i < f->n_relatives; i++) {
    const hw_random own = hw_random_split(root, STREAM_RELATIVES + (uint64_t)i);
    ensure(hw_simulate_calls(self->panel, self->alleles + row * (size_t)f->relatives[i],
                             &self->call, 0, &own, self->bytes, &err),
           &err);
    to_floats(self, 1 + i);
  }
}

/* Bases on fragments, and what reads.h makes of them. */
static void read_bases(snp_study *self, const uint8_t *who, const hw_sequencing *run,
                       const hw_random *stream) {
  const hw_reads_model *model = self->has_assumed ? &self->assumed.model : &run->model;
  hw_pileup *pileup = NULL;
  hw_err err = HW_ERR_INIT;
  ensure(hw_simulate_reads(self->panel, who, run, stream, &pileup, &err), &err);
  ensure(hw_reads_genotypes(self->panel, 0, pileup, HW_MALE, model, self->bytes, &err), &err);
  hw_pileup_delete(pileup);
}

static void draw_bone(snp_study *self, bool is_related, const hw_random *root) {
  const snp_family *f = &self->family;
  const hw_random bone = hw_random_split(root, STREAM_BONE),
                  other = hw_random_split(root, STREAM_CONTAMINANT);
  const uint8_t *who = self->alleles + 2 * (size_t)self->panel->n_markers *
                                           (size_t)(is_related ? f->unknown : f->stranger);
  hw_sequencing run = self->run;
  hw_err err = HW_ERR_INIT;
  if (self->is_contaminated_by_one) {
    draw_alone(self, &other, self->contaminant);
    run.contaminant = self->contaminant;
  }
  if (self->has_bases)
    read_bases(self, who, &run, &bone);
  else
    ensure(
        hw_simulate_likelihoods(self->panel, who, &run, self->has_assumed ? &self->assumed : NULL,
                                &bone, self->bytes, &err),
        &err);
  to_floats(self, 0);
}

static double score(const snp_study *self, const hw_linked_marker *markers) {
  const snp_family *f = &self->family;
  hw_linked_typed typed[SNP_TYPED];
  const hw_linked_options options = {.in_double = self->is_in_double};
  hw_linked_scorer *scorer = NULL;
  hw_err err = HW_ERR_INIT;
  double ln_lr = 0;
  for (int32_t i = 0; i < f->n_relatives; i++)
    typed[i] = (hw_linked_typed){f->relatives[i], self->likelihoods[1 + i]};
  const hw_linked_problem family = {&f->pedigree,           f->n_relatives, typed,
                                    self->panel->n_markers, markers,        self->theta};
  ensure(hw_linked_scorer_new(&family, f->unknown, &options, &scorer, &err), &err);
  ensure(hw_linked_scorer_score(scorer, self->likelihoods[0], &ln_lr, NULL, &err), &err);
  hw_linked_scorer_delete(scorer);
  return ln_lr / log(10);
}

double snp_study_draw(snp_study *self, bool is_related, uint64_t seed, double *unlinked) {
  hw_random root;
  hw_random_init(&root, seed);
  draw_relatives(self, &root);
  draw_bone(self, is_related, &root);
  if (unlinked != NULL) *unlinked = score(self, self->apart);
  return score(self, self->markers);
}
