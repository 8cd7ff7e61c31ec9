/* Who else the remains could be.
 *
 * A rival is a place in the family's pedigree, or one added to it by rule; the
 * rival's ratio against an unrelated person comes from the same engine with the rival
 * as the person who is asked for. Since both ratios have the same denominator,
 *
 *   log10 LR(m : rival) = log10 LR(m : unrelated) − log10 LR(rival : unrelated),
 *
 * and by marker likewise. Whoever is typed is no rival: those remains are not hers.
 *
 * A SIDE is the mixture of four relatives of a parent, a quarter each, over whole
 * profiles: log10 of the mean of their ratios.
 *
 * A CLAN shares alleles with the family without a known path: the remains are one
 * more founder of the urn of the family's alleles (Balding & Nichols 1994) with the
 * clan's theta, while the missing person is as stated. Its ratio is the probability
 * of the observation under that founder over that under the stated unrelated person.
 *
 * EXCHANGEABLE rivals have the same genotype distribution as the missing person at
 * every marker (a brother nobody typed descends from): no profile could tell them
 * apart. They are listed, and only records can rule them out. */
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/scrutiny_int.h"

/* Largest difference of two genotype probabilities that counts as none. */
static const double SAME = 1e-12;
enum { SIDE_PARTS = 4 };

/* The list in the making. */
typedef struct lister {
  hw_scrutiny *scrutiny;
  hwp_builder builder;
  const double *stated; /* P(genotype | m) of all markers, one after the other */
  double *per_marker;   /* of the rival at hand */
  double *best;         /* of a mixture's largest part */
  int32_t n, capacity;
  hw_rival *rivals;
  hw_err *err;
} lister;

const char *hw_rival_name(hw_rival_kind kind) {
  static const char *const names[HW_RIVAL_KIND_COUNT] = {
      "missing", "full-sibling", "half-sibling", "parent",         "child", "uncle-aunt",
      "nephew",  "first-cousin", "side",         "distant-cousin", "clan",  "unrelated"};
  return kind >= 0 && kind < HW_RIVAL_KIND_COUNT ? names[kind] : "unknown";
}

/* ---- the ratio of a rival -------------------------------------------------- */

/* log10 LR of a person of the builder's pedigree against unrelated, by marker. */
static hw_status ratio_of(lister *self, int32_t person, double *log10_lr, bool *is_same) {
  hw_scrutiny *s = self->scrutiny;
  const hw_case *problem = s->problem;
  hwp_relation relation = hwp_scrutiny_stated(s);
  relation.pedigree = (hw_pedigree){self->builder.n_persons, self->builder.persons};
  hwp_compiled compiled;
  HW_TRY(hwp_scrutiny_compile(s, &relation, problem->markers, problem->theta, person, &compiled,
                              self->err));
  *log10_lr =
      hw_table_log10_lr(compiled.table, problem->markers, &s->remains->profile, self->per_marker);
  *is_same = true;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const hw_marker_table *a = &s->table->markers[m], *b = &compiled.table->markers[m];
    *is_same = *is_same && a->n_genotypes == b->n_genotypes;
    for (int32_t g = 0; *is_same && g < a->n_genotypes; g++)
      *is_same = fabs(a->related[g] - b->related[g]) <= SAME;
  }
  hwp_compiled_clear(&compiled);
  return HW_OK;
}

