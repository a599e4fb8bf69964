import type { Config } from '../../config/config.ts';
import type { LoadResult } from '../../config/load.ts';
import { isTls } from '../../config/schema/url.ts';
import { brokerAuth } from './broker-auth.ts';
import { brokerDns } from './broker-dns.ts';
import { brokerTcp } from './broker-tcp.ts';
import { brokerTls } from './broker-tls.ts';
import type { Check } from './check.ts';
import { clockCheck } from './clock-check.ts';
import { configCheck } from './config-check.ts';
import { deviceCheck } from './device-check.ts';
import { diskCheck } from './disk-check.ts';
import { drsCheck } from './drs-check.ts';
import { readingCheck } from './reading-check.ts';
import { type Runtime, runtimeCheck } from './runtime-check.ts';
import { serviceCheck } from './service-check.ts';
import { tokenCheck } from './token-check.ts';

/** Where the kernel shows its processes. */
const PROC = '/proc';

/** Everything there is to look at, in the order of the lines; without a usable configuration what needs none. */
export function checksOf(path: string, loaded: LoadResult, runtime: Runtime): readonly Check[] {
  const url = loaded.ok ? loaded.config.replenish.url : null;
  const isProven = url !== null && isTls(url);
  return [
    configCheck(path, loaded),
    ...(loaded.ok ? ofConfig(loaded.config) : []),
    clockCheck(isProven),
    diskCheck,
    serviceCheck,
    runtimeCheck(runtime),
  ];
}

function ofConfig(config: Config): readonly Check[] {
  const { hardware, slots, mqtt, replenish } = config;
  return [
    ...Object.entries(hardware).map(([name, entry]) => deviceCheck(name, entry, PROC)),
    ...Object.entries(slots).map(([name, slot]) => readingCheck(name, slot)),
    brokerDns(mqtt),
    brokerTcp(mqtt),
    brokerTls(mqtt),
    brokerAuth(config),
    // A device that only reports levels has nothing to do with DRS.
    ...(replenish.url === null ? [] : [tokenCheck(config), drsCheck(replenish.url)]),
  ];
}
