/* Writing Familias files: what is read back is the same case, in the form of the program, and what
 * the format cannot say is refused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/fam.h"
#include "homeward/likelihood.h"
#include "homeward/random.h"
#include "support/assert.h"
#include "support/case_equal.h"
#include "support/case_text.h"
#include "support/fam_text.h"
#include "support/faults.h"

static hw_err err;

static hw_fam *write_and_parse(const hw_case *c) {
  hw_str text = HW_STR_INIT;
  hw_assert_ok(hw_fam_write(c, NULL, &text, &err), &err);
  hw_fam *again = fam_text_parse(hw_str_text(&text), text.length, NULL);
  assert_int_equal(again->n_cases, 1);
  hw_str_clear(&text);
  return again;
}

static void assert_reads_back(const hw_case *c) {
  hw_fam *again = write_and_parse(c);
  const char *difference = case_difference_but_head(c, &again->cases[0]);
  if (difference) {
    hw_str text = HW_STR_INIT;
    hw_assert_ok(hw_fam_write(c, NULL, &text, NULL), NULL);
    print_error("%s\n", hw_str_text(&text));
    fail_msg("%s differs", difference);
  }
  hw_fam_delete(again);
}

/* --- random cases --- */

enum { MARKERS = 3, ALLELES = 5, PERSONS = 9, TYPED = 9, FAMILIES = 3, REMAINS = 3 };

typedef struct people {
  hw_person persons[PERSONS + 1];
  char ids[PERSONS + 1][40];
  int32_t person_of[TYPED];
  hw_profile profiles[TYPED];
  hw_observation observations[TYPED][MARKERS];
  hw_allele seen[TYPED][MARKERS][2];
  int32_t missing[2];
} people;

typedef struct random_case {
  hw_random stream;
  hw_case it;
  hw_marker markers[MARKERS];
  const char *alleles[MARKERS][ALLELES];
  double frequencies[MARKERS][ALLELES];
  double matrices[MARKERS][2][ALLELES * ALLELES];
  people one[FAMILIES];
  hw_hypothesis hypotheses[FAMILIES];
  hw_family families[FAMILIES];
  hw_remains remains[REMAINS];
  people found;
} random_case;

static int32_t below(random_case *r, int32_t n) {
  return (int32_t)hw_random_below(&r->stream, (uint64_t)n);
}

static double between(random_case *r, double least, double most) {
  return least + (most - least) * hw_random_double(&r->stream);
}

/* What the reader does: no matrix for the identity, one for equal sexes. */
static void fill_matrices(hw_marker *m, double matrices[2][ALLELES * ALLELES]) {
  const size_t n = (size_t)m->n_alleles * (size_t)m->n_alleles;
  for (int from = 0; from < 2; from++) {
    hw_assert_ok(hw_mutation_matrix(m, from, matrices[from], &err), &err);
    m->matrix[from] = hw_mutation_is_identity(m, from) ? NULL : matrices[from];
  }
  if (m->matrix[0] && m->matrix[1] && memcmp(matrices[0], matrices[1], n * sizeof(double)) == 0)
    m->matrix[1] = m->matrix[0];
}

static void make_mutation(random_case *r, hw_marker *m, bool is_whole) {
  static const hw_mutation_model models[] = {HW_MUTATION_NONE, HW_MUTATION_EQUAL,
                                             HW_MUTATION_PROPORTIONAL, HW_MUTATION_STEPWISE};
  hw_mutation *mutation = &m->mutation;
  mutation->model = models[below(r, 4)];
  if (mutation->model == HW_MUTATION_NONE) return;
  const bool is_equal = below(r, 2) == 0;
  for (int from = 0; from < 2; from++) {
    mutation->rate[from] = from && is_equal ? mutation->rate[0] : between(r, 1e-6, 1e-3);
    if (mutation->model != HW_MUTATION_STEPWISE) continue;
    mutation->range[from] = from && is_equal ? mutation->range[0] : between(r, 0, 1);
    mutation->rate2[from] = from && is_equal ? mutation->rate2[0] : between(r, 0, 1e-5);
  }
  if (mutation->model != HW_MUTATION_STEPWISE || !is_whole || below(r, 2)) return;
  mutation->transform = HW_TRANSFORM_PM;
  mutation->rate2[0] = mutation->rate2[1] = 0;
}

