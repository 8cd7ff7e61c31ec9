/* Exhaustive enumeration, see brute.h.
 *
 * Words. A *person* is an entry of the pedigree; an *individual* is a person, or
 * a group of identical twins, or the unrecorded parent of someone who has only
 * one recorded parent. Individuals are numbered so that parents come before
 * their children; founders have no parents.
 *
 * The enumeration is depth first: individual 0 takes each of its genotypes in
 * turn, for each of them individual 1 takes each of its genotypes, and so on. A
 * branch whose probability is already zero is left, which changes no sum. The
 * order of the individuals (children as soon as both parents are there) changes
 * no sum either, only how early a branch dies.
 *
 * Chromosome X: a male carries only the allele of his mother. He passes it on to
 * every daughter as it is, up to mutation; the father's side of a son is empty.
 *
 * Sources: Balding & Nichols 1994 (urn); Lange 2002, ch. 7 (likelihood of a
 * pedigree); Lander & Green 1987 (inheritance vectors).
 */
#include "brute.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FROM_FATHER = 0, FROM_MOTHER = 1 };

/* No person, no individual, no meiosis. */
#define NOBODY ((int32_t)-1)

typedef struct individual {
  int32_t parent[2];  /* individuals; NOBODY twice for a founder */
  int32_t meiosis[2]; /* number of the meiosis that filled this side, if it had a choice */
  hw_sex sex;
} individual;

typedef struct world {
  const hw_problem *problem;
  const hw_marker *marker;
  bool is_x;
  int32_t n;          /* individuals */
  individual *who;    /* n */
  int32_t *of_person; /* individual of each person */
  int32_t n_meioses;
  double *seen;             /* [i][x·n_alleles + y]: P(all observations of i | x, y) */
  hw_allele (*genotype)[2]; /* the world: [i][FROM_FATHER], [i][FROM_MOTHER] */
  int32_t *urn;             /* copies of each allele drawn so far */
  int32_t n_drawn;
  const hw_allele *query_genotype; /* the only genotype that `query` may have, or NULL */
  int32_t query;
  bool has_vector; /* meioses are decided by `vector`, not averaged over */
  uint32_t vector; /* bit m: meiosis m passed on the allele of the grandmother */
  int64_t *budget;
} world;

/* ------------------------------------------------------------ observations */

/* P(genotype a/b is read | x/y) when reading makes no mistake. */
static double read_genotype(hw_allele silent, hw_allele a, hw_allele b, hw_allele x, hw_allele y) {
  if (b == HW_ALLELE_NONE) return x == a || y == a ? 1.0 : 0.0;
  if (x == silent && y == silent) return 0.0;
  if (x == silent) x = y;
  if (y == silent) y = x;
  return (x == a && y == b) || (x == b && y == a) ? 1.0 : 0.0;
}

static double observe_genotype(const hw_marker *marker, const hw_observation *obs, double error,
                               hw_allele x, hw_allele y) {
  const double right = read_genotype(marker->silent, obs->a, obs->b, x, y);
  double by_chance = 0.0;
  for (hw_allele i = 0; i < marker->n_alleles; i++)
    for (hw_allele j = 0; j < marker->n_alleles; j++)
      by_chance += marker->frequencies[i] * marker->frequencies[j] *
                   read_genotype(marker->silent, obs->a, obs->b, i, j);
  return (1.0 - error) * right + error * by_chance;
}

static double observe_set(const hw_marker *marker, const hw_observation *obs,
                          const hw_profile *profile, hw_allele x, hw_allele y) {
  double probability = 1.0;
  for (hw_allele z = 0; z < marker->n_alleles; z++) {
    if (z == marker->silent) continue;
    /* P(not seen) is (1 − c·p)·dᵏ; the complement is written without the subtraction that would
     * lose the digits of a rare drop-in. */
    const double by_drop_in = profile->drop_in * marker->frequencies[z];
    double all_copies_lost = 1.0;
    if (x == z) all_copies_lost *= profile->dropout;
    if (y == z) all_copies_lost *= profile->dropout;
    bool is_seen = false;
    for (int32_t k = 0; k < obs->n_seen; k++) is_seen = is_seen || obs->seen[k] == z;
    probability *= is_seen ? (1.0 - all_copies_lost) + all_copies_lost * by_drop_in
                           : (1.0 - by_drop_in) * all_copies_lost;
  }
  return probability;
}

