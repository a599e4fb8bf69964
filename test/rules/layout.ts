/*
 * What the house promises, as data. A change here is a change of the architecture: say why in the commit.
 */

/** Folders in which every file is pure: values and time in, values out. */
export const PURE_FOLDERS: readonly string[] = [
  'agent/duty',
  'agent/forecast',
  'agent/level',
  'agent/live/picture',
  'agent/policy',
  'config/schema',
];

/** Pure files in folders that also hold others. */
export const PURE_FILES: readonly string[] = [
  'agent/command-help.ts',
  'agent/command-line.ts',
  'agent/command/command.ts',
  'agent/command/parse-command.ts',
  'agent/command/rate-limit.ts',
  'agent/command-table.ts',
  'agent/doctor/finding-text.ts',
  'agent/doctor/redact.ts',
  'agent/doctor/tar.ts',
  'agent/local/answer-schema.ts',
  'agent/local/line-cutter.ts',
  'agent/local/request-message.ts',
  'agent/local/service-view.ts',
  'agent/local/status-line.ts',
  'agent/local/status-text.ts',
  'agent/replenish/access-token.ts',
  'agent/replenish/call-answer.ts',
  'agent/replenish/classify.ts',
  'agent/replay/replay-text.ts',
  'agent/replenish/consent.ts',
  'agent/replenish/lwa-answer.ts',
  'agent/replenish/lwa-pace.ts',
  'agent/replenish/lwa-request.ts',
  'agent/replenish/lwa-trouble.ts',
  'agent/replenish/provider.ts',
  'agent/replenish/request.ts',
  'agent/report/device-payload.ts',
  'agent/report/envelope.ts',
  'agent/report/home-assistant.ts',
  'agent/report/inbound-limit.ts',
  'agent/report/link.ts',
  'agent/report/notification-message.ts',
  'agent/report/mqtt-failure.ts',
  'agent/report/payload.ts',
  'agent/report/protocol-choice.ts',
  'agent/report/reconnect-delay.ts',
  'agent/report/registration-message.ts',
  'agent/report/slot-view.ts',
  'agent/report/token-message.ts',
  'agent/report/topics.ts',
  'agent/report/wire-value.ts',
  'agent/report/worth-reporting.ts',
  'agent/settings.ts',
  'agent/setup/answer-check.ts',
  'agent/setup/answers.ts',
  'agent/setup/candidates.ts',
  'agent/setup/config-text.ts',
  'agent/setup/init-words.ts',
  'agent/setup/line-proposal.ts',
  'agent/setup/line-tokens.ts',
  'agent/setup/next-steps.ts',
  'agent/setup/recognise.ts',
  'agent/setup/slot-words.ts',
  'agent/setup/source-facts.ts',
  'agent/store/migrations.ts',
  'agent/terminal/bar.ts',
  'agent/terminal/paint.ts',
  'agent/terminal/sparkline.ts',
  'agent/store/instant-schema.ts',
  'agent/store/record-schema.ts',
  'agent/store/usage-schema.ts',
  'agent/system/byte-size.ts',
  'agent/system/instant.ts',
  'config/assemble.ts',
  'config/check.ts',
  'config/config.ts',
  'config/explain-yaml.ts',
  'config/explain.ts',
  'config/generate/declaration.ts',
  'config/generate/editor-schema.ts',
  'config/generate/readme.ts',
  'config/generate/sample.ts',
  'config/generate/settings-table.ts',
  'config/hidden-issues.ts',
  'config/inline-yaml.ts',
  'config/line-pattern.ts',
  'config/mask-secrets.ts',
  'config/nearest.ts',
  'config/parse.ts',
  'config/place.ts',
  'config/print-problems.ts',
  'config/problem.ts',
  'config/quantity.ts',
  'config/schema.ts',
  'config/sensor-doubts.ts',
  'config/odd-signs.ts',
  'config/unwise.ts',
  'config/warnings.ts',
  'hardware/gpio/gpio-abi.ts',
  'hardware/gpio/gpio-failure.ts',
  'hardware/gpio/ladder.ts',
  'hardware/gpio/settle-lines.ts',
  'hardware/firmata/channel-troubles.ts',
  'hardware/firmata/firmata-framer.ts',
  'hardware/firmata/firmata-handshake.ts',
  'hardware/firmata/firmata-message.ts',
  'hardware/hardware-source.ts',
  'hardware/modbus/modbus-frame.ts',
  'hardware/modbus/modbus-plan.ts',
  'hardware/modbus/modbus-trouble.ts',
  'hardware/modbus/modbus-value.ts',
  'hardware/reading.ts',
  'hardware/serial/byte-framer.ts',
  'hardware/serial/framer.ts',
  'hardware/serial/lidar-framer.ts',
  'hardware/serial/line-framer.ts',
  'hardware/serial/line-pattern.ts',
  'hardware/serial/maxbotix-framer.ts',
  'hardware/serial/open-failure.ts',
  'hardware/serial/scale-framer.ts',
  'hardware/serial/text-framer.ts',
  'hardware/serial/ultrasonic-framer.ts',
  'hardware/serial/ultrasonic-models.ts',
  'hardware/timing.ts',
  'hardware/transcript/transcript-line.ts',
  'hardware/transcript/transcript-parser.ts',
];

