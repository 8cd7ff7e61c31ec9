/* Writer of `homeward-case/1`: what the reader makes of the file is the case that was given, bit
 * for bit.
 *
 * Numbers are written with the fewest digits that read back to the same bits, so
 * that a person can read the file and the program computes with what it computed
 * with before. One marker, one person, one profile a line.
 *
 * A case may come from elsewhere than the reader and say what the format cannot:
 * a typing error, a parent of unknown sex (in a file the role tells the sex, and
 * a sex that is told excludes remains), a family in which nobody is missing.
 * Such a case is refused before the first byte is written; a file that says less
 * than the case would be evidence of something else.
 *
 * Identical persons: the groups are rebuilt from the twin links and from the
 * profiles whose code is not the id of their person. */
#include <math.h>
#include <string.h>

#include "base/json_members.h"
#include "formats/casefile_int.h"

static const char *sex_name(hw_sex sex) {
  return sex == HW_MALE ? "male" : sex == HW_FEMALE ? "female" : "unknown";
}

/* --- markers --- */

static void write_pair(hw_json_writer *w, const char *key, const double value[2]) {
  hw_json_add_object(w, key);
  hw_json_add_double_short(w, "female", value[HW_FROM_MOTHER]);
  hw_json_add_double_short(w, "male", value[HW_FROM_FATHER]);
  hw_json_write_end_object(w);
}

static void write_matrix(hw_json_writer *w, const char *key, const double *matrix, int32_t n) {
  if (matrix == NULL) return;
  hw_json_add_array(w, key);
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_array(w);
    for (int32_t j = 0; j < n; j++)
      hw_json_write_double_short(w, matrix[(size_t)i * (size_t)n + (size_t)j]);
    hw_json_write_end_array(w);
  }
  hw_json_write_end_array(w);
}

static void write_mutation(hw_json_writer *w, const hw_marker *marker) {
  static const char *const models[] = {"none",    "equal", "proportional", "stepwise",
                                       "onestep", "dawid", "custom"};
  static const char *const transforms[] = {NULL, "MH", "BA", "PR", "PM"};
  const hw_mutation *mutation = &marker->mutation;
  hw_json_add_object(w, "mutation");
  hw_json_add_text(w, "model", models[mutation->model]);
  if (mutation->model == HW_MUTATION_CUSTOM) {
    write_matrix(w, "matrix_female", mutation->custom[HW_FROM_MOTHER], marker->n_alleles);
    write_matrix(w, "matrix_male", mutation->custom[HW_FROM_FATHER], marker->n_alleles);
  } else if (mutation->model != HW_MUTATION_NONE) {
    write_pair(w, "rate", mutation->rate);
    if (mutation->model == HW_MUTATION_STEPWISE) write_pair(w, "rate2", mutation->rate2);
    if (mutation->model == HW_MUTATION_STEPWISE || mutation->model == HW_MUTATION_DAWID)
      write_pair(w, "range", mutation->range);
  }
  if (transforms[mutation->transform] != NULL)
    hw_json_add_text(w, "transform", transforms[mutation->transform]);
  hw_json_write_end_object(w);
}

static void write_chromosome(hw_json_writer *w, const hw_marker *marker) {
  char number[16];
  snprintf(number, sizeof number, "%d", marker->chromosome);
  hw_json_add_text(w, "chromosome",
                   hw_marker_is_x(marker)                          ? "X"
                   : marker->chromosome == HW_CHROMOSOME_AUTOSOMAL ? "A"
                                                                   : number);
}

static void write_marker(hw_json_writer *w, const hw_marker *marker) {
  hw_json_write_begin_row_object(w);
  hw_json_add_text(w, "name", marker->name);
  write_chromosome(w, marker);
  if (!isnan(marker->position_cm)) hw_json_add_double_short(w, "position_cm", marker->position_cm);
  hw_json_add_array(w, "alleles");
  for (int32_t i = 0; i < marker->n_alleles; i++) hw_json_write_string(w, marker->allele_names[i]);
  hw_json_write_end_array(w);
  hw_json_add_array(w, "frequencies");
  for (int32_t i = 0; i < marker->n_alleles; i++)
    hw_json_write_double_short(w, marker->frequencies[i]);
  hw_json_write_end_array(w);
  if (marker->silent != HW_ALLELE_NONE)
    hw_json_add_text(w, "silent_allele", marker->allele_names[marker->silent]);
  write_mutation(w, marker);
  hw_json_write_end_object(w);
}

