/* Pictures of a box, and its persons with what speaks for and against each join.
 *
 * The picture of all bones has the colours of the persons; beside it stands a small skeleton for
 * each of them, at most as many as keep the page light. What a join rests on is told in
 * decimal logarithms, as everywhere else, each factor by itself, and in words: a reader who
 * knows nothing of logarithms sees what speaks for it and what against. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "homeward/skeleton.h"
#include "web/pages_accession.h"

enum { MOST_SMALL = 6, MOST_ROWS = 60, LEAST_ROWS = 4 };
/* No further small skeleton is begun where a page has this many bytes: it must stay below 150,000,
 * and its tables come after the pictures. */
enum { MOST_BYTES = 84000 };
/* A ratio below this, either way, says nothing worth telling: 10^0.05 is 1.12. */
#define LEAST_TOLD 0.05
#define SMALL_SCALE 0.45

/* --- names --- */

const char *hwp_element_name(hwp_job *job, int32_t element) {
  const hw_element *elements = NULL;
  if (element < 0 || element >= hw_elements(&elements)) return "";
  if (job->language != HW_LANGUAGE_VI) return elements[element].name;
  const char *name = elements[element].vietnamese;
  const char *first = hw_arena_strndup(job->arena, name, strcspn(name, "|"));
  return first != NULL ? first : "";
}

static const char *side_word(hwp_job *job, hw_side side) {
  if (side == HW_SIDE_LEFT) return hwp_word(job, "left");
  return side == HW_SIDE_RIGHT ? hwp_word(job, "right") : "";
}

const char *hwp_bone_name(hwp_job *job, const hw_accession_bone *bone) {
  const bool is_vi = job->language == HW_LANGUAGE_VI;
  const char *element =
      bone->place.element >= 0
          ? hwp_element_name(job, bone->place.element)
          : hwp_word(job, hw_record_text(&bone->record, HW_FIELD_SPECIMEN_ELEMENT));
  const char *side = side_word(job, bone->place.side);
  const char *number =
      bone->place.number > 0 ? hwp_format(job, " %d", (int)bone->place.number) : "";
  const char *portion = hwp_word(job, hw_record_text(&bone->record, HW_FIELD_SPECIMEN_PORTION));
  const char *comma = portion[0] != '\0' ? ", " : "", *blank = side[0] != '\0' ? " " : "";
  if (is_vi) return hwp_format(job, "%s%s%s%s%s%s", element, number, blank, side, comma, portion);
  return hwp_format(job, "%s%s%s%s%s%s", side, blank, element, number, comma, portion);
}

/* --- pictures --- */

typedef struct picture {
  hw_skeleton skeleton;
  hw_skeleton_find *finds;
  const char **persons;
  hw_skeleton_badge *badges;
} picture;

static void add_badge(hwp_box *self, picture *out, const hw_element_count *count,
                      hw_skeleton_side side, int32_t persons) {
  hwp_job *job = self->job;
  const hw_element *elements = NULL;
  (void)hw_elements(&elements);
  if (persons < 2) return;
  const char *text = hwp_int(job, persons);
  const char *word = side_word(job, (hw_side)side);
  out->badges[out->skeleton.n_badges++] =
      (hw_skeleton_badge){.element = elements[count->element].name,
                          .side = side,
                          .text = text,
                          .label = hwp_fill(job, HW_T_BODY_BADGE, 3,
                                            hwp_element_name(job, count->element), word, text)};
}

static void add_badges(hwp_box *self, picture *out) {
  for (int32_t i = 0; i < self->box.n_counts; i++) {
    const hw_element_count *count = &self->box.counts[i];
    add_badge(self, out, count, HW_SKELETON_LEFT, count->left);
    add_badge(self, out, count, HW_SKELETON_RIGHT, count->right);
    add_badge(self, out, count, HW_SKELETON_MIDLINE, count->midline);
  }
}

static hw_status make_picture(hwp_box *self, picture *out, hw_err *err) {
  hwp_job *job = self->job;
  const hw_accession *box = &self->box;
  const hw_element *elements = NULL;
  (void)hw_elements(&elements);
  out->finds = hw_arena_alloc_array(job->arena, (size_t)box->n_bones + 1, sizeof *out->finds);
  out->persons = hw_arena_alloc_array(job->arena, (size_t)box->n_persons + 1, sizeof *out->persons);
  out->badges =
      hw_arena_alloc_array(job->arena, 3 * (size_t)box->n_counts + 1, sizeof *out->badges);
  if (out->finds == NULL || out->persons == NULL || out->badges == NULL)
    return HW_NO_MEMORY(err, "a picture of a skeleton");
  for (int32_t i = 0; i < box->n_bones; i++) {
    const hw_accession_bone *bone = &box->bones[i];
    out->finds[i] = (hw_skeleton_find){
        .element = bone->place.element >= 0 ? elements[bone->place.element].name : "",
        .side = (hw_skeleton_side)bone->place.side,
        .number = bone->place.number,
        .from = bone->place.from,
        .to = bone->place.to,
        .is_part = bone->place.is_part,
        .person = bone->person,
        .label = hwp_format(job, "%s: %s", hw_record_text(&bone->record, HW_FIELD_SPECIMEN_CODE),
                            hwp_bone_name(job, bone))};
  }
  for (int32_t p = 0; p < box->n_persons; p++)
    out->persons[p] = hw_record_text(&box->persons[p].record, HW_FIELD_INDIVIDUAL_CODE);
  out->skeleton = (hw_skeleton){.n_finds = box->n_bones,
                                .finds = out->finds,
                                .n_persons = box->n_persons,
                                .persons = out->persons,
                                .badges = out->badges,
                                .words = hw_skeleton_words_of(hw_language_code(job->language))};
  add_badges(self, out);
  return HW_OK;
}

