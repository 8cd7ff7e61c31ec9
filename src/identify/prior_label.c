/* The factors of unit and event: a label that lay with the remains, and the person's.
 *
 * A tag, a mess tin with a number, the wreck of one aircraft: a label tells the unit
 * or the event. With probability ε it says nothing of whose remains these are (it
 * was lent, inherited, washed there); then it is a label like everybody's. With p(l)
 * the share of label l among everybody,
 *
 *     P(l | the person's label is u) = (1 − ε)·[l = u] + ε·p(l)
 *     P(l | somebody else)           = p(l)
 *     ratio                          = (1 − ε)·[l = u]/p(l) + ε
 *
 * whose mean over p is 1: a common unit tells little, a rare one much, and a label
 * that does not fit costs a factor ε and never excludes.
 *
 * p is counted from the list, where every person with a known label counts as one;
 * beside it `pseudo` persons have labels that nobody of the list has, each with the
 * share `chance`:
 *
 *     p(l) = (n(l) + pseudo · chance) / (n + pseudo).
 *
 * Labels are equal if their folded keys are (base/fold.h): "Đoàn 559" is "doan 559".
 * Nothing is known of a battalion belonging to a regiment: who wants both compared
 * writes the level that both sides have. */
#include <math.h>

#include "base/check.h"
#include "base/fold.h"
#include "formats/intern.h"
#include "identify/prior_int.h"

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
      if (a->id == b->id) ratio += weight * (1 - error) / shares->share[a->id];
    }
  return ratio + (known < 1 ? 1 - known : 0);
}

/* --- numbers for texts --- */

typedef struct indexer {
  hw_intern texts;
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

static hw_status index_side(indexer *self, const hw_prior_label *from, hwp_labels *to,
                            hw_err *err) {
  for (int32_t i = 0; i < to->n; i++) HW_TRY(index_label(self, from[i].text, &to->at[i].id, err));
  return HW_OK;
}

static hw_status index_all(hw_prior *self, indexer *work, bool is_unit,
                           const hw_prior_remains *remains, const hw_prior_missing *missing,
                           hw_err *err) {
  for (int32_t m = 0; missing != NULL && m < self->n_missing; m++)
    HW_TRY(index_side(work, is_unit ? missing[m].units : missing[m].events,
                      is_unit ? &self->missing[m].units : &self->missing[m].events, err));
  for (int32_t r = 0; remains != NULL && r < self->n_remains; r++)
    HW_TRY(index_side(work, is_unit ? remains[r].units : remains[r].events,
                      is_unit ? &self->remains[r].units : &self->remains[r].events, err));
  return HW_OK;
}

/* --- shares --- */

static hw_status count_shares(hw_prior *self, bool is_unit, int32_t n_labels, hw_err *err) {
  hwp_shares *shares = is_unit ? &self->units : &self->events;
  const hw_prior_settings *settings = &self->settings;
  double pseudo = hwp_value(settings, is_unit ? HW_PRIOR_UNIT_PSEUDO : HW_PRIOR_EVENT_PSEUDO);
  double chance = hwp_value(settings, is_unit ? HW_PRIOR_UNIT_CHANCE : HW_PRIOR_EVENT_CHANCE);
  double all = pseudo;
  shares->n = n_labels;
  shares->share = hw_arena_alloc_array(&self->arena, (size_t)n_labels, sizeof *shares->share);
  if (shares->share == NULL) return HW_NO_MEMORY(err, "the labels");
  for (int32_t m = 0; m < self->n_missing; m++) {
    const hwp_labels *list = is_unit ? &self->missing[m].units : &self->missing[m].events;
    for (int32_t j = 0; j < list->n; j++) {
      if (list->at[j].id < 0) continue;
      shares->share[list->at[j].id] += list->at[j].weight;
      all += list->at[j].weight;
    }
  }
  for (int32_t l = 0; l < n_labels; l++)
    shares->share[l] = (shares->share[l] + pseudo * chance) / all;
  return HW_OK;
}

hw_status hwp_prior_label_index(hw_prior *self, bool is_unit, const hw_prior_remains *remains,
                                const hw_prior_missing *missing, hw_err *err) {
  indexer work = {.texts = {.arena = &self->arena}, .key = HW_STR_INIT};
  hw_status status = index_all(self, &work, is_unit, remains, missing, err);
  if (status == HW_OK) status = count_shares(self, is_unit, work.texts.n, err);
  hw_intern_clear(&work.texts);
  hw_str_clear(&work.key);
  return status;
}
