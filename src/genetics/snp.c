/* What is known of genotypes, as one byte each: likelihoods to bytes, called genotypes to bytes,
 * bytes to text, and back.
 *
 * A byte is −40 log10 of a likelihood over the largest of its marker. Quarters of a phred unit keep
 * a likelihood within 10^(1/80) = 3 %, and 255 = 10^−6.4 is less than any error rate of a
 * platform: what a byte cannot hold is not known anyway.
 *
 * A called genotype is turned into P(call | genotype) by the two ways in which platforms err:
 *
 *   dropout   a heterozygote x/y is seen as x/x or y/y, each with half the probability d
 *   error     each of the two alleles that are seen then is read as another, evenly, with
 *             probability e
 *
 * The order matters only in terms of second order, d·e. */
#include "homeward/snp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"

enum { MOST_BYTE = 255, BYTES = 256 };

void hw_snp_likelihoods(const uint8_t *bytes, int64_t n, float *likelihoods) {
  float of[BYTES];
  if (n < BYTES) { /* a table of all values would cost more than it saves */
    for (int64_t i = 0; i < n; i++)
      likelihoods[i] = (float)hw_pow10(-bytes[i] / (double)HW_SNP_UNITS);
    return;
  }
  for (int b = 0; b < BYTES; b++) of[b] = (float)hw_pow10(-b / (double)HW_SNP_UNITS);
  for (int64_t i = 0; i < n; i++) likelihoods[i] = of[bytes[i]];
}

static uint8_t byte_of(double ratio) {
  if (!(ratio > 0)) return MOST_BYTE;
  const double units = -HW_SNP_UNITS * hw_log10(ratio);
  return units >= MOST_BYTE ? MOST_BYTE : (uint8_t)lround(units);
}

void hw_snp_bytes(const double *likelihoods, int32_t n_genotypes, uint8_t *bytes) {
  double largest = 0;
  bool is_finite = true;
  for (int32_t g = 0; g < n_genotypes; g++) {
    if (!isfinite(likelihoods[g])) is_finite = false;
    if (likelihoods[g] > largest) largest = likelihoods[g];
  }
  const bool is_known = is_finite && largest > 0;
  for (int32_t g = 0; g < n_genotypes; g++)
    bytes[g] = is_known ? byte_of(likelihoods[g] / largest) : 0;
}

/* P(the alleles a and b are read, in either order | x and y are there). */
static double read_pair(int32_t n, double error, int32_t x, int32_t y, int32_t a, int32_t b) {
  const double right = 1 - error, wrong = error / (n - 1);
  const double xa = x == a ? right : wrong, yb = y == b ? right : wrong;
  const double xb = x == b ? right : wrong, ya = y == a ? right : wrong;
  return a == b ? xa * yb : xa * yb + xb * ya;
}

void hw_snp_call_set(int32_t n_alleles, int32_t a, int32_t b, const hw_snp_error *error,
                     uint8_t *bytes) {
  double likelihoods[HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2] = {0};
  int32_t n = 0;
  for (int32_t y = 0; y < n_alleles; y++)
    for (int32_t x = 0; x <= y; x++) {
      double p = read_pair(n_alleles, error->allele, x, y, a, b);
      if (x != y)
        p = (1 - error->dropout) * p + error->dropout / 2 *
                                           (read_pair(n_alleles, error->allele, x, x, a, b) +
                                            read_pair(n_alleles, error->allele, y, y, a, b));
      likelihoods[n++] = p;
    }
  hw_snp_bytes(likelihoods, n, bytes);
}

int32_t hw_snp_best(const uint8_t *bytes, int32_t n_genotypes, int32_t margin) {
  int32_t best = 0, second = MOST_BYTE + 1;
  for (int32_t g = 1; g < n_genotypes; g++) {
    if (bytes[g] < bytes[best]) {
      second = bytes[best];
      best = g;
    } else if (bytes[g] < second) {
      second = bytes[g];
    }
  }
  return second - bytes[best] >= (margin > 1 ? margin : 1) ? best : -1;
}

static bool is_known(const uint8_t *bytes, int32_t n) {
  for (int32_t g = 0; g < n; g++)
    if (bytes[g] != 0) return true;
  return false;
}

static int32_t count_genotypes(const hw_panel *panel, int32_t m) {
  return panel->first_genotype[m + 1] - panel->first_genotype[m];
}

int32_t hw_snp_count_known(const hw_panel *panel, const uint8_t *bytes) {
  int32_t n = 0;
  for (int32_t m = 0; m < panel->n_markers; m++)
    n += is_known(bytes + panel->first_genotype[m], count_genotypes(panel, m));
  return n;
}

/* --- text --- */

static const char digits[] = "0123456789abcdef";

char *hw_snp_format(const hw_panel *panel, const uint8_t *bytes) {
  size_t length = 0;
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const int32_t n = count_genotypes(panel, m);
    length += is_known(bytes + panel->first_genotype[m], n) ? 2 * (size_t)n : 1;
  }
  char *text = malloc(length + 1), *at = text;
  if (!text) return NULL;
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const uint8_t *of = bytes + panel->first_genotype[m];
    const int32_t n = count_genotypes(panel, m);
    if (!is_known(of, n)) {
      *at++ = '.';
      continue;
    }
    for (int32_t g = 0; g < n; g++) {
      *at++ = digits[of[g] >> 4];
      *at++ = digits[of[g] & 15];
    }
  }
  *at = '\0';
  return text;
}

/* @return −1 if it is no digit, and for the NUL at the end */
static int value_of(char c) {
  const char *at = c ? strchr(digits, c) : NULL;
  return at ? (int)(at - digits) : -1;
}

/* One marker's digits. @return false if they are none, or none of the bytes is 0 */
static bool parse_marker(const char **text, int32_t n, uint8_t *bytes) {
  bool has_best = false;
  for (int32_t g = 0; g < n; g++) {
    const int high = value_of((*text)[0]), low = high < 0 ? -1 : value_of((*text)[1]);
    if (low < 0) return false;
    bytes[g] = (uint8_t)(high << 4 | low);
    if (bytes[g] == 0) has_best = true;
    *text += 2;
  }
  return has_best;
}

hw_status hw_snp_parse(const hw_panel *panel, const char *text, uint8_t *bytes, hw_err *err) {
  for (int32_t m = 0; m < panel->n_markers; m++) {
    uint8_t *of = bytes + panel->first_genotype[m];
    const int32_t n = count_genotypes(panel, m);
    if (*text == '\0')
      return hw_err_set(err, HW_E_SHAPE, "the profile ends before marker \"%.60s\", %d of %d",
                        panel->markers[m].name, (int)m + 1, (int)panel->n_markers);
    if (*text == '.') {
      memset(of, 0, (size_t)n);
      text++;
      continue;
    }
    const char *begin = text;
    if (parse_marker(&text, n, of)) continue;
    if (strlen(begin) < 2 * (size_t)n && strspn(begin, digits) == strlen(begin))
      return hw_err_set(err, HW_E_SHAPE, "the profile ends inside marker \"%.60s\", %d of %d",
                        panel->markers[m].name, (int)m + 1, (int)panel->n_markers);
    return hw_err_set(err, HW_E_SYNTAX,
                      "marker \"%.60s\": \"%.*s\"; expected \".\" or %d pairs of hexadecimal "
                      "digits, one of them 00",
                      panel->markers[m].name, 2 * (int)n, begin, (int)n);
  }
  if (*text != '\0')
    return hw_err_set(err, HW_E_SHAPE, "the profile goes on behind the last of %d markers",
                      (int)panel->n_markers);
  return HW_OK;
}
