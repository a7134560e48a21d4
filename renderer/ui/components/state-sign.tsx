import { Circle, CircleCheck, CircleDashed, CircleEllipsis, CircleX, TriangleAlert } from 'lucide-react';
import type { DoctorLine } from '#shared/network/doctor/run.ts';
import './state-sign.css';

const icons = {
  waiting: Circle,
  running: CircleEllipsis,
  fine: CircleCheck,
  warning: TriangleAlert,
  broken: CircleX,
  skipped: CircleDashed,
} as const;

/** What came of a step: its shape differs as well as its colour. Without `label` it is decoration, and words stand beside it. */
export function StateSign({
  state,
  label,
  size = 16,
}: {
  readonly state: DoctorLine['state'];
  readonly label?: string;
  readonly size?: number;
}) {
  const Icon = icons[state];
  return (
    <span className={`state-sign state-sign-${state}`} title={label}>
      <Icon size={size} aria-hidden />
      {label !== undefined && <span className="visually-hidden">{label}</span>}
    </span>
  );
}
