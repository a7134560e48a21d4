// The least that an Electron app can be: one empty window. Everything is measured against its first frame.
import { app, BrowserWindow } from 'electron';

app.enableSandbox();
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 960, height: 640, show: false });
  window.once('ready-to-show', () => {
    const at = performance.timeOrigin + performance.now();
    window.show();
    process.stdout.write(`ready-to-show ${at}\n`);
  });
  window.once('closed', () => app.quit());
  void window.loadFile('page.html');
});