double brute_observation(const hw_marker *marker, const hw_observation *obs,
                         const hw_profile *profile, hw_allele x, hw_allele y) {
  const double error = profile->typing_error;
  switch (obs->kind) {
    case HW_OBS_MISSING:
      return 1.0;
    case HW_OBS_SINGLE:
      return (1.0 - error) * (y == obs->a ? 1.0 : 0.0) + error * marker->frequencies[obs->a];
    case HW_OBS_GENOTYPE:
      return observe_genotype(marker, obs, error, x, y);
    case HW_OBS_SET:
      return observe_set(marker, obs, profile, x, y);
  }
  return 0.0;
}

/* -------------------------------------------------------------- individuals */

static int32_t first_twin(const hw_pedigree *pedigree, int32_t person) {
  while (pedigree->persons[person].twin != HW_PERSON_NONE) person = pedigree->persons[person].twin;
  return person;
}

/* Recorded parents of the twin group of `first`; a twin without parents has those of the others. */
static void parents_of_group(const hw_pedigree *pedigree, int32_t first, int32_t parent[2]) {
  parent[FROM_FATHER] = parent[FROM_MOTHER] = NOBODY;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    if (first_twin(pedigree, i) != first) continue;
    const hw_person *p = &pedigree->persons[i];
    if (p->father != HW_PERSON_NONE) parent[FROM_FATHER] = first_twin(pedigree, p->father);
    if (p->mother != HW_PERSON_NONE) parent[FROM_MOTHER] = first_twin(pedigree, p->mother);
  }
}

static int32_t append_individual(world *w, int32_t father, int32_t mother, hw_sex sex) {
  w->who[w->n] = (individual){.parent = {father, mother}, .meiosis = {NOBODY, NOBODY}, .sex = sex};
  return w->n++;
}

/* Gives the group of `first` its number if its parents have theirs. */
static bool try_place(world *w, int32_t first) {
  const hw_pedigree *pedigree = w->problem->pedigree;
  int32_t parent[2];
  parents_of_group(pedigree, first, parent);
  for (int side = 0; side < 2; side++)
    if (parent[side] != NOBODY && w->of_person[parent[side]] == NOBODY) return false;
  const bool is_founder = parent[0] == NOBODY && parent[1] == NOBODY;
  int32_t number[2] = {NOBODY, NOBODY};
  for (int side = 0; side < 2 && !is_founder; side++)
    number[side] =
        parent[side] != NOBODY
            ? w->of_person[parent[side]]
            : append_individual(w, NOBODY, NOBODY, side == FROM_FATHER ? HW_MALE : HW_FEMALE);
  w->of_person[first] = append_individual(w, number[0], number[1], pedigree->persons[first].sex);
  return true;
}

/* Numbers the individuals: children as soon as possible, founders as late as possible. */
static void place_everybody(world *w) {
  const hw_pedigree *pedigree = w->problem->pedigree;
  for (int32_t i = 0; i < pedigree->n_persons; i++) w->of_person[i] = NOBODY;
  for (bool placed = true; placed;) {
    placed = false;
    for (int pass = 0; pass < 2 && !placed; pass++)
      for (int32_t i = 0; i < pedigree->n_persons && !placed; i++) {
        int32_t parent[2];
        if (first_twin(pedigree, i) != i || w->of_person[i] != NOBODY) continue;
        parents_of_group(pedigree, i, parent);
        const bool is_founder = parent[0] == NOBODY && parent[1] == NOBODY;
        if (is_founder == (pass == 1)) placed = try_place(w, i);
      }
  }
  for (int32_t i = 0; i < pedigree->n_persons; i++)
    w->of_person[i] = w->of_person[first_twin(pedigree, i)];
}

