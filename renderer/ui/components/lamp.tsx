import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { Reachability } from '#shared/state/reachability.ts';
import './lamp.css';

const icons = { green: CircleCheck, amber: TriangleAlert, red: CircleX } as const;

/** The reachability lamp: its shape differs as well as its colour. Decoration: words always stand beside it. */
export function Lamp({ lamp, size = 16 }: { readonly lamp: Reachability['lamp']; readonly size?: number }) {
  const Icon = icons[lamp];
  return <Icon size={size} className={`lamp lamp-${lamp}`} aria-hidden />;
}
