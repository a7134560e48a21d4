import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Watches } from '#electron/sip/subscriptions/watches.ts';
import type { WatchChanged } from '#electron/sip/sip-line.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { type Caller, ScriptedPeer, type Sent } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
let watches: Watches;
let told: WatchChanged[];
beforeEach(() => {
  peer = new ScriptedPeer();
  watches = new Watches(peer.context);
  told = [];
  watches.changes.event((change) => told.push(change));
  watches.flowReady();
});
afterEach(() => {
  watches.dispose();
  peer.calls.dispose();
  expect(peer.clock.pendingCount).toBe(0);
  expect(peer.core.subscribers.size).toBe(0);
  peer.core.dispose();
});

function document(version: number, state: 'full' | 'partial', ...dialogs: string[]): string {
  const elements = dialogs.map((dialog) => {
    const [id, phase] = dialog.split(' ');
    return `<dialog id="${id}" direction="recipient"><state>${phase}</state></dialog>`;
  });
  return `<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${state}" entity="sip:203@lab.test">${elements.join('')}</dialog-info>`;
}

async function notify(notifier: Caller, body: string, state = 'active;expires=3600', event = 'dialog'): Promise<void> {
  notifier.send('NOTIFY', body, [
    `Event: ${event}`,
    `Subscription-State: ${state}`,
    ...(body === '' ? [] : ['Content-Type: application/dialog-info+xml']),
  ]);
  await peer.take('200');
}

/** Somebody watches 203, and the server tells that nothing is going on. */
async function active(): Promise<{ watch: Disposable; subscribe: Sent; notifier: Caller }> {
  const watch = watches.watch('203');
  const subscribe = await peer.take('SUBSCRIBE');
  peer.respond(subscribe, 200, { headers: ['Expires: 3600'] });
  const notifier = peer.callee(subscribe);
  await notify(notifier, document(0, 'full'));
  return { watch, subscribe, notifier };
}

/** The next SUBSCRIBE is one of a new subscription. */
async function anew(before: Sent): Promise<Sent> {
  const subscribe = await peer.take('SUBSCRIBE');
  expect(subscribe.header('Call-ID')).not.toBe(before.header('Call-ID'));
  expect(subscribe.header('To')).not.toContain('tag=');
  return subscribe;
}

const statuses = (): string[] => told.map(({ status }) => status);

