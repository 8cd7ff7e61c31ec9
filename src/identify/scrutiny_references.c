/* Does one reference carry the evidence against the pairing?
 *
 * Given that the remains are the missing person, each stated fact about a reference is
 * changed in turn: a profile is a stranger's, a stated father or mother is not, two
 * profiles have changed places. Two things are computed for every change: the ratio of
 * the pairing as it would then be, and what the references say of the change among
 * themselves, P(references | change) / P(references | as stated). Their sum with the
 * ratio's gain,
 *
 *   support = log10 P(references, remains | hers, change) − log10 P(… | hers, stated),
 *
 * ranks the changes: a change that the references themselves refute does not explain a
 * contradiction, however much it raises the ratio. A SUSPECT is the best change whose
 * gain and support both reach the margin, and under which the remains are still more
 * likely hers than a stranger's. (Leaving out the only reference raises a bad ratio to
 * one and explains nothing.)
 *
 * CONTRADICTIONS are the markers that fit only through mutation. A reference takes part
 * in one if leaving out its profile alone removes it. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/scrutiny_int.h"

/* Profiles up to which all pairs are exchanged, and persons up to which all parents are tried. */
enum { SWAP_UP_TO = 8, PARENTS_UP_TO = 120 };
/* Changes below this move nothing. */
static const double NOTHING = 1e-9;

typedef struct lister {
  hw_scrutiny *scrutiny;
  int32_t n, capacity;
  hw_relabel *changes;
  hw_err *err;
} lister;

const char *hw_relabel_name(hw_relabel_kind kind) {
  static const char *const names[HW_RELABEL_KIND_COUNT] = {"unrelated", "not-the-father",
                                                           "not-the-mother", "swapped"};
  return kind >= 0 && kind < HW_RELABEL_KIND_COUNT ? names[kind] : "unknown";
}

/* ---- a change --------------------------------------------------------------- */

hw_status hwp_relabel_build(hw_scrutiny *self, const hw_relabel *change, hw_arena *arena,
                            hwp_relation *out, hw_err *err) {
  const size_t n = (size_t)self->family->n_profiles;
  hwp_builder b;
  HW_TRY(hwp_builder_init(&b, self, arena, err));
  int32_t *owner = hw_arena_alloc_array(arena, n + 1, sizeof *owner);
  if (owner == NULL) return HW_NO_MEMORY(err, "a pedigree");
  if (n > 0) memcpy(owner, self->family->profile_person, n * sizeof *owner);
  const int32_t first = change->profiles[0], second = change->profiles[1];
  if (change->kind == HW_RELABEL_UNRELATED) {
    owner[first] =
        hwp_builder_add(&b, HW_PERSON_NONE, HW_PERSON_NONE, hwp_builder_sex(&b, owner[first]));
  } else if (change->kind == HW_RELABEL_SWAPPED) {
    owner[first] = self->family->profile_person[second];
    owner[second] = self->family->profile_person[first];
  } else {
    const int from = change->kind == HW_RELABEL_FATHER ? HW_FROM_FATHER : HW_FROM_MOTHER;
    const hw_sex sex = from == HW_FROM_FATHER ? HW_MALE : HW_FEMALE;
    hwp_builder_set_parent(&b, change->person, from,
                           hwp_builder_add(&b, HW_PERSON_NONE, HW_PERSON_NONE, sex));
  }
  *out = hwp_scrutiny_stated(self);
  out->pedigree = (hw_pedigree){b.n_persons, b.persons};
  out->profile_person = owner;
  return HW_OK;
}

/* The family without one profile. */
static hw_status leave_out(hw_scrutiny *self, int32_t profile, hwp_relation *out, hw_err *err) {
  const size_t n = (size_t)self->family->n_profiles;
  hw_profile *profiles = hw_arena_alloc_array(&self->scratch, n, sizeof *profiles);
  int32_t *owner = hw_arena_alloc_array(&self->scratch, n, sizeof *owner);
  if (profiles == NULL || owner == NULL) return HW_NO_MEMORY(err, "the references");
  *out = hwp_scrutiny_stated(self);
  out->n_profiles = 0;
  for (int32_t k = 0; k < self->family->n_profiles; k++) {
    if (k == profile) continue;
    profiles[out->n_profiles] = self->family->profiles[k];
    owner[out->n_profiles++] = self->family->profile_person[k];
  }
  out->profiles = profiles;
  out->profile_person = owner;
  return HW_OK;
}

