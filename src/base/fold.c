/* Unicode text: normal form C, and keys for comparing, by utf8proc.
 *
 * The only file that knows utf8proc. A key is made in four steps:
 *
 *   1. letters that are replaced by hand: the ways to write an apostrophe
 *      become one, and (folded key) letters with a stroke their plain letter,
 *      for Unicode does not take đ for a d with a mark;
 *   2. case folding and decomposition, by compatibility for the folded key:
 *      full-width letters, ligatures and superscripts become plain ones;
 *      invisible characters (soft hyphen, joiners) vanish;
 *   3. every character is a letter or digit and stays, a mark and stays or
 *      goes, an apostrophe and goes, or anything else and parts words;
 *   4. the exact key is composed again.
 *
 * The folded key drops marks that stand above, below or across a letter, and the
 * vowel points of Hebrew and Arabic. Vowel and tone signs of Lao, Thai, Khmer
 * and the Indian scripts are marks to Unicode too, but they spell the word: they
 * stay. The combining class tells them apart (The Unicode Standard, section 4.3).
 *
 * Keys are made from the normal form, so that both spellings of a letter meet the
 * same steps. Text must be UTF-8 without control characters before anything else is done:
 * what is stored is shown later, on terminals and paper. */
#include "base/fold.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/utf8.h"

/* --- what is text --- */

static bool is_control(const char *bytes, size_t n) {
  const unsigned char first = (unsigned char)bytes[0];
  if (n == 1) return (first < 0x20 && !strchr("\t\n\r", bytes[0])) || first == 0x7F;
  return n == 2 && first == 0xC2 && (unsigned char)bytes[1] < 0xA0; /* U+0080 … U+009F */
}

static hw_status check_text(const char *text, size_t n, hw_err *err) {
  unsigned long long n_characters = 1;
  for (size_t i = 0; i < n; n_characters++) {
    const size_t length = hw_utf8_length(text + i, n - i);
    if (length == 0)
      return hw_err_set(err, HW_E_SYNTAX,
                        "character %llu (byte 0x%02X) is not UTF-8: save the text as UTF-8",
                        n_characters, (unsigned)(unsigned char)text[i]);
    if (is_control(text + i, length))
      return hw_err_set(err, HW_E_SYNTAX,
                        "character %llu is a control character (U+%04X): remove it", n_characters,
                        (unsigned)(unsigned char)text[i + length - 1]);
    i += length;
  }
  return HW_OK;
}

/* --- code points --- */

/* What utf8proc decomposes a text to. */
typedef struct points {
  utf8proc_int32_t *at;
  utf8proc_ssize_t n;
} points;

static hw_status fail_utf8proc(utf8proc_ssize_t result, hw_err *err) {
  if (result == UTF8PROC_ERROR_INVALIDUTF8)
    return hw_err_set(err, HW_E_SYNTAX, "the text is not UTF-8");
  return HW_NO_MEMORY(err, "a text"); /* exhausted, or too long to be counted */
}

/* Decomposes; free out->at. */
static hw_status decompose(const char *text, size_t n, utf8proc_option_t options,
                           utf8proc_custom_func replace, points *out, hw_err *err) {
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
  *out = (points){0};
  const utf8proc_ssize_t size =
      utf8proc_decompose_custom(bytes, (utf8proc_ssize_t)n, NULL, 0, options, replace, NULL);
  if (size < 0) return fail_utf8proc(size, err);
  size_t n_bytes;
  /* One more: the text is written over its code points, with a NUL. */
  if (!hw_mul_size((size_t)size + 1, sizeof *out->at, &n_bytes)) return HW_NO_MEMORY(err, "a text");
  out->at = malloc(n_bytes);
  if (!out->at) return HW_NO_MEMORY(err, "a text");
  out->n =
      utf8proc_decompose_custom(bytes, (utf8proc_ssize_t)n, out->at, size, options, replace, NULL);
  return out->n >= 0 ? HW_OK : fail_utf8proc(out->n, err);
}

/* Appends code points as UTF-8, which destroys them. */
static hw_status append_points(points *p, utf8proc_option_t options, hw_str *out, hw_err *err) {
  const utf8proc_ssize_t n = utf8proc_reencode(p->at, p->n, options);
  if (n < 0) return fail_utf8proc(n, err);
  hw_str_append_bytes(out, (const char *)p->at, (size_t)n);
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a text");
}

hw_status hw_fold_nfc(const char *text, hw_str *out, hw_err *err) {
  const size_t n = strlen(text);
  const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  points p;
  HW_TRY(check_text(text, n, err));
  hw_status status = decompose(text, n, options, NULL, &p, err);
  if (status == HW_OK) status = append_points(&p, options, out, err);
  free(p.at);
  return status;
}

/* --- keys --- */

