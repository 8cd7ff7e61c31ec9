/* A synthetic world of SNP profiles (snp_world.h). Chromosomes have about the lengths of ours; markers
 * stand evenly on the female map, frequencies are between 0.2 and 0.8. */
#include "oracle/snp_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/rng.h"

const char *const snp_kin_names[SNP_KIN_COUNT] = {"parent",
                                                  "full sibling",
                                                  "half sibling",
                                                  "nephew",
                                                  "grandparent",
                                                  "first cousin",
                                                  "grand-nephew",
                                                  "two grand-nephews",
                                                  "three grand-nephews",
                                                  "nephew and cousin",
                                                  "first cousin removed"};

enum { MOST_PERSONS = 20, MOST_TYPED = 3, MOST_ALLELES = HW_PANEL_MAX_ALLELES };

static const int lengths[22] = {260, 250, 220, 205, 200, 190, 180, 170, 165, 170, 160,
                                165, 130, 120, 125, 125, 130, 120, 105, 105, 65,  70};

typedef struct storage {
  hw_person *persons; /* MOST_PERSONS per family */
  hw_snp_search_family *families;
  hw_snp_profile *profiles, *samples;
  int32_t *typed;
  hw_search_query *queries;
  char (*ids)[16];
} storage;

static void *need(size_t n, size_t size) {
  void *memory = calloc(n + 1, size);
  if (memory == NULL) abort();
  return memory;
}

/* --- panel --- */

static void make_panel(const snp_world_options *options, rng *r, snp_world *out) {
  static const char *const alleles[MOST_ALLELES] = {"A", "C", "G", "T", "AC", "AG", "AT", "CA"};
  const int32_t n = options->n_markers;
  hw_panel_marker *markers = need((size_t)n, sizeof *markers);
  char(*names)[16] = need((size_t)n, sizeof *names);
  double *frequencies = need((size_t)n * MOST_ALLELES, sizeof *frequencies), *to = frequencies;
  int total = 0, before = 0, chromosome = 0;
  for (int c = 0; c < 22; c++) total += lengths[c];
  const int32_t n_autosomal = n - options->n_x;
  for (int32_t m = 0; m < n; m++) {
    const bool on_x = m >= n_autosomal;
    double place = (m + 0.5) * total / n_autosomal;
    while (!on_x && chromosome < 21 && place >= before + lengths[chromosome])
      before += lengths[chromosome++];
    place = on_x ? (m - n_autosomal) * 180.0 / options->n_x : place - before;
    const int32_t k = options->n_alleles > 2 && m % 5 == 0 ? options->n_alleles : 2;
    snprintf(names[m], sizeof names[m], "m%d", (int)m);
    markers[m] = (hw_panel_marker){.name = names[m],
                                   .chromosome = on_x ? HW_PANEL_X : chromosome + 1,
                                   .bp = {1000 + m, 1000 + m},
                                   .n_alleles = k,
                                   .alleles = alleles,
                                   .female_cm = 1.2 * place,
                                   .male_cm = 0.8 * place};
    double left = 1;
    for (int32_t a = 0; a + 1 < k; a++) {
      *to = left * (0.2 + 0.6 * rng_unit(r));
      left -= *to++;
    }
    *to++ = left;
  }
  const hw_panel_population population = {"synthetic", "", 0, frequencies};
  hw_err err = HW_ERR_INIT;
  char text[512];
  if (hw_panel_new("synthetic", "", n, markers, 1, &population, &out->panel, &err) != HW_OK) {
    fprintf(stderr, "%s\n", hw_err_text(&err, text, sizeof text));
    abort();
  }
  free(markers);
  free(names);
  free(frequencies);
}

/* --- families --- */

typedef struct maker {
  hw_person *persons;
  int32_t n;
  rng *random;
  char (*ids)[16];
} maker;

static int32_t add(maker *self, int32_t father, int32_t mother, hw_sex sex) {
  const int32_t i = self->n++;
  self->persons[i] = (hw_person){self->ids[i], father, mother, sex, HW_PERSON_NONE};
  return i;
}

