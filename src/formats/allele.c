/* Numbers of repeats, read and brought to one spelling.
 *
 * Zeros before a number and behind its point mean nothing, and programs that keep
 * alleles as numbers write them ("14.0"). A bound of the ladder ("<8") is left as
 * it is: it is a name. */
#include "formats/allele.h"

#include <string.h>

enum { MOST_DIGITS = 4, MOST_DECIMALS = 3 };

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool hw_allele_is_number(const char *text) {
  if (*text == '<' || *text == '>') text++;
  size_t whole = strspn(text, "0123456789");
  if (whole == 0) return false;
  size_t zeros = strspn(text, "0");
  if (whole - zeros > MOST_DIGITS) return false;
  if (text[whole] == '\0') return true;
  if (text[whole] != '.') return false;
  const char *part = text + whole + 1;
  size_t n = strspn(part, "0123456789");
  if (n == 0 || part[n] != '\0') return false;
  while (n > 0 && part[n - 1] == '0') n--;
  return n <= MOST_DECIMALS;
}

char *hw_allele_normalise(char *text, bool *is_rewritten) {
  char *start = text;
  if (*start == '<' || *start == '>') return text;
  while (start[0] == '0' && is_digit(start[1])) start++;
  char *point = strchr(start, '.');
  if (point != NULL) {
    size_t n = strlen(point);
    while (n > 1 && point[n - 1] == '0') n--;
    if (n == 1) n = 0;
    if (point[n] != '\0') *is_rewritten = true;
    point[n] = '\0';
  }
  if (start != text) *is_rewritten = true;
  return start;
}
