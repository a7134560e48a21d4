import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { createTexts, type Language } from '#renderer/ui/i18n/text.ts';
import type { ErrorCode, ErrorReport } from '#shared/errors/app-error.ts';
import { waitForState } from './driver.ts';

/**
 * Waits until an error stands on the screen as people read it: its title, and its next step behind what it means.
 * @returns the card with both
 */
export async function readSentence(where: Page | Locator, report: ErrorReport, language: Language = 'en'): Promise<Locator> {
  const { title, meaning, next } = createTexts(language).error(report);
  const card = where.locator('.error-card').filter({ hasText: title }).first();
  await card.getByText(title, { exact: true }).waitFor();
  const sentence = card.getByText(`${meaning} ${next}`, { exact: true });
  await sentence.waitFor();
  expect(`${title} ${meaning} ${next}`).not.toMatch(/[{}]|undefined|\bno reason\b/);
  return card;
}

/** Waits for a notice and reads it on the screen. */
export async function readNotice(page: Page, code: ErrorCode): Promise<{ readonly report: ErrorReport; readonly card: Locator }> {
  const { error } = await waitForState(page, `the notice ${code}`, ({ notices }) => notices.find((notice) => notice.error.code === code));
  return { report: error, card: await readSentence(page.getByRole('region', { name: 'Notices' }), error) };
}
