/* Which profiles, alleles, families count when an investigation is loaded, and what is told of the
 * others. All data are synthetic. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/stored_case.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_app app;
static hw_stored_case stored;
static int n_files;

static hw_status import_status(const char *what, const char *text, hw_err *err) {
  char name[64];
  snprintf(name, sizeof name, "%s-%d.csv", what, n_files++);
  return app_test_import(&app, what, name, text, err);
}

static void import_text(const char *what, const char *text) {
  hw_err err = HW_ERR_INIT;
  hw_status status = import_status(what, text, &err);
  if (status != HW_OK) print_message("# %s: %s\n", what, app_test_mistakes());
  hw_assert_ok(status, &err);
}

#define PROFILES "code,person,sample,panel,observations,use\n"

/* Two autosomal markers and one on X; a family with father, mother and a missing son. */
static void begin(void) {
  app_test_new(&app);
  import_text("markers",
              "code,chromosome,type\nA1,A,str\nA2,A,str\nX1,X,str\nAMEL,,sex\nN1,,str\n");
  import_text("frequency_tables",
              "code,minimum_policy,minimum,normalisation,status\nT,none,,none,accepted\n");
  import_text("frequency_markers",
              "frequency_table,marker,rank,mutation_model,rate_female,rate_male\n"
              "T,A1,1,equal,0.001,0.002\nT,A2,2,none,,\nT,X1,3,none,,\n");
  import_text("frequency", "frequency_table,marker,allele,rank,frequency\n"
                           "T,A1,10,1,0.25\nT,A1,11,2,0.25\nT,A1,12,3,0.5\n"
                           "T,A2,10,1,0.25\nT,A2,11,2,0.75\nT,X1,10,1,0.5\nT,X1,11,2,0.5\n");
  import_text("investigations", "code,frequency_table,theta\nstudy,T,0.02\n");
  import_text("panels", "code,kind\nP,panel\n");
  import_text("panel_markers", "panel,rank,marker\nP,1,AMEL\nP,2,A1\nP,3,A2\nP,4,X1\nP,5,N1\n");
  import_text("persons", "code,sex,role\nF,male,relative\nM,female,relative\nX,male,missing\n");
  import_text("family", "code,investigation,state,label\nFam,study,open,The family\n");
  import_text("family_members",
              "family,person,is_missing,rank,label\nFam,F,,1,father\nFam,M,,2,mother\n"
              "Fam,X,1,3,son\n");
  import_text("pedigrees", "family,code,rank,status\nFam,stated,1,stated\n");
  import_text("descents", "pedigree.family,pedigree.code,person,father,mother,rank\n"
                          "Fam,stated,X,F,M,3\nFam,stated,F,,,1\n");
  import_text("samples", "code,investigation,sex\nR,study,male\n");
}

static void load(void) {
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options what = {.investigation = "study"};
  hw_assert_ok(hw_stored_case_load(&app, &what, &stored, &err), &err);
}

