/** @file
 * Random tokens: names of sessions and of forms.
 *
 * A token is 256 random bits of the operating system in hexadecimal. Tokens are compared
 * in a time that does not depend on where they differ.
 */
#ifndef HW_WEB_TOKEN_H
#define HW_WEB_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Characters of a token, without the NUL. */
#define HWP_TOKEN_LENGTH 64
#define HWP_TOKEN_SIZE (HWP_TOKEN_LENGTH + 1)

/** A new token. */
void hwp_token_new(char out[HWP_TOKEN_SIZE]);
/** True if both are the same token; NULL is none. */
bool hwp_token_equal(const char *a, const char *b);
/** A token that belongs to another one and to a secret, and to no other purpose than @p use. */
void hwp_token_derive(const char *secret, const char *token, const char *use,
                      char out[HWP_TOKEN_SIZE]);
/** Masks, or unmasks, bytes with what only this token gives. */
void hwp_token_mask(const char *token, char *bytes, size_t n);
#endif
