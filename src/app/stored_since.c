/* What can have changed in an investigation since an audit entry, without loading it.
 *
 * A pair's ratio rests on the remains, the family, and the markers with their alleles. The first
 * two are a few records. The alleles are everybody's: one that a single profile of the
 * investigation shows and the table lacks is added to the table, for all. Whether that set is
 * still what it was is answered by the audit chain, which tells for every entry what it wrote:
 *
 *     nothing that is in the table's part was written since, and
 *     no profile shows an allele that the table lacks, of all those that a record written since
 *     can make count, or count no more  ⇒  the alleles are those that they were
 *
 * Profiles that hang on a record are found by hwp_reach, versions before included; withdrawn
 * ones are looked at as well. That is more than can matter, on purpose: where the answer is not
 * sure, the bit is set and the caller loads the whole. So it is where more was written than is
 * worth looking at one by one. */
#include <string.h>

#include "app/anchor_profile.h"
#include "app/stored_case_int.h"
#include "base/check.h"

/* Records that are looked at one by one; reading the whole of a large case is not slower then. */
enum { MOST_RECORDS = 10000 };

enum { EVERYTHING = HW_SINCE_CASE | HW_SINCE_TABLE | HW_SINCE_SNP | HW_SINCE_LINES };

typedef struct since {
  hwp_loader *load;
  hwp_reach reach;
  hw_written *parts; /* of kinds that are looked at */
  int32_t n_parts, capacity;
  int64_t n_records;
  int64_t first_panel; /* that is new; INT64_MAX = none */
  unsigned bits;
} since;

/* --- records --- */

/* Bits that are known by the kind alone. */
static unsigned bits_of_kind(hw_kind_id kind) {
  switch (kind) {
    case HW_KIND_SNP_PANEL:
    case HW_KIND_GENETIC_MAP:
    case HW_KIND_HAPLOTYPE_TABLE:
      return HW_SINCE_TABLE;
    case HW_KIND_SNP_PROFILE:
      return HW_SINCE_SNP;
    case HW_KIND_HAPLOTYPE:
      return HW_SINCE_LINES;
    default:
      return 0;
  }
}

/* Kinds of which each record is looked at. */
static bool is_looked_at(hw_kind_id kind) {
  switch (kind) {
    case HW_KIND_INVESTIGATION:
    case HW_KIND_FREQUENCY_TABLE:
    case HW_KIND_FREQUENCY_MARKER:
    case HW_KIND_FREQUENCY:
    case HW_KIND_MARKER:
    case HW_KIND_LINKAGE:
    case HW_KIND_PANEL_MARKER:
    case HW_KIND_FAMILY:
    case HW_KIND_FAMILY_MEMBER:
    case HW_KIND_PEDIGREE:
    case HW_KIND_DESCENT:
    case HW_KIND_IDENTITY:
    case HW_KIND_PERSON:
    case HW_KIND_SPECIMEN:
    case HW_KIND_SAMPLE:
    case HW_KIND_PROFILE:
    case HW_KIND_INDIVIDUAL:
    case HW_KIND_INDIVIDUAL_MEMBER:
      return true;
    default:
      return false;
  }
}

/* True if a record of the table's part is of the table that is used. */
static bool is_of_table(const since *self, const hw_record *row, bool is_new) {
  const hw_stored_case *out = self->load->out;
  const int64_t named = hw_record_int(&self->load->investigation, HW_FIELD_INVESTIGATION_TABLE);
  switch (row->kind->id) {
    case HW_KIND_INVESTIGATION:
      return row->id == out->investigation;
    case HW_KIND_FREQUENCY_TABLE: /* where none is named, the only one is used */
      return named == 0 || row->id == named;
    case HW_KIND_FREQUENCY_MARKER:
      return hw_record_int(row, HW_FIELD_FREQUENCY_MARKER_TABLE) == out->table;
    case HW_KIND_FREQUENCY:
      return hw_record_int(row, HW_FIELD_FREQUENCY_TABLE) == out->table;
    case HW_KIND_LINKAGE:
      return hw_record_int(row, HW_FIELD_LINKAGE_INVESTIGATION) == out->investigation;
    case HW_KIND_MARKER: /* a new one is in a table by a record of its own */
      return !is_new;
    case HW_KIND_PANEL_MARKER: /* profiles of a new panel are new */
      return !is_new || hw_record_int(row, HW_FIELD_PANEL_MARKER_PANEL) < self->first_panel;
    default:
      return false;
  }
}