static void make_marker(random_case *r, int i) {
  static const char *const ladder[] = {"8", "9", "9.3", "10", "31.2"};
  static const char *const names[] = {"L1", "Penta D", "Đ3 \xE2\x86\x92"};
  hw_marker *m = &r->markers[i];
  const bool has_silent = below(r, 3) == 0;
  const int32_t n = 2 + below(r, 3);
  double sum = 0;
  *m = (hw_marker){.name = names[i], .position_cm = (double)NAN, .silent = HW_ALLELE_NONE};
  bool is_whole = true;
  for (int32_t a = 0; a < n; a++) {
    r->alleles[i][a] = ladder[a];
    is_whole = is_whole && strchr(ladder[a], '.') == NULL;
    sum += r->frequencies[i][a] = between(r, 0.05, 1);
  }
  m->n_alleles = n;
  if (has_silent) {
    r->alleles[i][n] = "silent";
    sum += r->frequencies[i][n] = 0.02;
    m->silent = n;
    m->n_alleles++;
  }
  for (int32_t a = 0; a < m->n_alleles; a++) r->frequencies[i][a] /= sum;
  m->allele_names = r->alleles[i];
  m->frequencies = r->frequencies[i];
  make_mutation(r, m, is_whole);
  fill_matrices(m, r->matrices[i]);
}

/* At least one genotype; sets under dropout. */
static void make_profile(random_case *r, people *p, int32_t i, const char *id, double dropout) {
  hw_profile *profile = &p->profiles[i];
  *profile = (hw_profile){.id = id, .n_markers = MARKERS, .observations = p->observations[i]};
  profile->has_dropout = dropout > 0;
  profile->dropout = dropout;
  for (int32_t m = 0; m < MARKERS; m++) {
    hw_observation *obs = &p->observations[i][m];
    *obs = (hw_observation){.a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
    if (m > 0 && below(r, 4) == 0) continue;
    const int32_t n = r->markers[m].n_alleles - (r->markers[m].silent != HW_ALLELE_NONE);
    const hw_allele a = below(r, n), b = below(r, n);
    if (dropout > 0) {
      obs->kind = HW_OBS_SET;
      obs->n_seen = a == b ? 1 : 2;
      p->seen[i][m][0] = a < b ? a : b;
      p->seen[i][m][1] = a < b ? b : a;
      obs->seen = p->seen[i][m];
    } else {
      *obs = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
    }
  }
}

/* Parents among those before, by their sex. */
static int32_t choose_parent(random_case *r, const people *p, int32_t i, hw_sex sex) {
  for (int tries = 0; tries < 4; tries++) {
    const int32_t k = i > 0 ? below(r, i) : 0;
    if (i > 0 && p->persons[k].sex == sex && p->persons[k].twin == HW_PERSON_NONE) return k;
  }
  return HW_PERSON_NONE;
}

static void make_relations(random_case *r, people *p, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    hw_person *person = &p->persons[i];
    person->father = choose_parent(r, p, i, HW_MALE);
    person->mother = choose_parent(r, p, i, HW_FEMALE);
    person->twin = HW_PERSON_NONE;
    for (int32_t k = 0; k < i && below(r, 6) == 0; k++)
      if (p->persons[k].sex == person->sex && p->persons[k].twin == HW_PERSON_NONE) {
        person->father = person->mother = HW_PERSON_NONE;
        person->twin = k;
        break;
      }
  }
}

