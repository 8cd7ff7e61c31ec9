/* What a task is asked to do.
 *
 * A form's fields stand in one table for each kind: what they are called, what may be typed,
 * and what an empty one means. Numbers may have a decimal comma, as they are written in
 * Vietnamese; a number with both signs is refused rather than guessed at. */
#include "web/task_order.h"

#include <stdlib.h>
#include <string.h>

#include "app/run_groups.h"
#include "app/run_joint.h"
#include "app/run_power.h"
#include "app/run_search.h"
#include "app/run_validation.h"
#include "base/check.h"
#include "base/number.h"

/* --- the forms --- */

static const char *const evidence_choices[] = {"all", "autosomal", "str", "snp"};
static const hw_text_id evidence_words[] = {HW_T_START_EVIDENCE_ALL, HW_T_START_EVIDENCE_AUTOSOMAL,
                                            HW_T_START_EVIDENCE_STR, HW_T_START_EVIDENCE_SNP};
static const char *const anew_choices[] = {"no", "yes"};
static const hw_text_id anew_words[] = {HW_T_START_ANEW_NO, HW_T_START_ANEW_YES};
static const char *const line_choices[] = {"0", "1", "2", "off"};
static const hw_text_id line_words[] = {HW_T_START_LINE_0, HW_T_START_LINE_1, HW_T_START_LINE_2,
                                        HW_T_START_LINE_OFF};

static const char *const pairs_choices[] = {"search", "all"};
static const hw_text_id pairs_words[] = {HW_T_START_PAIRS_SEARCH, HW_T_START_PAIRS_ALL};
static const char *const prior_choices[] = {"flat", "numbers", "record", "persons"};
static const hw_text_id prior_words[] = {HW_T_START_PRIOR_FLAT, HW_T_START_PRIOR_NUMBERS,
                                         HW_T_START_PRIOR_RECORD, HW_T_START_PRIOR_PERSONS};
static const char *const partition_choices[] = {"restaurant", "mlni", "range"};
static const hw_text_id partition_words[] = {HW_T_START_PARTITION_RESTAURANT,
                                             HW_T_START_PARTITION_MLNI, HW_T_START_PARTITION_RANGE};

static const char *const tried_choices[] = {"single", "pairs"};
static const hw_text_id tried_words[] = {HW_T_START_TRIED_SINGLE, HW_T_START_TRIED_PAIRS};
static const char *const remains_choices[] = {"yes", "no"};
static const hw_text_id remains_words[] = {HW_T_START_REMAINS_YES, HW_T_START_REMAINS_NO};
static const char *const snp_choices[] = {"yes", "next", "no"};
static const hw_text_id snp_words[] = {HW_T_START_SNP_YES, HW_T_START_SNP_NEXT, HW_T_START_SNP_NO};

static const char *const language_choices[] = {"vi", "en"};
static const hw_text_id language_words[] = {HW_T_START_LANGUAGE_VI, HW_T_START_LANGUAGE_EN};
static const char *const as_choices[] = {"issued", "draft"};
static const hw_text_id as_words[] = {HW_T_REPORTS_AS_ISSUED, HW_T_REPORTS_AS_DRAFT};
static const char *const names_choices[] = {"with", "without"};
static const hw_text_id names_words[] = {HW_T_REPORTS_WITH_NAMES, HW_T_REPORTS_CODES_ONLY};

#define INVESTIGATION                                                                            \
  {                                                                                              \
    "investigation", HW_T_START_INVESTIGATION, HW_T_START_INVESTIGATION_HINT, HWP_ORDER_CODE, 0, \
        0, "main", 0, NULL, NULL, false                                                          \
  }
#define REASON                                                                                    \
  {                                                                                               \
    "reason", HW_T_START_REASON, HW_T_START_REASON_HINT, HWP_ORDER_TEXT, 0, 0, "", 0, NULL, NULL, \
        false                                                                                     \
  }
#define NUMBER(name, key, type, low, high, otherwise)                                           \
  {                                                                                             \
    name, HW_T_START_##key, HW_T_START_##key##_HINT, type, low, high, otherwise, 0, NULL, NULL, \
        false                                                                                   \
  }
