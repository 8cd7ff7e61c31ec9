/* BAM, CRAM and SAM files through htslib (the only file here that names it).
 *
 * What the library does by itself and this program must not do is kept away:
 *
 * 1. It opens addresses as readily as files, and fetches the reference of a CRAM from a server by its
 *    checksum. Only ordinary files are opened, and a CRAM is read only with a FASTA, its index beside
 *    it, that has every sequence of the header at its length, so that nothing is left to fetch.
 * 2. It prints. Its log level is turned off while a file is open, and put back.
 * 3. It reads FASTA and FASTQ as if they were alignments. They are refused.
 * 4. It goes on where the file was cut off at a block's end. The mark at the end of BAM and CRAM must
 *    be there.
 *
 * Of an indexed file only the blocks that hold the panel's sites are read, each read once however
 * many sites it covers. An index that is older than its file may lie; then the whole file is read. */
#include <htslib/faidx.h>
#include <htslib/hts.h>
#include <htslib/hts_log.h>
#include <htslib/kstring.h>
#include <htslib/sam.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/str.h"
#include "formats/bam_int.h"

/* Read groups beyond this many are more than any header has. */
enum { MOST_GROUPS = 100000 };

typedef struct reader {
  const char *path;
  const hw_panel *panel;
  hw_bam_options options;
  hw_arena arena;
  hw_file_stamp stamp;
  htsFile *file;
  sam_hdr_t *header;
  hts_idx_t *index;
  hts_reglist_t *lists; /* given to the iterator, which frees them */
  hts_itr_t *regions;
  bam1_t *record;
  bool is_cram;
  int32_t n_contigs;
  hwp_bam_contig *contigs;
  int32_t *chromosomes; /* of the contigs */
  int32_t n_groups;     /* read groups of the sample; 0 = all reads count */
  const char **groups;
  hwp_bam_sites sites;
  hwp_bam_bases bases;
  uint64_t n_records;
  bool has_umi;
  hw_bam_summary summary;
} reader;

/* --- opening --- */

static hw_status check_options(const hw_bam_options *options, hw_err *err) {
  if ((int)options->build < 0 || options->build > HW_BUILD_COUNT)
    return hw_err_set(err, HW_E_VALUE, "build %d is neither GRCh37 nor GRCh38",
                      (int)options->build);
  if ((int)options->copies < 0 || options->copies > HW_BAM_COPIES_PLACE)
    return hw_err_set(err, HW_E_VALUE, "there is no way %d to tell copies", (int)options->copies);
  if (options->min_map_quality < 0 || options->min_map_quality > 254 ||
      options->min_base_quality < 0 || options->min_base_quality > 93)
    return hw_err_set(err, HW_E_VALUE,
                      "least qualities of %d (mapping) and %d (base); 0 to 254 and 0 to 93 are "
                      "possible",
                      (int)options->min_map_quality, (int)options->min_base_quality);
  if (options->umi_tag != NULL && strlen(options->umi_tag) != 2)
    return hw_err_set(err, HW_E_VALUE, "the tag of UMIs is '%.20s'; tags have two letters, as RX",
                      options->umi_tag);
  if (options->max_bases < 0)
    return hw_err_set(err, HW_E_VALUE, "at most %lld bases", (long long)options->max_bases);
  return HW_OK;
}

static hw_status open_file(reader *self, hw_err *err) {
  HW_TRY(hw_file_look(self->path, &self->stamp, err));
  self->file = hts_open(self->path, "r");
  if (self->file == NULL)
    return hw_err_set(err, HW_E_SYNTAX, "this is no BAM, CRAM or SAM file, or it is damaged");
  const enum htsExactFormat format = hts_get_format(self->file)->format;
  if (format != bam && format != cram && format != sam)
    return hw_err_set(err, HW_E_SYNTAX, "this is no BAM, CRAM or SAM file");
  self->is_cram = format == cram;
  if (format != sam && hts_check_EOF(self->file) == 0)
    return hw_err_set(err, HW_E_SYNTAX,
                      "the file was cut off: the mark at its end is missing; copy it again");
  return HW_OK;
}

static hw_status read_header(reader *self, hw_err *err) {
  self->header = sam_hdr_read(self->file);
  if (self->header == NULL) return hw_err_set(err, HW_E_SYNTAX, "the header is damaged or cut off");
  const int n = sam_hdr_nref(self->header);
  self->n_contigs = n > 0 ? n : 0;
  self->contigs =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_contigs, sizeof *self->contigs);
  self->chromosomes =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_contigs, sizeof *self->chromosomes);
  self->record = bam_init1();
  if (self->contigs == NULL || self->chromosomes == NULL || self->record == NULL)
    return HW_NO_MEMORY(err, "the header");
  for (int32_t i = 0; i < self->n_contigs; i++) {
    const char *name = sam_hdr_tid2name(self->header, i);
    self->contigs[i] = (hwp_bam_contig){name ? name : "", sam_hdr_tid2len(self->header, i)};
    self->chromosomes[i] = hwp_bam_chromosome(self->contigs[i].name);
  }
  return HW_OK;
}