static void make_comparison(random_case *r) {
  const int32_t n = 1 + below(r, PERSONS);
  people *first = &r->one[0];
  const double dropout = below(r, 2) ? between(r, 0.01, 0.3) : 0;
  int32_t n_profiles = 0;
  for (int32_t i = 0; i < n; i++) {
    snprintf(first->ids[i], sizeof first->ids[i], "P %d/é", (int)i);
    first->persons[i] = (hw_person){.id = first->ids[i], .sex = below(r, 2) ? HW_MALE : HW_FEMALE};
    if (below(r, 2) == 0) continue;
    first->person_of[n_profiles] = i;
    make_profile(r, first, n_profiles++, first->ids[i], below(r, 2) ? dropout : 0);
  }
  r->it.n_hypotheses = 1 + below(r, FAMILIES);
  for (int32_t h = 0; h < r->it.n_hypotheses; h++) {
    static const char *const names[] = {"H1", "brothers, or not", "[unrelated]"};
    if (h > 0) memcpy(r->one[h].persons, first->persons, sizeof first->persons);
    make_relations(r, &r->one[h], n);
    r->hypotheses[h] = (hw_hypothesis){names[h], {n, r->one[h].persons}, first->person_of};
  }
  r->it.hypotheses = r->hypotheses;
  r->it.reference = r->it.n_hypotheses - 1;
  r->it.profiles = first->profiles;
  r->it.n_profiles = n_profiles;
}

/* A couple, children, some of whom are missing: listed as place holders, or the one who is not. */
static void make_family(random_case *r, int32_t f) {
  static const char *const names[] = {"Nguyễn", "Family 2", "[3]"};
  people *p = &r->one[f];
  hw_family *family = &r->families[f];
  const int32_t n_children = 2 + below(r, 4), n = 2 + n_children;
  const int32_t n_missing = 1 + below(r, 2);
  int32_t n_profiles = 0, found = 0;
  for (int32_t i = 0; i < n; i++) {
    const hw_sex sex = i == 0 ? HW_MALE : i == 1 || below(r, 2) ? HW_FEMALE : HW_MALE;
    const bool is_missing = i >= n - n_missing;
    if (is_missing)
      snprintf(p->ids[i], sizeof p->ids[i], "Missing %s %d", sex == HW_MALE ? "male" : "female",
               (int)found + 1);
    else
      snprintf(p->ids[i], sizeof p->ids[i], "R=%d", (int)i);
    p->persons[i] = (hw_person){p->ids[i], i < 2 ? -1 : 0, i < 2 ? -1 : 1, sex, HW_PERSON_NONE};
    if (is_missing) {
      p->missing[found++] = i;
    } else if (below(r, 3)) {
      p->person_of[n_profiles] = i;
      make_profile(r, p, n_profiles++, p->ids[i], 0);
    }
  }
  if (n_missing == 1 && below(r, 2)) {
    snprintf(p->ids[n - 1], sizeof p->ids[n - 1], "Missing person");
    p->persons[n - 1].sex = HW_UNKNOWN_SEX;
  }
  *family = (hw_family){names[f],   {n, p->persons}, n_missing,   p->missing,
                        n_profiles, p->profiles,     p->person_of};
}

static void make_identification(random_case *r) {
  static const char *const ids[] = {"V1", "a b", "Name= x"};
  r->it.n_remains = 1 + below(r, REMAINS);
  r->it.n_families = 1 + below(r, FAMILIES);
  for (int32_t i = 0; i < r->it.n_remains && i < REMAINS; i++) {
    make_profile(r, &r->found, i, ids[i], 0);
    r->remains[i] = (hw_remains){ids[i], (hw_sex)below(r, 3), r->found.profiles[i]};
  }
  for (int32_t f = 0; f < r->it.n_families; f++) make_family(r, f);
  r->it.remains = r->remains;
  r->it.families = r->families;
}

static void random_cases_read_back(void **state) {
  (void)state;
  random_case *r = malloc(sizeof *r);
  assert_non_null(r);
  for (uint64_t seed = 0; seed < 2000; seed++) {
    memset(r, 0, sizeof *r);
    hw_random_init(&r->stream, seed);
    r->it.id = "case";
    r->it.description = "";
    r->it.theta = below(r, 2) ? between(r, 0, 0.1) : 0;
    r->it.n_markers = MARKERS;
    r->it.markers = r->markers;
    for (int m = 0; m < MARKERS; m++) make_marker(r, m);
    if (seed % 2)
      make_comparison(r);
    else
      make_identification(r);
    assert_reads_back(&r->it);
  }
  free(r);
}

