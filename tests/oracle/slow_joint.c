/* The slow twin of joint identification, see slow_joint.h. */
#include "slow_joint.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gene_drop.h"
#include "support/assert.h"

static const double IMPOSSIBLE = -HUGE_VAL;

/* ---- random cases ----------------------------------------------------------------- */

static bool has_zero_frequency(const random_problem *p) {
  for (int32_t m = 0; m < p->problem.n_markers; m++)
    for (int32_t a = 0; a < p->markers[m].n_alleles; a++)
      if (!(p->markers[m].frequencies[a] > 0)) return true;
  return false;
}

/* Observation of a true genotype: seldom missing or partial. */
static hw_observation observe(const hw_marker *marker, const hw_allele *genotype, rng *r) {
  static const hw_profile plain = {0};
  hw_observation o = gene_drop_observe(marker, &plain, genotype[HW_FROM_FATHER],
                                       genotype[HW_FROM_MOTHER], NULL, r);
  if (rng_chance(r, 0.08)) o = (hw_observation){.kind = HW_OBS_MISSING};
  if (o.kind == HW_OBS_GENOTYPE && rng_chance(r, 0.05)) o.b = HW_ALLELE_NONE;
  return o;
}

/* Fathers are male and mothers female, also where the pedigree does not say so. */
static void tell_sexes(random_problem *p) {
  for (int32_t i = 0; i < p->pedigree.n_persons; i++) {
    if (p->persons[i].father >= 0) p->persons[p->persons[i].father].sex = HW_MALE;
    if (p->persons[i].mother >= 0) p->persons[p->persons[i].mother].sex = HW_FEMALE;
  }
  for (int32_t i = 0; i < p->pedigree.n_persons; i++) {
    hw_person *person = &p->persons[i], *twin = person->twin < 0 ? NULL : &p->persons[person->twin];
    if (twin == NULL) continue;
    if (twin->sex == HW_UNKNOWN_SEX) twin->sex = person->sex;
    person->sex = twin->sex;
  }
}

/* Drops genes through a family and draws who is missing and who is typed; the others' true
 * genotypes wait in `truth` for the remains. */
static void fill_family(slow_case *self, int32_t f, rng *r,
                        hw_allele truth[SLOW_MISSING][RANDOM_MARKERS][2]) {
  const random_problem *source = self->source[f];
  const int32_t n = source->pedigree.n_persons;
  hw_family *family = &self->families[f];
  int32_t order[RANDOM_PERSONS];
  snprintf(self->names[f], sizeof self->names[f], "F%d", (int)f + 1);
  *family = (hw_family){.name = self->names[f],
                        .pedigree = source->pedigree,
                        .missing = self->missing[f],
                        .profiles = self->profiles[f],
                        .profile_person = self->profile_person[f]};
  rng_shuffle(r, order, n);
  const int32_t wanted = 1 + rng_below(r, SLOW_MISSING);
  for (int32_t i = 0; i < n; i++) {
    const int32_t person = order[i];
    bool is_taken = false; /* one of twins at most */
    for (int32_t k = 0; k < family->n_missing; k++)
      is_taken |= random_problem_first_twin(source, self->missing[f][k]) ==
                  random_problem_first_twin(source, person);
    if (family->n_missing < wanted && !is_taken) {
      self->missing[f][family->n_missing++] = person;
    } else if (!is_taken && rng_chance(r, 0.6)) {
      const int32_t p = family->n_profiles++;
      self->profile_person[f][p] = person;
      self->profiles[f][p] = (hw_profile){.id = source->persons[person].id,
                                          .n_markers = self->problem.n_markers,
                                          .observations = self->observations[f][p]};
    }
  }
  for (int32_t m = 0; m < self->problem.n_markers; m++) {
    gene_drop drop = {.pedigree = &source->pedigree};
    const hw_marker *marker = &self->problem.markers[m];
    gene_drop_step(&drop, marker, 0.5, r);
    for (int32_t p = 0; p < family->n_profiles; p++)
      self->observations[f][p][m] = observe(marker, drop.genotype[self->profile_person[f][p]], r);
    for (int32_t k = 0; k < family->n_missing; k++)
      memcpy(truth[k][m], drop.genotype[self->missing[f][k]], sizeof truth[k][m]);
    gene_drop_clear(&drop);
  }
}

