/* What people do in a load test.
 *
 * The weights are an assumption: a working day in which records are looked up and read far more
 * often than written, with one step in ten of those who may write being a form. Readers (three of
 * ten) only read. What is written:
 *
 *     reviewers   a review of an identification       POST /identifications/CODE/review
 *     the board   a return to the reviewers           POST /identifications/CODE/decide
 *     analysts    a proposal, or an assertion about   POST /identifications/new
 *     officers    a loss as a table: first checked,   POST /import
 *                 then written                        POST /import/write
 *
 * A form that is taken answers with a redirection, which the browser follows at once. */
#include "web/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const user_route_names[ROUTE_N] = {
    [ROUTE_LOGIN_FORM] = "login form",
    [ROUTE_LOGIN] = "POST login (argon2id)",
    [ROUTE_HOME] = "first page",
    [ROUTE_FIND_CODE] = "find, a code",
    [ROUTE_FIND_NAME] = "find, a name",
    [ROUTE_FAMILIES] = "list of families",
    [ROUTE_DOSSIERS] = "list of dossiers",
    [ROUTE_SAMPLES] = "list of remains",
    [ROUTE_PERSONS] = "list of persons",
    [ROUTE_FAMILY] = "family",
    [ROUTE_REMAINS] = "remains",
    [ROUTE_DOSSIER] = "dossier",
    [ROUTE_PERSON] = "person",
    [ROUTE_SITE] = "site",
    [ROUTE_ACCESSION] = "accession",
    [ROUTE_SPECIMEN] = "specimen",
    [ROUTE_IDENTIFICATIONS] = "identifications",
    [ROUTE_IDENTIFICATION] = "identification",
    [ROUTE_RUNS] = "list of runs",
    [ROUTE_RUN] = "run",
    [ROUTE_REPORTS] = "list of reports",
    [ROUTE_AUDIT] = "audit",
    [ROUTE_IMPORT] = "import form",
    [ROUTE_REVIEW] = "POST review",
    [ROUTE_RETURN] = "POST return",
    [ROUTE_PROPOSE] = "POST proposal",
    [ROUTE_IMPORT_CHECK] = "POST table, checked",
    [ROUTE_IMPORT_WRITE] = "POST table, written",
};

/* Of a thousand pages. */
static const struct {
  user_route route;
  int weight;
} weights[] = {
    {ROUTE_HOME, 130},          {ROUTE_FIND_CODE, 90}, {ROUTE_FIND_NAME, 30},
    {ROUTE_FAMILIES, 40},       {ROUTE_DOSSIERS, 40},  {ROUTE_SAMPLES, 40},
    {ROUTE_PERSONS, 20},        {ROUTE_FAMILY, 150},   {ROUTE_REMAINS, 130},
    {ROUTE_DOSSIER, 110},       {ROUTE_PERSON, 30},    {ROUTE_SITE, 20},
    {ROUTE_ACCESSION, 20},      {ROUTE_SPECIMEN, 20},  {ROUTE_IDENTIFICATIONS, 40},
    {ROUTE_IDENTIFICATION, 60}, {ROUTE_RUNS, 10},      {ROUTE_RUN, 10},
    {ROUTE_REPORTS, 5},         {ROUTE_AUDIT, 5},
};

void user_init(user *self, int number, uint64_t seed) {
  hw_random root;
  hw_random_init(&root, seed);
  *self = (user){.number = number, .http = {.fd = -1}};
  self->random = hw_random_split(&root, (uint64_t)number);
}

void user_clear(user *self) {
  http_close(&self->http);
  hw_str_clear(&self->http.in);
  hw_str_clear(&self->http.out);
  hw_str_clear(&self->request);
}

/* --- requests --- */

static void begin(user *self, const char *method, const char *path) {
  self->request.length = 0;
  hw_str_append_format(&self->request, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, path);
  if (self->visitor[0] != '\0' || self->session[0] != '\0')
    hw_str_append_format(&self->request, "Cookie: homeward-language=vi%s%s%s%s\r\n",
                         self->visitor[0] != '\0' ? "; homeward-visitor=" : "", self->visitor,
                         self->session[0] != '\0' ? "; homeward=" : "", self->session);
}

