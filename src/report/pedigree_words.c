/* The words of a picture of a pedigree, in Vietnamese and English.
 *
 * Drawing code has no words of its own; these are what the program hands it. A
 * caller with a catalogue of its own fills the struct himself. */
#include "homeward/drawing.h"

#include <string.h>

static const hw_pedigree_words english = {
    .sought_letter = "M",
    .typed_letter = "T",
    .sought = "missing person",
    .typed = "typed relative",
    .dead = "deceased",
    .male = "male",
    .female = "female",
    .unknown_sex = "sex not known",
    .unknown_parent = "parent not known",
    .consanguinity = "related mates",
    .identical_twins = "identical twins, or one person",
    .twins = "born together",
    .repeated = "drawn twice",
};

static const hw_pedigree_words vietnamese = {
    .sought_letter = "M",
    .typed_letter = "X",
    .sought = "người mất tích",
    .typed = "thân nhân đã phân tích ADN",
    .dead = "đã mất",
    .male = "nam",
    .female = "nữ",
    .unknown_sex = "chưa rõ giới tính",
    .unknown_parent = "chưa rõ cha hoặc mẹ",
    .consanguinity = "vợ chồng có quan hệ huyết thống",
    .identical_twins = "sinh đôi cùng trứng, hoặc cùng một người",
    .twins = "sinh cùng lần",
    .repeated = "vẽ lần thứ hai",
};

const hw_pedigree_words *hw_pedigree_words_of(const char *language) {
  return language != NULL && strcmp(language, "vi") == 0 ? &vietnamese : &english;
}
