/* A part of an investigation is what the whole has of it, and what was written since an entry is told
 * so that nobody who trusts it is wrong. All data are synthetic. */
#include <stdio.h>
#include <string.h>

#include "app/app_support.h"
#include "app/kept_run.h"
#include "app/stored_case.h"
#include "support/assert.h"

static hw_app app;
static int n_files;

static void import_text(const char *what, const char *text) {
  hw_err err = HW_ERR_INIT;
  char name[64];
  snprintf(name, sizeof name, "%s-%d.csv", what, n_files++);
  hw_status status = app_test_import(&app, what, name, text, &err);
  if (status != HW_OK) print_message("# %s: %s\n", what, app_test_mistakes());
  hw_assert_ok(status, &err);
}

static int64_t find(hw_kind_id kind, const char *code) {
  hw_err err = HW_ERR_INIT;
  int64_t id = 0;
  hw_assert_ok(hw_app_find(&app, kind, code, &id, &err), &err);
  return id;
}

/* Another record in a field, as somebody's own change. */
static void set_reference(hw_kind_id kind, const char *code, int field, int64_t to) {
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_record row;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_assert_ok(hw_store_get(app.store, kind, find(kind, code), &arena, &row, &err), &err);
  hw_record_set_int(&row, field, to);
  hw_assert_ok(hw_store_replace(app.store, &row, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_arena_clear(&arena);
}

static void withdraw(hw_kind_id kind, const char *code) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, kind, find(kind, code), "wrong", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
}

#define PROFILES "code,person,sample,panel,observations,use\n"

/* Three families with a typed father each and a missing son; the third father shows an allele (9) that
 * the table lacks. Remains R1 with an extract R1x, R2 and R3, which are confirmed to be of one person,
 * and R4. A reference sample of the first father. */
static void begin(void) {
  n_files = 0;
  app_test_new(&app);
  import_text("markers", "code,chromosome,type\nA1,A,str\nA2,A,str\n");
  import_text("frequency_tables", "code,minimum_policy,minimum,normalisation,status\n"
                                  "T,stated,0.05,none,accepted\n");
  import_text("frequency_markers", "frequency_table,marker,rank,mutation_model\n"
                                   "T,A1,1,none\nT,A2,2,none\n");
  import_text("frequency", "frequency_table,marker,allele,rank,frequency\n"
                           "T,A1,10,1,0.25\nT,A1,11,2,0.75\nT,A2,10,1,0.25\nT,A2,11,2,0.75\n");
  set_reference(HW_KIND_INVESTIGATION, "main", HW_FIELD_INVESTIGATION_TABLE,
                find(HW_KIND_FREQUENCY_TABLE, "T"));
  import_text("panels", "code,kind\nP,panel\n");
  import_text("panel_markers", "panel,rank,marker\nP,1,A1\nP,2,A2\n");
  import_text("families", "family,person,father,mother,sex,missing\n"
                          "F1,F1-F,,,male,\nF1,F1-X,F1-F,,male,yes\n"
                          "F2,F2-F,,,male,\nF2,F2-X,F2-F,,male,yes\n"
                          "F3,F3-F,,,male,\nF3,F3-X,F3-F,,male,yes\n");
  import_text("specimens", "code,element\nB1,femur\nB2,tibia\nB3,skull\nB4,ulna\n");
  import_text("samples", "code,investigation,specimen,person,sex\nR1,main,B1,,male\n"
                         "R2,main,B2,,\nR3,main,B3,,male\nR4,main,B4,,\nS-F1,main,,F1-F,\n");
  import_text("samples", "code,investigation,parent\nR1x,main,R1\n");
  import_text("individuals", "code,investigation,state\nI1,main,confirmed\n");
  import_text("individual_members", "individual,item_kind,item\nI1,specimen,B2\nI1,specimen,B3\n");
  import_text("profiles",
              PROFILES "F1-F,,S-F1,P,\"10,11;11\",single\nF2-F,F2-F,,P,\"10;10,11\",single\n"
                       "F3-F,F3-F,,P,\"9,11;11\",single\nR1,,R1,P,\"10;11\",single\n"
                       "R1x,,R1x,P,\"10;\",single\nR2,,R2,P,\"10,11;\",single\n"
                       "R3,,R3,P,\";10,11\",single\nR4,,R4,P,\"11;11\",single\n");
}

static void load(const hw_stored_case_options *what, hw_stored_case *out) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_stored_case_load(&app, what, out, &err), &err);
}

/* --- a part --- */

