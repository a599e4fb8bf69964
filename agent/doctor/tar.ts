/** A text to be put into an archive. */
export type ArchivedText = { readonly name: string; readonly text: string };

const BLOCK = 512;
const NAME_BYTES_MAX = 100;
/** Where the fields of a header begin (POSIX pax(1), "ustar Interchange Format"), and what stands in them. */
const MODE = '0000600';
const NO_OWNER = '0000000';
const PLAIN_FILE = '0';
const MAGIC = 'ustar\u000000';
const CHECKSUM_AT = 148;
const CHECKSUM_BLANK = '        ';

/**
 * PURE. Texts -> a tar archive in the ustar format, each as a plain file of mode 0600.
 * @param names of at most 100 bytes. @param wallMs when they were written.
 */
export function tarOf(texts: readonly ArchivedText[], wallMs: number): Buffer {
  const blocks = texts.flatMap(({ name, text }) => {
    const content = Buffer.from(text);
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    return [headerOf(name, content.length, wallMs), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function headerOf(name: string, length: number, wallMs: number): Buffer {
  if (Buffer.byteLength(name) > NAME_BYTES_MAX)
    throw new RangeError(`${name} is too long a name for a tar header.`);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write(MODE, 100);
  header.write(NO_OWNER, 108);
  header.write(NO_OWNER, 116);
  header.write(octal(length), 124);
  header.write(octal(Math.floor(wallMs / 1000)), 136);
  header.write(CHECKSUM_BLANK, CHECKSUM_AT);
  header.write(PLAIN_FILE, 156);
  header.write(MAGIC, 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT);
  return header;
}

function octal(value: number): string {
  return value.toString(8).padStart(11, '0');
}
