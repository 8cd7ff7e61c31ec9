/* A new panel from the sites of a file.
 *
 * Sites come in the order of the file, which is mostly that of the genome, but need not be. They are
 * sorted at the end, and a position that stands twice is refused with both its places: the same site
 * under two sets of alleles is one with three alleles, and taking either would be wrong.
 *
 * Frequencies are estimated with the EM algorithm over genotype likelihoods (Li 2011, Bioinformatics
 * 27:2987, section 2.3.1): with L the likelihoods of a person's genotypes 0, 1, 2 by copies of the
 * second allele,
 *
 *   p ← Σ_i E_i / Σ_i c_i,   E_i = Σ_g g L_i(g) P(g | p) / Σ_g L_i(g) P(g | p),
 *
 * c copies: two, or one where a person has a single copy. Persons of whom nothing is known are left
 * out: they would return p and only slow it down. The estimate stays half a copy away from 0 and 1,
 * since a sample that lacks an allele does not prove that nobody has it, and a frequency of 0 would
 * make whoever has it impossible. */
#include "formats/snp_make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "base/utf8.h"
#include "genetics/name_index.h"

enum { CHUNK_BYTES = 1 << 20, LONGEST_ID = 200, MOST_STEPS = 500 };
static const double ENOUGH = 1e-9; /* change of a frequency at which the EM ends */

void hwp_snp_maker_clear(hwp_snp_maker *self) {
  if (self == NULL) return;
  for (int32_t c = 0; c < self->chunk_capacity; c++) free(self->chunks[c]);
  free(self->chunks);
  free(self->sites);
  free(self->frequencies);
  *self = (hwp_snp_maker){0};
}

/* --- adding --- */

static hw_status grow(hwp_snp_maker *self, hw_err *err) {
  const int32_t capacity = self->capacity == 0 ? 1024 : 2 * self->capacity;
  const size_t n = (size_t)capacity;
  hwp_snp_site *sites = realloc(self->sites, n * sizeof *sites);
  if (sites == NULL) return HW_NO_MEMORY(err, "the sites of a file");
  self->sites = sites;
  size_t size;
  if (!hw_mul_size(n * sizeof(double), (size_t)self->n_populations + 1, &size))
    return HW_NO_MEMORY(err, "frequencies");
  double *frequencies = realloc(self->frequencies, size);
  if (frequencies == NULL) return HW_NO_MEMORY(err, "frequencies");
  self->frequencies = frequencies;
  self->capacity = capacity;
  return HW_OK;
}

/* Where a site's bytes wait; NULL = memory. */
static uint8_t *place_of(hwp_snp_maker *self, int32_t site) {
  const size_t n_bytes = 3 * (size_t)self->n_profiles;
  if (self->n_chunk == 0) {
    const size_t n = CHUNK_BYTES / (n_bytes > 0 ? n_bytes : CHUNK_BYTES);
    self->n_chunk = n > 0 ? (int32_t)n : 1;
  }
  const int32_t c = site / self->n_chunk;
  if (c >= self->chunk_capacity) {
    const int32_t capacity = c == 0 ? 16 : 2 * c;
    uint8_t **chunks = realloc(self->chunks, (size_t)capacity * sizeof *chunks);
    if (chunks == NULL) return NULL;
    self->chunks = chunks;
    while (self->chunk_capacity < capacity) chunks[self->chunk_capacity++] = NULL;
  }
  if (self->chunks[c] == NULL)
    self->chunks[c] = malloc((size_t)self->n_chunk * (n_bytes > 0 ? n_bytes : 1));
  return self->chunks[c] == NULL ? NULL
                                 : self->chunks[c] + (size_t)(site % self->n_chunk) * n_bytes;
}

