/* SNP profiles and haplotypes read back for remains and families: which count, how several become
 * one, what other panels and corrupt texts do. All data are made up. */
#include "app/stored_snp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/snp_translate.h"
#include "app/stored_lineage.h"
#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

#define HEADER "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS\n"
static const char PANEL[] = HEADER "rs1,1,1000000,1000100,A/G,1,0.5,0.6\n"
                                   "rs2,1,2000000,2000100,C/T,2,1.5,0.5\n"
                                   "rs3,2,3000000,3000100,C/T/A,3,2,0.2/0.3/0.5\n";
/* rs3 first, rs2 under another name with its alleles exchanged, rs1 with other alleles. */
static const char OTHER[] = HEADER "rs1,2,1000000,1000100,A/C,1,0.5,0.6\n"
                                   "two,1,,2000100,T/C,2,1.5,0.5\n"
                                   "rs3,2,3000000,3000100,A/C/T,3,2,0.2/0.3/0.5\n";
static const char
    FAMILIES[] = "code,investigation\nF,main\n",
    PERSONS[] = "code,sex,role,consent\nM,male,missing,\n"
                "MOTHER,female,relative,all\n"
                "BROTHER,male,relative,withdrawn\n"
                "FATHER,male,relative,\n",
    MEMBERS[] = "family,person,is_missing,rank\nF,M,1,1\nF,MOTHER,,2\nF,BROTHER,,3\nF,FATHER,,4\n",
    PEDIGREES[] = "family,code,rank,status\nF,stated,1,stated\n",
    DESCENTS[] = "pedigree,person,father,mother,rank\nF/stated,FATHER,,,1\nF/stated,MOTHER,,,2\n"
                 "F/stated,M,FATHER,MOTHER,3\nF/stated,BROTHER,FATHER,MOTHER,4\n",
    SAMPLES[] = "code,sex,person\nB-1,male,\nB-2,unknown,\nB-3,,\nSWAB-1,,MOTHER\nSWAB-2,,MOTHER\n";

static void import(hw_app *app, const char *what, const char *text) {
  const hw_status status = app_test_import(app, what, what, text, &err);
  if (status != HW_OK) print_message("%s: %s", what, app_test_mistakes());
  hw_assert_ok(status, &err);
}

static void import_panel(hw_app *app, const char *code, const char *text) {
  const hw_import_options options = {.what = "panel", .apply = true, .snp_panel = code};
  hw_assert_ok(app_test_import_with(app, &options, "panel.csv", text, &err), &err);
}

static void make_case(hw_app *app) {
  app_test_new(app);
  import_panel(app, "small", PANEL);
  import(app, "family", FAMILIES);
  import(app, "persons", PERSONS);
  import(app, "family_members", MEMBERS);
  import(app, "pedigrees", PEDIGREES);
  import(app, "descents", DESCENTS);
  import(app, "samples", SAMPLES);
}

static void load_case(hw_app *app, hw_stored_case *out) {
  const hw_stored_case_options what = {.without_markers = true};
  hw_assert_ok(hw_stored_case_load(app, &what, out, &err), &err);
}

static int32_t find_remains(const hw_stored_case *stored, const char *name) {
  for (int32_t r = 0; r < stored->problem.n_remains; r++)
    if (strcmp(stored->problem.remains[r].id, name) == 0) return r;
  fail_msg("no remains %s", name);
  return -1;
}

static void assert_bytes(const hw_stored_snp *snp, const uint8_t *bytes, const char *expected) {
  assert_non_null(bytes);
  char *text = hw_snp_format(snp->panel, bytes);
  assert_non_null(text);
  assert_string_equal(text, expected);
  free(text);
}

static bool has_note(const char *const *notes, int n, const char *part) {
  for (int i = 0; i < n; i++)
    if (strstr(notes[i], part) != NULL) return true;
  return false;
}

/* --- who is compared --- */

