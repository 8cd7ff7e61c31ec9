/* Users: who works with the case database, what they may, and how they log in.
 *
 * All of it is for administrators and goes through the use cases of app/account.h and
 * app/access.h, which refuse what would leave nobody to administer. What was typed
 * stays in a form that is refused.
 *
 * A password that an administrator gives is made by the program, so that nobody chooses
 * the same one for all: 20 of 32 letters and digits, 100 random bits. It stands on the
 * answer to the form and nowhere else. */
#include <string.h>

#include "app/access.h"
#include "app/account.h"
#include "base/check.h"
#include "base/secret.h"
#include "web/pages.h"
#include "web/routes.h"
#include "web/web_int.h"

/* What was typed into the form of a new user; code NULL = nothing. */
typedef struct new_user {
  const char *code, *name, *reason, *refusal;
  unsigned roles;
} new_user;

static const char *typed(hwp_job *job, const char *name) {
  const char *text = hwp_form(job, name);
  return text != NULL ? text : "";
}

static const char *path_of(hwp_job *job, const char *code, const char *step) {
  const char *url = hwp_url(job->arena, "/users/", code);
  return step == NULL ? url : hwp_format(job, "%s/%s", url != NULL ? url : "/users", step);
}

/* --- roles --- */

static const char *role_field(hwp_job *job, int i) {
  return hwp_format(job, "role_%s", hw_account_roles[i].word);
}

static void write_box(hwp_job *job, const char *name, const char *value, const char *label,
                      bool is_checked) {
  hwp_html *h = &job->html;
  hwp_open(h, "p", NULL);
  hwp_open(h, "label", NULL);
  hwp_void(h, "input", "type", "checkbox", "name", name, "value", value, "checked",
           is_checked ? "" : NULL, NULL);
  hwp_text(h, " ");
  hwp_text(h, label);
  hwp_close(h);
  hwp_close(h);
}

static void write_roles(hwp_job *job, unsigned roles) {
  static const hw_text_id names[HW_ACCOUNT_N_ROLES] = {
      HW_T_USERS_ROLE_READER,  HW_T_USERS_ROLE_ANALYST, HW_T_USERS_ROLE_REVIEWER,
      HW_T_USERS_ROLE_OFFICER, HW_T_USERS_ROLE_BOARD,   HW_T_USERS_ROLE_ADMINISTRATOR};
  hwp_html *h = &job->html;
  hwp_open(h, "fieldset", NULL);
  hwp_leaf(h, "legend", hwp_t(job, HW_T_USERS_ROLES), NULL);
  for (int i = 0; i < HW_ACCOUNT_N_ROLES; i++)
    write_box(job, role_field(job, i), "1", hwp_t(job, names[i]),
              (roles & hw_account_roles[i].role) != 0);
  hwp_close(h);
}

static unsigned typed_roles(hwp_job *job) {
  unsigned roles = 0;
  for (int i = 0; i < HW_ACCOUNT_N_ROLES; i++)
    if (hwp_form(job, role_field(job, i)) != NULL) roles |= hw_account_roles[i].role;
  return roles;
}

static void write_reason(hwp_job *job, const char *name, const char *value, bool is_required) {
  hwp_field_add(job, &(hwp_field){.name = name,
                                  .label = hwp_t(job, HW_T_USERS_REASON),
                                  .value = value,
                                  .hint = hwp_t(job, HW_T_USERS_REASON_HINT),
                                  .is_required = is_required});
}

/* --- the list --- */

const char *hwp_roles_text(hwp_job *job, unsigned may) {
  static const hw_text_id names[HW_ACCOUNT_N_ROLES] = {
      HW_T_USERS_ROLE_READER,  HW_T_USERS_ROLE_ANALYST, HW_T_USERS_ROLE_REVIEWER,
      HW_T_USERS_ROLE_OFFICER, HW_T_USERS_ROLE_BOARD,   HW_T_USERS_ROLE_ADMINISTRATOR};
  const char *text = "";
  unsigned rest = 0;
  const unsigned roles = hw_account_roles_of(may, &rest);
  for (int i = 0; i < HW_ACCOUNT_N_ROLES; i++) {
    if ((roles & hw_account_roles[i].role) == 0) continue;
    const char *name = hwp_t(job, names[i]);
    text = hwp_format(job, "%s%s%.*s", text, text[0] != '\0' ? ", " : "", (int)strcspn(name, ":"),
                      name);
  }
  return rest != 0 ? hwp_format(job, "%s, %s", text, hwp_t(job, HW_T_USERS_SINGLE)) : text;
}

