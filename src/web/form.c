/* What a browser sends: targets, cookies and forms.
 *
 * Nothing here trusts its input. Every reader walks over the bytes once, with the end in
 * sight, copies what it decoded into the arena of the request, and refuses instead of
 * repairing: a request that is not what a browser would send was not made by one.
 *
 * Texts come out in normal form C, as everything in the database is, so that "Đạt" typed on
 * one keyboard finds "Đạt" typed on another.
 *
 * A multipart body is cut at its boundary without copying it: files of tens of megabytes
 * stay where they are. The library of the server has a reader of its own, whose record of
 * holes is the reason for this one.
 *
 * Sources: RFC 3986 (paths), RFC 6265 (cookies), RFC 7578 and RFC 2046 (multipart), and the
 * URL standard of the WHATWG (urlencoded; how browsers write names of files). */
#include "web/form.h"

#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "base/utf8.h"

static hw_status refuse(hw_err *err, const char *why) {
  return hw_err_set(err, HW_E_SYNTAX, "%s", why);
}

/* --- decoding --- */

static int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

hw_status hwp_form_text(hw_arena *arena, char *bytes, size_t n, const char **out, hw_err *err) {
  size_t k = 0;
  bool is_ascii = true;
  for (size_t i = 0; i < n; i++) {
    char c = bytes[i];
    if (c == '\0') return refuse(err, "a NUL where text belongs");
    if (c == '\r') {
      if (i + 1 < n && bytes[i + 1] == '\n') continue;
      c = '\n';
    }
    if ((unsigned char)c >= 128) is_ascii = false;
    if (((unsigned char)c < 32 && c != '\n' && c != '\t') || c == 127)
      return refuse(err, "a control character where text belongs");
    bytes[k++] = c;
  }
  bytes[k] = '\0';
  *out = bytes;
  if (is_ascii) return HW_OK;
  hw_str folded = HW_STR_INIT;
  hw_status status = hw_fold_nfc(bytes, &folded, err);
  if (status == HW_OK) {
    *out = hw_arena_strdup(arena, hw_str_text(&folded));
    if (*out == NULL) status = HW_NO_MEMORY(err, "a field");
  }
  hw_str_clear(&folded);
  return status;
}

/* Percent-decodes. */
static hw_status decode(hw_arena *arena, const char *bytes, size_t n, bool plus_is_blank,
                        const char **out, hw_err *err) {
  char *text = hw_arena_alloc(arena, n + 1);
  if (text == NULL) return HW_NO_MEMORY(err, "a field");
  size_t k = 0;
  for (size_t i = 0; i < n; i++) {
    if (bytes[i] == '%') {
      const int high = i + 2 < n ? hex_of(bytes[i + 1]) : -1;
      const int low = i + 2 < n ? hex_of(bytes[i + 2]) : -1;
      if (high < 0 || low < 0) return refuse(err, "'%' without two hexadecimal digits");
      text[k++] = (char)(high * 16 + low);
      i += 2;
    } else {
      text[k++] = bytes[i] == '+' && plus_is_blank ? ' ' : bytes[i];
    }
  }
  return hwp_form_text(arena, text, k, out, err);
}

/* --- targets --- */

/* What stands unencoded in a target that a browser sends. */
static bool is_target_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && strchr("-._~!$&'()*+,;=:@/?%[]|^`{}", c) != NULL);
}

static hw_status add_segment(hw_arena *arena, const char *from, size_t n, hwp_target *out,
                             hw_str *path, hw_err *err) {
  if (out->n_segments == HWP_MOST_SEGMENTS) return refuse(err, "the path has too many parts");
  const char *segment = NULL;
  HW_TRY(decode(arena, from, n, false, &segment, err));
  if (*segment == '\0') return refuse(err, "the path has an empty part");
  if (strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0)
    return refuse(err, "the path leads upwards");
  if (strchr(segment, '\n') != NULL) return refuse(err, "a line end in the path");
  out->segments[out->n_segments++] = segment;
  hw_str_append(path, "/");
  hw_str_append(path, segment);
  return HW_OK;
}