static hw_status draw(hwp_job *job, const hw_skeleton *skeleton, double scale, const char *title,
                      hw_skeleton_result *result, hw_err *err) {
  const double wide = skeleton->is_small ? HW_SKELETON_SMALL_WIDTH : HW_SKELETON_WIDTH;
  hw_canvas *canvas =
      hwp_picture_begin(job, wide * scale, hw_skeleton_height(skeleton) * scale, title);
  if (canvas == NULL) return HW_OK;
  hw_canvas_begin_group(canvas, &(hw_group){.scale = scale});
  const hw_status status = hw_skeleton_add(canvas, skeleton, result, err);
  hw_canvas_end_group(canvas);
  if (status == HW_OK)
    hwp_picture_end(job, canvas);
  else
    hw_canvas_delete(canvas);
  return status;
}

hw_status hwp_box_skeleton(hwp_box *self, hw_err *err) {
  hwp_job *job = self->job;
  picture all = {0};
  hw_skeleton_result result = {0};
  HW_TRY(make_picture(self, &all, err));
  HW_TRY(
      draw(job, &all.skeleton, 1, hwp_fill(job, HW_T_BODY_PICTURE, 1, self->code), &result, err));
  if (result.n_unsided > 0)
    hwp_paragraph(job, hwp_fill(job, HW_T_BODY_UNSIDED, 1, hwp_int(job, result.n_unsided)), "hint");
  if (result.n_unknown > 0)
    hwp_paragraph(job, hwp_fill(job, HW_T_BODY_UNKNOWN, 1, hwp_int(job, result.n_unknown)), "hint");
  return HW_OK;
}

hw_status hwp_box_persons_small(hwp_box *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  picture all = {0};
  HW_TRY(make_picture(self, &all, err));
  int32_t n = 0;
  hwp_open(h, "ul", "class", "bodies", NULL);
  for (int32_t p = 0; p < self->box.n_persons && p < MOST_SMALL; p++) {
    if (h->out->length > MOST_BYTES) break;
    n++;
    const hw_accession_person *person = &self->box.persons[p];
    hw_skeleton one = all.skeleton;
    one.is_small = one.is_of_one = true;
    one.person = p;
    hwp_open(h, "li", NULL);
    HW_TRY(draw(job, &one, SMALL_SCALE, hwp_fill(job, HW_T_BODY_PICTURE_ONE, 1, all.persons[p]),
                NULL, err));
    HW_TRY(hwp_id_link(job, HW_KIND_INDIVIDUAL, person->record.id, err));
    hwp_text(h, " ");
    hwp_state(job, hw_record_text(&person->record, HW_FIELD_INDIVIDUAL_STATE));
    hwp_leaf(h, "span", hwp_fill(job, HW_T_BODY_N_BONES, 1, hwp_int(job, person->n_here)), "class",
             "quiet", NULL);
    hwp_close(h);
  }
  hwp_close(h);
  if (n < self->box.n_persons)
    hwp_paragraph(job,
                  hwp_fill(job, HW_T_BODY_MORE_PERSONS, 1, hwp_int(job, self->box.n_persons - n)),
                  "hint");
  return HW_OK;
}

/* --- joins --- */

typedef struct factor {
  hw_text_id name;
  double value;
} factor;

enum { N_FACTORS = 6 };

static void list_factors(const hw_accession_join *join, factor out[N_FACTORS]) {
  const factor all[N_FACTORS] = {
      {HW_T_BODY_FACTOR_DNA, join->dna},           {HW_T_BODY_FACTOR_BONES, join->bones},
      {HW_T_BODY_FACTOR_SEX, join->sex},           {HW_T_BODY_FACTOR_AGE, join->age},
      {HW_T_BODY_FACTOR_SIZE, join->measurements}, {HW_T_BODY_FACTOR_PLACE, join->provenience}};
  memcpy(out, all, sizeof all);
}

