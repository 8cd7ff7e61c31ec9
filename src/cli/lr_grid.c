/* How much a ratio of SNPs rests on the model of a sample's reads.
 *
 * Genotype likelihoods of degraded DNA depend on damage and contamination, which were fitted to the
 * sample and have standard errors. Every sample of reads that is a person of the case is weighed again
 * under each model of hw_reads_grid, everybody else as fitted, and the hypotheses' ratios are shown
 * over contamination and damage. The driver is that of the two along which the ratio moves more when
 * the other stays as fitted; reference bias, drop-in and the rest stay as fitted everywhere. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json_members.h"
#include "base/progress.h"
#include "cli/lr_out.h"

/* --- computing --- */

/* Adds a value to an ascending list, once. */
static int32_t add_value(double value, double *list, int32_t n) {
  int32_t at = 0;
  while (at < n && list[at] < value) at++;
  if (at < n && list[at] == value) return n;
  memmove(list + at + 1, list + at, (size_t)(n - at) * sizeof *list);
  list[at] = value;
  return n + 1;
}

static int32_t find_value(double value, const double *list, int32_t n) {
  for (int32_t i = 0; i < n; i++)
    if (list[i] == value) return i;
  return -1;
}

static void find_axes(lr_grid *grid) {
  const cli_snp_reads *reads = grid->reads;
  for (int32_t k = 0; k < reads->n_models; k++) {
    grid->n_contamination =
        add_value(reads->models[k].contamination, grid->contamination, grid->n_contamination);
    grid->n_damage = add_value(reads->models[k].damage, grid->damage, grid->n_damage);
  }
  grid->fitted_contamination =
      find_value(reads->fit.model.contamination, grid->contamination, grid->n_contamination);
  grid->fitted_damage = find_value(reads->fit.model.damage, grid->damage, grid->n_damage);
}

static double *cell(const lr_grid *grid, int32_t h, int32_t contamination, int32_t damage) {
  return &grid->ln[((size_t)h * (size_t)grid->n_contamination + (size_t)contamination) *
                       (size_t)grid->n_damage +
                   (size_t)damage];
}

/* All hypotheses under one model. */
static hw_status weigh_model(const lr_snp_work *work, const lr_grid *grid, int32_t k,
                             const float *likelihoods, hw_err *err) {
  const hw_reads_model *model = &grid->reads->models[k];
  const int32_t i = find_value(model->contamination, grid->contamination, grid->n_contamination);
  const int32_t j = find_value(model->damage, grid->damage, grid->n_damage);
  HW_BUG_IF(i < 0 || j < 0, err);
  for (int32_t h = 0; h < work->problem->n_hypotheses; h++)
    HW_TRY(lr_weigh_snp_hypothesis(work, h, grid->reads->person, likelihoods, cell(grid, h, i, j),
                                   err));
  return HW_OK;
}

static hw_status weigh_reads(const lr_snp_work *work, const cli_snp_reads *reads, hw_arena *arena,
                             lr_grid *grid, hw_err *err) {
  const hw_case *c = work->problem;
  const hw_panel *panel = work->evidence->people.panel;
  const size_t n = (size_t)panel->first_genotype[panel->n_markers];
  *grid = (lr_grid){.reads = reads};
  find_axes(grid);
  HW_BUG_IF(grid->n_contamination * grid->n_damage != reads->n_models, err);
  grid->ln = hw_arena_alloc_array(arena, (size_t)c->n_hypotheses * (size_t)reads->n_models,
                                  sizeof *grid->ln);
  float *likelihoods = calloc(n + 1, sizeof *likelihoods);
  hw_status status = HW_OK;
  if (grid->ln == NULL || likelihoods == NULL) status = HW_NO_MEMORY(err, "the models of reads");
  hw_progress progress;
  hw_progress_begin(&progress, stderr, "models of reads", (uint64_t)reads->n_models);
  for (int32_t k = 0; k < reads->n_models && status == HW_OK; k++) {
    hw_snp_likelihoods(reads->profiles[k].bytes, (int64_t)n, likelihoods);
    status = weigh_model(work, grid, k, likelihoods, err);
    hw_progress_set(&progress, (uint64_t)k + 1);
  }
  hw_progress_end(&progress);
  free(likelihoods);
  return status;
}

hw_status lr_weigh_grids(const lr_snp_work *work, lr_weights *out, hw_err *err) {
  const cli_snp_people *people = &work->evidence->people;
  const hw_case *c = work->problem;
  out->grids = hw_arena_alloc_array(&out->arena, (size_t)people->n_reads + 1, sizeof *out->grids);
  if (out->grids == NULL) return HW_NO_MEMORY(err, "the models of reads");
  for (int32_t i = 0; i < people->n_reads; i++) {
    const cli_snp_reads *reads = &people->reads[i];
    const size_t at = (size_t)reads->person * (size_t)c->n_hypotheses + (size_t)c->reference;
    if (work->person_of[at] == HW_PERSON_NONE) continue;
    lr_grid *grid = &out->grids[out->n_grids++];
    if (reads->n_models > 0)
      HW_TRY(weigh_reads(work, reads, &out->arena, grid, err));
    else
      *grid = (lr_grid){.reads = reads};
  }
  return HW_OK;
}

/* --- what it says --- */

static double ratio(const hw_case *c, const lr_grid *grid, int32_t h, int32_t i, int32_t j) {
  return lr_log10_ratio(*cell(grid, h, i, j), *cell(grid, c->reference, i, j));
}

