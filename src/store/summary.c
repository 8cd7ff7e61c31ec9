/* Counts of what stands in a case database.
 *
 * Plain counts are kept (tally.c). What takes a look at two kinds is one
 * statement each over indexes and small tables; a change that touches those kinds
 * counts again when it commits, so that whoever asks reads a few numbers.
 *
 * Typed are those of whom STR, SNPs or a haplotype are known. */
#include "store/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "store/store_int.h"

/* Runs a statement that gives integers, and stores them in turn. */
static hw_status read_ints(hw_store *self, const char *sql, int n, int64_t *const *out,
                           hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  HW_TRY(hw_db_query(self->db, sql, &query, err));
  hw_status status = hw_query_step(query, &has_row, err);
  for (int i = 0; i < n; i++) *out[i] = status == HW_OK && has_row ? hw_query_int(query, i) : 0;
  hw_query_done(query);
  return status;
}

static hw_status read_one(hw_store *self, const char *sql, int64_t *out, hw_err *err) {
  return read_ints(self, sql, 1, (int64_t *const[]){out}, err);
}

/* The count of one word. */
static hw_status read_word(hw_store *self, hw_kind_id kind, const char *word, int64_t *out,
                           hw_err *err) {
  hw_tally words[HW_TALLY_MAX];
  int n = 0;
  *out = 0;
  HW_TRY(hw_store_tally(self, kind, words, &n, err));
  for (int i = 0; i < n; i++)
    if (word == NULL ||
        (strlen(word) == (size_t)words[i].n_word && memcmp(word, words[i].word, strlen(word)) == 0))
      *out += words[i].count;
  return HW_OK;
}

const char *const hwp_summary_words[HWP_SUMMARY_N] = {[HWP_PARENTS] = "parents",
                                                      [HWP_REMAINS_TYPED] = "remains-typed",
                                                      [HWP_UNTYPED] = "untyped",
                                                      [HWP_REMAINS_STR] = "remains-str",
                                                      [HWP_REMAINS_SNP] = "remains-snp",
                                                      [HWP_REMAINS_LINES] = "remains-lines",
                                                      [HWP_REFERENCES_SNP] = "references-snp",
                                                      [HWP_REFERENCES_LINES] = "references-lines"};

/* Remains in use from which something was made: what was made of them counts instead. */
static const char PARENTS[] =
    "SELECT count(*) FROM (SELECT DISTINCT parent AS id FROM sample WHERE parent IS NOT NULL) AS c "
    "JOIN sample s ON s.id=c.id WHERE s.row_withdrawn IS NULL AND s.person IS NULL";

/* Withdrawn records are looked up in their own small indexes, so that no large table is read. */
#define IN_USE(kind) "id NOT IN (SELECT id FROM " kind " WHERE row_withdrawn IS NOT NULL)"
#define TYPED(kind, column, whose) \
  "EXISTS (SELECT 1 FROM " kind " p WHERE p." column "=" whose " AND p." IN_USE(kind)
#define AS_REMAINS(condition)                                                             \
  "SELECT count(*) FROM sample s WHERE s.row_withdrawn IS NULL AND s.person IS NULL AND " \
  "(" condition ")"

/* A profile that stands for a sample without STR (app/anchor_profile.h) types nobody. */
#define HAS_STR                      \
  TYPED("profile", "sample", "s.id") \
  " AND p.id NOT IN (SELECT a.id FROM profile a WHERE a.code=s.code||'#no-str'))"
#define HAS_SNP TYPED("snp_profile", "sample", "s.id") ")"
#define HAS_LINES TYPED("haplotype", "sample", "s.id") ")"

static const char ANCHORS[] = "SELECT count(*) FROM panel WHERE code='no-str'";
static const char REMAINS_STR[] = AS_REMAINS(HAS_STR);
static const char REMAINS_TYPED[] = AS_REMAINS(HAS_STR " OR " HAS_SNP " OR " HAS_LINES);

#define REMAINS_OF(kind)                                          \
  "SELECT count(*) FROM (SELECT DISTINCT sample AS id FROM " kind \
  " WHERE sample IS NOT NULL AND " IN_USE(                        \
      kind) ") AS t JOIN sample s ON s.id=t.id WHERE s.row_withdrawn IS NULL AND s.person IS NULL"
static const char REMAINS_PROFILES[] = REMAINS_OF("profile"); /* three times as fast as HAS_STR */
static const char REMAINS_SNP[] = REMAINS_OF("snp_profile");
static const char REMAINS_LINES[] = REMAINS_OF("haplotype");

#define REFERENCES(kind) "SELECT count(*) FROM " kind " WHERE person IS NOT NULL AND " IN_USE(kind)
static const char REFERENCES_SNP[] = REFERENCES("snp_profile");
static const char REFERENCES_LINES[] = REFERENCES("haplotype");

