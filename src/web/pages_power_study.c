/* A power study that is kept as a run: what came out of it, and whom to sample next.
 *
 * The lists are read from the parameters of the run (app/power_store.h), which hold codes only.
 * What another program has written there may lack members: what is not there is not shown. */
#include "web/pages_power.h"

#include <math.h>
#include <string.h>

#include "app/power_store.h"
#include "base/check.h"
#include "base/json_read.h"

enum { MOST_ON_LIST = 10 };

static const char *text_of(hwp_job *job, const hw_json *object, const char *key) {
  const char *text = NULL;
  if (hw_json_find_string(object, key, &text, NULL) != HW_OK || text == NULL) return "";
  const char *copy = hw_arena_strdup(job->arena, text);
  return copy != NULL ? copy : "";
}

static double number_of(const hw_json *object, const char *key) {
  double value = (double)NAN;
  const hw_json *member = hw_json_find(object, key);
  if (member == NULL || hw_json_as_double(member, &value, NULL) != HW_OK) return (double)NAN;
  return value;
}

static int64_t whole_of(const hw_json *object, const char *key) {
  int64_t value = 0;
  const hw_json *member = hw_json_find(object, key);
  if (member == NULL || hw_json_as_int(member, 0, INT64_MAX, &value, NULL) != HW_OK) return 0;
  return value;
}

/* An array; NULL = none, or empty. */
static const hw_json *list_of(const hw_json *object, const char *key) {
  const hw_json *list = NULL;
  if (hw_json_find_array(object, key, &list, NULL) != HW_OK || list == NULL) return NULL;
  return hw_json_count(list) > 0 ? list : NULL;
}

static const char *real_text(hwp_job *job, double value, int decimals) {
  return isfinite(value) ? hwp_real(job, value, decimals) : "\xe2\x80\x93";
}

static const char *chance_text(hwp_job *job, double value) {
  return isfinite(value) ? hwp_chance(job, value) : "\xe2\x80\x93";
}

/* --- what was asked and found --- */

static void write_asked(hwp_job *job, const hw_json *root) {
  hwp_html *h = &job->html;
  const char *family = text_of(job, root, "family");
  const hw_json *snp = hw_json_find(root, "snp");
  const double dropout = number_of(root, "dropout");
  bool with_pairs = false;
  if (hw_json_find_bool(root, "pairs", &with_pairs, NULL) != HW_OK) with_pairs = false;
  hwp_leaf(h, "h3", hwp_t(job, HW_T_RUN_PARAMETERS), NULL);
  hwp_facts_begin(h);
  if (family[0] != '\0') {
    hwp_leaf(h, "dt", hwp_t(job, HW_T_START_FAMILY), NULL);
    hwp_open(h, "dd", NULL);
    hwp_leaf(h, "a", family, "class", "code", "href", hwp_url(job->arena, "/power/", family), NULL);
    hwp_close(h);
  }
  hwp_fact(h, hwp_t(job, HW_T_START_POWER_THRESHOLD),
           hwp_log10(job, number_of(root, "threshold_log10_lr")));
  hwp_fact(h, hwp_t(job, HW_T_START_ENOUGH), hwp_number(job, number_of(root, "enough")));
  hwp_fact(h, hwp_t(job, HW_T_START_NEVER), hwp_number(job, number_of(root, "never")));
  hwp_fact(h, hwp_t(job, HW_T_START_TRIED),
           hwp_t(job, with_pairs ? HW_T_START_TRIED_PAIRS : HW_T_START_TRIED_SINGLE));
  if (dropout > 0) hwp_fact(h, hwp_t(job, HW_T_START_DROPOUT), hwp_number(job, dropout));
  hwp_fact(h, hwp_t(job, HW_T_START_SNP),
           hwp_t(job, snp != NULL && hw_json_kind_of(snp) == HW_JSON_OBJECT ? HW_T_WEB_YES
                                                                            : HW_T_WEB_NO));
  hwp_facts_end(h);
}

