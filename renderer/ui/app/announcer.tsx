import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../i18n/texts-context.tsx';
import { useUi } from '../store/ui-context.tsx';
import { announcements, firstAnnouncements, type Announcement } from './announcements.ts';

/** The live regions. They hold the last sentence only; assistive technology reads every change. */
export function Announcer() {
  const texts = useTexts();
  const { replica, now } = useUi();
  const begun = useRef(false);
  const [polite, setPolite] = useState('');
  const [urgent, setUrgent] = useState('');

  useEffect(() => {
    const tell = (said: readonly Announcement[]): void => {
      const calm = said.filter((one) => !one.urgent).map((one) => one.text);
      const loud = said.filter((one) => one.urgent).map((one) => one.text);
      if (calm.length > 0) setPolite(calm.join('. '));
      if (loud.length > 0) setUrgent(loud.join('. '));
    };
    const { app } = replica.store.getState();
    if (!begun.current && app !== null) tell(firstAnnouncements(texts, app, now()));
    begun.current = true;
    return replica.store.subscribe((next, before) => {
      if (next.app !== null && before.app !== null) tell(announcements(texts, before.app, next.app, now()));
    });
  }, [replica, texts, now]);

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
