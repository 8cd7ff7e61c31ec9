/* Familias files that are wrong in one place each: status, line, and the whole line that a person
 * gets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/fam.h"
#include "support/assert.h"
#include "support/case_text.h"
#include "support/fam_text.h"

/* One mistake: replace `from` by `to`. */
typedef struct mistake {
  const char *from, *to;
  hw_status status;
  const char *text; /* of the first error, exactly, behind "x.fam" */
} mistake;

static void assert_refused(const char *text, const mistake *m) {
  hw_fam *out = NULL;
  hw_errors errors = {0};
  char line[1200];
  const hw_status status = hw_fam_parse(text, strlen(text), "x.fam", NULL, &out, &errors);
  assert_null(out);
  assert_true(errors.n >= 1);
  (void)hw_err_text(&errors.kept[0], line, sizeof line);
  if (strncmp(line, "x.fam", 5) != 0 || strcmp(line + 5, m->text) != 0)
    fail_msg("\n  expected x.fam%s\n  told     %s", m->text, line);
  hw_assert_status(status, m->status, &errors.kept[0]);
  hw_assert_status(hw_fam_parse(text, strlen(text), NULL, NULL, &out, NULL), m->status, NULL);
}

static void refuse_all(const char *right, const mistake *list, size_t n) {
  for (size_t i = 0; i < n; i++) {
    char *text = case_text_replace(right, list[i].from, list[i].to);
    assert_refused(text, &list[i]);
    free(text);
  }
}

#define REFUSE_ALL(right, list) refuse_all((right), (list), sizeof(list) / sizeof *(list))

static void heads(void **state) {
  (void)state;
  static const mistake list[] = {
      {"Output from Familias", "Output from Another", HW_E_SYNTAX,
       ":1: \"Output from Another, version 3.2.1\" stands where a Familias file begins with "
       "\"Output from Familias, version …\"; other programs use the ending .fam too"},
      {"3.2.1\n\"a remark\"", "three\n\"a remark\"", HW_E_SYNTAX,
       ":3: \"three\" stands where the version or the number of persons is expected"},
      {"\"a remark\"\n4\n", "\"a remark\"\nfour\n", HW_E_SYNTAX,
       ":5: \"four\" stands where the version or the number of persons is expected"},
      {"\"a remark\"\n4\n", "\"a remark\"\n-4\n", HW_E_SYNTAX,
       ":5: \"-4\" stands where the number of persons is expected: a whole number of at least 0"},
      {"\"a remark\"\n4\n", "\"a remark\"\n5000\n", HW_E_SHAPE,
       ":5: the number of persons is 5000, but only 157 lines follow; is the file cut short?"},
      {"\"a remark\"\n4\n", "\"a remark\"\n99999999999\n", HW_E_SYNTAX,
       ":5: \"99999999999\" stands where the version or the number of persons is expected"},
      {"\"a remark\"\n4\n", "\"a remark\"\n3\n", HW_E_SYNTAX,
       ":39: \"comb\" stands where \"Known relations\" is expected behind 3 persons; is the "
       "number of persons or genotypes right?"},
      {"\"a remark\"\n4\n", "\"a remark\"\n5\n", HW_E_SYNTAX,
       ":49: \"1\" stands where #TRUE# or #FALSE# is expected: a mark of the person, while "
       "reading person 5 of 5"},
  };
  REFUSE_ALL(FAM_KINSHIP, list);
}

