import { setTimeout as delay } from 'node:timers/promises';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { AppProcess } from '../app-process.ts';
import { type BenchRoom, counted } from '../bench-room.ts';
import type { Figure } from '../figure.ts';
import { MeasuringServer, webOffer } from '../measuring-server.ts';
import { createSignedInProfile } from '../profile.ts';
import { median } from '../statistics.ts';

/** Calls of the counted rounds together. */
const calls = 200;
/** Time for the app to draw the end of a call before the next one comes. */
const pauseMs = 100;
const settleMs = 3_000;

/** Both apps are up and registered, each at a server of its own; they are called in turn, a row of calls each. */
export async function ringingFigures(room: BenchRoom): Promise<Figure[]> {
  const ours = await MeasuringServer.start(room.certificate);
  const theirs = await MeasuringServer.start(room.certificate);
  const profile = await createSignedInProfile(ours.address);
  const pageProfile = await createTempFolder('bench-sipjs-profile');
  const apps: AppProcess[] = [];
  try {
    const registered = Promise.all([ours.next('REGISTER'), theirs.next('REGISTER')]);
    apps.push(
      await AppProcess.start({
        appFolder: room.commute,
        profileFolder: profile.path,
        args: [...profile.args, '--use-fake-device-for-media-stream'],
      }),
    );
    apps.push(
      await AppProcess.start({
        appFolder: await room.baseline('sipjs-page'),
        profileFolder: pageProfile.path,
        args: [
          `--server=wss://127.0.0.1:${theirs.address.port}/ws`,
          `--fingerprint=${room.certificate.fingerprint}`,
          '--use-fake-device-for-media-stream',
        ],
      }),
    );
    await registered;
    await delay(settleMs);
    const callsPerRound = Math.ceil(calls / room.runs);
    const rounds = await counted(room.runs, async (index) => {
      const own = await ring(ours, callsPerRound);
      const page = await ring(theirs, callsPerRound);
      room.say(`ringing ${index}: ${median(own).toFixed(2)} ms, sip.js page ${median(page).toFixed(2)} ms`);
      return { own, page };
    });
    return [
      { metric: 'INVITE in to 180 out', unit: 'ms', samples: rounds.flatMap(({ own }) => own), goal: { bound: 'below', value: 0.95 } },
      { metric: 'INVITE in to 180 out, plain sip.js page', unit: 'ms', samples: rounds.flatMap(({ page }) => page) },
      {
        metric: 'INVITE in to 180 out, of plain sip.js',
        unit: 'x',
        samples: rounds.map(({ own, page }) => median(own) / median(page)),
        goal: { bound: 'below', value: 0.333 },
      },
    ];
  } catch (error) {
    throw new Error(`What the apps said:\n${apps.map(({ output }) => output.slice(-2_000)).join('\n')}`, { cause: error });
  } finally {
    for (const app of apps) await app.dispose();
    for (const owned of [ours, theirs, profile, pageProfile]) await owned.dispose();
  }
}

async function ring(server: MeasuringServer, times: number): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < times; index++) {
    const call = server.call(webOffer);
    const { at } = await call.response(180);
    samples.push(at - call.sentAt);
    await call.cancel();
    await delay(pauseMs);
  }
  return samples;
}
