/* Computing a stored joint run again.
 *
 * A joint posterior rests on all profiles, families and decisions of the run, so
 * it is computed again only where the digest of the whole is what it was, the
 * search that gave the candidates still stands, and the facts that the prior
 * weighs are the same (their digest stands with the prior). Where they are not,
 * that is told once for the run and is no fault.
 *
 * What was fixed or ruled out is taken from the run's parameters, not from the
 * decisions of today: those made since belong to later runs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/identify_joint.h"
#include "app/recompute_int.h"
#include "app/record_content.h"
#include "base/check.h"
#include "base/digest.h"
#include "base/json_read.h"

#define LN10 2.302585092994045684

/* --- pairings of the parameters --- */

typedef struct pairings {
  hw_joint_pairing *items;
  int32_t n, capacity;
} pairings;

static hw_status add_pairing(hwp_joint_again *self, pairings *list, hw_joint_pairing pairing,
                             hw_err *err) {
  if (list->n == list->capacity) {
    int32_t larger = list->capacity > 0 ? 2 * list->capacity : 16;
    hw_joint_pairing *grown =
        larger > 0 ? hw_arena_alloc_array(&self->arena, (size_t)larger, sizeof *grown) : NULL;
    if (grown == NULL) return HW_NO_MEMORY(err, "the decisions");
    if (list->n > 0) memcpy(grown, list->items, (size_t)list->n * sizeof *grown);
    list->items = grown;
    list->capacity = larger;
  }
  list->items[list->n++] = pairing;
  return HW_OK;
}

static int32_t count_targets(const hw_case *problem, int32_t n_families) {
  int32_t n = 0;
  for (int32_t f = 0; f < n_families; f++) n += problem->families[f].n_missing;
  return n;
}

/* A pairing of a sample and a person, in every family that misses her. */
static hw_status add_records(hwp_joint_again *self, pairings *list, int64_t sample, int64_t person,
                             hw_err *err) {
  const hw_stored_case *stored = &self->from->stored;
  const int32_t remains = hwp_find_remains(stored, sample);
  for (int32_t f = 0; remains >= 0 && f < stored->problem.n_families; f++) {
    int32_t missing = hwp_find_missing(stored, f, person);
    if (missing < 0) continue;
    HW_TRY(add_pairing(self, list,
                       (hw_joint_pairing){remains, count_targets(&stored->problem, f) + missing},
                       err));
  }
  return HW_OK;
}

/* "fixed", "excluded": [[SAMPLE, PERSON], …]. */
static hw_status read_asked(hwp_joint_again *self, const hw_json *parameters, const char *key,
                            pairings *list, hw_err *err) {
  const hw_json *rows = NULL;
  HW_TRY(hw_json_find_array(parameters, key, &rows, err));
  for (size_t i = 0; rows != NULL && i < hw_json_count(rows); i++) {
    const hw_json *row = hw_json_at(rows, i);
    int64_t sample = 0, person = 0;
    HW_TRY(hw_json_expect_array(row, err));
    HW_TRY(hw_json_as_int(hw_json_at(row, 0), 1, INT64_MAX, &sample, err));
    HW_TRY(hw_json_as_int(hw_json_at(row, 1), 1, INT64_MAX, &person, err));
    HW_TRY(add_records(self, list, sample, person, err));
  }
  return HW_OK;
}

/* Identifications on which there was a decision. */
static hw_status read_identification(hwp_joint_again *self, int64_t id, int64_t *sample,
                                     int64_t *person, hw_err *err) {
  hw_arena brief;
  hw_record record;
  hw_arena_init(&brief, 0);
  hw_status status =
      hw_store_get(self->from->app->store, HW_KIND_IDENTIFICATION, id, &brief, &record, err);
  if (status == HW_OK) {
    *sample = hw_record_int(&record, HW_FIELD_IDENTIFICATION_SAMPLE);
    *person = hw_record_int(&record, HW_FIELD_IDENTIFICATION_PERSON);
  }
  hw_arena_clear(&brief);
  return status;
}

