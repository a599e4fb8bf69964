import { describe, expect, it } from 'vitest';
import { NEW_RECORD } from '../../agent/policy/decide.ts';
import { GroupCommit } from '../../agent/store/group-commit.ts';
import type { SlotCommit } from '../../agent/store/state-store.ts';

/** A group over a disk that writes down, with everything else, which slots it was handed at once. */
function setUp() {
  const effects: string[] = [];
  const disk = { refuses: false };
  const group = new GroupCommit({
    commitAll: (commits) => {
      effects.push(`disk ${commits.map(({ slot }) => slot).join(' ')}`);
      if (disk.refuses) throw new Error('disk full');
    },
  });
  const commit = (slot: string): void =>
    group.commit(commitOf(slot), (refusal) =>
      effects.push(`${slot} ${refusal === null ? 'durable' : 'refused'}`),
    );
  return { effects, disk, group, commit };
}

function commitOf(slot: string): SlotCommit {
  return { slot, record: NEW_RECORD, reports: [] };
}

describe('what is committed', () => {
  it('is durable before the call returns when nobody gathers', () => {
    const { effects, commit } = setUp();
    commit('black');
    commit('cyan');
    expect(effects).toEqual(['disk black', 'black durable', 'disk cyan', 'cyan durable']);
  });

  it('is written at once when it was gathered, and acted on only then', () => {
    const { effects, group, commit } = setUp();
    group.together(() => {
      commit('black');
      group.together(() => commit('cyan'));
      effects.push('decided');
    });
    expect(effects).toEqual(['decided', 'disk black cyan', 'black durable', 'cyan durable']);
  });

  it('is refused for all of them when the disk refuses', () => {
    const { effects, disk, group, commit } = setUp();
    disk.refuses = true;
    group.together(() => {
      commit('black');
      commit('cyan');
    });
    expect(effects).toEqual(['disk black cyan', 'black refused', 'cyan refused']);
  });

  it('does not wait for the others when it is asked for', () => {
    const { effects, group, commit } = setUp();
    group.together(() => {
      commit('black');
      group.flush();
      commit('cyan');
    });
    expect(effects).toEqual(['disk black', 'black durable', 'disk cyan', 'cyan durable']);
  });

  it('is written even when what gathered it fails', () => {
    const { effects, group, commit } = setUp();
    expect(() =>
      group.together(() => {
        commit('black');
        throw new Error('a defect');
      }),
    ).toThrow('a defect');
    expect(effects).toEqual(['disk black', 'black durable']);
  });

  it('is settled as a whole when one of them asks for the rest to be settled', () => {
    const { effects, group, commit } = setUp();
    group.together(() => {
      group.commit(commitOf('black'), () => {
        effects.push('black durable');
        group.flush();
        effects.push('black goes on');
      });
      commit('cyan');
    });
    expect(effects).toEqual(['disk black cyan', 'black durable', 'cyan durable', 'black goes on']);
  });

  it('is settled for the others when acting on one of them fails', () => {
    const { effects, group, commit } = setUp();
    expect(() =>
      group.together(() => {
        group.commit(commitOf('black'), () => {
          throw new Error('a defect');
        });
        commit('cyan');
      }),
    ).toThrow('a defect');
    expect(effects).toEqual(['disk black cyan', 'cyan durable']);
  });

  it('is written at once when somebody commits because of what became durable', () => {
    const { effects, group, commit } = setUp();
    group.together(() =>
      group.commit(commitOf('black'), () => {
        effects.push('black durable');
        commit('cyan');
      }),
    );
    expect(effects).toEqual(['disk black', 'black durable', 'disk cyan', 'cyan durable']);
  });
});
