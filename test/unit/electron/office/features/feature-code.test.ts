import { describe, expect, it } from 'vitest';
import { readFeatureCode } from '#electron/office/features/feature-code.ts';
import { alsoSpeaksFor, isInPickupGroup, membersOf, parkingPlaces, parkNumber } from '#electron/office/features/number-plan.ts';

describe('codes of the practice office', () => {
  it.each([
    ['*78', { kind: 'do-not-disturb', on: true }],
    ['*79', { kind: 'do-not-disturb', on: false }],
    ['*7212', { kind: 'forward', when: 'always', to: '12' }],
    ['*73', { kind: 'forward', when: 'always', to: null }],
    ['*9012', { kind: 'forward', when: 'busy', to: '12' }],
    ['*91', { kind: 'forward', when: 'busy', to: null }],
    ['*9287', { kind: 'forward', when: 'no-answer', to: '87' }],
    ['*93', { kind: 'forward', when: 'no-answer', to: null }],
    ['*8', { kind: 'group-pickup' }],
    ['**11', { kind: 'directed-pickup', number: '11' }],
    ['*97', { kind: 'voicemail' }],
    ['*8011', { kind: 'intercom', number: '11' }],
  ])('%s', (dialled, feature) => {
    expect(readFeatureCode(dialled)).toEqual(feature);
  });

  it.each(['', '*', '**', '*72', '*80', '*72a', '11', '700', '*781', '#8'])('%j is none', (dialled) => {
    expect(readFeatureCode(dialled)).toBeUndefined();
  });

  it('has nine parking places, a queue and a pickup group', () => {
    expect(parkNumber).toBe('700');
    expect(parkingPlaces()).toEqual(['701', '702', '703', '704', '705', '706', '707', '708', '709']);
    expect([membersOf('20'), membersOf('13'), alsoSpeaksFor('13'), alsoSpeaksFor('10')]).toEqual([['13', '14'], undefined, ['20'], []]);
    expect([isInPickupGroup('19'), isInPickupGroup('80')]).toEqual([true, false]);
  });
});
