/* Failed logins.
 *
 * A table of fixed size; the place of an account or a client follows from the digest of
 * its name under a secret of this process, so that nobody can choose names that fall
 * together. Eight places share a number: where all are taken, the one with the fewest
 * failures goes, among these the oldest. Who tries with 100,000 addresses to push an entry
 * out must therefore fail more often than that entry did.
 *
 * An account that does not exist is counted like any other: the answer tells nothing.
 *
 * Source: NIST SP 800-63B, 5.2.2 (rate limiting); delays double from one second. */
#include "web/attempts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "web/token.h"

enum { WAYS = 8 };

typedef struct entry {
  uint8_t key[16]; /* of the digest; n = 0: free */
  int64_t last_s;  /* of the last failure */
  int32_t n;
} entry;

struct hwp_attempts {
  pthread_mutex_t lock;
  char secret[HWP_TOKEN_SIZE];
  entry entries[HWP_MOST_ATTEMPTS];
};

hwp_attempts *hwp_attempts_new(void) {
  hwp_attempts *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  hwp_token_new(self->secret);
  if (pthread_mutex_init(&self->lock, NULL) != 0) {
    free(self);
    return NULL;
  }
  return self;
}

void hwp_attempts_delete(hwp_attempts *self) {
  if (self == NULL) return;
  pthread_mutex_destroy(&self->lock);
  free(self);
}

static bool is_old(const entry *e, int64_t now_s) {
  return e->n == 0 || now_s - e->last_s > HWP_ATTEMPTS_LOCK_S;
}

/* The entry of a name, or NULL; with @p make one is found in any case. */
static entry *find(hwp_attempts *self, const char *kind, const char *name, int64_t now_s,
                   bool make) {
  hw_digest digest;
  uint8_t key[HW_DIGEST_SIZE];
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, self->secret);
  hw_digest_add_text(&digest, kind);
  hw_digest_add_text(&digest, name);
  hw_digest_end(&digest, key);
  const size_t set = ((size_t)key[16] | (size_t)key[17] << 8) % (HWP_MOST_ATTEMPTS / WAYS);
  entry *worst = NULL;
  for (int i = 0; i < WAYS; i++) {
    entry *e = &self->entries[set * WAYS + (size_t)i];
    if (is_old(e, now_s)) e->n = 0;
    if (e->n > 0 && memcmp(e->key, key, sizeof e->key) == 0) return e;
    if (worst == NULL || e->n < worst->n || (e->n == worst->n && e->last_s < worst->last_s))
      worst = e;
  }
  if (!make) return NULL;
  memset(worst, 0, sizeof *worst);
  memcpy(worst->key, key, sizeof worst->key);
  return worst;
}

static int64_t wait_s(const entry *e, int most, int64_t now_s) {
  if (e == NULL || e->n < HWP_ATTEMPTS_FREE) return 0;
  const int over = e->n - HWP_ATTEMPTS_FREE;
  int64_t delay_s = over < 9 ? (int64_t)1 << over : HWP_ATTEMPTS_LOCK_S;
  if (e->n >= most) delay_s = HWP_ATTEMPTS_LOCK_S;
  /* A house behind one address is slowed down, not stopped, before its bound. */
  if (most == HWP_ATTEMPTS_CLIENT && e->n < most) delay_s = e->n < HWP_ATTEMPTS_ACCOUNT ? 0 : 2;
  const int64_t left_s = e->last_s + delay_s - now_s;
  return left_s > 0 ? left_s : 0;
}

int64_t hwp_attempts_begin(hwp_attempts *self, const char *account, const char *client,
                           int64_t now_s) {
  pthread_mutex_lock(&self->lock);
  const int64_t a =
      wait_s(find(self, "account", account, now_s, false), HWP_ATTEMPTS_ACCOUNT, now_s);
  const int64_t c = wait_s(find(self, "client", client, now_s, false), HWP_ATTEMPTS_CLIENT, now_s);
  const int64_t wait = a > c ? a : c;
  const char *const names[2] = {account, client}, *const kinds[2] = {"account", "client"};
  for (int i = 0; i < 2 && wait == 0; i++) {
    entry *e = find(self, kinds[i], names[i], now_s, true);
    e->n++;
    e->last_s = now_s;
  }
  pthread_mutex_unlock(&self->lock);
  return wait;
}

void hwp_attempts_succeeded(hwp_attempts *self, const char *account, const char *client,
                            int64_t now_s) {
  pthread_mutex_lock(&self->lock);
  entry *e = find(self, "account", account, now_s, false);
  if (e != NULL) e->n = 0;
  e = find(self, "client", client, now_s, false);
  if (e != NULL && e->n > 0) e->n--;
  pthread_mutex_unlock(&self->lock);
}
