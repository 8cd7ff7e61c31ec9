/* A Markov chain over the assignments of one component, for what exact inference
 * cannot reach.
 *
 * MOVES (Metropolis et al. 1953). One of the permitted pairs (remains r, missing
 * person t) is drawn, and is proposed:
 *
 *     r stands at t                  take r away
 *     r free, t free                 place r at t
 *     r at t', t free                move r to t
 *     r free, r' at t                r takes the place of r'
 *     r at t', r' at t               exchange them (if r' may stand at t')
 *
 * Each move and its way back are drawn with the same probability, so it is
 * accepted with the ratio of the weights. Every possible assignment is reached
 * through the empty one, since what is possible stays so when somebody is taken
 * away (unless the prior forbids numbers in between; exchanges keep the number).
 *
 * STARTS are over-dispersed: empty, greedily filled with the best pairs first,
 * and filled in random orders. DIAGNOSTICS per pairing: the potential scale
 * reduction over halves of chains (Gelman & Rubin 1992, Stat. Sci. 7, 457; halves
 * as in Gelman et al. 2013, BDA3, 11.4), and the standard error by batch means
 * over all batches of all chains (Geyer 1992, Stat. Sci. 7, 473), which also sees
 * chains that disagree; effective draws are p (1 − p) / error².
 *
 * BEST VALUES are those of assignments that were seen: by the chains, and in the
 * neighbourhood of the best of them after climbing from there. They are lower
 * bounds, good in practice, without proof. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "homeward/random.h"
#include "identify/joint_chain_int.h"

enum { MOST_SEEN = 200, CLIMBS = 50, STEPS_PER_PAIR = 20 };

/* ---- states -------------------------------------------------------------------------------- */

static hw_status set_empty(chain *self, hw_err *err) {
  self->value = 0;
  self->n_placed = 0;
  for (int32_t i = 0; i < self->part->told.n_families; i++) {
    const joint_family *family = &self->joint->families[self->part->families[i]];
    for (int32_t k = 0; k < family->n_places; k++) hwp_chain_leave(self, i, k);
    for (int32_t k = 0; k < family->n_places; k++) {
      hwp_chain_enter(self, i, k, family->fixed == NULL ? -1 : family->fixed[k]);
      self->n_placed += self->placed[i][k] >= 0;
    }
    HW_TRY(hwp_chain_weigh(self, i, self->placed[i], &self->ln[i], err));
    self->value += self->ln[i];
  }
  self->value += hwp_chain_size(self->joint, self->n_placed);
  return HW_OK;
}

/* Takes every move of a sweep over the pairs that is possible and, with is_uphill, gains. While the
 * number of pairings has no weight yet, placing more is always taken. */
static hw_status sweep(chain *self, const int64_t *order, chain_move *move, bool is_uphill,
                       bool *has_moved, hw_err *err) {
  *has_moved = false;
  for (int64_t i = 0; i < self->n_pairs; i++) {
    const chain_pair *pair = &self->pairs[order[i]];
    if (!hwp_chain_make_move(self, pair, move)) continue;
    if (!is_uphill && (move->more <= 0 || move->n > 1)) continue;
    HW_TRY(hwp_chain_weigh_move(self, move, err));
    const bool was_impossible = !(self->value > IMPOSSIBLE);
    if (!(move->ln[0] > IMPOSSIBLE) || (was_impossible && move->more <= 0)) continue;
    if (!was_impossible && !(move->delta > (is_uphill ? 1e-9 : IMPOSSIBLE))) continue;
    hwp_chain_apply(self, move);
    if (was_impossible) { /* the sum was of no use: made anew */
      self->value = hwp_chain_size(self->joint, self->n_placed);
      for (int32_t f = 0; f < self->part->told.n_families; f++) self->value += self->ln[f];
    }
    *has_moved = true;
  }
  return HW_OK;
}

static int compare_doubles_of(const double *value, int64_t a, int64_t b) {
  if (value[a] != value[b]) return value[a] > value[b] ? -1 : 1;
  return a < b ? -1 : 1;
}

/* Sorts `order` by value, largest first (heap sort: no context in qsort). */
static void sort_by(const double *value, int64_t *order, int64_t n) {
  for (int64_t end = n, start = n / 2; end > 1;) {
    if (start > 0) {
      start--;
    } else {
      end--;
      const int64_t last = order[end];
      order[end] = order[0];
      order[0] = last;
    }
    int64_t root = start;
    for (int64_t child; (child = 2 * root + 1) < end; root = child) {
      if (child + 1 < end && compare_doubles_of(value, order[child], order[child + 1]) < 0) child++;
      if (compare_doubles_of(value, order[root], order[child]) >= 0) break;
      const int64_t moved = order[root];
      order[root] = order[child];
      order[child] = moved;
    }
  }
}

