/* The comparison report: one remains against one missing person.
 *
 * In the order in which ISO 21043-5 asks for it: what was examined and in which state
 * it came, the question as two propositions, what was assumed, the data, what they
 * are worth (ratio, verbal scale), how far that depends on the assumptions, what the
 * result does not say, and what it takes to compute it again. It says nothing of how
 * probable the identification is: that is the board's to weigh, with everything else. */
#include <math.h>
#include <string.h>

#include "app/report_int.h"
#include "base/check.h"

/* Who is compared, in words and codes. */
static hw_status describe_pair(hwp_report *self, const hwp_pair *pair, hw_err *err) {
  const char *who = "", *comparison = "";
  hwp_facts facts = {.n = 0};
  HW_TRY(hwp_report_who(self, pair->person->id, &who, err));
  HW_TRY(hwp_report_code(self, HW_KIND_COMPARISON, pair->comparison->id, &comparison, err));
  hwp_report_fact(self, &facts, HW_T_REPORT_REMAINS,
                  hw_record_text(pair->sample, HW_FIELD_SAMPLE_CODE));
  hwp_report_fact(self, &facts, HW_T_REPORT_MISSING_PERSON, who);
  hwp_report_fact(self, &facts, HW_T_REPORT_FAMILY,
                  hw_record_text(pair->family, HW_FIELD_FAMILY_CODE));
  hwp_report_fact(self, &facts, HW_T_REPORT_INVESTIGATION,
                  hw_record_text(pair->investigation, HW_FIELD_INVESTIGATION_CODE));
  if (pair->identification != NULL)
    hwp_report_fact(self, &facts, HW_T_REPORT_IDENTIFICATION,
                    hw_record_text(pair->identification, HW_FIELD_IDENTIFICATION_CODE));
  hwp_report_fact(self, &facts, HW_T_REPORT_COMPARISON, comparison);
  hwp_report_facts_end(self, &facts, "pair");
  hwp_claim(self, "remains", hw_record_text(pair->sample, HW_FIELD_SAMPLE_CODE));
  hwp_claim(self, "person", hw_record_text(pair->person, HW_FIELD_PERSON_CODE));
  hwp_claim(self, "family", hw_record_text(pair->family, HW_FIELD_FAMILY_CODE));
  HW_TRY(hwp_report_stand_on(self, pair->comparison, err));
  HW_TRY(hwp_report_stand_on(self, pair->run, err));
  HW_TRY(hwp_report_stand_on(self, pair->profile, err));
  HW_TRY(hwp_report_stand_on(self, pair->person, err));
  HW_TRY(hwp_report_stand_on(self, pair->family, err));
  return hwp_report_stand_on(self, pair->investigation, err);
}

static void conclude(hwp_report *self, const hwp_pair *pair) {
  const char *remains = hw_record_text(pair->sample, HW_FIELD_SAMPLE_CODE);
  const char *person = hw_record_text(pair->person, HW_FIELD_PERSON_CODE);
  const char *verbal = hwp_verbal(self, pair->log10_lr);
  hwp_report_paragraph(
      self, HW_PARAGRAPH_LEAD,
      pair->log10_lr == -HUGE_VAL ? HWP_FILL(self, HW_T_REPORT_CONCLUSION_EXCLUDED, remains, person)
      : pair->log10_lr >= 0
          ? HWP_FILL(self, HW_T_REPORT_CONCLUSION, hwp_ratio(self, pair->log10_lr), verbal)
          : HWP_FILL(self, HW_T_REPORT_CONCLUSION_AGAINST, hwp_ratio(self, -pair->log10_lr),
                     verbal));
}

/* How the profile of the remains was made. */
static hw_status describe_typing(hwp_report *self, const hwp_pair *pair, hw_err *err) {
  const hw_record *p = pair->profile;
  hwp_facts facts = {.n = 0};
  const char *panel = "";
  HW_TRY(
      hwp_report_code(self, HW_KIND_PANEL, hw_record_int(p, HW_FIELD_PROFILE_PANEL), &panel, err));
  hwp_report_fact(self, &facts, HW_T_REPORT_PROFILE, hw_record_text(p, HW_FIELD_PROFILE_CODE));
  hwp_report_fact(self, &facts, HW_T_REPORT_PROFILE_USE,
                  hwp_report_word(self, hw_record_text(p, HW_FIELD_PROFILE_USE)));
  hwp_report_fact(self, &facts, HW_T_REPORT_PANEL,
                  hwp_or(hw_record_text(p, HW_FIELD_PROFILE_KIT), panel));
  hwp_report_fact(self, &facts, HW_T_REPORT_LABORATORY,
                  hw_record_text(p, HW_FIELD_PROFILE_LABORATORY));
  hwp_report_fact(self, &facts, HW_T_REPORT_ANALYST, hw_record_text(p, HW_FIELD_PROFILE_ANALYST));
  hwp_report_fact(self, &facts, HW_T_REPORT_SECOND_ANALYST,
                  hw_record_text(p, HW_FIELD_PROFILE_SECOND_ANALYST));
  const char *typed = hw_record_text(p, HW_FIELD_PROFILE_TYPED_ON);
  if (typed[0] != '\0')
    hwp_report_fact(self, &facts, HW_T_REPORT_TYPED_ON, hwp_report_date(self, typed));
  hwp_report_facts_end(self, &facts, "typing");
  return HW_OK;
}

