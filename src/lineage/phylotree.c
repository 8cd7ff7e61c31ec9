/* Reading the tree of haplogroups.
 *
 * The table is walked three times: to count nodes and mutations, to read them, and, when
 * all mutations are known and sorted, to turn each row into changes of the set of
 * mutations that a node has. A mutation at a place that already has one replaces it
 * (lost, then gained); one with "!" is lost and must have been there.
 *
 * Rows stand in the order of a walk through the tree, so that a parent is the row before or
 * one of its ancestors; no index of names is needed.
 *
 * Sources: M. van Oven & M. Kayser (2009), Hum Mutat 30:E386; M. van Oven (2015), PhyloTree
 * Build 17, FSI Genet Suppl 5:e392; weights: H. Weissensteiner et al. (2016), HaploGrep 2,
 * Nucleic Acids Res 44:W58. */
#include "lineage/phylotree.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"

enum {
  MOST_DEPTH = 200,
  MOST_OF_NODE = 200,
  MOST_NAME = 60,
  MOST_MUTATION = 60,
  MILLION = 1000000
};

/* A mutation as it stands in the table, before equal ones are joined. */
typedef struct written {
  hwp_mutation mutation;
  bool is_back;
  int32_t id; /* of mutation */
} written;

typedef struct reader {
  hw_phylotree *tree;
  const char *at, *end;
  uint64_t line;
  written *list;
  int32_t n_written;
  hw_err *err;
} reader;

#define FAIL(self, ...) place_error((self), hw_err_set((self)->err, __VA_ARGS__))

static hw_status place_error(const reader *self, hw_status status) {
  hw_err_place(self->err, NULL, self->line, 0);
  return status;
}

/* --- one row --- */

/* The next line, without its end. @return false after the last */
static bool next_line(reader *self, const char **line, size_t *n) {
  if (self->at == self->end) return false;
  const char *stop = memchr(self->at, '\n', (size_t)(self->end - self->at));
  *line = self->at;
  if (stop == NULL) stop = self->end;
  *n = (size_t)(stop - self->at);
  if (*n > 0 && (*line)[*n - 1] == '\r') --*n;
  self->at = stop < self->end ? stop + 1 : stop;
  self->line++;
  return true;
}

static bool is_base(char c) {
  return c == 'A' || c == 'C' || c == 'G' || c == 'T';
}

/* "152C", "249d", "2156.1A", "8289.1CCCCCTCTA", "573.XC". @param text  without "!", NUL-terminated */
static bool parse_mutation(const char *text, hwp_mutation *out) {
  const char *at = text;
  int32_t position = 0;
  for (int digits = 0; *at >= '0' && *at <= '9' && digits < 6; digits++)
    position = position * 10 + (*at++ - '0');
  *out = (hwp_mutation){.position = position, .text = text, .bases = at};
  if (position < 1 || position > HW_MT_LENGTH || hw_mt_reference(position) == 'N') return false;
  if (at[0] == 'd' && at[1] == '\0') {
    out->kind = HWP_DELETION;
    out->bases = at + 1;
    return true;
  }
  if (at[0] != '.') return is_base(at[0]) && at[1] == '\0' && at[0] != hw_mt_reference(position);
  out->kind = at[1] == 'X' ? HWP_ANY_NUMBER : HWP_INSERTION;
  at++;
  if (out->kind == HWP_ANY_NUMBER) at++;
  for (int digits = 0; *at >= '0' && *at <= '9' && digits < 2; digits++)
    out->number = out->number * 10 + (*at++ - '0');
  out->bases = at;
  if (out->kind == HWP_ANY_NUMBER) return out->number == 0 && is_base(at[0]) && at[1] == '\0';
  while (is_base(*at)) at++;
  const ptrdiff_t n = at - out->bases;
  return *at == '\0' && n > 0 && out->number > 0 && out->number + n - 1 <= HW_MT_MAX_INSERTED;
}

static hw_status read_mutations(reader *self, const char *text, size_t n, hwp_node *node) {
  hw_phylotree *tree = self->tree;
  node->first_change = self->n_written;
  for (size_t i = 0; i < n;) {
    size_t length = 0;
    while (i < n && text[i] == ' ') i++;
    while (i + length < n && text[i + length] != ' ') length++;
    if (length == 0) break;
    written *one = &self->list[self->n_written];
    one->is_back = text[i + length - 1] == '!';
    char *kept = hw_arena_strndup(&tree->arena, text + i, length - (one->is_back ? 1 : 0));
    if (kept == NULL) return HW_NO_MEMORY(self->err, "the tree of haplogroups");
    if (length > MOST_MUTATION || !parse_mutation(kept, &one->mutation))
      return FAIL(self, HW_E_VALUE,
                  "mutation \"%.40s\": expected 152C, 249d, 2156.1A or 573.XC (\"!\" behind it: "
                  "it goes back), other than the reference's base",
                  kept);
    if (++node->n_changes > MOST_OF_NODE)
      return FAIL(self, HW_E_SHAPE, "more than %d mutations in one row", MOST_OF_NODE);
    self->n_written++;
    i += length;
  }
  return HW_OK;
}

