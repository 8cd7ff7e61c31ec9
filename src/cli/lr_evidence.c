/* SNP files as evidence for the hypotheses of a case.
 *
 * The samples of the files are the persons of the case who bear their names; other samples may be
 * there (a cohort of whom frequencies are estimated) and are told. For each hypothesis ln P(reads |
 * pedigree, map) is computed over all markers at once by homeward/linked.h, with the case's theta.
 * Markers on X count where the panel has some.
 *
 * Kinds of evidence multiply: STR, SNP, mtDNA and Y of one person depend on each other only through
 * the pedigree, and that is what a hypothesis fixes. (STR and SNP of one chromosome are linked;
 * taking them for independent given the pedigree leaves out what a few STR add to a dense map.) */
#include "cli/lr_evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

bool lr_evidence_is_asked(const lr_evidence_settings *settings) {
  return settings->snp.n > 0 || settings->mt != NULL || settings->y != NULL;
}

/* Options that mean nothing alone. */
static hw_status check_options(const lr_evidence_settings *settings, hw_err *err) {
  const struct {
    const char *given, *option, *with;
    bool has_with;
  } rows[] = {
      {settings->files.panel, "--panel", "--snp FILE", settings->snp.n > 0},
      {settings->files.frequencies, "--frequencies", "--snp FILE", settings->snp.n > 0},
      {settings->mt_stated, "--mt-stated", "--mtdna FILE", settings->mt != NULL},
      {settings->mt_database, "--mt-database", "--mtdna FILE", settings->mt != NULL},
      {settings->y_stated, "--y-stated", "--ystr FILE", settings->y != NULL},
      {settings->y_database, "--y-database", "--ystr FILE", settings->y != NULL},
  };
  for (size_t i = 0; i < CLI_COUNT_OF(rows); i++)
    if (rows[i].given != NULL && !rows[i].has_with)
      return hw_err_set(err, HW_E_USAGE, "%s needs %s", rows[i].option, rows[i].with);
  return HW_OK;
}

hw_status lr_evidence_open(const lr_evidence_settings *settings, lr_evidence *out, hw_err *err) {
  *out = (lr_evidence){0};
  HW_TRY(check_options(settings, err));
  if (settings->snp.n > 0) {
    out->has[LR_SNP] = true;
    HW_TRY(cli_snp_files_open(settings->snp.n, settings->snp.items, &settings->files, &out->people,
                              err));
    out->likelihoods = calloc((size_t)out->people.n + 1, sizeof *out->likelihoods);
    if (out->likelihoods == NULL) return HW_NO_MEMORY(err, "the likelihoods");
  }
  out->has[LR_MT] = settings->mt != NULL;
  out->has[LR_Y] = settings->y != NULL;
  return lr_open_lineage(settings, out, err);
}

void lr_evidence_clear(lr_evidence *self) {
  for (int32_t i = 0; self->likelihoods != NULL && i < self->people.n; i++)
    free(self->likelihoods[i]);
  free(self->likelihoods);
  cli_snp_people_clear(&self->people);
  hw_mt_table_delete(self->mt);
  hw_mt_table_delete(self->mt_database_table);
  hw_y_model_clear(&self->y_model);
  hw_y_rows_delete(self->y);
  hw_y_rows_delete(self->y_database_rows);
  hw_y_rates_delete(self->rates);
  hw_phylotree_delete(self->tree);
  *self = (lr_evidence){0};
}

hw_status lr_find_persons(const hw_case *c, const char *what, int32_t n, const char *const *names,
                          int32_t *person_of, int32_t *n_found, hw_err *err) {
  const size_t n_hypotheses = (size_t)c->n_hypotheses;
  *n_found = 0;
  for (int32_t i = 0; i < n; i++) {
    int32_t *of = person_of + (size_t)i * n_hypotheses;
    int32_t n_in = 0, without = -1;
    for (int32_t h = 0; h < c->n_hypotheses; h++) {
      of[h] = hw_pedigree_find(&c->hypotheses[h].pedigree, names[i]);
      n_in += of[h] != HW_PERSON_NONE;
      if (of[h] == HW_PERSON_NONE) without = h;
    }
    if (n_in > 0 && without >= 0)
      return hw_err_set(
          err, HW_E_REFERENCE,
          "case '%s': \"%.60s\" has %s, but hypothesis '%s' has no such person: every "
          "typed person must stand in every hypothesis, as a founder if unrelated",
          c->id, names[i], what, c->hypotheses[without].name);
    *n_found += n_in > 0;
  }
  if (*n_found > 0) return HW_OK;
  return hw_err_set(err, HW_E_REFERENCE,
                    "case '%s': none of the %d persons with %s is a person of the case (the first "
                    "is \"%.60s\"): they must bear the ids of its pedigrees",
                    c->id, (int)n, what, n > 0 ? names[0] : "");
}

/* --- SNPs --- */

static hw_status likelihoods_of(lr_evidence *self, int32_t i, const float **out, hw_err *err) {
  const hw_panel *panel = self->people.panel;
  const size_t n = (size_t)panel->first_genotype[panel->n_markers];
  if (self->likelihoods[i] == NULL) {
    self->likelihoods[i] = calloc(n + 1, sizeof(float));
    if (self->likelihoods[i] == NULL) return HW_NO_MEMORY(err, "the likelihoods of a person");
    hw_snp_likelihoods(self->people.profiles[i].bytes, (int64_t)n, self->likelihoods[i]);
  }
  *out = self->likelihoods[i];
  return HW_OK;
}

