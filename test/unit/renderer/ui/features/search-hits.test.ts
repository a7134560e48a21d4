import { describe, expect, it } from 'vitest';
import { findHits } from '#renderer/ui/features/search/hits.ts';
import { sampleHistory, samplePeople } from '#test/support/ui/sample-state.ts';

const found = (query: string) => findHits(query, samplePeople, sampleHistory()).map((hit) => `${hit.kind} ${hit.target}`);

describe('hits of "Search or dial"', () => {
  it('are none for an empty field', () => {
    expect(found('  ')).toEqual([]);
  });

  it('name people first, then recent calls whose number is not theirs', () => {
    expect(found('anna')).toEqual(['person 201', 'recent 202', 'recent +49 89 123456', 'recent 203', 'recent 204']);
  });

  it('put the owner of a number before the number, and the number before those that only begin with it', () => {
    expect(found('201').slice(0, 2)).toEqual(['person 201', 'dial 201']);
    expect(found('20').slice(0, 2)).toEqual(['dial 20', 'person 201']);
  });

  it('dial what is written with the separators that people use', () => {
    expect(found('+49 (0)89 / 12-34')[0]).toBe('dial +49891234');
  });

  it('dial addresses as they are', () => {
    expect(found('anna@example.org')).toContain('dial sip:anna@example.org');
  });
});
