import { setTimeout as delay } from 'node:timers/promises';
import type { AppState } from '#shared/state/app-state.ts';
import { hear, stateOf } from '../app/driver.ts';
import type { NetworkLab } from '../lab/network-lab.ts';
import type { FarEnd } from './far-end.ts';
import { liveContacts } from './live-contacts.ts';
import type { RoamingPhone } from './roaming-phone.ts';
import { nameOf, type Switch } from './roaming-plan.ts';

/** What one switch did to the call and the registration; times in ms. */
export interface Outcome {
  readonly name: string;
  readonly lost: boolean;
  /** Without sound from the old network's end to the far end's first frame by the new one, and the other way. */
  readonly silentHereMs: number;
  readonly silentThereMs: number;
  /** From the end of the old network, or the return of one, to the server's 200 by the new; 0: it was earlier; null: it took none, or never came. */
  readonly registeredMs: number | null;
  /** Registered, as the windows say, while the server has no living contact of ours. */
  readonly stale: boolean;
  /** What went wrong, for whoever reads the log. */
  readonly trouble: string;
}

export interface Roaming {
  readonly lab: NetworkLab;
  readonly phone: RoamingPhone;
  readonly farEnd: FarEnd;
  readonly call: string;
  /** What the far end sends. */
  readonly toneHz: number;
}

/** Sound and registration have this long to come back; generous, because it is a limit and no goal. */
const deadlineMs = 20_000;
const lookMs = 100;
/** Sound that is there for this long is back. */
const steadyMs = 600;
/** A cable that is out for as long as this has been noticed, in a call. */
const noticedWithinMs = 5_000;

/** Carries one switch out, waits until everything stands again, and says what it cost. */
export async function perform(change: Switch, roaming: Roaming): Promise<Outcome> {
  const { lab, phone } = roaming;
  await delay(change.pauseMs);
  const { kind, network, family, lastsMs } = change;
  const begun = Date.now();
  let isStale = false;
  if (kind === 'cable') {
    await lab.move('none');
    await delay(lastsMs);
    isStale = lastsMs >= noticedWithinMs && (await stateOf(phone.page)).registration.phase === 'registered';
  }
  const cameBack = Date.now();
  await lab.move(network, { family, ...(kind === 'overlap' ? { overlapMs: lastsMs } : {}) });
  // while both are there, the line is as good by the old one
  const due = cameBack + (kind === 'overlap' ? lastsMs : 0);
  const { confirmedAt, lost, stale, trouble } = await settle(roaming, begun, Date.now());
  const sounds = [phone.sound, roaming.farEnd.sound] as const;
  const [silentHereMs, silentThereMs] = sounds.map((sound) => Math.max(0, sound.silentMs(begun, Date.now()) - (cameBack - begun)));
  for (const sound of sounds) sound.forgetBefore(begun);
  return {
    name: nameOf(change),
    silentHereMs: silentHereMs ?? 0,
    silentThereMs: silentThereMs ?? 0,
    lost,
    registeredMs: confirmedAt === null ? null : Math.max(0, confirmedAt - due),
    stale: isStale || stale,
    trouble: isStale ? `registered without a cable, ${trouble}` : trouble,
  };
}

interface Settled {
  readonly lost: boolean;
  readonly stale: boolean;
  readonly confirmedAt: number | null;
  readonly trouble: string;
}

/** Waits for sound both ways and a registration that the server knows of. @param begun of the switch @param over the new network stands alone */
async function settle(roaming: Roaming, begun: number, over: number): Promise<Settled> {
  const { phone, farEnd, call, toneHz } = roaming;
  for (;;) {
    const state = await stateOf(phone.page);
    await phone.listen();
    const now = Date.now();
    const lost = !isUp(state, call) || !farEnd.inCall;
    const confirmedAt = confirmation(state, begun);
    const isBack = now - over >= steadyMs && [phone.sound, farEnd.sound].every((sound) => sound.isSteady(now, steadyMs));
    const truth = isBack || now - over > deadlineMs ? await contactTruth(roaming, state) : undefined;
    if (lost || (isBack && truth === 'registered')) {
      if (!lost) await hear(phone.page, call, toneHz);
      return { lost, stale: false, confirmedAt, trouble: lost ? `the call ended: ${whyEnded(state, call)}` : '' };
    }
    if (now - over > deadlineMs) {
      const silent = [
        phone.sound.isSteady(now, steadyMs) ? '' : 'not heard here',
        farEnd.sound.isSteady(now, steadyMs) ? '' : 'not heard there',
      ];
      const trouble = [...silent, truth === 'registered' ? '' : truth].filter(Boolean).join(', ');
      return { lost, stale: truth === 'stale', confirmedAt, trouble: `${trouble}: ${told(state, call)}` };
    }
    await delay(lookMs);
  }
}

/** Whether what the windows say of the registration is so. */
async function contactTruth({ lab, phone }: Roaming, { registration }: AppState): Promise<'registered' | 'unregistered' | 'stale'> {
  if (registration.phase !== 'registered') return 'unregistered';
  return (await liveContacts(lab, phone.user)).length > 0 ? 'registered' : 'stale';
}

function confirmation({ registration }: AppState, since: number): number | null {
  return registration.phase === 'registered' && registration.confirmedAt >= since ? registration.confirmedAt : null;
}

function isUp({ calls }: AppState, id: string): boolean {
  return calls.some((call) => call.id === id && call.phase === 'connected');
}

function whyEnded({ calls }: AppState, id: string): string {
  return JSON.stringify(calls.find((call) => call.id === id)?.endReason ?? 'the far end hung up');
}

function told({ registration, calls }: AppState, id: string): string {
  const { phase, pair, repairingSince, repairs } = calls.find((call) => call.id === id) ?? {};
  return JSON.stringify({ registration, phase, pair, repairingSince, repairs });
}
