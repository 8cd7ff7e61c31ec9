/* Numbers and texts as bytes, the same on every machine.
 *
 * Whole numbers are LEB128: seven bits a byte, least significant first, the top
 * bit set where another byte follows, never longer than needed. Doubles are
 * their eight bytes, least significant first; a NaN is always the same one. A
 * text is its length and its bytes. What was written can be read in one way
 * only, and what can be read is written in the same bytes again.
 *
 * Reading never goes behind the end; the first thing that does not fit is kept in
 * `is_bad`, and from then on everything reads as 0. */
#ifndef HW_SEARCH_BYTES_H
#define HW_SEARCH_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/str.h"

/* --- writing, at the end of a buffer --- */

void hwp_put_byte(hw_str *out, unsigned byte);
void hwp_put_uint(hw_str *out, uint64_t value);
void hwp_put_double(hw_str *out, double value);
void hwp_put_text(hw_str *out, const char *text);
/* Four and eight bytes, for heads whose place is fixed. */
void hwp_put_fixed(hw_str *out, uint64_t value, int n_bytes);

/* --- reading --- */

typedef struct hwp_bytes {
  const unsigned char *at, *end;
  bool is_bad;
} hwp_bytes;

hwp_bytes hwp_bytes_of(const void *bytes, size_t n);
size_t hwp_bytes_left(const hwp_bytes *self);
unsigned hwp_get_byte(hwp_bytes *self);
/* @param max  larger numbers are bad */
uint64_t hwp_get_uint(hwp_bytes *self, uint64_t max);
double hwp_get_double(hwp_bytes *self);
uint64_t hwp_get_fixed(hwp_bytes *self, int n_bytes);
/* The next @p n bytes; NULL if there are fewer. */
const unsigned char *hwp_get_raw(hwp_bytes *self, size_t n);
/* A number of things of which each takes at least @p least bytes: what cannot follow is bad, so
 * that no memory is asked for it. */
int32_t hwp_get_count(hwp_bytes *self, size_t least, int32_t max);
/* A text without NUL, copied; NULL if it is bad or memory is exhausted (then is_bad is not set). */
const char *hwp_get_text(hwp_bytes *self, hw_arena *arena);

/* --- sections: tag, length, content, digest --- */

/* Bytes before and after the content. */
enum { HWP_SECTION_HEAD = 12, HWP_SECTION_EXTRA = HWP_SECTION_HEAD + HW_DIGEST_SIZE };

/* The head and the digest of a section that is written in three parts. @param key  what else the
 * section depends on; NULL = nothing */
void hwp_section_head(uint32_t tag, uint64_t n_bytes, unsigned char out[HWP_SECTION_HEAD]);
void hwp_section_digest(const uint8_t *key, size_t n_key, const unsigned char *head,
                        const void *content, size_t n_bytes, uint8_t out[HW_DIGEST_SIZE]);
/* Appends a whole section. */
void hwp_put_section(hw_str *out, uint32_t tag, const uint8_t *key, size_t n_key,
                     const void *content, size_t n_bytes);
/* The next section, its digest checked. @return false (and is_bad) if none can be read here */
bool hwp_get_section(hwp_bytes *self, const uint8_t *key, size_t n_key, uint32_t *tag,
                     hwp_bytes *content);

#endif
