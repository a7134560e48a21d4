import { afterAll } from 'vitest';
import { ownDisplay } from '../../../build/setup/display.mjs';

/** A display for each file of tests: windows of two apps on one would take the focus from each other. */
const display = await ownDisplay();
afterAll(() => display.dispose());
