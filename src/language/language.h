/** @file
 * The languages of pages and reports: texts from one catalogue for each language,
 * numbers and dates in local form.
 *
 * A text is named by its key, HW_T_<KEY>; en.def and vi.def give it in English and
 * Vietnamese. The keys are those of en.def: one that vi.def has and en.def lacks
 * does not compile, and a test fails on one that vi.def lacks.
 *
 * Places for what is filled in are {1} … {9}; {1?case:cases} is the first form where
 * that argument is the text "1" and the second one otherwise.
 *
 * Example:
 * @code
 *   hw_str out = HW_STR_INIT;
 *   hw_text_fill(&out, HW_LANGUAGE_VI, HW_T_REPORT_PAGE_OF, 2, (const char *[]){"1", "3"});
 *   puts(hw_str_text(&out)); // Trang 1/3
 * @endcode
 */
#ifndef HW_LANGUAGE_LANGUAGE_H
#define HW_LANGUAGE_LANGUAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef enum hw_language { HW_LANGUAGE_EN = 0, HW_LANGUAGE_VI, HW_N_LANGUAGES } hw_language;

/** Names of the texts. */
typedef enum hw_text_id {
#define HW_TEXT(key, text) HW_T_##key,
#include "language/en.def"
#undef HW_TEXT
  HW_N_TEXTS
} hw_text_id;

/** "en" or "vi". */
const char *hw_language_code(hw_language language);
/** From "en" or "vi"; any other text, and NULL, is not found.
 * @return false if it is none; *out is then untouched */
bool hw_language_find(const char *code, hw_language *out);
/** The better one for an Accept-Language header (RFC 9110, 12.5.4); NULL: @p otherwise. */
hw_language hw_language_accept(const char *header, hw_language otherwise);

/** A text, places unfilled; never NULL. */
const char *hw_text(hw_language language, hw_text_id id);
/** The key's name without HW_T_, for tests and messages. */
const char *hw_text_key(hw_text_id id);
/** A text by the name of its key, as "WORD_CANDIDATE"; for words that come from data.
 * @return NULL if there is none */
const char *hw_text_find(hw_language language, const char *key);
/** A text by a prefix and one or two names of the model: "KIND_", "family member" is KIND_FAMILY_MEMBER,
 * "FIELD_", "person", "sex" is FIELD_PERSON_SEX. @param b  NULL = one name. @return NULL if there is none */
const char *hw_text_named(hw_language language, const char *prefix, const char *a, const char *b);
/** The word of the database in the language: the text WORD_<WORD>; the word itself if there is none. */
const char *hw_text_word(hw_language language, const char *word);

/** Appends a text with its places filled. @param args  n texts */
void hw_text_fill(hw_str *out, hw_language language, hw_text_id id, int n, const char *const *args);

/** Appends what the program says in English (the message of an hw_err, a finding, a note) in another
 * language, by the format of said_vi.def that fits with the most text of its own. What fills its
 * places is kept, but for words of the model that do not stand in quotes.
 * @return false if no format fits, or the language is English; nothing is then appended */
bool hw_text_say(hw_str *out, hw_language language, const char *message);

/** Appends a whole number, thousands grouped ("1.234" in Vietnamese, "1,234" in English). */
void hw_text_add_int(hw_str *out, hw_language language, int64_t value);
/** Appends a number with that many decimals, 0 to 12; −∞, ∞ and NaN as words of the catalogue. */
void hw_text_add_real(hw_str *out, hw_language language, double value, int decimals);
/** Appends a power of ten, the exponent set high: "8,4 × 10²²". */
void hw_text_add_power(hw_str *out, hw_language language, double mantissa, int exponent);
/** Appends a probability as people read it: "99,97 %", "> 99,9999 %" … from @p value and its
 * complement, so that 1 − 10^-12 is not rounded to certainty. */
void hw_text_add_probability(hw_str *out, hw_language language, double value, double complement);
/** Appends a date of the database in local form: 2024-07-27 → "27/07/2024" or "27 July 2024";
 * 1968-02, 1968 and ranges likewise; a time 2026-01-31T08:00:00Z with " 08:00 UTC". Anything else
 * as it is. */
void hw_text_add_date(hw_str *out, hw_language language, const char *iso);

#endif
