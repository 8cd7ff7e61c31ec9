/* VCF and BCF, read with htslib (the only file that names htslib/vcf.h).
 *
 * htslib knows the formats' thousand dialects; what it gives away for that is taken back here:
 *
 * - A file may be a pointer to an address of the network, which htslib would follow. So it is looked
 *   at before htslib acts on what is in it, and only a BCF is opened by it.
 * - It reads lines of any length. A text goes through lines.c, and only lines that somebody wants
 *   are parsed: chromosome and position stand at their beginning, so that a file of a whole genome
 *   is passed over at the speed of decompression.
 * - Some of its convenient functions end the program on values that they do not expect
 *   (bcf_get_format_values, hts_getline). They are not called: values are taken from the record's
 *   arrays by their types, of which the BCF reader has checked the bounds.
 *
 * Sources: VCF 4.3 and BCF 2.2 specifications (samtools/hts-specs), section 6 for the types. */
#include "formats/vcf_file.h"

#include <errno.h>
#include <htslib/hfile.h>
#include <htslib/hts.h>
#include <htslib/vcf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/str.h"
#include "base/utf8.h"
#include "formats/lines.h"
#include "genetics/name_index.h"

/* --- the header of VCF and BCF --- */

struct hwp_vcf_file {
  const char *name;
  hwp_lines lines; /* of a text; its stream is NULL for BCF */
  htsFile *hts;    /* of a BCF; NULL for a text */
  bcf_hdr_t *hts_header;
  bcf1_t *hts_record;
  hwp_vcf_header header;
  hwp_vcf_record record;
  char *line; /* of the record */
  size_t n_line;
  uint64_t number;
  int32_t n_samples;     /* of a record as htslib gives it */
  const int32_t *chosen; /* their indices in it; NULL = 0, 1, 2 … */
  char contig[256];      /* of the record's line */
  hw_arena arena;
};

const hwp_vcf_header *hwp_vcf_file_header(const hwp_vcf_file *self) {
  return &self->header;
}

void hwp_vcf_file_place(const hwp_vcf_file *self, uint64_t number, hw_err *err) {
  hw_err_place(err, self->name, self->hts == NULL ? number : 0, 0);
  if (self->hts != NULL && number > 0)
    hw_err_while(err, "reading record %llu", (unsigned long long)number);
}

const char *hwp_vcf_file_unit(const hwp_vcf_file *self) {
  return self->hts == NULL ? "lines" : "records";
}

static hw_status fail(const hwp_vcf_file *self, hw_status status, hw_err *err,
                      const char *message) {
  hw_err_set(err, status, "%s", message);
  hwp_vcf_file_place(self, self->number, err);
  return status;
}

/* The line of column names: who is in the file. htslib refuses what is wrong here as well, but
 * does not tell what it was. */
static hw_status check_columns(hwp_vcf_file *self, char *line, hw_err *err) {
  static const char fixed[] = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
  if (strncmp(line, fixed, sizeof fixed - 1) != 0 ||
      (line[sizeof fixed - 1] != '\0' && line[sizeof fixed - 1] != '\t'))
    return fail(self, HW_E_SYNTAX, err,
                "the columns are not those of VCF: expected #CHROM POS ID REF ALT QUAL FILTER INFO "
                "[FORMAT samples], divided by tabs");
  const char *rest = line + sizeof fixed - 1;
  if (*rest != '\0' && strcmp(rest, "\tFORMAT") != 0 && strncmp(rest, "\tFORMAT\t", 8) != 0)
    return fail(self, HW_E_SYNTAX, err, "the ninth column must be FORMAT");
  return HW_OK;
}

/* Texts of the header up to its last line, handed to htslib in one piece. */
static hw_status read_header_text(hwp_vcf_file *self, hw_str *text, hw_err *err) {
  char *line;
  size_t n = 0;
  for (;;) {
    HW_TRY(hwp_lines_next(&self->lines, &line, &n, err));
    self->number = self->lines.line;
    if (line == NULL || line[0] != '#')
      return fail(self, HW_E_SYNTAX, err,
                  "the header has no line of column names (#CHROM POS ID …)");
    if (self->number == 1 && strncmp(line, "##fileformat=VCF", 16) != 0)
      return fail(self, HW_E_SYNTAX, err, "no VCF: the first line must be ##fileformat=VCFv4.…");
    if (n > HWP_VCF_MAX_HEADER - text->length)
      return fail(self, HW_E_VALUE, err, "the header is longer than 128 MiB");
    hw_str_append_bytes(text, line, n);
    hw_str_append_bytes(text, "\n", 1);
    if (line[1] != '#') return check_columns(self, line, err);
  }
}