/* Every pairing that counts of remains that are identified elsewhere. */
static hw_status add_taken(hwp_joint_again *self, pairings *list, int32_t remains, hw_err *err) {
  const hw_case *problem = &self->from->stored.problem;
  const int32_t n_targets = count_targets(problem, problem->n_families);
  for (int32_t i = 0; self->has_candidates && i < self->candidates.n; i++)
    if (self->candidates.pairings[i].remains == remains)
      HW_TRY(add_pairing(self, list, self->candidates.pairings[i], err));
  for (int32_t t = 0; !self->has_candidates && t < n_targets; t++)
    HW_TRY(add_pairing(self, list, (hw_joint_pairing){remains, t}, err));
  return HW_OK;
}

static hw_status read_decided(hwp_joint_again *self, const hw_json *decided, const char *key,
                              pairings *list, hw_err *err) {
  const hw_json *rows = NULL;
  HW_TRY(hw_json_find_array(decided, key, &rows, err));
  for (size_t i = 0; rows != NULL && i < hw_json_count(rows); i++) {
    int64_t id = 0, sample = 0, person = 0;
    HW_TRY(hw_json_as_int(hw_json_at(rows, i), 1, INT64_MAX, &id, err));
    HW_TRY(read_identification(self, id, &sample, &person, err));
    const int32_t remains = hwp_find_remains(&self->from->stored, sample);
    if (strcmp(key, "taken") != 0)
      HW_TRY(add_records(self, list, sample, person, err));
    else if (remains >= 0)
      HW_TRY(add_taken(self, list, remains, err));
  }
  return HW_OK;
}

static hw_status read_pairings(hwp_joint_again *self, const hw_json *parameters, hw_err *err) {
  pairings fixed = {0}, excluded = {0};
  const hw_json *decided = hw_json_find(parameters, "decided");
  if (decided != NULL && !hw_json_is_null(decided)) {
    HW_TRY(read_decided(self, decided, "fixed", &fixed, err));
    HW_TRY(read_decided(self, decided, "excluded", &excluded, err));
    HW_TRY(read_decided(self, decided, "taken", &excluded, err));
  }
  HW_TRY(read_asked(self, parameters, "fixed", &fixed, err));
  HW_TRY(read_asked(self, parameters, "excluded", &excluded, err));
  self->options.fixed = fixed.items;
  self->options.n_fixed = fixed.n;
  self->options.excluded = excluded.items;
  self->options.n_excluded = excluded.n;
  return HW_OK;
}

/* --- the rest of the parameters --- */

static hw_status read_numbers(hwp_joint_again *self, const hw_json *parameters, hw_err *err) {
  hw_joint_options *o = &self->options;
  int64_t best = 0, seed = 0, steps = 0, chains = 0;
  const hw_json *threshold = hw_json_find(parameters, "threshold_log10_lr");
  if (threshold == NULL || hw_json_as_double(threshold, &self->threshold, NULL) != HW_OK)
    self->threshold = -HUGE_VAL; /* "-inf": all pairs were listed */
  HW_TRY(hw_json_get_double(parameters, "left_out", &o->left_out, err));
  HW_TRY(hw_json_get_double(parameters, "undisputed_log10_lr", &o->undisputed, err));
  HW_TRY(hw_json_get_double(parameters, "max_steps", &o->max_steps, err));
  HW_TRY(hw_json_get_int(parameters, "best", 0, INT32_MAX, &best, err));
  HW_TRY(hw_json_get_int(parameters, "seed", INT64_MIN, INT64_MAX, &seed, err));
  HW_TRY(hw_json_get_int(parameters, "chain_steps", 0, INT64_MAX, &steps, err));
  HW_TRY(hw_json_get_int(parameters, "chains", 0, INT32_MAX, &chains, err));
  o->n_best = (int32_t)best;
  o->seed = (uint64_t)seed;
  o->chain_steps = steps;
  o->n_chains = (int32_t)chains;
  o->likelihood.max_work = 1e18;
  return HW_OK;
}

static hw_status read_candidates(hwp_joint_again *self, const hw_json *parameters, hw_err *err) {
  const hw_json *search = hw_json_find(parameters, "search");
  const char *code = NULL;
  if (search == NULL || hw_json_is_null(search)) return HW_OK;
  HW_TRY(hw_json_as_string(search, &code, err));
  self->has_candidates = true;
  HW_TRY(hw_candidate_pairs_find(self->from->app, &self->from->stored, self->from->evidence, code,
                                 &self->candidates, err));
  self->options.candidates = self->candidates.pairings;
  self->options.n_candidates = self->candidates.n;
  return HW_OK;
}

