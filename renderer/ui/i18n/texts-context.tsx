import { createContext, use, type ReactNode } from 'react';
import { createTexts, type Texts } from './text.ts';

const TextsContext = createContext<Texts>(createTexts('en'));

/** Gives all words below it. */
export function TextsProvider({ texts, children }: { readonly texts: Texts; readonly children: ReactNode }) {
  return <TextsContext value={texts}>{children}</TextsContext>;
}

export function useTexts(): Texts {
  return use(TextsContext);
}
