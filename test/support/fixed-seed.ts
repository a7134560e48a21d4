import fc from 'fast-check';

/** Property tests play the same runs on every machine. `COMMUTE_SEED=123 npm run vitest -- run --project unit` plays others. */
fc.configureGlobal({ seed: Number(process.env['COMMUTE_SEED'] ?? 8_802) });
