import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';
import { defineContract, request } from '#shared/ipc/contract.ts';
import { silentLogger } from '#shared/util/logger.ts';

type Listener = (event: unknown, envelope: unknown) => Promise<unknown>;
const handled = vi.hoisted(() => new Map<string, Listener>());
vi.mock('electron', () => ({
  ipcMain: {
    handle: (channel: string, listener: Listener) => handled.set(channel, listener),
    removeHandler: (channel: string) => handled.delete(channel),
  },
}));
const { IpcDoor, sendEvent } = await import('#electron/ipc/ipc-door.ts');

const contract = defineContract({
  requests: { 'thing.double': request(z.object({ value: z.number() }), z.object({ value: z.number() })) },
  events: { ping: z.object({}) },
});
const page = 'app://commute/ui/index.html';

/** As much of a window's contents as the door looks at. */
class FakeContents extends EventEmitter {
  readonly id: number;
  readonly mainFrame: { url: string };
  readonly sent: unknown[][] = [];
  destroyed = false;

  constructor(id: number, url = page) {
    super();
    this.id = id;
    this.mainFrame = { url };
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  send(...message: unknown[]): void {
    this.sent.push(message);
  }
}

describe('the door', () => {
  const door = new IpcDoor(silentLogger);
  let contents: FakeContents;
  let handler: (params: { value: number }) => { value: number } = ({ value }) => ({ value: value * 2 });

  const knock = (envelope: unknown, from: { sender?: unknown; senderFrame?: unknown } = {}): Promise<unknown> => {
    const listener = handled.get('commute:request');
    if (listener === undefined) throw new Error('the door is not open');
    return listener({ sender: contents, senderFrame: contents.mainFrame, ...from }, envelope);
  };
  const refused = (code: string) => expect.objectContaining({ ok: false, error: expect.objectContaining({ code }) as unknown }) as unknown;

  beforeEach(() => {
    door.start();
    contents = new FakeContents(1);
    handler = ({ value }) => ({ value: value * 2 });
    // Electron's class cannot be made without Electron; the door uses only what the fake has.
    door.admit(contents as unknown as Parameters<typeof door.admit>[0], {
      role: 'test',
      url: page,
      contract,
      handlers: { 'thing.double': (params) => handler(params) },
    });
  });

  it('lets the contract through', async () => {
    expect(await knock({ name: 'thing.double', params: { value: 21 } })).toEqual({ ok: true, value: { value: 42 } });
  });

  it('takes the page with a query or fragment for the same page', async () => {
    contents.mainFrame.url = `${page}?a#b`;
    expect(await knock({ name: 'thing.double', params: { value: 1 } })).toMatchObject({ ok: true });
  });

  it.each([
    ['an unknown name', { name: 'thing.delete', params: {} }, 'request-refused'],
    ['an inherited name', { name: 'toString', params: {} }, 'request-refused'],
    ['a prototype', { name: '__proto__', params: {} }, 'request-refused'],
    ['parameters that do not fit', { name: 'thing.double', params: { value: '21' } }, 'request-invalid'],
    ['no envelope', 7, 'request-invalid'],
    ['no name', { params: {} }, 'request-invalid'],
    ['a name without end', { name: 'x'.repeat(100), params: {} }, 'request-invalid'],
  ])('refuses %s', async (_what, envelope, code) => {
    expect(await knock(envelope)).toEqual(refused(code));
  });

  it('refuses other frames, other pages, other windows, and windows that are gone', async () => {
    const good = { name: 'thing.double', params: { value: 1 } };
    expect(await knock(good, { senderFrame: { url: page } })).toEqual(refused('request-refused'));
    expect(await knock(good, { senderFrame: null })).toEqual(refused('request-refused'));
    expect(await knock(good, { sender: new FakeContents(2) })).toEqual(refused('request-refused'));
    contents.mainFrame.url = 'app://commute/ui/toast.html';
    expect(await knock(good)).toEqual(refused('request-refused'));
    contents.mainFrame.url = page;
    contents.emit('destroyed');
    expect(await knock(good)).toEqual(refused('request-refused'));
  });

  it('hands typed errors on, and tells nothing of others but their message', async () => {
    handler = () => {
      throw new AppError('call-unknown', { details: { call: 'x' } });
    };
    expect(await knock({ name: 'thing.double', params: { value: 1 } })).toEqual({
      ok: false,
      error: { code: 'call-unknown', details: { call: 'x' } },
    });
    handler = () => {
      throw new TypeError('oops');
    };
    expect(await knock({ name: 'thing.double', params: { value: 1 } })).toEqual({
      ok: false,
      error: { code: 'internal', details: { what: 'oops' } },
    });
  });

  it('sends events to windows that live', () => {
    const target = contents as unknown as Parameters<typeof sendEvent>[0];
    sendEvent(target, contract, 'ping', {});
    contents.destroyed = true;
    sendEvent(target, contract, 'ping', {});
    expect(contents.sent).toEqual([['commute:event', { name: 'ping', value: {} }]]);
  });

  it('closes', () => {
    door.dispose();
    expect(handled.size).toBe(0);
    door.start();
  });
});
