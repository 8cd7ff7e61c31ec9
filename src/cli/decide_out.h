/* What 'homeward decide' prints: sheets, lists, policies, and what a step did. */
#ifndef HW_CLI_DECIDE_OUT_H
#define HW_CLI_DECIDE_OUT_H

#include "app/decide.h"
#include "app/state.h"
#include "cli/cli.h"

/* What a change of state did, as a line or as homeward-state/1 JSON. */
HW_MUST_CHECK hw_status cli_state_print(const hw_state_request *request,
                                        const hw_state_outcome *outcome, bool json, hw_err *err);

/* An identification, on the screen or as homeward-decide/1 JSON. */
HW_MUST_CHECK hw_status cli_sheet_print(const hw_decide_sheet *sheet, hw_arena *arena, hw_err *err);
HW_MUST_CHECK hw_status cli_sheet_json(const hw_decide_sheet *sheet, hw_err *err);

/* What waits, as a table or as homeward-decide-list/1 JSON. */
HW_MUST_CHECK hw_status cli_items_print(const hw_decide_item *items, int n, bool json,
                                        hw_arena *arena, hw_err *err);

/* Policies, as a table or as homeward-policy/1 JSON. */
HW_MUST_CHECK hw_status cli_policies_print(const hw_policy_item *policies, int n, bool json,
                                           hw_arena *arena, hw_err *err);

#endif