static void write_counts(hwp_job *job, const hw_json *outcome) {
  static const struct {
    const char *key;
    hw_text_id label;
  } counts[] = {{"enough", HW_T_STUDY_ENOUGH},
                {"sample", HW_T_STUDY_SAMPLE},
                {"exhausted", HW_T_STUDY_EXHAUSTED},
                {"never", HW_T_STUDY_NEVER},
                {"left_out", HW_T_POWER_LEFT_OUT}};
  hwp_html *h = &job->html;
  hwp_section(job, "study", hwp_t(job, HW_T_STUDY_FOUND));
  hwp_facts_begin(h);
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    hwp_fact(h, hwp_t(job, counts[i].label), hwp_int(job, whole_of(outcome, counts[i].key)));
  hwp_fact(h, hwp_t(job, HW_T_STUDY_PASSES), real_text(job, number_of(outcome, "passes"), 2));
  hwp_fact(h, hwp_t(job, HW_T_STUDY_PASSES_NEXT),
           real_text(job, number_of(outcome, "passes_next"), 2));
  hwp_facts_end(h);
}

static void write_refused(hwp_job *job, const hw_json *outcome) {
  const int64_t refused = whole_of(outcome, "without_consent");
  if (refused > 0)
    hwp_paragraph(job, hwp_fill(job, HW_T_POWER_CONSENT, 1, hwp_int(job, refused)), "hint");
}

/* --- lists --- */

static void family_cell(hwp_job *job, const char *family) {
  hwp_open(&job->html, "td", NULL);
  hwp_leaf(&job->html, "a", family, "class", "code", "href", hwp_url(job->arena, "/power/", family),
           NULL);
  hwp_close(&job->html);
}

/* One person, or two of a pair. */
static void persons_cell(hwp_job *job, const hw_json *persons) {
  hwp_html *h = &job->html;
  hwp_open(h, "td", NULL);
  for (size_t i = 0; persons != NULL && i < hw_json_count(persons); i++) {
    const char *code = NULL;
    if (hw_json_as_string(hw_json_at(persons, i), &code, NULL) != HW_OK) continue;
    const char *copy = hw_arena_strdup(job->arena, code);
    if (i > 0) hwp_text(h, ", ");
    if (copy != NULL) hwp_code_link(job, HW_KIND_PERSON, 0, copy);
  }
  hwp_close(h);
}

static void write_next(hwp_job *job, const hw_json *outcome, size_t most) {
  hwp_html *h = &job->html;
  const hw_json *list = list_of(outcome, "next");
  const hwp_column columns[] = {{hwp_t(job, HW_T_POWER_PLACE), true},
                                {hwp_kind_label(job, HW_KIND_FAMILY), false},
                                {hwp_t(job, HW_T_POWER_WHOM), false},
                                {hwp_t(job, HW_T_STUDY_GAIN_PASSES), true},
                                {hwp_t(job, HW_T_STUDY_GAIN_LR), true}};
  hwp_section(job, "next", hwp_t(job, HW_T_STUDY_NEXT));
  if (list == NULL) {
    hwp_empty(job, hwp_t(job, HW_T_STUDY_NEXT_NONE), NULL, NULL);
    return;
  }
  hwp_paragraph(job, hwp_t(job, HW_T_STUDY_NEXT_HINT), "hint");
  hwp_table_begin(h, &(hwp_table){NULL, 5, columns});
  for (size_t i = 0; i < hw_json_count(list) && i < most; i++) {
    const hw_json *one = hw_json_at(list, i);
    hwp_open(h, "tr", NULL);
    hwp_number_cell(job, hwp_int(job, (int64_t)i + 1));
    family_cell(job, text_of(job, one, "family"));
    persons_cell(job, list_of(one, "persons"));
    hwp_number_cell(job, real_text(job, number_of(one, "gain_pass"), 3));
    hwp_number_cell(job, real_text(job, number_of(one, "gain_log10_lr"), 2));
    hwp_close(h);
  }
  hwp_table_end(h);
}