/* --- the synthetic files --- */

static void a_synthetic_file_reads_back(void **state) {
  (void)state;
  char *complete = case_text_replace(
      FAM_DVI, "nSystems= 1\nSystemName= L2\nAllele1= 8\nAllele2= \n", "nSystems= 0\n");
  /* Who is not listed comes last when written: there must be no one else but the missing person. */
  char *listed = case_text_replace(complete, "Parent= grandfather\nChild= son\n", "");
  char *counted = case_text_replace(listed, "nRelations= 4\n", "nRelations= 3\n");
  hw_fam *fam = fam_text_parse(counted, strlen(counted), NULL);
  assert_reads_back(fam->dvi);
  hw_fam_delete(fam);
  free(counted);
  free(listed);
  free(complete);
}

static void the_form_is_that_of_familias(void **state) {
  (void)state;
  hw_fam *fam = fam_text_parse(FAM_KINSHIP, strlen(FAM_KINSHIP), NULL);
  const hw_fam_write_options options = {.database = "Mine", .database_size = 250};
  hw_str text = HW_STR_INIT;
  hw_assert_ok(hw_fam_write(fam->kinship, &options, &text, &err), &err);
  const char *out = hw_str_text(&text);
  static const char head[] =
      "\"Output from Familias, version 3.4\"\r\n\"(Written by Homeward)\"\r\n3.4\r\n\"\"\r\n6\r\n"
      "\"AF\"\r\n#FALSE#\r\n-1\r\n#FALSE#\r\n#TRUE#\r\n3\r\n0\r\n1\r\n0\r\n2\r\n2\r\n1\r\n";
  assert_memory_equal(out, head, sizeof head - 1);
  hw_assert_contains(out, "\"CH\"\r\n#FALSE#\r\n-1 (Consider dropouts)\r\n#FALSE#\r\n#FALSE#\r\n");
  hw_assert_contains(out,
                     "\"Known relations\"\r\n0\r\n0\r\n0\r\n3\r\n0\r\n\"H1\"\r\n0\r\n0\r\n2\r\n"
                     "0\r\n2\r\n1\r\n2\r\n1\r\n\"H2\"");
  hw_assert_contains(out, "\r\n2 (Direct)\r\n3\r\n");
  hw_assert_contains(out, "#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0.02 )\r\n4\r\n#TRUE#\r\n"
                          "\"Mine\"\r\n\"L1\"\r\n0.001\r\n0.002\r\n4\r\n4\r\n3\r\n0.1\r\n0.1\r\n");
  hw_assert_contains(out, "#TRUE#\r\n0.02\r\n3\t(DatabaseSize = 250 , Dropout probability = 0.1 , "
                          "Minor allele frequency = 0 )\r\n\"8\"\r\n0.18\r\n");
  assert_null(strstr(out, "[DVI]"));
  hw_str_clear(&text);
  hw_fam_delete(fam);
}

/* --- what comes back under another form --- */

static hw_case_list *parse_json(const char *text) {
  hw_case_list *list = NULL;
  hw_assert_ok(hw_case_list_parse(text, strlen(text), "c.json", &list, &err), &err);
  return list;
}

#define JSON_HEAD                                                                           \
  "{\"format\": \"homeward-case/1\", \"id\": \"c\", \"markers\": [{\"name\": \"L\", "       \
  "\"chromosome\": \"A\", \"alleles\": [\"n\", \"8\", \"9\"], \"frequencies\": [0.1, 0.4, " \
  "0.5], \"silent_allele\": \"n\"}],"

