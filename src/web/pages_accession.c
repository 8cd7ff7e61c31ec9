/* A box of remains: what was recovered, of how many persons, and whom it is joined to.
 *
 * The page answers three questions from the top downwards. What is in the box? A picture of a
 * skeleton, and the inventory. Of how many persons? The least number that the bones prove.
 * Which belong together? The persons that a re-association proposed or somebody confirmed, with
 * what speaks for and against each bone. The last takes loading all profiles of the
 * investigation; in a large database a link asks for it. */
#include "web/pages_accession.h"

#include <string.h>

#include "base/check.h"

enum { MOST_WEIGHED_SAMPLES = 600, MOST_LISTED = 40, MOST_SAMPLES = 25, MOST_DOUBTS = 25 };

/* --- what it is --- */

static hw_status write_facts(hwp_box *self, hw_err *err) {
  static const int fields[] = {HW_FIELD_ACCESSION_SITE,          HW_FIELD_ACCESSION_OPERATION,
                               HW_FIELD_ACCESSION_HOW,           HW_FIELD_ACCESSION_RECEIVED_ON,
                               HW_FIELD_ACCESSION_RECEIVED_FROM, HW_FIELD_ACCESSION_CONTAINER,
                               HW_FIELD_ACCESSION_NOTE};
  hwp_job *job = self->job;
  const hw_accession *box = &self->box;
  hwp_facts_begin(&job->html);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    HW_TRY(hwp_value_fact(job, &box->record, fields[i], err));
  if (box->n_bones > 0) {
    int32_t n_free = 0;
    for (int32_t i = 0; i < box->n_bones; i++) n_free += box->bones[i].person < 0;
    hwp_fact(&job->html, hwp_t(job, HW_T_BODY_BONES), hwp_int(job, box->n_bones));
    hwp_fact(&job->html, hwp_t(job, HW_T_BODY_LEAST), hwp_int(job, box->least));
    if (box->least_by_pairs > box->least)
      hwp_fact(&job->html, hwp_t(job, HW_T_BODY_BY_PAIRS), hwp_int(job, box->least_by_pairs));
    hwp_fact(&job->html, hwp_t(job, HW_T_BODY_PERSONS), hwp_int(job, box->n_persons));
    hwp_fact(&job->html, hwp_t(job, HW_T_BODY_FREE), hwp_int(job, n_free));
  }
  hwp_facts_end(&job->html);
  return HW_OK;
}

static void write_links(hwp_box *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  hwp_open(h, "p", "class", "row", NULL);
  if (job->app->may & HW_MAY_WRITE && self->box.n_bones > 1)
    hwp_leaf(h, "a", hwp_t(job, HW_T_BODY_RUN), "class", "button second", "href", "/runs/new",
             NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_RECORDS_FIELDS), "href",
           hwp_url(job->arena, "/records/accession/", self->code), NULL);
  hwp_close(h);
}

/* --- inventory --- */

static void write_inventory(hwp_box *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_accession *box = &self->box;
  const hwp_column columns[] = {{hwp_t(job, HW_T_BODY_ELEMENT), false},
                                {hwp_word(job, "left"), true},
                                {hwp_word(job, "right"), true},
                                {hwp_t(job, HW_T_BODY_NO_SIDE), true},
                                {hwp_t(job, HW_T_BODY_PERSONS_LEAST), true}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_BODY_INVENTORY), 5, columns});
  for (int32_t c = 0; c < box->n_counts; c++) {
    int32_t n[4] = {0};
    for (int32_t i = 0; i < box->n_bones; i++)
      if (box->bones[i].place.element == box->counts[c].element) n[box->bones[i].place.side]++;
    const int32_t others = n[HW_SIDE_UNKNOWN] + n[HW_SIDE_MIDLINE];
    hwp_open(h, "tr", NULL);
    hwp_cell(job, hwp_element_name(job, box->counts[c].element));
    hwp_number_cell(job, n[HW_SIDE_LEFT] > 0 ? hwp_int(job, n[HW_SIDE_LEFT]) : "");
    hwp_number_cell(job, n[HW_SIDE_RIGHT] > 0 ? hwp_int(job, n[HW_SIDE_RIGHT]) : "");
    hwp_number_cell(job, others > 0 ? hwp_int(job, others) : "");
    hwp_number_cell(job, hwp_int(job, box->counts[c].least));
    hwp_close(h);
  }
  if (box->n_unplaced > 0) {
    hwp_open(h, "tr", NULL);
    hwp_cell(job, hwp_t(job, HW_T_BODY_OTHER_ELEMENTS));
    hwp_cell(job, "");
    hwp_cell(job, "");
    hwp_number_cell(job, hwp_int(job, box->n_unplaced));
    hwp_cell(job, "");
    hwp_close(h);
  }
  hwp_table_end(h);
}

