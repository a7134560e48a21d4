import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folders that hold code, from the project folder. */
export const codeFolders = ['shared', 'electron', 'renderer', 'test', 'build'];

/** Every file below `folder`, from the project folder, with forward slashes. */
export function filesBelow(folder: string): string[] {
  const absolute = join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(absolute, name)).isFile())
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
}

/** Every source file of ours. */
export function sourceFiles(): string[] {
  return codeFolders.flatMap(filesBelow).filter((file) => /\.(ts|tsx|mjs)$/.test(file));
}

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

export interface FoundImport {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** Every import, re-export, dynamic import and import type of a file. */
export function importsOf(file: string): FoundImport[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const found: FoundImport[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean): void => {
    if (node && ts.isStringLiteral(node)) found.push({ file, specifier: node.text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Lines that hold code: no blank ones, no comments. */
export function codeLines(file: string): number {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (node.getChildCount(source) === 0 && node.getWidth(source) > 0) {
      const from = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const to = source.getLineAndCharacterOfPosition(node.getEnd()).line;
      for (let line = from; line <= to; line += 1) lines.add(line);
    }
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return lines.size;
}
