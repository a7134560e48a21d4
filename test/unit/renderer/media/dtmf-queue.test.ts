import { expect, it } from 'vitest';
import { DtmfQueue } from '#renderer/media/dtmf-queue.ts';

function sender() {
  const fake = {
    canInsertDTMF: false,
    toneBuffer: '',
    insertDTMF(tones: string): void {
      fake.toneBuffer = tones;
    },
  };
  return { fake, queue: new DtmfQueue(() => fake as unknown as RTCDTMFSender) };
}

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

it('fails what was not sent when the call ends', async () => {
  const { queue } = sender();
  const sent = queue.send('1');
  queue.dispose();
  await expect(sent).rejects.toMatchObject({ code: 'media-failed' });
});
