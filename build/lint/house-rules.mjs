// The rules of this house that no published plugin has.
import { basename, relative } from 'node:path';
import { projectRoot } from '../setup/project.mjs';
import { judgeImport } from './layer-law.mjs';

/** @param {string} filename absolute */
const fromRoot = (filename) => relative(projectRoot, filename).replaceAll('\\', '/');

/** @type {import('eslint').Rule.RuleModule} */
const layerImports = {
  meta: { type: 'problem', docs: { description: 'imports follow the table in build/lint/layers.mjs' }, schema: [] },
  create(context) {
    const file = fromRoot(context.filename);
    /**
     * @param {import('eslint').Rule.Node} node
     * @param {unknown} source
     * @param {boolean} typeOnly
     */
    const check = (node, source, typeOnly) => {
      const specifier = typeof source === 'object' && source !== null && 'value' in source ? source.value : undefined;
      if (typeof specifier !== 'string') return;
      const fault = judgeImport({ file, specifier, typeOnly });
      if (fault) context.report({ node, message: `${fault}.` });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source, 'importKind' in node && node.importKind === 'type'),
      ExportNamedDeclaration: (node) => check(node, node.source, 'exportKind' in node && node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.source, 'exportKind' in node && node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source, false),
      /** @param {import('eslint').Rule.Node} node */
      TSImportType: (node) => check(node, 'source' in node ? node.source : undefined, true),
    };
  },
};

/** @type {import('eslint').Rule.RuleModule} */
const noBarrel = {
  meta: { type: 'problem', docs: { description: 'no index files: an import names the file it means' }, schema: [] },
  create(context) {
    return {
      Program(node) {
        if (/^index\.[cm]?[jt]sx?$/.test(basename(context.filename))) {
          context.report({ node, message: 'No barrels: name the file after its noun.' });
        }
      },
    };
  },
};

/** @type {import('eslint').Rule.RuleModule} */
const reasonedDisable = {
  meta: { type: 'problem', docs: { description: 'switching a rule off needs its reason' }, schema: [] },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (!/^\s*eslint-disable/.test(comment.value) || / -- \S/.test(comment.value) || !comment.loc) continue;
          context.report({ loc: comment.loc, message: 'Say why: eslint-disable-next-line rule -- reason.' });
        }
      },
    };
  },
};

/** @type {import('eslint').ESLint.Plugin} */
export const houseRules = {
  rules: { 'layer-imports': layerImports, 'no-barrel': noBarrel, 'reasoned-disable': reasonedDisable },
};
