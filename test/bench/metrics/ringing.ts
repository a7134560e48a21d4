import { setTimeout as delay } from 'node:timers/promises';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { AppProcess } from '../app-process.ts';
import { type BenchRoom, counted } from '../bench-room.ts';
import type { Figure } from '../figure.ts';
import { Baresip } from '../baresip.ts';
import { MeasuringServer, plainOffer, webOffer } from '../measuring-server.ts';
import { createSignedInProfile } from '../profile.ts';
import { median } from '../statistics.ts';

/** Calls of the counted rounds together. */
const calls = 200;
/** Time for the app to draw the end of a call before the next one comes. */
const pauseMs = 100;
const settleMs = 3_000;

/** Both apps and baresip are up and registered, each at a server of its own; they are called in turn, a row of calls each. */
export async function ringingFigures(room: BenchRoom): Promise<Figure[]> {
  const ours = await MeasuringServer.start(room.certificate);
  const theirs = await MeasuringServer.start(room.certificate);
  const natives = await MeasuringServer.startTcp();
  const profile = await createSignedInProfile(ours.address);
  const pageProfile = await createTempFolder('bench-sipjs-profile');
  const apps: AppProcess[] = [];
  let baresip: Baresip | undefined;
  try {
    baresip = await Baresip.start(natives);
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
      const own = await ring(ours, webOffer, callsPerRound);
      const page = await ring(theirs, webOffer, callsPerRound);
      const native = await ring(natives, plainOffer, callsPerRound);
      const medians = [own, page, native].map((samples) => median(samples).toFixed(2));
      room.say(`ringing ${index}: ${medians[0]} ms, sip.js page ${medians[1]} ms, baresip ${medians[2]} ms`);
      return { own, page, native };
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
      { metric: 'INVITE in to 180 out, baresip', unit: 'ms', samples: rounds.flatMap(({ native }) => native) },
      {
        metric: 'INVITE in to 180 out, of baresip',
        unit: 'x',
        samples: rounds.map(({ own, native }) => median(own) / median(native)),
      },
    ];
  } catch (error) {
    throw new Error(`What the apps said:\n${apps.map(({ output }) => output.slice(-2_000)).join('\n')}`, { cause: error });
  } finally {
    for (const app of apps) await app.dispose();
    await baresip?.dispose();
    for (const owned of [ours, theirs, natives, profile, pageProfile]) await owned.dispose();
  }
}

async function ring(server: MeasuringServer, offer: string, times: number): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < times; index++) {
    const call = server.call(offer);
    const { at } = await call.response(180);
    samples.push(at - call.sentAt);
    await call.cancel();
    await delay(pauseMs);
  }
  return samples;
}
