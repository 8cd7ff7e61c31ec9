/* Bones: what one skeleton can hold.
 *
 * A text becomes an element of the table (elements.def): case, diacritics and plural
 * do not count, sides and numbers are read off ("left femur", "rib 5", "T7", "tooth
 * 36" in the notation of the FDI, ISO 3950). An element that the table lacks
 * constrains nothing.
 *
 * Zones say which part of the element is there. A long bone has five, from the proximal
 * end to the distal one; other names are zones of their own, so that two fragments named
 * alike repeat each other and two named differently do not. A bone of which nothing is
 * said is whole, unless its stated completeness is below one half.
 *
 *   rule   of each (element, side, number) every zone occurs at most once; of a series
 *          whose numbers are not said, at most as often as a body has it
 *
 * Whoever breaks it is not one person, whatever the DNA says: likelihood 0, and a
 * contradiction for people to resolve. Where a side is not known, each of the two has
 * probability one half; the likelihood is the share of the ways to give sides that keep
 * the rule. Up to 12 unknown sides of an element are enumerated; beyond it the count of
 * the fullest zone stands for all zones (an upper bound of that share).
 *
 * Zonation for counting: Knüsel & Outram 2004, Environmental Archaeology 9:85. */
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "base/fold.h"
#include "identify/reassociate_int.h"

static const hw_element elements[] = {
#define HW_ELEMENT(name, latin, vietnamese, per_side, midline, is_long) \
  {name, latin, vietnamese, per_side, midline, is_long},
#include "identify/elements.def"
#undef HW_ELEMENT
};
enum { N_ELEMENTS = sizeof elements / sizeof *elements };

int32_t hw_elements(const hw_element **out) {
  *out = elements;
  return N_ELEMENTS;
}

/* --- names --- */

/* Names of one vertebra. */
static const struct {
  const char *name, *element;
  int32_t number;
} single_bones[] = {
    {"atlas", "cervical vertebra", 1},
    {"dot doi", "cervical vertebra", 1},
    {"axis", "cervical vertebra", 2},
    {"dot truc", "cervical vertebra", 2},
};

/* @param status  [in, out] HW_E_NO_MEMORY if memory is exhausted, which is no difference of names */
static bool matches(const char *name, size_t n, const char *key, hw_status *status) {
  hw_str folded = HW_STR_INIT, text = HW_STR_INIT;
  hw_str_append_bytes(&text, name, n);
  bool is_equal = hw_str_status(&text) == HW_OK &&
                  hw_fold_key(hw_str_text(&text), &folded, NULL) == HW_OK &&
                  hw_str_status(&folded) == HW_OK && strcmp(hw_str_text(&folded), key) == 0;
  if (hw_str_status(&text) != HW_OK || hw_str_status(&folded) != HW_OK) *status = HW_E_NO_MEMORY;
  hw_str_clear(&folded);
  hw_str_clear(&text);
  return is_equal;
}

static bool matches_any(const char *names, const char *key, hw_status *status) {
  for (const char *at = names;; at++) {
    const size_t n = strcspn(at, "|");
    if (matches(at, n, key, status)) return true;
    at += n;
    if (*at == '\0') return false;
  }
}

static int32_t find_key(const char *key, hw_status *status) {
  for (int32_t i = 0; i < N_ELEMENTS; i++)
    if (matches_any(elements[i].name, key, status) || matches_any(elements[i].latin, key, status) ||
        matches_any(elements[i].vietnamese, key, status))
      return i;
  return -1;
}

/* Takes a word off one of the ends. @return true if it was there */
static bool take_word(char *key, const char *word) {
  const size_t n = strlen(key), w = strlen(word);
  if (n > w && strncmp(key, word, w) == 0 && key[w] == ' ') {
    memmove(key, key + w + 1, n - w);
    return true;
  }
  if (n > w && strcmp(key + n - w, word) == 0 && key[n - w - 1] == ' ') {
    key[n - w - 1] = '\0';
    return true;
  }
  return false;
}

