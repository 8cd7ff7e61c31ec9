/* Boxes, bones and samples: what lies in what, other numbers, who held it.
 *
 * The tree goes from the site over the box down to the samples that were cut
 * from samples, with the item in question marked, so that one sees at once what
 * belongs together. */
#include <string.h>

#include "app/custody.h"
#include "app/show_int.h"
#include "base/check.h"

/* Deepest nesting of samples in samples that is followed; more is damage. */
enum { DEEPEST = 20 };

typedef struct contents {
  hwp_show *show;
  hw_view_section *section;
} contents;

static hw_status put_item(contents *self, int depth, const hw_record *item, hw_err *err) {
  hwp_show *show = self->show;
  hw_value *cells = NULL;
  hw_kind_id kind = item->kind->id;
  bool is_it = kind == show->record.kind->id && item->id == show->record.id;
  HW_TRY(hwp_show_row(show, self->section, &cells, err));
  cells[0] = hw_value_int(depth);
  HW_TRY(hwp_show_code(show, kind, item->id, &cells[1], err));
  cells[2] = hw_value_text(item->kind->name);
  int what = kind == HW_KIND_SPECIMEN    ? HW_FIELD_SPECIMEN_ELEMENT
             : kind == HW_KIND_SAMPLE    ? HW_FIELD_SAMPLE_KIND
             : kind == HW_KIND_ACCESSION ? HW_FIELD_ACCESSION_CONTAINER
                                         : HW_FIELD_SITE_KIND;
  HW_TRY(hwp_show_value(show, item, what, &cells[3], err));
  if (kind == HW_KIND_SPECIMEN)
    HW_TRY(hwp_show_value(show, item, HW_FIELD_SPECIMEN_SIDE, &cells[4], err));
  if (is_it) cells[5] = hw_value_text("this one");
  if (item->withdrawn != NULL) cells[5] = hw_value_text("withdrawn");
  return HW_OK;
}

static hw_status put_children(contents *self, int depth, hw_kind_id kind, int field, int64_t id,
                              hw_err *err);

static hw_status put_sample(contents *self, int depth, const hw_record *sample, hw_err *err) {
  HW_TRY(put_item(self, depth, sample, err));
  if (depth > DEEPEST) return HW_OK;
  return put_children(self, depth + 1, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_PARENT, sample->id, err);
}

static hw_status put_specimen(contents *self, int depth, const hw_record *specimen, hw_err *err) {
  HW_TRY(put_item(self, depth, specimen, err));
  return put_children(self, depth + 1, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_SPECIMEN, specimen->id, err);
}

static hw_status put_children(contents *self, int depth, hw_kind_id kind, int field, int64_t id,
                              hw_err *err) {
  hw_record *items = NULL;
  int n = 0;
  bool is_cut = false;
  HW_TRY(hwp_show_list(self->show, kind, field, id, self->show->options->most, &items, &n, &is_cut,
                       err));
  if (is_cut) self->section->n_more = 1;
  for (int i = 0; i < n; i++) {
    /* A sample of a sample stands under that one, also where it names the specimen. */
    if (kind == HW_KIND_SAMPLE && field == HW_FIELD_SAMPLE_SPECIMEN &&
        !hw_record_is_null(&items[i], HW_FIELD_SAMPLE_PARENT))
      continue;
    HW_TRY(kind == HW_KIND_SPECIMEN ? put_specimen(self, depth, &items[i], err)
                                    : put_sample(self, depth, &items[i], err));
  }
  return HW_OK;
}

/* The records above: sample, its parents, specimen, accession, site. Outermost last. */
typedef struct path {
  hw_record items[DEEPEST + 4];
  int n;
} path;

static hw_status climb(hwp_show *self, path *up, hw_err *err) {
  up->items[up->n++] = self->record;
  while (up->n < DEEPEST + 3) {
    const hw_record *at = &up->items[up->n - 1];
    hw_kind_id kind = HW_KIND_NONE;
    int64_t id = 0;
    if (at->kind->id == HW_KIND_SAMPLE) {
      bool has_parent = !hw_record_is_null(at, HW_FIELD_SAMPLE_PARENT);
      kind = has_parent ? HW_KIND_SAMPLE : HW_KIND_SPECIMEN;
      id = hw_record_int(at, has_parent ? HW_FIELD_SAMPLE_PARENT : HW_FIELD_SAMPLE_SPECIMEN);
    } else if (at->kind->id == HW_KIND_SPECIMEN) {
      kind = HW_KIND_ACCESSION;
      id = hw_record_int(at, HW_FIELD_SPECIMEN_ACCESSION);
    } else if (at->kind->id == HW_KIND_ACCESSION) {
      kind = HW_KIND_SITE;
      id = hw_record_int(at, HW_FIELD_ACCESSION_SITE);
    }
    if (id == 0) return HW_OK;
    HW_TRY(hwp_show_get(self, kind, id, &up->items[up->n++], err));
  }
  return HW_OK;
}

