import { TOPIC_PREFIX_DEFAULT } from '../../config/schema/topic-prefix.ts';
import { DASHBOARD_LISTEN_DEFAULT } from '../dashboard/dashboard-words.ts';
import { initOptions } from './init-options.ts';
import { CONFIG_DEFAULT, type Option } from './option.ts';

export type CommandEntry = {
  readonly does: string;
  /**
   * What may stand after the command's name, each way a list of words: in lower case as it is typed, with `|` between
   * several, in upper case for what the person fills in. No way at all: nothing may stand there.
   */
  readonly forms?: readonly (readonly string[])[];
  /** What is to be filled in for the words in upper case. */
  readonly words?: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, Option>>;
};

export type CommandName = keyof typeof COMMANDS;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a command ends with. */
export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed',
  2: 'wrong usage',
  78: 'the configuration has mistakes',
};

export const RECORD_MAX_DEFAULT = '64MB';
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

const configOption: Option = { value: 'FILE', does: `the configuration (default: ${CONFIG_DEFAULT})` };

const stateOption: Option = {
  value: 'DIR',
  does: "the service's state (default: $STATE_DIRECTORY, else ./.replenish-agent, else /var/lib/replenish-agent)",
};

const SLOT = { SLOT: 'name of the slot in the configuration' };

/** Every command, option and word; parsing, help and whatever else describes the program come from here. */
export const COMMANDS = {
  run: {
    does: 'the service: read the sensors, decide, order, report',
    options: {
      config: configOption,
      'state-dir': {
        value: 'DIR',
        does: 'where orders are remembered (default: $STATE_DIRECTORY, else ./.replenish-agent)',
      },
      'log-level': { value: 'LEVEL', does: `${LOG_LEVELS.join(', ')} (default: info)` },
      record: { value: 'FILE', does: 'write every reading into a new file, for replay' },
      'record-max': {
        value: 'SIZE',
        does: `the recording ends at this size (default: ${RECORD_MAX_DEFAULT})`,
      },
    },
  },
  init: {
    does: 'first set-up: find serial ports and what speaks on them, ask the rest, write a configuration that passes check',
    options: initOptions,
  },
  check: {
    does: 'validate the configuration and print every mistake with line and column; exit code 78 if there is one',
    options: {
      json: { value: null, does: 'the same as one JSON object' },
      config: configOption,
    },
  },
  doctor: {
    does: 'look at the real parts, one line each: ok, warn or FAIL, with what to type; orders nothing, publishes nothing',
    options: {
      json: { value: null, does: 'the same as one JSON array' },
      bundle: {
        value: 'FILE',
        does: 'also write an archive for support, without secrets: FILE is a new .tar.gz',
      },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  watch: {
    does: 'every slot live: raw value, level, its last minutes, phase, why, next step, and every link from sensor to Amazon; also while the service is stopped',
    options: { config: configOption, 'state-dir': stateOption },
  },
  calibrate: {
    does: 'measure the raw values of the empty and the full container, write them into the configuration and put it in force',
    forms: [['SLOT']],
    words: SLOT,
    options: {
      empty: { value: 'RAW', does: 'the raw value of the empty container, if it is known' },
      full: { value: 'RAW', does: 'the raw value of the full container, if it is known' },
      points: { value: 'N', does: 'measure at so many levels, for containers of an uneven shape' },
      point: {
        value: 'RAW=PERCENT',
        does: 'a raw value that is known, such as 500=40; once for each',
        isRepeated: true,
      },
      inverted: { value: null, does: 'a lower raw value for a fuller container is right' },
      json: { value: null, does: 'the result as one JSON object' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  status: {
    does: 'where every slot stands: phase, why, last orders, orders in doubt, reports that wait; also while the service is stopped',
    options: {
      json: { value: null, does: 'the same as one JSON object' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  order: {
    does: 'order for a slot now, through the same gates as the service, and tell what came of it; or cancel a test order',
    forms: [['SLOT'], ['cancel-test', 'SLOT']],
    words: SLOT,
    options: {
      yes: { value: null, does: 'do not ask' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  commission: {
    does: 'prove a slot on a test device, step by step: drain, see TEST_ORDER_PLACED, cancel, refill; with a report to sign',
    forms: [['SLOT']],
    words: SLOT,
    options: {
      yes: { value: null, does: 'do not ask whether an order may be placed' },
      by: { value: 'NAME', does: 'who signs the report; else it is asked for' },
      out: { value: 'FILE', does: 'also write the report into a new file, as JSON' },
      json: { value: null, does: 'the report as one JSON object' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  resolve: {
    does: 'settle an order in doubt, or a slot whose history was lost, by hand',
    forms: [['SLOT', 'placed|not-placed']],
    words: SLOT,
    options: { config: configOption, 'state-dir': stateOption },
  },
  rearm: {
    does: 'the order never came: the slot starts anew, and orders when fresh readings say that it is low',
    forms: [['SLOT']],
    words: SLOT,
    options: {
      yes: { value: null, does: 'do not ask' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  snooze: {
    does: 'order nothing for a slot for a while, 30 days at the most; off ends it',
    forms: [
      ['SLOT', 'off'],
      ['SLOT', 'TIME'],
    ],
    words: { ...SLOT, TIME: 'how long, such as 12h or 3d' },
    options: { config: configOption, 'state-dir': stateOption },
  },
  replay: {
    does: 'run recorded readings through the same decisions at full speed, and tell what would have been ordered, when and why; nothing is sent',
    forms: [['FILE']],
    words: { FILE: 'a recording, as run --record writes it' },
    options: {
      json: { value: null, does: 'the same as JSON lines' },
      config: configOption,
    },
  },
  register: {
    does: 'tie this device to the account of a customer (Login with Amazon): prints the page to agree on, takes what the browser comes back with',
    options: {
      code: {
        value: 'ADDRESS',
        does: 'the address that the browser came back to, or the code in it; else it is asked for',
      },
      begin: { value: null, does: 'only print the page; the rest follows within an hour, with --finish' },
      finish: { value: null, does: 'only take what the browser came back with' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  deregister: {
    does: "take this device off its customer's account at Amazon: its tokens are dead at once and nothing is ordered until it is registered again",
    options: {
      'yes-remove-this-device': { value: null, does: 'do not ask for the id of the device' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  dashboard: {
    does: 'serve the web dashboard: devices, levels, orders and what to do, in a browser that reaches the broker by WebSocket',
    options: {
      listen: { value: 'HOST:PORT', does: `where browsers find it (default: ${DASHBOARD_LISTEN_DEFAULT})` },
      'broker-url': { value: 'URL', does: "the broker's WebSocket listener; else the page asks for it" },
      'topic-prefix': {
        value: 'PREFIX',
        does: `mqtt.topicPrefix of the devices (default: ${TOPIC_PREFIX_DEFAULT})`,
      },
    },
  },
  bench: {
    does: 'from a checkout: the whole thing on this machine with no hardware and no account (npm start)',
    options: {},
  },
} as const satisfies Record<string, CommandEntry>;

export function isCommand(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}

export function entryOf(command: CommandName): CommandEntry {
  return COMMANDS[command];
}
