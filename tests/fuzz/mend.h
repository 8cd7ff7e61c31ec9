/** @file
 * Digests keep a fuzzer out of files of sections: this puts them right, as a careful forger would
 * leave them.
 */
#ifndef HW_TESTS_FUZZ_MEND_H
#define HW_TESTS_FUZZ_MEND_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "search/bytes.h"

/** Puts the digests of all sections behind a head of 16 bytes right, as far as their lengths make
 * sense. @param key  of all sections but the first; NULL = none has one */
static inline void hw_fuzz_mend(uint8_t *bytes, size_t n, const uint8_t *key, size_t n_key) {
  enum { HEAD = 16 };
  size_t at = HEAD;
  for (int section = 0; at + HWP_SECTION_EXTRA <= n; section++) {
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--) length = length << 8 | bytes[at + 4 + (size_t)i];
    if (length > n - at - HWP_SECTION_EXTRA) return;
    uint8_t *content = bytes + at + HWP_SECTION_HEAD;
    hwp_section_digest(key, section > 0 ? n_key : 0, bytes + at, content, (size_t)length,
                       content + length);
    at += HWP_SECTION_EXTRA + (size_t)length;
  }
}

/** Reads an input as it is, and once more mended. */
static inline void hw_fuzz_read_twice(const uint8_t *data, size_t size,
                                      void (*read_once)(const uint8_t *data, size_t size)) {
  uint8_t *mended = malloc(size + 1);
  read_once(data, size);
  if (mended == NULL) return;
  if (size > 0) memcpy(mended, data, size);
  hw_fuzz_mend(mended, size, NULL, 0);
  read_once(mended, size);
  free(mended);
}

#endif
