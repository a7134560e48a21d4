import { compact, wide } from './ui-pages.ts';

const smallest = { width: 360, height: 560 } as const;
/** Half of the wide window in each direction: what is left of it at a zoom of 200 %. */
const zoomed = { width: 480, height: 320 } as const;

/** Both languages in both themes, wide and narrow: what every view has to fit into. */
export const looks = (['en', 'de'] as const).flatMap((language) => [
  { name: `${language}, light, wide`, look: { language, theme: 'light' }, size: wide } as const,
  { name: `${language}, dark, wide`, look: { language, theme: 'dark' }, size: wide } as const,
  { name: `${language}, light, compact`, look: { language, theme: 'light' }, size: compact } as const,
  { name: `${language}, dark, as small as it gets`, look: { language, theme: 'dark' }, size: smallest } as const,
  { name: `${language}, light, zoomed to 200 %`, look: { language, theme: 'light' }, size: zoomed } as const,
]);
