import { preloadBundle } from './node-bundle.ts';

export default preloadBundle('toast');