/* Takes a number of at most two digits off the end. */
static int32_t take_number(char *key) {
  size_t n = strlen(key), digits = 0;
  while (digits < 2 && digits < n && key[n - 1 - digits] >= '0' && key[n - 1 - digits] <= '9')
    digits++;
  if (digits == 0 || digits == n) return 0;
  int32_t number = 0;
  for (size_t i = n - digits; i < n; i++) number = 10 * number + (key[i] - '0');
  n -= digits;
  key[n] = '\0';
  if (n > 0 && key[n - 1] == ' ') key[n - 1] = '\0';
  return number;
}

static int32_t find_named(char *key, int32_t *number, hw_status *status) {
  for (size_t i = 0; i < sizeof single_bones / sizeof *single_bones; i++)
    if (strcmp(key, single_bones[i].name) == 0) {
      *number = single_bones[i].number;
      return find_key(single_bones[i].element, status);
    }
  int32_t element = find_key(key, status);
  if (element >= 0) return element;
  *number = take_number(key);
  if (*number > 0) {
    if (strcmp(key, "c") == 0) return find_key("cervical vertebra", status);
    if (strcmp(key, "t") == 0) return find_key("thoracic vertebra", status);
    if (strcmp(key, "l") == 0) return find_key("lumbar vertebra", status);
  }
  element = find_key(key, status);
  const size_t n = strlen(key);
  if (element < 0 && n > 1 && key[n - 1] == 's') {
    key[n - 1] = '\0';
    element = find_key(key, status);
  }
  return element;
}

/* A tooth by its two digits: the first says the quarter of the jaws, seen from the front. */
static void read_tooth(int32_t *number, hw_side *side) {
  const int32_t quarter = *number / 10, place = *number % 10;
  if (quarter < 1 || quarter > 4 || place < 1 || place > 8) {
    *number = 0;
    return;
  }
  *side = quarter == 1 || quarter == 4 ? HW_SIDE_RIGHT : HW_SIDE_LEFT;
}

static hw_side take_side(char *key) {
  static const char *const words[][2] = {
      {"left", "right"}, {"trai", "phai"}, {"sin", "dex"}, {"l", "r"}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (take_word(key, words[i][0])) return HW_SIDE_LEFT;
    if (take_word(key, words[i][1])) return HW_SIDE_RIGHT;
  }
  return HW_SIDE_UNKNOWN;
}

static void find_in_key(char *key, int32_t *element, int32_t *number, hw_side *side,
                        hw_status *status) {
  *element = find_named(key, number, status);
  if (*element < 0) {
    *number = 0;
    *side = take_side(key);
    if (*side != HW_SIDE_UNKNOWN) *element = find_named(key, number, status);
  }
  if (*element < 0) return;
  const hw_element *found = &elements[*element];
  if (strcmp(found->name, "tooth") == 0)
    read_tooth(number, side);
  else if (*number > found->per_side + found->midline)
    *number = 0;
  if (found->per_side + found->midline == 1) *number = 0;
}

hw_status hwp_element_find(const char *text, int32_t *element, int32_t *number, hw_side *side,
                           hw_err *err) {
  hw_str key = HW_STR_INIT;
  *element = -1;
  *number = 0;
  *side = HW_SIDE_UNKNOWN;
  hw_status status = hw_fold_key(text, &key, err);
  if (status == HW_OK) status = hw_str_status(&key);
  if (status == HW_OK && key.length > 0) find_in_key(key.bytes, element, number, side, &status);
  hw_str_clear(&key);
  return status == HW_E_NO_MEMORY ? HW_NO_MEMORY(err, "an element") : status;
}

int32_t hw_element_find(const char *text, int32_t *number, hw_side *side) {
  int32_t element = -1;
  return hwp_element_find(text, &element, number, side, NULL) == HW_OK ? element : -1;
}

/* --- zones --- */

