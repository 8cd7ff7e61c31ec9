/* The formats that can be imported, in the order in which a file is looked at: those with a
 * signature first, tables last, since any text looks like a table. */
#include "app/import.h"
#include "app/import_profiles.h"
#include "app/import_snp.h"

extern const hw_importer hw_importer_case;
extern const hw_importer hw_importer_csv;
extern const hw_importer hw_importer_fam;
extern const hw_importer hw_importer_gedcom;
extern const hw_importer hw_importer_ped;

const hw_importer *const hw_importers[] = {
    &hw_importer_case, &hw_importer_fam,        &hw_importer_gedcom, &hw_importer_vcf,
    &hw_importer_bam,  &hw_importer_map,        &hw_importer_panel,  &hw_importer_ped,
    &hw_importer_cmf,  &hw_importer_genemapper, &hw_importer_mtdna,  &hw_importer_ystr,
    &hw_importer_csv,
};
const size_t hw_n_importers = sizeof hw_importers / sizeof *hw_importers;
