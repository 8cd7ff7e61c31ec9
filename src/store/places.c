/* Sites for maps and lists.
 *
 * A map wants all of them, but little of each, and whether something there can kill.
 * hw_store_scan would read every column and ask for hazards site by site; this is one
 * statement, whose join SQLite does over the key of hazards. */
#include "store/places.h"

#include <math.h>

#include "base/check.h"
#include "store/store_int.h"

static const char PLACES[] =
    "SELECT s.id,s.code,s.place,s.state,s.latitude,s.longitude,s.uncertainty_m,"
    "EXISTS (SELECT 1 FROM hazard h WHERE h.site=s.id AND h.cleared_on IS NULL AND "
    "h.row_withdrawn IS NULL) FROM site s WHERE s.row_withdrawn IS NULL ORDER BY s.id";

static const char *text_of(const hw_query *query, int column) {
  const char *text =
      hw_query_type(query, column) == HW_DB_TEXT ? hw_query_text(query, column) : NULL;
  return text != NULL ? text : "";
}

static double real_of(const hw_query *query, int column, double otherwise) {
  return hw_query_type(query, column) == HW_DB_REAL ? hw_query_real(query, column) : otherwise;
}

hw_status hw_store_places(hw_store *self, hw_store_place_fn *report, void *context, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  HW_TRY(hw_db_query(self->db, PLACES, &query, err));
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    const hw_store_place place = {.id = hw_query_int(query, 0),
                                  .code = text_of(query, 1),
                                  .place = text_of(query, 2),
                                  .state = text_of(query, 3),
                                  .latitude = real_of(query, 4, (double)NAN),
                                  .longitude = real_of(query, 5, (double)NAN),
                                  .uncertainty_m = real_of(query, 6, 0),
                                  .is_dangerous = hw_query_int(query, 7) != 0};
    status = report(context, &place, err);
    if (status != HW_OK) break;
  }
  hw_query_done(query);
  return status;
}

hw_status hw_store_dossiers_of_site(hw_store *self, int64_t site, int most, int64_t *ids, int *n,
                                    hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  *n = 0;
  HW_TRY(hw_db_query(self->db,
                     "SELECT id FROM dossier WHERE site=$1 AND row_withdrawn IS NULL ORDER BY id",
                     &query, err));
  hw_query_bind_int(query, 1, site);
  hw_status status = HW_OK;
  while (*n < most && (status = hw_query_step(query, &has_row, err)) == HW_OK && has_row)
    ids[(*n)++] = hw_query_int(query, 0);
  hw_query_done(query);
  return status;
}
