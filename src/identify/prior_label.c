/* The factors of unit and event: a label that lay with the remains, and the person's.
 *
 * A tag, a mess tin with a number, the wreck of one aircraft: a label tells the unit
 * or the event. With probability ε it says nothing of whose remains these are (it
 * was lent, inherited, washed there). With q(l) the share of somebody else whose
 * label agrees with l,
 *
 *     ratio = (1 − ε)·[l agrees with the person's]/q(l) + ε
 *
 * whose mean over somebody else is (1 − ε)·q/q + ε = 1: a common unit tells little, a
 * rare one much, and a label that does not agree costs a factor ε and never excludes.
 *
 * q is counted from the list, where every person with a known label counts as one;
 * beside it `pseudo` persons agree with the share `chance`:
 *
 *     q(l) = (n(agrees with l) + pseudo · chance) / (n + pseudo).
 *
 * Events agree if their folded keys are equal (base/fold.h). Units are sets of levels
 * (prior_unit.c), and agree if one holds the other: "E66" agrees with "C3, D7, E66",
 * "D7, E66" with neither "D8, E66" nor "D7, E9". */
#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "formats/intern.h"
#include "identify/prior_int.h"

static bool holds(const hwp_members *all, const hwp_members *some) {
  for (int32_t i = 0; i < some->n; i++) {
    bool is_there = false;
    for (int32_t j = 0; j < all->n; j++) is_there |= all->at[j] == some->at[i];
    if (!is_there) return false;
  }
  return true;
}

static bool agree(const hwp_shares *shares, int32_t a, int32_t b) {
  const hwp_members *one = &shares->members[a], *other = &shares->members[b];
  return a == b || (one->n <= other->n ? holds(other, one) : holds(one, other));
}

double hwp_prior_label(const hwp_labels *remains, const hwp_labels *missing,
                       const hwp_shares *shares, double error) {
  double known = 0, ratio = 0;
  for (int32_t i = 0; i < remains->n; i++)
    for (int32_t j = 0; j < missing->n; j++) {
      const hwp_label *a = &remains->at[i], *b = &missing->at[j];
      double weight = a->weight * b->weight;
      if (a->id < 0 || b->id < 0) continue;
      known += weight;
      ratio += weight * error;
      if (agree(shares, a->id, b->id)) ratio += weight * (1 - error) / shares->share[a->id];
    }
  return ratio + (known < 1 ? 1 - known : 0);
}

/* --- numbers for texts --- */

typedef struct indexer {
  hw_arena *arena;
  hw_intern texts, members;
  hw_str key;
} indexer;

static hw_status index_label(indexer *self, const char *text, int32_t *id, hw_err *err) {
  self->key.length = 0;
  HW_TRY(hw_fold_key(text, &self->key, err));
  HW_TRY(hw_str_status(&self->key));
  *id = -1;
  if (self->key.length == 0) return HW_OK;
  return hw_intern_add(&self->texts, hw_str_text(&self->key), self->key.length, id, err);
}

/* @param who, number  of whom the labels are, for a message */
static hw_status index_side(indexer *self, const hw_prior_label *from, hwp_labels *to,
                            const char *who, int32_t number, hw_err *err) {
  for (int32_t i = 0; i < to->n; i++) {
    hw_status status = index_label(self, from[i].text, &to->at[i].id, err);
    if (status == HW_OK) continue;
    hw_err_while(err, "reading a unit or event of %s %d", who, (int)number + 1);
    return status;
  }
  return HW_OK;
}

static hw_status index_all(hw_prior *self, indexer *work, bool is_unit,
                           const hw_prior_remains *remains, const hw_prior_missing *missing,
                           hw_err *err) {
  for (int32_t m = 0; missing != NULL && m < self->n_missing; m++)
    HW_TRY(index_side(work, is_unit ? missing[m].units : missing[m].events,
                      is_unit ? &self->missing[m].units : &self->missing[m].events,
                      "missing person", m, err));
  for (int32_t r = 0; remains != NULL && r < self->n_remains; r++)
    HW_TRY(index_side(work, is_unit ? remains[r].units : remains[r].events,
                      is_unit ? &self->remains[r].units : &self->remains[r].events, "remains", r,
                      err));
  return HW_OK;
}

/* --- members --- */

