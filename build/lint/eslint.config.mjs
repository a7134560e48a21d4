import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { projectRoot } from '../setup/project.mjs';
import { houseRules } from './house-rules.mjs';
import { certificateJudges, fileLength, soleImporters } from './layers.mjs';

const moduleState = [
  {
    selector: ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind=/^(let|var)$/]',
    message: 'No module-level state: give it to an object that somebody owns.',
  },
];
const rawHtml = [
  { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Text from the far end must stay text.' },
  { selector: 'AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]', message: 'Text from the far end must stay text.' },
];
const blindTrust = [
  { selector: 'Property[key.name="rejectUnauthorized"][value.value=false]', message: 'A certificate is checked or pinned, never ignored.' },
  {
    selector: 'Literal[value=/^(--)?ignore-certificate-errors|^certificate-error$/]',
    message: 'A certificate is checked or pinned, never ignored.',
  },
  { selector: 'Literal[value="NODE_TLS_REJECT_UNAUTHORIZED"]', message: 'A certificate is checked or pinned, never ignored.' },
];
const defaultExport = [{ selector: 'ExportDefaultDeclaration', message: 'Named exports only: a name that can be searched for.' }];

/** @param {...{ selector: string, message: string }[]} groups @returns {import('eslint').Linter.RuleEntry} */
const banned = (...groups) => ['error', ...groups.flat()];

/** The names of the table that `file` may not import. @param {string | undefined} file @returns {import('eslint').Linter.RuleEntry} */
const othersImports = (file) => [
  'error',
  {
    paths: soleImporters
      .filter((sole) => sole.file !== file)
      .map(({ from, name, file: owner }) => ({ name: from, ...(name ? { importNames: [name] } : {}), message: `Only ${owner} does.` })),
  },
];

export default defineConfig(
  { ignores: ['node_modules/', 'dist/', 'out/', 'test/fixtures/'] },
  {
    files: ['**/*.{ts,tsx,mjs}'],
    extends: [tseslint.configs.strict],
    plugins: { house: houseRules },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: projectRoot } },
    rules: {
      'house/layer-imports': 'error',
      'house/no-barrel': 'error',
      'house/reasoned-disable': 'error',
      'max-lines': ['error', { max: fileLength.hard, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-restricted-imports': othersImports(undefined),
      'no-restricted-syntax': banned(moduleState, rawHtml, blindTrust, defaultExport),
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 10 }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // an empty function is a fine default for a listener or a silent logger
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // the rules that need types: a lost promise or an any that came from outside is a bug in waiting
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: ['{shared,electron,renderer}/**'], rules: { 'no-console': 'error' } },
  // events of servers and sockets arrive as any[]; what a test does with them is still checked
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // what beforeEach makes lives beside the tests; an attack on our own pages is written as it would come
      'no-restricted-syntax': banned(blindTrust, defaultExport),
    },
  },
  { files: ['renderer/ui/**'], extends: [reactHooks.configs.flat.recommended] },
  ...soleImporters.map(({ file }) => ({ files: [file], rules: { 'no-restricted-imports': othersImports(file) } })),
  { files: certificateJudges, rules: { 'no-restricted-syntax': banned(moduleState, rawHtml, defaultExport) } },
  {
    files: ['**/*.config.{ts,mjs}'],
    rules: { 'no-restricted-syntax': banned(moduleState, rawHtml, blindTrust) },
  },
);