static void a_case_without_markers_has_all_samples_and_pedigrees(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  make_case(&app);
  load_case(&app, &stored);
  assert_int_equal(stored.problem.n_markers, 0);
  assert_int_equal(stored.problem.n_remains, 3); /* swabs are a person's */
  assert_int_equal(stored.problem.n_families, 1);
  assert_int_equal(stored.problem.families[0].pedigree.n_persons, 4);
  assert_int_equal(stored.problem.families[0].n_missing, 1);
  assert_int_equal(stored.problem.families[0].n_profiles, 0);
  for (int32_t r = 0; r < 3; r++) {
    assert_int_equal(stored.remains_n_samples[r], 1);
    assert_int_equal(stored.remains_samples[r][0], stored.remains_sample[r]);
  }
  hw_stored_case_clear(&stored);
  /* With markers, untyped remains come where they are asked for. */
  hw_stored_case_options what = {.untyped_remains = true};
  import(&app, "frequencies", "locus,allele,freq\nD3S1358,14,0.5\nD3S1358,15,0.5\n");
  hw_assert_ok(hw_stored_case_load(&app, &what, &stored, &err), &err);
  assert_int_equal(stored.problem.n_remains, 3);
  assert_int_equal(stored.problem.remains[0].profile.n_markers, 1);
  assert_int_equal(stored.problem.remains[0].profile.observations[0].kind, HW_OBS_MISSING);
  hw_stored_case_clear(&stored);
  what.untyped_remains = false;
  hw_assert_ok(hw_stored_case_load(&app, &what, &stored, &err), &err);
  assert_int_equal(stored.problem.n_remains, 0);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* --- SNP --- */

static void profiles_come_back_where_they_belong(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_stored_snp snp;
  make_case(&app);
  import(&app, "snp_profiles",
         "code,person,sample,snp_panel,likelihoods,n_known,use\n"
         "b1,,B-1,small,0010ff.0000ffffffff,2,single\n"
         "r,,B-2,small,0010ff..,1,replicate\n"
         "m,MOTHER,,small,.ff00ff.,1,single\n"
         "bro,BROTHER,,small,.ff00ff.,1,single\n");
  load_case(&app, &stored);
  hw_assert_ok(hw_stored_snp_load(&app, &stored, NULL, &snp, &err), &err);
  assert_string_equal(snp.panel_code, "small");
  assert_int_equal(snp.population, 0);
  assert_int_equal(snp.n_typed_remains, 1);
  const int32_t b1 = find_remains(&stored, "B-1"), b2 = find_remains(&stored, "B-2");
  assert_bytes(&snp, snp.remains[b1].bytes, "0010ff.0000ffffffff");
  assert_int_equal(snp.remains[b1].sex, HW_MALE);
  assert_null(snp.remains[b2].bytes); /* a replicate never counts */
  assert_int_equal(snp.remains_record[b2], 0);
  assert_int_equal(snp.n_families, 1);
  assert_int_equal(snp.families[0].n_profiles, 1); /* the brother takes his consent back */
  const int32_t who = snp.families[0].person[0];
  assert_string_equal(stored.problem.families[0].pedigree.persons[who].id, "MOTHER");
  assert_int_equal(snp.families[0].profiles[0].sex, HW_FEMALE);
  assert_true(has_note(snp.notes, snp.n_notes, "BROTHER: the SNP profile is not used"));
  /* Digests: the same again, another one for another panel's population or bone. */
  hw_stored_snp again;
  hw_assert_ok(hw_stored_snp_load(&app, &stored, NULL, &again, &err), &err);
  assert_memory_equal(snp.panel_digest, again.panel_digest, HW_DIGEST_SIZE);
  assert_memory_equal(snp.remains_digest[b1], again.remains_digest[b1], HW_DIGEST_SIZE);
  assert_memory_equal(snp.family_digest[0], again.family_digest[0], HW_DIGEST_SIZE);
  assert_memory_not_equal(snp.remains_digest[b1], snp.remains_digest[b2], HW_DIGEST_SIZE);
  hw_stored_snp_clear(&again);
  hw_stored_snp_clear(&snp);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

static void several_profiles_of_one_person_become_one(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_stored_snp snp;
  make_case(&app);
  import(&app, "snp_profiles",
         "code,person,sample,snp_panel,likelihoods,n_known,use\n"
         "a,MOTHER,SWAB-1,small,0010ff..,1,single\n"
         "b,MOTHER,SWAB-1,small,0010ff2000ff.,2,single\n" /* the same swab, more */
         "c,,SWAB-2,small,3000ff0020ff.,2,single\n"       /* another one: multiplied */
         "p,,B-1,small,00ffff00ffff.,2,single\n"
         "q,,B-1,small,00ffff..,1,consensus\n");
  load_case(&app, &stored);
  hw_assert_ok(hw_stored_snp_load(&app, &stored, NULL, &snp, &err), &err);
  assert_int_equal(snp.families[0].n_profiles, 1);
  /* 00+30, 10+00, ff+ff less the least, 10; 20+00, 00+20, ff+ff less 20. */
  assert_bytes(&snp, snp.families[0].profiles[0].bytes, "2000ff0000ff.");
  assert_true(has_note(snp.notes, snp.n_notes, "MOTHER: profile a is not used, for b"));
  assert_bytes(&snp, snp.remains[find_remains(&stored, "B-1")].bytes, "00ffff..");
  hw_stored_snp_clear(&snp);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

static void profiles_that_contradict_each_other_do_not_count(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_stored_snp snp;
  make_case(&app);
  import(&app, "snp_profiles",
         "code,person,sample,snp_panel,likelihoods,n_known,use\n"
         "a,,SWAB-1,small,00ffff00ffff.,2,single\n"
         "b,,SWAB-2,small,00ffffffff00.,2,single\n");
  load_case(&app, &stored);
  hw_assert_ok(hw_stored_snp_load(&app, &stored, NULL, &snp, &err), &err);
  assert_int_equal(snp.families[0].n_profiles, 0);
  assert_true(has_note(snp.notes, snp.n_notes, "SNP profiles a and b contradict each other"));
  hw_stored_snp_clear(&snp);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

static void profiles_of_another_panel_are_carried_over(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_stored_snp snp;
  make_case(&app);
  import_panel(&app, "other", OTHER);
  /* By other's order: two T/C, then rs1 and rs3 of chromosome 2. */
  import(&app, "snp_profiles",
         "code,sample,snp_panel,likelihoods,n_known,use\n"
         "b1,B-1,other,001020003040000203040506,3,single\n");
  load_case(&app, &stored);
  hw_assert_ok(hw_stored_snp_load(&app, &stored, NULL, &snp, &err), &err);
  assert_bytes(&snp, snp.remains[find_remains(&stored, "B-1")].bytes, ".201000030506020400");
  assert_true(has_note(snp.notes, snp.n_notes, "2 of its 3 markers are in 'small'"));
  hw_panel *other = NULL;
  hw_assert_ok(hw_panel_parse(OTHER, sizeof OTHER - 1, "other", &other, &err), &err);
  assert_string_equal(other->markers[0].name, "two");
  assert_string_equal(other->markers[2].name, "rs3");
  hw_panel_delete(other);
  hw_stored_snp_clear(&snp);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* Every genotype of every marker, found the long way. */
static void translation_agrees_with_looking_up_alleles(void **state) {
  (void)state;
  hw_panel *from = NULL, *to = NULL;
  hwp_snp_translation translation;
  hw_random random;
  hw_assert_ok(hw_panel_parse(OTHER, sizeof OTHER - 1, "other", &from, &err), &err);
  hw_assert_ok(hw_panel_parse(PANEL, sizeof PANEL - 1, "small", &to, &err), &err);
  hw_assert_ok(hwp_snp_translation_init(&translation, from, to, &err), &err);
  assert_int_equal(translation.n_common, 2); /* rs1 is another marker there */
  hw_random_init(&random, 5);
  for (int round = 0; round < 50; round++) {
    uint8_t in[64], out[64];
    for (int i = 0; i < from->first_genotype[from->n_markers]; i++)
      in[i] = (uint8_t)(hw_random_u64(&random) & 0xFF);
    hwp_snp_translate(&translation, in, out);
    for (int32_t m = 0; m < to->n_markers; m++) {
      const hw_panel_marker *marker = &to->markers[m];
      const char *name = strcmp(marker->name, "rs2") == 0 ? "two" : marker->name;
      const int32_t f = hw_panel_find(from, name);
      const uint8_t *given = in + from->first_genotype[f], *made = out + to->first_genotype[m];
      for (int32_t b = 0; b < marker->n_alleles; b++)
        for (int32_t a = 0; a <= b; a++) {
          uint8_t expected = 0;
          for (int32_t y = 0; y < from->markers[f].n_alleles; y++)
            for (int32_t x = 0; x <= y && strcmp(name, "rs1") != 0; x++) {
              const char *p = from->markers[f].alleles[x], *q = from->markers[f].alleles[y];
              const bool is_same =
                  (strcmp(p, marker->alleles[a]) == 0 && strcmp(q, marker->alleles[b]) == 0) ||
                  (strcmp(q, marker->alleles[a]) == 0 && strcmp(p, marker->alleles[b]) == 0);
              if (is_same) expected = given[y * (y + 1) / 2 + x];
            }
          assert_int_equal(made[b * (b + 1) / 2 + a], expected);
        }
    }
  }
  hwp_snp_translation_clear(&translation);
  hw_panel_delete(from);
  hw_panel_delete(to);
}

static void what_is_not_named_is_told_with_the_remedy(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_stored_snp snp;
  app_test_new(&app);
  load_case(&app, &stored);
  hw_assert_status(hw_stored_snp_load(&app, &stored, NULL, &snp, &err), HW_E_REFERENCE, &err);
  hw_assert_contains(err.message, "has no SNP panel (the database holds 0)");
  hw_stored_snp_clear(&snp);
  static const char TWO[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS,YRI\n"
                            "rs1,1,1000000,1000100,A/G,1,0.5,0.6,0.5\n";
  import_panel(&app, "two", TWO);
  hw_stored_case_clear(&stored);
  load_case(&app, &stored);
  hw_assert_status(hw_stored_snp_load(&app, &stored, NULL, &snp, &err), HW_E_REFERENCE, &err);
  hw_assert_contains(err.message, "has 2 populations: say whose frequencies are used");
  hw_stored_snp_clear(&snp);
  hw_stored_snp_options options = {.population = "CEU"};
  hw_assert_status(hw_stored_snp_load(&app, &stored, &options, &snp, &err), HW_E_REFERENCE, &err);
  hw_assert_contains(err.message, "has no population \"CEU\"");
  hw_stored_snp_clear(&snp);
  options.population = "YRI";
  hw_assert_ok(hw_stored_snp_load(&app, &stored, &options, &snp, &err), &err);
  assert_int_equal(snp.population, 1);
  hw_stored_snp_clear(&snp);
  options.panel = "none";
  hw_assert_status(hw_stored_snp_load(&app, &stored, &options, &snp, &err), HW_E_REFERENCE, &err);
  hw_stored_snp_clear(&snp);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* A record as only something else than an importer could write it. */
static void write_corrupt(hw_app *app, bool is_snp) {
  hw_record record;
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_record_init(&record, is_snp ? HW_KIND_SNP_PROFILE : HW_KIND_HAPLOTYPE);
  hw_record_set_text(&record, 0, "bad");
  if (is_snp) {
    hw_record_set_int(&record, HW_FIELD_SNP_PROFILE_PANEL, 1);
    hw_record_set_int(&record, HW_FIELD_SNP_PROFILE_SAMPLE, 1);
    hw_record_set_text(&record, HW_FIELD_SNP_PROFILE_LIKELIHOODS, "00ffzz..");
    hw_record_set_int(&record, HW_FIELD_SNP_PROFILE_KNOWN, 0);
    hw_record_set_text(&record, HW_FIELD_SNP_PROFILE_USE, "single");
  } else {
    hw_record_set_text(&record, HW_FIELD_HAPLOTYPE_LINE, "mt");
    hw_record_set_int(&record, HW_FIELD_HAPLOTYPE_SAMPLE, 1);
    hw_record_set_text(&record, HW_FIELD_HAPLOTYPE_HAPLOTYPE, "263Q");
  }
  hw_assert_ok(hw_store_add(app->store, &record, &err), &err);
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
}

static void corrupt_texts_are_damage_and_told_with_their_record(void **state) {
  (void)state;
  for (int is_snp = 0; is_snp < 2; is_snp++) {
    hw_app app;
    hw_stored_case stored;
    hw_stored_snp snp;
    hw_stored_lineage lineage;
    make_case(&app);
    write_corrupt(&app, is_snp);
    load_case(&app, &stored);
    if (is_snp) {
      hw_assert_status(hw_stored_snp_load(&app, &stored, NULL, &snp, &err), HW_E_DAMAGED, &err);
      hw_stored_snp_clear(&snp);
    } else {
      hw_assert_status(hw_stored_lineage_load(&app, &stored, &lineage, &err), HW_E_DAMAGED, &err);
      hw_stored_lineage_clear(&lineage);
    }
    hw_assert_contains(err.message, "'bad'");
    hw_assert_contains(err.message, "homeward check");
    hw_stored_case_clear(&stored);
    hw_app_close(&app);
  }
}

/* --- lines --- */

static void haplotypes_come_back_where_they_belong(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_stored_lineage lineage;
  make_case(&app);
  import(&app, "mtdna",
         "profile,sample,person,ranges,haplotype\n"
         "h1,B-1,,16024-576,263G 315.1C\nh2,B-2,,73-340,263G\nh3,,MOTHER,16024-16365,rCRS\n"
         "h4,SWAB-1,MOTHER,16024-576,263G\nh5,,BROTHER,16024-576,263G\n"
         "x1,B-3,,16024-16365,rCRS\nx2,B-3,,16024-16365,16126C 16189C 16223T\n");
  import(&app, "ystr", "profile,sample,person,DYS19,DYS385\ny1,B-1,,14,11-14\ny2,,M,14,\n");
  const hw_import_options options = {.what = "mtdna", .apply = true, .table = "db"};
  hw_assert_ok(app_test_import_with(&app, &options, "db.csv",
                                    "ranges,haplotype,count\n16024-576,263G,7\n", &err),
               &err);
  load_case(&app, &stored);
  hw_assert_ok(hw_stored_lineage_load(&app, &stored, &lineage, &err), &err);
  const hw_stored_lines *b1 = &lineage.remains[find_remains(&stored, "B-1")];
  assert_non_null(b1->mt);
  assert_int_equal(b1->mt->n_differences, 2);
  assert_int_equal(b1->y->n_markers, 2);
  assert_int_equal(b1->y->markers[1].alleles[1], 140);
  assert_null(lineage.remains[find_remains(&stored, "B-3")].mt);
  assert_true(has_note(lineage.notes, lineage.n_notes, "haplotypes x1 and x2 contradict"));
  const hw_pedigree *pedigree = &stored.problem.families[0].pedigree;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_stored_lines *lines = &lineage.persons[0][i];
    if (strcmp(pedigree->persons[i].id, "MOTHER") == 0) {
      assert_int_equal(lines->mt->n_differences, 1); /* the swab covers more */
      assert_null(lines->y);
    } else if (strcmp(pedigree->persons[i].id, "M") == 0) {
      assert_non_null(lines->y);
    } else {
      assert_null(lines->mt); /* the brother takes his consent back */
    }
  }
  assert_true(has_note(lineage.notes, lineage.n_notes, "haplotype h3 is not used, for h4"));
  assert_true(has_note(lineage.notes, lineage.n_notes, "BROTHER: the haplotypes are not used"));
  assert_int_equal(lineage.mt_table.n_persons, 7);
  assert_int_equal(lineage.y_table_record, 0);
  assert_int_equal(lineage.n_mt, 3);
  assert_int_equal(lineage.n_y, 2);
  hw_stored_lineage_clear(&lineage);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  make_case(&app);
  import(&app, "snp_profiles",
         "code,sample,snp_panel,likelihoods,n_known,use\nb1,B-1,small,0010ff..,1,single\n");
  import(&app, "mtdna", "sample,ranges,haplotype\nB-1,16024-576,263G\n");
  load_case(&app, &stored);
  for (int what = 0; what < 2; what++)
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_stored_snp snp = {0};
      hw_stored_lineage lineage = {0};
      const hw_status status = what == 0 ? hw_stored_snp_load(&app, &stored, NULL, &snp, &err)
                                         : hw_stored_lineage_load(&app, &stored, &lineage, &err);
      const bool failed = hw_faults_end();
      hw_stored_snp_clear(&snp);
      hw_stored_lineage_clear(&lineage);
      if (status != HW_OK) assert_true(failed);
      if (!failed) break;
    }
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_case_without_markers_has_all_samples_and_pedigrees),
      cmocka_unit_test(profiles_come_back_where_they_belong),
      cmocka_unit_test(several_profiles_of_one_person_become_one),
      cmocka_unit_test(profiles_that_contradict_each_other_do_not_count),
      cmocka_unit_test(profiles_of_another_panel_are_carried_over),
      cmocka_unit_test(translation_agrees_with_looking_up_alleles),
      cmocka_unit_test(what_is_not_named_is_told_with_the_remedy),
      cmocka_unit_test(corrupt_texts_are_damage_and_told_with_their_record),
      cmocka_unit_test(haplotypes_come_back_where_they_belong),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
