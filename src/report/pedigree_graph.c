/* From a pedigree to a graph of places on levels.
 *
 * 1. Classes. Mates, and twins, are to stand on one level; a class is a set of
 *    persons who do. Couples join classes one after another, those first whose
 *    own depths differ least; a couple whose joining would put somebody above
 *    himself (father and daughter; some double loops) is left apart.
 * 2. Levels. A class stands below the classes of its members' parents. The
 *    longest path from the top gives levels that satisfy this; then sets of
 *    classes that hang together by lines of one level are moved as a whole until
 *    all hang together (the tight tree of Gansner, Koutsofios, North & Vo 1993,
 *    section 2.3): the ancestors of a late mate come down to their children.
 * 3. Families. Each pair of parents is one. An unknown parent of a child becomes
 *    a node of its own, one for each child, since the pedigree does not say that
 *    two children had the same; twins share. A couple that is on two levels has
 *    the upper one copied to the level of the lower.
 * 4. Lines. A child further down than the next level gets a line node on each
 *    level between, so that nobody is put upon its line of descent. */
#include "base/check.h"
#include "report/pedigree_int.h"

typedef struct couple {
  int32_t father, mother;
  int32_t difference; /* of the depths */
} couple;

int32_t hwp_twin_root(const hw_pedigree *ped, int32_t person) {
  while (ped->persons[person].twin != HW_PERSON_NONE) person = ped->persons[person].twin;
  return person;
}

/* A member of a twin group without parents takes the others'. */
static int32_t parent_of(const hw_pedigree *ped, int32_t person, bool is_father) {
  const hw_person *p = &ped->persons[person];
  int32_t parent = is_father ? p->father : p->mother;
  if (parent != HW_PERSON_NONE) return parent;
  const int32_t root = hwp_twin_root(ped, person);
  for (int32_t i = root; i < ped->n_persons && parent == HW_PERSON_NONE; i++)
    if (hwp_twin_root(ped, i) == root)
      parent = is_father ? ped->persons[i].father : ped->persons[i].mother;
  return parent;
}
int32_t hwp_father(const hw_pedigree *ped, int32_t person) {
  return parent_of(ped, person, true);
}
int32_t hwp_mother(const hw_pedigree *ped, int32_t person) {
  return parent_of(ped, person, false);
}

/* ---- classes and levels ---- */

typedef struct classes {
  const hw_pedigree *ped;
  int32_t n;
  int32_t *of;              /* class of each person: the index of one of its members */
  int32_t *father, *mother; /* effective parents of each person */
  int32_t *level;           /* of each class, kept at each person */
  int32_t *set;             /* hanging together, for the tight tree */
} classes;

/* Longest path from the top, by rounds; false if somebody is above himself. */
static bool take_levels(classes *c) {
  for (int32_t i = 0; i < c->n; i++) c->level[i] = 0;
  for (int32_t round = 0; round <= c->n; round++) {
    bool is_changed = false;
    for (int32_t i = 0; i < c->n; i++) {
      int32_t *level = &c->level[c->of[i]];
      const int32_t parents[2] = {c->father[i], c->mother[i]};
      for (int p = 0; p < 2; p++) {
        if (parents[p] == HW_PERSON_NONE) continue;
        const int32_t least = c->level[c->of[parents[p]]] + 1;
        if (*level < least) *level = least, is_changed = true;
      }
    }
    if (!is_changed) return true;
  }
  return false;
}

static void join(classes *c, int32_t a, int32_t b) {
  const int32_t from = c->of[b], to = c->of[a];
  for (int32_t i = 0; i < c->n; i++)
    if (c->of[i] == from) c->of[i] = to;
}

static void join_couple(classes *c, const couple *pair, int32_t *saved) {
  if (c->of[pair->father] == c->of[pair->mother]) return;
  for (int32_t i = 0; i < c->n; i++) saved[i] = c->of[i];
  join(c, pair->father, pair->mother);
  if (take_levels(c)) return;
  for (int32_t i = 0; i < c->n; i++) c->of[i] = saved[i];
}

/* Persons that hang together by lines of one level get one number; the number of sets. */
static void find_sets(classes *c) {
  for (int32_t i = 0; i < c->n; i++) c->set[i] = c->of[i];
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    for (int32_t i = 0; i < c->n; i++) {
      const int32_t parents[2] = {c->father[i], c->mother[i]};
      for (int p = 0; p < 2; p++) {
        if (parents[p] == HW_PERSON_NONE) continue;
        const int32_t a = c->of[i], b = c->of[parents[p]];
        if (c->level[a] != c->level[b] + 1 || c->set[a] == c->set[b]) continue;
        const int32_t least = c->set[a] < c->set[b] ? c->set[a] : c->set[b];
        c->set[a] = c->set[b] = least;
        is_changed = true;
      }
    }
    for (int32_t i = 0; i < c->n; i++) c->set[i] = c->set[c->of[i]];
  }
}