static void persons(void **state) {
  (void)state;
  static const mistake list[] = {
      {"\"AF\"\n#FALSE#", "\"AF\"\nFALSE", HW_E_SYNTAX,
       ":7: \"FALSE\" stands where #TRUE# or #FALSE# is expected: a mark of the person, while "
       "reading person 1 of 4"},
      {"\"AF\"\n#FALSE#\n-1", "\"AF\"\n#FALSE#\n-1 (Consider nothing)", HW_E_SYNTAX,
       ":8: \"-1 (Consider nothing)\" stands where a year of birth is expected: -1, or \"-1 "
       "(Consider dropouts)\", while reading person 1 of 4"},
      {"#TRUE#\n3\n0", "#TRUE#\n4\n0", HW_E_SYNTAX,
       ":21: \"\"MO\"\" stands where the place of the first allele is expected: a whole number "
       "of at least -1, while reading person 1 of 4"},
      {"#TRUE#\n3\n0", "#TRUE#\n2\n0", HW_E_SYNTAX,
       ":19: \"1\" stands where #TRUE# or #FALSE# is expected: a mark of the person, while "
       "reading person 2 of 4"},
      {"0\n1\n0\n2\n2\n1\n", "0\n3\n0\n2\n2\n1\n", HW_E_REFERENCE,
       ":12: person \"AF\", locus \"L1\": allele 3 does not exist; the locus has 3 that can be "
       "seen, counted from 0"},
      {"0\n1\n0\n2\n2\n1\n", "0\n1\n4\n2\n2\n1\n", HW_E_REFERENCE,
       ":12: person \"AF\": locus 4 does not exist; the database has 4, counted from 0"},
      {"0\n1\n0\n2\n2\n1\n", "0\n1\n0\n2\n2\n0\n", HW_E_DUPLICATE,
       ":15: person \"AF\" is typed at locus \"L1\" already in line 12; remove one of the two"},
      {"\"MO\"", "\"AF\"", HW_E_DUPLICATE,
       ":21: person \"AF\" stands already in line 6; rename one"},
      {"\"MO\"", "#FALSE#", HW_E_SYNTAX,
       ":21: \"#FALSE#\" stands where a person's name is expected, in quotation marks, while "
       "reading person 2 of 4"},
  };
  REFUSE_ALL(FAM_KINSHIP, list);
}

static void pedigrees(void **state) {
  (void)state;
  static const mistake list[] = {
      {"1\n2\n3\n0\n\"H1\"", "1\n9\n3\n0\n\"H1\"", HW_E_REFERENCE,
       ":52: pedigree \"H1\": the child is person 9, but there are 5, extra persons included, "
       "counted from 0"},
      {"1\n2\n3\n0\n\"H1\"", "mother\n2\n3\n0\n\"H1\"", HW_E_SYNTAX,
       ":52: \"mother\" stands where a parent is expected: a person's place from 0, or \"0 "
       "(Direct)\" for one individual under two names"},
      {"1\n2\n3\n0\n\"H1\"", "1\n2\n2\n0\n\"H1\"", HW_E_SYNTAX,
       ":73: \"2\" stands where #TRUE# or #FALSE# is expected: whether there are computed results"},
      {"1\n\"H2\"", "0\n\"H2\"", HW_E_REFERENCE,
       ":62: 0 is the number of pedigree 2 of 3; the numbers 0 to 2 must each come once, while "
       "reading pedigree 2 of 3"},
      {"\"H2\"\n0\n1\n3\n", "\"H2\"\n0\n1001\n3\n", HW_E_VALUE,
       ":65: the number of extra males is 1001; at most 1000, while reading pedigree 2 of 3"},
      {"5\n2\n5\n0\n2 (Direct)\n3\n", "5\n2\n5\n0\n2 (Indirekt)\n3\n", HW_E_SYNTAX,
       ":71: \"2 (Indirekt)\" stands where a parent is expected: a person's place from 0, or "
       "\"0 (Direct)\" for one individual under two names, while reading pedigree 2 of 3"},
      {"5\n2\n5\n0\n2 (Direct)\n3\n", "5\n2\n5\n6\n2 (Direct)\n3\n", HW_E_REFERENCE,
       ":69: pedigree \"H2\": the child is person 6, but there are 6, extra persons included, "
       "counted from 0"},
      {"5\n2\n5\n0\n2 (Direct)\n3\n", "5\n2\n0\n2\n2 (Direct)\n3\n", HW_E_PEDIGREE,
       ":69: pedigree \"H2\": \"CH\" has three parents, \"MO\", \"Extra male 1\" and \"AF\""},
      {"5\n2\n5\n0\n2 (Direct)\n3\n", "5\n2\n2\n1\n2 (Direct)\n3\n", HW_E_PEDIGREE,
       ":62: pedigree \"H2\": MO is her own ancestor, or his, over 2 generations"},
      {"5\n2\n5\n0\n2 (Direct)\n3\n", "5\n2\n5\n0\n0 (Direct)\n3\n", HW_E_PEDIGREE,
       ":62: pedigree \"H2\": AF and comb are one individual but differ in sex"},
      {"3\n5\n2\n5\n0\n2 (Direct)\n3\n", "5\n5\n2\n1\n0\n4\n0\n4\n3\n5\n3\n", HW_E_PEDIGREE,
       ":71: pedigree \"H2\": \"AF\" has two mothers, \"MO\" and \"Extra female 1\"; correct "
       "the sex of one"},
      {"\"H1\"\n0\n0\n1\n0\n2\n", "\"H1\"\n0\n0\n1\n2\n2\n", HW_E_PEDIGREE,
       ":60: pedigree \"H1\": \"CH\" is given as parent of the same person"},
  };
  REFUSE_ALL(FAM_KINSHIP, list);
}

