/* GEDCOM: persons divided into pedigrees.
 *
 * Two persons are in one pedigree if a chain of birth links joins them; marriage
 * does not count, nor does adoption. Union–find with path halving (Tarjan & van
 * Leeuwen 1984, J. ACM 31:245), then one counting sort: all is linear but for a
 * factor that never passes 4, so that a village of 100,000 persons costs nothing. */
#include <string.h>

#include "base/check.h"
#include "formats/gedcom.h"

void hw_gedcom_trees_clear(hw_gedcom_trees *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

static int32_t find_root(int32_t *root, int32_t person) {
  while (root[person] != person) {
    root[person] = root[root[person]];
    person = root[person];
  }
  return person;
}

/* The smaller number becomes the root, so that roots are the first persons of their trees. */
static void join(int32_t *root, int32_t a, int32_t b) {
  if (a < 0 || b < 0) return;
  a = find_root(root, a);
  b = find_root(root, b);
  if (a < b)
    root[b] = a;
  else
    root[a] = b;
}

/* Tables of the building; all persons, or trees + 1. */
typedef struct tables {
  int32_t *root, *tree_of, *place, *start, *order;
} tables;

static hw_status number_trees(const hw_gedcom *ged, tables *t, int32_t *n_trees, hw_arena *arena,
                              hw_err *err) {
  const size_t n = (size_t)ged->n_persons;
  t->root = hw_arena_alloc_array(arena, n, sizeof *t->root);
  t->tree_of = hw_arena_alloc_array(arena, n, sizeof *t->tree_of);
  t->place = hw_arena_alloc_array(arena, n, sizeof *t->place);
  t->start = hw_arena_alloc_array(arena, n + 1, sizeof *t->start);
  t->order = hw_arena_alloc_array(arena, n, sizeof *t->order);
  if (!t->root || !t->tree_of || !t->place || !t->start || !t->order)
    return HW_NO_MEMORY(err, "the pedigrees");
  for (int32_t p = 0; p < ged->n_persons; p++) t->root[p] = p;
  for (int32_t p = 0; p < ged->n_persons; p++) {
    join(t->root, p, ged->persons[p].father);
    join(t->root, p, ged->persons[p].mother);
  }
  *n_trees = 0;
  for (int32_t p = 0; p < ged->n_persons; p++) {
    const int32_t root = find_root(t->root, p);
    t->tree_of[p] = root == p ? (*n_trees)++ : t->tree_of[root];
    t->place[p] = t->start[t->tree_of[p] + 1]++;
  }
  for (int32_t i = 0; i < *n_trees; i++) t->start[i + 1] += t->start[i];
  for (int32_t p = 0; p < ged->n_persons; p++) t->order[t->start[t->tree_of[p]] + t->place[p]] = p;
  return HW_OK;
}

static hw_status build(const hw_gedcom *ged, hw_gedcom_trees *out, hw_err *err) {
  tables t;
  int32_t n_trees;
  hw_arena *arena = &out->arena;
  HW_TRY(number_trees(ged, &t, &n_trees, arena, err));
  hw_gedcom_tree *trees = hw_arena_alloc_array(arena, (size_t)n_trees, sizeof *trees);
  hw_person *persons = hw_arena_alloc_array(arena, (size_t)ged->n_persons, sizeof *persons);
  if (trees == NULL || persons == NULL) return HW_NO_MEMORY(err, "the pedigrees");
  for (int32_t i = 0; i < ged->n_persons; i++) {
    const hw_gedcom_person *p = &ged->persons[t.order[i]];
    persons[i] = (hw_person){.id = p->xref,
                             .father = p->father < 0 ? HW_PERSON_NONE : t.place[p->father],
                             .mother = p->mother < 0 ? HW_PERSON_NONE : t.place[p->mother],
                             .sex = p->sex,
                             .twin = HW_PERSON_NONE};
  }
  for (int32_t i = 0; i < n_trees; i++) {
    trees[i].pedigree = (hw_pedigree){t.start[i + 1] - t.start[i], persons + t.start[i]};
    trees[i].persons = t.order + t.start[i];
  }
  out->n_trees = n_trees;
  out->trees = trees;
  out->tree_of = t.tree_of;
  return HW_OK;
}

/* Puts the number in the file into an error that speaks of a person of a tree. */
static void place_error(const hw_gedcom_tree *tree, hw_err *err) {
  static const char before[] = "pedigree[";
  if (err == NULL || strncmp(err->field, before, sizeof before - 1) != 0) return;
  int32_t number = 0;
  for (const char *c = err->field + sizeof before - 1; *c >= '0' && *c <= '9'; c++)
    number = number * 10 + (*c - '0');
  if (number >= tree->pedigree.n_persons) return;
  err->field[0] = '\0';
  hw_err_field(err, "person[%d]", (int)tree->persons[number]);
}

hw_status hw_gedcom_trees_build(const hw_gedcom *self, hw_gedcom_trees *out, hw_err *err) {
  memset(out, 0, sizeof *out);
  hw_status status = build(self, out, err);
  for (int32_t i = 0; i < out->n_trees && status == HW_OK; i++) {
    status = hw_pedigree_validate(&out->trees[i].pedigree, err);
    if (status != HW_OK) place_error(&out->trees[i], err);
  }
  if (status != HW_OK) hw_gedcom_trees_clear(out);
  return status;
}
