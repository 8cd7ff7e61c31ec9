/* Evaluation of closed forms. The formulas stand in closed.h.
 *
 * A person who transmits is a *giver*: a founder of whom nothing else is known, one
 * known genotype, or a symmetric table S over ordered genotypes. Whatever he is, the
 * message of a product of factors ½ (h_i + h_j) is the vector u over the allele that he
 * gives to one more child, and the total without that child.
 *
 * A couple is a list of phases, each with a weight, the alleles (a *set*, with
 * repetitions) that the father gave to the children, and those of the mother. */
#include "kinship/closed.h"

#include <string.h>

enum { ANY = -1, MOST_SET = 8, MOST_PHASES = 64 };

/* Columns transmitted: an allele, or n + allele for "another one"; ascending. */
typedef struct set {
  int32_t n;
  int32_t id[MOST_SET];
} set;

typedef struct phase {
  double weight;
  set given[2]; /* by HW_FROM_… */
} phase;

typedef struct phases {
  int32_t n;
  phase list[MOST_PHASES];
} phases;

typedef enum giver_kind { FOUNDER, POINT, DENSE } giver_kind;

typedef struct giver {
  giver_kind kind;
  int from;        /* HW_FROM_… */
  int32_t i, j;    /* POINT */
  double weight;   /* POINT */
  const double *s; /* DENSE: n rows of n8 */
} giver;

typedef struct message {
  const double *u; /* n8 */
  double total;
} message;

typedef struct evaluation {
  const hwp_closed_task *task;
  const hwp_closed *tree;
  const hwp_closed_marker *marker;
  int32_t n, n8;
  bool no_memory, too_many; /* either ends it */
} evaluation;

/* Zeroed rows of n8. */
static double *new_rows(evaluation *self, int32_t count) {
  double *rows =
      hw_arena_alloc_array(self->task->scratch, (size_t)count * (size_t)self->n8, sizeof *rows);
  if (rows == NULL) self->no_memory = true;
  return rows;
}

static const double *half_row(const evaluation *self, int from, int32_t id) {
  return self->marker->half[from] + (int64_t)id * self->n8;
}

static const hw_observation *seen(const evaluation *self, int16_t person) {
  const int16_t profile = self->tree->profile[person];
  return profile < 0 ? NULL : &self->task->observation[profile];
}

static bool is_parent(const hwp_closed_couple *couple, int16_t person) {
  return couple->father == person || couple->mother == person;
}

/* ---- messages -------------------------------------------------------------- */

/* row[j] ·= Π_k (h_k[i] + h_k[j]) */
static void multiply_row(const evaluation *self, int32_t n_factors, const double *const *factors,
                         int32_t i, double *row) {
  const int32_t n8 = self->n8;
  for (int32_t k = 0; k < n_factors; k++) {
    const double *h = factors[k], here = h[i];
    for (int32_t j = 0; j < n8; j++) row[j] *= here + h[j];
  }
}

/* The message of a giver for factors h_k (already halved) into u; returns the total. */
static double give(evaluation *self, const giver *who, int32_t n_factors,
                   const double *const *factors, double *u) {
  const int32_t n = self->n, n8 = self->n8;
  const double *rows = self->marker->row[who->from];
  double total = 0.0;
  if (who->kind == POINT) {
    const double *row_i = rows + (int64_t)who->i * n8, *row_j = rows + (int64_t)who->j * n8;
    total = who->weight;
    for (int32_t k = 0; k < n_factors; k++) total *= factors[k][who->i] + factors[k][who->j];
    const double half = 0.5 * total;
    for (int32_t x = 0; x < n8; x++) u[x] = half * (row_i[x] + row_j[x]);
    return total;
  }
  double sums[HWP_CLOSED_ALLELES] = {0.0}, row[HWP_CLOSED_ALLELES];
  const double *p = self->marker->p;
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n8; j++)
      row[j] = who->kind == FOUNDER ? p[i] : who->s[(int64_t)i * n8 + j];
    multiply_row(self, n_factors, factors, i, row);
    for (int32_t j = 0; j < n8; j++) sums[j] += row[j];
  }
  for (int32_t j = 0; j < n8 && who->kind == FOUNDER; j++) sums[j] *= p[j];
  for (int32_t j = 0; j < n; j++) total += sums[j];
  self->task->rows->scaled(n8, u, n, sums, 1, rows, n8);
  return total;
}

