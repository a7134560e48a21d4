import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MessageBox } from '#electron/server-features/message-box.ts';
import type { Party } from '#shared/calls/call.ts';
import { defaultSettings } from '#shared/settings/settings.ts';
import { FakeLine } from '#test/support/calls/fake-line.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const anna: Party = { displayName: 'Lab 202', number: '202', uri: 'sip:202@vm' };

describe('texts', () => {
  let line: FakeLine;
  let box: MessageBox;
  let ids: number;
  beforeEach(() => {
    line = new FakeLine();
    ids = 0;
    box = new MessageBox({
      dialling: () => defaultSettings.dialling,
      nameOf: (number) => (number === '202' ? 'Anna' : undefined),
      newId: () => `message-${++ids}`,
      clock: new VirtualClock(7),
    });
    box.setLine(line);
  });
  afterEach(() => {
    box.dispose();
    expect(line.listenerCount).toBe(0);
  });

  it('are kept until they are dismissed, with the name that the person knows', () => {
    const told: number[] = [];
    box.onChanged((messages) => told.push(messages.length));
    line.receiveMessage({ from: anna, text: 'Hello' });
    line.receiveMessage({ from: { ...anna, number: '203' }, text: 'x'.repeat(9000) });
    expect(box.messages.map(({ id, from, text, at }) => [id, from.displayName, text.length, at])).toEqual([
      ['message-1', 'Anna', 5, 7],
      ['message-2', 'Lab 202', 4096, 7],
    ]);
    box.dismiss('message-1');
    box.dismiss('message-1');
    expect(box.messages.map(({ id }) => id)).toEqual(['message-2']);
    expect(told).toEqual([1, 2, 1]);
  });

  it('do not pile up', () => {
    for (let index = 0; index < 60; index++) line.receiveMessage({ from: anna, text: String(index) });
    expect([box.messages.length, box.messages[0]?.text]).toEqual([50, '10']);
  });

  it('go with the sign-out, not with another line', () => {
    line.receiveMessage({ from: anna, text: 'Hello' });
    box.setLine(new FakeLine());
    expect([box.messages.length, line.listenerCount]).toEqual([1, 0]);
    box.setLine(null);
    expect(box.messages).toEqual([]);
  });

  it('are sent to what the dial plan makes of the target', async () => {
    await box.send('20-2', 'Hello');
    expect(line.orders).toEqual([['sendMessage', '202', 'Hello']]);
    line.deliversMessages = false;
    await expect(box.send('202', 'Hello')).rejects.toMatchObject({ code: 'message-not-delivered' });
    await expect(box.send('Anna', 'Hello')).rejects.toMatchObject({ code: 'number-invalid' });
    line.setRegistration({ phase: 'signed-out' });
    await expect(box.send('202', 'Hello')).rejects.toMatchObject({ code: 'not-registered' });
    box.setLine(null);
    await expect(box.send('202', 'Hello')).rejects.toMatchObject({ code: 'not-signed-in' });
  });
});
