/* Reference material that may be read but not copied: victim identification data
 * sets, exclusion probabilities, linked panels. The tests are skipped where it
 * does not exist.
 *
 * dvi/….json            LR of every pair of remains and missing person, through
 *                       compiled tables (dvir; pairs of different sex have no value)
 * power.json            P(a random person is excluded) = Σ P(genotype | unrelated) over
 *                       the genotypes with LR 0, from compiled tables (forrel); from
 *                       expected false leads; and from the power of the family
 * linked_panels_klink   LRs of pairs of linked markers, recombination by Kosambi's map
 *                       function, and of the single markers (KLINK, pedprobr)
 *
 * The last two are not homeward-case files; they are rewritten as such and go
 * through the case reader. */
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "homeward/power.h"
#include "homeward/table.h"
#include "search/null.h"
#include "support/assert.h"

/* ------------------------------------------------------------- JSON to JSON */

static void write_value(FILE *out, const hw_json *value);

static void write_members(FILE *out, const hw_json *object) {
  hw_json_iter it = {0};
  for (int32_t n = 0; hw_json_next(object, &it); n++) {
    fprintf(out, "%s\"%s\": ", n ? ", " : "", it.key);
    write_value(out, it.value);
  }
}

/* Names and codes of these files are plain ASCII without quotes. */
static void write_value(FILE *out, const hw_json *value) {
  const char *text = NULL;
  double number = 0.0;
  switch (hw_json_kind_of(value)) {
    case HW_JSON_STRING:
      hw_assert_ok(hw_json_as_string(value, &text, NULL), NULL);
      fprintf(out, "\"%s\"", text);
      break;
    case HW_JSON_INTEGER:
    case HW_JSON_REAL:
      hw_assert_ok(hw_json_as_double(value, &number, NULL), NULL);
      fprintf(out, "%.17g", number);
      break;
    case HW_JSON_ARRAY:
      fputs("[", out);
      for (size_t i = 0; i < hw_json_count(value); i++) {
        if (i) fputs(", ", out);
        write_value(out, hw_json_at(value, i));
      }
      fputs("]", out);
      break;
    case HW_JSON_OBJECT:
      fputs("{", out);
      write_members(out, value);
      fputs("}", out);
      break;
    default:
      fputs("null", out);
  }
}

static void write_member(FILE *out, const char *key, const hw_json *object, const char *member) {
  fprintf(out, "\"%s\": ", key);
  write_value(out, hw_json_find(object, member));
}

static double number_of(const hw_json *value) {
  double number = (double)NAN;
  if (!hw_json_is_null(value)) hw_assert_ok(hw_json_as_double(value, &number, NULL), NULL);
  return number;
}

static const char *text_of(const hw_json *object, const char *key) {
  const char *text = NULL;
  hw_assert_ok(hw_json_get_string(object, key, &text, NULL), NULL);
  return text;
}

/* ----------------------------------------------------- victim identification */

typedef struct target {
  const hw_family *family;
  int32_t missing; /* person of the family's pedigree */
} target;

/* A missing person by the name that the answers use: "M1", or "F1:M1". */
static target find_target(const hw_case *c, const char *name) {
  const size_t length = strcspn(name, ":");
  const bool has_family = name[length] == ':';
  const char *wanted = has_family ? name + length + 1 : name;
  for (int32_t f = 0; f < c->n_families; f++) {
    const hw_family *family = &c->families[f];
    if (has_family && (strlen(family->name) != length || strncmp(family->name, name, length) != 0))
      continue;
    for (int32_t i = 0; i < family->n_missing; i++)
      if (strcmp(family->pedigree.persons[family->missing[i]].id, wanted) == 0)
        return (target){family, family->missing[i]};
  }
  fail_msg("%s: no missing person %s", c->id, name);
  return (target){NULL, 0};
}

static const hw_remains *find_remains(const hw_case *c, const char *name) {
  for (int32_t i = 0; i < c->n_remains; i++)
    if (strcmp(c->remains[i].id, name) == 0) return &c->remains[i];
  fail_msg("%s: no remains %s", c->id, name);
  return NULL;
}

static const char *text_at(const hw_json *array, size_t i) {
  const char *text = NULL;
  hw_assert_ok(hw_json_as_string(hw_json_at(array, i), &text, NULL), NULL);
  return text;
}

