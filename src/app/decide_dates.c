/* Dates and ages that cannot be: a death after the remains were recovered, a bone too young or
 * too old for the person.
 *
 * What sources assert stands side by side and may contradict itself; each
 * assertion of a date is taken by itself, so that the one that cannot be right is
 * named. Dates may be years, months, days or ranges of them, and a contradiction
 * is only what no day within them allows. What a source wrote that is no such date
 * is left to people.
 *
 * The texts name the assertion, not its value: that may be read by those only who
 * may read names. */
#include <stdio.h>
#include <string.h>

#include "app/decide_int.h"
#include "base/check.h"
#include "base/fold.h"

/* A span of days as years with fractions: order and differences are what counts. */
typedef struct span {
  double from, to;
} span;

static bool take_number(const char **at, int digits, int *out) {
  *out = 0;
  for (int i = 0; i < digits; i++, (*at)++) {
    if (**at < '0' || **at > '9') return false;
    *out = 10 * *out + (**at - '0');
  }
  return true;
}

/* YYYY, YYYY-MM or YYYY-MM-DD at `at`. */
static bool take_date(const char **at, span *out) {
  int year = 0, month = 0, day = 0;
  if (!take_number(at, 4, &year)) return false;
  if (**at == '-') {
    (*at)++;
    if (!take_number(at, 2, &month) || month < 1 || month > 12) return false;
  }
  if (month > 0 && **at == '-') {
    (*at)++;
    if (!take_number(at, 2, &day) || day < 1 || day > 31) return false;
  }
  out->from = year + (month > 0 ? month - 1 : 0) / 12.0 + (day > 0 ? day - 1 : 0) / 372.0;
  out->to = year + (month > 0 ? month - 1 : 11) / 12.0 + (day > 0 ? day - 1 : 30) / 372.0;
  return true;
}

static bool read_span(const char *text, span *out) {
  const char *at = text;
  span end;
  if (!take_date(&at, out)) return false;
  if (*at == '/') {
    at++;
    if (!take_date(&at, &end) || end.to < out->from) return false;
    out->to = end.to;
  }
  return *at == '\0';
}

/* --- what sources say --- */

/* Folded, as dossiers in English and Vietnamese write them. */
static const char *const DEATH[] = {"date of death", "death",        "died",      "died on",
                                    "death date",    "date of loss", "date lost", "lost",
                                    "lost on",       "ngay hy sinh", "ngay mat",  "nam hy sinh"};
static const char *const BIRTH[] = {"date of birth", "birth",      "born",
                                    "born on",       "birth date", "year of birth",
                                    "ngay sinh",     "nam sinh",   "sinh nam"};

static hw_status is_named(const hw_record *assertion, const char *const *words, size_t n, bool *out,
                          hw_err *err) {
  hw_str key = HW_STR_INIT;
  const char *field = hw_record_text(assertion, HW_FIELD_ASSERTION_FIELD);
  *out = false;
  hw_status status = hw_fold_key(field, &key, NULL);
  for (size_t i = 0; status == HW_OK && i < n; i++)
    *out = *out || strcmp(hw_str_text(&key), words[i]) == 0;
  hw_str_clear(&key);
  return status == HW_E_NO_MEMORY ? HW_NO_MEMORY(err, "an assertion") : HW_OK;
}

/* Assertions of dates of the person. */
typedef struct dated {
  const hw_record *assertion;
  span when;
} dated;
typedef struct dated_list {
  dated *items;
  int n;
} dated_list;

static hw_status list_assertions(hwp_decide *self, hw_record **out, int *n, hw_err *err) {
  hw_record *dossiers = NULL;
  int n_dossiers = 0;
  *out = NULL;
  *n = 0;
  HW_TRY(hwp_decide_list(self->store, self->arena, HW_KIND_DOSSIER, HW_FIELD_DOSSIER_PERSON,
                         self->person.id, &dossiers, &n_dossiers, err));
  for (int d = 0; d < n_dossiers; d++) {
    hw_record *rows = NULL;
    int n_rows = 0;
    hw_value key = hw_value_int(dossiers[d].id);
    if (dossiers[d].withdrawn != NULL) continue;
    HW_TRY(hwp_decide_list_key(self->store, self->arena, HW_KIND_ASSERTION, 1, &key, &rows, &n_rows,
                               err));
    hw_record *grown =
        hw_arena_alloc_array(self->arena, (size_t)*n + (size_t)n_rows + 1, sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "the assertions");
    if (*n > 0) memcpy(grown, *out, (size_t)*n * sizeof *grown);
    if (n_rows > 0) memcpy(grown + *n, rows, (size_t)n_rows * sizeof *grown);
    *out = grown;
    *n += n_rows;
  }
  return HW_OK;
}

