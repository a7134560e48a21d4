import { app } from 'electron';
import { readLaunchRequest } from '#shared/launch/launch-request.ts';
import { compose } from './compose.ts';
import { profileFolder } from './folders.ts';
import { declareScheme } from '../shell/app-scheme.ts';

/**
 * Runs Commute, or hands over to the one that runs already. Resolves when Electron may become ready.
 * @param mainFolder where the main script lies
 */
export async function run(mainFolder: string): Promise<void> {
  // The profile decides where everything is kept, and with it which Commute counts as a second start of this one.
  const launch = readLaunchRequest(process.argv.slice(1));
  const base = app.getPath('userData');
  app.setPath('userData', profileFolder(base, launch.profile));
  // A start from the sources by root cannot have the sandbox and says so on its command line; what is shipped never goes without.
  if (app.isPackaged || !app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  // Nothing moves unless it rings: drawing without the graphics card is fast enough, starts sooner, and spares its process's memory.
  app.disableHardwareAcceleration();
  declareScheme();

  if (!app.requestSingleInstanceLock()) return app.quit();
  const commute = compose({ launch, base, mainFolder });
  // Electron waits for its main module before it is ready, and runs the event loop meanwhile: time enough for the first REGISTER.
  await commute.begin();
  void commute.start();
}
