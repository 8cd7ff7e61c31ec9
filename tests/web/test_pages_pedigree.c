/* The pedigree editor in the browser: drawing without saving, buttons, refusals that keep what was
 * typed, stale tables, suggestions, new families, and the page of keys. */
#include <stdio.h>
#include <string.h>

#include "app/access.h"
#include "app/pedigree_edit.h"
#include "web/page_three.h"

static int begin(void **state) {
  if (begin_three(state) != 0) return -1;
  decide_import(&app, "investigations", "code,description\nelsewhere,another one\n");
  return 0;
}

static int count(const char *text, const char *what) {
  int n = 0;
  for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) n++;
  return n;
}

/* The fields of the form that a browser shows, as it would send them: hidden ones, texts, marked
 * boxes, chosen options. In a static buffer. */
static const char *typed_in(const web_browser *b) {
  static char fields[20000];
  const char *at = strstr(web_body(b), "id=\"pedigree-editor\""), *select = NULL;
  assert_non_null(at);
  size_t n = 0;
  fields[0] = '\0';
  for (at = strchr(at, '<'); at != NULL; at = strchr(at + 1, '<')) {
    const char *tag_end = strchr(at, '>');
    assert_non_null(tag_end);
    char tag[600] = "", name[80] = "", value[300] = "";
    snprintf(tag, sizeof tag, "%.*s", (int)(tag_end - at), at);
    if (strncmp(tag, "<select", 7) == 0) select = at;
    const bool is_input = strncmp(tag, "<input", 6) == 0;
    const bool is_chosen = strncmp(tag, "<option", 7) == 0 && strstr(tag, " selected") != NULL;
    if (!is_input && !is_chosen) continue;
    if (is_input && strstr(tag, "checkbox") != NULL && strstr(tag, " checked") == NULL) continue;
    const char *from = is_input || select == NULL ? tag : select, *found = strstr(from, " name=\"");
    if (found != NULL)
      snprintf(name, sizeof name, "%.*s", (int)strcspn(found + 7, "\""), found + 7);
    found = strstr(tag, " value=\"");
    if (found != NULL)
      snprintf(value, sizeof value, "%.*s", (int)strcspn(found + 8, "\""), found + 8);
    if (name[0] == '\0' || strcmp(name, "csrf") == 0) continue;
    n += (size_t)snprintf(fields + n, sizeof fields - n, "%s%s=%s", n > 0 ? "&" : "", name, value);
    assert_true(n < sizeof fields);
  }
  return fields;
}

/* Presses a button with the fields as they stand, and others behind them; a field that comes twice
 * counts where it comes first, so that `first` changes and `more` adds. */
static int press(web_browser *b, const char *target, const char *button, const char *first) {
  static char fields[24000];
  snprintf(fields, sizeof fields, "do=%s&%s%s%s", button, first, first[0] != '\0' ? "&" : "",
           typed_in(b));
  return web_post(b, target, fields);
}

static void one_row_of(const char *text, int n) {
  char want[60];
  snprintf(want, sizeof want, "name=\"rows\" value=\"%d\"", n);
  hw_assert_contains(text, want);
}

/* --- who may --- */

static void it_takes_the_permission_to_write(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  lacks(page_get(&b, "/families/F1"), "/families/F1/pedigree");
  lacks(page_get(&b, "/records/family"), "/families/new");
  assert_int_equal(web_get(&b, "/families/F1/pedigree"), 403);
  assert_int_equal(web_get(&b, "/families/new"), 403);
  assert_int_equal(web_post(&b, "/families/F1/pedigree", "do=save"), 403);
  web_browser_clear(&b);
  b = page_browser(web, "clerk");
  hw_assert_contains(page_get(&b, "/families/F1"), "href=\"/families/F1/pedigree\"");
  hw_assert_contains(page_get(&b, "/records/family"), "href=\"/families/new\"");
  hw_assert_contains(page_get(&b, "/families/F1/pedigree"), "Names are hidden");
  lacks(web_body(&b), "name=\"label-0\"");
  assert_int_equal(web_get(&b, "/families/F9/pedigree"), 404);
  web_browser_clear(&b);
  hw_err err = HW_ERR_INIT;
  static const char *const only[] = {"elsewhere"};
  hw_assert_ok(hw_access_set(&app, "clerk", only, 1, "tests", &err), &err);
  b = page_browser(web, "clerk");
  assert_int_equal(web_get(&b, "/families/F1/pedigree"), 403);
  lacks(page_get(&b, "/families/new"), "value=\"main\"");
  hw_assert_ok(hw_access_set(&app, "clerk", NULL, 0, "tests", &err), &err);
  web_browser_clear(&b);
}

