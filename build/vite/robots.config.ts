import { nodeBundle } from './node-bundle.ts';

export default nodeBundle({ entry: 'electron/office/robots/robots-main.ts', folder: 'main', file: 'robots.js', format: 'es' });
