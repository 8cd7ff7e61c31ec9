/* Reports for tests: see report_sample.h. */
#include "support/report_sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "homeward/random.h"

/* ---- one of everything ---- */

enum { N_MARKERS = 24, N_COLUMNS = 7, CELL_SIZE = 32 };

static void draw_bars(void *context, hw_canvas *canvas) {
  (void)context;
  hw_canvas_add_rectangle(canvas, 0, 0, 600, 160, &(hw_paint){.fill = HW_ROLE_SHADE});
  for (int i = 0; i < N_MARKERS; i++)
    hw_canvas_add_rectangle(canvas, 14 + i * 24, 150 - (i * 37 % 120), 16, i * 37 % 120,
                            &(hw_paint){.fill = HW_ROLE_FIRST});
  hw_canvas_add_text(canvas, 300, 18, "log₁₀ LR", &(hw_text_style){.anchor = HW_ANCHOR_MIDDLE});
}

static void add_markers(hw_report *report) {
  static const hw_report_column columns[N_COLUMNS] = {{.title = "Locus"},
                                                      {.title = "Hài cốt"},
                                                      {.title = "Mẹ"},
                                                      {.title = "Em trai (khai báo)"},
                                                      {.title = "Tần số", .is_number = true},
                                                      {.title = "LR", .is_number = true},
                                                      {.title = "log₁₀ LR", .is_number = true}};
  char text[N_MARKERS][N_COLUMNS][CELL_SIZE];
  const char *cells[(N_MARKERS + 1) * N_COLUMNS] = {NULL};
  bool is_strong[N_MARKERS + 1] = {false};
  for (int i = 0; i < N_MARKERS; i++) {
    snprintf(text[i][0], CELL_SIZE, "D%dS%d", i + 1, 1000 + i * 37);
    snprintf(text[i][1], CELL_SIZE, "%d, %d", 10 + i % 7, 12 + i % 5);
    snprintf(text[i][2], CELL_SIZE, "%d, %d", 10 + i % 7, 13 + i % 3);
    snprintf(text[i][3], CELL_SIZE, "%d, %d", 11 + i % 4, 12 + i % 5);
    snprintf(text[i][4], CELL_SIZE, "0,%04d", i * 733 % 3000);
    snprintf(text[i][5], CELL_SIZE, "%d,%02d", i * 3 % 40, i * 7 % 100);
    snprintf(text[i][6], CELL_SIZE, "0,%03d", i * 97 % 1000);
    for (int c = 0; c < N_COLUMNS; c++) cells[i * N_COLUMNS + c] = text[i][c];
  }
  cells[N_MARKERS * N_COLUMNS] = "Tổng cộng";
  cells[N_MARKERS * N_COLUMNS + 6] = "12,350";
  is_strong[N_MARKERS] = true;
  hw_report_add_table(report, &(hw_report_table){.key = "markers",
                                                 .title = "Bảng 1. Kiểu gen và tỷ số khả dĩ",
                                                 .n_columns = N_COLUMNS,
                                                 .n_rows = N_MARKERS + 1,
                                                 .columns = columns,
                                                 .cells = cells,
                                                 .is_strong = is_strong});
}

static void add_custody(hw_report *report) {
  static const hw_report_column columns[] = {{.title = "Ngày"},
                                             {.title = "Sự kiện", .weight = 2},
                                             {.title = "Người thực hiện", .weight = 1},
                                             {.title = "Mã băm", .is_code = true}};
  static const char *const cells[] = {
      "12/11/2025",
      "Tiếp nhận mẫu xương đùi trái còn nguyên niêm phong, có biên bản bàn giao kèm theo",
      "Kỹ thuật viên 07",
      "a0ddf1b2c3d4e5f60718293a4b5c6d7e",
      "03/12/2025",
      "Chiết tách ADN lần 1 & <kiểm tra>",
      "Kỹ thuật viên 12",
      NULL};
  hw_report_add_table(report, &(hw_report_table){.key = "custody",
                                                 .title = "Bảng 2. Quá trình bảo quản",
                                                 .n_columns = 4,
                                                 .n_rows = 2,
                                                 .columns = columns,
                                                 .cells = cells});
  hw_report_add_table(report, &(hw_report_table){.key = "conflicts",
                                                 .n_columns = 4,
                                                 .columns = columns,
                                                 .empty = "Không ghi nhận mâu thuẫn nào."});
}

