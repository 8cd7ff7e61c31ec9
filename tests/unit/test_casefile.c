/* Case files that are right: every part arrives where the header says. */
#include "homeward/casefile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/case_text.h"
#include "support/faults.h"

static hw_err err;
static hw_case_list *list;

static int end(void **state) {
  (void)state;
  hw_case_list_delete(list);
  list = NULL;
  return 0;
}

static const hw_case *parse(const char *text) {
  hw_case_list_delete(list);
  hw_assert_ok(hw_case_list_parse(text, strlen(text), "c.json", &list, &err), &err);
  return list->cases;
}

static void the_head_and_the_markers_arrive(void **state) {
  (void)state;
  const hw_case *c = parse(CASE_COMPARISON);
  assert_int_equal(list->n_cases, 1);
  assert_string_equal(c->id, "c1");
  assert_string_equal(c->description, "all parts");
  assert_true(c->theta == 0.01);
  assert_int_equal(c->n_markers, 3);
  assert_int_equal(c->markers[0].chromosome, 2);
  assert_true(c->markers[0].position_cm == 12.5 && isnan(c->markers[1].position_cm));
  assert_string_equal(c->markers[0].allele_names[2], "9.3");
  assert_true(c->markers[0].frequencies[1] == 0.3);
  assert_int_equal(c->markers[0].silent, HW_ALLELE_NONE);
  assert_int_equal(c->markers[1].silent, 2);
  assert_true(hw_marker_is_x(&c->markers[2]));
  assert_int_equal(c->n_linkages, 1);
  assert_int_equal(c->linkages[0].n_markers, 2);
  assert_int_equal(c->linkages[0].markers[1], 1);
  assert_true(c->linkages[0].recombination[0] == 0.1);
}

static void matrices_are_filled(void **state) {
  (void)state;
  const hw_case *c = parse(CASE_COMPARISON);
  const hw_marker *m = c->markers;
  hw_assert_close(m[0].matrix[0][1], 0.001, 1e-14, 0); /* 8 to 9, from the mother */
  hw_assert_close(m[0].matrix[1][1], 0.002, 1e-14, 0);
  hw_assert_close(m[0].matrix[1][2], 0.0001, 1e-14, 0);
  assert_non_null(m[1].matrix[0]);
  assert_ptr_equal(m[1].matrix[0], m[1].matrix[1]); /* the sexes do not differ */
  assert_true(m[1].matrix[0][8] == 1);              /* the silent allele stays */
  hw_assert_close(m[2].matrix[0][2], 0.03, 1e-14, 0);
  assert_null(m[2].matrix[1]); /* identity */
}

static void a_rate_that_moves_nothing_gives_no_matrix(void **state) {
  (void)state;
  char *text = case_text_replace(CASE_DVI, "[\"1\", \"2\"],\n   \"frequencies\": [0.5, 0.5]",
                                 "[\"1\", \"2\", \"4\"],\n   \"frequencies\": [0.5, 0.3, 0.2], "
                                 "\"mutation\": {\"model\": \"onestep\", "
                                 "\"rate\": {\"female\": 0, \"male\": 0.01}}");
  const hw_case *c = parse(text);
  assert_null(c->markers[0].matrix[0]);
  assert_non_null(c->markers[0].matrix[1]);
  free(text);
  text = case_text_replace(CASE_DVI, "[\"1\", \"2\"],\n   \"frequencies\": [0.5, 0.5]",
                           "[\"1\", \"2\", \"4\", \"6\"],\n   \"frequencies\": [0, 0, 0.5, 0.5], "
                           "\"mutation\": {\"model\": \"custom\", "
                           "\"matrix_female\": [[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]], "
                           "\"matrix_male\": [[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]}");
  c = parse(text);
  assert_null(c->markers[0].matrix[0]);
  assert_null(c->markers[0].matrix[1]);
  free(text);
}