/* Ratio and ln P(family) of a relation. */
static hw_status ratio_of(hw_scrutiny *self, const hwp_relation *relation, double *log10_lr,
                          double *ln_family, hw_err *err) {
  const hw_case *problem = self->problem;
  hwp_compiled compiled;
  HW_TRY(hwp_scrutiny_compile(self, relation, problem->markers, problem->theta, self->missing,
                              &compiled, err));
  *log10_lr = hw_table_log10_lr(compiled.table, problem->markers, &self->remains->profile, NULL);
  *ln_family = 0;
  for (int32_t m = 0; m < problem->n_markers; m++)
    *ln_family += compiled.table->markers[m].ln_family;
  hwp_compiled_clear(&compiled);
  return HW_OK;
}

static hw_status compute_change(lister *self, hw_relabel *change) {
  hw_scrutiny *s = self->scrutiny;
  hwp_relation relation;
  double ln_family = 0;
  hw_arena_reset(&s->scratch);
  HW_TRY(hwp_relabel_build(s, change, &s->scratch, &relation, self->err));
  HW_TRY(ratio_of(s, &relation, &change->log10_lr, &ln_family, self->err));
  change->is_computed = true;
  change->log10_gain = hwp_scrutiny_less(change->log10_lr, s->report.log10_lr);
  if (isnan(change->log10_gain)) change->log10_gain = 0; /* excluded either way */
  change->log10_family = LOG10_E * hwp_scrutiny_less(ln_family, s->ln_family);
  if (isnan(change->log10_family)) change->log10_family = 0;
  change->log10_support = change->log10_gain + change->log10_family;
  if (change->kind != HW_RELABEL_UNRELATED) return HW_OK;
  change->log10_left_out = change->log10_lr;
  if (s->problem->theta <= 0) return HW_OK;
  HW_TRY(leave_out(s, change->profiles[0], &relation, self->err));
  return ratio_of(s, &relation, &change->log10_left_out, &ln_family, self->err);
}

static hw_status append(lister *self, const hw_relabel *change) {
  if (self->n == self->capacity) {
    const int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 32;
    hw_relabel *larger =
        hw_arena_alloc_array(&self->scrutiny->arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(self->err, "the changes");
    if (self->n > 0) memcpy(larger, self->changes, (size_t)self->n * sizeof *larger);
    self->changes = larger;
    self->capacity = capacity;
  }
  self->changes[self->n++] = *change;
  return HW_OK;
}

/* Computes a change and keeps it unless nothing depends on it. */
static hw_status try_change(lister *self, hw_relabel change) {
  hw_scrutiny *s = self->scrutiny;
  change.log10_lr = change.log10_gain = change.log10_family = change.log10_support = (double)NAN;
  change.log10_left_out = (double)NAN;
  if (change.text == NULL) return HW_NO_MEMORY(self->err, "a change");
  const hw_status status = compute_change(self, &change);
  if (status == HW_OK) {
    const bool is_nothing = fabs(change.log10_gain) < NOTHING &&
                            fabs(change.log10_family) < NOTHING &&
                            change.kind != HW_RELABEL_UNRELATED;
    return is_nothing ? HW_OK : append(self, &change);
  }
  if (!hwp_scrutiny_can_go_on(status)) return status;
  HW_TRY(hwp_scrutiny_note(
      s, hwp_scrutiny_text(s, "not computed: %s (%s)", change.text, self->err->message),
      self->err));
  *self->err = (hw_err)HW_ERR_INIT;
  change.is_computed = false;
  return append(self, &change);
}

/* ---- which changes ------------------------------------------------------------ */

static bool has_observation(const hw_profile *profile) {
  for (int32_t m = 0; m < profile->n_markers; m++)
    if (profile->observations[m].kind != HW_OBS_MISSING) return true;
  return false;
}

static hw_status try_strangers(lister *self) {
  hw_scrutiny *s = self->scrutiny;
  for (int32_t k = 0; k < s->family->n_profiles; k++) {
    const int32_t person = s->family->profile_person[k];
    if (!has_observation(&s->family->profiles[k])) continue;
    HW_TRY(try_change(self,
                      (hw_relabel){.kind = HW_RELABEL_UNRELATED,
                                   .text = hwp_scrutiny_text(s, "the profile of %s is a stranger's",
                                                             hwp_scrutiny_id(s, person)),
                                   .profiles = {k, -1},
                                   .person = person,
                                   .parent = HW_PERSON_NONE}));
  }
  return HW_OK;
}

static hw_status try_parents(lister *self, const hwp_builder *stated) {
  hw_scrutiny *s = self->scrutiny;
  const hw_pedigree *pedigree = &s->family->pedigree;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    if (hwp_builder_twin(stated, i) != i) continue;
    if (pedigree->n_persons > PARENTS_UP_TO && i != hwp_builder_twin(stated, s->missing) &&
        !hwp_builder_is_typed(stated, i))
      continue;
    for (int from = HW_FROM_FATHER; from >= HW_FROM_MOTHER; from--) {
      const int32_t parent = hwp_builder_parent(stated, i, from);
      const bool is_father = from == HW_FROM_FATHER;
      if (parent == HW_PERSON_NONE) continue;
      HW_TRY(
          try_change(self, (hw_relabel){.kind = is_father ? HW_RELABEL_FATHER : HW_RELABEL_MOTHER,
                                        .text = hwp_scrutiny_text(
                                            s, "%s is not the %s of %s", hwp_scrutiny_id(s, parent),
                                            is_father ? "father" : "mother", hwp_scrutiny_id(s, i)),
                                        .profiles = {-1, -1},
                                        .person = i,
                                        .parent = parent}));
    }
  }
  return HW_OK;
}

