/* The API: issued reports and their files, handovers, and the audit chain.
 *
 * A report's file is made again from the database as it stood, and is refused if it does not
 * come out to the byte (app/report.h); one with names of people is for who may read names. The
 * audit tells of all investigations, so that who sees some of them sees none of it. */
#include <string.h>

#include "app/access.h"
#include "app/handover.h"
#include "app/report.h"
#include "base/check.h"
#include "base/digest.h"
#include "base/json_read.h"
#include "web/api.h"
#include "web/pages.h"

#define KINDS "comparison|board|letter|handover|national|validation"
#define FORMS "pdf|html|json"

/* --- a list of reports --- */

typedef struct report {
  const char *code, *kind, *subject, *language, *created, *document, *note, *program, *withdrawn;
  bool has_names;
} report;
#define REPORT_MEMBERS(s, r)                                                                 \
  HWP_API_M(s, r code, "code", TEXT, 0, "its number"),                                       \
      HWP_API_W(s, r kind, "kind", 0, KINDS, "docs/report-kinds.md"),                        \
      HWP_API_M(s, r subject, "subject", TEXT, HWP_API_OR_NULL, "code of what it is about"), \
      HWP_API_W(s, r language, "language", 0, "vi|en", "its language"),                      \
      HWP_API_M(s, r created, "created", TEXT, 0, "the time that it bears"),                 \
      HWP_API_M(s, r has_names, "has_names", YES, 0, "names of people stand in it"),         \
      HWP_API_M(s, r document, "document", TEXT, 0, "digest of what it says"),               \
      HWP_API_M(s, r program, "program", TEXT, 0, "version that issued it"),                 \
      HWP_API_M(s, r note, "note", TEXT, HWP_API_OR_NULL, "remarks"),                        \
      HWP_API_M(s, r withdrawn, "withdrawn", TEXT, HWP_API_OR_NULL, "why; null = it stands")
static const hwp_api_member report_members[] = {REPORT_MEMBERS(report, )};
static const hwp_api_schema report_schema =
    HWP_API_SCHEMA("Report", report, report_members, "An issued report.");

typedef struct reports {
  int n;
  const report *items;
  int64_t next;
} reports;
static const hwp_api_member reports_members[] = {
    HWP_API_L(reports, items, n, "items", &report_schema, "in the order of their records"),
    HWP_API_NEXT(reports)};
const hwp_api_schema hwp_schema_reports =
    HWP_API_SCHEMA("Reports", reports, reports_members, "A page of issued reports.");

static hw_status read_names(const hw_record *from, bool *out, hw_err *err) {
  const char *text = hw_record_text(from, HW_FIELD_REPORT_PARAMETERS);
  hw_json_doc *doc = NULL;
  *out = false;
  HW_TRY(hw_json_doc_parse(text, strlen(text), NULL, &doc, err));
  const hw_status status = hw_json_find_bool(hw_json_doc_root(doc), "names", out, err);
  hw_json_doc_delete(doc);
  return status;
}

static hw_status take_report(const hw_record *from, report *out, hw_err *err) {
  *out = (report){.code = hw_record_text(from, HW_FIELD_REPORT_CODE),
                  .kind = hw_record_text(from, HW_FIELD_REPORT_KIND),
                  .subject = hw_record_text(from, HW_FIELD_REPORT_SUBJECT),
                  .language = hw_record_text(from, HW_FIELD_REPORT_LANGUAGE),
                  .created = hw_record_text(from, HW_FIELD_REPORT_CREATED),
                  .document = hw_record_text(from, HW_FIELD_REPORT_DOCUMENT),
                  .program = hw_record_text(from, HW_FIELD_REPORT_PROGRAM),
                  .note = hw_record_text(from, HW_FIELD_REPORT_NOTE),
                  .withdrawn = from->withdrawn};
  const hw_status status = read_names(from, &out->has_names, err);
  /* Parameters that are no JSON say nothing of names; another program may have written them. */
  return status == HW_E_NO_MEMORY ? status : HW_OK;
}

