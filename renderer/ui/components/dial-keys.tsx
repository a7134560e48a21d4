import { useEffect, useRef } from 'react';
import { classNames } from './class-names.ts';
import './dial-keys.css';

/** The keys of a telephone with the letters that are printed on them (ITU-T E.161). */
const keys = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
] as const;

/** From this time on a press is a long one. */
const longPressMs = 500;

interface DialKeysProps {
  /** The name of a key, for everybody who does not see it. */
  readonly labelOf: (digit: string) => string;
  readonly onKey: (digit: string) => void;
  /** What a long press of 0 does; without it the key has no plus. */
  readonly onPlus?: () => void;
}

/** Twelve keys. */
export function DialKeys({ labelOf, onKey, onPlus }: DialKeysProps) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wasLong = useRef(false);

  useEffect(() => () => clearTimeout(timer.current), []);

  function press(digit: string): void {
    wasLong.current = false;
    if (digit !== '0' || onPlus === undefined) return;
    timer.current = setTimeout(() => {
      wasLong.current = true;
      onPlus();
    }, longPressMs);
  }

  return (
    <div className="dial-keys" onPointerUp={() => clearTimeout(timer.current)} onPointerLeave={() => clearTimeout(timer.current)}>
      {keys.map(([digit, letters]) => (
        <button
          key={digit}
          type="button"
          className={classNames('dial-key', letters === '+' && onPlus === undefined && 'dial-key-plain')}
          aria-label={labelOf(digit)}
          onPointerDown={() => press(digit)}
          onClick={() => {
            if (!wasLong.current) onKey(digit);
            wasLong.current = false;
          }}
        >
          <span>{digit}</span>
          <small>{letters}</small>
        </button>
      ))}
    </div>
  );
}

/** The key on which a letter is printed; undefined for anything else. */
export function keyOfLetter(letter: string): string | undefined {
  if (!/^[a-z]$/i.test(letter)) return undefined;
  return keys.find(([, letters]) => letters.includes(letter.toUpperCase()))?.[0];
}
