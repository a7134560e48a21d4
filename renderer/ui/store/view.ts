import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CallId } from '#shared/calls/call.ts';
import type { HistoryEntry, HistoryQuery } from '#shared/calls/history-entry.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { SettingsSectionId } from './settings-sections.ts';

export type Page = 'calls' | 'people' | 'settings';

/** One short message at the foot of the window: something done that can be undone, or something that failed. */
export type Snack =
  | { readonly id: number; readonly kind: 'done'; readonly text: string; readonly undo: (() => void) | null }
  | { readonly id: number; readonly kind: 'failed'; readonly report: ErrorReport };

/** What can be unfolded below a call. */
export type CardPanelKind = 'keypad' | 'transfer' | 'add' | 'park' | 'deflect' | 'reply';

export interface CardPanel {
  readonly call: CallId;
  readonly kind: CardPanelKind;
}

/** What this window shows just now; nothing of it survives the window. */
export interface ViewState {
  readonly page: Page;
  /** The open item of each page; null shows the list alone in a narrow window. */
  readonly entry: HistoryEntry | null;
  readonly person: string | null;
  readonly section: SettingsSectionId | null;
  readonly historyFilter: HistoryQuery['filter'];
  readonly historySearch: string;
  readonly settingsSearch: string;
  /** The field "Search or dial". */
  readonly query: string;
  /** Raised by one to put the focus into the field. */
  readonly searchFocus: number;
  /** The part of a call's card that is unfolded; one at a time. */
  readonly panel: CardPanel | null;
  /** Two calls that were put together: the person is asked what shall become of them. */
  readonly combining: { readonly from: CallId; readonly onto: CallId } | null;
  /** The call whose card is being dragged. */
  readonly dragging: CallId | null;
  readonly snack: Snack | null;
}

export type View = StoreApi<ViewState>;

export function createView(): View {
  return createStore<ViewState>(() => ({
    page: 'calls',
    entry: null,
    person: null,
    section: null,
    historyFilter: 'all',
    historySearch: '',
    settingsSearch: '',
    query: '',
    searchFocus: 0,
    panel: null,
    combining: null,
    dragging: null,
    snack: null,
  }));
}

/** Whether the page shows a detail, which in a narrow window stands in place of the list. */
export function detailIsOpen(view: ViewState): boolean {
  switch (view.page) {
    case 'calls':
      return view.entry !== null;
    case 'people':
      return view.person !== null;
    case 'settings':
      return view.section !== null || view.settingsSearch.trim() !== '';
  }
}

/** Closes the detail of the open page. */
export function withoutDetail(view: ViewState): Partial<ViewState> {
  switch (view.page) {
    case 'calls':
      return { entry: null };
    case 'people':
      return { person: null };
    case 'settings':
      return { section: null, settingsSearch: '' };
  }
}
