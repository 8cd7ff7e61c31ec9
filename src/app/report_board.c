/* The report that an identification board signs.
 *
 * It joins every line of evidence on one identification: what the DNA says, what the
 * record of the loss and of the remains says (the factors of the prior), other evidence
 * in words, the bones that belong together, what contradicts and how each was
 * resolved, who else the remains could be, and what the policy asks with what is met.
 * Reviews and decisions stand as they were on the day of the report. The sheet of
 * `homeward decide` (app/decide.h) is its source, so that the board reads what the
 * program will refuse or permit. */
#include <math.h>
#include <string.h>

#include "app/decide.h"
#include "app/report_int.h"
#include "base/check.h"
#include "base/json_read.h"

typedef struct board {
  hwp_report *self;
  hw_decide_sheet sheet;
  const hw_record *identification;
  const char *who, *state;
} board;

/* --- the identification --- */

static hw_status describe(board *b, hw_err *err) {
  hwp_report *self = b->self;
  const hw_decide_sheet *sheet = &b->sheet;
  hwp_facts facts = {.n = 0};
  HW_TRY(hwp_report_who(self, hw_record_int(b->identification, HW_FIELD_IDENTIFICATION_PERSON),
                        &b->who, err));
  b->state = hw_record_text(b->identification, HW_FIELD_IDENTIFICATION_STATE);
  hwp_report_fact(self, &facts, HW_T_REPORT_IDENTIFICATION, sheet->code);
  hwp_report_fact(self, &facts, HW_T_REPORT_MISSING_PERSON, b->who);
  hwp_report_fact(self, &facts, HW_T_REPORT_REMAINS, sheet->sample);
  hwp_report_fact(self, &facts, HW_T_REPORT_INVESTIGATION, sheet->investigation);
  hwp_report_fact(self, &facts, HW_T_REPORT_STATE, hwp_report_word(self, b->state));
  hwp_report_fact(self, &facts, HW_T_REPORT_PROPOSED_BY, sheet->proposed_by);
  hwp_report_facts_end(self, &facts, "identification");
  hwp_claim(self, "identification", sheet->code);
  hwp_claim(self, "person", sheet->person);
  hwp_claim(self, "remains", sheet->sample);
  hwp_claim(self, "state", b->state);
  return hwp_report_stand_on(self, b->identification, err);
}

static void summarise(board *b) {
  hwp_report *self = b->self;
  const hw_decide_sheet *sheet = &b->sheet;
  int n_open = 0, n_lacking = 0;
  for (int i = 0; i < sheet->n_checks; i++) n_lacking += !sheet->checks[i].is_met;
  for (int i = 0; i < sheet->n_contradictions; i++)
    n_open += strcmp(sheet->contradictions[i].state, "resolved") != 0;
  const char *probability = hwp_report_probability(self, sheet->posterior, sheet->complement);
  if (probability[0] != '\0')
    hwp_report_paragraph(self, HW_PARAGRAPH_LEAD,
                         HWP_FILL(self, HW_T_REPORT_BOARD_SUMMARY, sheet->sample, b->who,
                                  probability, hwp_ratio(self, sheet->log10_lr)));
  else
    hwp_report_paragraph(self, HW_PARAGRAPH_LEAD,
                         HWP_FILL(self, HW_T_REPORT_BOARD_SUMMARY_BARE, sheet->sample, b->who));
  if (n_open > 0)
    hwp_report_paragraph(self, HW_PARAGRAPH_WARNING,
                         HWP_FILL(self, HW_T_REPORT_BOARD_OPEN, hwp_report_int(self, n_open)));
  hwp_report_paragraph(
      self, HW_PARAGRAPH_PLAIN,
      n_lacking == 0 ? hwp_say(self, HW_T_REPORT_BOARD_ALL_MET)
                     : HWP_FILL(self, HW_T_REPORT_BOARD_LACKING, hwp_report_int(self, n_lacking)));
}

/* --- genetics --- */