/* Fields that this program reads, as the specification describes them, for headers that do not. */
static bool describe_fields(bcf_hdr_t *header) {
  static const struct {
    const char *tag, *line;
  } fields[] = {
      {"GT", "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">"},
      {"GQ", "##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"Genotype quality\">"},
      {"PL", "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"Phred likelihoods\">"},
      {"GL", "##FORMAT=<ID=GL,Number=G,Type=Float,Description=\"log10 likelihoods\">"},
      {"GP", "##FORMAT=<ID=GP,Number=G,Type=Float,Description=\"Posterior probabilities\">"}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    const int id = bcf_hdr_id2int(header, BCF_DT_ID, fields[i].tag);
    if (bcf_hdr_idinfo_exists(header, BCF_HL_FMT, id)) continue;
    /* Adding may move the dictionary that the next question is answered from. */
    if (bcf_hdr_append(header, fields[i].line) < 0 || bcf_hdr_sync(header) < 0) return false;
  }
  return true;
}

static const char *value_of(bcf_hrec_t *line, const char *key) {
  const int at = bcf_hrec_find_key(line, key);
  return at < 0 || line->vals[at] == NULL ? "" : line->vals[at];
}

/* What the header tells, copied: choosing samples changes htslib's. */
static hw_status keep_header(hwp_vcf_file *self, hw_err *err) {
  bcf_hdr_t *header = self->hts_header;
  const int32_t n_samples = bcf_hdr_nsamples(header);
  const char **samples = hw_arena_alloc_array(&self->arena, (size_t)n_samples, sizeof *samples);
  hwp_vcf_contig *contigs =
      hw_arena_alloc_array(&self->arena, (size_t)header->nhrec, sizeof *contigs);
  int32_t n_contigs = 0;
  if (samples == NULL || contigs == NULL) return HW_NO_MEMORY(err, "a header");
  for (int32_t i = 0; i < n_samples; i++) {
    samples[i] = hw_arena_strdup(&self->arena, header->samples[i]);
    if (samples[i] == NULL) return HW_NO_MEMORY(err, "a header");
    if (samples[i][0] == '\0' || !hw_utf8_is_valid(samples[i]))
      return fail(self, HW_E_SYNTAX, err, "a sample's name is empty or not UTF-8");
  }
  self->header.reference = "";
  for (int i = 0; i < header->nhrec; i++) {
    bcf_hrec_t *line = header->hrec[i];
    if (line->type == BCF_HL_GEN && strcmp(line->key, "reference") == 0 && line->value != NULL)
      self->header.reference = hw_arena_strdup(&self->arena, line->value);
    if (line->type != BCF_HL_CTG) continue;
    hwp_vcf_contig *contig = &contigs[n_contigs++];
    contig->name = hw_arena_strdup(&self->arena, value_of(line, "ID"));
    contig->assembly = hw_arena_strdup(&self->arena, value_of(line, "assembly"));
    contig->length = strtoll(value_of(line, "length"), NULL, 10);
    if (contig->name == NULL || contig->assembly == NULL) return HW_NO_MEMORY(err, "a header");
  }
  if (self->header.reference == NULL) return HW_NO_MEMORY(err, "a header");
  self->header.n_samples = self->n_samples = n_samples;
  self->header.samples = samples;
  self->header.n_contigs = n_contigs;
  self->header.contigs = contigs;
  return HW_OK;
}

/* htslib refused the header and does not say why: is it a sample that stands twice? The text's last
 * line has the names and is cut up. */
static hw_status explain_refusal(hwp_vcf_file *self, hw_str *text, hw_err *err) {
  text->bytes[text->length - 1] = '\0';
  char *field = strrchr(text->bytes, '\n');
  int32_t n = 0, twice = HW_NAME_NONE;
  hw_name_index index = {0};
  for (const char *at = field; at != NULL; at = strchr(at + 1, '\t')) n++;
  const char **names = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *names);
  if (names == NULL) return HW_NO_MEMORY(err, "a header");
  for (n = 0; field != NULL; field = strchr(field, '\t')) {
    *field++ = '\0';
    names[n++] = field;
  }
  HW_TRY(hw_name_index_init(&index, n, names, err));
  twice = hw_name_index_duplicate(&index, NULL);
  hw_name_index_clear(&index);
  if (twice == HW_NAME_NONE)
    return fail(self, HW_E_SYNTAX, err,
                "htslib cannot read the header that ends here: a line of it is damaged");
  hw_err_set(err, HW_E_DUPLICATE, "the sample \"%s\" stands twice", names[twice]);
  hwp_vcf_file_place(self, self->number, err);
  return HW_E_DUPLICATE;
}

