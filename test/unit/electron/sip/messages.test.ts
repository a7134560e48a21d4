import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Messages } from '#electron/sip/messages.ts';
import type { MessageReceived } from '#electron/sip/sip-line.ts';
import { Caller, ScriptedPeer } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
let messages: Messages;
let received: MessageReceived[];
beforeEach(() => {
  peer = new ScriptedPeer();
  ({ messages } = peer);
  received = [];
  messages.received.event((message) => received.push(message));
});
afterEach(() => {
  messages.dispose();
  peer.calls.dispose();
  peer.core.dispose();
});

describe('a message that we receive', () => {
  let count = 0;

  function receive(text: string): void {
    new Caller(peer, `m-${++count}`, '"Bob" <sip:202@lab.test>').send('MESSAGE', text, ['Content-Type: text/plain']);
  }

  it('is answered and told', async () => {
    receive('Grüße');
    await peer.take('200');
    expect(received).toEqual([{ from: { displayName: 'Bob', number: '202', uri: 'sip:202@lab.test' }, text: 'Grüße' }]);
  });

  it('may be 4096 characters long', async () => {
    receive('x'.repeat(4096));
    await peer.take('200');
    receive('x'.repeat(4097));
    await peer.take('413');
    expect(received).toHaveLength(1);
  });

  it('may come inside of the dialog of a call', async () => {
    const { far } = await peer.establish();
    far.send('MESSAGE', 'Grüße', ['Content-Type: text/plain']);
    await peer.take('200');
    expect(received.map(({ from, text }) => [from.number, text])).toEqual([['202', 'Grüße']]);
    far.send('MESSAGE', 'x'.repeat(4097), ['Content-Type: text/plain']);
    await peer.take('413');
    expect(peer.calls.size).toBe(1);
  });

  it('that is empty is no news', async () => {
    receive('');
    receive(' \r\n');
    await peer.take('200');
    await peer.take('200');
    expect(received).toEqual([]);
  });
});

describe('a message that we send', () => {
  it('is delivered', async () => {
    const sent = messages.send('202', 'Grüße');
    const message = await peer.take('MESSAGE');
    expect([message.startLine, message.header('Content-Type'), message.body]).toEqual([
      'MESSAGE sip:202@lab.test SIP/2.0',
      'text/plain;charset=UTF-8',
      'Grüße',
    ]);
    peer.respond(message, 202);
    await sent;
  });

  it.each([404, 415, 480, 503])('is refused with %i', async (status) => {
    const sent = messages.send('202', 'x');
    peer.respond(await peer.take('MESSAGE'), status);
    await expect(sent).rejects.toMatchObject({ code: 'message-not-delivered', details: { status, name: '202' } });
  });

  it.each([
    ['', 'x'],
    ['202', 'x'.repeat(4097)],
  ])('to %j of that length never leaves', async (target, text) => {
    await expect(messages.send(target, text)).rejects.toMatchObject({ code: 'message-not-delivered' });
    expect(await peer.untaken()).toEqual([]);
  });

  it('ends with the line', async () => {
    const sent = messages.send('202', 'x');
    await peer.take('MESSAGE');
    messages.dispose();
    await expect(sent).rejects.toMatchObject({ code: 'not-registered' });
  });
});
