import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, dialog, type OpenDialogOptions, shell } from 'electron';
import { AppError } from '#shared/errors/app-error.ts';

/** Lets the person choose a folder in a window of the system. @returns null when they changed their mind */
export async function chooseFolder(present: string | null): Promise<string | null> {
  const options: OpenDialogOptions = { properties: ['openDirectory', 'createDirectory'], defaultPath: present ?? app.getPath('documents') };
  const { canceled, filePaths } = await dialog.showOpenDialog(options);
  return canceled ? null : (filePaths[0] ?? null);
}

/** Writes a text to a file that the person chooses in a window of the system. @returns its path, or null when they changed their mind */
export async function saveText(text: string, name: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog({ defaultPath: join(app.getPath('documents'), name) });
  if (canceled || filePath === '') return null;
  await writeFile(filePath, text, { mode: 0o600 });
  return filePath;
}

/** Shows a recording in the file manager. @throws AppError recording-gone when it is not there any more */
export async function showRecording(path: string | null): Promise<void> {
  try {
    if (path === null) throw new Error('no recording');
    await access(path);
  } catch (cause) {
    throw new AppError('recording-gone', { cause, details: path === null ? {} : { path } });
  }
  shell.showItemInFolder(path);
}
