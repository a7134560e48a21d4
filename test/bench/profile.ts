import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Server } from '#shared/profiles/account.ts';
import { defaultSettings, type IceServerSetting, type Settings } from '#shared/settings/settings.ts';
import { createTempFolder, type TempFolder } from '#test/support/app/temp-folder.ts';

/** A profile folder of somebody who was signed in when Commute last ended. */
export async function createSignedInProfile(server: Server, iceServers: readonly IceServerSetting[] = []): Promise<TempFolder> {
  const folder = await createTempFolder('bench-profile');
  const settings: Settings = {
    ...defaultSettings,
    instanceId: '5f0c3f0e-8d1b-4a55-9a39-0d6f2f1f7a01',
    account: {
      id: 'bench',
      kind: 'server',
      user: '201',
      authUser: null,
      displayName: 'Anna Adler',
      domain: null,
      servers: [server],
      registerExpires: 600,
    },
    ice: { servers: [...iceServers], relayOnly: false },
  };
  await writeFile(join(folder.path, 'settings.json'), JSON.stringify(settings), { mode: 0o644 });
  return folder;
}
