/* Whom of a family to sample next.
 *
 * What would be known if one more relative gave a sample is an average over what the sample
 * could show; app/power_family.h computes it on demand, for one relative after the other, and for
 * pairs if asked. The page says it in a sentence for those who decide whom to visit, then
 * shows it in the pedigree (the best candidates bear their rank and what they would bring), as
 * bars, and in figures. A family that takes longer than some seconds is left to the command
 * line. */
#include <math.h>
#include <string.h>

#include "app/power_family.h"
#include "base/check.h"
#include "base/clock.h"
#include "homeward/drawing.h"
#include "web/pages_power.h"

enum { MOST_CANDIDATES = 40, MOST_PAIRS = 12, MOST_MARKED = 9, MOST_BARS = 14 };
/* Seconds that one page may compute. */
#define MOST_SECONDS 8.0

/* Somebody of the family, as the page calls her. */
typedef struct relative {
  int64_t person;
  const char *code, *short_code;
  const char *relation; /* to the missing person, "" = not said */
  const char *typed;
} relative;

typedef struct power_page {
  hwp_job *job;
  hw_record family;
  const char *code;
  bool with_pairs;
  double until_s;
  hw_family_power power;
  relative *relatives; /* per person of the pedigree */
} power_page;

/* --- reading --- */

static bool is_late(void *context, uint64_t done, uint64_t all) {
  const power_page *self = context;
  (void)done;
  (void)all;
  return hw_clock_now_s() > self->until_s;
}

/* What the newest run said a proposal needs for a missing person of this family; 0 = not known. */
static hw_status find_needed(power_page *self, double *out, hw_err *err) {
  hwp_job *job = self->job;
  hw_look_rows members, powers;
  int64_t newest = 0;
  *out = 0;
  HW_TRY(hw_look_list(job->app, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_FAMILY,
                      self->family.id, 400, job->arena, &members, err));
  for (int i = 0; i < members.n; i++) {
    const hw_record *member = &members.items[i];
    if (member->withdrawn != NULL || hw_record_int(member, HW_FIELD_FAMILY_MEMBER_IS_MISSING) == 0)
      continue;
    HW_TRY(hw_look_list(job->app, HW_KIND_POWER, HW_FIELD_POWER_PERSON,
                        hw_record_int(member, HW_FIELD_FAMILY_MEMBER_PERSON), HW_LOOK_MOST,
                        job->arena, &powers, err));
    for (int k = 0; k < powers.n; k++) {
      const double needed = hw_record_real(&powers.items[k], HW_FIELD_POWER_NEEDED);
      if (powers.items[k].withdrawn != NULL || powers.items[k].id < newest ||
          hw_record_is_null(&powers.items[k], HW_FIELD_POWER_NEEDED) || !(fabs(needed) <= 300) ||
          needed == 0)
        continue;
      newest = powers.items[k].id;
      *out = needed;
    }
  }
  return HW_OK;
}

/* A code without the namespace that it shares with the family's. */
static const char *short_code(const char *code, const char *family) {
  const char *slash = strrchr(family, '/');
  const size_t n = slash != NULL ? (size_t)(slash - family) + 1 : 0;
  return strncmp(code, family, n) == 0 ? code + n : code;
}

static hw_status read_relation(power_page *self, relative *out, hw_err *err) {
  hwp_job *job = self->job;
  const hw_value key[2] = {hw_value_int(self->family.id), hw_value_int(out->person)};
  hw_look_rows rows;
  HW_TRY(hw_look_key(job->app, HW_KIND_FAMILY_MEMBER, 2, key, 1, job->arena, &rows, err));
  if (rows.n > 0)
    out->relation = hwp_word(job, hw_record_text(&rows.items[0], HW_FIELD_FAMILY_MEMBER_RELATION));
  return HW_OK;
}

