/* The names by which people find their way on a map, and by which a country calls its islands.
 *
 * Where a name stands is in a table (data/map_names.csv); how it reads is a text of the
 * catalogue, MAP_NAME_<NAME>, so that each language has its own.
 *
 *     name,kind,rank,latitude,longitude
 *     east sea,sea,0,13.30,112.30
 *     ha noi,town,1,21.03,105.85
 *
 * Rows of one name are its places in the order of preference: the first that the map
 * shows and where nothing stands yet is taken, once. Groups of islands come first in the
 * table and so have the better places; they and the seas may move up and down, off the islets.
 * What follows in brackets stands on a line of its own. Signs and labels of places were
 * there before (chart_map.c): no name covers them. */
#include <math.h>
#include <string.h>

#include "report/canvas_int.h"
#include "report/chart_map_int.h"

enum { NAME_SIZE = 48, MOST_LINES = 2, LINE_SIZE = 96, STEPS = 10 };

typedef struct map_name {
  char name[NAME_SIZE];
  char kind; /* archipelago, country, island, sea, town: its first letter */
  int rank;
  double latitude, longitude;
} map_name;

typedef struct naming {
  hw_canvas *canvas;
  const hwp_view *view;
  hwp_taken *taken;
  hwp_names_wanted wanted;
  double size;
} naming;

/* --- the table --- */

static void read_word(const char **at, const char *end, char *out, size_t size) {
  size_t n = 0;
  while (*at < end && **at != ',') {
    if (n + 1 < size) out[n++] = **at;
    (*at)++;
  }
  if (*at < end) (*at)++;
  out[n] = '\0';
}

static bool read_name(const char **at, const char *end, map_name *out) {
  char kind[NAME_SIZE];
  if (*at >= end) return false;
  read_word(at, end, out->name, sizeof out->name);
  read_word(at, end, kind, sizeof kind);
  out->kind = kind[0];
  out->rank = (int)hwp_geomap_read_number(at, end);
  out->latitude = hwp_geomap_read_number(at, end);
  out->longitude = hwp_geomap_read_number(at, end);
  return true;
}

/* --- groups of islands, seas, countries: a name upon the place --- */

typedef struct lines {
  int n;
  char text[MOST_LINES][LINE_SIZE];
  double wide;
} lines;

static void split(const naming *self, const char *text, const hw_text_style *style, lines *out) {
  const char *bracket = strstr(text, " (");
  const size_t first = bracket != NULL ? (size_t)(bracket - text) : strlen(text);
  *out = (lines){.n = bracket != NULL ? 2 : 1};
  memcpy(out->text[0], text, first < LINE_SIZE ? first : LINE_SIZE - 1);
  if (bracket != NULL) {
    const size_t rest = strlen(bracket + 1);
    memcpy(out->text[1], bracket + 1, rest < LINE_SIZE ? rest : LINE_SIZE - 1);
  }
  for (int i = 0; i < out->n; i++)
    out->wide = fmax(out->wide, hwp_map_width(self->canvas, out->text[i], style));
}

/* The steps by which a name moves off what is in its way: none, down, and up if that does not help. */
static double step_of(int i) {
  return i <= STEPS ? i : STEPS - i;
}

static bool add_wide(const naming *self, const map_name *name, hw_point at, const char *text) {
  const hwp_view *v = self->view;
  const hw_text_style style = {
      .size = self->size, .anchor = HW_ANCHOR_MIDDLE, .role = HW_ROLE_MUTED};
  lines all;
  split(self, text, &style, &all);
  const double line = 1.2 * self->size, high = all.n * line;
  if (all.wide + 8 > v->right - v->left) return false;
  const double right = v->right - 4 - all.wide / 2;
  const double x = self->wanted == HWP_NAMES_IN_INSET
                       ? right
                       : fmin(fmax(at.x, v->left + 4 + all.wide / 2), right);
  for (int i = 0; i < (name->kind == 'c' ? 1 : 2 * STEPS + 1); i++) {
    const double y = at.y + step_of(i) * self->size * 0.4;
    const hwp_box box = {x - all.wide / 2 - 1.5, y - high / 2, x + all.wide / 2 + 1.5,
                         y + high / 2};
    if (!hwp_taken_is_free(self->taken, v, &box)) continue;
    for (int k = 0; k < all.n; k++)
      hw_canvas_add_text(self->canvas, x,
                         y - high / 2 + line * (k + 0.5) + self->size * HW_TEXT_CAPITAL / 2,
                         all.text[k], &style);
    hwp_taken_add(self->taken, box);
    return true;
  }
  return false;
}

/* --- towns and single islands: a name beside the place --- */

static bool add_beside(const naming *self, const map_name *name, hw_point at, const char *text) {
  const hw_text_style style = {.size = self->size - 0.5, .role = HW_ROLE_MUTED};
  if (!hwp_map_add_label(self->canvas, self->view, self->taken, at.x, at.y, 1.5, text, &style))
    return false;
  if (name->kind == 't')
    hw_canvas_add_circle(self->canvas, at.x, at.y, 1.4, &(hw_paint){.fill = HW_ROLE_MUTED});
  return true;
}

/* --- all of them --- */

static bool is_wanted(const map_name *name, const hwp_view *view, hwp_names_wanted wanted) {
  /* Smaller towns and islands on maps of smaller parts. */
  if (name->rank > 1 && view->m_per_point > (name->rank == 2 ? 2600 : 1300)) return false;
  return wanted == HWP_NAMES_ALL || name->kind == 'a';
}

void hwp_map_add_names(hw_canvas *canvas, const hwp_view *view, hwp_taken *taken, hw_language in,
                       hwp_names_wanted wanted, double size) {
  const naming self = {
      .canvas = canvas, .view = view, .taken = taken, .wanted = wanted, .size = size};
  const char *at = memchr(hwp_map_names, '\n', hwp_map_names_size),
             *end = hwp_map_names + hwp_map_names_size;
  map_name name;
  char done[NAME_SIZE] = ""; /* that has its place */
  if (at != NULL) at++;
  while (at != NULL && read_name(&at, end, &name)) {
    if (strcmp(name.name, done) == 0 || !is_wanted(&name, view, wanted)) continue;
    const hw_point point = hwp_view_at(view, name.latitude, name.longitude);
    const char *text = hw_text_named(in, "MAP_NAME_", name.name, NULL);
    if (text == NULL || point.x < view->left + 4 || point.x > view->right - 4 ||
        point.y < view->top + 4 || point.y > view->bottom - 4)
      continue;
    const bool is_beside = name.kind == 't' || name.kind == 'i';
    if (is_beside ? add_beside(&self, &name, point, text) : add_wide(&self, &name, point, text))
      memcpy(done, name.name, sizeof done);
  }
}
