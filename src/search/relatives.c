/* Whose sample is it, if not the missing person's: a close relative's?
 *
 * A sample of her brother fits a missing person's family nearly as well as her own
 * would, and better than she would herself where she has typed children. For a
 * kept pair the family is compiled again with the relative in her place:
 *
 *   full sibling   one more child of her parents
 *   half sibling   one more child of her father, or of her mother, with somebody new
 *   parent         her father or mother, unless typed
 *   child          one more child of hers, with each known partner, or somebody new
 *                  where she has none
 *
 * None of them is typed; persons whom the pedigree lacks are added as founders, which
 * changes no likelihood of the family. The ratio is against an unrelated person, as
 * the missing person's own, so that the two compare. Of several persons of one kind the
 * best counts. Everything follows from the pedigree: that a sibling's sample fits a
 * family less if she has typed children, or exactly as well if she has none. In the
 * second case nothing tells them apart, and `is_kin` is false: it needs a relative
 * who fits better by more than rounding.
 *
 * Other missing persons of the family are queries of their own and rank beside this
 * pair with their own tables; here they only stand where the pedigree has them, as a
 * father or mother. A relative whose tables are too much work is left out.
 *
 * Mismatches are counted as hw_identify does: with markers that do not mutate. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "search/search_int.h"

static const double IMPOSSIBLE = -HUGE_VAL;
/* How much better, in log10 LR, a relative must fit to be told: far above rounding. */
static const double MARGIN = 1e-6;
/* Persons that are added at most: two parents, a partner, the relative. */
enum { MOST_ADDED = 4 };

struct hwp_relations {
  const hw_search_input *input;
  hw_table_compiler *compiler, *rigid_compiler; /* the second: of markers that do not mutate */
  hw_marker *rigid;
  bool has_x;
  hw_arena fixed, arena; /* until delete; for one query */
};

/* One query's pairs at work. */
typedef struct kinship {
  hwp_relations *relations;
  const hw_search_input *input;
  int32_t query;
  const hw_search_family *family;
  int32_t missing;
  hw_person *persons; /* of the family extended, with room for MOST_ADDED */
  int32_t n_persons;
  int64_t n_pairs;
  const hw_search_pair *pairs;
  hw_search_detail *details;
  hwp_relative_fn *visit; /* NULL = the pairs are compared here */
  void *context;
} kinship;

static const hw_search_sample *sample_of(const kinship *self, int64_t i) {
  return &self->input->samples[self->pairs[i].sample];
}

/* --- pedigrees ------------------------------------------------------------ */

static int32_t add_person(kinship *self, int32_t father, int32_t mother, hw_sex sex) {
  static const char *const ids[MOST_ADDED] = {"+1", "+2", "+3", "+4"};
  const int32_t added = self->n_persons - self->family->pedigree.n_persons;
  self->persons[self->n_persons] = (hw_person){
      .id = ids[added], .father = father, .mother = mother, .sex = sex, .twin = HW_PERSON_NONE};
  return self->n_persons++;
}

/* The first of a person's group of identical twins. */
static int32_t first_twin(const hw_person *persons, int32_t person) {
  while (persons[person].twin != HW_PERSON_NONE) person = persons[person].twin;
  return person;
}

/* Takes back what was added, and finds the parents of the missing person, whom a twin's record may
 * tell. */
static void begin_pedigree(kinship *self, int32_t *father, int32_t *mother) {
  const hw_pedigree *pedigree = &self->family->pedigree;
  memcpy(self->persons, pedigree->persons, sizeof *self->persons * (size_t)pedigree->n_persons);
  self->n_persons = pedigree->n_persons;
  *father = *mother = HW_PERSON_NONE;
  const int32_t twin = first_twin(self->persons, self->missing);
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    if (first_twin(self->persons, i) != twin) continue;
    if (self->persons[i].father != HW_PERSON_NONE) *father = self->persons[i].father;
    if (self->persons[i].mother != HW_PERSON_NONE) *mother = self->persons[i].mother;
  }
}

/* Gives the missing person and her twins both parents; those that are not known are added. */
static void complete_parents(kinship *self, int32_t *father, int32_t *mother) {
  const int32_t n = self->n_persons, twin = first_twin(self->persons, self->missing);
  if (*father == HW_PERSON_NONE)
    *father = add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  if (*mother == HW_PERSON_NONE)
    *mother = add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  for (int32_t i = 0; i < n; i++) {
    if (first_twin(self->persons, i) != twin) continue;
    self->persons[i].father = *father;
    self->persons[i].mother = *mother;
  }
}

static bool is_typed(const kinship *self, int32_t person) {
  const hw_person *persons = self->family->pedigree.persons;
  for (int32_t p = 0; p < self->family->n_profiles; p++)
    if (first_twin(persons, self->family->profile_person[p]) == first_twin(persons, person))
      return true;
  return false;
}

