/* Compiling many families: what two families have in common is computed once.
 *
 * A marker's data have a pattern (pattern.h): who is typed, how they are related to
 * the missing person, in an order that does not depend on how the family was
 * written down. Its observations, sorted where persons are interchangeable, and the
 * number of the marker are the key of the marker's table. A table is
 *
 *   1. looked up (memory.h); else made, from the key alone, by
 *   2. closed forms (closed.h) where the pattern and the marker have them; else
 *   3. the general engine with the plans of the shape (shapes.h).
 *
 * A marker whose frequencies or matrix rows do not sum to one up to rounding has an
 * answer that depends, within that error, on how the family was written down: its
 * tables are made from the family as it stands.
 *
 * Since 2 and 3 see nothing but the key, a table has the same bits whether it is
 * remembered or not and whatever came before. Sets and typing errors have no key:
 * they are computed each time, by 3.
 *
 * Whatever goes wrong (observations that do not fit, a marker too complex, linked
 * markers), or is too large for patterns, is given to hw_table_compile as it is: it
 * answers, or says what is wrong in its own words.
 *
 * Tables lie in an arena until the next reset; those remembered are handed out where
 * they lie, and nothing is forgotten before the reset. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "kinship/closed.h"
#include "kinship/kin.h"
#include "kinship/shapes.h"
#include "kinship/table_int.h"

static const size_t DEFAULT_BYTES = (size_t)256 << 20;

/* What is known of a marker beforehand. */
typedef struct marker_info {
  bool is_exact; /* sums are one up to rounding: families may be taken in another order */
  hwp_closed_marker closed;
  const double *unrelated[2];      /* genotypes of a stranger; [1]: who carries one allele */
  const double *unrelated_partial; /* for pairs */
} marker_info;

/* A table of hw_table_compile. */
typedef struct whole_table {
  hw_table *table;
  struct whole_table *next;
} whole_table;

struct hw_table_compiler {
  int32_t n_markers;
  const hw_marker *markers;
  double theta;
  hw_likelihood_options options;
  const hw_rows *rows;
  marker_info *info;
  bool is_exact;       /* every marker is */
  double *joint;       /* ordered genotypes of the widest marker */
  hwp_memory memory;   /* tables */
  hwp_memory messages; /* of founders, for closed forms */
  hwp_shapes shapes;
  whole_table *whole;
  hw_arena fixed;   /* until delete */
  hw_arena tables;  /* until reset */
  hw_arena family;  /* one compilation */
  hw_arena scratch; /* one marker */
};

/* A family's pattern where certain profiles say something. */
typedef struct prepared {
  uint64_t typed; /* bit set of profiles */
  bool x;
  hwp_shape_entry *shape; /* NULL: no pattern, or no memory */
  int32_t profile[HWP_PATTERN_PROFILES];
  struct prepared *next;
} prepared;

/* The family at hand. */
typedef struct job {
  hw_table_compiler *compiler;
  const hw_problem *problem;
  hwp_family family;
  int32_t query;
  int32_t missing;     /* person */
  int32_t *individual; /* of each profile */
  hw_kin *kin;         /* of the family as it stands, where a marker needs it */
  prepared *patterns;
  hw_marker_table *tables;
  bool is_beyond; /* hw_table_compile has to see it */
} job;

/* ---- the compiler ---------------------------------------------------------- */