static void databases(void **state) {
  (void)state;
  static const mistake list[] = {
      {"#FALSE# (#Databases", "FALSE (#Databases", HW_E_SYNTAX,
       ":78: \"FALSE (#Databases: 1 ;Theta/Kinship/Fst: 0.02 )\" stands where #TRUE# or #FALSE# "
       "is expected: whether there are computed results"},
      {"Fst: 0.02", "Fst: 1", HW_E_VALUE,
       ":78: Theta/Kinship/Fst: \" (#Databases: 1 ;Theta/Kinship/Fst: 1 )\": theta must be a "
       "number of at least 0 and below 1"},
      {"Fst: 0.02", "Fst: much", HW_E_VALUE,
       ":78: Theta/Kinship/Fst: \" (#Databases: 1 ;Theta/Kinship/Fst: much )\": theta must be a "
       "number of at least 0 and below 1"},
      {"#Databases: 1 ", "#Databases: many ", HW_E_VALUE,
       ":78: #Databases: \" (#Databases: many ;Theta/Kinship/Fst: 0.02 )\" does not say how "
       "many databases there are"},
      {")\n4\n#TRUE#", ")\n3\n#TRUE#", HW_E_SYNTAX,
       ":137: \"\"L4\"\" stands where the file should end or a section begin; is the number of "
       "loci or alleles right?"},
      {")\n4\n#TRUE#", ")\n5\n#TRUE#", HW_E_SYNTAX,
       ":156: \"[Advanced]\" stands where the name of a locus is expected, in quotation marks, "
       "while reading locus 5 of 5"},
      {"\"L2\"", "\"L1\"", HW_E_DUPLICATE,
       ":101: locus \"L1\" stands already in line 82; remove one of the two"},
      {"\"L3\"", "\"\"", HW_E_VALUE, ":120: locus 3 has no name"},
      {"\"L1\"\n0.001", "\"L1\"\n1.001", HW_E_VALUE,
       ":83: the female mutation rate is 1.001; it must be from 0 to 1, while reading locus 1 "
       "of 4 (\"L1\")"},
      {"\"L1\"\n0.001", "\"L1\"\n-0.001", HW_E_VALUE,
       ":83: the female mutation rate is -0.001; it must be from 0 to 1, while reading locus 1 "
       "of 4 (\"L1\")"},
      {"\"L1\"\n0.001", "\"L1\"\nnan", HW_E_SYNTAX,
       ":83: \"nan\" stands where the female mutation rate is expected: a number, while reading "
       "locus 1 of 4 (\"L1\")"},
      {"0.002\n4\n4\n3", "0.002\n5\n4\n3", HW_E_VALUE,
       ":85: the female mutation model is 5; known are 0 equal, 1 proportional, 2 stepwise, 3 "
       "stepwise stationary, 4 extended stepwise, while reading locus 1 of 4 (\"L1\")"},
      {"0.002\n4\n4\n3", "0.002\n4\n4\n2", HW_E_SHAPE,
       ":94: 2 alleles are announced and 3 are listed, while reading locus 1 of 4 (\"L1\")"},
      {"4\n4\n3\n0.1\n0.1", "4\n4\n3\n0.1\n1.1", HW_E_VALUE,
       ":82: the male mutation range is 1.1; a further step cannot be likelier than the first: "
       "it must be from 0 to 1, while reading locus 1 of 4 (\"L1\")"},
      {"\"12\"\n0.2", "\"12\"\n1.2", HW_E_VALUE,
       ":96: the frequency of an allele is 1.2; it must be from 0 to 1, while reading locus 1 "
       "of 4 (\"L1\")"},
      {"\"12\"\n0.2", "\"12\"\n1.234,5", HW_E_SYNTAX,
       ":96: \"1.234,5\" stands where the frequency of an allele is expected: a number, while "
       "reading locus 1 of 4 (\"L1\")"},
      {"\"12\"\n0.2", "\"12\"\n0.1", HW_E_VALUE,
       ":82: locus \"L1\": the frequencies sum to 0.9, not to 1; add the missing alleles or one "
       "rest allele, or choose to have them rescaled"},
      {"\"12\"", "\"13\"", HW_E_DUPLICATE,
       ":97: locus \"L1\": allele \"13\" stands already in line 95; join the two and add up "
       "their frequencies"},
      {"\"12\"", "\"\"", HW_E_VALUE, ":95: locus \"L1\" has an allele without a name"},
      {"3\t(DatabaseSize = 2000 , Dropout probability = 0.1",
       "3\t(DatabaseSize = 2000 , Dropout probability = 1.1", HW_E_VALUE,
       ":94: Dropout probability: 1.1; it must be from 0 to 1, while reading locus 1 of 4 "
       "(\"L1\")"},
      {"2\t(DatabaseSize", "0\t(DatabaseSize", HW_E_SYNTAX,
       ":132: \"0?(DatabaseSize = 2000 , Dropout probability = 0 , Minor all\" stands where the "
       "number of alleles is expected: at least 1, while reading locus 3 of 4 (\"L3\")"},
      {"2\t(DatabaseSize", "2000\t(DatabaseSize", HW_E_SHAPE,
       ":132: the number of alleles is 2000, but only 30 lines follow; is the file cut short?, "
       "while reading locus 3 of 4 (\"L3\")"},
      {"0.0\n0.0\n#TRUE#\n0.02", "0.0\n0.0\n#TRUE#\n2", HW_E_VALUE,
       ":112: the frequency of the silent allele is 2; it must be from 0 to 1, while reading "
       "locus 2 of 4 (\"L2\")"},
  };
  REFUSE_ALL(FAM_KINSHIP, list);
}

