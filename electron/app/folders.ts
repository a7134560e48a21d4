import { join } from 'node:path';

/** Where a profile keeps its things, and what all profiles of this user share. */
export interface Folders {
  readonly settings: string;
  readonly secrets: string;
  readonly history: string;
  /** Where the main window was. */
  readonly placement: string;
  readonly logs: string;
  readonly reports: string;
  /** Certificate and people of the practice office: shared, so that two Commutes on one computer meet in it. */
  readonly office: string;
  /** Built pages and scripts. */
  readonly renderer: string;
  readonly preload: (role: 'ui' | 'media' | 'toast') => string;
  readonly robots: string;
  readonly icon: string;
}

/** The user-data folder of a profile; the first profile uses the base itself. */
export function profileFolder(base: string, profile: string): string {
  return profile === '' ? base : join(base, 'profiles', profile);
}

/**
 * @param base the user's folder for Commute
 * @param main the folder of the main script (`dist/main`)
 */
export function foldersOf(base: string, profile: string, main: string): Folders {
  const own = profileFolder(base, profile);
  const dist = join(main, '..');
  return {
    settings: join(own, 'settings.json'),
    secrets: join(own, 'secrets.json'),
    history: join(own, 'history.sqlite'),
    placement: join(own, 'window.json'),
    logs: join(own, 'logs'),
    reports: join(own, 'reports'),
    office: join(base, 'practice-office'),
    renderer: join(dist, 'renderer'),
    preload: (role) => join(dist, 'preload', `${role}.cjs`),
    robots: join(main, 'robots.js'),
    icon: join(dist, '..', 'assets', 'icons', 'commute.png'),
  };
}