static double ln_of(const hw_case *c, int32_t h) {
  const hw_problem problem = {.pedigree = &c->hypotheses[h].pedigree,
                              .n_profiles = c->n_profiles,
                              .profiles = c->profiles,
                              .profile_person = c->hypotheses[h].profile_person,
                              .n_markers = c->n_markers,
                              .markers = c->markers,
                              .theta = c->theta};
  double ln = 0;
  hw_assert_ok(hw_likelihood(&problem, NULL, &ln, NULL, &err), &err);
  return ln;
}

/* A silent allele that stands first, a code for a person, a reference that is not the last, and a
 * person whom only one hypothesis knows: the likelihoods stay. */
static void other_forms_keep_their_likelihoods(void **state) {
  (void)state;
  hw_case_list *list = parse_json(
      JSON_HEAD
      "\"hypotheses\": [{\"name\": \"H1\", \"pedigree\": [{\"id\": \"F\", \"sex\": \"male\"},"
      "{\"id\": \"C\", \"father\": \"F\", \"sex\": \"female\"}], \"identical\": [[\"C\", "
      "\"bone\"]]}, {\"name\": \"H2\", \"pedigree\": [{\"id\": \"F\", \"sex\": \"male\"}, {\"id\": "
      "\"G\", \"sex\": \"male\"}, {\"id\": \"bone\", \"father\": \"G\", \"sex\": \"female\"}]}],"
      "\"reference\": \"H1\", \"genotypes\": {\"F\": [[\"8\", \"8\"]], \"bone\": [[\"9\", "
      "\"9\"]]}}");
  const hw_case *c = &list->cases[0];
  hw_fam *again = write_and_parse(c);
  const hw_case *d = again->kinship;
  assert_int_equal(d->n_hypotheses, 2);
  assert_string_equal(d->hypotheses[1].name, "H1");
  assert_int_equal(d->reference, 1);
  assert_string_equal(d->markers[0].allele_names[2], "silent");
  hw_assert_close(ln_of(d, 1), ln_of(c, 0), 1e-14, 0);
  hw_assert_close(ln_of(d, 0), ln_of(c, 1), 1e-14, 0);
  hw_fam_delete(again);
  hw_case_list_delete(list);
}

/* An extra person of one pedigree becomes a stranger in the others. */
static void extra_persons_keep_the_likelihoods(void **state) {
  (void)state;
  hw_fam *fam = fam_text_parse(FAM_KINSHIP, strlen(FAM_KINSHIP), NULL);
  hw_fam *again = write_and_parse(fam->kinship);
  assert_int_equal(again->kinship->n_hypotheses, 3);
  for (int32_t h = 0; h < 3; h++)
    hw_assert_close(ln_of(again->kinship, h), ln_of(fam->kinship, h), 1e-13, 0);
  hw_fam_delete(again);
  hw_fam_delete(fam);
}

static void missing_persons_get_the_names_that_familias_knows(void **state) {
  (void)state;
  hw_case_list *list = parse_json(
      JSON_HEAD
      "\"remains\": [{\"id\": \"V\", \"sex\": \"male\", \"genotypes\": [[\"8\", \"9\"]]}],"
      "\"families\": [{\"name\": \"F1\", \"pedigree\": [{\"id\": \"M1\", \"sex\": \"male\"}, "
      "{\"id\": \"Missing male 1\", \"sex\": \"male\"}, {\"id\": \"S\", \"father\": \"M1\", "
      "\"sex\": \"male\"}, {\"id\": \"M2\", \"father\": \"M1\", \"sex\": \"unknown\"}],"
      "\"missing\": [\"M1\", \"M2\", \"Missing male 1\"], \"genotypes\": {\"S\": [[\"8\", "
      "\"8\"]]}},"
      "{\"name\": \"F2\", \"pedigree\": [{\"id\": \"M\", \"father\": \"X\", \"sex\": "
      "\"unknown\"}, {\"id\": \"X\", \"sex\": \"male\"}], \"missing\": [\"M\"], \"genotypes\": "
      "{\"X\": [[\"9\", \"9\"]], \"comb\": [[\"9\", \"8\"]]}, \"identical\": [[\"M\", "
      "\"comb\"]]}]}");
  hw_fam *again = write_and_parse(&list->cases[0]);
  const hw_case *d = again->dvi;
  assert_int_equal(d->n_families, 2);
  const hw_family *f = &d->families[0];
  assert_string_equal(f->pedigree.persons[0].id, "Missing male 2");
  assert_string_equal(f->pedigree.persons[1].id, "Missing male 1");
  assert_string_equal(f->pedigree.persons[3].id, "Missing person 1");
  assert_int_equal(f->pedigree.persons[3].father, 0);
  assert_int_equal(f->n_missing, 2); /* the third has no relatives */
  f = &d->families[1];
  assert_int_equal(f->pedigree.n_persons, 3);
  assert_int_equal(f->n_missing, 1);
  const hw_person *missing = &f->pedigree.persons[f->missing[0]];
  assert_string_equal(missing->id, "Missing person");
  assert_int_equal(f->n_profiles, 2);
  assert_string_equal(f->pedigree.persons[f->profile_person[1]].id, "comb");
  assert_true(missing->twin == f->profile_person[1] ||
              f->pedigree.persons[f->profile_person[1]].twin == f->missing[0]);
  hw_fam_delete(again);
  hw_case_list_delete(list);
}

