/** An element with its place in the file; those with others inside have children instead of a payload. */
export interface TreeElement {
  readonly id: number;
  readonly at: number;
  /** Where its content begins. */
  readonly content: number;
  readonly end: number;
  readonly hasSize: boolean;
  readonly payload: Buffer;
  readonly children: readonly TreeElement[];
}

const masters = [0x1a45dfa3, 0x18538067, 0x114d9b74, 0x4dbb, 0x1549a966, 0x1654ae6b, 0xae, 0x1f43b675, 0xa0, 0x1c53bb6b, 0xbb, 0xb7];
/** Ends a Cluster of unknown size. */
const topLevel = [0x1f43b675, 0x1c53bb6b, 0x1549a966, 0x1654ae6b];

/** Reads a file on a way of its own, so that it can judge what the reader of the app made. Stops where an element is cut. */
export function matroskaTree(file: Uint8Array): readonly TreeElement[] {
  const bytes = Buffer.from(file);
  const found: TreeElement[] = [];
  read(bytes, 0, bytes.length, false, found);
  return found;
}

/** Every element of a name, in the order of the file. */
export function elementsOf(tree: readonly TreeElement[], id: number): readonly TreeElement[] {
  return tree.flatMap((element) => [...(element.id === id ? [element] : []), ...elementsOf(element.children, id)]);
}

export function unsigned({ payload }: TreeElement): number {
  return payload.length === 0 ? 0 : Number(BigInt(`0x${payload.toString('hex')}`));
}

/** All blocks of a file with their times in ticks. */
export function blocksOf(tree: readonly TreeElement[]): readonly { readonly time: number; readonly data: string }[] {
  return elementsOf(tree, 0x1f43b675).flatMap(({ children }) => {
    const [timestamp] = elementsOf(children, 0xe7);
    const blocks = elementsOf(children, 0xa3).concat(elementsOf(children, 0xa1));
    return blocks.map(({ payload }) => ({
      time: (timestamp === undefined ? 0 : unsigned(timestamp)) + payload.readInt16BE(1),
      data: payload.toString('base64'),
    }));
  });
}

function read(bytes: Buffer, from: number, end: number, insideUnknown: boolean, into: TreeElement[]): number {
  let at = from;
  while (at < end) {
    const idLength = Math.clz32(bytes.readUInt8(at)) - 23;
    if (idLength > 4 || at + idLength >= end) return end;
    const id = bytes.readUIntBE(at, idLength);
    if (insideUnknown && topLevel.includes(id)) return at;
    const sizeAt = at + idLength;
    const sizeLength = Math.clz32(bytes.readUInt8(sizeAt)) - 23;
    if (sizeLength > 8 || sizeAt + sizeLength > end) return end;
    const bits = BigInt(`0x${bytes.subarray(sizeAt, sizeAt + sizeLength).toString('hex')}`);
    const mask = (1n << BigInt(7 * sizeLength)) - 1n;
    const hasSize = (bits & mask) !== mask;
    const content = sizeAt + sizeLength;
    const contentEnd = hasSize ? content + Number(bits & mask) : end;
    const isMaster = masters.includes(id);
    if (contentEnd > end && !isMaster) return end;
    const children: TreeElement[] = [];
    const stop = isMaster ? read(bytes, content, Math.min(contentEnd, end), !hasSize && id === 0x1f43b675, children) : contentEnd;
    into.push({
      id,
      at,
      content,
      end: hasSize ? contentEnd : stop,
      hasSize,
      payload: isMaster ? Buffer.alloc(0) : bytes.subarray(content, contentEnd),
      children,
    });
    at = into.at(-1)?.end ?? end;
  }
  return at;
}
