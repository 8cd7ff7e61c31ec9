/* What handlers use: fields, texts in the reader's language, answers.
 *
 * Everything lives in the arena of the request, so that a handler has nothing to
 * free; where memory is exhausted texts are empty and the page's end tells it. */
#include "web/job.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/number.h"

static const char *find(const hw_web_pair *pairs, int n, const char *name) {
  for (int i = 0; i < n; i++)
    if (strcmp(pairs[i].name, name) == 0) return pairs[i].value;
  return NULL;
}

const char *hwp_query(const hwp_job *job, const char *name) {
  return find(job->query, job->n_query, name);
}

const char *hwp_form(const hwp_job *job, const char *name) {
  return find(job->form, job->n_form, name);
}

const char *hwp_form_typed(hwp_job *job, const char *name) {
  static const char blanks[] = " \t\r\n";
  const char *text = hwp_form(job, name);
  if (text == NULL) return "";
  text += strspn(text, blanks);
  size_t n = strlen(text);
  while (n > 0 && strchr(blanks, text[n - 1]) != NULL) n--;
  const char *copy = hw_arena_strndup(job->arena, text, n);
  return copy != NULL ? copy : "";
}

int64_t hwp_query_int(const hwp_job *job, const char *name, int64_t low, int64_t high,
                      int64_t otherwise) {
  const char *text = hwp_query(job, name);
  if (text == NULL || *text == '\0') return otherwise;
  char *end = NULL;
  const long long value = strtoll(text, &end, 10);
  return *end != '\0' || value < low || value > high ? otherwise : value;
}

/* Hands a finished text over to the arena. */
static const char *keep(hwp_job *job, hw_str *text) {
  const char *kept = hw_str_take(text, job->arena);
  return kept != NULL ? kept : "";
}

const char *hwp_format(hwp_job *job, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  const int n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (n < 0) return "";
  if ((size_t)n < sizeof text) {
    const char *kept = hw_arena_strdup(job->arena, text);
    return kept != NULL ? kept : "";
  }
  char *longer = hw_arena_alloc(job->arena, (size_t)n + 1);
  if (longer == NULL) return "";
  va_start(args, format);
  vsnprintf(longer, (size_t)n + 1, format, args);
  va_end(args);
  return longer;
}

const char *hwp_t(const hwp_job *job, hw_text_id id) {
  return hw_text(job->language, id);
}

const char *hwp_fill(hwp_job *job, hw_text_id id, int n, ...) {
  const char *texts[9] = {NULL};
  va_list args;
  va_start(args, n);
  for (int i = 0; i < n && i < 9; i++) texts[i] = va_arg(args, const char *);
  va_end(args);
  hw_str out = HW_STR_INIT;
  hw_text_fill(&out, job->language, id, n, texts);
  return keep(job, &out);
}

const char *hwp_said(hwp_job *job, const char *message, const char **lang) {
  hw_str said = HW_STR_INIT;
  const bool is_said = hw_text_say(&said, job->language, message);
  if (lang != NULL) *lang = is_said || job->language == HW_LANGUAGE_EN ? NULL : "en";
  if (is_said) message = hwp_format(job, "%s", hw_str_text(&said));
  hw_str_clear(&said);
  return message;
}

const char *hwp_int(hwp_job *job, int64_t value) {
  hw_str out = HW_STR_INIT;
  hw_text_add_int(&out, job->language, value);
  return keep(job, &out);
}

const char *hwp_real(hwp_job *job, double value, int decimals) {
  hw_str out = HW_STR_INIT;
  hw_text_add_real(&out, job->language, value, decimals);
  return keep(job, &out);
}

const char *hwp_date(hwp_job *job, const char *iso) {
  if (iso == NULL) return "";
  hw_str out = HW_STR_INIT;
  hw_text_add_date(&out, job->language, iso);
  return keep(job, &out);
}

const char *hwp_probability(hwp_job *job, double value, double complement) {
  hw_str out = HW_STR_INIT;
  hw_text_add_probability(&out, job->language, value, complement);
  return keep(job, &out);
}

void hwp_set_header(hwp_job *job, const char *name, const char *value) {
  hw_web_response *response = job->response;
  if (response->n_headers == HW_WEB_RESPONSE_HEADERS) return;
  const char *kept_name = hw_arena_strdup(&response->arena, name);
  char *kept = hw_arena_strdup(&response->arena, value);
  if (kept_name == NULL || kept == NULL) return;
  /* A line end would begin another header. */
  for (char *c = kept; *c != '\0'; c++)
    if ((unsigned char)*c < 32 || *c == 127) *c = ' ';
  response->headers[response->n_headers++] = (hw_web_pair){kept_name, kept};
}

hw_status hwp_send(hwp_job *job, const char *type, const char *bytes, size_t n, const char *file,
                   hw_err *err) {
  hwp_set_header(job, "content-type", type);
  if (file != NULL) {
    /* RFC 6266 with RFC 8187: names may be in any script. */
    const char *encoded = hwp_url(job->arena, "", file);
    hwp_set_header(job, "content-disposition",
                   hwp_format(job, "attachment; filename*=UTF-8''%s", encoded));
  }
  hw_str_append_bytes(&job->response->body, bytes, n);
  if (hw_str_status(&job->response->body) != HW_OK) return HW_NO_MEMORY(err, "the answer");
  return HW_OK;
}

bool hwp_is_refusal(hw_status status) {
  return status != HW_OK && status != HW_E_NO_MEMORY && status != HW_E_IO && status != HW_E_BUG &&
         status != HW_E_BUSY && status != HW_E_INTERRUPTED;
}
