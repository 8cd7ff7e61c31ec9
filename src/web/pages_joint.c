/* Who is who: a joint run, all remains and all missing persons weighed together.
 *
 * Two columns are drawn, remains and missing persons, with a line for each pairing that is not
 * hopeless; the width follows its posterior, and the word of the run's conclusion stands at the
 * remains, so that the picture can be read without colour. "Nobody of them" is a place of its
 * own: remains may be of somebody whom no family misses.
 *
 * Below, remains stand by what is concluded of their likeliest pairing, those that need a look
 * first: who cannot be told apart, who is open, who is clear, who is probably nobody of them. Each
 * line leads on, to the identification that stands for the pairing or to proposing one. Of a run
 * with many remains the contested ones are shown before the clear ones. */
#include "web/pages_joint.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/json_read.h"

enum { MOST_LEFT = 80, MOST_DRAWN = 40, MOST_RIGHT = 60, MOST_LINES = 240 };
/* Contested remains before the clear ones, and pairings that are looked at for them. */
enum { MOST_FIRST = 40, MOST_CONTESTED = 200 };
enum { MOST_OTHERS = 4, MOST_OF_ONE = 6 };
/* A pairing below this is not drawn, nor told as an alternative. */
#define LEAST_DRAWN 0.01
#define LEAST_TOLD 0.001

typedef struct other {
  int64_t person;
  double posterior, complement;
} other;

typedef struct side {
  int64_t profile, id; /* left: profile and sample; right: person */
  const char *code;
  double none;          /* left: posterior of being nobody of them; NaN = not known */
  const char *standing; /* left: what the run concludes of its likeliest pairing */
  other best;           /* left: that pairing; person 0 = none */
  double log10_glr;     /* left: of it */
  int n_others;
  other others[MOST_OTHERS]; /* left: the next likely ones */
  double place;              /* right: mean place of what is joined to it */
  double weight;
  double y;
} side;

typedef struct line {
  int left, right; /* right −1 = nobody of them */
  double posterior;
} line;

typedef struct joint_page {
  hwp_job *job;
  hw_record run;
  int n_left, n_right, n_lines;
  side left[MOST_LEFT], right[MOST_RIGHT];
  line lines[MOST_LINES];
  bool is_cut;
} joint_page;

/* --- reading --- */

static hw_status add_left(joint_page *self, int64_t profile, hw_err *err) {
  hwp_job *job = self->job;
  hw_record row;
  for (int i = 0; i < self->n_left; i++)
    if (self->left[i].profile == profile) return HW_OK;
  if (self->n_left == MOST_LEFT) {
    self->is_cut = true;
    return HW_OK;
  }
  side *one = &self->left[self->n_left];
  *one = (side){.profile = profile, .none = (double)NAN, .standing = ""};
  HW_TRY(hw_look_get(job->app, HW_KIND_PROFILE, profile, job->arena, &row, err));
  one->id = hw_record_int(&row, HW_FIELD_PROFILE_SAMPLE);
  HW_TRY(hw_look_code(job->app, HW_KIND_SAMPLE, one->id, job->arena, &one->code, err));
  self->n_left++;
  return HW_OK;
}

static hw_status add_right(joint_page *self, int64_t person, int *out, hw_err *err) {
  for (*out = 0; *out < self->n_right; ++*out)
    if (self->right[*out].id == person) return HW_OK;
  if (self->n_right == MOST_RIGHT) {
    self->is_cut = true;
    *out = -1;
    return HW_OK;
  }
  side *one = &self->right[self->n_right];
  *one = (side){.id = person};
  HW_TRY(hw_look_code(self->job->app, HW_KIND_PERSON, person, self->job->arena, &one->code, err));
  self->n_right++;
  return HW_OK;
}

static void add_line(joint_page *self, int left, int right, double posterior) {
  if (!(posterior >= LEAST_DRAWN)) return;
  if (self->n_lines == MOST_LINES) {
    self->is_cut = true;
    return;
  }
  self->lines[self->n_lines++] = (line){left, right, posterior};
}

/* Pairings that somebody should look at. */
static bool is_contested(void *context, const hw_record *row) {
  const char *standing = hw_record_text(row, HW_FIELD_JOINT_PAIR_STANDING);
  (void)context;
  return row->withdrawn == NULL &&
         (strcmp(standing, "symmetric") == 0 || strcmp(standing, "open") == 0) &&
         hw_record_real(row, HW_FIELD_JOINT_PAIR_POSTERIOR) >= LEAST_DRAWN;
}

