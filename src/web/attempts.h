/** @file
 * Failed logins, counted: by account and by client.
 *
 * After the third failure in a row the next attempt has to wait, each time twice as long;
 * after the tenth (of an account) or the thirtieth (of a client: a whole house may come
 * from one address) it waits 15 minutes. What was counted is forgotten after 15 minutes
 * without a failure; an account's count also after a login.
 *
 * Thread-safe; memory is bounded.
 */
#ifndef HW_WEB_ATTEMPTS_H
#define HW_WEB_ATTEMPTS_H

#include <stdbool.h>
#include <stdint.h>

enum {
  HWP_ATTEMPTS_FREE = 3,
  HWP_ATTEMPTS_ACCOUNT = 10,
  HWP_ATTEMPTS_CLIENT = 30,
  HWP_ATTEMPTS_LOCK_S = 15 * 60,
  HWP_MOST_ATTEMPTS = 32768 /**< accounts and clients that are remembered */
};

typedef struct hwp_attempts hwp_attempts;

/** @return NULL if memory is exhausted. Free with hwp_attempts_delete */
hwp_attempts *hwp_attempts_new(void);
void hwp_attempts_delete(hwp_attempts *self);

/** Begins an attempt, which counts as a failure until hwp_attempts_succeeded says otherwise: many
 * at once cannot slip through.
 * @return 0; or the seconds until this account may be tried from this client, nothing counted */
int64_t hwp_attempts_begin(hwp_attempts *self, const char *account, const char *client,
                           int64_t now_s);
/** The account's failures are forgotten; of the client's only this attempt is, or an account of
 * one's own would open the others to guessing. */
void hwp_attempts_succeeded(hwp_attempts *self, const char *account, const char *client,
                            int64_t now_s);

#endif
