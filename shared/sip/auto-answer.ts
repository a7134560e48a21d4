import { splitAtCommas } from './characters.ts';
import type { HeaderValues } from './identity.ts';
import { parseParameters, type Parameters } from './parse-parameters.ts';

/** A caller's wish to be taken without a hand: how long after the first ring, in seconds. */
export interface AutoAnswerRequest {
  readonly afterSeconds: number;
}

/** Longer than anybody lets it ring. */
const longestDelay = 120;

/**
 * Whether an INVITE asks to be answered at once: `Answer-Mode` and `Priv-Answer-Mode: Auto` (RFC 5373), `Call-Info: <...>;answer-after=n`,
 * `Alert-Info: <...>;info=alert-autoanswer;delay=n` as intercoms of PBXs send them. `Manual` is a wish too, and wins.
 */
export function readAutoAnswer(headers: HeaderValues): AutoAnswerRequest | null {
  const modes = [...headers('Priv-Answer-Mode'), ...headers('Answer-Mode')].map((value) => value.split(';', 1)[0]?.trim().toLowerCase());
  if (modes.includes('manual')) return null;
  if (modes.includes('auto')) return { afterSeconds: 0 };
  for (const parameters of headers('Call-Info').flatMap(parametersOf)) {
    const afterSeconds = secondsOf(parameters.get('answer-after'));
    if (afterSeconds !== null) return { afterSeconds };
  }
  for (const parameters of headers('Alert-Info').flatMap(parametersOf)) {
    const afterSeconds = secondsOf(parameters.get('delay') ?? parameters.get('answer-after'));
    if (parameters.get('info')?.toLowerCase() === 'alert-autoanswer') return { afterSeconds: afterSeconds ?? 0 };
    if (afterSeconds !== null) return { afterSeconds };
  }
  return null;
}

/** The parameters of every value of a header, also of one without the URI that belongs before them. */
function parametersOf(value: string): Parameters[] {
  return splitAtCommas(value).flatMap((element) => {
    const behindUri = element.startsWith('<') ? element.slice(element.indexOf('>') + 1) : element;
    const semicolon = behindUri.indexOf(';');
    const bare = /^\s*[\w-]+\s*=/.test(behindUri);
    const text = bare ? `;${behindUri}` : semicolon < 0 ? '' : behindUri.slice(semicolon);
    const parameters = parseParameters(text);
    return parameters === undefined ? [] : [parameters];
  });
}

function secondsOf(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^\d{1,6}(\.\d{1,3})?$/.test(text.trim()) ? Math.min(Number(text), longestDelay) : null;
}
