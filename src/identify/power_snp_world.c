/* Draws of a family's genes at a panel, and what a laboratory would see of them.
 *
 * Where nobody is typed with SNPs, genes go down the pedigree from founders of the population
 * (hw_simulate_haplotypes), the unrelated person being one more founder, so that with theta she
 * draws from the same urn as the family.
 *
 * Where somebody is typed, draws have to fit to that. The missing person's genotypes are drawn from
 * P(M | profiles that stand) and then, for relatives c, d, … who are typed in addition,
 *
 *   P(c | profiles, M) P(d | profiles, M, c) …,
 *
 * each step exact and joint along the map (hw_linked_draw), with persons drawn before as typed ones
 * without error. The unrelated person is independent of all that; with theta she shares their urn,
 * so she comes last in that chain, and what she is given everybody is averaged over.
 *
 * Streams: seed / family / missing person / draw, and from there a tag for each purpose and person.
 * Panels share them: crossovers are the same, so differences of panels are not of draws. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/power_snp_int.h"

/* Tags of streams; persons come behind. */
enum {
  STREAM_SEXES = 0,
  STREAM_DRAWS,
  STREAM_POSTERIOR,
  STREAM_GENES = 0,
  STREAM_STRANGER,
  STREAM_BONES,
  STREAM_CALLS = 16,
  STREAM_RELATIVES = 1 << 20
};

hw_linked_problem hwp_snp_problem(const hwp_snp_world *self, int32_t n) {
  return (hw_linked_problem){.pedigree = &self->stated,
                             .n_typed = n,
                             .typed = self->typed,
                             .n_markers = self->n_markers,
                             .markers = self->markers,
                             .theta = self->setting->theta};
}

/* --- memory --- */

/* The pedigree with one founder more. */
static hw_status add_stranger(hwp_snp_world *self, hw_err *err) {
  const hw_pedigree *pedigree = &self->family->pedigree;
  const int32_t n = pedigree->n_persons;
  hw_person *persons = hw_arena_alloc_array(&self->arena, (size_t)n + 1, sizeof *persons);
  if (persons == NULL) return HW_NO_MEMORY(err, "a family");
  memcpy(persons, pedigree->persons, (size_t)n * sizeof *persons);
  persons[n] = (hw_person){"an unrelated person", HW_PERSON_NONE, HW_PERSON_NONE,
                           self->sexes[self->missing], HW_PERSON_NONE};
  self->sexes[n] = self->sexes[self->missing];
  self->stated = (hw_pedigree){n + 1, persons};
  self->stranger = n;
  return HW_OK;
}

static hw_status make_rooms(hwp_snp_world *self, hw_err *err) {
  hw_arena *arena = &self->arena;
  const size_t n_persons = (size_t)self->family->pedigree.n_persons + 1;
  const size_t row = 2 * (size_t)self->setting->panel->n_markers;
  const size_t n = (size_t)self->n_genotypes;
  self->sexes = hw_arena_alloc_array(arena, n_persons, sizeof *self->sexes);
  self->typed = hw_arena_alloc_array(arena, n_persons + HW_LINKED_MAX_TYPED, sizeof *self->typed);
  self->alleles = hw_arena_alloc_array(arena, n_persons, row);
  self->one = hw_arena_alloc_array(arena, 1, row);
  self->posterior = hw_arena_alloc_array(arena, HW_POWER_SNP_BATCH, row);
  self->bytes = hw_arena_alloc_array(arena, n, 1);
  self->calls = hw_arena_alloc_array(arena, n_persons, sizeof *self->calls);
  self->calls_of = hw_arena_alloc_array(arena, n_persons, sizeof *self->calls_of);
  bool is_full = !self->sexes || !self->typed || !self->alleles || !self->one || !self->posterior ||
                 !self->bytes || !self->calls || !self->calls_of;
  for (int i = 0; i < 2; i++) {
    self->bone[i] = hw_arena_alloc_array(arena, n, sizeof(float));
    is_full |= self->bone[i] == NULL;
  }
  for (size_t i = 0; !is_full && i < n_persons; i++) self->calls_of[i] = -1;
  return is_full ? HW_NO_MEMORY(err, "a family's SNPs") : HW_OK;
}

