import type { IceServerProof } from '#shared/network/ice/report.ts';
import { useTexts } from '../i18n/texts-context.tsx';
import { StateSign } from './state-sign.tsx';
import './proof-text.css';

/** What came of trying one STUN or TURN server. */
export function ProofText({ proof }: { readonly proof: IceServerProof }) {
  const { t, formats, error } = useTexts();
  if (!proof.works) {
    const said = error(proof.error ?? { code: 'check-impossible', details: {} });
    return (
      <span className="proof proof-broken">
        <StateSign state="broken" />
        <span>{`${said.title}. ${said.meaning}`}</span>
      </span>
    );
  }
  const time = proof.roundTripMs === null ? '' : formats.took(proof.roundTripMs);
  const kind = proof.address === null ? 'works' : /^turns?:/.test(proof.uri) ? 'relays' : 'worksAs';
  return (
    <span className="proof">
      <StateSign state="fine" />
      <span>{time === '' ? t('check.server.worksPlain') : t(`check.server.${kind}`, { time, address: proof.address ?? '' })}</span>
    </span>
  );
}
