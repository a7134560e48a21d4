import { makeCertificate, type TestCertificate } from '#test/support/sip/test-certificates.ts';
import { type BaselineName, buildBaseline } from './build-baseline.ts';
import { usePrivateCopy } from './private-copy.ts';

interface Owned {
  readonly path: string;
  dispose(): Promise<void>;
}

/** What every figure is taken with. */
export interface BenchRoom {
  /** Rounds that count; one more is run before them. */
  readonly runs: number;
  /** The folder of the built Commute. */
  readonly commute: string;
  readonly certificate: TestCertificate;
  /** The folder of a baseline app, built when it is first asked for. */
  baseline(name: BaselineName): Promise<string>;
  /** A line of progress. */
  say(line: string): void;
}

/** Makes the room, hands it to `body`, and clears it away. */
export async function withBenchRoom<T>(runs: number, say: (line: string) => void, body: (room: BenchRoom) => Promise<T>): Promise<T> {
  const copy = await usePrivateCopy();
  const built = new Map<BaselineName, Promise<Owned>>();
  const baseline = async (name: BaselineName): Promise<string> => {
    const folder = built.get(name) ?? buildBaseline(name);
    built.set(name, folder);
    return (await folder).path;
  };
  try {
    return await body({ runs, commute: copy.appFolder, certificate: await makeCertificate(), baseline, say });
  } finally {
    for (const folder of built.values()) await (await folder).dispose();
    await copy.dispose();
  }
}

/** Runs `round` once to warm up and then `runs` times, and returns what the counted ones gave. */
export async function counted<T>(runs: number, round: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index <= runs; index++) {
    const result = await round(index);
    if (index > 0) results.push(result);
  }
  return results;
}
