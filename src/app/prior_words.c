/* What the fields of a dossier are called, and how their values are written.
 *
 * Names are compared as folded keys (base/fold.h), so that "Ngày hy sinh", "NGAY HY
 * SINH" and "ngay-hy-sinh" are one. The list is closed and short: a field that is not
 * in it is left to people, since a wrong guess would be worse than none ("place of
 * birth" is no place of loss).
 *
 * Values are read strictly: a text that is not wholly understood is not used, and
 * counted for a note. */
#include <string.h>

#include "app/prior_int.h"
#include "base/check.h"
#include "base/fold.h"
#include "base/number.h"

static const struct {
  const char *key; /* folded */
  hwp_told told;
} fields[] = {
    {"place", HWP_TOLD_PLACE},
    {"place of loss", HWP_TOLD_PLACE},
    {"place of death", HWP_TOLD_PLACE},
    {"place lost", HWP_TOLD_PLACE},
    {"place last seen", HWP_TOLD_PLACE},
    {"last seen", HWP_TOLD_PLACE},
    {"last seen place", HWP_TOLD_PLACE},
    {"place of burial", HWP_TOLD_PLACE},
    {"burial place", HWP_TOLD_PLACE},
    {"noi hy sinh", HWP_TOLD_PLACE},
    {"noi mat", HWP_TOLD_PLACE},
    {"noi mat tich", HWP_TOLD_PLACE},
    {"noi an tang", HWP_TOLD_PLACE},
    {"noi an tang ban dau", HWP_TOLD_PLACE},
    {"noi chon cat", HWP_TOLD_PLACE},
    {"toa do", HWP_TOLD_PLACE},
    {"coordinates", HWP_TOLD_PLACE},
    {"date of loss", HWP_TOLD_LOST},
    {"date of death", HWP_TOLD_LOST},
    {"date lost", HWP_TOLD_LOST},
    {"date last seen", HWP_TOLD_LOST},
    {"date of burial", HWP_TOLD_LOST},
    {"died", HWP_TOLD_LOST},
    {"buried", HWP_TOLD_LOST},
    {"lost", HWP_TOLD_LOST},
    {"missing since", HWP_TOLD_LOST},
    {"ngay hy sinh", HWP_TOLD_LOST},
    {"ngay mat", HWP_TOLD_LOST},
    {"ngay mat tich", HWP_TOLD_LOST},
    {"ngay chon cat", HWP_TOLD_LOST},
    {"ngay an tang", HWP_TOLD_LOST},
    {"nam hy sinh", HWP_TOLD_LOST},
    {"date of birth", HWP_TOLD_BORN},
    {"birth date", HWP_TOLD_BORN},
    {"born", HWP_TOLD_BORN},
    {"year of birth", HWP_TOLD_BORN},
    {"ngay sinh", HWP_TOLD_BORN},
    {"ngay thang nam sinh", HWP_TOLD_BORN},
    {"nam sinh", HWP_TOLD_BORN},
    {"sinh nam", HWP_TOLD_BORN},
    {"age", HWP_TOLD_AGE},
    {"age at loss", HWP_TOLD_AGE},
    {"age at death", HWP_TOLD_AGE},
    {"tuoi", HWP_TOLD_AGE},
    {"tuoi khi hy sinh", HWP_TOLD_AGE},
    {"tuoi khi mat", HWP_TOLD_AGE},
    {"unit", HWP_TOLD_UNIT},
    {"unit at loss", HWP_TOLD_UNIT},
    {"unit at death", HWP_TOLD_UNIT},
    {"don vi", HWP_TOLD_UNIT},
    {"don vi khi hy sinh", HWP_TOLD_UNIT},
    {"event", HWP_TOLD_EVENT},
    {"incident", HWP_TOLD_EVENT},
    {"loss incident", HWP_TOLD_EVENT},
    {"battle", HWP_TOLD_EVENT},
    {"su kien", HWP_TOLD_EVENT},
    {"tran danh", HWP_TOLD_EVENT},
    {"stature", HWP_TOLD_STATURE},
    {"stature cm", HWP_TOLD_STATURE},
    {"height", HWP_TOLD_STATURE},
    {"height cm", HWP_TOLD_STATURE},
    {"chieu cao", HWP_TOLD_STATURE},
};

const char *hwp_prior_told_name(hwp_told told) {
  static const char *const names[HWP_TOLD_COUNT] = {
      "nothing", "place", "date of loss", "date of birth", "age", "unit", "event", "stature"};
  return names[told];
}

