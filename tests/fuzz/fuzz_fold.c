/* Fuzz target: normal form and keys of text.
 *
 * Promises checked on every input: the three functions accept and refuse the
 * same texts; a refusal has a message and appends nothing; each result is a text
 * that they accept; normal form and keys are fixed points; the folded key has
 * blanks only between words; and the normal form changes no key. */
#include <string.h>

#include "base/fold.h"
#include "fuzz.h"

typedef hw_status fold_fn(const char *text, hw_str *out, hw_err *err);

static hw_str fold(fold_fn *function, const char *text) {
  hw_str out = HW_STR_INIT;
  HW_FUZZ_CHECK(function(text, &out, NULL) == HW_OK);
  return out;
}

static void check_same(fold_fn *function, const char *text, const char *other) {
  hw_str a = fold(function, text), b = fold(function, other);
  HW_FUZZ_CHECK(strcmp(hw_str_text(&a), hw_str_text(&b)) == 0);
  hw_str_clear(&a);
  hw_str_clear(&b);
}

static void check_words(const char *key) {
  const size_t n = strlen(key);
  HW_FUZZ_CHECK(n == 0 || (key[0] != ' ' && key[n - 1] != ' '));
  HW_FUZZ_CHECK(strstr(key, "  ") == NULL);
}

static void check_text(const char *text) {
  hw_str nfc = fold(hw_fold_nfc, text), key = fold(hw_fold_key, text);
  hw_str exact = fold(hw_fold_exact, text);
  check_words(hw_str_text(&key));
  check_words(hw_str_text(&exact));
  check_same(hw_fold_nfc, hw_str_text(&nfc), text);
  check_same(hw_fold_key, hw_str_text(&key), text);
  check_same(hw_fold_exact, hw_str_text(&exact), text);
  check_same(hw_fold_key, hw_str_text(&nfc), text);
  check_same(hw_fold_exact, hw_str_text(&nfc), text);
  hw_str_clear(&nfc);
  hw_str_clear(&key);
  hw_str_clear(&exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  if (!text) return 0;
  if (size > 0) memcpy(text, data, size);
  text[size] = '\0';
  hw_str out = HW_STR_INIT;
  hw_err err = HW_ERR_INIT;
  const hw_status status = hw_fold_nfc(text, &out, &err);
  if (status == HW_OK) {
    check_text(text);
  } else {
    HW_FUZZ_CHECK(status == HW_E_SYNTAX && err.message[0] != '\0' && out.length == 0);
    HW_FUZZ_CHECK(hw_fold_key(text, &out, &err) == status && out.length == 0);
    HW_FUZZ_CHECK(hw_fold_exact(text, &out, &err) == status && out.length == 0);
  }
  hw_str_clear(&out);
  free(text);
  return 0;
}
