import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import type { UserConfig } from 'vite';
import { projectFolder } from './node-bundle.ts';

const root = join(projectFolder, 'renderer');

/**
 * The pages. The content security policy allows scripts, styles, pictures and sounds from the app's own scheme only, so
 * nothing is written into the HTML and no asset becomes a data: address.
 */
export default {
  root,
  base: './',
  logLevel: 'warn',
  publicDir: false,
  plugins: [react()],
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    target: 'chrome148',
    outDir: join(projectFolder, 'dist/renderer'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssMinify: true,
    minify: true,
    sourcemap: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: [join(root, 'ui/index.html'), join(root, 'ui/toast.html'), join(root, 'media/media.html')] },
  },
} satisfies UserConfig;
