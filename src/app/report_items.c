/* Items of a report and their integrity: sample, bone, box, and who held them when.
 *
 * ISO 21043-5 asks a report for the items that were examined and for what is known of
 * their integrity. A sample is followed to the specimen it was cut from and to the
 * accession that lies in, each with the numbers that others gave it and with its chain
 * of custody: how many events, whether the chain is without a gap (app/custody.h), who
 * holds it, and under which seal. */
#include <string.h>

#include "app/custody.h"
#include "app/report_int.h"
#include "base/check.h"

enum { MOST_STEPS = 16 };

typedef struct item {
  const hw_record *record;
  const char *kind; /* "sample" */
} item;

/* --- custody --- */

typedef struct fault_list {
  hwp_report *self;
  int64_t most; /* events later than the report do not count */
  int n;
  const char *numbers;
} fault_list;

static hw_status take_fault(void *context, const hw_custody_fault *fault, hw_err *err) {
  fault_list *list = context;
  (void)err;
  if (fault->number > list->most) return HW_OK;
  list->n++;
  list->numbers = hwp_print(list->self, "%s%s%lld", list->numbers, list->n > 1 ? ", " : "",
                            (long long)fault->number);
  return HW_OK;
}

static hw_status list_events(hwp_report *self, hw_kind_id kind, int64_t id,
                             const hw_record ***events, int *n, hw_err *err) {
  const hw_value key[2] = {hw_value_text(hw_kind_get(kind)->name), hw_value_int(id)};
  return hwp_report_list_key(self, HW_KIND_CUSTODY, 2, key, events, n, err);
}

/* Who has an item, or what a handover writes in place of a name. */
static const char *holder_text(hwp_report *self, const char *holder) {
  static const char recipient[] = "recipient of ";
  if (strcmp(holder, "not recorded") == 0) return hwp_say(self, HW_T_HANDOVERS_NOT_RECORDED);
  if (strncmp(holder, recipient, sizeof recipient - 1) != 0) return holder;
  return HWP_FILL(self, HW_T_HANDOVERS_RECIPIENT_OF, holder + sizeof recipient - 1);
}

hw_status hwp_report_custody(hwp_report *self, hw_kind_id kind, int64_t id, const char **state,
                             const char **holder, hw_err *err) {
  const hw_record **events = NULL;
  int n = 0;
  if (holder != NULL) *holder = "";
  *state = hwp_say(self, HW_T_REPORT_CUSTODY_NONE);
  HW_TRY(list_events(self, kind, id, &events, &n, err));
  if (n == 0) return HW_OK;
  fault_list faults = {
      .self = self, .most = hw_record_int(events[n - 1], HW_FIELD_CUSTODY_NUMBER), .numbers = ""};
  HW_TRY(hw_custody_check(self->store, kind, id, take_fault, &faults, err));
  *state = faults.n == 0 ? HWP_FILL(self, HW_T_REPORT_CUSTODY_COMPLETE, hwp_report_int(self, n))
                         : HWP_FILL(self, HW_T_REPORT_CUSTODY_FAULTS, hwp_report_int(self, n),
                                    faults.numbers);
  if (holder != NULL)
    *holder = holder_text(self, hw_record_text(events[n - 1], HW_FIELD_CUSTODY_TO));
  return HW_OK;
}

/* --- the items --- */

/* Numbers that others gave it: "field 12; laboratory A-7". */
static hw_status list_numbers(hwp_report *self, const item *it, const char **out, hw_err *err) {
  const hw_record **rows = NULL;
  int n = 0;
  const hw_value key[2] = {hw_value_text(it->kind), hw_value_int(it->record->id)};
  *out = "";
  HW_TRY(hwp_report_list_key(self, HW_KIND_ITEM_NUMBER, 2, key, &rows, &n, err));
  for (int i = 0; i < n; i++)
    *out = hwp_print(self, "%s%s%s %s", *out, i > 0 ? "; " : "",
                     hw_record_text(rows[i], HW_FIELD_ITEM_NUMBER_SYSTEM),
                     hw_record_text(rows[i], HW_FIELD_ITEM_NUMBER_NUMBER));
  return HW_OK;
}

static const char *describe(hwp_report *self, const item *it) {
  const hw_record *r = it->record;
  switch (r->kind->id) {
    case HW_KIND_SAMPLE: {
      const char *kind = hw_record_text(r, HW_FIELD_SAMPLE_KIND);
      const char *on = hw_record_text(r, HW_FIELD_SAMPLE_TAKEN_ON);
      return hwp_print(self, "%s%s%s", kind[0] != '\0' ? hwp_report_word(self, kind) : "",
                       on[0] != '\0' ? ", " : "", on[0] != '\0' ? hwp_report_date(self, on) : "");
    }
    case HW_KIND_SPECIMEN: {
      const char *side = hw_record_text(r, HW_FIELD_SPECIMEN_SIDE);
      const char *portion = hw_record_text(r, HW_FIELD_SPECIMEN_PORTION);
      return hwp_print(
          self, "%s%s%s%s%s", hwp_report_word(self, hw_record_text(r, HW_FIELD_SPECIMEN_ELEMENT)),
          side[0] != '\0' ? ", " : "", side[0] != '\0' ? hwp_report_word(self, side) : "",
          portion[0] != '\0' ? ", " : "", portion[0] != '\0' ? hwp_report_word(self, portion) : "");
    }
    default: {
      const char *how = hw_record_text(r, HW_FIELD_ACCESSION_HOW);
      const char *on = hw_record_text(r, HW_FIELD_ACCESSION_RECEIVED_ON);
      return hwp_print(self, "%s%s%s", how[0] != '\0' ? hwp_report_word(self, how) : "",
                       how[0] != '\0' && on[0] != '\0' ? ", " : "",
                       on[0] != '\0' ? hwp_report_date(self, on) : "");
    }
  }
}

