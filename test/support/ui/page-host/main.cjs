// The smallest Electron app: keeps one window open in which a test shows a page.
const { app, BrowserWindow } = require('electron');

app.on('window-all-closed', () => app.quit());
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 960, height: 640, useContentSize: true, webPreferences: { sandbox: true } });
  // a page without a policy would be warned about, and every warning counts as a fault
  return window.loadURL(`data:text/html,<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`);
});
