/* What the two pages about sites share. */
#ifndef HW_WEB_PAGES_SITES_H
#define HW_WEB_PAGES_SITES_H

#include "app/sites.h"
#include "web/pages.h"

/* A map as a picture of the page. */
void hwp_map_draw(hwp_job *job, const hw_geomap *map, double height, const char *title,
                  const char *description);

/* /sites/CODE */
hw_status hwp_site_page(hwp_job *job, hw_err *err);

#endif
