import { app, nativeTheme, powerMonitor } from 'electron';
import { readLaunchRequest } from '#shared/launch/launch-request.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { DisposableStore } from '#shared/util/disposable.ts';
import { NetworkMonitor } from '../network/network-monitor.ts';

export interface SystemEventOptions {
  readonly clock: Clock;
  readonly showWindow: () => void;
  readonly prefillDial: (target: string) => void;
  /** Theme or contrast of the system changed. */
  readonly lookChanged: () => void;
  /** After a change of addresses or a sleep no socket and no candidate can be believed, whatever it says of itself. */
  readonly renewPaths: (why: 'network-changed' | 'resumed') => void;
}

/** What the system tells the app while it runs: a second start, the dock, the theme, sleep, networks. */
export function followSystem(
  { clock, showWindow, prefillDial, lookChanged, renewPaths }: SystemEventOptions,
  owned: DisposableStore,
): void {
  const secondStart = (_event: unknown, argv: string[]): void => {
    showWindow();
    const { dialTarget } = readLaunchRequest(argv.slice(1));
    if (dialTarget !== null) prefillDial(dialTarget);
  };
  app.on('second-instance', secondStart);
  app.on('activate', showWindow);
  nativeTheme.on('updated', lookChanged);
  const resumed = (): void => renewPaths('resumed');
  powerMonitor.on('resume', resumed);
  owned.add({
    dispose() {
      app.off('second-instance', secondStart);
      app.off('activate', showWindow);
      nativeTheme.off('updated', lookChanged);
      powerMonitor.off('resume', resumed);
    },
  });
  const network = owned.add(new NetworkMonitor({ clock }));
  owned.add(
    network.onChanged(({ online }) => {
      if (online) renewPaths('network-changed');
    }),
  );
  network.start();
}