enum {
  PROXIMAL_END = 1,
  PROXIMAL_SHAFT = 2,
  MIDSHAFT = 4,
  DISTAL_SHAFT = 8,
  DISTAL_END = 16,
  FIRST_NAMED = 5, /* bits below are the long bone's */
  N_BITS = 64
};
static const uint64_t WHOLE = ~(uint64_t)0;

static bool has_word(const char *key, const char *word) {
  const size_t n = strlen(word);
  for (const char *at = key; (at = strstr(at, word)) != NULL; at += n)
    if ((at == key || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' ')) return true;
  return false;
}

static bool has_any(const char *key, const char *const *words) {
  for (; *words != NULL; words++)
    if (has_word(key, *words)) return true;
  return false;
}

static bool is_whole(const char *key) {
  static const char *const words[] = {"complete", "whole", "entire", "nguyen", "toan bo", NULL};
  return has_any(key, words);
}

/* Zones of a long bone that a portion names; 0 = says nothing. */
static uint64_t long_zones(const char *key) {
  static const char *const proximal[] = {"proximal", "upper", "tren", "gan", NULL};
  static const char *const distal[] = {"distal", "lower", "duoi", "xa", NULL};
  static const char *const shaft[] = {"shaft", "diaphysis", "than", NULL};
  static const char *const middle[] = {"midshaft", "mid", "middle", "giua", NULL};
  static const char *const end[] = {"end", "epiphysis", "dau", NULL};
  static const char *const top[] = {"head", "chom", "plateau", "trochanter", "olecranon", NULL};
  static const char *const bottom[] = {"condyle", "condyles", "malleolus",
                                       "styloid", "trochlea", NULL};
  if (has_any(key, middle)) return MIDSHAFT;
  if (has_any(key, top)) return PROXIMAL_END;
  if (has_any(key, bottom)) return DISTAL_END;
  const bool is_shaft = has_any(key, shaft), is_end = has_any(key, end);
  if (has_any(key, proximal))
    return is_shaft ? PROXIMAL_SHAFT : is_end ? PROXIMAL_END : PROXIMAL_END | PROXIMAL_SHAFT;
  if (has_any(key, distal))
    return is_shaft ? DISTAL_SHAFT : is_end ? DISTAL_END : DISTAL_SHAFT | DISTAL_END;
  return is_shaft ? PROXIMAL_SHAFT | MIDSHAFT | DISTAL_SHAFT : 0;
}

/* A bit for a name of a zone; names beyond the room share the last one, which can only call a
 * repetition what is none. */
static hw_status name_zone(hwp_zone_names *names, hw_arena *arena, int32_t element, const char *key,
                           uint64_t *bit, hw_err *err) {
  int32_t place = FIRST_NAMED;
  for (int32_t i = 0; i < names->n; i++) {
    if (names->items[i].element != element) continue;
    if (strcmp(names->items[i].name, key) == 0) {
      *bit = (uint64_t)1 << place;
      return HW_OK;
    }
    place++;
  }
  const int32_t most = (int32_t)(sizeof names->items / sizeof *names->items);
  *bit = (uint64_t)1 << (place < N_BITS ? place : N_BITS - 1);
  if (place >= N_BITS || names->n == most) return HW_OK;
  names->items[names->n].element = element;
  names->items[names->n].name = hw_arena_strdup(arena, key);
  if (names->items[names->n].name == NULL) return HW_NO_MEMORY(err, "the zones");
  names->n++;
  return HW_OK;
}

/* Adds the zones that one name says. */
static hw_status read_zone(const char *text, size_t n, hw_arena *arena, hwp_zone_names *names,
                           hwp_bone *out, hw_err *err) {
  hw_str part = HW_STR_INIT, key = HW_STR_INIT;
  hw_str_append_bytes(&part, text, n);
  hw_status status = hw_str_status(&part);
  if (status == HW_OK) status = hw_fold_key(hw_str_text(&part), &key, err);
  if (status == HW_OK) status = hw_str_status(&key);
  if (status == HW_OK && key.length > 0) {
    const char *name = hw_str_text(&key);
    static const char *const vague[] = {"fragment", "fragments", "manh",
                                        "partial",  "unknown",   NULL};
    uint64_t bits = is_whole(name) ? WHOLE : elements[out->element].is_long ? long_zones(name) : 0;
    if (bits == 0 && has_any(name, vague))
      out->has_unknown_zones = true;
    else if (bits == 0)
      status = name_zone(names, arena, out->element, name, &bits, err);
    out->zones |= bits;
  }
  hw_str_clear(&part);
  hw_str_clear(&key);
  return status == HW_E_NO_MEMORY ? HW_NO_MEMORY(err, "the zones") : status;
}

