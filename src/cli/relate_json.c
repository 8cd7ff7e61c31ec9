/* `homeward relate --json`: homeward-relate/1. */
#include <math.h>

#include "base/json_members.h"
#include "cli/population_out.h"
#include "cli/relate_out.h"
#include "homeward/version.h"

/* Of each file of reads its model. */
static void reads(hw_json_writer *w, const cli_snp_people *people) {
  hw_json_add_array(w, "reads");
  for (int32_t i = 0; i < people->n_reads; i++) {
    hw_json_write_begin_object(w);
    cli_snp_reads_json(w, people, &people->reads[i]);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void ratios(hw_json_writer *w, const relate_found *self, const hw_relate_pair *pair) {
  hw_json_add_object(w, "log10_lr");
  for (int r = 0; r < HW_RELATION_COUNT; r++)
    if (self->is_wanted[r]) hw_json_add_double(w, relate_name((hw_relation)r), pair->log10_lr[r]);
  hw_json_write_end_object(w);
}

static void pairs(hw_json_writer *w, const relate_found *self) {
  hw_json_add_array(w, "pairs");
  for (int64_t i = 0; i < self->n_pairs; i++) {
    const hw_relate_pair *pair = &self->pairs[i];
    const bool is_related = pair->log10_lr[pair->best] > 0;
    hw_json_write_begin_object(w);
    hw_json_add_text(w, "first", self->people->profiles[pair->first].id);
    hw_json_add_text(w, "second", self->people->profiles[pair->second].id);
    hw_json_add_int(w, "markers", pair->n_typed);
    hw_json_add_number(w, "kinship", pair->kinship);
    hw_json_add_int(w, "windows", pair->windows);
    hw_json_add_text(w, "best", is_related ? relate_name(pair->best) : "unrelated");
    hw_json_add_text(w, "class", is_related ? relate_class(pair->best) : "unrelated");
    hw_json_add_double(w, "margin", fabs(relate_margin(self, pair)));
    ratios(w, self, pair);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void stated(hw_json_writer *w, const relate_found *self) {
  if (self->pedigree == NULL) return;
  hw_json_add_object(w, "stated");
  hw_json_add_text(w, "pedigree", self->pedigree);
  hw_json_add_int(w, "unlisted_parents", self->n_unlisted);
  hw_json_add_array(w, "relations");
  for (int32_t i = 0; i < self->n_stated; i++) {
    const relate_stated *of = &self->stated[i];
    hw_json_write_begin_object(w);
    hw_json_add_text(w, "first", self->people->profiles[of->first].id);
    hw_json_add_text(w, "second", self->people->profiles[of->second].id);
    hw_json_add_text(w, "relation", relate_name(of->relation));
    hw_json_add_text(w, "verdict", relate_verdict_name(of->verdict));
    hw_json_add_text(
        w, "best", of->pair.log10_lr[of->pair.best] > 0 ? relate_name(of->pair.best) : "unrelated");
    hw_json_add_number(w, "kinship", of->pair.kinship);
    hw_json_add_double(w, "log10_lr_stated", of->pair.log10_lr[of->relation]);
    hw_json_add_double(w, "log10_lr_best", of->pair.log10_lr[of->pair.best]);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

hw_status relate_json(const relate_found *self, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  const cli_snp_people *people = self->people;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-relate/1");
  hw_json_add_text(w, "version", hw_version());
  hw_json_add_int(w, "people", people->n);
  hw_json_add_int(w, "markers", people->panel->n_markers);
  hw_json_add_int(w, "markers_read", people->n_read);
  hw_json_add_text(w, "frequencies", people->frequencies);
  hw_json_add_text(w, "map", people->map);
  if (people->n_reads > 0) reads(w, people);
  hw_json_add_double(w, "theta", self->theta);
  hw_json_add_double(w, "threshold", self->threshold);
  hw_json_add_int(w, "pairs_screened", self->n_screened);
  hw_json_add_int(w, "pairs_computed", self->n_passed);
  cli_population_json(w, self->has_check ? &self->check : NULL);
  pairs(w, self);
  stated(w, self);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
