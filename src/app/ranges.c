/* Ranges of numbers: one line per field that has one. */
#include "app/ranges.h"

#include <float.h>

#include "base/check.h"

/* A posterior is a sum; earlier versions stored what rounding made of it. */
#define ONE_ROUNDED (1 + 1e-12)

static const struct range {
  hw_kind_id kind;
  int field;
  double least, most;
} ranges[] = {
    {HW_KIND_PANEL_MARKER, HW_FIELD_PANEL_MARKER_RANK, 1, 1e9},
    {HW_KIND_FREQUENCY_TABLE, HW_FIELD_FREQUENCY_TABLE_N, 1, 1e9},
    {HW_KIND_FREQUENCY_TABLE, HW_FIELD_FREQUENCY_TABLE_MINIMUM, 0, 0.5},
    {HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_RANK, 1, 1e9},
    {HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_TWO_N, 1, 1e9},
    {HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_RATE_FEMALE, 0, 1},
    {HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_RATE_MALE, 0, 1},
    {HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_RATE2_FEMALE, 0, 1},
    {HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_RATE2_MALE, 0, 1},
    {HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_RANGE_FEMALE, 0, 1},
    {HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_RANGE_MALE, 0, 1},
    {HW_KIND_FREQUENCY, HW_FIELD_FREQUENCY_RANK, 1, 1e9},
    {HW_KIND_FREQUENCY, HW_FIELD_FREQUENCY_FREQUENCY, 0, 1},
    {HW_KIND_INVESTIGATION, HW_FIELD_INVESTIGATION_THETA, 0, 1},
    {HW_KIND_LINKAGE, HW_FIELD_LINKAGE_GROUP, 1, 1e9},
    {HW_KIND_LINKAGE, HW_FIELD_LINKAGE_RANK, 1, 1e9},
    {HW_KIND_LINKAGE, HW_FIELD_LINKAGE_RECOMBINATION, 0, 0.5},
    {HW_KIND_PEDIGREE, HW_FIELD_PEDIGREE_RANK, 1, 1e9},
    {HW_KIND_DESCENT, HW_FIELD_DESCENT_RANK, 1, 1e9},
    {HW_KIND_SITE, HW_FIELD_SITE_LATITUDE, -90, 90},
    {HW_KIND_SITE, HW_FIELD_SITE_LONGITUDE, -180, 180},
    {HW_KIND_SITE, HW_FIELD_SITE_UNCERTAINTY_M, 0, 4e7},
    {HW_KIND_SEARCH, HW_FIELD_SEARCH_AREA_M2, 0, 1e12},
    {HW_KIND_SEARCH, HW_FIELD_SEARCH_PERSON_DAYS, 0, 1e9},
    {HW_KIND_DOCUMENT, HW_FIELD_DOCUMENT_WEIGHT, 0, 1},
    {HW_KIND_ASSERTION, HW_FIELD_ASSERTION_WEIGHT, 0, 1},
    {HW_KIND_SPECIMEN, HW_FIELD_SPECIMEN_COMPLETENESS, 0, 1},
    {HW_KIND_SAMPLE, HW_FIELD_SAMPLE_MASS_MG, 0, 1e9},
    {HW_KIND_CUSTODY, HW_FIELD_CUSTODY_NUMBER, 1, 1e9},
    {HW_KIND_PROFILE, HW_FIELD_PROFILE_DROPOUT, 0, 1},
    {HW_KIND_PROFILE, HW_FIELD_PROFILE_DROP_IN, 0, 1},
    {HW_KIND_COMPARISON, HW_FIELD_COMPARISON_POSTERIOR, 0, ONE_ROUNDED},
    {HW_KIND_COMPARISON, HW_FIELD_COMPARISON_COMPLEMENT, 0, 1},
};

bool hw_field_range(hw_kind_id kind, int field, double *least, double *most) {
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (ranges[i].kind == kind && ranges[i].field == field) {
      *least = ranges[i].least;
      *most = ranges[i].most;
      return true;
    }
  return false;
}

hw_status hw_record_check_range(const hw_record *self, int field, hw_err *err) {
  double least = -DBL_MAX, most = DBL_MAX;
  if (hw_record_is_null(self, field) || !hw_field_range(self->kind->id, field, &least, &most))
    return HW_OK;
  double value = hw_record_real(self, field);
  if (value >= least && value <= most) return HW_OK;
  hw_status status =
      hw_err_set(err, HW_E_VALUE, "%.10g is not between %.10g and %.10g", value, least, most);
  hw_err_field(err, "%s", self->kind->fields[field].name);
  return status;
}
