/* Alternatives: what else could explain a family's profiles.
 *
 * Each is the stated hypothesis with one thing changed: whose sample a profile
 * is, or who somebody's parent is.
 *
 *   foreign        a profile belongs to a new person without relatives
 *   swapped        the profiles of two persons change places
 *   false parent   a child's father (mother) is a new man (woman); called "half
 *                  sibs" where the stated parent is not typed, since then the
 *                  siblings are what speaks
 *   full sibs      two half siblings share the other parent, too
 *   duplicate      a person's profile is another one's: taken twice, or twins
 *   not identical  one of a group of twins is an ordinary sibling
 *   relation       parent and child are siblings, aunt or uncle and child,
 *                  grandparent and grandchild; siblings are parent and child
 *
 * Changes that cannot matter (nobody typed depends on them) are not tried; what
 * is left may still be as likely as what is stated, which costs nothing but its
 * share of the prior. Another relation of two typed persons is tried where the
 * pair alone does not speak clearly against it. In families with many typed
 * persons, changes of two persons are tried where one of them is suspect. */
#include <string.h>

#include "base/check.h"
#include "identify/identify_int.h"
#include "identify/reference_int.h"

/* Typed persons up to which all pairs are tried. */
enum { ALL_PAIRS_UP_TO = 8 };
/* Alternatives of one family: MOST, fewer in big families, but never less than LEAST. */
enum { MOST_ALTERNATIVES = 20000, LEAST_ALTERNATIVES = 300 };
/* log10 LR by which a pair alone may speak against another relation of its two. */
static const double PAIR_AGAINST = 2;

/* One change being built. */
typedef struct builder {
  hwp_check *check;
  int32_t n_persons;
  hw_person *persons;      /* the family's, and room for HWP_NEW_PERSONS more */
  int32_t *profile_person; /* per profile */
  hw_finding finding;
  int32_t most; /* alternatives to compute */
  hw_err *err;
} builder;

static const hwp_family *individuals(const builder *b) {
  return &b->check->individuals;
}

static int32_t individual_of(const builder *b, int32_t person) {
  return b->check->individuals.individual[person];
}

/* Starts from the stated hypothesis. */
static void begin(builder *b, hw_finding_kind kind) {
  const hw_family *family = b->check->family;
  b->n_persons = family->pedigree.n_persons;
  memcpy(b->persons, family->pedigree.persons, (size_t)b->n_persons * sizeof *b->persons);
  if (family->n_profiles > 0)
    memcpy(b->profile_person, family->profile_person,
           (size_t)family->n_profiles * sizeof *b->profile_person);
  b->finding = hwp_finding_of(kind, -1);
}

static int32_t profile_of(const builder *b, int32_t person) {
  for (int32_t k = 0; k < b->check->family->n_profiles; k++)
    if (b->check->is_typed[k] && b->check->family->profile_person[k] == person) return k;
  return -1;
}

static void about(builder *b, int32_t person) {
  hwp_finding_person(&b->finding, person, profile_of(b, person));
}

static int32_t add_person(builder *b, hw_sex sex) {
  /* Control characters cannot stand in ids that were read from a file. */
  static const char *const ids[HWP_NEW_PERSONS] = {"\x01", "\x02", "\x03", "\x04"};
  const int32_t i = b->n_persons++;
  b->persons[i] = (hw_person){.id = ids[i - b->check->family->pedigree.n_persons],
                              .father = HW_PERSON_NONE,
                              .mother = HW_PERSON_NONE,
                              .sex = sex,
                              .twin = HW_PERSON_NONE};
  return i;
}

static int32_t parent_of(const builder *b, int32_t person, int from) {
  const hw_person *p = &b->persons[person];
  return from == HW_FROM_FATHER ? p->father : p->mother;
}

/* The stated parent as a person of the pedigree, also where only a twin has it; or none. */
static int32_t stated_parent(const builder *b, int32_t person, int from) {
  const int32_t n = b->check->family->pedigree.n_persons;
  int32_t parent = parent_of(b, person, from);
  for (int32_t i = 0; parent == HW_PERSON_NONE && i < n; i++)
    if (individual_of(b, i) == individual_of(b, person)) parent = parent_of(b, i, from);
  return parent;
}