/* --- drawing and buttons --- */

static void what_was_typed_is_drawn_and_not_saved(void **state) {
  (void)state;
  char head[80];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  web_browser b = page_browser(web, "tester");
  const char *text = page_get(&b, "/families/F1/pedigree");
  one_row_of(text, 2);
  hw_assert_contains(text, "<svg");
  hw_assert_contains(text, "stays: ");
  page_keep(&b, "pedigree");
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  assert_int_equal(press(&b, "/families/F1/pedigree", "draw", "label-1=%3Cb%3EAnh"), 200);
  page_check(&b);
  hw_assert_contains(web_body(&b), "value=\"&lt;b&gt;Anh\"");
  hw_assert_contains(web_body(&b), "&lt;b&gt;Anh</text>");
  assert_string_equal(app_test_head(&app), head);
  /* The Enter key draws. */
  hw_assert_contains(strstr(web_body(&b), "id=\"pedigree-editor\""),
                     "<button name=\"do\" value=\"draw\"");
  web_browser_clear(&b);
}

static void relatives_come_and_go_by_buttons(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  page_get(&b, "/families/F1/pedigree");
  assert_int_equal(press(&b, "/families/F1/pedigree", "parents", "of=0"), 200);
  page_check(&b);
  one_row_of(web_body(&b), 4);
  assert_int_equal(count(web_body(&b), "class=\"new\""), 2);
  assert_int_equal(press(&b, "/families/F1/pedigree", "sibling", "of=1"), 200);
  one_row_of(web_body(&b), 6); /* the mother whom nobody knew, and the sibling */
  assert_int_equal(press(&b, "/families/F1/pedigree", "child", "of=1"), 200);
  one_row_of(web_body(&b), 7);
  assert_int_equal(press(&b, "/families/F1/pedigree", "person", ""), 200);
  one_row_of(web_body(&b), 8);
  page_keep(&b, "pedigree-more");
  assert_int_equal(press(&b, "/families/F1/pedigree", "remove:7", ""), 200);
  one_row_of(web_body(&b), 7);
  /* Whom something rests on, and rows that are none, stay. */
  assert_int_equal(press(&b, "/families/F1/pedigree", "remove:0", ""), 200);
  one_row_of(web_body(&b), 7);
  assert_int_equal(press(&b, "/families/F1/pedigree", "remove:77", ""), 200);
  one_row_of(web_body(&b), 7);
  assert_int_equal(press(&b, "/families/F1/pedigree", "parents", "of=1"), 200);
  hw_assert_contains(web_body(&b), "Nobody was added");
  one_row_of(web_body(&b), 7);
  web_browser_clear(&b);
}

static void a_table_has_an_end(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  page_get(&b, "/families/F1/pedigree");
  for (int i = 2; i < HW_PEDIGREE_SHEET_MOST; i++)
    assert_int_equal(press(&b, "/families/F1/pedigree", "child", "of=1"), 200);
  page_check(&b); /* below 150 kB, with every field */
  one_row_of(web_body(&b), HW_PEDIGREE_SHEET_MOST);
  assert_int_equal(press(&b, "/families/F1/pedigree", "child", "of=1"), 200);
  hw_assert_contains(web_body(&b), "or the table is full");
  page_keep(&b, "pedigree-forty");
  web_browser_clear(&b);
}

/* --- refusals --- */