static void add_figures(board *b) {
  hwp_report *self = b->self;
  const hw_decide_sheet *sheet = &b->sheet;
  hwp_facts facts = {.n = 0};
  const char *probability = hwp_report_probability(self, sheet->posterior, sheet->complement);
  const char *pairwise =
      hwp_report_probability(self, sheet->posterior_pairwise, sheet->complement_pairwise);
  const char *glr = hwp_report_real(self, sheet->log10_glr, 2);
  const char *against = hwp_report_real(self, sheet->alternative_log10_lr, 2);
  const char *log10_lr = hwp_report_real(self, sheet->log10_lr, 4);
  hwp_report_fact(self, &facts, HW_T_REPORT_LOG10_LR, log10_lr);
  hwp_report_fact(self, &facts, HW_T_REPORT_VERBAL, hwp_verbal(self, sheet->log10_lr));
  hwp_report_fact(self, &facts,
                  sheet->joint_run[0] != '\0' ? HW_T_REPORT_POSTERIOR_JOINT : HW_T_REPORT_POSTERIOR,
                  probability);
  if (sheet->joint_run[0] != '\0')
    hwp_report_fact(self, &facts, HW_T_REPORT_POSTERIOR_PAIRWISE, pairwise);
  hwp_report_fact(self, &facts, HW_T_REPORT_GLR, glr);
  if (sheet->standing[0] != '\0')
    hwp_report_fact(self, &facts, HW_T_REPORT_STANDING, hwp_report_word(self, sheet->standing));
  if (against[0] != '\0')
    hwp_report_fact(
        self, &facts, HW_T_REPORT_AGAINST_NEXT,
        sheet->against[0] != '\0' ? hwp_print(self, "%s (%s)", against, sheet->against) : against);
  if (sheet->markers >= 0) {
    hwp_report_fact(self, &facts, HW_T_REPORT_MARKERS_TYPED, hwp_report_int(self, sheet->markers));
    hwp_report_fact(self, &facts, HW_T_REPORT_MISMATCHES, hwp_report_int(self, sheet->mismatches));
    hwp_figure(self, "markers", (double)sheet->markers, hwp_report_int(self, sheet->markers));
    hwp_figure(self, "mismatches", (double)sheet->mismatches,
               hwp_report_int(self, sheet->mismatches));
  }
  hwp_report_fact(self, &facts, HW_T_REPORT_RUN, sheet->run);
  hwp_report_fact(self, &facts, HW_T_REPORT_JOINT_RUN, sheet->joint_run);
  hwp_report_facts_end(self, &facts, "figures");
  hwp_figure(self, "log10_lr", sheet->log10_lr, log10_lr);
  hwp_figure(self, "posterior", sheet->posterior, probability);
  hwp_figure(self, "complement", sheet->complement, NULL);
  hwp_figure(self, "log10_glr", sheet->log10_glr, glr);
  hwp_figure(self, "alternative_log10_lr", sheet->alternative_log10_lr, against);
}

/* Weight of the pairing before any DNA was looked at, of the joint run. */
static hw_status add_prior_weight(board *b, const hwp_pair *pair, hw_err *err) {
  hwp_report *self = b->self;
  const hw_record *row = NULL;
  hwp_facts facts = {.n = 0};
  hw_record key;
  int64_t run = 0, id = 0;
  if (b->sheet.joint_run[0] == '\0') return HW_OK;
  HW_TRY(hw_store_find_code(self->store, HW_KIND_RUN, b->sheet.joint_run, &run, err));
  hw_record_init(&key, HW_KIND_JOINT_PAIR);
  hw_record_set_int(&key, HW_FIELD_JOINT_PAIR_RUN, run);
  hw_record_set_int(&key, HW_FIELD_JOINT_PAIR_PROFILE, pair->profile->id);
  hw_record_set_int(&key, HW_FIELD_JOINT_PAIR_PERSON, pair->person->id);
  HW_TRY(hw_store_find(self->store, &key, &id, err));
  HW_TRY(hwp_report_get(self, HW_KIND_JOINT_PAIR, id, &row, err));
  if (row == NULL) return HW_OK;
  const double weight = hw_record_real(row, HW_FIELD_JOINT_PAIR_LOG10_PRIOR);
  const char *shown = hwp_report_real(self, weight, 2);
  hwp_report_fact(self, &facts, HW_T_REPORT_LOG10_PRIOR, shown);
  hwp_report_facts_end(self, &facts, "prior");
  hwp_figure(self, "log10_prior", weight, shown);
  return hwp_report_stand_on(self, row, err);
}

