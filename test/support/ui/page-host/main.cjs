// The smallest Electron app: keeps one window open in which a test shows a page.
const { app, BrowserWindow } = require('electron');

app.on('window-all-closed', () => app.quit());
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 960, height: 640, useContentSize: true, webPreferences: { sandbox: true } });
  return window.loadURL('about:blank');
});
