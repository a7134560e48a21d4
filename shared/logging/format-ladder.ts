/** A SIP message as it passed, with secrets already removed. */
export interface LadderMessage {
  readonly direction: 'sent' | 'received';
  /** Wall time in ms. */
  readonly at: number;
  /** The other end of the flow, e.g. `wss 192.0.2.7:8089`. */
  readonly peer: string;
  readonly text: string;
}

export interface Ladder {
  readonly callId: string;
  readonly messages: readonly LadderMessage[];
  /** How many messages between the first and the last ones were not kept. */
  readonly omitted: number;
  /** The gap of the omitted stands before the message with this index. */
  readonly omittedBefore: number;
}

const timeWidth = 12;
const narrowestLane = 30;
const widestLabel = 60;

/**
 * Draws the messages of one Call-ID as a ladder diagram, one column per peer, with times in seconds relative to the first message,
 * followed by the messages in full.
 */
export function formatLadder(ladder: Ladder): string {
  const first = ladder.messages[0];
  if (first === undefined) return `Call-ID: ${ladder.callId}\nNo messages.\n`;
  const peers = [...new Set(ladder.messages.map((message) => message.peer))];
  const labels = ladder.messages.map((message) => summaryOf(message.text));
  const laneWidth = Math.max(narrowestLane, ...labels.map((label) => label.length + 8), ...peers.map((peer) => peer.length + 4));
  const rungs = ladder.messages.map((message, index) =>
    rung(
      `${relative(message.at - first.at)} s`,
      labels[index] ?? '',
      message.direction,
      peers.indexOf(message.peer),
      peers.length,
      laneWidth,
    ),
  );
  if (ladder.omitted > 0)
    rungs.splice(ladder.omittedBefore, 0, `${' '.repeat(timeWidth)}  ... ${ladder.omitted} messages were not kept ...`);
  const texts = ladder.messages.map(
    (message, index) =>
      `[${index + 1}] ${relative(message.at - first.at)} s, ${message.direction === 'sent' ? 'sent to' : 'received from'} ${message.peer}\n${printable(message.text)}`,
  );
  return [
    `Call-ID: ${ladder.callId}`,
    `Started: ${new Date(first.at).toISOString()}`,
    '',
    `${' '.repeat(timeWidth)}  Commute${peers
      .map((peer) => peer.padStart(laneWidth + 1))
      .join('')
      .slice(6)}`,
    ...rungs,
    '',
    ...texts,
    '',
  ].join('\n');
}

/** `INVITE (1)`, `200 OK (1 INVITE)`, with `SDP` where the body is a session description. Also reads damaged messages. */
export function summaryOf(text: string): string {
  const startLine = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const cseq = /^cseq[ \t]*:[ \t]*(\d{1,10})[ \t]+([\w.!%*+`'~-]{1,32})/im.exec(text);
  const description = /^(?:content-type|c)[ \t]*:[ \t]*application\/sdp\b/im.test(text) ? ' SDP' : '';
  const response = /^SIP\/2\.0[ \t]+(\d{3})[ \t]*(.*)$/i.exec(startLine);
  const request = /^([\w.!%*+`'~-]{1,32})[ \t]/.exec(startLine);
  const what = response ? `${response[1] ?? ''} ${response[2] ?? ''}`.trim() : (request?.[1] ?? 'not readable');
  const sequence = cseq === null ? '' : response ? ` (${cseq[1] ?? ''} ${cseq[2] ?? ''})` : ` (${cseq[1] ?? ''})`;
  return `${printable(what).slice(0, widestLabel)}${sequence}${description}`;
}

function rung(
  time: string,
  label: string,
  direction: LadderMessage['direction'],
  peer: number,
  peerCount: number,
  laneWidth: number,
): string {
  const span = (peer + 1) * (laneWidth + 1) - 1;
  const text = ` ${label} `;
  const left = Math.max(2, Math.floor((span - text.length) / 2));
  const line = `${'-'.repeat(left)}${text}`.padEnd(span, '-');
  const arrow = direction === 'sent' ? `${line.slice(0, -1)}>` : `<${line.slice(1)}`;
  const rest = `${' '.repeat(laneWidth)}|`.repeat(peerCount - peer - 1);
  return `${time.padStart(timeWidth)}  |${arrow}|${rest}`;
}

function relative(milliseconds: number): string {
  return `${milliseconds < 0 ? '-' : '+'}${(Math.abs(milliseconds) / 1000).toFixed(3)}`;
}

/** Line ends become plain; what a terminal would obey becomes visible. */
function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\P{C}\n\t]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
