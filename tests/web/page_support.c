/* A synthetic case behind the web application, and what every page must be. */
#include "web/page_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "support/assert.h"

/* --- people --- */

void page_password(hw_app *app, const char *actor) {
  hw_err err = HW_ERR_INIT;
  hw_app own;
  const hw_who who = {.login = "tester", .actor = actor};
  hw_assert_ok(hw_account_set_password(app, actor, NULL, "given by somebody else", &err), &err);
  hw_assert_ok(hw_app_open(&own, hw_store_location(app->store), HW_DB_WRITE, &who, &err), &err);
  hw_assert_ok(
      hw_account_set_password(&own, actor, "given by somebody else", WEB_TEST_PASSWORD, &err),
      &err);
  hw_app_close(&own);
}

/* Somebody who may do nothing but look. @param name  full name, or NULL */
static void add_plain(hw_app *app, const char *name) {
  hw_err err = HW_ERR_INIT;
  const hw_account_request request = {
      .code = "plain", .name = name, .roles = HW_ROLE_READER, .reason = "tests"};
  hw_assert_ok(hw_account_add(app, &request, &err), &err);
}

static int64_t now_s(void *context) {
  (void)context;
  return web_test_now_s;
}

static void begin_web(hw_app *app, hw_web **web) {
  hw_err err = HW_ERR_INIT;
  const hw_web_options options = {
      .location = hw_store_location(app->store), .n_connections = 2, .now_s = now_s};
  hw_assert_ok(hw_web_new(&options, web, &err), &err);
}

web_browser page_browser(hw_web *web, const char *actor) {
  web_test_now_s += 60;
  web_browser browser = {.web = web};
  assert_int_equal(web_log_in(&browser, actor), 303);
  return browser;
}

/* --- cases --- */

void page_empty(hw_app *app, hw_web **web) {
  app_test_new(app);
  add_plain(app, NULL);
  page_password(app, "tester");
  page_password(app, "plain");
  begin_web(app, web);
}

static void add_facts(hw_app *app) {
  decide_import(app, "person_names",
                "person,kind,name\nF1-X,full," PAGE_NAME "\nF1-F,full,Nguyễn Văn Cha\n");
  decide_import(app, "sites",
                "code,name,kind,latitude,longitude\nSITE-1,Đồi A,burial,16.75,107.1\n");
  decide_import(app, "dossiers", "code,person,site,opened_on\nD1,F1-X,SITE-1,1995-04-30\n");
  decide_import(app, "assertions",
                "dossier,field,value,source,weight,asserted_on\n"
                "D1,date-of-death,1968-02-03,unit list,0.9,1976\n"
                "D1,date-of-death,1968-03,comrade "
                "B,0.5,1999-01-02\n"
                "D1,unit,Trung đoàn 1,unit list,0.9,1976\n");
  decide_import(
      app, "custody_events",
      "item_kind,item,number,at,action,from_holder,to_holder,seal,seal_state,place\n"
      "accession,BOX,1,1990-05-02T08:00:00Z,received,,Ban chỉ huy,S-1,,Kho 1\n"
      "accession,BOX,2,1991-05-02T08:00:00Z,transferred,Ban chỉ huy,Viện,S-1,intact,Kho 2\n"
      "sample,S1,1,1992-01-01T00:00:00Z,received,,Viện,,,Tủ 3\n");
}

static void add_replicates(hw_app *app) {
  decide_import(app, "profiles",
                "code,sample,panel,observations,use,replicate,kit\n"
                "S2-a,S2,P,\"12;12;12;12;12;12;12;12;12;12\",replicate,1,Kit A\n"
                "S2-b,S2,P,\"12;11,12;;12;12;12;12;12;12;12\",replicate,2,Kit A\n");
  decide_import(
      app, "findings",
      "code,kind,family,text,log10_lr\nQ1,father-child-mismatch,F1,the reference does not "
      "fit,3.5\n");
}

void page_case(hw_app *app, hw_web **web) {
  static const char *const people[] = {"tester", "r1",    "r2",     "r3",   "board",
                                       "boss",   "clerk", "reader", "plain"};
  decide_new_case(app);
  add_plain(app, NULL);
  add_facts(app);
  add_replicates(app);
  decide_joint_run(app, "S1", "F1-X", 0.9995, 0.0005);
  decide_run(app, -3);
  decide_propose(app, "F1-X", "S1");
  for (size_t i = 0; i < sizeof people / sizeof *people; i++) page_password(app, people[i]);
  begin_web(app, web);
}

/* In a table of comma-separated values, with its own marks doubled. */
#define H "\"\"\"><script>x</script>'&\""
/* The same behind something that makes a code of its own. */
#define C(code) "\"" code "\"\"><script>x</script>'&\""

