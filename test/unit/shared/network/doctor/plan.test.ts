import { describe, expect, it } from 'vitest';
import { planDoctor, type PlannedStep, runDeadlineMs } from '#shared/network/doctor/plan.ts';
import { doctorSteps } from '#shared/network/doctor/names.ts';
import { doctorRunSchema } from '#shared/network/doctor/run.ts';
import type { Account } from '#shared/profiles/account.ts';
import { defaultSettings } from '#shared/settings/settings.ts';
import { sampleServer } from '#test/support/network/doctor-samples.ts';

const stun = { id: 's', uri: 'stun:stun.example.org', username: '' };
const turn = { id: 't', uri: 'turns:turn.example.org:443', username: 'u' };
const iceServers = Array.from({ length: 16 }, (_, index) =>
  index % 2 === 0 ? { ...stun, id: `s${index}` } : { ...turn, id: `t${index}` },
);

function accountWith(count: number): Account {
  const servers = Array.from({ length: count }, (_, index) => sampleServer(`10.0.0.${index + 1}`));
  return { id: 'a', kind: 'server', user: '201', authUser: null, displayName: '', domain: null, servers, registerExpires: 600 };
}

function plan(wishes: Partial<Parameters<typeof planDoctor>[0]> & { readonly ice?: readonly (typeof stun)[] } = {}): PlannedStep[] {
  const settings = { ...defaultSettings, ice: { relayOnly: false, servers: [...(wishes.ice ?? [stun, turn])] } };
  return planDoctor({ account: accountWith(2), settings, echo: false, inCall: false, ...wishes });
}

const skipOf = (steps: readonly PlannedStep[], id: string): string | null | undefined => steps.find((step) => step.id === id)?.skip;

describe('the plan', () => {
  it('has every step, addresses and servers each with a line of their own, in the order of the lines', () => {
    const steps = plan();
    expect(new Set(steps.map(({ step }) => step))).toEqual(new Set(doctorSteps));
    expect(steps.filter(({ step }) => step === 'tcp').map(({ server }) => server)).toEqual(['10.0.0.1:8802', '10.0.0.2:8802']);
    expect(steps.find(({ step }) => step === 'turn')?.server).toBe('turn.example.org:443');
    const places = steps.map(({ step }) => doctorSteps.indexOf(step));
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  it('fits the contract with as many addresses and servers as there may be', () => {
    expect(doctorRunSchema.shape.lines.safeParse(plan({ account: accountWith(4), ice: iceServers }).map(lineOf)).success).toBe(true);
  });

  it('waits for nothing that is not in it, and never for itself', () => {
    const steps = plan({ account: accountWith(4), echo: true });
    const ids = new Set(steps.map(({ id }) => id));
    expect(ids.size).toBe(steps.length);
    const waits = (step: PlannedStep): string[] => [...step.needs, ...step.needsOne, ...step.after];
    expect(steps.flatMap(waits).filter((id) => !ids.has(id))).toEqual([]);
    const done = new Set<string>();
    while (done.size < steps.length) {
      const ready = steps.filter((step) => !done.has(step.id) && waits(step).every((id) => done.has(id)));
      expect(ready.length).toBeGreaterThan(0);
      for (const { id } of ready) done.add(id);
    }
  });

  it.each(['proxy', 'dns', 'tcp', 'tls', 'upgrade'])('ends well within the run when everything is dead at %s', (dead) => {
    const steps = plan({ account: accountWith(4) }).filter(({ step }) => step !== 'echo-call');
    const endOf = (id: string): { readonly atMs: number; readonly passes: boolean } => {
      const step = steps.find((one) => one.id === id);
      if (step === undefined) throw new Error(`There is no step ${id}.`);
      const before = [...step.needs, ...step.needsOne, ...step.after].map(endOf);
      const beginsAt = Math.max(0, ...before.map(({ atMs }) => atMs));
      if (!step.needs.every((need) => endOf(need).passes)) return { atMs: beginsAt, passes: false };
      // what works is quick
      const isDead = step.step === dead || step.subject.kind !== 'server';
      return { atMs: beginsAt + (isDead ? step.deadlineMs : 200), passes: step.step !== dead };
    };
    const ends = steps.filter(({ step }) => step !== 'nat' && step !== 'ice').map(({ id }) => endOf(id).atMs);
    expect(Math.max(...ends)).toBeLessThan(runDeadlineMs);
  });

  it('registers at one address after the other', () => {
    const registers = plan({ account: accountWith(3) }).filter(({ step }) => step === 'register');
    expect(registers.map(({ after }) => after)).toEqual([[], ['register:0'], ['register:1']]);
  });

  it('leaves out what has no meaning, and says why', () => {
    const open: Account = { ...accountWith(0), servers: [sampleServer('10.0.0.1', { transport: 'ws' })] };
    expect(skipOf(plan({ account: open }), 'tls:0')).toBe('plain');
    const bare = plan({ ice: [] });
    expect(['stun', 'turn', 'nat'].map((id) => skipOf(bare, id))).toEqual(['none', 'none', 'none']);
    expect(['microphone', 'speaker'].map((id) => skipOf(plan({ inCall: true }), id))).toEqual(['in-call', 'in-call']);
  });

  it('calls the echo number only when it is asked for, and last', () => {
    const settings = { ...defaultSettings, network: { ...defaultSettings.network, echoNumber: '9196' } };
    expect(skipOf(plan(), 'echo-call')).toBe('not-asked');
    expect(skipOf(plan({ echo: true }), 'echo-call')).toBe('no-number');
    const steps = plan({ echo: true, settings });
    const echo = steps.find(({ id }) => id === 'echo-call');
    expect(echo?.skip).toBeNull();
    expect(new Set(echo?.after)).toEqual(new Set(steps.map(({ id }) => id).filter((id) => id !== 'echo-call')));
  });

  it('looks at the network and this computer when nobody is signed in', () => {
    const steps = plan({ account: null }).map(({ step }) => step);
    expect(steps).toEqual(expect.arrayContaining(['interfaces', 'route', 'stun', 'nat', 'ice', 'microphone', 'ringing']));
    expect(steps.filter((step) => ['tcp', 'register', 'echo-call', 'double-registration', 'clock'].includes(step))).toEqual([]);
  });
});

function lineOf({ step, server }: PlannedStep) {
  return { step, server, state: 'waiting', tookMs: null, said: '', facts: {} };
}
