import { LoggerFactory } from 'sip.js/lib/core/log/logger-factory.js';
import type { Logger } from 'sip.js/lib/core/log/logger.js';
import { Parser } from 'sip.js/lib/core/messages/parser.js';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { median } from './statistics.ts';

export interface ParserBench {
  readonly metric: string;
  /** Messages per second of CPU time, medians. */
  readonly ours: number;
  readonly sipJs: number;
  /** Ours over theirs, round by round. */
  readonly ratios: readonly number[];
}

const sdp = [
  'v=0',
  'o=- 3846194012 3846194012 IN IP4 192.0.2.33',
  's=Asterisk',
  'c=IN IP4 192.0.2.33',
  't=0 0',
  'm=audio 14630 UDP/TLS/RTP/SAVPF 107 9 8 0 101',
  'a=rtpmap:107 opus/48000/2',
  'a=fmtp:107 useinbandfec=1',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=ptime:20',
  'a=setup:actpass',
  'a=fingerprint:sha-256 3B:8B:0F:23:5E:1A:7C:9D:44:52:6F:80:91:A2:B3:C4:D5:E6:F7:08:19:2A:3B:4C:5D:6E:7F:80:91:A2:B3:C4',
  'a=rtcp-mux',
  'a=sendrecv',
  '',
].join('\r\n');

const invite = message(
  [
    'INVITE sip:anna@192.0.2.10:51234;transport=ws SIP/2.0',
    'Via: SIP/2.0/WSS 192.0.2.33:8089;rport;branch=z9hG4bKPj0d6c2e8e-6f1e-4b0a-9d63-5a6f1f0b2c3d;alias',
    'From: "Bernd Brandt" <sip:102@office.example.com>;tag=4f1c2b3a-9e8d-4c7b-a6f5-1e2d3c4b5a69',
    'To: <sip:anna@192.0.2.10;transport=ws>',
    'Contact: <sip:asterisk@192.0.2.33:8089;transport=ws>',
    'Call-ID: 7b9d1f3e-5a6c-4e8d-b0f2-9c8a7d6e5f4b',
    'CSeq: 21373 INVITE',
    'Allow: OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, MESSAGE, REFER',
    'Supported: 100rel, timer, replaces, norefersub, histinfo',
    'Session-Expires: 1800',
    'Min-SE: 90',
    'P-Asserted-Identity: "Bernd Brandt" <sip:102@office.example.com>',
    'Max-Forwards: 70',
    'User-Agent: Asterisk PBX 22.5.2',
    'Content-Type: application/sdp',
  ],
  sdp,
);

const notify = message(
  [
    'NOTIFY sip:anna@192.0.2.10:51234;transport=ws SIP/2.0',
    'Via: SIP/2.0/WSS 192.0.2.33:8089;rport;branch=z9hG4bKPj7c1d2e3f-8a9b-4c5d-9e0f-1a2b3c4d5e6f;alias',
    'From: <sip:102@office.example.com>;tag=8d7c6b5a-4f3e-4d2c-b1a0-9f8e7d6c5b4a',
    'To: <sip:anna@office.example.com>;tag=2b3c4d5e',
    'Contact: <sip:asterisk@192.0.2.33:8089;transport=ws>',
    'Call-ID: 3e5f7a9b-1c2d-4e6f-8a0b-2c4d6e8f0a1b',
    'CSeq: 8134 NOTIFY',
    'Event: dialog',
    'Subscription-State: active;expires=3540',
    'Allow-Events: message-summary, presence, dialog, refer',
    'Max-Forwards: 70',
    'User-Agent: Asterisk PBX 22.5.2',
    'Content-Type: application/dialog-info+xml',
  ],
  '<?xml version="1.0" encoding="UTF-8"?>\n<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="7" state="full" entity="sip:102@office.example.com">\n <dialog id="102">\n  <state>terminated</state>\n </dialog>\n</dialog-info>\n',
);

/**
 * Parses the same messages with our parser and with that of sip.js, in turn, in one process. Both deliver the start line, typed
 * Via, From, To, Contact and CSeq, and the body; ours from bytes as a socket has them, sip.js's from text as its transport does.
 * Each figure is CPU time (user and system) of this process, garbage collection included.
 */
export function benchParser(rounds = 7): ParserBench[] {
  return [benchOne('parse INVITE with SDP', invite, rounds), benchOne('parse NOTIFY with dialog-info', notify, rounds)];
}

function benchOne(metric: string, text: string, rounds: number): ParserBench {
  const bytes = new TextEncoder().encode(text);
  const logger = new LoggerFactory().getLogger('bench');
  const runOurs = (): boolean => parseMessage(bytes).ok;
  const runSipJs = (): boolean => parseWithSipJs(text, logger);
  // both compiled and at their best before anything counts
  perCpuSecond(runOurs, 100_000);
  perCpuSecond(runSipJs, 1_000);
  const ours: number[] = [];
  const sipJs: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const own = perCpuSecond(runOurs, 40_000);
    const theirs = perCpuSecond(runSipJs, 200);
    ours.push(own);
    sipJs.push(theirs);
    ratios.push(own / theirs);
  }
  return {
    metric,
    ours: Math.round(median(ours)),
    sipJs: Math.round(median(sipJs)),
    ratios,
  };
}

function message(lines: readonly string[], body: string): string {
  const length = new TextEncoder().encode(body).length;
  return `${lines.join('\r\n')}\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

function parseWithSipJs(text: string, logger: Logger): boolean {
  return Parser.parseMessage(text, logger) !== undefined;
}

/** Runs `parse` so often and tells how often a second of CPU time would fit. */
function perCpuSecond(parse: () => boolean, times: number): number {
  const before = process.cpuUsage();
  for (let index = 0; index < times; index++) {
    if (!parse()) throw new Error('A parser refused the message that it is measured with.');
  }
  const { user, system } = process.cpuUsage(before);
  return times / ((user + system) / 1e6);
}