static void get(user *self, const char *path) {
  begin(self, "GET", path);
  hw_str_append(&self->request, "\r\n");
}

static void post(user *self, const char *path, const char *type, const char *body) {
  begin(self, "POST", path);
  hw_str_append_format(&self->request, "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", type,
                       strlen(body), body);
}

/* Sends a form of pairs of names and values, which hold nothing but blanks that needs encoding. */
static void post_form(user *self, const char *path, const char *const *pairs) {
  hw_str body = HW_STR_INIT;
  hw_str_append_format(&body, "csrf=%s", self->csrf);
  for (; *pairs != NULL; pairs += 2) {
    hw_str_append_format(&body, "&%s=", pairs[0]);
    for (const char *at = pairs[1]; *at != '\0'; at++)
      hw_str_append_bytes(&body, *at == ' ' ? "+" : at, 1);
  }
  post(self, path, "application/x-www-form-urlencoded", hw_str_text(&body));
  hw_str_clear(&body);
}

/* --- forms --- */

static void give_reason(user *self, const user_mix *mix) {
  snprintf(self->reason, sizeof self->reason, "load %s, user %d, write %d", mix->run,
           self->number + 1, ++self->n_writes);
}

static void ask_step(user *self, const user_mix *mix, bool is_review) {
  char path[320];
  const char *code = world_pick(mix->of, WORLD_IDENTIFICATION, &self->random);
  const bool disagrees = hw_random_below(&self->random, 4) == 0;
  if (code == NULL) {
    get(self, "/");
    return;
  }
  give_reason(self, mix);
  self->route = is_review ? ROUTE_REVIEW : ROUTE_RETURN;
  snprintf(path, sizeof path, "/identifications/%s/%s", code, is_review ? "review" : "decide");
  const char *const review[] = {"verdict", disagrees ? "disagrees" : "agrees", "reason",
                                self->reason, NULL};
  const char *const step[] = {"step", "candidate", "decision_reason", self->reason, NULL};
  post_form(self, path, is_review ? review : step);
}

static void ask_proposal(user *self, const user_mix *mix) {
  const char *person = world_pick(mix->of, WORLD_MISSING, &self->random);
  const char *sample = world_pick(mix->of, WORLD_REMAINS, &self->random);
  if (person == NULL || sample == NULL) {
    get(self, "/");
    return;
  }
  give_reason(self, mix);
  self->route = ROUTE_PROPOSE;
  const char *const pairs[] = {"sample", sample,   "person",     person, "evidence",
                               "",       "reason", self->reason, NULL};
  post_form(self, "/identifications/new", pairs);
}

static void append_field(hw_str *body, const char *name, const char *value) {
  hw_str_append_format(body, "--edge\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
                       name, value);
}

/* A table of one row: an officer's of what somebody remembers of a loss, an analyst's of another
 * cutting of a bone. */
static void ask_import(user *self, const user_mix *mix) {
  hw_str body = HW_STR_INIT;
  const bool is_officer = world_role_of(self->number) == WORLD_OFFICER;
  const char *of = world_pick(mix->of, is_officer ? WORLD_DOSSIER : WORLD_SPECIMEN, &self->random);
  give_reason(self, mix);
  self->route = ROUTE_IMPORT_CHECK;
  append_field(&body, "csrf", self->csrf);
  append_field(&body, "what", is_officer ? "assertions" : "samples");
  append_field(&body, "investigation", "");
  append_field(&body, "different", "");
  append_field(&body, "reason", self->reason);
  hw_str_append(&body,
                "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"row.csv\"\r\n"
                "Content-Type: text/csv\r\n\r\n");
  if (is_officer)
    hw_str_append_format(&body, "dossier,field,value,source,weight\n%s,note,\"%s\",load test,0.1\n",
                         of, self->reason);
  else
    hw_str_append_format(&body, "code,investigation,specimen,kind\nL-%s-%d-%d,main,%s,cutting\n",
                         mix->run, self->number + 1, self->n_writes, of);
  hw_str_append(&body, "\r\n--edge--\r\n");
  post(self, "/import", "multipart/form-data; boundary=edge", hw_str_text(&body));
  hw_str_clear(&body);
}

