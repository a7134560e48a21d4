import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MessageReceived } from '#electron/sip/sip-line.ts';
import { WireLine } from '#test/support/sip/wire-line.ts';

let wire: WireLine;
let received: MessageReceived[];
beforeEach(async () => {
  wire = await WireLine.start();
  received = [];
  wire.line.onMessage((message) => received.push(message));
});
afterEach(() => wire.dispose());

/** Sends a request outside of every dialog and returns the answer's status. */
async function ask(method: string, headers: string[], body = ''): Promise<number> {
  const before = wire.server.responses.length;
  const request = [
    `${method} sip:201@lab.test SIP/2.0`,
    `Via: SIP/2.0/WS lab.test;branch=z9hG4bK-${method}-${before}`,
    'From: "Bob" <sip:202@lab.test>;tag=far',
    'To: <sip:201@lab.test>',
    `Call-ID: ${method}-${before}`,
    `CSeq: 1 ${method}`,
    'Contact: <sip:202@lab.test>',
    'Max-Forwards: 70',
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  wire.server.sendToAll(request);
  await wire.server.until(() => wire.server.responses.length > before);
  return wire.server.responses[before]?.status ?? 0;
}

it('takes messages of plain text', async () => {
  expect(await ask('MESSAGE', ['Content-Type: text/plain;charset=utf-8'], 'Grüße')).toBe(200);
  expect(await ask('MESSAGE', ['Content-Type: text/html'], '<b>')).toBe(415);
  expect(await ask('MESSAGE', ['Content-Type: text/plain'], 'x'.repeat(4_097))).toBe(413);
  expect(received).toEqual([{ from: { displayName: 'Bob', number: '202', uri: 'sip:202@lab.test' }, text: 'Grüße' }]);
});

it('takes note of waiting messages that nobody subscribed to', async () => {
  const headers = ['Event: message-summary', 'Subscription-State: active', 'Content-Type: application/simple-message-summary'];
  expect(await ask('NOTIFY', headers, 'Messages-Waiting: yes\r\n')).toBe(200);
});

it('lets nobody dial who does not know a call of ours', async () => {
  expect(await ask('REFER', ['Refer-To: <sip:0900123@lab.test>'])).toBe(403);
  expect(await ask('REFER', ['Refer-To: <sip:0900123@lab.test>', 'Target-Dialog: a;local-tag=b;remote-tag=c', 'Require: tdialog'])).toBe(
    481,
  );
  expect(wire.events).toEqual([]);
});

it('takes no subscriptions', async () => {
  expect(await ask('SUBSCRIBE', ['Event: dialog'])).toBe(405);
});

it('sends no message while it is not registered', async () => {
  await wire.line.unregister();
  await expect(wire.line.sendMessage('202', 'x')).rejects.toMatchObject({ code: 'not-registered' });
});
