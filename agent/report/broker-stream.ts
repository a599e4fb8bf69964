import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { ConnectPlan } from './connect-plan.ts';

/** Whether a host is given by its address, and so needs no name service. */
export function isAddress(host: string): boolean {
  return isIP(host) !== 0;
}

/** TLS settings of a plan. The broker's certificate is verified always; there is no way to say otherwise. */
export function tlsOptions(plan: ConnectPlan) {
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2' as const,
    ...(plan.ca === null ? {} : { ca: plan.ca }),
    ...(plan.cert === null ? {} : { cert: plan.cert }),
    ...(plan.key === null ? {} : { key: plan.key }),
  };
}

/**
 * Opens a TCP or TLS stream to the broker.
 * @param onOpen called when bytes may flow, for TLS after the certificate was verified.
 * @throws when a certificate or key is not usable.
 */
export function openSocket(plan: ConnectPlan, onOpen: () => void): Duplex {
  const { host, port, scheme } = plan.target;
  // Without delay: a PUBACK that waits for company holds up the next order event.
  if (scheme !== 'mqtts') return connectTcp({ host, port, noDelay: true }, onOpen);
  const servername = isAddress(host) ? {} : { servername: host };
  const socket = connectTls({ host, port, ...servername, ...tlsOptions(plan) }, onOpen);
  socket.setNoDelay(true);
  return socket;
}
