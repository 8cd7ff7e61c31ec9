/** @file
 * Sites as a map and a list need them: all in one walk, a few columns of each.
 */
#ifndef HW_STORE_PLACES_H
#define HW_STORE_PLACES_H

#include "store/store.h"

/** A site that is in use; texts are valid during the call. */
typedef struct hw_store_place {
  int64_t id;
  const char *code, *place, *state; /**< "" where null */
  double latitude, longitude;       /**< NaN where null */
  double uncertainty_m;             /**< 0 where null */
  bool is_dangerous;                /**< a hazard that nobody says was cleared */
} hw_store_place;

typedef hw_status hw_store_place_fn(void *context, const hw_store_place *place, hw_err *err);
/** Calls @p report for every site that is not withdrawn, in the order of their ids: 100,000 in about
 * a tenth of a second. */
HW_MUST_CHECK hw_status hw_store_places(hw_store *self, hw_store_place_fn *report, void *context,
                                        hw_err *err);

/** Dossiers in use that place their loss at a site, by id.
 * @param ids  room for @p most
 * @param n    [out] how many; as many as there are, at most @p most */
HW_MUST_CHECK hw_status hw_store_dossiers_of_site(hw_store *self, int64_t site, int most,
                                                  int64_t *ids, int *n, hw_err *err);

#endif