/* Which remains are shown: contested ones, likeliest ones, and who is nobody of them. */
static hw_status choose_left(joint_page *self, hw_err *err) {
  hwp_job *job = self->job;
  const hw_value run = hw_value_int(self->run.id);
  hw_look_rows contested, best, none;
  HW_TRY(hw_look_where(job->app, HW_KIND_JOINT_PAIR, 1, &run, is_contested, NULL, MOST_CONTESTED,
                       job->arena, &contested, err));
  HW_TRY(hw_look_best(job->app, HW_KIND_JOINT_PAIR, 1, &run, HW_FIELD_JOINT_PAIR_POSTERIOR,
                      HW_LOOK_BEST, job->arena, &best, err));
  HW_TRY(hw_look_best(job->app, HW_KIND_JOINT_REMAINS, 1, &run,
                      HW_FIELD_JOINT_REMAINS_NONE_POSTERIOR, HWP_TABLE_ROWS, job->arena, &none,
                      err));
  self->is_cut = contested.has_more || best.has_more || best.n == HW_LOOK_BEST;
  for (int i = 0; i < contested.n && self->n_left < MOST_FIRST; i++)
    HW_TRY(add_left(self, hw_record_int(&contested.items[i], HW_FIELD_JOINT_PAIR_PROFILE), err));
  for (int i = 0; i < none.n; i++)
    if (hw_record_real(&none.items[i], HW_FIELD_JOINT_REMAINS_NONE_POSTERIOR) > 0.5)
      HW_TRY(add_left(self, hw_record_int(&none.items[i], HW_FIELD_JOINT_REMAINS_PROFILE), err));
  for (int i = 0; i < best.n; i++)
    HW_TRY(add_left(self, hw_record_int(&best.items[i], HW_FIELD_JOINT_PAIR_PROFILE), err));
  return HW_OK;
}

/* The likeliest pairings of a remains, and that it is nobody of them. */
static hw_status read_left(joint_page *self, int at, hw_err *err) {
  hwp_job *job = self->job;
  side *one = &self->left[at];
  const hw_value key[2] = {hw_value_int(self->run.id), hw_value_int(one->profile)};
  hw_look_rows pairs, none;
  HW_TRY(hw_look_best(job->app, HW_KIND_JOINT_PAIR, 2, key, HW_FIELD_JOINT_PAIR_POSTERIOR,
                      MOST_OF_ONE, job->arena, &pairs, err));
  HW_TRY(hw_look_key(job->app, HW_KIND_JOINT_REMAINS, 2, key, 1, job->arena, &none, err));
  for (int i = 0; i < pairs.n; i++) {
    const hw_record *row = &pairs.items[i];
    const char *standing = hw_record_text(row, HW_FIELD_JOINT_PAIR_STANDING);
    const other pair = {.person = hw_record_int(row, HW_FIELD_JOINT_PAIR_PERSON),
                        .posterior = hw_record_real(row, HW_FIELD_JOINT_PAIR_POSTERIOR),
                        .complement = hw_record_real(row, HW_FIELD_JOINT_PAIR_COMPLEMENT)};
    int right = -1;
    if (i == 0) {
      one->best = pair;
      one->standing = standing;
      one->log10_glr = hw_record_real(row, HW_FIELD_JOINT_PAIR_LOG10_GLR);
    } else if (one->n_others < MOST_OTHERS && pair.posterior >= LEAST_TOLD) {
      one->others[one->n_others++] = pair;
    }
    if (at >= MOST_DRAWN || !(pair.posterior >= LEAST_DRAWN)) continue;
    HW_TRY(add_right(self, pair.person, &right, err));
    if (right >= 0) add_line(self, at, right, pair.posterior);
  }
  if (none.n == 0) return HW_OK;
  one->none = hw_record_real(&none.items[0], HW_FIELD_JOINT_REMAINS_NONE_POSTERIOR);
  if (at < MOST_DRAWN) add_line(self, at, -1, one->none);
  return HW_OK;
}

/* --- what is concluded --- */

/* What remains are listed under. */
typedef enum group {
  GROUP_SYMMETRIC = 0,
  GROUP_OPEN,
  GROUP_SUPPORTED,
  GROUP_UNDISPUTED,
  GROUP_NOBODY,
  N_GROUPS
} group;

