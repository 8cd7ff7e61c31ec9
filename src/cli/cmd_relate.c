/* homeward relate: who is kin to whom among the people of genotype files.
 *
 * The files are opened by snp_files.c, all pairs screened and the promising ones computed exactly by
 * homeward/relate.h. Whatever comes out rests on the frequencies, so that they are tried on the
 * pairs that may be taken for unrelated: those whose kinship, which needs no frequencies, does not
 * pass the screen or whose likelihood ratio is small, and whom no pedigree calls relatives. If these look related, that is told
 * loudly, before and among the results. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/progress.h"
#include "cli/interrupt.h"
#include "cli/relate_out.h"

enum { LEAST_CHECKED = 5, RELATED_LOG10_LR = 4 };

typedef struct relate_settings {
  cli_snp_files_settings files;
  const char *samples, *pairs, *relations, *pedigree;
  double theta, threshold;
  bool json, unchecked;
  int64_t n_threads;
} relate_settings;

#define AT(member) offsetof(relate_settings, member)

static const cli_option options[] = {
    CLI_SNP_FILES_OPTIONS(relate_settings, files),
    {"samples", "LIST", CLI_TEXT, AT(samples), 0, 0,
     "Compare these people only, parted by commas; or @LIST or @TABLE:NAME, as for --frequencies "
     "estimate. Frequencies may still be of others.",
     0, false},
    {"pairs", "LIST", CLI_TEXT, AT(pairs), 0, 0,
     "Compute these pairs only, as A:B,C:D, whatever their kinship.", 0, false},
    {"ped", "FILE", CLI_TEXT, AT(pedigree), 0, 0,
     "PED or .fam file: its parents and children and full siblings are held against the "
     "genotypes.",
     0, false},
    {"relations", "LIST", CLI_TEXT, AT(relations), 0, 0,
     "Weigh these only, parted by commas: same, parent, siblings, half, grandparent, uncle, "
     "cousins, removed (first cousins once removed), second-cousins.",
     0, false},
    {"threshold", "X", CLI_NUMBER, AT(threshold), -300, 300,
     "Show pairs whose best relation has a log10 LR of at least X against unrelated (default 4).",
     0, false},
    {"theta", "X", CLI_NUMBER, AT(theta), 0, 0.999, "Coancestry of the population (default 0).", 0,
     false},
    {"no-population-check", NULL, CLI_FLAG, AT(unchecked), 0, 0,
     "Do not try the frequencies on unrelated pairs.", 0, false},
    {"json", NULL, CLI_FLAG, AT(json), 0, 0, "Write homeward-relate/1 JSON instead of tables.", 0,
     false},
    {"threads", "N", CLI_COUNT, AT(n_threads), 1, 1024,
     "Threads (default: one per processor). The result has the same bytes for any number.", 0,
     false},
};

/* One run. */
typedef struct relate_job {
  const relate_settings *settings;
  cli_snp_people people;
  relate_found found;
  hw_relate_results *results; /* of all pairs, or of those asked for */
  int32_t n_asked;
  int32_t (*asked)[2];
  hw_arena arena;
} relate_job;

/* --- what is asked --- */

/* The next item of a list parted by commas, as a copy; NULL at the end. */
static hw_status next_item(hw_arena *arena, const char **at, char **out, hw_err *err) {
  *out = NULL;
  if (**at == '\0') return HW_OK;
  const size_t n = strcspn(*at, ",");
  *out = hw_arena_strndup(arena, *at, n);
  *at += n + ((*at)[n] == ',');
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "a list");
}

static hw_status choose_relations(relate_job *self, hw_err *err) {
  const char *at = self->settings->relations;
  bool *wanted = self->found.is_wanted;
  char *item;
  if (at == NULL) {
    for (int r = 0; r < HW_RELATION_COUNT; r++) wanted[r] = true;
    return HW_OK;
  }
  do {
    HW_TRY(next_item(&self->arena, &at, &item, err));
    int r = 0;
    while (item != NULL && r < HW_RELATION_COUNT && strcmp(relate_name((hw_relation)r), item) != 0)
      r++;
    if (item == NULL) break;
    if (r == HW_RELATION_COUNT)
      return hw_err_set(err, HW_E_USAGE,
                        "--relations: '%.40s' is none of same, parent, siblings, half, "
                        "grandparent, uncle, cousins, removed, second-cousins",
                        item);
    wanted[r] = true;
  } while (item != NULL);
  for (int r = 0; r < HW_RELATION_COUNT; r++)
    if (wanted[r]) return HW_OK;
  return hw_err_set(err, HW_E_USAGE, "--relations: the list is empty");
}

