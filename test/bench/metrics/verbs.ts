import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { SipResponse } from '#shared/sip/message.ts';
import { registered, waitForState } from '#test/support/app/driver.ts';
import { launchElectron, windowByUrl } from '#test/support/app/electron-app.ts';
import { type BenchRoom, counted } from '../bench-room.ts';
import type { Figure } from '../figure.ts';
import { Baresip } from '../baresip.ts';
import { MeasuringServer, plainOffer, type ServerCall, webOffer } from '../measuring-server.ts';
import { createSignedInProfile } from '../profile.ts';
import { ratios } from '../statistics.ts';

/** How long it rings before somebody answers: the quick hand of a person, in ms. */
const reactionMs = 700;
/** For the page to come to rest, in ms. */
const pauseMs = 300;

type Verb = 'answer' | 'dial' | 'hold' | 'resume';

/** A phone as a person works it. */
interface Phone {
  readonly server: MeasuringServer;
  /** The offer of who calls it. */
  readonly offer: string;
  /** Presses the button or the key, or gives the order. @returns when that happened, on the clock of the machine */
  readonly press: (verb: Verb) => Promise<() => Promise<number>>;
  /** Resolves when the phone is free for the next call. */
  readonly idle: () => Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Answering, dialling, holding and taking back by real input events, in turn on Commute, Commute with a dead STUN server, a plain
 * sip.js page (which does not hold), and baresip by its control socket.
 */
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
    const native = await openBaresip();
    phones.push(native);
    const rounds = await counted(room.runs, async (index) => {
      const answer = await timeAnswer(commute);
      const plainAnswer = await timeAnswer(plain);
      const nativeAnswer = await timeAnswer(native);
      const dial = await timeDial(commute);
      const plainDial = await timeDial(plain);
      const deadDial = await timeDial(deadStun);
      const nativeDial = await timeDial(native);
      const { hold, resume } = await timeHold(commute);
      const { hold: nativeHold, resume: nativeResume } = await timeHold(native);
      const times = { answer, plainAnswer, nativeAnswer, dial, plainDial, deadDial, nativeDial, hold, resume, nativeHold, nativeResume };
      room.say(
        `verbs ${index}: ${Object.entries(times)
          .map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
          .join(', ')} ms`,
      );
      return times;
    });
    const all = (name: keyof (typeof rounds)[number]): number[] => rounds.map((round) => round[name]);
    const anchors = (metric: string, own: number[], native: number[], page?: number[]): Figure[] => [
      ...(page === undefined ? [] : [{ metric: `${metric}, of plain sip.js`, unit: 'x', samples: ratios(own, page) } as const]),
      { metric: `${metric}, baresip`, unit: 'ms', samples: native },
      { metric: `${metric}, of baresip`, unit: 'x', samples: ratios(own, native) },
    ];
    return [
      { metric: 'answer click to 200 out', unit: 'ms', samples: all('answer'), goal: { bound: 'at most', value: 10 } },
      ...anchors('answer click to 200 out', all('answer'), all('nativeAnswer'), all('plainAnswer')),
      { metric: 'dial key to INVITE out', unit: 'ms', samples: all('dial'), goal: { bound: 'at most', value: 20 } },
      ...anchors('dial key to INVITE out', all('dial'), all('nativeDial'), all('plainDial')),
      {
        metric: 'dial key to INVITE out, one dead STUN server',
        unit: 'ms',
        samples: all('deadDial'),
        goal: { bound: 'at most', value: 300, of: 'max' },
      },
      { metric: 'hold click to ACK', unit: 'ms', samples: all('hold') },
      ...anchors('hold click to ACK', all('hold'), all('nativeHold')),
      { metric: 'resume click to ACK', unit: 'ms', samples: all('resume') },
      ...anchors('resume click to ACK', all('resume'), all('nativeResume')),
    ];
  } finally {
    for (const phone of phones) await phone.dispose();
    silent.close();
  }
}

async function timeAnswer(phone: Phone): Promise<number> {
  const { call, response, ms } = await answered(phone);
  await call.confirmAndHangUp(response);
  await phone.idle();
  return ms;
}

async function answered(phone: Phone): Promise<{ readonly call: ServerCall; readonly response: SipResponse; readonly ms: number }> {
  const call = phone.server.call(phone.offer);
  await call.response(180);
  await delay(reactionMs);
  const taken = call.response(200);
  const pressed = await phone.press('answer');
  const { response, at } = await taken;
  return { call, response, ms: at - (await pressed()) };
}

async function timeDial(phone: Phone): Promise<number> {
  const invited = phone.server.next('INVITE');
  const pressed = await phone.press('dial');
  const ms = (await invited) - (await pressed());
  await phone.idle();
  return ms;
}

/** A whole round of offer and answer: from the press until the phone confirms the new description. */
async function timeHold(phone: Phone): Promise<{ readonly hold: number; readonly resume: number }> {
  const { call, response } = await answered(phone);
  call.confirm(response);
  await delay(pauseMs);
  const time = async (verb: 'hold' | 'resume'): Promise<number> => {
    const confirmed = phone.server.next('ACK');
    const pressed = await phone.press(verb);
    const ms = (await confirmed) - (await pressed());
    await delay(pauseMs);
    return ms;
  };
  const hold = await time('hold');
  const resume = await time('resume');
  await call.hangUp(response);
  await phone.idle();
  return { hold, resume };
}

/** Presses, and remembers when that happened by the stamp that Chromium gave the event before any script of the page ran. */
async function stamped(page: Page, type: 'click' | 'keydown', press: () => Promise<void>): Promise<() => Promise<number>> {
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
  await press();
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
  const clicked = (name: string) => () => page.getByRole('button', { name, exact: true }).first().click();
  const hands = {
    answer: () => stamped(page, 'click', clicked('Answer')),
    dial: () => stamped(page, 'keydown', () => field.press('Enter')),
    hold: () => stamped(page, 'click', clicked('Hold')),
    resume: () => stamped(page, 'click', clicked('Resume')),
  };
  return {
    server,
    offer: webOffer,
    press: (verb) => hands[verb](),
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
    offer: webOffer,
    press: (verb) => {
      if (verb === 'answer') return stamped(page, 'click', () => page.getByRole('button', { name: 'Answer' }).click());
      if (verb === 'dial') return stamped(page, 'keydown', () => page.getByRole('button', { name: 'Dial' }).press('Enter'));
      throw new Error(`The plain page has no button for: ${verb}.`);
    },
    idle: () => delay(pauseMs),
    async dispose() {
      await launched.dispose();
      await server.dispose();
    },
  };
}

async function openBaresip(): Promise<Phone> {
  const server = await MeasuringServer.startTcp();
  const baresip = await Baresip.start(server);
  const orders = { answer: 'accept', hold: 'hold', resume: 'resume' } as const;
  return {
    server,
    offer: plainOffer,
    press: (verb) => {
      const target = `sip:203@127.0.0.1:${server.port};transport=tcp`;
      const at = verb === 'dial' ? baresip.order('dial', target) : baresip.order(orders[verb]);
      return Promise.resolve(() => Promise.resolve(at));
    },
    idle: () => delay(pauseMs),
    async dispose() {
      await baresip.dispose();
      await server.dispose();
    },
  };
}
