import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { type CustomScheme, protocol, type Session } from 'electron';

/** Pages come from their own scheme: `file:` would let them read the disk. */
export const appScheme = 'app';
export const appOrigin = `${appScheme}://commute`;

export const pages = {
  ui: `${appOrigin}/ui/index.html`,
  toast: `${appOrigin}/ui/toast.html`,
  media: `${appOrigin}/media/media.html`,
} as const;

/** Must be declared before the app is ready. */
export const schemePrivileges: CustomScheme = {
  scheme: appScheme,
  privileges: {
    standard: true,
    secure: true,
    supportFetchAPI: false,
    corsEnabled: false,
    allowServiceWorkers: false,
    stream: false,
    codeCache: true,
  },
};

/**
 * No page needs a network: SIP lives in main, and media is WebRTC, which this policy does not concern. `media-src blob:` is for
 * sounds that the page makes itself.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "worker-src 'self'",
  "connect-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.json': 'application/json; charset=utf-8',
};

/** Which file a request of our scheme means; null when it must be refused. Pure, so that hostile paths can be tried without a window. */
export function resolveAsset(root: string, method: string, url: string): { readonly path: string; readonly contentType: string } | null {
  if (method !== 'GET') return null;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || parsed.protocol !== `${appScheme}:` || parsed.host !== 'commute') return null;
  let decoded: string;
  try {
    decoded = decodeURIComponent(parsed.pathname);
  } catch {
    return null;
  }
  if (/[\0\\%]/.test(decoded) || decoded.split('/').includes('..')) return null;
  const path = normalize(join(root, decoded));
  if (!path.startsWith(root + sep)) return null;
  const contentType = contentTypes[extname(path)];
  return contentType === undefined ? null : { path, contentType };
}

/** Serves `root` (absolute) to the windows of a session. */
export function serveApp(session: Session, root: string): void {
  session.protocol.handle(appScheme, async (request) => {
    const asset = resolveAsset(root, request.method, request.url);
    if (asset === null) return new Response(null, { status: 404 });
    try {
      const body = await readFile(asset.path);
      return new Response(new Uint8Array(body), {
        headers: {
          'content-type': asset.contentType,
          'content-security-policy': contentSecurityPolicy,
          'x-content-type-options': 'nosniff',
          'cross-origin-opener-policy': 'same-origin',
        },
      });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}

/** Declares the scheme; call once, before the app is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([schemePrivileges]);
}
