/* All sites: on a map, and as a list of the same ones.
 *
 * The map is drawn here, from data that came with the program: no tile is fetched, and
 * nobody elsewhere learns where a laboratory is about to dig. What it shows by
 * place the list shows by words, so that nobody needs the picture.
 *
 * One walk over all sites gives both, the counts of the states and the provinces to choose from
 * (app/sites.h); rows of the list are then read one page at a time. */
#include <math.h>
#include <string.h>

#include "app/export.h"
#include "base/check.h"
#include "web/pages_sites.h"

/* Drawn at the width of a phone; larger windows enlarge it. */
enum { MAP_WIDTH = 380, MAP_HEIGHT = 500, MOST_SIGNS = 70 };

typedef struct sites_page {
  hwp_job *job;
  hw_sites_wanted wanted;
  hw_sites sites;
} sites_page;

/* "/sites" with what is chosen, or with another state. */
static const char *path_of(const sites_page *self, const char *state, const char *province) {
  hwp_job *job = self->job;
  const char *path = "/sites";
  if (state != NULL) path = hwp_url_query(job->arena, path, "state", state);
  if (path != NULL && province != NULL)
    path = hwp_url_query(job->arena, path, "province", province);
  return path != NULL ? path : "/sites";
}

/* --- choosing --- */

static void write_state(const sites_page *self, const char *state, const char *word, int64_t n) {
  hwp_job *job = self->job;
  const bool is_it = state == NULL
                         ? self->wanted.state == NULL
                         : self->wanted.state != NULL && strcmp(self->wanted.state, state) == 0;
  if (n == 0 && !is_it && state != NULL) return;
  hwp_open(&job->html, "li", NULL);
  hwp_leaf(&job->html, "a", hwp_format(job, "%s (%s)", word, hwp_int(job, n)), "href",
           path_of(self, state, self->wanted.province), "aria-current", is_it ? "true" : NULL,
           NULL);
  hwp_close(&job->html);
}

static void write_states(const sites_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  int64_t all = 0;
  for (int i = 0; i < HW_SITE_STATES; i++) all += self->sites.counts[i];
  hwp_leaf(h, "h2", hwp_t(job, HW_T_SITES_STATE), NULL);
  hwp_open(h, "ul", "class", "choices", NULL);
  write_state(self, NULL, hwp_t(job, HW_T_SITES_ALL), all);
  for (int i = 0; i < HW_SITE_STATES; i++)
    write_state(self, hw_site_states[i], hwp_word(job, hw_site_states[i]), self->sites.counts[i]);
  hwp_close(h);
}

static hw_status write_provinces(const sites_page *self, hw_err *err) {
  hwp_job *job = self->job;
  const hw_sites *sites = &self->sites;
  const size_t room = (size_t)sites->n_areas + 2;
  const char **values = hw_arena_alloc_array(job->arena, room, sizeof *values);
  const char **labels = hw_arena_alloc_array(job->arena, room, sizeof *labels);
  int n = 0;
  bool is_listed = self->wanted.province == NULL;
  if (values == NULL || labels == NULL) return HW_NO_MEMORY(err, "a page");
  if (sites->n_areas == 0 && is_listed) return HW_OK;
  values[n] = "";
  labels[n++] = hwp_t(job, HW_T_SITES_ALL);
  for (int32_t i = 0; i < sites->n_areas; i++) {
    const hw_site_area *area = &sites->areas[i];
    is_listed = is_listed || strcmp(area->name, self->wanted.province) == 0;
    values[n] = area->name;
    labels[n++] = hwp_format(job, "%s (%s)", area->name, hwp_int(job, area->count));
  }
  if (!is_listed) values[n] = labels[n] = self->wanted.province, n++;
  hwp_lookup_begin(job, "/sites");
  if (self->wanted.state != NULL)
    hwp_void(&job->html, "input", "type", "hidden", "name", "state", "value", self->wanted.state,
             NULL);
  hwp_field_add(job,
                &(hwp_field){.name = "province",
                             .label = hwp_t(job, HW_T_SITES_PROVINCE),
                             .value = self->wanted.province != NULL ? self->wanted.province : "",
                             .n_choices = n,
                             .choices = values,
                             .labels = labels});
  hwp_form_end(job, hwp_t(job, HW_T_SITES_CHOOSE));
  return HW_OK;
}

/* --- the map --- */

void hwp_map_draw(hwp_job *job, const hw_geomap *map, double height, const char *title,
                  const char *description) {
  hwp_open(&job->html, "div", "class", "map", NULL);
  hw_canvas *canvas = hwp_picture_begin(job, MAP_WIDTH, height, title);
  if (canvas != NULL) {
    hw_chart chart = hwp_chart_of(job, MAP_WIDTH, height, NULL);
    chart.description = description;
    chart.empty = hwp_t(job, HW_T_SITES_MAP_EMPTY);
    hw_chart_add_map(canvas, &chart, map);
    hwp_picture_end(job, canvas);
  }
  hwp_paragraph(job, hwp_t(job, HW_T_SITES_MAP_NOTE), "hint");
  hwp_close(&job->html);
}

static hw_status write_map(const sites_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hw_site_map map;
  HW_TRY(hw_sites_draw(&self->sites, job->language, job->arena, &map, err));
  map.map.most_signs = MOST_SIGNS;
  map.map.note = NULL; /* stands below the picture */
  hwp_map_draw(job, &map.map, MAP_HEIGHT, hwp_t(job, HW_T_SITES_MAP),
               hwp_fill(job, HW_T_SITES_MAP_SAYS, 1, hwp_int(job, self->sites.n_placed)));
  return HW_OK;
}

/* --- the list --- */

