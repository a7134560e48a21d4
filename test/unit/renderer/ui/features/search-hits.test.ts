import { describe, expect, it } from 'vitest';
import { defaultCallSettings } from '#shared/settings/call-settings.ts';
import { findHits, lastDialled } from '#renderer/ui/features/search/hits.ts';
import { sampleCall, sampleHistory, samplePeople } from '#test/support/ui/sample-state.ts';

const plain = defaultCallSettings.dialling;
const munich = { ...plain, country: 'DE', areaCode: '89', outsidePrefix: '0', internalLength: 3 };
const hits = (query: string, dialling = plain) => findHits(query, samplePeople, sampleHistory(), dialling);
const found = (query: string) => hits(query).map((hit) => `${hit.kind} ${hit.target}`);

describe('hits of "Search or dial"', () => {
  it('are none for an empty field', () => {
    expect(found('  ')).toEqual([]);
  });

  it('name people first, then recent calls whose number is not theirs', () => {
    expect(found('anna')).toEqual(['person 201', 'recent 202', 'recent +49 89 123456', 'recent 203', 'recent 204']);
  });

  it('put the owner of a number before the number, and the number before those that only begin with it', () => {
    expect(found('201').slice(0, 2)).toEqual(['person 201', 'dial 201']);
    expect(found('20').slice(0, 2)).toEqual(['dial 20', 'person 201']);
  });

  it('ask main to dial what was typed, and show what that comes to', () => {
    const [hit] = hits('+49 (0)89 / 123-456', munich);
    expect(hit).toMatchObject({ kind: 'dial', target: '+49 (0)89 / 123-456', read: { kind: 'external' } });
    expect(hit?.read.target.startsWith('0')).toBe(true);
  });

  it('dial addresses as they are', () => {
    expect(hits('anna@example.org').find((hit) => hit.kind === 'dial')?.read).toMatchObject({
      kind: 'address',
      target: 'sip:anna@example.org',
    });
  });

  it('put an emergency call before everybody, also before somebody with that number', () => {
    const [anna, ...others] = samplePeople;
    if (anna === undefined) throw new Error('The sample has people.');
    const [first] = findHits('112', [{ ...anna, numbers: ['112'] }, ...others], [], munich);
    expect(first).toMatchObject({ kind: 'dial', read: { kind: 'emergency', target: '112' } });
  });
});

describe('the number that redial means', () => {
  const [entry] = sampleHistory();

  it('is the last of the calls from here, while it lasts or from the list', () => {
    const calls = [sampleCall({ dialled: '203' }), sampleCall({ dialled: '204' }), sampleCall({ direction: 'incoming', dialled: '' })];
    expect(lastDialled(calls, entry)).toBe('204');
    expect(lastDialled([], entry && { ...entry, dialled: '001761234567' })).toBe('001761234567');
  });

  it('is what an old entry knows, and nothing without one', () => {
    expect(lastDialled([], entry)).toBe('201');
    expect(lastDialled([], undefined)).toBe('');
  });
});
