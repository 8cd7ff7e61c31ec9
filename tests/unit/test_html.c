/* The writer of HTML: nothing that was typed becomes markup, no link leads away. */
#include "web/html.h"

#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

#define ASSERT_HTML(calls, expected)                  \
  do {                                                \
    hw_str out = HW_STR_INIT;                         \
    hwp_html page, *h = &page;                        \
    hwp_html_init(h, &out);                           \
    calls;                                            \
    hw_assert_ok(hwp_html_end(h, NULL), NULL);        \
    assert_string_equal(hw_str_text(&out), expected); \
    hw_str_clear(&out);                               \
  } while (0)

static void elements_are_closed_in_order(void **state) {
  (void)state;
  ASSERT_HTML(
      {
        hwp_open(h, "ul", "class", "list", NULL);
        hwp_leaf(h, "li", "one", NULL);
        hwp_open(h, "li", NULL);
        hwp_void(h, "br", NULL);
        hwp_close_to(h, 0);
      },
      "<ul class=\"list\"><li>one</li><li><br></li></ul>");
}

static void what_was_typed_is_never_markup(void **state) {
  (void)state;
  ASSERT_HTML(hwp_leaf(h, "p", "<script>x</script>&\"'", "title", "\"><b>'&", NULL),
              "<p title=\"&quot;&gt;&lt;b&gt;&#39;&amp;\">"
              "&lt;script&gt;x&lt;/script&gt;&amp;&quot;&#39;</p>");
  ASSERT_HTML(hwp_text(h, "a\x01\xff\xc3(\xed\xa0\x80 Nguyễn\n"),
              "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
              "Nguyễn\n");
  ASSERT_HTML(hwp_text(h, ""), "");
  ASSERT_HTML(hwp_text(h, NULL), "");
}

static void attributes_without_a_value_are_left_out_or_bare(void **state) {
  (void)state;
  ASSERT_HTML(hwp_void(h, "input", "name", "a", "value", "", "required", "", "hidden", NULL, "type",
                       "text", NULL),
              "<input name=\"a\" value=\"\" required type=\"text\">");
}

static void links_that_lead_away_end_the_page_with_an_error(void **state) {
  (void)state;
  static const char *const away[] = {"https://example.org/", "//example.org", "/\\example.org",
                                     "javascript:alert(1)",  "families",      ""};
  for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
    hw_str out = HW_STR_INIT;
    hwp_html page;
    hw_err err = HW_ERR_INIT;
    hwp_html_init(&page, &out);
    hwp_leaf(&page, "a", "x", "href", away[i], NULL);
    assert_int_equal(hwp_html_end(&page, &err), HW_E_BUG);
    assert_null(strstr(hw_str_text(&out), "href"));
    hw_str_clear(&out);
  }
  ASSERT_HTML(hwp_leaf(h, "a", "x", "href", "/a?b=c", NULL), "<a href=\"/a?b=c\">x</a>");
  ASSERT_HTML(hwp_leaf(h, "a", "x", "href", "#top", NULL), "<a href=\"#top\">x</a>");
}

static void mistakes_of_nesting_are_told(void **state) {
  (void)state;
  hw_str out = HW_STR_INIT;
  hwp_html page;
  hwp_html_init(&page, &out);
  hwp_open(&page, "div", NULL);
  assert_int_equal(hwp_html_end(&page, NULL), HW_E_BUG);
  hw_str_clear(&out);
  hwp_html_init(&page, &out);
  hwp_close(&page);
  assert_int_equal(hwp_html_end(&page, NULL), HW_E_BUG);
  hw_str_clear(&out);
  hwp_html_init(&page, &out);
  for (int i = 0; i <= HWP_HTML_DEEPEST; i++) hwp_open(&page, "div", NULL);
  hwp_close_to(&page, 0);
  assert_int_equal(hwp_html_end(&page, NULL), HW_E_TOO_COMPLEX);
  hw_str_clear(&out);
}

static void paths_hold_any_code(void **state) {
  (void)state;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  assert_string_equal(hwp_url(&arena, "/families/", "F 1/2?#%"), "/families/F%201%2F2%3F%23%25");
  assert_string_equal(hwp_url(&arena, "/f/", "Đ"), "/f/%C4%90");
  assert_string_equal(hwp_url_query(&arena, "/find", "q", "a&b=c"), "/find?q=a%26b%3Dc");
  assert_string_equal(hwp_url_query(&arena, "/find?q=a", "from", "7"), "/find?q=a&from=7");
  hw_arena_clear(&arena);
}

static void a_page_without_memory_is_an_error(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_str out = HW_STR_INIT;
    hwp_html page;
    hwp_html_init(&page, &out);
    for (int i = 0; i < 200; i++) hwp_leaf(&page, "p", "some text that takes room", NULL);
    const hw_status status = hwp_html_end(&page, NULL);
    const bool has_failed = hw_faults_end();
    hw_str_clear(&out);
    if (!has_failed) {
      hw_assert_ok(status, NULL);
      break;
    }
    assert_int_equal(status, HW_E_NO_MEMORY);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(elements_are_closed_in_order),
      cmocka_unit_test(what_was_typed_is_never_markup),
      cmocka_unit_test(attributes_without_a_value_are_left_out_or_bare),
      cmocka_unit_test(links_that_lead_away_end_the_page_with_an_error),
      cmocka_unit_test(mistakes_of_nesting_are_told),
      cmocka_unit_test(paths_hold_any_code),
      cmocka_unit_test(a_page_without_memory_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
