/* `homeward relate --json`: homeward-relate/1. */
#include <math.h>

#include "base/json_write.h"
#include "cli/json_members.h"
#include "cli/population_out.h"
#include "cli/relate_out.h"
#include "homeward/version.h"

static void whole(hw_json_writer *w, const char *key, int64_t value) {
  hw_json_write_key(w, key);
  hw_json_write_int(w, value);
}

/* Of each file of reads its model. */
static void reads(hw_json_writer *w, const cli_snp_people *people) {
  hw_json_write_key(w, "reads");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < people->n_reads; i++) {
    hw_json_write_begin_object(w);
    cli_snp_reads_json(w, people, &people->reads[i]);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void ratios(hw_json_writer *w, const relate_found *self, const hw_relate_pair *pair) {
  hw_json_write_key(w, "log10_lr");
  hw_json_write_begin_object(w);
  for (int r = 0; r < HW_RELATION_COUNT; r++)
    if (self->is_wanted[r]) cli_json_ratio(w, relate_name((hw_relation)r), pair->log10_lr[r]);
  hw_json_write_end_object(w);
}

static void pairs(hw_json_writer *w, const relate_found *self) {
  hw_json_write_key(w, "pairs");
  hw_json_write_begin_array(w);
  for (int64_t i = 0; i < self->n_pairs; i++) {
    const hw_relate_pair *pair = &self->pairs[i];
    const bool is_related = pair->log10_lr[pair->best] > 0;
    hw_json_write_begin_object(w);
    cli_json_text(w, "first", self->people->profiles[pair->first].id);
    cli_json_text(w, "second", self->people->profiles[pair->second].id);
    whole(w, "markers", pair->n_typed);
    cli_json_number(w, "kinship", pair->kinship);
    whole(w, "windows", pair->windows);
    cli_json_text(w, "best", is_related ? relate_name(pair->best) : "unrelated");
    cli_json_text(w, "class", is_related ? relate_class(pair->best) : "unrelated");
    cli_json_ratio(w, "margin", fabs(relate_margin(self, pair)));
    ratios(w, self, pair);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void stated(hw_json_writer *w, const relate_found *self) {
  if (self->pedigree == NULL) return;
  hw_json_write_key(w, "stated");
  hw_json_write_begin_object(w);
  cli_json_text(w, "pedigree", self->pedigree);
  whole(w, "unlisted_parents", self->n_unlisted);
  hw_json_write_key(w, "relations");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < self->n_stated; i++) {
    const relate_stated *of = &self->stated[i];
    hw_json_write_begin_object(w);
    cli_json_text(w, "first", self->people->profiles[of->first].id);
    cli_json_text(w, "second", self->people->profiles[of->second].id);
    cli_json_text(w, "relation", relate_name(of->relation));
    cli_json_text(w, "verdict", relate_verdict_name(of->verdict));
    cli_json_text(w, "best",
                  of->pair.log10_lr[of->pair.best] > 0 ? relate_name(of->pair.best) : "unrelated");
    cli_json_number(w, "kinship", of->pair.kinship);
    cli_json_ratio(w, "log10_lr_stated", of->pair.log10_lr[of->relation]);
    cli_json_ratio(w, "log10_lr_best", of->pair.log10_lr[of->pair.best]);
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
  cli_json_text(w, "format", "homeward-relate/1");
  cli_json_text(w, "version", hw_version());
  whole(w, "people", people->n);
  whole(w, "markers", people->panel->n_markers);
  whole(w, "markers_read", people->n_read);
  cli_json_text(w, "frequencies", people->frequencies);
  cli_json_text(w, "map", people->map);
  if (people->n_reads > 0) reads(w, people);
  cli_json_ratio(w, "theta", self->theta);
  cli_json_ratio(w, "threshold", self->threshold);
  whole(w, "pairs_screened", self->n_screened);
  whole(w, "pairs_computed", self->n_passed);
  cli_population_json(w, self->has_check ? &self->check : NULL);
  pairs(w, self);
  stated(w, self);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
