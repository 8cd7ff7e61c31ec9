/* .fam reader: from relations to pedigrees.
 *
 * A relation says "parent, child" and leaves open whether the parent is father or
 * mother: sex tells. In the kinship part everybody has a sex. In reference
 * families the missing person may have none, and then
 *   - the other parent tells it, if that one's sex is known;
 *   - else the place is a matter of form: the mother's, or, where two such parents
 *     have a child, the first one's is the father's. The sex stays unknown.
 * What matters is that the places agree over all children of a person; where they
 * cannot, the pedigree is refused.
 *
 * Files exist in which a child has two mothers: Familias takes a sex that was
 * entered carelessly, as it often is for place holders and missing persons. Where
 * one of the two is not typed and the other sex contradicts nothing, that sex is
 * taken, with a note; else the pedigree is refused.
 *
 * A relation that is written twice (known, and again in the pedigree) is one. */
#include <stdlib.h>
#include <string.h>

#include "formats/fam_int.h"

enum { NO_ROLE = 0, FATHER, MOTHER };

typedef struct work {
  hwp_fam_reader *reader;
  const char *what;
  uint64_t line;
  int32_t n_persons;
  hw_person *persons;
  const bool *is_typed;
  int32_t n; /* relations that are not Direct */
  const hwp_fam_relation **relations;
  unsigned char *role;   /* by person: which parent she is */
  int32_t (*parents)[2]; /* by person: parents in the order of the file */
  int32_t *first, *next; /* relations of a parent: first by person, next by relation; −1 ends */
  int32_t *queue;        /* persons whose role was found and not yet carried on */
} work;

/* --- one individual --- */

/* The first of the individual's persons; shortens the way for the next time. */
static int32_t find_root(hw_person *persons, int32_t i) {
  while (persons[i].twin != HW_PERSON_NONE) {
    const int32_t twin = persons[i].twin;
    if (persons[twin].twin != HW_PERSON_NONE) persons[i].twin = persons[twin].twin;
    i = twin;
  }
  return i;
}

static void join(work *w, int32_t i, int32_t j) {
  const int32_t a = find_root(w->persons, i), b = find_root(w->persons, j);
  if (a != b) w->persons[a < b ? b : a].twin = a < b ? a : b;
}

/* Lets all members point to the first one and share what is known of their sex. */
static void share_sex(work *w) {
  hw_person *persons = w->persons;
  for (int32_t i = 0; i < w->n_persons; i++)
    if (persons[i].twin != HW_PERSON_NONE) persons[i].twin = find_root(persons, i);
  for (int32_t i = 0; i < w->n_persons; i++) {
    const int32_t root = persons[i].twin;
    if (root != HW_PERSON_NONE && persons[root].sex == HW_UNKNOWN_SEX)
      persons[root].sex = persons[i].sex;
  }
  for (int32_t i = 0; i < w->n_persons; i++) {
    const int32_t root = persons[i].twin;
    if (root != HW_PERSON_NONE && persons[i].sex == HW_UNKNOWN_SEX)
      persons[i].sex = persons[root].sex;
  }
}

/* --- parents --- */

static hw_status add_parent(work *w, const hwp_fam_relation *relation) {
  const hw_person *persons = w->persons;
  int32_t *parents = w->parents[relation->child];
  if (relation->parent == relation->child)
    return hwp_fam_refuse(w->reader, relation->line, HW_E_PEDIGREE, w->what,
                          "\"%.60s\" is given as parent of the same person",
                          persons[relation->child].id);
  if (parents[0] == relation->parent || parents[1] == relation->parent) return HW_OK;
  if (parents[1] != HW_PERSON_NONE)
    return hwp_fam_refuse(w->reader, relation->line, HW_E_PEDIGREE, w->what,
                          "\"%.60s\" has three parents, \"%.60s\", \"%.60s\" and \"%.60s\"",
                          persons[relation->child].id, persons[parents[0]].id,
                          persons[parents[1]].id, persons[relation->parent].id);
  parents[parents[0] == HW_PERSON_NONE ? 0 : 1] = relation->parent;
  w->next[w->n] = w->first[relation->parent];
  w->first[relation->parent] = w->n;
  w->relations[w->n++] = relation;
  return HW_OK;
}

static unsigned char role_of(hw_sex sex) {
  return sex == HW_MALE ? FATHER : sex == HW_FEMALE ? MOTHER : NO_ROLE;
}

