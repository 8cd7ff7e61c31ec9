/* The pedigrees of two people for each relation. Parents who link nobody are left out: the engine
 * takes them for founders. Fathers stand for either parent, as the map is the mean of both sexes'. */
#include "homeward/relate.h"

#define NONE HW_PERSON_NONE
#define FOUNDER(id) \
  { id, NONE, NONE, HW_UNKNOWN_SEX, NONE }
#define CHILD(id, father, mother) \
  { id, father, mother, HW_UNKNOWN_SEX, NONE }
#define COUPLE FOUNDER("1"), FOUNDER("2")
#define SIBLINGS COUPLE, CHILD("3", 0, 1), CHILD("4", 0, 1)
#define COUSINS SIBLINGS, CHILD("5", 2, NONE), CHILD("6", 3, NONE)

static const hw_person same[] = {FOUNDER("1")};
static const hw_person parent[] = {FOUNDER("1"), CHILD("2", 0, NONE)};
static const hw_person full_siblings[] = {SIBLINGS};
static const hw_person half_siblings[] = {FOUNDER("1"), CHILD("2", 0, NONE), CHILD("3", 0, NONE)};
static const hw_person grandparent[] = {FOUNDER("1"), CHILD("2", 0, NONE), CHILD("3", 1, NONE)};
static const hw_person uncle[] = {SIBLINGS, CHILD("5", 3, NONE)};
static const hw_person cousins[] = {COUSINS};
static const hw_person removed[] = {COUSINS, CHILD("7", 5, NONE)};
static const hw_person second_cousins[] = {COUSINS, CHILD("7", 4, NONE), CHILD("8", 5, NONE)};

#define PEDIGREE(persons) \
  { sizeof(persons) / sizeof *(persons), persons }

static const hw_relation_shape shapes[HW_RELATION_COUNT] = {
    [HW_RELATION_SAME] = {"same person", 0, PEDIGREE(same), 0, 0},
    [HW_RELATION_PARENT] = {"parent and child", 1, PEDIGREE(parent), 0, 1},
    [HW_RELATION_FULL_SIBLINGS] = {"full siblings", 1, PEDIGREE(full_siblings), 2, 3},
    [HW_RELATION_HALF_SIBLINGS] = {"half siblings", 2, PEDIGREE(half_siblings), 1, 2},
    [HW_RELATION_GRANDPARENT] = {"grandparent and grandchild", 2, PEDIGREE(grandparent), 0, 2},
    [HW_RELATION_UNCLE] = {"uncle or aunt and nephew or niece", 2, PEDIGREE(uncle), 2, 4},
    [HW_RELATION_FIRST_COUSINS] = {"first cousins", 3, PEDIGREE(cousins), 4, 5},
    [HW_RELATION_FIRST_COUSINS_REMOVED] = {"first cousins once removed", 4, PEDIGREE(removed), 4,
                                           6},
    [HW_RELATION_SECOND_COUSINS] = {"second cousins", 5, PEDIGREE(second_cousins), 6, 7}};

const hw_relation_shape *hw_relation_shape_get(hw_relation relation) {
  return (int)relation >= 0 && relation < HW_RELATION_COUNT ? &shapes[relation] : NULL;
}
