import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ask, callIn, registered, stateOf, waitForState } from '#test/support/app/driver.ts';
import { type NetworkLab, startNetworkLab } from '#test/support/lab/network-lab.ts';
import { FarEnd } from '#test/support/roaming/far-end.ts';
import { figuresOf, keepFigures, percentiles, tableOf } from '#test/support/roaming/roaming-figures.ts';
import { openRoamingPhone, talk } from '#test/support/roaming/roaming-phone.ts';
import { roamingPlan } from '#test/support/roaming/roaming-plan.ts';
import { type Outcome, perform } from '#test/support/roaming/roaming-run.ts';
import { restartServer } from '#test/support/roaming/server-restart.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { projectRoot } from '../../build/setup/project.mjs';

/** `npm run test:roam` plays longer runs. */
const count = Number(process.env['COMMUTE_SWITCHES'] ?? 20);
const seed = Number(process.env['COMMUTE_SEED'] ?? 8_802);
const isLong = count > 20;
const cables = isLong ? { most: Math.ceil(count / 20), minMs: 5_000, maxMs: 60_000 } : { most: 1, minMs: 5_000, maxMs: 8_000 };
const restarts = isLong ? 20 : 3;

const figures = join(projectRoot, 'out');
const farToneHz = 900;
let lab: NetworkLab;

beforeAll(async () => {
  lab = await startNetworkLab({ servers: true });
});

afterAll(() => lab?.dispose());

async function startFarEnd(): Promise<FarEnd> {
  const farEnd = await FarEnd.start(lab, '207', farToneHz);
  onTestFinished(() => farEnd.dispose());
  return farEnd;
}

describe('a call whose computer changes its network', () => {
  const name = `outlives ${count} switches, with sound after each, and never shows a registration that the server does not have`;
  it(name, { timeout: 60_000 + count * 30_000 }, async () => {
    const farEnd = await startFarEnd();
    const phone = await openRoamingPhone(lab);
    const outcomes: Outcome[] = [];
    let call = await talk(phone, farEnd, farToneHz);
    for (const change of roamingPlan({ count, cables }, new SeededRandom(seed))) {
      const outcome = await perform(change, { lab, phone, farEnd, call, toneHz: farToneHz });
      outcomes.push(outcome);
      if (outcome.trouble !== '') console.log(`Switch ${outcomes.length}, ${outcome.name}: ${outcome.trouble}`);
      if (outcome.lost) call = await talk(phone, farEnd, farToneHz);
    }
    const rows = figuresOf(outcomes);
    await keepFigures(figures, `roaming-${count}`, { seed, rows, outcomes });
    console.log(`Roaming, seed ${seed}:\n${tableOf(rows)}`);
    expect(outcomes.filter(({ lost, stale, trouble }) => lost || stale || trouble !== '')).toEqual([]);
  });
});

describe('a server that is started anew', () => {
  it('has the registration again as soon as it is back', { timeout: 30_000 + restarts * 15_000 }, async () => {
    await lab.move('lan');
    const { page } = await openRoamingPhone(lab);
    const random = new SeededRandom(seed);
    const took: number[] = [];
    for (let round = 0; round < restarts; round++) {
      // as after a quiet hour: failures that lie close together make the line wait longer
      await ask(page, 'session.retry-now', {});
      await registered(page);
      const back = await restartServer(lab, Math.round(random.fraction() * 3_000), async () => {
        await waitForState(page, 'the loss is noticed', ({ registration }) => registration.phase !== 'registered');
      });
      const status = await registered(page);
      if (status.phase === 'registered') took.push(Math.max(0, status.confirmedAt - back));
    }
    const { p50, p95 } = percentiles(took);
    await keepFigures(figures, `roaming-restarts-${restarts}`, { seed, took });
    console.log(`Registered again after ${restarts} starts of the server: p50 ${p50} ms, p95 ${p95} ms.`);
    expect(took).toHaveLength(restarts);
  });

  it('ends a call that it has forgotten, with a sentence', { timeout: 60_000 }, async () => {
    await lab.move('lan');
    const farEnd = await startFarEnd();
    const { page } = await openRoamingPhone(lab);
    const call = await talk({ page }, farEnd, farToneHz);
    await restartServer(lab, 500, () => Promise.resolve());
    const sentence = page.getByRole('article').getByText('The call was lost').first();
    const [{ id, endReason }] = await Promise.all([callIn(page, 'ended'), sentence.waitFor()]);
    expect(id).toBe(call);
    expect(endReason).toMatchObject({ kind: 'failed' });
    await registered(page);
    await waitForState(page, 'the card is gone', ({ calls }) => calls.length === 0);
    expect((await stateOf(page)).session.stage).toBe('signed-in');
  });
});
