/* Rows of another institution's table, by a column map (formats/column_map.h). */
#include "app/import_tables.h"
#include "base/check.h"

hw_status hwp_import_mapped(hw_import *import, hw_err *err) {
  (void)import;
  return hw_err_set(err, HW_E_UNSUPPORTED, "column maps");
}
