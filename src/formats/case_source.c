/* Cases from a file of any kind: reads the bytes once, looks how they begin, and
 * asks the reader whose file it is. A file that begins like nothing known is taken
 * for JSON, whose reader says best what is wrong with it. */
#include "formats/case_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"

static hw_status add_failure(hw_errors *errors, const hw_err *err) {
  (void)hw_errors_add(errors, err);
  return err->status;
}

static hw_status take_fam(hw_fam *fam, const char *name, hw_case_source *out, hw_errors *errors) {
  hw_err err = HW_ERR_INIT;
  if (fam->n_cases == 0) {
    hw_err_set(&err, HW_E_SHAPE,
               "the file holds a frequency database of %d loci, and no persons to compare",
               fam->n_databases > 0 ? (int)fam->databases[0].n_markers : 0);
    hw_err_place(&err, name, 0, 0);
    hw_fam_delete(fam);
    return add_failure(errors, &err);
  }
  *out = (hw_case_source){.list = {.n_cases = fam->n_cases, .cases = fam->cases},
                          .n_notes = fam->n_notes,
                          .notes = fam->notes,
                          .fam = fam};
  return HW_OK;
}

static hw_status parse(const char *bytes, size_t n_bytes, const char *name, hw_case_source *out,
                       hw_errors *errors) {
  if (hw_fam_is(bytes, n_bytes)) {
    hw_fam *fam = NULL;
    HW_TRY(hw_fam_parse(bytes, n_bytes, name, NULL, &fam, errors));
    return take_fam(fam, name, out, errors);
  }
  hw_err err = HW_ERR_INIT;
  hw_case_list *list = NULL;
  if (hw_case_list_parse(bytes, n_bytes, name, &list, &err) != HW_OK)
    return add_failure(errors, &err);
  *out = (hw_case_source){.list = {.n_cases = list->n_cases, .cases = list->cases}, .json = list};
  return HW_OK;
}

hw_status hw_case_source_read(const char *path, hw_case_source *out, hw_errors *errors) {
  char *bytes = NULL;
  size_t n_bytes = 0;
  hw_err err = HW_ERR_INIT;
  if (hw_file_read(path, HW_CASE_MAX_BYTES, &bytes, &n_bytes, &err) != HW_OK)
    return add_failure(errors, &err);
  const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
  const hw_status status = parse(bytes, n_bytes, name, out, errors);
  free(bytes);
  return status;
}

void hw_case_source_clear(hw_case_source *self) {
  if (self == NULL) return;
  hw_case_list_delete(self->json);
  hw_fam_delete(self->fam);
  *self = (hw_case_source){0};
}
