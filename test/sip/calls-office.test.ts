import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WeriftRobotMedia } from '#electron/office/robots/werift-robot-media.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import { officePhone, type TestPhone } from '#test/support/sip/test-phone.ts';

let office: OfficeFixture<SystemClock>;
let anna: TestPhone;
let ben: TestPhone;

beforeAll(async () => {
  const sounds = fileURLToPath(new URL('../../assets/sounds/', import.meta.url));
  office = await OfficeFixture.startOn(new SystemClock(), new WeriftRobotMedia(sounds));
  anna = officePhone(office, '10', 600);
  ben = officePhone(office, '11', 800);
  await Promise.all([anna.signIn(), ben.signIn()]);
});

afterAll(async () => {
  await Promise.all([anna?.dispose(), ben?.dispose()]);
  office?.dispose();
});

/** Anna calls Ben, who answers, and both hear each other. */
async function talk(): Promise<{ mine: string; theirs: string }> {
  const mine = anna.dial('11');
  const { call: theirs } = await ben.ringing();
  ben.line.sendRinging(theirs);
  await anna.expect(mine, 'ringing');
  ben.line.accept(theirs);
  await Promise.all([anna.expect(mine, 'established'), ben.expect(theirs, 'established')]);
  await Promise.all([anna.media.hear(mine, 800), ben.media.hear(theirs, 600)]);
  return { mine, theirs };
}

async function goodbye(mine: string, theirs: string): Promise<void> {
  anna.line.hangUp(mine);
  await Promise.all([anna.expect(mine, 'closed'), ben.expect(theirs, 'terminated')]);
  expect([anna.media.size, ben.media.size, anna.line.liveCalls, ben.line.liveCalls]).toEqual([0, 0, 0, 0]);
}

/** Runs a change and returns the peer connections that serve the call at both ends after it. */
async function peersAfter(mine: string, theirs: string, change: () => Promise<unknown>): Promise<[string, string]> {
  const peers: [string, string] = [mine, theirs];
  const subscriptions = [
    anna.line.onCallPeerChanged(({ peer }) => (peers[0] = peer)),
    ben.line.onCallPeerChanged(({ peer }) => (peers[1] = peer)),
  ];
  await change();
  for (const subscription of subscriptions) subscription.dispose();
  return peers;
}

describe('two Commutes through a proxy that stays out of their dialog', () => {
  it('hear each other', async () => {
    const { mine, theirs } = await talk();
    await goodbye(mine, theirs);
  });

  it('tell each other of hold, from either end and from both', async () => {
    const { mine, theirs } = await talk();
    anna.line.setHold(mine, true);
    await Promise.all([anna.expect(mine, 'local-hold-changed'), ben.expect(theirs, 'remote-hold-changed')]);
    ben.line.setHold(theirs, true);
    await Promise.all([ben.expect(theirs, 'local-hold-changed'), anna.expect(mine, 'remote-hold-changed')]);
    // both take back at once: glare
    anna.line.setHold(mine, false);
    ben.line.setHold(theirs, false);
    await Promise.all([anna.expect(mine, 'local-hold-changed'), ben.expect(theirs, 'local-hold-changed')]);
    await Promise.all([anna.media.hear(mine, 800), ben.media.hear(theirs, 600)]);
    await goodbye(mine, theirs);
  });

  it.each(['renegotiate', 'replace'] as const)('go on talking on new peer connections after a repair: %s', async (strategy) => {
    const { mine, theirs } = await talk();
    const [annas, bens] = await peersAfter(mine, theirs, async () => {
      anna.line.repair(mine, strategy);
      await anna.expect(mine, 'repair-negotiated');
    });
    expect([annas, bens]).toEqual([`${mine}~2`, `${theirs}~2`]);
    await Promise.all([anna.media.hear(annas, 800), ben.media.hear(bens, 600)]);
    expect([anna.media.size, ben.media.size]).toEqual([1, 1]);
    await goodbye(mine, theirs);
  });

  it('go on talking when the one who was called repairs', async () => {
    const { mine, theirs } = await talk();
    const [annas, bens] = await peersAfter(mine, theirs, async () => {
      ben.line.repair(theirs, 'replace');
      await ben.expect(theirs, 'repair-negotiated');
    });
    await Promise.all([anna.media.hear(annas, 800), ben.media.hear(bens, 600)]);
    await goodbye(mine, theirs);
  });

  it('find each other again after both lost their connection', async () => {
    const { mine, theirs } = await talk();
    anna.line.reconnect('asked');
    ben.line.reconnect('asked');
    anna.line.setHold(mine, true);
    await Promise.all([anna.expect(mine, 'local-hold-changed'), ben.expect(theirs, 'remote-hold-changed')]);
    anna.line.setHold(mine, false);
    await Promise.all([anna.expect(mine, 'local-hold-changed'), ben.expect(theirs, 'remote-hold-changed')]);
    await Promise.all([anna.media.hear(mine, 800), ben.media.hear(theirs, 600)]);
    await goodbye(mine, theirs);
  });
});

describe('the colleagues', () => {
  it('80 echoes', async () => {
    const call = anna.dial('80');
    await anna.expect(call, 'established');
    await anna.media.hear(call, 600);
    anna.line.hangUp(call);
    await anna.expect(call, 'closed');
  });

  it('80 echoes still after a takeover', async () => {
    const call = anna.dial('80');
    await anna.expect(call, 'established');
    await anna.media.hear(call, 600);
    anna.line.repair(call, 'replace');
    await anna.expect(call, 'repair-negotiated');
    await anna.media.hear(`${call}~2`, 600);
    anna.line.hangUp(call);
    await anna.expect(call, 'closed');
  });

  it('83 is busy, and nobody is 99', async () => {
    expect((await anna.expect(anna.dial('83'), 'rejected')).status).toBe(486);
    expect((await anna.expect(anna.dial('99'), 'rejected')).error?.code).toBe('number-unknown');
  });

  it('84 rings until we give up', async () => {
    const call = anna.dial('84');
    await anna.expect(call, 'ringing');
    anna.line.hangUp(call);
    await anna.expect(call, 'closed');
  });

  it('85 plays 1004 Hz', async () => {
    const call = anna.dial('85');
    await anna.expect(call, 'established');
    await anna.media.hear(call, 1004);
    anna.line.hangUp(call);
    await anna.expect(call, 'closed');
  });
});