static hw_sex any_sex(maker *self) {
  return rng_chance(self->random, 0.5) ? HW_MALE : HW_FEMALE;
}

/* A child of somebody and a new person. */
static int32_t child_of(maker *self, int32_t parent) {
  const bool is_father = self->persons[parent].sex == HW_MALE;
  const int32_t other = add(self, -1, -1, is_father ? HW_FEMALE : HW_MALE);
  return add(self, is_father ? parent : other, is_father ? other : parent, any_sex(self));
}

/* A child of the founder couple. */
static int32_t sibling(maker *self) {
  return add(self, 0, 1, any_sex(self));
}

static int32_t make_family(maker *self, snp_kin kin, int32_t *typed, int32_t *missing) {
  int32_t n = 0;
  add(self, -1, -1, HW_MALE);
  add(self, -1, -1, HW_FEMALE);
  if (kin == SNP_GRANDPARENT || kin == SNP_COUSIN || kin == SNP_COUSIN_REMOVED)
    *missing = child_of(self, sibling(self));
  else if (kin != SNP_NEPHEW_AND_COUSIN)
    *missing = sibling(self);
  switch (kin) {
    case SNP_PARENT:
    case SNP_GRANDPARENT:
      typed[n++] = 1;
      break;
    case SNP_SIBLING:
      typed[n++] = sibling(self);
      break;
    case SNP_HALF_SIBLING:
      typed[n++] = child_of(self, 1);
      break;
    case SNP_NEPHEW:
    case SNP_COUSIN:
      typed[n++] = child_of(self, sibling(self));
      break;
    case SNP_GRAND_NEPHEW:
    case SNP_COUSIN_REMOVED:
      typed[n++] = child_of(self, child_of(self, sibling(self)));
      break;
    case SNP_TWO_GRAND_NEPHEWS:
    case SNP_THREE_GRAND_NEPHEWS:
      while (n < (kin == SNP_TWO_GRAND_NEPHEWS ? 2 : 3))
        typed[n++] = child_of(self, child_of(self, sibling(self)));
      break;
    default: {
      *missing = child_of(self, sibling(self));
      const hw_person *like = &self->persons[*missing];
      typed[n++] = child_of(self, add(self, like->father, like->mother, any_sex(self)));
      typed[n++] = child_of(self, sibling(self));
    }
  }
  return n;
}

/* --- genotypes --- */

typedef struct dropper {
  const hw_panel *panel;
  const double *frequencies;
  double *recombination[2]; /* by the parent's sex: father, mother; ½ at a chromosome's first */
  uint8_t *alleles;         /* person × 2 × markers; the paternal ones first */
  rng *random;
} dropper;

static uint8_t *strand(const dropper *self, int32_t person, int side) {
  return self->alleles + (size_t)(2 * person + side) * (size_t)self->panel->n_markers;
}

static void drop_strand(dropper *self, uint8_t *to) {
  for (int32_t m = 0; m < self->panel->n_markers; m++) {
    const double *p = self->frequencies + self->panel->first_allele[m];
    const int32_t k = self->panel->markers[m].n_alleles;
    double left = rng_unit(self->random);
    uint8_t a = 0;
    while (a + 1 < k && left >= p[a]) left -= p[a++];
    to[m] = a;
  }
}

/* What a parent hands down; a father hands his X to daughters whole. */
static void hand_down(dropper *self, int32_t parent, hw_sex of_parent, int side, uint8_t *to) {
  const uint8_t *from[2] = {strand(self, parent, 0), strand(self, parent, 1)};
  int at = 0;
  for (int32_t m = 0; m < self->panel->n_markers; m++) {
    const bool on_x = self->panel->markers[m].chromosome == HW_PANEL_X;
    if (rng_chance(self->random, self->recombination[side][m])) at ^= 1;
    to[m] = from[on_x && of_parent == HW_MALE ? 1 : at][m];
  }
}

