/* Fuzz target: GEDCOM files.
 *
 * Promises checked on every input: the same bytes give the same answer twice; a
 * failure has errors and leaves the struct empty; what was read is whole, its
 * pedigrees are valid, no link that is not by birth made a parent, and both
 * versions of what is written of it read back to the same struct. */
#include <stdio.h>
#include <string.h>

#include "formats/gedcom.h"
#include "fuzz.h"

/* True if a link of the family could make its parent the birth parent of the child. */
static bool is_descent(hw_gedcom_link kind) {
  return kind == HW_GEDCOM_BIRTH || kind == HW_GEDCOM_UNSTATED;
}

static void check_ged(const hw_gedcom *ged) {
  HW_FUZZ_CHECK(ged->n_persons > 0);
  for (int32_t p = 0; p < ged->n_persons; p++) {
    const hw_gedcom_person *person = &ged->persons[p];
    HW_FUZZ_CHECK(person->xref[0] && person->note && person->birth.place && person->death.place);
    bool has_father = person->father < 0, has_mother = person->mother < 0;
    for (int32_t f = 0; f < ged->n_families; f++)
      for (int32_t i = 0; i < ged->families[f].n_children; i++) {
        const hw_gedcom_child *child = &ged->families[f].children[i];
        if (child->person != p) continue;
        if (is_descent(child->to_father) && ged->families[f].father == person->father)
          has_father = true;
        if (is_descent(child->to_mother) && ged->families[f].mother == person->mother)
          has_mother = true;
      }
    HW_FUZZ_CHECK(has_father && has_mother);
  }
  hw_gedcom_trees trees = {0};
  HW_FUZZ_CHECK(hw_gedcom_trees_build(ged, &trees, NULL) == HW_OK);
  int32_t n = 0;
  for (int32_t t = 0; t < trees.n_trees; t++) {
    for (int32_t i = 0; i < trees.trees[t].pedigree.n_persons; i++)
      HW_FUZZ_CHECK(trees.tree_of[trees.trees[t].persons[i]] == t);
    n += trees.trees[t].pedigree.n_persons;
  }
  HW_FUZZ_CHECK(n == ged->n_persons);
  hw_gedcom_trees_clear(&trees);
}

static void check_same(const hw_gedcom *a, const hw_gedcom *b) {
  HW_FUZZ_CHECK(a->n_persons == b->n_persons && a->n_families == b->n_families);
  for (int32_t p = 0; p < a->n_persons; p++) {
    const hw_gedcom_person *x = &a->persons[p], *y = &b->persons[p];
    HW_FUZZ_CHECK(strcmp(x->xref, y->xref) == 0 && x->sex == y->sex && x->n_names == y->n_names);
    HW_FUZZ_CHECK(x->father == y->father && x->mother == y->mother);
    HW_FUZZ_CHECK(strcmp(x->note, y->note) == 0 && strcmp(x->birth.place, y->birth.place) == 0);
    HW_FUZZ_CHECK(strcmp(x->birth.date.text, y->birth.date.text) == 0);
    HW_FUZZ_CHECK(x->is_adopted == y->is_adopted && x->n_associations == y->n_associations);
    for (int32_t i = 0; i < x->n_names; i++) {
      HW_FUZZ_CHECK(strcmp(x->names[i].full, y->names[i].full) == 0);
      HW_FUZZ_CHECK(strcmp(x->names[i].given, y->names[i].given) == 0);
      HW_FUZZ_CHECK(strcmp(x->names[i].surname, y->names[i].surname) == 0);
      HW_FUZZ_CHECK(strcmp(x->names[i].suffix, y->names[i].suffix) == 0);
    }
  }
  for (int32_t f = 0; f < a->n_families; f++) {
    const hw_gedcom_family *x = &a->families[f], *y = &b->families[f];
    HW_FUZZ_CHECK(x->father == y->father && x->mother == y->mother);
    HW_FUZZ_CHECK(x->n_children == y->n_children);
    for (int32_t i = 0; i < x->n_children; i++)
      HW_FUZZ_CHECK(memcmp(&x->children[i], &y->children[i], sizeof x->children[i]) == 0);
  }
}

static void check_round_trip(const hw_gedcom *ged, hw_gedcom_version version) {
  char *text = NULL;
  size_t n = 0;
  hw_err err = HW_ERR_INIT;
  FILE *out = open_memstream(&text, &n);
  if (out == NULL) return;
  const hw_status status = hw_gedcom_write(ged, version, out, &err);
  fclose(out);
  if (status == HW_OK) {
    hw_gedcom again;
    static hw_errors errors;
    memset(&errors, 0, sizeof errors);
    HW_FUZZ_CHECK(hw_gedcom_parse(text, n, "again", &again, &errors) == HW_OK);
    check_same(ged, &again);
    hw_gedcom_clear(&again);
  } else { /* a cross reference that is too long to be written is the only reason */
    HW_FUZZ_CHECK(status == HW_E_VALUE && strstr(err.message, "cross reference"));
  }
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data;
  hw_gedcom ged, again;
  static hw_errors errors, errors_again;
  memset(&errors, 0, sizeof errors);
  memset(&errors_again, 0, sizeof errors_again);
  (void)hw_gedcom_is(bytes, size);
  const hw_status status = hw_gedcom_parse(bytes, size, "f", &ged, &errors);
  HW_FUZZ_CHECK(hw_gedcom_parse(bytes, size, "f", &again, &errors_again) == status);
  HW_FUZZ_CHECK(memcmp(&errors, &errors_again, sizeof errors) == 0);
  HW_FUZZ_CHECK((status == HW_OK) == (errors.n == 0));
  if (status == HW_OK) {
    check_ged(&ged);
    check_round_trip(&ged, HW_GEDCOM_551);
    check_round_trip(&ged, HW_GEDCOM_70);
  } else {
    HW_FUZZ_CHECK(ged.persons == NULL && errors.kept[0].message[0]);
  }
  hw_gedcom_clear(&ged);
  hw_gedcom_clear(&again);
  return 0;
}
