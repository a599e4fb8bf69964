/*
 * A GPIO chip without hardware, laid into a process by LD_PRELOAD: it answers the ioctls of GPIO uAPI v2 on the file
 * $GPIO_SHIM/gpiochip0, by the structures of the kernel's own header, and refuses what the kernel refuses.
 *
 *   $GPIO_SHIM/control   a FIFO: "17 0" drives line 17 to 0 V, "gone" makes every line answer ENODEV
 *   $GPIO_SHIM/requests  what was granted: offsets, flags, debounce period, consumer
 *
 * Granted lines are pipes, so that edges arrive as on the real ones: readable, in struct gpio_v2_line_event.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LINES 32
#define GRANTS_MAX 64
#define HELD_BY_KERNEL 5

struct grant {
  int reader, writer;
  struct gpio_v2_line_request request;
};

static struct grant grants[GRANTS_MAX];
static int grant_count;
static int levels[LINES];
static int is_gone;
static int is_listening;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void path_of(char *path, const char *name) {
  snprintf(path, 4096, "%s/%s", getenv("GPIO_SHIM"), name);
}

static int same_file(int fd, const char *name) {
  char path[4096];
  struct stat asked, chip;
  path_of(path, name);
  return fstat(fd, &asked) == 0 && stat(path, &chip) == 0 && asked.st_dev == chip.st_dev &&
         asked.st_ino == chip.st_ino;
}

/* Whoever closed the reading end has freed the lines. */
static int is_held(struct grant *grant) {
  if (grant->writer < 0) return 0;
  struct pollfd reader = {.fd = grant->writer};
  poll(&reader, 1, 0);
  if ((reader.revents & POLLERR) == 0) return 1;
  close(grant->writer);
  grant->writer = -1;
  return 0;
}

static struct grant *holder_of(unsigned int offset) {
  for (int at = 0; at < grant_count; at++) {
    if (!is_held(&grants[at])) continue;
    for (unsigned int line = 0; line < grants[at].request.num_lines; line++)
      if (grants[at].request.offsets[line] == offset) return &grants[at];
  }
  return NULL;
}

static void drive(unsigned int offset, int level) {
  if (offset >= LINES || levels[offset] == level) return;
  levels[offset] = level;
  struct grant *grant = holder_of(offset);
  if (grant == NULL) return;
  int is_rising = level != ((grant->request.config.flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW) != 0);
  __u64 wanted = is_rising ? GPIO_V2_LINE_FLAG_EDGE_RISING : GPIO_V2_LINE_FLAG_EDGE_FALLING;
  if ((grant->request.config.flags & wanted) == 0) return;
  struct gpio_v2_line_event event = {.offset = offset};
  event.id = is_rising ? GPIO_V2_LINE_EVENT_RISING_EDGE : GPIO_V2_LINE_EVENT_FALLING_EDGE;
  if (write(grant->writer, &event, sizeof event) < 0) perror("chip-shim");
}