/* Moves one set down (or up) until it hangs together with another; false if all do. */
static bool tighten(classes *c) {
  find_sets(c);
  for (int32_t s = 0; s < c->n; s++) {
    int32_t n_below = 0, n_above = 0, below = INT32_MAX, above = INT32_MAX;
    for (int32_t i = 0; i < c->n; i++) {
      const int32_t parents[2] = {c->father[i], c->mother[i]};
      for (int p = 0; p < 2; p++) {
        if (parents[p] == HW_PERSON_NONE) continue;
        const int32_t child = c->of[i], parent = c->of[parents[p]];
        if (c->set[child] == c->set[parent]) continue;
        const int32_t slack = c->level[child] - c->level[parent] - 1;
        if (c->set[parent] == s) n_below++, below = slack < below ? slack : below;
        if (c->set[child] == s) n_above++, above = slack < above ? slack : above;
      }
    }
    if (n_below + n_above == 0) continue;
    const int32_t shift = n_below >= n_above && n_below > 0 ? below : -above;
    for (int32_t i = 0; i < c->n; i++)
      if (c->of[i] == i && c->set[i] == s) c->level[i] += shift;
    return true;
  }
  return false;
}

/* Couples in an order that does not depend on names: least difference of depths, then the order of
 * the persons. */
static int32_t list_couples(const classes *c, couple *couples) {
  int32_t n = 0;
  for (int32_t i = 0; i < c->n; i++) {
    const int32_t f = c->father[i], m = c->mother[i];
    if (f == HW_PERSON_NONE || m == HW_PERSON_NONE) continue;
    int32_t k = 0;
    while (k < n && (couples[k].father != f || couples[k].mother != m)) k++;
    if (k < n) continue;
    const int32_t d = c->level[c->of[f]] - c->level[c->of[m]];
    const couple one = {f, m, d < 0 ? -d : d};
    for (k = n++; k > 0 && couples[k - 1].difference > one.difference; k--)
      couples[k] = couples[k - 1];
    couples[k] = one;
  }
  return n;
}

static hw_status find_levels(hwp_graph *self, classes *c, hw_err *err) {
  const int32_t n = c->n = self->ped->n_persons;
  const size_t size = sizeof(int32_t), count = (size_t)n + 1;
  c->ped = self->ped;
  c->of = hw_arena_alloc_array(self->arena, count, size);
  c->father = hw_arena_alloc_array(self->arena, count, size);
  c->mother = hw_arena_alloc_array(self->arena, count, size);
  c->level = hw_arena_alloc_array(self->arena, count, size);
  c->set = hw_arena_alloc_array(self->arena, count, size);
  couple *couples = hw_arena_alloc_array(self->arena, count, sizeof *couples);
  if (!c->of || !c->father || !c->mother || !c->level || !c->set || !couples)
    return HW_NO_MEMORY(err, "the layout of a pedigree");
  for (int32_t i = 0; i < n; i++) {
    c->father[i] = hwp_father(self->ped, i);
    c->mother[i] = hwp_mother(self->ped, i);
    c->of[i] = hwp_twin_root(self->ped, i);
  }
  HW_BUG_IF(!take_levels(c), err); /* valid pedigrees have no circles */
  const int32_t n_couples = list_couples(c, couples);
  for (int32_t k = 0; k < n_couples; k++) join_couple(c, &couples[k], c->set);
  HW_BUG_IF(!take_levels(c), err);
  while (tighten(c)) continue;
  return HW_OK;
}

/* ---- nodes and families ---- */

static int32_t add_node(hwp_graph *self, hw_place_kind kind, int32_t person, hw_sex sex,
                        int32_t level) {
  self->nodes[self->n_nodes] = (hwp_node){.kind = kind,
                                          .person = person,
                                          .sex = sex,
                                          .level = level,
                                          .family = -1,
                                          .above = -1,
                                          .component = -1,
                                          .block = -1};
  return self->n_nodes++;
}

