import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Gathering } from '#renderer/media/gathering.ts';
import type { CandidateKind } from '#shared/media/gathering.ts';

class FakeConnection extends EventTarget {
  localDescription: { sdp: string } | null = null;
  iceGatheringState = 'new';

  describe(ufrag: string): void {
    this.localDescription = { sdp: `v=0\r\na=ice-ufrag:${ufrag}\r\n` };
  }

  find(type: CandidateKind, usernameFragment = 'one', protocol = 'udp'): void {
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: { type, usernameFragment, protocol } }));
  }

  refuse(url: string, errorCode: number, errorText: string): void {
    this.dispatchEvent(Object.assign(new Event('icecandidateerror'), { url, errorCode, errorText }));
  }

  complete(): void {
    this.iceGatheringState = 'complete';
    this.dispatchEvent(new Event('icegatheringstatechange'));
  }
}

function gather(...wanted: CandidateKind[]) {
  const connection = new FakeConnection();
  const gathering = new Gathering(connection as unknown as RTCPeerConnection, new Set(wanted));
  gathering.start();
  const left: string[] = [];
  const begin = (ufrag = 'one'): void => {
    gathering.arm();
    connection.describe(ufrag);
    void gathering.finished().then(() => left.push(ufrag));
  };
  return { connection, gathering, left, begin };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('a description', () => {
  it('leaves when it is quiet after the last wanted candidate', async () => {
    const { connection, left, begin } = gather('host');
    begin();
    connection.find('host');
    await pass(8);
    connection.find('host');
    await pass(8);
    expect(left).toEqual([]);
    await pass(8);
    expect(left).toEqual(['one']);
  });

  it('does not count what no SIP server uses', async () => {
    const { connection, left, begin } = gather('host');
    begin();
    connection.find('host', 'one', 'tcp');
    await pass(100);
    expect(left).toEqual([]);
  });

  it('leaves when Chromium says that there is no more', async () => {
    const { connection, left, begin } = gather('host', 'srflx');
    begin();
    connection.find('host');
    connection.complete();
    await pass(0);
    expect(left).toEqual(['one']);
  });

  it('waits for the reflexive address until it is cut', async () => {
    const { connection, gathering, left, begin } = gather('host', 'srflx');
    begin();
    gathering.cut('soft');
    await pass(100);
    expect(left).toEqual([]);
    connection.find('host');
    await pass(0);
    expect(left).toEqual(['one']);
  });

  it('leaves without a relay at the hard cut, and where only a relay is allowed at the last one', async () => {
    const direct = gather('host', 'relay');
    direct.begin();
    direct.gathering.cut('soft');
    direct.connection.find('host');
    await pass(100);
    expect(direct.left).toEqual([]);
    direct.gathering.cut('hard');
    await pass(0);
    expect(direct.left).toEqual(['one']);
    const { gathering, left, begin } = gather('relay');
    begin();
    gathering.cut('hard');
    await pass(100);
    expect(left).toEqual([]);
    gathering.cut('last');
    await pass(0);
    expect(left).toEqual(['one']);
  });

  it('waits for the network that Chromium does not know yet, though gathering is said to be complete, until the last cut', async () => {
    const { connection, gathering, left, begin } = gather('host');
    begin();
    connection.complete();
    gathering.cut('hard');
    await pass(0);
    expect(left).toEqual([]);
    connection.find('host');
    await pass(0);
    expect(left).toEqual(['one']);
    begin('two');
    connection.complete();
    gathering.cut('hard');
    await pass(0);
    expect(left).toEqual(['one']);
    gathering.cut('last');
    await pass(0);
    expect(left).toEqual(['one', 'two']);
  });

  it('does not wait twice, but waits again after an ICE restart', async () => {
    const { connection, gathering, left, begin } = gather('host', 'srflx');
    begin();
    connection.find('host');
    gathering.cut('soft');
    await pass(0);
    begin();
    await pass(0);
    expect(left).toEqual(['one', 'one']);
    begin('two');
    await pass(100);
    expect(left).toHaveLength(2);
    connection.find('host', 'two');
    connection.find('srflx', 'two');
    await pass(20);
    expect(left).toEqual(['one', 'one', 'two']);
  });

  it('of a connection kept ready leaves at once though a server is dead', async () => {
    const { connection, left, begin } = gather('host', 'srflx');
    begin();
    connection.find('host');
    await pass(300);
    expect(left).toEqual([]);
    begin();
    await pass(0);
    expect(left).toEqual(['one', 'one']);
  });

  it('leaves with a relay that came after the hard cut', async () => {
    const { connection, gathering, left, begin } = gather('relay');
    begin();
    gathering.cut('hard');
    gathering.cut('soft');
    await pass(100);
    connection.find('relay');
    await pass(0);
    expect(left).toEqual(['one']);
  });

  it('remembers what the servers refused', () => {
    const { connection, gathering } = gather('relay');
    for (let server = 0; server < 100; server++) connection.refuse(`turn:${server}.example`, 401, 'Unauthorized');
    expect(gathering.failures[0]).toEqual({ url: 'turn:0.example', code: 401, text: 'Unauthorized' });
    expect(gathering.failures).toHaveLength(64);
  });

  it('does not keep anybody waiting when the connection is closed', async () => {
    const { gathering, left, begin } = gather('host');
    begin();
    gathering.dispose();
    await pass(0);
    expect(left).toEqual(['one']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
