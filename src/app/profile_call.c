/* One marker of one sample as a table writes it.
 *
 * Only forms that can mean one thing are taken. "14-15" is two alleles because no
 * allele is negative; "9,3" is refused, for it is 9.3 to one laboratory and 9 and
 * 3 to another, and no rule can tell. (Second numbers above 3 are no fractions of
 * a repeat that anybody writes, so "6,9" is taken.) A spreadsheet that has made a
 * date of an allele ("9-Mar") is told so.
 *
 * Numbers get one spelling, "14" for "14.0" and "9" for "09", and it is told that
 * they did. */
#include "app/profile_call.h"

#include <string.h>

#include "base/check.h"
#include "formats/allele.h"

static const char *const NOT_TYPED[] = {"",  "0",    "-",   "NA", "N/A", "ND", "NT", "INC", "NR",
                                        "N", "NULL", "NaN", "-9", "*",   "--", ".",  "#N/A"};

static bool equal_fold(const char *a, const char *b) {
  for (; *a != '\0' && *b != '\0'; a++, b++) {
    char x = *a, y = *b;
    if (x >= 'a' && x <= 'z') x = (char)(x - 'a' + 'A');
    if (y >= 'a' && y <= 'z') y = (char)(y - 'a' + 'A');
    if (x != y) return false;
  }
  return *a == *b;
}