/* Remains: the missing, in any order, or strangers. */
static void fill_remains(slow_case *self, rng *r,
                         hw_allele truth[SLOW_TARGETS][RANDOM_MARKERS][2]) {
  int32_t order[SLOW_TARGETS] = {0}, next = 0;
  self->problem.n_remains = 1 + rng_below(r, SLOW_REMAINS);
  self->problem.remains = self->remains;
  rng_shuffle(r, order, self->n_targets);
  for (int32_t i = 0; i < self->problem.n_remains; i++) {
    const bool is_missing = next < self->n_targets && rng_chance(r, 0.75);
    const int32_t t = is_missing ? order[next++] : -1;
    hw_sex sex = rng_chance(r, 0.5) ? HW_MALE : HW_FEMALE;
    if (t >= 0) {
      const hw_family *family = &self->families[self->family_of[t]];
      sex = family->pedigree.persons[family->missing[self->place_of[t]]].sex;
    }
    for (int32_t m = 0; m < self->problem.n_markers; m++) {
      const hw_marker *marker = &self->problem.markers[m];
      hw_allele own[2];
      for (int side = 0; side < 2; side++)
        own[side] = rng_pick(r, marker->frequencies, marker->n_alleles);
      if (hw_marker_is_x(marker) && sex == HW_MALE) own[HW_FROM_FATHER] = HW_ALLELE_NONE;
      self->seen[i][m] = observe(marker, t >= 0 ? truth[t][m] : own, r);
    }
    snprintf(self->ids[i], sizeof self->ids[i], "V%d", (int)i + 1);
    self->remains[i] = (hw_remains){.id = self->ids[i],
                                    .sex = rng_chance(r, 0.7) ? sex : HW_UNKNOWN_SEX,
                                    .profile = {.id = self->ids[i],
                                                .n_markers = self->problem.n_markers,
                                                .observations = self->seen[i]}};
  }
}

static double ask_prior(void *context, int32_t remains, int32_t target) {
  const slow_case *self = context;
  return self->ln_pair[remains][target];
}

static void fill_lists(slow_case *self, rng *r) {
  hw_joint_options *o = &self->options;
  const bool has_candidates = rng_chance(r, 0.3), has_excluded = rng_chance(r, 0.3);
  o->fixed = self->fixed;
  o->excluded = self->excluded;
  if (has_candidates) o->candidates = self->candidates;
  if (rng_chance(r, 0.2))
    self->fixed[o->n_fixed++] =
        (hw_joint_pairing){rng_below(r, self->problem.n_remains), rng_below(r, self->n_targets)};
  for (int32_t i = 0; i < self->problem.n_remains; i++)
    for (int32_t t = 0; t < self->n_targets; t++) {
      const hw_joint_pairing p = {i, t};
      const bool is_fixed =
          o->n_fixed > 0 && self->fixed[0].remains == i && self->fixed[0].target == t;
      if (has_candidates && rng_chance(r, 0.7)) self->candidates[o->n_candidates++] = p;
      if (has_excluded && !is_fixed && rng_chance(r, 0.15)) self->excluded[o->n_excluded++] = p;
    }
}

static void fill_prior(slow_case *self, rng *r) {
  hw_joint_prior *prior = &self->options.prior;
  if (rng_chance(r, 0.5)) {
    prior->ln_pair = ask_prior;
    prior->context = self;
    const bool has_zero = rng_chance(r, 0.3);
    for (int32_t i = 0; i < SLOW_REMAINS; i++)
      for (int32_t t = 0; t < SLOW_TARGETS; t++)
        self->ln_pair[i][t] = has_zero && rng_chance(r, 0.1) ? IMPOSSIBLE : 6 * rng_unit(r) - 4;
  }
  if (rng_chance(r, 0.4)) {
    prior->ln_size = self->ln_size;
    prior->n_sizes = 1 + rng_below(r, self->problem.n_remains + 1);
    const bool is_closed = rng_chance(r, 0.3);
    for (int32_t i = 0; i < prior->n_sizes; i++)
      self->ln_size[i] = is_closed && i + 1 < prior->n_sizes ? IMPOSSIBLE : 4 * rng_unit(r) - 2;
  }
}