static void persons_who_are_one_are_joined(void **state) {
  (void)state;
  const hw_case *c = parse(CASE_COMPARISON);
  assert_int_equal(c->n_hypotheses, 2);
  assert_int_equal(c->reference, 0);
  const hw_pedigree *ped = &c->hypotheses[0].pedigree;
  assert_int_equal(ped->n_persons, 4);
  assert_int_equal(ped->persons[3].twin, 2);
  assert_int_equal(ped->persons[2].twin, HW_PERSON_NONE);
  assert_int_equal(ped->persons[2].father, 0);
  /* sexes that follow: M is a mother, D is a twin of C */
  assert_int_equal(ped->persons[1].sex, HW_FEMALE);
  assert_int_equal(ped->persons[3].sex, HW_FEMALE);
  /* C, bone, F */
  assert_int_equal(c->n_profiles, 3);
  assert_string_equal(c->profiles[1].id, "bone");
  assert_int_equal(c->hypotheses[0].profile_person[0], 2);
  assert_int_equal(c->hypotheses[0].profile_person[1], 2);
  assert_int_equal(c->hypotheses[0].profile_person[2], 0);
  assert_int_equal(c->hypotheses[1].profile_person[1], 1);
}

static void observations_arrive(void **state) {
  (void)state;
  const hw_case *c = parse(CASE_COMPARISON);
  const hw_observation *obs = c->profiles[0].observations;
  assert_true(obs[0].kind == HW_OBS_GENOTYPE && obs[0].a == 1 && obs[0].b == 0);
  assert_true(obs[2].kind == HW_OBS_GENOTYPE && obs[2].a == 0 && obs[2].b == 1);
  const hw_profile *bone = &c->profiles[1];
  assert_true(bone->has_dropout && bone->dropout == 0.1 && bone->drop_in == 0.05);
  assert_true(bone->observations[0].kind == HW_OBS_SET && bone->observations[0].n_seen == 2);
  assert_int_equal(bone->observations[0].seen[0], 0); /* in ascending order */
  assert_int_equal(bone->observations[0].seen[1], 2);
  assert_true(bone->observations[1].kind == HW_OBS_SET && bone->observations[1].n_seen == 0);
  assert_int_equal(bone->observations[2].kind, HW_OBS_MISSING);
  obs = c->profiles[2].observations;
  assert_true(obs[0].kind == HW_OBS_GENOTYPE && obs[0].a == 1 && obs[0].b == HW_ALLELE_NONE);
  assert_int_equal(obs[1].kind, HW_OBS_MISSING);
  assert_true(obs[2].kind == HW_OBS_SINGLE && obs[2].a == 1);
  for (int32_t p = 0; p < c->n_profiles; p++)
    for (int32_t m = 0; m < c->n_markers; m++)
      hw_assert_ok(hw_observation_validate(&c->markers[m], &c->profiles[p].observations[m],
                                           hw_marker_is_x(&c->markers[m]) && p == 2, &err),
                   &err);
}

static void defaults_apply(void **state) {
  (void)state;
  char *text = case_text_replace(CASE_COMPARISON, " \"reference\": \"H1\",\n", "");
  assert_int_equal(parse(text)->reference, 1);
  free(text);
  text = case_text_replace(CASE_COMPARISON, " \"theta\": 0.01,\n", "");
  assert_true(parse(text)->theta == 0);
  free(text);
  text = case_text_replace(CASE_COMPARISON, ", \"description\": \"all parts\"", "");
  assert_string_equal(parse(text)->description, "");
  free(text);
  text = case_text_replace(CASE_COMPARISON, "[\"9\", null]", "[null, \"9\"]");
  const hw_case *c = parse(text);
  assert_int_equal(c->profiles[2].observations[0].a, 1);
  assert_int_equal(c->profiles[2].observations[0].b, HW_ALLELE_NONE);
  free(text);
}

static void a_victim_identification_arrives(void **state) {
  (void)state;
  const hw_case *c = parse(CASE_DVI);
  assert_int_equal(c->n_hypotheses, 0);
  assert_int_equal(c->n_remains, 2);
  assert_string_equal(c->remains[1].id, "V2");
  assert_int_equal(c->remains[0].sex, HW_MALE);
  assert_int_equal(c->remains[1].sex, HW_UNKNOWN_SEX);
  assert_true(c->remains[1].profile.has_dropout && c->remains[1].profile.drop_in == 0);
  assert_string_equal(c->remains[1].profile.id, "V2");
  assert_int_equal(c->remains[1].profile.observations[0].seen[0], 1);
  assert_int_equal(c->n_families, 2);
  const hw_family *f = c->families;
  assert_string_equal(f[0].name, "F1");
  assert_int_equal(f[0].n_missing, 1);
  assert_int_equal(f[0].missing[0], 0);
  assert_int_equal(f[0].n_profiles, 1);
  assert_int_equal(f[0].profile_person[0], 1);
  assert_int_equal(f[1].missing[0], 1);
  assert_int_equal(f[1].n_profiles, 0);
  assert_null(c->markers[0].matrix[0]);
}

