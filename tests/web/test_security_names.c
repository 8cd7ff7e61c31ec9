/* Names: nobody without the permission is told one, on any route, in any form, in either language.
 *
 * Every field that is for readers of names bears a name that stands nowhere else; every route that
 * shows something is asked as each role, and body and headers are searched, folded and as they are. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/look.h"
#include "app/report.h"
#include "support/assert.h"
#include "web/route_support.h"

/* Synthetic, and in no other text. */
#define NAME "Zyxwv Qxbimat"

static hw_app app;
static hw_web *web;
static char code[HW_CODE_MAX + 1]; /* of a report with names */

/* What a family's file called a member, which is often a name. */
static void add_labels(void) {
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_look_rows rows;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_look_page(&app, HW_KIND_FAMILY_MEMBER, 0, 100, NULL, NULL, &arena, &rows, &err),
               &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "import", "tests", &err), &err);
  for (int i = 0; i < rows.n; i++) {
    hw_record_set_text(&rows.items[i], HW_FIELD_FAMILY_MEMBER_LABEL, NAME " label");
    hw_assert_ok(hw_store_replace(app.store, &rows.items[i], &err), &err);
  }
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_arena_clear(&arena);
  assert_true(rows.n > 0);
}

static void issue_reports(void) {
  hw_err err = HW_ERR_INIT;
  hw_fonts *fonts = NULL;
  hw_issued issued;
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  static const char *const kinds[] = {"board", "letter"};
  for (int i = 0; i < 2; i++) {
    const hw_report_request request = {.kind = kinds[i], .subject = "ID-1", .language = "en"};
    hw_assert_ok(hw_app_report_issue(&app, &request, fonts, &issued, &err), &err);
    hw_assert_contains(issued.bytes[HW_REPORT_JSON], PAGE_NAME); /* it is one with names */
    snprintf(code, sizeof code, "%s", issued.code);
    hw_issued_clear(&issued);
  }
  hw_fonts_delete(fonts);
}

static int begin(void **state) {
  if (decide_tests_begin(state) != 0) return -1;
  page_case(&app, &web);
  int n_fields = 0;
  for (int k = 0; k < HW_KIND_COUNT; k++)
    for (int f = 0; f < hw_kind_get((hw_kind_id)k)->n_fields; f++)
      n_fields += (hw_kind_get((hw_kind_id)k)->fields[f].flags & HW_FIELD_NAME) != 0;
  assert_int_equal(route_fill(&app, NAME, true), n_fields);
  decide_import(&app, "person_names",
                "person,kind,name,surname,given\nF1-X,alias," NAME ",Zyxwv,Qxbimat\n"
                "F1-F,alias," NAME " cha,Zyxwv,Qxbimat\n");
  add_labels();
  issue_reports();
  return 0;
}

static int end(void **state) {
  hw_web_delete(web);
  hw_app_close(&app);
  return decide_tests_end(state);
}

/* Whether bytes tell a name, in any case of letters; with its length, for bodies have NULs. */
static bool tells(const hw_str *bytes) {
  static const char *const marks[] = {"qxbimat", "zyxwv", "nguyễn", "ngu\\u1ec5n", "ngu%e1%bb%85n"};
  for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
    const size_t n = strlen(marks[m]);
    for (size_t i = 0; i + n <= bytes->length; i++) {
      size_t k = 0;
      while (k < n && tolower((unsigned char)bytes->bytes[i + k]) == (unsigned char)marks[m][k])
        k++;
      if (k == n) return true;
    }
  }
  return false;
}

typedef struct crawl {
  web_browser *b;
  const char *who;
  bool may_names;
  int n, n_telling;
} crawl;

static void look(void *context, const hwp_route *route, const char *target) {
  crawl *self = context;
  hw_str all = HW_STR_INIT;
  (void)route;
  (void)web_get(self->b, target);
  route_bytes(self->b, &all);
  const bool is_told = tells(&all);
  if (is_told && !self->may_names)
    fail_msg("%s tells %s a name (%d):\n%s", target, self->who, self->b->response.status,
             hw_str_text(&all));
  self->n++;
  self->n_telling += is_told;
  hw_str_clear(&all);
}

