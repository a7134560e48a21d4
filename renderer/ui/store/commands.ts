import type { CallView } from '#shared/calls/call.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { RequestName } from '#shared/ipc/contract.ts';
import type { UiContract } from '#shared/ipc/ui-contract.ts';
import type { Params, Result } from '#shared/ipc/contract.ts';
import type { SettingsPatch } from '#shared/settings/settings.ts';
import { failureReport, type UiClient } from '../bridge.ts';
import type { SettingsSectionId } from './settings-sections.ts';
import { detailIsOpen, withoutDetail, type Page, type View } from './view.ts';

/** What a person can do, for buttons and keys alike. A failure is shown; nothing here rejects. */
export interface Commands {
  /** Resolves with the result, or with nothing after the failure was shown. */
  ask<N extends RequestName<UiContract>>(name: N, params: Params<UiContract, N>): Promise<Result<UiContract, N> | undefined>;
  dial(target: string): void;
  answer(call: CallView): void;
  /** Declines what rings and hangs up everything else. */
  end(call: CallView): void;
  toggleMute(call: CallView): void;
  toggleHold(call: CallView): void;
  sendDigits(call: CallView, digits: string): void;
  changeSettings(patch: SettingsPatch): void;
  /** Copies and says `confirmation`. */
  copy(text: string, confirmation: string): void;
  openPage(page: Page): void;
  openSettings(section: SettingsSectionId): void;
  focusSearch(query?: string): void;
  /** Closes the open detail; tells whether there was one. */
  goBack(): boolean;
  say(text: string, undo?: () => void): void;
  showFailure(report: ErrorReport): void;
}

export function createCommands(client: UiClient, view: View): Commands {
  let snacks = 0;

  const showFailure = (report: ErrorReport): void => view.setState({ snack: { id: (snacks += 1), kind: 'failed', report } });
  const say = (text: string, undo?: () => void): void =>
    view.setState({ snack: { id: (snacks += 1), kind: 'done', text, undo: undo ?? null } });

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
    dial: (target) => send('call.dial', { target }),
    answer: ({ id }) => send('call.answer', { call: id }),
    end: ({ id, phase }) => send(phase === 'ringing-in' ? 'call.decline' : 'call.hang-up', { call: id }),
    toggleMute: ({ id, muted }) => send('call.set-muted', { call: id, muted: !muted }),
    toggleHold: ({ id, hold }) => send('call.set-held', { call: id, held: !hold.local }),
    sendDigits: ({ id }, digits) => send('call.send-dtmf', { call: id, digits }),
    changeSettings: (patch) => send('settings.update', patch),
    copy(text, confirmation) {
      void ask('app.copy-text', { text }).then((done) => {
        if (done !== undefined) say(confirmation);
      });
    },
    openPage: (page) => view.setState({ page, ...(view.getState().page === page ? withoutDetail(view.getState()) : {}) }),
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