static hw_status load_standing(hwp_snp_world *self, hw_err *err) {
  const hw_power_snp_family *standing = self->standing;
  const int32_t n = standing != NULL ? standing->n_profiles : 0;
  for (int32_t i = 0; i < n; i++) {
    if (self->n_standing == HW_LINKED_MAX_TYPED) break; /* refused by whoever computes */
    float *likelihoods =
        hw_arena_alloc_array(&self->arena, (size_t)self->n_genotypes, sizeof *likelihoods);
    if (likelihoods == NULL) return HW_NO_MEMORY(err, "SNP profiles");
    hw_snp_likelihoods(standing->profiles[i].bytes, self->n_genotypes, likelihoods);
    self->typed[self->n_standing++] = (hw_linked_typed){standing->persons[i], likelihoods};
  }
  return HW_OK;
}

hw_status hwp_snp_world_init(hwp_snp_world *self, const hw_power_snp_study *study,
                             const hw_power_snp_target *target, hw_err *err) {
  hw_random seed;
  *self = (hwp_snp_world){.study = study,
                          .setting = &study->options.panels[target->panel],
                          .family = &study->problem->families[target->who.family],
                          .markers = study->markers[target->panel],
                          .missing = target->who.person,
                          .draw = -1};
  hw_arena_init(&self->arena, 0);
  self->n_markers = self->setting->panel->n_markers;
  self->n_genotypes = self->setting->panel->first_genotype[self->n_markers];
  if (self->setting->families != NULL)
    self->standing = &self->setting->families[target->who.family];
  hw_random_init(&seed, study->options.seed);
  const hw_random family = hw_random_split(&seed, (uint64_t)target->who.family);
  self->root = hw_random_split(&family, (uint64_t)target->who.missing);
  HW_TRY(make_rooms(self, err));
  hw_random sexes = hw_random_split(&self->root, STREAM_SEXES);
  HW_TRY(hw_simulate_sexes(&self->family->pedigree, &sexes, self->sexes, err));
  HW_TRY(add_stranger(self, err));
  return load_standing(self, err);
}

void hwp_snp_world_clear(hwp_snp_world *self) {
  hw_linked_scorer_delete(self->scorer);
  self->scorer = NULL;
  hw_arena_clear(&self->arena);
}

void hwp_snp_world_without_x(hwp_snp_world *self) {
  const hw_panel *panel = self->setting->panel;
  while (self->n_markers > 0 && panel->markers[self->n_markers - 1].chromosome == HW_PANEL_X)
    self->n_markers--;
  self->n_genotypes = panel->first_genotype[self->n_markers];
}

/* --- what is seen --- */

static hw_status read_bone(hwp_snp_world *self, const uint8_t *alleles, int whose, hw_err *err) {
  const hw_panel *panel = self->setting->panel;
  const hw_sequencing *run = &self->setting->run;
  const hw_random bones = hw_random_split(&self->stream, STREAM_BONES);
  const hw_random own = hw_random_split(&bones, (uint64_t)whose);
  if (run->model.damage > 0 || run->model.damage_inside > 0) {
    const int32_t source = run->model.contamination > 0 ? run->source : HW_PANEL_NONE;
    hw_pileup *pileup = NULL;
    hw_status status = hw_simulate_reads(panel, alleles, run, &own, &pileup, err);
    if (status == HW_OK)
      status = hw_reads_genotypes(panel, source, pileup, self->sexes[self->missing], &run->model,
                                  self->bytes, err);
    hw_pileup_delete(pileup);
    if (status != HW_OK) return status;
  } else {
    HW_TRY(hw_simulate_likelihoods(panel, alleles, run, NULL, &own, self->bytes, err));
  }
  hw_snp_likelihoods(self->bytes, self->n_genotypes, self->bone[whose]);
  return HW_OK;
}

/* Calls of a person; of those who are drawn in a chain too. */
static hw_status call(hwp_snp_world *self, int32_t person, const uint8_t *alleles, hw_err *err) {
  const hw_power_snp_panel *setting = self->setting;
  const hw_random own = hw_random_split(&self->stream, STREAM_CALLS + (uint64_t)person);
  if (self->calls[person] == NULL)
    self->calls[person] = hw_arena_alloc_array(
        &self->arena, (size_t)setting->panel->first_genotype[setting->panel->n_markers],
        sizeof(float));
  if (self->calls[person] == NULL) return HW_NO_MEMORY(err, "SNP profiles");
  HW_TRY(hw_simulate_calls(setting->panel, alleles, &setting->call, setting->call_missing, &own,
                           self->bytes, err));
  hw_snp_likelihoods(self->bytes, self->n_genotypes, self->calls[person]);
  return HW_OK;
}

