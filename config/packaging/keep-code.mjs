// node keep-code.mjs BUNDLE: writes what V8 makes of the bundle beside it, for a quicker start (see launcher.mjs).
// The service is run for a moment on a device of its own: a broker that acknowledges everything, a sensor that says empty,
// and nobody where Amazon should be. What V8 has compiled by then is what every start and an order need, and nothing else
// is kept. It fits this Node, its flags and this processor only, so that a package for several kinds of board makes it
// where it is installed.
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';
import { crc32 } from 'node:zlib';

const RUN_MS = 1_000;
const bundle = resolve(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'keep-code-'));
const config = join(folder, 'agent.yaml');
const broker = createServer(acknowledgeAll).unref();
await new Promise((listening) => broker.listen(0, '127.0.0.1', listening));

const slot = {
  calibration: { empty: 0, full: 100 },
  valid: { min: 0, max: 100 },
  filter: { median: 1 },
  confirm: { samples: 1, for: '0s' },
};
const DEVICE = {
  device: { id: 'lonely' },
  mqtt: { url: `mqtt://127.0.0.1:${broker.address().port}` },
  replenish: { url: 'https://127.0.0.1:1', token: { source: 'file', file: join(folder, 'token') } },
  hardware: {
    port: { driver: 'lines', port: '/dev/null', pattern: '(?<value>\\d+)' },
    empty: { driver: 'transcript', file: join(folder, 'readings.jsonl') },
  },
  slots: {
    silent: { slotId: 'silent', sensor: { from: 'port' }, ...slot },
    empty: { slotId: 'empty', sensor: { from: 'empty', channel: 'only' }, ...slot },
  },
};
writeFileSync(config, JSON.stringify(DEVICE));
writeFileSync(join(folder, 'token'), 'Atza|nobodys\n', { mode: 0o600 });
writeFileSync(
  join(folder, 'readings.jsonl'),
  [50, 5]
    .map((raw, index) => JSON.stringify({ atMs: 100 * index, hardware: 'empty', channel: 'only', raw }))
    .join('\n'),
);

/** MQTT 5, as far as a device speaks it that is left alone. */
function acknowledgeAll(socket) {
  let bytes = Buffer.alloc(0);
  socket.on('data', (more) => {
    bytes = Buffer.concat([bytes, more]);
    for (let packet = firstPacket(bytes); packet !== null; packet = firstPacket(bytes)) {
      bytes = bytes.subarray(packet.bytes);
      const answer = answerTo(packet);
      if (answer !== null) socket.write(Buffer.from(answer));
    }
  });
  socket.on('error', () => undefined);
}

/** Section 2.1: kind and flags, the length in sevens of bits, the body. */
function firstPacket(bytes) {
  let length = 0;
  for (let at = 1; at < bytes.length; at++) {
    length += (bytes[at] & 0x7f) * 128 ** (at - 1);
    if (bytes[at] > 0x7f) continue;
    const end = at + 1 + length;
    return end > bytes.length ? null : { kind: bytes[0] >> 4, bytes: end, body: bytes.subarray(at + 1, end) };
  }
  return null;
}

function answerTo({ kind, body }) {
  if (kind === 1) return [0x20, 3, 0, 0, 0];
  if (kind === 3) {
    const afterTopic = 2 + body.readUInt16BE(0);
    return [0x40, 2, body[afterTopic], body[afterTopic + 1]];
  }
  if (kind !== 8) return null;
  const codes = [];
  for (let at = 3 + body[2]; at < body.length; at += 3 + body.readUInt16BE(at)) codes.push(1);
  return [0x90, 3 + codes.length, body[0], body[1], 0, ...codes];
}

// The door to HTTP changes a flag of V8 once it is loaded: code that is kept after that would fit no start.
v8.setFlagsFromString = () => undefined;

/** Each pack of the program that was loaded, by its number, which the launcher puts behind the file's name. */
const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    scripts.set(options.filename.slice(options.filename.indexOf('#') + 1), this);
  }
};
process.on('exit', (code) => {
  if (code === 0) keep();
  rmSync(folder, { recursive: true });
});

/** A line that tells where what stands, of fixed length, and what V8 made of each pack. */
function keep() {
  const text = readFileSync(bundle, 'latin1');
  const [, program] = /^const PROGRAM_SUM = '(\w+)'/m.exec(text);
  const headBytes = Number(/^const HEAD_BYTES = (\d+)/m.exec(text)[1]);
  const parts = {};
  const compiled = [];
  let start = headBytes;
  for (const [pack, script] of scripts) {
    const code = script.createCachedData();
    parts[pack] = [start, code.length, crc32(code)];
    compiled.push(code);
    start += code.length;
  }
  const head = JSON.stringify({ program, parts }).padEnd(headBytes);
  if (head.length > headBytes)
    throw new Error(`${scripts.size} packs are more than the first line has room for.`);
  const path = bundle.replace(/\.mjs$/, '.cache');
  writeFileSync(`${path}.new`, Buffer.concat([Buffer.from(head), ...compiled]), { flush: true });
  renameSync(`${path}.new`, path);
}

setTimeout(() => process.kill(process.pid, 'SIGTERM'), RUN_MS);
process.argv = [process.execPath, bundle, 'run', '--config', config, '--state-dir', join(folder, 'state')];
await import(pathToFileURL(bundle).href);
