/* Spellings of marker names.
 *
 * Laboratories, kits and tables write one marker in several ways: vWA and VWA,
 * Penta D, PENTA_D and PentaD, HUMTH01, TH01 and THO1 with the letter O. A key
 * is made of a name by folding ASCII letters, leaving out blanks and "_-.",
 * dropping a leading HUM (GenBank's prefix for human loci), and replacing
 * historical names from a short list (Butler & Reeder, STRBase, lists of core
 * loci and their synonyms). Nothing else is guessed: names that are merely
 * similar, as D2S441 and D2S1338, stay apart.
 *
 * Independent of the locale: a Turkish i must not make two markers of one. */
#include "genetics/marker_name.h"

#include <string.h>

#include "homeward/frequency.h"

static const struct {
  const char *from, *to;
} SYNONYMS[] = {
    {"ACTBP2", "SE33"}, {"D6S502", "D8S1179"}, {"FIBRA", "FGA"},
    {"THO1", "TH01"},   {"VWFA31", "VWA"},     {"VWA31", "VWA"},
};

void hw_marker_name_key(const char *name, char key[HW_MARKER_KEY_SIZE]) {
  size_t n = 0;
  for (const char *c = name; *c && n + 1 < HW_MARKER_KEY_SIZE; c++) {
    if (*c == ' ' || *c == '\t' || *c == '_' || *c == '-' || *c == '.') continue;
    key[n++] = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
  }
  key[n] = '\0';
  if (n > 3 && memcmp(key, "HUM", 3) == 0) memmove(key, key + 3, n - 3 + 1);
  for (size_t i = 0; i < sizeof SYNONYMS / sizeof *SYNONYMS; i++)
    if (strcmp(key, SYNONYMS[i].from) == 0) memcpy(key, SYNONYMS[i].to, strlen(SYNONYMS[i].to) + 1);
}

bool hw_marker_name_equal(const char *a, const char *b) {
  char key_a[HW_MARKER_KEY_SIZE], key_b[HW_MARKER_KEY_SIZE];
  hw_marker_name_key(a, key_a);
  hw_marker_name_key(b, key_b);
  return strcmp(key_a, key_b) == 0;
}