static hw_status make_info(hw_table_compiler *self, int32_t m, hw_err *err) {
  const hw_marker *marker = &self->markers[m];
  const size_t n = (size_t)marker->n_alleles, pairs = n * (n + 1) / 2;
  double *unrelated = hw_arena_alloc_array(&self->fixed, pairs, sizeof *unrelated);
  double *partial = hw_arena_alloc_array(&self->fixed, n, sizeof *partial);
  double *single = hw_arena_alloc_array(&self->fixed, n, sizeof *single);
  if (unrelated == NULL || partial == NULL || single == NULL)
    return HW_NO_MEMORY(err, "the table compiler's markers");
  hwp_table_population(marker, false, unrelated);
  hwp_table_population(marker, true, single);
  hwp_table_partial_sums(unrelated, marker->n_alleles, partial);
  self->info[m].is_exact = hwp_marker_sums_to_one(marker);
  self->is_exact &= self->info[m].is_exact;
  self->info[m].unrelated[0] = unrelated;
  self->info[m].unrelated[1] = single;
  self->info[m].unrelated_partial = partial;
  if (hwp_closed_marker_init(&self->info[m].closed, marker, unrelated, &self->fixed) != HW_OK)
    return HW_NO_MEMORY(err, "the table compiler's markers");
  return HW_OK;
}

static hw_status make_infos(hw_table_compiler *self, hw_err *err) {
  size_t widest = 1;
  self->info = hw_arena_alloc_array(&self->fixed, (size_t)self->n_markers + 1, sizeof *self->info);
  if (self->info == NULL) return HW_NO_MEMORY(err, "the table compiler's markers");
  self->is_exact = true;
  for (int32_t m = 0; m < self->n_markers; m++) {
    if ((size_t)self->markers[m].n_alleles > widest) widest = (size_t)self->markers[m].n_alleles;
    HW_TRY(make_info(self, m, err));
  }
  self->joint = hw_arena_alloc_array(&self->fixed, widest * widest, sizeof *self->joint);
  return self->joint != NULL ? HW_OK : HW_NO_MEMORY(err, "the table compiler's markers");
}

hw_status hw_table_compiler_new(int32_t n_markers, const hw_marker *markers, double theta,
                                const hw_likelihood_options *options, size_t max_bytes,
                                hw_table_compiler **out, hw_err *err) {
  *out = NULL;
  const char *simd = options != NULL ? options->simd : NULL;
  const hw_rows *rows = hw_rows_find(simd);
  if (rows == NULL)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "kernel set '%s' is unknown or cannot run on this processor; the sets are "
                      "ref, avx2 and avx512",
                      simd != NULL ? simd : "ref");
  if (!(theta >= 0.0 && theta < 1.0))
    return hw_err_set(err, HW_E_VALUE, "theta is %g, it must be at least 0 and below 1", theta);
  hw_table_compiler *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a table compiler");
  self->n_markers = n_markers;
  self->markers = markers;
  self->theta = theta;
  if (options != NULL) self->options = *options;
  self->options.simd = rows->name;
  self->rows = rows;
  const size_t bytes = max_bytes != 0 ? max_bytes : DEFAULT_BYTES;
  self->shapes.max_bytes = bytes / 8;
  self->messages.max_bytes = bytes / 8;
  self->memory.max_bytes = bytes - bytes / 4;
  self->shapes.options = &self->options;
  const hw_status status = make_infos(self, err);
  if (status == HW_OK)
    *out = self;
  else
    hw_table_compiler_delete(self);
  return status;
}

static void delete_whole(hw_table_compiler *self) {
  for (whole_table *whole = self->whole; whole != NULL; whole = whole->next)
    hw_table_delete(whole->table);
  self->whole = NULL;
}

void hw_table_compiler_delete(hw_table_compiler *self) {
  if (self == NULL) return;
  delete_whole(self);
  hwp_memory_clear(&self->memory);
  hwp_memory_clear(&self->messages);
  hwp_shapes_clear(&self->shapes);
  hw_arena_clear(&self->fixed);
  hw_arena_clear(&self->tables);
  hw_arena_clear(&self->family);
  hw_arena_clear(&self->scratch);
  free(self);
}

void hw_table_compiler_reset(hw_table_compiler *self) {
  delete_whole(self);
  hwp_memory_settle(&self->memory);
  hwp_memory_settle(&self->messages);
  hw_arena_reset(&self->tables);
}