static hw_status add_member(indexer *self, const char *text, int32_t *list, int32_t *n,
                            hw_err *err) {
  return hw_intern_add(&self->members, text, strlen(text), &list[(*n)++], err);
}

static hw_status find_members(indexer *self, bool is_unit, const char *key, hwp_members *out,
                              hw_err *err) {
  hwp_levels levels;
  int32_t list[HWP_MOST_LEVELS + 1], n = 0;
  if (!is_unit || !hwp_prior_levels(key, &levels)) {
    HW_TRY(add_member(self, key, list, &n, err));
  } else {
    for (int i = 0; i < levels.n; i++) HW_TRY(add_member(self, levels.level[i], list, &n, err));
    if (levels.rest[0] != '\0') HW_TRY(add_member(self, levels.rest, list, &n, err));
  }
  out->n = n;
  out->at = hw_arena_copy(self->arena, list, (size_t)n * sizeof *list);
  return out->at != NULL ? HW_OK : HW_NO_MEMORY(err, "the labels");
}

/* --- shares --- */

/* Persons of the list by label, and all of them. */
static double count_labels(const hw_prior *self, bool is_unit, double *count) {
  double all = 0;
  for (int32_t m = 0; m < self->n_missing; m++) {
    const hwp_labels *list = is_unit ? &self->missing[m].units : &self->missing[m].events;
    for (int32_t j = 0; j < list->n; j++) {
      if (list->at[j].id < 0) continue;
      count[list->at[j].id] += list->at[j].weight;
      all += list->at[j].weight;
    }
  }
  return all;
}

/* Share that agrees with one label. */
static double share_of(const hwp_shares *shares, int32_t label, const double *count, double all,
                       double pseudo, double chance) {
  double agreeing = 0;
  for (int32_t l = 0; l < shares->n; l++)
    if (count[l] > 0 && agree(shares, label, l)) agreeing += count[l];
  return (agreeing + pseudo * chance) / (all + pseudo);
}

static hw_status count_shares(hw_prior *self, indexer *work, bool is_unit, hw_err *err) {
  hwp_shares *shares = is_unit ? &self->units : &self->events;
  const hw_prior_settings *settings = &self->settings;
  double pseudo = hwp_value(settings, is_unit ? HW_PRIOR_UNIT_PSEUDO : HW_PRIOR_EVENT_PSEUDO);
  double chance = hwp_value(settings, is_unit ? HW_PRIOR_UNIT_CHANCE : HW_PRIOR_EVENT_CHANCE);
  size_t n = (size_t)work->texts.n;
  double *count = hw_arena_alloc_array(&self->arena, n, sizeof *count);
  shares->n = work->texts.n;
  shares->share = hw_arena_alloc_array(&self->arena, n, sizeof *shares->share);
  shares->members = hw_arena_alloc_array(&self->arena, n, sizeof *shares->members);
  if (count == NULL || shares->share == NULL || shares->members == NULL)
    return HW_NO_MEMORY(err, "the labels");
  for (int32_t l = 0; work->texts.texts != NULL && l < shares->n; l++)
    HW_TRY(find_members(work, is_unit, work->texts.texts[l], &shares->members[l], err));
  double all = count_labels(self, is_unit, count);
  for (int32_t r = 0; r < self->n_remains; r++) {
    const hwp_labels *list = is_unit ? &self->remains[r].units : &self->remains[r].events;
    for (int32_t i = 0; i < list->n; i++) {
      int32_t id = list->at[i].id;
      if (id >= 0 && shares->share[id] == 0)
        shares->share[id] = share_of(shares, id, count, all, pseudo, chance);
    }
  }
  return HW_OK;
}

hw_status hwp_prior_label_index(hw_prior *self, bool is_unit, const hw_prior_remains *remains,
                                const hw_prior_missing *missing, hw_err *err) {
  indexer work = {.arena = &self->arena,
                  .texts = {.arena = &self->arena},
                  .members = {.arena = &self->arena},
                  .key = HW_STR_INIT};
  hw_status status = index_all(self, &work, is_unit, remains, missing, err);
  if (status == HW_OK) status = count_shares(self, &work, is_unit, err);
  hw_intern_clear(&work.texts);
  hw_intern_clear(&work.members);
  hw_str_clear(&work.key);
  return status;
}
