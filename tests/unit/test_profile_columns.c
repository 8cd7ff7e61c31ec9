/* Headers of tables of profiles. */
#include <stdio.h>
#include <string.h>

#include "app/profile_columns.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;
static hwp_profile_columns columns;

/* Reads a header of comma-separated names. */
static hw_status read_header(const char *header) {
  static char copy[2000];
  char *names[100];
  int32_t n = 0;
  snprintf(copy, sizeof copy, "%s", header);
  for (char *at = copy; at != NULL;) {
    char *end = strchr(at, ',');
    if (end != NULL) *end = '\0';
    names[n++] = at;
    at = end != NULL ? end + 1 : NULL;
  }
  hwp_profile_columns_clear(&columns);
  return hwp_profile_columns_read(&columns, n, names, &err);
}

/* The markers with their columns: "D3S1358:1,2 vWA:3". */
static const char *markers(void) {
  static char text[2000];
  text[0] = '\0';
  for (int i = 0; i < columns.n_markers; i++) {
    const hwp_marker_columns *marker = &columns.markers[i];
    size_t n = strlen(text);
    snprintf(text + n, sizeof text - n, "%s%s:", i > 0 ? " " : "", marker->name);
    for (int c = 0; c < marker->n_columns; c++) {
      n = strlen(text);
      snprintf(text + n, sizeof text - n, "%s%d", c > 0 ? "," : "", (int)marker->columns[c]);
    }
  }
  return text;
}

static int clear(void **state) {
  (void)state;
  hwp_profile_columns_clear(&columns);
  return 0;
}

static void assert_markers(const char *header, const char *expected) {
  hw_assert_ok(read_header(header), &err);
  assert_string_equal(markers(), expected);
}

static void known_columns_are_found_in_any_spelling(void **state) {
  (void)state;
  hw_assert_ok(read_header("Sample Name, FAMILY ID ,Second Analyst,Relationship,typed on,vWA"),
               &err);
  assert_int_equal(columns.known[HWP_PROFILE_SAMPLE], 0);
  assert_int_equal(columns.known[HWP_PROFILE_FAMILY], 1);
  assert_int_equal(columns.known[HWP_PROFILE_SECOND_ANALYST], 2);
  assert_int_equal(columns.known[HWP_PROFILE_RELATION], 3);
  assert_int_equal(columns.known[HWP_PROFILE_TYPED_ON], 4);
  assert_int_equal(columns.known[HWP_PROFILE_CODE], -1);
  assert_string_equal(markers(), "vWA:5");
  assert_false(columns.is_long);
}

static void two_columns_of_a_marker_are_one_in_all_forms(void **state) {
  (void)state;
  assert_markers("profile,D3S1358_1,D3S1358_2,vWA", "D3S1358:1,2 vWA:3");
  assert_markers("profile,D3S1358.1,D3S1358.2", "D3S1358:1,2");
  assert_markers("profile,D3S1358 1,D3S1358 2", "D3S1358:1,2");
  assert_markers("profile,D3S1358-1,D3S1358-2", "D3S1358:1,2");
  assert_markers("profile,D3S1358 (1),D3S1358 (2)", "D3S1358:1,2");
  assert_markers("profile,D3S1358 Allele 1,D3S1358 Allele 2", "D3S1358:1,2");
  assert_markers("profile,D3S1358_a1,D3S1358_a2", "D3S1358:1,2");
  assert_markers("profile,D3S1358,D3S1358", "D3S1358:1,2");
  assert_markers("profile,D3S1358,D3S1358.1,vWA", "D3S1358:1,2 vWA:3");
  assert_markers("profile,D3S1358,,vWA,", "D3S1358:1,2 vWA:3,4");
  assert_markers("profile,vWA_1,D3S1358_1,VWA_2,D3S1358_2", "vWA:1,3 D3S1358:2,4");
  assert_markers("profile,Penta D_1,PENTA_D_2", "Penta D:1,2");
}

static void numbers_that_belong_to_the_name_stay(void **state) {
  (void)state;
  assert_markers("profile,TH01,D3S1358,TPOX.1,Penta D", "TH01:1 D3S1358:2 TPOX.1:3 Penta D:4");
  assert_markers("profile,DYS389.1,DYS389.2", "DYS389.1:1 DYS389.2:2");
  assert_markers("profile,DYS385a,DYS385b", "DYS385a:1 DYS385b:2");
}

static void a_long_table_names_its_markers_in_rows(void **state) {
  (void)state;
  hw_assert_ok(read_header("Sample,Locus,Allele 1,Allele 2,Height 1,sex"), &err);
  assert_true(columns.is_long);
  assert_int_equal(columns.marker, 1);
  assert_int_equal(columns.n_alleles, 2);
  assert_int_equal(columns.alleles[1], 3);
  assert_int_equal(columns.n_unused, 1);
  assert_int_equal(columns.unused[0], 4);
  assert_int_equal(columns.known[HWP_PROFILE_SEX], 5);
}

static void headers_that_cannot_be_read_say_why(void **state) {
  (void)state;
  static const struct {
    const char *header;
    hw_status status;
    uint64_t column;
    const char *message;
  } bad[] = {
      {"sex,D3S1358", HW_E_REFERENCE, 0,
       "no column says whose profile a row is: expected one called profile, sample or person"},
      {"profile,sex", HW_E_REFERENCE, 0, "no column is a marker"},
      {"profile,,vWA", HW_E_VALUE, 2, "the column has no name"},
      {"profile,code,vWA", HW_E_DUPLICATE, 2,
       "columns 1 and 2 (\"code\") both say the profile: leave one out"},
      {"profile,vWA_1,vWA_2,vWA_3,vWA_4,vWA_5,vWA_6,vWA_7,vWA_8,vWA", HW_E_DUPLICATE, 10,
       "more than 8 columns are called \"vWA\""},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    err = (hw_err)HW_ERR_INIT;
    hw_assert_status(read_header(bad[i].header), bad[i].status, &err);
    assert_string_equal(err.message, bad[i].message);
    assert_int_equal(err.column, bad[i].column);
  }
}

static void every_text_has_a_name_that_is_known(void **state) {
  (void)state;
  for (int t = 0; t < HWP_PROFILE_TEXTS; t++) {
    char header[100];
    snprintf(header, sizeof header, "%s,profile_code,vWA",
             hwp_profile_text_name((hwp_profile_text)t));
    if (t == HWP_PROFILE_CODE) snprintf(header, sizeof header, "profile,vWA");
    hw_assert_ok(read_header(header), &err);
    assert_int_equal(columns.known[t], 0);
  }
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_status status = read_header("profile,D3S1358_1,D3S1358_2,vWA,sex");
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_columns_are_found_in_any_spelling),
      cmocka_unit_test(two_columns_of_a_marker_are_one_in_all_forms),
      cmocka_unit_test(numbers_that_belong_to_the_name_stay),
      cmocka_unit_test(a_long_table_names_its_markers_in_rows),
      cmocka_unit_test(headers_that_cannot_be_read_say_why),
      cmocka_unit_test(every_text_has_a_name_that_is_known),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("profile_columns", tests, NULL, clear);
}