static const struct {
  const char *id;
  hw_text_id title, meaning;
} groups[N_GROUPS] = {
    {"symmetric", HW_T_JOINT_SYMMETRIC, HW_T_RUN_SYMMETRIC},
    {"open", HW_T_JOINT_OPEN, HW_T_RUN_OPEN},
    {"supported", HW_T_JOINT_SUPPORTED, HW_T_RUN_SUPPORTED},
    {"undisputed", HW_T_JOINT_UNDISPUTED, HW_T_RUN_UNDISPUTED},
    {"nobody", HW_T_JOINT_NOBODY, HW_T_JOINT_NOBODY_HINT},
};

static group group_of(const side *one) {
  if (one->best.person == 0) return GROUP_NOBODY;
  if (strcmp(one->standing, "symmetric") == 0) return GROUP_SYMMETRIC;
  if (one->none > one->best.posterior + LEAST_DRAWN) return GROUP_NOBODY;
  if (strcmp(one->standing, "supported") == 0) return GROUP_SUPPORTED;
  if (strcmp(one->standing, "undisputed") == 0) return GROUP_UNDISPUTED;
  return GROUP_OPEN;
}

/* --- the picture --- */

enum { LEFT_X = 250, RIGHT_X = 560, STEP_Y = 26, TOP_Y = 48, PICTURE_WIDTH = 760 };

/* Persons stand as near as they can to what is joined to them. */
static void place_right(joint_page *self, int *order) {
  for (int i = 0; i < self->n_lines; i++) {
    const line *l = &self->lines[i];
    if (l->right < 0) continue;
    self->right[l->right].place += l->posterior * l->left;
    self->right[l->right].weight += l->posterior;
  }
  for (int r = 0; r < self->n_right; r++) {
    side *one = &self->right[r];
    if (one->weight > 0) one->place /= one->weight;
    int at = r;
    while (at > 0 && self->right[order[at - 1]].place > one->place) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = r;
  }
  for (int r = 0; r < self->n_right; r++) self->right[order[r]].y = TOP_Y + STEP_Y * (double)r;
  for (int l = 0; l < self->n_left; l++) self->left[l].y = TOP_Y + STEP_Y * (double)l;
}

static void draw_line(const joint_page *self, hw_canvas *canvas, const line *l, double none_y) {
  const double y1 = self->left[l->left].y - 4;
  const double y2 = (l->right < 0 ? none_y : self->right[l->right].y) - 4;
  const hw_path_step steps[] = {{.kind = HW_MOVE, .x = LEFT_X + 8, .y = y1},
                                {.kind = HW_CURVE,
                                 .x = RIGHT_X - 8,
                                 .y = y2,
                                 .x1 = LEFT_X + 120,
                                 .y1 = y1,
                                 .x2 = RIGHT_X - 120,
                                 .y2 = y2}};
  hw_canvas_add_path(canvas, steps, 2,
                     &(hw_paint){.stroke = l->right < 0 ? HW_ROLE_MUTED : HW_ROLE_FIRST,
                                 .width = 0.5 + 7 * l->posterior,
                                 .dash = l->right < 0        ? HW_DASH_SHORT
                                         : l->posterior < .5 ? HW_DASH_LONG
                                                             : HW_DASH_NONE});
}

static void draw_joint(joint_page *self) {
  hwp_job *job = self->job;
  int order[MOST_RIGHT];
  const int n_left = self->n_left < MOST_DRAWN ? self->n_left : MOST_DRAWN;
  const int n_rows = n_left > self->n_right + 1 ? n_left : self->n_right + 1;
  const double height = TOP_Y + STEP_Y * (double)n_rows + 10;
  const double none_y = TOP_Y + STEP_Y * (double)self->n_right;
  const char *title = hwp_t(job, HW_T_RUN_WHO_IS_WHO);
  place_right(self, order);
  hw_canvas *canvas = hwp_picture_begin(job, PICTURE_WIDTH, height, title);
  if (canvas == NULL) return;
  const hw_text_style head = {.size = 11, .is_bold = true, .anchor = HW_ANCHOR_END};
  hw_canvas_add_text(canvas, LEFT_X, 20, hwp_t(job, HW_T_PAGES_REMAINS), &head);
  hw_canvas_add_text(canvas, RIGHT_X, 20, hwp_t(job, HW_T_PAGES_PERSON),
                     &(hw_text_style){.size = 11, .is_bold = true});
  for (int i = 0; i < self->n_lines; i++) draw_line(self, canvas, &self->lines[i], none_y);
  for (int i = 0; i < n_left; i++) {
    const side *one = &self->left[i];
    const char *text =
        hwp_format(job, "%s (%s)", one->code, hwp_t(job, groups[group_of(one)].title));
    hw_canvas_add_text(canvas, LEFT_X, one->y, text,
                       &(hw_text_style){.size = 10, .anchor = HW_ANCHOR_END});
  }
  for (int i = 0; i < self->n_right; i++)
    hw_canvas_add_text(canvas, RIGHT_X, self->right[i].y, self->right[i].code,
                       &(hw_text_style){.size = 10});
  hw_canvas_add_text(canvas, RIGHT_X, none_y, hwp_t(job, HW_T_RUN_NOBODY),
                     &(hw_text_style){.size = 10, .role = HW_ROLE_MUTED});
  hwp_picture_end(job, canvas);
}

