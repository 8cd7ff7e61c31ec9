/* The formats that can be exported besides tables. */
#include "app/export.h"
#include "app/profile_view.h"

extern const hw_exporter hw_exporter_case;
extern const hw_exporter hw_exporter_fam;
extern const hw_exporter hw_exporter_gedcom;
extern const hw_exporter hw_exporter_ped;
extern const hw_exporter hw_exporter_ped_frequencies;
extern const hw_exporter hw_exporter_ped_map;

const hw_exporter *const hw_exporters[] = {
    &hw_exporter_case,          &hw_exporter_fam,           &hw_exporter_gedcom,
    &hw_exporter_ped,           &hw_exporter_ped_map,       &hw_exporter_ped_frequencies,
    &hw_exporter_profiles_wide, &hw_exporter_profiles_long, &hw_exporter_genemapper,
    &hw_exporter_cmf,
};
const size_t hw_n_exporters = sizeof hw_exporters / sizeof *hw_exporters;