static void write_retype(hwp_job *job, const hw_json *outcome) {
  hwp_html *h = &job->html;
  const hw_json *list = list_of(outcome, "retype");
  if (list == NULL) return;
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_SAMPLE), false},
                                {hwp_t(job, HW_T_STUDY_LACKING), true},
                                {hwp_t(job, HW_T_STUDY_PASS_NOW), true},
                                {hwp_t(job, HW_T_STUDY_PASS_THEN), true},
                                {hwp_t(job, HW_T_STUDY_GAIN_LR), true}};
  hwp_section(job, "retype", hwp_t(job, HW_T_STUDY_RETYPE));
  hwp_paragraph(job, hwp_t(job, HW_T_STUDY_RETYPE_HINT), "hint");
  hwp_table_begin(h, &(hwp_table){NULL, 5, columns});
  for (size_t i = 0; i < hw_json_count(list); i++) {
    const hw_json *one = hw_json_at(list, i);
    hwp_open(h, "tr", NULL);
    hwp_code_cell(job, HW_KIND_SAMPLE, text_of(job, one, "sample"));
    hwp_number_cell(job, hwp_int(job, whole_of(one, "markers_lacking")));
    hwp_number_cell(job, chance_text(job, number_of(one, "pass")));
    hwp_number_cell(job, chance_text(job, number_of(one, "pass_then")));
    hwp_number_cell(job, real_text(job, number_of(one, "gain_log10"), 2));
    hwp_close(h);
  }
  hwp_table_end(h);
}

static void write_panels(hwp_job *job, const hw_json *outcome) {
  hwp_html *h = &job->html;
  const hw_json *list = list_of(outcome, "panels");
  if (list == NULL) return;
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_PANEL), false},
                                {hwp_kinds_label(job, HW_KIND_MARKER), true},
                                {hwp_t(job, HW_T_STUDY_PASSES), true}};
  hwp_section(job, "panels", hwp_t(job, HW_T_STUDY_PANELS));
  hwp_table_begin(h, &(hwp_table){NULL, 3, columns});
  for (size_t i = 0; i < hw_json_count(list); i++) {
    const hw_json *one = hw_json_at(list, i);
    hwp_open(h, "tr", NULL);
    hwp_cell(job, text_of(job, one, "panel"));
    hwp_number_cell(job, hwp_int(job, whole_of(one, "markers")));
    hwp_number_cell(job, real_text(job, number_of(one, "passes"), 2));
    hwp_close(h);
  }
  hwp_table_end(h);
}

static void write_hopeless(hwp_job *job, const hw_json *outcome) {
  hwp_html *h = &job->html;
  const hw_json *list = list_of(outcome, "hopeless");
  if (list == NULL) return;
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_FAMILY), false},
                                {hwp_t(job, HW_T_PAGES_PERSON), false}};
  hwp_section(job, "hopeless", hwp_t(job, HW_T_STUDY_HOPELESS));
  hwp_paragraph(job, hwp_t(job, HW_T_POWER_NEVER), "hint");
  hwp_table_begin(h, &(hwp_table){NULL, 2, columns});
  for (size_t i = 0; i < hw_json_count(list); i++) {
    const hw_json *one = hw_json_at(list, i);
    hwp_open(h, "tr", NULL);
    family_cell(job, text_of(job, one, "family"));
    hwp_code_cell(job, HW_KIND_PERSON, text_of(job, one, "person"));
    hwp_close(h);
  }
  hwp_table_end(h);
}

/* --- one family --- */

static void tried_row(hwp_job *job, const hw_json *persons, const char *who, const hw_json *gain) {
  hwp_html *h = &job->html;
  hwp_open(h, "tr", NULL);
  if (persons != NULL)
    persons_cell(job, persons);
  else if (who[0] != '\0')
    hwp_cell(job, who);
  else
    hwp_code_cell(job, HW_KIND_PERSON, text_of(job, gain, "person"));
  hwp_number_cell(job, hwp_log10(job, number_of(gain, "mean_log10_lr")));
  hwp_number_cell(job, chance_text(job, number_of(gain, "pass")));
  hwp_close(h);
}