static hw_status no_sample(const cli_snp_people *people, const char *option, const char *name,
                           hw_err *err) {
  return hw_err_set(err, HW_E_REFERENCE,
                    "--%s: \"%.80s\" is no sample of the files, which have %d; the first is "
                    "\"%.60s\"",
                    option, name, (int)people->n, people->n > 0 ? people->profiles[0].id : "");
}

/* Leaves those who are named, in the order of the files. */
static hw_status choose_samples(relate_job *self, hw_err *err) {
  cli_snp_people *people = &self->people;
  const char *at = self->settings->samples;
  char *item;
  if (at == NULL) return HW_OK;
  bool *is_named = hw_arena_alloc_array(&self->arena, (size_t)people->n + 1, sizeof *is_named);
  if (is_named == NULL) return HW_NO_MEMORY(err, "the samples");
  int32_t n_absent = 0;
  if (at[0] == '@')
    HW_TRY(cli_snp_mark(people->n, people->profiles, at + 1, is_named, &n_absent, err));
  while (at[0] != '@') {
    HW_TRY(next_item(&self->arena, &at, &item, err));
    if (item == NULL) break;
    const int32_t i = cli_snp_people_find(people, item);
    if (i < 0) return no_sample(people, "samples", item, err);
    is_named[i] = true;
  }
  int32_t n = 0;
  for (int32_t i = 0; i < people->n; i++) {
    if (!is_named[i]) continue;
    people->profiles[n] = people->profiles[i];
    people->files[n] = people->files[i];
    if (people->is_member != NULL) people->is_member[n] = people->is_member[i];
    n++;
  }
  if (n < 2)
    return hw_err_set(err, HW_E_REFERENCE,
                      "--samples: it names %d samples of the files and %d others, expected two or "
                      "more to compare; the first in the files is \"%.60s\"",
                      (int)n, (int)n_absent, people->n > 0 ? people->profiles[0].id : "");
  people->n = n;
  return HW_OK;
}

