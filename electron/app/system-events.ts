import { app, nativeTheme, powerMonitor } from 'electron';
import { readLaunchRequest } from '#shared/launch/launch-request.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { DisposableStore } from '#shared/util/disposable.ts';
import { NetworkMonitor, type NetworkMonitorOptions } from '../network/network-monitor.ts';

export interface SystemEventOptions {
  readonly clock: Clock;
  readonly showWindow: () => void;
  readonly prefillDial: (target: string) => void;
  /** Theme or contrast of the system changed. */
  readonly lookChanged: () => void;
  /** What the watch over the network needs to know. */
  readonly watch: Pick<NetworkMonitorOptions, 'busy' | 'server'>;
  /** All addresses of this computer, now and after each change. */
  readonly addressesChanged: (addresses: readonly string[]) => void;
  /**
   * After a change of network new connections are made beside those that stand. After a sleep, and where there is no network any more,
   * no socket and no candidate can be believed, whatever it says of itself.
   */
  readonly renewPaths: (why: 'network-changed' | 'resumed') => void;
}

/** What the system tells the app while it runs: a second start, the dock, the theme, sleep, networks. */
export function followSystem(
  { clock, watch, showWindow, prefillDial, lookChanged, addressesChanged, renewPaths }: SystemEventOptions,
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
  const network = owned.add(new NetworkMonitor({ clock, ...watch }));
  const resumed = (): void => network.wokeUp();
  powerMonitor.on('resume', resumed);
  owned.add({
    dispose() {
      app.off('second-instance', secondStart);
      app.off('activate', showWindow);
      nativeTheme.off('updated', lookChanged);
      powerMonitor.off('resume', resumed);
    },
  });
  owned.add(
    network.onChanged(({ kind, online, addresses }) => {
      addressesChanged(addresses);
      renewPaths(online ? kind : 'resumed');
    }),
  );
  network.start();
  addressesChanged(network.addresses);
}
