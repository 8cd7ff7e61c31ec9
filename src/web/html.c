/* Writing HTML.
 *
 * Escaping stands here and nowhere else. Five characters are escaped in texts and
 * in attributes alike, so that no place needs its own rule; the attributes are
 * always quoted. Bytes below 32 other than tab and line feed, and whatever is no
 * UTF-8, become U+FFFD: a page is then what it says it is, whatever was imported. */
#include "web/html.h"

#include <stdarg.h>
#include <string.h>

#include "base/check.h"
#include "base/utf8.h"

void hwp_html_init(hwp_html *self, hw_str *out) {
  memset(self, 0, sizeof *self);
  self->out = out;
}

/* Keeps the first failure. */
static void fail(hwp_html *self, hw_status status) {
  if (self->status == HW_OK) self->status = status;
}

hw_status hwp_html_end(hwp_html *self, hw_err *err) {
  const hw_status status = hw_str_status(self->out);
  if (status != HW_OK) return HW_NO_MEMORY(err, "the page");
  HW_BUG_IF(self->depth != 0, err);
  if (self->status != HW_OK)
    return hw_err_set(err, self->status,
                      "a page was written that leads away from this site, or "
                      "is nested too deeply");
  return HW_OK;
}

/* Text and attributes: escaped, and made printable UTF-8. */
static void add_escaped(hw_str *out, const char *text) {
  const char *plain = text;
  size_t rest = strlen(text);
  for (const char *at = text; rest > 0;) {
    const size_t n = hw_utf8_length(at, rest);
    const unsigned char c = (unsigned char)*at;
    const bool is_text = n > 1 || (n == 1 && ((c >= 32 && c != 127) || c == '\n' || c == '\t'));
    const size_t step = n == 0 ? 1 : n;
    if (!is_text) {
      hw_str_append_markup(out, plain, (size_t)(at - plain));
      hw_str_append(out, "\xef\xbf\xbd");
      plain = at + step;
    }
    at += step;
    rest -= step;
    if (rest == 0) hw_str_append_markup(out, plain, (size_t)(at - plain));
  }
}

static bool is_link(const char *name) {
  return strcmp(name, "href") == 0 || strcmp(name, "src") == 0 || strcmp(name, "action") == 0 ||
         strcmp(name, "formaction") == 0;
}

/* "/families" and "#top", but not "//elsewhere", "/\elsewhere" or "javascript:". */
static bool stays_here(const char *value) {
  if (value[0] == '#') return true;
  return value[0] == '/' && value[1] != '/' && value[1] != '\\';
}

static void add_tag(hwp_html *self, const char *tag, va_list args) {
  hw_str_append(self->out, "<");
  hw_str_append(self->out, tag);
  for (;;) {
    const char *name = va_arg(args, const char *);
    if (name == NULL) break;
    const char *value = va_arg(args, const char *);
    if (value == NULL) continue;
    if (is_link(name) && !stays_here(value)) {
      fail(self, HW_E_BUG);
      continue;
    }
    hw_str_append(self->out, " ");
    hw_str_append(self->out, name);
    if (*value == '\0' && strcmp(name, "value") != 0 && strcmp(name, "alt") != 0) continue;
    hw_str_append(self->out, "=\"");
    add_escaped(self->out, value);
    hw_str_append(self->out, "\"");
  }
  hw_str_append(self->out, ">");
}

static void push(hwp_html *self, const char *tag) {
  if (self->depth == HWP_HTML_DEEPEST) {
    fail(self, HW_E_TOO_COMPLEX);
    return;
  }
  self->open[self->depth++] = tag;
}

void hwp_open(hwp_html *self, const char *tag, ...) {
  va_list args;
  va_start(args, tag);
  add_tag(self, tag, args);
  va_end(args);
  push(self, tag);
}

void hwp_close(hwp_html *self) {
  if (self->depth == 0) {
    fail(self, HW_E_BUG);
    return;
  }
  hw_str_append(self->out, "</");
  hw_str_append(self->out, self->open[--self->depth]);
  hw_str_append(self->out, ">");
}

int hwp_depth(const hwp_html *self) {
  return self->depth;
}

void hwp_close_to(hwp_html *self, int depth) {
  while (self->depth > depth) hwp_close(self);
}

void hwp_leaf(hwp_html *self, const char *tag, const char *text, ...) {
  va_list args;
  va_start(args, text);
  add_tag(self, tag, args);
  va_end(args);
  hwp_text(self, text);
  hw_str_append(self->out, "</");
  hw_str_append(self->out, tag);
  hw_str_append(self->out, ">");
}

void hwp_void(hwp_html *self, const char *tag, ...) {
  va_list args;
  va_start(args, tag);
  add_tag(self, tag, args);
  va_end(args);
}

void hwp_text(hwp_html *self, const char *text) {
  if (text != NULL) add_escaped(self->out, text);
}

void hwp_svg(hwp_html *self, const char *bytes, size_t n) {
  /* The declaration of an XML file has no place inside a page. */
  if (n > 5 && memcmp(bytes, "<?xml", 5) == 0) {
    const char *end = memchr(bytes, '\n', n);
    if (end != NULL) {
      n -= (size_t)(end + 1 - bytes);
      bytes = end + 1;
    }
  }
  hw_str_append_bytes(self->out, bytes, n);
}

/* Appends @p part as RFC 3986 has it: all but unreserved characters percent-encoded. */
static void add_encoded(hw_str *out, const char *part) {
  static const char digits[] = "0123456789ABCDEF";
  for (const char *at = part; *at != '\0'; at++) {
    const unsigned char c = (unsigned char)*at;
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      hw_str_append_bytes(out, at, 1);
    } else {
      const char code[3] = {'%', digits[c >> 4], digits[c & 15]};
      hw_str_append_bytes(out, code, 3);
    }
  }
}

const char *hwp_url(hw_arena *arena, const char *path, const char *part) {
  hw_str url = HW_STR_INIT;
  hw_str_append(&url, path);
  add_encoded(&url, part);
  return hw_str_take(&url, arena);
}

const char *hwp_url_query(hw_arena *arena, const char *path, const char *name, const char *value) {
  hw_str url = HW_STR_INIT;
  hw_str_append(&url, path);
  hw_str_append(&url, strchr(path, '?') == NULL ? "?" : "&");
  add_encoded(&url, name);
  hw_str_append(&url, "=");
  add_encoded(&url, value);
  return hw_str_take(&url, arena);
}