static void many_cases_are_one_list(void **state) {
  (void)state;
  char *text = malloc(2 * strlen(CASE_DVI) + 200);
  assert_non_null(text);
  char *other = case_text_replace(CASE_DVI, "\"d1\"", "\"d2\"");
  sprintf(text, "{\"format\": \"homeward-cases/1\", \"cases\": [%s, %s]}", CASE_DVI, other);
  const hw_case *c = parse(text);
  assert_int_equal(list->n_cases, 2);
  assert_string_equal(c[1].id, "d2");
  sprintf(text, "{\"format\": \"homeward-cases/1\", \"cases\": [%s, %s]}", CASE_DVI, CASE_DVI);
  hw_case_list *out;
  hw_assert_status(hw_case_list_parse(text, strlen(text), "c", &out, &err), HW_E_DUPLICATE, &err);
  assert_string_equal(err.field, "cases[1].id");
  free(other);
  free(text);
}

static void files_are_read_with_their_name(void **state) {
  (void)state;
  hw_assert_status(hw_case_list_read("/nowhere/c.json", &list, &err), HW_E_NOT_FOUND, &err);
  assert_string_equal(err.file, "/nowhere/c.json");
  assert_null(list);
  hw_case_list_delete(NULL);
}

static void fail_in_turn(const char *text) {
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_case_list *out = NULL;
    hw_status status = hw_case_list_parse(text, strlen(text), "c", &out, &err);
    bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    assert_int_equal(out == NULL, failed);
    hw_case_list_delete(out);
    if (!failed) break;
  }
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  fail_in_turn(CASE_COMPARISON);
  fail_in_turn(CASE_DVI);
}

/* Every reference case is read; their check matrices are compared on the way. */
static void every_reference_case_is_read(void **state) {
  (void)state;
  static const char *const files[] = {"kinship/autosomal_single",
                                      "kinship/dropout",
                                      "kinship/linked_chain",
                                      "kinship/linked_pairs",
                                      "kinship/panel_families",
                                      "kinship/partial",
                                      "kinship/silent",
                                      "kinship/theta_autosomal",
                                      "kinship/twins_direct",
                                      "kinship/x_single",
                                      "dvi/example1",
                                      "dvi/fire",
                                      "dvi/icmp",
                                      "dvi/symmetricSibs"};
  const char *shared = getenv("HOMEWARD_SHARED"), *root = getenv("HOMEWARD_SOURCE_ROOT");
  char path[4096];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    if (shared)
      snprintf(path, sizeof path, "%s/golden/%s.json", shared, files[i]);
    else
      snprintf(path, sizeof path, "%s/../shared/golden/%s.json", root ? root : ".", files[i]);
    hw_case_list_delete(list);
    hw_status status = hw_case_list_read(path, &list, &err);
    if (status == HW_E_NOT_FOUND) {
      print_message("%s is not there\n", path);
      skip();
    }
    hw_assert_ok(status, &err);
  }
}

/* Evidence may be of other kinds than markers. */
static void a_case_of_hypotheses_needs_no_markers(void **state) {
  (void)state;
  const hw_case *c = parse(
      "{\"format\": \"homeward-case/1\", \"id\": \"bare\", \"markers\": [], \"hypotheses\": [{\"name\": "
      "\"alone\", \"pedigree\": [{\"id\": \"A\", \"father\": null, \"mother\": null, \"sex\": "
      "\"male\"}]}], \"genotypes\": {\"A\": []}}");
  assert_int_equal(c->n_markers, 0);
  assert_int_equal(c->n_profiles, 1);
  assert_int_equal(c->profiles[0].n_markers, 0);
  assert_string_equal(c->hypotheses[0].pedigree.persons[0].id, "A");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, NULL, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(the_head_and_the_markers_arrive),
      CASE(matrices_are_filled),
      CASE(a_rate_that_moves_nothing_gives_no_matrix),
      CASE(a_case_of_hypotheses_needs_no_markers),
      CASE(persons_who_are_one_are_joined),
      CASE(observations_arrive),
      CASE(defaults_apply),
      CASE(a_victim_identification_arrives),
      CASE(many_cases_are_one_list),
      CASE(files_are_read_with_their_name),
      CASE(exhausted_memory_is_reported),
      CASE(every_reference_case_is_read),
  };
  return cmocka_run_group_tests_name("casefile", tests, NULL, NULL);
}