hw_status hwp_target_parse(hw_arena *arena, const char *target, hwp_target *out, hw_err *err) {
  memset(out, 0, sizeof *out);
  if (target[0] != '/') return refuse(err, "the target does not begin with '/'");
  for (const char *c = target; *c != '\0'; c++)
    if (!is_target_character(*c)) return refuse(err, "a character that targets do not have");
  const size_t n = strcspn(target, "?");
  out->query = target[n] == '?' ? target + n + 1 : "";
  hw_str path = HW_STR_INIT;
  hw_status status = HW_OK;
  for (size_t i = 1; i < n && status == HW_OK;) {
    const size_t m = strcspn(target + i, "/?");
    status = add_segment(arena, target + i, m, out, &path, err);
    i += m + 1;
    if (i == n && target[n - 1] == '/') status = refuse(err, "the path ends in '/'");
  }
  if (out->n_segments == 0) hw_str_append(&path, "/");
  if (status == HW_OK) status = hw_str_status(&path);
  if (status == HW_OK) {
    out->path = hw_arena_strdup(arena, hw_str_text(&path));
    if (out->path == NULL) status = HW_NO_MEMORY(err, "a path");
  }
  hw_str_clear(&path);
  return status;
}

bool hwp_stays_here(const char *path) {
  if (path == NULL || path[0] != '/' || path[1] == '/' || path[1] == '\\') return false;
  if (strlen(path) > HW_WEB_MOST_TARGET) return false;
  for (const char *c = path; *c != '\0'; c++)
    if (!is_target_character(*c) && *c != '#') return false;
  return true;
}

/* --- urlencoded --- */

static hw_status add_pair(hwp_fields *out, const char *name, const char *value, hw_err *err) {
  if (out->n == out->most)
    return hw_err_set(err, HW_E_TOO_COMPLEX, "more than %d fields", out->most);
  out->pairs[out->n++] = (hw_web_pair){name, value};
  return HW_OK;
}

hw_status hwp_form_urlencoded(hw_arena *arena, const char *bytes, size_t n, hwp_fields *out,
                              hw_err *err) {
  for (size_t at = 0; at < n;) {
    const char *end = memchr(bytes + at, '&', n - at);
    const size_t length = end != NULL ? (size_t)(end - bytes) - at : n - at;
    if (length > 0) {
      const char *equals = memchr(bytes + at, '=', length);
      const size_t n_name = equals != NULL ? (size_t)(equals - bytes) - at : length;
      const size_t skipped = equals != NULL ? n_name + 1 : n_name;
      const char *name = NULL, *value = NULL;
      HW_TRY(decode(arena, bytes + at, n_name, true, &name, err));
      HW_TRY(decode(arena, bytes + at + skipped, length - skipped, true, &value, err));
      HW_TRY(add_pair(out, name, value, err));
    }
    at += length + 1;
  }
  return HW_OK;
}

/* --- multipart --- */

enum { MOST_BOUNDARY = 70, MOST_PART_HEADERS = 4096, MOST_NAME = 200 };

static bool same_letter(char a, char b) {
  if (a >= 'A' && a <= 'Z') a = (char)(a + 32);
  if (b >= 'A' && b <= 'Z') b = (char)(b + 32);
  return a == b;
}

/* True if the bytes begin with this text, in any case of letters. */
static bool begins(const char *bytes, size_t n, const char *text) {
  size_t i = 0;
  while (text[i] != '\0' && i < n && same_letter(bytes[i], text[i])) i++;
  return text[i] == '\0';
}

bool hwp_type_is(const char *content_type, const char *type) {
  if (content_type == NULL) return false;
  const size_t n = strlen(type);
  if (!begins(content_type, strlen(content_type), type)) return false;
  const char after = content_type[n];
  return after == '\0' || after == ';' || after == ' ' || after == '\t';
}