static hw_status add_genetics(board *b, hw_err *err) {
  hwp_report *self = b->self;
  hwp_pair pair;
  hwp_heading(self, 1, HW_T_REPORT_GENETIC_EVIDENCE);
  add_figures(b);
  if (hw_record_int(b->identification, HW_FIELD_IDENTIFICATION_COMPARISON) == 0) return HW_OK;
  HW_TRY(hwp_pair_find(self, self->request.subject, &pair, err));
  HW_TRY(hwp_report_stand_on(self, pair.comparison, err));
  HW_TRY(hwp_report_stand_on(self, pair.run, err));
  HW_TRY(add_prior_weight(b, &pair, err));
  hw_status status = hwp_pair_load(self, &pair, err);
  if (status == HW_OK && pair.has_parts) {
    hwp_table table;
    hwp_report_table_begin(self, &table, "parts");
    hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_KIND_OF_EVIDENCE), 3, HWP_TEXT);
    hwp_table_column(self, &table, "log10 LR", 1, HWP_NUMBER);
    for (int k = 0; k < HW_EVIDENCE_KINDS; k++) {
      static const hw_text_id kinds[] = {HW_T_REPORT_EVIDENCE_STR, HW_T_REPORT_EVIDENCE_SNP,
                                         HW_T_REPORT_EVIDENCE_MT, HW_T_REPORT_EVIDENCE_Y};
      if (!pair.parts.is_typed[k]) continue;
      const char *shown = hwp_report_real(self, pair.parts.log10_lr[k], 4);
      HWP_ROW(self, &table, hwp_say(self, kinds[k]), shown);
      hwp_figure(self, hwp_print(self, "part.%s.log10_lr", hw_evidence_name((hw_evidence_kind)k)),
                 pair.parts.log10_lr[k], shown);
    }
    hwp_report_table_end(self, &table);
  }
  if (status == HW_OK) status = hwp_draw_pedigree(self, &pair.stored, pair.place, err);
  hwp_pair_clear(&pair);
  return status;
}

/* --- what is not genetic --- */

static hw_status add_prior(board *b, hw_err *err) {
  hwp_report *self = b->self;
  const hw_record **rows = NULL;
  int n = 0;
  hwp_table table;
  const hw_record *investigation = NULL;
  HW_TRY(hwp_report_get_code(self, HW_KIND_INVESTIGATION, b->sheet.investigation, &investigation,
                             err));
  const hw_value key = hw_value_int(investigation->id);
  HW_TRY(hwp_report_list_key(self, HW_KIND_PRIOR_FACTOR, 1, &key, &rows, &n, err));
  hwp_heading(self, 1, HW_T_REPORT_OTHER_EVIDENCE);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN,
                       hwp_or(hw_record_text(b->identification, HW_FIELD_IDENTIFICATION_EVIDENCE),
                              hwp_say(self, HW_T_REPORT_OTHER_EVIDENCE_NONE)));
  hwp_heading(self, 2, HW_T_REPORT_PRIOR_FACTORS);
  hwp_report_table_begin(self, &table, "prior_factors");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_PRIOR_FACTOR), 1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_PRIOR_USED), 1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_PRIOR_PARAMETERS), 2, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_SOURCE), 2, HWP_TEXT);
  table.empty = hwp_say(self, HW_T_REPORT_PRIOR_DEFAULT);
  for (int i = 0; i < n; i++) {
    const bool is_used = hw_record_int(rows[i], HW_FIELD_PRIOR_FACTOR_IS_USED) != 0;
    HWP_ROW(self, &table,
            hwp_report_word(self, hw_record_text(rows[i], HW_FIELD_PRIOR_FACTOR_FACTOR)),
            hwp_say(self, is_used ? HW_T_REPORT_YES : HW_T_REPORT_NO),
            hw_record_text(rows[i], HW_FIELD_PRIOR_FACTOR_PARAMETERS),
            hw_record_text(rows[i], HW_FIELD_PRIOR_FACTOR_SOURCE));
    HW_TRY(hwp_report_stand_on(self, rows[i], err));
  }
  hwp_report_table_end(self, &table);
  return HW_OK;
}