static bool is_possible(const slow_case *self) {
  for (int32_t f = 0; f < self->problem.n_families; f++) {
    const hw_family *family = &self->families[f];
    const hw_problem problem = {.pedigree = &family->pedigree,
                                .n_profiles = family->n_profiles,
                                .profiles = family->profiles,
                                .profile_person = family->profile_person,
                                .n_markers = self->problem.n_markers,
                                .markers = self->problem.markers,
                                .theta = self->problem.theta};
    double ln = 0;
    if (hw_likelihood(&problem, NULL, &ln, NULL, NULL) != HW_OK || !(ln > IMPOSSIBLE)) return false;
  }
  return true;
}

slow_case *slow_case_new(uint64_t seed) {
  hw_allele truth[SLOW_TARGETS][RANDOM_MARKERS][2] = {{{0}}};
  rng r = rng_seeded(seed);
  slow_case *self = test_calloc(1, sizeof *self);
  const bool is_on_x = rng_chance(&r, 0.2);
  self->seed = seed;
  self->problem = (hw_case){.id = "slow", .description = ""};
  self->problem.theta = rng_chance(&r, 0.25) ? 0.03 : 0;
  self->problem.n_families = 1 + rng_below(&r, SLOW_FAMILIES);
  self->problem.families = self->families;
  const random_options options = {.some_on_x = is_on_x,
                                  .no_mutation = rng_chance(&r, 0.4),
                                  .no_silent = true,
                                  .plain_profiles = true,
                                  .n_unlinked = 1 + rng_below(&r, 3),
                                  .max_persons = 6,
                                  .max_alleles = 4};
  for (int32_t f = 0; f < self->problem.n_families; f++) {
    do {
      random_problem_delete(self->source[f]);
      self->source[f] = random_problem_new(&options, rng_next(&r));
    } while (f == 0 && has_zero_frequency(self->source[f]));
    if (f == 0) {
      self->problem.n_markers = self->source[f]->problem.n_markers;
      self->problem.markers = self->source[f]->markers;
    }
    tell_sexes(self->source[f]);
    fill_family(self, f, &r, truth + self->n_targets);
    for (int32_t k = 0; k < self->families[f].n_missing; k++) {
      self->family_of[self->n_targets] = f;
      self->place_of[self->n_targets++] = k;
    }
  }
  fill_remains(self, &r, truth);
  fill_prior(self, &r);
  fill_lists(self, &r);
  self->options.left_out = -1;
  self->options.n_best = SLOW_KEPT;
  if (is_possible(self)) return self;
  slow_case_delete(self);
  return NULL;
}

void slow_case_delete(slow_case *self) {
  if (self == NULL) return;
  for (int32_t f = 0; f < SLOW_FAMILIES; f++) random_problem_delete(self->source[f]);
  test_free(self);
}

/* ---- weights ----------------------------------------------------------------------------- */

static bool fits(const slow_case *c, int32_t remains, int32_t target) {
  const hw_family *family = &c->families[c->family_of[target]];
  const hw_sex sex = family->pedigree.persons[family->missing[c->place_of[target]]].sex;
  const hw_remains *r = &c->remains[remains];
  if (r->sex != HW_UNKNOWN_SEX && sex != HW_UNKNOWN_SEX && r->sex != sex) return false;
  for (int32_t m = 0; m < c->problem.n_markers; m++) {
    if (!hw_marker_is_x(&c->problem.markers[m])) continue;
    if (r->profile.observations[m].kind == HW_OBS_SINGLE && sex == HW_FEMALE) return false;
    if (r->profile.observations[m].kind == HW_OBS_GENOTYPE && sex == HW_MALE) return false;
  }
  return true;
}

static bool is_listed(const hw_joint_pairing *list, int64_t n, int32_t remains, int32_t target) {
  for (int64_t i = 0; i < n; i++)
    if (list[i].remains == remains && list[i].target == target) return true;
  return false;
}

bool slow_case_permits(const slow_case *c, int32_t remains, int32_t target) {
  const hw_joint_options *o = &c->options;
  if (!fits(c, remains, target) || is_listed(o->excluded, o->n_excluded, remains, target))
    return false;
  for (int32_t i = 0; i < o->n_fixed; i++)
    if ((o->fixed[i].remains == remains) != (o->fixed[i].target == target)) return false;
  if (o->prior.ln_pair != NULL && !(c->ln_pair[remains][target] > IMPOSSIBLE)) return false;
  return o->candidates == NULL || is_listed(o->candidates, o->n_candidates, remains, target) ||
         is_listed(o->fixed, o->n_fixed, remains, target);
}