/* Start of a chain: empty, greedy, or filled in a random order. */
static hw_status start(chain *self, int32_t i_chain, hw_random *random, int64_t *order,
                       chain_move *move, hw_err *err) {
  bool has_moved = false;
  HW_TRY(set_empty(self, err));
  if (i_chain == 0 && self->value > IMPOSSIBLE) return HW_OK;
  for (int64_t e = 0; e < self->n_pairs; e++) order[e] = e;
  if (i_chain <= 1) {
    double *value = hw_arena_alloc_array(&self->arena, (size_t)self->n_pairs, sizeof *value);
    if (value == NULL) return HW_NO_MEMORY(err, "a Markov chain");
    for (int64_t e = 0; e < self->n_pairs; e++) {
      const chain_pair *p = &self->pairs[e];
      const joint_family *family = &self->joint->families[self->part->families[p->family]];
      const size_t at = (size_t)p->place * (size_t)family->n_candidates + (size_t)p->candidate;
      value[e] = family->ln_lr[at] + family->ln_pair[at];
    }
    sort_by(value, order, self->n_pairs);
    HW_TRY(sweep(self, order, move, self->value > IMPOSSIBLE, &has_moved, err));
    return HW_OK;
  }
  for (int64_t e = self->n_pairs - 1; e > 0; e--) {
    const int64_t other = (int64_t)hw_random_below(random, (uint64_t)e + 1), kept = order[e];
    order[e] = order[other];
    order[other] = kept;
  }
  return sweep(self, order, move, false, &has_moved, err);
}

/* ---- one chain -------------------------------------------------------------------------------- */

static hw_status walk(chain *self, int64_t n_steps, hw_random *random, chain_move *move,
                      joint_progress *progress, hw_err *err) {
  for (int64_t i = 0; i < n_steps; i++, self->step++) {
    const chain_pair *pair = &self->pairs[hw_random_below(random, (uint64_t)self->n_pairs)];
    if ((i & 0xffff) == 0) HW_TRY(hwp_joint_tell(progress, 0, err));
    if (!hwp_chain_make_move(self, pair, move)) continue;
    HW_TRY(hwp_chain_weigh_move(self, move, err));
    if (!(move->delta > IMPOSSIBLE)) continue;
    if (move->delta < 0 && !(hw_ln(1 - hw_random_double(random)) < move->delta)) continue;
    hwp_chain_note_values(self, move, self->value + move->delta);
    hwp_chain_apply(self, move);
    if (self->is_counting) hwp_chain_note_state(self);
  }
  return HW_OK;
}

static hw_status run_chain(chain *self, int32_t i_chain, int64_t n_steps, int64_t *order,
                           chain_move *move, joint_progress *progress, hw_err *err) {
  hw_random root, random;
  hw_random_init(&root, self->joint->options.seed);
  const hw_random own = hw_random_split(&root, (uint64_t)self->part->families[0]);
  random = hw_random_split(&own, (uint64_t)i_chain);
  self->is_counting = false;
  HW_TRY(start(self, i_chain, &random, order, move, err));
  if (!(self->value > IMPOSSIBLE))
    return hw_err_set(err, HW_E_VALUE,
                      "no assignment with a number of identifications that the prior permits was "
                      "found for a Markov chain to start from");
  hwp_chain_note_state(self);
  HW_TRY(walk(self, n_steps, &random, move, progress, err));
  self->is_counting = true;
  self->step = self->batch_begin = 0;
  for (int64_t e = 0; e < self->n_pairs; e++)
    if (self->since[e] >= 0) self->since[e] = 0;
  for (int32_t b = 0; b < HWP_CHAIN_BATCHES; b++) {
    self->i_half = 2 * i_chain + (b >= HWP_CHAIN_BATCHES / 2);
    HW_TRY(walk(self, n_steps / HWP_CHAIN_BATCHES, &random, move, progress, err));
    hwp_chain_end_batch(self);
  }
  self->is_counting = false;
  return HW_OK;
}

/* ---- after the chains --------------------------------------------------------------------------- */

