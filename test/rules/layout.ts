/*
 * What the house promises, as data. A change here is a change of the architecture: say why in the commit.
 */

/**
 * Packages and modules that compute and do nothing else: what a pure file may take beside pure files. Empty: all of it.
 * `valibot` judges plain data, `yaml` and `js-yaml` turn text into it, a hash and a path are functions of their input, and
 * so is what parseArgs makes of the words that it is given. (`resolve` asks for the working directory only when no part
 * is absolute; its one user is handed absolute folders.)
 */
export const PURE_MODULES: Readonly<Record<string, readonly string[]>> = {
  valibot: [],
  yaml: [],
  'js-yaml': [],
  'node:crypto': ['createHash'],
  'node:zlib': ['crc32'],
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
  mqtt: ['agent/report/mqtt-link.ts', 'config/dashboard/broker-door.ts'],
  pino: ['agent/system/log.ts'],
  'pino-pretty': ['agent/system/log.ts'],
  undici: ['agent/replenish/http-door.ts'],
  yaml: ['config/parse.ts'],
  'js-yaml': ['config/read-faultless.ts'],
  // Sockets: the broker's, and the one on this machine from both sides.
  'node:http': ['agent/commands/page-server.ts', 'agent/metrics/metrics-door.ts'],
  'node:perf_hooks': ['agent/metrics/metrics-door.ts'],
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
  valibot: [
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
  esbuild: ['config/packaging/bundle.ts', 'config/packaging/page.ts', 'config/packaging/plugins.ts'],
  uplot: ['config/dashboard/chart-door.ts'],
  koffi: ['hardware/gpio/gpio-kernel-door.ts', 'test/support/pty.ts'],
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
  dashboard: ['system'],
  local: ['command', 'policy', 'report', 'store', 'system'],
  metrics: ['policy', 'report', 'store', 'system'],
  replenish: ['policy', 'system'],
  report: ['forecast', 'level', 'policy', 'replenish', 'store', 'system'],
  setup: ['system'],
  store: ['duty', 'forecast', 'policy', 'system'],
  system: [],
  terminal: [],
};
