/* What somebody of a pedigree is to the missing person, in words.
 *
 * The words are those that people use of close relatives; who is none of them has no word and
 * is called by a code alone. Families call relatives of one pedigree place differently by age
 * (Vietnamese more than most), and the database does not know who is older: the words name
 * both. */
#include "web/pages_power.h"

typedef struct kin_word {
  hw_text_id male, female, other;
} kin_word;

static const hw_person *get(const hw_pedigree *pedigree, int32_t person) {
  return person >= 0 && person < pedigree->n_persons ? &pedigree->persons[person] : NULL;
}

static bool is_parent(const hw_pedigree *pedigree, int32_t parent, int32_t child) {
  const hw_person *one = get(pedigree, child);
  return one != NULL && parent >= 0 && (one->father == parent || one->mother == parent);
}

/* Parents that two people share: 0, 1, 2. */
static int shared(const hw_pedigree *pedigree, int32_t a, int32_t b) {
  const hw_person *x = get(pedigree, a), *y = get(pedigree, b);
  if (x == NULL || y == NULL || a == b) return 0;
  return (x->father >= 0 && x->father == y->father) + (x->mother >= 0 && x->mother == y->mother);
}

static hw_text_id by_sex(const hw_pedigree *pedigree, int32_t person, kin_word word) {
  const hw_sex sex = pedigree->persons[person].sex;
  return sex == HW_MALE ? word.male : sex == HW_FEMALE ? word.female : word.other;
}

/* Grandparents, aunts and uncles on one side. @return HW_N_TEXTS = neither */
static hw_text_id through_parent(const hw_pedigree *pedigree, int32_t parent, int32_t person,
                                 bool is_mother) {
  static const kin_word grand[2] = {
      {HW_T_KIN_FATHERS_FATHER, HW_T_KIN_FATHERS_MOTHER, HW_T_KIN_GRANDPARENT},
      {HW_T_KIN_MOTHERS_FATHER, HW_T_KIN_MOTHERS_MOTHER, HW_T_KIN_GRANDPARENT}};
  static const kin_word aunt[2] = {
      {HW_T_KIN_FATHERS_BROTHER, HW_T_KIN_FATHERS_SISTER, HW_T_KIN_FATHERS_SIBLING},
      {HW_T_KIN_MOTHERS_BROTHER, HW_T_KIN_MOTHERS_SISTER, HW_T_KIN_MOTHERS_SIBLING}};
  if (is_parent(pedigree, person, parent)) return by_sex(pedigree, person, grand[is_mother]);
  if (shared(pedigree, person, parent) == 2) return by_sex(pedigree, person, aunt[is_mother]);
  const hw_person *one = get(pedigree, person);
  if (one != NULL &&
      (shared(pedigree, one->father, parent) == 2 || shared(pedigree, one->mother, parent) == 2))
    return HW_T_KIN_COUSIN;
  return HW_N_TEXTS;
}

static hw_text_id find_kin(const hw_pedigree *pedigree, int32_t missing, int32_t person) {
  static const kin_word parent = {HW_T_KIN_FATHER, HW_T_KIN_MOTHER, HW_T_KIN_PARENT};
  static const kin_word child = {HW_T_KIN_SON, HW_T_KIN_DAUGHTER, HW_T_KIN_CHILD};
  static const kin_word full = {HW_T_KIN_BROTHER, HW_T_KIN_SISTER, HW_T_KIN_SIBLING};
  static const kin_word half = {HW_T_KIN_HALF_BROTHER, HW_T_KIN_HALF_SISTER, HW_T_KIN_HALF_SIBLING};
  const hw_person *sought = get(pedigree, missing), *one = get(pedigree, person);
  if (sought == NULL || one == NULL || missing == person) return HW_N_TEXTS;
  if (is_parent(pedigree, person, missing)) return by_sex(pedigree, person, parent);
  if (is_parent(pedigree, missing, person)) return by_sex(pedigree, person, child);
  const int n = shared(pedigree, person, missing);
  if (n > 0) return by_sex(pedigree, person, n == 2 ? full : half);
  hw_text_id found = through_parent(pedigree, sought->mother, person, true);
  if (found == HW_N_TEXTS) found = through_parent(pedigree, sought->father, person, false);
  if (found != HW_N_TEXTS) return found;
  /* Children of brothers, sisters and children; who has a child with the missing person. */
  if (shared(pedigree, one->father, missing) == 2 || shared(pedigree, one->mother, missing) == 2)
    return HW_T_KIN_NEPHEW;
  if (is_parent(pedigree, missing, one->father) || is_parent(pedigree, missing, one->mother))
    return HW_T_KIN_GRANDCHILD;
  for (int32_t c = 0; c < pedigree->n_persons; c++)
    if (is_parent(pedigree, missing, c) && is_parent(pedigree, person, c)) return HW_T_KIN_MATE;
  return HW_N_TEXTS;
}

const char *hwp_kin_word(hwp_job *job, const hw_pedigree *pedigree, int32_t missing,
                         int32_t person) {
  const hw_text_id found = find_kin(pedigree, missing, person);
  return found != HW_N_TEXTS ? hwp_t(job, found) : "";
}
