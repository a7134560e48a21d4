/** What the command line of a start, or of a second start, asks for. */
export interface LaunchRequest {
  /** `--profile NAME`: settings and calls of their own; empty for the first profile. */
  readonly profile: string;
  /** A number out of a `tel:`, `sip:` or `callto:` link. It is shown in the dial field and never dialled by itself. */
  readonly dialTarget: string | null;
}

/** Longest link that is looked at. */
const longestLink = 512;

const profilePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/**
 * Reads the arguments after the program's name. Anything that is not understood is left alone: links come from web pages,
 * and what they carry beside the number (headers, parameters, further arguments) has no effect.
 */
export function readLaunchRequest(argv: readonly string[]): LaunchRequest {
  let profile = '';
  let dialTarget: string | null = null;
  for (const [index, argument] of argv.entries()) {
    const named = argument === '--profile' ? argv[index + 1] : argument.startsWith('--profile=') ? argument.slice('--profile='.length) : undefined;
    if (named !== undefined && profilePattern.test(named)) profile = named;
    else dialTarget = numberOfLink(argument) ?? dialTarget;
  }
  return { profile, dialTarget };
}

/** The dialable part of a link, or null when it is not one of ours or carries something unexpected. */
export function numberOfLink(link: string): string | null {
  if (link.length > longestLink) return null;
  const match = /^(tel|sips?|callto):(?:\/\/)?([^?;]+)/i.exec(link.trim());
  if (match?.[2] === undefined) return null;
  let text: string;
  try {
    text = decodeURIComponent(match[2]);
  } catch {
    return null;
  }
  const isPlain = /^[\p{L}\p{N}+*#().\-_@:[\] /]{1,256}$/u.test(text);
  return isPlain ? text.trim() : null;
}