static const char *login_text(hwp_job *job, const hw_account *account) {
  if (!account->has_password) return hwp_t(job, HW_T_USERS_NO_PASSWORD);
  if (account->is_locked) return hwp_t(job, HW_T_USERS_LOCKED);
  return hwp_t(job, account->must_change ? HW_T_USERS_MUST_CHANGE : HW_T_USERS_MAY_LOG_IN);
}

static const char *sees_text(hwp_job *job, const hw_account *account) {
  return account->n_investigations == 0 ? hwp_t(job, HW_T_USERS_ALL)
                                        : hwp_fill(job, HW_T_USERS_N_INVESTIGATIONS, 1,
                                                   hwp_int(job, account->n_investigations));
}

static void write_user(hwp_job *job, const hw_account *account) {
  hwp_html *h = &job->html;
  hwp_open(h, "tr", NULL);
  hwp_open(h, "td", NULL);
  hwp_leaf(h, "a", account->code, "href", path_of(job, account->code, NULL), NULL);
  hwp_close(h);
  hwp_cell(job, account->name);
  hwp_cell(job, hwp_roles_text(job, account->may));
  hwp_cell(job, login_text(job, account));
  hwp_cell(job, hwp_t(job, account->has_otp ? HW_T_WEB_YES : HW_T_WEB_NO));
  hwp_cell(job, sees_text(job, account));
  hwp_close(h);
}

static void write_new(hwp_job *job, const new_user *user) {
  hwp_section(job, "add", hwp_t(job, HW_T_USERS_ADD));
  hwp_form_begin(job, "/users", false);
  if (user->refusal != NULL)
    hwp_told(job, HWP_NOTICE_ERROR, hwp_t(job, HW_T_USERS_REFUSED), user->refusal);
  hwp_field_add(job, &(hwp_field){.name = "code",
                                  .label = hwp_t(job, HW_T_USERS_CODE),
                                  .value = user->code,
                                  .hint = hwp_t(job, HW_T_USERS_CODE_HINT),
                                  .autocomplete = "off",
                                  .is_required = true});
  if (job->app->may & HW_MAY_NAMES)
    hwp_field_add(job, &(hwp_field){.name = "name",
                                    .label = hwp_t(job, HW_T_USERS_NAME),
                                    .value = user->name,
                                    .hint = hwp_t(job, HW_T_USERS_NAME_HINT),
                                    .autocomplete = "off"});
  write_roles(job, user->roles);
  write_reason(job, "reason", user->reason, false);
  hwp_form_end(job, hwp_t(job, HW_T_USERS_REGISTER));
}

static hw_status show_list(hwp_job *job, const new_user *user, hw_err *err) {
  const hwp_column columns[] = {
      {hwp_t(job, HW_T_USERS_CODE), false},  {hwp_t(job, HW_T_USERS_NAME), false},
      {hwp_t(job, HW_T_USERS_ROLES), false}, {hwp_t(job, HW_T_USERS_LOGIN), false},
      {hwp_t(job, HW_T_USERS_OTP), false},   {hwp_t(job, HW_T_USERS_SEES), false}};
  const hw_account *items = NULL;
  int n = 0;
  HW_TRY(hw_account_list(job->app, job->arena, &items, &n, err));
  hwp_html *h = hwp_page_begin(job, HWP_NAV_USERS, hwp_t(job, HW_T_USERS_TITLE));
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_USERS_TITLE), 6, columns});
  for (int i = 0; i < n; i++) write_user(job, &items[i]);
  hwp_table_end(h);
  hwp_hidden_names(job, (job->app->may & HW_MAY_NAMES) == 0);
  write_new(job, user);
  if (user->refusal != NULL) job->response->status = 422;
  return hwp_page_end(job, err);
}

static hw_status list(hwp_job *job, hw_err *err) {
  return show_list(job, &(new_user){.roles = HW_ROLE_READER}, err);
}

/* True for refusals that a person mends in the form. */
static bool is_refusal(hw_status status) {
  return status != HW_OK && status != HW_E_DENIED && status != HW_E_REFERENCE &&
         (hw_status_exit(status) == 2 || status == HW_E_STATE || status == HW_E_CONFLICT);
}

