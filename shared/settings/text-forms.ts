/** How a text of the settings may be written. Held by their schemas, and by pages that do without the schemas' library. */
export interface TextForm {
  readonly pattern: RegExp;
  readonly longest: number;
}

/** Digits, `*`, `#`, `+`, and the places `{number}` and `{slot}`; empty: the server does not have it. */
export const featureCodeForm: TextForm = { pattern: /^([0-9*#+]|\{number\}|\{slot\})*$/, longest: 48 };

/** Parking places: numbers and ranges, as `701-709, 720`. */
export const slotListForm: TextForm = { pattern: /^(\s*\d{1,8}(\s*-\s*\d{1,8})?\s*(,|$))*$/, longest: 128 };

export const emergencyNumberForm: TextForm = { pattern: /^\d{2,8}$/, longest: 8 };

/** Without its trunk zero. */
export const areaCodeForm: TextForm = { pattern: /^\d{0,6}$/, longest: 6 };

export const outsidePrefixForm: TextForm = { pattern: /^[0-9*#]{0,4}$/, longest: 4 };

export function hasForm(text: string, { pattern, longest }: TextForm): boolean {
  return text.length <= longest && pattern.test(text);
}
