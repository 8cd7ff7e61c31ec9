/* The filter of a search: which samples a query excludes by its lines.
 *
 * A pair costs a merge of two short lists for mtDNA, and an alignment only where the
 * lists alone cannot tell (mt_compare.c); a pass over the markers for Y. Nothing is
 * kept between queries, so that they may be divided among threads. */
#include "base/check.h"
#include "lineage/lineage_int.h"

static hw_status filter_mt(const hw_mt *query, const hw_lineage_rows *samples, int32_t most,
                           uint8_t *reasons, hw_err *err) {
  for (int32_t i = 0; i < samples->n; i++) {
    hw_mt_comparison found;
    if (samples->mt[i] == NULL) continue;
    HW_TRY(hwp_mt_compare_up_to(query, samples->mt[i], NULL, most, &found, err));
    if (found.n_differences > most) reasons[i] |= HW_LINEAGE_BY_MT;
  }
  return HW_OK;
}

static void filter_y(const int16_t *query, const hw_lineage_rows *samples, const hw_y_panel *panel,
                     int32_t most, uint8_t *reasons) {
  for (int32_t i = 0; i < samples->n; i++) {
    hw_y_comparison found;
    if (samples->y[i] == NULL) continue;
    hw_y_compare(panel, query, samples->y[i], &found);
    if (found.n_differences > most) reasons[i] |= HW_LINEAGE_BY_Y;
  }
}

hw_status hw_lineage_filter(const hw_lineage_rows *samples, const hw_lineage_rows *queries,
                            int32_t query, const hw_y_panel *y_panel,
                            const hw_lineage_limits *limits, uint8_t *reasons, int32_t *n_excluded,
                            hw_err *err) {
  *n_excluded = 0;
  if (limits->most_mt_differences < 0 || limits->most_mt_differences > 2)
    return hw_err_set(err, HW_E_VALUE,
                      "%d differences of mtDNA: expected 0, 1 or 2 that do not exclude",
                      (int)limits->most_mt_differences);
  if (limits->most_y_differences < 0)
    return hw_err_set(err, HW_E_VALUE, "%d differing Y markers: expected 0 or more",
                      (int)limits->most_y_differences);
  for (int32_t i = 0; i < samples->n; i++) reasons[i] = 0;
  if (queries->mt != NULL && queries->mt[query] != NULL && samples->mt != NULL)
    HW_TRY(filter_mt(queries->mt[query], samples, limits->most_mt_differences, reasons, err));
  if (queries->y != NULL && queries->y[query] != NULL && samples->y != NULL && y_panel != NULL)
    filter_y(queries->y[query], samples, y_panel, limits->most_y_differences, reasons);
  for (int32_t i = 0; i < samples->n; i++) *n_excluded += reasons[i] != 0;
  return HW_OK;
}
