// The floor: the bare job in Node without a dependency. No retry, no durable state, no validation, no log.
// node floor.mjs '{"device": "bench", "ports": [...], "brokerPort": 1883, "drs": "https://...", "ca": "ca.pem"}'
import { constants, openSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { ReadStream } from 'node:tty';

const { device, ports, brokerPort, drs, ca } = JSON.parse(process.argv[2]);
const https = new Agent({ keepAlive: true, ca: readFileSync(ca) });
const slots = new Map();

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** MQTT 3.1.1, section 2.2: type, length in sevens of bits, the rest. */
function packet(type, ...parts) {
  const body = Buffer.concat(parts);
  const head = [type];
  for (let rest = body.length; ; ) {
    const digit = rest & 0x7f;
    rest >>= 7;
    head.push(rest > 0 ? digit | 0x80 : digit);
    if (rest === 0) break;
  }
  return Buffer.concat([Buffer.from(head), body]);
}

let packetId = 0;
function publish(topic, payload, retain) {
  packetId = (packetId % 65_535) + 1;
  const id = Buffer.from([packetId >> 8, packetId & 0xff]);
  broker.write(packet(0x32 | (retain ? 1 : 0), text(topic), id, Buffer.from(payload)));
}

const broker = connect(brokerPort, '127.0.0.1', () => {
  broker.setNoDelay(true);
  const will = [text(`replenish/${device}/status`), text('offline')];
  broker.write(packet(0x10, text('MQTT'), Buffer.from([4, 0x2e, 0, 60]), text(device), ...will));
});
broker.once('data', () => publish(`replenish/${device}/status`, 'online', true));
broker.on('data', () => undefined);

function order(slot) {
  const post = request(`${drs}/replenish/${slot}`, {
    method: 'POST',
    agent: https,
    headers: { Authorization: 'Bearer token', 'Content-Length': 0 },
  });
  post.on('response', (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (part) => {
      body += part;
    });
    response.on('end', () => {
      const { detailCode } = JSON.parse(body);
      publish(`replenish/${device}/slots/${slot}/order`, JSON.stringify({ slot, detailCode }), false);
    });
  });
  post.end();
}

const LINE = /^slot=(\w+) raw=(\d+)$/;
function take(line) {
  const found = LINE.exec(line);
  if (found === null) return;
  const [, slot, raw] = found;
  const level = Number(raw) / 10;
  const known = slots.get(slot) ?? { level: -100, isOpen: false };
  slots.set(slot, known);
  if (level <= 20 && !known.isOpen) {
    known.isOpen = true;
    order(slot);
  } else if (level >= 60) known.isOpen = false;
  if (Math.abs(level - known.level) < 1) return;
  known.level = level;
  publish(`replenish/${device}/slots/${slot}`, JSON.stringify({ level }), true);
}

for (const port of ports) {
  const stream = new ReadStream(openSync(port, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK));
  let rest = '';
  stream.on('data', (bytes) => {
    const lines = (rest + bytes.latin1Slice()).split('\r\n');
    rest = lines.pop();
    for (const line of lines) take(line);
  });
}
process.on('SIGTERM', () => process.exit(0));
