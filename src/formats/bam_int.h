/* Between the files of bam.h: what htslib gave (bam_file.c, the only one that names it), as plain
 * structs; where a panel's sites lie (bam_sites.c); which base of a read lies over a site
 * (bam_walk.c); which bases are one fragment's (bam_fragments.c). */
#ifndef HW_FORMATS_BAM_INT_H
#define HW_FORMATS_BAM_INT_H

#include "base/arena.h"
#include "formats/bam.h"

/* Flags of the SAM specification, section 1.4.2. */
enum {
  HWP_BAM_PAIRED = 0x1,
  HWP_BAM_PROPER = 0x2,
  HWP_BAM_UNMAPPED = 0x4,
  HWP_BAM_MATE_UNMAPPED = 0x8,
  HWP_BAM_REVERSE = 0x10,
  HWP_BAM_SECOND = 0x80,
  HWP_BAM_SECONDARY = 0x100,
  HWP_BAM_FAILED = 0x200,
  HWP_BAM_COPY = 0x400,
  HWP_BAM_SUPPLEMENTARY = 0x800,
};

typedef struct hwp_bam_contig {
  const char *name;
  int64_t length;
} hwp_bam_contig;

/* A record of the file; borrowed until the next one. */
typedef struct hwp_bam_record {
  int32_t contig, mate_contig;
  int64_t place, mate_place; /* 0-based, leftmost aligned base */
  int64_t template_length;
  int32_t flags;
  uint8_t map_quality;
  const char *name;
  const char *umi;       /* of the tag; NULL = none */
  const uint32_t *cigar; /* length << 4 | operation */
  int32_t n_cigar;
  const uint8_t *bases;     /* two in a byte, the first in the high half: 1 2 4 8 = A C G T */
  const uint8_t *qualities; /* 255 = not told */
  int32_t n_bases;
} hwp_bam_record;

/* --- sites --- */

typedef struct hwp_bam_site {
  int32_t bp; /* 0-based */
  int32_t marker;
} hwp_bam_site;

enum { HWP_BAM_CHROMOSOMES = HW_PANEL_X + 1 };

typedef struct hwp_bam_sites {
  int32_t first[HWP_BAM_CHROMOSOMES + 1]; /* sites of a chromosome; ascending in bp */
  hwp_bam_site *sites;
} hwp_bam_sites;

/* 1 … 23 of "1", "chr1", "X", "chrX"; 0 of all others. */
int32_t hwp_bam_chromosome(const char *name);
/* The build by the lengths of the chromosomes, checked against the one that is expected. */
HW_MUST_CHECK hw_status hwp_bam_build(const hwp_bam_contig *contigs, int32_t n_contigs,
                                      hw_build expected, hw_build *out, hw_err *err);
/* Sites of the panel's markers, in an arena; counts into the summary. */
HW_MUST_CHECK hw_status hwp_bam_sites_init(hwp_bam_sites *self, const hw_panel *panel,
                                           hw_build build, const hwp_bam_contig *contigs,
                                           int32_t n_contigs, hw_arena *arena,
                                           hw_bam_summary *summary, hw_err *err);

/* --- bases --- */

/* A base before fragments are collapsed. */
typedef struct hwp_bam_entry {
  uint64_t fragment; /* the same for all reads of one */
  uint64_t name;
  int32_t marker;
  hw_read_base base;
} hwp_bam_entry;

typedef struct hwp_bam_bases {
  const hw_bam_options *options;
  int64_t n, capacity, max;
  hwp_bam_entry *entries;
  int64_t n_reads, n_duplicates, n_low, n_without_quality;
} hwp_bam_bases;

void hwp_bam_bases_clear(hwp_bam_bases *self);
/* Adds the bases of a record over the sites of its chromosome. */
HW_MUST_CHECK hw_status hwp_bam_add(hwp_bam_bases *self, const hwp_bam_sites *sites,
                                    int32_t chromosome, const hwp_bam_record *record, hw_err *err);
/* Which fragment a record belongs to, and what its name is. */
void hwp_bam_keys(const hw_bam_options *options, const hwp_bam_record *record, int64_t end,
                  uint64_t *fragment, uint64_t *name);
/* One base for each fragment. Entries are sorted in place. */
HW_MUST_CHECK hw_status hwp_bam_collapse(hwp_bam_bases *self, int32_t n_markers, hw_pileup **out,
                                         hw_err *err);

#endif