static void end(void) {
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* The notes, one a line. */
static const char *notes(void) {
  static char text[4000];
  text[0] = '\0';
  for (int i = 0; i < stored.n_notes; i++) {
    size_t n = strlen(text);
    snprintf(text + n, sizeof text - n, "%s\n", stored.notes[i]);
  }
  return text;
}

/* "10/12 10/? - X:11 {10 11}" */
static const char *show(const hw_profile *profile) {
  static char text[400];
  size_t n = 0;
  text[0] = '\0';
  for (int32_t m = 0; m < profile->n_markers; m++) {
    const hw_observation *o = &profile->observations[m];
    const char *const *names = stored.problem.markers[m].allele_names;
    const char *between = m > 0 ? " " : "";
    size_t left = sizeof text - n;
    if (o->kind == HW_OBS_MISSING)
      n += (size_t)snprintf(text + n, left, "%s-", between);
    else if (o->kind == HW_OBS_SINGLE)
      n += (size_t)snprintf(text + n, left, "%sX:%s", between, names[o->a]);
    else if (o->kind == HW_OBS_SET)
      n += (size_t)snprintf(text + n, left, "%s{%d}", between, (int)o->n_seen);
    else
      n += (size_t)snprintf(text + n, left, "%s%s/%s", between, names[o->a],
                            o->b == HW_ALLELE_NONE ? "?" : names[o->b]);
  }
  return text;
}

static void an_investigation_becomes_a_case(void **state) {
  (void)state;
  begin();
  import_text("profiles", PROFILES "F,F,,P,\"X,Y;10,11;10;11,-;7,8\",single\n"
                                   "R,,R,P,\"X,Y;12,?;;10,-;\",single\n");
  load();
  const hw_case *c = &stored.problem;
  assert_string_equal(c->id, "study");
  hw_assert_same_bits(c->theta, 0.02);
  assert_int_equal(c->n_markers, 3);
  assert_true(hw_marker_is_x(&c->markers[2]));
  assert_non_null(c->markers[0].matrix[0]);
  assert_null(c->markers[1].matrix[0]);
  assert_int_equal(c->n_families, 1);
  assert_string_equal(c->families[0].name, "The family");
  const hw_pedigree *pedigree = &c->families[0].pedigree;
  assert_int_equal(pedigree->n_persons, 3);
  assert_string_equal(pedigree->persons[0].id, "father"); /* in the order of descent */
  assert_string_equal(pedigree->persons[1].id, "son");
  assert_string_equal(pedigree->persons[2].id, "mother"); /* a parent without a row */
  assert_int_equal(pedigree->persons[1].father, 0);
  assert_int_equal(pedigree->persons[1].mother, 2);
  assert_int_equal(c->families[0].n_missing, 1);
  assert_int_equal(c->families[0].missing[0], 1);
  assert_string_equal(show(&c->families[0].profiles[0]), "10/11 10/10 X:11");
  assert_string_equal(c->families[0].profiles[0].id, "father");
  assert_int_equal(c->n_remains, 1);
  assert_string_equal(c->remains[0].id, "R");
  assert_int_equal(c->remains[0].sex, HW_MALE);
  assert_string_equal(show(&c->remains[0].profile), "12/? - X:10");
  assert_string_equal(notes(),
                      "1 typed marker is not in frequency table 'T' and not compared: N1\n");
  end();
}

static void what_is_no_genotype_is_left_out(void **state) {
  (void)state;
  begin();
  import_text("samples", "code,investigation\nU,study\n");
  import_text("profiles", PROFILES "F,F,,P,\";10,11,12;10,-;10,11;\",single\n"
                                   "M,M,,P,\";{10,11};10,11;10,-;\",single\n"
                                   "R,,R,P,\";10;10,11;11;\",single\n"
                                   "U,,U,P,\";10;10,11;11,-;\",single\n");
  load();
  const hw_family *family = &stored.problem.families[0];
  assert_string_equal(show(&family->profiles[0]), "- - -");
  assert_string_equal(show(&family->profiles[1]), "- 10/11 -");
  assert_string_equal(show(&stored.problem.remains[0].profile), "10/10 10/11 X:11");
  assert_string_equal(show(&stored.problem.remains[1].profile), "10/10 10/11 -");
  assert_string_equal(
      notes(),
      "profile F: 1 marker not used: more than two alleles\n"
      "profile F: 1 marker not used: one allele where two are expected\n"
      "profile F: 1 marker not used: an X marker whose alleles the known sex does not explain\n"
      "profile M: 1 marker not used: one allele where two are expected\n"
      "profile M: 1 marker not used: a set of alleles without a stated dropout probability\n"
      "profile U: 1 marker not used: an X marker whose alleles the known sex does not explain\n"
      "1 typed marker is not in frequency table 'T' and not compared: N1\n");
  end();
}

static void under_dropout_everything_is_a_set(void **state) {
  (void)state;
  begin();
  import_text("profiles", "code,person,sample,panel,observations,use,dropout,drop_in\n"
                          "F,F,,P,\";10,11;10,-;{};\",single,0.1,0.05\n"
                          "R,,R,P,\";10;{10,11};10,-;\",single,0.2,\n"
                          "R2,,R,P,\";10,11,12;10,?;10,-;\",replicate,0.2,\n");
  load();
  const hw_profile *reference = &stored.problem.families[0].profiles[0];
  assert_true(reference->has_dropout);
  hw_assert_same_bits(reference->dropout, 0.1);
  hw_assert_same_bits(reference->drop_in, 0.05);
  assert_string_equal(show(reference), "{2} {1} {0}");
  assert_string_equal(show(&stored.problem.remains[0].profile), "{1} {2} {1}");
  hw_assert_same_bits(stored.problem.remains[0].profile.drop_in, 0);
  end();
}

/* --- several profiles --- */

static void profiles_that_agree_are_joined(void **state) {
  (void)state;
  begin();
  import_text("profiles",
              PROFILES "F1,F,,P,\";10,11;;10,-;\",single\nF2,F,,P,\";10,?;11;;\",single\n"
                       "M1,M,,P,\";10,?;;;\",single\nM2,M,,P,\";12,?;;;\",single\n");
  load();
  const hw_family *family = &stored.problem.families[0];
  assert_string_equal(show(&family->profiles[0]), "10/11 11/11 X:10");
  assert_string_equal(show(&family->profiles[1]), "10/12 - -");
  assert_int_equal(family->n_profiles, 2);
  end();
}

static void profiles_that_contradict_each_other_do_not_count(void **state) {
  (void)state;
  begin();
  import_text("profiles", PROFILES "F1,F,,P,\";10,11;;;\",single\nF2,F,,P,\";10,12;;;\",single\n"
                                   "R1,,R,P,\";10,11;;;\",single\nR2,,R,P,\";;10,11;;\",single\n");
  load();
  assert_int_equal(stored.problem.families[0].n_profiles, 0);
  assert_string_equal(show(&stored.problem.remains[0].profile), "10/11 10/11 -");
  assert_int_equal(stored.remains_profile[0], 3);
  assert_string_equal(
      notes(),
      "person F: profiles F1 and F2 contradict each other at A1: none of them counts (withdraw the "
      "wrong one)\n"
      "1 family has no typed reference: nothing can be said about whom they miss\n"
      "1 typed marker is not in frequency table 'T' and not compared: N1\n");
  end();
}

static void a_consensus_goes_before_everything(void **state) {
  (void)state;
  begin();
  import_text("profiles",
              PROFILES "F1,F,,P,\";10,11;;;\",replicate\nF2,F,,P,\";10,12;;;\",replicate\n"
                       "F3,F,,P,\";11,12;;;\",single\nF4,F,,P,\";10,?;;;\",consensus\n"
                       "M1,M,,P,\";10,11;;;\",replicate\n");
  load();
  const hw_family *family = &stored.problem.families[0];
  assert_int_equal(family->n_profiles, 1);
  assert_string_equal(show(&family->profiles[0]), "10/? - -");
  hw_assert_contains(notes(), "person M has replicates without a consensus, which do not count: "
                              "import them with --consensus\n");
  end();
}

static void withdrawn_records_do_not_count(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  int64_t id = 0;
  begin();
  import_text("profiles", PROFILES "F1,F,,P,\";10,11;;;\",single\nF2,F,,P,\";10,12;;;\",single\n");
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_assert_ok(hw_store_find_code(app.store, HW_KIND_PROFILE, "F1", &id, &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_PROFILE, id, "exchanged", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  load();
  assert_string_equal(show(&stored.problem.families[0].profiles[0]), "10/12 - -");
  assert_int_equal(stored.newest_entry, stored.head);
  end();
}

static void who_did_not_consent_is_not_used(void **state) {
  (void)state;
  begin();
  import_text("persons", "code,sex,role,consent\nC,female,relative,withdrawn\n");
  import_text("family_members", "family,person,rank\nFam,C,4\n");
  import_text("descents", "pedigree.family,pedigree.code,person,father,mother,rank\n"
                          "Fam,stated,C,F,M,4\n");
  import_text("profiles", PROFILES "C,C,,P,\";10,11;;;\",single\nF,F,,P,\";10,11;;;\",single\n");
  load();
  assert_int_equal(stored.problem.families[0].n_profiles, 1);
  hw_assert_contains(notes(), "person C: the profile is not used (no consent to identification)\n");
  end();
}

/* --- alleles that the table lacks --- */

static void an_unknown_allele_is_refused_with_the_remedy(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  char text[1000];
  begin();
  import_text("profiles", PROFILES "R,,R,P,\";10,17;10,17;;\",single\n");
  hw_stored_case_options what = {.investigation = "study"};
  hw_assert_status(hw_stored_case_load(&app, &what, &stored, &err), HW_E_VALUE, &err);
  assert_string_equal(
      hw_err_text(&err, text, sizeof text),
      "profile 'R', marker 'A1': allele \"17\" is not in frequency table 'T': add it to the table, "
      "or give the table a minimum policy (five-over-2n with n, or stated), while reading the "
      "profiles (2 observations with such alleles)");
  end();
}

static void a_minimum_policy_adds_alleles(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  begin();
  hw_import_options options = {.what = "frequency_tables", .apply = true, .update = true};
  hw_assert_ok(app_test_import_with(&app, &options, "policy.csv",
                                    "code,minimum_policy,minimum,normalisation,status\n"
                                    "T,stated,0.25,none,accepted\n",
                                    &err),
               &err);
  import_text("profiles", PROFILES "F,F,,P,\";9.3,17;10;;\",single\n"
                                   "R,,R,P,\";8,10;;10,-;\",single\n");
  load();
  const hw_marker *marker = &stored.problem.markers[0];
  assert_int_equal(marker->n_alleles, 6);
  assert_string_equal(marker->allele_names[3], "8"); /* in their order, whoever was read first */
  assert_string_equal(marker->allele_names[4], "9.3");
  assert_string_equal(marker->allele_names[5], "17");
  hw_assert_close(marker->frequencies[5], 0.25 / 1.75, 1e-15, 0);
  hw_assert_close(marker->frequencies[2], 0.5 / 1.75, 1e-15, 0);
  assert_non_null(marker->matrix[0]);
  assert_int_equal(stored.problem.markers[1].n_alleles, 2);
  assert_string_equal(show(&stored.problem.families[0].profiles[0]), "9.3/17 10/10 -");
  assert_string_equal(show(&stored.problem.remains[0].profile), "10/8 - X:10");
  hw_assert_contains(notes(), "marker A1: allele 9.3 is not in frequency table 'T' and gets the "
                              "minimum frequency 0.25\n");
  end();
}

/* --- families --- */

static void families_that_cannot_be_computed_are_told(void **state) {
  (void)state;
  begin();
  import_text("persons", "code,sex,role\nA,male,relative\nB,male,missing\nC,male,missing\n"
                         "D,female,missing\nE,female,missing\n");
  import_text("family", "code,investigation,state\nF-closed,study,closed\nF-none,study,open\n"
                        "F-nobody,study,open\nF-cycle,study,open\n");
  import_text("family_members",
              "family,person,is_missing\nF-closed,B,1\nF-none,C,1\nF-nobody,A,\nF-cycle,D,1\n"
              "F-cycle,E,1\n");
  import_text("pedigrees", "family,code,rank,status\nF-closed,p,1,stated\nF-none,p,1,alternative\n"
                           "F-nobody,p,1,stated\nF-cycle,p,1,stated\n");
  import_text("descents", "pedigree.family,pedigree.code,person,father,mother,rank\n"
                          "F-cycle,p,D,,E,1\nF-cycle,p,E,,D,2\n");
  import_text("profiles", PROFILES "F,F,,P,\";10,11;;;\",single\n");
  load();
  assert_int_equal(stored.problem.n_families, 1);
  hw_assert_contains(notes(), "family F-cycle is left out: ");
  hw_assert_contains(notes(),
                     "1 closed family is left out\n1 family misses nobody and is left out\n"
                     "1 family has no stated pedigree and is left out\n");
  hw_stored_case_clear(&stored);
  const struct {
    const char *family;
    hw_status status;
    const char *message;
  } asked[] = {{"F-closed", HW_E_SHAPE, "family 'F-closed' is closed"},
               {"F-nobody", HW_E_SHAPE, "family 'F-nobody' misses nobody"},
               {"F-none", HW_E_SHAPE, "family 'F-none' has no stated pedigree"},
               {"F-other", HW_E_REFERENCE, "there is no family 'F-other'"}};
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
    hw_err err = HW_ERR_INIT;
    hw_stored_case_options what = {.family = asked[i].family};
    hw_assert_status(hw_stored_case_load(&app, &what, &stored, &err), asked[i].status, &err);
    assert_string_equal(err.message, asked[i].message);
    hw_stored_case_clear(&stored);
  }
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options what = {.family = "F-cycle"};
  hw_assert_status(hw_stored_case_load(&app, &what, &stored, &err), HW_E_PEDIGREE, &err);
  end();
}

static void identical_persons_are_one(void **state) {
  (void)state;
  begin();
  import_text("persons", "code,sex,role\nT,unknown,relative\nBrush,unknown,other\n");
  import_text("family_members", "family,person,rank\nFam,T,4\nFam,Brush,5\n");
  import_text("descents", "pedigree.family,pedigree.code,person,father,mother,rank\n"
                          "Fam,stated,T,,,4\n");
  import_text("pedigree_identities", "pedigree.family,pedigree.code,person,other,kind\n"
                                     "Fam,stated,T,F,twins\nFam,stated,Brush,X,same\n");
  import_text("profiles",
              PROFILES "T,T,,P,\";10,11;;;\",single\nB,Brush,,P,\";10,12;;;\",single\n");
  load();
  const hw_family *family = &stored.problem.families[0];
  assert_int_equal(family->pedigree.n_persons, 4);
  assert_string_equal(family->pedigree.persons[2].id, "T");
  assert_int_equal(family->pedigree.persons[2].twin, 0);
  assert_int_equal(family->pedigree.persons[2].sex, HW_MALE); /* as the twin's */
  assert_string_equal(family->profiles[1].id, "Brush");
  assert_string_equal(family->pedigree.persons[family->profile_person[1]].id, "son");
  end();
}

static void names_that_stand_twice_give_way_to_codes(void **state) {
  (void)state;
  begin();
  import_text("persons", "code,sex,role\nX2,male,missing\n");
  import_text("family", "code,investigation,state,label\nFam2,study,open,The family\n");
  import_text("family_members", "family,person,is_missing,label\nFam2,X2,1,son\n");
  import_text("pedigrees", "family,code,rank,status\nFam2,stated,1,stated\n");
  import_text("samples", "code,investigation,label\nR2,study,R\n");
  import_text("profiles", PROFILES "R,,R,P,\";10,11;;;\",single\nR2,,R2,P,\";10,11;;;\",single\n");
  load();
  assert_string_equal(stored.problem.families[0].name, "Fam");
  assert_string_equal(stored.problem.families[1].name, "Fam2");
  /* R2 is labelled R, which is the code of another: codes for both */
  assert_string_equal(stored.problem.remains[0].id, "R");
  assert_string_equal(stored.problem.remains[1].id, "R2");
  hw_assert_contains(notes(), "family Fam2: X2 stands nowhere in the pedigree 'stated' and counts "
                              "as unrelated\n");
  end();
}

/* The sex of remains is the sample's, the specimen's, or that of the sample it was made from. */
static void sex_comes_from_sample_or_specimen(void **state) {
  (void)state;
  begin();
  import_text("specimens", "code,element,sex\nBone,femur,female\n");
  import_text("samples", "code,investigation,specimen,parent,sex\nS1,study,Bone,,\n"
                         "S2,study,,S1,unknown\nS3,study,Bone,,male\n");
  import_text("profiles", PROFILES "S1,,S1,P,\";10,11;;;\",single\nS2,,S2,P,\";10,11;;;\",single\n"
                                   "S3,,S3,P,\";10,11;;;\",single\n");
  load();
  assert_int_equal(stored.problem.n_remains, 3);
  assert_int_equal(stored.problem.remains[0].sex, HW_FEMALE);
  assert_int_equal(stored.problem.remains[1].sex, HW_FEMALE);
  assert_int_equal(stored.problem.remains[2].sex, HW_MALE);
  hw_assert_contains(notes(), "1 sample of remains without a profile that counts\n");
  end();
}

/* --- tables and models --- */

static void refused(const char *investigation, hw_status status, const char *message) {
  hw_err err = HW_ERR_INIT;
  char text[1000];
  hw_stored_case_options what = {.investigation = investigation};
  hw_assert_status(hw_stored_case_load(&app, &what, &stored, &err), status, &err);
  hw_assert_contains(hw_err_text(&err, text, sizeof text), message);
  hw_stored_case_clear(&stored);
}

static void bad_tables_are_refused(void **state) {
  (void)state;
  begin();
  import_text("frequency_tables",
              "code,minimum_policy,normalisation,status\nT2,none,none,accepted\n"
              "T3,none,none,accepted\nT4,none,none,accepted\n");
  import_text("frequency_markers",
              "frequency_table,marker,rank,mutation_model,silent_allele,matrix_female,matrix_male\n"
              "T2,A1,1,none,,,\nT3,A1,1,custom,,\"[[1,0],[0,1]]\",\"[[1,0]]\"\n"
              "T4,A1,1,none,s,,\n");
  import_text("frequency", "frequency_table,marker,allele,rank,frequency\nT2,A1,10,1,0.25\n"
                           "T3,A1,10,1,0.25\nT3,A1,11,2,0.75\nT4,A1,10,1,1\n");
  import_text("investigations", "code,frequency_table\nI1,\nI2,T2\nI3,T3\nI4,T4\n");
  refused("none", HW_E_REFERENCE, "there is no investigation 'none'");
  refused(
      "I1", HW_E_REFERENCE,
      "investigation 'I1' has no frequency table (the database holds 4): name one in the column "
      "frequency_table of 'homeward import investigations'");
  refused("I2", HW_E_VALUE, "the frequencies sum to 0.25, not to 1");
  refused("I2", HW_E_VALUE, "while reading marker 'A1' of frequency table 'T2'");
  refused("I3", HW_E_SHAPE, "a mutation matrix with 1 rows for 2 alleles");
  refused("I4", HW_E_REFERENCE, "the silent allele \"s\" is not among the alleles");
  end();
}

/* --- memory --- */

/* Every allocation of loading fails in turn. */
static void exhausted_memory_is_told(void **state) {
  (void)state;
  begin();
  import_text("profiles", PROFILES "F,F,,P,\"X,Y;10,11;10;11,-;7,8\",single\n"
                                   "R,,R,P,\"X,Y;12,?;;10,-;\",single\n");
  load(); /* statements are prepared now, and stay */
  hw_stored_case_clear(&stored);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_err err = HW_ERR_INIT;
    hw_stored_case_options what = {.investigation = "study"};
    hw_status status = hw_stored_case_load(&app, &what, &stored, &err);
    bool has_failed = hw_faults_end();
    hw_stored_case_clear(&stored);
    if (!has_failed) {
      hw_assert_ok(status, &err);
      break;
    }
    /* A note that cannot be kept is counted, and loading goes on. */
    if (status != HW_OK) hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  end();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_investigation_becomes_a_case),
      cmocka_unit_test(what_is_no_genotype_is_left_out),
      cmocka_unit_test(under_dropout_everything_is_a_set),
      cmocka_unit_test(profiles_that_agree_are_joined),
      cmocka_unit_test(profiles_that_contradict_each_other_do_not_count),
      cmocka_unit_test(a_consensus_goes_before_everything),
      cmocka_unit_test(withdrawn_records_do_not_count),
      cmocka_unit_test(who_did_not_consent_is_not_used),
      cmocka_unit_test(an_unknown_allele_is_refused_with_the_remedy),
      cmocka_unit_test(a_minimum_policy_adds_alleles),
      cmocka_unit_test(families_that_cannot_be_computed_are_told),
      cmocka_unit_test(identical_persons_are_one),
      cmocka_unit_test(names_that_stand_twice_give_way_to_codes),
      cmocka_unit_test(sex_comes_from_sample_or_specimen),
      cmocka_unit_test(bad_tables_are_refused),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests_name("what counts in a stored case", tests, app_tests_begin,
                                     app_tests_end);
}