static void write_linkage(hw_json_writer *w, const hw_case *c) {
  if (c->n_linkages == 0) return;
  hw_json_add_array(w, "linkage");
  for (int32_t g = 0; g < c->n_linkages; g++) {
    const hw_linkage *group = &c->linkages[g];
    hw_json_write_begin_row_object(w);
    hw_json_add_array(w, "markers");
    for (int32_t i = 0; i < group->n_markers; i++)
      hw_json_write_string(w, c->markers[group->markers[i]].name);
    hw_json_write_end_array(w);
    hw_json_add_array(w, "recombination");
    for (int32_t i = 0; i + 1 < group->n_markers; i++)
      hw_json_write_double_short(w, group->recombination[i]);
    hw_json_write_end_array(w);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* --- profiles --- */

static void write_allele(hw_json_writer *w, const hw_marker *marker, hw_allele allele) {
  hw_json_write_string(w, allele == HW_ALLELE_NONE ? NULL : marker->allele_names[allele]);
}

static void write_observation(hw_json_writer *w, const hw_marker *marker,
                              const hw_observation *obs) {
  if (obs->kind == HW_OBS_MISSING) {
    hw_json_write_null(w);
    return;
  }
  hw_json_write_begin_array(w);
  if (obs->kind == HW_OBS_SET) {
    for (int32_t i = 0; i < obs->n_seen; i++) write_allele(w, marker, obs->seen[i]);
  } else {
    write_allele(w, marker, obs->a);
    if (obs->kind == HW_OBS_GENOTYPE) write_allele(w, marker, obs->b);
  }
  hw_json_write_end_array(w);
}

static void write_genotypes(hw_json_writer *w, const hw_case *c, const hw_profile *profile) {
  hw_json_write_begin_row(w);
  for (int32_t m = 0; m < c->n_markers; m++)
    write_observation(w, &c->markers[m], &profile->observations[m]);
  hw_json_write_end_array(w);
}

static void write_dropout(hw_json_writer *w, const char *key, const hw_profile *profile) {
  hw_json_add_row_object(w, key);
  hw_json_add_double_short(w, "dropout", profile->dropout);
  hw_json_add_double_short(w, "drop_in", profile->drop_in);
  hw_json_write_end_object(w);
}

/* The members `genotypes` and `dropout` of a comparison or a family. */
static void write_profiles(hw_json_writer *w, const hw_case *c, int32_t n,
                           const hw_profile *profiles) {
  bool has_dropout = false;
  hw_json_add_object(w, "genotypes");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_key(w, profiles[i].id);
    write_genotypes(w, c, &profiles[i]);
    has_dropout = has_dropout || profiles[i].has_dropout;
  }
  hw_json_write_end_object(w);
  if (!has_dropout) return;
  hw_json_add_object(w, "dropout");
  for (int32_t i = 0; i < n; i++)
    if (profiles[i].has_dropout) write_dropout(w, profiles[i].id, &profiles[i]);
  hw_json_write_end_object(w);
}

/* --- pedigrees --- */

static int32_t first_twin(const hw_pedigree *pedigree, int32_t person) {
  while (pedigree->persons[person].twin != HW_PERSON_NONE) person = pedigree->persons[person].twin;
  return person;
}

/* True if the profile's code is another name of its person. */
static bool is_alias(const hw_pedigree *pedigree, const hw_profile *profile, int32_t person) {
  return strcmp(profile->id, pedigree->persons[person].id) != 0;
}

/* People and the profiles that are attached to them. */
typedef struct people {
  const hw_pedigree *pedigree;
  int32_t n_profiles;
  const hw_profile *profiles;
  const int32_t *person_of;
} people;

/* Writes the group of one individual: its persons, then the codes that are no persons. */
static void write_group(hw_json_writer *w, const people *p, int32_t first) {
  hw_json_write_begin_row(w);
  for (int32_t i = first; i < p->pedigree->n_persons; i++)
    if (i == first ||
        (p->pedigree->persons[i].twin != HW_PERSON_NONE && first_twin(p->pedigree, i) == first))
      hw_json_write_string(w, p->pedigree->persons[i].id);
  for (int32_t i = 0; i < p->n_profiles; i++)
    if (is_alias(p->pedigree, &p->profiles[i], p->person_of[i]) &&
        first_twin(p->pedigree, p->person_of[i]) == first)
      hw_json_write_string(w, p->profiles[i].id);
  hw_json_write_end_array(w);
}

/* True if a twin listed before person i already brought up the individual. */
static bool has_earlier_twin(const hw_pedigree *pedigree, int32_t first, int32_t i) {
  for (int32_t k = first + 1; k < i; k++)
    if (pedigree->persons[k].twin != HW_PERSON_NONE && first_twin(pedigree, k) == first)
      return true;
  return false;
}

static bool has_earlier_alias(const people *p, int32_t first, int32_t i) {
  for (int32_t k = 0; k < i; k++)
    if (is_alias(p->pedigree, &p->profiles[k], p->person_of[k]) &&
        first_twin(p->pedigree, p->person_of[k]) == first)
      return true;
  return false;
}

static bool has_group(const people *p) {
  for (int32_t i = 0; i < p->pedigree->n_persons; i++)
    if (p->pedigree->persons[i].twin != HW_PERSON_NONE) return true;
  for (int32_t i = 0; i < p->n_profiles; i++)
    if (is_alias(p->pedigree, &p->profiles[i], p->person_of[i])) return true;
  return false;
}

static void write_identical(hw_json_writer *w, const people *p) {
  const hw_pedigree *pedigree = p->pedigree;
  if (!has_group(p)) return;
  hw_json_add_array(w, "identical");
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    if (pedigree->persons[i].twin == HW_PERSON_NONE) continue;
    const int32_t first = first_twin(pedigree, i);
    if (!has_earlier_twin(pedigree, first, i)) write_group(w, p, first);
  }
  for (int32_t i = 0; i < p->n_profiles; i++) {
    if (!is_alias(pedigree, &p->profiles[i], p->person_of[i])) continue;
    const int32_t first = first_twin(pedigree, p->person_of[i]);
    if (!has_earlier_twin(pedigree, first, pedigree->n_persons) && !has_earlier_alias(p, first, i))
      write_group(w, p, first);
  }
  hw_json_write_end_array(w);
}