static int32_t factors_of(const evaluation *self, int from, const set *given,
                          const double **factors) {
  for (int32_t k = 0; k < given->n; k++) factors[k] = half_row(self, from, given->id[k]);
  return given->n;
}

/* Key of a founder's message. Ids are below 2 · HWP_CLOSED_ALLELES. */
static void message_key(const evaluation *self, int from, const set *given, hwp_key *key) {
  const bool is_same = self->marker->row[0] == self->marker->row[1];
  key->n = 1;
  key->word[0] = self->task->marker_number << 1 | (is_same ? 0U : (uint32_t)from);
  for (int32_t k = 0; k < given->n; k += 2)
    key->word[key->n++] =
        (uint32_t)given->id[k] | (k + 1 < given->n ? (uint32_t)given->id[k + 1] : 0xffffU) << 16;
  hwp_key_finish(key);
}

/* The message of a giver for a set of alleles. */
static message give_set(evaluation *self, const giver *who, const set *given) {
  const double *factors[MOST_SET];
  double *u = NULL;
  message out = {NULL, 0.0};
  if (who->kind == FOUNDER) {
    hwp_key key;
    message_key(self, who->from, given, &key);
    u = hwp_memory_find(self->task->memory, &key);
    if (u != NULL) return (message){u, u[self->n8]};
    u = hwp_memory_add(self->task->memory, &key, (size_t)self->n8 + 1);
  }
  const bool is_kept = u != NULL;
  if (u == NULL) u = new_rows(self, 1);
  if (u == NULL) return out;
  out.total = give(self, who, factors_of(self, who->from, given, factors), factors, u);
  out.u = u;
  if (is_kept) u[self->n8] = out.total;
  return out;
}

/* ---- children -------------------------------------------------------------- */

/* A child's options: what the mother and what the father gave, by HW_FROM_…. */
typedef struct options {
  int32_t n;
  int32_t given[2][2]; /* [option][from] */
} options;

static options options_of(const evaluation *self, const hw_observation *obs) {
  if (obs->b == HW_ALLELE_NONE) return (options){2, {{ANY, obs->a}, {obs->a, self->n + obs->a}}};
  if (obs->a == obs->b) return (options){1, {{obs->a, obs->a}}};
  return (options){2, {{obs->b, obs->a}, {obs->a, obs->b}}};
}

static bool same_observation(const hw_observation *a, const hw_observation *b) {
  return a->a == b->a && a->b == b->b;
}

static void insert(set *self, int32_t id, int32_t times) {
  if (id == ANY) return;
  for (int32_t t = 0; t < times; t++) {
    int32_t at = self->n++;
    for (; at > 0 && self->id[at - 1] > id; at--) self->id[at] = self->id[at - 1];
    self->id[at] = id;
  }
}

