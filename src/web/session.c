/* Sessions, in memory.
 *
 * A table of fixed size, so that nobody can fill the memory by logging in. The index of
 * an entry follows from the digest of its token (linear probing within a window of places;
 * an entry never moves, so that a removal leaves nothing to repair). Whoever reads this
 * process's table, in a core dump for instance, finds digests and no tokens; the password that
 * waits for its second factor is masked with what only the token gives.
 *
 * Times come from the caller: tests make hours pass at once.
 *
 * Sources: OWASP Session Management Cheat Sheet for what ends when; the table is our own. */
#include "web/session.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/secret.h"

/* Places that a token may stand in. */
enum { WINDOW = 64 };

typedef struct entry {
  uint8_t key[HW_DIGEST_SIZE];
  int64_t begun_s, used_s;
  hwp_session session; /* stage NONE = the place is free */
} entry;

struct hwp_sessions {
  pthread_mutex_t lock;
  entry entries[HWP_MOST_SESSIONS];
};

hwp_sessions *hwp_sessions_new(void) {
  hwp_sessions *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  if (pthread_mutex_init(&self->lock, NULL) != 0) {
    free(self);
    return NULL;
  }
  return self;
}

void hwp_sessions_delete(hwp_sessions *self) {
  if (self == NULL) return;
  pthread_mutex_destroy(&self->lock);
  hw_secret_clear(self, sizeof *self);
  free(self);
}

static void clear(entry *e) {
  hw_secret_clear(e, sizeof *e);
}

static bool is_over(const entry *e, int64_t now_s) {
  if (e->session.stage == HWP_STAGE_NONE) return true;
  if (e->session.stage == HWP_STAGE_CODE) return now_s - e->begun_s > HWP_SESSION_CODE_S;
  return now_s - e->used_s > HWP_SESSION_IDLE_S || now_s - e->begun_s > HWP_SESSION_LONGEST_S;
}

static size_t place_of(const uint8_t key[HW_DIGEST_SIZE]) {
  return ((size_t)key[0] | (size_t)key[1] << 8 | (size_t)key[2] << 16) % HWP_MOST_SESSIONS;
}

static void key_of(const char *token, uint8_t key[HW_DIGEST_SIZE]) {
  hw_digest_of(token, strlen(token), key);
}

/* The entry of a token; NULL if there is none. Keys are digests: how long comparing takes tells
 * nothing about a token. */
static entry *find(hwp_sessions *self, const char *token) {
  uint8_t key[HW_DIGEST_SIZE];
  if (token == NULL || strlen(token) != HWP_TOKEN_LENGTH) return NULL;
  key_of(token, key);
  for (size_t i = 0, at = place_of(key); i < WINDOW; i++) {
    entry *e = &self->entries[(at + i) % HWP_MOST_SESSIONS];
    if (e->session.stage != HWP_STAGE_NONE && memcmp(e->key, key, sizeof key) == 0) return e;
  }
  return NULL;
}

/* A free place for a key; where there is none, that of the session that was idle longest. */
static entry *make_place(hwp_sessions *self, const uint8_t key[HW_DIGEST_SIZE], int64_t now_s) {
  entry *oldest = NULL;
  for (size_t i = 0, at = place_of(key); i < WINDOW; i++) {
    entry *e = &self->entries[(at + i) % HWP_MOST_SESSIONS];
    if (is_over(e, now_s)) return e;
    if (oldest == NULL || e->used_s < oldest->used_s) oldest = e;
  }
  return oldest;
}

/* Ends the actor's session that was idle longest, where there are too many. */
static void bound_one(hwp_sessions *self, const char *actor, int64_t now_s) {
  int n = 0;
  entry *oldest = NULL;
  for (int i = 0; i < HWP_MOST_SESSIONS; i++) {
    entry *e = &self->entries[i];
    if (is_over(e, now_s) || strcmp(e->session.actor, actor) != 0) continue;
    n++;
    if (oldest == NULL || e->used_s < oldest->used_s) oldest = e;
  }
  if (n >= HWP_MOST_SESSIONS_OF_ONE) clear(oldest);
}

void hwp_sessions_begin(hwp_sessions *self, hwp_session *session, int64_t now_s,
                        char token[HWP_TOKEN_SIZE]) {
  uint8_t key[HW_DIGEST_SIZE];
  hwp_token_new(token);
  hwp_token_new(session->csrf);
  key_of(token, key);
  pthread_mutex_lock(&self->lock);
  bound_one(self, session->actor, now_s);
  entry *e = make_place(self, key, now_s);
  clear(e);
  memcpy(e->key, key, sizeof key);
  e->begun_s = e->used_s = now_s;
  e->session = *session;
  hwp_token_mask(token, e->session.password, HWP_PASSWORD_SIZE);
  pthread_mutex_unlock(&self->lock);
}

bool hwp_sessions_find(hwp_sessions *self, const char *token, int64_t now_s, hwp_session *out) {
  pthread_mutex_lock(&self->lock);
  entry *e = find(self, token);
  if (e != NULL && is_over(e, now_s)) {
    clear(e);
    e = NULL;
  }
  if (e != NULL) {
    e->used_s = now_s;
    *out = e->session;
    hwp_token_mask(token, out->password, HWP_PASSWORD_SIZE);
  }
  pthread_mutex_unlock(&self->lock);
  return e != NULL;
}

void hwp_sessions_end(hwp_sessions *self, const char *token) {
  pthread_mutex_lock(&self->lock);
  entry *e = find(self, token);
  if (e != NULL) clear(e);
  pthread_mutex_unlock(&self->lock);
}

void hwp_sessions_end_of(hwp_sessions *self, const char *actor, const char *except) {
  pthread_mutex_lock(&self->lock);
  const entry *kept = find(self, except);
  for (int i = 0; i < HWP_MOST_SESSIONS; i++) {
    entry *e = &self->entries[i];
    if (e != kept && e->session.stage != HWP_STAGE_NONE && strcmp(e->session.actor, actor) == 0)
      clear(e);
  }
  pthread_mutex_unlock(&self->lock);
}

void hwp_sessions_notice(hwp_sessions *self, const char *token, const char *notice) {
  pthread_mutex_lock(&self->lock);
  entry *e = find(self, token);
  if (e != NULL) {
    /* Cut between characters. */
    size_t n = strlen(notice);
    if (n >= HWP_NOTICE_SIZE) {
      n = HWP_NOTICE_SIZE - 1;
      while (n > 0 && ((unsigned char)notice[n] & 0xC0) == 0x80) n--;
    }
    memcpy(e->session.notice, notice, n);
    e->session.notice[n] = '\0';
  }
  pthread_mutex_unlock(&self->lock);
}

int hwp_sessions_count(hwp_sessions *self, int64_t now_s) {
  int n = 0;
  pthread_mutex_lock(&self->lock);
  for (int i = 0; i < HWP_MOST_SESSIONS; i++) n += !is_over(&self->entries[i], now_s);
  pthread_mutex_unlock(&self->lock);
  return n;
}
