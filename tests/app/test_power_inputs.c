/* What the power of a file is computed with besides the case: panels and who may be
 * sampled, from tables, lists and a database; and what a stored run keeps of power. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/app_support.h"
#include "app/identify.h"
#include "app/power.h"
#include "support/assert.h"
#include "support/faults.h"

/* A case of two markers and two families, made up. */
typedef struct small_case {
  hw_marker markers[2];
  hw_person persons[3];
  hw_family families[2];
  hw_case problem;
} small_case;

static void small_case_init(small_case *self) {
  memset(self, 0, sizeof *self);
  self->markers[0].name = "M1";
  self->markers[1].name = "M2";
  self->persons[0] = (hw_person){"mother", -1, -1, HW_FEMALE, -1};
  self->persons[1] = (hw_person){"child", -1, 0, HW_MALE, -1};
  self->persons[2] = (hw_person){"a:b", -1, 0, HW_MALE, -1};
  self->families[0] = (hw_family){.name = "F", .pedigree = {3, self->persons}};
  self->families[1] = (hw_family){.name = "F:a", .pedigree = {3, self->persons}};
  self->problem = (hw_case){
      .n_markers = 2, .markers = self->markers, .n_families = 2, .families = self->families};
}

static hw_status parse(hw_power_inputs *inputs, const hw_case *problem, const char *text,
                       hw_err *err) {
  return hw_power_inputs_parse_panels(inputs, problem, text, strlen(text), "panels.csv", err);
}

static void panels_are_read_in_any_order_of_rows_and_columns(void **state) {
  (void)state;
  small_case c;
  hw_power_inputs inputs = {0};
  hw_err err = HW_ERR_INIT;
  small_case_init(&c);
  hw_assert_ok(parse(&inputs, &c.problem,
                     "# made up\nmarker;note;panel\nM2;;big\nM1;;small\nM1;;big\nY;;big\n", &err),
               &err);
  assert_int_equal(inputs.n_panels, 2);
  assert_string_equal(inputs.panels[0].name, "big");
  assert_true(inputs.panels[0].has[0] && inputs.panels[0].has[1]);
  assert_int_equal(inputs.panels[0].n_unknown, 1);
  assert_true(inputs.panels[1].has[0] && !inputs.panels[1].has[1]);
  assert_true(isnan(inputs.panels[1].cost));
  hw_assert_ok(hw_power_inputs_cost(&inputs, "big=12.5,small=3", &err), &err);
  assert_true(inputs.panels[0].cost == 12.5 && inputs.panels[1].cost == 3.0);
  hw_power_inputs_clear(&inputs);
}

