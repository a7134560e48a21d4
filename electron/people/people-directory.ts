import { sameNumber } from '#shared/people/number-match.ts';
import type { Person } from '#shared/people/person.ts';
import { practicePeople, practiceRobots } from '#shared/people/practice-people.ts';
import type { Account } from '#shared/profiles/account.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';

/** Everybody the signed-in line knows by name. So far that is the practice office; a real server's people come from directories. */
export class PeopleDirectory implements Disposable {
  readonly #changed = new Emitter<readonly Person[]>();
  #people: readonly Person[] = [];

  readonly onChanged = this.#changed.event;

  get people(): readonly Person[] {
    return this.#people;
  }

  /** Follows the account: the practice office shows its colleagues, without oneself. */
  setAccount(account: Account | null): void {
    const isPractice = account?.kind === 'practice-office';
    this.#people = isPractice ? [...practiceRobots, ...practicePeople].filter(({ numbers }) => !numbers.includes(account.user)) : [];
    this.#changed.fire(this.#people);
  }

  /** The name for a number in any spelling; undefined when nobody has it. */
  nameOf(number: string): string | undefined {
    return this.#people.find(({ numbers }) => numbers.some((own) => sameNumber(own, number)))?.name;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
