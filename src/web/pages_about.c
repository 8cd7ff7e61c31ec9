/* What this program is, and how the server that runs it is secured.
 *
 * The self-check tells an administrator, in words, which settings hold: whether the way to
 * the browser is encrypted, which host names are answered, how long sessions last. A
 * setting that leaves a door open is a warning, not a detail. */
#include <stdio.h>

#include "base/check.h"
#include "homeward/version.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/web_int.h"

static hw_status about_page(hwp_job *job, hw_err *err) {
  const hw_web_options *options = &job->web->options;
  hwp_html *h = hwp_page_begin(job, HWP_NAV_NONE, hwp_t(job, HW_T_WEB_HELP_SELF_CHECK));
  hwp_leaf(h, "p", hwp_t(job, HW_T_WEB_ABOUT_LEAD), NULL);
  if (!options->is_secure)
    hwp_notice(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_WEB_ABOUT_NOT_SECURE));
  hwp_facts_begin(h);
  hwp_fact(h, hwp_t(job, HW_T_WEB_ABOUT_VERSION), HW_VERSION);
  hwp_fact(h, hwp_t(job, HW_T_WEB_ABOUT_TLS),
           hwp_t(job, options->is_secure ? HW_T_WEB_YES : HW_T_WEB_NO));
  hwp_fact(h, hwp_t(job, HW_T_WEB_ABOUT_HOSTS),
           hwp_format(job, "localhost, 127.0.0.1, [::1]%s%s", options->origin != NULL ? ", " : "",
                      options->origin != NULL ? options->origin : ""));
  hwp_fact(h, hwp_t(job, HW_T_WEB_ABOUT_IDLE),
           hwp_fill(job, HW_T_WEB_MINUTES, 1, hwp_int(job, HWP_SESSION_IDLE_S / 60)));
  hwp_fact(h, hwp_t(job, HW_T_WEB_ABOUT_LONGEST),
           hwp_fill(job, HW_T_WEB_HOURS, 1, hwp_int(job, HWP_SESSION_LONGEST_S / 3600)));
  hwp_fact(h, hwp_t(job, HW_T_WEB_ABOUT_LOCK),
           hwp_fill(job, HW_T_WEB_ABOUT_LOCK_IS, 2, hwp_int(job, HWP_ATTEMPTS_ACCOUNT),
                    hwp_int(job, HWP_ATTEMPTS_LOCK_S / 60)));
  if (job->who->may & HW_MAY_ADMINISTER)
    hwp_fact(h, hwp_t(job, HW_T_WEB_ABOUT_SESSIONS),
             hwp_int(job, hwp_sessions_count(job->web->sessions, hwp_now_s(job->web))));
  hwp_facts_end(h);
  return hwp_page_end(job, err);
}

static const hwp_route routes[] = {
    {"GET", "/about", 0, 0, about_page, "The program and the server's security settings."},
};

const hwp_routes hwp_routes_about = {routes, sizeof routes / sizeof *routes};