static int crawl_as(const char *who, bool may_names, const char *language) {
  web_browser b = page_browser(web, who);
  crawl self = {.b = &b, .who = who, .may_names = may_names};
  web_set_cookie(&b, "homeward-language", language);
  route_each(&app, "GET", 3, look, &self);
  static const char *const asked[] = {"/find?q=Qxbimat", "/find?q=zyxwv+qxbimat",
                                      "/find?q=zz-filled",
                                      "/records/person_name/F1-X%2Falias%2FZyxwv"};
  if (!may_names) {
    /* What one asks for comes back in the form, so only what was found counts. */
    for (size_t i = 0; i < 2; i++) {
      assert_int_equal(web_get(&b, asked[i]), 200);
      assert_null(strstr(web_body(&b), "F1-X"));
    }
    look(&self, NULL, asked[2]);
  }
  web_browser_clear(&b);
  return self.n_telling;
}

static void privacy_no_route_tells_a_name_to_a_role_without_the_permission(void **state) {
  (void)state;
  static const char *const roles[] = {"plain", "clerk", "r1", "boss"};
  /* For somebody who may read them they are there. */
  assert_true(crawl_as("reader", true, "en") >= 15);
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
    assert_int_equal(crawl_as(roles[i], false, i % 2 == 0 ? "en" : "vi"), 0);
}

/* Nor to who has not logged in, or only half. */
static void privacy_nobody_without_an_account_is_told_anything(void **state) {
  (void)state;
  web_browser b = {.web = web};
  crawl self = {.b = &b, .who = "a visitor"};
  route_each(&app, "GET", 2, look, &self);
  web_browser_clear(&b);
}

static void check_issued(const hw_issued *issued, const char *kind) {
  for (int f = 0; f < HW_REPORT_FORMS; f++) {
    const hw_str bytes = {.bytes = issued->bytes[f], .length = issued->n_bytes[f]};
    if (tells(&bytes)) fail_msg("form %d of the %s tells a name", f, kind);
  }
}

static void privacy_reports_in_every_form_bear_codes_only(void **state) {
  (void)state;
  static const struct {
    const char *kind, *subject;
  } reports[] = {
      {"board", "ID-1"}, {"letter", "ID-1"}, {"national", ""}, {"handover", "zz-filled"}};
  hw_err err = HW_ERR_INIT;
  hw_fonts *fonts = NULL;
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  hw_assert_ok(hw_app_become(&app, "clerk", &err), &err);
  int n = 0;
  for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
    hw_issued issued;
    const hw_report_request request = {
        .kind = reports[i].kind, .subject = reports[i].subject, .language = "vi", .is_draft = true};
    const hw_status status = hw_app_report_issue(&app, &request, fonts, &issued, &err);
    n += status == HW_OK;
    if (status == HW_OK)
      check_issued(&issued, reports[i].kind);
    else if (strstr(err.message, "Qxbimat") != NULL)
      fail_msg("%s", err.message);
    hw_issued_clear(&issued);
  }
  assert_true(n >= 3);
  hw_issued issued;
  hw_assert_status(hw_app_report_again(&app, code, fonts, &issued, &err), HW_E_DENIED, &err);
  assert_null(strstr(err.message, "Qxbimat"));
  hw_assert_ok(hw_app_become(&app, "tester", &err), &err);
  hw_fonts_delete(fonts);
}

/* Forms that are refused, with codes of records that have names. */
static void privacy_refusals_of_forms_tell_no_name(void **state) {
  (void)state;
  static const struct {
    const char *target, *fields;
  } forms[] = {{"/identifications/new", "sample=S1&person=F1-F&reason=x"},
               {"/identifications/new", "sample=S1&person=F1-X&reason=x"},
               {"/identifications/new", "sample=zz-filled&person=zz-filled&reason=x"},
               {"/reports/new", "kind=letter&subject=ID-1&language=en&as=issued&names=with"},
               {"/reports/new", "kind=board&subject=zz-filled&language=en&as=draft&names=with"},
               {"/reports/new", "kind=comparison&subject=ID-1&language=en&as=draft&names=with"}};
  hw_str all = HW_STR_INIT;
  web_browser b = page_browser(web, "clerk");
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    page_get(&b, forms[i].target);
    (void)web_post(&b, forms[i].target, forms[i].fields);
    route_bytes(&b, &all);
    if (tells(&all)) fail_msg("%s with %s tells a name", forms[i].target, forms[i].fields);
  }
  hw_str_clear(&all);
  web_browser_clear(&b);
}

