/* Golden cases, see golden.h. The file is parsed twice: by the case reader under
 * test, and by the JSON adapter for the answers. */
#include "golden.h"
#include "support/assert.h"

#include <dirent.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void golden_open(golden_file *self, const char *path) {
  hw_err err = HW_ERR_INIT;
  char text[1200];
  *self = (golden_file){.list = NULL};
  if (hw_case_list_read(path, &self->list, &err) != HW_OK ||
      hw_json_doc_read(path, 0, &self->doc, &err) != HW_OK)
    fail_msg("cannot read: %s", hw_err_text(&err, text, sizeof text));
}

void golden_close(golden_file *self) {
  hw_case_list_delete(self->list);
  hw_json_doc_delete(self->doc);
}

const hw_json *golden_expect(const golden_file *self, int32_t case_index) {
  const hw_json *root = hw_json_doc_root(self->doc);
  const hw_json *cases = hw_json_find(root, "cases");
  return hw_json_find(cases ? hw_json_at(cases, (size_t)case_index) : root, "expect");
}

hw_problem golden_problem(const hw_case *c, int32_t hypothesis) {
  const hw_hypothesis *h = &c->hypotheses[hypothesis];
  return (hw_problem){.pedigree = &h->pedigree,
                      .n_profiles = c->n_profiles,
                      .profiles = c->profiles,
                      .profile_person = h->profile_person,
                      .n_markers = c->n_markers,
                      .markers = c->markers,
                      .theta = c->theta,
                      .n_linkages = c->n_linkages,
                      .linkages = c->linkages};
}

int32_t golden_likelihoods(const hw_json *expect, const hw_case *c, int32_t hypothesis,
                           double *values) {
  const char *name = c->hypotheses[hypothesis].name;
  const hw_json *total = hw_json_find(hw_json_find(expect, "likelihood"), name);
  const hw_json *list = hw_json_find(hw_json_find(expect, "likelihood_per_marker"), name);
  if (total != NULL && hw_json_as_double(total, &values[0], NULL) == HW_OK) return 1;
  if (hw_json_count(list) != (size_t)c->n_markers) return 0;
  for (int32_t m = 0; m < c->n_markers; m++)
    if (hw_json_as_double(hw_json_at(list, (size_t)m), &values[m], NULL) != HW_OK) return 0;
  return c->n_markers;
}

double golden_relative_error(double ln, double expected) {
  if (isnan(ln)) return (double)INFINITY;
  if (expected == 0.0) return isinf(ln) && ln < 0.0 ? 0.0 : (double)INFINITY;
  return fabs(expm1(ln - log(expected)));
}

static int compare_paths(const void *a, const void *b) {
  return strcmp(a, b);
}

int32_t golden_files(const char *folder, char paths[GOLDEN_MAX_FILES][GOLDEN_PATH]) {
  DIR *dir = opendir(folder);
  int32_t n = 0;
  if (dir == NULL) return 0;
  for (const struct dirent *entry; (entry = readdir(dir)) != NULL && n < GOLDEN_MAX_FILES;) {
    const size_t length = strlen(entry->d_name);
    if (length < 5 || strcmp(entry->d_name + length - 5, ".json") != 0) continue;
    if (snprintf(paths[n], GOLDEN_PATH, "%s/%s", folder, entry->d_name) < GOLDEN_PATH) n++;
  }
  closedir(dir);
  qsort(paths, (size_t)n, sizeof paths[0], compare_paths);
  return n;
}

int32_t golden_own_files(char paths[GOLDEN_MAX_FILES][GOLDEN_PATH]) {
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  char folder[GOLDEN_PATH];
  snprintf(folder, sizeof folder, "%s/tests/golden/kinship", root ? root : ".");
  return golden_files(folder, paths);
}

const char *golden_file_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static bool is_folder(const char *path) {
  DIR *dir = opendir(path);
  if (dir != NULL) closedir(dir);
  return dir != NULL;
}

const char *golden_shared(void) {
  static char path[GOLDEN_PATH];
  const char *named = getenv("HOMEWARD_SHARED");
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  if (named != NULL && named[0] != '\0')
    snprintf(path, sizeof path, "%s", named);
  else
    snprintf(path, sizeof path, "%s/../shared", root ? root : ".");
  return is_folder(path) ? path : NULL;
}