static void tell_sexes(const lr_evidence *self, const hw_case *c, const int32_t *person_of) {
  const hw_hypothesis *reference = &c->hypotheses[c->reference];
  for (int32_t i = 0; i < self->people.n; i++) {
    const int32_t person = person_of[(size_t)i * (size_t)c->n_hypotheses + (size_t)c->reference];
    const hw_sex seen = self->people.profiles[i].sex;
    if (person == HW_PERSON_NONE || seen == HW_UNKNOWN_SEX) continue;
    const hw_sex stated = reference->pedigree.persons[person].sex;
    if (stated != HW_UNKNOWN_SEX && stated != seen)
      cli_say("WARNING: %s: the reads of \"%.60s\" show a %s, the case says %s: were samples "
              "exchanged?",
              self->people.files[i], self->people.profiles[i].id,
              seen == HW_MALE ? "male" : "female", stated == HW_MALE ? "male" : "female");
  }
}

hw_status lr_weigh_snp_hypothesis(const lr_snp_work *work, int32_t h, int32_t other,
                                  const float *likelihoods, double *ln, hw_err *err) {
  lr_evidence *self = work->evidence;
  const hw_case *c = work->problem;
  hw_linked_problem problem = {.pedigree = &c->hypotheses[h].pedigree,
                               .typed = work->typed,
                               .n_markers = self->people.panel->n_markers,
                               .markers = work->markers,
                               .theta = c->theta};
  for (int32_t i = 0; i < self->people.n; i++) {
    const int32_t person = work->person_of[(size_t)i * (size_t)c->n_hypotheses + (size_t)h];
    if (person == HW_PERSON_NONE) continue;
    hw_linked_typed *typed = &work->typed[problem.n_typed++];
    typed->person = person;
    if (i == other)
      typed->likelihoods = likelihoods;
    else
      HW_TRY(likelihoods_of(self, i, &typed->likelihoods, err));
  }
  const hw_linked_options options = {.simd = cli_simd()};
  hw_linked_result result;
  const hw_status status = hw_linked_likelihood(&problem, &options, &result, err);
  *ln = result.ln_likelihood;
  if (status == HW_OK) return HW_OK;
  hw_err_while(err, "computing the SNPs of hypothesis '%s' of case '%s'", c->hypotheses[h].name,
               c->id);
  return status;
}

static hw_status weigh_snp(lr_evidence *self, const hw_case *c, lr_weights *out, hw_err *err) {
  const cli_snp_people *people = &self->people;
  const size_t n = (size_t)people->n + 1, n_hypotheses = (size_t)c->n_hypotheses;
  const char **names = hw_arena_alloc_array(&out->arena, n, sizeof *names);
  int32_t *person_of = hw_arena_alloc_array(&out->arena, n * n_hypotheses, sizeof *person_of);
  hw_linked_typed *typed = hw_arena_alloc_array(&out->arena, n, sizeof *typed);
  hw_linked_marker *markers =
      hw_arena_alloc_array(&out->arena, (size_t)people->panel->n_markers + 1, sizeof *markers);
  if (names == NULL || person_of == NULL || typed == NULL || markers == NULL)
    return HW_NO_MEMORY(err, "the SNP profiles");
  for (int32_t i = 0; i < people->n; i++) names[i] = people->profiles[i].id;
  HW_TRY(lr_find_persons(c, "SNPs", people->n, names, person_of, &out->n_snp_persons, err));
  tell_sexes(self, c, person_of);
  HW_TRY(hw_linked_markers_of_panel(people->panel, people->population, markers, err));
  out->n_markers = people->panel->n_markers;
  const lr_snp_work work = {self, c, person_of, typed, markers};
  for (int32_t h = 0; h < c->n_hypotheses; h++)
    HW_TRY(lr_weigh_snp_hypothesis(&work, h, -1, NULL, &out->ln[LR_SNP][h], err));
  return lr_weigh_grids(&work, out, err);
}

/* --- everything --- */

hw_status lr_weigh(lr_evidence *self, const hw_case *c, lr_weights *out, hw_err *err) {
  *out = (lr_weights){0};
  for (int k = LR_SNP; k < LR_KINDS; k++) {
    if (!self->has[k]) continue;
    out->ln[k] = hw_arena_alloc_array(&out->arena, (size_t)c->n_hypotheses, sizeof *out->ln[k]);
    if (out->ln[k] == NULL) return HW_NO_MEMORY(err, "the evidence");
  }
  if (self->has[LR_SNP]) HW_TRY(weigh_snp(self, c, out, err));
  if (self->has[LR_MT]) HW_TRY(lr_weigh_lineage(self, LR_MT, c, out, err));
  if (self->has[LR_Y]) HW_TRY(lr_weigh_lineage(self, LR_Y, c, out, err));
  return self->has[LR_MT] ? lr_place_haplogroups(self, c, out, err) : HW_OK;
}

void lr_weights_clear(lr_weights *self) {
  hw_arena_clear(&self->arena);
  *self = (lr_weights){0};
}
