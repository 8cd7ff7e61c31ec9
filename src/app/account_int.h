/* Shared by the files of app/account.h. */
#ifndef HW_APP_ACCOUNT_INT_H
#define HW_APP_ACCOUNT_INT_H

#include "app/account.h"

/** Bytes of a secret in base 32, NUL included. */
#define HWP_OTP_SECRET_SIZE 40

/** An actor and how they log in; texts are of the arena. */
typedef struct hwp_account {
  hw_record actor;
  hw_record credential; /**< id = 0: none is stored */
  bool has_password;    /**< it is stored and not withdrawn */
  const char *code;
} hwp_account;

/** What the field otp holds: "SECRET LAST-STEP ?NEW-SECRET", each part only if there is one. */
typedef struct hwp_otp {
  char secret[HWP_OTP_SECRET_SIZE];  /**< in use; "" = none */
  int64_t last;                      /**< step of the code that was taken last */
  char pending[HWP_OTP_SECRET_SIZE]; /**< to be confirmed; "" = none */
} hwp_otp;

/** Bytes of the field. */
#define HWP_OTP_FIELD_SIZE (2 * HWP_OTP_SECRET_SIZE + 32)

/** Looks an account up, whoever asks. @param found  [out] false if there is no such actor in use */
HW_MUST_CHECK hw_status hwp_account_look(hw_app *app, const char *code, hw_arena *arena,
                                         hwp_account *out, bool *found, hw_err *err);
/** The same for somebody who may change it: oneself, or an administrator.
 * @return HW_OK; HW_E_REFERENCE; HW_E_DENIED */
HW_MUST_CHECK hw_status hwp_account_find(hw_app *app, const char *code, hw_arena *arena,
                                         hwp_account *out, hw_err *err);
/** Adds or replaces the credential inside a change. */
HW_MUST_CHECK hw_status hwp_account_put(hw_app *app, hwp_account *self, hw_err *err);
/** The same as a change of its own; the permission was asked for. */
HW_MUST_CHECK hw_status hwp_account_write(hw_app *app, hwp_account *self, const char *action,
                                          const char *reason, hw_err *err);

/** @return HW_OK; HW_E_DAMAGED if the field is none of ours */
HW_MUST_CHECK hw_status hwp_otp_read(const hwp_account *account, hwp_otp *out, hw_err *err);
/** Puts it into the credential. @param text  the field's, as long as the record is used */
void hwp_otp_write(const hwp_otp *self, char text[HWP_OTP_FIELD_SIZE], hwp_account *account);
/** Whether a code fits one of the two secrets and was not taken. @param step  [out] 0 = no */
HW_MUST_CHECK hw_status hwp_otp_check(const char *secret, const char *typed, int64_t now_s,
                                      int64_t last, int64_t *step, hw_err *err);

#endif