/* All remains against one missing person. @return how many pairs had a value */
static int32_t check_column(const hw_case *c, const hw_json *pairwise, size_t column,
                            double *worst) {
  const hw_json *rows = hw_json_find(pairwise, "rows"), *values = hw_json_find(pairwise, "values");
  const char *name = text_at(hw_json_find(pairwise, "cols"), column);
  const target t = find_target(c, name);
  if (t.family == NULL) return 0; /* find_target has failed the test */
  const hw_problem problem = {.pedigree = &t.family->pedigree,
                              .n_profiles = t.family->n_profiles,
                              .profiles = t.family->profiles,
                              .profile_person = t.family->profile_person,
                              .n_markers = c->n_markers,
                              .markers = c->markers,
                              .theta = c->theta};
  hw_table *table = NULL;
  hw_err err = HW_ERR_INIT;
  int32_t n = 0;
  hw_assert_ok(hw_table_compile(&problem, t.missing, NULL, &table, &err), &err);
  for (size_t r = 0; r < hw_json_count(rows); r++) {
    const hw_remains *remains = find_remains(c, text_at(rows, r));
    const double expected = number_of(hw_json_at(hw_json_at(values, r), column));
    const hw_sex sex = t.family->pedigree.persons[t.missing].sex;
    if (isnan(expected)) { /* the reference has no value where the sexes differ */
      assert_int_not_equal(remains->sex, sex);
      continue;
    }
    const double log10_lr = hw_table_log10_lr(table, c->markers, &remains->profile, NULL);
    const double error = golden_relative_error(log10_lr * log(10.0), expected);
    if (!(error <= 1e-6))
      fail_msg("%s, %s as %s: LR %.15g, expected %.15g", c->id, remains->id, name,
               pow(10.0, log10_lr), expected);
    if (error > *worst) *worst = error;
    n++;
  }
  hw_table_delete(table);
  return n;
}

static void compiled_tables_give_the_pairwise_ratios(void **state) {
  if (*state == NULL) skip();
  golden_file g;
  double worst = 0.0;
  int32_t n = 0;
  golden_open(&g, *state);
  const hw_json *pairwise = hw_json_find(golden_expect(&g, 0), "pairwise_lr");
  assert_non_null(pairwise);
  for (size_t k = 0; k < hw_json_count(hw_json_find(pairwise, "cols")); k++)
    n += check_column(&g.list->cases[0], pairwise, k, &worst);
  print_message("# %d pairs, largest relative error %.3g\n", (int)n, worst);
  assert_true(n > 0);
  golden_close(&g);
}

/* --------------------------------------------------------- cases made on the fly */

/* A text that is parsed as a case file; `text` must outlive `list`. */
typedef struct written_case {
  char *text;
  size_t size;
  FILE *out;
  hw_case_list *list;
} written_case;

static FILE *written_case_begin(written_case *self) {
  *self = (written_case){.text = NULL};
  self->out = open_memstream(&self->text, &self->size);
  assert_non_null(self->out);
  return self->out;
}

static const hw_case *written_case_end(written_case *self) {
  hw_err err = HW_ERR_INIT;
  assert_int_equal(fclose(self->out), 0);
  hw_assert_ok(hw_case_list_parse(self->text, self->size, "made by the test", &self->list, &err),
               &err);
  return &self->list->cases[0];
}

static void written_case_clear(written_case *self) {
  hw_case_list_delete(self->list);
  free(self->text);
}

static hw_json_doc *open_reference(const char *path) {
  hw_json_doc *doc = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_json_doc_read(path, 0, &doc, &err), &err);
  return doc;
}

/* --------------------------------------------------------------------- power */

static void write_power_case(FILE *out, const hw_json *markers, const hw_json *c) {
  fputs("{\"format\": \"homeward-case/1\", \"id\": \"power\", \"theta\": 0, \"markers\": [", out);
  for (size_t m = 0; m < hw_json_count(markers); m++) {
    const hw_json *marker = hw_json_at(markers, m);
    fprintf(out, "%s{\"chromosome\": \"A\", \"mutation\": {\"model\": \"none\"}, ", m ? ", " : "");
    write_member(out, "name", marker, "name");
    fputs(", ", out);
    write_member(out, "alleles", marker, "alleles");
    fputs(", ", out);
    write_member(out, "frequencies", marker, "freqs");
    fputs("}", out);
  }
  fputs("], \"hypotheses\": [{\"name\": \"H1\", ", out);
  write_member(out, "pedigree", c, "pedigree");
  fputs("}], ", out);
  write_member(out, "genotypes", c, "genotypes");
  fputs("}", out);
}

