/** @file
 * Sessions: who is logged in, in memory.
 *
 * A session is known by the digest of its token; the token itself is in the browser's
 * cookie only. Sessions end when their person logs out, changes the password (all but the
 * one at work), is idle for 30 minutes, after 12 hours whatever happens, and with the
 * process.
 *
 * Thread-safe. Example:
 * @code
 *   char token[HWP_TOKEN_SIZE];
 *   hwp_session s = {.actor = "anh", .stage = HWP_STAGE_IN};
 *   hwp_sessions_begin(all, &s, now_s, token);
 *   …
 *   if (hwp_sessions_find(all, token, now_s, &s)) use(s.actor);
 * @endcode
 */
#ifndef HW_WEB_SESSION_H
#define HW_WEB_SESSION_H

#include "store/kind.h"
#include "store/record.h"
#include "web/token.h"

enum {
  HWP_SESSION_IDLE_S = 30 * 60,
  HWP_SESSION_LONGEST_S = 12 * 3600,
  HWP_SESSION_CODE_S = 5 * 60, /**< time for the second factor */
  HWP_MOST_SESSIONS = 4096,
  HWP_MOST_SESSIONS_OF_ONE = 16, /**< of one actor; the one idle longest ends */
  HWP_NOTICE_SIZE = 400,
  HWP_PASSWORD_SIZE = 1025
};

typedef enum hwp_stage {
  HWP_STAGE_NONE = 0,
  HWP_STAGE_CODE,   /**< the password was right, the second factor is to come */
  HWP_STAGE_CHANGE, /**< logged in, but the password must be changed first */
  HWP_STAGE_IN
} hwp_stage;

/** A copy of a session. */
typedef struct hwp_session {
  char actor[HW_CODE_MAX + 1];
  hwp_stage stage;
  unsigned may; /**< permissions at the login; for what is shown, not for what is allowed */
  char csrf[HWP_TOKEN_SIZE];
  char notice[HWP_NOTICE_SIZE]; /**< to be shown once; "" = none */
  /** Stage CODE: the password, which is right, for the step to come. In the table it is sealed with the
   * session's token, which the table does not hold; in the caller's copy it is open. */
  char password[HWP_PASSWORD_SIZE];
} hwp_session;

typedef struct hwp_sessions hwp_sessions;

/** @return NULL if memory is exhausted. Free with hwp_sessions_delete */
hwp_sessions *hwp_sessions_new(void);
void hwp_sessions_delete(hwp_sessions *self);

/** Begins a session with a new token and a new token of its forms; where all places are taken, the
 * one that was idle longest ends. */
void hwp_sessions_begin(hwp_sessions *self, hwp_session *session, int64_t now_s,
                        char token[HWP_TOKEN_SIZE]);
/** Finds one and notes that it is in use. @return false if there is none, or it has ended */
bool hwp_sessions_find(hwp_sessions *self, const char *token, int64_t now_s, hwp_session *out);
/** Ends one. */
void hwp_sessions_end(hwp_sessions *self, const char *token);
/** Ends all of an actor, except the one with this token (NULL = all). */
void hwp_sessions_end_of(hwp_sessions *self, const char *actor, const char *except);

/** Keeps a text to be shown once. */
void hwp_sessions_notice(hwp_sessions *self, const char *token, const char *notice);
/** Sessions that are open. */
int hwp_sessions_count(hwp_sessions *self, int64_t now_s);

#endif
