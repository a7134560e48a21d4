import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileLength } from '../../build/lint/layers.mjs';
import { codeLines, filesBelow, read, sourceFiles } from './tree.ts';

const readmeLines = 60;
const filesWithoutReadme = 6;

describe('files', () => {
  it('stay short', () => {
    const lengths = sourceFiles().map((file) => ({ file, lines: codeLines(file) }));
    const long = lengths.filter(({ lines }) => lines > fileLength.soft);
    if (long.length > 0)
      console.info(`Above ${fileLength.soft} lines of code: ${long.map(({ file, lines }) => `${file} (${lines})`).join(', ')}`);
    expect(long.filter(({ lines }) => lines > fileLength.hard)).toEqual([]);
  });

  it('are no barrels', () => {
    expect(sourceFiles().filter((file) => /^index\.[cm]?[jt]sx?$/.test(basename(file)))).toEqual([]);
  });

  it('have kebab-case names', () => {
    const proper = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
    expect(sourceFiles().filter((file) => !proper.test(basename(file)))).toEqual([]);
  });

  it('come with a README of one screen where a room has more than six', () => {
    const rooms = Map.groupBy(
      sourceFiles().filter((file) => /^(shared|electron|renderer|build)\//.test(file)),
      // the scripts around the code are one room
      (file) => (file.startsWith('build/') ? 'build' : dirname(file)),
    );
    const crowded = [...rooms].filter(([, files]) => files.length > filesWithoutReadme).map(([room]) => room);
    const readmes = new Set(
      ['shared', 'electron', 'renderer', 'build'].flatMap(filesBelow).filter((file) => basename(file) === 'README.md'),
    );
    expect(crowded.filter((room) => !readmes.has(`${room}/README.md`))).toEqual([]);
    expect([...readmes].filter((file) => read(file).split('\n').length > readmeLines)).toEqual([]);
  });
});

describe('code', () => {
  it('stands alone: no path out of the clone and no registry host', () => {
    const outside = /\.\.\/shared\/(facts|lab|torture|look|design)|\/work\//;
    const host = /registry\.(npmjs|yarnpkg)\.|deb\.debian\.org|snapshot\.debian/;
    const self = 'test/architecture/house.test.ts';
    const texts = ['shared', 'electron', 'renderer', 'assets', 'test', 'build', '.ci'].flatMap(filesBelow);
    const readable = texts.filter((file) => /\.(ts|tsx|mjs|sh|py|json|html|css|md|svg)$|^\.ci\//.test(file) && file !== self);
    expect(readable.filter((file) => outside.test(read(file)) || host.test(read(file)))).toEqual([]);
    expect(host.test(read('package-lock.json'))).toBe(false);
  });

  it('skips no test', () => {
    const skipped = /\b(it|test|describe|suite)\.(skip|only|todo|fails|skipIf|runIf)\b|\b(xit|xdescribe|fit|fdescribe)\(/;
    expect(sourceFiles().filter((file) => file.startsWith('test/') && skipped.test(read(file)))).toEqual([]);
  });

  it('has no test file that no project runs', () => {
    const homes = /^test\/(unit|sip|media|ui|e2e|architecture)\//;
    expect(sourceFiles().filter((file) => /\.test\.tsx?$/.test(file) && !homes.test(file))).toEqual([]);
  });
});