/* The unknown mate of `known` for a child: that of a twin or of one born together, or a new one. */
static int32_t unknown_mate(hwp_graph *self, const classes *c, int32_t child, bool is_father) {
  const int32_t known = is_father ? c->mother[child] : c->father[child];
  for (int32_t i = 0; i < child; i++) {
    const int32_t other_known = is_father ? c->mother[i] : c->father[i];
    const int32_t other_absent = is_father ? c->father[i] : c->mother[i];
    if (other_known != known || other_absent != HW_PERSON_NONE) continue;
    const bool is_twin = hwp_twin_root(self->ped, i) == hwp_twin_root(self->ped, child);
    const bool is_born_together = self->born_together != NULL && self->born_together[i] > 0 &&
                                  self->born_together[i] == self->born_together[child];
    if (!is_twin && !is_born_together) continue;
    const hwp_family *family = &self->families[self->nodes[i].family];
    return is_father ? family->father : family->mother;
  }
  return add_node(self, HW_PLACE_UNKNOWN, HW_PERSON_NONE, is_father ? HW_MALE : HW_FEMALE,
                  self->nodes[known].level);
}

/* The node of a parent on this level: his own, or a copy. */
static int32_t on_level(hwp_graph *self, int32_t person, int32_t level, int32_t mate) {
  if (self->nodes[person].level == level) return person;
  for (int32_t f = 0; f < self->n_families; f++) { /* the copy for an elder child of the couple */
    const hwp_family *family = &self->families[f];
    if (family->mother == mate && self->nodes[family->father].person == person)
      return family->father;
    if (family->father == mate && self->nodes[family->mother].person == person)
      return family->mother;
  }
  return add_node(self, HW_PLACE_COPY, person, self->nodes[person].sex, level);
}

static int32_t family_of(hwp_graph *self, int32_t father, int32_t mother) {
  int32_t f = 0;
  while (f < self->n_families &&
         (self->families[f].father != father || self->families[f].mother != mother))
    f++;
  if (f == self->n_families)
    self->families[self->n_families++] =
        (hwp_family){.father = father, .mother = mother, .level = self->nodes[father].level};
  return f;
}

static void add_descent(hwp_graph *self, const classes *c, int32_t child) {
  int32_t father = c->father[child], mother = c->mother[child];
  if (father == HW_PERSON_NONE && mother == HW_PERSON_NONE) return;
  if (father == HW_PERSON_NONE) father = unknown_mate(self, c, child, true);
  if (mother == HW_PERSON_NONE) mother = unknown_mate(self, c, child, false);
  const int32_t level = self->nodes[father].level > self->nodes[mother].level
                            ? self->nodes[father].level
                            : self->nodes[mother].level;
  const int32_t drawn_father = on_level(self, father, level, mother);
  const int32_t drawn_mother = on_level(self, mother, level, father);
  self->nodes[child].family = family_of(self, drawn_father, drawn_mother);
}

/* Lines through the levels between a family and a child further down. */
static hw_status add_lines(hwp_graph *self, int32_t child, hw_err *err) {
  const int32_t f = self->nodes[child].family;
  if (f < 0) return HW_OK;
  int32_t above = -1;
  for (int32_t l = self->families[f].level + 1; l < self->nodes[child].level; l++) {
    if (self->n_nodes == HWP_MOST_NODES)
      return hw_err_set(err, HW_E_TOO_COMPLEX,
                        "the loops of this pedigree are too many to be drawn");
    const int32_t line = add_node(self, HW_PLACE_LINE, HW_PERSON_NONE, HW_UNKNOWN_SEX, l);
    self->nodes[line].family = f;
    self->nodes[line].above = above;
    above = line;
  }
  self->nodes[child].above = above;
  return HW_OK;
}

static hw_status list_children(hwp_graph *self, hw_err *err) {
  for (int32_t f = 0; f < self->n_families; f++) {
    hwp_family *family = &self->families[f];
    for (int pass = 0; pass < 2; pass++) {
      family->n_children = 0;
      for (int32_t i = 0; i < self->n_nodes; i++) {
        if (self->nodes[i].family != f || self->nodes[i].above >= 0) continue;
        if (pass == 1) family->children[family->n_children] = i;
        family->n_children++;
      }
      if (pass == 1) break;
      family->children =
          hw_arena_alloc_array(self->arena, (size_t)family->n_children + 1, sizeof(int32_t));
      if (family->children == NULL) return HW_NO_MEMORY(err, "the layout of a pedigree");
    }
  }
  return HW_OK;
}

/* ---- common ancestors ---- */

/* Marks a person and all ancestors, twins being one. */
static void mark_ancestors(const classes *c, int32_t person, bool *is_marked) {
  for (int32_t i = 0; i < c->n; i++) is_marked[i] = false;
  is_marked[hwp_twin_root(c->ped, person)] = true;
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    for (int32_t i = 0; i < c->n; i++) {
      if (!is_marked[hwp_twin_root(c->ped, i)]) continue;
      const int32_t parents[2] = {c->father[i], c->mother[i]};
      for (int p = 0; p < 2; p++) {
        if (parents[p] == HW_PERSON_NONE) continue;
        bool *mark = &is_marked[hwp_twin_root(c->ped, parents[p])];
        if (!*mark) *mark = is_changed = true;
      }
    }
  }
}

