/* What every page has in common.
 *
 * The frame is small on purpose: a line with the name, the field to find things and who
 * is logged in; the parts of the application; the page; a foot. It works with the
 * keyboard alone (a link leads past the navigation), on a phone and on paper, and
 * nothing of it needs JavaScript.
 *
 * Entries of the navigation that somebody has no permission for are not shown; the
 * routes refuse all the same. */
#include "web/page.h"

#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "base/check.h"
#include "homeward/canvas.h"
#include "homeward/version.h"
#include "web/assets.h"

static const struct entry {
  hwp_nav nav;
  hw_text_id text;
  const char *path;
  unsigned may; /* shown to who has one of these; 0 = to all */
} entries[] = {
    {HWP_NAV_HOME, HW_T_WEB_NAV_HOME, "/", 0},
    {HWP_NAV_DOSSIERS, HW_T_WEB_NAV_DOSSIERS, "/records/dossier", 0},
    {HWP_NAV_FAMILIES, HW_T_WEB_NAV_FAMILIES, "/records/family", 0},
    {HWP_NAV_REMAINS, HW_T_WEB_NAV_REMAINS, "/records/sample", 0},
    {HWP_NAV_RUNS, HW_T_WEB_NAV_RUNS, "/records/run", 0},
    {HWP_NAV_IDENTIFICATIONS, HW_T_WEB_NAV_IDENTIFICATIONS, "/identifications", 0},
    {HWP_NAV_SITES, HW_T_WEB_NAV_SITES, "/sites", 0},
    {HWP_NAV_REPORTS, HW_T_WEB_NAV_REPORTS, "/reports", 0},
    {HWP_NAV_IMPORT, HW_T_WEB_NAV_IMPORT, "/import", HW_MAY_WRITE},
    {HWP_NAV_AUDIT, HW_T_WEB_NAV_AUDIT, "/audit", 0},
    {HWP_NAV_USERS, HW_T_WEB_NAV_USERS, "/users", HW_MAY_ADMINISTER},
};

