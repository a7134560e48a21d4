import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { root } from './tree.ts';

// the rules are asked as the editor asks them: by the config, for a file that exists, with another text in it
const eslint = new ESLint({ cwd: root, overrideConfigFile: join(root, 'build/lint/eslint.config.mjs') });

async function rulesBrokenBy(code: string, file: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath: join(root, file) });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

const pure = 'shared/util/clock.ts';
const main = 'electron/main.ts';

describe('the linter refuses', () => {
  const refused: [what: string, code: string, file: string, rule: string][] = [
    ['an import across layers', "import 'node:fs';", pure, 'house/layer-imports'],
    ['an import type across layers', "export type A = import('#electron/main.ts').A;", pure, 'house/layer-imports'],
    ['a dynamic import across layers', "export const a = () => import('react');", pure, 'house/layer-imports'],
    ['ipcMain outside its door', "import { ipcMain } from 'electron'; void ipcMain;", main, 'no-restricted-imports'],
    ['module state', 'let count = 0; export const next = () => (count += 1);', pure, 'no-restricted-syntax'],
    ['exported module state', 'export let count = 0; export const next = () => (count += 1);', pure, 'no-restricted-syntax'],
    ['a default export', 'export default 1;', pure, 'no-restricted-syntax'],
    ['raw HTML', 'export const a = (e: { innerHTML: string }) => { e.innerHTML = "x"; };', pure, 'no-restricted-syntax'],
    ['blind trust', 'export const a = { rejectUnauthorized: false };', pure, 'no-restricted-syntax'],
    ['a switch for blind trust', "export const a = '--ignore-certificate-errors';", pure, 'no-restricted-syntax'],
    ['any', 'export const a = (b: any) => String(b);', pure, '@typescript-eslint/no-explicit-any'],
    ['ts-ignore', '// @ts-ignore because\nexport const a: number = 1;', pure, '@typescript-eslint/ban-ts-comment'],
    ['a lost promise', 'export function a() { Promise.resolve(1); }', pure, '@typescript-eslint/no-floating-promises'],
    [
      'a rule switched off without a reason',
      '// eslint-disable-next-line eqeqeq\nexport const a = (b: number) => b == 1;',
      pure,
      'house/reasoned-disable',
    ],
    ['a console', 'console.log(1);', pure, 'no-console'],
    ['a file of more than 400 lines', 'export const a = [\n'.concat('  1,\n'.repeat(400), '];\n'), pure, 'max-lines'],
  ];
  it.each(refused)('%s', async (_what, code, file, rule) => {
    expect(await rulesBrokenBy(code, file)).toContain(rule);
  });
});

it('lets good code pass', async () => {
  expect(await rulesBrokenBy("import { z } from 'zod';\n\nexport const a = z.string();\n", pure)).toEqual([]);
});
