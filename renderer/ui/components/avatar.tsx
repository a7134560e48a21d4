import { UserRound } from 'lucide-react';
import { avatarFace } from '#shared/people/avatar-face.ts';
import { classNames } from './class-names.ts';
import './avatar.css';

/** Initials on a colour derived from the name. Decoration: the name always stands beside it. */
export function Avatar({ name, size = 'normal' }: { readonly name: string; readonly size?: 'small' | 'normal' | 'large' | 'huge' }) {
  const { initials, hue } = avatarFace(name);
  return (
    <span className={classNames('avatar', `avatar-${size}`, `avatar-hue-${hue}`)} aria-hidden>
      {initials === '' ? <UserRound size={size === 'huge' ? 28 : 18} /> : initials}
    </span>
  );
}