static void bad_tables_are_refused_with_their_line(void **state) {
  (void)state;
  static const struct {
    const char *text;
    hw_status status;
    uint64_t line;
    const char *part;
  } cases[] = {
      {"", HW_E_SYNTAX, 0, "the table is empty"},
      {"marker\nM1\n", HW_E_SYNTAX, 1, "lacks the column 'panel'"},
      {"panel,marker\nkit,M1\nkit\n", HW_E_SYNTAX, 3, "1 fields"},
      {"panel,marker\n,M1\n", HW_E_VALUE, 2, "an empty panel"},
      {"panel,marker\nkit,\n", HW_E_VALUE, 2, "an empty marker"},
      {"panel,marker\nkit,M1\nkit,M1\n", HW_E_DUPLICATE, 3, "has marker 'M1' twice"},
      {"panel,marker\n\"kit,M1\n", HW_E_SYNTAX, 2, ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    small_case c;
    hw_power_inputs inputs = {0};
    hw_err err = HW_ERR_INIT;
    small_case_init(&c);
    hw_assert_status(parse(&inputs, &c.problem, cases[i].text, &err), cases[i].status, &err);
    hw_assert_contains(err.message, cases[i].part);
    assert_string_equal(err.file, "panels.csv");
    assert_int_equal(err.line, cases[i].line);
    hw_power_inputs_clear(&inputs);
  }
}

static void too_many_panels_are_refused(void **state) {
  (void)state;
  static char text[16 * (HW_POWER_MAX_PANELS + 2)];
  small_case c;
  hw_power_inputs inputs = {0};
  hw_err err = HW_ERR_INIT;
  small_case_init(&c);
  size_t at = (size_t)snprintf(text, sizeof text, "panel,marker\n");
  for (int i = 0; i <= HW_POWER_MAX_PANELS; i++)
    at += (size_t)snprintf(text + at, sizeof text - at, "p%d,M1\n", i);
  hw_assert_status(parse(&inputs, &c.problem, text, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "more than 200 panels");
  assert_int_equal(err.line, HW_POWER_MAX_PANELS + 2);
  hw_power_inputs_clear(&inputs);
}

static void a_missing_file_is_told(void **state) {
  (void)state;
  small_case c;
  hw_power_inputs inputs = {0};
  hw_err err = HW_ERR_INIT;
  small_case_init(&c);
  hw_assert_status(
      hw_power_inputs_read_panels(&inputs, &c.problem, app_test_name("none.csv"), &err),
      HW_E_NOT_FOUND, &err);
  hw_power_inputs_clear(&inputs);
  hw_assert_ok(hw_power_inputs_read_panels(&inputs, &c.problem,
                                           app_test_file("p.csv", "panel,marker\nk,M2\n"), &err),
               &err);
  assert_int_equal(inputs.n_panels, 1);
  hw_power_inputs_clear(&inputs);
}

static void costs_and_persons_that_do_not_fit_are_refused(void **state) {
  (void)state;
  static const char *const costs[] = {"none=1", "kit", "kit=0", "kit=-2", "kit=x", "kit=1,", "=1"};
  static const char *const persons[] = {"", "F", "F:", "F:aunt", "G:mother", "F:mother,", "mother"};
  small_case c;
  hw_power_inputs inputs = {0};
  hw_err err = HW_ERR_INIT;
  small_case_init(&c);
  hw_assert_ok(parse(&inputs, &c.problem, "panel,marker\nkit,M1\n", &err), &err);
  for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
    const hw_status status = hw_power_inputs_cost(&inputs, costs[i], &err);
    assert_true(status == HW_E_REFERENCE || status == HW_E_VALUE);
  }
  for (size_t i = 0; i < sizeof persons / sizeof *persons; i++) {
    hw_assert_status(hw_power_inputs_exclude(&inputs, &c.problem, persons[i], &err), HW_E_REFERENCE,
                     &err);
    hw_assert_contains(err.message, "is no FAMILY:PERSON of this case");
  }
  hw_power_inputs_clear(&inputs);
}

static void names_with_colons_are_found(void **state) {
  (void)state;
  small_case c;
  hw_power_inputs inputs = {0};
  hw_err err = HW_ERR_INIT;
  small_case_init(&c);
  assert_null(inputs.available);
  hw_assert_ok(hw_power_inputs_exclude(&inputs, &c.problem, "F:a:b", &err), &err);
  assert_true(inputs.available[0][0] && inputs.available[0][1] && !inputs.available[0][2]);
  assert_null(inputs.available[1]); /* everybody */
  hw_assert_ok(hw_power_inputs_exclude(&inputs, &c.problem, "F:a:child,F:mother", &err), &err);
  assert_true(inputs.available[1][0] && !inputs.available[1][1] && !inputs.available[0][0]);
  hw_power_inputs_clear(&inputs);
}

static void import_case(hw_app *app) {
  hw_err err = HW_ERR_INIT;
  app_test_new(app);
  hw_assert_ok(
      app_test_import(
          app, "case", "case.json",
          "{\"format\": \"homeward-case/1\", \"id\": \"main\", \"theta\": 0, \"markers\": ["
          "{\"name\": \"M1\", \"chromosome\": \"A\", \"alleles\": [\"8\", \"9\"],"
          " \"frequencies\": [0.5, 0.5], \"mutation\": {\"model\": \"none\"}}],"
          "\"remains\": [{\"id\": \"R\", \"sex\": \"male\", \"genotypes\": [[\"8\", \"9\"]]}],"
          "\"families\": [{\"name\": \"F\", \"pedigree\": ["
          "{\"id\": \"f\", \"father\": null, \"mother\": null, \"sex\": \"male\"},"
          "{\"id\": \"m\", \"father\": null, \"mother\": null, \"sex\": \"female\"},"
          "{\"id\": \"c\", \"father\": \"f\", \"mother\": \"m\", \"sex\": \"male\"}],"
          "\"missing\": [\"c\"], \"genotypes\": {\"f\": [[\"8\", \"8\"]]}}]}",
          &err),
      &err);
  hw_assert_ok(
      app_test_import(app, "panels", "panels.csv", "code,kind\nkit,kit\nold,panel\n", &err), &err);
  hw_assert_ok(
      app_test_import(app, "panel_markers", "markers.csv", "panel,rank,marker\nkit,1,M1\n", &err),
      &err);
}

static void panels_and_consent_come_from_the_database(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored = {0};
  hw_power_inputs inputs = {0};
  import_case(&app);
  hw_assert_ok(hw_stored_case_load(&app, &(hw_stored_case_options){0}, &stored, &err), &err);
  hw_assert_ok(hw_power_inputs_load(&inputs, &app, &stored, &err), &err);
  assert_int_equal(inputs.n_panels, 2); /* the layout of the file is none */
  assert_int_equal(inputs.panels[0].has[0] + inputs.panels[1].has[0], 1);
  assert_null(inputs.available);
  hw_str text = HW_STR_INIT; /* the mother withdraws */
  hw_str_append(&text, "code,sex,role,consent\n");
  const int32_t mother = hw_pedigree_find(&stored.problem.families[0].pedigree, "m");
  hw_assert_ok(
      hw_store_code(app.store, HW_KIND_PERSON, stored.family_person[0][mother], &text, &err), &err);
  hw_str_append(&text, ",female,relative,withdrawn\n");
  hw_power_inputs_clear(&inputs);
  hw_stored_case_clear(&stored);
  hw_import_options update = {
      .what = "persons", .apply = true, .update = true, .skip_reference_checks = true};
  hw_assert_ok(app_test_import_with(&app, &update, "persons.csv", hw_str_text(&text), &err), &err);
  hw_str_clear(&text);
  hw_assert_ok(hw_stored_case_load(&app, &(hw_stored_case_options){0}, &stored, &err), &err);
  hw_assert_ok(hw_power_inputs_load(&inputs, &app, &stored, &err), &err);
  assert_int_equal(inputs.n_without_consent, 1);
  int n = 0;
  for (int32_t i = 0; i < 3; i++)
    if (!inputs.available[0][i]) {
      n++;
      assert_string_equal(stored.problem.families[0].pedigree.persons[i].id, "m");
    }
  assert_int_equal(n, 1);
  hw_power_inputs_clear(&inputs);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* A run's record of a missing person has the numbers of the family as it stands. */
static void check_power(hw_app *app, const hw_power_target *target) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_store_scan(app->store, HW_KIND_POWER, -1, NULL, &scan, &err), &err);
  hw_assert_ok(hw_scan_next(scan, &row, &err), &err);
  assert_non_null(row);
  hw_assert_same_bits(hw_record_real(row, HW_FIELD_POWER_PASS), target->now.pass);
  hw_assert_same_bits(hw_record_real(row, HW_FIELD_POWER_EXCLUSION), target->exclusion);
  hw_scan_done(scan);
}

