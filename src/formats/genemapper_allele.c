/* GeneMapper text: what a cell of an allele column says.
 *
 *   14  9.3  <8  >20  X  Y        an allele
 *   9,3                           9.3 where the computer has a decimal comma
 *   OL  OL Allele?  OMR           off the ladder, outside the marker's range:
 *                                 a peak without a name, never an allele
 *   14-NB  14(NB)  14?  14*  (14) an allele with a mark of doubt
 *   ?                             the mark alone
 *   NA  ND  INC  -  -9            no result
 *
 * Anything else of letters, digits and the signs of sequence names is an allele
 * as written; a cell with a blank inside or a strange sign is refused, since it
 * comes from a shifted column. */
#include <string.h>

#include "formats/genemapper_int.h"

static char to_upper(char c) {
  return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static bool is_word(hwp_gm_cell cell, const char *word) {
  const size_t n = strlen(word);
  if (cell.n != n) return false;
  for (size_t i = 0; i < n; i++)
    if (to_upper(cell.text[i]) != word[i]) return false;
  return true;
}

static bool ends_with(hwp_gm_cell cell, const char *word) {
  const size_t n = strlen(word);
  return cell.n >= n && is_word((hwp_gm_cell){cell.text + (cell.n - n), n}, word);
}

static bool is_letter(char c) {
  return to_upper(c) >= 'A' && to_upper(c) <= 'Z';
}

/* "OL", "OL?", "OL Allele?", "OMR": the word, then no more of a name. */
static bool is_off_ladder(hwp_gm_cell cell) {
  static const char *const words[] = {"OL", "OMR"};
  for (size_t w = 0; w < 2; w++) {
    const size_t n = strlen(words[w]);
    if (cell.n < n || !is_word((hwp_gm_cell){cell.text, n}, words[w])) continue;
    if (cell.n == n || !is_letter(cell.text[n])) return true;
    if (is_word(cell, "OLALLELE") || is_word(cell, "OLALLELE?")) return true;
  }
  return false;
}

/* Takes marks of doubt away. */
static hwp_gm_cell strip_marks(hwp_gm_cell cell, unsigned *marks) {
  static const char *const behind[] = {"-NB", "(NB)", "?", "*", " "};
  for (bool is_changed = true; is_changed && cell.n > 0;) {
    is_changed = false;
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
      if (!ends_with(cell, behind[i])) continue;
      cell.n -= strlen(behind[i]);
      is_changed = true;
      *marks |= HWP_GM_FLAGGED;
    }
    if (cell.n > 2 && cell.text[0] == '(' && cell.text[cell.n - 1] == ')' &&
        memchr(cell.text + 1, '(', cell.n - 1) == NULL) {
      cell.text++;
      cell.n -= 2;
      is_changed = true;
      *marks |= HWP_GM_FLAGGED;
    }
  }
  return cell;
}

static bool is_no_result(hwp_gm_cell cell) {
  static const char *const words[] = {"NA", "N/A", "ND", "NR", "INC", "-", "--", "-9"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (is_word(cell, words[i])) return true;
  return false;
}

static bool is_permitted(char c) {
  if (is_letter(c) || (c >= '0' && c <= '9')) return true;
  return c != '\0' && strchr("<>.,_:;+-*'/()[]|=", c) != NULL;
}

/* Copies the cell; the comma of a decimal number becomes a point. */
static void copy_allele(hwp_gm_cell cell, char *out, unsigned *marks) {
  memcpy(out, cell.text, cell.n);
  out[cell.n] = '\0';
  size_t i = cell.n > 0 && (out[0] == '<' || out[0] == '>') ? 1 : 0;
  const size_t first = i;
  while (out[i] >= '0' && out[i] <= '9') i++;
  const size_t comma = i;
  if (i == first || out[i] != ',') return;
  do i++;
  while (out[i] >= '0' && out[i] <= '9');
  if (i == comma + 1 || i > comma + 3 || out[i] != '\0') return;
  out[comma] = '.';
  *marks |= HWP_GM_COMMA;
}

hw_status hwp_gm_read_allele(hwp_gm_cell cell, char allele[HWP_GM_MAX_ALLELE + 1], size_t *n_allele,
                             unsigned *marks, hw_err *err) {
  *marks = 0;
  *n_allele = 0;
  if (cell.n == 0) return HW_OK;
  if (is_off_ladder(cell)) {
    *marks = HWP_GM_OFF_LADDER;
    return HW_OK;
  }
  if (is_no_result(cell)) {
    *marks = HWP_GM_NO_RESULT;
    return HW_OK;
  }
  const hwp_gm_cell bare = strip_marks(cell, marks);
  if (bare.n == 0) return HW_OK;
  if (bare.n > HWP_GM_MAX_ALLELE)
    return hw_err_set(err, HW_E_VALUE, "an allele of %zu bytes; expected at most %d", bare.n,
                      HWP_GM_MAX_ALLELE);
  for (size_t i = 0; i < bare.n; i++)
    if (!is_permitted(bare.text[i]))
      return hw_err_set(err, HW_E_VALUE,
                        "\"%.*s\" is not an allele; expected a name such as 14, 9.3, X or OL (is "
                        "a column shifted?)",
                        (int)cell.n, cell.text);
  copy_allele(bare, allele, marks);
  *n_allele = bare.n;
  if (bare.n == 1 && (allele[0] == 'x' || allele[0] == 'y')) allele[0] = to_upper(allele[0]);
  return HW_OK;
}
