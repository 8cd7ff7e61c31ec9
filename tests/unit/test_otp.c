/* One-time codes: the vectors of RFC 4226 and RFC 6238, base 32 of RFC 4648, windows and replays. */
#include "app/otp.h"

#include <string.h>

#include "base/secret.h"
#include "support/assert.h"

static const uint8_t key[] = "12345678901234567890"; /* of both RFCs */

static void codes_are_those_of_rfc_4226(void **state) {
  (void)state;
  static const char *const expected[] = {"755224", "287082", "359152", "969429", "338314",
                                         "254676", "287922", "162583", "399871", "520489"};
  for (int i = 0; i < 10; i++) {
    char code[HW_OTP_TEXT_SIZE];
    hw_err err = HW_ERR_INIT;
    hw_assert_ok(hw_otp_format(key, 20, i, code, &err), &err);
    assert_string_equal(code, expected[i]);
  }
}

/* The last six of the eight digits of appendix B, SHA-1. */
static void codes_by_the_clock_are_those_of_rfc_6238(void **state) {
  (void)state;
  static const struct {
    int64_t now_s;
    const char *code;
  } cases[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
               {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_err err = HW_ERR_INIT;
    int64_t step = 0;
    hw_assert_ok(hw_otp_check(key, 20, cases[i].code, cases[i].now_s, 0, &step, &err), &err);
    assert_int_equal(step, cases[i].now_s / 30);
  }
}

static int64_t check(const char *typed, int64_t now_s, int64_t last) {
  hw_err err = HW_ERR_INIT;
  int64_t step = -1;
  hw_assert_ok(hw_otp_check(key, 20, typed, now_s, last, &step, &err), &err);
  return step;
}

static void one_step_around_is_taken_and_no_more(void **state) {
  (void)state;
  enum { STEP = 41152263 }; /* 1234567890 / 30 */
  const int64_t first_s = (int64_t)STEP * 30;
  assert_int_equal(check("005924", first_s - 31, 0), 0);
  assert_int_equal(check("005924", first_s - 30, 0), STEP);
  assert_int_equal(check("005924", first_s, 0), STEP);
  assert_int_equal(check("005924", first_s + 59, 0), STEP);
  assert_int_equal(check("005924", first_s + 60, 0), 0);
}

static void a_code_is_taken_once(void **state) {
  (void)state;
  const int64_t step = check("005924", 1234567890, 0);
  assert_int_equal(check("005924", 1234567890, step - 1), step);
  assert_int_equal(check("005924", 1234567890, step), 0);
  assert_int_equal(check("005924", 1234567890, step + 1), 0);
}

static void what_is_typed_need_not_be_a_code(void **state) {
  (void)state;
  static const char *const bad[] = {"", "00592", "0059244", "00592x", "-05924", "\xff", "      "};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(check(bad[i], 1234567890, 0), 0);
  assert_true(check("005 924", 1234567890, 0) > 0);
}

static void base_32_is_that_of_rfc_4648(void **state) {
  (void)state;
  static const char *const cases[][2] = {{"f", "MY"},           {"fo", "MZXQ"},
                                         {"foo", "MZXW6"},      {"foob", "MZXW6YQ"},
                                         {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint8_t back[16];
    hw_str text = HW_STR_INIT;
    const size_t n = strlen(cases[i][0]);
    hw_otp_base32((const uint8_t *)cases[i][0], n, &text);
    assert_string_equal(hw_str_text(&text), cases[i][1]);
    assert_int_equal(hw_otp_base32_parse(hw_str_text(&text), text.length, back, sizeof back), n);
    assert_memory_equal(back, cases[i][0], n);
    hw_str_clear(&text);
  }
  uint8_t out[2];
  assert_int_equal(hw_otp_base32_parse("my", 2, out, 2), 0);
  assert_int_equal(hw_otp_base32_parse("M1", 2, out, 2), 0);
  assert_int_equal(hw_otp_base32_parse("MZXW6", 5, out, 2), 0);
}

static void addresses_are_encoded(void **state) {
  (void)state;
  hw_str uri = HW_STR_INIT;
  hw_otp_uri("Trung tâm", "a&b", "MZXW6", &uri);
  assert_string_equal(hw_str_text(&uri),
                      "otpauth://totp/Trung%20t%C3%A2m:a%26b?secret=MZXW6&issuer=Trung%20t%C3%A2m"
                      "&algorithm=SHA1&digits=6&period=30");
  hw_str_clear(&uri);
}

static void passwords_are_kept_and_compared(void **state) {
  (void)state;
  char kept[HW_PASSWORD_HASH_SIZE];
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_password_format("bốn con voi đi bộ", kept, &err), &err);
  assert_memory_equal(kept, "$argon2id$v=19$m=65536,t=3,p=1$", 31);
  assert_true(hw_password_equal(kept, "bốn con voi đi bộ"));
  assert_false(hw_password_equal(kept, "bốn con voi đi bô"));
  assert_false(hw_password_equal(NULL, "bốn con voi đi bộ"));
  assert_false(hw_password_equal("no hash", "bốn con voi đi bộ"));
  assert_false(hw_password_is_old(kept));
  assert_true(hw_password_is_old("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

static void random_bytes_differ(void **state) {
  (void)state;
  uint8_t a[32] = {0}, b[32] = {0}, zero[32] = {0};
  hw_secret_random(a, sizeof a);
  hw_secret_random(b, sizeof b);
  assert_false(hw_secret_equal(a, b, sizeof a));
  assert_false(hw_secret_equal(a, zero, sizeof a));
  hw_secret_clear(a, sizeof a);
  assert_true(hw_secret_equal(a, zero, sizeof a));
}

/* RFC 2202, test case 2. */
static void hmac_sha1_is_that_of_rfc_2202(void **state) {
  (void)state;
  static const uint8_t expected[] = {0xef, 0xfc, 0xdf, 0x6a, 0xe5, 0xeb, 0x2f, 0xa2, 0xd2, 0x74,
                                     0x16, 0xd5, 0xf1, 0x84, 0xdf, 0x9c, 0x25, 0x9a, 0x7c, 0x79};
  uint8_t out[HW_HMAC_SHA1_SIZE];
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_hmac_sha1("Jefe", 4, "what do ya want for nothing?", 28, out, &err), &err);
  assert_memory_equal(out, expected, sizeof expected);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(codes_are_those_of_rfc_4226),
      cmocka_unit_test(codes_by_the_clock_are_those_of_rfc_6238),
      cmocka_unit_test(one_step_around_is_taken_and_no_more),
      cmocka_unit_test(a_code_is_taken_once),
      cmocka_unit_test(what_is_typed_need_not_be_a_code),
      cmocka_unit_test(base_32_is_that_of_rfc_4648),
      cmocka_unit_test(addresses_are_encoded),
      cmocka_unit_test(passwords_are_kept_and_compared),
      cmocka_unit_test(random_bytes_differ),
      cmocka_unit_test(hmac_sha1_is_that_of_rfc_2202),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