static uint8_t *alleles_of(const hwp_snp_world *self, int32_t person) {
  return self->alleles + 2 * (size_t)person * (size_t)self->setting->panel->n_markers;
}

/* --- given those who are typed --- */

/* Genotypes as likelihoods 0 and 1. */
static hw_status put_known(hwp_snp_world *self, const uint8_t *alleles, float **out, hw_err *err) {
  const hw_panel *panel = self->setting->panel;
  if (*out == NULL)
    *out = hw_arena_alloc_array(&self->arena, (size_t)self->n_genotypes, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "a person's SNPs");
  memset(*out, 0, (size_t)self->n_genotypes * sizeof **out);
  for (int32_t m = 0; m < self->n_markers; m++) {
    const int32_t b = alleles[2 * (size_t)m + 1];
    const int32_t a = alleles[2 * (size_t)m] == HW_LINKED_NO_ALLELE ? b : alleles[2 * (size_t)m];
    (*out)[panel->first_genotype[m] + b * (b + 1) / 2 + a] = 1;
  }
  return HW_OK;
}

/* What hw_linked_draw leaves out, X markers where a sex is not known, counts nowhere; but what is
 * seen is simulated at the whole panel, so that something has to stand there. */
static void fill_rest(const hwp_snp_world *self, uint8_t *alleles) {
  const size_t n = 2 * (size_t)self->n_markers;
  memset(alleles + n, 0, 2 * (size_t)self->setting->panel->n_markers - n);
}

static hw_status draw_given(hwp_snp_world *self, int32_t n_typed, int32_t person,
                            const hw_random *stream, uint8_t *alleles, hw_err *err) {
  const hw_linked_problem problem = hwp_snp_problem(self, n_typed);
  HW_TRY(hw_linked_draw(&problem, person, &self->study->options.linked, stream, 1, alleles, err));
  fill_rest(self, alleles);
  return HW_OK;
}

/* The missing person in a batch of draws. */
static hw_status draw_posterior(hwp_snp_world *self, int32_t batch, hw_err *err) {
  const hw_linked_problem problem = hwp_snp_problem(self, self->n_standing);
  const hw_random all = hw_random_split(&self->root, STREAM_POSTERIOR);
  const hw_random own = hw_random_split(&all, (uint64_t)batch);
  return hw_linked_draw(&problem, self->missing, &self->study->options.linked, &own,
                        HW_POWER_SNP_BATCH, self->posterior, err);
}

/* An unrelated person without theta: a family of her own. */
static hw_status draw_alone(hwp_snp_world *self, hw_err *err) {
  const hw_pedigree alone = {1, &self->stated.persons[self->stranger]};
  const hw_random own = hw_random_split(&self->stream, STREAM_STRANGER);
  HW_TRY(hw_simulate_haplotypes(&alone, &self->sexes[self->stranger], self->setting->panel,
                                self->setting->population, 0, &own, self->one, err));
  return read_bone(self, self->one, HW_POWER_UNRELATED, err);
}

/* Draws those who are added, after the missing person, and with theta the unrelated one at last;
 * then the added are typed by their calls. */
static hw_status draw_chain(hwp_snp_world *self, int32_t n, const int32_t *persons, hw_err *err) {
  hw_linked_typed *typed = self->typed + self->n_standing;
  hw_arena scratch;
  hw_status status = HW_OK;
  typed[0] = (hw_linked_typed){self->missing, self->known[0]};
  hw_arena_init(&scratch, 0);
  for (int32_t i = 0; status == HW_OK && i < n; i++) {
    const hw_random own = hw_random_split(&self->stream, STREAM_RELATIVES + (uint64_t)persons[i]);
    float *known = hw_arena_alloc_array(&scratch, (size_t)self->n_genotypes, sizeof *known);
    if (known == NULL) status = HW_NO_MEMORY(err, "a person's SNPs");
    if (status == HW_OK)
      status = draw_given(self, self->n_standing + 1 + i, persons[i], &own, self->one, err);
    if (status == HW_OK) status = put_known(self, self->one, &known, err);
    typed[1 + i] = (hw_linked_typed){persons[i], known};
    if (status == HW_OK) status = call(self, persons[i], self->one, err);
  }
  if (status == HW_OK && self->setting->theta > 0) {
    const hw_random own = hw_random_split(&self->stream, STREAM_STRANGER);
    status = draw_given(self, self->n_standing + 1 + n, self->stranger, &own, self->one, err);
    if (status == HW_OK) status = read_bone(self, self->one, HW_POWER_UNRELATED, err);
  }
  hw_arena_clear(&scratch);
  return status;
}

