/* QR codes: what the picture says is read back by a decoder of the test's own, and is the text.
 *
 * Source: ISO/IEC 18004, chapters 7 and 8: format information, masks, placement of codewords. The
 * decoder does not correct errors: there are none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "support/assert.h"
#include "web/page_support.h"
#include "web/qr.h"

enum { WIDEST = 57 }; /* version 10 */

static bool dark[WIDEST][WIDEST];
static int width;

/* The modules of a path; the quiet zone must be light. */
static void read_path(const char *path, int size) {
  memset(dark, 0, sizeof dark);
  width = size - 2 * HWP_QR_QUIET;
  assert_true(width >= 21 && width <= WIDEST && width % 4 == 1);
  for (const char *at = path; *at == 'M'; at = strchr(at, 'z') + 1) {
    int x = 0, y = 0, n = 0, back = 0;
    assert_int_equal(sscanf(at, "M%d %dh%dv1h-%dz", &x, &y, &n, &back), 4);
    assert_int_equal(n, back);
    x -= HWP_QR_QUIET, y -= HWP_QR_QUIET;
    assert_true(x >= 0 && y >= 0 && n > 0 && x + n <= width && y < width);
    for (int i = 0; i < n; i++) dark[y][x + i] = true;
    assert_non_null(strchr(at, 'z'));
  }
}

static bool is_near(int a, int b, int most) {
  return abs(a - b) <= most;
}

/* Whether a module is part of a pattern, and holds no data. */
static bool is_pattern(int version, int row, int col) {
  static const int centres[11][3] = {{0},         {0},         {6, 18},    {6, 22},
                                     {6, 26},     {6, 30},     {6, 34},    {6, 22, 38},
                                     {6, 24, 42}, {6, 26, 46}, {6, 28, 50}};
  if ((row < 9 && col < 9) || (row < 9 && col >= width - 8) || (row >= width - 8 && col < 9))
    return true;
  if (row == 6 || col == 6) return true;
  const bool is_late = version >= 7;
  if (is_late && ((row < 6 && col >= width - 11) || (col < 6 && row >= width - 11))) return true;
  for (int i = 0; i < 3; i++)
    for (int k = 0; k < 3; k++) {
      const int y = centres[version][i], x = centres[version][k];
      const bool is_finder =
          (y == 6 && x == 6) || (y == 6 && x == width - 7) || (y == width - 7 && x == 6);
      if (y > 0 && x > 0 && !is_finder && is_near(row, y, 2) && is_near(col, x, 2)) return true;
    }
  return false;
}

static bool is_masked(int mask, int i, int j) {
  switch (mask) {
    case 0:
      return (i + j) % 2 == 0;
    case 1:
      return i % 2 == 0;
    case 2:
      return j % 3 == 0;
    case 3:
      return (i + j) % 3 == 0;
    case 4:
      return (i / 2 + j / 3) % 2 == 0;
    case 5:
      return i * j % 2 + i * j % 3 == 0;
    case 6:
      return (i * j % 2 + i * j % 3) % 2 == 0;
    default:
      return ((i + j) % 2 + i * j % 3) % 2 == 0;
  }
}

/* The 15 bits beside the first finder; they must be a word of their code, of correction M. */
static int read_mask(void) {
  int format = 0;
  for (int i = 0; i < 15; i++) {
    const int row = i < 8 ? 8 : i == 8 ? 7 : 14 - i;
    const int col = i < 6 ? i : i == 6 ? 7 : 8;
    format = format << 1 | dark[row][col];
  }
  format ^= 0x5412;
  int rest = format;
  for (int bit = 14; bit >= 10; bit--)
    if (rest >> bit & 1) rest ^= 0x537 << (bit - 10);
  assert_int_equal(rest, 0);
  assert_int_equal(format >> 13, 0); /* M */
  return format >> 10 & 7;
}

static void check_patterns(void) {
  static const int corners[3][2] = {{0, 0}, {0, 1}, {1, 0}};
  for (int c = 0; c < 3; c++)
    for (int i = 0; i < 7; i++)
      for (int k = 0; k < 7; k++) {
        const int ring = abs(i - 3) > abs(k - 3) ? abs(i - 3) : abs(k - 3);
        assert_int_equal(dark[corners[c][0] * (width - 7) + i][corners[c][1] * (width - 7) + k],
                         ring != 2);
      }
  for (int i = 8; i < width - 8; i++) {
    assert_int_equal(dark[6][i], i % 2 == 0);
    assert_int_equal(dark[i][6], i % 2 == 0);
  }
}

static size_t read_codewords(int version, int mask, unsigned char out[400]) {
  size_t n_bits = 0;
  memset(out, 0, 400);
  bool is_up = true;
  for (int right = width - 1; right > 0; right -= 2) {
    if (right == 6) right--;
    for (int i = 0; i < width; i++)
      for (int k = 0; k < 2; k++) {
        const int row = is_up ? width - 1 - i : i, col = right - k;
        if (is_pattern(version, row, col)) continue;
        assert_true(n_bits / 8 < 400);
        if (dark[row][col] != is_masked(mask, row, col))
          out[n_bits / 8] |= (unsigned char)(0x80 >> n_bits % 8);
        n_bits++;
      }
    is_up = !is_up;
  }
  return n_bits / 8;
}

