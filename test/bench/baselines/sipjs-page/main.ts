// Electron around a page with plain sip.js: what a softphone costs before anything is done about it.
import { app, BrowserWindow, session } from 'electron';

const argument = (name: string): string => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
const pinned = `sha256/${Buffer.from(argument('fingerprint').replaceAll(':', ''), 'hex').toString('base64')}`;

app.enableSandbox();
void app.whenReady().then(() => {
  // 0: good; -2: refused
  session.defaultSession.setCertificateVerifyProc(({ certificate }, judge) => judge(certificate.fingerprint === pinned ? 0 : -2));
  const window = new BrowserWindow({ width: 960, height: 640, show: false });
  window.once('ready-to-show', () => window.show());
  window.once('closed', () => app.quit());
  void window.loadFile('page.html', { query: { server: argument('server') } });
});
