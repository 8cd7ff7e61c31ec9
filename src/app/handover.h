/** @file
 * Handovers: remains that were identified are given back, with minutes.
 *
 *     identification (confirmed) ──→ handover ──→ handover_item: sample, specimen, accession, …
 *                                        └──→ custody "handed-over" of each item
 *
 * A handover is recorded for a confirmed identification without an open contradiction. Its items
 * are, if none are named, all that is known to be of the identified person and still there: the
 * identification's sample, those it was made from and that were made from it, the specimen it was
 * taken from with its other samples, the members of the confirmed individuals that any of them
 * belongs to, and boxes in which nothing else lies. What was consumed is left out; an identification
 * whose sample was handed over already is refused. It is undone by withdrawing it with a reason: the
 * items and the custody events are withdrawn with it.
 *
 * Custody is told to all who may read codes, so that it names the recipient by the number of the
 * handover: "recipient of HO-1". An item whose chain of custody is empty gets a reception by
 * "not recorded" first.
 *
 * Example:
 * @code
 *   hw_handover_request request = {.identification = "ID-7", .handed_on = "2026-07-27",
 *                                  .recipient = "…", .place = "…", .minutes = "BB-12"};
 *   HW_TRY(hw_handover_record(&app, &request, &arena, &code, err));
 * @endcode
 */
#ifndef HW_APP_HANDOVER_H
#define HW_APP_HANDOVER_H

#include "app/app.h"

/** Something that is handed over. */
typedef struct hw_handover_thing {
  hw_kind_id kind;
  const char *code;
} hw_handover_thing;

typedef struct hw_handover_request {
  const char *identification; /**< code */
  const char *code;           /**< of the handover; NULL = HO-n */
  const char *handed_on;      /**< a day, 2026-07-27; required */
  const char *recipient;      /**< who received them: a name; required */
  const char *place;          /**< NULL = none, as the next three */
  const char *operation;      /**< code */
  const char *minutes;        /**< number of the signed minutes */
  const char *note;
  const char *seal_state; /**< how seals were found: "intact", "broken"; NULL = not said */
  int n_items;            /**< 0 = all that is known to be of the person */
  const hw_handover_thing *items;
} hw_handover_request;

/** An item of a handover. */
typedef struct hw_handover_item {
  hw_kind_id kind;
  int64_t id;
  const char *code;
  const char *what;      /**< "femur, left", "bone sample", … ; "" = not known */
  const char *accession; /**< code of the box that it came from; "" = none */
  const char *holder;    /**< who held it before, by the custody events; "" = not known */
  const char *seal;      /**< of the last custody event before; "" = none */
} hw_handover_item;

/** A handover; texts are of the arena. */
typedef struct hw_handover {
  int64_t id;
  const char *code, *identification, *person, *sample, *operation, *handed_on;
  const char *names;     /**< of the person handed over; "" without HW_MAY_NAMES */
  const char *recipient; /**< "" without HW_MAY_NAMES */
  const char *place, *minutes, *note;
  const char *withdrawn;                 /**< reason, or NULL */
  const char *recorded_at, *recorded_by; /**< time and actor of the record */
  const char *holder; /**< what custody calls the recipient: "recipient of HO-1" */
  bool has_hidden_names;
  int n_items;
  const hw_handover_item *items;
} hw_handover;

/** What would be handed over if no items are named; for a page that lets people choose.
 * @return HW_OK; HW_E_REFERENCE; HW_E_STATE if nothing may be handed over, and why */
HW_MUST_CHECK hw_status hw_handover_propose(hw_app *app, const char *identification,
                                            hw_arena *arena, const hw_handover_item **items, int *n,
                                            hw_err *err);

/** Records it, in a change of its own. Needs HW_MAY_WRITE and, as it holds a name, HW_MAY_NAMES.
 * @param code  [out] of the handover, in the arena
 * @return HW_OK; HW_E_DENIED; HW_E_REFERENCE; HW_E_VALUE (no date, no recipient, an item that is
 *         none of the person's); HW_E_STATE (not confirmed, an open contradiction, handed over
 *         already); HW_E_CONFLICT (the code is in use) */
HW_MUST_CHECK hw_status hw_handover_record(hw_app *app, const hw_handover_request *request,
                                           hw_arena *arena, const char **code, hw_err *err);

/** Takes it back: handover, items and custody events are withdrawn. Needs HW_MAY_WRITE.
 * @return HW_OK; HW_E_REFERENCE; HW_E_STATE if it is withdrawn already, or if an item was moved
 *         since; HW_E_VALUE without a reason */
HW_MUST_CHECK hw_status hw_handover_withdraw(hw_app *app, const char *code, const char *reason,
                                             hw_err *err);

/** Reads one, with what its minutes need. */
HW_MUST_CHECK hw_status hw_handover_read(hw_app *app, const char *code, hw_arena *arena,
                                         hw_handover *out, hw_err *err);
/** All that the actor may see, in the order of their records, without their items (n_items tells how
 * many). @param withdrawn  those too */
HW_MUST_CHECK hw_status hw_handover_list(hw_app *app, bool withdrawn, hw_arena *arena,
                                         const hw_handover **items, int *n, hw_err *err);

#endif
