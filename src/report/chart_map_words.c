/* The words of a map that are no names.
 *
 * Drawing code has no words of its own; these are what the program hands it. The names of
 * seas, islands, countries and towns are in the catalogue of texts (chart_map_names.c). */
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