void page_hostile(hw_app *app, hw_web **web) {
  app_test_new(app);
  add_plain(app, PAGE_HOSTILE);
  decide_import(
      app, "frequencies",
      "marker,allele,frequency\n" C("M") ",10,0.3\n" C("M") ",11,0.7\nA2,10,0.5\nA2,11,0.5\n");
  decide_import(app, "panels", "code,kind,name\n" C("P") ",panel," H "\n");
  decide_import(app, "panel_markers",
                "panel,rank,marker\n" C("P") ",1," C("M") "\n" C("P") ",2,A2\n");
  decide_import(app, "families",
                "family,person,father,mother,sex,missing,relation\n" C("F") "," C(
                    "A") ",,,male,,\n" C("F") "," C("X") "," C("A") ",,male,yes," H "\n");
  decide_import(app, "person_names", "person,kind,name,source\n" C("X") ",full," H "," H "\n");
  decide_import(app, "sites",
                "code,name,kind,place,as_given,note\n" C("S") "," H ",burial," H "," H "," H "\n");
  decide_import(app, "documents",
                "code,title,kind,archive,note\n" C("T") "," H "," H "," H "," H "\n");
  decide_import(app, "dossiers", "code,person,site,note\n" C("D") "," C("X") "," C("S") "," H "\n");
  decide_import(app, "assertions",
                "dossier,field,value,source,document,note\n" C("D") ",unit," H "," H "," C(
                    "T") "," H "\n" C("D") "," C("f") ",other," H ",," H
                                                      "\n" C("D") ",unit,other," H ",," H "\n");
  decide_import(app, "accessions",
                "code,site,received_from,container,note\n" C("B") "," C("S") "," H "," H "," H
                                                                             "\n");
  decide_import(app, "specimens",
                "code,accession,element,portion,note\n" C("N") "," C("B") "," H "," H "," H "\n");
  decide_import(app, "samples",
                "code,investigation,specimen,label,note\n" C("L") ",main," C("N") "," H "," H "\n");
  decide_import(app, "item_numbers",
                "item_kind,item,system,number\nsample," C("L") "," C("y") "," C("n") "\n");
  decide_import(app, "custody_events",
                "item_kind,item,number,at,action,to_holder,seal,place,note\nsample," C(
                    "L") ",1,1992-01-01T00:00:00Z,received," H "," C("s") "," H "," H "\n");
  decide_import(app, "profiles",
                "code,person,sample,panel,observations,use,kit,laboratory,analyst,note\n" C(
                    "a") "," C("A") ",," C("P") ",\"10,11;10\",single," H "," H
                                                "," C("z") "," H "\n" C("l") ",," C("L") "," C(
                                                    "P") ",\"10,11;10\",single," H "," H
                                                         "," C("z") "," H "\n");
  decide_import(app, "findings", "code,kind,family,text\n" C("q") "," C("k") "," C("F") "," H "\n");
  decide_import(app, "identifications",
                "code,person,sample,evidence,reason\n" C("I") "," C("X") "," C("L") "," H "," H
                                                                                    "\n");
  decide_import(app, "contradictions",
                "code,kind,identification,text,state\n" C("c") "," C("k") "," C("I") "," H
                                                                                     ",open\n");
  decide_run(app, -9);
  page_password(app, "tester");
  page_password(app, "plain");
  begin_web(app, web);
}

/* --- what every page is --- */

static bool is_void(const char *tag, size_t n) {
  static const char *const names[] = {"meta", "link", "input", "br", "img", "hr"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strlen(names[i]) == n && memcmp(names[i], tag, n) == 0) return true;
  return false;
}

/* Elements nest; an element that ends in "/>" is of a picture. */
static void check_nesting(const char *text) {
  enum { DEEPEST = 200 };
  const char *open[DEEPEST] = {NULL};
  size_t lengths[DEEPEST] = {0};
  int depth = 0;
  for (const char *at = strchr(text, '<'); at != NULL; at = strchr(at + 1, '<')) {
    if (at[1] == '!') continue;
    const bool is_end = at[1] == '/';
    const char *tag = at + 1 + is_end;
    const size_t n = strcspn(tag, " />\n\t");
    const char *close = strchr(at, '>');
    assert_non_null(close);
    if (is_end) {
      if (depth == 0) {
        fail_msg("</%.*s> ends nothing", (int)n, tag);
        return;
      }
      depth--;
      if (lengths[depth] != n || memcmp(open[depth], tag, n) != 0)
        fail_msg("</%.*s> ends <%.*s>", (int)n, tag, (int)lengths[depth], open[depth]);
    } else if (close[-1] != '/' && !is_void(tag, n)) {
      assert_true(depth < DEEPEST);
      open[depth] = tag;
      lengths[depth++] = n;
    }
  }
  assert_int_equal(depth, 0);
}

static int count(const char *text, const char *what) {
  int n = 0;
  for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) n++;
  return n;
}

/* Ids are there once, and what labels and descriptions name is there. */
static void check_ids(const char *text) {
  char wanted[200];
  for (const char *at = strstr(text, " id=\""); at != NULL; at = strstr(at + 1, " id=\"")) {
    snprintf(wanted, sizeof wanted, " id=\"%.*s\"", (int)strcspn(at + 5, "\""), at + 5);
    if (count(text, wanted) != 1) fail_msg("%s stands twice", wanted);
  }
  for (const char *at = strstr(text, " for=\""); at != NULL; at = strstr(at + 1, " for=\"")) {
    snprintf(wanted, sizeof wanted, " id=\"%.*s\"", (int)strcspn(at + 6, "\""), at + 6);
    assert_int_equal(count(text, wanted), 1);
  }
}

void page_check(const web_browser *self) {
  const char *text = web_body(self);
  assert_string_equal(web_header(self, "content-type"), "text/html; charset=utf-8");
  check_nesting(text);
  check_ids(text);
  assert_int_equal(count(text, "<h1"), 1);
  assert_null(strstr(text, " style="));
  assert_null(strstr(text, "javascript:"));
  assert_null(strstr(text, "href=\"http"));
  assert_null(strstr(text, "src=\"http"));
  assert_null(strstr(text, "<script>"));
  assert_null(strstr(text, "{1}"));
  assert_true(strlen(text) < 150000);
}

const char *page_get(web_browser *self, const char *target) {
  const int status = web_get(self, target);
  if (status != 200) fail_msg("%s: %d\n%s", target, status, web_body(self));
  page_check(self);
  return web_body(self);
}

void page_keep(const web_browser *self, const char *name) {
  const char *folder = getenv("HOMEWARD_PAGES");
  if (folder == NULL) return;
  char path[400];
  snprintf(path, sizeof path, "%s/%s.html", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(web_body(self), file);
  fclose(file);
}