/* Sets a parent of an individual: of the person and of all her twins. */
static void set_parent(builder *b, int32_t person, int from, int32_t parent) {
  for (int32_t i = 0; i < b->check->family->pedigree.n_persons; i++) {
    if (individual_of(b, i) != individual_of(b, person)) continue;
    if (from == HW_FROM_FATHER)
      b->persons[i].father = parent;
    else
      b->persons[i].mother = parent;
  }
}

/* The parent of a person, a new one where none is stated. */
static int32_t need_parent(builder *b, int32_t person, int from) {
  int32_t parent = stated_parent(b, person, from);
  if (parent != HW_PERSON_NONE) return parent;
  parent = add_person(b, from == HW_FROM_FATHER ? HW_MALE : HW_FEMALE);
  set_parent(b, person, from, parent);
  return parent;
}

static void move_profiles(builder *b, int32_t from, int32_t to) {
  for (int32_t k = 0; k < b->check->family->n_profiles; k++)
    if (b->check->family->profile_person[k] == from) b->profile_person[k] = to;
}

/* Computes what was built. A pedigree that is impossible is no alternative. */
static hw_status finish(builder *b) {
  if (b->check->alternatives.n >= b->most) {
    b->check->n_left_out++;
    return HW_OK;
  }
  const hw_pedigree pedigree = {b->n_persons, b->persons};
  const hwp_hypothesis hypothesis = {b->n_persons, b->persons, b->profile_person};
  hw_err ignored = HW_ERR_INIT;
  hw_status status = hw_pedigree_validate(&pedigree, &ignored);
  if (status == HW_E_NO_MEMORY) return HW_NO_MEMORY(b->err, "a pedigree");
  if (status != HW_OK) return HW_OK;
  status = hwp_evaluate_ratio(b->check, &hypothesis, &b->finding.log10_lr, b->err);
  if (status == HW_E_TOO_COMPLEX) {
    b->check->n_left_out++;
    return HW_OK;
  }
  HW_TRY(status);
  return hwp_fact_add(b->check, &b->check->alternatives, &b->finding, b->err);
}

/* The pair of two individuals; NULL where either is not typed or pairs were too many. */
static const hwp_pair *pair_of(const builder *b, int32_t x, int32_t y) {
  const int64_t i = b->check->typed_number[individual_of(b, x)];
  const int64_t j = b->check->typed_number[individual_of(b, y)], n = b->check->n_typed;
  const int64_t low = i < j ? i : j, high = i < j ? j : i;
  if (low < 0 || low == high || b->check->n_pairs == 0) return NULL;
  return &b->check->pairs[low * (2 * n - low - 1) / 2 + (high - low - 1)];
}

/* True unless the pair alone rules the relation out. */
static bool could_be(const builder *b, int32_t x, int32_t y, hwp_pair_relation relation) {
  const hwp_pair *pair = pair_of(b, x, y);
  return pair == NULL || pair->log10_lr[relation] > pair->log10_lr_stated - PAIR_AGAINST;
}

/* ---- whose sample --------------------------------------------------------- */

static bool has_kin(const hwp_check *check, int32_t typed) {
  if (check->n_pairs == 0) return true;
  for (int32_t p = 0; p < check->n_pairs; p++) {
    const hwp_pair *pair = &check->pairs[p];
    if ((pair->a == typed || pair->b == typed) && pair->kappa[0] < 1) return true;
  }
  return false;
}

static int32_t count_profiles(const builder *b, int32_t person) {
  int32_t n = 0;
  for (int32_t k = 0; k < b->check->family->n_profiles; k++)
    n += b->check->is_typed[k] && b->check->family->profile_person[k] == person;
  return n;
}

/* The persons who have a profile: once each. */
static bool is_first_profile(const builder *b, int32_t k) {
  return b->check->is_typed[k] && profile_of(b, b->check->family->profile_person[k]) == k;
}

static hw_status try_foreign(builder *b) {
  const hw_family *family = b->check->family;
  for (int32_t k = 0; k < family->n_profiles; k++) {
    if (!b->check->is_typed[k]) continue;
    const int32_t person = family->profile_person[k];
    const int32_t number = b->check->typed_number[individual_of(b, person)];
    const hwp_typed *typed = &b->check->typed[number];
    const bool is_alone = typed->n_profiles == 1 && !has_kin(b->check, number);
    if (is_alone) continue;
    if (is_first_profile(b, k)) {
      begin(b, HW_FINDING_FOREIGN);
      about(b, person);
      move_profiles(b, person, add_person(b, HW_UNKNOWN_SEX));
      HW_TRY(finish(b));
    }
    if (count_profiles(b, person) < 2) continue;
    begin(b, HW_FINDING_FOREIGN); /* of several profiles this one alone */
    hwp_finding_person(&b->finding, person, k);
    b->profile_person[k] = add_person(b, HW_UNKNOWN_SEX);
    HW_TRY(finish(b));
  }
  return HW_OK;
}