/* Bones that nobody is joined to; those of persons stand with them. */
static hw_status write_free(hwp_box *self, hw_err *err) {
  static const int fields[] = {HW_FIELD_SPECIMEN_SEX, HW_FIELD_SPECIMEN_AGE_FROM,
                               HW_FIELD_SPECIMEN_AGE_TO, HW_FIELD_SPECIMEN_STATURE};
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_SPECIMEN), false},
                                {hwp_t(job, HW_T_BODY_BONE), false},
                                {hwp_field_label(job, HW_KIND_SPECIMEN, "sex"), false},
                                {hwp_field_label(job, HW_KIND_SPECIMEN, "age_from"), true},
                                {hwp_field_label(job, HW_KIND_SPECIMEN, "age_to"), true},
                                {hwp_field_label(job, HW_KIND_SPECIMEN, "stature_cm"), true}};
  int32_t n = 0;
  for (int32_t i = 0; i < self->box.n_bones; i++) {
    const hw_accession_bone *bone = &self->box.bones[i];
    if (bone->person >= 0 || n++ >= MOST_LISTED) continue;
    if (n == 1) hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_BODY_FREE), 6, columns});
    hwp_open(h, "tr", NULL);
    HW_TRY(hwp_id_cell(job, HW_KIND_SPECIMEN, bone->record.id, err));
    hwp_cell(job, hwp_bone_name(job, bone));
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
      HW_TRY(hwp_value_cell(job, &bone->record, fields[f], err));
    hwp_close(h);
  }
  if (n > 0) hwp_table_end(h);
  if (n > MOST_LISTED) hwp_paragraph(job, hwp_t(job, HW_T_WEB_MORE_ROWS), "hint");
  return HW_OK;
}

/* --- persons --- */

static hw_status weigh(hwp_box *self, hw_err *err) {
  hwp_job *job = self->job;
  int64_t n_samples = 0;
  HW_TRY(hw_store_count(job->app->store, HW_KIND_SAMPLE, &n_samples, err));
  const bool is_asked = hwp_query(job, "weigh") != NULL;
  if (n_samples > MOST_WEIGHED_SAMPLES && !is_asked) {
    hwp_html *h = &job->html;
    hwp_open(h, "p", NULL);
    hwp_text(h, hwp_t(job, HW_T_BODY_NOT_WEIGHED));
    hwp_text(h, " ");
    hwp_leaf(
        h, "a", hwp_t(job, HW_T_BODY_WEIGH), "href",
        hwp_url_query(job->arena, hwp_url(job->arena, "/accessions/", self->code), "weigh", "1"),
        NULL);
    hwp_close(h);
    return HW_OK;
  }
  hw_err why = HW_ERR_INIT;
  const hw_status status = hw_accession_weigh(job->app, &self->box, job->arena, &self->joins, &why);
  if (status == HW_E_NO_MEMORY || status == HW_E_IO) {
    if (err != NULL) *err = why;
    return status;
  }
  if (status != HW_OK)
    hwp_told(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_BODY_CANNOT_WEIGH), why.message);
  else
    hwp_paragraph(job, hwp_t(job, HW_T_BODY_WEIGHED_HINT), "hint");
  return HW_OK;
}

/* What to do where nobody is proposed, and how proposals come to be. */
static void write_how(hwp_box *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  hwp_open(h, "details", NULL);
  hwp_leaf(h, "summary", hwp_t(job, HW_T_BODY_HOW), NULL);
  hwp_leaf(h, "p", hwp_t(job, HW_T_BODY_HOW_RUN), NULL);
  hwp_open(h, "p", NULL);
  hwp_leaf(h, "code",
           hwp_format(
               job, "homeward reassociate -c CASE --accession '%s' --apply --reason '\xe2\x80\xa6'",
               self->code),
           NULL);
  hwp_close(h);
  hwp_leaf(h, "p", hwp_t(job, HW_T_BODY_HOW_CONFIRM), NULL);
  hwp_close(h);
}

