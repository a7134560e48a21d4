import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberOfLink, readLaunchRequest } from '#shared/launch/launch-request.ts';

describe('the command line', () => {
  it('names a profile in both spellings', () => {
    expect(readLaunchRequest(['--profile', 'b']).profile).toBe('b');
    expect(readLaunchRequest(['--profile=home-2']).profile).toBe('home-2');
  });

  it.each(['../evil', '', '-x', 'a b', 'x'.repeat(33)])('ignores the profile name %j', (name) => {
    expect(readLaunchRequest(['--profile', name]).profile).toBe('');
  });

  it('takes the last link', () => {
    expect(readLaunchRequest(['tel:1', '--flag', 'tel:+49891234']).dialTarget).toBe('+49891234');
  });
});

describe('a link', () => {
  it.each([
    ['tel:+49-89-1234', '+49-89-1234'],
    ['TEL:*21*0123%23', '*21*0123#'],
    ['sip:201@office.example', '201@office.example'],
    ['callto://201', '201'],
  ])('%s asks for %s', (link, number) => {
    expect(numberOfLink(link)).toBe(number);
  });

  it.each([
    ['sip:201@office?Replaces=x', '201@office'],
    ['tel:201;phone-context=+1', '201'],
  ])('%s carries nothing beside the number', (link, number) => {
    expect(numberOfLink(link)).toBe(number);
  });

  it.each(['http://x', 'tel:', 'tel:%00', 'tel:1%0a--inspect', 'tel:%zz', 'tel:<b>', `tel:${'1'.repeat(600)}`, 'tel:"1"', 'tel:\u202e1'])(
    '%j is refused',
    (link) => {
      expect(numberOfLink(link)).toBeNull();
    },
  );

  it('never throws and never yields control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        const number = numberOfLink(`tel:${text}`);
        if (number !== null) expect(number).not.toMatch(/[\0-\x1f\x7f\u202a-\u202e]/);
      }),
    );
  });
});
