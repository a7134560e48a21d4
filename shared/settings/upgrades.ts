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
  // 3: proxy, echo call, other devices of the number
  2: (content) => ({ network: defaultSettings.network, ...content }),
};
