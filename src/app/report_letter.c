/* The letter to the family.
 *
 * Plain words, no genotype, no ratio, no term of the laboratory: what was found, how
 * sure that is (in words, and as "fewer than one in so many"), what happens next, and
 * what was not found. It says no more than was decided: until the board has confirmed,
 * the letter says that the work goes on. Names are written only for who may read them;
 * else the codes stand, and a clerk who may writes the names.
 *
 * "One in N": 1 − posterior, rounded up to a power of ten, and never said to be less
 * than one in a million: beyond that, mistakes of people and papers are likelier than
 * what the calculation weighs. */
#include <math.h>
#include <string.h>

#include "app/decide.h"
#include "app/report_int.h"
#include "base/check.h"

typedef struct letter {
  hwp_report *self;
  hw_decide_sheet sheet;
  const hw_record *identification;
  const char *person, *family, *state; /* a name, or a code */
} letter;

/* The family that misses the person. */
static hw_status find_family(letter *l, int64_t person, hw_err *err) {
  hwp_report *self = l->self;
  const hw_record **members = NULL;
  int n = 0;
  HW_TRY(hwp_report_list(self, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_PERSON, person,
                         &members, &n, err));
  l->family = "";
  for (int i = 0; i < n && l->family[0] == '\0'; i++)
    if (hw_record_int(members[i], HW_FIELD_FAMILY_MEMBER_IS_MISSING) != 0)
      HW_TRY(hwp_report_code(self, HW_KIND_FAMILY,
                             hw_record_int(members[i], HW_FIELD_FAMILY_MEMBER_FAMILY), &l->family,
                             err));
  return HW_OK;
}

/* --- how sure --- */

/* 1,000,000 at most. */
static int64_t one_in(double complement) {
  int64_t n = 1;
  while (n < 1000000 && complement * (double)(10 * n) <= 1) n *= 10;
  return n;
}

static void say_how_sure(letter *l) {
  hwp_report *self = l->self;
  const double complement = l->sheet.complement;
  hwp_heading(self, 1, HW_T_REPORT_LETTER_HOW_SURE);
  if (isnan(complement)) {
    hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_LETTER_NO_FIGURE));
    return;
  }
  const int64_t n = one_in(complement);
  const char *shown = hwp_report_int(self, n);
  const hw_text_id words = n >= 1000000 ? HW_T_REPORT_LETTER_ALMOST_CERTAIN
                           : n >= 1000  ? HW_T_REPORT_LETTER_VERY_SURE
                                        : HW_T_REPORT_LETTER_NOT_SURE;
  const char *sentence = hwp_say(self, words);
  if (n >= 1000)
    sentence = hwp_print(self, "%s %s", sentence, HWP_FILL(self, HW_T_REPORT_LETTER_ONE_IN, shown));
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, sentence);
  hwp_figure(self, "one_in", (double)n, n >= 1000 ? shown : NULL);
}

/* --- what was found --- */

static hw_status describe_bone(hwp_report *self, const hw_record *specimen, const char **out) {
  const char *element = hw_record_text(specimen, HW_FIELD_SPECIMEN_ELEMENT);
  const char *side = hw_record_text(specimen, HW_FIELD_SPECIMEN_SIDE);
  const bool has_side = strcmp(side, "left") == 0 || strcmp(side, "right") == 0;
  *out = has_side
             ? hwp_print(self, "%s %s", hwp_report_word(self, element), hwp_report_word(self, side))
             : hwp_report_word(self, element);
  return HW_OK;
}

/* The bones of the confirmed individual, or the one that was sampled. */
static hw_status list_bones(letter *l, const char **out, int *n_bones, hw_err *err) {
  hwp_report *self = l->self;
  const hw_record *sample = NULL, *specimen = NULL, *individual = NULL;
  const hw_record **rows = NULL, **members = NULL;
  int n = 0, n_members = 0;
  *out = "";
  *n_bones = 0;
  HW_TRY(hwp_report_get(self, HW_KIND_SAMPLE,
                        hw_record_int(l->identification, HW_FIELD_IDENTIFICATION_SAMPLE), &sample,
                        err));
  if (sample == NULL) return HW_OK;
  HW_TRY(hwp_report_get(self, HW_KIND_SPECIMEN, hw_record_int(sample, HW_FIELD_SAMPLE_SPECIMEN),
                        &specimen, err));
  if (specimen == NULL) return HW_OK;
  HW_TRY(hwp_report_list(self, HW_KIND_INDIVIDUAL_MEMBER, HW_FIELD_INDIVIDUAL_MEMBER_ITEM,
                         specimen->id, &rows, &n, err));
  for (int i = 0; i < n && individual == NULL; i++) {
    HW_TRY(hwp_report_get(self, HW_KIND_INDIVIDUAL,
                          hw_record_int(rows[i], HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL),
                          &individual, err));
    if (individual != NULL &&
        strcmp(hw_record_text(individual, HW_FIELD_INDIVIDUAL_STATE), "confirmed") != 0)
      individual = NULL;
  }
  if (individual == NULL) {
    *n_bones = 1;
    return describe_bone(self, specimen, out);
  }
  const hw_value key = hw_value_int(individual->id);
  HW_TRY(hwp_report_list_key(self, HW_KIND_INDIVIDUAL_MEMBER, 1, &key, &members, &n_members, err));
  for (int i = 0; i < n_members; i++) {
    const char *bone = "";
    if (strcmp(hw_record_text(members[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), "specimen") != 0)
      continue;
    HW_TRY(hwp_report_get(self, HW_KIND_SPECIMEN,
                          hw_record_int(members[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM), &specimen,
                          err));
    if (specimen == NULL) continue;
    HW_TRY(describe_bone(self, specimen, &bone));
    *out = hwp_print(self, "%s%s%s", *out, *n_bones > 0 ? ", " : "", bone);
    (*n_bones)++;
  }
  return HW_OK;
}

static hw_status say_what_was_found(letter *l, int *n_bones, hw_err *err) {
  hwp_report *self = l->self;
  const char *bones = "";
  int n = 0;
  HW_TRY(list_bones(l, &bones, &n, err));
  *n_bones = n;
  hwp_heading(self, 1, HW_T_REPORT_LETTER_FOUND);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_LETTER_HOW_COMPARED));
  if (n > 0)
    hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, HWP_FILL(self, HW_T_REPORT_LETTER_BONES, bones));
  hwp_claim(self, "bones", hwp_print(self, "%d", n));
  return HW_OK;
}