static hw_status add(hwp_job *job, hw_err *err) {
  new_user user = {.code = typed(job, "code"),
                   .name = typed(job, "name"),
                   .reason = typed(job, "reason"),
                   .roles = typed_roles(job)};
  const hw_account_request request = {.code = user.code,
                                      .name = user.name[0] != '\0' ? user.name : NULL,
                                      .reason = user.reason,
                                      .roles = user.roles};
  hw_err wrong = HW_ERR_INIT;
  const hw_status status = hw_account_add(job->app, &request, &wrong);
  if (is_refusal(status)) {
    user.refusal = wrong.message;
    return show_list(job, &user, err);
  }
  if (status != HW_OK) {
    if (err != NULL) *err = wrong;
    return status;
  }
  return hwp_see_other(job, path_of(job, user.code, NULL),
                       hwp_fill(job, HW_T_USERS_REGISTERED, 1, user.code), err);
}

/* --- one of them --- */

typedef enum form_of { FORM_NONE, FORM_ROLES, FORM_LOCK, FORM_PASSWORD, FORM_ACCESS } form_of;

/* A form that was refused, and what was typed into it. */
typedef struct refused {
  form_of form;
  const char *message, *reason;
  unsigned roles;
} refused;

static void tell(hwp_job *job, const refused *was, form_of form) {
  if (was->form == form)
    hwp_told(job, HWP_NOTICE_ERROR, hwp_t(job, HW_T_USERS_REFUSED), was->message);
}

static const char *reason_in(const refused *was, form_of form) {
  return was->form == form ? was->reason : NULL;
}

static void write_roles_form(hwp_job *job, const hw_account *account, const refused *was) {
  hwp_section(job, "roles", hwp_t(job, HW_T_USERS_ROLES));
  hwp_form_begin(job, path_of(job, account->code, "roles"), false);
  tell(job, was, FORM_ROLES);
  write_roles(job, was->form == FORM_ROLES ? was->roles : account->roles);
  write_reason(job, "roles_reason", reason_in(was, FORM_ROLES), false);
  hwp_form_end(job, hwp_t(job, HW_T_USERS_CHANGE_ROLES));
}

static void write_password_form(hwp_job *job, const hw_account *account, const refused *was) {
  hwp_section(job, "password", hwp_t(job, HW_T_USERS_PASSWORD));
  if (account->actor == job->app->actor) {
    hwp_paragraph(job, hwp_t(job, HW_T_USERS_PASSWORD_OWN), NULL);
    hwp_open(&job->html, "p", NULL);
    hwp_leaf(&job->html, "a", hwp_t(job, HW_T_WEB_PASSWORD_TITLE), "href", "/password", NULL);
    hwp_close(&job->html);
    return;
  }
  hwp_paragraph(job, hwp_t(job, HW_T_USERS_PASSWORD_WHY), NULL);
  hwp_form_begin(job, path_of(job, account->code, "password"), false);
  tell(job, was, FORM_PASSWORD);
  hwp_form_end(job, hwp_t(job, HW_T_USERS_PASSWORD_GIVE));
}

static void write_lock_form(hwp_job *job, const hw_account *account, const refused *was) {
  hwp_section(job, "lock", hwp_t(job, HW_T_USERS_LOCK_TITLE));
  if (account->actor == job->app->actor) {
    hwp_paragraph(job, hwp_t(job, HW_T_USERS_OWN_LOCK), NULL);
    return;
  }
  if (!account->has_password) {
    hwp_paragraph(job, hwp_t(job, HW_T_USERS_NO_PASSWORD), NULL);
    return;
  }
  hwp_form_begin(job, path_of(job, account->code, account->is_locked ? "unlock" : "lock"), false);
  tell(job, was, FORM_LOCK);
  write_reason(job, "lock_reason", reason_in(was, FORM_LOCK), true);
  hwp_form_end(job, hwp_t(job, account->is_locked ? HW_T_USERS_UNLOCK : HW_T_USERS_LOCK));
}

/* True if the box of an investigation is checked: as it was sent, or else as it is stored. */
static bool is_chosen(const hwp_job *job, const refused *was, const char *code,
                      const char *const *codes, int n) {
  if (was->form == FORM_ACCESS) {
    for (int i = 0; i < job->n_form; i++)
      if (strcmp(job->form[i].name, "investigation") == 0 && strcmp(job->form[i].value, code) == 0)
        return true;
    return false;
  }
  for (int i = 0; i < n; i++)
    if (strcmp(codes[i], code) == 0) return true;
  return false;
}

static hw_status write_boxes(hwp_job *job, const refused *was, const char *const *codes, int n,
                             hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_status status;
  HW_TRY(hw_store_scan(job->app->store, HW_KIND_INVESTIGATION, -1, NULL, &scan, err));
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const char *code = hw_record_text(row, HW_FIELD_INVESTIGATION_CODE);
    if (row->withdrawn == NULL)
      write_box(job, "investigation", code, code, is_chosen(job, was, code, codes, n));
  }
  hw_scan_done(scan);
  return status;
}

