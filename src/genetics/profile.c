/* Observations: P(what a laboratory saw | the true genotype).
 *
 * The true genotype is an ordered pair of alleles, or one allele (male, X).
 *
 *   clean genotype   1 or 0, by what of the truth can be seen. A silent allele
 *                    is not seen: a/silent looks like a/a, and silent/silent
 *                    like nothing, which no genotype entry stands for.
 *   partial a/?      the event "a is one of the alleles seen", that is the sum
 *                    over what the other one may be; not a homozygote, as which
 *                    some programs read it.
 *   set              each allele z of the marker is seen or not, independently
 *                    given its number k of copies:
 *                    P(not seen) = (1 − c p_z) d^k, d = dropout per copy, c =
 *                    drop-in (after Gill, Whitaker, Flaxman, Brown & Buckleton
 *                    2000, Forensic Sci. Int. 112:17; dropout acts on each
 *                    copy). The product over all z makes the probabilities of
 *                    all sets sum to one.
 *   typing error     with probability e the reading belongs to a random person
 *                    of the population (Hardy–Weinberg), whatever is true.
 *
 * Invariant: a value in [0, 1], never NaN, for arguments that
 * hw_observation_validate and the profile's documented ranges allow. */
#include "homeward/profile.h"

#include <math.h>

/* Clean reading a/b, or a/? with b = HW_ALLELE_NONE, of the true x/y, where y
 * may be HW_ALLELE_NONE (one allele). */
static double clean_genotype(hw_allele silent, hw_allele a, hw_allele b, hw_allele x, hw_allele y) {
  /* What shows of x/y: u/v, both HW_ALLELE_NONE if nothing. */
  hw_allele u = x == silent ? HW_ALLELE_NONE : x;
  hw_allele v = y == silent ? HW_ALLELE_NONE : y;
  if (u == HW_ALLELE_NONE) u = v;
  if (v == HW_ALLELE_NONE) v = u;
  if (b == HW_ALLELE_NONE) return a == u || a == v ? 1 : 0;
  return (a == u && b == v) || (a == v && b == u) ? 1 : 0;
}

/* The same reading of a person drawn from the population. */
static double random_genotype(const hw_marker *marker, hw_allele a, hw_allele b) {
  const double *p = marker->frequencies;
  if (b == HW_ALLELE_NONE) return p[a] * (2 - p[a]); /* 1 − (1 − p_a)² */
  if (a != b) return 2 * p[a] * p[b];
  double silent = marker->silent == HW_ALLELE_NONE ? 0 : p[marker->silent];
  return p[a] * (p[a] + 2 * silent);
}

static double with_typing_error(double error, double clean, double random) {
  /* error = 0 must give the clean value to the last bit. */
  return error > 0 ? (1 - error) * clean + error * random : clean;
}

static double seen_set(const hw_marker *marker, const hw_observation *obs,
                       const hw_profile *profile, hw_allele x, hw_allele y) {
  double probability = 1;
  int32_t next = 0;
  for (hw_allele z = 0; z < marker->n_alleles; z++) {
    bool seen = next < obs->n_seen && obs->seen[next] == z;
    if (seen) next++;
    if (z == marker->silent) continue;
    double kept = 1; /* P(no copy gives a signal) = d^k */
    if (x == z) kept *= profile->dropout;
    if (y == z) kept *= profile->dropout;
    double in = profile->drop_in * marker->frequencies[z];
    /* 1 − (1 − in)·kept, written so that a small drop-in keeps its digits. */
    probability *= seen ? (1 - kept) + in * kept : (1 - in) * kept;
  }
  return probability;
}

double hw_observation_probability(const hw_marker *marker, const hw_observation *obs,
                                  const hw_profile *profile, hw_allele x, hw_allele y) {
  switch (obs->kind) {
    case HW_OBS_GENOTYPE:
      return with_typing_error(profile->typing_error,
                               clean_genotype(marker->silent, obs->a, obs->b, x, y),
                               random_genotype(marker, obs->a, obs->b));
    case HW_OBS_SINGLE:
      /* Not defined for two true alleles: nobody with two is typed by one. */
      if (y != HW_ALLELE_NONE) return 0;
      return with_typing_error(profile->typing_error, obs->a == x ? 1 : 0,
                               marker->frequencies[obs->a]);
    case HW_OBS_SET:
      return seen_set(marker, obs, profile, x, y);
    case HW_OBS_MISSING:
      break;
  }
  return 1;
}

static hw_status check_allele(const hw_marker *marker, hw_allele allele, hw_err *err) {
  if (allele < 0 || allele >= marker->n_alleles)
    return hw_err_set(err, HW_E_VALUE, "marker %.60s: allele number %d; it has %d alleles",
                      marker->name, (int)allele, (int)marker->n_alleles);
  if (allele == marker->silent)
    return hw_err_set(err, HW_E_VALUE,
                      "marker %.60s: \"%.40s\" is its silent allele, which cannot be seen; leave "
                      "it out of the genotype",
                      marker->name, marker->allele_names[allele]);
  return HW_OK;
}

static hw_status check_set(const hw_marker *marker, const hw_observation *obs, hw_err *err) {
  if (obs->n_seen < 0 || obs->n_seen > marker->n_alleles || (obs->n_seen > 0 && !obs->seen))
    return hw_err_set(err, HW_E_SHAPE, "marker %.60s: %d alleles seen of %d", marker->name,
                      (int)obs->n_seen, (int)marker->n_alleles);
  for (int32_t i = 0; i < obs->n_seen; i++) {
    hw_status status = check_allele(marker, obs->seen[i], err);
    if (status != HW_OK) return status;
    if (i > 0 && obs->seen[i] <= obs->seen[i - 1])
      return hw_err_set(err, HW_E_VALUE,
                        "marker %.60s: the alleles seen must be distinct and in ascending order",
                        marker->name);
  }
  return HW_OK;
}

hw_status hw_observation_validate(const hw_marker *marker, const hw_observation *obs,
                                  bool has_single, hw_err *err) {
  hw_status status;
  switch (obs->kind) {
    case HW_OBS_MISSING:
      return HW_OK;
    case HW_OBS_SET:
      return check_set(marker, obs, err);
    case HW_OBS_SINGLE:
      if (!has_single)
        return hw_err_set(err, HW_E_SHAPE,
                          "marker %.60s: one allele, but the person carries two here; write a "
                          "homozygote as two equal alleles and a partial genotype as [\"a\", null]",
                          marker->name);
      return check_allele(marker, obs->a, err);
    case HW_OBS_GENOTYPE:
      if (has_single)
        return hw_err_set(err, HW_E_SHAPE,
                          "marker %.60s: two alleles, but a male carries one at an X marker",
                          marker->name);
      status = check_allele(marker, obs->a, err);
      if (status != HW_OK || obs->b == HW_ALLELE_NONE) return status;
      return check_allele(marker, obs->b, err);
  }
  return hw_err_set(err, HW_E_VALUE, "observation kind %d does not exist", (int)obs->kind);
}
