// Judges one import by the table in layers.mjs. Pure: paths in, a sentence or nothing out.
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { layers } from './layers.mjs';

/**
 * @param {{ file: string, specifier: string, typeOnly: boolean }} subject `file` from the project folder, forward slashes
 * @returns {string | undefined} what is wrong with the import
 */
export function judgeImport({ file, specifier, typeOnly }) {
  const layer = layerOf(file);
  if (!layer) return undefined;
  const target = targetOf(file, specifier);
  if (target === undefined) return judgePackage(layer, specifier);
  const own = ownRoom(layer.room, file);
  if (isWithin(target, own)) return undefined;
  if (covers(layer.never, target)) return `${own} must never import ${target}`;
  if (covers(layer.may, target)) return undefined;
  if (covers(layer.mayTypes, target)) {
    return typeOnly ? undefined : `${own} may import only types from ${target}: instances come through constructors`;
  }
  return `${own} may not import ${target}`;
}

/**
 * The row for a file: the longest room that matches, a named one before a `*`.
 * @param {string} file
 */
export function layerOf(file) {
  return layers
    .filter(({ room }) => ownRoom(room, file) !== '')
    .sort((a, b) => b.room.split('/').length - a.room.split('/').length || Number(a.room.includes('*')) - Number(b.room.includes('*')))[0];
}

/**
 * The folder (or file) of `file` that the pattern names; '' when it does not match.
 * @param {string} pattern
 * @param {string} file
 */
function ownRoom(pattern, file) {
  const names = pattern.split('/');
  const parts = file.split('/');
  // `*` is a folder: a file directly in the parent is not inside any
  const matches = names.every((name, at) => (name === '*' ? at < parts.length - 1 : name === parts[at]));
  return matches ? parts.slice(0, names.length).join('/') : '';
}

/**
 * The imported path from the project folder; nothing for a package.
 * @param {string} file
 * @param {string} specifier
 */
function targetOf(file, specifier) {
  const path = specifier.replace(/\?.*$/, '');
  if (path.startsWith('#')) return path.slice(1);
  if (path.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file), path));
  return undefined;
}

/**
 * @param {import('./layers.mjs').Layer} layer
 * @param {string} specifier
 */
function judgePackage(layer, specifier) {
  // an older Node does not know every newer module by its name
  const name = specifier.startsWith('node:') || isBuiltin(specifier) ? 'node:' : packageName(specifier);
  return layer.packages.includes(name) ? undefined : `${layer.room} may not import the package ${specifier}`;
}

/** @param {string} specifier */
function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * @param {readonly string[] | undefined} rooms
 * @param {string} target
 */
function covers(rooms, target) {
  return rooms?.some((room) => isWithin(target, room)) ?? false;
}

/**
 * @param {string} target
 * @param {string} room
 */
function isWithin(target, room) {
  return target === room || target.startsWith(`${room}/`);
}
