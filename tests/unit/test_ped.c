/* PED, map, data and frequency files: what is understood, what is refused and how. All files are
 * synthetic. */
#include "formats/ped.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_errors errors;
static hw_ped ped;

static hw_ped_source source(const char *text, const char *name) {
  return (hw_ped_source){text, text ? strlen(text) : 0, name};
}

static hw_status read4(const char *ped_text, const char *map, const char *data, const char *freq,
                       const hw_ped_options *options) {
  const hw_ped_sources sources = {source(ped_text, "p"), source(map, "m"), source(data, "d"),
                                  source(freq, "f")};
  errors = (hw_errors){0};
  return hw_ped_parse(&sources, options, &ped, &errors);
}

static void parse4(const char *ped_text, const char *map, const char *data, const char *freq) {
  const hw_status status = read4(ped_text, map, data, freq, NULL);
  hw_assert_ok(status, &errors.kept[0]);
  assert_int_equal(errors.n, 0);
}

static bool has_note(const char *part) {
  for (int32_t i = 0; i < ped.n_notes; i++)
    if (strstr(ped.notes[i].text, part)) return true;
  return false;
}

/* A profile's genotypes as text: "10/12 7/? - X:3". */
static const char *show(int32_t family, int32_t profile) {
  static char text[400];
  const hw_profile *p = &ped.families[family].profiles[profile];
  size_t n = 0;
  for (int32_t m = 0; m < p->n_markers; m++) {
    const hw_observation *o = &p->observations[m];
    const char *const *names = ped.markers[m].allele_names;
    const char *between = m > 0 ? " " : "";
    if (o->kind == HW_OBS_MISSING)
      n += (size_t)snprintf(text + n, sizeof text - n, "%s-", between);
    else if (o->kind == HW_OBS_SINGLE)
      n += (size_t)snprintf(text + n, sizeof text - n, "%sX:%s", between, names[o->a]);
    else
      n += (size_t)snprintf(text + n, sizeof text - n, "%s%s/%s", between, names[o->a],
                            o->b == HW_ALLELE_NONE ? "?" : names[o->b]);
  }
  return text;
}

static const char TRIO_MAP[] = "1 L1 10.5 1000\n23 L2 0 2000\n";
static const char TRIO[] = "# family person father mother sex phenotype\n"
                           "F1 dad 0 0 1 0  10 12  3 3\n"
                           "F1\tmum\t0\t0\t2\t0\t7\t0\t3\t4\r\n"
                           "\n"
                           "F2 solo 0 0 0 0 0 0 0 0\n"
                           "F1 kid dad mum 1 0 12 7 4 0\n";
static const char TRIO_FREQ[] = "M L1\nA 7 0.25\nA 10 0.25\nA 12 0.5\nM L2\nF 0.1 0.2 0.3 0.4\n";

static void plink_files_are_read(void **state) {
  (void)state;
  parse4(TRIO, TRIO_MAP, NULL, TRIO_FREQ);
  assert_int_equal(ped.n_markers, 2);
  assert_true(ped.has_frequencies);
  assert_string_equal(ped.markers[0].name, "L1");
  assert_int_equal(ped.markers[0].chromosome, 1);
  hw_assert_close(ped.markers[0].position_cm, 10.5, 0, 0);
  assert_int_equal(ped.position_bp[0], 1000);
  assert_true(hw_marker_is_x(&ped.markers[1]));
  assert_true(isnan(ped.markers[1].position_cm));
  assert_int_equal(ped.markers[1].n_alleles, 4);
  hw_assert_close(ped.markers[1].frequencies[2], 0.3, 0, 0);
  assert_int_equal(ped.n_families, 2);
  const hw_ped_family *f = &ped.families[0];
  assert_string_equal(f->name, "F1");
  assert_int_equal(f->pedigree.n_persons, 3);
  assert_string_equal(f->pedigree.persons[2].id, "kid");
  assert_int_equal(f->pedigree.persons[2].father, 0);
  assert_int_equal(f->pedigree.persons[2].mother, 1);
  assert_int_equal(f->pedigree.persons[2].sex, HW_MALE);
  assert_int_equal(f->pedigree.persons[2].twin, HW_PERSON_NONE);
  assert_int_equal(f->lines[2], 6);
  assert_int_equal(f->n_profiles, 3);
  assert_string_equal(show(0, 0), "10/12 X:3");
  assert_string_equal(show(0, 1), "7/? 3/4");
  assert_string_equal(show(0, 2), "12/7 X:4");
  assert_int_equal(ped.families[1].n_profiles, 0);
  assert_int_equal(ped.families[1].pedigree.persons[0].sex, HW_UNKNOWN_SEX);
  hw_ped_clear(&ped);
}

