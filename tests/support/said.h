/* Sentences that pages show must have a Vietnamese form (language/said_vi.def). */
#ifndef HW_TEST_SAID_H
#define HW_TEST_SAID_H

#include "base/str.h"
#include "language/language.h"
#include "support/assert.h"

static inline void hw_assert_said_in_vietnamese(const char *sentence) {
  hw_str out = HW_STR_INIT;
  if (!hw_text_say(&out, HW_LANGUAGE_VI, sentence)) fail_msg("no Vietnamese for: %s", sentence);
  hw_str_clear(&out);
}

#endif
