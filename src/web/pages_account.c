/* One's own account: the password and the second factor.
 *
 * A changed password ends all other sessions of that person. Who has been given a
 * password by somebody else comes here first and can do nothing else before. */
#include <string.h>

#include "app/account.h"
#include "base/check.h"
#include "base/secret.h"
#include "web/pages.h"
#include "web/qr.h"
#include "web/routes.h"
#include "web/web_int.h"

static hw_status account_page(hwp_job *job, hw_err *err) {
  hw_account account = {0};
  HW_TRY(hw_account_get(job->app, job->who->actor, job->arena, &account, err));
  hwp_html *h = hwp_page_begin(job, HWP_NAV_NONE, hwp_t(job, HW_T_WEB_ACCOUNT_TITLE));
  hwp_facts_begin(h);
  hwp_fact(h, hwp_t(job, HW_T_WEB_LOGIN_ACTOR), account.code);
  hwp_fact(h, hwp_t(job, HW_T_WEB_ACCOUNT_ROLES), hwp_roles_text(job, account.may));
  hwp_fact(h, hwp_t(job, HW_T_WEB_ACCOUNT_OTP),
           hwp_t(job, account.has_otp ? HW_T_WEB_YES : HW_T_WEB_NO));
  hwp_facts_end(h);
  hwp_open(h, "p", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_WEB_PASSWORD_TITLE), "class", "button", "href", "/password",
           NULL);
  hwp_close(h);
  hwp_leaf(h, "h2", hwp_t(job, HW_T_WEB_OTP_TITLE), NULL);
  if (account.has_otp) {
    hwp_form_begin(job, "/account/second-factor/remove", false);
    hwp_field_add(job, &(hwp_field){.name = "otp",
                                    .label = hwp_t(job, HW_T_WEB_CODE),
                                    .hint = hwp_t(job, HW_T_WEB_CODE_HINT),
                                    .autocomplete = "one-time-code",
                                    .is_required = true});
    hwp_form_end(job, hwp_t(job, HW_T_WEB_OTP_REMOVE));
  } else {
    hwp_leaf(h, "p", hwp_t(job, HW_T_WEB_OTP_WHY), NULL);
    hwp_form_begin(job, "/account/second-factor", false);
    hwp_form_end(job, hwp_t(job, HW_T_WEB_OTP_BEGIN));
  }
  return hwp_page_end(job, err);
}

/* --- the password --- */

static hw_status show_password(hwp_job *job, const char *wrong, hw_err *err) {
  const bool must_change = hwp_work_of(job)->session.stage == HWP_STAGE_CHANGE;
  hwp_page_begin(job, HWP_NAV_NONE, hwp_t(job, HW_T_WEB_PASSWORD_TITLE));
  if (wrong != NULL)
    hwp_notice(job, HWP_NOTICE_ERROR, wrong);
  else if (must_change)
    hwp_notice(job, HWP_NOTICE_NOTE, hwp_t(job, HW_T_WEB_MUST_CHANGE));
  hwp_form_begin(job, "/password", false);
  hwp_field_add(job, &(hwp_field){.name = "old",
                                  .label = hwp_t(job, HW_T_WEB_PASSWORD_OLD),
                                  .type = "password",
                                  .autocomplete = "current-password",
                                  .is_required = true});
  hwp_field_add(job, &(hwp_field){.name = "new",
                                  .label = hwp_t(job, HW_T_WEB_PASSWORD_NEW),
                                  .hint = hwp_t(job, HW_T_WEB_PASSWORD_HINT),
                                  .type = "password",
                                  .autocomplete = "new-password",
                                  .is_required = true});
  hwp_field_add(job, &(hwp_field){.name = "again",
                                  .label = hwp_t(job, HW_T_WEB_PASSWORD_AGAIN),
                                  .type = "password",
                                  .autocomplete = "new-password",
                                  .is_required = true});
  hwp_form_end(job, hwp_t(job, HW_T_WEB_PASSWORD_CHANGE));
  if (wrong != NULL) job->response->status = 422;
  return hwp_page_end(job, err);
}