static hw_status read_relatives(power_page *self, hw_err *err) {
  hwp_job *job = self->job;
  const hw_pedigree *pedigree = &self->power.stored.problem.families[0].pedigree;
  self->relatives =
      hw_arena_alloc_array(job->arena, (size_t)pedigree->n_persons + 1, sizeof *self->relatives);
  if (self->relatives == NULL) return HW_NO_MEMORY(err, "the relatives");
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    relative *one = &self->relatives[i];
    hwp_typed typed = {.text = ""};
    *one = (relative){.person = self->power.stored.family_person[0][i],
                      .code = pedigree->persons[i].id,
                      .relation = "",
                      .typed = ""};
    if (one->person != 0) {
      HW_TRY(hw_look_code(job->app, HW_KIND_PERSON, one->person, job->arena, &one->code, err));
      HW_TRY(read_relation(self, one, err));
      HW_TRY(hwp_typed_of_person(job, one->person, &typed, err));
      one->typed = typed.text;
    }
    one->short_code = short_code(one->code, self->code);
  }
  return HW_OK;
}

/* --- in words --- */

/* What somebody is to the missing person: by the pedigree, else as the family's file says it. */
static const char *relation_of(power_page *self, const hw_power_target *target, int32_t person) {
  const hw_pedigree *pedigree = &self->power.stored.problem.families[0].pedigree;
  const char *word = hwp_kin_word(self->job, pedigree, target->who.person, person);
  return word[0] != '\0' ? word : self->relatives[person].relation;
}

/* "F1-M (mother)" */
static const char *called(power_page *self, const hw_power_target *target, int32_t person) {
  const char *relation = relation_of(self, target, person);
  const char *code = self->relatives[person].code;
  return relation[0] != '\0' ? hwp_format(self->job, "%s (%s)", code, relation) : code;
}

static const char *called_both(power_page *self, const hw_power_target *target,
                               const hw_power_pair *pair) {
  return hwp_fill(self->job, HW_T_POWER_BOTH, 2,
                  called(self, target, target->relatives[pair->relatives[0]].person),
                  called(self, target, target->relatives[pair->relatives[1]].person));
}

static void write_verdict(power_page *self, const hw_power_target *target) {
  hwp_job *job = self->job;
  const char *now = hwp_chance(job, target->now.pass);
  const char *needed = hwp_log10(job, hw_power_threshold(self->power.study));
  hwp_paragraph(job, hwp_fill(job, HW_T_POWER_NOW, 3, target->who.code, now, needed), "lead");
  if (target->is_non_identifiable)
    hwp_notice(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_POWER_SAYS_NOTHING));
  switch (target->verdict) {
    case HW_POWER_HAS_ENOUGH:
      hwp_notice(job, HWP_NOTICE_FINE, hwp_t(job, HW_T_POWER_HAS_ENOUGH));
      break;
    case HW_POWER_EXHAUSTED:
      hwp_notice(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_POWER_EXHAUSTED));
      break;
    case HW_POWER_IS_NEVER:
      hwp_notice(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_POWER_NEVER));
      break;
    default:
      break;
  }
  int n = 0;
  for (int32_t i = 0; i < target->n_relatives && n < 1; i++) {
    const hw_power_relative *one = &target->relatives[i];
    if (one->is_left_out || !(one->gain.pass > target->now.pass + 0.001)) continue;
    hwp_notice(job, HWP_NOTICE_NOTE,
               hwp_fill(job, HW_T_POWER_RAISES, 3, called(self, target, one->person), now,
                        hwp_chance(job, one->gain.pass)));
    n++;
  }
  if (target->n_pairs > 0)
    hwp_notice(job, HWP_NOTICE_NOTE,
               hwp_fill(job, HW_T_POWER_RAISES, 3, called_both(self, target, &target->pairs[0]),
                        now, hwp_chance(job, target->pairs[0].gain.pass)));
  if (target->has_all && target->n_all > 1 && target->all.pass > target->now.pass + 0.001)
    hwp_notice(job, HWP_NOTICE_NOTE,
               hwp_fill(job, HW_T_POWER_RAISES, 3,
                        hwp_fill(job, HW_T_POWER_ALL_OF, 1, hwp_int(job, target->n_all)), now,
                        hwp_chance(job, target->all.pass)));
}

