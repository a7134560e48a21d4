import { describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ protocol: {} }));
const { resolveAsset } = await import('#electron/shell/app-scheme.ts');

describe('the app scheme', () => {
  it('serves a page of its own', () => {
    expect(resolveAsset('/app/renderer', 'GET', 'app://commute/ui/index.html?x#y')).toEqual({
      path: '/app/renderer/ui/index.html',
      contentType: 'text/html; charset=utf-8',
    });
  });

  it.each([
    ['POST', 'app://commute/ui/index.html'],
    ['GET', 'app://other/ui/index.html'],
    ['GET', 'file:///etc/passwd'],
    ['GET', 'app://commute/..%2f..%2fetc/passwd.html'],
    ['GET', 'app://commute/ui%5c..%5csecret.html'],
    ['GET', 'app://commute/ui/index.html%00.png'],
    ['GET', 'app://commute/%252e%252e/secret.html'],
    ['GET', 'app://commute/ui/unknown.exe'],
    ['GET', 'app://commute/'],
    ['GET', 'app://commute/%zz'],
    ['GET', 'nonsense'],
  ])('refuses %s %s', (method, url) => {
    expect(resolveAsset('/app/renderer', method, url)).toBeNull();
  });

  it('keeps a path with dots inside its folder', () => {
    expect(resolveAsset('/app/renderer', 'GET', 'app://commute/ui/%2e%2e/%2e%2e/secret.html')?.path).toBe('/app/renderer/secret.html');
  });
});
