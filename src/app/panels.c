/* Panels, and profiles over different panels.
 *
 * The columns of a file are a panel of kind "layout", named by the digest of its
 * markers: the same columns in the same order are the same panel.
 *
 * The same result can stand under two panels: a laboratory exports its table once
 * more with the columns in another order. What is compared is the observation of
 * each marker; a marker that a panel lacks is not typed. */
#include "app/panels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

hw_status hw_stored_panel_read(hw_app *app, int64_t id, hw_arena *arena, hw_stored_panel *out,
                               hw_err *err) {
  hw_value value = hw_value_int(id);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  int capacity = 0;
  *out = (hw_stored_panel){.id = id};
  HW_TRY(hw_store_scan(app->store, HW_KIND_PANEL_MARKER, HW_FIELD_PANEL_MARKER_PANEL, &value, &scan,
                       err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    if (out->n == capacity) {
      capacity = capacity > 0 ? 2 * capacity : 32;
      int64_t *larger = hw_arena_alloc_array(arena, (size_t)capacity, sizeof *larger);
      if (larger == NULL) {
        status = HW_NO_MEMORY(err, "a panel");
        break;
      }
      if (out->n > 0) memcpy(larger, out->markers, (size_t)out->n * sizeof *larger);
      out->markers = larger;
    }
    out->markers[out->n++] = hw_record_int(row, HW_FIELD_PANEL_MARKER_MARKER);
  }
  hw_scan_done(scan);
  return status;
}

static hw_status layout_code(hw_app *app, int n, const int64_t *markers, char *code, size_t size,
                             hw_err *err) {
  hw_digest digest;
  hw_digest_begin(&digest);
  for (int i = 0; i < n; i++) {
    hw_str name = HW_STR_INIT;
    hw_status status = hw_store_code(app->store, HW_KIND_MARKER, markers[i], &name, err);
    hw_digest_add_text(&digest, hw_str_text(&name));
    hw_str_clear(&name);
    HW_TRY(status);
  }
  uint8_t out[HW_DIGEST_SIZE];
  char text[HW_DIGEST_TEXT_SIZE];
  hw_digest_end(&digest, out);
  snprintf(code, size, "layout-%.12s", hw_digest_text(out, text));
  return HW_OK;
}

hw_status hw_stored_panel_layout(hw_app *app, int n, const int64_t *markers, int64_t *panel,
                                 bool *is_new, hw_err *err) {
  char code[32];
  *is_new = false;
  HW_TRY(layout_code(app, n, markers, code, sizeof code, err));
  HW_TRY(hw_store_find_code(app->store, HW_KIND_PANEL, code, panel, err));
  if (*panel != 0) return HW_OK;
  *is_new = true;
  hw_record record;
  hw_record_init(&record, HW_KIND_PANEL);
  hw_record_set_text(&record, HW_FIELD_PANEL_CODE, code);
  hw_record_set_text(&record, HW_FIELD_PANEL_KIND, "layout");
  HW_TRY(hw_store_add(app->store, &record, err));
  *panel = record.id;
  for (int i = 0; i < n; i++) {
    hw_record_init(&record, HW_KIND_PANEL_MARKER);
    hw_record_set_int(&record, HW_FIELD_PANEL_MARKER_PANEL, *panel);
    hw_record_set_int(&record, HW_FIELD_PANEL_MARKER_RANK, i + 1);
    hw_record_set_int(&record, HW_FIELD_PANEL_MARKER_MARKER, markers[i]);
    HW_TRY(hw_store_add(app->store, &record, err));
  }
  return HW_OK;
}

hw_status hw_stored_panel_split(const hw_stored_panel *self, char *text, hw_arena *arena,
                                char ***out, hw_err *err) {
  *out = hw_arena_alloc_array(arena, (size_t)self->n + 1, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "a profile");
  int n = 0;
  for (char *at = text; at != NULL;) {
    char *end = strchr(at, ';');
    if (end != NULL) *end = '\0';
    if (n < self->n) (*out)[n] = at;
    n++;
    at = end != NULL ? end + 1 : NULL;
  }
  if (n == self->n) return HW_OK;
  return hw_err_set(err, HW_E_DAMAGED, "a profile has %d observations, its panel %d markers", n,
                    self->n);
}

typedef struct seen_at {
  int64_t marker;
  const char *text;
} seen_at;

static int compare_markers(const void *a, const void *b) {
  const seen_at *x = a, *y = b;
  return (x->marker > y->marker) - (x->marker < y->marker);
}

/* Typed markers of a profile, by marker. */
static hw_status typed(hw_app *app, int64_t panel, const char *text, hw_arena *arena, seen_at **out,
                       int *n, hw_err *err) {
  hw_stored_panel markers;
  char **texts = NULL;
  char *copy = hw_arena_strdup(arena, text);
  if (copy == NULL) return HW_NO_MEMORY(err, "a profile");
  HW_TRY(hw_stored_panel_read(app, panel, arena, &markers, err));
  HW_TRY(hw_stored_panel_split(&markers, copy, arena, &texts, err));
  *out = hw_arena_alloc_array(arena, (size_t)markers.n + 1, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "a profile");
  *n = 0;
  for (int i = 0; i < markers.n; i++)
    if (texts[i][0] != '\0') (*out)[(*n)++] = (seen_at){markers.markers[i], texts[i]};
  qsort(*out, (size_t)*n, sizeof **out, compare_markers);
  return HW_OK;
}

hw_status hw_profiles_equal(hw_app *app, int64_t panel_a, const char *a, int64_t panel_b,
                            const char *b, bool *are_equal, hw_err *err) {
  *are_equal = panel_a == panel_b && strcmp(a, b) == 0;
  if (panel_a == panel_b) return HW_OK;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  seen_at *typed_a = NULL, *typed_b = NULL;
  int n_a = 0, n_b = 0;
  hw_status status = typed(app, panel_a, a, &arena, &typed_a, &n_a, err);
  if (status == HW_OK) status = typed(app, panel_b, b, &arena, &typed_b, &n_b, err);
  *are_equal = status == HW_OK && n_a == n_b;
  for (int i = 0; i < n_a && *are_equal; i++)
    *are_equal =
        typed_a[i].marker == typed_b[i].marker && strcmp(typed_a[i].text, typed_b[i].text) == 0;
  hw_arena_clear(&arena);
  return status;
}
