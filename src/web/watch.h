/* Connections and the moments by which they must have got on. */
#ifndef HW_WEB_WATCH_H
#define HW_WEB_WATCH_H

#include <stdbool.h>

/* A connection under watch. */
typedef struct hwp_watched {
  struct hwp_watched *next, *previous;
  int socket;
  double until_s; /* of hw_clock_now_s; 0 = it may take its time */
} hwp_watched;

typedef struct hwp_watch hwp_watch;

/* Begins watching. @return NULL if memory or threads are exhausted */
hwp_watch *hwp_watch_new(void);
/* Nothing may be under watch any more. NULL is allowed. */
void hwp_watch_delete(hwp_watch *self);

/* Adds a connection that must get on within these seconds (0 = it may take its time). */
void hwp_watch_add(hwp_watch *self, hwp_watched *item, int socket, double within_s);
/* From now on it has these seconds. */
void hwp_watch_set(hwp_watch *self, hwp_watched *item, double within_s);
/* The connection is about to be closed. */
void hwp_watch_remove(hwp_watch *self, hwp_watched *item);

#endif
