/* The reference check: prepares a family, asks the screen, lets the alternatives
 * be computed where it must, and judges.
 *
 * JUDGEMENT. Alternatives compete with the stated pedigree under stated priors:
 * the pedigree has prior_stated, each kind of alternative its share of the rest,
 * divided equally among its instances. An alternative becomes a finding if it is
 * the best of them by posterior, its likelihood ratio against the stated
 * pedigree reaches the margin, and the stated pedigree's posterior is below
 * `accept`. The ratio alone would accuse one true family in a few hundred; the
 * prior alone would let the number of alternatives decide.
 *
 * CONTRADICTIONS that no alternative explains are reported where they are more
 * than mutation and typing errors bring about: with λ the number of markers
 * expected to contradict, P(n or more | Poisson λ) < 1e-4; or where a marker is
 * impossible even with mutation.
 *
 * A family that the engine finds too complex is judged by its pairs alone. */
#include "homeward/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/identify_int.h"
#include "identify/reference_int.h"

/* Level at which contradictions are more than chance. */
static const double CONTRADICTION_LEVEL = 1e-4;
/* Alternatives within this log10 of the best one count as its rivals. */
static const double RIVAL_LOG10 = 0.5;
/* Persons beyond which no alternatives are built. */
enum { MOST_PERSONS = 4000 };

/* ---- options -------------------------------------------------------------- */

double hw_reference_default_share(hw_finding_kind kind) {
  switch (kind) {
    case HW_FINDING_FOREIGN:
      return 0.20;
    case HW_FINDING_SWAPPED:
      return 0.15;
    case HW_FINDING_FALSE_FATHER:
      return 0.25;
    case HW_FINDING_FALSE_MOTHER:
      return 0.02;
    case HW_FINDING_HALF_SIBS:
      return 0.20;
    case HW_FINDING_FULL_SIBS:
      return 0.05;
    case HW_FINDING_DUPLICATE:
      return 0.08;
    case HW_FINDING_NOT_IDENTICAL:
      return 0.02;
    case HW_FINDING_RELATION:
      return 0.03;
    default:
      return 0;
  }
}

static bool is_fraction(double x) {
  return x >= 0 && x <= 1;
}

static hw_status set_shares(const hw_reference_options *options, hwp_reference_settings *s,
                            hw_err *err) {
  bool is_given = false;
  for (int k = 0; k < HW_FINDING_KIND_COUNT; k++) {
    if (!(options->share[k] >= 0 && options->share[k] < HUGE_VAL))
      return hw_err_set(err, HW_E_VALUE, "share %g of \"%s\": it must not be negative",
                        options->share[k], hw_finding_code((hw_finding_kind)k));
    is_given = is_given || options->share[k] > 0;
  }
  for (int k = 0; k < HW_FINDING_KIND_COUNT; k++)
    s->share[k] = is_given ? options->share[k] : hw_reference_default_share((hw_finding_kind)k);
  return HW_OK;
}

static hw_status set_options(hw_reference *self, const hw_reference_options *options, hw_err *err) {
  static const hw_reference_options defaults = {0};
  hwp_reference_settings *s = &self->settings;
  if (options == NULL) options = &defaults;
  s->likelihood = options->likelihood;
  if (!(s->likelihood.max_work > 0)) s->likelihood.max_work = 1e7;
  s->margin_log10 = options->margin_log10 != 0 ? options->margin_log10 : HW_REFERENCE_MARGIN;
  s->screen_log10 = options->screen_log10 != 0 ? options->screen_log10 : HW_REFERENCE_SCREEN;
  s->accept = options->accept != 0 ? options->accept : 0.5;
  s->prior_stated = options->prior_stated != 0 ? options->prior_stated : 0.99;
  s->mutation_rate = options->mutation_rate != 0 ? options->mutation_rate : 0.002;
  s->amelogenin_error = options->amelogenin_error != 0 ? options->amelogenin_error : 0.001;
  s->typing_error = options->typing_error != 0 ? options->typing_error : 0.001;
  if (s->mutation_rate < 0) s->mutation_rate = 0;
  if (isnan(s->margin_log10) || isnan(s->screen_log10))
    return hw_err_set(err, HW_E_VALUE, "the margin and the screen must be numbers");
  if (!is_fraction(s->accept) || !is_fraction(s->prior_stated) || !is_fraction(s->mutation_rate) ||
      !(s->amelogenin_error > 0 && s->amelogenin_error < 1) ||
      !(s->typing_error > 0 && s->typing_error < 1))
    return hw_err_set(err, HW_E_VALUE,
                      "accept %g, prior %g, mutation rate %g, amelogenin error %g, typing error "
                      "%g: each must be a probability",
                      s->accept, s->prior_stated, s->mutation_rate, s->amelogenin_error,
                      s->typing_error);
  return set_shares(options, s, err);
}