/* Individuals that a sample or its bone is said to belong to, with what belongs to them. */
static hw_status add_individual(hwp_report *self, int64_t id, hwp_table *table, hw_err *err) {
  const hw_record *individual = NULL;
  const hw_record **members = NULL;
  int n = 0;
  HW_TRY(hwp_report_get(self, HW_KIND_INDIVIDUAL, id, &individual, err));
  if (individual == NULL ||
      strcmp(hw_record_text(individual, HW_FIELD_INDIVIDUAL_STATE), "dissolved") == 0)
    return HW_OK;
  const hw_value key = hw_value_int(id);
  HW_TRY(hwp_report_list_key(self, HW_KIND_INDIVIDUAL_MEMBER, 1, &key, &members, &n, err));
  for (int i = 0; i < n; i++) {
    const char *kind = hw_record_text(members[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND);
    const hw_kind_id item_kind = strcmp(kind, "sample") == 0 ? HW_KIND_SAMPLE : HW_KIND_SPECIMEN;
    const double p = hw_record_real(members[i], HW_FIELD_INDIVIDUAL_MEMBER_PROBABILITY);
    const char *code = "";
    HW_TRY(hwp_report_code(self, item_kind,
                           hw_record_int(members[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM), &code, err));
    HWP_ROW(self, table, hw_record_text(individual, HW_FIELD_INDIVIDUAL_CODE),
            hwp_report_word(self, hw_record_text(individual, HW_FIELD_INDIVIDUAL_STATE)),
            hwp_report_word(self, kind), code, hwp_report_probability(self, p, 1 - p));
  }
  return hwp_report_stand_on(self, individual, err);
}

static hw_status add_members_of(hwp_report *self, int64_t item, const char *kind, hwp_table *table,
                                int64_t known[16], int *n_known, hw_err *err) {
  const hw_record **rows = NULL;
  int n = 0;
  if (item == 0) return HW_OK;
  HW_TRY(hwp_report_list(self, HW_KIND_INDIVIDUAL_MEMBER, HW_FIELD_INDIVIDUAL_MEMBER_ITEM, item,
                         &rows, &n, err));
  for (int i = 0; i < n && *n_known < 16; i++) {
    const int64_t id = hw_record_int(rows[i], HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL);
    bool is_known = false;
    if (strcmp(hw_record_text(rows[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), kind) != 0) continue;
    for (int k = 0; k < *n_known; k++) is_known = is_known || known[k] == id;
    if (is_known) continue;
    known[(*n_known)++] = id;
    HW_TRY(add_individual(self, id, table, err));
  }
  return HW_OK;
}

static hw_status add_reassociation(board *b, hw_err *err) {
  hwp_report *self = b->self;
  const hw_record *sample = NULL;
  int64_t known[16];
  int n_known = 0;
  hwp_table table;
  hwp_heading(self, 1, HW_T_REPORT_REASSOCIATION);
  hwp_report_table_begin(self, &table, "individuals");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_INDIVIDUAL), 1, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_STATE), 1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_ITEM), 1.2, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_CODE), 1.2, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_PROBABILITY), 1, HWP_NUMBER);
  table.empty = hwp_say(self, HW_T_REPORT_REASSOCIATION_NONE);
  HW_TRY(hwp_report_get(self, HW_KIND_SAMPLE,
                        hw_record_int(b->identification, HW_FIELD_IDENTIFICATION_SAMPLE), &sample,
                        err));
  if (sample != NULL) {
    HW_TRY(add_members_of(self, sample->id, "sample", &table, known, &n_known, err));
    HW_TRY(add_members_of(self, hw_record_int(sample, HW_FIELD_SAMPLE_SPECIMEN), "specimen", &table,
                          known, &n_known, err));
  }
  hwp_report_table_end(self, &table);
  if (sample == NULL) return HW_OK;
  hwp_heading(self, 1, HW_T_REPORT_ITEMS);
  return hwp_report_items(self, sample->id, err);
}