static hw_status find_consanguinity(hwp_graph *self, const classes *c, hw_err *err) {
  bool *of_father = hw_arena_alloc_array(self->arena, (size_t)c->n + 1, sizeof(bool));
  bool *of_mother = hw_arena_alloc_array(self->arena, (size_t)c->n + 1, sizeof(bool));
  if (of_father == NULL || of_mother == NULL) return HW_NO_MEMORY(err, "the layout of a pedigree");
  for (int32_t f = 0; f < self->n_families; f++) {
    hwp_family *family = &self->families[f];
    const int32_t father = self->nodes[family->father].person;
    const int32_t mother = self->nodes[family->mother].person;
    if (father == HW_PERSON_NONE || mother == HW_PERSON_NONE) continue;
    mark_ancestors(c, father, of_father);
    mark_ancestors(c, mother, of_mother);
    for (int32_t i = 0; i < c->n; i++)
      if (of_father[i] && of_mother[i]) family->is_consanguineous = true;
  }
  return HW_OK;
}

/* ---- components ---- */

static void spread(hwp_graph *self, int32_t a, int32_t b, bool *is_changed) {
  int32_t *x = &self->nodes[a].component, *y = &self->nodes[b].component;
  if (*x == *y) return;
  const int32_t least = *x < *y ? *x : *y;
  *x = *y = least;
  *is_changed = true;
}

/* Numbers what hangs together, in the order of the persons, and lets its top be level 0. */
static void find_components(hwp_graph *self, const classes *c) {
  for (int32_t i = 0; i < self->n_nodes; i++) self->nodes[i].component = i;
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    for (int32_t i = 0; i < self->n_nodes; i++) {
      const hwp_node *node = &self->nodes[i];
      if (node->family >= 0) spread(self, i, self->families[node->family].father, &is_changed);
      if (i < c->n) spread(self, i, hwp_twin_root(self->ped, i), &is_changed);
      if (node->kind == HW_PLACE_COPY) spread(self, i, node->person, &is_changed);
    }
    for (int32_t f = 0; f < self->n_families; f++)
      spread(self, self->families[f].father, self->families[f].mother, &is_changed);
  }
  self->n_components = 0;
  self->n_levels = 1;
  for (int32_t i = 0; i < self->n_nodes; i++) {
    if (self->nodes[i].component != i) continue; /* done, or not the first of its component */
    int32_t top = INT32_MAX;
    for (int32_t k = i; k < self->n_nodes; k++)
      if (self->nodes[k].component == i && self->nodes[k].level < top) top = self->nodes[k].level;
    for (int32_t f = 0; f < self->n_families; f++)
      if (self->nodes[self->families[f].father].component == i) self->families[f].level -= top;
    for (int32_t k = self->n_nodes - 1; k >= i; k--) {
      if (self->nodes[k].component != i) continue;
      self->nodes[k].level -= top;
      self->nodes[k].component = -1 - self->n_components;
      if (self->nodes[k].level >= self->n_levels) self->n_levels = self->nodes[k].level + 1;
    }
    self->n_components++;
  }
  for (int32_t i = 0; i < self->n_nodes; i++)
    self->nodes[i].component = -1 - self->nodes[i].component;
}

hw_status hwp_graph_build(hwp_graph *self, hw_err *err) {
  classes c = {0};
  HW_TRY(find_levels(self, &c, err));
  self->nodes = hw_arena_alloc_array(self->arena, HWP_MOST_NODES, sizeof *self->nodes);
  self->families = hw_arena_alloc_array(self->arena, (size_t)c.n + 1, sizeof *self->families);
  if (self->nodes == NULL || self->families == NULL)
    return HW_NO_MEMORY(err, "the layout of a pedigree");
  for (int32_t i = 0; i < c.n; i++)
    (void)add_node(self, HW_PLACE_PERSON, i, self->ped->persons[i].sex, c.level[c.of[i]]);
  for (int32_t i = 0; i < c.n; i++) add_descent(self, &c, i);
  for (int32_t i = 0; i < c.n; i++) HW_TRY(add_lines(self, i, err));
  HW_TRY(list_children(self, err));
  HW_TRY(find_consanguinity(self, &c, err));
  find_components(self, &c);
  return HW_OK;
}