static void add_front(hw_report *report) {
  static const char *const facts[] = {
      "Mã hài cốt",     "V-0412-01",
      "Nơi quy tập",    "Nghĩa trang thứ nhất của tỉnh, khu mộ chưa biết tên, hàng 12, ô số 7",
      "Mã băm của mẫu", "6d41dc79a6ffcd23ad98aef9ea1e7b6a8b3e4ff7d8fa83a9c0b2a0ddf1b2c3d4",
      "Chữ tổ hợp",     "Tuye\xcc\x82\xcc\x81t, u\xcc\x9bo\xcc\x9b\xcc\x81 NFD"};
  hw_report_add_paragraph(report, HW_PARAGRAPH_LEAD,
                          "Số liệu ADN ủng hộ rất mạnh giả thuyết thứ nhất: log₁₀ LR = 12,35.");
  hw_report_add_heading(report, 1, "1. Đối tượng");
  hw_report_add_facts(report, "items", 4, facts);
  hw_report_add_heading(report, 2, "1.1. Giả thuyết");
  hw_report_add_paragraph(report, HW_PARAGRAPH_PLAIN,
                          "Hai giả thuyết được so sánh trên cùng số liệu. Kết quả là tỷ số xác "
                          "suất của số liệu theo hai giả thuyết; đó không phải là xác suất của "
                          "bản thân giả thuyết.");
  hw_report_add_paragraph(report, HW_PARAGRAPH_ITEM, "H1: hài cốt là của người mất tích.");
  hw_report_add_paragraph(report, HW_PARAGRAPH_ITEM,
                          "H2: hài cốt là của một người không có quan hệ huyết thống.");
  hw_report_add_paragraph(report, HW_PARAGRAPH_WARNING,
                          "Quan hệ khai báo phù hợp kém với số liệu. Xem mục 3 trước khi ký.");
  hw_report_add_paragraph(report, HW_PARAGRAPH_NOTE, "θ = 0,01; tần số tối thiểu 5/2N.");
}

hw_report *sample_report(bool is_draft, hw_err *err) {
  const hw_report_head head = {.kind = "comparison",
                               .code = "SS-2026-0007",
                               .language = "vi",
                               .letterhead = "CƠ QUAN CHỦ QUẢN\nTrung tâm Giám định ADN",
                               .motto = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – "
                                        "Hạnh phúc",
                               .title = "BÁO CÁO SO SÁNH ADN",
                               .subtitle = "Hài cốt V-0412-01 với gia đình F-17",
                               .created = "2026-01-31T08:00:00Z",
                               .program = "homeward",
                               .footer = "Không sao chép một phần của báo cáo",
                               .is_draft = is_draft,
                               .draft = "DỰ THẢO"};
  static const hw_report_signature signatures[] = {
      {.role = "Chủ tịch hội đồng", .hint = "(Ký, ghi rõ họ tên)"},
      {.role = "Thư ký", .hint = "(Ký, ghi rõ họ tên)", .name = "Người ký 2", .date = "31/01/2026"},
      {.role = "Giám định viên trưởng"}};
  hw_report *report = NULL;
  if (hw_report_new(&head, &report, err) != HW_OK) return NULL;
  add_front(report);
  hw_report_add_heading(report, 1, "2. Số liệu");
  add_markers(report);
  hw_report_add_picture(report, &(hw_report_picture){.width = 600,
                                                     .height = 160,
                                                     .title = "Hình 1. log₁₀ LR theo locus",
                                                     .description = "24 cột",
                                                     .draw = draw_bars});
  add_custody(report);
  hw_report_add_page(report);
  hw_report_add_heading(report, 1, "3. Chữ ký");
  hw_report_add_signatures(report, 3, signatures);
  hw_report_add_figure(report, "log10_lr", 12.350123456789012, "12,35");
  hw_report_add_figure(report, "marker.D1S1000.log10_lr", -(double)INFINITY, NULL);
  hw_report_add_claim(report, "remains", "V-0412-01 </script><b>");
  hw_report_add_basis(report, "hit", "H-1", "00ff");
  return report;
}

/* ---- random ones ---- */

typedef struct source {
  hw_random random;
  unsigned n_words; /* number of the next word of its own */
} source;

static size_t below(source *s, size_t n) {
  return (size_t)hw_random_below(&s->random, n);
}

/* A text of up to `most` words; every third one is its own. Valid until the next but 511 calls. */
static const char *text(source *s, size_t most) {
  static const char *const words[] = {"hài cốt", "nghĩa trang", "Ừ",  "quy tập", "của", "Đặng",
                                      "tỷ số",   "ffi",         "và", "1.234,5", "(θ)", "người"};
  static char ring[512][4096];
  static size_t at;
  char *out = ring[at++ % 512];
  size_t length = 0;
  const size_t n = 1 + below(s, most);
  for (size_t i = 0; i < n && length < sizeof ring[0] - 64; i++)
    if (i % 3 == 0)
      length += (size_t)snprintf(out + length, 64, "%st%ua", i > 0 ? " " : "", s->n_words++);
    else
      length += (size_t)snprintf(out + length, 64, " %s", words[below(s, 12)]);
  return out;
}

