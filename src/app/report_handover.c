/* Minutes of a handover: biên bản bàn giao.
 *
 * Who gives and who receives, when and where, on what basis (the identification, the
 * decision, the report that the board signed), which items in which condition, and
 * places for all who sign. The items are those of the handover's records, their
 * condition that of the last event of custody. */
#include <string.h>

#include "app/report_int.h"
#include "base/check.h"

typedef struct minutes {
  hwp_report *self;
  const hw_record *handover, *identification;
} minutes;

/* --- basis --- */

static hw_status find_decision(minutes *m, const hw_record **out, hw_err *err) {
  const hw_record **rows = NULL;
  int n = 0;
  const hw_value key = hw_value_int(m->identification->id);
  *out = NULL;
  HW_TRY(hwp_report_list_key(m->self, HW_KIND_DECISION, 1, &key, &rows, &n, err));
  for (int i = 0; i < n; i++)
    if (strcmp(hw_record_text(rows[i], HW_FIELD_DECISION_ACTION), "confirmed") == 0) *out = rows[i];
  return HW_OK;
}

static hw_status add_basis(minutes *m, hw_err *err) {
  hwp_report *self = m->self;
  const hw_record *decision = NULL, *operation = NULL;
  hwp_heading(self, 1, HW_T_REPORT_HANDOVER_BASIS);
  if (m->identification == NULL) {
    hwp_report_paragraph(self, HW_PARAGRAPH_ITEM,
                         hwp_say(self, HW_T_REPORT_HANDOVER_NO_IDENTIFICATION));
  } else {
    const char *who = "", *at = "";
    const char *code = hw_record_text(m->identification, HW_FIELD_IDENTIFICATION_CODE);
    HW_TRY(hwp_report_who(self, hw_record_int(m->identification, HW_FIELD_IDENTIFICATION_PERSON),
                          &who, err));
    HW_TRY(find_decision(m, &decision, err));
    if (decision != NULL) HW_TRY(hwp_report_moment(self, decision->entry, &at, err));
    hwp_report_paragraph(
        self, HW_PARAGRAPH_ITEM,
        decision != NULL
            ? HWP_FILL(self, HW_T_REPORT_HANDOVER_DECISION, code, hwp_day(self, at), who)
            : HWP_FILL(self, HW_T_REPORT_HANDOVER_IDENTIFICATION, code, who));
    if (decision == NULL)
      hwp_report_paragraph(self, HW_PARAGRAPH_WARNING,
                           HWP_FILL(self, HW_T_REPORT_HANDOVER_NOT_CONFIRMED, code));
    const char *signed_digest = hw_record_text(m->identification, HW_FIELD_IDENTIFICATION_REPORT);
    if (signed_digest[0] != '\0')
      hwp_report_paragraph(self, HW_PARAGRAPH_ITEM,
                           HWP_FILL(self, HW_T_REPORT_HANDOVER_SIGNED, signed_digest));
    hwp_claim(self, "identification", code);
    HW_TRY(hwp_report_stand_on(self, m->identification, err));
    HW_TRY(hwp_report_stand_on(self, decision, err));
  }
  HW_TRY(hwp_report_get(self, HW_KIND_OPERATION,
                        hw_record_int(m->handover, HW_FIELD_HANDOVER_OPERATION), &operation, err));
  if (operation != NULL)
    hwp_report_paragraph(self, HW_PARAGRAPH_ITEM,
                         HWP_FILL(self, HW_T_REPORT_HANDOVER_OPERATION,
                                  hw_record_text(operation, HW_FIELD_OPERATION_CODE),
                                  hw_record_text(operation, HW_FIELD_OPERATION_NAME)));
  const char *reference = hw_record_text(m->handover, HW_FIELD_HANDOVER_MINUTES);
  if (reference[0] != '\0')
    hwp_report_paragraph(self, HW_PARAGRAPH_ITEM,
                         HWP_FILL(self, HW_T_REPORT_HANDOVER_MINUTES, reference));
  return HW_OK;
}