static void impossible_pedigrees_keep_what_was_typed(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  page_get(&b, "/families/F1/pedigree");
  /* F1-F is his own grandfather; it is told before anything is saved. */
  assert_int_equal(press(&b, "/families/F1/pedigree", "draw", "father-0=2"), 200);
  page_check(&b);
  hw_assert_contains(web_body(&b), "own ancestor");
  hw_assert_contains(web_body(&b), "id=\"row-0\" class=\"wrong\"");
  assert_int_equal(press(&b, "/families/F1/pedigree", "save", "relation-0=x%22y&reason=why+not"),
                   422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "Nothing was saved.");
  hw_assert_contains(web_body(&b), "own ancestor");
  hw_assert_contains(web_body(&b), "value=\"x&quot;y\"");
  hw_assert_contains(web_body(&b), "value=\"why not\"");
  page_keep(&b, "pedigree-refused");
  page_get(&b, "/families/F1/pedigree");
  assert_int_equal(press(&b, "/families/F1/pedigree", "save", "sex-0=female&reason=r"), 422);
  hw_assert_contains(web_body(&b), "is female");
  hw_assert_contains(web_body(&b), "id=\"father-1\" name=\"father-1\"");
  hw_assert_contains(strstr(web_body(&b), "id=\"father-1\""), "aria-invalid=\"true\"");
  page_get(&b, "/families/F1/pedigree");
  assert_int_equal(press(&b, "/families/F1/pedigree", "save", "reason=+&relation-0=cha"), 422);
  hw_assert_contains(web_body(&b), "Fill this in.");
  assert_int_equal(press(&b, "/families/F1/pedigree", "save", "reason=same&relation-0="), 422);
  hw_assert_contains(web_body(&b), "nothing was changed");
  /* Fields that no browser sends. */
  assert_int_equal(web_post(&b, "/families/F1/pedigree", "do=save&rows=-1&reason=r"), 422);
  assert_int_equal(web_post(&b, "/families/F1/pedigree", "do=draw&rows=99999999999999999999"), 200);
  page_check(&b);
  assert_int_equal(
      web_post(&b, "/families/F1/pedigree", "do=draw&rows=1&father-0=7&id-0=9e9&sex-0=%22"), 200);
  page_check(&b);
  web_browser_clear(&b);
}

static void it_is_saved_with_a_reason_unless_it_is_stale(void **state) {
  (void)state;
  web_browser mine = page_browser(web, "tester"), theirs = page_browser(web, "clerk");
  page_get(&mine, "/families/F2/pedigree");
  page_get(&theirs, "/families/F2/pedigree");
  assert_int_equal(press(&mine, "/families/F2/pedigree", "parents", "of=0"), 200);
  assert_int_equal(press(&mine, "/families/F2/pedigree", "save",
                         "reason=letter+of+%3Ci%3E&code-2=F2-G&label-2=%C3%94ng"),
                   303);
  assert_string_equal(web_header(&mine, "location"), "/families/F2");
  const char *text = page_get(&mine, "/families/F2");
  hw_assert_contains(text, "Family F2 was saved.");
  hw_assert_contains(text, "F2-G");
  hw_assert_contains(page_get(&mine, "/audit"), "letter of &lt;i&gt;");
  hw_assert_contains(web_body(&mine), "pedigree edited");
  /* clerk's table is of before; what was typed stays. */
  assert_int_equal(press(&theirs, "/families/F2/pedigree", "save", "relation-0=father&reason=mine"),
                   422);
  page_check(&theirs);
  hw_assert_contains(web_body(&theirs), "changed by somebody else");
  hw_assert_contains(web_body(&theirs), "href=\"/families/F2/pedigree\"");
  hw_assert_contains(web_body(&theirs), "value=\"father\"");
  assert_int_equal(
      press(&theirs, "/families/F2/pedigree", "save", "relation-0=father&reason=again"), 422);
  /* Labels that clerk may not read are kept. */
  lacks(page_get(&theirs, "/families/F2/pedigree"), "Ông");
  assert_int_equal(press(&theirs, "/families/F2/pedigree", "save", "relation-0=father&reason=mine"),
                   303);
  hw_assert_contains(page_get(&mine, "/families/F2/pedigree"), "value=\"Ông\"");
  assert_int_equal(decide_faults(&app), 0);
  web_browser_clear(&mine);
  web_browser_clear(&theirs);
}