static hw_status read_text_header(hwp_vcf_file *self, hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_status status = read_header_text(self, &text, err);
  if (status == HW_OK && hw_str_status(&text) != HW_OK) status = HW_NO_MEMORY(err, "a header");
  if (status == HW_OK) {
    self->hts_header = bcf_hdr_init("r");
    if (self->hts_header == NULL)
      status = HW_NO_MEMORY(err, "a header");
    else if (bcf_hdr_parse(self->hts_header, text.bytes) < 0)
      status = explain_refusal(self, &text, err);
  }
  hw_str_clear(&text);
  return status;
}

/* What a file is, by its beginning; htslib would follow a file that points elsewhere. */
static hw_status begin(hwp_vcf_file *self, hFILE *file, hw_err *err) {
  htsFormat format = {0};
  if (hts_detect_format(file, &format) < 0) format.format = unknown_format;
  if (format.format != bcf) {
    HW_TRY(hwp_lines_begin(&self->lines, file, self->name, err));
    return read_text_header(self, err);
  }
  self->hts = hts_hopen(file, self->name, "r");
  if (self->hts == NULL) {
    if (hclose(file) != 0) errno = 0;
    return HW_NO_MEMORY(err, "a file");
  }
  self->hts_header = bcf_hdr_read(self->hts);
  if (self->hts_header == NULL) {
    hw_err_set(err, HW_E_SYNTAX, "the header of this BCF cannot be read: damaged or cut off");
    hw_err_place(err, self->name, 0, 0);
    return HW_E_SYNTAX;
  }
  return HW_OK;
}

static hw_status finish_open(hwp_vcf_file *self, hFILE *file, hwp_vcf_file **out, hw_err *err) {
  hw_status status = begin(self, file, err);
  if (status == HW_OK && !describe_fields(self->hts_header))
    status = fail(self, HW_E_SYNTAX, err, "htslib cannot add fields to this header");
  if (status == HW_OK) status = keep_header(self, err);
  if (status == HW_OK) {
    self->hts_record = bcf_init();
    if (self->hts_record == NULL) status = HW_NO_MEMORY(err, "a record");
  }
  if (status == HW_OK)
    *out = self;
  else
    hwp_vcf_file_close(self);
  return status;
}

static hwp_vcf_file *new_file(const char *name) {
  hwp_vcf_file *self = calloc(1, sizeof *self);
  if (self != NULL) self->name = name;
  return self;
}

hw_status hwp_vcf_file_open(const char *path, hwp_vcf_file **out, hw_err *err) {
  hFILE *file = NULL;
  *out = NULL;
  hwp_vcf_file *self = new_file(path);
  if (self == NULL) return HW_NO_MEMORY(err, "a file");
  const hw_status status = hwp_lines_open_path(path, &file, err);
  if (status == HW_OK) return finish_open(self, file, out, err);
  hwp_vcf_file_close(self);
  return status;
}

hw_status hwp_vcf_file_parse(const char *bytes, size_t n_bytes, const char *name,
                             hwp_vcf_file **out, hw_err *err) {
  hFILE *file = NULL;
  *out = NULL;
  hwp_vcf_file *self = new_file(name);
  if (self == NULL) return HW_NO_MEMORY(err, "a file");
  const hw_status status = hwp_lines_open_bytes(bytes, n_bytes, &file, err);
  if (status == HW_OK) return finish_open(self, file, out, err);
  hwp_vcf_file_close(self);
  return status;
}

void hwp_vcf_file_close(hwp_vcf_file *self) {
  if (self == NULL) return;
  hwp_lines_clear(&self->lines);
  if (self->hts_record != NULL) bcf_destroy(self->hts_record);
  if (self->hts_header != NULL) bcf_hdr_destroy(self->hts_header);
  if (self->hts != NULL && hts_close(self->hts) != 0) errno = 0; /* told while reading */
  hw_arena_clear(&self->arena);
  free(self);
}

bool hwp_vcf_file_has_info(const hwp_vcf_file *self, const char *tag) {
  const int id = bcf_hdr_id2int(self->hts_header, BCF_DT_ID, tag);
  return bcf_hdr_idinfo_exists(self->hts_header, BCF_HL_INFO, id);
}

/* htslib takes a list divided by commas, in which "^" and "-" have a meaning at the beginning. */
static bool can_list(const hwp_vcf_header *header, int32_t n, const int32_t *samples) {
  for (int32_t i = 0; i < n; i++)
    if (strchr(header->samples[samples[i]], ',') != NULL) return false;
  const char first = n > 0 ? header->samples[samples[0]][0] : 'a';
  return first != '^' && first != '-';
}