static void ask_import_write(user *self) {
  self->route = ROUTE_IMPORT_WRITE;
  post_form(self, "/import/write", (const char *const[]){"files", self->files, NULL});
  self->files[0] = '\0';
}

/* --- pages --- */

/* The first page of a list, or another: lists are leafed through. */
static void ask_list(user *self, const world *of, const char *kind, world_pool pool) {
  char path[128], from[40] = "";
  const long long id = (long long)world_pick_id(of, pool, &self->random);
  if (hw_random_below(&self->random, 3) != 0) snprintf(from, sizeof from, "?from=%lld", id);
  snprintf(path, sizeof path, "/records/%s%s", kind, from);
  get(self, path);
}

static void ask_one(user *self, const world *of, const char *before, world_pool pool) {
  char path[320];
  const char *code = world_pick(of, pool, &self->random);
  snprintf(path, sizeof path, "%s%s", code != NULL ? before : "/", code != NULL ? code : "");
  get(self, path);
}

static void ask_name(user *self) {
  static const char *const names[] = {"b%C3%A1+v%C4%83n+l%E1%BB%99c", "ninh+quang", "th%E1%BA%A1ch",
                                      "m%E1%BA%A1c+th%E1%BA%BF+uy", "la+h%E1%BB%AFu+nh%C3%A2n"};
  char path[128];
  snprintf(path, sizeof path, "/find?q=%s",
           names[hw_random_below(&self->random, sizeof names / sizeof *names)]);
  get(self, path);
}

void user_ask(user *self, const user_mix *mix, user_route route) {
  const world *of = mix->of;
  self->route = route;
  if (route != ROUTE_IMPORT_WRITE) self->reason[0] = '\0';
  switch (route) {
    case ROUTE_FIND_CODE:
      ask_one(self, of,
              "/find?q=", hw_random_below(&self->random, 2) == 0 ? WORLD_FAMILY : WORLD_REMAINS);
      break;
    case ROUTE_FIND_NAME:
      ask_name(self);
      break;
    case ROUTE_FAMILIES:
      ask_list(self, of, "family", WORLD_FAMILY);
      break;
    case ROUTE_DOSSIERS:
      ask_list(self, of, "dossier", WORLD_DOSSIER);
      break;
    case ROUTE_SAMPLES:
      ask_list(self, of, "sample", WORLD_REMAINS);
      break;
    case ROUTE_PERSONS:
      ask_list(self, of, "person", WORLD_PERSON);
      break;
    case ROUTE_FAMILY:
      ask_one(self, of, "/families/", WORLD_FAMILY);
      break;
    case ROUTE_REMAINS:
      ask_one(self, of, "/remains/", WORLD_REMAINS);
      break;
    case ROUTE_DOSSIER:
      ask_one(self, of, "/dossiers/", WORLD_DOSSIER);
      break;
    case ROUTE_PERSON:
      ask_one(self, of, "/records/person/", WORLD_PERSON);
      break;
    case ROUTE_SITE:
      ask_one(self, of, "/records/site/", WORLD_SITE);
      break;
    case ROUTE_ACCESSION:
      ask_one(self, of, "/records/accession/", WORLD_ACCESSION);
      break;
    case ROUTE_SPECIMEN:
      ask_one(self, of, "/records/specimen/", WORLD_SPECIMEN);
      break;
    case ROUTE_IDENTIFICATIONS:
      get(self, "/identifications");
      break;
    case ROUTE_IDENTIFICATION:
      ask_one(self, of, "/identifications/", WORLD_IDENTIFICATION);
      break;
    case ROUTE_RUNS:
      get(self, "/records/run");
      break;
    case ROUTE_RUN:
      ask_one(self, of, "/runs/", WORLD_RUN);
      break;
    case ROUTE_REPORTS:
      get(self, "/reports");
      break;
    case ROUTE_AUDIT:
      get(self, "/audit");
      break;
    case ROUTE_IMPORT:
      get(self, "/import");
      break;
    case ROUTE_REVIEW:
    case ROUTE_RETURN:
      ask_step(self, mix, route == ROUTE_REVIEW);
      break;
    case ROUTE_PROPOSE:
      ask_proposal(self, mix);
      break;
    case ROUTE_IMPORT_CHECK:
      ask_import(self, mix);
      break;
    case ROUTE_IMPORT_WRITE:
      ask_import_write(self);
      break;
    default:
      get(self, "/");
      break;
  }
}

