/*
 * Reads an HX711 load cell amplifier on pins 2 (data) and 3 (clock) of an Arduino Uno, and prints each value as a line
 * at 9600 baud:
 *
 *     slot=1 raw=-8421
 *
 * In plain avr-libc, without the Arduino library. Between two values the processor sleeps.
 */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdint.h>
#include <util/delay.h>

#define DATA PD2
#define CLOCK PD3
#define BAUD_RATE 9600UL
/* With the doubled speed (U2X) the error is 0.2 %. */
#define BAUD_DIVISOR (F_CPU / 8 / BAUD_RATE - 1)
/* Timer 1 counts F_CPU / 64: a tick of a hundredth of a second. */
#define TICK (F_CPU / 64 / 100 - 1)

EMPTY_INTERRUPT(TIMER1_COMPA_vect)

static void start_serial(void)
{
    UBRR0 = BAUD_DIVISOR;
    UCSR0A = _BV(U2X0);
    UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
    UCSR0B = _BV(TXEN0);
}

static void send(char character)
{
    while (!(UCSR0A & _BV(UDRE0)))
        ;
    UDR0 = character;
}

static void send_text(const char *text)
{
    while (*text != '\0')
        send(*text++);
}

static void send_number(int32_t value)
{
    char digits[11];
    uint8_t length = 0;
    uint32_t rest = value < 0 ? -(uint32_t)value : (uint32_t)value;

    do {
        digits[length++] = '0' + rest % 10;
        rest /= 10;
    } while (rest != 0);
    if (value < 0)
        send('-');
    while (length > 0)
        send(digits[--length]);
}

static void start_tick(void)
{
    OCR1A = TICK;
    TCCR1B = _BV(WGM12) | _BV(CS11) | _BV(CS10);
    TIMSK1 = _BV(OCIE1A);
    set_sleep_mode(SLEEP_MODE_IDLE);
    sei();
}

/* The data line goes low when a value is ready. */
static void wait_for_value(void)
{
    while (PIND & _BV(DATA))
        sleep_mode();
}

static int32_t read_value(void)
{
    uint32_t bits = 0;
    uint8_t pulse;

    /* The clock must not stay high for 60 us: that would switch the amplifier off. */
    cli();
    for (pulse = 0; pulse < 25; pulse++) {
        PORTD |= _BV(CLOCK);
        _delay_us(1);
        /* The 25th pulse chooses channel A and gain 128 for the next time. */
        if (pulse < 24)
            bits = bits << 1 | (PIND & _BV(DATA) ? 1 : 0);
        PORTD &= ~_BV(CLOCK);
        _delay_us(1);
    }
    sei();
    /* 24 bits with sign, made 32. */
    return (int32_t)(bits ^ 0x800000UL) - 0x800000L;
}

int main(void)
{
    DDRD = _BV(CLOCK);
    start_serial();
    start_tick();
    for (;;) {
        wait_for_value();
        send_text("slot=1 raw=");
        send_number(read_value());
        send_text("\r\n");
    }
}
