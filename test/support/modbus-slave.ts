import { openPty, type Pty } from './pty.ts';

/** How a unit on the bus behaves. */
export type Behaviour =
  | { readonly kind: 'answer' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'damaged' }
  /** Answers under another address. */
  | { readonly kind: 'as'; readonly unit: number }
  /** Keeps its answers back until `release`. */
  | { readonly kind: 'held' };

const ANSWER: Behaviour = { kind: 'answer' };

/** Devices on a Modbus RTU bus behind a pseudo-terminal, and the adapter before them. */
export class ModbusSlave {
  readonly path: string;
  /** Every request that was understood, as `unit/function/register/count`. */
  readonly asked: string[] = [];
  /** The adapter hears itself. */
  echoes = false;
  readonly #registers = new Map<string, number>();
  readonly #behaviours = new Map<number, Behaviour>();
  readonly #held: Buffer[] = [];
  readonly #timer: NodeJS.Timeout;
  #pty: Pty | null;
  #received = Buffer.alloc(0);

  /** @param link where the device file is to stand. */
  constructor(link: string) {
    this.path = link;
    this.#pty = openPty({ link });
    this.#timer = setInterval(() => this.#serve(), 1);
  }

  set(unit: number, register: number, value: number): void {
    this.#registers.set(`${unit}/${register}`, value);
    if (!this.#behaviours.has(unit)) this.#behaviours.set(unit, ANSWER);
  }

  behave(unit: number, behaviour: Behaviour): void {
    this.#behaviours.set(unit, behaviour);
  }

  /** Sends the answers that were kept back. */
  release(): void {
    for (const answer of this.#held.splice(0)) this.write(answer);
  }

  /** Puts any bytes on the bus. */
  write(bytes: Buffer): void {
    this.#pty?.write(bytes);
  }

  unplug(): void {
    this.#pty?.unplug();
    this.#pty = null;
  }

  plugIn(): void {
    this.#pty ??= openPty({ link: this.path });
  }

  close(): void {
    clearInterval(this.#timer);
    this.unplug();
  }

  #serve(): void {
    this.#received = Buffer.concat([this.#received, this.#pty?.read() ?? Buffer.alloc(0)]);
    while (this.#received.length >= 8) {
      const request = this.#received.subarray(0, 8);
      const isRequest = sealed(request.subarray(0, 6)).equals(request);
      this.#received = this.#received.subarray(isRequest ? 8 : 1);
      if (isRequest) this.#answer(request);
    }
  }

  #answer(request: Buffer): void {
    const [unit = 0, code = 0] = request;
    const [register, count] = [request.readUInt16BE(2), request.readUInt16BE(4)];
    this.asked.push(`${unit}/${code}/${register}/${count}`);
    if (this.echoes) this.write(request);
    const behaviour = this.#behaviours.get(unit) ?? { kind: 'silent' };
    const data = Buffer.alloc(2 * count);
    for (let index = 0; index < count; index += 1) {
      data.writeUInt16BE(this.#registers.get(`${unit}/${register + index}`) ?? 0, 2 * index);
    }
    const answer = sealed(Buffer.from([unit, code, data.length, ...data]));
    if (behaviour.kind === 'answer') this.write(answer);
    if (behaviour.kind === 'held') this.#held.push(answer);
    if (behaviour.kind === 'as')
      this.write(sealed(Buffer.from([behaviour.unit, code, data.length, ...data])));
    if (behaviour.kind === 'exception') this.write(sealed(Buffer.from([unit, code | 0x80, behaviour.code])));
    if (behaviour.kind === 'damaged') {
      answer[3] = (answer[3] ?? 0) ^ 0x40;
      this.write(answer);
    }
  }
}

/** The bytes with their CRC, which is made here by polynomial division and not by the program under test. */
export function sealed(bytes: Buffer): Buffer {
  let remainder = 0xffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = ((remainder ^ (byte >> bit)) & 1) === 1;
      remainder = isOdd ? (remainder >> 1) ^ 0xa001 : remainder >> 1;
    }
  }
  return Buffer.from([...bytes, remainder & 0xff, remainder >> 8]);
}
