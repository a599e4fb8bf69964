import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { makeCertificate } from './certificate.ts';

const HOSTS = ['localhost', 'broker.test', '127.0.0.1', '::1', 'fe80::a:1'];
const DAY_MS = 86_400_000;

describe('a certificate', () => {
  const made = makeCertificate({ hosts: HOSTS });
  const ca = new X509Certificate(made.caPem);
  const cert = new X509Certificate(made.certPem);

  test('is signed by its CA, which signs itself', () => {
    expect([ca.ca, cert.ca]).toEqual([true, false]);
    expect(cert.checkIssued(ca)).toBe(true);
    expect(cert.verify(ca.publicKey)).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(cert.verify(cert.publicKey)).toBe(false);
  });

  test('belongs to its key, on P-256', () => {
    expect(cert.checkPrivateKey(createPrivateKey(made.keyPem))).toBe(true);
    expect(cert.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  });

  test('is good for its hosts and no other', () => {
    expect(cert.checkHost('localhost')).toBe('localhost');
    expect(cert.checkHost('broker.test')).toBe('broker.test');
    expect(cert.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(cert.checkIP('::1')).toBe('::1');
    expect(cert.checkIP('fe80::a:1')).toBe('fe80::a:1');
    expect([cert.checkHost('example.net'), cert.checkIP('127.0.0.2')]).toEqual([undefined, undefined]);
  });

  test('is valid now, for servers and clients', () => {
    expect(cert.validFromDate.getTime()).toBeLessThan(Date.now());
    expect(cert.validToDate.getTime()).toBeGreaterThan(Date.now() + 365 * DAY_MS);
    expect(cert.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  test('has a serial of its own each time', () => {
    expect(new X509Certificate(makeCertificate({ hosts: HOSTS }).certPem).serialNumber).not.toBe(
      cert.serialNumber,
    );
  });

  test('holds dates on both sides of 2050, and a long list of hosts', () => {
    const hosts = Array.from({ length: 2000 }, (_, index) => `host-${index}.example.test`);
    const dates = { notBefore: new Date('2049-12-31T23:59:59Z'), notAfter: new Date('2050-01-01T00:00:00Z') };
    const long = new X509Certificate(makeCertificate({ hosts, ...dates }).certPem);
    expect([long.validFromDate, long.validToDate]).toEqual([dates.notBefore, dates.notAfter]);
    expect(long.checkHost('host-1999.example.test')).toBe('host-1999.example.test');
  });
});

describe('a TLS handshake', () => {
  test('succeeds for a client that trusts the CA, with a client certificate of the same CA', async () => {
    const { caPem, certPem, keyPem } = makeCertificate({ hosts: ['localhost'] });
    const pair = { ca: caPem, cert: certPem, key: keyPem };
    expect(await handshake({ ...pair, requestCert: true }, pair)).toBe('ok');
  });

  test('fails without the CA, for another host, and when the certificate has expired', async () => {
    const { caPem, certPem, keyPem } = makeCertificate({ hosts: ['localhost'] });
    const server = { cert: certPem, key: keyPem };
    expect(await handshake(server, {})).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|ISSUER/);
    expect(await handshake(server, { ca: caPem, servername: 'other' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    const old = makeCertificate({ hosts: ['localhost'], notAfter: new Date(Date.now() - DAY_MS) });
    expect(await handshake({ cert: old.certPem, key: old.keyPem }, { ca: old.caPem })).toBe(
      'CERT_HAS_EXPIRED',
    );
  });
});

async function handshake(
  serverOptions: Parameters<typeof createServer>[0] & object,
  clientOptions: Readonly<Record<string, string>>,
): Promise<string> {
  const server = createServer(serverOptions, (socket) => socket.on('error', () => {}).end());
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise<string>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...clientOptions }, () => {
        resolve(socket.authorized ? 'ok' : `${socket.authorizationError}`);
        socket.destroy();
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  } finally {
    server.close();
  }
}
