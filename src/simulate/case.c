/* A whole synthetic case: families, their reference profiles, remains, truth.
 *
 * Streams. The root of the seed is split by purpose, then by index:
 *
 *   root / 1 / family    shape options, sexes and genes of a family
 *   root / 2 / remains   typing of a sample, and the genes of an unrelated person
 *   root / 3             which missing persons were found, and in what order
 *
 * so that a family keeps its genes whatever else is asked for.
 *
 * Which remains are whose: the missing persons of all families are shuffled, the
 * first n_remains − n_unrelated of them are found; these and the unrelated ones
 * are shuffled again, so that a remains' number tells nothing.
 *
 * Memory: one arena for everything that is returned; the genotypes of a family
 * live in it too, because remains are typed after all families are made. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "simulate/simulate_int.h"

enum { STREAM_FAMILIES = 1, STREAM_REMAINS = 2, STREAM_FOUND = 3 };

/* A missing person of the case. */
typedef struct target {
  int32_t family, person;
} target;

typedef struct maker {
  const hw_simulation_options *options;
  hw_arena arena;
  hw_random families, remains;
  hw_family *family;     /* n_families */
  int32_t *shape;        /* of each family */
  hw_allele **genotypes; /* of each family: n_markers × n_persons × 2 */
  target *targets;
  int32_t n_targets;
  int32_t *whose; /* n_remains: target, or −1 */
  hw_remains *remains_list;
  hw_truth *truth;
} maker;

/* What hw_simulation.storage points to. */
typedef struct storage {
  hw_arena arena;
} storage;

/* ---- checks ---- */

static bool is_fraction(double value) {
  return value >= 0 && value <= 1;
}

static hw_status check_options(const hw_simulation_options *o, hw_err *err) {
  if (o->n_markers < 0) return hw_err_set(err, HW_E_VALUE, "fewer than no markers to simulate");
  if (!(o->theta >= 0 && o->theta < 1))
    return hw_err_set(err, HW_E_VALUE, "theta %g is not in [0, 1)", o->theta);
  if (o->n_families < 1) return hw_err_set(err, HW_E_VALUE, "at least one family is needed");
  if (o->n_remains < 1) return hw_err_set(err, HW_E_VALUE, "at least one remains is needed");
  if (o->n_unrelated < 0 || o->n_unrelated > o->n_remains)
    return hw_err_set(err, HW_E_VALUE, "%d unrelated remains do not fit into %d remains",
                      (int)o->n_unrelated, (int)o->n_remains);
  if (!is_fraction(o->degraded_fraction) || !is_fraction(o->most_damage_per_base) ||
      o->n_copies < 1 || !(o->drop_in >= 0 && o->drop_in <= 1))
    return hw_err_set(err, HW_E_VALUE, "a parameter of degradation is out of range");
  for (int32_t i = 0; i < o->n_shapes; i++)
    if (hw_family_shape_get(o->shapes[i]) == NULL)
      return hw_err_set(err, HW_E_VALUE, "no family shape has number %d", (int)o->shapes[i]);
  return HW_OK;
}

/* ---- families ---- */

static const char *code(hw_arena *arena, char letter, int32_t number, int32_t most, int least) {
  enum { MOST_DIGITS = 10 };
  int digits = least;
  for (int64_t reach = least == 3 ? 1000 : 10000; reach <= most && digits < MOST_DIGITS;
       reach *= 10)
    digits++;
  char text[32];
  snprintf(text, sizeof text, "%c%.*d", letter, digits, (int)number);
  return hw_arena_strdup(arena, text);
}

/* Reference samples are fresh: every allele is seen. */
static hw_status type_references(maker *self, hw_family *family, const hwp_family *made,
                                 const hw_allele *genotypes, hw_err *err) {
  size_t n_markers = (size_t)self->options->n_markers;
  size_t n_persons = (size_t)made->pedigree.n_persons;
  hw_profile *profiles =
      hw_arena_alloc_array(&self->arena, (size_t)made->n_typed + 1, sizeof *profiles);
  if (profiles == NULL) return HW_NO_MEMORY(err, "reference profiles");
  const hwp_sample fresh = {.degradation = {.damage_per_base = 0, .n_copies = 1}};
  for (int32_t r = 0; r < made->n_typed; r++) {
    hw_observation *row = hw_arena_alloc_array(&self->arena, n_markers, sizeof *row);
    if (row == NULL) return HW_NO_MEMORY(err, "a reference profile");
    hw_random unused;
    hw_random_init(&unused, 0);
    for (size_t m = 0; m < n_markers; m++) {
      const hw_allele *own = genotypes + 2 * (m * n_persons + (size_t)made->typed[r]);
      HW_TRY(hwp_sample_type(&fresh, &self->options->markers[m], own, &unused, &self->arena,
                             &row[m], err));
    }
    profiles[r] = (hw_profile){.id = made->pedigree.persons[made->typed[r]].id,
                               .n_markers = self->options->n_markers,
                               .observations = row};
  }
  family->n_profiles = made->n_typed;
  family->profiles = profiles;
  family->profile_person = made->typed;
  return HW_OK;
}