static bool has_relevant_child(const hwp_check *check, int32_t individual) {
  const hwp_family *f = &check->individuals;
  for (int32_t i = 0; i < f->n; i++)
    if (check->is_relevant[i] && (f->father[i] == individual || f->mother[i] == individual))
      return true;
  return false;
}

/* True if nothing but the sex tells the two apart. */
static bool are_alike(const builder *b, int32_t x, int32_t y) {
  const hwp_family *f = individuals(b);
  const int32_t i = individual_of(b, x), j = individual_of(b, y);
  return f->father[i] >= 0 && f->father[i] == f->father[j] && f->mother[i] == f->mother[j] &&
         !has_relevant_child(b->check, i) && !has_relevant_child(b->check, j) &&
         b->check->typed[b->check->typed_number[i]].n_profiles == 1 &&
         b->check->typed[b->check->typed_number[j]].n_profiles == 1;
}

static hw_status try_swap(builder *b, int32_t x, int32_t y) {
  const hwp_family *f = individuals(b);
  const bool is_one_sex = f->sex[individual_of(b, x)] == f->sex[individual_of(b, y)];
  if (are_alike(b, x, y) && (is_one_sex || b->check->sexes.n == 0)) return HW_OK;
  begin(b, HW_FINDING_SWAPPED);
  about(b, x);
  about(b, y);
  for (int32_t k = 0; k < b->check->family->n_profiles; k++) {
    const int32_t person = b->check->family->profile_person[k];
    if (person == x) b->profile_person[k] = y;
    if (person == y) b->profile_person[k] = x;
  }
  return finish(b);
}

static hw_status try_duplicate(builder *b, int32_t kept, int32_t moved) {
  begin(b, HW_FINDING_DUPLICATE);
  about(b, kept);
  about(b, moved);
  move_profiles(b, moved, kept);
  return finish(b);
}

/* ---- who is whose parent -------------------------------------------------- */

static bool is_typed_person(const builder *b, int32_t person) {
  return person != HW_PERSON_NONE && b->check->typed_number[individual_of(b, person)] >= 0;
}

/* A parent whom nothing but this child connects with anybody typed. */
static bool is_idle(const builder *b, int32_t parent) {
  const hwp_family *f = individuals(b);
  const int32_t p = individual_of(b, parent);
  int32_t n_children = 0;
  for (int32_t i = 0; i < f->n; i++)
    n_children += b->check->is_relevant[i] && (f->father[i] == p || f->mother[i] == p);
  return b->check->typed_number[p] < 0 && f->father[p] < 0 && n_children < 2;
}

static hw_status try_false_parent(builder *b, int32_t child, int from) {
  begin(b, HW_FINDING_HALF_SIBS);
  const int32_t parent = stated_parent(b, child, from);
  if (parent == HW_PERSON_NONE || is_idle(b, parent)) return HW_OK;
  if (is_typed_person(b, parent))
    b->finding.kind = from == HW_FROM_FATHER ? HW_FINDING_FALSE_FATHER : HW_FINDING_FALSE_MOTHER;
  about(b, child);
  about(b, parent);
  set_parent(b, child, from, add_person(b, from == HW_FROM_FATHER ? HW_MALE : HW_FEMALE));
  return finish(b);
}

/* Half siblings share the other parent, too: `to` takes that of `from`. */
static hw_status give_parent(builder *b, int32_t from, int32_t to, int role) {
  begin(b, HW_FINDING_FULL_SIBS);
  about(b, from);
  about(b, to);
  set_parent(b, to, role, need_parent(b, from, role));
  return finish(b);
}

