/* The API: logging in and out, and who is logged in.
 *
 * A program logs in as a browser does: a request that changes something bears a token, and
 * the first one of these is the login itself, so that a page elsewhere cannot log somebody in as
 * somebody else. The token for it comes with a cookie from GET /api/v1/login. Attempts are
 * counted together with those of the login page (attempts.h); what is wrong is not told. A
 * second factor comes with the password in one request. */
#include <string.h>

#include "app/access.h"
#include "app/account.h"
#include "base/check.h"
#include "base/secret.h"
#include "web/api.h"
#include "web/web_int.h"

/* --- a token --- */

typedef struct login_token {
  const char *csrf;
} login_token;
static const hwp_api_member login_token_members[] = {
    HWP_API_M(login_token, csrf, "csrf", TEXT, 0, "for the header x-csrf-token of the login")};
const hwp_api_schema hwp_schema_login_token =
    HWP_API_SCHEMA("LoginToken", login_token, login_token_members,
                   "What logging in needs besides the cookie that comes with it.");

hw_status hwp_api_login_token(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  return hwp_api_send(job, &hwp_schema_login_token, &(login_token){hwp_visitor_token(job)}, err);
}

/* --- logging in --- */

typedef struct login_request {
  const char *actor, *password, *code;
} login_request;
static const hwp_api_member login_request_members[] = {
    HWP_API_M(login_request, actor, "actor", TEXT, HWP_API_MUST, "code of the actor"),
    HWP_API_M(login_request, password, "password", TEXT, HWP_API_MUST | HWP_API_SECRET,
              "the password"),
    HWP_API_M(login_request, code, "code", TEXT, 0,
              "the six digits of the second factor, where one is set up")};
const hwp_api_schema hwp_schema_login_request =
    HWP_API_SCHEMA("LoginRequest", login_request, login_request_members, "Who logs in.");

typedef struct login {
  const char *actor, *csrf;
  bool must_change;
} login;
static const hwp_api_member login_members[] = {
    HWP_API_M(login, actor, "actor", TEXT, 0, "code of the actor"),
    HWP_API_M(login, csrf, "csrf", TEXT, 0, "for the header x-csrf-token from now on"),
    HWP_API_M(login, must_change, "must_change", YES, 0,
              "the password was given by somebody else and must be changed, on the page "
              "/password, before anything else is answered")};
const hwp_api_schema hwp_schema_login =
    HWP_API_SCHEMA("Login", login, login_members, "The session that has begun.");

static hw_status refuse(hwp_job *job, int status, hw_text_id text) {
  hwp_refuse(job, status, hwp_t(job, text));
  return HW_OK;
}

static hw_status refuse_for_now(hwp_job *job, int64_t wait_s) {
  hwp_refuse(job, 429, hwp_say_wait(job, wait_s));
  hwp_set_header(job, "retry-after", hwp_format(job, "%d", (int)wait_s));
  return HW_OK;
}

static hw_status let_in(hwp_job *job, const hw_account_answer *answer, hw_err *err) {
  const bool must_change = answer->outcome == HW_ACCOUNT_MUST_CHANGE;
  const int64_t now_s = hwp_now_s(job->web);
  hwp_session session = {0};
  hwp_attempts_succeeded(job->web->attempts, answer->code, job->request->client, now_s);
  hwp_begin_session(job, answer, must_change ? HWP_STAGE_CHANGE : HWP_STAGE_IN, NULL);
  HW_BUG_IF(!hwp_sessions_find(job->web->sessions, hwp_work_of(job)->token, now_s, &session), err);
  const hw_status status =
      hwp_api_send(job, &hwp_schema_login, &(login){answer->code, session.csrf, must_change}, err);
  hw_secret_clear(&session, sizeof session);
  return status;
}

hw_status hwp_api_login(hwp_job *job, const void *body, hw_err *err) {
  const login_request *who = body;
  if (who->actor[0] == '\0' || who->password[0] == '\0' || strlen(who->actor) > HW_CODE_MAX ||
      strlen(who->password) >= HWP_PASSWORD_SIZE)
    return refuse(job, 401, HW_T_WEB_LOGIN_WRONG);
  const int64_t wait_s =
      hwp_attempts_begin(job->web->attempts, who->actor, job->request->client, hwp_now_s(job->web));
  if (wait_s > 0) return refuse_for_now(job, wait_s);
  hw_account_answer answer = {0};
  const hw_account_login with = {.actor = who->actor, .password = who->password, .otp = who->code};
  HW_TRY(hwp_verify_login(job, &with, &answer, err));
  switch (answer.outcome) {
    case HW_ACCOUNT_WRONG:
      return refuse(job, 401, HW_T_WEB_LOGIN_WRONG);
    case HW_ACCOUNT_LOCKED:
      return refuse(job, 403, HW_T_WEB_LOGIN_LOCKED);
    case HW_ACCOUNT_NEEDS_CODE:
      return refuse(job, 401, HW_T_API_CODE_NEEDED);
    case HW_ACCOUNT_MUST_CHANGE:
    case HW_ACCOUNT_FINE:
      break;
  }
  return let_in(job, &answer, err);
}

