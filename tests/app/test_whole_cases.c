/* Whole cases in and out: what is exported is what was imported. All files here are synthetic, or
 * golden cases of the project; reference material is read where it exists. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/export.h"
#include "app/stored_case.h"
#include "formats/fam.h"
#include "formats/gedcom.h"
#include "formats/ped.h"
#include "golden/golden.h"
#include "homeward/identify.h"
#include "support/assert.h"
#include "support/case_equal.h"
#include "support/case_text.h"
#include "support/fam_text.h"
#include "support/faults.h"

/* --- importing and exporting --- */

static void import_path(hw_app *app, const char *path, const char *what) {
  hw_err err = HW_ERR_INIT;
  hw_import_options options = {.what = what, .apply = true, .skip_reference_checks = true};
  hw_import_report_clear(&app_test_report);
  hw_status status = hw_import_file(app, path, &options, &app_test_report, &err);
  if (status != HW_OK) print_message("# %s: %s\n", path, app_test_mistakes());
  hw_assert_ok(status, &err);
}

static hw_export_report exported;

/* Exports to a file of the folder. */
static hw_status export_status(hw_app *app, const hw_export_options *options, const char *path,
                               hw_err *err) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  hw_status status = hw_export_stream(app, options, file, &exported, err);
  assert_int_equal(fclose(file), 0);
  return status;
}

static const char *export_to(hw_app *app, const char *what, const char *investigation,
                             const char *name) {
  hw_err err = HW_ERR_INIT;
  const char *path = app_test_name(name);
  hw_export_options options = {.what = what, .investigation = investigation};
  hw_status status = export_status(app, &options, path, &err);
  if (status != HW_OK) print_message("# export of %s: %s\n", what, investigation);
  hw_assert_ok(status, &err);
  return path;
}

/* A genotype's alleles in the order of the table: the database has one form for them. */
static void order_profile(const hw_profile *profile) {
  for (int32_t m = 0; m < profile->n_markers; m++) {
    hw_observation *o = (hw_observation *)(uintptr_t)&profile->observations[m];
    if (o->kind != HW_OBS_GENOTYPE || o->b == HW_ALLELE_NONE || o->a <= o->b) continue;
    hw_allele b = o->b;
    o->b = o->a;
    o->a = b;
  }
}

static void order_genotypes(const hw_case *c) {
  for (int32_t i = 0; i < c->n_profiles; i++) order_profile(&c->profiles[i]);
  for (int32_t i = 0; i < c->n_remains; i++) order_profile(&c->remains[i].profile);
  for (int32_t f = 0; f < c->n_families; f++)
    for (int32_t i = 0; i < c->families[f].n_profiles; i++)
      order_profile(&c->families[f].profiles[i]);
}

static void check_equal(const hw_case *a, const hw_case *b, bool with_head) {
  order_genotypes(a);
  order_genotypes(b);
  const char *difference = with_head ? case_difference(a, b) : case_difference_but_head(a, b);
  if (difference != NULL) fail_msg("case %s: %s", a->id, difference);
}

/* --- homeward-case JSON --- */

static void check_file(const char *path) {
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_case_list *list = NULL;
  app_test_new(&app);
  import_path(&app, path, NULL);
  hw_assert_ok(hw_case_list_read(path, &list, &err), &err);
  for (int32_t i = 0; i < list->n_cases; i++) {
    hw_case_list *again = NULL;
    const char *out = export_to(&app, "case", list->cases[i].id, "out.json");
    hw_assert_ok(hw_case_list_read(out, &again, &err), &err);
    check_equal(&list->cases[i], &again->cases[0], true);
    hw_case_list_delete(again);
  }
  hw_case_list_delete(list);
  hw_app_close(&app);
}

static void json_cases_come_out_as_they_went_in(void **state) {
  (void)state;
  char paths[GOLDEN_MAX_FILES][GOLDEN_PATH], folder[GOLDEN_PATH];
  int32_t n = golden_own_files(paths);
  assert_true(n > 0);
  for (int32_t i = 0; i < n; i++) check_file(paths[i]);
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  snprintf(folder, sizeof folder, "%s/examples", root != NULL ? root : ".");
  n = golden_files(folder, paths);
  assert_true(n > 0);
  for (int32_t i = 0; i < n; i++) check_file(paths[i]);
  const char *shared = golden_shared();
  for (int k = 0; shared != NULL && k < 2; k++) {
    snprintf(folder, sizeof folder, "%s/golden/%s", shared, k == 0 ? "dvi" : "kinship");
    n = golden_files(folder, paths);
    for (int32_t i = 0; i < n; i++) check_file(paths[i]);
  }
}

