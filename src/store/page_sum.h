/** @file
 * The checksum of a database page.
 *
 * Private to the store; part of the file format.
 */
#ifndef HW_STORE_PAGE_SUM_H
#define HW_STORE_PAGE_SUM_H

#include <stddef.h>
#include <stdint.h>

/** Checksum of @p n bytes (a multiple of 8) that belong at place @p page.
 *
 * A change confined to eight bytes on an eight-byte boundary is always found; any other is missed
 * with probability 2^-64. No proof against intent: that is the audit chain's business. */
uint64_t hwp_page_sum(const unsigned char *bytes, size_t n, uint64_t page);

#endif
