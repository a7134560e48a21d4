import { Fragment } from 'react';
import './certificate-check.css';

interface FingerprintProps {
  readonly fingerprint: string;
  /** Groups that differ from this one are marked. */
  readonly unlike?: string;
}

/** A certificate's fingerprint, to be compared pair by pair. */
export function Fingerprint({ fingerprint, unlike }: FingerprintProps) {
  const others = unlike?.split(':');
  return (
    <code className="fingerprint">
      {fingerprint.split(':').map((pair, index) => (
        <Fragment key={index}>
          {index > 0 && (
            <>
              :<wbr />
            </>
          )}
          {others === undefined || others[index] === pair ? pair : <mark>{pair}</mark>}
        </Fragment>
      ))}
    </code>
  );
}