/* ---- patterns of the family ------------------------------------------------ */

/* Which profiles say something at a marker. */
static uint64_t typed_at(const job *self, int32_t m) {
  uint64_t typed = 0;
  for (int32_t p = 0; p < self->problem->n_profiles; p++)
    if (self->problem->profiles[p].observations[m].kind != HW_OBS_MISSING) typed |= 1ULL << p;
  return typed;
}

static hw_status prepare(job *self, uint64_t typed, bool x, const prepared **out, hw_err *err) {
  for (prepared *known = self->patterns; known != NULL; known = known->next)
    if (known->typed == typed && known->x == x) {
      *out = known;
      return HW_OK;
    }
  hw_table_compiler *compiler = self->compiler;
  prepared *new = hw_arena_alloc(&compiler->family, sizeof *new);
  if (new == NULL) return HW_NO_MEMORY(err, "a pattern");
  hwp_pattern pattern;
  bool is_typed[64];
  for (int32_t p = 0; p < self->problem->n_profiles; p++) is_typed[p] = typed >> p & 1;
  new->typed = typed;
  new->x = x;
  if (hwp_pattern_find(&pattern, &self->family, self->query, x, self->problem->n_profiles,
                       self->individual, is_typed, new->profile)) {
    new->shape = hwp_shapes_find(&compiler->shapes, &pattern);
    if (new->shape == NULL) return HW_NO_MEMORY(err, "a pattern");
  }
  new->next = self->patterns;
  self->patterns = new;
  *out = new;
  return HW_OK;
}

/* ---- one marker ------------------------------------------------------------ */

/* What is asked for at a marker. Of plain data (genotypes and single alleles without
 * error) the key says everything. */
typedef struct request {
  const prepared *from; /* NULL: the family as it stands */
  bool is_plain;
  hwp_key key;
} request;

enum { KEY_HEAD = 2 }; /* words before the observations' */

static uint32_t code_of(const hw_observation *obs) {
  if (obs->kind == HW_OBS_SINGLE) return 0x80000000U | (uint32_t)obs->a;
  if (obs->b == HW_ALLELE_NONE) return (uint32_t)obs->a << 16 | 0xffffU;
  const hw_allele low = obs->a < obs->b ? obs->a : obs->b, high = obs->a + obs->b - low;
  return (uint32_t)low << 16 | (uint32_t)high;
}

static hw_observation observation_of(uint32_t code) {
  if (code & 0x80000000U)
    return (hw_observation){
        .kind = HW_OBS_SINGLE, .a = (hw_allele)(code & 0xffffU), .b = HW_ALLELE_NONE};
  const hw_allele b = (code & 0xffffU) == 0xffffU ? HW_ALLELE_NONE : (hw_allele)(code & 0xffffU);
  return (hw_observation){.kind = HW_OBS_GENOTYPE, .a = (hw_allele)(code >> 16), .b = b};
}

/* The key of a marker's data: shape, marker, observations, those of alike persons in order.
 * @return false if an observation does not fit: hw_table_compile says how */
static bool make_key(const job *self, int32_t m, request *out) {
  const hw_marker *marker = &self->compiler->markers[m];
  const hwp_pattern *pattern = &out->from->shape->pattern;
  uint32_t *code = &out->key.word[KEY_HEAD];
  out->is_plain = true;
  out->key.n = KEY_HEAD + pattern->n_profiles;
  out->key.word[0] = out->from->shape->id;
  out->key.word[1] = (uint32_t)m;
  for (int32_t p = 0; p < pattern->n_profiles; p++) {
    const hw_profile *profile = &self->problem->profiles[out->from->profile[p]];
    const hw_observation *obs = &profile->observations[m];
    const bool single = pattern->sex[pattern->owner[p]] == (uint8_t)HW_MALE;
    if (hw_observation_validate(marker, obs, single, NULL) != HW_OK) return false;
    out->is_plain &= obs->kind != HW_OBS_SET && !(profile->typing_error > 0.0);
    if (!out->is_plain) continue;
    const uint32_t word = code_of(obs);
    int32_t at = p;
    for (; at > pattern->group[p] && code[at - 1] > word; at--) code[at] = code[at - 1];
    code[at] = word;
  }
  hwp_key_finish(&out->key);
  return true;
}