static void every_part_of_the_format_comes_back(void **state) {
  (void)state;
  char path[200];
  snprintf(path, sizeof path, "%s", app_test_file("comparison.json", CASE_COMPARISON));
  check_file(path);
  snprintf(path, sizeof path, "%s", app_test_file("dvi.json", CASE_DVI));
  check_file(path);
}

/* The same table in two files is one record; another one of the same name is another. */
static void equal_tables_are_one(void **state) {
  (void)state;
  hw_app app;
  app_test_new(&app);
  char *other = case_text_replace(CASE_COMPARISON, "\"id\": \"", "\"id\": \"again-");
  import_path(&app, app_test_file("one.json", CASE_COMPARISON), NULL);
  assert_int_equal(app_test_count(&app, HW_KIND_FREQUENCY_TABLE), 1);
  int64_t n_alleles = app_test_count(&app, HW_KIND_FREQUENCY);
  import_path(&app, app_test_file("two.json", other), NULL);
  assert_int_equal(app_test_count(&app, HW_KIND_FREQUENCY_TABLE), 1);
  assert_int_equal(app_test_count(&app, HW_KIND_FREQUENCY), n_alleles);
  assert_int_equal(app_test_count(&app, HW_KIND_INVESTIGATION), 3);
  free(other);
  hw_app_close(&app);
}

/* --- Familias --- */

/* What the writer makes of a case without a database in between. */
static hw_fam *written(const hw_case *problem) {
  hw_fam *fam = NULL;
  hw_err err = HW_ERR_INIT;
  hw_str text = HW_STR_INIT;
  hw_fam_write_options options = {.database = "Synthetic", .omit_positions = true};
  hw_assert_ok(hw_fam_write(problem, &options, &text, &err), &err);
  hw_assert_ok(hw_fam_parse(text.bytes, text.length, "written", NULL, &fam, NULL), NULL);
  hw_str_clear(&text);
  return fam;
}

static const hw_case *case_of(const hw_fam *fam) {
  const hw_case *c = fam->dvi != NULL ? fam->dvi : fam->kinship;
  assert_non_null(c);
  return c;
}

static void check_fam(const char *path, const char *investigation) {
  hw_app app;
  hw_fam *fam = NULL, *again = NULL;
  hw_errors errors = {0};
  app_test_new(&app);
  import_path(&app, path, NULL);
  assert_string_equal(app_test_report.format, "fam");
  hw_assert_ok(hw_fam_read(path, NULL, &fam, NULL), NULL);
  order_genotypes(case_of(fam));
  hw_fam *plain = written(case_of(fam));
  const char *out = export_to(&app, "fam", investigation, "out.fam");
  hw_assert_ok(hw_fam_read(out, NULL, &again, &errors), &errors.kept[0]);
  check_equal(case_of(plain), case_of(again), false);
  hw_fam_delete(fam);
  hw_fam_delete(plain);
  hw_fam_delete(again);
  hw_app_close(&app);
}

static void familias_files_come_out_as_they_went_in(void **state) {
  (void)state;
  char path[200];
  char *text = case_text_replace(FAM_DVI, "SystemName= L2\nAllele1= 8\nAllele2= \n",
                                 "SystemName= L2\nAllele1= 8\nAllele2= 9.3\n");
  snprintf(path, sizeof path, "%s", app_test_file("dvi.fam", text));
  check_fam(path, "dvi");
  free(text);
}

static void half_known_genotypes_are_not_made_whole(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  app_test_new(&app);
  import_path(&app, app_test_file("dvi.fam", FAM_DVI), NULL);
  hw_export_options options = {.what = "fam", .investigation = "dvi"};
  const char *path = app_test_name("refused.fam");
  hw_assert_status(export_status(&app, &options, path, &err), HW_E_UNSUPPORTED, &err);
  hw_assert_contains(err.message, "one allele is not known");
  hw_assert_contains(err.message, "(1 such in all): --accept-loss leaves them out");
  options.accept_loss = true;
  err = (hw_err)HW_ERR_INIT;
  hw_assert_ok(export_status(&app, &options, path, &err), &err);
  hw_assert_contains(exported.note, "1 with one allele not known left out, first: ");
  /* The rest of that profile is there. */
  hw_fam *fam = NULL;
  hw_errors errors = {0};
  hw_assert_ok(hw_fam_read(path, NULL, &fam, &errors), &errors.kept[0]);
  hw_fam_delete(fam);
  hw_app_close(&app);
}

