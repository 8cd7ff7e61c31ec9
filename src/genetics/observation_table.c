/* P(observation | genotype) for all genotypes at once.
 *
 * For a set of seen alleles the probability is a product over all alleles of
 * the marker, of which a genotype changes at most two factors: the product for
 * the person who carries nothing is taken once, and the factors of the carried
 * alleles are exchanged. Factors that are zero are counted, not divided by. */
#include <string.h>

#include "homeward/profile.h"

/* P(allele z is seen, or not, as it was | copies carried). */
static double factor(const hw_marker *marker, const hw_profile *profile, hw_allele z, bool seen,
                     int copies) {
  if (z == marker->silent) return 1.0;
  double kept = copies == 0   ? 1.0
                : copies == 1 ? profile->dropout
                              : profile->dropout * profile->dropout;
  double in = profile->drop_in * marker->frequencies[z];
  return seen ? (1.0 - kept) + in * kept : (1.0 - in) * kept;
}

static bool is_seen(const hw_observation *obs, hw_allele z) {
  for (int32_t i = 0; i < obs->n_seen; i++)
    if (obs->seen[i] == z) return true;
  return false;
}

typedef struct emptiness {
  double product; /* over the factors that are not zero */
  int32_t n_zeros;
} emptiness;

/* Takes one allele's factor out and puts the one for `copies` in. */
static emptiness exchange(emptiness base, double absent, double present) {
  if (absent == 0.0)
    base.n_zeros--;
  else
    base.product /= absent;
  if (present == 0.0)
    base.n_zeros++;
  else
    base.product *= present;
  return base;
}

static void fill_set(const hw_marker *marker, const hw_observation *obs, const hw_profile *profile,
                     bool single, double *out) {
  int32_t n = marker->n_alleles;
  emptiness none = {1.0, 0};
  for (hw_allele z = 0; z < n; z++)
    none = exchange(none, 1.0, factor(marker, profile, z, is_seen(obs, z), 0));
  for (hw_allele x = 0; x < n; x++) {
    bool seen_x = is_seen(obs, x);
    double absent_x = factor(marker, profile, x, seen_x, 0);
    emptiness one = exchange(none, absent_x, factor(marker, profile, x, seen_x, 1));
    emptiness two = exchange(none, absent_x, factor(marker, profile, x, seen_x, 2));
    if (single) {
      out[x] = one.n_zeros == 0 ? one.product : 0.0;
      continue;
    }
    out[(int64_t)x * n + x] = two.n_zeros == 0 ? two.product : 0.0;
    for (hw_allele y = 0; y < x; y++) {
      bool seen_y = is_seen(obs, y);
      emptiness both = exchange(one, factor(marker, profile, y, seen_y, 0),
                                factor(marker, profile, y, seen_y, 1));
      out[(int64_t)x * n + y] = out[(int64_t)y * n + x] = both.n_zeros == 0 ? both.product : 0.0;
    }
  }
}

void hw_observation_table(const hw_marker *marker, const hw_observation *obs,
                          const hw_profile *profile, bool single, double *out) {
  int32_t n = marker->n_alleles;
  if (obs->kind == HW_OBS_SET) {
    fill_set(marker, obs, profile, single, out);
    return;
  }
  for (hw_allele x = 0; x < n; x++) {
    if (single) {
      out[x] = hw_observation_probability(marker, obs, profile, x, HW_ALLELE_NONE);
      continue;
    }
    for (hw_allele y = 0; y <= x; y++)
      out[(int64_t)x * n + y] = out[(int64_t)y * n + x] =
          hw_observation_probability(marker, obs, profile, x, y);
  }
}