describe('a watched line', () => {
  it('is subscribed to, and its dialogs are told', async () => {
    const { subscribe, notifier } = await active();
    expect(subscribe.startLine).toBe('SUBSCRIBE sip:203@lab.test SIP/2.0');
    expect([subscribe.header('Event'), subscribe.header('Expires'), subscribe.header('Accept')]).toEqual([
      'dialog',
      '3600',
      'application/dialog-info+xml',
    ]);
    expect(subscribe.header('Contact')).toContain('sip:one@first.invalid');
    await notify(notifier, document(1, 'partial', '1 early'));
    await notify(notifier, document(2, 'partial', '1 confirmed', '2 early'));
    await notify(notifier, document(3, 'partial', '1 terminated'));
    expect(told.map(({ status, dialogs }) => [status, ...dialogs.map(({ id, state }) => `${id} ${state}`)])).toEqual([
      ['pending'],
      ['active'],
      ['active', '1 early'],
      ['active', '1 confirmed', '2 early'],
      ['active', '2 early'],
    ]);
  });

  it('may be told before the SUBSCRIBE is answered', async () => {
    watches.watch('203');
    const subscribe = await peer.take('SUBSCRIBE');
    await notify(peer.callee(subscribe), document(0, 'full', '1 early'));
    peer.respond(subscribe, 200, { headers: ['Expires: 600'] });
    expect(statuses()).toEqual(['pending', 'active']);
    // the shorter of both counts
    await peer.clock.advanceAsync(540_000);
    const refresh = await peer.take('SUBSCRIBE');
    expect(refresh.header('Call-ID')).toBe(subscribe.header('Call-ID'));
  });

  it('is refreshed in its dialog before it expires', async () => {
    const { subscribe, notifier } = await active();
    await peer.clock.advanceAsync(3_240_000);
    const refresh = await peer.take('SUBSCRIBE');
    expect(refresh.startLine).toBe('SUBSCRIBE sip:202@far.test;transport=ws SIP/2.0');
    expect([refresh.header('Call-ID'), refresh.header('CSeq')]).toEqual([subscribe.header('Call-ID'), '2 SUBSCRIBE']);
    expect(refresh.header('To')).toContain(';tag=far');
    peer.respond(refresh, 200, { headers: ['Expires: 1200'] });
    await notify(notifier, document(1, 'full'), 'active;expires=1200');
    await peer.clock.advanceAsync(1_080_000);
    await peer.take('SUBSCRIBE');
    expect(statuses()).toEqual(['pending', 'active']);
  });

  it('that lost a document is asked for all of it', async () => {
    const { notifier } = await active();
    await notify(notifier, document(5, 'partial', '1 early'));
    const refresh = await peer.take('SUBSCRIBE');
    peer.respond(refresh, 200, { headers: ['Expires: 3600'] });
    await notify(notifier, document(6, 'full', '1 confirmed'));
    expect(told.at(-1)?.dialogs).toMatchObject([{ id: '1', state: 'confirmed' }]);
  });

  it('has one subscription for all who watch, until the last has gone', async () => {
    const { watch, notifier } = await active();
    const second = watches.watch('203');
    await peer.settle();
    expect(await peer.untaken()).toEqual([]);
    // the second is told what is known
    expect(statuses()).toEqual(['pending', 'active', 'active']);
    watch.dispose();
    watch.dispose();
    expect(await peer.untaken()).toEqual([]);
    second.dispose();
    const last = await peer.take('SUBSCRIBE');
    expect(last.header('Expires')).toBe('0');
    peer.respond(last, 200);
    await notify(notifier, document(1, 'full'), 'terminated;reason=timeout');
    expect(statuses()).toHaveLength(3);
  });

  it('that cannot be dialled is refused', async () => {
    watches.watch('');
    expect(await peer.untaken()).toEqual([]);
    expect(told).toEqual([{ target: '', status: 'refused', dialogs: [] }]);
  });

  it('waits for a connection', async () => {
    watches.flowLost();
    watches.watch('203');
    expect(await peer.untaken()).toEqual([]);
    watches.flowReady();
    await peer.take('SUBSCRIBE');
  });

  it('is pending without a document and when the server says so', async () => {
    watches.watch('203');
    const subscribe = await peer.take('SUBSCRIBE');
    peer.respond(subscribe, 202, { headers: ['Expires: 3600'] });
    const notifier = peer.callee(subscribe);
    await notify(notifier, '', 'pending;expires=3600');
    await notify(notifier, '', 'active;expires=3600');
    expect(statuses()).toEqual(['pending']);
    await notify(notifier, document(0, 'full', '1 confirmed'));
    expect(statuses()).toEqual(['pending', 'active']);
  });
});

