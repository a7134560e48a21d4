/** Start line and headers of an HTTP/1 answer (RFC 9112). */
export interface HttpHead {
  readonly status: number;
  readonly reason: string;
  /** By lower-case name, values in the order in which they came. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** Reads an answer up to its empty line. Header lines that make no sense are left out; without a status line it is none. */
export function parseHttpHead(text: string): HttpHead | undefined {
  const [startLine = '', ...lines] = text.split(/\r?\n/);
  const start = /^HTTP\/1\.\d (\d{3})(?: (.*))?$/.exec(startLine);
  if (start === null) return undefined;
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).toLowerCase();
    if (/[^!#$%&'*+.^_`|~0-9a-z-]/.test(name)) continue;
    const value = line.slice(colon + 1).trim();
    const known = headers.get(name);
    if (known === undefined) headers.set(name, [value]);
    else known.push(value);
  }
  return { status: Number(start[1]), reason: start[2] ?? '', headers };
}
