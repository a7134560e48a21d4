import { ShieldCheck } from 'lucide-react';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { useTexts } from '../i18n/texts-context.tsx';
import { useCommands } from '../store/ui-context.tsx';
import { Button } from './button.tsx';
import { CertificateChange } from './certificate-change.tsx';
import { Fingerprint } from './fingerprint.tsx';
import './certificate-check.css';

export interface ShownCertificate {
  readonly host: string;
  readonly port: number;
  readonly fingerprint: string;
}

/** The certificate that an error is about; undefined when it is about none that could be trusted. */
export function certificateOf({ code, details }: ErrorReport): ShownCertificate | undefined {
  const { host, port, fingerprint } = details;
  if (code !== 'certificate-untrusted' && code !== 'certificate-changed') return undefined;
  return typeof host === 'string' && typeof port === 'number' && typeof fingerprint === 'string' ? { host, port, fingerprint } : undefined;
}

/** Shows the fingerprint to compare, beside the trusted one if there was one, and the button that trusts exactly this certificate. */
export function CertificateCheck({ report }: { readonly report: ErrorReport }) {
  const { t } = useTexts();
  const { ask } = useCommands();
  const certificate = certificateOf(report);
  if (certificate === undefined) return null;
  const trust = (): void => void ask('session.trust-certificate', certificate);
  if (report.code === 'certificate-changed') {
    return <CertificateChange key={certificate.fingerprint} details={report.details} shown={certificate.fingerprint} onTrust={trust} />;
  }
  return (
    <div className="certificate-check">
      <p>{t('certificate.fingerprint')}</p>
      <Fingerprint fingerprint={certificate.fingerprint} />
      <Button icon={ShieldCheck} onClick={trust}>
        {t('certificate.trust')}
      </Button>
    </div>
  );
}
