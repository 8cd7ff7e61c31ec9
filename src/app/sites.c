/* Sites by state and province, and which are near to each other.
 *
 * Provinces have no column of their own: a place is written as people write it,
 * "Hải Lâm, Hải Lăng, Quảng Trị, Việt Nam", so its province is taken from there. Each is
 * counted in a table by a hash of its bytes; a hundred thousand places have a few dozen. */
#include "app/sites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "store/places.h"

const char *const hw_site_states[HW_SITE_STATES] = {
    "reported", "assessed", "planned", "searching", "recovered", "exhausted", "closed"};

/* --- provinces --- */

static bool is_country(const char *text, size_t n) {
  static const char *const names[] = {"Việt Nam", "Viet Nam",   "Vietnam",   "VN",       "Lào",
                                      "Laos",     "Lao PDR",    "Campuchia", "Cambodia", "Thái Lan",
                                      "Thailand", "Trung Quốc", "China"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strlen(names[i]) == n && memcmp(names[i], text, n) == 0) return true;
  return false;
}

/* The part of a text that ends at `end`, without blanks around it; *begin is where it begins with
 * them. */
static const char *part_before(const char *text, const char *end, const char **begin, size_t *n) {
  const char *from = end;
  while (from > text && from[-1] != ',') from--;
  *begin = from;
  while (from < end && (*from == ' ' || *from == '\t')) from++;
  while (end > from && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '.')) end--;
  *n = (size_t)(end - from);
  return from;
}

const char *hw_site_province(const char *place, size_t *n) {
  const char *begin = NULL, *last = part_before(place, place + strlen(place), &begin, n);
  if (!is_country(last, *n) || begin == place) return last;
  size_t n_before = 0;
  const char *none = NULL, *before = part_before(place, begin - 1, &none, &n_before);
  if (n_before == 0) return last;
  *n = n_before;
  return before;
}

/* --- reading --- */

enum { SLOTS = 1024 };

typedef struct reading {
  hw_arena *arena;
  const hw_sites_wanted *wanted;
  hw_sites *out;
  int32_t slots[SLOTS]; /* of areas by hash, from 1; 0 = free */
} reading;

static uint32_t hash_of(const char *text, size_t n) { /* FNV-1a */
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < n; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
  return hash;
}

static hw_status count_area(reading *self, const char *name, size_t n, hw_err *err) {
  hw_sites *out = self->out;
  uint32_t slot = hash_of(name, n) % SLOTS;
  if (n == 0) return HW_OK;
  for (; self->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
    hw_site_area *area = &out->areas[self->slots[slot] - 1];
    if (strncmp(area->name, name, n) == 0 && area->name[n] == '\0') {
      area->count++;
      return HW_OK;
    }
  }
  if (out->n_areas == HW_SITE_AREAS) return HW_OK;
  const char *copy = hw_arena_strndup(self->arena, name, n);
  if (copy == NULL) return HW_NO_MEMORY(err, "sites");
  out->areas[out->n_areas] = (hw_site_area){copy, 1};
  self->slots[slot] = ++out->n_areas;
  return HW_OK;
}

static int state_of(const char *word) {
  for (int i = 0; i < HW_SITE_STATES; i++)
    if (strcmp(hw_site_states[i], word) == 0) return i;
  return -1;
}

static hw_status keep(hw_sites *self, const hw_store_place *place, hw_arena *arena, hw_err *err) {
  if (self->n == self->capacity) {
    const int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 64;
    hw_site *larger = hw_arena_alloc_array(arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "sites");
    if (self->n > 0) memcpy(larger, self->sites, (size_t)self->n * sizeof *larger);
    self->sites = larger;
    self->capacity = capacity;
  }
  const bool is_placed = fabs(place->latitude) <= 90 && fabs(place->longitude) <= 180;
  const bool has_circle = place->uncertainty_m > 0 && isfinite(place->uncertainty_m);
  const char *code = hw_arena_strdup(arena, place->code);
  if (code == NULL) return HW_NO_MEMORY(err, "sites");
  self->sites[self->n++] = (hw_site){.id = place->id,
                                     .code = code,
                                     .latitude = is_placed ? place->latitude : (double)NAN,
                                     .longitude = is_placed ? place->longitude : (double)NAN,
                                     .uncertainty_m = has_circle ? place->uncertainty_m : 0,
                                     .state = state_of(place->state),
                                     .is_dangerous = place->is_dangerous};
  self->n_placed += is_placed;
  self->n_dangerous += place->is_dangerous;
  return HW_OK;
}

