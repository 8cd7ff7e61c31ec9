/* Contradictions: what cannot all be right.
 *
 * Looked for in every specimen whose own profiles exclude each other, and in every pair of
 * specimens that somebody takes for one person: the best partition, a confirmed
 * individual, or DNA with a ratio of ten thousand. A weight only says that a group is
 * less likely; a contradiction says why, to somebody who can look at the bone again. It
 * never decides anything by itself.
 *
 *     repeated-element  the same zone of an element twice (a body has it once)
 *     sex               estimates differ
 *     age               ranges do not meet
 *     stature           estimates lie three standard errors apart
 *     profile           samples of one specimen, or of one confirmed individual, exclude
 *     site              two sites, or more than 100 m of one grid apart
 *     size              fewer than one true pair in a thousand differs so much */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "base/str.h"
#include "identify/reassociate_int.h"

const char *hw_contradiction_code(hw_contradiction_kind kind) {
  static const char *const codes[] = {"repeated-element", "sex",  "age", "stature",
                                      "profile",          "site", "size"};
  return kind >= 0 && (size_t)kind < sizeof codes / sizeof *codes ? codes[kind] : "unknown";
}

/* Natural logarithm of ten thousand: DNA that says one person. */
static const double DNA_SAYS = 9.21034037197618;
static const double FAR_M = 100, RARE = 0.001, STANDARD_ERRORS = 3;

typedef struct finder {
  hw_reassociate *self;
  int32_t capacity;
  hw_err *err;
} finder;