static void sections(void **state) {
  (void)state;
  static const mistake list[] = {
      {"nPersons= 3\n[[[Person 1 ]]]", "nPersons= 4\n[[[Person 1 ]]]", HW_E_SHAPE,
       ":52: nPersons: 4 are announced and 3 are there"},
      {"nPersons= 3\n[[[Person 1 ]]]", "nPersons= three\n[[[Person 1 ]]]", HW_E_VALUE,
       ":54: nPersons: \"three\" is no whole number from 0 to 2147483647"},
      {"nPersons= 3\n[[[Person 1 ]]]", "nPersons= 3\n[[[Person 1 ]]", HW_E_SYNTAX,
       ":55: \"[[[Person 1 ]]\" is no heading: it needs as many closing as opening brackets"},
      {"nPersons= 3\n[[[Person 1 ]]]", "nPersons= 3\n[[[Animal 1 ]]]", HW_E_SYNTAX,
       ":55: the heading \"Animal 1\" does not belong here"},
      {"Name= V1\nGender= Male", "Name= V1\nGender= Mail", HW_E_VALUE,
       ":57: Gender: \"Mail\"; permitted are Male, Female and Unknown"},
      {"Name= V1\nGender= Male", "Name= V1\nMale", HW_E_SYNTAX,
       ":57: \"Male\" is neither a heading in brackets nor \"key= value\""},
      {"Name= V2", "Name= V1", HW_E_DUPLICATE,
       ":66: unidentified person \"V1\" stands there twice; rename one"},
      {"nSystems= 2\nSystemName= L1", "nSystems= 3\nSystemName= L1", HW_E_SHAPE,
       ":55: nSystems: 3 are announced and 2 are there"},
      {"SystemName= L1\nAllele1= 12\nAllele2= 13", "SystemName= L3\nAllele1= 12\nAllele2= 13",
       HW_E_REFERENCE,
       ":60: SystemName: person \"V1\": there is no locus \"L3\" in the database; add it, or "
       "remove the genotype"},
      {"SystemName= L1\nAllele1= 12\nAllele2= 13", "SystemName= L1\nAllele1= 12\nAllele2= 15",
       HW_E_REFERENCE,
       ":60: person \"V1\", locus \"L1\": allele \"15\" is not in the frequency table; add it "
       "there, or choose a frequency for missing alleles (a minimum such as 5/(2n) is usual)"},
      {"SystemName= L1\nAllele1= 12\nAllele2= 13", "SystemName= L1\nAllele1= 12", HW_E_SYNTAX,
       ":60: Allele2: it is missing for system \"L1\"; leave its value empty where the allele "
       "is not known"},
      {"SystemName= L1\nAllele1= 12\nAllele2= 13",
       "SystemName= L1\nAllele1= 12\nAllele1= 12\nAllele2= 13", HW_E_SYNTAX,
       ":62: Allele1: an allele without its own SystemName before it"},
      {"SystemName= L1\nAllele1= 12\nAllele2= 13", "Allele2= 13\nSystemName= L1\nAllele1= 12",
       HW_E_SYNTAX, ":60: Allele2: an allele without its own SystemName before it"},
      {"SystemName= L2\nAllele1= 9.3", "SystemName= L1\nAllele1= 12", HW_E_REFERENCE,
       ":63: person \"V1\", locus \"L1\": allele \"8\" is not in the frequency table; add it "
       "there, or choose a frequency for missing alleles (a minimum such as 5/(2n) is usual)"},
      {"SystemName= L2\nAllele1= 9.3\nAllele2= 8\n", "SystemName= L1\nAllele1= 12\nAllele2= 12\n",
       HW_E_DUPLICATE,
       ":63: person \"V1\" is typed at locus \"L1\" already in line 60; remove one of the two"},
      {"nFamilies= 4\n[[[Family 1 ]]]", "nFamilies= 3\n[[[Family 1 ]]]", HW_E_SHAPE,
       ":52: nFamilies: 3 are announced and 4 are there"},
      {"[[[[Persons]]]]\nnPersons= 3", "[[[[Persons]]]]\nnPersons= 2", HW_E_SHAPE,
       ":87: nPersons: 2 are announced and 3 are there"},
      {"Name= C\n", "Name= F\n", HW_E_DUPLICATE,
       ":99: family \"Am\": person \"F\" stands there twice; rename one"},
      {"nPedigrees= 2\n", "nPedigrees= 1\n", HW_E_SHAPE,
       ":87: nPedigrees: 1 are announced and 2 are there"},
      {"nRelations= 2\nParent= F", "nRelations= 3\nParent= F", HW_E_SHAPE,
       ":122: nRelations: 3 are announced and 2 are there"},
      {"nRelations= 2\nParent= F\nChild= C\n", "nRelations= 2\nParent= F\n", HW_E_SYNTAX,
       ":126: Parent: the Child of the relation before is missing"},
      {"nRelations= 2\nParent= F\nChild= C\n", "nRelations= 2\nChild= C\nParent= F\n", HW_E_SYNTAX,
       ":125: Child: a Child without its Parent before it"},
      {"nRelations= 2\nParent= F\nChild= C\nParent= Missing person\nChild= C\n",
       "nRelations= 2\nParent= F\nChild= C\nParent= C\nChild= F\n", HW_E_PEDIGREE,
       ":122: family \"Am\", pedigree \"Tree\": F is her own ancestor, or his, over 2 generations"},
      {"nRelations= 2\nParent= F\nChild= C\nParent= Missing person\nChild= C\n",
       "nRelations= 3\nParent= F\nChild= C\nParent= Missing person\nChild= C\nParent= x\nChild= "
       "C\n",
       HW_E_PEDIGREE,
       ":129: family \"Am\", pedigree \"Tree\": \"C\" has three parents, \"F\", \"Missing "
       "female 1\" and \"x\""},
      {"Dropin= 0\n", "Dropin= none\n", HW_E_VALUE, ":243: Dropin: \"none\" is no number"},
      {"\n[DVI]\n", "\n\"L9\"\n[DVI]\n", HW_E_SYNTAX,
       ":52: \"\"L9\"\" stands where the file should end or a section begin; is the number of "
       "loci or alleles right?"},
  };
  REFUSE_ALL(FAM_DVI, list);
}