static hw_status look(since *self, const hw_record *row, bool is_new) {
  switch (row->kind->id) {
    case HW_KIND_INVESTIGATION:
    case HW_KIND_FREQUENCY_TABLE:
    case HW_KIND_FREQUENCY_MARKER:
    case HW_KIND_FREQUENCY:
    case HW_KIND_MARKER:
    case HW_KIND_LINKAGE:
    case HW_KIND_PANEL_MARKER:
      if (is_of_table(self, row, is_new)) self->bits |= HW_SINCE_TABLE;
      return HW_OK;
    case HW_KIND_PROFILE: /* a run adds those that stand for remains without STR */
      if (hwp_anchor_is(hw_record_text(row, HW_FIELD_PROFILE_CODE))) return HW_OK;
      break;
    default:
      break;
  }
  self->bits |= HW_SINCE_CASE;
  return hwp_reach_row(&self->reach, row);
}

/* --- what an entry wrote --- */

static hw_status look_at_added(since *self, const hw_written *part) {
  hwp_loader *load = self->load;
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const int64_t end = part->first_added + part->n_added;
  if (part->n_added == 0) return HW_OK;
  HW_TRY(hw_store_scan_from(load->store, part->kind, part->first_added, &scan, load->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, load->err)) == HW_OK && row != NULL && row->id < end) {
    status = look(self, row, true);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status look_at_version(void *context, const hw_record *version, hw_err *err) {
  (void)err; /* the loader's */
  return look(context, version, false);
}

typedef struct replaced {
  hwp_loader *load;
  hwp_ids ids;
} replaced;

static hw_status take_replaced(void *context, int64_t id, hw_err *err) {
  replaced *self = context;
  (void)err; /* the loader's */
  return hwp_ids_add(self->load, &self->load->scratch, &self->ids, id);
}

static hw_status look_at_replaced(since *self, const hw_written *part) {
  hwp_loader *load = self->load;
  replaced list = {.load = load};
  if (part->n_replaced == 0) return HW_OK;
  HW_TRY(hw_store_replaced(load->store, part->kind, part->entry, take_replaced, &list, load->err));
  for (int32_t i = 0; i < list.ids.n; i++)
    HW_TRY(hw_store_history(load->store, part->kind, list.ids.items[i], look_at_version, self,
                            load->err));
  return HW_OK;
}

static hw_status take_part(void *context, const hw_written *part, hw_err *err) {
  since *self = context;
  (void)err; /* the loader's */
  self->bits |= bits_of_kind(part->kind);
  if (part->kind == HW_KIND_PANEL && part->n_added > 0 && part->first_added < self->first_panel)
    self->first_panel = part->first_added;
  if (!is_looked_at(part->kind)) return HW_OK;
  self->n_records += part->n_added + part->n_replaced;
  if (self->n_parts == self->capacity) {
    void *items = self->parts;
    HW_TRY(hwp_load_grow(self->load, &self->load->scratch, sizeof *self->parts, self->n_parts,
                         &self->capacity, &items));
    self->parts = items;
  }
  self->parts[self->n_parts++] = *part;
  return HW_OK;
}

/* --- profiles --- */

/* What is needed of a profile, in the brief arena. */
typedef struct shown {
  int64_t panel;
  const char *observations;
} shown;

typedef struct shown_list {
  shown *items;
  int32_t n, capacity;
} shown_list;

static hw_status list_shown(hwp_loader *load, int field, int64_t id, shown_list *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value key = hw_value_int(id);
  HW_TRY(hw_store_scan(load->store, HW_KIND_PROFILE, field, &key, &scan, load->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, load->err)) == HW_OK && row != NULL) {
    if (hwp_anchor_is(hw_record_text(row, HW_FIELD_PROFILE_CODE))) continue;
    if (out->n == out->capacity) {
      void *items = out->items;
      status =
          hwp_load_grow(load, &load->brief, sizeof *out->items, out->n, &out->capacity, &items);
      if (status != HW_OK) break;
      out->items = items;
    }
    shown *item = &out->items[out->n++];
    item->panel = hw_record_int(row, HW_FIELD_PROFILE_PANEL);
    item->observations =
        hw_arena_strdup(&load->brief, hw_record_text(row, HW_FIELD_PROFILE_OBSERVATIONS));
    if (item->observations == NULL) status = HW_NO_MEMORY(load->err, "a profile");
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static bool is_in_table(const hwp_marker *marker, const hw_seen *seen) {
  char name[HW_SEEN_ALLELE_MAX + 1];
  for (int i = 0; i < seen->n; i++) {
    memcpy(name, seen->alleles[i].text, (size_t)seen->alleles[i].n);
    name[seen->alleles[i].n] = '\0';
    if (hw_name_index_find(&marker->alleles, name) == HW_ALLELE_NONE) return false;
  }
  return true;
}

/* True if a profile can be read and shows alleles of the table alone. */
static hw_status is_plain(hwp_loader *load, const shown *profile, bool *out) {
  const hwp_panel *panel = NULL;
  const char *text = profile->observations;
  bool has_more = true;
  int n = 0;
  *out = false;
  HW_TRY(hwp_load_panel(load, profile->panel, &panel));
  for (;; n++) {
    hw_seen seen;
    if (hw_observation_next(&text, &seen, &has_more, NULL) != HW_OK) return HW_OK;
    if (!has_more) break;
    if (n < panel->n && panel->column[n] >= 0 &&
        !is_in_table(&load->markers[panel->column[n]], &seen))
      return HW_OK;
  }
  *out = n == panel->n;
  return HW_OK;
}

static hw_status look_at_profiles(since *self) {
  hwp_loader *load = self->load;
  for (int32_t i = 0; i < self->reach.n; i++) {
    const hwp_reached *item = &self->reach.items[i];
    shown_list list = {0};
    hw_arena_reset(&load->brief);
    if (item->kind == HW_KIND_PERSON)
      HW_TRY(list_shown(load, HW_FIELD_PROFILE_PERSON, item->id, &list));
    if (item->kind == HW_KIND_SAMPLE)
      HW_TRY(list_shown(load, HW_FIELD_PROFILE_SAMPLE, item->id, &list));
    for (int32_t p = 0; p < list.n; p++) {
      bool is_one = false;
      HW_TRY(is_plain(load, &list.items[p], &is_one));
      if (is_one) continue;
      self->bits |= HW_SINCE_TABLE;
      return HW_OK;
    }
  }
  return HW_OK;
}

/* --- the whole --- */

static hw_status look_at_all(since *self) {
  for (int32_t i = 0; i < self->n_parts; i++) {
    hw_arena_reset(&self->load->brief);
    HW_TRY(look_at_added(self, &self->parts[i]));
    HW_TRY(look_at_replaced(self, &self->parts[i]));
  }
  if ((self->bits & HW_SINCE_TABLE) || self->load->options->without_markers) return HW_OK;
  HW_TRY(hwp_reach_all(&self->reach));
  return look_at_profiles(self);
}

hw_status hwp_load_since(hwp_loader *load) {
  since self = {.load = load, .reach = {.load = load}, .first_panel = INT64_MAX};
  if (load->options->since == 0) return HW_OK;
  HW_TRY(hw_store_written(load->store, load->options->since, take_part, &self, load->err));
  if (self.n_records > MOST_RECORDS)
    self.bits = EVERYTHING;
  else
    HW_TRY(look_at_all(&self));
  load->out->since = self.bits;
  return HW_OK;
}