/* --- a draw --- */

static hw_status draw_from_founders(hwp_snp_world *self, hw_err *err) {
  const hw_random genes = hw_random_split(&self->stream, STREAM_GENES);
  HW_TRY(hw_simulate_haplotypes(&self->stated, self->sexes, self->setting->panel,
                                self->setting->population, self->setting->theta, &genes,
                                self->alleles, err));
  HW_TRY(read_bone(self, alleles_of(self, self->missing), HW_POWER_TRUTH, err));
  return read_bone(self, alleles_of(self, self->stranger), HW_POWER_UNRELATED, err);
}

static hw_status draw_from_posterior(hwp_snp_world *self, hw_err *err) {
  const size_t row = 2 * (size_t)self->n_markers;
  const int32_t place = self->draw % HW_POWER_SNP_BATCH;
  if (place == 0) HW_TRY(draw_posterior(self, self->draw / HW_POWER_SNP_BATCH, err));
  memcpy(self->one, self->posterior + (size_t)place * row, row);
  fill_rest(self, self->one);
  HW_TRY(put_known(self, self->one, &self->known[0], err));
  HW_TRY(read_bone(self, self->one, HW_POWER_TRUTH, err));
  return self->setting->theta > 0 ? HW_OK : draw_alone(self, err);
}

/* @param draw  in ascending order */
hw_status hwp_snp_world_draw(hwp_snp_world *self, int32_t draw, hw_err *err) {
  const hw_random draws = hw_random_split(&self->root, STREAM_DRAWS);
  self->draw = draw;
  self->stream = hw_random_split(&draws, (uint64_t)draw);
  return self->n_standing > 0 ? draw_from_posterior(self, err) : draw_from_founders(self, err);
}

/* --- scores --- */

static hw_status type_from_founders(hwp_snp_world *self, int32_t n, const int32_t *persons,
                                    hw_err *err) {
  for (int32_t i = 0; i < n; i++) {
    if (self->calls_of[persons[i]] == self->draw) continue;
    HW_TRY(call(self, persons[i], alleles_of(self, persons[i]), err));
    self->calls_of[persons[i]] = self->draw;
  }
  return HW_OK;
}

static hw_status score_both(const hwp_snp_world *self, const hw_linked_scorer *scorer,
                            double log10_lr[2], hw_err *err) {
  const double ln_10 = 2.30258509299404568402;
  for (int whose = 0; whose < 2; whose++) {
    double ln_lr = 0;
    HW_TRY(hw_linked_scorer_score(scorer, self->bone[whose], &ln_lr, NULL, err));
    log10_lr[whose] = ln_lr / ln_10;
  }
  return HW_OK;
}

hw_status hwp_snp_world_score(hwp_snp_world *self, int32_t n_added, const int32_t *added,
                              double log10_lr[2], hw_err *err) {
  const hw_linked_options *options = &self->study->options.linked;
  const bool is_given = self->n_standing > 0;
  if (is_given && (n_added > 0 || self->setting->theta > 0))
    HW_TRY(draw_chain(self, n_added, added, err));
  else if (!is_given)
    HW_TRY(type_from_founders(self, n_added, added, err));
  for (int32_t i = 0; i < n_added; i++)
    self->typed[self->n_standing + i] = (hw_linked_typed){added[i], self->calls[added[i]]};
  const hw_linked_problem problem = hwp_snp_problem(self, self->n_standing + n_added);
  if (n_added == 0 && self->scorer != NULL) return score_both(self, self->scorer, log10_lr, err);
  hw_linked_scorer *scorer = NULL;
  HW_TRY(hw_linked_scorer_new(&problem, self->missing, options, &scorer, err));
  const hw_status status = score_both(self, scorer, log10_lr, err);
  if (n_added == 0)
    self->scorer = scorer; /* nobody's data change from draw to draw */
  else
    hw_linked_scorer_delete(scorer);
  return status;
}