lr_grid_span lr_grid_spans(const hw_case *c, const lr_grid *grid, int32_t h) {
  lr_grid_span out = {HUGE_VAL, -HUGE_VAL, 0, 0};
  double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
  for (int32_t i = 0; i < grid->n_contamination; i++)
    for (int32_t j = 0; j < grid->n_damage; j++) {
      const double x = ratio(c, grid, h, i, j);
      const bool is_on[2] = {j == grid->fitted_damage, i == grid->fitted_contamination};
      if (isnan(x)) continue;
      out.lowest = fmin(out.lowest, x);
      out.highest = fmax(out.highest, x);
      for (int axis = 0; axis < 2; axis++) {
        if (!is_on[axis]) continue;
        low[axis] = fmin(low[axis], x);
        high[axis] = fmax(high[axis], x);
      }
    }
  if (out.lowest > out.highest) out.lowest = out.highest = (double)NAN; /* undefined throughout */
  /* What is impossible throughout does not move. */
  out.by_contamination = high[0] > low[0] ? high[0] - low[0] : 0;
  out.by_damage = high[1] > low[1] ? high[1] - low[1] : 0;
  return out;
}

static const char *driver_of(const lr_grid_span *span) {
  return span->by_contamination > span->by_damage   ? "contamination"
         : span->by_damage > span->by_contamination ? "damage"
                                                    : NULL;
}

/* --- for people --- */

static void print_table(const hw_case *c, const lr_grid *grid, int32_t h) {
  char text[CLI_NUMBER_SIZE], marked[CLI_NUMBER_SIZE + 1];
  printf("  log10 LR of SNPs, '%s' against '%s'; * = as fitted\n    contamination  damage",
         c->hypotheses[h].name, c->hypotheses[c->reference].name);
  for (int32_t j = 0; j < grid->n_damage; j++) printf(" %8.3g ", grid->damage[j]);
  putchar('\n');
  for (int32_t i = 0; i < grid->n_contamination; i++) {
    printf("    %13.3g        ", grid->contamination[i]);
    for (int32_t j = 0; j < grid->n_damage; j++) {
      const bool is_fit = i == grid->fitted_contamination && j == grid->fitted_damage;
      snprintf(marked, sizeof marked, "%s%s", cli_format_log10(ratio(c, grid, h, i, j), text),
               is_fit ? "*" : " ");
      printf(" %9s", marked);
    }
    putchar('\n');
  }
  const lr_grid_span span = lr_grid_spans(c, grid, h);
  const char *driver = driver_of(&span);
  char low[CLI_NUMBER_SIZE], high[CLI_NUMBER_SIZE];
  printf("    from %s to %s", cli_format_log10(span.lowest, low),
         cli_format_log10(span.highest, high));
  if (driver != NULL)
    printf("; driver: %s (moves it by %.3f, the other by %.3f)", driver,
           fmax(span.by_contamination, span.by_damage),
           fmin(span.by_contamination, span.by_damage));
  putchar('\n');
}

void lr_print_grids(const hw_case *c, const lr_evidence *evidence, const lr_weights *weights) {
  for (int32_t g = 0; g < weights->n_grids; g++) {
    const lr_grid *grid = &weights->grids[g];
    printf("\n  ");
    cli_snp_reads_print(&evidence->people, grid->reads);
    for (int32_t h = 0; h < c->n_hypotheses && grid->ln != NULL; h++)
      if (h != c->reference) print_table(c, grid, h);
  }
}

/* --- for machines --- */

static void json_hypothesis(hw_json_writer *w, const hw_case *c, const lr_grid *grid, int32_t h) {
  const lr_grid_span span = lr_grid_spans(c, grid, h);
  hw_json_add_object(w, c->hypotheses[h].name);
  hw_json_add_double(w, "lowest", span.lowest);
  hw_json_add_double(w, "highest", span.highest);
  hw_json_add_text(w, "driver", driver_of(&span));
  hw_json_add_number(w, "by_contamination", span.by_contamination);
  hw_json_add_number(w, "by_damage", span.by_damage);
  hw_json_add_array(w, "log10_lr");
  for (int32_t i = 0; i < grid->n_contamination; i++) {
    hw_json_write_begin_row(w);
    for (int32_t j = 0; j < grid->n_damage; j++) hw_json_write_double(w, ratio(c, grid, h, i, j));
    hw_json_write_end_array(w);
  }
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

static void json_grid(hw_json_writer *w, const hw_case *c, const lr_grid *grid) {
  hw_json_add_object(w, "grid");
  hw_json_add_doubles(w, "contamination", grid->n_contamination, grid->contamination);
  hw_json_add_doubles(w, "damage", grid->n_damage, grid->damage);
  hw_json_add_row(w, "fitted");
  hw_json_write_int(w, grid->fitted_contamination);
  hw_json_write_int(w, grid->fitted_damage);
  hw_json_write_end_array(w);
  hw_json_add_object(w, "hypotheses");
  for (int32_t h = 0; h < c->n_hypotheses; h++)
    if (h != c->reference) json_hypothesis(w, c, grid, h);
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
}

void lr_json_grids(hw_json_writer *w, const hw_case *c, const lr_evidence *evidence,
                   const lr_weights *weights) {
  if (weights->n_grids == 0) return;
  hw_json_add_array(w, "reads");
  for (int32_t g = 0; g < weights->n_grids; g++) {
    const lr_grid *grid = &weights->grids[g];
    hw_json_write_begin_object(w);
    cli_snp_reads_json(w, &evidence->people, grid->reads);
    if (grid->ln != NULL) json_grid(w, c, grid);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}
