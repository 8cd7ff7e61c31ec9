/* Partitions of a component that is too large to sum: a Markov chain over them.
 *
 * Metropolis–Hastings with two moves:
 *
 *   move     a node goes to the group of one of its neighbours, drawn by the weight of
 *            the link, or to a group of its own. Forward and back are the shares of its
 *            links that lead there.
 *   split,   two linked nodes i, j: if together, the rest of their group is dealt out by
 *   merge    coins between them, else their groups are joined; a coin for each of the
 *            m − 2 others makes the proposal ratio 2^(m−2) (Jain & Neal 2004, without
 *            the restricted scans)
 *
 * A sweep is one move for every node and a tenth as many splits and merges. Half of the chains
 * begin with everybody alone, half with what greedy joining gives, so that chains that
 * agree have not agreed from the start. What is kept are the partitions after sweeps;
 * every posterior is the share of kept partitions that show it.
 *
 * Diagnostics over all pairs of linked nodes: chains are halved, R-hat is the potential
 * scale reduction of Gelman & Rubin (1992) over the halves, the error is the standard
 * error that the means of the halves show, and the effective number of draws is
 * p(1 − p) / error². Chains are streams of one seed: the same answer on every machine. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/reassociate_int.h"

enum { MOST_LINKS = 128, MOST_KEPT = 1000 };

typedef struct tie {
  int32_t to;
  double weight;
} tie;

/* The weight of a group, by two sums over its nodes that no other group will have. */
typedef struct known {
  uint64_t one, two;
  double ln;
} known;
enum { N_KNOWN = 1 << 15 };

typedef struct chain {
  known *known; /* N_KNOWN places, the latest group of each */
  hw_reassociate *run;
  const hwp_component *component;
  int32_t n;
  tie *links; /* n × MOST_LINKS */
  int32_t *n_links;
  double *link_sum;
  int32_t *label, *size; /* group of each node; nodes of each group */
  double *weight;        /* of each group */
  int32_t n_groups;
  double ln; /* of the state */
  int32_t *nodes, *members, *others, *best, *scratch;
  double best_ln;
  hw_random random;
  int32_t *kept; /* n × n_kept, by node */
  int32_t n_kept, per_chain;
} chain;

static const double ALONE = 0.2; /* share of moves to a group of one's own */

static double ln_number(const chain *self, int32_t groups) {
  const hw_reassociate_options *options = &self->run->options;
  if (options->ln_number == NULL) return 0;
  return groups < options->n_numbers ? options->ln_number[groups] : -HUGE_VAL;
}