static bool has_single(const world *w, int32_t i) {
  return w->is_x && w->who[i].sex == HW_MALE;
}

/* Numbers the meioses in which the parent had two alleles to choose from. */
static void number_meioses(world *w) {
  for (int32_t i = 0; i < w->n; i++)
    for (int side = 0; side < 2; side++) {
      const int32_t parent = w->who[i].parent[side];
      if (parent == NOBODY || has_single(w, parent)) continue;
      w->who[i].meiosis[side] = w->n_meioses++;
    }
}

/* ------------------------------------------------------------ one world set up */

static void *allocate(size_t count, size_t size) {
  void *p = calloc(count ? count : 1, size);
  if (p == NULL) abort(); /* a test without memory has no other answer */
  return p;
}

static void weigh_observations(world *w, int32_t marker_index) {
  const hw_problem *problem = w->problem;
  const size_t n = (size_t)w->marker->n_alleles;
  w->seen = allocate((size_t)w->n * n * n, sizeof *w->seen);
  for (size_t k = 0; k < (size_t)w->n * n * n; k++) w->seen[k] = 1.0;
  for (int32_t k = 0; k < problem->n_profiles; k++) {
    const int32_t i = w->of_person[problem->profile_person[k]];
    const hw_observation *obs = &problem->profiles[k].observations[marker_index];
    for (hw_allele x = 0; x < w->marker->n_alleles; x++)
      for (hw_allele y = 0; y < w->marker->n_alleles; y++)
        w->seen[((size_t)i * n + (size_t)x) * n + (size_t)y] *= brute_observation(
            w->marker, obs, &problem->profiles[k], has_single(w, i) ? HW_ALLELE_NONE : x, y);
  }
}

static void world_clear(world *w) {
  free(w->who);
  free(w->of_person);
  free(w->seen);
  free(w->genotype);
  free(w->urn);
}

static bool world_init(world *w, const hw_problem *problem, int32_t marker, int64_t *budget) {
  const size_t n_persons = (size_t)problem->pedigree->n_persons;
  *w = (world){
      .problem = problem, .marker = &problem->markers[marker], .query = NOBODY, .budget = budget};
  w->is_x = w->marker->chromosome == HW_CHROMOSOME_X;
  w->who = allocate(2 * n_persons, sizeof *w->who); /* each person has at most one unrecorded
                                                       parent beside itself */
  w->of_person = allocate(n_persons, sizeof *w->of_person);
  place_everybody(w);
  for (int32_t i = 0; i < w->n; i++)
    if (w->is_x && w->who[i].sex == HW_UNKNOWN_SEX) return false;
  number_meioses(w);
  weigh_observations(w, marker);
  w->genotype = allocate((size_t)w->n, sizeof *w->genotype);
  w->urn = allocate((size_t)w->marker->n_alleles, sizeof *w->urn);
  return true;
}

/* ----------------------------------------------------------------- the sum */

/* P(the next founder allele is x | the alleles drawn before). */
static double draw_from_urn(world *w, hw_allele x) {
  const double theta = w->problem->theta;
  const double p = (theta * w->urn[x] + (1.0 - theta) * w->marker->frequencies[x]) /
                   (1.0 + (w->n_drawn - 1) * theta);
  w->urn[x]++;
  w->n_drawn++;
  return p;
}

static void put_back(world *w, hw_allele x) {
  w->urn[x]--;
  w->n_drawn--;
}

/* P(allele `from` leaves the parent as `to`). */
static double mutate(const world *w, int side, hw_allele from, hw_allele to) {
  const double *matrix = w->marker->matrix[side == FROM_FATHER ? HW_FROM_FATHER : HW_FROM_MOTHER];
  if (matrix == NULL) return from == to ? 1.0 : 0.0;
  return matrix[(size_t)from * (size_t)w->marker->n_alleles + (size_t)to];
}

