/* Progress on a terminal (after git's progress.h, with a clock instead of a
 * signal: the caller's loop looks at the time, so no handler is installed and
 * any number of displays may follow one another). */
#include "base/progress.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"

void hw_progress_begin(hw_progress *self, FILE *stream, const char *title, uint64_t total) {
  *self = (hw_progress){.title = title, .total = total, .now_s = hw_clock_now_s};
  if (stream && isatty(fileno(stream))) self->stream = stream;
  self->start_s = self->now_s();
  self->next_s = self->start_s + HW_PROGRESS_DELAY_S;
}

const char *hw_progress_format(const hw_progress *self, double elapsed_s, char *buffer,
                               size_t size) {
  const double rate = elapsed_s > 0 ? (double)self->done / elapsed_s : 0;
  if (self->total == 0) {
    snprintf(buffer, size, "%s  %llu  %.3g/s", self->title, (unsigned long long)self->done, rate);
    return buffer;
  }
  const uint64_t done = self->done < self->total ? self->done : self->total;
  const double share = (double)done / (double)self->total;
  char left[48] = "";
  if (done > 0 && elapsed_s > 0) {
    const double left_s = elapsed_s * (1 - share) / share;
    if (left_s < 100)
      snprintf(left, sizeof left, "  %.0f s left", left_s);
    else if (left_s < 100 * 60)
      snprintf(left, sizeof left, "  %.0f min left", left_s / 60);
    else
      snprintf(left, sizeof left, "  %.3g h left", left_s / 3600);
  }
  snprintf(buffer, size, "%s  %d %%  %llu/%llu  %.3g/s%s", self->title, (int)(100 * share),
           (unsigned long long)done, (unsigned long long)self->total, rate, left);
  return buffer;
}

void hw_progress_set(hw_progress *self, uint64_t done) {
  self->done = done;
  if (!self->stream) return;
  const double now_s = self->now_s();
  if (now_s < self->next_s) return;
  self->next_s = now_s + HW_PROGRESS_PERIOD_S;
  self->is_drawn = true;
  char line[160];
  hw_progress_format(self, now_s - self->start_s, line, sizeof line);
  fprintf(self->stream, "\r\x1b[K%s", line); /* CSI K: erase to the end of the line */
  fflush(self->stream);
}

void hw_progress_end(hw_progress *self) {
  if (!self->stream || !self->is_drawn) return;
  fputs("\r\x1b[K", self->stream);
  fflush(self->stream);
  self->is_drawn = false;
}
