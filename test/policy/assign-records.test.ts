import { describe, expect, it } from 'vitest';
import { assignRecords, type FoundRecord } from '../../agent/policy/assign-records.ts';
import { NEW_RECORD } from '../../agent/policy/decide.ts';

function stored(rows: Record<string, string | null | 'LOST'>): ReadonlyMap<string, FoundRecord> {
  return new Map(
    Object.entries(rows).map(([name, slotId]) => [
      name,
      slotId === 'LOST' ? 'lost' : { ...NEW_RECORD, slotId },
    ]),
  );
}

function assign(slots: Record<string, string>, rows: Record<string, string | null | 'LOST'>) {
  const list = Object.entries(slots).map(([name, slotId]) => ({ name, slotId }));
  return Object.fromEntries(
    [...assignRecords(list, stored(rows))].map(([name, { storedAs }]) => [name, storedAs]),
  );
}

describe('a history', () => {
  it('belongs to the slot of its name and id', () => {
    expect(assign({ black: 's1', cyan: 's2' }, { black: 's1', cyan: 's2' })).toEqual({
      black: 'black',
      cyan: 'cyan',
    });
  });

  it('follows the id when the slot is renamed', () => {
    expect(assign({ 'black-ink': 's1' }, { black: 's1' })).toEqual({ 'black-ink': 'black' });
  });

  it('follows the id when two slots swap their names', () => {
    expect(assign({ black: 's2', cyan: 's1' }, { black: 's1', cyan: 's2' })).toEqual({
      black: 'cyan',
      cyan: 'black',
    });
  });

  it('stays with the name when the id was corrected', () => {
    expect(assign({ black: 's1-corrected' }, { black: 's1' })).toEqual({ black: 'black' });
  });

  it('is none for a new slot, also beside a slot that is no more', () => {
    expect(assign({ yellow: 's3' }, { black: 's1' })).toEqual({ yellow: null });
  });

  it('that is lost, or of no id, stays with the name', () => {
    expect(assign({ black: 's1', cyan: 's2' }, { black: 'LOST', cyan: null })).toEqual({
      black: 'black',
      cyan: 'cyan',
    });
  });

  it('goes to one slot only', () => {
    expect(assign({ a: 's1', b: 's1' }, { c: 's1' })).toEqual({ a: 'c', b: null });
  });
});
