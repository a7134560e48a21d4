import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Server } from '#shared/profiles/account.ts';
import { defaultSettings, type IceServerSetting, type Settings } from '#shared/settings/settings.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';

export interface SignedInProfile {
  readonly path: string;
  /** What Electron's command line needs so that the kept password can be read. */
  readonly args: readonly string[];
  dispose(): Promise<void>;
}

const accountId = 'bench';

/**
 * A profile folder of somebody who was signed in when Commute last ended. A machine for measuring has no keyring, so the kept
 * password is under the fixed key that Chromium uses without one, and Electron is told to read that.
 */
export async function createSignedInProfile(server: Server, iceServers: readonly IceServerSetting[] = []): Promise<SignedInProfile> {
  const folder = await createTempFolder('bench-profile');
  const settings: Settings = {
    ...defaultSettings,
    instanceId: '5f0c3f0e-8d1b-4a55-9a39-0d6f2f1f7a01',
    account: {
      id: accountId,
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
  const keyring = join(folder.path, 'keyring.cjs');
  const put = (file: string, text: string): Promise<void> => writeFile(file, text, { mode: 0o644 });
  await put(join(folder.path, 'settings.json'), JSON.stringify(settings));
  await put(
    join(folder.path, 'secrets.json'),
    JSON.stringify({ version: 1, secrets: { [accountId]: encrypted('secret').toString('base64') } }),
  );
  await put(keyring, `require('electron').safeStorage.setUsePlainTextEncryption(true);\n`);
  return { path: folder.path, args: ['-r', keyring], dispose: () => folder.dispose() };
}

/** As Chromium encrypts on a Linux without a keyring (components/os_crypt, version 10). */
function encrypted(text: string): Buffer {
  const key = pbkdf2Sync('peanuts', 'saltysalt', 1, 16, 'sha1');
  const cipher = createCipheriv('aes-128-cbc', key, Buffer.alloc(16, ' '));
  return Buffer.concat([Buffer.from('v10'), cipher.update(text, 'utf8'), cipher.final()]);
}