/* ln Λ of a family: the remains that `target` places there, in place against as strangers. */
static bool ln_ratio(const slow_case *c, int32_t f, const int32_t *target, double *ln) {
  const hw_family *family = &c->families[f];
  const int32_t n_persons = family->pedigree.n_persons;
  hw_person persons[RANDOM_PERSONS + SLOW_REMAINS];
  hw_profile profiles[RANDOM_PERSONS + SLOW_REMAINS];
  int32_t placed[RANDOM_PERSONS + SLOW_REMAINS], strange[RANDOM_PERSONS + SLOW_REMAINS];
  int32_t n = family->n_profiles, n_strangers = 0;
  memcpy(persons, family->pedigree.persons, (size_t)n_persons * sizeof *persons);
  memcpy(profiles, family->profiles, (size_t)n * sizeof *profiles);
  memcpy(placed, family->profile_person, (size_t)n * sizeof *placed);
  memcpy(strange, placed, (size_t)n * sizeof *placed);
  for (int32_t r = 0; r < c->problem.n_remains; r++) {
    if (target[r] < 0 || c->family_of[target[r]] != f) continue;
    const int32_t person = family->missing[c->place_of[target[r]]];
    persons[n_persons + n_strangers] = (hw_person){c->ids[r], -1, -1, persons[person].sex, -1};
    profiles[n] = c->remains[r].profile;
    placed[n] = person;
    strange[n++] = n_persons + n_strangers++;
  }
  double with = 0, without = 0;
  const hw_pedigree pedigree = {n_persons + n_strangers, persons};
  hw_problem problem = {.pedigree = &pedigree,
                        .n_profiles = n,
                        .profiles = profiles,
                        .profile_person = placed,
                        .n_markers = c->problem.n_markers,
                        .markers = c->problem.markers,
                        .theta = c->problem.theta};
  *ln = 0;
  if (n_strangers == 0) return true;
  if (hw_likelihood(&problem, NULL, &with, NULL, NULL) != HW_OK) return false;
  problem.profile_person = strange;
  if (hw_likelihood(&problem, NULL, &without, NULL, NULL) != HW_OK) return false;
  *ln = with - without;
  return true;
}

/* Ratios that were computed, by the states of all remains in one family. */
typedef struct memory {
  bool is_known[SLOW_FAMILIES][256];
  double ln[SLOW_FAMILIES][256];
} memory;

static bool remembered_ratio(const slow_case *c, int32_t f, const int32_t *target, memory *known,
                             double *ln) {
  int32_t key = 0;
  for (int32_t r = 0; r < c->problem.n_remains; r++) {
    const bool is_here = target[r] >= 0 && c->family_of[target[r]] == f;
    key = 4 * key + (is_here ? 1 + c->place_of[target[r]] : 0);
  }
  if (!known->is_known[f][key]) {
    if (!ln_ratio(c, f, target, &known->ln[f][key])) return false;
    known->is_known[f][key] = true;
  }
  *ln = known->ln[f][key];
  return true;
}

static bool weigh(const slow_case *c, const int32_t *target, memory *known, double *ln) {
  const hw_joint_prior *prior = &c->options.prior;
  int32_t size = 0;
  *ln = 0;
  for (int32_t r = 0; r < c->problem.n_remains; r++) {
    size += target[r] >= 0;
    if (target[r] >= 0 && prior->ln_pair != NULL) *ln += c->ln_pair[r][target[r]];
  }
  if (prior->ln_size != NULL) *ln += size < prior->n_sizes ? prior->ln_size[size] : IMPOSSIBLE;
  for (int32_t f = 0; f < c->problem.n_families; f++) {
    double ratio = 0;
    if (!remembered_ratio(c, f, target, known, &ratio)) return false;
    *ln += ratio;
  }
  return true;
}

bool slow_joint_weight(const slow_case *c, const int32_t *target, double *ln) {
  memory *known = test_calloc(1, sizeof *known);
  const bool is_fine = weigh(c, target, known, ln);
  test_free(known);
  return is_fine;
}

/* ---- all assignments ------------------------------------------------------------------------ */

