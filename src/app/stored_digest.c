/* Digests of a stored case: what enters a number, part by part.
 *
 * A comparison rests on the remains' observations, on the family's pedigree and
 * references, and on the markers with their models, theta and linkage. Each part
 * has a digest of its own, so that a number that changed can be explained. Names
 * of people do not count, codes of alleles and markers do; reals count with all
 * their bits. Observations are numbers of alleles, which the table's part
 * spells out. */
#include <string.h>

#include "app/stored_case_int.h"
#include "base/check.h"

static void add_real(hw_digest *self, double value) {
  int64_t bits;
  memcpy(&bits, &value, sizeof bits);
  hw_digest_add_int(self, bits);
}

static void add_mutation(hw_digest *self, const hw_marker *marker) {
  const hw_mutation *mutation = &marker->mutation;
  hw_digest_add_int(self, mutation->model);
  hw_digest_add_int(self, mutation->transform);
  for (int from = 0; from < 2; from++) {
    add_real(self, mutation->rate[from]);
    add_real(self, mutation->rate2[from]);
    add_real(self, mutation->range[from]);
    if (mutation->model != HW_MUTATION_CUSTOM) continue;
    size_t n = (size_t)marker->n_alleles * (size_t)marker->n_alleles;
    for (size_t i = 0; i < n; i++) add_real(self, mutation->custom[from][i]);
  }
}

static void add_marker(hw_digest *self, const hw_marker *marker) {
  hw_digest_add_text(self, marker->name);
  hw_digest_add_int(self, hw_marker_is_x(marker));
  hw_digest_add_int(self, marker->n_alleles);
  for (int32_t a = 0; a < marker->n_alleles; a++) {
    hw_digest_add_text(self, marker->allele_names[a]);
    add_real(self, marker->frequencies[a]);
  }
  hw_digest_add_int(self, marker->silent);
  add_mutation(self, marker);
}

static void digest_table(const hw_case *problem, uint8_t out[HW_DIGEST_SIZE]) {
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-table/1");
  add_real(&digest, problem->theta);
  hw_digest_add_int(&digest, problem->n_markers);
  for (int32_t m = 0; m < problem->n_markers; m++) add_marker(&digest, &problem->markers[m]);
  hw_digest_add_int(&digest, problem->n_linkages);
  for (int32_t g = 0; g < problem->n_linkages; g++) {
    const hw_linkage *group = &problem->linkages[g];
    hw_digest_add_int(&digest, group->n_markers);
    for (int32_t i = 0; i < group->n_markers; i++) {
      hw_digest_add_int(&digest, group->markers[i]);
      if (i + 1 < group->n_markers) add_real(&digest, group->recombination[i]);
    }
  }
  hw_digest_end(&digest, out);
}

static void add_allele(hw_digest *self, const hw_marker *marker, hw_allele allele) {
  hw_digest_add_int(self, allele != HW_ALLELE_NONE);
  if (allele != HW_ALLELE_NONE) hw_digest_add_text(self, marker->allele_names[allele]);
}

/* What is used of a profile. Markers and alleles count by their names: those that a table adds
 * for others leave the digest as it is. */
static void add_profile(hw_digest *self, const hw_marker *markers, const hw_profile *profile) {
  hw_digest_add_int(self, profile->has_dropout);
  add_real(self, profile->dropout);
  add_real(self, profile->drop_in);
  add_real(self, profile->typing_error);
  for (int32_t m = 0; m < profile->n_markers; m++) {
    const hw_observation *observation = &profile->observations[m];
    if (observation->kind == HW_OBS_MISSING) continue;
    hw_digest_add_text(self, markers[m].name);
    hw_digest_add_int(self, observation->kind);
    add_allele(self, &markers[m], observation->a);
    add_allele(self, &markers[m], observation->b);
    hw_digest_add_int(self, observation->n_seen);
    for (int32_t i = 0; i < observation->n_seen; i++)
      add_allele(self, &markers[m], observation->seen[i]);
  }
  hw_digest_add_text(self, "");
}

static void digest_remains(const hw_marker *markers, const hw_remains *remains,
                           uint8_t out[HW_DIGEST_SIZE]) {
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-profile/1");
  hw_digest_add_int(&digest, remains->sex);
  add_profile(&digest, markers, &remains->profile);
  hw_digest_end(&digest, out);
}

static void add_pedigree(hw_digest *self, const hw_pedigree *pedigree) {
  hw_digest_add_int(self, pedigree->n_persons);
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_person *person = &pedigree->persons[i];
    hw_digest_add_int(self, person->father);
    hw_digest_add_int(self, person->mother);
    hw_digest_add_int(self, person->sex);
    hw_digest_add_int(self, person->twin);
  }
}

