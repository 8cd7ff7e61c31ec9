/** @file
 * What a task is asked to do: a kind, and the fields of the form that started it.
 *
 * The fields stay the texts that were typed, so that one description serves the form, the check of
 * what was typed, the note on the disk (task_note.h) and the run, also when it is gone on with
 * after a restart of the program.
 *
 * Example:
 * @code
 *   hwp_order order = {.kind = HWP_TASK_SEARCH};
 *   (void)hwp_order_set(&order, "threshold", "4,5");
 *   if (hwp_order_check(&order, mistakes) == 0)
 *     s = hwp_order_run(&app, &order, &watch, 1, &outcome, err);
 * @endcode
 */
#ifndef HW_WEB_TASK_ORDER_H
#define HW_WEB_TASK_ORDER_H

#include "app/run_watch.h"
#include "language/language.h"

typedef enum hwp_task_kind {
  HWP_TASK_SEARCH = 0, /**< every remains against every missing person */
  HWP_TASK_JOINT,      /**< who is who, all of them together */
  HWP_TASK_GROUPS,     /**< which bones are of one person */
  HWP_TASK_POWER,      /**< what references can do, whom to sample */
  HWP_TASK_VALIDATION, /**< the laboratory's validation, as a report */
  HWP_N_TASK_KINDS
} hwp_task_kind;

/** "search", "joint", "groups", "power", "validation". */
const char *hwp_task_kind_name(hwp_task_kind kind);
/** @return false if there is none of this name, or it is NULL */
bool hwp_task_kind_find(const char *name, hwp_task_kind *out);

enum { HWP_ORDER_FIELDS = 14, HWP_ORDER_NAME_SIZE = 24, HWP_ORDER_VALUE_SIZE = 512 };

typedef struct hwp_order {
  hwp_task_kind kind;
  int n;
  struct {
    char name[HWP_ORDER_NAME_SIZE], value[HWP_ORDER_VALUE_SIZE];
  } fields[HWP_ORDER_FIELDS];
} hwp_order;

/** A field; "" if it is not there. */
const char *hwp_order_get(const hwp_order *self, const char *name);
/** Sets one. @return false if there is no room for it */
bool hwp_order_set(hwp_order *self, const char *name, const char *value);

/** What a field may hold. */
typedef enum hwp_order_type {
  HWP_ORDER_TEXT,
  HWP_ORDER_CODE,   /**< of a record */
  HWP_ORDER_NUMBER, /**< with a decimal point or comma */
  HWP_ORDER_WHOLE,
  HWP_ORDER_RANGE, /**< "3" or "2-5" */
  HWP_ORDER_CHOICE
} hwp_order_type;

/** A field of a kind's form. */
typedef struct hwp_order_field {
  const char *name;
  hw_text_id label, hint;
  hwp_order_type type;
  double low, high;
  const char *otherwise; /**< what an empty one means, and what the form begins with */
  int n_choices;
  const char *const *choices;
  const hw_text_id *words; /**< of the choices */
  bool is_lines;           /**< only where the database has haplotypes */
} hwp_order_field;

/** True if a kind is about an investigation, which its order names. */
bool hwp_task_has_investigation(hwp_task_kind kind);
/** The fields of a kind, in the order of its form. */
const hwp_order_field *hwp_order_fields(hwp_task_kind kind, int *n);
/** One of them; NULL = none. */
const hwp_order_field *hwp_order_field_find(hwp_task_kind kind, const char *name);

typedef struct hwp_order_mistake {
  const hwp_order_field *field;
  hw_text_id text; /**< with low and high as {1} and {2} */
  bool has_range;
} hwp_order_mistake;

/** Checks what was typed. @return how many fields are wrong */
int hwp_order_check(const hwp_order *self, hwp_order_mistake out[HWP_ORDER_FIELDS]);

/** Does it, as the actor of an open database.
 * @param out  [out] of a draft its file, which the caller frees
 * @return as hw_run_search, hw_run_joint, hw_run_groups, hw_run_power and hw_run_validation;
 *         HW_E_VALUE for fields that hwp_order_check finds wrong */
HW_MUST_CHECK hw_status hwp_order_run(hw_app *app, const hwp_order *self, const hw_run_watch *watch,
                                      int32_t n_threads, hw_run_outcome *out, hw_err *err);

#endif
