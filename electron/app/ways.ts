import { app, session } from 'electron';
import type { DisposableStore } from '#shared/util/disposable.ts';
import { CaptivePortalCheck } from '../network/captive-portal-check.ts';
import { SystemProxyResolver } from '../network/proxy-resolver.ts';
import { ProxyAccess } from '../sip/transports/proxies/proxy-access.ts';
import type { ConnectingOptions } from '../sip/transports/websocket.ts';
import type { SecretStore } from '../storage/secret-store.ts';
import type { SettingsStore } from '../storage/settings-store.ts';
import type { Foundation } from './foundation.ts';

/** The secret store's key of the password at the system's proxy. */
const proxyPasswordKey = 'proxy';

/** The ways out of this network: the line and the doctor take the same ones. */
export interface Ways extends Required<ConnectingOptions> {
  /** What the system says of its proxies; told when it can be asked, and when the network is another one. */
  readonly system: SystemProxyResolver;
  /** An empty password is forgotten. */
  setProxyPassword(user: string, password: string): void;
}

export function buildWays(
  { clock, random, loggers }: Foundation,
  { settings, secrets }: { readonly settings: SettingsStore; readonly secrets: SecretStore },
  owned: DisposableStore,
): Ways {
  const logger = loggers.logger('proxy');
  const system = owned.add(
    new SystemProxyResolver({
      resolveProxy: (url) => session.defaultSession.resolveProxy(url),
      ready: () => app.isReady(),
      clock,
      logger,
    }),
  );
  const proxies = new ProxyAccess({
    resolve: system.resolve,
    credentials: () => {
      const user = settings.get().network.proxyUser;
      const password = user === '' ? undefined : secrets.get(proxyPasswordKey);
      return password === undefined ? undefined : { user, password };
    },
    clock,
    random,
  });
  const portal = new CaptivePortalCheck({ clock, random, logger });
  return {
    system,
    proxies,
    portalEvidence: portal.evidence,
    setProxyPassword(user, password) {
      if (password === '') secrets.remove(proxyPasswordKey);
      else secrets.set(proxyPasswordKey, password);
      settings.update({ network: { proxyUser: user } });
      proxies.credentialsChanged();
    },
  };
}
