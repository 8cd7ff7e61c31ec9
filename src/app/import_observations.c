/* Profiles that come as records.
 *
 * Laboratories' files are read by the importers of profiles, which write the
 * observations themselves. A table of profile records brings the text as it is
 * stored; a text in another order would make two equal results different, so it
 * is refused with the form that is expected. */
#include "app/import_observations.h"

#include <inttypes.h>
#include <string.h>

#include "app/observations.h"
#include "base/check.h"

static hw_status count_markers(hw_store *store, hwp_panel_size *known, int64_t panel, hw_err *err) {
  if (known->panel == panel) return HW_OK;
  hw_value key = hw_value_int(panel);
  hw_scan *scan = NULL;
  const hw_record *marker = NULL;
  HW_TRY(hw_store_scan_key(store, HW_KIND_PANEL_MARKER, 1, &key, &scan, err));
  *known = (hwp_panel_size){.panel = panel};
  hw_status status;
  while ((status = hw_scan_next(scan, &marker, err)) == HW_OK && marker != NULL) known->n_markers++;
  hw_scan_done(scan);
  return status;
}

/* The observation in its one form. */
static hw_status write_form(const hw_seen *seen, hw_str *out, hw_err *err) {
  static const char *const none[1];
  char texts[HW_SEEN_MAX][HW_SEEN_ALLELE_MAX + 1];
  const char *alleles[HW_SEEN_MAX];
  for (int i = 0; i < seen->n; i++) {
    memcpy(texts[i], seen->alleles[i].text, (size_t)seen->alleles[i].n);
    texts[i][seen->alleles[i].n] = '\0';
    alleles[i] = texts[i];
  }
  return hw_observation_put(out, seen->kind, seen->n, seen->n > 0 ? alleles : none, err);
}

/* One observation at a text of n bytes. */
static hw_status check_one(const char *text, size_t n, const hw_seen *seen, int64_t number,
                           hw_err *mistake) {
  hw_str form = HW_STR_INIT;
  hw_status status = write_form(seen, &form, mistake);
  if (status == HW_OK && (form.length != n || memcmp(hw_str_text(&form), text, n) != 0))
    status = hw_err_set(mistake, HW_E_VALUE, "observation %" PRId64 " is \"%.*s\": write \"%.80s\"",
                        number, (int)(n < 80 ? n : 80), text, hw_str_text(&form));
  hw_str_clear(&form);
  return status;
}

static hw_status check_all(const hw_record *profile, int64_t n_markers, hw_err *mistake) {
  const char *at = hw_record_text(profile, HW_FIELD_PROFILE_OBSERVATIONS);
  int64_t n = 0;
  if (n_markers == 0 && *at == '\0') return HW_OK;
  while (at != NULL) {
    hw_seen seen;
    bool has_more = false;
    const char *text = at;
    HW_TRY(hw_observation_next(&at, &seen, &has_more, mistake));
    HW_TRY(check_one(text, strcspn(text, ";"), &seen, ++n, mistake));
  }
  if (n == n_markers) return HW_OK;
  return hw_err_set(mistake, HW_E_SHAPE,
                    "%" PRId64 " observations, but the panel has %" PRId64 " markers", n,
                    n_markers);
}

hw_status hwp_check_observations(hw_store *store, const hw_record *profile, hwp_panel_size *known,
                                 hw_err *mistake, hw_err *err) {
  bool has_panel = !hw_record_is_null(profile, HW_FIELD_PROFILE_PANEL);
  if (!has_panel || hw_record_is_null(profile, HW_FIELD_PROFILE_OBSERVATIONS))
    return HW_OK; /* the store will tell that it is missing */
  HW_TRY(count_markers(store, known, hw_record_int(profile, HW_FIELD_PROFILE_PANEL), err));
  hw_status status = check_all(profile, known->n_markers, mistake);
  if (status == HW_E_NO_MEMORY) return HW_NO_MEMORY(err, "a profile");
  if (status != HW_OK) {
    hw_err_field(mistake, "observations");
  } else if (hw_record_is_null(profile, HW_FIELD_PROFILE_PERSON) &&
             hw_record_is_null(profile, HW_FIELD_PROFILE_SAMPLE)) {
    (void)hw_err_set(mistake, HW_E_VALUE,
                     "is missing: whose profile it is, a person's or a sample's");
    hw_err_field(mistake, "person");
  }
  return HW_OK;
}