/* --- parties --- */

static void add_parties(minutes *m) {
  hwp_report *self = m->self;
  hwp_facts giver = {.n = 0}, receiver = {.n = 0};
  const char *blank = hwp_say(self, HW_T_REPORT_BLANK);
  const char *recipient = hw_record_text(m->handover, HW_FIELD_HANDOVER_RECIPIENT);
  const char *on = hwp_report_date(self, hw_record_text(m->handover, HW_FIELD_HANDOVER_HANDED_ON));
  const char *place = hw_record_text(m->handover, HW_FIELD_HANDOVER_PLACE);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN,
                       HWP_FILL(self, HW_T_REPORT_HANDOVER_TODAY, on, hwp_or(place, blank)));
  hwp_heading(self, 1, HW_T_REPORT_HANDOVER_GIVER);
  hwp_report_fact(self, &giver, HW_T_REPORT_HANDOVER_ORGANISATION, blank);
  hwp_report_fact(self, &giver, HW_T_REPORT_HANDOVER_REPRESENTATIVE, blank);
  hwp_report_fact(self, &giver, HW_T_REPORT_HANDOVER_POSITION, blank);
  hwp_report_facts_end(self, &giver, "giver");
  hwp_heading(self, 1, HW_T_REPORT_HANDOVER_RECEIVER);
  hwp_report_fact(self, &receiver, HW_T_REPORT_HANDOVER_NAME, self->has_names ? recipient : blank);
  hwp_report_fact(self, &receiver, HW_T_REPORT_HANDOVER_RELATION, blank);
  hwp_report_fact(self, &receiver, HW_T_REPORT_HANDOVER_PAPERS, blank);
  hwp_report_facts_end(self, &receiver, "receiver");
  hwp_claim(self, "handed_on", hw_record_text(m->handover, HW_FIELD_HANDOVER_HANDED_ON));
  hwp_claim(self, "place", place);
  hwp_claim(self, "name.recipient", self->has_names ? recipient : "");
}

/* --- items --- */

static hw_kind_id kind_of(const char *word) {
  if (strcmp(word, "sample") == 0) return HW_KIND_SAMPLE;
  return strcmp(word, "specimen") == 0 ? HW_KIND_SPECIMEN : HW_KIND_ACCESSION;
}

/* Seal and condition, of the last event of custody. */
static hw_status find_condition(minutes *m, const char *kind, int64_t item, const char **seal,
                                const char **condition, hw_err *err) {
  hwp_report *self = m->self;
  const hw_record **events = NULL;
  int n = 0;
  const hw_value key[2] = {hw_value_text(kind), hw_value_int(item)};
  *seal = *condition = "";
  HW_TRY(hwp_report_list_key(self, HW_KIND_CUSTODY, 2, key, &events, &n, err));
  for (int i = 0; i < n; i++) {
    const char *number = hw_record_text(events[i], HW_FIELD_CUSTODY_SEAL);
    const char *state = hw_record_text(events[i], HW_FIELD_CUSTODY_SEAL_STATE);
    if (number[0] != '\0') *seal = number;
    if (state[0] != '\0')
      *condition = strcmp(state, "none") == 0 ? hwp_say(self, HW_T_REPORT_NO_SEAL)
                                              : hwp_report_word(self, state);
  }
  return HW_OK;
}

static hw_status describe_item(minutes *m, const hw_record *item, const char **out, hw_err *err) {
  hwp_report *self = m->self;
  (void)err;
  if (item->kind->id == HW_KIND_SPECIMEN) {
    const char *side = hw_record_text(item, HW_FIELD_SPECIMEN_SIDE);
    *out = hwp_print(
        self, "%s%s%s", hwp_report_word(self, hw_record_text(item, HW_FIELD_SPECIMEN_ELEMENT)),
        side[0] != '\0' ? ", " : "", side[0] != '\0' ? hwp_report_word(self, side) : "");
  } else if (item->kind->id == HW_KIND_SAMPLE) {
    *out = hwp_report_word(self, hw_record_text(item, HW_FIELD_SAMPLE_KIND));
  } else {
    *out = hw_record_text(item, HW_FIELD_ACCESSION_CONTAINER);
  }
  return HW_OK;
}

