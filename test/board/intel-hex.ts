const DATA = 0;
const END = 1;

/**
 * PURE. A program as compilers print it (Intel's Hexadecimal Object File Format, 1988) -> the content of a flash memory.
 * @param flashBytes size of the memory; what the program leaves free stays erased, 0xFF.
 * @throws when a record is damaged, does not fit, or is of a kind that a memory of 64 KiB has no use for.
 */
export function parseIntelHex(text: string, flashBytes: number): Uint8Array {
  const flash = new Uint8Array(flashBytes).fill(0xff);
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '') continue;
    const bad = (what: string) => new Error(`Line ${index + 1} of the hex file ${what}.`);
    if (!/^:(?:[0-9A-Fa-f]{2}){5,}$/.test(line)) throw bad('is no record');
    const record = Buffer.from(line.slice(1), 'hex');
    const length = record.readUInt8(0);
    const address = record.readUInt16BE(1);
    const kind = record.readUInt8(3);
    if (record.length !== length + 5) throw bad('has another length than it says');
    if (record.reduce((sum, byte) => (sum + byte) & 0xff, 0) !== 0) throw bad('has a wrong checksum');
    if (kind === END) return flash;
    if (kind !== DATA) throw bad(`is of kind ${kind}, which is unknown here`);
    if (address + length > flashBytes) throw bad('lies beyond the end of the memory');
    flash.set(record.subarray(4, 4 + length), address);
  }
  throw new Error('The hex file has no end: it was cut.');
}