static hw_status try_swaps(lister *self) {
  hw_scrutiny *s = self->scrutiny;
  const hw_family *family = s->family;
  if (family->n_profiles > SWAP_UP_TO) return HW_OK;
  for (int32_t k = 0; k < family->n_profiles; k++)
    for (int32_t l = k + 1; l < family->n_profiles; l++) {
      const int32_t first = family->profile_person[k], second = family->profile_person[l];
      const hw_sex a = family->pedigree.persons[first].sex;
      const hw_sex b = family->pedigree.persons[second].sex;
      /* X profiles of the other sex do not fit. */
      if (first == second || (s->has_x && a != b)) continue;
      HW_TRY(
          try_change(self, (hw_relabel){.kind = HW_RELABEL_SWAPPED,
                                        .text = hwp_scrutiny_text(
                                            s, "the profiles of %s and %s have changed places",
                                            hwp_scrutiny_id(s, first), hwp_scrutiny_id(s, second)),
                                        .profiles = {k, l},
                                        .person = first,
                                        .parent = HW_PERSON_NONE}));
    }
  return HW_OK;
}

static int compare_changes(const void *left, const void *right) {
  const hw_relabel *a = left, *b = right;
  if (a->is_computed != b->is_computed) return a->is_computed ? -1 : 1;
  if (a->is_computed) {
    if (a->log10_support != b->log10_support) return a->log10_support > b->log10_support ? -1 : 1;
    if (a->log10_lr != b->log10_lr) return a->log10_lr > b->log10_lr ? -1 : 1;
  }
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  for (int i = 0; i < 2; i++)
    if (a->profiles[i] != b->profiles[i]) return a->profiles[i] < b->profiles[i] ? -1 : 1;
  return a->person < b->person ? -1 : a->person > b->person;
}

static int32_t find_suspect(const hw_scrutiny *self, const lister *list) {
  for (int32_t i = 0; i < list->n; i++) {
    const hw_relabel *change = &list->changes[i];
    if (change->is_computed && change->log10_gain >= self->options.margin &&
        change->log10_support >= self->options.margin && change->log10_lr > 0)
      return i;
  }
  return -1;
}

/* ---- contradictions ------------------------------------------------------------ */

static bool is_pair_mismatch(const hw_scrutiny *self, const hw_table *table, int32_t m) {
  return hw_marker_table_log10_lr(&table->markers[m], &self->rigid[m],
                                  &self->remains->profile.observations[m],
                                  &self->remains->profile) == IMPOSSIBLE;
}