/* "DNA +8.40; place +0.30", those that speak in one direction. */
static void write_factors(hwp_job *job, const hw_accession_join *join, bool speaks_for) {
  factor factors[N_FACTORS];
  hwp_html *h = &job->html;
  int n = 0;
  list_factors(join, factors);
  hwp_open(h, "td", NULL);
  for (int i = 0; i < N_FACTORS; i++) {
    const double value = speaks_for ? factors[i].value : -factors[i].value;
    if (!(value >= LEAST_TOLD)) continue;
    hwp_text(h, n++ > 0 ? "; " : "");
    hwp_text(h, hwp_t(job, factors[i].name));
    hwp_text(h, isinf(value) ? hwp_format(job, " (%s)", hwp_t(job, HW_T_BODY_IMPOSSIBLE))
                             : hwp_format(job, "\xc2\xa0%s", hwp_log10(job, factors[i].value)));
  }
  if (n == 0) hwp_text(h, "\xe2\x80\x94");
  hwp_close(h);
}

static const hw_accession_join *find_join(const hwp_box *self, int32_t person, int32_t bone) {
  if (self->joins == NULL) return NULL;
  const hw_accession_joins *joins = &self->joins[person];
  for (int32_t i = 0; i < joins->n; i++)
    if (joins->joins[i].bone == bone) return &joins->joins[i];
  return NULL;
}

static hw_status write_bone(hwp_box *self, int32_t person, int32_t index, bool is_weighed,
                            hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_accession_bone *bone = &self->box.bones[index];
  hwp_open(h, "tr", NULL);
  HW_TRY(hwp_id_cell(job, HW_KIND_SPECIMEN, bone->record.id, err));
  hwp_cell(job, hwp_bone_name(job, bone));
  hwp_number_cell(job, hwp_posterior(job, bone->belongs, 1 - bone->belongs));
  const hw_accession_join *join = find_join(self, person, index);
  if (is_weighed && join != NULL) {
    write_factors(job, join, true);
    write_factors(job, join, false);
    hwp_number_cell(
        job, isinf(join->total) ? hwp_t(job, HW_T_BODY_IMPOSSIBLE) : hwp_log10(job, join->total));
  } else if (is_weighed) {
    for (int i = 0; i < 3; i++) hwp_cell(job, "\xe2\x80\x94");
  }
  hwp_close(h);
  return HW_OK;
}

static hw_status write_person(hwp_box *self, int32_t p, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_accession_person *person = &self->box.persons[p];
  const double probability = hw_record_real(&person->record, HW_FIELD_INDIVIDUAL_PROBABILITY);
  const bool is_weighed = self->joins != NULL && self->joins[p].n > 1;
  const hwp_column columns[] = {
      {hwp_kind_label(job, HW_KIND_SPECIMEN), false}, {hwp_t(job, HW_T_BODY_BONE), false},
      {hwp_t(job, HW_T_BODY_BELONGS), true},          {hwp_t(job, HW_T_BODY_FOR), false},
      {hwp_t(job, HW_T_BODY_AGAINST), false},         {hwp_t(job, HW_T_BODY_TOGETHER), true}};
  hwp_open(h, "h3", NULL);
  HW_TRY(hwp_id_link(job, HW_KIND_INDIVIDUAL, person->record.id, err));
  hwp_text(h, " ");
  hwp_state(job, hw_record_text(&person->record, HW_FIELD_INDIVIDUAL_STATE));
  hwp_close(h);
  if (!isnan(probability))
    hwp_paragraph(
        job,
        hwp_fill(job, HW_T_BODY_PROBABILITY, 1, hwp_posterior(job, probability, 1 - probability)),
        NULL);
  if (is_weighed && isfinite(self->joins[p].log10_all))
    hwp_paragraph(
        job, hwp_fill(job, HW_T_BODY_ALL_TOGETHER, 1, hwp_log10(job, self->joins[p].log10_all)),
        NULL);
  if (person->n_elsewhere > 0)
    hwp_paragraph(job, hwp_fill(job, HW_T_BODY_ELSEWHERE, 1, hwp_int(job, person->n_elsewhere)),
                  "hint");
  hwp_table_begin(h, &(hwp_table){NULL, is_weighed ? 6 : 3, columns});
  int32_t n = 0, most = MOST_ROWS / self->box.n_persons;
  if (most < LEAST_ROWS) most = LEAST_ROWS;
  for (int32_t i = 0; i < self->box.n_bones; i++)
    if (self->box.bones[i].person == p && n++ < most)
      HW_TRY(write_bone(self, p, i, is_weighed, err));
  hwp_table_end(h);
  if (n > most) hwp_paragraph(job, hwp_t(job, HW_T_WEB_MORE_ROWS), "hint");
  return HW_OK;
}

hw_status hwp_box_persons(hwp_box *self, hw_err *err) {
  for (int32_t p = 0; p < self->box.n_persons; p++) HW_TRY(write_person(self, p, err));
  return HW_OK;
}