static void merlin_files_are_read(void **state) {
  (void)state;
  parse4("1 a . . m 2 1.5 9.3/10 x/x\n1 b . . f x x 10/10 1/x\n",
         "CHROMOSOME MARKER LOCATION\n5 L2 20\nX other 3\n5 L1 10\n",
         "A disease\nT trait\nM L1\nM L2\nE\n", NULL);
  assert_int_equal(ped.n_markers, 2);
  assert_false(ped.has_frequencies);
  assert_string_equal(ped.markers[0].name, "L1");
  hw_assert_close(ped.markers[0].position_cm, 10, 0, 0);
  assert_null(ped.markers[0].frequencies);
  assert_int_equal(ped.markers[0].n_alleles, 2);
  assert_string_equal(show(0, 0), "9.3/10 -");
  assert_string_equal(show(0, 1), "10/10 1/?");
  hw_ped_clear(&ped);
  parse4("1 a 0 0 1 1 2 3 4 0 x\n", "1 L2 5\n", "S2\nM L1\nS skip\nZ twins\n", NULL);
  assert_string_equal(show(0, 0), "3/4");
  assert_true(has_note("1 markers are not in the map and count as autosomal, the first is \"L1\""));
  hw_ped_clear(&ped);
  parse4("1 a 0 0 1 1 2\n", NULL, "M L1\n", NULL);
  assert_string_equal(show(0, 0), "1/2");
  hw_ped_clear(&ped);
}

static void layouts_without_phenotype_are_told_apart(void **state) {
  (void)state;
  static const char *const rows[] = {"f p 0 0 1 1 2 3 4\n", "f p 0 0 1 9 1 2 3 4\n",
                                     "f p 0 0 1 1/2 3/4\n", "f p 0 0 1 9 1/2 3/4\n",
                                     "f p 0 0 1 1/2 3 4\n", "f/ p/1 0 0 1 1 2 3 4\n"};
  for (int i = 0; i < 6; i++) {
    parse4(rows[i], "1 a 0 0\n1 b 0 0\n", NULL, NULL);
    assert_string_equal(show(0, 0), "1/2 3/4");
    hw_ped_clear(&ped);
  }
}

static void maps_of_three_columns_are_told_apart(void **state) {
  (void)state;
  static const struct {
    const char *map;
    double cm;
    int64_t bp;
    bool is_guess;
  } maps[] = {{"1 a 12.5\n", 12.5, 0, false},
              {"1 a 120000\n", (double)NAN, 120000, false},
              {"1 a 120\n", 120, 0, true},
              {"CHR MARKER POSITION\n1 a 120000\n", 120000, 0, false},
              {"CHR MARKER BP\nchr1 a 120\n", (double)NAN, 120, false},
              {"0 a NA\n", (double)NAN, 0, false}};
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
    parse4("f p 0 0 1 1 2\n", maps[i].map, NULL, NULL);
    hw_assert_close(ped.markers[0].position_cm, maps[i].cm, 0, 0);
    assert_int_equal(ped.position_bp[0], maps[i].bp);
    assert_int_equal(has_note("read as centimorgans"), maps[i].is_guess);
    hw_ped_clear(&ped);
  }
  const hw_ped_options bp = {.map3 = HW_PED_MAP3_BP};
  hw_assert_ok(read4("f p 0 0 1 1 2\n", "1 a 120\n", NULL, NULL, &bp), &errors.kept[0]);
  assert_int_equal(ped.position_bp[0], 120);
  hw_ped_clear(&ped);
}

static void markers_of_negative_position_are_left_out(void **state) {
  (void)state;
  parse4("f p 0 0 1 1 2 8 9 3 4\n", "1 a 0 1\n26 gone 0 -5\n1 b 0 2\n", NULL, NULL);
  assert_int_equal(ped.n_markers, 2);
  assert_string_equal(show(0, 0), "1/2 3/4");
  hw_ped_clear(&ped);
}

