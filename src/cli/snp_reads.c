/* The models that were fitted to reads, as every command that weighs files of reads tells them.
 *
 * A ratio of reads rests on numbers that were fitted to the sample itself; whoever reads the ratio
 * must see them, with their errors, and what the reads could not tell. */
#include <math.h>

#include "app/reads_model.h"
#include "base/json_members.h"
#include "cli/snp_files.h"

static void print_number(const char *name, double value, double se, bool is_unknown) {
  if (is_unknown)
    printf(", %s not told by the reads", name);
  else if (isnan(se))
    printf(", %s %.3g", name, value);
  else
    printf(", %s %.3g +- %.2g", name, value, se);
}

void cli_snp_reads_print(const cli_snp_people *people, const cli_snp_reads *reads) {
  const hw_reads_fit *fit = &reads->fit;
  const struct {
    const char *name;
    double value, se;
    hw_reads_parameter parameter;
  } rows[] = {
      {"damage", fit->model.damage, fit->se_damage, HW_READS_DAMAGE},
      {"contamination", fit->model.contamination, fit->se_contamination, HW_READS_CONTAMINATION},
      {"reference bias", fit->model.reference_bias, fit->se_bias, HW_READS_BIAS},
      {"drop-in", fit->model.drop_in, fit->se_drop_in, HW_READS_DROP_IN},
  };
  printf("reads of %s: over %d sites, %.3g bases a site of the panel",
         people->profiles[reads->person].id, (int)fit->n_sites, fit->coverage);
  for (size_t i = 0; i < CLI_COUNT_OF(rows); i++)
    print_number(rows[i].name, rows[i].value, rows[i].se,
                 (fit->undetermined & (1u << rows[i].parameter)) != 0);
  putchar('\n');
}

void cli_snp_reads_json(hw_json_writer *w, const cli_snp_people *people,
                        const cli_snp_reads *reads) {
  hw_json_add_text(w, "sample", people->profiles[reads->person].id);
  hw_json_add_text(w, "file", people->files[reads->person]);
  hw_json_add_text(w, "library", hw_reads_library_name(reads->fit.model.library));
  hw_json_add_number(w, "coverage", reads->fit.coverage);
  hw_json_add_int(w, "sites", reads->fit.n_sites);
  hw_json_write_key(w, "model");
  hw_reads_model_write(w, &reads->fit);
}