static void write_head(hwp_job *job, const char *title) {
  hwp_html *h = &job->html;
  hwp_open(h, "head", NULL);
  hwp_void(h, "meta", "charset", "utf-8", NULL);
  hwp_void(h, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
  hwp_leaf(h, "title", hwp_format(job, "%s · %s", title, hwp_t(job, HW_T_WEB_APP_NAME)), NULL);
  hwp_void(h, "link", "rel", "icon", "type", "image/svg+xml", "href",
           hwp_asset_path(job->arena, "icon.svg"), NULL);
  hwp_void(h, "link", "rel", "stylesheet", "href", hwp_asset_path(job->arena, "style.css"), NULL);
  hwp_leaf(h, "script", NULL, "src", hwp_asset_path(job->arena, "app.js"), "defer", "", NULL);
  if (job->refresh_s > 0) {
    hwp_open(h, "noscript", NULL);
    hwp_void(h, "meta", "http-equiv", "refresh", "content", hwp_format(job, "%d", job->refresh_s),
             NULL);
    hwp_close(h);
  }
  hwp_close(h);
}

/* The form that chooses the other language; it comes back to this page. */
static void write_language(hwp_job *job) {
  hwp_html *h = &job->html;
  const hw_language other = job->language == HW_LANGUAGE_VI ? HW_LANGUAGE_EN : HW_LANGUAGE_VI;
  hwp_open(h, "form", "method", "get", "action", "/language", NULL);
  hwp_void(h, "input", "type", "hidden", "name", "to", "value", hw_language_code(other), NULL);
  hwp_void(h, "input", "type", "hidden", "name", "next", "value", job->request->target, NULL);
  hwp_leaf(h, "button", hwp_t(job, HW_T_WEB_OTHER_LANGUAGE), "class", "linkish", "lang",
           hw_language_code(other), NULL);
  hwp_close(h);
}

static void write_theme(hwp_job *job) {
  static const char *const themes[] = {"auto", "light", "dark"};
  static const hw_text_id names[] = {HW_T_WEB_THEME_AUTO, HW_T_WEB_THEME_LIGHT,
                                     HW_T_WEB_THEME_DARK};
  hwp_html *h = &job->html;
  hwp_open(h, "form", "method", "get", "action", "/theme", "class", "row", NULL);
  hwp_void(h, "input", "type", "hidden", "name", "next", "value", job->request->target, NULL);
  hwp_leaf(h, "span", hwp_t(job, HW_T_WEB_THEME), NULL);
  for (int i = 0; i < 3; i++)
    hwp_leaf(h, "button", hwp_t(job, names[i]), "class", "linkish", "name", "to", "value",
             themes[i], "aria-pressed", strcmp(job->theme, themes[i]) == 0 ? "true" : "false",
             NULL);
  hwp_close(h);
}

static void write_top(hwp_job *job) {
  hwp_html *h = &job->html;
  hwp_open(h, "header", "class", "top", NULL);
  hwp_open(h, "div", "class", "top-in", NULL);
  hwp_open(h, "a", "class", "brand", "href", "/", NULL);
  hwp_void(h, "img", "src", hwp_asset_path(job->arena, "icon.svg"), "alt", "", NULL);
  hwp_text(h, hwp_t(job, HW_T_WEB_APP_NAME));
  hwp_close(h);
  if (job->who != NULL) {
    hwp_open(h, "form", "class", "find", "role", "search", "method", "get", "action", "/find",
             NULL);
    hwp_void(h, "input", "type", "search", "name", "q", "aria-label",
             hwp_t(job, HW_T_WEB_FIND_LABEL), "placeholder", hwp_t(job, HW_T_WEB_FIND_LABEL),
             "value", strcmp(job->path, "/find") == 0 ? hwp_query(job, "q") : NULL, NULL);
    hwp_leaf(h, "button", hwp_t(job, HW_T_WEB_FIND), "class", "second", NULL);
    hwp_close(h);
  }
  hwp_open(h, "div", "class", "who", NULL);
  write_language(job);
  if (job->who != NULL) {
    hwp_leaf(h, "a", hwp_fill(job, HW_T_WEB_ACCOUNT_OF, 1, job->who->actor), "href", "/account",
             NULL);
    hwp_open(h, "form", "method", "post", "action", "/logout", NULL);
    hwp_void(h, "input", "type", "hidden", "name", "csrf", "value", job->who->csrf, NULL);
    hwp_leaf(h, "button", hwp_t(job, HW_T_WEB_LOG_OUT), "class", "linkish", NULL);
    hwp_close(h);
  }
  hwp_close(h);
  hwp_close(h);
  hwp_close(h);
}

static void write_navigation(hwp_job *job) {
  hwp_html *h = &job->html;
  if (job->who == NULL) return;
  hwp_open(h, "nav", "class", "main", "aria-label", hwp_t(job, HW_T_WEB_NAV_MAIN), NULL);
  hwp_open(h, "ul", NULL);
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
    const struct entry *e = &entries[i];
    if (e->may != 0 && (job->who->may & e->may) == 0) continue;
    if (e->nav == HWP_NAV_AUDIT && job->app != NULL && !hw_access_is_all(job->app)) continue;
    hwp_open(h, "li", NULL);
    hwp_leaf(h, "a", hwp_t(job, e->text), "href", e->path, "aria-current",
             job->nav == e->nav ? "page" : NULL, NULL);
    hwp_close(h);
  }
  hwp_close(h);
  hwp_close(h);
}

hwp_html *hwp_page_begin(hwp_job *job, hwp_nav nav, const char *title) {
  hwp_html *h = &job->html;
  job->nav = nav;
  hwp_html_init(h, &job->response->body);
  hw_str_append(&job->response->body, "<!doctype html>");
  hwp_open(h, "html", "lang", hw_language_code(job->language), "data-theme", job->theme, NULL);
  write_head(job, title);
  hwp_open(h, "body", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_WEB_SKIP), "class", "skip", "href", "#content", NULL);
  write_top(job);
  write_navigation(job);
  hwp_open(h, "main", "id", "content", "tabindex", "-1", NULL);
  if (job->is_demo) hwp_notice(job, HWP_NOTICE_NOTE, hwp_t(job, HW_T_WEB_DEMO));
  if (job->notice != NULL) hwp_notice(job, HWP_NOTICE_FINE, job->notice);
  hwp_leaf(h, "h1", title, NULL);
  return h;
}

