/* What closed forms need to know beforehand: of a marker, its matrices in rows, in
 * halved columns and in halved sums of columns; of a pattern, its tree of couples.
 * See closed.h. */
#include <string.h>

#include "kinship/closed.h"

/* Largest deviation of a sum of probabilities from 1 that counts as rounding: tables
 * must come out equal to the general engine's within 1e-12. */
static const double ROUNDING = 2e-14;

/* ---- markers --------------------------------------------------------------- */

static bool sums_to_one(const double *p, int32_t n) {
  double sum = 0.0;
  for (int32_t i = 0; i < n; i++) sum += p[i];
  return sum - 1.0 <= ROUNDING && 1.0 - sum <= ROUNDING;
}

bool hwp_marker_sums_to_one(const hw_marker *marker) {
  const int32_t n = marker->n_alleles;
  if (!sums_to_one(marker->frequencies, n)) return false;
  for (int from = 0; from < 2; from++)
    for (int32_t i = 0; marker->matrix[from] != NULL && i < n; i++)
      if (!sums_to_one(marker->matrix[from] + (int64_t)i * n, n)) return false;
  return true;
}

static bool is_usable(const hw_marker *marker) {
  return !hw_marker_is_x(marker) && marker->silent == HW_ALLELE_NONE &&
         marker->n_alleles <= HWP_CLOSED_ALLELES && hwp_marker_sums_to_one(marker);
}

/* Rows of the matrix (NULL: of the identity), and what is made of its columns. */
static void fill_rows(const hw_marker *marker, const double *matrix, int32_t n8, double *row,
                      double *half) {
  const int32_t n = marker->n_alleles;
  for (int32_t i = 0; i < n; i++)
    for (int32_t c = 0; c < n; c++)
      row[i * n8 + c] = matrix != NULL ? matrix[i * n + c] : i == c ? 1.0 : 0.0;
  for (int32_t a = 0; a < n; a++)
    for (int32_t i = 0; i < n; i++) {
      double others = 0.0;
      for (int32_t b = 0; b < n; b++)
        if (b != a) others += row[i * n8 + b];
      half[a * n8 + i] = 0.5 * row[i * n8 + a];
      half[(n + a) * n8 + i] = 0.5 * others;
    }
}

hw_status hwp_closed_marker_init(hwp_closed_marker *self, const hw_marker *marker,
                                 const double *population, hw_arena *arena) {
  const int32_t n = marker->n_alleles, n8 = (n + 7) / 8 * 8;
  *self = (hwp_closed_marker){
      .is_usable = is_usable(marker), .n = n, .n8 = n8, .population = population};
  if (!self->is_usable) return HW_OK;
  const size_t width = (size_t)n8, rows = (size_t)n * width;
  double *p = hw_arena_alloc_array(arena, width, sizeof *p);
  if (p == NULL) return HW_E_NO_MEMORY;
  memcpy(p, marker->frequencies, sizeof *p * (size_t)n);
  self->p = p;
  for (int from = 0; from < 2; from++) {
    if (from == 1 && marker->matrix[1] == marker->matrix[0]) {
      self->row[1] = self->row[0];
      self->half[1] = self->half[0];
      continue;
    }
    double *row = hw_arena_alloc_array(arena, 3 * rows, sizeof *row);
    if (row == NULL) return HW_E_NO_MEMORY;
    self->row[from] = row;
    self->half[from] = row + rows;
    fill_rows(marker, marker->matrix[from], n8, row, row + rows);
  }
  return HW_OK;
}

/* ---- trees ----------------------------------------------------------------- */

typedef struct builder {
  hwp_closed *tree;
  const hwp_pattern *pattern;
  bool was_here[HWP_PATTERN_INDIVIDUALS];
} builder;

static int32_t find_couple(hwp_closed *self, int16_t father, int16_t mother) {
  for (int32_t c = 0; c < self->n_couples; c++)
    if (self->couples[c].father == father && self->couples[c].mother == mother) return c;
  if (self->n_couples == HWP_CLOSED_COUPLES) return -1;
  self->couples[self->n_couples] = (hwp_closed_couple){.father = father, .mother = mother};
  return self->n_couples++;
}

static bool add_couples(hwp_closed *self, const hwp_pattern *pattern) {
  for (int16_t i = 0; i < pattern->n; i++) {
    self->profile[i] = self->up[i] = -1;
    if (pattern->father[i] < 0) continue;
    const int32_t c = find_couple(self, pattern->father[i], pattern->mother[i]);
    if (c < 0 || self->couples[c].n_kids == HWP_CLOSED_KIDS) return false;
    self->couples[c].kids[self->couples[c].n_kids++] = i;
    self->up[i] = (int16_t)c;
  }
  for (int16_t p = 0; p < pattern->n_profiles; p++) {
    if (self->profile[pattern->owner[p]] >= 0) return false; /* typed twice */
    self->profile[pattern->owner[p]] = p;
  }
  return true;
}

static bool visit_couple(builder *self, int32_t couple, int16_t from);

/* A person, reached through a couple; −1: the walk begins here. False where the walk comes
 * to somebody a second time, which is a loop. */
static bool visit_person(builder *self, int16_t person, int32_t from) {
  const hwp_closed *tree = self->tree;
  if (self->was_here[person]) return false;
  self->was_here[person] = true;
  for (int32_t c = 0; c < tree->n_couples; c++) {
    const bool is_parent = tree->couples[c].father == person || tree->couples[c].mother == person;
    if (c == from || !(is_parent || tree->up[person] == c)) continue;
    if (!visit_couple(self, c, person)) return false;
  }
  return true;
}

static bool visit_couple(builder *self, int32_t couple, int16_t from) {
  const hwp_closed_couple *c = &self->tree->couples[couple];
  if (c->father != from && !visit_person(self, c->father, couple)) return false;
  if (c->mother != from && !visit_person(self, c->mother, couple)) return false;
  for (int32_t k = 0; k < c->n_kids; k++) {
    if (c->kids[k] == from) continue;
    if (self->tree->profile[c->kids[k]] < 0) return false; /* not typed, and not on the way */
    if (!visit_person(self, c->kids[k], couple)) return false;
  }
  return true;
}

/* Individuals with data from which on products might underflow; as in kin.c. */
enum { MOST_PROFILES = 7 };

bool hwp_closed_init(hwp_closed *self, const hwp_pattern *pattern) {
  builder b = {.tree = self, .pattern = pattern};
  memset(self, 0, sizeof *self);
  if (pattern->x || !pattern->is_connected || pattern->n_profiles > MOST_PROFILES) return false;
  return add_couples(self, pattern) && visit_person(&b, 0, -1);
}
