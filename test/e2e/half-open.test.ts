import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { callIn, hear, registered, waitForState } from '#test/support/app/driver.ts';
import { type NetworkLab, serverAddresses, startNetworkLab } from '#test/support/lab/network-lab.ts';
import { FarEnd } from '#test/support/roaming/far-end.ts';
import { liveContacts } from '#test/support/roaming/live-contacts.ts';
import { openRoamingPhone, type RoamingPhone, talk } from '#test/support/roaming/roaming-phone.ts';

const farToneHz = 900;
const signalling = { protocol: 'tcp', ports: [8089] } as const;
let lab: NetworkLab;

beforeAll(async () => {
  lab = await startNetworkLab({ servers: true });
});

afterAll(() => lab?.dispose());

/** Waits until the windows no longer say "registered". @returns how long that took, in ms */
async function noticed({ page }: RoamingPhone, timeoutMs: number): Promise<number> {
  const from = performance.now();
  await waitForState(page, 'the dead flow is noticed', ({ registration }) => registration.phase !== 'registered', timeoutMs);
  return performance.now() - from;
}

describe('a connection that stands and carries nothing', () => {
  it('is noticed in a call, which goes on, and mended as soon as packets pass', { timeout: 90_000 }, async () => {
    const farEnd = await FarEnd.start(lab, '207', farToneHz);
    onTestFinished(() => farEnd.dispose());
    const phone = await openRoamingPhone(lab);
    const call = await talk(phone, farEnd, farToneHz);
    const fault = await lab.drop(signalling);
    const tookMs = await noticed(phone, 20_000);
    console.log(`A dead flow was noticed in a call after ${Math.round(tookMs)} ms.`);
    await hear(phone.page, call, farToneHz);
    await fault.restore();
    await registered(phone.page, 45_000);
    expect(await liveContacts(lab, phone.user)).not.toEqual([]);
    expect((await callIn(phone.page, 'connected')).id).toBe(call);
    expect(farEnd.inCall).toBe(true);
  });

  it('is noticed when idle, and left for the address that still answers', { timeout: 90_000 }, async () => {
    const phone = await openRoamingPhone(lab);
    const fault = await lab.drop({ ...signalling, address: serverAddresses.office });
    onTestFinished(() => fault.restore());
    const from = performance.now();
    await waitForState(
      phone.page,
      'registered at the public address',
      ({ registration }) => registration.phase === 'registered' && registration.server.startsWith('sip.lab.test'),
      60_000,
    );
    console.log(`A dead flow of an idle line was left for the other address after ${Math.round(performance.now() - from)} ms.`);
    expect(await liveContacts(lab, phone.user)).not.toEqual([]);
  });
});
