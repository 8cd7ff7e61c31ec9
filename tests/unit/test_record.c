/* Records and kinds: the descriptors, checks of every type, canonical bytes. */
#include "store/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"

static void kinds_and_fields_have_names_of_their_own(void **state) {
  (void)state;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_kind *kind = hw_kind_get((hw_kind_id)k);
    assert_int_equal(kind->id, k);
    assert_ptr_equal(hw_kind_find(kind->name), kind);
    assert_ptr_equal(hw_kind_find(kind->plural), kind);
    bool has_key = false;
    for (int f = 0; f < kind->n_fields; f++) {
      assert_int_equal(hw_kind_field(kind, kind->fields[f].name), f);
      has_key = has_key || (kind->fields[f].flags & HW_FIELD_KEY);
      assert_int_equal(kind->fields[f].type == HW_TYPE_CHOICE, kind->fields[f].choices != NULL);
      assert_int_equal(kind->fields[f].type == HW_TYPE_REF, kind->fields[f].target != HW_KIND_NONE);
      assert_true(kind->fields[f].since <= HW_STORE_VERSION && kind->since <= HW_STORE_VERSION);
      if (kind->fields[f].type == HW_TYPE_ITEM)
        assert_int_equal(kind->fields[f - 1].type, HW_TYPE_CHOICE);
    }
    assert_true(has_key);
  }
  assert_ptr_equal(hw_kind_find("custody-events"), hw_kind_get(HW_KIND_CUSTODY));
  assert_null(hw_kind_find("dinosaur"));
  assert_null(hw_kind_get(HW_KIND_NONE));
}

static void kinds_can_be_imported_in_their_order(void **state) {
  (void)state;
  hw_kind_id order[HW_KIND_COUNT];
  int place[HW_KIND_COUNT];
  for (int k = 0; k < HW_KIND_COUNT; k++) place[k] = -1;
  hw_kinds_order(order);
  for (int i = 0; i < HW_KIND_COUNT; i++) {
    assert_in_range(order[i], 0, HW_KIND_COUNT - 1);
    assert_int_equal(place[order[i]], -1); /* each once */
    place[order[i]] = i;
  }
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_kind *kind = hw_kind_get((hw_kind_id)k);
    for (int f = 0; f < kind->n_fields; f++)
      if (kind->fields[f].type == HW_TYPE_REF && kind->fields[f].target != kind->id)
        assert_true(place[kind->fields[f].target] < place[k]);
  }
  assert_int_equal(order[0], HW_KIND_ACTOR);
  assert_true(place[HW_KIND_SNP_PANEL] < place[HW_KIND_INVESTIGATION]);
}

