/* Remains without an STR profile, in stored runs.
 *
 * A comparison, and what a joint run says of remains and a pairing, is kept by the STR
 * profile of the remains; that was so before there was other evidence, and records are
 * never changed. So remains of which only SNPs or
 * haplotypes are known get a profile without any marker that stands for them, once:
 * of the panel "no-str", whose one column is a marker of that name, at which nothing
 * was seen ("{}"). It is a replicate, which never counts by itself, and whoever reads
 * profiles passes over it without a word (stored_profiles.c). */
#include "app/anchor_profile.h"

#include <string.h>

#include "base/check.h"
#include "base/str.h"

/* The record of a kind with a code; added if it is not there. */
static hw_status put(hw_store *store, hw_record *record, int code_field, const char *code,
                     int64_t *id, hw_err *err) {
  hw_record_set_text(record, code_field, code);
  HW_TRY(hw_store_find_code(store, record->kind->id, code, id, err));
  if (*id != 0) return HW_OK;
  HW_TRY(hw_store_add(store, record, err));
  *id = record->id;
  return HW_OK;
}

static hw_status put_panel(hw_store *store, int64_t *panel, hw_err *err) {
  hw_record record;
  int64_t marker = 0;
  HW_TRY(hw_store_find_code(store, HW_KIND_PANEL, HWP_NO_STR, panel, err));
  if (*panel != 0) return HW_OK;
  hw_record_init(&record, HW_KIND_MARKER);
  hw_record_set_text(&record, HW_FIELD_MARKER_TYPE, "other");
  hw_record_set_text(&record, HW_FIELD_MARKER_NOTE, "stands for no marker: remains without STR");
  HW_TRY(put(store, &record, HW_FIELD_MARKER_CODE, HWP_NO_STR, &marker, err));
  hw_record_init(&record, HW_KIND_PANEL);
  hw_record_set_text(&record, HW_FIELD_PANEL_KIND, "layout");
  hw_record_set_text(&record, HW_FIELD_PANEL_NOTE,
                     "of remains that are compared by other evidence than STR");
  HW_TRY(put(store, &record, HW_FIELD_PANEL_CODE, HWP_NO_STR, panel, err));
  hw_record_init(&record, HW_KIND_PANEL_MARKER);
  hw_record_set_int(&record, HW_FIELD_PANEL_MARKER_PANEL, *panel);
  hw_record_set_int(&record, HW_FIELD_PANEL_MARKER_RANK, 1);
  hw_record_set_int(&record, HW_FIELD_PANEL_MARKER_MARKER, marker);
  return hw_store_add(store, &record, err);
}

/* Its code; cleared by the caller, also after a failure. */
static hw_status code_of(hw_store *store, int64_t sample, hw_str *code, hw_err *err) {
  HW_TRY(hw_store_code(store, HW_KIND_SAMPLE, sample, code, err));
  hw_str_append(code, HWP_NO_STR_SUFFIX);
  return hw_str_status(code) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a profile");
}

hw_status hwp_anchor_find(hw_store *store, int64_t sample, int64_t *profile, hw_err *err) {
  hw_str code = HW_STR_INIT;
  hw_status status = code_of(store, sample, &code, err);
  if (status == HW_OK)
    status = hw_store_find_code(store, HW_KIND_PROFILE, hw_str_text(&code), profile, err);
  hw_str_clear(&code);
  return status;
}

static hw_status put_profile(hw_store *store, int64_t sample, const char *code, int64_t *profile,
                             hw_err *err) {
  hw_record record;
  int64_t panel = 0;
  HW_TRY(put_panel(store, &panel, err));
  hw_record_init(&record, HW_KIND_PROFILE);
  hw_record_set_int(&record, HW_FIELD_PROFILE_SAMPLE, sample);
  hw_record_set_int(&record, HW_FIELD_PROFILE_PANEL, panel);
  hw_record_set_text(&record, HW_FIELD_PROFILE_OBSERVATIONS, "{}");
  hw_record_set_text(&record, HW_FIELD_PROFILE_USE, "replicate");
  hw_record_set_text(&record, HW_FIELD_PROFILE_NOTE,
                     "stands for the sample in comparisons: it has no STR profile");
  return put(store, &record, HW_FIELD_PROFILE_CODE, code, profile, err);
}

hw_status hwp_anchor_add(hw_store *store, int64_t sample, int64_t *profile, hw_err *err) {
  hw_str code = HW_STR_INIT;
  HW_TRY(hwp_anchor_find(store, sample, profile, err));
  if (*profile != 0) return HW_OK;
  hw_status status = code_of(store, sample, &code, err);
  if (status == HW_OK) status = put_profile(store, sample, hw_str_text(&code), profile, err);
  hw_str_clear(&code);
  return status;
}

bool hwp_anchor_is(const char *code) {
  const size_t n = strlen(code), n_suffix = strlen(HWP_NO_STR_SUFFIX);
  return n > n_suffix && strcmp(code + n - n_suffix, HWP_NO_STR_SUFFIX) == 0;
}