static hw_status write_access_form(hwp_job *job, const hw_account *account, const refused *was,
                                   hw_err *err) {
  const char *const *codes = NULL;
  int n = 0;
  HW_TRY(hw_access_list(job->app, account->code, job->arena, &codes, &n, err));
  hwp_section(job, "access", hwp_t(job, HW_T_USERS_ACCESS));
  hwp_form_begin(job, path_of(job, account->code, "access"), false);
  tell(job, was, FORM_ACCESS);
  hwp_open(&job->html, "fieldset", NULL);
  hwp_leaf(&job->html, "legend", hwp_t(job, HW_T_USERS_SEES), NULL);
  HW_TRY(write_boxes(job, was, codes, n, err));
  hwp_leaf(&job->html, "p", hwp_t(job, HW_T_USERS_ACCESS_HINT), "class", "hint", NULL);
  hwp_close(&job->html);
  write_reason(job, "access_reason", reason_in(was, FORM_ACCESS), false);
  hwp_form_end(job, hwp_t(job, HW_T_USERS_ACCESS_SET));
  return HW_OK;
}

static hw_status show_user(hwp_job *job, const refused *was, hw_err *err) {
  hw_account account = {0};
  HW_TRY(hw_account_get(job->app, job->parts[0], job->arena, &account, err));
  hwp_html *h = hwp_page_begin(job, HWP_NAV_USERS, account.code);
  hwp_crumbs(job, 2,
             (const char *const[]){hwp_t(job, HW_T_USERS_TITLE), "/users", account.code, NULL});
  hwp_facts_begin(h);
  if (account.name[0] != '\0') hwp_fact(h, hwp_t(job, HW_T_USERS_NAME), account.name);
  hwp_fact(h, hwp_t(job, HW_T_USERS_ROLES), hwp_roles_text(job, account.may));
  hwp_fact(h, hwp_t(job, HW_T_USERS_LOGIN), login_text(job, &account));
  hwp_fact(h, hwp_t(job, HW_T_USERS_OTP), hwp_t(job, account.has_otp ? HW_T_WEB_YES : HW_T_WEB_NO));
  hwp_fact(h, hwp_t(job, HW_T_USERS_SEES), sees_text(job, &account));
  hwp_facts_end(h);
  write_roles_form(job, &account, was);
  write_password_form(job, &account, was);
  write_lock_form(job, &account, was);
  HW_TRY(write_access_form(job, &account, was, err));
  if (was->form != FORM_NONE) job->response->status = 422;
  return hwp_page_end(job, err);
}

static hw_status show(hwp_job *job, hw_err *err) {
  return show_user(job, &(refused){.form = FORM_NONE}, err);
}

/* Answers a step: the page with what was refused, an error page, or the page again with what was
 * done. */
static hw_status answer(hwp_job *job, hw_status status, const hw_err *wrong, refused was,
                        hw_text_id done, hw_err *err) {
  if (is_refusal(status)) {
    was.message = wrong->message;
    return show_user(job, &was, err);
  }
  if (status != HW_OK) {
    if (err != NULL) *err = *wrong;
    return status;
  }
  return hwp_see_other(job, path_of(job, job->parts[0], NULL),
                       hwp_fill(job, done, 1, job->parts[0]), err);
}

static hw_status change_roles(hwp_job *job, hw_err *err) {
  const refused was = {
      .form = FORM_ROLES, .reason = typed(job, "roles_reason"), .roles = typed_roles(job)};
  const hw_account_request request = {
      .code = job->parts[0], .reason = was.reason, .roles = was.roles};
  hw_err wrong = HW_ERR_INIT;
  const hw_status status = hw_account_change(job->app, &request, &wrong);
  return answer(job, status, &wrong, was, HW_T_USERS_ROLES_CHANGED, err);
}

static hw_status lock(hwp_job *job, hw_err *err) {
  const refused was = {.form = FORM_LOCK, .reason = typed(job, "lock_reason")};
  hw_err wrong = HW_ERR_INIT;
  const hw_status status = hw_account_lock(job->app, job->parts[0], was.reason, &wrong);
  if (status == HW_OK) hwp_sessions_end_of(job->web->sessions, job->parts[0], NULL);
  return answer(job, status, &wrong, was, HW_T_USERS_LOCK_DONE, err);
}

static hw_status unlock(hwp_job *job, hw_err *err) {
  const refused was = {.form = FORM_LOCK, .reason = typed(job, "lock_reason")};
  hw_err wrong = HW_ERR_INIT;
  const hw_status status = hw_account_unlock(job->app, job->parts[0], was.reason, &wrong);
  return answer(job, status, &wrong, was, HW_T_USERS_UNLOCK_DONE, err);
}