/* --- refused --- */

typedef struct refusal {
  const char *from, *to, *message;
} refusal;

static void refuse(const char *json, const refusal *r) {
  char *text = case_text_replace(json, r->from, r->to);
  hw_case_list *list = parse_json(text);
  hw_str out = HW_STR_INIT;
  hw_assert_status(hw_fam_write(&list->cases[0], NULL, &out, &err), HW_E_UNSUPPORTED, &err);
  assert_int_equal(out.length, 0);
  hw_assert_contains(err.message, r->message);
  hw_assert_contains(err.message, "writing case \"c\"");
  hw_assert_status(hw_fam_write(&list->cases[0], NULL, &out, NULL), HW_E_UNSUPPORTED, NULL);
  hw_str_clear(&out);
  hw_case_list_delete(list);
  free(text);
}

static const char COMPARISON[] =
    "{\"format\": \"homeward-case/1\", \"id\": \"c\", \"markers\": ["
    "{\"name\": \"L1\", \"chromosome\": \"A\", \"alleles\": [\"8\", \"9\"], \"frequencies\": "
    "[0.5, 0.5], \"mutation\": {\"model\": \"stepwise\", \"rate\": {\"female\": 0.1, \"male\": "
    "0.1}, \"range\": {\"female\": 0.1, \"male\": 0.1}}}, {\"name\": \"L2\", \"chromosome\": "
    "\"A\", \"alleles\": [\"8\", \"9\"], \"frequencies\": [0.5, 0.5]}],"
    "\"hypotheses\": [{\"name\": \"H1\", \"pedigree\": [{\"id\": \"F\", \"sex\": \"male\"}, "
    "{\"id\": \"G\", \"sex\": \"male\"}]}, {\"name\": \"H2\", \"pedigree\": [{\"id\": \"F\", "
    "\"sex\": \"male\"}, {\"id\": \"G\", \"sex\": \"male\"}]}], \"genotypes\": {\"F\": [[\"8\", "
    "\"9\"], [\"8\", \"9\"]], \"G\": [null, null]}, \"dropout\": {\"G\": {\"dropout\": 0.1}}}";

static const char IDENTIFICATION[] =
    "{\"format\": \"homeward-case/1\", \"id\": \"c\", \"markers\": [{\"name\": \"L1\", "
    "\"chromosome\": \"A\", \"alleles\": [\"8\", \"9\"], \"frequencies\": [0.5, 0.5]}],"
    "\"remains\": [{\"id\": \"V\", \"sex\": \"male\", \"genotypes\": [[\"8\", \"9\"]]}],"
    "\"families\": [{\"name\": \"F1\", \"pedigree\": [{\"id\": \"M\", \"sex\": \"male\"}, {\"id\": "
    "\"S\", \"father\": \"M\", \"sex\": \"male\"}], \"missing\": [\"M\"], \"genotypes\": {\"S\": "
    "[[\"8\", \"8\"]]}}]}";