/* An id that can be a marker's name: the first of several, one line of UTF-8, not ".". */
static hw_status keep_id(hwp_snp_maker *self, const char *id, const char **out, hw_err *err) {
  *out = NULL;
  const size_t n = id != NULL ? strcspn(id, ";") : 0;
  if (n == 0 || n > LONGEST_ID || (n == 1 && id[0] == '.')) return HW_OK;
  for (size_t at = 0; at < n;) {
    const size_t step = (unsigned char)id[at] <= ' ' ? 0 : hw_utf8_length(id + at, n - at);
    if (step == 0) return HW_OK;
    at += step;
  }
  *out = hw_arena_strndup(self->arena, id, n);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the names of a file");
}

hw_status hwp_snp_maker_add(hwp_snp_maker *self, const hwp_snp_site *site, const uint8_t *bytes,
                            const double *frequencies, hw_err *err) {
  if (self->n == HW_PANEL_MAX_MARKERS)
    return hw_err_set(
        err, HW_E_VALUE,
        "more than %d SNPs, the most of a panel; choose sites, or read the file with a "
        "panel",
        HW_PANEL_MAX_MARKERS);
  if (self->n == self->capacity) HW_TRY(grow(self, err));
  uint8_t *place = place_of(self, self->n);
  if (place == NULL) return HW_NO_MEMORY(err, "the profiles");
  hwp_snp_site *kept = &self->sites[self->n];
  *kept = *site;
  HW_TRY(keep_id(self, site->id, &kept->id, err));
  if (self->n_profiles > 0) memcpy(place, bytes, 3 * (size_t)self->n_profiles);
  for (int32_t p = 0; p < self->n_populations; p++)
    self->frequencies[(size_t)self->n * (size_t)self->n_populations + (size_t)p] = frequencies[p];
  self->n++;
  return HW_OK;
}

/* --- the panel --- */

/* Order of the sites, by chromosome, position and place in the file. */
typedef struct key {
  int32_t chromosome, bp;
  uint64_t number;
  int32_t site;
} key;

static int compare_keys(const void *a, const void *b) {
  const key *left = a, *right = b;
  if (left->chromosome != right->chromosome) return left->chromosome < right->chromosome ? -1 : 1;
  if (left->bp != right->bp) return left->bp < right->bp ? -1 : 1;
  return (left->number > right->number) - (left->number < right->number);
}

static hw_status sort_sites(const hwp_snp_maker *self, key *keys, uint64_t *number, hw_err *err) {
  for (int32_t i = 0; i < self->n; i++) {
    const hwp_snp_site *site = &self->sites[i];
    keys[i] = (key){site->chromosome, site->bp, site->number, i};
  }
  qsort(keys, (size_t)self->n, sizeof *keys, compare_keys);
  for (int32_t i = 1; i < self->n; i++) {
    if (keys[i].chromosome != keys[i - 1].chromosome || keys[i].bp != keys[i - 1].bp) continue;
    *number = keys[i].number;
    return hw_err_set(
        err, HW_E_DUPLICATE,
        "position %d of chromosome %d stands twice, in %s %llu and %llu; join them into one record "
        "(bcftools norm -m +any), or leave one out",
        (int)keys[i].bp, (int)keys[i].chromosome, self->unit,
        (unsigned long long)keys[i - 1].number, (unsigned long long)keys[i].number);
  }
  return HW_OK;
}

static hw_status name_site(const hwp_snp_maker *self, const hwp_snp_site *site, const char **name,
                           hw_err *err) {
  char text[40];
  if (site->chromosome == HW_PANEL_X)
    snprintf(text, sizeof text, "X_%d", (int)site->bp);
  else
    snprintf(text, sizeof text, "%d_%d", (int)site->chromosome, (int)site->bp);
  *name = hw_arena_strdup(self->arena, text);
  return *name != NULL ? HW_OK : HW_NO_MEMORY(err, "the names of a file");
}

/* Distinct names: an id that stands at two sites, or is another's position, is no name of either;
 * positions are distinct. */