/* A marker's data in the order of the pattern. */
typedef struct marker_data {
  int32_t m;
  hwp_shape_entry *shape;
  bool is_plain;
  hw_observation observation[HWP_PATTERN_PROFILES];
  hw_profile profile[HWP_PATTERN_PROFILES];
} marker_data;

static void take_data(const job *self, int32_t m, const request *from, marker_data *data) {
  data->m = m;
  data->shape = from->from->shape;
  data->is_plain = from->is_plain;
  for (int32_t p = 0; p < data->shape->pattern.n_profiles; p++) {
    const hw_profile *profile = &self->problem->profiles[from->from->profile[p]];
    data->profile[p] = from->is_plain ? (hw_profile){.id = ""} : *profile;
    data->observation[p] =
        from->is_plain ? observation_of(from->key.word[KEY_HEAD + p]) : profile->observations[m];
  }
}

/* Scales to sum to one. @return the sum before scaling, added in eight lanes */
static double normalise(double *p, int32_t n) {
  double lane[8] = {0.0};
  int32_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int l = 0; l < 8; l++) lane[l] += p[i + l];
  for (; i < n; i++) lane[i & 7] += p[i];
  const double sum =
      ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
  if (sum > 0.0)
    for (int32_t g = 0; g < n; g++) p[g] /= sum;
  return sum;
}

/* By closed forms. *is_done false: there is none for these data. */
static hw_status by_closed_form(job *self, const marker_data *data, hw_marker_table *table,
                                double *related, bool *is_done, hw_err *err) {
  hw_table_compiler *compiler = self->compiler;
  const hwp_closed_marker *marker = &compiler->info[data->m].closed;
  *is_done = false;
  if (!data->is_plain || !data->shape->has_closed || !marker->is_usable) return HW_OK;
  const hwp_closed_task task = {.closed = &data->shape->closed,
                                .marker = marker,
                                .marker_number = (uint32_t)data->m,
                                .observation = data->observation,
                                .rows = compiler->rows,
                                .memory = &compiler->messages,
                                .scratch = &compiler->scratch};
  const hw_status status = hwp_closed_run(&task, related, is_done);
  hw_arena_reset(&compiler->scratch);
  if (status != HW_OK) return HW_NO_MEMORY(err, "a table");
  if (*is_done) table->ln_family = hw_ln(normalise(related, table->n_genotypes));
  return HW_OK;
}

static hw_status by_engine(job *self, const marker_data *data, hw_marker_table *table,
                           double *related, hw_err *err) {
  hw_table_compiler *compiler = self->compiler;
  const hw_marker *marker = &compiler->markers[data->m];
  const hw_observation *column[HWP_PATTERN_PROFILES];
  for (int32_t p = 0; p < data->shape->pattern.n_profiles; p++) column[p] = &data->observation[p];
  double ln_scale = 0.0;
  HW_TRY(hwp_shapes_genotypes(&compiler->shapes, data->shape, marker, data->profile, column,
                              compiler->joint, &ln_scale, err));
  const double sum = hwp_table_fold(compiler->joint, marker->n_alleles, table->single, related);
  table->ln_family = hw_ln(sum) + ln_scale;
  return HW_OK;
}

