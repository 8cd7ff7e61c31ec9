/* The walk from a person over everybody whose genotype is not certain. See separate.h. */
#include "kinship/separate.h"

#include <string.h>

hwp_seen_as hwp_seen_as_of(const hw_marker *marker, const hw_profile *profile,
                           const hw_observation *obs) {
  if (obs->kind == HW_OBS_MISSING) return HWP_SEEN_NOTHING;
  if (profile->typing_error > 0.0 || marker->silent != HW_ALLELE_NONE) return HWP_SEEN_PARTLY;
  if (obs->kind == HW_OBS_SINGLE) return HWP_SEEN_CERTAIN;
  const bool is_whole = obs->kind == HW_OBS_GENOTYPE && obs->b != HW_ALLELE_NONE;
  return is_whole ? HWP_SEEN_CERTAIN : HWP_SEEN_PARTLY;
}

/* What is known of an individual on the walk. */
enum { MATTERS = 1, CERTAIN = 2, MET = 4 };

static void mark_ancestors(const hwp_family *family, uint8_t *known) {
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    for (int32_t i = 0; i < family->n; i++) {
      if ((known[i] & MATTERS) == 0 || family->father[i] < 0) continue;
      uint8_t *father = &known[family->father[i]], *mother = &known[family->mother[i]];
      is_changed |= (*father & *mother & MATTERS) == 0;
      *father |= MATTERS;
      *mother |= MATTERS;
    }
  }
}

/* Meets a child and its parents if the walk may come from any of them. @return true if one is new */
static bool meet(const hwp_family *family, int32_t query, int32_t child, uint8_t *known) {
  const int32_t all[3] = {child, family->father[child], family->mother[child]};
  bool is_reached = false, is_new = false;
  for (int k = 0; k < 3; k++)
    is_reached |= (known[all[k]] & MET) != 0 && ((known[all[k]] & CERTAIN) == 0 || all[k] == query);
  for (int k = 0; is_reached && k < 3; k++) {
    is_new |= (known[all[k]] & MET) == 0;
    known[all[k]] |= MET;
  }
  return is_new;
}

void hwp_separate(const hwp_family *family, int32_t query, int32_t n_profiles,
                  const int32_t *individual, const uint8_t *seen, uint8_t *room, bool *tells) {
  uint8_t *known = room;
  memset(known, 0, (size_t)family->n);
  for (int32_t p = 0; p < n_profiles; p++) {
    if (seen[p] != HWP_SEEN_NOTHING) known[individual[p]] |= MATTERS;
    if (seen[p] == HWP_SEEN_CERTAIN) known[individual[p]] |= CERTAIN;
  }
  known[query] |= MATTERS | MET;
  mark_ancestors(family, known);
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    for (int32_t c = 0; c < family->n; c++)
      if ((known[c] & MATTERS) != 0 && family->father[c] >= 0)
        is_changed |= meet(family, query, c, known);
  }
  for (int32_t p = 0; p < n_profiles; p++)
    tells[p] = seen[p] != HWP_SEEN_NOTHING && (known[individual[p]] & MET) != 0;
}
