/* A simulated case of STR, SNP, mtDNA and Y for the tests of evidence. */
#include "app/evidence_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "homeward/random.h"
#include "homeward/simulate_snp.h"
#include "support/assert.h"

enum { N_CHROMOSOMES = 20, N_EACH = EVIDENCE_SNPS / N_CHROMOSOMES, N_SNPS = EVIDENCE_SNPS };

static hw_err err;

static const char
    FREQUENCIES[] = "marker,allele,frequency\nA1,10,0.2\nA1,11,0.3\nA1,12,0.5\n",
    FAMILIES[] = "family,person,father,mother,sex,missing\n"
                 "F1,G1,,,male,\nF1,G2,,,female,\nF1,FA,G1,G2,male,\nF1,UN,G1,G2,male,\n"
                 "F1,MO,,,female,\nF1,M,FA,MO,male,yes\nF1,AU,,,female,\nF1,C,UN,AU,male,\n"
                 "F2,P,,,male,\nF2,Q,,,female,\nF2,X,P,Q,male,yes\nF2,Y,P,Q,male,yes\n",
    SAMPLES[] = "code,investigation,sex\nB1,main,male\nB2,main,male\nB3,main,male\nB4,main,male\n"
                "B5,main,male\n",
    PROFILES[] = "code,person,sample,panel,observations,use\n"
                 "C,C,,P,\"10,12\",single\nB1,,B1,P,\"10,11\",single\nB2,,B2,P,\"11,12\",single\n",
    MT[] = "profile,sample,person,ranges,haplotype\nh4,B4,,16024-16365,16126C 16189C 16223T\n"
           "h5,B5,,16024-16365,16126C 16189C 16223T\n",
    YSTR[] = "profile,sample,person,DYS19,DYS390,DYS391,DYS392\n"
             "y1,B1,,14,24,10,11\ny2,B2,,17,21,10,13\nyc,,C,14,24,10,11\n";

static void import_as(hw_app *app, const hw_import_options *options, const char *text) {
  char name[40];
  snprintf(name, sizeof name, "%s.csv", options->what);
  const hw_status status = app_test_import_with(app, options, name, text, &err);
  if (status != HW_OK) print_message("# %s: %s\n", options->what, app_test_mistakes());
  hw_assert_ok(status, &err);
}

static void import(hw_app *app, const char *what, const char *text) {
  const hw_import_options options = {.what = what, .apply = true};
  import_as(app, &options, text);
}

static char *panel_text(void) {
  hw_str text = HW_STR_INIT;
  hw_str_append(&text, "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS\n");
  for (int c = 1; c <= N_CHROMOSOMES; c++)
    for (int i = 0; i < N_EACH; i++)
      hw_str_append_format(&text, "s%d_%d,%d,%d,%d,A/G,%g,%g,%g\n", c, i, c, 1000 + 1000 * i,
                           1001 + 1000 * i, 4.0 * i, 3.0 * i, 0.3 + 0.01 * (i % 20));
  assert_int_equal(hw_str_status(&text), HW_OK);
  return text.bytes;
}

/* A family of men and women, as FAMILIES has them. */
#define NONE HW_PERSON_NONE
static const hw_person COUSINS[] = {{"G1", NONE, NONE, HW_MALE, NONE},
                                    {"G2", NONE, NONE, HW_FEMALE, NONE},
                                    {"FA", 0, 1, HW_MALE, NONE},
                                    {"UN", 0, 1, HW_MALE, NONE},
                                    {"MO", NONE, NONE, HW_FEMALE, NONE},
                                    {"M", 2, 4, HW_MALE, NONE},
                                    {"AU", NONE, NONE, HW_FEMALE, NONE},
                                    {"C", 3, 6, HW_MALE, NONE}},
                       BROTHERS[] = {{"P", NONE, NONE, HW_MALE, NONE},
                                     {"Q", NONE, NONE, HW_FEMALE, NONE},
                                     {"X", 0, 1, HW_MALE, NONE},
                                     {"Y", 0, 1, HW_MALE, NONE}},
                       STRANGER[] = {{"S", NONE, NONE, HW_MALE, NONE}};