static hw_status add(lister *self, hw_rival_kind kind, char *text, hw_rival **out) {
  *out = NULL;
  if (text == NULL) return HW_NO_MEMORY(self->err, "a rival");
  if (self->n == self->capacity) {
    const int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 32;
    hw_rival *larger =
        hw_arena_alloc_array(&self->scrutiny->arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(self->err, "the rivals");
    if (self->n > 0) memcpy(larger, self->rivals, (size_t)self->n * sizeof *larger);
    self->rivals = larger;
    self->capacity = capacity;
  }
  *out = &self->rivals[self->n++];
  **out = (hw_rival){.kind = kind,
                     .text = text,
                     .person = HW_PERSON_NONE,
                     .log10_lr = (double)NAN,
                     .log10_ratio = (double)NAN,
                     .marker = -1};
  return HW_OK;
}

/* The marker that speaks most for the rival: where the missing person is least better. */
static void compare(lister *self, hw_rival *rival, const double *per_marker) {
  const hw_scrutiny *s = self->scrutiny;
  rival->is_computed = true;
  rival->log10_ratio = hwp_scrutiny_less(s->report.log10_lr, rival->log10_lr);
  for (int32_t m = 0; m < s->problem->n_markers; m++) {
    const double ratio = hwp_scrutiny_less(s->per_marker[m], per_marker[m]);
    if (isnan(ratio) || ratio == 0) continue;
    if (rival->marker >= 0 && !(ratio < rival->marker_log10_ratio)) continue;
    rival->marker = m;
    rival->marker_log10_ratio = ratio;
  }
}

/* Takes what a failure leaves out as a remark of the rival. */
static hw_status leave_out(lister *self, hw_rival *rival, hw_status status) {
  if (!hwp_scrutiny_can_go_on(status)) return status;
  rival->note = self->err == NULL ? "it could not be computed"
                                  : hwp_scrutiny_text(self->scrutiny, "%s", self->err->message);
  if (self->err != NULL) *self->err = (hw_err)HW_ERR_INIT;
  return rival->note != NULL ? HW_OK : HW_NO_MEMORY(self->err, "a remark");
}

static hw_status finish(lister *self, hw_rival *rival, int32_t person) {
  bool is_same = false;
  const hw_status status = ratio_of(self, person, &rival->log10_lr, &is_same);
  if (status != HW_OK) return leave_out(self, rival, status);
  rival->is_exchangeable = is_same;
  compare(self, rival, self->per_marker);
  return HW_OK;
}

/* A rival who is one person of the builder's pedigree. */
static hw_status add_person(lister *self, hw_rival_kind kind, int32_t person, char *text) {
  hw_rival *rival = NULL;
  HW_TRY(add(self, kind, text, &rival));
  return finish(self, rival, person);
}

/* ---- who there is ----------------------------------------------------------- */

/* Sex of an added rival. Where neither record nor X markers tell it, it matters to nothing. */
static hw_sex rival_sex(const lister *self) {
  const hw_scrutiny *s = self->scrutiny;
  if (s->shown_sex != HW_UNKNOWN_SEX || !s->has_x) return s->shown_sex;
  const hw_sex sex = hwp_builder_sex(&self->builder, s->missing);
  return sex != HW_UNKNOWN_SEX ? sex : HW_FEMALE;
}

static bool could_be(const lister *self, hw_sex sex) {
  const hw_sex shown = self->scrutiny->shown_sex;
  return sex == HW_UNKNOWN_SEX || shown == HW_UNKNOWN_SEX || sex == shown;
}

static const char *missing_id(const lister *self) {
  return hwp_scrutiny_id(self->scrutiny, self->scrutiny->missing);
}

static hw_status list_missing(lister *self) {
  const hw_family *family = self->scrutiny->family;
  for (int32_t k = 0; k < family->n_missing; k++) {
    const int32_t person = family->missing[k];
    hwp_builder_begin(&self->builder);
    if (person == self->scrutiny->missing) continue;
    const hw_sex sex = family->pedigree.persons[person].sex;
    const char *id = hwp_scrutiny_id(self->scrutiny, person);
    hw_rival *rival = NULL;
    HW_TRY(add(self, HW_RIVAL_MISSING, hwp_scrutiny_text(self->scrutiny, "%s, missing as well", id),
               &rival));
    rival->person = person;
    if (hwp_builder_is_typed(&self->builder, person)) {
      rival->note = "a profile of this person is on file";
    } else if (!could_be(self, sex)) {
      rival->note = "the sexes differ";
    } else {
      HW_TRY(finish(self, rival, person));
    }
  }
  return HW_OK;
}

static hw_status list_siblings(lister *self) {
  hw_scrutiny *s = self->scrutiny;
  hwp_builder *b = &self->builder;
  for (int which = 0; which < 3; which++) { /* 0 = full, else by one parent */
    hwp_builder_begin(b);
    const int32_t father = which != 2 ? hwp_builder_need(b, s->missing, HW_FROM_FATHER) : -1;
    const int32_t mother = which != 1 ? hwp_builder_need(b, s->missing, HW_FROM_MOTHER) : -1;
    const int32_t sibling = hwp_builder_add(b, father, mother, rival_sex(self));
    static const char *const words[3] = {"a full sibling", "a half sibling by the father",
                                         "a half sibling by the mother"};
    HW_TRY(add_person(self, which == 0 ? HW_RIVAL_FULL_SIBLING : HW_RIVAL_HALF_SIBLING, sibling,
                      hwp_scrutiny_text(s, "%s of %s", words[which], missing_id(self))));
  }
  return HW_OK;
}

static bool is_missing(const lister *self, int32_t person) {
  const hw_family *family = self->scrutiny->family;
  for (int32_t k = 0; k < family->n_missing; k++)
    if (family->missing[k] == person) return true;
  return false;
}

static hw_status list_parents(lister *self) {
  hw_scrutiny *s = self->scrutiny;
  hwp_builder *b = &self->builder;
  for (int from = HW_FROM_FATHER; from >= HW_FROM_MOTHER; from--) {
    const bool is_father = from == HW_FROM_FATHER;
    hwp_builder_begin(b);
    const int32_t parent = hwp_builder_need(b, s->missing, from);
    if (!could_be(self, is_father ? HW_MALE : HW_FEMALE) || hwp_builder_is_typed(b, parent) ||
        is_missing(self, parent))
      continue;
    HW_TRY(add_person(
        self, HW_RIVAL_PARENT, parent,
        hwp_scrutiny_text(s, "the %s of %s", is_father ? "father" : "mother", missing_id(self))));
  }
  return HW_OK;
}

/* Children with each known partner, or with somebody unknown. */
static hw_status list_children(lister *self) {
  hw_scrutiny *s = self->scrutiny;
  hwp_builder *b = &self->builder;
  hwp_builder_begin(b);
  const int32_t n = b->n_persons, own = hwp_builder_twin(b, s->missing);
  const bool is_mother = hwp_builder_sex(b, s->missing) == HW_FEMALE;
  int32_t n_children = 0;
  for (int32_t i = 0; i < n; i++) {
    hwp_builder_begin(b);
    const int32_t parent = is_mother ? b->persons[i].mother : b->persons[i].father;
    const int32_t partner = is_mother ? b->persons[i].father : b->persons[i].mother;
    if (parent == HW_PERSON_NONE || hwp_builder_twin(b, parent) != own) continue;
    n_children++;
    bool is_listed = partner == HW_PERSON_NONE;
    for (int32_t k = 0; k < i && !is_listed; k++) {
      const int32_t other = is_mother ? b->persons[k].mother : b->persons[k].father;
      is_listed = other != HW_PERSON_NONE && hwp_builder_twin(b, other) == own &&
                  (is_mother ? b->persons[k].father : b->persons[k].mother) == partner;
    }
    if (is_listed) continue;
    const int32_t child = hwp_builder_add(b, is_mother ? partner : parent,
                                          is_mother ? parent : partner, rival_sex(self));
    HW_TRY(add_person(self, HW_RIVAL_CHILD, child,
                      hwp_scrutiny_text(s, "a child of %s and %s", missing_id(self),
                                        hwp_scrutiny_id(s, partner))));
  }
  hwp_builder_begin(b);
  const int32_t child = hwp_builder_child(b, s->missing, rival_sex(self));
  return add_person(self, HW_RIVAL_CHILD, child,
                    hwp_scrutiny_text(s, "a child of %s%s", missing_id(self),
                                      n_children > 0 ? " by another partner" : ""));
}

/* ---- relatives of a parent --------------------------------------------------- */

/* A full sibling of a parent, or a half sibling by the father's father. */
static int32_t aunt_of(lister *self, int from, bool is_half, hw_sex sex) {
  hwp_builder *b = &self->builder;
  const int32_t parent = hwp_builder_need(b, self->scrutiny->missing, from);
  const int32_t grandfather = hwp_builder_need(b, parent, HW_FROM_FATHER);
  const int32_t grandmother =
      is_half ? HW_PERSON_NONE : hwp_builder_need(b, parent, HW_FROM_MOTHER);
  return hwp_builder_add(b, grandfather, grandmother, sex);
}

static hw_status list_uncles(lister *self) {
  static const char *const side[2] = {[HW_FROM_MOTHER] = "mother", [HW_FROM_FATHER] = "father"};
  hw_scrutiny *s = self->scrutiny;
  hwp_builder *b = &self->builder;
  for (int from = HW_FROM_FATHER; from >= HW_FROM_MOTHER; from--) {
    hwp_builder_begin(b);
    const int32_t aunt = aunt_of(self, from, false, rival_sex(self));
    HW_TRY(add_person(self, HW_RIVAL_UNCLE, aunt,
                      hwp_scrutiny_text(s, "an uncle or aunt of %s, sibling of the %s",
                                        missing_id(self), side[from])));
  }
  return HW_OK;
}

/* Children of known siblings; of an unknown one, if none is known. */
static hw_status list_nephews(lister *self) {
  hw_scrutiny *s = self->scrutiny;
  hwp_builder *b = &self->builder;
  hwp_builder_begin(b);
  const int32_t n = b->n_persons, own = hwp_builder_twin(b, s->missing);
  int32_t n_siblings = 0;
  for (int32_t i = 0; i < n; i++) {
    hwp_builder_begin(b);
    if (hwp_builder_twin(b, i) != i || i == own) continue;
    bool is_sibling = false;
    for (int from = 0; from < 2; from++) {
      const int32_t parent = hwp_builder_parent(b, s->missing, from);
      is_sibling =
          is_sibling || (parent != HW_PERSON_NONE && hwp_builder_parent(b, i, from) == parent);
    }
    if (!is_sibling) continue;
    n_siblings++;
    const int32_t child = hwp_builder_child(b, i, rival_sex(self));
    HW_TRY(add_person(self, HW_RIVAL_NEPHEW, child,
                      hwp_scrutiny_text(s, "a nephew or niece of %s, child of %s", missing_id(self),
                                        hwp_scrutiny_id(s, i))));
  }
  if (n_siblings > 0) return HW_OK;
  hwp_builder_begin(b);
  const int32_t father = hwp_builder_need(b, s->missing, HW_FROM_FATHER);
  const int32_t mother = hwp_builder_need(b, s->missing, HW_FROM_MOTHER);
  const int32_t sibling = hwp_builder_add(b, father, mother, HW_MALE);
  const int32_t child = hwp_builder_child(b, sibling, rival_sex(self));
  return add_person(self, HW_RIVAL_NEPHEW, child,
                    hwp_scrutiny_text(s, "a nephew or niece of %s, child of an unknown sibling",
                                      missing_id(self)));
}

static hw_status list_cousins(lister *self) {
  static const char *const side[2] = {[HW_FROM_MOTHER] = "mother", [HW_FROM_FATHER] = "father"};
  hw_scrutiny *s = self->scrutiny;
  hwp_builder *b = &self->builder;
  for (int from = HW_FROM_FATHER; from >= HW_FROM_MOTHER; from--) {
    hwp_builder_begin(b);
    const int32_t cousin =
        hwp_builder_child(b, aunt_of(self, from, false, HW_MALE), rival_sex(self));
    HW_TRY(add_person(self, HW_RIVAL_COUSIN, cousin,
                      hwp_scrutiny_text(s, "a first cousin of %s on the %s's side",
                                        missing_id(self), side[from])));
  }
  return HW_OK;
}

/* Part `i` of a side's mixture: sibling, half sibling, sibling's child, sibling's grandchild. */
static int32_t side_part(lister *self, int from, int i) {
  hwp_builder *b = &self->builder;
  hwp_builder_begin(b);
  if (i < 2) return aunt_of(self, from, i == 1, rival_sex(self));
  const int32_t cousin =
      hwp_builder_child(b, aunt_of(self, from, false, HW_MALE), i == 2 ? rival_sex(self) : HW_MALE);
  return i == 2 ? cousin : hwp_builder_child(b, cousin, rival_sex(self));
}

static hw_status mix(lister *self, hw_rival *rival, int from) {
  const size_t n = (size_t)self->scrutiny->problem->n_markers;
  double log10_lr[SIDE_PARTS], top = IMPOSSIBLE, sum = 0;
  bool is_same = false;
  for (int i = 0; i < SIDE_PARTS; i++) {
    const hw_status status = ratio_of(self, side_part(self, from, i), &log10_lr[i], &is_same);
    if (status != HW_OK) return leave_out(self, rival, status);
    if (i > 0 && !(log10_lr[i] > top)) continue;
    top = log10_lr[i];
    memcpy(self->best, self->per_marker, n * sizeof *self->best);
  }
  for (int i = 0; i < SIDE_PARTS; i++)
    if (isfinite(top)) sum += hw_pow10(log10_lr[i] - top);
  rival->log10_lr = isfinite(top) ? top + hw_log10(sum / SIDE_PARTS) : top;
  compare(self, rival, self->best);
  return HW_OK;
}

static hw_status list_sides(lister *self) {
  static const char *const side[2] = {[HW_FROM_MOTHER] = "mother", [HW_FROM_FATHER] = "father"};
  for (int from = HW_FROM_FATHER; from >= HW_FROM_MOTHER; from--) {
    hw_rival *rival = NULL;
    HW_TRY(add(
        self, HW_RIVAL_SIDE,
        hwp_scrutiny_text(self->scrutiny, "an unknown relative of %s on the %s's side (mixture)",
                          missing_id(self), side[from]),
        &rival));
    HW_TRY(mix(self, rival, from));
  }
  return HW_OK;
}

/* ---- the clan ---------------------------------------------------------------- */

/* Up the fathers to a couple `degree` + 1 generations before the missing person, and down. */
static hw_status list_distant(lister *self) {
  hw_scrutiny *s = self->scrutiny;
  hwp_builder *b = &self->builder;
  hwp_builder_begin(b);
  int32_t ancestor = s->missing;
  for (int32_t i = 0; i < s->options.degree; i++)
    ancestor = hwp_builder_need(b, ancestor, HW_FROM_FATHER);
  const int32_t father = hwp_builder_need(b, ancestor, HW_FROM_FATHER);
  const int32_t mother = hwp_builder_need(b, ancestor, HW_FROM_MOTHER);
  int32_t descendant = hwp_builder_add(b, father, mother, HW_MALE);
  for (int32_t i = 1; i <= s->options.degree; i++)
    descendant = hwp_builder_add(b, descendant, HW_PERSON_NONE,
                                 i < s->options.degree ? HW_MALE : rival_sex(self));
  return add_person(self, HW_RIVAL_DISTANT, descendant,
                    hwp_scrutiny_text(s, "a patrilineal cousin of %s, degree %d", missing_id(self),
                                      (int)s->options.degree));
}

/* P(observation | genotype distribution), for any kind of observation. */
static hw_status probability(lister *self, int32_t m, const double *distribution, double *out) {
  hw_scrutiny *s = self->scrutiny;
  const hw_marker *marker = &s->problem->markers[m];
  const hw_marker_table *table = &s->table->markers[m];
  const size_t n = (size_t)marker->n_alleles;
  double *seen = hw_arena_alloc_array(&s->scratch, n * n, sizeof *seen);
  if (seen == NULL) return HW_NO_MEMORY(self->err, "an observation");
  hw_observation_table(marker, &s->remains->profile.observations[m], &s->remains->profile,
                       table->single, seen);
  *out = 0;
  for (size_t y = 0; y < n; y++)
    for (size_t x = 0; x <= (table->single ? 0 : y); x++)
      *out += table->single ? seen[y] * distribution[y]
                            : seen[x * n + y] * distribution[y * (y + 1) / 2 + x];
  return HW_OK;
}

static hw_status clan_ratio(lister *self, const hw_table *clan, double *log10_lr) {
  hw_scrutiny *s = self->scrutiny;
  *log10_lr = 0;
  bool is_impossible = false;
  for (int32_t m = 0; m < s->problem->n_markers; m++) {
    double of_clan = 0, of_stranger = 0;
    self->per_marker[m] = 0;
    if (s->remains->profile.observations[m].kind == HW_OBS_MISSING) continue;
    HW_TRY(probability(self, m, clan->markers[m].unrelated, &of_clan));
    HW_TRY(probability(self, m, s->table->markers[m].unrelated, &of_stranger));
    if (of_clan != of_stranger)
      self->per_marker[m] = hwp_scrutiny_less(hw_log10(of_clan), hw_log10(of_stranger));
    is_impossible = is_impossible || self->per_marker[m] == IMPOSSIBLE;
    *log10_lr += self->per_marker[m];
  }
  if (is_impossible) *log10_lr = IMPOSSIBLE;
  hw_arena_reset(&s->scratch);
  return HW_OK;
}

static hw_status add_clan(lister *self, double theta) {
  hw_scrutiny *s = self->scrutiny;
  hw_rival *rival = NULL;
  HW_TRY(add(self, HW_RIVAL_CLAN,
             hwp_scrutiny_text(s, "a person of the same clan, coancestry %g", theta), &rival));
  const hwp_relation relation = hwp_scrutiny_stated(s);
  hwp_compiled clan;
  hw_status status =
      hwp_scrutiny_compile(s, &relation, s->problem->markers, theta, s->missing, &clan, self->err);
  if (status != HW_OK) return leave_out(self, rival, status);
  status = clan_ratio(self, clan.table, &rival->log10_lr);
  hwp_compiled_clear(&clan);
  HW_TRY(status);
  compare(self, rival, self->per_marker);
  return HW_OK;
}

static hw_status list_clan(lister *self) {
  const hw_scrutiny *s = self->scrutiny;
  if (s->options.theta_clan > 0) return add_clan(self, s->options.theta_clan);
  for (int i = 1; i <= 3; i++) HW_TRY(add_clan(self, i / 100.0));
  return HW_OK;
}

static hw_status add_unrelated(lister *self) {
  hw_rival *rival = NULL;
  HW_TRY(add(self, HW_RIVAL_UNRELATED,
             hwp_scrutiny_text(self->scrutiny, "an unrelated person of the population"), &rival));
  rival->log10_lr = 0;
  memset(self->per_marker, 0,
         sizeof *self->per_marker * (size_t)self->scrutiny->problem->n_markers);
  compare(self, rival, self->per_marker);
  return HW_OK;
}

/* ---- all of them -------------------------------------------------------------- */

hw_status hwp_scrutiny_rivals(hw_scrutiny *self, hw_err *err) {
  hw_err own = HW_ERR_INIT; /* so that remarks have a text */
  lister list = {.scrutiny = self, .err = &own};
  const size_t n = (size_t)self->problem->n_markers + 1;
  list.per_marker = hw_arena_alloc_array(&self->arena, n, sizeof *list.per_marker);
  list.best = hw_arena_alloc_array(&self->arena, n, sizeof *list.best);
  if (list.per_marker == NULL || list.best == NULL) return HW_NO_MEMORY(err, "the rivals");
  HW_TRY(hwp_builder_init(&list.builder, self, &self->arena, err));
  hw_status status = list_missing(&list);
  if (status == HW_OK) status = list_siblings(&list);
  if (status == HW_OK) status = list_parents(&list);
  if (status == HW_OK) status = list_children(&list);
  if (status == HW_OK) status = list_uncles(&list);
  if (status == HW_OK) status = list_nephews(&list);
  if (status == HW_OK) status = list_cousins(&list);
  if (status == HW_OK) status = list_sides(&list);
  if (status == HW_OK) status = list_distant(&list);
  if (status == HW_OK) status = list_clan(&list);
  if (status == HW_OK) status = add_unrelated(&list);
  if (status != HW_OK && err != NULL) *err = own;
  if (status != HW_OK) return status;
  self->report.n_rivals = list.n;
  self->report.rivals = list.rivals;
  self->report.closest = -1;
  for (int32_t i = 0; i < list.n; i++) {
    const hw_rival *rival = &list.rivals[i];
    if (!rival->is_computed || rival->is_exchangeable || isnan(rival->log10_ratio)) continue;
    if (self->report.closest >= 0 &&
        !(rival->log10_ratio < list.rivals[self->report.closest].log10_ratio))
      continue;
    self->report.closest = i;
  }
  return HW_OK;
}