static void add_random_table(hw_report *report, source *s) {
  enum { MOST_COLUMNS = 9, MOST_ROWS = 45 };
  hw_report_column columns[MOST_COLUMNS] = {{0}};
  const char *cells[MOST_COLUMNS * MOST_ROWS];
  bool is_strong[MOST_ROWS];
  const int32_t n_columns = 1 + (int32_t)below(s, MOST_COLUMNS);
  const int32_t n_rows =
      (int32_t)below(s, 3) == 0 ? (int32_t)below(s, MOST_ROWS) : (int32_t)below(s, 6);
  char titles[MOST_COLUMNS][CELL_SIZE]; /* heads are repeated, and so not counted */
  for (int32_t c = 0; c < n_columns; c++) {
    snprintf(titles[c], CELL_SIZE, "Cột %d", (int)c);
    columns[c] = (hw_report_column){.title = below(s, 8) == 0 ? NULL : titles[c],
                                    .weight = (double)below(s, 3),
                                    .is_number = below(s, 4) == 0,
                                    .is_code = below(s, 6) == 0};
  }
  const size_t most = below(s, 10) == 0 ? 400 : 8;
  for (int32_t i = 0; i < n_rows * n_columns; i++)
    cells[i] = below(s, 9) == 0 ? NULL : text(s, most);
  for (int32_t r = 0; r < n_rows; r++) is_strong[r] = below(s, 7) == 0;
  hw_report_add_table(report, &(hw_report_table){.title = below(s, 2) ? text(s, 30) : NULL,
                                                 .n_columns = n_columns,
                                                 .n_rows = n_rows,
                                                 .columns = columns,
                                                 .cells = cells,
                                                 .is_strong = is_strong,
                                                 .empty = below(s, 2) ? text(s, 9) : NULL});
}

static void add_random_facts(hw_report *report, source *s) {
  const char *pairs[12];
  const int32_t n = 1 + (int32_t)below(s, 6);
  for (int32_t i = 0; i < 2 * n; i++) pairs[i] = text(s, i % 2 ? 40 : 6);
  hw_report_add_facts(report, "facts", n, pairs);
}

static void add_random_signatures(hw_report *report, source *s) {
  hw_report_signature list[5];
  const int32_t n = 1 + (int32_t)below(s, 5);
  for (int32_t i = 0; i < n; i++)
    list[i] = (hw_report_signature){.role = text(s, 20),
                                    .hint = below(s, 2) ? text(s, 4) : NULL,
                                    .name = below(s, 2) ? text(s, 4) : NULL,
                                    .date = below(s, 2) ? text(s, 2) : NULL};
  hw_report_add_signatures(report, n, list);
}

hw_report *sample_random_report(uint64_t seed, hw_err *err) {
  source s = {.n_words = 0};
  hw_random_init(&s.random, seed);
  const hw_report_head head = {.kind = "random",
                               .code = below(&s, 2) ? "R-1" : NULL,
                               .language = below(&s, 2) ? "en" : "vi",
                               .letterhead = below(&s, 2) ? text(&s, 30) : NULL,
                               .motto = below(&s, 2) ? "MỘT HAI BA\nbốn" : NULL,
                               .title = text(&s, 30),
                               .subtitle = below(&s, 2) ? text(&s, 20) : NULL,
                               .footer = below(&s, 2) ? "chân trang" : NULL,
                               .is_draft = below(&s, 2) == 0,
                               .draft = "BẢN NHÁP"};
  hw_report *report = NULL;
  if (hw_report_new(&head, &report, err) != HW_OK) return NULL;
  const size_t n = below(&s, 30);
  for (size_t i = 0; i < n; i++) {
    const size_t kind = below(&s, 12);
    if (kind < 2)
      hw_report_add_heading(report, 1 + (int)below(&s, 2), text(&s, 25));
    else if (kind < 6)
      hw_report_add_paragraph(report, (hw_paragraph_kind)below(&s, 5),
                              text(&s, below(&s, 9) ? 60 : 500));
    else if (kind < 9)
      add_random_table(report, &s);
    else if (kind == 9)
      add_random_facts(report, &s);
    else if (kind == 10)
      add_random_signatures(report, &s);
    else if (below(&s, 2))
      hw_report_add_page(report);
    else
      hw_report_add_picture(report, &(hw_report_picture){.width = 20 + (double)below(&s, 900),
                                                         .height = 20 + (double)below(&s, 1500),
                                                         .title = text(&s, 30)});
  }
  return report;
}
