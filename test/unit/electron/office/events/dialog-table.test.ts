import { describe, expect, it } from 'vitest';
import { DialogTable } from '#electron/office/events/dialog-table.ts';

const founding = { callId: 'call', callerTag: 'a', caller: { number: '10', token: 't10', hidden: false, group: undefined } };
const callee = (number: string, token = `t${number}`) => ({ number, token, hidden: false, group: undefined });

describe('dialog table', () => {
  const start = () => {
    let count = 0;
    const table = new DialogTable(() => `d${++count}`);
    const told: string[] = [];
    table.onChanged(({ dialogs }) => told.push(...dialogs.map(({ id, state }) => `${id} ${state}`)));
    return { table, told };
  };

  it('goes from trying to terminated, each step once', () => {
    const { table, told } = start();
    table.begin(founding);
    table.progress(founding, callee('11'), 'b', 'early');
    table.progress(founding, callee('11'), 'b', 'early');
    table.progress(founding, callee('11'), 'b', 'confirmed');
    table.progress(founding, callee('11'), 'b', 'early');
    table.settle(founding);
    table.end('call', ['b', 'a']);
    table.end('call', ['b', 'a']);
    expect(told).toEqual(['d1 trying', 'd1 early', 'd1 confirmed', 'd1 terminated']);
    expect(table.size).toBe(0);
  });

  it('ends early dialogs with their branch, and what nobody answered with the INVITE', () => {
    const { table, told } = start();
    table.begin(founding);
    table.progress(founding, callee('11', 'desk'), 'b', 'early');
    table.progress(founding, callee('11', 'home'), 'c', 'early');
    table.refused(founding, 'desk');
    expect(table.all().map(({ calleeTag }) => calleeTag)).toEqual(['c']);
    table.settle(founding);
    expect(told.slice(-2)).toEqual(['d1 terminated', 'd2 terminated']);
  });

  it('ends only answered calls of a device that is gone: what rings ends with its INVITE', () => {
    const { table } = start();
    table.begin(founding);
    table.progress(founding, callee('11'), 'b', 'confirmed');
    table.begin({ ...founding, callId: 'other' });
    table.progress({ ...founding, callId: 'other' }, callee('12'), 'b', 'early');
    table.lost('t10');
    expect(table.all().map(({ callId }) => callId)).toEqual(['other']);
    expect(table.find('other', ['b', 'a'])).toBeDefined();
    expect(table.find('other', ['b', 'x'])).toBeUndefined();
    expect(table.dialogsOf('11')).toEqual([]);
    table.dispose();
  });
});
