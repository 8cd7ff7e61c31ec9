/* Phases: which allele each child of a couple had from which parent. Children who look
 * alike share phases; a child with a partial genotype has two options that exclude each
 * other. See closed.h. */
#include <string.h>

#include "kinship/closed_int.h"

double *hwp_closed_rows(hwp_evaluation *self, int32_t count) {
  double *rows =
      hw_arena_alloc_array(self->task->scratch, (size_t)count * (size_t)self->n8, sizeof *rows);
  if (rows == NULL) self->no_memory = true;
  return rows;
}

void hwp_multiply_row(const hwp_evaluation *self, int32_t n_factors, const double *const *factors,
                      int32_t i, double *row) {
  const int32_t n8 = self->n8;
  for (int32_t k = 0; k < n_factors; k++) {
    const double *h = factors[k], here = h[i];
    for (int32_t j = 0; j < n8; j++) row[j] *= here + h[j];
  }
}

int32_t hwp_set_factors(const hwp_evaluation *self, int from, const hwp_set *given,
                        const double **factors) {
  for (int32_t k = 0; k < given->n; k++) factors[k] = hwp_half_row(self, from, given->id[k]);
  return given->n;
}

/* A child's options: what the mother and what the father gave, by HW_FROM_…. */
typedef struct options {
  int32_t n;
  int32_t given[2][2]; /* [option][from] */
} options;

static options options_of(const hwp_evaluation *self, const hw_observation *obs) {
  if (obs->b == HW_ALLELE_NONE)
    return (options){2, {{HWP_ANY, obs->a}, {obs->a, self->n + obs->a}}};
  if (obs->a == obs->b) return (options){1, {{obs->a, obs->a}}};
  return (options){2, {{obs->b, obs->a}, {obs->a, obs->b}}};
}

static bool same_observation(const hw_observation *a, const hw_observation *b) {
  return a->a == b->a && a->b == b->b;
}

static void insert(hwp_set *self, int32_t id, int32_t times) {
  if (id == HWP_ANY) return;
  for (int32_t t = 0; t < times; t++) {
    int32_t at = self->n++;
    for (; at > 0 && self->id[at - 1] > id; at--) self->id[at] = self->id[at - 1];
    self->id[at] = id;
  }
}

/* Every phase, for `alike` children with these options: `first` of them have the first. */
static void extend(hwp_evaluation *self, hwp_phases *list, const options *child, int32_t alike) {
  static const double binomial[8][8] = {{1},
                                        {1, 1},
                                        {1, 2, 1},
                                        {1, 3, 3, 1},
                                        {1, 4, 6, 4, 1},
                                        {1, 5, 10, 10, 5, 1},
                                        {1, 6, 15, 20, 15, 6, 1},
                                        {1, 7, 21, 35, 35, 21, 7, 1}};
  const int32_t n_old = list->n, n_ways = child->n == 1 ? 1 : alike + 1;
  if (n_old * n_ways > HWP_MOST_PHASES) {
    self->too_many = true;
    return;
  }
  for (int32_t way = n_ways - 1; way >= 0; way--) {
    const int32_t second = child->n == 1 ? 0 : way, first = alike - second;
    for (int32_t i = 0; i < n_old; i++) {
      hwp_phase *to = &list->list[way * n_old + i];
      if (way > 0) *to = list->list[i];
      to->weight *= child->n == 1 ? 1.0 : binomial[alike][second];
      for (int from = 0; from < 2; from++) {
        insert(&to->given[from], child->given[0][from], first);
        insert(&to->given[from], child->given[1][from], second);
      }
    }
  }
  list->n = n_old * n_ways;
}

void hwp_list_phases(hwp_evaluation *self, const hwp_closed_couple *couple, int16_t left_out,
                     hwp_phases *out) {
  out->n = 1;
  out->list[0] = (hwp_phase){.weight = 1.0};
  for (int32_t k = 0; k < couple->n_kids && !self->too_many;) {
    int32_t alike = 0, next = k;
    const hw_observation *obs =
        couple->kids[k] == left_out ? NULL : hwp_seen_of(self, couple->kids[k]);
    for (; obs != NULL && next < couple->n_kids && couple->kids[next] != left_out &&
           same_observation(obs, hwp_seen_of(self, couple->kids[next]));
         next++)
      alike++;
    if (obs != NULL) {
      const options child = options_of(self, obs);
      extend(self, out, &child, alike);
    }
    k = obs != NULL ? next : k + 1;
  }
}

int32_t hwp_child_factors(hwp_evaluation *self, const hwp_closed_couple *couple, int16_t left_out,
                          int known_from, int32_t i, int32_t j, const double **factors) {
  const int other = known_from == HW_FROM_FATHER ? HW_FROM_MOTHER : HW_FROM_FATHER;
  int32_t n = 0;
  for (int32_t k = 0; k < couple->n_kids; k++) {
    if (couple->kids[k] == left_out) continue;
    const options child = options_of(self, hwp_seen_of(self, couple->kids[k]));
    double *h = hwp_closed_rows(self, 1);
    if (h == NULL) return 0;
    for (int32_t o = 0; o < child.n; o++) {
      const int32_t known_id = child.given[o][known_from];
      const double *given = known_id == HWP_ANY ? NULL : hwp_half_row(self, known_from, known_id);
      const double weight = given == NULL ? 1.0 : given[i] + given[j];
      const int32_t id = child.given[o][other];
      const double *column = id == HWP_ANY ? NULL : hwp_half_row(self, other, id);
      for (int32_t x = 0; x < self->n; x++) h[x] += weight * (column != NULL ? column[x] : 0.5);
    }
    factors[n++] = h;
  }
  return n;
}