/* The sample, those it was made from, the bone, the box. */
static hw_status follow(hwp_report *self, int64_t sample, item items[MOST_STEPS], int *n,
                        hw_err *err) {
  const hw_record *row = NULL;
  int64_t specimen = 0, accession = 0;
  *n = 0;
  for (int64_t id = sample; id != 0 && *n < MOST_STEPS - 2;) {
    HW_TRY(hwp_report_get(self, HW_KIND_SAMPLE, id, &row, err));
    if (row == NULL) break;
    items[(*n)++] = (item){row, "sample"};
    id = hw_record_int(row, HW_FIELD_SAMPLE_PARENT);
    specimen = hw_record_int(row, HW_FIELD_SAMPLE_SPECIMEN);
    if (specimen != 0) break;
  }
  HW_TRY(hwp_report_get(self, HW_KIND_SPECIMEN, specimen, &row, err));
  if (row == NULL) return HW_OK;
  items[(*n)++] = (item){row, "specimen"};
  accession = hw_record_int(row, HW_FIELD_SPECIMEN_ACCESSION);
  HW_TRY(hwp_report_get(self, HW_KIND_ACCESSION, accession, &row, err));
  if (row != NULL) items[(*n)++] = (item){row, "accession"};
  return HW_OK;
}

static hw_status add_item(hwp_report *self, hwp_table *table, const item *it, hw_err *err) {
  const char *code = "", *state = "", *holder = "", *numbers = "";
  const hw_kind_id kind = it->record->kind->id;
  HW_TRY(hwp_report_code(self, kind, it->record->id, &code, err));
  HW_TRY(list_numbers(self, it, &numbers, err));
  HW_TRY(hwp_report_custody(self, kind, it->record->id, &state, &holder, err));
  HWP_ROW(self, table, hwp_report_word(self, it->kind), code, numbers, describe(self, it),
          holder[0] != '\0' ? hwp_print(self, "%s; %s", state, holder) : state);
  hwp_claim(self, hwp_print(self, "item.%s.%s.custody", it->kind, code), state);
  return hwp_report_stand_on(self, it->record, err);
}

static hw_status add_events(hwp_report *self, const item *it, hwp_table *table, hw_err *err) {
  const hw_record **events = NULL;
  int n = 0;
  const char *code = "";
  HW_TRY(hwp_report_code(self, it->record->kind->id, it->record->id, &code, err));
  HW_TRY(list_events(self, it->record->kind->id, it->record->id, &events, &n, err));
  for (int i = 0; i < n; i++) {
    const hw_record *e = events[i];
    const char *from = holder_text(self, hw_record_text(e, HW_FIELD_CUSTODY_FROM));
    const char *seal = hw_record_text(e, HW_FIELD_CUSTODY_SEAL);
    const char *found = hw_record_text(e, HW_FIELD_CUSTODY_SEAL_STATE);
    const char *who = holder_text(self, hw_record_text(e, HW_FIELD_CUSTODY_TO));
    HWP_ROW(self, table, code, hwp_report_int(self, hw_record_int(e, HW_FIELD_CUSTODY_NUMBER)),
            hwp_report_date(self, hw_record_text(e, HW_FIELD_CUSTODY_AT)),
            hwp_report_word(self, hw_record_text(e, HW_FIELD_CUSTODY_ACTION)),
            from[0] != '\0' ? hwp_print(self, "%s → %s", from, who) : who,
            hwp_print(self, "%s%s%s", seal, seal[0] != '\0' && found[0] != '\0' ? "; " : "",
                      found[0] != '\0' ? hwp_report_word(self, found) : ""));
  }
  return HW_OK;
}

hw_status hwp_report_items(hwp_report *self, int64_t sample, hw_err *err) {
  item items[MOST_STEPS];
  int n = 0;
  hwp_table table;
  HW_TRY(follow(self, sample, items, &n, err));
  hwp_report_table_begin(self, &table, "items");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_ITEM), 0.9, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_CODE), 1.1, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_OTHER_NUMBERS), 1.2, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_DESCRIPTION), 1.4, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_CUSTODY), 2, HWP_TEXT);
  for (int i = 0; i < n; i++) HW_TRY(add_item(self, &table, &items[i], err));
  hwp_report_table_end(self, &table);
  hwp_report_table_begin(self, &table, "custody");
  table.title = hwp_say(self, HW_T_REPORT_CUSTODY_EVENTS);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_ITEM), 1, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_ORDINAL), 0, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_TIME), 1.3, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_ACTION), 1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_HOLDER), 1.8, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_SEAL), 1, HWP_TEXT);
  for (int i = 0; i < n; i++) HW_TRY(add_events(self, &items[i], &table, err));
  if (table.n_rows > 0) hwp_report_table_end(self, &table);
  return HW_OK;
}
