import type { App, Session, WebContents } from 'electron';
import type { Logger } from '#shared/util/logger.ts';
import { appOrigin, pages } from './app-scheme.ts';

/** What a page may use of the machine: the media window the microphone and the choice of loudspeaker; the others nothing. */
export function isPermitted(permission: string, url: string, details: { readonly mediaTypes?: readonly string[] | undefined }): boolean {
  if (url.replace(/[?#].*$/s, '') !== pages.media) return false;
  if (permission === 'speaker-selection') return true;
  if (permission !== 'media') return false;
  return !(details.mediaTypes ?? []).includes('video');
}

/** Denies by default, for one session: permissions, devices, downloads, and every request that is not ours. */
export function guardSession(session: Session, logger: Logger): void {
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    const mediaTypes = 'mediaTypes' in details ? details.mediaTypes : undefined;
    const allowed = isPermitted(permission, details.requestingUrl || contents.getURL(), { mediaTypes });
    if (!allowed) logger.warn('Denied a permission', { permission });
    callback(allowed);
  });
  session.setPermissionCheckHandler((contents, permission, requestingOrigin, details) => {
    if (new URL(requestingOrigin || 'about:blank').origin !== new URL(appOrigin).origin && !requestingOrigin.startsWith(appOrigin))
      return false;
    const mediaTypes = details.mediaType === undefined ? [] : [details.mediaType];
    return isPermitted(permission, contents?.getURL() ?? '', { mediaTypes });
  });
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, callback) => {
    const allowed =
      details.url.startsWith(`${appOrigin}/`) ||
      details.url.startsWith(`blob:${appOrigin}/`) ||
      details.url.startsWith('data:') ||
      details.url.startsWith('devtools:');
    if (!allowed) logger.warn('Blocked a request of a page', { url: details.url });
    callback({ cancel: !allowed });
  });
}

/** Keeps every page of the app where it is: no navigation, no new windows, no embedded ones. */
export function guardContents(app: App, logger: Logger): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, logger));
}

function guard(contents: WebContents, logger: Logger): void {
  const stay = (event: { preventDefault(): void; url?: string }) => {
    event.preventDefault();
    logger.warn('Stopped a navigation', { url: event.url ?? '' });
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', stay);
  contents.setWindowOpenHandler(({ url }) => {
    logger.warn('Stopped a new window', { url });
    return { action: 'deny' };
  });
}