/* What a typed person is to the missing one, as the pedigree has it. */
static hw_text_id relation_of(const hw_pedigree *pedigree, int32_t missing, int32_t other) {
  const hw_person *m = &pedigree->persons[missing], *o = &pedigree->persons[other];
  const bool has_father = m->father != HW_PERSON_NONE && m->father == o->father;
  const bool has_mother = m->mother != HW_PERSON_NONE && m->mother == o->mother;
  if (m->father == other) return HW_T_REPORT_RELATION_FATHER;
  if (m->mother == other) return HW_T_REPORT_RELATION_MOTHER;
  if (o->father == missing || o->mother == missing) return HW_T_REPORT_RELATION_CHILD;
  if (has_father && has_mother) return HW_T_REPORT_RELATION_SIBLING;
  if (has_father || has_mother) return HW_T_REPORT_RELATION_HALF_SIBLING;
  return HW_T_REPORT_RELATION_OTHER;
}

/* Who of the family is typed, as what. */
static hw_status describe_references(hwp_report *self, const hwp_pair *pair, hw_err *err) {
  const hw_family *family = &pair->stored.problem.families[pair->place];
  hwp_table table;
  hwp_report_table_begin(self, &table, "references");
  table.title = hwp_say(self, HW_T_REPORT_REFERENCES);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_PERSON), 2, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_RELATION), 2, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_PROFILE), 2, HWP_CODE);
  for (int32_t i = 0; i < family->n_profiles; i++) {
    const int64_t profile_id = pair->stored.family_profile[pair->place][i];
    const int64_t person = pair->stored.family_person[pair->place][family->profile_person[i]];
    const hw_record *profile = NULL;
    const hw_record **members = NULL;
    const hw_value key[2] = {hw_value_int(pair->family->id), hw_value_int(person)};
    int n = 0;
    const char *who = "", *code = "";
    HW_TRY(hwp_report_who(self, person, &who, err));
    HW_TRY(hwp_report_code(self, HW_KIND_PROFILE, profile_id, &code, err));
    HW_TRY(hwp_report_list_key(self, HW_KIND_FAMILY_MEMBER, 2, key, &members, &n, err));
    const char *relation = n > 0 ? hw_record_text(members[0], HW_FIELD_FAMILY_MEMBER_RELATION) : "";
    const hw_text_id stated =
        relation_of(&family->pedigree, family->missing[pair->missing], family->profile_person[i]);
    HWP_ROW(self, &table, who,
            relation[0] != '\0' ? hwp_report_word(self, relation) : hwp_say(self, stated), code);
    HW_TRY(hwp_report_get(self, HW_KIND_PROFILE, profile_id, &profile, err));
    HW_TRY(hwp_report_stand_on(self, profile, err));
  }
  hwp_report_table_end(self, &table);
  return HW_OK;
}

static void propose(hwp_report *self, const hwp_pair *pair) {
  const char *remains = hw_record_text(pair->sample, HW_FIELD_SAMPLE_CODE);
  const char *person = hw_record_text(pair->person, HW_FIELD_PERSON_CODE);
  const char *family = hw_record_text(pair->family, HW_FIELD_FAMILY_CODE);
  hwp_heading(self, 1, HW_T_REPORT_PROPOSITIONS);
  hwp_report_paragraph(self, HW_PARAGRAPH_ITEM,
                       HWP_FILL(self, HW_T_REPORT_H1, remains, person, family));
  hwp_report_paragraph(self, HW_PARAGRAPH_ITEM, HWP_FILL(self, HW_T_REPORT_H2, remains, family));
}

static hw_status write_sections(hwp_report *self, hwp_pair *pair, hw_err *err) {
  HW_TRY(describe_pair(self, pair, err));
  conclude(self, pair);
  hwp_heading(self, 1, HW_T_REPORT_ITEMS);
  HW_TRY(hwp_report_items(self, pair->sample->id, err));
  HW_TRY(describe_typing(self, pair, err));
  HW_TRY(describe_references(self, pair, err));
  HW_TRY(hwp_draw_pedigree(self, &pair->stored, pair->place, err));
  propose(self, pair);
  hwp_heading(self, 1, HW_T_REPORT_ASSUMPTIONS);
  HW_TRY(hwp_report_assumptions(self, pair, err));
  hwp_heading(self, 1, HW_T_REPORT_RESULT);
  HW_TRY(hwp_report_ratio(self, pair, err));
  hwp_report_paragraph(self, HW_PARAGRAPH_NOTE, hwp_say(self, HW_T_REPORT_SCALE_NOTE));
  hwp_heading(self, 2, HW_T_REPORT_DATA_BY_MARKER);
  HW_TRY(hwp_report_markers(self, pair, err));
  hwp_heading(self, 1, HW_T_REPORT_SENSITIVITY);
  HW_TRY(hwp_report_band(self, pair, err));
  hwp_heading(self, 1, HW_T_REPORT_LIMITS);
  hwp_item(self, HW_T_REPORT_LIMIT_LR);
  hwp_item(self, HW_T_REPORT_LIMIT_RELATIVES);
  hwp_item(self, HW_T_REPORT_LIMIT_PEDIGREE);
  hwp_item(self, HW_T_REPORT_LIMIT_ITEMS);
  HW_TRY(hwp_report_foundation(self, err));
  hwp_signatures(self, 2,
                 (const hw_text_id[]){HW_T_REPORT_SIGN_ANALYST, HW_T_REPORT_SIGN_REVIEWER});
  return HW_OK;
}

hw_status hwp_report_comparison(hwp_report *self, hw_err *err) {
  hwp_pair pair;
  HW_TRY(hwp_pair_find(self, self->request.subject, &pair, err));
  hw_status status = hwp_pair_load(self, &pair, err);
  if (status == HW_OK) status = write_sections(self, &pair, err);
  hwp_pair_clear(&pair);
  return status;
}