hw_status hwp_bone_read(const hw_specimen *specimen, hw_arena *arena, hwp_zone_names *names,
                        hwp_bone *out, hw_err *err) {
  hw_side side = HW_SIDE_UNKNOWN;
  *out = (hwp_bone){.element = -1};
  HW_TRY(hwp_element_find(specimen->element, &out->element, &out->number, &side, err));
  if (out->element < 0) return HW_OK;
  out->side = specimen->side != HW_SIDE_UNKNOWN ? specimen->side : side;
  const bool is_paired = elements[out->element].per_side > 0;
  if (!is_paired)
    out->side = HW_SIDE_MIDLINE;
  else if (out->side == HW_SIDE_MIDLINE)
    out->side = HW_SIDE_UNKNOWN;
  const char *text = specimen->zones[0] != '\0' ? specimen->zones : specimen->portion;
  for (const char *at = text; *at != '\0';) {
    const size_t n = strcspn(at, ";");
    HW_TRY(read_zone(at, n, arena, names, out, err));
    at += n + (at[n] == ';');
  }
  if (out->zones == 0 && !out->has_unknown_zones) {
    out->has_unknown_zones = specimen->completeness < 0.5;
    if (!out->has_unknown_zones) out->zones = WHOLE;
  }
  return HW_OK;
}

/* --- the rule --- */

/* What a side of a body would have to hold, for one element. */
typedef struct side_count {
  int32_t zone[N_BITS];
  int32_t n_whole, n_all, n_vague;
} side_count;

static void add_bone(side_count *count, const hwp_bone *bone) {
  for (int z = 0; z < N_BITS; z++) count->zone[z] += (int32_t)(bone->zones >> z & 1);
  count->n_whole += bone->zones == WHOLE;
  count->n_vague += bone->zones == 0;
  count->n_all++;
}

static int32_t fullest(const side_count *count) {
  int32_t most = 0;
  for (int z = 0; z < N_BITS; z++)
    if (count->zone[z] > most) most = count->zone[z];
  /* A part nobody named takes a place beside whole bones. */
  if (count->n_vague > 0 && count->n_whole + 1 > most) most = count->n_whole + 1;
  return most;
}

/* Numbered ones of a series repeat a number, or say how many there are beside the others. */
static bool repeats_number(const hwp_bone *bones, const int32_t *members, const hw_side *sides,
                           int32_t n) {
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = i + 1; j < n; j++) {
      const hwp_bone *a = &bones[members[i]], *b = &bones[members[j]];
      if (a->number == 0 || a->number != b->number || sides[i] != sides[j]) continue;
      const bool a_whole = a->zones == WHOLE, b_whole = b->zones == WHOLE;
      if ((a->zones & b->zones) != 0 || (a_whole && b->zones == 0) || (b_whole && a->zones == 0))
        return true;
    }
  return false;
}

static bool fits(const hwp_bone *bones, const int32_t *members, const hw_side *sides, int32_t n,
                 int32_t most) {
  side_count count[2];
  memset(count, 0, sizeof count);
  for (int32_t i = 0; i < n; i++) add_bone(&count[sides[i] == HW_SIDE_RIGHT], &bones[members[i]]);
  return fullest(&count[0]) <= most && fullest(&count[1]) <= most &&
         !repeats_number(bones, members, sides, n);
}

enum { MOST_UNKNOWN = 12, MOST_BONES = 256 };