static void a_part_is_what_the_whole_has(void **state) {
  (void)state;
  hw_stored_case whole, part;
  const hw_stored_case_options all = {.investigation = "main"};
  begin();
  load(&all, &whole);
  assert_int_equal(whole.problem.n_families, 3);
  assert_int_equal(whole.problem.n_remains, 4); /* R1, R1x, R2 with R3, R4 */
  for (int32_t r = 0; r < whole.problem.n_remains; r++)
    for (int32_t f = 0; f < whole.problem.n_families; f++)
      for (int32_t s = 0; s < whole.remains_n_samples[r]; s++) { /* by any of its samples */
        const hw_stored_case_options some = {.investigation = "main",
                                             .families = &whole.family[f],
                                             .n_families = 1,
                                             .samples = &whole.remains_samples[r][s],
                                             .n_samples = 1};
        load(&some, &part);
        const int32_t at = hwp_find_remains(&part, whole.remains_sample[r]);
        assert_int_equal(part.problem.n_families, 1);
        assert_true(at >= 0);
        assert_true(part.problem.n_remains <= 2); /* R1x comes with R1 */
        assert_memory_equal(part.remains_digest[at], whole.remains_digest[r], HW_DIGEST_SIZE);
        assert_memory_equal(part.family_digest[0], whole.family_digest[f], HW_DIGEST_SIZE);
        assert_int_equal(part.remains_n_samples[at], whole.remains_n_samples[r]);
        hw_stored_case_clear(&part);
      }
  hw_stored_case_clear(&whole);
  hw_app_close(&app);
}