static hw_status write_persons(hwp_box *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_section(job, "persons", hwp_t(job, HW_T_BODY_PERSONS));
  if (self->box.n_persons == 0) {
    const bool may_write = (job->app->may & HW_MAY_WRITE) != 0;
    hwp_empty(job, hwp_t(job, HW_T_BODY_NO_PERSONS), hwp_t(job, HW_T_BODY_RUN),
              may_write ? "/runs/new" : NULL);
  } else {
    HW_TRY(hwp_box_persons_small(self, err));
    HW_TRY(weigh(self, err));
    HW_TRY(hwp_box_persons(self, err));
  }
  write_how(self);
  return HW_OK;
}

/* --- contradictions --- */

typedef struct doubts {
  int n;
  hw_record items[MOST_DOUBTS];
} doubts;

static void add_doubts(doubts *self, const hw_look_rows *rows) {
  for (int i = 0; i < rows->n && self->n < MOST_DOUBTS; i++) {
    bool is_known = rows->items[i].withdrawn != NULL;
    for (int k = 0; k < self->n && !is_known; k++)
      is_known = self->items[k].id == rows->items[i].id;
    if (!is_known) self->items[self->n++] = rows->items[i];
  }
}

static hw_status read_doubts(hwp_box *self, doubts *out, hw_err *err) {
  hwp_job *job = self->job;
  hw_look_rows rows;
  for (int32_t p = 0; p < self->box.n_persons; p++) {
    HW_TRY(hw_look_list(job->app, HW_KIND_CONTRADICTION, HW_FIELD_CONTRADICTION_INDIVIDUAL,
                        self->box.persons[p].record.id, MOST_DOUBTS, job->arena, &rows, err));
    add_doubts(out, &rows);
  }
  for (int32_t i = 0; i < self->box.n_bones && out->n < MOST_DOUBTS; i++) {
    HW_TRY(hw_look_list(job->app, HW_KIND_CONTRADICTION, HW_FIELD_CONTRADICTION_SPECIMEN,
                        self->box.bones[i].record.id, MOST_DOUBTS, job->arena, &rows, err));
    add_doubts(out, &rows);
  }
  return HW_OK;
}

static hw_status write_doubts(hwp_box *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hwp_column columns[] = {{hwp_t(job, HW_T_PAGES_CODE), false},
                                {hwp_t(job, HW_T_PAGES_KIND), false},
                                {hwp_t(job, HW_T_BODY_WHAT), false},
                                {hwp_t(job, HW_T_PAGES_STATE), false}};
  doubts *list = hw_arena_alloc(job->arena, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the contradictions of a box");
  list->n = 0;
  HW_TRY(read_doubts(self, list, err));
  hwp_section(job, "contradictions", hwp_kinds_label(job, HW_KIND_CONTRADICTION));
  if (list->n == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_BODY_NO_CONTRADICTION), "quiet");
    return HW_OK;
  }
  hwp_table_begin(h, &(hwp_table){NULL, 4, columns});
  for (int i = 0; i < list->n; i++) {
    const hw_record *row = &list->items[i];
    hwp_open(h, "tr", NULL);
    hwp_code_cell(job, HW_KIND_CONTRADICTION, hw_record_text(row, HW_FIELD_CONTRADICTION_CODE));
    hwp_cell(job, hwp_word(job, hw_record_text(row, HW_FIELD_CONTRADICTION_KIND)));
    hwp_leaf(h, "td", hw_record_text(row, HW_FIELD_CONTRADICTION_TEXT), "lang",
             job->language == HW_LANGUAGE_EN ? NULL : "en", NULL);
    HW_TRY(hwp_value_cell(job, row, HW_FIELD_CONTRADICTION_STATE, err));
    hwp_close(h);
  }
  hwp_table_end(h);
  return HW_OK;
}

/* --- samples --- */

