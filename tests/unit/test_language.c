/* The catalogues of texts, and numbers and dates in local form. */
#include "language/language.h"

#include <math.h>
#include <string.h>

#include "store/kind.h"
#include "support/assert.h"

static void every_text_is_there_in_every_language(void **state) {
  (void)state;
  /* hw_text falls back on English, so this looks at the catalogue itself: only the keys that
   * vi.def has are true here. */
  static const bool is_vietnamese[HW_N_TEXTS] = {
#define HW_TEXT(key, text) [HW_T_##key] = true,
#include "language/vi.def"
#undef HW_TEXT
  };
  int n_missing = 0;
  for (int i = 0; i < HW_N_TEXTS; i++)
    if (!is_vietnamese[i]) {
      print_message("vi.def lacks %s\n", hw_text_key((hw_text_id)i));
      n_missing++;
    }
  assert_int_equal(n_missing, 0);
}

static bool is_known(const char *prefix, const char *a, const char *b) {
  return hw_text_named(HW_LANGUAGE_VI, prefix, a, b) != NULL;
}

static void every_word_of_the_model_has_a_text(void **state) {
  (void)state;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_kind *kind = hw_kind_get((hw_kind_id)k);
    if (!is_known("KIND_", kind->name, NULL)) fail_msg("no text for the kind %s", kind->name);
    for (int f = 0; f < kind->n_fields; f++) {
      const hw_field *field = &kind->fields[f];
      if (!is_known("FIELD_", kind->name, field->name) && !is_known("FIELD_", field->name, NULL))
        fail_msg("no text for the field %s of %s", field->name, kind->name);
      /* The transforms of Familias are codes of the literature. */
      if (field->type != HW_TYPE_CHOICE || strcmp(field->name, "mutation_transform") == 0) continue;
      for (const char *at = field->choices; *at != '\0';) {
        const size_t n = strcspn(at, "|");
        char word[80];
        assert_true(n < sizeof word);
        memcpy(word, at, n);
        word[n] = '\0';
        if (!is_known("WORD_", word, NULL)) fail_msg("no text for %s of %s", word, field->name);
        at += n + (at[n] == '|' ? 1 : 0);
      }
    }
  }
}

/* Which places a text has, a bit each; HW_N bits above 9 mark a brace that is none. */
static unsigned places_of(const char *text) {
  unsigned places = 0;
  for (const char *c = text; *c != '\0'; c++)
    if (*c == '{') places |= c[1] >= '1' && c[1] <= '9' ? 1U << (c[1] - '0') : 1U << 15;
  return places;
}

static void texts_have_the_same_places_in_every_language(void **state) {
  (void)state;
  for (int i = 0; i < HW_N_TEXTS; i++) {
    const hw_text_id id = (hw_text_id)i;
    const unsigned places = places_of(hw_text(HW_LANGUAGE_EN, id));
    if (places != places_of(hw_text(HW_LANGUAGE_VI, id)) || (places & 1U << 15) != 0)
      fail_msg("%s: the places in braces differ", hw_text_key(id));
    if (hw_text(HW_LANGUAGE_EN, id)[0] == '\0' || hw_text(HW_LANGUAGE_VI, id)[0] == '\0')
      fail_msg("%s is empty", hw_text_key(id));
  }
}

static void keys_are_written_once(void **state) {
  (void)state;
  for (int i = 0; i < HW_N_TEXTS; i++)
    assert_ptr_equal(hw_text_find(HW_LANGUAGE_EN, hw_text_key((hw_text_id)i)),
                     hw_text(HW_LANGUAGE_EN, (hw_text_id)i));
  assert_null(hw_text_find(HW_LANGUAGE_EN, "NO_SUCH_KEY"));
  assert_string_equal(hw_text_word(HW_LANGUAGE_VI, "confirmed"), "đã xác nhận");
  assert_string_equal(hw_text_word(HW_LANGUAGE_VI, "no-such-word"), "no-such-word");
}

static void the_language_is_the_one_the_reader_prefers(void **state) {
  (void)state;
  const hw_language en = HW_LANGUAGE_EN, vi = HW_LANGUAGE_VI;
  assert_int_equal(hw_language_accept(NULL, vi), vi);
  assert_int_equal(hw_language_accept("", en), en);
  assert_int_equal(hw_language_accept("vi-VN,vi;q=0.9,en;q=0.8", en), vi);
  assert_int_equal(hw_language_accept("fr, en;q=0.3, vi;q=0.7", en), vi);
  assert_int_equal(hw_language_accept("en-US;q=0.8,vi;q=0", vi), en);
  assert_int_equal(hw_language_accept("vie, enx", en), en);
  hw_language found = en;
  assert_true(hw_language_find("vi", &found));
  assert_int_equal(found, vi);
  assert_false(hw_language_find("fr", &found));
  assert_false(hw_language_find(NULL, &found));
}

/* Runs what appends, and compares. */
#define ASSERT_TEXT(call, expected)                   \
  do {                                                \
    hw_str out = HW_STR_INIT;                         \
    call;                                             \
    assert_string_equal(hw_str_text(&out), expected); \
    hw_str_clear(&out);                               \
  } while (0)

