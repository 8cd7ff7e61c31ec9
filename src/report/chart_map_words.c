/* The words of a map, and the names by which people find their way on it.
 *
 * Drawing code has no words of its own; these are what the program hands it. Towns and
 * countries are named where they help and nothing disputed is: no sea, no island.
 * Their coordinates are rounded to a hundredth of a degree, after GeoNames (geonames.org,
 * Creative Commons Attribution 4.0); those of countries say where the name stands. */
#include <string.h>

#include "homeward/chart.h"

static const hw_geomap_words english = {
    .north = "N",
    .south = "S",
    .east = "E",
    .west = "W",
    .up = "N",
    .uncertainty = "uncertainty of the place",
    .danger = "danger not cleared",
    .several = "number of places lying together",
    .outside = "places outside of the map",
};

static const hw_geomap_words vietnamese = {
    .north = "B",
    .south = "N",
    .east = "Đ",
    .west = "T",
    .up = "B",
    .uncertainty = "sai số vị trí",
    .danger = "nguy hiểm chưa xử lý",
    .several = "số địa điểm gần nhau",
    .outside = "địa điểm ngoài phạm vi bản đồ",
};

const hw_geomap_words *hw_geomap_words_of(const char *language) {
  return language != NULL && strcmp(language, "vi") == 0 ? &vietnamese : &english;
}

