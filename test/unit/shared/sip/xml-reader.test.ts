import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childOf, childrenOf, maxXmlDepth, maxXmlLength, readXml } from '#shared/sip/xml-reader.ts';

describe('the XML reader', () => {
  it('reads elements, attributes and text', () => {
    const root = readXml('\ufeff<?xml version="1.0"?>\n<!-- a --><a x="1" y=\'2 "\'>one<b/><c>two</c> three</a >');
    expect(root).toMatchObject({ name: 'a', namespace: '', text: 'one three' });
    expect([...(root?.attributes ?? [])]).toEqual([
      ['x', '1'],
      ['y', '2 "'],
    ]);
    expect(root?.children.map(({ name, text }) => [name, text])).toEqual([
      ['b', ''],
      ['c', 'two'],
    ]);
  });

  it('knows namespaces by their URI, whatever the prefix', () => {
    const root = readXml('<p:a xmlns:p="urn:one" xmlns="urn:two"><b/><p:b/><c xmlns="urn:one"><b/></c><q:b/></p:a>');
    expect(root).toMatchObject({ name: 'a', namespace: 'urn:one' });
    expect(root?.children.map(({ name, namespace }) => `${namespace} ${name}`)).toEqual(['urn:two b', 'urn:one b', 'urn:one c', ' b']);
    if (root === undefined) throw new Error('unread');
    expect(childrenOf(root, 'b')).toHaveLength(1);
    expect(childOf(root, 'c')?.children[0]?.namespace).toBe('urn:one');
  });

  it.each([
    ['<a>&lt;&gt;&amp;&quot;&apos;</a>', '<>&"\''],
    ['<a>M&#252;ller &#x1F600;</a>', 'Müller \u{1F600}'],
    ['<a>&#0;&#xD800;&#x110000;&nbsp;&constructor;</a>', '&#0;&#xD800;&#x110000;&nbsp;&constructor;'],
    ['<a>sip:x?a=1&b=2</a>', 'sip:x?a=1&b=2'],
    ['<a><![CDATA[<b>&amp;]]]></a>', '<b>&amp;]'],
    ['<a>x<!-- <b> -->y<?z <b> ?></a>', 'xy'],
    ['<a>x</a>\u0000trailing junk', 'x'],
  ])('%j holds %j', (document, text) => {
    expect(readXml(document)?.text).toBe(text);
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a x></a>',
    '<a x=1/>',
    '<a x="1/>',
    '</a>',
    '< a/>',
    '<a><!-- </a>',
    '<a><![CDATA[x</a>',
    'junk<a/>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
  ])('%j is refused', (document) => {
    expect(readXml(document)).toBeUndefined();
  });

  it('has its bounds', () => {
    const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    expect(readXml(nested(maxXmlDepth))).toBeDefined();
    expect(readXml(nested(maxXmlDepth + 1))).toBeUndefined();
    expect(readXml(`<a>${'x'.repeat(maxXmlLength)}</a>`)).toBeUndefined();
    expect(readXml(`<a ${Array.from({ length: 100 }, (_, index) => `xmlns:n${index}="u"`).join(' ')}/>`)).toBeUndefined();
  });

  it('takes hostile text in linear time and never throws', () => {
    const pieces = fc.constantFrom(
      '<a>',
      '</a>',
      '<',
      '>',
      '"',
      "'",
      '&',
      '&#1;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      'x="',
      '=',
      ' ',
      'a:b',
    );
    fc.assert(fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => void readXml(parts.join(''))));
    for (const piece of ['<', '<a ', '<a b="', '&#', '<!--', '<a>', ']]>', ' ']) {
      const started = performance.now();
      readXml(piece.repeat(maxXmlLength / piece.length));
      readXml(`<a>${piece.repeat((maxXmlLength - 10) / piece.length)}</a>`);
      expect(performance.now() - started).toBeLessThan(500);
    }
  });
});
