/* Secrets that are typed.
 *
 * The terminal is /dev/tty, so that the program can be asked in the middle of a
 * pipe. Its echo is off while the secret is typed, and signals wait until it is
 * on again: who breaks off is not left with a terminal that shows nothing. */
#include "cli/secret_input.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/check.h"
#include "base/secret.h"

/* Byte by byte: nothing of the secret stays in a buffer of the C library. */
static hw_status read_line(int file, char out[CLI_SECRET_SIZE], hw_err *err) {
  size_t n = 0;
  for (;;) {
    char c = '\0';
    const ssize_t got = read(file, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return hw_err_set(err, HW_E_IO, "cannot read: %s", strerror(errno));
    if (got == 0 && n == 0) return hw_err_set(err, HW_E_VALUE, "nothing was typed");
    if (got == 0 || c == '\n') break;
    if (n + 1 == CLI_SECRET_SIZE)
      return hw_err_set(err, HW_E_VALUE, "the line is longer than %d bytes", CLI_SECRET_SIZE - 1);
    out[n++] = c;
  }
  if (n > 0 && out[n - 1] == '\r') n--;
  out[n] = '\0';
  return HW_OK;
}

static hw_status say(int file, const char *text, hw_err *err) {
  const size_t n = strlen(text);
  return write(file, text, n) == (ssize_t)n
             ? HW_OK
             : hw_err_set(err, HW_E_IO, "cannot write to the terminal: %s", strerror(errno));
}

static hw_status read_quietly(int terminal, const char *prompt, char out[CLI_SECRET_SIZE],
                              hw_err *err) {
  struct termios before, quiet;
  if (tcgetattr(terminal, &before) != 0)
    return hw_err_set(err, HW_E_IO, "the terminal does not answer: %s", strerror(errno));
  quiet = before;
  quiet.c_lflag &= ~(tcflag_t)ECHO;
  HW_TRY(say(terminal, prompt, err));
  if (tcsetattr(terminal, TCSAFLUSH, &quiet) != 0)
    return hw_err_set(err, HW_E_IO, "the terminal cannot hide what is typed: %s", strerror(errno));
  hw_status status = read_line(terminal, out, err);
  tcsetattr(terminal, TCSAFLUSH, &before);
  const hw_status said = say(terminal, "\n", status == HW_OK ? err : NULL);
  return status != HW_OK ? status : said;
}

static hw_status read_terminal(const char *prompt, char out[CLI_SECRET_SIZE], hw_err *err) {
  sigset_t waiting, before;
  const int terminal = open("/dev/tty", O_RDWR | O_NOCTTY);
  if (terminal < 0)
    return hw_err_set(err, HW_E_IO,
                      "there is no terminal to type at: say --stdin to read standard input");
  sigemptyset(&waiting);
  sigaddset(&waiting, SIGINT);
  sigaddset(&waiting, SIGTERM);
  sigaddset(&waiting, SIGTSTP);
  sigprocmask(SIG_BLOCK, &waiting, &before);
  hw_status status = read_quietly(terminal, prompt, out, err);
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(terminal);
  return status;
}

hw_status cli_secret_read(const char *prompt, bool from_stdin, char out[CLI_SECRET_SIZE],
                          hw_err *err) {
  memset(out, 0, CLI_SECRET_SIZE);
  hw_status status =
      from_stdin ? read_line(STDIN_FILENO, out, err) : read_terminal(prompt, out, err);
  if (status != HW_OK) hw_secret_clear(out, CLI_SECRET_SIZE);
  return status;
}

hw_status cli_secret_choose(const char *prompt, bool from_stdin, char out[CLI_SECRET_SIZE],
                            hw_err *err) {
  char again[CLI_SECRET_SIZE];
  HW_TRY(cli_secret_read(prompt, from_stdin, out, err));
  if (from_stdin) return HW_OK;
  hw_status status = cli_secret_read("again: ", false, again, err);
  if (status == HW_OK && strcmp(out, again) != 0)
    status = hw_err_set(err, HW_E_VALUE, "the two are not the same");
  hw_secret_clear(again, sizeof again);
  if (status != HW_OK) hw_secret_clear(out, CLI_SECRET_SIZE);
  return status;
}
