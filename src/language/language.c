/* The languages of pages and reports.
 *
 * Each catalogue is a list of designated initialisers, so that the order of a file
 * does not matter, a key that no other language has cannot be compiled, and one
 * that is missing is NULL, which tests/unit/test_language.c looks for. Numbers
 * and dates do not ask the C library's locale, which is the process's and not the
 * reader's.
 *
 * Probabilities near one are written from their complement: 1 - 10^-12 printed
 * with six decimals would be "100.0000 %", which no court may read. */
#include "language/language.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "language/language_int.h"

static const char *const catalogue[HW_N_LANGUAGES][HW_N_TEXTS] = {
    [HW_LANGUAGE_EN] =
        {
#define HW_TEXT(key, text) [HW_T_##key] = text,
#include "language/en.def"
#undef HW_TEXT
        },
    [HW_LANGUAGE_VI] =
        {
#define HW_TEXT(key, text) [HW_T_##key] = text,
#include "language/vi.def"
#undef HW_TEXT
        },
};

static const char *const keys[HW_N_TEXTS] = {
#define HW_TEXT(key, text) #key,
#include "language/en.def"
#undef HW_TEXT
};

static const char *const codes[HW_N_LANGUAGES] = {"en", "vi"};

const char *hw_language_code(hw_language language) {
  return codes[language];
}

bool hw_language_find(const char *code, hw_language *out) {
  if (code == NULL) return false;
  for (int i = 0; i < HW_N_LANGUAGES; i++)
    if (strcmp(code, codes[i]) == 0) {
      *out = (hw_language)i;
      return true;
    }
  return false;
}

/* Weight of a range "vi-VN;q=0.8" in thousandths; it ends at @p end. */
static int weight_of(const char *at, const char *end) {
  const char *q = at;
  while (q < end && *q != ';') q++;
  while (q < end && (*q == ';' || *q == ' ')) q++;
  if (end - q < 3 || (*q != 'q' && *q != 'Q') || q[1] != '=') return 1000;
  if (q[2] != '0') return q[2] == '1' ? 1000 : 0;
  int weight = 0, unit = 100;
  for (q += 3; q < end && unit > 0; q++) {
    if (*q == '.') continue;
    if (*q < '0' || *q > '9') break;
    weight += (*q - '0') * unit;
    unit /= 10;
  }
  return weight;
}

hw_language hw_language_accept(const char *header, hw_language otherwise) {
  hw_language best = otherwise;
  int best_weight = 0;
  for (const char *at = header; at != NULL && *at != '\0';) {
    while (*at == ' ' || *at == ',' || *at == '\t') at++;
    const char *end = at;
    while (*end != '\0' && *end != ',') end++;
    for (int i = 0; i < HW_N_LANGUAGES; i++) {
      if (end - at < 2 || tolower((unsigned char)at[0]) != codes[i][0] ||
          tolower((unsigned char)at[1]) != codes[i][1])
        continue;
      if (end - at > 2 && isalnum((unsigned char)at[2])) continue; /* a language of three letters */
      const int weight = weight_of(at, end);
      if (weight > best_weight) {
        best_weight = weight;
        best = (hw_language)i;
      }
    }
    at = end;
  }
  return best;
}

const char *hw_text(hw_language language, hw_text_id id) {
  const char *text = catalogue[language][id];
  return text != NULL ? text : catalogue[HW_LANGUAGE_EN][id];
}

const char *hw_text_key(hw_text_id id) {
  return keys[id];
}

const char *hw_text_find(hw_language language, const char *key) {
  for (int i = 0; i < HW_N_TEXTS; i++)
    if (strcmp(keys[i], key) == 0) return hw_text(language, (hw_text_id)i);
  return NULL;
}