/* --- the variants --- */

static hw_status write_confirmed(letter *l, hw_err *err) {
  hwp_report *self = l->self;
  int n_bones = 0;
  hwp_report_paragraph(self, HW_PARAGRAPH_LEAD,
                       HWP_FILL(self, HW_T_REPORT_LETTER_CONFIRMED, l->person));
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_LETTER_SYMPATHY));
  HW_TRY(say_what_was_found(l, &n_bones, err));
  say_how_sure(l);
  hwp_heading(self, 1, HW_T_REPORT_LETTER_NOT_FOUND);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN,
                       hwp_print(self, "%s %s",
                                 hwp_say(self, n_bones > 0 ? HW_T_REPORT_LETTER_OTHER_BONES
                                                           : HW_T_REPORT_LETTER_OTHER_BONES_BARE),
                                 hwp_say(self, HW_T_REPORT_LETTER_NOT_HOW)));
  hwp_heading(self, 1, HW_T_REPORT_LETTER_NEXT);
  hwp_item(self, HW_T_REPORT_LETTER_NEXT_CONTACT);
  hwp_item(self, HW_T_REPORT_LETTER_NEXT_HANDOVER);
  hwp_item(self, HW_T_REPORT_LETTER_NEXT_QUESTIONS);
  return HW_OK;
}

static void write_open(letter *l) {
  hwp_report *self = l->self;
  hwp_report_paragraph(self, HW_PARAGRAPH_LEAD, HWP_FILL(self, HW_T_REPORT_LETTER_OPEN, l->person));
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_LETTER_OPEN_WHY));
  hwp_heading(self, 1, HW_T_REPORT_LETTER_NEXT);
  hwp_item(self, HW_T_REPORT_LETTER_NEXT_REVIEW);
  hwp_item(self, HW_T_REPORT_LETTER_NEXT_SAMPLES);
  hwp_item(self, HW_T_REPORT_LETTER_NEXT_QUESTIONS);
  hwp_item(self, HW_T_REPORT_LETTER_NEXT_DATA);
}

static void write_rejected(letter *l) {
  hwp_report *self = l->self;
  hwp_report_paragraph(self, HW_PARAGRAPH_LEAD,
                       HWP_FILL(self, HW_T_REPORT_LETTER_REJECTED, l->person));
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_LETTER_REJECTED_WHY));
  hwp_heading(self, 1, HW_T_REPORT_LETTER_NEXT);
  hwp_item(self, HW_T_REPORT_LETTER_NEXT_SEARCH);
  hwp_item(self, HW_T_REPORT_LETTER_NEXT_SAMPLES);
  hwp_item(self, HW_T_REPORT_LETTER_NEXT_QUESTIONS);
}

static hw_status begin(letter *l, hw_err *err) {
  hwp_report *self = l->self;
  const int64_t person = hw_record_int(l->identification, HW_FIELD_IDENTIFICATION_PERSON);
  const char *name = "";
  HW_TRY(hwp_report_names(self, person, &name, err));
  HW_TRY(find_family(l, person, err));
  l->person = name[0] != '\0' ? name : HWP_FILL(self, HW_T_REPORT_LETTER_CODED, l->sheet.person);
  l->state = hw_record_text(l->identification, HW_FIELD_IDENTIFICATION_STATE);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN,
                       name[0] != '\0'
                           ? HWP_FILL(self, HW_T_REPORT_LETTER_TO, name, hwp_or(l->family, "–"))
                           : HWP_FILL(self, HW_T_REPORT_LETTER_TO_CODE, hwp_or(l->family, "–")));
  hwp_claim(self, "identification", l->sheet.code);
  hwp_claim(self, "state", l->state);
  hwp_claim(self, "name.person", l->person);
  return hwp_report_stand_on(self, l->identification, err);
}

hw_status hwp_report_letter(hwp_report *self, hw_err *err) {
  letter l = {.self = self};
  HW_TRY(hwp_report_get_code(self, HW_KIND_IDENTIFICATION, self->request.subject, &l.identification,
                             err));
  HW_TRY(hw_decide_sheet_read(self->app, self->request.subject, &self->arena, &l.sheet, err));
  HW_TRY(begin(&l, err));
  if (strcmp(l.state, "confirmed") == 0)
    HW_TRY(write_confirmed(&l, err));
  else if (strcmp(l.state, "rejected") == 0 || strcmp(l.state, "withdrawn") == 0)
    write_rejected(&l);
  else
    write_open(&l);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_LETTER_CLOSING));
  hwp_signatures(self, 1, (const hw_text_id[]){HW_T_REPORT_SIGN_HEAD});
  return HW_OK;
}