static user_route draw_page(user *self) {
  const int n = (int)(sizeof weights / sizeof *weights);
  int all = 0;
  for (int i = 0; i < n; i++) all += weights[i].weight;
  int at = (int)hw_random_below(&self->random, (uint64_t)all);
  for (int i = 0; i < n; i++) {
    if (at < weights[i].weight) return weights[i].route;
    at -= weights[i].weight;
  }
  return ROUTE_HOME;
}

static bool draw_write(user *self, const user_mix *mix) {
  const world_role role = world_role_of(self->number);
  if (role == WORLD_READER || (int)hw_random_below(&self->random, 100) >= mix->writes_of_100)
    return false;
  if (role == WORLD_REVIEWER || role == WORLD_BOARD)
    ask_step(self, mix, role == WORLD_REVIEWER);
  else if (mix->of->pools[WORLD_DOSSIER].n == 0 || mix->of->pools[WORLD_SPECIMEN].n == 0 ||
           hw_random_below(&self->random, 2) == 0)
    ask_proposal(self, mix);
  else
    ask_import(self, mix);
  return true;
}

/* --- one after the other --- */

static user_route route_of(const char *path) {
  if (strncmp(path, "/identifications/", 17) == 0) return ROUTE_IDENTIFICATION;
  return strncmp(path, "/import", 7) == 0 ? ROUTE_IMPORT : ROUTE_HOME;
}

static void ask_login(user *self) {
  char actor[32];
  self->route = ROUTE_LOGIN;
  snprintf(actor, sizeof actor, "load-%d", self->number + 1);
  const char *const pairs[] = {"next", "/", "actor", actor, "password", WORLD_PASSWORD, NULL};
  post_form(self, "/login", pairs);
}

void user_request(user *self, const user_mix *mix) {
  self->was_repeated = false;
  if (self->step == STEP_FORM) {
    self->route = ROUTE_LOGIN_FORM;
    get(self, "/login");
  } else if (self->step == STEP_LOGIN) {
    ask_login(self);
  } else if (self->location[0] != '\0') {
    self->route = route_of(self->location);
    get(self, self->location);
    self->location[0] = '\0';
    self->reason[0] = '\0';
  } else if (self->files[0] != '\0') {
    ask_import_write(self);
  } else if (self->step == STEP_FIRST) {
    user_ask(self, mix, ROUTE_HOME);
  } else if (!draw_write(self, mix)) {
    user_ask(self, mix, draw_page(self));
  }
}

static bool is_form(user_route route) {
  return route == ROUTE_LOGIN || route >= ROUTE_REVIEW;
}

/* What is remembered of an answer. */
static void remember(user *self) {
  char value[96];
  http_value(&self->http, "set-cookie: homeward-visitor=", value, sizeof value);
  if (value[0] != '\0') memcpy(self->visitor, value, sizeof value);
  http_value(&self->http, "set-cookie: homeward=", value, sizeof value);
  if (value[0] != '\0') memcpy(self->session, value, sizeof value);
  (void)http_between(&self->http, "name=\"csrf\" value=\"", self->csrf, sizeof self->csrf);
}

user_verdict user_take(user *self) {
  const bool is_checked = self->route == ROUTE_IMPORT_CHECK;
  const int expected = is_form(self->route) && !is_checked ? 303 : 200;
  user_verdict out = {.is_right = self->http.status == expected};
  remember(self);
  if (is_checked)
    out.is_right = out.is_right && http_between(&self->http, "name=\"files\" value=\"", self->files,
                                                sizeof self->files);
  if (out.is_right && self->step != STEP_READY) self->step++;
  if (!out.is_right || expected != 303) return out;
  if (self->route != ROUTE_LOGIN) {
    http_value(&self->http, "location: ", self->location, sizeof self->location);
    out.was_written = out.goes_on = true;
  }
  return out;
}
