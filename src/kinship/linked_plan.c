/* Chromosomes laid out in lanes.
 *
 * Chains of different chromosomes do not know of each other, so HW_WALK_LANES of them are walked
 * side by side. Each chromosome is cut in the middle: one chain walks forward from its first marker,
 * another back from its last, and the two states are multiplied where they meet,
 *
 *   P(all) = Σ_v P(data up to the middle, v) · P(data behind it | v)
 *
 * (Rabiner 1989: forward and backward variables); the forward chain ends with a row that mixes over
 * the interval in the middle and has no marker. So no chain is longer than half the longest
 * chromosome, and the lanes are filled evenly: the longest chain first, always into the lane that
 * has least. The plan depends on the map alone. */
#include <string.h>

#include "base/check.h"
#include "kinship/linked_lanes.h"

#define LANES HW_WALK_LANES
enum { NOBODY = -1 };

static int32_t rows_of(const hwp_chain *chain) {
  return chain->end - chain->first + !chain->is_back;
}

static void add_chromosome(hwp_plan *self, int32_t chromosome, int32_t first, int32_t end) {
  const int32_t middle = first + (end - first) / 2;
  if (middle > first)
    self->chains[self->n_chains++] =
        (hwp_chain){.chromosome = chromosome, .first = first, .end = middle};
  self->chains[self->n_chains++] =
      (hwp_chain){.chromosome = chromosome, .first = middle, .end = end, .is_back = true};
}

static void cut_chromosomes(hwp_plan *self, const hw_linked_problem *problem, bool on_x) {
  for (int32_t m = 0, end = 0; m < problem->n_markers; m = end) {
    const int32_t chromosome = problem->markers[m].chromosome;
    for (end = m + 1; end < problem->n_markers && problem->markers[end].chromosome == chromosome;)
      end++;
    if ((chromosome == HW_LINKED_CHROMOSOMES) == on_x) add_chromosome(self, chromosome, m, end);
  }
}

static void fill_lanes(hwp_plan *self) {
  bool is_placed[2 * HW_LINKED_CHROMOSOMES] = {false};
  int32_t used[LANES] = {0};
  for (int32_t i = 0; i < self->n_chains; i++) {
    int32_t next = NOBODY, lane = 0;
    for (int32_t c = 0; c < self->n_chains; c++)
      if (!is_placed[c] &&
          (next == NOBODY || rows_of(&self->chains[c]) > rows_of(&self->chains[next])))
        next = c;
    for (int32_t j = 1; j < LANES; j++)
      if (used[j] < used[lane]) lane = j;
    hwp_chain *chain = &self->chains[next];
    is_placed[next] = true;
    chain->lane = lane;
    chain->begin_row = used[lane];
    used[lane] += rows_of(chain);
    chain->end_row = used[lane];
    if (used[lane] > self->n_rows) self->n_rows = used[lane];
  }
}

static void place_markers(hwp_plan *self) {
  for (int32_t c = 0; c < self->n_chains; c++) {
    const hwp_chain *chain = &self->chains[c];
    int32_t before = NOBODY;
    for (int32_t row = chain->begin_row; row < chain->end_row; row++) {
      const int32_t i = row - chain->begin_row;
      const int32_t m = chain->is_back ? chain->end - 1 - i : chain->first + i;
      const size_t at = (size_t)row * LANES + (size_t)chain->lane;
      self->before[at] = before;
      self->marker[at] = m < chain->end ? m : NOBODY;
      before = m;
    }
  }
}

static void count_genotypes(hwp_plan *self, const hw_linked_problem *problem) {
  for (int32_t row = 0; row < self->n_rows; row++) {
    int32_t most = 1;
    for (int32_t j = 0; j < LANES; j++) {
      const int32_t m = self->marker[row * LANES + j];
      if (m < 0) continue;
      const int32_t n = (int32_t)hwp_genotypes_of(problem->markers[m].n_alleles);
      if (n > most) most = n;
    }
    self->genotypes[row + 1] = self->genotypes[row] + most;
  }
}

hw_status hwp_plan_make(const hw_linked_problem *problem, bool on_x, hwp_plan *out, hw_arena *arena,
                        hw_err *err) {
  *out = (hwp_plan){.n_chains = 0};
  cut_chromosomes(out, problem, on_x);
  fill_lanes(out);
  const size_t n = (size_t)out->n_rows * LANES;
  out->marker = hw_arena_alloc_array(arena, n, sizeof *out->marker);
  out->before = hw_arena_alloc_array(arena, n, sizeof *out->before);
  out->genotypes = hw_arena_alloc_array(arena, (size_t)out->n_rows + 1, sizeof *out->genotypes);
  if (!out->marker || !out->before || !out->genotypes) return HW_NO_MEMORY(err, "a map in lanes");
  for (size_t i = 0; i < n; i++) out->marker[i] = out->before[i] = NOBODY;
  place_markers(out);
  count_genotypes(out, problem);
  return HW_OK;
}