/* P(individual i receives `allele` on this side | the genotype of that parent). */
static double receive(const world *w, int32_t i, int side, hw_allele allele) {
  const int32_t parent = w->who[i].parent[side];
  const hw_allele *of_parent = w->genotype[parent];
  if (has_single(w, parent)) return mutate(w, side, of_parent[FROM_MOTHER], allele);
  const double grandfather = mutate(w, side, of_parent[FROM_FATHER], allele);
  const double grandmother = mutate(w, side, of_parent[FROM_MOTHER], allele);
  if (!w->has_vector) return 0.5 * grandfather + 0.5 * grandmother;
  return (w->vector >> w->who[i].meiosis[side]) & 1u ? grandmother : grandfather;
}

static double sum_from(world *w, int32_t i);

/* The part of the sum in which individual i has genotype x/y and those before it the genotypes
 * that the world says. x is HW_ALLELE_NONE where i carries one allele. */
static double sum_with_genotype(world *w, int32_t i, hw_allele x, hw_allele y) {
  const size_t n = (size_t)w->marker->n_alleles;
  const hw_allele *fixed = w->query_genotype;
  if (i == w->query && (x != fixed[FROM_FATHER] || y != fixed[FROM_MOTHER])) return 0.0;
  const size_t row = x == HW_ALLELE_NONE ? 0 : (size_t)x;
  double p = w->seen[((size_t)i * n + row) * n + (size_t)y];
  if (p == 0.0) return 0.0;
  if (*w->budget <= 0) return 0.0;
  --*w->budget;
  w->genotype[i][FROM_FATHER] = x;
  w->genotype[i][FROM_MOTHER] = y;
  if (w->who[i].parent[FROM_FATHER] != NOBODY) {
    if (x != HW_ALLELE_NONE) p *= receive(w, i, FROM_FATHER, x);
    if (p > 0.0) p *= receive(w, i, FROM_MOTHER, y);
    return p > 0.0 ? p * sum_from(w, i + 1) : 0.0;
  }
  if (x != HW_ALLELE_NONE) p *= draw_from_urn(w, x);
  p *= draw_from_urn(w, y);
  if (p > 0.0) p *= sum_from(w, i + 1);
  put_back(w, y);
  if (x != HW_ALLELE_NONE) put_back(w, x);
  return p;
}

/* The sum over all genotypes of the individuals i, i+1, … */
static double sum_from(world *w, int32_t i) {
  if (i == w->n) return 1.0;
  double sum = 0.0;
  for (hw_allele y = 0; y < w->marker->n_alleles; y++) {
    if (has_single(w, i)) {
      sum += sum_with_genotype(w, i, HW_ALLELE_NONE, y);
      continue;
    }
    for (hw_allele x = 0; x < w->marker->n_alleles; x++) sum += sum_with_genotype(w, i, x, y);
  }
  return sum;
}

/* ---------------------------------------------------------------- interface */

bool brute_marker(const hw_problem *problem, int32_t marker, int64_t *budget, double *likelihood) {
  world w;
  bool done = world_init(&w, problem, marker, budget);
  if (done) *likelihood = sum_from(&w, 0);
  done = done && *budget > 0;
  world_clear(&w);
  return done;
}

bool brute_genotypes(const hw_problem *problem, int32_t marker, int32_t query, int64_t *budget,
                     double *joint) {
  world w;
  bool done = world_init(&w, problem, marker, budget);
  if (done) {
    const hw_allele n = w.marker->n_alleles;
    hw_allele genotype[2];
    w.query = w.of_person[query];
    w.query_genotype = genotype;
    const bool single = has_single(&w, w.query);
    for (hw_allele x = 0; x < (single ? 1 : n); x++)
      for (hw_allele y = 0; y < n; y++) {
        genotype[FROM_FATHER] = single ? HW_ALLELE_NONE : x;
        genotype[FROM_MOTHER] = y;
        joint[x * n + y] = sum_from(&w, 0);
      }
  }
  done = done && *budget > 0;
  world_clear(&w);
  return done;
}

