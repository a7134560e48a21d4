import { beforeEach, describe, expect, it } from 'vitest';
import { toastHandlers } from '#electron/ipc/toast-handlers.ts';
import { uiHandlers, type UiServices } from '#electron/ipc/ui-handlers.ts';
import { toastContract } from '#shared/ipc/toast-contract.ts';
import { uiContract } from '#shared/ipc/ui-contract.ts';

/** An object that notes every method that is called on it, and answers as it is told. */
function noting<T>(name: string, notes: unknown[][], answers: Readonly<Record<string, unknown>> = {}): T {
  const methods = new Proxy(
    {},
    {
      get: (_target, method) => {
        if (typeof method !== 'string') return undefined;
        if (method === 'conference') return noting<unknown>('conference', notes);
        return (...parameters: unknown[]) => {
          notes.push([`${name}.${method}`, ...parameters]);
          return answers[method];
        };
      },
    },
  );
  return methods as T;
}

let notes: unknown[][];
beforeEach(() => {
  notes = [];
});

function handlers(): ReturnType<typeof uiHandlers> {
  const services: UiServices = {
    state: noting('state', notes),
    session: noting('session', notes),
    calls: noting('calls', notes, { dial: 'c1', redial: 'c1', consult: 'c1', retrieve: 'c1', pickUp: 'c1', sipCallIds: ['x'] }),
    media: noting('media', notes),
    history: noting('history', notes),
    availability: noting('availability', notes),
    callbacks: noting('callbacks', notes),
    messages: noting('messages', notes),
    recordings: noting('recordings', notes, { chooseFolder: Promise.resolve('/recordings') }),
    guard: noting('guard', notes),
    checks: noting('checks', notes),
    doctor: noting('doctor', notes),
    saveReport: () => Promise.resolve('/doctor.txt'),
    setProxyPassword: (...pair) => notes.push(['setProxyPassword', ...pair]),
    updateSettings: (patch) => notes.push(['updateSettings', patch]),
    setIcePassword: (...pair) => notes.push(['setIcePassword', ...pair]),
    ringVolume: () => 0.8,
    ladder: (ids) => ids.join(),
    takeCommand: () => null,
    dismissNotice: (id) => notes.push(['dismissNotice', id]),
    copyText: (text) => notes.push(['copyText', text]),
    exportReport: () => Promise.resolve('/report'),
    showLogs: () => notes.push(['showLogs']),
  };
  return uiHandlers(services);
}

describe("the main window's requests", () => {
  const options = { anonymous: true, shownNumber: null };
  const call = 'a';
  const dialled = { call: 'c1' };

  it.each([
    ['call.dial', { target: '202', options }, ['calls.dial', '202', options], dialled],
    ['call.redial', {}, ['calls.redial'], dialled],
    ['call.answer', { call }, ['calls.answer', 'a'], {}],
    ['call.decline', { call, as: 'busy' }, ['calls.decline', 'a', 'busy'], {}],
    ['call.deflect', { call, target: '202' }, ['calls.deflect', 'a', '202'], {}],
    ['call.reply', { call, text: 'Later' }, ['calls.reply', 'a', 'Later'], {}],
    ['call.hang-up', { call }, ['calls.hangUp', 'a'], {}],
    ['call.set-muted', { call, muted: true }, ['calls.setMuted', 'a', true], {}],
    ['call.set-held', { call, held: true }, ['calls.setHeld', 'a', true], {}],
    ['call.swap', { call }, ['calls.swap', 'a'], {}],
    ['call.send-dtmf', { call, digits: '1' }, ['calls.sendDtmf', 'a', '1'], {}],
    ['call.transfer', { call, target: '202' }, ['calls.transfer', 'a', '202'], {}],
    ['call.consult', { call, target: '202' }, ['calls.consult', 'a', '202'], dialled],
    ['call.complete-transfer', { call }, ['calls.completeTransfer', 'a'], {}],
    ['call.back-to-caller', { call }, ['calls.backToCaller', 'a'], {}],
    ['call.connect', { call, other: 'b' }, ['calls.connect', 'a', 'b'], {}],
    ['call.answer-referral', { call, accept: true }, ['calls.answerReferral', 'a', true], {}],
    ['call.set-recording', { call, on: true }, ['calls.setRecording', 'a', true], {}],
    ['call.park', { call, slot: null }, ['calls.park', 'a', null], {}],
    ['call.retrieve', { slot: '701' }, ['calls.retrieve', '701'], dialled],
    ['call.pick-up', { number: null }, ['calls.pickUp', null], dialled],
    ['conference.join', { calls: ['a', 'b'] }, ['conference.join', ['a', 'b']], {}],
    ['conference.remove', { call }, ['conference.remove', 'a'], {}],
    ['conference.set-silenced', { call, silenced: true }, ['conference.setSilenced', 'a', true], {}],
    ['conference.set-held', { held: true }, ['conference.setHeld', true], {}],
    ['conference.set-muted', { muted: true }, ['conference.setMuted', true], {}],
    ['conference.leave', {}, ['conference.leave'], {}],
    ['conference.end', {}, ['conference.end'], {}],
    ['callback.request', { number: '202', name: 'Ben' }, ['callbacks.request', '202', 'Ben'], {}],
    ['callback.cancel', { id: 'x' }, ['callbacks.cancel', 'x'], {}],
    ['message.send', { target: '202', text: 'Hi' }, ['messages.send', '202', 'Hi'], {}],
    ['message.dismiss', { id: 'x' }, ['messages.dismiss', 'x'], {}],
    ['availability.update', { doNotDisturb: true }, ['availability.update', { doNotDisturb: true }], {}],
    ['recording.choose-folder', {}, ['recordings.chooseFolder'], { path: '/recordings' }],
    ['recording.show', { id: 'x' }, ['recordings.show', 'x'], {}],
    ['call.ladder', { call }, ['calls.sipCallIds', 'a'], { text: 'x' }],
  ] as const)('%s calls one method', async (name, params, expected, answer) => {
    const spec = uiContract.requests[name];
    // What the door hands over is what its schema has let through.
    const handler: (params: never) => unknown = handlers()[name];
    const result = await handler(spec.params.parse(params) as never);
    expect(notes).toEqual([expected]);
    expect(spec.result.parse(result)).toEqual(answer);
  });

  it('have a handler each', () => {
    expect(Object.keys(handlers()).sort()).toEqual(Object.keys(uiContract.requests).sort());
  });
});

describe("the incoming-call card's requests", () => {
  it('call the same methods', async () => {
    const all = toastHandlers({
      view: () => ({ call: null, theme: 'light', language: 'en', replies: [] }),
      answer: (id) => notes.push(['answer', id]),
      decline: (id) => notes.push(['decline', id]),
      reply: (id, text) => notes.push(['reply', id, text]),
      sendTo: (id) => notes.push(['sendTo', id]),
      openMain: () => notes.push(['openMain']),
    });
    expect(Object.keys(all).sort()).toEqual(Object.keys(toastContract.requests).sort());
    await all['call.answer']({ call: 'a' });
    await all['call.decline']({ call: 'a' });
    await all['call.reply']({ call: 'a', text: 'Later' });
    await all['toast.send-to']({ call: 'a' });
    await all['toast.open-main']({});
    expect(await all['toast.get']({})).toMatchObject({ call: null });
    expect(notes).toEqual([['answer', 'a'], ['decline', 'a'], ['reply', 'a', 'Later'], ['sendTo', 'a'], ['openMain']]);
  });
});
