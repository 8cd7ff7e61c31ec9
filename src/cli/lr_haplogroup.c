/* Haplogroups of `homeward lr --mtdna`: how well every haplotype fits the tree, and whether those that
 * a hypothesis puts on one maternal line lie on one branch.
 *
 * A check of quality: exchanged samples and wrong pedigrees show here, and so do damage, mixtures and
 * typing errors. No ratio contains any of it. Two haplotypes of a line are compared within what both
 * were sequenced for, since a longer sequence reaches further into the tree. A haplogroup may move to
 * a neighbour by one mutation: branches are called different from a weight of more than 10, that of
 * one rare mutation, between them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json_members.h"
#include "cli/lr_out.h"

/* Weight between two haplogroups from which they are different branches. */
static const double NEAR_WEIGHT = 10;

/* --- finding --- */

static int32_t find_row(const hw_mt_table *table, const char *name) {
  for (int32_t i = 0; i < table->n; i++)
    if (strcmp(table->names[i], name) == 0) return i;
  return -1;
}

static hw_status compare_cut(const lr_evidence *self, const hw_mt *const cut[2], lr_line *line,
                             hw_err *err) {
  hw_mt_haplogroup found[2];
  for (int i = 0; i < 2; i++) HW_TRY(hw_mt_haplogroup_find(self->tree, cut[i], &found[i], err));
  HW_TRY(hw_phylotree_distance(self->tree, found[0].node, found[1].node, cut[0],
                               &line->branch_weight, err));
  for (int i = 0; i < 2; i++) line->groups[i] = hw_phylotree_name(self->tree, found[i].node);
  line->branch = found[0].node == found[1].node       ? LR_BRANCH_SAME
                 : line->branch_weight <= NEAR_WEIGHT ? LR_BRANCH_NEAR
                                                      : LR_BRANCH_DIFFERENT;
  return HW_OK;
}

/* Both haplotypes of a line within what they share. */
static hw_status compare_line(const lr_evidence *self, lr_line *line, hw_err *err) {
  const int32_t a = find_row(self->mt, line->person), b = find_row(self->mt, line->reference);
  hw_mt *cut[2] = {NULL, NULL};
  if (a < 0 || b < 0 || line->result.n_compared == 0) return HW_OK;
  const hw_mt *const both[2] = {self->mt->haplotypes[a], self->mt->haplotypes[b]};
  hw_status status = hw_mt_within(both[0], both[1], &cut[0], err);
  if (status == HW_OK) status = hw_mt_within(both[1], both[0], &cut[1], err);
  if (status == HW_OK) {
    const hw_mt *const read_only[2] = {cut[0], cut[1]};
    status = compare_cut(self, read_only, line, err);
  }
  hw_mt_delete(cut[0]);
  hw_mt_delete(cut[1]);
  return status;
}

static bool is_of_case(const hw_case *c, const char *name) {
  return hw_pedigree_find(&c->hypotheses[c->reference].pedigree, name) != HW_PERSON_NONE;
}

hw_status lr_place_haplogroups(lr_evidence *self, const hw_case *c, lr_weights *out, hw_err *err) {
  const hw_mt_table *table = self->mt;
  if (self->tree == NULL) HW_TRY(hw_phylotree_new(NULL, 0, &self->tree, err));
  out->groups = hw_arena_alloc_array(&out->arena, (size_t)table->n + 1, sizeof *out->groups);
  if (out->groups == NULL) return HW_NO_MEMORY(err, "the haplogroups");
  for (int32_t i = 0; i < table->n; i++) {
    lr_group *group = &out->groups[out->n_groups];
    if (!is_of_case(c, table->names[i])) continue;
    group->person = table->names[i];
    HW_TRY(hw_mt_haplogroup_find(self->tree, table->haplotypes[i], &group->found, err));
    out->n_groups++;
  }
  for (int32_t i = 0; i < out->n_lines; i++)
    if (out->lines[i].kind == LR_MT) HW_TRY(compare_line(self, &out->lines[i], err));
  return HW_OK;
}

/* --- for people --- */

static bool is_same_pair(const lr_line *a, const lr_line *b) {
  return a->kind == b->kind && strcmp(a->person, b->person) == 0 &&
         strcmp(a->reference, b->reference) == 0;
}

/* One pair of persons, with the hypotheses that put them on one line. */
static void print_pair(const hw_case *c, const lr_weights *weights, int32_t at) {
  const lr_line *line = &weights->lines[at];
  for (int32_t i = 0; i < at; i++)
    if (is_same_pair(&weights->lines[i], line)) return;
  printf("    %s and %s, of one line by", line->person, line->reference);
  int n = 0;
  for (int32_t i = at; i < weights->n_lines; i++)
    if (is_same_pair(&weights->lines[i], line))
      printf("%s '%s'", n++ > 0 ? "," : "", c->hypotheses[weights->lines[i].hypothesis].name);
  switch (line->branch) {
    case LR_BRANCH_SAME:
      printf(": both %s, which agrees\n", line->groups[0]);
      return;
    case LR_BRANCH_NEAR:
      printf(": %s and %s, neighbours, which agrees\n", line->groups[0], line->groups[1]);
      return;
    case LR_BRANCH_DIFFERENT:
      printf(": %s and %s, DIFFERENT branches (weight %.1f): exchanged samples, or a wrong "
             "pedigree?\n",
             line->groups[0], line->groups[1], line->branch_weight);
      return;
    case LR_BRANCH_UNKNOWN:
      printf(": nothing to compare\n");
      return;
  }
}

