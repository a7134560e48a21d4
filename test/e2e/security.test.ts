import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openCommute, openInPracticeOffice } from '#test/support/app/use-commute.ts';

/** What a page may find on `window` beside what Chromium brings: the bridge, and what zod keeps in the media page. */
const exposed = ['commute', '__zod_globalConfig', '__zod_globalRegistry'];

async function propertiesOf(page: Page): Promise<{ added: string[]; bridge: string[]; frozen: boolean; node: string[] }> {
  return page.evaluate(() => {
    const blank = document.createElement('iframe');
    document.body.append(blank);
    const known = new Set(Object.getOwnPropertyNames(blank.contentWindow ?? window));
    blank.remove();
    const bridge: unknown = Reflect.get(window, 'commute');
    return {
      added: Object.getOwnPropertyNames(window).filter((name) => !known.has(name) && !/^\d+$/.test(name)),
      bridge: Object.keys(bridge as object).sort(),
      frozen: Object.isFrozen(bridge),
      node: ['require', 'process', 'Buffer', 'module', 'global', 'ipcRenderer'].filter((name) => name in window),
    };
  });
}

describe('the running app', () => {
  it('holds the Electron checklist in each of its windows', { timeout: 60_000 }, async () => {
    const { app, page, window, pageErrors } = await openInPracticeOffice();
    const media = await window('media/media.html');

    expect((await propertiesOf(page)).added).toEqual(['commute']);
    for (const each of [page, media]) {
      const found = await propertiesOf(each);
      expect(found.added.filter((name) => !exposed.includes(name))).toEqual([]);
      expect(found.node).toEqual([]);
      expect(found.frozen).toBe(true);
      expect(await each.evaluate(() => location.protocol)).toBe('app:');
    }
    expect((await propertiesOf(page)).bridge).toEqual(['on', 'request']);

    const preferences = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => {
        // Not in the type definitions, but the only way to see what really holds.
        const read: unknown = Reflect.get(webContents, 'getLastWebPreferences');
        const {
          sandbox,
          contextIsolation,
          nodeIntegration,
          nodeIntegrationInSubFrames,
          webSecurity,
          allowRunningInsecureContent,
          experimentalFeatures,
          webviewTag,
        } = (read as () => Record<string, unknown>).call(webContents);
        return {
          sandbox,
          contextIsolation,
          nodeIntegration,
          nodeIntegrationInSubFrames,
          webSecurity,
          allowRunningInsecureContent,
          experimentalFeatures,
          webviewTag,
        };
      }),
    );
    expect(preferences.length).toBeGreaterThanOrEqual(2);
    for (const each of preferences) {
      expect(each).toEqual({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
      });
    }

    const pids = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getOSProcessId()),
    );
    for (const pid of pids) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      expect(status).toMatch(/^Seccomp:\s2$/m);
      expect(status).toMatch(/^NoNewPrivs:\s1$/m);
    }
    expect(pageErrors()).toEqual([]);
  });

  it('lets no page run foreign code, load from outside, or leave', { timeout: 60_000 }, async () => {
    const { app, page } = await openCommute();
    await page.getByRole('button', { name: 'Practice office' }).waitFor();
    const attempts = await page.evaluate(async () => {
      const refused = async (attempt: () => unknown): Promise<boolean> => {
        try {
          await attempt();
          return false;
        } catch {
          return true;
        }
      };
      const violations: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
      const loads = (element: HTMLImageElement | HTMLScriptElement, source: string): Promise<void> =>
        new Promise((resolve, reject) => {
          element.onload = () => resolve();
          element.onerror = () => reject(new Error('blocked'));
          element.setAttribute('src', source);
          document.body.append(element);
        });
      return {
        // In a turn of its own: what a debugger evaluates may bypass the policy.
        evaluation: await new Promise<boolean>((resolve) => {
          setTimeout(
            () => void refused(() => Reflect.apply(Reflect.get(window, 'eval') as (code: string) => unknown, window, ['1'])).then(resolve),
            0,
          );
        }),
        fetching: await refused(() => fetch('https://127.0.0.1:9/')),
        ownFetching: await refused(() => fetch('app://commute/ui/index.html')),
        socket: await refused(
          () =>
            new Promise((resolve, reject) => {
              const socket = new WebSocket('wss://127.0.0.1:9/');
              socket.onopen = resolve;
              socket.onerror = reject;
            }),
        ),
        picture: await refused(() => loads(new Image(), 'https://127.0.0.1:9/x.png')),
        file: await refused(() => loads(new Image(), 'file:///etc/hostname')),
        markup: await refused(() => {
          document.createElement('div').innerHTML = '<b>x</b>';
        }),
        opened:
          window.open('https://127.0.0.1:9/') === null && window.open('file:///etc/passwd') === null && window.open('about:blank') === null,
        permissions: await Promise.all(
          ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'].map(
            async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state,
          ),
        ),
        microphone: await refused(() => navigator.mediaDevices.getUserMedia({ audio: true })),
      };
    });
    expect(attempts).toEqual({
      evaluation: true,
      fetching: true,
      ownFetching: true,
      socket: true,
      picture: true,
      file: true,
      markup: true,
      opened: true,
      permissions: ['denied', 'denied', 'denied', 'denied', 'denied', 'denied'],
      microphone: true,
    });

    const before = page.url();
    for (const leave of [
      () => void (location.href = 'https://127.0.0.1:9/'),
      () => void (location.href = 'app://other/ui/index.html'),
      () => void (location.href = 'file:///etc/passwd'),
      () => {
        const link = document.createElement('a');
        link.setAttribute('href', 'https://127.0.0.1:9/');
        document.body.append(link);
        link.click();
      },
    ]) {
      await page.evaluate(leave);
      expect(await page.evaluate(() => location.href)).toBe(before);
    }
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBeLessThanOrEqual(2);
  });

  it('refuses requests that are not in the contract, do not fit it, or come from elsewhere', { timeout: 60_000 }, async () => {
    const { app, page } = await openCommute();
    await page.getByRole('button', { name: 'Practice office' }).waitFor();
    const ask = (name: string, params: unknown): Promise<{ ok: boolean; error?: { code: string } }> =>
      page.evaluate(
        ([request, value]) =>
          (
            Reflect.get(window, 'commute') as { request(name: string, value: unknown): Promise<{ ok: boolean; error?: { code: string } }> }
          ).request(request, value),
        [name, params] as const,
      );
    expect(await ask('app.quit-now', {})).toMatchObject({ ok: false, error: { code: 'request-refused' } });
    expect(await ask('__proto__', {})).toMatchObject({ ok: false, error: { code: 'request-refused' } });
    for (const params of [null, 7, 'x', [], {}, { target: 7 }, { target: '' }, { target: 'x'.repeat(1_000) }]) {
      expect(await ask('call.dial', params)).toMatchObject({ ok: false, error: { code: 'request-invalid' } });
    }
    expect(await ask('call.answer', { call: 'nobody' })).toMatchObject({ ok: false, error: { code: 'call-unknown' } });

    const stranger = await app.evaluate(
      async ({ BrowserWindow }, preload) => {
        const rogue = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true, contextIsolation: true } });
        await rogue.loadURL('app://commute/ui/index.html');
        const reply: unknown = await rogue.webContents.executeJavaScript("window.commute.request('state.get', {})");
        rogue.destroy();
        return reply;
      },
      await app.evaluate(({ app: electron }) => `${electron.getAppPath()}/dist/preload/ui.cjs`),
    );
    expect(stranger).toMatchObject({ ok: false, error: { code: 'request-refused' } });
  });
});
