import { describe, expect, it } from 'vitest';
import { historySearchOf, matchesSearch } from '#electron/storage/history-search.ts';

describe('historySearchOf', () => {
  it.each([
    ['', { kind: 'everything' }],
    ['  ', { kind: 'everything' }],
    ['030 123', { kind: 'digits', match: '"30123"' }],
    ['+49 (30) 1', { kind: 'digits', match: '"49301"' }],
    ['0049301', { kind: 'digits', match: '"49301"' }],
    ['12', { kind: 'words', match: '"12"*', words: ['12'] }],
    ['Anna  WÉB', { kind: 'words', match: '"anna"* AND "web"*', words: ['anna', 'web'] }],
    ['a" OR name:*', { kind: 'words', match: '"a"* AND "or"* AND "name"*', words: ['a', 'or', 'name'] }],
  ])('%j', (text, expected) => {
    expect(historySearchOf(text)).toEqual(expected);
  });
});

describe('matchesSearch', () => {
  const entry = { name: 'Ánna Weber', number: '+49 30 123456', via: 'Sales' };

  it.each(['', 'ann', 'web anna', '0301234', '3456', 'sal', '12'])('finds by %j', (text) => {
    expect(matchesSearch(historySearchOf(text), entry)).toBe(true);
  });

  it.each(['nna', 'anna x', '999', '"', '-', '*'])('does not find by %j', (text) => {
    expect(matchesSearch(historySearchOf(text), entry)).toBe(false);
  });
});