static hw_status set_access(hwp_job *job, hw_err *err) {
  const refused was = {.form = FORM_ACCESS, .reason = typed(job, "access_reason")};
  const char *codes[HWP_MOST_FIELDS];
  hw_err wrong = HW_ERR_INIT;
  int n = 0;
  for (int i = 0; i < job->n_form; i++)
    if (strcmp(job->form[i].name, "investigation") == 0) codes[n++] = job->form[i].value;
  const hw_status status = hw_access_set(job->app, job->parts[0], codes, n, was.reason, &wrong);
  return answer(job, status, &wrong, was, HW_T_USERS_ACCESS_DONE, err);
}

/* --- a new password --- */

enum { GROUPS = 5, IN_GROUP = 4, PASSWORD_SIZE = GROUPS * (IN_GROUP + 1) };

/* "k7mp-…": without signs that look like others. 256 is a multiple of 32: all are equally likely. */
static void make_password(char out[PASSWORD_SIZE]) {
  static const char signs[] = "abcdefghijkmnpqrstuvwxyz23456789";
  unsigned char random[GROUPS * IN_GROUP];
  char *at = out;
  hw_secret_random(random, sizeof random);
  for (int i = 0; i < GROUPS * IN_GROUP; i++) {
    if (i > 0 && i % IN_GROUP == 0) *at++ = '-';
    *at++ = signs[random[i] % (sizeof signs - 1)];
  }
  *at = '\0';
  hw_secret_clear(random, sizeof random);
}

static hw_status show_password(hwp_job *job, const char *password, hw_err *err) {
  const char *code = job->parts[0];
  hwp_html *h = hwp_page_begin(job, HWP_NAV_USERS, hwp_fill(job, HW_T_USERS_PASSWORD_NEW, 1, code));
  hwp_notice(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_USERS_PASSWORD_ONCE));
  hwp_open(h, "p", "class", "lead", NULL);
  hwp_leaf(h, "code", password, NULL);
  hwp_close(h);
  hwp_open(h, "p", NULL);
  hwp_leaf(h, "a", hwp_fill(job, HW_T_USERS_BACK, 1, code), "href", path_of(job, code, NULL), NULL);
  hwp_close(h);
  return hwp_page_end(job, err);
}

static hw_status give_password(hwp_job *job, hw_err *err) {
  const char *code = job->parts[0];
  const refused was = {.form = FORM_PASSWORD};
  char password[PASSWORD_SIZE];
  hw_err wrong = HW_ERR_INIT;
  hw_status status;
  /* A session that was left open must not be able to take the account for good. */
  if (strcmp(code, job->who->actor) == 0)
    return hwp_see_other(job, "/password", hwp_t(job, HW_T_USERS_PASSWORD_OWN), err);
  make_password(password);
  status = hw_account_set_password(job->app, code, NULL, password, &wrong);
  if (status == HW_OK) {
    hwp_sessions_end_of(job->web->sessions, code, NULL);
    status = show_password(job, password, err);
  } else {
    status = answer(job, status, &wrong, was, HW_T_USERS_PASSWORD, err);
  }
  hw_secret_clear(password, sizeof password);
  return status;
}

static const hwp_route routes[] = {
    {"GET", "/users", HW_MAY_ADMINISTER, 0, list, "who works with the case database"},
    {"POST", "/users", HW_MAY_ADMINISTER, 0, add, "registers somebody"},
    {"GET",
     "/users/"
     "*",
     HW_MAY_ADMINISTER, 0, show, "one of them, and what can be changed"},
    {"POST",
     "/users/"
     "*"
     "/roles",
     HW_MAY_ADMINISTER, 0, change_roles, "gives other roles"},
    {"POST",
     "/users/"
     "*"
     "/password",
     HW_MAY_ADMINISTER, 0, give_password, "gives a new password, which is told once"},
    {"POST",
     "/users/"
     "*"
     "/lock",
     HW_MAY_ADMINISTER, 0, lock, "locks an account"},
    {"POST",
     "/users/"
     "*"
     "/unlock",
     HW_MAY_ADMINISTER, 0, unlock, "unlocks it"},
    {"POST",
     "/users/"
     "*"
     "/access",
     HW_MAY_ADMINISTER, 0, set_access, "sets the investigations that somebody sees"},
};
const hwp_routes hwp_routes_users = {routes, sizeof routes / sizeof *routes};