/* Carries roles from the parents in the queue to those with whom they have children, and on.
 * @param tells_sex  the roles come from known sexes */
static void spread_roles(work *w, int32_t n_queue, bool tells_sex) {
  while (n_queue > 0) {
    const int32_t known = w->queue[--n_queue];
    for (int32_t i = w->first[known]; i >= 0; i = w->next[i]) {
      const int32_t *parents = w->parents[w->relations[i]->child];
      const int32_t open = parents[0] == known ? parents[1] : parents[0];
      if (open == HW_PERSON_NONE || w->role[open] != NO_ROLE) continue;
      w->role[open] = w->role[known] == FATHER ? MOTHER : FATHER;
      if (tells_sex) w->persons[open].sex = w->role[open] == FATHER ? HW_MALE : HW_FEMALE;
      w->queue[n_queue++] = open; /* once each: there is room for all persons */
    }
  }
}

/* True if the other sex would contradict nothing: nobody with whom the person has children has it,
 * and no profile is hers. */
static bool may_have_other_sex(const work *w, int32_t person) {
  const hw_sex sex = w->persons[person].sex;
  if (w->is_typed[person] || w->persons[person].twin != HW_PERSON_NONE) return false;
  for (int32_t i = w->first[person]; i >= 0; i = w->next[i]) {
    const int32_t *parents = w->parents[w->relations[i]->child];
    const int32_t other = parents[0] == person ? parents[1] : parents[0];
    if (other != HW_PERSON_NONE && w->persons[other].sex != sex &&
        w->persons[other].sex != HW_UNKNOWN_SEX)
      return false;
  }
  return true;
}

/* Two mothers or two fathers: one of them is of the other sex. */
static hw_status correct_sexes(work *w) {
  for (int32_t i = 0; i < w->n; i++) {
    const hwp_fam_relation *relation = w->relations[i];
    const int32_t *parents = w->parents[relation->child];
    if (parents[1] == HW_PERSON_NONE) continue;
    const hw_sex sex = w->persons[parents[0]].sex;
    if (sex == HW_UNKNOWN_SEX || w->persons[parents[1]].sex != sex) continue;
    const int k = may_have_other_sex(w, parents[1]) ? 1 : 0;
    if (k == 0 && !may_have_other_sex(w, parents[0])) continue; /* refused when placed */
    hw_person *wrong = &w->persons[parents[k]];
    wrong->sex = sex == HW_MALE ? HW_FEMALE : HW_MALE;
    HW_TRY(hwp_fam_note(w->reader, relation->line,
                        "%s: \"%s\" has two %s, \"%s\" and \"%s\"; \"%s\" is taken as %s here",
                        w->what, w->persons[relation->child].id,
                        sex == HW_MALE ? "fathers" : "mothers", w->persons[parents[0]].id,
                        w->persons[parents[1]].id, wrong->id, sex == HW_MALE ? "female" : "male"));
  }
  return HW_OK;
}

static void find_roles(work *w) {
  int32_t n_queue = 0;
  for (int32_t i = 0; i < w->n_persons; i++) {
    w->role[i] = role_of(w->persons[i].sex);
    if (w->role[i] != NO_ROLE) w->queue[n_queue++] = i;
  }
  spread_roles(w, n_queue, true);
  for (int32_t i = 0; i < w->n; i++) {
    const int32_t *parents = w->parents[w->relations[i]->child];
    if (w->role[parents[0]] != NO_ROLE) continue;
    w->role[parents[0]] = parents[1] == HW_PERSON_NONE ? MOTHER : FATHER;
    w->queue[0] = parents[0];
    spread_roles(w, 1, false);
  }
}

static hw_status place_parents(work *w) {
  hw_person *persons = w->persons;
  for (int32_t i = 0; i < w->n; i++) {
    const hwp_fam_relation *relation = w->relations[i];
    hw_person *child = &persons[relation->child];
    const bool is_father = w->role[relation->parent] == FATHER;
    int32_t *place = is_father ? &child->father : &child->mother;
    if (*place == HW_PERSON_NONE) {
      *place = relation->parent;
      continue;
    }
    return hwp_fam_refuse(w->reader, relation->line, HW_E_PEDIGREE, w->what,
                          "\"%.60s\" has two %s, \"%.60s\" and \"%.60s\"; correct the sex of one",
                          child->id, is_father ? "fathers" : "mothers", persons[*place].id,
                          persons[relation->parent].id);
  }
  return HW_OK;
}