hw_status hwp_api_reports(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  hw_look_rows rows;
  HW_TRY(hw_look_page(job->app, HW_KIND_REPORT, hwp_api_from(job), hwp_api_limit(job), NULL, NULL,
                      job->arena, &rows, err));
  report *items = hw_arena_alloc_array(job->arena, (size_t)rows.n + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the reports");
  for (int i = 0; i < rows.n; i++) HW_TRY(take_report(&rows.items[i], &items[i], err));
  const reports answer = {.n = rows.n, .items = items, .next = rows.has_more ? rows.next : -1};
  return hwp_api_send(job, &hwp_schema_reports, &answer, err);
}

/* --- one report --- */

const hwp_api_query hwp_queries_report[] = {
    {"format", FORMS, 0, 0,
     "the file in this form, made again; json comes as application/vnd.homeward.report+json"},
    {.name = NULL}};

typedef struct report_page {
  report report;
  const char *issued_at, *issued_by;
} report_page;
static const hwp_api_member report_page_members[] = {
    REPORT_MEMBERS(report_page, report.),
    HWP_API_M(report_page, issued_at, "issued_at", TEXT, 0, "when, UTC"),
    HWP_API_M(report_page, issued_by, "issued_by", TEXT, 0, "by whom")};
const hwp_api_schema hwp_schema_report =
    HWP_API_SCHEMA("ReportPage", report_page, report_page_members, "An issued report.");

static hw_status send_file(hwp_job *job, const hw_record *record, const char *form, hw_err *err) {
  static const struct {
    const char *word, *type;
  } forms[HW_REPORT_FORMS] = {{"pdf", "application/pdf"},
                              {"html", "text/html; charset=utf-8"},
                              {"json", "application/vnd.homeward.report+json"}};
  const char *code = hw_record_text(record, HW_FIELD_REPORT_CODE);
  hw_issued issued;
  int f = 0;
  while (f < HW_REPORT_FORMS - 1 && strcmp(forms[f].word, form) != 0) f++;
  if (job->fonts == NULL) HW_TRY(hw_fonts_new(&job->fonts, err));
  hw_status status = hw_app_report_reprint(job->app, code, job->fonts, &issued, err);
  if (status == HW_OK)
    status = hwp_send(job, forms[f].type, issued.bytes[f], issued.n_bytes[f],
                      hwp_format(job, "%s.%s", code, forms[f].word), err);
  hw_issued_clear(&issued);
  return status;
}

hw_status hwp_api_report(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  const char *form = hwp_query(job, "format");
  hw_record record;
  int64_t id = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_REPORT, job->parts[0], &id, err));
  HW_TRY(hw_look_get(job->app, HW_KIND_REPORT, id, job->arena, &record, err));
  if (form != NULL) return send_file(job, &record, form, err);
  report_page answer = {.issued_at = ""};
  HW_TRY(take_report(&record, &answer.report, err));
  HW_TRY(hwp_entry(job, record.entry, &answer.issued_at, &answer.issued_by, err));
  return hwp_api_send(job, &hwp_schema_report, &answer, err);
}

/* --- handovers --- */

typedef struct handover {
  const char *code, *identification, *operation, *handed_on, *recipient, *place, *minutes, *note,
      *withdrawn;
} handover;
static const hwp_api_member handover_members[] = {
    HWP_API_M(handover, code, "code", TEXT, 0, "its number"),
    HWP_API_M(handover, identification, "identification", TEXT, HWP_API_OR_NULL, "its code"),
    HWP_API_M(handover, operation, "operation", TEXT, HWP_API_OR_NULL, "part of which operation"),
    HWP_API_M(handover, handed_on, "handed_on", TEXT, 0, "the day"),
    HWP_API_M(handover, recipient, "recipient", TEXT, HWP_API_OR_NULL, "for who may read names"),
    HWP_API_M(handover, place, "place", TEXT, HWP_API_OR_NULL, "where"),
    HWP_API_M(handover, minutes, "minutes", TEXT, HWP_API_OR_NULL, "number of the signed minutes"),
    HWP_API_M(handover, note, "note", TEXT, HWP_API_OR_NULL, "remarks"),
    HWP_API_M(handover, withdrawn, "withdrawn", TEXT, HWP_API_OR_NULL, "why; null = it stands")};
static const hwp_api_schema handover_schema =
    HWP_API_SCHEMA("Handover", handover, handover_members, "Remains that were given back.");

typedef struct handovers {
  int n;
  const handover *items;
  int64_t next;
} handovers;
static const hwp_api_member handovers_members[] = {
    HWP_API_L(handovers, items, n, "items", &handover_schema, "in the order of their records"),
    HWP_API_NEXT(handovers)};
const hwp_api_schema hwp_schema_handovers =
    HWP_API_SCHEMA("Handovers", handovers, handovers_members, "A page of handovers.");

