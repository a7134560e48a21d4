import type { ElectronApplication } from 'playwright-core';

/** The process that draws the window whose address contains `part`. */
export async function rendererPid(app: ElectronApplication, part: string): Promise<number> {
  const pid = await app.evaluate(
    ({ BrowserWindow }, address) =>
      BrowserWindow.getAllWindows()
        .map(({ webContents }) => webContents)
        .find((contents) => contents.getURL().includes(address))
        ?.getOSProcessId(),
    part,
  );
  if (pid === undefined) throw new Error(`There is no window with "${part}" in its address.`);
  return pid;
}

/** Ends the process of a window as a crash would. @returns when it was, by `performance.now()` */
export async function killRenderer(app: ElectronApplication, part: string): Promise<number> {
  const pid = await rendererPid(app, part);
  process.kill(pid, 'SIGKILL');
  return performance.now();
}

/** Kills the process of the main window and waits for the page that main loads in its place. */
export async function crashMainWindow(app: ElectronApplication): Promise<void> {
  const reborn = app.evaluate(
    ({ BrowserWindow }) =>
      new Promise<void>((resolve) => {
        const main = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().includes('ui/index.html'));
        main?.webContents.once('render-process-gone', () => main.webContents.once('did-finish-load', () => resolve()));
      }),
  );
  await killRenderer(app, 'ui/index.html');
  await reborn;
}

/** Evaluates in the main window through main: Playwright's own page does not survive a crash. */
export async function inMainWindow(app: ElectronApplication, expression: string): Promise<unknown> {
  return app.evaluate(
    ({ BrowserWindow }, code) =>
      BrowserWindow.getAllWindows()
        .find(({ webContents }) => webContents.getURL().includes('ui/index.html'))
        ?.webContents.executeJavaScript(code) as Promise<unknown>,
    expression,
  );
}

/** The part of a question in a window of the system that a person reads. */
export interface AskedQuestion {
  readonly message: string;
  readonly detail?: string;
  readonly buttons?: readonly string[];
}

/**
 * From now on questions in windows of the system, which no test can click, are answered with the button of this name.
 * @returns `asked`: the first question, as soon as it is asked
 */
export async function answerQuestions(app: ElectronApplication, button: string): Promise<{ asked(): Promise<AskedQuestion> }> {
  const question = await app.evaluateHandle(({ dialog }, name) => {
    const { promise, resolve } = Promise.withResolvers<AskedQuestion>();
    const answer = (options: AskedQuestion) => {
      resolve({ message: options.message, detail: options.detail ?? '', buttons: options.buttons ?? [] });
      return Promise.resolve({ response: (options.buttons ?? []).indexOf(name), checkboxChecked: false });
    };
    Reflect.set(dialog, 'showMessageBox', answer);
    return { promise };
  }, button);
  return { asked: () => question.evaluate(({ promise }) => promise) };
}