/* --- what speaks against --- */

static hw_status add_contradictions(board *b, hw_err *err) {
  hwp_report *self = b->self;
  hwp_table table;
  hwp_heading(self, 1, HW_T_REPORT_CONTRADICTIONS);
  hwp_report_table_begin(self, &table, "contradictions");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_CODE), 0.8, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_CONTRADICTION), 3, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_STATE), 1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_RESOLUTION), 2.2, HWP_TEXT);
  table.empty = hwp_say(self, HW_T_REPORT_CONTRADICTIONS_NONE);
  for (int i = 0; i < b->sheet.n_contradictions; i++) {
    const hw_decide_contradiction *c = &b->sheet.contradictions[i];
    const char *code = c->is_stored ? c->code : "–";
    const char *state = c->is_stored ? c->state : "open";
    HWP_ROW(self, &table, code, c->text, hwp_report_word(self, state), c->reason);
    if (!c->is_stored) continue;
    const hw_record *row = NULL;
    hwp_claim(self, hwp_print(self, "contradiction.%s", c->code), state);
    HW_TRY(hwp_report_get_code(self, HW_KIND_CONTRADICTION, c->code, &row, err));
    HW_TRY(hwp_report_stand_on(self, row, err));
  }
  hwp_report_table_end(self, &table);
  return HW_OK;
}

static void add_alternatives(board *b) {
  hwp_report *self = b->self;
  hwp_table table;
  hwp_heading(self, 1, HW_T_REPORT_ALTERNATIVES);
  hwp_report_table_begin(self, &table, "alternatives");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_REMAINS), 1.4, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_MISSING_PERSON), 1.6, HWP_CODE);
  hwp_table_column(self, &table, "log10 LR", 1, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_POSTERIOR), 1, HWP_NUMBER);
  table.empty = hwp_say(self, HW_T_REPORT_ALTERNATIVES_NONE);
  for (int i = 0; i < b->sheet.n_alternatives; i++) {
    const hw_decide_alternative *a = &b->sheet.alternatives[i];
    const char *log10_lr = hwp_report_real(self, a->log10_lr, 2);
    HWP_ROW(self, &table, a->sample, a->person, log10_lr,
            hwp_report_probability(self, a->posterior, a->complement));
    hwp_figure(self, hwp_print(self, "alternative.%d.log10_lr", i + 1), a->log10_lr, log10_lr);
  }
  hwp_report_table_end(self, &table);
}

/* --- what the policy asks --- */

static const char *asked_of(board *b, const hw_decide_check *c) {
  hwp_report *self = b->self;
  const hw_policy *p = &b->sheet.policy;
  const char *least = "";
  if (strcmp(c->what, "reviewers") == 0)
    return HWP_FILL(self, HW_T_REPORT_ASKED_REVIEWERS, hwp_report_int(self, p->reviewers));
  if (strcmp(c->what, "remains") == 0) return hwp_say(self, HW_T_REPORT_ASKED_REMAINS);
  if (strcmp(c->what, "contradictions") == 0)
    return hwp_say(self, HW_T_REPORT_ASKED_CONTRADICTIONS);
  if (strcmp(c->what, "basis") == 0) return hwp_say(self, HW_T_REPORT_ASKED_BASIS);
  if (strcmp(c->what, "joint") == 0) return hwp_say(self, HW_T_REPORT_ASKED_JOINT);
  if (strcmp(c->what, "posterior") == 0)
    least = hwp_report_probability(self, p->posterior, 1 - p->posterior);
  if (strcmp(c->what, "log10_lr") == 0) least = hwp_report_real(self, p->log10_lr, 2);
  if (strcmp(c->what, "alternative_log10_lr") == 0)
    least = hwp_report_real(self, p->alternative_log10_lr, 2);
  if (strcmp(c->what, "markers") == 0) least = hwp_report_int(self, p->markers);
  return least[0] != '\0' ? HWP_FILL(self, HW_T_REPORT_ASKED_LEAST, least) : c->asked;
}