static hw_status make_family(maker *self, int32_t index, hw_err *err) {
  const hw_simulation_options *o = self->options;
  hw_random stream = hw_random_split(&self->families, (uint64_t)index);
  int32_t n_shapes = o->n_shapes > 0 ? o->n_shapes : hwp_shape_usual_count();
  int32_t shape = o->n_shapes > 0 ? o->shapes[index % n_shapes] : index % n_shapes;
  const char *name = code(&self->arena, 'F', index + 1, o->n_families, 3);
  if (name == NULL) return HW_NO_MEMORY(err, "a family");

  hwp_family made;
  HW_TRY(hwp_shape_family(shape, name, &stream, &self->arena, &made, err));
  size_t n_persons = (size_t)made.pedigree.n_persons;
  hw_sex *sexes = hw_arena_alloc_array(&self->arena, n_persons, sizeof *sexes);
  hw_allele *genotypes =
      hw_arena_alloc_array(&self->arena, (size_t)o->n_markers * 2 * n_persons, sizeof *genotypes);
  if (sexes == NULL || genotypes == NULL) return HW_NO_MEMORY(err, "the genes of a family");
  HW_TRY(hw_simulate_sexes(&made.pedigree, &stream, sexes, err));
  for (int32_t m = 0; m < o->n_markers; m++)
    HW_TRY(hw_simulate_drop(&made.pedigree, sexes, &o->markers[m], o->theta, &stream,
                            genotypes + (size_t)m * 2 * n_persons, err));

  hw_family *family = &self->family[index];
  *family = (hw_family){.name = name,
                        .pedigree = made.pedigree,
                        .n_missing = made.n_missing,
                        .missing = made.missing};
  self->shape[index] = shape;
  self->genotypes[index] = genotypes;
  self->n_targets += made.n_missing;
  return type_references(self, family, &made, genotypes, err);
}

static hw_status make_families(maker *self, hw_err *err) {
  size_t n = (size_t)self->options->n_families;
  self->family = hw_arena_alloc_array(&self->arena, n, sizeof *self->family);
  self->shape = hw_arena_alloc_array(&self->arena, n, sizeof *self->shape);
  self->genotypes = hw_arena_alloc_array(&self->arena, n, sizeof *self->genotypes);
  if (self->family == NULL || self->shape == NULL || self->genotypes == NULL)
    return HW_NO_MEMORY(err, "the families");
  for (int32_t i = 0; i < self->options->n_families; i++) HW_TRY(make_family(self, i, err));
  return HW_OK;
}

/* ---- who was found ---- */

static void shuffle(int32_t *list, int32_t n, hw_random *stream) {
  for (int32_t i = n - 1; i > 0; i--) {
    int32_t j = (int32_t)hw_random_below(stream, (uint64_t)i + 1);
    int32_t other = list[i];
    list[i] = list[j];
    list[j] = other;
  }
}

static hw_status choose_found(maker *self, hw_random *stream, hw_err *err) {
  const hw_simulation_options *o = self->options;
  int32_t n_found = o->n_remains - o->n_unrelated;
  if (n_found > self->n_targets)
    return hw_err_set(err, HW_E_VALUE,
                      "%d remains of missing persons are asked for (%d remains, %d of them "
                      "unrelated), but the %d families miss %d persons: ask for fewer remains, "
                      "more unrelated ones or more families",
                      (int)n_found, (int)o->n_remains, (int)o->n_unrelated, (int)o->n_families,
                      (int)self->n_targets);
  self->targets = hw_arena_alloc_array(&self->arena, (size_t)self->n_targets + 1, sizeof(target));
  self->whose = hw_arena_alloc_array(&self->arena, (size_t)o->n_remains, sizeof(int32_t));
  int32_t *deck = hw_arena_alloc_array(&self->arena, (size_t)self->n_targets + 1, sizeof *deck);
  if (self->targets == NULL || self->whose == NULL || deck == NULL)
    return HW_NO_MEMORY(err, "the missing persons");
  int32_t n = 0;
  for (int32_t f = 0; f < o->n_families; f++)
    for (int32_t k = 0; k < self->family[f].n_missing; k++, n++) {
      self->targets[n] = (target){f, self->family[f].missing[k]};
      deck[n] = n;
    }
  shuffle(deck, n, stream);
  for (int32_t i = 0; i < o->n_remains; i++) self->whose[i] = i < n_found ? deck[i] : -1;
  shuffle(self->whose, o->n_remains, stream);
  return HW_OK;
}