static hw_status show_contents(hwp_show *self, hw_err *err) {
  static const char *const columns[] = {"depth", "item", "kind", "what", "side", "mark", NULL};
  contents all = {.show = self};
  path *up = hw_arena_alloc(self->arena, sizeof *up);
  if (up == NULL) return HW_NO_MEMORY(err, "what is shown");
  HW_TRY(climb(self, up, err));
  HW_TRY(hwp_show_section(self, "contents", "Where it lies and what lies in it", columns,
                          &all.section, err));
  all.section->is_tree = true;
  int depth = 0;
  for (int i = up->n - 1; i > 0; i--) HW_TRY(put_item(&all, depth++, &up->items[i], err));
  hw_kind_id kind = self->record.kind->id;
  if (kind == HW_KIND_SAMPLE) return put_sample(&all, depth, &self->record, err);
  if (kind == HW_KIND_SPECIMEN) return put_specimen(&all, depth, &self->record, err);
  HW_TRY(put_item(&all, depth, &self->record, err));
  return put_children(&all, depth + 1, HW_KIND_SPECIMEN, HW_FIELD_SPECIMEN_ACCESSION,
                      self->record.id, err);
}

/* --- numbers and custody --- */

static hw_status show_numbers(hwp_show *self, const hw_value *key, hw_err *err) {
  static const char *const columns[] = {"system", "number", NULL};
  hw_view_section *section = NULL;
  hw_record *numbers = NULL;
  int n = 0;
  bool is_cut = false;
  HW_TRY(hwp_show_section(self, "numbers", "Numbers", columns, &section, err));
  HW_TRY(hwp_show_list_by_key(self, HW_KIND_ITEM_NUMBER, 2, key, 0, &numbers, &n, &is_cut, err));
  for (int i = 0; i < n; i++) {
    hw_value *cells = NULL;
    if (numbers[i].withdrawn != NULL) continue;
    HW_TRY(hwp_show_row(self, section, &cells, err));
    HW_TRY(hwp_show_value(self, &numbers[i], HW_FIELD_ITEM_NUMBER_SYSTEM, &cells[0], err));
    HW_TRY(hwp_show_value(self, &numbers[i], HW_FIELD_ITEM_NUMBER_NUMBER, &cells[1], err));
  }
  return HW_OK;
}

static hw_status show_custody(hwp_show *self, const hw_value *key, hw_err *err) {
  static const int fields[] = {
      HW_FIELD_CUSTODY_NUMBER,     HW_FIELD_CUSTODY_AT,    HW_FIELD_CUSTODY_ACTION,
      HW_FIELD_CUSTODY_FROM,       HW_FIELD_CUSTODY_TO,    HW_FIELD_CUSTODY_SEAL,
      HW_FIELD_CUSTODY_SEAL_STATE, HW_FIELD_CUSTODY_PLACE, HW_FIELD_CUSTODY_NOTE};
  static const char *const columns[] = {"number",     "at",    "action", "from",      "to", "seal",
                                        "seal_state", "place", "note",   "withdrawn", NULL};
  enum { N = sizeof fields / sizeof *fields };
  hw_view_section *section = NULL;
  hw_record *events = NULL;
  int n = 0;
  bool is_cut = false;
  HW_TRY(hwp_show_section(self, "custody", "Custody", columns, &section, err));
  HW_TRY(hwp_show_list_by_key(self, HW_KIND_CUSTODY, 2, key, 0, &events, &n, &is_cut, err));
  for (int i = 0; i < n; i++) {
    hw_value *cells = NULL;
    HW_TRY(hwp_show_row(self, section, &cells, err));
    for (int c = 0; c < N; c++) HW_TRY(hwp_show_value(self, &events[i], fields[c], &cells[c], err));
    HW_TRY(hwp_show_text(self, events[i].withdrawn, &cells[N], err));
  }
  return HW_OK;
}

static hw_status show_holder(hwp_show *self, hw_err *err) {
  static const char *const columns[] = {"holder", "seal", NULL};
  hw_view_section *section = NULL;
  hw_value *cells = NULL;
  const char *holder = "", *seal = "";
  HW_TRY(hw_custody_holder(self->app->store, self->record.kind->id, self->record.id, self->arena,
                           &holder, &seal, err));
  if (holder[0] == '\0') return HW_OK;
  HW_TRY(hwp_show_section(self, "holder", "Who holds it now", columns, &section, err));
  HW_TRY(hwp_show_row(self, section, &cells, err));
  HW_TRY(hwp_show_text(self, holder, &cells[0], err));
  return hwp_show_text(self, seal, &cells[1], err);
}

hw_status hwp_show_items(hwp_show *self, hw_err *err) {
  hw_value key[2] = {hw_value_text(self->record.kind->name), hw_value_int(self->record.id)};
  HW_TRY(show_contents(self, err));
  HW_TRY(show_numbers(self, key, err));
  HW_TRY(show_holder(self, err));
  return show_custody(self, key, err);
}