static void a_stored_run_keeps_pass_and_exclusion(void **state) {
  (void)state;
  const double accept = 0.6; /* what one marker can reach: 8/8 has LR 2 */
  const hw_identification_options what = {
      .threshold = -HUGE_VAL, .accept = accept, .prior_none = -1};
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored = {0};
  hw_identify *identify = NULL;
  hw_identification_report report;
  hw_power_study *power = NULL;
  import_case(&app);
  hw_assert_ok(hw_stored_case_load(&app, &(hw_stored_case_options){0}, &stored, &err), &err);
  hw_assert_ok(hw_identify_new(&stored.problem, NULL, &identify, &err), &err);
  hw_assert_ok(hw_identify_step(identify, 0, &err), &err);
  hw_assert_ok(hw_identification_store(&app, &stored, identify, 0, NULL, &what, &report, &err),
               &err);
  assert_true(report.is_stored);
  const hw_power_options options = {.threshold = hw_identify_needed_log10_lr(identify, accept),
                                    .is_only_now = true};
  hw_assert_ok(hw_power_new(&stored.problem, &options, &power, &err), &err);
  hw_assert_ok(hw_power_run(power, NULL, NULL, &err), &err);
  const hw_power_target *target = hw_power_target_get(power, 0);
  hw_assert_close(target->now.pass, 0.5, 1e-12, 0.0);
  hw_assert_close(target->exclusion, 0.25, 1e-12, 0.0);
  check_power(&app, target);
  hw_power_delete(power);
  hw_identify_delete(identify);
  hw_identification_report_clear(&report);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  small_case c;
  small_case_init(&c);
  for (long k = 0; hw_faults_begin(k); k++) {
    hw_power_inputs inputs = {0};
    hw_err err = HW_ERR_INIT;
    hw_status status = parse(&inputs, &c.problem, "panel,marker\nkit,M1\n", &err);
    if (status == HW_OK) status = hw_power_inputs_exclude(&inputs, &c.problem, "F:mother", &err);
    hw_power_inputs_clear(&inputs);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(panels_are_read_in_any_order_of_rows_and_columns),
      cmocka_unit_test(bad_tables_are_refused_with_their_line),
      cmocka_unit_test(too_many_panels_are_refused),
      cmocka_unit_test(a_missing_file_is_told),
      cmocka_unit_test(costs_and_persons_that_do_not_fit_are_refused),
      cmocka_unit_test(names_with_colons_are_found),
      cmocka_unit_test(panels_and_consent_come_from_the_database),
      cmocka_unit_test(a_stored_run_keeps_pass_and_exclusion),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