static void a_doubt_offers_its_change(void **state) {
  (void)state;
  decide_import(&app, "families",
                "family,person,father,mother,sex,missing\nF5,F5-V,,,male,\nF5,F5-K,F5-V,,male,\n"
                "F5,F5-X,F5-V,,male,yes\n");
  decide_import(&app, "profiles",
                "code,person,panel,observations,use\n"
                "F5-V,F5-V,P,\"10;10;10;10;10;10;10;10;10;\",single\n"
                "F5-K,F5-K,P,\"12;12;12;12;12;12;12;12;12;\",single\n");
  decide_import(&app, "findings",
                "code,kind,family,profile,other,text,log10_lr\n"
                "Q5,false-paternity,F5,F5-K,F5-V,the father is another,6.5\n");
  web_browser b = page_browser(web, "tester");
  hw_assert_contains(page_get(&b, "/families/F5/pedigree"), "value=\"follow:Q5\"");
  hw_assert_contains(web_body(&b), "Suggested: the father of 2. F5-K is somebody unknown.");
  page_keep(&b, "pedigree-doubt");
  hw_assert_contains(strstr(web_body(&b), "id=\"father-1\""), "<option value=\"1\" selected");
  assert_int_equal(press(&b, "/families/F5/pedigree", "follow:Q5", ""), 200);
  page_check(&b);
  const char *field = strstr(web_body(&b), "id=\"father-1\""), *next = strstr(field, "</select>");
  const char *chosen = strstr(field, " selected");
  assert_true(chosen == NULL || chosen > next);
  lacks(web_body(&b), "follow:Q5"); /* it is followed */
  assert_int_equal(press(&b, "/families/F5/pedigree", "save", "reason=Q5"), 303);
  web_browser_clear(&b);
}

/* --- new families --- */

static void a_new_family_begins_with_who_is_missing(void **state) {
  (void)state;
  web_browser b = page_browser(empty_web, "tester");
  page_get(&b, "/families/new");
  one_row_of(web_body(&b), 3);
  page_keep(&b, "family-new");
  assert_int_equal(press(&b, "/families/new", "save", "reason=r"), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "the family needs a code");
  assert_int_equal(press(&b, "/families/new", "sibling", "of=0&family=F-7"), 200);
  one_row_of(web_body(&b), 4);
  hw_assert_contains(web_body(&b), "value=\"F-7\"");
  assert_int_equal(
      press(&b, "/families/new", "save", "reason=request+12&label-0=Ng%C6%B0%E1%BB%9Di"), 303);
  assert_string_equal(web_header(&b, "location"), "/families/F-7");
  hw_assert_contains(page_get(&b, "/families/F-7"), "F-7-4");
  assert_int_equal(app_test_count(&empty_app, HW_KIND_PERSON), 4);
  page_get(&b, "/families/new");
  assert_int_equal(press(&b, "/families/new", "save", "reason=r&family=F-7"), 422);
  hw_assert_contains(web_body(&b), "is another family");
  web_browser_clear(&b);
}

/* --- the rest --- */

static void the_pages_speak_vietnamese(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  assert_int_equal(web_get(&b, "/language?to=vi&next=/keys"), 303);
  hw_assert_contains(page_get(&b, "/keys"), "Phím tắt");
  hw_assert_contains(page_get(&b, "/families/F1/pedigree"), "Phả hệ của gia đình F1");
  hw_assert_contains(page_get(&b, "/families/new"), "Gia đình mới");
  web_browser_clear(&b);
}

static void keys_are_told_and_led_to(void **state) {
  (void)state;
  web_browser b = page_browser(empty_web, "plain");
  hw_assert_contains(page_get(&b, "/"), "href=\"/keys\"");
  hw_assert_contains(page_get(&b, "/keys"), "<kbd>g</kbd> <kbd>f</kbd>");
  page_keep(&b, "keys");
  web_browser_clear(&b);
}

static void hostile_texts_stay_texts(void **state) {
  (void)state;
  web_browser b = page_browser(hostile_web, "tester");
  const char *link = strstr(page_get(&b, "/records/family"), "href=\"/families/F");
  char target[200];
  assert_non_null(link);
  link += strlen("href=\"");
  snprintf(target, sizeof target, "%.*s/pedigree", (int)strcspn(link, "\""), link);
  page_get(&b, target);
  one_row_of(web_body(&b), 2);
  web_browser_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_takes_the_permission_to_write),
      cmocka_unit_test(what_was_typed_is_drawn_and_not_saved),
      cmocka_unit_test(relatives_come_and_go_by_buttons),
      cmocka_unit_test(a_table_has_an_end),
      cmocka_unit_test(impossible_pedigrees_keep_what_was_typed),
      cmocka_unit_test(it_is_saved_with_a_reason_unless_it_is_stale),
      cmocka_unit_test(a_doubt_offers_its_change),
      cmocka_unit_test(a_new_family_begins_with_who_is_missing),
      cmocka_unit_test(the_pages_speak_vietnamese),
      cmocka_unit_test(keys_are_told_and_led_to),
      cmocka_unit_test(hostile_texts_stay_texts),
  };
  return cmocka_run_group_tests(tests, begin, end_three);
}