static void what_the_format_cannot_say_is_refused(void **state) {
  (void)state;
  static const refusal comparisons[] = {
      {"\"L2\", \"chromosome\": \"A\"", "\"L2\", \"chromosome\": \"7\"", "chromosome or position"},
      {"\"L2\", \"chromosome\": \"A\"", "\"L2\", \"chromosome\": \"A\", \"position_cm\": 1",
       "chromosome or position"},
      {"\"hypotheses\"",
       "\"linkage\": [{\"markers\": [\"L1\", \"L2\"], \"recombination\": [0.1]}], \"hypotheses\"",
       "markers are linked"},
      {"\"model\": \"stepwise\"", "\"transform\": \"MH\", \"model\": \"stepwise\"",
       "mutation models none, equal"},
      {"\"range\"", "\"transform\": \"PM\", \"rate2\": {\"female\": 0.1, \"male\": 0}, \"range\"",
       "PM without rate2"},
      {"\"stepwise\", \"rate\": {\"female\": 0.1, \"male\": 0.1}, \"range\": {\"female\": 0.1, "
       "\"male\": 0.1}",
       "\"onestep\", \"rate\": {\"female\": 0.1, \"male\": 0.1}", "mutation models none, equal"},
      {"\"name\": \"L2\"", "\"name\": \"L\\\"2\"", "quotation marks"},
      {"\"name\": \"L2\"", "\"name\": \" L2\"", "blanks at the ends"},
      {"\"name\": \"H1\"", "\"name\": \"a\\tb\"", "tabs"},
      {"\"G\", \"sex\": \"male\"}]}, {\"name\": \"H2\", \"pedigree\": [",
       "\"G\", \"sex\": \"male\"}, {\"id\": \"H\", \"sex\": \"male\"}]}, {\"name\": \"H2\", "
       "\"pedigree\": [{\"id\": \"H\", \"sex\": \"female\"}, ",
       "different sexes"},
      {"\"G\", \"sex\": \"male\"}]}]",
       "\"G\", \"sex\": \"male\"}, {\"id\": \"H\", \"sex\": "
       "\"unknown\"}]}]",
       "the sex of \"H\" is not known"},
      {"[[\"8\", \"9\"], [\"8\", \"9\"]]", "[[\"8\", null], [\"8\", \"9\"]]", "one allele is not"},
      {"\"dropout\": 0.1", "\"dropout\": 0", "dropout 0"},
      {"\"dropout\": 0.1", "\"dropout\": 0.1, \"drop_in\": 0.1", "drop-in"},
      {"\"G\": [null, null]", "\"G\": [null, []]", "0 alleles were seen"},
  };
  static const refusal identifications[] = {
      {"\"genotypes\": [[\"8\", \"9\"]]}",
       "\"genotypes\": [[\"8\"]], \"dropout\": {\"dropout\": "
       "0.1}}",
       "under dropout, which the DVI part"},
      {"\"S\", \"father\": \"M\", \"sex\": \"male\"}], \"missing\": [\"M\"], \"genotypes\": "
       "{\"S\": ",
       "\"Missing S\", \"father\": \"M\", \"sex\": \"male\"}], \"missing\": [\"M\"], "
       "\"genotypes\": {\"Missing S\": ",
       "\"Missing S\" of family \"F1\" is not missing"},
      {"\"id\": \"M\", \"sex\": \"male\"}",
       "\"id\": \"M\", \"sex\": \"male\"}, {\"id\": \"Direct "
       "one\", \"sex\": \"male\"}",
       "the word Direct"},
      {"\"name\": \"F1\"", "\"name\": \"F1 \"", "blanks at the ends"},
  };
  for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
    refuse(COMPARISON, &comparisons[i]);
  for (size_t i = 0; i < sizeof identifications / sizeof *identifications; i++)
    refuse(IDENTIFICATION, &identifications[i]);
}

