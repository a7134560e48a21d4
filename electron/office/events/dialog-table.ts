import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';

/** One end of a dialog. */
export interface DialogEnd {
  readonly number: string;
  /** Route token of the device. */
  readonly token: string;
  /** Wants to be nobody (RFC 3323). */
  readonly hidden: boolean;
  /** A number in whose name it calls or is called: of a queue, of a parking place. */
  readonly group: string | undefined;
}

/** One dialog that an INVITE made, or is about to make (RFC 4235 section 3.7). */
export interface TrackedDialog {
  readonly id: string;
  readonly callId: string;
  readonly caller: DialogEnd;
  readonly callerTag: string;
  /** Undefined, like its tag, while nobody has answered at all. */
  readonly callee: DialogEnd | undefined;
  readonly calleeTag: string | undefined;
  readonly state: 'trying' | 'early' | 'confirmed' | 'terminated';
}

/** The INVITE that founds dialogs. */
export interface Founding {
  readonly callId: string;
  readonly callerTag: string;
  readonly caller: DialogEnd;
}

export interface DialogsChanged {
  /** The dialogs that are new or changed; those that ended are told here for the last time. */
  readonly dialogs: readonly TrackedDialog[];
}

/** What everybody's line does, read from the INVITEs that pass, their answers, and BYE. */
export class DialogTable implements Disposable {
  /** In the order in which they came to be. */
  readonly #dialogs = new Map<string, TrackedDialog>();
  readonly #changed = new Emitter<DialogsChanged>();
  readonly #newId: () => string;

  readonly onChanged = this.#changed.event;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  get size(): number {
    return this.#dialogs.size;
  }

  /** Dialogs of a number: as caller, as callee, or answered for it. */
  dialogsOf(number: string): TrackedDialog[] {
    return this.all().filter((dialog) => concerns(dialog, number));
  }

  all(): TrackedDialog[] {
    return [...this.#dialogs.values()];
  }

  byId(id: string): TrackedDialog | undefined {
    return this.#dialogs.get(id);
  }

  /** The dialog of that Call-ID and these tags, in whatever order. */
  find(callId: string, tags: readonly [string | undefined, string | undefined]): TrackedDialog | undefined {
    return this.all().find(
      ({ callId: id, callerTag, calleeTag }) =>
        id === callId && tags.includes(callerTag) && calleeTag !== undefined && tags.includes(calleeTag),
    );
  }

  /** An INVITE is on its way. */
  begin(founding: Founding): void {
    this.#put({ ...founding, id: this.#newId(), callee: undefined, calleeTag: undefined, state: 'trying' });
  }

  /** A callee answered: provisionally, or with a 2xx. */
  progress(founding: Founding, callee: DialogEnd, calleeTag: string, state: 'early' | 'confirmed'): void {
    const present = this.#of(founding).find((dialog) => dialog.calleeTag === calleeTag);
    if (present?.state === 'confirmed' || present?.state === state) return;
    const waiting = this.#of(founding).find((dialog) => dialog.calleeTag === undefined);
    const id = (present ?? waiting)?.id ?? this.#newId();
    this.#put({ ...founding, id, callee, calleeTag, state });
  }

  /** One device will not take the call, and its answers so far lead nowhere. */
  refused(founding: Founding, token: string): void {
    this.#end(this.#of(founding).filter(({ callee, state }) => callee?.token === token && state !== 'confirmed'));
  }

  /** All devices have answered: what is not confirmed is over. */
  settle(founding: Founding): void {
    this.#end(this.#of(founding).filter(({ state }) => state !== 'confirmed'));
  }

  /** BYE, or a request in the dialog found nobody there. */
  end(callId: string, tags: readonly [string | undefined, string | undefined]): void {
    const dialog = this.find(callId, tags);
    if (dialog !== undefined) this.#end([dialog]);
  }

  /** A device has gone for good. */
  lost(token: string): void {
    this.#end(
      this.all().filter(({ caller, callee, state }) => state === 'confirmed' && (caller.token === token || callee?.token === token)),
    );
  }

  dispose(): void {
    this.#dialogs.clear();
    this.#changed.dispose();
  }

  #of({ callId, callerTag }: Founding): TrackedDialog[] {
    return this.all().filter((dialog) => dialog.callId === callId && dialog.callerTag === callerTag);
  }

  #put(dialog: TrackedDialog): void {
    this.#dialogs.set(dialog.id, dialog);
    this.#changed.fire({ dialogs: [dialog] });
  }

  #end(dialogs: readonly TrackedDialog[]): void {
    if (dialogs.length === 0) return;
    for (const { id } of dialogs) this.#dialogs.delete(id);
    this.#changed.fire({ dialogs: dialogs.map((dialog) => ({ ...dialog, state: 'terminated' })) });
  }
}

/** Whether a dialog belongs to the line of that number. */
export function concerns({ caller, callee }: TrackedDialog, number: string): boolean {
  return isAt(caller, number) || isAt(callee, number);
}

/** Whether one end of a dialog is at that number. */
export function isAt(end: DialogEnd | undefined, number: string): boolean {
  return end?.number === number || end?.group === number;
}