static double real_of(const hw_record *record, int field, double otherwise) {
  return hw_record_is_null(record, field) ? otherwise : hw_record_real(record, field);
}

hw_status hw_sites_add(hw_sites *self, const hw_record *site, bool is_dangerous, hw_arena *arena,
                       hw_err *err) {
  const hw_store_place place = {
      .id = site->id,
      .code = hw_record_text(site, HW_FIELD_SITE_CODE),
      .state = hw_record_text(site, HW_FIELD_SITE_STATE),
      .latitude = real_of(site, HW_FIELD_SITE_LATITUDE, (double)NAN),
      .longitude = real_of(site, HW_FIELD_SITE_LONGITUDE, (double)NAN),
      .uncertainty_m = real_of(site, HW_FIELD_SITE_UNCERTAINTY_M, 0),
      .is_dangerous = is_dangerous,
  };
  self->n_all++;
  return keep(self, &place, arena, err);
}

static hw_status take(void *context, const hw_store_place *place, hw_err *err) {
  reading *self = context;
  const hw_sites_wanted *wanted = self->wanted;
  size_t n = 0;
  const char *province = hw_site_province(place->place, &n);
  const bool is_here = wanted->province == NULL || (strlen(wanted->province) == n &&
                                                    memcmp(wanted->province, province, n) == 0);
  const bool is_so = wanted->state == NULL || strcmp(wanted->state, place->state) == 0;
  const int state = state_of(place->state);
  self->out->n_all++;
  if (is_here && state >= 0) self->out->counts[state]++;
  if (is_so) HW_TRY(count_area(self, province, n, err));
  return is_here && is_so ? keep(self->out, place, self->arena, err) : HW_OK;
}

static int by_name(const void *a, const void *b) {
  const hw_site_area *x = a, *y = b;
  return strcmp(x->name, y->name);
}

hw_status hw_sites_read(hw_app *app, const hw_sites_wanted *wanted, hw_arena *arena, hw_sites *out,
                        hw_err *err) {
  *out = (hw_sites){.areas = hw_arena_alloc_array(arena, HW_SITE_AREAS, sizeof *out->areas)};
  reading *self = hw_arena_alloc(arena, sizeof *self);
  if (out->areas == NULL || self == NULL) return HW_NO_MEMORY(err, "sites");
  *self = (reading){.arena = arena, .wanted = wanted, .out = out};
  HW_TRY(hw_store_places(app->store, take, self, err));
  if (out->n_areas > 1) qsort(out->areas, (size_t)out->n_areas, sizeof *out->areas, by_name);
  return HW_OK;
}

/* --- neighbours --- */

double hw_site_distance_m(double latitude, double longitude, double other_latitude,
                          double other_longitude) {
  static const double radius_m = 6371008.8; /* mean radius, Moritz 2000 */
  const double a = hw_cos_degrees(latitude), b = hw_cos_degrees(other_latitude);
  const double x = a * hw_cos_degrees(longitude) - b * hw_cos_degrees(other_longitude);
  const double y = a * hw_sin_degrees(longitude) - b * hw_sin_degrees(other_longitude);
  const double z = hw_sin_degrees(latitude) - hw_sin_degrees(other_latitude);
  return radius_m * sqrt(x * x + y * y + z * z);
}

int32_t hw_sites_near(const hw_sites *sites, int64_t id, double most_m, int32_t most,
                      hw_near_site *out) {
  const hw_site *self = NULL;
  int32_t n = 0;
  for (int32_t i = 0; i < sites->n; i++)
    if (sites->sites[i].id == id) self = &sites->sites[i];
  if (self == NULL || isnan(self->latitude) || most < 1) return 0;
  const double most_degrees = most_m / 110e3; /* a degree of latitude has at least 110.5 km */
  for (int32_t i = 0; i < sites->n; i++) {
    const hw_site *other = &sites->sites[i];
    if (other == self || isnan(other->latitude) ||
        fabs(other->latitude - self->latitude) > most_degrees)
      continue;
    const double distance_m =
        hw_site_distance_m(self->latitude, self->longitude, other->latitude, other->longitude);
    if (distance_m > most_m || (n == most && distance_m >= out[n - 1].distance_m)) continue;
    int32_t at = n < most ? n++ : n - 1;
    for (; at > 0 && out[at - 1].distance_m > distance_m; at--) out[at] = out[at - 1];
    out[at] = (hw_near_site){other, distance_m};
  }
  return n;
}
