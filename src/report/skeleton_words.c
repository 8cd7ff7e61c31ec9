/* The words of a picture of a skeleton, in Vietnamese and English.
 *
 * Drawing code has no words of its own; these are what the program hands it. A
 * caller with a catalogue of its own fills the struct himself. */
#include <string.h>

#include "homeward/skeleton.h"

static const hw_skeleton_words english = {
    .left = "left",
    .right = "right",
    .from_behind = "from behind",
    .teeth = "teeth",
    .nobody = "recovered, not joined to anybody",
    .missing = "not recovered",
    .which = "dashed: which one of its series is not known",
    .badge = "so many persons at least",
    .badge_example = "2",
};

static const hw_skeleton_words vietnamese = {
    .left = "trái",
    .right = "phải",
    .from_behind = "nhìn từ sau",
    .teeth = "răng",
    .nobody = "đã tìm thấy, chưa ghép với ai",
    .missing = "chưa tìm thấy",
    .which = "nét đứt: chưa rõ chiếc thứ mấy",
    .badge = "ít nhất chừng ấy người",
    .badge_example = "2",
};

const hw_skeleton_words *hw_skeleton_words_of(const char *language) {
  return language != NULL && strcmp(language, "vi") == 0 ? &vietnamese : &english;
}
