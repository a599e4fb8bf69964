import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { looksOpenable } from '../../agent/store/state-glance.ts';
import { openStateStore } from '../../agent/store/state-store.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'glance-'));
  file = join(folder, 'state.db');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

function setVersion(version: number): void {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
}

describe('a glance at the state', () => {
  it('finds nothing against one that is not there yet, empty, or ours', () => {
    expect(looksOpenable(folder)).toBe(true);
    writeFileSync(file, '');
    expect(looksOpenable(folder)).toBe(true);
    openStateStore(folder, 0).store.close();
    expect(looksOpenable(folder)).toBe(true);
  });

  it('sees a newer version, and what is no database', () => {
    openStateStore(folder, 0).store.close();
    setVersion(99);
    expect(looksOpenable(folder)).toBe(false);
    writeFileSync(file, 'not a database');
    expect(looksOpenable(folder)).toBe(false);
    writeFileSync(file, 'SQLite format 3\0');
    expect(looksOpenable(folder)).toBe(true);
  });

  it('sees what this user may not write', () => {
    openStateStore(folder, 0).store.close();
    chmodSync(file, 0o400);
    // Root may write everything.
    expect(looksOpenable(folder)).toBe(process.geteuid?.() === 0);
  });
});