/* --- how it was summed --- */

/* What the run found of the whole, from its parameters. */
static void write_outcome(hwp_job *job, const hw_record *run) {
  const char *text = hw_record_text(run, HW_FIELD_RUN_PARAMETERS), *search = NULL;
  hw_json_doc *doc = NULL;
  const hw_json *root = NULL, *outcome = NULL;
  hwp_html *h = &job->html;
  bool is_exact = true;
  double number = 0;
  if (hw_json_doc_parse(text, strlen(text), NULL, &doc, NULL) != HW_OK) return;
  root = hw_json_doc_root(doc);
  hwp_facts_begin(h);
  if (hw_json_find_string(root, "search", &search, NULL) == HW_OK && search != NULL) {
    hwp_leaf(h, "dt", hwp_t(job, HW_T_JOINT_AFTER), NULL);
    hwp_open(h, "dd", NULL);
    hwp_code_link(job, HW_KIND_RUN, 0, hw_arena_strdup(job->arena, search));
    hwp_close(h);
  }
  if (hw_json_find_object(root, "outcome", &outcome, NULL) == HW_OK && outcome != NULL) {
    if (hw_json_find_bool(outcome, "exact", &is_exact, NULL) == HW_OK)
      hwp_fact(h, hwp_t(job, HW_T_JOINT_SUM),
               hwp_t(job, is_exact ? HW_T_JOINT_EXACT : HW_T_JOINT_CHAIN));
    if (hw_json_find_double(outcome, "best_posterior", &number, NULL) == HW_OK &&
        isfinite(number) && number > 0)
      hwp_fact(h, hwp_t(job, HW_T_JOINT_BEST), hwp_probability(job, number, 1 - number));
    if (hw_json_find_double(outcome, "left_out", &number, NULL) == HW_OK && number > 0)
      hwp_fact(h, hwp_t(job, HW_T_JOINT_LEFT_OUT), hwp_number(job, number));
  }
  hwp_facts_end(h);
  hw_json_doc_delete(doc);
}

/* --- by remains --- */

/* The newest identification of remains and person; code NULL = none. */
static hw_status find_identification(hwp_job *job, int64_t sample, int64_t person,
                                     const char **code, const char **state, hw_err *err) {
  hw_look_rows rows;
  *code = *state = NULL;
  HW_TRY(hw_look_list(job->app, HW_KIND_IDENTIFICATION, HW_FIELD_IDENTIFICATION_PERSON, person,
                      HW_LOOK_BEST, job->arena, &rows, err));
  for (int i = rows.n - 1; i >= 0; i--) {
    const hw_record *row = &rows.items[i];
    if (row->withdrawn != NULL || hw_record_int(row, HW_FIELD_IDENTIFICATION_SAMPLE) != sample)
      continue;
    *code = hw_record_text(row, HW_FIELD_IDENTIFICATION_CODE);
    *state = hw_record_text(row, HW_FIELD_IDENTIFICATION_STATE);
    return HW_OK;
  }
  return HW_OK;
}

static hw_status write_step(hwp_job *job, const side *one, hw_err *err) {
  hwp_html *h = &job->html;
  const char *code = NULL, *state = NULL, *person = "";
  hwp_open(h, "td", NULL);
  if (one->best.person != 0) {
    HW_TRY(find_identification(job, one->id, one->best.person, &code, &state, err));
    if (code != NULL) {
      hwp_code_link(job, HW_KIND_IDENTIFICATION, 0, code);
      hwp_text(h, " ");
      hwp_state(job, state);
    } else if ((job->app->may & HW_MAY_WRITE) != 0 && one->best.posterior >= LEAST_DRAWN) {
      HW_TRY(hw_look_code(job->app, HW_KIND_PERSON, one->best.person, job->arena, &person, err));
      const char *path = hwp_url_query(job->arena, "/identifications/new", "sample", one->code);
      if (path != NULL) path = hwp_url_query(job->arena, path, "person", person);
      hwp_leaf(h, "a", hwp_t(job, HW_T_JOINT_PROPOSE), "href", path, NULL);
    }
  }
  hwp_close(h);
  return HW_OK;
}

