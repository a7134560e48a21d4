import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { app } from 'electron';

// Everything but these lines is loaded as what V8 made of it at an earlier start, which takes a third of the time off.
enableCompileCache(join(app.getPath('userData'), 'compiled'));
const { run } = await import('./app/run.ts');
await run(import.meta.dirname);