/* Puts the state to the best that was seen. */
static hw_status set_best(chain *self, hw_err *err) {
  joint_part *part = self->part;
  HW_TRY(set_empty(self, err));
  for (int32_t i = 0; i < part->told.n_remains; i++) {
    const int32_t r = part->remains[i], t = part->seen[i];
    if (t < 0 || self->family_at[r] >= 0) continue;
    const int32_t f = self->joint->targets[t].family;
    hwp_chain_enter(self, self->slot_of[f], self->joint->targets[t].missing,
                    hwp_joint_candidate(&self->joint->families[f], r));
    self->n_placed++;
  }
  self->value = hwp_chain_size(self->joint, self->n_placed);
  for (int32_t i = 0; i < part->told.n_families; i++) {
    HW_TRY(hwp_chain_weigh(self, i, self->placed[i], &self->ln[i], err));
    self->value += self->ln[i];
  }
  return HW_OK;
}

/* Climbs from the best assignment and looks at all its neighbours. */
static hw_status climb(chain *self, int64_t *order, chain_move *move, hw_err *err) {
  joint_part *part = self->part;
  bool has_moved = true;
  HW_TRY(set_best(self, err));
  for (int64_t e = 0; e < self->n_pairs; e++) order[e] = e;
  for (int32_t i = 0; i < CLIMBS && has_moved; i++)
    HW_TRY(sweep(self, order, move, true, &has_moved, err));
  hwp_chain_note_state(self);
  HW_TRY(set_best(self, err));
  part->seen_value[0] = self->value;
  for (int32_t i = 0; i < part->told.n_families; i++) {
    joint_family *family = &self->joint->families[part->families[i]];
    for (int32_t k = 0; k < family->n_places; k++)
      hwp_chain_raise(&family->best[hwp_joint_state(family, k, self->placed[i][k])], self->value);
  }
  for (int32_t i = 0; i < part->told.n_remains; i++) {
    const int32_t r = part->remains[i];
    hwp_chain_raise(
        self->family_at[r] >= 0 ? &self->joint->some_best[r] : &self->joint->none_best[r],
        self->value);
  }
  for (int64_t e = 0; e < self->n_pairs; e++) {
    if (!hwp_chain_make_move(self, &self->pairs[e], move)) continue;
    HW_TRY(hwp_chain_weigh_move(self, move, err));
    if (!(move->delta > IMPOSSIBLE)) continue;
    hwp_chain_note_values(self, move, self->value + move->delta);
    if (part->n_seen == self->max_seen &&
        !(self->value + move->delta > part->seen_value[part->n_seen - 1]))
      continue;
    hwp_chain_apply(self, move);
    hwp_chain_note_state(self);
    HW_TRY(set_best(self, err));
  }
  return HW_OK;
}

/* Potential scale reduction from the shares of the halves. */
static double scale_reduction(const double *half, int32_t n_halves, double n) {
  double mean = 0, within = 0, between = 0;
  for (int32_t h = 0; h < n_halves; h++) {
    mean += half[h] / n_halves;
    within += half[h] * (1 - half[h]) * n / (n - 1) / n_halves;
  }
  for (int32_t h = 0; h < n_halves; h++)
    between += (half[h] - mean) * (half[h] - mean) / (n_halves - 1);
  if (!(between > 0)) return 1;
  return within > 0 ? sqrt(((n - 1) / n * within + between) / within) : HUGE_VAL;
}

static void diagnose(chain *self, double length) {
  hw_joint_component *told = &self->part->told;
  const double n = self->n_batches;
  told->r_hat = 1;
  told->error = 0;
  told->effective = n * length;
  for (int64_t e = 0; e < self->n_pairs; e++) {
    const double p = self->sum[e] / n;
    const double spread = self->square[e] / n - p * p;
    const double error = sqrt((spread > 0 ? spread : 0) / (n - 1));
    const double r_hat = scale_reduction(self->half + e * self->n_halves, self->n_halves,
                                         length * HWP_CHAIN_BATCHES / 2);
    hwp_chain_raise(&told->error, error);
    hwp_chain_raise(&told->r_hat, r_hat);
    if (error > 0 && p * (1 - p) / (error * error) < told->effective)
      told->effective = p * (1 - p) / (error * error);
  }
}

