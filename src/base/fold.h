/** @file
 * Unicode text as people compare it: NFC for storage, folded keys for search.
 *
 * "Nguyễn Văn Đạt", "NGUYEN VAN DAT" and their decomposed spellings have one
 * folded key, "nguyen van dat". Compatibility decomposition, diacritics removed,
 * case folded (utf8proc); đ, Đ and the look-alike Ð (U+00D0, which old lists
 * write for Đ) become d by hand, for they are letters of their own in Unicode;
 * so do ł, ø and others with a stroke. Signs that spell a word in other scripts
 * (vowels of Lao, Khmer, Thai) stay.
 */
#ifndef HW_BASE_FOLD_H
#define HW_BASE_FOLD_H

#include "base/str.h"
#include "homeward/status.h"

/** Appends @p text in normal form C.
 * @return HW_OK; HW_E_SYNTAX if it is not UTF-8 or holds control characters other than tab and
 *         line ends; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_fold_nfc(const char *text, hw_str *out, hw_err *err);

/** Appends the folded key: letters and digits, words parted by one blank, nothing at the ends;
 * punctuation parts words, except "'" inside one, which vanishes. */
HW_MUST_CHECK hw_status hw_fold_key(const char *text, hw_str *out, hw_err *err);

/** Appends the key that keeps diacritics (case folded, NFC, blanks and punctuation as above, Ð as
 * đ): for telling an exact match from a folded one. */
HW_MUST_CHECK hw_status hw_fold_exact(const char *text, hw_str *out, hw_err *err);

#endif
