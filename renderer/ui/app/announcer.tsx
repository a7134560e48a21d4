import { useEffect, useState } from 'react';
import { useTexts } from '../i18n/texts-context.tsx';
import { useUi } from '../store/ui-context.tsx';
import { announcements } from './announcements.ts';

/** The live regions. They hold the last sentence only; assistive technology reads every change. */
export function Announcer() {
  const texts = useTexts();
  const { replica } = useUi();
  const [polite, setPolite] = useState('');
  const [urgent, setUrgent] = useState('');

  useEffect(
    () =>
      replica.store.subscribe((now, before) => {
        if (now.app === null || before.app === null) return;
        const said = announcements(texts, before.app, now.app);
        const calm = said.filter((one) => !one.urgent).map((one) => one.text);
        const loud = said.filter((one) => one.urgent).map((one) => one.text);
        if (calm.length > 0) setPolite(calm.join('. '));
        if (loud.length > 0) setUrgent(loud.join('. '));
      }),
    [replica, texts],
  );

  return (
    <>
      <div className="visually-hidden" role="status" aria-live="polite">
        {polite}
      </div>
      <div className="visually-hidden" role="alert" aria-live="assertive">
        {urgent}
      </div>
    </>
  );
}