/* Every sequence of a CRAM must be in the FASTA, or the library would go looking for it. */
static hw_status check_reference(const reader *self, const faidx_t *fasta, hw_err *err) {
  for (int32_t i = 0; i < self->n_contigs; i++) {
    const hwp_bam_contig *contig = &self->contigs[i];
    if (!faidx_has_seq(fasta, contig->name))
      return hw_err_set(err, HW_E_REFERENCE,
                        "the reference has no sequence %.60s; give the one that the CRAM was made "
                        "with",
                        contig->name);
    if (faidx_seq_len(fasta, contig->name) != contig->length)
      return hw_err_set(err, HW_E_REFERENCE,
                        "%.60s has %lld bases in the CRAM and %d in the reference; give the one "
                        "that the CRAM was made with",
                        contig->name, (long long)contig->length,
                        faidx_seq_len(fasta, contig->name));
  }
  return HW_OK;
}

static hw_status set_reference(reader *self, hw_err *err) {
  hw_file_stamp stamp;
  hw_str index = HW_STR_INIT;
  hw_status status = HW_OK;
  faidx_t *fasta = NULL;
  const char *path = self->options.reference;
  if (!self->is_cram) return HW_OK;
  if (path == NULL)
    return hw_err_set(err, HW_E_VALUE,
                      "a CRAM can only be read with the reference it was made with (FASTA)");
  hw_str_append_format(&index, "%s.fai", path);
  status = hw_str_status(&index) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a file's name");
  if (status == HW_OK) status = hw_file_look(path, &stamp, err);
  if (status == HW_OK && hw_file_look(hw_str_text(&index), &stamp, NULL) != HW_OK)
    status = hw_err_set(err, HW_E_NOT_FOUND,
                        "the reference has no index; make it with: samtools faidx FILE");
  if (status == HW_OK && (fasta = fai_load3(path, hw_str_text(&index), NULL, 0)) == NULL)
    status = hw_err_set(err, HW_E_SYNTAX, "the reference or its index is no FASTA, or is damaged");
  if (status == HW_OK) status = check_reference(self, fasta, err);
  if (status == HW_OK && hts_set_opt(self->file, CRAM_OPT_REFERENCE, path) != 0)
    status = hw_err_set(err, HW_E_IO, "the reference cannot be read");
  if (status != HW_OK) hw_err_place(err, path, 0, 0);
  fai_destroy(fasta);
  hw_str_clear(&index);
  return status;
}

/* --- samples --- */

/* Text of a tag of the i-th read group, "" if it has none. */
static const char *group_tag(reader *self, int i, const char *tag, kstring_t *text) {
  text->l = 0;
  if (sam_hdr_find_tag_pos(self->header, "RG", i, tag, text) != 0 || text->s == NULL) return "";
  return text->s;
}

static hw_status fail_samples(const char *one, const char *other, hw_err *err) {
  return hw_err_set(err, HW_E_CONFLICT,
                    "the file has reads of several samples (%.60s, %.60s): name one of them", one,
                    other);
}

static hw_status add_group(reader *self, int i, kstring_t *text, hw_err *err) {
  char *sample = self->summary.sample;
  const char *found = group_tag(self, i, "SM", text);
  if (self->options.sample != NULL && strcmp(found, self->options.sample) != 0) return HW_OK;
  if (self->n_groups > 0 && strncmp(found, sample, sizeof self->summary.sample - 1) != 0)
    return fail_samples(sample, found, err);
  strncpy(sample, found, sizeof self->summary.sample - 1);
  const char *id = hw_arena_strdup(&self->arena, group_tag(self, i, "ID", text));
  if (id == NULL) return HW_NO_MEMORY(err, "the read groups");
  self->groups[self->n_groups++] = id;
  return HW_OK;
}