/* --- logging out --- */

typedef struct nothing {
  char unused;
} nothing;
static const hwp_api_member no_members[] = {
    {.name = NULL},
};
const hwp_api_schema hwp_schema_empty = {"Nothing", "An object without members.", sizeof(nothing),
                                         0, no_members};

typedef struct logout {
  const char *actor;
} logout;
static const hwp_api_member logout_members[] = {
    HWP_API_M(logout, actor, "actor", TEXT, 0, "whose session it was")};
const hwp_api_schema hwp_schema_logout =
    HWP_API_SCHEMA("Logout", logout, logout_members, "The session that has ended.");

hw_status hwp_api_logout(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  hwp_work *work = hwp_work_of(job);
  hwp_sessions_end(job->web->sessions, work->token);
  work->token[0] = '\0';
  hwp_set_cookie(job, HWP_COOKIE_SESSION, "", -1);
  return hwp_api_send(job, &hwp_schema_logout, &(logout){job->who->actor}, err);
}

/* --- who --- */

typedef struct whoami {
  const char *actor, *csrf;
  int n_roles, n_permissions, n_investigations;
  const char *const *roles, *const *permissions, *const *investigations;
  bool sees_all, must_change, has_second_factor;
} whoami;
static const hwp_api_member whoami_members[] = {
    HWP_API_M(whoami, actor, "actor", TEXT, 0, "code of the actor"),
    HWP_API_T(whoami, roles, n_roles, "roles", "named sets of permissions that the actor has"),
    HWP_API_T(whoami, permissions, n_permissions, "permissions",
              "of: write names review decide administer"),
    HWP_API_M(whoami, sees_all, "sees_all_investigations", YES, 0,
              "every investigation may be seen"),
    HWP_API_T(whoami, investigations, n_investigations, "investigations",
              "codes of those that may be seen, where not all may"),
    HWP_API_M(whoami, has_second_factor, "has_second_factor", YES, 0,
              "logging in takes a code as well"),
    HWP_API_M(whoami, must_change, "must_change", YES, 0, "the password must be changed first"),
    HWP_API_M(whoami, csrf, "csrf", TEXT, 0, "for the header x-csrf-token")};
const hwp_api_schema hwp_schema_whoami =
    HWP_API_SCHEMA("WhoAmI", whoami, whoami_members, "The actor who is logged in.");

hw_status hwp_api_whoami(hwp_job *job, const void *body, hw_err *err) {
  static const struct {
    const char *word;
    unsigned may;
  } all[] = {{"write", HW_MAY_WRITE},
             {"names", HW_MAY_NAMES},
             {"review", HW_MAY_REVIEW},
             {"decide", HW_MAY_DECIDE},
             {"administer", HW_MAY_ADMINISTER}};
  (void)body;
  const char *roles[HW_ACCOUNT_N_ROLES] = {NULL}, *permissions[5] = {NULL};
  hw_account account = {0};
  whoami answer = {.actor = job->who->actor,
                   .csrf = job->who->csrf,
                   .roles = roles,
                   .permissions = permissions,
                   .sees_all = hw_access_is_all(job->app)};
  HW_TRY(hw_account_get(job->app, job->who->actor, job->arena, &account, err));
  if (!answer.sees_all)
    HW_TRY(hw_access_list(job->app, job->who->actor, job->arena, &answer.investigations,
                          &answer.n_investigations, err));
  answer.must_change = account.must_change;
  answer.has_second_factor = account.has_otp;
  for (int i = 0; i < HW_ACCOUNT_N_ROLES; i++)
    if (account.roles & hw_account_roles[i].role)
      roles[answer.n_roles++] = hw_account_roles[i].word;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (job->app->may & all[i].may) permissions[answer.n_permissions++] = all[i].word;
  return hwp_api_send(job, &hwp_schema_whoami, &answer, err);
}