/* --- tables --------------------------------------------------------------- */

static bool has_x(const hw_search_input *input) {
  for (int32_t m = 0; m < input->n_markers; m++)
    if (hw_marker_is_x(&input->markers[m])) return true;
  return false;
}

/* The sex that a sample shows: recorded, or by its alleles at X markers. */
static hw_sex shown_sex(const hw_search_input *input, const hw_search_sample *sample) {
  if (sample->sex != HW_UNKNOWN_SEX) return sample->sex;
  for (int32_t m = 0; m < input->n_markers; m++) {
    const hw_observation_kind kind = sample->profile.observations[m].kind;
    if (kind == HW_OBS_SINGLE) return HW_MALE;
    if (kind == HW_OBS_GENOTYPE && hw_marker_is_x(&input->markers[m])) return HW_FEMALE;
  }
  return HW_UNKNOWN_SEX;
}

/* Compares the pairs with one relative. @param sex  of the relative; with HW_UNKNOWN_SEX any
 * sample's may be hers, else those that do not show another */
static hw_status try_relative(kinship *self, hw_search_kin kin, int32_t relative, hw_sex sex,
                              hw_err *err) {
  const hw_pedigree pedigree = {self->n_persons, self->persons};
  if (self->visit != NULL) return self->visit(self->context, kin, &pedigree, relative, sex, err);
  hw_problem problem = hw_search_query_problem(self->input, self->query);
  problem.pedigree = &pedigree;
  const hw_table *table = NULL;
  hw_err refused = HW_ERR_INIT;
  const hw_status status =
      hw_table_compiler_compile(self->relations->compiler, &problem, relative, &table, &refused);
  if (status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED) return HW_OK; /* left out */
  if (status != HW_OK && err != NULL) *err = refused;
  if (status != HW_OK) return status;
  for (int64_t i = 0; i < self->n_pairs; i++) {
    const hw_search_sample *sample = sample_of(self, i);
    const hw_sex shown = shown_sex(self->input, sample);
    if (sex != HW_UNKNOWN_SEX && shown != HW_UNKNOWN_SEX && shown != sex) continue;
    const double log10_lr = hw_table_log10_lr(table, self->input->markers, &sample->profile, NULL);
    hw_search_detail *detail = &self->details[i];
    if (detail->kin != HW_SEARCH_KIN_NONE && !(log10_lr > detail->log10_lr_kin)) continue;
    detail->kin = kin;
    detail->log10_lr_kin = log10_lr;
  }
  return HW_OK;
}

/* Adds a child and compares the pairs with it: once, or for each sex where X markers need it. */
static hw_status try_child_of(kinship *self, hw_search_kin kin, int32_t father, int32_t mother,
                              hw_err *err) {
  const int32_t child = add_person(self, father, mother, HW_UNKNOWN_SEX);
  if (!self->relations->has_x) return try_relative(self, kin, child, HW_UNKNOWN_SEX, err);
  self->persons[child].sex = HW_MALE;
  HW_TRY(try_relative(self, kin, child, HW_MALE, err));
  self->persons[child].sex = HW_FEMALE;
  return try_relative(self, kin, child, HW_FEMALE, err);
}

/* --- relatives ------------------------------------------------------------ */

static hw_status try_full_sibling(kinship *self, hw_err *err) {
  int32_t father, mother;
  begin_pedigree(self, &father, &mother);
  complete_parents(self, &father, &mother);
  return try_child_of(self, HW_SEARCH_FULL_SIBLING, father, mother, err);
}

static hw_status try_half_sibling(kinship *self, bool by_father, hw_err *err) {
  int32_t father, mother;
  begin_pedigree(self, &father, &mother);
  complete_parents(self, &father, &mother);
  const int32_t other =
      add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, by_father ? HW_FEMALE : HW_MALE);
  return try_child_of(self, HW_SEARCH_HALF_SIBLING, by_father ? father : other,
                      by_father ? other : mother, err);
}

static hw_status try_parent(kinship *self, bool is_father, hw_err *err) {
  int32_t father, mother;
  begin_pedigree(self, &father, &mother);
  complete_parents(self, &father, &mother);
  const int32_t parent = is_father ? father : mother;
  if (parent < self->family->pedigree.n_persons && is_typed(self, parent)) return HW_OK;
  return try_relative(self, HW_SEARCH_PARENT, parent, is_father ? HW_MALE : HW_FEMALE, err);
}