static hw_status choose_sample(reader *self, hw_err *err) {
  kstring_t text = {0, 0, NULL};
  hw_status status = HW_OK;
  const int n = sam_hdr_count_lines(self->header, "RG");
  if (n > MOST_GROUPS)
    return hw_err_set(err, HW_E_SYNTAX, "the header has %d read groups; at most %d are expected", n,
                      (int)MOST_GROUPS);
  self->groups = hw_arena_alloc_array(&self->arena, n > 0 ? (size_t)n : 1, sizeof *self->groups);
  if (self->groups == NULL) return HW_NO_MEMORY(err, "the read groups");
  for (int i = 0; i < n && status == HW_OK; i++) status = add_group(self, i, &text, err);
  free(text.s);
  if (status == HW_OK && self->options.sample != NULL && self->n_groups == 0)
    status = hw_err_set(err, HW_E_REFERENCE, "no read group of the file is of sample '%.100s'",
                        self->options.sample);
  /* Where nothing was chosen, reads without a group count as well. */
  if (self->options.sample == NULL) self->n_groups = 0;
  return status;
}

static bool is_of_sample(const reader *self) {
  if (self->n_groups == 0) return true;
  const uint8_t *tag = bam_aux_get(self->record, "RG");
  const char *group = tag ? bam_aux2Z(tag) : NULL;
  for (int32_t i = 0; group != NULL && i < self->n_groups; i++)
    if (strcmp(group, self->groups[i]) == 0) return true;
  return false;
}

/* --- index --- */

/* The site lists of the library: a contig's runs of sites. It frees them with its iterator. */
static bool fill_regions(const reader *self, hts_reglist_t *lists, unsigned *n_lists) {
  for (int32_t i = 0; i < self->n_contigs; i++) {
    const int32_t chromosome = self->chromosomes[i];
    const int32_t first = self->sites.first[chromosome];
    const int32_t n = chromosome ? self->sites.first[chromosome + 1] - first : 0;
    if (n < 1) continue;
    hts_reglist_t *list = &lists[*n_lists];
    list->intervals = malloc((size_t)n * sizeof *list->intervals);
    if (list->intervals == NULL) return false;
    ++*n_lists;
    list->reg = self->contigs[i].name;
    list->tid = i;
    list->count = (uint32_t)n;
    for (int32_t s = 0; s < n; s++) {
      const int32_t bp = self->sites.sites[first + s].bp;
      list->intervals[s] = (hts_pair_pos_t){bp, bp + 1};
    }
    list->min_beg = list->intervals[0].beg;
    list->max_end = list->intervals[n - 1].end;
  }
  return true;
}

static hw_status begin_regions(reader *self, hw_err *err) {
  unsigned n_lists = 0;
  hts_reglist_t *lists = calloc((size_t)self->n_contigs + 1, sizeof *lists);
  const bool is_filled = lists != NULL && fill_regions(self, lists, &n_lists);
  if (!is_filled || n_lists == 0) {
    for (unsigned i = 0; i < n_lists; i++) free(lists[i].intervals);
    free(lists);
    return is_filled ? HW_OK : HW_NO_MEMORY(err, "the sites of the panel");
  }
  /* They are the library's also where this fails; then the whole file is read. */
  self->lists = lists;
  self->regions = sam_itr_regions(self->index, self->header, lists, n_lists);
  self->summary.has_used_index = self->regions != NULL;
  return HW_OK;
}

static bool is_older(const hw_file_stamp *a, const hw_file_stamp *b) {
  return a->written_s != b->written_s ? a->written_s < b->written_s : a->written_ns < b->written_ns;
}

/* Opens the index of this name if there is one, not older than the file. */
static hw_status try_index(reader *self, size_t length, const char *ending, hw_err *err) {
  hw_str path = HW_STR_INIT;
  hw_file_stamp stamp;
  hw_str_append_bytes(&path, self->path, length);
  hw_str_append(&path, ending);
  const bool is_whole = hw_str_status(&path) == HW_OK;
  if (is_whole && hw_file_look(hw_str_text(&path), &stamp, NULL) == HW_OK &&
      !is_older(&stamp, &self->stamp))
    self->index = sam_index_load3(self->file, self->path, hw_str_text(&path), HTS_IDX_SILENT_FAIL);
  hw_str_clear(&path);
  return is_whole ? HW_OK : HW_NO_MEMORY(err, "a file's name");
}

/* "x.bam.csi", "x.bam.bai", "x.bai" or "x.cram.crai", in this order. */
static hw_status open_index(reader *self, hw_err *err) {
  static const char *const endings[] = {".csi", ".bai", ".crai"};
  const size_t length = strlen(self->path);
  const bool has_stem = length > 4 && strcmp(self->path + length - 4, ".bam") == 0;
  for (int i = 0; i < 3 && self->index == NULL; i++)
    HW_TRY(try_index(self, length, endings[i], err));
  if (self->index == NULL && has_stem) HW_TRY(try_index(self, length - 4, ".bai", err));
  return self->index != NULL ? begin_regions(self, err) : HW_OK;
}

/* --- records --- */

