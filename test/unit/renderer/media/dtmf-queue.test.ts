import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type DigitsPath, DtmfQueue } from '#renderer/media/dtmf-queue.ts';

function sender() {
  const fake = {
    canInsertDTMF: false,
    toneBuffer: '',
    insertDTMF(tones: string): void {
      fake.toneBuffer = tones;
    },
  };
  const connection: { path: DigitsPath } = { path: 'unknown' };
  const queue = new DtmfQueue(
    () => fake as unknown as RTCDTMFSender,
    () => connection.path,
  );
  return { fake, connection, queue };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('waits until digits can be sent, then hands them over in order behind those still playing', async () => {
  const { fake, queue } = sender();
  const sent = [queue.send('12'), queue.send('3')];
  expect(fake.toneBuffer).toBe('');
  fake.canInsertDTMF = true;
  queue.flush();
  await Promise.all(sent);
  await queue.send('#');
  expect(fake.toneBuffer).toBe('123#');
});

it('refuses digits once the connection stands and the far end takes none', async () => {
  const { fake, connection, queue } = sender();
  const early = queue.send('12');
  connection.path = 'refused';
  queue.flush();
  await expect(early).rejects.toMatchObject({ code: 'digits-not-sent', details: { digits: '12' } });
  await expect(queue.send('3')).rejects.toMatchObject({ code: 'digits-not-sent', details: { digits: '3' } });
  fake.canInsertDTMF = true;
  await queue.send('4');
  expect(fake.toneBuffer).toBe('4');
});

it('waits for a connection that stands to begin to send, for a second', async () => {
  const { fake, connection, queue } = sender();
  connection.path = 'agreed';
  const sent = queue.send('1');
  await vi.advanceTimersByTimeAsync(500);
  fake.canInsertDTMF = true;
  await vi.advanceTimersByTimeAsync(20);
  await sent;
  expect(fake.toneBuffer).toBe('1');
  fake.canInsertDTMF = false;
  const late = queue.send('2');
  await Promise.all([expect(late).rejects.toMatchObject({ code: 'digits-not-sent' }), vi.advanceTimersByTimeAsync(1_100)]);
  expect(vi.getTimerCount()).toBe(0);
});

it('fails what was not sent when the call ends', async () => {
  const { connection, queue } = sender();
  connection.path = 'agreed';
  const sent = queue.send('1');
  queue.dispose();
  await expect(sent).rejects.toMatchObject({ code: 'media-failed' });
  expect(vi.getTimerCount()).toBe(0);
});