void lr_print_haplogroups(const hw_case *c, const lr_evidence *evidence,
                          const lr_weights *weights) {
  hw_str text = HW_STR_INIT;
  if (weights->n_groups == 0) return;
  printf("\n  Haplogroups by " HW_HAPLOGROUP_TREE ": a check of quality, no part of any ratio\n");
  for (int32_t i = 0; i < weights->n_groups; i++) {
    const lr_group *group = &weights->groups[i];
    hw_str_clear(&text);
    hw_haplogroup_summary(evidence->tree, &group->found, &text);
    printf("    %s: %s\n", group->person, hw_str_text(&text));
    for (int d = 0; d < HW_DOUBTS; d++) {
      if (!hw_haplogroup_is_doubted(&group->found, (hw_haplogroup_doubt)d)) continue;
      hw_str_clear(&text);
      hw_haplogroup_explain(evidence->tree, &group->found, (hw_haplogroup_doubt)d, &text);
      printf("      IN DOUBT: %s\n", hw_str_text(&text));
    }
  }
  for (int32_t i = 0; i < weights->n_lines; i++)
    if (weights->lines[i].kind == LR_MT) print_pair(c, weights, i);
  hw_str_clear(&text);
}

/* --- for machines --- */

static void json_words(hw_json_writer *w, const char *key, hw_str *text) {
  hw_json_add_text(w, key, hw_str_text(text));
  hw_str_clear(text);
}

static void json_group(hw_json_writer *w, const hw_phylotree *tree, const lr_group *group) {
  const hw_mt_haplogroup *found = &group->found;
  hw_str text = HW_STR_INIT;
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "person", group->person);
  hw_json_add_text(w, "haplogroup", hw_phylotree_name(tree, found->node));
  hw_json_add_number(w, "score", found->score);
  hw_json_add_int(w, "equal", found->n_equal);
  hw_json_add_text(w, "second", found->second >= 0 ? hw_phylotree_name(tree, found->second) : NULL);
  hw_json_add_number(w, "second_score", found->second >= 0 ? found->second_score : (double)NAN);
  hw_json_add_int(w, "expected", found->n_expected);
  hw_json_add_int(w, "found", found->n_found);
  hw_haplogroup_missing(found, HW_MT_MOST_LISTED, &text);
  json_words(w, "missing", &text);
  hw_haplogroup_extra(found, false, HW_MT_MOST_LISTED, &text);
  json_words(w, "besides", &text);
  hw_haplogroup_extra(found, true, HW_MT_MOST_LISTED, &text);
  json_words(w, "private", &text);
  hw_json_add_text(w, "rival", found->rival >= 0 ? hw_phylotree_name(tree, found->rival) : NULL);
  hw_json_add_row(w, "doubts");
  for (int d = 0; d < HW_DOUBTS; d++)
    if (hw_haplogroup_is_doubted(found, (hw_haplogroup_doubt)d))
      hw_json_write_string(w, hw_haplogroup_doubt_name((hw_haplogroup_doubt)d));
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

static void json_line(hw_json_writer *w, const hw_case *c, const lr_line *line) {
  static const char *const verdicts[] = {"unknown", "same", "near", "different"};
  hw_json_write_begin_row_object(w);
  hw_json_add_text(w, "hypothesis", c->hypotheses[line->hypothesis].name);
  hw_json_add_text(w, "person", line->person);
  hw_json_add_text(w, "reference", line->reference);
  hw_json_add_row(w, "haplogroups");
  for (int i = 0; i < 2; i++) hw_json_write_string(w, line->groups[i]);
  hw_json_write_end_array(w);
  hw_json_add_number(w, "apart", line->branch_weight);
  hw_json_add_text(w, "verdict", verdicts[line->branch]);
  hw_json_write_end_object(w);
}

void lr_json_haplogroups(hw_json_writer *w, const hw_case *c, const lr_evidence *evidence,
                         const lr_weights *weights) {
  if (weights->n_groups == 0) return;
  hw_json_add_object(w, "haplogroups");
  hw_json_add_text(w, "tree", HW_HAPLOGROUP_TREE);
  hw_json_add_bool(w, "is_evidence", false);
  hw_json_add_array(w, "persons");
  for (int32_t i = 0; i < weights->n_groups; i++)
    json_group(w, evidence->tree, &weights->groups[i]);
  hw_json_write_end_array(w);
  hw_json_add_array(w, "lines");
  for (int32_t i = 0; i < weights->n_lines; i++)
    if (weights->lines[i].kind == LR_MT) json_line(w, c, &weights->lines[i]);
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}
