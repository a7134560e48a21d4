/** An element as `readXml` gives it. Names are local names; what a prefix means is in `namespace`. */
export interface XmlElement {
  readonly name: string;
  /** Namespace URI; empty when none is in force. */
  readonly namespace: string;
  /** By name as written, without those that declare namespaces; the first of a name wins. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text directly inside, without that of its children, trimmed. */
  readonly text: string;
}

/** Longest document that is read, in UTF-16 units, and deepest nesting: event bodies are small. */
export const maxXmlLength = 64 * 1024;
export const maxXmlDepth = 32;
/** Namespaces in force at one place. */
const maxNamespaces = 64;

/**
 * Reads an XML document of an event package. Namespaces, the five named entities, numeric references, CDATA, comments and
 * processing instructions are understood; a document type is refused, so nothing can be defined or fetched. Tolerant where only
 * one meaning is left: attributes without a declared prefix, a bare `&`, anything behind the root element.
 * @returns undefined when it is too long, nested too deep, or not well-formed.
 */
export function readXml(text: string): XmlElement | undefined {
  return text.length > maxXmlLength ? undefined : new XmlReader(text).read();
}

/** The child elements of one name in one namespace; a document without namespaces is taken at its word. */
export function childrenOf(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name && child.namespace === parent.namespace);
}

export function childOf(parent: XmlElement, name: string): XmlElement | undefined {
  return childrenOf(parent, name)[0];
}

interface OpenElement {
  /** As written, for its end tag. */
  readonly qualifiedName: string;
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Prefix to URI; the empty prefix is the default namespace. */
  readonly scope: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  readonly texts: string[];
}

const space = /[ \t\r\n]/;
const nameCharacter = /[^\s<>/=&"'?!]/;
const outermost: ReadonlyMap<string, string> = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);

class XmlReader {
  readonly #text: string;
  readonly #open: OpenElement[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): XmlElement | undefined {
    while (this.#at < this.#text.length) {
      const next = this.#text.indexOf('<', this.#at);
      if (next < 0) return undefined;
      if (!this.#takeText(next)) return undefined;
      this.#at = next;
      const root = this.#takeMarkup();
      if (root === 'malformed') return undefined;
      if (root !== 'more') return root;
    }
    return undefined;
  }

  #takeText(end: number): boolean {
    const text = this.#text.slice(this.#at, end);
    const inside = this.#open.at(-1);
    if (inside === undefined) return /^[\s\u0000\ufeff]*$/.test(text);
    inside.texts.push(withoutReferences(text));
    return true;
  }

  /** @returns the root when it is complete */
  #takeMarkup(): XmlElement | 'more' | 'malformed' {
    if (this.#follows('<!--')) return this.#skipTo('-->', 4);
    if (this.#follows('<![CDATA[')) return this.#takeCharacterData();
    if (this.#follows('<?')) return this.#skipTo('?>', 2);
    if (this.#follows('<!')) return 'malformed';
    return this.#follows('</') ? this.#takeEnd() : this.#takeStart();
  }

  #takeCharacterData(): 'more' | 'malformed' {
    const start = this.#at + '<![CDATA['.length;
    const end = this.#text.indexOf(']]>', start);
    const inside = this.#open.at(-1);
    if (end < 0 || inside === undefined) return 'malformed';
    inside.texts.push(this.#text.slice(start, end));
    this.#at = end + 3;
    return 'more';
  }

  #takeStart(): XmlElement | 'more' | 'malformed' {
    this.#at += 1;
    const qualifiedName = this.#takeName();
    const written = this.#takeAttributes();
    if (qualifiedName === '' || written === undefined) return 'malformed';
    const isEmpty = this.#takeIf('/');
    if (!this.#takeIf('>') || this.#open.length >= maxXmlDepth) return 'malformed';
    const element = openElement(qualifiedName, written, this.#open.at(-1)?.scope ?? outermost);
    if (element.scope.size > maxNamespaces) return 'malformed';
    this.#open.push(element);
    return isEmpty ? this.#close() : 'more';
  }

  #takeEnd(): XmlElement | 'more' | 'malformed' {
    this.#at += 2;
    const name = this.#takeName();
    this.#skipSpace();
    if (!this.#takeIf('>') || this.#open.at(-1)?.qualifiedName !== name) return 'malformed';
    return this.#close();
  }

  #close(): XmlElement | 'more' | 'malformed' {
    const open = this.#open.pop();
    if (open === undefined) return 'malformed';
    const { name, namespace, attributes, children } = open;
    const element = { name, namespace, attributes, children, text: open.texts.join('').trim() };
    const parent = this.#open.at(-1);
    if (parent === undefined) return element;
    parent.children.push(element);
    return 'more';
  }

  #takeAttributes(): Map<string, string> | undefined {
    const attributes = new Map<string, string>();
    for (;;) {
      this.#skipSpace();
      const name = this.#takeName();
      if (name === '') return attributes;
      this.#skipSpace();
      if (!this.#takeIf('=')) return undefined;
      this.#skipSpace();
      const quote = this.#text.charAt(this.#at);
      if (quote !== '"' && quote !== "'") return undefined;
      const end = this.#text.indexOf(quote, this.#at + 1);
      if (end < 0) return undefined;
      const value = withoutReferences(this.#text.slice(this.#at + 1, end).replace(/[\t\r\n]/g, ' '));
      if (!attributes.has(name)) attributes.set(name, value);
      this.#at = end + 1;
    }
  }

  #takeName(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && nameCharacter.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #skipSpace(): void {
    while (space.test(this.#text.charAt(this.#at))) this.#at++;
  }

  #takeIf(sign: string): boolean {
    if (this.#text.charAt(this.#at) !== sign) return false;
    this.#at += 1;
    return true;
  }

  #follows(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at);
  }

  #skipTo(mark: string, from: number): 'more' | 'malformed' {
    const end = this.#text.indexOf(mark, this.#at + from);
    if (end < 0) return 'malformed';
    this.#at = end + mark.length;
    return 'more';
  }
}

function openElement(qualifiedName: string, written: ReadonlyMap<string, string>, outer: ReadonlyMap<string, string>): OpenElement {
  const declared: [string, string][] = [];
  const attributes = new Map<string, string>();
  for (const [name, value] of written) {
    if (name === 'xmlns') declared.push(['', value]);
    else if (name.startsWith('xmlns:')) declared.push([name.slice(6), value]);
    else attributes.set(name, value);
  }
  const scope = declared.length === 0 ? outer : new Map([...outer, ...declared]);
  const colon = qualifiedName.indexOf(':');
  const prefix = colon < 0 ? '' : qualifiedName.slice(0, colon);
  return {
    qualifiedName,
    name: qualifiedName.slice(colon + 1),
    namespace: scope.get(prefix) ?? '',
    attributes,
    scope,
    children: [],
    texts: [],
  };
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Resolves references; what is none stays as it stands. */
function withoutReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(named, name) ? (named[name] ?? whole) : whole;
    return characterOf(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)) ?? whole;
  });
}

/** XML 1.0 section 2.2 `Char`. */
function characterOf(code: number): string | undefined {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  const isControl = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d;
  return isSurrogate || isControl || code > 0x10ffff ? undefined : String.fromCodePoint(code);
}
