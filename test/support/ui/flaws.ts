import type { Page } from 'playwright-core';

/** Controls without a name, ids used twice, and text that is cut off or pushes the page aside. */
export async function flaws(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const describe = (element: Element) => `${element.tagName.toLowerCase()}.${element.className} "${element.textContent.slice(0, 30)}"`;
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`id ${id} is used twice`);
    for (const element of document.querySelectorAll<HTMLElement>('button, input, select, [role]')) {
      if (!element.checkVisibility()) continue;
      const labelled =
        element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? (element.labels?.length ?? 0) > 0 : false;
      const byId = element
        .getAttribute('aria-labelledby')
        ?.split(' ')
        .every((id) => document.getElementById(id)?.textContent);
      const named = element.getAttribute('aria-label') || byId || labelled || element.textContent.trim() !== '';
      const needsName = !['status', 'alert', 'presentation'].includes(element.getAttribute('role') ?? '');
      if (needsName && !named) found.push(`no name: ${describe(element)}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
    for (const element of document.querySelectorAll('*')) {
      const style = getComputedStyle(element);
      if (!element.checkVisibility() || element.closest('.visually-hidden')) continue;
      const wideContent = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      if (wideContent && (style.overflowX === 'auto' || style.overflowX === 'scroll')) found.push(`scrolls sideways: ${describe(element)}`);
      if (wideContent && element.tagName === 'BUTTON') found.push(`cut off: ${describe(element)}`);
    }
    return found;
  });
}