/* --- pictures --- */

/* Rank of a person among the candidates that help, from 1; 0 = none. */
static int32_t rank_of(const hw_power_target *target, int32_t person) {
  for (int32_t i = 0; i < target->n_relatives && i < MOST_MARKED; i++) {
    const hw_power_relative *one = &target->relatives[i];
    if (one->person == person && !one->is_left_out && one->gain.pass > target->now.pass + 0.001)
      return i + 1;
  }
  return 0;
}

static hw_status draw_pedigree(power_page *self, const hw_power_target *target, hw_err *err) {
  hwp_job *job = self->job;
  const hw_family *family = &self->power.stored.problem.families[0];
  const int32_t n = family->pedigree.n_persons;
  hw_drawn_person *notes = hw_arena_alloc_array(job->arena, (size_t)n + 1, sizeof *notes);
  hw_pedigree_drawing *drawing = NULL;
  if (notes == NULL) return HW_NO_MEMORY(err, "a pedigree");
  for (int32_t i = 0; i < n; i++) {
    const int32_t rank = rank_of(target, i);
    notes[i] = (hw_drawn_person){.is_typed = self->relatives[i].typed[0] != '\0',
                                 .is_sought = i == target->who.person};
    notes[i].lines[0] = self->relatives[i].short_code;
    notes[i].lines[1] = self->relatives[i].typed;
    for (int32_t k = 0; rank > 0 && k < target->n_relatives; k++)
      if (target->relatives[k].person == i) {
        notes[i].lines[1] = hwp_fill(job, HW_T_POWER_RANK, 1, hwp_int(job, rank));
        notes[i].lines[2] =
            hwp_format(job, "\xe2\x86\x92 %s", hwp_chance(job, target->relatives[k].gain.pass));
      }
  }
  const hw_pedigree_picture picture = {
      .pedigree = &family->pedigree,
      .persons = notes,
      .words = hw_pedigree_words_of(hw_language_code(job->language)),
      .has_legend = true};
  if (job->fonts == NULL) HW_TRY(hw_fonts_new(&job->fonts, err));
  HW_TRY(hw_pedigree_drawing_new(&picture, job->fonts, &drawing, err));
  hw_canvas *canvas = hwp_picture_begin(job, hw_pedigree_drawing_width(drawing),
                                        hw_pedigree_drawing_height(drawing),
                                        hwp_fill(job, HW_T_POWER_PICTURE, 1, target->who.code));
  if (canvas != NULL) {
    hw_pedigree_drawing_add(drawing, canvas);
    hwp_picture_end(job, canvas);
  }
  hw_pedigree_drawing_delete(drawing);
  return HW_OK;
}