const char *hw_text_named(hw_language language, const char *prefix, const char *a, const char *b) {
  enum { KEY_SIZE = 96 };
  char key[KEY_SIZE];
  size_t n = 0;
  const char *const parts[] = {prefix, a, b != NULL ? "_" : "", b != NULL ? b : ""};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    for (const char *c = parts[i]; *c != '\0'; c++) {
      if (n + 1 >= KEY_SIZE) return NULL;
      key[n++] = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
    }
  key[n] = '\0';
  return hw_text_find(language, key);
}

const char *hw_text_word(hw_language language, const char *word) {
  const char *text = hw_text_named(language, "WORD_", word, NULL);
  return text != NULL ? text : word;
}

/* Appends what stands between the braces of a place; at is behind the '{'. */
static const char *fill_place(hw_str *out, const char *at, int n, const char *const *args) {
  const int index = *at - '1';
  const char *arg = index >= 0 && index < n && args[index] != NULL ? args[index] : "";
  at++;
  if (*at != '?') {
    hw_str_append(out, arg);
    return *at == '}' ? at + 1 : at;
  }
  const char *one = ++at;
  while (*at != '\0' && *at != ':') at++;
  const char *many = *at == ':' ? at + 1 : at;
  const char *end = many;
  while (*end != '\0' && *end != '}') end++;
  if (strcmp(arg, "1") == 0)
    hw_str_append_bytes(out, one, (size_t)(at - one));
  else
    hw_str_append_bytes(out, many, (size_t)(end - many));
  return *end == '}' ? end + 1 : end;
}

void hwp_text_fill_places(hw_str *out, const char *text, int n, const char *const *args) {
  for (const char *at = text; *at != '\0';) {
    const char *plain = at;
    while (*at != '\0' && !(*at == '{' && at[1] >= '1' && at[1] <= '9')) at++;
    hw_str_append_bytes(out, plain, (size_t)(at - plain));
    if (*at == '{') at = fill_place(out, at + 1, n, args);
  }
}

void hw_text_fill(hw_str *out, hw_language language, hw_text_id id, int n,
                  const char *const *args) {
  hwp_text_fill_places(out, hw_text(language, id), n, args);
}

/* Appends digits with a mark between thousands. */
static void add_grouped(hw_str *out, hw_language language, const char *digits, size_t n) {
  const char *mark = language == HW_LANGUAGE_VI ? "." : ",";
  for (size_t i = 0; i < n; i++) {
    if (i > 0 && (n - i) % 3 == 0) hw_str_append(out, mark);
    hw_str_append_bytes(out, digits + i, 1);
  }
}

void hw_text_add_int(hw_str *out, hw_language language, int64_t value) {
  char text[32];
  const uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  const int n = snprintf(text, sizeof text, "%llu", (unsigned long long)size);
  if (value < 0) hw_str_append(out, "\xe2\x88\x92"); /* a true minus sign */
  add_grouped(out, language, text, (size_t)n);
}

void hw_text_add_real(hw_str *out, hw_language language, double value, int decimals) {
  if (isnan(value)) {
    hw_str_append(out, hw_text(language, HW_T_NUMBER_UNDEFINED));
    return;
  }
  if (isinf(value)) {
    hw_str_append(out, value > 0 ? "\xe2\x88\x9e" : "\xe2\x88\x92\xe2\x88\x9e");
    return;
  }
  if (decimals < 0) decimals = 0;
  if (decimals > 12) decimals = 12;
  char text[400];
  const int n = snprintf(text, sizeof text, "%.*f", decimals, fabs(value));
  if (n < 0 || (size_t)n >= sizeof text) return;
  size_t whole = 0;
  bool is_zero = true;
  while (text[whole] >= '0' && text[whole] <= '9') whole++;
  for (const char *c = text; *c != '\0'; c++)
    if (*c >= '1' && *c <= '9') is_zero = false;
  if (value < 0 && !is_zero) hw_str_append(out, "\xe2\x88\x92");
  add_grouped(out, language, text, whole);
  if (text[whole] == '\0') return;
  hw_str_append(out, language == HW_LANGUAGE_VI ? "," : ".");
  hw_str_append(out, text + whole + 1);
}

