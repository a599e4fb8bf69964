import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import {
  derBitString,
  derBoolean,
  derContext,
  derInteger,
  derObjectId,
  derOctetString,
  derSequence,
  derSet,
  derTime,
  derUtf8String,
} from './der.ts';

export type CertificateRequest = {
  /** DNS names and IP addresses that the certificate is good for. */
  readonly hosts: readonly string[];
  /** Default a day ago. */
  readonly notBefore?: Date;
  /** Default in ten years; give one in the past for an expired certificate. */
  readonly notAfter?: Date;
  /** Signed by its own key instead of an authority's: it is its own `caPem`. */
  readonly isSelfSigned?: boolean;
};

/** PEM texts: a CA of its own, a certificate signed by it for TLS servers and clients, and the certificate's key. */
export type Certificate = { readonly caPem: string; readonly certPem: string; readonly keyPem: string };

type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

type Draft = {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly issuerKeys: KeyPair;
  readonly extensions: readonly Buffer[];
};

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

const DAY_MS = 86_400_000;
const CA_NAME = 'Test CA';

/**
 * Makes a fresh CA and a certificate signed by it, both EC P-256, X.509 v3 (RFC 5280). Needs nothing from the system.
 */
export function makeCertificate(request: CertificateRequest): Certificate {
  const now = Date.now();
  const notBefore = request.notBefore ?? new Date(Math.min(now, request.notAfter?.getTime() ?? now) - DAY_MS);
  const notAfter = request.notAfter ?? new Date(now + 3650 * DAY_MS);
  const caKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const caPem = issue(
    {
      subject: CA_NAME,
      issuer: CA_NAME,
      publicKey: caKeys.publicKey,
      issuerKeys: caKeys,
      extensions: [
        extension(OID.basicConstraints, true, derSequence(derBoolean(true))),
        // keyCertSign and cRLSign: bits 5 and 6.
        extension(OID.keyUsage, true, derBitString(Buffer.of(0b0000_0110), 1)),
      ],
    },
    // The CA itself never expires in a test: only the certificate is meant to.
    new Date(Math.min(now, notBefore.getTime()) - DAY_MS),
    new Date(Math.max(now, notAfter.getTime()) + DAY_MS),
  );
  const subject = request.hosts[0] ?? 'nobody';
  const isSelfSigned = request.isSelfSigned === true;
  const certPem = issue(
    {
      subject,
      issuer: isSelfSigned ? subject : CA_NAME,
      publicKey: keys.publicKey,
      issuerKeys: isSelfSigned ? keys : caKeys,
      extensions: [
        extension(OID.basicConstraints, true, derSequence()),
        // digitalSignature: bit 0.
        extension(OID.keyUsage, true, derBitString(Buffer.of(0b1000_0000), 7)),
        extension(
          OID.extendedKeyUsage,
          false,
          derSequence(derObjectId(OID.serverAuth), derObjectId(OID.clientAuth)),
        ),
        extension(OID.subjectAltName, false, derSequence(...request.hosts.map(generalName))),
      ],
    },
    notBefore,
    notAfter,
  );
  const trusted = isSelfSigned ? certPem : caPem;
  return {
    caPem: trusted,
    certPem,
    keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function issue(draft: Draft, notBefore: Date, notAfter: Date): string {
  const algorithm = derSequence(derObjectId(OID.ecdsaWithSha256));
  const toBeSigned = derSequence(
    derContext(0, derInteger(Buffer.of(2)), true),
    derInteger(randomBytes(16)),
    algorithm,
    distinguishedName(draft.issuer),
    derSequence(derTime(notBefore), derTime(notAfter)),
    distinguishedName(draft.subject),
    draft.publicKey.export({ type: 'spki', format: 'der' }),
    derContext(3, derSequence(...draft.extensions, ...keyIds(draft)), true),
  );
  const signature = sign('sha256', toBeSigned, draft.issuerKeys.privateKey);
  const base64 = derSequence(toBeSigned, algorithm, derBitString(signature)).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function keyIds(draft: Draft): readonly Buffer[] {
  return [
    extension(OID.subjectKeyId, false, derOctetString(keyId(draft.publicKey))),
    extension(
      OID.authorityKeyId,
      false,
      derSequence(derContext(0, keyId(draft.issuerKeys.publicKey), false)),
    ),
  ];
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return derSequence(derObjectId(id), ...(critical ? [derBoolean(true)] : []), derOctetString(value));
}

function distinguishedName(commonName: string): Buffer {
  return derSequence(derSet(derSequence(derObjectId(OID.commonName), derUtf8String(commonName))));
}

function generalName(host: string): Buffer {
  switch (isIP(host)) {
    case 4:
      return derContext(7, Buffer.from(host.split('.').map(Number)), false);
    case 6:
      return derContext(7, ipv6Bytes(host), false);
    default:
      return derContext(2, Buffer.from(host, 'ascii'), false);
  }
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::', 2);
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...new Array<string>(missing).fill('0'), ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
