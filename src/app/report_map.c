/* The map of a national report: where the sites lie, and how far the work is.
 *
 * A report that was issued comes out the same years later, so sites and hazards are read
 * as they stood (report_read.c). There may be a hundred thousand; what a map needs
 * of each is kept, not the record, and the history is asked for those only that were changed
 * since.
 *
 * The report goes to parliaments and donors, and a grave that anybody can find is not
 * safe. So the map bears signs and numbers, no codes, and no circles that would
 * tell how well a place is known, and never shows less than 400 km. */
#include <stdlib.h>
#include <string.h>

#include "app/report_int.h"
#include "app/sites.h"
#include "base/check.h"

enum { MAP_WIDTH = 450, MAP_HEIGHT = 500, LEAST_KM = 400 };

/* Ids in the order in which they come. */
typedef struct ids {
  int64_t *items;
  int64_t n, capacity;
} ids;

static hw_status add_id(hwp_report *self, ids *list, int64_t id, hw_err *err) {
  if (list->n == list->capacity) {
    const int64_t capacity = list->capacity > 0 ? 2 * list->capacity : 64;
    int64_t *larger = hw_arena_alloc_array(&self->arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "a map");
    if (list->n > 0) memcpy(larger, list->items, (size_t)list->n * sizeof *larger);
    list->items = larger;
    list->capacity = capacity;
  }
  list->items[list->n++] = id;
  return HW_OK;
}

/* --- hazards --- */

static hw_status take_hazard(hwp_report *self, void *context, const hw_record *hazard,
                             hw_err *err) {
  ids *dangerous = context;
  if (hazard->withdrawn != NULL || !hw_record_is_null(hazard, HW_FIELD_HAZARD_CLEARED_ON))
    return HW_OK;
  return add_id(self, dangerous, hw_record_int(hazard, HW_FIELD_HAZARD_SITE), err);
}

static int by_id(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Calls for each record as it stood; those that changed since come last. */
typedef hw_status take_fn(hwp_report *self, void *context, const hw_record *record, hw_err *err);

static hw_status each_as_it_stood(hwp_report *self, hw_kind_id kind, take_fn *take, void *context,
                                  hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  ids younger = {0};
  HW_TRY(hw_store_scan(self->store, kind, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    status = row->entry > self->request.as_of ? add_id(self, &younger, row->id, err)
                                              : take(self, context, row, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  for (int64_t i = 0; status == HW_OK && i < younger.n; i++) {
    const hw_record *stood = NULL;
    status = hwp_report_get(self, kind, younger.items[i], &stood, err);
    if (status == HW_OK && stood != NULL) status = take(self, context, stood, err);
  }
  return status;
}

/* --- sites --- */

typedef struct gathering {
  hw_sites sites;
  ids dangerous; /* sites, sorted */
} gathering;

static hw_status take_site(hwp_report *self, void *context, const hw_record *site, hw_err *err) {
  gathering *all = context;
  const bool is_dangerous =
      all->dangerous.n > 0 && bsearch(&site->id, all->dangerous.items, (size_t)all->dangerous.n,
                                      sizeof site->id, by_id) != NULL;
  if (site->withdrawn != NULL) return HW_OK;
  return hw_sites_add(&all->sites, site, is_dangerous, &self->arena, err);
}

static int by_site(const void *a, const void *b) {
  const hw_site *x = a, *y = b;
  return (x->id > y->id) - (x->id < y->id);
}

hw_status hwp_report_map(hwp_report *self, hw_err *err) {
  gathering all = {.sites = {0}};
  hw_site_map map;
  HW_TRY(each_as_it_stood(self, HW_KIND_HAZARD, take_hazard, &all.dangerous, err));
  if (all.dangerous.n > 1)
    qsort(all.dangerous.items, (size_t)all.dangerous.n, sizeof *all.dangerous.items, by_id);
  HW_TRY(each_as_it_stood(self, HW_KIND_SITE, take_site, &all, err));
  if (all.sites.n_placed == 0) return HW_OK;
  /* The order decides how signs are gathered: it must not tell what changed since. */
  qsort(all.sites.sites, (size_t)all.sites.n, sizeof *all.sites.sites, by_site);
  for (int32_t i = 0; i < all.sites.n; i++) {
    all.sites.sites[i].code = NULL;
    all.sites.sites[i].uncertainty_m = 0;
  }
  HW_TRY(hw_sites_draw(&all.sites, self->language, &self->arena, &map, err));
  map.map.least_km = LEAST_KM;
  hwp_figure(self, "sites.placed", (double)all.sites.n_placed, NULL);
  const hw_chart chart = {.width = MAP_WIDTH,
                          .height = MAP_HEIGHT,
                          .title = hwp_say(self, HW_T_REPORT_MAP_SITES),
                          .description = hwp_say(self, HW_T_REPORT_MAP_SITES_SAYS),
                          .empty = hwp_say(self, HW_T_SITES_MAP_EMPTY)};
  return hwp_draw_map(self, &chart, &map.map, err);
}
