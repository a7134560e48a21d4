import { Building2, Globe, LockKeyhole } from 'lucide-react';
import type { PathKind } from '#shared/network/path.ts';

const icons = { office: Building2, vpn: LockKeyhole, internet: Globe } as const;

/** How the line reaches its server, as a sign. Decoration: the word always stands beside it. */
export function PathSign({ path, size = 16 }: { readonly path: PathKind; readonly size?: number }) {
  const Icon = icons[path];
  return <Icon size={size} aria-hidden />;
}