static void parents_without_a_row_can_be_added(void **state) {
  (void)state;
  static const char rows[] = "f a dad 0 1 1 2\nf b dad mum 2 1 2\nf dad 0 0 0 1 1\n";
  const hw_ped_options add = {.add_parents = true};
  hw_assert_ok(read4(rows, "1 L 0 0\n", NULL, NULL, &add), &errors.kept[0]);
  const hw_pedigree *p = &ped.families[0].pedigree;
  assert_int_equal(p->n_persons, 4);
  assert_string_equal(p->persons[3].id, "mum");
  assert_int_equal(p->persons[3].sex, HW_FEMALE);
  assert_int_equal(p->persons[1].mother, 3);
  assert_int_equal(ped.families[0].lines[3], 0);
  assert_int_equal(ped.families[0].n_profiles, 3);
  assert_true(has_note("1 parents without a row"));
  hw_ped_clear(&ped);
}

static void a_minimum_frequency_takes_unlisted_alleles(void **state) {
  (void)state;
  const hw_frequency_options frequency = {
      .minimum = HW_MINIMUM_STATED, .minimum_value = 0.01, .normalisation = HW_NORMALISE_RESCALE};
  const hw_ped_options options = {.frequency = &frequency};
  hw_assert_ok(read4("f p 0 0 1 7 9\nf q 0 0 1 9 7\n", "1 L 0 0\n", NULL,
                     "marker allele freq\nL 7 0.4\nL 8 0.6\n", &options),
               &errors.kept[0]);
  assert_int_equal(ped.markers[0].n_alleles, 3);
  assert_string_equal(show(0, 0), "7/9");
  hw_assert_close(ped.markers[0].frequencies[2], 0.01 / 1.01, 1e-12, 0);
  hw_ped_clear(&ped);
}

static void content_is_recognised(void **state) {
  (void)state;
  assert_true(hw_ped_is(TRIO, strlen(TRIO)));
  assert_true(hw_ped_is("f p 0 0 female", 14));
  assert_false(hw_ped_is("f p 0 0 7 1 2\n", 14));
  assert_false(hw_ped_is("f p 0 0\n", 8));
  assert_false(hw_ped_is("", 0));
}

/* --- what is refused --- */

#define MAP1 "1 L1 0 0\n"
#define ROW "f p 0 0 1 1 2\n"

