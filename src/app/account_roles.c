/* Roles: words for sets of permissions.
 *
 * The database knows permissions only, so that a role can be explained, and a new
 * one added, without touching what was written. */
#include <string.h>

#include "app/account.h"
#include "base/check.h"

const hw_account_role hw_account_roles[HW_ACCOUNT_N_ROLES] = {
    {HW_ROLE_READER, "reader", 0, "reads everything but names"},
    {HW_ROLE_ANALYST, "analyst", HW_MAY_WRITE, "imports, compares and proposes"},
    {HW_ROLE_REVIEWER, "reviewer", HW_MAY_REVIEW, "reviews identifications"},
    {HW_ROLE_OFFICER, "officer", HW_MAY_WRITE | HW_MAY_NAMES,
     "leads cases: families, dossiers, names, handovers"},
    {HW_ROLE_BOARD, "board", HW_MAY_DECIDE | HW_MAY_NAMES, "confirms and rejects identifications"},
    {HW_ROLE_ADMINISTRATOR, "administrator", HW_MAY_ADMINISTER, "registers people, sets policies"},
};

unsigned hw_account_roles_of(unsigned may, unsigned *rest) {
  unsigned roles = 0, explained = 0;
  for (int i = 0; i < HW_ACCOUNT_N_ROLES; i++) {
    const hw_account_role *role = &hw_account_roles[i];
    bool is_included = role->may == 0;
    if ((role->may & may) != role->may) continue;
    for (int j = 0; j < HW_ACCOUNT_N_ROLES; j++) {
      const unsigned other = hw_account_roles[j].may;
      if (j != i && (other & may) == other && (role->may & other) == role->may) is_included = true;
    }
    explained |= role->may;
    if (!is_included) roles |= role->role;
  }
  if (rest != NULL) *rest = may & ~explained;
  return roles != 0 ? roles : HW_ROLE_READER;
}

unsigned hw_account_permissions(unsigned roles) {
  unsigned may = 0;
  for (int i = 0; i < HW_ACCOUNT_N_ROLES; i++)
    if (roles & hw_account_roles[i].role) may |= hw_account_roles[i].may;
  return may;
}

hw_status hw_account_roles_parse(const char *words, unsigned *out, hw_err *err) {
  *out = 0;
  for (const char *at = words; *at != '\0';) {
    const size_t n = strcspn(at, " ,");
    unsigned role = 0;
    for (int i = 0; i < HW_ACCOUNT_N_ROLES; i++)
      if (strlen(hw_account_roles[i].word) == n && memcmp(hw_account_roles[i].word, at, n) == 0)
        role = hw_account_roles[i].role;
    if (n > 0 && role == 0)
      return hw_err_set(err, HW_E_VALUE,
                        "\"%.*s\" is no role: expected some of reader analyst reviewer officer "
                        "board administrator",
                        (int)(n < 40 ? n : 40), at);
    *out |= role;
    at += n + strspn(at + n, " ,");
  }
  return *out != 0 ? HW_OK : hw_err_set(err, HW_E_VALUE, "no role is named: at least \"reader\"");
}

void hw_account_roles_format(unsigned roles, hw_str *out) {
  bool is_first = true;
  for (int i = 0; i < HW_ACCOUNT_N_ROLES; i++) {
    if (!(roles & hw_account_roles[i].role)) continue;
    hw_str_append_format(out, "%s%s", is_first ? "" : " ", hw_account_roles[i].word);
    is_first = false;
  }
}