/* P(an unrelated person has a genotype that the missing person cannot have). */
/* Expected false leads of one sample with a complete profile, at the least threshold: the part of
 * unrelated persons who are not excluded. */
static double not_excluded(const hw_case *c, const hw_table *table) {
  hw_observation *seen = calloc((size_t)c->n_markers, sizeof *seen);
  assert_non_null(seen);
  for (int32_t m = 0; m < c->n_markers; m++) seen[m].kind = HW_OBS_GENOTYPE; /* of anything */
  const hw_search_sample sample = {.code = "S",
                                   .profile = {.n_markers = c->n_markers, .observations = seen}};
  const hw_search_input input = {
      .n_markers = c->n_markers, .markers = c->markers, .n_samples = 1, .samples = &sample};
  hwp_null *null = NULL;
  hwp_null_work *work = NULL;
  hw_err err = HW_ERR_INIT;
  double expected = 0.0, variance = 0.0;
  hw_assert_ok(hwp_null_new(&input, &null, &err), &err);
  hw_assert_ok(hwp_null_work_new(null, &work, &err), &err);
  hw_assert_ok(
      hwp_null_expected(work, 0, table, HW_UNKNOWN_SEX, -HUGE_VAL, &expected, &variance, &err),
      &err);
  hwp_null_work_delete(work);
  hwp_null_delete(null);
  free(seen);
  return expected;
}

static double exclusion_probability(const hw_marker_table *table) {
  double sum = 0.0;
  for (int32_t g = 0; g < table->n_genotypes; g++)
    if (isinf(table->log10_lr[g]) && table->log10_lr[g] < 0.0) sum += table->unrelated[g];
  return sum;
}

/* The same from the power of the family as a case of its own. */
static void check_exclusion(const hw_case *c, const hw_problem *family, int32_t missing,
                            const hw_json *expected) {
  const hw_family one = {.name = "F",
                         .pedigree = *family->pedigree,
                         .n_missing = 1,
                         .missing = &missing,
                         .n_profiles = family->n_profiles,
                         .profiles = family->profiles,
                         .profile_person = family->profile_person};
  const hw_case problem = {.id = "power",
                           .n_markers = c->n_markers,
                           .markers = c->markers,
                           .n_families = 1,
                           .families = &one};
  const hw_power_options options = {.enough = 1e-9, .never = 1e-9, .n_threads = 1};
  hw_power_study *power = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_power_new(&problem, &options, &power, &err), &err);
  hw_assert_ok(hw_power_run(power, NULL, NULL, &err), &err);
  const hw_power_target *result = hw_power_target_get(power, 0);
  for (int32_t m = 0; m < c->n_markers; m++)
    hw_assert_close(result->exclusion_per_marker[m],
                    number_of(hw_json_at(hw_json_find(expected, "per_marker"), (size_t)m)), 0.0,
                    1e-11);
  hw_assert_close(result->exclusion, number_of(hw_json_find(expected, "total")), 1e-11, 1e-11);
  hw_assert_close(result->now.impossible, result->exclusion, 1e-11, 1e-11); /* nothing mutates */
  hw_assert_close(result->mismatches, number_of(hw_json_find(expected, "expected_mismatch")), 1e-11,
                  0.0);
  hw_power_delete(power);
}

static void check_power(const hw_json *markers, const hw_json *c) {
  written_case written;
  hw_table *table = NULL;
  hw_err err = HW_ERR_INIT;
  write_power_case(written_case_begin(&written), markers, c);
  const hw_case *power = written_case_end(&written);
  const hw_problem family = golden_problem(power, 0);
  const int32_t missing = hw_pedigree_find(family.pedigree, text_of(c, "missing"));
  hw_assert_ok(hw_table_compile(&family, missing, NULL, &table, &err), &err);
  const hw_json *expected = hw_json_find(c, "EP");
  double none = 1.0, mismatches = 0.0;
  for (int32_t m = 0; m < family.n_markers; m++) {
    const double excluded = exclusion_probability(&table->markers[m]);
    /* The reference is printed with twelve decimals. */
    hw_assert_close(excluded,
                    number_of(hw_json_at(hw_json_find(expected, "per_marker"), (size_t)m)), 0.0,
                    1e-11);
    none *= 1.0 - excluded;
    mismatches += excluded;
  }
  hw_assert_close(1.0 - none, number_of(hw_json_find(expected, "total")), 1e-11, 1e-11);
  hw_assert_close(mismatches, number_of(hw_json_find(expected, "expected_mismatch")), 1e-11, 0.0);
  hw_assert_close(1.0 - not_excluded(power, table), number_of(hw_json_find(expected, "total")),
                  1e-11, 1e-11);
  check_exclusion(power, &family, missing, expected);
  hw_table_delete(table);
  written_case_clear(&written);
}

