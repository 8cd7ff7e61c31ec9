/* Counts over several kinds, moved by what a change touched.
 *
 * Counting anew reads every sample's profiles and every family's members, which at a million
 * relatives takes more than a second, inside the transaction that all others wait for. Most changes touch
 * one sample or one family. So before a row is written it is noted how the samples and families
 * that it belongs to count as yet; when the change ends they are asked again, and the counts move
 * by the difference. What somebody touches first is what stands before the change, whatever order its
 * rows come in:
 *
 *     sample                             itself, and what it was made from
 *     profile, SNP profile, haplotype    its sample, and the families of its person
 *     family member                      the family
 *
 * A change that touches more than a few hundred is counted anew, which for a bulk import is cheaper
 * than asking row by row. That the moved counts are those of counting anew is what verification
 * asks (verify.c). */
#include <string.h>

#include "base/check.h"
#include "store/store_int.h"

#define HAS(kind, column, whose) \
  "EXISTS (SELECT 1 FROM " kind " p WHERE p." column "=" whose " AND p.row_withdrawn IS NULL"

/* As summary.c counts: remains in use; something was made of them; STR, SNPs, a line is known. */
static const char SAMPLE[] =
    "SELECT s.row_withdrawn IS NULL AND s.person IS NULL,EXISTS (SELECT 1 FROM sample c WHERE "
    "c.parent=s.id)," HAS("profile", "sample", "s.id") " AND (p.code<>s.code||'#no-str' OR NOT EXISTS (SELECT 1 FROM panel WHERE code='no-str')))," HAS(
        "snp_profile", "sample", "s.id") ")," HAS("haplotype", "sample",
                                                  "s.id") ") FROM sample s WHERE s.id=$1";

/* It misses somebody, and nobody of it is typed. */
static const char FAMILY[] =
    "SELECT EXISTS (SELECT 1 FROM family_member w WHERE w.family=$1 AND w.is_missing=1 AND "
    "w.row_withdrawn IS NULL) AND NOT EXISTS (SELECT 1 FROM family_member r WHERE r.family=$1 AND "
    "(" HAS("profile", "person", "r.person") ") OR " HAS(
        "snp_profile", "person", "r.person") ") OR " HAS("haplotype", "person", "r.person") ")))";

static const char FAMILIES_OF[] = "SELECT family FROM family_member WHERE person=$1";

/* --- how one counts --- */

static uint8_t bit(int count) {
  return (uint8_t)(1U << (unsigned)count);
}
_Static_assert(HWP_SUMMARY_N <= 8, "a bit each in hwp_touched.before");

static uint8_t sample_bits(const hw_query *query) {
  const bool has_str = hw_query_int(query, 2) != 0, has_snp = hw_query_int(query, 3) != 0;
  const bool has_line = hw_query_int(query, 4) != 0;
  uint8_t bits = 0;
  if (hw_query_int(query, 0) == 0) return 0;
  if (hw_query_int(query, 1) != 0) bits |= bit(HWP_PARENTS);
  if (has_str) bits |= bit(HWP_REMAINS_STR);
  if (has_snp) bits |= bit(HWP_REMAINS_SNP);
  if (has_line) bits |= bit(HWP_REMAINS_LINES);
  if (has_str || has_snp || has_line) bits |= bit(HWP_REMAINS_TYPED);
  return bits;
}

/* One that does not exist counts nowhere. */
static hw_status read_bits(hw_store *self, bool is_sample, int64_t id, uint8_t *out, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  *out = 0;
  HW_TRY(hw_db_query(self->db, is_sample ? SAMPLE : FAMILY, &query, err));
  hw_query_bind_int(query, 1, id);
  const hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && has_row && is_sample) *out = sample_bits(query);
  if (status == HW_OK && has_row && !is_sample && hw_query_int(query, 0) != 0)
    *out = bit(HWP_UNTYPED);
  hw_query_done(query);
  return status;
}

/* --- what a record touches --- */