hw_status hwp_vcf_file_choose(hwp_vcf_file *self, int32_t n, const int32_t *samples, hw_err *err) {
  if (n == self->header.n_samples) return HW_OK;
  /* Of a BCF only what is asked for is decoded anyway. */
  if (self->hts == NULL && can_list(&self->header, n, samples)) {
    hw_str list = HW_STR_INIT;
    for (int32_t i = 0; i < n; i++) {
      if (i > 0) hw_str_append(&list, ",");
      hw_str_append(&list, self->header.samples[samples[i]]);
    }
    const bool is_done = hw_str_status(&list) == HW_OK &&
                         bcf_hdr_set_samples(self->hts_header, n > 0 ? list.bytes : NULL, 0) == 0;
    hw_str_clear(&list);
    if (!is_done) return HW_NO_MEMORY(err, "a list of samples");
    self->n_samples = n;
    return HW_OK;
  }
  self->chosen = hw_arena_copy(&self->arena, samples, (size_t)n * sizeof *samples);
  return self->chosen != NULL ? HW_OK : HW_NO_MEMORY(err, "a list of samples");
}

/* --- records --- */

/* Chromosome and position of a line; the rest is left as it is for htslib. */
static hw_status read_place(hwp_vcf_file *self, hw_err *err) {
  const char *tab = memchr(self->line, '\t', self->n_line);
  const size_t n = tab != NULL ? (size_t)(tab - self->line) : 0;
  if (self->line[0] == '#')
    return fail(self, HW_E_SYNTAX, err, "a line of a header among the records");
  if (n == 0 || n >= sizeof self->contig)
    return fail(self, HW_E_SYNTAX, err, "a record must begin with a sequence's name and a tab");
  memcpy(self->contig, self->line, n);
  self->contig[n] = '\0';
  int64_t bp = 0;
  const char *digit = tab + 1;
  for (; *digit >= '0' && *digit <= '9' && bp <= INT32_MAX; digit++) bp = 10 * bp + (*digit - '0');
  if (*digit != '\t' || digit == tab + 1 || bp > INT32_MAX)
    return fail(self, HW_E_SYNTAX, err, "POS must be a whole number below 2^31");
  self->record.contig = self->contig;
  self->record.bp = bp;
  return HW_OK;
}

static hw_status next_line(hwp_vcf_file *self, const hwp_vcf_record **record, hw_err *err) {
  do {
    HW_TRY(hwp_lines_next(&self->lines, &self->line, &self->n_line, err));
    if (self->line == NULL) return HW_OK;
  } while (self->n_line == 0);
  self->number = self->record.number = self->lines.line;
  HW_TRY(read_place(self, err));
  *record = &self->record;
  return HW_OK;
}

static hw_status next_bcf(hwp_vcf_file *self, const hwp_vcf_record **record, hw_err *err) {
  self->number++;
  const int got = bcf_read(self->hts, self->hts_header, self->hts_record);
  if (got == -1) {
    if (hts_check_EOF(self->hts) == 0)
      return fail(self, HW_E_SYNTAX, err,
                  "the file is cut off: bgzip's last block is missing; copy or make it again");
    return HW_OK;
  }
  if (got < 0 || self->hts_record->n_sample != (uint32_t)self->header.n_samples)
    return fail(self, HW_E_SYNTAX, err,
                "the record is damaged or cut off; copy or make the file again");
  self->record.number = self->number;
  self->record.contig = bcf_hdr_id2name(self->hts_header, self->hts_record->rid);
  self->record.bp = self->hts_record->pos + 1;
  *record = &self->record;
  return HW_OK;
}

hw_status hwp_vcf_file_next(hwp_vcf_file *self, const hwp_vcf_record **record, hw_err *err) {
  *record = NULL;
  return self->hts != NULL ? next_bcf(self, record, err) : next_line(self, record, err);
}

static const char *reason_of(int code) {
  if ((code & BCF_ERR_NCOLS) != 0) return "the record has not as many columns as the header";
  if ((code & BCF_ERR_CHAR) != 0) return "a character that a VCF record does not have there";
  if ((code & BCF_ERR_LIMITS) != 0) return "the record is larger than htslib can read";
  return "htslib cannot read this record: not the columns of VCF, divided by tabs, or damaged";
}