/* On X a man has the maternal allele alone: it stands on both sides. */
static void drop(dropper *self, const maker *family) {
  for (int32_t i = 0; i < family->n; i++) {
    const hw_person *person = &family->persons[i];
    for (int side = 0; side < 2; side++) {
      const int32_t parent = side == 0 ? person->father : person->mother;
      if (parent < 0)
        drop_strand(self, strand(self, i, side));
      else
        hand_down(self, parent, family->persons[parent].sex, side, strand(self, i, side));
    }
    for (int32_t m = 0; m < self->panel->n_markers; m++)
      if (person->sex == HW_MALE && self->panel->markers[m].chromosome == HW_PANEL_X)
        strand(self, i, 0)[m] = strand(self, i, 1)[m];
  }
}

static void call(const dropper *self, int32_t person, const hw_snp_error *error, uint8_t *bytes) {
  for (int32_t m = 0; m < self->panel->n_markers; m++) {
    const int32_t k = self->panel->markers[m].n_alleles;
    int32_t seen[2] = {strand(self, person, 0)[m], strand(self, person, 1)[m]};
    if (seen[0] != seen[1] && rng_chance(self->random, error->dropout))
      seen[0] = seen[1] = seen[rng_below(self->random, 2)];
    for (int i = 0; i < 2; i++)
      if (rng_chance(self->random, error->allele))
        seen[i] = (seen[i] + 1 + rng_below(self->random, k - 1)) % k;
    const int low = seen[0] > seen[1];
    hw_snp_call_set(k, seen[low], seen[!low], error, bytes + self->panel->first_genotype[m]);
  }
}

static void read_sample(const dropper *self, int32_t person, double coverage, double error,
                        uint8_t *bytes) {
  for (int32_t m = 0; m < self->panel->n_markers; m++) {
    const int32_t k = self->panel->markers[m].n_alleles;
    double likelihoods[MOST_ALLELES * (MOST_ALLELES + 1) / 2] = {0};
    double left = rng_unit(self->random), p = exp(-coverage);
    int n = 0;
    while (left >= p && n < 200) {
      left -= p;
      p *= coverage / ++n;
    }
    for (int32_t g = 0; g < k * (k + 1) / 2; g++) likelihoods[g] = 1;
    for (int i = 0; i < n; i++) {
      int32_t seen = strand(self, person, rng_below(self->random, 2))[m];
      if (rng_chance(self->random, error)) seen = (seen + 1 + rng_below(self->random, k - 1)) % k;
      for (int32_t b = 0, g = 0; b < k; b++)
        for (int32_t a = 0; a <= b; a++, g++)
          likelihoods[g] *= 0.5 * ((a == seen ? 1 - error : error / (k - 1)) +
                                   (b == seen ? 1 - error : error / (k - 1)));
    }
    hw_snp_bytes(likelihoods, k * (k + 1) / 2, bytes + self->panel->first_genotype[m]);
  }
}

static void take(const snp_world_options *options, const dropper *self, int32_t person,
                 uint8_t *bytes) {
  if (options->coverage > 0)
    read_sample(self, person, options->coverage, options->read_error, bytes);
  else
    call(self, person, &options->call_error, bytes);
}

static void set_recombination(dropper *self) {
  const hw_panel *panel = self->panel;
  for (int side = 0; side < 2; side++) {
    self->recombination[side] = need((size_t)panel->n_markers, sizeof(double));
    for (int32_t m = 0; m < panel->n_markers; m++) {
      const hw_panel_marker *x = &panel->markers[m], *before = m > 0 ? x - 1 : x;
      const double cm = side == 0 && x->chromosome != HW_PANEL_X ? x->male_cm - before->male_cm
                                                                 : x->female_cm - before->female_cm;
      self->recombination[side][m] =
          m == 0 || x->chromosome != before->chromosome ? 0.5 : 0.5 * (1 - exp(-2 * cm / 100));
    }
  }
}

/* --- all of it --- */