describe('a server that does not tell', () => {
  async function refused(status: number, headers: string[] = []): Promise<Sent> {
    watches.watch('203');
    const subscribe = await peer.take('SUBSCRIBE');
    peer.respond(subscribe, status, { headers });
    await peer.settle();
    return subscribe;
  }

  it.each([403, 404, 489, 603])('for good (%i) is asked again a quarter of an hour later', async (status) => {
    const first = await refused(status);
    expect(told.at(-1)).toEqual({ target: '203', status: 'refused', dialogs: [] });
    await peer.clock.advanceAsync(899_000);
    expect(await peer.untaken()).toEqual([]);
    await peer.clock.advanceAsync(1_000);
    await anew(first);
  });

  it.each([
    [500, [], 60_000],
    [503, ['Retry-After: 300'], 300_000],
    [480, [], 60_000],
  ])('for now (%i %j) is asked again', async (status, headers, afterMs) => {
    const first = await refused(status, headers);
    expect(statuses()).toEqual(['pending']);
    await peer.clock.advanceAsync(afterMs - 1_000);
    expect(await peer.untaken()).toEqual([]);
    await peer.clock.advanceAsync(1_000);
    await anew(first);
  });

  it('for so short a time gets a longer one, once', async () => {
    const first = await refused(423, ['Min-Expires: 7200']);
    const second = await anew(first);
    expect(second.header('Expires')).toBe('7200');
    peer.respond(second, 423, { headers: ['Min-Expires: 9000'] });
    await peer.settle();
    expect(await peer.untaken()).toEqual([]);
    expect(told.at(-1)?.status).toBe('refused');
  });

  it('and takes the SUBSCRIBE without another word is refused after 32 seconds', async () => {
    watches.watch('203');
    peer.respond(await peer.take('SUBSCRIBE'), 200, { headers: ['Expires: 3600'] });
    await peer.clock.advanceAsync(32_000);
    expect(told.at(-1)?.status).toBe('refused');
  });

  it('and has forgotten the subscription gets a new one', async () => {
    const { subscribe } = await active();
    await peer.clock.advanceAsync(3_240_000);
    peer.respond(await peer.take('SUBSCRIBE'), 481);
    await peer.clock.advanceAsync(0);
    await anew(subscribe);
    expect(statuses()).toEqual(['pending', 'active', 'pending']);
  });
});

describe('a subscription that the server ends', () => {
  it.each([
    ['deactivated', 0, 'pending'],
    ['timeout', 0, 'pending'],
    ['probation;retry-after=20', 20_000, 'pending'],
    ['giveup', 60_000, 'pending'],
    ['rejected', 900_000, 'refused'],
    ['noresource', 900_000, 'refused'],
    ['whatever', 60_000, 'pending'],
  ])('%s: asked again after %i ms, and is %s', async (reason, afterMs, status) => {
    const { subscribe, notifier } = await active();
    await notify(notifier, '', `terminated;reason=${reason}`);
    expect(told.at(-1)?.status).toBe(status);
    if (afterMs > 0) {
      await peer.clock.advanceAsync(afterMs - 1);
      expect(await peer.untaken()).toEqual([]);
    }
    await peer.clock.advanceAsync(1);
    await anew(subscribe);
  });

  it('again and again is asked ever later', async () => {
    watches.watch('203');
    const waits: number[] = [];
    for (let round = 0; round < 5; round++) {
      const subscribe = await peer.take('SUBSCRIBE');
      await notify(peer.callee(subscribe), '', 'terminated;reason=deactivated');
      let waited = 0;
      while ((await peer.untaken()).length === 0) {
        await peer.clock.advanceAsync(500);
        waited += 500;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([500, 2_000, 4_000, 8_000, 16_000]);
  });
});

describe('what crosses', () => {
  it('a lost connection: everything anew on the next one, old news are not ours', async () => {
    const { subscribe, notifier } = await active();
    peer.flowUp = false;
    watches.flowLost();
    expect(told.at(-1)).toEqual({ target: '203', status: 'pending', dialogs: [] });
    peer.flowUp = true;
    watches.flowReady();
    const second = await anew(subscribe);
    notifier.send('NOTIFY', document(1, 'full', '1 early'), ['Event: dialog', 'Subscription-State: active']);
    await peer.take('481');
    await notify(peer.callee(second), document(0, 'full'));
    expect(statuses()).toEqual(['pending', 'active', 'pending', 'active']);
  });

  it('a NOTIFY that comes late or from another fork', async () => {
    const { subscribe } = await active();
    const other = peer.callee(subscribe, 'other');
    other.send('NOTIFY', document(9, 'full', '1 early'), ['Event: dialog', 'Subscription-State: active']);
    await peer.take('481');
    const late = peer.callee(subscribe);
    late.send('NOTIFY', document(9, 'full', '1 early'), ['Event: dialog', 'Subscription-State: active']);
    await peer.take('500');
    expect(told.at(-1)?.dialogs).toEqual([]);
  });

  it('a body that cannot be read changes nothing', async () => {
    const { notifier } = await active();
    await notify(notifier, '<html>', 'active');
    expect(statuses()).toEqual(['pending', 'active']);
  });
});