/* Scatters the bits of a number (the finaliser of splitmix64; Steele, Lea & Flood 2014). */
static uint64_t scatter(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* Weight of the group of n nodes in self->nodes. Chains come back to the same groups again and
 * again, so weights are remembered; a forgotten one is computed to the same bits. */
static double weigh(chain *self, int32_t n) {
  uint64_t one = 0, two = 0;
  if (n == 0) return 0;
  for (int32_t i = 0; i < n; i++) {
    one += scatter((uint64_t)self->nodes[i] + 0x9e3779b97f4a7c15u);
    two += scatter((uint64_t)self->nodes[i] ^ 0x5851f42d4c957f2du);
  }
  known *at = &self->known[one % N_KNOWN];
  if (at->one == one && at->two == two) return at->ln;
  const int32_t n_members = hwp_node_members(self->run, self->nodes, n, self->members);
  const double ln = hwp_group_ln(self->run, self->members, n_members);
  *at = (known){one, two, ln == -HUGE_VAL ? ln : ln + hwp_prior_ln(self->run, n_members)};
  return at->ln;
}

/* Puts the nodes of a group into self->nodes, one left out (−1 = none). @return their number */
static int32_t gather(chain *self, int32_t group, int32_t without) {
  int32_t n = 0;
  for (int32_t i = 0, left = self->size[group]; i < self->n && left > 0; i++) {
    if (self->label[i] != group) continue;
    left--;
    if (i != without) self->nodes[n++] = self->component->nodes[i];
  }
  return n;
}

static int32_t free_group(const chain *self) {
  int32_t g = 0;
  while (self->size[g] > 0) g++;
  return g;
}

static bool accepts(chain *self, double ln_ratio) {
  const double u = hw_random_double(&self->random);
  return ln_ratio >= 0 || (ln_ratio > -745 && u < hw_exp(ln_ratio));
}

static void remember_best(chain *self) {
  if (!(self->ln > self->best_ln + 1e-12)) return;
  self->best_ln = self->ln;
  memcpy(self->best, self->label, (size_t)self->n * sizeof *self->best);
}

/* --- move --- */

/* Share of a node's links that lead to a group. */
static double share_to(const chain *self, int32_t node, int32_t group) {
  double sum = 0;
  for (int32_t l = 0; l < self->n_links[node]; l++) {
    const tie *at = &self->links[(size_t)node * MOST_LINKS + (size_t)l];
    if (self->label[at->to] == group) sum += at->weight;
  }
  return (1 - ALONE) * sum / self->link_sum[node];
}

static int32_t draw_link(chain *self, int32_t node) {
  double u = hw_random_double(&self->random) * self->link_sum[node];
  int32_t l = 0;
  for (; l + 1 < self->n_links[node]; l++) {
    u -= self->links[(size_t)node * MOST_LINKS + (size_t)l].weight;
    if (u < 0) break;
  }
  return self->links[(size_t)node * MOST_LINKS + (size_t)l].to;
}

static void move(chain *self, int32_t node) {
  const int32_t from = self->label[node];
  const bool is_alone = self->size[from] == 1;
  const bool to_alone = hw_random_double(&self->random) < ALONE;
  if (to_alone && is_alone) return;
  const int32_t to = to_alone ? free_group(self) : self->label[draw_link(self, node)];
  if (to == from) return;
  const double forward = to_alone ? ALONE : share_to(self, node, to);
  const double back = is_alone ? ALONE : share_to(self, node, from);
  const int32_t after = self->n_groups + to_alone - is_alone;
  if (!(back > 0) || ln_number(self, after) == -HUGE_VAL) return;
  int32_t n = gather(self, to, -1);
  self->nodes[n++] = self->component->nodes[node];
  const double joined = weigh(self, n);
  if (joined == -HUGE_VAL) return;
  const double left = weigh(self, gather(self, from, node));
  const double change = joined + left - self->weight[from] - (to_alone ? 0 : self->weight[to]) +
                        ln_number(self, after) - ln_number(self, self->n_groups);
  if (!accepts(self, change + hw_ln(back / forward))) return;
  self->weight[to] = joined;
  self->weight[from] = left;
  self->size[to]++;
  self->size[from]--;
  self->label[node] = to;
  self->n_groups = after;
  self->ln += change;
}

/* --- split and merge --- */

static void merge(chain *self, int32_t a, int32_t b) {
  const int32_t n_a = self->size[a], n_b = self->size[b];
  if (ln_number(self, self->n_groups - 1) == -HUGE_VAL) return;
  int32_t n = gather(self, a, -1);
  for (int32_t i = 0; i < self->n; i++)
    if (self->label[i] == b) self->nodes[n++] = self->component->nodes[i];
  const double joined = weigh(self, n);
  if (joined == -HUGE_VAL) return;
  const double change = joined - self->weight[a] - self->weight[b] +
                        ln_number(self, self->n_groups - 1) - ln_number(self, self->n_groups);
  /* Back: the coins must fall as they lie now. */
  if (!accepts(self, change - (n_a + n_b - 2) * hw_ln(2))) return;
  for (int32_t i = 0; i < self->n; i++)
    if (self->label[i] == b) self->label[i] = a;
  self->size[a] = n_a + n_b;
  self->size[b] = 0;
  self->weight[a] = joined;
  self->n_groups--;
  self->ln += change;
}

static void split(chain *self, int32_t i, int32_t j) {
  const int32_t from = self->label[i], to = free_group(self), all = self->size[from];
  if (ln_number(self, self->n_groups + 1) == -HUGE_VAL) return;
  int32_t n_stay = 0, n_go = 0;
  for (int32_t k = 0; k < self->n; k++) {
    if (self->label[k] != from) continue;
    const bool goes = k == j || (k != i && hw_random_below(&self->random, 2) == 1);
    if (goes)
      self->others[n_go++] = k;
    else
      self->nodes[n_stay++] = self->component->nodes[k];
  }
  const double stay = weigh(self, n_stay);
  if (stay == -HUGE_VAL) return;
  for (int32_t k = 0; k < n_go; k++) self->nodes[k] = self->component->nodes[self->others[k]];
  const double go = weigh(self, n_go);
  if (go == -HUGE_VAL) return;
  const double change = stay + go - self->weight[from] + ln_number(self, self->n_groups + 1) -
                        ln_number(self, self->n_groups);
  if (!accepts(self, change + (all - 2) * hw_ln(2))) return;
  for (int32_t k = 0; k < n_go; k++) self->label[self->others[k]] = to;
  self->size[from] = n_stay;
  self->size[to] = n_go;
  self->weight[from] = stay;
  self->weight[to] = go;
  self->n_groups++;
  self->ln += change;
}

static void split_or_merge(chain *self) {
  const int32_t i = (int32_t)hw_random_below(&self->random, (uint64_t)self->n);
  if (self->n_links[i] == 0) return;
  const int32_t j = draw_link(self, i);
  if (self->label[i] == self->label[j])
    split(self, i, j);
  else
    merge(self, self->label[i], self->label[j]);
}

static void sweep(chain *self) {
  for (int32_t i = 0; i < self->n; i++)
    if (self->n_links[i] > 0) move(self, i);
  for (int32_t i = 0; i <= self->n / 10; i++) split_or_merge(self);
  remember_best(self);
}

/* --- a chain --- */

static void begin_alone(chain *self) {
  self->ln = 0;
  self->n_groups = self->n;
  for (int32_t i = 0; i < self->n; i++) {
    self->label[i] = i;
    self->size[i] = 1;
    self->nodes[0] = self->component->nodes[i];
    self->weight[i] = weigh(self, 1);
    self->ln += self->weight[i];
  }
  self->ln += ln_number(self, self->n);
}

/* Joins groups along links, strongest of each node first, as long as it gains. */
static void join_greedily(chain *self) {
  for (int32_t i = 0; i < self->n; i++)
    for (int32_t l = 0; l < self->n_links[i]; l++) {
      const int32_t a = self->label[i];
      const int32_t b = self->label[self->links[(size_t)i * MOST_LINKS + (size_t)l].to];
      if (a == b) continue;
      int32_t n = gather(self, a, -1);
      for (int32_t k = 0; k < self->n; k++)
        if (self->label[k] == b) self->nodes[n++] = self->component->nodes[k];
      const double joined = weigh(self, n);
      const double change = joined - self->weight[a] - self->weight[b];
      const bool is_forced = ln_number(self, self->n_groups) == -HUGE_VAL;
      if (joined == -HUGE_VAL || (!(change > 0) && !is_forced)) continue;
      for (int32_t k = 0; k < self->n; k++)
        if (self->label[k] == b) self->label[k] = a;
      self->size[a] += self->size[b];
      self->size[b] = 0;
      self->weight[a] = joined;
      self->n_groups--;
    }
  self->ln = ln_number(self, self->n_groups);
  for (int32_t g = 0; g < self->n; g++)
    if (self->size[g] > 0) self->ln += self->weight[g];
}

static hw_status run_one(chain *self, int32_t number, int64_t n_sweeps, hw_err *err) {
  hw_random root;
  hw_random_init(&root, self->run->options.seed);
  root = hw_random_split(&root, (uint64_t)self->component->nodes[0]);
  self->random = hw_random_split(&root, (uint64_t)number);
  begin_alone(self);
  if (number % 2 == 1 || self->ln == -HUGE_VAL) join_greedily(self);
  if (self->ln == -HUGE_VAL)
    return hw_err_set(err, HW_E_VALUE,
                      "no partition with a possible number of persons was found: the prior on "
                      "that number is too narrow for these bones");
  remember_best(self);
  int32_t kept = 0;
  for (int64_t s = 0; s < 2 * n_sweeps; s++) {
    sweep(self);
    /* The last sweep of each of per_chain equal parts of the second half. */
    if (s >= n_sweeps && (s - n_sweeps + 1) * self->per_chain / n_sweeps > kept) {
      const int32_t column = number * self->per_chain + kept++;
      for (int32_t i = 0; i < self->n; i++)
        self->kept[(size_t)i * (size_t)self->n_kept + (size_t)column] = self->label[i];
    }
    if (s % 64 == 0 && self->run->progress != NULL &&
        self->run->progress(self->run->progress_context,
                            (uint64_t)number * (uint64_t)(2 * n_sweeps) + (uint64_t)s,
                            (uint64_t)self->run->options.n_chains * (uint64_t)(2 * n_sweeps)))
      return hw_err_set(err, HW_E_INTERRUPTED, "re-association was stopped");
  }
  return HW_OK;
}

/* --- links --- */

static void add_link(chain *self, int32_t from, int32_t to, double ln) {
  /* Every link must be tried now and then, and no link always. */
  double weight = ln > 2.3 ? 10 : ln < -4.6 ? 0.01 : hw_exp(ln);
  tie *links = self->links + (size_t)from * MOST_LINKS;
  int32_t *n = &self->n_links[from];
  int32_t at = *n < MOST_LINKS ? (*n)++ : MOST_LINKS;
  if (at == MOST_LINKS && !(links[MOST_LINKS - 1].weight < weight)) return;
  if (at == MOST_LINKS) at--;
  for (; at > 0 && links[at - 1].weight < weight; at--) links[at] = links[at - 1];
  links[at] = (tie){to, weight};
}

static void find_links(chain *self) {
  for (int32_t i = 0; i < self->n; i++)
    for (int32_t j = i + 1; j < self->n; j++) {
      const int32_t pair[2] = {self->component->nodes[i], self->component->nodes[j]};
      const int32_t n = hwp_node_members(self->run, pair, 2, self->members);
      double ln = hwp_group_ln(self->run, self->members, n);
      if (!(ln >= hw_ln(self->run->options.ignore))) continue;
      add_link(self, i, j, ln);
      add_link(self, j, i, ln);
    }
  for (int32_t i = 0; i < self->n; i++)
    for (int32_t l = 0; l < self->n_links[i]; l++)
      self->link_sum[i] += self->links[(size_t)i * MOST_LINKS + (size_t)l].weight;
}

/* --- what the kept partitions say --- */

static bool are_together(const chain *self, int32_t i, int32_t j, int32_t column) {
  return self->kept[(size_t)i * (size_t)self->n_kept + (size_t)column] ==
         self->kept[(size_t)j * (size_t)self->n_kept + (size_t)column];
}

/* Means over the halves of the chains; the diagnostics of one pair. */
static void judge_pair(const chain *self, hwp_component *out, int32_t i, int32_t j) {
  const int32_t n_halves = 2 * self->run->options.n_chains;
  const int32_t length = self->n_kept / n_halves;
  double mean = 0, between = 0, within = 0, square = 0;
  for (int32_t h = 0; h < n_halves; h++) {
    int32_t n = 0;
    for (int32_t c = h * length; c < (h + 1) * length; c++) n += are_together(self, i, j, c);
    const double p = (double)n / length;
    mean += p / n_halves;
    square += p * p;
    within += p * (1 - p) / n_halves;
  }
  between = (square - n_halves * mean * mean) / (n_halves - 1);
  if (between < 0) between = 0;
  out->pair[i * out->n + j] = out->pair[j * out->n + i] = mean;
  out->complement[i * out->n + j] = out->complement[j * out->n + i] = 1 - mean;
  const double error = sqrt(between / n_halves);
  if (error > out->error) out->error = error;
  const double variance = within * (length - 1) / length + between;
  const double r_hat = within > 0 ? sqrt(variance / within) : between > 0 ? HUGE_VAL : 1;
  if (r_hat > out->r_hat) out->r_hat = r_hat;
  const double most = (double)n_halves * length;
  const double draws = error > 0 ? mean * (1 - mean) / (error * error) : most;
  if (draws < out->effective) out->effective = draws < most ? draws : most;
}

/* Share of the kept partitions in which all of a group of the best one, and `besides` not, are
 * together; `only`: and nobody else. */
static double share_together(const chain *self, const int32_t *label, int32_t group,
                             int32_t besides, bool only) {
  int32_t n = 0;
  for (int32_t c = 0; c < self->n_kept; c++) {
    int32_t first = -1;
    bool holds = true;
    for (int32_t i = 0; i < self->n && holds; i++)
      if (label[i] == group && i != besides) {
        if (first < 0)
          first = i;
        else
          holds = are_together(self, first, i, c);
      }
    for (int32_t i = 0; i < self->n && holds && only && first >= 0; i++)
      if (label[i] != group) holds = !are_together(self, first, i, c);
    n += holds;
  }
  return (double)n / self->n_kept;
}

static void fill_groups(const chain *self, hwp_component *out, int32_t n_groups) {
  for (int32_t g = 0; g < n_groups; g++) {
    out->group_probability[g] = share_together(self, out->best, g, -1, true);
    out->group_together[g] = share_together(self, out->best, g, -1, false);
    for (int32_t i = 0; i < out->n; i++) {
      if (out->best[i] != g) continue;
      const double others = share_together(self, out->best, g, i, false);
      out->belongs[i] = others > 0 ? out->group_together[g] / others : 0;
    }
  }
}

static hw_status finish(chain *self, hwp_component *out, hw_err *err) {
  out->r_hat = 1;
  out->effective = HUGE_VAL;
  out->error = 0;
  for (int32_t i = 0; i < self->n; i++) {
    out->pair[i * self->n + i] = 1;
    for (int32_t j = i + 1; j < self->n; j++) judge_pair(self, out, i, j);
  }
  memcpy(out->best, self->best, (size_t)self->n * sizeof *out->best);
  const int32_t n_groups = hwp_renumber(out->best, self->n, self->scratch);
  fill_groups(self, out, n_groups);
  int32_t same = 0;
  for (int32_t c = 0; c < self->n_kept; c++) {
    bool is_same = true;
    for (int32_t i = 0; i < self->n && is_same; i++)
      for (int32_t j = i + 1; j < self->n && is_same; j++)
        is_same = are_together(self, i, j, c) == (out->best[i] == out->best[j]);
    same += is_same;
  }
  out->best_posterior = (double)same / self->n_kept;
  out->n_alternatives = 1;
  out->alternatives =
      hw_arena_copy(&self->run->arena, out->best, (size_t)self->n * sizeof *out->alternatives);
  out->alternative_mass =
      hw_arena_copy(&self->run->arena, &out->best_posterior, sizeof out->best_posterior);
  return out->alternatives != NULL && out->alternative_mass != NULL
             ? HW_OK
             : HW_NO_MEMORY(err, "the best partition");
}

static hw_status allocate(chain *self, hw_arena *arena, hw_err *err) {
  const size_t n = (size_t)self->n;
  self->known = hw_arena_alloc_array(arena, N_KNOWN, sizeof *self->known);
  self->links = hw_arena_alloc_array(arena, n, MOST_LINKS * sizeof *self->links);
  self->n_links = hw_arena_alloc_array(arena, n, sizeof *self->n_links);
  self->link_sum = hw_arena_alloc_array(arena, n, sizeof *self->link_sum);
  self->label = hw_arena_alloc_array(arena, n, sizeof *self->label);
  self->size = hw_arena_alloc_array(arena, n + 1, sizeof *self->size);
  self->weight = hw_arena_alloc_array(arena, n + 1, sizeof *self->weight);
  self->nodes = hw_arena_alloc_array(arena, n + 1, sizeof *self->nodes);
  self->others = hw_arena_alloc_array(arena, n + 1, sizeof *self->others);
  self->best = hw_arena_alloc_array(arena, n, sizeof *self->best);
  self->scratch = hw_arena_alloc_array(arena, n, sizeof *self->scratch);
  self->members = hw_arena_alloc_array(arena, (size_t)self->run->n, sizeof *self->members);
  self->kept = hw_arena_alloc_array(arena, n, (size_t)self->n_kept * sizeof *self->kept);
  const bool is_full = self->known != NULL && self->links != NULL && self->n_links != NULL &&
                       self->link_sum != NULL && self->label != NULL && self->size != NULL &&
                       self->weight != NULL && self->nodes != NULL && self->others != NULL &&
                       self->best != NULL && self->scratch != NULL && self->members != NULL &&
                       self->kept != NULL;
  return is_full ? HW_OK : HW_NO_MEMORY(err, "a Markov chain over partitions");
}

/* A sweep of twice the nodes costs four times as much and more. */
static int64_t usual_sweeps(int32_t n) {
  const int64_t wanted = 40000 / n;
  return wanted > 2000 ? 2000 : wanted < 100 ? 100 : wanted;
}

hw_status hwp_chain_run(hw_reassociate *run, hwp_component *component, hw_err *err) {
  const hw_reassociate_options *options = &run->options;
  const int64_t n_sweeps =
      options->chain_sweeps > 0 ? options->chain_sweeps : usual_sweeps(component->n);
  chain self = {.run = run, .component = component, .n = component->n, .best_ln = -HUGE_VAL};
  self.per_chain = n_sweeps < MOST_KEPT ? (int32_t)(n_sweeps & ~(int64_t)1) : MOST_KEPT;
  self.n_kept = self.per_chain * options->n_chains;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_status status = allocate(&self, &arena, err);
  if (status == HW_OK) find_links(&self);
  for (int32_t c = 0; c < options->n_chains && status == HW_OK; c++) {
    memset(self.size, 0, ((size_t)self.n + 1) * sizeof *self.size);
    status = run_one(&self, c, n_sweeps, err);
  }
  component->is_chained = true;
  if (status == HW_OK) status = finish(&self, component, err);
  hw_arena_clear(&arena);
  return status;
}
