/* A fitted model of reads as JSON.
 *
 * The same object stands in the `how` of a stored profile (import_bam.c) and in the
 * output of commands that weigh reads, so that one reader understands both. A
 * number that the reads do not tell stands at its neutral value and says so. */
#include "app/reads_model.h"

#include <string.h>

#include "base/json_members.h"

static const char *const LIBRARIES[] = {"double", "single", "treated"};

const char *hw_reads_library_name(hw_library library) {
  return LIBRARIES[library];
}

bool hw_reads_library_find(const char *name, hw_library *out) {
  for (size_t i = 0; i < sizeof LIBRARIES / sizeof *LIBRARIES; i++)
    if (strcmp(LIBRARIES[i], name) == 0) {
      *out = (hw_library)i;
      return true;
    }
  return false;
}

void hw_reads_model_write(hw_json_writer *w, const hw_reads_fit *fit) {
  const struct {
    const char *key;
    double value, error;
    hw_reads_parameter parameter;
  } rows[] = {
      {"damage", fit->model.damage, fit->se_damage, HW_READS_DAMAGE},
      {"decay", fit->model.decay, fit->se_decay, HW_READS_DECAY},
      {"damage_inside", fit->model.damage_inside, fit->se_damage_inside, HW_READS_DAMAGE_INSIDE},
      {"contamination", fit->model.contamination, fit->se_contamination, HW_READS_CONTAMINATION},
      {"reference_bias", fit->model.reference_bias, fit->se_bias, HW_READS_BIAS},
      {"drop_in", fit->model.drop_in, fit->se_drop_in, HW_READS_DROP_IN},
  };
  hw_json_write_begin_object(w);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    hw_json_add_object(w, rows[i].key);
    hw_json_add_number_short(w, "value", rows[i].value);
    hw_json_add_number_short(w, "se", rows[i].error);
    hw_json_add_bool(w, "is_determined", (fit->undetermined & (1u << rows[i].parameter)) == 0);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}