static void add_profiles(hw_digest *self, const hw_marker *markers, int32_t n,
                         const hw_profile *profiles, const int32_t *person_of) {
  hw_digest_add_int(self, n);
  for (int32_t i = 0; i < n; i++) {
    hw_digest_add_int(self, person_of[i]);
    add_profile(self, markers, &profiles[i]);
  }
}

static void digest_family(const hw_marker *markers, const hw_family *family,
                          uint8_t out[HW_DIGEST_SIZE]) {
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-family/1");
  add_pedigree(&digest, &family->pedigree);
  add_profiles(&digest, markers, family->n_profiles, family->profiles, family->profile_person);
  hw_digest_end(&digest, out);
}

hw_status hwp_load_digests(hwp_loader *self) {
  hw_stored_case *out = self->out;
  const hw_case *problem = &out->problem;
  uint8_t(*remains)[HW_DIGEST_SIZE] =
      hwp_load_alloc(self, self->keep, (size_t)problem->n_remains, sizeof *remains);
  uint8_t(*families)[HW_DIGEST_SIZE] =
      hwp_load_alloc(self, self->keep, (size_t)problem->n_families, sizeof *families);
  if (remains == NULL || families == NULL) return HW_E_NO_MEMORY;
  digest_table(problem, out->table_digest);
  for (int32_t r = 0; r < problem->n_remains; r++)
    digest_remains(problem->markers, &problem->remains[r], remains[r]);
  for (int32_t f = 0; f < problem->n_families; f++)
    digest_family(problem->markers, &problem->families[f], families[f]);
  out->remains_digest = (const uint8_t(*)[HW_DIGEST_SIZE])remains;
  out->family_digest = (const uint8_t(*)[HW_DIGEST_SIZE])families;
  return HW_OK;
}

/* --- of a pair, of the whole --- */

/* The first 128 bits as text. */
static char *put_half(const uint8_t digest[HW_DIGEST_SIZE], char *out) {
  char text[HW_DIGEST_TEXT_SIZE];
  memcpy(out, hw_digest_text(digest, text), HW_DIGEST_SIZE);
  return out + HW_DIGEST_SIZE;
}

char *hw_stored_case_pair(const hw_stored_case *self, int32_t remains, int32_t family,
                          int32_t missing, char text[HW_PAIR_INPUTS_SIZE]) {
  uint8_t whom[HW_DIGEST_SIZE];
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add(&digest, self->family_digest[family], HW_DIGEST_SIZE);
  hw_digest_add_int(&digest, self->problem.families[family].missing[missing]);
  hw_digest_end(&digest, whom);
  char *at = put_half(self->remains_digest[remains], text);
  *at++ = '.';
  at = put_half(whom, at);
  *at++ = '.';
  at = put_half(self->table_digest, at);
  *at = '\0';
  return text;
}

static void add_hypotheses(hw_digest *self, const hw_stored_case *stored) {
  const hw_case *problem = &stored->problem;
  hw_digest_add_int(self, problem->n_hypotheses);
  hw_digest_add_int(self, problem->reference);
  for (int32_t h = 0; h < problem->n_hypotheses; h++) {
    const hw_hypothesis *hypothesis = &problem->hypotheses[h];
    hw_digest_add_text(self, hypothesis->name);
    add_pedigree(self, &hypothesis->pedigree);
    add_profiles(self, problem->markers, problem->n_profiles, problem->profiles,
                 hypothesis->profile_person);
  }
}

void hw_stored_case_digest(const hw_stored_case *self, uint8_t out[HW_DIGEST_SIZE]) {
  const hw_case *problem = &self->problem;
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-inputs/1");
  hw_digest_add(&digest, self->table_digest, HW_DIGEST_SIZE);
  hw_digest_add_int(&digest, problem->n_remains);
  for (int32_t r = 0; r < problem->n_remains; r++) {
    hw_digest_add_int(&digest, self->remains_profile[r]);
    hw_digest_add(&digest, self->remains_digest[r], HW_DIGEST_SIZE);
  }
  hw_digest_add_int(&digest, problem->n_families);
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *family = &problem->families[f];
    hw_digest_add_int(&digest, self->family[f]);
    hw_digest_add(&digest, self->family_digest[f], HW_DIGEST_SIZE);
    hw_digest_add_int(&digest, family->n_missing);
    for (int32_t k = 0; k < family->n_missing; k++) {
      hw_digest_add_int(&digest, family->missing[k]);
      hw_digest_add_int(&digest, self->family_person[f][family->missing[k]]);
    }
  }
  add_hypotheses(&digest, self);
  hw_digest_end(&digest, out);
}
