import { nodeBundle } from './node-bundle.ts';

export default nodeBundle({
  entry: 'electron/main.ts',
  folder: 'main',
  file: 'main.js',
  format: 'es',
  onDemand: true,
  forbidden: { werift: 'media belongs to the robots process', react: 'the main process draws nothing' },
});