/* The parent is the row before or one of its ancestors. */
static hw_status find_parent(reader *self, const char *name, size_t n, hwp_node *node) {
  const hw_phylotree *tree = self->tree;
  int32_t at = tree->n_nodes - 1;
  node->parent = -1;
  if (n == 0 && tree->n_nodes == 0) return HW_OK;
  if (n == 0) return FAIL(self, HW_E_SYNTAX, "a second node without a parent; a tree has one root");
  while (at >= 0 &&
         (strlen(tree->nodes[at].name) != n || memcmp(tree->nodes[at].name, name, n) != 0))
    at = tree->nodes[at].parent;
  if (at < 0)
    return FAIL(self, HW_E_REFERENCE,
                "parent \"%.*s\" is neither the row before nor one of its ancestors; rows stand in "
                "the order of a walk through the tree",
                (int)(n < MOST_NAME ? n : MOST_NAME), name);
  node->parent = at;
  node->depth = tree->nodes[at].depth + 1;
  if (node->depth > MOST_DEPTH)
    return FAIL(self, HW_E_SHAPE, "a tree of more than %d generations", MOST_DEPTH);
  return HW_OK;
}

static hw_status read_row(reader *self, const char *line, size_t n) {
  hw_phylotree *tree = self->tree;
  hwp_node *node = &tree->nodes[tree->n_nodes];
  const char *first = memchr(line, ',', n);
  const char *second = first ? memchr(first + 1, ',', n - (size_t)(first + 1 - line)) : NULL;
  if (second == NULL || memchr(second + 1, ',', n - (size_t)(second + 1 - line)) != NULL)
    return FAIL(self, HW_E_SYNTAX, "expected three cells, name,parent,mutations");
  if (first == line || first - line > MOST_NAME)
    return FAIL(self, HW_E_VALUE, "a name of 1 to %d bytes is expected", MOST_NAME);
  node->name = hw_arena_strndup(&tree->arena, line, (size_t)(first - line));
  if (node->name == NULL) return HW_NO_MEMORY(self->err, "the tree of haplogroups");
  HW_TRY(find_parent(self, first + 1, (size_t)(second - first - 1), node));
  HW_TRY(read_mutations(self, second + 1, n - (size_t)(second + 1 - line), node));
  tree->n_nodes++;
  return HW_OK;
}

/* --- all mutations --- */

static int compare_mutations(const hwp_mutation *a, const hwp_mutation *b) {
  if (a->position != b->position) return a->position < b->position ? -1 : 1;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->number != b->number) return a->number < b->number ? -1 : 1;
  return strcmp(a->bases, b->bases);
}

static int compare_written(const void *left, const void *right) {
  const written *const *a = left, *const *b = right;
  return compare_mutations(&(*a)->mutation, &(*b)->mutation);
}

static hw_status join_mutations(reader *self) {
  hw_phylotree *tree = self->tree;
  const size_t n = (size_t)self->n_written;
  written **sorted = hw_arena_alloc_array(&tree->arena, n + 1, sizeof(written *));
  tree->mutations = hw_arena_alloc_array(&tree->arena, n + 1, sizeof *tree->mutations);
  if (sorted == NULL || tree->mutations == NULL)
    return HW_NO_MEMORY(self->err, "the tree of haplogroups");
  for (size_t i = 0; i < n; i++) sorted[i] = &self->list[i];
  if (n > 0) qsort(sorted, n, sizeof *sorted, compare_written);
  for (size_t i = 0; i < n; i++) {
    if (i == 0 || compare_written(&sorted[i - 1], &sorted[i]) != 0)
      tree->mutations[tree->n_mutations++] = sorted[i]->mutation;
    sorted[i]->id = tree->n_mutations - 1;
    tree->mutations[sorted[i]->id].count += !sorted[i]->is_back;
  }
  int32_t most = 1;
  for (int32_t i = 0; i < tree->n_mutations; i++)
    if (tree->mutations[i].count > most) most = tree->mutations[i].count;
  for (int32_t i = 0; i < tree->n_mutations; i++) {
    const int32_t count = tree->mutations[i].count > 0 ? tree->mutations[i].count : 1;
    const double share = most > 1 ? hw_ln((double)count) / hw_ln((double)most) : 0;
    tree->mutations[i].weight = (int64_t)((10 - 9 * share) * MILLION + 0.5);
  }
  return HW_OK;
}

