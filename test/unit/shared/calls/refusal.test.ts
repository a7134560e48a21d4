import { describe, expect, it } from 'vitest';
import { refusalError } from '#shared/calls/refusal.ts';

describe('the meaning of a refusal', () => {
  it.each([408, 480, 486, 600, 603])('%i is an ordinary outcome', (status) => {
    expect(refusalError(status, 'x', '201')).toBeNull();
  });

  it.each([
    [302, 'call-refused'],
    [400, 'call-refused'],
    [403, 'call-refused'],
    [404, 'number-unknown'],
    [410, 'number-unknown'],
    [484, 'number-invalid'],
    [488, 'no-common-codec'],
    [500, 'server-error'],
    [503, 'server-error'],
    [604, 'number-unknown'],
    [606, 'no-common-codec'],
    [699, 'call-refused'],
  ])('%i is %s', (status, code) => {
    expect(refusalError(status, 'Because', '201')).toEqual({ code, details: { status, reason: 'Because', number: '201' } });
  });
});
