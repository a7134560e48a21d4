import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import { writeReplaces } from '#shared/sip/dialog-name.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { readReferTo } from '#shared/sip/refer-to.ts';
import { writeSipfrag } from '#shared/sip/sipfrag.ts';
import { header } from '../sip/header-edits.ts';
import type { RobotCallee, RobotDialog } from './robot-dialog.ts';

/** How long the referrer may go on being told, in seconds: longer than a robot lets it ring. */
const lifetimeSeconds = 60;

/**
 * Whom a REFER asks to call, and how the call says on whose behalf (RFC 3892).
 * @returns the status to refuse it with when it asks for something else
 */
export function readReferral(request: SipRequest): RobotCallee | number {
  const target = readReferTo(findHeaders(request.headers, 'Refer-To'));
  if (typeof target === 'number') return target;
  const replaces = target.replaces === null ? [] : [header('Replaces', writeReplaces(target.replaces)), header('Require', 'replaces')];
  const referredBy = findHeader(request.headers, 'Referred-By') ?? `<${request.from.uri.text}>`;
  const uri = target.uri.text.replace(/\?.*$/, '').replace(/;method=[^;]*/i, '');
  return { uri, headers: [...replaces, header('Referred-By', referredBy)] };
}

/** The subscription that a REFER founds: tells the referrer how far the call is (RFC 3515 section 2.4.4). */
export class RobotReferral {
  readonly #dialog: RobotDialog;
  readonly #event: string;
  readonly #send: (message: Uint8Array) => void;
  #told = 0;

  constructor(request: SipRequest, dialog: RobotDialog, send: (message: Uint8Array) => void) {
    this.#dialog = dialog;
    this.#event = `refer;id=${request.cseq.sequence}`;
    this.#send = send;
  }

  get isOver(): boolean {
    return this.#told >= 200;
  }

  /** Each status once; a final one is the last. */
  tell(status: number): void {
    if (this.isOver || status === this.#told) return;
    this.#told = status;
    const state = status < 200 ? `active;expires=${lifetimeSeconds}` : 'terminated;reason=noresource';
    const headers = [
      header('Event', this.#event),
      header('Subscription-State', state),
      header('Content-Type', 'message/sipfrag;version=2.0'),
    ];
    this.#send(this.#dialog.notify(headers, writeSipfrag(status)));
  }
}