hw_status hwp_page_end(hwp_job *job, hw_err *err) {
  hwp_html *h = &job->html;
  /* html, body, main. */
  hwp_close_to(h, 3);
  hwp_close(h);
  hwp_open(h, "footer", "class", "foot", NULL);
  hwp_leaf(h, "span", hwp_format(job, "Homeward %s", HW_VERSION), NULL);
  write_theme(job);
  if (job->who != NULL) {
    hwp_leaf(h, "a", hwp_t(job, HW_T_WEB_HELP_SELF_CHECK), "href", "/about", NULL);
    hwp_leaf(h, "a", hwp_t(job, HW_T_KEYS_TITLE), "href", "/keys", "data-keys", "", NULL);
  }
  hwp_close(h);
  hwp_close(h);
  hwp_close(h);
  HW_TRY(hwp_html_end(h, err));
  if (job->picture_status != HW_OK)
    return hw_err_set(err, job->picture_status, "a picture of this page could not be drawn");
  hwp_set_header(job, "content-type", "text/html; charset=utf-8");
  return HW_OK;
}

void hwp_crumbs(hwp_job *job, int n, const char *const *pairs) {
  hwp_html *h = &job->html;
  hwp_open(h, "nav", "aria-label", hwp_t(job, HW_T_WEB_CRUMBS), NULL);
  hwp_open(h, "ol", "class", "crumbs", NULL);
  for (int i = 0; i < n; i++) {
    hwp_open(h, "li", NULL);
    if (pairs[2 * i + 1] != NULL)
      hwp_leaf(h, "a", pairs[2 * i], "href", pairs[2 * i + 1], NULL);
    else
      hwp_text(h, pairs[2 * i]);
    hwp_close(h);
  }
  hwp_close(h);
  hwp_close(h);
}

void hwp_notice(hwp_job *job, hwp_notice_kind kind, const char *text) {
  static const char *const classes[] = {"notice fine", "notice", "notice warning", "notice error"};
  hwp_leaf(&job->html, "p", text, "class", classes[kind], "role",
           kind == HWP_NOTICE_ERROR ? "alert" : "status", NULL);
}

void hwp_said_leaf(hwp_job *job, const char *tag, const char *message) {
  const char *lang = NULL;
  const char *text = hwp_said(job, message, &lang);
  hwp_leaf(&job->html, tag, text, "lang", lang, NULL);
}

void hwp_empty(hwp_job *job, const char *text, const char *link, const char *path) {
  hwp_html *h = &job->html;
  hwp_open(h, "div", "class", "empty", NULL);
  hwp_leaf(h, "p", text, NULL);
  if (path != NULL) {
    hwp_open(h, "p", NULL);
    hwp_leaf(h, "a", link, "class", "button", "href", path, NULL);
    hwp_close(h);
  }
  hwp_close(h);
}

hw_canvas *hwp_picture_begin(hwp_job *job, double width, double height, const char *title) {
  hw_canvas *canvas = NULL;
  const hw_canvas_options options = {.width = width,
                                     .height = height,
                                     .title = title,
                                     .language = hw_language_code(job->language),
                                     .is_bare = true};
  hw_status status = HW_OK;
  if (job->fonts == NULL) status = hw_fonts_new(&job->fonts, NULL);
  if (status == HW_OK) status = hw_canvas_new(HW_CANVAS_SVG, job->fonts, &options, &canvas, NULL);
  if (status != HW_OK && job->picture_status == HW_OK) job->picture_status = status;
  return canvas;
}

static void end_picture(hwp_job *job, hw_canvas *canvas, const char *look) {
  if (canvas == NULL) return;
  char *bytes = NULL;
  size_t n = 0;
  const hw_status status = hw_canvas_end(canvas, &bytes, &n, NULL);
  if (status == HW_OK) {
    hwp_open(&job->html, "figure", "class", look, NULL);
    hwp_svg(&job->html, bytes, n);
    hwp_close(&job->html);
  } else if (job->picture_status == HW_OK) {
    job->picture_status = status;
  }
  free(bytes);
  hw_canvas_delete(canvas);
}

void hwp_picture_end(hwp_job *job, hw_canvas *canvas) {
  end_picture(job, canvas, "picture");
}

void hwp_picture_fit(hwp_job *job, hw_canvas *canvas) {
  end_picture(job, canvas, "picture fit");
}