static const struct {
  const char *ped, *map, *data, *freq;
  hw_status status;
  const char *expected; /* file and message; the line's end may be left out */
} REFUSED[] = {
    {ROW, NULL, NULL, NULL, HW_E_VALUE, "a ped file needs its map (or MERLIN's data file)"},
    {"", MAP1, NULL, NULL, HW_E_VALUE, "p: the file has no persons"},
    {ROW, "# nothing\n", NULL, NULL, HW_E_VALUE, "m: the file names no marker"},
    {"f p 0 0\n", MAP1, NULL, NULL, HW_E_SHAPE,
     "p:1: the row ends before the sex; expected family, person, father, mother, sex and the "
     "genotypes"},
    {"f p\n", MAP1, NULL, NULL, HW_E_SHAPE, "p:1: the row ends before the father"},
    {"f p 0 0 7 1 2\n", MAP1, NULL, NULL, HW_E_VALUE,
     "p:1: \"7\" is no sex; expected 1 (male), 2 (female) or 0 (not known)"},
    {"f 0 0 0 1 1 2\n", MAP1, NULL, NULL, HW_E_VALUE, "p:1: the person is called 0"},
    {ROW "f q 0 0 1 1\n", MAP1, NULL, NULL, HW_E_SHAPE,
     "p:2: L1: the row ends in the middle of this genotype"},
    {ROW "f q 0 0 1\n", MAP1, NULL, NULL, HW_E_SHAPE, "p:2: L1: the row ends before this genotype"},
    {ROW "f q 0 0 1 1 2 3\n", MAP1, NULL, NULL, HW_E_SHAPE,
     "p:2: the row has 1 more words than the 1 columns that the map lists"},
    {"f p 0 0 1 1 2 3 4\n" ROW, MAP1, NULL, NULL, HW_E_SHAPE,
     "p:1: the row has 2 more words than the 1 columns that the map lists"},
    {"f p 0 0 1 1\nf q 0 0 1 1 2\n", MAP1, NULL, NULL, HW_E_SHAPE,
     "p:1: L1: the row ends in the middle of this genotype"},
    {"f p 0 0 1 1 2 3 4\nf q 0 0 1 1 2 3 4\n", MAP1, NULL, NULL, HW_E_SHAPE,
     "p:1: every row has 2 genotypes, but the map lists 1 markers: is it the map of this file?"},
    {"f p 0 0 1 1/\n", MAP1, NULL, NULL, HW_E_SYNTAX,
     "p:1: L1: a genotype with a \"/\" has one allele on each side"},
    {"f p 0 0 1 1/2/3\n", MAP1, NULL, NULL, HW_E_SYNTAX, "p:1: L1: a genotype with a \"/\""},
    {ROW "g p 0 0 1 1 2\n" ROW, MAP1, NULL, NULL, HW_E_DUPLICATE,
     "p:3: person \"p\" of family \"f\" stands on line 1 already"},
    {"f p dad 0 1 1 2\n", MAP1, NULL, NULL, HW_E_REFERENCE,
     "p:1: \"dad\", the father of \"p\", has no row in family \"f\"; add one (with 0 for what is "
     "not known), or write 0 for the parent"},
    {"f p 0 q 1 1 2\nf q 0 p 2 1 2\n", MAP1, NULL, NULL, HW_E_PEDIGREE,
     "p:2: family f.pedigree[1].mother: p, the mother of q, is male"},
    {"f a b 0 1 1 2\nf b a 0 1 1 2\n", MAP1, NULL, NULL, HW_E_PEDIGREE,
     "a is her own ancestor, or his, over 2 generations"},
    {"f a b 0 1 1 2\nf b 0 0 2 1 2\n", MAP1, NULL, NULL, HW_E_PEDIGREE, "is female"},
    {ROW, "1 L1 0 0\n1 L1 0 0\n", NULL, NULL, HW_E_DUPLICATE,
     "m:2: marker \"L1\" stands on line 1 already"},
    {ROW, "1 L1\n", NULL, NULL, HW_E_SHAPE, "m:1: 2 columns; expected chromosome, marker"},
    {ROW, "99 L1 0 0\n", NULL, NULL, HW_E_VALUE, "m:1: \"99\" is no chromosome; expected 1 to 22"},
    {ROW, "Y L1 0 0\n", NULL, NULL, HW_E_UNSUPPORTED,
     "m:1: marker \"L1\" lies on chromosome Y; only autosomes and X"},
    {ROW, "1 L1 -3 0\n", NULL, NULL, HW_E_VALUE, "m:1: \"-3\" is no position in centimorgans"},
    {ROW, "1 L1 3 1.5\n", NULL, NULL, HW_E_VALUE, "m:1: \"1.5\" is no position in base pairs"},
    {ROW, NULL, "Q L1\n", NULL, HW_E_UNKNOWN_KEY, "d:1: \"Q\" is no kind of column"},
    {ROW, NULL, "M\n", NULL, HW_E_SYNTAX, "d:1: a marker without a name"},
    {ROW, "1 L1 0 0\n1 L1 0 0\n", "M L1\n", NULL, HW_E_DUPLICATE,
     "m:2: marker \"L1\" stands in the map already"},
    {"f p 0 0 1 MZ 1 2\n", NULL, "Z t\nM L1\n", NULL, HW_E_UNSUPPORTED, "p:1: zygosity \"MZ\""},
    {"f p 0 0 1\n", NULL, "A t\nM L1\n", NULL, HW_E_SHAPE,
     "p:1: the row ends before a column of kind A"},
    {"f p 0 0 1 1 2\n", "X L1 0 0\n", NULL, NULL, HW_E_SHAPE,
     "p:1: \"p\" is male and has the alleles 1 and 2 at the X marker \"L1\"; a male has one"},
    {"f p 0 0 0 1 1\n", "X L1 0 0\n", NULL, NULL, HW_E_UNSUPPORTED,
     "p:1: \"p\" is typed at the X marker \"L1\", but the sex is 0; state it"},
    {ROW, MAP1, NULL, "M L1\nF 0.5 0.4\n", HW_E_VALUE,
     "f:2: marker \"L1\": the frequencies sum to 0.9, not to 1"},
    {ROW, MAP1, NULL, "M L1\nA 1 0.5\nA 3 0.5\n", HW_E_REFERENCE,
     "p:1: marker \"L1\": allele \"2\" has no frequency in f; add it there, or choose a minimum"},
    {ROW, MAP1, NULL, "M L2\nF 0.5 0.5\n", HW_E_REFERENCE,
     "f: the file has no frequencies of marker \"L1\""},
    {ROW, MAP1, NULL, "M L1\nA 1 0,5\n", HW_E_SYNTAX,
     "f:2: \"0,5\" is not a number; write the decimal sign as a point"},
    {ROW, MAP1, NULL, "M L1\nB 1\n", HW_E_SYNTAX, "f:2: the line begins with \"B\"; expected M"},
    {ROW, MAP1, NULL, "M L1\nA 1\n", HW_E_SYNTAX, "f:2: expected \"A allele frequency\""},
    {ROW, MAP1, NULL, "M\nA 1 1\n", HW_E_SYNTAX, "f:1: a marker without a name"},
    {ROW, MAP1, NULL, "L1 1 0.5 9\n", HW_E_SHAPE, "f:1: 4 words; expected marker, allele"},
    {ROW, MAP1, NULL, "L1 1 0.5\nL1 1 0.5\n", HW_E_DUPLICATE, "f:2: "},
    {"f p\0 0 0 1 1 2\n", MAP1, NULL, NULL, HW_E_SHAPE, "p:1: "},
};

