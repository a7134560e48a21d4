import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Plugin, UserConfig } from 'vite';

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** What the runtime brings or what must stay a native module beside the bundle. */
const external = ['electron', /^electron\//, /^node:/, ...builtinModules, 'node-hid'];

export interface NodeBundle {
  /** Entry file, from the project folder. */
  readonly entry: string;
  /** Folder and file name under `dist/`. */
  readonly folder: string;
  readonly file: string;
  readonly format: 'es' | 'cjs';
  /** Whether what is imported on demand becomes files of its own, so that a start does not pay for it. */
  readonly onDemand?: true;
  /** Packages that must not be drawn in, with the reason; the build fails when one is. */
  readonly forbidden?: Readonly<Record<string, string>>;
}

/** One file for Electron's Node: main process, utility process or preload. Source maps stand beside it. */
export function nodeBundle({ entry, folder, file, format, onDemand, forbidden = {} }: NodeBundle): UserConfig {
  return {
    root: projectFolder,
    logLevel: 'warn',
    publicDir: false,
    // without its optional native helpers ws needs no failing look-ups at start
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"', 'process.env.NODE_ENV': '"production"' },
    plugins: [forbidPackages(forbidden)],
    ssr: { noExternal: true },
    resolve: { conditions: ['node', 'import', 'module', 'default'] },
    build: {
      ssr: true,
      target: 'node24',
      outDir: `dist/${folder}`,
      emptyOutDir: false,
      minify: true,
      sourcemap: true,
      rolldownOptions: {
        input: entry,
        platform: 'node',
        external,
        output: { format, entryFileNames: file, chunkFileNames: 'on-demand/[name]-[hash].js', codeSplitting: onDemand === true },
      },
    },
  };
}

function forbidPackages(forbidden: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'forbid-packages',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const [name, reason] of Object.entries(forbidden)) {
          const found = chunk.moduleIds.find((id) => id.includes(`/node_modules/${name}/`));
          if (found) this.error(`${chunk.fileName} draws in ${name}, but ${reason}.`);
        }
      }
    },
  };
}

/** A sandboxed preload can `require` nothing but Electron: it is one CommonJS file. */
export function preloadBundle(role: string): UserConfig {
  return nodeBundle({ entry: `electron/preload/${role}.ts`, folder: 'preload', file: `${role}.cjs`, format: 'cjs' });
}
