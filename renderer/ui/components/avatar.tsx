import { UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { avatarFace } from '#shared/people/avatar-face.ts';
import { classNames } from './class-names.ts';
import './avatar.css';

interface AvatarProps {
  readonly name: string;
  readonly size?: 'small' | 'normal' | 'large' | 'huge';
  /** A small sign at its corner. */
  readonly badge?: ReactNode;
}

/** Initials on a colour derived from the name. Decoration: the name always stands beside it. */
export function Avatar({ name, size = 'normal', badge }: AvatarProps) {
  const { initials, hue } = avatarFace(name);
  return (
    <span className={classNames('avatar', `avatar-${size}`, `avatar-hue-${hue}`)} aria-hidden>
      {initials === '' ? <UserRound size={size === 'huge' ? 28 : 18} /> : initials}
      {badge !== undefined && <span className="avatar-badge">{badge}</span>}
    </span>
  );
}