static const char *found_of(board *b, const hw_decide_check *c) {
  hwp_report *self = b->self;
  const hw_decide_sheet *s = &b->sheet;
  int agree = 0, disagree = 0, n_open = 0;
  for (int i = 0; i < s->n_reviews; i++)
    if (s->reviews[i].counts) {
      agree += strcmp(s->reviews[i].verdict, "agrees") == 0;
      disagree += strcmp(s->reviews[i].verdict, "disagrees") == 0;
    }
  for (int i = 0; i < s->n_contradictions; i++)
    n_open += strcmp(s->contradictions[i].state, "resolved") != 0;
  if (strcmp(c->what, "reviewers") == 0)
    return HWP_FILL(self, HW_T_REPORT_FOUND_REVIEWERS, hwp_report_int(self, agree),
                    hwp_report_int(self, disagree));
  if (strcmp(c->what, "contradictions") == 0)
    return HWP_FILL(self, HW_T_REPORT_FOUND_CONTRADICTIONS, hwp_report_int(self, n_open));
  if (strcmp(c->what, "posterior") == 0)
    return hwp_or(hwp_report_probability(self, s->posterior, s->complement),
                  hwp_say(self, HW_T_REPORT_NOT_KNOWN));
  if (strcmp(c->what, "log10_lr") == 0)
    return hwp_or(hwp_report_real(self, s->log10_lr, 2), hwp_say(self, HW_T_REPORT_NOT_KNOWN));
  if (strcmp(c->what, "alternative_log10_lr") == 0)
    return hwp_or(hwp_report_real(self, s->alternative_log10_lr, 2),
                  hwp_say(self, HW_T_REPORT_NOT_KNOWN));
  if (strcmp(c->what, "markers") == 0)
    return s->markers >= 0 ? hwp_report_int(self, s->markers)
                           : hwp_say(self, HW_T_REPORT_NOT_KNOWN);
  if (c->is_met) return "";
  /* A basis that does not hold, another identification: the program's own words, with codes. */
  return c->found;
}

static hw_status add_policy(board *b, hw_err *err) {
  hwp_report *self = b->self;
  const hw_record *policy = NULL;
  hwp_table table;
  hwp_heading(self, 1, HW_T_REPORT_POLICY);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN,
                       b->sheet.policy.id == 0
                           ? hwp_say(self, HW_T_REPORT_POLICY_BUILT_IN)
                           : HWP_FILL(self, HW_T_REPORT_POLICY_NAMED, b->sheet.policy.code));
  hwp_report_table_begin(self, &table, "policy");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_CRITERION), 1.6, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_ASKED), 2.2, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_FOUND), 2, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_MET), 0.9, HWP_TEXT);
  for (int i = 0; i < b->sheet.n_checks; i++) {
    const hw_decide_check *c = &b->sheet.checks[i];
    const char *name = hwp_print(self, "check_%s", c->what);
    HWP_ROW(self, &table, hwp_report_word(self, name), asked_of(b, c), found_of(b, c),
            hwp_say(self, c->is_met ? HW_T_REPORT_IS_MET : HW_T_REPORT_IS_NOT_MET));
    hwp_claim(self, hwp_print(self, "policy.%s", c->what), c->is_met ? "met" : "not met");
  }
  hwp_report_table_end(self, &table);
  HW_TRY(hwp_report_get(self, HW_KIND_POLICY, b->sheet.policy.id, &policy, err));
  return hwp_report_stand_on(self, policy, err);
}

/* --- who said what --- */