/* The row of an SNP profile of one person of a simulated family. */
static void add_profile(hw_str *out, const hw_panel *panel, const hw_pedigree *pedigree,
                        uint64_t seed, int32_t who, const char *code, const char *person,
                        const char *sample) {
  const hw_snp_error error = {.allele = 0.001};
  hw_sex sexes[8];
  hw_random stream;
  hw_random_init(&stream, seed);
  const hw_random calls = hw_random_split(&stream, (uint64_t)who + 1);
  uint8_t *alleles = malloc((size_t)pedigree->n_persons * N_SNPS * 2);
  uint8_t *bytes = malloc((size_t)panel->first_genotype[N_SNPS]);
  for (int32_t i = 0; i < pedigree->n_persons; i++) sexes[i] = pedigree->persons[i].sex;
  hw_assert_ok(hw_simulate_haplotypes(pedigree, sexes, panel, 0, 0, &stream, alleles, &err), &err);
  hw_assert_ok(
      hw_simulate_calls(panel, alleles + 2 * (size_t)who * N_SNPS, &error, 0, &calls, bytes, &err),
      &err);
  char *text = hw_snp_format(panel, bytes);
  hw_str_append_format(out, "%s,%s,%s,small,%s,%d,single\n", code, person, sample, text, N_SNPS);
  free(text);
  free(bytes);
  free(alleles);
}

static void import_snps(hw_app *app, const char *panel_csv) {
  const hw_pedigree cousins = {8, COUSINS}, brothers = {4, BROTHERS}, stranger = {1, STRANGER};
  hw_panel *panel = NULL;
  hw_str text = HW_STR_INIT;
  hw_assert_ok(hw_panel_parse(panel_csv, strlen(panel_csv), "panel", &panel, &err), &err);
  hw_str_append(&text, "code,person,sample,snp_panel,likelihoods,n_known,use\n");
  add_profile(&text, panel, &cousins, 75, 7, "sc", "C", "");
  add_profile(&text, panel, &cousins, 75, 5, "s1", "", "B1");
  add_profile(&text, panel, &stranger, 72, 0, "s2", "", "B2");
  add_profile(&text, panel, &stranger, 73, 0, "s3", "", "B3");
  add_profile(&text, panel, &brothers, 74, 2, "s4", "", "B4");
  add_profile(&text, panel, &brothers, 74, 3, "s5", "", "B5");
  import(app, "snp_profiles", hw_str_text(&text));
  hw_str_clear(&text);
  hw_panel_delete(panel);
}

void evidence_make_str(hw_app *app) {
  app_test_new(app);
  import(app, "frequencies", FREQUENCIES);
  import(app, "panels", "code,kind\nP,panel\n");
  import(app, "panel_markers", "panel,rank,marker\nP,1,A1\n");
  import(app, "families", FAMILIES);
  import(app, "samples", SAMPLES);
  import(app, "profiles", PROFILES);
}

void evidence_make_all(hw_app *app) {
  char *panel = panel_text();
  const hw_import_options as_panel = {.what = "panel", .apply = true, .snp_panel = "small"};
  const hw_import_options as_table = {
      .what = "ystr", .apply = true, .table = "men", .use_table = true};
  evidence_make_str(app);
  import_as(app, &as_panel, panel);
  import_snps(app, panel);
  import(app, "mtdna", MT);
  import(app, "ystr", YSTR);
  import_as(app, &as_table,
            "DYS19,DYS390,DYS391,DYS392,count\n15,23,10,13,60\n14,24,10,11,3\n"
            "17,21,10,13,7\n");
  free(panel);
}

void evidence_load(hw_app *app, const hw_evidence_options *options, hw_stored_case *stored,
                   hw_evidence **evidence) {
  const hw_stored_case_options what = {0};
  hw_assert_ok(hw_evidence_case_load(app, &what, options, stored, evidence, &err), &err);
}

int32_t evidence_remains(const hw_stored_case *stored, const char *id) {
  for (int32_t r = 0; r < stored->problem.n_remains; r++)
    if (strcmp(stored->problem.remains[r].id, id) == 0) return r;
  fail_msg("no remains %s", id);
  return -1;
}
