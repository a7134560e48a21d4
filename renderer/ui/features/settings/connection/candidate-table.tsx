import type { IceCandidate } from '#shared/network/ice/report.ts';
import { useTexts } from '../../../i18n/texts-context.tsx';

const columns = ['type', 'protocol', 'interface', 'server', 'time'] as const;

/** Every address that sound could use, in the order in which they came. In a narrow place each row becomes a block of its own. */
export function CandidateTable({ candidates }: { readonly candidates: readonly IceCandidate[] }) {
  const { t } = useTexts();
  return (
    <section className="candidates" aria-label={t('check.ice.candidates')}>
      <h2 className="check-heading">{t('check.ice.candidates')}</h2>
      {candidates.length === 0 ? (
        <p className="muted">{t('check.ice.noCandidates')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {t(`check.ice.head.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {candidates.map((candidate, index) => (
              <CandidateRow key={index} candidate={candidate} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function CandidateRow({ candidate }: { readonly candidate: IceCandidate }) {
  const { t, formats } = useTexts();
  const family = `IPv${candidate.family}`;
  const protocol = candidate.protocol.toUpperCase();
  const relay = candidate.relayProtocol?.toUpperCase();
  const values: Readonly<Record<(typeof columns)[number], string>> = {
    type: t(`check.ice.types.${candidate.type}`),
    protocol: relay === undefined ? `${family} ${protocol}` : t('check.ice.relayedBy', { family, protocol, relay }),
    interface: candidate.interfaceName ?? '–',
    server: candidate.server ?? '–',
    time: formats.took(candidate.atMs),
  };
  return (
    <tr>
      {columns.map((column) => (
        <td key={column} className={`candidate-${column}`} data-head={t(`check.ice.head.${column}`)}>
          <bdi>{values[column]}</bdi>
          {column === 'type' && candidate.address !== '' && <bdi className="candidate-address">{candidate.address}</bdi>}
        </td>
      ))}
    </tr>
  );
}