/* ---- markers -------------------------------------------------------------- */

/* Marker without a mutation model: equal rates, so that a mutation is possible. */
static hw_status let_mutate(hw_reference *self, hw_marker *marker, hw_err *err) {
  const size_t n = (size_t)marker->n_alleles;
  if (marker->matrix[0] != NULL || marker->matrix[1] != NULL || n < 2 ||
      self->settings.mutation_rate <= 0)
    return HW_OK;
  double *matrix = hw_arena_alloc_array(&self->arena, n * n, sizeof *matrix);
  if (matrix == NULL) return HW_NO_MEMORY(err, "a mutation matrix");
  const double rate = self->settings.mutation_rate;
  marker->mutation = (hw_mutation){.model = HW_MUTATION_EQUAL, .rate = {rate, rate}};
  HW_TRY(hw_mutation_matrix(marker, HW_FROM_MOTHER, matrix, err));
  marker->matrix[HW_FROM_MOTHER] = marker->matrix[HW_FROM_FATHER] = matrix;
  return HW_OK;
}

static double rate_of(const hw_marker *marker, int from) {
  const size_t n = (size_t)marker->n_alleles;
  double rate = 0;
  for (size_t i = 0; marker->matrix[from] != NULL && i < n; i++)
    rate += marker->frequencies[i] * (1 - marker->matrix[from][i * n + i]);
  return rate > 0 ? rate : 0;
}

static hw_status prepare_markers(hw_reference *self, const hw_marker *markers, hw_err *err) {
  const size_t n = (size_t)self->n_markers + 1;
  self->markers = hw_arena_alloc_array(&self->arena, n, sizeof *self->markers);
  self->rigid = hw_arena_alloc_array(&self->arena, n, sizeof *self->rigid);
  self->rate = hw_arena_alloc_array(&self->arena, n, sizeof *self->rate);
  if (self->markers == NULL || self->rigid == NULL || self->rate == NULL)
    return HW_NO_MEMORY(err, "the markers");
  for (int32_t m = 0; m < self->n_markers; m++) {
    hw_marker *rigid = &self->rigid[m];
    *rigid = self->markers[m] = markers[m];
    rigid->mutation = (hw_mutation){.model = HW_MUTATION_NONE};
    rigid->matrix[0] = rigid->matrix[1] = NULL;
    HW_TRY(let_mutate(self, &self->markers[m], err));
    for (int from = 0; from < 2; from++) self->rate[m][from] = rate_of(&self->markers[m], from);
    self->has_x = self->has_x || hw_marker_is_x(&markers[m]);
  }
  return HW_OK;
}

static hw_status prepare(hw_reference *self, const hw_marker *markers,
                         const hw_reference_options *options, hw_err *err) {
  if (!(self->theta >= 0 && self->theta < 1))
    return hw_err_set(err, HW_E_VALUE, "theta is %g, it must be at least 0 and below 1",
                      self->theta);
  HW_TRY(set_options(self, options, err));
  HW_TRY(prepare_markers(self, markers, err));
  return hwp_kin_cache_new(&self->cache, err);
}

