/*
 * What the kernel's own header says of the GPIO interface: numbers and sizes, and the bytes of structures that were
 * filled in by the names of their fields.
 */
#include <linux/gpio.h>
#include <stdio.h>
#include <string.h>

static void number(const char *name, unsigned long value) { printf("%s %lu\n", name, value); }

static void bytes(const char *name, const void *start, unsigned long length) {
  printf("%s ", name);
  for (unsigned long at = 0; at < length; at++) printf("%02x", ((const unsigned char *)start)[at]);
  printf("\n");
}

int main(void) {
  number("getChipInfo", GPIO_GET_CHIPINFO_IOCTL);
  number("getLineInfo", GPIO_V2_GET_LINEINFO_IOCTL);
  number("requestLines", GPIO_V2_GET_LINE_IOCTL);
  number("getValues", GPIO_V2_LINE_GET_VALUES_IOCTL);
  number("lineEventBytes", sizeof(struct gpio_v2_line_event));
  number("linesPerRequestMax", GPIO_V2_LINES_MAX);

  struct gpiochip_info chip = {.name = "gpiochip0", .label = "pinctrl-bcm2711", .lines = 58};
  bytes("chipInfo", &chip, sizeof chip);

  struct gpio_v2_line_info asked = {.offset = 17};
  bytes("askedLine", &asked, sizeof asked);
  struct gpio_v2_line_info line = {.name = "a name that fills all its room!!", .consumer = "led0", .offset = 17};
  line.flags = GPIO_V2_LINE_FLAG_USED | GPIO_V2_LINE_FLAG_OUTPUT;
  bytes("usedLine", &line, sizeof line);
  line.flags = GPIO_V2_LINE_FLAG_INPUT;
  bytes("freeLine", &line, sizeof line);

  struct gpio_v2_line_request request = {.offsets = {17, 27, 22}, .consumer = "replenish-agent", .num_lines = 3};
  request.config.flags = GPIO_V2_LINE_FLAG_INPUT;
  bytes("plainRequest", &request, sizeof request);
  request.config.flags |= GPIO_V2_LINE_FLAG_ACTIVE_LOW | GPIO_V2_LINE_FLAG_BIAS_PULL_UP |
                          GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING;
  request.config.num_attrs = 1;
  request.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
  request.config.attrs[0].attr.debounce_period_us = 20000;
  request.config.attrs[0].mask = 7;
  bytes("fullRequest", &request, sizeof request);
  request.config.flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN;
  request.config.num_attrs = 0;
  memset(request.config.attrs, 0, sizeof request.config.attrs);
  bytes("pullDownRequest", &request, sizeof request);
  request.config.flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_BIAS_DISABLED;
  bytes("unbiasedRequest", &request, sizeof request);
  request.fd = 42;
  bytes("grantedRequest", &request, sizeof request);

  struct gpio_v2_line_values values = {.mask = 7};
  bytes("askedValues", &values, sizeof values);
  values.bits = 5;
  bytes("toldValues", &values, sizeof values);
  return 0;
}
