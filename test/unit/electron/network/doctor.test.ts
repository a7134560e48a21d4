import { afterEach, describe, expect, it } from 'vitest';
import { Doctor } from '#electron/network/doctor.ts';
import type { DoctorPorts } from '#electron/network/doctor/ports.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { directOnly } from '#shared/network/proxy-list.ts';
import type { DoctorStepId } from '#shared/network/doctor/names.ts';
import type { DoctorLine, DoctorRun } from '#shared/network/doctor/run.ts';
import { defaultSettings, type Settings } from '#shared/settings/settings.ts';
import { iceReport, soundNat, proofOf, sampleServer } from '#test/support/network/doctor-samples.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { ScriptedServer } from '#test/support/sip/scripted-server.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const stun = { id: 's', uri: 'stun:stun.example.org', username: '' };
const settings: Settings = {
  ...defaultSettings,
  ice: { servers: [stun], relayOnly: false },
  network: { ...defaultSettings.network, echoNumber: '9196' },
};
const never = <T>(): Promise<T> => new Promise(() => undefined);

/** A doctor on a clock that stands still, with everything fine; `wishes` breaks it. */
class Practice {
  readonly clock = new VirtualClock();
  readonly runs: DoctorRun[] = [];
  readonly doctor: Doctor;
  readonly #waiting = new Set<() => void>();

  constructor(wishes: Partial<DoctorPorts> = {}) {
    this.doctor = new Doctor({
      clock: this.clock,
      random: new SeededRandom(1),
      account: () => null,
      settings: () => settings,
      inCall: () => false,
      takenOverBy: () => null,
      proxies: { waysTo: () => Promise.resolve(directOnly), open: () => Promise.reject(new Error('no proxy')) },
      trustFor: () => {
        throw new Error('nothing is encrypted here');
      },
      portalEvidence: () => Promise.resolve(undefined),
      probeRegistration: () => Promise.resolve({ error: null, others: [], dateMs: null }),
      proveServer: () => Promise.resolve(proofOf(stun.uri)),
      checkNat: () => Promise.resolve(soundNat),
      checkIce: () => Promise.resolve(iceReport()),
      checkSound: () =>
        Promise.resolve({ microphone: 'heard', toneHeard: false, speaker: 'played', microphoneLabel: 'Headset', speakerLabel: 'Headset' }),
      devices: () => Promise.resolve({ inputs: [], outputs: [] }),
      echoCall: () => Promise.resolve({ heard: true }),
      ...wishes,
    });
    this.doctor.onChanged((run) => {
      this.runs.push(run);
      for (const wake of this.#waiting) wake();
    });
    cleanUps.push(() => this.doctor.dispose());
  }

  get run(): DoctorRun {
    const run = this.runs.at(-1);
    if (run === undefined) throw new Error('Nothing was told.');
    return run;
  }

  line(step: DoctorStepId): DoctorLine | undefined {
    return this.run.lines.find((line) => line.step === step);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
      this.#waiting.clear();
    }
  }

  async finish(): Promise<DoctorRun> {
    await this.until(() => this.run.finishedAt !== null);
    return this.run;
  }
}

/** A telephone system on this computer without encryption. */
async function openOffice(): Promise<Partial<DoctorPorts>> {
  const server = await ScriptedServer.start();
  cleanUps.push(() => server.close());
  const { port } = server;
  return {
    account: () => ({
      id: 'a',
      kind: 'server',
      user: '201',
      authUser: null,
      displayName: '',
      domain: null,
      servers: [sampleServer('127.0.0.1', { port, transport: 'ws' })],
      registerExpires: 600,
    }),
  };
}

describe('a run', () => {
  it('is told line by line and ends with a verdict', async () => {
    const practice = new Practice(await openOffice());
    practice.doctor.start({ echo: false });
    expect(practice.runs[0]?.lines.every(({ state }) => state === 'waiting' || state === 'running')).toBe(true);
    const run = await practice.finish();
    expect(run.verdict).toMatchObject({ level: 'fine', finding: null });
    expect(run.lines.filter(({ state }) => state === 'waiting' || state === 'running')).toEqual([]);
    // each run that was told differs from the one before
    for (const [index, told] of practice.runs.entries()) expect(told).not.toEqual(practice.runs[index + 1]);
    expect(practice.clock.pendingCount).toBe(0);
  });

  it('goes on alone: a second start changes nothing', async () => {
    let trials = 0;
    const sound = Promise.withResolvers<never>();
    const practice = new Practice({
      checkSound: () => {
        trials += 1;
        return sound.promise;
      },
    });
    practice.doctor.start({ echo: false });
    practice.doctor.start({ echo: true });
    sound.reject(new AppError('media-failed'));
    await practice.finish();
    expect(trials).toBe(1);
  });

  it('ends within ten seconds whatever hangs and does not listen, and says what hung', async () => {
    const practice = new Practice({ checkNat: never, checkIce: never, checkSound: never, proveServer: never, devices: never });
    practice.doctor.start({ echo: false });
    await practice.until(() => practice.line('route')?.state === 'fine');
    await practice.clock.advanceAsync(10_000);
    const { startedAt, finishedAt, verdict } = await practice.finish();
    expect((finishedAt ?? Infinity) - startedAt).toBeLessThan(10_000);
    for (const step of ['nat', 'ice', 'microphone', 'stun', 'ringing'] as const) expect(practice.line(step)?.said).toBe('hung');
    expect(verdict).not.toBeNull();
    expect(practice.clock.pendingCount).toBe(0);
  });

  it('goes on past a step that breaks', async () => {
    const practice = new Practice({ checkIce: () => Promise.reject(new AppError('media-failed')) });
    practice.doctor.start({ echo: false });
    await practice.finish();
    expect(practice.line('ice')).toMatchObject({ state: 'warning', said: 'failed', facts: { reason: 'media-failed' } });
    expect(practice.line('ringing')?.state).toBe('fine');
  });

  it('looks at the network when nobody is signed in, and says so', async () => {
    const practice = new Practice();
    practice.doctor.start({ echo: true });
    const run = await practice.finish();
    expect(run.error?.code).toBe('not-signed-in');
    expect(run.lines.some(({ step }) => step === 'tcp')).toBe(false);
  });
});

