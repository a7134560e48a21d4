import type { NumberingSettings } from '#shared/calls/numbering.ts';
import { numberKey, sameNumber } from '#shared/people/number-match.ts';
import type { Person } from '#shared/people/person.ts';
import { practiceDirectory } from '#shared/people/practice-people.ts';
import type { Account } from '#shared/profiles/account.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';

/** Everybody the signed-in line knows by name. So far that is the practice office; a real server's people come from directories. */
export class PeopleDirectory implements Disposable {
  readonly #changed = new Emitter<readonly Person[]>();
  readonly #numbering: () => NumberingSettings | undefined;
  #people: readonly Person[] = [];
  /** Names by the key of each number, as long as people and numbering are the same. */
  #index: { readonly numbering: NumberingSettings; readonly names: ReadonlyMap<string, string> } | undefined;

  readonly onChanged = this.#changed.event;

  /** @param numbering how numbers are written on the line, so that every spelling of one finds its owner; undefined: not known */
  constructor(numbering: () => NumberingSettings | undefined = () => undefined) {
    this.#numbering = numbering;
  }

  get people(): readonly Person[] {
    return this.#people;
  }

  /** Follows the account: the practice office shows its colleagues, without oneself. */
  setAccount(account: Account | null): void {
    const isPractice = account?.kind === 'practice-office';
    this.#people = isPractice ? practiceDirectory.filter(({ numbers }) => !numbers.includes(account.user)) : [];
    this.#index = undefined;
    this.#changed.fire(this.#people);
  }

  /** The name for a number in any spelling; undefined when nobody has it. */
  nameOf(number: string): string | undefined {
    const numbering = this.#numbering();
    const known = numbering === undefined ? undefined : this.#namesBy(numbering).get(numberKey(number, numbering));
    return known ?? this.#people.find(({ numbers }) => numbers.some((own) => sameNumber(own, number)))?.name;
  }

  /** One reading of every number is enough: a call must not wait for thousands. */
  #namesBy(numbering: NumberingSettings): ReadonlyMap<string, string> {
    if (this.#index?.numbering !== numbering) {
      const entries = this.#people.flatMap(({ name, numbers }) => numbers.map((own) => [numberKey(own, numbering), name] as const));
      // the first of two with one number is the one that a search of the list would find
      this.#index = { numbering, names: new Map(entries.filter(([key]) => key !== '').reverse()) };
    }
    return this.#index.names;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
