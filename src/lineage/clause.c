/* What a report must say of a line, in English and Vietnamese.
 *
 * ISFG asks for it (Parson et al. 2014; Roewer et al. 2020): with a match, that all persons of
 * the line have the same haplotype and what population the figure is of. Sentences are
 * put together from whole ones, each with its own facts, so that a translator sees
 * sentences and never pieces; the library's results hold the facts themselves. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lineage/lineage_int.h"

/* Appends to a text of HW_LINEAGE_CLAUSE_SIZE. */
static void append(char *text, const char *sentence) {
  const size_t n = strlen(text);
  if (n + 1 < HW_LINEAGE_CLAUSE_SIZE)
    (void)snprintf(text + n, HW_LINEAGE_CLAUSE_SIZE - n, "%s%s", n > 0 ? " " : "", sentence);
}

/* A sentence for each language and line; "{0}" and "{1}" stand for numbers. */
typedef const char *const wording[2][2];

static void append_numbers(char *text, const char *sentence, int first, int second) {
  char filled[512];
  size_t n = 0;
  while (*sentence != '\0' && n + 16 < sizeof filled) {
    if (sentence[0] == '{' && (sentence[1] == '0' || sentence[1] == '1') && sentence[2] == '}') {
      n += (size_t)snprintf(filled + n, 12, "%d", sentence[1] == '0' ? first : second);
      sentence += 3;
    } else {
      filled[n++] = *sentence++;
    }
  }
  filled[n] = '\0';
  append(text, filled);
}

static const char *choose(wording words, hw_lineage_language language, hw_line line) {
  return words[language == HW_LINEAGE_VIETNAMESE][line == HW_LINE_PATERNAL];
}

static void append_finding(const hw_lineage_result *self, hw_line line,
                           hw_lineage_language language, char *text) {
  static wording none = {
      {"mtDNA: there is nothing to compare.", "Y-STR: there is nothing to compare."},
      {"ADN ty thể: không có gì để so sánh.", "Y-STR: không có gì để so sánh."}};
  static wording same = {{"mtDNA: no difference at the {0} positions compared.",
                          "Y-STR: no difference at the {0} markers compared."},
                         {"ADN ty thể: không có khác biệt tại {0} vị trí được so sánh.",
                          "Y-STR: không có khác biệt tại {0} locus được so sánh."}};
  static wording few = {
      {"mtDNA: {0} positions compared, {1} different: inconclusive, neither excluded nor supported.",
       "Y-STR: {0} markers compared, {1} different: inconclusive, neither excluded nor supported."},
      {"ADN ty thể: so sánh {0} vị trí, {1} khác biệt: chưa kết luận được, không loại trừ và cũng "
       "không ủng hộ.",
       "Y-STR: so sánh {0} locus, {1} khác biệt: chưa kết luận được, không loại trừ và cũng không "
       "ủng hộ."}};
  static wording different = {
      {"mtDNA: {0} positions compared, {1} different: excluded as being of this maternal line.",
       "Y-STR: {0} markers compared, {1} different: excluded as being of this paternal line."},
      {"ADN ty thể: so sánh {0} vị trí, {1} khác biệt: bị loại trừ khỏi dòng mẹ này.",
       "Y-STR: so sánh {0} locus, {1} khác biệt: bị loại trừ khỏi dòng cha này."}};
  const char *sentence = choose(none, language, line);
  if (self->verdict == HW_LINEAGE_SAME) sentence = choose(same, language, line);
  if (self->verdict == HW_LINEAGE_INCONCLUSIVE) sentence = choose(few, language, line);
  if (self->verdict == HW_LINEAGE_DIFFERENT) sentence = choose(different, language, line);
  append_numbers(text, sentence, self->n_compared, self->n_differences);
}

