/** What the command line of a start, or of a second start, asks for. */
export interface LaunchRequest {
  /** `--profile NAME`: settings and calls of their own; empty for the first profile. */
  readonly profile: string;
  /** `--practice-port N`: where the practice office listens, 0 for any free port; null for its own port. */
  readonly practicePort: number | null;
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
  let practicePort: number | null = null;
  let dialTarget: string | null = null;
  for (const [index, argument] of argv.entries()) {
    const named = valueOf(argv, index, '--profile');
    const port = valueOf(argv, index, '--practice-port');
    if (named !== undefined && profilePattern.test(named)) profile = named;
    else if (port !== undefined && /^\d{1,5}$/.test(port) && Number(port) <= 65_535) practicePort = Number(port);
    else dialTarget = numberOfLink(argument) ?? dialTarget;
  }
  return { profile, practicePort, dialTarget };
}

/** The value of `--name value` or `--name=value` if the argument at `index` is that option. */
function valueOf(argv: readonly string[], index: number, name: string): string | undefined {
  const argument = argv[index];
  if (argument === name) return argv[index + 1];
  return argument?.startsWith(`${name}=`) === true ? argument.slice(name.length + 1) : undefined;
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
