/* A report from beginning to end.
 *
 * Every kind writes its own sections; here is what they share: letterhead, motto and
 * footer of the house, title, code and time, the draft's word, and what the report
 * stands on. The document borrows pictures until it is deleted, so both live in one
 * thing, hw_made_report.
 *
 * Everything is read in one moment of the database (hw_app_begin_read), whatever
 * others write meanwhile. */
#include "app/report_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "base/check.h"
#include "base/clock.h"
#include "homeward/version.h"

typedef struct report_kind {
  const char *name, *subject;
  hw_text_id title;
  hw_status (*write)(hwp_report *self, hw_err *err);
} report_kind;

static const report_kind kinds[] = {
    {"comparison", "an identification, or a comparison as RUN/PROFILE/PERSON/FAMILY",
     HW_T_REPORT_COMPARISON_TITLE, hwp_report_comparison},
    {"board", "an identification", HW_T_REPORT_BOARD_TITLE, hwp_report_board},
    {"letter", "an identification", HW_T_REPORT_LETTER_TITLE, hwp_report_letter},
    {"handover", "a handover", HW_T_REPORT_HANDOVER_TITLE, hwp_report_handover},
    {"national", "", HW_T_REPORT_NATIONAL_TITLE, hwp_report_national},
    {"validation", "", HW_T_REPORT_VALIDATION_TITLE, hwp_report_validation},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static const report_kind *find_kind(const char *name) {
  for (int i = 0; name != NULL && i < N_KINDS; i++)
    if (strcmp(name, kinds[i].name) == 0) return &kinds[i];
  return NULL;
}

const char *const *hw_report_kinds(void) {
  static const char *const names[] = {"comparison", "board",      "letter", "handover",
                                      "national",   "validation", NULL};
  return names;
}

const char *hw_report_subject(const char *kind) {
  const report_kind *found = find_kind(kind);
  return found != NULL ? found->subject : NULL;
}

bool hwp_report_is_equal(double a, double b) {
  if (memcmp(&a, &b, sizeof a) == 0) return true;
  if (!isfinite(a) || !isfinite(b)) return false;
  const double size = fabs(a) > 1 ? fabs(a) : 1;
  return fabs(a - b) <= 1e-9 * size;
}

const hwp_report *hwp_report_of(const hw_made_report *made) {
  return made->storage;
}

/* --- what is asked --- */

static hw_status check_request(const hw_report_request *request, const report_kind *kind,
                               hw_language *language, hw_err *err) {
  if (kind == NULL)
    return hw_err_set(err, HW_E_VALUE,
                      "'%.60s' is no kind of report: there are comparison, board, letter, "
                      "handover, national and validation",
                      request->kind != NULL ? request->kind : "");
  if (!hw_language_find(request->language != NULL ? request->language : "vi", language))
    return hw_err_set(err, HW_E_VALUE, "'%.60s' is no language of reports: there are vi and en",
                      request->language);
  const bool has_subject = request->subject != NULL && request->subject[0] != '\0';
  if (has_subject && kind->subject[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "a %s report is about everything: it takes no subject",
                      kind->name);
  if (!has_subject && kind->subject[0] != '\0')
    return hw_err_set(err, HW_E_VALUE, "a %s report is about %s: name it", kind->name,
                      kind->subject);
  return HW_OK;
}

/* Number of a report that is being issued: the next one. */
static hw_status make_code(hwp_report *self, hw_err *err) {
  int64_t count = 0, id = 0;
  if (self->request.code != NULL || self->request.is_draft) return HW_OK;
  HW_TRY(hw_store_count(self->store, HW_KIND_REPORT, &count, err));
  do {
    self->request.code = hwp_print(self, "R-%lld", (long long)++count);
    HW_TRY(hw_store_find_code(self->store, HW_KIND_REPORT, self->request.code, &id, err));
  } while (id != 0);
  return HW_OK;
}

static hw_status complete_request(hwp_report *self, const hw_report_request *request, hw_err *err) {
  char now[HW_CLOCK_UTC_SIZE];
  uint8_t hash[HW_DIGEST_SIZE];
  self->request = *request;
  self->request.language = hw_language_code(self->language);
  if (self->request.subject == NULL) self->request.subject = "";
  if (self->request.program == NULL)
    self->request.program = hwp_print(self, "homeward %s", hw_version());
  if (self->request.created == NULL)
    self->request.created = hwp_print(self, "%s", hw_clock_utc(now));
  if (self->request.as_of == 0) HW_TRY(hw_store_head(self->store, &self->request.as_of, hash, err));
  self->has_names = !request->without_names && (self->app->may & HW_MAY_NAMES) != 0;
  return make_code(self, err);
}

/* --- the head --- */

static hw_status read_setting(hwp_report *self, const char *name, hw_text_id otherwise,
                              const char **out, hw_err *err) {
  const char *code = hwp_print(self, "%s.%s", name, self->request.language);
  HW_TRY(hw_setting_read(self->app, code, self->request.as_of, &self->arena, out, err));
  if (*out == NULL) *out = hwp_say(self, otherwise);
  return HW_OK;
}

static hw_status begin(hwp_report *self, const report_kind *kind, hw_err *err) {
  hw_report_head head = {.kind = kind->name,
                         .code = self->request.code,
                         .language = self->request.language,
                         .title = hwp_say(self, kind->title),
                         .created = self->request.created,
                         .is_draft = self->request.is_draft,
                         .draft = hwp_say(self, HW_T_REPORT_DRAFT)};
  HW_TRY(read_setting(self, "letterhead", HW_T_REPORT_LETTERHEAD, &head.letterhead, err));
  HW_TRY(read_setting(self, "motto", HW_T_REPORT_MOTTO, &head.motto, err));
  HW_TRY(read_setting(self, "footer", HW_T_REPORT_FOOTER, &head.footer, err));
  head.program = self->request.program;
  /* "-": the house wants none. */
  if (strcmp(head.letterhead, "-") == 0) head.letterhead = NULL;
  if (strcmp(head.motto, "-") == 0) head.motto = NULL;
  if (strcmp(head.footer, "-") == 0) head.footer = NULL;
  return hw_report_new(&head, &self->doc, err);
}

/* --- what it stands on --- */

typedef struct chain_link {
  int64_t seq;
  char hash[HW_DIGEST_TEXT_SIZE];
} chain_link;

static hw_status take_link(void *context, const hw_audit_entry *entry, hw_err *err) {
  chain_link *link = context;
  (void)err;
  link->seq = entry->seq;
  hw_digest_text(entry->hash, link->hash);
  return HW_E_INTERRUPTED; /* one is enough */
}

hw_status hwp_report_foundation(hwp_report *self, hw_err *err) {
  chain_link link = {0};
  hwp_table table;
  hwp_facts facts = {.n = 0};
  const hw_status status = hw_store_audit(self->store, self->request.as_of, take_link, &link, err);
  if (status != HW_OK && status != HW_E_INTERRUPTED) return status;
  hwp_report_stand_on_digest(self, "audit_entry", hwp_print(self, "%lld", (long long)link.seq),
                             link.hash);
  hwp_heading(self, 1, HW_T_REPORT_FOUNDATION);
  hwp_report_fact(self, &facts, HW_T_REPORT_PROGRAM, self->request.program);
  hwp_report_fact(self, &facts, HW_T_REPORT_AUDIT_ENTRY, hwp_report_int(self, link.seq));
  hwp_report_facts_end(self, &facts, "foundation");
  hwp_report_paragraph(self, HW_PARAGRAPH_NOTE, hwp_say(self, HW_T_REPORT_FOUNDATION_NOTE));
  hwp_report_table_begin(self, &table, "basis");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_RECORD), 1.1, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_CODE), 1.6, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_DIGEST), 3, HWP_CODE);
  for (int i = 0; i < self->n_basis; i++)
    HWP_ROW(self, &table, hwp_report_word(self, self->basis[i].kind), self->basis[i].code,
            self->basis[i].digest);
  hwp_report_table_end(self, &table);
  return HW_OK;
}