static hw_status list_dates(hwp_decide *self, const hw_record *assertions, int n,
                            const char *const *words, size_t n_words, dated_list *out,
                            hw_err *err) {
  out->n = 0;
  out->items = hw_arena_alloc_array(self->arena, (size_t)n + 1, sizeof *out->items);
  if (out->items == NULL) return HW_NO_MEMORY(err, "the dates");
  for (int i = 0; i < n; i++) {
    span when;
    bool is_one = false;
    HW_TRY(is_named(&assertions[i], words, n_words, &is_one, err));
    if (is_one && assertions[i].withdrawn == NULL &&
        read_span(hw_record_text(&assertions[i], HW_FIELD_ASSERTION_VALUE), &when))
      out->items[out->n++] = (dated){&assertions[i], when};
  }
  return HW_OK;
}

/* --- recovery --- */

/* When the remains were at hand: the box was received, or the sample was taken. */
static hw_status find_recovery(hwp_decide *self, const char **text, span *when, bool *is_known,
                               hw_err *err) {
  const int64_t box =
      self->specimen.id != 0 ? hw_record_int(&self->specimen, HW_FIELD_SPECIMEN_ACCESSION) : 0;
  hw_record accession;
  *is_known = false;
  *text = "";
  if (box != 0) {
    HW_TRY(hw_store_get(self->store, HW_KIND_ACCESSION, box, self->arena, &accession, err));
    *text = hwp_decide_text(self->arena, "the box %.200s was received",
                            hw_record_text(&accession, HW_FIELD_ACCESSION_CODE));
    *is_known = read_span(hw_record_text(&accession, HW_FIELD_ACCESSION_RECEIVED_ON), when);
  }
  if (!*is_known) {
    *text = hwp_decide_text(self->arena, "the sample %.200s was taken", self->sample_code);
    *is_known = read_span(hw_record_text(&self->sample, HW_FIELD_SAMPLE_TAKEN_ON), when);
  }
  return *text != NULL ? HW_OK : HW_NO_MEMORY(err, "the dates");
}

static hw_status find_late_deaths(hwp_decide *self, const dated_list *deaths, hw_err *err) {
  const char *recovery = "";
  span when = {0, 0};
  bool is_known = false;
  HW_TRY(find_recovery(self, &recovery, &when, &is_known, err));
  for (int i = 0; is_known && i < deaths->n; i++)
    if (deaths->items[i].when.from > when.to)
      HW_TRY(hwp_decide_add_conflict(
          self,
          (hwp_conflict){
              .kind = "date",
              .text = hwp_decide_text(
                  self->arena, "%.100s of %.200s (assertion %lld) lies after %s",
                  hw_record_text(deaths->items[i].assertion, HW_FIELD_ASSERTION_FIELD),
                  self->person_code, (long long)deaths->items[i].assertion->id, recovery)},
          err));
  return HW_OK;
}

/* --- age --- */

/* "to 25 years" is up to the day before the 26th birthday. */
static bool is_age_apart(const hw_record *bone, double least, double most) {
  if (!hw_record_is_null(bone, HW_FIELD_SPECIMEN_AGE_FROM) &&
      most < hw_record_real(bone, HW_FIELD_SPECIMEN_AGE_FROM))
    return true;
  return !hw_record_is_null(bone, HW_FIELD_SPECIMEN_AGE_TO) &&
         least >= hw_record_real(bone, HW_FIELD_SPECIMEN_AGE_TO) + 1;
}

static hw_status compare_age(hwp_decide *self, const dated *birth, const dated *death,
                             hw_err *err) {
  const double least = death->when.from - birth->when.to, most = death->when.to - birth->when.from;
  const char *code = hw_record_text(&self->specimen, HW_FIELD_SPECIMEN_CODE);
  const long long a = (long long)birth->assertion->id, b = (long long)death->assertion->id;
  if (most < 0)
    return hwp_decide_add_conflict(
        self,
        (hwp_conflict){.kind = "date",
                       .text = hwp_decide_text(
                           self->arena, "%.200s died before birth (assertions %lld and %lld)",
                           self->person_code, a, b)},
        err);
  if (self->specimen.id == 0 || !is_age_apart(&self->specimen, least, most)) return HW_OK;
  return hwp_decide_add_conflict(
      self,
      (hwp_conflict){
          .kind = "age",
          .specimen = self->specimen.id,
          .text = hwp_decide_text(self->arena,
                                  "the age of the specimen %.200s does not fit %.200s at death "
                                  "(assertions %lld and %lld)",
                                  code, self->person_code, a, b)},
      err);
}

hw_status hwp_decide_find_dates(hwp_decide *self, hw_err *err) {
  hw_record *assertions = NULL;
  int n = 0;
  dated_list births, deaths;
  HW_TRY(list_assertions(self, &assertions, &n, err));
  HW_TRY(list_dates(self, assertions, n, BIRTH, sizeof BIRTH / sizeof *BIRTH, &births, err));
  HW_TRY(list_dates(self, assertions, n, DEATH, sizeof DEATH / sizeof *DEATH, &deaths, err));
  HW_TRY(find_late_deaths(self, &deaths, err));
  for (int i = 0; i < births.n; i++)
    for (int k = 0; k < deaths.n; k++)
      HW_TRY(compare_age(self, &births.items[i], &deaths.items[k], err));
  return HW_OK;
}