/* What is concluded of a person, in a sentence. */
static void write_verdict(hwp_job *job, const hw_json *person) {
  static const struct {
    const char *word;
    hw_text_id text;
  } verdicts[] = {{"enough", HW_T_POWER_HAS_ENOUGH},
                  {"exhausted", HW_T_POWER_EXHAUSTED},
                  {"never", HW_T_POWER_NEVER}};
  const char *word = text_of(job, person, "verdict");
  for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
    if (strcmp(word, verdicts[i].word) == 0)
      hwp_paragraph(job, hwp_t(job, verdicts[i].text), "lead");
  if (strcmp(word, "left out") == 0)
    hwp_told(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_POWER_NOT_COMPUTED),
             text_of(job, person, "why"));
}

static void write_person(hwp_job *job, const hw_json *person) {
  hwp_html *h = &job->html;
  const hw_json *relatives = list_of(person, "relatives"), *pairs = list_of(person, "pairs");
  const hw_json *all = hw_json_find(person, "everybody");
  const hwp_column columns[] = {{hwp_t(job, HW_T_POWER_WHOM), false},
                                {hwp_t(job, HW_T_HOME_EXPECTED), true},
                                {hwp_t(job, HW_T_FAMILY_PASS), true}};
  hwp_section(job, NULL, hwp_fill(job, HW_T_POWER_OF, 1, text_of(job, person, "person")));
  write_verdict(job, person);
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_POWER_CANDIDATES), 3, columns});
  tried_row(job, NULL, hwp_t(job, HW_T_POWER_NOBODY), person);
  for (size_t i = 0; relatives != NULL && i < hw_json_count(relatives); i++)
    tried_row(job, NULL, "", hw_json_at(relatives, i));
  for (size_t i = 0; pairs != NULL && i < hw_json_count(pairs); i++)
    tried_row(job, list_of(hw_json_at(pairs, i), "persons"), "", hw_json_at(pairs, i));
  if (all != NULL && hw_json_kind_of(all) == HW_JSON_OBJECT)
    tried_row(job, NULL,
              hwp_fill(job, HW_T_POWER_ALL_OF, 1, hwp_int(job, whole_of(all, "persons"))), all);
  hwp_table_end(h);
}

/* --- SNPs --- */

static void write_ranking(hwp_job *job, const hw_json *list) {
  hwp_html *h = &job->html;
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_SNP_PANEL), false},
                                {hwp_t(job, HW_T_STUDY_SNP_COMPUTED), true},
                                {"STR", true},
                                {hwp_t(job, HW_T_STUDY_SNP_NOW), true},
                                {hwp_t(job, HW_T_STUDY_SNP_THEN), true},
                                {hwp_t(job, HW_T_STUDY_SNP_NEWLY), true}};
  hwp_table_begin(h, &(hwp_table){NULL, 6, columns});
  for (size_t i = 0; list != NULL && i < hw_json_count(list); i++) {
    const hw_json *one = hw_json_at(list, i);
    hwp_open(h, "tr", NULL);
    hwp_cell(job, text_of(job, one, "panel"));
    hwp_number_cell(job, hwp_int(job, whole_of(one, "computed")));
    hwp_number_cell(job, real_text(job, number_of(one, "str"), 2));
    hwp_number_cell(job, real_text(job, number_of(one, "as_typed"), 2));
    hwp_number_cell(job, real_text(job, number_of(one, "all_with_str"), 2));
    hwp_number_cell(
        job, hwp_format(job, "%s \xc2\xb1 %s", real_text(job, number_of(one, "newly_above"), 2),
                        real_text(job, number_of(one, "newly_above_error"), 2)));
    hwp_close(h);
  }
  hwp_table_end(h);
}

