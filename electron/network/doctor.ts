import { reportOf } from '#shared/errors/app-error.ts';
import type { DoctorSurroundings } from '#shared/network/doctor/evidence.ts';
import { planDoctor } from '#shared/network/doctor/plan.ts';
import type { DoctorRun } from '#shared/network/doctor/run.ts';
import { verdictOf } from '#shared/network/doctor/verdict.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import { Examination } from './doctor/examine.ts';
import type { DoctorPorts } from './doctor/ports.ts';
import { DoctorSteps } from './doctor/run.ts';

/**
 * Finds the broken hop between this computer and a call. One run at a time, told line by line; under ten seconds whatever is dead, and
 * eight more where an echo call is asked for.
 */
export class Doctor implements Disposable {
  readonly #ports: DoctorPorts;
  readonly #changed = new Emitter<DoctorRun>();
  #steps: DoctorSteps | undefined;
  #run: DoctorRun | null = null;

  readonly onChanged = this.#changed.event;

  constructor(ports: DoctorPorts) {
    this.#ports = ports;
  }

  /** The run under way, or the last one; null when there was none. */
  get run(): DoctorRun | null {
    return this.#run;
  }

  /** Begins a run; nothing happens while one is under way. */
  start({ echo }: { readonly echo: boolean }): void {
    if (this.#steps !== undefined) return;
    void this.#begin(echo);
  }

  /** Ends the run that is under way: its lines stay, and there is no verdict. */
  stop(): void {
    const steps = this.#steps;
    if (steps === undefined) return;
    this.#steps = undefined;
    steps.dispose();
    this.#change({ lines: [...steps.lines], finishedAt: this.#ports.clock.wallMs() });
  }

  dispose(): void {
    this.stop();
    this.#changed.dispose();
  }

  async #begin(echo: boolean): Promise<void> {
    const { clock, account: accountNow, settings: settingsNow, inCall, takenOverBy } = this.#ports;
    const account = accountNow();
    const settings = settingsNow();
    const servers = account?.servers ?? [];
    const around: DoctorSurroundings = {
      keptDevices: settings.network.keptDevices,
      relayOnly: settings.ice.relayOnly,
      echoNumber: settings.network.echoNumber,
      takenOverBy: takenOverBy(),
    };
    const steps = new DoctorSteps({
      plan: planDoctor({ account, settings, echo, inCall: inCall() }),
      evidence: { servers: servers.map((server) => ({ server })), iceServers: new Map() },
      around,
      examination: new Examination(this.#ports, servers),
      clock,
      onLine: (lines) => {
        if (this.#steps === steps) this.#change({ lines: [...lines] });
      },
    });
    this.#steps = steps;
    const error = account === null ? ({ code: 'not-signed-in', details: {} } as const) : null;
    this.#run = { startedAt: clock.wallMs(), finishedAt: null, lines: [...steps.lines], verdict: null, error };
    this.#changed.fire(this.#run);
    try {
      const evidence = await steps.finish();
      if (this.#steps !== steps) return;
      const verdict = verdictOf(evidence, around);
      this.#steps = undefined;
      this.#change({ finishedAt: clock.wallMs(), verdict });
    } catch (failure) {
      if (this.#steps !== steps) return;
      this.#steps = undefined;
      steps.dispose();
      this.#change({ lines: [...steps.lines], finishedAt: clock.wallMs(), error: reportOf(failure) });
    }
  }

  #change(change: Partial<DoctorRun>): void {
    if (this.#run === null) return;
    this.#run = { ...this.#run, ...change };
    this.#changed.fire(this.#run);
  }
}