hw_status hw_reference_new(int32_t n_markers, const hw_marker *markers, double theta,
                           const hw_reference_options *options, hw_reference **out, hw_err *err) {
  *out = NULL;
  hw_reference *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a reference check");
  self->n_markers = n_markers;
  self->theta = theta;
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&self->scratch, 0);
  const hw_status status = prepare(self, markers, options, err);
  if (status != HW_OK) {
    hw_reference_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hw_reference_delete(hw_reference *self) {
  if (self == NULL) return;
  hwp_kin_cache_delete(self->cache);
  hw_arena_clear(&self->arena);
  hw_arena_clear(&self->scratch);
  free(self);
}

/* ---- judgement ------------------------------------------------------------ */

/* log10 of each alternative's prior: the shares of the kinds that occur, scaled to the rest. */
static void set_weights(const hwp_check *check, double *log10_weight) {
  const hwp_reference_settings *s = &check->self->settings;
  const hwp_fact_list *list = &check->alternatives;
  int32_t count[HW_FINDING_KIND_COUNT] = {0};
  double total = 0;
  for (int32_t i = 0; i < list->n; i++) count[list->items[i].kind]++;
  for (int k = 0; k < HW_FINDING_KIND_COUNT; k++)
    if (count[k] > 0) total += s->share[k];
  for (int32_t i = 0; i < list->n; i++) {
    const hw_finding_kind kind = list->items[i].kind;
    const double share = total > 0 ? s->share[kind] / total / count[kind] : 0;
    log10_weight[i] = hw_log10((1 - s->prior_stated) * share) + list->items[i].log10_lr;
  }
}

static int compare_alternatives(const void *left, const void *right) {
  const hw_finding *a = left, *b = right;
  if (a->posterior != b->posterior) return a->posterior > b->posterior ? -1 : 1;
  if (a->log10_lr != b->log10_lr) return a->log10_lr > b->log10_lr ? -1 : 1;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->relation != b->relation) return a->relation < b->relation ? -1 : 1;
  for (int i = 0; i < 3; i++) {
    if (a->persons[i] != b->persons[i]) return a->persons[i] < b->persons[i] ? -1 : 1;
    if (a->profiles[i] != b->profiles[i]) return a->profiles[i] < b->profiles[i] ? -1 : 1;
  }
  return 0;
}

/* Posteriors, ranks, rivals. */
static hw_status rank(hwp_check *check, double *posterior_stated, hw_err *err) {
  hwp_fact_list *list = &check->alternatives;
  double *weight = hw_arena_alloc_array(check->arena, (size_t)list->n + 1, sizeof *weight);
  if (weight == NULL) return HW_NO_MEMORY(err, "posteriors");
  set_weights(check, weight);
  const double stated = hw_log10(check->self->settings.prior_stated);
  double top = stated, sum = 0, best = IMPOSSIBLE;
  for (int32_t i = 0; i < list->n; i++) {
    if (weight[i] > top) top = weight[i];
    if (list->items[i].log10_lr > best) best = list->items[i].log10_lr;
  }
  sum = hw_pow10(stated - top);
  for (int32_t i = 0; i < list->n; i++) sum += hw_pow10(weight[i] - top);
  *posterior_stated = hw_pow10(stated - top) / sum;
  int32_t n_rivals = -1;
  for (int32_t i = 0; i < list->n; i++) {
    list->items[i].posterior = hw_pow10(weight[i] - top) / sum;
    n_rivals += list->items[i].log10_lr >= best - RIVAL_LOG10;
  }
  for (int32_t i = 0; i < list->n; i++)
    if (list->items[i].log10_lr >= best - RIVAL_LOG10) list->items[i].n_rivals = n_rivals;
  if (list->n > 1) qsort(list->items, (size_t)list->n, sizeof *list->items, compare_alternatives);
  return HW_OK;
}

/* Markers expected to contradict in a true family: a mutation or a typing error in each. */
static double expected_contradictions(const hwp_check *check) {
  const hwp_family *f = &check->individuals;
  double n_from[2] = {0, 0}, expected = 0;
  for (int32_t i = 0; i < f->n; i++) {
    n_from[HW_FROM_FATHER] += check->is_relevant[i] && f->father[i] >= 0;
    n_from[HW_FROM_MOTHER] += check->is_relevant[i] && f->mother[i] >= 0;
  }
  for (int32_t m = 0; m < check->self->n_markers; m++) {
    if (!check->use[m]) continue;
    expected += n_from[0] * check->self->rate[m][0] + n_from[1] * check->self->rate[m][1];
    for (int32_t k = 0; k < check->family->n_profiles; k++)
      if (check->family->profiles[k].observations[m].kind != HW_OBS_MISSING)
        expected += check->self->settings.typing_error;
  }
  return expected;
}

