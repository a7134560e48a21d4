import { describe, expect, it } from 'vitest';
import { isFollowed, mostRedirections, RedirectTargets } from '#shared/sip/redirect-targets.ts';

function all(targets: RedirectTargets): string[] {
  const found: string[] = [];
  for (let next = targets.next(); next !== undefined; next = targets.next()) found.push(next.uri.text);
  return found;
}

describe('the targets of a call that is sent on', () => {
  it('are tried by q, equals as they were named', () => {
    const targets = new RedirectTargets('sip:0@a');
    targets.add(['<sip:1@a>;q=0.2, <sip:2@a>;q=0.7', '<sip:3@a>;q=0.7', '<sip:4@a>']);
    expect(all(targets)).toEqual(['sip:4@a', 'sip:2@a', 'sip:3@a', 'sip:1@a']);
  });

  it('are tried once, however often they are named', () => {
    const targets = new RedirectTargets('sip:0@a');
    targets.add(['<sip:1@a>, <sip:0@A>']);
    expect(all(targets)).toEqual(['sip:1@a']);
    targets.add(['<sip:1@a>, <sip:0@a>']);
    expect(all(targets)).toEqual([]);
  });

  it('what a target became comes before its former neighbours', () => {
    const targets = new RedirectTargets('sip:0@a');
    targets.add(['<sip:1@a>, <sip:2@a>;q=0.5']);
    expect(targets.next()?.uri.text).toBe('sip:1@a');
    targets.add(['<sip:11@a>;q=0.1']);
    expect(all(targets)).toEqual(['sip:11@a', 'sip:2@a']);
  });

  it('end after a few', () => {
    const targets = new RedirectTargets('sip:0@a');
    targets.add([Array.from({ length: 20 }, (_, index) => `<sip:${index + 1}@a>`).join(', ')]);
    expect(all(targets)).toHaveLength(mostRedirections);
  });

  it('are telephones and nothing else; of embedded headers only Replaces counts', () => {
    const targets = new RedirectTargets('sip:0@a');
    targets.add([
      '<http://a/>, <mailto:a@a>, <tel:+4989123>',
      '<sip:1@a?Replaces=c%3Bto-tag%3D1%3Bfrom-tag%3D2&Route=x>',
      '<sip:2@a?Replaces=x>',
    ]);
    expect([targets.next()?.party.number, targets.next()?.replaces?.callId, targets.next()]).toEqual(['+4989123', 'c', undefined]);
  });

  it('305 and 380 name none', () => {
    expect([300, 301, 302, 305, 380].map(isFollowed)).toEqual([true, true, true, false, false]);
  });
});
