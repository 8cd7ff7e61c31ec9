/* Which base of a read lies over a site, and how far it is from the ends of its fragment.
 *
 * A read's CIGAR is walked once, operation by operation, beside the ascending sites of its
 * chromosome: M, = and X move along read and reference, I and S along the read, D and N along the
 * reference, H and P along neither (SAM specification, section 1.4.6). A site inside of a deletion
 * or a skipped part has no base.
 *
 * Ends. The fragment's 5' end is that of its first read (or of the only one); its second read, if
 * it has one, begins at the fragment's 3' end on the other strand, so the fragment lies on the strand
 * opposite to that of its second read. The end at which a read begins is counted along the read; the
 * other end of a proper pair is the template's, counted along the reference:
 *
 *     5' |----- first read ----->                    3'
 *        |<------------- template length ----------->|
 *                          <----- second read ------|
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/bam_int.h"

enum { OP_MATCH, OP_INSERT, OP_DELETE, OP_SKIP, OP_SOFT, OP_HARD, OP_PAD, OP_EQUAL, OP_OTHER };

static bool moves_read(uint32_t op) {
  return op == OP_MATCH || op == OP_INSERT || op == OP_SOFT || op == OP_EQUAL || op == OP_OTHER;
}

static bool moves_reference(uint32_t op) {
  return op == OP_MATCH || op == OP_DELETE || op == OP_SKIP || op == OP_EQUAL || op == OP_OTHER;
}

/* What the whole alignment covers. */
typedef struct span {
  int64_t read_begin, read_end; /* aligned bases of the read */
  int64_t end;                  /* behind the last base of the reference */
} span;

static span span_of(const hwp_bam_record *record) {
  int64_t read = 0, tail = 0;
  bool has_begun = false;
  span out = {0, 0, record->place};
  for (int32_t i = 0; i < record->n_cigar; i++) {
    const uint32_t op = record->cigar[i] & 15;
    const int64_t length = record->cigar[i] >> 4;
    if (op == OP_SOFT && !has_begun) out.read_begin += length;
    if (op == OP_SOFT && has_begun) tail += length;
    if (op != OP_SOFT && op != OP_HARD) has_begun = true;
    if (moves_read(op)) read += length;
    if (moves_reference(op)) out.end += length;
  }
  out.read_end = read - tail;
  return out;
}

/* --- ends of the fragment --- */

static int16_t bounded(int64_t distance) {
  return (int16_t)(distance < 0 ? -1 : distance > INT16_MAX ? INT16_MAX : distance);
}

static bool has_template(const hwp_bam_record *record) {
  const int32_t needed = HWP_BAM_PAIRED | HWP_BAM_PROPER;
  return (record->flags & needed) == needed && !(record->flags & HWP_BAM_MATE_UNMAPPED) &&
         record->mate_contig == record->contig && record->template_length != 0;
}

/* Distance to the end that the read does not begin with. */
static int64_t other_end(const hw_bam_options *options, const hwp_bam_record *record,
                         const span *whole, int64_t read_at, int64_t place) {
  const bool is_reverse = record->flags & HWP_BAM_REVERSE;
  if (has_template(record)) {
    const int64_t length =
        record->template_length < 0 ? -record->template_length : record->template_length;
    const int64_t left = record->mate_place < record->place ? record->mate_place : record->place;
    return is_reverse ? place - left : left + length - 1 - place;
  }
  if ((record->flags & HWP_BAM_PAIRED) || options->single_is_partial) return -1;
  return is_reverse ? read_at - whole->read_begin : whole->read_end - 1 - read_at;
}

static void set_ends(const hw_bam_options *options, const hwp_bam_record *record, const span *whole,
                     int64_t read_at, int64_t place, hw_read_base *out) {
  const bool is_reverse = record->flags & HWP_BAM_REVERSE;
  const bool is_second = (record->flags & HWP_BAM_PAIRED) && (record->flags & HWP_BAM_SECOND);
  const int64_t own = is_reverse ? whole->read_end - 1 - read_at : read_at - whole->read_begin;
  const int64_t other = other_end(options, record, whole, read_at, place);
  out->is_reverse = is_reverse != is_second;
  out->from_5 = bounded(is_second ? other : own);
  out->from_3 = bounded(is_second ? own : other);
}

/* --- bases --- */

static uint8_t base_at(const hwp_bam_record *record, int64_t at) {
  static const uint8_t code[16] = {4, 0, 1, 4, 2, 4, 4, 4, 3, 4, 4, 4, 4, 4, 4, 4};
  const uint8_t two = record->bases[at / 2];
  return code[at % 2 == 0 ? two >> 4 : two & 15];
}