static hw_status password_page(hwp_job *job, hw_err *err) {
  return show_password(job, NULL, err);
}

/* A new token for the same person, and no other session: what could be logged in with so far, a
 * password or a session without the second factor, may be in other hands. */
static void begin_anew(hwp_job *job) {
  hwp_work *work = hwp_work_of(job);
  hwp_session session = {.stage = HWP_STAGE_IN, .may = job->app->may};
  char token[HWP_TOKEN_SIZE];
  memcpy(session.actor, work->session.actor, sizeof session.actor);
  hwp_sessions_end_of(job->web->sessions, session.actor, NULL);
  hwp_sessions_begin(job->web->sessions, &session, hwp_now_s(job->web), token);
  memcpy(work->token, token, sizeof work->token);
  hwp_set_cookie(job, HWP_COOKIE_SESSION, token, 0);
}

static hw_status change_password(hwp_job *job, hw_err *err) {
  const char *old = hwp_form(job, "old"), *new = hwp_form(job, "new"),
             *again = hwp_form(job, "again");
  if (old == NULL || new == NULL || again == NULL || strcmp(new, again) != 0)
    return show_password(job, hwp_t(job, HW_T_WEB_PASSWORD_DIFFER), err);
  /* Guessing the old one from a session that was left open is guessing too. */
  const int64_t wait_s = hwp_attempts_begin(job->web->attempts, job->who->actor,
                                            job->request->client, hwp_now_s(job->web));
  if (wait_s > 0)
    return show_password(job, hwp_fill(job, HW_T_WEB_LOGIN_WAIT_S, 1, hwp_int(job, wait_s)), err);
  hw_err wrong = HW_ERR_INIT;
  const hw_status status = hw_account_set_password(job->app, job->who->actor, old, new, &wrong);
  if (status == HW_E_VALUE || status == HW_E_DENIED) {
    if (status == HW_E_VALUE)
      hwp_attempts_succeeded(job->web->attempts, job->who->actor, job->request->client,
                             hwp_now_s(job->web));
    return show_password(job,
                         status == HW_E_DENIED ? hwp_t(job, HW_T_WEB_PASSWORD_WRONG)
                                               : hwp_said(job, wrong.message, NULL),
                         err);
  }
  if (status != HW_OK) {
    if (err != NULL) *err = wrong;
    return status;
  }
  hwp_attempts_succeeded(job->web->attempts, job->who->actor, job->request->client,
                         hwp_now_s(job->web));
  begin_anew(job);
  return hwp_see_other(job, "/", hwp_t(job, HW_T_WEB_PASSWORD_CHANGED), err);
}

/* --- the second factor --- */

/* Dark on light in both colour schemes, as readers want it. An address that is too long for a code
 * stands beside it in words, as every one does. */
static hw_status write_qr(hwp_job *job, const char *uri, hw_err *err) {
  hwp_html *h = &job->html;
  hw_str path = HW_STR_INIT;
  int size = 0;
  const hw_status status = hwp_qr_path(uri, &path, &size, err);
  if (status == HW_OK) {
    hwp_open(h, "svg", "class", "qr", "viewBox", hwp_format(job, "0 0 %d %d", size, size), "width",
             hwp_format(job, "%d", 5 * size), "height", hwp_format(job, "%d", 5 * size), "role",
             "img", "aria-label", hwp_t(job, HW_T_WEB_OTP_QR), "shape-rendering", "crispEdges",
             NULL);
    hwp_leaf(h, "rect", "", "width", "100%", "height", "100%", "fill", "#ffffff", NULL);
    hwp_leaf(h, "path", "", "fill", "#000000", "d", hw_str_text(&path), NULL);
    hwp_close(h);
  }
  if (path.bytes != NULL) hw_secret_clear(path.bytes, path.length);
  hw_str_clear(&path);
  return status == HW_E_VALUE ? HW_OK : status;
}

