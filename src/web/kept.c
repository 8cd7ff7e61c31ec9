/* Files that were checked and wait to be written.
 *
 * A table of a few entries, searched from end to end. Sessions are known here by the
 * digest of their token, as in session.c. Each entry is one block: the description,
 * and behind it names and bytes. */
#include "web/kept.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/digest.h"
#include "base/secret.h"

typedef struct entry {
  uint8_t session[HW_DIGEST_SIZE];
  char name[HWP_TOKEN_SIZE];
  int64_t at_s;
  size_t n_bytes;
  hwp_kept_files *files; /* NULL = the place is free */
} entry;

struct hwp_kept {
  pthread_mutex_t lock;
  entry entries[HWP_MOST_KEPT];
};

hwp_kept *hwp_kept_new(void) {
  hwp_kept *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  if (pthread_mutex_init(&self->lock, NULL) != 0) {
    free(self);
    return NULL;
  }
  return self;
}

void hwp_kept_files_delete(hwp_kept_files *files) {
  free(files);
}

static void clear(entry *e) {
  hwp_kept_files_delete(e->files);
  hw_secret_clear(e, sizeof *e);
}

void hwp_kept_delete(hwp_kept *self) {
  if (self == NULL) return;
  for (int i = 0; i < HWP_MOST_KEPT; i++) clear(&self->entries[i]);
  pthread_mutex_destroy(&self->lock);
  free(self);
}

/* One block with everything in it. Sizes are bounded: bytes by the caller, names by the form. */
static hwp_kept_files *copy(const hwp_kept_files *files) {
  size_t n = sizeof *files;
  for (int i = 0; i < files->n_files; i++)
    n += strlen(files->files[i].name) + 1 + files->files[i].n_bytes;
  hwp_kept_files *self = malloc(n);
  if (self == NULL) return NULL;
  char *at = (char *)(self + 1);
  *self = *files;
  for (int i = 0; i < files->n_files; i++) {
    const hwp_upload *from = &files->files[i];
    const size_t n_name = strlen(from->name) + 1;
    memcpy(at, from->name, n_name);
    self->files[i] = (hwp_upload){.name = at, .bytes = at + n_name, .n_bytes = from->n_bytes};
    if (from->n_bytes > 0) memcpy(at + n_name, from->bytes, from->n_bytes);
    at += n_name + from->n_bytes;
  }
  return self;
}

static void clear_old(hwp_kept *self, int64_t now_s) {
  for (int i = 0; i < HWP_MOST_KEPT; i++)
    if (self->entries[i].files != NULL && now_s - self->entries[i].at_s > HWP_KEPT_S)
      clear(&self->entries[i]);
}

/* The session's entry that has waited longest, what all of its entries hold, and what all hold. */
static entry *oldest_of(hwp_kept *self, const uint8_t *session, size_t *n_own, size_t *n_all,
                        entry **vacant) {
  entry *oldest = NULL;
  *n_own = *n_all = 0;
  *vacant = NULL;
  for (int i = 0; i < HWP_MOST_KEPT; i++) {
    entry *e = &self->entries[i];
    if (e->files == NULL) {
      *vacant = e;
      continue;
    }
    *n_all += e->n_bytes;
    if (memcmp(e->session, session, sizeof e->session) != 0) continue;
    *n_own += e->n_bytes;
    if (oldest == NULL || e->at_s < oldest->at_s) oldest = e;
  }
  return oldest;
}

/* A free place; older ones of the session go first. */
static entry *make_place(hwp_kept *self, const uint8_t *session, size_t n) {
  for (;;) {
    size_t n_own = 0, n_all = 0;
    entry *vacant = NULL, *oldest = oldest_of(self, session, &n_own, &n_all, &vacant);
    const bool has_room =
        vacant != NULL && n_own + n <= HWP_KEPT_BYTES && n_all + n <= HWP_KEPT_ALL_BYTES;
    if (has_room) return vacant;
    if (oldest == NULL) return NULL;
    clear(oldest);
  }
}

hw_status hwp_kept_add(hwp_kept *self, const char *session, const hwp_kept_files *files,
                       int64_t now_s, char out[HWP_TOKEN_SIZE], hw_err *err) {
  uint8_t key[HW_DIGEST_SIZE];
  size_t n = 0;
  for (int i = 0; i < files->n_files; i++) {
    if (files->files[i].n_bytes > HWP_KEPT_BYTES - n)
      return hw_err_set(err, HW_E_TOO_COMPLEX, "the files are too large to be kept");
    n += files->files[i].n_bytes;
  }
  hwp_kept_files *kept = copy(files);
  if (kept == NULL) return HW_NO_MEMORY(err, "the files");
  hw_digest_of(session, strlen(session), key);
  pthread_mutex_lock(&self->lock);
  clear_old(self, now_s);
  entry *e = make_place(self, key, n);
  if (e != NULL) {
    hwp_token_new(e->name);
    memcpy(e->session, key, sizeof key);
    memcpy(out, e->name, HWP_TOKEN_SIZE);
    e->at_s = now_s;
    e->n_bytes = n;
    e->files = kept;
  }
  pthread_mutex_unlock(&self->lock);
  if (e != NULL) return HW_OK;
  hwp_kept_files_delete(kept);
  return hw_err_set(err, HW_E_BUSY, "too many files wait to be written");
}

hwp_kept_files *hwp_kept_take(hwp_kept *self, const char *session, const char *name,
                              int64_t now_s) {
  uint8_t key[HW_DIGEST_SIZE];
  hwp_kept_files *files = NULL;
  hw_digest_of(session, strlen(session), key);
  pthread_mutex_lock(&self->lock);
  clear_old(self, now_s);
  for (int i = 0; i < HWP_MOST_KEPT && files == NULL; i++) {
    entry *e = &self->entries[i];
    if (e->files == NULL || memcmp(e->session, key, sizeof key) != 0 ||
        !hwp_token_equal(e->name, name))
      continue;
    files = e->files;
    e->files = NULL;
    clear(e);
  }
  pthread_mutex_unlock(&self->lock);
  return files;
}