static void numbers_are_in_local_form(void **state) {
  (void)state;
  const hw_language en = HW_LANGUAGE_EN, vi = HW_LANGUAGE_VI;
  ASSERT_TEXT(hw_text_add_int(&out, en, 0), "0");
  ASSERT_TEXT(hw_text_add_int(&out, en, 1234567), "1,234,567");
  ASSERT_TEXT(hw_text_add_int(&out, vi, -1234), "−1.234");
  ASSERT_TEXT(hw_text_add_int(&out, vi, INT64_MIN), "−9.223.372.036.854.775.808");
  ASSERT_TEXT(hw_text_add_real(&out, en, 1234.567, 2), "1,234.57");
  ASSERT_TEXT(hw_text_add_real(&out, vi, -1234.567, 2), "−1.234,57");
  ASSERT_TEXT(hw_text_add_real(&out, vi, -0.001, 2), "0,00");
  ASSERT_TEXT(hw_text_add_real(&out, en, 12.5, 0), "12");
  ASSERT_TEXT(hw_text_add_power(&out, vi, 8.4, 22), "8,4 × 10²²");
  ASSERT_TEXT(hw_text_add_power(&out, en, 1, -103), "1.0 × 10⁻¹⁰³");
  ASSERT_TEXT(hw_text_add_real(&out, en, -HUGE_VAL, 2), "−∞");
  ASSERT_TEXT(hw_text_add_real(&out, vi, NAN, 2), "không xác định");
}

static void no_probability_is_rounded_to_certainty(void **state) {
  (void)state;
  const hw_language en = HW_LANGUAGE_EN;
  ASSERT_TEXT(hw_text_add_probability(&out, en, 0.5, 0.5), "50.0\xc2\xa0%");
  ASSERT_TEXT(hw_text_add_probability(&out, en, 0.9973, 0.0027), "99.73\xc2\xa0%");
  ASSERT_TEXT(hw_text_add_probability(&out, HW_LANGUAGE_VI, 0.99997, 0.00003), "99,9970\xc2\xa0%");
  ASSERT_TEXT(hw_text_add_probability(&out, en, 1, 1e-12), ">\xc2\xa0"
                                                           "99.999999\xc2\xa0%");
  ASSERT_TEXT(hw_text_add_probability(&out, en, 1e-12, 1), "<\xc2\xa0"
                                                           "0.000001\xc2\xa0%");
  ASSERT_TEXT(hw_text_add_probability(&out, en, 0, 1), "0\xc2\xa0%");
  double rest = 0.4;
  for (int i = 0; i < 160; i++, rest *= 0.83) {
    hw_str out = HW_STR_INIT;
    hw_text_add_probability(&out, en, 1 - rest, rest);
    assert_null(strstr(hw_str_text(&out), "100"));
    hw_str_clear(&out);
  }
}

static void dates_are_in_local_form(void **state) {
  (void)state;
  const hw_language en = HW_LANGUAGE_EN, vi = HW_LANGUAGE_VI;
  ASSERT_TEXT(hw_text_add_date(&out, vi, "2024-07-27"), "27/07/2024");
  ASSERT_TEXT(hw_text_add_date(&out, en, "2024-07-07"), "7 July 2024");
  ASSERT_TEXT(hw_text_add_date(&out, vi, "1968-02"), "02/1968");
  ASSERT_TEXT(hw_text_add_date(&out, en, "1968-02"), "February 1968");
  ASSERT_TEXT(hw_text_add_date(&out, en, "1968"), "1968");
  ASSERT_TEXT(hw_text_add_date(&out, vi, "1968-01-30/1968-02"), "30/01/1968 – 02/1968");
  ASSERT_TEXT(hw_text_add_date(&out, en, "2026-01-31T08:05:59Z"), "31 January 2026 08:05 UTC");
  ASSERT_TEXT(hw_text_add_date(&out, vi, "1968-13-01"), "1968-13-01");
  ASSERT_TEXT(hw_text_add_date(&out, vi, "about 1968"), "about 1968");
  ASSERT_TEXT(hw_text_add_date(&out, vi, ""), "");
}

static void places_are_filled_and_forms_chosen(void **state) {
  (void)state;
  ASSERT_TEXT(
      hw_text_fill(&out, HW_LANGUAGE_EN, HW_T_REPORT_PAGE_OF, 2, (const char *[]){"1", "3"}),
      "Page 1 of 3");
  ASSERT_TEXT(hw_text_fill(&out, HW_LANGUAGE_EN, HW_T_REPORT_PAGE_OF, 1, (const char *[]){"1"}),
              "Page 1 of ");
  ASSERT_TEXT(hw_text_fill(&out, HW_LANGUAGE_EN, HW_T_WEB_N_RECORDS, 1, (const char *[]){"1"}),
              "1 record");
  ASSERT_TEXT(hw_text_fill(&out, HW_LANGUAGE_EN, HW_T_WEB_N_RECORDS, 1, (const char *[]){"12"}),
              "12 records");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_text_is_there_in_every_language),
      cmocka_unit_test(every_word_of_the_model_has_a_text),
      cmocka_unit_test(texts_have_the_same_places_in_every_language),
      cmocka_unit_test(keys_are_written_once),
      cmocka_unit_test(the_language_is_the_one_the_reader_prefers),
      cmocka_unit_test(numbers_are_in_local_form),
      cmocka_unit_test(no_probability_is_rounded_to_certainty),
      cmocka_unit_test(dates_are_in_local_form),
      cmocka_unit_test(places_are_filled_and_forms_chosen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