static void alternative_pedigrees_and_all_families_are_kept(void **state) {
  (void)state;
  hw_app app;
  hw_fam *fam = NULL;
  const char *path = app_test_file("dvi.fam", FAM_DVI);
  hw_assert_ok(hw_fam_read(path, NULL, &fam, NULL), NULL);
  app_test_new(&app);
  import_path(&app, path, NULL);
  int64_t n_pedigrees = 0;
  for (int32_t f = 0; f < fam->n_families; f++)
    n_pedigrees += fam->families[f].n_pedigrees > 0 ? fam->families[f].n_pedigrees : 1;
  assert_int_equal(app_test_count(&app, HW_KIND_FAMILY), fam->n_families);
  assert_int_equal(app_test_count(&app, HW_KIND_PEDIGREE), n_pedigrees);
  assert_true(n_pedigrees > fam->n_families);
  hw_fam_delete(fam);
  hw_app_close(&app);
}

/* --- Familias files with reference answers --- */

static double expected_lr(const hw_json *expect, int32_t r, int32_t t) {
  const hw_json *values = hw_json_find(hw_json_find(expect, "pairwise_lr"), "values");
  const hw_json *value = hw_json_at(hw_json_at(values, (size_t)r), (size_t)t);
  double lr = (double)NAN;
  if (!hw_json_is_null(value)) hw_assert_ok(hw_json_as_double(value, &lr, NULL), NULL);
  return lr;
}

static void check_answers(const char *shared, const char *fam, const char *golden) {
  char path[GOLDEN_PATH];
  hw_app app;
  hw_err err = HW_ERR_INIT;
  golden_file file;
  hw_stored_case stored;
  hw_identify *run = NULL;
  hw_stored_case_options what = {.investigation = fam};
  snprintf(path, sizeof path, "%s/golden/dvi/%s.json", shared, golden);
  golden_open(&file, path);
  snprintf(path, sizeof path, "%s/data/fam/%s.fam", shared, fam);
  app_test_new(&app);
  import_path(&app, path, NULL);
  hw_assert_ok(hw_stored_case_load(&app, &what, &stored, &err), &err);
  hw_assert_ok(hw_identify_new(&stored.problem, NULL, &run, &err), &err);
  int32_t n_targets = hw_identify_target_count(run), n_compared = 0;
  for (int32_t t = 0; t < n_targets; t++) hw_assert_ok(hw_identify_step(run, t, &err), &err);
  for (int32_t r = 0; r < stored.problem.n_remains; r++)
    for (int32_t t = 0; t < n_targets; t++) {
      double lr = expected_lr(golden_expect(&file, 0), r, t);
      if (isnan(lr)) continue;
      hw_assert_close(pow(10, hw_identify_log10_lr(run, r, t)), lr, 1e-6, 0);
      n_compared++;
    }
  assert_true(n_compared >= 5);
  hw_identify_delete(run);
  hw_stored_case_clear(&stored);
  golden_close(&file);
  hw_app_close(&app);
}

static void reference_answers_come_out_of_the_database(void **state) {
  (void)state;
  const char *shared = golden_shared();
  if (shared == NULL) skip();
  check_answers(shared, "dvir_KETPex497", "KETPexer497");
  check_answers(shared, "dvir_dvi-example", "example1");
}

/* --- PED --- */

static const char PED[] =
    "F1 dad 0 0 1 10 11 7 7\nF1 mum 0 0 2 10 12 6 7\nF1 kid dad mum 1 10 10 6 7\n"
    "F2 dad 0 0 1 0 0 0 0\nF2 kid dad 0 2 11 12 0 0\n";
static const char MAP[] = "1 L1 10.5 1000\n2 L2 3 2000\n";
static const char FRQ[] = "M L1\nA 10 0.2\nA 11 0.3\nA 12 0.5\nM L2\nA 6 0.4\nA 7 0.6\n";