static hw_status try_full_sibs(builder *b, int32_t x, int32_t y) {
  const hwp_family *f = individuals(b);
  const int32_t i = individual_of(b, x), j = individual_of(b, y);
  if (f->father[i] < 0 || f->father[j] < 0) return HW_OK;
  const bool by_father = f->father[i] == f->father[j], by_mother = f->mother[i] == f->mother[j];
  if (by_father == by_mother) return HW_OK;
  const int other = by_father ? HW_FROM_MOTHER : HW_FROM_FATHER;
  begin(b, HW_FINDING_FULL_SIBS);
  const bool x_has = stated_parent(b, x, other) != HW_PERSON_NONE;
  const bool y_has = stated_parent(b, y, other) != HW_PERSON_NONE;
  if (x_has || !y_has) HW_TRY(give_parent(b, x, y, other));
  return y_has ? give_parent(b, y, x, other) : HW_OK;
}

static hw_status try_separate_twin(builder *b, int32_t person) {
  const int32_t n = b->check->family->pedigree.n_persons;
  const int32_t group = individual_of(b, person);
  begin(b, HW_FINDING_NOT_IDENTICAL);
  about(b, person);
  const int32_t father = need_parent(b, person, HW_FROM_FATHER);
  const int32_t mother = need_parent(b, person, HW_FROM_MOTHER);
  int32_t first = HW_PERSON_NONE;
  for (int32_t i = 0; i < n; i++) {
    if (individual_of(b, i) != group) continue;
    b->persons[i].father = father;
    b->persons[i].mother = mother;
    b->persons[i].twin = i == person ? HW_PERSON_NONE : first;
    if (i == person) continue;
    if (b->finding.n_persons < 2) about(b, i);
    if (first == HW_PERSON_NONE) first = i;
  }
  if (first == HW_PERSON_NONE) return HW_OK; /* no twins, several profiles */
  return finish(b);
}

/* Stated parent and child are something else. */
static hw_status try_relations(builder *b, int32_t child, int from) {
  begin(b, HW_FINDING_RELATION);
  const int32_t parent = stated_parent(b, child, from);
  if (!is_typed_person(b, parent)) return HW_OK;
  const int other = from == HW_FROM_FATHER ? HW_FROM_MOTHER : HW_FROM_FATHER;
  const hw_sex sex = from == HW_FROM_FATHER ? HW_MALE : HW_FEMALE;
  for (int r = HW_RELATION_FULL_SIBS; r <= HW_RELATION_GRANDPARENT; r++) {
    const hwp_pair_relation as =
        r == HW_RELATION_FULL_SIBS ? HWP_PAIR_FULL_SIBS : HWP_PAIR_HALF_SIBS;
    if (!could_be(b, child, parent, as)) continue;
    begin(b, HW_FINDING_RELATION);
    b->finding.relation = (hw_relation)r;
    about(b, child);
    about(b, parent);
    if (r == HW_RELATION_FULL_SIBS) {
      if (is_typed_person(b, stated_parent(b, child, other))) continue;
      const int32_t father = need_parent(b, parent, HW_FROM_FATHER);
      const int32_t mother = need_parent(b, parent, HW_FROM_MOTHER);
      set_parent(b, child, HW_FROM_FATHER, father);
      set_parent(b, child, HW_FROM_MOTHER, mother);
    } else {
      const int32_t between = add_person(b, sex);
      hw_person *p = &b->persons[between];
      if (r == HW_RELATION_AVUNCULAR) {
        p->father = need_parent(b, parent, HW_FROM_FATHER);
        p->mother = need_parent(b, parent, HW_FROM_MOTHER);
      } else if (from == HW_FROM_FATHER) {
        p->father = parent;
      } else {
        p->mother = parent;
      }
      set_parent(b, child, from, between);
    }
    HW_TRY(finish(b));
  }
  return HW_OK;
}

/* A stated full sibling is the parent. */
static hw_status try_sib_as_parent(builder *b, int32_t child, int32_t parent) {
  const hwp_family *f = individuals(b);
  const int32_t i = individual_of(b, child), j = individual_of(b, parent);
  const hw_sex sex = f->sex[j];
  if (f->father[i] < 0 || f->father[i] != f->father[j] || f->mother[i] != f->mother[j] ||
      sex == HW_UNKNOWN_SEX || !could_be(b, child, parent, HWP_PAIR_PARENT))
    return HW_OK;
  begin(b, HW_FINDING_RELATION);
  b->finding.relation = HW_RELATION_PARENT;
  about(b, child);
  about(b, parent);
  const int from = sex == HW_MALE ? HW_FROM_FATHER : HW_FROM_MOTHER;
  set_parent(b, child, HW_FROM_FATHER, HW_PERSON_NONE);
  set_parent(b, child, HW_FROM_MOTHER, HW_PERSON_NONE);
  set_parent(b, child, from, parent);
  return finish(b);
}

