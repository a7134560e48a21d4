import './meter.css';

/** A level from 0 to 1. */
export function Meter({ label, level, text }: { readonly label: string; readonly level: number; readonly text: string }) {
  const share = Math.min(1, Math.max(0, level));
  return (
    <div
      className="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={text}
    >
      <div className="meter-fill" style={{ inlineSize: `${share * 100}%` }} />
    </div>
  );
}

/** Something is under way, and the words say what. */
export function Progress({ text }: { readonly text: string }) {
  return (
    <div className="progress" role="status">
      <span className="progress-track" aria-hidden>
        <span className="progress-runner" />
      </span>
      <span>{text}</span>
    </div>
  );
}
