import type { Account, Server } from '#shared/profiles/account.ts';

/** The built-in practice office, as signing in needs it. */
export interface OfficePort {
  /** Starts the office, or finds the one that another Commute on this computer runs. @throws AppError practice-office-failed */
  ensure(): Promise<Server>;
  /** One of its people; null for the first that nobody uses. */
  credentialsFor(user: string | null): Promise<{ readonly user: string; readonly displayName: string; readonly password: string }>;
}

/** The settings that signing in reads and writes. */
export interface AccountSettings {
  readonly account: () => Account | null;
  readonly save: (account: Account | null) => void;
}

/** Where passwords are kept; keys are account ids. */
export interface PasswordStore {
  /** Whether there is one; may be asked before the key store can be. */
  has(key: string): boolean;
  get(key: string): string | undefined;
  set(key: string, value: string): unknown;
  remove(key: string): void;
}
