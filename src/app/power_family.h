/** @file
 * Whom of one family to sample next, computed on demand within bounds.
 *
 * The family is loaded with its typed references and evaluated as `homeward power` does. Who withdrew
 * consent, or gave none, is not asked again. Work is bounded three ways: a family that is too complex
 * is left out; more relatives than HW_FAMILY_POWER_MOST, and with theta any, are tried only if asked
 * for; and a caller can stop it, also while a family is computed.
 *
 * Example:
 * @code
 *   hw_family_power power;
 *   hw_status s = hw_family_power_make(&app, &(hw_family_power_options){.family = "F7"}, &power, err);
 *   if (s == HW_OK) p = hw_power_target_get(power.study, 0)->now.pass;
 *   hw_family_power_clear(&power);
 * @endcode
 */
#ifndef HW_APP_POWER_FAMILY_H
#define HW_APP_POWER_FAMILY_H

#include "app/stored_case.h"
#include "homeward/power.h"

/** Relatives who could be sampled, that are tried without being asked; with theta none is: each of
 * their genotypes then is a family of its own, which takes seconds to minutes. */
#define HW_FAMILY_POWER_MOST 12
/** Multiplications per marker beyond which a family is left out. */
#define HW_FAMILY_POWER_WORK 2e9

typedef struct hw_family_power_options {
  const char *family;
  double threshold; /**< log10 LR; 0 = HW_POWER_THRESHOLD */
  bool with_pairs;  /**< pairs and everybody together too, and however many relatives there are */
  bool (*stop)(void *context, uint64_t done, uint64_t all); /**< NULL = never */
  void *context;
} hw_family_power_options;

typedef struct hw_family_power {
  hw_stored_case stored; /**< one family, by codes, without remains */
  hw_power_study *study;
  int32_t n_candidates; /**< not missing, not fully typed, consent not refused */
  int32_t n_without_consent;
  bool is_only_now; /**< nobody was tried: there are too many candidates, or there is theta */
  hw_arena arena;
} hw_family_power;

/** Loads and computes. @param out  clear with hw_family_power_clear, also after a failure
 * @return HW_OK; as hw_stored_case_load; HW_E_SHAPE (the family misses nobody, or has no pedigree);
 *         HW_E_INTERRUPTED (stopped); as hw_power_new */
HW_MUST_CHECK hw_status hw_family_power_make(hw_app *app, const hw_family_power_options *options,
                                             hw_family_power *out, hw_err *err);
void hw_family_power_clear(hw_family_power *self);

#endif
