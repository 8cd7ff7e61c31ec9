/* homeward-reassociate/1: the machine's form of a re-association. */
#include <math.h>

#include "base/json_members.h"
#include "cli/reassociate_out.h"

static const double LN_10 = 2.30258509299404568402;

static const char *name_of(const reassociate_view *view, int32_t specimen) {
  return view->work->problem->specimens[specimen].id;
}

static void write_factors(hw_json_writer *w, const hw_reassociate_factors *ln) {
  hw_json_add_row_object(w, "log10_lr");
  hw_json_add_number(w, "total", ln->total / LN_10);
  hw_json_add_number(w, "dna", ln->dna / LN_10);
  hw_json_add_number(w, "bones", ln->bones / LN_10);
  hw_json_add_number(w, "sex", ln->sex / LN_10);
  hw_json_add_number(w, "age", ln->age / LN_10);
  hw_json_add_number(w, "measurements", ln->measurements / LN_10);
  hw_json_add_number(w, "provenience", ln->provenience / LN_10);
  hw_json_write_end_object(w);
}

static void write_method(hw_json_writer *w, const reassociate_view *view) {
  const hw_reassociate_summary s = hw_reassociate_summarise(view->work->run);
  hw_json_add_object(w, "method");
  hw_json_add_bool(w, "exact", s.is_exact);
  hw_json_add_int(w, "components", s.n_components);
  hw_json_add_int(w, "largest", s.n_largest);
  hw_json_add_int(w, "ignored_pairs", s.n_ignored);
  if (!s.is_exact) {
    hw_json_add_int(w, "chained", s.n_chained);
    hw_json_add_number(w, "r_hat", s.r_hat);
    hw_json_add_number(w, "effective", s.effective);
    hw_json_add_number(w, "error", s.error);
  }
  hw_json_write_end_object(w);
}

