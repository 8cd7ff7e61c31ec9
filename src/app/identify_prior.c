/* The prior of a joint run, made from what was asked.
 *
 * The text of a prior must say everything that makes it again. Flat and odds are
 * a word and a number. Factors are a list of settings; with records also the
 * facts, which are pinned by a digest of the weights of all pairings that count:
 * where the digest is another, a fact or its error was changed since. */
#include "app/identify_prior.h"

#include <math.h>
#include <string.h>

#include "app/identify.h"
#include "base/check.h"
#include "base/digest.h"
#include "base/elementary.h"
#include "base/json_members.h"
#include "base/json_read.h"

#define LN10 2.302585092994045684

static int32_t count_missing(const hw_case *problem) {
  int32_t n = 0;
  for (int32_t f = 0; f < problem->n_families; f++) n += problem->families[f].n_missing;
  return n;
}

/* --- the text --- */

static void digest_weights(const hw_made_prior *self, const hw_case *problem,
                           const hw_candidate_pairs *pairs, uint8_t out[HW_DIGEST_SIZE]) {
  hw_digest digest;
  hw_digest_begin(&digest);
  const int32_t n_targets = count_missing(problem);
  const int64_t n = pairs != NULL ? pairs->n : (int64_t)problem->n_remains * n_targets;
  for (int64_t i = 0; i < n; i++) {
    int32_t remains = pairs != NULL ? pairs->pairings[i].remains : (int32_t)(i / n_targets);
    int32_t target = pairs != NULL ? pairs->pairings[i].target : (int32_t)(i % n_targets);
    double weight = hw_prior_ln_pair(self->factors, remains, target);
    int64_t bits = 0;
    memcpy(&bits, &weight, sizeof bits);
    hw_digest_add_int(&digest, bits);
  }
  hw_digest_end(&digest, out);
}

static void write_settings(hw_json_writer *w, const hw_prior_settings *settings) {
  hw_json_add_object(w, "factors");
  for (int f = 0; f < HW_PRIOR_COUNT; f++) {
    if (!settings->is_used[f]) continue;
    hw_json_add_object(w, hw_prior_factor_name((hw_prior_factor)f));
    for (int p = 0; p < HW_PRIOR_PARAMETER_COUNT; p++) {
      const hw_prior_parameter_info *info = hw_prior_parameter_get((hw_prior_parameter)p);
      if ((int)info->factor != f || isnan(settings->value[p])) continue;
      hw_json_add_double_short(w, info->name, settings->value[p]);
    }
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}

static void write_text(hw_json_writer *w, const hw_made_prior *self, const hw_case *problem,
                       const hw_candidate_pairs *pairs) {
  static const char *const names[] = {"flat", "odds", "factors"};
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "kind", names[self->asked.kind]);
  if (self->asked.kind == HW_ASKED_ODDS) hw_json_add_double_short(w, "none", self->asked.none);
  if (self->asked.kind == HW_ASKED_FACTORS) {
    hw_json_add_bool(w, "record", self->asked.with_record);
    write_settings(w, &self->asked.settings);
    if (self->asked.with_record) {
      uint8_t digest[HW_DIGEST_SIZE];
      char text[HW_DIGEST_TEXT_SIZE];
      digest_weights(self, problem, pairs, digest);
      hw_json_add_text(w, "weights", hw_digest_text(digest, text));
    }
  }
  hw_json_write_end_object(w);
}

static hw_status make_text(hw_made_prior *self, const hw_case *problem,
                           const hw_candidate_pairs *pairs, hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_json_writer w;
  hw_json_write_init_str(&w, &text, 0);
  write_text(&w, self, problem, pairs);
  return hw_json_write_finish_in(&w, &self->arena, &self->json, err);
}

/* --- making --- */

static double ln_constant(void *context, int32_t remains, int32_t target) {
  (void)remains;
  (void)target;
  return *(const double *)context;
}

/* P(she) / P(none): each of n missing persons shares what is not none's. */
static hw_status make_odds(hw_made_prior *self, const hw_case *problem, hw_err *err) {
  const double none = self->asked.none;
  if (!(none > 0 && none < 1))
    return hw_err_set(err, HW_E_VALUE,
                      "a joint prior of 'none of the missing' lies above 0 and below 1, not at %g",
                      none);
  self->ln_pair = hw_ln((1 - none) / count_missing(problem) / none);
  self->joint = (hw_joint_prior){.ln_pair = ln_constant, .context = &self->ln_pair};
  return HW_OK;
}

static hw_status make_factors(hw_made_prior *self, const hw_case *problem,
                              const hw_stored_prior *facts, hw_err *err) {
  HW_TRY(hw_prior_new(&self->asked.settings, problem->n_remains,
                      facts != NULL ? facts->remains : NULL, count_missing(problem),
                      facts != NULL ? facts->missing : NULL, &self->factors, err));
  self->joint = hw_prior_joint(self->factors);
  return HW_OK;
}

/* --- after a search --- */

