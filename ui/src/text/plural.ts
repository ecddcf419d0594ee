export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Costly to make, and asked for whenever a number on the screen changes. */
const rules = new Map<string, { plural: Intl.PluralRules; number: Intl.NumberFormat }>();

function rulesOf(language: string) {
  const known = rules.get(language);
  if (known) return known;
  const made = { plural: new Intl.PluralRules(language), number: new Intl.NumberFormat(language) };
  rules.set(language, made);
  return made;
}

/** Chooses the form for `count` by the language's rules and puts the number where `#` stands. */
export function plural(language: string, count: number, forms: PluralForms): string {
  const { plural: rule, number } = rulesOf(language);
  const form = forms[rule.select(count)] ?? forms.other;
  return form.replace("#", number.format(count));
}