/* The boundary, with "\r\n--" before it. @return its length, 0 = none that is allowed */
static size_t read_boundary(const char *content_type, char out[MOST_BOUNDARY + 5]) {
  const char *at = strchr(content_type, ';');
  while (at != NULL) {
    at += 1 + strspn(at + 1, " \t");
    if (begins(at, strlen(at), "boundary=")) break;
    at = strchr(at, ';');
  }
  if (at == NULL) return 0;
  at += strlen("boundary=");
  const bool is_quoted = *at == '"';
  if (is_quoted) at++;
  memcpy(out, "\r\n--", 4);
  size_t n = 4;
  for (; *at != '\0'; at++) {
    const char c = *at;
    if (is_quoted ? c == '"' : (c == ';' || c == ' ' || c == '\t')) break;
    const bool is_allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || strchr("'()+_,-./:=? ", c) != NULL;
    if (!is_allowed || n == MOST_BOUNDARY + 4) return 0;
    out[n++] = c;
  }
  return n > 4 ? n : 0;
}

/* First place of a pattern that begins with CR; NULL = none. */
static const char *find_mark(const char *bytes, size_t n, const char *mark, size_t n_mark) {
  for (const char *at = bytes; n_mark <= n - (size_t)(at - bytes);) {
    const char *cr = memchr(at, '\r', n - (size_t)(at - bytes) - n_mark + 1);
    if (cr == NULL) return NULL;
    if (memcmp(cr, mark, n_mark) == 0) return cr;
    at = cr + 1;
  }
  return NULL;
}

/* Reads name="…" of a Content-Disposition; browsers write '"' as %22 and line ends as %0D%0A in it.
 * *out stays NULL if it is not there. */
static hw_status read_parameter(hw_arena *arena, const char *line, size_t n, const char *name,
                                const char **out, hw_err *err) {
  const size_t n_name = strlen(name);
  for (size_t i = 0; i < n; i++) {
    if (line[i] == '"') { /* over a quoted value */
      const char *end = memchr(line + i + 1, '"', n - i - 1);
      if (end == NULL) return refuse(err, "a part of the form has a quote that does not end");
      i = (size_t)(end - line);
      continue;
    }
    if (line[i] != ';') continue;
    size_t at = i + 1;
    while (at < n && (line[at] == ' ' || line[at] == '\t')) at++;
    if (!begins(line + at, n - at, name) || at + n_name + 1 >= n || line[at + n_name] != '=' ||
        line[at + n_name + 1] != '"')
      continue;
    at += n_name + 2;
    const char *end = memchr(line + at, '"', n - at);
    if (end == NULL) return refuse(err, "a part of the form has a quote that does not end");
    char *text = hw_arena_strndup(arena, line + at, (size_t)(end - line) - at);
    if (text == NULL) return HW_NO_MEMORY(err, "a field");
    size_t k = 0;
    for (size_t j = 0; text[j] != '\0'; j++) {
      const bool is_quote = strncmp(text + j, "%22", 3) == 0;
      text[k++] = is_quote ? '"' : text[j];
      if (is_quote) j += 2;
    }
    if (k > MOST_NAME) return refuse(err, "a part of the form has a name that is too long");
    return hwp_form_text(arena, text, k, out, err);
  }
  return HW_OK;
}

/* Reads the headers of a part up to the empty line. @return bytes taken, 0 = they do not end */
static size_t read_part_headers(const char *bytes, size_t n, const char **line, size_t *n_line) {
  const size_t bound = n < MOST_PART_HEADERS ? n : MOST_PART_HEADERS;
  *line = NULL;
  for (size_t at = 0; at < bound;) {
    const char *end = find_mark(bytes + at, bound - at, "\r\n", 2);
    if (end == NULL) return 0;
    const size_t length = (size_t)(end - bytes) - at;
    if (length == 0) return at + 2;
    if (begins(bytes + at, length, "content-disposition:") && *line == NULL) {
      *line = bytes + at;
      *n_line = length;
    }
    at += length + 2;
  }
  return 0;
}