/* P(n or more | Poisson). */
static double tail(int32_t n, double expected) {
  double term = hw_pow10(-0.43429448190325182765 * expected), sum = 0;
  for (int32_t i = 1; i <= n; i++) term *= expected / i;
  for (int32_t i = n; i < n + 200; i++) {
    sum += term;
    term *= expected / (i + 1);
  }
  return sum;
}

static hw_status judge(hwp_check *check, double posterior_stated, hwp_fact_list *findings,
                       hw_err *err) {
  const hwp_reference_settings *s = &check->self->settings;
  const hwp_fact_list *list = &check->alternatives;
  bool is_explained = false;
  if (list->n > 0 && list->items[0].log10_lr >= s->margin_log10 && posterior_stated < s->accept) {
    is_explained = true;
    HW_TRY(hwp_fact_add(check, findings, &list->items[0], err));
  }
  for (int32_t i = 0; i < check->sexes.n; i++)
    HW_TRY(hwp_fact_add(check, findings, &check->sexes.items[i], err));
  const bool is_too_many =
      check->n_impossible > 0 ||
      (check->n_mutated > 0 &&
       tail(check->n_mutated, expected_contradictions(check)) < CONTRADICTION_LEVEL);
  if (is_explained || !is_too_many) return HW_OK;
  const hw_finding unexplained = hwp_finding_of(HW_FINDING_UNEXPLAINED, -1);
  return hwp_fact_add(check, findings, &unexplained, err);
}

/* ---- a check -------------------------------------------------------------- */

/* Alternatives of a family that is too complex: what a pair looks like, taken alone. */
static hw_status by_pairs(hwp_check *check, hw_err *err) {
  static const hw_finding_kind kinds[HWP_PAIR_COUNT] = {
      [HWP_PAIR_UNRELATED] = HW_FINDING_FOREIGN,
      [HWP_PAIR_HALF_SIBS] = HW_FINDING_HALF_SIBS,
      [HWP_PAIR_FULL_SIBS] = HW_FINDING_FULL_SIBS,
      [HWP_PAIR_PARENT] = HW_FINDING_RELATION,
      [HWP_PAIR_IDENTICAL] = HW_FINDING_DUPLICATE};
  for (int32_t p = 0; p < check->n_pairs; p++) {
    const hwp_pair *pair = &check->pairs[p];
    const hwp_typed *a = &check->typed[pair->a], *b = &check->typed[pair->b];
    const double log10_lr = pair->log10_lr[pair->best] - pair->log10_lr_stated;
    if (!(log10_lr > 0)) continue;
    hw_finding finding = hwp_finding_of(kinds[pair->best], -1);
    if (finding.kind == HW_FINDING_RELATION) finding.relation = HW_RELATION_PARENT;
    finding.log10_lr = log10_lr;
    hwp_finding_person(&finding, a->person, a->profile);
    hwp_finding_person(&finding, b->person, b->profile);
    HW_TRY(hwp_fact_add(check, &check->alternatives, &finding, err));
  }
  return HW_OK;
}

/* The family by the engine: *is_complex where it cannot. */
static hw_status compute(hwp_check *check, bool *is_complex, hw_err *err) {
  *is_complex = check->family->pedigree.n_persons > MOST_PERSONS;
  if (*is_complex) return HW_OK;
  hw_status status = hwp_evaluate(check, &check->stated, false, check->ln_stated, err);
  if (status == HW_E_TOO_COMPLEX && check->theta > 0) {
    check->theta = 0;
    status = hwp_evaluate(check, &check->stated, false, check->ln_stated, err);
  }
  *is_complex = status == HW_E_TOO_COMPLEX;
  if (*is_complex) return HW_OK;
  HW_TRY(status);
  return hwp_alternatives_compute(check, err);
}