/* ---- remains ---- */

/* Genes of a person whom no family misses: her own founder, nine in ten male as the missing. */
static hw_status draw_unrelated(maker *self, hw_random *stream, hw_sex *sex, hw_allele *genotype,
                                hw_err *err) {
  *sex = hw_random_below(stream, 10) == 0 ? HW_FEMALE : HW_MALE;
  const hw_person alone = {.id = "unrelated",
                           .father = HW_PERSON_NONE,
                           .mother = HW_PERSON_NONE,
                           .sex = *sex,
                           .twin = HW_PERSON_NONE};
  const hw_pedigree pedigree = {.n_persons = 1, .persons = &alone};
  for (int32_t m = 0; m < self->options->n_markers; m++)
    HW_TRY(hw_simulate_drop(&pedigree, sex, &self->options->markers[m], self->options->theta,
                            stream, genotype + 2 * (size_t)m, err));
  return HW_OK;
}

static void copy_genes(const maker *self, const target *who, hw_sex *sex, hw_allele *genotype) {
  const hw_family *family = &self->family[who->family];
  size_t n_persons = (size_t)family->pedigree.n_persons;
  *sex = family->pedigree.persons[who->person].sex;
  for (size_t m = 0; m < (size_t)self->options->n_markers; m++)
    memcpy(genotype + 2 * m,
           self->genotypes[who->family] + 2 * (m * n_persons + (size_t)who->person),
           2 * sizeof *genotype);
}

static hwp_sample draw_sample(const maker *self, hw_random *stream) {
  const hw_simulation_options *o = self->options;
  hwp_sample sample = {.degradation = {.damage_per_base = 0, .n_copies = o->n_copies},
                       .form = o->form,
                       .drop_in = o->drop_in};
  bool is_degraded = hw_random_double(stream) < o->degraded_fraction;
  double severity = hw_random_double(stream);
  if (is_degraded) sample.degradation.damage_per_base = severity * o->most_damage_per_base;
  return sample;
}

/* Types all markers; the number with anything seen comes back in the truth row. */
static hw_status type_remains(maker *self, hwp_sample *sample, const hw_allele *genotype,
                              hw_random *stream, hw_profile *profile, hw_truth *truth,
                              hw_err *err) {
  const hw_simulation_options *o = self->options;
  size_t n = (size_t)o->n_markers;
  hw_observation *row = hw_arena_alloc_array(&self->arena, n, sizeof *row);
  if (row == NULL) return HW_NO_MEMORY(err, "a remains profile");
  double sum_dropout = 0;
  for (size_t m = 0; m < n; m++) {
    sample->length_bp = o->lengths_bp[m];
    sum_dropout += hw_degradation_dropout(&sample->degradation, sample->length_bp);
    HW_TRY(hwp_sample_type(sample, &o->markers[m], genotype + 2 * m, stream, &self->arena, &row[m],
                           err));
    truth->n_markers +=
        row[m].kind == HW_OBS_SET ? row[m].n_seen > 0 : row[m].kind != HW_OBS_MISSING;
  }
  profile->observations = row;
  profile->n_markers = o->n_markers;
  if (sample->form == HW_DEGRADED_SET && sample->degradation.damage_per_base > 0) {
    profile->has_dropout = true;
    profile->dropout = sum_dropout / o->n_markers;
    profile->drop_in = o->drop_in;
  }
  return HW_OK;
}

static hw_status make_one_remains(maker *self, int32_t index, hw_allele *genotype, hw_err *err) {
  const hw_simulation_options *o = self->options;
  hw_random stream = hw_random_split(&self->remains, (uint64_t)index);
  hw_remains *remains = &self->remains_list[index];
  hw_truth *truth = &self->truth[index];
  *truth = (hw_truth){.family = "", .missing = "", .shape = ""};
  truth->remains = code(&self->arena, 'R', index + 1, o->n_remains, 4);
  if (truth->remains == NULL) return HW_NO_MEMORY(err, "a remains profile");

  hw_sex sex = HW_UNKNOWN_SEX;
  if (self->whose[index] < 0) {
    HW_TRY(draw_unrelated(self, &stream, &sex, genotype, err));
  } else {
    const target *who = &self->targets[self->whose[index]];
    const hw_family *family = &self->family[who->family];
    copy_genes(self, who, &sex, genotype);
    truth->family = family->name;
    truth->missing = family->pedigree.persons[who->person].id;
    truth->shape = hw_family_shape_get(self->shape[who->family])->name;
  }
  hwp_sample sample = draw_sample(self, &stream);
  truth->sex = sex;
  truth->damage_per_base = sample.degradation.damage_per_base;
  sample.length_bp = o->sex_length_bp;
  remains->id = truth->remains;
  remains->sex = hwp_sample_sex(&sample, sex, &stream);
  remains->profile.id = truth->remains;
  return type_remains(self, &sample, genotype, &stream, &remains->profile, truth, err);
}

