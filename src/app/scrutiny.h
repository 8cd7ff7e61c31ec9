/** @file
 * What the scrutiny of an identification takes from a case database besides the case itself:
 * the other frequency tables, the size of the samples behind them, and which identifications
 * stand.
 *
 * Example:
 * @code
 *   hw_scrutiny_input input;
 *   s = hw_scrutiny_input_load(&app, &stored, &input, err);
 *   if (s == HW_OK) {
 *     options.tables = input.tables;
 *     options.n_tables = input.n_tables;
 *     options.two_n = input.two_n;
 *   }
 *   hw_scrutiny_input_clear(&input);
 * @endcode
 */
#ifndef HW_APP_SCRUTINY_H
#define HW_APP_SCRUTINY_H

#include "app/stored_case.h"
#include "homeward/scrutiny.h"

/** An identification whose person and sample are in the case. */
typedef struct hw_standing_pair {
  const char *code, *state;
  int32_t family, missing, remains; /**< of the case; missing: index in the family's list */
} hw_standing_pair;

typedef struct hw_scrutiny_input {
  int32_t n_tables;
  hw_scrutiny_table *tables; /**< all that are not withdrawn, but the investigation's */
  int32_t n_flagged; /**< tables left out, since a check of them failed or they do not sum */
  int32_t *two_n;    /**< per marker of the case; 0 = not known */
  int32_t n_pairs;
  hw_standing_pair *pairs; /**< candidate, reviewed and confirmed, in the order of their records */
  int32_t n_elsewhere;     /**< identifications of persons or samples that the case lacks */
  hw_frequency_table **owned;
  hw_arena arena;
} hw_scrutiny_input;

/** Loads it. Free with hw_scrutiny_input_clear, also after a failure. */
HW_MUST_CHECK hw_status hw_scrutiny_input_load(hw_app *app, const hw_stored_case *stored,
                                               hw_scrutiny_input *out, hw_err *err);
void hw_scrutiny_input_clear(hw_scrutiny_input *self);

#endif
