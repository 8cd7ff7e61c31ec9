/* Where a field stands in JSON text.
 *
 * The JSON library keeps no positions, and keeping our own for every value of a
 * large file would cost more than the values. So positions are found when an
 * error has happened: a scanner walks the text along the field path, stepping
 * over everything else without building anything. One pass, no recursion, no
 * memory; on text that is not valid JSON it stops early and never reads outside.
 *
 *     path   markers[2].alleles[0]
 *     text   {"id": "x", "markers": [ {…}, {…}, {"name": "D3", "alleles": ["14", …
 *                skip    enter         skip skip  enter  skip   enter      ^ here */
#include <string.h>

#include "base/json_read.h"
#include "base/utf8.h"

typedef struct scanner {
  const char *at;
  const char *end;
} scanner;

static void skip_space(scanner *s) {
  while (s->at < s->end && strchr(" \t\r\n", *s->at) && *s->at) s->at++;
}

/* Takes one byte if it is the next after white space. */
static bool take(scanner *s, char byte) {
  skip_space(s);
  if (s->at == s->end || *s->at != byte) return false;
  s->at++;
  return true;
}

/* Behind a string whose opening quote was taken; false if it does not end. */
static bool skip_string(scanner *s) {
  while (s->at < s->end) {
    const char byte = *s->at++;
    if (byte == '"') return true;
    if (byte == '\\' && s->at < s->end) s->at++;
  }
  return false;
}

/* Behind one value of any depth. */
static bool skip_value(scanner *s) {
  size_t depth = 0;
  skip_space(s);
  const char *const start = s->at;
  while (s->at < s->end) {
    const char byte = *s->at;
    if (depth == 0 && s->at > start && strchr(",]} \t\r\n", byte)) return true;
    s->at++;
    if (byte == '"') {
      if (!skip_string(s)) return false;
      if (depth == 0) return true;
    } else if (byte == '{' || byte == '[') {
      depth++;
    } else if (byte == '}' || byte == ']') {
      if (depth <= 1) return depth == 1;
      depth--;
    }
  }
  return depth == 0 && s->at > start;
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* Four hexadecimal digits at the scanner; false if they are not there. */
static bool take_hex4(scanner *s, uint32_t *out) {
  *out = 0;
  for (int i = 0; i < 4; i++) {
    const int value = s->at < s->end ? hex_value(*s->at) : -1;
    if (value < 0) return false;
    *out = *out * 16 + (uint32_t)value;
    s->at++;
  }
  return true;
}

/* The UTF-8 of an escape whose backslash was taken; 0 bytes if it is none. */
static size_t take_escape(scanner *s, char out[4]) {
  static const char FROM[] = "\"\\/bfnrt";
  static const char TO[] = "\"\\/\b\f\n\r\t";
  if (s->at == s->end) return 0;
  const char byte = *s->at++;
  if (byte != 'u') {
    const char *found = byte ? strchr(FROM, byte) : NULL;
    if (found) out[0] = TO[found - FROM];
    return found ? 1 : 0;
  }
  uint32_t unit, low;
  if (!take_hex4(s, &unit)) return 0;
  if (unit < 0xD800 || unit > 0xDBFF) return hw_utf8_put(unit, out);
  if (s->end - s->at < 2 || s->at[0] != '\\' || s->at[1] != 'u') return 0;
  s->at += 2;
  if (!take_hex4(s, &low) || low < 0xDC00 || low > 0xDFFF) return 0;
  return hw_utf8_put(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), out);
}

/* Behind a string whose opening quote was taken; *equal tells if its text is this. */
static bool match_string(scanner *s, const char *text, size_t n, bool *equal) {
  size_t used = 0;
  *equal = true;
  while (s->at < s->end) {
    char out[4];
    size_t length = 1;
    out[0] = *s->at++;
    if (out[0] == '"') {
      if (used != n) *equal = false;
      return true;
    }
    if (out[0] == '\\') {
      length = take_escape(s, out);
      if (length == 0) return false;
    }
    if (*equal && length <= n - used && memcmp(text + used, out, length) == 0)
      used += length;
    else
      *equal = false;
  }
  return false;
}

/* --- the path --- */

typedef struct component {
  const char *key; /* NULL: an index */
  size_t key_length;
  size_t index;
} component;

/* Next component of the path; false at its end or where it is not understood. */
static bool take_component(const char **path, component *out) {
  const char *p = *path;
  if (*p == '.') p++;
  if (*p == '\0') return false;
  *out = (component){.key = p};
  if (p[0] == '[' && p[1] == '"') { /* ["…"]: up to the last "] that a component can end with */
    out->key = p + 2;
    const char *close = strstr(p + 2, "\"]");
    while (close && close[2] != '\0' && close[2] != '.' && close[2] != '[')
      close = strstr(close + 1, "\"]");
    if (!close) return false;
    out->key_length = (size_t)(close - out->key);
    *path = close + 2;
    return true;
  }
  if (p[0] == '[') {
    out->key = NULL;
    for (p++; *p >= '0' && *p <= '9' && out->index < HW_JSON_MAX_BYTES; p++)
      out->index = out->index * 10 + (size_t)(*p - '0');
    if (*p != ']') return false;
    *path = p + 1;
    return true;
  }
  out->key_length = strcspn(p, ".[");
  *path = p + out->key_length;
  return out->key_length > 0;
}

/* Moves to the element; the scanner stands at the array or object. */
static bool enter(scanner *s, const component *c) {
  if (!c->key) {
    if (!take(s, '[')) return false;
    for (size_t i = 0; i < c->index; i++)
      if (!skip_value(s) || !take(s, ',')) return false;
    skip_space(s);
    return s->at < s->end && *s->at != ']';
  }
  if (!take(s, '{')) return false;
  for (;;) {
    bool equal;
    if (!take(s, '"') || !match_string(s, c->key, c->key_length, &equal) || !take(s, ':'))
      return false;
    skip_space(s);
    if (equal) return s->at < s->end;
    if (!skip_value(s) || !take(s, ',')) return false;
  }
}

/* Line and column of a byte; continuation bytes take no column. */
static void count_place(const char *bytes, const char *at, uint64_t *line, uint64_t *column) {
  *line = 1;
  *column = 1;
  for (const char *b = bytes; b < at; b++) {
    if (*b == '\n') {
      ++*line;
      *column = 1;
    } else if (((unsigned char)*b & 0xC0) != 0x80) {
      ++*column;
    }
  }
}

bool hw_json_locate(const char *bytes, size_t n_bytes, const char *path, uint64_t *line,
                    uint64_t *column) {
  scanner s = {bytes, bytes + n_bytes};
  if (n_bytes >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) s.at += 3; /* byte order mark */
  const char *const start = s.at;
  skip_space(&s);
  const char *found = s.at;
  const char *rest = path;
  component c;
  while (take_component(&rest, &c) && enter(&s, &c)) {
    found = s.at;
    path = rest;
  }
  count_place(start, found, line, column);
  return *path == '\0';
}

void hw_json_field_key(hw_err *err, const char *key) {
  if (key[0] == '\0' || strpbrk(key, ".[]\""))
    hw_err_field(err, "[\"%s\"]", key);
  else
    hw_err_field(err, "%s", key);
}