static hw_status take_handover(hwp_job *job, const hw_record *from, handover *out, hw_err *err) {
  *out = (handover){.code = hw_record_text(from, HW_FIELD_HANDOVER_CODE),
                    .handed_on = hw_record_text(from, HW_FIELD_HANDOVER_HANDED_ON),
                    .recipient = hw_record_text(from, HW_FIELD_HANDOVER_RECIPIENT),
                    .place = hw_record_text(from, HW_FIELD_HANDOVER_PLACE),
                    .minutes = hw_record_text(from, HW_FIELD_HANDOVER_MINUTES),
                    .note = hw_record_text(from, HW_FIELD_HANDOVER_NOTE),
                    .withdrawn = from->withdrawn};
  HW_TRY(hwp_api_code(job, HW_KIND_IDENTIFICATION,
                      hw_record_int(from, HW_FIELD_HANDOVER_IDENTIFICATION), &out->identification,
                      err));
  return hwp_api_code(job, HW_KIND_OPERATION, hw_record_int(from, HW_FIELD_HANDOVER_OPERATION),
                      &out->operation, err);
}

hw_status hwp_api_handovers(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  hw_look_rows rows;
  HW_TRY(hw_look_page(job->app, HW_KIND_HANDOVER, hwp_api_from(job), hwp_api_limit(job), NULL, NULL,
                      job->arena, &rows, err));
  handover *items = hw_arena_alloc_array(job->arena, (size_t)rows.n + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the handovers");
  for (int i = 0; i < rows.n; i++) HW_TRY(take_handover(job, &rows.items[i], &items[i], err));
  const handovers answer = {.n = rows.n, .items = items, .next = rows.has_more ? rows.next : -1};
  return hwp_api_send(job, &hwp_schema_handovers, &answer, err);
}

typedef struct thing {
  const char *kind, *code, *what, *accession, *holder, *seal;
} thing;
static const hwp_api_member thing_members[] = {
    HWP_API_W(thing, kind, "kind", 0, "accession|specimen|sample", "what it is"),
    HWP_API_M(thing, code, "code", TEXT, 0, "its code"),
    HWP_API_M(thing, what, "what", TEXT, HWP_API_OR_NULL, "'femur, left', …"),
    HWP_API_M(thing, accession, "accession", TEXT, HWP_API_OR_NULL, "the box it came from"),
    HWP_API_M(thing, holder, "holder", TEXT, HWP_API_OR_NULL, "who held it before"),
    HWP_API_M(thing, seal, "seal", TEXT, HWP_API_OR_NULL, "of the last event before")};
static const hwp_api_schema thing_schema =
    HWP_API_SCHEMA("HandoverItem", thing, thing_members, "Something that was given back.");

typedef struct handover_page {
  hw_handover h;
  int n_items;
  const thing *items;
} handover_page;
static const hwp_api_member handover_page_members[] = {
    HWP_API_M(handover_page, h.code, "code", TEXT, 0, "its number"),
    HWP_API_M(handover_page, h.identification, "identification", TEXT, HWP_API_OR_NULL, "its code"),
    HWP_API_M(handover_page, h.person, "person", TEXT, HWP_API_OR_NULL, "code of the person"),
    HWP_API_M(handover_page, h.names, "names", TEXT, HWP_API_OR_NULL, "for who may read names"),
    HWP_API_M(handover_page, h.sample, "sample", TEXT, HWP_API_OR_NULL, "code of the remains"),
    HWP_API_M(handover_page, h.operation, "operation", TEXT, HWP_API_OR_NULL, "part of which one"),
    HWP_API_M(handover_page, h.handed_on, "handed_on", TEXT, 0, "the day"),
    HWP_API_M(handover_page, h.recipient, "recipient", TEXT, HWP_API_OR_NULL,
              "for who may read names"),
    HWP_API_M(handover_page, h.place, "place", TEXT, HWP_API_OR_NULL, "where"),
    HWP_API_M(handover_page, h.minutes, "minutes", TEXT, HWP_API_OR_NULL,
              "number of the signed minutes"),
    HWP_API_M(handover_page, h.note, "note", TEXT, HWP_API_OR_NULL, "remarks"),
    HWP_API_M(handover_page, h.withdrawn, "withdrawn", TEXT, HWP_API_OR_NULL,
              "why; null = it stands"),
    HWP_API_M(handover_page, h.recorded_at, "recorded_at", TEXT, 0, "when it was recorded, UTC"),
    HWP_API_M(handover_page, h.recorded_by, "recorded_by", TEXT, 0, "by whom"),
    HWP_API_L(handover_page, items, n_items, "items", &thing_schema, "what was given back")};
const hwp_api_schema hwp_schema_handover =
    HWP_API_SCHEMA("HandoverPage", handover_page, handover_page_members, "A handover.");

hw_status hwp_api_handover(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  handover_page answer = {.n_items = 0};
  int64_t id = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_HANDOVER, job->parts[0], &id, err));
  HW_TRY(hw_handover_read(job->app, job->parts[0], job->arena, &answer.h, err));
  thing *items = hw_arena_alloc_array(job->arena, (size_t)answer.h.n_items + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "a handover");
  for (int i = 0; i < answer.h.n_items; i++) {
    const hw_handover_item *from = &answer.h.items[i];
    items[i] = (thing){hw_kind_get(from->kind)->name,
                       from->code,
                       from->what,
                       from->accession,
                       from->holder,
                       from->seal};
  }
  answer.n_items = answer.h.n_items;
  answer.items = items;
  return hwp_api_send(job, &hwp_schema_handover, &answer, err);
}

