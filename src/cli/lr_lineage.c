/* mtDNA and Y haplotypes as evidence for the hypotheses of a case.
 *
 * Each line is inherited as one, and the typed persons of one line are taken one after the other,
 * in the order of the table: the first draws from the population, every other one is weighed against
 * the nearest of those before (hw_lineage_weigh). The sum of the logarithms is that of
 *
 *   P(all haplotypes | pedigree) / Π P(haplotype | population),
 *
 * whose denominator does not depend on the hypothesis, so that differences between hypotheses are
 * ratios. A person without a relative of her line among those before adds nothing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/lr_evidence.h"

static const double LN_10 = 2.302585092994045684;

/* --- opening --- */

/* "X/N": seen X times among N. */
static hw_status parse_stated(const char *option, const char *text, int64_t *x, int64_t *n,
                              hw_err *err) {
  char *end = NULL;
  *x = strtoll(text, &end, 10);
  if (end != text && *end == '/') {
    const char *at = end + 1;
    *n = strtoll(at, &end, 10);
    if (end != at && *end == '\0' && *x >= 0 && *n >= 1 && *x <= *n) return HW_OK;
  }
  return hw_err_set(err, HW_E_USAGE,
                    "%s: '%.40s' is not X/N, how often the haplotype was seen among N persons (0/N "
                    "if never)",
                    option, text);
}

static hw_status settle(hw_errors *errors, hw_err *err) {
  for (int i = 1; i < hw_errors_kept(errors); i++) (void)cli_error(&errors->kept[i]);
  return hw_errors_status(errors, err);
}

static hw_status need_rarity(const char *what, const char *option, const char *path, hw_err *err) {
  hw_err_set(err, HW_E_USAGE,
             "how rare %s is must be said: --%s-stated X/N (seen X times among N persons of the "
             "population) or --%s-database FILE",
             what, option, option);
  hw_err_place(err, path, 0, 0);
  return HW_E_USAGE;
}

static hw_status choose_rarity(const char *word, hw_lineage_options *out, hw_err *err) {
  static const char *const words[] = {"counted", "upper", "kappa", "laplace"};
  if (word == NULL) return HW_OK;
  for (int i = 0; i < 4; i++)
    if (strcmp(words[i], word) == 0) {
      out->y_method = (hw_rarity_method)i;
      if (i != HW_RARITY_LAPLACE) out->mt_method = (hw_rarity_method)i;
      return HW_OK;
    }
  return hw_err_set(err, HW_E_USAGE, "--rarity: '%.40s' is not counted, upper, kappa or laplace",
                    word);
}

static hw_status open_mt(const lr_evidence_settings *settings, lr_evidence *out, hw_err *err) {
  hw_errors errors = {0};
  if (settings->mt_database == NULL && settings->mt_stated == NULL)
    return need_rarity("a mitochondrial haplotype", "mt", settings->mt, err);
  if (settings->mt_stated != NULL)
    HW_TRY(parse_stated("--mt-stated", settings->mt_stated, &out->options.mt_stated_x,
                        &out->options.mt_stated_n, err));
  if (hw_mt_table_read(settings->mt, HW_TEXT_DETECT, &out->mt, &errors) != HW_OK)
    return settle(&errors, err);
  if (settings->mt_database == NULL) return HW_OK;
  if (hw_mt_table_read(settings->mt_database, HW_TEXT_DETECT, &out->mt_database_table, &errors) !=
      HW_OK)
    return settle(&errors, err);
  const hw_mt_table *table = out->mt_database_table;
  out->mt_database = (hw_mt_database){NULL, table->n, table->haplotypes, table->counts};
  out->options.mt_database = &out->mt_database;
  return HW_OK;
}

static hw_status open_y(const lr_evidence_settings *settings, lr_evidence *out, hw_err *err) {
  hw_errors errors = {0};
  if (settings->y_database == NULL && settings->y_stated == NULL)
    return need_rarity("a Y haplotype", "y", settings->y, err);
  if (settings->y_stated != NULL)
    HW_TRY(parse_stated("--y-stated", settings->y_stated, &out->options.y_stated_x,
                        &out->options.y_stated_n, err));
  if (hw_y_rates_read(NULL, &out->rates, &errors) != HW_OK ||
      hw_y_rows_read(settings->y, HW_TEXT_DETECT, out->rates, &out->y, &errors) != HW_OK)
    return settle(&errors, err);
  if (settings->y_database != NULL) {
    if (hw_y_rows_read(settings->y_database, HW_TEXT_DETECT, out->rates, &out->y_database_rows,
                       &errors) != HW_OK)
      return settle(&errors, err);
    const hw_y_rows *rows = out->y_database_rows;
    out->y_database = (hw_y_database){NULL, &out->rates->panel, rows->n, rows->rows, rows->counts};
    out->options.y_database = &out->y_database;
  }
  if (out->options.y_method != HW_RARITY_LAPLACE) return HW_OK;
  if (settings->y_database == NULL)
    return hw_err_set(err, HW_E_USAGE, "--rarity laplace needs --y-database FILE");
  HW_TRY(hw_y_model_fit(&out->y_database, NULL, &out->y_model, err));
  out->options.y_model = &out->y_model;
  return HW_OK;
}

