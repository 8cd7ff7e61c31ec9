/* Writes a simulated case as homeward-case/1, through the writer of case files, and its truth as
 * CSV. */
#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "base/json_write.h"
#include "homeward/simulate.h"

hw_status hw_simulation_write_case(const hw_simulation *self, FILE *out, hw_err *err) {
  return hw_case_list_write(&self->problem, 1, out, err);
}

hw_status hw_simulation_write_truth(const hw_simulation *self, FILE *out, hw_err *err) {
  fputs("remains,family,missing,shape,damage_per_base,markers\n", out);
  for (int32_t i = 0; i < self->n_truth; i++) {
    const hw_truth *row = &self->truth[i];
    char damage[HW_JSON_DOUBLE_SIZE];
    hw_json_format_double(row->damage_per_base, 6, damage);
    fprintf(out, "%s,%s,%s,%s,%s,%d\n", row->remains, row->family, row->missing, row->shape, damage,
            (int)row->n_markers);
  }
  if (fflush(out) != 0 || ferror(out))
    return hw_err_set(err, HW_E_IO, "cannot write the truth table: %s", strerror(errno));
  return HW_OK;
}
