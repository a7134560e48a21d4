import { joined } from './ebml.ts';
import { writeClusterHead } from './index-plan.ts';
import type { ClusterFacts } from './recording-scanner.ts';

/** Turns the bytes of a recording, pushed in their order, into the Clusters of the indexed one: the same content behind heads with sizes. */
export class RecordingRewriter {
  readonly #clusters: readonly ClusterFacts[];
  #next = 0;
  #offset = 0;
  #isInside = false;

  /** @param clusters as the scanner found them in the same bytes */
  constructor(clusters: readonly ClusterFacts[]) {
    this.#clusters = clusters;
  }

  /** @returns what comes next in the new file; often nothing */
  push(chunk: Uint8Array): Uint8Array {
    const pieces: Uint8Array[] = [];
    const [start, end] = [this.#offset, this.#offset + chunk.length];
    for (let cluster = this.#clusters[this.#next]; cluster !== undefined && cluster.from < end; cluster = this.#clusters[this.#next]) {
      if (!this.#isInside) pieces.push(writeClusterHead(cluster));
      pieces.push(chunk.subarray(Math.max(0, cluster.from - start), Math.min(end, cluster.to) - start));
      this.#isInside = cluster.to > end;
      if (this.#isInside) break;
      this.#next += 1;
    }
    this.#offset = end;
    return joined(pieces);
  }
}