static void draw_bars(power_page *self, const hw_power_target *target) {
  hwp_job *job = self->job;
  hw_bar bars[MOST_BARS + 3];
  int32_t n = 0;
  const char *title = hwp_t(job, HW_T_POWER_BARS);
  bars[n++] = (hw_bar){.label = hwp_t(job, HW_T_POWER_NOBODY),
                       .value = target->now.pass,
                       .value_text = hwp_chance(job, target->now.pass),
                       .style = HW_SERIES_QUIET};
  for (int32_t i = 0; i < target->n_relatives && n < MOST_BARS; i++)
    if (!target->relatives[i].is_left_out)
      bars[n++] = (hw_bar){.label = self->relatives[target->relatives[i].person].short_code,
                           .value = target->relatives[i].gain.pass,
                           .value_text = hwp_chance(job, target->relatives[i].gain.pass)};
  if (target->n_pairs > 0)
    bars[n++] = (hw_bar){.label = hwp_t(job, HW_T_POWER_BEST_PAIR),
                         .value = target->pairs[0].gain.pass,
                         .value_text = hwp_chance(job, target->pairs[0].gain.pass),
                         .style = HW_SERIES_SECOND};
  if (target->has_all && target->n_all > 1)
    bars[n++] = (hw_bar){.label = hwp_t(job, HW_T_POWER_EVERYBODY),
                         .value = target->all.pass,
                         .value_text = hwp_chance(job, target->all.pass),
                         .style = HW_SERIES_THIRD};
  const double height = 70 + 22.0 * n;
  hw_canvas *canvas = hwp_picture_begin(job, HWP_CHART_WIDTH, height, title);
  if (canvas == NULL) return;
  hw_chart chart = hwp_chart_of(job, HWP_CHART_WIDTH, height, title);
  chart.x_title = hwp_t(job, HW_T_FAMILY_PASS);
  hw_chart_add_bars(canvas, &chart, &(hw_bars){.n = n, .bars = bars, .high = 1});
  hwp_picture_fit(job, canvas);
}

/* Both distributions, and what is needed. */
static void draw_distribution(power_page *self, const hw_power_target *target) {
  hwp_job *job = self->job;
  const hw_power_bins *bins = &target->bins;
  const double threshold = hw_power_threshold(self->power.study);
  if (bins->n == 0) return;
  const char *title = hwp_t(job, HW_T_POWER_DISTRIBUTION);
  const hw_histogram both[] = {{.name = hwp_t(job, HW_T_POWER_UNRELATED),
                                .low = bins->least,
                                .step = bins->width,
                                .n = bins->n,
                                .mass = bins->mass[HW_POWER_UNRELATED],
                                .style = HW_SERIES_SECOND},
                               {.name = hwp_t(job, HW_T_POWER_TRUTH),
                                .low = bins->least,
                                .step = bins->width,
                                .n = bins->n,
                                .mass = bins->mass[HW_POWER_TRUTH],
                                .style = HW_SERIES_FIRST}};
  const hw_mark mark = {threshold,
                        hwp_fill(job, HW_T_POWER_NEEDED_MARK, 1, hwp_log10(job, threshold))};
  hw_canvas *canvas = hwp_picture_begin(job, HWP_CHART_WIDTH, 240, title);
  if (canvas == NULL) return;
  hw_chart chart = hwp_chart_of(job, HWP_CHART_WIDTH, 240, title);
  chart.x_title = "log10 LR";
  hw_chart_add_histograms(
      canvas, &chart, &(hw_histograms){.n = 2, .histograms = both, .n_marks = 1, .marks = &mark});
  hwp_picture_fit(job, canvas);
}

/* --- in figures --- */

static void write_gain(power_page *self, const hw_power_target *target, const hw_power_gain *gain) {
  hwp_job *job = self->job;
  hwp_number_cell(job, hwp_log10(job, gain->mean));
  hwp_number_cell(job, hwp_chance(job, gain->pass));
  const double points = 100 * (gain->pass - target->now.pass);
  hwp_number_cell(job, hwp_format(job, "+%s", hwp_real(job, points > 0 ? points : 0, 1)));
}

static hw_status write_relative(power_page *self, const hw_power_target *target, int32_t i,
                                hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_power_relative *one = &target->relatives[i];
  const relative *who = &self->relatives[one->person];
  hwp_open(h, "tr", NULL);
  hwp_number_cell(job, hwp_int(job, i + 1));
  hwp_open(h, "td", NULL);
  if (who->person != 0)
    HW_TRY(hwp_id_link(job, HW_KIND_PERSON, who->person, err));
  else
    hwp_text(h, who->code);
  const char *relation = relation_of(self, target, one->person);
  if (relation[0] != '\0') hwp_text(h, hwp_format(job, " (%s)", relation));
  if (one->n_markers < self->power.stored.problem.n_markers)
    hwp_text(h, hwp_format(job, " \xe2\x80\x94 %s",
                           hwp_fill(job, HW_T_POWER_IN_PART, 1, hwp_int(job, one->n_markers))));
  hwp_close(h);
  if (one->is_left_out) {
    hwp_cell(job, "");
    hwp_cell(job, hwp_t(job, HW_T_POWER_TOO_COMPLEX));
    hwp_cell(job, "");
  } else {
    write_gain(self, target, &one->gain);
  }
  hwp_close(h);
  return HW_OK;
}