static void ped_files_come_out_as_they_went_in(void **state) {
  (void)state;
  hw_app app;
  hw_errors errors = {0};
  hw_ped a = {0}, b = {0};
  char in[3][200], out[3][200];
  snprintf(in[0], sizeof in[0], "%s", app_test_file("trio.ped", PED));
  snprintf(in[1], sizeof in[1], "%s", app_test_file("trio.map", MAP));
  snprintf(in[2], sizeof in[2], "%s", app_test_file("trio.frq", FRQ));
  app_test_new(&app);
  import_path(&app, in[0], NULL);
  assert_string_equal(app_test_report.format, "ped");
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 4);
  snprintf(out[0], sizeof out[0], "%s", export_to(&app, "ped", "trio", "out.ped"));
  snprintf(out[1], sizeof out[1], "%s", export_to(&app, "ped-map", "trio", "out.map"));
  snprintf(out[2], sizeof out[2], "%s", export_to(&app, "ped-frequencies", "trio", "out.frq"));
  const hw_ped_paths from = {in[0], in[1], NULL, in[2]}, to = {out[0], out[1], NULL, out[2]};
  hw_assert_ok(hw_ped_read(&from, NULL, &a, &errors), &errors.kept[0]);
  hw_assert_ok(hw_ped_read(&to, NULL, &b, &errors), &errors.kept[0]);
  assert_int_equal(a.n_markers, b.n_markers);
  for (int32_t m = 0; m < a.n_markers; m++) {
    assert_null(marker_difference(&a.markers[m], &b.markers[m]));
    assert_int_equal(a.position_bp[m], b.position_bp[m]);
  }
  assert_int_equal(a.n_families, b.n_families);
  for (int32_t f = 0; f < a.n_families; f++) {
    assert_string_equal(a.families[f].name, b.families[f].name);
    assert_int_equal(a.families[f].pedigree.n_persons, b.families[f].pedigree.n_persons);
    assert_int_equal(a.families[f].n_profiles, b.families[f].n_profiles);
    for (int32_t i = 0; i < a.families[f].pedigree.n_persons; i++) {
      const hw_person *x = &a.families[f].pedigree.persons[i];
      const hw_person *y = &b.families[f].pedigree.persons[i];
      assert_string_equal(x->id, y->id);
      assert_int_equal(x->father, y->father);
      assert_int_equal(x->mother, y->mother);
      assert_int_equal(x->sex, y->sex);
    }
    for (int32_t i = 0; i < a.families[f].n_profiles; i++)
      for (int32_t m = 0; m < a.n_markers; m++) {
        const hw_observation *x = &a.families[f].profiles[i].observations[m];
        const hw_observation *y = &b.families[f].profiles[i].observations[m];
        assert_int_equal(x->kind, y->kind);
        assert_true((x->a == y->a && x->b == y->b) || (x->a == y->b && x->b == y->a));
      }
  }
  hw_ped_clear(&a);
  hw_ped_clear(&b);
  hw_app_close(&app);
}

static void ped_without_its_map_is_refused(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_import_options options = {.what = "ped", .apply = true};
  app_test_new(&app);
  hw_assert_status(app_test_import_with(&app, &options, "alone.ped", PED, &err), HW_E_NOT_FOUND,
                   &err);
  assert_string_equal(app_test_mistakes(),
                      "alone.ped: the markers stand in a map of the same name (.map or .dat), "
                      "which is not beside the file\n");
  hw_app_close(&app);
}

/* --- GEDCOM --- */

static const char GEDCOM[] =
    "0 HEAD\n1 SOUR test\n1 GEDC\n2 VERS 5.5.1\n1 CHAR UTF-8\n"
    "0 @I1@ INDI\n1 NAME Test /Father/\n1 SEX M\n1 BIRT\n2 DATE 3 FEB 1920\n2 PLAC Hue, Annam\n"
    "1 DEAT\n2 DATE 1968\n1 FAMS @F1@\n"
    "0 @I2@ INDI\n1 NAME Test /Mother/\n1 SEX F\n1 FAMS @F1@\n"
    "0 @I3@ INDI\n1 NAME Test /Child/\n1 SEX M\n1 FAMC @F1@\n"
    "0 @I4@ INDI\n1 NAME Adopted /Child/\n1 SEX F\n1 FAMC @F1@\n2 PEDI adopted\n"
    "0 @F1@ FAM\n1 HUSB @I1@\n1 WIFE @I2@\n1 CHIL @I3@\n1 CHIL @I4@\n0 TRLR\n";

