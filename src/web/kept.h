/** @file
 * Files that were checked and wait to be written.
 *
 * Between the page that tells what an import would change and the button that writes it, the bytes
 * are kept here, under a token, for the session that sent them: what is written is what was
 * checked. They are taken once, and forgotten after 15 minutes.
 *
 * Thread-safe; memory is bounded, for a session and altogether. The newest of a session push out
 * its older ones, never those of somebody else.
 */
#ifndef HW_WEB_KEPT_H
#define HW_WEB_KEPT_H

#include "web/job.h"
#include "web/token.h"

enum {
  HWP_KEPT_S = 15 * 60,
  HWP_KEPT_BYTES = 8 << 20,      /**< of a session */
  HWP_KEPT_ALL_BYTES = 64 << 20, /**< altogether */
  HWP_MOST_KEPT = 32,
  HWP_KEPT_TEXT_SIZE = 512
};

/** Files, and what was said about them. */
typedef struct hwp_kept_files {
  char what[64], investigation[HW_CODE_MAX + 1], reason[HWP_KEPT_TEXT_SIZE];
  bool update;
  int n_files;
  hwp_upload files[HWP_MOST_UPLOADS]; /**< field is not used */
} hwp_kept_files;

typedef struct hwp_kept hwp_kept;

/** @return NULL if memory is exhausted. Free with hwp_kept_delete */
hwp_kept *hwp_kept_new(void);
void hwp_kept_delete(hwp_kept *self);

/** Keeps a copy. @param session  token of the session @param out  names it from now on
 * @return HW_OK; HW_E_TOO_COMPLEX if they are larger than HWP_KEPT_BYTES; HW_E_BUSY if others fill
 * all the room; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_kept_add(hwp_kept *self, const char *session,
                                     const hwp_kept_files *files, int64_t now_s,
                                     char out[HWP_TOKEN_SIZE], hw_err *err);
/** Takes it away. @return NULL if there is none of this name and session; else free it with
 * hwp_kept_files_delete */
hwp_kept_files *hwp_kept_take(hwp_kept *self, const char *session, const char *name, int64_t now_s);
void hwp_kept_files_delete(hwp_kept_files *files);

#endif
