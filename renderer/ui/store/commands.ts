import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { RequestName } from '#shared/ipc/contract.ts';
import type { UiContract } from '#shared/ipc/ui-contract.ts';
import type { Params, Result } from '#shared/ipc/contract.ts';
import type { SettingsPatch } from '#shared/settings/settings.ts';
import { failureReport, type UiClient } from '../bridge.ts';
import { createCallCommands, type CallCommands } from './call-commands.ts';
import { createReachCommands, type ReachCommands } from './reach-commands.ts';
import type { SettingsSectionId } from './settings-sections.ts';
import { detailIsOpen, withoutDetail, type CardPanel, type Page, type View } from './view.ts';

/** What a person can do, for buttons and keys alike. A failure is shown; nothing here rejects. */
export interface Commands extends CallCommands, ReachCommands {
  /** Resolves with the result, or with nothing after the failure was shown. */
  ask<N extends RequestName<UiContract>>(name: N, params: Params<UiContract, N>): Promise<Result<UiContract, N> | undefined>;
  changeSettings(patch: SettingsPatch): void;
  /** Copies and says `confirmation`. */
  copy(text: string, confirmation: string): void;
  openPage(page: Page): void;
  /** Opens a part of a call's card; one that is open elsewhere closes. */
  openPanel(panel: CardPanel): void;
  /** The same, and closes it when it is open. */
  togglePanel(panel: CardPanel): void;
  /** Closes it, whatever it is; tells whether there was one. */
  closePanel(): boolean;
  openSettings(section: SettingsSectionId): void;
  focusSearch(query?: string): void;
  /** Closes the open detail; tells whether there was one. */
  goBack(): boolean;
  /** `onGone`: called once the message is no longer there, whether it was undone or not. */
  say(text: string, undo?: () => void, onGone?: () => void): void;
  showFailure(report: ErrorReport): void;
}

export function createCommands(client: UiClient, view: View): Commands {
  let snacks = 0;

  const showFailure = (report: ErrorReport): void => view.setState({ snack: { id: (snacks += 1), kind: 'failed', report } });
  const say = (text: string, undo?: () => void, onGone?: () => void): void => {
    const id = (snacks += 1);
    view.setState({ snack: { id, kind: 'done', text, undo: undo ?? null } });
    if (onGone === undefined) return;
    const stop = view.subscribe(({ snack }) => {
      if (snack?.id === id) return;
      stop();
      onGone();
    });
  };

  async function ask<N extends RequestName<UiContract>>(name: N, params: Params<UiContract, N>) {
    try {
      return await client.request(name, params);
    } catch (error) {
      showFailure(failureReport(error));
      return undefined;
    }
  }
  /** For requests whose outcome arrives as state. */
  function send<N extends RequestName<UiContract>>(name: N, params: Params<UiContract, N>): void {
    void ask(name, params);
  }

  return {
    ask,
    say,
    showFailure,
    ...createCallCommands(send),
    ...createReachCommands(send),
    changeSettings: (patch) => send('settings.update', patch),
    copy(text, confirmation) {
      void ask('app.copy-text', { text }).then((done) => {
        if (done !== undefined) say(confirmation);
      });
    },
    openPage: (page) => view.setState({ page, ...(view.getState().page === page ? withoutDetail(view.getState()) : {}) }),
    openPanel: (panel) => view.setState({ panel, combining: null }),
    togglePanel: ({ call, kind }) =>
      view.setState(({ panel }) => ({ panel: panel?.call === call && panel.kind === kind ? null : { call, kind }, combining: null })),
    closePanel() {
      const { panel, combining } = view.getState();
      view.setState({ panel: null, combining: null });
      return panel !== null || combining !== null;
    },
    openSettings: (section) => view.setState({ page: 'settings', section, settingsSearch: '' }),
    focusSearch: (query) => view.setState((now) => ({ searchFocus: now.searchFocus + 1, ...(query === undefined ? {} : { query }) })),
    goBack() {
      const now = view.getState();
      if (!detailIsOpen(now)) return false;
      view.setState(withoutDetail(now));
      return true;
    },
  };
}