static void write_person(hw_json_writer *w, const hw_pedigree *pedigree, int32_t i) {
  const hw_person *person = &pedigree->persons[i];
  hw_json_write_begin_row_object(w);
  hw_json_add_text(w, "id", person->id);
  hw_json_add_text(w, "father",
                   person->father == HW_PERSON_NONE ? NULL : pedigree->persons[person->father].id);
  hw_json_add_text(w, "mother",
                   person->mother == HW_PERSON_NONE ? NULL : pedigree->persons[person->mother].id);
  hw_json_add_text(w, "sex", sex_name(person->sex));
  hw_json_write_end_object(w);
}

static void write_pedigree(hw_json_writer *w, const hw_pedigree *pedigree) {
  hw_json_add_array(w, "pedigree");
  for (int32_t i = 0; i < pedigree->n_persons; i++) write_person(w, pedigree, i);
  hw_json_write_end_array(w);
}

/* --- the two kinds of cases --- */

static void write_hypothesis(hw_json_writer *w, const hw_case *c, const hw_hypothesis *hypothesis) {
  const people p = {&hypothesis->pedigree, c->n_profiles, c->profiles, hypothesis->profile_person};
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "name", hypothesis->name);
  write_pedigree(w, &hypothesis->pedigree);
  write_identical(w, &p);
  hw_json_write_end_object(w);
}

static void write_comparison(hw_json_writer *w, const hw_case *c) {
  hw_json_add_array(w, "hypotheses");
  for (int32_t i = 0; i < c->n_hypotheses; i++) write_hypothesis(w, c, &c->hypotheses[i]);
  hw_json_write_end_array(w);
  hw_json_add_text(w, "reference", c->hypotheses[c->reference].name);
  write_profiles(w, c, c->n_profiles, c->profiles);
}

static void write_remains(hw_json_writer *w, const hw_case *c, const hw_remains *remains) {
  hw_json_write_begin_row_object(w);
  hw_json_add_text(w, "id", remains->id);
  hw_json_add_text(w, "sex", sex_name(remains->sex));
  hw_json_write_key(w, "genotypes");
  write_genotypes(w, c, &remains->profile);
  if (remains->profile.has_dropout) write_dropout(w, "dropout", &remains->profile);
  hw_json_write_end_object(w);
}

static void write_family(hw_json_writer *w, const hw_case *c, const hw_family *family) {
  const hw_pedigree *pedigree = &family->pedigree;
  const people p = {pedigree, family->n_profiles, family->profiles, family->profile_person};
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "name", family->name);
  write_pedigree(w, pedigree);
  write_identical(w, &p);
  hw_json_add_row(w, "missing");
  for (int32_t i = 0; i < family->n_missing; i++)
    hw_json_write_string(w, pedigree->persons[family->missing[i]].id);
  hw_json_write_end_array(w);
  write_profiles(w, c, family->n_profiles, family->profiles);
  hw_json_write_end_object(w);
}

static void write_identification(hw_json_writer *w, const hw_case *c) {
  hw_json_add_array(w, "remains");
  for (int32_t i = 0; i < c->n_remains; i++) write_remains(w, c, &c->remains[i]);
  hw_json_write_end_array(w);
  hw_json_add_array(w, "families");
  for (int32_t i = 0; i < c->n_families; i++) write_family(w, c, &c->families[i]);
  hw_json_write_end_array(w);
}

