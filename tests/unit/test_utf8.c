/* UTF-8: well-formed sequences and every way of being ill-formed. */
#include "base/utf8.h"

#include <string.h>

#include "support/assert.h"

static void every_scalar_value_is_written_and_recognised(void **state) {
  (void)state;
  for (uint32_t c = 0; c <= 0x10FFFF; c++) {
    char bytes[4];
    const size_t n = hw_utf8_put(c, bytes);
    if (c >= 0xD800 && c <= 0xDFFF) {
      assert_int_equal(n, 0);
      continue;
    }
    assert_int_equal(n, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
    assert_int_equal(hw_utf8_length(bytes, n), n);
    if (n > 1) assert_int_equal(hw_utf8_length(bytes, n - 1), 0);
  }
  char bytes[4];
  assert_int_equal(hw_utf8_put(0x110000, bytes), 0);
}

static void ill_formed_sequences_have_no_length(void **state) {
  (void)state;
  static const char *const BAD[] = {
      "\x80",
      "\xBF", /* stray continuation */
      "\xC0\x80",
      "\xC1\xBF",         /* overlong, two bytes */
      "\xE0\x9F\xBF",     /* overlong, three */
      "\xF0\x8F\xBF\xBF", /* overlong, four */
      "\xED\xA0\x80",     /* surrogate */
      "\xF4\x90\x80\x80", /* above U+10FFFF */
      "\xF5\x80\x80\x80",
      "\xFF", /* no such lead byte */
      "\xC3"
      "A",
      "\xE1\xBB"
      "x",
      "\xF0\x9F\x98"
      "x",
  };
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
    assert_int_equal(hw_utf8_length(BAD[i], strlen(BAD[i])), 0);
  assert_int_equal(hw_utf8_length("", 0), 0);
  assert_int_equal(hw_utf8_length("\0", 1), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_scalar_value_is_written_and_recognised),
      cmocka_unit_test(ill_formed_sequences_have_no_length),
  };
  return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
