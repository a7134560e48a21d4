import { AddressRow } from './address-row.tsx';
import { DevicesRow } from './devices-row.tsx';
import { DoctorRow } from './doctor-row.tsx';
import { EchoRow } from './echo-row.tsx';
import { IceRow } from './ice-row.tsx';
import { NatRow } from './nat-row.tsx';
import { StatusRow } from './status-row.tsx';

/** Whether calls reach this computer and by which way; below it what helps when they do not. */
export function ConnectionSection() {
  return (
    <>
      <StatusRow />
      <DoctorRow />
      <DevicesRow />
      <AddressRow />
      <NatRow />
      <IceRow />
      <EchoRow />
    </>
  );
}