/* ---- all of them ---------------------------------------------------------- */

static hw_status try_child(builder *b, int32_t person) {
  const int32_t i = individual_of(b, person);
  const bool is_first = b->check->family->pedigree.persons[person].twin == HW_PERSON_NONE;
  if (!b->check->is_relevant[i] || !is_first) return HW_OK;
  HW_TRY(try_false_parent(b, person, HW_FROM_FATHER));
  HW_TRY(try_false_parent(b, person, HW_FROM_MOTHER));
  if (!is_typed_person(b, person)) return HW_OK;
  HW_TRY(try_relations(b, person, HW_FROM_FATHER));
  return try_relations(b, person, HW_FROM_MOTHER);
}

/* Two persons with profiles. */
static hw_status try_two(builder *b, int32_t x, int32_t y) {
  const int32_t i = individual_of(b, x), j = individual_of(b, y);
  const hwp_check *check = b->check;
  if (i == j) return HW_OK;
  const hwp_typed *first = &check->typed[check->typed_number[i]];
  const hwp_typed *second = &check->typed[check->typed_number[j]];
  if (check->n_typed > ALL_PAIRS_UP_TO && !first->is_suspect && !second->is_suspect) return HW_OK;
  HW_TRY(try_swap(b, x, y));
  HW_TRY(try_sib_as_parent(b, x, y));
  HW_TRY(try_sib_as_parent(b, y, x));
  const hwp_pair *pair = pair_of(b, x, y);
  if (pair == NULL || !(pair->log10_lr[HWP_PAIR_IDENTICAL] > 0)) return HW_OK;
  HW_TRY(try_duplicate(b, x, y));
  return try_duplicate(b, y, x);
}

static hw_status try_half_sibs(builder *b) {
  const hwp_check *check = b->check;
  const hw_pedigree *pedigree = &check->family->pedigree;
  for (int32_t x = 0; x < pedigree->n_persons; x++) {
    if (!check->is_relevant[individual_of(b, x)] || pedigree->persons[x].twin != HW_PERSON_NONE)
      continue;
    for (int32_t y = x + 1; y < pedigree->n_persons; y++)
      if (check->is_relevant[individual_of(b, y)] && pedigree->persons[y].twin == HW_PERSON_NONE)
        HW_TRY(try_full_sibs(b, x, y));
  }
  return HW_OK;
}

/* Everybody typed: separated from twins, and with everybody else typed. */
static hw_status try_typed(builder *b, int32_t k) {
  const hw_family *family = b->check->family;
  const int32_t person = family->profile_person[k];
  if (family->pedigree.persons[person].twin != HW_PERSON_NONE ||
      b->check->typed[b->check->typed_number[individual_of(b, person)]].n_profiles > 1)
    HW_TRY(try_separate_twin(b, person));
  for (int32_t l = k + 1; l < family->n_profiles; l++)
    if (is_first_profile(b, l)) HW_TRY(try_two(b, person, family->profile_person[l]));
  return HW_OK;
}

/* In the order of what they are worth, should there be too many. */
static hw_status try_all(builder *b) {
  const hw_family *family = b->check->family;
  HW_TRY(try_foreign(b));
  for (int32_t p = 0; p < family->pedigree.n_persons; p++) HW_TRY(try_child(b, p));
  for (int32_t k = 0; k < family->n_profiles; k++)
    if (is_first_profile(b, k)) HW_TRY(try_typed(b, k));
  return try_half_sibs(b);
}

hw_status hwp_alternatives_compute(hwp_check *check, hw_err *err) {
  const size_t n = (size_t)check->family->pedigree.n_persons;
  builder b = {.check = check, .err = err};
  b.most = MOST_ALTERNATIVES / check->individuals.n;
  if (b.most < LEAST_ALTERNATIVES) b.most = LEAST_ALTERNATIVES;
  b.persons = hw_arena_alloc_array(check->arena, n + HWP_NEW_PERSONS, sizeof *b.persons);
  b.profile_person = hw_arena_alloc_array(check->arena, (size_t)check->family->n_profiles + 1,
                                          sizeof *b.profile_person);
  if (b.persons == NULL || b.profile_person == NULL)
    return HW_NO_MEMORY(err, "alternative pedigrees");
  return try_all(&b);
}
