/** @file
 * People who log in: their roles, passwords, second factors and locks.
 *
 * An account is an actor record (who it is, permissions) and a credential record (how they log in);
 * the latter is secret and leaves this module only as the answers below. Passwords are kept as
 * argon2id, second factors are one-time codes by the clock (RFC 6238). Everything that is changed is
 * a change of its own in the audit chain.
 *
 * Counting failures and delaying who guesses is the session module's; here a lock is permanent
 * until an administrator takes it away.
 *
 * Example:
 * @code
 *   hw_account_login login = {.actor = "anh", .password = typed, .otp = code_or_null};
 *   hw_account_answer answer;
 *   HW_TRY(hw_account_verify(&app, &login, time_now_s, &answer, err));
 *   if (answer.outcome == HW_ACCOUNT_FINE) s = hw_app_become(&app, answer.code, err);
 * @endcode
 */
#ifndef HW_APP_ACCOUNT_H
#define HW_APP_ACCOUNT_H

#include "app/app.h"

/* --- roles --- */

/** Roles: named sets of permissions. An actor may have several. Reading codes needs none: who has no
 * role but that of a reader sees codes only, never names. */
enum {
  HW_ROLE_READER = 1,        /**< nothing but reading */
  HW_ROLE_ANALYST = 2,       /**< write */
  HW_ROLE_REVIEWER = 4,      /**< review */
  HW_ROLE_OFFICER = 8,       /**< case officer: write, names */
  HW_ROLE_BOARD = 16,        /**< decide, names */
  HW_ROLE_ADMINISTRATOR = 32 /**< administer */
};

typedef struct hw_account_role {
  unsigned role;        /**< one HW_ROLE_… */
  const char *word;     /**< "reader", "analyst", "reviewer", "officer", "board", "administrator" */
  unsigned may;         /**< HW_MAY_… */
  const char *sentence; /**< what it is for, in English */
} hw_account_role;

/** All roles, in the order of their numbers. */
#define HW_ACCOUNT_N_ROLES 6
extern const hw_account_role hw_account_roles[HW_ACCOUNT_N_ROLES];

/** Roles that a set of permissions amounts to: each of which it has all, without those that another
 * one of them includes (an officer is not named an analyst too); without any, READER.
 * @param rest  [out] permissions that no role explains; may be NULL */
unsigned hw_account_roles_of(unsigned may, unsigned *rest);
/** Permissions of a set of roles. */
unsigned hw_account_permissions(unsigned roles);
/** From words parted by blanks or commas. @return HW_OK; HW_E_VALUE naming the word that is none */
HW_MUST_CHECK hw_status hw_account_roles_parse(const char *words, unsigned *out, hw_err *err);
/** "officer board". Appended. */
void hw_account_roles_format(unsigned roles, hw_str *out);

/* --- accounts --- */

/** An account in a list; texts are of the arena. */
typedef struct hw_account {
  int64_t actor; /**< record */
  const char *code;
  const char *name;    /**< full name; "" without HW_MAY_NAMES or without one */
  const char *login;   /**< login name on the computer; "" = none */
  unsigned may, roles; /**< permissions, and the roles they amount to */
  bool has_password;   /**< else cannot log in to the web application */
  bool has_otp;        /**< a second factor is set up and confirmed */
  bool must_change;    /**< the password was given by somebody else */
  bool is_locked;
  int n_investigations; /**< access records (app/access.h); 0 = sees all */
} hw_account;

/** Registered actors that are not withdrawn, by their records. Needs HW_MAY_ADMINISTER. */
HW_MUST_CHECK hw_status hw_account_list(hw_app *app, hw_arena *arena, const hw_account **items,
                                        int *n, hw_err *err);
/** One of them. By oneself, or with HW_MAY_ADMINISTER.
 * @return HW_OK; HW_E_REFERENCE; HW_E_DENIED */
HW_MUST_CHECK hw_status hw_account_get(hw_app *app, const char *code, hw_arena *arena,
                                       hw_account *out, hw_err *err);

typedef struct hw_account_request {
  const char *code;
  const char *name;   /**< full name; NULL = none, or as it is */
  const char *login;  /**< login name on the computer; NULL = none, or as it is */
  const char *reason; /**< for the audit chain; NULL = none */
  unsigned roles;
} hw_account_request;

/** Registers an actor. @return HW_OK; HW_E_DENIED without HW_MAY_ADMINISTER (a name takes
 * HW_MAY_NAMES too); HW_E_CONFLICT if the code is in use; HW_E_VALUE */
HW_MUST_CHECK hw_status hw_account_add(hw_app *app, const hw_account_request *request, hw_err *err);
/** Gives other roles, and name and login name where they are said. The last administrator
 * who is not locked out stays one.
 * @return as hw_account_add; HW_E_REFERENCE; HW_E_STATE for the last administrator */
HW_MUST_CHECK hw_status hw_account_change(hw_app *app, const hw_account_request *request,
                                          hw_err *err);

/** Before an account is locked or its actor withdrawn: refuses if that would leave no administrator
 * who can log in to the web pages or is known to the computer by a login name.
 * @return HW_OK; HW_E_STATE; HW_E_REFERENCE */
HW_MUST_CHECK hw_status hw_account_check_leaving(hw_app *app, int64_t actor, hw_err *err);

/** @param out  [out] true of an administrator who is not withdrawn, locked out or not */
HW_MUST_CHECK hw_status hw_account_is_administrator(hw_app *app, int64_t actor, bool *out,
                                                    hw_err *err);