/* Families that miss somebody, then one typed member of each. */
#define WITHOUT(condition)                                                                          \
  "SELECT count(*) FROM (SELECT DISTINCT family FROM family_member WHERE is_missing=1 AND " IN_USE( \
      "family_member") ") AS w WHERE NOT EXISTS (SELECT 1 FROM family_member r WHERE "              \
                       "r.family=w.family AND (" condition "))"
#define MEMBER_HAS(kind) TYPED(kind, "person", "r.person") ")"
static const char UNTYPED_STR[] = WITHOUT(MEMBER_HAS("profile"));
static const char UNTYPED[] =
    WITHOUT(MEMBER_HAS("profile") " OR " MEMBER_HAS("snp_profile") " OR " MEMBER_HAS("haplotype"));

static const char LAST_RUN[] =
    "SELECT id,row_entry FROM run WHERE row_withdrawn IS NULL ORDER BY id DESC LIMIT 1";
static const char LAST_IMPORT[] =
    "SELECT id,row_entry FROM \"import\" WHERE row_withdrawn IS NULL ORDER BY id DESC LIMIT 1";
static const char LAST_BACKUP[] =
    "SELECT coalesce(max(id),0) FROM audit_entry WHERE action='backup'";

static const char NEWEST_POWER[] = "SELECT coalesce(max(id),0) FROM power";
/* A search keeps only whom it left out: it says nothing of families, and overtakes nothing. */
static const char EVALUATED[] =
    "SELECT r.id FROM run r WHERE r.row_withdrawn IS NULL AND EXISTS (SELECT 1 FROM power p WHERE "
    "p.run=r.id AND p.left_out IS NULL) ORDER BY r.id DESC LIMIT 1";
static const char WEAK[] = "SELECT count(*) FROM power WHERE run=$1 AND left_out IS NULL AND "
                           "expected_log10_lr<needed_log10_lr";
static const char LEFT_OUT[] = "SELECT count(*) FROM power WHERE run=$1 AND left_out IS NOT NULL";
static const char WEAKEST[] =
    "SELECT id FROM power WHERE run=$1 AND left_out IS NULL AND "
    "expected_log10_lr<needed_log10_lr ORDER BY expected_log10_lr,person,family LIMIT $2";

/* Where nobody has SNPs or lines their tables, which older versions lack, are not asked. */
hw_status hwp_summary_count(hw_store *self, int64_t out[HWP_SUMMARY_N], hw_err *err) {
  int64_t n_snp = 0, n_lines = 0, n_anchors = 0;
  memset(out, 0, HWP_SUMMARY_N * sizeof *out);
  HW_TRY(read_word(self, HW_KIND_SNP_PROFILE, NULL, &n_snp, err));
  HW_TRY(read_word(self, HW_KIND_HAPLOTYPE, NULL, &n_lines, err));
  const bool has_other = n_snp + n_lines > 0;
  HW_TRY(read_one(self, PARENTS, &out[HWP_PARENTS], err));
  HW_TRY(read_one(self, ANCHORS, &n_anchors, err));
  HW_TRY(
      read_one(self, n_anchors > 0 ? REMAINS_STR : REMAINS_PROFILES, &out[HWP_REMAINS_STR], err));
  HW_TRY(read_one(self, has_other ? UNTYPED : UNTYPED_STR, &out[HWP_UNTYPED], err));
  out[HWP_REMAINS_TYPED] = out[HWP_REMAINS_STR];
  if (!has_other) return HW_OK;
  HW_TRY(read_one(self, REMAINS_TYPED, &out[HWP_REMAINS_TYPED], err));
  HW_TRY(read_one(self, REMAINS_SNP, &out[HWP_REMAINS_SNP], err));
  HW_TRY(read_one(self, REMAINS_LINES, &out[HWP_REMAINS_LINES], err));
  HW_TRY(read_one(self, REFERENCES_SNP, &out[HWP_REFERENCES_SNP], err));
  return read_one(self, REFERENCES_LINES, &out[HWP_REFERENCES_LINES], err);
}

hw_status hwp_summary_read(hw_store *self, int64_t out[HWP_SUMMARY_N], hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  memset(out, 0, HWP_SUMMARY_N * sizeof *out);
  HW_TRY(hw_db_query(self->db, "SELECT word,n FROM tally WHERE kind='summary'", &query, err));
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row)
    for (int i = 0; i < HWP_SUMMARY_N; i++)
      if (strcmp(hwp_query_text(query, 0), hwp_summary_words[i]) == 0)
        out[i] = hw_query_int(query, 1);
  hw_query_done(query);
  return status;
}

