import { describe, expect, it } from 'vitest';
import { judgeImport } from '../../build/lint/layer-law.mjs';
import { layers, soleImporters } from '../../build/lint/layers.mjs';
import { importsOf, sourceFiles } from './tree.ts';

describe('the law', () => {
  const allowed: [file: string, specifier: string, typeOnly?: 'type'][] = [
    ['shared/calls/call-machine.ts', '../util/clock.ts'],
    ['shared/calls/call-machine.ts', 'zod'],
    ['electron/calls/call-service.ts', '#shared/calls/call-machine.ts'],
    ['electron/calls/call-service.ts', '#electron/logging/logger.ts'],
    ['electron/calls/call-service.ts', '#electron/sip/user-agent.ts', 'type'],
    ['electron/app/compose.ts', '#electron/sip/user-agent.ts'],
    ['electron/main.ts', './app/run.ts'],
    ['electron/storage/history-file.ts', 'node:sqlite'],
    ['electron/sip/user-agent.ts', 'sip.js/lib/core/index.js'],
    ['electron/office/robots/robots-main.ts', 'werift'],
    ['renderer/ui/features/calls/call-card.tsx', '../../components/button.tsx'],
    ['renderer/ui/features/calls/call-card.tsx', './call-timer.tsx'],
    ['renderer/media/peer.ts', '#shared/media/statistics.ts'],
    ['test/unit/anything.test.ts', '#electron/sip/user-agent.ts'],
  ];
  const refused: [file: string, specifier: string, typeOnly?: 'type'][] = [
    ['shared/calls/call-machine.ts', 'node:fs'],
    ['shared/calls/call-machine.ts', '../../electron/main.ts', 'type'],
    ['electron/calls/call-service.ts', '#electron/sip/user-agent.ts'],
    ['electron/calls/call-service.ts', '../sip/user-agent.ts'],
    ['electron/calls/call-service.ts', '#electron/app/compose.ts', 'type'],
    ['electron/calls/call-service.ts', 'sip.js'],
    ['electron/sip/user-agent.ts', 'electron'],
    ['electron/office/switch.ts', 'werift'],
    ['electron/preload/ui.ts', '#electron/ipc/ipc-door.ts', 'type'],
    ['renderer/ui/store/replica.ts', '#electron/ipc/ipc-door.ts', 'type'],
    ['renderer/ui/store/replica.ts', '../../media/peer.ts'],
    ['renderer/ui/store/replica.ts', 'node:fs'],
    ['renderer/ui/features/calls/call-card.tsx', '../people/person.tsx'],
    ['renderer/media/peer.ts', 'react'],
  ];
  it.each(allowed)('lets %s import %s %s', (file, specifier, typeOnly) => {
    expect(judgeImport({ file, specifier, typeOnly: typeOnly === 'type' })).toBeUndefined();
  });
  it.each(refused)('refuses %s the import of %s %s', (file, specifier, typeOnly) => {
    expect(judgeImport({ file, specifier, typeOnly: typeOnly === 'type' })).toEqual(expect.any(String));
  });
});

describe('the tree', () => {
  it('keeps the table of layers', () => {
    const faults = sourceFiles()
      .flatMap(importsOf)
      .flatMap((found) => {
        const fault = judgeImport(found);
        return fault ? [`${found.file}: ${fault}`] : [];
      });
    expect(faults).toEqual([]);
  });

  it('has a row for every folder of the app', () => {
    const judged = (file: string): boolean => layers.some(({ room }) => file.startsWith(room.replace(/\/?\*.*/, '')));
    expect(sourceFiles().filter((file) => /^(shared|electron|renderer)\//.test(file) && !judged(file))).toEqual([]);
  });

  it.each(soleImporters.filter(({ name }) => name === undefined))('imports $from in $file alone', ({ from, file }) => {
    const others = sourceFiles()
      .filter((other) => other !== file && !other.startsWith('test/'))
      .filter((other) => importsOf(other).some(({ specifier }) => specifier === from));
    expect(others).toEqual([]);
  });
});