/* --- the whole --- */

static hw_status make(hwp_report *self, const hw_report_request *request, const report_kind *kind,
                      hw_err *err) {
  HW_TRY(complete_request(self, request, err));
  HW_TRY(begin(self, kind, err));
  HW_TRY(kind->write(self, err));
  if (self->is_without_memory) return HW_NO_MEMORY(err, "a report");
  return HW_OK;
}

hw_status hw_app_report_make(hw_app *app, const hw_report_request *request, const hw_fonts *fonts,
                             hw_made_report *out, hw_err *err) {
  const report_kind *kind = find_kind(request->kind);
  hw_language language = HW_LANGUAGE_VI;
  bool is_mine = false;
  *out = (hw_made_report){0};
  HW_TRY(check_request(request, kind, &language, err));
  HW_TRY(hw_access_require_subject(app, request->subject != NULL ? request->subject : "", err));
  hwp_report *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a report");
  self->app = app;
  self->store = app->store;
  self->language = language;
  self->fonts = fonts;
  hw_arena_init(&self->arena, 0);
  out->storage = self;
  hw_status status = hw_app_begin_read(app, &is_mine, err);
  if (status == HW_OK) {
    status = make(self, request, kind, err);
    hw_app_end_read(app, is_mine);
  }
  out->report = self->doc;
  if (status != HW_OK) hw_made_report_clear(out);
  return status;
}

void hw_made_report_clear(hw_made_report *self) {
  hwp_report *own = self->storage;
  if (own != NULL) {
    hw_report_delete(own->doc);
    hwp_pictures_clear(own);
    hw_arena_clear(&own->arena);
    free(own);
  }
  *self = (hw_made_report){0};
}