static void *listen_to_control(void *unused) {
  char path[4096], text[128];
  (void)unused;
  path_of(path, "control");
  FILE *control = fopen(path, "r+");
  while (control != NULL && fgets(text, sizeof text, control) != NULL) {
    unsigned int offset;
    int level;
    pthread_mutex_lock(&lock);
    if (strncmp(text, "gone", 4) == 0) is_gone = 1;
    else if (sscanf(text, "%u %d", &offset, &level) == 2) drive(offset, level);
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

static void listen_once(void) {
  pthread_t thread;
  if (is_listening) return;
  is_listening = 1;
  for (int line = 0; line < LINES; line++) levels[line] = 1;
  pthread_create(&thread, NULL, listen_to_control, NULL);
}

static int fail(int reason) {
  errno = reason;
  return -1;
}

static int tell_line(struct gpio_v2_line_info *info) {
  unsigned int offset = info->offset;
  if (offset >= LINES) return fail(EINVAL);
  memset(info, 0, sizeof *info);
  info->offset = offset;
  snprintf(info->name, sizeof info->name, "GPIO%u", offset);
  struct grant *holder = holder_of(offset);
  if (holder != NULL) memcpy(info->consumer, holder->request.consumer, sizeof info->consumer);
  if (offset == HELD_BY_KERNEL) strcpy(info->consumer, "onewire@0");
  info->flags = GPIO_V2_LINE_FLAG_INPUT;
  if (info->consumer[0] != 0) info->flags |= GPIO_V2_LINE_FLAG_USED;
  return 0;
}

static int is_filled(const void *start, unsigned long length) {
  for (unsigned long at = 0; at < length; at++)
    if (((const char *)start)[at] != 0) return 1;
  return 0;
}

/* The checks of gpiolib-cdev.c: unknown flags, paddings that are not zero and edges of outputs are EINVAL. */
static int is_valid(const struct gpio_v2_line_request *request) {
  const struct gpio_v2_line_config *config = &request->config;
  __u64 biases = GPIO_V2_LINE_FLAG_BIAS_PULL_UP | GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN | GPIO_V2_LINE_FLAG_BIAS_DISABLED;
  __u64 known = biases | GPIO_V2_LINE_FLAG_ACTIVE_LOW | GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING |
                GPIO_V2_LINE_FLAG_EDGE_FALLING;
  __u64 bias = config->flags & biases;
  if (request->num_lines == 0 || request->num_lines > GPIO_V2_LINES_MAX) return 0;
  if (is_filled(request->padding, sizeof request->padding)) return 0;
  if (is_filled(config->padding, sizeof config->padding)) return 0;
  if ((config->flags & ~known) != 0 || (config->flags & GPIO_V2_LINE_FLAG_INPUT) == 0) return 0;
  if ((bias & (bias - 1)) != 0 || config->num_attrs > 1) return 0;
  if (config->num_attrs == 0) return 1;
  if (config->attrs[0].attr.padding != 0 || config->attrs[0].attr.id != GPIO_V2_LINE_ATTR_ID_DEBOUNCE) return 0;
  return config->attrs[0].mask == (1ULL << request->num_lines) - 1;
}

static void note(const struct gpio_v2_line_request *request) {
  char path[4096];
  path_of(path, "requests");
  FILE *requests = fopen(path, "a");
  if (requests == NULL) return;
  for (unsigned int line = 0; line < request->num_lines; line++) fprintf(requests, "%u,", request->offsets[line]);
  const struct gpio_v2_line_config *config = &request->config;
  unsigned int period = config->num_attrs == 0 ? 0 : config->attrs[0].attr.debounce_period_us;
  fprintf(requests, " flags=%#llx debounce=%u consumer=%s\n", (unsigned long long)config->flags, period,
          request->consumer);
  fclose(requests);
}

static int grant_lines(struct gpio_v2_line_request *request) {
  int ends[2];
  if (!is_valid(request)) return fail(EINVAL);
  for (unsigned int line = 0; line < request->num_lines; line++) {
    unsigned int offset = request->offsets[line];
    if (offset >= LINES) return fail(EINVAL);
    if (offset == HELD_BY_KERNEL || holder_of(offset) != NULL) return fail(EBUSY);
  }
  if (getenv("GPIO_SHIM_NO_EDGES") != NULL &&
      (request->config.flags & (GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING)) != 0)
    return fail(ENODEV);
  if (grant_count == GRANTS_MAX || pipe2(ends, O_CLOEXEC) != 0) return fail(ENOMEM);
  request->fd = ends[0];
  note(request);
  grants[grant_count++] = (struct grant){.reader = ends[0], .writer = ends[1], .request = *request};
  return 0;
}

static int tell_values(struct grant *grant, struct gpio_v2_line_values *values) {
  if (is_gone) return fail(ENODEV);
  values->bits = 0;
  for (unsigned int line = 0; line < grant->request.num_lines; line++) {
    int is_low = levels[grant->request.offsets[line]] == 0;
    int is_active_low = (grant->request.config.flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW) != 0;
    if ((values->mask >> line & 1) != 0 && is_low == is_active_low) values->bits |= 1ULL << line;
  }
  return 0;
}

static int answer_chip(unsigned long request, void *argument) {
  if (is_gone) return fail(ENODEV);
  if (request == GPIO_GET_CHIPINFO_IOCTL) {
    struct gpiochip_info info = {.name = "gpiochip0", .label = "shim", .lines = LINES};
    memcpy(argument, &info, sizeof info);
    return 0;
  }
  if (request == GPIO_V2_GET_LINEINFO_IOCTL) return tell_line(argument);
  if (request == GPIO_V2_GET_LINE_IOCTL) return grant_lines(argument);
  return fail(EINVAL);
}

int ioctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if ((request >> 8 & 0xff) != 0xB4) return syscall(SYS_ioctl, fd, request, argument);
  int answer = fail(ENOTTY);
  pthread_mutex_lock(&lock);
  for (int at = 0; at < grant_count; at++)
    if (grants[at].reader == fd && is_held(&grants[at]))
      answer = request == GPIO_V2_LINE_GET_VALUES_IOCTL ? tell_values(&grants[at], argument) : fail(EINVAL);
  if (same_file(fd, "gpiochip0")) {
    listen_once();
    answer = answer_chip(request, argument);
  }
  int reason = errno;
  pthread_mutex_unlock(&lock);
  errno = reason;
  return answer;
}