static void compiled_tables_give_the_exclusion_probabilities(void **state) {
  if (*state == NULL) skip();
  hw_json_doc *doc = open_reference(*state);
  const hw_json *root = hw_json_doc_root(doc), *cases = hw_json_find(root, "cases");
  assert_true(hw_json_count(cases) > 0);
  for (size_t i = 0; i < hw_json_count(cases); i++)
    check_power(hw_json_find(root, "markers"), hw_json_at(cases, i));
  print_message("# %d families\n", (int)hw_json_count(cases));
  hw_json_doc_delete(doc);
}

/* -------------------------------------------------------------- linked panels */

/* Recombination fraction of a distance (Kosambi 1944). */
static double kosambi(double distance_cm) {
  return 0.5 * tanh(2.0 * distance_cm / 100.0);
}

static void write_by_sex(FILE *out, const char *key, const hw_json *mutation) {
  char female[32], male[32];
  snprintf(female, sizeof female, "%s.F", key);
  snprintf(male, sizeof male, "%s.M", key);
  if (hw_json_find(mutation, female) == NULL) return;
  fprintf(out, ", \"%s\": {\"female\": %.17g, \"male\": %.17g}", key,
          number_of(hw_json_find(mutation, female)), number_of(hw_json_find(mutation, male)));
}

static void write_panel_marker(FILE *out, const hw_json *marker) {
  const hw_json *mutation = hw_json_find(marker, "mutation");
  fputs("{\"chromosome\": \"A\", ", out);
  write_member(out, "name", marker, "name");
  fputs(", ", out);
  write_member(out, "alleles", marker, "alleles");
  fputs(", ", out);
  write_member(out, "frequencies", marker, "freqs");
  fprintf(out, ", \"mutation\": {\"model\": \"%s\"", text_of(mutation, "model.F"));
  write_by_sex(out, "rate", mutation);
  write_by_sex(out, "rate2", mutation);
  write_by_sex(out, "range", mutation);
  fputs("}}", out);
}

/* True if rows i and i + 1 of the answers are a pair of linked markers. */
static bool begins_pair(const hw_json *table, size_t i) {
  const hw_json *this = hw_json_find(hw_json_at(table, i), "Pair");
  const hw_json *next = hw_json_find(hw_json_at(table, i + 1), "Pair");
  if (next == NULL || hw_json_is_null(this) || hw_json_is_null(next)) return false;
  return number_of(this) == number_of(next);
}

static void write_panel_case(FILE *out, const hw_json *c, bool with_linkage) {
  const hw_json *markers = hw_json_find(c, "markers"), *map = hw_json_find(c, "map");
  const hw_json *table = hw_json_find(c, "table");
  int32_t n_pairs = 0;
  fputs("{\"format\": \"homeward-case/1\", \"id\": \"panel\", \"theta\": 0, \"markers\": [", out);
  for (size_t m = 0; m < hw_json_count(markers); m++) {
    if (m) fputs(",\n", out);
    write_panel_marker(out, hw_json_at(markers, m));
  }
  fputs("], ", out);
  for (size_t m = 0; with_linkage && m < hw_json_count(markers); m++) {
    if (!begins_pair(table, m)) continue;
    const double from = number_of(hw_json_find(hw_json_at(map, m), "cM"));
    const double to = number_of(hw_json_find(hw_json_at(map, m + 1), "cM"));
    fprintf(out, "%s{\"markers\": [\"%s\", \"%s\"], \"recombination\": [%.17g]}",
            n_pairs++ ? ", " : "\"linkage\": [", text_of(hw_json_at(map, m), "Marker"),
            text_of(hw_json_at(map, m + 1), "Marker"), kosambi(fabs(to - from)));
  }
  if (n_pairs) fputs("], ", out);
  write_member(out, "hypotheses", c, "hypotheses");
  fputs(", ", out);
  write_member(out, "genotypes", c, "genotypes");
  fputs("}", out);
}

