import { ShieldAlert } from 'lucide-react';
import { useState } from 'react';
import type { ErrorDetails } from '#shared/errors/app-error.ts';
import { displayText } from '#shared/people/display-text.ts';
import { useTexts } from '../i18n/texts-context.tsx';
import { Button } from './button.tsx';
import { Facts } from './facts.tsx';
import { Fingerprint } from './fingerprint.tsx';
import './certificate-check.css';

interface CertificateChangeProps {
  /** Of an error `certificate-changed`. What is known of the trusted certificate has names that begin with `expected`. */
  readonly details: ErrorDetails;
  /** Fingerprint of the certificate that the server shows now. */
  readonly shown: string;
  readonly onTrust: () => void;
}

/**
 * The trusted certificate and the one shown now, side by side. Nothing is trusted by default, and leaving it keeps away from the
 * server.
 */
export function CertificateChange({ details, shown, onTrust }: CertificateChangeProps) {
  const { t } = useTexts();
  const [left, setLeft] = useState(false);
  const trusted = textOf(details, 'expectedFingerprint');
  if (left) {
    return (
      <div className="certificate-change">
        <p role="status">{t('certificate.left')}</p>
        <div className="certificate-verbs">
          <Button onClick={() => setLeft(false)}>{t('certificate.lookAgain')}</Button>
        </div>
      </div>
    );
  }
  return (
    <div className="certificate-change">
      <p>{t('certificate.compare')}</p>
      <div className="certificate-sides">
        {trusted !== '' && (
          <section className="certificate-side" aria-label={t('certificate.trusted')}>
            <h3>{t('certificate.trusted')}</h3>
            <Fingerprint fingerprint={trusted} unlike={shown} />
            <CertificateFacts
              subject={textOf(details, 'expectedSubject')}
              issuer={textOf(details, 'expectedIssuer')}
              validTo={textOf(details, 'expectedValidTo')}
            />
          </section>
        )}
        <section className="certificate-side" aria-label={t('certificate.shown')}>
          <h3>{t('certificate.shown')}</h3>
          <Fingerprint fingerprint={shown} {...(trusted === '' ? {} : { unlike: trusted })} />
          <CertificateFacts subject={textOf(details, 'subject')} issuer={textOf(details, 'issuer')} validTo={textOf(details, 'validTo')} />
        </section>
      </div>
      <div className="certificate-verbs">
        <Button onClick={() => setLeft(true)}>{t('actions.cancel')}</Button>
        <Button icon={ShieldAlert} onClick={onTrust}>
          {t('certificate.trustNew')}
        </Button>
      </div>
    </div>
  );
}

interface CertificateFactsProps {
  readonly subject: string;
  readonly issuer: string;
  /** As the certificate writes it. */
  readonly validTo: string;
}

function CertificateFacts({ subject, issuer, validTo }: CertificateFactsProps) {
  const { t, formats } = useTexts();
  const at = Date.parse(validTo);
  const facts = (
    [
      [t('certificate.subject'), subject],
      [t('certificate.issuer'), issuer],
      [t('certificate.validTo'), Number.isNaN(at) ? validTo : formats.dateTime(at)],
    ] as const
  ).filter(([, value]) => value !== '');
  return facts.length === 0 ? null : <Facts facts={facts} />;
}

function textOf(details: ErrorDetails, name: string): string {
  const value = details[name];
  return typeof value === 'string' ? displayText(value) : '';
}