hw_status hwp_prior_field(const char *name, hwp_told *out, hw_err *err) {
  hw_str key = HW_STR_INIT;
  *out = HWP_TOLD_NOTHING;
  hw_status status = hw_fold_key(name, &key, err);
  if (status == HW_OK && hw_str_status(&key) != HW_OK)
    status = HW_NO_MEMORY(err, "the name of a field");
  for (size_t i = 0; status == HW_OK && i < sizeof fields / sizeof *fields; i++)
    if (strcmp(fields[i].key, hw_str_text(&key)) == 0) *out = fields[i].told;
  hw_str_clear(&key);
  return status;
}

/* --- values --- */

static void skip(const char **text, const char *any) {
  while (**text != '\0' && strchr(any, **text) != NULL) (*text)++;
}

static bool take(const char **text, const char *word) {
  size_t n = strlen(word);
  if (strncmp(*text, word, n) != 0) return false;
  *text += n;
  return true;
}

/* A number with point, moved over. @param decimal  further decimal sign, '\0' = none */
static bool take_number(const char **text, char decimal, double *out) {
  char digits[32];
  size_t n = 0;
  const char *at = *text;
  if (*at == '-' || *at == '+') digits[n++] = *at++;
  for (; n + 1 < sizeof digits; at++) {
    bool is_digit = *at >= '0' && *at <= '9';
    bool is_sign =
        (*at == '.' || (decimal != '\0' && *at == decimal)) && at[1] >= '0' && at[1] <= '9';
    if (!is_digit && !is_sign) break;
    digits[n++] = is_digit ? *at : '.';
  }
  digits[n] = '\0';
  if (!hw_number_parse(digits, out)) return false;
  *text = at;
  return true;
}

/* "± 500", "+/- 500", "+- 500"; nothing is 0. */
static bool take_error(const char **text, double *out) {
  skip(text, " \t");
  *out = 0;
  if (!take(text, "±") && !take(text, "+/-") && !take(text, "+-")) return true;
  skip(text, " \t");
  return take_number(text, '\0', out) && *out >= 0;
}

bool hwp_prior_read_place(const char *text, hw_prior_place *out) {
  *out = (hw_prior_place){.weight = 1};
  skip(&text, " \t");
  if (!take_number(&text, '\0', &out->latitude)) return false;
  const char *before = text;
  skip(&text, " \t,;");
  if (text == before || !take_number(&text, '\0', &out->longitude)) return false;
  if (!take_error(&text, &out->uncertainty_m)) return false;
  skip(&text, " \t");
  if (take(&text, "km"))
    out->uncertainty_m *= 1000;
  else
    (void)take(&text, "m");
  skip(&text, " \t");
  return *text == '\0' && out->latitude >= -90 && out->latitude <= 90 && out->longitude >= -180 &&
         out->longitude <= 180 && out->uncertainty_m <= 1e6;
}

bool hwp_prior_read_age(const char *text, hw_prior_range *out) {
  double from, to;
  skip(&text, " \t");
  if (!take_number(&text, '\0', &from)) return false;
  to = from;
  skip(&text, " \t");
  bool is_range = take(&text, "-") || take(&text, "–") || take(&text, "to ") || take(&text, "/");
  skip(&text, " \t");
  if (is_range && !take_number(&text, '\0', &to)) return false;
  skip(&text, " \t");
  bool has_unit = take(&text, "years") || take(&text, "year") || take(&text, "y") ||
                  take(&text, "tuổi") || take(&text, "tuoi");
  (void)has_unit;
  skip(&text, " \t");
  *out = (hw_prior_range){from, to + 1, 1};
  return *text == '\0' && from >= 0 && from <= to && to <= 130;
}

bool hwp_prior_read_stature(const char *text, hw_prior_estimate *out) {
  double value, error, centimetres;
  skip(&text, " \t");
  if (!take_number(&text, ',', &value)) return false;
  skip(&text, " \t");
  bool is_metres = value < 3;
  if (is_metres && take(&text, "m") && *text >= '0' && *text <= '9') { /* 1m65, 1m6 */
    const char *before = text;
    if (!take_number(&text, '\0', &centimetres)) return false;
    value += text - before == 1 ? centimetres / 10 : centimetres / 100;
  }
  if (!take_error(&text, &error)) return false;
  skip(&text, " \t");
  if (!take(&text, "cm")) (void)(is_metres && take(&text, "m"));
  skip(&text, " \t");
  *out = (hw_prior_estimate){is_metres ? value * 100 : value, error, 1};
  if (is_metres && error < 1) out->se = error * 100;
  return *text == '\0' && out->value >= 50 && out->value <= 250 && out->se <= 50;
}
