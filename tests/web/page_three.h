/** @file
 * The databases that most test programs of pages have: the case, an empty one, a hostile one.
 * Included by a test program, whose own they are.
 */
#ifndef HW_TESTS_WEB_PAGE_THREE_H
#define HW_TESTS_WEB_PAGE_THREE_H

#include <string.h>

#include "support/assert.h"
#include "web/page_support.h"

static hw_app app, empty_app, hostile_app;
static hw_web *web, *empty_web, *hostile_web;

/** Opens them; the group's setup adds what it needs. @return 0 */
static inline int begin_three(void **state) {
  if (decide_tests_begin(state) != 0) return -1;
  page_case(&app, &web);
  page_empty(&empty_app, &empty_web);
  page_hostile(&hostile_app, &hostile_web);
  return 0;
}

/** Closes them: the group's teardown. */
static inline int end_three(void **state) {
  hw_web *const all[] = {web, empty_web, hostile_web};
  for (int i = 0; i < 3; i++) hw_web_delete(all[i]);
  hw_app_close(&app);
  hw_app_close(&empty_app);
  hw_app_close(&hostile_app);
  return decide_tests_end(state);
}

/** The page does not tell something. */
static inline void lacks(const char *text, const char *what) {
  if (strstr(text, what) != NULL) fail_msg("the page tells '%s'", what);
}

#endif