/* A child of the missing person, who is father or mother, and somebody (HW_PERSON_NONE: new). */
static hw_status try_child_with(kinship *self, int32_t partner, bool is_father, hw_err *err) {
  int32_t father, mother;
  begin_pedigree(self, &father, &mother);
  if (partner == HW_PERSON_NONE)
    partner = add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, is_father ? HW_FEMALE : HW_MALE);
  return try_child_of(self, HW_SEARCH_CHILD, is_father ? self->missing : partner,
                      is_father ? partner : self->missing, err);
}

static int32_t parent_of(const hw_person *person, bool is_father) {
  return is_father ? person->father : person->mother;
}

/* True if an earlier child of the missing person has the same other parent as child `i`. */
static bool is_tried(const kinship *self, int32_t i, bool is_father) {
  const hw_person *persons = self->family->pedigree.persons;
  for (int32_t k = 0; k < i; k++)
    if (parent_of(&persons[k], is_father) == self->missing &&
        parent_of(&persons[k], !is_father) == parent_of(&persons[i], !is_father))
      return true;
  return false;
}

static hw_status try_child(kinship *self, bool is_father, hw_err *err) {
  const hw_pedigree *pedigree = &self->family->pedigree;
  int32_t n_tried = 0;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    if (parent_of(&pedigree->persons[i], is_father) != self->missing) continue;
    n_tried++;
    if (!is_tried(self, i, is_father))
      HW_TRY(try_child_with(self, parent_of(&pedigree->persons[i], !is_father), is_father, err));
  }
  return n_tried > 0 ? HW_OK : try_child_with(self, HW_PERSON_NONE, is_father, err);
}

/* Sex of the missing person where a role or a twin's record tells it. */
static hw_sex missing_sex(const kinship *self) {
  const hw_pedigree *pedigree = &self->family->pedigree;
  const int32_t twin = first_twin(pedigree->persons, self->missing);
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_person *person = &pedigree->persons[i];
    if (person->father != HW_PERSON_NONE && first_twin(pedigree->persons, person->father) == twin)
      return HW_MALE;
    if (person->mother != HW_PERSON_NONE && first_twin(pedigree->persons, person->mother) == twin)
      return HW_FEMALE;
    if (first_twin(pedigree->persons, i) == twin && person->sex != HW_UNKNOWN_SEX)
      return person->sex;
  }
  return HW_UNKNOWN_SEX;
}

static hw_status try_all(kinship *self, hw_err *err) {
  /* Where the sex is not known she may as well be a father: without X markers it is the same. */
  const bool is_father = missing_sex(self) != HW_FEMALE;
  HW_TRY(try_full_sibling(self, err));
  HW_TRY(try_half_sibling(self, true, err));
  HW_TRY(try_half_sibling(self, false, err));
  HW_TRY(try_parent(self, true, err));
  HW_TRY(try_parent(self, false, err));
  return try_child(self, is_father, err);
}

/* --- markers -------------------------------------------------------------- */

static int32_t common_markers(const kinship *self, const hw_profile *profile) {
  int32_t n = 0;
  for (int32_t m = 0; m < self->input->n_markers; m++) {
    bool in_family = false;
    for (int32_t p = 0; p < self->family->n_profiles && !in_family; p++)
      in_family = self->family->profiles[p].observations[m].kind != HW_OBS_MISSING;
    n += in_family && profile->observations[m].kind != HW_OBS_MISSING;
  }
  return n;
}

/* Counts markers and mismatches of all pairs. */
static hw_status count_markers(kinship *self, hw_err *err) {
  const int32_t n = self->input->n_markers;
  const hw_marker *rigid = self->relations->rigid;
  hw_problem problem = hw_search_query_problem(self->input, self->query);
  problem.markers = rigid;
  const hw_table *table = NULL;
  HW_TRY(hw_table_compiler_compile(self->relations->rigid_compiler, &problem, self->missing, &table,
                                   err));
  for (int64_t i = 0; i < self->n_pairs; i++) {
    const hw_profile *profile = &sample_of(self, i)->profile;
    self->details[i].n_markers = common_markers(self, profile);
    for (int32_t m = 0; m < n; m++)
      self->details[i].n_mismatches +=
          hw_marker_table_log10_lr(&table->markers[m], &rigid[m], &profile->observations[m],
                                   profile) == IMPOSSIBLE;
  }
  return HW_OK;
}

static hw_status take_markers(kinship *self, double *per_marker, hw_err *err) {
  const hw_search_input *input = self->input;
  const hw_problem problem = hw_search_query_problem(input, self->query);
  const hw_table *table = NULL;
  HW_TRY(
      hw_table_compiler_compile(self->relations->compiler, &problem, self->missing, &table, err));
  for (int64_t i = 0; i < self->n_pairs; i++)
    (void)hw_table_log10_lr(table, input->markers, &sample_of(self, i)->profile,
                            per_marker + (size_t)i * (size_t)input->n_markers);
  return HW_OK;
}