static hw_status read_prior(hwp_joint_again *self, const hw_json *parameters, hw_err *err) {
  hw_stored_case *stored = &self->from->stored;
  const hw_json *prior = NULL;
  const char *weights = NULL;
  hw_asked_prior asked;
  HW_TRY(hw_json_get_object(parameters, "prior", &prior, err));
  HW_TRY(hw_asked_prior_read(prior, &asked, err));
  HW_TRY(hw_json_find_string(prior, "weights", &weights, err));
  if (asked.with_record) HW_TRY(hw_stored_prior_load(self->from->app, stored, &self->facts, err));
  if (hw_asked_prior_frees_sexes(&asked))
    HW_TRY(hw_stored_prior_free_sexes(&self->facts, &stored->problem, err));
  HW_TRY(hw_made_prior_init(&stored->problem, &asked, asked.with_record ? &self->facts : NULL,
                            self->has_candidates ? &self->candidates : NULL, &self->prior, err));
  self->options.prior = self->prior.joint;
  self->has_other_facts = weights != NULL && strstr(self->prior.json, weights) == NULL;
  return HW_OK;
}

/* SNPs and lines, of a run that weighed them. */
static hw_status weigh_evidence(hwp_joint_again *self, hw_err *err) {
  const hw_pair_evidence_options what = {
      .pairs = self->has_candidates ? self->candidates.pairings : NULL,
      .n_pairs = self->candidates.n,
      .with_other_sex = hw_asked_prior_frees_sexes(&self->prior.asked)};
  if (self->from->evidence == NULL) return HW_OK;
  HW_TRY(hw_pair_evidence_new(self->from->evidence, &self->from->stored.problem, &what,
                              &self->evidence, err));
  self->options.extra = hw_pair_evidence_extra(self->evidence);
  return HW_OK;
}

static hw_status read_all(hwp_joint_again *self, const char *text, hw_err *err) {
  hw_json_doc *doc = NULL;
  HW_TRY(hw_json_doc_parse(text, strlen(text), NULL, &doc, err));
  const hw_json *parameters = hw_json_doc_root(doc);
  hw_status status = read_numbers(self, parameters, err);
  if (status == HW_OK) status = read_candidates(self, parameters, err);
  if (status == HW_OK) status = read_pairings(self, parameters, err);
  if (status == HW_OK) status = read_prior(self, parameters, err);
  if (status == HW_OK) status = weigh_evidence(self, err);
  hw_json_doc_delete(doc);
  return status;
}

static bool is_same_whole(const hwp_recomputing *from, const char *inputs) {
  uint8_t digest[HW_DIGEST_SIZE];
  char text[HW_DIGEST_TEXT_SIZE];
  hw_stored_case_digest(&from->stored, digest);
  return strcmp(hw_digest_text(digest, text), inputs) == 0;
}

hw_status hwp_joint_again_begin(hwp_recomputing *from, const char *parameters, const char *inputs,
                                hwp_joint_again *out, hw_err *err) {
  hw_err why = HW_ERR_INIT;
  memset(out, 0, sizeof *out);
  out->from = from;
  out->remains = from->stored.problem.remains;
  hw_arena_init(&out->arena, 0);
  if (!is_same_whole(from, inputs))
    return hwp_recompute_tell(
        from, false, 0, err, "%s: joint posteriors are not computed again",
        from->is_imported ? HWP_IMPORTED_DATA : "the data have changed since");
  hw_status status = read_all(out, parameters, &why);
  if (status == HW_E_NO_MEMORY || status == HW_E_DAMAGED) {
    if (err != NULL) *err = why;
    return status;
  }
  if (status != HW_OK)
    return hwp_recompute_tell(from, false, 0, err,
                              "joint posteriors cannot be computed again as things stand: %s",
                              why.message);
  if (out->has_other_facts)
    return hwp_recompute_tell(from, false, 0, err,
                              "what the records say of place, time and person has changed since: "
                              "joint posteriors are not computed again");
  out->is_ready = true;
  return HW_OK;
}

