import { describe, expect, it } from 'vitest';
import { findTargets, type TargetSources } from '#renderer/ui/store/targets.ts';
import { sampleCall, sampleHistory, sampleLines, sampleParty, samplePeople } from '#test/support/ui/sample-state.ts';

const found = (changes: Partial<TargetSources> = {}) =>
  findTargets({
    query: '',
    people: samplePeople,
    lines: sampleLines,
    recent: [],
    calls: [],
    except: '201',
    readNumber: (typed) => (/^\+?[\d ]+$/.test(typed) ? `as ${typed}` : undefined),
    ...changes,
  });
const names = (changes: Partial<TargetSources>) => found(changes).map(({ kind, name }) => `${kind} ${name}`);

describe('whom a call can be given to', () => {
  it('is everybody but the one whose call it is, with line and number as it will be dialled', () => {
    expect(found().map(({ name }) => name)).not.toContain('Anna Weber');
    expect(found()[0]).toMatchObject({ kind: 'person', name: 'Ben Krause', number: '204', shown: 'as 204', line: { activity: 'idle' } });
    expect(found().find(({ name }) => name === 'Sofia Torres')).toMatchObject({ line: null });
  });

  it('is narrowed by name, and a number that was typed comes first', () => {
    expect(names({ query: 'len' })).toEqual(['person Lena Braun']);
    expect(names({ query: '20' }).slice(0, 2)).toEqual(['typed 20', 'person Ben Krause']);
    expect(names({ query: '204' })).toEqual(['typed 204', 'person Ben Krause'].slice(1));
    expect(names({ query: 'nobody' })).toEqual([]);
    expect(names({ query: '201' })).toEqual([]);
  });

  it('is another live call before all, and nobody twice', () => {
    const lena = sampleCall({ id: 'c2', remote: sampleParty('Lena Braun', '203') });
    expect(names({ calls: [lena], query: 'lena' })).toEqual(['call Lena Braun']);
    expect(names({ calls: [lena], query: 'ben' })).toEqual(['person Ben Krause']);
  });

  it('is who was talked to lately, once each', () => {
    const recent = [...sampleHistory(), ...sampleHistory()];
    expect(names({ people: [], recent })).toEqual([
      'recent Jonas Meyer',
      'recent +49 89 123456',
      'recent Lena Braun',
      'recent Ben Krause',
      'recent Sofia Torres',
      'recent Tarek Hassan',
    ]);
  });
});
