import { beforeEach, describe, expect, it } from 'vitest';
import { echoCall } from '#electron/calls/echo-call.ts';
import { CallFixture } from '#test/support/calls/call-fixture.ts';
import { errorWith } from '#test/support/calls/error-with.ts';

/** Turns until everything that is promised has arrived. */
const turns = (): Promise<void> => new Promise(setImmediate);

describe('an echo call', () => {
  let t: CallFixture;
  const given = new AbortController().signal;
  beforeEach(() => {
    t = new CallFixture();
  });
  const invited = (): string => t.service.views()[0]?.id ?? '';
  const hungUp = (): boolean => t.line.orders.some(([order]) => order === 'hangUp');

  it('has heard itself when sound comes back, and hangs up', async () => {
    const outcome = echoCall(t.service, '9196', given);
    t.line.say({ call: invited(), type: 'established', remote: null });
    t.clock.advance(0);
    await turns();
    expect(await outcome).toEqual({ heard: true });
    expect(hungUp()).toBe(true);
  });

  it('says when the call stood and nothing came back in time', async () => {
    const controller = new AbortController();
    const outcome = echoCall(t.service, '9196', controller.signal);
    t.line.say({ call: invited(), type: 'established', remote: null });
    controller.abort();
    expect(await outcome).toEqual({ heard: false });
    expect(hungUp()).toBe(true);
  });

  it('fails with the reason why nobody answered', async () => {
    const outcome = echoCall(t.service, '9999', given);
    const error = { code: 'number-unknown', details: { number: '9999' } } as const;
    t.line.say({ call: invited(), type: 'rejected', status: 404, reasonPhrase: 'Not Found', cleared: false, who: null, error });
    await expect(outcome).rejects.toThrow(errorWith('number-unknown'));
    expect(hungUp()).toBe(false);
  });

  it('fails when it only rang until the time was over', async () => {
    const controller = new AbortController();
    const outcome = echoCall(t.service, '9196', controller.signal);
    controller.abort();
    await expect(outcome).rejects.toThrow(errorWith('call-not-answered'));
    expect(hungUp()).toBe(true);
  });
});