/* Lists contradicting markers, and for each the profiles that take part. */
static hw_status list_mismatches(hw_scrutiny *self, const hw_table *rigid, hw_mismatch *out,
                                 int32_t *n_out, hw_err *err) {
  const int32_t n = self->problem->n_markers, n_profiles = self->family->n_profiles;
  int32_t **lists = hw_arena_alloc_array(&self->scratch, (size_t)n + 1, sizeof *lists);
  if (lists == NULL) return HW_NO_MEMORY(err, "contradictions");
  *n_out = 0;
  for (int32_t m = 0; m < n; m++) {
    const bool in_family = rigid->markers[m].ln_family == IMPOSSIBLE;
    if (!in_family && !is_pair_mismatch(self, rigid, m)) continue;
    int32_t *profiles =
        hw_arena_alloc_array(&self->arena, (size_t)n_profiles + 1, sizeof *profiles);
    if (profiles == NULL) return HW_NO_MEMORY(err, "contradictions");
    lists[*n_out] = profiles;
    out[(*n_out)++] = (hw_mismatch){.marker = m, .in_family = in_family, .profiles = profiles};
  }
  for (int32_t k = 0; k<n_profiles && * n_out> 0; k++) {
    hwp_relation relation;
    hwp_compiled without;
    HW_TRY(leave_out(self, k, &relation, err));
    HW_TRY(hwp_scrutiny_compile(self, &relation, self->rigid, 0, self->missing, &without, err));
    for (int32_t i = 0; i < *n_out; i++) {
      const int32_t m = out[i].marker;
      if (without.table->markers[m].ln_family == IMPOSSIBLE ||
          is_pair_mismatch(self, without.table, m))
        continue;
      lists[i][out[i].n_profiles++] = k;
    }
    hwp_compiled_clear(&without);
  }
  return HW_OK;
}

static bool takes_part(const hw_mismatch *mismatch, int32_t profile) {
  for (int32_t i = 0; i < mismatch->n_profiles; i++)
    if (mismatch->profiles[i] == profile) return true;
  return false;
}

/* The one profile that takes part in all of several contradictions. */
static int32_t find_carrier(const hw_mismatch *mismatches, int32_t n, int32_t n_profiles) {
  int32_t carrier = -1;
  for (int32_t k = 0; k < n_profiles && n >= 2; k++) {
    bool in_all = true;
    for (int32_t i = 0; i < n && in_all; i++) in_all = takes_part(&mismatches[i], k);
    if (in_all && carrier >= 0) return -1;
    if (in_all) carrier = k;
  }
  return carrier;
}

static hw_status find_mismatches(hw_scrutiny *self, hw_err *err) {
  hw_scrutiny_references *out = &self->report.references;
  const hwp_relation relation = hwp_scrutiny_stated(self);
  hwp_compiled rigid;
  hw_mismatch *mismatches =
      hw_arena_alloc_array(&self->arena, (size_t)self->problem->n_markers + 1, sizeof *mismatches);
  if (mismatches == NULL) return HW_NO_MEMORY(err, "contradictions");
  HW_TRY(hwp_scrutiny_compile(self, &relation, self->rigid, 0, self->missing, &rigid, err));
  const hw_status status = list_mismatches(self, rigid.table, mismatches, &out->n_mismatches, err);
  hwp_compiled_clear(&rigid);
  out->mismatches = mismatches;
  out->carrier = find_carrier(mismatches, out->n_mismatches, self->family->n_profiles);
  return status;
}

/* ---- all of it ------------------------------------------------------------------ */

hw_status hwp_scrutiny_references(hw_scrutiny *self, hw_err *err) {
  hw_scrutiny_references *out = &self->report.references;
  hw_err own = HW_ERR_INIT; /* so that remarks have a text */
  lister list = {.scrutiny = self, .err = &own};
  hwp_builder stated;
  HW_TRY(hwp_builder_init(&stated, self, &self->arena, err));
  hw_status status = try_strangers(&list);
  if (status == HW_OK) status = try_parents(&list, &stated);
  if (status == HW_OK) status = try_swaps(&list);
  hw_arena_reset(&self->scratch);
  out->carrier = -1;
  if (status == HW_OK) status = find_mismatches(self, &own);
  if (status != HW_OK && hwp_scrutiny_can_go_on(status))
    status = hwp_scrutiny_note(
        self, hwp_scrutiny_text(self, "contradictions were not traced: %s", own.message), &own);
  if (status != HW_OK && err != NULL) *err = own;
  if (status != HW_OK) return status;
  if (list.n > 0) qsort(list.changes, (size_t)list.n, sizeof *list.changes, compare_changes);
  out->n_changes = list.n;
  out->changes = list.changes;
  out->suspect = find_suspect(self, &list);
  return HW_OK;
}