static void read_counts(chain *self) {
  hw_joint *joint = self->joint;
  joint_part *part = self->part;
  for (int32_t i = 0; i < part->told.n_families; i++) {
    joint_family *family = &joint->families[part->families[i]];
    for (int32_t k = 0; k < family->n_places; k++) {
      if (family->fixed != NULL && family->fixed[k] >= 0) {
        const int32_t r = family->candidates[family->fixed[k]];
        family->posterior[hwp_joint_state(family, k, family->fixed[k])] = joint->some[r] = 1;
      } else {
        family->posterior[hwp_joint_state(family, k, -1)] = 1;
      }
    }
  }
  for (int64_t e = 0; e < self->n_pairs; e++) {
    const chain_pair *pair = &self->pairs[e];
    joint_family *family = &joint->families[part->families[pair->family]];
    const double p = self->sum[e] / self->n_batches;
    family->posterior[hwp_joint_state(family, pair->place, pair->candidate)] = p;
    family->posterior[hwp_joint_state(family, pair->place, -1)] -= p;
    joint->some[pair->remains] += p;
  }
  for (int32_t i = 0; i < part->told.n_remains; i++) {
    const int32_t r = part->remains[i];
    joint->none[r] = joint->some[r] < 1 ? 1 - joint->some[r] : 0;
  }
  for (int32_t i = 0; i < part->told.n_families; i++) {
    joint_family *family = &joint->families[part->families[i]];
    for (int32_t k = 0; k < family->n_places; k++) {
      double *absent = &family->posterior[hwp_joint_state(family, k, -1)];
      if (*absent < 1e-12) *absent = 0; /* differences of counts */
    }
  }
}

/* ---- preparation ----------------------------------------------------------------------------------- */

static hw_status make_pairs(chain *self, hw_err *err) {
  hw_joint *joint = self->joint;
  joint_part *part = self->part;
  int64_t n = 0;
  for (int32_t i = 0; i < part->told.n_families; i++) {
    const joint_family *family = &joint->families[part->families[i]];
    n += (int64_t)family->n_places * family->n_candidates;
  }
  self->pairs = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *self->pairs);
  if (self->pairs == NULL || n > INT32_MAX) return HW_NO_MEMORY(err, "a Markov chain");
  for (int32_t i = 0; i < part->told.n_families; i++) {
    const joint_family *family = &joint->families[part->families[i]];
    const int32_t width = family->n_candidates;
    self->slot_of[part->families[i]] = i;
    self->row_of[i] = hw_arena_alloc_array(&self->arena, (size_t)family->n_places * (size_t)width,
                                           sizeof **self->row_of);
    self->placed[i] =
        hw_arena_alloc_array(&self->arena, (size_t)family->n_places, sizeof **self->placed);
    if (self->row_of[i] == NULL || self->placed[i] == NULL)
      return HW_NO_MEMORY(err, "a Markov chain");
    memset(self->placed[i], -1, (size_t)family->n_places * sizeof **self->placed);
    for (int32_t k = 0; k < family->n_places; k++)
      for (int32_t c = 0; c < width; c++) {
        const size_t at = (size_t)k * (size_t)width + (size_t)c;
        const bool is_free = (family->fixed == NULL || family->fixed[k] < 0) &&
                             joint->fixed_target[family->candidates[c]] < 0 &&
                             family->ln_pair[at] > IMPOSSIBLE && family->ln_lr[at] > IMPOSSIBLE &&
                             joint->part_of[family->candidates[c]] == family->component;
        self->row_of[i][at] = is_free ? (int32_t)self->n_pairs : -1;
        if (is_free) self->pairs[self->n_pairs++] = (chain_pair){i, k, c, family->candidates[c]};
      }
    HW_TRY(hwp_chain_make_lookup(self, family, &self->lookups[i], err));
  }
  return HW_OK;
}

static hw_status make_state(chain *self, chain_move *move, hw_err *err) {
  const hw_joint *joint = self->joint;
  const joint_part *part = self->part;
  hw_arena *arena = &self->arena;
  const size_t n_families = (size_t)part->told.n_families;
  const size_t n_remains = (size_t)joint->problem->n_remains;
  int32_t most = 1;
  for (size_t i = 0; i < n_families; i++)
    if (joint->families[part->families[i]].n_places > most)
      most = joint->families[part->families[i]].n_places;
  self->lookups = hw_arena_alloc_array(arena, n_families, sizeof *self->lookups);
  self->row_of = hw_arena_alloc_array(arena, n_families, sizeof *self->row_of);
  self->placed = hw_arena_alloc_array(arena, n_families, sizeof *self->placed);
  self->ln = hw_arena_alloc_array(arena, n_families, sizeof *self->ln);
  self->slot_of =
      hw_arena_alloc_array(arena, (size_t)joint->problem->n_families, sizeof *self->slot_of);
  self->family_at = hw_arena_alloc_array(arena, n_remains, sizeof *self->family_at);
  self->place_at = hw_arena_alloc_array(arena, n_remains, sizeof *self->place_at);
  move->placed[0] = hw_arena_alloc_array(arena, (size_t)most, sizeof *move->placed[0]);
  move->placed[1] = hw_arena_alloc_array(arena, (size_t)most, sizeof *move->placed[1]);
  if (self->lookups == NULL || self->row_of == NULL || self->placed == NULL || self->ln == NULL ||
      self->slot_of == NULL || self->family_at == NULL || self->place_at == NULL ||
      move->placed[0] == NULL || move->placed[1] == NULL)
    return HW_NO_MEMORY(err, "a Markov chain");
  memset(self->family_at, -1, n_remains * sizeof *self->family_at);
  return HW_OK;
}