static void write_together(power_page *self, const hw_power_target *target, const char *who,
                           const hw_power_gain *gain) {
  hwp_html *h = &self->job->html;
  hwp_open(h, "tr", NULL);
  hwp_cell(self->job, "");
  hwp_cell(self->job, who);
  write_gain(self, target, gain);
  hwp_close(h);
}

static hw_status write_table(power_page *self, const hw_power_target *target, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hwp_column columns[] = {{hwp_t(job, HW_T_POWER_PLACE), true},
                                {hwp_t(job, HW_T_POWER_WHOM), false},
                                {hwp_t(job, HW_T_HOME_EXPECTED), true},
                                {hwp_t(job, HW_T_FAMILY_PASS), true},
                                {hwp_t(job, HW_T_POWER_GAIN), true}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_POWER_CANDIDATES), 5, columns});
  hwp_open(h, "tr", NULL);
  hwp_cell(job, "");
  hwp_cell(job, hwp_t(job, HW_T_POWER_NOBODY));
  hwp_number_cell(job, hwp_log10(job, target->now.mean[HW_POWER_TRUTH]));
  hwp_number_cell(job, hwp_chance(job, target->now.pass));
  hwp_cell(job, "");
  hwp_close(h);
  for (int32_t i = 0; i < target->n_relatives && i < MOST_CANDIDATES; i++)
    HW_TRY(write_relative(self, target, i, err));
  for (int32_t i = 0; i < target->n_pairs && i < MOST_PAIRS; i++)
    write_together(self, target, called_both(self, target, &target->pairs[i]),
                   &target->pairs[i].gain);
  if (target->has_all && target->n_all > 1)
    write_together(self, target, hwp_fill(job, HW_T_POWER_ALL_OF, 1, hwp_int(job, target->n_all)),
                   &target->all);
  hwp_table_end(h);
  if (target->n_relatives > MOST_CANDIDATES)
    hwp_paragraph(job, hwp_t(job, HW_T_WEB_MORE_ROWS), "hint");
  return HW_OK;
}

/* --- the page --- */

static hw_status write_target(power_page *self, const hw_power_target *target, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  hwp_section(job, NULL, hwp_fill(job, HW_T_POWER_OF, 1, target->who.code));
  if (target->verdict == HW_POWER_LEFT_OUT) {
    hwp_told(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_POWER_NOT_COMPUTED), target->reason);
    return HW_OK;
  }
  write_verdict(self, target);
  if (target->n_relatives > 0) HW_TRY(draw_pedigree(self, target, err));
  hwp_open(h, "div", "class", "two", NULL);
  if (target->n_relatives > 0) draw_bars(self, target);
  draw_distribution(self, target);
  hwp_close(h);
  return target->n_relatives > 0 ? write_table(self, target, err) : HW_OK;
}