/* --- not one place --- */

static void files_cut_short_anywhere_are_refused_or_whole(void **state) {
  (void)state;
  static const char *const texts[] = {FAM_KINSHIP, FAM_DVI};
  for (int t = 0; t < 2; t++) {
    const size_t n = strlen(texts[t]);
    const size_t sections = (size_t)(strstr(texts[t], "\n[") - texts[t]);
    for (size_t i = 0; i < n; i++) {
      hw_fam *out = NULL;
      hw_errors errors = {0};
      const hw_status status = hw_fam_parse(texts[t], i, "x.fam", NULL, &out, &errors);
      if (status == HW_OK) {
        /* Without its last sections, or cut inside one of them, the rest is a file. */
        assert_true(i + 1 >= sections); /* the last line needs no line end */
        assert_non_null(out);
      } else {
        assert_null(out);
        assert_true(errors.n > 0 && errors.kept[0].message[0]);
      }
      hw_fam_delete(out);
    }
  }
}

static void empty_and_binary_files_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t n;
    const char *text;
  } list[] = {
      {"", 0, "x.fam: the file is empty"},
      {"\n\n", 2,
       "x.fam:2: the file ends where the head of the file should stand; is it cut "
       "short?"},
      {"\"Output from Familias\"\n\0", 24, "x.fam:2: a NUL byte: this is not a text file"},
      {"FAM1 I1 0 0 1 -9\n", 17,
       "x.fam:1: \"FAM1 I1 0 0 1 -9\" stands where a Familias file begins with \"Output from "
       "Familias, version …\"; other programs use the ending .fam too"},
  };
  for (int i = 0; i < 4; i++) {
    hw_fam *out = NULL;
    hw_errors errors = {0};
    char line[1200];
    hw_assert_status(hw_fam_parse(list[i].bytes, list[i].n, "x.fam", NULL, &out, &errors),
                     HW_E_SYNTAX, NULL);
    assert_string_equal(hw_err_text(&errors.kept[0], line, sizeof line), list[i].text);
  }
}

