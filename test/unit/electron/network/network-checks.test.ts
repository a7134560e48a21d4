import { describe, expect, it } from 'vitest';
import type { IceReport } from '#shared/network/ice/report.ts';
import type { NatReport } from '#shared/network/nat/report.ts';
import { type ChecksState, NetworkChecks } from '#electron/network/network-checks.ts';
import { silentLogger } from '#shared/util/logger.ts';

const nat: NatReport = {
  at: 1,
  tookMs: 20,
  server: 'stun.test:3478',
  family: 4,
  type: 'port-restricted',
  mapping: 'endpoint-independent',
  filtering: 'address-and-port-dependent',
  filteringUnknownBecause: null,
  simple: true,
  local: null,
  mapped: null,
  hairpin: null,
  lifetimeSeconds: null,
  error: null,
};
const ice: IceReport = {
  at: 1,
  tookMs: 500,
  status: 'available',
  reason: 'direct-only',
  candidates: [],
  gatheredMs: 20,
  servers: [],
  loopBack: { connected: true, tookMs: 10, pair: null },
};

/** Checks whose outcome the test decides. */
function checks() {
  const natRuns: PromiseWithResolvers<NatReport>[] = [];
  const iceRuns: PromiseWithResolvers<IceReport>[] = [];
  const asked: { readonly nat: NatReport | null }[] = [];
  const signals: AbortSignal[] = [];
  const held = new NetworkChecks({
    checkNat: ({ signal }) => {
      const run = Promise.withResolvers<NatReport>();
      natRuns.push(run);
      signals.push(signal);
      return run.promise;
    },
    checkIce: (options) => {
      const run = Promise.withResolvers<IceReport>();
      iceRuns.push(run);
      asked.push(options);
      return run.promise;
    },
    testServer: (id) => Promise.resolve({ id, uri: 'stun:x', works: true, roundTripMs: 1, address: null, error: null }),
    logger: silentLogger,
  });
  const told: ChecksState[] = [];
  held.onChanged((state) => told.push(state));
  /** What is promised arrives a few turns later. */
  const answer = async (run: PromiseWithResolvers<NatReport> | undefined): Promise<void> => {
    run?.resolve(nat);
    await new Promise(setImmediate);
  };
  return { held, natRuns, iceRuns, asked, signals, told, answer };
}

describe('NetworkChecks', () => {
  it('says that a check runs, and what it found', async () => {
    const { held, natRuns, told, answer } = checks();
    held.checkNat(false);
    await answer(natRuns[0]);
    expect(told).toEqual([
      { nat: null, ice: null, checking: ['nat'] },
      { nat, ice: null, checking: [] },
    ]);
  });

  it('runs each check once at a time, and both beside each other', () => {
    const { held, natRuns, iceRuns } = checks();
    held.checkNat(false);
    held.checkNat(true);
    held.checkIce();
    expect(natRuns).toHaveLength(1);
    expect(iceRuns).toHaveLength(1);
    expect(held.state.checking).toEqual(['nat', 'ice']);
  });

  it('tells the ICE check what the NAT is', async () => {
    const { held, natRuns, asked, answer } = checks();
    held.checkNat(false);
    await answer(natRuns[0]);
    held.checkIce();
    expect(asked[0]?.nat).toEqual(nat);
  });

  it('takes nothing from a check that was stopped', async () => {
    const { held, natRuns, signals, answer } = checks();
    held.checkNat(false);
    held.stop();
    expect(signals[0]?.aborted).toBe(true);
    await answer(natRuns[0]);
    expect(held.state).toEqual({ nat: null, ice: null, checking: [] });
  });

  it('forgets what it knew of another network', async () => {
    const { held, natRuns, iceRuns, signals, answer } = checks();
    held.checkNat(false);
    await answer(natRuns[0]);
    held.checkNat(false);
    held.checkIce();
    held.networkChanged();
    expect(signals[1]?.aborted).toBe(true);
    iceRuns[0]?.resolve(ice);
    await new Promise(setImmediate);
    expect(held.state).toEqual({ nat: null, ice: null, checking: [] });
  });

  it('goes on after a check that failed', async () => {
    const { held, natRuns } = checks();
    held.checkNat(false);
    natRuns[0]?.reject(new Error('no socket'));
    await new Promise(setImmediate);
    expect(held.state.checking).toEqual([]);
    held.checkNat(false);
    expect(natRuns).toHaveLength(2);
  });
});