static hw_status write_sample(hwp_box *self, const hw_accession_bone *bone, int64_t sample,
                              hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  hwp_typed typed;
  HW_TRY(hwp_typed_of_sample(job, sample, &typed, err));
  hwp_open(h, "tr", NULL);
  HW_TRY(hwp_id_cell(job, HW_KIND_SAMPLE, sample, err));
  HW_TRY(hwp_id_cell(job, HW_KIND_SPECIMEN, bone->record.id, err));
  hwp_cell(job, hwp_bone_name(job, bone));
  hwp_cell(job, typed.text[0] != '\0' ? typed.text : "\xe2\x80\x94");
  hwp_open(h, "td", NULL);
  if (bone->person >= 0)
    HW_TRY(hwp_id_link(job, HW_KIND_INDIVIDUAL, self->box.persons[bone->person].record.id, err));
  hwp_close(h);
  hwp_close(h);
  return HW_OK;
}

static hw_status write_samples(hwp_box *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_SAMPLE), false},
                                {hwp_kind_label(job, HW_KIND_SPECIMEN), false},
                                {hwp_t(job, HW_T_BODY_BONE), false},
                                {hwp_t(job, HW_T_FAMILY_TYPED), false},
                                {hwp_kind_label(job, HW_KIND_INDIVIDUAL), false}};
  int n = 0;
  hwp_section(job, "samples", hwp_t(job, HW_T_BODY_SAMPLES));
  for (int32_t i = 0; i < self->box.n_bones && n <= MOST_SAMPLES; i++) {
    hw_look_rows rows;
    HW_TRY(hw_look_list(job->app, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_SPECIMEN,
                        self->box.bones[i].record.id, MOST_SAMPLES, job->arena, &rows, err));
    for (int k = 0; k < rows.n && n <= MOST_SAMPLES; k++) {
      if (rows.items[k].withdrawn != NULL || ++n > MOST_SAMPLES) continue;
      if (n == 1) hwp_table_begin(h, &(hwp_table){NULL, 5, columns});
      HW_TRY(write_sample(self, &self->box.bones[i], rows.items[k].id, err));
    }
  }
  if (n > 0)
    hwp_table_end(h);
  else
    hwp_paragraph(job, hwp_t(job, HW_T_BODY_NO_SAMPLES), "quiet");
  if (n > MOST_SAMPLES) hwp_paragraph(job, hwp_t(job, HW_T_WEB_MORE_ROWS), "hint");
  return HW_OK;
}

/* --- the page --- */

static hw_status write_accession(hwp_job *job, hw_err *err) {
  hwp_box *self = hw_arena_alloc(job->arena, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a box of remains");
  *self = (hwp_box){.job = job, .code = job->parts[0]};
  HW_TRY(hw_accession_read(job->app, self->code, job->arena, &self->box, err));
  hwp_html *h = hwp_page_begin(job, HWP_NAV_REMAINS, hwp_fill(job, HW_T_BODY_TITLE, 1, self->code));
  hwp_list_crumbs(job, HW_KIND_ACCESSION, self->code);
  hwp_withdrawn(job, &self->box.record);
  hwp_open(h, "div", "class", "body", NULL);
  if (self->box.n_bones > 0) {
    hwp_open(h, "div", NULL);
    HW_TRY(hwp_box_skeleton(self, err));
    hwp_close(h);
  }
  hwp_open(h, "div", NULL);
  HW_TRY(write_facts(self, err));
  write_links(self);
  if (self->box.n_bones > 0)
    write_inventory(self);
  else
    hwp_empty(job, hwp_t(job, HW_T_BODY_EMPTY), hwp_t(job, HW_T_RECORDS_IMPORT),
              job->app->may & HW_MAY_WRITE ? "/import" : NULL);
  if (self->box.has_more_bones)
    hwp_notice(job, HWP_NOTICE_WARNING,
               hwp_fill(job, HW_T_BODY_MORE_BONES, 1, hwp_int(job, HW_ACCESSION_BONES)));
  hwp_close(h);
  hwp_close(h);
  if (self->box.n_bones > 0) {
    HW_TRY(write_persons(self, err));
    HW_TRY(write_free(self, err));
    HW_TRY(write_doubts(self, err));
    HW_TRY(write_samples(self, err));
  }
  HW_TRY(hwp_custody_section(job, 1, &self->box.record, err));
  return hwp_page_end(job, err);
}

static hw_status accession(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_accession, err);
}

static const hwp_route routes[] = {
    {"GET",
     "/accessions/"
     "*",
     0, 0, accession, "a box of remains with its bones and the persons they are joined to"},
};
const hwp_routes hwp_routes_accession = {routes, sizeof routes / sizeof *routes};
