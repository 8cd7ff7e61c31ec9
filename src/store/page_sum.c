/* The checksum of a database page: four lanes of multiply and rotate.
 *
 *     lane[i % 4] = rotl((lane[i % 4] ^ word[i]) * ODD, 29)       for the words of the page
 *     sum         = mix(rotl(lane[0], 1) … rotl(lane[3], 18), size, page)
 *
 * Each step maps lane → lane one to one for a given word, and word → lane one to
 * one for a given lane; so does each step of the end. Two pages that differ in
 * one word only therefore never have the same sum: a flipped byte is found with
 * certainty, not with high probability. The page number enters the same way, so a
 * page that was written to the wrong place is found with certainty too.
 *
 * Four lanes keep the multiplier busy: about 10 bytes per cycle, so that the
 * checksum costs little against reading the page. A cryptographic digest would
 * cost ten times that and promise nothing more here: whoever can write the file
 * can write the checksum. Words are read least significant byte first on every
 * machine. */
#include "store/page_sum.h"

/* Odd, with bits everywhere: 2^64 divided by the golden ratio, and the root of two. */
#define ODD_STEP UINT64_C(0x9E3779B97F4A7C15)
#define ODD_END UINT64_C(0xB504F333F9DE6485)

static uint64_t load(const unsigned char *bytes) {
  uint64_t word = 0;
  for (int i = 0; i < 8; i++) word |= (uint64_t)bytes[i] << (8 * i); /* one load instruction */
  return word;
}

static uint64_t rotl(uint64_t value, int n) {
  return value << n | value >> (64 - n);
}

static uint64_t step(uint64_t lane, uint64_t word) {
  return rotl((lane ^ word) * ODD_STEP, 29);
}

/* One to one in both. */
static uint64_t mix(uint64_t sum, uint64_t word) {
  sum = (sum ^ word) * ODD_END;
  return sum ^ sum >> 32;
}

uint64_t hwp_page_sum(const unsigned char *bytes, size_t n, uint64_t page) {
  uint64_t lane[4] = {1, 2, 3, 4};
  size_t at = 0;
  for (; at + 32 <= n; at += 32)
    for (int i = 0; i < 4; i++) lane[i] = step(lane[i], load(bytes + at + 8 * i));
  for (int i = 0; at + 8 <= n; at += 8, i++) lane[i] = step(lane[i], load(bytes + at));
  uint64_t sum = 0;
  for (int i = 0; i < 4; i++) sum = mix(sum, lane[i]);
  return mix(mix(mix(sum, n), page), ODD_STEP);
}