static void write_choices(power_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_family_power *power = &self->power;
  const char *path = hwp_url(job->arena, "/power/", self->code);
  const bool may_pair = (power->n_candidates > 1 && !self->with_pairs) || power->is_only_now;
  if (power->is_only_now)
    hwp_notice(job, HWP_NOTICE_NOTE,
               hwp_fill(job, HW_T_POWER_MANY, 1, hwp_int(job, power->n_candidates)));
  hwp_open(h, "p", "class", "row", NULL);
  if (may_pair)
    hwp_leaf(h, "a", hwp_t(job, power->is_only_now ? HW_T_POWER_TRY_ALL : HW_T_POWER_TRY_PAIRS),
             "class", "button second", "href", hwp_url_query(job->arena, path, "pairs", "1"), NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_POWER_TO_FAMILY), "href",
           hwp_url(job->arena, "/families/", self->code), NULL);
  hwp_close(h);
  if (power->n_without_consent > 0)
    hwp_paragraph(job, hwp_fill(job, HW_T_POWER_CONSENT, 1, hwp_int(job, power->n_without_consent)),
                  "hint");
  hwp_paragraph(job, hwp_t(job, HW_T_POWER_ASSUMES), "hint");
}

static hw_status write_result(power_page *self, hw_err *err) {
  HW_TRY(read_relatives(self, err));
  write_choices(self);
  const int32_t n = hw_power_target_count(self->power.study);
  for (int32_t t = 0; t < n; t++)
    HW_TRY(write_target(self, hw_power_target_get(self->power.study, t), err));
  return HW_OK;
}

/* A family that cannot be computed still has its page, which says why and what to do. */
static void write_failure(power_page *self, hw_status status, const hw_err *why) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  if (status == HW_E_INTERRUPTED)
    hwp_notice(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_POWER_TOO_LONG));
  else
    hwp_told(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_POWER_NOT_COMPUTED), why->message);
  if (job->app->may & HW_MAY_WRITE) {
    hwp_open(h, "p", "class", "row", NULL);
    hwp_leaf(h, "a", hwp_t(job, HW_T_POWER_BY_TASK), "class", "button", "href",
             hwp_url_query(job->arena, "/runs/new?kind=power", "family", self->code), NULL);
    hwp_close(h);
  }
  hwp_open(h, "p", NULL);
  hwp_text(h, hwp_t(job, HW_T_POWER_BY_COMMAND));
  hwp_text(h, " ");
  hwp_leaf(h, "code", hwp_format(job, "homeward power -c CASE --family '%s'", self->code), NULL);
  hwp_close(h);
}

static hw_status compute(power_page *self, hw_err *err) {
  hw_err why = HW_ERR_INIT;
  double needed = 0;
  HW_TRY(find_needed(self, &needed, err));
  self->until_s = hw_clock_now_s() + MOST_SECONDS;
  const hw_family_power_options options = {.family = self->code,
                                           .threshold = needed,
                                           .with_pairs = self->with_pairs,
                                           .stop = is_late,
                                           .context = self};
  const hw_status status = hw_family_power_make(self->job->app, &options, &self->power, &why);
  if (status == HW_OK) return write_result(self, err);
  if (status == HW_E_NO_MEMORY || status == HW_E_IO) {
    if (err != NULL) *err = why;
    return status;
  }
  write_failure(self, status, &why);
  return HW_OK;
}

static hw_status write_family(hwp_job *job, hw_err *err) {
  power_page self = {
      .job = job, .code = job->parts[0], .with_pairs = hwp_query(job, "pairs") != NULL};
  int64_t id = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_FAMILY, self.code, &id, err));
  HW_TRY(hw_look_get(job->app, HW_KIND_FAMILY, id, job->arena, &self.family, err));
  hwp_page_begin(job, HWP_NAV_FAMILIES, hwp_fill(job, HW_T_POWER_FAMILY_TITLE, 1, self.code));
  const char *pairs[] = {hwp_t(job, HW_T_POWER_TITLE), "/power", self.code, NULL};
  hwp_crumbs(job, 2, pairs);
  hwp_withdrawn(job, &self.family);
  const hw_status status = compute(&self, err);
  hw_family_power_clear(&self.power);
  HW_TRY(status);
  return hwp_page_end(job, err);
}

hw_status hwp_power_family(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_family, err);
}