hw_status hwp_vcf_file_unpack(hwp_vcf_file *self, hw_err *err) {
  bcf1_t *record = self->hts_record;
  if (self->hts == NULL) {
    kstring_t text = {self->n_line, self->n_line + 1, self->line};
    if (vcf_parse(&text, self->hts_header, record) < 0)
      return fail(self, HW_E_SYNTAX, err, reason_of(record->errcode));
    if (record->n_sample != (uint32_t)self->n_samples)
      return fail(self, HW_E_SYNTAX, err, reason_of(BCF_ERR_NCOLS));
  }
  if (bcf_unpack(record, BCF_UN_STR | BCF_UN_INFO | BCF_UN_FMT) < 0 || record->n_allele == 0)
    return fail(self, HW_E_SYNTAX, err, reason_of(record->errcode));
  self->record.id = record->d.id;
  self->record.n_alleles = record->n_allele;
  self->record.alleles = (const char *const *)record->d.allele;
  return HW_OK;
}

/* --- values --- */

typedef enum kind { A_NUMBER, MISSING, PADDING } kind;

/* Of little-endian bytes, at any address: htslib's own functions read whole words where they stand. */
static uint32_t read_word(const uint8_t *at, int n_bytes) {
  uint32_t word = 0;
  for (int i = n_bytes - 1; i >= 0; i--) word = word << 8 | at[i];
  return word;
}

/* One value of an array as BCF keeps them, of a type that has numbers. */
static kind read_value(const uint8_t *at, int type, double *out) {
  const int n_bytes = type == BCF_BT_INT8 ? 1 : type == BCF_BT_INT16 ? 2 : 4;
  const uint32_t word = read_word(at, n_bytes), sign = 1u << (8 * n_bytes - 1);
  if (type == BCF_BT_FLOAT) {
    float number;
    memcpy(&number, &word, sizeof number);
    *out = (double)number;
    if (word == bcf_float_vector_end) return PADDING;
    return isnan(number) ? MISSING : A_NUMBER;
  }
  /* The least number of each size is "missing", the next one fills up. */
  *out = (double)(int64_t)(word & (sign - 1)) - (double)(word & sign);
  return word == sign ? MISSING : word == sign + 1 ? PADDING : A_NUMBER;
}

static int size_of(int type) {
  switch (type) {
    case BCF_BT_INT8:
      return 1;
    case BCF_BT_INT16:
      return 2;
    case BCF_BT_INT32:
    case BCF_BT_FLOAT:
      return 4;
    default:
      return 0; /* text, or nothing */
  }
}

static int32_t read_values(const uint8_t *bytes, int32_t n, int type, int32_t n_most, double *out) {
  const int size = size_of(type);
  int32_t i = 0;
  for (; i < n; i++) {
    double value;
    const kind what = read_value(bytes + (size_t)i * (size_t)size, type, &value);
    if (what == PADDING) break;
    if (i < n_most) out[i] = what == MISSING ? (double)NAN : value;
  }
  return i;
}

bool hwp_vcf_file_field(const hwp_vcf_file *self, const char *tag, hwp_vcf_values *out) {
  const bcf_fmt_t *field = bcf_get_fmt(self->hts_header, self->hts_record, tag);
  if (field == NULL || field->p == NULL || size_of(field->type) == 0) return false;
  *out = (hwp_vcf_values){field->p, field->n, field->size, field->type, self};
  return true;
}

static const uint8_t *bytes_of(const hwp_vcf_values *self, int32_t sample) {
  const int32_t *chosen = self->file->chosen;
  return self->bytes + (size_t)(chosen != NULL ? chosen[sample] : sample) * (size_t)self->size;
}

int32_t hwp_vcf_values_get(const hwp_vcf_values *self, int32_t sample, int32_t n_most,
                           double *out) {
  return read_values(bytes_of(self, sample), self->n_most, self->type, n_most, out);
}

int32_t hwp_vcf_values_genotype(const hwp_vcf_values *self, int32_t sample, int32_t n_most,
                                int32_t *out) {
  const uint8_t *bytes = bytes_of(self, sample);
  const int size = size_of(self->type);
  int32_t i = 0;
  if (self->type == BCF_BT_FLOAT) return 0;
  for (; i < self->n_most; i++) {
    double value;
    const kind what = read_value(bytes + (size_t)i * (size_t)size, self->type, &value);
    if (what == PADDING) break;
    if (i < n_most) out[i] = what == MISSING || value < 2 ? -1 : (int32_t)value / 2 - 1;
  }
  return i;
}

int32_t hwp_vcf_file_info(const hwp_vcf_file *self, const char *tag, int32_t n_most, double *out) {
  const bcf_info_t *info = bcf_get_info(self->hts_header, self->hts_record, tag);
  if (info == NULL || info->vptr == NULL || size_of(info->type) == 0) return 0;
  return read_values(info->vptr, info->len, info->type, n_most, out);
}
