/* Haplogroups of imported haplotypes.
 *
 * Every haplotype is placed in the tree of haplogroups when its row is read. Notes
 * then say first how many are in doubt, then the doubts by line, then the
 * haplogroups of the samples; a face shows the first of them. Nothing is refused:
 * a haplotype that no branch fits may be right, and somebody must look at it. */
#include "app/import_haplogroup.h"

#include <inttypes.h>

#include "base/check.h"

/* Texts that are kept of each sort; all are counted. */
enum { MOST_DOUBTS = 60, MOST_PLAIN = 60 };

static hw_status keep(hwp_haplogroups *self, bool is_doubt, const hw_str *text, hw_err *err) {
  hwp_group_text *one = hw_arena_alloc(&self->arena, sizeof *one);
  if (one == NULL || hw_str_status(text) != HW_OK) return HW_NO_MEMORY(err, "the haplogroups");
  *one = (hwp_group_text){.is_doubt = is_doubt,
                          .text = hw_arena_strdup(&self->arena, hw_str_text(text))};
  if (one->text == NULL) return HW_NO_MEMORY(err, "the haplogroups");
  if (self->last != NULL)
    self->last->next = one;
  else
    self->first = one;
  self->last = one;
  return HW_OK;
}

static void begin_text(uint64_t line, const char *name, hw_str *out) {
  hw_str_append_format(out, "line %" PRIu64 ": ", line);
  if (name != NULL) hw_str_append_format(out, "%.60s: ", name);
}

static hw_status add_texts(hwp_haplogroups *self, uint64_t line, const char *name,
                           const hw_mt_haplogroup *found, hw_err *err) {
  for (int d = 0; d < HW_DOUBTS && self->n_doubts < MOST_DOUBTS; d++) {
    hw_str text = HW_STR_INIT;
    if (!hw_haplogroup_is_doubted(found, (hw_haplogroup_doubt)d)) continue;
    begin_text(line, name, &text);
    hw_haplogroup_explain(self->tree, found, (hw_haplogroup_doubt)d, &text);
    const hw_status status = keep(self, true, &text, err);
    hw_str_clear(&text);
    HW_TRY(status);
    self->n_doubts++;
  }
  if (name == NULL || self->n_plain == MOST_PLAIN) return HW_OK;
  hw_str text = HW_STR_INIT;
  begin_text(line, name, &text);
  hw_str_append(&text, "haplogroup ");
  hw_haplogroup_summary(self->tree, found, &text);
  const hw_status status = keep(self, false, &text, err);
  hw_str_clear(&text);
  self->n_plain++;
  return status;
}

hw_status hwp_haplogroups_add(hwp_haplogroups *self, uint64_t line, const char *name,
                              const hw_mt *haplotype, hw_err *err) {
  hw_mt_haplogroup found;
  if (self->tree == NULL) HW_TRY(hw_phylotree_new(NULL, 0, &self->tree, err));
  HW_TRY(hw_mt_haplogroup_find(self->tree, haplotype, &found, err));
  self->n++;
  self->n_doubted += hw_haplogroup_count_doubts(&found) > 0;
  return add_texts(self, line, name, &found, err);
}

void hwp_haplogroups_tell(const hwp_haplogroups *self, hw_import *import) {
  if (self->n == 0) return;
  hw_import_note(import,
                 "haplogroups by " HW_HAPLOGROUP_TREE
                 ", a check of quality and no evidence: %" PRId64 " haplotype%s, %" PRId64
                 " in doubt",
                 self->n, self->n == 1 ? "" : "s", self->n_doubted);
  for (int is_plain = 0; is_plain < 2; is_plain++)
    for (const hwp_group_text *one = self->first; one != NULL; one = one->next)
      if (one->is_doubt == !is_plain) hw_import_note(import, "%s", one->text);
}

void hwp_haplogroups_clear(hwp_haplogroups *self) {
  hw_phylotree_delete(self->tree);
  hw_arena_clear(&self->arena);
  *self = (hwp_haplogroups){0};
}
