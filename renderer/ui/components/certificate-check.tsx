import { ShieldCheck } from 'lucide-react';
import { Fragment } from 'react';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { useTexts } from '../i18n/texts-context.tsx';
import { useCommands } from '../store/ui-context.tsx';
import { Button } from './button.tsx';
import './certificate-check.css';

/** The certificate that an error is about; undefined when it is about none that could be trusted. */
export function certificateOf({ code, details }: ErrorReport): { host: string; port: number; fingerprint: string } | undefined {
  const { host, port, fingerprint } = details;
  if (code !== 'certificate-untrusted' && code !== 'certificate-changed') return undefined;
  return typeof host === 'string' && typeof port === 'number' && typeof fingerprint === 'string' ? { host, port, fingerprint } : undefined;
}

/** Shows the fingerprint to compare and the button that trusts exactly this certificate. */
export function CertificateCheck({ report }: { readonly report: ErrorReport }) {
  const { t } = useTexts();
  const { ask } = useCommands();
  const certificate = certificateOf(report);
  if (certificate === undefined) return null;
  return (
    <div className="certificate-check">
      <p>{t('certificate.fingerprint')}</p>
      <code>
        {certificate.fingerprint.split(':').map((pair, index) => (
          <Fragment key={index}>
            {index > 0 && (
              <>
                :<wbr />
              </>
            )}
            {pair}
          </Fragment>
        ))}
      </code>
      <Button icon={ShieldCheck} onClick={() => void ask('session.trust-certificate', certificate)}>
        {t('certificate.trust')}
      </Button>
    </div>
  );
}
