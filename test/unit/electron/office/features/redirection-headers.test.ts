import { describe, expect, it } from 'vitest';
import { groupHeaders, redirectionHeaders } from '#electron/office/features/redirection-headers.ts';
import { redirectingParty } from '#shared/sip/identity.ts';
import { findHeaders } from '#shared/sip/find-header.ts';

const addressOf = (number: string): string => `"N ${number}" <sip:${number}@127.0.0.1>`;
const left = [
  { number: '10', reason: 'user-busy' },
  { number: '11', reason: 'no-answer' },
] as const;

describe('how a call came', () => {
  it('is told by nothing when it came straight', () => {
    expect(redirectionHeaders([], '10', addressOf)).toEqual([]);
  });

  it('is told number by number, and by the last who sent it on first', () => {
    const headers = redirectionHeaders(left, '12', addressOf);
    expect(findHeaders(headers, 'History-Info')).toEqual([
      '"N 10" <sip:10@127.0.0.1?Reason=SIP%3Bcause%3D486>;index=1',
      '"N 11" <sip:11@127.0.0.1;cause=486?Reason=SIP%3Bcause%3D408>;index=1.1;mp=1',
      '"N 12" <sip:12@127.0.0.1;cause=408>;index=1.1.1;mp=1.1',
    ]);
    expect(findHeaders(headers, 'Diversion').map((value) => /sip:(\d+).*reason=([\w-]+)/.exec(value)?.slice(1))).toEqual([
      ['11', 'no-answer'],
      ['10', 'user-busy'],
    ]);
    expect(redirectingParty((name) => findHeaders(headers, name))?.number).toBe('11');
  });

  it('is told to the members of a group without a word of a redirection that was none', () => {
    const headers = groupHeaders('20', [], '13', addressOf);
    expect(redirectingParty((name) => findHeaders(headers, name))).toBeNull();
    expect(findHeaders(headers, 'P-Called-Party-ID')).toEqual(['"N 20" <sip:20@127.0.0.1>']);
    expect(redirectingParty((name) => findHeaders(groupHeaders('20', left, '13', addressOf), name))?.number).toBe('11');
  });
});
