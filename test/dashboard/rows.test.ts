import { describe, expect, test } from 'vitest';
import { countConcerns, rowOf, selectRows, spokenRow } from '../../config/dashboard/model/rows.ts';
import { sampleFleet } from './fleet-publisher.ts';
import { heardDevice } from './samples.ts';

const AT_MS = Date.parse('2026-11-23T12:00:00.000Z');
const rows = sampleFleet(200).map((device) => rowOf(heardDevice(device)));
const ids = (query: Parameters<typeof selectRows>[1]) => selectRows(rows, query).map(({ id }) => id);

describe('selectRows', () => {
  test('puts the gravest first, and equals by name', () => {
    expect(ids({ concern: null, text: '', sort: 'urgent' }).slice(0, 5)).toEqual([
      'machine-00100',
      'machine-00200',
      'machine-00050',
      'machine-00150',
      'machine-00008',
    ]);
  });

  test('filters by concern, and counts what each filter shows', () => {
    expect(ids({ concern: 'held', text: '', sort: 'name' })).toEqual(['machine-00050', 'machine-00150']);
    expect(countConcerns(rows).get('offline')).toBe(8);
    expect(ids({ concern: 'offline', text: '', sort: 'name' })).toHaveLength(8);
  });

  test('finds words of id, slot, phase and reason, in any case and order', () => {
    expect(ids({ concern: null, text: 'AUTH machine-0005', sort: 'name' })).toEqual(['machine-00050']);
    expect(ids({ concern: null, text: 'nowhere', sort: 'name' })).toEqual([]);
  });

  test('sorts by the lowest level and by the first to be empty, the unknown last', () => {
    const some = [
      heardDevice({ id: 'a', slots: { x: { level: null } } }),
      heardDevice({ id: 'b', slots: { x: { level: 50, emptyAt: '2026-11-26T12:00:00.000Z' } } }),
      heardDevice({
        id: 'c',
        slots: { x: { level: 90 }, y: { level: 7, emptyAt: '2026-11-24T12:00:00.000Z' } },
      }),
    ].map(rowOf);
    const order = (sort: 'level' | 'empty') =>
      selectRows(some, { concern: null, text: '', sort }).map(({ id }) => id);
    expect(order('level')).toEqual(['c', 'b', 'a']);
    expect(order('empty')).toEqual(['c', 'b', 'a']);
  });
});

describe('a row', () => {
  test('says the worst first, and the whole of it to those who hear it', () => {
    const row = rowOf(
      heardDevice({
        id: 'kitchen-7',
        status: 'offline',
        slots: {
          milk: { level: 80 },
          beans: { phase: 'held', reason: 'auth', level: 9, emptyAt: '2026-11-26T12:00:00.000Z' },
        },
      }),
    );
    expect(row.headline).toBe('beans: held: auth');
    expect(spokenRow(row, AT_MS)).toBe(
      'kitchen-7, offline, beans: held: auth, beans 9.0 %, milk 80 %, first empty in 3 d',
    );
  });

  test('tells of what is on order, and of nothing yet', () => {
    expect(rowOf(heardDevice({ id: 'm', slots: { beans: { phase: 'on-order' } } })).headline).toBe(
      'on order: beans',
    );
    expect(rowOf(heardDevice({ id: 'm', slots: {} })).headline).toBe('nothing reported yet');
    expect(rowOf(heardDevice({ id: 'm', slots: { beans: {} } })).headline).toBe('all well');
  });
});