static double ln_kept(void *context, int32_t remains, int32_t target) {
  const hw_made_prior *self = context;
  const hw_joint_prior *whole = &self->whole;
  const double own = whole->ln_pair != NULL ? whole->ln_pair(whole->context, remains, target) : 0;
  return own - self->ln_none[remains];
}

/* Weight of a pairing of which nothing is known. */
static double weight_of_any(const hw_made_prior *self) {
  double ln_factor[HW_PRIOR_COUNT] = {0};
  if (self->factors != NULL) hw_prior_factors(self->factors, 0, 0, ln_factor);
  const double ln_weight = self->factors != NULL ? ln_factor[HW_PRIOR_NUMBERS] : self->ln_pair;
  return hw_pow10(ln_weight / LN10);
}

static hw_status take_in_the_rest(hw_made_prior *self, const hw_case *problem,
                                  const hw_candidate_pairs *pairs, hw_err *err) {
  const double n_missing = count_missing(problem), weight = weight_of_any(self);
  double *ln_none = hw_arena_alloc_array(&self->arena, (size_t)problem->n_remains, sizeof *ln_none);
  if (ln_none == NULL) return HW_NO_MEMORY(err, "the prior");
  for (int32_t r = 0; r < problem->n_remains; r++) ln_none[r] = n_missing;
  for (int32_t i = 0; i < pairs->n; i++) ln_none[pairs->pairings[i].remains] -= 1;
  for (int32_t r = 0; r < problem->n_remains; r++) ln_none[r] = hw_ln(1 + ln_none[r] * weight);
  self->ln_none = ln_none;
  self->whole = self->joint;
  self->joint.ln_pair = ln_kept;
  self->joint.context = self;
  return HW_OK;
}

hw_status hw_made_prior_init(const hw_case *problem, const hw_asked_prior *asked,
                             const hw_stored_prior *facts, const hw_candidate_pairs *pairs,
                             hw_made_prior *out, hw_err *err) {
  memset(out, 0, sizeof *out);
  out->asked = *asked;
  hw_arena_init(&out->arena, 0);
  if (asked->kind == HW_ASKED_ODDS) HW_TRY(make_odds(out, problem, err));
  if (asked->kind == HW_ASKED_FACTORS) HW_TRY(make_factors(out, problem, facts, err));
  if (pairs != NULL) HW_TRY(take_in_the_rest(out, problem, pairs, err));
  return make_text(out, problem, pairs, err);
}

bool hw_asked_prior_frees_sexes(const hw_asked_prior *self) {
  return self->kind == HW_ASKED_FACTORS && self->with_record &&
         self->settings.is_used[HW_PRIOR_SEX];
}

void hw_made_prior_clear(hw_made_prior *self) {
  hw_prior_delete(self->factors);
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

/* --- reading it back --- */

static bool is_parameter(int parameter, hw_prior_factor factor, const char *name) {
  const hw_prior_parameter_info *info = hw_prior_parameter_get((hw_prior_parameter)parameter);
  return info->factor == factor && strcmp(info->name, name) == 0;
}

static hw_status parse_factor(hw_prior_settings *settings, const char *name, const hw_json *values,
                              hw_err *err) {
  hw_prior_factor factor = hw_prior_factor_find(name);
  if (factor == HW_PRIOR_COUNT)
    return hw_err_set(err, HW_E_VALUE, "this version knows no factor '%s' of a prior", name);
  settings->is_used[factor] = true;
  hw_json_iter at = {0};
  while (hw_json_next(values, &at)) {
    int p = 0;
    while (p < HW_PRIOR_PARAMETER_COUNT && !is_parameter(p, factor, at.key)) p++;
    if (p == HW_PRIOR_PARAMETER_COUNT)
      return hw_err_set(err, HW_E_VALUE, "this version knows no parameter '%s' of '%s'", at.key,
                        name);
    HW_TRY(hw_json_as_double(at.value, &settings->value[p], err));
  }
  return HW_OK;
}

hw_status hw_asked_prior_read(const hw_json *json, hw_asked_prior *out, hw_err *err) {
  const char *kind = NULL;
  memset(out, 0, sizeof *out);
  HW_TRY(hw_json_get_string(json, "kind", &kind, err));
  if (strcmp(kind, "flat") == 0) return HW_OK;
  if (strcmp(kind, "odds") == 0) {
    out->kind = HW_ASKED_ODDS;
    return hw_json_get_double(json, "none", &out->none, err);
  }
  if (strcmp(kind, "factors") != 0)
    return hw_err_set(err, HW_E_VALUE, "this version knows no prior '%s'", kind);
  out->kind = HW_ASKED_FACTORS;
  hw_prior_settings_init(&out->settings);
  const hw_json *factors = NULL;
  HW_TRY(hw_json_find_bool(json, "record", &out->with_record, err));
  HW_TRY(hw_json_get_object(json, "factors", &factors, err));
  hw_json_iter at = {0};
  while (hw_json_next(factors, &at)) HW_TRY(parse_factor(&out->settings, at.key, at.value, err));
  return HW_OK;
}