static hw_status count_of_run(hw_store *self, const char *text, int64_t run, int64_t *out,
                              hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  *out = 0;
  HW_TRY(hw_db_query(self->db, text, &query, err));
  hw_query_bind_int(query, 1, run);
  hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && has_row) *out = hw_query_int(query, 0);
  hw_query_done(query);
  return status;
}

static hw_status list_weakest(hw_store *self, hwp_weak *out, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  HW_TRY(hw_db_query(self->db, WEAKEST, &query, err));
  hw_query_bind_int(query, 1, out->run);
  hw_query_bind_int(query, 2, HW_SUMMARY_WEAKEST);
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row &&
         out->n_weakest < HW_SUMMARY_WEAKEST)
    out->weakest[out->n_weakest++] = hw_query_int(query, 0);
  hw_query_done(query);
  return status;
}

static hw_status add_up_weak(hw_store *self, hwp_weak *out, hw_err *err) {
  HW_TRY(count_of_run(self, LEFT_OUT, out->last_run, &out->n_left_out, err));
  HW_TRY(count_of_run(self, WEAK, out->run, &out->n_weak, err));
  return list_weakest(self, out, err);
}

/* A run of a nation has a power record for each missing person: they are read once, not for
 * everybody who opens the first page. What a change in progress adds may be undone, and its numbers
 * given to others, so that inside one nothing is kept. */
static hw_status read_weak(hw_store *self, hw_summary *out, hw_err *err) {
  hwp_weak now = {.last_run = out->last_run};
  HW_TRY(read_one(self, NEWEST_POWER, &now.newest, err));
  HW_TRY(read_one(self, EVALUATED, &now.run, err));
  const bool is_known = !self->is_changing && now.last_run == self->weak.last_run &&
                        now.run == self->weak.run && now.newest == self->weak.newest;
  if (is_known) now = self->weak;
  if (!is_known && now.last_run != 0) {
    HW_TRY(add_up_weak(self, &now, err));
    if (!self->is_changing) self->weak = now;
  }
  out->n_weak = now.n_weak;
  out->n_left_out = now.n_left_out;
  out->weak_run = now.run;
  out->n_weakest = now.n_weakest;
  memcpy(out->weakest, now.weakest, sizeof now.weakest);
  return HW_OK;
}

hw_status hw_store_summary(hw_store *self, hw_summary *out, hw_err *err) {
  *out = (hw_summary){0};
  int64_t kept[HWP_SUMMARY_N];
  HW_TRY(hwp_summary_read(self, kept, err));
  HW_TRY(read_word(self, HW_KIND_FAMILY, NULL, &out->n_families, err));
  HW_TRY(read_word(self, HW_KIND_SAMPLE, "remains", &out->n_remains, err));
  out->n_remains -= kept[HWP_PARENTS];
  out->n_remains_typed = kept[HWP_REMAINS_TYPED];
  out->n_untyped_families = kept[HWP_UNTYPED];
  out->n_remains_str = kept[HWP_REMAINS_STR];
  out->n_remains_snp = kept[HWP_REMAINS_SNP];
  out->n_remains_lines = kept[HWP_REMAINS_LINES];
  out->n_references_snp = kept[HWP_REFERENCES_SNP];
  out->n_references_lines = kept[HWP_REFERENCES_LINES];
  HW_TRY(read_word(self, HW_KIND_PROFILE, "reference", &out->n_references, err));
  HW_TRY(
      read_ints(self, LAST_RUN, 2, (int64_t *const[]){&out->last_run, &out->last_run_entry}, err));
  HW_TRY(read_weak(self, out, err));
  HW_TRY(read_ints(self, LAST_IMPORT, 2,
                   (int64_t *const[]){&out->last_import, &out->last_import_entry}, err));
  return read_one(self, LAST_BACKUP, &out->last_backup_entry, err);
}

static const char REVIEWED[] =
    "SELECT i.id FROM identification i WHERE i.state='candidate' AND i.row_withdrawn IS NULL AND "
    "EXISTS (SELECT 1 FROM review r WHERE r.identification=i.id) ORDER BY i.id";

hw_status hw_store_reviewed(hw_store *self, int64_t **ids, int *n, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  int capacity = 0;
  *ids = NULL;
  *n = 0;
  HW_TRY(hw_db_query(self->db, REVIEWED, &query, err));
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    if (*n == capacity) {
      capacity = 2 * capacity + 64;
      int64_t *larger = realloc(*ids, (size_t)capacity * sizeof *larger);
      if (larger == NULL) {
        status = HW_NO_MEMORY(err, "the identifications");
        break;
      }
      *ids = larger;
    }
    (*ids)[(*n)++] = hw_query_int(query, 0);
  }
  hw_query_done(query);
  if (status == HW_OK) return HW_OK;
  free(*ids);
  *ids = NULL;
  *n = 0;
  return status;
}
