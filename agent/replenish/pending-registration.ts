import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { finiteNumber } from '../../config/json-value.ts';
import { replaceDurably, syncFolder } from '../system/durable-file.ts';
import { elapsedAtMostMs, type Instant } from '../system/instant.ts';
import type { Consent } from './consent.ts';
import { readSecretFile } from './secret-file.ts';

/** Between the two steps of a registration: in the state directory, for its owner only. */
const FILE = 'registration.json';

/** A customer takes minutes to agree; a verifier that lies about for longer serves nobody. */
const LIFETIME_MS = 3_600_000;

const pending = v.object({
  codeVerifier: v.pipe(v.string(), v.regex(/^[\w.~-]{43,128}$/)),
  state: v.pipe(v.string(), v.minLength(16)),
  began: v.object({
    bootId: v.string(),
    monotonicMs: finiteNumber,
    wallMs: finiteNumber,
    wallTrusted: v.boolean(),
  }),
});

/** Keeps what a registration is bound to until its second step. Displaces one that was begun before. */
export function keepPending(stateDir: string, { codeVerifier, state }: Consent, now: Instant): void {
  replaceDurably(join(stateDir, FILE), JSON.stringify({ codeVerifier, state, began: now }));
}

/** Takes it out for good: it serves once. Null when there is none, or none that is young enough. */
export function takePending(stateDir: string, now: Instant): Consent | null {
  const path = join(stateDir, FILE);
  const file = readSecretFile(path, 'registration');
  rmSync(path, { force: true });
  if (file.kind === 'unreadable' || file.text === null) return null;
  syncFolder(stateDir);
  const read = v.safeParse(pending, parseJson(file.text));
  if (!read.success || elapsedAtMostMs(read.output.began, now) > LIFETIME_MS) return null;
  return { codeVerifier: read.output.codeVerifier, state: read.output.state };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
