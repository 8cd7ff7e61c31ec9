/* The audit: what was done, by whom, when and why, newest first.
 *
 * Entries are numbered without holes, so that a page is a range of numbers, read by the
 * primary key: the last page of a million entries costs what the first one costs. The
 * digest of the newest entry stands above them: whoever writes it down can prove later that
 * nothing before it was changed.
 *
 * Entries tell of all investigations, so that a reader of some of them sees none. */
#include <string.h>

#include "app/access.h"
#include "base/check.h"
#include "base/digest.h"
#include "web/pages.h"

typedef struct entry_row {
  int64_t number;
  const char *at, *actor, *login, *action, *reason;
} entry_row;

typedef struct entry_page {
  hw_arena *arena;
  int64_t last; /* of the page */
  int n;
  entry_row rows[HWP_PAGE_ROWS];
} entry_page;

static hw_status copy(entry_page *self, const char *text, const char **out, hw_err *err) {
  *out = hw_arena_strdup(self->arena, text);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the audit");
}

/* HW_E_INTERRUPTED: the page is full. */
static hw_status take(void *context, const hw_audit_entry *entry, hw_err *err) {
  entry_page *self = context;
  if (entry->seq > self->last || self->n == HWP_PAGE_ROWS) return HW_E_INTERRUPTED;
  entry_row *row = &self->rows[self->n++];
  row->number = entry->seq;
  HW_TRY(copy(self, entry->at, &row->at, err));
  HW_TRY(copy(self, entry->actor, &row->actor, err));
  HW_TRY(copy(self, entry->login, &row->login, err));
  HW_TRY(copy(self, entry->action, &row->action, err));
  return copy(self, entry->reason, &row->reason, err);
}

static void write_entry(hwp_job *job, const entry_row *row) {
  hwp_html *h = &job->html;
  hwp_open(h, "tr", "id", hwp_format(job, "entry-%lld", (long long)row->number), NULL);
  hwp_number_cell(job, hwp_int(job, row->number));
  hwp_cell(job, hwp_date(job, row->at));
  hwp_open(h, "td", NULL);
  hwp_code_link(job, HW_KIND_ACTOR, 0, row->actor);
  hwp_close(h);
  hwp_cell(job, row->login);
  hwp_cell(job, hwp_says(job, row->action));
  hwp_cell(job, row->reason);
  hwp_close(h);
}

static void write_head(hwp_job *job, int64_t head, const uint8_t hash[HW_DIGEST_SIZE]) {
  char digest[HW_DIGEST_TEXT_SIZE];
  hwp_html *h = &job->html;
  hwp_paragraph(job, hwp_t(job, HW_T_AUDIT_LEAD), NULL);
  if (head == 0) return;
  hwp_facts_begin(h);
  hwp_fact(h, hwp_t(job, HW_T_AUDIT_HEAD), hwp_int(job, head));
  hwp_fact(h, hwp_t(job, HW_T_AUDIT_DIGEST), hw_digest_text(hash, digest));
  hwp_facts_end(h);
}

static hw_status write_audit(hwp_job *job, hw_err *err) {
  int64_t head = 0;
  uint8_t hash[HW_DIGEST_SIZE];
  entry_page *page = hw_arena_alloc(job->arena, sizeof *page);
  if (page == NULL) return HW_NO_MEMORY(err, "the audit");
  if (!hw_access_is_all(job->app))
    return hw_err_set(err, HW_E_DENIED, "%s", hwp_t(job, HW_T_AUDIT_ALL_ONLY));
  HW_TRY(hw_store_head(job->app->store, &head, hash, err));
  const int64_t last = hwp_query_int(job, "from", 1, head > 0 ? head : 1, head);
  const int64_t first = last > HWP_PAGE_ROWS ? last - HWP_PAGE_ROWS + 1 : 1;
  *page = (entry_page){.arena = job->arena, .last = last};
  const hw_status status = hw_store_audit(job->app->store, first, take, page, err);
  if (status != HW_OK && status != HW_E_INTERRUPTED) return status;
  hwp_html *h = hwp_page_begin(job, HWP_NAV_AUDIT, hwp_t(job, HW_T_AUDIT_TITLE));
  write_head(job, head, hash);
  const hwp_column columns[] = {
      {hwp_t(job, HW_T_AUDIT_ENTRY), true},   {hwp_t(job, HW_T_AUDIT_AT), false},
      {hwp_t(job, HW_T_AUDIT_WHO), false},    {hwp_t(job, HW_T_AUDIT_LOGIN), false},
      {hwp_t(job, HW_T_AUDIT_ACTION), false}, {hwp_t(job, HW_T_AUDIT_REASON), false}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_AUDIT_TITLE), 6, columns});
  for (int i = page->n - 1; i >= 0; i--) write_entry(job, &page->rows[i]);
  hwp_table_end(h);
  const bool has_more = first > 1;
  hwp_pager(job, "/audit", has_more ? first - 1 : (last < head ? last : 0), page->n, has_more);
  return hwp_page_end(job, err);
}

static hw_status audit(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_audit, err);
}

static const hwp_route routes[] = {
    {"GET", "/audit", 0, 0, audit, "entries of the audit chain, newest first"},
};
const hwp_routes hwp_routes_audit = {routes, sizeof routes / sizeof *routes};