static hw_status show_confirm(hwp_job *job, const hw_account_otp *otp, const char *wrong,
                              hw_err *err) {
  hwp_html *h = hwp_page_begin(job, HWP_NAV_NONE, hwp_t(job, HW_T_WEB_OTP_TITLE));
  if (wrong != NULL) hwp_notice(job, HWP_NOTICE_ERROR, wrong);
  if (otp != NULL) {
    hwp_leaf(h, "p", hwp_t(job, HW_T_WEB_OTP_HOW), NULL);
    HW_TRY(write_qr(job, otp->uri, err));
    hwp_facts_begin(h);
    hwp_fact(h, hwp_t(job, HW_T_WEB_OTP_SECRET), otp->secret);
    hwp_fact(h, hwp_t(job, HW_T_WEB_OTP_URI), otp->uri);
    hwp_facts_end(h);
  }
  hwp_form_begin(job, "/account/second-factor/confirm", false);
  hwp_field_add(job, &(hwp_field){.name = "otp",
                                  .label = hwp_t(job, HW_T_WEB_CODE),
                                  .hint = hwp_t(job, HW_T_WEB_CODE_HINT),
                                  .autocomplete = "one-time-code",
                                  .is_required = true});
  hwp_form_end(job, hwp_t(job, HW_T_WEB_OTP_CONFIRM));
  if (wrong != NULL) job->response->status = 422;
  return hwp_page_end(job, err);
}

static hw_status begin_otp(hwp_job *job, hw_err *err) {
  hw_account_otp otp = {0};
  HW_TRY(hw_account_otp_begin(job->app, job->who->actor, NULL, &otp, err));
  const hw_status status = show_confirm(job, &otp, NULL, err);
  hw_account_otp_clear(&otp);
  return status;
}

static hw_status confirm_otp(hwp_job *job, hw_err *err) {
  const char *code = hwp_form(job, "otp");
  const hw_status status = hw_account_otp_confirm(
      job->app, job->who->actor, code != NULL ? code : "", hwp_now_s(job->web), err);
  if (status == HW_E_VALUE) return show_confirm(job, NULL, hwp_t(job, HW_T_WEB_CODE_WRONG), err);
  if (status != HW_OK) return status;
  begin_anew(job);
  return hwp_see_other(job, "/account", hwp_t(job, HW_T_WEB_OTP_DONE), err);
}

static hw_status remove_otp(hwp_job *job, hw_err *err) {
  const char *code = hwp_form(job, "otp");
  const int64_t wait_s = hwp_attempts_begin(job->web->attempts, job->who->actor,
                                            job->request->client, hwp_now_s(job->web));
  if (wait_s > 0)
    return hwp_see_other(job, "/account",
                         hwp_fill(job, HW_T_WEB_LOGIN_WAIT_S, 1, hwp_int(job, wait_s)), err);
  const hw_status status =
      hw_account_otp_remove(job->app, job->who->actor, code != NULL ? code : "",
                            hwp_now_s(job->web), "removed by themselves", err);
  if (status == HW_E_VALUE || status == HW_E_DENIED)
    return hwp_see_other(job, "/account", hwp_t(job, HW_T_WEB_CODE_WRONG), err);
  if (status != HW_OK) return status;
  hwp_attempts_succeeded(job->web->attempts, job->who->actor, job->request->client,
                         hwp_now_s(job->web));
  begin_anew(job);
  return hwp_see_other(job, "/account", hwp_t(job, HW_T_WEB_OTP_REMOVED), err);
}

static const hwp_route routes[] = {
    {"GET", "/account", 0, 0, account_page, "One's own account."},
    {"GET", "/password", 0, HWP_ALWAYS, password_page, "The form of a new password."},
    {"POST", "/password", 0, HWP_ALWAYS, change_password, "Changes the password."},
    {"POST", "/account/second-factor", 0, 0, begin_otp, "Begins setting up a second factor."},
    {"POST", "/account/second-factor/confirm", 0, 0, confirm_otp, "Ends setting it up."},
    {"POST", "/account/second-factor/remove", 0, 0, remove_otp, "Takes it away."},
};

const hwp_routes hwp_routes_account = {routes, sizeof routes / sizeof *routes};