static hw_status add_reviews(board *b, hw_err *err) {
  hwp_report *self = b->self;
  const hw_record **rows = NULL;
  int n = 0;
  hwp_table table;
  const hw_value key = hw_value_int(b->identification->id);
  HW_TRY(hwp_report_list_key(self, HW_KIND_REVIEW, 1, &key, &rows, &n, err));
  hwp_heading(self, 1, HW_T_REPORT_REVIEWS);
  hwp_report_table_begin(self, &table, "reviews");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_TIME), 1.3, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_REVIEWER), 1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_VERDICT), 1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_REASON), 3, HWP_TEXT);
  for (int i = 0; i < n; i++) {
    const char *who = "", *at = "";
    const char *verdict = hw_record_text(rows[i], HW_FIELD_REVIEW_VERDICT);
    HW_TRY(hwp_report_code(self, HW_KIND_ACTOR, hw_record_int(rows[i], HW_FIELD_REVIEW_REVIEWER),
                           &who, err));
    HW_TRY(hwp_report_moment(self, rows[i]->entry, &at, err));
    HWP_ROW(self, &table, hwp_report_date(self, at), who, hwp_report_word(self, verdict),
            hw_record_text(rows[i], HW_FIELD_REVIEW_REASON));
    hwp_claim(self, hwp_print(self, "review.%d", i + 1), hwp_print(self, "%s %s", who, verdict));
    HW_TRY(hwp_report_stand_on(self, rows[i], err));
  }
  hwp_report_table_end(self, &table);
  return HW_OK;
}

/* Why a step was taken; "by a run" is the program's own. */
static const char *reason_text(const hwp_report *self, const char *reason) {
  const char *said = hw_text_named(self->language, "SAYS_", reason, NULL);
  return said != NULL ? said : reason;
}

static hw_status add_decisions(board *b, hw_err *err) {
  hwp_report *self = b->self;
  const hw_record **rows = NULL;
  int n = 0;
  hwp_table table;
  const hw_value key = hw_value_int(b->identification->id);
  HW_TRY(hwp_report_list_key(self, HW_KIND_DECISION, 1, &key, &rows, &n, err));
  hwp_heading(self, 1, HW_T_REPORT_DECISIONS);
  hwp_report_table_begin(self, &table, "decisions");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_TIME), 1.3, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_STEP), 1.1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_BY), 1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_REASON), 3, HWP_TEXT);
  for (int i = 0; i < n; i++) {
    const char *who = "", *at = "";
    const char *action = hw_record_text(rows[i], HW_FIELD_DECISION_ACTION);
    HW_TRY(hwp_report_code(self, HW_KIND_ACTOR, hw_record_int(rows[i], HW_FIELD_DECISION_ACTOR),
                           &who, err));
    HW_TRY(hwp_report_moment(self, rows[i]->entry, &at, err));
    HWP_ROW(self, &table, hwp_report_date(self, at),
            hwp_report_word(self, hwp_print(self, "step_%s", action)), who,
            reason_text(self, hw_record_text(rows[i], HW_FIELD_DECISION_REASON)));
    HW_TRY(hwp_report_stand_on(self, rows[i], err));
  }
  hwp_report_table_end(self, &table);
  return HW_OK;
}

/* --- the whole --- */

hw_status hwp_report_board(hwp_report *self, hw_err *err) {
  board b = {.self = self};
  HW_TRY(hwp_report_get_code(self, HW_KIND_IDENTIFICATION, self->request.subject, &b.identification,
                             err));
  HW_TRY(hw_decide_sheet_read(self->app, self->request.subject, &self->arena, &b.sheet, err));
  HW_TRY(describe(&b, err));
  summarise(&b);
  HW_TRY(add_genetics(&b, err));
  HW_TRY(add_prior(&b, err));
  HW_TRY(add_reassociation(&b, err));
  HW_TRY(add_contradictions(&b, err));
  add_alternatives(&b);
  HW_TRY(add_policy(&b, err));
  HW_TRY(add_reviews(&b, err));
  HW_TRY(add_decisions(&b, err));
  HW_TRY(hwp_report_foundation(self, err));
  hwp_heading(self, 1, HW_T_REPORT_BOARD_CONCLUSION);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_BOARD_CONCLUSION_TEXT));
  hwp_signatures(self, 4,
                 (const hw_text_id[]){HW_T_REPORT_SIGN_CHAIR, HW_T_REPORT_SIGN_SECRETARY,
                                      HW_T_REPORT_SIGN_MEMBER, HW_T_REPORT_SIGN_MEMBER});
  return HW_OK;
}