/* Blocks of correction M by version: how many, and data codewords of each; the longer ones last. */
static const struct {
  int n, data, n_longer;
} blocks[11] = {{0, 0, 0},  {1, 16, 0}, {1, 28, 0}, {1, 44, 0}, {2, 32, 0}, {2, 43, 0},
                {4, 27, 0}, {4, 31, 0}, {2, 38, 2}, {3, 36, 2}, {4, 43, 1}};

static void decode(const char *path, int size, char out[400]) {
  unsigned char mixed[400] = {0}, data[400] = {0};
  read_path(path, size);
  check_patterns();
  const int version = (width - 17) / 4;
  const size_t n = read_codewords(version, read_mask(), mixed);
  const int n_blocks = blocks[version].n + blocks[version].n_longer;
  int at = 0, starts[8];
  for (int b = 0; b < n_blocks; b++) {
    starts[b] = at;
    at += blocks[version].data + (b >= blocks[version].n);
  }
  assert_true((size_t)at < n);
  size_t next = 0;
  for (int i = 0; i <= blocks[version].data; i++)
    for (int b = 0; b < n_blocks; b++)
      if (i < blocks[version].data || b >= blocks[version].n) data[starts[b] + i] = mixed[next++];
  assert_int_equal(data[0] >> 4, 4); /* bytes */
  const bool is_wide = version >= 10;
  const int length = is_wide ? (data[0] & 15) << 12 | data[1] << 4 | data[2] >> 4
                             : (data[0] & 15) << 4 | data[1] >> 4;
  for (int i = 0; i < length; i++) {
    const int k = i + 1 + is_wide;
    out[i] = (char)((data[k] & 15) << 4 | data[k + 1] >> 4);
  }
  out[length] = '\0';
}

static void what_is_drawn_is_the_text(void **state) {
  (void)state;
  char text[400], read[400];
  for (size_t n = 1; n <= 213; n += n < 60 ? 13 : 3) { /* versions 1 to 10 */
    hw_err err = HW_ERR_INIT;
    hw_str path = HW_STR_INIT;
    int size = 0;
    for (size_t i = 0; i < n; i++) text[i] = (char)(33 + (i * 7 + n) % 90);
    text[n] = '\0';
    hw_assert_ok(hwp_qr_path(text, &path, &size, &err), &err);
    decode(hw_str_text(&path), size, read);
    assert_string_equal(read, text);
    hw_str_clear(&path);
  }
}

static void what_is_too_long_is_refused(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_str path = HW_STR_INIT;
  char text[HWP_QR_MOST + 2];
  int size = 0;
  memset(text, 'a', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  hw_assert_status(hwp_qr_path(text, &path, &size, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "a QR code holds 1 to 300 bytes, not 301");
  hw_assert_status(hwp_qr_path("", &path, &size, &err), HW_E_VALUE, &err);
  text[HWP_QR_MOST] = '\0';
  hw_assert_ok(hwp_qr_path(text, &path, &size, &err), &err);
  hw_str_clear(&path);
}

/* The value of an attribute behind a mark, in its place. */
static void take(const char *html, const char *mark, char *out, size_t room) {
  const char *at = strstr(html, mark);
  assert_non_null(at);
  at += strlen(mark);
  const size_t n = strcspn(at, "\"<");
  assert_true(n < room);
  memcpy(out, at, n);
  out[n] = '\0';
}

static void the_page_of_the_second_factor_shows_what_it_says(void **state) {
  (void)state;
  static char path[40000];
  char read[400], secret[200], size[20];
  hw_web *web = NULL;
  (void)web_test_new(&web, NULL, false);
  web_browser b = page_browser(web, "reader");
  page_get(&b, "/account");
  assert_int_equal(web_post(&b, "/account/second-factor", ""), 200);
  page_check(&b);
  page_keep(&b, "second-factor");
  const char *html = web_body(&b);
  take(html, "fill=\"#000000\" d=\"", path, sizeof path);
  take(html, "viewBox=\"0 0 ", size, sizeof size);
  take(html, "secret=", secret, sizeof secret);
  secret[strcspn(secret, "&")] = '\0';
  assert_int_equal(strlen(secret), 32);
  decode(path, (int)strtol(size, NULL, 10), read);
  hw_assert_contains(read, "otpauth://totp/Homeward:reader?secret=");
  hw_assert_contains(read, secret);
  hw_assert_contains(html, "aria-label=\"QR code with the secret");
  web_browser_clear(&b);
  hw_web_delete(web);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_drawn_is_the_text),
      cmocka_unit_test(what_is_too_long_is_refused),
      cmocka_unit_test(the_page_of_the_second_factor_shows_what_it_says),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