static const hw_geomap_name english_names[] = {
    {21.85, 104.75, "VIET NAM", 0},      {19.40, 102.90, "LAOS", 0},
    {12.60, 104.50, "CAMBODIA", 0},      {15.90, 102.30, "THAILAND", 0},
    {23.90, 108.30, "CHINA", 0},         {21.20, 96.30, "MYANMAR", 0},
    {21.03, 105.85, "Ha Noi", 1},        {10.78, 106.70, "Ho Chi Minh City", 1},
    {16.07, 108.21, "Da Nang", 1},       {11.56, 104.92, "Phnom Penh", 1},
    {17.97, 102.61, "Vientiane", 1},     {13.75, 100.52, "Bangkok", 1},
    {16.46, 107.59, "Hue", 2},           {10.03, 105.78, "Can Tho", 2},
    {20.86, 106.68, "Hai Phong", 2},     {18.68, 105.68, "Vinh", 2},
    {21.39, 103.02, "Dien Bien Phu", 2}, {12.67, 108.04, "Buon Ma Thuot", 2},
    {13.77, 109.22, "Quy Nhon", 2},      {12.24, 109.19, "Nha Trang", 2},
    {22.48, 103.97, "Lao Cai", 2},       {17.47, 106.62, "Dong Hoi", 3},
    {16.82, 107.10, "Dong Ha", 3},       {19.81, 105.78, "Thanh Hoa", 3},
    {13.98, 108.00, "Pleiku", 3},        {11.94, 108.44, "Da Lat", 3},
    {9.18, 105.15, "Ca Mau", 3},         {15.12, 108.80, "Quang Ngai", 3},
    {16.56, 104.75, "Savannakhet", 3},   {15.12, 105.80, "Pakse", 3},
    {14.35, 108.01, "Kon Tum", 3},       {15.57, 108.47, "Tam Ky", 3},
    {11.31, 106.10, "Tay Ninh", 3},      {21.33, 103.92, "Son La", 3},
    {21.85, 106.76, "Lang Son", 3},      {22.67, 106.26, "Cao Bang", 3},
    {10.93, 108.10, "Phan Thiet", 3},    {13.10, 109.32, "Tuy Hoa", 3},
    {10.01, 105.08, "Rach Gia", 3},      {12.00, 107.69, "Gia Nghia", 3},
    {10.35, 107.08, "Vung Tau", 3},      {18.34, 105.91, "Ha Tinh", 3},
    {22.82, 104.98, "Ha Giang", 3},      {21.82, 105.21, "Tuyen Quang", 3},
    {21.59, 105.85, "Thai Nguyen", 3},   {22.40, 103.46, "Lai Chau", 3},
    {10.39, 105.44, "Long Xuyen", 3},    {11.56, 108.99, "Phan Rang", 3},
    {20.43, 106.18, "Nam Dinh", 3},      {20.95, 107.07, "Ha Long", 3},
    {14.81, 106.83, "Attapeu", 3},       {15.35, 106.72, "Sekong", 3},
    {17.41, 104.83, "Thakhek", 3},       {13.53, 105.97, "Stung Treng", 3},
    {12.49, 106.02, "Kratie", 3},        {13.36, 103.86, "Siem Reap", 3},
    {19.89, 102.14, "Luang Prabang", 3}, {15.24, 104.85, "Ubon Ratchathani", 3},
};
static const hw_geomap_name vietnamese_names[] = {
    {21.85, 104.75, "VIỆT NAM", 0},
    {19.40, 102.90, "LÀO", 0},
    {12.60, 104.50, "CAMPUCHIA", 0},
    {15.90, 102.30, "THÁI LAN", 0},
    {23.90, 108.30, "TRUNG QUỐC", 0},
    {21.20, 96.30, "MYANMAR", 0},
    {21.03, 105.85, "Hà Nội", 1},
    {10.78, 106.70, "TP. Hồ Chí Minh", 1},
    {16.07, 108.21, "Đà Nẵng", 1},
    {11.56, 104.92, "Phnôm Pênh", 1},
    {17.97, 102.61, "Viêng Chăn", 1},
    {13.75, 100.52, "Băng Cốc", 1},
    {16.46, 107.59, "Huế", 2},
    {10.03, 105.78, "Cần Thơ", 2},
    {20.86, 106.68, "Hải Phòng", 2},
    {18.68, 105.68, "Vinh", 2},
    {21.39, 103.02, "Điện Biên Phủ", 2},
    {12.67, 108.04, "Buôn Ma Thuột", 2},
    {13.77, 109.22, "Quy Nhơn", 2},
    {12.24, 109.19, "Nha Trang", 2},
    {22.48, 103.97, "Lào Cai", 2},
    {17.47, 106.62, "Đồng Hới", 3},
    {16.82, 107.10, "Đông Hà", 3},
    {19.81, 105.78, "Thanh Hóa", 3},
    {13.98, 108.00, "Pleiku", 3},
    {11.94, 108.44, "Đà Lạt", 3},
    {9.18, 105.15, "Cà Mau", 3},
    {15.12, 108.80, "Quảng Ngãi", 3},
    {16.56, 104.75, "Savannakhet", 3},
    {15.12, 105.80, "Pakse", 3},
    {14.35, 108.01, "Kon Tum", 3},
    {15.57, 108.47, "Tam Kỳ", 3},
    {11.31, 106.10, "Tây Ninh", 3},
    {21.33, 103.92, "Sơn La", 3},
    {21.85, 106.76, "Lạng Sơn", 3},
    {22.67, 106.26, "Cao Bằng", 3},
    {10.93, 108.10, "Phan Thiết", 3},
    {13.10, 109.32, "Tuy Hòa", 3},
    {10.01, 105.08, "Rạch Giá", 3},
    {12.00, 107.69, "Gia Nghĩa", 3},
    {10.35, 107.08, "Vũng Tàu", 3},
    {18.34, 105.91, "Hà Tĩnh", 3},
    {22.82, 104.98, "Hà Giang", 3},
    {21.82, 105.21, "Tuyên Quang", 3},
    {21.59, 105.85, "Thái Nguyên", 3},
    {22.40, 103.46, "Lai Châu", 3},
    {10.39, 105.44, "Long Xuyên", 3},
    {11.56, 108.99, "Phan Rang", 3},
    {20.43, 106.18, "Nam Định", 3},
    {20.95, 107.07, "Hạ Long", 3},
    {14.81, 106.83, "Attapeu", 3},
    {15.35, 106.72, "Sekong", 3},
    {17.41, 104.83, "Thakhek", 3},
    {13.53, 105.97, "Stung Treng", 3},
    {12.49, 106.02, "Kratié", 3},
    {13.36, 103.86, "Siem Reap", 3},
    {19.89, 102.14, "Luông Pha Băng", 3},
    {15.24, 104.85, "Ubon Ratchathani", 3},
};

const hw_geomap_name *hw_geomap_names_of(const char *language, int32_t *n) {
  *n = (int32_t)(sizeof english_names / sizeof *english_names);
  return hw_geomap_words_of(language) == &vietnamese ? vietnamese_names : english_names;
}
