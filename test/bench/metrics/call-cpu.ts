import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { callIn, registered, waitForState } from '#test/support/app/driver.ts';
import { launchElectron, windowByUrl } from '#test/support/app/electron-app.ts';
import { writeTone } from '#test/support/app/microphone.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { type BenchRoom, counted } from '../bench-room.ts';
import { EchoPeer } from '../echo-peer.ts';
import type { Figure } from '../figure.ts';
import { MeasuringServer } from '../measuring-server.ts';
import { cpuBetween, treeCpu } from '../process-tree.ts';
import { createSignedInProfile } from '../profile.ts';
import { ratios } from '../statistics.ts';
import { now, within } from '../wall-clock.ts';

const windowMs = 10_000;
const settleMs = 5_000;
/** Opus sends a packet each 20 ms; fewer than this share of them and there is no call to speak of. */
const leastPacketShare = 0.9;

interface TalkingApp {
  readonly pid: number;
  readonly echo: EchoPeer;
  dispose(): Promise<void>;
}

/** Each app in an Opus call with an echo; CPU time of its processes over the same windows of time, so that both meet the same noise. */
export async function callCpuFigures(room: BenchRoom): Promise<Figure[]> {
  const sounds = await createTempFolder('bench-tone');
  const tone = join(sounds.path, 'tone.wav');
  await writeTone(tone, 440);
  const apps: TalkingApp[] = [];
  try {
    const commute = await commuteInCall(room, tone);
    apps.push(commute);
    const plain = await sipJsPageInCall(room, tone);
    apps.push(plain);
    await delay(settleMs);
    const rounds = await counted(room.runs, async (index) => {
      const [own, page] = await measure([commute, plain]);
      if (own === undefined || page === undefined) throw new Error('A call is missing.');
      room.say(`call ${index}: ${own.toFixed(2)} %, sip.js page ${page.toFixed(2)} %`);
      return { own, page };
    });
    const own = rounds.map((round) => round.own);
    const page = rounds.map((round) => round.page);
    return [
      { metric: 'CPU in an Opus call, of one core', unit: '%', samples: own },
      { metric: 'CPU in an Opus call, plain sip.js page', unit: '%', samples: page },
      { metric: 'CPU in an Opus call, of plain sip.js', unit: 'x', samples: ratios(own, page), goal: { bound: 'at most', value: 1.15 } },
    ];
  } finally {
    for (const app of apps) await app.dispose();
    await sounds.dispose();
  }
}

async function measure(apps: readonly TalkingApp[]): Promise<number[]> {
  const before = apps.map(({ pid, echo }) => ({ at: now(), cpu: treeCpu(pid), echoed: echo.echoed }));
  await delay(windowMs);
  return apps.map(({ pid, echo }, index) => {
    const start = before[index];
    if (start === undefined) throw new Error('The window has no beginning.');
    const elapsedMs = now() - start.at;
    const packets = echo.echoed - start.echoed;
    if (packets < (elapsedMs / 20) * leastPacketShare) throw new Error(`Only ${packets} packets of sound in ${Math.round(elapsedMs)} ms.`);
    return (cpuBetween(start.cpu, treeCpu(pid)) / (elapsedMs / 1000)) * 100;
  });
}

async function commuteInCall(room: BenchRoom, tone: string): Promise<TalkingApp> {
  const { server, echo } = await echoServer(room);
  const profile = await createSignedInProfile(server.address);
  const commute = await launchElectron({
    appFolder: room.commute,
    profileFolder: profile.path,
    args: [...profile.args, '--lang=en-US', ...microphone(tone)],
  });
  const page = await windowByUrl(commute.app, 'ui/index.html');
  await registered(page);
  await waitForState(page, 'media ready', ({ media }) => media.ready);
  const field = page.getByRole('combobox', { name: 'Search or dial' });
  await field.fill('203');
  await field.press('Enter');
  await callIn(page, 'connected');
  return {
    pid: await mainPid(commute.app),
    echo,
    async dispose() {
      await commute.dispose();
      await echo.dispose();
      await server.dispose();
      await profile.dispose();
    },
  };
}

async function sipJsPageInCall(room: BenchRoom, tone: string): Promise<TalkingApp> {
  const { server, echo } = await echoServer(room);
  const ready = server.next('REGISTER');
  const launched = await launchElectron({
    appFolder: await room.baseline('sipjs-page'),
    args: [`--server=wss://127.0.0.1:${server.address.port}/ws`, `--fingerprint=${room.certificate.fingerprint}`, ...microphone(tone)],
  });
  const page: Page = await windowByUrl(launched.app, 'page.html');
  await ready;
  await page.getByRole('button', { name: 'Dial' }).click();
  await within(15_000, 'the call of the sip.js page', page.getByText('Established').waitFor());
  return {
    pid: await mainPid(launched.app),
    echo,
    async dispose() {
      await launched.dispose();
      await echo.dispose();
      await server.dispose();
    },
  };
}

async function echoServer(room: BenchRoom): Promise<{ server: MeasuringServer; echo: EchoPeer }> {
  const server = await MeasuringServer.start(room.certificate);
  const echo = new EchoPeer();
  server.onInvite = (received) => {
    received.reply(100);
    void echo.answer(new TextDecoder().decode(received.request.body)).then((sdp) => server.accept(received, sdp));
  };
  return { server, echo };
}

function microphone(tone: string): string[] {
  return ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${tone}`];
}

/** Electron's own process: the driver starts a shell first. */
function mainPid(app: { evaluate<T>(body: () => T): Promise<T> }): Promise<number> {
  return app.evaluate(() => process.pid);
}