static void write_case(hw_json_writer *w, const hw_case *c) {
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-case/1");
  hw_json_add_text(w, "id", c->id);
  hw_json_add_text(w, "description", c->description);
  hw_json_add_double_short(w, "theta", c->theta);
  hw_json_add_array(w, "markers");
  for (int32_t i = 0; i < c->n_markers; i++) write_marker(w, &c->markers[i]);
  hw_json_write_end_array(w);
  write_linkage(w, c);
  if (c->n_hypotheses > 0)
    write_comparison(w, c);
  else
    write_identification(w, c);
  hw_json_write_end_object(w);
}

/* --- what the format cannot say --- */

static hw_status check_profile(const hw_profile *profile, hw_err *err) {
  if (!(profile->typing_error > 0)) return HW_OK;
  return hw_err_set(err, HW_E_UNSUPPORTED,
                    "the profile of \"%.60s\" has a typing error of %g, which the case format "
                    "cannot say; set it to 0 and give it on the command line",
                    profile->id, profile->typing_error);
}

static hw_status check_people(const people *p, const char *whose, const char *name, hw_err *err) {
  const hw_pedigree *pedigree = p->pedigree;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const int32_t parents[2] = {pedigree->persons[i].father, pedigree->persons[i].mother};
    for (int k = 0; k < 2; k++)
      if (parents[k] != HW_PERSON_NONE && pedigree->persons[parents[k]].sex == HW_UNKNOWN_SEX)
        return hw_err_set(err, HW_E_UNSUPPORTED,
                          "%s \"%.60s\": \"%.60s\" is a parent of \"%.60s\" and of unknown sex, "
                          "but in a case file the role of a parent tells the sex; state it",
                          whose, name, pedigree->persons[parents[k]].id, pedigree->persons[i].id);
  }
  for (int32_t i = 0; i < p->n_profiles; i++) {
    HW_TRY(check_profile(&p->profiles[i], err));
    if (!is_alias(pedigree, &p->profiles[i], p->person_of[i])) continue;
    if (hw_pedigree_find(pedigree, p->profiles[i].id) != HW_PERSON_NONE)
      return hw_err_set(err, HW_E_DUPLICATE,
                        "%s \"%.60s\": the profile \"%.60s\" bears the name of another person than "
                        "its own; rename it",
                        whose, name, p->profiles[i].id);
  }
  return HW_OK;
}

static hw_status check_family(const hw_family *family, hw_err *err) {
  const people p = {&family->pedigree, family->n_profiles, family->profiles,
                    family->profile_person};
  if (family->n_missing < 1)
    return hw_err_set(err, HW_E_SHAPE,
                      "nobody is missing in family \"%.60s\"; a case file needs at least one",
                      family->name);
  return check_people(&p, "family", family->name, err);
}

static hw_status check_case(const hw_case *c, hw_err *err) {
  if (c->n_markers < 1) return hw_err_set(err, HW_E_SHAPE, "the case has no markers");
  if (c->n_hypotheses < 1 && (c->n_remains < 1 || c->n_families < 1))
    return hw_err_set(err, HW_E_SHAPE,
                      "the case has %d hypotheses, %d remains and %d families; a case file needs "
                      "hypotheses, or remains and families",
                      (int)c->n_hypotheses, (int)c->n_remains, (int)c->n_families);
  for (int32_t i = 0; i < c->n_hypotheses; i++) {
    const hw_hypothesis *hypothesis = &c->hypotheses[i];
    const people p = {&hypothesis->pedigree, c->n_profiles, c->profiles,
                      hypothesis->profile_person};
    HW_TRY(check_people(&p, "hypothesis", hypothesis->name, err));
  }
  for (int32_t i = 0; i < c->n_remains; i++) HW_TRY(check_profile(&c->remains[i].profile, err));
  for (int32_t i = 0; i < c->n_families; i++) HW_TRY(check_family(&c->families[i], err));
  return HW_OK;
}

hw_status hw_case_list_write(const hw_case *cases, int32_t n_cases, FILE *out, hw_err *err) {
  if (n_cases < 1) return hw_err_set(err, HW_E_SHAPE, "there is no case to write");
  for (int32_t i = 0; i < n_cases; i++) {
    const hw_status status = check_case(&cases[i], err);
    if (status == HW_OK) continue;
    hw_err_while(err, "writing case \"%.60s\"", cases[i].id);
    return status;
  }
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, out, 1);
  if (n_cases == 1) {
    write_case(w, &cases[0]);
    return hw_json_write_finish(w, err);
  }
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-cases/1");
  hw_json_add_array(w, "cases");
  for (int32_t i = 0; i < n_cases; i++) write_case(w, &cases[i]);
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