/** The question of hw_account_check_leaving inside a change after which this actor is no administrator
 * any more. @return HW_OK; HW_E_STATE */
HW_MUST_CHECK hw_status hw_account_check_left(hw_app *app, int64_t actor, hw_err *err);

/* --- passwords --- */

#define HW_PASSWORD_LEAST 12  /**< characters */
#define HW_PASSWORD_MOST 1024 /**< bytes */

/** Whether a password is good enough for an actor: at least 12 characters, at least five different
 * ones, not the code or the name, none of the commonest, also with digits behind.
 * @param name  full name, or "" @return HW_OK; HW_E_VALUE with what is asked */
HW_MUST_CHECK hw_status hw_account_check_password(const char *password, const char *code,
                                                  const char *name, hw_err *err);

/** Sets a password, in a change of its own.
 * @param old  by oneself (app is used as that actor): the password so far. NULL = by an
 *             administrator; it is then changed at the first login, unless it is their own
 * @return HW_OK; HW_E_VALUE if it is not good enough or the same; HW_E_DENIED (the old one is wrong,
 *         somebody else's, or no administrator); HW_E_REFERENCE */
HW_MUST_CHECK hw_status hw_account_set_password(hw_app *app, const char *code, const char *old,
                                                const char *password, hw_err *err);

/* --- logging in --- */

typedef struct hw_account_login {
  const char *actor;    /**< as typed; need not exist */
  const char *password; /**< as typed */
  const char *otp;      /**< six digits; NULL or "" = not given yet */
} hw_account_login;

typedef enum hw_account_outcome {
  HW_ACCOUNT_WRONG,       /**< actor, password or code; which one is not told */
  HW_ACCOUNT_LOCKED,      /**< the password is right, and the account is locked */
  HW_ACCOUNT_NEEDS_CODE,  /**< the password is right; ask for the second factor */
  HW_ACCOUNT_MUST_CHANGE, /**< all is right; nothing but changing the password is permitted */
  HW_ACCOUNT_FINE
} hw_account_outcome;

typedef struct hw_account_answer {
  hw_account_outcome outcome;
  int64_t actor;              /**< 0 unless the password was right */
  char code[HW_CODE_MAX + 1]; /**< as it is registered; "" likewise */
  unsigned may;               /**< permissions; 0 unless FINE */
} hw_account_answer;

/** Who somebody is. Unknown actors, actors without a password and wrong passwords cost the same
 * work. A code of the second factor is taken once: it is remembered in the database, by a change
 * whose action is "log in". A password that was kept by weaker limits is kept again by today's.
 * The database must be open for writing; the app's own actor does not matter and is not changed.
 * @param now_s  seconds since 1970, UTC
 * @return HW_OK whatever the outcome; errors of the database only */
HW_MUST_CHECK hw_status hw_account_verify(hw_app *app, const hw_account_login *login, int64_t now_s,
                                          hw_account_answer *out, hw_err *err);

/** The same for somebody who is logged in, before a step that matters (signing, administering).
 * @param is_right  [out] */
HW_MUST_CHECK hw_status hw_account_confirm(hw_app *app, const char *password, bool *is_right,
                                           hw_err *err);

/* --- the second factor --- */

/** What an authenticator is told. Not to be kept or logged. */
typedef struct hw_account_otp {
  char secret[40]; /**< base 32 (RFC 4648), for typing */
  char uri[1024];  /**< "otpauth://totp/…", for a QR code */
} hw_account_otp;

/** First step, by oneself or by an administrator: a new secret, not in use yet. One that is in use
 * stays so until the new one is confirmed. Clear it with hw_account_otp_clear.
 * @param issuer  shown by the authenticator; NULL = "Homeward"
 * @return HW_OK; HW_E_STATE without a password; HW_E_DENIED; HW_E_REFERENCE */
HW_MUST_CHECK hw_status hw_account_otp_begin(hw_app *app, const char *code, const char *issuer,
                                             hw_account_otp *out, hw_err *err);
void hw_account_otp_clear(hw_account_otp *self);
/** Second step: a first code shows that the authenticator has the secret.
 * @return HW_OK; HW_E_VALUE if the code does not fit; HW_E_STATE without a first step */
HW_MUST_CHECK hw_status hw_account_otp_confirm(hw_app *app, const char *code, const char *otp,
                                               int64_t now_s, hw_err *err);
/** Takes the second factor away. By an administrator, or by oneself with a code that fits.
 * @param otp  NULL = by an administrator */
HW_MUST_CHECK hw_status hw_account_otp_remove(hw_app *app, const char *code, const char *otp,
                                              int64_t now_s, const char *reason, hw_err *err);

/* --- locks --- */

/** Locks or unlocks, in a change of its own; @p reason is required. Nobody locks themselves.
 * Unlocking, and locking by hand, need HW_MAY_ADMINISTER.
 * @return HW_OK (also if it is so already); HW_E_STATE without a password, and for the last administrator
 *         who is not locked out; HW_E_VALUE; HW_E_DENIED; HW_E_REFERENCE */
HW_MUST_CHECK hw_status hw_account_lock(hw_app *app, const char *code, const char *reason,
                                        hw_err *err);
HW_MUST_CHECK hw_status hw_account_unlock(hw_app *app, const char *code, const char *reason,
                                          hw_err *err);
/** Locks after too many failures: by the program, no permission is asked. Unknown codes are fine. */
HW_MUST_CHECK hw_status hw_account_lock_out(hw_app *app, const char *code, const char *reason,
                                            hw_err *err);

#endif
