/* A haplotype of the maternal line with its place in the tree of haplogroups.
 *
 * Computed when it is shown, not stored: the tree comes with the program, and a
 * haplogroup is a check of quality that nothing else rests on. */
#include <string.h>

#include "app/haplogroup.h"
#include "app/show_int.h"
#include "base/check.h"

typedef struct placing {
  hwp_show *show;
  hw_view_section *section;
  hw_str text;
} placing;

static hw_status put(placing *self, const char *what, hw_err *err) {
  hw_value *cells = NULL;
  hw_status status = hw_str_status(&self->text);
  if (status != HW_OK) return HW_NO_MEMORY(err, "a haplogroup");
  HW_TRY(hwp_show_row(self->show, self->section, &cells, err));
  cells[0] = hw_value_text(what);
  status = hwp_show_text(self->show, hw_str_text(&self->text), &cells[1], err);
  hw_str_clear(&self->text);
  return status;
}

static hw_status put_found(placing *self, const hw_phylotree *tree, const hw_mt_haplogroup *found,
                           hw_err *err) {
  hw_haplogroup_summary(tree, found, &self->text);
  HW_TRY(put(self, "haplogroup", err));
  if (found->n_missing > 0) {
    hw_haplogroup_missing(found, HW_MT_MOST_LISTED, &self->text);
    HW_TRY(put(self, "missing", err));
  }
  if (found->n_extra > 0) {
    hw_haplogroup_extra(found, false, HW_MT_MOST_LISTED, &self->text);
    HW_TRY(put(self, "besides", err));
  }
  for (int d = 0; d < HW_DOUBTS; d++) {
    if (!hw_haplogroup_is_doubted(found, (hw_haplogroup_doubt)d)) continue;
    hw_haplogroup_explain(tree, found, (hw_haplogroup_doubt)d, &self->text);
    HW_TRY(put(self, "doubt", err));
  }
  return HW_OK;
}

static hw_status place(placing *self, const hw_mt *haplotype, hw_err *err) {
  hw_phylotree *tree = NULL;
  hw_mt_haplogroup found;
  hw_status status = hw_phylotree_new(NULL, 0, &tree, err);
  if (status == HW_OK) status = hw_mt_haplogroup_find(tree, haplotype, &found, err);
  if (status == HW_OK) status = put_found(self, tree, &found, err);
  hw_phylotree_delete(tree);
  return status;
}

hw_status hwp_show_haplotype(hwp_show *self, hw_err *err) {
  static const char *const columns[] = {"what", "finding", NULL};
  const hw_record *record = &self->record;
  placing own = {.show = self, .text = HW_STR_INIT};
  hw_mt *haplotype = NULL;
  if (strcmp(hw_record_text(record, HW_FIELD_HAPLOTYPE_LINE), "mt") != 0 ||
      hw_record_is_null(record, HW_FIELD_HAPLOTYPE_RANGES))
    return HW_OK;
  HW_TRY(hwp_show_section(self, "haplogroup",
                          "Haplogroup by " HW_HAPLOGROUP_TREE
                          ", a check of quality and no evidence",
                          columns, &own.section, err));
  hw_err why = HW_ERR_INIT;
  hw_status status =
      hw_mt_parse(hw_record_text(record, HW_FIELD_HAPLOTYPE_RANGES),
                  hw_record_text(record, HW_FIELD_HAPLOTYPE_HAPLOTYPE), &haplotype, &why);
  if (status == HW_OK) {
    status = place(&own, haplotype, err);
  } else if (hw_status_exit(status) == 2) { /* damage is told by 'check'; the record is shown */
    hw_str_append_format(&own.text, "not to be read: %s", why.message);
    status = put(&own, "doubt", err);
  } else if (err != NULL) {
    *err = why;
  }
  hw_mt_delete(haplotype);
  hw_str_clear(&own.text);
  return status;
}