static hw_status touch(hw_store *self, bool is_sample, int64_t id, hw_err *err) {
  hwp_moved *moved = &self->moved;
  hwp_touched *items = is_sample ? moved->samples : moved->families;
  int *n = is_sample ? &moved->n_samples : &moved->n_families;
  if (id == 0 || moved->is_too_much) return HW_OK;
  for (int i = *n - 1; i >= 0; i--) /* rows of one family come together */
    if (items[i].id == id) return HW_OK;
  if (*n == HWP_TOUCHED_MOST) {
    moved->is_too_much = true;
    return HW_OK;
  }
  items[*n].id = id;
  HW_TRY(read_bits(self, is_sample, id, &items[*n].before, err));
  (*n)++;
  return HW_OK;
}

static hw_status touch_families_of(hw_store *self, int64_t person, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  if (person == 0 || self->moved.is_too_much) return HW_OK;
  HW_TRY(hw_db_query(self->db, FAMILIES_OF, &query, err));
  hw_query_bind_int(query, 1, person);
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    status = touch(self, false, hw_query_int(query, 0), err);
    if (status != HW_OK) break;
  }
  hw_query_done(query);
  return status;
}

static hw_status touch_typing(hw_store *self, const hw_record *record, int sample, int person,
                              hw_err *err) {
  HW_TRY(touch(self, true, hw_record_int(record, sample), err));
  return touch_families_of(self, hw_record_int(record, person), err);
}

hw_status hwp_summary_touch(hw_store *self, const hw_record *record, hw_err *err) {
  if (self->is_upgrading) self->moved.is_too_much = true; /* tables may be missing yet */
  switch (record->kind->id) {
    case HW_KIND_SAMPLE:
      HW_TRY(touch(self, true, record->id, err));
      return touch(self, true, hw_record_int(record, HW_FIELD_SAMPLE_PARENT), err);
    case HW_KIND_PROFILE:
      return touch_typing(self, record, HW_FIELD_PROFILE_SAMPLE, HW_FIELD_PROFILE_PERSON, err);
    case HW_KIND_SNP_PROFILE:
      return touch_typing(self, record, HW_FIELD_SNP_PROFILE_SAMPLE, HW_FIELD_SNP_PROFILE_PERSON,
                          err);
    case HW_KIND_HAPLOTYPE:
      return touch_typing(self, record, HW_FIELD_HAPLOTYPE_SAMPLE, HW_FIELD_HAPLOTYPE_PERSON, err);
    case HW_KIND_FAMILY_MEMBER:
      return touch(self, false, hw_record_int(record, HW_FIELD_FAMILY_MEMBER_FAMILY), err);
    case HW_KIND_PANEL: /* the one of anchors: with it they are told from profiles */
      if (strcmp(hw_record_text(record, HW_FIELD_PANEL_CODE), "no-str") == 0)
        self->moved.is_too_much = true;
      return HW_OK;
    default:
      return HW_OK;
  }
}

/* --- by how much --- */

static hw_status add_moves(hw_store *self, bool is_sample, int64_t out[HWP_SUMMARY_N],
                           hw_err *err) {
  const hwp_touched *items = is_sample ? self->moved.samples : self->moved.families;
  const int n = is_sample ? self->moved.n_samples : self->moved.n_families;
  for (int i = 0; i < n; i++) {
    uint8_t after = 0;
    HW_TRY(read_bits(self, is_sample, items[i].id, &after, err));
    for (int c = 0; c < HWP_SUMMARY_N; c++)
      out[c] += ((after & bit(c)) != 0) - ((items[i].before & bit(c)) != 0);
  }
  return HW_OK;
}

hw_status hwp_summary_move(hw_store *self, int64_t out[HWP_SUMMARY_N], bool *is_known,
                           hw_err *err) {
  for (int c = 0; c < HWP_SUMMARY_N; c++) out[c] = 0;
  *is_known = !self->moved.is_too_much && !self->is_upgrading;
  if (!*is_known) return HW_OK;
  out[HWP_REFERENCES_SNP] = self->moved.n_snp;
  out[HWP_REFERENCES_LINES] = self->moved.n_lines;
  HW_TRY(add_moves(self, true, out, err));
  return add_moves(self, false, out, err);
}
