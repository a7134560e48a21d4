import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { CallFixture } from '#test/support/calls/call-fixture.ts';
import { errorWith } from '#test/support/calls/error-with.ts';

let t: CallFixture;
beforeEach(() => {
  t = new CallFixture();
  t.setRules({ recording: { offered: true, folder: '/recordings', tone: true } });
});

/** Lets promises settle. */
async function settle(): Promise<void> {
  await t.clock.advanceAsync(0);
}

async function recorded(): Promise<string> {
  const id = t.talk();
  t.service.setRecording(id, true);
  await settle();
  return id;
}

describe('a recording', () => {
  it('opens its file first, then the media window writes; the card says since when', async () => {
    const id = await recorded();
    expect(t.recordings.orders).toEqual([['start', id, 'Anna Weber']]);
    expect(t.media.orders).toContainEqual(['startRecording', id, id, true]);
    expect(t.view(id).recordingSince).toBe(t.clock.wallMs());
  });

  it('is closed by hand, and may begin anew', async () => {
    const id = await recorded();
    t.forgetOrders();
    t.service.setRecording(id, false);
    await settle();
    expect(t.media.orders).toContainEqual(['stopRecording', id]);
    expect(t.recordings.orders).toEqual([['finish', id]]);
    expect(t.view(id).recordingSince).toBeNull();
    t.service.setRecording(id, true);
    await settle();
    expect(t.recordings.orders.at(-1)).toEqual(['start', id, 'Anna Weber']);
  });

  it('ends with the call, and the call list knows where it is', async () => {
    const id = await recorded();
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    await settle();
    expect(t.recordings.orders.at(-1)).toEqual(['finish', id]);
    expect(t.journal.entries).toMatchObject([{ id, recording: t.recordings.path(id) }]);
  });

  it('that has nothing in it is taken out of the call list again', async () => {
    t.recordings.hasSound = false;
    const id = await recorded();
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    await settle();
    expect(t.journal.entries.map(({ recording }) => recording)).toEqual([t.recordings.path(id), null]);
  });

  it('that ends before its file is open is closed all the same', async () => {
    const id = t.talk();
    t.service.setRecording(id, true);
    t.service.setRecording(id, false);
    await settle();
    expect(t.recordings.orders).toEqual([
      ['start', id, 'Anna Weber'],
      ['finish', id],
    ]);
    expect(t.view(id).recordingSince).toBeNull();
  });

  it('goes on from the next peer connection, in a file of its own when the media window died', async () => {
    const id = await recorded();
    t.forgetOrders();
    t.line.changePeer(id, 'peer-2');
    await settle();
    expect(t.media.orders).toContainEqual(['startRecording', id, 'peer-2', true]);
    expect(t.recordings.orders).toEqual([]);
    t.media.lost.fire({ peers: ['peer-2'] });
    t.line.changePeer(id, 'peer-3');
    await settle();
    expect(t.recordings.orders).toEqual([
      ['finish', id],
      ['start', id, 'Anna Weber'],
    ]);
    expect(t.media.orders).toContainEqual(['startRecording', id, 'peer-3', true]);
    expect(t.recordings.paths).toEqual([t.recordings.path(id), t.recordings.path(id, 2)]);
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    await settle();
    expect(t.journal.entries).toMatchObject([{ id, recording: t.recordings.path(id) }]);
  });

  it('is found where something was heard first', async () => {
    const id = await recorded();
    t.recordings.hasSound = false;
    t.media.lost.fire({ peers: [id] });
    t.line.changePeer(id, 'peer-2');
    await settle();
    t.recordings.hasSound = true;
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    await settle();
    expect(t.journal.entries).toMatchObject([{ id, recording: t.recordings.path(id, 2) }]);
  });

  it('that cannot go on is off, and the card says why', async () => {
    const failures = [
      (id: string) => t.media.recordingFailed.fire({ recording: id, error: { code: 'recording-failed', details: { reason: 'x' } } }),
      (id: string) => t.recordings.failed.fire({ recording: id, error: new AppError('disk-full') }),
    ];
    for (const fail of failures) {
      const id = await recorded();
      t.forgetOrders();
      fail(id);
      await settle();
      expect(t.view(id)).toMatchObject({
        recordingSince: null,
        trouble: { code: expect.stringMatching(/recording-failed|disk-full/) as string },
      });
      expect(t.recordings.orders).toEqual([['finish', id]]);
    }
  });

  it('that cannot begin says why', async () => {
    t.recordings.refusal = new AppError('recording-folder-missing');
    const id = await recorded();
    expect(t.view(id)).toMatchObject({ recordingSince: null, trouble: { code: 'recording-folder-missing' } });
    t.media.startRecording = () => Promise.reject(new Error('no encoder'));
    t.recordings.refusal = undefined;
    t.service.setRecording(id, true);
    await settle();
    expect(t.view(id).trouble).toMatchObject({ code: 'recording-failed', details: { path: t.recordings.path(id) } });
  });

  it('is refused where an administrator forbids it, where it is not wanted, and without a folder', () => {
    const id = t.talk();
    t.policy = { recording: 'forbidden' };
    expect(() => t.service.setRecording(id, true)).toThrowError(errorWith('recording-forbidden'));
    t.policy = { recording: 'free' };
    t.setRules({ recording: { folder: null } });
    expect(() => t.service.setRecording(id, true)).toThrowError(errorWith('recording-folder-missing'));
    t.setRules({ recording: { offered: false } });
    expect(() => t.service.setRecording(id, true)).toThrowError(errorWith('feature-not-offered'));
  });
});
