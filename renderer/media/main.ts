import { config } from 'zod';

// The page's content security policy forbids the code that zod would generate. It tries when a schema is made, so this
// comes before the first module that makes one.
config({ jitless: true });
const { compose } = await import('./compose.ts');
await compose();