static void write_type_next(hwp_job *job, const hw_json *list) {
  hwp_html *h = &job->html;
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_FAMILY), false},
                                {hwp_t(job, HW_T_STUDY_SNP_WHOM), false},
                                {hwp_t(job, HW_T_STUDY_GAIN_PASSES), true},
                                {hwp_t(job, HW_T_STUDY_GAIN_LR), true}};
  if (list == NULL) return;
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_STUDY_SNP_NEXT), 4, columns});
  for (size_t i = 0; i < hw_json_count(list); i++) {
    const hw_json *one = hw_json_at(list, i);
    hwp_open(h, "tr", NULL);
    family_cell(job, text_of(job, one, "family"));
    hwp_code_cell(job, HW_KIND_PERSON, text_of(job, one, "person"));
    hwp_number_cell(
        job, hwp_format(job, "%s \xc2\xb1 %s", real_text(job, number_of(one, "gain_pass"), 3),
                        real_text(job, number_of(one, "gain_error"), 3)));
    hwp_number_cell(job, real_text(job, number_of(one, "gain_log10_lr"), 2));
    hwp_close(h);
  }
  hwp_table_end(h);
}

static void write_snp(hwp_job *job, const hw_json *outcome) {
  const hw_json *snp = hw_json_find(outcome, "snp");
  if (snp == NULL || hw_json_kind_of(snp) != HW_JSON_OBJECT) return;
  hwp_section(job, "snp", hwp_t(job, HW_T_STUDY_SNP));
  hwp_paragraph(job, hwp_t(job, HW_T_STUDY_SNP_HINT), "hint");
  write_ranking(job, list_of(snp, "ranking"));
  write_type_next(job, list_of(snp, "type_next"));
}

/* --- the whole --- */

/* The document of a run's parameters; NULL = it is no study, or cannot be read. */
static hw_json_doc *parse(const hw_record *run, const hw_json **outcome) {
  const char *text = hw_record_text(run, HW_FIELD_RUN_PARAMETERS);
  hw_json_doc *doc = NULL;
  if (!hw_power_is_study(text) || hw_json_doc_parse(text, strlen(text), NULL, &doc, NULL) != HW_OK)
    return NULL;
  *outcome = NULL;
  if (hw_json_find_object(hw_json_doc_root(doc), "outcome", outcome, NULL) == HW_OK &&
      *outcome != NULL)
    return doc;
  hw_json_doc_delete(doc);
  return NULL;
}

bool hwp_power_study_write(hwp_job *job, const hw_record *run) {
  const hw_json *outcome = NULL;
  hw_json_doc *doc = parse(run, &outcome);
  if (doc == NULL) return false;
  const hw_json *persons = list_of(outcome, "persons");
  write_asked(job, hw_json_doc_root(doc));
  if (persons == NULL) write_counts(job, outcome);
  write_refused(job, outcome);
  if (persons == NULL) {
    hwp_open(&job->html, "p", NULL);
    hwp_leaf(&job->html, "a", hwp_t(job, HW_T_STUDY_TO_POWER), "href", "/power", NULL);
    hwp_close(&job->html);
    write_next(job, outcome, HW_POWER_KEPT_ROWS);
  }
  for (size_t i = 0; persons != NULL && i < hw_json_count(persons); i++)
    write_person(job, hw_json_at(persons, i));
  write_retype(job, outcome);
  write_panels(job, outcome);
  write_hopeless(job, outcome);
  write_snp(job, outcome);
  hw_json_doc_delete(doc);
  return true;
}

void hwp_power_next_write(hwp_job *job, const hw_record *run) {
  const hw_json *outcome = NULL;
  hw_json_doc *doc = parse(run, &outcome);
  if (doc == NULL) return;
  write_next(job, outcome, MOST_ON_LIST);
  hwp_open(&job->html, "p", NULL);
  hwp_leaf(&job->html, "a", hwp_t(job, HW_T_STUDY_TO_RUN), "href",
           hwp_url(job->arena, "/runs/", hw_record_text(run, HW_FIELD_RUN_CODE)), NULL);
  hwp_close(&job->html);
  hw_json_doc_delete(doc);
}
