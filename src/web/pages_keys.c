/* Keys: what the keyboard does on every page, by app.js.
 *
 * The page is what "?" shows in a dialog, and what a link in the foot leads to without
 * JavaScript. The paths behind "g" are those of the navigation. */
#include "base/check.h"
#include "web/pages.h"

static const struct keys_of {
  hw_text_id title;
  int n;
  struct {
    const char *keys; /* parted by blanks: one after the other */
    hw_text_id what;
  } keys[13];
} groups[] = {
    {HW_T_KEYS_EVERYWHERE,
     3,
     {{"/", HW_T_KEYS_FIND}, {"?", HW_T_KEYS_HELP}, {"Esc", HW_T_KEYS_ESCAPE}}},
    {HW_T_KEYS_LISTS,
     4,
     {{"j", HW_T_KEYS_NEXT_ROW},
      {"k", HW_T_KEYS_ROW_BEFORE},
      {"Enter", HW_T_KEYS_OPEN},
      {"n", HW_T_WEB_NEXT_PAGE}}},
    {HW_T_KEYS_PAGES,
     12,
     {{"g h", HW_T_WEB_NAV_HOME},
      {"g d", HW_T_WEB_NAV_DOSSIERS},
      {"g f", HW_T_WEB_NAV_FAMILIES},
      {"g r", HW_T_WEB_NAV_REMAINS},
      {"g s", HW_T_WEB_NAV_RUNS},
      {"g i", HW_T_WEB_NAV_IDENTIFICATIONS},
      {"g o", HW_T_HANDOVERS_TITLE},
      {"g p", HW_T_WEB_NAV_SITES},
      {"g b", HW_T_WEB_NAV_REPORTS},
      {"g m", HW_T_WEB_NAV_IMPORT},
      {"g a", HW_T_WEB_NAV_AUDIT},
      {"g u", HW_T_WEB_NAV_USERS}}},
    {HW_T_KEYS_PEDIGREE,
     2,
     {{"Alt \xe2\x86\x91 \xe2\x86\x93", HW_T_KEYS_SAME_FIELD}, {"Enter", HW_T_PEDIGREE_DRAW}}},
};

static void write_keys(hwp_job *job, const char *keys) {
  hwp_html *h = &job->html;
  hwp_open(h, "dt", NULL);
  while (keys[0] != '\0') {
    int n = 0;
    while (keys[n] != '\0' && keys[n] != ' ') n++;
    hwp_leaf(h, "kbd", hwp_format(job, "%.*s", n, keys), NULL);
    keys += n + (keys[n] == ' ');
    if (keys[0] != '\0') hwp_text(h, " ");
  }
  hwp_close(h);
}

static hw_status show(hwp_job *job, hw_err *err) {
  hwp_html *h = hwp_page_begin(job, HWP_NAV_NONE, hwp_t(job, HW_T_KEYS_TITLE));
  hwp_paragraph(job, hwp_t(job, HW_T_KEYS_LEAD), "quiet");
  hwp_open(h, "div", "id", "keys", NULL);
  for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
    hwp_section(job, NULL, hwp_t(job, groups[g].title));
    hwp_open(h, "dl", "class", "keys", NULL);
    for (int i = 0; i < groups[g].n; i++) {
      write_keys(job, groups[g].keys[i].keys);
      hwp_leaf(h, "dd", hwp_t(job, groups[g].keys[i].what), NULL);
    }
    hwp_close(h);
  }
  hwp_close(h);
  return hwp_page_end(job, err);
}

static const hwp_route routes[] = {{"GET", "/keys", 0, 0, show, "what the keyboard does"}};
const hwp_routes hwp_routes_keys = {routes, sizeof routes / sizeof *routes};