static hw_status write_others(hwp_job *job, const side *one, hw_err *err) {
  hwp_html *h = &job->html;
  hwp_open(h, "td", NULL);
  for (int i = 0; i < one->n_others; i++) {
    const other *pair = &one->others[i];
    if (i > 0) hwp_text(h, ", ");
    HW_TRY(hwp_id_link(job, HW_KIND_PERSON, pair->person, err));
    hwp_text(h, hwp_format(job, " (%s)", hwp_posterior(job, pair->posterior, pair->complement)));
  }
  hwp_close(h);
  return HW_OK;
}

static hw_status write_row(hwp_job *job, const side *one, hw_err *err) {
  hwp_html *h = &job->html;
  hwp_open(h, "tr", NULL);
  hwp_code_cell(job, HW_KIND_SAMPLE, one->code);
  if (one->best.person != 0) {
    HW_TRY(hwp_id_cell(job, HW_KIND_PERSON, one->best.person, err));
    hwp_number_cell(job, hwp_posterior(job, one->best.posterior, one->best.complement));
    hwp_number_cell(job, hwp_log10(job, one->log10_glr));
  } else {
    hwp_cell(job, "");
    hwp_number_cell(job, hwp_posterior(job, (double)NAN, (double)NAN));
    hwp_number_cell(job, hwp_log10(job, (double)NAN));
  }
  hwp_number_cell(job, hwp_posterior(job, one->none, 1 - one->none));
  HW_TRY(write_others(job, one, err));
  HW_TRY(write_step(job, one, err));
  hwp_close(h);
  return HW_OK;
}

static hw_status write_group(joint_page *self, group which, hw_err *err) {
  hwp_job *job = self->job;
  const hwp_column columns[] = {
      {hwp_t(job, HW_T_PAGES_REMAINS), false},      {hwp_t(job, HW_T_JOINT_LIKELIEST), false},
      {hwp_t(job, HW_T_RUN_JOINT_POSTERIOR), true}, {hwp_t(job, HW_T_RUN_GLR), true},
      {hwp_t(job, HW_T_RUN_NOBODY), true},          {hwp_t(job, HW_T_JOINT_OTHERS), false},
      {hwp_t(job, HW_T_JOINT_STEP), false}};
  int n = 0;
  for (int i = 0; i < self->n_left; i++) n += group_of(&self->left[i]) == which;
  if (n == 0) return HW_OK;
  const char *title = hwp_t(job, groups[which].title);
  hwp_leaf(&job->html, "h3", hwp_format(job, "%s (%s)", title, hwp_int(job, n)), "id",
           groups[which].id, NULL);
  hwp_paragraph(job, hwp_t(job, groups[which].meaning), "hint");
  hwp_table_begin(&job->html, &(hwp_table){NULL, 7, columns});
  for (int i = 0; i < self->n_left; i++)
    if (group_of(&self->left[i]) == which) HW_TRY(write_row(job, &self->left[i], err));
  hwp_table_end(&job->html);
  return HW_OK;
}

hw_status hwp_joint_write(hwp_job *job, const hw_record *run, hw_err *err) {
  joint_page *self = hw_arena_alloc(job->arena, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a joint run");
  self->job = job;
  self->run = *run;
  HW_TRY(choose_left(self, err));
  if (self->n_left == 0) return HW_OK;
  for (int i = 0; i < self->n_left; i++) HW_TRY(read_left(self, i, err));
  hwp_section(job, "joint", hwp_t(job, HW_T_RUN_WHO_IS_WHO));
  write_outcome(job, run);
  hwp_paragraph(job, hwp_t(job, HW_T_RUN_JOINT_HINT), "hint");
  draw_joint(self);
  if (self->is_cut) hwp_paragraph(job, hwp_t(job, HW_T_JOINT_CUT), "hint");
  for (int g = 0; g < N_GROUPS; g++) HW_TRY(write_group(self, (group)g, err));
  return HW_OK;
}