/* With theta; the distribution of an unrelated person depends on the family too. */
static hw_status by_urn(job *self, const marker_data *data, hw_marker_table *table, double *related,
                        double *unrelated, hw_err *err) {
  hw_table_compiler *compiler = self->compiler;
  const hw_marker *marker = &compiler->markers[data->m];
  hw_profile profiles[HWP_PATTERN_PROFILES];
  double ln_scale = 0.0, sum = 0.0;
  for (int32_t p = 0; p < data->shape->pattern.n_profiles; p++) {
    profiles[p] = data->profile[p];
    profiles[p].n_markers = 1;
    profiles[p].observations = &data->observation[p];
  }
  for (int is_stranger = 1; is_stranger >= 0; is_stranger--) {
    HW_TRY(hwp_shapes_urn_genotypes(&compiler->shapes, data->shape, compiler->theta, marker,
                                    profiles, is_stranger == 1, compiler->joint, &ln_scale, err));
    sum = hwp_table_fold(compiler->joint, marker->n_alleles, table->single,
                         is_stranger ? unrelated : related);
  }
  table->ln_family = hw_ln(sum) + ln_scale;
  return HW_OK;
}

/* Makes a table in a block: the struct, then genotypes, codes, and with theta the
 * unrelated genotypes. Closed forms write up to eight numbers behind the genotypes. */
enum { HEAD = (sizeof(hw_marker_table) + sizeof(double) - 1) / sizeof(double), BEHIND = 8 };

static size_t block_size(const job *self, const hw_marker_table *table) {
  const size_t genotypes = (size_t)table->n_genotypes, codes = (size_t)table->n_codes;
  return HEAD + genotypes + BEHIND + codes + (self->compiler->theta > 0.0 ? genotypes : 0);
}

/* The arrays of a table whose size, related and ln_family are known. */
static void finish_table(const hw_table_compiler *compiler, int32_t m, hw_marker_table *table,
                         double *related, const double *unrelated, double *log10_lr) {
  const marker_info *info = &compiler->info[m];
  /* A family that contradicts itself tells nothing about anybody. */
  if (table->ln_family == -HUGE_VAL)
    memcpy(related, unrelated, sizeof *related * (size_t)table->n_genotypes);
  table->related = related;
  table->unrelated = unrelated;
  table->log10_lr = log10_lr;
  const bool is_population = unrelated == info->unrelated[0];
  hwp_table_fill_codes(compiler->rows, &compiler->markers[m], table,
                       is_population ? info->unrelated_partial : NULL, log10_lr);
}

static hw_status fill_block(job *self, const marker_data *data, hw_marker_table *table,
                            double *block, hw_err *err) {
  const marker_info *info = &self->compiler->info[data->m];
  double *related = block + HEAD, *log10_lr = related + table->n_genotypes;
  const bool has_theta = self->compiler->theta > 0.0;
  double *own_unrelated = log10_lr + BEHIND + table->n_codes;
  bool is_done = has_theta;
  if (has_theta)
    HW_TRY(by_urn(self, data, table, related, own_unrelated, err));
  else
    HW_TRY(by_closed_form(self, data, table, related, &is_done, err));
  if (!is_done) HW_TRY(by_engine(self, data, table, related, err));
  finish_table(self->compiler, data->m, table, related,
               has_theta ? own_unrelated : info->unrelated[table->single], log10_lr);
  memcpy(block, table, sizeof *table);
  return HW_OK;
}

static hw_status make_table(job *self, int32_t m, const request *wanted, hw_marker_table *out,
                            hw_err *err) {
  hw_table_compiler *compiler = self->compiler;
  const hw_marker *marker = &compiler->markers[m];
  marker_data data;
  double *block = NULL;
  take_data(self, m, wanted, &data);
  hwp_table_size(out, marker,
                 hw_marker_is_x(marker) && data.shape->pattern.sex[0] == (uint8_t)HW_MALE);
  if (data.is_plain) block = hwp_memory_add(&compiler->memory, &wanted->key, block_size(self, out));
  const bool is_kept = block != NULL;
  if (!is_kept)
    block = hw_arena_alloc_array(&compiler->tables, block_size(self, out), sizeof *block);
  if (block == NULL) return HW_NO_MEMORY(err, "a table");
  const hw_status status = fill_block(self, &data, out, block, err);
  if (status != HW_OK && is_kept) hwp_memory_drop(&compiler->memory, &wanted->key);
  return status;
}