static hw_status name_sites(const hwp_snp_maker *self, const char **names, uint64_t *n_renamed,
                            hw_err *err) {
  hw_name_index index = {0};
  bool has_twice = true;
  for (int32_t i = 0; i < self->n; i++) {
    names[i] = self->sites[i].id;
    if (names[i] == NULL) HW_TRY(name_site(self, &self->sites[i], &names[i], err));
  }
  while (has_twice) {
    has_twice = false;
    HW_TRY(hw_name_index_init(&index, self->n, names, err));
    hw_status status = HW_OK;
    for (int32_t i = 0, first = 0; i + 1 < self->n && status == HW_OK; i++) {
      if (strcmp(index.entries[i].name, index.entries[i + 1].name) != 0) {
        first = i + 1;
        continue;
      }
      has_twice = true;
      for (int32_t k = i == first ? i : i + 1; k <= i + 1 && status == HW_OK; k++) {
        const int32_t site = index.entries[k].number;
        *n_renamed += names[site] == self->sites[site].id;
        status = name_site(self, &self->sites[site], &names[site], err);
      }
    }
    hw_name_index_clear(&index);
    HW_TRY(status);
  }
  return HW_OK;
}

static const char *const bases[] = {"A", "C", "G", "T"};

static const char *text_of(char base) {
  return bases[base == 'A' ? 0 : base == 'C' ? 1 : base == 'G' ? 2 : 3];
}

/* The panel, in the order of the keys, which is the panel's own. */
static hw_status make_panel(const hwp_snp_maker *self, const key *keys, hw_build build,
                            const char *name, const char *source,
                            const hw_panel_population *populations, hw_snp_file *out,
                            hw_arena *work, hw_err *err) {
  const size_t n = (size_t)self->n, n_populations = (size_t)self->n_populations;
  const char **names = hw_arena_alloc_array(work, n, sizeof *names);
  hw_panel_marker *markers = hw_arena_alloc_array(work, n, sizeof *markers);
  const char *(*alleles)[2] = hw_arena_alloc_array(work, n, sizeof *alleles);
  hw_panel_population *filled = hw_arena_alloc_array(work, n_populations, sizeof *filled);
  if (names == NULL || markers == NULL || alleles == NULL || filled == NULL)
    return HW_NO_MEMORY(err, "a panel");
  HW_TRY(name_sites(self, names, &out->report.n_renamed, err));
  for (size_t i = 0; i < n; i++) {
    const hwp_snp_site *site = &self->sites[keys[i].site];
    const double cm = site->bp / 1e6;
    for (int a = 0; a < 2; a++) alleles[i][a] = text_of(site->alleles[a]);
    markers[i] = (hw_panel_marker){.name = names[keys[i].site],
                                   .chromosome = site->chromosome,
                                   .n_alleles = 2,
                                   .alleles = alleles[i],
                                   .female_cm = cm,
                                   .male_cm = cm};
    markers[i].bp[build] = site->bp;
  }
  for (size_t p = 0; p < n_populations; p++) {
    double *of = hw_arena_alloc_array(work, 2 * n, sizeof *of);
    if (of == NULL) return HW_NO_MEMORY(err, "a panel");
    for (size_t i = 0; i < n; i++) {
      of[2 * i] = self->frequencies[(size_t)keys[i].site * n_populations + p];
      of[2 * i + 1] = 1 - of[2 * i];
    }
    filled[p] = populations[p];
    filled[p].frequencies = of;
  }
  return hw_panel_new(name, source, self->n, markers, self->n_populations, filled, &out->new_panel,
                      err);
}

