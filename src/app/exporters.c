/* The formats that can be exported besides tables. */
#include "app/export.h"
#include "app/profile_view.h"

const hw_exporter *const hw_exporters[] = {&hw_exporter_profiles_wide, &hw_exporter_profiles_long,
                                           &hw_exporter_genemapper, &hw_exporter_cmf};
const size_t hw_n_exporters = sizeof hw_exporters / sizeof *hw_exporters;
