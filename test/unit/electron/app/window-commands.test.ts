import { describe, expect, it } from 'vitest';
import { WindowCommands } from '#electron/app/window-commands.ts';
import type { WindowCommand } from '#shared/ipc/ui-contract.ts';

const dial = (target: string): WindowCommand => ({ name: 'prefill-dial', target });

describe('commands for the window', () => {
  it('wait until the page asks, the newest winning, and go out at once from then on', () => {
    const sent: WindowCommand[] = [];
    const commands = new WindowCommands((command) => sent.push(command));
    commands.give(dial('1'));
    commands.give(dial('2'));
    expect(sent).toEqual([]);
    expect(commands.take()).toEqual(dial('2'));
    expect(commands.take()).toBeNull();
    commands.give(dial('3'));
    expect(sent).toEqual([dial('3')]);
    commands.lost();
    commands.give(dial('4'));
    expect(sent).toHaveLength(1);
    expect(commands.take()).toEqual(dial('4'));
  });
});