static void gedcom_families_come_out_as_they_went_in(void **state) {
  (void)state;
  hw_app app, second;
  hw_gedcom ged = {0};
  hw_errors errors = {0};
  char first[200], again[200];
  app_test_new(&app);
  import_path(&app, app_test_file("tree.ged", GEDCOM), NULL);
  assert_string_equal(app_test_report.format, "gedcom");
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON), 4);
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON_NAME), 4);
  assert_int_equal(app_test_count(&app, HW_KIND_FAMILY), 1);
  assert_int_equal(app_test_count(&app, HW_KIND_FAMILY_MEMBER), 3); /* adoption is not descent */
  snprintf(first, sizeof first, "%s", export_to(&app, "gedcom", "tree", "tree2.ged"));
  hw_assert_ok(hw_gedcom_read(first, &ged, &errors), &errors.kept[0]);
  assert_int_equal(ged.n_persons, 4);
  assert_string_equal(ged.persons[0].xref, "I1");
  assert_string_equal(ged.persons[0].names[0].full, "Test Father");
  assert_string_equal(ged.persons[0].names[0].surname, "Father");
  assert_string_equal(ged.persons[0].birth.date.text, "3 FEB 1920");
  assert_string_equal(ged.persons[0].birth.place, "Hue, Annam");
  assert_string_equal(ged.persons[0].death.date.text, "1968");
  assert_int_equal(ged.persons[2].father, 0);
  assert_int_equal(ged.persons[2].mother, 1);
  assert_int_equal(ged.persons[3].father, HW_PERSON_NONE);
  hw_gedcom_clear(&ged);
  app_test_new(&second);
  import_path(&second, first, NULL);
  snprintf(again, sizeof again, "%s", export_to(&second, "gedcom", "tree2", "tree3.ged"));
  char *a = app_test_read(first), *b = app_test_read(again);
  assert_string_equal(a, b);
  free(a);
  free(b);
  hw_app_close(&app);
  hw_app_close(&second);
}

static void names_leave_only_with_permission(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  app_test_new_clerk(&app, "write");
  import_path(&app, app_test_file("tree.ged", GEDCOM), NULL);
  hw_export_options options = {.what = "gedcom", .investigation = "tree"};
  const char *path = app_test_name("refused.ged");
  hw_assert_status(export_status(&app, &options, path, &err), HW_E_DENIED, &err);
  options.without_names = true;
  err = (hw_err)HW_ERR_INIT;
  hw_assert_ok(export_status(&app, &options, path, &err), &err);
  char *text = app_test_read(path);
  assert_null(strstr(text, "Father"));
  free(text);
  hw_app_close(&app);
}

/* --- memory --- */

/* Every allocation of reading and putting a file fails in turn. */
static void check_faults(const char *path) {
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_import_options options = {.skip_reference_checks = true};
  app_test_new(&app);
  hw_import_report_clear(&app_test_report);
  hw_assert_ok(hw_import_file(&app, path, &options, &app_test_report, &err), &err);
  int64_t n_notes = app_test_report.n_all_notes;
  for (long n = 0; hw_faults_begin(n); n++) {
    err = (hw_err)HW_ERR_INIT;
    hw_import_report report;
    hw_status status = hw_import_file(&app, path, &options, &report, &err);
    bool has_failed = hw_faults_end();
    bool has_all = report.n_all_notes == n_notes;
    hw_import_report_clear(&report);
    if (!has_failed) {
      hw_assert_ok(status, &err);
      assert_true(has_all);
      break;
    }
    if (status != HW_OK) hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  hw_app_close(&app);
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  char path[200];
  snprintf(path, sizeof path, "%s", app_test_file("comparison.json", CASE_COMPARISON));
  check_faults(path);
  snprintf(path, sizeof path, "%s", app_test_file("dvi.json", CASE_DVI));
  check_faults(path);
  snprintf(path, sizeof path, "%s", app_test_file("dvi.fam", FAM_DVI));
  check_faults(path);
  snprintf(path, sizeof path, "%s", app_test_file("kinship.fam", FAM_KINSHIP));
  check_faults(path);
  snprintf(path, sizeof path, "%s", app_test_file("tree.ged", GEDCOM));
  check_faults(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(json_cases_come_out_as_they_went_in),
      cmocka_unit_test(every_part_of_the_format_comes_back),
      cmocka_unit_test(equal_tables_are_one),
      cmocka_unit_test(familias_files_come_out_as_they_went_in),
      cmocka_unit_test(half_known_genotypes_are_not_made_whole),
      cmocka_unit_test(alternative_pedigrees_and_all_families_are_kept),
      cmocka_unit_test(reference_answers_come_out_of_the_database),
      cmocka_unit_test(ped_files_come_out_as_they_went_in),
      cmocka_unit_test(ped_without_its_map_is_refused),
      cmocka_unit_test(gedcom_families_come_out_as_they_went_in),
      cmocka_unit_test(names_leave_only_with_permission),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests_name("whole cases", tests, app_tests_begin, app_tests_end);
}
