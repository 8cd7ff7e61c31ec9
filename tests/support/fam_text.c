/* Familias files for the tests of the reader; see fam_text.h. */
#include "support/fam_text.h"

#include <string.h>

#include "support/assert.h"

#define MODEL(female, male, code, n, range, rate2) \
  female "\n" male "\n" code "\n" code "\n" n "\n" range "\n" range "\n" rate2 "\n" rate2 "\n"
#define INFORMATION(n, size, dropout)                             \
  n "\t(DatabaseSize = " size " , Dropout probability = " dropout \
    " , Minor allele frequency = 0.001 )\n"

const char FAM_KINSHIP[] =
    "\"Output from Familias, version 3.2.1\"\n"
    "\"DO NOT EDIT!\"\n"
    "3.2.1\n"
    "\"a remark\"\n"
    "4\n"
    "\"AF\"\n#FALSE#\n-1\n#FALSE#\n#TRUE#\n3\n"
    "0\n1\n0\n" /* L1 12/13 */
    "2\n2\n1\n" /* L2 10/10 */
    "0\n1\n2\n" /* L3 a/b */
    "\"MO\"\n#FALSE#\n-1\n#FALSE#\n#FALSE#\n0\n"
    "\"CH\"\n#FALSE#\n-1 (Consider dropouts)\n#FALSE#\n#FALSE#\n2\n"
    "1\n2\n0\n" /* L1 13/14 */
    "0\n0\n3\n" /* L4 7/7 */
    "\"comb\"\n#FALSE#\n1980\n#TRUE#\n#FALSE#\n1\n"
    "2\n1\n0\n" /* L1 14/13 */
    "\"Known relations\"\n"
    "1\n0\n1\n"
    "1\n2\n" /* MO is the mother of CH */
    "3\n"
    "0\n\"H1\"\n0\n0\n1\n0\n2\n"
    "1\n\"H2\"\n0\n1\n3\n5\n2\n5\n0\n2 (Direct)\n3\n" /* an extra man is the father of AF and CH */
    "2\n\"H3\"\n0\n0\n0\n"
    "#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0.02 )\n"
    "4\n"
    "#TRUE#\n"
    "\"Synthetic\"\n"
    "\"L1\"\n" MODEL("0.001", "0.002", "4", "3", "0.1", "1e-006") "#FALSE#\n0\n" INFORMATION(
        "3", "2000",
        "0.1") "\"12\"\n0.2\n\"13\"\n0.3\n\"14\"\n0.5\n"
               "\"L2\"\n" MODEL("0.003", "0", "1", "4", "0.1", "0.0") "#TRUE#\n0.02\n" INFORMATION(
                   "3", "2000",
                   "0") "\"8\"\n0.18\n\"9.3\"\n0.3\n\"10\"\n0.5\n"
                        "\"L3\"\n" MODEL("0", "0", "0", "2", "0.1", "0.0") "#FALSE#\n0\n" INFORMATION(
                            "2", "2000",
                            "0") "\"a\"\n0.25\n\"b\"\n0.75\n"
                                 "\"L4\"\n" MODEL("0.002", "0.002", "3", "3", "0.1", "0.0") "#FALSE#\n0\n" INFORMATION(
                                     "3", "100", "0.1") "\"7\"\n0.25\n\"8\"\n0.5\n\"9\"\n0.25\n"
                                                        "[Advanced]\n"
                                                        "[[Direct/Identity]]\n"
                                                        "Dropin= 0.01\nDropout= 0.1\nError= 0.001\n"
                                                        "[[Other]]\n"
                                                        "NumberOfDecimals= 10\n";

#define PERSON(brackets, close, number, name, gender, n)                                 \
  brackets "Person " number " " close "\nName= " name "\nGender= " gender "\n[" brackets \
           "DNA data]" close "\nnSystems= " n "\n"
#define REMAINS(number, name, gender, n) PERSON("[[[", "]]]", number, name, gender, n)
#define RELATIVE(number, name, gender, n) PERSON("[[[[[", "]]]]]", number, name, gender, n)
#define TYPED(system, a, b) "SystemName= " system "\nAllele1= " a "\nAllele2= " b "\n"
#define PEDIGREE(number, name, n) \
  "[[[[[Pedigree " number "]]]]]\nName= " name "\nnRelations= " n "\n"
#define RELATION(parent, child) "Parent= " parent "\nChild= " child "\n"