static hw_status make_remains(maker *self, hw_err *err) {
  size_t n = (size_t)self->options->n_remains;
  self->remains_list = hw_arena_alloc_array(&self->arena, n, sizeof *self->remains_list);
  self->truth = hw_arena_alloc_array(&self->arena, n, sizeof *self->truth);
  hw_allele *genotype =
      hw_arena_alloc_array(&self->arena, (size_t)self->options->n_markers, 2 * sizeof *genotype);
  if (self->remains_list == NULL || self->truth == NULL || genotype == NULL)
    return HW_NO_MEMORY(err, "the remains");
  for (int32_t i = 0; i < self->options->n_remains; i++)
    HW_TRY(make_one_remains(self, i, genotype, err));
  return HW_OK;
}

/* ---- the whole ---- */

static const char *describe(maker *self) {
  const hw_simulation_options *o = self->options;
  char text[2048];
  snprintf(text, sizeof text,
           "Synthetic data: no real person. Simulated with seed %" PRIu64
           ": %d families, %d remains (%d of nobody whom a family misses), theta %g, unlinked "
           "markers; %g of the remains degraded, damage up to %g per base and copy, %d copies.%s%s",
           o->seed, (int)o->n_families, (int)o->n_remains, (int)o->n_unrelated, o->theta,
           o->degraded_fraction, o->most_damage_per_base, (int)o->n_copies,
           o->description != NULL ? " " : "", o->description != NULL ? o->description : "");
  return hw_arena_strdup(&self->arena, text);
}

static hw_status make_all(maker *self, hw_err *err) {
  hw_random root, found;
  hw_random_init(&root, self->options->seed);
  self->families = hw_random_split(&root, STREAM_FAMILIES);
  self->remains = hw_random_split(&root, STREAM_REMAINS);
  found = hw_random_split(&root, STREAM_FOUND);
  HW_TRY(make_families(self, err));
  HW_TRY(choose_found(self, &found, err));
  return make_remains(self, err);
}

static hw_status finish(maker *self, hw_simulation *out, hw_err *err) {
  const hw_simulation_options *o = self->options;
  out->problem = (hw_case){.id = hw_arena_strdup(&self->arena, o->id != NULL ? o->id : "simulated"),
                           .description = describe(self),
                           .theta = o->theta,
                           .n_markers = o->n_markers,
                           .markers = o->markers,
                           .reference = -1,
                           .n_remains = o->n_remains,
                           .remains = self->remains_list,
                           .n_families = o->n_families,
                           .families = self->family};
  if (out->problem.id == NULL || out->problem.description == NULL)
    return HW_NO_MEMORY(err, "the description");
  out->n_missing = self->n_targets;
  out->n_truth = o->n_remains;
  out->truth = self->truth;
  return HW_OK;
}

hw_status hw_simulation_new(const hw_simulation_options *options, hw_simulation **out,
                            hw_err *err) {
  *out = NULL;
  HW_TRY(check_options(options, err));
  hw_simulation *result = calloc(1, sizeof *result);
  storage *kept = calloc(1, sizeof *kept);
  maker self = {.options = options};
  hw_arena_init(&self.arena, 0);
  hw_status status = HW_E_NO_MEMORY;
  if (result == NULL || kept == NULL)
    (void)HW_NO_MEMORY(err, "a case");
  else
    status = make_all(&self, err);
  if (status == HW_OK) status = finish(&self, result, err);
  if (status != HW_OK) {
    hw_arena_clear(&self.arena);
    free(result);
    free(kept);
    return status;
  }
  kept->arena = self.arena;
  result->storage = kept;
  *out = result;
  return HW_OK;
}

void hw_simulation_delete(hw_simulation *self) {
  if (self == NULL) return;
  storage *kept = self->storage;
  if (kept != NULL) hw_arena_clear(&kept->arena);
  free(kept);
  free(self);
}
