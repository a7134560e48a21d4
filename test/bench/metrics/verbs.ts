import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { registered, waitForState } from '#test/support/app/driver.ts';
import { launchElectron, windowByUrl } from '#test/support/app/electron-app.ts';
import { type BenchRoom, counted } from '../bench-room.ts';
import type { Figure } from '../figure.ts';
import { MeasuringServer, webOffer } from '../measuring-server.ts';
import { createSignedInProfile } from '../profile.ts';
import { ratios } from '../statistics.ts';

/** How long it rings before somebody answers: the quick hand of a person, in ms. */
const reactionMs = 700;
/** For the page to come to rest, in ms. */
const pauseMs = 300;

/** A phone as a person works it. */
interface Phone {
  readonly server: MeasuringServer;
  readonly page: Page;
  /** Presses the button or the key; the page stamps the event itself. */
  readonly answer: () => Promise<void>;
  readonly dial: () => Promise<void>;
  /** Resolves when the phone is free for the next call. */
  readonly idle: () => Promise<void>;
  dispose(): Promise<void>;
}

/** Answering and dialling by real input events, in turn on Commute, Commute with a dead STUN server, and a plain sip.js page. */
export async function verbFigures(room: BenchRoom): Promise<Figure[]> {
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(silent, 'listening');
  const phones: Phone[] = [];
  try {
    const commute = await openCommute(room);
    phones.push(commute);
    const deadStun = await openCommute(room, silent.address().port);
    phones.push(deadStun);
    const plain = await openSipJsPage(room);
    phones.push(plain);
    const rounds = await counted(room.runs, async (index) => {
      const answer = await timeAnswer(commute);
      const plainAnswer = await timeAnswer(plain);
      const dial = await timeDial(commute);
      const plainDial = await timeDial(plain);
      const deadDial = await timeDial(deadStun);
      const times = [answer, plainAnswer, dial, plainDial, deadDial].map((ms) => ms.toFixed(1));
      room.say(
        `verbs ${index}: answer ${times[0]} (sip.js ${times[1]}), dial ${times[2]} (sip.js ${times[3]}), dial with dead STUN ${times[4]} ms`,
      );
      return { answer, plainAnswer, dial, plainDial, deadDial };
    });
    const answers = rounds.map(({ answer }) => answer);
    const dials = rounds.map(({ dial }) => dial);
    const plainAnswers = rounds.map(({ plainAnswer }) => plainAnswer);
    const plainDials = rounds.map(({ plainDial }) => plainDial);
    return [
      { metric: 'answer click to 200 out', unit: 'ms', samples: answers, goal: { bound: 'at most', value: 10 } },
      { metric: 'answer click to 200 out, of plain sip.js', unit: 'x', samples: ratios(answers, plainAnswers) },
      { metric: 'dial key to INVITE out', unit: 'ms', samples: dials, goal: { bound: 'at most', value: 20 } },
      { metric: 'dial key to INVITE out, of plain sip.js', unit: 'x', samples: ratios(dials, plainDials) },
      {
        metric: 'dial key to INVITE out, one dead STUN server',
        unit: 'ms',
        samples: rounds.map(({ deadDial }) => deadDial),
        goal: { bound: 'at most', value: 300, of: 'max' },
      },
    ];
  } finally {
    for (const phone of phones) await phone.dispose();
    silent.close();
  }
}

async function timeAnswer(phone: Phone): Promise<number> {
  const call = phone.server.call(webOffer);
  await call.response(180);
  await delay(reactionMs);
  const answered = call.response(200);
  const pressed = await stampNext(phone.page, 'click');
  await phone.answer();
  const { response, at } = await answered;
  const ms = at - (await pressed());
  await call.confirmAndHangUp(response);
  await phone.idle();
  return ms;
}

async function timeDial(phone: Phone): Promise<number> {
  const invited = phone.server.next('INVITE');
  const pressed = await stampNext(phone.page, 'keydown');
  await phone.dial();
  const ms = (await invited) - (await pressed());
  await phone.idle();
  return ms;
}

/** Remembers when the next such event happened, by the stamp that Chromium gave it before any script of the page ran. */
async function stampNext(page: Page, type: 'click' | 'keydown'): Promise<() => Promise<number>> {
  await page.evaluate((name) => {
    document.documentElement.dataset['pressedAt'] = '';
    addEventListener(
      name,
      ({ timeStamp }) => {
        document.documentElement.dataset['pressedAt'] = String(performance.timeOrigin + timeStamp);
      },
      { capture: true, once: true },
    );
  }, type);
  return async () => {
    const text = await page.evaluate(() => document.documentElement.dataset['pressedAt'] ?? '');
    if (text === '') throw new Error(`The page saw no ${type}.`);
    return Number(text);
  };
}

async function openCommute(room: BenchRoom, stunPort?: number): Promise<Phone> {
  const server = await MeasuringServer.start(room.certificate);
  const profile = await createSignedInProfile(
    server.address,
    stunPort === undefined ? [] : [{ id: 'dead', uri: `stun:127.0.0.1:${stunPort}`, username: '' }],
  );
  const commute = await launchElectron({
    appFolder: room.commute,
    profileFolder: profile.path,
    args: [...profile.args, '--lang=en-US', '--use-fake-device-for-media-stream'],
  });
  const page = await windowByUrl(commute.app, 'ui/index.html');
  await registered(page);
  await waitForState(page, 'media ready', ({ media }) => media.ready);
  const field = page.getByRole('combobox', { name: 'Search or dial' });
  const idle = async (): Promise<void> => {
    await waitForState(page, 'no call', ({ calls }) => calls.length === 0);
    // typed beforehand, so that the key that is stamped is Enter
    await field.fill('203');
    await delay(pauseMs);
  };
  await idle();
  return {
    server,
    page,
    answer: () => page.getByRole('button', { name: 'Answer' }).first().click(),
    dial: () => field.press('Enter'),
    idle,
    async dispose() {
      await commute.dispose();
      await profile.dispose();
      await server.dispose();
    },
  };
}

async function openSipJsPage(room: BenchRoom): Promise<Phone> {
  const server = await MeasuringServer.start(room.certificate);
  const ready = server.next('REGISTER');
  const launched = await launchElectron({
    appFolder: await room.baseline('sipjs-page'),
    args: [
      `--server=wss://127.0.0.1:${server.address.port}/ws`,
      `--fingerprint=${room.certificate.fingerprint}`,
      '--use-fake-device-for-media-stream',
    ],
  });
  const page = await windowByUrl(launched.app, 'page.html');
  await ready;
  return {
    server,
    page,
    answer: () => page.getByRole('button', { name: 'Answer' }).click(),
    dial: () => page.getByRole('button', { name: 'Dial' }).press('Enter'),
    idle: () => delay(pauseMs),
    async dispose() {
      await launched.dispose();
      await server.dispose();
    },
  };
}
