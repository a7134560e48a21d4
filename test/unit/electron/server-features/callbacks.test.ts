import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Callbacks } from '#electron/server-features/callbacks.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { DialogState } from '#shared/people/line-state.ts';
import { defaultSettings } from '#shared/settings/settings.ts';
import { FakeLine } from '#test/support/calls/fake-line.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const talking: DialogState = { id: 'd', state: 'confirmed', direction: null, remote: null, dialog: null };

describe('callbacks', () => {
  let line: FakeLine;
  let clock: VirtualClock;
  let offered: string[];
  let dialled: string[];
  let refuses: boolean;
  let callbacks: Callbacks;
  let ids: number;
  beforeEach(() => {
    line = new FakeLine();
    clock = new VirtualClock();
    [offered, dialled, refuses, ids] = [[], [], false, 0];
    callbacks = new Callbacks({
      dialer: {
        offers: (feature) => offered.includes(feature),
        dial: async (feature, { number = '' } = {}) => {
          await Promise.resolve();
          if (refuses) throw new AppError('feature-refused');
          dialled.push(`${feature} ${number}`);
        },
      },
      dialling: () => defaultSettings.dialling,
      newId: () => `callback-${++ids}`,
      clock,
    });
    callbacks.start();
    callbacks.setLine(line);
  });
  afterEach(() => {
    callbacks.dispose();
    expect([clock.pendingCount, line.watched, line.listenerCount]).toEqual([0, [], 0]);
  });

  const tell = (target: string, ...dialogs: DialogState[]) => line.tellWatch({ target, status: 'active', dialogs });
  const states = () => callbacks.callbacks.map(({ number, by, state }) => `${number} ${by} ${state}`);

  async function watched(number: string, ...dialogs: DialogState[]): Promise<void> {
    const request = callbacks.request(number, 'Anna');
    tell(number, ...dialogs);
    await request;
  }

  it('watch the line and say when it is free', async () => {
    await watched('202', talking);
    expect(callbacks.callbacks).toEqual([
      { id: 'callback-1', number: '202', name: 'Anna', since: clock.wallMs(), by: 'watch', state: 'waiting' },
    ]);
    tell('202');
    expect(states()).toEqual(['202 watch free']);
    tell('202', talking);
    expect(states()).toEqual(['202 watch waiting']);
    line.tellWatch({ target: '202', status: 'pending', dialogs: [] });
    expect(states()).toEqual(['202 watch waiting']);
    await callbacks.cancel('callback-1');
    expect([states(), line.watched]).toEqual([[], []]);
  });

  it('say at once when it is free already, and need to be asked for once only', async () => {
    await watched('202');
    await callbacks.request('202', 'Anna');
    expect(states()).toEqual(['202 watch free']);
  });

  it('are impossible where the server does not tell, or does not answer', async () => {
    const refused = callbacks.request('202', '');
    line.tellWatch({ target: '202', status: 'refused', dialogs: [] });
    await expect(refused).rejects.toMatchObject({ code: 'callback-impossible', details: { name: '202' } });
    const silent = callbacks.request('203', 'Ben');
    clock.advance(8_000);
    await expect(silent).rejects.toMatchObject({ code: 'callback-impossible', details: { name: 'Ben' } });
    await expect(callbacks.request('*78', '')).rejects.toMatchObject({ code: 'callback-impossible' });
    await expect(callbacks.request('Anna', '')).rejects.toMatchObject({ code: 'number-invalid' });
    expect([states(), line.watched]).toEqual([[], []]);
  });

  it('are left to a server that calls back', async () => {
    offered = ['callback', 'callback-cancel'];
    await callbacks.request('202', 'Anna');
    expect([states(), dialled, line.watched]).toEqual([['202 server waiting'], ['callback 202'], []]);
    refuses = true;
    await expect(callbacks.cancel('callback-1')).rejects.toMatchObject({ code: 'feature-refused' });
    expect(states()).toHaveLength(1);
    refuses = false;
    await callbacks.cancel('callback-1');
    expect([states(), dialled.at(-1)]).toEqual([[], 'callback-cancel 202']);
    refuses = true;
    await expect(callbacks.request('202', 'Anna')).rejects.toMatchObject({ code: 'feature-refused' });
    expect(states()).toEqual([]);
  });

  it('are forgotten after two hours, when the number is dialled, and with the line', async () => {
    await watched('202', talking);
    clock.advance(2 * 60 * 60_000);
    expect(states()).toEqual([]);
    await watched('202', talking);
    callbacks.noteDialled('20-2');
    expect(states()).toEqual([]);
    await watched('203', talking);
    const undecided = callbacks.request('204', '');
    callbacks.setLine(null);
    await expect(undecided).rejects.toMatchObject({ code: 'callback-impossible' });
    expect(states()).toEqual([]);
    await expect(callbacks.request('202', '')).rejects.toMatchObject({ code: 'not-signed-in' });
    await callbacks.cancel('unknown');
  });
});
