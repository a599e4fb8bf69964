import {
  ADCMuxInputType,
  AVRADC,
  AVRIOPort,
  AVRTimer,
  AVRUSART,
  adcConfig,
  avrInstruction,
  CPU,
  PinState,
  portBConfig,
  portCConfig,
  portDConfig,
  timer0Config,
  timer1Config,
  timer2Config,
  usart0Config,
} from 'avr8js';

/** The clock of an Arduino Uno, hertz. */
const CLOCK_HZ = 16_000_000;
const CYCLES_PER_MS = CLOCK_HZ / 1000;
/** Size of its program memory. */
export const FLASH_BYTES = 0x8000;

const SLEEP_INSTRUCTION = 0x9588;
/** How long the chip runs between two looks at what it is sent: a small part of a byte at any usual speed. */
const BURST_CYCLES = 200;
const ANALOG_PINS = 6;
const ADC_COUNTS = 1024;
/** Supply and reference, volts. */
const SUPPLY_VOLTS = 5;
const BAND_GAP_VOLTS = 1.1;

/** What hangs on a pin: nothing, a wire to ground or one to the supply. */
export type Wire = 'open' | 'low' | 'high';

/** A component beside the chip: sees the pins that the program drives, and drives others. */
export type Part = {
  /** Called at each change of an output. `nowUs` is the chip's own time, microseconds. */
  onOutput(pin: number, isHigh: boolean, nowUs: number): void;
};

/** One life of the chip, from its power-up. */
type Chip = {
  readonly cpu: CPU;
  readonly ports: readonly [d: AVRIOPort, b: AVRIOPort, c: AVRIOPort];
  readonly usart: AVRUSART;
  /** Held here: peripherals live as long as the chip. */
  readonly peripherals: readonly unknown[];
};

/**
 * DOOR avr8js: the microcontroller of an Arduino Uno, instruction by instruction, with what is wired to it. Time passes
 * only in `run`: the same inputs at the same times give the same bytes.
 */
export class Atmega328 {
  readonly #flash: Uint8Array;
  readonly #volts: number[] = Array(ANALOG_PINS).fill(0);
  readonly #wires = new Map<number, Wire>();
  readonly #parts: Part[] = [];
  readonly #received: number[] = [];
  #sent: number[] = [];
  #chip: Chip;
  #isAsleep = false;
  #lastOutputs = new Map<number, boolean>();

  /** @param flash the program; see `parseIntelHex`. */
  constructor(flash: Uint8Array) {
    this.#flash = flash;
    this.#chip = this.#powerUp();
  }

  /** Time since power-up or reset, milliseconds. */
  get elapsedMs(): number {
    return this.#chip.cpu.cycles / CYCLES_PER_MS;
  }

  /** Starts the program anew; what is wired stays. */
  reset(): void {
    this.#received.length = 0;
    this.#sent = [];
    this.#isAsleep = false;
    this.#lastOutputs = new Map();
    this.#chip = this.#powerUp();
  }

  /** Puts a voltage on A0 to A5. */
  setVolts(analogPin: number, volts: number): void {
    this.#volts[analogPin] = volts;
  }

  /** Wires a digital pin, 0 to 13, or 14 to 19 for A0 to A5. */
  wire(pin: number, wire: Wire): void {
    this.#wires.set(pin, wire);
    this.#settle(pin);
  }

  attach(part: Part): void {
    this.#parts.push(part);
  }

  /** Calls back after so many microseconds of the chip's time. */
  after(delayUs: number, run: () => void): void {
    this.#chip.cpu.addClockEvent(run, (delayUs * CYCLES_PER_MS) / 1000);
  }

  /** Puts bytes on the wire to the chip; they arrive at the pace of its serial port. */
  receive(bytes: Uint8Array): void {
    this.#received.push(...bytes);
  }

