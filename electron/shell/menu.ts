import { Menu } from 'electron';

/**
 * Only macOS has a menu bar that must hold copy and paste. Hide and minimise are left out of it: their keys, Cmd+H and Cmd+M,
 * belong to hold and mute. Elsewhere every command is in the window.
 */
export function setMenu(platform: NodeJS.Platform): void {
  Menu.setApplicationMenu(
    platform === 'darwin'
      ? Menu.buildFromTemplate([
          { role: 'appMenu', submenu: [{ role: 'about' }, { type: 'separator' }, { role: 'quit' }] },
          { role: 'editMenu' },
        ])
      : null,
  );
}