/* Chunk by chunk to the profiles; a chunk is freed as soon as it is empty. */
static hw_status place_bytes(hwp_snp_maker *self, const key *keys, hw_snp_file *out, hw_arena *work,
                             hw_err *err) {
  const size_t n_profiles = (size_t)self->n_profiles, n_bytes = 3 * (size_t)self->n;
  int32_t *rank = hw_arena_alloc_array(work, (size_t)self->n, sizeof *rank);
  if (rank == NULL) return HW_NO_MEMORY(err, "a panel");
  for (int32_t i = 0; i < self->n; i++) {
    const hwp_snp_site *site = &self->sites[keys[i].site];
    HW_BUG_IF(out->new_panel->markers[i].chromosome != site->chromosome, err);
    HW_BUG_IF(out->new_panel->first_genotype[i] != 3 * i, err);
    rank[keys[i].site] = i;
  }
  out->n_profiles = self->n_profiles;
  HW_TRY(hwp_snp_file_make_room(out, out->new_panel, err));
  for (int32_t c = 0; c * (int64_t)self->n_chunk < self->n; c++) {
    const int32_t first = c * self->n_chunk;
    const int32_t behind = self->n - first < self->n_chunk ? self->n : first + self->n_chunk;
    for (size_t i = 0; i < n_profiles; i++)
      for (int32_t site = first; site < behind; site++)
        memcpy(out->bytes + i * n_bytes + 3 * (size_t)rank[site],
               self->chunks[c] + ((size_t)(site - first) * n_profiles + i) * 3, 3);
    free(self->chunks[c]);
    self->chunks[c] = NULL;
  }
  return HW_OK;
}

hw_status hwp_snp_maker_finish(hwp_snp_maker *self, hw_build build, const char *name,
                               const char *source, const hw_panel_population *populations,
                               hw_snp_file *out, uint64_t *number, hw_err *err) {
  *number = 0;
  if (self->n == 0)
    return hw_err_set(err, HW_E_SHAPE, "no SNP with two alleles: nothing to make a panel of");
  hw_arena work;
  hw_arena_init(&work, 0);
  hw_status status = HW_OK;
  key *keys = hw_arena_alloc_array(&work, (size_t)self->n, sizeof *keys);
  if (keys == NULL) status = HW_NO_MEMORY(err, "a panel");
  if (status == HW_OK) status = sort_sites(self, keys, number, err);
  if (status == HW_OK)
    status = make_panel(self, keys, build, name, source, populations, out, &work, err);
  if (status == HW_OK) status = place_bytes(self, keys, out, &work, err);
  hw_arena_clear(&work);
  return status;
}

/* --- frequencies --- */

/* Expected copies of the second allele, and the copies there are, of one person. */
static double expected_copies(const double *of, const uint8_t *bytes, bool is_single, double p) {
  if (is_single) {
    const double first = of[bytes[0]] * (1 - p), second = of[bytes[2]] * p;
    return second / (first + second);
  }
  const double none = of[bytes[0]] * (1 - p) * (1 - p), one = of[bytes[1]] * 2 * p * (1 - p);
  const double two = of[bytes[2]] * p * p;
  return (one + 2 * two) / (none + one + two);
}

static bool is_informative(const uint8_t *bytes) {
  return (bytes[0] | bytes[1] | bytes[2]) != 0;
}

void hwp_snp_weights(double of[HWP_SNP_BYTES]) {
  for (int b = 0; b < HWP_SNP_BYTES; b++) of[b] = hw_pow10(-b / (double)HW_SNP_UNITS);
}

double hwp_snp_frequency(const double of[HWP_SNP_BYTES], int32_t n, const uint8_t *bytes,
                         const bool *is_single, int32_t *n_known) {
  double p = 0.5;
  int32_t n_persons = 0, n_copies = 0;
  for (int32_t i = 0; i < n; i++) {
    if (!is_informative(bytes + 3 * (size_t)i)) continue;
    n_persons++;
    n_copies += is_single != NULL && is_single[i] ? 1 : 2;
  }
  if (n_known != NULL) *n_known = n_persons;
  if (n_persons == 0) return (double)NAN;
  for (int step = 0; step < MOST_STEPS; step++) {
    double sum = 0;
    for (int32_t i = 0; i < n; i++)
      if (is_informative(bytes + 3 * (size_t)i))
        sum += expected_copies(of, bytes + 3 * (size_t)i, is_single != NULL && is_single[i], p);
    const double next = sum / n_copies;
    const bool is_enough = fabs(next - p) < ENOUGH;
    p = next;
    if (is_enough) break;
  }
  const double least = 0.5 / n_copies;
  return p < least ? least : p > 1 - least ? 1 - least : p;
}