static void long_texts_are_those_of_fields_that_say_so(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_record record;
  char *text = malloc(HW_TEXT_MAX + 2);
  assert_non_null(text);
  memset(text, 'x', HW_TEXT_MAX + 1);
  text[HW_TEXT_MAX + 1] = '\0';
  hw_record_init(&record, HW_KIND_SNP_PANEL);
  hw_record_set_text(&record, HW_FIELD_SNP_PANEL_CODE, "P");
  hw_record_set_text(&record, HW_FIELD_SNP_PANEL_DIGEST, "d");
  hw_record_set_int(&record, HW_FIELD_SNP_PANEL_MARKERS, 1);
  hw_record_set_text(&record, HW_FIELD_SNP_PANEL_TABLE, text);
  hw_assert_ok(hw_record_validate(&record, &err), &err);
  hw_record_set_text(&record, HW_FIELD_SNP_PANEL_NAME, text);
  hw_assert_status(hw_record_validate(&record, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "longer than 1048576 bytes");
  assert_string_equal(err.field, "name");
  assert_true(hw_kind_is_long(hw_kind_get(HW_KIND_SNP_PROFILE)));
  assert_false(hw_kind_is_long(hw_kind_get(HW_KIND_PROFILE)));
  free(text);
}

static void choices_are_whole_words(void **state) {
  (void)state;
  const hw_field *sex = &hw_kind_get(HW_KIND_PERSON)->fields[HW_FIELD_PERSON_SEX];
  assert_true(hw_field_has_choice(sex, "male"));
  assert_true(hw_field_has_choice(sex, "female"));
  assert_true(hw_field_has_choice(sex, "unknown"));
  assert_false(hw_field_has_choice(sex, "mal"));
  assert_false(hw_field_has_choice(sex, "male|female"));
  assert_false(hw_field_has_choice(sex, ""));
}

static void codes_stand_alone_and_composite_keys_do_not(void **state) {
  (void)state;
  assert_int_equal(hw_kind_code_field(hw_kind_get(HW_KIND_PERSON)), HW_FIELD_PERSON_CODE);
  assert_int_equal(hw_kind_code_field(hw_kind_get(HW_KIND_CUSTODY)), -1);
  assert_int_equal(hw_kind_code_field(hw_kind_get(HW_KIND_MARKER_ALIAS)),
                   HW_FIELD_MARKER_ALIAS_ALIAS);
}

static void values_are_checked_by_type(void **state) {
  (void)state;
  static const struct {
    hw_kind_id kind;
    int field;
    const char *text, *message; /* NULL = good */
  } cases[] = {
      {HW_KIND_PERSON, HW_FIELD_PERSON_CODE, "R-1", NULL},
      {HW_KIND_PERSON, HW_FIELD_PERSON_CODE, " R-1", "is no code"},
      {HW_KIND_PERSON, HW_FIELD_PERSON_CODE, "R\n1", "is no code"},
      {HW_KIND_PERSON, HW_FIELD_PERSON_SEX, "Male", "\"Male\" is not one of male|female|unknown"},
      {HW_KIND_PERSON, HW_FIELD_PERSON_CONSENT_ON, "1968-02-29", NULL},
      {HW_KIND_PERSON, HW_FIELD_PERSON_CONSENT_ON, "1969-02-29", "is no date"},
      {HW_KIND_PERSON, HW_FIELD_PERSON_CONSENT_ON, "1968-13", "is no date"},
      {HW_KIND_PERSON, HW_FIELD_PERSON_CONSENT_ON, "1968/1970-05", NULL},
      {HW_KIND_PERSON, HW_FIELD_PERSON_CONSENT_ON, "1970/1968", "is no date"},
      {HW_KIND_PERSON, HW_FIELD_PERSON_CONSENT_ON, "29/2/1968", "is no date"},
      {HW_KIND_CUSTODY, HW_FIELD_CUSTODY_AT, "2026-01-31T23:59:60Z", NULL},
      {HW_KIND_CUSTODY, HW_FIELD_CUSTODY_AT, "2026-01-31 08:00", "is no time"},
      {HW_KIND_CUSTODY, HW_FIELD_CUSTODY_NUMBER, "12", NULL},
      {HW_KIND_CUSTODY, HW_FIELD_CUSTODY_NUMBER, "12.0", "is not a whole number"},
      {HW_KIND_CUSTODY, HW_FIELD_CUSTODY_NUMBER, "9223372036854775808",
       "is beyond the range of numbers"},
      {HW_KIND_SITE, HW_FIELD_SITE_LATITUDE, "16.75", NULL},
      {HW_KIND_SITE, HW_FIELD_SITE_LATITUDE, "16,75", "write the decimal sign as a point"},
      {HW_KIND_SITE, HW_FIELD_SITE_LATITUDE, "nan", "is not a number"},
      {HW_KIND_COMPARISON, HW_FIELD_COMPARISON_LOG10_LR, "-inf", NULL},
      {HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_IS_MISSING, "1", NULL},
      {HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_IS_MISSING, "2", "2 is neither 0 nor 1"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_err err = HW_ERR_INIT;
    hw_record record;
    hw_record_init(&record, cases[i].kind);
    hw_status status = hw_record_parse(&record, cases[i].field, cases[i].text, &err);
    hw_assert_status(status, cases[i].message == NULL ? HW_OK : HW_E_VALUE, &err);
    assert_int_equal(hw_record_is_null(&record, cases[i].field), cases[i].message != NULL);
    if (cases[i].message == NULL) continue;
    hw_assert_contains(err.message, cases[i].message);
    assert_string_equal(err.field, record.kind->fields[cases[i].field].name);
  }
}

static void what_is_required_must_be_there(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_record record;
  hw_record_init(&record, HW_KIND_PERSON);
  hw_record_set_text(&record, HW_FIELD_PERSON_CODE, "A");
  hw_assert_status(hw_record_validate(&record, &err), HW_E_VALUE, &err);
  assert_string_equal(err.field, "sex");
  assert_string_equal(err.message, "is missing: sex");
}

static hw_record example(void) {
  hw_record record;
  hw_record_init(&record, HW_KIND_SITE);
  record.id = 77;
  record.entry = 5;
  hw_record_set_text(&record, HW_FIELD_SITE_CODE, "S-1");
  hw_record_set_text(&record, HW_FIELD_SITE_NAME, "");
  hw_record_set_real(&record, HW_FIELD_SITE_LATITUDE, -0.0);
  hw_record_set_real(&record, HW_FIELD_SITE_LONGITUDE, 106.5);
  record.withdrawn = "double";
  return record;
}

static void canonical_bytes_read_back_to_the_record(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_record record = example(), back;
  hw_str bytes = HW_STR_INIT;
  hw_record_canonical(&record, &bytes);
  hw_assert_ok(hw_record_from_canonical(bytes.bytes, bytes.length, &arena, &back, &err), &err);
  assert_true(hw_record_equal(&record, &back, NULL));
  assert_int_equal(back.id, 77);
  assert_int_equal(back.entry, 5);
  /* Every shorter text is refused or another record. */
  for (size_t n = 0; n < bytes.length; n++)
    if (hw_record_from_canonical(bytes.bytes, n, &arena, &back, &err) == HW_OK)
      assert_false(hw_record_equal(&record, &back, NULL));
  hw_str_clear(&bytes);
  hw_arena_clear(&arena);
}

static void canonical_bytes_tell_null_from_empty_and_zero_from_nothing(void **state) {
  (void)state;
  hw_record a = example(), b = example();
  hw_str bytes_a = HW_STR_INIT, bytes_b = HW_STR_INIT;
  hw_record_set_null(&b, HW_FIELD_SITE_NAME);
  hw_record_canonical(&a, &bytes_a);
  hw_record_canonical(&b, &bytes_b);
  assert_int_not_equal(bytes_a.length, bytes_b.length);
  hw_record_set_real(&a, HW_FIELD_SITE_LATITUDE, (double)NAN);
  assert_true(hw_record_is_null(&a, HW_FIELD_SITE_LATITUDE));
  hw_record_set_real(&b, HW_FIELD_SITE_LATITUDE, 0.0);
  assert_false(signbit(hw_record_real(&b, HW_FIELD_SITE_LATITUDE)));
  hw_str_clear(&bytes_a);
  hw_str_clear(&bytes_b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kinds_and_fields_have_names_of_their_own),
      cmocka_unit_test(kinds_can_be_imported_in_their_order),
      cmocka_unit_test(long_texts_are_those_of_fields_that_say_so),
      cmocka_unit_test(choices_are_whole_words),
      cmocka_unit_test(codes_stand_alone_and_composite_keys_do_not),
      cmocka_unit_test(values_are_checked_by_type),
      cmocka_unit_test(what_is_required_must_be_there),
      cmocka_unit_test(canonical_bytes_read_back_to_the_record),
      cmocka_unit_test(canonical_bytes_tell_null_from_empty_and_zero_from_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
