import { ArrowLeft } from 'lucide-react';
import type { ComponentType } from 'react';
import { IconButton } from '../components/button.tsx';
import { classNames } from '../components/class-names.ts';
import { AvailabilityPill } from '../features/availability/availability-pill.tsx';
import { CallsDock } from '../features/calls/calls-dock.tsx';
import { HistoryDetail } from '../features/history/history-detail.tsx';
import { HistoryList } from '../features/history/history-list.tsx';
import { NoticeStack } from '../features/notices/notice-stack.tsx';
import { ParkedStrip } from '../features/parked/parked-strip.tsx';
import { PeopleList } from '../features/people/people-list.tsx';
import { PersonDetail } from '../features/people/person-detail.tsx';
import { Rail } from '../features/rail/rail.tsx';
import { SearchField } from '../features/search/search-field.tsx';
import { SettingsDetail } from '../features/settings/settings-detail.tsx';
import { SettingsList } from '../features/settings/settings-list.tsx';
import { TitleBar } from '../features/title-bar/title-bar.tsx';
import { useTexts } from '../i18n/texts-context.tsx';
import { useCommands, useView } from '../store/ui-context.tsx';
import { detailIsOpen, type Page } from '../store/view.ts';
import './shell.css';

const pages: Readonly<Record<Page, { readonly List: ComponentType; readonly Detail: ComponentType }>> = {
  calls: { List: HistoryList, Detail: HistoryDetail },
  people: { List: PeopleList, Detail: PersonDetail },
  settings: { List: SettingsList, Detail: SettingsDetail },
};

/** The window of somebody who is signed in: rail, list and detail side by side, or one after the other in a narrow window. */
export function Shell() {
  const { t } = useTexts();
  const { goBack } = useCommands();
  const page = useView((view) => view.page);
  const detailOpen = useView(detailIsOpen);
  const { List, Detail } = pages[page];
  return (
    <div className={classNames('shell', detailOpen && 'shell-detail-open')}>
      <TitleBar availability={<AvailabilityPill />}>
        <SearchField />
      </TitleBar>
      <NoticeStack />
      <CallsDock />
      <section className="shell-list" data-region="list" aria-label={t(`pages.${page}`)}>
        {page === 'calls' && <ParkedStrip />}
        <List key={page} />
      </section>
      <main className="shell-detail" data-region="detail" aria-label={t('regions.detail')}>
        <div className="shell-back">
          <IconButton icon={ArrowLeft} label={t('actions.back')} onClick={goBack} />
          <span>{t(`pages.${page}`)}</span>
        </div>
        <Detail key={page} />
      </main>
      <Rail />
    </div>
  );
}