/* given[v] = P(observations at the marker | inheritance vector v), for every v. */
static bool weigh_vectors(const hw_problem *problem, int32_t marker, int64_t *budget,
                          double **given, int32_t *n_meioses) {
  world w;
  *given = NULL;
  bool done = world_init(&w, problem, marker, budget) && w.n_meioses <= 20;
  if (done) {
    *n_meioses = w.n_meioses;
    w.has_vector = true;
    *given = allocate((size_t)1 << w.n_meioses, sizeof **given);
    for (uint32_t v = 0; v < 1u << w.n_meioses; v++) {
      w.vector = v;
      (*given)[v] = sum_from(&w, 0);
    }
  }
  done = done && *budget > 0;
  world_clear(&w);
  return done;
}

static int32_t count_ones(uint32_t bits) {
  int32_t n = 0;
  for (; bits; bits >>= 1) n += (int32_t)(bits & 1u);
  return n;
}

/* reached[v] ← Σ_u reached[u] · P(vector v at the next marker | u): each meiosis on its own
 * recombines between the two markers with probability r. */
static void move_along_chromosome(double *reached, int32_t n_meioses, double r) {
  const uint32_t n_vectors = 1u << n_meioses;
  double *next = allocate(n_vectors, sizeof *next);
  double step[32];
  for (int32_t d = 0; d <= n_meioses; d++) step[d] = pow(r, d) * pow(1.0 - r, n_meioses - d);
  double *by_difference = allocate(n_vectors, sizeof *by_difference);
  for (uint32_t v = 0; v < n_vectors; v++) by_difference[v] = step[count_ones(v)];
  for (uint32_t u = 0; u < n_vectors; u++)
    for (uint32_t v = 0; v < n_vectors; v++) next[v] += reached[u] * by_difference[u ^ v];
  memcpy(reached, next, n_vectors * sizeof *next);
  free(by_difference);
  free(next);
}

bool brute_linkage(const hw_problem *problem, const hw_linkage *linkage, int64_t *budget,
                   double *likelihood) {
  double *reached = NULL;
  int32_t m = 0;
  bool done = weigh_vectors(problem, linkage->markers[0], budget, &reached, &m);
  const double n_vectors = done ? ldexp(1.0, m) : 0.0;
  if (done && (double)*budget < n_vectors * n_vectors / 4.0) done = false;
  for (uint32_t v = 0; done && v < 1u << m; v++) reached[v] /= n_vectors;
  for (int32_t k = 1; done && k < linkage->n_markers; k++) {
    double *given = NULL;
    done = weigh_vectors(problem, linkage->markers[k], budget, &given, &m);
    if (done) {
      move_along_chromosome(reached, m, linkage->recombination[k - 1]);
      for (uint32_t v = 0; v < 1u << m; v++) reached[v] *= given[v];
    }
    free(given);
  }
  *likelihood = 0.0;
  for (uint32_t v = 0; done && v < 1u << m; v++) *likelihood += reached[v];
  free(reached);
  return done;
}

bool brute_likelihood(const hw_problem *problem, int64_t *budget, double *likelihood) {
  *likelihood = 1.0;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    bool is_linked = false;
    for (int32_t g = 0; g < problem->n_linkages; g++)
      for (int32_t k = 0; k < problem->linkages[g].n_markers; k++)
        is_linked = is_linked || problem->linkages[g].markers[k] == m;
    double factor = 1.0;
    if (!is_linked && !brute_marker(problem, m, budget, &factor)) return false;
    *likelihood *= factor;
  }
  for (int32_t g = 0; g < problem->n_linkages; g++) {
    double factor = 1.0;
    if (!brute_linkage(problem, &problem->linkages[g], budget, &factor)) return false;
    *likelihood *= factor;
  }
  return true;
}
