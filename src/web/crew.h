/* Threads that handle what is handed to them, in its order, a bounded number of each sort at once. */
#ifndef HW_WEB_CREW_H
#define HW_WEB_CREW_H

#include <stdbool.h>
#include <stdint.h>

/* Sorts of work. Of one sort no more than its bound is done at once, so that what waits for its turn
 * to write, or compares passwords, leaves threads to those who read. */
typedef enum hwp_lane { HWP_LANE_READ, HWP_LANE_WRITE, HWP_LANE_LOGIN, HWP_N_LANES } hwp_lane;

/* What is handed over; part of the caller's struct. */
typedef struct hwp_task {
  void (*run)(struct hwp_task *self);
  hwp_lane lane;
  struct hwp_task *next; /* the crew's */
  uint64_t order;
} hwp_task;

typedef struct hwp_crew hwp_crew;

/* Begins n threads. @param most  tasks that may wait; most_at_once  of each lane, 1 or more
 * @return NULL if memory or threads are exhausted */
hwp_crew *hwp_crew_new(int n, int most, const int most_at_once[HWP_N_LANES]);
/* Hands a task over. @return false if too many wait, or the crew is ending */
bool hwp_crew_add(hwp_crew *self, hwp_task *task);
/* Does what waits, takes nothing more, and ends its threads. */
void hwp_crew_end(hwp_crew *self);
/* Ends and frees. NULL is allowed. */
void hwp_crew_delete(hwp_crew *self);

#endif