typedef struct walk {
  const slow_case *c;
  slow_joint *out;
  memory *known;
  int32_t target[SLOW_REMAINS];
  double top;     /* of the first round: the largest ln weight */
  bool is_second; /* sums are made in the second round */
  double sum, with[SLOW_REMAINS][SLOW_STATES], absent[SLOW_TARGETS];
} walk;

static void keep(slow_joint *out, double ln) {
  int32_t at = out->n_kept;
  if (!(ln > IMPOSSIBLE)) return;
  if (at == SLOW_KEPT && !(ln > out->kept[SLOW_KEPT - 1])) return;
  if (at == SLOW_KEPT) at--;
  for (; at > 0 && out->kept[at - 1] < ln; at--) out->kept[at] = out->kept[at - 1];
  out->kept[at] = ln;
  if (out->n_kept < SLOW_KEPT) out->n_kept++;
}

static bool has_fixed(const walk *self) {
  for (int32_t i = 0; i < self->c->options.n_fixed; i++)
    if (self->target[self->c->fixed[i].remains] != self->c->fixed[i].target) return false;
  return true;
}

static bool take(walk *self) {
  const slow_case *c = self->c;
  double ln = 0;
  if (!has_fixed(self)) return true;
  if (!weigh(c, self->target, self->known, &ln)) return false;
  if (!self->is_second) {
    self->out->n_assignments++;
    if (ln > self->top) self->top = ln;
    keep(self->out, ln);
  } else {
    const double w = exp(ln - self->top);
    bool is_here[SLOW_TARGETS] = {false};
    self->sum += w;
    for (int32_t r = 0; r < c->problem.n_remains; r++) {
      const int32_t own = self->target[r] < 0 ? c->n_targets : self->target[r];
      self->with[r][own] += w;
      if (self->target[r] >= 0) is_here[self->target[r]] = true;
      for (int32_t s = 0; s <= c->n_targets; s++) {
        double *best = s == own ? &self->out->best_with[r][s] : &self->out->best_without[r][s];
        if (ln > *best) *best = ln;
      }
    }
    for (int32_t t = 0; t < c->n_targets; t++)
      if (!is_here[t]) self->absent[t] += w;
  }
  return true;
}

static bool visit(walk *self, int32_t r) {
  const slow_case *c = self->c;
  if (r == c->problem.n_remains) return take(self);
  for (int32_t t = -1; t < c->n_targets; t++) {
    bool is_free = t < 0 || slow_case_permits(c, r, t);
    for (int32_t q = 0; q < r && t >= 0; q++) is_free &= self->target[q] != t;
    if (!is_free) continue;
    self->target[r] = t;
    if (!visit(self, r + 1)) return false;
  }
  return true;
}

static bool find_ratios(const slow_case *c, memory *known, slow_joint *out) {
  for (int32_t r = 0; r < c->problem.n_remains; r++)
    for (int32_t t = 0; t < c->n_targets; t++) {
      int32_t alone[SLOW_REMAINS] = {-1, -1, -1, -1};
      alone[r] = t;
      out->ln_lr[r][t] = IMPOSSIBLE;
      if (slow_case_permits(c, r, t) &&
          !remembered_ratio(c, c->family_of[t], alone, known, &out->ln_lr[r][t]))
        return false;
    }
  return true;
}

bool slow_joint_solve(const slow_case *c, slow_joint *out) {
  walk *self = test_calloc(1, sizeof *self);
  *self = (walk){.c = c, .out = out, .known = test_calloc(1, sizeof(memory)), .top = IMPOSSIBLE};
  *out = (slow_joint){.ln_sum = IMPOSSIBLE};
  for (int32_t r = 0; r < SLOW_REMAINS; r++)
    for (int32_t s = 0; s < SLOW_STATES; s++)
      out->best_with[r][s] = out->best_without[r][s] = IMPOSSIBLE;
  bool is_fine = find_ratios(c, self->known, out) && visit(self, 0);
  if (is_fine && self->top > IMPOSSIBLE) {
    self->is_second = true;
    is_fine = visit(self, 0);
    out->ln_sum = self->top + log(self->sum);
    for (int32_t r = 0; r < c->problem.n_remains; r++)
      for (int32_t s = 0; s <= c->n_targets; s++)
        out->posterior[r][s] = self->with[r][s] / self->sum;
    for (int32_t t = 0; t < c->n_targets; t++) out->absent[t] = self->absent[t] / self->sum;
  }
  test_free(self->known);
  test_free(self);
  return is_fine;
}