static void a_sample_that_is_no_remains_of_the_case_is_not_in_the_part(void **state) {
  (void)state;
  hw_stored_case part;
  hw_err err = HW_ERR_INIT;
  const int64_t nobody = 0;
  begin();
  import_text("investigations", "code,frequency_table\nother,T\n");
  import_text("samples", "code,investigation\nelsewhere,other\n");
  import_text("profiles", PROFILES "elsewhere,,elsewhere,P,10;11,single\n");
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_assert_ok(
      hw_store_withdraw(app.store, HW_KIND_SAMPLE, find(HW_KIND_SAMPLE, "R4"), "lost", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  const int64_t samples[] = {find(HW_KIND_SAMPLE, "elsewhere"), find(HW_KIND_SAMPLE, "R4"),
                             find(HW_KIND_SAMPLE, "S-F1")};
  const hw_stored_case_options some = {
      .investigation = "main", .families = &nobody, .samples = samples, .n_samples = 3};
  load(&some, &part);
  assert_int_equal(part.problem.n_remains, 0);
  assert_int_equal(part.problem.n_families, 0);
  hw_stored_case_clear(&part);
  hw_app_close(&app);
}

/* --- alleles of others --- */

/* The list through the parameters of a run. */
static void keep_and_read(const hw_stored_case *whole, const char *parameters, hw_arena *arena,
                          hw_stored_case_options *out) {
  hw_err err = HW_ERR_INIT;
  hw_added_allele *added = NULL;
  const char *text = NULL;
  hw_assert_ok(hwp_run_alleles_write(whole, parameters, arena, &text, &err), &err);
  assert_true(hwp_same_parameters(text, parameters));
  assert_true(hwp_same_parameters(parameters, text));
  hw_assert_ok(hwp_run_alleles_read(text, arena, &added, &out->n_added, &err), &err);
  out->added = added;
}

static void with_the_alleles_of_others_a_part_is_compared_as_the_whole(void **state) {
  (void)state;
  static const char *const parameters[] = {
      "{\"method\": \"search\", \"threshold\": 4}",
      "{\"method\": \"search\", \"evidence\": {\"without\": [\"y\"]}}",
      "{\"method\": \"joint\", \"prior\": {\"kind\": \"flat\"}, \"outcome\": {\"exact\": true}}"};
  const hw_stored_case_options all = {.investigation = "main"};
  hw_stored_case whole, part;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  begin();
  import_text("profiles", PROFILES "R3-b,,R3,P,\"8,11;10,12\",single\n");
  load(&all, &whole);
  assert_int_equal(whole.n_added, 3);
  assert_string_equal(whole.added[0].allele, "8");
  assert_string_equal(whole.added[1].allele, "9");
  assert_string_equal(whole.added[2].marker, "A2");
  for (int i = 0; i < 3; i++)
    for (int32_t r = 0; r < whole.problem.n_remains; r++)
      for (int32_t f = 0; f < whole.problem.n_families; f++) {
        char expected[HW_PAIR_INPUTS_SIZE], seen[HW_PAIR_INPUTS_SIZE];
        hw_stored_case_options some = {.investigation = "main",
                                       .families = &whole.family[f],
                                       .n_families = 1,
                                       .samples = &whole.remains_sample[r],
                                       .n_samples = 1};
        load(&some, &part); /* nobody shows all of them */
        assert_memory_not_equal(part.table_digest, whole.table_digest, HW_DIGEST_SIZE);
        hw_stored_case_clear(&part);
        keep_and_read(&whole, parameters[i], &arena, &some);
        load(&some, &part);
        hw_stored_case_pair(&whole, r, f, 0, expected);
        hw_stored_case_pair(&part, hwp_find_remains(&part, whole.remains_sample[r]), 0, 0, seen);
        assert_string_equal(seen, expected);
        hw_stored_case_clear(&part);
      }
  hw_stored_case_clear(&whole);
  hw_arena_clear(&arena);
  hw_app_close(&app);
}

static void a_list_of_alleles_that_is_none_is_not_taken(void **state) {
  (void)state;
  static const char *const parameters[] = {
      "{\"method\": \"search\"}",
      "{\"added_alleles\": {\"A1\": [\"9\"]}}",
      "{\"outcome\": {\"added_alleles\": 5}}",
      "{\"outcome\": {\"added_alleles\": {\"A1\": \"9\", \"A2\": [9, null]}}}",
  };
  hw_arena arena;
  hw_arena_init(&arena, 0);
  for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
    hw_err err = HW_ERR_INIT;
    hw_added_allele *added = NULL;
    int32_t n = -1;
    hw_assert_ok(hwp_run_alleles_read(parameters[i], &arena, &added, &n, &err), &err);
    assert_int_equal(n, 0);
  }
  const hw_added_allele unknown = {"no marker", "9"};
  const hw_stored_case_options some = {.investigation = "main", .n_added = 1, .added = &unknown};
  hw_stored_case stored;
  begin();
  load(&some, &stored);
  assert_int_equal(stored.n_added, 1); /* that of the third father */
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
  hw_arena_clear(&arena);
}

static void families_that_the_whole_lacks_are_in_no_part(void **state) {
  (void)state;
  hw_stored_case part;
  begin();
  const int64_t families[] = {find(HW_KIND_FAMILY, "F1"), find(HW_KIND_FAMILY, "F2"),
                              find(HW_KIND_FAMILY, "F3")};
  import_text("investigations", "code,frequency_table\nother,T\n");
  set_reference(HW_KIND_FAMILY, "F2", HW_FIELD_FAMILY_INVESTIGATION,
                find(HW_KIND_INVESTIGATION, "other"));
  withdraw(HW_KIND_FAMILY, "F3");
  const hw_stored_case_options some = {
      .investigation = "main", .families = families, .n_families = 3, .without_remains = true};
  load(&some, &part);
  assert_int_equal(part.problem.n_families, 1);
  assert_true(part.family[0] == families[0]);
  hw_stored_case_clear(&part);
  hw_app_close(&app);
}

/* --- since --- */

/* Another value of a field, as somebody's own change. */
static void set(hw_kind_id kind, const char *code, int field, const char *text, double number) {
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_record row;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_assert_ok(hw_store_get(app.store, kind, find(kind, code), &arena, &row, &err), &err);
  if (text != NULL)
    hw_record_set_text(&row, field, text);
  else
    hw_record_set_real(&row, field, number);
  hw_assert_ok(hw_store_replace(app.store, &row, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_arena_clear(&arena);
}

static void write_name(void) {
  import_text("dossiers", "dossier,person,source,unit\nD1,F1-X,a list,7\n");
}
static void add_family(void) {
  import_text("families", "family,person,father,mother,sex,missing\n"
                          "F4,F4-F,,,male,\nF4,F4-X,F4-F,,male,yes\n");
  import_text("profiles", PROFILES "F4-F,F4-F,,P,\"10,11;11\",single\n");
}
static void add_profile_of_a_new_panel(void) {
  import_text("markers", "code,chromosome,type\nA3,A,str\n");
  import_text("panels", "code,kind\nQ,panel\n");
  import_text("panel_markers", "panel,rank,marker\nQ,1,A2\nQ,2,A3\n");
  import_text("profiles", PROFILES "F1-X2,F1-F,,Q,\"11;77\",single\n"); /* A3 is not in the table */
}
static void add_rare_profile(void) {
  import_text("profiles", PROFILES "R4b,,R4,P,\";8,11\",single\n");
}
static void add_known_rare_profile(void) {
  import_text("profiles", PROFILES "R4b,,R4,P,\"9,11;\",single\n");
}
static void add_marker_of_a_used_panel(void) {
  import_text("markers", "code,chromosome,type\nA3,A,str\n");
  import_text("panels", "code,kind\nQ,panel\n");
  import_text("panel_markers", "panel,rank,marker\nQ,1,A2\nQ,2,A3\n");
}
static void withdraw_plain_profile(void) {
  withdraw(HW_KIND_PROFILE, "R1");
}
static void withdraw_rare_profile(void) {
  withdraw(HW_KIND_PROFILE, "F3-F");
}
static void withdraw_consent(void) {
  set(HW_KIND_PERSON, "F2-F", HW_FIELD_PERSON_CONSENT, "withdrawn", 0);
}
static void withdraw_consent_of_rare(void) {
  set(HW_KIND_PERSON, "F3-F", HW_FIELD_PERSON_CONSENT, "withdrawn", 0);
}
static void close_plain_family(void) {
  set(HW_KIND_FAMILY, "F2", HW_FIELD_FAMILY_STATE, "closed", 0);
}
static void close_rare_family(void) {
  set(HW_KIND_FAMILY, "F3", HW_FIELD_FAMILY_STATE, "closed", 0);
}
static void give_sample_to_rare_family(void) {
  set_reference(HW_KIND_SAMPLE, "S-F1", HW_FIELD_SAMPLE_PERSON, find(HW_KIND_PERSON, "F3-F"));
}
static void give_sample_to_another(void) {
  set_reference(HW_KIND_SAMPLE, "S-F1", HW_FIELD_SAMPLE_PERSON, find(HW_KIND_PERSON, "F2-F"));
}
static void dissolve_individual(void) {
  set(HW_KIND_INDIVIDUAL, "I1", HW_FIELD_INDIVIDUAL_STATE, "dissolved", 0);
}
static void change_theta(void) {
  set(HW_KIND_INVESTIGATION, "main", HW_FIELD_INVESTIGATION_THETA, NULL, 0.01);
}
static void change_minimum(void) {
  set(HW_KIND_FREQUENCY_TABLE, "T", HW_FIELD_FREQUENCY_TABLE_MINIMUM, NULL, 0.01);
}
static void add_allele_to_the_table(void) {
  import_text("frequency", "frequency_table,marker,allele,rank,frequency\nT,A2,12,3,0\n");
}
static void add_another_table(void) {
  import_text("frequency_tables",
              "code,minimum_policy,normalisation,status\nT2,none,none,accepted\n");
  import_text("frequency_markers", "frequency_table,marker,rank,mutation_model\nT2,A1,1,none\n");
  import_text("frequency", "frequency_table,marker,allele,rank,frequency\nT2,A1,10,1,1\n");
}
static void link_markers(void) {
  import_text("linkages", "investigation,group,rank,marker,recombination\nmain,1,1,A1,0.1\n"
                          "main,1,2,A2,\n");
}
static void move_marker(void) {
  set(HW_KIND_MARKER, "A1", HW_FIELD_MARKER_POSITION_CM, NULL, 7);
}
static void add_haplotype(void) {
  import_text("haplotypes", "code,sample,line,ranges,haplotype\nH1,R4,mt,16024-16365,16126C\n");
}

typedef struct change {
  const char *name;
  void (*make)(void);
  unsigned expected;
  bool has_changed_table, has_changed_case; /* so that the cases are what they are meant to be */
} change;

static const change changes[] = {
    {"a dossier", write_name, 0, false, false},
    {"a family", add_family, HW_SINCE_CASE, false, true},
    {"a profile of a new panel", add_profile_of_a_new_panel, HW_SINCE_CASE, false, false},
    {"an allele nobody showed", add_rare_profile, HW_SINCE_CASE | HW_SINCE_TABLE, true, true},
    {"a rare allele again", add_known_rare_profile, HW_SINCE_CASE | HW_SINCE_TABLE, false, true},
    {"a new panel", add_marker_of_a_used_panel, 0, false, false},
    {"a withdrawn profile", withdraw_plain_profile, HW_SINCE_CASE, false, true},
    {"a withdrawn rare profile", withdraw_rare_profile, HW_SINCE_CASE | HW_SINCE_TABLE, true, true},
    {"consent", withdraw_consent, HW_SINCE_CASE, false, true},
    {"consent of a rare one", withdraw_consent_of_rare, HW_SINCE_CASE | HW_SINCE_TABLE, false,
     true},
    {"a closed family", close_plain_family, HW_SINCE_CASE, false, true},
    {"a closed rare family", close_rare_family, HW_SINCE_CASE | HW_SINCE_TABLE, true, true},
    {"a sample of another", give_sample_to_another, HW_SINCE_CASE, false, true},
    {"a sample of a rare one", give_sample_to_rare_family, HW_SINCE_CASE | HW_SINCE_TABLE, false,
     true},
    {"a dissolved individual", dissolve_individual, HW_SINCE_CASE, false, true},
    {"theta", change_theta, HW_SINCE_TABLE, true, true},
    {"the minimum", change_minimum, HW_SINCE_TABLE, true, true},
    {"an allele of the table", add_allele_to_the_table, HW_SINCE_TABLE, true, true},
    {"another table", add_another_table, 0, false, false},
    {"linkage", link_markers, HW_SINCE_TABLE, true, true},
    {"a marker's place", move_marker, HW_SINCE_TABLE, false, false},
    {"a haplotype", add_haplotype, HW_SINCE_LINES, false, false},
};

typedef struct digests {
  uint8_t table[HW_DIGEST_SIZE], all[HW_DIGEST_SIZE];
} digests;

static digests digest_whole(void) {
  const hw_stored_case_options all = {.investigation = "main"};
  hw_stored_case whole;
  digests out;
  load(&all, &whole);
  memcpy(out.table, whole.table_digest, HW_DIGEST_SIZE);
  hw_stored_case_digest(&whole, out.all);
  hw_stored_case_clear(&whole);
  return out;
}

static void what_can_have_changed_is_told(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    hw_err err = HW_ERR_INIT;
    hw_stored_case part;
    uint8_t hash[HW_DIGEST_SIZE];
    const int64_t nobody = 0;
    hw_stored_case_options what = {
        .investigation = "main", .families = &nobody, .without_remains = true};
    begin();
    const digests before = digest_whole();
    hw_assert_ok(hw_store_head(app.store, &what.since, hash, &err), &err);
    load(&what, &part);
    assert_int_equal(part.since, 0); /* nothing was written */
    hw_stored_case_clear(&part);
    changes[i].make();
    const digests after = digest_whole();
    load(&what, &part);
    const unsigned since = part.since;
    hw_stored_case_clear(&part);
    const bool is_same_table = memcmp(before.table, after.table, HW_DIGEST_SIZE) == 0;
    const bool is_same_case = memcmp(before.all, after.all, HW_DIGEST_SIZE) == 0;
    if (since != changes[i].expected || is_same_table == changes[i].has_changed_table ||
        is_same_case == changes[i].has_changed_case)
      fail_msg("%s: bits %u, expected %u; table %s, case %s", changes[i].name, since,
               changes[i].expected, is_same_table ? "the same" : "another",
               is_same_case ? "the same" : "another");
    hw_app_close(&app);
  }
}

static void what_is_too_much_to_look_at_can_have_changed_everything(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_stored_case part;
  uint8_t hash[HW_DIGEST_SIZE];
  const int64_t nobody = 0;
  hw_stored_case_options what = {
      .investigation = "main", .families = &nobody, .without_remains = true};
  begin();
  hw_assert_ok(hw_store_head(app.store, &what.since, hash, &err), &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  for (int i = 0; i <= 10000; i++) {
    hw_record row;
    char code[32];
    snprintf(code, sizeof code, "person-%d", i);
    hw_record_init(&row, HW_KIND_PERSON);
    hw_record_set_text(&row, HW_FIELD_PERSON_CODE, code);
    hw_record_set_text(&row, HW_FIELD_PERSON_SEX, "male");
    hw_record_set_text(&row, HW_FIELD_PERSON_ROLE, "relative");
    hw_assert_ok(hw_store_add(app.store, &row, &err), &err);
  }
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  load(&what, &part);
  assert_int_equal(part.since, HW_SINCE_CASE | HW_SINCE_TABLE | HW_SINCE_SNP | HW_SINCE_LINES);
  hw_stored_case_clear(&part);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_part_is_what_the_whole_has),
      cmocka_unit_test(a_sample_that_is_no_remains_of_the_case_is_not_in_the_part),
      cmocka_unit_test(with_the_alleles_of_others_a_part_is_compared_as_the_whole),
      cmocka_unit_test(a_list_of_alleles_that_is_none_is_not_taken),
      cmocka_unit_test(families_that_the_whole_lacks_are_in_no_part),
      cmocka_unit_test(what_can_have_changed_is_told),
      cmocka_unit_test(what_is_too_much_to_look_at_can_have_changed_everything),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