/* --- changes --- */

static bool is_one_place(const hwp_mutation *a, const hwp_mutation *b) {
  if (a->position != b->position) return false;
  const bool is_a_inserted = a->kind >= HWP_INSERTION, is_b_inserted = b->kind >= HWP_INSERTION;
  return is_a_inserted == is_b_inserted && (!is_a_inserted || a->number == b->number);
}

/* The change that decides what a node has at a mutation's place: the last on its path; −1 = none. */
static int32_t find_last(const hw_phylotree *tree, int32_t node, const hwp_mutation *place) {
  for (; node >= 0; node = tree->nodes[node].parent)
    for (int32_t i = tree->nodes[node].n_changes; i-- > 0;) {
      const int32_t at = tree->nodes[node].first_change + i;
      if (is_one_place(&tree->mutations[tree->changes[at].mutation], place)) return at;
    }
  return -1;
}

/* What a node has at a mutation's place; −1 = the reference. */
static int32_t find_present(const hw_phylotree *tree, int32_t node, const hwp_mutation *place) {
  const int32_t at = find_last(tree, node, place);
  return at < 0 || tree->changes[at].is_lost ? -1 : tree->changes[at].mutation;
}

static void add_change(hw_phylotree *tree, hwp_node *node, int32_t mutation, bool is_lost) {
  tree->changes[tree->n_changes++] = (hwp_change){mutation, is_lost};
  node->n_changes++;
  node->n_expected += is_lost ? -1 : 1;
}

static hw_status make_changes(reader *self) {
  hw_phylotree *tree = self->tree;
  tree->changes =
      hw_arena_alloc_array(&tree->arena, 2 * (size_t)self->n_written + 1, sizeof *tree->changes);
  if (tree->changes == NULL) return HW_NO_MEMORY(self->err, "the tree of haplogroups");
  for (int32_t n = 0; n < tree->n_nodes; n++) {
    hwp_node *node = &tree->nodes[n];
    const written *list = self->list + node->first_change;
    const int32_t n_written = node->n_changes;
    node->first_change = tree->n_changes;
    node->n_changes = 0;
    node->n_expected = node->parent >= 0 ? tree->nodes[node->parent].n_expected : 0;
    for (int32_t i = 0; i < n_written; i++) {
      const int32_t present = find_present(tree, n, &list[i].mutation);
      self->line = (uint64_t)n + 2;
      if (list[i].is_back && present != list[i].id)
        return FAIL(self, HW_E_VALUE, "\"%.40s!\" goes back, but no node above has it",
                    list[i].mutation.text);
      if (present == list[i].id && !list[i].is_back) continue;
      if (present >= 0) add_change(tree, node, present, true);
      if (!list[i].is_back) add_change(tree, node, list[i].id, false);
    }
  }
  return HW_OK;
}

/* --- the table --- */

static int compare_names(const void *left, const void *right) {
  const hwp_node *const *a = left, *const *b = right;
  const int order = strcmp((*a)->name, (*b)->name);
  return order != 0 ? order : (*a > *b) - (*a < *b);
}

static hw_status check_names(reader *self) {
  hw_phylotree *tree = self->tree;
  const size_t n = (size_t)tree->n_nodes;
  const hwp_node **sorted = hw_arena_alloc_array(&tree->arena, n + 1, sizeof(hwp_node *));
  if (sorted == NULL) return HW_NO_MEMORY(self->err, "the tree of haplogroups");
  for (size_t i = 0; i < n; i++) sorted[i] = &tree->nodes[i];
  if (n > 0) qsort(sorted, n, sizeof *sorted, compare_names);
  for (size_t i = 1; i < n; i++)
    if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0) {
      self->line = (uint64_t)(sorted[i] - tree->nodes) + 2;
      return FAIL(self, HW_E_DUPLICATE, "a second node \"%.60s\"", sorted[i]->name);
    }
  return HW_OK;
}

static hw_status make_room(reader *self) {
  hw_phylotree *tree = self->tree;
  size_t n_lines = 1, n_words = 1;
  for (const char *at = self->at; at < self->end; at++) {
    n_lines += *at == '\n';
    n_words += *at == ' ' || *at == ',';
  }
  tree->nodes = hw_arena_alloc_array(&tree->arena, n_lines, sizeof *tree->nodes);
  self->list = hw_arena_alloc_array(&tree->arena, n_words, sizeof *self->list);
  return tree->nodes != NULL && self->list != NULL
             ? HW_OK
             : HW_NO_MEMORY(self->err, "the tree of haplogroups");
}

