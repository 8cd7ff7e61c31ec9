/** @file
 * The tasks of a server: work that takes minutes or hours, started by a person from a form.
 *
 * They run one after the other, on a thread of their own with a connection of their own, as the
 * person who started them and with the permissions of the moment when they begin. A task can be
 * stopped and gone on with: what the engines have done is kept (app/run_search.h). Tasks that the
 * end of the program cut short are known at its next start by their notes (task_note.h).
 *
 * Thread-safe. What is handed out are copies. Example:
 * @code
 *   char code[HWP_TASK_CODE_SIZE];
 *   HW_TRY(hwp_tasks_add(tasks, "anh", &order, code, err));
 *   hwp_task_info info;
 *   while (hwp_tasks_wait(tasks, code, info.version, &info) && !hwp_task_is_over(info.state))
 *     show(&info);
 * @endcode
 */
#ifndef HW_WEB_TASK_H
#define HW_WEB_TASK_H

#include "web/task_note.h"
#include "web/web.h"

enum {
  HWP_MOST_TASKS = 64,       /**< that are remembered */
  HWP_MOST_TASKS_OF_ONE = 8, /**< of one person, waiting or running */
  HWP_TASK_MESSAGE_SIZE = 512
};

typedef enum hwp_task_state {
  HWP_TASK_WAITING = 0,
  HWP_TASK_RUNNING,
  HWP_TASK_DONE,
  HWP_TASK_FAILED,
  HWP_TASK_STOPPED, /**< by a person */
  HWP_TASK_CUT      /**< by the end of the program */
} hwp_task_state;

/** Nothing more happens unless somebody goes on with it. */
bool hwp_task_is_over(hwp_task_state state);
/** It can be gone on with. */
bool hwp_task_is_resumable(hwp_task_state state);

typedef struct hwp_task_info {
  hwp_task_note asked; /**< code, who, when, what for */
  hwp_task_state state;
  int n_before; /**< waiting: tasks that come before it */
  bool is_stopping;
  hw_run_phase phase;
  uint64_t done, all;     /**< of the phase; all 0 = not known */
  double left_s;          /**< of the phase; NaN = not known */
  double took_s;          /**< since it began to run */
  hw_run_outcome outcome; /**< its draft is not here: hwp_tasks_draft */
  hw_status status;       /**< of a failure */
  /** Why it failed; "" = inside the program, which is for the log and not for people. */
  char message[HWP_TASK_MESSAGE_SIZE];
  uint64_t version; /**< another one whenever something has changed; from 1 */
} hwp_task_info;

typedef struct hwp_tasks hwp_tasks;

/** Reads the notes. The thread begins with the first task. @param web  borrowed
 * @return NULL if memory is exhausted */
hwp_tasks *hwp_tasks_new(const hw_web *web);
/** Stops what runs, waits for it, and frees; what was not done can be gone on with at the next
 * start. Nobody may still wait for news. NULL is allowed. */
void hwp_tasks_delete(hwp_tasks *self);

/** Adds one. @param code  [out] its name
 * @return HW_OK; HW_E_BUSY if there are too many; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_tasks_add(hwp_tasks *self, const char *actor, const hwp_order *order,
                                      char code[HWP_TASK_CODE_SIZE], hw_err *err);
/** Goes on with one that is over and not done, as @p actor.
 * @return HW_OK; HW_E_NOT_FOUND; HW_E_STATE; HW_E_BUSY; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_tasks_resume(hwp_tasks *self, const char *actor, const char *code,
                                         hw_err *err);
/** Asks one to stop. @return HW_OK, also if it is over; HW_E_NOT_FOUND */
HW_MUST_CHECK hw_status hwp_tasks_stop(hwp_tasks *self, const char *code, hw_err *err);
/** Forgets one that is over. @return HW_OK; HW_E_NOT_FOUND; HW_E_STATE if it is not */
HW_MUST_CHECK hw_status hwp_tasks_forget(hwp_tasks *self, const char *code, hw_err *err);

/** A copy of the draft that a task made. @param bytes  [out] free with free
 * @return HW_OK; HW_E_NOT_FOUND; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_tasks_draft(hwp_tasks *self, const char *code, char **bytes, size_t *n,
                                        hw_err *err);

/** @return false if there is none */
bool hwp_tasks_get(hwp_tasks *self, const char *code, hwp_task_info *out);
/** Waits up to a second for another version than @p version. @return as hwp_tasks_get */
bool hwp_tasks_wait(hwp_tasks *self, const char *code, uint64_t version, hwp_task_info *out);
/** Tasks, newest first. @param actor  only this person's; NULL = all. @return how many */
int hwp_tasks_list(hwp_tasks *self, const char *actor, int most, hwp_task_info *out);
/** How many wait or run, whoever's they are. */
int hwp_tasks_count_open(hwp_tasks *self);

#endif
