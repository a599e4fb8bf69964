import { LISTEN_DEFAULT } from '../setup/init-words.ts';
import { CONFIG_DEFAULT, type Option } from './option.ts';

/** What `init` can be told beforehand. */
export const initOptions = {
  config: { value: 'FILE', does: `the file to write (default: ${CONFIG_DEFAULT})` },
  force: { value: null, does: 'write over a file that exists, without asking' },
  yes: { value: null, does: 'ask nothing that has a default' },
  port: { value: 'PATH', does: 'the serial port to listen to (default: every one that is free)' },
  listen: { value: 'TIME', does: `how long at each speed (default: ${LISTEN_DEFAULT})` },
  driver: {
    value: 'NAME',
    does: 'what is connected: lines, scale, ultrasonic, lidar, firmata, modbus, iio, gpio',
  },
  'baud-rate': { value: 'BAUD', does: 'speed of the port' },
  pattern: { value: 'REGEX', does: 'for lines: what a line means' },
  model: { value: 'NAME', does: 'for ultrasonic: which sensor' },
  chip: { value: 'NAME', does: 'for gpio: which chip' },
  device: { value: 'NAME', does: 'for iio: which converter' },
  slot: {
    value: 'WORDS',
    does: 'name=black,id=4c8746c0,channel=1,empty=120,full=880 with label, reorderAt, rearmAt; once for each slot',
    isRepeated: true,
  },
  'slot-id': { value: 'ID', does: 'id of the first slot in Dash Replenishment' },
  'device-id': {
    value: 'ID',
    does: "this device's part of its topics (default: the name of the machine)",
  },
  'device-name': { value: 'TEXT', does: 'what people call it' },
  broker: { value: 'URL', does: 'the MQTT broker' },
  'allow-insecure': { value: null, does: 'allow a broker without TLS' },
  user: { value: 'NAME', does: 'user name at the broker' },
  'ca-file': { value: 'FILE', does: 'who vouches for the broker' },
  token: { value: 'SOURCE', does: 'where access tokens come from: mqtt, lwa, file (default: mqtt)' },
  'token-file': { value: 'FILE', does: 'for token file: which one' },
  'client-id': { value: 'ID', does: 'for token lwa: the client at Login with Amazon' },
  'replenish-url': { value: 'URL', does: 'address of Dash Replenishment' },
  'dry-run': { value: 'yes|no', does: 'decide and report, order nothing (default: yes)' },
} as const satisfies Readonly<Record<string, Option>>;