static hwp_bam_record plain(const reader *self) {
  const bam1_t *from = self->record;
  const hw_bam_options *options = &self->options;
  const uint8_t *tag = options->copies == HW_BAM_COPIES_UMI_TAG
                           ? bam_aux_get(from, options->umi_tag ? options->umi_tag : "RX")
                           : NULL;
  return (hwp_bam_record){.contig = from->core.tid,
                          .mate_contig = from->core.mtid,
                          .place = from->core.pos,
                          .mate_place = from->core.mpos,
                          .template_length = from->core.isize,
                          .flags = from->core.flag,
                          .map_quality = from->core.qual,
                          .name = bam_get_qname(from),
                          .umi = tag ? bam_aux2Z(tag) : NULL,
                          .cigar = bam_get_cigar(from),
                          .n_cigar = (int32_t)from->core.n_cigar,
                          .bases = bam_get_seq(from),
                          .qualities = bam_get_qual(from),
                          .n_bases = from->core.l_qseq};
}

/* The next record. @return false at the end or with an error */
static bool next_record(reader *self, hw_status *status, hw_err *err) {
  const int got = self->regions != NULL ? sam_itr_next(self->file, self->regions, self->record)
                                        : sam_read1(self->file, self->header, self->record);
  if (got >= 0) return true;
  if (got < -1)
    *status = hw_err_set(err, HW_E_SYNTAX, "the file is damaged or cut off behind %llu records",
                         (unsigned long long)self->n_records);
  return false;
}

static hw_status read_records(reader *self, hw_err *err) {
  hw_status status = HW_OK;
  while (status == HW_OK && next_record(self, &status, err)) {
    self->n_records++;
    const int32_t contig = self->record->core.tid;
    if (contig < 0 || contig >= self->n_contigs || !is_of_sample(self)) continue;
    const hwp_bam_record record = plain(self);
    self->has_umi = self->has_umi || record.umi != NULL;
    status = hwp_bam_add(&self->bases, &self->sites, self->chromosomes[contig], &record, err);
  }
  if (status != HW_OK) return status;
  if (self->options.copies == HW_BAM_COPIES_UMI_TAG && self->bases.n > 0 && !self->has_umi)
    return hw_err_set(err, HW_E_VALUE,
                      "no read has a UMI in its tag %.2s: name the tag that has it, or tell copies "
                      "in another way",
                      self->options.umi_tag ? self->options.umi_tag : "RX");
  return HW_OK;
}

/* --- the whole --- */

static hw_status read_all(reader *self, hw_pileup **out, hw_err *err) {
  HW_TRY(check_options(&self->options, err));
  HW_TRY(open_file(self, err));
  HW_TRY(read_header(self, err));
  HW_TRY(set_reference(self, err));
  HW_TRY(hwp_bam_build(self->contigs, self->n_contigs, self->options.build, &self->summary.build,
                       err));
  HW_TRY(hwp_bam_sites_init(&self->sites, self->panel, self->summary.build, self->contigs,
                            self->n_contigs, &self->arena, &self->summary, err));
  HW_TRY(choose_sample(self, err));
  if (!self->options.ignores_index) HW_TRY(open_index(self, err));
  HW_TRY(read_records(self, err));
  HW_TRY(hwp_bam_collapse(&self->bases, self->panel->n_markers, out, err));
  self->summary.n_without_quality = self->bases.n_without_quality;
  return HW_OK;
}

static void clear(reader *self) {
  hwp_bam_bases_clear(&self->bases);
  sam_itr_destroy(self->regions);
  hts_idx_destroy(self->index);
  bam_destroy1(self->record);
  sam_hdr_destroy(self->header);
  if (self->file != NULL) hts_close(self->file);
  hw_arena_clear(&self->arena);
}

hw_status hw_bam_read(const char *path, const hw_panel *panel, const hw_bam_options *options,
                      hw_pileup **out, hw_bam_summary *summary, hw_err *err) {
  const hw_bam_options defaults = HW_BAM_DEFAULTS;
  reader self = {.path = path, .panel = panel, .options = options ? *options : defaults};
  const enum htsLogLevel log_level = hts_get_log_level();
  hts_set_log_level(HTS_LOG_OFF);
  *out = NULL;
  hw_arena_init(&self.arena, 0);
  self.bases.options = &self.options;
  self.bases.max = self.options.max_bases > 0 ? self.options.max_bases : HW_BAM_MOST_BASES;
  const hw_status status = read_all(&self, out, err);
  clear(&self);
  hts_set_log_level(log_level);
  if (summary != NULL) *summary = self.summary;
  /* A reference that failed has named itself. */
  if (status != HW_OK && err != NULL && err->file[0] == '\0') hw_err_place(err, path, 0, 0);
  return status;
}
