/** @file
 * A synthetic case behind the web application, people who look at its pages, and what every page
 * must be.
 */
#ifndef HW_TESTS_WEB_PAGE_SUPPORT_H
#define HW_TESTS_WEB_PAGE_SUPPORT_H

#include "app/decide_support.h"
#include "web/web_support.h"

/** A name that nobody without the permission may see; synthetic. */
#define PAGE_NAME "Nguyễn Văn Thử"
/** What a text field may hold, and no page may pass on as it is. */
#define PAGE_HOSTILE "\"><script>x</script>'&"

/** The case of decide_new_case with names, a dossier whose sources differ, custody, replicates, a
 * finding, a run, a joint run, and ID-1 for F1-X and S1. Accounts, all with WEB_TEST_PASSWORD:
 * tester (all), r1, r2, r3 (review), board (decide), boss (decide administer), clerk (write), reader
 * (names), plain (nothing). @param app  [out] as tester; stays open beside the application */
void page_case(hw_app *app, hw_web **web);
/** A database in which nothing is; accounts tester and plain. */
void page_empty(hw_app *app, hw_web **web);
/** A database in which every text is hostile; account tester and plain. */
void page_hostile(hw_app *app, hw_web **web);
/** Gives an actor WEB_TEST_PASSWORD. @param app  as an administrator */
void page_password(hw_app *app, const char *actor);

/** A browser in which somebody is logged in. */
web_browser page_browser(hw_web *web, const char *actor);
/** Gets a page, which must be there (200) and be as page_check demands. @return its text */
const char *page_get(web_browser *self, const char *target);
/** What every page is: elements nest, one h1, ids are there once, every label names a control, no
 * style, no inline script, no reference that leads away, less than 150 kB. */
void page_check(const web_browser *self);
/** Keeps the page as a file in $HOMEWARD_PAGES, if that is set, to be looked at. */
void page_keep(const web_browser *self, const char *name);

#endif