static hw_status grow(hwp_bam_bases *self, hw_err *err) {
  const int64_t capacity = self->capacity > 0 ? 2 * self->capacity : 1024;
  size_t size;
  if (self->n >= self->max)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "more than %lld bases lie over the sites of the panel: take a part of the "
                      "reads, or of the panel",
                      (long long)self->max);
  hwp_bam_entry *entries = NULL;
  if (hw_mul_size((size_t)capacity, sizeof *entries, &size)) entries = realloc(self->entries, size);
  if (entries == NULL) return HW_NO_MEMORY(err, "the bases over the panel");
  self->entries = entries;
  self->capacity = capacity;
  return HW_OK;
}

static hw_status push(hwp_bam_bases *self, const hwp_bam_entry *entry, hw_err *err) {
  if (self->n == self->capacity || self->n >= self->max) HW_TRY(grow(self, err));
  self->entries[self->n++] = *entry;
  return HW_OK;
}

/* One base over one site: counted, and kept unless something speaks against it. */
static hw_status add_base(hwp_bam_bases *self, const hwp_bam_record *record, const span *whole,
                          int64_t read_at, const hwp_bam_site *site, hwp_bam_entry *entry,
                          hw_err *err) {
  const hw_bam_options *options = self->options;
  uint8_t quality = record->qualities[read_at];
  if (options->copies == HW_BAM_COPIES_FLAGGED && (record->flags & HWP_BAM_COPY)) {
    self->n_duplicates++;
    return HW_OK;
  }
  if (quality == 255) {
    quality = HW_BAM_UNTOLD_QUALITY;
    self->n_without_quality++;
  }
  entry->base.base = base_at(record, read_at);
  if (record->map_quality < options->min_map_quality || quality < options->min_base_quality) {
    self->n_low++;
    return HW_OK;
  }
  if (entry->base.base == HW_READS_NO_BASE) return HW_OK;
  entry->base.quality = quality < HW_READS_MOST_PHRED ? quality : HW_READS_MOST_PHRED;
  entry->base.map_quality = record->map_quality;
  entry->marker = site->marker;
  set_ends(options, record, whole, read_at, site->bp, &entry->base);
  return push(self, entry, err);
}

/* First of some ascending sites at or behind a place. */
static int32_t find_site(const hwp_bam_sites *sites, int32_t begin, int32_t end, int64_t place) {
  while (begin < end) {
    const int32_t middle = begin + (end - begin) / 2;
    if (sites->sites[middle].bp < place)
      begin = middle + 1;
    else
      end = middle;
  }
  return begin;
}

static hw_status walk(hwp_bam_bases *self, const hwp_bam_sites *sites, int32_t site, int32_t last,
                      const hwp_bam_record *record, const span *whole, hw_err *err) {
  hwp_bam_entry entry = {0};
  int64_t read_at = 0, place = record->place;
  hwp_bam_keys(self->options, record, whole->end, &entry.fragment, &entry.name);
  for (int32_t i = 0; i < record->n_cigar && site < last; i++) {
    const uint32_t op = record->cigar[i] & 15;
    const int64_t length = record->cigar[i] >> 4;
    const bool is_aligned = moves_read(op) && moves_reference(op);
    while (moves_reference(op) && site < last && sites->sites[site].bp < place + length) {
      const int64_t at = read_at + sites->sites[site].bp - place;
      /* A damaged file may promise more bases than it has. */
      if (is_aligned && at < record->n_bases)
        HW_TRY(add_base(self, record, whole, at, &sites->sites[site], &entry, err));
      site++;
    }
    if (moves_read(op)) read_at += length;
    if (moves_reference(op)) place += length;
  }
  return HW_OK;
}

hw_status hwp_bam_add(hwp_bam_bases *self, const hwp_bam_sites *sites, int32_t chromosome,
                      const hwp_bam_record *record, hw_err *err) {
  const int32_t refused =
      HWP_BAM_UNMAPPED | HWP_BAM_SECONDARY | HWP_BAM_FAILED | HWP_BAM_SUPPLEMENTARY;
  if (record->flags & refused) return HW_OK;
  if (chromosome < 1 || chromosome > HW_PANEL_X || record->place < 0) return HW_OK;
  const span whole = span_of(record);
  const int32_t last = sites->first[chromosome + 1];
  const int32_t site = find_site(sites, sites->first[chromosome], last, record->place);
  if (site == last || sites->sites[site].bp >= whole.end) return HW_OK;
  self->n_reads++;
  return walk(self, sites, site, last, record, &whole, err);
}

void hwp_bam_bases_clear(hwp_bam_bases *self) {
  free(self->entries);
  self->entries = NULL;
  self->n = self->capacity = 0;
}
