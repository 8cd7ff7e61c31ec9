/* Haplogroups in words.
 *
 * The library tells numbers and lists of mutations; here they become the sentences
 * that an analyst reads: which haplogroup, how well it fits, and what to look at
 * again. The doubts are the classic ones of mtDNA databases (Bandelt, Salas &
 * Lutz-Bonengel 2004, Int J Legal Med 118:267; Yao, Salas, Logan & Bandelt 2009):
 * the reference read in place of the sample, phantom mutations, and samples that
 * were joined or mixed. A doubt refuses nothing. */
#include "app/haplogroup.h"

/* Mutations named in a sentence. */
enum { NAMED = 8 };

const char *hw_haplogroup_doubt_name(hw_haplogroup_doubt doubt) {
  static const char *const names[HW_DOUBTS] = {"reference", "phantom", "two_branches"};
  return names[doubt];
}

bool hw_haplogroup_is_doubted(const hw_mt_haplogroup *found, hw_haplogroup_doubt doubt) {
  switch (doubt) {
    case HW_DOUBT_REFERENCE:
      return found->is_reference_suspected;
    case HW_DOUBT_PHANTOM:
      return found->is_phantom_suspected;
    case HW_DOUBT_TWO_BRANCHES:
      return found->rival >= 0;
    case HW_DOUBTS:
      break;
  }
  return false;
}

int hw_haplogroup_count_doubts(const hw_mt_haplogroup *found) {
  int n = 0;
  for (int d = 0; d < HW_DOUBTS; d++) n += hw_haplogroup_is_doubted(found, (hw_haplogroup_doubt)d);
  return n;
}

/* --- lists of mutations --- */

static int32_t listed(int32_t n) {
  return n < HW_MT_MOST_LISTED ? n : HW_MT_MOST_LISTED;
}

static void append_rest(int32_t n, hw_str *out) {
  if (n > 0) hw_str_append_format(out, " and %d more", (int)n);
}

void hw_haplogroup_missing(const hw_mt_haplogroup *found, int32_t most, hw_str *out) {
  int32_t n = 0;
  for (; n < listed(found->n_missing) && n < most; n++)
    hw_str_append_format(out, "%s%s", n > 0 ? " " : "", found->missing[n]);
  append_rest(found->n_missing - n, out);
}

/* Mutations of one sort: everything; those that the tree has nowhere; those of other branches. */
typedef enum sort { ALL, NOWHERE, ELSEWHERE } sort;

static bool is_of(const hw_mt_extra *extra, sort which) {
  if (which == ALL) return true;
  return !extra->is_hot_spot && extra->is_known == (which == ELSEWHERE);
}

static int32_t count_extra(const hw_mt_haplogroup *found, sort which) {
  int32_t n = 0;
  for (int32_t i = 0; i < listed(found->n_extra); i++) n += is_of(&found->extra[i], which);
  return n;
}

static void append_extra(const hw_mt_haplogroup *found, sort which, int32_t most, hw_str *out) {
  char text[HW_MT_DIFFERENCE_SIZE];
  int32_t n = 0;
  for (int32_t i = 0; i < listed(found->n_extra) && n < most; i++) {
    if (!is_of(&found->extra[i], which)) continue;
    hw_str_append_format(out, "%s%s", n++ > 0 ? " " : "",
                         hw_mt_difference_format(&found->extra[i].difference, text));
  }
  const int32_t all = which == ALL       ? found->n_extra
                      : which == NOWHERE ? found->n_private
                                         : count_extra(found, which);
  append_rest(all - n, out);
}

void hw_haplogroup_extra(const hw_mt_haplogroup *found, bool is_private, int32_t most,
                         hw_str *out) {
  append_extra(found, is_private ? NOWHERE : ALL, most, out);
}

/* --- sentences --- */

static void explain_phantom(const hw_phylotree *tree, const hw_mt_haplogroup *found, hw_str *out) {
  const int32_t n_elsewhere = count_extra(found, ELSEWHERE);
  if (found->n_private > 0) {
    hw_str_append_format(out, "has %d mutation%s that no branch of the tree has (",
                         (int)found->n_private, found->n_private == 1 ? "" : "s");
    append_extra(found, NOWHERE, NAMED, out);
    hw_str_append(out, ")");
  }
  if (n_elsewhere > 0) {
    hw_str_append_format(out, "%s %d of other branches than %s (",
                         found->n_private > 0 ? " and" : "has", (int)n_elsewhere,
                         hw_phylotree_name(tree, found->node));
    append_extra(found, ELSEWHERE, NAMED, out);
    hw_str_append(out, ")");
  }
  hw_str_append(out, ": damage, a mixture or a typing error?");
}

void hw_haplogroup_explain(const hw_phylotree *tree, const hw_mt_haplogroup *found,
                           hw_haplogroup_doubt doubt, hw_str *out) {
  const char *name = hw_phylotree_name(tree, found->node);
  switch (doubt) {
    case HW_DOUBT_REFERENCE:
      hw_str_append_format(out, "lacks %d mutation%s of %s (", (int)found->n_missing,
                           found->n_missing == 1 ? "" : "s", name);
      hw_haplogroup_missing(found, NAMED, out);
      hw_str_append(out, "): was the reference read instead of the sample, or were two samples "
                         "joined?");
      return;
    case HW_DOUBT_PHANTOM:
      explain_phantom(tree, found, out);
      return;
    case HW_DOUBT_TWO_BRANCHES:
      hw_str_append_format(out,
                           "lies between distant branches, %s and %s (score %.3f): a mixture, or "
                           "two samples joined?",
                           name, hw_phylotree_name(tree, found->rival), found->rival_score);
      return;
    case HW_DOUBTS:
      return;
  }
}

void hw_haplogroup_summary(const hw_phylotree *tree, const hw_mt_haplogroup *found, hw_str *out) {
  hw_str_append_format(out, "%s, score %.3f, %d of %d expected mutations",
                       hw_phylotree_name(tree, found->node), found->score, (int)found->n_found,
                       (int)found->n_expected);
  if (found->n_extra > 0) hw_str_append_format(out, ", %d besides", (int)found->n_extra);
  if (found->n_equal > 1)
    hw_str_append_format(out, "; %d more haplogroups fit these ranges as well",
                         (int)found->n_equal - 1);
  else if (found->second >= 0)
    hw_str_append_format(out, "; next %s, %.3f", hw_phylotree_name(tree, found->second),
                         found->second_score);
}