static bool is_not_typed(const char *text) {
  if (text[0] >= '1' && text[0] <= '9') return false; /* nearly all */
  for (size_t i = 0; i < sizeof NOT_TYPED / sizeof *NOT_TYPED; i++)
    if (equal_fold(text, NOT_TYPED[i])) return true;
  return false;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

/* Cuts blanks off both ends. */
static char *trim(char *text) {
  while (is_blank(*text)) text++;
  size_t n = strlen(text);
  while (n > 0 && is_blank(text[n - 1])) n--;
  text[n] = '\0';
  return text;
}

/* --- one allele --- */

/* A sequence: bases, with repeats in brackets. */
static bool is_sequence(const char *text) {
  size_t n = strlen(text);
  return n >= 4 && strspn(text, "ACGTacgt[]0123456789") == n && strspn(text, "0123456789") == 0;
}

static hw_status refuse(const char *text, hwp_marker_class marker, hw_err *err) {
  const char *expected = "a number such as 14 or 9.3";
  if (marker == HWP_MARKER_SEX) expected = "X or Y";
  size_t digits = strspn(text, "0123456789"), n = strlen(text);
  bool is_month = digits > 0 && text[digits] == '-' && n == digits + 4 &&
                  strspn(text + digits + 1, "0123456789") == 0; /* 9-Mar */
  bool is_day = digits == 4 && n == 10 && text[4] == '-' && text[7] == '-' &&
                strspn(text, "0123456789-") == n; /* 2024-03-09 */
  bool is_date = marker != HWP_MARKER_SEX && (is_month || is_day);
  return hw_err_set(
      err, HW_E_VALUE, "\"%.60s\" is no allele: expected %s%s", text, expected,
      is_date ? "; a spreadsheet has made a date of it: format its column as text" : "");
}

hw_status hwp_call_allele(char *text, hwp_marker_class marker, hwp_call *call, hw_err *err) {
  if (equal_fold(text, "OL")) {
    call->is_off_ladder = true;
    return HW_OK;
  }
  if (strcmp(text, "?") == 0) {
    call->has_unknown = true;
    return HW_OK;
  }
  if (call->n == HW_SEEN_MAX)
    return hw_err_set(err, HW_E_VALUE, "more than %d alleles at one marker", HW_SEEN_MAX);
  if (marker == HWP_MARKER_SEX) {
    if ((text[0] | 0x20) != 'x' && (text[0] | 0x20) != 'y') return refuse(text, marker, err);
    if (text[1] != '\0') return refuse(text, marker, err);
    text[0] = (char)(text[0] & ~0x20);
  } else if (hw_allele_is_number(text)) {
    text = hw_allele_normalise(text, &call->is_rewritten);
    if (strcmp(text, "0") == 0) return HW_OK; /* 0.0 and 00 say what 0 says: not typed */
  } else if (marker != HWP_MARKER_TEXT && !is_sequence(text)) {
    return refuse(text, marker, err);
  }
  call->alleles[call->n++] = text;
  return HW_OK;
}

/* --- a cell --- */

/* The sign that parts the alleles of a cell; '\0' = there is one allele. A blank parts them where no
 * other sign does, a minus between two numbers. */
static char find_sign(const char *text) {
  size_t n = strcspn(text, "/,|;");
  if (text[n] != '\0') return text[n];
  n = strcspn(text, " \t\n");
  if (text[n] != '\0') return text[n];
  n = strspn(text, "0123456789.");
  if (n == 0 || text[n] != '-') return '\0';
  const char *second = text + n + 1;
  n = strspn(second, "0123456789.");
  return n > 0 && second[n] == '\0' ? '-' : '\0';
}

/* "9,3" and the like. */
static bool is_ambiguous_comma(const char *text) {
  size_t first = strspn(text, "0123456789");
  if (first == 0 || text[first] != ',') return false;
  const char *second = text + first + 1;
  return second[0] >= '1' && second[0] <= '3' && second[1] == '\0';
}

/* XX and XY at amelogenin, AG at a SNP: two letters without a sign between. */
static bool take_letters(const char *text, hwp_marker_class marker, hwp_call *call) {
  static const char LETTERS[][2] = {"A", "C", "G", "T", "X", "Y"};
  const char *permitted = marker == HWP_MARKER_SEX ? "XY" : "ACGT";
  if (marker != HWP_MARKER_SEX && marker != HWP_MARKER_TEXT) return false;
  if (call->is_set || strlen(text) != 2 || call->n + 2 > HW_SEEN_MAX) return false;
  char a = (char)(text[0] & ~0x20), b = (char)(text[1] & ~0x20);
  if (strchr(permitted, a) == NULL || strchr(permitted, b) == NULL) return false;
  for (size_t i = 0; i < sizeof LETTERS / sizeof *LETTERS; i++)
    if (LETTERS[i][0] == a) call->alleles[call->n++] = LETTERS[i];
  for (size_t i = 0; i < sizeof LETTERS / sizeof *LETTERS; i++)
    if (LETTERS[i][0] == b) call->alleles[call->n++] = LETTERS[i];
  return true;
}

static hw_status refuse_comma(const char *text, hw_err *err) {
  int whole = (int)strcspn(text, ",");
  return hw_err_set(err, HW_E_VALUE, "\"%s\" can be one allele or two: write %.*s.%s, or %.*s/%s",
                    text, whole, text, text + whole + 1, whole, text, text + whole + 1);
}

static hw_status call_alleles(char *text, hwp_marker_class marker, hwp_call *call, hw_err *err) {
  if (marker != HWP_MARKER_TEXT && is_ambiguous_comma(text)) return refuse_comma(text, err);
  if (take_letters(text, marker, call)) return HW_OK;
  const char sign = find_sign(text);
  if (sign == ',' && strpbrk(text, "/|;") != NULL)
    return hw_err_set(err, HW_E_VALUE,
                      "\"%.60s\": a comma and another sign between alleles: write decimals with a "
                      "point",
                      text);
  for (char *end = text; end != NULL; text = end + 1) {
    end = sign != '\0' ? strchr(text, sign) : NULL;
    if (end != NULL) *end = '\0';
    char *part = trim(text);
    if (!is_not_typed(part)) HW_TRY(hwp_call_allele(part, marker, call, err));
    if (end == NULL) break;
  }
  return HW_OK;
}

hw_status hwp_call_cell(char *cell, hwp_marker_class marker, hwp_call *call, hw_err *err) {
  char *text = trim(cell);
  if (is_not_typed(text)) return HW_OK;
  if (strcmp(text, "?") == 0 && call->n == 0) return HW_OK;
  size_t n = strlen(text);
  if (n >= 2 && text[0] == '{' && text[n - 1] == '}') {
    text[n - 1] = '\0';
    text = trim(text + 1);
    call->is_set = true;
  }
  return call_alleles(text, marker, call, err);
}

/* --- the observation --- */

/* Alleles without repetition; @return how many. */
static int distinct(const hwp_call *call, const char **out) {
  int n = 0;
  for (int i = 0; i < call->n; i++) {
    int j = 0;
    while (j < n && strcmp(out[j], call->alleles[i]) != 0) j++;
    if (j == n) out[n++] = call->alleles[i];
  }
  return n;
}

static hw_status ask(const hwp_call *call, hw_err *err) {
  return hw_err_set(err, HW_E_VALUE,
                    "one allele alone (%s) can be a homozygote or half a result: say --single "
                    "homozygous or --single partial, or write %s/%s or %s/?",
                    call->alleles[0], call->alleles[0], call->alleles[0], call->alleles[0]);
}

/* What one distinct allele is. */
static hw_status finish_one(const hwp_call *call, const hwp_manner *manner, hw_seen_kind *kind,
                            hw_err *err) {
  *kind = HW_SEEN_GENOTYPE;
  if (call->has_unknown || call->is_off_ladder) { /* an off-ladder allele is another one */
    *kind = HW_SEEN_PARTIAL;
  } else if (manner->marker == HWP_MARKER_Y ||
             (manner->marker == HWP_MARKER_X && manner->is_male)) {
    *kind = HW_SEEN_SINGLE;
  } else if (call->n == 1 && manner->marker != HWP_MARKER_SEX) {
    if (manner->single == HWP_SINGLE_ASK) return ask(call, err);
    if (manner->single == HWP_SINGLE_PARTIAL) *kind = HW_SEEN_PARTIAL;
  }
  return HW_OK;
}

hw_status hwp_call_finish(const hwp_call *call, const hwp_manner *manner, hw_str *out,
                          hw_seen_kind *kind, hw_err *err) {
  const char *alleles[HW_SEEN_MAX];
  hw_seen_kind own;
  if (kind == NULL) kind = &own;
  int n = distinct(call, alleles);
  *kind = HW_SEEN_NOTHING;
  if (manner->has_dropout && manner->marker != HWP_MARKER_SEX) {
    if (n == 0 && !call->is_set) return HW_OK;
    *kind = HW_SEEN_SET;
    return hw_observation_put(out, *kind, n, alleles, err);
  }
  if (call->is_set)
    return hw_err_set(err, HW_E_VALUE,
                      "a set of alleles is read under a dropout model: give the profile's dropout");
  if (n == 0) return HW_OK;
  if (n == 1) {
    HW_TRY(finish_one(call, manner, kind, err));
    alleles[1] = alleles[0];
    return hw_observation_put(out, *kind, *kind == HW_SEEN_GENOTYPE ? 2 : 1, alleles, err);
  }
  *kind = n == 2 ? HW_SEEN_GENOTYPE : HW_SEEN_MIXTURE;
  return hw_observation_put(out, *kind, n, alleles, err);
}

const char *hwp_call_sex(const hwp_call *call) {
  bool has_x = false, has_y = false;
  for (int i = 0; i < call->n; i++) {
    has_x = has_x || strcmp(call->alleles[i], "X") == 0;
    has_y = has_y || strcmp(call->alleles[i], "Y") == 0;
  }
  if (has_y) return has_x ? "male" : NULL;
  return has_x && !call->has_unknown ? "female" : NULL;
}