/* ln LR of the first hypothesis against the second, by marker (NaN inside a pair) and in all. */
static void panel_ratios(const hw_json *c, bool with_linkage, double *ln_lr, double *total) {
  written_case written;
  hw_err err = HW_ERR_INIT;
  write_panel_case(written_case_begin(&written), c, with_linkage);
  const hw_case *panel = written_case_end(&written);
  double *ln = test_calloc((size_t)panel->n_markers, sizeof *ln), sum[2];
  for (int32_t h = 0; h < 2; h++) {
    const hw_problem problem = golden_problem(panel, h);
    hw_assert_ok(hw_likelihood(&problem, NULL, &sum[h], h == 0 ? ln_lr : ln, &err), &err);
  }
  for (int32_t m = 0; m < panel->n_markers; m++) ln_lr[m] -= ln[m];
  *total = sum[0] - sum[1];
  test_free(ln);
  written_case_clear(&written);
}

static void check_panel(const hw_json *c, double *worst) {
  const hw_json *table = hw_json_find(c, "table"), *totals = hw_json_find(c, "LR_total");
  const size_t n = hw_json_count(table);
  double *single = test_calloc(n, sizeof *single), *linked = test_calloc(n, sizeof *linked);
  double total_single, total_linked;
  panel_ratios(c, false, single, &total_single);
  panel_ratios(c, true, linked, &total_linked);
  for (size_t m = 0; m < n; m++) {
    const hw_json *row = hw_json_at(table, m);
    const double expected[2] = {number_of(hw_json_find(row, "LRsingle")),
                                number_of(hw_json_find(row, "LRlinked"))};
    const double computed[2] = {single[m], linked[m]};
    for (int k = 0; k < 2; k++) {
      assert_int_equal(isnan(computed[k]), isnan(expected[k]));
      if (isnan(expected[k])) continue;
      const double error = golden_relative_error(computed[k], expected[k]);
      if (error > *worst) *worst = error;
      if (!(error <= 1e-9))
        fail_msg("%s, %s, %s: LR %.15g, expected %.15g", text_of(c, "id"), text_of(row, "Marker"),
                 k ? "linked" : "alone", exp(computed[k]), expected[k]);
    }
  }
  assert_true(golden_relative_error(total_single, number_of(hw_json_find(totals, "single"))) <=
              1e-9);
  assert_true(golden_relative_error(total_linked, number_of(hw_json_find(totals, "linked"))) <=
              1e-9);
  test_free(single);
  test_free(linked);
}

static void linked_panels_have_the_reference_ratios(void **state) {
  if (*state == NULL) skip();
  hw_json_doc *doc = open_reference(*state);
  const hw_json *cases = hw_json_find(hw_json_doc_root(doc), "cases");
  double worst = 0.0;
  assert_true(hw_json_count(cases) > 0);
  for (size_t i = 0; i < hw_json_count(cases); i++) check_panel(hw_json_at(cases, i), &worst);
  print_message("# %d panels, largest relative error %.3g\n", (int)hw_json_count(cases), worst);
  hw_json_doc_delete(doc);
}

/* ----------------------------------------------------------------------- all */

static char *path_in(const char *shared, const char *file, char *path) {
  if (shared == NULL) return NULL;
  snprintf(path, GOLDEN_PATH, "%s/golden/%s", shared, file);
  return path;
}

int main(void) {
  static char dvi[GOLDEN_MAX_FILES][GOLDEN_PATH], power[GOLDEN_PATH], panels[GOLDEN_PATH];
  static char folder[GOLDEN_PATH], names[GOLDEN_MAX_FILES][120];
  static struct CMUnitTest tests[GOLDEN_MAX_FILES + 3];
  const char *shared = golden_shared();
  const int32_t n = shared ? golden_files(path_in(shared, "dvi", folder), dvi) : 0;
  tests[0] = (struct CMUnitTest){.name = "compiled tables give the exclusion probabilities",
                                 .test_func = compiled_tables_give_the_exclusion_probabilities,
                                 .initial_state = path_in(shared, "power.json", power)};
  tests[1] =
      (struct CMUnitTest){.name = "linked panels have the reference ratios",
                          .test_func = linked_panels_have_the_reference_ratios,
                          .initial_state = path_in(shared, "linked_panels_klink.json", panels)};
  for (int32_t i = 0; i < (n ? n : 1); i++) {
    snprintf(names[i], sizeof names[i], "compiled tables give the pairwise ratios of %.60s",
             n ? golden_file_name(dvi[i]) : "every data set");
    tests[2 + i] = (struct CMUnitTest){.name = names[i],
                                       .test_func = compiled_tables_give_the_pairwise_ratios,
                                       .initial_state = n ? dvi[i] : NULL};
  }
  return cmocka_run_group_tests_name("reference material", tests, NULL, NULL);
}
