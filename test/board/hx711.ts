import type { Atmega328, Part } from './atmega328.ts';

const BITS = 24;
/** Pulses of a whole reading at gain 128: one for each bit, and one that chooses channel and gain. */
const PULSES = 25;
/** A new value comes ten times a second. */
const CONVERSION_US = 100_000;
/** From a bit's clock edge until it stands on the data line. */
const BIT_US = 0.1;
/** A clock that stays high for longer switches the amplifier off. */
const POWER_DOWN_US = 60;

/**
 * An HX711 load cell amplifier by its data sheet (Avia Semiconductor): the data line goes low when a value is ready, and
 * each clock pulse shifts out one bit, the highest first, as two's complement.
 */
export class Hx711 implements Part {
  readonly #chip: Atmega328;
  readonly #dataPin: number;
  readonly #clockPin: number;
  #counts = 0;
  #shifted = 0;
  #pulses = 0;
  #roseAtUs: number | null = null;
  /** Tells a conversion of this life from one of the life before. */
  #life = 0;

  constructor(chip: Atmega328, dataPin: number, clockPin: number) {
    this.#chip = chip;
    this.#dataPin = dataPin;
    this.#clockPin = clockPin;
    chip.attach(this);
    this.powerUp();
  }

  /** What it measures from the next conversion on: 24 bits with sign. */
  weigh(counts: number): void {
    this.#counts = counts;
  }

  powerUp(): void {
    this.#pulses = 0;
    this.#roseAtUs = null;
    this.#convert();
  }

  onOutput(pin: number, isHigh: boolean, nowUs: number): void {
    if (pin !== this.#clockPin) return;
    if (isHigh) {
      this.#roseAtUs = nowUs;
      this.#shift();
      return;
    }
    const wasHighUs = this.#roseAtUs === null ? 0 : nowUs - this.#roseAtUs;
    this.#roseAtUs = null;
    if (wasHighUs > POWER_DOWN_US) this.powerUp();
    else if (this.#pulses >= PULSES) this.#convert();
  }

  #shift(): void {
    this.#pulses += 1;
    const bit = this.#pulses <= BITS ? (this.#shifted >> (BITS - this.#pulses)) & 1 : 1;
    const wire = bit === 1 ? 'high' : 'low';
    this.#chip.after(BIT_US, () => this.#chip.wire(this.#dataPin, wire));
  }

  #convert(): void {
    this.#life += 1;
    const life = this.#life;
    this.#chip.wire(this.#dataPin, 'high');
    this.#chip.after(CONVERSION_US, () => {
      if (life !== this.#life) return;
      this.#shifted = this.#counts & 0xffffff;
      this.#pulses = 0;
      this.#chip.wire(this.#dataPin, 'low');
    });
  }
}
