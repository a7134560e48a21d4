import type { ReactNode } from 'react';

interface FoldProps {
  readonly title: string;
  readonly open?: boolean;
  readonly children: ReactNode;
}

/** What stands one click away. */
export function Fold({ title, open = false, children }: FoldProps) {
  return (
    <details className="fold" open={open}>
      <summary>{title}</summary>
      <div className="fold-content">{children}</div>
    </details>
  );
}