static void mistakes_are_refused_with_their_place(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
    char line[1200];
    const hw_status status =
        read4(REFUSED[i].ped, REFUSED[i].map, REFUSED[i].data, REFUSED[i].freq, NULL);
    assert_true(errors.n > 0);
    hw_assert_contains(hw_err_text(&errors.kept[0], line, sizeof line), REFUSED[i].expected);
    hw_assert_status(status, REFUSED[i].status, &errors.kept[0]);
    assert_int_equal(ped.n_families, 0);
    assert_null(ped.markers);
  }
}

static void long_names_are_refused(void **state) {
  (void)state;
  char text[600];
  snprintf(text, sizeof text, "f %0300d 0 0 1 1 2\n", 7);
  hw_assert_status(read4(text, MAP1, NULL, NULL, NULL), HW_E_VALUE, &errors.kept[0]);
  assert_string_equal(errors.kept[0].message, "the person has 300 bytes; expected at most 200");
}

static void all_mistakes_are_counted(void **state) {
  (void)state;
  char text[2000] = "";
  for (int i = 0; i < 40; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "f p%d 0 0 9 1 2\n", i);
  hw_assert_status(read4(text, MAP1, NULL, NULL, NULL), HW_E_VALUE, &errors.kept[0]);
  assert_int_equal(errors.n, 40);
}

static void missing_files_are_reported(void **state) {
  (void)state;
  const hw_ped_paths paths = {.ped = "/nonexistent/x.ped", .map = "/nonexistent/x.map"};
  errors = (hw_errors){0};
  hw_assert_status(hw_ped_read(&paths, NULL, &ped, &errors), HW_E_NOT_FOUND, NULL);
  assert_string_equal(errors.kept[0].file, "/nonexistent/x.ped");
}

/* --- writing --- */

typedef hw_status (*writer)(const hw_ped *self, FILE *out, hw_err *err);

static hw_status write_to(writer write, const hw_ped *from, char **text, hw_err *err) {
  size_t n;
  FILE *out = open_memstream(text, &n);
  assert_non_null(out);
  const hw_status status = write(from, out, err);
  fclose(out);
  return status;
}

