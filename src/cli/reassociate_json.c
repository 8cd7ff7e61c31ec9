/* homeward-reassociate/1: the machine's form of a re-association. */
#include <math.h>

#include "cli/json_members.h"
#include "cli/reassociate_out.h"

static const double LN_10 = 2.30258509299404568402;

static const char *name_of(const reassociate_view *view, int32_t specimen) {
  return view->work->problem->specimens[specimen].id;
}

static void write_factors(hw_json_writer *w, const hw_reassociate_factors *ln) {
  hw_json_write_key(w, "log10_lr");
  hw_json_write_begin_row_object(w);
  cli_json_number(w, "total", ln->total / LN_10);
  cli_json_number(w, "dna", ln->dna / LN_10);
  cli_json_number(w, "bones", ln->bones / LN_10);
  cli_json_number(w, "sex", ln->sex / LN_10);
  cli_json_number(w, "age", ln->age / LN_10);
  cli_json_number(w, "measurements", ln->measurements / LN_10);
  cli_json_number(w, "provenience", ln->provenience / LN_10);
  hw_json_write_end_object(w);
}

static void write_method(hw_json_writer *w, const reassociate_view *view) {
  const hw_reassociate_summary s = hw_reassociate_summarise(view->work->run);
  hw_json_write_key(w, "method");
  hw_json_write_begin_object(w);
  cli_json_yes_no(w, "exact", s.is_exact);
  cli_json_count(w, "components", s.n_components);
  cli_json_count(w, "largest", s.n_largest);
  cli_json_count(w, "ignored_pairs", s.n_ignored);
  if (!s.is_exact) {
    cli_json_count(w, "chained", s.n_chained);
    cli_json_number(w, "r_hat", s.r_hat);
    cli_json_number(w, "effective", s.effective);
    cli_json_number(w, "error", s.error);
  }
  hw_json_write_end_object(w);
}