void hw_text_add_power(hw_str *out, hw_language language, double mantissa, int exponent) {
  static const char *const high[] = {"\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",     "\xc2\xb3",
                                     "\xe2\x81\xb4", "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7",
                                     "\xe2\x81\xb8", "\xe2\x81\xb9"};
  char digits[16];
  hw_text_add_real(out, language, mantissa, 1);
  hw_str_append(out, " \xc3\x97 10");
  snprintf(digits, sizeof digits, "%d", exponent);
  for (const char *c = digits; *c != '\0'; c++)
    hw_str_append(out, *c == '-' ? "\xe2\x81\xbb" : high[*c - '0']);
}

void hw_text_add_probability(hw_str *out, hw_language language, double value, double complement) {
  if (isnan(value)) {
    hw_text_add_real(out, language, value, 0);
    return;
  }
  double percent = 100 * value;
  const double rest = isnan(complement) ? 100 - percent : 100 * complement;
  if (rest > 0 && rest < 1e-6) {
    hw_str_append(out, ">\xc2\xa0");
    hw_text_add_real(out, language, 99.999999, 6);
  } else if (percent > 0 && percent < 1e-6) {
    hw_str_append(out, "<\xc2\xa0");
    hw_text_add_real(out, language, 0.000001, 6);
  } else {
    const double small = rest < percent ? rest : percent;
    const int decimals = small >= 1 ? 1 : small >= 0.01 ? 2 : small >= 0.0001 ? 4 : 6;
    /* Rounding must not reach certainty. */
    if (rest < percent) percent = 100 - rest;
    hw_text_add_real(out, language, percent, small == 0 ? 0 : decimals);
  }
  hw_str_append(out, "\xc2\xa0%");
}

static bool are_digits(const char *at, int n) {
  for (int i = 0; i < n; i++)
    if (at[i] < '0' || at[i] > '9') return false;
  return true;
}

/* Appends one date; returns where it ends, NULL if there is none. */
static const char *add_one_date(hw_str *out, hw_language language, const char *at) {
  if (!are_digits(at, 4)) return NULL;
  const char *year = at, *month = NULL, *day = NULL;
  at += 4;
  if (*at == '-' && are_digits(at + 1, 2)) {
    month = at + 1;
    at += 3;
    if (*at == '-' && are_digits(at + 1, 2)) {
      day = at + 1;
      at += 3;
    }
  }
  const int number = month != NULL ? 10 * (month[0] - '0') + month[1] - '0' : 1;
  if (number < 1 || number > 12) return NULL;
  if (language == HW_LANGUAGE_VI) {
    if (day != NULL) hw_str_append_format(out, "%.2s/", day);
    if (month != NULL) hw_str_append_format(out, "%.2s/", month);
  } else {
    if (day != NULL) hw_str_append_format(out, "%d ", 10 * (day[0] - '0') + day[1] - '0');
    if (month != NULL)
      hw_str_append_format(out, "%s ", hw_text(language, (hw_text_id)(HW_T_MONTH_01 + number - 1)));
  }
  hw_str_append_format(out, "%.4s", year);
  return at;
}

void hw_text_add_date(hw_str *out, hw_language language, const char *iso) {
  const size_t before = out->length;
  const char *at = add_one_date(out, language, iso);
  if (at != NULL && *at == '/') {
    hw_str_append(out, " \xe2\x80\x93 ");
    at = add_one_date(out, language, at + 1);
  } else if (at != NULL && *at == 'T' && are_digits(at + 1, 2) && at[3] == ':' &&
             are_digits(at + 4, 2)) {
    hw_str_append_format(out, " %.5s UTC", at + 1);
    at += strlen(at);
  }
  if (at != NULL && *at == '\0') return;
  if (out->bytes != NULL) { /* not a date of ours: as it is */
    out->length = before;
    out->bytes[before] = '\0';
  }
  hw_str_append(out, iso);
}