/* --- other investigations --- */

static void look_for_others(void *context, const hwp_route *route, const char *target) {
  crawl *self = context;
  hw_str all = HW_STR_INIT;
  (void)route;
  self->n++;
  if (web_get(self->b, target) == 200) {
    route_bytes(self->b, &all);
    /* Codes of what belongs to another investigation; the one that was asked for is no news. */
    if (strstr(target, "Qhid") == NULL && strstr(hw_str_text(&all), "Qhid") != NULL)
      fail_msg("%s tells %s of another investigation: %.200s", target, self->who,
               strstr(hw_str_text(&all), "Qhid"));
    if (strstr(target, "Qhid") != NULL) fail_msg("%s is opened by %s", target, self->who);
    self->n_telling += strstr(hw_str_text(&all), "Qseen") != NULL;
  }
  hw_str_clear(&all);
}

static void privacy_no_route_tells_of_an_investigation_without_access(void **state) {
  (void)state;
  static const char *const seen[] = {"Qseen"};
  hw_err err = HW_ERR_INIT;
  decide_import(&app, "investigations", "code,description\nQseen,one\nQhidden,another\n");
  const char *const names[] = {"Qseen", "Qhidden"};
  for (int i = 0; i < 2; i++) {
    char text[600];
    const char *of = names[i];
    const hw_import_options options = {.what = "families", .apply = true, .investigation = of};
    snprintf(
        text, sizeof text,
        "family,person,father,mother,sex,missing\n%sF,%sF-1,,,male,\n%sF,%sF-2,%sF-1,,male,yes\n",
        of, of, of, of, of);
    hw_assert_ok(app_test_import_with(&app, &options, "families", text, &err), &err);
    snprintf(text, sizeof text, "code,received_on\n%sB,1991\n", of);
    decide_import(&app, "accessions", text);
    snprintf(text, sizeof text, "code,accession,element,side\n%sE,%sB,femur,left\n", of, of);
    decide_import(&app, "specimens", text);
    snprintf(text, sizeof text, "code,investigation,specimen,sex\n%sS,%s,%sE,male\n", of, of, of);
    decide_import(&app, "samples", text);
    snprintf(text, sizeof text, "code,person,state\n%sD,%s/%sF-2,open\n", of, of, of);
    decide_import(&app, "dossiers", text);
    snprintf(text, sizeof text, "dossier,field,value,source\n%sD,unit,%sU,%sL\n", of, of, of);
    decide_import(&app, "assertions", text);
    snprintf(text, sizeof text, "code,person,sample,evidence\n%sI,%s/%sF-2,%sS,%sV\n", of, of, of,
             of, of);
    decide_import(&app, "identifications", text);
    snprintf(text, sizeof text, "code,kind,family,text\n%sQ,sex,%s/%sF,%sT\n", of, of, of, of);
    decide_import(&app, "findings", text);
  }
  hw_assert_ok(hw_access_set(&app, "clerk", seen, 1, "tests", &err), &err);
  web_browser b = page_browser(web, "clerk");
  crawl self = {.b = &b, .who = "clerk"};
  route_each(&app, "GET", 400, look_for_others, &self);
  assert_true(self.n_telling >= 15);
  assert_int_equal(web_get(&b, "/find?q=Qhid"), 200);
  assert_null(strstr(web_body(&b), "QhiddenF"));
  assert_null(strstr(web_body(&b), "QhiddenS"));
  web_browser_clear(&b);
  hw_assert_ok(hw_access_set(&app, "clerk", NULL, 0, "tests", &err), &err);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(privacy_reports_in_every_form_bear_codes_only),
      cmocka_unit_test(privacy_no_route_tells_a_name_to_a_role_without_the_permission),
      cmocka_unit_test(privacy_nobody_without_an_account_is_told_anything),
      cmocka_unit_test(privacy_refusals_of_forms_tell_no_name),
      cmocka_unit_test(privacy_no_route_tells_of_an_investigation_without_access),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