/* A random ped file as text; with freq, every allele is listed. */
static void make_files(hw_random *random, char *rows, char *map, char *freq, size_t size) {
  const int n_markers = 1 + (int)hw_random_below(random, 4);
  size_t n = 0, k = 0;
  for (int m = 0; m < n_markers; m++) {
    const bool is_x = m == 2;
    n += (size_t)snprintf(map + n, size - n, "%s M%d %s %d\n", is_x ? "X" : "4", m,
                          m == 1 ? "NA" : "1.2345678901234567", m * 7);
    const double p = hw_random_double(random);
    k += (size_t)snprintf(freq + k, size - k, "M M%d\nA 9.3 %.17g\nA b %.17g\n", m, p, 1 - p);
  }
  n = 0;
  for (int f = 0; f < 3; f++)
    for (int i = 0; i < 6; i++) {
      const int sex = i % 2 == 0 ? 1 : 2;
      n += (size_t)snprintf(rows + n, size - n, "F%d %d %d %d %d 0", f, i + 1,
                            i >= 2 && hw_random_below(random, 3) > 0 ? 1 : 0,
                            i >= 2 && hw_random_below(random, 3) > 0 ? 2 : 0, sex);
      for (int m = 0; m < n_markers; m++) {
        static const char *const alleles[] = {"0", "9.3", "b"};
        const char *a = alleles[hw_random_below(random, 3)];
        const char *b = m == 2 && sex == 1 ? a : alleles[hw_random_below(random, 3)];
        n += (size_t)snprintf(rows + n, size - n, " %s %s", a, b);
      }
      n += (size_t)snprintf(rows + n, size - n, "\n");
    }
}

static void assert_same(const hw_ped *a, const hw_ped *b) {
  assert_int_equal(a->n_markers, b->n_markers);
  for (int32_t m = 0; m < a->n_markers; m++) {
    const hw_marker *x = &a->markers[m], *y = &b->markers[m];
    assert_string_equal(x->name, y->name);
    assert_int_equal(x->chromosome, y->chromosome);
    hw_assert_close(x->position_cm, y->position_cm, 0, 0);
    assert_int_equal(a->position_bp[m], b->position_bp[m]);
    assert_int_equal(x->n_alleles, y->n_alleles);
    for (int32_t i = 0; i < x->n_alleles; i++) {
      assert_string_equal(x->allele_names[i], y->allele_names[i]);
      if (x->frequencies) hw_assert_same_bits(x->frequencies[i], y->frequencies[i]);
    }
  }
  assert_int_equal(a->n_families, b->n_families);
  for (int32_t f = 0; f < a->n_families; f++) {
    const hw_ped_family *x = &a->families[f], *y = &b->families[f];
    assert_string_equal(x->name, y->name);
    assert_int_equal(x->pedigree.n_persons, y->pedigree.n_persons);
    for (int32_t i = 0; i < x->pedigree.n_persons; i++) {
      const hw_person *p = &x->pedigree.persons[i], *q = &y->pedigree.persons[i];
      assert_string_equal(p->id, q->id);
      assert_true(p->father == q->father && p->mother == q->mother && p->sex == q->sex);
    }
    assert_int_equal(x->n_profiles, y->n_profiles);
    for (int32_t i = 0; i < x->n_profiles; i++) {
      assert_int_equal(x->profile_person[i], y->profile_person[i]);
      for (int32_t m = 0; m < a->n_markers; m++) {
        const hw_observation *o = &x->profiles[i].observations[m];
        const hw_observation *u = &y->profiles[i].observations[m];
        assert_true(o->kind == u->kind && o->a == u->a && o->b == u->b);
      }
    }
  }
}

static void what_is_written_reads_back(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 11);
  for (int trial = 0; trial < 200; trial++) {
    char rows[4000], map[4000], freq[4000], *out[3];
    hw_err err = HW_ERR_INIT;
    make_files(&random, rows, map, freq, sizeof map);
    parse4(rows, map, NULL, freq);
    hw_ped first = ped;
    hw_assert_ok(write_to(hw_ped_write_ped, &first, &out[0], &err), &err);
    hw_assert_ok(write_to(hw_ped_write_map, &first, &out[1], &err), &err);
    hw_assert_ok(write_to(hw_ped_write_frequencies, &first, &out[2], &err), &err);
    parse4(out[0], out[1], NULL, out[2]);
    assert_same(&first, &ped);
    for (int i = 0; i < 3; i++) free(out[i]);
    hw_ped_clear(&first);
    hw_ped_clear(&ped);
  }
}

