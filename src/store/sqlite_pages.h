/** @file
 * A checksum on every page of a database file.
 *
 * Private to the SQLite back end. The file's size, page by page:
 *
 *     | what SQLite stores, HWP_PAGE_SIZE − HWP_PAGE_RESERVED bytes | mark | page | checksum |
 *                                                                     4      4      8 bytes
 */
#ifndef HW_STORE_SQLITE_PAGES_H
#define HW_STORE_SQLITE_PAGES_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "homeward/status.h"

/** Bytes of a page; part of the file format. */
#define HWP_PAGE_SIZE 4096
/** Bytes at the end of every page that SQLite leaves to us; part of the file format. */
#define HWP_PAGE_RESERVED 16
/** Bytes of the header at the start of page 1. */
#define HWP_HEADER_SIZE 100
/** SQLite's application id of a case database: "HWCD". */
#define HWP_APPLICATION_ID 0x48574344

/** What the first bytes of a file say. */
typedef enum hwp_header_kind {
  HWP_HEADER_OURS,    /**< a case database, as far as its header tells */
  HWP_HEADER_DAMAGED, /**< a case database whose header is not what it must be */
  HWP_HEADER_OTHER    /**< something else */
} hwp_header_kind;
hwp_header_kind hwp_header_look(const unsigned char *bytes, size_t n);

typedef enum hwp_page_state {
  HWP_PAGE_GOOD,
  HWP_PAGE_BAD,       /**< the checksum does not fit */
  HWP_PAGE_FOREIGN,   /**< without a checksum: written by a program that makes none */
  HWP_PAGE_MISPLACED, /**< a good page that belongs elsewhere */
  HWP_PAGE_MISSING,   /**< the file ends before it */
  HWP_PAGE_UNREADABLE
} hwp_page_state;

/** What the checksums have found in one connection. A zeroed one is empty. */
typedef struct hwp_pages {
  bool is_passing; /**< bad pages are handed on as they are, the fixed bytes of the header mended */
  int64_t bad_page; /**< the page whose reading failed last; 0 = none yet */
  hwp_page_state bad_state;
} hwp_pages;

/** Makes the file system layer known to SQLite; once per process, from any thread. */
HW_MUST_CHECK hw_status hwp_pages_register(hw_err *err);
/** Its name, for sqlite3_open_v2. */
extern const char hwp_pages_vfs[];
/** Lets a connection's main file report to @p self, which must outlive the connection. */
void hwp_pages_attach(hwp_pages *self, sqlite3 *handle);

/** Reads the beginning of the main file past SQLite's cache. @param n  [in, out] bytes */
HW_MUST_CHECK int hwp_pages_sample(sqlite3 *handle, unsigned char *bytes, int *n);
/** Size of the main file in bytes. @return result code of SQLite */
HW_MUST_CHECK int hwp_pages_file_size(sqlite3 *handle, int64_t *out);
/** Reads a page of the main file past SQLite's cache and log and verifies it. */
hwp_page_state hwp_pages_verify(sqlite3 *handle, int64_t page);
/** What is wrong, for a message: "its checksum does not fit". */
const char *hwp_page_state_text(hwp_page_state state);

#endif
