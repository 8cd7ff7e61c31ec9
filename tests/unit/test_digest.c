/* Digests: BLAKE2b with 32 bytes and no key.
 *
 * The inputs are those of the self-test of RFC 7693, appendix E; their digests
 * were computed by an independent implementation (Python's hashlib) that
 * reproduces the RFC's own result over all sizes and keys. */
#include "base/digest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/assert.h"

/* The sequence of RFC 7693, appendix E. */
static void fill_sequence(uint8_t *out, size_t n, uint32_t seed) {
  uint32_t a = UINT32_C(0xDEAD4BAD) * seed, b = 1;
  for (size_t i = 0; i < n; i++) {
    const uint32_t t = a + b;
    a = b;
    b = t;
    out[i] = (uint8_t)(t >> 24);
  }
}

static const struct {
  size_t n;
  const char *digest;
} RFC[] = {
    {0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
    {3, "c6fcb3c3542e65f2db9a75aca089bfe3ff63e5b3889f65bf1d2da61964710782"},
    {128, "9f51dad780c3c7f1915262e80ccbd443a91e5c5c97e8127f9c9f8536aec85960"},
    {129, "5a9585ea35499d7d883d3a22eed1d3ebc46c1b1937d479b8be92b358c3eed78e"},
    {255, "517f6f8c5afea55f1c27cb8cdb4ff015c9602a550ba3080e5ac32796931711d3"},
    {1024, "a001b41dd6bfcb13c73bf83a1fe5c881d49476163e472906c200375d8482b004"},
};

static void assert_digest(const uint8_t digest[HW_DIGEST_SIZE], const char *expected) {
  char text[HW_DIGEST_TEXT_SIZE];
  assert_ptr_equal(hw_digest_text(digest, text), text);
  assert_string_equal(text, expected);
}

static void the_vectors_of_the_rfc_are_met(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof RFC / sizeof RFC[0]; i++) {
    uint8_t bytes[1024], out[HW_DIGEST_SIZE];
    fill_sequence(bytes, RFC[i].n, (uint32_t)RFC[i].n);
    hw_digest_of(bytes, RFC[i].n, out);
    assert_digest(out, RFC[i].digest);
  }
  uint8_t out[HW_DIGEST_SIZE];
  hw_digest_of("abc", 3, out);
  assert_digest(out, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void pieces_of_any_size_give_the_digest_of_the_whole(void **state) {
  (void)state;
  uint8_t bytes[1024], out[HW_DIGEST_SIZE];
  fill_sequence(bytes, sizeof bytes, 1024);
  for (size_t step = 1; step <= sizeof bytes; step += 1 + step / 3) {
    hw_digest digest;
    hw_digest_begin(&digest);
    for (size_t at = 0; at < sizeof bytes; at += step)
      hw_digest_add(&digest, bytes + at, sizeof bytes - at < step ? sizeof bytes - at : step);
    hw_digest_add(&digest, NULL, 0);
    hw_digest_end(&digest, out);
    assert_digest(out, RFC[5].digest);
  }
}

static void texts_and_numbers_have_one_form_on_every_machine(void **state) {
  (void)state;
  uint8_t out[HW_DIGEST_SIZE], other[HW_DIGEST_SIZE];
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "ab");
  hw_digest_add_text(&digest, "c");
  hw_digest_add_int(&digest, INT64_C(1234567890123));
  hw_digest_add_int(&digest, -2);
  hw_digest_end(&digest, out);
  assert_digest(out, "39963e68a4578a9f06ce046bd5363e554dc5e6023aea62da51ba3de70162a966");
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "a");
  hw_digest_add_text(&digest, "bc");
  hw_digest_add_int(&digest, INT64_C(1234567890123));
  hw_digest_add_int(&digest, -2);
  hw_digest_end(&digest, other);
  assert_memory_not_equal(out, other, sizeof out);
}

static void short_digests_are_the_first_bytes_of_a_16_byte_digest(void **state) {
  (void)state;
  assert_true(hw_digest_short("abc", 3) == INT64_C(3138212647195331279));
  assert_true(hw_digest_short("", 0) == INT64_C(4665148505410102986));
}

static void a_file_has_the_digest_of_its_bytes(void **state) {
  (void)state;
  char path[] = "/tmp/homeward-test-XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  uint8_t *bytes = malloc(100000);
  assert_non_null(bytes);
  for (size_t i = 0; i < 100000; i++) bytes[i] = (uint8_t)(i * 31 % 251);
  static const size_t SIZES[] = {0, 1, 16383, 16384, 16385, 100000};
  for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
    uint8_t expected[HW_DIGEST_SIZE], out[HW_DIGEST_SIZE];
    uint64_t n = 7;
    hw_err err = HW_ERR_INIT;
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(pwrite(fd, bytes, SIZES[i], 0), SIZES[i]);
    hw_digest_of(bytes, SIZES[i], expected);
    hw_assert_ok(hw_digest_file(path, out, &n, &err), &err);
    assert_memory_equal(out, expected, sizeof out);
    assert_int_equal(n, SIZES[i]);
    hw_assert_ok(hw_digest_file(path, out, NULL, &err), &err);
  }
  free(bytes);
  close(fd);
  unlink(path);
}

static void a_file_that_cannot_be_read_says_why(void **state) {
  (void)state;
  uint8_t out[HW_DIGEST_SIZE];
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_digest_file("/nonexistent/x", out, NULL, &err), HW_E_NOT_FOUND, &err);
  assert_string_equal(err.file, "/nonexistent/x");
  hw_assert_contains(err.message, "cannot open the file: ");
  hw_assert_status(hw_digest_file("/tmp", out, NULL, &err), HW_E_IO, &err);
  assert_string_equal(err.file, "/tmp");
  hw_assert_contains(err.message, "cannot read: ");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_vectors_of_the_rfc_are_met),
      cmocka_unit_test(pieces_of_any_size_give_the_digest_of_the_whole),
      cmocka_unit_test(texts_and_numbers_have_one_form_on_every_machine),
      cmocka_unit_test(short_digests_are_the_first_bytes_of_a_16_byte_digest),
      cmocka_unit_test(a_file_has_the_digest_of_its_bytes),
      cmocka_unit_test(a_file_that_cannot_be_read_says_why),
  };
  return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