static void what_cannot_be_written_is_refused(void **state) {
  (void)state;
  static const char *const alleles[] = {"1", "0"};
  static const double half[] = {0.5, 0.5};
  const int64_t bp[1] = {0};
  hw_marker marker = {
      .name = "L 1", .n_alleles = 2, .allele_names = alleles, .silent = HW_ALLELE_NONE};
  hw_observation set = {.kind = HW_OBS_SET};
  const hw_profile profile = {.id = "p", .n_markers = 1, .observations = &set};
  hw_person person = {.id = "p", .father = -1, .mother = -1, .twin = -1};
  const int32_t who = 0;
  hw_ped_family family = {.name = "f",
                          .pedigree = {1, &person},
                          .n_profiles = 1,
                          .profiles = &profile,
                          .profile_person = &who};
  const hw_ped from = {
      .n_markers = 1, .markers = &marker, .position_bp = bp, .n_families = 1, .families = &family};
  hw_err err = HW_ERR_INIT;
  char *text = NULL;
  const struct {
    writer write;
    hw_status status;
    const char *expected;
  } steps[] = {
      {hw_ped_write_map, HW_E_VALUE, "the marker \"L 1\" is empty or holds a blank"},
      {hw_ped_write_frequencies, HW_E_VALUE, "marker \"L 1\" has no frequencies"},
      {hw_ped_write_ped, HW_E_UNSUPPORTED, "a profile with dropout is a set of alleles"},
      {hw_ped_write_ped, HW_E_VALUE, "the allele \"0\" means \"missing\" in PED files"},
      {hw_ped_write_frequencies, HW_E_VALUE, "the allele \"0\" means \"missing\""},
      {hw_ped_write_ped, HW_E_VALUE, "the person \"0\" means \"missing\""},
      {hw_ped_write_ped, HW_E_VALUE, "the family \"#f\" would begin a comment line"},
      {hw_ped_write_ped, HW_E_UNSUPPORTED, "is an identical twin"},
      {hw_ped_write_map, HW_E_VALUE, "chromosome 24"},
  };
  for (int i = 0; i < 9; i++) {
    if (i == 3) set = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = 1, .b = 1};
    if (i == 4) {
      marker.name = "L1";
      marker.frequencies = half;
    }
    if (i == 5) person.id = "0";
    if (i == 6) family.name = "#f";
    if (i == 7) person.twin = 0;
    if (i == 8) marker.chromosome = 24;
    hw_assert_status(write_to(steps[i].write, &from, &text, &err), steps[i].status, &err);
    hw_assert_contains(err.message, steps[i].expected);
    free(text);
  }
  FILE *full = fopen("/dev/full", "wb");
  if (full == NULL) return;
  marker.chromosome = 1;
  hw_assert_status(hw_ped_write_map(&from, full, &err), HW_E_IO, &err);
  fclose(full);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  const hw_frequency_options frequency = {
      .minimum = HW_MINIMUM_STATED, .minimum_value = 0.01, .normalisation = HW_NORMALISE_RESCALE};
  const hw_ped_options options = {.frequency = &frequency, .add_parents = true};
  for (int round = 0; round < 2; round++)
    for (long n = 0;; n++) {
      assert_true(hw_faults_begin(n));
      const hw_status status = read4("f p d m 1 7 9\xE9\n", "1 L 3\n", NULL,
                                     round ? "L 7 0.4\nL 8 0.6\n" : NULL, &options);
      if (!hw_faults_end()) {
        hw_assert_ok(status, &errors.kept[0]);
        hw_ped_clear(&ped);
        break;
      }
      hw_assert_status(status, HW_E_NO_MEMORY, &errors.kept[0]);
      assert_null(ped.families);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plink_files_are_read),
      cmocka_unit_test(merlin_files_are_read),
      cmocka_unit_test(layouts_without_phenotype_are_told_apart),
      cmocka_unit_test(maps_of_three_columns_are_told_apart),
      cmocka_unit_test(markers_of_negative_position_are_left_out),
      cmocka_unit_test(parents_without_a_row_can_be_added),
      cmocka_unit_test(a_minimum_frequency_takes_unlisted_alleles),
      cmocka_unit_test(content_is_recognised),
      cmocka_unit_test(mistakes_are_refused_with_their_place),
      cmocka_unit_test(long_names_are_refused),
      cmocka_unit_test(all_mistakes_are_counted),
      cmocka_unit_test(missing_files_are_reported),
      cmocka_unit_test(what_is_written_reads_back),
      cmocka_unit_test(what_cannot_be_written_is_refused),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("ped", tests, NULL, NULL);
}
