// Who will let the candidate in, in words. Pure.

export function hostWords(hosts: readonly string[]): string {
  if (hosts.length === 0) {
    return "Your interviewer is not here yet, and will let you in when they are.";
  }
  const last = hosts.at(-1);
  const names = hosts.length === 1 ? last : `${hosts.slice(0, -1).join(", ")} or ${last}`;
  return `${names} will let you in.`;
}