/* A table from the family as it stands: what hw_table_compile does. */
static hw_status compile_as_it_stands(job *self, int32_t m, hw_marker_table *out, hw_err *err) {
  hw_table_compiler *compiler = self->compiler;
  const hw_problem *problem = self->problem;
  const hw_marker *marker = &compiler->markers[m];
  const marker_info *info = &compiler->info[m];
  double ln_scale = 0.0;
  hwp_table_size(out, marker, hw_marker_is_x(marker) && self->family.sex[self->query] == HW_MALE);
  double *block = hw_arena_alloc_array(&compiler->tables, block_size(self, out), sizeof *block);
  const hw_observation **column =
      hw_arena_alloc_array(&compiler->family, (size_t)problem->n_profiles + 1, sizeof *column);
  if (block == NULL || column == NULL) return HW_NO_MEMORY(err, "a table");
  if (self->kin == NULL)
    HW_TRY(hw_kin_new(problem->pedigree, problem->n_profiles, problem->profile_person,
                      self->missing, &compiler->options, &self->kin, err));
  hwp_take_column(problem, m, column);
  HW_TRY(hw_kin_genotypes(self->kin, marker, problem->profiles, column, compiler->joint, &ln_scale,
                          err));
  double *related = block, *log10_lr = block + out->n_genotypes;
  const double sum = hwp_table_fold(compiler->joint, marker->n_alleles, out->single, related);
  out->ln_family = hw_ln(sum) + ln_scale;
  finish_table(compiler, m, out, related, info->unrelated[out->single], log10_lr);
  return HW_OK;
}

static hw_status compile_marker(job *self, int32_t m, const request *wanted, hw_err *err) {
  hw_status status = HW_OK;
  const double *known =
      wanted->is_plain ? hwp_memory_find(&self->compiler->memory, &wanted->key) : NULL;
  if (known != NULL) {
    memcpy(&self->tables[m], known, sizeof self->tables[m]);
    return HW_OK;
  }
  if (wanted->from == NULL)
    status = compile_as_it_stands(self, m, &self->tables[m], err);
  else
    status = make_table(self, m, wanted, &self->tables[m], err);
  if (status == HW_OK || status == HW_E_NO_MEMORY) return status;
  self->is_beyond = true;
  return HW_OK;
}

/* All markers: first every key, so that the memory's answers are on their way while the next
 * key is made. */
static hw_status compile_markers(job *self, hw_err *err) {
  hw_table_compiler *compiler = self->compiler;
  const int32_t n = compiler->n_markers;
  request *wanted = hw_arena_alloc_array(&compiler->family, (size_t)n + 1, sizeof *wanted);
  if (wanted == NULL) return HW_NO_MEMORY(err, "a family");
  for (int32_t m = 0; m < n; m++) {
    const bool x = hw_marker_is_x(&compiler->markers[m]);
    if (!compiler->info[m].is_exact) continue;
    HW_TRY(prepare(self, typed_at(self, m), x, &wanted[m].from, err));
    self->is_beyond = wanted[m].from->shape == NULL || !make_key(self, m, &wanted[m]);
    if (self->is_beyond) return HW_OK;
    hwp_memory_fetch_slot(&compiler->memory, &wanted[m].key);
  }
  for (int32_t m = 0; m < n; m++)
    if (wanted[m].is_plain) hwp_memory_fetch_entry(&compiler->memory, &wanted[m].key);
  for (int32_t m = 0; m < n && !self->is_beyond; m++)
    HW_TRY(compile_marker(self, m, &wanted[m], err));
  return HW_OK;
}