static int32_t count_fact_markers(const hwp_check *check) {
  int32_t n = 0; /* facts stand in the order of markers */
  for (int32_t i = 0; i < check->facts.n; i++)
    n += i == 0 || check->facts.items[i].marker != check->facts.items[i - 1].marker;
  return n;
}

/* Facts, and whether the alternatives must be computed. */
static hw_status screen(hwp_check *check, bool *is_suspicious, hw_err *err) {
  double worst = 0;
  HW_TRY(hwp_facts_find(check, err));
  HW_TRY(hwp_pairs_screen(check, &worst, err));
  check->n_mutated = count_fact_markers(check);
  if ((check->n_typed > 2 || check->facts.n > 0) &&
      check->family->pedigree.n_persons <= MOST_PERSONS) {
    const hw_status status = hwp_facts_of_family(check, err);
    if (status != HW_E_TOO_COMPLEX) HW_TRY(status);
  }
  *is_suspicious = worst >= check->self->settings.screen_log10 || check->n_mutated > 1 ||
                   check->n_impossible > 0 || check->sexes.n > 0;
  for (int32_t i = 0; i < check->facts.n; i++) {
    const hw_finding *fact = &check->facts.items[i];
    *is_suspicious = *is_suspicious || fact->kind == HW_FINDING_TWINS;
    for (int32_t j = 0; j < fact->n_persons; j++) {
      const int32_t individual = check->individuals.individual[fact->persons[j]];
      check->typed[check->typed_number[individual]].is_suspect = true;
    }
  }
  return HW_OK;
}

static double sum_used(const hwp_check *check, const double *ln) {
  double sum = 0;
  for (int32_t m = 0; m < check->self->n_markers; m++)
    if (check->use[m]) sum += ln[m];
  return sum;
}

static int32_t count_unused(const hwp_check *check) {
  int32_t n = 0;
  for (int32_t m = 0; m < check->self->n_markers; m++) n += !check->use[m];
  return n;
}

static int32_t count_typed_profiles(const hwp_check *check) {
  int32_t n = 0;
  for (int32_t k = 0; k < check->family->n_profiles; k++) n += check->is_typed[k];
  return n;
}

static hw_status run(hwp_check *check, hw_reference_report *report, hw_err *err) {
  bool must_compute = false, is_complex = false;
  hwp_fact_list findings = {0};
  HW_TRY(hwp_check_prepare(check, err));
  HW_TRY(screen(check, &must_compute, err));
  report->posterior_stated = 1;
  report->ln_stated = (double)NAN;
  report->is_screened = !must_compute;
  if (must_compute) {
    HW_TRY(hwp_evaluate_unrelated(check, err));
    HW_TRY(compute(check, &is_complex, err));
    if (is_complex) HW_TRY(by_pairs(check, err));
    HW_TRY(rank(check, &report->posterior_stated, err));
    if (!is_complex) report->ln_stated = sum_used(check, check->ln_stated);
  }
  HW_TRY(judge(check, report->posterior_stated, &findings, err));
  report->is_suspicious = findings.n > 0;
  report->is_complex = is_complex;
  report->is_without_theta = check->theta < check->self->theta;
  report->n_profiles = count_typed_profiles(check);
  report->n_findings = findings.n;
  report->findings = findings.items;
  report->n_facts = check->facts.n;
  report->facts = check->facts.items;
  report->n_alternatives = check->alternatives.n;
  report->alternatives = check->alternatives.items;
  report->n_mutated = check->n_mutated;
  report->n_impossible = check->n_impossible;
  report->n_left_out = check->n_left_out;
  report->n_markers_out = count_unused(check);
  return HW_OK;
}

hw_status hw_reference_check(hw_reference *self, const hw_family *family,
                             const hw_amelogenin *amelogenin, const hw_reference_report **report,
                             hw_err *err) {
  *report = NULL;
  hw_arena_reset(&self->scratch);
  hwp_check check = {.self = self,
                     .family = family,
                     .amelogenin = amelogenin,
                     .arena = &self->scratch,
                     .theta = self->theta};
  self->report = (hw_reference_report){0};
  HW_TRY(run(&check, &self->report, err));
  *report = &self->report;
  return HW_OK;
}
