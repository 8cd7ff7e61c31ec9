/* Inheritance vectors: numbering the meioses, and the forward pass over linked
 * markers. Formulas and sources stand in inheritance.h. */
#include "kinship/inheritance.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "homeward/marker.h"
#include "kinship/emission.h"

/* Meioses that are summed explicitly. */
enum { MAX_BITS = 28 };

static bool is_single(const hwp_inheritance_task *task, int32_t i) {
  return task->x && task->family->sex[i] == HW_MALE;
}

static bool is_observed(const hwp_inheritance_task *task, int32_t i) {
  if (i == task->query) return true;
  for (int32_t m = 0; m < task->n_loci; m++)
    if (task->loci[m].lists[i].n > 0) return true;
  return false;
}

/* Individuals that are observed or have an observed descendant. */
static void mark_kept(const hwp_inheritance_task *task, bool *kept) {
  const hwp_family *family = task->family;
  for (int32_t i = 0; i < family->n; i++) kept[i] = is_observed(task, i);
  for (bool changed = true; changed;) {
    changed = false;
    for (int32_t i = 0; i < family->n; i++) {
      if (!kept[i] || family->father[i] < 0) continue;
      if (!is_single(task, i) && !kept[family->father[i]]) kept[family->father[i]] = changed = true;
      if (!kept[family->mother[i]]) kept[family->mother[i]] = changed = true;
    }
  }
}

/* Slots in an order in which parents come first. */
static void order_slots(const hwp_inheritance_task *task, const bool *kept, hwp_slots *slots,
                        bool *placed) {
  const hwp_family *family = task->family;
  for (bool changed = true; changed;) {
    changed = false;
    for (int32_t i = 0; i < family->n; i++) {
      if (!kept[i] || placed[i]) continue;
      int32_t father = family->father[i], mother = family->mother[i];
      if (father >= 0 && !is_single(task, i) && !placed[father]) continue;
      if (father >= 0 && !placed[mother]) continue;
      placed[i] = changed = true;
      for (int part = is_single(task, i) ? 1 : 0; part < 2; part++)
        slots->order[slots->n++] = 2 * i + part;
    }
  }
}

/* Gives every meiosis of a two-slot parent a bit; a founder's first is fixed. */
static void number_meioses(const hwp_inheritance_task *task, hwp_slots *slots, uint64_t *masks,
                           int32_t *n_masks, int32_t *first_of) {
  const hwp_family *family = task->family;
  for (int32_t i = 0; i < family->n; i++) first_of[i] = -1;
  for (int32_t s = 0; s < slots->n; s++) {
    int32_t slot = slots->order[s], child = slot / 2;
    slots->bit[slot] = HWP_BIT_FOUNDER;
    if (family->father[child] < 0) continue;
    int32_t parent = slot % 2 == 0 ? family->father[child] : family->mother[child];
    slots->parent[slot] = parent;
    if (is_single(task, parent)) {
      slots->bit[slot] = HWP_BIT_SINGLE;
    } else if (family->father[parent] < 0 && first_of[parent] < 0 && parent != task->query) {
      first_of[parent] = (*n_masks)++;
      masks[first_of[parent]] = 0;
      slots->bit[slot] = HWP_BIT_FIXED;
    } else {
      int32_t bit = slots->n_bits++;
      slots->bit[slot] = bit;
      if (first_of[parent] >= 0 && bit < 64) masks[first_of[parent]] |= 1ULL << bit;
    }
  }
}

/* new(v) = (1 − r)·old(v) + r·old(v ^ mask), in place. */
static void mix(double *alpha, int32_t n_bits, uint64_t mask, double r) {
  if (mask == 0) return;
  uint64_t low = mask & (~mask + 1);
  for (uint64_t v = 0; v < 1ULL << n_bits; v++) {
    if (v & low) continue;
    double a = alpha[v], b = alpha[v ^ mask];
    alpha[v] = (1.0 - r) * a + r * b;
    alpha[v ^ mask] = (1.0 - r) * b + r * a;
  }
}

static double estimate_work(const hwp_inheritance_task *task, const hwp_slots *slots) {
  double work = 0.0;
  for (int32_t m = 0; m < task->n_loci; m++)
    work += hwp_emission_work(&task->loci[m], slots, task->theta);
  return ldexp(work + 4.0 * slots->n_bits, slots->n_bits);
}