static void write_groups(hw_json_writer *w, const reassociate_view *view) {
  const hw_reassociate_group *groups = NULL;
  const int32_t n = hw_reassociate_groups(view->work->run, &groups);
  hw_json_add_array(w, "groups");
  for (int32_t g = 0; g < n; g++) {
    hw_json_write_begin_object(w);
    hw_json_add_array(w, "specimens");
    for (int32_t i = 0; i < groups[g].n; i++) {
      hw_json_write_begin_row_object(w);
      hw_json_add_text(w, "specimen", name_of(view, groups[g].specimens[i]));
      hw_json_add_number(w, "belongs", groups[g].belongs[i]);
      hw_json_write_end_object(w);
    }
    hw_json_write_end_array(w);
    hw_json_add_number(w, "probability", groups[g].probability);
    hw_json_add_number(w, "together", groups[g].together);
    write_factors(w, &groups[g].ln);
    hw_json_add_number(w, "log10_lr_full_sibs", groups[g].log10_lr_sibs);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_pairs(hw_json_writer *w, const reassociate_view *view) {
  hw_json_add_array(w, "pairs");
  for (int32_t i = 0; i < view->n_pairs; i++) {
    const hw_reassociate_pair *pair = &view->pairs[i];
    hw_json_write_begin_object(w);
    hw_json_add_text(w, "first", name_of(view, pair->a));
    hw_json_add_text(w, "second", name_of(view, pair->b));
    hw_json_add_number(w, "posterior", pair->posterior);
    hw_json_add_number(w, "complement", pair->complement);
    hw_json_add_int(w, "markers", pair->n_common);
    hw_json_add_int(w, "differ", pair->n_differ);
    write_factors(w, &pair->ln);
    if (!isnan(pair->measurements.d)) {
      hw_json_add_row_object(w, "measurements");
      hw_json_add_number(w, "d", pair->measurements.d);
      hw_json_add_number(w, "t", pair->measurements.t);
      hw_json_add_int(w, "df", pair->measurements.df);
      hw_json_add_number(w, "p_two_sided", pair->measurements.p_two);
      hw_json_add_number(w, "p_upper", pair->measurements.p_upper);
      hw_json_add_number(w, "log10_lr", pair->measurements.log10_lr);
      hw_json_write_end_object(w);
    }
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_alternatives(hw_json_writer *w, const reassociate_view *view) {
  const hw_reassociate_alternative *list = NULL;
  const int32_t n = hw_reassociate_alternatives(view->work->run, &list);
  hw_json_add_array(w, "partitions");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_int(w, "component", list[i].component);
    hw_json_add_number(w, "posterior", list[i].posterior);
    hw_json_add_array(w, "groups");
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
  hw_json_add_array(w, "elements");
  for (int32_t e = 0; e < lot->n_elements; e++) {
    const hw_element_count *at = &lot->elements[e];
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "element", elements[at->element].name);
    hw_json_add_int(w, "left", at->left);
    hw_json_add_int(w, "right", at->right);
    hw_json_add_int(w, "midline", at->midline);
    hw_json_add_int(w, "unknown", at->unknown);
    hw_json_add_int(w, "pairs", at->pairs);
    hw_json_add_int(w, "mni", at->least);
    hw_json_add_int(w, "mni_by_pairs", at->least_by_pairs);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_counts(hw_json_writer *w, const reassociate_view *view) {
  const hw_commingling *lots = NULL;
  const int32_t n = hw_reassociate_counts(view->work->run, &lots);
  hw_json_add_array(w, "counts");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_object(w);
    hw_json_add_text(w, "lot", lots[i].name);
    hw_json_add_int(w, "specimens", lots[i].n_specimens);
    hw_json_add_int(w, "mni", lots[i].least);
    hw_json_add_int(w, "mni_by_pairs", lots[i].least_by_pairs);
    hw_json_add_int(w, "groups", lots[i].groups);
    write_elements(w, &lots[i]);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_number(hw_json_writer *w, const reassociate_view *view) {
  enum { MOST_MASSES = 60 };
  const hw_number_estimate *at = &view->work->number;
  if (at->n_masses == 0) return;
  hw_json_add_object(w, "number_of_individuals");
  hw_json_add_number(w, "lincoln", at->lincoln);
  hw_json_add_number(w, "mlni", at->mlni);
  hw_json_add_number(w, "mean", at->mean);
  hw_json_add_number(w, "recovery", at->recovery);
  hw_json_add_int(w, "low", at->low);
  hw_json_add_int(w, "high", at->high);
  hw_json_add_number(w, "covered", at->covered);
  hw_json_add_int(w, "lowest", at->lowest);
  hw_json_add_doubles(w, "masses", at->n_masses < MOST_MASSES ? at->n_masses : MOST_MASSES,
                      at->masses);
  hw_json_write_end_object(w);
}

static void write_contradictions(hw_json_writer *w, const reassociate_view *view) {
  const hw_contradiction *list = NULL;
  const int32_t n = hw_reassociate_contradictions(view->work->run, &list);
  hw_json_add_array(w, "contradictions");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "kind", hw_contradiction_code(list[i].kind));
    hw_json_add_text(w, "specimen", name_of(view, list[i].a));
    if (list[i].b >= 0) hw_json_add_text(w, "other", name_of(view, list[i].b));
    hw_json_add_bool(w, "in_one_group", list[i].group >= 0);
    hw_json_add_text(w, "text", list[i].text);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_stored(hw_json_writer *w, const reassociate_view *view) {
  if (!view->is_stored) return;
  hw_json_add_row_object(w, "stored");
  hw_json_add_int(w, "individuals", view->report->n_individuals);
  hw_json_add_int(w, "individuals_known", view->report->n_known_individuals);
  hw_json_add_int(w, "contradictions", view->report->n_contradictions);
  hw_json_add_int(w, "contradictions_known", view->report->n_known_contradictions);
  hw_json_add_int(w, "below_accept", view->report->n_below);
  hw_json_write_end_object(w);
}

hw_status reassociate_write_json(const reassociate_view *view, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-reassociate/1");
  hw_json_add_text(w, "id", view->id);
  hw_json_write_key(w, "parameters");
  hw_groups_work_write_parameters(view->work, w);
  write_method(w, view);
  hw_json_add_number(w, "posterior", hw_reassociate_summarise(view->work->run).best_posterior);
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