  /** What the chip has sent since the last call. */
  takeSent(): Buffer {
    const sent = Buffer.from(this.#sent);
    this.#sent = [];
    return sent;
  }

  /** Lets time pass. */
  run(durationMs: number): void {
    const { cpu } = this.#chip;
    const end = cpu.cycles + durationMs * CYCLES_PER_MS;
    while (cpu.cycles < end) {
      if (this.#received.length > 0) this.#feed();
      if (this.#isAsleep) this.#sleepOn(end);
      else this.#isAsleep = runUntilAsleep(cpu, Math.min(end, cpu.cycles + BURST_CYCLES));
    }
  }

  /** To the next event at once: a program that sleeps costs nothing here either. */
  #sleepOn(end: number): void {
    const { cpu } = this.#chip;
    const event: unknown = Reflect.get(cpu, 'nextClockEvent');
    const due = event === null ? end : Number(Reflect.get(Object(event), 'cycles'));
    cpu.cycles = Math.min(Math.max(due, cpu.cycles), end);
    const before = cpu.pc;
    cpu.tick();
    // Only an interrupt wakes the processor, and the first thing that it does is to jump.
    if (cpu.pc !== before) this.#isAsleep = false;
  }

  #feed(): void {
    const { usart } = this.#chip;
    if (usart.rxBusy) return;
    const byte = this.#received.shift();
    // A receiver that is not switched on loses what arrives.
    if (byte !== undefined && usart.rxEnable) usart.writeByte(byte);
  }

  #powerUp(): Chip {
    const program = new Uint16Array(FLASH_BYTES / 2);
    new Uint8Array(program.buffer).set(this.#flash);
    const cpu = new CPU(program);
    const timers = [timer0Config, timer1Config, timer2Config].map((config) => new AVRTimer(cpu, config));
    const ports = [
      new AVRIOPort(cpu, portDConfig),
      new AVRIOPort(cpu, portBConfig),
      new AVRIOPort(cpu, portCConfig),
    ] as const;
    const usart = new AVRUSART(cpu, usart0Config, CLOCK_HZ);
    usart.onByteTransmit = (byte) => this.#sent.push(byte);
    const chip = { cpu, ports, usart, peripherals: [...timers, this.#createAdc(cpu)] };
    this.#chip = chip;
    for (const [index, port] of ports.entries()) {
      port.addListener(() => this.#onPort(index));
    }
    for (let pin = 0; pin < 20; pin += 1) this.#settle(pin);
    return chip;
  }

  #createAdc(cpu: CPU): AVRADC {
    const adc = new AVRADC(cpu, adcConfig);
    adc.onADCRead = (input) => {
      let volts = 0;
      if (input.type === ADCMuxInputType.SingleEnded) volts = this.#volts[input.channel] ?? 0;
      if (input.type === ADCMuxInputType.Constant) volts = input.voltage;
      if (input.type === ADCMuxInputType.Temperature) volts = BAND_GAP_VOLTS / 3;
      const counts = Math.floor((volts / SUPPLY_VOLTS) * ADC_COUNTS);
      const result = Math.min(Math.max(counts, 0), ADC_COUNTS - 1);
      cpu.addClockEvent(() => adc.completeADCRead(result), adc.sampleCycles);
    };
    return adc;
  }

  #onPort(port: number): void {
    const [first, end] = PORT_PINS[port] ?? [0, 0];
    for (let pin = first; pin < end; pin += 1) {
      const { io, bit } = this.#place(pin);
      const state = io.pinState(bit);
      if (state === PinState.Input || state === PinState.InputPullUp) {
        this.#settle(pin);
        continue;
      }
      const isHigh = state === PinState.High;
      if (this.#lastOutputs.get(pin) === isHigh) continue;
      this.#lastOutputs.set(pin, isHigh);
      const nowUs = this.elapsedMs * 1000;
      for (const part of this.#parts) part.onOutput(pin, isHigh, nowUs);
    }
  }

  /** The level that an input has: what is wired to it, else what the pull-up makes of it. */
  #settle(pin: number): void {
    const { io, bit } = this.#place(pin);
    const wire = this.#wires.get(pin) ?? 'open';
    const isHigh = wire === 'open' ? io.pinState(bit) === PinState.InputPullUp : wire === 'high';
    io.setPin(bit, isHigh);
  }

  #place(pin: number): { io: AVRIOPort; bit: number } {
    const [d, b, c] = this.#chip.ports;
    if (pin >= 14) return { io: c, bit: pin - 14 };
    return pin >= 8 ? { io: b, bit: pin - 8 } : { io: d, bit: pin };
  }
}

/** The inner loop; true when the program went to sleep. */
function runUntilAsleep(cpu: CPU, end: number): boolean {
  const { progMem } = cpu;
  while (cpu.cycles < end) {
    const isSleep = progMem[cpu.pc] === SLEEP_INSTRUCTION;
    avrInstruction(cpu);
    cpu.tick();
    if (isSleep) return true;
  }
  return false;
}

/** The pins of the ports D, B and C, by the numbers that are printed on the board; the second is the first of the next. */
const PORT_PINS: readonly (readonly [first: number, end: number])[] = [
  [0, 8],
  [8, 14],
  [14, 20],
];