/* A browser may tell the folders of a file; only its name is of interest. */
static const char *without_folders(const char *name) {
  const char *last = name;
  for (const char *c = name; *c != '\0'; c++)
    if (*c == '/' || *c == '\\') last = c + 1;
  return last;
}

static hw_status add_part(hw_arena *arena, const char *line, size_t n_line, const char *content,
                          size_t n, hwp_fields *out, hw_err *err) {
  const char *name = NULL, *file = NULL;
  if (line == NULL) return refuse(err, "a part of the form has no name");
  HW_TRY(read_parameter(arena, line, n_line, "name", &name, err));
  HW_TRY(read_parameter(arena, line, n_line, "filename", &file, err));
  if (name == NULL) return refuse(err, "a part of the form has no name");
  if (file == NULL) {
    const char *value = NULL;
    char *copy = hw_arena_strndup(arena, content, n);
    if (copy == NULL) return HW_NO_MEMORY(err, "a field");
    HW_TRY(hwp_form_text(arena, copy, n, &value, err));
    return add_pair(out, name, value, err);
  }
  if (*file == '\0' && n == 0) return HW_OK; /* no file was chosen */
  if (out->uploads == NULL || out->n_uploads == out->most_uploads)
    return hw_err_set(err, HW_E_TOO_COMPLEX, "more than %d files", out->most_uploads);
  out->uploads[out->n_uploads++] =
      (hwp_upload){.field = name, .name = without_folders(file), .bytes = content, .n_bytes = n};
  return HW_OK;
}

hw_status hwp_form_multipart(hw_arena *arena, const char *content_type, const char *bytes, size_t n,
                             hwp_fields *out, hw_err *err) {
  char mark[MOST_BOUNDARY + 5];
  const size_t n_mark = read_boundary(content_type, mark);
  if (n_mark == 0) return refuse(err, "the form does not say where its parts end");
  /* The first mark stands without a line end before it. */
  if (n < n_mark - 2 || memcmp(bytes, mark + 2, n_mark - 2) != 0)
    return refuse(err, "the form does not begin with its boundary");
  size_t at = n_mark - 2;
  while (!(n - at >= 2 && memcmp(bytes + at, "--", 2) == 0)) {
    if (n - at < 2 || memcmp(bytes + at, "\r\n", 2) != 0) return refuse(err, "the form is cut off");
    at += 2;
    const char *line = NULL;
    size_t n_line = 0;
    const size_t taken = read_part_headers(bytes + at, n - at, &line, &n_line);
    if (taken == 0) return refuse(err, "a part of the form has no content");
    at += taken;
    /* An empty content: the line end of the mark is that of the headers. */
    const char *end = find_mark(bytes + at, n - at, mark, n_mark);
    if (end == NULL) return refuse(err, "the form is cut off");
    HW_TRY(add_part(arena, line, n_line, bytes + at, (size_t)(end - bytes) - at, out, err));
    at = (size_t)(end - bytes) + n_mark;
  }
  return HW_OK;
}

/* --- cookies --- */

const char *hwp_cookie(hw_arena *arena, const char *header, const char *name, size_t most) {
  const size_t n_name = strlen(name);
  for (const char *at = header; at != NULL && *at != '\0';) {
    at += strspn(at, " \t;");
    const size_t n = strcspn(at, ";");
    if (n > n_name && memcmp(at, name, n_name) == 0 && at[n_name] == '=') {
      const char *value = at + n_name + 1;
      size_t length = n - n_name - 1;
      while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t')) length--;
      if (length > most) return NULL;
      for (size_t i = 0; i < length; i++) {
        const char c = value[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
          return NULL;
      }
      return hw_arena_strndup(arena, value, length);
    }
    at += n;
  }
  return NULL;
}