/* ln of the share of ways to give sides, by numbers alone. */
static double share_by_count(const side_count *left, const side_count *right,
                             const side_count *unknown, int32_t most) {
  const int32_t n = fullest(unknown), l = fullest(left), r = fullest(right);
  double share = 0, term = hw_power(0.5, n); /* Binomial(n, ½) at k = 0 */
  for (int32_t k = 0; k <= n; k++) {
    if (l + k <= most && r + n - k <= most) share += term;
    term *= (double)(n - k) / (k + 1);
  }
  return hw_ln(share);
}

static double element_ln(const hwp_bone *bones, const int32_t *members, int32_t n) {
  const hw_element *element = &elements[bones[members[0]].element];
  const int32_t most = element->per_side > 0 ? element->per_side : element->midline;
  hw_side sides[MOST_BONES];
  int32_t unknown[MOST_BONES], n_unknown = 0;
  if (n > MOST_BONES) return -HUGE_VAL; /* more than any body has of one element and zone */
  for (int32_t i = 0; i < n; i++) {
    sides[i] = bones[members[i]].side;
    if (sides[i] == HW_SIDE_UNKNOWN) unknown[n_unknown++] = i;
  }
  if (n_unknown == 0) return fits(bones, members, sides, n, most) ? 0 : -HUGE_VAL;
  if (n_unknown > MOST_UNKNOWN) {
    side_count count[4];
    memset(count, 0, sizeof count);
    for (int32_t i = 0; i < n; i++) add_bone(&count[sides[i]], &bones[members[i]]);
    return share_by_count(&count[HW_SIDE_LEFT], &count[HW_SIDE_RIGHT], &count[HW_SIDE_UNKNOWN],
                          most);
  }
  int32_t good = 0;
  for (uint32_t way = 0; way < (uint32_t)1 << n_unknown; way++) {
    for (int32_t i = 0; i < n_unknown; i++)
      sides[unknown[i]] = way >> i & 1 ? HW_SIDE_RIGHT : HW_SIDE_LEFT;
    good += fits(bones, members, sides, n, most);
  }
  return good == 1 << n_unknown ? 0 : hw_ln((double)good / (double)((uint32_t)1 << n_unknown));
}

double hwp_bones_ln(const hwp_bone *bones, const int32_t *members, int32_t n) {
  double ln = 0;
  int32_t same[MOST_BONES + 1];
  for (int32_t i = 0; i < n; i++) {
    const int32_t element = bones[members[i]].element;
    bool is_first = element >= 0;
    for (int32_t j = 0; j < i && is_first; j++) is_first = bones[members[j]].element != element;
    if (!is_first) continue;
    int32_t n_same = 0;
    for (int32_t j = i; j < n; j++)
      if (bones[members[j]].element == element && n_same <= MOST_BONES) same[n_same++] = members[j];
    if (n_same > 1) ln += element_ln(bones, same, n_same);
    if (ln == -HUGE_VAL) return ln;
  }
  return ln;
}

int32_t hwp_bones_persons(const hwp_bone *bones, const int32_t *members, int32_t n, int32_t element,
                          unsigned sides) {
  const hw_element *kind = &elements[element];
  const bool has_both = kind->per_side > 0 && (sides & (sides - 1)) != 0;
  const int32_t per_person =
      kind->per_side > 0 ? kind->per_side * (has_both ? 2 : 1) : kind->midline;
  side_count count;
  memset(&count, 0, sizeof count);
  int32_t by_number[64] = {0}, most = 0;
  for (int32_t i = 0; i < n; i++) {
    const hwp_bone *bone = &bones[members[i]];
    if (bone->element != element || (sides >> bone->side & 1) == 0) continue;
    add_bone(&count, bone);
    if (!has_both && bone->number > 0 && bone->number < 64 && bone->zones == WHOLE &&
        ++by_number[bone->number] > most)
      most = by_number[bone->number];
  }
  const int32_t by_zone = (fullest(&count) + per_person - 1) / per_person;
  return by_zone > most ? by_zone : most;
}
