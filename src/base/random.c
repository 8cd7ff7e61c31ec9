/* Philox4x32-10 streams.
 *
 * Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as
 * 1, 2, 3", SC '11. A block cipher-like bijection turns a 128-bit counter and a
 * 64-bit key into 128 bits; ten rounds pass every battery of TestU01.
 *
 * A stream's identity is 128 bits: the key (64) and the high half of the counter
 * (64). The low half counts blocks, so a stream is 2^64 blocks long.
 *
 *     draw:   philox(counter = {block, stream}, key)          → two 64-bit numbers
 *     split:  philox(counter = {tag,   stream}, key ^ SPLIT)  → key' and stream'
 *
 * Drawing and splitting use different keys, so no number that was drawn ever
 * names a stream. Two paths meet only if 128 bits collide. The seed enters as
 * key of the root; the root's high counter half is zero. Words are combined
 * arithmetically, never by memory layout: byte order does not matter. */
#include "homeward/random.h"

#include "base/philox.h"

/* Multipliers and Weyl increments: table 2 and section 3.3 of the source. */
#define PHILOX_M0 UINT32_C(0xD2511F53)
#define PHILOX_M1 UINT32_C(0xCD9E8D57)
#define PHILOX_W0 UINT32_C(0x9E3779B9) /* golden ratio */
#define PHILOX_W1 UINT32_C(0xBB67AE85) /* sqrt(3) − 1 */
#define PHILOX_ROUNDS 10

/* "home" and "ward": any constant that is not zero keeps splits apart from draws. */
#define SPLIT_KEY_0 UINT32_C(0x686F6D65)
#define SPLIT_KEY_1 UINT32_C(0x77617264)

void hw_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    const uint64_t p0 = (uint64_t)PHILOX_M0 * c0;
    const uint64_t p1 = (uint64_t)PHILOX_M1 * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)p0;
    k0 += PHILOX_W0;
    k1 += PHILOX_W1;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

void hw_random_init(hw_random *self, uint64_t seed) {
  *self = (hw_random){.key = {(uint32_t)seed, (uint32_t)(seed >> 32)}};
}

hw_random hw_random_split(const hw_random *self, uint64_t tag) {
  const uint32_t counter[4] = {(uint32_t)tag, (uint32_t)(tag >> 32), self->stream[0],
                               self->stream[1]};
  const uint32_t key[2] = {self->key[0] ^ SPLIT_KEY_0, self->key[1] ^ SPLIT_KEY_1};
  uint32_t out[4];
  hw_philox4x32_10(counter, key, out);
  return (hw_random){.key = {out[0], out[1]}, .stream = {out[2], out[3]}};
}

uint64_t hw_random_u64(hw_random *self) {
  if (self->n_next == 0) {
    const uint32_t counter[4] = {(uint32_t)self->n_blocks, (uint32_t)(self->n_blocks >> 32),
                                 self->stream[0], self->stream[1]};
    uint32_t out[4];
    hw_philox4x32_10(counter, self->key, out);
    self->n_blocks++;
    /* Taken from the back: next[1] is the first number of the block. */
    self->next[1] = (uint64_t)out[1] << 32 | out[0];
    self->next[0] = (uint64_t)out[3] << 32 | out[2];
    self->n_next = 2;
  }
  self->n_next--;
  return self->next[self->n_next];
}

double hw_random_double(hw_random *self) {
  return (double)(hw_random_u64(self) >> 11) * 0x1p-53;
}

uint64_t hw_random_below(hw_random *self, uint64_t n) {
  if (n == 0) return 0;
  /* 2^64 mod n values at the bottom are drawn again, so that the rest divides evenly. */
  const uint64_t uneven = (0 - n) % n;
  uint64_t bits;
  do bits = hw_random_u64(self);
  while (bits < uneven);
  return bits % n;
}
