/* `homeward relate` for people: tables, and what must be known to read them. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/population_out.h"
#include "cli/relate_out.h"
#include "cli/table.h"

enum { FIXED = 7, CELL = 32, MOST_LISTED = 10 };

static const char *const short_names[HW_RELATION_COUNT] = {
    "same",  "parent",  "siblings", "half",          "grandparent",
    "uncle", "cousins", "removed",  "second-cousins"};

const char *relate_name(hw_relation relation) {
  return short_names[relation];
}

const char *relate_class(hw_relation relation) {
  static const char *const by_degree[] = {"same person", "1st degree", "2nd degree",
                                          "3rd degree",  "4th degree", "5th degree"};
  if (relation == HW_RELATION_PARENT) return "parent-child";
  if (relation == HW_RELATION_FULL_SIBLINGS) return "full siblings";
  return by_degree[hw_relation_shape_get(relation)->degree];
}

hw_relation relate_best(const relate_found *self, const hw_relate_pair *pair) {
  int best = -1;
  for (int r = 0; r < HW_RELATION_COUNT; r++)
    if (self->is_wanted[r] && (best < 0 || pair->log10_lr[r] > pair->log10_lr[best])) best = r;
  return (hw_relation)best;
}

double relate_margin(const relate_found *self, const hw_relate_pair *pair) {
  double other = 0;
  for (int r = 0; r < HW_RELATION_COUNT; r++)
    if (self->is_wanted[r] && strcmp(relate_class((hw_relation)r), relate_class(pair->best)) != 0)
      other = fmax(other, pair->log10_lr[r]);
  return pair->log10_lr[pair->best] - other;
}

int32_t relate_count_others(const relate_found *self) {
  const cli_snp_people *people = self->people;
  int32_t n = 0;
  for (int32_t i = 0; people->is_member != NULL && i < people->n; i++) n += !people->is_member[i];
  return n;
}

static const char pairs_of_people[] = "pairs taken for unrelated";

char *relate_warning(const relate_found *self, char *text, size_t size) {
  text[0] = '\0';
  if (!self->has_check || !cli_population_is_wrong(&self->check)) return text;
  size_t at = cli_population_warning(&self->check, pairs_of_people, text, size);
  const int n = snprintf(text + at, size - at,
                         " Use frequencies of the people's own population (--frequencies "
                         "estimate=LIST of some dozens of unrelated ones), thin the markers more "
                         "(--thin-kb, --prune), or state a theta.");
  at += n > 0 && (size_t)n < size - at ? (size_t)n : 0;
  if (relate_count_others(self) > 0)
    snprintf(text + at, size - at,
             " %d of the %d people are not of those of whom the frequencies are estimated: compare "
             "them by themselves (--samples).",
             (int)relate_count_others(self), (int)self->people->n);
  return text;
}

static void print_head(const relate_found *self) {
  const cli_snp_people *people = self->people;
  printf("%d people, %d markers of %d", (int)people->n, (int)people->panel->n_markers,
         (int)people->n_read);
  if (people->n_unknown > 0)
    printf(", %d without frequencies or a place on the map", (int)people->n_unknown);
  if (people->n_rare > 0) printf(", %d that vary in less than 1 %%", (int)people->n_rare);
  printf("\nfrequencies: %s\nmap: %s\n", people->frequencies, people->map);
  for (int32_t i = 0; i < people->n_reads; i++) cli_snp_reads_print(people, &people->reads[i]);
  if (relate_count_others(self) > 0)
    printf("of other people than those: %d\n", (int)relate_count_others(self));
  if (self->theta > 0) printf("theta: %g\n", self->theta);
  if (self->is_asked)
    printf("%" PRId64 " pairs asked for\n", self->n_pairs);
  else
    printf("%" PRId64 " pairs screened, %" PRId64 " computed, %" PRId64 " with an LR of 10^%g or "
           "more\n",
           self->n_screened, self->n_passed, self->n_pairs, self->threshold);
}

static void print_check(const relate_found *self) {
  char text[RELATE_WARNING_SIZE];
  if (!self->has_check) {
    printf("population check: not made, %s\n", self->why_unchecked);
    return;
  }
  if (relate_warning(self, text, sizeof text)[0] != '\0') {
    fputc('\n', stdout);
    cli_population_print_warning(text);
    return;
  }
  const hw_population_result *check = &self->check;
  printf("population check: %d %s, median log10 LR for second cousins %.2f, "
         "above 100: %d, above 10^4: %d; %s\n",
         (int)check->n_pairs, pairs_of_people, check->median_log10_lr, (int)check->levels[1].n,
         (int)check->levels[2].n, cli_population_conclusion(check));
}

static const char *number(char *cell, int decimals, double value) {
  if (isinf(value))
    snprintf(cell, CELL, "%s", value < 0 ? "-inf" : "inf");
  else if (isnan(value))
    snprintf(cell, CELL, "-");
  else
    snprintf(cell, CELL, "%.*f", decimals, value);
  return cell;
}

static void fill_row(const relate_found *self, const hw_relate_pair *pair, char (*room)[CELL],
                     const char **cells) {
  int n = 0;
  cells[n++] = self->people->profiles[pair->first].id;
  cells[n++] = self->people->profiles[pair->second].id;
  snprintf(room[0], CELL, "%d", (int)pair->n_typed);
  cells[n++] = room[0];
  cells[n++] = number(room[1], 3, pair->kinship);
  cells[n++] = pair->log10_lr[pair->best] > 0 ? relate_name(pair->best) : "unrelated";
  cells[n++] = pair->log10_lr[pair->best] > 0 ? relate_class(pair->best) : "unrelated";
  cells[n++] = number(room[2], 1, fabs(relate_margin(self, pair)));
  int k = 3;
  for (int r = 0; r < HW_RELATION_COUNT; r++)
    if (self->is_wanted[r]) {
      cells[n++] = number(room[k], 1, pair->log10_lr[r]);
      k++;
    }
}

static void print_pairs(const relate_found *self) {
  const char *headings[CLI_TABLE_MAX_COLUMNS] = {"person", "person", "markers", "kinship",
                                                 "best",   "class",  "by"};
  int n_columns = FIXED;
  for (int r = 0; r < HW_RELATION_COUNT; r++)
    if (self->is_wanted[r]) headings[n_columns++] = short_names[r];
  if (self->n_pairs == 0) {
    puts("\nno pair of relatives");
    return;
  }
  const size_t n = (size_t)self->n_pairs;
  const char **cells = calloc(n * (size_t)n_columns, sizeof *cells);
  char(*room)[CELL] = calloc(n * CLI_TABLE_MAX_COLUMNS, sizeof *room);
  if (cells != NULL && room != NULL) {
    for (size_t i = 0; i < n; i++)
      fill_row(self, &self->pairs[i], room + i * CLI_TABLE_MAX_COLUMNS,
               cells + i * (size_t)n_columns);
    cli_table table = {.n_columns = n_columns,
                       .n_rows = (int)n,
                       .headings = headings,
                       .cells = cells,
                       .is_right = {false, false, true, true, false, false, true}};
    for (int c = FIXED; c < n_columns; c++) table.is_right[c] = true;
    fputc('\n', stdout);
    cli_table_print(stdout, &table, cli_screen_width());
    puts("\nlog10 LR of each relation against unrelated; 'by' is how far the class is ahead of the "
         "next one.\nKinds of second degree (half siblings, grandparents, uncles and aunts) can "
         "hardly be told apart.");
  } else {
    cli_say("memory is exhausted: cannot hold the table");
  }
  free(cells);
  free(room);
}

static void print_stated(const relate_found *self) {
  int32_t n[RELATE_VERDICTS][2] = {{0}}, listed = 0;
  if (self->pedigree == NULL) return;
  for (int32_t i = 0; i < self->n_stated; i++)
    n[self->stated[i].verdict][self->stated[i].relation == HW_RELATION_FULL_SIBLINGS]++;
  printf("\nStated in %s\n", self->pedigree);
  for (int k = 0; k < 2; k++)
    if (n[0][k] + n[1][k] + n[2][k] > 0)
      printf("  %-16s  %5d stated, %d supported, %d undecided, %d contradicted\n",
             k == 0 ? "parent and child" : "full siblings", (int)(n[0][k] + n[1][k] + n[2][k]),
             (int)n[0][k], (int)n[1][k], (int)n[2][k]);
  for (int32_t i = 0; i < self->n_stated; i++) {
    const relate_stated *stated = &self->stated[i];
    if (stated->verdict == RELATE_SUPPORTED) continue;
    const double best = stated->pair.log10_lr[stated->pair.best];
    printf("  %s: %s, %s: %s has log10 LR %.1f; best %s, %.1f\n",
           relate_verdict_name(stated->verdict), self->people->profiles[stated->first].id,
           self->people->profiles[stated->second].id, relate_name(stated->relation),
           stated->pair.log10_lr[stated->relation],
           best > 0 ? relate_name(stated->pair.best) : "unrelated", fmax(best, 0));
  }
  if (self->n_unlisted == 0) return;
  printf("  found as parent and child, but not stated: %d\n", (int)self->n_unlisted);
  for (int64_t i = 0; i < self->n_pairs && listed < MOST_LISTED; i++) {
    const hw_relate_pair *pair = &self->pairs[i];
    bool is_stated = false;
    for (int32_t k = 0; k < self->n_stated && !is_stated; k++)
      is_stated =
          (self->stated[k].first == pair->first && self->stated[k].second == pair->second) ||
          (self->stated[k].first == pair->second && self->stated[k].second == pair->first);
    if (is_stated || pair->best != HW_RELATION_PARENT) continue;
    printf("    %s, %s\n", self->people->profiles[pair->first].id,
           self->people->profiles[pair->second].id);
    listed++;
  }
}

void relate_print(const relate_found *self) {
  print_head(self);
  print_check(self);
  print_pairs(self);
  print_stated(self);
}
