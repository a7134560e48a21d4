// Who may import whom. ESLint (house-rules.mjs) and test/architecture both read this table; ARCHITECTURE.md explains it.

/**
 * One row of the table. A file belongs to the row with the longest matching `room`.
 * @typedef {object} Layer
 * @property {string} room folder or file from the project folder; `*` stands for one folder name
 * @property {readonly string[]} may rooms it may import, besides its own
 * @property {readonly string[]} [mayTypes] rooms of which it may import types only: their instances come through constructors
 * @property {readonly string[]} [never] rooms out of its reach even where `may` or `mayTypes` covers them
 * @property {readonly string[]} packages packages it may import; `node:` stands for everything that Node brings
 */

const pages = ['react', 'react-dom', 'zustand', 'lucide-react', 'zod'];
const mainPackages = ['node:', 'electron', 'zod'];
const otherServices = { mayTypes: ['electron'], never: ['electron/app', 'electron/main.ts', 'electron/preload'] };

/** @type {readonly Layer[]} */
export const layers = [
  // pure: decisions and shapes, no platform at all
  { room: 'shared', may: ['shared'], packages: ['zod', 'libphonenumber-js'] },

  // the main process
  { room: 'electron/main.ts', may: ['shared', 'electron'], never: ['electron/preload'], packages: mainPackages },
  { room: 'electron/app', may: ['shared', 'electron'], never: ['electron/preload', 'electron/main.ts'], packages: mainPackages },
  { room: 'electron/*', may: ['shared', 'electron/logging'], ...otherServices, packages: mainPackages },
  // runs in plain Node for tests, so no Electron in it
  { room: 'electron/sip', may: ['shared', 'electron/logging'], ...otherServices, packages: ['node:', 'sip.js', 'ws', 'zod'] },
  { room: 'electron/office', may: ['shared', 'electron/logging'], ...otherServices, packages: ['node:', 'ws', 'selfsigned', 'zod'] },
  // its own process
  {
    room: 'electron/office/robots',
    may: ['shared', 'electron/logging', 'electron/office'],
    ...otherServices,
    packages: ['node:', 'werift', 'zod'],
  },
  { room: 'electron/headsets', may: ['shared', 'electron/logging'], ...otherServices, packages: ['node:', 'electron', 'node-hid', 'zod'] },
  { room: 'electron/preload', may: ['shared/ipc'], mayTypes: ['shared'], packages: ['electron'] },

  // the pages
  { room: 'renderer/ui', may: ['shared', 'assets'], packages: pages },
  {
    room: 'renderer/ui/features/*',
    may: ['shared', 'assets', 'renderer/ui'],
    never: ['renderer/ui/features'],
    packages: pages,
  },
  { room: 'renderer/media', may: ['shared', 'assets'], packages: ['zod'] },
];

/** Names that one file alone may import. */
export const soleImporters = [
  { from: 'electron', name: 'ipcMain', file: 'electron/ipc/ipc-door.ts' },
  { from: 'node-hid', file: 'electron/headsets/hid-port.ts' },
];

/** Where a certificate that no authority signed may be accepted, because its key is compared with a pinned one there. */
export const certificateJudges = ['electron/sip/transports/tls-trust.ts'];

/** Lines of code (without blank lines and comments) after which a file is more than one noun. */
export const fileLength = { soft: 250, hard: 400 };
