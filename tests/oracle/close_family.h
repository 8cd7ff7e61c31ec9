/** @file
 * Random families of a missing person's close relatives, markers of all models, and
 * observations of all kinds: material for tests of the closed forms (kinship/closed.h).
 *
 * Parents, their parents and siblings, siblings, half siblings, spouses and children are
 * there or not, typed or not, each by chance. Now and then somebody is in the family for
 * whom there is no closed form (an untyped sibling with a typed child).
 *
 * Example:
 * @code
 *   panel *markers = close_panel_new(&r);
 *   family *f = close_family_new(&r);
 *   family_data *data = close_data_new(f, markers, &r);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_CLOSE_FAMILY_H
#define HOMEWARD_TESTS_CLOSE_FAMILY_H

#include "pedigrees.h"

/** Free with family_delete. */
family *close_family_new(rng *r);

/** True if the family, typed as it says, has a closed form. */
bool close_family_has_closed_form(const family *f);

/** Four markers of one size and model, with odd frequencies and matrices among them. Free with
 * panel_delete. */
panel *close_panel_new(rng *r);

/** Gene-dropped profiles, some observations of which are missing, partial, homozygous or another
 * person's. Free with family_data_delete. */
family_data *close_data_new(const family *f, const panel *markers, rng *r);

#endif