static hw_status check(work *w) {
  const hw_pedigree pedigree = {w->n_persons, w->persons};
  hwp_fam_reader *self = w->reader;
  const hw_status status = hw_pedigree_validate(&pedigree, &self->err);
  if (status == HW_OK || status == HW_E_NO_MEMORY) return status;
  const hw_err found = self->err;
  return hwp_fam_refuse(self, w->line, status, w->what, "%s", found.message);
}

static hw_status relate(work *w, int32_t n_relations, const hwp_fam_relation *relations) {
  for (int32_t i = 0; i < w->n_persons; i++) {
    hw_person *p = &w->persons[i];
    p->father = p->mother = p->twin = HW_PERSON_NONE;
    w->parents[i][0] = w->parents[i][1] = HW_PERSON_NONE;
    w->first[i] = -1;
  }
  for (int32_t i = 0; i < n_relations; i++) {
    if (relations[i].is_direct)
      join(w, relations[i].parent, relations[i].child);
    else
      HW_TRY(add_parent(w, &relations[i]));
  }
  share_sex(w);
  HW_TRY(correct_sexes(w));
  find_roles(w);
  HW_TRY(place_parents(w));
  return check(w);
}

hw_status hwp_fam_relate(hwp_fam_reader *self, const char *what, uint64_t line, int32_t n_relations,
                         const hwp_fam_relation *relations, int32_t n_persons, const bool *is_typed,
                         hw_person *persons) {
  if (n_persons > HW_MAX_PERSONS)
    return hwp_fam_refuse(self, line, HW_E_VALUE, what, "%d persons; at most %d are possible",
                          (int)n_persons, HW_MAX_PERSONS);
  const size_t n = (size_t)n_persons + 1, m = (size_t)n_relations + 1;
  work w = {.reader = self,
            .what = what,
            .line = line,
            .n_persons = n_persons,
            .persons = persons,
            .is_typed = is_typed};
  w.relations = calloc(m, sizeof *w.relations);
  w.next = calloc(m, sizeof *w.next);
  w.role = calloc(n, sizeof *w.role);
  w.parents = calloc(n, sizeof *w.parents);
  w.first = calloc(n, sizeof *w.first);
  w.queue = calloc(n, sizeof *w.queue);
  hw_status status = HW_E_NO_MEMORY;
  if (w.relations && w.next && w.role && w.parents && w.first && w.queue)
    status = relate(&w, n_relations, relations);
  else
    (void)HW_NO_MEMORY(&self->err, "the pedigree");
  free(w.relations);
  free(w.next);
  free(w.role);
  free(w.parents);
  free(w.first);
  free(w.queue);
  return status;
}

/* --- names --- */

static hw_status refuse_again(hwp_fam_reader *self, const hw_name_index *index, const char *what,
                              const uint64_t *lines, const char *const *names) {
  const int32_t again = hw_name_index_duplicate(index, NULL);
  if (again == HW_NAME_NONE) return HW_OK;
  return hwp_fam_refuse(self, lines[again], HW_E_DUPLICATE, NULL,
                        "%s \"%.60s\" stands there twice; rename one", what, names[again]);
}

hw_status hwp_fam_distinct(hwp_fam_reader *self, const char *what, int32_t n, const char **names,
                           const uint64_t *lines, const bool *is_fixed) {
  hw_name_index index = {0};
  HW_TRY(hw_name_index_init(&index, n, names, &self->err));
  hw_status status = HW_OK;
  int32_t again = 0; /* how often the name of the entry came before */
  for (int32_t e = 1; e < n && status == HW_OK; e++) {
    const int32_t i = index.entries[e].number;
    again = strcmp(index.entries[e].name, index.entries[e - 1].name) == 0 ? again + 1 : 0;
    if (again == 0 || (is_fixed != NULL && is_fixed[i])) continue;
    status = hwp_fam_print(self, &names[i], "%s (%d)", index.entries[e].name, (int)again + 1);
    if (status == HW_OK)
      status =
          hwp_fam_note(self, lines[i], "%s \"%s\" stands there twice; this one is called \"%s\"",
                       what, index.entries[e].name, names[i]);
  }
  hw_name_index_clear(&index);
  if (status != HW_OK) return status;
  HW_TRY(hw_name_index_init(&index, n, names, &self->err));
  status = refuse_again(self, &index, what, lines, names);
  hw_name_index_clear(&index);
  return status;
}