static hw_status write_row(hwp_job *job, const hw_site *site, hw_err *err) {
  static const int fields[] = {HW_FIELD_SITE_NAME, HW_FIELD_SITE_KIND, HW_FIELD_SITE_PLACE};
  hwp_html *h = &job->html;
  hw_record record;
  HW_TRY(hw_look_get(job->app, HW_KIND_SITE, site->id, job->arena, &record, err));
  hwp_open(h, "tr", NULL);
  hwp_open(h, "td", NULL);
  hwp_code_link(job, HW_KIND_SITE, site->id, site->code);
  hwp_close(h);
  for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
    HW_TRY(hwp_value_cell(job, &record, fields[f], err));
  hwp_open(h, "td", NULL);
  if (site->is_dangerous)
    hwp_leaf(h, "span", hwp_t(job, HW_T_SITES_NOT_CLEARED), "class", "state bad", NULL);
  hwp_close(h);
  HW_TRY(hwp_value_cell(job, &record, HW_FIELD_SITE_STATE, err));
  hwp_close(h);
  return HW_OK;
}

static hw_status write_list(const sites_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_sites *sites = &self->sites;
  const int64_t from = hwp_query_int(job, "from", 0, sites->n, 0);
  const int64_t end = from + HWP_PAGE_ROWS < sites->n ? from + HWP_PAGE_ROWS : sites->n;
  const hwp_column columns[] = {{hwp_field_label(job, HW_KIND_SITE, "code"), false},
                                {hwp_field_label(job, HW_KIND_SITE, "name"), false},
                                {hwp_field_label(job, HW_KIND_SITE, "kind"), false},
                                {hwp_field_label(job, HW_KIND_SITE, "place"), false},
                                {hwp_t(job, HW_T_SITES_DANGER), false},
                                {hwp_field_label(job, HW_KIND_SITE, "state"), false}};
  hwp_open(h, "div", "class", "sites", NULL);
  hwp_section(job, "list", hwp_t(job, HW_T_SITES_LIST));
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_SITES_TITLE), 6, columns});
  for (int64_t i = from; i < end; i++) HW_TRY(write_row(job, &sites->sites[i], err));
  hwp_table_end(h);
  hwp_pager(job, path_of(self, self->wanted.state, self->wanted.province),
            end < sites->n ? end : from, end - from, end < sites->n);
  hwp_close(h);
  return HW_OK;
}

/* --- the page --- */

static void write_empty(hwp_job *job) {
  const bool may_write = (job->app->may & HW_MAY_WRITE) != 0;
  hwp_html *h = &job->html;
  hwp_empty(job, hwp_t(job, HW_T_SITES_NONE), hwp_t(job, HW_T_SITES_IMPORT),
            may_write ? "/import" : NULL);
  hwp_open(h, "p", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_SITES_TEMPLATE), "href", "/sites-template", NULL);
  hwp_close(h);
}

static hw_status write_sites(hwp_job *job, hw_err *err) {
  const char *state = hwp_query(job, "state"), *province = hwp_query(job, "province");
  sites_page self = {.job = job};
  for (int i = 0; i < HW_SITE_STATES && state != NULL; i++)
    if (strcmp(hw_site_states[i], state) == 0) self.wanted.state = hw_site_states[i];
  if (province != NULL && province[0] != '\0') self.wanted.province = province;
  HW_TRY(hw_sites_read(job->app, &self.wanted, job->arena, &self.sites, err));
  hwp_page_begin(job, HWP_NAV_SITES, hwp_t(job, HW_T_SITES_TITLE));
  if (self.sites.n_all == 0) {
    write_empty(job);
    return hwp_page_end(job, err);
  }
  hwp_html *h = &job->html;
  hwp_open(h, "div", "class", "two", NULL);
  hwp_open(h, "div", NULL);
  if (self.sites.n_dangerous > 0)
    hwp_notice(job, HWP_NOTICE_WARNING,
               hwp_fill(job, HW_T_SITES_DANGEROUS, 1, hwp_int(job, self.sites.n_dangerous)));
  write_states(&self);
  HW_TRY(write_provinces(&self, err));
  if (self.sites.n == 0) {
    hwp_close(h);
    hwp_close(h);
    hwp_empty(job, hwp_t(job, HW_T_SITES_NONE_SO), hwp_t(job, HW_T_SITES_SHOW_ALL), "/sites");
    return hwp_page_end(job, err);
  }
  hwp_paragraph(job,
                hwp_fill(job, HW_T_SITES_MAP_OF, 2, hwp_int(job, self.sites.n_placed),
                         hwp_int(job, self.sites.n)),
                "hint");
  hwp_close(h);
  hwp_open(h, "div", NULL);
  HW_TRY(write_map(&self, err));
  hwp_close(h);
  hwp_close(h);
  HW_TRY(write_list(&self, err));
  return hwp_page_end(job, err);
}

static hw_status sites(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_sites, err);
}

static hw_status template(hwp_job *job, hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_status status = hw_export_template("sites", &text, err);
  if (status == HW_OK)
    status =
        hwp_send(job, "text/csv; charset=utf-8", hw_str_text(&text), text.length, "sites.csv", err);
  hw_str_clear(&text);
  return status;
}

static const hwp_route routes[] = {
    {"GET", "/sites", 0, 0, sites, "all sites on a map and as a list"},
    {"GET", "/sites-template", 0, 0, template, "an empty table of sites to fill in"},
    {"GET",
     "/sites/"
     "*",
     0, 0, hwp_site_page, "a site with its hazards, searches and remains"},
};
const hwp_routes hwp_routes_sites = {routes, sizeof routes / sizeof *routes};