static void all_mistakes_are_told_at_once(void **state) {
  (void)state;
  char *one = case_text_replace(FAM_DVI, "Allele2= 13", "Allele2= 15");
  char *two = case_text_replace(one, "Allele1= 9.3", "Allele1= 9.4");
  char *three = case_text_replace(two, "SystemName= L1\nAllele1= 12\nAllele2= 12",
                                  "SystemName= L7\nAllele1= 12\nAllele2= 12");
  hw_fam *out = NULL;
  hw_errors errors = {0};
  hw_assert_status(hw_fam_parse(three, strlen(three), "x.fam", NULL, &out, &errors), HW_E_REFERENCE,
                   NULL);
  assert_int_equal(errors.n, 3);
  hw_assert_contains(errors.kept[0].message, "allele \"15\"");
  hw_assert_contains(errors.kept[1].message, "allele \"9.4\"");
  hw_assert_contains(errors.kept[2].message, "locus \"L7\"");
  assert_true(errors.kept[0].line < errors.kept[1].line);
  assert_true(errors.kept[1].line < errors.kept[2].line);
  free(three);
  free(two);
  free(one);
}

static void options_that_cannot_help_are_told(void **state) {
  (void)state;
  hw_fam *out = NULL;
  hw_errors errors = {0};
  char *text = case_text_replace(FAM_KINSHIP, "\"12\"\n0.2", "\"12\"\n0.9");
  const hw_fam_options rest = {.normalisation = HW_NORMALISE_REST};
  hw_assert_status(hw_fam_parse(text, strlen(text), "x.fam", &rest, &out, &errors), HW_E_VALUE,
                   NULL);
  hw_assert_contains(errors.kept[0].message, "nothing is left for a rest allele");
  free(text);
  text = case_text_replace(FAM_DVI, "Allele2= 13", "Allele2= 15");
  const hw_fam_options missing = {.missing_allele = 1};
  errors = (hw_errors){0};
  hw_assert_status(hw_fam_parse(text, strlen(text), "x.fam", &missing, &out, &errors), HW_E_VALUE,
                   NULL);
  hw_assert_contains(errors.kept[0].message, "leave nothing for the others");
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(heads),
      cmocka_unit_test(persons),
      cmocka_unit_test(pedigrees),
      cmocka_unit_test(databases),
      cmocka_unit_test(sections),
      cmocka_unit_test(files_cut_short_anywhere_are_refused_or_whole),
      cmocka_unit_test(empty_and_binary_files_are_refused),
      cmocka_unit_test(all_mistakes_are_told_at_once),
      cmocka_unit_test(options_that_cannot_help_are_told),
  };
  return cmocka_run_group_tests_name("fam_bad", tests, NULL, NULL);
}
