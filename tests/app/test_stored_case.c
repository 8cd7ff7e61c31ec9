/* Cases of files in the database: what is loaded is what was imported, to the last bit. */
#include "app/stored_case.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "formats/fam.h"
#include "golden/golden.h"
#include "homeward/identify.h"
#include "support/assert.h"
#include "support/case_equal.h"
#include "support/case_text.h"

/* Imports a file as it stands. */
static void import_path(hw_app *app, const char *path) {
  hw_err err = HW_ERR_INIT;
  hw_import_options options = {.apply = true, .skip_reference_checks = true};
  hw_import_report report;
  hw_status status = hw_import_file(app, path, &options, &report, &err);
  if (status != HW_OK) print_message("# %s\n", path);
  hw_assert_ok(status, &err);
  hw_import_report_clear(&report);
}

static void load(hw_app *app, const hw_case *like, hw_stored_case *out) {
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options options = {.investigation = like->id,
                                    .family = like->n_hypotheses > 0 ? like->id : NULL,
                                    .as_hypotheses = like->n_hypotheses > 0};
  hw_status status = hw_stored_case_load(app, &options, out, &err);
  if (status != HW_OK) print_message("# case %s\n", like->id);
  hw_assert_ok(status, &err);
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

/* The case that stands in the database is the file's, bit for bit, but for the places of markers
 * that cases of one file describe more or less completely. */
static void check_same(hw_app *app, const hw_case *like) {
  hw_stored_case stored;
  load(app, like, &stored);
  order_genotypes(like);
  const char *difference = case_difference_but_head(like, &stored.problem);
  if (difference != NULL) fail_msg("case %s: %s", like->id, difference);
  hw_stored_case_clear(&stored);
}

static void check_file(const char *path) {
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_case_list *list = NULL;
  app_test_new(&app);
  hw_assert_ok(hw_case_list_read(path, &list, &err), &err);
  import_path(&app, path);
  for (int32_t i = 0; i < list->n_cases; i++) check_same(&app, &list->cases[i]);
  hw_case_list_delete(list);
  hw_app_close(&app);
}

static void golden_cases_come_back(void **state) {
  (void)state;
  char paths[GOLDEN_MAX_FILES][GOLDEN_PATH];
  int32_t n = golden_own_files(paths);
  assert_true(n > 0);
  for (int32_t i = 0; i < n; i++) check_file(paths[i]);
}

static void shared_cases_come_back(void **state) {
  (void)state;
  static const char *const folders[] = {"dvi", "kinship"};
  const char *shared = golden_shared();
  if (shared == NULL) skip();
  for (int f = 0; f < 2; f++) {
    char folder[GOLDEN_PATH], paths[GOLDEN_MAX_FILES][GOLDEN_PATH];
    snprintf(folder, sizeof folder, "%s/golden/%s", shared, folders[f]);
    int32_t n = golden_files(folder, paths);
    for (int32_t i = 0; i < n; i++) check_file(paths[i]);
  }
}

/* --- Familias --- */

static const char *stem_of(const char *path) {
  static char stem[256];
  snprintf(stem, sizeof stem, "%s", golden_file_name(path));
  char *dot = strrchr(stem, '.');
  if (dot != NULL) *dot = '\0';
  return stem;
}

static void check_family_case(hw_app *app, const hw_case *like,
                              const hw_stored_case_options *what) {
  hw_stored_case stored;
  hw_err err = HW_ERR_INIT;
  hw_status status = hw_stored_case_load(app, what, &stored, &err);
  if (status != HW_OK) print_message("# %s\n", like->id);
  hw_assert_ok(status, &err);
  order_genotypes(like);
  const char *difference = case_difference_but_head(like, &stored.problem);
  if (difference != NULL) fail_msg("%s: %s", like->id, difference);
  hw_stored_case_clear(&stored);
}

static void familias_files_come_back(void **state) {
  (void)state;
  const char *shared = golden_shared();
  char folder[GOLDEN_PATH], command[2 * GOLDEN_PATH];
  if (shared == NULL) skip();
  snprintf(folder, sizeof folder, "%s/data/fam", shared);
  DIR *directory = opendir(folder);
  if (directory == NULL) {
    skip();
    return;
  }
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (strstr(entry->d_name, ".fam") == NULL) continue;
    hw_app app;
    hw_fam *fam = NULL;
    snprintf(command, sizeof command, "%s/%s", folder, entry->d_name);
    hw_assert_ok(hw_fam_read(command, NULL, &fam, NULL), NULL);
    app_test_new(&app);
    import_path(&app, command);
    const char *stem = stem_of(command);
    char kinship[300];
    snprintf(kinship, sizeof kinship, "%s%s", stem, fam->n_families > 0 ? "/kinship" : "");
    hw_stored_case_options of_kinship = {.family = kinship, .as_hypotheses = true},
                           of_dvi = {.investigation = stem};
    if (fam->kinship != NULL && fam->kinship->n_hypotheses > 1)
      check_family_case(&app, fam->kinship, &of_kinship);
    if (fam->dvi != NULL && fam->dvi->n_families > 0) check_family_case(&app, fam->dvi, &of_dvi);
    hw_app_close(&app);
    hw_fam_delete(fam);
  }
  closedir(directory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(golden_cases_come_back),
      cmocka_unit_test(shared_cases_come_back),
      cmocka_unit_test(familias_files_come_back),
  };
  return cmocka_run_group_tests_name("cases in the database", tests, app_tests_begin,
                                     app_tests_end);
}
