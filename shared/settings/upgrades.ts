import { z } from 'zod';
import { parseIceUri } from '../network/ice/uri.ts';
import { accountSchema } from '../profiles/account.ts';
import { featuresOnChange } from './feature-presets.ts';
import { defaultSettings } from './settings.ts';

/** `upgrades[n]` turns settings of version n into those of n + 1. */
export const settingsUpgrades: Readonly<Record<number, (content: Record<string, unknown>) => Record<string, unknown>>> = {
  // 2: dialling, features of the server, availability, several calls and recording
  1: (content) => {
    const { dialling, serverFeatures, availability, calls, recording } = defaultSettings;
    const account = accountSchema.nullable().safeParse(content['account']).data ?? null;
    return { dialling, serverFeatures, ...featuresOnChange(null, account), availability, calls, recording, ...content };
  },
  // 3: proxy, echo call, other devices of the number; addresses of ICE servers are read as strictly as Chromium reads them
  2: (content) => ({ network: defaultSettings.network, ...content, ice: withReadableServers(content['ice']) }),
};

/** A server that Chromium refuses made every call fail; a STUN server with a transport is meant as one without. */
function withReadableServers(ice: unknown): unknown {
  const { data } = z.looseObject({ servers: z.array(z.looseObject({ uri: z.string() })) }).safeParse(ice);
  if (data === undefined) return ice;
  const mended = data.servers.map((server) => ({ ...server, uri: server.uri.replace(/^(stun:[^?]*)\?.*$/, '$1') }));
  return { ...data, servers: mended.filter(({ uri }) => parseIceUri(uri) !== undefined) };
}
