import { whyWithAdvice, type WhyKind, type WhyReason } from '#shared/calls/why-not-rung.ts';
import type { Texts } from './text.ts';

/** Why a call was not taken here, as a sentence. */
export function whyText({ t }: Texts, { kind, values }: WhyReason): string {
  return t(`why.said.${kind}`, values);
}

/** What a person can do so that it does not happen again; empty when there is nothing. */
export function whyAdvice({ t }: Texts, { kind, values }: WhyReason): string {
  return hasAdvice(kind) ? t(`why.do.${kind}`, values) : '';
}

function hasAdvice(kind: WhyKind): kind is (typeof whyWithAdvice)[number] {
  const advised: readonly WhyKind[] = whyWithAdvice;
  return advised.includes(kind);
}