const char FAM_DVI[] =
    "\"Output from Familias, version 3.4\"\n"
    "\"DO NOT EDIT!\"\n"
    "3.4 (DVI)\n"
    "\"\"\n"
    "0\n"
    "\"Known relations\"\n0\n0\n0\n0\n"
    "#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0 )\n"
    "2\n"
    "#TRUE#\n"
    "\"Synthetic\"\n"
    "\"L1\"\n" MODEL("0.001", "0.001", "0", "3", "0.1", "0.0") "#FALSE#\n0\n" INFORMATION(
        "3", "2000",
        "0") "\"12\"\n0.2\n\"13\"\n0.3\n\"14\"\n0.5\n"
             "\"L2\"\n" MODEL("0", "0", "0", "2", "0.1", "0.0") "#FALSE#\n0\n" INFORMATION(
                 "2", "2000",
                 "0") "\"8\"\n0.4\n\"9.3\"\n0.6\n"
                      "\n"
                      "[DVI]\n"
                      "[[Unidentified persons]]\n"
                      "nPersons= 3\n" REMAINS("1", "V1", "Male", "2") TYPED("L1", "12", "13") TYPED(
                          "L2", "9.3", "8") REMAINS("2", "V2", "Female", "1") TYPED("L2", "8", "")
                          REMAINS(
                              "3", "V3", "Unknown",
                              "0") "[[Notes]]\n"
                                   "nFamilies= 4\n"
                                   "ask the aunt\n\n[no heading]\n\n"
                                   "[[Reference Families]]\n"
                                   "nFamilies= 4\n"
                                   "[[[Family 1 ]]]\nName= Am\n"
                                   "[[[[Persons]]]]\nnPersons= 3\n" RELATIVE(
                                       "1", "F", "Male", "1") TYPED("L1", "12", "12")
                                       RELATIVE("2", "C", "Female", "2") TYPED(
                                           "L1",
                                           "12",
                                           "14") TYPED("L2", "8", "8")
                                           RELATIVE("3", "Missing female 1", "Female", "0") "[[[[Pedigrees]]]]\nnPedigrees= 2\n" PEDIGREE(
                                               "1", "Reference pedigree",
                                               "1") RELATION("F", "C") PEDIGREE("2", "Tree", "2")
                                               RELATION("F", "C") RELATION(
                                                   "Missing person",
                                                   "C") "[[[Family 2 ]]]\nName= Three\n"
                                                        "[[[[Persons]]]]\nnPersons= 3\n" RELATIVE(
                                                            "1", "R", "Female",
                                                            "1") TYPED("L1", "13",
                                                                       "14") RELATIVE("2", "Missing male 2", "Male", "0")
                                                            RELATIVE("3", "Missing son", "Male", "0") "[[[[Pedigrees]]]]\nnPedigrees= 2\n" PEDIGREE(
                                                                "1", "Reference pedigree",
                                                                "0") PEDIGREE("2", "Tree",
                                                                              "3") RELATION("R",
                                                                                            "Missing male 2")
                                                                RELATION("Missing person", "Missing male 2") RELATION(
                                                                    "Missing male 2",
                                                                    "Missing son") "[[[Family 3 ]]]\nName= Am\n"
                                                                                   "[[[[Persons]]]]\nnPersons= 4\n" RELATIVE(
                                                                                       "1", "son",
                                                                                       "Male",
                                                                                       "1") TYPED("L1",
                                                                                                  "13",
                                                                                                  "14")
                                                                                       RELATIVE("2", "wife", "Female", "0") RELATIVE(
                                                                                           "3",
                                                                                           "twin",
                                                                                           "Male",
                                                                                           "1") TYPED("L2",
                                                                                                      "9.3", "9.3")
                                                                                           RELATIVE("4", "other", "Female", "0") "[[[[Pedigrees]]]]\nnPedigrees= 3\n" PEDIGREE(
                                                                                               "1",
                                                                                               "Reference pedigree",
                                                                                               "2") RELATION("wife",
                                                                                                             "son") RELATION("son (Direct)",
                                                                                                                             "twin")
                                                                                               PEDIGREE("2", "father", "3") RELATION(
                                                                                                   "wife",
                                                                                                   "son") RELATION("Missing person", "son")
                                                                                                   RELATION("son (Direct)", "twin") PEDIGREE(
                                                                                                       "3",
                                                                                                       "uncle",
                                                                                                       "4") RELATION("other",
                                                                                                                     "son")
                                                                                                       RELATION("other", "Missing person") RELATION(
                                                                                                           "grandfather",
                                                                                                           "son")
                                                                                                           RELATION(
                                                                                                               "son (Direct)",
                                                                                                               "twin") "[[[Family 4 ]]]\nName= Complete\n"
                                                                                                                       "[[[[Persons]]]]\nnPersons= 1\n" RELATIVE(
                                                                                                                           "1",
                                                                                                                           "Missingham",
                                                                                                                           "Male",
                                                                                                                           "1")
                                                                                                                           TYPED(
                                                                                                                               "L1",
                                                                                                                               "13",
                                                                                                                               "13") "[[[[Pedigrees]]]]\nnPedigrees= 0\n"
                                                                                                                                     "[Prior]\nUseList= Yes\nSize= 3\n"
                                                                                                                                     "[Advanced]\n[[Direct/Identity]]\nDropin= 0\nDropout= 0\nError= 0\n"
                                                                                                                                     "[[DVI]]\nQuickSearch= Enabled\nAllowedMismatches= 5\n"
                                                                                                                                     "[Blind search]\nThreshold= 1000\n";

hw_fam *fam_text_parse(const char *text, size_t size, const hw_fam_options *options) {
  hw_fam *out = NULL;
  hw_errors errors = {0};
  hw_assert_status(hw_fam_parse(text, size, "dir/x.fam", options, &out, &errors), HW_OK,
                   &errors.kept[0]);
  assert_int_equal(errors.n, 0);
  return out;
}

void fam_text_assert_note(const hw_fam *fam, const char *part) {
  for (int32_t i = 0; i < fam->n_notes; i++)
    if (strstr(fam->notes[i].text, part)) return;
  for (int32_t i = 0; i < fam->n_notes; i++) print_error("note: %s\n", fam->notes[i].text);
  fail_msg("no note contains: %s", part);
}