#define CHOICE(name, key, otherwise, list, of_lines)                                         \
  {                                                                                          \
    name, HW_T_START_##key, HW_T_START_##key##_HINT, HWP_ORDER_CHOICE, 0, 0, otherwise,      \
        (int)(sizeof list##_choices / sizeof *list##_choices), list##_choices, list##_words, \
        of_lines                                                                             \
  }

/* Of a report: its form stands with the other reports (pages_reports.c). */
#define REPORT_CHOICE(name, label, otherwise, list)                                                \
  {                                                                                                \
    name, label, HW_T_REPORTS_KIND_HINT, HWP_ORDER_CHOICE, 0, 0, otherwise,                        \
        (int)(sizeof list##_choices / sizeof *list##_choices), list##_choices, list##_words, false \
  }

static const hwp_order_field search_fields[] = {
    INVESTIGATION,
    CHOICE("evidence", EVIDENCE, "all", evidence, false),
    NUMBER("threshold", THRESHOLD, HWP_ORDER_NUMBER, 0, 100, "4"),
    NUMBER("top", TOP, HWP_ORDER_WHOLE, 0, 1000, "0"),
    NUMBER("persons", PERSONS, HWP_ORDER_WHOLE, 1, 1e12, ""),
    NUMBER("accept", ACCEPT, HWP_ORDER_NUMBER, 0.5, 0.999999999, "0.999"),
    CHOICE("mt", MT, "2", line, true),
    CHOICE("y", Y, "2", line, true),
    CHOICE("anew", ANEW, "no", anew, false),
    REASON,
};

static const hwp_order_field joint_fields[] = {
    INVESTIGATION,
    CHOICE("pairs", PAIRS, "search", pairs, false),
    CHOICE("prior", PRIOR, "flat", prior, false),
    NUMBER("persons", JOINT_PERSONS, HWP_ORDER_WHOLE, 1, 1e12, ""),
    NUMBER("threshold", THRESHOLD, HWP_ORDER_NUMBER, 0, 100, "4"),
    NUMBER("accept", ACCEPT, HWP_ORDER_NUMBER, 0.5, 0.999999999, "0.999"),
    REASON,
};

static const hwp_order_field groups_fields[] = {
    INVESTIGATION,
    NUMBER("accession", ACCESSION, HWP_ORDER_CODE, 0, 0, ""),
    CHOICE("partition", PARTITION, "restaurant", partition, false),
    NUMBER("range", RANGE, HWP_ORDER_RANGE, 1, 10000, ""),
    NUMBER("accept", GROUP_ACCEPT, HWP_ORDER_NUMBER, 0.5, 0.999999999, "0.95"),
    REASON,
};

static const hwp_order_field power_fields[] = {
    INVESTIGATION,
    NUMBER("family", FAMILY, HWP_ORDER_CODE, 0, 0, ""),
    NUMBER("threshold", POWER_THRESHOLD, HWP_ORDER_NUMBER, 0.1, 100, "4"),
    NUMBER("enough", ENOUGH, HWP_ORDER_NUMBER, 0.5, 0.999999, "0.95"),
    NUMBER("never", NEVER, HWP_ORDER_NUMBER, 0.000001, 0.5, "0.05"),
    CHOICE("tried", TRIED, "single", tried, false),
    NUMBER("dropout", DROPOUT, HWP_ORDER_NUMBER, 0, 0.999, "0"),
    CHOICE("remains", REMAINS, "yes", remains, false),
    CHOICE("snp", SNP, "yes", snp, false),
    NUMBER("coverage", COVERAGE, HWP_ORDER_NUMBER, 0.01, 10000, "1"),
    REASON,
};

static const hwp_order_field validation_fields[] = {
    REPORT_CHOICE("language", HW_T_REPORTS_LANGUAGE, "vi", language),
    REPORT_CHOICE("as", HW_T_REPORTS_AS, "issued", as),
    REPORT_CHOICE("names", HW_T_PAGES_NAMES, "with", names),
    {"note", HW_T_REPORTS_NOTE, HW_T_REPORTS_NOTE_HINT, HWP_ORDER_TEXT, 0, 0, "", 0, NULL, NULL,
     false},
};

static const struct form {
  const char *name;
  int n;
  const hwp_order_field *fields;
} forms[HWP_N_TASK_KINDS] = {
    [HWP_TASK_SEARCH] = {"search", (int)(sizeof search_fields / sizeof *search_fields),
                         search_fields},
    [HWP_TASK_JOINT] = {"joint", (int)(sizeof joint_fields / sizeof *joint_fields), joint_fields},
    [HWP_TASK_GROUPS] = {"groups", (int)(sizeof groups_fields / sizeof *groups_fields),
                         groups_fields},
    [HWP_TASK_POWER] = {"power", (int)(sizeof power_fields / sizeof *power_fields), power_fields},
    [HWP_TASK_VALIDATION] = {"validation",
                             (int)(sizeof validation_fields / sizeof *validation_fields),
                             validation_fields},
};

const char *hwp_task_kind_name(hwp_task_kind kind) {
  return forms[kind].name;
}

bool hwp_task_kind_find(const char *name, hwp_task_kind *out) {
  for (int k = 0; name != NULL && k < HWP_N_TASK_KINDS; k++)
    if (strcmp(forms[k].name, name) == 0) {
      *out = (hwp_task_kind)k;
      return true;
    }
  return false;
}

bool hwp_task_has_investigation(hwp_task_kind kind) {
  return hwp_order_field_find(kind, "investigation") != NULL;
}

const hwp_order_field *hwp_order_fields(hwp_task_kind kind, int *n) {
  *n = forms[kind].n;
  return forms[kind].fields;
}

const hwp_order_field *hwp_order_field_find(hwp_task_kind kind, const char *name) {
  for (int i = 0; i < forms[kind].n; i++)
    if (strcmp(forms[kind].fields[i].name, name) == 0) return &forms[kind].fields[i];
  return NULL;
}

/* --- an order --- */

const char *hwp_order_get(const hwp_order *self, const char *name) {
  for (int i = 0; i < self->n; i++)
    if (strcmp(self->fields[i].name, name) == 0) return self->fields[i].value;
  return "";
}

bool hwp_order_set(hwp_order *self, const char *name, const char *value) {
  const size_t n_name = strlen(name), n_value = strlen(value);
  int at = 0;
  while (at < self->n && strcmp(self->fields[at].name, name) != 0) at++;
  if (at == HWP_ORDER_FIELDS || n_name >= HWP_ORDER_NAME_SIZE || n_value >= HWP_ORDER_VALUE_SIZE)
    return false;
  memcpy(self->fields[at].name, name, n_name + 1);
  memcpy(self->fields[at].value, value, n_value + 1);
  if (at == self->n) self->n++;
  return true;
}

/* What was typed, or what stands for nothing. */
static const char *value_of(const hwp_order *self, const hwp_order_field *field) {
  const char *value = hwp_order_get(self, field->name);
  return value[0] != '\0' ? value : field->otherwise;
}

/* --- checking --- */

/* A number with a decimal point or comma. */
static bool read_number(const char *text, double *out) {
  char copy[64];
  const size_t n = strlen(text);
  if (n >= sizeof copy) return false;
  memcpy(copy, text, n + 1);
  char *comma = strchr(copy, ',');
  if (comma != NULL && strchr(copy, '.') != NULL) return false;
  if (comma != NULL) *comma = '.';
  return hw_number_parse(copy, out);
}

static bool is_whole(const char *text) {
  return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* "3" or "2-5". */
static bool read_range(const char *text, double low, double high, int32_t *first, int32_t *last) {
  char copy[32];
  double value[2] = {0, 0};
  const size_t n = strlen(text);
  if (n == 0 || n >= sizeof copy) return false;
  memcpy(copy, text, n + 1);
  char *dash = strchr(copy, '-');
  if (dash != NULL) *dash++ = '\0';
  if (!is_whole(copy) || !hw_number_parse(copy, &value[0])) return false;
  value[1] = value[0];
  if (dash != NULL && (!is_whole(dash) || !hw_number_parse(dash, &value[1]))) return false;
  if (value[0] < low || value[1] > high || value[0] > value[1]) return false;
  *first = (int32_t)value[0];
  *last = (int32_t)value[1];
  return true;
}

static bool is_choice(const hwp_order_field *field, const char *value) {
  for (int i = 0; i < field->n_choices; i++)
    if (strcmp(field->choices[i], value) == 0) return true;
  return false;
}

static bool is_right(const hwp_order_field *field, const char *value, hwp_order_mistake *wrong) {
  double number = 0;
  int32_t first = 0, last = 0;
  *wrong = (hwp_order_mistake){.field = field, .has_range = true};
  if (value[0] == '\0') return true;
  switch (field->type) {
    case HWP_ORDER_NUMBER:
      wrong->text = HW_T_START_WRONG_NUMBER;
      return read_number(value, &number) && number >= field->low && number <= field->high;
    case HWP_ORDER_WHOLE:
      wrong->text = HW_T_START_WRONG_WHOLE;
      return is_whole(value) && strlen(value) < 16 && hw_number_parse(value, &number) &&
             number >= field->low && number <= field->high;
    case HWP_ORDER_RANGE:
      wrong->text = HW_T_START_WRONG_RANGE;
      return read_range(value, field->low, field->high, &first, &last);
    case HWP_ORDER_CHOICE:
      wrong->text = HW_T_START_WRONG_CHOICE;
      wrong->has_range = false;
      return is_choice(field, value);
    case HWP_ORDER_CODE:
      wrong->text = HW_T_START_WRONG_CODE;
      wrong->has_range = false;
      return strlen(value) <= HW_CODE_MAX;
    default:
      return true;
  }
}

/* True if a choice asks for another field, which is empty. */
static bool is_lacking(const hwp_order *self, const char *choice, const char *word,
                       const char *name) {
  return strcmp(hwp_order_get(self, choice), word) == 0 && hwp_order_get(self, name)[0] == '\0';
}

static void add_lack(const hwp_order *self, const char *name, int *n,
                     hwp_order_mistake out[HWP_ORDER_FIELDS]) {
  const hwp_order_field *field = hwp_order_field_find(self->kind, name);
  if (field != NULL && *n < HWP_ORDER_FIELDS)
    out[(*n)++] = (hwp_order_mistake){.field = field, .text = HW_T_START_MISSING};
}

int hwp_order_check(const hwp_order *self, hwp_order_mistake out[HWP_ORDER_FIELDS]) {
  const struct form *form = &forms[self->kind];
  int n = 0;
  for (int i = 0; i < form->n; i++)
    n += !is_right(&form->fields[i], value_of(self, &form->fields[i]), &out[n]);
  if (is_lacking(self, "prior", "persons", "persons")) add_lack(self, "persons", &n, out);
  if (is_lacking(self, "partition", "range", "range")) add_lack(self, "range", &n, out);
  return n;
}

/* --- running --- */

static const char *text_of(const hwp_order *self, const char *name) {
  const hwp_order_field *field = hwp_order_field_find(self->kind, name);
  return field != NULL ? value_of(self, field) : "";
}

static double number_of(const hwp_order *self, const char *name) {
  double value = 0;
  (void)read_number(text_of(self, name), &value);
  return value;
}

static int32_t limit_of(const hwp_order *self, const char *name) {
  return strcmp(text_of(self, name), "off") == 0 ? HW_WIDE_LINE_OFF
                                                 : (int32_t)number_of(self, name);
}

/* Kinds that do not count. */
static unsigned without_of(const char *evidence) {
  const unsigned lines = HW_EVIDENCE_BIT(HW_EVIDENCE_MT) | HW_EVIDENCE_BIT(HW_EVIDENCE_Y);
  if (strcmp(evidence, "autosomal") == 0) return lines;
  if (strcmp(evidence, "str") == 0) return lines | HW_EVIDENCE_BIT(HW_EVIDENCE_SNP);
  if (strcmp(evidence, "snp") == 0) return lines | HW_EVIDENCE_BIT(HW_EVIDENCE_STR);
  return 0;
}

static hw_status run_search(hw_app *app, const hwp_order *self, const hw_run_watch *watch,
                            int32_t n_threads, hw_run_outcome *out, hw_err *err) {
  const double usual_floor = 2, threshold = number_of(self, "threshold");
  const hw_run_search_options options = {.investigation = text_of(self, "investigation"),
                                         .without = without_of(text_of(self, "evidence")),
                                         .threshold = threshold,
                                         .top = (int32_t)number_of(self, "top"),
                                         .floor = threshold < usual_floor ? threshold : usual_floor,
                                         .accept = number_of(self, "accept"),
                                         .persons = number_of(self, "persons"),
                                         .most_mt = limit_of(self, "mt"),
                                         .most_y = limit_of(self, "y"),
                                         .is_anew = strcmp(text_of(self, "anew"), "yes") == 0,
                                         .n_threads = n_threads,
                                         .reason = text_of(self, "reason")};
  return hw_run_search(app, &options, watch, out, err);
}

static hw_run_prior prior_of(const char *word) {
  if (strcmp(word, "persons") == 0) return HW_RUN_PRIOR_PERSONS;
  if (strcmp(word, "numbers") == 0) return HW_RUN_PRIOR_NUMBERS;
  return strcmp(word, "record") == 0 ? HW_RUN_PRIOR_RECORD : HW_RUN_PRIOR_FLAT;
}

static hw_status run_joint(hw_app *app, const hwp_order *self, const hw_run_watch *watch,
                           hw_run_outcome *out, hw_err *err) {
  const hw_run_joint_options options = {.investigation = text_of(self, "investigation"),
                                        .all_pairs = strcmp(text_of(self, "pairs"), "all") == 0,
                                        .prior = prior_of(text_of(self, "prior")),
                                        .persons = number_of(self, "persons"),
                                        .threshold = number_of(self, "threshold"),
                                        .accept = number_of(self, "accept"),
                                        .reason = text_of(self, "reason")};
  return hw_run_joint(app, &options, watch, out, err);
}

static hw_status run_groups(hw_app *app, const hwp_order *self, const hw_run_watch *watch,
                            hw_run_outcome *out, hw_err *err) {
  const char *partition = text_of(self, "partition");
  const hwp_order_field *range = hwp_order_field_find(self->kind, "range");
  hw_run_groups_options options = {.investigation = text_of(self, "investigation"),
                                   .accession = text_of(self, "accession"),
                                   .accept = number_of(self, "accept"),
                                   .reason = text_of(self, "reason")};
  if (strcmp(partition, "mlni") == 0) options.partition = HW_RUN_PARTITION_MLNI;
  if (strcmp(partition, "range") == 0 && read_range(text_of(self, "range"), range->low, range->high,
                                                    &options.lowest, &options.highest))
    options.partition = HW_RUN_PARTITION_RANGE;
  return hw_run_groups(app, &options, watch, out, err);
}

static hw_status run_power(hw_app *app, const hwp_order *self, const hw_run_watch *watch,
                           int32_t n_threads, hw_run_outcome *out, hw_err *err) {
  const char *snp = text_of(self, "snp");
  const hw_run_power_options options = {
      .investigation = text_of(self, "investigation"),
      .family = text_of(self, "family"),
      .threshold = number_of(self, "threshold"),
      .enough = number_of(self, "enough"),
      .never = number_of(self, "never"),
      .dropout = number_of(self, "dropout"),
      .with_pairs = strcmp(text_of(self, "tried"), "pairs") == 0,
      .with_remains = strcmp(text_of(self, "remains"), "yes") == 0,
      .without_snp = strcmp(snp, "no") == 0,
      .with_snp_next = strcmp(snp, "next") == 0,
      .coverage = number_of(self, "coverage"),
      .n_threads = n_threads,
      .reason = text_of(self, "reason")};
  return hw_run_power(app, &options, watch, out, err);
}

static hw_status run_validation(hw_app *app, const hwp_order *self, const hw_run_watch *watch,
                                hw_run_outcome *out, hw_err *err) {
  const hw_run_validation_options options = {
      .language = text_of(self, "language"),
      .note = text_of(self, "note"),
      .is_draft = strcmp(text_of(self, "as"), "draft") == 0,
      .without_names = strcmp(text_of(self, "names"), "without") == 0};
  return hw_run_validation(app, &options, watch, out, err);
}

hw_status hwp_order_run(hw_app *app, const hwp_order *self, const hw_run_watch *watch,
                        int32_t n_threads, hw_run_outcome *out, hw_err *err) {
  hwp_order_mistake mistakes[HWP_ORDER_FIELDS];
  memset(out, 0, sizeof *out);
  if (hwp_order_check(self, mistakes) > 0)
    return hw_err_set(err, HW_E_VALUE, "the field '%s' of a task is wrong",
                      mistakes[0].field->name);
  switch (self->kind) {
    case HWP_TASK_JOINT:
      return run_joint(app, self, watch, out, err);
    case HWP_TASK_GROUPS:
      return run_groups(app, self, watch, out, err);
    case HWP_TASK_POWER:
      return run_power(app, self, watch, n_threads, out, err);
    case HWP_TASK_VALIDATION:
      return run_validation(app, self, watch, out, err);
    default:
      return run_search(app, self, watch, n_threads, out, err);
  }
}