/* --- the audit --- */

typedef struct entry {
  int64_t number;
  const char *at, *actor, *login, *program, *action, *reason, *digest;
} entry;
static const hwp_api_member entry_members[] = {
    HWP_API_M(entry, number, "entry", INT, 0, "its number"),
    HWP_API_M(entry, at, "at", TEXT, 0, "when, UTC"),
    HWP_API_M(entry, actor, "actor", TEXT, 0, "by whom"),
    HWP_API_M(entry, login, "login", TEXT, HWP_API_OR_NULL, "login name on the computer, or 'web'"),
    HWP_API_M(entry, program, "program", TEXT, 0, "version of the program"),
    HWP_API_M(entry, action, "action", TEXT, 0, "what was done"),
    HWP_API_M(entry, reason, "reason", TEXT, HWP_API_OR_NULL, "and why"),
    HWP_API_M(entry, digest, "digest", TEXT, 0, "over this entry and all before it")};
static const hwp_api_schema entry_schema =
    HWP_API_SCHEMA("AuditEntry", entry, entry_members, "Something that was changed.");

typedef struct audit {
  int64_t head, next;
  const char *digest;
  int n;
  entry *items;
} audit;
static const hwp_api_member audit_members[] = {
    HWP_API_M(audit, head, "head", INT, 0, "number of the newest entry; 0 = there is none"),
    HWP_API_M(audit, digest, "digest", TEXT, HWP_API_OR_NULL,
              "of the newest entry: written down elsewhere it proves that nothing was changed"),
    HWP_API_L(audit, items, n, "items", &entry_schema, "in their order"), HWP_API_NEXT(audit)};
const hwp_api_schema hwp_schema_audit =
    HWP_API_SCHEMA("Audit", audit, audit_members, "A page of the audit chain.");

typedef struct taking {
  hwp_job *job;
  audit *out;
  int most;
} taking;

static hw_status copy(const taking *self, const char *text, const char **out, hw_err *err) {
  *out = hw_arena_strdup(self->job->arena, text != NULL ? text : "");
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the audit");
}

/* HW_E_INTERRUPTED: the page is full. */
static hw_status take(void *context, const hw_audit_entry *from, hw_err *err) {
  taking *self = context;
  char digest[HW_DIGEST_TEXT_SIZE];
  if (self->out->n == self->most) {
    self->out->next = from->seq;
    return HW_E_INTERRUPTED;
  }
  entry *to = &self->out->items[self->out->n++];
  to->number = from->seq;
  HW_TRY(copy(self, from->at, &to->at, err));
  HW_TRY(copy(self, from->actor, &to->actor, err));
  HW_TRY(copy(self, from->login, &to->login, err));
  HW_TRY(copy(self, from->program, &to->program, err));
  HW_TRY(copy(self, from->action, &to->action, err));
  HW_TRY(copy(self, from->reason, &to->reason, err));
  return copy(self, hw_digest_text(from->hash, digest), &to->digest, err);
}

hw_status hwp_api_audit(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  char digest[HW_DIGEST_TEXT_SIZE];
  uint8_t hash[HW_DIGEST_SIZE] = {0};
  audit answer = {.next = -1};
  taking self = {job, &answer, hwp_api_limit(job)};
  const int64_t from = hwp_api_from(job);
  if (!hw_access_is_all(job->app))
    return hw_err_set(err, HW_E_DENIED, "%s", hwp_t(job, HW_T_AUDIT_ALL_ONLY));
  HW_TRY(hw_store_head(job->app->store, &answer.head, hash, err));
  if (answer.head > 0) answer.digest = hw_digest_text(hash, digest);
  answer.items = hw_arena_alloc_array(job->arena, (size_t)self.most, sizeof *answer.items);
  if (answer.items == NULL) return HW_NO_MEMORY(err, "the audit");
  const hw_status status = hw_store_audit(job->app->store, from > 0 ? from : 1, take, &self, err);
  if (status != HW_OK && status != HW_E_INTERRUPTED) return status;
  return hwp_api_send(job, &hwp_schema_audit, &answer, err);
}