/* What is counted of each pair, and room for the best that is seen. */
static hw_status make_counts(chain *self, int64_t **order, hw_err *err) {
  hw_joint *joint = self->joint;
  joint_part *part = self->part;
  hw_arena *arena = &self->arena;
  const size_t n = (size_t)self->n_pairs;
  self->n_halves = 2 * joint->options.n_chains;
  self->max_seen = joint->options.n_best + 8 < MOST_SEEN ? joint->options.n_best + 8 : MOST_SEEN;
  self->since = hw_arena_alloc_array(arena, n, sizeof *self->since);
  self->batch = hw_arena_alloc_array(arena, n, sizeof *self->batch);
  self->sum = hw_arena_alloc_array(arena, n, sizeof *self->sum);
  self->square = hw_arena_alloc_array(arena, n, sizeof *self->square);
  self->half = hw_arena_alloc_array(arena, n * (size_t)self->n_halves, sizeof *self->half);
  *order = hw_arena_alloc_array(arena, n, sizeof **order);
  self->seen_hash = hw_arena_alloc_array(arena, (size_t)self->max_seen, sizeof *self->seen_hash);
  part->seen_value =
      hw_arena_alloc_array(&joint->work, (size_t)self->max_seen, sizeof *part->seen_value);
  part->seen = hw_arena_alloc_array(
      &joint->work, (size_t)self->max_seen * (size_t)part->told.n_remains, sizeof *part->seen);
  if (self->since == NULL || self->batch == NULL || self->sum == NULL || self->square == NULL ||
      self->half == NULL || *order == NULL || self->seen_hash == NULL || part->seen_value == NULL ||
      part->seen == NULL)
    return HW_NO_MEMORY(err, "a Markov chain");
  memset(self->since, -1, n * sizeof *self->since);
  return HW_OK;
}

static hw_status run_all(chain *self, joint_progress *progress, hw_err *err) {
  const hw_joint_options *options = &self->joint->options;
  chain_move move = {0};
  int64_t *order = NULL;
  HW_TRY(make_state(self, &move, err));
  HW_TRY(make_pairs(self, err));
  HW_TRY(make_counts(self, &order, err));
  int64_t n_steps = options->chain_steps > 0 ? options->chain_steps : HWP_JOINT_CHAIN_STEPS;
  if (options->chain_steps == 0 && n_steps < STEPS_PER_PAIR * self->n_pairs)
    n_steps = STEPS_PER_PAIR * self->n_pairs;
  if (n_steps < HWP_CHAIN_BATCHES * 2) n_steps = HWP_CHAIN_BATCHES * 2;
  for (int32_t c = 0; c < options->n_chains && self->n_pairs > 0; c++)
    HW_TRY(run_chain(self, c, n_steps, order, &move, progress, err));
  if (self->n_pairs == 0) {
    HW_TRY(set_empty(self, err));
    hwp_chain_note_state(self);
    self->n_batches = 1;
  }
  HW_TRY(climb(self, order, &move, err));
  const int64_t per_batch = n_steps / HWP_CHAIN_BATCHES;
  diagnose(self, (double)per_batch);
  read_counts(self);
  return HW_OK;
}

hw_status hwp_joint_chain(hw_joint *joint, int32_t part, joint_progress *progress, hw_err *err) {
  chain self = {.joint = joint, .part = &joint->parts[part]};
  hw_arena_init(&self.arena, 0);
  hw_status status = HW_OK;
  for (int32_t i = 0; status == HW_OK && i < self.part->told.n_families; i++) {
    joint_family *family = &joint->families[self.part->families[i]];
    if (!family->is_complete && family->place == NULL)
      status = hwp_place_new(joint->problem, self.part->families[i], family->n_candidates,
                             family->candidates, &joint->options.likelihood, &family->place, err);
  }
  if (status == HW_OK) status = run_all(&self, progress, err);
  for (int32_t i = 0; i < self.part->told.n_families; i++) {
    joint_family *family = &joint->families[self.part->families[i]];
    hwp_place_delete(family->place);
    family->place = NULL;
  }
  hw_arena_clear(&self.arena);
  return status;
}