/**
 * Packages and modules that compute and do nothing else: what a pure file may take beside pure files. Empty: all of it.
 * `zod/mini` judges plain data, `yaml` turns text into plain data, a hash and a path are functions of their input, and
 * so is what parseArgs makes of the words that it is given. (`resolve` asks for the working directory only when no part
 * is absolute; its one user is handed absolute folders.)
 */
export const PURE_MODULES: Readonly<Record<string, readonly string[]>> = {
  'zod/mini': [],
  yaml: [],
  'node:crypto': ['createHash'],
  'node:path': ['resolve'],
  'node:util': ['parseArgs'],
};

/**
 * The only files that may import a package or module, or the only folder (with a slash at its end). A package that is
 * not here may be imported by nothing but tests.
 */
export const DOORS: Readonly<Record<string, readonly string[]>> = {
  '@serialport/bindings-cpp': ['hardware/serial/serial-binding.ts'],
  // Johnny-Five's parts are taken one by one: the package as a whole loads every component that it knows.
  'firmata-io': ['hardware/firmata/johnny-five.ts', 'hardware/firmata/johnny-five-modules.d.ts'],
  'johnny-five': ['hardware/firmata/johnny-five.ts', 'hardware/firmata/johnny-five-modules.d.ts'],
  '@inquirer/prompts': ['agent/setup/prompts-door.ts'],
  mqtt: ['agent/report/mqtt-link.ts'],
  pino: ['agent/system/log.ts'],
  'pino-pretty': ['agent/system/log.ts'],
  undici: ['agent/replenish/http-door.ts'],
  yaml: ['config/parse.ts'],
  // Sockets: the broker's, and the one on this machine from both sides.
  'node:net': ['agent/report/broker-stream.ts', 'agent/local/local-door.ts', 'agent/local/local-client.ts'],
  // The two databases of the state directory, and the outbox, which lives in one of them.
  'node:sqlite': [
    'agent/store/state-store.ts',
    'agent/store/state-lock.ts',
    'agent/store/outbox.ts',
    'agent/store/command-ledger.ts',
    'agent/store/duty-table.ts',
    'agent/store/read-state.ts',
  ],
  // Whoever needs a timer is handed one: it comes from agent/system/clock.ts.
  'node:timers': [],
  'node:timers/promises': [],
  // A schema is written where the data arrives.
  'zod/mini': [
    'agent/command/parse-command.ts',
    'agent/local/answer-schema.ts',
    'agent/local/request-message.ts',
    'agent/replenish/call-answer.ts',
    'agent/replenish/classify.ts',
    'agent/replenish/lwa-answer.ts',
    'agent/replenish/pending-registration.ts',
    'agent/replenish/refresh-token-file.ts',
    'agent/report/notification-message.ts',
    'agent/report/registration-message.ts',
    'agent/report/token-message.ts',
    'agent/store/duty-table.ts',
    'agent/store/instant-schema.ts',
    'agent/store/record-schema.ts',
    'agent/store/usage-schema.ts',
    'config/',
    'hardware/transcript/transcript-line.ts',
  ],
  // Tools of a checkout: they build the program and are no part of it.
  esbuild: ['config/packaging/build.ts'],
  koffi: ['hardware/gpio/gpio-kernel-door.ts', 'test/support/pty.ts'],
};

/** The only files that may ask for the time, set a timer or draw a number; each says why. */
export const CLOCK_AND_CHANCE: Readonly<Record<string, string>> = {
  'agent/system/clock.ts': 'it is the clock',
  'agent/system/log.ts': 'pino stamps its own lines',
  'agent/system/service-manager.ts': 'systemd asks for its own clock, CLOCK_MONOTONIC',
  'agent/compose.ts': 'hands Math.random to the token source',
  'agent/flow.ts': 'hands Math.random to the pipelines',
  'agent/report/uplink.ts': 'hands Math.random to the link',
};

/** Which folders the files of a folder may import from. Everything flows one way. */
export const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  hardware: ['hardware'],
  config: ['config', 'hardware'],
  agent: ['agent', 'config', 'hardware'],
  test: ['test', 'agent', 'config', 'hardware'],
};

/** The same within `agent/`, in the order of the flow; the files above them tie the stages together. */
export const STAGES: Readonly<Record<string, readonly string[]>> = {
  doctor: ['level', 'local', 'replenish', 'report', 'store', 'system'],
  duty: ['forecast', 'level', 'policy', 'replenish', 'system'],
  level: [],
  forecast: ['level', 'system'],
  policy: ['forecast', 'level', 'system'],
  command: ['policy', 'system'],
  local: ['command', 'policy', 'report', 'store', 'system'],
  replenish: ['policy', 'system'],
  report: ['forecast', 'level', 'policy', 'replenish', 'store', 'system'],
  setup: ['system'],
  store: ['duty', 'forecast', 'policy', 'system'],
  system: [],
  terminal: [],
};

/** Where programs begin: what none of them reaches is dead. */
export const ENTRIES: readonly string[] = [
  'agent/main.ts',
  'config/generate/main.ts',
  'config/packaging/build.ts',
];