static void write_groups(hw_json_writer *w, const reassociate_view *view) {
  const hw_reassociate_group *groups = NULL;
  const int32_t n = hw_reassociate_groups(view->work->run, &groups);
  hw_json_write_key(w, "groups");
  hw_json_write_begin_array(w);
  for (int32_t g = 0; g < n; g++) {
    hw_json_write_begin_object(w);
    hw_json_write_key(w, "specimens");
    hw_json_write_begin_array(w);
    for (int32_t i = 0; i < groups[g].n; i++) {
      hw_json_write_begin_row_object(w);
      cli_json_text(w, "specimen", name_of(view, groups[g].specimens[i]));
      cli_json_number(w, "belongs", groups[g].belongs[i]);
      hw_json_write_end_object(w);
    }
    hw_json_write_end_array(w);
    cli_json_number(w, "probability", groups[g].probability);
    cli_json_number(w, "together", groups[g].together);
    write_factors(w, &groups[g].ln);
    cli_json_number(w, "log10_lr_full_sibs", groups[g].log10_lr_sibs);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_pairs(hw_json_writer *w, const reassociate_view *view) {
  hw_json_write_key(w, "pairs");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < view->n_pairs; i++) {
    const hw_reassociate_pair *pair = &view->pairs[i];
    hw_json_write_begin_object(w);
    cli_json_text(w, "first", name_of(view, pair->a));
    cli_json_text(w, "second", name_of(view, pair->b));
    cli_json_number(w, "posterior", pair->posterior);
    cli_json_number(w, "complement", pair->complement);
    cli_json_count(w, "markers", pair->n_common);
    cli_json_count(w, "differ", pair->n_differ);
    write_factors(w, &pair->ln);
    if (!isnan(pair->measurements.d)) {
      hw_json_write_key(w, "measurements");
      hw_json_write_begin_row_object(w);
      cli_json_number(w, "d", pair->measurements.d);
      cli_json_number(w, "t", pair->measurements.t);
      cli_json_count(w, "df", pair->measurements.df);
      cli_json_number(w, "p_two_sided", pair->measurements.p_two);
      cli_json_number(w, "p_upper", pair->measurements.p_upper);
      cli_json_number(w, "log10_lr", pair->measurements.log10_lr);
      hw_json_write_end_object(w);
    }
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_alternatives(hw_json_writer *w, const reassociate_view *view) {
  const hw_reassociate_alternative *list = NULL;
  const int32_t n = hw_reassociate_alternatives(view->work->run, &list);
  hw_json_write_key(w, "partitions");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    cli_json_count(w, "component", list[i].component);
    cli_json_number(w, "posterior", list[i].posterior);
    hw_json_write_key(w, "groups");
    hw_json_write_begin_array(w);
    for (int32_t g = 0, left = list[i].n; left > 0; g++) {
      hw_json_write_begin_array(w);
      for (int32_t k = 0; k < list[i].n; k++)
        if (list[i].group[k] == g) {
          hw_json_write_string(w, name_of(view, list[i].specimens[k]));
          left--;
        }
      hw_json_write_end_array(w);
    }
    hw_json_write_end_array(w);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_elements(hw_json_writer *w, const hw_commingling *lot) {
  const hw_element *elements = NULL;
  (void)hw_elements(&elements);
  hw_json_write_key(w, "elements");
  hw_json_write_begin_array(w);
  for (int32_t e = 0; e < lot->n_elements; e++) {
    const hw_element_count *at = &lot->elements[e];
    hw_json_write_begin_row_object(w);
    cli_json_text(w, "element", elements[at->element].name);
    cli_json_count(w, "left", at->left);
    cli_json_count(w, "right", at->right);
    cli_json_count(w, "midline", at->midline);
    cli_json_count(w, "unknown", at->unknown);
    cli_json_count(w, "pairs", at->pairs);
    cli_json_count(w, "mni", at->least);
    cli_json_count(w, "mni_by_pairs", at->least_by_pairs);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_counts(hw_json_writer *w, const reassociate_view *view) {
  const hw_commingling *lots = NULL;
  const int32_t n = hw_reassociate_counts(view->work->run, &lots);
  hw_json_write_key(w, "counts");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_object(w);
    cli_json_text(w, "lot", lots[i].name);
    cli_json_count(w, "specimens", lots[i].n_specimens);
    cli_json_count(w, "mni", lots[i].least);
    cli_json_count(w, "mni_by_pairs", lots[i].least_by_pairs);
    cli_json_count(w, "groups", lots[i].groups);
    write_elements(w, &lots[i]);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_number(hw_json_writer *w, const reassociate_view *view) {
  enum { MOST_MASSES = 60 };
  const hw_number_estimate *at = &view->work->number;
  if (at->n_masses == 0) return;
  hw_json_write_key(w, "number_of_individuals");
  hw_json_write_begin_object(w);
  cli_json_number(w, "lincoln", at->lincoln);
  cli_json_number(w, "mlni", at->mlni);
  cli_json_number(w, "mean", at->mean);
  cli_json_number(w, "recovery", at->recovery);
  cli_json_count(w, "low", at->low);
  cli_json_count(w, "high", at->high);
  cli_json_number(w, "covered", at->covered);
  cli_json_count(w, "lowest", at->lowest);
  hw_json_write_key(w, "masses");
  hw_json_write_begin_row(w);
  for (int32_t i = 0; i < at->n_masses && i < MOST_MASSES; i++)
    hw_json_write_double(w, at->masses[i]);
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

static void write_contradictions(hw_json_writer *w, const reassociate_view *view) {
  const hw_contradiction *list = NULL;
  const int32_t n = hw_reassociate_contradictions(view->work->run, &list);
  hw_json_write_key(w, "contradictions");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    cli_json_text(w, "kind", hw_contradiction_code(list[i].kind));
    cli_json_text(w, "specimen", name_of(view, list[i].a));
    if (list[i].b >= 0) cli_json_text(w, "other", name_of(view, list[i].b));
    cli_json_yes_no(w, "in_one_group", list[i].group >= 0);
    cli_json_text(w, "text", list[i].text);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_stored(hw_json_writer *w, const reassociate_view *view) {
  if (!view->is_stored) return;
  hw_json_write_key(w, "stored");
  hw_json_write_begin_row_object(w);
  cli_json_count(w, "individuals", view->report->n_individuals);
  cli_json_count(w, "individuals_known", view->report->n_known_individuals);
  cli_json_count(w, "contradictions", view->report->n_contradictions);
  cli_json_count(w, "contradictions_known", view->report->n_known_contradictions);
  cli_json_count(w, "below_accept", view->report->n_below);
  hw_json_write_end_object(w);
}

hw_status reassociate_write_json(const reassociate_view *view, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  cli_json_text(w, "format", "homeward-reassociate/1");
  cli_json_text(w, "id", view->id);
  hw_json_write_key(w, "parameters");
  hw_groups_work_write_parameters(view->work, w);
  write_method(w, view);
  cli_json_number(w, "posterior", hw_reassociate_summarise(view->work->run).best_posterior);
  write_groups(w, view);
  write_pairs(w, view);
  write_alternatives(w, view);
  write_counts(w, view);
  write_number(w, view);
  write_contradictions(w, view);
  write_stored(w, view);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
