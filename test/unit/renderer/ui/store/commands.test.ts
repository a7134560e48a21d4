import { describe, expect, it } from 'vitest';
import { createClient } from '#renderer/ui/bridge.ts';
import { createCommands } from '#renderer/ui/store/commands.ts';
import { createView } from '#renderer/ui/store/view.ts';
import type { UiContract } from '#shared/ipc/ui-contract.ts';

function commandsOf() {
  const view = createView();
  const client = createClient<UiContract>({ request: () => Promise.reject(new Error('no main')), on: () => () => undefined });
  return { view, commands: createCommands(client, view) };
}

describe('what is said at the foot of the window', () => {
  it('tells once when it is gone, whether it was dismissed or replaced', () => {
    const { view, commands } = commandsOf();
    const gone: string[] = [];
    commands.say('first', undefined, () => gone.push('first'));
    view.setState({ query: 'anna' });
    expect(gone).toEqual([]);
    commands.say('second', undefined, () => gone.push('second'));
    expect(gone).toEqual(['first']);
    view.setState({ snack: null });
    view.setState({ query: '' });
    expect(gone).toEqual(['first', 'second']);
  });
});