static void options_permit_to_leave_out(void **state) {
  (void)state;
  char *text = case_text_replace(COMPARISON, "[[\"8\", \"9\"], [\"8\", \"9\"]]",
                                 "[[\"8\", null], [\"8\", \"9\"]]");
  char *placed = case_text_replace(text, "\"L2\", \"chromosome\": \"A\"",
                                   "\"L2\", \"chromosome\": \"7\", \"position_cm\": 3");
  hw_case_list *list = parse_json(placed);
  const hw_fam_write_options options = {.omit_partial = true, .omit_positions = true};
  hw_str out = HW_STR_INIT;
  hw_assert_ok(hw_fam_write(&list->cases[0], &options, &out, &err), &err);
  hw_fam *again = fam_text_parse(hw_str_text(&out), out.length, NULL);
  assert_int_equal(again->kinship->profiles[0].observations[0].kind, HW_OBS_MISSING);
  assert_int_equal(again->kinship->profiles[0].observations[1].kind, HW_OBS_GENOTYPE);
  assert_int_equal(again->kinship->markers[1].chromosome, HW_CHROMOSOME_AUTOSOMAL);
  hw_fam_delete(again);
  hw_str_clear(&out);
  hw_case_list_delete(list);
  free(placed);
  free(text);
}

static void cases_that_need_no_json_are_refused_too(void **state) {
  (void)state;
  hw_case_list *list = parse_json(COMPARISON);
  hw_case c = list->cases[0];
  hw_str out = HW_STR_INIT;
  hw_profile profiles[2] = {c.profiles[0], c.profiles[1]};
  profiles[0].typing_error = 0.01;
  c.profiles = profiles;
  hw_assert_status(hw_fam_write(&c, NULL, &out, &err), HW_E_UNSUPPORTED, &err);
  hw_assert_contains(err.message, "typing error");
  c = list->cases[0];
  c.n_hypotheses = 0;
  hw_assert_status(hw_fam_write(&c, NULL, &out, &err), HW_E_UNSUPPORTED, &err);
  hw_assert_contains(err.message, "neither hypotheses nor remains nor families");
  c = list->cases[0];
  hw_marker markers[2] = {c.markers[0], c.markers[1]};
  markers[0].chromosome = HW_CHROMOSOME_X;
  c.markers = markers;
  hw_assert_status(hw_fam_write(&c, NULL, &out, &err), HW_E_UNSUPPORTED, &err);
  hw_assert_contains(err.message, "is on chromosome X");
  static const char *const alleles[] = {"0", "9"};
  markers[0] = list->cases[0].markers[0];
  markers[0].allele_names = alleles;
  hw_assert_status(hw_fam_write(&c, NULL, &out, &err), HW_E_UNSUPPORTED, &err);
  hw_assert_contains(err.message, "cannot count steps from allele \"0\"");
  hw_case_list_delete(list);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  static const char *const texts[] = {FAM_KINSHIP, FAM_DVI};
  for (int i = 0; i < 2; i++) {
    hw_fam *fam = fam_text_parse(texts[i], strlen(texts[i]), NULL);
    const hw_fam_write_options options = {.omit_partial = true};
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_str out = HW_STR_INIT;
      const hw_status status = hw_fam_write(&fam->cases[0], &options, &out, &err);
      const bool failed = hw_faults_end();
      hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
      hw_str_clear(&out);
      if (!failed) break;
    }
    hw_fam_delete(fam);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_cases_read_back),
      cmocka_unit_test(a_synthetic_file_reads_back),
      cmocka_unit_test(the_form_is_that_of_familias),
      cmocka_unit_test(other_forms_keep_their_likelihoods),
      cmocka_unit_test(extra_persons_keep_the_likelihoods),
      cmocka_unit_test(missing_persons_get_the_names_that_familias_knows),
      cmocka_unit_test(what_the_format_cannot_say_is_refused),
      cmocka_unit_test(options_permit_to_leave_out),
      cmocka_unit_test(cases_that_need_no_json_are_refused_too),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("fam_write", tests, NULL, NULL);
}