static hw_status fill(kinship *self, double *per_marker, hw_err *err) {
  self->persons = hw_arena_alloc_array(&self->relations->arena,
                                       (size_t)self->family->pedigree.n_persons + MOST_ADDED,
                                       sizeof *self->persons);
  if (self->persons == NULL) return HW_NO_MEMORY(err, "a family with a relative");
  for (int64_t i = 0; i < self->n_pairs; i++)
    self->details[i] = (hw_search_detail){.posterior = (double)NAN, .log10_lr_kin = IMPOSSIBLE};
  HW_TRY(try_all(self, err));
  for (int64_t i = 0; i < self->n_pairs; i++) {
    hw_search_detail *detail = &self->details[i];
    detail->is_kin = detail->log10_lr_kin > self->pairs[i].log10_lr + MARGIN;
    if (detail->log10_lr_kin == IMPOSSIBLE) detail->kin = HW_SEARCH_KIN_NONE;
  }
  HW_TRY(count_markers(self, err));
  return per_marker == NULL ? HW_OK : take_markers(self, per_marker, err);
}

/* --- all ------------------------------------------------------------------ */

static hw_status make_compilers(hwp_relations *self, const hw_likelihood_options *options,
                                hw_err *err) {
  const hw_search_input *input = self->input;
  const int32_t n = input->n_markers;
  self->rigid = hw_arena_alloc_array(&self->fixed, (size_t)n + 1, sizeof *self->rigid);
  if (self->rigid == NULL) return HW_NO_MEMORY(err, "the markers");
  for (int32_t m = 0; m < n; m++) {
    self->rigid[m] = input->markers[m];
    self->rigid[m].mutation = (hw_mutation){.model = HW_MUTATION_NONE};
    self->rigid[m].matrix[HW_FROM_MOTHER] = self->rigid[m].matrix[HW_FROM_FATHER] = NULL;
  }
  self->has_x = has_x(input);
  HW_TRY(hw_table_compiler_new(n, input->markers, input->theta, options, 0, &self->compiler, err));
  return hw_table_compiler_new(n, self->rigid, input->theta, options, 0, &self->rigid_compiler,
                               err);
}

hw_status hwp_relations_new(const hw_search_input *input, const hw_likelihood_options *options,
                            hwp_relations **out, hw_err *err) {
  *out = NULL;
  hwp_relations *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the relatives");
  self->input = input;
  hw_arena_init(&self->fixed, 0);
  hw_arena_init(&self->arena, 0);
  const hw_status status = make_compilers(self, options, err);
  if (status == HW_OK)
    *out = self;
  else
    hwp_relations_delete(self);
  return status;
}

void hwp_relations_delete(hwp_relations *self) {
  if (self == NULL) return;
  hw_table_compiler_delete(self->compiler);
  hw_table_compiler_delete(self->rigid_compiler);
  hw_arena_clear(&self->fixed);
  hw_arena_clear(&self->arena);
  free(self);
}

hw_status hwp_relatives(hwp_relations *relations, int32_t query, int64_t n_pairs,
                        const hw_search_pair *pairs, hw_search_detail *details, double *per_marker,
                        hw_err *err) {
  const hw_search_input *input = relations->input;
  const hw_search_family *family = &input->families[input->queries[query].family];
  kinship self = {.relations = relations,
                  .input = input,
                  .query = query,
                  .family = family,
                  .missing = input->queries[query].person,
                  .n_pairs = n_pairs,
                  .pairs = pairs,
                  .details = details};
  const hw_status status = fill(&self, per_marker, err);
  hw_table_compiler_reset(relations->compiler);
  hw_table_compiler_reset(relations->rigid_compiler);
  hw_arena_reset(&relations->arena);
  if (status != HW_OK)
    hw_err_while(err, "comparing with relatives of '%s' of family '%s'", input->queries[query].code,
                 family->code);
  return status;
}

hw_status hwp_relatives_each(const hw_search_input *input, int32_t query, bool by_sex,
                             hwp_relative_fn *visit, void *context, hw_err *err) {
  const hw_search_family *family = &input->families[input->queries[query].family];
  hwp_relations relations = {.input = input, .has_x = by_sex};
  kinship self = {.relations = &relations,
                  .input = input,
                  .query = query,
                  .family = family,
                  .missing = input->queries[query].person,
                  .visit = visit,
                  .context = context};
  hw_arena_init(&relations.arena, 0);
  self.persons = hw_arena_alloc_array(
      &relations.arena, (size_t)family->pedigree.n_persons + MOST_ADDED, sizeof *self.persons);
  const hw_status status =
      self.persons != NULL ? try_all(&self, err) : HW_NO_MEMORY(err, "a family with a relative");
  hw_arena_clear(&relations.arena);
  return status;
}
