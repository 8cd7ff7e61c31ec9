/* What a CODIS specimen category says of a sample.
 *
 * The categories are those of CMF 3.2 and 3.3. Those of missing persons' casework
 * name the relation to the person who is missed; the others become persons
 * without a family (known people) or remains (what nobody knows the origin of),
 * and the category itself is kept in the profile's note. */
#include "app/specimen_category.h"

#include <stddef.h>
#include <string.h>

static const hw_specimen_category CATEGORIES[] = {
    {"Unidentified Person", NULL, NULL, NULL, false},
    {"Biological Mother", "relative", "mother", "female", true},
    {"Biological Father", "relative", "father", "male", true},
    {"Biological Child", "relative", "child", NULL, true},
    {"Biological Sibling", "relative", "sibling", NULL, true},
    {"Maternal Relative", "relative", "maternal relative", NULL, true},
    {"Paternal Relative", "relative", "paternal relative", NULL, true},
    {"Alleged Mother", "relative", "alleged mother", "female", true},
    {"Alleged Father", "relative", "alleged father", "male", true},
    {"Spouse", "relative", "spouse", NULL, true},
    {"Missing Person", "missing", NULL, NULL, true},
    {"Deduced Missing Person", "missing", NULL, NULL, true},
    {"Deceased", "other", NULL, NULL, true},
    {"Staff", "staff", NULL, NULL, false},
    {"Elimination, Known", "staff", NULL, NULL, false},
    {"Other", "other", NULL, NULL, false},
    {"Forensic, Unknown", NULL, NULL, NULL, false},
    {"Forensic Mixture", NULL, NULL, NULL, false},
    {"Forensic Partial", NULL, NULL, NULL, false},
    {"Forensic Targeted", NULL, NULL, NULL, false},
    {"Arrestee", "other", NULL, NULL, false},
    {"CO Duplicate", "other", NULL, NULL, false},
    {"Convicted Offender", "other", NULL, NULL, false},
    {"Deduced Suspect", "other", NULL, NULL, false},
    {"Deduced Victim Known", "other", NULL, NULL, false},
    {"Detainee", "other", NULL, NULL, false},
    {"Juvenile", "other", NULL, NULL, false},
    {"Legal", "other", NULL, NULL, false},
    {"Multi-allelic Offender", "other", NULL, NULL, false},
    {"Population", "other", NULL, NULL, false},
    {"Proficiency", "other", NULL, NULL, false},
    {"Suspect, Known", "other", NULL, NULL, false},
    {"Unreviewed Offender", "other", NULL, NULL, false},
    {"Victim, Known", "other", NULL, NULL, false},
    {"Volunteer", "other", NULL, NULL, false},
};

enum { N_CATEGORIES = sizeof CATEGORIES / sizeof *CATEGORIES };

/* Other words for the relations, in English and Vietnamese. */
static const struct {
  const char *word, *category;
} RELATIONS[] = {
    {"mẹ", "Biological Mother"},
    {"cha", "Biological Father"},
    {"bố", "Biological Father"},
    {"con", "Biological Child"},
    {"son", "Biological Child"},
    {"daughter", "Biological Child"},
    {"brother", "Biological Sibling"},
    {"sister", "Biological Sibling"},
    {"full sibling", "Biological Sibling"},
    {"full brother", "Biological Sibling"},
    {"full sister", "Biological Sibling"},
    {"anh", "Biological Sibling"},
    {"chị", "Biological Sibling"},
    {"em", "Biological Sibling"},
    {"husband", "Spouse"},
    {"wife", "Spouse"},
    {"vợ", "Spouse"},
    {"chồng", "Spouse"},
    {"grandmother", "Other"},
    {"maternal grandmother", "Maternal Relative"},
    {"maternal grandfather", "Maternal Relative"},
    {"maternal aunt", "Maternal Relative"},
    {"maternal uncle", "Maternal Relative"},
    {"maternal cousin", "Maternal Relative"},
    {"maternal half sibling", "Maternal Relative"},
    {"paternal grandmother", "Paternal Relative"},
    {"paternal grandfather", "Paternal Relative"},
    {"paternal aunt", "Paternal Relative"},
    {"paternal uncle", "Paternal Relative"},
    {"paternal cousin", "Paternal Relative"},
    {"paternal half sibling", "Paternal Relative"},
};

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Case and blanks at the ends aside; "_" and "-" are blanks. */
static bool is_same(const char *a, const char *b) {
  while (*a == ' ') a++;
  for (; *b != '\0'; a++, b++) {
    const char x = *a == '_' || *a == '-' ? ' ' : lower(*a);
    const char y = *b == '_' || *b == '-' ? ' ' : lower(*b);
    if (x != y) return false;
  }
  while (*a == ' ') a++;
  return *a == '\0';
}

const hw_specimen_category *hw_specimen_category_find(const char *name) {
  for (int i = 0; i < N_CATEGORIES; i++)
    if (is_same(name, CATEGORIES[i].name)) return &CATEGORIES[i];
  return NULL;
}

const hw_specimen_category *hw_specimen_category_of(const char *role, const char *relation) {
  if (role == NULL) return &CATEGORIES[0];
  if (strcmp(role, "relative") == 0 && relation != NULL && relation[0] != '\0') {
    for (int i = 0; i < N_CATEGORIES; i++)
      if (CATEGORIES[i].relation != NULL && is_same(relation, CATEGORIES[i].relation))
        return &CATEGORIES[i];
    for (size_t i = 0; i < sizeof RELATIONS / sizeof *RELATIONS; i++)
      if (is_same(relation, RELATIONS[i].word))
        return hw_specimen_category_find(RELATIONS[i].category);
  }
  if (strcmp(role, "missing") == 0) return hw_specimen_category_find("Missing Person");
  if (strcmp(role, "staff") == 0) return hw_specimen_category_find("Staff");
  return hw_specimen_category_find("Other");
}

/* --- controls --- */

static bool contains(const char *text, const char *word) {
  const size_t n = strlen(word);
  for (; *text != '\0'; text++) {
    size_t i = 0;
    while (i < n && lower(text[i]) == word[i]) i++;
    if (i == n) return true;
  }
  return false;
}

bool hw_specimen_is_control(const char *category, const char *name) {
  static const char *const NAMES[] = {"ntc",   "blank", "reagent blank", "rb",       "pc",
                                      "nc",    "k+",    "pos",           "neg",      "2800m",
                                      "9947a", "9948",  "007",           "pos ctrl", "neg ctrl"};
  if (category != NULL && (contains(category, "ladder") || contains(category, "control")))
    return true;
  if (contains(name, "ladder") || contains(name, "control")) return true;
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (is_same(name, NAMES[i])) return true;
  return false;
}