/* Characters that people type for an apostrophe. */
static utf8proc_int32_t one_apostrophe(utf8proc_int32_t c) {
  switch (c) {
    case 0x60:   /* grave accent */
    case 0xB4:   /* acute accent; it would decompose to a blank and a mark */
    case 0x2B9:  /* modifier letter prime … */
    case 0x2BB:  /* … turned comma */
    case 0x2BC:  /* … apostrophe */
    case 0x2018: /* left quotation mark */
    case 0x2019: /* right quotation mark */
    case 0x201B: /* reversed quotation mark */
    case 0x2032: /* prime */
    case 0xFF07: /* full-width apostrophe */
      return '\'';
    default:
      return c;
  }
}

static utf8proc_int32_t replace_exact(utf8proc_int32_t c, void *context) {
  (void)context;
  switch (c) {
    case 0xD0: /* Ð, ð, Ɖ, ɖ: written for Đ, đ, which they look like */
    case 0xF0:
    case 0x189:
    case 0x256:
      return 0x111;
    default:
      return one_apostrophe(c);
  }
}

/* Plain letters for letters with a stroke, which do not decompose. */
static utf8proc_int32_t replace_folded(utf8proc_int32_t c, void *context) {
  switch (c) {
    case 0x110: /* Đ đ */
    case 0x111:
      return 'd';
    case 0x126: /* Ħ ħ */
    case 0x127:
      return 'h';
    case 0x131: /* ı */
      return 'i';
    case 0x141: /* Ł ł */
    case 0x142:
      return 'l';
    case 0xD8: /* Ø ø */
    case 0xF8:
      return 'o';
    case 0x166: /* Ŧ ŧ */
    case 0x167:
      return 't';
    case 0x1B5: /* Ƶ ƶ */
    case 0x1B6:
      return 'z';
    default:
      c = replace_exact(c, context);
      return c == 0x111 ? 'd' : c;
  }
}

static bool is_dropped_mark(const utf8proc_property_t *property) {
  if (property->category == UTF8PROC_CATEGORY_ME) return true;
  const int class = property->combining_class;
  return class == 1 || (class >= 10 && class <= 36) || class >= 200;
}

typedef enum part { PART_LETTER, PART_NOTHING, PART_BLANK } part;

static part part_of(utf8proc_int32_t c, bool keeps_marks) {
  const utf8proc_property_t *property = utf8proc_get_property(c);
  switch (property->category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return PART_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return !keeps_marks && is_dropped_mark(property) ? PART_NOTHING : PART_LETTER;
    default:
      return c == '\'' ? PART_NOTHING : PART_BLANK;
  }
}

/* Puts the last mark where it belongs among those before it: dropping an apostrophe lets two runs
 * of marks meet. */
static void sort_last(points *p) {
  const int class = utf8proc_get_property(p->at[p->n - 1])->combining_class;
  for (utf8proc_ssize_t i = p->n - 1; class > 0 && i > 0; i--) {
    const utf8proc_int32_t before = p->at[i - 1];
    if (utf8proc_get_property(before)->combining_class <= class) return;
    p->at[i - 1] = p->at[i];
    p->at[i] = before;
  }
}

/* Leaves words, parted by one blank each. Never more than there was. Letters are replaced once more,
 * for decomposition brings new ones. */
static void keep_words(points *p, bool keeps_marks, utf8proc_custom_func replace) {
  const utf8proc_ssize_t n = p->n;
  bool is_parted = false;
  p->n = 0;
  for (utf8proc_ssize_t i = 0; i < n; i++) {
    const utf8proc_int32_t c = replace(p->at[i], NULL);
    const part what = part_of(c, keeps_marks);
    if (what == PART_BLANK) is_parted = true;
    if (what != PART_LETTER) continue;
    if (is_parted && p->n > 0) p->at[p->n++] = ' ';
    is_parted = false;
    p->at[p->n++] = c;
    sort_last(p);
  }
}

/* Of a text in normal form: folding takes marks one by one and needs them in order. */
static hw_status append_key_of(const char *text, size_t n, bool is_exact, hw_str *out,
                               hw_err *err) {
  const utf8proc_option_t common =
      UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  const utf8proc_custom_func replace = is_exact ? replace_exact : replace_folded;
  points p;
  hw_status status =
      decompose(text, n, is_exact ? common : common | UTF8PROC_COMPAT, replace, &p, err);
  if (status == HW_OK) {
    keep_words(&p, is_exact, replace);
    status = append_points(&p, is_exact ? UTF8PROC_STABLE | UTF8PROC_COMPOSE : UTF8PROC_STABLE, out,
                           err);
  }
  free(p.at);
  return status;
}

static hw_status append_key(const char *text, bool is_exact, hw_str *out, hw_err *err) {
  hw_str normal = HW_STR_INIT;
  hw_status status = hw_fold_nfc(text, &normal, err);
  if (status == HW_OK)
    status = append_key_of(hw_str_text(&normal), normal.length, is_exact, out, err);
  hw_str_clear(&normal);
  return status;
}

hw_status hw_fold_key(const char *text, hw_str *out, hw_err *err) {
  return append_key(text, false, out, err);
}

hw_status hw_fold_exact(const char *text, hw_str *out, hw_err *err) {
  return append_key(text, true, out, err);
}