/* Every phase, for `alike` children with these options: `first` of them have the first. */
static void extend(evaluation *self, phases *list, const options *child, int32_t alike) {
  static const double binomial[8][8] = {{1},
                                        {1, 1},
                                        {1, 2, 1},
                                        {1, 3, 3, 1},
                                        {1, 4, 6, 4, 1},
                                        {1, 5, 10, 10, 5, 1},
                                        {1, 6, 15, 20, 15, 6, 1},
                                        {1, 7, 21, 35, 35, 21, 7, 1}};
  const int32_t n_old = list->n, n_ways = child->n == 1 ? 1 : alike + 1;
  if (n_old * n_ways > MOST_PHASES) {
    self->too_many = true;
    return;
  }
  for (int32_t way = n_ways - 1; way >= 0; way--) {
    const int32_t second = child->n == 1 ? 0 : way, first = alike - second;
    for (int32_t i = 0; i < n_old; i++) {
      phase *to = &list->list[way * n_old + i];
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

/* Phases of the children of a couple, one left out (−1 = none). */
static void list_phases(evaluation *self, const hwp_closed_couple *couple, int16_t left_out,
                        phases *out) {
  out->n = 1;
  out->list[0] = (phase){.weight = 1.0};
  for (int32_t k = 0; k < couple->n_kids && !self->too_many;) {
    int32_t alike = 0, next = k;
    const hw_observation *obs = couple->kids[k] == left_out ? NULL : seen(self, couple->kids[k]);
    for (; obs != NULL && next < couple->n_kids && couple->kids[next] != left_out &&
           same_observation(obs, seen(self, couple->kids[next]));
         next++)
      alike++;
    if (obs != NULL) {
      const options child = options_of(self, obs);
      extend(self, out, &child, alike);
    }
    k = obs != NULL ? next : k + 1;
  }
}

/* T_id of a known genotype. */
static double transmits(const evaluation *self, const giver *known, int32_t id) {
  if (id == ANY) return 1.0;
  const double *h = half_row(self, known->from, id);
  return h[known->i] + h[known->j];
}

/* With one parent known, each child is one factor on the other. Returns their number. */
static int32_t child_factors(evaluation *self, const hwp_closed_couple *couple, int16_t left_out,
                             const giver *known, const double **factors) {
  const int other = known->from == HW_FROM_FATHER ? HW_FROM_MOTHER : HW_FROM_FATHER;
  int32_t n = 0;
  for (int32_t k = 0; k < couple->n_kids; k++) {
    if (couple->kids[k] == left_out) continue;
    const options child = options_of(self, seen(self, couple->kids[k]));
    double *h = new_rows(self, 1);
    if (h == NULL) return 0;
    for (int32_t o = 0; o < child.n; o++) {
      const double weight = transmits(self, known, child.given[o][known->from]);
      const int32_t id = child.given[o][other];
      const double *column = id == ANY ? NULL : half_row(self, other, id);
      for (int32_t i = 0; i < self->n; i++) h[i] += weight * (column != NULL ? column[i] : 0.5);
    }
    factors[n++] = h;
  }
  return n;
}

/* ---- persons and couples --------------------------------------------------- */

static giver giver_of(evaluation *self, int16_t person, int32_t couple);

/* A couple as seen by the child that was left out: Σ_r u_r(x) v_r(y). */
typedef struct products {
  int32_t n;
  double *u, *v; /* n rows of n8; u from the father */
} products;

static void add_product(evaluation *self, products *out, double weight, const double *u,
                        const double *v) {
  double *to_u = out->u + (int64_t)out->n * self->n8, *to_v = out->v + (int64_t)out->n * self->n8;
  for (int32_t x = 0; x < self->n8; x++) to_u[x] = weight * u[x];
  memcpy(to_v, v, sizeof *v * (size_t)self->n8);
  out->n++;
}

static void room_for(evaluation *self, products *out, int32_t n) {
  out->n = 0;
  out->u = new_rows(self, n);
  out->v = new_rows(self, n);
}

/* What children tell who have children of their own: each a number, as they are known. */
static double known_children(evaluation *self, int32_t couple, int16_t left_out);

static void one_known(evaluation *self, int32_t couple, int16_t child, const giver *father,
                      const giver *mother, products *out) {
  const bool by_mother = mother->kind == POINT;
  const giver *known = by_mother ? mother : father, *other = by_mother ? father : mother;
  const double *factors[HWP_CLOSED_KIDS];
  const int32_t n = child_factors(self, &self->tree->couples[couple], child, known, factors);
  room_for(self, out, 1);
  double *from_known = new_rows(self, 1), *from_other = new_rows(self, 1);
  if (self->no_memory || from_known == NULL || from_other == NULL) return;
  (void)give(self, known, 0, NULL, from_known);
  if (n == 0 && other->kind == FOUNDER) {
    const message m = give_set(self, other, &(set){0});
    if (m.u == NULL) return;
    memcpy(from_other, m.u, sizeof *from_other * (size_t)self->n8);
  } else {
    (void)give(self, other, n, factors, from_other);
  }
  add_product(self, out, known_children(self, couple, child), by_mother ? from_other : from_known,
              by_mother ? from_known : from_other);
}

/* A set that was met before in the list has the message of then. */
static message give_once(evaluation *self, const giver *who, const phases *list, int32_t at,
                         message *given) {
  const set *wanted = &list->list[at].given[who->from];
  for (int32_t i = 0; i < at && who->kind == DENSE; i++) {
    const set *other = &list->list[i].given[who->from];
    if (other->n == wanted->n &&
        memcmp(other->id, wanted->id, sizeof other->id[0] * (size_t)wanted->n) == 0)
      return given[at] = given[i];
  }
  return given[at] = give_set(self, who, wanted);
}

static void none_known(evaluation *self, int32_t couple, int16_t child, const giver *father,
                       const giver *mother, products *out) {
  phases list;
  message given[2][MOST_PHASES];
  list_phases(self, &self->tree->couples[couple], child, &list);
  if (self->too_many) return;
  room_for(self, out, list.n);
  const double weight = known_children(self, couple, child);
  for (int32_t r = 0; r < list.n && !self->no_memory; r++) {
    const message u = give_once(self, father, &list, r, given[HW_FROM_FATHER]);
    const message v = give_once(self, mother, &list, r, given[HW_FROM_MOTHER]);
    if (u.u == NULL || v.u == NULL) return;
    add_product(self, out, weight * list.list[r].weight, u.u, v.u);
  }
}

/* All that is known beyond the parents of a child, as products over its two alleles. */
static void look_up(evaluation *self, int16_t child, products *out) {
  const int32_t couple = self->tree->up[child];
  const giver father = giver_of(self, self->tree->couples[couple].father, couple);
  const giver mother = giver_of(self, self->tree->couples[couple].mother, couple);
  out->n = 0;
  if (self->no_memory || self->too_many) return;
  if (father.kind == POINT || mother.kind == POINT)
    one_known(self, couple, child, &father, &mother, out);
  else
    none_known(self, couple, child, &father, &mother, out);
}

/* ---- looking down ---------------------------------------------------------- */

/* What a couple's children tell of one of the parents: Σ_r coefficient · Π_k (h_i + h_j). */
typedef struct sum_of_factors {
  int32_t n;
  double coefficient[MOST_PHASES];
  int32_t n_factors[MOST_PHASES];
  const double *factors[MOST_PHASES][MOST_SET];
} sum_of_factors;

static void look_down(evaluation *self, int32_t couple, int16_t person, sum_of_factors *out) {
  const hwp_closed_couple *c = &self->tree->couples[couple];
  const int from = c->father == person ? HW_FROM_FATHER : HW_FROM_MOTHER;
  const giver mate = giver_of(self, c->father == person ? c->mother : c->father, couple);
  const double weight = known_children(self, couple, -1);
  out->n = 0;
  if (self->no_memory || self->too_many) return;
  if (mate.kind == POINT) {
    out->coefficient[0] = weight * mate.weight;
    out->n_factors[0] = child_factors(self, c, -1, &mate, out->factors[0]);
    out->n = 1;
    return;
  }
  phases list;
  message given[MOST_PHASES];
  list_phases(self, c, -1, &list);
  for (int32_t r = 0; r < list.n && !self->too_many && !self->no_memory; r++) {
    const message m = give_once(self, &mate, &list, r, given);
    out->coefficient[r] = weight * list.list[r].weight * m.total;
    out->n_factors[r] = factors_of(self, from, &list.list[r].given[from], out->factors[r]);
    out->n++;
  }
}

static double look_down_at(evaluation *self, int32_t couple, int16_t person, int32_t i, int32_t j) {
  sum_of_factors below;
  double sum = 0.0;
  look_down(self, couple, person, &below);
  for (int32_t r = 0; r < below.n; r++) {
    double product = below.coefficient[r];
    for (int32_t k = 0; k < below.n_factors[r]; k++)
      product *= below.factors[r][k][i] + below.factors[r][k][j];
    sum += product;
  }
  return sum;
}

/* s(i, j) ·= what the couple's children tell of the person's genotype. */
static void multiply_below(evaluation *self, int32_t couple, int16_t person, double *s) {
  sum_of_factors below;
  double row[HWP_CLOSED_ALLELES], sums[HWP_CLOSED_ALLELES];
  look_down(self, couple, person, &below);
  for (int32_t i = 0; i < self->n; i++) {
    memset(sums, 0, sizeof *sums * (size_t)self->n8);
    for (int32_t r = 0; r < below.n; r++) {
      for (int32_t j = 0; j < self->n8; j++) row[j] = below.coefficient[r];
      multiply_row(self, below.n_factors[r], below.factors[r], i, row);
      for (int32_t j = 0; j < self->n8; j++) sums[j] += row[j];
    }
    for (int32_t j = 0; j < self->n8; j++) s[(int64_t)i * self->n8 + j] *= sums[j];
  }
}

static double known_children(evaluation *self, int32_t couple, int16_t left_out) {
  const hwp_closed *tree = self->tree;
  double product = 1.0;
  for (int32_t k = 0; k < tree->couples[couple].n_kids; k++) {
    const int16_t child = tree->couples[couple].kids[k];
    const hw_observation *obs = child == left_out ? NULL : seen(self, child);
    for (int32_t c = 0; c < tree->n_couples && obs != NULL; c++) {
      if (!is_parent(&tree->couples[c], child)) continue;
      if (obs->b == HW_ALLELE_NONE)
        self->too_many = true; /* a child of whom not everything is known */
      else
        product *= look_down_at(self, c, child, obs->a, obs->b);
    }
  }
  return product;
}

/* ---- givers ---------------------------------------------------------------- */

static bool has_other_couple(const hwp_closed *tree, int16_t person, int32_t couple) {
  for (int32_t c = 0; c < tree->n_couples; c++)
    if (c != couple && is_parent(&tree->couples[c], person)) return true;
  return false;
}

/* P(ordered or reversed genotype a/b) from above. */
static double prior_at(evaluation *self, int16_t person, int32_t a, int32_t b) {
  if (self->tree->up[person] < 0)
    return (a == b ? 1.0 : 2.0) * self->marker->p[a] * self->marker->p[b];
  products above;
  double sum = 0.0;
  look_up(self, person, &above);
  for (int32_t r = 0; r < above.n; r++) {
    const double *u = above.u + (int64_t)r * self->n8, *v = above.v + (int64_t)r * self->n8;
    sum += a == b ? u[a] * v[b] : u[a] * v[b] + u[b] * v[a];
  }
  return sum;
}

/* The same for all ordered genotypes, symmetric. */
static void fill_prior(evaluation *self, int16_t person, double *s) {
  const int32_t n = self->n, n8 = self->n8;
  if (self->tree->up[person] < 0) {
    for (int32_t i = 0; i < n; i++)
      for (int32_t j = 0; j < n; j++)
        s[(int64_t)i * n8 + j] = self->marker->p[i] * self->marker->p[j];
    return;
  }
  products above;
  look_up(self, person, &above);
  for (int32_t r = 0; r < above.n; r++) {
    const double *u = above.u + (int64_t)r * n8, *v = above.v + (int64_t)r * n8;
    for (int32_t i = 0; i < n; i++) {
      const double half_u = 0.5 * u[i], half_v = 0.5 * v[i];
      for (int32_t j = 0; j < n8; j++) s[(int64_t)i * n8 + j] += half_u * v[j] + half_v * u[j];
    }
  }
}

static void keep_carriers(const evaluation *self, hw_allele a, double *s) {
  for (int32_t i = 0; i < self->n; i++)
    for (int32_t j = 0; j < self->n; j++)
      if (i != a && j != a) s[(int64_t)i * self->n8 + j] = 0.0;
}

/* A person as a parent in a couple: everything known that is not below this couple. */
static giver giver_of(evaluation *self, int16_t person, int32_t couple) {
  const hwp_closed *tree = self->tree;
  const hw_observation *obs = seen(self, person);
  giver out = {.kind = FOUNDER,
               .from = tree->couples[couple].father == person ? HW_FROM_FATHER : HW_FROM_MOTHER};
  const bool is_known = obs != NULL && obs->b != HW_ALLELE_NONE;
  if (obs == NULL && tree->up[person] < 0 && !has_other_couple(tree, person, couple)) return out;
  double *s = NULL;
  if (is_known) {
    out = (giver){.kind = POINT, .from = out.from, .i = obs->a, .j = obs->b};
    out.weight = prior_at(self, person, obs->a, obs->b);
  } else {
    out.kind = DENSE;
    out.s = s = new_rows(self, self->n);
    if (s == NULL) return out;
    fill_prior(self, person, s);
    if (obs != NULL) keep_carriers(self, obs->a, s);
  }
  for (int32_t c = 0; c < tree->n_couples; c++) {
    if (c == couple || !is_parent(&tree->couples[c], person)) continue;
    if (self->no_memory || self->too_many) break;
    if (is_known)
      out.weight *= look_down_at(self, c, person, obs->a, obs->b);
    else
      multiply_below(self, c, person, s);
  }
  return out;
}

/* ---- the missing person ---------------------------------------------------- */

/* Row b of the triangle, a ≤ b: Σ_r (v_b u_a + u_b v_a), half of it on the diagonal. Each row
 * is written in whole registers; the next one overwrites what is too much. */
static void fill_triangle(evaluation *self, const products *above, double *joint) {
  const int32_t n8 = self->n8;
  const size_t side = (size_t)above->n * (size_t)n8;
  double *left = new_rows(self, 2 * above->n), *right = new_rows(self, 2 * above->n);
  if (self->no_memory) return;
  memcpy(left, above->v, sizeof *left * side);
  memcpy(left + side, above->u, sizeof *left * side);
  memcpy(right, above->u, sizeof *right * side);
  memcpy(right + side, above->v, sizeof *right * side);
  for (int32_t b = 0; b < self->n; b++) {
    double *row = joint + (int64_t)b * (b + 1) / 2;
    self->task->rows->scaled((b + 8) / 8 * 8, row, 2 * above->n, left + b, n8, right, n8);
    row[b] *= 0.5;
  }
}

static void multiply_children(evaluation *self, int32_t couple, double *joint) {
  double *s = new_rows(self, self->n);
  if (s == NULL) return;
  for (int64_t i = 0; i < (int64_t)self->n * self->n8; i++) s[i] = 1.0;
  multiply_below(self, couple, 0, s);
  for (int32_t b = 0; b < self->n; b++)
    for (int32_t a = 0; a <= b; a++)
      joint[(int64_t)b * (b + 1) / 2 + a] *= s[(int64_t)b * self->n8 + a];
}

hw_status hwp_closed_run(const hwp_closed_task *task, double *joint, bool *is_done) {
  evaluation self = {.task = task,
                     .tree = task->closed,
                     .marker = task->marker,
                     .n = task->marker->n,
                     .n8 = task->marker->n8};
  const size_t n_genotypes = (size_t)self.n * ((size_t)self.n + 1) / 2;
  if (self.tree->up[0] >= 0) {
    products above;
    look_up(&self, 0, &above);
    if (!self.no_memory && !self.too_many) fill_triangle(&self, &above, joint);
  } else {
    memcpy(joint, task->marker->population, sizeof *joint * n_genotypes);
  }
  for (int32_t c = 0; c < self.tree->n_couples && !self.no_memory && !self.too_many; c++)
    if (is_parent(&self.tree->couples[c], 0)) multiply_children(&self, c, joint);
  *is_done = !self.too_many;
  return self.no_memory ? HW_E_NO_MEMORY : HW_OK;
}
