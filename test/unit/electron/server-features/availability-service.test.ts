import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { availabilityOrders } from '#electron/server-features/availability-plan.ts';
import { AvailabilityService } from '#electron/server-features/availability-service.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { AvailabilitySettings } from '#shared/settings/call-settings.ts';
import type { FeatureCodes, ServerFeature } from '#shared/settings/feature-codes.ts';
import { featureCodePresets, noFeatureCodes } from '#shared/settings/feature-presets.ts';
import { MemorySettings } from '#test/support/memory-settings.ts';

describe('availability', () => {
  let settings: MemorySettings;
  let codes: FeatureCodes;
  let dialled: string[];
  let refuses: ServerFeature[];
  let service: AvailabilityService;
  let states: string[];
  beforeEach(() => {
    settings = new MemorySettings();
    codes = featureCodePresets.asterisk.codes;
    dialled = [];
    refuses = [];
    states = [];
    service = new AvailabilityService({
      settings,
      dialer: {
        offers: (feature) => codes[feature] !== '',
        dial: async (feature, { number = '' } = {}) => {
          await Promise.resolve();
          dialled.push(`${feature} ${number}`.trim());
          if (refuses.includes(feature)) throw new AppError('feature-refused', { details: { code: codes[feature], status: 404 } });
        },
      },
    });
    service.onChanged(({ pending, error }) => states.push(`${pending ? 'pending' : 'settled'} ${error?.code ?? ''}`.trim()));
    service.start();
  });
  afterEach(() => {
    service.dispose();
    expect(settings.listenerCount).toBe(0);
  });

  const to = (target: string, on = true) => ({ on, target });
  const now = () => settings.get().availability;

  it('changes the setting at once and tells the server', async () => {
    const update = service.update({ doNotDisturb: true });
    await Promise.resolve();
    await Promise.resolve();
    expect([now().doNotDisturb, service.state]).toEqual([true, { pending: true, error: null }]);
    await update;
    expect([dialled, service.state, states]).toEqual([['do-not-disturb-on'], { pending: false, error: null }, ['pending', 'settled']]);
    await service.update({ doNotDisturb: false });
    expect(dialled).toEqual(['do-not-disturb-on', 'do-not-disturb-off']);
  });

  it('tells the server first what goes off, then what comes on, with numbers as they are dialled', async () => {
    settings.update({ dialling: { country: 'DE', outsidePrefix: '0', internalLength: 3 } });
    await service.update({ always: to('203') });
    dialled = [];
    await service.update({ always: to('203', false), busy: to('+49 89 123456'), doNotDisturb: true });
    expect(dialled).toEqual(['forward-always-off', 'do-not-disturb-on', 'forward-busy-on 0089123456']);
    dialled = [];
    await service.update({ busy: to('204') });
    expect(dialled).toEqual(['forward-busy-off', 'forward-busy-on 204']);
    dialled = [];
    await service.update({ always: to('205', false), noAnswerAfterSeconds: 30 });
    expect([dialled, now().always.target, now().noAnswerAfterSeconds]).toEqual([[], '205', 30]);
  });

  it('puts back what the server refuses, and says so; the rest stays', async () => {
    refuses = ['forward-always-on'];
    await service.update({ always: to('203'), doNotDisturb: true });
    expect(now()).toMatchObject({ always: { on: false, target: '' }, doNotDisturb: true });
    expect(service.state).toMatchObject({ pending: false, error: { code: 'feature-refused', details: { status: 404 } } });
    refuses = [];
    await service.update({ always: to('203') });
    expect([now().always, service.state.error]).toEqual([to('203'), null]);
  });

  it('goes on with nothing for a rule that could not go off', async () => {
    await service.update({ always: to('203') });
    dialled = [];
    refuses = ['forward-always-off'];
    await service.update({ always: to('204') });
    expect([dialled, now().always]).toEqual([['forward-always-off'], to('203')]);
  });

  it('keeps rules of its own where the server has no code', async () => {
    codes = noFeatureCodes;
    await service.update({ busy: to('203'), doNotDisturb: true });
    expect([dialled, now().busy, now().doNotDisturb]).toEqual([[], to('203'), true]);
  });

  it.each<[Partial<AvailabilitySettings>, string]>([
    [{ busy: to('') }, 'forward-target-missing'],
    [{ busy: to('Anna') }, 'number-invalid'],
    [{ busy: to('112') }, 'number-invalid'],
    [{ busy: to('anna@example.org') }, 'number-invalid'],
    [{ unregistered: to('203') }, 'feature-not-offered'],
  ])('refuses %j: %s', async (patch, code) => {
    const before = now();
    await expect(service.update(patch)).rejects.toMatchObject({ code });
    expect([now(), dialled, service.state.pending]).toEqual([before, [], false]);
  });

  it('forwards to an address where it does that itself', async () => {
    codes = noFeatureCodes;
    await service.update({ busy: to('anna@example.org') });
    expect(now().busy.on).toBe(true);
  });

  it('makes changes one after the other', async () => {
    await Promise.all([
      service.update({ doNotDisturb: true }),
      service.update({ doNotDisturb: false }),
      service.update({ doNotDisturb: true }),
    ]);
    expect(dialled).toEqual(['do-not-disturb-on', 'do-not-disturb-off', 'do-not-disturb-on']);
    expect(service.state.pending).toBe(false);
  });

  it('hides the number by code where there is one, and shows it again when that is refused', async () => {
    codes = featureCodePresets.openscape.codes;
    settings.update({ dialling: { hideNumber: true } });
    await service.update({});
    expect([dialled, settings.get().dialling.hideNumber]).toEqual([['hide-number-on'], true]);
    refuses = ['hide-number-off'];
    settings.update({ dialling: { hideNumber: false } });
    await service.update({});
    expect([dialled, settings.get().dialling.hideNumber]).toEqual([['hide-number-on', 'hide-number-off'], true]);
    codes = noFeatureCodes;
    settings.update({ dialling: { hideNumber: false } });
    await service.update({});
    expect([dialled.length, settings.get().dialling.hideNumber]).toEqual([2, false]);
  });
});

describe('what the server is told', () => {
  const rule = fc.record({ on: fc.boolean(), target: fc.constantFrom('201', '202') });
  const settings: fc.Arbitrary<AvailabilitySettings> = fc.record({
    doNotDisturb: fc.boolean(),
    always: rule,
    busy: rule,
    noAnswer: rule,
    unregistered: rule,
    noAnswerAfterSeconds: fc.constant(20),
  });

  it('brings its rules from one state to the other', () => {
    fc.assert(
      fc.property(settings, settings, (before, after) => {
        const orders = availabilityOrders(
          before,
          after,
          () => true,
          (target) => target,
        );
        const isOff = orders.map(({ feature }) => feature.endsWith('-off'));
        expect(isOff).toEqual(isOff.toSorted((a, b) => Number(b) - Number(a)));
        const server = { ...before };
        for (const { rule: name, feature, number } of orders) {
          const on = feature.endsWith('-on');
          if (name === 'doNotDisturb') server.doNotDisturb = on;
          else server[name] = { on, target: on ? number : server[name].target };
        }
        for (const name of ['always', 'busy', 'noAnswer', 'unregistered'] as const) {
          expect(server[name].on).toBe(after[name].on);
          if (after[name].on) expect(server[name].target).toBe(after[name].target);
        }
        expect(server.doNotDisturb).toBe(after.doNotDisturb);
      }),
    );
  });
});