/* ---- a family -------------------------------------------------------------- */

static hw_status check_family(const hw_table_compiler *self, const hw_problem *family,
                              hw_err *err) {
  if (family->n_markers != self->n_markers || family->markers != self->markers)
    return hw_err_set(err, HW_E_SHAPE,
                      "a family of other markers (%d) than the table compiler's (%d)",
                      (int)family->n_markers, (int)self->n_markers);
  if (family->theta != self->theta)
    return hw_err_set(err, HW_E_VALUE, "a family with theta %g; the table compiler's is %g",
                      family->theta, self->theta);
  for (int32_t p = 0; p < family->n_profiles; p++)
    if (family->profiles[p].n_markers != self->n_markers)
      return hw_err_set(err, HW_E_SHAPE, "profile '%s' has %d markers, the problem %d",
                        family->profiles[p].id, (int)family->profiles[p].n_markers,
                        (int)self->n_markers);
  return HW_OK;
}

/* Individuals and who of them was typed. Sets is_beyond where patterns do not reach. */
static hw_status begin_job(job *self, int32_t missing, hw_err *err) {
  hw_table_compiler *compiler = self->compiler;
  const hw_problem *problem = self->problem;
  hw_arena_reset(&compiler->family);
  hwp_shapes_settle(&compiler->shapes);
  self->is_beyond = problem->n_linkages > 0 || missing < 0 ||
                    missing >= problem->pedigree->n_persons || problem->n_profiles > 64 ||
                    (compiler->theta > 0.0 && !compiler->is_exact);
  if (self->is_beyond) return HW_OK;
  self->individual = hw_arena_alloc_array(&compiler->family, (size_t)problem->n_profiles + 1,
                                          sizeof *self->individual);
  if (self->individual == NULL ||
      hwp_family_init(&self->family, problem->pedigree, &compiler->family) != HW_OK)
    return HW_NO_MEMORY(err, "a family");
  self->missing = missing;
  self->query = self->family.individual[missing];
  for (int32_t p = 0; p < problem->n_profiles; p++) {
    self->individual[p] = self->family.individual[problem->profile_person[p]];
    if (self->individual[p] == self->query) self->is_beyond = true;
  }
  return HW_OK;
}

static hw_status compile_whole(job *self, int32_t missing, const hw_table **out, hw_err *err) {
  hw_table_compiler *compiler = self->compiler;
  whole_table *whole = hw_arena_alloc(&compiler->tables, sizeof *whole);
  if (whole == NULL) return HW_NO_MEMORY(err, "a table");
  HW_TRY(hw_table_compile(self->problem, missing, &compiler->options, &whole->table, err));
  whole->next = compiler->whole;
  compiler->whole = whole;
  *out = whole->table;
  return HW_OK;
}

hw_status hw_table_compiler_compile(hw_table_compiler *self, const hw_problem *family,
                                    int32_t missing, const hw_table **out, hw_err *err) {
  *out = NULL;
  HW_TRY(check_family(self, family, err));
  job at_hand = {.compiler = self, .problem = family};
  HW_TRY(begin_job(&at_hand, missing, err));
  if (at_hand.is_beyond) return compile_whole(&at_hand, missing, out, err);
  hw_table *table = hw_arena_alloc(&self->tables, sizeof *table);
  at_hand.tables =
      hw_arena_alloc_array(&self->tables, (size_t)self->n_markers + 1, sizeof *at_hand.tables);
  if (table == NULL || at_hand.tables == NULL) return HW_NO_MEMORY(err, "a table");
  const hw_status status = compile_markers(&at_hand, err);
  hw_kin_delete(at_hand.kin);
  if (status != HW_OK) return status;
  if (at_hand.is_beyond) return compile_whole(&at_hand, missing, out, err);
  *table = (hw_table){.n_markers = self->n_markers, .markers = at_hand.tables};
  *out = table;
  return HW_OK;
}