describe('a run that is stopped', () => {
  it('has no verdict, and what comes late belongs to nobody', async () => {
    const late = Promise.withResolvers<typeof soundNat>();
    const signals: AbortSignal[] = [];
    const practice = new Practice({
      checkNat: (signal) => {
        signals.push(signal);
        return late.promise;
      },
    });
    practice.doctor.start({ echo: false });
    await practice.until(() => practice.line('nat')?.state === 'running' && practice.line('route')?.state === 'fine');
    practice.doctor.stop();
    expect(practice.run).toMatchObject({ verdict: null, finishedAt: practice.clock.wallMs() });
    expect(practice.line('nat')).toMatchObject({ state: 'skipped', said: 'stopped' });
    expect(practice.line('route')?.state).toBe('fine');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    const told = practice.runs.length;
    late.resolve(soundNat);
    await practice.clock.advanceAsync(20_000);
    expect(practice.runs).toHaveLength(told);
    expect(practice.clock.pendingCount).toBe(0);
  });

  it('makes room for the next', async () => {
    let isFirst = true;
    const practice = new Practice({
      checkNat: () => {
        const answer = isFirst ? never<typeof soundNat>() : Promise.resolve(soundNat);
        isFirst = false;
        return answer;
      },
    });
    practice.doctor.start({ echo: false });
    await practice.until(() => !isFirst);
    practice.doctor.stop();
    practice.doctor.start({ echo: false });
    expect((await practice.finish()).verdict).not.toBeNull();
  });

  it('by dispose leaves no timer and tells nothing more', async () => {
    const practice = new Practice({ checkNat: never });
    practice.doctor.start({ echo: false });
    await practice.until(() => practice.line('nat')?.state === 'running');
    practice.doctor.dispose();
    const told = practice.runs.length;
    await practice.clock.advanceAsync(20_000);
    expect(practice.runs).toHaveLength(told);
    expect(practice.clock.pendingCount).toBe(0);
  });
});

describe('the echo call', () => {
  it('is made last, and has time of its own', async () => {
    const dialled: string[] = [];
    const office = await openOffice();
    const practice: Practice = new Practice({
      ...office,
      checkNat: never,
      echoCall: (number, signal) => {
        dialled.push(number);
        expect(practice.run.lines.filter(({ state }) => state === 'running').map(({ step }) => step)).toEqual(['echo-call']);
        expect(signal.aborted).toBe(false);
        return Promise.resolve({ heard: true });
      },
    });
    practice.doctor.start({ echo: true });
    await practice.until(() => practice.line('register')?.state === 'fine');
    await practice.clock.advanceAsync(10_000);
    const run = await practice.finish();
    expect(dialled).toEqual(['9196']);
    expect(run.lines.at(-1)).toMatchObject({ step: 'echo-call', state: 'fine', said: 'heard' });
  });

  it.each([
    ['not-heard', () => Promise.resolve({ heard: false })],
    ['not-connected', () => Promise.reject(new AppError('call-not-answered'))],
  ] as const)('that brings nothing back is a finding: %s', async (said, echoCall) => {
    const practice = new Practice({ ...(await openOffice()), echoCall });
    practice.doctor.start({ echo: true });
    const { verdict } = await practice.finish();
    expect(practice.line('echo-call')).toMatchObject({ state: 'broken', said });
    expect(verdict).toMatchObject({ level: 'broken', finding: 'echo-failed', facts: { number: '9196' } });
  });

  it('is not made where no address takes the line', async () => {
    const refused = { error: { code: 'user-unknown', details: {} } as const, others: [], dateMs: null };
    const practice = new Practice({
      ...(await openOffice()),
      probeRegistration: () => Promise.resolve(refused),
      echoCall: () => {
        throw new Error('Nobody may dial here.');
      },
    });
    practice.doctor.start({ echo: true });
    await practice.finish();
    expect(practice.line('echo-call')).toMatchObject({ state: 'skipped', said: 'not-reached' });
  });
});

it('plays no tone into a call', async () => {
  const practice = new Practice({
    inCall: () => true,
    checkSound: () => {
      throw new Error('The other side would hear it.');
    },
  });
  practice.doctor.start({ echo: false });
  await practice.finish();
  expect(practice.line('microphone')).toMatchObject({ state: 'skipped', said: 'in-call' });
});
