import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Handlers, Port } from '#renderer/media/port.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { MediaEventMessage, MediaReplyMessage } from '#shared/ipc/media-bridge.ts';
import { settle } from './fake-devices.ts';

function serve(handlers: Partial<Handlers>) {
  const sent: (MediaReplyMessage | MediaEventMessage)[] = [];
  let ask: (message: unknown) => void = () => undefined;
  const port = new Port({ onRequest: (handler) => void (ask = handler), send: (message) => void sent.push(message) });
  port.serve(handlers as Handlers);
  return { port, sent, ask: (message: unknown) => ask(message) };
}

it('answers under the number of the request', async () => {
  const { sent, ask } = serve({ 'create-offer': ({ peer }) => Promise.resolve({ sdp: `offer of ${peer}` }) });
  ask({ kind: 'request', number: 7, name: 'create-offer', params: { peer: 'a', iceRestart: false, hold: false } });
  await settle();
  expect(sent).toEqual([{ kind: 'reply', number: 7, ok: true, value: { sdp: 'offer of a' } }]);
});

it('tells what went wrong as a report', async () => {
  const { sent, ask } = serve({
    stats: () => {
      throw new AppError('media-failed', { details: { what: 'no such peer' } });
    },
  });
  ask({ kind: 'request', number: 1, name: 'stats', params: { peer: 'a' } });
  ask({ kind: 'request', number: 2, name: 'stats', params: { peer: '' } });
  ask({ kind: 'request', number: 3, name: 'toString', params: {} });
  await settle();
  expect(sent).toMatchObject([
    { number: 1, ok: false, error: { code: 'media-failed', details: { what: 'no such peer' } } },
    { number: 2, ok: false, error: { code: 'request-invalid' } },
    { number: 3, ok: false, error: { code: 'request-invalid' } },
  ]);
});

it('answers every numbered request exactly once, whatever it asks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 64 }), fc.anything(), async (name, params) => {
      const { sent, ask } = serve({});
      ask({ kind: 'request', number: 1, name, params });
      await settle();
      expect(sent).toMatchObject([{ kind: 'reply', number: 1, ok: false }]);
    }),
  );
});

it('tells events', () => {
  const { port, sent } = serve({});
  port.emit('microphone-recovered', { peer: 'a' });
  expect(sent).toEqual([{ kind: 'event', name: 'microphone-recovered', value: { peer: 'a' } }]);
});
