/* Observations of a profile as text.
 *
 * The text is what the database keeps for a hundred years: it can be read by
 * eye, needs no other table than the panel, and takes about six bytes a marker. */
#include "app/observations.h"

#include <string.h>

#include "base/check.h"

/* --- order of alleles --- */

/* "9.3" → 9, 3; false if it is no number of at most nine digits before and behind the point. */
static bool take_number(const char *text, size_t n, long *whole, long *fraction, size_t *digits) {
  size_t i = 0;
  *whole = *fraction = 0;
  *digits = 0;
  for (; i < n && i < 9 && text[i] >= '0' && text[i] <= '9'; i++)
    *whole = 10 * *whole + (text[i] - '0');
  if (i == 0) return false;
  if (i == n) return true;
  if (text[i++] != '.' || n - i > 9 || i == n) return false;
  for (; i < n && text[i] >= '0' && text[i] <= '9'; i++, (*digits)++)
    *fraction = 10 * *fraction + (text[i] - '0');
  return i == n;
}

int hw_allele_compare(const char *a, size_t n_a, const char *b, size_t n_b) {
  long whole_a, whole_b, part_a, part_b;
  size_t digits_a, digits_b;
  bool is_a = take_number(a, n_a, &whole_a, &part_a, &digits_a);
  bool is_b = take_number(b, n_b, &whole_b, &part_b, &digits_b);
  if (is_a != is_b) return is_a ? -1 : 1;
  if (is_a) {
    for (; digits_a < digits_b; digits_a++) part_a *= 10;
    for (; digits_b < digits_a; digits_b++) part_b *= 10;
    if (whole_a != whole_b) return whole_a < whole_b ? -1 : 1;
    if (part_a != part_b) return part_a < part_b ? -1 : 1;
  }
  int order = memcmp(a, b, n_a < n_b ? n_a : n_b);
  return order != 0 ? order : (n_a > n_b) - (n_a < n_b);
}

/* --- writing --- */

static hw_status check_allele(const char *allele, hw_err *err) {
  size_t n = strlen(allele);
  if (n == 0 || n > HW_SEEN_ALLELE_MAX)
    return hw_err_set(err, HW_E_VALUE, "an allele has %zu bytes, expected 1 to %d", n,
                      HW_SEEN_ALLELE_MAX);
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)allele[i] <= ' ' || allele[i] == 0x7f || strchr(",;{}?", allele[i]) != NULL)
      return hw_err_set(err, HW_E_VALUE,
                        "\"%s\" is no allele: blanks and the signs , ; { } ? have other meanings",
                        allele);
  if (strcmp(allele, "-") == 0)
    return hw_err_set(err, HW_E_VALUE, "\"-\" is no allele: it says that there is no second copy");
  return HW_OK;
}

static hw_status check_count(hw_seen_kind kind, int n, hw_err *err) {
  static const struct {
    int least, most;
  } range[] = {[HW_SEEN_NOTHING] = {0, 0},       [HW_SEEN_GENOTYPE] = {2, 2},
               [HW_SEEN_PARTIAL] = {1, 1},       [HW_SEEN_SINGLE] = {1, 1},
               [HW_SEEN_SET] = {0, HW_SEEN_MAX}, [HW_SEEN_MIXTURE] = {3, HW_SEEN_MAX}};
  if (n >= range[kind].least && n <= range[kind].most) return HW_OK;
  return hw_err_set(err, HW_E_VALUE, "%d alleles at one marker, expected %d to %d", n,
                    range[kind].least, range[kind].most);
}

static int compare_texts(const char *a, const char *b) {
  return hw_allele_compare(a, strlen(a), b, strlen(b));
}

hw_status hw_observation_put(hw_str *out, hw_seen_kind kind, int n, const char *const *alleles,
                             hw_err *err) {
  const char *sorted[HW_SEEN_MAX];
  sorted[0] = sorted[1] = "";
  HW_TRY(check_count(kind, n, err));
  for (int i = 0; i < n; i++) {
    HW_TRY(check_allele(alleles[i], err));
    int at = i;
    for (; at > 0 && compare_texts(alleles[i], sorted[at - 1]) < 0; at--)
      sorted[at] = sorted[at - 1];
    sorted[at] = alleles[i];
  }
  if (kind == HW_SEEN_GENOTYPE && n == 2 && strcmp(sorted[0], sorted[1]) == 0) n = 1;
  if (kind == HW_SEEN_SET) hw_str_append(out, "{");
  for (int i = 0; i < n; i++) {
    if (i > 0) hw_str_append(out, ",");
    hw_str_append(out, sorted[i]);
  }
  if (kind == HW_SEEN_PARTIAL) hw_str_append(out, ",?");
  if (kind == HW_SEEN_SINGLE) hw_str_append(out, ",-");
  if (kind == HW_SEEN_SET) hw_str_append(out, "}");
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a profile");
}

/* --- reading --- */

/* True if an allele has no character with a meaning; "?" stands for one as the second of two. */
static bool is_allele(const char *text, size_t n, int place) {
  if (n == 1 && text[0] == '?') return place == 1;
  for (size_t i = 0; i < n; i++)
    if (memchr(" {}?", text[i], 4) != NULL) return false;
  return true;
}

/* Splits the bytes of one observation at its commas. */
static bool split(const char *text, size_t n, hw_seen *out) {
  out->n = 0;
  if (n == 0) return true;
  for (const char *end = text + n; text <= end;) {
    const char *comma = memchr(text, ',', (size_t)(end - text));
    const char *stop = comma != NULL ? comma : end;
    if (stop == text || stop - text > HW_SEEN_ALLELE_MAX || out->n == HW_SEEN_MAX) return false;
    if (!is_allele(text, (size_t)(stop - text), out->n)) return false;
    out->alleles[out->n].text = text;
    out->alleles[out->n++].n = (int)(stop - text);
    text = stop + 1;
  }
  return true;
}

/* True if the second of two alleles is this sign. */
static bool has_sign(const hw_seen *seen, char sign) {
  return seen->n == 2 && seen->alleles[1].n == 1 && seen->alleles[1].text[0] == sign;
}

hw_status hw_observation_next(const char **at, hw_seen *out, bool *has_more, hw_err *err) {
  out->kind = HW_SEEN_NOTHING;
  out->n = 0;
  *has_more = *at != NULL;
  if (*at == NULL) return HW_OK;
  const char *text = *at;
  size_t n = strcspn(text, ";");
  *at = text[n] == ';' ? text + n + 1 : NULL;
  bool is_set = n >= 2 && text[0] == '{' && text[n - 1] == '}';
  if (!split(text + is_set, n - 2 * (size_t)is_set, out))
    return hw_err_set(err, HW_E_SYNTAX, "\"%.*s\" is no observation", (int)(n < 60 ? n : 60), text);
  if (is_set)
    out->kind = HW_SEEN_SET;
  else if (has_sign(out, '-'))
    out->kind = HW_SEEN_SINGLE;
  else if (has_sign(out, '?'))
    out->kind = HW_SEEN_PARTIAL;
  else if (out->n == 1 || out->n == 2)
    out->kind = HW_SEEN_GENOTYPE;
  else if (out->n > 2)
    out->kind = HW_SEEN_MIXTURE;
  if (out->kind == HW_SEEN_GENOTYPE && out->n == 1) out->alleles[1] = out->alleles[0];
  if (out->kind == HW_SEEN_GENOTYPE) out->n = 2;
  if (out->kind == HW_SEEN_PARTIAL || out->kind == HW_SEEN_SINGLE) out->n = 1;
  return HW_OK;
}