static void append_figures(const hw_lineage_result *self, hw_lineage_language language,
                           char *text) {
  const bool is_vietnamese = language == HW_LINEAGE_VIETNAMESE;
  char sentence[512];
  const char *population = self->population;
  if (population == NULL)
    population = self->is_stated ? (is_vietnamese ? "số liệu được nêu" : "stated figures")
                                 : (is_vietnamese ? "không rõ quần thể" : "population not told");
  if (isfinite(self->log10_lr))
    (void)snprintf(sentence, sizeof sentence,
                   is_vietnamese ? "Tỷ số khả dĩ là 10^%.2f, với %d lần giảm phân giữa người mất "
                                   "tích và thân nhân; tần số trong quần thể là %.3g (%.160s, "
                                   "n = %lld)."
                                 : "The likelihood ratio is 10^%.2f, with %d meioses between the "
                                   "missing person and the reference; the frequency in the "
                                   "population is %.3g (%.160s, n = %lld).",
                   self->log10_lr, (int)self->meioses, self->rarity, population,
                   (long long)self->n);
  else
    (void)snprintf(sentence, sizeof sentence, "%s",
                   is_vietnamese
                       ? "Tỷ số khả dĩ là 0: mô hình đột biến không cho phép khác biệt này."
                       : "The likelihood ratio is 0: the mutation model does not permit "
                         "this difference.");
  append(text, sentence);
}

static void append_line(hw_line line, hw_lineage_language language, char *text) {
  static wording words = {
      {"Everybody of the same maternal line has this haplotype but for mutations; the ratio is "
       "against persons who are unrelated in the maternal line, and does not tell the missing "
       "person from maternal relatives.",
       "Every man of the same paternal line has this haplotype but for mutations; the ratio is "
       "against men who are unrelated in the paternal line, and does not tell the missing man from "
       "paternal relatives."},
      {"Mọi người cùng dòng mẹ đều có haplotype này, trừ khi có đột biến; tỷ số được tính so với "
       "người không cùng dòng mẹ và không phân biệt được người mất tích với họ hàng bên dòng mẹ.",
       "Mọi nam giới cùng dòng cha đều có haplotype này, trừ khi có đột biến; tỷ số được tính so với "
       "nam giới không cùng dòng cha và không phân biệt được người mất tích với họ hàng bên dòng "
       "cha."}};
  append(text, choose(words, language, line));
}

/* What a reader must know before trusting the figures. */
static void append_reserve(const hw_lineage_result *self, hw_line line,
                           hw_lineage_language language, char *text) {
  static wording mixed = {{"{0} positions agree only through a mixture of bases.", ""},
                          {"{0} vị trí chỉ phù hợp nhờ có hỗn hợp bazơ.", ""}};
  static wording omitted = {
      {"", "{0} markers are left out of the ratio (partial repeats or another number of copies)."},
      {"", "{0} locus không được đưa vào tỷ số (lặp không trọn hoặc khác số bản sao)."}};
  static wording contrary = {
      {"References of this maternal line differ from each other at {0} positions: check the "
       "pedigree and the samples.",
       "References of this paternal line differ from each other at {0} markers: check the pedigree "
       "and the samples."},
      {"Các mẫu thân nhân cùng dòng mẹ này khác nhau tại {0} vị trí: cần kiểm tra phả hệ và mẫu.",
       "Các mẫu thân nhân cùng dòng cha này khác nhau tại {0} locus: cần kiểm tra phả hệ và mẫu."}};
  const struct {
    const char *words;
    int n;
  } sentences[] = {{choose(mixed, language, line), self->n_mixed},
                   {choose(omitted, language, line), self->n_omitted},
                   {choose(contrary, language, line), self->n_contrary}};
  for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
    if (sentences[i].n > 0 && sentences[i].words[0] != '\0')
      append_numbers(text, sentences[i].words, sentences[i].n, 0);
}

char *hw_lineage_clause(const hw_lineage_result *self, hw_line line, hw_lineage_language language,
                        char text[HW_LINEAGE_CLAUSE_SIZE]) {
  text[0] = '\0';
  append_finding(self, line, language, text);
  if (self->verdict != HW_LINEAGE_NONE) append_figures(self, language, text);
  if (self->verdict == HW_LINEAGE_SAME || self->verdict == HW_LINEAGE_INCONCLUSIVE)
    append_line(line, language, text);
  append_reserve(self, line, language, text);
  return text;
}