/* "A:B"; names may hold colons, so that every one of them is tried. */
static hw_status find_pair(relate_job *self, char *item, int32_t pair[2], hw_err *err) {
  const cli_snp_people *people = &self->people;
  for (char *colon = strchr(item, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
    *colon = '\0';
    pair[0] = cli_snp_people_find(people, item);
    pair[1] = cli_snp_people_find(people, colon + 1);
    const bool is_found = pair[0] >= 0 && pair[1] >= 0;
    *colon = ':';
    if (is_found && pair[0] == pair[1])
      return hw_err_set(err, HW_E_REFERENCE, "--pairs: \"%.100s\" is one person twice", item);
    if (is_found) return HW_OK;
  }
  return hw_err_set(
      err, HW_E_REFERENCE,
      "--pairs: \"%.100s\" is not A:B of two samples of the files, which have %d; the "
      "first is \"%.60s\"",
      item, (int)people->n, people->n > 0 ? people->profiles[0].id : "");
}

static hw_status choose_pairs(relate_job *self, hw_err *err) {
  const char *at = self->settings->pairs;
  char *item;
  size_t most = 1;
  if (at == NULL) return HW_OK;
  for (const char *c = at; *c != '\0'; c++) most += *c == ',';
  self->asked = hw_arena_alloc_array(&self->arena, most, sizeof *self->asked);
  if (self->asked == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (;;) {
    HW_TRY(next_item(&self->arena, &at, &item, err));
    if (item == NULL) break;
    HW_TRY(find_pair(self, item, self->asked[self->n_asked], err));
    self->n_asked++;
  }
  if (self->n_asked == 0) return hw_err_set(err, HW_E_USAGE, "--pairs: the list is empty");
  self->found.is_asked = true;
  return HW_OK;
}

/* --- computing --- */

/* @param n  0 = all pairs are screened */
static hw_status compute(relate_job *self, const char *title, int64_t n, const int32_t (*pairs)[2],
                         hw_relate_results **out, hw_err *err) {
  const cli_snp_people *people = &self->people;
  const hw_relate_input input = {.panel = people->panel,
                                 .population = people->population,
                                 .theta = self->settings->theta,
                                 .n_samples = people->n,
                                 .samples = people->profiles,
                                 .n_pairs = n,
                                 .pairs = pairs};
  const hw_relate_options choices = {
      .kinship = HW_RELATE_KINSHIP, .threshold = -HUGE_VAL, .linked = {.simd = cli_simd()}};
  hw_progress progress;
  hw_progress_begin(&progress, stderr, title, 0);
  const hw_search_go go = {(int32_t)self->settings->n_threads, cli_interrupt_look, &progress};
  const hw_status status = hw_relate_run(&input, &choices, &go, out, err);
  hw_progress_end(&progress);
  if (status == HW_E_SHAPE) hw_err_place(err, people->n > 0 ? people->files[0] : NULL, 0, 0);
  return status;
}

static int by_best(const void *left, const void *right) {
  const hw_relate_pair *x = left, *y = right;
  const double a = x->log10_lr[x->best], b = y->log10_lr[y->best];
  if (a != b) return a > b ? -1 : 1;
  if (x->first != y->first) return x->first < y->first ? -1 : 1;
  return x->second < y->second ? -1 : x->second > y->second;
}

/* Pairs that are shown, by the relations that are wanted. */
static hw_status choose_shown(relate_job *self, hw_err *err) {
  relate_found *found = &self->found;
  const hw_relate_results *results = self->results;
  found->n_screened = results->n_screened;
  found->n_passed = results->n_passed;
  found->pairs =
      hw_arena_alloc_array(&self->arena, (size_t)results->n_pairs + 1, sizeof *found->pairs);
  if (found->pairs == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (int64_t i = 0; i < results->n_pairs; i++) {
    hw_relate_pair pair = results->pairs[i];
    pair.best = relate_best(found, &pair);
    if (found->is_asked || pair.log10_lr[pair.best] >= found->threshold)
      found->pairs[found->n_pairs++] = pair;
  }
  if (!found->is_asked && found->n_pairs > 0)
    qsort(found->pairs, (size_t)found->n_pairs, sizeof *found->pairs, by_best);
  return HW_OK;
}

/* --- what a pedigree states --- */

static bool is_stated(const relate_found *found, int32_t a, int32_t b) {
  for (int32_t i = 0; i < found->n_stated; i++)
    if ((found->stated[i].first == a && found->stated[i].second == b) ||
        (found->stated[i].first == b && found->stated[i].second == a))
      return true;
  return false;
}

/* The pair of two people among those that were computed; NULL if the screen held it back. */
static const hw_relate_pair *find_computed(const relate_job *self, int32_t a, int32_t b) {
  const hw_relate_results *results = self->results;
  for (int64_t i = 0; i < results->n_pairs; i++) {
    const hw_relate_pair *pair = &results->pairs[i];
    if ((pair->first == a && pair->second == b) || (pair->first == b && pair->second == a))
      return pair;
  }
  return NULL;
}

/* Stated relatives whom the screen held back are computed too. */
static hw_status weigh_held_back(relate_job *self, hw_err *err) {
  relate_found *found = &self->found;
  hw_relate_results *results = NULL;
  int32_t n = 0;
  const size_t most = (size_t)found->n_stated;
  int32_t(*pairs)[2] = hw_arena_alloc_array(&self->arena, most, sizeof *pairs);
  int32_t *which = hw_arena_alloc_array(&self->arena, most, sizeof *which);
  if (pairs == NULL || which == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (int32_t i = 0; i < found->n_stated; i++) {
    const relate_stated *stated = &found->stated[i];
    const hw_relate_pair *pair = find_computed(self, stated->first, stated->second);
    if (pair != NULL) {
      found->stated[i].pair = *pair;
      continue;
    }
    pairs[n][0] = stated->first;
    pairs[n][1] = stated->second;
    which[n++] = i;
  }
  if (n == 0) return HW_OK;
  HW_TRY(compute(self, "weighing stated relatives", n, (const int32_t(*)[2])pairs, &results, err));
  for (int32_t k = 0; k < n; k++) found->stated[which[k]].pair = results->pairs[k];
  hw_relate_results_delete(results);
  return HW_OK;
}

static hw_status weigh_stated(relate_job *self, hw_err *err) {
  relate_found *found = &self->found;
  if (self->settings->pedigree == NULL) return HW_OK;
  found->pedigree = self->settings->pedigree;
  HW_TRY(relate_read_pedigree(found->pedigree, &self->people, &self->arena, &found->stated,
                              &found->n_stated, err));
  HW_TRY(weigh_held_back(self, err));
  for (int32_t i = 0; i < found->n_stated; i++) relate_judge(found, &found->stated[i]);
  for (int64_t i = 0; i < found->n_pairs; i++)
    found->n_unlisted += found->pairs[i].best == HW_RELATION_PARENT &&
                         !is_stated(found, found->pairs[i].first, found->pairs[i].second);
  return HW_OK;
}

/* --- do the frequencies fit? --- */

/* Both must say so: kinship by calls alone is too large where reads are few, since heterozygotes go
 * uncalled first, and likelihood ratios are too large under frequencies of other people. */
static bool may_be_related(const hw_relate_pair *pair) {
  return pair->kinship >= HW_RELATE_KINSHIP && pair->log10_lr[pair->best] >= RELATED_LOG10_LR;
}

static hw_status check(relate_job *self, hw_err *err) {
  relate_found *found = &self->found;
  const hw_relate_results *results = self->results;
  const size_t most = (size_t)results->n_pairs + (size_t)found->n_stated + 1;
  const int64_t n = self->people.n;
  int32_t(*related)[2] = hw_arena_alloc_array(&self->arena, most, sizeof *related);
  if (related == NULL) return HW_NO_MEMORY(err, "the check of the population");
  int32_t n_related = 0;
  for (int64_t i = 0; i < results->n_pairs; i++) {
    const hw_relate_pair *pair = &results->pairs[i];
    if (!may_be_related(pair) || is_stated(found, pair->first, pair->second)) continue;
    related[n_related][0] = pair->first;
    related[n_related++][1] = pair->second;
  }
  for (int32_t i = 0; i < found->n_stated; i++, n_related++) {
    related[n_related][0] = found->stated[i].first;
    related[n_related][1] = found->stated[i].second;
  }
  if (n * (n - 1) / 2 - n_related < LEAST_CHECKED) {
    found->why_unchecked = "fewer than five pairs can be taken for unrelated";
    return HW_OK;
  }
  const hw_linked_options linked = {.simd = cli_simd()};
  const hw_population_options what = {.theta = self->settings->theta,
                                      .n_related = n_related,
                                      .related = (const int32_t(*)[2])related,
                                      .linked = &linked};
  HW_TRY(hw_population_check(self->people.panel, self->people.population, self->people.n,
                             self->people.profiles, &what, &found->check, err));
  found->has_check = true;
  return HW_OK;
}

static hw_status check_population(relate_job *self, hw_err *err) {
  relate_found *found = &self->found;
  char text[RELATE_WARNING_SIZE];
  if (self->settings->unchecked)
    found->why_unchecked = "as was asked";
  else if (found->is_asked)
    found->why_unchecked = "only pairs that were named are compared";
  else
    HW_TRY(check(self, err));
  if (relate_warning(found, text, sizeof text)[0] != '\0') cli_say("WARNING: %s", text);
  return HW_OK;
}

/* --- the command --- */

static hw_status relate(relate_job *self, int n_files, char **paths, hw_err *err) {
  HW_TRY(choose_relations(self, err));
  HW_TRY(cli_snp_files_open(n_files, (const char *const *)paths, &self->settings->files,
                            &self->people, err));
  HW_TRY(choose_samples(self, err));
  HW_TRY(choose_pairs(self, err));
  HW_TRY(compute(self, "comparing", self->n_asked, (const int32_t(*)[2])self->asked, &self->results,
                 err));
  HW_TRY(choose_shown(self, err));
  HW_TRY(weigh_stated(self, err));
  HW_TRY(check_population(self, err));
  if (self->settings->json) return relate_json(&self->found, err);
  relate_print(&self->found);
  return HW_OK;
}

static int run(int argc, char **argv) {
  relate_settings settings = {.files = CLI_SNP_FILES_DEFAULTS, .threshold = 4};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_relate, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  hw_err err = HW_ERR_INIT;
  relate_job self = {.settings = &settings,
                     .found = {.theta = settings.theta, .threshold = settings.threshold}};
  self.found.people = &self.people;
  cli_interrupt_begin();
  status = relate(&self, n, operands, &err) == HW_OK ? CLI_FINE : cli_error(&err);
  cli_interrupt_end();
  hw_relate_results_delete(self.results);
  hw_population_result_clear(&self.found.check);
  cli_snp_people_clear(&self.people);
  hw_arena_clear(&self.arena);
  return status;
}

const cli_command cli_command_relate = {
    .name = "relate",
    .operands = "FILE…",
    .n_operands_least = 1,
    .n_operands_most = 100000,
    .brief = "who is kin to whom among people of SNP genotype files",
    .description =
        "Reads VCF and BCF files (PL, GL or GT), likelihoods as ANGSD writes them for BEAGLE, and "
        "reads of BAM, CRAM and SAM files; several files may be given, of which the first makes the "
        "markers unless there is a panel. Compares all pairs: those that the screen lets through "
        "are computed exactly, over linked markers, for nine relations from the same person to "
        "second cousins, against unrelated.\n"
        "\n"
        "Frequencies must be those of the people's own population. So unrelated pairs are tried "
        "first: if they look related under the frequencies, a warning stands above the results and "
        "on standard error.\n"
        "\n"
        "Without --panel one SNP per 100,000 bases is kept, since nearer ones repeat each other "
        "(--thin-kb 0 keeps all, for markers that were pruned before).\n",
    .examples =
        "  homeward relate people.beagle.gz --frequencies sites.freq.gz --build 37\n"
        "  homeward relate cohort.bcf --frequencies estimate=unrelated.txt --ped cohort.fam\n"
        "  homeward relate bone1.bam bone2.bam --panel force.csv --population EAS\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