static void fill_families(const snp_world_options *options, dropper *drops, storage *kept,
                          snp_world *out) {
  const size_t size = (size_t)drops->panel->first_genotype[drops->panel->n_markers];
  uint8_t *samples = out->bytes, *relatives = out->bytes + (size_t)options->n_samples * size;
  for (int32_t f = 0; f < options->n_families; f++) {
    maker family = {kept->persons + (ptrdiff_t)f * MOST_PERSONS, 0, drops->random, kept->ids};
    int32_t *typed = kept->typed + (ptrdiff_t)f * MOST_TYPED, missing = 0;
    out->kin[f] = options->kin[f % options->n_kin];
    const int32_t n = make_family(&family, out->kin[f], typed, &missing);
    hw_snp_profile *profiles = kept->profiles + (ptrdiff_t)f * MOST_TYPED;
    drop(drops, &family);
    for (int32_t t = 0; t < n; t++, relatives += size) {
      call(drops, typed[t], &options->call_error, relatives);
      profiles[t] = (hw_snp_profile){"relative", family.persons[typed[t]].sex, relatives};
    }
    if (f < options->n_planted) {
      take(options, drops, missing, samples + (size_t)f * size);
      kept->samples[f].sex = family.persons[missing].sex;
    }
    kept->families[f] =
        (hw_snp_search_family){"family", {family.n, family.persons}, n, profiles, typed};
    kept->queries[f] = (hw_search_query){f, missing, "missing"};
  }
}

static void fill_others(const snp_world_options *options, dropper *drops, storage *kept,
                        snp_world *out) {
  const size_t size = (size_t)drops->panel->first_genotype[drops->panel->n_markers];
  hw_person alone = {.id = "alone", .father = -1, .mother = -1, .twin = HW_PERSON_NONE};
  for (int32_t i = 0; i < options->n_samples; i++) {
    kept->samples[i].id = "sample";
    kept->samples[i].bytes = out->bytes + (size_t)i * size;
    if (i < options->n_planted) continue;
    maker single = {&alone, 1, drops->random, kept->ids};
    alone.sex = kept->samples[i].sex = any_sex(&single);
    drop(drops, &single);
    take(options, drops, 0, out->bytes + (size_t)i * size);
  }
}

void snp_world_new(const snp_world_options *options, snp_world *out) {
  rng random = rng_seeded(options->seed);
  *out = (snp_world){0};
  make_panel(options, &random, out);
  const size_t n_families = (size_t)options->n_families;
  const size_t size = (size_t)out->panel->first_genotype[out->panel->n_markers];
  storage *kept = need(1, sizeof *kept);
  out->storage = kept;
  kept->persons = need(n_families * MOST_PERSONS, sizeof *kept->persons);
  kept->families = need(n_families, sizeof *kept->families);
  kept->profiles = need(n_families * MOST_TYPED, sizeof *kept->profiles);
  kept->typed = need(n_families * MOST_TYPED, sizeof *kept->typed);
  kept->samples = need((size_t)options->n_samples, sizeof *kept->samples);
  kept->queries = need(n_families, sizeof *kept->queries);
  kept->ids = need(MOST_PERSONS, sizeof *kept->ids);
  for (int i = 0; i < MOST_PERSONS; i++) snprintf(kept->ids[i], sizeof kept->ids[i], "P%d", i);
  out->kin = need(n_families, sizeof *out->kin);
  out->bytes = need((size_t)options->n_samples + n_families * MOST_TYPED, size);
  dropper drops = {.panel = out->panel,
                   .frequencies = out->panel->populations[0].frequencies,
                   .alleles = need((size_t)MOST_PERSONS * 2, (size_t)out->panel->n_markers),
                   .random = &random};
  set_recombination(&drops);
  fill_families(options, &drops, kept, out);
  fill_others(options, &drops, kept, out);
  out->input = (hw_snp_search_input){.panel = out->panel,
                                     .n_samples = options->n_samples,
                                     .samples = kept->samples,
                                     .n_families = options->n_families,
                                     .families = kept->families,
                                     .n_queries = options->n_families,
                                     .queries = kept->queries};
  free(drops.alleles);
  free(drops.recombination[0]);
  free(drops.recombination[1]);
}

void snp_world_delete(snp_world *self) {
  storage *kept = self->storage;
  free(kept->persons);
  free(kept->families);
  free(kept->profiles);
  free(kept->typed);
  free(kept->samples);
  free(kept->queries);
  free(kept->ids);
  free(kept);
  free(self->kin);
  free(self->bytes);
  hw_panel_delete(self->panel);
  *self = (snp_world){0};
}
