// What a comparison measured, in words: "r then e, press to press" for `DD KeyR>KeyE`. Pure.

const NAMED: Record<string, string> = {
  Backquote: "backquote",
  Minus: "minus",
  Equal: "equals",
  BracketLeft: "left bracket",
  BracketRight: "right bracket",
  Backslash: "backslash",
  IntlBackslash: "backslash beside Shift",
  Semicolon: "semicolon",
  Quote: "quote",
  Comma: "comma",
  Period: "period",
  Slash: "slash",
  ShiftLeft: "left Shift",
  ShiftRight: "right Shift",
};

const MEASURES: Record<string, string> = {
  hold: "held",
  DD: "press to press",
  UD: "release to press",
};

/** A physical key by what a US keyboard prints on it; codes are places, not characters. */
export function keyName(code: string): string {
  const printed = /^(?:Key|Digit)(.)$/.exec(code)?.[1];
  return printed?.toLowerCase() ?? NAMED[code] ?? code.replace(/(?<=[a-z])(?=[A-Z0-9])/g, " ");
}

/** A feature's keys in the order in which they are pressed, and what was timed. */
export function featureName(feature: string): string {
  const [kind = "", ...rest] = feature.split(" ");
  const codes = rest.join(" ");
  return `${codes.split(">").map(keyName).join(" then ")}, ${MEASURES[kind] ?? kind}`;
}