/* Forward pass over the markers. */
static hw_status forward(const hwp_inheritance_task *task, const hwp_slots *slots,
                         const uint64_t *masks, int32_t n_masks, hw_arena *scratch,
                         double *ln_likelihood, double *joint) {
  uint64_t n_vectors = 1ULL << slots->n_bits;
  double *alpha = hw_arena_alloc_array(scratch, n_vectors, sizeof *alpha);
  if (alpha == NULL) return HW_E_NO_MEMORY;
  for (uint64_t v = 0; v < n_vectors; v++) alpha[v] = ldexp(1.0, -slots->n_bits);
  double ln = 0.0;
  for (int32_t m = 0; m < task->n_loci; m++) {
    if (m > 0) {
      double r = task->recombination[m - 1];
      for (int32_t b = 0; b < slots->n_bits; b++) mix(alpha, slots->n_bits, 1ULL << b, r);
      for (int32_t f = 0; f < n_masks; f++) mix(alpha, slots->n_bits, masks[f], r);
    }
    hwp_emission emission;
    hw_status status = hwp_emission_init(&emission, &task->loci[m], slots, task->theta, scratch);
    if (status != HW_OK) return status;
    double sum = 0.0;
    for (uint64_t v = 0; v < n_vectors; v++) {
      if (alpha[v] == 0.0) continue;
      alpha[v] *= hwp_emission_at(&emission, v, alpha[v], joint);
      sum += alpha[v];
    }
    ln += hw_ln(sum);
    if (sum == 0.0) break;
    for (uint64_t v = 0; v < n_vectors; v++) alpha[v] /= sum;
  }
  *ln_likelihood = ln;
  return HW_OK;
}

hw_status hwp_inheritance_run(const hwp_inheritance_task *task, hw_arena *scratch,
                              double *ln_likelihood, double *joint, hw_err *err) {
  size_t n = (size_t)task->family->n + 1;
  bool *kept = hw_arena_alloc_array(scratch, n, sizeof *kept);
  bool *placed = hw_arena_alloc_array(scratch, n, sizeof *placed);
  uint64_t *masks = hw_arena_alloc_array(scratch, n, sizeof *masks);
  int32_t *first_of = hw_arena_alloc_array(scratch, n, sizeof *first_of);
  hwp_slots slots = {
      .x = task->x, .query = task->query, .sex = task->family->sex, .cap = task->family->n};
  slots.order = hw_arena_alloc_array(scratch, 2 * n, sizeof *slots.order);
  slots.bit = hw_arena_alloc_array(scratch, 2 * n, sizeof *slots.bit);
  slots.parent = hw_arena_alloc_array(scratch, 2 * n, sizeof *slots.parent);
  if (!kept || !placed || !masks || !first_of || !slots.order || !slots.bit || !slots.parent)
    return hw_err_set(err, HW_E_NO_MEMORY, "no memory for inheritance vectors");
  int32_t n_masks = 0;
  mark_kept(task, kept);
  order_slots(task, kept, &slots, placed);
  number_meioses(task, &slots, masks, &n_masks, first_of);
  double work = estimate_work(task, &slots), bytes = ldexp(8.0, slots.n_bits);
  if (slots.n_bits > MAX_BITS || work > task->max_work || bytes > task->max_bytes)
    return hw_err_set(
        err, HW_E_TOO_COMPLEX,
        "%s needs the sum over 2^%d inheritance vectors, about %.3g multiply-adds; the "
        "bound is %.3g. Leave out distant relatives%s",
        task->n_loci > 1 ? "a group of linked markers" : "theta > 0", (int)slots.n_bits, work,
        task->max_work, task->n_loci > 1 ? "" : " or use theta 0");
  if (joint != NULL) {
    size_t k = (size_t)task->loci[0].k;
    memset(joint, 0, sizeof *joint * (is_single(task, task->query) ? k : k * k));
  }
  hw_status status = forward(task, &slots, masks, n_masks, scratch, ln_likelihood, joint);
  if (status != HW_OK) return hw_err_set(err, status, "no memory for inheritance vectors");
  return HW_OK;
}