void hwp_joint_again_end(hwp_joint_again *self) {
  if (self->from != NULL) self->from->stored.problem.remains = self->remains;
  hw_joint_delete(self->run);
  hw_pair_evidence_delete(self->evidence);
  hw_made_prior_clear(&self->prior);
  hw_stored_prior_clear(&self->facts);
  hw_candidate_pairs_clear(&self->candidates);
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

/* --- the run --- */

/* Families that the run left out. */
static hw_status leave_out(hwp_joint_again *self, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(self->from->run);
  HW_TRY(
      hw_store_scan(self->from->app->store, HW_KIND_POWER, HW_FIELD_POWER_RUN, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const int32_t family =
        hwp_find_family(&self->from->stored, hw_record_int(row, HW_FIELD_POWER_FAMILY));
    if (family >= 0 && hw_record_text(row, HW_FIELD_POWER_LEFT_OUT)[0] != '\0')
      hw_joint_leave_out(self->run, family);
  }
  hw_scan_done(scan);
  return status;
}

/* A pairing as it is stored. */
typedef struct stored_pair {
  int64_t profile, person;
  double posterior, complement, log10_glr, log10_prior;
  bool is_best;
  const char *standing;
} stored_pair;

/* Earlier versions stored sums that rounding had taken past 1. */
static double share(double posterior) {
  return posterior > 1 ? 1 : posterior;
}

static stored_pair pair_of(const hw_record *row) {
  return (stored_pair){.profile = hw_record_int(row, HW_FIELD_JOINT_PAIR_PROFILE),
                       .person = hw_record_int(row, HW_FIELD_JOINT_PAIR_PERSON),
                       .posterior = share(hw_record_real(row, HW_FIELD_JOINT_PAIR_POSTERIOR)),
                       .complement = hw_record_real(row, HW_FIELD_JOINT_PAIR_COMPLEMENT),
                       .log10_glr = hw_record_real(row, HW_FIELD_JOINT_PAIR_LOG10_GLR),
                       .log10_prior = hw_record_real(row, HW_FIELD_JOINT_PAIR_LOG10_PRIOR),
                       .is_best = hw_record_int(row, HW_FIELD_JOINT_PAIR_IS_BEST) == 1,
                       .standing = hw_record_text(row, HW_FIELD_JOINT_PAIR_STANDING)};
}

/* A pairing that was computed, by its records. */
typedef struct computed_pair {
  int32_t remains;
  int64_t person;
  hw_joint_pair pair;
} computed_pair;

typedef struct computed {
  computed_pair *pairs; /* by remains, then person, then the more probable first */
  int32_t n;
} computed;

static int compare_records(const computed_pair *x, const computed_pair *y) {
  if (x->remains != y->remains) return x->remains < y->remains ? -1 : 1;
  return (x->person > y->person) - (x->person < y->person);
}

static int compare_computed(const void *a, const void *b) {
  const computed_pair *x = a, *y = b;
  int order = compare_records(x, y);
  if (order != 0) return order;
  return (x->pair.posterior < y->pair.posterior) - (x->pair.posterior > y->pair.posterior);
}

static hw_status compute(hwp_joint_again *self, computed *out, hw_err *err) {
  const hw_stored_case *stored = &self->from->stored;
  hw_joint_pair *pairs = NULL;
  int32_t n = 0;
  HW_TRY(hw_joint_pairs(self->run, HW_IDENTIFY_LISTED / 2, self->threshold, &pairs, &n, err));
  out->pairs = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *out->pairs);
  for (int32_t i = 0; out->pairs != NULL && i < n; i++) {
    const hw_target *target = hw_joint_target(self->run, pairs[i].target);
    out->pairs[out->n++] =
        (computed_pair){.remains = pairs[i].remains,
                        .person = hwp_missing_person(stored, target->family, target->missing),
                        .pair = pairs[i]};
  }
  free(pairs);
  if (out->pairs == NULL) return HW_NO_MEMORY(err, "the pairings");
  if (n > 0) qsort(out->pairs, (size_t)n, sizeof *out->pairs, compare_computed);
  return HW_OK;
}

/* Of a person whom two families miss the more probable pairing is stored. */
static const hw_joint_pair *find_pair(const computed *now, int32_t remains, int64_t person) {
  const computed_pair key = {.remains = remains, .person = person};
  int32_t low = 0, high = now->n;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if (compare_records(&now->pairs[middle], &key) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  const bool is_there = low < now->n && compare_records(&now->pairs[low], &key) == 0;
  return is_there ? &now->pairs[low].pair : NULL;
}

static hw_status judge_pair(hwp_joint_again *self, const computed *now, const stored_pair *was,
                            hw_err *err) {
  hwp_recomputing *from = self->from;
  const int32_t remains = hwp_recompute_remains(from, was->profile);
  HW_BUG_IF(remains < 0, err); /* the digest of the whole is the same */
  const hw_joint_pair *is = find_pair(now, remains, was->person);
  from->summary->n_joint++;
  if (is == NULL)
    return hwp_recompute_tell(from, true, 0, err,
                              "joint pairing of profile %lld and person %lld is not found again",
                              (long long)was->profile, (long long)was->person);
  const struct {
    const char *name;
    double was, is;
  } numbers[] = {{"posterior", was->posterior, is->posterior},
                 {"1 - posterior", was->complement, is->complement},
                 {"log10 GLR", was->log10_glr, is->log10_glr},
                 {"log10 prior", was->log10_prior, is->ln_prior / LN10},
                 {"membership of the best assignment", was->is_best, is->is_best}};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    if (isnan(numbers[i].was) && isnan(numbers[i].is)) continue;
    if (!hwp_recompute_is_equal(from, numbers[i].was, numbers[i].is))
      return hwp_recompute_tell(
          from, true, 0, err,
          "joint pairing of profile %lld and person %lld: %s is %.17g as stored, %.17g computed "
          "again from the same inputs",
          (long long)was->profile, (long long)was->person, numbers[i].name, numbers[i].was,
          numbers[i].is);
  }
  if (strcmp(was->standing, hw_joint_standing_name(is->standing)) == 0) return HW_OK;
  return hwp_recompute_tell(from, true, 0, err,
                            "joint pairing of profile %lld and person %lld: '%s' as stored, '%s' "
                            "computed again",
                            (long long)was->profile, (long long)was->person, was->standing,
                            hw_joint_standing_name(is->standing));
}

static hw_status judge_pairs(hwp_joint_again *self, hw_err *err) {
  computed now = {0};
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(self->from->run);
  HW_TRY(compute(self, &now, err));
  hw_status status = hw_store_scan(self->from->app->store, HW_KIND_JOINT_PAIR,
                                   HW_FIELD_JOINT_PAIR_RUN, &key, &scan, err);
  while (status == HW_OK && (status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const stored_pair was = pair_of(row);
    if (row->withdrawn == NULL) status = judge_pair(self, &now, &was, err);
  }
  hw_scan_done(scan);
  return status;
}

static hw_status judge_remains(hwp_joint_again *self, const hw_record *row, hw_err *err) {
  hwp_recomputing *from = self->from;
  const int64_t profile = hw_record_int(row, HW_FIELD_JOINT_REMAINS_PROFILE);
  const double was = share(hw_record_real(row, HW_FIELD_JOINT_REMAINS_NONE_POSTERIOR));
  const int32_t r = hwp_recompute_remains(from, profile);
  HW_BUG_IF(r < 0, err); /* the digest of the whole is the same */
  const double is = hw_joint_posterior_none(self->run, r, NULL);
  if (hwp_recompute_is_equal(from, was, is)) return HW_OK;
  return hwp_recompute_tell(from, true, 0, err,
                            "profile %lld: posterior of 'none' is %.17g as stored, %.17g computed "
                            "again from the same inputs",
                            (long long)profile, was, is);
}

static hw_status judge_all_remains(hwp_joint_again *self, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(self->from->run);
  HW_TRY(hw_store_scan(self->from->app->store, HW_KIND_JOINT_REMAINS, HW_FIELD_JOINT_REMAINS_RUN,
                       &key, &scan, err));
  hw_status status = HW_OK;
  while (status == HW_OK && (status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL) status = judge_remains(self, row, err);
  hw_scan_done(scan);
  return status;
}

hw_status hwp_joint_again_run(hwp_joint_again *self, hw_err *err) {
  if (!self->is_ready) return HW_OK;
  HW_TRY(hw_joint_new(&self->from->stored.problem, &self->options, &self->run, err));
  HW_TRY(leave_out(self, err));
  HW_TRY(hw_joint_run(self->run, hwp_recompute_look, self->from, err));
  HW_TRY(judge_pairs(self, err));
  return judge_all_remains(self, err);
}