static hw_status add(finder *find, hw_contradiction_kind kind, int32_t a, int32_t b,
                     const char *what) {
  hw_reassociate *self = find->self;
  const hw_specimen *specimens = self->problem->specimens;
  if (self->n_contradictions == find->capacity) {
    const int32_t capacity = find->capacity > 0 ? 2 * find->capacity : 16;
    hw_contradiction *larger = hw_arena_alloc_array(&self->arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(find->err, "the contradictions");
    if (self->n_contradictions > 0)
      memcpy(larger, self->contradictions, (size_t)self->n_contradictions * sizeof *larger);
    self->contradictions = larger;
    find->capacity = capacity;
  }
  hw_str text = HW_STR_INIT;
  if (b < 0) {
    hw_str_append_format(&text, "%s: %s", specimens[a].id, what);
  } else {
    const bool is_group = self->group_of[a] == self->group_of[b];
    const bool is_confirmed =
        specimens[a].individual >= 0 && specimens[a].individual == specimens[b].individual;
    const double ln = hwp_dna_pair(self->dna, a, b);
    hw_str_append_format(&text, "%s and %s: %s", specimens[a].id, specimens[b].id, what);
    if (is_confirmed)
      hw_str_append(&text, ", yet they are confirmed as one individual");
    else if (ln >= DNA_SAYS)
      hw_str_append_format(&text, ", yet DNA says one person (log10 LR %.1f)", ln / hw_ln(10));
    else if (is_group)
      hw_str_append(&text, ", yet the best partition joins them");
  }
  const char *kept =
      hw_str_status(&text) == HW_OK ? hw_arena_strdup(&self->arena, hw_str_text(&text)) : NULL;
  hw_str_clear(&text);
  if (kept == NULL) return HW_NO_MEMORY(find->err, "the contradictions");
  const bool is_one = b < 0 || self->group_of[a] == self->group_of[b];
  self->contradictions[self->n_contradictions++] = (hw_contradiction){
      .kind = kind, .a = a, .b = b, .group = is_one ? self->group_of[a] : -1, .text = kept};
  return HW_OK;
}

static hw_sex sex_by_dna(const hw_reassociate *self, int32_t s) {
  const hw_specimen *at = &self->problem->specimens[s];
  for (int32_t i = 0; i < at->n_profiles; i++)
    if (self->problem->remains[at->profiles[i]].sex != HW_UNKNOWN_SEX)
      return self->problem->remains[at->profiles[i]].sex;
  return HW_UNKNOWN_SEX;
}

static hw_sex sex_of(const hw_reassociate *self, int32_t s) {
  const hw_sex by_dna = sex_by_dna(self, s);
  return by_dna != HW_UNKNOWN_SEX ? by_dna : self->problem->specimens[s].sex;
}

static const char *side_word(hw_side side) {
  return side == HW_SIDE_LEFT ? "left " : side == HW_SIDE_RIGHT ? "right " : "";
}

static hw_status check_bones(finder *find, int32_t a, int32_t b) {
  const int32_t pair[2] = {a, b};
  const hw_element *elements = NULL;
  char what[160];
  if (hwp_bones_ln(find->self->bones, pair, 2) > -HUGE_VAL) return HW_OK;
  (void)hw_elements(&elements);
  const hwp_bone *bone = &find->self->bones[a];
  snprintf(what, sizeof what, "both show the same part of the %s%s", side_word(bone->side),
           elements[bone->element].name);
  return add(find, HW_CONTRADICTION_ELEMENT, a, b, what);
}

static hw_status check_person(finder *find, int32_t a, int32_t b) {
  const hw_specimen *x = &find->self->problem->specimens[a];
  const hw_specimen *y = &find->self->problem->specimens[b];
  const hw_sex s = sex_of(find->self, a), t = sex_of(find->self, b);
  char what[160];
  if (s != HW_UNKNOWN_SEX && t != HW_UNKNOWN_SEX && s != t) {
    snprintf(what, sizeof what, "%s and %s", s == HW_MALE ? "male" : "female",
             t == HW_MALE ? "male" : "female");
    HW_TRY(add(find, HW_CONTRADICTION_SEX, a, b, what));
  }
  if (x->age_from_y > y->age_to_y || y->age_from_y > x->age_to_y) {
    snprintf(what, sizeof what, "ages %g to %g and %g to %g", x->age_from_y, x->age_to_y,
             y->age_from_y, y->age_to_y);
    HW_TRY(add(find, HW_CONTRADICTION_AGE, a, b, what));
  }
  const double se = sqrt(x->stature_se_cm * x->stature_se_cm + y->stature_se_cm * y->stature_se_cm);
  if (fabs(x->stature_cm - y->stature_cm) > STANDARD_ERRORS * se) {
    snprintf(what, sizeof what, "statures %.1f and %.1f cm", x->stature_cm, y->stature_cm);
    HW_TRY(add(find, HW_CONTRADICTION_STATURE, a, b, what));
  }
  return HW_OK;
}

static hw_status check_place(finder *find, int32_t a, int32_t b) {
  const hw_specimen *x = &find->self->problem->specimens[a];
  const hw_specimen *y = &find->self->problem->specimens[b];
  char what[160];
  const double east = x->east_m - y->east_m, north = x->north_m - y->north_m;
  const bool other_site = x->site[0] != '\0' && y->site[0] != '\0' && strcmp(x->site, y->site) != 0;
  if (other_site)
    snprintf(what, sizeof what, "found at %.60s and at %.60s", x->site, y->site);
  else if (sqrt(east * east + north * north) > FAR_M)
    snprintf(what, sizeof what, "found %.0f m apart", sqrt(east * east + north * north));
  else
    return HW_OK;
  return add(find, HW_CONTRADICTION_SITE, a, b, what);
}

static hw_status check_size(finder *find, int32_t a, int32_t b) {
  char what[160];
  const hw_osteometry_result result = hwp_measures_pair(find->self->measures, a, b, NULL);
  if (isnan(result.d) || !(result.p_upper < RARE)) return HW_OK;
  snprintf(what, sizeof what, "measurements differ more than those of true pairs (p = %.2g)",
           result.p_upper);
  return add(find, HW_CONTRADICTION_SIZE, a, b, what);
}

static hw_status check_profiles(finder *find, int32_t a, int32_t b) {
  if (hwp_dna_pair(find->self->dna, a, b) >= 0) return HW_OK;
  const hw_specimen *x = &find->self->problem->specimens[a];
  const hw_specimen *y = &find->self->problem->specimens[b];
  if (x->individual < 0 || x->individual != y->individual) return HW_OK;
  return add(find, HW_CONTRADICTION_PROFILE, a, b, "their profiles are of two persons");
}

static hw_status check_pair(finder *find, int32_t a, int32_t b) {
  const hw_reassociate *self = find->self;
  const hw_specimen *x = &self->problem->specimens[a], *y = &self->problem->specimens[b];
  const bool is_confirmed = x->individual >= 0 && x->individual == y->individual;
  if (!is_confirmed && self->group_of[a] != self->group_of[b] &&
      hwp_dna_pair(self->dna, a, b) < DNA_SAYS)
    return HW_OK;
  HW_TRY(check_bones(find, a, b));
  HW_TRY(check_person(find, a, b));
  HW_TRY(check_place(find, a, b));
  HW_TRY(check_size(find, a, b));
  return check_profiles(find, a, b);
}

static hw_status check_alone(finder *find, int32_t a) {
  const hw_sex by_dna = sex_by_dna(find->self, a), by_eye = find->self->problem->specimens[a].sex;
  if (find->self->conflict[a])
    HW_TRY(add(find, HW_CONTRADICTION_PROFILE, a, -1,
               "its samples are of two persons; its DNA is not used"));
  if (by_dna == HW_UNKNOWN_SEX || by_eye == HW_UNKNOWN_SEX || by_dna == by_eye) return HW_OK;
  return add(
      find, HW_CONTRADICTION_SEX, a, -1,
      by_dna == HW_MALE ? "male by DNA, female by the bone" : "female by DNA, male by the bone");
}

hw_status hwp_reassociate_find_contradictions(hw_reassociate *self, hw_err *err) {
  finder find = {self, 0, err};
  for (int32_t a = 0; a < self->n; a++) {
    HW_TRY(check_alone(&find, a));
    for (int32_t b = a + 1; b < self->n; b++) HW_TRY(check_pair(&find, a, b));
  }
  return HW_OK;
}

int32_t hw_reassociate_contradictions(const hw_reassociate *self, const hw_contradiction **out) {
  *out = self->contradictions;
  return self->n_contradictions;
}