static hw_status read_table(reader *self) {
  static const char header[] = "name,parent,mutations";
  const char *line;
  size_t n;
  HW_TRY(make_room(self));
  if (!next_line(self, &line, &n) || n != sizeof header - 1 || memcmp(line, header, n) != 0)
    return FAIL(self, HW_E_SYNTAX, "expected the header \"%s\"", header);
  while (next_line(self, &line, &n)) {
    if (memchr(line, '\0', n) != NULL) return FAIL(self, HW_E_SYNTAX, "a NUL byte");
    HW_TRY(read_row(self, line, n));
  }
  if (self->tree->n_nodes == 0)
    return hw_err_set(self->err, HW_E_SHAPE, "a tree of haplogroups without a node");
  HW_TRY(check_names(self));
  HW_TRY(join_mutations(self));
  return make_changes(self);
}

hw_status hw_phylotree_new(const char *bytes, size_t n_bytes, hw_phylotree **out, hw_err *err) {
  *out = NULL;
  if (bytes == NULL) {
    bytes = hwp_phylotree17;
    n_bytes = hwp_phylotree17_size;
  }
  if (n_bytes > HW_PHYLOTREE_MAX_BYTES)
    return hw_err_set(err, HW_E_SHAPE, "a tree of haplogroups of more than %d MiB",
                      (int)(HW_PHYLOTREE_MAX_BYTES >> 20));
  hw_phylotree *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the tree of haplogroups");
  reader read = {.tree = self, .at = bytes, .end = bytes + n_bytes, .err = err};
  const hw_status status = read_table(&read);
  if (status == HW_OK)
    *out = self;
  else
    hw_phylotree_delete(self);
  return status;
}

void hw_phylotree_delete(hw_phylotree *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  free(self);
}

/* --- questions --- */

int32_t hw_phylotree_count(const hw_phylotree *self) {
  return self->n_nodes;
}

const char *hw_phylotree_name(const hw_phylotree *self, int32_t node) {
  return self->nodes[node].name;
}

int32_t hw_phylotree_find(const hw_phylotree *self, const char *name) {
  for (int32_t i = 0; i < self->n_nodes; i++)
    if (strcmp(self->nodes[i].name, name) == 0) return i;
  return -1;
}

int32_t hwp_phylotree_seek(const hw_phylotree *self, int32_t position, hwp_kind kind,
                           int32_t number, const char *bases, size_t n) {
  int32_t low = 0, high = self->n_mutations;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    const hwp_mutation *one = &self->mutations[middle];
    int order = (one->position > position) - (one->position < position);
    if (order == 0) order = (one->kind > kind) - (one->kind < kind);
    if (order == 0) order = (one->number > number) - (one->number < number);
    if (order == 0) order = strncmp(one->bases, bases, n);
    if (order == 0) order = one->bases[n] != '\0';
    if (order == 0) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return -1;
}

double hw_phylotree_weight(const hw_phylotree *self, const char *mutation) {
  hwp_mutation one;
  if (!parse_mutation(mutation, &one)) return 0;
  const int32_t i =
      hwp_phylotree_seek(self, one.position, one.kind, one.number, one.bases, strlen(one.bases));
  return i < 0 ? 0 : (double)self->mutations[i].weight / MILLION;
}

/* From the node upwards every place is met first with what the node has there. */
hw_status hw_phylotree_motif(const hw_phylotree *self, int32_t node, char *text, size_t size,
                             hw_err *err) {
  size_t n = 0;
  if (size == 0) return hw_err_set(err, HW_E_SHAPE, "no room for the mutations of a node");
  text[0] = '\0';
  for (int32_t at = node; at >= 0; at = self->nodes[at].parent)
    for (int32_t i = self->nodes[at].n_changes; i-- > 0;) {
      const int32_t index = self->nodes[at].first_change + i;
      const hwp_mutation *one = &self->mutations[self->changes[index].mutation];
      const size_t length = strlen(one->text);
      if (self->changes[index].is_lost || find_last(self, node, one) != index) continue;
      if (n + length + 2 > size)
        return hw_err_set(err, HW_E_SHAPE, "the mutations of \"%s\" take more than %zu bytes",
                          self->nodes[node].name, size);
      if (n > 0) text[n++] = ' ';
      memcpy(text + n, one->text, length + 1);
      n += length;
    }
  return HW_OK;
}