static hw_status add_items(minutes *m, hw_err *err) {
  hwp_report *self = m->self;
  const hw_record **rows = NULL;
  int n = 0;
  hwp_table table;
  const hw_value key = hw_value_int(m->handover->id);
  HW_TRY(hwp_report_list_key(self, HW_KIND_HANDOVER_ITEM, 1, &key, &rows, &n, err));
  hwp_heading(self, 1, HW_T_REPORT_HANDOVER_ITEMS);
  hwp_report_table_begin(self, &table, "items");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_ORDINAL), 0, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_ITEM), 1.2, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_CODE), 1.3, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_DESCRIPTION), 2, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_SEAL), 1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_CONDITION), 1.4, HWP_TEXT);
  for (int i = 0; i < n; i++) {
    const hw_record *item = NULL;
    const char *kind = hw_record_text(rows[i], HW_FIELD_HANDOVER_ITEM_ITEM_KIND);
    const int64_t id = hw_record_int(rows[i], HW_FIELD_HANDOVER_ITEM_ITEM);
    const char *code = "", *what = "", *seal = "", *condition = "";
    HW_TRY(hwp_report_code(self, kind_of(kind), id, &code, err));
    HW_TRY(hwp_report_get(self, kind_of(kind), id, &item, err));
    HW_TRY(find_condition(m, kind, id, &seal, &condition, err));
    if (item != NULL) HW_TRY(describe_item(m, item, &what, err));
    HWP_ROW(self, &table, hwp_report_int(self, i + 1), hwp_report_word(self, kind), code, what,
            seal, condition);
    hwp_claim(self, hwp_print(self, "item.%d", i + 1), hwp_print(self, "%s %s", kind, code));
    HW_TRY(hwp_report_stand_on(self, item, err));
  }
  hwp_report_table_end(self, &table);
  hwp_figure(self, "items", (double)n, hwp_report_int(self, n));
  return HW_OK;
}

/* --- the whole --- */

hw_status hwp_report_handover(hwp_report *self, hw_err *err) {
  minutes m = {.self = self};
  HW_TRY(hwp_report_get_code(self, HW_KIND_HANDOVER, self->request.subject, &m.handover, err));
  HW_TRY(hwp_report_get(self, HW_KIND_IDENTIFICATION,
                        hw_record_int(m.handover, HW_FIELD_HANDOVER_IDENTIFICATION),
                        &m.identification, err));
  hwp_claim(self, "handover", hw_record_text(m.handover, HW_FIELD_HANDOVER_CODE));
  HW_TRY(hwp_report_stand_on(self, m.handover, err));
  add_parties(&m);
  HW_TRY(add_basis(&m, err));
  HW_TRY(add_items(&m, err));
  hwp_heading(self, 1, HW_T_REPORT_HANDOVER_STATEMENT);
  hwp_item(self, HW_T_REPORT_HANDOVER_CHECKED);
  hwp_item(self, HW_T_REPORT_HANDOVER_FROM_NOW);
  hwp_item(self, HW_T_REPORT_HANDOVER_COPIES);
  const char *note = hw_record_text(m.handover, HW_FIELD_HANDOVER_NOTE);
  if (note[0] != '\0')
    hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, HWP_FILL(self, HW_T_REPORT_HANDOVER_NOTE, note));
  hwp_signatures(self, 4,
                 (const hw_text_id[]){HW_T_REPORT_SIGN_RECEIVER, HW_T_REPORT_SIGN_GIVER,
                                      HW_T_REPORT_SIGN_AUTHORITY, HW_T_REPORT_SIGN_WITNESS});
  return HW_OK;
}
