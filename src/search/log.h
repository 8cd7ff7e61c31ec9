/* A file that grows by one record for every unit that is done.
 *
 *     file     [ "HWSUNITS" | version 4 | 0 4 | head | record … ]
 *     head     section: key of the log, its number
 *     record   section: unit, its outcome (results.h); digest keyed by both
 *
 * Records may come in any order. A process that is killed leaves whole records and
 * at most one that was cut; whoever opens the log next drops everything from the
 * first record that is not whole. One process has a log at a time: it holds a lock
 * that the system takes back when the process ends, however it ends. */
#ifndef HW_SEARCH_LOG_H
#define HW_SEARCH_LOG_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/str.h"
#include "search/bytes.h"

/* Tells apart what a log belongs to: plan or search, and number of the shard. */
typedef struct hwp_log_key {
  uint8_t of[HW_DIGEST_SIZE];
  uint32_t number;
} hwp_log_key;

typedef struct hwp_log hwp_log;

/* Opens or makes a log, with the lock. A log of another key, or one whose head is damaged, is begun
 * anew.
 * @param n_units   records of units 0 … n − 1 are read; one of another unit ends reading
 * @param out       [out] NULL on failure
 * @return HW_OK; HW_E_BUSY (another process has it); HW_E_IO, HW_E_DENIED, HW_E_NOT_FOUND;
 *         HW_E_NO_MEMORY; err->file is set */
HW_MUST_CHECK hw_status hwp_log_open(const char *path, const hwp_log_key *key, int32_t n_units,
                                     hwp_log **out, hw_err *err);
/* Ends it; with @p remove its file goes too, before the lock does. */
void hwp_log_close(hwp_log *self, bool remove);

/* True if there was a log of this key, with at least one unit. */
bool hwp_log_is_resumed(const hwp_log *self);
bool hwp_log_has(const hwp_log *self, int32_t unit);
/* Drops what stands for a unit: it is to be done again. */
void hwp_log_forget(hwp_log *self, int32_t unit);

/* Adds the record of a unit: written at once, brought to the disk now and then.
 * @return HW_OK; HW_E_IO (a full disk), then the log is as before */
HW_MUST_CHECK hw_status hwp_log_add(hwp_log *self, int32_t unit, const hw_str *outcome,
                                    hw_err *err);
/* Everything to the disk. */
HW_MUST_CHECK hw_status hwp_log_sync(hwp_log *self, hw_err *err);
/* The outcome's bytes of a unit, read back and checked. @param n  [out] their number
 * @return free(); NULL if the record is not what was written (or memory is exhausted) */
char *hwp_log_read(hwp_log *self, int32_t unit, size_t *n);

/* --- the same form without a log: complete files --- */

/* What stands before the first record. */
void hwp_put_log_head(hw_str *out, const hwp_log_key *key);
void hwp_put_log_record(hw_str *out, const hwp_log_key *key, int32_t unit, const void *outcome,
                        size_t n);
/* @return HW_OK; HW_E_SYNTAX (no such file); HW_E_VALUE (another version); HW_E_DAMAGED;
 *         HW_E_CONFLICT (of another key) */
HW_MUST_CHECK hw_status hwp_get_log_head(hwp_bytes *in, const hwp_log_key *key, hw_err *err);
/* @return false if no whole record stands here */
bool hwp_get_log_record(hwp_bytes *in, const hwp_log_key *key, int32_t *unit, hwp_bytes *outcome);

#endif
