/* One base for each fragment: the two ends of a pair, and the copies of a molecule.
 *
 * Reads of one molecule share its deamination and its allele; only the reading is independent. To
 * count them as independent evidence would make a heterozygote of a contaminant's copies and a
 * certainty of one damaged base. So the bases of a fragment over a site become one:
 *
 *   quality of base b = Σ phred of the members that show b  −  Σ phred of those that show another
 *
 * for the best b, at most HW_READS_MOST_PHRED; with nothing left the base is unknown. (The sum for
 * agreeing bases is the product of independent errors, the difference for two that disagree is the
 * ratio of the two explanations.) No order of the members plays a part, and the best map quality
 * of them counts, since they lie at one place.
 *
 * Which reads are one fragment: reads of the same name and pair; with UMIs or by place also those
 * with the same UMI, strand and both ends of the template (of the read, where there is no mate). Places
 * are those of aligned bases. UMIs must be the same letter by letter. Names, UMIs and places are
 * hashed to 64 bits, and hashes are only compared within a site. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/bam_int.h"

/* --- keys --- */

/* FNV-1a (Fowler, Noll & Vo), with the finish of splitmix64 (Steele, Lea & Flood 2014). */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n) {
  const unsigned char *at = bytes;
  for (size_t i = 0; i < n; i++) hash = (hash ^ at[i]) * 0x100000001b3u;
  return hash;
}

static uint64_t hash_number(uint64_t hash, int64_t number) {
  return hash_bytes(hash, &number, sizeof number);
}

static uint64_t finish(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

#define HASH_BEGIN 0xcbf29ce484222325u

/* Ends of the template: of the pair if it is a proper one, else of the read, with the mate's place. */
static uint64_t hash_place(uint64_t hash, const hwp_bam_record *record, int64_t end) {
  const bool is_paired = record->flags & HWP_BAM_PAIRED;
  const bool is_reverse = record->flags & HWP_BAM_REVERSE;
  const bool is_second = is_paired && (record->flags & HWP_BAM_SECOND);
  hash = hash_number(hash, is_reverse != is_second);
  if (is_paired && (record->flags & HWP_BAM_PROPER) && record->mate_contig == record->contig) {
    const int64_t length =
        record->template_length < 0 ? -record->template_length : record->template_length;
    hash =
        hash_number(hash, record->place < record->mate_place ? record->place : record->mate_place);
    return hash_number(hash, length);
  }
  hash = hash_number(hash, record->place);
  hash = hash_number(hash, end);
  if (!is_paired) return hash;
  hash = hash_number(hash, is_second);
  hash = hash_number(hash, record->mate_contig);
  return hash_number(hash, record->mate_place);
}

/* The UMI behind the last ':' or '_' of a name; all of it if there is none. */
static const char *umi_of_name(const char *name) {
  const char *umi = name;
  for (const char *at = name; *at != '\0'; at++)
    if (*at == ':' || *at == '_') umi = at + 1;
  return umi;
}

void hwp_bam_keys(const hw_bam_options *options, const hwp_bam_record *record, int64_t end,
                  uint64_t *fragment, uint64_t *name) {
  uint64_t hash = hash_bytes(HASH_BEGIN, record->name, strlen(record->name));
  *name = finish(hash);
  const char *umi = options->copies == HW_BAM_COPIES_UMI_TAG    ? record->umi
                    : options->copies == HW_BAM_COPIES_UMI_NAME ? umi_of_name(record->name)
                    : options->copies == HW_BAM_COPIES_PLACE    ? ""
                                                                : NULL;
  if (umi != NULL) {
    hash = hash_bytes(HASH_BEGIN, umi, strlen(umi) + 1);
    hash = hash_place(hash, record, end);
  } else if (!(record->flags & HWP_BAM_PAIRED)) {
    hash = hash_place(hash, record, end); /* a name alone may come again in another lane */
  }
  *fragment = finish(hash);
}

/* --- one base for a fragment --- */

static int order_of(uint64_t a, uint64_t b) {
  return (a > b) - (a < b);
}

static int compare_entries(const void *left, const void *right) {
  const hwp_bam_entry *a = left, *b = right;
  if (a->marker != b->marker) return (a->marker > b->marker) - (a->marker < b->marker);
  return a->fragment != b->fragment ? order_of(a->fragment, b->fragment)
                                    : order_of(a->name, b->name);
}

static int16_t nearer(int16_t a, int16_t b) {
  if (a < 0 || b < 0) return a > b ? a : b;
  return a < b ? a : b;
}

static hw_read_base combine(const hwp_bam_entry *members, int64_t n) {
  int64_t sum[HW_READS_NO_BASE] = {0}, all = 0;
  hw_read_base out = members[0].base;
  int32_t best = 0;
  for (int64_t i = 0; i < n; i++) {
    const hw_read_base *member = &members[i].base;
    sum[member->base] += member->quality;
    all += member->quality;
    if (member->map_quality > out.map_quality) out.map_quality = member->map_quality;
    if (member->is_reverse < out.is_reverse) out.is_reverse = member->is_reverse;
    out.from_5 = nearer(out.from_5, member->from_5);
    out.from_3 = nearer(out.from_3, member->from_3);
  }
  for (int32_t b = 1; b < HW_READS_NO_BASE; b++)
    if (sum[b] > sum[best]) best = b;
  const int64_t left = 2 * sum[best] - all;
  out.base = (uint8_t)(left > 0 ? best : HW_READS_NO_BASE);
  out.quality = (uint8_t)(left <= 0 ? 0 : left < HW_READS_MOST_PHRED ? left : HW_READS_MOST_PHRED);
  return out;
}

/* Replaces each fragment's entries by one, in place. @return entries that are left */
static int64_t merge(hwp_bam_bases *self, int64_t *n_mates) {
  int64_t n = 0;
  for (int64_t i = 0, end; i < self->n; i = end) {
    const hwp_bam_entry *first = &self->entries[i];
    for (end = i + 1; end < self->n && self->entries[end].marker == first->marker &&
                      self->entries[end].fragment == first->fragment;
         end++) {
      const bool is_same_name = self->entries[end].name == self->entries[end - 1].name;
      *n_mates += is_same_name;
      self->n_duplicates += !is_same_name;
    }
    const hw_read_base base = combine(first, end - i);
    self->entries[n].marker = first->marker;
    self->entries[n++].base = base;
  }
  return n;
}

hw_status hwp_bam_collapse(hwp_bam_bases *self, int32_t n_markers, hw_pileup **out, hw_err *err) {
  int64_t n_mates = 0;
  hw_status status = HW_OK;
  int32_t *marker = NULL;
  hw_read_base *bases = NULL;
  if (self->n > 0) qsort(self->entries, (size_t)self->n, sizeof *self->entries, compare_entries);
  self->n = merge(self, &n_mates);
  marker = calloc((size_t)self->n + 1, sizeof *marker);
  bases = calloc((size_t)self->n + 1, sizeof *bases);
  if (marker == NULL || bases == NULL) {
    status = HW_NO_MEMORY(err, "the bases over the panel");
    goto out;
  }
  for (int64_t i = 0; i < self->n; i++) {
    marker[i] = self->entries[i].marker;
    bases[i] = self->entries[i].base;
  }
  status = hw_pileup_new(n_markers, self->n, marker, bases, out, err);
  if (status != HW_OK) goto out;
  (*out)->n_reads = self->n_reads;
  (*out)->n_duplicates = self->n_duplicates;
  (*out)->n_mates = n_mates;
  (*out)->n_low = self->n_low;
out:
  free(marker);
  free(bases);
  return status;
}
