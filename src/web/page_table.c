/* Tables, facts, states, and sections of records.
 *
 * A table that is wider than the page scrolls inside its own box, which the
 * keyboard can reach. States are told by their word; the colour only repeats it. */
#include <math.h>
#include <string.h>

#include "web/page.h"

void hwp_table_begin(hwp_html *h, const hwp_table *table) {
  hwp_open(h, "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label",
           table->caption != NULL ? table->caption : "\xe2\x80\xa6", NULL);
  hwp_open(h, "table", NULL);
  if (table->caption != NULL) hwp_leaf(h, "caption", table->caption, NULL);
  hwp_open(h, "thead", NULL);
  hwp_open(h, "tr", NULL);
  for (int i = 0; i < table->n_columns; i++)
    hwp_leaf(h, "th", table->columns[i].title, "scope", "col", "class",
             table->columns[i].is_number ? "number" : NULL, NULL);
  hwp_close(h);
  hwp_close(h);
  hwp_open(h, "tbody", NULL);
}

void hwp_table_end(hwp_html *h) {
  hwp_close(h);
  hwp_close(h);
  hwp_close(h);
}

void hwp_state(hwp_job *job, const char *state) {
  static const struct {
    const char *word, *look;
  } looks[] = {
      {"confirmed", "state good"}, {"undisputed", "state good"}, {"resolved", "state good"},
      {"recovered", "state good"}, {"rejected", "state bad"},    {"disputed", "state bad"},
      {"candidate", "state wait"}, {"reviewed", "state wait"},   {"symmetric", "state wait"},
  };
  const char *look = "state";
  for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
    if (strcmp(looks[i].word, state) == 0) look = looks[i].look;
  hwp_leaf(&job->html, "span", hw_text_word(job->language, state), "class", look, NULL);
}

void hwp_facts_begin(hwp_html *h) {
  hwp_open(h, "dl", "class", "facts", NULL);
}

void hwp_fact(hwp_html *h, const char *name, const char *value) {
  hwp_leaf(h, "dt", name, NULL);
  hwp_leaf(h, "dd", value, NULL);
}

void hwp_facts_end(hwp_html *h) {
  hwp_close(h);
}

const char *hwp_record_path(hw_arena *arena, hw_kind_id kind, const char *code) {
  if (hw_kind_code_field(hw_kind_get(kind)) < 0) return NULL;
  switch (kind) {
    case HW_KIND_ACCESSION:
      return hwp_url(arena, "/accessions/", code);
    case HW_KIND_FAMILY:
      return hwp_url(arena, "/families/", code);
    case HW_KIND_SAMPLE:
      return hwp_url(arena, "/remains/", code);
    case HW_KIND_RUN:
      return hwp_url(arena, "/runs/", code);
    case HW_KIND_IDENTIFICATION:
      return hwp_url(arena, "/identifications/", code);
    case HW_KIND_DOSSIER:
      return hwp_url(arena, "/dossiers/", code);
    case HW_KIND_HANDOVER:
      return hwp_url(arena, "/handovers/", code);
    case HW_KIND_REPORT:
      return hwp_url(arena, "/reports/", code);
    case HW_KIND_SITE:
      return hwp_url(arena, "/sites/", code);
    default: {
      hw_str path = HW_STR_INIT;
      hw_str_append_format(&path, "/records/%s/", hw_kind_get(kind)->name);
      const char *url =
          hw_str_status(&path) == HW_OK ? hwp_url(arena, hw_str_text(&path), code) : NULL;
      hw_str_clear(&path);
      return url;
    }
  }
}

static const char *text_of(hwp_job *job, const hw_value *value) {
  switch (value->type) {
    case HW_DB_TEXT: {
      const char *text = hw_arena_strndup(job->arena, value->text, value->n);
      return text != NULL ? text : "";
    }
    case HW_DB_INT:
      return hwp_int(job, value->i);
    case HW_DB_REAL:
      return hwp_real(job, value->r, fabs(value->r) < 1000 ? 4 : 0);
    default:
      return "";
  }
}

/* The heading of a section, in the reader's language where the catalogue has it. */
static const char *title_of(const hwp_job *job, const char *prefix, const char *key,
                            const char *otherwise) {
  char name[96];
  size_t n = strlen(prefix);
  if (n + strlen(key) >= sizeof name) return otherwise;
  memcpy(name, prefix, n);
  for (const char *c = key; *c != '\0'; c++)
    name[n++] = *c >= 'a' && *c <= 'z'                                 ? (char)(*c - 'a' + 'A')
                : (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ? *c
                                                                       : '_';
  name[n] = '\0';
  const char *text = hw_text_find(job->language, name);
  return text != NULL ? text : otherwise;
}

void hwp_view_section(hwp_job *job, const hw_view_section *section) {
  hwp_html *h = &job->html;
  hwp_column columns[HW_VIEW_MAX_COLUMNS] = {{0}};
  const int first = section->is_tree ? 1 : 0;
  for (int c = first; c < section->n_columns; c++)
    columns[c] =
        (hwp_column){.title = title_of(job, "FIELD_", section->columns[c], section->columns[c])};
  hwp_table_begin(h,
                  &(hwp_table){.caption = title_of(job, "SECTION_", section->key, section->title),
                               .n_columns = section->n_columns - first,
                               .columns = columns + first});
  for (int r = 0; r < section->n_rows; r++) {
    const hw_value *row = section->cells + (size_t)r * (size_t)section->n_columns;
    hwp_open(h, "tr", NULL);
    for (int c = first; c < section->n_columns; c++) {
      const bool is_number = row[c].type == HW_DB_INT || row[c].type == HW_DB_REAL;
      const int64_t deep = section->is_tree && row[0].type == HW_DB_INT ? row[0].i : 0;
      hwp_leaf(h, "td", text_of(job, &row[c]), "class",
               c == 1 && deep > 0 ? hwp_format(job, "d%d", deep > 4 ? 4 : (int)deep)
               : is_number        ? "number"
                                  : NULL,
               NULL);
    }
    hwp_close(h);
  }
  hwp_table_end(h);
  if (section->n_more > 0) hwp_leaf(h, "p", hwp_t(job, HW_T_WEB_MORE_ROWS), "class", "hint", NULL);
}

void hwp_pager(hwp_job *job, const char *path, int64_t from, int64_t shown, bool has_more) {
  hwp_html *h = &job->html;
  hwp_open(h, "nav", "class", "pager", "aria-label", hwp_t(job, HW_T_WEB_NEXT_PAGE), NULL);
  hwp_leaf(h, "span", hwp_fill(job, HW_T_WEB_SHOWN, 1, hwp_int(job, shown)), "class", "quiet",
           NULL);
  if (from > 0) hwp_leaf(h, "a", hwp_t(job, HW_T_WEB_FIRST_PAGE), "href", path, NULL);
  if (has_more)
    hwp_leaf(h, "a", hwp_t(job, HW_T_WEB_NEXT_PAGE), "rel", "next", "href",
             hwp_url_query(job->arena, path, "from", hwp_format(job, "%lld", (long long)from)),
             NULL);
  hwp_close(h);
}
