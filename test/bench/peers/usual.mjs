// The job with the libraries that one takes first, as they are. No retry, no durable state, no validation, no log.
// node usual.mjs '{"device": "bench", "ports": [...], "brokerPort": 1883, "drs": "https://...", "ca": "ca.pem"}'
import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';
import { ReadlineParser, SerialPort } from 'serialport';
import { Pool } from 'undici';

const { device, ports, brokerPort, drs, ca } = JSON.parse(process.argv[2]);
const pool = new Pool(drs, { connect: { ca: readFileSync(ca) } });
const slots = new Map();

const will = { topic: `replenish/${device}/status`, payload: 'offline', qos: 1, retain: true };
const broker = mqtt.connect(`mqtt://127.0.0.1:${brokerPort}`, { protocolVersion: 5, will });
broker.on('connect', () => broker.publish(`replenish/${device}/status`, 'online', { qos: 1, retain: true }));

async function order(slot) {
  const { body } = await pool.request({
    method: 'POST',
    path: `/replenish/${slot}`,
    headers: { authorization: 'Bearer token' },
  });
  const { detailCode } = await body.json();
  broker.publish(`replenish/${device}/slots/${slot}/order`, JSON.stringify({ slot, detailCode }), { qos: 1 });
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
    void order(slot);
  } else if (level >= 60) known.isOpen = false;
  if (Math.abs(level - known.level) < 1) return;
  known.level = level;
  broker.publish(`replenish/${device}/slots/${slot}`, JSON.stringify({ level }), { qos: 1, retain: true });
}

for (const path of ports) {
  const port = new SerialPort({ path, baudRate: 115_200 });
  port.pipe(new ReadlineParser({ delimiter: '\r\n' })).on('data', take);
}
process.on('SIGTERM', () => process.exit(0));