hw_status lr_open_lineage(const lr_evidence_settings *settings, lr_evidence *out, hw_err *err) {
  HW_TRY(choose_rarity(settings->rarity, &out->options, err));
  if (settings->mt != NULL) HW_TRY(open_mt(settings, out, err));
  return settings->y != NULL ? open_y(settings, out, err) : HW_OK;
}

/* --- weighing --- */

typedef struct weighing {
  const lr_evidence *evidence;
  lr_kind kind;
  const hw_case *problem;
  int32_t n;
  const char *const *names;
  const int32_t *person_of; /* by name and hypothesis */
  const hw_mt **mt;         /* by person of the hypothesis: those before */
  const int16_t **y;
} weighing;

static const int16_t *y_row(const lr_evidence *self, int32_t i) {
  return self->y->rows + (size_t)i * (size_t)self->rates->panel.n_markers * HW_Y_COPIES;
}

static hw_status add_line(weighing *self, int32_t h, int32_t i, const hw_lineage_result *result,
                          lr_weights *out) {
  if (result->reference == HW_PERSON_NONE) return HW_OK;
  const hw_pedigree *pedigree = &self->problem->hypotheses[h].pedigree;
  out->lines[out->n_lines++] = (lr_line){.hypothesis = h,
                                         .kind = self->kind,
                                         .person = self->names[i],
                                         .reference = pedigree->persons[result->reference].id,
                                         .result = *result};
  return HW_OK;
}

static hw_status weigh_hypothesis(weighing *self, int32_t h, lr_weights *out, hw_err *err) {
  const lr_evidence *evidence = self->evidence;
  const hw_pedigree *pedigree = &self->problem->hypotheses[h].pedigree;
  const bool is_mt = self->kind == LR_MT;
  const hw_lineage_case family = {.pedigree = pedigree,
                                  .mt = is_mt ? self->mt : NULL,
                                  .y_panel = is_mt ? NULL : &evidence->rates->panel,
                                  .y = is_mt ? NULL : self->y};
  memset(self->mt, 0, (size_t)pedigree->n_persons * sizeof *self->mt);
  memset(self->y, 0, (size_t)pedigree->n_persons * sizeof *self->y);
  double log10_sum = 0;
  for (int32_t i = 0; i < self->n; i++) {
    const int32_t person =
        self->person_of[(size_t)i * (size_t)self->problem->n_hypotheses + (size_t)h];
    hw_lineage_evidence found;
    if (person == HW_PERSON_NONE) continue;
    const hw_mt *mt = is_mt ? evidence->mt->haplotypes[i] : NULL;
    const int16_t *y = is_mt ? NULL : y_row(evidence, i);
    HW_TRY(hw_lineage_weigh(&family, person, mt, y, &evidence->options, &found, err));
    const hw_lineage_result *result = is_mt ? &found.mt : &found.y;
    log10_sum += result->log10_lr;
    HW_TRY(add_line(self, h, i, result, out));
    self->mt[person] = mt;
    self->y[person] = y;
  }
  out->ln[self->kind][h] = log10_sum * LN_10;
  return HW_OK;
}

static hw_status make_room(const hw_case *c, int32_t n, lr_weights *out, hw_err *err) {
  const size_t room = (size_t)out->n_lines + (size_t)n * (size_t)c->n_hypotheses + 1;
  lr_line *lines = hw_arena_alloc_array(&out->arena, room, sizeof *lines);
  if (lines == NULL) return HW_NO_MEMORY(err, "the lines");
  if (out->n_lines > 0) memcpy(lines, out->lines, (size_t)out->n_lines * sizeof *lines);
  out->lines = lines;
  return HW_OK;
}

hw_status lr_weigh_lineage(const lr_evidence *self, lr_kind kind, const hw_case *c, lr_weights *out,
                           hw_err *err) {
  const bool is_mt = kind == LR_MT;
  weighing work = {.evidence = self,
                   .kind = kind,
                   .problem = c,
                   .n = is_mt ? self->mt->n : self->y->n,
                   .names = is_mt ? self->mt->names : self->y->names};
  size_t n_persons = 1;
  int32_t n_found;
  for (int32_t h = 0; h < c->n_hypotheses; h++)
    if ((size_t)c->hypotheses[h].pedigree.n_persons > n_persons)
      n_persons = (size_t)c->hypotheses[h].pedigree.n_persons;
  int32_t *person_of = hw_arena_alloc_array(
      &out->arena, ((size_t)work.n + 1) * (size_t)c->n_hypotheses, sizeof *person_of);
  work.mt = hw_arena_alloc_array(&out->arena, n_persons, sizeof *work.mt);
  work.y = hw_arena_alloc_array(&out->arena, n_persons, sizeof *work.y);
  if (person_of == NULL || work.mt == NULL || work.y == NULL)
    return HW_NO_MEMORY(err, "the haplotypes");
  HW_TRY(lr_find_persons(c, is_mt ? "mtDNA" : "a Y haplotype", work.n, work.names, person_of,
                         &n_found, err));
  work.person_of = person_of;
  HW_TRY(make_room(c, work.n, out, err));
  for (int32_t h = 0; h < c->n_hypotheses; h++) HW_TRY(weigh_hypothesis(&work, h, out, err));
  return HW_OK;
}
