/** @file
 * What a fuzz target defines.
 */
#ifndef HW_TESTS_FUZZ_H
#define HW_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/** One input; always 0. The name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Stops the run with a crash that the fuzzer keeps, where a promise does not hold. */
#define HW_FUZZ_CHECK(condition) \
  do {                           \
    if (!(condition)) abort();   \
  } while (0)

#endif
