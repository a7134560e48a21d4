/** What stands in the places of a feature code. */
export interface FeaturePlaces {
  readonly number?: string;
  readonly slot?: string;
}

/** The code as it is dialled: `**{number}` with 203 is `**203`. A place that nothing is known for stays empty. */
export function filledCode(code: string, { number = '', slot = '' }: FeaturePlaces): string {
  return code.replaceAll('{number}', number).replaceAll('{slot}', slot);
}
