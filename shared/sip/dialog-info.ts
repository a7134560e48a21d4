import type { DialogState } from '../people/line-state.ts';
import { partyOf, safeText } from './identity.ts';
import { parseUri } from './parse-uri.ts';
import { childOf, childrenOf, readXml, type XmlElement } from './xml-reader.ts';

/** One document of the dialog event package (RFC 4235 section 4). */
export interface DialogInfo {
  readonly version: number;
  /** `full`: `dialogs` is all there is. `partial`: `dialogs` changed since the version before. */
  readonly state: 'full' | 'partial';
  /** URI of the watched line. */
  readonly entity: string;
  readonly dialogs: readonly DialogState[];
}

/** What is known of a watched line after some documents of one subscription. */
export interface WatchedDialogs {
  readonly version: number;
  /** Without terminated ones. */
  readonly dialogs: readonly DialogState[];
}

const namespace = 'urn:ietf:params:xml:ns:dialog-info';
const states = { trying: 1, proceeding: 1, early: 1, confirmed: 1, terminated: 1 } as const;
const longest = { id: 256, callId: 512, tag: 256, entity: 1024 } as const;

/**
 * Reads an `application/dialog-info+xml` body. Dialogs without id or without a known state are left out; what a server leaves
 * out of one is null.
 * @returns undefined when it is no such document
 */
export function parseDialogInfo(xml: string): DialogInfo | undefined {
  const root = readXml(xml);
  if (root?.name !== 'dialog-info' || (root.namespace !== namespace && root.namespace !== '')) return undefined;
  return {
    version: versionOf(root),
    state: root.attributes.get('state')?.trim().toLowerCase() === 'partial' ? 'partial' : 'full',
    entity: (root.attributes.get('entity') ?? '').slice(0, longest.entity),
    dialogs: childrenOf(root, 'dialog').flatMap(dialogOf),
  };
}

/**
 * Lays a document over what is known (RFC 4235 section 4.3). A full one replaces it whatever its version: NOTIFYs come in the order
 * of their CSeq, and some servers never count. A partial one that is old or skips a version changes nothing.
 * @param before undefined at the beginning of a subscription
 * @returns `gap`: something was missed; the subscription must be refreshed to get a full document
 */
export function mergeDialogInfo(
  before: WatchedDialogs | undefined,
  info: DialogInfo,
): { readonly now: WatchedDialogs | undefined; readonly gap: boolean } {
  if (info.state === 'full') return { now: { version: info.version, dialogs: living(info.dialogs) }, gap: false };
  if (before === undefined || info.version > before.version + 1) return { now: before, gap: true };
  if (info.version <= before.version) return { now: before, gap: false };
  const byId = new Map(before.dialogs.map((dialog) => [dialog.id, dialog]));
  for (const dialog of info.dialogs) byId.set(dialog.id, dialog);
  return { now: { version: info.version, dialogs: living([...byId.values()]) }, gap: false };
}

/** The `version` attribute of an event document; 0 where it is missing or no number. */
export function versionOf(root: XmlElement): number {
  const text = root.attributes.get('version')?.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function living(dialogs: readonly DialogState[]): readonly DialogState[] {
  return dialogs.filter(({ state }) => state !== 'terminated');
}

function dialogOf(element: XmlElement): DialogState[] {
  const id = element.attributes.get('id') ?? '';
  const state = stateOf(childOf(element, 'state')?.text ?? '');
  if (id === '' || id.length > longest.id || state === undefined) return [];
  return [{ id, state, direction: directionOf(element), remote: remoteOf(element), dialog: namesOf(element) }];
}

function stateOf(text: string): DialogState['state'] | undefined {
  const word = text.toLowerCase();
  return isState(word) ? word : undefined;
}

function isState(word: string): word is DialogState['state'] {
  return Object.hasOwn(states, word);
}

function directionOf(element: XmlElement): DialogState['direction'] {
  const direction = element.attributes.get('direction')?.trim().toLowerCase();
  return direction === 'initiator' || direction === 'recipient' ? direction : null;
}

function remoteOf(element: XmlElement): DialogState['remote'] {
  const remote = childOf(element, 'remote');
  const identity = remote && childOf(remote, 'identity');
  const target = remote && childOf(remote, 'target')?.attributes.get('uri');
  const uri = parseUri(identity?.text ?? '') ?? parseUri(target ?? '');
  const displayName = identity?.attributes.get('display') ?? identity?.attributes.get('display-name') ?? '';
  if (uri !== undefined) return partyOf({ displayName, uri, parameters: uri.parameters });
  return displayName === '' ? null : { displayName: safeText(displayName), number: '', uri: '' };
}

function namesOf({ attributes }: XmlElement): DialogState['dialog'] {
  const callId = attributes.get('call-id') ?? '';
  const localTag = attributes.get('local-tag') ?? '';
  const remoteTag = attributes.get('remote-tag') ?? '';
  if (callId === '' || localTag === '' || remoteTag === '' || callId.length > longest.callId) return null;
  return localTag.length > longest.tag || remoteTag.length > longest.tag ? null : { callId, localTag, remoteTag };
}
