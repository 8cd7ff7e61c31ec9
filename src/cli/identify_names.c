/* Pairs by name: FAMILY:MISSING:REMAINS.
 *
 * Names may hold colons, so all families whose name begins the text are tried,
 * with all of their missing persons; the rest must be a remains. */
#include <string.h>

#include "base/check.h"
#include "cli/identify_out.h"

int32_t identify_count_missing(const hw_case *problem) {
  int32_t n = 0;
  for (int32_t f = 0; f < problem->n_families; f++) n += problem->families[f].n_missing;
  return n;
}

const hw_target *identify_target(const identify_view *view, int32_t target) {
  return view->run != NULL ? hw_identify_target(view->run, target)
                           : hw_joint_target(view->joint->run, target);
}

int32_t identify_target_count(const identify_view *view) {
  return view->run != NULL ? hw_identify_target_count(view->run)
                           : hw_joint_target_count(view->joint->run);
}

int32_t identify_find_remains(const hw_case *problem, const char *id) {
  for (int32_t r = 0; r < problem->n_remains; r++)
    if (strcmp(problem->remains[r].id, id) == 0) return r;
  return -1;
}

int32_t identify_find_target(const hw_case *problem, const char *family, const char *missing) {
  int32_t first = 0;
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *of = &problem->families[f];
    for (int32_t k = 0; k < of->n_missing; k++)
      if (strcmp(of->name, family) == 0 &&
          strcmp(of->pedigree.persons[of->missing[k]].id, missing) == 0)
        return first + k;
    first += of->n_missing;
  }
  return -1;
}

/* What follows "NAME:" in a text, or NULL. */
static const char *after_name(const char *text, const char *name) {
  size_t n = strlen(name);
  return strncmp(text, name, n) == 0 && text[n] == ':' ? text + n + 1 : NULL;
}

hw_status identify_find_pair(const hw_case *problem, const char *option, const char *text,
                             hw_joint_pairing *out, hw_err *err) {
  int32_t first = 0;
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *of = &problem->families[f];
    const char *rest = after_name(text, of->name);
    for (int32_t k = 0; rest != NULL && k < of->n_missing; k++) {
      const char *remains = after_name(rest, of->pedigree.persons[of->missing[k]].id);
      int32_t found = remains != NULL ? identify_find_remains(problem, remains) : -1;
      if (found >= 0) {
        *out = (hw_joint_pairing){found, first + k};
        return HW_OK;
      }
    }
    first += of->n_missing;
  }
  return hw_err_set(err, HW_E_USAGE, "--%s: '%s' is no FAMILY:MISSING:REMAINS of this case", option,
                    text);
}
